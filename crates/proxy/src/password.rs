//! Passwords: argon2id, off the threads that answer requests, and never more than a few at a time.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;

use crate::problem::{Answer, Failure};

/// Fewest letters of a new password, by NIST SP 800-63B's advice to prefer length to rules.
const SHORTEST: usize = 12;
/// Most letters: whoever sends more wants to keep the processor busy.
const LONGEST: usize = 200;
/// Each takes 19 MiB and some tens of milliseconds.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Whether a password may be set.
///
/// # Errors
/// When it is too short or too long.
pub(crate) fn check(password: &str) -> Answer<()> {
    if (SHORTEST..=LONGEST).contains(&password.chars().count()) {
        return Ok(());
    }
    Err(Failure::invalid("/password", "a password has between 12 and 200 letters"))
}

/// The password as it is stored.
pub(crate) async fn hash(password: SecretString) -> Answer<String> {
    apart(move || {
        Argon2::default().hash_password(password.expose_secret().as_bytes()).map(|it| it.to_string())
    })
    .await?
    .map_err(|it| Failure::internal(&it))
}

/// Whether a password is the stored one. Without a stored one the same time passes, and the answer is no.
pub(crate) async fn verify(password: SecretString, stored: Option<String>) -> Answer<bool> {
    apart(move || {
        let is_real = stored.is_some();
        let stored = stored.unwrap_or_else(|| decoy().to_owned());
        let fits = PasswordHash::new(&stored).is_ok_and(|it| {
            Argon2::default().verify_password(password.expose_secret().as_bytes(), &it).is_ok()
        });
        fits && is_real
    })
    .await
}

/// What is compared with when there is no account: a password nobody knows.
fn decoy() -> &'static str {
    static DECOY: OnceLock<String> = OnceLock::new();
    DECOY.get_or_init(|| {
        let nobody: [u8; 32] = rand::random();
        Argon2::default().hash_password(&nobody).map(|it| it.to_string()).unwrap_or_default()
    })
}

async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
    let _permit = AT_ONCE.acquire().await.map_err(|it| Failure::internal(&it))?;
    tokio::task::spawn_blocking(work).await.map_err(|it| Failure::internal(&it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_hash_alone() {
        let stored = hash("correct horse battery".to_owned().into()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_ne!(stored, hash("correct horse battery".to_owned().into()).await.unwrap());
        let fits = async |word: &str, stored: Option<&str>| {
            verify(word.to_owned().into(), stored.map(str::to_owned)).await.unwrap()
        };
        assert!(fits("correct horse battery", Some(&stored)).await);
        assert!(!fits("correct horse batterz", Some(&stored)).await);
        assert!(!fits("correct horse battery", None).await);
        assert!(!fits("correct horse battery", Some("rubbish")).await);
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        for (length, fine) in [(0, false), (11, false), (12, true), (200, true), (201, false)] {
            assert_eq!(check(&"x".repeat(length)).is_ok(), fine, "{length}");
        }
    }
}
