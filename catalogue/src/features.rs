//! The cargo features of the services: parts of files of the repository that are written from `codegen/data/modules.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Error;
use super::json::Document;

/// The name of the file.
const FILE: &str = "modules.json";

/// The line before and after a generated part of a `Cargo.toml`.
const TOML: (&str, &str) = (
    "# The services of `codegen/data/modules.json`, by `cargo xtask catalogue`:",
    "# (end of the services)",
);

/// The same of a page in Markdown.
const MARKDOWN: (&str, &str) = (
    "<!-- services: by `cargo xtask catalogue` -->",
    "<!-- end of services -->",
);

/// By prefix: the service in words. Each has a module of Rust, after a cargo feature of its name.
#[derive(Debug, Clone)]
pub(super) struct Modules(BTreeMap<String, String>);

impl Modules {
    pub(super) fn read(data: &Path) -> Result<Self, Error> {
        let document = Document::read(&data.join(FILE))?;
        (document.root().field("modules")?.entries()?.into_iter())
            .map(|(prefix, words)| Ok((prefix.to_owned(), words.text()?.to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn contains(&self, prefix: &str) -> bool {
        self.0.contains_key(prefix)
    }

    pub(super) fn prefixes(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn error(data: &Path, prefix: &str, message: &str) -> Error {
        Error::new(&data.join(FILE), format!("modules.{prefix}"), message)
    }

    fn lines(&self, line: impl Fn(&str, &str) -> String) -> String {
        (self.0.iter())
            .map(|(prefix, words)| line(prefix, words))
            .collect()
    }

    /// The generated parts, by the file that they are in.
    fn parts(&self) -> [(&'static str, (&'static str, &'static str), String); 5] {
        let list = self.lines(|prefix, _| format!("    {prefix:?},\n"));
        let all = format!("services = [\n{list}]\n");
        // Each with the features of the same name in these crates.
        let handed_on = |crates: &[&str]| {
            self.lines(|prefix, words| {
                let features: Vec<String> = (crates.iter())
                    .map(|name| format!("\"rekognition-iam-{name}/{prefix}\""))
                    .collect();
                format!("# {words}\n{prefix} = [{}]\n", features.join(", "))
            })
        };
        let own = self.lines(|prefix, words| format!("# {words}\n{prefix} = []\n"));
        let table = self.lines(|prefix, words| format!("| `{prefix}` | {words} |\n"));
        [
            ("runtime/Cargo.toml", TOML, format!("{all}{own}")),
            (
                "codegen/Cargo.toml",
                TOML,
                format!("{all}{}", handed_on(&["runtime"])),
            ),
            ("macros/Cargo.toml", TOML, handed_on(&["codegen"])),
            (
                "Cargo.toml",
                TOML,
                format!("{all}{}", handed_on(&["runtime", "macros"])),
            ),
            (
                "README.md",
                MARKDOWN,
                format!("\n| feature | service |\n|---|---|\n{table}\n"),
            ),
        ]
    }

    /// The files of a repository that are not as they would be written, with their new text.
    pub(super) fn stale(&self, root: &Path) -> Result<Vec<(PathBuf, String)>, Error> {
        let mut stale = Vec::new();
        for (name, (start, end), part) in self.parts() {
            let file = root.join(name);
            let text = fs::read_to_string(&file)
                .map_err(|error| Error::new(&file, "", format!("cannot be read: {error}")))?;
            let around = text
                .split_once(&format!("{start}\n"))
                .and_then(|(before, rest)| {
                    let (_, after) = rest.split_once(end)?;
                    Some((before, after))
                });
            let Some((before, after)) = around else {
                let message = format!("missing the lines `{start}` and `{end}`");
                return Err(Error::new(&file, "", message));
            };
            let new = format!("{before}{start}\n{part}{end}{after}");
            if new != text {
                stale.push((file, new));
            }
        }
        Ok(stale)
    }
}
