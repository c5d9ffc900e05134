//! JSON for bundles.
//!
//! serde writes code for each type that is read, and `serde_json` puts its reader into each of these pieces. Here
//! types are read by [`Read`] and only written by serde; what does not depend on the type is in functions of its own,
//! once, and errors are short: a third of the code. Texts are read and written as by `serde_json`, but for two things:
//! a number without a fraction is written without a point, and a struct is an object and never an array.

mod error;
mod plain;
mod scan;
mod write;

pub use error::Error;
pub use plain::{Read, Reader, read};
pub use write::to_string;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};
    use serde_json::Value;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Plain,
        One(u32),
        Two(i8, String),
        Named { at: f64, sure: f32 },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "type", rename_all = "snake_case")]
    enum Tagged {
        Empty,
        Full { list: Vec<Option<bool>> },
    }

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Inner {
        #[serde(default)]
        count: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        word: Option<String>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Whole {
        kinds: Vec<Kind>,
        tagged: [Tagged; 2],
        pair: (u64, char),
        map: BTreeMap<String, i64>,
        unit: (),
        #[serde(flatten)]
        inner: Inner,
    }

    fn whole() -> Whole {
        Whole {
            kinds: vec![
                Kind::Plain,
                Kind::One(7),
                Kind::Two(-1, "a\"\\\n\u{1}ä".into()),
                Kind::Named { at: 60.25, sure: 0.9 },
            ],
            tagged: [Tagged::Empty, Tagged::Full { list: vec![Some(true), None] }],
            pair: (u64::MAX, '€'),
            map: BTreeMap::from([("x".into(), i64::MIN)]),
            unit: (),
            inner: Inner { count: 3, word: None },
        }
    }

    #[test]
    fn every_shape_is_written_as_by_serde_json_and_read_back() {
        let text = to_string(&whole()).unwrap();
        assert_eq!(text, serde_json::to_string(&whole()).unwrap());
        assert_eq!(serde_json::from_str::<Whole>(&text).unwrap(), whole());
        let spread = serde_json::to_string_pretty(&whole()).unwrap();
        assert_eq!(read::<Value>(&text).unwrap(), read::<Value>(&spread).unwrap());
    }

    #[derive(Debug)]
    struct Counted {
        count: u32,
        word: Option<String>,
    }

    #[derive(Debug)]
    enum Word {
        Plain,
    }

    object! {
        Counted { ; count, word }
    }

    words! {
        Word { "plain" Plain }
    }

    impl Read for Kind {
        fn blank() -> Self {
            Self::Plain
        }

        fn read(reader: &mut Reader<'_>) -> Self {
            let mut it = Self::Plain;
            reader.variant(&mut |name, reader| {
                if name == "one" {
                    it = Self::One(Read::read(reader));
                }
                ["plain", "one"].contains(&name)
            });
            it
        }
    }

    #[test]
    fn what_is_left_out_is_blank() {
        let it = read::<Counted>(r#"{"of_later": [{}], "count": 2}"#).unwrap();
        assert_eq!((it.count, it.word), (2, None));
        assert!(matches!(read("\"plain\""), Ok(Word::Plain)));
        assert!(matches!(read("{\"one\":7}"), Ok(Kind::One(7))));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let check = |text: &str, expected: &str| {
            assert_eq!(read::<Vec<Counted>>(text).unwrap_err().to_string(), expected, "{text}");
        };
        check("", "`[` was expected at character 1");
        check("[{\"count\":-1}]", "a value is out of range at character 12");
        check("[{\"count\":\"x\"}]", "a number was expected at character 11");
        check("[] x", "something follows behind the end at character 3");
        check("[{\"word\":\"\\ud800\"}]", "half a character stands alone at character 17");
        assert!(read::<Value>(&"[".repeat(10_000)).is_err());
        assert!(read::<Word>("\"other\"").unwrap_err().to_string().starts_with("unknown variant `other`"));
        assert!(read::<[u8; 2]>("[1,2,3]").is_err() && read::<[u8; 2]>("[1]").is_err());
        assert!(read::<Kind>("{\"one\":1,\"plain\":null}").is_err());
    }

    #[test]
    fn only_what_serde_json_takes_is_taken() {
        for text in [
            "01",
            "1.",
            ".5",
            "+1",
            "-",
            "1e",
            "--1",
            "-0",
            "1E5",
            "-0.0",
            "1e400",
            "12345678901234567890123",
            "nul",
            "true",
            "\"\\q\"",
            "\"\\u12\"",
            "\"\\u00e9\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud83dx\"",
            "\"\t\"",
            "[1,]",
            "[,1]",
            "{\"a\" : 1 }",
            "{\"a\"}",
            "{a:1}",
            "{\"a\":1,}",
            "[1 2]",
            " [ ] ",
            "\"",
            "\"\\",
        ] {
            let (ours, theirs) = (read::<Value>(text).ok(), serde_json::from_str::<Value>(text).ok());
            let same = match (&ours, &theirs) {
                (Some(Value::Number(a)), Some(Value::Number(b))) => a.as_f64() == b.as_f64(),
                (a, b) => a == b,
            };
            assert!(same, "{text}: {ours:?} {theirs:?}");
        }
    }

    /// Whether `serde_json` reads a fraction exactly, whoever wrote it: of two shortest texts each may take another.
    fn exact(value: f64) -> bool {
        [serde_json::to_string(&value).unwrap(), to_string(&value).unwrap()]
            .iter()
            .all(|text| serde_json::from_str::<f64>(text).is_ok_and(|it| it == value))
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            // A fraction that is whole is written as a whole number, which is another `Value`.
            // And `serde_json` reads some fractions only nearly.
            any::<f64>().prop_filter("fraction", |it| it.fract() != 0.0 && exact(*it)).prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|it| Value::Object(it.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_value_is_read_as_by_serde_json_and_written_so_that_it_can(value in values()) {
            let theirs = serde_json::to_string(&value).unwrap();
            prop_assert_eq!(&read::<Value>(&theirs).unwrap(), &value);
            let ours = to_string(&value).unwrap();
            prop_assert_eq!(serde_json::from_str::<Value>(&ours).unwrap(), value);
        }

        #[test]
        fn fractions_are_written_so_that_the_standard_library_reads_them_exactly(value in any::<f64>()) {
            prop_assert_eq!(to_string(&value).unwrap().parse::<f64>().unwrap(), value);
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC*") {
            let _ = read::<Value>(&text);
        }

        #[test]
        fn texts_that_are_nearly_json_are_judged_alike(text in "[\\[\\]{}:,\"0-9a\\\\u. -]{0,12}") {
            prop_assert_eq!(read::<Value>(&text).is_ok(), serde_json::from_str::<Value>(&text).is_ok());
        }
    }
}
