// Starts the solver in the form that this browser runs: with SIMD if it knows it, else without.
// The first worker hands its page what it has compiled, and the others wait until the page hands it on.
// Both forms are files that a browser keeps for good; only this one is asked for anew each time.
const compiled = async () => {
  const simd = self.name !== "plain" && WebAssembly.validate(Uint8Array.of(PROBE));
  const form = simd ? "SIMD" : "PLAIN";
  const module = WebAssembly.compileStreaming(fetch(new URL(`${form}_bg.wasm`, import.meta.url)));
  return [form, await module];
};
const given = () =>
  new Promise((resolve) => {
    self.onmessage = ({ data }) => {
      self.onmessage = null;
      resolve(data);
    };
  });
const begin = async (follows) => {
  const both = await (follows ? given() : compiled());
  if (!follows) self.postMessage(both);
  const [form, module_or_path] = both;
  const { default: init } = await import(`./${form}.js`);
  await init({ module_or_path });
};
// A page hears of errors, but not of promises that were not kept.
begin(self.name === "follower").catch((error) => setTimeout(() => { throw error; }));
