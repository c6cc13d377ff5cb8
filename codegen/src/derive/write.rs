//! The policy as text: Rust, JSON, Terraform.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use rekognition_iam_runtime::check::Subject;
use rekognition_iam_runtime::document::{Document, PolicyKind, Value};
use rekognition_iam_runtime::invisible::is_invisible;
use rekognition_iam_runtime::json;
use rekognition_iam_runtime::values::{self, InvalidValue, Place};

use super::least::{Least, Parameter, Statement};
use super::needs::{Arg, Resource};
use super::scan::Unfollowed;
use crate::dsl::{self, Diagnostic, Evaluated};
use crate::export::shape::shape;
use crate::export::{Error, Problem};
use crate::import::layout::{self, Expr};

/// The entries of `policy![..]`, with the comments above each.
fn entries(least: &Least) -> Vec<(Vec<String>, Expr)> {
    (least.statements.iter())
        .map(|statement| (comments(statement), expression(statement)))
        .collect()
}

/// Who needs a statement, one line for each call.
fn comments(statement: &Statement) -> Vec<String> {
    (statement.sites.iter())
        .map(|(file, line, what)| format!("// {file}:{line}: {what}"))
        .collect()
}

pub(super) fn expression(statement: &Statement) -> Expr {
    let service = statement.service;
    let actions = (statement.actions.iter())
        .map(|action| Expr::Path(format!("{service}::{}", action.replace('-', "_"))))
        .collect();
    let allow = Expr::Call("allow".to_owned(), actions);
    let on = match statement.resources.as_slice() {
        [Resource::Any] | [] => allow.method("on_any", Vec::new()),
        resources => allow.method("on", resources.iter().map(resource).collect()),
    };
    if statement.passed_to.is_empty() {
        return on;
    }
    let services = (statement.passed_to.iter())
        .map(|service| Expr::string(service))
        .collect();
    let key = Expr::Path("iam::PassedToService".to_owned());
    on.method("when", vec![key.method("string_equals", services)])
}

fn resource(resource: &Resource) -> Expr {
    match resource {
        Resource::Any => Expr::string("*"),
        Resource::Text(text) => Expr::string(text),
        Resource::Open(arg) => self::arg(arg),
        Resource::Built {
            service,
            format,
            partition,
            args,
        } => {
            let name = format!("{service}::{}", format.0.rust_name);
            let call = Expr::Call(name, args.iter().map(arg).collect());
            if partition == "aws" {
                call
            } else {
                call.method("partition", vec![Expr::string(partition)])
            }
        }
    }
}

fn arg(arg: &Arg) -> Expr {
    match arg {
        Arg::Text(text) => Expr::string(text),
        // A path of one name takes the place of a literal.
        Arg::Open { hint, .. } => Expr::Literal(hint.clone()),
    }
}

/// The modules that the policy names: of services.
fn modules(least: &Least) -> BTreeSet<&'static str> {
    let mut modules = BTreeSet::new();
    for statement in &least.statements {
        modules.insert(statement.service);
        for resource in &statement.resources {
            if let Resource::Built { service, .. } = resource {
                modules.insert(service);
            }
        }
        if !statement.passed_to.is_empty() {
            modules.insert("iam");
        }
    }
    modules
}

/// The policy as Rust source, laid out as rustfmt does.
pub(super) fn rust(least: &Least, name: &str, unfollowed: &[Unfollowed]) -> String {
    let mut out = String::new();
    let modules = modules(least);
    let features: Vec<String> = (modules.iter())
        .filter(|module| **module != "rekognition")
        .map(|module| format!("{module:?}"))
        .collect();
    out.push_str("// Derived by `rekognition-iam derive` from the calls of the AWS SDK.\n");
    if !features.is_empty() {
        let features = features.join(", ");
        out.push_str(&format!("// Features of `rekognition-iam`: {features}.\n"));
    }
    if !unfollowed.is_empty() {
        out.push_str("//\n// Not followed, so what it needs may be missing here:\n");
        for note in unfollowed {
            // It may quote source of several lines.
            let note = note.to_string().replace(['\n', '\r'], " ");
            out.push_str(&format!("// {note}\n"));
        }
    }
    out.push('\n');
    if least.statements.is_empty() {
        out.push_str("// The program's calls of AWS need no permissions.\n");
        return out;
    }
    let entries = entries(least);
    let mut names = modules;
    names.insert("policy");
    if least.parameters.is_empty() {
        names.insert("Policy");
        out.push_str(&layout::imports("rekognition_iam", &names));
        out.push_str("\n/// What the program's calls of AWS need.\n");
        let head = format!("pub static {}: Policy =", name.to_uppercase());
        out.push_str(&layout::item(&head, "policy!", &entries));
        out.push('\n');
        return out;
    }
    names.insert("PolicyBuf");
    let kinds: BTreeSet<&str> = least
        .parameters
        .iter()
        .map(|parameter| parameter.kind)
        .collect();
    match kinds.first() {
        Some(only) if kinds.len() == 1 => {
            out.push_str(&format!("use rekognition_iam::values::{only};\n"));
        }
        _ => out.push_str(&layout::imports("rekognition_iam::values", &kinds)),
    }
    out.push_str(&layout::imports("rekognition_iam", &names));
    out.push_str("\n/// What the program's calls of AWS need.\n");
    let patterns: Vec<String> = (least.parameters.iter())
        .filter(|parameter| !parameter.like.is_empty())
        .map(|parameter| {
            let like: Vec<String> = parameter
                .like
                .iter()
                // A text may end the line, and the comment with it.
                .map(|like| format!("`{}`", like.escape_debug()))
                .collect();
            format!("/// * `{}`: as in {}\n", parameter.name, like.join(", "))
        })
        .collect();
    if !patterns.is_empty() {
        out.push_str("///\n");
        out.extend(patterns);
    }
    out.push_str(&head(name, &least.parameters));
    out.push_str("    ");
    out.push_str(&layout::tail("policy!", &entries));
    out.push_str("\n}\n");
    out
}

/// The head of a function, on one line when it fits.
fn head(name: &str, parameters: &[Parameter]) -> String {
    let name = name.to_lowercase();
    let parameters: Vec<String> = (parameters.iter())
        .map(|parameter| format!("{}: &{}", parameter.name, parameter.kind))
        .collect();
    let line = format!("pub fn {name}({}) -> PolicyBuf {{\n", parameters.join(", "));
    if line.len() <= layout::LINE + 1 {
        return line;
    }
    let mut out = format!("pub fn {name}(\n");
    for parameter in parameters {
        out.push_str(&format!("    {parameter},\n"));
    }
    out + ") -> PolicyBuf {\n"
}

/// The policy as the macro reads it.
pub(super) fn evaluated(least: &Least) -> Result<Evaluated, Error> {
    let mut input = String::new();
    for (_, expr) in entries(least) {
        expr.flat(&mut input);
        input.push_str(",\n");
    }
    let wrong = |message: String| {
        Error::from(
            Problem::new(
                "derive",
                format!("the derived policy is not right: {message}"),
            )
            .help("a value that was given may be none of its kind"),
        )
    };
    let tokens: TokenStream = input
        .parse()
        .map_err(|error: proc_macro2::LexError| wrong(error.to_string()))?;
    let evaluated = dsl::evaluate(PolicyKind::Identity, tokens);
    let denied: Vec<String> = (evaluated.diagnostics.iter())
        .filter(|diagnostic| diagnostic.denied && !is_about_size(diagnostic))
        .map(|diagnostic| diagnostic.message.clone())
        .collect();
    if denied.is_empty() {
        Ok(evaluated)
    } else {
        Err(wrong(denied.join("; ")))
    }
}

/// What is too large is what the program needs all the same.
fn is_about_size(diagnostic: &Diagnostic) -> bool {
    diagnostic.subject() == Some(Subject::TooLarge)
}

/// What a policy is told that is larger than a managed policy may be.
pub(super) fn too_large(evaluated: &Evaluated) -> Option<String> {
    let found = (evaluated.diagnostics.iter()).find(|diagnostic| is_about_size(diagnostic))?;
    Some(format!(
        "{}; split the statements between several policies",
        found.message
    ))
}

/// For a document that is missing although nothing was denied, which cannot be.
fn not_understood() -> Error {
    Error::from(
        Problem::new("derive", "the derived policy was not understood")
            .help("this is a bug in rekognition-iam; please report it with the policy"),
    )
}

/// Whether a text may stand for a parameter of this type: a value of the type, or a pattern of such values.
pub(super) fn valid(kind: &str, text: &str) -> Result<(), InvalidValue> {
    macro_rules! check {
        ($($name:ident)*) => {
            match kind {
                _ if text.contains(['*', '?']) => text.parse::<values::Pattern>().map(drop),
                $(stringify!($name) => text.parse::<values::$name>().map(drop),)*
                _ => text.parse::<values::Pattern>().map(drop),
            }
        };
    }
    check!(
        Partition Region AccountId CollectionId ProjectName VersionName StreamProcessorName DatasetType
        CreationTimestamp BucketName RoleName UserName TopicName QueueName StreamName KeyId FunctionName TableName
        ResourceName ResourcePath Arn
    )
}

/// A policy has a statement.
fn not_empty(least: &Least) -> Result<(), Error> {
    if least.statements.is_empty() {
        let problem = Problem::new(
            "derive",
            "the calls need no permissions, so there is no policy to write",
        );
        return Err(problem.into());
    }
    Ok(())
}

/// The policy with `*` for every parameter, when that is allowed, else an error when there is one.
pub(super) fn document(least: &Least, wildcards: bool) -> Result<Document<'static>, Error> {
    not_empty(least)?;
    if !wildcards && !least.parameters.is_empty() {
        let problems = least.parameters.iter().map(|parameter| {
            let problem = Problem::new(
                "derive",
                format!(
                    "the value of `{}` ({}) is known only when the program runs",
                    parameter.name, parameter.kind
                ),
            );
            match parameter.like.first() {
                Some(like) => problem.help(format!("give one, as in `{}={like}`", parameter.name)),
                None => problem.help(format!("give one, as in `{}=..`", parameter.name)),
            }
        });
        let mut problems: Vec<Problem> = problems.collect();
        if let Some(last) = problems.pop() {
            problems.push(last.help("or allow wildcards, and `*` stands for each of them"));
        }
        return Err(Error::new(problems));
    }
    (evaluated(least)?.filled(|_| "*".to_owned())).ok_or_else(not_understood)
}

/// The policy as JSON.
pub(super) fn json(least: &Least, wildcards: bool) -> Result<String, Error> {
    Ok(json::to_pretty(&document(least, wildcards)?))
}

/// The policy as a module of Terraform: a variable for each parameter, and a policy document.
pub(super) fn terraform(least: &Least, name: &str) -> Result<String, Error> {
    not_empty(least)?;
    let name = name.to_lowercase();
    let evaluated = evaluated(least)?;
    // A private character for each parameter survives the quoting.
    let mut variables: BTreeMap<char, String> = BTreeMap::new();
    let document = evaluated.filled(|parameter| {
        let number = variables.len() as u32;
        let marker = char::from_u32(FIRST + number).unwrap_or(char::REPLACEMENT_CHARACTER);
        variables.insert(marker, parameter.name.clone());
        marker.to_string()
    });
    let document = document.ok_or_else(not_understood)?;
    let mut out =
        String::from("# Derived by `rekognition-iam derive` from the calls of the AWS SDK.\n\n");
    for parameter in &least.parameters {
        out.push_str(&format!(
            "variable \"{}\" {{\n  type        = string\n",
            parameter.name
        ));
        let description = match parameter.like.first() {
            Some(like) => format!("{}, as in {like}", parameter.kind),
            None => parameter.kind.to_owned(),
        };
        out.push_str(&format!(
            "  description = {}\n{}}}\n\n",
            quoted(&description, &variables),
            validation(parameter)
        ));
    }
    out.push_str(&format!("data \"aws_iam_policy_document\" \"{name}\" {{\n"));
    for (number, (statement, least)) in
        (document.statements.iter().zip(&least.statements)).enumerate()
    {
        if number > 0 {
            out.push('\n');
        }
        for (file, line, what) in &least.sites {
            out.push_str(&format!("  # {file}:{line}: {what}\n"));
        }
        out.push_str("  statement {\n");
        let list = |values: Vec<&str>| -> String {
            if let [only] = values.as_slice() {
                return format!("[{}]", quoted(only, &variables));
            }
            let lines: Vec<String> = (values.iter())
                .map(|value| format!("      {},\n", quoted(value, &variables)))
                .collect();
            format!("[\n{}    ]", lines.concat())
        };
        let actions = list(
            statement
                .actions
                .values
                .iter()
                .map(|text| &**text)
                .collect(),
        );
        let resources = (statement.resources.iter())
            .flat_map(|element| element.values.iter())
            .map(|text| &**text);
        let resources = list(resources.collect());
        // `terraform fmt` aligns what is on one line each.
        let equals = if actions.contains('\n') || resources.contains('\n') {
            "="
        } else {
            "  ="
        };
        out.push_str(&format!("    actions {equals} {actions}\n"));
        out.push_str(&format!("    resources = {resources}\n"));
        for block in &statement.conditions {
            for (key, values) in &block.keys {
                let values: Vec<String> = (values.iter())
                    .map(|value| quoted(Value::as_text(value), &variables))
                    .collect();
                out.push_str(&format!(
                    "\n    condition {{\n      test     = {}\n      variable = {}\n      values   = [{}]\n    }}\n",
                    quoted(&block.operator, &variables),
                    quoted(key, &variables),
                    values.join(", ")
                ));
            }
        }
        out.push_str("  }\n");
    }
    out.push_str("}\n");
    Ok(out)
}

/// What `values::Pattern` takes: no colon, which would move what follows to another field of an ARN, but in policy variables.
const PATTERN: &str = r"^([ !#%-9;-\[\]-z|-~\xA1-\xAC\xAE-\xFF]|\$\{[^{}]+\})+$";

/// What the variable takes: a value of its type, or a pattern of such values, as `valid` has it for values that are given.
fn validation(parameter: &Parameter) -> String {
    let none = BTreeMap::new();
    let name = &parameter.name;
    let matches = |pattern: &str| format!("can(regex({}, var.{name}))", quoted(pattern, &none));
    let shape = shape(parameter.kind, Place::Pattern);
    let (condition, wanted) = if parameter.kind == "Pattern" {
        (matches(PATTERN), "text without a colon")
    } else {
        let mut value = matches(&shape.pattern);
        // Where the pattern does not say how long it may be.
        if let (Some((_, most)), false) = (shape.length, shape.pattern.ends_with("}$")) {
            value.push_str(&format!(" && length(var.{name}) <= {most}"));
        }
        let wild = matches("[*?]");
        (
            format!("{wild} ? {} : {value}", matches(PATTERN)),
            shape.what,
        )
    };
    let message = quoted(&format!("Wanted: {wanted}; * and ? are wildcards."), &none);
    format!(
        "\n  validation {{\n    condition     = {condition}\n    error_message = {message}\n  }}\n"
    )
}

/// The first of the characters that stand for variables; the private use plane 16.
const FIRST: u32 = 0x10_0000;

/// A string of Terraform. Its provider writes IAM's `${..}` as `&{..}`, which needs no escape.
fn quoted(text: &str, variables: &BTreeMap<char, String>) -> String {
    let mut out = String::from("\"");
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if is_invisible(c) && u32::from(c) > 0xffff => {
                out.push_str(&format!("\\U{:08x}", u32::from(c)));
            }
            c if is_invisible(c) => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            '$' if chars.peek() == Some(&'{') => out.push('&'),
            '%' if chars.peek() == Some(&'{') => out.push_str("%%"),
            c => match variables.get(&c) {
                Some(name) => out.push_str(&format!("${{var.{name}}}")),
                None => out.push(c),
            },
        }
    }
    out.push('"');
    out
}
