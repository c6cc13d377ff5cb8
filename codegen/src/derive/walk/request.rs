//! Requests under construction, and what may be one.

use proc_macro2::LineColumn;
use syn::spanned::Spanned;
use syn::{ExprCall, ExprMethodCall};

use super::call::{is_none, is_some};
use super::known::{is_accessor, is_container_method, is_conversion};
use super::{How, Suspect, Suspected, Val, Walker};
use crate::derive::sdk::{Client, Op};
use crate::derive::types::Ty;
use crate::derive::value::Value;

/// Methods that end a request, and what they make of it.
pub(super) const SENDERS: [&str; 6] = [
    "send",
    "send_with",
    "into_paginator",
    "customize",
    "presigned",
    "send_with_plugins",
];

impl Walker<'_, '_, '_> {
    /// A method of a request under construction.
    pub(super) fn request_method(
        &mut self,
        call: &ExprMethodCall,
        number: usize,
        name: &str,
    ) -> Val {
        let request = || Val::of(Ty::Request(number));
        let Some(op) = self.found.calls.get(number).map(|found| found.op) else {
            return Val::unknown();
        };
        if SENDERS.contains(&name) || name == "wait" {
            self.arguments(&call.args, &[]);
            if let Some(found) = self.found.calls.get_mut(number)
                && name == "into_paginator"
                && found.how == How::Method
            {
                found.how = How::Paginator;
            }
            return Val::unknown();
        }
        let field = self.field_of(op, name);
        let is_setter = self.names.sdk.is_member(op, field);
        // A method that the package adds to the builder: `trait Defaults { fn defaults(self) -> Self; }`.
        // Of services without a module the setters are not known, so its own method goes first.
        if (!is_setter || op.other.is_some())
            && let Some(function) = self.index.function(&Ty::RequestOf(op), name)
            && let Some(signature) = self.index.signature(function)
        {
            self.join_request(number);
            let own = Val::of(Ty::RequestOf(op));
            let val = self.local_call(function, &signature, Some(own), call.args.iter());
            return match val.ty {
                Ty::RequestOf(_) | Ty::Free(_) | Ty::Trait(_) | Ty::Unknown => request(),
                _ => val,
            };
        }
        // A closure is given the builder: `.apply_if(x, |request| request.key(y))`.
        let arguments = self.arguments(&call.args, &[Ty::Request(number)]);
        if is_setter {
            let text = arguments.first().map(|first| self.as_text(first));
            if let (Some(first), Some(text)) = (arguments.first(), text)
                && !is_none(call.args.first())
                && let Some(found) = self.found.calls.get_mut(number)
            {
                found.fields.push((field.into(), text));
                // In a branch of its own, or as an option.
                let always = (self.branches.last())
                    .is_none_or(|branch| found.branches.contains(branch))
                    && (field == name || is_some(call.args.first()));
                if !always {
                    found
                        .fields
                        .push((format!("{field}?").into(), Value::Unknown));
                }
                if let (Value::Text(key), Some(second)) = (&first.value, arguments.get(1)) {
                    let field = format!("{field}:{key}");
                    found.fields.push((field.into(), second.value.clone()));
                }
            }
            return request();
        }
        if name.starts_with("get_") || name == "as_input" {
            return Val::unknown();
        }
        if !is_conversion(name) && !is_container_method(name) {
            // Some other crate's method, which may set whatever it likes.
            self.leave(&Ty::Request(number));
        }
        request()
    }

    /// A method of a request that another function began.
    pub(super) fn request_of_method(&mut self, call: &ExprMethodCall, op: Op, name: &str) -> Val {
        if SENDERS.contains(&name) {
            self.arguments(&call.args, &[]);
            let how = match name {
                "into_paginator" => How::Paginator,
                _ => How::Method,
            };
            self.sent(op, how, call.method.span().start());
            return Val::unknown();
        }
        let field = self.field_of(op, name);
        if (!self.names.sdk.is_member(op, field) || op.other.is_some())
            && let Some(function) = self.index.function(&Ty::RequestOf(op), name)
            && let Some(signature) = self.index.signature(function)
        {
            let own = Val::of(Ty::RequestOf(op));
            return self.local_call(function, &signature, Some(own), call.args.iter());
        }
        let arguments = self.arguments(&call.args, &[Ty::RequestOf(op)]);
        if let Some(first) = arguments.into_iter().next()
            && !is_none(call.args.first())
        {
            let text = self.as_text(&first);
            let loose = self.found.loose.entry((op.client, op.method)).or_default();
            let field = (field.into(), text);
            if !loose.contains(&field) {
                loose.push(field);
            }
        }
        Val::of(Ty::RequestOf(op))
    }

    /// Something sends a request that another function began, or a user of the package.
    fn sent(&mut self, op: Op, how: How, at: LineColumn) {
        let number = self.found.calls.len();
        self.call(op, how, at);
        let mut sent = self.found.calls.split_off(number);
        for call in &mut sent {
            (call.open, call.joins) = (true, true);
        }
        self.found.sent.extend(sent);
    }

    /// The member that a setter sets: `key` and `set_key` set `key`.
    pub(super) fn field_of<'n>(&self, op: Op, setter: &'n str) -> &'n str {
        match setter.strip_prefix("set_") {
            Some(field) if op.other.is_some() || !self.names.sdk.is_member(op, setter) => field,
            _ => setter,
        }
    }

    /// The request goes through functions of the package, whose setters are known.
    pub(super) fn join_request(&mut self, number: usize) {
        if let Some(call) = self.found.calls.get_mut(number) {
            call.joins = true;
        }
    }

    pub(super) fn report_suspect(&mut self, number: usize, bare: bool) {
        let Some(suspect) = self.found.suspects.get_mut(number) else {
            return;
        };
        if suspect.noted || !bare && matches!(suspect.what, Suspected::Other(..)) {
            return;
        }
        suspect.noted = true;
        let at = suspect.at;
        let (client, method) = match &suspect.what {
            Suspected::Known(op) => (op.client, op.method.to_owned()),
            Suspected::Other(client, method) => (*client, method.clone()),
            Suspected::New(client, method) => {
                let (client, method) = (*client, method.clone());
                return self.other_call(client, &method, at);
            }
        };
        let package = self.names.sdk.package(client);
        self.note_at(
            at,
            format!(
                "`.{method}(..)` is called on something whose type is not known; if it is a client of `{package}`, the \
                 call is missing here"
            ),
        );
    }

    /// Something that is a call if the chain goes on as that of a request.
    pub(super) fn suspect(&mut self, what: Suspected, at: LineColumn) -> Val {
        let number = self.found.suspects.len();
        self.found.suspects.push(Suspect {
            what,
            at,
            noted: false,
        });
        Val::of(Ty::Suspect(number))
    }

    /// A call of an operation that the catalogue does not have.
    pub(super) fn other_call(&mut self, client: Client, method: &str, at: LineColumn) {
        let package = self.names.sdk.package(client);
        let why = if self.names.sdk.is_known(client) {
            "the catalogue does not have this operation"
        } else {
            "the catalogue does not cover this service"
        };
        let service = self.names.sdk.name(client);
        self.note_at(
            at,
            format!(
                "{service}: `{method}` of `{package}` is called, and {why}; what it needs is missing here"
            ),
        );
    }

    /// A method of something of which nothing is known: it may be a client.
    pub(super) fn unknown_method(
        &mut self,
        call: &ExprMethodCall,
        receiver: &Val,
        name: &str,
    ) -> Val {
        // A client's methods have no arguments; what is called with some is reported for clients that the package is
        // known to use.
        let sdk = self.names.sdk;
        let wide = call.args.is_empty() && self.unread;
        let known = (sdk.clients_with(self.clients, name).next())
            .or_else(|| wide.then(|| sdk.any_with(name)).flatten());
        let what = match known {
            Some(op) => Some(Suspected::Known(op)),
            None if call.args.is_empty() && name.contains('_') && !is_accessor(name) => {
                (self.clients.iter().copied())
                    .find(|&client| !sdk.is_known(client))
                    .map(|client| Suspected::Other(client, name.to_owned()))
            }
            None => None,
        };
        let Some(what) = what else {
            return self.other_method(call, receiver, name);
        };
        // It may as well be a method of the package.
        let val = match what {
            Suspected::Known(_) => {
                self.arguments(&call.args, &[]);
                Val::unknown()
            }
            Suspected::Other(..) | Suspected::New(..) => self.other_method(call, receiver, name),
        };
        if val.ty != Ty::Unknown {
            return val;
        }
        self.suspect(what, call.method.span().start())
    }

    /// `AssumeRoleProvider::builder(role)` of `aws_config`, which calls `AssumeRole` to get credentials.
    pub(super) fn assume_role(&mut self, call: &ExprCall, path: &[String], arguments: &[Val]) {
        let [.., provider, last] = path else {
            return;
        };
        let sdk = self.names.sdk;
        if provider == "AssumeRoleProvider"
            && last == "builder"
            && let Some(client) = sdk.client("aws_sdk_sts")
            && let Some(op) = sdk.method(client, "assume_role")
            && let Ty::Request(number) = self.call(op, How::Method, call.func.span().start())
            && let Some(found) = self.found.calls.get_mut(number)
        {
            let role = (arguments.first()).map_or(Value::Unknown, |role| role.value.clone());
            found.fields.push(("role_arn".into(), role));
        }
    }
}
