// What paints the form, asks the portal and shows the answer; the thinking is the WebAssembly core's.
import { contact, draw, numbers } from "__GLUE__";
import { build, flatten, prepare, writer } from "./draw.js";
import { core, file, get, json } from "./load.js";
import look from "./look.css";
import { button, element, field } from "./parts.js";

const sheet = new CSSStyleSheet();
sheet.replaceSync(look);

/**
 * Paints the widget into its shadow root and hands back what the element calls.
 * `frame` is given where WebAssembly may not run here: it puts the frame where the form would be.
 */
export const mount = async (host, { root, into, at, frame }) => {
  const query = new URLSearchParams({ site: host.site });
  const link = (path) => at("../" + path.replace(/^\//, ""));

  // A language without a region takes the visitor's, if it is the same language.
  const wished = () => {
    let own = "";
    for (let it = host; it && !own; it = it.parentElement ?? it.getRootNode().host) own = it.lang;
    const visitor = navigator.language;
    return own && !visitor.startsWith(own + "-") ? own : visitor;
  };
  const words = (tag) => json(at(`${__TEXTS__}/${file(tag)}.json`));
  const given = () => host.linked() || host.getAttribute("numbers") || host.getAttribute("number");
  const ready = () => core(at(__WASM__));

  // What will be needed sets out at once; whoever needs it meets the error.
  words(wished()).catch(() => {});
  if (!frame && given()) ready().catch(() => {});
  // Without the site's settings, which a portal may not offer, numbers can still be asked for.
  const settings = await json(at("../api/widget/v1/site?" + query)).catch(() => ({}));

  const language = () => {
    const allowed = settings.languages;
    return !allowed?.length || allowed.includes(file(wished())) ? wished() : allowed[0];
  };
  let tag, say;
  const speak = async () => {
    tag = language();
    let own;
    try {
      own = JSON.parse(host.getAttribute("texts"));
    } catch {
      // What the merchant wrote is no JSON: the widget's own words will do.
    }
    const name = file(tag);
    const texts = await words(tag);
    // "3 November" cannot be misread anywhere, so plain English takes the British order.
    const locale = name == "en" ? (/^en-/i.test(tag) ? tag : "en-GB") : tag;
    say = writer(locale, { ...texts, ...own });
    panel.dir = /^(ar|he|fa|ur)/.test(name) ? "rtl" : "ltr";
    panel.lang = name;
  };

  const label = element("label", "label", { for: "input" });
  const change = button("switch");
  const input = field("input");
  const contact_label = element("label", "contact-label", { for: "contact" });
  const contact_input = field("contact");
  const form = element(
    "form", "form", { novalidate: "" },
    element("div", "head", {}, label, change), input, contact_label, contact_input, button("button", "submit"),
  );
  const status = element("div", "status", { role: "status" });
  const answer = element("div", "answer");
  const panel = element("div", "panel", {}, ...(frame ? [] : [form, status, answer]));
  panel.className = (navigator.clipboard ? "" : "no-copy ") + (navigator.share ? "" : "no-share");

  // A button that opens a dialog around the panel; the browser keeps the focus in it and gives it back.
  const opener = button("open");
  const closer = button("close");
  const title = element("div", "title");
  const dialog = element("dialog", "dialog", {}, element("div", "top", {}, title, closer), panel);
  const mode = host.getAttribute("mode");
  const pops = mode == "popup" || mode == "floating";
  opener.onclick = () => {
    dialog.showModal();
    if (frame) return framed().catch(page);
    input.focus();
    begin();
  };
  closer.onclick = () => dialog.close();
  dialog.onclick = ({ target }) => target == dialog && dialog.close();

  let inside;
  const framed = () => (inside ??= frame(host, panel));
  // Where not even a frame may open, the portal's own page does.
  const page = () => {
    const it = element("a", "page", { href: link("t?" + query), target: "_blank", rel: "noopener" });
    it.textContent = say("open");
    panel.replaceChildren(it);
  };

  let asks, by, asked, stop;
  const offers = (kind) => {
    const own = host.getAttribute("lookups")?.split(/[\s,]+/);
    return (own ?? settings.lookups ?? ["number"]).includes(kind);
  };
  const choose = (kind) => {
    by = kind;
    const order = by == "order";
    contact_label.hidden = contact_input.hidden = !order;
    change.hidden = !offers(order ? "number" : "order");
    form.dataset.by = by;
    label.textContent = say(by);
    change.textContent = say(order ? "byNumber" : "byOrder");
    input.autocapitalize = order ? "off" : "characters";
  };
  const paint = () => {
    choose(by ?? (host.hasAttribute("order") || !offers("number") ? "order" : "number"));
    contact_label.textContent = say("contact");
    form.lastChild.textContent = say("track");
    form.ariaLabel = dialog.ariaLabel = title.textContent = say("open");
    opener.textContent = host.getAttribute("label") || say("open");
    closer.ariaLabel = say("close");
    const { theme, accent, radius } = settings.look ?? {};
    // Values of the site's settings stand below the merchant's own style sheet: they set other names.
    if (accent) {
      // What stands on the site's colour is black or white, whichever reads better.
      const [red, green, blue] = accent.match(/\w\w/g).map((it) => parseInt(it, 16));
      into.style.setProperty("--_site-accent", accent);
      into.style.setProperty("--_site-on", red * 0.299 + green * 0.587 + blue * 0.114 > 140 ? "#000" : "#fff");
    }
    radius && into.style.setProperty("--_site-radius", radius);
    host.hasAttribute("theme") || !theme || host.setAttribute("theme", theme);
  };
  change.onclick = () => {
    choose(by == "order" ? "number" : "order");
    trouble();
    input.focus();
  };
  // One line would glue pasted lines together.
  input.onpaste = (event) => {
    const text = event.clipboardData.getData("text").trim();
    if (!text.includes("\n")) return;
    event.preventDefault();
    input.setRangeText(text.replace(/\s*\n\s*/g, ", "), input.selectionStart, input.selectionEnd, "end");
  };

  for (const touch of ["focusin", "pointerenter"]) form.addEventListener(touch, () => ready().catch(() => {}));

  const trouble = (key, wrong) => {
    answer.replaceChildren();
    build(root, key ? `!status\n+p\theadline\ttrouble\n:${key}` : "!status", say);
    for (const it of [input, contact_input]) it.ariaInvalid = it == wrong;
  };

  /** The request for what is asked, or the name of the text that says why there is none. */
  const request = (what) => {
    if ("order" in what) {
      const kind = contact(what.contact);
      if (!kind || !what.order) return "badOrder";
      const body = JSON.stringify({ site: host.site, order: what.order, [kind]: what.contact.trim() });
      return [at("../api/widget/v1/order"), { method: "POST", body }];
    }
    const list = numbers(what.numbers);
    if (list[0] == "!") return list.slice(1);
    const query = new URLSearchParams({ site: host.site });
    list.trim().split("\n").forEach((it) => query.append("number", it));
    const courier = host.getAttribute("courier");
    if (courier) query.set("carrier", courier);
    return [at("../api/widget/v1/lookup?" + query)];
  };

  // While a driver is on the way the portal is asked again each minute, as long as somebody sees the answer.
  let known = [], later, wait;
  const eye = new IntersectionObserver((entries) => {
    if (!entries.at(-1).isIntersecting) return;
    eye.disconnect();
    track(asked, true);
  });
  const rest = () => {
    clearTimeout(later);
    eye.disconnect();
  };
  const watch = () => {
    rest();
    if (known.some((it) => it.stops_before >= 0)) later = setTimeout(() => eye.observe(panel), wait);
  };

  /** Shows parcels; whoever is reading already keeps what is open and where the focus is. */
  const show = async (parcels, signal) => {
    const operations = draw(flatten(parcels));
    await prepare(operations, say);
    if (signal.aborted) return;
    const all = (part) => [...answer.querySelectorAll(`[part=${part}]`)];
    const folded = ["item", "timeline"];
    const open = folded.map((part) => all(part).map((it) => it.open));
    const held = root.activeElement?.part.value;
    const at = held && all(held).indexOf(root.activeElement);
    build(root, operations, say, link);
    folded.forEach((part, index) => all(part).forEach((it, place) => (it.open = open[index][place])));
    at >= 0 && all(held)[at]?.focus({ preventScroll: true });
  };

  /** Asks; `again` for the same once more, of which nobody is told unless there is something new. */
  const track = async (what, again) => {
    if (frame) {
      pops && !dialog.open && opener.onclick();
      return (await framed()).track(what);
    }
    rest();
    stop?.abort();
    stop = new AbortController();
    const { signal } = stop;
    if (!again) begin_with(what);
    let reason, parcels;
    try {
      await ready();
      const asking = request(asked);
      if (typeof asking == "string") {
        if (signal.aborted) return;
        reason = "bad-input";
        const wrong = asking == "badOrder" && asked.order ? contact_input : input;
        trouble(asking, wrong);
        // Only where the shopper is at work already: a page's own mistake must not take the focus away.
        root.activeElement && wrong.focus({ preventScroll: true });
      } else {
        // Room for the answer at once, while the shopper's own touch explains why things move.
        if (!pops) into.className = "room";
        const reply = await get(asking[0], { cache: "no-store", signal, ...asking[1] });
        const body = await reply.json().catch(() => null);
        if (reply.ok && body) await show((parcels = body.parcels ?? [body]), signal);
        else reason = reply.status == 429 ? "busy" : "unavailable";
        if (signal.aborted) return;
        reason && !again && trouble(reason);
      }
    } catch (error) {
      if (signal.aborted) return;
      reason = "offline";
      again || trouble(reason);
    }
    answer.ariaBusy = null;
    const before = known;
    // A portal that does not answer is asked less and less often.
    wait = reason ? wait * 2 : 6e4;
    if (parcels) known = parcels;
    watch();
    if (again && (reason || JSON.stringify(before) == JSON.stringify(known))) return;
    host.tell(reason ? "error" : "result", reason ? { reason } : { parcels });
    const arrived = (all) => all?.filter((it) => it.status == "delivered") ?? [];
    const old = arrived(before).map((it) => it.number);
    for (const it of arrived(parcels)) old.includes(it.number) || host.tell("delivered", it);
  };

  const begin_with = (what) => {
    known = [];
    // What may be given in short: a number, several of them, or an order with its contact.
    asked = typeof what == "string" ? { numbers: what } : Array.isArray(what) ? { numbers: what.join(",") } : what;
    if ("order" in asked) {
      const { order, contact, email, phone, postcode } = asked;
      asked = { order: String(order).trim(), contact: contact ?? email ?? phone ?? postcode ?? "" };
      choose("order");
      input.value = asked.order;
      contact_input.value = asked.contact;
    } else {
      asked = { numbers: asked.numbers?.join?.(",") ?? asked.numbers ?? asked.number ?? "" };
      choose("number");
      input.value = asked.numbers;
    }
    pops && !dialog.open && dialog.showModal();
    trouble("looking");
    answer.ariaBusy = true;
  };

  form.onsubmit = (event) => {
    event.preventDefault();
    track(by == "order" ? { order: input.value, contact: contact_input.value } : input.value);
  };
  answer.onclick = async ({ target }) => {
    const address = target.value;
    if (target.part == "share") navigator.share({ url: address }).catch(() => {});
    if (target.part != "copy") return;
    const done = await navigator.clipboard?.writeText(address).then(() => 1, () => 0);
    if (done) {
      target.ariaLive = "polite";
      target.textContent = say("copied");
      setTimeout(() => (target.textContent = say("copy")), 2e3);
    }
  };

  // What the attributes or the page's address name.
  const begin = () => {
    const now = given();
    if (now) now != asks && track((asks = now));
    else if (host.hasAttribute("order") && !asked) input.value = host.getAttribute("order");
  };
  const onhash = () => host.hasAttribute("deep-link") && begin();

  root.adoptedStyleSheets = [...root.adoptedStyleSheets.slice(0, 1), sheet];
  await speak();
  if (frame && !pops) throw 0;
  into.id = "widget";
  into.replaceChildren(...(pops ? [opener, dialog] : [panel]));
  paint();
  const view = {
    track,
    begin: pops ? undefined : begin,
    reset() {
      stop?.abort();
      rest();
      asked = asks = null;
      known = [];
      input.value = contact_input.value = "";
      trouble();
      into.className = "";
      answer.ariaBusy = null;
    },
    async change(name) {
      if (frame) return inside?.then((it) => it.change(name));
      if (/^(lang|texts|label|lookups)$/.test(name)) {
        await speak().catch(() => {});
        paint();
        if (asked && name != "lookups") track(asked);
      } else if (!pops) begin();
    },
    hear(on) {
      (on ? addEventListener : removeEventListener)("hashchange", onhash);
      inside?.then((it) => it.hear(on));
      // A widget that is only moved asks again for what it had not got.
      if (!on) {
        stop?.abort();
        rest();
      } else if (answer.ariaBusy) asked && track(asked);
      else watch();
    },
  };
  view.hear(true);
  return view;
};
