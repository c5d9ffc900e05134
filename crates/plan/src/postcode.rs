//! The postcode inside an address, by which a shopper may look a delivery up.

/// Fewest and most letters and digits of a postcode.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=10;

/// The postcode in an address of one line, such as `00120` in `Fredrikinkatu 12, 00120 Helsinki`.
///
/// It is looked for behind the first comma, where no house number stands, from the end of the address:
/// one word with digits or several in a row (`SW1A 1AA`), with the two letters of the Netherlands (`1012 AB`).
/// Three digits are one only before a name (`101 Reykjavík`), since `Suite 300` is none.
pub fn postcode(address: &str) -> Option<String> {
    let (_, town) = address.split_once(',')?;
    town.rsplit(',').find_map(|part| {
        let words: Vec<&str> = part.split_whitespace().collect();
        let has_digit = |it: &&str| it.bytes().any(|it| it.is_ascii_digit());
        let from = words.iter().position(has_digit)?;
        let run = words[from..].iter().take_while(|it| has_digit(it)).count();
        let mut until = from + run;
        let next = words.get(until);
        let is_pair = |it: &&&str| it.len() == 2 && it.bytes().all(|it| it.is_ascii_uppercase());
        if run == 1 && words[from].len() == 4 && next.filter(is_pair).is_some() {
            until += 1;
        }
        let code = words[from..until].join(" ");
        let length = code.chars().filter(|it| it.is_alphanumeric()).count();
        let before_a_name = next.is_some_and(|it| it.starts_with(char::is_alphabetic));
        (LENGTHS.contains(&length) || length == 3 && before_a_name).then_some(code)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postcodes_are_found_where_countries_write_them() {
        for (address, expected) in [
            ("Fredrikinkatu 12, 00120 Helsinki", Some("00120")),
            ("Fredrikinkatu 12 A 4, 00120 Helsinki, Finland", Some("00120")),
            ("10 Downing Street, London SW1A 2AA", Some("SW1A 2AA")),
            ("Dam 1, 1012 JS Amsterdam", Some("1012 JS")),
            ("Drottninggatan 5, 111 51 Stockholm", Some("111 51")),
            ("1 Market St, Floor 9, San Francisco, CA 94105-1420", Some("94105-1420")),
            ("Rua Augusta 1, 1100-048 Lisboa", Some("1100-048")),
            ("Laugavegur 1, 101 Reykjavík", Some("101")),
            ("1 Yonge St, Toronto ON M5E 1W7", Some("M5E 1W7")),
            ("1 Market St, Suite 300", None),
            ("Street 3, Helsinki", None),
            ("Mannerheimintie 12345", None),
            ("", None),
        ] {
            assert_eq!(postcode(address).as_deref(), expected, "{address}");
        }
    }
}
