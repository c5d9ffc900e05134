//! serde's side of reading: for each type only what depends on it.

use std::borrow::Cow;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use crate::Error;
use crate::scan::{Number, Scanner};

/// Reads a value from a text that holds nothing else.
///
/// # Errors
/// When the text is no JSON, or not that of such a value.
pub fn from_str<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, Error> {
    let mut scanner = Scanner::new(text);
    let value = T::deserialize(&mut scanner).map_err(|error| error.at(scanner.at()))?;
    if scanner.peek() == 0 && scanner.at() == text.len() {
        Ok(value)
    } else {
        Err(Error::new("something follows behind the end").at(scanner.at()))
    }
}

type Result<T, E = Error> = std::result::Result<T, E>;

fn visit_string<'de, V: Visitor<'de>>(text: Cow<'de, str>, visitor: V) -> Result<V::Value> {
    match text {
        Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
        Cow::Owned(text) => visitor.visit_string(text),
    }
}

fn visit_number<'de, V: Visitor<'de>>(number: Number, visitor: V) -> Result<V::Value> {
    match number {
        Number::Natural(it) => visitor.visit_u64(it),
        Number::Negative(it) => visitor.visit_i64(it),
        Number::Fraction(it) => visitor.visit_f64(it),
    }
}

macro_rules! read {
    ($($name:ident)* => |$scanner:ident, $visitor:ident| $read:expr) => {$(
        fn $name<V: Visitor<'de>>(self, $visitor: V) -> Result<V::Value> {
            let $scanner = self;
            $read
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Scanner<'de> {
    type Error = Error;

    read!(deserialize_bool => |it, visitor| visitor.visit_bool(it.flag()?));
    read!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 deserialize_u8
        deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        => |it, visitor| visit_number(it.number()?, visitor));
    read!(deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
        deserialize_identifier => |it, visitor| visit_string(it.string()?, visitor));
    read!(deserialize_seq => |it, visitor| {
        it.enter(b'[')?;
        visitor.visit_seq(Items { scanner: it, first: true })
    });
    read!(deserialize_map => |it, visitor| {
        it.enter(b'{')?;
        visitor.visit_map(Items { scanner: it, first: true })
    });
    read!(deserialize_option => |it, visitor| if it.word("null") { visitor.visit_none() } else { visitor.visit_some(it) });
    read!(deserialize_unit => |it, visitor| if it.word("null") {
        visitor.visit_unit()
    } else {
        Err(Error::new("`null` was expected"))
    });
    read!(deserialize_ignored_any => |it, visitor| {
        it.skip()?;
        visitor.visit_unit()
    });
    read!(deserialize_any => |it, visitor| match it.peek() {
        b'"' => it.deserialize_str(visitor),
        b'{' => it.deserialize_map(visitor),
        b'[' => it.deserialize_seq(visitor),
        b't' | b'f' => it.deserialize_bool(visitor),
        b'n' => it.deserialize_unit(visitor),
        _ => it.deserialize_i64(visitor),
    });

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(Closed(visitor))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_seq(Closed(visitor))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        if self.peek() == b'"' {
            let name = self.string()?;
            let name: serde::de::value::CowStrDeserializer<'de, Error> = name.into_deserializer();
            return visitor.visit_enum(name);
        }
        self.enter(b'{')?;
        let value = visitor.visit_enum(Variant(self))?;
        let mut first = false;
        if self.another(&mut first, b'}')? { Err(Error::new("an object names two kinds")) } else { Ok(value) }
    }
}

/// The items of a list or the fields of an object.
struct Items<'a, 'de> {
    scanner: &'a mut Scanner<'de>,
    first: bool,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if self.scanner.another(&mut self.first, b']')? {
            seed.deserialize(&mut *self.scanner).map(Some)
        } else {
            Ok(None)
        }
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if self.scanner.another(&mut self.first, b'}')? {
            seed.deserialize(&mut *self.scanner).map(Some)
        } else {
            Ok(None)
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        self.scanner.expect(b':')?;
        seed.deserialize(&mut *self.scanner)
    }
}

/// A visitor of a list of known length, which does not read on to its end: that is then looked for here.
struct Closed<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Closed<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.expecting(f)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<V::Value, A::Error> {
        let value = self.0.visit_seq(&mut items)?;
        match items.next_element::<serde::de::IgnoredAny>()? {
            None => Ok(value),
            Some(_) => Err(serde::de::Error::custom("a list is too long")),
        }
    }
}

/// An enum's variant that has something in it: an object of one field.
struct Variant<'a, 'de>(&'a mut Scanner<'de>);

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self)> {
        let name = seed.deserialize(&mut *self.0)?;
        self.0.expect(b':')?;
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        self.0.skip()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value> {
        self.0.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.0.deserialize_map(visitor)
    }
}
