//! The npm package's types: a shop's script that uses them compiles, and what they forbid does not.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::{DELIVERED, Zoo};

#[test]
fn a_shops_script_compiles_against_the_packages_types() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let compiler = here.join("node_modules/typescript/bin/tsc");
    assert!(
        compiler.is_file(),
        "{} is missing; `cargo xtask test --only e2e` installs it",
        compiler.display()
    );
    let it = Command::new("node").arg(compiler).arg("-p").arg(here.join("types")).output().unwrap();
    assert!(it.status.success(), "{}", String::from_utf8_lossy(&it.stdout));
}

/// A field that the portal sends and the types do not name, or the other way round, is found here.
#[tokio::test(flavor = "multi_thread")]
async fn the_types_name_what_the_portal_sends() {
    let zoo = Zoo::start(|_| Vec::new()).await;
    let url = format!("{}/api/widget/v1/lookup?site=zoo&number={DELIVERED}", zoo.journey.servers.portal());
    let origin = zoo.shop.page("").trim_end_matches('/').to_owned();
    let sent: Value =
        reqwest::Client::new().get(url).header("origin", origin).send().await.unwrap().json().await.unwrap();
    let types = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/widget/npm/index.d.ts"),
    )
    .unwrap();
    let named = |interface: &str| {
        let body =
            types.split_once(&format!("interface {interface} {{")).unwrap().1.split_once("\n}").unwrap().0;
        let field = |line: &str| Some(line.split_once(':')?.0.trim().to_owned());
        let mut all: Vec<_> =
            body.lines().filter(|it| !it.trim_start().starts_with('/')).filter_map(field).collect();
        all.sort();
        all
    };
    let keys = |it: &Value| {
        let mut all: Vec<_> = it.as_object().unwrap().keys().cloned().collect();
        all.sort();
        all
    };
    assert_eq!(named("Parcel"), keys(&sent));
    assert_eq!(named("ParcelEvent"), keys(&sent["events"][0]));
}
