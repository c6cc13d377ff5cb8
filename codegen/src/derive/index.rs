//! Methods, fields and signatures: what a name after a dot or a type represents.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use syn::{Fields, FnArg, ImplItem, Member, Pat};

use super::names::{Def, Impl, Names, Owner, TypeItem};
use super::standard::Standard;
use super::tokens::unraw;
use super::types::{Cx, Ty, segments};
use super::value::Value;

/// What has methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Named(usize),
    Client(usize),
    Trait(usize),
    /// The builder of a request: client and method.
    Request(usize, &'static str),
    /// `impl<T> Trait for T`
    Anything,
}

impl Key {
    fn of(ty: &Ty) -> Option<Self> {
        match ty {
            Ty::Named(number, _) => Some(Self::Named(*number)),
            Ty::Client(client) => Some(Self::Client(*client)),
            Ty::Trait(number) => Some(Self::Trait(*number)),
            Ty::RequestOf(op) => Some(Self::Request(op.client, op.method)),
            Ty::Free(_) => Some(Self::Anything),
            _ => None,
        }
    }
}

/// A function's parameters and what it gives, as types.
#[derive(Debug)]
pub(super) struct Signature {
    pub(super) cx: Cx,
    /// Name and type; of `self` too.
    pub(super) parameters: Vec<(String, Ty)>,
    pub(super) output: Ty,
    /// Whether the first parameter is `self`.
    pub(super) takes_self: bool,
}

/// The value of a constant; of a list its items too.
pub(super) type Constant = (Value, Option<Rc<[Value]>>);

/// The look-up of methods and constants.
pub(super) struct Index<'k, 'a> {
    names: &'k Names<'a>,
    functions: HashMap<Key, HashMap<String, usize>>,
    values: HashMap<Key, HashMap<String, usize>>,
    /// The traits of the package that a type has, for their default methods.
    traits: HashMap<Key, Vec<usize>>,
    derefs: HashMap<Key, Ty>,
    /// The functions that types have for a function of a trait.
    implementing: HashMap<usize, Vec<usize>>,
    /// The constants that types have for a constant of a trait.
    constants_for: HashMap<usize, Vec<usize>>,
    /// How many types have a trait.
    implementors: HashMap<usize, usize>,
    /// What types are as text, and what they are made of.
    pub(super) standard: Standard,
    signatures: RefCell<HashMap<usize, Rc<Signature>>>,
    /// The values of constants, `None` while one is looked at.
    pub(super) constants: RefCell<HashMap<usize, Option<Constant>>>,
}

impl<'k, 'a> Index<'k, 'a> {
    pub(super) fn new(names: &'k Names<'a>) -> Self {
        let mut index = Self {
            names,
            functions: HashMap::new(),
            values: HashMap::new(),
            traits: HashMap::new(),
            derefs: HashMap::new(),
            implementing: HashMap::new(),
            constants_for: HashMap::new(),
            implementors: HashMap::new(),
            standard: Standard::of(names),
            signatures: RefCell::default(),
            constants: RefCell::default(),
        };
        for (number, function) in names.functions.iter().enumerate() {
            if let Owner::Trait(owner) = function.owner {
                let functions = index.functions.entry(Key::Trait(owner)).or_default();
                functions.insert(unraw(&function.sig.ident), number);
            }
        }
        for (number, value) in names.values.iter().enumerate() {
            if let Owner::Trait(owner) = value.owner {
                let values = index.values.entry(Key::Trait(owner)).or_default();
                values.insert(unraw(value.name), number);
            }
        }
        for (number, found) in names.impls.iter().enumerate() {
            index.implements(found);
            let cx = names.owner_cx(Owner::Impl(number), found.module);
            let Some(key) = Key::of(&cx.this) else {
                continue;
            };
            let functions = index.functions.entry(key).or_default();
            for (name, function) in &found.functions {
                // Inherent methods come before those of traits.
                if found.item.trait_.is_none() {
                    functions.insert(name.clone(), *function);
                } else {
                    functions.entry(name.clone()).or_insert(*function);
                }
            }
            let values = index.values.entry(key).or_default();
            values.extend((found.values.iter()).map(|(name, value)| (name.clone(), *value)));
            if let Some((path, _)) = &found.item.trait_ {
                let path_names = segments(path);
                if let Some(Def::Type(number)) = names.ty(found.module, &path_names) {
                    index.traits.entry(key).or_default().push(number);
                } else if path_names.last().is_some_and(|last| last == "Deref") {
                    for item in &found.item.items {
                        if let ImplItem::Type(item) = item {
                            index.derefs.insert(key, names.type_of(&item.ty, &cx));
                        }
                    }
                }
            }
        }
        index.add_derived();
        index
    }

    /// Takes note of which functions of traits an `impl` has.
    fn implements(&mut self, found: &Impl<'a>) {
        let Some((path, _)) = &found.item.trait_ else {
            return;
        };
        let Some(Def::Type(number)) = self.names.ty(found.module, &segments(path)) else {
            return;
        };
        *self.implementors.entry(number).or_default() += 1;
        let constants = self.values.get(&Key::Trait(number));
        for (name, value) in &found.values {
            if let Some(&declared) = constants.and_then(|constants| constants.get(name)) {
                self.constants_for.entry(declared).or_default().push(*value);
            }
        }
        let declared = self.functions.get(&Key::Trait(number));
        for (name, function) in &found.functions {
            if let Some(&declared) = declared.and_then(|declared| declared.get(name)) {
                let implementing = self.implementing.entry(declared).or_default();
                implementing.push(*function);
            }
        }
    }

    /// `#[derive(Deref)]`, of whichever crate.
    fn add_derived(&mut self) {
        for (number, def) in self.names.types.iter().enumerate() {
            let TypeItem::Struct(item) = def.item else {
                continue;
            };
            let derives = item.attrs.iter().any(|attr| {
                attr.path().is_ident("derive")
                    && (attr.meta.require_list()).is_ok_and(|list| {
                        list.tokens.clone().into_iter().any(
                            |token| matches!(token, proc_macro2::TokenTree::Ident(ident) if ident == "Deref"),
                        )
                    })
            });
            if !derives {
                continue;
            }
            let marked = item
                .fields
                .iter()
                .position(|field| field.attrs.iter().any(|attr| attr.path().is_ident("deref")));
            if let Some(field) = item.fields.iter().nth(marked.unwrap_or(0)) {
                let ty = self.names.type_of(&field.ty, &Names::plain(def.module));
                self.derefs.insert(Key::Named(number), ty);
            }
        }
    }

    /// The function behind a method or associated function of a type.
    pub(super) fn function(&self, ty: &Ty, name: &str) -> Option<usize> {
        self.find(&self.functions, ty, name)
    }

    /// What a type has by this name, or a trait that it has.
    fn find(
        &self,
        all: &HashMap<Key, HashMap<String, usize>>,
        ty: &Ty,
        name: &str,
    ) -> Option<usize> {
        let key = Key::of(ty)?;
        let own = |key: Key| all.get(&key)?.get(name).copied();
        if let Some(found) = own(key).or_else(|| own(Key::Anything)) {
            return Some(found);
        }
        // The traits that the type has, and those above them, each once.
        let mut open: Vec<Key> = vec![key];
        let mut seen: HashSet<Key> = HashSet::from([key]);
        while let Some(key) = open.pop() {
            if let Some(found) = own(key) {
                return Some(found);
            }
            let traits = self.traits.get(&key).into_iter().flatten().copied();
            for number in traits.chain(self.above(key)) {
                if seen.insert(Key::Trait(number)) {
                    open.push(Key::Trait(number));
                }
            }
        }
        None
    }

    /// The traits of the package that a trait requires.
    fn above(&self, key: Key) -> Vec<usize> {
        let Key::Trait(number) = key else {
            return Vec::new();
        };
        let Some(def) = self.names.types.get(number) else {
            return Vec::new();
        };
        let TypeItem::Trait(item) = def.item else {
            return Vec::new();
        };
        let bounds = item.supertraits.iter().filter_map(|bound| match bound {
            syn::TypeParamBound::Trait(bound) => self.names.ty(def.module, &segments(&bound.path)),
            _ => None,
        });
        bounds
            .filter_map(|def| match def {
                Def::Type(number) => Some(number),
                _ => None,
            })
            .collect()
    }

    /// The functions that types have for a function of a trait.
    pub(super) fn implementing(&self, number: usize) -> &[usize] {
        (self.implementing.get(&number)).map_or(&[], Vec::as_slice)
    }

    /// The constant of a type, or of a trait that it has.
    pub(super) fn value(&self, ty: &Ty, name: &str) -> Option<usize> {
        self.find(&self.values, ty, name)
    }

    /// The constants that types have for a constant of a trait.
    pub(super) fn constants_for(&self, number: usize) -> &[usize] {
        (self.constants_for.get(&number)).map_or(&[], Vec::as_slice)
    }

    /// Whether of so many types that have their own of something in a trait, some type that has the trait is not one.
    pub(super) fn others_have(&self, owner: usize, count: usize) -> bool {
        self.implementors.get(&owner).copied().unwrap_or_default() > count
    }

    /// Whether code that is not seen may have a trait.
    pub(super) fn is_open(&self, owner: usize) -> bool {
        match self.names.types.get(owner) {
            Some(def) => match def.item {
                TypeItem::Trait(item) => {
                    !self.names.is_own(def.module)
                        || self.names.is_library && matches!(item.vis, syn::Visibility::Public(_))
                }
                _ => true,
            },
            None => true,
        }
    }

    /// What a type derefs to, when it says so itself.
    pub(super) fn deref(&self, ty: &Ty) -> Option<Ty> {
        let target = self.derefs.get(&Key::of(ty)?)?;
        Some(match (target, ty) {
            (Ty::Free(_), Ty::Named(_, arguments)) => arguments.first().cloned()?,
            (target, _) => target.clone(),
        })
    }

    /// The struct that has a field: the type itself, or what it derefs to. Or the enum, of a field of a variant.
    pub(super) fn owner_of(&self, ty: &Ty, member: &Member, of_variant: bool) -> Option<usize> {
        let mut ty = ty.clone();
        for _ in 0..4 {
            let Ty::Named(number, arguments) = &ty else {
                return None;
            };
            match self.names.types.get(*number)?.item {
                TypeItem::Enum(_) if of_variant => return Some(*number),
                TypeItem::Struct(item) => {
                    if self
                        .field_of(*number, arguments, &item.fields, member)
                        .is_some()
                    {
                        return Some(*number);
                    }
                }
                TypeItem::Enum(_)
                | TypeItem::Union(_)
                | TypeItem::Alias(_)
                | TypeItem::Trait(_) => {}
            }
            ty = self.deref(&ty)?;
        }
        None
    }

    /// The type of a field.
    pub(super) fn field(&self, ty: &Ty, member: &Member) -> Ty {
        match ty {
            Ty::Tuple(parts) => match member {
                Member::Unnamed(number) => (parts.get(number.index as usize))
                    .cloned()
                    .unwrap_or(Ty::Unknown),
                Member::Named(_) => Ty::Unknown,
            },
            Ty::Named(number, arguments) => {
                let fields = match self.names.types.get(*number).map(|def| def.item) {
                    Some(TypeItem::Struct(item)) => &item.fields,
                    _ => return Ty::Unknown,
                };
                match self.field_of(*number, arguments, fields, member) {
                    Some(ty) => ty,
                    None => match self.deref(ty) {
                        Some(target) if target != *ty => self.field(&target, member),
                        _ => Ty::Unknown,
                    },
                }
            }
            _ => Ty::Unknown,
        }
    }

    fn field_of(
        &self,
        number: usize,
        arguments: &Rc<[Ty]>,
        fields: &Fields,
        member: &Member,
    ) -> Option<Ty> {
        let def = self.names.types.get(number)?;
        let field = match member {
            Member::Named(name) => {
                let name = unraw(name);
                (fields.iter()).find(|field| {
                    (field.ident.as_ref()).is_some_and(|ident| unraw(ident) == name)
                })?
            }
            Member::Unnamed(at) => fields.iter().nth(at.index as usize)?,
        };
        let cx = Cx {
            module: def.module,
            env: self.names.bind(def.item.generics(), arguments),
            this: Ty::Named(number, arguments.clone()),
        };
        Some(self.names.type_of(&field.ty, &cx))
    }

    /// The type of a field of a variant.
    pub(super) fn variant_field(
        &self,
        number: usize,
        variant: usize,
        arguments: &Rc<[Ty]>,
        member: &Member,
    ) -> Ty {
        match self.names.types.get(number).map(|def| def.item) {
            Some(TypeItem::Enum(item)) => (item.variants.iter().nth(variant))
                .and_then(|variant| self.field_of(number, arguments, &variant.fields, member))
                .unwrap_or(Ty::Unknown),
            Some(TypeItem::Struct(item)) => self
                .field_of(number, arguments, &item.fields, member)
                .unwrap_or(Ty::Unknown),
            _ => Ty::Unknown,
        }
    }

    /// The signature of a function.
    pub(super) fn signature(&self, number: usize) -> Option<Rc<Signature>> {
        if let Some(known) = self.signatures.borrow().get(&number) {
            return Some(known.clone());
        }
        let function = self.names.functions.get(number)?;
        let cx = self.names.function_cx(function);
        let mut takes_self = false;
        let parameters = (function.sig.inputs.iter())
            .map(|input| match input {
                FnArg::Receiver(_) => {
                    takes_self = true;
                    ("self".to_owned(), cx.this.clone())
                }
                FnArg::Typed(typed) => {
                    let name = match &*typed.pat {
                        Pat::Ident(pat) => unraw(&pat.ident),
                        _ => String::new(),
                    };
                    (name, self.names.type_of(&typed.ty, &cx))
                }
            })
            .collect();
        let signature = Rc::new(Signature {
            output: self.names.output(&function.sig.output, &cx),
            parameters,
            takes_self,
            cx,
        });
        self.signatures
            .borrow_mut()
            .insert(number, signature.clone());
        Some(signature)
    }
}

/// Finds what generic parameters stand for, by comparing a declared type with one that is there.
pub(super) fn unify(declared: &Ty, actual: &Ty, found: &mut HashMap<Rc<str>, Ty>) {
    match (declared, actual) {
        (Ty::Free(name), actual) if actual.is_ours() => {
            found.entry(name.clone()).or_insert_with(|| actual.clone());
        }
        (Ty::Named(one, inner), Ty::Named(other, there)) if one == other => {
            for (declared, actual) in inner.iter().zip(there.iter()) {
                unify(declared, actual, found);
            }
        }
        (Ty::Tuple(inner), Ty::Tuple(there)) => {
            for (declared, actual) in inner.iter().zip(there.iter()) {
                unify(declared, actual, found);
            }
        }
        (Ty::Function(declared), Ty::Function(actual)) => {
            unify(&declared.1, &actual.1, found);
        }
        _ => {}
    }
}

/// The type with generic parameters put in.
pub(super) fn substitute(ty: &Ty, found: &HashMap<Rc<str>, Ty>) -> Ty {
    match ty {
        Ty::Free(name) => found.get(name).cloned().unwrap_or_else(|| ty.clone()),
        Ty::Named(number, arguments) if !arguments.is_empty() => Ty::Named(
            *number,
            (arguments.iter())
                .map(|argument| substitute(argument, found))
                .collect(),
        ),
        Ty::Tuple(parts) => Ty::Tuple(parts.iter().map(|part| substitute(part, found)).collect()),
        ty => ty.clone(),
    }
}
