//! Which column is what: by its name first, by its cells where the name says nothing.

use super::{Field, Table, aliases, cell};
use serde::{Deserialize, Serialize};

/// How many rows are looked at.
const SAMPLE: usize = 200;

/// What one column was taken for.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnGuess {
    /// Which column, from 0.
    pub column: usize,
    /// Its name, or `Column 3`.
    pub name: String,
    /// What it was taken for; `None` means it is ignored.
    pub field: Option<Field>,
    /// How sure, from 0 to 1.
    pub confidence: f32,
    /// Why, in a few words for the dispatcher.
    pub why: String,
    /// The first cells that hold something, to show beside the guess.
    pub samples: Vec<String>,
}

/// What each column is taken for, by column; `None` columns are ignored. Can be kept for files with the same
/// [`Table::signature`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mapping(pub Vec<Option<Field>>);

impl Mapping {
    /// The guesses taken as they are.
    pub fn from_guesses(guesses: &[ColumnGuess]) -> Self {
        Mapping(guesses.iter().map(|it| it.field).collect())
    }

    /// The columns of a field, in order.
    pub fn columns(&self, field: Field) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().filter(move |(_, it)| **it == Some(field)).map(|(at, _)| at)
    }

    /// Whether any column has this field.
    pub fn has(&self, field: Field) -> bool {
        self.columns(field).next().is_some()
    }

    /// Gives a column a meaning; another column that had it loses it, unless both may have it.
    pub fn set(&mut self, column: usize, field: Option<Field>) {
        if self.0.len() <= column {
            self.0.resize(column + 1, None);
        }
        if let Some(it) = field.filter(|it| !it.may_repeat()) {
            self.0.iter_mut().filter(|old| **old == Some(it)).for_each(|old| *old = None);
        }
        self.0[column] = field;
    }

    /// What is missing before stops can be made, in a sentence; `None` when nothing is.
    pub fn missing(&self) -> Option<&'static str> {
        let placed = self.has(Field::Lat) && self.has(Field::Lon);
        let addressed = self.has(Field::Address) || self.has(Field::Street);
        (!placed && !addressed).then_some("No column holds the address; choose which one does")
    }
}

/// Guesses every column of the table, in order.
pub fn guess(table: &Table) -> Vec<ColumnGuess> {
    let mut guesses: Vec<ColumnGuess> = (0..table.columns).map(|it| by_itself(table, it)).collect();
    settle(&mut guesses);
    guesses
}

fn by_itself(table: &Table, column: usize) -> ColumnGuess {
    let cells: Vec<&str> = table
        .rows
        .iter()
        .take(SAMPLE)
        .filter_map(|it| it.cells.get(column))
        .map(String::as_str)
        .filter(|it| !it.is_empty())
        .collect();
    let samples = cells.iter().take(3).map(|it| (*it).to_owned()).collect();
    let named = table.header.as_ref().and_then(|it| it.get(column)).and_then(|it| aliases::find(it));
    let content = by_content(&cells);
    let (field, confidence, why) = match (named, content) {
        // A column named `address` that holds nothing but e-mail addresses is one of those.
        (Some(_), Some((Field::Email, sure, why))) => (Some(Field::Email), sure, why.to_owned()),
        // A delivery window is often called `delivery time`, a single time too.
        (Some((Field::WindowStart | Field::WindowEnd, _)), Some((Field::Window, sure, why))) => {
            (Some(Field::Window), sure, why.to_owned())
        }
        (Some((Field::Window, _)), Some((Field::WindowStart, sure, why))) => {
            (Some(Field::WindowStart), sure, why.to_owned())
        }
        (Some((field, true)), _) => (Some(field), 1.0, "the column's name".to_owned()),
        (Some((field, false)), Some((same, ..))) if field == same => {
            (Some(field), 0.9, "the column's name and its cells".to_owned())
        }
        (Some((field, false)), _) => (Some(field), 0.7, "part of the column's name".to_owned()),
        // Under a name that says something else, only cells that can hardly be anything else count: a column
        // `metres` of small numbers is not about parcels.
        (None, Some((field, sure, why))) if table.header.is_none() || sure >= 0.65 => {
            (Some(field), sure, why.to_owned())
        }
        (None, None) if cells.is_empty() => (None, 0.0, "the column is empty".to_owned()),
        (None, _) => (None, 0.0, "not recognised; it is ignored".to_owned()),
    };
    ColumnGuess { column, name: table.column_name(column), field, confidence, why, samples }
}

/// What the cells look like, when nearly all of them look alike.
fn by_content(cells: &[&str]) -> Option<(Field, f32, &'static str)> {
    let most = |is: &dyn Fn(&str) -> bool, of_ten: usize| {
        !cells.is_empty() && cells.iter().filter(|it| is(it)).count() * 10 >= cells.len() * of_ten
    };
    let fine = |it: &str| it.split_once(['.', ',']).is_some_and(|(_, rest)| rest.len() >= 3);
    let degrees = |it: &str| fine(it) && cell::degrees(it).is_some_and(|it| it.abs() <= 180.0);
    let small = |it: &str| cell::count(it).is_some_and(|it| (1..=200).contains(&it)) && it.len() <= 3;
    let distinct = cells.iter().collect::<std::collections::HashSet<_>>().len() == cells.len();
    let code = |it: &str| it.bytes().any(|it| it.is_ascii_digit()) && !it.contains(char::is_whitespace);
    let name = |it: &str| !it.bytes().any(|it| it.is_ascii_digit()) && it.chars().count() >= 3;
    Some(match () {
        () if most(&cell::is_email, 8) => (Field::Email, 0.9, "its cells are e-mail addresses"),
        () if most(&cell::is_item_number, 8) => {
            (Field::TrackingNumber, 0.8, "its cells are postal item numbers")
        }
        () if most(&|it| cell::window(it).is_some() && it.len() >= 3, 9) => {
            (Field::Window, 0.8, "its cells are time windows")
        }
        () if most(&|it| it.contains(':') && cell::time(it).is_some(), 9) => {
            (Field::WindowStart, 0.5, "its cells are times of day")
        }
        () if most(&degrees, 9) => (Field::Lat, 0.5, "its cells are coordinates"),
        () if most(&cell::is_phone, 8) => (Field::Phone, 0.8, "its cells are telephone numbers"),
        () if most(&cell::is_city, 8) => (Field::City, 0.7, "its cells are postcodes with cities"),
        () if most(&cell::is_address, 6) => (Field::Address, 0.65, "its cells look like addresses"),
        () if most(&cell::is_postcode, 9) && !distinct => {
            (Field::Postcode, 0.5, "its cells look like postcodes")
        }
        () if cells.len() > 1 && distinct && most(&code, 9) => {
            (Field::Id, 0.6, "its cells are all different")
        }
        () if most(&small, 10) => (Field::Parcels, 0.4, "its cells are small numbers"),
        () if most(&name, 8) => (Field::Label, 0.3, "its cells look like names"),
        () => return None,
    })
}

/// Lets each meaning have one column: the surest, the first of equals. Second columns of times and
/// coordinates are what usually follows; others are ignored and told so.
fn settle(guesses: &mut [ColumnGuess]) {
    let mut order: Vec<usize> = (0..guesses.len()).collect();
    crate::sorted::sort_by(&mut order, |a, b| guesses[*b].confidence.total_cmp(&guesses[*a].confidence));
    let mut taken: Vec<(Field, usize)> = Vec::new();
    for at in order {
        let Some(field) = guesses[at].field else { continue };
        let owner = |wanted: Field| taken.iter().find(|(it, _)| *it == wanted).map(|(_, at)| *at);
        let by_cells = guesses[at].confidence < 0.7;
        let follower = match field {
            Field::Lat if by_cells => Some(Field::Lon),
            Field::WindowStart if by_cells => Some(Field::WindowEnd),
            // Column names differ only by their parts: `customer` and `customer name 2`.
            _ => None,
        };
        let repeats = field.may_repeat() && guesses[at].confidence >= 0.7;
        match (owner(field), follower) {
            (None, _) => taken.push((field, at)),
            (Some(_), _) if repeats => {}
            (Some(_), Some(next)) if owner(next).is_none() => {
                guesses[at].field = Some(next);
                taken.push((next, at));
            }
            (Some(first), _) => {
                guesses[at].field = None;
                guesses[at].confidence = 0.0;
                guesses[at].why = format!("ignored, {} already is {}", guesses[first].name, field.label());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::parse;

    /// The fields by column, `-` for an ignored one.
    fn check(text: &str, expected: &str) {
        let guesses = guess(&parse(text).unwrap());
        let shown: Vec<String> =
            guesses.iter().map(|it| it.field.map_or("-".to_owned(), |it| format!("{it:?}"))).collect();
        assert_eq!(shown.join(" "), expected, "{guesses:#?}");
    }

    #[test]
    fn by_name() {
        check("external_id,Customer,Address,Qty\n1,A,Street 3,2\n", "Id Label Address Parcels");
        check(
            "Auftrag;Kunde;Straße;Hausnummer;PLZ;Ort;von;bis\n1;A;Ring;3;10115;Berlin;9:00;12:00\n",
            "Id Label Street HouseNumber Postcode City WindowStart WindowEnd",
        );
        check(
            "Tilausnumero;Asiakas;Osoite;Postinumero;Kaupunki;Puhelin;Lisätiedot\n1;A;Tie 3;00100;Helsinki;+358405550101;x\n",
            "Id Label Address Postcode City Phone Note",
        );
        check(
            "Pedido,Dirección,Bultos,Latitud,Longitud\n1,Calle 3,2,40.4,-3.7\n",
            "Id Address Parcels Lat Lon",
        );
        check("id,address,weather\n1,Street 3,sun and rain 4\n", "Id Address -");
    }

    #[test]
    fn by_cells() {
        check(
            "HEL-1,Aino,Street 3,9-12,a@example.com\nHEL-2,Eero,Street 4,10-14,b@example.com\n",
            "Id Label Address Window Email",
        );
        check("Annankatu 18, 00120 Helsinki\nBulevardi 13, 00120 Helsinki\n", "Address City");
        check(
            "Street 3,60.1699,24.9384,08:00,12:00\nStreet 4,60.1700,24.9400,09:00,13:00\n",
            "Address Lat Lon WindowStart WindowEnd",
        );
        check("address,foo\nStreet 3,RR123456785FI\nStreet 4,RR123456799FI\n", "Address TrackingNumber");
        check("address,contact\nStreet 3,a@example.com\n", "Address Email");
        check("address,delivery time\nStreet 3,9:00-11:00\n", "Address Window");
    }

    #[test]
    fn each_meaning_once_but_notes_add_up() {
        check(
            "id,name,customer,note,instructions,address\n1,A,B,x,y,Street 3\n",
            "Id Label - Note Note Address",
        );
        let guesses = guess(&parse("name,customer,address\nA,B,Street 3\n").unwrap());
        assert_eq!(guesses[1].why, "ignored, name already is Customer");
    }

    #[test]
    fn a_mapping_can_be_changed() {
        let mut mapping = Mapping(vec![Some(Field::Id), Some(Field::Label)]);
        assert!(mapping.missing().is_some());
        mapping.set(3, Some(Field::Id));
        mapping.set(1, Some(Field::Address));
        assert_eq!(mapping, Mapping(vec![None, Some(Field::Address), None, Some(Field::Id)]));
        assert_eq!(mapping.missing(), None);
        assert_eq!(serde_json::to_string(&mapping).unwrap(), r#"[null,"address",null,"id"]"#);
    }
}
