//! Photographs every page in both themes and both widths, into the folder given as the first argument; with the word
//! `settings` or `planning` as the second, those alone.
//!
//! A change to the looks is judged by looking, so the pages are shown in the states a dispatcher meets:
//! empty, filled, under way, and with trouble.
#![allow(clippy::print_stdout, reason = "a command-line program talks by printing")]

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use milkrun_e2e::{Journey, Theme, journey};
use serde_json::json;

/// Widths and heights in CSS pixels: a laptop and a phone.
const SIZES: [(&str, u32, u32); 2] = [("wide", 1280, 800), ("narrow", 390, 844)];
const THEMES: [(&str, Theme); 2] = [("light", Theme::Light), ("dark", Theme::Dark)];

struct Photographer {
    journey: Journey,
    folder: PathBuf,
}

impl Photographer {
    /// One page as it stands, in both themes and both widths; left wide and light.
    async fn take(&self, name: &str) -> Result<()> {
        let browser = &self.journey.browser;
        for (theme_name, theme) in THEMES {
            browser.set_theme(theme).await?;
            for (size_name, width, height) in SIZES {
                browser.set_viewport(width, height).await?;
                // Canvas and layout follow a resize in the next frames.
                tokio::time::sleep(Duration::from_millis(400)).await;
                let file = self.folder.join(format!("{name}-{size_name}-{theme_name}.png"));
                browser.screenshot(&file).await?;
            }
        }
        browser.set_theme(Theme::Light).await?;
        browser.set_viewport(SIZES[0].1, SIZES[0].2).await?;
        println!("{name}");
        Ok(())
    }

    /// The states of planning alone.
    async fn planned(&self) -> Result<()> {
        self.journey.import(&journey::demo_file()).await?;
        self.journey.staff("Kaisaniemenkatu 2, Helsinki", &[("Aino", 100), ("Eero", 100)]).await?;
        self.journey.optimise(Duration::from_secs(4)).await?;
        self.journey.browser.click(".toast__close").await?;
        self.planning().await
    }

    async fn all(&self) -> Result<()> {
        let (journey, browser) = (&self.journey, &self.journey.browser);
        self.take("plan-first-run").await?;

        let rows = "id;osoite;asiakas;kpl;ikkuna\n1;Aleksanterinkatu 11, Helsinki;Kahvila;2;09:00-12:00\n\
                    2;Olematonkatu 99, Helsinki;Kirjakauppa;1;\n3;;Ei osoitetta;1;\n";
        let file = std::env::temp_dir().join(format!("milkrun-screenshot-{}.csv", std::process::id()));
        std::fs::write(&file, rows)?;
        browser.set_file("[data-test=import-file]", &file).await?;
        browser.wait_for("[data-test=import-confirm]").await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.take("import-with-problems").await?;
        std::fs::remove_file(&file)?;
        browser.click("[aria-label='Close without importing']").await?;

        journey.import(&journey::demo_file()).await?;
        self.take("plan-imported").await?;
        journey.staff("Kaisaniemenkatu 2, Helsinki", &[("Aino", 100), ("Eero", 100)]).await?;
        self.take("plan-drivers").await?;
        // Long enough for the run to come to its own end, so that the picture shows what a dispatcher gets.
        journey.optimise(Duration::from_secs(14)).await?;
        browser.click(".toast__close").await?;
        self.take("plan-optimised").await?;
        self.planning().await?;
        journey.dispatch_all().await?;
        self.take("plan-dispatched").await?;
        journey.open("/day").await?;
        browser.wait_for("[data-test=day-job]").await?;
        journey.turn_clock(json!({ "step_seconds": 3600 })).await?;
        tokio::time::sleep(Duration::from_secs(6)).await;
        self.take("day-under-way").await?;

        journey.open("/track").await?;
        browser.wait_for("[data-test=track-numbers]").await?;
        self.take("track-empty").await?;
        let numbers = [
            "MR-DELIVERED-1",
            "MR-TRANSIT-2",
            "MR-EXCEPTION-3",
            "MR-PICKUP-4",
            "MR-NOTFOUND-5",
            "MR-UNDELIVERED-6",
        ];
        journey.track(&numbers).await?;
        journey.turn_clock(json!({ "step_seconds": 8 * 24 * 3600 })).await?;
        tokio::time::sleep(Duration::from_secs(8)).await;
        self.take("track-filled").await?;
        browser.click("[data-test=parcel-row]").await?;
        browser.wait_for("[data-test=parcel-detail]").await?;
        self.take("track-detail").await?;
        self.settings().await?;
        // A page whose file is gone, as when the server got a newer build meanwhile.
        browser.block(&["*/milkrun-portal-track-*"]).await?;
        browser.script("location.reload()", &[]).await?;
        journey.open("/track").await?;
        browser.wait_for("[data-test=part-failed]").await?;
        self.take("part-missing").await?;
        browser.block(&[]).await?;
        journey.open_settings("you").await?;
        // Whoever is signed in is led away from the way in.
        browser.click("[data-test=sign-out]").await?;
        browser.wait_for(".sign-in").await?;
        self.take("sign-in").await?;

        journey.look_up("MR-DELIVERED-1").await?;
        browser
            .script("document.querySelector('milkrun-track').scrollIntoView({ block: 'center' })", &[])
            .await?;
        self.take("widget-delivered").await
    }

    /// What a dispatcher is told while planning.
    async fn planning(&self) -> Result<()> {
        let (journey, browser) = (&self.journey, &self.journey.browser);
        let row = |n: usize| format!("[data-test=route-stop]:nth-of-type({n})");
        browser.click("[data-test=optimise-menu]").await?;
        browser.wait_for("input[name=aim]").await?;
        self.take("plan-optimise-menu").await?;
        browser.press("Escape").await?;
        browser.click("[data-test=route-costs] summary").await?;
        browser.drag_over(&row(1), &row(3), 0.2).await?;
        browser.wait_for("[data-test=drag-price]").await?;
        self.take("plan-drag").await?;
        browser.press("Escape").await?;
        browser.drop_on(&row(3), 0.2).await?;
        browser.script(&format!("document.querySelector('{}').focus()", row(1)), &[]).await?;
        browser.press("Enter").await?;
        browser.wait_for("[data-test=stop-details]").await?;
        self.take("plan-stop").await?;
        browser.click("#stop-back").await?;
        let staff = |capacity| [("Aino", capacity), ("Eero", capacity)];
        journey.staff("Kaisaniemenkatu 2, Helsinki", &staff(85)).await?;
        browser.click("[data-test=driver-break]").await?;
        browser.click("[data-test=rates] summary").await?;
        self.take("plan-rates").await?;
        journey.optimise(Duration::from_secs(4)).await?;
        browser.wait_for("[data-test=advice]").await?;
        self.take("plan-left-out").await?;
        browser.click(".notice__close").await?;
        browser.script("document.querySelector('.route--open').scrollIntoView()", &[]).await?;
        self.take("plan-left-out-list").await?;
        journey.staff("Kaisaniemenkatu 2, Helsinki", &staff(100)).await?;
        journey.optimise(Duration::from_secs(4)).await?;
        browser.click(".toast__close").await
    }

    async fn settings(&self) -> Result<()> {
        let (journey, browser) = (&self.journey, &self.journey.browser);
        journey.open_settings("services").await?;
        browser.type_into("[data-test=routemate-id]", "rm_ci_sandbox").await?;
        browser.type_into("[data-test=routemate-secret]", "rm_cs_sandbox").await?;
        browser.click("[data-test=routemate-save]").await?;
        browser.wait_for("[data-test=routemate-result]").await?;
        browser.type_into("[data-test=tracking-key]", "not-the-key").await?;
        browser.click("[data-test=tracking-test]").await?;
        browser.wait_for("[data-test=tracking-result]").await?;
        browser.click(".toast__close").await?;
        self.take("settings-services").await?;
        journey.add_person("Eero", "dispatcher").await?;
        self.take("settings-link").await?;
        browser.click("[data-test=person-link-done]").await?;
        self.take("settings-people").await?;
        browser.click("[data-test=person]:nth-of-type(2) [data-test=person-manage]").await?;
        self.take("settings-manage").await?;
        browser.script("document.querySelector('dialog[open]').close()", &[]).await?;
        journey.open_settings("tokens").await?;
        browser.click("[data-test=token-add]").await?;
        browser.type_into("[data-test=token-name]", "Warehouse").await?;
        browser.click("[data-test=scope-parcels-read]").await?;
        browser.click("[data-test=scope-parcels-write]").await?;
        self.take("settings-token").await?;
        browser.click("[data-test=token-add-confirm]").await?;
        browser.click("[data-test=token-done]").await?;
        self.take("settings-tokens").await?;
        journey.open_settings("audit").await?;
        browser.wait_for("[data-test=deed]").await?;
        self.take("settings-audit").await?;
        journey.open_settings("you").await?;
        self.take("settings-you").await
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).context("the argument is the folder for the pictures")?;
    let journey = Journey::start(journey::ENTERED_CREDENTIALS).await?;
    let photographer = Photographer { journey, folder: folder.into() };
    match std::env::args().nth(2).as_deref() {
        Some("settings") => photographer.settings().await,
        Some("planning") => photographer.planned().await,
        _ => photographer.all().await,
    }
}
