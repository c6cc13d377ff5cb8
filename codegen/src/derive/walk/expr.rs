//! Expressions, but for calls.

use std::rc::Rc;

use syn::visit::Visit;
use syn::{Expr, ExprClosure, Lit, Member, Pat, UnOp};

use super::call::{origin_of, subject};
use super::macros::diverges;
use super::{How, Val, Walker};
use crate::derive::modules::{in_program, is_test, is_test_expr, unraw};
use crate::derive::names::{Def, Names};
use crate::derive::types::{Ty, segments};
use crate::derive::value::{Origin, Piece, Value};

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
                Lit::Int(number) => Val::new(Ty::Plain, Value::text(number.base10_digits())),
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
                if ty.is_ours() && !val.ty.is_ours() {
                    Val::new(ty, val.value)
                } else {
                    val
                }
            }
            Expr::Block(inner) => self.block(&inner.block),
            Expr::Unsafe(inner) => self.block(&inner.block),
            Expr::Const(inner) => self.block(&inner.block),
            Expr::Async(inner) => self.body(|walker| walker.block(&inner.block)),
            Expr::TryBlock(inner) => self.block(&inner.block),
            Expr::Loop(inner) => {
                self.assigned_in(&inner.body);
                self.branch(|walker| walker.block(&inner.body));
                Val::unknown()
            }
            Expr::While(inner) => {
                self.assigned_in(&inner.body);
                self.branch(|walker| {
                    walker.expr(&inner.cond);
                    walker.block(&inner.body);
                });
                Val::plain()
            }
            Expr::ForLoop(inner) => {
                let over = self.expr(&inner.expr);
                self.assigned_in(&inner.body);
                self.branch(|walker| {
                    walker.bind(&inner.pat, &over);
                    walker.block(&inner.body);
                });
                Val::plain()
            }
            Expr::If(inner) => {
                let settled = match self.names.tests {
                    true => None,
                    false => in_program(&inner.cond),
                };
                let then = self.scope(|walker| {
                    walker.expr(&inner.cond);
                    match settled {
                        Some(false) => Val::plain(),
                        Some(true) => walker.block(&inner.then_branch),
                        None => walker.branch(|walker| walker.block(&inner.then_branch)),
                    }
                });
                let otherwise = inner.else_branch.as_ref().map(|(_, otherwise)| otherwise);
                match (otherwise, settled) {
                    (Some(otherwise), Some(false)) => self.expr(otherwise),
                    (Some(otherwise), None) => {
                        let otherwise = self.branch(|walker| walker.expr(otherwise));
                        then.join(otherwise)
                    }
                    (_, Some(true)) | (None, _) => then,
                }
            }
            Expr::Let(inner) => {
                let val = self.expr(&inner.expr);
                self.bind(&inner.pat, &val);
                Val::plain()
            }
            Expr::Match(inner) => {
                let over = self.expr(&inner.expr);
                let mut result: Option<Val> = None;
                for arm in inner.arms.iter().filter(|arm| !is_test(&arm.attrs)) {
                    let val = self.branch(|walker| {
                        walker.bind(&arm.pat, &over);
                        walker.expr(&arm.body)
                    });
                    // An arm that gives nothing, such as `_ => return`, says nothing.
                    let diverges = match &*arm.body {
                        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
                        Expr::Macro(inner) => diverges(&inner.mac),
                        _ => false,
                    };
                    result = match result {
                        Some(result) if diverges && !val.ty.is_ours() => Some(result),
                        Some(result) => Some(result.join(val)),
                        None if diverges && !val.ty.is_ours() => None,
                        None => Some(val),
                    };
                }
                result.unwrap_or_else(Val::unknown)
            }
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
                    self.given.push(val.value);
                }
                Val::new(Ty::Unknown, Value::Absent)
            }
            Expr::Break(inner) => {
                if let Some(inner) = &inner.expr {
                    self.expr(inner);
                }
                Val::new(Ty::Unknown, Value::Absent)
            }
            Expr::Continue(_) => Val::new(Ty::Unknown, Value::Absent),
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
        let val = run(self);
        let inner = std::mem::replace(&mut self.given, given);
        Val::new(val.ty, Value::any(inner.into_iter().chain([val.value])))
    }

    /// The elements of a list as one: the list is what they are.
    pub(super) fn list(elements: Vec<Val>) -> Val {
        elements
            .into_iter()
            .reduce(Val::join)
            .unwrap_or_else(Val::plain)
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

    /// A loop begins: what its body assigns to a variable is what the variable is the next time.
    fn assigned_in(&mut self, body: &syn::Block) {
        let mut assigned = Assigned::default();
        assigned.visit_block(body);
        for (name, value) in assigned.found {
            let local = (self.locals.iter_mut().rev()).find(|local| local.name == name);
            if let Some(local) = local
                && !local.val.ty.is_ours()
                && local.val.value.may_be_known()
            {
                let old = std::mem::take(&mut local.val.value);
                local.val.value = Value::any([old, value]);
            }
        }
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

    fn binary(&mut self, binary: &syn::ExprBinary) -> Val {
        let left = self.expr(&binary.left);
        let right = self.expr(&binary.right);
        match binary.op {
            syn::BinOp::Add(_) => match (&left.value, &right.value) {
                (Value::Text(_) | Value::Pieces(_), _) => Val::new(
                    Ty::Plain,
                    Value::of_pieces([Piece::Value(left.value), Piece::Value(right.value)]),
                ),
                _ => Val::plain(),
            },
            syn::BinOp::AddAssign(_) => {
                self.forget(&binary.left);
                Val::plain()
            }
            _ => Val::plain(),
        }
    }

    fn path(&mut self, path: &syn::ExprPath) -> Val {
        if path.qself.is_none()
            && let Some(name) = path.path.get_ident()
            && let Some(local) = self.local(name)
        {
            let val = local.val.clone();
            // What receives a closure may call it.
            if let Some(number) = local.closure {
                self.found.functions.open.insert(number);
            }
            return val;
        }
        let names = segments(&path.path);
        if let Some(qself) = &path.qself {
            // `<Store as Named>::BUCKET`
            let ty = self.names.type_of(&qself.ty, &self.cx);
            let last = names.last().map_or("", String::as_str);
            return match self.index.value(&ty, last) {
                Some(number) => self.constant_val(number),
                None => Val::unknown(),
            };
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

    fn constant_val(&mut self, number: usize) -> Val {
        let Some(def) = self.names.values.get(number) else {
            return Val::unknown();
        };
        let cx = match def.owner {
            crate::derive::names::Owner::Nothing => Names::plain(def.module),
            owner => self.names.owner_cx(owner, def.module),
        };
        let ty = self.names.type_of(def.ty, &cx);
        Val::new(ty, self.constant(number))
    }

    /// `Type::NAME`, and `Client::list_faces` where a function is expected.
    fn associated(&mut self, path: &syn::Path, names: &[String]) -> Val {
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
        if let Some(number) = self.index.value(&of, last) {
            return self.constant_val(number);
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

/// Variables that code assigns to, with a text when that is what they are given.
#[derive(Default)]
struct Assigned {
    found: Vec<(String, Value)>,
}

impl<'e> Visit<'e> for Assigned {
    fn visit_expr_assign(&mut self, assign: &'e syn::ExprAssign) {
        if let Expr::Path(path) = &*assign.left
            && let Some(name) = path.path.get_ident()
        {
            let name = unraw(name);
            let value = match &*assign.right {
                Expr::Lit(literal) => match &literal.lit {
                    Lit::Str(text) => Value::text(text.value()),
                    _ => Value::named(&name),
                },
                _ => Value::named(&name),
            };
            self.found.push((name, value));
        }
        syn::visit::visit_expr_assign(self, assign);
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
