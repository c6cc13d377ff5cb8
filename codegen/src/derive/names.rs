//! The items of a crate by name: what a path in a module represents.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use syn::visit::Visit;
use syn::{Block, Expr, Fields, ImplItem, Item, Signature, TraitItem, UseTree};

mod unread;

pub(super) use self::unread::Unread;
use super::attributes::is_test;
use super::modules::{Sources, place};
use super::packages::{Kind, PackageNames};
use super::sdk::Sdk;
use super::tokens::unraw;
use super::types::{Cx, Env, Ty};

/// All items of a package's crates.
pub(super) struct Names<'a> {
    pub(super) sdk: &'a Sdk,
    /// Whether tests are looked at too.
    pub(super) tests: bool,
    /// Whether it is a library alone, so that others may have its traits and call its functions.
    pub(super) is_library: bool,
    pub(super) modules: Vec<Module>,
    pub(super) types: Vec<TypeDef<'a>>,
    pub(super) functions: Vec<Function<'a>>,
    pub(super) values: Vec<ValueDef<'a>>,
    pub(super) impls: Vec<Impl<'a>>,
    /// The modules that blocks with items of their own are, by the addresses of the blocks.
    pub(super) blocks: HashMap<usize, usize>,
    /// The bodies of `macro_rules!`: file, module and item.
    pub(super) macro_bodies: Vec<(usize, usize, &'a syn::ItemMacro)>,
    /// The names of macros that are called among items.
    pub(super) item_macros: HashSet<String>,
    /// What stands among items and does not read as such.
    pub(super) unread: Vec<Unread>,
    /// What each package calls other crates.
    pub(super) packages: Vec<PackageNames>,
    /// How many names may still be looked at for one path.
    pub(super) steps: Cell<usize>,
}

/// A module, or a block that has items.
#[derive(Debug)]
pub(super) struct Module {
    /// The module around it.
    pub(super) parent: Option<usize>,
    /// Whether it is a block, in which the names around it are known.
    pub(super) is_block: bool,
    pub(super) root: usize,
    /// The number of the package.
    pub(super) package: usize,
    pub(super) file: usize,
    pub(super) names: HashMap<String, Entries>,
    /// The paths of glob imports, and what each leads to as far as it is known.
    pub(super) globs: Vec<(Vec<String>, Option<Def>)>,
}

/// What a name represents in Rust's two namespaces.
#[derive(Debug, Default, Clone)]
pub(super) struct Entries {
    pub(super) ty: Option<Def>,
    pub(super) value: Option<Def>,
    pub(super) import: Option<Rc<[String]>>,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Def {
    Module(usize),
    Type(usize),
    /// A variant of an enum, by its number.
    Variant(usize, usize),
    Function(usize),
    Value(usize),
    /// A path in another crate, its name first.
    External(Rc<[String]>),
}

pub(super) struct TypeDef<'a> {
    pub(super) module: usize,
    pub(super) item: TypeItem<'a>,
}

#[derive(Clone, Copy)]
pub(super) enum TypeItem<'a> {
    Struct(&'a syn::ItemStruct),
    Enum(&'a syn::ItemEnum),
    Union(&'a syn::ItemUnion),
    Alias(&'a syn::ItemType),
    Trait(&'a syn::ItemTrait),
}

impl<'a> TypeItem<'a> {
    pub(super) fn name(self) -> &'a syn::Ident {
        match self {
            Self::Struct(item) => &item.ident,
            Self::Enum(item) => &item.ident,
            Self::Union(item) => &item.ident,
            Self::Alias(item) => &item.ident,
            Self::Trait(item) => &item.ident,
        }
    }

    pub(super) fn generics(self) -> &'a syn::Generics {
        match self {
            Self::Struct(item) => &item.generics,
            Self::Enum(item) => &item.generics,
            Self::Union(item) => &item.generics,
            Self::Alias(item) => &item.generics,
            Self::Trait(item) => &item.generics,
        }
    }
}

pub(super) struct Function<'a> {
    pub(super) sig: &'a Signature,
    pub(super) block: Option<&'a Block>,
    pub(super) module: usize,
    pub(super) owner: Owner,
    /// Whether it is `pub`.
    pub(super) public: bool,
}

/// What a function or constant belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Nothing,
    Impl(usize),
    Trait(usize),
}

pub(super) struct ValueDef<'a> {
    pub(super) ty: &'a syn::Type,
    pub(super) expr: Option<&'a Expr>,
    pub(super) module: usize,
    pub(super) owner: Owner,
    pub(super) name: &'a syn::Ident,
}

pub(super) struct Impl<'a> {
    pub(super) item: &'a syn::ItemImpl,
    pub(super) module: usize,
    pub(super) functions: HashMap<String, usize>,
    pub(super) values: HashMap<String, usize>,
}

/// Paths longer than this, or imports that lead in a circle, lead nowhere.
pub(super) const DEPTH: usize = 24;

impl<'a> Names<'a> {
    /// Collects the items of all crates.
    pub(super) fn collect(sources: &'a Sources, packages: Vec<PackageNames>, sdk: &'a Sdk) -> Self {
        let mut names = Self {
            sdk,
            tests: sources.tests,
            is_library: sources.roots.iter().all(|root| root.is_library),
            modules: Vec::new(),
            types: Vec::new(),
            functions: Vec::new(),
            values: Vec::new(),
            impls: Vec::new(),
            blocks: HashMap::new(),
            macro_bodies: Vec::new(),
            item_macros: HashSet::new(),
            unread: Vec::new(),
            packages,
            steps: Cell::default(),
        };
        for crate_root in &sources.roots {
            let file = crate_root.file;
            let root = names.module(None, file, false);
            if let Some(module) = names.modules.get_mut(root) {
                module.package = crate_root.package;
            }
            if crate_root.is_library
                && let Some(package) = names.packages.get_mut(crate_root.package)
            {
                package.root.get_or_insert(root);
            }
            if let Some(source) = sources.files.get(file) {
                names.items(sources, &source.syntax.items, root, file, 0);
            }
        }
        names.follow_globs();
        names
    }

    /// Whether calls in a module are calls of the program.
    pub(super) fn is_own(&self, module: usize) -> bool {
        (self.package_of(module)).is_none_or(|package| package.kind == Kind::Own)
    }

    /// The number of the package of a module.
    pub(super) fn package_number(&self, module: usize) -> usize {
        (self.modules.get(module)).map_or(0, |module| module.package)
    }

    /// The package of a module.
    pub(super) fn package_of(&self, module: usize) -> Option<&PackageNames> {
        self.packages.get(self.package_number(module))
    }

    fn module(&mut self, parent: Option<usize>, file: usize, is_block: bool) -> usize {
        let number = self.modules.len();
        let parent_module = parent.and_then(|parent| self.modules.get(parent));
        let root = parent_module.map_or(number, |parent| parent.root);
        let package = parent_module.map_or(0, |parent| parent.package);
        self.modules.push(Module {
            parent,
            is_block,
            root,
            package,
            file,
            names: HashMap::new(),
            globs: Vec::new(),
        });
        number
    }

    fn entry(&mut self, module: usize, name: String) -> Option<&mut Entries> {
        Some(self.modules.get_mut(module)?.names.entry(name).or_default())
    }

    fn define_type(&mut self, module: usize, name: String, item: TypeItem<'a>) -> usize {
        let number = self.types.len();
        self.types.push(TypeDef { module, item });
        if let Some(entries) = self.entry(module, name) {
            // Two of a name are one for each platform; whatever they hold, the first speaks.
            entries.ty.get_or_insert(Def::Type(number));
        }
        number
    }

    fn function(
        &mut self,
        module: usize,
        owner: Owner,
        sig: &'a Signature,
        block: Option<&'a Block>,
    ) -> usize {
        let number = self.functions.len();
        self.functions.push(Function {
            sig,
            block,
            module,
            owner,
            public: false,
        });
        number
    }

    /// Takes note of a function's visibility.
    fn mark_public(&mut self, number: usize, visibility: &syn::Visibility) {
        if let (Some(function), syn::Visibility::Public(_)) =
            (self.functions.get_mut(number), visibility)
        {
            function.public = true;
        }
    }

    fn value(
        &mut self,
        module: usize,
        owner: Owner,
        name: &'a syn::Ident,
        ty: &'a syn::Type,
        expr: Option<&'a Expr>,
    ) -> usize {
        let number = self.values.len();
        self.values.push(ValueDef {
            name,
            ty,
            expr,
            module,
            owner,
        });
        number
    }

    fn items(
        &mut self,
        sources: &'a Sources,
        items: &'a [Item],
        module: usize,
        file: usize,
        depth: usize,
    ) {
        for item in items {
            self.item(sources, item, module, file, depth);
        }
    }

    fn item(
        &mut self,
        sources: &'a Sources,
        item: &'a Item,
        module: usize,
        file: usize,
        depth: usize,
    ) {
        match item {
            Item::Mod(item) if !is_test(&item.attrs) => {
                let mut inner = Vec::new();
                if let Some((_, items)) = &item.content {
                    let number = self.module(Some(module), file, false);
                    inner.push(number);
                    self.items(sources, items, number, file, depth);
                } else if depth < DEPTH * 8 {
                    let files = sources.modules.get(&place(file, &item.ident));
                    for &file in files.into_iter().flatten() {
                        let number = self.module(Some(module), file, false);
                        inner.push(number);
                        if let Some(source) = sources.files.get(file) {
                            self.items(sources, &source.syntax.items, number, file, depth + 1);
                        }
                    }
                }
                if let (Some(&first), Some(entries)) =
                    (inner.first(), self.entry(module, unraw(&item.ident)))
                {
                    entries.ty.get_or_insert(Def::Module(first));
                }
            }
            Item::Struct(item) if !is_test(&item.attrs) => {
                self.unread_attributes(&item.attrs, module, file);
                let name = unraw(&item.ident);
                let number = self.define_type(module, name.clone(), TypeItem::Struct(item));
                // A struct without names for its fields is a function or a value too.
                if !matches!(item.fields, Fields::Named(_))
                    && let Some(entries) = self.entry(module, name)
                {
                    entries.value.get_or_insert(Def::Type(number));
                }
            }
            Item::Enum(item) if !is_test(&item.attrs) => {
                self.define_type(module, unraw(&item.ident), TypeItem::Enum(item));
            }
            Item::Union(item) if !is_test(&item.attrs) => {
                self.define_type(module, unraw(&item.ident), TypeItem::Union(item));
            }
            Item::Type(item) if !is_test(&item.attrs) => {
                self.define_type(module, unraw(&item.ident), TypeItem::Alias(item));
            }
            Item::Trait(item) if !is_test(&item.attrs) => {
                self.trait_item(sources, item, module, file);
            }
            Item::Fn(item) if !is_test(&item.attrs) => {
                self.unread_attributes(&item.attrs, module, file);
                let number = self.function(module, Owner::Nothing, &item.sig, Some(&item.block));
                self.mark_public(number, &item.vis);
                if let Some(entries) = self.entry(module, unraw(&item.sig.ident)) {
                    entries.value.get_or_insert(Def::Function(number));
                }
                self.nested(sources, &item.block, module, file);
            }
            Item::Const(item) if !is_test(&item.attrs) => {
                let number = self.value(
                    module,
                    Owner::Nothing,
                    &item.ident,
                    &item.ty,
                    Some(&item.expr),
                );
                if let Some(entries) = self.entry(module, unraw(&item.ident)) {
                    entries.value.get_or_insert(Def::Value(number));
                }
                self.nested_in(sources, &item.expr, module, file);
            }
            Item::Static(item) if !is_test(&item.attrs) => {
                let number = self.value(
                    module,
                    Owner::Nothing,
                    &item.ident,
                    &item.ty,
                    Some(&item.expr),
                );
                if let Some(entries) = self.entry(module, unraw(&item.ident)) {
                    entries.value.get_or_insert(Def::Value(number));
                }
                self.nested_in(sources, &item.expr, module, file);
            }
            Item::Impl(item) if !is_test(&item.attrs) => {
                self.unread_attributes(&item.attrs, module, file);
                self.impl_item(sources, item, module, file);
            }
            Item::Use(item) if !is_test(&item.attrs) => {
                let mut path = Vec::new();
                if item.leading_colon.is_some() {
                    path.push(String::new());
                }
                self.import(module, &item.tree, &mut path);
            }
            Item::ExternCrate(item) if !is_test(&item.attrs) => {
                let name = unraw(&item.ident);
                let alias = item.rename.as_ref().map(|(_, alias)| unraw(alias));
                let path: Rc<[String]> = if name == "self" {
                    Rc::from(["crate".to_owned()])
                } else {
                    Rc::from([String::new(), name.clone()])
                };
                if let Some(entries) = self.entry(module, alias.unwrap_or(name)) {
                    entries.import = Some(path);
                }
            }
            Item::Macro(item) if !is_test(&item.attrs) => {
                let key = place(file, item);
                if let (None, Some(last)) = (&item.ident, item.mac.path.segments.last()) {
                    self.item_macros.insert(unraw(&last.ident));
                }
                if let Some(&included) = sources.included.get(&key) {
                    if let (Some(source), true) = (sources.files.get(included), depth < DEPTH * 8) {
                        // The names are the module's; what is found is in the other file.
                        let number = self.module(Some(module), included, true);
                        if let Some(inner) = self.modules.get_mut(number) {
                            inner.is_block = true;
                        }
                        self.items(sources, &source.syntax.items, number, included, depth + 1);
                        let names = self.modules.get(number).map(|inner| inner.names.clone());
                        for (name, entries) in names.into_iter().flatten() {
                            if let Some(own) = self.entry(module, name) {
                                own.ty = own.ty.take().or(entries.ty);
                                own.value = own.value.take().or(entries.value);
                                own.import = own.import.take().or(entries.import);
                            }
                        }
                    }
                } else if let Some(held) = sources.macros.get(&key) {
                    self.items(sources, &held.items, module, file, depth);
                    self.unread_input(&item.mac, held.rest.clone(), module, file);
                } else if item.ident.is_some() {
                    self.macro_bodies.push((file, module, item));
                }
            }
            Item::Verbatim(tokens) => self.unread_item(tokens, module, file),
            _ => {}
        }
    }

    fn trait_item(
        &mut self,
        sources: &'a Sources,
        item: &'a syn::ItemTrait,
        module: usize,
        file: usize,
    ) {
        let number = self.define_type(module, unraw(&item.ident), TypeItem::Trait(item));
        for inner in &item.items {
            match inner {
                TraitItem::Fn(function) if !is_test(&function.attrs) => {
                    self.unread_attributes(&function.attrs, module, file);
                    let block = function.default.as_ref();
                    self.function(module, Owner::Trait(number), &function.sig, block);
                    if let Some(block) = block {
                        self.nested(sources, block, module, file);
                    }
                }
                TraitItem::Const(item) if !is_test(&item.attrs) => {
                    let expr = item.default.as_ref().map(|(_, expr)| expr);
                    self.value(module, Owner::Trait(number), &item.ident, &item.ty, expr);
                }
                TraitItem::Macro(item) if !is_test(&item.attrs) => {
                    self.unread_input(&item.mac, item.mac.tokens.clone(), module, file);
                }
                TraitItem::Verbatim(tokens) => self.unread_item(tokens, module, file),
                _ => {}
            }
        }
    }

    fn impl_item(
        &mut self,
        sources: &'a Sources,
        item: &'a syn::ItemImpl,
        module: usize,
        file: usize,
    ) {
        let number = self.impls.len();
        self.impls.push(Impl {
            item,
            module,
            functions: HashMap::new(),
            values: HashMap::new(),
        });
        for inner in &item.items {
            match inner {
                ImplItem::Fn(function) if !is_test(&function.attrs) => {
                    self.unread_attributes(&function.attrs, module, file);
                    let owner = Owner::Impl(number);
                    let id = self.function(module, owner, &function.sig, Some(&function.block));
                    self.mark_public(id, &function.vis);
                    if let Some(found) = self.impls.get_mut(number) {
                        found.functions.insert(unraw(&function.sig.ident), id);
                    }
                    self.nested(sources, &function.block, module, file);
                }
                ImplItem::Const(item) if !is_test(&item.attrs) => {
                    let id = self.value(
                        module,
                        Owner::Impl(number),
                        &item.ident,
                        &item.ty,
                        Some(&item.expr),
                    );
                    if let Some(found) = self.impls.get_mut(number) {
                        found.values.insert(unraw(&item.ident), id);
                    }
                }
                ImplItem::Macro(item) if !is_test(&item.attrs) => {
                    self.unread_input(&item.mac, item.mac.tokens.clone(), module, file);
                }
                ImplItem::Verbatim(tokens) => self.unread_item(tokens, module, file),
                _ => {}
            }
        }
    }

    /// The items in blocks: each such block is a module of its own.
    fn nested(&mut self, sources: &'a Sources, block: &'a Block, module: usize, file: usize) {
        let mut finder = BlockFinder { found: Vec::new() };
        finder.visit_block(block);
        self.add_blocks(sources, finder.found, module, file);
    }

    fn nested_in(&mut self, sources: &'a Sources, expr: &'a Expr, module: usize, file: usize) {
        let mut finder = BlockFinder { found: Vec::new() };
        finder.visit_expr(expr);
        self.add_blocks(sources, finder.found, module, file);
    }

    fn add_blocks(
        &mut self,
        sources: &'a Sources,
        blocks: Vec<(&'a Block, Option<usize>)>,
        module: usize,
        file: usize,
    ) {
        let mut modules: Vec<usize> = Vec::new();
        for (block, around) in blocks {
            let parent = around.and_then(|around| modules.get(around).copied());
            let number = self.module(Some(parent.unwrap_or(module)), file, true);
            modules.push(number);
            self.blocks.insert(address(block), number);
            for statement in &block.stmts {
                if let syn::Stmt::Item(item) = statement {
                    self.item(sources, item, number, file, 0);
                }
            }
        }
    }

    fn import(&mut self, module: usize, tree: &UseTree, path: &mut Vec<String>) {
        match tree {
            UseTree::Path(tree) => {
                path.push(unraw(&tree.ident));
                self.import(module, &tree.tree, path);
                path.pop();
            }
            UseTree::Group(tree) => {
                for tree in &tree.items {
                    self.import(module, tree, path);
                }
            }
            UseTree::Glob(_) => {
                if let Some(module) = self.modules.get_mut(module) {
                    module.globs.push((path.clone(), None));
                }
            }
            UseTree::Name(tree) => {
                let name = unraw(&tree.ident);
                self.import_as(module, path, name.clone(), name);
            }
            UseTree::Rename(tree) => {
                self.import_as(module, path, unraw(&tree.ident), unraw(&tree.rename));
            }
        }
    }

    fn import_as(&mut self, module: usize, path: &[String], name: String, alias: String) {
        let mut path = path.to_vec();
        // `use a::b::{self, c}`
        let alias = match (name.as_str(), alias.as_str(), path.last()) {
            ("self", "self", Some(last)) => last.clone(),
            _ => alias,
        };
        if name != "self" || path.is_empty() {
            path.push(name);
        }
        if alias != "_"
            && let Some(entries) = self.entry(module, alias)
        {
            entries.import.get_or_insert_with(|| path.into());
        }
    }

    /// The module that a block is, when it has items.
    pub(super) fn block(&self, block: &Block) -> Option<usize> {
        self.blocks.get(&address(block)).copied()
    }

    /// What the types in an item mean: its module, the generics around it and `Self`.
    pub(super) fn file_of(&self, module: usize) -> usize {
        self.modules.get(module).map_or(0, |module| module.file)
    }

    /// A context without generics.
    pub(super) fn plain(module: usize) -> Cx {
        Cx {
            module,
            env: Env::default(),
            this: Ty::Unknown,
        }
    }
}

/// A block's address, by which it is known again: the tree does not move while it is looked at.
fn address(block: &Block) -> usize {
    std::ptr::from_ref(block).addr()
}

/// Finds the blocks that have items, each with the number of the nearest such block around it.
struct BlockFinder<'a> {
    found: Vec<(&'a Block, Option<usize>)>,
}

impl<'a> BlockFinder<'a> {
    fn within(&mut self, block: &'a Block, around: Option<usize>) {
        let has_items =
            (block.stmts.iter()).any(|statement| matches!(statement, syn::Stmt::Item(_)));
        let around = if has_items {
            self.found.push((block, around));
            Some(self.found.len() - 1)
        } else {
            around
        };
        let mut inner = Inner {
            outer: self,
            around,
        };
        syn::visit::visit_block(&mut inner, block);
    }
}

impl<'a> Visit<'a> for BlockFinder<'a> {
    fn visit_block(&mut self, block: &'a Block) {
        self.within(block, None);
    }
}

struct Inner<'a, 'f> {
    outer: &'f mut BlockFinder<'a>,
    around: Option<usize>,
}

impl<'a> Visit<'a> for Inner<'a, '_> {
    fn visit_block(&mut self, block: &'a Block) {
        self.outer.within(block, self.around);
    }

    /// Items have blocks of their own, which are looked at with the item.
    fn visit_item(&mut self, _: &'a Item) {}

    fn visit_type(&mut self, _: &'a syn::Type) {}

    fn visit_pat(&mut self, _: &'a syn::Pat) {}

    fn visit_path(&mut self, _: &'a syn::Path) {}

    fn visit_attribute(&mut self, _: &'a syn::Attribute) {}

    fn visit_macro(&mut self, _: &'a syn::Macro) {}
}
