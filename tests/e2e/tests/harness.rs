//! The harness itself, against a page so small that only the harness can be at fault.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::Result;
use axum::{Router, response::Html, routing::get};
use milkrun_e2e::{Browser, TemporaryFolder, Theme};

const PAGE: &str = r##"<!doctype html>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>Trivial</title>
<style>
    body { background: rgb(255, 255, 255) }
    @media (prefers-color-scheme: dark) { body { background: rgb(0, 0, 0) } }
</style>
<p id="said">nothing yet</p>
<label>Name <input id="name" value="old"></label>
<input id="file" type="file" hidden>
<button id="greet">Greet</button>
<button id="fail">Fail</button>
<script>
    const said = document.getElementById("said");
    const later = (work) => setTimeout(work, 100);
    document.getElementById("greet").onclick = () =>
        later(() => { said.textContent = "Hello " + document.getElementById("name").value; });
    document.getElementById("file").onchange = async (event) =>
        { said.textContent = await event.target.files[0].text(); };
    document.getElementById("fail").onclick = () => later(() => { throw new Error("as asked"); });
</script>"##;

/// Serves the page and returns its address.
async fn page() -> Result<String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let app = Router::new().route("/", get(|| async { Html(PAGE) }));
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(format!("http://{address}/"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_read_clicked_and_typed_into() {
    let browser = Browser::start().await.unwrap();
    browser.goto(&page().await.unwrap()).await.unwrap();
    assert_eq!(browser.text("#said").await.unwrap(), "nothing yet");
    browser.type_into("#name", "Aino").await.unwrap();
    browser.click("#greet").await.unwrap();
    browser.wait_for_text("#said", "Hello Aino").await.unwrap();
    assert_eq!(browser.count("button").await.unwrap(), 2);

    let folder = TemporaryFolder::new("harness").unwrap();
    let file = folder.path().join("stops.csv");
    fs::write(&file, "Mannerheimintie 1").unwrap();
    browser.set_file("#file", &file).await.unwrap();
    browser.wait_for_text("#said", "Mannerheimintie 1").await.unwrap();
    assert_eq!(browser.console_errors().await.unwrap(), Vec::<String>::new());

    browser.click("#fail").await.unwrap();
    let mut errors = Vec::new();
    while errors.is_empty() {
        errors = browser.console_errors().await.unwrap();
    }
    assert!(errors.len() == 1 && errors[0].contains("as asked"), "{errors:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn theme_and_size_are_the_ones_asked_for() {
    let browser = Browser::start().await.unwrap();
    browser.goto(&page().await.unwrap()).await.unwrap();
    let look = "return [innerWidth, innerHeight, getComputedStyle(document.body).backgroundColor]";
    let check = async |want: serde_json::Value| assert_eq!(browser.script(look, &[]).await.unwrap(), want);
    check(serde_json::json!([1280, 800, "rgb(255, 255, 255)"])).await;
    browser.set_viewport(390, 844).await.unwrap();
    browser.set_theme(Theme::Dark).await.unwrap();
    check(serde_json::json!([390, 844, "rgb(0, 0, 0)"])).await;

    let folder = TemporaryFolder::new("harness").unwrap();
    let file = folder.path().join("page.png");
    browser.screenshot(&file).await.unwrap();
    let png = fs::read(&file).unwrap();
    // A PNG's header holds its width and height after the first 16 bytes.
    assert_eq!((&png[1..4], &png[16..24]), (&b"PNG"[..], &[0, 0, 1, 134, 0, 0, 3, 76][..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_running() {
    let browser = Browser::start().await.unwrap();
    let profile = browser.profile().to_str().unwrap().to_owned();
    assert!(running_with(&profile) > 0);
    drop(browser);
    // Chromium's helpers follow the browser itself within moments.
    let deadline = Instant::now() + Duration::from_secs(10);
    while running_with(&profile) > 0 {
        assert!(Instant::now() < deadline, "a process of the browser is still there");
        tokio::task::yield_now().await;
    }
}

/// How many processes have `text` on their command line.
fn running_with(text: &str) -> usize {
    let processes = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let lines = processes.filter_map(|process| fs::read_to_string(process.path().join("cmdline")).ok());
    lines.filter(|line| line.contains(text)).count()
}
