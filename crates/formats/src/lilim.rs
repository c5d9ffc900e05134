//! Li & Lim: pickups and deliveries with time windows, as bare rows of nine numbers.
//!
//! Distances keep all their decimals, as SINTEF counts.

use std::fmt::Write;

use crate::error::FormatError;
use crate::numbers::{coordinate, count, whole, window};
use crate::{Instance, Kind, Node, Rounding, Weights};

/// Reads a Li & Lim file. The first row has vehicles, capacity and speed; the first task, number 0, is the depot.
///
/// # Errors
/// When a row lacks a column, a value is no number, or a pickup and its delivery do not name each other.
pub fn read(text: &str) -> Result<Instance, FormatError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let (vehicles, capacity) = fleet(rows.next())?;
    let (mut coordinates, mut nodes, mut links) = (Vec::new(), Vec::new(), Vec::new());
    for (line, at) in rows {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [number, x, y, demand, ready, due, service, pickup, delivery] = words[..] else {
            let mend = "write number, x, y, demand, ready time, due date, service time, pickup and delivery";
            return Err(FormatError::line(at, format!("the row has {} columns", words.len()), mend));
        };
        let expected = nodes.len();
        if usize::try_from(count(number, at, "task's number")?) != Ok(expected) {
            let mend = format!("number tasks from 0 (the depot) without gaps; here {expected}");
            return Err(FormatError::line(at, format!("the task's number is {number}"), mend));
        }
        coordinates.push([coordinate(x, at)?, coordinate(y, at)?]);
        nodes.push(Node {
            demand: whole(demand, at, "demand")?,
            window: Some(window(ready, due, at)?),
            service: count(service, at, "service time")?,
        });
        let link = |word, what| count(word, at, what).map(|node| usize::try_from(node).unwrap_or(0));
        links.push((at, link(pickup, "pickup")?, link(delivery, "delivery")?));
    }
    if nodes.is_empty() {
        return Err(FormatError::file("there are no tasks", "add a row for the depot and one for each task"));
    }
    let pairs = pairs(&nodes, &links)?;
    Ok(Instance {
        name: String::new(),
        kind: Kind::Pdptw,
        weights: Weights::Plane(Rounding::Exact),
        coordinates,
        nodes,
        depot: 0,
        pairs,
        vehicles: usize::try_from(vehicles).ok(),
        capacity: Some(capacity),
    })
}

fn fleet(row: Option<(&str, usize)>) -> Result<(i32, i32), FormatError> {
    let Some((line, at)) = row else {
        let mend = "begin with a row of vehicles, capacity and speed";
        return Err(FormatError::file("it is empty", mend));
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    let [vehicles, capacity, speed] = words[..] else {
        let mend = "write the number of vehicles, their capacity and their speed";
        return Err(FormatError::line(at, format!("the row has {} columns", words.len()), mend));
    };
    // Published files have 0 or 1 here and mean the same: times and distances are one number.
    whole(speed, at, "speed")?;
    Ok((count(vehicles, at, "number of vehicles")?, count(capacity, at, "capacity")?))
}

/// Each pickup with its delivery, after seeing that they agree about each other.
fn pairs(nodes: &[Node], links: &[(usize, usize, usize)]) -> Result<Vec<[usize; 2]>, FormatError> {
    let mut pairs = Vec::new();
    for (task, &(line, pickup, delivery)) in links.iter().enumerate().skip(1) {
        let (other, back) = match (pickup, delivery) {
            (0, delivery) if delivery != 0 => (delivery, links.get(delivery).map(|link| link.1)),
            (pickup, 0) if pickup != 0 => (pickup, links.get(pickup).map(|link| link.2)),
            _ => {
                let what = format!("task {task} has pickup {pickup} and delivery {delivery}");
                let mend = "one of them is 0, the other the task it belongs to";
                return Err(FormatError::line(line, what, mend));
            }
        };
        let sum = nodes.get(other).map(|node| i64::from(node.demand) + i64::from(nodes[task].demand));
        if back != Some(task) || other == task || sum != Some(0) {
            let what = format!("task {task} belongs to task {other}, which does not agree");
            let mend = "a pickup names its delivery and the other way round, and their demands add up to 0";
            return Err(FormatError::line(line, what, mend));
        }
        if pickup == 0 {
            if nodes[task].demand < 0 {
                let what = format!("task {task} picks up {}", nodes[task].demand);
                return Err(FormatError::line(line, what, "write a positive demand at the pickup"));
            }
            pairs.push([task, delivery]);
        }
    }
    Ok(pairs)
}

/// Writes an instance as a Li & Lim file; its name is left out, for which the format has no place.
///
/// # Errors
/// When it is none: no pairs, other distances, a depot that is not the first node, or a fleet without a number.
pub fn write(instance: &Instance) -> Result<String, FormatError> {
    let fits = instance.kind == Kind::Pdptw
        && instance.weights == Weights::Plane(Rounding::Exact)
        && instance.depot == 0
        && instance.coordinates.len() == instance.nodes.len();
    let (true, Some(vehicles), Some(capacity)) = (fits, instance.vehicles, instance.capacity) else {
        let what = "a Li & Lim file cannot hold this instance";
        return Err(FormatError::file(what, "write it as VRPLIB or Solomon instead"));
    };
    let mut links = vec![(0, 0); instance.nodes.len()];
    for &[pickup, delivery] in &instance.pairs {
        for (task, link) in [(pickup, (0, delivery)), (delivery, (pickup, 0))] {
            if let Some(slot) = links.get_mut(task) {
                *slot = link;
            }
        }
    }
    let mut text = format!("{vehicles}\t{capacity}\t1\n");
    for (number, ((node, [x, y]), (pickup, delivery))) in
        instance.nodes.iter().zip(&instance.coordinates).zip(links).enumerate()
    {
        let [ready, due] = node.window.unwrap_or([0, i32::MAX]);
        let (demand, service) = (node.demand, node.service);
        // Writing to a string cannot fail.
        _ = writeln!(text, "{number}\t{x}\t{y}\t{demand}\t{ready}\t{due}\t{service}\t{pickup}\t{delivery}");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str =
        "2\t50\t1\n0\t0\t0\t0\t0\t100\t0\t0\t0\n1\t3\t4\t10\t5\t60\t9\t0\t2\n2\t6\t8\t-10\t5\t90\t9\t1\t0\n";

    #[test]
    fn pairs_are_read() {
        let it = read(SMALL).unwrap();
        assert_eq!((it.pairs.as_slice(), it.vehicles, it.capacity), (&[[1, 2]][..], Some(2), Some(50)));
        assert_eq!(write(&it).as_deref(), Ok(SMALL));
    }

    #[track_caller]
    fn check(from: &str, to: &str, expected: &str) {
        let spoilt = SMALL.replacen(from, to, 1);
        assert_ne!(spoilt, SMALL);
        assert_eq!(read(&spoilt).unwrap_err().to_string(), expected);
    }

    #[test]
    fn pairs_that_disagree_are_told() {
        let mend = "a pickup names its delivery and the other way round, and their demands add up to 0";
        check(
            "9\t0\t2\n",
            "9\t0\t1\n",
            &format!("line 3: task 1 belongs to task 1, which does not agree; {mend}"),
        );
        check(
            "9\t0\t2\n",
            "9\t0\t7\n",
            &format!("line 3: task 1 belongs to task 7, which does not agree; {mend}"),
        );
        check("-10", "-9", &format!("line 3: task 1 belongs to task 2, which does not agree; {mend}"));
        check(
            "9\t0\t2\n",
            "9\t0\t0\n",
            "line 3: task 1 has pickup 0 and delivery 0; one of them is 0, the other the task it belongs to",
        );
        check(
            "50\t1\n",
            "50\tx\n",
            "line 1: the speed is `x`; write a whole number of at most 2,147,483,647",
        );
        check(
            "0\t2\n",
            "0\n",
            "line 3: the row has 8 columns; write number, x, y, demand, ready time, due date, service time, pickup \
             and delivery",
        );
    }
}
