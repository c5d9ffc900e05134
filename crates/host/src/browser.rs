//! JavaScript's.

use js_sys::{JsString, Math, Number};

pub(crate) fn number(text: &str) -> f64 {
    js_sys::parse_float(text)
}

pub(crate) fn fixed(value: f64, places: u8) -> String {
    // It fails beyond a hundred places only.
    Number::from(value).to_fixed(places.min(100)).map(String::from).unwrap_or_default()
}

pub(crate) fn shortest(value: f64) -> String {
    Number::from(value).to_string_with_radix(10).map(String::from).unwrap_or_default()
}

/// The text in small letters.
#[must_use]
pub fn lower(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}

/// The text in capital letters.
#[must_use]
pub fn upper(text: &str) -> String {
    JsString::from(text).to_upper_case().into()
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident: $theirs:ident)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(value: f64) -> f64 {
            Math::$theirs(value)
        }
    )*};
}

/// Two to this power.
#[must_use]
pub fn exp2(power: f64) -> f64 {
    Math::pow(2.0, power)
}

/// Ten to this power.
#[must_use]
pub fn exp10(power: f64) -> f64 {
    Math::pow(10.0, power)
}

functions! {
    /// The sine of an angle in radians.
    sin: sin
    /// The cosine of an angle in radians.
    cos: cos
    /// The tangent of an angle in radians.
    tan: tan
    /// The angle in radians that has this sine.
    asin: asin
    /// The angle in radians that has this tangent.
    atan: atan
    /// The exponential function.
    exp: exp
    /// The natural logarithm.
    ln: log
    /// The logarithm to the base of ten.
    log10: log10
}
