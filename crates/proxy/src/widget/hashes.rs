//! Keyed hashes: what is known of orders and shoppers is kept as such alone, and the addresses of public pages are.
//!
//! Every hash begins with what it is of, so that none can stand for another.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::ExposeSecret as _;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::number::{digits, normalised};
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::store::StoreError;
use crate::store::orders::OrderRow;
use crate::store::sessions::Digest;

/// The name of the key that the database keeps where none is configured.
const KEY: &str = "lookups";
/// A page's token: 128 bits, in hexadecimal.
const TOKEN_BYTES: usize = 16;

/// The key of everything here.
#[derive(Clone)]
pub(crate) struct Hashes(Vec<u8>);

impl std::fmt::Debug for Hashes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hashes([REDACTED])")
    }
}

/// What a shopper may know of an order besides its number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contact<'a> {
    pub(crate) email: Option<&'a str>,
    pub(crate) phone: Option<&'a str>,
    pub(crate) postcode: Option<&'a str>,
}

impl Hashes {
    /// With the configured key, or else the database's own.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn load(state: &State) -> Result<Self, StoreError> {
        if let Some(it) = &state.config.lookups.key {
            return Ok(Self(it.expose_secret().as_bytes().to_vec()));
        }
        let fresh: [u8; 32] = rand::random();
        Ok(Self(state.store.sites().server_key(KEY, &fresh).await?))
    }

    #[cfg(test)]
    pub(crate) fn for_tests() -> Self {
        Self(b"a key of the tests".to_vec())
    }

    /// An order's number, however it is spelt.
    pub(crate) fn order(&self, number: &str) -> Digest {
        self.hash("order", &[&normalised(number)])
    }

    /// An order of a parcel or stop, as it is kept; none without a number.
    pub(crate) fn row(&self, subject: &str, order: Option<&str>, contact: &Contact<'_>) -> Option<OrderRow> {
        let order = order.filter(|it| !normalised(it).is_empty())?;
        let kept = |kind: Knows, text: Option<&str>| {
            let text = kind.spelt(text?);
            (!text.is_empty()).then(|| self.contact(kind, subject, &text).to_vec())
        };
        Some(OrderRow {
            digest: self.order(order).to_vec(),
            subject: subject.to_owned(),
            email: kept(Knows::Email, contact.email),
            phone: kept(Knows::Phone, contact.phone),
            postcode: kept(Knows::Postcode, contact.postcode),
        })
    }

    /// Which of an order's rows fit what a shopper says, in a time that tells neither how many there are nor
    /// which fit: `slots` rows are always looked at, real or not.
    pub(crate) fn matching<'a>(
        &self,
        rows: &'a [OrderRow],
        kind: Knows,
        said: &str,
        slots: usize,
    ) -> Vec<&'a OrderRow> {
        let said = kind.spelt(said);
        let nobody = OrderRow { subject: "nobody".to_owned(), ..OrderRow::default() };
        let mut found = Vec::new();
        for at in 0..slots {
            let row = rows.get(at).unwrap_or(&nobody);
            let kept = match kind {
                Knows::Email => &row.email,
                Knows::Phone => &row.phone,
                Knows::Postcode => &row.postcode,
            };
            let wanted = self.contact(kind, &row.subject, &said);
            let kept = kept.as_deref().and_then(|it| Digest::try_from(it).ok());
            let fits = wanted.ct_eq(&kept.unwrap_or_default());
            if bool::from(fits) && kept.is_some() && !said.is_empty() {
                found.extend(rows.get(at));
            }
        }
        found
    }

    fn contact(&self, kind: Knows, subject: &str, spelt: &str) -> Digest {
        self.hash(kind.word(), &[subject, spelt])
    }

    /// The token of a subject's public page on a site.
    pub(crate) fn token(&self, site: &str, subject: &str) -> String {
        let digest = self.hash("page", &[site, subject]);
        digest.iter().take(TOKEN_BYTES).fold(String::new(), |mut text, it| {
            let _ = write!(text, "{it:02x}");
            text
        })
    }

    fn hash(&self, what: &str, parts: &[&str]) -> Digest {
        // A key of any length will do.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return Digest::default() };
        for part in std::iter::once(&what).chain(parts) {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

/// What a shopper knows besides an order's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Knows {
    /// The e-mail address.
    Email,
    /// The telephone number.
    Phone,
    /// The postcode.
    Postcode,
}

/// So many of a telephone number's last digits are compared: those before are written in many ways, with a
/// country's code, with zeroes, or not at all.
const PHONE_DIGITS: usize = 8;

impl Knows {
    fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Postcode => "postcode",
        }
    }

    /// One spelling for what people write in many; empty when it is none.
    fn spelt(self, text: &str) -> String {
        match self {
            Self::Email => text.trim().to_lowercase(),
            Self::Phone => {
                let all = digits(text);
                let from = all.len().saturating_sub(PHONE_DIGITS);
                if all.len() < 6 { String::new() } else { all[from..].to_owned() }
            }
            Self::Postcode => normalised(text),
        }
    }

    /// What somebody most likely means who filled in one field for all three.
    pub(crate) fn guess(text: &str) -> Self {
        let is_phone = |it: char| it.is_ascii_digit() || "+-/(). ".contains(it) || it.is_whitespace();
        if text.contains('@') {
            Self::Email
        } else if digits(text).len() > 6 && text.chars().all(is_phone) {
            Self::Phone
        } else {
            Self::Postcode
        }
    }
}

/// Longest of what an order is looked up by.
const MAX_TEXT: usize = 254;

/// What is wrong with what somebody says of an order.
///
/// # Errors
/// A problem whose pointers begin with `base`.
pub(crate) fn check(base: &str, order: Option<&str>, it: &Contact<'_>) -> Answer<()> {
    let fields =
        [("order_number", order), ("email", it.email), ("phone", it.phone), ("postcode", it.postcode)];
    for (name, value) in fields {
        if value.is_some_and(|it| it.chars().count() > MAX_TEXT) {
            return Err(Failure::invalid(&format!("{base}/{name}"), "it is longer than 254 letters"));
        }
    }
    if it.email.is_some_and(|it| !it.trim().is_empty() && !it.contains('@')) {
        return Err(Failure::invalid(&format!("{base}/email"), "this is no e-mail address"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(kept: &Contact<'_>, kind: Knows, said: &str) -> bool {
        let hashes = Hashes::for_tests();
        let row = hashes.row("parcel 1", Some("A-1"), kept).unwrap();
        !hashes.matching(&[row], kind, said, 40).is_empty()
    }

    #[test]
    fn spellings_of_a_contact_meet_and_others_do_not() {
        let kept = Contact {
            email: Some(" Anna@Example.com"),
            phone: Some("+358 40 123 4567"),
            postcode: Some("sw1a 1aa"),
        };
        for (kind, said, expected) in [
            (Knows::Email, "anna@example.com ", true),
            (Knows::Email, "ann@example.com", false),
            (Knows::Email, "", false),
            (Knows::Phone, "040-1234567", true),
            (Knows::Phone, "0401234568", false),
            (Knows::Phone, "567", false),
            (Knows::Postcode, "SW1A1AA", true),
            (Knows::Postcode, "SW1A", false),
            (Knows::Postcode, "anna@example.com", false),
        ] {
            assert_eq!(fits(&kept, kind, said), expected, "{kind:?} {said}");
        }
        for kind in [Knows::Email, Knows::Phone, Knows::Postcode] {
            assert!(!fits(&Contact::default(), kind, ""), "nothing is known, and nothing is said");
        }
    }

    #[test]
    fn one_field_is_told_apart() {
        for (text, expected) in [
            ("a@b.example", Knows::Email),
            ("+358 40 123 4567", Knows::Phone),
            ("(030) 1234-567", Knows::Phone),
            ("00100", Knows::Postcode),
            ("SW1A 1AA", Knows::Postcode),
            ("123 456", Knows::Postcode),
        ] {
            assert_eq!(Knows::guess(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_in_a_row_is_what_was_said_and_no_two_rows_are_alike() {
        let hashes = Hashes::for_tests();
        let contact = Contact { email: Some("anna@example.com"), ..Contact::default() };
        let of = |subject: &str| hashes.row(subject, Some("A-1"), &contact).unwrap();
        let (one, two) = (of("parcel 1"), of("parcel 2"));
        assert_eq!(one.digest, two.digest, "one order");
        assert_ne!(one.email, two.email, "whose shopper nobody can follow");
        assert_eq!(hashes.row("x", Some(" - "), &contact), None);
        assert_ne!(hashes.token("a", "bc"), hashes.token("ab", "c"));
        assert_eq!(hashes.token("a", "b").len(), 32);
        assert!(!format!("{hashes:?}").contains("tests"));
    }
}
