//! Patterns: which variables they bind, and to what.

use std::rc::Rc;

use syn::{Expr, Member, Pat};

use super::{Val, Walker};
use crate::derive::names::Def;
use crate::derive::tokens::unraw;
use crate::derive::types::{Ty, segments};
use crate::derive::value::Value;

impl Walker<'_, '_, '_> {
    /// Binds the variables of a pattern that a value of this type is matched with.
    pub(super) fn bind(&mut self, pat: &Pat, val: &Val) {
        match pat {
            Pat::Ident(pat) => {
                let name = unraw(&pat.ident);
                // A constant or a variant without fields, such as `None`.
                let is_variable = name
                    .chars()
                    .next()
                    .is_none_or(|first| !first.is_uppercase());
                if is_variable || pat.subpat.is_some() {
                    let value = val.value.clone().or_named(&name);
                    let items = val.items.clone().filter(|_| pat.mutability.is_none());
                    self.define(&name, Val::new(val.ty.clone(), value).with_items(items));
                    if let Some(local) = self.locals.last_mut() {
                        local.is_mut = pat.mutability.is_some() && pat.by_ref.is_none();
                    }
                }
                if let Some((_, inner)) = &pat.subpat {
                    self.bind(inner, val);
                }
            }
            Pat::Type(pat) => {
                let declared = self.names.type_of(&pat.ty, &self.cx);
                let ty = match (&declared, &val.ty) {
                    // A request knows more than its declared type does.
                    (Ty::RequestOf(_), Ty::Request(_)) => val.ty.clone(),
                    (declared, _) if declared.is_ours() => declared.clone(),
                    (_, inferred) if inferred.is_ours() => inferred.clone(),
                    _ => declared.clone(),
                };
                let val = self.converted(val.clone(), &declared);
                let items = val.items;
                self.bind(&pat.pat, &Val::new(ty, val.value).with_items(items));
            }
            Pat::Reference(pat) => self.bind(&pat.pat, val),
            Pat::Paren(pat) => self.bind(&pat.pat, val),
            Pat::Guard(pat) => {
                self.bind(&pat.pat, val);
                self.expr(&pat.guard);
            }
            Pat::Or(pat) => {
                for case in &pat.cases {
                    self.bind(case, val);
                }
            }
            Pat::Slice(pat) => {
                for element in &pat.elems {
                    self.bind(element, val);
                }
            }
            Pat::Tuple(pat) => {
                for (number, element) in pat.elems.iter().enumerate() {
                    let ty = match &val.ty {
                        Ty::Tuple(parts) => parts.get(number).cloned().unwrap_or(Ty::Unknown),
                        // The pairs of a map: either may be what the map is known to hold, but a text is not.
                        Ty::Named(..) if matches!(val.value.item(number), Value::Text(_)) => {
                            Ty::Plain
                        }
                        ty => ty.clone(),
                    };
                    self.bind(element, &Val::new(ty, val.value.item(number)));
                }
            }
            Pat::TupleStruct(pat) => {
                let def = self.constructor(&segments(&pat.path));
                for (number, element) in pat.elems.iter().enumerate() {
                    let member = Member::from(number);
                    let inner = self.part(def.as_ref(), val, &member);
                    self.bind(element, &inner);
                }
            }
            Pat::Struct(pat) => {
                let names = segments(&pat.path);
                let def = (self.constructor(&names))
                    .filter(|def| {
                        matches!(def, Def::Variant(..))
                            || names.first().is_some_and(|name| name == "Self")
                    })
                    .or_else(|| self.names.ty(self.cx.module, &names));
                for field in &pat.fields {
                    let inner = self.part(def.as_ref(), val, &field.member);
                    self.bind(&field.pat, &inner);
                }
            }
            _ => {}
        }
    }

    /// A part of a value that is taken apart by a pattern of this struct or variant.
    fn part(&mut self, def: Option<&Def>, val: &Val, member: &Member) -> Val {
        let arguments = match &val.ty {
            Ty::Named(_, arguments) => arguments.clone(),
            _ => [].into(),
        };
        let ty = match def {
            Some(Def::Variant(number, variant)) => {
                (self.index).variant_field(*number, *variant, &arguments, member)
            }
            Some(Def::Type(number)) => {
                let ty = self.index.field(&Ty::Named(*number, arguments), member);
                // An alias of another type.
                match ty {
                    Ty::Unknown => self.index.field(&val.ty, member),
                    ty => ty,
                }
            }
            // `Some(x)`, `Ok(x)`, `State(app)`: what is in it is what it is known to hold.
            Some(Def::External(_)) => return val.clone(),
            _ => self.index.field(&val.ty, member),
        };
        let (owner, variant) = match def {
            Some(Def::Type(number)) => (Ty::Named(*number, Rc::from([])), None),
            Some(Def::Variant(number, variant)) => {
                (Ty::Named(*number, Rc::from([])), Some(*variant))
            }
            _ => (val.ty.clone(), None),
        };
        let otherwise = match member {
            Member::Named(name) if variant.is_none() => self.field_value(&owner, &unraw(name)),
            Member::Named(name) => self.field_value(&val.ty, &unraw(name)),
            Member::Unnamed(_) => Value::Unknown,
        };
        Val::new(ty, self.field_part(&owner, variant, member, otherwise))
    }

    /// Binds what an expression would as a pattern: `Some(x) = stream.next()` in `tokio::select!`.
    pub(super) fn bind_expr(&mut self, target: &Expr, val: &Val) {
        match target {
            Expr::Path(path) => {
                if let Some(name) = path.path.get_ident() {
                    let name = unraw(name);
                    self.define(
                        &name,
                        Val::new(val.ty.clone(), val.value.clone().or_named(&name)),
                    );
                }
            }
            Expr::Call(call) => {
                for arg in &call.args {
                    self.bind_expr(arg, val);
                }
            }
            Expr::Tuple(tuple) => {
                for (number, element) in tuple.elems.iter().enumerate() {
                    let ty = match &val.ty {
                        Ty::Tuple(parts) => parts.get(number).cloned().unwrap_or(Ty::Unknown),
                        ty => ty.clone(),
                    };
                    self.bind_expr(element, &Val::new(ty, val.value.item(number)));
                }
            }
            _ => {}
        }
    }
}
