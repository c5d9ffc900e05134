//! Credentials against a bearer token: OAuth 2 client credentials in spirit, plain JSON in form.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::lenient;

/// Body of `POST /v1/integration-token`.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenRequest {
    /// Public half, prefix `rm_ci_`.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub client_id: String,
    /// Secret half, prefix `rm_cs_`; RouteMate shows it once.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub client_secret: String,
}

/// Reply to a [`TokenRequest`].
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenReply {
    /// Opaque, prefix `rm_at_`.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub access_token: String,
    /// `Bearer`.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub token_type: String,
    /// Seconds the token stays valid; 3600 in the documents, 0 when the server did not say.
    #[serde(deserialize_with = "lenient::whole")]
    pub expires_in: i64,
}

// Both types carry secrets, and debug output is where secrets reach logs.
impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequest").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for TokenReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenReply").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_stay_out_of_debug_output() {
        let request = TokenRequest { client_id: "rm_ci_a".to_owned(), client_secret: "hush".to_owned() };
        assert!(!format!("{request:?}").contains("hush"));
        let reply =
            TokenReply { access_token: "hush".to_owned(), token_type: "Bearer".to_owned(), expires_in: 3600 };
        assert!(!format!("{reply:?}").contains("hush"));
    }

    #[test]
    fn the_vendors_sample_reads() {
        let reply: TokenReply = serde_json::from_str(
            r#"{"access_token":"rm_at_e5988dd1b91a","token_type":"Bearer","expires_in":3600}"#,
        )
        .unwrap();
        assert_eq!((reply.access_token.as_str(), reply.expires_in), ("rm_at_e5988dd1b91a", 3600));
    }
}
