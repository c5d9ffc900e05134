// The loader of Milkrun's tracking widget: defines <milkrun-track> and paints its form.
// The answer is WebAssembly's work, fetched when a shopper touches the form or sees a given number.
// Comments on lines of their own and indentation do not reach the shop: see `bundle::loader`.
(() => {
  const script = document.currentScript;
  // A shop may include the script twice; the first one wins.
  if (!script || customElements.get("milkrun-track")) return;

  // Beside this script, so that a portal under a sub-path works too.
  const at = (path) => new URL(path, script.src).href;

  // Label, button, waiting, portal not reached, no WebAssembly.
  const words = {
    en: [
      "Tracking number",
      "Track",
      "Looking…",
      "Tracking cannot be reached.",
      "Tracking cannot run on this page.",
    ],
    fi: [
      "Seurantanumero",
      "Seuraa",
      "Haetaan…",
      "Seurantaan ei saada yhteyttä.",
      "Seuranta ei toimi tällä sivulla.",
    ],
  };

  // Shared by all widgets; the second one is filled by the core.
  // Without a theme the widget follows the page's own color-scheme, not the visitor's alone:
  // a dark card on a light shop would look broken.
  const sheets = [
    `
      :host(:not([hidden])) { display: block }
      :host {
        --_accent: var(--milkrun-accent, light-dark(#0b7a70, #4fd1c1));
        min-block-size: 5.25rem;
        font-family: var(--milkrun-font, inherit);
        color: var(--milkrun-text, light-dark(#1d2422, #f0efec));
      }
      :host([theme]), input, button {
        border-radius: var(--milkrun-radius, .5em);
        background: var(--milkrun-surface, light-dark(#fff, #1c2221));
      }
      :host([theme]) { padding: 1rem }
      :host([theme=light]) { color-scheme: light }
      :host([theme=dark]) { color-scheme: dark }
      :host([theme=auto]) { color-scheme: light dark }
      :host([number]) { min-block-size: 21rem }
      * { box-sizing: border-box }
      form:not([hidden]) { display: flex; flex-wrap: wrap; gap: .5rem }
      label { flex: 1 0 100%; font-weight: 600 }
      input, button {
        min-block-size: 44px;
        min-inline-size: 0;
        margin: 0;
        padding: .5em .75em;
        border: 1px solid var(--milkrun-field, #7d8784);
        font: inherit;
        font-size: max(1em, 16px);
        color: inherit;
      }
      input { flex: 999 1 10em }
      button {
        flex: 1 0 auto;
        padding-inline: 1.25em;
        border-color: transparent;
        font-weight: 600;
        color: var(--milkrun-on-accent, light-dark(#fff, #04211e));
        background: var(--_accent);
      }
      :focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px }
      #status { margin-block-start: 1rem }
    `,
    "",
  ].map((css) => {
    const it = new CSSStyleSheet();
    it.replaceSync(css);
    return it;
  });

  // One core for all widgets of the page; who finds it failed forgets it, so that it may be tried again.
  let core;
  const load = () => (core ||= start());
  const start = async () => {
    // The smallest module there is: a page that forbids WebAssembly says so before anything is fetched.
    new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
    const it = await import(at("core.js?v={{version}}"));
    await it.default({ module_or_path: at("core_bg.wasm?v={{version}}") });
    sheets[1].replaceSync(it.style());
    return it;
  };

  // Each element of the form is also a part for the shop's style sheet.
  const element = (name, part, attributes, ...children) => {
    const it = document.createElement(name);
    for (const key in attributes) it.setAttribute(key, attributes[key]);
    it.id = it.part = part;
    it.append(...children);
    return it;
  };

  // A given number is looked up when its widget comes into view.
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      target.track(target.getAttribute("number"));
    }
  });

  customElements.define(
    "milkrun-track",
    class extends HTMLElement {
      static observedAttributes = ["number", "lang"];
      // Parts of the form, the number last asked for, and what stops that question.
      #label; #input; #button; #status; #answer; #fallback; #form; #asked; #stop;

      connectedCallback() {
        this.#form || this.#paint();
        this.#settle();
      }

      disconnectedCallback() {
        seen.unobserve(this);
        // A widget that is only moved asks again for what it had not got.
        if (this.#stop) this.#asked = this.#stop.abort();
      }

      attributeChangedCallback(name) {
        if (!this.#form) return;
        this.#settle();
        if (name == "lang" && this.#asked) this.track(this.#asked);
      }

      // Looks `number` up as if the shopper had typed it.
      async track(number) {
        this.#input.value = this.#asked = number;
        this.#stop?.abort();
        const stop = (this.#stop = new AbortController());
        this.#status.textContent = this.#word(2);
        this.#answer.setAttribute("aria-busy", true);
        let reply, reason;
        try {
          const { ask, show } = await load();
          const response = await ask(at("../api/widget/v1/lookup"), script.dataset.site || "", number, stop.signal);
          reply = await response?.json().catch(() => 0);
          if (stop.signal.aborted) return;
          reason = show(this.shadowRoot, this.#lang(), response?.status, reply);
        } catch (error) {
          core = 0;
          if (stop.signal.aborted) return;
          // What cannot be fetched is a TypeError; all else is a page that does not let WebAssembly run.
          reason = error instanceof TypeError ? "offline" : "refused";
          // The form is of no use then; what the shop wrote inside the element may be.
          this.#fallback.hidden = !(this.#form.hidden = reason == "refused");
          this.#status.textContent = this.#word(this.#form.hidden ? 4 : 3);
          this.#answer.replaceChildren();
        }
        this.#stop = null;
        this.#answer.removeAttribute("aria-busy");
        this.#tell(reason ? "error" : "result", reason ? { reason } : reply);
      }

      // Back to the empty form.
      reset() {
        this.#stop?.abort();
        this.#asked = this.#stop = null;
        this.#input.value = "";
        this.#status.replaceChildren();
        this.#answer.replaceChildren();
      }

      #paint() {
        const root = this.attachShadow({ mode: "open" });
        root.adoptedStyleSheets = sheets;
        this.#label = element("label", "label", { for: "input" });
        this.#input = element("input", "input", {
          autocomplete: "off", autocapitalize: "characters", spellcheck: false, "aria-describedby": "status",
        });
        this.#button = element("button", "button");
        this.#form = element("form", "form", {}, this.#label, this.#input, this.#button);
        this.#status = element("div", "status", { role: "status" });
        this.#answer = element("div", "answer");
        this.#fallback = element("slot", "fallback", { hidden: "" });
        root.append(this.#form, this.#status, this.#answer, this.#fallback);
        this.#form.onsubmit = (event) => {
          event.preventDefault();
          this.track(this.#input.value);
        };
        this.#tell("ready");
        // What cannot be loaded now is told when it is needed.
        this.#input.onfocus = () => load().catch(() => (core = 0));
      }

      // A language without a region takes the visitor's, if it is the same language.
      #lang() {
        const own = this.closest("[lang]")?.lang;
        const visitor = navigator.language;
        return own && !visitor.startsWith(own + "-") ? own : visitor;
      }

      #word(index) {
        return (words[this.#lang().slice(0, 2)] ?? words.en)[index];
      }

      // Speaks the language and asks for the number that the attributes name now.
      #settle() {
        this.#label.textContent = this.#word(0);
        this.#button.textContent = this.#word(1);
        const number = this.getAttribute("number");
        if (number && number != this.#asked) seen.observe(this);
      }

      #tell(name, detail) {
        this.dispatchEvent(new CustomEvent("milkrun:" + name, { bubbles: true, composed: true, detail }));
      }
    },
  );
})();
