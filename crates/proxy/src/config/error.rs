//! Why a configuration cannot be used.

use std::fmt;

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The file is no TOML, or holds an unknown key.
    #[error("the configuration file {path} is wrong in line {line}: {reason}")]
    Toml {
        /// The file.
        path: String,
        /// Line, from 1.
        line: usize,
        /// What the parser says. Its own display would quote the line, and a line may hold a secret.
        reason: String,
    },
    /// A value cannot be used.
    #[error("the setting {name} cannot be used: {reason}")]
    Value {
        /// The key or variable.
        name: String,
        /// Why not, and what would do.
        reason: String,
    },
}

impl ConfigError {
    pub(crate) fn value(name: impl Into<String>, reason: impl fmt::Display) -> Self {
        Self::Value { name: name.into(), reason: reason.to_string() }
    }
}
