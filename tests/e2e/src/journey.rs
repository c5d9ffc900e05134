//! A dispatcher's day, step by step, as tests and screenshots walk through it.
//!
//! Each step does what a person does, through the page, and returns once the page shows that it is done.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::{Browser, Servers};

/// The 60 deliveries that the portal offers as a first taste, as a file.
#[must_use]
pub fn demo_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/plan/data/demo-60.csv")
}

/// A configuration with which an owner can enter credentials that open the sandbox as if it were the real service.
pub const ENTERED_CREDENTIALS: &str = "credentials_key = \"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"\n\
    [routemate]\nbase_url = \"{sandbox}/routemate/v1\"\npoll_s = 1\n\
    [tracking51]\nbase_url = \"{sandbox}/51tracking/v4\"\n";

/// A signed-in browser and the servers behind it.
#[derive(Debug)]
pub struct Journey {
    /// The dispatcher's browser.
    pub browser: Browser,
    /// The real servers.
    pub servers: Servers,
}

impl Journey {
    /// Starts servers, the proxy with a configuration file of this text, and a browser, and signs in by the link.
    ///
    /// # Errors
    /// When anything does not come up.
    pub async fn start(config: &str) -> Result<Self> {
        Self::through(Servers::start_with(config).await?).await
    }

    /// The same with servers that are up already.
    ///
    /// # Errors
    /// When the browser does not come up, or the link leads nowhere.
    pub async fn through(servers: Servers) -> Result<Self> {
        let browser = Browser::start().await?;
        browser.goto(servers.sign_in()).await?;
        browser.wait_for(".rail").await.context("the sign-in link does not lead into the portal")?;
        Ok(Self { browser, servers })
    }

    /// Follows a link of the rail, without loading the page anew.
    ///
    /// # Errors
    /// When there is no such page.
    pub async fn open(&self, page: &str) -> Result<()> {
        self.browser.click(&format!(".rail a[href='{page}']")).await
    }

    /// Opens a part of the settings page by its word, such as `people`.
    ///
    /// # Errors
    /// When the signed-in person has no such part.
    pub async fn open_settings(&self, part: &str) -> Result<()> {
        self.open("/settings").await?;
        self.browser.click(&format!("[data-test=settings-{part}]")).await
    }

    /// Adds a person on the settings page and returns the one-time link, with its dialog still open.
    ///
    /// # Errors
    /// When the link does not appear.
    pub async fn add_person(&self, name: &str, role: &str) -> Result<String> {
        let browser = &self.browser;
        self.open_settings("people").await?;
        browser.click("[data-test=person-add]").await?;
        browser.type_into("[data-test=person-name]", name).await?;
        let email = format!("{}@example.com", name.to_lowercase());
        browser.type_into("[data-test=person-email]", &email).await?;
        browser.click(&format!("[data-test=person-role-{role}]")).await?;
        browser.click("[data-test=person-add-confirm]").await?;
        browser.wait_for_text("[data-test=person-link-text]", "/sign-in#").await?;
        browser.text("[data-test=person-link-text]").await
    }

    /// Imports a file and waits until every row has been looked for on the map.
    ///
    /// # Errors
    /// When the import sheet does not come to its end.
    pub async fn import(&self, file: &Path) -> Result<()> {
        self.browser.set_file("[data-test=import-file]", file).await?;
        self.confirm_import().await
    }

    /// Imports the deliveries that an empty plan offers, by its button.
    ///
    /// # Errors
    /// When the import sheet does not come to its end.
    pub async fn import_demo(&self) -> Result<()> {
        self.browser.click("[data-test=import-demo]").await?;
        self.confirm_import().await
    }

    async fn confirm_import(&self) -> Result<()> {
        self.browser
            .wait_until("document.querySelector('[data-test=import-confirm]:not(:disabled)')")
            .await?;
        self.browser.click("[data-test=import-confirm]").await?;
        self.browser.wait_until_gone("[data-test=import-confirm]").await
    }

    /// Sets the depot, and a driver for each name with this capacity in parcels and an address at example.com.
    ///
    /// # Errors
    /// When the depot is not found or a field does not take its text.
    pub async fn staff(&self, depot: &str, drivers: &[(&str, u32)]) -> Result<()> {
        let browser = &self.browser;
        browser.click("[data-test=tab-drivers]").await?;
        browser.type_into("[data-test=depot-address]", &format!("{depot}\n")).await?;
        browser.wait_for("[data-test=depot-found]").await?;
        for (n, (name, capacity)) in drivers.iter().enumerate() {
            let row = format!("[data-test=driver-row]:nth-of-type({})", n + 1);
            if browser.count(&row).await? == 0 {
                browser.click("[data-test=driver-add]").await?;
            }
            let email = format!("{}@example.com\n", name.to_lowercase());
            browser.type_into(&format!("{row} [data-test=driver-name]"), &format!("{name}\n")).await?;
            browser.type_into(&format!("{row} [data-test=driver-email]"), &email).await?;
            browser
                .type_into(&format!("{row} [data-test=driver-capacity]"), &format!("{capacity}\n"))
                .await?;
        }
        Ok(())
    }

    /// Optimises, lets the solver work for a while, stops it and waits for the routes.
    ///
    /// # Errors
    /// When no route appears.
    pub async fn optimise(&self, time: Duration) -> Result<()> {
        self.browser.click("[data-test=optimise]").await?;
        self.browser.wait_for("[data-test=stop-optimise]").await?;
        tokio::time::sleep(time).await;
        if self.browser.count("[data-test=stop-optimise]").await? > 0 {
            self.browser.click("[data-test=stop-optimise]").await?;
        }
        self.browser.wait_for("[data-test=optimise]").await?;
        self.browser.click("[data-test=tab-routes]").await?;
        self.browser.wait_for("[data-test=route-card]").await.map(drop)
    }

    /// Dispatches every route to its driver.
    ///
    /// # Errors
    /// When RouteMate's word on each route does not appear.
    pub async fn dispatch_all(&self) -> Result<()> {
        self.browser.click("[data-test=tab-routes]").await?;
        self.browser.click("[data-test=dispatch-all]").await?;
        self.browser.click("[data-test=dispatch-confirm]").await?;
        self.browser
            .wait_until(
                "document.querySelectorAll('[data-test=job-status]').length >= \
                 document.querySelectorAll('[data-test=route-card]').length",
            )
            .await
    }

    /// Turns the sandbox's clock.
    ///
    /// # Errors
    /// When the sandbox does not take it.
    pub async fn turn_clock(&self, change: Value) -> Result<()> {
        let url = format!("{}/sandbox/clock", self.servers.sandbox());
        let reply = reqwest::Client::new().post(url).json(&change).send().await?;
        reply.error_for_status().context("the sandbox clock does not turn").map(drop)
    }

    /// Steps the sandbox's clock until an expression is true in the page.
    ///
    /// # Errors
    /// When two minutes of steps do not make it true.
    pub async fn turn_clock_until(&self, step_seconds: u32, expression: &str) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            if self.browser.script(&format!("return !!({expression})"), &[]).await? == Value::Bool(true) {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("`{expression}` did not become true while the sandbox's clock went on");
            }
            self.turn_clock(json!({ "step_seconds": step_seconds })).await?;
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    }

    /// Adds parcels on the tracking page and waits until each has a row.
    ///
    /// # Errors
    /// When a row is missing.
    pub async fn track(&self, numbers: &[&str]) -> Result<()> {
        self.open("/track").await?;
        self.browser.type_into("[data-test=track-numbers]", &numbers.join("\n")).await?;
        self.browser.click("[data-test=track-add]").await?;
        for number in numbers {
            self.browser
                .wait_until(&format!(
                    "[...document.querySelectorAll('[data-test=parcel-row]')].some(row => row.innerText.includes('{number}'))"
                ))
                .await?;
        }
        Ok(())
    }

    /// Looks a number up in the widget on the demo shop's page and returns what the shopper reads.
    ///
    /// # Errors
    /// When the widget does not answer.
    pub async fn look_up(&self, number: &str) -> Result<String> {
        self.browser.goto(&self.servers.shop()).await?;
        // The widget's form comes once somebody sees it.
        self.browser.wait_until("document.querySelector('milkrun-track')?.shadowRoot").await?;
        self.browser.script("document.querySelector('milkrun-track').scrollIntoView()", &[]).await?;
        self.browser
            .wait_until("document.querySelector('milkrun-track').shadowRoot.querySelector('input')")
            .await?;
        self.browser
            .script(
                "const root = document.querySelector('milkrun-track').shadowRoot;
                 root.querySelector('input').value = arguments[0];
                 root.querySelector('form').requestSubmit();",
                &[json!(number)],
            )
            .await?;
        let answer = "document.querySelector('milkrun-track').shadowRoot.querySelector('#answer')";
        self.browser.wait_until(&format!("{answer}?.textContent.trim().length > 10")).await?;
        let text = self.browser.script(&format!("return {answer}.parentNode.textContent"), &[]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }
}
