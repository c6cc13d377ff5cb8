//! Names where a value is expected: variables, constants, functions, and what belongs to a type.

use std::rc::Rc;

use super::{How, Val, Walker};
use crate::derive::names::{Def, Names, Owner};
use crate::derive::types::{Ty, segments};
use crate::derive::value::{Origin, Value};

impl Walker<'_, '_, '_> {
    pub(super) fn path(&mut self, path: &syn::ExprPath) -> Val {
        if path.qself.is_none()
            && let Some(name) = path.path.get_ident()
            && let Some(local) = self.local(name)
        {
            let val = local.val.clone();
            let closure = local.closure;
            if self.is_formatter_path(&path.path) {
                self.lose_text();
            }
            // What receives a closure may call it.
            if let Some(number) = closure {
                self.found.functions.open.insert(number);
            }
            return val;
        }
        let names = segments(&path.path);
        if let Some(qself) = &path.qself {
            // `<Store as Named>::BUCKET`
            let ty = self.names.type_of(&qself.ty, &self.cx);
            let last = names.last().map_or("", String::as_str);
            // Not of `<T as Trait>::Type::NAME`, another type's.
            let whole = qself.position + 1 == names.len();
            return (whole.then(|| self.associated_constant(&ty, last)).flatten())
                .unwrap_or_else(Val::unknown);
        }
        match self.names.path_value(self.cx.module, &names) {
            Some(Def::Value(number)) => {
                let mut val = self.constant_val(number);
                if let (Value::Unknown, Some(name)) = (&val.value, names.last()) {
                    val.value = Value::Named(name.as_str().into(), Origin::Constant(number));
                }
                val
            }
            Some(Def::Function(number)) => match self.index.signature(number) {
                Some(signature) => {
                    // A function that receives it may call it.
                    self.found.functions.open.insert(number);
                    let parameters = signature.parameters.iter().map(|(_, ty)| ty.clone());
                    let output = signature.output.clone();
                    Val::of(Ty::Function(Rc::new((parameters.collect(), output))))
                }
                None => Val::unknown(),
            },
            Some(Def::Variant(number, _) | Def::Type(number)) => {
                // As a function, it may be given anything.
                if let Some(last) = names.last() {
                    self.found.unseen.made(last);
                }
                Val::of(Ty::Named(number, [].into()))
            }
            _ => self.associated(&path.path, &names),
        }
    }

    pub(super) fn constant_val(&mut self, number: usize) -> Val {
        let Some(def) = self.names.values.get(number) else {
            return Val::unknown();
        };
        let cx = match def.owner {
            Owner::Nothing => Names::plain(def.module),
            owner => self.names.owner_cx(owner, def.module),
        };
        let ty = self.names.type_of(def.ty, &cx);
        let (value, items) = self.constant(number);
        Val::new(ty, value).with_items(items)
    }

    /// `Type::NAME`; of something that is only known by its trait, those of all types that have the trait.
    pub(super) fn associated_constant(&mut self, of: &Ty, name: &str) -> Option<Val> {
        let number = self.index.value(of, name)?;
        let own = self.constant_val(number);
        let def = self.names.values.get(number);
        let (Ty::Trait(_) | Ty::Free(_), Some((Owner::Trait(owner), expr))) =
            (of, def.map(|def| (def.owner, def.expr)))
        else {
            return Some(own);
        };
        let implementing = self.index.constants_for(number).to_vec();
        let default = expr.is_some() && self.index.others_have(owner, implementing.len());
        let open = self.index.is_open(owner);
        let mut values: Vec<Value> = (implementing.into_iter())
            .map(|number| self.constant_val(number).value)
            .collect();
        values.extend(default.then(|| own.value.clone()));
        if open || values.is_empty() {
            values.push(Value::Unknown);
        }
        Some(Val::new(own.ty, Value::any(values)))
    }

    /// `Type::NAME`, and `Client::list_faces` where a function is expected.
    pub(super) fn associated(&mut self, path: &syn::Path, names: &[String]) -> Val {
        let Some((last, prefix)) = names.split_last().filter(|(_, prefix)| !prefix.is_empty())
        else {
            // A single name that is no variable: a variant of the prelude, or a constant of a glob that cannot be followed.
            let name = names.first().map_or("", String::as_str);
            return if name == "None" {
                Val::new(Ty::Plain, Value::Absent)
            } else if name.is_empty() {
                Val::plain()
            } else {
                Val::new(Ty::Unknown, Value::named(name))
            };
        };
        let of = self.prefix_type(path, prefix);
        if let Ty::Client(client) = of {
            if let Some(op) = self.names.sdk.method(client, last) {
                let start = path.segments.last().map(|last| last.ident.span().start());
                if let Some(start) = start {
                    let ty = self.call(op, How::Function, start);
                    self.leave(&ty);
                }
                return Val::of(Ty::Function(Rc::new((
                    vec![Ty::Client(client)],
                    Ty::RequestOf(op),
                ))));
            }
            return Val::of(Ty::Function(Rc::new((Vec::new(), Ty::Client(client)))));
        }
        if let Some(val) = self.associated_constant(&of, last) {
            return val;
        }
        if let Some(number) = self.index.function(&of, last)
            && let Some(signature) = self.index.signature(number)
        {
            self.found.functions.open.insert(number);
            let parameters = signature.parameters.iter().map(|(_, ty)| ty.clone());
            return Val::of(Ty::Function(Rc::new((
                parameters.collect(),
                signature.output.clone(),
            ))));
        }
        match of {
            Ty::Data(client) => Val::of(Ty::Data(client)),
            _ => Val::unknown(),
        }
    }

    /// The type before the last name of a path.
    pub(super) fn prefix_type(&self, path: &syn::Path, prefix: &[String]) -> Ty {
        let at = path.segments.len().checked_sub(2);
        let arguments = at
            .and_then(|at| path.segments.get(at))
            .map(|segment| &segment.arguments);
        self.names.names_type(prefix, arguments, &self.cx, 0)
    }
}
