//! The source files of a package's crates, found as rustc finds them: from the root along `mod name;`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use proc_macro2::{LineColumn, TokenStream, TokenTree};
use syn::Item;
use syn::parse::Parser;
use syn::spanned::Spanned;

use super::attributes::{is_test, paths};
use super::bodies;
use super::call::Unfollowed;
use super::orphans::{self, Orphan};
use super::packages::{self, Package};
use super::tokens::{NESTING, depth, invalid, nests_deeply, tokens, unraw};
use crate::confine;
use crate::export::{Problem, tree, walk};

/// All source files of a package, parsed.
#[derive(Default)]
pub(super) struct Sources {
    pub(super) files: Vec<SourceFile>,
    /// The root of each crate.
    pub(super) roots: Vec<Root>,
    /// The files of the modules that `mod name;` at this place of a file declares.
    pub(super) modules: HashMap<(usize, usize, usize), Vec<usize>>,
    /// The files that `include!` at this place of a file puts there.
    pub(super) included: HashMap<(usize, usize, usize), usize>,
    /// What other macros that stand for items hold.
    pub(super) macros: HashMap<(usize, usize, usize), Held>,
    /// Places of `include!` that name no file of the sources.
    pub(super) unread: Vec<(usize, LineColumn, String)>,
    /// Files that cannot be read, and modules that have none.
    pub(super) skipped: Vec<Unfollowed>,
    /// Files that no `mod` declares.
    pub(super) orphans: Vec<Orphan>,
    /// Whether what is compiled for tests only is read too.
    pub(super) tests: bool,
}

/// The root of a crate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Root {
    pub(super) file: usize,
    /// The number of the package.
    pub(super) package: usize,
    pub(super) is_library: bool,
}

/// The input of a macro that stands where items do.
#[derive(Default)]
pub(super) struct Held {
    pub(super) items: Vec<Item>,
    /// What does not read as items.
    pub(super) rest: TokenStream,
}

/// A source file.
pub(super) struct SourceFile {
    /// Relative to the package, with forward slashes.
    pub(super) shown: String,
    pub(super) text: String,
    /// Without the bodies that are set aside.
    pub(super) syntax: syn::File,
    /// Where those begin.
    pub(super) aside: HashSet<LineColumn>,
}

/// A place of a file, as a key.
pub(super) fn place(file: usize, node: &impl Spanned) -> (usize, usize, usize) {
    let start = node.span().start();
    (file, start.line, start.column)
}

/// Deeper than any tree of modules; `#[path]` can lead in a circle.
const DEPTH: usize = 128;

impl Sources {
    /// Reads the crates of these packages, with their tests or without. What cannot be read is listed.
    pub(super) fn read(base: &Path, packages: &[Package], tests: bool) -> Self {
        let mut reader = Reader {
            package: base,
            tests,
            sources: Self {
                tests,
                ..Self::default()
            },
            known: BTreeMap::new(),
            of_tests: BTreeSet::new(),
        };
        for (package, found) in packages.iter().enumerate() {
            for target in &found.manifest.targets {
                if let Some(file) = reader.file(&target.root, true, 0) {
                    reader.sources.roots.push(Root {
                        file,
                        package,
                        is_library: target.is_library,
                    });
                }
            }
        }
        let known = (reader.known.keys())
            .map(|(path, _)| path.clone())
            .collect();
        reader.sources.orphans =
            orphans::files(&reader.sources, base, packages, &known, &reader.of_tests);
        reader.sources
    }

    /// One file of this text, for tests and tools.
    pub(super) fn of_text(shown: &str, text: &str) -> Result<Self, Problem> {
        let (mut syntax, aside) = parse(text.as_bytes(), shown, false)?;
        if is_test(&syntax.attrs) {
            syntax.items.clear();
        }
        let items = std::mem::take(&mut syntax.items);
        let mut reader = Reader {
            package: Path::new(""),
            tests: false,
            sources: Self::default(),
            known: BTreeMap::new(),
            of_tests: BTreeSet::new(),
        };
        reader.sources.files.push(SourceFile {
            shown: shown.to_owned(),
            text: text.to_owned(),
            syntax,
            aside,
        });
        reader.sources.roots.push(Root {
            file: 0,
            package: 0,
            is_library: true,
        });
        let at = At {
            file: 0,
            own: Path::new(""),
            directory: Path::new(""),
            // Nothing is read from the disk.
            depth: DEPTH,
        };
        reader.items(&items, &at);
        if let Some(file) = reader.sources.files.first_mut() {
            file.syntax.items = items;
        }
        Ok(reader.sources)
    }
}

struct Reader<'p> {
    package: &'p Path,
    tests: bool,
    sources: Sources,
    /// Files that were read, with the directory that their modules lie in.
    known: BTreeMap<(PathBuf, PathBuf), usize>,
    /// The files and directories of modules that are compiled for tests only.
    of_tests: BTreeSet<PathBuf>,
}

/// Where items stand.
struct At<'a> {
    file: usize,
    /// The directory of the file's own modules.
    own: &'a Path,
    /// The directory of the file, which `#[path]` begins in.
    directory: &'a Path,
    depth: usize,
}

impl Reader<'_> {
    /// Reads a file and those of its modules. `root` says that its modules lie next to it, as those of `mod.rs` do.
    fn file(&mut self, path: &Path, root: bool, depth: usize) -> Option<usize> {
        let path = walk::lexical(path);
        let directory = path.parent().unwrap_or(Path::new("")).to_owned();
        let own = if root {
            directory.clone()
        } else {
            directory.join(path.file_stem().unwrap_or_default())
        };
        let key = (path.clone(), own.clone());
        if let Some(&known) = self.known.get(&key) {
            return Some(known);
        }
        let shown = packages::place(self.package, &path);
        let read = confine::read(&path)
            .map_err(|error| Problem::new(&shown, format!("cannot be read: {error}")))
            .and_then(|bytes| Ok((parse(&bytes, &shown, self.tests)?, bytes)));
        let ((mut syntax, aside), bytes) = match read {
            Ok(read) => read,
            Err(problem) => {
                self.skip(&problem);
                return None;
            }
        };
        let file = self.sources.files.len();
        self.known.insert(key, file);
        // The items are put back behind the walk, which adds files.
        // `#![cfg(test)]` is about the whole file.
        if is_test(&syntax.attrs) {
            syntax.items.clear();
        }
        let items = std::mem::take(&mut syntax.items);
        self.sources.files.push(SourceFile {
            shown,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            syntax,
            aside,
        });
        let at = At {
            file,
            own: &own,
            directory: &directory,
            depth,
        };
        self.items(&items, &at);
        if let Some(file) = self.sources.files.get_mut(file) {
            file.syntax.items = items;
        }
        Some(file)
    }

    fn items(&mut self, items: &[Item], at: &At<'_>) {
        for item in items {
            match item {
                Item::Mod(module) if !is_test(&module.attrs) => self.module(module, at),
                Item::Mod(module) => {
                    let own = walk::lexical(&at.own.join(unraw(&module.ident)));
                    self.of_tests.insert(own.with_extension("rs"));
                    self.of_tests.insert(own);
                    let named = paths(&module.attrs).into_iter();
                    self.of_tests
                        .extend(named.map(|path| walk::lexical(&at.directory.join(path))));
                }
                Item::Macro(item) if !is_test(&item.attrs) => self.item_macro(item, at),
                _ => {}
            }
        }
    }

    fn module(&mut self, module: &syn::ItemMod, at: &At<'_>) {
        let name = unraw(&module.ident);
        if let Some((_, items)) = &module.content {
            let own = at.own.join(&name);
            let inner = At {
                own: &own,
                // `#[path]` in an inline module begins in the directory of that module.
                directory: &own,
                ..*at
            };
            return self.items(items, &inner);
        }
        if at.depth >= DEPTH {
            if at.depth == DEPTH && !self.package.as_os_str().is_empty() {
                let shown = self.shown(at.file);
                let start = module.ident.span().start();
                let problem = Problem::new(shown, format!("the module `{name}` is too deep"));
                self.skip(&problem.at(start));
            }
            return;
        }
        let mut files: Vec<(PathBuf, bool)> = Vec::new();
        for path in paths(&module.attrs) {
            // A file that `#[path]` names keeps its modules next to it.
            files.push((at.directory.join(path), true));
        }
        let explicit = (module.attrs.iter()).any(|attr| attr.path().is_ident("path"));
        if !explicit {
            files.push((at.own.join(format!("{name}.rs")), false));
            files.push((at.own.join(&name).join("mod.rs"), true));
        }
        files.retain(|(file, _)| explicit || confine::is_file(file));
        let conditional = (module.attrs.iter())
            .any(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr"));
        if files.is_empty() && !conditional {
            let shown = self.shown(at.file);
            let expected = packages::place(self.package, &at.own.join(format!("{name}.rs")));
            let problem = Problem::new(
                shown,
                format!("the module `{name}` has no file; expected {expected}"),
            );
            self.skip(&problem.at(module.ident.span().start()));
        }
        for (file, root) in files {
            if let Some(number) = self.file(&file, root, at.depth + 1) {
                let key = place(at.file, &module.ident);
                self.sources.modules.entry(key).or_default().push(number);
            }
        }
    }

    /// Lists what cannot be read.
    fn skip(&mut self, problem: &Problem) {
        let (file, place) = problem.position();
        let (line, column) = place.unwrap_or((1, 1));
        self.sources.skipped.push(Unfollowed {
            file: file.to_owned(),
            line,
            column,
            text: problem.message().to_owned(),
        });
    }

    fn shown(&self, file: usize) -> String {
        (self.sources.files.get(file)).map_or_else(String::new, |file| file.shown.clone())
    }

    fn item_macro(&mut self, item: &syn::ItemMacro, at: &At<'_>) {
        let name = item.mac.path.segments.last().map(|last| unraw(&last.ident));
        let key = place(at.file, item);
        match name.as_deref() {
            Some("macro_rules") => {}
            Some("include") => match syn::parse2::<syn::LitStr>(item.mac.tokens.clone()) {
                Ok(path) if at.depth < DEPTH => {
                    let path = at.directory.join(path.value());
                    if let Some(file) = self.file(&path, true, at.depth + 1) {
                        self.sources.included.insert(key, file);
                    }
                }
                _ => {
                    let start = item.span().start();
                    let what = item.mac.tokens.to_string();
                    self.sources.unread.push((at.file, start, what));
                }
            },
            _ => {
                let held = macro_items(&item.mac.tokens);
                self.items(&held.items, at);
                self.sources.macros.insert(key, held);
            }
        }
    }
}

/// The items in the input of a macro that stands where items do: of `lazy_static!`, `thread_local!`, `cfg_if!` and
/// whatever else has the form of items.
pub(super) fn macro_items(tokens: &TokenStream) -> Held {
    if depth(tokens.clone(), NESTING) {
        return Held::default();
    }
    let parse = |input: syn::parse::ParseStream<'_>| {
        let mut items = Vec::new();
        while !input.is_empty() {
            items.push(input.parse::<Item>()?);
        }
        Ok(items)
    };
    let all = |items: Vec<Item>| Held {
        items,
        rest: TokenStream::new(),
    };
    // `static ref NAME` of lazy_static is a static like any other; a semicolon may be missing at the end of thread_local.
    let mut plain: Vec<TokenTree> = Vec::new();
    for token in tokens.clone() {
        let is_ref = matches!(&token, TokenTree::Ident(ident) if *ident == "ref")
            && matches!(plain.last(), Some(TokenTree::Ident(ident)) if *ident == "static");
        if !is_ref {
            plain.push(token);
        }
    }
    if let Ok(items) = parse.parse2(plain.iter().cloned().collect()) {
        return all(items);
    }
    let semicolon = TokenTree::Punct(proc_macro2::Punct::new(';', proc_macro2::Spacing::Alone));
    if let Ok(items) = parse.parse2(plain.iter().cloned().chain([semicolon]).collect()) {
        return all(items);
    }
    // `if #[cfg(..)] { items } else { items }` of cfg_if.
    let mut items = Vec::new();
    let mut rest = Vec::new();
    for token in plain {
        let read = match &token {
            TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace => {
                parse.parse2(group.stream()).ok()
            }
            _ => None,
        };
        match read {
            Some(read) => items.extend(read),
            None => rest.push(token),
        }
    }
    Held {
        items,
        rest: rest.into_iter().collect(),
    }
}

/// A file's items, and where the bodies begin that are set aside.
type Parsed = (syn::File, HashSet<LineColumn>);

/// Parses the items of a file.
fn parse(bytes: &[u8], shown: &str, tests: bool) -> Result<Parsed, Problem> {
    let text = tree::text(bytes, shown)?;
    if nests_deeply(&text) {
        return Err(Problem::new(
            shown,
            "this file is skipped: it nests too deeply",
        ));
    }
    let mut aside = HashSet::new();
    tokens(&text, tests)
        .and_then(|tokens| syn::parse2(bodies::set_aside(&text, tokens, &mut aside)))
        .map(|syntax| (syntax, aside))
        .map_err(|error| Problem::new(shown, invalid("file", &error)).at(error.span().start()))
}
