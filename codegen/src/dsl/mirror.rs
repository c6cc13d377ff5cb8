//! The mirror: everything that was typed, once more, for rust-analyzer alone.
//!
//! An editor asks what it can complete or explain at a token by expanding the macro and looking where the token went.
//! So each token of the input comes back here as it is, known or not, finished or not, after a path that says what may
//! are in its place. The rules, each learnt from an editor that failed without it:
//!
//! 1. The facade's macros expand to the mirror before anything else, and nothing before a token depends on that token or on what follows it:
//!    an editor expands twice, with and without a marker at the cursor, and goes by the offset.
//! 2. Tokens keep their text and their span.
//! 3. Where something may be typed and nothing is yet, a hole (a path that ends in `::`) keeps the place.
//! 4. The facade's macros call it under `#[cfg(rust_analyzer)]`, in the user's crate: the cfg is the one that rust-analyzer sets
//!    for open packages, and rustc never expands it.
//! 5. It is inside a macro call, so that unfinished tokens are not syntax errors.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::quote;
use rekognition_iam_runtime::catalogue;

use super::errors::Errors;
#[cfg(feature = "evaluate")]
use super::expand::behind_colon;
#[cfg(feature = "evaluate")]
use super::lower::about::About;
use super::parse;
use super::syntax::{Expr, Items, MethodCall, Path, Primary};
use super::tokens::Tokens;

/// What editors see of the input of `policy!` or a related macro: statements. `facade` is the path of the crate
/// `rekognition-iam` in the user's crate.
#[must_use]
pub fn mirror(facade: &TokenStream, input: TokenStream) -> TokenStream {
    let input = parse::parse(input, &mut Errors::default());
    let mut mirror = Mirror::new();
    for item in &input.items {
        mirror.statement(item);
    }
    mirror.hole(Place::Statement);
    let mirror = mirror.unparsed();
    quote! {
        use #facade::__private as __ri;
        #mirror
    }
}

/// The same of the input of `assert_policy!`: guarantees about policies.
#[cfg(feature = "evaluate")]
#[must_use]
pub fn mirror_guarantees(facade: &TokenStream, input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let (head, rest) = behind_colon(input, &mut errors);
    let about = About::read(head, &mut errors);
    let input = parse::parse(rest, &mut errors);
    let mut mirror = Mirror::new();
    let mut out = Tokens::default();
    for path in about.paths() {
        out.0.extend(path.clone());
        out.punct(';');
    }
    mirror.out = out;
    for item in &input.items {
        mirror.guarantee(item);
    }
    mirror.hole(Place::Guarantee);
    let mirror = mirror.unparsed();
    // In a block, because the guarantees themselves import it too.
    quote! {{
        use #facade::__private as __ri;
        #mirror
    }}
}

/// What may be at a place of the language; each is a module that the facade's `__private` has.
#[derive(Clone, Copy)]
enum Place {
    Statement,
    Action,
    Principal,
    Resource,
    Condition,
    Rule,
    Guarantee,
}

impl Place {
    const ALL: [Self; 7] = [
        Self::Statement,
        Self::Action,
        Self::Principal,
        Self::Resource,
        Self::Condition,
        Self::Rule,
        Self::Guarantee,
    ];

    const fn module(self) -> &'static str {
        match self {
            Self::Statement => "statements",
            Self::Action => "actions",
            Self::Principal => "principals",
            Self::Resource => "resources",
            Self::Condition => "keys",
            Self::Rule => "rules",
            Self::Guarantee => "guarantees",
        }
    }
}

struct Mirror {
    out: Tokens,
    /// `__ri::actions::` and so on: made once, because most of the mirror is made of them.
    prefixes: [Tokens; 7],
    /// `__ri::STATEMENT`
    receiver: Tokens,
}

impl Mirror {
    fn new() -> Self {
        let mut receiver = Tokens::prefix(&["__ri"]);
        receiver.ident("STATEMENT");
        Self {
            out: Tokens::with_capacity(256),
            prefixes: Place::ALL.map(|place| {
                let mut prefix = Tokens::default();
                prefix.0.extend(Tokens::prefix(&["__ri", place.module()]).0);
                prefix
            }),
            receiver,
        }
    }

    /// Inside a macro call, so that an unfinished token is not a syntax error.
    fn unparsed(self) -> TokenStream {
        let out = TokenStream::from(self.out);
        quote!(__ri::__mirror! { #out })
    }

    fn statement(&mut self, expr: &Expr) {
        match &expr.primary {
            Primary::Path(path) => self.path_in(Place::Statement, path, false),
            Primary::Call(path, _) if path.segments.len() > 1 => {
                self.chain(expr, Place::Statement);
                return;
            }
            Primary::Call(path, args) => {
                self.path_in(Place::Statement, path, true);
                match path.text() {
                    "only" => {
                        for item in &args.items {
                            self.statement(item);
                        }
                        self.hole(Place::Statement);
                    }
                    "accept" => self.accept(args),
                    "version" | "no_version" | "id" => self.raw_all(args),
                    _ => self.entries(args, Place::Action),
                }
            }
            other @ (Primary::Place(_)
            | Primary::Literal(..)
            | Primary::List(_)
            | Primary::Unknown(..)) => {
                primary(other, &mut self.out);
                self.out.punct(';');
            }
        }
        for call in &expr.calls {
            self.out.all(&self.receiver.0);
            self.method(call);
            let Some(args) = &call.args else { continue };
            match call.name.as_ref().ok().map(ToString::to_string).as_deref() {
                Some("to") => self.entries(args, Place::Principal),
                Some("on") => self.entries(args, Place::Resource),
                Some("when") => {
                    for item in &args.items {
                        self.chain(item, Place::Condition);
                    }
                    self.hole(Place::Condition);
                }
                Some("accept") => self.accept(args),
                _ => self.raw_all(args),
            }
        }
    }

    /// The id of a rule and a reason.
    fn accept(&mut self, args: &Items) {
        for (number, item) in args.items.iter().enumerate() {
            match &item.primary {
                Primary::Path(path) if number == 0 => self.path_in(Place::Rule, path, false),
                Primary::Path(_)
                | Primary::Call(..)
                | Primary::Place(_)
                | Primary::Literal(..)
                | Primary::List(_)
                | Primary::Unknown(..) => self.raw(item),
            }
        }
        if args.items.is_empty() {
            self.hole(Place::Rule);
        }
    }

    #[cfg(feature = "evaluate")]
    fn guarantee(&mut self, expr: &Expr) {
        match &expr.primary {
            Primary::Path(path) => self.path_in(Place::Guarantee, path, false),
            Primary::Call(path, args) => {
                self.path_in(Place::Guarantee, path, true);
                match path.text() {
                    "only_on" => self.entries(args, Place::Resource),
                    "no_wider_than" => self.raw_all(args),
                    _ => self.entries(args, Place::Action),
                }
            }
            other @ (Primary::Place(_)
            | Primary::Literal(..)
            | Primary::List(_)
            | Primary::Unknown(..)) => {
                primary(other, &mut self.out);
                self.out.punct(';');
            }
        }
        for call in &expr.calls {
            self.out.all(&Tokens::prefix(&["__ri"]).0);
            self.out.ident("GUARANTEE");
            self.method(call);
            let Some(args) = &call.args else { continue };
            match call.name.as_ref().ok().map(ToString::to_string).as_deref() {
                Some("on") => self.entries(args, Place::Resource),
                Some("with") => {
                    for item in args.items.iter().take(1) {
                        self.chain(item, Place::Condition);
                    }
                    self.hole(Place::Condition);
                }
                _ => self.raw_all(args),
            }
        }
    }

    /// The entries of `allow(..)` or `.on(..)`, with what may be around all of them.
    fn entries(&mut self, args: &Items, place: Place) {
        for item in &args.items {
            match &item.primary {
                Primary::Call(path, inner) if path.is("not") => {
                    self.path_in(place, path, true);
                    self.entries(inner, place);
                }
                Primary::List(inner) => self.entries(inner, place),
                Primary::Path(_)
                | Primary::Call(..)
                | Primary::Place(_)
                | Primary::Literal(..)
                | Primary::Unknown(..) => self.chain(item, place),
            }
        }
        self.hole(place);
    }

    fn prefix(&mut self, place: Place) {
        if let Some(prefix) = self.prefixes.get(place as usize) {
            self.out.all(&prefix.0);
        }
    }

    fn hole(&mut self, place: Place) {
        self.prefix(place);
        self.out.punct(';');
    }

    /// `<module><path>(<values>).<method>(<values>);`: one expression of the typed API, so that an editor knows the type
    /// at every dot.
    fn chain(&mut self, expr: &Expr, place: Place) {
        match &expr.primary {
            Primary::Path(path) => self.open_path(place, path),
            Primary::Call(path, args) => {
                self.open_path(place, path);
                self.out.parentheses(list(args));
            }
            other @ (Primary::Place(_)
            | Primary::Literal(..)
            | Primary::List(_)
            | Primary::Unknown(..)) => primary(other, &mut self.out),
        }
        for call in &expr.calls {
            self.out.push(call.dot.clone());
            if let Ok(name) = &call.name {
                self.out.push(name.clone());
            }
            if let Some(args) = &call.args {
                let values = list(args);
                if matches!(place, Place::Condition) && !args.items.is_empty() {
                    let mut array = Tokens::default();
                    array.group(Delimiter::Bracket, values);
                    self.out.parentheses(array);
                } else {
                    self.out.parentheses(values);
                }
            }
        }
        self.out.punct(';');
    }

    /// `.<method>();` after a receiver.
    fn method(&mut self, call: &MethodCall) {
        self.out.push(call.dot.clone());
        if let Ok(name) = &call.name {
            self.out.push(name.clone());
            self.out.parentheses(Tokens::default());
        }
        self.out.punct(';');
    }

    fn path_in(&mut self, place: Place, path: &Path, call: bool) {
        self.open_path(place, path);
        if call {
            self.out.parentheses(Tokens::default());
        }
        self.out.punct(';');
    }

    /// A path of at most two segments is looked up in the module; a longer one names its crate itself.
    ///
    /// `rekognition::` on a line of its own above `rekognition::DetectText` is one path to a parser and two to its author,
    /// who is about to type the first to its end.
    fn open_path(&mut self, place: Place, path: &Path) {
        let mut segments = path.segments.as_slice();
        let mut tokens = path.tokens.as_slice();
        while let [service, next, ..] = segments
            && !path.leading
            && (segments.len() > 2 || path.open)
            && is_service(service)
            && is_service(next)
            // A segment and the two colons after it.
            && let Some((first, rest)) = tokens.split_at_checked(3)
        {
            self.prefix(place);
            self.out.all(first);
            self.out.punct(';');
            segments = segments.get(1..).unwrap_or_default();
            tokens = rest;
        }
        let own = path.leading || segments.len() + usize::from(path.open) > 2;
        if !own {
            self.prefix(place);
        }
        self.out.all(tokens);
    }

    fn raw_all(&mut self, args: &Items) {
        for item in &args.items {
            self.raw(item);
        }
    }

    fn raw(&mut self, item: &Expr) {
        expr(item, &mut self.out);
        self.out.punct(';');
    }
}

fn is_service(segment: &Ident) -> bool {
    segment == "aws" || (catalogue::MODULES.iter()).any(|(_, module)| segment == module)
}

fn list(items: &Items) -> Tokens {
    let mut out = Tokens::with_capacity(items.items.len() * 2);
    for item in &items.items {
        expr(item, &mut out);
        out.punct(',');
    }
    out
}

fn expr(item: &Expr, out: &mut Tokens) {
    primary(&item.primary, out);
    for call in &item.calls {
        out.push(call.dot.clone());
        if let Ok(name) = &call.name {
            out.push(name.clone());
        }
        if let Some(args) = &call.args {
            out.parentheses(list(args));
        }
    }
}

fn primary(item: &Primary, out: &mut Tokens) {
    match item {
        Primary::Path(path) => out.all(&path.tokens),
        Primary::Place(place) => out.all(&place.tokens),
        Primary::Call(path, args) => {
            out.all(&path.tokens);
            out.parentheses(list(args));
        }
        Primary::Literal(minus, literal, _) => {
            if let Some(minus) = minus {
                out.push(minus.clone());
            }
            out.push(literal.clone());
        }
        Primary::List(items) => out.group(Delimiter::Bracket, list(items)),
        Primary::Unknown(tokens, ..) => {
            out.0.extend(tokens.clone().into_iter().filter(|token| {
                // A group keeps its delimiters and stray punctuation is harmless; a semicolon would end the statement.
                !matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';')
            }));
        }
    }
}
