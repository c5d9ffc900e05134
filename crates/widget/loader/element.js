// <milkrun-track> itself: it keeps its place, waits until a shopper sees it, and then fetches what paints the form.
// Nothing else runs on a shop's page before that, so every byte here counts: see `cargo xtask size`.
import css from "./element.css";

/** Attributes that change what is shown; a frame is told of each. */
const NAMES = [
  "number", "numbers", "order", "courier", "lang", "theme", "mode", "label", "lookups", "texts", "deep-link",
];

/**
 * Defines the element once for a page.
 * `source` is the address of the script that runs, somewhere below `…/widget/`; `site` the merchant's key;
 * `within` is true in the portal's own frame, which must not open another one.
 */
export const define = (source, site, within) => {
  if (customElements.get("milkrun-track")) return;
  const base = source.slice(0, source.lastIndexOf("/widget/") + 8);
  const at = (path) => new URL(path, base).href;
  const portal = new URL(base).origin;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);

  // The smallest module there is: a page that forbids WebAssembly says so before anything is fetched.
  let allowed;
  const runs = () => {
    try {
      return (allowed ??= !!new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
    } catch {
      return (allowed = false);
    }
  };

  // All the rest. `import()` takes no hash, but what a preload has checked against one it takes from there; so the
  // loader's own `integrity` vouches for everything that runs.
  let rest;
  const core = () =>
    (rest ??= new Promise((done, fail) => {
      const it = document.createElement("link");
      it.rel = "modulepreload";
      it.href = at(__CORE__);
      it.integrity = __CORE_HASH__;
      it.onload = () => done(import(it.href));
      it.onerror = fail;
      document.head.append(it);
    }));

  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) isIntersecting && target.track().catch(() => {});
  });

  // The same widget on a page of the portal's own origin, whose policy rules there.
  // Messages go to that origin only, and only that frame's are heard.
  const frame = (host, into) =>
    new Promise((done, fail) => {
      const it = document.createElement("iframe");
      const wanted = (name) => (name == "number" && host.linked()) || host.getAttribute(name);
      const query = new URLSearchParams({ site: host.site });
      for (const name of NAMES) name != "mode" && wanted(name) && query.set(name, wanted(name));
      it.src = at("frame?" + query);
      it.part = "frame";
      it.title = host.getAttribute("label") || "Parcel tracking";
      it.allow = "clipboard-write" + (navigator.share ? "; web-share" : "");
      const say = (kind, value) => it.contentWindow?.postMessage({ milkrun: kind, value }, portal);
      const tell = () => {
        const { colorScheme } = getComputedStyle(host);
        const told = NAMES.filter((name) => name != "mode").map((name) => [name, wanted(name)]);
        say("set", [["scheme", colorScheme], ...told]);
      };
      let answered, met;
      const view = {
        change: tell,
        track(what) {
          say("track", what);
          return new Promise((resolve) => (answered = resolve));
        },
        reset: () => say("reset"),
        hear: (on) => (on ? addEventListener : removeEventListener)("message", hear),
      };
      const hear = ({ source, origin, data }) => {
        if (source != it.contentWindow || origin != portal || !data) return;
        const { milkrun, value, detail } = data;
        if (milkrun == "height") it.style.height = value + "px";
        if (milkrun == "ready") {
          met = true;
          it.title = value;
          done(view);
        }
        // The frame's widget cannot run either.
        if (milkrun == "event" && !met) return refuse();
        if (milkrun == "event") {
          host.tell(value, detail);
          if (value == "result" || value == "error") answered?.();
        }
      };
      view.hear(true);
      const refuse = () => met || fail(view.hear());
      it.onload = () => {
        tell();
        // The portal's page tells its height at once; the one that browsers put in the place of a page they refuse does not.
        setTimeout(() => it.style.height || refuse(), 2e3);
      };
      // A page that forbids the frame is told so by its browser.
      addEventListener("securitypolicyviolation", ({ disposition, effectiveDirective, blockedURI }) => {
        if (disposition == "enforce" && effectiveDirective == "frame-src" && blockedURI.startsWith(portal)) refuse();
      });
      setTimeout(refuse, 9e3);
      into.append(it);
    });

  customElements.define(
    "milkrun-track",
    class extends HTMLElement {
      static observedAttributes = NAMES;
      #root = this.attachShadow({ mode: "open" });
      #view; #shown;

      connectedCallback() {
        this.#shown ? this.#shown.hear(true) : this.#empty();
      }

      disconnectedCallback() {
        seen.unobserve(this);
        this.#shown?.hear();
      }

      attributeChangedCallback(name, old, now) {
        if (old == now) return;
        if (name == "mode" && this.#view) {
          this.#shown?.hear();
          this.#empty();
        } else this.#shown?.change(name);
      }

      get site() {
        return this.dataset.site || site || "";
      }

      /** What the page's own address names, where the merchant says under which name. */
      linked() {
        const name = this.getAttribute("deep-link");
        const [one, other] = [location.hash.slice(1), location.search].map((it) => new URLSearchParams(it).get(name));
        return name && (one || other);
      }

      tell(name, detail) {
        this.dispatchEvent(new CustomEvent("milkrun:" + name, { bubbles: true, composed: true, detail }));
      }

      /** Looks up what is given; without anything it only gets the widget ready. */
      async track(what) {
        const view = await (this.#view ||= this.#start());
        return what && view.track(what);
      }

      reset() {
        this.#shown?.reset();
      }

      // Only what the shop wrote inside, until somebody sees it.
      #empty() {
        this.#view = this.#shown = null;
        const slot = document.createElement("slot");
        const link = document.createElement("a");
        link.href = at("../t?site=" + encodeURIComponent(this.site));
        link.textContent = "Track a parcel";
        const room = document.createElement("div");
        room.id = "room";
        slot.append(link);
        room.append(slot);
        this.#root.adoptedStyleSheets = [sheet];
        this.#root.replaceChildren(room);
        seen.observe(this);
      }

      async #start() {
        seen.unobserve(this);
        const room = this.#root.firstChild;
        const into = document.createElement("div");
        try {
          const pops = /popup|floating/.test(this.getAttribute("mode"));
          const inline = within || (this.getAttribute("mode") != "frame" && runs());
          let view;
          // A page without an origin is on no merchant's list: nobody would answer it.
          // Without WebAssembly even the portal's own page could not think.
          if (origin == "null" || (within && !runs())) throw 0;
          room.append(into);
          if (inline || pops) {
            try {
              const { mount } = await core();
              view = await mount(this, { root: this.#root, into, at, frame: !inline && frame, within });
            } catch (error) {
              if (within) throw error;
            }
          }
          view ||= (into.replaceChildren(), await frame(this, into));
          // Another mode was asked for meanwhile.
          if (this.#root.firstChild != room) {
            view.hear();
            return (this.#view ||= this.#start());
          }
          room.firstChild.hidden = true;
          this.#shown = view;
          this.isConnected || view.hear();
          this.tell("ready");
          view.begin?.();
          return view;
        } catch {
          into.remove();
          this.#view = null;
          this.tell("error", { reason: "refused" });
          throw Error("Parcel tracking cannot run on this page; see docs/widget.md for what its policy must allow");
        }
      }
    },
  );

  // Calls made before this script came.
  const queue = window.milkrun;
  window.milkrun = { push: (call) => call() };
  if (Array.isArray(queue)) queue.forEach((call) => call());
};
