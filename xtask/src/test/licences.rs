//! Nothing is shipped or built with under a licence that `deny.toml` does not allow.

use std::{collections::BTreeSet, fs};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::project::Project;

/// A sentence for each package whose licence is not allowed.
pub(super) fn complaints(project: &Project) -> Result<Vec<String>> {
    let deny = fs::read_to_string(project.root.join("deny.toml")).context("deny.toml cannot be read")?;
    let allowed = allowed(&deny)?;
    let mut complaints = Vec::new();
    for (name, licence) in crates(project)?.into_iter().chain(npm_packages(project)?) {
        if !is_allowed(&licence, &allowed) {
            complaints.push(format!("{name} is under `{licence}`, which deny.toml does not allow"));
        }
    }
    Ok(complaints)
}

fn crates(project: &Project) -> Result<Vec<(String, String)>> {
    let output = project.cargo(&["metadata", "--format-version", "1", "--locked"]).output()?;
    if !output.status.success() {
        bail!("`cargo metadata --locked` failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("`cargo metadata` names no packages")?;
    let licence = |package: &Value| package["license"].as_str().unwrap_or("no licence").to_owned();
    Ok(packages
        .iter()
        .map(|it| (format!("crate {} {}", text(&it["name"]), text(&it["version"])), licence(it)))
        .collect())
}

fn npm_packages(project: &Project) -> Result<Vec<(String, String)>> {
    let lock: Value = serde_json::from_slice(&fs::read(project.root.join("package-lock.json"))?)?;
    let packages = lock["packages"].as_object().context("package-lock.json names no packages")?;
    let licence = |package: &Value| package["license"].as_str().unwrap_or("no licence").to_owned();
    Ok(packages.iter().map(|(path, it)| (format!("npm package {path}"), licence(it))).collect())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The strings of `allow = [ … ]`, which is all of the file that is needed here.
fn allowed(deny: &str) -> Result<BTreeSet<&str>> {
    let list = deny.split_once("\nallow = [").and_then(|(_, rest)| rest.split_once(']'));
    let (list, _) = list.context("deny.toml has no list `allow`")?;
    let strings =
        list.lines().filter_map(|line| line.split('#').next()?.trim().strip_prefix('"')?.split('"').next());
    Ok(strings.collect())
}

/// Evaluates an SPDX expression; the old `MIT/Apache-2.0` means `OR`.
fn is_allowed(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let result = any(&mut words, allowed);
    result && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words<'_>, allowed: &BTreeSet<&str>) -> bool {
    let mut result = all(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        result |= all(words, allowed);
    }
    result
}

fn all(words: &mut Words<'_>, allowed: &BTreeSet<&str>) -> bool {
    let mut result = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        result &= one(words, allowed);
    }
    result
}

fn one(words: &mut Words<'_>, allowed: &BTreeSet<&str>) -> bool {
    match words.next() {
        Some("(") => {
            let result = any(words, allowed);
            words.next_if_eq(&")").is_some() && result
        }
        Some(licence) => match words.next_if_eq(&"WITH") {
            Some(_) => {
                allowed.contains(format!("{licence} WITH {}", words.next().unwrap_or_default()).as_str())
            }
            None => allowed.contains(licence),
        },
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_evaluated() {
        let allowed = allowed(
            "[licenses]\nallow = [\n    \"MIT\", # short\n    \"Unicode-3.0\",\n    \"Apache-2.0 WITH LLVM-exception\",\n]\n",
        );
        let allowed = allowed.unwrap();
        let check =
            |expression: &str, want: bool| assert_eq!(is_allowed(expression, &allowed), want, "{expression}");
        check("MIT", true);
        check("MIT OR Apache-2.0", true);
        check("Apache-2.0/MIT", true);
        check("Apache-2.0", false);
        check("(MIT OR Apache-2.0) AND Unicode-3.0", true);
        check("(MIT OR Apache-2.0) AND Zlib", false);
        check("GPL-3.0 OR MIT AND Zlib", false);
        check("Apache-2.0 WITH LLVM-exception", true);
        check("MIT)", false);
        check("no licence", false);
        check("", false);
    }
}
