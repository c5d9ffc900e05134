//! Which instances are measured: a folder with a table of best known values, and a list of files in it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use milkrun_formats::{Instance, read_instance};
use serde::Deserialize;

/// A row of `bks.csv`; more columns may follow.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Known {
    /// `tsp`, `cvrp`, `vrptw` or `pdptw`.
    pub kind: String,
    /// The class that the instance's gap is averaged in, for instance `homberger-200`.
    pub cls: String,
    /// The instance's name.
    pub name: String,
    /// Its size: cities or customers.
    pub n: usize,
    /// Its file, from the folder.
    pub file: PathBuf,
    /// The best known value; 0 if nobody has written one down.
    pub bks: f64,
    /// The routes of the solution that has this value; 0 if nobody has written it down.
    pub routes: usize,
}

/// An instance with what is known about it.
#[derive(Debug, Clone)]
pub struct Task {
    /// Its row of the table.
    pub known: Known,
    /// Its file.
    pub path: PathBuf,
    /// The file's text.
    pub text: String,
    /// The file, read.
    pub instance: Instance,
}

/// The rows of `folder/bks.csv` whose files the list names, in the list's order. Blank lines and lines that begin
/// with `#` are left out of it.
///
/// # Errors
/// When the table cannot be read, or the list names a file that the table does not.
pub fn select(folder: &Path, list: &str) -> Result<Vec<Known>> {
    let table = folder.join("bks.csv");
    let mut reader =
        csv::Reader::from_path(&table).with_context(|| format!("{} cannot be read", table.display()))?;
    let rows: Vec<Known> = (reader.deserialize().collect::<Result<_, _>>()).with_context(|| {
        format!("{} needs the columns kind, cls, name, n, file, bks and routes", table.display())
    })?;
    let wanted = list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut selected = Vec::new();
    for file in wanted {
        let Some(row) = rows.iter().find(|row| row.file == Path::new(file)) else {
            bail!("the list names {file}, which {} does not have in its column `file`", table.display());
        };
        selected.push(row.clone());
    }
    if selected.is_empty() {
        bail!("the list names no file; write one a line, as in the column `file` of {}", table.display());
    }
    Ok(selected)
}

/// Reads an instance's file.
///
/// # Errors
/// When it cannot be read.
pub fn load(folder: &Path, known: Known) -> Result<Task> {
    let path = folder.join(&known.file);
    let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let instance = read_instance(&text).with_context(|| format!("{} cannot be used", path.display()))?;
    if instance.kind.name() != known.kind {
        let (is, said) = (instance.kind.name(), &known.kind);
        bail!("{} is of kind {is}, the table says {said}", path.display());
    }
    Ok(Task { known, path, text, instance })
}

impl Task {
    /// The vehicles that every contestant may use.
    #[must_use]
    pub fn fleet(&self) -> usize {
        self.instance.fleet(Some(self.known.routes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_picks_rows_of_the_table() {
        let folder = std::env::temp_dir().join(format!("milkrun-bench-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let table = "kind,cls,name,n,file,bks,routes,objective,note\ncvrp,X,a,5,x/a.vrp,27.5,2,\"d, rounded\",\n\
                     tsp,t,b,9,b.tsp,10,1,d,optimal\n";
        fs::write(folder.join("bks.csv"), table).unwrap();
        let names = |list: &str| {
            select(&folder, list).map(|rows| rows.into_iter().map(|row| row.name).collect::<Vec<_>>())
        };
        assert_eq!(names("# two\nb.tsp\n\n x/a.vrp \r\n").unwrap(), ["b", "a"]);
        assert!(names("c.tsp").unwrap_err().to_string().contains("c.tsp"));
        assert!(names("\n").is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
