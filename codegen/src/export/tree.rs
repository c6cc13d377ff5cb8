//! All policies of a source tree.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

use super::error::Problem;
use super::scan::{self, Found, Invocation, ModuleFile, Names};
use super::targets::Targets;
use super::walk::{SourceFile, Sources, lexical};

/// Finds all invocations: the number of the file in `sources`, and the invocation.
pub(crate) fn invocations(
    sources: &Sources,
    problems: &mut Vec<Problem>,
) -> Vec<(usize, Invocation)> {
    let mut tree = Tree::read(sources, problems);
    tree.find_aliases();
    tree.scan_files(problems);
    let test = tree.test_files();
    let mut invocations = Vec::new();
    for (number, found) in tree.found.into_iter().enumerate() {
        if let (Some(at), Some(file)) = (
            found.as_ref().and_then(|found| found.broken),
            sources.files.get(number),
        ) {
            problems.push(
                Problem::new(
                    &file.shown,
                    "the file is not valid Rust, so its policies are not exported",
                )
                .at(at)
                .of_rustc(true),
            );
        }
        for mut invocation in found.map(|found| found.invocations).unwrap_or_default() {
            invocation.test |= test.contains(&number);
            invocations.push((number, invocation));
        }
    }
    invocations
}

/// The files that every build of the package compiles, by their numbers: those of its libraries and programs, and the
/// modules of these that no `cfg` may leave out.
pub(super) fn compiled(sources: &Sources, package: &Path) -> BTreeSet<usize> {
    let mut tree = Tree::read(sources, &mut Vec::new());
    let targets = Targets::of(package);
    let mut open = Vec::new();
    for (number, file) in sources.files.iter().enumerate() {
        let inside = file.path.strip_prefix(package).unwrap_or(&file.path);
        if targets.compiles(inside) {
            open.push(number);
        }
    }
    let mut compiled = BTreeSet::new();
    while let Some(number) = open.pop() {
        if compiled.insert(number) {
            let modules = tree.modules_of(number).into_iter();
            open.extend(
                modules
                    .filter(|(_, sometimes)| !sometimes)
                    .map(|(file, _)| file),
            );
        }
    }
    compiled
}

/// The tokens of a file; none when it cannot be read, which is reported where its policies are looked for.
pub(super) fn tokens_of(file: &SourceFile) -> Option<TokenStream> {
    lex(&fs::read(&file.path).ok()?, &file.shown).ok()
}

/// Whether cargo takes the file for the root of a crate without being told.
pub(super) fn is_root(file: &Path) -> bool {
    let names: Vec<_> = (file.iter()).map(|name| name.to_string_lossy()).collect();
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    matches!(
        names.as_slice(),
        ["src", "lib.rs" | "main.rs"] | ["src", "bin", _] | ["src", "bin", _, "main.rs"]
    )
}

struct Tree<'s> {
    sources: &'s Sources,
    /// The files by their paths, to find the files of modules.
    numbers: BTreeMap<PathBuf, usize>,
    texts: Vec<Vec<u8>>,
    tokens: Vec<Option<Result<TokenStream, Problem>>>,
    found: Vec<Option<Found>>,
    /// `policy` and what imports call it.
    names: Names,
}

impl<'s> Tree<'s> {
    fn read(sources: &'s Sources, problems: &mut Vec<Problem>) -> Self {
        let texts = sources.files.iter().map(|file| {
            fs::read(&file.path).unwrap_or_else(|error| {
                problems.push(Problem::new(
                    &file.shown,
                    format!("cannot be read: {error}"),
                ));
                Vec::new()
            })
        });
        let numbers = sources.files.iter().enumerate();
        Self {
            texts: texts.collect(),
            numbers: numbers
                .map(|(number, file)| (lexical(&file.path), number))
                .collect(),
            tokens: sources.files.iter().map(|_| None).collect(),
            found: sources.files.iter().map(|_| None).collect(),
            names: (scan::macros())
                .map(|(name, kind)| (name.to_owned(), kind))
                .collect(),
            sources,
        }
    }

    fn text(&self, number: usize) -> &[u8] {
        self.texts.get(number).map_or(&[], Vec::as_slice)
    }

    /// Whether a file has one of the names in it. Most files have not and need no reading of tokens.
    fn mentions(&self, number: usize) -> bool {
        let text = self.text(number);
        self.names
            .keys()
            .any(|name| has_word(text, name.as_bytes()))
    }

    fn tokens(&mut self, number: usize) -> Result<TokenStream, Problem> {
        if let Some(Some(tokens)) = self.tokens.get(number) {
            return tokens.clone();
        }
        let shown = self
            .sources
            .files
            .get(number)
            .map_or("", |file| file.shown.as_str());
        let tokens = lex(self.text(number), shown);
        if let Some(slot) = self.tokens.get_mut(number) {
            *slot = Some(tokens.clone());
        }
        tokens
    }

    /// Names may be renamed again in other files, so this goes on until nothing new turns up.
    fn find_aliases(&mut self) {
        loop {
            let before = self.names.len();
            for number in 0..self.texts.len() {
                if self.mentions(number)
                    && has_word(self.text(number), b"as")
                    && let Ok(tokens) = self.tokens(number)
                {
                    let aliases = scan::aliases(&tokens, &self.names);
                    for (alias, kind) in aliases {
                        self.names.entry(alias).or_insert(kind);
                    }
                }
            }
            if self.names.len() == before {
                return;
            }
        }
    }

    fn scan_files(&mut self, problems: &mut Vec<Problem>) {
        for number in 0..self.texts.len() {
            if self.mentions(number) {
                match self.tokens(number) {
                    Ok(tokens) => self.keep(number, tokens),
                    Err(problem) => problems.push(problem),
                }
            } else if has_word(self.text(number), b"mod") && has_word(self.text(number), b"test") {
                // Has no policy, but may say that another file is for tests alone.
                self.scan(number);
            }
        }
    }

    fn keep(&mut self, number: usize, tokens: TokenStream) {
        if let Some(slot) = self.found.get_mut(number) {
            *slot = Some(scan::scan(tokens, &self.names));
        }
    }

    fn scan(&mut self, number: usize) {
        if matches!(self.found.get(number), Some(None))
            && let Ok(tokens) = self.tokens(number)
        {
            self.keep(number, tokens);
        }
    }

    /// The modules that a file declares, by the numbers of their files, and whether each is for tests alone.
    fn modules(&mut self, number: usize) -> Vec<(usize, bool)> {
        self.declared(number, |module| module.test)
    }

    /// The same, and whether there are builds without it.
    fn modules_of(&mut self, number: usize) -> Vec<(usize, bool)> {
        self.declared(number, |module| module.test || module.conditional)
    }

    fn declared(
        &mut self,
        number: usize,
        fact: impl Fn(&ModuleFile) -> bool,
    ) -> Vec<(usize, bool)> {
        self.scan(number);
        let (Some(file), Some(Some(found))) =
            (self.sources.files.get(number), self.found.get(number))
        else {
            return Vec::new();
        };
        (found.modules.iter())
            .filter_map(|module| {
                let paths = module_paths(&file.path, module);
                let file = paths.iter().find_map(|path| self.numbers.get(path))?;
                Some((*file, fact(module)))
            })
            .collect()
    }

    /// The files that are compiled for tests alone, because of `#[cfg(test)] mod name;` in another file.
    fn test_files(&mut self) -> BTreeSet<usize> {
        let scanned: Vec<usize> = (0..self.texts.len())
            .filter(|&number| matches!(self.found.get(number), Some(Some(_))))
            .collect();
        let mut test = BTreeSet::new();
        let mut open: Vec<usize> = Vec::new();
        for &number in &scanned {
            let modules = self.modules(number).into_iter();
            open.extend(modules.filter(|(_, test)| *test).map(|(file, _)| file));
        }
        while let Some(number) = open.pop() {
            if test.insert(number) {
                open.extend(self.modules(number).into_iter().map(|(file, _)| file));
            }
        }
        // A file that is also a module of the program itself is not one of them.
        for number in scanned {
            if !test.contains(&number) {
                let modules = self.modules(number).into_iter();
                open.extend(modules.filter(|(_, test)| !test).map(|(file, _)| file));
            }
        }
        while let Some(number) = open.pop() {
            if test.remove(&number) {
                let modules = self.modules(number).into_iter();
                open.extend(modules.filter(|(_, test)| !test).map(|(file, _)| file));
            }
        }
        test
    }
}

/// Where the file of a module may lie.
pub(super) fn module_paths(declared_in: &Path, module: &ModuleFile) -> Vec<PathBuf> {
    let directory = declared_in.parent().unwrap_or(Path::new(""));
    let own = match declared_in.file_stem() {
        Some(stem) if stem != "mod" && stem != "lib" && stem != "main" => directory.join(stem),
        _ => directory.to_owned(),
    };
    let Some((name, inline)) = module.path.split_last() else {
        return Vec::new();
    };
    let inside = |base: &Path| {
        inline
            .iter()
            .fold(base.to_owned(), |path, name| path.join(name))
    };
    let paths = match &module.file {
        Some(file) if inline.is_empty() => vec![directory.join(file)],
        Some(file) => vec![inside(&own).join(file)],
        // A file such as src/bin/tool.rs is the root of a crate: its modules lie next to it.
        None => [own.as_path(), directory]
            .into_iter()
            .flat_map(|base| {
                let base = inside(base);
                [
                    base.join(format!("{name}.rs")),
                    base.join(name).join("mod.rs"),
                ]
            })
            .collect(),
    };
    paths.iter().map(|path| lexical(path)).collect()
}

fn lex(bytes: &[u8], shown: &str) -> Result<TokenStream, Problem> {
    text(bytes, shown)?
        .parse()
        .map_err(|error: proc_macro2::LexError| {
            Problem::new(
                shown,
                "the file is not valid Rust, so its policies cannot be read",
            )
            .at(error.span().start())
            .of_rustc(true)
        })
}

/// The text of a source file from its first token on, with all its lines.
pub(crate) fn text<'b>(bytes: &'b [u8], shown: &str) -> Result<Cow<'b, str>, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        Problem::new(shown, "the file is not valid UTF-8, so it cannot be read")
            .behind(&String::from_utf8_lossy(before))
    })?;
    Ok(without_shebang(text))
}

/// The text without what may be before the first token. The lines keep their numbers.
fn without_shebang(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.strip_prefix("#!") {
        Some(rest) if !rest.trim_start().starts_with('[') => {
            let line = rest.find('\n').unwrap_or(rest.len());
            Cow::Borrowed(rest.split_at(line).1)
        }
        _ => Cow::Borrowed(text),
    }
}

/// Whether the text has this word with no letter, digit or `_` around it.
fn has_word(text: &[u8], word: &[u8]) -> bool {
    let in_word = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii())
    };
    let mut from = 0;
    while let Some(rest) = text.get(from..)
        && let Some(at) = rest.windows(word.len()).position(|window| window == word)
    {
        let start = from + at;
        let before = start.checked_sub(1).and_then(|before| text.get(before));
        if !in_word(before) && !in_word(text.get(start + word.len())) {
            return true;
        }
        from = start + 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for (text, expected) in [
            ("policy![]", true),
            ("a policy", true),
            ("r#policy", true),
            ("policy_of policies my_policy policy", true),
            ("policy_of policies my_policy 2policy", false),
            ("", false),
        ] {
            assert_eq!(has_word(text.as_bytes(), b"policy"), expected, "{text}");
        }
    }

    #[test]
    fn what_stands_before_rust() {
        for (text, expected) in [
            ("\u{feff}#!/usr/bin/env cargo\nfn a() {}", "\nfn a() {}"),
            ("#!/bin/sh", ""),
            ("#![no_std]", "#![no_std]"),
            ("#! [no_std]", "#! [no_std]"),
            ("fn a() {}", "fn a() {}"),
        ] {
            assert_eq!(without_shebang(text), expected, "{text}");
        }
    }

    #[test]
    fn files_of_modules() {
        let paths = |file: &str, path: &[&str], attribute: Option<&str>| {
            let module = ModuleFile {
                path: path.iter().map(|name| (*name).to_owned()).collect(),
                file: attribute.map(str::to_owned),
                test: false,
                conditional: false,
            };
            module_paths(Path::new(file), &module)
                .iter()
                .map(|path| path.to_string_lossy().replace('\\', "/"))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            paths("src/lib.rs", &["a"], None)[..2],
            ["src/a.rs", "src/a/mod.rs"]
        );
        assert_eq!(
            paths("src/b.rs", &["i", "a"], None),
            [
                "src/b/i/a.rs",
                "src/b/i/a/mod.rs",
                "src/i/a.rs",
                "src/i/a/mod.rs"
            ]
        );
        assert_eq!(paths("src/b.rs", &["a"], Some("../x.rs")), ["x.rs"]);
        assert_eq!(
            paths("src/b.rs", &["i", "a"], Some("x.rs")),
            ["src/b/i/x.rs"]
        );
    }
}
