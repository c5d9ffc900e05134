// Takes the words out of the core's panics: nobody would read them, and the code that writes them is a tenth of it all.
// A panic stops the core as before; the script that called it hears of it.
//
// node panics.mjs CORE.wasm
import { readFileSync, writeFileSync } from "node:fs";
import binaryen from "binaryen";

const [file] = process.argv.slice(2);
/** Functions that never return, by their names in Rust; a hash may stand behind the crate's. */
const PANICS =
  /^(core|std|alloc)(\[\w+\])?::(panicking|slice::index::slice_\w+_fail|str::slice_error_fail|option::\w+_failed|raw_vec::(handle_error|capacity_overflow)|alloc::handle_alloc_error)/;

const module = binaryen.readBinary(readFileSync(file));
module.setFeatures(binaryen.Features.All);
let count = 0;
for (let at = 0; at < module.getNumFunctions(); at += 1) {
  const it = module.getFunctionByIndex(at);
  const { name, base } = binaryen.getFunctionInfo(it);
  if (base || !PANICS.test(name)) continue;
  binaryen.Function(it).body = module.unreachable();
  count += 1;
}
if (!count) throw new Error(`${file} names no function that panics; were its names stripped?`);
writeFileSync(file, module.emitBinary());
