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

/// Whom the headers name, if a trusted proxy sent them.
///
/// A proxy writes one of the two and passes the other on as it came, which is then the client's own word. There is no
/// telling which; where they disagree neither is believed, and whoever wrote one counts as the proxy.
fn claimed(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let peer = plain(peer);
    if !trusted.iter().any(|net| net.contains(&peer)) {
        return peer;
    }
    let usual = list(headers, "x-forwarded-for").map(|all| all.iter().map(|it| address(it)).collect());
    let standard = list(headers, "forwarded").map(|all| all.iter().map(|it| named(it)).collect());
    let mut claims = [usual, standard].into_iter().flatten().map(|hops| last_known(peer, hops, trusted));
    match (claims.next(), claims.next()) {
        (Some(one), None) => one,
        (Some(one), Some(other)) if one == other => one,
        _ => peer,
    }
}

/// Goes back through hops, the nearest last, as long as trusted proxies vouch for them. What a client writes itself
/// stands before its own address and is never reached.
fn last_known(peer: IpAddr, hops: Vec<Option<IpAddr>>, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |it: IpAddr| trusted.iter().any(|net| net.contains(&it));
    let mut client = peer;
    for hop in hops.into_iter().rev() {
        if !is_trusted(client) {
            break;
        }
        // A hop that cannot be read may stand for anybody: the last that could be is as far as trust goes.
        let Some(hop) = hop else { break };
        client = plain(hop);
    }
    client
}

/// The parts of a header that is a list, over all its lines; none when it is not there.
fn list(headers: &HeaderMap, name: &str) -> Option<Vec<String>> {
    let lines: Vec<&str> = headers.get_all(name).iter().map(|it| it.to_str().unwrap_or("?")).collect();
    let all: Vec<String> =
        lines.join(",").split(',').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect();
    (!all.is_empty()).then_some(all)
}

/// The address in a part of `Forwarded` (RFC 7239), such as `for=192.0.2.1;proto=https`.
fn named(part: &str) -> Option<IpAddr> {
    let mut pairs = part.split(';').filter_map(|it| it.split_once('='));
    address(pairs.find(|it| it.0.trim().eq_ignore_ascii_case("for"))?.1)
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
    fn what_a_client_adds_in_the_other_header_gains_it_nothing() {
        let usual = ("x-forwarded-for", "198.51.100.1");
        let standard = ("forwarded", "for=198.51.100.1;proto=https");
        check("10.0.0.1", &[standard], "198.51.100.1");
        check("10.0.0.1", &[standard, usual], "198.51.100.1");
        check("10.0.0.1", &[standard, ("x-forwarded-for", "192.0.2.66")], "10.0.0.1");
        check("10.0.0.1", &[("forwarded", "for=192.0.2.66"), usual], "10.0.0.1");
        check("10.0.0.1", &[("forwarded", "nonsense"), usual], "10.0.0.1");
        check("10.0.0.1", &[("forwarded", ""), usual], "198.51.100.1");
        check("203.0.113.9", &[standard, usual], "203.0.113.9");
    }

    #[test]
    fn the_standard_header_is_read_and_a_network_counts_as_one() {
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
