//! Which files cargo compiles as the roots of crates, as far as `Cargo.toml` says it.
//!
//! What is wrong in a file that every build compiles is left to rustc, so this must not name a file that a build leaves out: not a
//! program with `required-features`, nor a left-over `src/main.rs` of a package without `autobins`. Where the manifest has a form
//! that is not read here, it names none.

use std::fs;
use std::path::Path;

/// The library and the programs of a package.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Targets {
    name: String,
    lib: Option<String>,
    bins: Vec<Bin>,
    no_autobins: bool,
    /// Whether something was not understood.
    unknown: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Bin {
    name: String,
    path: Option<String>,
    /// Whether it needs features that a build may not have.
    sometimes: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Package,
    Lib,
    Bin,
    Other,
}

impl Targets {
    /// The targets of the package in a directory; none when its manifest cannot be read.
    pub(super) fn of(package: &Path) -> Self {
        match fs::read_to_string(package.join("Cargo.toml")) {
            Ok(text) => Self::read(&text),
            Err(_) => Self {
                unknown: true,
                ..Self::default()
            },
        }
    }

    fn read(manifest: &str) -> Self {
        let mut targets = Self::default();
        let mut section = Section::Other;
        for line in manifest.lines().map(str::trim) {
            if line.starts_with('[') {
                let name = line.split('#').next().unwrap_or_default().trim_end();
                section = match name {
                    "[package]" => Section::Package,
                    "[lib]" => Section::Lib,
                    "[[bin]]" => {
                        targets.bins.push(Bin::default());
                        Section::Bin
                    }
                    _ => Section::Other,
                };
                continue;
            }
            let Some((key, value)) = line.split_once('=') else {
                continue;
            };
            let (key, value) = (key.trim(), value.trim());
            let text = || {
                let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
                let rest = value.strip_prefix(quote)?;
                rest.split_once(quote).map(|(text, _)| text.to_owned())
            };
            let mut known = true;
            match (section, key) {
                (Section::Package, "name") => targets.name = text().unwrap_or_default(),
                (Section::Package, "autobins") => {
                    targets.no_autobins = value.starts_with("false");
                    known = value.starts_with("false") || value.starts_with("true");
                }
                (Section::Lib, "path") => {
                    targets.lib = text();
                    known = targets.lib.is_some();
                }
                (Section::Bin, "name" | "path" | "required-features") => {
                    let Some(bin) = targets.bins.last_mut() else {
                        continue;
                    };
                    match key {
                        "name" => bin.name = text().unwrap_or_default(),
                        "path" => {
                            bin.path = text();
                            known = bin.path.is_some();
                        }
                        _ => bin.sometimes = true,
                    }
                }
                // `lib.path = ".."`, `bin = [{ .. }]`, and the same inside of `[package]`.
                (Section::Other, key) => {
                    known = !["lib", "bin", "package.autobins"]
                        .iter()
                        .any(|known| key == *known || key.starts_with(&format!("{known}.")));
                }
                (Section::Package | Section::Lib | Section::Bin, _) => {}
            }
            targets.unknown |= !known;
        }
        targets
    }

    /// Whether every build of the package compiles a file, by its path in the package, as the root of a crate.
    pub(super) fn compiles(&self, file: &Path) -> bool {
        if self.unknown {
            return false;
        }
        let parts: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
        let path = parts.join("/");
        if path == self.lib.as_deref().unwrap_or("src/lib.rs") {
            return true;
        }
        // The name of the program that cargo finds in the file by itself.
        let found = match parts
            .iter()
            .map(AsRef::as_ref)
            .collect::<Vec<&str>>()
            .as_slice()
        {
            ["src", "main.rs"] => Some(self.name.clone()),
            ["src", "bin", file] => file.strip_suffix(".rs").map(str::to_owned),
            ["src", "bin", directory, "main.rs"] => Some((*directory).to_owned()),
            _ => None,
        };
        let mut listed = (self.bins.iter())
            .filter(|bin| match &bin.path {
                Some(of) => *of == path,
                None => found.as_ref() == Some(&bin.name),
            })
            .peekable();
        match listed.peek() {
            Some(_) => listed.any(|bin| !bin.sometimes),
            // Of another path, the program of this name is not here.
            None => {
                !self.no_autobins
                    && found.is_some_and(|found| !self.bins.iter().any(|bin| bin.name == found))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_build_compiles() {
        let package = "[package]\nname = \"app\"\n";
        for (manifest, compiled, left_out) in [
            (
                "",
                &[
                    "src/lib.rs",
                    "src/main.rs",
                    "src/bin/tool.rs",
                    "src/bin/tool/main.rs",
                ][..],
                &["src/foo.rs", "tests/a.rs", "src/bin/tool/other.rs"][..],
            ),
            (
                "[lib]\npath = \"src/real.rs\" # here",
                &["src/real.rs"],
                &["src/lib.rs"],
            ),
            (
                "autobins = false",
                &["src/lib.rs"],
                &["src/main.rs", "src/bin/tool.rs"],
            ),
            (
                "autobins = false\n[[bin]]\nname = \"app\"\npath = 'src/main.rs'",
                &["src/main.rs"],
                &["src/bin/tool.rs"],
            ),
            (
                "[[bin]]\nname = \"tool\"\nrequired-features = [\"x\"]",
                &["src/main.rs", "src/bin/other.rs"],
                &["src/bin/tool.rs", "src/bin/tool/main.rs"],
            ),
            (
                "[[bin]]\nname = \"app\"\npath = \"src/app.rs\"",
                &["src/app.rs", "src/lib.rs"],
                &["src/main.rs"],
            ),
            ("[x]\nlib.path = \"a.rs\"", &[], &["src/lib.rs"]),
            ("[lib]\npath = PATH", &[], &["src/lib.rs", "src/main.rs"]),
        ] {
            let targets = Targets::read(&format!("{package}{manifest}"));
            for file in compiled {
                assert!(targets.compiles(Path::new(file)), "{manifest}: {file}");
            }
            for file in left_out {
                assert!(!targets.compiles(Path::new(file)), "{manifest}: {file}");
            }
        }
        assert!(!Targets::of(Path::new("/does/not/exist")).compiles(Path::new("src/lib.rs")));
    }
}
