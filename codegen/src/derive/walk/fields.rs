//! What a program puts into the fields of its types.
//!
//! A field may have every value that any code of the program puts into it, whichever value of the type is meant. Where code
//! may do that which is not seen (readers of arguments and of files, users of a library, macros), the field has its name
//! too, as if nothing were known.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Fields, Member, Meta, Token, Visibility};

use super::mentions::GROUPS;
use super::{Found, Val, Walked, Walker};
use crate::derive::index::Index;
use crate::derive::names::{Def, Names, Owner, TypeItem};
use crate::derive::sdk::Client;
use crate::derive::tokens::{depth, unraw};
use crate::derive::types::{Ty, segments};
use crate::derive::value::{FieldKey, Value, Whole};

/// Derives that make no value of a type, except from others of the type or with empty fields.
const INERT: [&str; 13] = [
    "Debug",
    "Clone",
    "Copy",
    "PartialEq",
    "Eq",
    "PartialOrd",
    "Ord",
    "Hash",
    "Default",
    "Serialize",
    "Deref",
    "Display",
    "From",
];

/// Names of what code that is not followed may make, set, or call.
#[derive(Debug, Default)]
pub(super) struct Unseen {
    /// Types and variants.
    types: HashSet<String>,
    fields: HashSet<String>,
    methods: HashSet<String>,
}

impl Unseen {
    /// A type or variant of this name may be made.
    pub(super) fn made(&mut self, name: &str) {
        if name.starts_with(char::is_uppercase) && !matches!(name, "Some" | "Ok" | "Err") {
            self.types.insert(name.to_owned());
        }
    }

    /// A field of this name may be set.
    pub(super) fn set(&mut self, name: &str) {
        self.fields.insert(name.to_owned());
    }

    /// A method of this name may be called.
    pub(super) fn called(&mut self, name: &str) {
        self.methods.insert(name.to_owned());
    }

    /// What tokens that are not followed may make, set, or call.
    pub(super) fn tokens(&mut self, stream: TokenStream) {
        let mut dot = false;
        for token in stream {
            let behind_dot = std::mem::take(&mut dot);
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(ident) => {
                    let name = unraw(&ident);
                    if behind_dot {
                        self.called(&name);
                        self.set(&name);
                    } else {
                        self.made(&name);
                    }
                }
                TokenTree::Punct(punct) => dot = punct.as_char() == '.',
                TokenTree::Literal(_) => {}
            }
        }
    }
}

impl Walker<'_, '_, '_> {
    /// What a path of a struct or variant leads to, `Self` included.
    pub(super) fn constructor(&self, names: &[String]) -> Option<Def> {
        match names {
            [this] if this == "Self" => match self.cx.this {
                Ty::Named(number, _) => Some(Def::Type(number)),
                _ => None,
            },
            [this, variant] if this == "Self" => match self.cx.this {
                Ty::Named(number, _) => self.names.variant(number, variant),
                _ => None,
            },
            names => self.names.path_value(self.cx.module, names),
        }
    }

    /// The key of a field of a struct, or of a variant.
    fn key(&self, number: usize, variant: Option<usize>, member: &Member) -> FieldKey {
        let member = match member {
            Member::Named(name) => unraw(name),
            Member::Unnamed(number) => number.index.to_string(),
        };
        let variant =
            variant.and_then(
                |variant| match self.names.types.get(number).map(|def| def.item) {
                    Some(TypeItem::Enum(item)) => item.variants.iter().nth(variant),
                    _ => None,
                },
            );
        let name = match variant {
            Some(variant) => format!("{}.{member}", variant.ident),
            None => member,
        };
        (number, name.into())
    }

    /// A field of a struct, or of a variant, as a value.
    pub(super) fn field_part(
        &self,
        of: &Ty,
        variant: Option<usize>,
        member: &Member,
        otherwise: Value,
    ) -> Value {
        match self.index.owner_of(of, member, variant.is_some()) {
            Some(number) => Value::field_of(self.key(number, variant, member), otherwise),
            None => otherwise,
        }
    }

    /// The arguments of a tuple struct or variant are put into its fields.
    pub(super) fn put_arguments(&mut self, def: &Def, arguments: &[Val]) {
        let (number, variant) = match def {
            Def::Variant(number, variant) => (*number, Some(*variant)),
            Def::Type(number) => (*number, None),
            Def::Module(_) | Def::Function(_) | Def::Value(_) | Def::External(_) => return,
        };
        for (at, argument) in arguments.iter().enumerate() {
            let key = self.key(number, variant, &Member::from(at));
            self.found.functions.put(&key, &argument.value);
        }
    }

    /// A value is put into a field.
    pub(super) fn put_member(
        &mut self,
        ty: &Ty,
        variant: Option<usize>,
        member: &Member,
        value: &Value,
    ) {
        match self.index.owner_of(ty, member, variant.is_some()) {
            Some(number) => {
                let key = self.key(number, variant, member);
                self.found.functions.put(&key, value);
            }
            None => {
                if let Member::Named(name) = member {
                    self.found.unseen.set(&unraw(name));
                }
            }
        }
    }

    /// A field of which this expression is one, or a reference to one.
    fn field_key(&mut self, expr: &Expr) -> Option<FieldKey> {
        match expr {
            Expr::Field(field) => {
                let base = self.type_of_place(&field.base);
                match self.index.owner_of(&base, &field.member, false) {
                    Some(number) => Some(self.key(number, None, &field.member)),
                    None => {
                        if let Member::Named(name) = &field.member {
                            self.found.unseen.set(&unraw(name));
                        }
                        None
                    }
                }
            }
            Expr::Paren(inner) => self.field_key(&inner.expr),
            Expr::Reference(inner) => self.field_key(&inner.expr),
            Expr::Unary(inner) => self.field_key(&inner.expr),
            Expr::Index(inner) => self.field_key(&inner.expr),
            Expr::MethodCall(call) => self.field_key(&call.receiver),
            Expr::Try(inner) => self.field_key(&inner.expr),
            Expr::Await(inner) => self.field_key(&inner.base),
            Expr::Path(path) => {
                let local = self.local(path.path.get_ident()?)?;
                match &local.val.value {
                    // A variable of its own that was copied from a field.
                    Value::Part(_) if local.is_mut => None,
                    Value::Part(part) => match &part.whole {
                        Whole::Field(number, name) => Some((*number, name.clone())),
                        Whole::Item(..) | Whole::All(_) => None,
                    },
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The type of a place, `self.a.b`, without walking it again.
    fn type_of_place(&mut self, expr: &Expr) -> Ty {
        match expr {
            Expr::Path(path) => (path.path.get_ident())
                .and_then(|name| self.local(name))
                .map_or(Ty::Unknown, |local| local.val.ty.clone()),
            Expr::Field(field) => {
                let base = self.type_of_place(&field.base);
                self.index.field(&base, &field.member)
            }
            Expr::Paren(inner) => self.type_of_place(&inner.expr),
            Expr::Reference(inner) => self.type_of_place(&inner.expr),
            Expr::Index(inner) => self.type_of_place(&inner.expr),
            Expr::Unary(inner) => {
                let ty = self.type_of_place(&inner.expr);
                self.index.deref(&ty).unwrap_or(ty)
            }
            _ => Ty::Unknown,
        }
    }

    /// A field is changed in place.
    pub(super) fn change(&mut self, expr: &Expr) {
        if let Some(key) = self.field_key(expr) {
            self.found.functions.changed.insert(key);
        }
    }

    /// A value is added to a field, or put where a reference to it leads.
    pub(super) fn put_in(&mut self, expr: &Expr, value: &Value) {
        if let Some(key) = self.field_key(expr) {
            self.found.functions.put(&key, value);
        }
    }

    /// The defaults that attributes give fields: `#[arg(default_value = "x")]`, `#[serde(default = "path")]`.
    fn defaults(&mut self, number: usize, variant: Option<usize>, fields: &Fields) {
        for (at, field) in fields.iter().enumerate() {
            let member = match &field.ident {
                Some(name) => Member::Named(name.clone()),
                None => Member::from(at),
            };
            for attribute in &field.attrs {
                let Meta::List(list) = &attribute.meta else {
                    continue;
                };
                let metas = Punctuated::<Meta, Token![,]>::parse_terminated;
                let Ok(metas) = metas.parse2(list.tokens.clone()) else {
                    continue;
                };
                let is_serde = attribute.path().is_ident("serde");
                for meta in metas {
                    let Meta::NameValue(pair) = meta else {
                        continue;
                    };
                    let name = (pair.path.get_ident()).map_or_else(String::new, unraw);
                    if !name.starts_with("default") {
                        continue;
                    }
                    let value = match (&pair.value, is_serde) {
                        // The path of a function, in quotes.
                        (Expr::Lit(literal), true) => match &literal.lit {
                            syn::Lit::Str(path) => (path.parse::<syn::Path>().ok())
                                .map_or(Value::Unknown, |path| self.given_by(&path)),
                            _ => Value::Unknown,
                        },
                        (value, _) => self.expr(value).value,
                    };
                    let key = self.key(number, variant, &member);
                    self.found.functions.put(&key, &value);
                }
            }
        }
    }

    /// What a function without parameters gives.
    fn given_by(&self, path: &syn::Path) -> Value {
        match self.names.path_value(self.cx.module, &segments(path)) {
            Some(Def::Function(number)) => Value::Returned(number, [].into()),
            _ => Value::Unknown,
        }
    }
}

/// Whether code that is not seen may make a value of a type with these attributes.
fn made_elsewhere(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let name =
            (attribute.path().segments.last()).map_or_else(String::new, |last| unraw(&last.ident));
        match name.as_str() {
            "doc" | "allow" | "warn" | "deny" | "forbid" | "expect" | "cfg" | "repr"
            | "must_use" | "non_exhaustive" | "deprecated" | "serde" | "default" => false,
            "derive" | "cfg_attr" => match &attribute.meta {
                Meta::List(list) => derives_more(list.tokens.clone()),
                Meta::Path(_) | Meta::NameValue(_) => true,
            },
            _ => true,
        }
    })
}

/// Whether there is another derive than the inert ones.
fn derives_more(stream: TokenStream) -> bool {
    stream.into_iter().any(|token| match token {
        TokenTree::Group(group) => derives_more(group.stream()),
        TokenTree::Ident(ident) => {
            let name = unraw(&ident);
            name.starts_with(char::is_uppercase) && !INERT.contains(&name.as_str())
        }
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Takes note of the defaults in attributes, and of the types that code which is not seen may make values of.
pub(super) fn look_over<'k, 'a>(
    names: &'k Names<'a>,
    index: &Index<'k, 'a>,
    clients: &[Client],
    walked: &mut Walked,
) {
    let is_library = names.is_library;
    let mut unseen = std::mem::take(&mut walked.own.unseen);
    for other in walked.others.values_mut() {
        let Unseen {
            types,
            fields,
            methods,
        } = std::mem::take(&mut other.unseen);
        unseen.types.extend(types);
        unseen.fields.extend(fields);
        unseen.methods.extend(methods);
    }
    for (_, _, item) in &names.macro_bodies {
        if !walked.own.expanded.everywhere(names, item) && !depth(item.mac.tokens.clone(), GROUPS) {
            unseen.tokens(item.mac.tokens.clone());
        }
    }
    for unread in &names.unread {
        if !depth(unread.tokens.clone(), GROUPS) {
            unseen.tokens(unread.tokens.clone());
        }
    }
    open_functions(names, is_library, &unseen, walked);
    for (number, def) in names.types.iter().enumerate() {
        let own = names.is_own(def.module);
        let of_users = |visibility: &Visibility| is_library && is_public(visibility);
        let (attributes, visibility, variants): (_, _, Vec<(Option<usize>, &Fields)>) = match def
            .item
        {
            TypeItem::Struct(item) => (&item.attrs, &item.vis, vec![(None, &item.fields)]),
            TypeItem::Enum(item) => {
                let variants = item.variants.iter().enumerate();
                let variants = variants.map(|(number, variant)| (Some(number), &variant.fields));
                (&item.attrs, &item.vis, variants.collect())
            }
            TypeItem::Union(_) | TypeItem::Alias(_) | TypeItem::Trait(_) => continue,
        };
        let named = match def.item {
            TypeItem::Enum(item) => {
                (item.variants.iter()).any(|variant| unseen.types.contains(&unraw(&variant.ident)))
            }
            item => unseen.types.contains(&unraw(item.name())),
        };
        let cx = Names::plain(def.module);
        let file = names.file_of(def.module);
        let found: &mut Found = walked.of(names, def.module);
        let is_enum = matches!(def.item, TypeItem::Enum(_));
        if !own || named || made_elsewhere(attributes) || is_enum && of_users(visibility) {
            found.functions.open_types.insert(number);
        }
        let mut walker = Walker::new(names, index, clients, false, found, &cx, file);
        for (variant, fields) in variants {
            walker.defaults(number, variant, fields);
            for (at, field) in fields.iter().enumerate() {
                let (member, loose) = match &field.ident {
                    Some(name) => (
                        Member::Named(name.clone()),
                        unseen.fields.contains(&unraw(name)),
                    ),
                    None => (Member::from(at), false),
                };
                if loose || of_users(visibility) && of_users(&field.vis) {
                    let key = walker.key(number, variant, &member);
                    walker.found.functions.open_fields.insert(key);
                }
            }
        }
    }
}

/// Functions with callers that are not seen: those of a library's users, of other crates' traits, and of values whose types
/// are not known.
fn open_functions(names: &Names<'_>, is_library: bool, unseen: &Unseen, walked: &mut Walked) {
    for (number, function) in names.functions.iter().enumerate() {
        let (is_method, of_trait, public) = match function.owner {
            Owner::Impl(number) => match names.impls.get(number) {
                Some(found) => {
                    let of = found.item.trait_.as_ref().map(|(path, _)| path);
                    let own = of.and_then(|path| own_trait(names, found.module, path));
                    let public = own.map_or(of.is_some(), |item| is_public(&item.vis));
                    (true, of.is_some() && own.is_none(), public)
                }
                None => (true, true, true),
            },
            Owner::Trait(number) => match names.types.get(number).map(|def| def.item) {
                Some(TypeItem::Trait(item)) => (true, false, is_public(&item.vis)),
                _ => (true, true, true),
            },
            Owner::Nothing => (false, false, false),
        };
        let open = of_trait
            || is_library && (function.public || public)
            || is_method && unseen.methods.contains(&unraw(&function.sig.ident))
            || !names.is_own(function.module);
        if open {
            let found = walked.of(names, function.module);
            found.functions.open.insert(number);
        }
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The trait of the program that a path leads to.
fn own_trait<'a>(names: &Names<'a>, module: usize, path: &syn::Path) -> Option<&'a syn::ItemTrait> {
    match names.ty(module, &segments(path)) {
        Some(Def::Type(number)) => match names.types.get(number)?.item {
            TypeItem::Trait(item) => Some(item),
            TypeItem::Struct(_) | TypeItem::Enum(_) | TypeItem::Union(_) | TypeItem::Alias(_) => {
                None
            }
        },
        _ => None,
    }
}
