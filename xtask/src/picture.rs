//! The picture in README.md: what the compiler prints about `tests/ui/fail/readme.rs`, in a terminal.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The picture, from the root of the repository.
pub const FILE: &str = "docs/errors.svg";

const SOURCE: &str = "tests/ui/fail/readme.rs";

/// Columns of the terminal. More would be too small to read on the width of a page.
const COLUMNS: usize = 104;

/// Writes the picture, or compares it. The answer is whether it differs from what is checked in.
///
/// # Errors
///
/// When the crate does not compile, the source does, or a file cannot be read or written.
pub fn run(check: bool) -> Result<bool, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("");
    let file = root.join(FILE);
    let printed = errors(&root)?;
    let picture = anstyle_svg::Term::new().render_svg(&wrapped(&printed, COLUMNS));
    let before = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(format!("cannot read {}: {error}", file.display())),
    };
    if before == picture {
        return Ok(false);
    }
    if !check {
        fs::write(&file, picture)
            .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    Ok(true)
}

/// The errors of the compiler with their colors.
fn errors(root: &Path) -> Result<String, String> {
    // In a directory of its own, so that the errors name `src/lib.rs`.
    let directory = root.join("target/picture");
    let source = fs::read_to_string(root.join(SOURCE))
        .map_err(|error| format!("cannot read {SOURCE}: {error}"))?;
    // The test compiles a program and needs `main`.
    let (source, _) = (source.split_once("\n// "))
        .ok_or_else(|| format!("{SOURCE} has no comment before `main`"))?;
    fs::create_dir_all(directory.join("src"))
        .and_then(|()| fs::write(directory.join("src/lib.rs"), source))
        .map_err(|error| format!("cannot write {}: {error}", directory.display()))?;
    let library = library(root)?;
    let output = Command::new("rustc")
        .args(["--edition=2024", "--crate-type=lib", "--emit=metadata"])
        .args(["--color=always", "--out-dir=.", "src/lib.rs", "-L"])
        .arg(format!(
            "dependency={}",
            library.with_file_name("").display()
        ))
        .arg("--extern")
        .arg(format!("rekognition_iam={}", library.display()))
        .current_dir(&directory)
        .output()
        .map_err(|error| format!("cannot run rustc: {error}"))?;
    let text = String::from_utf8(output.stderr)
        .map_err(|_| "rustc printed text that is not UTF-8".to_owned())?;
    // Cargo prints another sentence at the end.
    match text.split_once("aborting due to") {
        Some((before, _)) => {
            let (lines, _) = before.rsplit_once('\n').unwrap_or_default();
            Ok(lines.trim_end().to_owned())
        }
        None => Err(format!("{SOURCE} has no errors:\n{text}")),
    }
}

/// The compiled crate, with all features, as the tests compile it.
fn library(root: &Path) -> Result<PathBuf, String> {
    let output = Command::new("cargo")
        .args([
            "build",
            "--package=rekognition-iam",
            "--lib",
            "--all-features",
        ])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(root)
        .output()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    (text.lines())
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| {
            message
                .pointer("/target/name")
                .and_then(|name| name.as_str())
                == Some("rekognition_iam")
        })
        .find_map(|message| {
            let files = message.get("filenames")?.as_array()?;
            files
                .iter()
                .filter_map(|file| file.as_str())
                .find(|file| file.ends_with(".rmeta"))
                .map(PathBuf::from)
        })
        .ok_or_else(|| "cargo does not name the compiled crate".to_owned())
}

/// The text with line breaks where a terminal of that width has them. Escape sequences take no columns.
fn wrapped(text: &str, columns: usize) -> String {
    let mut out = String::new();
    let (mut column, mut escape) = (0, false);
    for c in text.chars() {
        match c {
            '\u{1b}' => escape = true,
            _ if escape => escape = !c.is_ascii_alphabetic(),
            '\n' => column = 0,
            _ if column == columns => {
                out.push('\n');
                column = 1;
            }
            _ => column += 1,
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_as_in_a_terminal() {
        assert_eq!(wrapped("abc\nabcd", 3), "abc\nabc\nd");
        assert_eq!(
            wrapped("\u{1b}[1mabc\u{1b}[0m\nde", 3),
            "\u{1b}[1mabc\u{1b}[0m\nde"
        );
    }
}
