//! What the build needs beside the WebAssembly file: the loader's text and a way to make glue small.
//!
//! A real minifier would save some hundred bytes more and cost a build step with its own dependencies.

/// The loader as served at `/widget/v1.js`: comments and indentation dropped, `version` in its place.
///
/// `version` goes into the addresses of the core's files and must change whenever they do.
#[must_use]
pub fn loader(version: &str) -> String {
    squeeze(include_str!("../loader/v1.js")).replace("{{version}}", version)
}

/// Drops blank lines, indentation, and comments that stand on lines of their own.
///
/// Meant for the loader and for wasm-bindgen's glue: it does not look into strings,
/// so no string may span lines and begin one of them like a comment.
#[must_use]
pub fn squeeze(script: &str) -> String {
    let mut small = String::new();
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        in_comment |= line.starts_with("/*");
        if !in_comment && !line.is_empty() && !line.starts_with("//") {
            small.push_str(line);
            small.push('\n');
        }
        in_comment &= !line.ends_with("*/");
    }
    small
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go() {
        let script =
            "// Why\n/**\n * Doc\n */\nlet a = 1; // stays\n\n    let b = \"/* x\";\n/* one line */\nb;\n";
        assert_eq!(squeeze(script), "let a = 1; // stays\nlet b = \"/* x\";\nb;\n");
    }

    #[test]
    fn the_loader_names_its_version_and_nothing_is_left_to_fill() {
        let loader = loader("abc123");
        assert!(loader.contains("abc123") && !loader.contains("{{"));
        assert!(!loader.contains("innerHTML") && !loader.contains("eval"));
    }
}
