//! Behind a real nginx, set up as the documentation says, which buffers as it does by default.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use milkrun_wire::tracking51::webhook::Version;

use crate::dispatches::{dispatch, request};
use crate::harness::{Both, Folder, listener};
use crate::shoppers::ORIGIN;
use crate::sites::site;

/// A running nginx in front of an address.
struct Nginx {
    child: Child,
    url: String,
    folder: std::sync::Arc<Folder>,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary, which Debian puts outside most people's path.
fn binary() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders.map(|it| it.join("nginx")).find(|it| it.is_file())
}

/// The server as the documentation sets it up, without the certificate and between these addresses.
fn documented(address: std::net::SocketAddr, target: &str) -> String {
    let page = include_str!("../../../../docs/running.md");
    let block = page.split("```nginx\n").nth(1).and_then(|it| it.split("```").next()).unwrap();
    let of_tls = |it: &&str| !it.trim_start().starts_with("ssl_certificate");
    let plain: Vec<&str> = block.lines().filter(of_tls).collect();
    let plain = plain.join("\n").replace("listen 443 ssl http2;", &format!("listen {address};"));
    assert!(plain.contains("http://127.0.0.1:8080") && plain.contains(&address.to_string()), "{plain}");
    plain.replace("http://127.0.0.1:8080", target)
}

async fn start(target: &str) -> Option<Nginx> {
    let binary = binary()?;
    let folder = Folder::new();
    let (free, address) = listener().await;
    drop(free);
    let config = format!(
        "daemon off; master_process off; pid {0}/pid; error_log {0}/error.log;\n\
         events {{ worker_connections 64; }}\n\
         http {{ access_log {0}/access.log; client_body_temp_path {0}/body; proxy_temp_path {0}/proxy;\n\
         fastcgi_temp_path {0}/fastcgi; uwsgi_temp_path {0}/uwsgi; scgi_temp_path {0}/scgi; gzip on;\n\
         {1} }}\n",
        folder.0.display(),
        documented(address, target)
    );
    let file = folder.0.join("nginx.conf");
    fs::write(&file, config).unwrap();
    let mut command = Command::new(binary);
    command.arg("-p").arg(&folder.0).arg("-c").arg(&file);
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let it = Nginx { child, url: format!("http://{address}"), folder };
    let started = Instant::now();
    while tokio::net::TcpStream::connect(address).await.is_err() {
        assert!(started.elapsed() < Duration::from_secs(10), "nginx does not listen");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Some(it)
}

#[tokio::test]
async fn events_come_through_at_once() {
    let both = Both::start(Version::V4, "").await;
    let Some(nginx) = start(&both.proxy.base).await else {
        println!("skipped: nginx is not installed; on Debian: apt-get install nginx-light");
        return;
    };
    let direct = both.proxy.get("events").build().unwrap();
    let cookie = direct.headers()["cookie"].clone();
    let request_through =
        both.proxy.http.get(format!("{}/api/v1/events", nginx.url)).header("cookie", &cookie);
    let mut stream = request_through.send().await.unwrap();
    assert_eq!(stream.status(), 200);
    // The first bytes come before anything has happened, so that the browser knows that it is connected.
    let chunk =
        tokio::time::timeout(Duration::from_secs(3), stream.chunk()).await.expect("a first byte in time");
    assert!(String::from_utf8_lossy(&chunk.unwrap().unwrap()).contains("welcome"));
    let sent = dispatch(&both.proxy, "11111111-1", &request("J-1")).await.1;
    let mut text = String::new();
    let seen = async {
        while !text.contains(sent["id"].as_str().unwrap()) {
            text.push_str(&String::from_utf8_lossy(&stream.chunk().await.unwrap().unwrap()));
        }
    };
    tokio::time::timeout(Duration::from_secs(3), seen).await.expect("the event in time");

    // The connection breaks; what comes meanwhile is replayed after the last event that was seen.
    drop(stream);
    let ids: Vec<&str> = text.lines().filter_map(|it| it.strip_prefix("id: ")).collect();
    let last = ids.last().expect("events are numbered");
    let missed = dispatch(&both.proxy, "11111111-2", &request("J-2")).await.1;
    let again = both.proxy.http.get(format!("{}/api/v1/events", nginx.url)).header("cookie", cookie);
    let mut stream = again.header("last-event-id", *last).send().await.unwrap();
    let mut text = String::new();
    let seen = async {
        while !text.contains(missed["id"].as_str().unwrap()) {
            text.push_str(&String::from_utf8_lossy(&stream.chunk().await.unwrap().unwrap()));
        }
    };
    tokio::time::timeout(Duration::from_secs(3), seen).await.expect("the missed event in time");
    let first: i64 = text.lines().find_map(|it| it.strip_prefix("id: ")).unwrap().parse().unwrap();
    assert!(first > last.parse().unwrap(), "nothing that was seen is sent again: {text}");
}

#[tokio::test]
async fn nobody_chooses_an_address_and_no_secret_is_logged() {
    let settings = "trusted_proxies = [\"127.0.0.1\"]\n[lookups]\nper_second = 0.01\nburst = 6.0";
    let both = Both::start(Version::V4, settings).await;
    let Some(nginx) = start(&both.proxy.base).await else {
        println!("skipped: nginx is not installed; on Debian: apt-get install nginx-light");
        return;
    };
    let key = site(&both.proxy, &serde_json::json!({})).await;
    // Not nginx's own address, which is trusted.
    let shopper = reqwest::Client::builder().no_proxy().local_address(std::net::IpAddr::from([127, 0, 0, 2]));
    let shopper = shopper.build().unwrap();
    let mut statuses = Vec::new();
    for at in 1..=9 {
        let url = format!("{}/api/widget/v1/lookup?site={key}&number=NOBODY-{at}", nginx.url);
        let request = shopper.get(url).header("origin", ORIGIN);
        let request = request.header("forwarded", format!("for=192.0.2.{at}"));
        let request = request.header("x-forwarded-for", format!("192.0.2.{at}"));
        statuses.push(request.send().await.unwrap().status().as_u16());
    }
    assert_eq!((statuses[0], statuses[8]), (200, 429), "one address, whatever it calls itself: {statuses:?}");
    let push = both.proxy.http.post(format!("{}/webhooks/51tracking/sandbox", nginx.url)).body("{}");
    assert!(push.send().await.unwrap().status().is_client_error());
    let logged = fs::read_to_string(nginx.folder.0.join("access.log")).unwrap();
    assert!(logged.contains("/api/widget/v1/lookup") && !logged.contains("webhooks"), "{logged}");
}
