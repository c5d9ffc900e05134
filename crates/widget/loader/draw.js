// Carries out the core's operations (see `src/ops.rs`): elements and text nodes only, never markup.

/** Writes days, ages and counts in a language; `texts` are its words. */
export const writer = (tag, texts) => {
  let locale = tag;
  try {
    Intl.getCanonicalLocales(tag);
  } catch {
    // A page may carry a malformed `lang`, at which the formatters would throw.
    locale = "en";
  }
  const day = { weekday: "long" };
  const hour = { hour: "numeric", minute: "2-digit" };
  const styles = {
    w: day,
    d: { ...day, day: "numeric", month: "long" },
    t: { weekday: "short", day: "numeric", month: "short", ...hour },
  };
  // Making a formatter takes a browser far longer than using it.
  const made = {};
  const make = (kind, options, name = kind + options) => (made[name] ??= new Intl[kind](locale, options));
  const dates = (style) => make("DateTimeFormat", styles[style], style);
  const fills = {
    n: (count) => make("NumberFormat").format(count),
    d: (style, time) => dates(style).format(moment(time)),
    r: (from, until) => dates("t").formatRange(moment(from), moment(until)),
    a: (value, unit) => make("RelativeTimeFormat", { numeric: "auto" }).format(value, unit),
  };
  return (key, kind, ...values) => {
    const filling = kind ? fills[kind](...values) : "";
    if (!key) return filling;
    let text = texts[key] ?? key;
    if (text.other) text = text[make("PluralRules").select(values[0])] ?? text.other;
    return text.replace(/\{\w+\}/, () => filling);
  };
};

const pause = () => new Promise((done) => setTimeout(done));

/**
 * Has every formatter made that operations need, each in a task of its own: the first of a page takes a browser
 * 15 ms and more, and together with the drawing they would hold a slow phone up.
 */
export const prepare = async (operations, say) => {
  const kinds = new Set();
  for (const line of operations.split("\n")) {
    const [key, kind, ...values] = line.slice(1).split("\t");
    const name = kind + (kind == "d" ? values[0] : "");
    if (line[0] != ":" || !kind || kinds.has(name)) continue;
    kinds.add(name);
    await pause();
    say(key, kind, ...values);
  }
  await pause();
};

/** The moment of an RFC 3339 time; a bare day is midnight here, which JavaScript alone would read as UTC. */
const moment = (text) => new Date(text.length > 10 ? text : text + "T00:00");

/** Builds what the operations say below `root`; `link` makes addresses of the portal's paths. */
export const build = (root, operations, say, link) => {
  const made = [];
  let open;
  for (const line of operations.split("\n")) {
    const [name, ...rest] = line.slice(1).split("\t");
    switch (line[0]) {
      case "!": {
        const it = root.getElementById(name);
        made.push([it, (open = it.cloneNode())]);
        break;
      }
      case "+": {
        const it = document.createElement(name);
        it.part = rest[0];
        it.className = rest[1];
        open.append(it);
        open = it;
        break;
      }
      case "-":
        open = open.parentNode;
        break;
      case "@":
        open.setAttribute(name, name == "href" || name == "value" ? link(rest[0]) : rest[0]);
        break;
      case "=":
        open.setAttribute(name, say(rest[0]));
        break;
      case "$":
        open.append(line.slice(1));
        break;
      case ":":
        open.append(say(name, ...rest));
    }
  }
  // What says the same stays, so that nobody hears it twice.
  for (const [it, fresh] of made) it.isEqualNode(fresh) || it.replaceChildren(...fresh.childNodes);
};

/** The reply as lines of fields for the core (see `src/flat.rs`). */
export const flatten = (parcels) => {
  const now = new Date();
  const midnight = (it) => new Date(it).setHours(0, 0, 0, 0);
  const days = (text) => {
    const days = text && Math.round((midnight(moment(text)) - midnight(now)) / 864e5);
    return Number.isNaN(days) ? "" : days;
  };
  // Control characters part the fields, so none may come from outside.
  const line = (...fields) =>
    fields.map((it) => String(it ?? "").replace(/[\0-\x1f]+/g, " ")).join("\t");
  return parcels
    .flatMap((it) => [
      line(
        "p", it.number, +!!it.found, it.kind, it.status, it.substatus, +!!it.at_collection_point, it.carrier,
        it.stops_before ?? -1, it.page, it.expected_at, days(it.expected_at),
        ...window_of(it, days), it.delivered_at, days(it.delivered_at),
      ),
      ...(it.events ?? []).map(({ at, text, place }) =>
        line("e", at, days(at), Math.round((now - moment(at ?? "")) / 1e3) || 0, text, place),
      ),
    ])
    .join("\n");
};

// The window with the tour's delay in it, else the planned one, while the parcel is still to come.
const window_of = (it, days) => {
  if (it.status == "delivered") return ["", "", ""];
  const [from, until] = it.estimated_from
    ? [it.estimated_from, it.estimated_until]
    : [it.planned_from, it.planned_until];
  return [from, days(from), until];
};
