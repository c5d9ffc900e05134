//! The names of the texts that the core asks for; the words stand in `languages/`, one file a language.
//!
//! The core knows names only: the browser fetches one language, fills the gaps and writes days and counts.

/// Makes the enum, and the name of each variant in the language files.
macro_rules! texts {
    ($($(#[$doc:meta])* $variant:ident = $key:literal,)+) => {
        /// The name of a text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Text { $($(#[$doc])* $variant,)+ }

        impl Text {
            /// Every text the core may ask for.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Its name in the language files.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)+ }
            }
        }
    };
}

texts! {
    /// Expected today or tomorrow.
    ArrivesNear = "arrivesNear",
    /// Expected on a weekday or a date.
    Arrives = "arrives",
    /// Delivered today or yesterday.
    DeliveredNear = "deliveredNear",
    /// Delivered before that.
    DeliveredOn = "deliveredOn",
    /// Delivered, day unknown; also the last step.
    Delivered = "delivered",
    /// The driver comes here next.
    YouAreNext = "youAreNext",
    /// Stops before this one; has plural forms.
    Stops = "stops",
    /// Held by customs; also a step.
    Customs = "customs",
    /// On the way; also the second step.
    OnTheWay = "onTheWay",
    /// Out for delivery; also the third step.
    OutForDelivery = "outForDelivery",
    /// Waits at a collection point; also a step.
    Collect = "collect",
    /// The carrier has the data, not the parcel.
    AnnouncedToCarrier = "announcedToCarrier",
    /// The carrier has not answered yet.
    Waiting = "waiting",
    /// Nobody was at home.
    NobodyHome = "nobodyHome",
    /// The address is wrong.
    AddressProblem = "addressProblem",
    /// Not delivered for another reason; also a step.
    Failed = "failed",
    /// On its way back.
    GoingBack = "goingBack",
    /// Back at the sender.
    Returned = "returned",
    /// The recipient refused it.
    Refused = "refused",
    /// Damaged or lost.
    Damaged = "damaged",
    /// Cancelled before the carrier had it; also a step.
    Cancelled = "cancelled",
    /// Nobody collected it.
    NotCollected = "notCollected",
    /// Something else is wrong.
    Problem = "problem",
    /// That step's short name.
    ProblemStep = "problemStep",
    /// No news for 30 days.
    NoNews = "noNews",
    /// That step's short name.
    NoNewsStep = "noNewsStep",
    /// A status this version does not know.
    Unknown = "unknown",
    /// The first step.
    Announced = "announced",
    /// The expected day or time, under a headline which does not tell it.
    Expected = "expected",
    /// The same once that day is over.
    WasExpected = "wasExpected",
    /// What opens the timeline.
    Events = "events",
    /// Name of the progress bar for those who hear it.
    Progress = "progress",
    /// Nobody knows the number.
    NotFound = "notFound",
    /// What to do about that.
    NotFoundHint = "notFoundHint",
    /// No parcel of that order, or no such order: the shopper is not told which.
    NoOrder = "noOrder",
    /// How many parcels there are; has plural forms.
    Parcels = "parcels",
    /// The shop's own driver, in the place of a carrier's name.
    Driver = "driver",
    /// The link to the parcel's public page.
    Page = "page",
    /// The button that copies that link.
    Copy = "copy",
    /// The button that shares that link.
    Share = "share",
}
