//! Whatever is typed, and whatever a carrier writes, the core stays whole and texts stay texts.
#![cfg(not(target_arch = "wasm32"))]

use milkrun_widget::{flat, number, typed, view};
use proptest::prelude::*;

proptest! {
    #[test]
    fn what_is_found_in_a_text_is_clean_and_found_again(text in "[A-Za-z0-9 ,;\\n\\t|<>\u{200b}ä-]{0,200}") {
        if let Ok(numbers) = typed::numbers(&text) {
            prop_assert!(!numbers.is_empty() && numbers.len() <= typed::MOST);
            for it in &numbers {
                let clean = number::clean(it);
                prop_assert_eq!(clean.as_ref(), Some(it));
            }
            prop_assert_eq!(typed::numbers(&numbers.join("\n")), Ok(numbers));
        }
    }

    #[test]
    fn contacts_of_any_kind_have_one_name(text in "\\PC{0,40}") {
        let kind = typed::contact(&text);
        prop_assert_eq!(kind.is_empty(), text.trim().is_empty());
    }

    /// The script has taken control characters out; everything else may stand in a field.
    #[test]
    fn no_field_can_add_an_operation(fields in proptest::collection::vec("\\PC{0,30}", 0..25), events in 0..4_usize) {
        let mut lines = format!("p\t{}", fields.join("\t"));
        for _ in 0..events {
            lines.push_str(&format!("\ne\t{}", fields.join("\t")));
        }
        let drawn = view::draw(&flat::read(&lines));
        let mut depth = 0;
        for line in drawn.lines() {
            let (sign, rest) = line.split_at(1);
            let name = rest.split('\t').next().unwrap_or_default();
            match sign {
                "!" => prop_assert!(depth == 0 && ["status", "answer"].contains(&name)),
                "+" => {
                    depth += 1;
                    let tags = ["p", "div", "span", "bdi", "ol", "li", "details", "summary", "time", "a", "button"];
                    prop_assert!(tags.contains(&name), "{}", line);
                }
                "-" => depth -= 1,
                "@" => {
                    let names = ["role", "aria-current", "dir", "datetime", "href", "type", "value"];
                    prop_assert!(names.contains(&name), "{}", line);
                    if matches!(name, "href" | "value") {
                        prop_assert!(rest.contains("\t/t/"), "{}", line);
                    }
                }
                "=" | "$" | ":" => {}
                _ => prop_assert!(false, "{}", line),
            }
        }
        prop_assert_eq!(depth, 0);
    }
}
