/** Defines `<milkrun-track>` once; calling it again does nothing. */
export function define(options: {
  /** The portal's address, such as `https://portal.example`. */
  portal: string;
  /** The key of your site, from the portal's settings. */
  site: string;
}): void;

/** Where a parcel stands. */
export type ParcelStatus =
  | "pending" | "notfound" | "inforeceived" | "transit" | "pickup"
  | "undelivered" | "delivered" | "exception" | "expired" | "unknown";

/** One event of a parcel. */
export interface ParcelEvent {
  /** RFC 3339 time. */
  at: string;
  /** What happened: text, never markup. */
  text: string;
  /** Where; empty when unknown. */
  place: string;
  /** Empty when unknown. */
  status: ParcelStatus | "";
}

/** What a shopper may know of a parcel. Unknown texts are empty. */
export interface Parcel {
  number: string;
  found: boolean;
  /** Who brings it: a carrier or the shop's own driver. */
  kind: "carrier" | "driver" | "";
  status: ParcelStatus;
  /** The finer code, such as `exception006`. */
  substatus: string;
  at_collection_point: boolean;
  carrier: string;
  carrier_code: string;
  /** RFC 3339 day or time. */
  expected_at: string;
  /** RFC 3339 times of the tour's plan; drivers only. */
  planned_from: string;
  planned_until: string;
  /** The same with the tour's delay so far. */
  estimated_from: string;
  estimated_until: string;
  delivered_at: string;
  /** Open stops before this one; -1 when unknown. */
  stops_before: number;
  /** Whether this may be old news: its carrier cannot be asked at the moment. */
  stale: boolean;
  /** Path of the public page on the portal. */
  page: string;
  /** Newest first. */
  events: ParcelEvent[];
}

/** Why there is no answer. */
export type Reason = "bad-input" | "busy" | "unavailable" | "offline" | "refused";

/** What can be asked: a number, several, or an order with what was given with it. */
export type Question =
  | string
  | string[]
  | { number: string }
  | { numbers: string[] }
  | { order: string; email: string }
  | { order: string; phone: string }
  | { order: string; postcode: string }
  | { order: string; contact: string };

/** The element. */
export interface MilkrunTrack extends HTMLElement {
  /** Looks up what is given; settles once the shopper sees the answer. Rejects where the widget cannot run. */
  track(question: Question): Promise<void>;
  /** Back to the empty form. */
  reset(): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "milkrun-track": MilkrunTrack;
  }
  /** All of them bubble, out of shadow roots too: they are heard on the element, the document and the window. */
  interface GlobalEventHandlersEventMap {
    /** The form is painted. */
    "milkrun:ready": CustomEvent<null>;
    /** The portal answered, or a driver's stop has moved on; unknown numbers have `found: false`, an unknown order has no parcels. */
    "milkrun:result": CustomEvent<{ parcels: Parcel[] }>;
    /** There is no answer. */
    "milkrun:error": CustomEvent<{ reason: Reason }>;
    /** Once for each delivered parcel. */
    "milkrun:delivered": CustomEvent<Parcel>;
  }
  interface Window {
    /** Calls to make once the element is defined. */
    milkrun?: Array<() => void> | { push(call: () => void): void };
  }
}
