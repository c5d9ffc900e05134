//! What lies on the disk is read by nobody but the user that the proxy runs as, whatever that user's habits.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Makes a folder, and those above it, unless it is there. One that is there keeps the rights it has.
pub(super) fn folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Makes a file that must not be there yet.
pub(super) fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Makes an empty file unless there is one.
pub(super) fn file(path: &Path) -> io::Result<()> {
    match new_file(path) {
        Err(it) if it.kind() != ErrorKind::AlreadyExists => Err(it),
        _ => Ok(()),
    }
}
