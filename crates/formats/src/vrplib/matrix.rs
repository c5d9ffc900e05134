//! Explicit weights: unfolds each of TSPLIB's layouts into a whole matrix.

use super::scan::{At, Scanned};
use crate::error::{FormatError, quoted};

/// Which cells a layout lists, in the order of the file.
#[derive(Debug, Clone, Copy)]
enum Layout {
    Full,
    /// Row by row from the diagonal rightwards; the flag says whether the diagonal is listed.
    Upper(bool),
    /// Row by row up to the diagonal.
    Lower(bool),
}

impl Layout {
    fn of(name: &str) -> Option<Self> {
        // A column of one half is the row of the other.
        Some(match name {
            "FULL_MATRIX" => Self::Full,
            "UPPER_ROW" | "LOWER_COL" => Self::Upper(false),
            "UPPER_DIAG_ROW" | "LOWER_DIAG_COL" => Self::Upper(true),
            "LOWER_ROW" | "UPPER_COL" => Self::Lower(false),
            "LOWER_DIAG_ROW" | "UPPER_DIAG_COL" => Self::Lower(true),
            _ => return None,
        })
    }

    fn cells(self, size: usize) -> u128 {
        let size = size as u128;
        match self {
            Self::Full => size * size,
            Self::Upper(true) | Self::Lower(true) => size * (size + 1) / 2,
            Self::Upper(false) | Self::Lower(false) => size * (size - 1) / 2,
        }
    }

    fn columns(self, row: usize, size: usize) -> std::ops::Range<usize> {
        match self {
            Self::Full => 0..size,
            Self::Upper(diagonal) => row + usize::from(!diagonal)..size,
            Self::Lower(diagonal) => 0..row + usize::from(diagonal),
        }
    }
}

/// The matrix of an `EXPLICIT` file, row by row.
pub(super) fn unfold(scanned: &Scanned, size: usize) -> Result<Vec<i32>, FormatError> {
    let Some(At { line, value }) = &scanned.weight_format else {
        let mend = "add a line such as `EDGE_WEIGHT_FORMAT : FULL_MATRIX`";
        return Err(FormatError::file("EDGE_WEIGHT_FORMAT is missing", mend));
    };
    let Some(layout) = Layout::of(value) else {
        let what = format!("EDGE_WEIGHT_FORMAT is {}, which is not supported", quoted(value));
        let mend = "read are FULL_MATRIX and UPPER, LOWER with ROW, COL, DIAG_ROW or DIAG_COL";
        return Err(FormatError::line(*line, what, mend));
    };
    let (found, expected) = (scanned.weights.len(), layout.cells(size));
    // Compared before anything is allocated: DIMENSION may be a slip of the pen.
    if found as u128 != expected {
        let what =
            format!("EDGE_WEIGHT_SECTION has {found} weights, {size} nodes as {value} need {expected}");
        return Err(FormatError::line(
            scanned.weights_end,
            what,
            "complete the section, or correct DIMENSION",
        ));
    }
    let mut matrix = vec![0; size * size];
    let mut weights = scanned.weights.iter().copied();
    for row in 0..size {
        for (column, weight) in layout.columns(row, size).zip(&mut weights) {
            matrix[row * size + column] = weight;
            if !matches!(layout, Layout::Full) {
                matrix[column * size + row] = weight;
            }
        }
    }
    Ok(matrix)
}
