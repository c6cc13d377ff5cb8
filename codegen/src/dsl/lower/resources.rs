//! Resources: the entries of `.on(..)`.

use std::borrow::Cow;
use std::ops::Range;

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote;
use rekognition_iam_runtime::arn::GrammarError;
use rekognition_iam_runtime::catalogue::{self, ArnField, ArnFormat, Piece, Service, Variable};
use rekognition_iam_runtime::values::Place;
use rekognition_iam_runtime::{suggest, values};

use super::common::{
    STATEMENT_METHODS, Wanted, is_group, joined, listed, module_and_name, services_for_suggestions,
    string,
};
use super::draft::{Draft, Parts};
use super::holes::has_hole;
use super::lowerer::{Lowerer, service_by_ident};
use super::spans::ResourceSpans;
use crate::dsl::errors::{Read, Reported};
use crate::dsl::syntax::{Expr, Items, MethodCall, Path, Primary};
use crate::dsl::tokens::Tokens;

const EXAMPLE: &str = "rekognition::collection(\"us-east-1\", \"123456789012\", \"staff\")";

impl Lowerer<'_> {
    pub(super) fn resources(&mut self, args: &Items, result: &mut Draft) {
        let entries = self.entries(args);
        if entries.items.is_empty() && !entries.bracketed {
            let reported = self.errors
                .push(entries.span, "the list of resources is empty")
                .help("name a resource, as in `rekognition::collection(\"us-east-1\", \"123456789012\", \"staff\")`, or use `.on_any()`")
                .reported();
            result.resources = Some(Err(reported));
            return;
        }
        let mut parts = Parts {
            not: entries.not,
            bracketed: entries.bracketed,
            items: Vec::with_capacity(entries.items.len()),
        };
        result.spans.resources = Vec::with_capacity(entries.items.len());
        for item in entries.items {
            let read = self.resource(item);
            Draft::resource(&mut parts, &mut result.spans, item.span(), read);
        }
        result.spans.lists.resources = entries.list;
        result.resources = Some(Ok(parts));
    }

    /// The text and the spans of a resource.
    fn resource(&mut self, expr: &Expr) -> Read<(String, ResourceSpans)> {
        let span = expr.span();
        let whole = |text| {
            let spans = ResourceSpans {
                span,
                parts: Vec::new(),
                reported: false,
            };
            Ok((text, spans))
        };
        self.in_place(expr, "resources")?;
        match &expr.primary {
            Primary::Literal(..) => {
                if let Some(call) = expr.calls.first() {
                    self.stray_call(call, "an ARN")?;
                }
                match string(expr) {
                    Some((text, _)) => whole(text),
                    None => (self.errors)
                        .push(span, "expected a resource")
                        .help(format!("write, for example, `{EXAMPLE}`"))
                        .err(),
                }
            }
            Primary::Path(path) => {
                // A whole ARN in a variable. A path of a service is a constructor that was not finished.
                let of_service = module_and_name(path)
                    .is_some_and(|(module, _)| catalogue::prefix_of(module).is_some());
                let lower = (path.complete().and_then(<[_]>::last)).is_some_and(|name| {
                    name.to_string()
                        .starts_with(|c: char| c.is_ascii_lowercase())
                });
                if !of_service
                    && lower
                    && catalogue::prefix_of(path.text()).is_none()
                    && let Some(text) = self.hole(expr, "Arn", Place::Pattern)?
                {
                    return whole(text);
                }
                Err(self.not_a_resource(path))
            }
            Primary::Place(_) => match self.hole(expr, "Arn", Place::Pattern)? {
                Some(text) => whole(text),
                None => Err(self.not_a_value(expr, "resource")),
            },
            Primary::Call(path, args) => self.constructor(path, args, &expr.calls),
            Primary::List(items) => Err(self.misplaced_brackets(items, "resources")),
            Primary::Unknown(_, _, reported) => Err(*reported),
        }
    }

    fn not_a_resource(&mut self, path: &Path) -> Reported {
        if let Some(reported) = path.told {
            return reported;
        }
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
            return (self.errors)
                .push(path.span(), format!("expected a resource after `{text}`"))
                .help(format!("write, for example, `{help}`"))
                .reported();
        }
        if let Some((module, name)) = module_and_name(path) {
            let Some(service) = service_by_ident(module) else {
                return self.unknown_module(path, module, name, Wanted::Resource);
            };
            if let Some((_, format)) = service.resource_by_ident(name) {
                return (self.errors)
                    .push(
                        path.span(),
                        format!(
                            "expected `(` and the values of `{}`",
                            signature(text, &parameters(format))
                        ),
                    )
                    .help(format!(
                        "write, for example, `{}`",
                        example_of(module, format)
                    ))
                    .reported();
            }
            if service.action_by_ident(name).is_some() {
                return (self.errors)
                    .push(
                        path.span(),
                        format!("`{text}` is an action, not a resource"),
                    )
                    .help("move it to `allow(..)` or `deny(..)`")
                    .reported();
            }
            return self.unknown_constructor(path, service, module, name);
        }
        if matches!(text, "any" | "all" | "anything" | "everything") {
            return (self.errors)
                .push(path.span(), format!("`{text}` is not a resource"))
                .help("write `.on_any()` instead of `.on(..)`")
                .reported();
        }
        let owner =
            services_for_suggestions().find(|service| service.resource_by_ident(text).is_some());
        let pushed = self
            .errors
            .push(path.span(), format!("`{text}` is not a resource"));
        match owner {
            Some(service) => pushed.help(format!("did you mean `{}::{text}(..)`?", service.module)),
            None => pushed.help("write a resource as in `rekognition::collection(\"us-east-1\", \"123456789012\", \"staff\")`, or as an ARN in a string"),
        }
        .reported()
    }

    fn unknown_constructor(
        &mut self,
        path: &Path,
        service: &Service,
        module: &str,
        name: &str,
    ) -> Reported {
        let message = format!("`{}` has no resource type `{name}`", service.prefix);
        let reported = self.errors.push(path.span(), message).reported();
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
            None => self.last_help(format!("its resource types are {}", listed(&names, 12))),
        }
        reported
    }

    fn constructor(
        &mut self,
        path: &Path,
        args: &Items,
        calls: &[MethodCall],
    ) -> Read<(String, ResourceSpans)> {
        let span = path.span();
        let Some((module, name)) = module_and_name(path) else {
            return Err(self.not_a_resource(path));
        };
        let Some(service) = self.service(module) else {
            return Err(self.unknown_module(path, module, name, Wanted::Resource));
        };
        let Some((_, format)) = service.resource_by_ident(name) else {
            if service.action_by_ident(name).is_some() {
                return Err(self.not_a_resource(path));
            }
            if matches!(name, "all" | "matching") || is_group(name) {
                let message = format!("`{}(..)` is a set of actions, not a resource", path.text());
                return (self.errors)
                    .push(span, message)
                    .help("move it to `allow(..)` or `deny(..)`")
                    .err();
            }
            return Err(self.unknown_constructor(path, service, module, name));
        };
        let parameters = parameters(format);
        if let Some(reported) = args.uncounted() {
            // Who knows how many values were meant.
            return Err(reported);
        }
        if args.items.len() != parameters.len() {
            return (self.errors)
                .push(
                    args.span,
                    format!(
                        "`{}` requires {} {}, found {}",
                        signature(path.text(), &parameters),
                        parameters.len(),
                        values_word(parameters.len()),
                        args.items.len()
                    ),
                )
                .help(format!(
                    "write, for example, `{}`",
                    example_of(module, format)
                ))
                .err();
        }
        let mut texts = Vec::with_capacity(parameters.len());
        let mut complete = Ok(());
        for (arg, parameter) in args.items.iter().zip(&parameters) {
            let variable = variable(format, parameter);
            let kind = match variable {
                Some(variable) => values::type_of(variable),
                None if *parameter == "region" => "Region",
                None => "AccountId",
            };
            match self.text_or_hole(arg, parameter, kind, Place::Pattern) {
                Ok((value, literal)) => {
                    if !has_hole(&value) {
                        let fits = match variable {
                            Some(variable) => {
                                self.fits(&value, literal.span(), format, variable, kind)
                            }
                            None => self.fits_field(&value, literal.span(), parameter),
                        };
                        complete = complete.and(fits);
                    }
                    texts.push((value, literal));
                }
                Err(reported) => complete = Err(reported),
            }
        }
        let partition = self.partition(calls, span, Place::Pattern);
        complete?;
        let (partition, partition_span, tail) = partition?;
        let (text, parts) = arn(format, &partition, partition_span, &texts);
        let mut literals = Tokens::with_capacity(texts.len() * 2);
        for (_, literal) in &texts {
            literals.push(literal.clone());
            literals.punct(',');
        }
        self.typed.modules.add(path);
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
        Ok((text, spans))
    }

    /// A value must not reach over the colon after its field.
    fn fits_field(&mut self, value: &str, span: Span, parameter: &str) -> Read<()> {
        let outside = outside_of_variables(value);
        if outside.contains(':') || outside.contains('/') {
            let message = format!("`{value}` is not a {parameter}");
            return self.errors.push(span, message).err();
        }
        Ok(())
    }

    /// A value must not be empty, and must not reach over a slash of its format: it would make another resource of it.
    fn fits(
        &mut self,
        value: &str,
        span: Span,
        format: &ArnFormat,
        variable: &Variable,
        kind: &str,
    ) -> Read<()> {
        if value.is_empty() {
            return (self.errors)
                .push(span, format!("the `{}` is empty", variable.rust_name))
                .help("write `*` to match any value")
                .err();
        }
        if !variable.slashes && outside_of_variables(value).contains('/') {
            let help = match after_slash(value, variable, format) {
                Some(help) => help,
                None => format!("the ARN has the form `{}`", format.text),
            };
            return (self.errors)
                .push(span, format!("`/` is not allowed in a {}", variable.name))
                .help(help)
                .err();
        }
        self.spelled(value, span, kind)
    }

    /// Reports a character that no value of the type has. The ids of Rekognition and the fields before them have rules.
    pub(super) fn spelled(&mut self, value: &str, span: Span, kind: &str) -> Read<()> {
        let has_no_rule = matches!(
            kind,
            "BucketName"
                | "KeyId"
                | "QueueName"
                | "RoleName"
                | "StreamName"
                | "TableName"
                | "TopicName"
                | "UserName"
        );
        let grammar = values::grammar_of(kind).filter(|_| has_no_rule);
        match grammar.map(|grammar| grammar.check_pattern(value)) {
            Some(Err(GrammarError::Char(c))) => {
                let message = format!("`{}` is not allowed in a {kind}", c.escape_debug());
                let error = self.errors.push(span, message);
                match value.rsplit([':', '/']).next() {
                    Some(name) if value.starts_with("arn:") && !name.is_empty() => error
                        .help(format!("write only the name: `\"{name}\"`"))
                        .err(),
                    _ => error.err(),
                }
            }
            Some(
                Ok(()) | Err(GrammarError::Short | GrammarError::Long(_) | GrammarError::Word),
            )
            | None => Ok(()),
        }
    }

    pub(super) fn partition(
        &mut self,
        calls: &[MethodCall],
        span: Span,
        place: Place,
    ) -> Read<(String, Span, TokenStream)> {
        let mut partition = Ok(("aws".to_string(), span, TokenStream::new()));
        for call in calls {
            let name = call.name.as_ref().map_err(|reported| *reported)?;
            let text = name.to_string();
            match (&call.args, text.as_str()) {
                (Some(args), "partition") => {
                    if !matches!(&partition, Ok((_, _, tail)) if tail.is_empty()) {
                        return (self.errors)
                            .push(name.span(), "this resource already has a partition")
                            .err();
                    }
                    let value = match args.items.as_slice() {
                        [only] => self.text_or_hole(only, "partition", "Partition", place),
                        _ => (self.one_string(name, args))
                            .map(|(value, literal)| (value, literal.clone())),
                    };
                    partition = value
                        .map(|(value, literal)| (value, literal.span(), quote!(.#name(#literal))));
                }
                (None, known) => {
                    let known = known == "partition";
                    let reported = self.unfinished_call(name, &text, known, &["partition"]);
                    partition = Err(reported);
                }
                (Some(_), other) => {
                    let message = format!("a resource has no `.{other}(..)`");
                    partition = self.errors.push(name.span(), message).err();
                    if STATEMENT_METHODS.contains(&other) {
                        self.last_help(format!("call `.{other}(..)` on the result of `.on(..)`"));
                    } else {
                        self.help_nearest(other, &["partition"], &|near| format!("`.{near}(..)`"));
                    }
                }
            }
        }
        partition
    }
}

/// The value without its policy variables.
pub(super) fn outside_of_variables(value: &str) -> Cow<'_, str> {
    if !value.contains('$') {
        return Cow::Borrowed(value);
    }
    let mut outside = String::new();
    let mut rest = value;
    while let Some((before, behind)) = rest.split_once("${") {
        outside.push_str(before);
        rest = behind.split_once('}').map_or("", |(_, behind)| behind);
    }
    outside.push_str(rest);
    Cow::Owned(outside)
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
    let mut names = Vec::with_capacity(6);
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
    let mut text = String::with_capacity(128);
    text.push_str("arn:");
    let mut parts = Vec::with_capacity(values.len() + 1);
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
            ArnField::Any => text.push('*'),
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

/// What to write instead of a value with a slash: what follows the slash is often the next value of the constructor.
fn after_slash(value: &str, variable: &Variable, format: &ArnFormat) -> Option<String> {
    if variable.name == "KeyId" && value.starts_with("alias/") {
        return Some("an alias is not the ID of a key; write the ID".to_owned());
    }
    let (own, rest) = value.split_once('/')?;
    let mut pieces = format.resource.iter().skip_while(
        |piece| !matches!(piece, Piece::Variable(known) if known.name == variable.name),
    );
    let (_, slash, next) = (pieces.next()?, pieces.next()?, pieces.next()?);
    match (slash, next) {
        (Piece::Literal("/"), Piece::Variable(next))
            if next.slashes && !own.is_empty() && !rest.is_empty() =>
        {
            Some(format!(
                "write `\"{own}\"`; `{rest}` is the beginning of the next value, the {}",
                next.name
            ))
        }
        _ => None,
    }
}
