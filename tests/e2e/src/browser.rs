//! Headless Chromium, driven as a person would: look, click, type.
//!
//! Every wait is for something to appear, never for a time; a wait that fails tells
//! where the page was, what it showed and what its console said.

use std::{env, path::Path, process::Stdio, time::Duration};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use thirtyfour::{
    By, ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver, WebElement,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};

use crate::folder::TemporaryFolder;

/// How long something may take to appear on a page.
const PATIENCE: Duration = Duration::from_secs(20);

/// The colour scheme that a page is told its reader prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// `prefers-color-scheme: light`
    Light,
    /// `prefers-color-scheme: dark`
    Dark,
}

/// One browser with a fresh profile and one open tab; it ends with this value.
#[derive(Debug)]
pub struct Browser {
    // Dropped in this order: the session ends Chromium, then its driver goes, then the profile.
    driver: WebDriver,
    _process: Child,
    profile: TemporaryFolder,
}

impl Browser {
    /// Starts Debian's Chromium by its ChromeDriver, at 1280 × 800 and in the light theme.
    ///
    /// The driver is the one that `CHROMEDRIVER` names, else the one on `PATH`.
    ///
    /// # Errors
    /// When either of them cannot be started.
    pub async fn start() -> Result<Browser> {
        crate::allow_http_clients();
        let profile = TemporaryFolder::new("browser")?;
        let (process, port) = start_driver().await?;
        let mut wanted = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--no-proxy-server",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ] {
            wanted.add_arg(argument)?;
        }
        wanted.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), wanted).await;
        let driver = driver.context("ChromeDriver could not start Chromium")?;
        let browser = Browser { driver, _process: process, profile };
        browser.set_viewport(1280, 800).await?;
        browser.set_theme(Theme::Light).await?;
        Ok(browser)
    }

    /// The WebDriver session, for what this type has no word for.
    #[must_use]
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// The folder of the browser's profile, which also stands on its processes' command lines.
    #[must_use]
    pub fn profile(&self) -> &Path {
        self.profile.path()
    }

    /// Opens an address in the tab and waits for the page's `load` event.
    ///
    /// # Errors
    /// When the address does not answer.
    pub async fn goto(&self, url: &str) -> Result<()> {
        self.driver.goto(url).await.with_context(|| format!("cannot open {url}"))
    }

    /// Waits until an element that the selector matches can be seen, and returns the first one.
    ///
    /// # Errors
    /// When none can be seen in time.
    pub async fn wait_for(&self, css: &str) -> Result<WebElement> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            // An element may leave the page between being found and being looked at.
            for element in self.driver.find_all(By::Css(css)).await? {
                if element.is_displayed().await.unwrap_or(false) {
                    return Ok(element);
                }
            }
            if Instant::now() > deadline {
                bail!("nothing to see of `{css}` {}", self.situation().await);
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the first element that the selector matches contains `text`.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn wait_for_text(&self, css: &str, text: &str) -> Result<()> {
        let condition = format!(
            "document.querySelector({})?.innerText.includes({})",
            serde_json::to_string(css)?,
            serde_json::to_string(text)?
        );
        self.wait_until(&condition).await.with_context(|| format!("`{css}` does not say “{text}”"))
    }

    /// Waits until nothing that the selector matches is left on the page.
    ///
    /// # Errors
    /// When something still is after the usual patience.
    pub async fn wait_until_gone(&self, css: &str) -> Result<()> {
        let condition = format!("document.querySelector({}) === null", serde_json::to_string(css)?);
        self.wait_until(&condition).await.with_context(|| format!("`{css}` does not go away"))
    }

    /// Waits until a JavaScript expression is true in the page.
    ///
    /// # Errors
    /// When it is not in time, or when it throws.
    pub async fn wait_until(&self, expression: &str) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if self.script(&format!("return !!({expression})"), &[]).await? == Value::Bool(true) {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("`{expression}` did not become true {}", self.situation().await);
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits for an element, scrolls to it and clicks it.
    ///
    /// # Errors
    /// When it cannot be seen in time, or when something covers it.
    pub async fn click(&self, css: &str) -> Result<()> {
        let element = self.wait_for(css).await?;
        element.click().await.with_context(|| format!("cannot click `{css}`"))
    }

    /// Waits for a field, empties it and types into it.
    ///
    /// # Errors
    /// When it cannot be seen in time or takes no text.
    pub async fn type_into(&self, css: &str, text: &str) -> Result<()> {
        let element = self.wait_for(css).await?;
        element.clear().await.with_context(|| format!("cannot empty `{css}`"))?;
        element.send_keys(text).await.with_context(|| format!("cannot type into `{css}`"))
    }

    /// Gives a file to a file input, which may be hidden behind a button.
    ///
    /// # Errors
    /// When there is no such input or no such file.
    pub async fn set_file(&self, css: &str, file: &Path) -> Result<()> {
        self.wait_until(&format!("document.querySelector({}) !== null", serde_json::to_string(css)?)).await?;
        let file = file.canonicalize().with_context(|| format!("cannot find {}", file.display()))?;
        let input = self.driver.find(By::Css(css)).await?;
        input
            .send_keys(file.to_string_lossy().as_ref())
            .await
            .with_context(|| format!("`{css}` takes no file"))
    }

    /// The text of the first element that the selector matches, as a person sees it.
    ///
    /// # Errors
    /// When none can be seen in time.
    pub async fn text(&self, css: &str) -> Result<String> {
        Ok(self.wait_for(css).await?.text().await?)
    }

    /// How many elements the selector matches at this moment.
    ///
    /// # Errors
    /// When the session is gone.
    pub async fn count(&self, css: &str) -> Result<usize> {
        Ok(self.driver.find_all(By::Css(css)).await?.len())
    }

    /// Runs the body of a JavaScript function in the page and returns what it returns.
    ///
    /// # Errors
    /// When it throws.
    pub async fn script(&self, body: &str, arguments: &[Value]) -> Result<Value> {
        Ok(self.driver.execute(body, arguments.to_vec()).await?.json().clone())
    }

    /// Sets the size of the page's window in CSS pixels; a narrow one is a phone's, with touch.
    ///
    /// # Errors
    /// When the session is gone.
    pub async fn set_viewport(&self, width: u32, height: u32) -> Result<()> {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await?;
        self.devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": width < 600 })).await
    }

    /// Tells pages which colour scheme their reader prefers.
    ///
    /// # Errors
    /// When the session is gone.
    pub async fn set_theme(&self, theme: Theme) -> Result<()> {
        let value = match theme {
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        self.emulate("prefers-color-scheme", value).await
    }

    /// Tells pages one preference of their reader, in place of the one told before.
    ///
    /// # Errors
    /// When the session is gone.
    pub async fn emulate(&self, feature: &str, value: &str) -> Result<()> {
        let media = json!({ "features": [{ "name": feature, "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", media).await
    }

    /// Presses a key as a person at the keyboard does; `Tab`, `Enter` and `Escape` are known.
    ///
    /// # Errors
    /// When the session is gone.
    pub async fn press(&self, key: &str) -> Result<()> {
        let (code, text) = match key {
            "Tab" => (9, ""),
            "Escape" => (27, ""),
            _ => (13, "\r"),
        };
        for kind in ["keyDown", "keyUp"] {
            let text = if kind == "keyDown" { text } else { "" };
            let event =
                json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text });
            self.devtools("Input.dispatchKeyEvent", event).await?;
        }
        Ok(())
    }

    /// Presses the mouse's button in the middle of an element and moves the pointer over another, to `share` of its
    /// height from its top, without letting go.
    ///
    /// # Errors
    /// When either cannot be seen in time.
    pub async fn drag_over(&self, from: &str, to: &str, share: f64) -> Result<()> {
        for css in [from, to] {
            self.wait_for(css).await?;
        }
        let (x, y) = self.point_of(from, 0.5).await?;
        self.mouse("mouseMoved", x, y).await?;
        self.mouse("mousePressed", x, y).await?;
        // A press becomes a drag by moving.
        self.mouse("mouseMoved", x + 4.0, y + 8.0).await?;
        let (x, y) = self.point_of(to, share).await?;
        self.mouse("mouseMoved", x, y).await
    }

    /// Lets the mouse's button go over an element, to `share` of its height from its top.
    ///
    /// # Errors
    /// When the element is gone.
    pub async fn drop_on(&self, to: &str, share: f64) -> Result<()> {
        let (x, y) = self.point_of(to, share).await?;
        self.mouse("mouseReleased", x, y).await
    }

    /// The middle of an element from left to right, and a share of its height, in CSS pixels of the window.
    async fn point_of(&self, css: &str, share: f64) -> Result<(f64, f64)> {
        let body = "const frame = document.querySelector(arguments[0]).getBoundingClientRect();
                    return [frame.x + frame.width / 2, frame.y + frame.height * arguments[1]]";
        let point = self.script(body, &[json!(css), json!(share)]).await?;
        let number = |at: usize| point[at].as_f64().with_context(|| format!("`{css}` is nowhere"));
        Ok((number(0)?, number(1)?))
    }

    async fn mouse(&self, kind: &str, x: f64, y: f64) -> Result<()> {
        let button = if kind == "mouseMoved" { "none" } else { "left" };
        let event = json!({ "type": kind, "x": x, "y": y, "button": button, "buttons": 1, "clickCount": 1 });
        self.devtools("Input.dispatchMouseEvent", event).await
    }

    /// Writes what the window shows to a PNG file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        self.driver.screenshot(file).await.with_context(|| format!("cannot write {}", file.display()))
    }

    /// Takes WebAssembly away from every page opened from now on, as an old browser or a strict policy would.
    ///
    /// # Errors
    /// When the session is gone.
    pub async fn forbid_webassembly(&self) -> Result<()> {
        let source = json!({ "source": "delete globalThis.WebAssembly" });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source).await
    }

    /// Takes addresses out of the browser's reach from now on, and those named before into it again. They may hold `*`.
    ///
    /// # Errors
    /// When the session is gone.
    pub async fn block(&self, addresses: &[&str]) -> Result<()> {
        self.devtools("Network.enable", json!({})).await?;
        self.devtools("Network.setBlockedURLs", json!({ "urls": addresses })).await
    }

    /// Takes JavaScript away from every page opened from now on.
    ///
    /// # Errors
    /// When the session is gone.
    pub async fn forbid_scripts(&self) -> Result<()> {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await
    }

    /// What the console has called an error since the last call: exceptions, refused resources,
    /// failed requests, breaches of the content security policy.
    ///
    /// # Errors
    /// When the session is gone.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        let log = self.driver.browser_log().await?;
        Ok(log.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect())
    }

    async fn devtools(&self, method: &str, parameters: Value) -> Result<()> {
        self.driver.cdp().send_raw(method, parameters).await.with_context(|| format!("{method} failed"))?;
        Ok(())
    }

    /// Where the page stands, for the message of a wait that failed.
    async fn situation(&self) -> String {
        let page = "return [location.href, (document.body?.innerText ?? '').slice(0, 600)]";
        let page = self.script(page, &[]).await.unwrap_or_default();
        let errors = self.console_errors().await.unwrap_or_default();
        format!(
            "within {PATIENCE:?} on {}, which showed:\n{}\nconsole errors: {errors:#?}",
            page[0].as_str().unwrap_or("a page that is gone"),
            page[1].as_str().unwrap_or_default(),
        )
    }
}

/// Starts ChromeDriver on a port of its own choice and returns the port.
async fn start_driver() -> Result<(Child, u16)> {
    let program = env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
    let mut process = Command::new(&program)
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| {
            format!("{} cannot be started; `cargo xtask setup` installs it", program.display())
        })?;
    let stdout = process.stdout.take().context("ChromeDriver's output cannot be read")?;
    let mut lines = BufReader::new(stdout).lines();
    let port = async {
        while let Some(line) = lines.next_line().await? {
            if let Some(port) = port_in(&line) {
                return Ok(port);
            }
        }
        bail!("ChromeDriver ended without naming its port")
    };
    let port = timeout(PATIENCE, port).await.context("ChromeDriver did not name its port in time")??;
    // It says no more of interest, but it must always be able to write.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((process, port))
}

/// The port in `ChromeDriver was started successfully on port 34567.`
fn port_in(line: &str) -> Option<u16> {
    line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_what_the_driver_prints() {
        assert_eq!(port_in("ChromeDriver was started successfully on port 34567."), Some(34567));
        assert_eq!(port_in("Starting ChromeDriver 156.0.8078.73 on port 0"), None);
    }
}
