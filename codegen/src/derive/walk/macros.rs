//! Invocations of macros: their inputs, as far as they read as expressions.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Block, Expr, Macro, Stmt, Token};

use super::mentions::GROUPS;
use super::{Val, Walker};
use crate::derive::methods::method_in;
use crate::derive::tokens::{depth, unraw};
use crate::derive::types::Ty;
use crate::derive::value::{Piece, Value};

/// Macros in the inputs of macros, and so on: deeper than anybody nests them.
const NESTING: usize = 24;

impl Walker<'_, '_, '_> {
    pub(super) fn macro_call(&mut self, mac: &Macro) -> Val {
        let name = (mac.path.segments.last()).map_or_else(String::new, |last| unraw(&last.ident));
        if self.in_macros >= NESTING || self.in_macros == 0 && depth(mac.tokens.clone(), GROUPS) {
            return Val::unknown();
        }
        self.in_macros += 1;
        let val = match self.by_example(mac, &name) {
            Some(val) => val,
            None => self.macro_input(mac, &name),
        };
        self.in_macros -= 1;
        val
    }

    fn macro_input(&mut self, mac: &Macro, name: &str) -> Val {
        match name {
            "env" | "option_env" => {
                let list = Punctuated::<Expr, Token![,]>::parse_terminated;
                let first = list.parse2(mac.tokens.clone()).ok();
                let first = first.as_ref().and_then(|list| list.first());
                return match first {
                    Some(Expr::Lit(syn::ExprLit {
                        lit: syn::Lit::Str(name),
                        ..
                    })) => Val::new(Ty::Plain, Value::named(&name.value())),
                    _ => Val::plain(),
                };
            }
            "write" if self.prints_by_macro(mac, name) => return Val::plain(),
            "panic" | "unreachable" | "todo" | "unimplemented" | "bail" => {
                self.macro_arguments(mac, name);
                self.stop_printing(false);
                return Val::new(Ty::Unknown, Value::Absent);
            }
            "include_str" | "include_bytes" | "stringify" | "cfg" | "line" | "file" | "column"
            | "module_path" => return Val::plain(),
            _ => {}
        }
        self.macro_arguments(mac, name)
    }

    fn macro_arguments(&mut self, mac: &Macro, name: &str) -> Val {
        let list = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(arguments) = list.parse2(mac.tokens.clone()) {
            let vals: Vec<Val> = arguments.iter().map(|expr| self.expr(expr)).collect();
            return self.macro_result(mac, name, &arguments, vals);
        }
        // `vec![x; n]`, `async_stream::stream! { statements }`
        if let Ok(statements) = Block::parse_within.parse2(mac.tokens.clone()) {
            let val = self.scope(|walker| walker.statements(&statements));
            let first = match statements.first() {
                Some(Stmt::Expr(first, Some(_))) if name == "vec" => Some(first),
                _ => None,
            };
            return match first {
                Some(first) => self.expr(first),
                None => Val::of(val.ty),
            };
        }
        self.scope(|walker| walker.pieces(mac, name));
        Val::unknown()
    }

    fn macro_result(
        &mut self,
        mac: &Macro,
        name: &str,
        arguments: &Punctuated<Expr, Token![,]>,
        vals: Vec<Val>,
    ) -> Val {
        match name {
            "format" | "format_args" => Val::new(Ty::Plain, self.formatted(arguments, &vals)),
            "concat" => {
                let pieces = vals.into_iter().map(|val| Piece::Value(val.value));
                Val::new(Ty::Plain, Value::of_pieces(pieces))
            }
            "vec" if vals.is_empty() => Val::new(Ty::Unknown, Value::nothing()),
            "vec" => Self::list(vals),
            "join" | "try_join" => Val::of(Ty::Tuple(vals.into_iter().map(|val| val.ty).collect())),
            "dbg" | "pin" | "ready" | "pin_mut" => {
                vals.into_iter().next().unwrap_or_else(Val::plain)
            }
            "write" | "writeln" => {
                if let Some(first) = arguments.first() {
                    self.forget(first);
                }
                Val::plain()
            }
            _ => {
                if !is_harmless(name)
                    && let Some(handed) = vals.iter().find(|val| val.ty.is_client())
                {
                    self.hand_to_macro(mac, name, handed);
                }
                for val in &vals {
                    self.leave(&val.ty);
                }
                Val::unknown()
            }
        }
    }

    /// Takes note that a macro was given a client.
    fn hand_to_macro(&mut self, mac: &Macro, name: &str, handed: &Val) {
        let what = self.shown(&handed.ty);
        let text = format!("{what} is handed to the macro `{name}!`, which is not followed");
        self.note(&mac.path, text);
    }

    /// What `format!` makes of its arguments.
    pub(super) fn formatted(
        &mut self,
        arguments: &Punctuated<Expr, Token![,]>,
        vals: &[Val],
    ) -> Value {
        let template = match vals.first().map(|val| &val.value) {
            Some(Value::Text(template)) => template.clone(),
            _ => return Value::Unknown,
        };
        let mut positional = Vec::new();
        let mut named = Vec::new();
        for (argument, val) in arguments.iter().zip(vals).skip(1) {
            match argument {
                Expr::Assign(assign) => {
                    if let Expr::Path(path) = &*assign.left
                        && let Some(name) = path.path.get_ident()
                    {
                        let val = self.expr(&assign.right);
                        let value = self.as_printed(&val);
                        named.push((unraw(name), value));
                    }
                }
                _ => positional.push(self.as_printed(val)),
            }
        }
        let mut pieces = Vec::new();
        let mut next = 0;
        let mut rest: &str = &template;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, behind) = rest.split_at(at);
            pieces.push(Piece::Text(before.into()));
            if let Some(escaped) = (behind.strip_prefix("{{")).or_else(|| behind.strip_prefix("}}"))
            {
                let brace = behind.get(..1).unwrap_or_default();
                pieces.push(Piece::Text(brace.into()));
                rest = escaped;
                continue;
            }
            let Some((inside, behind)) = behind
                .strip_prefix('{')
                .and_then(|behind| behind.split_once('}'))
            else {
                return Value::Unknown;
            };
            rest = behind;
            let (argument, spec) = inside.split_once(':').unwrap_or((inside, ""));
            let argument = argument.trim();
            let value = if argument.is_empty() {
                next += 1;
                positional.get(next - 1).cloned().unwrap_or_default()
            } else if let Ok(number) = argument.parse::<usize>() {
                positional.get(number).cloned().unwrap_or_default()
            } else if let Some((_, value)) = named.iter().find(|(name, _)| name == argument) {
                value.clone()
            } else {
                self.captured(argument)
            };
            // A width or a form changes the text.
            let value = if spec.is_empty() {
                value
            } else {
                Value::Unknown
            };
            pieces.push(Piece::Value(value));
        }
        pieces.push(Piece::Text(rest.into()));
        Value::of_pieces(pieces)
    }

    /// A variable or constant that a format string names.
    fn captured(&mut self, name: &str) -> Value {
        match syn::parse_str::<Expr>(name) {
            Ok(expr @ Expr::Path(_)) => {
                let val = self.expr(&expr);
                self.as_printed(&val).or_named(name)
            }
            _ => Value::Unknown,
        }
    }

    /// The pieces between commas, semicolons and arrows that read as expressions: `tokio::select!` and the like.
    fn pieces(&mut self, mac: &Macro, name: &str) {
        let mut piece = Vec::new();
        let mut unread = Vec::new();
        let mut tokens = mac.tokens.clone().into_iter().peekable();
        let mut flush = |walker: &mut Self, piece: &mut Vec<TokenTree>| {
            if piece.is_empty() {
                return;
            }
            // `pattern = future, if condition => handler`
            let skipped = usize::from(
                matches!(piece.first(), Some(TokenTree::Ident(ident)) if ident == "if"),
            );
            let stream = std::mem::take(piece).into_iter();
            let whole: TokenStream = stream.clone().collect();
            let stream: TokenStream = match syn::parse2::<Expr>(whole.clone()) {
                Ok(_) => whole,
                Err(_) => stream.skip(skipped).collect(),
            };
            // `pattern = future`: the pattern may read as an expression, or not.
            match syn::parse2::<Expr>(stream.clone()) {
                Ok(Expr::Assign(assign)) => {
                    let val = walker.expr(&assign.right);
                    walker.bind_expr(&assign.left, &val);
                }
                Ok(expr) => {
                    let val = walker.expr(&expr);
                    if val.ty.is_client() && !is_harmless(name) {
                        walker.hand_to_macro(mac, name, &val);
                    }
                }
                Err(_) => match select_arm.parse2(stream.clone()) {
                    Ok((pat, expr)) => {
                        let val = walker.expr(&expr);
                        walker.bind(&pat, &val);
                    }
                    Err(_) => unread.push(stream),
                },
            }
        };
        while let Some(token) = tokens.next() {
            match &token {
                TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';') => {
                    flush(self, &mut piece);
                }
                TokenTree::Punct(punct)
                    if punct.as_char() == '='
                        && matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '>')
                        && punct.spacing() == proc_macro2::Spacing::Joint =>
                {
                    tokens.next();
                    flush(self, &mut piece);
                }
                // A handler in braces needs no comma behind it.
                TokenTree::Group(group)
                    if group.delimiter() == proc_macro2::Delimiter::Brace && piece.is_empty() =>
                {
                    piece.push(token);
                    flush(self, &mut piece);
                }
                _ => piece.push(token),
            }
        }
        flush(self, &mut piece);
        for stream in unread {
            self.found.unseen.tokens(stream.clone());
            if let Some((method, span)) = self.mentions_call(stream) {
                self.note_at(
                    span.start(),
                    format!(
                        "`.{method}(..)` is in the input of the macro `{name}!`, where it cannot be followed"
                    ),
                );
            }
        }
    }

    /// A method of a client's name in tokens that cannot be read.
    fn mentions_call(&self, stream: TokenStream) -> Option<(String, Span)> {
        method_in(self.names.sdk, self.clients, stream)
    }
}

/// `pattern = expression`
fn select_arm(input: syn::parse::ParseStream<'_>) -> syn::Result<(syn::Pat, Expr)> {
    let pat = syn::Pat::parse_multi(input)?;
    input.parse::<Token![=]>()?;
    Ok((pat, input.parse()?))
}

/// Whether a macro never gives a value, as `panic!` does.
pub(super) fn diverges(mac: &Macro) -> bool {
    (mac.path.segments.last()).is_some_and(|last| {
        matches!(
            unraw(&last.ident).as_str(),
            "panic" | "todo" | "unimplemented" | "unreachable" | "bail" | "compile_error"
        )
    })
}

/// Macros that print, compare, wait for or wrap their arguments.
fn is_harmless(name: &str) -> bool {
    matches!(
        name,
        "println"
            | "print"
            | "eprintln"
            | "eprint"
            | "panic"
            | "assert"
            | "assert_eq"
            | "assert_ne"
            | "debug_assert"
            | "debug_assert_eq"
            | "debug_assert_ne"
            | "todo"
            | "unimplemented"
            | "unreachable"
            | "matches"
            | "select"
            | "select_biased"
            | "trace"
            | "debug"
            | "info"
            | "warn"
            | "error"
            | "event"
            | "span"
            | "info_span"
            | "debug_span"
            | "log"
            | "json"
            | "ensure"
            | "bail"
            | "anyhow"
            | "eyre"
            | "stream"
            | "try_stream"
            | "hashmap"
            | "smallvec"
            | "format_args"
            | "async_block"
            | "join_all"
    )
}
