//! Headless Firefox by its geckodriver, for the tests that every engine must pass.

use std::{env, process::Stdio, time::Duration};

use anyhow::{Context, Result};
use milkrun_e2e::{allow_http_clients, ports::free_address};
use thirtyfour::{CapabilitiesHelper as _, DesiredCapabilities, WebDriver};
use tokio::process::{Child, Command};

/// A browser with a fresh profile; it ends with this value.
#[derive(Debug)]
pub(crate) struct Firefox {
    driver: WebDriver,
    _process: Child,
}

impl Firefox {
    /// Starts it, or says why there is none: `cargo xtask test` names the driver in `GECKODRIVER`.
    pub(crate) async fn start() -> Result<Result<Self, String>> {
        let Some(program) = env::var_os("GECKODRIVER") else {
            let reason =
                env::var("MILKRUN_NO_FIREFOX").unwrap_or_else(|_| "GECKODRIVER is not set".to_owned());
            return Ok(Err(reason));
        };
        allow_http_clients();
        let address = free_address()?;
        let process = Command::new(&program)
            .args(["--host", "127.0.0.1", "--port", &address.port().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        let mut wanted = DesiredCapabilities::firefox();
        let options =
            serde_json::json!({ "binary": env::var("MILKRUN_FIREFOX").ok(), "args": ["-headless"] });
        wanted.set("moz:firefoxOptions", options)?;
        let mut tries = 0;
        let driver = loop {
            match WebDriver::new(format!("http://{address}"), wanted.clone()).await {
                Ok(it) => break it,
                Err(error) if tries == 40 => {
                    return Err(error).context("geckodriver could not start Firefox");
                }
                Err(_) => tries += 1,
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        };
        Ok(Ok(Self { driver, _process: process }))
    }

    /// The WebDriver session.
    pub(crate) fn driver(&self) -> &WebDriver {
        &self.driver
    }
}
