// The server's stream of events, for as long as somebody looks at the page.
//
// A browser opens only six connections to one host, and a stream keeps one of them: a hidden page gives its own
// back. After a break the page comes back later and later, and asks for what it missed after the last event it saw.

const KINDS = ["dispatch", "parcel", "credentials", "reset"];
const LONGEST_WAIT = 60_000;

// `told` hears the kind of each event, `state` whether the stream is up. Gives a function that ends it.
export function follow(path, told, state) {
  let source, timer, last = "", tries = 0;
  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const open = () => {
    close();
    const own = new EventSource(last ? `${path}?after=${encodeURIComponent(last)}` : path);
    source = own;
    own.onopen = () => {
      tries = 0;
      state(true);
    };
    own.onerror = () => {
      close();
      state(false);
      const wait = Math.min(1000 * 2 ** tries, LONGEST_WAIT);
      tries += 1;
      timer = setTimeout(open, wait * (0.5 + Math.random() / 2));
    };
    for (const kind of KINDS) {
      own.addEventListener(kind, (event) => {
        last = event.lastEventId;
        told(kind);
      });
    }
  };
  const look = () => {
    if (document.hidden) {
      close();
      state(false);
    } else {
      open();
    }
  };
  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    document.removeEventListener("visibilitychange", look);
    close();
    state(false);
  };
}
