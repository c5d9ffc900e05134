//! No secret leaves: not in a log line, not in a reply, whatever goes wrong.

use axum::response::IntoResponse;
use serde_json::json;

use crate::dispatches::{dispatch, request};
use crate::harness::{Canned, Proxy, json as answer, log};
use crate::parcels::add;

const SECRETS: [&str; 6] = [
    "rm_ci_hushhush",
    "rm_cs_hushhush",
    "key-hushhush-51",
    "path-hushhush-0123456789",
    "rm_at_hushhush",
    "hushhush@example.com",
];

#[tokio::test]
async fn secrets_stay_inside() {
    // The vendors misbehave in every way, and the worst of them sends back what it was sent.
    let server = Canned::start(|it, before| match (it.path.as_str(), before) {
        ("/v1/integration-token", 0) => answer(500, &json!({"error": "try again"})),
        ("/v1/integration-token", _) => {
            answer(200, &json!({"access_token": "rm_at_hushhush", "expires_in": 3600}))
        }
        (_, 0) => "<html>oops</html>".into_response(),
        (_, 1) => answer(401, &json!({"meta": {"code": 401}})),
        ("/v1/integration-import", _) => {
            let said =
                format!("no: {:?} rm_cs_hushhush\n2026-11-24T00:00:00Z ERROR a forged line", it.headers);
            answer(503, &json!({ "error": said }))
        }
        (_, 2) => answer(503, &json!({"meta": {"code": 511}})),
        _ => {
            let said = format!("odd: {:?}\n2026-11-24T00:00:00Z ERROR a forged line", it.headers);
            answer(400, &json!({"meta": {"code": 4999, "message": said}}))
        }
    })
    .await;
    let toml = format!(
        "[routemate]\nbase_url = \"{0}/v1\"\nclient_id = \"rm_ci_hushhush\"\nclient_secret = \"rm_cs_hushhush\"\n\
         [tracking51]\nbase_url = \"{0}/v4\"\napi_key = \"key-hushhush-51\"\naccount_email = \"hushhush@example.com\"\n\
         webhook_secret_path = \"path-hushhush-0123456789\"\nrefresh_s = 1",
        server.base
    );
    let proxy = Proxy::start(&toml).await;
    let mut replies = String::new();
    let link = milkrun_proxy::session::new_link(&proxy.state).await.unwrap();
    let token = link.rsplit('#').next().unwrap().to_owned();
    let first = dispatch(&proxy, "11111111-1", &request("J-1")).await.1;
    replies.push_str(&first.to_string());
    for _ in 0..5 {
        replies.push_str(
            &add(&proxy, json!([{"tracking_number": "A1", "courier_code": "posti"}])).await.to_string(),
        );
    }
    for path in ["session", "dispatches", "parcels", "couriers", "sandbox/clock", "nowhere"] {
        let reply = proxy.get(path).send().await.unwrap();
        replies.push_str(&format!("{:?}", reply.headers()));
        replies.push_str(&reply.text().await.unwrap());
    }
    let hook =
        |secret: &str| proxy.http.post(format!("{}/webhooks/51tracking/{secret}", proxy.base)).body("{}");
    for secret in ["path-hushhush-0123456789", "guess"] {
        replies.push_str(&hook(secret).send().await.unwrap().text().await.unwrap());
    }
    replies.push_str(&format!("{:?}", proxy.state.config));
    let log = String::from_utf8_lossy(&log().lock().unwrap()).into_owned();
    // Both were really watched.
    assert!(log.contains("a dispatch waits") && replies.contains("dispatches"), "{log}");
    assert!(
        log.contains("a forged line") && replies.contains("odd: "),
        "the vendors' words were shown: {replies}"
    );
    assert!(!log.lines().any(|it| it.starts_with("2026-11-24T00:00:00Z ERROR a forged line")));
    // Below our own level only our own lines count: at the lowest, libraries print what goes over the wire.
    let ours = log.lines().filter(|it| it.contains("milkrun_proxy")).collect::<Vec<_>>().join("\n");
    for secret in SECRETS.iter().copied().chain([token.as_str()]) {
        assert!(!replies.contains(secret), "{secret} in a reply");
        assert!(!ours.contains(secret), "{secret} in the log");
        let usual =
            log.lines().filter(|it| [" INFO ", " WARN ", "ERROR "].iter().any(|level| it.contains(level)));
        assert!(!usual.into_iter().any(|it| it.contains(secret)), "{secret} in the log of a library");
    }
}
