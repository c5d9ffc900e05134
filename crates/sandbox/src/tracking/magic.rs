//! Tracking numbers that force what happens, so that every status and every error can be met at will.

use milkrun_wire::tracking51::{DeliveryStatus, MetaCode};

use super::envelope::Refusal;
use crate::{Sandbox, faults};

const PREFIX: &str = "MR-";
const ERROR_PREFIX: &str = "MR-ERR-";

/// What a magic number does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Magic {
    /// The parcel has this status at once and keeps it.
    Status(DeliveryStatus),
    /// Every call that names the number fails with this code.
    Refused(MetaCode),
    /// Every call that names the number answers an HTML page with status 502.
    Html,
    /// Every call that names the number answers late.
    Slow,
}

/// What a number does: `MR-` and a status or `MR-ERR-` and a code, each with any suffix, in any case.
pub(crate) fn of(number: &str) -> Option<Magic> {
    let number = number.to_ascii_uppercase();
    if let Some(rest) = number.strip_prefix(ERROR_PREFIX) {
        let word = rest.split('-').next().unwrap_or_default();
        return match word {
            "HTML" => Some(Magic::Html),
            "SLOW" => Some(Magic::Slow),
            _ => word.parse().ok().filter(|it| *it != 200).map(|it| Magic::Refused(MetaCode(it))),
        };
    }
    let rest = number.strip_prefix(PREFIX)?;
    let status = |it: &&DeliveryStatus| rest.starts_with(&it.as_str().to_ascii_uppercase());
    DeliveryStatus::KNOWN.iter().find(status).cloned().map(Magic::Status)
}

/// What a call meets that names `number` and has no way to answer for it alone.
pub(crate) async fn act(sandbox: &Sandbox, number: &str) -> Result<(), Refusal> {
    match of(number) {
        Some(Magic::Refused(code)) => Err(Refusal::code(code)),
        Some(Magic::Html) => Err(Refusal::Html),
        Some(Magic::Slow) => {
            faults::slow(sandbox).await;
            Ok(())
        }
        Some(Magic::Status(_)) | None => Ok(()),
    }
}

/// Whether a code refuses one number of several rather than the whole call.
pub(crate) fn is_about_one(code: MetaCode) -> bool {
    matches!(code.0, 4101 | 4102 | 4110..=4130)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: &str, expected: impl Into<Option<Magic>>) {
        assert_eq!(of(number), expected.into(), "{number}");
    }

    #[test]
    fn magic_numbers_are_told() {
        for it in DeliveryStatus::KNOWN {
            let word = it.as_str().to_uppercase();
            check(&format!("MR-{word}"), Some(Magic::Status(it.clone())));
            check(&format!("MR-{word}-7"), Some(Magic::Status(it.clone())));
        }
        check("mr-delivered-7", Some(Magic::Status(DeliveryStatus::Delivered)));
        check("MR-ERR-4101", Some(Magic::Refused(MetaCode::EXISTS)));
        check("MR-ERR-511-2", Some(Magic::Refused(MetaCode::SERVER_ERROR)));
        check("MR-ERR-HTML", Some(Magic::Html));
        check("MR-ERR-SLOW-1", Some(Magic::Slow));
        check("MR-ERR-200", None);
        check("MR-ERR-X", None);
        check("MR-1", None);
        check("JJFI123", None);
    }
}
