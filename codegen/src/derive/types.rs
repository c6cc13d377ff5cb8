//! Types as far as they matter: clients of the SDK, what may hold one, and what is certainly none.

use std::collections::HashMap;
use std::rc::Rc;

use syn::{
    GenericArgument, GenericParam, Generics, PathArguments, ReturnType, Type, TypeParamBound,
    WherePredicate,
};

use super::names::{Def, Function, Names, Owner, TypeItem};
use super::sdk::{Client, Op};
use super::tokens::unraw;

/// A type. What only wraps another type (`&T`, `Arc<T>`, `Option<T>`, `Mutex<T>`, ..) is that type here: none of the
/// wrappers has methods that an SDK client has.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ty {
    /// Could not be told.
    Unknown,
    /// A type of the language or its library with nothing of ours in it.
    Plain,
    /// A type of another crate.
    Foreign,
    /// A client of the SDK.
    Client(Client),
    /// A request under construction, by the number of the call.
    Request(usize),
    /// A request under construction that another function began.
    RequestOf(Op),
    /// A call whose receiver is of an unknown type, by the number of the suspicion.
    Suspect(usize),
    /// A data type of the SDK, built or under construction.
    Data(Client),
    /// The input of an operation, built without a client.
    Input(Op),
    /// A struct, enum or union of the package.
    Named(usize, Rc<[Ty]>),
    /// Something that has a trait of the package.
    Trait(usize),
    /// A generic parameter of which nothing is known.
    Free(Rc<str>),
    Tuple(Rc<[Ty]>),
    /// A function or closure: parameters and what it gives.
    Function(Rc<(Vec<Ty>, Ty)>),
}

impl Ty {
    /// Whether a value of this type may be or hold a client.
    pub(super) fn is_ours(&self) -> bool {
        match self {
            Self::Unknown | Self::Plain | Self::Foreign | Self::Free(_) => false,
            Self::Tuple(parts) => parts.iter().any(Self::is_ours),
            _ => true,
        }
    }

    /// Whether a value of this type makes requests by itself.
    pub(super) fn is_client(&self) -> bool {
        matches!(
            self,
            Self::Client(_) | Self::Request(_) | Self::RequestOf(_)
        )
    }
}

/// The generic parameters that are known at a place, and the types they stand for.
pub(super) type Env = Rc<HashMap<String, Ty>>;

/// What types mean at a place.
#[derive(Debug, Clone)]
pub(super) struct Cx {
    pub(super) module: usize,
    pub(super) env: Env,
    /// `Self`
    pub(super) this: Ty,
}

/// Aliases and bounds that lead in a circle end here.
const DEPTH: usize = 16;

/// The path's names, without generics.
pub(super) fn segments(path: &syn::Path) -> Vec<String> {
    let leading = path.leading_colon.as_ref().map(|_| String::new());
    leading
        .into_iter()
        .chain(path.segments.iter().map(|segment| unraw(&segment.ident)))
        .collect()
}

impl<'a> Names<'a> {
    /// What a type is.
    pub(super) fn type_of(&self, ty: &Type, cx: &Cx) -> Ty {
        self.type_at(ty, cx, 0)
    }

    fn type_at(&self, ty: &Type, cx: &Cx, depth: usize) -> Ty {
        if depth > DEPTH {
            return Ty::Unknown;
        }
        match ty {
            Type::Path(path) => match &path.qself {
                // `<T as Trait>::Output`
                Some(_) => Ty::Unknown,
                None => self.path_type(&path.path, cx, depth),
            },
            Type::Reference(inner) => self.type_at(&inner.elem, cx, depth + 1),
            Type::Ptr(inner) => self.type_at(&inner.elem, cx, depth + 1),
            Type::Slice(inner) => self.type_at(&inner.elem, cx, depth + 1),
            Type::Array(inner) => self.type_at(&inner.elem, cx, depth + 1),
            Type::Group(inner) => self.type_at(&inner.elem, cx, depth + 1),
            Type::Paren(inner) => self.type_at(&inner.elem, cx, depth + 1),
            Type::Tuple(tuple) if tuple.elems.is_empty() => Ty::Plain,
            Type::Tuple(tuple) => Ty::Tuple(
                (tuple.elems.iter())
                    .map(|ty| self.type_at(ty, cx, depth + 1))
                    .collect(),
            ),
            Type::ImplTrait(ty) => self.bounds(&ty.bounds, cx, depth + 1),
            Type::TraitObject(ty) => self.bounds(&ty.bounds, cx, depth + 1),
            Type::FnPtr(function) => {
                let inputs = (function.inputs.iter())
                    .map(|input| self.type_at(&input.ty, cx, depth + 1))
                    .collect();
                let output = self.output_at(&function.output, cx, depth + 1);
                Ty::Function(Rc::new((inputs, output)))
            }
            Type::Never(_) => Ty::Plain,
            _ => Ty::Unknown,
        }
    }

    /// What a function gives.
    pub(super) fn output(&self, output: &ReturnType, cx: &Cx) -> Ty {
        self.output_at(output, cx, 0)
    }

    fn output_at(&self, output: &ReturnType, cx: &Cx, depth: usize) -> Ty {
        match output {
            ReturnType::Default => Ty::Plain,
            ReturnType::Type(_, ty) => self.type_at(ty, cx, depth),
        }
    }

    fn path_type(&self, path: &syn::Path, cx: &Cx, depth: usize) -> Ty {
        let arguments = path.segments.last().map(|last| &last.arguments);
        self.names_type(&segments(path), arguments, cx, depth)
    }

    /// What names with these generic arguments behind the last are as a type.
    pub(super) fn names_type(
        &self,
        names: &[String],
        arguments: Option<&PathArguments>,
        cx: &Cx,
        depth: usize,
    ) -> Ty {
        if let [only] = names {
            if only == "Self" {
                return cx.this.clone();
            }
            if let Some(ty) = cx.env.get(only) {
                return ty.clone();
            }
        }
        let Some(def) = self.ty(cx.module, names) else {
            return Ty::Unknown;
        };
        match def {
            Def::Type(number) => self.named_type(number, arguments, cx, depth),
            Def::External(path) => self.external(&path, arguments, cx, depth),
            _ => Ty::Unknown,
        }
    }

    /// A type of the package with these generic arguments.
    fn named_type(
        &self,
        number: usize,
        arguments: Option<&PathArguments>,
        cx: &Cx,
        depth: usize,
    ) -> Ty {
        let given = match arguments {
            Some(PathArguments::AngleBracketed(arguments)) => (arguments.args.iter())
                .filter_map(|argument| match argument {
                    GenericArgument::Type(ty) => Some(self.type_at(ty, cx, depth + 1)),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let Some(def) = self.types.get(number) else {
            return Ty::Unknown;
        };
        match def.item {
            TypeItem::Alias(alias) => {
                let inner = Cx {
                    module: def.module,
                    env: self.bind(&alias.generics, &given),
                    this: Ty::Unknown,
                };
                self.type_at(&alias.ty, &inner, depth + 1)
            }
            TypeItem::Trait(_) => Ty::Trait(number),
            item => {
                let mut given = given;
                // Defaults, and what a constructor leaves open.
                let parameters = (item.generics().params.iter()).filter_map(|param| match param {
                    GenericParam::Type(param) => Some(param),
                    _ => None,
                });
                for parameter in parameters.skip(given.len()) {
                    given.push(match &parameter.default {
                        Some((_, ty)) => self.type_at(ty, &Self::plain(def.module), depth + 1),
                        None => Ty::Unknown,
                    });
                }
                Ty::Named(number, given.into())
            }
        }
    }

    /// The parameters of an item with these arguments.
    pub(super) fn bind(&self, generics: &Generics, given: &[Ty]) -> Env {
        let names = generics.params.iter().filter_map(|param| match param {
            GenericParam::Type(param) => Some(unraw(&param.ident)),
            _ => None,
        });
        let given = given.iter().cloned().chain(std::iter::repeat(Ty::Unknown));
        Rc::new(names.zip(given).collect())
    }

    /// A type of another crate.
    fn external(
        &self,
        path: &[String],
        arguments: Option<&PathArguments>,
        cx: &Cx,
        depth: usize,
    ) -> Ty {
        let Some(krate) = path.first() else {
            return Ty::Unknown;
        };
        if let Some((client, names)) = self.sdk_crate(path) {
            return self.sdk_type(client, path.get(names..).unwrap_or_default());
        }
        let known = is_library(krate) || path.len() == 1 && is_prelude(krate);
        let inner = self.arguments(arguments, cx, depth);
        // The first argument that says something is what the wrapper holds. Of `Result` only what it is there for.
        let is_result = path.last().is_some_and(|last| last == "Result");
        let ours = if is_result {
            inner.first().filter(|ty| ty.is_ours())
        } else {
            inner.iter().find(|ty| ty.is_ours())
        };
        if let Some(ty) = ours {
            return ty.clone();
        }
        match inner.into_iter().find(|ty| !matches!(ty, Ty::Plain)) {
            Some(ty) if known => ty,
            _ if known => Ty::Plain,
            // One name that neither the package nor the prelude has: of a glob that cannot be followed.
            _ if path.len() == 1 => Ty::Unknown,
            _ => Ty::Foreign,
        }
    }

    /// The types in generic arguments, those of `Item = T` and `Fn(A) -> B` included.
    fn arguments(&self, arguments: Option<&PathArguments>, cx: &Cx, depth: usize) -> Vec<Ty> {
        match arguments {
            Some(PathArguments::AngleBracketed(arguments)) => (arguments.args.iter())
                .filter_map(|argument| match argument {
                    GenericArgument::Type(ty) => Some(self.type_at(ty, cx, depth + 1)),
                    GenericArgument::AssocType(ty) => Some(self.type_at(&ty.ty, cx, depth + 1)),
                    GenericArgument::Constraint(constraint) => {
                        Some(self.bounds(&constraint.bounds, cx, depth + 1))
                    }
                    _ => None,
                })
                .collect(),
            Some(PathArguments::Parenthesized(arguments)) => {
                let inputs = (arguments.inputs.iter())
                    .map(|input| self.type_at(&input.ty, cx, depth + 1))
                    .collect();
                let output = self.output_at(&arguments.output, cx, depth + 1);
                vec![Ty::Function(Rc::new((inputs, output)))]
            }
            _ => Vec::new(),
        }
    }

    /// A path behind the name of an SDK crate, as a type.
    pub(super) fn sdk_type(&self, client: Client, path: &[String]) -> Ty {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["Client"] | ["client", "Client"] => Ty::Client(client),
            ["types", ..] => Ty::Data(client),
            ["operation", operation, rest @ ..] => {
                let Some(op) = self.sdk.method(client, operation) else {
                    return Ty::Plain;
                };
                match rest.last() {
                    Some(name) if name.ends_with("FluentBuilder") => Ty::RequestOf(op),
                    Some(name) if name.ends_with("Input") || name.ends_with("InputBuilder") => {
                        Ty::Input(op)
                    }
                    _ => Ty::Plain,
                }
            }
            _ => Ty::Plain,
        }
    }

    /// What has all of these bounds.
    fn bounds<'b>(
        &self,
        bounds: impl IntoIterator<Item = &'b TypeParamBound>,
        cx: &Cx,
        depth: usize,
    ) -> Ty {
        if depth > DEPTH {
            return Ty::Unknown;
        }
        let mut best = Ty::Plain;
        for bound in bounds {
            let TypeParamBound::Trait(bound) = bound else {
                continue;
            };
            let names = segments(&bound.path);
            let ty = match self.ty(cx.module, &names) {
                Some(Def::Type(number)) => match self.types.get(number).map(|def| def.item) {
                    Some(TypeItem::Trait(_)) => Ty::Trait(number),
                    _ => Ty::Unknown,
                },
                Some(Def::External(path)) => {
                    let last = bound.path.segments.last();
                    let arguments = last.map(|last| &last.arguments);
                    let inner = self.arguments(arguments, cx, depth);
                    let known = path.first().is_some_and(|krate| is_library(krate))
                        || path.len() == 1 && is_prelude_trait(&path);
                    match inner.into_iter().find(Ty::is_ours) {
                        Some(ty) => ty,
                        None if known => Ty::Plain,
                        None => Ty::Foreign,
                    }
                }
                _ => Ty::Unknown,
            };
            let rank = |ty: &Ty| match ty {
                Ty::Plain => 0,
                Ty::Unknown => 1,
                Ty::Foreign => 2,
                Ty::Trait(_) => 3,
                _ => 4,
            };
            if rank(&ty) > rank(&best) {
                best = ty;
            }
        }
        best
    }

    /// The generics of an item, each as what its bounds say.
    fn generics(&self, generics: &Generics, cx: &Cx) -> Cx {
        if generics.params.is_empty() {
            return cx.clone();
        }
        let mut env: HashMap<String, Ty> = (*cx.env).clone();
        for param in &generics.params {
            if let GenericParam::Type(param) = param {
                let name = unraw(&param.ident);
                env.insert(name.clone(), Ty::Free(name.into()));
            }
        }
        let open = Cx {
            env: Rc::new(env.clone()),
            ..cx.clone()
        };
        let mut improve = |name: String, ty: Ty| {
            let better = match env.get(&name) {
                Some(Ty::Free(_)) => !matches!(ty, Ty::Plain),
                Some(old) => ty.is_ours() && !old.is_ours(),
                None => false,
            };
            if better {
                env.insert(name, ty);
            }
        };
        for param in &generics.params {
            if let GenericParam::Type(param) = param {
                improve(unraw(&param.ident), self.bounds(&param.bounds, &open, 1));
            }
        }
        let predicates = generics
            .where_clause
            .iter()
            .flat_map(|clause| &clause.predicates);
        for predicate in predicates {
            if let WherePredicate::Type(predicate) = predicate
                && let Type::Path(path) = &predicate.bounded_ty
                && let Some(name) = path.path.get_ident()
            {
                improve(unraw(name), self.bounds(&predicate.bounds, &open, 1));
            }
        }
        Cx {
            env: Rc::new(env),
            ..cx.clone()
        }
    }

    /// What types mean inside of an item that belongs to `owner`.
    pub(super) fn owner_cx(&self, owner: Owner, module: usize) -> Cx {
        let cx = Self::plain(module);
        match owner {
            Owner::Nothing => cx,
            Owner::Impl(number) => match self.impls.get(number) {
                Some(found) => {
                    let cx = self.generics(&found.item.generics, &cx);
                    let this = self.type_of(&found.item.self_ty, &cx);
                    Cx { this, ..cx }
                }
                None => cx,
            },
            Owner::Trait(number) => match self.types.get(number) {
                Some(def) => {
                    let cx = self.generics(def.item.generics(), &cx);
                    // `trait Detect: AsRef<Client>`
                    let above = match def.item {
                        TypeItem::Trait(item) => self.bounds(&item.supertraits, &cx, 1),
                        _ => Ty::Plain,
                    };
                    let this = match above {
                        Ty::Client(client) => Ty::Client(client),
                        _ => Ty::Trait(number),
                    };
                    Cx { this, ..cx }
                }
                None => cx,
            },
        }
    }

    /// What types mean in a function.
    pub(super) fn function_cx(&self, function: &Function<'_>) -> Cx {
        let cx = self.owner_cx(function.owner, function.module);
        self.generics(&function.sig.generics, &cx)
    }
}

/// The crates of the language itself.
pub(super) fn is_library(krate: &str) -> bool {
    matches!(krate, "std" | "core" | "alloc")
}

/// A type that every module knows without an import.
fn is_prelude(name: &str) -> bool {
    matches!(
        name,
        "bool"
            | "char"
            | "str"
            | "String"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "f32"
            | "f64"
            | "Vec"
            | "Box"
            | "Option"
            | "Result"
    )
}

fn is_prelude_trait(path: &[String]) -> bool {
    const KNOWN: [&str; 30] = [
        "AsRef",
        "AsMut",
        "Clone",
        "Copy",
        "Debug",
        "Default",
        "Deref",
        "Drop",
        "Eq",
        "Fn",
        "FnMut",
        "FnOnce",
        "From",
        "Into",
        "IntoIterator",
        "Iterator",
        "Ord",
        "PartialEq",
        "PartialOrd",
        "Send",
        "Sized",
        "Sync",
        "ToOwned",
        "ToString",
        "TryFrom",
        "TryInto",
        "Unpin",
        "Hash",
        "Future",
        "Extend",
    ];
    path.first()
        .is_some_and(|name| KNOWN.contains(&name.as_str()))
}
