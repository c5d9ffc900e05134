//! Saved views: the questions a dispatcher asks every morning, each with its count.

use milkrun_host::lower;
use milkrun_lean::prelude::*;
use milkrun_wire::api::parcel::{Parcel, ParcelStatus};

use super::state::TrackState;
use super::status::{icon, needs_attention};
use crate::ui::icon::{Icon, IconView};

/// Which parcels are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ParcelView {
    All,
    /// Those somebody should look at.
    Attention,
    Status(ParcelStatus),
}

impl ParcelView {
    pub(super) fn holds(self, status: ParcelStatus) -> bool {
        match self {
            Self::All => true,
            Self::Attention => needs_attention(status),
            Self::Status(wanted) => status == wanted,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Attention => "Needs attention",
            Self::Status(status) => status.words(),
        }
    }

    fn icon(self) -> Option<Icon> {
        match self {
            Self::All => None,
            Self::Attention => Some(Icon::Warn),
            Self::Status(status) => Some(icon(status)),
        }
    }
}

/// Whether a search (in lower case) finds a parcel: every word of it must occur somewhere.
pub(super) fn matches_search(parcel: &Parcel, search: &str) -> bool {
    let texts = [
        Some(&parcel.tracking_number),
        parcel.title.as_ref(),
        parcel.order_number.as_ref(),
        parcel.courier_name.as_ref(),
        Some(&parcel.courier_code),
        parcel.latest_event.as_ref(),
    ];
    let all: Vec<String> = texts.into_iter().flatten().map(|text| lower(text)).collect();
    search.split_whitespace().all(|word| all.iter().any(|text| text.contains(word)))
}

/// One chip for each view that has parcels; the view in use stays even when its last parcel leaves it.
#[component]
pub(super) fn ViewChips() -> View {
    let track = TrackState::get();
    let views = Memo::new(move |_| {
        let all = [ParcelView::All, ParcelView::Attention]
            .into_iter()
            .chain(ParcelStatus::ALL.map(ParcelView::Status));
        let counted = all.map(|view| (view, track.count(|status| view.holds(status))));
        counted.filter(|(view, count)| *count > 0 || *view == track.view.get()).collect::<Vec<_>>()
    });
    view! {
        <div class="track__views" role="group" aria-label="Show">
            <For each=move || views.get() key=|(view, count)| (format!("{view:?}"), *count) let((view, count))>
                <button class="chip chip--button" aria-pressed=move || (track.view.get() == view).to_string()
                    on:click=move |_| track.view.set(view)>
                    {view.icon().map(|icon| view! { <IconView icon/> })}
                    {view.words()}
                    <span class="track__count number">{count}</span>
                </button>
            </For>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel() -> Parcel {
        Parcel {
            id: "1".into(),
            tracking_number: "JJFI123".into(),
            courier_code: "posti".into(),
            courier_name: Some("Posti".into()),
            title: Some("Blue chair".into()),
            order_number: None,
            status: ParcelStatus::Transit,
            substatus: None,
            latest_event: Some("In sorting, Vantaa".into()),
            latest_event_at: None,
            expected_at: None,
            checkpoints: Vec::new(),
            read_at: String::new(),
            stale: false,
        }
    }

    #[test]
    fn every_word_must_be_found() {
        for (search, found) in
            [("", true), ("jjfi", true), ("chair vantaa", true), ("chair espoo", false), ("  posti ", true)]
        {
            assert_eq!(matches_search(&parcel(), search), found, "{search}");
        }
    }

    #[test]
    fn views_hold_what_they_say() {
        assert!(
            ParcelView::Attention.holds(ParcelStatus::Exception)
                && !ParcelView::Attention.holds(ParcelStatus::Transit)
        );
        assert!(ParcelView::Status(ParcelStatus::Transit).holds(ParcelStatus::Transit));
        assert!(ParcelStatus::ALL.into_iter().all(|status| ParcelView::All.holds(status)));
    }
}
