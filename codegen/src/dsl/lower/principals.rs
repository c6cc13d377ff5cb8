//! Principals: the entries of `.to(..)`.

use proc_macro2::{Ident, Span};
use rekognition_iam_runtime::document::{
    List, PolicyKind, PrincipalKind, PrincipalSet, Principals, Text,
};

use super::common::string;
use super::resources::{signature, values_word};
use super::variables::has_hole;
use super::{LoweredStatement, Lowerer, PrincipalSpans};
use crate::dsl::syntax::{Expr, Items, MethodCall, Path, Primary};

/// The functions of `.to(..)`, with the parameters of each and an example.
const FUNCTIONS: [(&str, &[&str], &str); 9] = [
    (
        "service",
        &["name"],
        "service(\"rekognition.amazonaws.com\")",
    ),
    ("account", &["account"], "account(\"123456789012\")"),
    (
        "role",
        &["account", "role_name"],
        "role(\"123456789012\", \"indexer\")",
    ),
    (
        "user",
        &["account", "user_name"],
        "user(\"123456789012\", \"operator\")",
    ),
    (
        "session",
        &["account", "role_name", "session_name"],
        "session(\"123456789012\", \"indexer\", \"nightly\")",
    ),
    (
        "federated",
        &["provider"],
        "federated(\"accounts.google.com\")",
    ),
    (
        "canonical_user",
        &["id"],
        "canonical_user(\"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be\")",
    ),
    ("anyone", &[], "anyone()"),
    ("not", &["principals.."], "not(account(\"123456789012\"))"),
];

impl Lowerer<'_> {
    /// `.to(..)`
    pub(super) fn principals(&mut self, name: &Ident, args: &Items, result: &mut LoweredStatement) {
        if result.statement.principals.is_some() {
            self.errors
                .push(name.span(), "this statement already says who it is for")
                .help("name all of them in one `.to(..)`");
            return;
        }
        let entries = self.entries(args);
        let mut found = Found::default();
        if entries.items.is_empty() && !entries.bracketed {
            self.errors
                .push(entries.span, "the list of principals is empty")
                .help(
                    "as in `service(\"rekognition.amazonaws.com\")` or `account(\"123456789012\")`",
                );
        }
        let empty = entries.items.is_empty() && entries.bracketed;
        for item in entries.items {
            match &item.primary {
                // The principals of one kind, in brackets of their own.
                Primary::List(items) if !entries.bracketed && item.calls.is_empty() => {
                    for item in &items.items {
                        self.add_principal(item, true, &mut found);
                    }
                }
                _ => self.add_principal(item, entries.bracketed, &mut found),
            }
        }
        let Found {
            kinds,
            spans,
            anyone,
        } = found;
        let set = match anyone {
            Some(span) => {
                if !kinds.is_empty() {
                    self.errors.push(
                        span,
                        "`anyone()` stands alone: it covers every other principal",
                    );
                }
                PrincipalSet::Anyone
            }
            None if kinds.is_empty() && !empty => match self.kind {
                PolicyKind::ResourceControl => PrincipalSet::Anyone,
                _ => reported().set,
            },
            None => PrincipalSet::Listed(kinds),
        };
        let span = if self.kind.has_principals() {
            match anyone {
                Some(anyone) if !entries.not => anyone,
                _ => entries.list,
            }
        } else {
            // There must be none, whoever they are.
            name.span()
        };
        result.spans.principals = (span, spans);
        result.statement.principals = Some(Principals {
            not: entries.not,
            set,
        });
    }

    fn add_principal(&mut self, item: &Expr, bracketed: bool, found: &mut Found) {
        if self.misplaced(item, "principals") {
            return;
        }
        if is_word(item, "anyone") {
            found.anyone = Some(item.span());
            if let Primary::Call(_, args) = &item.primary {
                self.no_arguments_at(item.span(), "anyone", args);
            }
            return;
        }
        let none = no_principals(item);
        let principal = match none {
            Some(kind) => Some((kind, None)),
            None => (self.principal(item)).map(|(kind, text, span)| (kind, Some((text, span)))),
        };
        let Some((kind, text)) = principal else {
            return;
        };
        let at = match found.kinds.iter().position(|(other, _)| *other == kind) {
            Some(at) => at,
            None => {
                found.kinds.push((kind, List::shortest(Vec::new())));
                found.spans.push(Vec::new());
                found.kinds.len() - 1
            }
        };
        if let (Some((_, list)), Some(spans)) = (found.kinds.get_mut(at), found.spans.get_mut(at)) {
            list.bare &= !bracketed && text.is_some();
            if let Some((text, span)) = text {
                list.items.push(Text::Owned(text));
                spans.push(span);
            }
        }
    }

    fn principal(&mut self, expr: &Expr) -> Option<(PrincipalKind, String, PrincipalSpans)> {
        let span = expr.span();
        match &expr.primary {
            Primary::Literal(..) => match string(expr) {
                Some((text, _)) => {
                    if let Some(call) = expr.calls.first() {
                        self.stray_call(call, "a principal");
                    }
                    Some((PrincipalKind::Aws, text, whole(span)))
                }
                None => {
                    self.errors
                        .push(span, "a principal is a function or an ARN in a string")
                        .help("as in `role(\"123456789012\", \"indexer\")`");
                    None
                }
            },
            Primary::Call(path, args) => self.principal_call(path, args, &expr.calls),
            Primary::Path(path) => {
                if let Some(text) = self.hole(expr, "Arn", false) {
                    let known = path
                        .as_word()
                        .is_some_and(|word| FUNCTIONS.iter().any(|(name, ..)| word == name));
                    if !known {
                        return Some((PrincipalKind::Aws, text, whole(span)));
                    }
                    self.holes.pop();
                }
                self.errors
                    .push(span, format!("`{}` is not a principal", path.text()));
                self.last_help("as in `service(\"rekognition.amazonaws.com\")` or `role(\"123456789012\", \"indexer\")`");
                None
            }
            Primary::Place(_) => match self.hole(expr, "Arn", false) {
                Some(text) => Some((PrincipalKind::Aws, text, whole(span))),
                None => {
                    self.not_a_value(expr, "principal");
                    None
                }
            },
            Primary::List(_) | Primary::Unknown(..) => None,
        }
    }

    fn principal_call(
        &mut self,
        path: &Path,
        args: &Items,
        calls: &[MethodCall],
    ) -> Option<(PrincipalKind, String, PrincipalSpans)> {
        let span = path.span();
        let name = path.text();
        let Some((_, parameters, example)) = FUNCTIONS.iter().find(|(known, ..)| *known == name)
        else {
            self.errors
                .push(span, format!("no kind of principal `{name}`"));
            let mut names = Vec::new();
            for (name, ..) in &FUNCTIONS {
                names.push(*name);
            }
            self.help_nearest(&name, &names, &|near| match near {
                "anyone" => "`anyone()`".to_string(),
                near => format!("`{near}(..)`"),
            });
            return None;
        };
        if args.items.len() != parameters.len() {
            self.errors
                .push(
                    args.span,
                    format!(
                        "`{}` takes {} {}, found {}",
                        signature(&name, parameters),
                        parameters.len(),
                        values_word(parameters.len()),
                        args.items.len()
                    ),
                )
                .help(format!("as in `{example}`"));
            return None;
        }
        let mut values = Vec::new();
        for (number, parameter) in parameters.iter().enumerate() {
            let arg = args.items.get(number)?;
            let kind = match *parameter {
                "account" => "AccountId",
                "role_name" => "RoleName",
                "user_name" => "UserName",
                "session_name" => "ResourceName",
                _ => "Text",
            };
            let value = match self.text_or_hole(arg, parameter, kind, false) {
                Some((value, _)) => value,
                None => return None,
            };
            if has_hole(&value) && matches!(name.as_str(), "service" | "federated") {
                self.holes.pop();
                self.errors
                    .push(arg.span(), format!("`{name}(..)` takes no variable"))
                    .help("write the name out: there `*` lets in everyone, and nothing can be escaped");
                return None;
            }
            values.push(value);
        }
        let (partition, ..) = self.partition(calls, span);
        // What is wrong with the only value is not wrong with the kind.
        let span = match args.items.as_slice() {
            [only] => only.span(),
            _ => span,
        };
        let value = |at: usize| values.get(at).map(String::as_str).unwrap_or_default();
        let kind = match name.as_str() {
            "service" => PrincipalKind::Service,
            "federated" => PrincipalKind::Federated,
            "canonical_user" => PrincipalKind::CanonicalUser,
            _ => PrincipalKind::Aws,
        };
        if kind != PrincipalKind::Aws {
            return Some((kind, value(0).to_string(), whole(span)));
        }
        let (service, word) = match name.as_str() {
            "session" => ("sts", "assumed-role"),
            "account" => ("iam", "root"),
            word => ("iam", word),
        };
        let mut text = format!("arn:{partition}:{service}::");
        let mut parts = Vec::new();
        for (at, arg) in args.items.iter().enumerate() {
            match at {
                0 => {}
                1 => text.extend([":", word, "/"]),
                _ => text.push('/'),
            }
            let from = text.len();
            text.push_str(value(at));
            parts.push((from..text.len(), arg.span()));
        }
        if name == "account" {
            text.extend([":", word]);
        }
        Some((kind, text, PrincipalSpans { span, parts }))
    }
}

/// A principal that is one token, or wrong as a whole.
const fn whole(span: Span) -> PrincipalSpans {
    PrincipalSpans {
        span,
        parts: Vec::new(),
    }
}

/// The principals of a `.to(..)` so far.
#[derive(Default)]
struct Found {
    kinds: Vec<(PrincipalKind, List<Text<'static>>)>,
    spans: Vec<Vec<PrincipalSpans>>,
    anyone: Option<Span>,
}

/// `service([])`: an empty list of services. The kind that is empty.
fn no_principals(expr: &Expr) -> Option<PrincipalKind> {
    let Primary::Call(path, args) = &expr.primary else {
        return None;
    };
    let [only] = args.items.as_slice() else {
        return None;
    };
    let empty = matches!(&only.primary, Primary::List(items) if items.items.is_empty());
    if !empty || !only.calls.is_empty() || !expr.calls.is_empty() {
        return None;
    }
    Some(match path.as_word()?.to_string().as_str() {
        "account" => PrincipalKind::Aws,
        "service" => PrincipalKind::Service,
        "federated" => PrincipalKind::Federated,
        "canonical_user" => PrincipalKind::CanonicalUser,
        _ => return None,
    })
}

/// A principal that no rule minds, for a statement whose own were reported.
pub(super) fn reported() -> Principals<'static> {
    Principals {
        not: false,
        set: PrincipalSet::Listed(vec![(
            PrincipalKind::Aws,
            List::shortest(vec![Text::Borrowed("arn:aws:iam::123456789012:root")]),
        )]),
    }
}

fn is_word(expr: &Expr, word: &str) -> bool {
    match &expr.primary {
        Primary::Call(path, _) => path.as_word().is_some_and(|ident| ident == word),
        _ => false,
    }
}
