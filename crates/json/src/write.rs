//! Writing.

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use crate::Error;

/// Writes a value on one line.
///
/// # Errors
/// When a value says that it cannot be written; those of Milkrun do not.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    let mut writer = Writer(String::new());
    value.serialize(&mut writer)?;
    Ok(writer.0)
}

type Result<T, E = Error> = std::result::Result<T, E>;

struct Writer(String);

impl Writer {
    #[inline(never)]
    fn string(&mut self, text: &str) {
        self.0.push('"');
        if text.bytes().any(|it| it < b' ' || it == b'"' || it == b'\\') {
            text.chars().for_each(|it| self.escaped(it));
        } else {
            self.0.push_str(text);
        }
        self.0.push('"');
    }

    fn escaped(&mut self, it: char) {
        match it {
            '"' => self.0.push_str("\\\""),
            '\\' => self.0.push_str("\\\\"),
            '\n' => self.0.push_str("\\n"),
            '\r' => self.0.push_str("\\r"),
            '\t' => self.0.push_str("\\t"),
            '\0'..' ' => {
                self.0.push_str("\\u00");
                for half in [it as u32 >> 4, it as u32 & 15] {
                    self.0.push(char::from_digit(half, 16).unwrap_or('0'));
                }
            }
            _ => self.0.push(it),
        }
    }

    /// Without a text of its own for each number: a plan of ten thousand stops has eighty thousand of them.
    #[inline(never)]
    fn natural(&mut self, mut value: u64) {
        let (mut digits, mut from) = ([b'0'; 20], 20);
        while value > 0 || from == 20 {
            from -= 1;
            digits[from] += (value % 10) as u8;
            value /= 10;
        }
        self.0.push_str(str::from_utf8(&digits[from..]).unwrap_or_default());
    }

    #[inline(never)]
    fn whole(&mut self, value: i64) {
        if value < 0 {
            self.0.push('-');
        }
        self.natural(value.unsigned_abs());
    }

    #[inline(never)]
    fn fraction(&mut self, value: f64) {
        if value.is_finite() {
            self.0.push_str(&milkrun_host::shortest(value));
        } else {
            self.0.push_str("null");
        }
    }

    /// A number of single precision has fewer places than its double, which is `0.8999999761581421` for 0.9.
    #[inline(never)]
    fn short_fraction(&mut self, value: f32) {
        let exact = f64::from(value);
        let short = (0..10).filter_map(|places| milkrun_host::number(&milkrun_host::fixed(exact, places)));
        self.fraction(short.into_iter().find(|it| *it as f32 == value).unwrap_or(exact));
    }

    #[inline(never)]
    fn open(&mut self, variant: &str, mark: char) {
        if !variant.is_empty() {
            self.0.push('{');
            self.string(variant);
            self.0.push(':');
        }
        self.0.push(mark);
    }

    /// Goes to the next item: behind another one stands a comma.
    #[inline(never)]
    fn next(&mut self) {
        if !matches!(self.0.as_bytes().last(), Some(b'[' | b'{')) {
            self.0.push(',');
        }
    }

    #[inline(never)]
    fn key(&mut self, key: &str) {
        self.next();
        self.string(key);
        self.0.push(':');
    }
}

macro_rules! write {
    ($($name:ident $type:ty)* => $with:ident as $as:ty) => {$(
        fn $name(self, value: $type) -> Result<()> {
            self.$with(<$as>::from(value));
            Ok(())
        }
    )*};
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Compound<'a>;
    type SerializeTuple = Compound<'a>;
    type SerializeTupleStruct = Compound<'a>;
    type SerializeTupleVariant = Compound<'a>;
    type SerializeMap = Compound<'a>;
    type SerializeStruct = Compound<'a>;
    type SerializeStructVariant = Compound<'a>;

    write!(serialize_i8 i8 serialize_i16 i16 serialize_i32 i32 serialize_i64 i64 => whole as i64);
    write!(serialize_u8 u8 serialize_u16 u16 serialize_u32 u32 serialize_u64 u64 => natural as u64);
    write!(serialize_f64 f64 => fraction as f64);

    fn serialize_f32(self, value: f32) -> Result<()> {
        self.short_fraction(value);
        Ok(())
    }

    fn serialize_bool(self, value: bool) -> Result<()> {
        self.0.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<()> {
        self.string(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<()> {
        self.string(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<()> {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        self.0.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Result<()> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        self.0.push('{');
        self.key(variant);
        value.serialize(&mut *self)?;
        self.0.push('}');
        Ok(())
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<Compound<'a>> {
        Ok(Compound::open(self, "", '[', "]"))
    }

    fn serialize_tuple(self, _len: usize) -> Result<Compound<'a>> {
        Ok(Compound::open(self, "", '[', "]"))
    }

    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<Compound<'a>> {
        Ok(Compound::open(self, "", '[', "]"))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Compound<'a>> {
        Ok(Compound::open(self, variant, '[', "]}"))
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Compound<'a>> {
        Ok(Compound::open(self, "", '{', "}"))
    }

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<Compound<'a>> {
        Ok(Compound::open(self, "", '{', "}"))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Compound<'a>> {
        Ok(Compound::open(self, variant, '{', "}}"))
    }
}

/// A list or an object that is being written.
struct Compound<'a> {
    writer: &'a mut Writer,
    close: &'static str,
}

impl<'a> Compound<'a> {
    fn open(writer: &'a mut Writer, variant: &str, mark: char, close: &'static str) -> Self {
        writer.open(variant, mark);
        Self { writer, close }
    }

    fn close(self) -> Result<()> {
        self.writer.0.push_str(self.close);
        Ok(())
    }
}

macro_rules! list {
    ($($trait:ident $item:ident)*) => {$(
        impl $trait for Compound<'_> {
            type Ok = ();
            type Error = Error;

            fn $item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
                self.writer.next();
                value.serialize(&mut *self.writer)
            }

            fn end(self) -> Result<()> {
                self.close()
            }
        }
    )*};
}

list!(SerializeSeq serialize_element SerializeTuple serialize_element SerializeTupleStruct serialize_field
    SerializeTupleVariant serialize_field);

macro_rules! object {
    ($($trait:ident)*) => {$(
        impl $trait for Compound<'_> {
            type Ok = ();
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<()> {
                self.writer.key(key);
                value.serialize(&mut *self.writer)
            }

            fn end(self) -> Result<()> {
                self.close()
            }
        }
    )*};
}

object!(SerializeStruct SerializeStructVariant);

impl SerializeMap for Compound<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.writer.next();
        let start = self.writer.0.len();
        key.serialize(&mut *self.writer)?;
        // A key that is a number stands in quotes.
        if self.writer.0.as_bytes().get(start) != Some(&b'"') {
            self.writer.0.insert(start, '"');
            self.writer.0.push('"');
        }
        self.writer.0.push(':');
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<()> {
        self.close()
    }
}
