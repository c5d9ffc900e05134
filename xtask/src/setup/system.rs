//! What only the system's package manager can install: Debian's browser and PostgreSQL, and Python's `venv`.
//!
//! On Debian `apt-get` installs what is missing.
//! Anywhere else nobody is guessed at: the error says what to install.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{
    exec,
    project::{Project, on_path},
};

/// Headless Chromium and its WebDriver, for the tests that run in a browser.
pub(crate) fn browser(project: &Project) -> Result<()> {
    if chromedriver().is_some() && on_path("chromium").is_some() {
        return Ok(());
    }
    if env::var_os("CHROMEDRIVER").is_some() {
        // Whoever names a driver has also seen to a browser that it finds.
        chromedriver().context("CHROMEDRIVER names no file; give the path of a ChromeDriver, or unset it")?;
        return Ok(());
    }
    install(
        project,
        &["chromium", "chromium-driver"],
        "the browser tests drive Chromium",
        "Chromium and the ChromeDriver of the same version, both on PATH \
         (or the driver's path in CHROMEDRIVER)",
    )
}

/// PostgreSQL's server, for the tests of the proxy's second database; they start it themselves.
pub(crate) fn postgres(project: &Project) -> Result<()> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let mut debian = debian.map(|it| it.path().join("bin/initdb"));
    if on_path("initdb").is_some() || debian.any(|it| it.is_file()) {
        return Ok(());
    }
    install(
        project,
        &["postgresql"],
        "the proxy's tests run on PostgreSQL too",
        "PostgreSQL's server with its tools, on PATH",
    )
}

/// A real nginx, for the test that live updates get through one. Without it that test is skipped.
pub(crate) fn nginx(project: &Project) -> Result<()> {
    if on_path("nginx").is_some() || Path::new("/usr/sbin/nginx").is_file() {
        return Ok(());
    }
    install(project, &["nginx-light"], "the proxy's live updates are tried behind nginx", "nginx")
}

/// The ChromeDriver to use: the one in `CHROMEDRIVER`, else the one on `PATH`.
pub(crate) fn chromedriver() -> Option<PathBuf> {
    match env::var_os("CHROMEDRIVER") {
        Some(path) => Some(PathBuf::from(path)).filter(|path| path.is_file()),
        None => on_path("chromedriver"),
    }
}

/// Installs Debian packages, or says what a person on another system installs instead.
pub(crate) fn install(project: &Project, packages: &[&str], why: &str, elsewhere: &str) -> Result<()> {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    if !is_debian(&release) || on_path("apt-get").is_none() {
        bail!("{why}, and this system is not Debian: please install {elsewhere}, then try again");
    }
    let list = packages.join(" ");
    println!("Installing Debian's {list}: {why}.");
    let as_root = |args: &[&str]| {
        let mut command = match is_root() {
            true => project.command("apt-get"),
            false => {
                let mut sudo = project.command("sudo");
                sudo.arg("apt-get");
                sudo
            }
        };
        command.env("DEBIAN_FRONTEND", "noninteractive").args(args);
        command
    };
    let mut arguments = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
    arguments.extend(packages);
    exec::network_step("read the package lists", &mut as_root(&["update", "--quiet"]))?;
    exec::network_step(&format!("install {list}"), &mut as_root(&arguments))
}

/// Debian itself or a system that follows it with Debian's own packages.
/// Ubuntu is not one of them: its `chromium` is a shell around a snap.
fn is_debian(os_release: &str) -> bool {
    let value = |key: &str| {
        let line = os_release.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.unwrap_or_default().trim_matches('"').to_owned()
    };
    let (id, like) = (value("ID"), value("ID_LIKE"));
    let like: Vec<&str> = like.split_whitespace().collect();
    id == "debian" || (id != "ubuntu" && like.contains(&"debian") && !like.contains(&"ubuntu"))
}

fn is_root() -> bool {
    std::process::Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_is_told_from_its_cousins() {
        let check = |text: &str, want: bool| assert_eq!(is_debian(text), want, "{text}");
        check("PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n", true);
        check("ID=raspbian\nID_LIKE=debian\n", true);
        check("ID=ubuntu\nID_LIKE=debian\n", false);
        check("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", false);
        check("ID=\"fedora\"\nVERSION_ID=43\n", false);
        check("", false);
    }
}
