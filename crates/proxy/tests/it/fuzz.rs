//! Programs of others that read the API's document: one holds it to OpenAPI's own rules, and schemathesis sends
//! whatever it can think of.

use std::process::Stdio;

use milkrun_wire::tracking51::webhook::Version;

use crate::harness::Both;

/// Where `st` is; `cargo xtask test --only fuzz` installs it.
const PLACE: &str = "MILKRUN_SCHEMATHESIS";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_fits_or_misses_the_document_makes_a_server_error() {
    let Some(st) = std::env::var_os(PLACE) else {
        println!("skipped: {PLACE} is not set; run cargo xtask test --only fuzz");
        return;
    };
    let both = Both::start_with(Version::V4, "", |it| it.rate_limits = false).await;
    let proxy = &both.proxy;
    let cookie = proxy.sign_in().await;
    let mut command = tokio::process::Command::new(st);
    command
        .arg("run")
        .arg(format!("{}/api/v1/openapi.json", proxy.base))
        .args(["--checks", "not_a_server_error", "--phases", "examples,coverage,fuzzing", "-n", "20"])
        .args(["--seed", "1", "--generation-deterministic", "--request-timeout", "60"])
        .args(["-H", &format!("cookie: {cookie}"), "-H", "x-requested-by: milkrun-portal"])
        // A stream has no end, and these two would end the session that all others need.
        .args(["--exclude-path", "/api/v1/events", "--exclude-path", "/api/v1/session"])
        .args(["--exclude-path", "/api/v1/session/password"])
        .current_dir(&proxy.folder.0)
        .stdin(Stdio::null());
    let output = command.output().await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("generated"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_keeps_the_rules_of_openapi() {
    let Some(st) = std::env::var_os(PLACE) else {
        println!("skipped: {PLACE} is not set; run cargo xtask test --only fuzz");
        return;
    };
    let proxy = crate::harness::Proxy::start("").await;
    let check = async |document: &str| {
        let file = proxy.folder.0.join("openapi.json");
        std::fs::write(&file, document).unwrap();
        let mut command =
            tokio::process::Command::new(std::path::Path::new(&st).with_file_name("openapi-spec-validator"));
        let output = command.arg("--validation-errors").arg("all").arg(file).output().await.unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), text + &String::from_utf8_lossy(&output.stderr))
    };
    let document = milkrun_proxy::openapi(&proxy.state);
    let (fits, said) = check(&document).await;
    assert!(fits, "{said}");
    let (fits, said) = check(&document.replace("\"description\": \"It is done\"", "\"x-nothing\": 1")).await;
    assert!(!fits && said.contains("description"), "it would notice: {said}");
}
