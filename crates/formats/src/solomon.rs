//! Solomon and Gehring & Homberger: a table of customers with demand, window and service time.
//!
//! Distances are cut off after one decimal, as the DIMACS challenge counts.

use std::fmt::Write;

use crate::error::{FormatError, quoted};
use crate::numbers::{coordinate, count, window};
use crate::{Instance, Kind, Node, Rounding, Weights};

/// Reads a Solomon file. The first customer, number 0, is the depot.
///
/// # Errors
/// When a row lacks a column, a value is no number, or the numbers do not follow each other.
pub fn read(text: &str) -> Result<Instance, FormatError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines =
        text.lines().zip(1..).map(|(line, at)| (line.trim(), at)).filter(|(line, _)| !line.is_empty());
    let name = lines.next().map(|(line, _)| line.to_owned()).unwrap_or_default();
    let mut fleet = None;
    let mut customers = false;
    let (mut coordinates, mut nodes) = (Vec::new(), Vec::new());
    for (line, at) in lines {
        if line.starts_with(|letter: char| letter.is_alphabetic()) {
            customers |= heading(line, at)?;
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        match (&words[..], customers) {
            ([vehicles, capacity], false) => {
                fleet = Some((count(vehicles, at, "number of vehicles")?, count(capacity, at, "capacity")?));
            }
            ([number, x, y, demand, ready, due, service], true) => {
                if usize::try_from(count(number, at, "customer's number")?) != Ok(nodes.len()) {
                    let what = format!("the customer's number is {}", quoted(number));
                    let mend =
                        format!("number customers from 0 (the depot) without gaps; here {}", nodes.len());
                    return Err(FormatError::line(at, what, mend));
                }
                coordinates.push([coordinate(x, at)?, coordinate(y, at)?]);
                nodes.push(Node {
                    demand: count(demand, at, "demand")?,
                    window: Some(window(ready, due, at)?),
                    service: count(service, at, "service time")?,
                });
            }
            (_, inside) => {
                let mend = match inside {
                    true => "write number, x, y, demand, ready time, due date and service time",
                    false => "write the number of vehicles and their capacity under VEHICLE",
                };
                return Err(FormatError::line(at, format!("the row has {} columns", words.len()), mend));
            }
        }
    }
    let Some((vehicles, capacity)) = fleet else {
        return Err(FormatError::file("the number of vehicles is missing", "add it under a VEHICLE heading"));
    };
    match nodes.first() {
        None => return Err(FormatError::file("there are no customers", "add them under a CUSTOMER heading")),
        Some(depot) if depot.demand != 0 => {
            let what = format!("customer 0, the depot, has a demand of {}", depot.demand);
            return Err(FormatError::file(what, "write 0 there"));
        }
        Some(_) => {}
    }
    Ok(Instance {
        name,
        kind: Kind::Vrptw,
        weights: Weights::Plane(Rounding::Tenths),
        coordinates,
        nodes,
        depot: 0,
        pairs: Vec::new(),
        vehicles: usize::try_from(vehicles).ok(),
        capacity: Some(capacity),
    })
}

/// Whether this heading begins the table of customers.
fn heading(line: &str, at: usize) -> Result<bool, FormatError> {
    match line.split_whitespace().next().unwrap_or_default() {
        "VEHICLE" | "NUMBER" => Ok(false),
        "CUSTOMER" | "CUST" => Ok(true),
        other => {
            let what = format!("the heading {} is unknown", quoted(other));
            let mend =
                "known are VEHICLE with NUMBER and CAPACITY, and CUSTOMER with CUST NO. and its columns";
            Err(FormatError::line(at, what, mend))
        }
    }
}

/// Writes an instance as a Solomon file.
///
/// # Errors
/// When it is none: no windows, other distances, a depot that is not the first node, or a fleet without a number.
pub fn write(instance: &Instance) -> Result<String, FormatError> {
    let fits = instance.kind == Kind::Vrptw
        && instance.weights == Weights::Plane(Rounding::Tenths)
        && instance.depot == 0
        && instance.coordinates.len() == instance.nodes.len();
    let (true, Some(vehicles), Some(capacity)) = (fits, instance.vehicles, instance.capacity) else {
        let what = "a Solomon file cannot hold this instance";
        return Err(FormatError::file(what, "write it as VRPLIB or Li & Lim instead"));
    };
    let mut text =
        format!("{}\n\nVEHICLE\nNUMBER CAPACITY\n{vehicles} {capacity}\n\nCUSTOMER\n", instance.name);
    text.push_str("CUST NO. XCOORD. YCOORD. DEMAND READY TIME DUE DATE SERVICE TIME\n");
    for (number, (node, [x, y])) in instance.nodes.iter().zip(&instance.coordinates).enumerate() {
        let [ready, due] = node.window.unwrap_or([0, i32::MAX]);
        let (demand, service) = (node.demand, node.service);
        // Writing to a string cannot fail.
        _ = writeln!(text, "{number} {x} {y} {demand} {ready} {due} {service}");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "tiny\r\n\r\nVEHICLE\r\nNUMBER     CAPACITY\r\n  2   50\r\n\r\nCUSTOMER\r\n\
        CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME\r\n \r\n\
        0 0 0 0 0 100 0\r\n1 3 4 10 5 60 9\r\n";

    #[test]
    fn the_table_is_read() {
        let it = read(SMALL).unwrap();
        assert_eq!(
            (it.name.as_str(), it.vehicles, it.capacity, it.nodes.len()),
            ("tiny", Some(2), Some(50), 2)
        );
        assert_eq!(it.nodes[1], Node { demand: 10, window: Some([5, 60]), service: 9 });
        assert_eq!(read(&write(&it).unwrap()), Ok(it));
    }

    #[track_caller]
    fn check(from: &str, to: &str, expected: &str) {
        let spoilt = SMALL.replace(from, to);
        assert_ne!(spoilt, SMALL);
        assert_eq!(read(&spoilt).unwrap_err().to_string(), expected);
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        check(
            "1 3 4 10",
            "1 3 4 ten",
            "line 11: the demand is `ten`; write a whole number of at most 2,147,483,647",
        );
        check(
            "1 3 4 10 5 60 9",
            "1 3 4 10 5 60",
            "line 11: the row has 6 columns; write number, x, y, demand, ready time, due date and service time",
        );
        check(
            "1 3 4",
            "2 3 4",
            "line 11: the customer's number is `2`; number customers from 0 (the depot) without gaps; here 1",
        );
        check("1 3 4", "1 3 NaN", "line 11: the coordinate is `NaN`; write a number such as 12.5");
        check(
            "VEHICLE\r\n",
            "DRIVERS\r\n",
            "line 3: the heading `DRIVERS` is unknown; known are VEHICLE with NUMBER and CAPACITY, and CUSTOMER with \
             CUST NO. and its columns",
        );
        check(
            "0 0 0 0 0 100",
            "0 0 0 7 0 100",
            "the file: customer 0, the depot, has a demand of 7; write 0 there",
        );
    }
}
