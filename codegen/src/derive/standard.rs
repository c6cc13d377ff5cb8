//! What types of the program are as text, and what they are made of: their `Display`, `From`, `TryFrom`, `FromStr`, and `Into`.

use std::collections::HashMap;

use syn::{GenericArgument, PathArguments, Type};

use super::names::{Def, Impl, Names, Owner, TypeItem};
use super::types::{Ty, segments};
use super::value::Value;

/// The functions of traits of the library, by the numbers of the types that have them.
#[derive(Debug, Default)]
pub(super) struct Standard {
    /// `Display::fmt`
    displays: HashMap<usize, usize>,
    /// What gives a text for a value of the type: `impl From<Id> for String`.
    texts: HashMap<usize, usize>,
    /// What makes a value of the type of another one.
    conversions: HashMap<usize, Vec<Conversion>>,
}

/// `impl From<X> for Id`
#[derive(Debug)]
struct Conversion {
    function: usize,
    /// The type `X`, and whether it is a text.
    from: Ty,
    is_text: bool,
}

impl Standard {
    pub(super) fn of(names: &Names<'_>) -> Self {
        let mut standard = Self::default();
        for (number, found) in names.impls.iter().enumerate() {
            standard.add(names, number, found);
        }
        standard
    }

    fn add(&mut self, names: &Names<'_>, number: usize, found: &Impl<'_>) {
        let Some((path, _)) = &found.item.trait_ else {
            return;
        };
        // A trait of the program may have such a name too.
        if matches!(names.ty(found.module, &segments(path)), Some(Def::Type(_))) {
            return;
        }
        let Some(last) = path.segments.last() else {
            return;
        };
        let function = |name: &str| found.functions.get(name).copied();
        let cx = names.owner_cx(Owner::Impl(number), found.module);
        let argument = match &last.arguments {
            PathArguments::AngleBracketed(arguments) => {
                arguments.args.iter().find_map(|argument| match argument {
                    GenericArgument::Type(ty) => Some(ty),
                    _ => None,
                })
            }
            _ => None,
        };
        let named = |ty: &Ty| match ty {
            Ty::Named(number, _) => Some(*number),
            _ => None,
        };
        match (last.ident.to_string().as_str(), named(&cx.this)) {
            ("Display", Some(own)) => {
                if let Some(function) = function("fmt") {
                    self.displays.insert(own, function);
                }
            }
            ("Into", Some(own)) if argument.is_some_and(is_text) => {
                if let Some(function) = function("into") {
                    self.texts.insert(own, function);
                }
            }
            (name @ ("From" | "TryFrom" | "FromStr"), Some(own)) => {
                let function = match name {
                    "From" => function("from"),
                    "TryFrom" => function("try_from"),
                    _ => function("from_str"),
                };
                if let Some(function) = function {
                    let conversions = self.conversions.entry(own).or_default();
                    conversions.push(Conversion {
                        function,
                        from: argument.map_or(Ty::Plain, |ty| names.type_of(ty, &cx)),
                        is_text: name == "FromStr" || argument.is_some_and(is_text),
                    });
                }
            }
            ("From", None) if is_text(&found.item.self_ty) => {
                if let (Some(of), Some(function)) = (
                    argument.and_then(|ty| named(&names.type_of(ty, &cx))),
                    function("from"),
                ) {
                    self.texts.insert(of, function);
                }
            }
            _ => {}
        }
    }

    /// The function that prints a value of a type.
    pub(super) fn display(&self, ty: &Ty) -> Option<usize> {
        match ty {
            Ty::Named(number, _) => self.displays.get(number).copied(),
            _ => None,
        }
    }

    /// The function that makes a text of a value of a type.
    pub(super) fn text(&self, ty: &Ty) -> Option<usize> {
        match ty {
            Ty::Named(number, _) => self.texts.get(number).copied(),
            _ => None,
        }
    }

    /// Whether values of several types can be converted to a type.
    pub(super) fn has_conversions(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Named(number, _) => (self.conversions.get(number)).is_some_and(|all| all.len() > 1),
            _ => false,
        }
    }

    /// The functions that may make a value of a type of this one.
    pub(super) fn conversions(&self, ty: &Ty, from: &Ty, value: &Value) -> Vec<usize> {
        let Ty::Named(number, _) = ty else {
            return Vec::new();
        };
        let is_text = match value {
            Value::AnyOf(values) => values
                .iter()
                .any(|value| matches!(value, Value::Text(_) | Value::Pieces(_))),
            value => matches!(value, Value::Text(_) | Value::Pieces(_)),
        };
        (self.conversions.get(number).into_iter().flatten())
            .filter(|conversion| match from {
                from if from.is_ours() => conversion.from == *from,
                _ if is_text => conversion.is_text,
                // A number, or anything.
                _ => !conversion.from.is_ours(),
            })
            .map(|conversion| conversion.function)
            .collect()
    }

    /// Whether a type of the program is one that has values of its own: a struct or an enum.
    pub(super) fn is_own(names: &Names<'_>, ty: &Ty) -> bool {
        match ty {
            Ty::Named(number, _) => matches!(
                names.types.get(*number).map(|def| def.item),
                Some(TypeItem::Struct(_) | TypeItem::Enum(_))
            ),
            _ => false,
        }
    }
}

/// `String`, `&str`, `Cow<str>`, `Box<str>`
fn is_text(ty: &Type) -> bool {
    match ty {
        Type::Reference(inner) => is_text(&inner.elem),
        Type::Paren(inner) => is_text(&inner.elem),
        Type::Group(inner) => is_text(&inner.elem),
        Type::Path(path) => {
            path.path
                .segments
                .last()
                .is_some_and(|last| match last.ident.to_string().as_str() {
                    "String" | "str" => true,
                    "Cow" | "Box" | "Arc" | "Rc" => match &last.arguments {
                        PathArguments::AngleBracketed(arguments) => arguments.args.iter().any(
                            |argument| matches!(argument, GenericArgument::Type(ty) if is_text(ty)),
                        ),
                        _ => false,
                    },
                    _ => false,
                })
        }
        _ => false,
    }
}
