//! Icons, drawn inline on a 24-unit square with a 1.5 stroke; always beside a label or inside a named control.

use milkrun_lean::prelude::*;

/// The icons in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A line through three stops.
    Route,
    /// A calendar leaf.
    Day,
    /// A parcel.
    Parcel,
    /// Two sliders.
    Settings,
    /// A circle half dark.
    Theme,
    /// A tick.
    Check,
    /// A cross.
    Close,
    /// A triangle with an exclamation bar.
    Warn,
    /// A circle with an i.
    Info,
    /// An arrow turning back.
    Undo,
    /// An arrow turning forth.
    Redo,
    /// A plus.
    Plus,
    /// A bin.
    Trash,
    /// An arrow into a tray.
    Import,
    /// An arrow out of a tray.
    Export,
    /// A paper plane.
    Send,
    /// A lightning bolt.
    Optimise,
    /// A square.
    Stop,
    /// A magnifier.
    Search,
    /// A map pin.
    Pin,
    /// A person.
    Driver,
    /// A house.
    Depot,
    /// Six dots to grip.
    Grip,
    /// A chevron down.
    Down,
    /// A chevron right.
    Right,
    /// A clock.
    Clock,
    /// A lock.
    Lock,
    /// A door with an arrow.
    SignOut,
    /// A flask.
    Sandbox,
    /// A van.
    Van,
    /// A pencil.
    Edit,
    /// A question mark in a circle.
    Question,
    /// A minus.
    Minus,
    /// Four corners.
    Fit,
    /// Two sheets.
    Copy,
    /// An arrow going round.
    Refresh,
    /// An arc that turns.
    Busy,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Route => {
                "M5 19a2 2 0 1 0 0-.01M19 5a2 2 0 1 0 0-.01M7 19h7a3.500 3.500 0 0 0 0-7h-4a3.500 3.500 0 0 1 0-7h7"
            }
            Self::Day => "M4 6.500h16v13H4zM4 10.500h16M8 4v4M16 4v4",
            Self::Parcel => "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8M8 6l8 4",
            Self::Settings => "M4 8h9M17 8h3M4 16h3M11 16h9M15 6v4M9 14v4",
            Self::Theme => "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 1 1 0 16",
            Self::Check => "M5 12.500l4.500 4.500L19 7.500",
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::Warn => "M12 4.500l8.500 15h-17zM12 10v4.500M12 17v.01",
            Self::Info => "M12 4a8 8 0 1 0 .01 0M12 11v5M12 8v.01",
            Self::Undo => "M9 7L5 11l4 4M5 11h9a5 5 0 0 1 0 10h-2",
            Self::Redo => "M15 7l4 4-4 4M19 11h-9a5 5 0 0 0 0 10h2",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Trash => "M5 7h14M10 7V4.500h4V7M7 7l1 12.500h8L17 7M10.500 11v5M13.500 11v5",
            Self::Import => "M12 4v10M8 10.500l4 4 4-4M4.500 15v4.500h15V15",
            Self::Export => "M12 15V4.500M8 8l4-4 4 4M4.500 15v4.500h15V15",
            Self::Send => "M20.500 3.500L3.500 10.500l7 3 3 7zM10.500 13.500l4-4",
            Self::Optimise => "M13 3.500L5.500 13.500H12l-1 7 7.500-10H12z",
            Self::Stop => "M7 7h10v10H7z",
            Self::Search => "M10.500 5a5.500 5.500 0 1 0 .01 0M15 15l4.500 4.500",
            Self::Pin => {
                "M12 20.500c4-4.500 6-7.500 6-10.500a6 6 0 1 0-12 0c0 3 2 6 6 10.500zM12 8a2 2 0 1 0 .01 0"
            }
            Self::Driver => "M12 5a3.500 3.500 0 1 0 .01 0M5 20c.5-4 3.500-6 7-6s6.500 2 7 6",
            Self::Depot => "M4.500 11L12 4.500 19.500 11M6.500 9.500v10h11v-10M10 19.500v-5.500h4v5.500",
            Self::Grip => "M9 6v.01M15 6v.01M9 12v.01M15 12v.01M9 18v.01M15 18v.01",
            Self::Down => "M6.500 9.500L12 15l5.500-5.500",
            Self::Right => "M9.500 6.500L15 12l-5.500 5.500",
            Self::Clock => "M12 4a8 8 0 1 0 .01 0M12 8v4.500l3 2",
            Self::Lock => "M6 11h12v8.500H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
            Self::SignOut => "M14 4.500H5.500v15H14M10.500 12h9M16 8.500l3.500 3.500-3.500 3.500",
            Self::Sandbox => "M9.500 4h5M10.500 4v6L5 19.500h14L13.500 10V4M7.500 15h9",
            Self::Van => "M3 7h11v9.500H3zM14 10.500h4l3 3v3h-7M7 15a2 2 0 1 0 .01 0M17 15a2 2 0 1 0 .01 0",
            Self::Edit => "M4.500 19.500l1-4L16 5l3 3L8.500 18.500zM14 7l3 3",
            Self::Question => {
                "M12 4a8 8 0 1 0 .01 0M9.500 10a2.500 2.500 0 1 1 3.500 2.300c-.7.3-1 .8-1 1.700M12 16.500v.01"
            }
            Self::Minus => "M5 12h14",
            Self::Fit => "M4.500 9V4.500H9M15 4.500h4.500V9M19.500 15v4.500H15M9 19.500H4.500V15",
            Self::Copy => "M9 9h10.500v10.500H9zM5.500 15H4.500V4.500H15v1",
            Self::Refresh => "M19 12a7 7 0 1 1-2-5M17.500 3.500V7H14",
            Self::Busy => "M12 4a8 8 0 1 1-8 8",
        }
    }
}

/// Draws an icon; hidden from screen readers, since the label beside it speaks.
#[component]
pub fn IconView(icon: Icon, #[prop(optional)] class: &'static str) -> View {
    view! {
        <svg class=format!("icon {class}") viewBox="0 0 24 24" aria-hidden="true">
            <path d=icon.path()/>
        </svg>
    }
}
