//! Credentials at rest: sealed with XChaCha20-Poly1305 under a key that is not in the database.
//!
//! Whoever copies the database opens nothing, and whoever can write to it cannot put one service's credentials in
//! another's place: the label a value is sealed under is authenticated with it.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

/// Bytes of a nonce; at 24 they may be drawn at random for ever.
const NONCE: usize = 24;

/// What seals and opens. It prints nothing of its key.
pub(crate) struct Sealer(XChaCha20Poly1305);

impl Sealer {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// Seals a text under a label; the nonce stands in front.
    pub(crate) fn seal(&self, label: &str, text: &str) -> Option<Vec<u8>> {
        let nonce: [u8; NONCE] = rand::random();
        let payload = Payload { msg: text.as_bytes(), aad: label.as_bytes() };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).ok()?;
        Some(nonce.into_iter().chain(sealed).collect())
    }

    /// Opens what was sealed under the same label and key; nothing if it was not.
    pub(crate) fn open(&self, label: &str, sealed: &[u8]) -> Option<String> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: text, aad: label.as_bytes() };
        String::from_utf8(self.0.decrypt(&XNonce::from(*nonce), payload).ok()?).ok()
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer([REDACTED])")
    }
}

/// The key in 64 hexadecimal digits, as `openssl rand -hex 32` writes them.
pub(crate) fn key(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    if text.len() != 64 || !text.bytes().all(|it| it.is_ascii_hexdigit()) {
        return None;
    }
    let mut key = [0; 32];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_label_open() {
        let sealer = Sealer::new(&[7; 32]);
        let sealed = sealer.seal("routemate", "hush").unwrap();
        assert_eq!(sealer.open("routemate", &sealed).as_deref(), Some("hush"));
        assert_eq!(sealer.open("tracking", &sealed), None, "another service's place");
        assert_eq!(Sealer::new(&[8; 32]).open("routemate", &sealed), None, "another key");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(sealer.open("routemate", &changed), None, "byte {at} changed");
            assert_eq!(sealer.open("routemate", &sealed[..at]), None, "cut at {at}");
        }
        assert_ne!(sealer.seal("routemate", "hush"), Some(sealed.clone()), "no nonce comes twice");
        assert!(!sealed.windows(4).any(|it| it == b"hush"));
        assert!(!format!("{sealer:?}").contains('7'));
    }

    #[test]
    fn keys_are_64_hexadecimal_digits() {
        assert_eq!(key(&"0a".repeat(32)), Some([10; 32]));
        assert_eq!(key(&format!(" {}\n", "FF".repeat(32))), Some([255; 32]));
        for text in ["", "0a", &"0g".repeat(32), &"+1".repeat(32), &"ä".repeat(32), &"0a".repeat(33)] {
            assert_eq!(key(text), None, "{text}");
        }
    }
}
