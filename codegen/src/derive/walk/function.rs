//! Calls of functions: of the package, of types, and of other crates.

use syn::spanned::Spanned;
use syn::{Expr, ExprCall};

use super::known::{is_accessor, is_carrier, is_collection, is_prelude_path};
use super::{How, Val, Walker};
use crate::derive::names::Def;
use crate::derive::tokens::unraw;
use crate::derive::types::{Ty, is_library, segments};
use crate::derive::value::{Built, Value};

impl Walker<'_, '_, '_> {
    pub(super) fn function_call(&mut self, call: &ExprCall) -> Val {
        if self.prints_by_path(call) {
            return Val::plain();
        }
        let path = match &*call.func {
            Expr::Path(path) if path.qself.is_none() => &path.path,
            // `<T as Trait>::function(..)`
            Expr::Path(path)
                if (path.qself.as_ref())
                    .is_some_and(|qself| qself.position + 1 == path.path.segments.len()) =>
            {
                let of = (path.qself.as_ref())
                    .map_or(Ty::Unknown, |qself| self.names.type_of(&qself.ty, &self.cx));
                return self.associated_call_of(call, &path.path, &segments(&path.path), None, &of);
            }
            callee => {
                let callee = self.expr(callee);
                let expected = match &callee.ty {
                    Ty::Function(function) => function.0.clone(),
                    _ => Vec::new(),
                };
                let arguments = self.arguments(&call.args, &expected);
                return match callee.ty {
                    Ty::Function(function) => Val::of(function.1.clone()),
                    _ => {
                        for argument in &arguments {
                            self.leave(&argument.ty);
                        }
                        Val::unknown()
                    }
                };
            }
        };
        if let Some(name) = path.get_ident()
            && let Some(local) = self.local(name)
        {
            let number = local.closure;
            let local = local.val.clone();
            let expected = match &local.ty {
                Ty::Function(function) => function.0.clone(),
                _ => Vec::new(),
            };
            let arguments = self.arguments(&call.args, &expected);
            return match local.ty {
                // A closure's value is what it gives.
                Ty::Function(function) => {
                    let mut given = None;
                    for (number, argument) in arguments.iter().enumerate() {
                        match (&argument.ty, function.0.get(number)) {
                            (Ty::Request(request), Some(Ty::RequestOf(_))) => {
                                given = Some(argument.ty.clone());
                                self.join_request(*request);
                            }
                            (ty, _) => self.leave(ty),
                        }
                    }
                    let value = match number {
                        Some(number) => self.give_closure(number, arguments),
                        None => local.value,
                    };
                    match (&function.1, given) {
                        (Ty::RequestOf(_), Some(request)) => Val::of(request),
                        (output, _) => Val::new(output.clone(), value),
                    }
                }
                _ => {
                    self.handed_to_path(call, &unraw(name), &arguments);
                    if let Some(number) = number {
                        self.give_closure(number, arguments);
                    }
                    Val::unknown()
                }
            };
        }
        let names = segments(path);
        match self.constructor(&names) {
            Some(Def::Function(number)) => match self.index.signature(number) {
                Some(signature) => self.local_call(number, &signature, None, &call.args),
                None => Val::unknown(),
            },
            Some(def @ (Def::Variant(number, _) | Def::Type(number))) => {
                let arguments = self.arguments(&call.args, &[]);
                for argument in &arguments {
                    self.leave(&argument.ty);
                }
                self.put_arguments(&def, &arguments);
                Val::of(self.constructed(number, &arguments))
            }
            def => self.associated_call(call, path, &names, def),
        }
    }

    /// A closure is called by the name of its variable.
    fn give_closure(&mut self, number: usize, arguments: Vec<Val>) -> Value {
        let values: Vec<Value> = arguments
            .into_iter()
            .map(|argument| argument.value)
            .collect();
        for (at, value) in values.iter().enumerate() {
            self.found.functions.give(number, at, value.clone());
        }
        Value::Returned(number, values.into())
    }

    /// A struct or enum whose generics are what it is made of.
    fn constructed(&self, number: usize, arguments: &[Val]) -> Ty {
        let generics = self.names.types.get(number).map(|def| def.item.generics());
        let count = generics.map_or(0, |generics| generics.type_params().count());
        let mut given: Vec<Ty> = arguments
            .iter()
            .map(|argument| argument.ty.clone())
            .collect();
        given.resize(count, Ty::Unknown);
        Ty::Named(number, given.into())
    }

    /// `Type::function(..)`, and functions of other crates.
    fn associated_call(
        &mut self,
        call: &ExprCall,
        path: &syn::Path,
        names: &[String],
        def: Option<Def>,
    ) -> Val {
        let of = match names.split_last() {
            Some((_, prefix)) if !prefix.is_empty() => self.prefix_type(path, prefix),
            _ => Ty::Unknown,
        };
        self.associated_call_of(call, path, names, def, &of)
    }

    fn associated_call_of(
        &mut self,
        call: &ExprCall,
        path: &syn::Path,
        names: &[String],
        def: Option<Def>,
        of: &Ty,
    ) -> Val {
        let Some((last, prefix)) = names.split_last() else {
            return Val::unknown();
        };
        match of {
            Ty::Client(client) => {
                let arguments = self.arguments(&call.args, &[]);
                let method = self
                    .names
                    .sdk
                    .method(*client, last)
                    .map(|op| (op, How::Method));
                let waiter = || Some((self.names.sdk.waiter(*client, last)?, How::Waiter));
                if let Some((op, how)) = method.or_else(waiter) {
                    let at = path.segments.last().map(|last| last.ident.span().start());
                    return match at {
                        Some(at) => Val::of(self.call(op, how, at)),
                        None => Val::unknown(),
                    };
                }
                if let Some(number) = self.index.function(of, last)
                    && let Some(signature) = self.index.signature(number)
                {
                    return Val::of(signature.output.clone());
                }
                // `Client::translate_text(&client)`
                if let [only] = arguments.as_slice()
                    && only.ty == *of
                    && !is_accessor(last)
                {
                    self.other_call(*client, last, call.func.span().start());
                    return Val::plain();
                }
                return Val::of(Ty::Client(*client));
            }
            Ty::Data(client) => {
                self.arguments(&call.args, &[]);
                let value = match prefix.last() {
                    Some(name) if last == "builder" || last == "default" => {
                        let name = name.strip_suffix("Builder").unwrap_or(name);
                        self.built(name)
                    }
                    _ => Value::Unknown,
                };
                return Val::new(Ty::Data(*client), value);
            }
            Ty::Input(op) => {
                self.arguments(&call.args, &[]);
                let value = self.built(op.operation.name);
                return Val::new(Ty::Input(*op), value);
            }
            // Which of several conversions it is depends on what is converted.
            Ty::Named(..)
                if matches!(last.as_str(), "from" | "try_from" | "from_str")
                    && call.args.len() == 1
                    && self.index.standard.has_conversions(of) =>
            {
                let arguments = self.arguments(&call.args, &[]);
                for argument in arguments {
                    self.leave(&argument.ty);
                    self.converted(argument, of);
                }
                return Val::of(of.clone());
            }
            Ty::Named(..) | Ty::Trait(_) | Ty::Free(_) => {
                if let Some(number) = self.index.function(of, last)
                    && let Some(signature) = self.index.signature(number)
                {
                    // `Trait::method(&value, ..)`: the first argument is the receiver.
                    if let (true, Some(first)) = (signature.takes_self, call.args.first()) {
                        let receiver = self.expr(first);
                        if let Ty::Trait(_) = *of
                            && let Some(own) = self.index.function(&receiver.ty, last)
                            && let Some(signature) = self.index.signature(own)
                        {
                            let rest = call.args.iter().skip(1);
                            return self.local_call(own, &signature, Some(receiver), rest);
                        }
                        let rest = call.args.iter().skip(1);
                        return self.local_call(number, &signature, Some(receiver), rest);
                    }
                    let by_trait = !matches!(of, Ty::Named(..));
                    let val = self.local_call_of(number, &signature, None, by_trait, &call.args);
                    // `Holder::<Client>::new(..)`
                    return match (&val.ty, of) {
                        (Ty::Named(one, inner), Ty::Named(other, given))
                            if one == other
                                && !given.is_empty()
                                && inner.iter().all(|ty| !ty.is_ours()) =>
                        {
                            Val::new(of.clone(), val.value)
                        }
                        _ => val,
                    };
                }
            }
            _ => {}
        }
        let arguments = self.arguments(&call.args, &[]);
        self.foreign_call(call, names, def, of, &arguments)
    }

    fn built(&self, name: &str) -> Value {
        Value::Built(std::sync::Arc::new(Built {
            name: name.into(),
            fields: Vec::new(),
        }))
    }

    /// A function of another crate, or one that is not known.
    fn foreign_call(
        &mut self,
        call: &ExprCall,
        names: &[String],
        def: Option<Def>,
        of: &Ty,
        arguments: &[Val],
    ) -> Val {
        let path: Vec<String> = match &def {
            Some(Def::External(path)) => path.to_vec(),
            _ => names.to_vec(),
        };
        let krate = path.first().map_or("", String::as_str);
        let last = path.last().map_or("", String::as_str);
        self.assume_role(call, &path, arguments);
        self.found.unseen.made(last);
        let carries = is_library(krate) || is_carrier(krate) || is_prelude_path(&path);
        let ours = arguments.iter().find(|argument| argument.ty.is_ours());
        let closure = arguments.iter().find_map(|argument| match &argument.ty {
            Ty::Function(function) => Some(function.1.clone()),
            _ => None,
        });
        if !carries && self.names.sdk_crate(&path).is_none() {
            self.handed_to_path(call, &names.join("::"), arguments);
        }
        let ty = match ours {
            // `LazyLock::new(|| Client::new(..))`, `tokio::spawn(..)`
            Some(_) if closure.is_some() => closure.unwrap_or(Ty::Unknown),
            Some(argument) if carries => argument.ty.clone(),
            _ if of.is_ours() => of.clone(),
            _ if carries && of == &Ty::Plain => Ty::Plain,
            _ => Ty::Unknown,
        };
        let hands_on = matches!(
            last,
            "Some"
                | "Ok"
                | "new"
                | "from"
                | "clone"
                | "into"
                | "pin"
                | "to_string"
                | "to_owned"
                | "Borrowed"
                | "Owned"
                | "identity"
                | "as_ref"
                | "once"
                | "from_static"
        ) || last == "iter"
            && path
                .iter()
                .any(|part| part == "stream" || part == "tokio_stream");
        let reads = matches!(
            path.get(1).map(String::as_str),
            Some("env" | "fs" | "io" | "net" | "process")
        );
        let value = match arguments {
            [only]
                if hands_on
                    && matches!(path.as_slice(), [.., of, _] if matches!(of.as_str(), "String" | "Cow" | "str")) =>
            {
                self.as_text(only)
            }
            [only] if hands_on && !reads && carries => only.value.clone(),
            // `env::var("BUCKET")` is known by that name.
            [
                Val {
                    value: Value::Text(name),
                    ..
                },
            ] if matches!(last, "var" | "var_os") || path.iter().any(|part| part == "env") => {
                Value::named(name)
            }
            _ if last == "Err" => Value::Absent,
            // Empty, until something is added.
            [] if matches!(path.as_slice(), [.., ty, _] if ty == "String") => Value::Absent,
            // A list in which nothing is yet.
            _ if matches!(last, "new" | "with_capacity" | "default")
                && path.len() > 1
                && path.iter().any(|part| is_collection(part)) =>
            {
                Value::nothing()
            }
            _ => Value::Unknown,
        };
        Val::new(ty, value)
    }

    fn handed_to_path(&mut self, call: &ExprCall, shown: &str, arguments: &[Val]) {
        for argument in arguments {
            self.leave(&argument.ty);
        }
        if let Some(handed) = arguments.iter().find(|argument| argument.ty.is_client()) {
            let what = self.shown(&handed.ty);
            self.note_at(
                call.func.span().start(),
                format!("{what} is handed to `{shown}(..)`, whose code is not followed"),
            );
        }
    }
}
