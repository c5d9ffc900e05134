//! Text to rows and cells, forgiving but never silent.
//!
//! Quoted cells may hold the delimiter, line breaks and doubled quotes. A quote that is never closed would
//! swallow the rest of the file, so it is taken as a character instead and the row is flagged.

use super::{ImportError, sniff};

/// What separates the cells of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab, as in a paste from a spreadsheet.
    Tab,
    /// `|`
    Pipe,
}

impl Delimiter {
    /// The character.
    pub fn as_char(self) -> char {
        match self {
            Delimiter::Comma => ',',
            Delimiter::Semicolon => ';',
            Delimiter::Tab => '\t',
            Delimiter::Pipe => '|',
        }
    }
}

/// What the dispatcher chose over what would be guessed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ParseOptions {
    /// The delimiter; guessed when none.
    pub delimiter: Option<Delimiter>,
    /// Whether the first row names the columns; guessed when none.
    pub header: Option<bool>,
}

/// One row of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The row's number as a spreadsheet shows it: from 1, the header and blank rows counted.
    pub line: usize,
    /// The cells, trimmed; as many as the row has.
    pub cells: Vec<String>,
    /// Whether a quote was opened and not closed.
    pub open_quote: bool,
}

/// A file as rows and cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What separated the cells.
    pub delimiter: Delimiter,
    /// The column names, if the first row holds any.
    pub header: Option<Vec<String>>,
    /// How many columns there are: as many as names, else as most rows have cells.
    pub columns: usize,
    /// The rows below the header, blank ones left out.
    pub rows: Vec<Row>,
}

impl Table {
    /// The name of a column, or `Column 3` where there is none.
    pub fn column_name(&self, column: usize) -> String {
        let name = self.header.as_ref().and_then(|it| it.get(column)).filter(|it| !it.is_empty());
        name.cloned().unwrap_or_else(|| format!("Column {}", column + 1))
    }

    /// What two files of the same make share, to remember a mapping by: the column names in order.
    pub fn signature(&self) -> String {
        (0..self.columns)
            .map(|it| milkrun_host::lower(&self.column_name(it)))
            .collect::<Vec<_>>()
            .join("\u{1F}")
    }

    /// The rows with more or fewer cells than there are columns.
    pub fn ragged(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|it| it.cells.len() != self.columns)
    }
}

/// Reads a text as a table, guessing delimiter and header.
///
/// # Errors
/// When there is nothing in it, or nothing but column names.
pub fn parse(text: &str) -> Result<Table, ImportError> {
    parse_with(text, ParseOptions::default())
}

/// Reads a text as a table, guessing only what is not given.
///
/// # Errors
/// When there is nothing in it, or nothing but column names.
pub fn parse_with(text: &str, options: ParseOptions) -> Result<Table, ImportError> {
    let (said, text) = separator_line(text.trim_start_matches('\u{FEFF}'));
    let delimiter = options.delimiter.or(said).unwrap_or_else(|| sniff::delimiter(text));
    let mut rows: Vec<Row> =
        records(text, delimiter).filter(|it| it.cells.iter().any(|cell| !cell.is_empty())).collect();
    let first = rows.first().ok_or(ImportError::Empty)?;

    let below: Vec<&[String]> = rows.iter().skip(1).take(40).map(|it| it.cells.as_slice()).collect();
    let header = options.header.unwrap_or_else(|| sniff::has_header(&first.cells, &below));
    let header = header.then(|| rows.remove(0).cells);
    if rows.is_empty() {
        return Err(ImportError::HeaderOnly);
    }
    let counts: Vec<usize> = rows.iter().take(40).map(|it| it.cells.len()).collect();
    let columns = header.as_ref().map_or_else(|| sniff::most_common(&counts), Vec::len);
    for row in &mut rows {
        // Spreadsheets pad short rows with empty cells; those say nothing.
        while row.cells.len() > columns && row.cells.last().is_some_and(String::is_empty) {
            row.cells.pop();
        }
    }
    Ok(Table { delimiter, header, columns, rows })
}

/// Excel's `sep=;` line, which names the delimiter and is no row.
fn separator_line(text: &str) -> (Option<Delimiter>, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let delimiter = match line.trim_end_matches('\r') {
        "sep=," => Delimiter::Comma,
        "sep=;" => Delimiter::Semicolon,
        "sep=\t" => Delimiter::Tab,
        "sep=|" => Delimiter::Pipe,
        _ => return (None, text),
    };
    (Some(delimiter), rest)
}

/// A quoted cell of more lines than this is a forgotten quote, not a note.
const MOST_LINES: usize = 50;

/// All records of a text, blank ones included, so that they can be counted.
pub(super) fn records(text: &str, delimiter: Delimiter) -> impl Iterator<Item = Row> {
    let mut rest = Some(text);
    let mut line = 0;
    std::iter::from_fn(move || {
        let mut here = rest.filter(|it| !it.is_empty())?;
        line += 1;
        let mut row = Row { line, cells: Vec::new(), open_quote: false };
        loop {
            let cell = next_cell(here, delimiter.as_char());
            row.cells.push(cell.text);
            row.open_quote |= cell.open_quote;
            match cell.next {
                Next::Cell(at) => here = &here[at..],
                Next::Row(at) => {
                    rest = Some(&here[at..]);
                    return Some(row);
                }
                Next::End => {
                    rest = None;
                    return Some(row);
                }
            }
        }
    })
}

enum Next {
    Cell(usize),
    Row(usize),
    End,
}

struct Cell {
    text: String,
    open_quote: bool,
    next: Next,
}

fn next_cell(text: &str, delimiter: char) -> Cell {
    let start = text.len() - text.trim_start_matches(' ').len();
    let mut open_quote = false;
    if text[start..].starts_with('"') {
        if let Some((quoted, end)) = quoted(&text[start + 1..]) {
            // Whatever stands between the closing quote and the delimiter belongs to the cell, unless the
            // cell has several lines: then that quote opens a later cell and this one was never closed.
            let (tail, next) = plain(text, start + 1 + end, delimiter);
            if tail.trim().is_empty() || !quoted.contains('\n') {
                return Cell { text: (quoted + tail).trim().to_owned(), open_quote, next };
            }
        }
        open_quote = true;
    }
    let (cell, next) = plain(text, 0, delimiter);
    Cell { text: cell.trim().to_owned(), open_quote, next }
}

/// The inside of a quoted cell and the offset behind its closing quote.
fn quoted(text: &str) -> Option<(String, usize)> {
    let mut inside = String::new();
    let (mut from, mut lines) = (0, 0);
    loop {
        let quote = from + text[from..].find('"')?;
        let part = &text[from..quote];
        lines += part.bytes().filter(|it| *it == b'\n').count();
        if lines > MOST_LINES {
            return None;
        }
        inside.push_str(part);
        if !text[quote + 1..].starts_with('"') {
            return Some((inside, quote + 1));
        }
        inside.push('"');
        from = quote + 2;
    }
}

/// The text up to the next delimiter or line end.
fn plain(text: &str, from: usize, delimiter: char) -> (&str, Next) {
    let Some(end) = text[from..].find([delimiter, '\n', '\r']) else {
        return (&text[from..], Next::End);
    };
    let end = from + end;
    let cell = &text[from..end];
    let rest = &text[end..];
    let next = match rest.as_bytes() {
        [b'\r', b'\n', ..] => Next::Row(end + 2),
        [b'\r' | b'\n', ..] => Next::Row(end + 1),
        _ => Next::Cell(end + 1),
    };
    (cell, next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Rows as `line:cell|cell`.
    fn check(text: &str, expected: &[&str]) {
        let options = ParseOptions { header: Some(false), ..ParseOptions::default() };
        let table = parse_with(text, options).unwrap();
        let shown: Vec<String> =
            table.rows.iter().map(|it| format!("{}:{}", it.line, it.cells.join("|"))).collect();
        assert_eq!(shown, expected, "{text:?}");
    }

    #[test]
    fn cells_and_rows() {
        check("a,b\nc,d", &["1:a|b", "2:c|d"]);
        check("a;b\r\nc;d\r\n", &["1:a|b", "2:c|d"]);
        check("a\tb\rc\td\r", &["1:a|b", "2:c|d"]);
        check(" a , b \n", &["1:a|b"]);
        check("a,\"b, c\"\nd,e\n", &["1:a|b, c", "2:d|e"]);
        check("a,\"say \"\"hi\"\"\"\n", &["1:a|say \"hi\""]);
        check("a,\"two\nlines\"\nb,c\n", &["1:a|two\nlines", "2:b|c"]);
        check("a, \"b\" x\n", &["1:a|b x"]);
        check("a,b\"c\n", &["1:a|b\"c"]);
        check("sep=;\na,1;b\n", &["1:a,1|b"]);
        check("\u{FEFF}a,b\n", &["1:a|b"]);
    }

    #[test]
    fn blank_rows_are_left_out_but_counted() {
        check("\n\na,b\n,\n  \nc,d\n\n", &["3:a|b", "6:c|d"]);
    }

    #[test]
    fn ragged_rows_are_kept() {
        let table = parse("id,address,note\n1,x\n2,y,z\n3,y,z,more\n4,y,z,,\n").unwrap();
        assert_eq!(table.columns, 3);
        assert_eq!(table.ragged().map(|it| (it.line, it.cells.len())).collect::<Vec<_>>(), [(2, 2), (4, 4)]);
    }

    #[test]
    fn an_open_quote_costs_one_row_not_the_file() {
        let table = parse("id,note\n1,\"oops\n2,fine\n3,fine\n").unwrap();
        assert_eq!(table.rows.len(), 3);
        assert!(table.rows[0].open_quote && !table.rows[1].open_quote);
        let table = parse("id,note\n1,\"oops\n2,\"oops\n3,fine\n").unwrap();
        assert_eq!(table.rows.iter().filter(|it| it.open_quote).count(), 2, "{table:?}");
        assert_eq!(table.rows.len(), 3);
        let long = format!("id,note\n1,\"oops\n{}99,5\" pipe\n", "2,fine\n".repeat(80));
        assert_eq!(parse(&long).unwrap().rows.len(), 82, "two stray quotes far apart are not a cell");
    }

    #[test]
    fn header_and_names() {
        let table = parse("id,,address\n1,2,Street 3\n").unwrap();
        assert_eq!(table.column_name(0), "id");
        assert_eq!(table.column_name(1), "Column 2");
        assert_eq!(table.signature(), parse("ID,,Address\n7,8,Street 9\n").unwrap().signature());
        assert_eq!(parse("1,Street 3\n2,Street 4\n").unwrap().header, None);
    }

    #[test]
    fn nothing_to_import_is_said() {
        assert_eq!(parse(""), Err(ImportError::Empty));
        assert_eq!(parse("\n,,\n"), Err(ImportError::Empty));
        assert_eq!(parse("id,address,parcels\n\n"), Err(ImportError::HeaderOnly));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[a1\"\\n\\r,; \\täé]{0,60}") {
            let _ = parse(&text);
        }

        #[test]
        fn quoted_cells_come_back(cells in proptest::collection::vec("[a-z,;\"\n]{0,8}x", 2..5)) {
            let quoted: Vec<String> = cells.iter().map(|it| format!("\"{}\"", it.replace('"', "\"\""))).collect();
            let text = format!("{}\n", quoted.join(","));
            let rows: Vec<Row> = records(&text, Delimiter::Comma).collect();
            prop_assert_eq!(rows.len(), 1);
            let trimmed: Vec<String> = cells.iter().map(|it| it.trim().to_owned()).collect();
            prop_assert_eq!(&rows[0].cells, &trimmed);
        }
    }
}
