//! How the source is laid out: files are short, say what they are for, and use each other in one direction; ARCHITECTURE.md has a
//! map of them that is right.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The goal is 700 lines. What is above it is room for the change that notices.
const LINES: usize = 800;

/// Where no two files may use each other, however indirectly, and what may nonetheless.
const ACYCLIC: [(&str, &[&str]); 3] = [
    ("catalogue/src", &[]),
    ("cli/src", &[]),
    ("codegen/src/dsl", &[]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The files of a directory with this extension, from the root. What is built or generated is left out.
fn files(directory: &Path, extension: &str, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            if !matches!(name, "target" | "generated") && !name.starts_with('.') {
                files(&path, extension, out);
            }
        } else if path.extension().is_some_and(|found| found == extension) {
            out.push(path.strip_prefix(root()).unwrap().to_owned());
        }
    }
}

fn rust_files() -> Vec<PathBuf> {
    let mut out = Vec::new();
    files(root(), "rs", &mut out);
    assert!(out.len() > 500, "only {} files", out.len());
    out
}

fn read(path: &Path) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

#[test]
fn files_are_short() {
    let long: Vec<String> = (rust_files().iter())
        .map(|path| (path, read(path)))
        .filter(|(_, text)| !text.starts_with("// @generated"))
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > LINES)
        .map(|(path, lines)| format!("{}: {lines}", path.display()))
        .collect();
    assert_eq!(long, [""; 0], "split them by subject");
}

#[test]
fn files_say_what_they_are_for() {
    let silent: Vec<PathBuf> = (rust_files().into_iter())
        .filter(|path| path.components().any(|part| part.as_os_str() == "src"))
        .filter(|path| !path.starts_with("tests") && !path.ends_with("tests.rs"))
        .filter(|path| {
            let text = read(path);
            let mut lines = text.lines().filter(|line| !line.starts_with("#!"));
            !lines.next().unwrap_or_default().starts_with("//")
        })
        .collect();
    assert!(silent.is_empty(), "begin them with `//!`: {silent:?}");
}

/// A `::`-separated path, from the crate.
type Module = Vec<String>;

/// The modules of a crate, and what each of them uses.
struct Crate {
    modules: BTreeSet<Module>,
    /// By module and name: what a `use` of the module calls so.
    names: BTreeMap<(Module, String), Module>,
    uses: BTreeMap<Module, BTreeSet<Module>>,
}

impl Crate {
    /// Reads the files below the directory `src`.
    fn read(src: &Path) -> Self {
        let mut all = Vec::new();
        files(&root().join(src), "rs", &mut all);
        let texts: BTreeMap<Module, String> = (all.iter())
            .filter(|path| !path.ends_with("tests.rs"))
            .map(|path| {
                let path_in = path.strip_prefix(src).unwrap().with_extension("");
                let mut module: Module = (path_in.iter())
                    .map(|part| part.to_str().unwrap().to_owned())
                    .collect();
                if matches!(module.last().unwrap().as_str(), "mod" | "lib" | "main") {
                    module.pop();
                }
                (module, code(&read(path)))
            })
            .collect();
        Self::of(&texts)
    }

    /// From the texts of its modules.
    fn of(texts: &BTreeMap<Module, String>) -> Self {
        let modules = texts.keys().cloned().collect();
        let mut found = Self {
            modules,
            names: BTreeMap::new(),
            uses: BTreeMap::new(),
        };
        let read: Vec<(Module, Vec<Module>, Vec<Module>)> = (texts.iter())
            .map(|(module, text)| {
                let (imports, inline) = paths(text);
                let absolute = |paths: Vec<Module>| -> Vec<Module> {
                    (paths.into_iter())
                        .filter_map(|path| found.absolute(module, path))
                        .collect()
                };
                (module.clone(), absolute(imports), absolute(inline))
            })
            .collect();
        for (module, imports, _) in &read {
            for import in imports {
                if let Some(name) = import.last() {
                    let key = (module.clone(), name.clone());
                    found.names.insert(key, import.clone());
                }
            }
        }
        for (module, imports, inline) in read {
            let uses = (imports.into_iter().chain(inline))
                .filter_map(|path| found.module_of(path))
                // What a directory shares is in its `mod.rs`.
                .filter(|used| !module.starts_with(used))
                .collect();
            found.uses.insert(module, uses);
        }
        found
    }

    /// A path from the crate; none if it begins with the name of another one.
    fn absolute(&self, module: &Module, path: Module) -> Option<Module> {
        let mut at = module.clone();
        let mut parts = path.into_iter().peekable();
        match parts.peek()?.as_str() {
            "crate" => at.clear(),
            "super" => {}
            "self" => {}
            name => {
                at.push(name.to_owned());
                if !self.modules.contains(&at) {
                    return None;
                }
                at.pop();
            }
        }
        for part in parts {
            match part.as_str() {
                "crate" | "self" => {}
                "super" => drop(at.pop()),
                _ => at.push(part),
            }
        }
        Some(at)
    }

    /// The module that defines what a path names, through the `use` of other modules.
    fn module_of(&self, mut path: Module) -> Option<Module> {
        for _ in 0..8 {
            let mut module = path.clone();
            while !self.modules.contains(&module) {
                module.pop()?;
            }
            let Some(name) = path.get(module.len()) else {
                return Some(module);
            };
            match self.names.get(&(module.clone(), name.clone())) {
                Some(target) if *target != path => {
                    let rest = path.split_off(module.len() + 1);
                    path = target.iter().cloned().chain(rest).collect();
                }
                Some(_) | None => return Some(module),
            }
        }
        None
    }

    /// All that a module uses, however indirectly.
    fn reached<'a>(&'a self, from: &'a Module) -> BTreeSet<&'a Module> {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(module) = open.pop() {
            let uses = self.uses.get(module).into_iter().flatten();
            open.extend(uses.filter(|used| reached.insert(*used)));
        }
        reached
    }
}

/// The text without comments, strings, and tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let mut out = String::new();
    for line in text.lines() {
        let line = line.split("//").next().unwrap();
        for (number, part) in line.split('"').enumerate() {
            if number % 2 == 0 {
                out.push_str(part);
            }
        }
        out.push('\n');
    }
    out
}

/// The paths of a text that may name modules: those of `use`, and others.
fn paths(text: &str) -> (Vec<Module>, Vec<Module>) {
    let mut imports = Vec::new();
    let mut inline = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("use ") {
        let (before, after) = rest.split_at(at);
        let starts = before.rsplit('\n').next().unwrap_or_default();
        let starts = starts.trim_start().trim_start_matches("pub");
        if starts.is_empty() || starts.starts_with(['(', ' ']) && !starts.contains(['{', ';', '='])
        {
            let end = after.find(';').unwrap_or(after.len());
            tree(&after["use ".len()..end], &mut Vec::new(), &mut imports);
            inline.extend(written(before));
            rest = &after[end..];
        } else {
            inline.extend(written(before));
            rest = &after["use ".len()..];
        }
    }
    inline.extend(written(rest));
    (imports, inline)
}

/// The paths of a `use`: `a::{b, c::d}`.
fn tree(text: &str, before: &mut Module, out: &mut Vec<Module>) {
    let mut depth = 0;
    let mut start = 0;
    let mut items = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(&text[start..]);
    for item in items {
        let item = item.trim();
        let (path, group) = match item.split_once('{') {
            Some((path, group)) => (path, Some(group.trim_end().trim_end_matches('}'))),
            None => (item, None),
        };
        let path = path.split(" as ").next().unwrap();
        let parts: Module = (path.split("::").map(str::trim))
            .filter(|part| !part.is_empty() && *part != "*")
            .map(str::to_owned)
            .collect();
        let length = before.len();
        before.extend(parts);
        match group {
            Some(group) => tree(group, before, out),
            None if before.is_empty() => {}
            None => out.push(before.clone()),
        }
        before.truncate(length);
    }
}

/// The paths that are written where they are used: `super::common::find(..)`.
fn written(text: &str) -> Vec<Module> {
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    (text.split(|c: char| !is_path(c)))
        .filter(|word| word.contains("::"))
        .map(|word| {
            (word.split("::"))
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect::<Module>()
        })
        .filter(|path| path.len() > 1)
        .collect()
}

#[test]
fn files_use_each_other_in_one_direction() {
    let mut circles = Vec::new();
    for (directory, except) in ACYCLIC {
        let (src, below) = directory.split_once("/src").unwrap();
        let found = Crate::read(&Path::new(src).join("src"));
        let below = below.trim_start_matches('/');
        let is_checked = |module: &Module| {
            let name = module.join("::");
            name.starts_with(below) && !except.iter().any(|except| name.starts_with(except))
        };
        let uses: usize = found.uses.values().map(BTreeSet::len).sum();
        assert!(uses > 20, "{directory}: only {uses} uses");
        for (module, uses) in found.uses.iter().filter(|(module, _)| is_checked(module)) {
            for used in uses.iter().filter(|used| is_checked(used)) {
                if found.reached(used).contains(module) {
                    circles.push(format!(
                        "{src}: {} -> {}",
                        module.join("::"),
                        used.join("::")
                    ));
                }
            }
        }
    }
    assert_eq!(circles, [""; 0], "these are parts of a circle");
}

#[test]
fn circles_are_found() {
    let circles = |texts: &[(&str, &str)]| -> Vec<String> {
        let texts = (texts.iter())
            .map(|(module, text)| {
                let module = module.split("::").filter(|part| !part.is_empty());
                (module.map(str::to_owned).collect(), code(text))
            })
            .collect();
        let found = Crate::of(&texts);
        (found.uses.iter())
            .flat_map(|(module, uses)| uses.iter().map(move |used| (module, used)))
            .filter(|(module, used)| found.reached(used).contains(module))
            .map(|(module, used)| format!("{} -> {}", module.join("::"), used.join("::")))
            .collect()
    };
    let third = ("c", "pub(crate) use crate::a::A;");
    assert_eq!(
        circles(&[
            ("", ""),
            ("a", "use crate::b::B;"),
            ("b", "fn f() { super::a::g() }"),
            third
        ]),
        ["a -> b", "b -> a"]
    );
    // A name that a module only hands on is of the module that has it.
    assert_eq!(
        circles(&[
            ("", ""),
            ("a", "use crate::b::{self, B};"),
            ("b", "use crate::c::A;"),
            third
        ]),
        ["a -> b", "b -> a"]
    );
    let none = [""; 0];
    assert_eq!(
        circles(&[
            ("", "use a::A;"),
            ("a", "use super::Root; // use crate::b"),
            ("b", "use crate::a::{A, C};")
        ]),
        none
    );
}

#[test]
fn paths_of_imports_are_read() {
    let (imports, inline) = paths(&code(
        "use super::a::{self, b::{C, d}, E as F};\npub(crate) use crate::g::*; // use h::i;\nlet x = super::j::K::new(\"l::m\");",
    ));
    let joined =
        |paths: &[Module]| -> Vec<String> { paths.iter().map(|path| path.join("::")).collect() };
    assert_eq!(
        joined(&imports),
        [
            "super::a::self",
            "super::a::b::C",
            "super::a::b::d",
            "super::a::E",
            "crate::g"
        ]
    );
    assert_eq!(joined(&inline), ["super::j::K::new"]);
}

/// The names in backticks that ARCHITECTURE.md gives files and directories, and those that it has to give.
#[test]
fn the_map_is_right() {
    let map = read(Path::new("ARCHITECTURE.md"));
    let named: BTreeSet<&str> = map.split('`').skip(1).step_by(2).collect();
    let manifest = read(Path::new("Cargo.toml"));
    let members = manifest.split_once("members = [").unwrap().1;
    let members = members.split_once(']').unwrap().0;
    let members: Vec<&str> = members.split('"').skip(1).step_by(2).collect();
    let mut missing = Vec::new();
    for &member in &members {
        let name = match member {
            "." => "src/lib.rs".to_owned(),
            "examples/policies" => member.to_owned(),
            _ => format!("{member}/"),
        };
        if !named.contains(name.as_str()) {
            missing.push(name);
        }
        if matches!(member, "catalogue" | "cli" | "codegen" | "runtime") {
            for entry in fs::read_dir(root().join(member).join("src")).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_str().unwrap();
                let is_named = |named: &&str| {
                    named
                        .trim_end_matches('/')
                        .trim_end_matches(".rs")
                        .rsplit('/')
                        .next()
                        == Some(name)
                };
                if path.is_dir() && !named.iter().any(is_named) {
                    missing.push(format!("{member}/src/{name}/"));
                }
            }
        }
    }
    assert_eq!(missing, [""; 0], "ARCHITECTURE.md does not name them");

    let mut all = Vec::new();
    files(root(), "rs", &mut all);
    let exists = |name: &str| {
        let name = name.trim_end_matches('/');
        (members.iter().chain(&["."])).any(|member| root().join(member).join(name).exists())
            || (all.iter()).any(|path| {
                let path = path.to_str().unwrap();
                path.ends_with(&format!("/{name}")) || path.contains(&format!("/{name}/"))
            })
    };
    let gone: Vec<&&str> = (named.iter())
        .filter(|name| !name.contains([' ', '(', '*', '<', '$', '\n', ':']))
        .filter(|name| name.ends_with('/') || name.ends_with(".rs"))
        .filter(|name| !name.contains("generated") && !exists(name))
        .collect();
    assert_eq!(gone, [&""; 0], "ARCHITECTURE.md names what is not there");
}

/// Without the feature `compare`, the compiler only says that it is missing for names in this list.
#[test]
fn what_needs_the_feature_compare_is_named() {
    let listed = read(Path::new("runtime/src/compare/proofs_only.rs"));
    let (_, listed) = listed.split_once("pub use self::{").unwrap();
    let (listed, _) = listed.split_once('}').unwrap();
    let listed: BTreeSet<&str> = listed.split(',').map(str::trim).collect();
    let api = read(Path::new("docs/api/rekognition-iam-runtime.txt"));
    let start = "rekognition_iam_runtime::compare::";
    let public: BTreeSet<&str> = (api.split(start).skip(1))
        .map(|rest| {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            &rest[..end.unwrap_or(rest.len())]
        })
        .filter(|name| *name != "prove")
        .collect();
    assert!(public.len() > 30, "{public:?}");
    assert_eq!(
        listed
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect::<BTreeSet<_>>(),
        public
    );
}
