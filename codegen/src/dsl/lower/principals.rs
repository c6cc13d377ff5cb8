//! Principals: the entries of `.to(..)`.

use proc_macro2::{Ident, Span};
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::document::{List, PrincipalKind, PrincipalSet, Principals, Text};

use rekognition_iam_runtime::values::{CanonicalUserId, Place};

use super::common::string;
use super::draft::Draft;
use super::holes::has_hole;
use super::lowerer::Lowerer;
use super::resources::{signature, values_word};
use super::spans::PrincipalSpans;
use crate::dsl::errors::Read;
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
    pub(super) fn principals(
        &mut self,
        name: &Ident,
        args: &Items,
        result: &mut Draft,
    ) -> Read<()> {
        if result.principals.is_some() {
            return (self.errors)
                .push(name.span(), "this statement already has principals")
                .help("list all principals in one `.to(..)`")
                .err();
        }
        let entries = self.entries(args);
        let mut found = Found::default();
        let mut read = Ok(());
        if entries.items.is_empty() && !entries.bracketed {
            read = (self.errors)
                .push(entries.span, "the list of principals is empty")
                .help(
                    "write, for example, `service(\"rekognition.amazonaws.com\")` or `account(\"123456789012\")`",
                )
                .err();
        }
        for item in entries.items {
            match &item.primary {
                // The principals of one kind, in brackets of their own.
                Primary::List(items) if !entries.bracketed && item.calls.is_empty() => {
                    for item in &items.items {
                        read = read.and(self.add_principal(item, true, &mut found));
                    }
                }
                Primary::Path(_)
                | Primary::Call(..)
                | Primary::Place(_)
                | Primary::Literal(..)
                | Primary::List(_)
                | Primary::Unknown(..) => {
                    read = read.and(self.add_principal(item, entries.bracketed, &mut found))
                }
            }
        }
        let Found {
            kinds,
            spans,
            anyone,
        } = found;
        let set = match (anyone, read) {
            (Some(span), _) => {
                if !kinds.is_empty() {
                    let message = "`anyone()` cannot be combined with other principals, which it already includes";
                    read = self.errors.push(span, message).err();
                }
                Ok(PrincipalSet::Anyone)
            }
            (None, Err(reported)) if kinds.is_empty() => Err(reported),
            (None, _) => Ok(PrincipalSet::Listed(kinds)),
        };
        let span = if self.kind.has_principals() {
            match anyone {
                Some(anyone) if !entries.not => anyone,
                _ => entries.list,
            }
        } else {
            // There must be none, whatever they are.
            name.span()
        };
        result.spans.principals = (span, spans);
        let not = entries.not;
        result.principals = Some(set.map(|set| Principals { not, set }));
        read
    }

    fn add_principal(&mut self, item: &Expr, bracketed: bool, found: &mut Found) -> Read<()> {
        self.in_place(item, "principals")?;
        if let Primary::Call(path, args) = &item.primary
            && path.is("anyone")
        {
            found.anyone = Some(item.span());
            self.no_arguments_at(item.span(), "anyone", args)?;
            return match item.calls.first() {
                Some(call) => self.stray_call(call, "`anyone()`"),
                None => Ok(()),
            };
        }
        let (kind, text) = match no_principals(item) {
            Some(kind) => (kind, None),
            None => {
                let (kind, text, span) = self.principal(item)?;
                (kind, Some((text, span)))
            }
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
        Ok(())
    }

    fn principal(&mut self, expr: &Expr) -> Read<(PrincipalKind, String, PrincipalSpans)> {
        let span = expr.span();
        match &expr.primary {
            Primary::Literal(..) => match string(expr) {
                Some((text, _)) => {
                    if let Some(call) = expr.calls.first() {
                        self.stray_call(call, "a principal")?;
                    }
                    Ok((PrincipalKind::Aws, text, whole(span)))
                }
                None => (self.errors)
                    .push(span, "expected a principal")
                    .help("write, for example, `role(\"123456789012\", \"indexer\")`")
                    .err(),
            },
            Primary::Call(path, args) => self.principal_call(path, args, &expr.calls),
            Primary::Path(path) => {
                let known = FUNCTIONS.iter().any(|(name, ..)| path.is(name));
                if !known && let Some(text) = self.hole(expr, "Arn", Place::Principal)? {
                    return Ok((PrincipalKind::Aws, text, whole(span)));
                }
                (self.errors)
                    .push(span, format!("`{}` is not a principal", path.text()))
                    .help("write, for example, `service(\"rekognition.amazonaws.com\")` or `role(\"123456789012\", \"indexer\")`")
                    .err()
            }
            Primary::Place(_) => match self.hole(expr, "Arn", Place::Principal)? {
                Some(text) => Ok((PrincipalKind::Aws, text, whole(span))),
                None => Err(self.not_a_value(expr, "principal")),
            },
            Primary::List(items) => Err(self.misplaced_brackets(items, "principals")),
            Primary::Unknown(_, _, reported) => Err(*reported),
        }
    }

    fn principal_call(
        &mut self,
        path: &Path,
        args: &Items,
        calls: &[MethodCall],
    ) -> Read<(PrincipalKind, String, PrincipalSpans)> {
        let span = path.span();
        let name = path.text();
        let Some((_, parameters, example)) = FUNCTIONS.iter().find(|(known, ..)| *known == name)
        else {
            let message = format!("unknown principal type `{name}`");
            let reported = self.errors.push(span, message).err();
            let mut names = Vec::new();
            for (name, ..) in &FUNCTIONS {
                names.push(*name);
            }
            self.help_nearest(name, &names, &|near| match near {
                "anyone" => "`anyone()`".to_string(),
                near => format!("`{near}(..)`"),
            });
            return reported;
        };
        if let Some(reported) = args.uncounted() {
            return Err(reported);
        }
        if args.items.len() != parameters.len() {
            return (self.errors)
                .push(
                    args.span,
                    format!(
                        "`{}` requires {} {}, found {}",
                        signature(name, parameters),
                        parameters.len(),
                        values_word(parameters.len()),
                        args.items.len()
                    ),
                )
                .help(format!("write, for example, `{example}`"))
                .err();
        }
        let mut values = Vec::new();
        for (arg, parameter) in args.items.iter().zip(*parameters) {
            let kind = match *parameter {
                "account" => "AccountId",
                "role_name" => "RoleName",
                "user_name" => "UserName",
                "session_name" => "ResourceName",
                "id" => "CanonicalUserId",
                _ => "Text",
            };
            let (value, _) = self.text_or_hole(arg, parameter, kind, Place::Principal)?;
            if has_hole(&value) && matches!(name, "service" | "federated") {
                self.holes.pop();
                return (self.errors)
                    .push(arg.span(), format!("`{name}(..)` does not accept variables"))
                    .help("write the name itself: a `*` in a variable would let in everyone, and cannot be escaped here")
                    .err();
            }
            if !has_hole(&value) {
                self.spelled_principal(&value, arg.span(), kind)?;
            }
            values.push(value);
        }
        let (partition, partition_span, _) = self.partition(calls, span, Place::Principal)?;
        let is_open = |text: &str| has_hole(text) || text.contains(['*', '?', '$']);
        if !is_open(&partition) && catalogue::partition(&partition).is_none() {
            let message = format!("no partition `{}`", partition.escape_debug());
            return self.errors.push(partition_span, message).err();
        }
        // What is wrong with the only value is not wrong with the kind.
        let span = match args.items.as_slice() {
            [only] => only.span(),
            _ => span,
        };
        let value = |at: usize| values.get(at).map(String::as_str).unwrap_or_default();
        let kind = match name {
            "service" => PrincipalKind::Service,
            "federated" => PrincipalKind::Federated,
            "canonical_user" => PrincipalKind::CanonicalUser,
            _ => PrincipalKind::Aws,
        };
        if kind != PrincipalKind::Aws {
            return match calls.first() {
                Some(call) => (self.stray_call(call, &format!("`{name}(..)`")))
                    .map(|()| (kind, value(0).to_string(), whole(span))),
                None => Ok((kind, value(0).to_string(), whole(span))),
            };
        }
        let (service, word) = match name {
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
        Ok((kind, text, PrincipalSpans { span, parts }))
    }
}

impl Lowerer<'_> {
    /// Reports a value that does not have the form of its type and that no rule looks at. Wildcards have a rule.
    fn spelled_principal(&mut self, value: &str, span: Span, kind: &str) -> Read<()> {
        if kind == "CanonicalUserId" {
            let read: Result<CanonicalUserId, _> = value.parse();
            return match read {
                Ok(_) => Ok(()),
                Err(error) => (self.errors)
                    .push(span, error.to_string())
                    .help("write the 64 lowercase hexadecimal digits of the canonical user ID, as S3 shows it")
                    .err(),
            };
        }
        self.spelled(value, span, kind)
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
    Some(match path.text() {
        "account" => PrincipalKind::Aws,
        "service" => PrincipalKind::Service,
        "federated" => PrincipalKind::Federated,
        "canonical_user" => PrincipalKind::CanonicalUser,
        _ => return None,
    })
}
