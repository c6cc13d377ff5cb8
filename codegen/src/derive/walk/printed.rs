//! What values of the program's types are as text: what their `Display` prints, and what converts them.

use syn::{Expr, ExprCall, ExprMethodCall, Macro};

use super::{Val, Walker};
use crate::derive::names::{Def, Owner};
use crate::derive::standard::Standard;
use crate::derive::tokens::unraw;
use crate::derive::types::Ty;
use crate::derive::value::Value;

/// What a function prints, as far as the walk has come.
#[derive(Debug)]
pub(super) struct Printed {
    /// The name of the formatter.
    formatter: String,
    text: Value,
    /// What was printed where the function returned.
    returned: Vec<Value>,
    /// Whether something is printed that is not seen.
    lost: bool,
}

impl Walker<'_, '_, '_> {
    /// Begins a function; of `Display::fmt` it is seen what it prints.
    pub(super) fn begin_printing(&mut self, number: usize, formatter: Option<&str>) {
        let Some(function) = self.names.functions.get(number) else {
            return;
        };
        let Owner::Impl(of) = function.owner else {
            return;
        };
        let is_display = self.names.impls.get(of).is_some_and(|found| {
            (found.item.trait_.as_ref())
                .and_then(|(path, _)| path.segments.last())
                .is_some_and(|last| last.ident == "Display")
        });
        if is_display && function.sig.ident == "fmt" {
            self.printed = formatter.map(|formatter| Printed {
                formatter: formatter.to_owned(),
                text: Value::text(""),
                returned: Vec::new(),
                lost: false,
            });
        }
    }

    /// What the function has printed in the end, if it is one that prints.
    pub(super) fn end_printing(&mut self) -> Option<Value> {
        let printed = self.printed.take()?;
        Some(match printed.lost {
            true => Value::Unknown,
            false => match Value::any(printed.returned.into_iter().chain([printed.text])) {
                Value::Absent => Value::Unknown,
                value => value,
            },
        })
    }

    /// What is printed so far.
    pub(super) fn text(&self) -> Option<Value> {
        self.printed.as_ref().map(|printed| printed.text.clone())
    }

    /// Goes on after this was printed.
    pub(super) fn set_text(&mut self, text: Option<Value>) {
        if let (Some(printed), Some(text)) = (&mut self.printed, text) {
            printed.text = text;
        }
    }

    /// What is printed is one of these texts.
    pub(super) fn set_texts(&mut self, texts: Vec<Option<Value>>) {
        if self.printed.is_some() && !texts.is_empty() {
            self.set_text(Some(Value::any(texts.into_iter().flatten())));
        }
    }

    /// The function returns here, or goes where nothing is printed.
    pub(super) fn stop_printing(&mut self, returns: bool) {
        if let Some(printed) = &mut self.printed {
            let text = std::mem::replace(&mut printed.text, Value::Absent);
            if returns {
                printed.returned.push(text);
            }
        }
    }

    /// Something is printed that is not seen.
    pub(super) fn lose_text(&mut self) {
        if let Some(printed) = &mut self.printed {
            printed.lost = true;
        }
    }

    /// Runs where it is not known how often, or whether.
    pub(super) fn printing_aside<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.text();
        let result = run(self);
        if self.text() != before {
            self.lose_text();
        }
        result
    }

    pub(super) fn is_formatter(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Path(path) => self.is_formatter_path(&path.path),
            Expr::Reference(inner) => self.is_formatter(&inner.expr),
            Expr::Paren(inner) => self.is_formatter(&inner.expr),
            _ => false,
        }
    }

    pub(super) fn is_formatter_path(&self, path: &syn::Path) -> bool {
        (self.printed.as_ref()).is_some_and(|printed| path.is_ident(&printed.formatter))
    }

    fn print(&mut self, value: Value) {
        if let Some(printed) = &mut self.printed {
            let before = std::mem::take(&mut printed.text);
            printed.text = match &before {
                Value::Absent => before,
                Value::Text(text) if text.is_empty() => value,
                _ => Value::joined([before, value]),
            };
        }
    }

    /// `f.write_str(text)`, `value.fmt(f)`
    pub(super) fn prints(&mut self, call: &ExprMethodCall) -> bool {
        if self.printed.is_none() {
            return false;
        }
        let name = unraw(&call.method);
        match (name.as_str(), call.args.first()) {
            ("write_str" | "pad" | "write_char" | "write_fmt", Some(only))
                if self.is_formatter(&call.receiver) =>
            {
                let val = self.expr(only);
                self.print(val.value);
                true
            }
            ("alternate" | "width" | "precision" | "fill", None)
                if self.is_formatter(&call.receiver) =>
            {
                true
            }
            ("fmt", Some(only)) if call.args.len() == 1 && self.is_formatter(only) => {
                let val = self.expr(&call.receiver);
                let value = self.as_printed(&val);
                // With another trait, it may print something else.
                let other = ["Debug", "LowerHex", "UpperHex", "Binary", "Octal"];
                let scope = self.cx.module;
                if other.iter().any(|name| {
                    (self.names.ty(scope, &[(*name).to_owned()]))
                        .is_some_and(|def| matches!(def, Def::External(path) if path.len() > 1))
                }) {
                    self.lose_text();
                }
                self.print(value);
                true
            }
            _ => false,
        }
    }

    /// `fmt::Display::fmt(value, f)`
    pub(super) fn prints_by_path(&mut self, call: &ExprCall) -> bool {
        let Expr::Path(path) = &*call.func else {
            return false;
        };
        let names: Vec<String> = (path.path.segments.iter())
            .map(|segment| unraw(&segment.ident))
            .collect();
        let ([.., of, last], Some(value), Some(formatter)) =
            (names.as_slice(), call.args.first(), call.args.get(1))
        else {
            return false;
        };
        if of != "Display" || last != "fmt" || !self.is_formatter(formatter) {
            return false;
        }
        let val = self.expr(value);
        let value = self.as_printed(&val);
        self.print(value);
        true
    }

    /// `write!(f, "{}", value)`
    pub(super) fn prints_by_macro(&mut self, mac: &Macro, name: &str) -> bool {
        if self.printed.is_none() || name != "write" {
            return false;
        }
        let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        let Ok(arguments) = syn::parse::Parser::parse2(parser, mac.tokens.clone()) else {
            return false;
        };
        let mut rest = arguments.into_iter();
        if !rest.next().is_some_and(|first| self.is_formatter(&first)) {
            return false;
        }
        let rest: syn::punctuated::Punctuated<Expr, syn::Token![,]> = rest.collect();
        let vals: Vec<Val> = rest.iter().map(|expr| self.expr(expr)).collect();
        let value = self.formatted(&rest, &vals);
        self.print(value);
        true
    }

    /// What `{}` prints for a value.
    pub(super) fn as_printed(&self, val: &Val) -> Value {
        if !Standard::is_own(self.names, &val.ty) {
            return val.value.clone();
        }
        self.made_by(self.index.standard.display(&val.ty), val)
    }

    /// What a value is where a text is expected: `impl From<Id> for String`.
    pub(super) fn as_text(&self, val: &Val) -> Value {
        match self.index.standard.text(&val.ty) {
            Some(function) => self.made_by(Some(function), val),
            // The type is that of what a map holds, or of a wrapper.
            None => val.value.clone(),
        }
    }

    fn made_by(&self, function: Option<usize>, val: &Val) -> Value {
        let name = val.value.only_name();
        match function {
            Some(function) => {
                Value::Returned(function, [val.value.clone()].into()).or_otherwise(name)
            }
            None => name,
        }
    }

    /// A value where one of another type is expected: `let id: Id = "a".into()`.
    pub(super) fn converted(&mut self, val: Val, declared: &Ty) -> Val {
        let same = match (declared, &val.ty) {
            (Ty::Named(one, _), Ty::Named(other, _)) => one == other,
            (_, ty) => ty.is_ours() && !matches!(ty, Ty::Named(..)),
        };
        if same || !Standard::is_own(self.names, declared) || val.value == Value::Absent {
            return val;
        }
        for function in (self.index.standard).conversions(declared, &val.ty, &val.value) {
            (self.found.functions).give(function, 0, val.value.clone());
        }
        match val.value.may_be_known() {
            true => Val::new(val.ty.clone(), val.value.only_name()),
            false => val,
        }
    }
}
