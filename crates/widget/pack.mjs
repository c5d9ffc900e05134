// Puts the widget's files together: bundles and shrinks the scripts, names the immutable ones by their content,
// and writes the manifest that the portal's snippet generator reads.
//
// node pack.mjs GLUE.js CORE.wasm OUT-FOLDER [--debug]
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, transform } from "esbuild";

const [glue, wasm, out, debug] = process.argv.slice(2);
const here = new URL(".", import.meta.url).pathname;
/** The version folder; it changes when a page that pins a file could no longer use it with a newer portal. */
const VERSION = "v1.0";

const hash = (...contents) => {
  const it = createHash("sha256");
  contents.forEach((content) => it.update(content));
  return it.digest("hex").slice(0, 16);
};
/** What a browser checks a file against. */
const integrity = (content, algorithm = "sha256") =>
  `${algorithm}-${createHash(algorithm).update(content).digest("base64")}`;
const write = (path, content) => {
  const file = join(out, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, content);
  return path;
};

/** Style sheets travel as texts inside the scripts. */
const styles = {
  name: "styles",
  setup(it) {
    it.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: !debug });
      return { contents: code.trim(), loader: "text" };
    });
    it.onResolve({ filter: /^__GLUE__$/ }, () => ({ path: glue }));
  },
};
const script = async (entry, format, define = {}) => {
  const { outputFiles } = await build({
    entryPoints: [join(here, "loader", entry)],
    bundle: true,
    write: false,
    minify: !debug,
    format,
    target: ["chrome123", "firefox120", "safari17.5"],
    define: Object.fromEntries(Object.entries(define).map(([name, value]) => [name, JSON.stringify(value)])),
    plugins: [styles],
    legalComments: "none",
    charset: "utf8",
  });
  return outputFiles[0].text;
};

// Languages: one file each, in a folder named after all of them.
const languages = readdirSync(join(here, "languages")).filter((it) => it.endsWith(".json")).sort();
const words = languages.map((it) => JSON.stringify(JSON.parse(readFileSync(join(here, "languages", it), "utf8"))));
const folder = `${VERSION}/${hash(...words)}`;
languages.forEach((it, index) => write(`${folder}/${it}`, words[index]));

const module = readFileSync(wasm);
const core_wasm = write(`${VERSION}/core-${hash(module)}.wasm`, module);
const main = await script("main.js", "esm", {
  __WASM__: core_wasm,
  __WASM_HASH__: integrity(module),
  __TEXTS__: folder,
  __LANGUAGES__: languages.map((it) => it.replace(".json", "")),
});
const define = { __CORE__: write(`${VERSION}/core-${hash(main)}.js`, main), __CORE_HASH__: integrity(main) };

const loader = write("v1.js", await script("v1.js", "iife", define));
const esm = write("v1.mjs", await script("module.js", "esm", define));
write("frame.js", await script("frame.js", "iife", define));

// The loaders again under addresses that never change, with what `integrity` wants.
const pinned = (path) => {
  const content = readFileSync(join(out, path));
  const ending = path.slice(path.lastIndexOf("."));
  return {
    loader: write(`${VERSION}/${hash(content)}${ending}`, content),
    integrity: integrity(content, "sha384"),
  };
};
const manifest = {
  version: VERSION,
  ...pinned(loader),
  module: pinned(esm),
  core: define.__CORE__,
  wasm: core_wasm,
  texts: folder,
  languages: languages.map((it) => it.replace(".json", "")),
};
write("manifest.json", JSON.stringify(manifest, null, 2) + "\n");

// The npm package.
const crate = readFileSync(join(here, "../../Cargo.toml"), "utf8");
write("npm/index.js", await script("npm.js", "esm", define));
for (const it of ["index.d.ts", "README.md"]) write(`npm/${it}`, readFileSync(join(here, "npm", it)));
write(
  "npm/package.json",
  JSON.stringify(
    {
      name: "milkrun-track",
      version: crate.match(/^version = "(.*)"$/m)[1],
      description: "The <milkrun-track> element: where is my parcel, from your own Milkrun portal",
      license: "MIT OR Apache-2.0",
      type: "module",
      main: "index.js",
      types: "index.d.ts",
      exports: { ".": { types: "./index.d.ts", default: "./index.js" } },
      sideEffects: false,
      files: ["index.js", "index.d.ts", "README.md"],
    },
    null,
    2,
  ) + "\n",
);
