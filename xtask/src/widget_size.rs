//! The widget's weight: what a shop's page pays for it, from the loader to the first answer.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use crate::{
    build::{Sizes, sizes},
    size::Bundle,
};

/// The bundle of a file below `widget/`; none for what a shopper's browser does not load.
pub(crate) fn bundle(path: &str) -> Option<Bundle> {
    match path {
        "widget/v1.js" => Some(Bundle::WidgetLoader),
        // The same loader again: pinned, as a module, in the npm package, in the frame's page.
        _ if path.starts_with("widget/v1.0/core-") => Some(Bundle::WidgetCore),
        _ => None,
    }
}

/// The most that a first answer may take, in brotli bytes.
pub(crate) const FIRST_ANSWER: u64 = 20_000;

/// Loader, core with its glue and style, and the heaviest language: all that a first answer takes.
///
/// Nothing without the build's manifest, whose absence shows in the core's own line.
pub(crate) fn first_answer(dist: &Path) -> Result<Option<Sizes>> {
    let widget = dist.join("widget");
    let file = widget.join("manifest.json");
    if !file.is_file() {
        return Ok(None);
    }
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let manifest: serde_json::Value = serde_json::from_str(&text)?;
    let name = |key: &str| manifest[key].as_str().unwrap_or_default();
    let mut sum = Sizes::default();
    for path in ["v1.js", name("core"), name("wasm")] {
        sum += sizes(&fs::read(widget.join(path)).with_context(|| format!("cannot read widget/{path}"))?)?;
    }
    let mut heaviest = Sizes::default();
    for entry in fs::read_dir(widget.join(name("texts")))? {
        let path = entry?.path();
        if crate::build::extension(&path) == "json" {
            let language = sizes(&fs::read(path)?)?;
            if language.brotli > heaviest.brotli {
                heaviest = language;
            }
        }
    }
    sum += heaviest;
    Ok(Some(sum))
}
