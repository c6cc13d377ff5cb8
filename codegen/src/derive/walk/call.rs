//! Calls of functions and methods.

use std::collections::HashMap;
use std::sync::Arc;

use syn::{Expr, ExprMethodCall};

use super::expr::{entry, item_at};
use super::known::{
    gives_access, gives_items, gives_to_closure, is_accessor, is_container_method, is_conversion,
    is_fallback, is_filling, is_mutation, maps,
};
use super::request::SENDERS;
use super::{How, Suspected, Val, Walker};
use crate::derive::index::{Signature, substitute, unify};
use crate::derive::names::Owner;
use crate::derive::sdk::{Client, Op};
use crate::derive::standard::Standard;
use crate::derive::tokens::unraw;
use crate::derive::types::Ty;
use crate::derive::value::{Origin, Value};

impl Walker<'_, '_, '_> {
    pub(super) fn method_call(&mut self, call: &ExprMethodCall) -> Val {
        if self.prints(call) {
            return Val::plain();
        }
        let receiver = self.expr(&call.receiver);
        let name = unraw(&call.method);
        let val = match receiver.ty {
            Ty::Client(client) => self.client_method(call, client, &receiver, &name),
            Ty::Request(number) => self.request_method(call, number, &name),
            Ty::RequestOf(op) => self.request_of_method(call, op, &name),
            Ty::Data(client) => {
                let arguments = self.arguments(&call.args, &[]);
                if is_none(call.args.first()) {
                    return receiver;
                }
                match arguments.into_iter().next() {
                    // `.build()`, `.clone()` and the like; a getter gives something of which nothing is known.
                    None if is_conversion(&name) || gives_items(&name) || name == "build" => {
                        receiver
                    }
                    Some(other) if name == "chain" => receiver.join(other),
                    // An iterator of such values: a setter takes no closure, and none has one of these names.
                    Some(only)
                        if gives_items(&name)
                            && (matches!(only.ty, Ty::Function(_))
                                || matches!(&*name, "skip" | "take" | "step_by" | "nth")) =>
                    {
                        receiver
                    }
                    None => Val::of(Ty::Data(client)),
                    Some(first) if is_fallback(&name) => receiver.join(first),
                    Some(first) if !is_conversion(&name) => {
                        let text = self.as_text(&first);
                        receiver.with_field(&name, text)
                    }
                    Some(_) => receiver,
                }
            }
            Ty::Input(op) => {
                let arguments = self.arguments(&call.args, &[]);
                if name == "send_with" {
                    self.send_input(call, op, &receiver.value);
                    return Val::unknown();
                }
                match arguments.into_iter().next() {
                    Some(first) if !is_conversion(&name) && !is_none(call.args.first()) => {
                        let text = self.as_text(&first);
                        receiver.with_field(&name, text)
                    }
                    _ => receiver,
                }
            }
            Ty::Suspect(number) => {
                self.arguments(&call.args, &[]);
                if SENDERS.contains(&name.as_str()) || name == "wait" {
                    self.report_suspect(number, call.args.is_empty());
                }
                receiver
            }
            Ty::Unknown | Ty::Foreign => self.unknown_method(call, &receiver, &name),
            Ty::Named(..)
            | Ty::Trait(_)
            | Ty::Free(_)
            | Ty::Plain
            | Ty::Tuple(_)
            | Ty::Function(_) => self.other_method(call, &receiver, &name),
        };
        if is_mutation(&name) && !std::mem::take(&mut self.grew) {
            self.forget(&call.receiver);
        } else if gives_access(&name) {
            self.change(&call.receiver);
        }
        val
    }

    /// `ids.push(id)` adds to a list that the function began.
    fn grow(&mut self, call: &ExprMethodCall, name: &str, arguments: &[Val]) -> bool {
        let given = match (name, arguments) {
            ("push" | "push_back" | "push_front" | "extend" | "append" | "insert", [only]) => only,
            // The key of a map, or what is put into a list at a place.
            ("insert", [first, second]) => match call.args.first() {
                Some(Expr::Lit(literal)) if matches!(literal.lit, syn::Lit::Int(_)) => second,
                _ => first,
            },
            _ => return false,
        };
        let given = match (name, arguments) {
            // An entry of a map.
            ("insert", [key, value]) if key.value == given.value => {
                Value::Tuple([key.value.clone(), value.value.clone()].into())
            }
            _ => given.value.clone(),
        };
        if given.may_be_known() && !matches!(&*call.receiver, Expr::Path(_)) {
            self.put_in(&call.receiver, &given);
            self.grew = true;
            return false;
        }
        if let Expr::Path(path) = &*call.receiver
            && let Some(variable) = path.path.get_ident()
            && let Some(local) = self.local(variable)
            && let Value::AnyOf(values) = &local.val.value
        {
            let all = Value::any((values.iter().cloned()).chain([given]));
            // It stays a list, to which more may be added.
            local.val.value = match all {
                Value::AnyOf(_) | Value::Unknown => all,
                only => Value::AnyOf(std::sync::Arc::from([only])),
            };
            self.grew = true;
            return true;
        }
        false
    }

    /// A method of a client.
    fn client_method(
        &mut self,
        call: &ExprMethodCall,
        client: Client,
        receiver: &Val,
        name: &str,
    ) -> Val {
        let sdk = &self.names.sdk;
        let method = sdk.method(client, name).map(|op| (op, How::Method));
        let waiter = || Some((sdk.waiter(client, name)?, How::Waiter));
        match method.or_else(waiter) {
            Some((op, how)) => {
                self.arguments(&call.args, &[]);
                Val::of(self.call(op, how, call.method.span().start()))
            }
            None if call.args.is_empty()
                && self.index.function(&receiver.ty, name).is_none()
                && !is_accessor(name) =>
            {
                let at = call.method.span().start();
                if sdk.is_known(client) && !name.starts_with("wait_until_") {
                    // An operation that is newer than the catalogue, when the chain ends in `send`.
                    return self.suspect(Suspected::New(client, name.to_owned()), at);
                }
                self.other_call(client, name, at);
                Val::plain()
            }
            None => self.other_method(call, receiver, name),
        }
    }

    /// `input.send_with(&client)`: a call whose request was put together before.
    fn send_input(&mut self, call: &ExprMethodCall, op: Op, input: &Value) {
        let ty = self.call(op, How::Method, call.method.span().start());
        if let Ty::Request(number) = ty
            && let Some(call) = self.found.calls.get_mut(number)
        {
            match input {
                Value::Built(built) => {
                    call.fields.clone_from(&built.fields);
                    // Which of them are set in a branch of its own is not known.
                    let options = (built.fields.iter())
                        .map(|(name, _)| (format!("{name}?").into(), Value::Unknown));
                    call.fields.extend(options);
                }
                _ => call.open = true,
            }
        }
    }

    /// A method that is not one of the SDK's.
    pub(super) fn other_method(
        &mut self,
        call: &ExprMethodCall,
        receiver: &Val,
        name: &str,
    ) -> Val {
        let mut ty = receiver.ty.clone();
        let mut function = None;
        // The type's own methods, then those of what it derefs to.
        for _ in 0..4 {
            function = self.index.function(&ty, name);
            if function.is_some() {
                break;
            }
            match self.index.deref(&ty) {
                Some(target) if target != ty => {
                    if let Ty::Client(client) = target
                        && let Some(op) = (self.names.sdk.method(client, name))
                            .or_else(|| self.names.sdk.waiter(client, name))
                    {
                        self.arguments(&call.args, &[]);
                        let how = match self.names.sdk.method(client, name) {
                            Some(_) => How::Method,
                            None => How::Waiter,
                        };
                        return Val::of(self.call(op, how, call.method.span().start()));
                    }
                    ty = target;
                }
                _ => break,
            }
        }
        if let Some(number) = function
            && let Some(signature) = self.index.signature(number)
        {
            let own = Val::new(ty, receiver.value.clone());
            return self.local_call(number, &signature, Some(own), call.args.iter());
        }
        if call.args.is_empty()
            && let Some(val) = self.made_text(call, receiver, &ty, name)
        {
            return val;
        }
        if receiver.ty == Ty::Unknown && !call.args.is_empty() {
            self.found.unseen.called(name);
        }
        // A closure sees what the receiver holds, whatever wraps it.
        let inner = match &receiver.ty {
            ty if ty.is_ours() => vec![ty.clone()],
            _ => Vec::new(),
        };
        let takes_other = matches!(
            name,
            "map_err"
                | "ok_or_else"
                | "unwrap_or_else"
                | "or_else"
                | "get_or_init"
                | "get_or_insert_with"
                | "get_or_try_init"
                | "or_insert_with"
                | "with_context"
        );
        let expected = if takes_other { &[][..] } else { &inner };
        let arguments = match (name, call.args.first()) {
            // `.fold(client.query(), |query, filter| query.filter(filter))`
            ("fold" | "try_fold" | "rfold", Some(first)) => {
                let first = self.expr(first);
                let expected = [first.ty.clone(), receiver.ty.clone()];
                let rest = self.arguments(call.args.iter().skip(1), &expected);
                let mut all = vec![first];
                all.extend(rest);
                all
            }
            // What a list holds, or an option.
            _ if gives_to_closure(name) && receiver.value.may_be_known() => {
                // The name that the closure has for it is the nearer one.
                let given = receiver.value.clone().or_otherwise(Value::Unknown);
                (call.args.iter())
                    .map(|argument| match argument {
                        Expr::Closure(closure) => self.closure_of(closure, expected, &given),
                        argument => self.expr(argument),
                    })
                    .collect()
            }
            _ => self.arguments(&call.args, expected),
        };
        self.hand_over(call, receiver, name, &arguments);
        if self.grow(call, name, &arguments) {
            return Val::unknown();
        }
        let closure = arguments.iter().find_map(|argument| match &argument.ty {
            Ty::Function(function) => Some(&function.1),
            _ => None,
        });
        let converts = is_conversion(name) || is_container_method(name);
        let ty = match (closure, &receiver.ty) {
            (Some(output), _) if maps(name) && *output != Ty::Unknown => output.clone(),
            (Some(output), ty) if !ty.is_ours() && output.is_ours() => output.clone(),
            (_, ty) if name == "enumerate" && ty.is_ours() => {
                Ty::Tuple([Ty::Plain, ty.clone()].into())
            }
            (_, ty) if converts => ty.clone(),
            _ => match &call.turbofish {
                // `app.state::<Client>()`
                Some(turbofish) => (turbofish.args.iter())
                    .find_map(|argument| match argument {
                        syn::GenericArgument::Type(ty) => Some(self.names.type_of(ty, &self.cx)),
                        _ => None,
                    })
                    .unwrap_or(Ty::Unknown),
                None => Ty::Unknown,
            },
        };
        let getter = || Value::Named(name.into(), origin_of(&call.receiver));
        let value = match name {
            // Either of both.
            _ if is_fallback(name) => match arguments.first() {
                Some(other) => Value::any([receiver.value.clone(), other.value.clone()]),
                None => receiver.value.clone(),
            },
            "map_or" | "map_or_else" => {
                Value::any((arguments.iter()).map(|argument| argument.value.clone()))
            }
            "join" | "concat" if receiver.items.is_some() => join_items(receiver, &arguments),
            "replace" | "replacen" | "repeat" => text_of(name, &receiver.value, &arguments),
            "get" | "nth" | "first" | "last" if receiver.items.is_some() => {
                picked(name, receiver, &arguments)
            }
            // A part of a list has some of its items, and a part of a text is another text.
            "get" if matches!(call.args.first(), Some(Expr::Range(_))) => {
                receiver.value.only_name()
            }
            "map" | "and_then" | "then" | "filter_map" | "flat_map" => match arguments.first() {
                Some(only) if only.value != Value::Unknown => only.value.clone(),
                _ => Value::Unknown,
            },
            "then_some" => (arguments.first()).map_or(Value::Unknown, |only| only.value.clone()),
            "trim" | "trim_start" | "trim_end" | "to_lowercase" | "to_uppercase"
            | "to_ascii_lowercase" | "to_ascii_uppercase" => {
                changed_text(name, &receiver.value).or_otherwise(getter())
            }
            _ if is_conversion(name) || name == "into_owned" => receiver.value.clone(),
            "enumerate" if receiver.value.may_be_known() => {
                Value::Tuple([Value::Unknown, receiver.value.clone()].into())
            }
            "zip" if receiver.value.may_be_known() => {
                let other = arguments.first().map(|only| only.value.clone());
                Value::Tuple([receiver.value.clone(), other.unwrap_or_default()].into())
            }
            "keys" | "into_keys" if has_pairs(&receiver.value) => receiver.value.item(0),
            "values" | "into_values" if has_pairs(&receiver.value) => receiver.value.item(1),
            "get" | "remove" if has_pairs(&receiver.value) => match arguments.first() {
                Some(key) => entry(&receiver.value, &key.value),
                None => Value::Unknown,
            },
            // The items of both.
            "chain" => Value::any(
                (arguments.first().into_iter().chain([receiver])).map(|val| val.value.clone()),
            ),
            _ if gives_items(name) && receiver.value.may_be_known() => match &receiver.value {
                Value::AnyOf(_) | Value::Text(_) | Value::Built(_) => receiver.value.clone(),
                value if call.args.is_empty() => value.clone().or_otherwise(getter()),
                value => value.clone().or_otherwise(Value::Unknown),
            },
            // A getter without arguments names what it gives.
            _ if call.args.is_empty() => getter(),
            // `config.get_string("bucket")`
            _ if name.starts_with("get") || matches!(name, "var" | "string" | "required") => {
                match arguments.as_slice() {
                    [
                        Val {
                            value: Value::Text(name),
                            ..
                        },
                    ] if !receiver.ty.is_ours() => Value::named(name),
                    _ => Value::Unknown,
                }
            }
            _ => Value::Unknown,
        };
        let same = is_conversion(name) || matches!(name, "iter" | "into_iter" | "collect");
        let items = receiver
            .items
            .clone()
            .filter(|_| same && call.args.is_empty());
        Val::new(ty, value).with_items(items)
    }

    /// A text that is made of a value, such as by `to_string()`; `inner` is what the value derefs to.
    fn made_text(
        &mut self,
        call: &ExprMethodCall,
        receiver: &Val,
        inner: &Ty,
        name: &str,
    ) -> Option<Val> {
        if name == "parse" {
            let turbofish = call.turbofish.as_ref().and_then(|fish| fish.args.first());
            let declared = match turbofish {
                Some(syn::GenericArgument::Type(ty)) => Some(self.names.type_of(ty, &self.cx)),
                _ => self.parsed_as.take(),
            };
            let declared = declared.unwrap_or(Ty::Unknown);
            let ty = match Standard::is_own(self.names, &declared) {
                true => declared.clone(),
                false => receiver.ty.clone(),
            };
            let val = self.converted(receiver.clone(), &declared);
            // What a text says may be written in another way: `007` as a number is 7.
            return Some(Val::new(ty, val.value.only_name()));
        }
        if !Standard::is_own(self.names, &receiver.ty) {
            return None;
        }
        let value = match name {
            "to_string" if self.index.standard.display(&receiver.ty).is_some() => {
                self.as_printed(receiver)
            }
            "into" | "try_into" if self.index.standard.text(&receiver.ty).is_some() => {
                self.as_text(receiver)
            }
            // `impl Deref for Id { type Target = str; .. }`
            "to_string" | "to_owned" | "as_str" | "as_ref" | "into_owned" | "trim"
                if !inner.is_ours() =>
            {
                let deref = self.index.function(&receiver.ty, "deref")?;
                Value::Returned(deref, [receiver.value.clone()].into())
                    .or_otherwise(receiver.value.only_name())
            }
            "to_string" => receiver.value.only_name(),
            _ => return None,
        };
        Some(Val::new(Ty::Plain, value))
    }

    /// Takes note when a client is handed to something that is not followed.
    fn hand_over(&mut self, call: &ExprMethodCall, receiver: &Val, name: &str, arguments: &[Val]) {
        let Some(handed) = arguments.iter().find(|argument| argument.ty.is_client()) else {
            return;
        };
        let handed = handed.ty.clone();
        // What a closure makes of it is seen.
        if matches!(name, "fold" | "try_fold" | "rfold") {
            return;
        }
        if let Expr::Path(path) = &*call.receiver
            && let Some(variable) = path.path.get_ident()
            && is_filling(name)
            && let Some(local) = self.local(variable)
            && !local.val.ty.is_ours()
        {
            // The container holds it from now on.
            local.val.ty = handed.clone();
            return;
        }
        self.leave(&handed);
        if matches!(receiver.ty, Ty::Plain | Ty::Client(_))
            || is_filling(name)
            || is_conversion(name)
        {
            return;
        }
        let what = self.shown(&handed);
        self.note(
            &call.method,
            format!("{what} is handed to `.{name}(..)`, whose code is not followed"),
        );
    }

    /// The arguments of a call; closures among them are given parameters of these types.
    pub(super) fn arguments<'e>(
        &mut self,
        arguments: impl IntoIterator<Item = &'e Expr>,
        expected: &[Ty],
    ) -> Vec<Val> {
        (arguments.into_iter())
            .map(|argument| match argument {
                Expr::Closure(closure) => self.closure(closure, expected),
                argument => self.expr(argument),
            })
            .collect()
    }

    /// A call of a function of the package.
    pub(super) fn local_call<'e>(
        &mut self,
        number: usize,
        signature: &Signature,
        receiver: Option<Val>,
        arguments: impl IntoIterator<Item = &'e Expr>,
    ) -> Val {
        self.local_call_of(number, signature, receiver, false, arguments)
    }

    /// The same for a function without `self`; `by_trait` when it is called by the name of a trait or of a generic parameter.
    pub(super) fn local_call_of<'e>(
        &mut self,
        number: usize,
        signature: &Signature,
        receiver: Option<Val>,
        by_trait: bool,
        arguments: impl IntoIterator<Item = &'e Expr>,
    ) -> Val {
        let mut known = HashMap::new();
        let mut values = Vec::new();
        let mut request = None;
        let mut parameters = signature.parameters.iter();
        let by_trait = match &receiver {
            Some(receiver) => matches!(receiver.ty, Ty::Trait(_) | Ty::Free(_)),
            None => by_trait,
        };
        if let Some(receiver) = receiver {
            if let Some((_, declared)) = parameters.next() {
                unify(declared, &receiver.ty, &mut known);
            }
            values.push(receiver.value);
        }
        for argument in arguments {
            let declared = parameters.next().map_or(Ty::Unknown, |(_, ty)| ty.clone());
            let declared = substitute(&declared, &known);
            let val = match (argument, &declared) {
                (Expr::Closure(closure), Ty::Function(function)) => {
                    self.closure(closure, &function.0)
                }
                _ => self.expr(argument),
            };
            let val = self.converted(val, &declared);
            unify(&declared, &val.ty, &mut known);
            match (&val.ty, &declared) {
                (Ty::Request(number), Ty::RequestOf(_)) => {
                    request = Some(*number);
                    self.join_request(*number);
                }
                (ty, _) => self.leave(ty),
            }
            if val.ty.is_client() && matches!(declared, Ty::Foreign | Ty::Unknown) {
                let what = self.shown(&val.ty);
                self.note(
                    argument,
                    format!("{what} is handed to a parameter whose type is not followed"),
                );
            }
            values.push(val.value);
        }
        let ty = match (substitute(&signature.output, &known), request) {
            // The same request comes back.
            (Ty::RequestOf(op), Some(number))
                if (self.found.calls.get(number)).is_some_and(|call| call.op == op) =>
            {
                Ty::Request(number)
            }
            (ty, _) => ty,
        };
        for (at, value) in values.iter().enumerate() {
            self.found.functions.give(number, at, value.clone());
            // Of a trait's method, the one that runs is any of those that its types have.
            for &implementing in self.index.implementing(number) {
                (self.found.functions).give(implementing, at, value.clone());
            }
        }
        let value = if ty.is_client() {
            Value::Unknown
        } else {
            self.given_by_any(number, values.into(), by_trait)
        };
        Val::new(ty, value)
    }

    /// What a function gives. Of a trait's, on something of which only the trait is known, each type's own may be the one.
    fn given_by_any(&self, number: usize, values: Arc<[Value]>, by_trait: bool) -> Value {
        let own = Value::Returned(number, values.clone());
        let Some(function) = self.names.functions.get(number).filter(|_| by_trait) else {
            return own;
        };
        let Owner::Trait(owner) = function.owner else {
            return own;
        };
        let implementing = self.index.implementing(number);
        let default = function.block.is_some() && self.index.others_have(owner, implementing.len());
        let open = self.index.is_open(owner) || implementing.is_empty() && !default;
        let each = implementing
            .iter()
            .map(|number| Value::Returned(*number, values.clone()));
        let default = default.then(|| own.clone());
        Value::any(each.chain(default).chain(open.then_some(Value::Unknown)))
    }
}

/// `["a", "b"].join("/")`, of a list whose items are known.
fn join_items(list: &Val, arguments: &[Val]) -> Value {
    let between = match arguments.first() {
        None => Value::text(""),
        Some(only) => only.value.clone(),
    };
    let mut all = Vec::new();
    for (number, item) in list.items.iter().flat_map(|items| items.iter()).enumerate() {
        if number > 0 && between != Value::text("") {
            all.push(between.clone());
        }
        all.push(item.clone());
    }
    Value::joined(all)
}

/// What `get(1)`, `nth(1)`, `first()` or `last()` give of a list whose items are known.
fn picked(name: &str, list: &Val, arguments: &[Val]) -> Value {
    let items: &[Value] = list.items.as_deref().unwrap_or_default();
    let item = match (name, arguments) {
        ("first", _) => items.first().cloned(),
        ("last", _) => items.last().cloned(),
        (_, [at]) => item_at(list, &at.value),
        _ => None,
    };
    item.unwrap_or_else(|| list.value.clone())
}

/// What `replace` and `repeat` make of a text.
fn text_of(method: &str, value: &Value, arguments: &[Val]) -> Value {
    let arguments: Vec<&Value> = arguments.iter().map(|argument| &argument.value).collect();
    match (method, value, arguments.as_slice()) {
        ("replace", Value::Text(text), [Value::Text(from), Value::Text(to)]) => {
            Value::text(text.replace(&**from, to))
        }
        ("repeat", Value::Text(text), [Value::Number(times)]) => match times.parse::<usize>() {
            Ok(times) if times <= 64 => Value::text(text.repeat(times)),
            _ => Value::Unknown,
        },
        _ => Value::Unknown,
    }
}

/// Whether a value is made of entries of a map.
fn has_pairs(value: &Value) -> bool {
    !value.alternatives().is_empty()
        && (value.alternatives().iter())
            .all(|value| matches!(value, Value::Tuple(parts) if parts.len() == 2))
}

/// A text that is known, without the space around it or in other letters.
fn changed_text(method: &str, value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::text(match method {
            "trim" => text.trim().to_owned(),
            "trim_start" => text.trim_start().to_owned(),
            "trim_end" => text.trim_end().to_owned(),
            "to_lowercase" => text.to_lowercase(),
            "to_uppercase" => text.to_uppercase(),
            "to_ascii_lowercase" => text.to_ascii_lowercase(),
            _ => text.to_ascii_uppercase(),
        }),
        Value::AnyOf(values) => Value::any(values.iter().map(|value| changed_text(method, value))),
        value if method.starts_with("trim") => value.clone(),
        _ => Value::Unknown,
    }
}

/// Tells what is read of this from what is read of something else.
pub(super) fn origin_of(of: &Expr) -> Origin {
    subject(of).map_or(Origin::Name, |name| Origin::Of(name.into()))
}

/// The name of what an expression is about.
pub(super) fn subject(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(path) => path.path.segments.last().map(|last| unraw(&last.ident)),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => Some(unraw(name)),
            syn::Member::Unnamed(_) => subject(&field.base),
        },
        Expr::MethodCall(call) => subject(&call.receiver),
        Expr::Call(call) => subject(&call.func),
        Expr::Index(index) => subject(&index.expr),
        Expr::Reference(inner) => subject(&inner.expr),
        Expr::Paren(inner) => subject(&inner.expr),
        Expr::Await(inner) => subject(&inner.base),
        Expr::Try(inner) => subject(&inner.expr),
        Expr::Unary(inner) => subject(&inner.expr),
        _ => None,
    }
}

/// `Some(value)`
pub(super) fn is_some(argument: Option<&Expr>) -> bool {
    matches!(argument, Some(Expr::Call(call)) if matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Some")))
}

/// `None`, which sets nothing.
pub(super) fn is_none(argument: Option<&Expr>) -> bool {
    matches!(argument, Some(Expr::Path(path)) if path.path.is_ident("None"))
}
