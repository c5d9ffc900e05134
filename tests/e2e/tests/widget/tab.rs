//! One tab of either browser, and what every test asks of the widget in it.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use thirtyfour::WebDriver;
use tokio::time::{Instant, sleep};

use crate::zoo::Way;

/// Finds the widget wherever it hides, shadow roots included.
const FIND: &str = "
    const deep = (root) => {
        const it = root.querySelector('milkrun-track');
        if (it) return it;
        for (const host of root.querySelectorAll('*')) {
            const found = host.shadowRoot && deep(host.shadowRoot);
            if (found) return found;
        }
    };
    const widget = deep(document);
    const root = widget?.shadowRoot;
";

/// A tab.
#[derive(Debug)]
pub(crate) struct Tab<'a>(pub(crate) &'a WebDriver);

impl Tab<'_> {
    /// Opens an address and waits until its first widget is defined and the page's own script is done.
    pub(crate) async fn open(&self, url: &str) -> Result<()> {
        self.0.goto(url).await.with_context(|| format!("cannot open {url}"))?;
        self.until("root && !document.documentElement.dataset.settling").await
    }

    /// What an expression says, with `widget` and `root` (its shadow root) at hand.
    pub(crate) async fn say(&self, expression: &str) -> Result<Value> {
        self.run(&format!("return {expression}"), &[]).await
    }

    /// Runs the body of a function, with `widget` and `root` at hand.
    pub(crate) async fn run(&self, body: &str, arguments: &[Value]) -> Result<Value> {
        let found = self.0.execute(format!("{FIND} {body}"), arguments.to_vec()).await;
        Ok(found.with_context(|| format!("`{body}` failed"))?.json().clone())
    }

    /// Waits until an expression is true.
    pub(crate) async fn until(&self, expression: &str) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.say(&format!("!!({expression})")).await? != Value::Bool(true) {
            if Instant::now() > deadline {
                let shown = self.say("root?.querySelector('#widget')?.innerText").await.unwrap_or_default();
                bail!("`{expression}` did not become true; the widget shows {shown}");
            }
            sleep(Duration::from_millis(40)).await;
        }
        Ok(())
    }

    /// Asks as a shop's script would and returns the event that answers: `[name, detail]`.
    pub(crate) async fn track(&self, question: Value) -> Result<(String, Value)> {
        let script = format!(
            "{FIND} const done = arguments[1];
             for (const name of ['result', 'error'])
                 widget.addEventListener('milkrun:' + name, (event) => done([name, event.detail]), {{ once: true }});
             widget.track(arguments[0]).catch(() => done(['error', {{ reason: 'refused' }}]));"
        );
        let answer = self.0.execute_async(script, vec![question]).await?.json().clone();
        Ok((answer[0].as_str().unwrap_or_default().to_owned(), answer[1].clone()))
    }

    /// How the widget runs on the page now.
    pub(crate) async fn way(&self) -> Result<Way> {
        let found =
            self.say("root.querySelector('form') ? 1 : root.querySelector('slot')?.hidden ? 2 : 3").await?;
        Ok(match found.as_u64() {
            Some(1) => Way::Inline,
            Some(2) => Way::Frame,
            _ => Way::Slot,
        })
    }

    /// Types into the form and submits it by the keyboard's Enter.
    pub(crate) async fn type_and_send(&self, text: &str) -> Result<()> {
        self.until("root.querySelector('#input')").await?;
        self.run(
            "const input = root.querySelector('#input'); input.focus(); input.value = arguments[0]; \
             root.querySelector('form').requestSubmit()",
            &[json!(text)],
        )
        .await
        .map(drop)
    }
}
