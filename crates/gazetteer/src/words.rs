//! Folding text so that the ways people write one name become one.

/// Words that may follow a house number without naming another place.
const NEUTRAL: &[&str] = &[
    "helsinki",
    "helsingfors",
    "finland",
    "suomi",
    "fi",
    "fin",
    "uusimaa",
    "nyland",
    "keskusta",
    "kamppi",
    "kluuvi",
    "kallio",
    "punavuori",
    "kruununhaka",
    "kaartinkaupunki",
    "ullanlinna",
    "hakaniemi",
    "floor",
    "floors",
    "krs",
    "kerros",
    "as",
    "asunto",
    "apt",
    "rappu",
    "porras",
    "sisapiha",
    "katutaso",
    "street",
    "level",
    "pohjakerros",
    "nd",
    "bost",
];

/// Lower case without diacritics, every run of other characters one blank: `Yrjönkatu 3/B` is `yrjonkatu 3 b`.
/// A hyphen between digits stays, because `30-34` is one house.
pub(crate) fn fold(text: &str) -> String {
    let plain: Vec<char> = text.chars().flat_map(char::to_lowercase).filter_map(without_mark).collect();
    let mut folded = String::with_capacity(plain.len());
    for (idx, it) in plain.iter().enumerate() {
        let digit_at =
            |idx: Option<usize>| idx.and_then(|it| plain.get(it)).is_some_and(char::is_ascii_digit);
        let is_range = matches!(it, '-' | '–') && digit_at(idx.checked_sub(1)) && digit_at(Some(idx + 1));
        match it {
            _ if is_range => folded.push('-'),
            it if it.is_alphanumeric() => folded.push(*it),
            _ if folded.ends_with(' ') || folded.is_empty() => {}
            _ => folded.push(' '),
        }
    }
    folded.trim_end().to_owned()
}

/// Whether a folded word that follows the house number leaves the place where it was.
pub(crate) fn is_neutral(word: &str) -> bool {
    NEUTRAL.contains(&word) || word.chars().count() == 1 || word.chars().any(|it| it.is_ascii_digit())
}

fn without_mark(it: char) -> Option<char> {
    Some(match it {
        'ä' | 'å' | 'á' | 'à' | 'â' | 'ã' => 'a',
        'ö' | 'ó' | 'ò' | 'ô' | 'õ' | 'ø' => 'o',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'ü' | 'ú' | 'ù' | 'û' => 'u',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'š' => 's',
        'ž' => 'z',
        'ç' => 'c',
        'ñ' => 'n',
        // Combining marks, which decomposed text writes after the letter.
        '\u{300}'..='\u{36f}' => return None,
        _ => it,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_folded() {
        let check = |text: &str, folded: &str| assert_eq!(fold(text), folded);
        check("Yrjönkatu 3/B", "yrjonkatu 3 b");
        check("Asema-Aukio", "asema aukio");
        check("30-34", "30-34");
        check("30–34", "30-34");
        check("  ,, ", "");
        check("Itäinen  Teatterikuja.", "itainen teatterikuja");
        check("A\u{308}ä", "aa");
    }
}
