//! Who may call: bearer tokens (RFC 6750) and the rate of calls.

use axum::http::{HeaderMap, header};

use super::problem::Problem;
use super::token::Token;
use crate::Sandbox;
use crate::clock::wall_ms;
use crate::limits::Rate;

/// RouteMate documents no limit; this is the guard rail of a small service.
const RATE: Rate = Rate { burst: 60.0, per_second: 1.0 };

/// Refuses a call that comes too soon.
pub(crate) fn check_rate(sandbox: &Sandbox) -> Result<(), Problem> {
    if !sandbox.settings().rate_limits {
        return Ok(());
    }
    sandbox.limits().take("routemate", RATE, wall_ms()).map_err(Problem::RateLimited)
}

/// Refuses a call without a valid token, and one that comes too soon.
pub(crate) fn admit(sandbox: &Sandbox, headers: &HeaderMap) -> Result<(), Problem> {
    let value = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let text = match value.split_once(' ') {
        Some((scheme, text)) if scheme.eq_ignore_ascii_case("bearer") => text.trim(),
        _ => return Err(Problem::Token("send the header Authorization: Bearer <access_token>")),
    };
    let single_use = sandbox.settings().single_use_tokens;
    use_token(sandbox.world().tokens.get_mut(text), single_use, wall_ms())?;
    check_rate(sandbox)
}

fn use_token(token: Option<&mut Token>, single_use: bool, wall_ms: i64) -> Result<(), Problem> {
    let Some(token) = token else { return Err(Problem::Token("the token is unknown or was revoked")) };
    if token.expires_ms <= wall_ms {
        return Err(Problem::Token("the token has expired"));
    }
    if single_use && token.used {
        return Err(Problem::Token("the token has been used; tokens serve one call here"));
    }
    token.used = true;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_end() {
        let mut token = Token { expires_ms: 1000, used: false };
        assert!(use_token(Some(&mut token), false, 999).is_ok());
        assert!(use_token(Some(&mut token), false, 999).is_ok());
        assert!(use_token(Some(&mut token), true, 999).is_err());
        assert!(use_token(Some(&mut token), false, 1000).is_err());
        assert!(use_token(None, false, 0).is_err());
    }
}
