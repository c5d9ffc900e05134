//! Ports on loopback for servers that must know theirs before they start.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Result, bail};

/// Below those that systems give to whoever connects somewhere (from 32,768 on Linux): the way of a browser to one server
/// would otherwise now and then take the port that another one has been promised.
const FIRST: u32 = 12_000;
const PORTS: u32 = 20_000;

/// How many have been given out in this process: a second caller may come before the first one's server listens.
static GIVEN: AtomicU32 = AtomicU32::new(0);

/// An address on 127.0.0.1 that nothing listens on, and that no other caller in this process got.
///
/// # Errors
/// When there is no free port left.
pub fn free_address() -> Result<SocketAddr> {
    // Processes that run side by side begin far from each other.
    let begin = std::process::id().wrapping_mul(257);
    for _ in 0..PORTS {
        let next = begin.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed));
        let port = (FIRST + next % PORTS) as u16;
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return Ok(listener.local_addr()?);
        }
    }
    bail!("there is no free port on 127.0.0.1 from {FIRST} to {}", FIRST + PORTS)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_port_is_given_twice() {
        let addresses: BTreeSet<_> = (0..50).map(|_| free_address().unwrap()).collect();
        assert_eq!(addresses.len(), 50);
    }
}
