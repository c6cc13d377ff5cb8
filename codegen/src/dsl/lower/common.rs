//! What all parts of the lowering share: names, strings, and the errors about them.

use proc_macro2::{Ident, Literal, Span};
use quote::quote;
use rekognition_iam_runtime::catalogue::{self, Service};
use rekognition_iam_runtime::invisible::is_invisible;
use rekognition_iam_runtime::suggest;
use rekognition_iam_runtime::values::Place;
use rekognition_iam_runtime::{AccessLevel, Operator};

use super::lowered::Unlisted;
use super::lowerer::Lowerer;
use crate::dsl::errors::{Read, Reported};
use crate::dsl::syntax::{Expr, Items, MethodCall, Path, Primary};

impl Lowerer<'_> {
    pub(super) fn unknown_module(
        &mut self,
        path: &Path,
        module: &str,
        name: &str,
        wanted: Wanted,
    ) -> Reported {
        // The segment that is wrong, not the name after it.
        let span = match path.segments.as_slice() {
            [.., module, _] => module.span(),
            _ => path.span(),
        };
        if let Some(feature) = catalogue::prefix_of(module) {
            // One feature, one error, wherever the service is named.
            if let Some((_, reported)) = self.off.iter().find(|(off, _)| off == module) {
                return *reported;
            }
            let reported = self
                .errors
                .push(
                    span,
                    format!("the catalogue of `{feature}` is not part of this build"),
                )
                .help(format!(
                    "enable the Cargo feature `{feature}` of `rekognition-iam`"
                ))
                .reported();
            self.off.push((module.to_string(), reported));
            return reported;
        }
        if let Some(prefix) = aws_service(module) {
            return self.no_module(span, prefix, name, wanted);
        }
        let reported = self
            .errors
            .push(span, format!("no service `{module}` in the catalogue"))
            .reported();
        let mut known: Vec<&str> = catalogue::MODULES
            .iter()
            .map(|&(_, module)| module)
            .collect();
        if matches!(wanted, Wanted::Key) {
            known.push("aws");
        }
        match suggest::nearest_of(module, &known) {
            Some(near) => self.last_help(format!("did you mean `{near}::{name}`?")),
            None => {
                if matches!(wanted, Wanted::Key) && catalogue::global_key_by_ident(name).is_some() {
                    self.last_help(format!("did you mean `aws::{name}`?"));
                    self.last_help(NO_ALIAS);
                    return reported;
                }
                let owner = services_for_suggestions().find(|service| match wanted {
                    Wanted::Action => service.action_by_ident(name).is_some(),
                    Wanted::Resource => service.resource_by_ident(name).is_some(),
                    Wanted::Key => service.key_by_ident(name).is_some(),
                });
                match owner {
                    Some(service) => {
                        self.last_help(format!("did you mean `{}::{name}`?", service.module));
                        self.last_help(NO_ALIAS);
                    }
                    None => {
                        if is_group(name) || matches!(name, "all" | "matching") {
                            self.last_help(NO_ALIAS);
                        }
                        if !catalogue::AWS_SERVICES.contains(&module) {
                            self.last_help(format!("the catalogue has {}", joined(&known, ", ")));
                        }
                        if matches!(wanted, Wanted::Action) {
                            let text = format!("\"{module}:{name}\"");
                            // Without a module, and checked as a string.
                            let written = match catalogue::service(module) {
                                Some(_) => text,
                                None => format!("unlisted({text}, \"why it is right\")"),
                            };
                            self.last_help(format!(
                                "for an action of another service, write `{written}`"
                            ));
                        }
                    }
                }
            }
        }
        reported
    }

    /// An AWS service that has no module: what belongs to it is written as a string.
    fn no_module(&mut self, span: Span, prefix: &str, name: &str, wanted: Wanted) -> Reported {
        let reported = self
            .errors
            .push(span, format!("the service `{prefix}` has no module"))
            .reported();
        let service = catalogue::service(prefix);
        let text = format!("\"{prefix}:{name}\"");
        let what = match wanted {
            Wanted::Resource => {
                self.last_help(format!(
                    "write the ARN as a string: `\"arn:aws:{prefix}:..\"`"
                ));
                return reported;
            }
            Wanted::Action => "action",
            Wanted::Key => "key",
        };
        let Some(service) = service else {
            self.last_help(format!(
                "write the {what} as `unlisted({text}, \"why it is right\")`"
            ));
            self.last_help(format!(
                "or enable the Cargo feature `all-services` of `rekognition-iam`, and write `{text}` to have it checked"
            ));
            return reported;
        };
        let names: Vec<&str> = match wanted {
            Wanted::Action => service.actions.iter().map(|info| info.name).collect(),
            Wanted::Key | Wanted::Resource => Vec::new(),
        };
        if names.is_empty() || names.contains(&name) {
            self.last_help(format!("write the {what} as a string: `{text}`"));
        } else if let Some(near) = suggest::nearest_of(name, &names) {
            self.last_help(format!("did you mean `\"{prefix}:{near}\"`?"));
        } else {
            self.last_help(format!(
                "write its actions as strings; `{name}` is not one of them"
            ));
        }
        reported
    }

    /// `unlisted("name", "why")`: the name and its literal.
    pub(super) fn unlisted<'s>(
        &mut self,
        path: &Path,
        args: &'s Items,
        names: &[Name],
    ) -> Read<(String, &'s Literal)> {
        let (Some((name, literal)), Some((reason, reason_literal))) = (
            args.items.first().and_then(plain_string),
            args.items.get(1).and_then(plain_string),
        ) else {
            return (self.errors)
                .push(path.span(), "expected a name and a reason in `unlisted(..)`")
                .help("write, for example, `unlisted(\"rekognition:NewAction\", \"released on 2026-11-20\")`")
                .err();
        };
        if let Some(reported) = args.uncounted() {
            return Err(reported);
        }
        if let Some(extra) = args.items.get(2) {
            return (self.errors)
                .push(extra.span(), "`unlisted` accepts only a name and a reason")
                .err();
        }
        if reason.trim().is_empty() {
            return (self.errors)
                .push(reason_literal.span(), "the reason is empty")
                .help("explain why this name is right although it is not in the catalogue")
                .err();
        }
        if name
            .split_once(':')
            .is_none_or(|(prefix, name)| prefix.is_empty() || name.is_empty())
        {
            return (self.errors)
                .push(
                    literal.span(),
                    format!("`{name}` is not of the form `service:Name`"),
                )
                .help("write it as in `rekognition:NewAction`")
                .err();
        }
        // No other name can be right, whatever AWS has released since.
        if !names.iter().any(|kind| kind.allows(&name)) {
            let what = match names {
                [Name::Action] => "an action",
                [Name::Key] => "a condition key",
                _ => "an action or a condition key",
            };
            return (self.errors)
                .push(
                    literal.span(),
                    format!("`{}` cannot be the name of {what}", name.escape_debug()),
                )
                .help("use only letters, digits, and hyphens in the name of an action; the name of a condition key has no wildcards and no variables")
                .err();
        }
        self.unlisted.push(Unlisted {
            name: name.clone(),
            reason,
            span: literal.span(),
        });
        Ok((name, literal))
    }

    pub(super) fn last_help(&mut self, help: impl Into<String>) {
        self.errors.help_last(help.into());
    }

    pub(super) fn help_nearest(
        &mut self,
        typed: &str,
        names: &[&str],
        show: &dyn Fn(&str) -> String,
    ) {
        match suggest::nearest_of(typed, names) {
            Some(near) => self.last_help(format!("did you mean {}?", show(near))),
            None => {
                let is = if names.len() == 1 { "is" } else { "are" };
                let mut help = format!("there {is} ");
                for (number, name) in names.iter().enumerate() {
                    if number > 0 {
                        help.push_str(", ");
                    }
                    help.push_str(&show(name));
                }
                self.last_help(help);
            }
        }
    }

    pub(super) fn unfinished_call(
        &mut self,
        name: &Ident,
        text: &str,
        known: bool,
        names: &[&str],
    ) -> Reported {
        if known {
            let message = format!("expected `(` after `.{text}`");
            self.errors.push(name.span(), message).reported()
        } else {
            let message = format!("no method `{text}` here");
            let reported = self.errors.push(name.span(), message).reported();
            self.help_nearest(text, names, &shown_method);
            reported
        }
    }

    /// Reports a method call where there can be none.
    pub(super) fn stray_call(&mut self, call: &MethodCall, what: &str) -> Read<()> {
        let name = call.name.as_ref().map_err(|reported| *reported)?;
        let message = format!("{what} has no method `{name}`");
        let reported = self.errors.push(name.span(), message).reported();
        let text = name.to_string();
        if STATEMENT_METHODS.contains(&text.as_str()) {
            self.last_help(format!(
                "call {} on the result of `allow(..)` or `deny(..)`",
                shown_method(&text)
            ));
            if matches!(text.as_str(), "on" | "on_any") {
                self.strayed = Some(reported);
            }
        } else if call.args.is_none() && text.starts_with(|c: char| c.is_ascii_uppercase()) {
            self.last_help(format!("write two colons before a name: `::{text}`"));
        } else if text == "partition" {
            self.last_help("write the partition in the ARN string itself");
        }
        Err(reported)
    }

    pub(super) fn no_arguments(&mut self, name: &Ident, args: &Items) -> Read<()> {
        self.no_arguments_at(name.span(), &name.to_string(), args)
    }

    pub(super) fn no_arguments_at(&mut self, _: Span, name: &str, args: &Items) -> Read<()> {
        match args.items.first() {
            Some(first) => match args.uncounted() {
                Some(reported) => Err(reported),
                None => (self.errors)
                    .push(first.span(), format!("`{name}` does not accept values"))
                    .err(),
            },
            None => Ok(()),
        }
    }

    pub(super) fn one_string<'s>(
        &mut self,
        name: &Ident,
        args: &'s Items,
    ) -> Read<(String, &'s Literal)> {
        self.one_string_at(name.span(), &name.to_string(), args)
    }

    pub(super) fn one_string_at<'s>(
        &mut self,
        span: Span,
        name: &str,
        args: &'s Items,
    ) -> Read<(String, &'s Literal)> {
        match args.items.as_slice() {
            [only] => plain_string(only).ok_or_else(|| self.not_a_string(only, "value")),
            [] => (self.errors)
                .push(span, format!("expected a value in `{name}(..)`"))
                .err(),
            [_, extra, ..] => match args.uncounted() {
                Some(reported) => Err(reported),
                None => (self.errors)
                    .push(extra.span(), format!("`{name}` accepts one value"))
                    .err(),
            },
        }
    }

    /// A string literal or a variable: its text in the document, and the literal for the typed expression.
    pub(super) fn text_or_hole(
        &mut self,
        expr: &Expr,
        what: &str,
        kind: &'static str,
        place: Place,
    ) -> Read<(String, Literal)> {
        if let Some((text, literal)) = plain_string(expr) {
            return Ok((text, literal.clone()));
        }
        if let Some(text) = self.hole(expr, kind, place)? {
            let mut literal = Literal::string("");
            literal.set_span(expr.span());
            return Ok((text, literal));
        }
        Err(self.not_a_value(expr, what))
    }

    /// Lets the author's module be in the expansion next to a name in it that does not exist, so that rustc does not call the
    /// import of the module unused.
    pub(super) fn mention(&mut self, path: &Path) {
        let Some((_, module)) = path.tokens.split_last() else {
            return;
        };
        self.typed
            .patterns
            .extend(quote!(let _: #(#module)*__ServiceModule;));
    }

    /// Reports what is not a string where only a string can be, because the program knows other values only when it runs.
    pub(super) fn not_a_string(&mut self, expr: &Expr, what: &str) -> Reported {
        if let Some(reported) = expr.reported() {
            return reported;
        }
        let message = format!("the {what} must be a string literal");
        let reported = self.errors.push(expr.span(), message).reported();
        match value(expr) {
            Some(value) => self.last_help(format!("write `{value:?}`")),
            None => self.last_help(
                "use variables only for parts of resources, principals, and condition values",
            ),
        }
        reported
    }

    /// Reports what is neither a literal nor a variable where only those can be.
    pub(super) fn not_a_value(&mut self, expr: &Expr, what: &str) -> Reported {
        if let Some(reported) = expr.reported() {
            return reported;
        }
        let what = match what {
            "value" => what.to_string(),
            parameter => format!("`{parameter}`"),
        };
        if let Primary::Literal(..) = &expr.primary {
            let message = format!("the {what} must be a string");
            let reported = self.errors.push(expr.span(), message).reported();
            match value(expr) {
                Some(value) => self.last_help(format!("write `{value:?}`")),
                None => self.last_help("write a string in double quotes"),
            }
            return reported;
        }
        self.errors
            .push(
                expr.span(),
                format!("the {what} must be a literal or a variable"),
            )
            .help(
                "assign the result of a call or calculation to a variable first: `let name = ..;`",
            )
            .reported()
    }
}

/// A macro sees tokens, and no `use` that is outside of them.
pub(super) const NO_ALIAS: &str =
    "use the original name of the module; names from `use .. as ..` do not work inside a policy";

#[derive(Clone, Copy)]
pub(super) enum Wanted {
    Action,
    Resource,
    Key,
}

pub(super) const STATEMENT_METHODS: [&str; 8] = [
    "to",
    "on",
    "on_any",
    "when",
    "sid",
    "accept",
    "no_principal",
    "no_resource",
];

pub(super) fn condition_methods() -> Vec<&'static str> {
    let mut methods = Vec::new();
    for operator in &Operator::ALL {
        methods.push(operator.method());
    }
    methods.extend_from_slice(&["if_exists", "for_all_values", "for_any_value", "operator"]);
    methods
}

/// A method as an author writes it.
pub(super) fn shown_method(name: &str) -> String {
    match name {
        "on_any" | "no_principal" | "no_resource" | "if_exists" | "for_all_values"
        | "for_any_value" => format!("`.{name}()`"),
        _ => format!("`.{name}(..)`"),
    }
}

pub(super) fn is_group(name: &str) -> bool {
    level_of(name).is_some()
}

/// The names one after the other, with a separator between them.
pub(super) fn joined(names: &[&str], separator: &str) -> String {
    let mut text = String::new();
    for (number, name) in names.iter().enumerate() {
        if number > 0 {
            text.push_str(separator);
        }
        text.push_str(name);
    }
    text
}

pub(super) fn listed(names: &[&str], limit: usize) -> String {
    let shown = names.get(..limit).unwrap_or(names);
    let mut text = format!("`{}`", joined(shown, "`, `"));
    if names.len() > limit {
        text.push_str(&format!(" and {} more", names.len() - limit));
    }
    text
}

/// The last two segments: a service module and a name in it. Whatever is before them is for rustc to resolve.
pub(super) fn module_and_name(path: &Path) -> Option<(&str, &str)> {
    let [_, module, name] = path.in_module()?;
    Some((module, name))
}

/// The services with a module, those first that are nearest to Rekognition: of a name that several have, theirs is meant.
pub(super) fn services_for_suggestions() -> impl Iterator<Item = &'static Service> {
    let all = || catalogue::typed_services().iter().copied();
    (all().filter(|service| service.reviewed)).chain(all().filter(|service| !service.reviewed))
}

/// The text of a literal, if it is one of a string.
pub(super) fn text_of(literal: &Literal, written: &str) -> Option<String> {
    // Most strings have no escapes. syn, which knows what they mean, takes several times as long.
    if let Some(text) = (written.strip_prefix('"')).and_then(|text| text.strip_suffix('"'))
        && !text.as_bytes().contains(&b'\\')
        && !text.as_bytes().contains(&b'\r')
    {
        return Some(text.to_string());
    }
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Str(text) if text.suffix().is_empty() => Some(text.value()),
        _ => None,
    }
}

/// The text of a string literal, whatever calls are after it.
pub(super) fn string(expr: &Expr) -> Option<(String, &Literal)> {
    match &expr.primary {
        Primary::Literal(None, literal, written) => Some((text_of(literal, written)?, literal)),
        Primary::Path(_)
        | Primary::Call(..)
        | Primary::Place(_)
        | Primary::Literal(..)
        | Primary::List(_)
        | Primary::Unknown(..) => None,
    }
}

/// The text of a string literal with nothing after it.
pub(crate) fn plain_string(expr: &Expr) -> Option<(String, &Literal)> {
    string(expr).filter(|_| expr.calls.is_empty())
}

/// What a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// Of an action, or of several with wildcards.
    Action,
    Key,
}

impl Name {
    /// Whether a name has the form that all names in AWS's reference have.
    fn allows(self, name: &str) -> bool {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        match self {
            Self::Action => (name.split_once(':')).is_some_and(|(prefix, name)| {
                prefix.chars().all(is_plain)
                    && name.chars().all(|c| is_plain(c) || matches!(c, '*' | '?'))
            }),
            // The name of a tag may be any text without a wildcard, a variable, or what nobody sees; the prefix of a key may
            // be the address of an identity provider.
            Self::Key => {
                let is_shown = |c: char| !is_invisible(c) && !matches!(c, '*' | '?' | '$');
                name.chars().all(is_shown)
                    && !name.split('/').next().unwrap_or_default().contains(' ')
            }
        }
    }
}

/// The AWS service with this name as Rust can write it: `resource_groups` for `resource-groups`.
fn aws_service(module: &str) -> Option<&'static str> {
    let prefix = module.replace('_', "-");
    (catalogue::AWS_SERVICES.binary_search(&prefix.as_str()))
        .ok()
        .and_then(|at| catalogue::AWS_SERVICES.get(at).copied())
}

/// The access level that a function represents.
pub(super) fn level_of(group: &str) -> Option<AccessLevel> {
    (AccessLevel::ALL.iter())
        .find(|level| level.group() == group)
        .copied()
}

/// The text of a value: a string as it is, a number in its digits, a Boolean.
pub(super) fn value(expr: &Expr) -> Option<String> {
    if !expr.calls.is_empty() {
        return None;
    }
    match &expr.primary {
        Primary::Path(path) => {
            let word = path.text();
            matches!(word, "true" | "false").then(|| word.to_string())
        }
        Primary::Literal(minus, literal, written) => {
            let sign = if minus.is_some() { "-" } else { "" };
            if minus.is_none()
                && let Some(text) = text_of(literal, written)
            {
                return Some(text);
            }
            match syn::Lit::new(literal.clone()) {
                syn::Lit::Int(number) if number.suffix().is_empty() => {
                    Some(format!("{sign}{}", number.base10_digits()))
                }
                syn::Lit::Float(number) if number.suffix().is_empty() => {
                    Some(format!("{sign}{}", number.base10_digits()))
                }
                _ => None,
            }
        }
        Primary::Call(..) | Primary::Place(_) | Primary::List(_) | Primary::Unknown(..) => None,
    }
}
