//! The way between two nodes, as each format defines it, in the file's own units.

use milkrun_formats::{Instance, Rounding, Weights};

/// How far (and, in these files, how long) it is from one node to another. A node that does not exist is at no
/// distance.
#[must_use]
pub fn distance(instance: &Instance, from: usize, to: usize) -> f64 {
    if let Weights::Matrix(cells) = &instance.weights {
        let row = cells.chunks(instance.nodes.len().max(1)).nth(from);
        return row.and_then(|row| row.get(to)).map_or(0.0, |&cell| f64::from(cell));
    }
    let (Some(&[x1, y1]), Some(&[x2, y2])) = (instance.coordinates.get(from), instance.coordinates.get(to))
    else {
        return 0.0;
    };
    let line = (x2 - x1).hypot(y2 - y1);
    match instance.weights {
        Weights::Plane(Rounding::Nearest) => (line + 0.5).floor(),
        Weights::Plane(Rounding::Up) => line.ceil(),
        Weights::Plane(Rounding::Tenths) => tenths((x2 - x1).mul_add(x2 - x1, (y2 - y1) * (y2 - y1))),
        Weights::Plane(Rounding::Exact) | Weights::Matrix(_) => line,
        Weights::Att => {
            // The nearest integer, and one more where that is too short.
            let exact = line / 10.0_f64.sqrt();
            let near = exact.round();
            if near < exact { near + 1.0 } else { near }
        }
        Weights::Geo if from == to => 0.0,
        Weights::Geo => {
            let ([lat1, lat2], [lon1, lon2]) = ([x1, x2].map(angle), [y1, y2].map(angle));
            // The law of cosines, as TSPLIB spells it.
            let q = ((lon1 - lon2).cos(), (lat1 - lat2).cos(), (lat1 + lat2).cos());
            let cosine = 0.5 * ((1.0 + q.0) * q.1 - (1.0 - q.0) * q.2);
            (6_378.388 * cosine.clamp(-1.0, 1.0).acos() + 1.0).floor()
        }
    }
}

/// The root of a square, cut off after one decimal. Found by whole tenths, so that a root which is a whole number of
/// tenths never falls just below itself.
fn tenths(square: f64) -> f64 {
    let hundredfold = square * 100.0;
    let mut tenths = hundredfold.sqrt().floor();
    while (tenths + 1.0) * (tenths + 1.0) <= hundredfold {
        tenths += 1.0;
    }
    while tenths * tenths > hundredfold {
        tenths -= 1.0;
    }
    tenths / 10.0
}

/// TSPLIB's degrees and minutes as radians, with its own value of pi.
#[expect(clippy::approx_constant, reason = "published lengths rest on this value")]
fn angle(value: f64) -> f64 {
    let (degrees, minutes) = (value.trunc(), value.fract() * 100.0);
    (degrees + minutes / 60.0) * 3.141592 / 180.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(weights: &str, a: &str, b: &str) -> f64 {
        let text = format!(
            "TYPE : TSP\nDIMENSION : 2\nEDGE_WEIGHT_TYPE : {weights}\nNODE_COORD_SECTION\n1 {a}\n2 {b}\nEOF\n"
        );
        distance(&milkrun_formats::read_instance(&text).unwrap(), 0, 1)
    }

    #[test]
    fn each_format_has_its_own_rounding() {
        let check =
            |weights, a, b, expected| assert_eq!(length(weights, a, b), expected, "{weights} {a} {b}");
        check("EUC_2D", "0 0", "1 1", 1.0);
        check("EUC_2D", "0 0", "0 2.5", 3.0);
        check("CEIL_2D", "0 0", "1 1", 2.0);
        check("CEIL_2D", "0 0", "3 4", 5.0);
        check("ATT", "0 0", "1 1", 1.0);
        check("ATT", "0 0", "3 4", 2.0);
        check("ATT", "0 0", "10 30", 10.0);
        check("GEO", "60.0 25.0", "61.0 25.0", 112.0);
    }

    #[test]
    fn one_decimal_is_cut_off_exactly() {
        let check = |square: f64, expected| assert_eq!(tenths(square), expected, "{square}");
        check(2.0, 1.4);
        check(25.0, 5.0);
        check(0.0, 0.0);
        // 0.3² is a little less than 0.09 in binary.
        check(9.0, 3.0);
        check(1_000_000.0, 1_000.0);
        check(999_999.0, 999.9);
    }
}
