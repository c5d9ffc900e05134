//! Bytes to text: which encoding a file is in, without asking.
//!
//! Spreadsheets on Windows still write the local code page, Excel's "Unicode text" is UTF-16, and anything
//! modern is UTF-8 with or without a byte order mark. Those are recognised; the few lines this takes keep a
//! library with the tables of every encoding of the world out of the download.

use super::ImportError;

/// The encodings that are recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, little end first.
    Utf16Le,
    /// UTF-16, big end first.
    Utf16Be,
    /// The western Windows code page, taken when the bytes are no UTF-8.
    Windows1252,
}

impl Encoding {
    /// The name shown to the dispatcher.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf16Le | Encoding::Utf16Be => "UTF-16",
            Encoding::Windows1252 => "Windows-1252",
        }
    }
}

/// A file as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// What it was taken for.
    pub encoding: Encoding,
    /// Whether some bytes made no sense and now read `\u{FFFD}`.
    pub lossy: bool,
    /// What the dispatcher should know, in sentences; empty when all is plain.
    pub notes: Vec<String>,
}

/// How much of the file is looked at to tell what it is.
const LOOK: usize = 4096;

/// What well-known files begin with.
const SIGNATURES: [(&[u8], ImportError); 8] = [
    (b"PK\x03\x04", ImportError::Workbook("an Excel or OpenDocument workbook")),
    (b"\xD0\xCF\x11\xE0", ImportError::Workbook("an old Excel workbook")),
    (b"%PDF", ImportError::NotText("a PDF")),
    (b"\x89PNG", ImportError::NotText("a picture")),
    (b"\xFF\xD8\xFF", ImportError::NotText("a picture")),
    (b"GIF8", ImportError::NotText("a picture")),
    (b"\x1F\x8B", ImportError::NotText("a compressed file")),
    (b"{\\rtf", ImportError::NotText("a formatted document")),
];

/// Turns a file's bytes into text.
///
/// # Errors
/// When the file is empty, a workbook, or no text at all.
pub fn decode(bytes: &[u8]) -> Result<Decoded, ImportError> {
    if let Some((_, error)) = SIGNATURES.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(error.clone());
    }
    let decoded = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8_or_windows(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, Encoding::Utf16Le, false),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, Encoding::Utf16Be, false),
        _ => match zeros(bytes) {
            Zeros::None => utf8_or_windows(bytes),
            Zeros::Odd => utf16(bytes, Encoding::Utf16Le, true),
            Zeros::Even => utf16(bytes, Encoding::Utf16Be, true),
            Zeros::Anywhere => return Err(ImportError::NotText("a binary file")),
        },
    };
    let controls = |it: &char| it.is_control() && !matches!(it, '\n' | '\r' | '\t' | '\u{80}'..='\u{9F}');
    let (mut strange, mut all) = (0, 0);
    for it in decoded.text.chars().take(LOOK) {
        all += 1;
        strange += usize::from(controls(&it));
    }
    if strange * 50 > all {
        return Err(ImportError::NotText("a binary file"));
    }
    if decoded.text.trim().is_empty() {
        return Err(ImportError::Empty);
    }
    Ok(decoded)
}

enum Zeros {
    None,
    Even,
    Odd,
    Anywhere,
}

/// Where zero bytes stand: text in UTF-16 has them in every other place, other text has none.
fn zeros(bytes: &[u8]) -> Zeros {
    let head = &bytes[..bytes.len().min(LOOK)];
    let at = |parity| head.iter().skip(parity).step_by(2).filter(|it| **it == 0).count();
    let (even, odd, half) = (at(0), at(1), head.len() / 2);
    match (even, odd) {
        (0, 0) => Zeros::None,
        _ if odd * 2 > half && even * 10 < half => Zeros::Odd,
        _ if even * 2 > half && odd * 10 < half => Zeros::Even,
        _ => Zeros::Anywhere,
    }
}

fn utf8_or_windows(bytes: &[u8]) -> Decoded {
    let text = match std::str::from_utf8(bytes) {
        Ok(it) => return plain(it.to_owned(), Encoding::Utf8),
        Err(_) => bytes.iter().map(|it| windows_1252(*it)).collect(),
    };
    let note = "Read as Windows-1252, because it is not UTF-8; check that names and addresses look right";
    Decoded { notes: vec![note.to_owned()], ..plain(text, Encoding::Windows1252) }
}

fn plain(text: String, encoding: Encoding) -> Decoded {
    Decoded { text, encoding, lossy: false, notes: Vec::new() }
}

fn utf16(bytes: &[u8], encoding: Encoding, guessed: bool) -> Decoded {
    let unit = match encoding {
        Encoding::Utf16Be => u16::from_be_bytes,
        _ => u16::from_le_bytes,
    };
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut lossy = !odd.is_empty();
    let units = pairs.iter().map(|it| unit(*it));
    let text = char::decode_utf16(units)
        .map(|it| {
            it.unwrap_or_else(|_| {
                lossy = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    let mut notes = Vec::new();
    if guessed {
        notes
            .push("Read as UTF-16, which the file does not say itself; check that it looks right".to_owned());
    }
    if lossy {
        notes.push(format!("Some characters could not be read and show as {}", char::REPLACEMENT_CHARACTER));
    }
    Decoded { lossy, notes, ..plain(text, encoding) }
}

/// The characters of bytes 0x80 to 0x9F, as the WHATWG Encoding Standard has them; the rest is Latin-1.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', //
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "id,osoite\n1,Yrjönkatu 3 – „kukka”\n";

    fn utf16_bytes(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|it| if big { it.to_be_bytes() } else { it.to_le_bytes() }).collect()
    }

    fn check(bytes: &[u8], encoding: Encoding, notes: usize) {
        let decoded = decode(bytes).unwrap();
        assert_eq!((decoded.text.as_str(), decoded.encoding), (TEXT, encoding));
        assert_eq!((decoded.notes.len(), decoded.lossy), (notes, false), "{:?}", decoded.notes);
    }

    #[test]
    fn every_usual_encoding_is_recognised() {
        check(TEXT.as_bytes(), Encoding::Utf8, 0);
        check(format!("\u{FEFF}{TEXT}").as_bytes(), Encoding::Utf8, 0);
        check(&encoding_rs::WINDOWS_1252.encode(TEXT).0, Encoding::Windows1252, 1);
        for (big, encoding) in [(false, Encoding::Utf16Le), (true, Encoding::Utf16Be)] {
            check(&utf16_bytes(&format!("\u{FEFF}{TEXT}"), big), encoding, 0);
            check(&utf16_bytes(TEXT, big), encoding, 1);
        }
    }

    #[test]
    fn every_byte_of_the_windows_page_is_right() {
        let bytes: Vec<u8> = (0..=255).collect();
        let ours: String = bytes.iter().map(|it| windows_1252(*it)).collect();
        assert_eq!(ours, encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0);
    }

    #[test]
    fn broken_utf16_is_kept_and_said() {
        let mut bytes = utf16_bytes(&format!("\u{FEFF}{TEXT}"), false);
        bytes.extend([0x00, 0xD8, 0x41]);
        let decoded = decode(&bytes).unwrap();
        assert!(decoded.lossy && decoded.text.starts_with(TEXT) && decoded.notes[0].contains('\u{FFFD}'));
    }

    fn check_refused(bytes: &[u8], reason: &str) {
        let error = decode(bytes).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }

    #[test]
    fn what_is_no_text_is_refused_with_what_to_do() {
        check_refused(b"", "is empty");
        check_refused(b" \r\n\t", "is empty");
        check_refused(b"\xEF\xBB\xBF", "is empty");
        check_refused(b"PK\x03\x04\x14\x00", "save it as CSV");
        check_refused(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "old Excel workbook");
        check_refused(b"%PDF-1.7", "a PDF");
        check_refused(&[0, 1, 2, 0, 0, 0, 255, 0, 0, 9, 3, 0], "binary");
        check_refused(&[7, 1, 2, 3, 4, 5, 6, 11, 200], "binary");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode(&bytes);
        }

        #[test]
        fn text_survives(text in "[a-zåäö0-9,;\n€]{0,80}x") {
            prop_assert_eq!(decode(text.as_bytes()).unwrap().text, text);
        }
    }
}
