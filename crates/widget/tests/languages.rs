//! Every language says everything: no text missing, none too many, the right gaps and the right plural forms.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use milkrun_widget::texts::Text;
use serde_json::{Map, Value};

/// Plural categories of cardinal numbers, from CLDR; languages that are not named tell one from others.
const PLURALS: &[(&str, &[&str])] = &[
    ("id ja ko ms th vi zh zh-Hant", &["other"]),
    ("ca es fr it pt", &["one", "many", "other"]),
    ("he", &["one", "two", "other"]),
    ("lv", &["zero", "one", "other"]),
    ("hr ro", &["one", "few", "other"]),
    ("cs lt pl ru sk uk", &["one", "few", "many", "other"]),
    ("sl", &["one", "two", "few", "other"]),
    ("ar", &["zero", "one", "two", "few", "many", "other"]),
];

/// What only the form says, which the core has no name for.
const FORM: &[&str] = &[
    "number",
    "order",
    "contact",
    "track",
    "byOrder",
    "byNumber",
    "open",
    "close",
    "looking",
    "badNumber",
    "tooMany",
    "badOrder",
    "busy",
    "unavailable",
    "offline",
    "copied",
];

fn languages() -> BTreeMap<String, Map<String, Value>> {
    let files = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/languages")).unwrap();
    let read = |it: fs::DirEntry| {
        let name = it.path().file_stem().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(it.path()).unwrap();
        let texts: Map<String, Value> =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, texts)
    };
    files.map(|it| read(it.unwrap())).collect()
}

fn plurals(language: &str) -> BTreeSet<&'static str> {
    let named = PLURALS.iter().find(|(names, _)| names.split(' ').any(|it| it == language));
    named.map_or(&["one", "other"][..], |it| it.1).iter().copied().collect()
}

fn gaps(text: &str) -> Vec<&str> {
    text.split('{').skip(1).map(|it| it.split_once('}').unwrap().0).collect()
}

#[test]
fn thirty_languages_and_more_say_everything() {
    let all = languages();
    assert!(all.len() >= 30, "{} languages", all.len());
    let wanted: BTreeSet<&str> = Text::ALL.iter().map(|it| it.key()).chain(FORM.iter().copied()).collect();
    for (language, texts) in &all {
        let has: BTreeSet<&str> = texts.keys().map(String::as_str).collect();
        assert_eq!(has, wanted, "{language}: the left are there, the right are wanted");
    }
}

#[test]
fn gaps_and_plural_forms_are_those_of_the_language() {
    let all = languages();
    let english = &all["en"];
    for (language, texts) in &all {
        for (key, text) in texts {
            let place = format!("{language}.{key}");
            match (&english[key], text) {
                (Value::String(want), Value::String(text)) => {
                    assert!(!text.trim().is_empty() && text.trim() == text, "{place} is {text:?}");
                    assert_eq!(gaps(text), gaps(want), "{place}: {text}");
                }
                (Value::Object(_), Value::Object(forms)) => {
                    let has: BTreeSet<&str> = forms.keys().map(String::as_str).collect();
                    assert_eq!(has, plurals(language), "{place}");
                    for (form, text) in forms {
                        // Arabic says "no parcels" without a number.
                        let wanted: &[&str] = if form == "zero" && language == "ar" { &[] } else { &["n"] };
                        assert_eq!(gaps(text.as_str().unwrap()), wanted, "{place}.{form}");
                    }
                }
                (want, text) => panic!("{place} is {text}, and English has {want}"),
            }
        }
    }
}

#[test]
fn no_language_is_a_copy_of_english() {
    let all = languages();
    for (language, texts) in all.iter().filter(|it| it.0 != "en") {
        // "Problem", "Link" and their like are the same in several languages.
        let same: Vec<_> =
            texts.iter().filter(|(key, text)| &all["en"][*key] == *text).map(|it| it.0).collect();
        assert!(same.len() <= 4, "{language} says these as English does: {same:?}");
    }
}
