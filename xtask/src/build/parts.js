// Fetches the parts of the portal. The portal's main module imports one function for each part from here.
import { initSync } from "./portal.js";

// The build puts in what a part is made of, and the hash by which a file's name is its version.
const parts = { __proto__: null, ...PARTS };
const address = (file) => new URL(`./milkrun-portal-${file}-HASH.wasm`, import.meta.url);

// By file: its module, once asked for, and its instance. What failed is forgotten, so that it can be tried again.
const modules = {};
const instances = {};

function once(made, file, make) {
  made[file] ??= make().catch((error) => {
    delete made[file];
    throw error;
  });
  return made[file];
}

const fetched = (file, priority) =>
  once(modules, file, () => WebAssembly.compileStreaming(fetch(address(file), { priority })));

// A part's code and data go to places of the shared table and memory that the build has kept free for them.
const instance = (file, module) =>
  once(instances, file, () => WebAssembly.instantiate(module, { __wasm_split: initSync() }));

// A failed download leaves nothing behind: only when all files are here does any of them become part of the portal.
async function load(files) {
  const modules = await Promise.all(files.map((file) => fetched(file)));
  await Promise.all(files.map((file, at) => instance(file, modules[at])));
}

// The main module hands over a function of its table, and what to call it with beside the answer.
const loader = (part) => (callback, data) => {
  const answer = (good) => initSync().__indirect_function_table.get(callback)(data, good);
  load(parts[part]).then(
    () => answer(1),
    (error) => {
      console.warn(`The part "${part}" could not be loaded.`, error);
      answer(0);
    },
  );
};

LOADERS

// The page that the address names is wanted as soon as the main module runs, so its files come beside that one.
// A page's part is named as its path; the plan is the page of the bare address.
for (const file of parts[location.pathname.replaceAll("/", "") || "plan"] ?? []) {
  fetched(file, "low").catch(() => {});
}
