// The page inside the frame: the same element, and messages between it and the shop around it.
// `data-origins` are the site's own origins; nobody else is heard, and nobody else is told anything.
import { define } from "./element.js";

const script = document.currentScript;
const origins = [location.origin, ...(script.dataset.origins || "").split(" ")];
const sheet = new CSSStyleSheet();
// Room for the focus ring, which the frame's edge would cut.
sheet.replaceSync("html,body{margin:0;background:none;overflow:hidden}body{padding:4px}");
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

const widget = document.querySelector("milkrun-track");
let shop, ready, refused;
const say = (milkrun, value, detail) => shop && parent.postMessage({ milkrun, value, detail }, shop);
const meet = () => {
  ready && say("ready", widget.shadowRoot.querySelector("form")?.ariaLabel || document.title);
  // Told again: the page may not have been met yet when it happened.
  refused && say("event", "error", refused);
  grow();
};
const grow = () => say("height", Math.ceil(document.body.getBoundingClientRect().height));

for (const name of ["ready", "result", "error", "delivered"]) {
  widget.addEventListener("milkrun:" + name, ({ detail }) => {
    if (name == "ready") {
      ready = true;
      refused = null;
      meet();
    } else {
      if (!ready) refused = detail;
      say("event", name, detail);
    }
  });
}
addEventListener("message", ({ source, origin, data }) => {
  if (source != parent || source == window || !origins.includes(origin) || !data) return;
  const { milkrun, value } = data;
  if (milkrun == "set") {
    shop = origin;
    for (const [name, text] of value) {
      if (name == "scheme") document.documentElement.style.colorScheme = text;
      // The order number and its like; never a handler, nor the key.
      else if (/^(number|numbers|order|courier|lang|theme|label|lookups|texts)$/.test(name)) {
        if (text == null) widget.removeAttribute(name);
        else if (widget.getAttribute(name) != text) widget.setAttribute(name, text);
      }
    }
    meet();
  }
  if (milkrun == "track") widget.track(value).catch(() => {});
  if (milkrun == "reset") widget.reset();
});
new ResizeObserver(grow).observe(document.body);
define(script.src, script.dataset.site, true);
