//! Whose request it is, by address: behind reverse proxies the one they name, and only theirs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;

use crate::state::State;

/// The client's address, as limits count it: an IPv6 client has a whole /64 of them and counts as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Client(pub(crate) IpAddr);

impl FromRequestParts<std::sync::Arc<State>> for Client {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &std::sync::Arc<State>,
    ) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |it| it.0.ip());
        Ok(Self(network(claimed(peer, &parts.headers, &state.config.trusted_proxies))))
    }
}

/// Goes back through the hops that the headers name as long as trusted proxies vouch for them. What a client
/// writes into them itself stands before its own address and is never reached.
fn claimed(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |it: IpAddr| trusted.iter().any(|net| net.contains(&plain(it)));
    let mut client = plain(peer);
    if !is_trusted(client) {
        return client;
    }
    for hop in hops(headers).into_iter().rev() {
        // A hop that cannot be read may stand for anybody: the last that could be is as far as trust goes.
        let Some(hop) = hop else { break };
        client = plain(hop);
        if !is_trusted(client) {
            break;
        }
    }
    client
}

/// The addresses of `Forwarded` (RFC 7239) or else of `X-Forwarded-For`, the nearest last.
fn hops(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines = |name: &str| {
        let all: Vec<&str> = headers.get_all(name).iter().map(|it| it.to_str().unwrap_or("?")).collect();
        all.join(",")
    };
    let (standard, usual) = (lines("forwarded"), lines("x-forwarded-for"));
    let parts =
        |it: &str| it.split(',').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect();
    let parts: Vec<String> = if standard.is_empty() { parts(&usual) } else { parts(&standard) };
    let from = |part: &String| {
        if standard.is_empty() {
            return address(part);
        }
        let mut pairs = part.split(';').filter_map(|it| it.split_once('='));
        address(pairs.find(|it| it.0.trim().eq_ignore_ascii_case("for"))?.1)
    };
    parts.iter().map(from).collect()
}

/// An address with or without a port, quotes and brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = text.strip_prefix('[').and_then(|it| it.split_once(']')).map_or(text, |it| it.0);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|it| it.ip()))
}

/// An IPv4 address that was written as IPv6 is the IPv4 address.
fn plain(it: IpAddr) -> IpAddr {
    it.to_canonical()
}

fn network(it: IpAddr) -> IpAddr {
    match it {
        IpAddr::V4(_) => it,
        IpAddr::V6(it) => IpAddr::V6(Ipv6Addr::from_bits(it.to_bits() & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(peer: &str, lines: &[(&'static str, &str)], expected: &str) {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        let trusted = ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"].map(|it| it.parse().unwrap());
        let found = network(claimed(peer.parse().unwrap(), &headers, &trusted));
        assert_eq!(found.to_string(), expected, "{peer} {lines:?}");
    }

    #[test]
    fn only_trusted_proxies_may_say_who_it_is() {
        check("203.0.113.9", &[], "203.0.113.9");
        check("203.0.113.9", &[("x-forwarded-for", "198.51.100.1")], "203.0.113.9");
        check("127.0.0.1", &[], "127.0.0.1");
        check("127.0.0.1", &[("x-forwarded-for", "198.51.100.1")], "198.51.100.1");
        check("::ffff:127.0.0.1", &[("x-forwarded-for", "198.51.100.1")], "198.51.100.1");
        check("127.0.0.1", &[("x-forwarded-for", "192.0.2.66, 198.51.100.1, 10.1.2.3")], "198.51.100.1");
        check(
            "127.0.0.1",
            &[("x-forwarded-for", "192.0.2.66"), ("x-forwarded-for", "198.51.100.1")],
            "198.51.100.1",
        );
        check("127.0.0.1", &[("x-forwarded-for", "198.51.100.1:443")], "198.51.100.1");
        check("127.0.0.1", &[("x-forwarded-for", "198.51.100.1, nonsense")], "127.0.0.1");
        check("127.0.0.1", &[("x-forwarded-for", "nonsense, 10.1.2.3")], "10.1.2.3");
    }

    #[test]
    fn the_standard_header_wins_and_a_network_counts_as_one() {
        let spoofed = ("x-forwarded-for", "192.0.2.66");
        check("10.0.0.1", &[("forwarded", "for=198.51.100.1;proto=https"), spoofed], "198.51.100.1");
        check(
            "10.0.0.1",
            &[("forwarded", "proto=http;For=\"198.51.100.1:80\", for=10.0.0.7")],
            "198.51.100.1",
        );
        check("10.0.0.1", &[("forwarded", "for=\"[2001:db8:1:2:3:4:5:6]:80\"")], "2001:db8:1:2::");
        check("10.0.0.1", &[("forwarded", "for=_hidden")], "10.0.0.1");
        check("2001:db8:1:2:3:4:5:6", &[], "2001:db8:1:2::");
        check("fd00::1", &[("x-forwarded-for", "2001:db8::7")], "2001:db8::");
    }
}
