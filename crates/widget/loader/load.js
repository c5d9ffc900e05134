// What comes from the portal: once for all widgets of a page, and without anything that tells of the visitor.
import { initSync } from "__GLUE__";

const LANGUAGES = __LANGUAGES__;

/** Remembers promises by key, and forgets those that fail, so that they may be tried again. */
const once = (work) => {
  const known = new Map();
  return (key) => {
    if (!known.has(key)) known.set(key, work(key).catch((error) => (known.delete(key), Promise.reject(error))));
    return known.get(key);
  };
};

/** A request without cookies and without the page's address. */
export const get = (address, options) =>
  fetch(address, { credentials: "omit", referrerPolicy: "no-referrer", ...options });

/** The JSON at an address. */
export const json = once(async (address) => {
  const reply = await get(address);
  return reply.ok ? reply.json() : Promise.reject(reply);
});

/** The WebAssembly core, ready to be called; it must be the one this script was built with. */
export const core = once(async (address) =>
  initSync({ module: await WebAssembly.compileStreaming(get(address, { integrity: __WASM_HASH__ })) }),
);

/** The file of a language tag; English for those there is none for. */
export const file = (tag) => {
  const it = tag.toLowerCase();
  if (/^zh-(hant|tw|hk|mo)/.test(it)) return "zh-Hant";
  const [primary] = it.split("-");
  const same = { no: "nb", nn: "nb", iw: "he", in: "id" }[primary] ?? primary;
  return LANGUAGES.includes(same) ? same : "en";
};
