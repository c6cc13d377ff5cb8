//! Expressions, but for calls.

use std::rc::Rc;

use syn::{Expr, ExprClosure, Lit, Member, Pat, UnOp};

use super::call::{origin_of, subject};
use super::flow::is_assignment;
use super::{Val, Walker};
use crate::derive::attributes::is_test_expr;
use crate::derive::names::Def;
use crate::derive::tokens::unraw;
use crate::derive::types::{Ty, segments};
use crate::derive::value::{Origin, Value};

/// Lists with more items are not looked at one by one.
const ITEMS: usize = 64;

impl Walker<'_, '_, '_> {
    pub(super) fn expr(&mut self, expr: &Expr) -> Val {
        if is_test_expr(expr) {
            return Val::plain();
        }
        match expr {
            Expr::MethodCall(call) => self.method_call(call),
            Expr::Call(call) => self.function_call(call),
            Expr::Path(path) => self.path(path),
            Expr::Field(field) => {
                let base = self.expr(&field.base);
                let ty = self.index.field(&base.ty, &field.member);
                let value = match &field.member {
                    Member::Named(name) => {
                        let otherwise = self.field_value(&base.ty, &unraw(name));
                        self.field_part(&base.ty, None, &field.member, otherwise)
                    }
                    Member::Unnamed(number) => match &base.ty {
                        Ty::Named(..) => {
                            self.field_part(&base.ty, None, &field.member, Value::Unknown)
                        }
                        _ => base.value.item(number.index as usize),
                    },
                };
                Val::new(ty, value)
            }
            Expr::Lit(lit) => match &lit.lit {
                Lit::Str(text) => Val::new(Ty::Plain, Value::text(text.value())),
                Lit::Int(number) => {
                    Val::new(Ty::Plain, Value::Number(number.base10_digits().into()))
                }
                Lit::Char(char) => Val::new(Ty::Plain, Value::text(char.value().to_string())),
                _ => Val::plain(),
            },
            Expr::Reference(inner) => {
                if inner.mutability.is_some() {
                    self.forget(&inner.expr);
                }
                self.expr(&inner.expr)
            }
            Expr::Paren(inner) => self.expr(&inner.expr),
            Expr::Group(inner) => self.expr(&inner.expr),
            Expr::Await(inner) => self.expr(&inner.base),
            Expr::Try(inner) => self.expr(&inner.expr),
            Expr::Unary(inner) => {
                let val = self.expr(&inner.expr);
                match inner.op {
                    UnOp::Deref(_) => match self.index.deref(&val.ty) {
                        Some(ty) => match self.index.function(&val.ty, "deref") {
                            Some(number) => {
                                Val::new(ty, Value::Returned(number, [val.value].into()))
                            }
                            None => Val::new(ty, val.value),
                        },
                        None => val,
                    },
                    _ => Val::plain(),
                }
            }
            Expr::RawAddr(inner) => self.expr(&inner.expr),
            Expr::Cast(inner) => {
                let val = self.expr(&inner.expr);
                let ty = self.names.type_of(&inner.ty, &self.cx);
                if matches!(&val.value, Value::Number(digits) if digits.len() > 2) {
                    // It may be cut off.
                    return Val::of(ty);
                }
                if ty.is_ours() && !val.ty.is_ours() {
                    Val::new(ty, val.value)
                } else {
                    val
                }
            }
            Expr::Block(inner) => match &inner.label {
                Some(label) => {
                    let label = label.name.ident.to_string();
                    let (last, given) =
                        self.breakable(Some(label), false, |walker| walker.block(&inner.block));
                    given.into_iter().fold(last, Val::join)
                }
                None => self.block(&inner.block),
            },
            Expr::Unsafe(inner) => self.block(&inner.block),
            Expr::Const(inner) => self.block(&inner.block),
            Expr::Async(inner) => self.body(|walker| walker.block(&inner.block)),
            Expr::TryBlock(inner) => self.block(&inner.block),
            Expr::Loop(inner) => {
                self.assigned_in(&inner.body);
                let label = inner.label.as_ref();
                let label = label.map(|label| label.name.ident.to_string());
                let (_, given) = self.breakable(label, true, |walker| {
                    walker.branch(|walker| walker.block(&inner.body))
                });
                (given.into_iter().reduce(Val::join)).unwrap_or_else(Val::unknown)
            }
            Expr::While(inner) => {
                self.assigned_in(&inner.body);
                self.breakable(None, true, |walker| {
                    walker.branch(|walker| {
                        walker.expr(&inner.cond);
                        walker.block(&inner.body)
                    })
                });
                Val::plain()
            }
            Expr::ForLoop(inner) => {
                let over = self.expr(&inner.expr);
                self.assigned_in(&inner.body);
                self.breakable(None, true, |walker| {
                    walker.branch(|walker| {
                        walker.bind(&inner.pat, &over);
                        walker.block(&inner.body)
                    })
                });
                Val::plain()
            }
            Expr::If(inner) => self.if_expr(inner),
            Expr::Let(inner) => {
                let val = self.expr(&inner.expr);
                self.bind(&inner.pat, &val);
                Val::plain()
            }
            Expr::Match(inner) => self.match_expr(inner),
            Expr::Closure(closure) => self.closure(closure, &[]),
            Expr::Assign(assign) => {
                let val = self.expr(&assign.right);
                self.assign(&assign.left, &val);
                Val::plain()
            }
            Expr::Binary(binary) => self.binary(binary),
            Expr::Return(inner) => {
                if let Some(inner) = &inner.expr {
                    let val = self.expr(inner);
                    self.give_back(&val.ty);
                    let value = self.given_as(val);
                    self.given.push(value);
                }
                self.stop_printing(true);
                Val::new(Ty::Unknown, Value::Absent)
            }
            Expr::Break(inner) => {
                let given = inner.expr.as_ref().map(|inner| self.expr(inner));
                self.break_with(inner.label.as_ref(), given);
                self.lose_text();
                Val::new(Ty::Unknown, Value::Absent)
            }
            Expr::Continue(_) => {
                self.lose_text();
                Val::new(Ty::Unknown, Value::Absent)
            }
            Expr::Yield(inner) => {
                if let Some(inner) = &inner.expr {
                    self.expr(inner);
                }
                Val::unknown()
            }
            Expr::Array(array) => {
                let elements: Vec<Val> = array.elems.iter().map(|expr| self.expr(expr)).collect();
                Self::list(elements)
            }
            Expr::Repeat(inner) => {
                let val = self.expr(&inner.expr);
                self.expr(&inner.len);
                val
            }
            Expr::Tuple(tuple) => {
                let parts: Vec<Val> = tuple.elems.iter().map(|expr| self.expr(expr)).collect();
                for part in &parts {
                    self.leave_if_request(&part.ty);
                }
                if parts.is_empty() {
                    return Val::plain();
                }
                let value = Value::Tuple(parts.iter().map(|part| part.value.clone()).collect());
                let parts = parts.into_iter().map(|part| part.ty).collect();
                Val::new(Ty::Tuple(parts), value)
            }
            Expr::Index(inner) => {
                let index = self.expr(&inner.index);
                let val = self.expr(&inner.expr);
                if let Some(item) = item_at(&val, &index.value) {
                    return Val::new(val.ty, item);
                }
                // A part of a list has some of its items, and a part of a text is another text.
                if matches!(&*inner.index, Expr::Range(_)) && val.items.is_none() {
                    return Val::new(val.ty, val.value.only_name());
                }
                let value = entry(&val.value, &index.value).or_otherwise(index_value(inner));
                Val::new(val.ty, value)
            }
            Expr::Range(inner) => {
                for end in [&inner.start, &inner.end].into_iter().flatten() {
                    self.expr(end);
                }
                Val::plain()
            }
            Expr::Struct(inner) => self.struct_literal(inner),
            Expr::Macro(inner) => self.macro_call(&inner.mac),
            _ => Val::unknown(),
        }
    }

    /// What a function gives, where its type may be another than that of the value.
    pub(super) fn given_as(&mut self, val: Val) -> Value {
        match self.bodies {
            0 => {
                let output = self.output.clone();
                self.converted(val, &output).value
            }
            _ => val.value,
        }
    }

    /// What the source calls a field, and the type that it belongs to.
    pub(super) fn field_value(&self, of: &Ty, name: &str) -> Value {
        let origin = match of {
            Ty::Named(number, _) => (self.names.types.get(*number))
                .map(|def| Origin::Field(*number, def.item.name().to_string().into())),
            _ => None,
        };
        let origin = origin.unwrap_or_default();
        Value::Named(name.into(), origin)
    }

    /// A body that `return` and `?` leave: of a closure or an async block.
    fn body(&mut self, run: impl FnOnce(&mut Self) -> Val) -> Val {
        let given = std::mem::take(&mut self.given);
        self.bodies += 1;
        let breaks = std::mem::take(&mut self.breaks);
        let val = self.printing_aside(run);
        self.breaks = breaks;
        self.bodies -= 1;
        let inner = std::mem::replace(&mut self.given, given);
        Val::new(val.ty, Value::any(inner.into_iter().chain([val.value])))
    }

    /// The elements of a list as one: the list is what they are.
    pub(super) fn list(elements: Vec<Val>) -> Val {
        let items = (elements.len() <= ITEMS)
            .then(|| elements.iter().map(|val| val.value.clone()).collect());
        elements
            .into_iter()
            .reduce(Val::join)
            .unwrap_or_else(Val::plain)
            .with_items(items)
    }

    fn leave_if_request(&mut self, ty: &Ty) {
        // Futures in tuples are sent already; a builder in one is out of sight.
        self.leave(ty);
    }

    fn struct_literal(&mut self, literal: &syn::ExprStruct) -> Val {
        let names = segments(&literal.path);
        let def = self.constructor(&names);
        let arguments = literal.path.segments.last().map(|last| &last.arguments);
        let (ty, variant) = match def {
            Some(Def::Variant(number, variant)) => (Ty::Named(number, [].into()), Some(variant)),
            _ => (self.names.names_type(&names, arguments, &self.cx, 0), None),
        };
        for field in &literal.fields {
            let val = self.expr(&field.expr);
            self.leave(&val.ty);
            let declared = match variant {
                Some(variant) => match &ty {
                    Ty::Named(number, given) => {
                        (self.index).variant_field(*number, variant, given, &field.member)
                    }
                    _ => Ty::Unknown,
                },
                None => self.index.field(&ty, &field.member),
            };
            let val = self.converted(val, &declared);
            self.put_member(&ty, variant, &field.member, &val.value);
        }
        if let (false, Some(name)) = (matches!(ty, Ty::Named(..)), names.last()) {
            self.found.unseen.made(name);
        }
        if let Some(rest) = &literal.rest {
            self.expr(rest);
        }
        Val::of(ty)
    }

    pub(super) fn closure(&mut self, closure: &ExprClosure, expected: &[Ty]) -> Val {
        self.closure_of(closure, expected, &Value::Unknown)
    }

    /// The same for a closure whose parameter is this value.
    pub(super) fn closure_of(
        &mut self,
        closure: &ExprClosure,
        expected: &[Ty],
        given: &Value,
    ) -> Val {
        let number = self.found.functions.closure();
        let (parameters, output) = self.branch(|walker| {
            let mut parameters = Vec::new();
            for (at, pat) in closure.inputs.iter().enumerate() {
                // What every unannotated parameter is, where the last known type speaks for those behind it.
                let ty = expected.get(at).or(expected.last()).cloned();
                let ty = ty.unwrap_or(Ty::Unknown);
                let declared = match pat {
                    Pat::Type(typed) => walker.names.type_of(&typed.ty, &walker.cx),
                    _ => ty.clone(),
                };
                let value = match (at, given, name_of(pat)) {
                    // The caller gives it.
                    (_, Value::Unknown, Some(name)) => Value::Argument(number, at, name.into()),
                    (0, given, _) => given.clone(),
                    _ => Value::Unknown,
                };
                walker.bind(pat, &Val::new(ty, value));
                parameters.push(declared);
            }
            let output = walker.body(|walker| walker.expr(&closure.body));
            // Who calls it may set more.
            if let Ty::Request(number) = output.ty {
                walker.join_request(number);
            }
            let declared = walker.names.output(&closure.output, &walker.cx);
            let ty = if declared.is_ours() {
                declared
            } else {
                output.ty
            };
            (parameters, Val::new(ty, output.value))
        });
        self.found
            .functions
            .returns
            .insert(number, vec![output.value.clone()]);
        self.closure = Some(number);
        // What a closure gives represents its value: `unwrap_or_else(|| "x".into())`.
        Val::new(Ty::Function(Rc::new((parameters, output.ty))), output.value)
    }

    fn assign(&mut self, target: &Expr, val: &Val) {
        let name = match target {
            Expr::Path(path) => path.path.get_ident(),
            _ => None,
        };
        let Some(name) = name else {
            // `self.client = client`, `(a, b) = pair`: the targets may hold calls of their own.
            match target {
                Expr::Tuple(_) => self.bind_expr(target, val),
                Expr::Field(field) => {
                    let base = self.expr(&field.base);
                    if !matches!(base.ty, Ty::Named(..)) {
                        self.forget(target);
                    }
                    self.put_member(&base.ty, None, &field.member, &val.value);
                    self.leave(&val.ty);
                }
                target => {
                    self.expr(target);
                    self.put_in(target, &val.value);
                    self.put_at(target, &val.value);
                    self.leave(&val.ty);
                }
            }
            return;
        };
        if let Some(local) = self.local(name) {
            if val.ty.is_ours() || !local.val.ty.is_ours() && val.ty != Ty::Unknown {
                local.val.ty = val.ty.clone();
            }
            let old = std::mem::take(&mut local.val.value);
            local.val.value = match (&old, &val.value) {
                // `request = request.key(..)`, `builder = builder.key(..)`: the new one knows what the old one did.
                (Value::Built(_), Value::Built(_)) => val.value.clone(),
                // Declared first, given a value later.
                (Value::Named(own, _), value)
                    if **own == *local.name && *value != Value::Unknown =>
                {
                    value.clone()
                }
                _ => Value::any([old, val.value.clone().or_named(&local.name)]),
            };
        }
    }

    /// `ids[0] = value`: one of the items from now on.
    fn put_at(&mut self, target: &Expr, value: &Value) {
        if let Expr::Index(index) = target
            && let Expr::Path(path) = &*index.expr
            && let Some(name) = path.path.get_ident()
            && let Some(local) = self.local(name)
            && !local.val.ty.is_ours()
            && local.val.value.may_be_known()
        {
            let value = match local.val.value.alternatives() {
                // The values of a map.
                [Value::Tuple(_), ..] => Value::named(&local.name),
                _ => Value::any([local.val.value.clone(), value.clone().or_named(&local.name)]),
            };
            local.val = Val::new(local.val.ty.clone(), value);
        }
    }

    fn binary(&mut self, binary: &syn::ExprBinary) -> Val {
        use syn::BinOp;
        let left = self.expr(&binary.left);
        let right = match binary.op {
            BinOp::And(_) | BinOp::Or(_) => {
                self.printing_aside(|walker| walker.expr(&binary.right))
            }
            _ => self.expr(&binary.right),
        };
        let is_text = |value: &Value| matches!(value, Value::Text(_) | Value::Pieces(_));
        match &binary.op {
            // Of texts: numbers are no texts, and types of the program may add as they like.
            BinOp::Add(_)
                if !left.ty.is_ours() && (is_text(&left.value) || is_text(&right.value)) =>
            {
                Val::new(Ty::Plain, Value::joined([left.value, right.value]))
            }
            op if is_assignment(op) => {
                self.forget(&binary.left);
                Val::plain()
            }
            _ => Val::plain(),
        }
    }
}

/// What an index gives: `names["users"]` is called that, `arguments[1]` by its number.
fn index_value(index: &syn::ExprIndex) -> Value {
    match &*index.index {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Value::Named(text.value().into(), origin_of(&index.expr)),
            Lit::Int(number) => match subject(&index.expr) {
                Some(of) => {
                    let name = format!("{of}_{}", number.base10_digits());
                    Value::Named(name.into(), origin_of(&index.expr))
                }
                None => Value::Unknown,
            },
            _ => Value::Unknown,
        },
        _ => Value::Unknown,
    }
}

/// `item`, `&item`, `mut item: Type`
fn name_of(pat: &Pat) -> Option<String> {
    match pat {
        Pat::Ident(pat) if pat.subpat.is_none() => Some(unraw(&pat.ident)),
        Pat::Reference(pat) => name_of(&pat.pat),
        Pat::Paren(pat) => name_of(&pat.pat),
        Pat::Type(pat) => name_of(&pat.pat),
        _ => None,
    }
}

/// An item of a list whose items are known.
pub(super) fn item_at(list: &Val, at: &Value) -> Option<Value> {
    match at {
        Value::Number(digits) => list
            .items
            .as_ref()?
            .get(digits.parse::<usize>().ok()?)
            .cloned(),
        _ => None,
    }
}

/// The values of entries of a map: all, or those of a key that is known.
pub(super) fn entry(of: &Value, key: &Value) -> Value {
    let Value::AnyOf(values) = of else {
        return match of {
            Value::Tuple(_) => of.item(1),
            of => of.clone(),
        };
    };
    let pairs =
        (values.iter()).all(|value| matches!(value, Value::Tuple(parts) if parts.len() == 2));
    if !pairs || values.is_empty() {
        return of.clone();
    }
    let is_other = |value: &Value| matches!((value.item(0), key), (Value::Text(one), Value::Text(other)) if one != *other);
    match values.iter().all(&is_other) {
        true => of.item(1),
        false => Value::any(
            values
                .iter()
                .filter(|value| !is_other(value))
                .map(|value| value.item(1)),
        ),
    }
}
