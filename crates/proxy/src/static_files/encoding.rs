//! Which of the encodings on the disk a browser wants (RFC 9110, section 12.5.3).

use axum::http::{HeaderMap, header};

/// How the bytes of a file are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }
}

/// Whether the request's `Accept-Encoding` allows an encoding.
pub(super) fn accepts(headers: &HeaderMap, encoding: Encoding) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|it| it.to_str().ok());
    let mut any = None;
    for item in lines.flat_map(|it| it.split(',')) {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = parts.find_map(|it| it.strip_prefix("q=")).map_or(1.0, |it| it.parse().unwrap_or(0.0));
        if name.eq_ignore_ascii_case(encoding.name()) {
            return weight > 0.0;
        }
        if name == "*" {
            any = Some(weight > 0.0);
        }
    }
    any.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, brotli: bool, gzip: bool) {
        let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, line.parse().unwrap())]);
        assert_eq!(
            (accepts(&headers, Encoding::Brotli), accepts(&headers, Encoding::Gzip)),
            (brotli, gzip),
            "{line}"
        );
    }

    #[test]
    fn weights_are_honoured() {
        check("gzip, deflate, br, zstd", true, true);
        check("gzip;q=1.0, br;q=0", false, true);
        check("*", true, true);
        check("br;q=0, *", false, true);
        check("identity", false, false);
        check("", false, false);
        check("GZIP", false, true);
    }
}
