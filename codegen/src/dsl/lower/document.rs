//! What a policy is beside its statements: version, id, the shape of its list, what is accepted of the whole.

use proc_macro2::Span;
#[cfg(feature = "json")]
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::document::{List, Statement, Text};

use super::Lowerer;
use super::common::string;
use super::variables::has_hole;
#[cfg(feature = "json")]
use super::{Accepted, Unlisted};
#[cfg(feature = "json")]
use crate::dsl::errors::Errors;
use crate::dsl::syntax::{Expr, Items, Primary};

/// The functions that stand beside statements.
const PARTS: [&str; 4] = ["version", "no_version", "id", "accept"];

/// What was said of the policy as a whole.
#[derive(Default)]
pub(super) struct Parts {
    /// `version(..)`, and `None` in it for `no_version()`.
    pub(super) version: Option<(Option<Text<'static>>, Span)>,
    pub(super) id: Option<(Text<'static>, Span)>,
    /// `only(..)`
    alone: Option<Span>,
}

impl Lowerer<'_> {
    /// Whether the entry is about the policy as a whole; takes it in if so.
    pub(super) fn part(&mut self, expr: &Expr) -> bool {
        let (path, args) = match &expr.primary {
            Primary::Call(path, args) => (path, Some(args)),
            Primary::Path(path) => (path, None),
            _ => return false,
        };
        let Some(word) = path
            .as_word()
            .filter(|word| PARTS.iter().any(|part| word == part))
        else {
            return false;
        };
        let span = path.span();
        let name = word.to_string();
        let Some(args) = args else {
            self.errors
                .push(span, format!("the parentheses are missing behind `{name}`"));
            return true;
        };
        if let Some(call) = expr.calls.first() {
            self.stray_call(call, "an entry of the whole policy");
        }
        match name.as_str() {
            "accept" => self.accept(span, args, None),
            "id" => {
                if let Some((text, literal)) = self.one_string_at(span, &name, args) {
                    if self.parts.id.is_some() {
                        self.errors.push(span, "this policy already has an id");
                    }
                    self.parts.id = Some((Text::Owned(text), literal.span()));
                }
            }
            _ => {
                let version = if name == "version" {
                    (self.one_string_at(span, &name, args))
                        .map(|(text, literal)| (Some(Text::Owned(text)), literal.span()))
                } else {
                    self.no_arguments_at(span, &name, args);
                    Some((None, span))
                };
                if self.parts.version.is_some() {
                    self.errors
                        .push(span, "this policy already says which version it has");
                }
                self.parts.version = version.or(self.parts.version.take());
            }
        }
        true
    }

    /// The statement in `only(..)`, or the entry itself.
    pub(super) fn alone<'s>(&mut self, expr: &'s Expr) -> Option<&'s Expr> {
        let Primary::Call(path, args) = &expr.primary else {
            return Some(expr);
        };
        if path.as_word().is_none_or(|word| word != "only") {
            return Some(expr);
        }
        if let Some(call) = expr.calls.first() {
            self.stray_call(call, "`only(..)`");
        }
        self.parts.alone = Some(path.span());
        match args.items.as_slice() {
            [only] => Some(only),
            _ => {
                self.errors
                    .push(path.span(), "`only` takes one statement")
                    .help("several statements are a list: write them one after the other");
                None
            }
        }
    }

    /// The statements as the list that they stand in.
    pub(super) fn statements(
        &mut self,
        statements: Vec<Statement<'static>>,
    ) -> List<Statement<'static>> {
        let Some(span) = self.parts.alone else {
            return List::bracketed(statements);
        };
        if statements.len() > 1 {
            self.errors
                .push(
                    span,
                    "`only(..)` stands around the only statement of a policy",
                )
                .help("take it away: several statements are always a list");
        }
        List::shortest(statements)
    }

    /// Complains of values that would have to be escaped in a policy of a version that has no escapes: `${*}` would be read
    /// as it stands, and a denied `a*` be allowed.
    pub(super) fn unescapable(&mut self) {
        let Some((version, _)) = &self.parts.version else {
            return;
        };
        if version.as_deref() == Some("2012-10-17") {
            return;
        }
        for hole in &self.holes {
            if matches!(hole.kind, "ObjectKey" | "Text") {
                (self.errors)
                    .push(
                        hole.span,
                        format!(
                            "`{}` cannot stand in a policy of another version than `2012-10-17`, which cannot escape a `*` in it",
                            hole.name
                        ),
                    )
                    .help("take `version(..)` or `no_version()` away, or write the value out");
            }
        }
    }

    /// Complains of characters that stand for values in the document, when it has values that are known later.
    pub(super) fn private_characters(&mut self, input: &Items) {
        if self.holes.is_empty() {
            return;
        }
        let mut literals = Vec::new();
        for item in &input.items {
            strings(item, &mut literals);
        }
        for span in literals {
            self.errors.push(
                span,
                "characters of the private use plane 15 cannot stand in a policy with variables",
            );
        }
    }
}

/// `unlisted(..)` and `accept(..)` as entries of a list of their own: what is vouched for of a policy in a file.
#[cfg(feature = "json")]
pub(crate) fn vouched(
    kind: PolicyKind,
    items: &[Expr],
    errors: &mut Errors,
) -> (Vec<Unlisted>, Vec<Accepted>) {
    let mut lowerer = Lowerer::new(kind, errors);
    for item in items {
        match &item.primary {
            Primary::Call(path, args) if path.as_word().is_some_and(|word| word == "accept") => {
                lowerer.accept(path.span(), args, None);
            }
            Primary::Call(path, args) if path.as_word().is_some_and(|word| word == "unlisted") => {
                let _ = lowerer.unlisted(path, args);
            }
            // Reported.
            Primary::Unknown(..) => continue,
            _ => {
                (lowerer.errors)
                    .push(item.span(), "unexpected value")
                    .help("behind the path stand `accept(RULE, \"why\")` and `unlisted(\"service:Name\", \"why\")`");
                continue;
            }
        }
        if let Some(call) = item.calls.first() {
            lowerer.stray_call(call, "what is vouched for");
        }
    }
    (lowerer.unlisted, lowerer.accepted)
}

/// The spans of all strings that hold a character of the private use plane 15.
fn strings(expr: &Expr, out: &mut Vec<Span>) {
    if let Some((text, literal)) = string(expr)
        && has_hole(&text)
    {
        out.push(literal.span());
    }
    let inner = match &expr.primary {
        Primary::Call(_, items) | Primary::List(items) => items.items.as_slice(),
        _ => &[],
    };
    for item in inner {
        strings(item, out);
    }
    for call in &expr.calls {
        if let Some(args) = &call.args {
            for item in &args.items {
                strings(item, out);
            }
        }
    }
}
