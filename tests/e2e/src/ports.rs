//! Ports on loopback for servers that must know theirs before they start.

use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::Mutex,
};

use anyhow::{Context, Result};

/// Ports given out in this process: a second caller may come before the first one's server listens.
static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());

/// An address on 127.0.0.1 that nothing listens on, and that no other caller in this process got.
///
/// # Errors
/// When the system has no free port left.
pub fn free_address() -> Result<SocketAddr> {
    loop {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("there is no free port on 127.0.0.1")?;
        let address = listener.local_addr()?;
        let mut given = GIVEN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if given.insert(address.port()) {
            return Ok(address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_port_is_given_twice() {
        let addresses: BTreeSet<_> = (0..50).map(|_| free_address().unwrap()).collect();
        assert_eq!(addresses.len(), 50);
    }
}
