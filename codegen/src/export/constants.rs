//! The values of constants that policies use, as far as their paths can be followed in the sources.
//!
//! A name alone says nothing: another module, a test, or the body of a macro may have a constant of the same name. So a path is
//! looked up as rustc does it, from the block outwards to the module and along `use` and `mod`, and what cannot be followed with
//! certainty has no value here: what a glob imports, what a macro declares, what another crate has. Where `cfg` decides between
//! declarations, all of them have to agree.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use proc_macro2::LineColumn;

use super::items::{self, Items, Kind, Value};
use super::scan::ModuleFile;
use super::tree;
use super::walk::{Sources, lexical};

/// The constants of a program, by their paths.
pub(super) struct Constants<'s> {
    sources: &'s Sources,
    files: RefCell<BTreeMap<usize, Rc<Items>>>,
    /// The modules that declare the file of another one.
    parents: RefCell<Option<Rc<Parents>>>,
}

type Parents = BTreeMap<usize, Vec<Module>>;

/// Why a constant has no value here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// Its path leads out of the sources, or to where no declaration can be seen.
    NotFound,
    /// It is neither a literal, a `concat!` of literals, nor another constant.
    NotLiteral,
    /// Declarations that `cfg` chooses from have different values.
    Different,
}

/// A module: its file, and the inline modules in it that lead there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Module {
    file: usize,
    inline: Vec<String>,
}

/// Where a path leads before its last name.
#[derive(Debug, Clone)]
enum Place {
    Module(Module),
    Type(Module, String),
}

/// Where a path is written.
#[derive(Clone)]
struct Scope {
    module: Module,
    /// The items of the module, then those of the blocks in it.
    levels: Vec<Rc<Items>>,
    /// What `Self` is.
    own: Option<String>,
}

impl Scope {
    /// The same without the blocks inside of this level.
    fn up_to(&self, level: usize) -> Self {
        Self {
            levels: self.levels.get(..=level).unwrap_or_default().to_vec(),
            ..self.clone()
        }
    }
}

type Outcome = Result<String, Unknown>;

/// Imports that lead in a circle lead nowhere.
const DEPTH: usize = 16;

impl<'s> Constants<'s> {
    pub(super) fn new(sources: &'s Sources) -> Self {
        Self {
            sources,
            files: RefCell::default(),
            parents: RefCell::default(),
        }
    }

    /// The value of the constant that this path names at this place of a file.
    pub(super) fn value(&self, shown: &str, at: LineColumn, path: &str) -> Outcome {
        let number = (self.sources.files.iter()).position(|file| file.shown == shown);
        let segments: Vec<String> = path
            .split("::")
            .map(|segment| {
                let segment = segment.trim();
                segment.strip_prefix("r#").unwrap_or(segment).to_owned()
            })
            .collect();
        match number {
            Some(file) => agreed(self.follow(&self.scope(file, at), &segments, 0)),
            None => Err(Unknown::NotFound),
        }
    }

    fn file(&self, number: usize) -> Rc<Items> {
        if let Some(known) = self.files.borrow().get(&number) {
            return known.clone();
        }
        let items = (self.sources.files.get(number))
            .and_then(tree::tokens_of)
            .map(items::read)
            .unwrap_or_default();
        let items = Rc::new(items);
        self.files.borrow_mut().insert(number, items.clone());
        items
    }

    /// The items of a module; several when `cfg` chooses between modules of a name.
    fn items(&self, module: &Module) -> Vec<Rc<Items>> {
        let mut found = vec![self.file(module.file)];
        for name in &module.inline {
            found = (found.iter())
                .flat_map(|items| items.modules.iter().filter(|inner| inner.name == *name))
                .filter_map(|inner| inner.items.clone())
                .collect();
        }
        found
    }

    /// What is around a place in a file.
    fn scope(&self, file: usize, at: LineColumn) -> Scope {
        let root = self.file(file);
        let mut scope = Scope {
            module: Module {
                file,
                inline: Vec::new(),
            },
            levels: vec![root.clone()],
            own: None,
        };
        let mut inner = root;
        while let Some(group) = inner.group_at(at) {
            let items = group.items();
            match &group.kind {
                // A module in a block has no path from outside.
                Kind::Module(name) if scope.levels.len() == 1 => {
                    scope.module.inline.push(name.clone());
                    scope.levels = vec![items.clone()];
                    scope.own = None;
                }
                Kind::Impl(of) => scope.own = of.clone(),
                Kind::Module(_) | Kind::Other => scope.levels.push(items.clone()),
            }
            inner = items;
        }
        scope
    }

    fn inside(&self, module: &Module) -> Vec<Scope> {
        (self.items(module).into_iter())
            .map(|items| Scope {
                module: module.clone(),
                levels: vec![items],
                own: None,
            })
            .collect()
    }

    /// What a path may name at a place.
    fn follow(&self, scope: &Scope, path: &[String], depth: usize) -> Vec<Outcome> {
        if depth > DEPTH {
            return vec![Err(Unknown::NotFound)];
        }
        match path {
            [] => vec![Err(Unknown::NotFound)],
            [name] => self.bare(scope, name, depth),
            [before @ .., name] => (self.places(scope, before, depth).into_iter())
                .flat_map(|place| match place {
                    Some(Place::Module(module)) => (self.inside(&module).iter())
                        .flat_map(|scope| self.bare(scope, name, depth))
                        .collect(),
                    Some(Place::Type(module, of)) => self.of_type(&module, &of, name, depth),
                    None => vec![Err(Unknown::NotFound)],
                })
                .collect(),
        }
    }

    /// What a single name means: the innermost declaration or import of it.
    fn bare(&self, scope: &Scope, name: &str, depth: usize) -> Vec<Outcome> {
        let mut found = Vec::new();
        for (number, items) in scope.levels.iter().enumerate().rev() {
            let outer = scope.up_to(number);
            let mut always = false;
            for constant in items.constants.iter().filter(|known| known.name == name) {
                always |= constant.always;
                found.extend(self.of(&outer, &constant.value, depth));
            }
            for import in items.imports.iter().filter(|known| known.name == name) {
                always |= import.always;
                found.extend(self.follow(&outer, &import.path, depth + 1));
            }
            if always {
                return found;
            }
            // What is declared there by other means comes before what is further out.
            if items.glob || number == 0 && (found.is_empty() || items.macros) {
                found.push(Err(Unknown::NotFound));
                return found;
            }
        }
        found
    }

    fn of(&self, scope: &Scope, value: &Value, depth: usize) -> Vec<Outcome> {
        match value {
            Value::Text(text) => vec![Ok(text.clone())],
            Value::Path(path) => self.follow(scope, path, depth + 1),
            Value::Other => vec![Err(Unknown::NotLiteral)],
        }
    }

    /// The constant of a type, by the blocks next to its declaration.
    fn of_type(&self, module: &Module, of: &str, name: &str, depth: usize) -> Vec<Outcome> {
        let mut found = Vec::new();
        for scope in self.inside(module) {
            for items in &scope.levels {
                let of_kind = |inherent: bool| {
                    (items.impls.iter())
                        .filter(move |block| block.of == of && block.inherent == inherent)
                        .flat_map(|block| &block.constants)
                        .filter(|constant| constant.name == name)
                };
                let inherent: Vec<_> = of_kind(true).collect();
                // Its own come before those of traits.
                let all = match inherent.is_empty() {
                    true => of_kind(false).collect(),
                    false => inherent,
                };
                for constant in all {
                    let scope = Scope {
                        own: Some(of.to_owned()),
                        ..scope.clone()
                    };
                    found.extend(self.of(&scope, &constant.value, depth));
                }
            }
        }
        match found.is_empty() {
            true => vec![Err(Unknown::NotFound)],
            false => found,
        }
    }

    /// Where a path leads that is not one of a value; `None` where it cannot be followed.
    fn places(&self, scope: &Scope, path: &[String], depth: usize) -> Vec<Option<Place>> {
        if depth > DEPTH {
            return vec![None];
        }
        let Some((first, rest)) = path.split_first() else {
            return vec![None];
        };
        let modules = |found: Vec<Option<Module>>| -> Vec<Option<Place>> {
            (found.into_iter())
                .map(|module| module.map(Place::Module))
                .collect()
        };
        let mut found = match first.as_str() {
            "crate" => modules(self.roots(&scope.module, 0)),
            "self" => modules(vec![Some(scope.module.clone())]),
            "super" => modules(self.above(&scope.module)),
            "Self" => vec![(scope.own.clone()).map(|own| Place::Type(scope.module.clone(), own))],
            name => self.named(scope, name, depth),
        };
        for name in rest {
            found = (found.into_iter())
                .flat_map(|place| match place {
                    Some(Place::Module(module)) if name == "super" => modules(self.above(&module)),
                    Some(Place::Module(module)) => (self.inside(&module).iter())
                        .flat_map(|scope| self.named(scope, name, depth))
                        .collect(),
                    Some(Place::Type(..)) | None => vec![None],
                })
                .collect();
        }
        found
    }

    /// The module or type of a name at a place.
    fn named(&self, scope: &Scope, name: &str, depth: usize) -> Vec<Option<Place>> {
        let mut found = Vec::new();
        for (number, items) in scope.levels.iter().enumerate().rev() {
            let outer = scope.up_to(number);
            let mut always = false;
            for inner in items.modules.iter().filter(|known| known.name == name) {
                always |= inner.always;
                found.push(match (number, &inner.items) {
                    (0, Some(_)) => {
                        let mut module = scope.module.clone();
                        module.inline.push(name.to_owned());
                        Some(Place::Module(module))
                    }
                    (0, None) => {
                        (self.child(&scope.module, name, inner.file.as_deref())).map(Place::Module)
                    }
                    // In a block it has no path from outside.
                    _ => None,
                });
            }
            if items.types.iter().any(|known| known == name) {
                always = true;
                found.push(
                    (number == 0).then(|| Place::Type(scope.module.clone(), name.to_owned())),
                );
            }
            for import in items.imports.iter().filter(|known| known.name == name) {
                always |= import.always;
                // `use a;` and `use a as b;` name a crate, or a module of this one.
                found.extend(self.places(&outer, &import.path, depth + 1));
            }
            if always {
                return found;
            }
            if items.glob || number == 0 && (found.is_empty() || items.macros) {
                found.push(None);
                return found;
            }
        }
        found
    }

    /// The module in a file of its own that another module declares.
    fn child(&self, parent: &Module, name: &str, file: Option<&str>) -> Option<Module> {
        let declared_in = &self.sources.files.get(parent.file)?.path;
        let module = ModuleFile {
            path: (parent.inline.iter().cloned())
                .chain([name.to_owned()])
                .collect(),
            file: file.map(str::to_owned),
            test: false,
            conditional: false,
        };
        let paths = tree::module_paths(declared_in, &module);
        let file = paths.iter().find_map(|path| {
            (self.sources.files.iter()).position(|file| lexical(&file.path) == *path)
        })?;
        Some(Module {
            file,
            inline: Vec::new(),
        })
    }

    fn parents(&self) -> Rc<Parents> {
        if let Some(known) = &*self.parents.borrow() {
            return known.clone();
        }
        let mut parents = Parents::new();
        for file in 0..self.sources.files.len() {
            let mut open = vec![(
                Module {
                    file,
                    inline: Vec::new(),
                },
                self.file(file),
            )];
            while let Some((module, items)) = open.pop() {
                for inner in &items.modules {
                    match &inner.items {
                        Some(items) => {
                            let mut module = module.clone();
                            module.inline.push(inner.name.clone());
                            open.push((module, items.clone()));
                        }
                        None => {
                            let child = self.child(&module, &inner.name, inner.file.as_deref());
                            if let Some(child) = child {
                                parents.entry(child.file).or_default().push(module.clone());
                            }
                        }
                    }
                }
            }
        }
        let parents = Rc::new(parents);
        *self.parents.borrow_mut() = Some(parents.clone());
        parents
    }

    /// The modules that a module is in: one for each crate that it is part of.
    fn above(&self, module: &Module) -> Vec<Option<Module>> {
        let mut inline = module.inline.clone();
        if inline.pop().is_some() {
            return vec![Some(Module {
                file: module.file,
                inline,
            })];
        }
        match self.parents().get(&module.file) {
            Some(parents) => parents.iter().cloned().map(Some).collect(),
            None => vec![None],
        }
    }

    /// The roots of the crates that a module is part of.
    fn roots(&self, module: &Module, depth: usize) -> Vec<Option<Module>> {
        let is_root = (self.sources.files.get(module.file))
            .is_some_and(|file| tree::is_root(Path::new(&file.shown)));
        let own = is_root.then(|| Module {
            file: module.file,
            inline: Vec::new(),
        });
        let parents = self.parents();
        let above = parents.get(&module.file).filter(|_| depth <= DEPTH);
        let mut found: Vec<Option<Module>> = (above.into_iter().flatten())
            .flat_map(|parent| self.roots(parent, depth + 1))
            .collect();
        if own.is_some() || found.is_empty() {
            found.push(own);
        }
        found
    }
}

/// The one value of all that a path may name.
fn agreed(found: Vec<Outcome>) -> Outcome {
    let mut found = found.into_iter();
    let first = found.next().unwrap_or(Err(Unknown::NotFound))?;
    for other in found {
        if other? != first {
            return Err(Unknown::Different);
        }
    }
    Ok(first)
}
