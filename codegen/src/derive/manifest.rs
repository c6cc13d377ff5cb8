//! What `Cargo.toml` says of a package: its crates, and by which names they know the SDK.
//!
//! As much of TOML as manifests are made of, read line by line and without a parser's crate: build scripts pay for this.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::export::Problem;

/// A package, as far as its sources are concerned.
#[derive(Debug)]
pub(super) struct Manifest {
    /// The root files of the library and the programs; the library first.
    pub(super) targets: Vec<Target>,
    /// By the name that the source uses: the package of each dependency.
    pub(super) dependencies: BTreeMap<String, String>,
    /// The library's name in the source of the programs.
    pub(super) library: String,
}

/// A crate of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) root: PathBuf,
    pub(super) is_library: bool,
}

impl Manifest {
    /// Reads the manifest in this folder.
    pub(super) fn read(folder: &Path) -> Result<Self, Problem> {
        let entries = read(&folder.join("Cargo.toml"), "Cargo.toml")?;
        let name = text(&entries, &["package", "name"]).ok_or_else(|| {
            Problem::new("Cargo.toml", "this manifest has no `package.name`")
                .help("name the package itself, not its workspace")
        })?;
        let library = text(&entries, &["lib", "name"]).unwrap_or(name);
        Ok(Self {
            targets: targets(folder, &entries)?,
            dependencies: dependencies(folder, &entries),
            library: library.replace('-', "_"),
        })
    }
}

fn targets(folder: &Path, entries: &[Entry]) -> Result<Vec<Target>, Problem> {
    let mut found: Vec<Target> = Vec::new();
    let mut add = |root: PathBuf, is_library: bool| {
        if !found.iter().any(|target| target.root == root) {
            found.push(Target { root, is_library });
        }
    };
    match text(entries, &["lib", "path"]) {
        Some(path) => add(folder.join(path), true),
        None if folder.join("src/lib.rs").is_file() => add(folder.join("src/lib.rs"), true),
        None => {}
    }
    for bin in 0..tables(entries, "bin") {
        let number = bin.to_string();
        if let Some(path) = text(entries, &["bin", &number, "path"]) {
            add(folder.join(path), false);
        }
    }
    if folder.join("src/main.rs").is_file() {
        add(folder.join("src/main.rs"), false);
    }
    for path in sorted(&folder.join("src/bin")) {
        if path.is_file() && path.extension().is_some_and(|extension| extension == "rs") {
            add(path, false);
        } else if path.join("main.rs").is_file() {
            add(path.join("main.rs"), false);
        }
    }
    if found.is_empty() {
        return Err(Problem::new(
            "Cargo.toml",
            "this package has neither a library nor a program",
        )
        .help("expected src/lib.rs, src/main.rs, src/bin, or a `path` in `[lib]` or `[[bin]]`"));
    }
    Ok(found)
}

/// The entries of a folder in the order of names; none when there is no such folder.
fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    paths.sort();
    paths
}

fn dependencies(folder: &Path, entries: &[Entry]) -> BTreeMap<String, String> {
    let mut inherited = None;
    let mut found = BTreeMap::new();
    for (name, attributes) in declared(entries, &[]) {
        let mut package = attributes.get("package").cloned();
        if package.is_none() && attributes.contains_key("workspace") {
            let workspace = inherited.get_or_insert_with(|| workspace(folder));
            package = workspace.get(&name).cloned();
        }
        found.insert(name.replace('-', "_"), package.unwrap_or(name));
    }
    found
}

/// By name: the package of each dependency of the workspace that this folder belongs to.
fn workspace(folder: &Path) -> BTreeMap<String, String> {
    for ancestor in folder.ancestors() {
        let Ok(entries) = read(&ancestor.join("Cargo.toml"), "Cargo.toml") else {
            continue;
        };
        if (entries.iter()).any(|entry| entry.path.first().is_some_and(|name| name == "workspace"))
        {
            return declared(&entries, &["workspace"])
                .into_iter()
                .map(|(name, attributes)| {
                    let package = attributes.get("package").cloned();
                    (name.clone(), package.unwrap_or(name))
                })
                .collect();
        }
    }
    BTreeMap::new()
}

/// The dependencies below this table, those for single platforms included, with what is said of each.
fn declared(entries: &[Entry], below: &[&str]) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for entry in entries {
        let Some(path) = strip(&entry.path, below) else {
            continue;
        };
        let path = match path {
            [target, _, rest @ ..] if target == "target" => rest,
            path => path,
        };
        if let [table, name, attribute @ ..] = path
            && table == "dependencies"
        {
            let attributes = found.entry(name.clone()).or_default();
            if let [attribute] = attribute {
                attributes.insert(attribute.clone(), entry.value.clone());
            }
        }
    }
    found
}

fn strip<'p>(path: &'p [String], prefix: &[&str]) -> Option<&'p [String]> {
    let (head, rest) = path.split_at_checked(prefix.len())?;
    head.iter().eq(prefix.iter()).then_some(rest)
}

/// A value of a manifest with the path of tables and keys that leads to it.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    path: Vec<String>,
    value: String,
}

fn text<'e>(entries: &'e [Entry], path: &[&str]) -> Option<&'e str> {
    (entries.iter())
        .find(|entry| entry.path.iter().eq(path.iter()))
        .map(|entry| entry.value.as_str())
}

/// How many `[[name]]` there are.
fn tables(entries: &[Entry], name: &str) -> usize {
    (entries.iter())
        .filter(|entry| entry.path.first().is_some_and(|first| first == name))
        .filter_map(|entry| entry.path.get(1)?.parse::<usize>().ok())
        .max()
        .map_or(0, |last| last + 1)
}

fn read(path: &Path, shown: &str) -> Result<Vec<Entry>, Problem> {
    let text = fs::read_to_string(path)
        .map_err(|error| Problem::new(shown, format!("cannot be read: {error}")))?;
    Ok(parse(&text))
}

/// Reads what has the form of a manifest and reads over the rest: cargo has the say about mistakes.
fn parse(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut table: Vec<String> = Vec::new();
    let mut arrays: BTreeMap<String, usize> = BTreeMap::new();
    let mut reader = Reader { rest: text };
    loop {
        reader.blank();
        let Some(first) = reader.rest.chars().next() else {
            return entries;
        };
        if first == '[' {
            let array = reader.rest.starts_with("[[");
            reader.skip(if array { 2 } else { 1 });
            table = reader.path();
            if array {
                let count = arrays.entry(table.join(".")).or_default();
                table.push(count.to_string());
                *count += 1;
            }
            reader.line();
            continue;
        }
        let mut path = table.clone();
        path.extend(reader.path());
        reader.space();
        if reader.take('=') {
            reader.value(path, &mut entries, 0);
        }
        reader.line();
    }
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    fn take(&mut self, c: char) -> bool {
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// White space, line ends and comments.
    fn blank(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            if !self.rest.starts_with('#') {
                return;
            }
            self.line();
        }
    }

    /// Up to the end of the line.
    fn line(&mut self) {
        self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest);
    }

    /// `a.b."c d"`
    fn path(&mut self) -> Vec<String> {
        let mut path = Vec::new();
        loop {
            self.space();
            path.push(match self.rest.chars().next() {
                Some('"' | '\'') => self.string(),
                _ => {
                    let is_key = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
                    let end = self.rest.find(|c| !is_key(c)).unwrap_or(self.rest.len());
                    let name = self.rest.get(..end).unwrap_or_default().to_owned();
                    self.skip(end);
                    name
                }
            });
            self.space();
            if !self.take('.') {
                return path;
            }
        }
    }

    fn string(&mut self) -> String {
        for (quotes, escapes) in [("\"\"\"", true), ("'''", false), ("\"", true), ("'", false)] {
            let Some(rest) = self.rest.strip_prefix(quotes) else {
                continue;
            };
            let mut out = String::new();
            let mut chars = rest.char_indices();
            while let Some((at, c)) = chars.next() {
                if rest.get(at..).is_some_and(|rest| rest.starts_with(quotes)) {
                    self.rest = rest.get(at + quotes.len()..).unwrap_or_default();
                    return out;
                }
                match c {
                    '\\' if escapes => out.extend(chars.next().map(|(_, c)| c)),
                    c => out.push(c),
                }
            }
            self.rest = "";
            return out;
        }
        String::new()
    }

    fn value(&mut self, path: Vec<String>, entries: &mut Vec<Entry>, depth: usize) {
        self.space();
        match self.rest.chars().next() {
            Some('"' | '\'') => {
                let value = self.string();
                entries.push(Entry { path, value });
            }
            // Deeper than any manifest.
            Some('{') if depth < 16 => {
                self.skip(1);
                entries.push(Entry {
                    path: path.clone(),
                    value: String::new(),
                });
                loop {
                    self.blank();
                    if self.rest.is_empty() || self.take('}') {
                        return;
                    }
                    let before = self.rest.len();
                    let mut inner = path.clone();
                    inner.extend(self.path());
                    self.space();
                    if self.take('=') {
                        self.value(inner, entries, depth + 1);
                    }
                    self.blank();
                    self.take(',');
                    if self.rest.len() == before {
                        return;
                    }
                }
            }
            Some('[') if depth < 16 => {
                self.skip(1);
                let mut number = 0;
                loop {
                    self.blank();
                    if self.rest.is_empty() || self.take(']') {
                        return;
                    }
                    let before = self.rest.len();
                    let mut inner = path.clone();
                    inner.push(number.to_string());
                    number += 1;
                    self.value(inner, entries, depth + 1);
                    self.blank();
                    self.take(',');
                    if self.rest.len() == before {
                        return;
                    }
                }
            }
            _ => {
                let end = self
                    .rest
                    .find([',', '}', ']', '\n', '#'])
                    .unwrap_or(self.rest.len());
                let value = self.rest.get(..end).unwrap_or_default().trim().to_owned();
                self.skip(end);
                entries.push(Entry { path, value });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_manifests_are_made_of() {
        let entries = parse(
            r#"
            # a comment = "no"
            [package] # here
            name = "app" # there
            [dependencies]
            rek = { package = "aws-sdk-rekognition", version = "1", features = ["a", "b"] }
            aws-sdk-s3 = "1"
            aws-sdk-sns.workspace = true
            tokio = { version = "1", features = [
                "full", # all
            ] }
            [dependencies.sqs]
            package = 'aws-sdk-sqs'
            [target."cfg(unix)".dependencies]
            kms = { package = "aws-sdk-kms" }
            [dev-dependencies]
            aws-sdk-iam = "1"
            [[bin]]
            name = "one"
            path = "src/one.rs"
            [[bin]]
            path = "src/two.rs"
            "#,
        );
        assert_eq!(text(&entries, &["package", "name"]), Some("app"));
        assert_eq!(tables(&entries, "bin"), 2);
        assert_eq!(text(&entries, &["bin", "1", "path"]), Some("src/two.rs"));
        let found = dependencies(Path::new("/nowhere"), &entries);
        let expected = [
            ("aws_sdk_s3", "aws-sdk-s3"),
            ("aws_sdk_sns", "aws-sdk-sns"),
            ("kms", "aws-sdk-kms"),
            ("rek", "aws-sdk-rekognition"),
            ("sqs", "aws-sdk-sqs"),
            ("tokio", "tokio"),
        ];
        assert!(
            (found
                .iter()
                .map(|(name, package)| (name.as_str(), package.as_str())))
            .eq(expected)
        );
    }

    #[test]
    fn reads_over_nonsense() {
        for text in [
            "",
            "[",
            "[[",
            "a",
            "a =",
            "a = {",
            "a = {b",
            "a = [",
            "a = [[",
            "\"",
            "'''",
            "= = =",
            "a = {,,}",
            "a = [,,]",
            "a.b.",
            "]\n[x]",
            "\u{feff}[package]",
            "a = \"\\",
        ] {
            parse(text);
        }
    }
}
