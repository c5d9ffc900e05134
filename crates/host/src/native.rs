//! The standard library's.

pub(crate) fn number(text: &str) -> f64 {
    // The caller has looked at the text.
    text.parse().unwrap_or(f64::NAN)
}

pub(crate) fn fixed(value: f64, places: u8) -> String {
    format!("{value:.*}", usize::from(places))
}

pub(crate) fn shortest(value: f64) -> String {
    format!("{value:?}")
}

/// The text in small letters.
#[must_use]
pub fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// The text in capital letters.
#[must_use]
pub fn upper(text: &str) -> String {
    text.to_uppercase()
}

/// Ten to this power.
#[must_use]
pub fn exp10(power: f64) -> f64 {
    10.0_f64.powf(power)
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(value: f64) -> f64 {
            value.$name()
        }
    )*};
}

functions! {
    /// The sine of an angle in radians.
    sin
    /// The cosine of an angle in radians.
    cos
    /// The tangent of an angle in radians.
    tan
    /// The angle in radians that has this sine.
    asin
    /// The angle in radians that has this tangent.
    atan
    /// The exponential function.
    exp
    /// The natural logarithm.
    ln
    /// The logarithm to the base of ten.
    log10
    /// Two to this power.
    exp2
}
