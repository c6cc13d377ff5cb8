//! What `Cargo.toml` says about a package: its crates, and by which names they know the SDK.
//!
//! As much of TOML as manifests are made of, read line by line and without a parser's crate: build scripts pay for this.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use rekognition_iam_runtime::glob;

use crate::confine;
use crate::export::Problem;
use crate::export::walk::lexical;

/// What is read of a package next to its library and its programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Include {
    /// Its examples.
    pub examples: bool,
    /// What is compiled for tests and benchmarks only.
    pub tests: bool,
}

impl Include {
    /// With the examples, or without.
    #[must_use]
    pub fn examples(mut self, include: bool) -> Self {
        self.examples = include;
        self
    }

    /// With the tests, or without.
    #[must_use]
    pub fn tests(mut self, include: bool) -> Self {
        self.tests = include;
        self
    }
}

/// A package, as far as its sources are concerned.
#[derive(Debug)]
pub(super) struct Manifest {
    /// The name of the package.
    pub(super) name: String,
    /// The directory that it is in.
    pub(super) directory: PathBuf,
    /// The root files of the library and the programs; the library first.
    pub(super) targets: Vec<Target>,
    /// By the name that the source uses.
    pub(super) dependencies: BTreeMap<String, Dependency>,
    /// The library's name in the source of the programs.
    pub(super) crate_name: String,
}

/// A crate of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) root: PathBuf,
    pub(super) is_library: bool,
}

/// A dependency of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dependency {
    /// The name of the package, which the source may call something else.
    pub(super) package: String,
    /// The directory of a path dependency.
    pub(super) path: Option<PathBuf>,
    /// The features that are named, in this manifest and in the workspace.
    pub(super) features: Vec<String>,
    /// The line of the manifest.
    pub(super) line: usize,
}

impl Manifest {
    /// Reads the manifest in this directory.
    pub(super) fn read(directory: &Path, include: Include) -> Result<Self, Problem> {
        let entries = read(&directory.join("Cargo.toml"), "Cargo.toml")?;
        let Some(name) = text(&entries, &["package", "name"]) else {
            let members = members(directory, &entries);
            let problem = Problem::new("Cargo.toml", "this manifest has no `package.name`");
            return Err(if members.is_empty() {
                problem.help("name the package itself, not its workspace")
            } else {
                let names: Vec<String> = (members.iter())
                    .map(|(name, _)| format!("`{name}`"))
                    .collect();
                problem.help(format!(
                    "choose a member of this workspace with `-p NAME`, or all of them with `--workspace`: {}",
                    names.join(", ")
                ))
            });
        };
        let library = text(&entries, &["lib", "name"]).unwrap_or(name);
        Ok(Self {
            name: name.to_owned(),
            directory: directory.to_owned(),
            targets: targets(directory, &entries, include)?,
            dependencies: dependencies(directory, &entries, include.tests),
            crate_name: library.replace('-', "_"),
        })
    }

    /// Reads the manifest of a library that a package depends on.
    pub(super) fn read_library(directory: &Path) -> Result<Self, Problem> {
        let mut manifest = Self::read(directory, Include::default())?;
        manifest.targets.retain(|target| target.is_library);
        Ok(manifest)
    }
}

/// The name of the package in this directory.
pub(super) fn package_name(directory: &Path) -> Option<String> {
    let entries = read(&directory.join("Cargo.toml"), "Cargo.toml").ok()?;
    text(&entries, &["package", "name"]).map(str::to_owned)
}

/// The members of the workspace whose root is this directory, by name, the root package included.
pub(super) fn workspace_members(directory: &Path) -> Result<Vec<(String, PathBuf)>, Problem> {
    let entries = read(&directory.join("Cargo.toml"), "Cargo.toml")?;
    Ok(members(directory, &entries))
}

fn members(directory: &Path, entries: &[Entry]) -> Vec<(String, PathBuf)> {
    let listed = |name: &str| -> Vec<&str> {
        (entries.iter())
            .filter(|entry| match entry.path.as_slice() {
                [table, list, _] => table == "workspace" && list == name,
                _ => false,
            })
            .map(|entry| entry.value.as_str())
            .collect()
    };
    let mut directories = vec![directory.to_owned()];
    for pattern in listed("members") {
        let mut found = vec![directory.to_owned()];
        for part in pattern.split('/') {
            found = (found.iter())
                .flat_map(|base| match part {
                    _ if part.contains(['*', '?']) => (sorted(base).into_iter())
                        .filter(|path| {
                            (path.file_name()).is_some_and(|name| {
                                glob::matches(part, &name.to_string_lossy(), false)
                            })
                        })
                        .collect(),
                    part => vec![base.join(part)],
                })
                .collect();
        }
        directories.extend(found.iter().map(|path| lexical(path)));
    }
    // Path dependencies of the root package are members too.
    let own = dependencies(directory, entries, true);
    directories.extend((own.values()).filter_map(|dependency| dependency.path.clone()));
    let excluded: Vec<PathBuf> = (listed("exclude").into_iter())
        .map(|path| lexical(&directory.join(path)))
        .collect();
    let mut members: Vec<(String, PathBuf)> = Vec::new();
    for directory in directories {
        if excluded
            .iter()
            .any(|excluded| directory.starts_with(excluded))
        {
            continue;
        }
        let Ok(entries) = read(&directory.join("Cargo.toml"), "Cargo.toml") else {
            continue;
        };
        if let Some(name) = text(&entries, &["package", "name"])
            && !members.iter().any(|(known, _)| known == name)
        {
            members.push((name.to_owned(), directory));
        }
    }
    members
}

fn targets(directory: &Path, entries: &[Entry], include: Include) -> Result<Vec<Target>, Problem> {
    let mut found: Vec<Target> = Vec::new();
    let mut add = |root: PathBuf, is_library: bool| {
        if !found.iter().any(|target| target.root == root) {
            found.push(Target { root, is_library });
        }
    };
    match text(entries, &["lib", "path"]) {
        Some(path) => add(directory.join(path), true),
        None if confine::is_file(&directory.join("src/lib.rs")) => {
            add(directory.join("src/lib.rs"), true)
        }
        None => {}
    }
    if confine::is_file(&directory.join("src/main.rs")) {
        add(directory.join("src/main.rs"), false);
    }
    let mut kinds = vec![("bin", "src/bin")];
    if include.examples {
        kinds.push(("example", "examples"));
    }
    if include.tests {
        kinds.push(("test", "tests"));
        kinds.push(("bench", "benches"));
    }
    for (table, sub) in kinds {
        for target in 0..tables(entries, table) {
            let number = target.to_string();
            if let Some(path) = text(entries, &[table, &number, "path"]) {
                add(directory.join(path), false);
            }
        }
        for path in sorted(&directory.join(sub)) {
            if confine::is_file(&path)
                && path.extension().is_some_and(|extension| extension == "rs")
            {
                add(path, false);
            } else if confine::is_file(&path.join("main.rs")) {
                add(path.join("main.rs"), false);
            }
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

/// The entries of a directory in the order of names; none when there is no such directory.
fn sorted(directory: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = confine::read_dir(directory)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    paths.sort();
    paths
}

fn dependencies(directory: &Path, entries: &[Entry], dev: bool) -> BTreeMap<String, Dependency> {
    let mut inherited = None;
    let mut found = BTreeMap::new();
    for (name, declared) in declared(entries, &[], dev) {
        let mut dependency = declared.dependency(directory, &name);
        if declared.attributes.contains_key("workspace") {
            let workspace = inherited.get_or_insert_with(|| workspace(directory));
            if let Some(whole) = workspace.get(&name) {
                dependency.package.clone_from(&whole.package);
                dependency.path.clone_from(&whole.path);
                dependency.features.extend(whole.features.iter().cloned());
            }
        }
        found.insert(name.replace('-', "_"), dependency);
    }
    found
}

/// By name: each dependency of the workspace that this directory belongs to.
fn workspace(directory: &Path) -> BTreeMap<String, Dependency> {
    for ancestor in directory.ancestors() {
        let Ok(entries) = read(&ancestor.join("Cargo.toml"), "Cargo.toml") else {
            continue;
        };
        if (entries.iter()).any(|entry| entry.path.first().is_some_and(|name| name == "workspace"))
        {
            return declared(&entries, &["workspace"], false)
                .into_iter()
                .map(|(name, declared)| {
                    let dependency = declared.dependency(ancestor, &name);
                    (name, dependency)
                })
                .collect();
        }
    }
    BTreeMap::new()
}

/// What a manifest says about a dependency.
#[derive(Debug, Default)]
struct Declared {
    attributes: BTreeMap<String, String>,
    features: Vec<String>,
    line: usize,
}

impl Declared {
    fn dependency(&self, directory: &Path, name: &str) -> Dependency {
        let attribute = |name: &str| self.attributes.get(name).cloned();
        Dependency {
            package: attribute("package").unwrap_or_else(|| name.to_owned()),
            path: attribute("path").map(|path| lexical(&directory.join(path))),
            features: self.features.clone(),
            line: self.line,
        }
    }
}

/// The dependencies below this table, those for single platforms included, with what is said of each.
fn declared(entries: &[Entry], below: &[&str], dev: bool) -> BTreeMap<String, Declared> {
    let mut found: BTreeMap<String, Declared> = BTreeMap::new();
    for entry in entries {
        let Some(path) = strip(&entry.path, below) else {
            continue;
        };
        let path = match path {
            [target, _, rest @ ..] if target == "target" => rest,
            path => path,
        };
        if let [table, name, attribute @ ..] = path
            && (table == "dependencies" || dev && table == "dev-dependencies")
        {
            let declared = found.entry(name.clone()).or_default();
            if declared.line == 0 {
                declared.line = entry.line;
            }
            match attribute {
                [attribute] => {
                    (declared.attributes).insert(attribute.clone(), entry.value.clone());
                }
                [list, _] if list == "features" => declared.features.push(entry.value.clone()),
                _ => {}
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
    /// From 1.
    line: usize,
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
    let text = confine::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Problem::new(shown, "there is no such file")
            .help("run the command in the directory of a package, or name its Cargo.toml"),
        _ => Problem::new(shown, format!("cannot be read: {error}")),
    })?;
    Ok(parse(&text))
}

/// Reads what has the form of a manifest and reads over the rest: cargo has the say about mistakes.
fn parse(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut table: Vec<String> = Vec::new();
    let mut arrays: BTreeMap<String, usize> = BTreeMap::new();
    let mut reader = Reader {
        rest: text,
        whole: text,
        counted: (0, 1),
    };
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
    whole: &'t str,
    /// A place that was looked at before, and its line.
    counted: (usize, usize),
}

impl Reader<'_> {
    /// The line of the text that is read next, from 1.
    fn line_number(&mut self) -> usize {
        let at = self.whole.len() - self.rest.len();
        let (before, line) = self.counted;
        let more = self.whole.get(before..at).unwrap_or_default();
        let line = line + more.matches('\n').count();
        self.counted = (at, line);
        line
    }

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
        let line = self.line_number();
        match self.rest.chars().next() {
            Some('"' | '\'') => {
                let value = self.string();
                entries.push(Entry { path, value, line });
            }
            // Deeper than any manifest.
            Some('{') if depth < 16 => {
                self.skip(1);
                entries.push(Entry {
                    path: path.clone(),
                    value: String::new(),
                    line,
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
                entries.push(Entry { path, value, line });
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
        let found = dependencies(Path::new("/nowhere"), &entries, false);
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
                .map(|(name, dependency)| (name.as_str(), dependency.package.as_str())))
            .eq(expected)
        );
        let lines: Vec<usize> = found.values().map(|dependency| dependency.line).collect();
        assert_eq!(lines, [7, 8, 15, 6, 13, 9]);
        let features = found.get("rek").map(|rek| rek.features.clone());
        assert_eq!(features.unwrap_or_default(), ["a", "b"]);
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
