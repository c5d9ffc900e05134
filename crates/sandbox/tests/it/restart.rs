//! What a sandbox remembers over a restart, and how it runs on a real listener.

use std::io::{Read, Write};
use std::path::PathBuf;

use axum::http::{Method, StatusCode};
use milkrun_sandbox::{Sandbox, Settings, bind, serve};
use serde_json::{Value, json};

use crate::client::{Client, quiet};

/// A directory of its own for one test, gone with the test.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("milkrun-sandbox-it-{name}-{}", std::process::id())))
    }

    fn settings(&self) -> Settings {
        Settings { data_dir: Some(self.0.clone()), ..quiet() }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

#[tokio::test]
async fn everything_outlives_a_restart() {
    let directory = Directory::new("all");
    let job = json!({"external_job_id": "J1", "title": "T", "driver_email": "a@b.example",
                     "stops": [{"address": "Aleksanterinkatu 15, Helsinki"}]});
    let key = [("idempotency-key", "k")];
    let before = Client::new(directory.settings());
    before.register("JJFI1001").await;
    let imported = before.import(&key, &job).await;
    let bearer = before.bearer().await;
    before.step(50 * 24 * 3600).await;
    let (then, status) = (before.sandbox.now(), before.status_of("JJFI1001").await);
    before.sandbox.save().unwrap();
    drop(before);

    let after = Client::new(directory.settings());
    assert_eq!((after.sandbox.now(), after.status_of("JJFI1001").await), (then, status));
    let replayed = after.import(&key, &job).await;
    assert_eq!((replayed.status, &replayed.json), (StatusCode::OK, &imported.json));
    assert_eq!(replayed.header("idempotent-replayed"), Some("true"));
    let path = "/routemate/v1/integration-jobs?external_job_id=J1";
    let answer = after.send(Method::GET, path, &[("authorization", &bearer)], "").await;
    assert_eq!((answer.status, &answer.json["status"]), (StatusCode::OK, &json!("completed")));
    let state = after.control(Method::GET, "/state", &Value::Null).await.json;
    assert_eq!(state["tracking51"]["parcels"], 1);
}

#[tokio::test]
async fn a_server_saves_when_it_is_told_to_end() {
    let directory = Directory::new("serve");
    let sandbox = Sandbox::open(directory.settings()).unwrap();
    let listener = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(serve(sandbox, listener, async { ended.await.unwrap() }));
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream
            .write_all(b"GET /sandbox/clock HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    let answer = answer.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    end.send(()).unwrap();
    server.await.unwrap().unwrap();
    assert!(directory.0.join("sandbox.json").exists());
}

#[tokio::test]
async fn other_machines_cannot_reach_it() {
    assert!(bind("0.0.0.0:0".parse().unwrap()).await.is_err());
    let exposed = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
    let sandbox = Sandbox::open(quiet()).unwrap();
    assert!(serve(sandbox, exposed, std::future::pending()).await.is_err());
}
