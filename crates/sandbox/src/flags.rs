//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::clock::Speed;
use crate::settings::{Settings, WebhookTarget};
use crate::webhook;

/// What `--help` prints.
pub const HELP: &str = "\
Stands in for RouteMate and 51Tracking on this machine

Usage: milkrun-sandbox [FLAGS]

  --listen ADDRESS         where to listen, a loopback address [127.0.0.1:8081]
  --data DIR               keep state in DIR over restarts
  --webhook-url URL        push parcels' changes of status to URL, on this machine
  --webhook-version V      form of the pushes: v2, v3 or v4 [v4]
  --speed SPEED            how fast sandbox time runs: 1, 60, 3600 or manual [1]
  --single-use-tokens      RouteMate tokens serve one call
  --lenient-lookup         RouteMate lists all jobs when asked for none
  --warn-unknown-driver    an unknown driver gives a warning instead of a refusal
  --no-rate-limits         take calls as fast as they come
  --help                   print this
";

/// A command line, read.
#[derive(Debug, PartialEq, Eq)]
pub enum Flags {
    /// `--help`.
    Help,
    /// Run like this.
    Run {
        /// Where to listen.
        listen: SocketAddr,
        /// Everything else.
        settings: Settings,
    },
}

/// Reads a command line without the program's name. The error says which flag is wrong and what it takes.
pub fn read(args: impl IntoIterator<Item = String>) -> Result<Flags, String> {
    let mut listen = SocketAddr::from(([127, 0, 0, 1], 8081));
    let mut settings = Settings::default();
    let (mut url, mut version) = (None, None);
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        let (flag, mut inline) = match arg.split_once('=') {
            Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
            None => (arg, None),
        };
        let mut value = || {
            let value = inline.take().or_else(|| args.next());
            value.filter(|it| !it.is_empty()).ok_or_else(|| format!("{flag} needs a value; see --help"))
        };
        match flag.as_str() {
            "--help" | "-h" => return Ok(Flags::Help),
            "--listen" => {
                let text = value()?;
                listen = text.parse().map_err(|it| {
                    format!("--listen {text}: {it}; use ADDRESS:PORT, such as 127.0.0.1:8081")
                })?;
            }
            "--data" => settings.data_dir = Some(PathBuf::from(value()?)),
            "--webhook-url" => url = Some(value()?),
            "--webhook-version" => version = Some(value()?.parse()?),
            "--speed" => {
                let text = value()?;
                let speed = Speed::from_word(&text);
                settings.speed = speed.ok_or_else(|| format!("--speed {text}: use 1, 60, 3600 or manual"))?;
            }
            "--single-use-tokens" => settings.single_use_tokens = true,
            "--lenient-lookup" => settings.lenient_lookup = true,
            "--warn-unknown-driver" => settings.warn_unknown_driver = true,
            "--no-rate-limits" => settings.rate_limits = false,
            _ => return Err(format!("{flag} is no flag; see --help")),
        }
        if inline.is_some() {
            return Err(format!("{flag} takes no value"));
        }
    }
    settings.webhook = url.map(|url| WebhookTarget { url, version: version.unwrap_or_default() });
    if let Some(target) = &settings.webhook {
        webhook::refuse_target(target)?;
    }
    Ok(Flags::Run { listen, settings })
}

#[cfg(test)]
mod tests {
    use milkrun_wire::tracking51::webhook::Version;

    use super::*;

    fn check(args: &str, change: impl FnOnce(&mut SocketAddr, &mut Settings)) {
        let (mut listen, mut settings) = (SocketAddr::from(([127, 0, 0, 1], 8081)), Settings::default());
        change(&mut listen, &mut settings);
        assert_eq!(
            read(args.split_whitespace().map(str::to_owned)),
            Ok(Flags::Run { listen, settings }),
            "{args}"
        );
    }

    fn check_refused(args: &str, part: &str) {
        let error = read(args.split_whitespace().map(str::to_owned)).unwrap_err();
        assert!(error.contains(part), "{args} gave {error}");
    }

    #[test]
    fn flags_are_read() {
        check("", |_, _| {});
        check("--listen 127.0.0.1:9", |listen, _| listen.set_port(9));
        check("--speed 3600 --data=x", |_, it| {
            it.speed = Speed::Times3600;
            it.data_dir = Some(PathBuf::from("x"));
        });
        check("--webhook-version v3 --webhook-url http://localhost:1/h", |_, it| {
            it.webhook = Some(WebhookTarget { url: "http://localhost:1/h".to_owned(), version: Version::V3 });
        });
        check("--single-use-tokens --lenient-lookup --warn-unknown-driver --no-rate-limits", |_, it| {
            it.single_use_tokens = true;
            it.lenient_lookup = true;
            it.warn_unknown_driver = true;
            it.rate_limits = false;
        });
        assert_eq!(read(["--help".to_owned()]), Ok(Flags::Help));
    }

    #[test]
    fn wrong_flags_are_named() {
        check_refused("--speed 2", "--speed 2: use 1, 60, 3600 or manual");
        check_refused("--listen here", "--listen here");
        check_refused("--data", "--data needs a value");
        check_refused("--quick", "--quick is no flag");
        check_refused("--lenient-lookup=yes", "takes no value");
        check_refused("--webhook-version v9", "is no webhook version");
        check_refused("--webhook-url http://example.com/", "on this machine");
    }
}
