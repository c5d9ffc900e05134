// A shop's own script, as the npm package's types must take it; compiled and never run.
import { define, type MilkrunTrack, type Parcel } from "milkrun-track";

define({ portal: "https://portal.example", site: "key" });
// @ts-expect-error: the key is missing
define({ portal: "https://portal.example" });

const widget: MilkrunTrack = document.querySelector("milkrun-track")!;
const made: MilkrunTrack = document.createElement("milkrun-track");
await widget.track("RR123456789FI");
await widget.track(["RR123456789FI", "RR987654321FI"]);
await widget.track({ order: "1001", email: "aino@example.com" });
// @ts-expect-error: an order asks for what was given with it
await widget.track({ order: "1001" });
widget.reset();
document.body.append(made);

document.addEventListener("milkrun:ready", ({ detail }) => detail satisfies null);
widget.addEventListener("milkrun:result", ({ detail }) => {
  const first: Parcel | undefined = detail.parcels[0];
  if (first?.found && first.kind == "driver" && first.stops_before >= 0) console.log(first.estimated_from, first.page);
  // @ts-expect-error: no such status
  if (first?.status == "lost") console.log(first.events[0]?.text);
});
widget.addEventListener("milkrun:delivered", ({ detail }) => console.log(detail.delivered_at));
widget.addEventListener("milkrun:error", ({ detail }) => {
  detail.reason satisfies "bad-input" | "busy" | "unavailable" | "offline" | "refused";
  // @ts-expect-error: errors name no parcels
  console.log(detail.parcels);
});

(window.milkrun ||= []).push(() => widget.reset());
