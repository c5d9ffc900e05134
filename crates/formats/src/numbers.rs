//! Numbers in text files, which come as `12`, `12.0` and `1.2e1`.

use crate::error::{FormatError, quoted};

/// The most nodes a file may have: beyond it a single mistyped digit would eat all memory.
pub(crate) const MOST: usize = 1_000_000;

/// A whole number, also when it is written with a decimal point.
pub(crate) fn whole(word: &str, line: usize, what: &str) -> Result<i32, FormatError> {
    let number = word.parse::<i32>().ok().or_else(|| {
        let number: f64 = word.parse().ok()?;
        let fits = number.fract() == 0.0 && number.abs() <= f64::from(i32::MAX);
        fits.then_some(number as i32)
    });
    number.ok_or_else(|| {
        FormatError::line(
            line,
            format!("the {what} is {}", quoted(word)),
            "write a whole number of at most 2,147,483,647",
        )
    })
}

/// A whole number that is not negative.
pub(crate) fn count(word: &str, line: usize, what: &str) -> Result<i32, FormatError> {
    let number = whole(word, line, what)?;
    if number < 0 {
        return Err(FormatError::line(line, format!("the {what} is {number}"), "write 0 or more"));
    }
    Ok(number)
}

/// The first and the last time of a window, in that order.
pub(crate) fn window(from: &str, to: &str, line: usize) -> Result<[i32; 2], FormatError> {
    let [from, to] = [count(from, line, "earliest time")?, count(to, line, "latest time")?];
    if to < from {
        let what = format!("the window ends at {to}, {} before it starts", from - to);
        return Err(FormatError::line(line, what, "write the earlier time first"));
    }
    Ok([from, to])
}

/// A coordinate: any finite number.
pub(crate) fn coordinate(word: &str, line: usize) -> Result<f64, FormatError> {
    let number = word.parse::<f64>().ok().filter(|number| number.is_finite());
    number.ok_or_else(|| {
        FormatError::line(line, format!("the coordinate is {}", quoted(word)), "write a number such as 12.5")
    })
}
