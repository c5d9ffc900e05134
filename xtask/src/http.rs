//! Just enough HTTP to ask a server on this machine whether it is up.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::Child,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// Waits until `path` answers with a 2xx status, or says why it never will.
pub(crate) fn wait_until_up(name: &str, child: &mut Child, address: SocketAddr, path: &str) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if matches!(status_of(address, path), Some(200..=299)) {
            return Ok(());
        }
        if let Some(status) = child.try_wait()? {
            bail!("the {name} stopped before it answered ({status}); its own message stands above");
        }
        if Instant::now() > deadline {
            bail!("the {name} did not answer http://{address}{path} within 30 seconds");
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// An address on loopback that nothing listens on at this moment.
pub(crate) fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?)
}

/// Says so, with a way out, when another program already listens on the address.
pub(crate) fn require_free(what: &str, address: SocketAddr) -> Result<()> {
    match TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(error) => bail!(
            "{address}, wanted for the {what}, cannot be used ({error}); \
             stop the program that uses it or start with another --port"
        ),
    }
}

/// The status of a GET, or nothing where the server does not speak HTTP yet.
fn status_of(address: SocketAddr, path: &str) -> Option<u16> {
    let wait = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&address, wait).ok()?;
    stream.set_read_timeout(Some(wait)).ok()?;
    // In one piece: a server may answer and hang up on the first part of a request.
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).ok()?;
    std::str::from_utf8(&head).ok()?.strip_prefix("HTTP/1.1 ")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_line_is_read() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        assert!(require_free("test", address).is_err());
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 256];
            let n = stream.read(&mut request).unwrap();
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
            String::from_utf8_lossy(&request[..n]).into_owned()
        });
        assert_eq!(status_of(address, "/healthz"), Some(204));
        assert!(server.join().unwrap().starts_with("GET /healthz HTTP/1.1\r\n"));
        assert_eq!(status_of(address, "/healthz"), None);
    }
}
