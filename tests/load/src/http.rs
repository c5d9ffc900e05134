//! Just enough HTTP/1.1 to keep a server busy without being busy oneself.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Connections that ask at the same time.
const CONNECTIONS: usize = 64;

/// A request that can be sent again and again.
#[derive(Clone)]
pub(crate) struct Client {
    port: u16,
    head: String,
    body: String,
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// What a load measured.
pub(crate) struct Load {
    pub(crate) per_second: f64,
    pub(crate) p99_ms: f64,
}

impl Client {
    pub(crate) fn new(port: u16, path: &str) -> Self {
        Self { port, head: format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n"), body: String::new() }
    }

    pub(crate) fn post(port: u16, path: &str, body: &str) -> Self {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             x-requested-by: milkrun-portal\r\ncontent-length: {}\r\n",
            body.len()
        );
        Self { port, head, body: body.to_owned() }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.head.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    fn text(&self) -> String {
        format!("{}\r\n{}", self.head, self.body)
    }

    async fn connect(&self) -> anyhow::Result<Connection> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, read: Vec::new() })
    }

    pub(crate) async fn once(&self) -> anyhow::Result<Reply> {
        let mut connection = self.connect().await?;
        connection.stream.write_all(self.text().as_bytes()).await?;
        connection.reply().await
    }

    /// A reply without an end.
    pub(crate) async fn stream(&self) -> anyhow::Result<Connection> {
        let mut connection = self.connect().await?;
        connection.stream.write_all(self.text().as_bytes()).await?;
        connection.until("welcome").await?;
        Ok(connection)
    }
}

/// One connection that stays open.
pub(crate) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    async fn more(&mut self) -> anyhow::Result<()> {
        if self.stream.read_buf(&mut self.read).await? == 0 {
            bail!("the server hung up")
        }
        Ok(())
    }

    /// Reads until a text has come, and forgets everything so far.
    pub(crate) async fn until(&mut self, text: &str) -> anyhow::Result<()> {
        while !self.read.windows(text.len()).any(|it| it == text.as_bytes()) {
            tokio::time::timeout(Duration::from_secs(30), self.more()).await.context("nothing came")??;
        }
        // Small, since thousands of these wait at once.
        self.read = Vec::new();
        Ok(())
    }

    async fn reply(&mut self) -> anyhow::Result<Reply> {
        let end = loop {
            if let Some(at) = self.read.windows(4).position(|it| it == b"\r\n\r\n") {
                break at + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.read[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).context("no status")?;
        let length = head.lines().find_map(|it| {
            let (name, value) = it.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        let whole = end + length.context("a reply without its length")?;
        while self.read.len() < whole {
            self.more().await?;
        }
        let body = self.read[end..whole].to_vec();
        self.read.drain(..whole);
        Ok(Reply { status, head, body })
    }
}

/// Asks over many connections for a while.
pub(crate) async fn load(client: &Client, time: Duration) -> anyhow::Result<Load> {
    let mut connections = JoinSet::new();
    let started = Instant::now();
    for _ in 0..CONNECTIONS {
        let client = client.clone();
        connections.spawn(async move {
            let mut connection = client.connect().await?;
            let text = client.text();
            let mut times = Vec::new();
            while started.elapsed() < time {
                let asked = Instant::now();
                connection.stream.write_all(text.as_bytes()).await?;
                let reply = connection.reply().await?;
                anyhow::ensure!(reply.status == 200, "a reply of status {}", reply.status);
                times.push(asked.elapsed());
            }
            Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(it) = connections.join_next().await {
        times.extend(it??);
    }
    let took = started.elapsed().as_secs_f64();
    times.sort_unstable();
    let p99 = times.get(times.len() * 99 / 100).context("no reply at all")?;
    Ok(Load { per_second: times.len() as f64 / took, p99_ms: p99.as_secs_f64() * 1000.0 })
}
