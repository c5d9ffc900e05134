//! What a browser has already.
//!
//! The standard library brings tables along for writing and reading fractions, for the case of every letter of the
//! world and for reducing angles: some forty kilobytes that compress badly, in every bundle. JavaScript has all of it,
//! so in a browser these functions ask there. Natively they are the standard library's.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
mod browser;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use browser as host;
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
mod native;
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
use native as host;

pub use host::{asin, atan, cos, exp, exp2, exp10, ln, log10, lower, sin, tan, upper};

/// Whole numbers up to here have an exact `f64`.
const EXACT: u64 = 1 << 53;

/// Powers of ten that have an exact `f64`.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// Reads a decimal number such as `-12.5` or `6e23`; nothing else, not even a blank around it.
#[must_use]
pub fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = digits.split_once(['e', 'E']).map_or((digits, None), |(it, e)| (it, Some(e)));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let sound = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    if !sound(whole) || !sound(part) || (whole.is_empty() && part.is_empty()) {
        return None;
    }
    let exponent: i32 = match exponent {
        Some(it) if it.strip_prefix(['-', '+']).unwrap_or(it).is_empty() => return None,
        Some(it) if !sound(it.strip_prefix(['-', '+']).unwrap_or(it)) => return None,
        // One beyond these is zero or infinite whatever stands before it.
        Some(it) => it.parse().unwrap_or(if it.starts_with('-') { -100_000 } else { 100_000 }),
        None => 0,
    };
    // A quotient or product of two exact numbers is rounded once, and so is the nearest there is.
    let mut digits = whole.bytes().chain(part.bytes());
    let mantissa = digits.try_fold(0_u64, |sum, it| sum.checked_mul(10)?.checked_add(u64::from(it - b'0')));
    let power = exponent.saturating_sub(i32::try_from(part.len()).unwrap_or(i32::MAX));
    let size = match (mantissa.filter(|it| *it <= EXACT), POWERS.get(power.unsigned_abs() as usize)) {
        (Some(mantissa), Some(ten)) if power < 0 => mantissa as f64 / ten,
        (Some(mantissa), Some(ten)) => mantissa as f64 * ten,
        _ => host::number(text.trim_start_matches(['-', '+'])),
    };
    Some(if text.starts_with('-') { -size } else { size })
}

/// A length as style sheets write it, such as `12.5px`.
#[must_use]
pub fn pixels(value: f64) -> String {
    shortest(value) + "px"
}

/// A number with so many places behind the point, such as `12.50`.
#[must_use]
pub fn fixed(value: f64, places: u8) -> String {
    host::fixed(value, places)
}

/// The shortest text that reads as this number again; it may have an exponent.
#[must_use]
pub fn shortest(value: f64) -> String {
    // Whole numbers of usual size need no help.
    if value.abs() < EXACT as f64 && value == (value as i64) as f64 {
        return if value == 0.0 && value.is_sign_negative() {
            "-0".to_owned()
        } else {
            (value as i64).to_string()
        };
    }
    host::shortest(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read() {
        let check = |text: &str, expected: Option<f64>| assert_eq!(number(text), expected, "{text}");
        check("0", Some(0.0));
        check("-12.5", Some(-12.5));
        check("+3.", Some(3.0));
        check(".5", Some(0.5));
        check("6e23", Some(6e23));
        check("1e-400", Some(0.0));
        check("1e99999999999", Some(f64::INFINITY));
        check("60.16985574392019", Some(60.169_855_743_920_19));
        check("123456789012345678901234567890", Some(123_456_789_012_345_678_901_234_567_890.0));
        for text in ["", "-", ".", "1e", "1e+", "e5", "1 ", "0x10", "inf", "NaN", "1.2.3", "--1"] {
            check(text, None);
        }
    }

    #[test]
    fn numbers_are_written() {
        assert_eq!(fixed(12.345, 1), "12.3");
        assert_eq!(fixed(-0.5, 2), "-0.50");
        assert_eq!(shortest(60.25), "60.25");
        assert_eq!(shortest(-3.0), "-3");
        assert_eq!(shortest(-0.0), "-0");
    }

    #[test]
    fn letters_change_their_case() {
        assert_eq!(lower("ÄIDIN Straße"), "äidin straße");
        assert_eq!(upper("ä"), "Ä");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_as_the_same(value in any::<f64>().prop_filter("finite", |it| it.is_finite())) {
            prop_assert_eq!(number(&shortest(value)), Some(value));
        }

        #[test]
        fn reading_agrees_with_the_standard_library(text in "[-+]?[0-9]{1,20}(\\.[0-9]{0,20})?(e[-+]?[0-9]{1,3})?") {
            prop_assert_eq!(number(&text), text.parse::<f64>().ok());
        }
    }
}
