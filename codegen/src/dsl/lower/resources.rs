//! Resources: the entries of `.on(..)`.

use std::ops::Range;

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote;
use rekognition_iam_runtime::catalogue::{self, ArnField, ArnFormat, Piece, Service, Variable};
use rekognition_iam_runtime::document::{Element, List, Text};
use rekognition_iam_runtime::{suggest, values};

use super::common::{
    STATEMENT_METHODS, Wanted, is_group, joined, listed, module_and_name, service_by_ident, string,
};
use super::{LoweredStatement, Lowerer, ResourceSpans, has_hole};
use crate::dsl::syntax::{Expr, Items, MethodCall, Path, Primary};
use crate::dsl::tokens::Tokens;

const EXAMPLE: &str = "rekognition::collection(\"us-east-1\", \"123456789012\", \"staff\")";

impl Lowerer<'_> {
    pub(super) fn resources(&mut self, args: &Items, result: &mut LoweredStatement) {
        let entries = self.entries(args);
        let mut texts = Vec::new();
        if entries.items.is_empty() && !entries.bracketed {
            self.errors
                .push(entries.span, "the list of resources is empty")
                .help("name a resource, as in `rekognition::collection(\"us-east-1\", \"123456789012\", \"staff\")`, or use `.on_any()`");
        }
        for item in entries.items {
            let (text, spans) = self.resource(item);
            texts.push(Text::Owned(text));
            result.spans.resources.push(spans);
        }
        if texts.is_empty() && !entries.bracketed {
            return;
        }
        result.spans.lists.resources = entries.list;
        let values = if entries.bracketed {
            List::bracketed(texts)
        } else {
            List::shortest(texts)
        };
        result.statement.resources = Some(Element {
            not: entries.not,
            values,
        });
    }

    /// The text and the spans of a resource; `*` when it was reported.
    pub(super) fn resource(&mut self, expr: &Expr) -> (String, ResourceSpans) {
        let span = expr.span();
        let reported = (
            "*".to_string(),
            ResourceSpans {
                span,
                parts: Vec::new(),
                reported: true,
            },
        );
        if self.misplaced(expr, "resources") {
            return reported;
        }
        match &expr.primary {
            Primary::Literal(..) => {
                if let Some(call) = expr.calls.first() {
                    self.stray_call(call, "an ARN");
                }
                match string(expr) {
                    Some((text, _)) => (
                        text,
                        ResourceSpans {
                            span,
                            parts: Vec::new(),
                            reported: false,
                        },
                    ),
                    None => {
                        self.errors
                            .push(
                                span,
                                "a resource is a constructor of its service or an ARN in a string",
                            )
                            .help(format!("as in `{EXAMPLE}`"));
                        reported
                    }
                }
            }
            Primary::Path(path) => {
                // A whole ARN in a variable. A path of a service is a constructor that was not finished.
                let of_service = module_and_name(path).is_some_and(|(module, _)| {
                    catalogue::KNOWN_SERVICES.contains(&module.as_str())
                });
                let lower = path.segments.last().is_some_and(|name| {
                    name.to_string()
                        .starts_with(|c: char| c.is_ascii_lowercase())
                });
                if !of_service
                    && lower
                    && !catalogue::KNOWN_SERVICES.contains(&path.text().as_str())
                    && let Some(text) = self.hole(expr, "Arn", true)
                {
                    return (
                        text,
                        ResourceSpans {
                            span,
                            parts: Vec::new(),
                            reported: false,
                        },
                    );
                }
                self.not_a_resource(path);
                reported
            }
            Primary::Place(_) => match self.hole(expr, "Arn", true) {
                Some(text) => (
                    text,
                    ResourceSpans {
                        span,
                        parts: Vec::new(),
                        reported: false,
                    },
                ),
                None => {
                    self.not_a_value(expr, "resource");
                    reported
                }
            },
            Primary::Call(path, args) => self
                .constructor(path, args, &expr.calls)
                .unwrap_or(reported),
            Primary::List(_) | Primary::Unknown(..) => reported,
        }
    }

    pub(super) fn not_a_resource(&mut self, path: &Path) {
        let text = path.text();
        let example = |service: &Service| {
            service
                .resources
                .first()
                .and_then(|kind| kind.formats.first())
                .map(|format| example_of(service.prefix, format))
        };
        if path.open {
            let help = (path.segments.last())
                .and_then(|name| service_by_ident(&name.to_string()))
                .and_then(example)
                .unwrap_or_else(|| EXAMPLE.to_string());
            self.errors
                .push(
                    path.span(),
                    format!("a resource is missing behind `{text}`"),
                )
                .help(format!("as in `{help}`"));
            return;
        }
        if let Some((module, name)) = module_and_name(path) {
            if let Some(service) = service_by_ident(&module) {
                if let Some((_, format)) = service.resource_by_ident(&name) {
                    self.errors
                        .push(
                            path.span(),
                            format!(
                                "the values of `{}` are missing",
                                signature(&text, &parameters(format))
                            ),
                        )
                        .help(format!("as in `{}`", example_of(&module, format)));
                    return;
                }
                if service.action_by_ident(&name).is_some() {
                    self.errors
                        .push(
                            path.span(),
                            format!("`{text}` is an action, not a resource"),
                        )
                        .help("actions stand in `allow(..)` or `deny(..)`");
                    return;
                }
                self.unknown_constructor(path, service, &module, &name);
                return;
            }
            self.unknown_module(path, &module, &name, Wanted::Resource);
            return;
        }
        if matches!(text.as_str(), "any" | "all" | "anything" | "everything") {
            self.errors
                .push(path.span(), format!("`{text}` is not a resource"))
                .help("write `.on_any()` in the place of `.on(..)`");
            return;
        }
        let owner = (catalogue::services().iter())
            .find(|service| service.resource_by_ident(&text).is_some());
        if let Some(service) = owner {
            self.errors
                .push(path.span(), format!("`{text}` is not a resource"))
                .help(format!("did you mean `{}::{text}(..)`?", service.prefix));
            return;
        }
        self.errors
            .push(path.span(), format!("`{text}` is not a resource"))
            .help("a resource is a constructor of its service, as in `rekognition::collection(\"us-east-1\", \"123456789012\", \"staff\")`, or an ARN in a string");
    }

    pub(super) fn unknown_constructor(
        &mut self,
        path: &Path,
        service: &Service,
        module: &str,
        name: &str,
    ) {
        self.errors.push(
            path.span(),
            format!("`{}` has no resource type `{name}`", service.prefix),
        );
        let mut names = Vec::new();
        for kind in service.resources {
            for format in kind.formats {
                names.push(format.rust_name);
            }
        }
        match suggest::nearest_of(name, &names) {
            Some(near) => self.last_help(format!("did you mean `{module}::{near}(..)`?")),
            None if names.is_empty() => {
                self.last_help("this service has no resource types: use `.on_any()`");
            }
            None => self.last_help(format!("it has {}", listed(&names, 12))),
        }
    }

    pub(super) fn constructor(
        &mut self,
        path: &Path,
        args: &Items,
        calls: &[MethodCall],
    ) -> Option<(String, ResourceSpans)> {
        let span = path.span();
        let Some((module, name)) = module_and_name(path) else {
            self.not_a_resource(path);
            return None;
        };
        let Some(service) = service_by_ident(&module) else {
            self.unknown_module(path, &module, &name, Wanted::Resource);
            return None;
        };
        let Some((_, format)) = service.resource_by_ident(&name) else {
            if service.action_by_ident(&name).is_some() {
                self.not_a_resource(path);
            } else if matches!(name.as_str(), "all" | "matching") || is_group(&name) {
                self.errors
                    .push(
                        span,
                        format!(
                            "`{}(..)` stands for actions, not for resources",
                            path.text()
                        ),
                    )
                    .help("actions stand in `allow(..)` or `deny(..)`");
            } else {
                self.unknown_constructor(path, service, &module, &name);
            }
            return None;
        };
        let parameters = parameters(format);
        if (args.items.iter()).any(|arg| matches!(arg.primary, Primary::Unknown(..))) {
            // Reported, and who knows how many values were meant.
            return None;
        }
        if args.items.len() != parameters.len() {
            self.errors
                .push(
                    args.span,
                    format!(
                        "`{}` takes {} {}, found {}",
                        signature(&path.text(), &parameters),
                        parameters.len(),
                        values_word(parameters.len()),
                        args.items.len()
                    ),
                )
                .help(format!("as in `{}`", example_of(&module, format)));
            return None;
        }
        let mut texts = Vec::new();
        let mut complete = true;
        for (arg, parameter) in args.items.iter().zip(&parameters) {
            let kind = match *parameter {
                "region" => "Region",
                "account" => "AccountId",
                name => variable(format, name).map_or("ResourceName", values::type_of),
            };
            match self.text_or_hole(arg, parameter, kind, true) {
                Some((value, literal)) => {
                    complete &=
                        has_hole(&value) || self.fits(&value, literal.span(), format, parameter);
                    texts.push((value, literal));
                }
                None => complete = false,
            }
        }
        let before = self.errors.len();
        let (mut partition, partition_span, tail) = self.partition(calls, span);
        if !complete {
            return None;
        }
        if self.errors.len() > before {
            // Any: the partition was said in a way that was not understood.
            partition = "*".to_string();
        }
        let (text, parts) = arn(format, &partition, partition_span, &texts);
        let mut literals = Tokens::with_capacity(texts.len() * 2);
        for (_, literal) in &texts {
            literals.push(literal.clone());
            literals.punct(',');
        }
        let typed = &mut self.typed.resources;
        typed.all(&path.tokens);
        typed.parentheses(literals);
        typed.0.extend(tail);
        typed.punct(',');
        let spans = ResourceSpans {
            span,
            parts,
            reported: false,
        };
        Some((text, spans))
    }

    /// A value must not be empty, and must not reach over a slash of its format: it would make another resource of it.
    pub(super) fn fits(
        &mut self,
        value: &str,
        span: Span,
        format: &ArnFormat,
        parameter: &str,
    ) -> bool {
        let Some(variable) = variable(format, parameter) else {
            let wrong = value.contains([':', '/']) && !value.contains("${");
            if wrong {
                self.errors
                    .push(span, format!("`{value}` is not a {parameter}"));
            }
            return !wrong;
        };
        if value.is_empty() {
            self.errors
                .push(span, format!("the `{parameter}` is empty"))
                .help("`*` stands for any");
            return false;
        }
        let mut outside = String::new();
        let mut rest = value;
        while let Some((before, behind)) = rest.split_once("${") {
            outside.push_str(before);
            rest = behind.split_once('}').map_or("", |(_, behind)| behind);
        }
        outside.push_str(rest);
        if outside.contains('/') && !variable.slashes {
            self.errors
                .push(span, format!("`/` cannot stand in a {}", variable.name))
                .help(format!("the ARN has the form `{}`", format.text));
            return false;
        }
        true
    }

    pub(super) fn partition(
        &mut self,
        calls: &[MethodCall],
        span: Span,
    ) -> (String, Span, TokenStream) {
        let mut partition = ("aws".to_string(), span, TokenStream::new());
        for call in calls {
            let Some(name) = &call.name else { continue };
            let text = name.to_string();
            match (&call.args, text.as_str()) {
                (Some(args), "partition") => {
                    if let [only] = args.items.as_slice() {
                        if let Some((value, literal)) =
                            self.text_or_hole(only, "partition", "Partition", true)
                        {
                            partition = (value, literal.span(), quote!(.#name(#literal)));
                        }
                    } else {
                        self.one_string(name, args);
                    }
                }
                (None, known) => {
                    self.unfinished_call(name, &text, known == "partition", &["partition"]);
                }
                (Some(_), other) => {
                    self.errors
                        .push(name.span(), format!("a resource has no `.{other}(..)`"));
                    if STATEMENT_METHODS.contains(&other) {
                        self.last_help(format!(
                            "`.{other}(..)` belongs behind the `)` of `.on(..)`"
                        ));
                    } else {
                        self.help_nearest(other, &["partition"], &|near| format!("`.{near}(..)`"));
                    }
                }
            }
        }
        partition
    }
}

/// The variable of this parameter.
fn variable(format: &ArnFormat, parameter: &str) -> Option<&'static Variable> {
    for piece in format.resource {
        if let Piece::Variable(variable) = piece
            && variable.rust_name == parameter
        {
            return Some(variable);
        }
    }
    None
}

/// The parameters of a constructor, in their order.
pub(crate) fn parameters(format: &ArnFormat) -> Vec<&'static str> {
    let mut names = Vec::new();
    if format.region == ArnField::Variable {
        names.push("region");
    }
    if format.account == ArnField::Variable {
        names.push("account");
    }
    for piece in format.resource {
        if let Piece::Variable(variable) = piece {
            names.push(variable.rust_name);
        }
    }
    names
}

/// What a function takes, for people: `rekognition::collection(region, account, collection_id)`.
pub(super) fn signature(function: &str, parameters: &[&str]) -> String {
    format!("{function}({})", joined(parameters, ", "))
}

pub(super) const fn values_word(count: usize) -> &'static str {
    if count == 1 { "value" } else { "values" }
}

/// A call of a constructor that compiles where it is put.
fn example_of(module: &str, format: &ArnFormat) -> String {
    let mut values = Vec::new();
    for parameter in parameters(format) {
        let kind = match parameter {
            "region" => "Region",
            "account" => "AccountId",
            name => variable(format, name).map_or("ResourceName", values::type_of),
        };
        values.push(match kind {
            "Region" => "\"us-east-1\"",
            "AccountId" => "\"123456789012\"",
            "CollectionId" => "\"staff\"",
            "DatasetType" => "\"train\"",
            // Given out by AWS, so nobody knows it by heart.
            "CreationTimestamp" | "KeyId" => "\"*\"",
            _ => "\"name\"",
        });
    }
    signature(&format!("{module}::{}", format.rust_name), &values)
}

/// The ARN of a constructor's values, and which part of it came from which token.
pub(super) fn arn(
    format: &ArnFormat,
    partition: &str,
    partition_span: Span,
    values: &[(String, Literal)],
) -> (String, Vec<(Range<usize>, Span)>) {
    let mut text = String::from("arn:");
    let mut parts = Vec::new();
    let mut values = values.iter();
    let mut put = |text: &mut String, value: &str, span: Option<Span>| {
        let start = text.len();
        text.push_str(value);
        if let Some(span) = span {
            parts.push((start..text.len(), span));
        }
    };
    let mut next = |text: &mut String, put: &mut dyn FnMut(&mut String, &str, Option<Span>)| {
        if let Some((value, literal)) = values.next() {
            put(text, value, Some(literal.span()));
        }
    };
    put(&mut text, partition, Some(partition_span));
    text.push(':');
    text.push_str(format.service);
    for field in [format.region, format.account] {
        text.push(':');
        match field {
            ArnField::Empty => {}
            ArnField::Fixed(fixed) => text.push_str(fixed),
            ArnField::Variable => next(&mut text, &mut put),
        }
    }
    text.push(':');
    for piece in format.resource {
        match piece {
            Piece::Literal(literal) => text.push_str(literal),
            Piece::Variable(_) => next(&mut text, &mut put),
        }
    }
    (text, parts)
}
