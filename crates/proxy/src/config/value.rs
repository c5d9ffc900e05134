//! Single settings: read from text or from a file, and judged by themselves.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use reqwest::Url;

use super::ConfigError;

/// An address with a port.
pub(super) fn address(name: &str, text: &str) -> Result<SocketAddr, ConfigError> {
    text.parse().map_err(|_e| {
        ConfigError::value(name, format!("\"{text}\" is no address with a port, such as 127.0.0.1:8080"))
    })
}

/// A web address without credentials.
pub(super) fn url(name: &str, text: &str) -> Result<Url, ConfigError> {
    let url: Url = text
        .parse()
        .map_err(|it| ConfigError::value(name, format!("\"{text}\" is no web address ({it})")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(ConfigError::value(name, "it must begin with http:// or https:// and name a host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ConfigError::value(name, "credentials do not belong in an address"));
    }
    Ok(url)
}

/// The address of a service that is sent credentials: encrypted, unless it never leaves this machine.
pub(super) fn confidential_url(name: &str, text: &str) -> Result<Url, ConfigError> {
    let url = url(name, text)?;
    if url.scheme() == "https" || is_loopback(&url) {
        return Ok(url);
    }
    Err(ConfigError::value(name, "credentials are sent there, so it must begin with https://"))
}

/// An address written in the code.
pub(crate) fn fixed_url(text: &str) -> Result<Url, ConfigError> {
    url("a built-in address", text)
}

/// A value, or the content of the file named in its place; both at once contradict each other.
pub(super) fn from_file(
    name: &str,
    value: Option<String>,
    path: Option<&str>,
) -> Result<Option<String>, ConfigError> {
    let value = match (value, path) {
        (Some(_), Some(_)) => {
            return Err(ConfigError::value(name, "the value is given as well; keep one of the two"));
        }
        (value, None) => value,
        (None, Some(path)) => Some(
            std::fs::read_to_string(path)
                .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?,
        ),
    };
    Ok(value.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()))
}

/// Networks in CIDR form, or single addresses.
pub(super) fn nets(all: &[String]) -> Result<Vec<IpNet>, ConfigError> {
    let one = |it: &String| {
        let net = it.parse::<IpNet>().or_else(|_| it.parse::<IpAddr>().map(IpNet::from));
        net.map_err(|_e| {
            let reason = format!("\"{it}\" is no address or network, such as 127.0.0.1 or 10.0.0.0/8");
            ConfigError::value("trusted_proxies", reason)
        })
    };
    all.iter().map(one).collect()
}

/// A number above zero.
pub(super) fn positive(name: &str, it: f64) -> Result<f64, ConfigError> {
    if it.is_finite() && it > 0.0 {
        Ok(it)
    } else {
        Err(ConfigError::value(name, "it must be a number above zero"))
    }
}

/// Whether an address can only mean this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|it: IpAddr| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_recognised() {
        for (text, expected) in [
            ("http://localhost:1", true),
            ("http://127.1.2.3", true),
            ("http://[::1]:1", true),
            ("http://localhost.example", false),
            ("http://192.168.0.1", false),
        ] {
            assert_eq!(is_loopback(&text.parse().unwrap()), expected, "{text}");
        }
    }
}
