//! The policy as text: Rust, JSON, Terraform.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use rekognition_iam_runtime::arn::Arn;
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::Subject;
use rekognition_iam_runtime::document::{Document, PolicyKind};
use rekognition_iam_runtime::values::{self, InvalidValue, Place};

use super::call::Unfollowed;
use super::hcl::{self, Variables, quoted};
use super::least::{Least, Parameter, Statement};
use super::needs::{Arg, Resource};
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
        .map(|site| format!("// {}", shown(site)))
        .collect()
}

/// Where and why something is needed. A call that nobody wrote in a file has no place.
fn shown((file, line, what): &(String, usize, String)) -> String {
    match line {
        0 => what.clone(),
        line => format!("{file}:{line}: {what}"),
    }
}

pub(super) fn expression(statement: &Statement) -> Expr {
    let service = statement.service;
    let actions = (statement.actions.iter())
        .map(|action| self::action(service, action))
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

/// An action as the language has it: a service without a module has its actions in strings. The compiler does not know an action
/// that is only in a newer catalogue.
pub(super) fn action(service: &str, action: &str) -> Expr {
    let name = || Expr::string(&format!("{service}:{action}"));
    if !catalogue::is_built_in(service, action) {
        let reason = format!("added by AWS after {}", catalogue::AS_OF);
        return Expr::Call("unlisted".to_owned(), vec![name(), Expr::string(&reason)]);
    }
    match module(service) {
        Some(module) => Expr::Path(format!("{module}::{}", dsl::ident(action))),
        None => name(),
    }
}

/// The module of a service, where this build has it.
pub(super) fn module(service: &str) -> Option<&'static str> {
    catalogue::typed_service(service).map(|service| service.module)
}

pub(super) fn resource(resource: &Resource) -> Expr {
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
            let module = module(service).unwrap_or(service);
            let name = format!("{module}::{}", format.0.rust_name);
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
        modules.extend(module(statement.service));
        for resource in &statement.resources {
            if let Resource::Built { service, .. } = resource {
                modules.extend(module(service));
            }
        }
        if !statement.passed_to.is_empty() {
            modules.insert("iam");
        }
    }
    modules
}

/// How the policy was made, and what it is for.
fn heading(about: Option<&str>) -> (String, String) {
    match about {
        None => (
            "Derived by `rekognition-iam derive` from the calls to the AWS SDK.".to_owned(),
            "What the program's calls to AWS need.".to_owned(),
        ),
        Some(operations) => (
            format!("Printed by `rekognition-iam needs` for {operations}."),
            format!("What {operations} needs."),
        ),
    }
}

/// The policy as Rust source, laid out as rustfmt does.
pub(super) fn rust(
    least: &Least,
    name: &str,
    unfollowed: &[Unfollowed],
    about: Option<&str>,
) -> String {
    let mut out = String::new();
    let modules = modules(least);
    let strings = (least.statements.iter()).any(|statement| module(statement.service).is_none());
    let features: Vec<String> = (modules.iter())
        .filter(|module| **module != "rekognition")
        .map(|module| catalogue::prefix_of(module).unwrap_or(module))
        .chain(strings.then_some("all-services"))
        .map(|feature| format!("{feature:?}"))
        .collect();
    let (made, doc) = heading(about);
    out.push_str(&format!("// {made}\n"));
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
        out.push_str("// The program's calls to AWS need no permissions.\n");
        return out;
    }
    let entries = entries(least);
    let mut names = modules;
    names.insert("policy");
    if least.parameters.is_empty() {
        names.insert("Policy");
        out.push_str(&layout::imports("rekognition_iam", &names));
        out.push_str(&format!("\n/// {doc}\n"));
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
    out.push_str(&format!("\n/// {doc}\n"));
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
    out.push_str(&head(name, &least.parameters, "PolicyBuf"));
    out.push_str("    ");
    out.push_str(&layout::tail("policy!", &entries));
    out.push_str("\n}\n");
    out
}

/// The head of a function, on one line when it fits.
pub(super) fn head(name: &str, parameters: &[Parameter], kind: &str) -> String {
    let name = name.to_lowercase();
    let parameters: Vec<String> = (parameters.iter())
        .map(|parameter| format!("{}: &{}", parameter.name, parameter.kind))
        .collect();
    let line = format!("pub fn {name}({}) -> {kind} {{\n", parameters.join(", "));
    if line.len() <= layout::LINE + 1 {
        return line;
    }
    let mut out = format!("pub fn {name}(\n");
    for parameter in parameters {
        out.push_str(&format!("    {parameter},\n"));
    }
    format!("{out}) -> {kind} {{\n")
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
            .help("a given value may not be valid for its type"),
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

/// What is wrong with the policy, if anything is.
pub(super) fn inexpressible(least: &Least) -> Option<String> {
    evaluated(least).err().map(|error| {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        first
            .rsplit("is not right: ")
            .next()
            .unwrap_or(first)
            .to_owned()
    })
}

/// What is too large is what the program needs all the same.
fn is_about_size(diagnostic: &Diagnostic) -> bool {
    diagnostic.subject() == Some(Subject::TooLarge)
}

/// The note about a policy that is larger than a managed policy may be.
pub(super) fn too_large(evaluated: &Evaluated) -> Option<String> {
    let found = (evaluated.diagnostics.iter()).find(|diagnostic| is_about_size(diagnostic))?;
    Some(format!(
        "{}; split the statements between several policies",
        found.message
    ))
}

/// For a document that is missing although nothing was denied, which cannot be.
pub(super) fn not_understood() -> Error {
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
                "Arn" if text.contains(['*', '?']) => match Arn::parse(text) {
                    Ok(_) if text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(()),
                    _ => text.parse::<values::Arn>().map(drop),
                },
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
fn not_empty(evaluated: Option<&Evaluated>) -> Result<&Evaluated, Error> {
    evaluated.ok_or_else(|| {
        Problem::new(
            "derive",
            "the calls need no permissions, so there is no policy to write",
        )
        .into()
    })
}

/// The policy with `*` for every parameter, when that is allowed, else an error when there is one.
pub(super) fn document(
    least: &Least,
    evaluated: Option<&Evaluated>,
    wildcards: bool,
) -> Result<Document<'static>, Error> {
    let evaluated = not_empty(evaluated)?;
    if !wildcards && !least.parameters.is_empty() {
        return Err(open(&least.parameters));
    }
    let wildcard = |name: &str| {
        let parameter = (least.parameters.iter()).find(|parameter| parameter.name == name);
        match parameter.map(|parameter| (parameter.kind, parameter.like.as_slice())) {
            // What is known of an ARN stays.
            Some(("Arn", [only])) => only.clone(),
            _ => "*".to_owned(),
        }
    };
    (evaluated.filled(|parameter| wildcard(&parameter.name))).ok_or_else(not_understood)
}

/// The error of a document with parameters that have no values.
pub(super) fn open(parameters: &[Parameter]) -> Error {
    let problems = parameters.iter().map(|parameter| {
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
        problems.push(last.help("or allow wildcards, which writes `*` for each of them"));
    }
    Error::new(problems)
}

/// The policy as a module of Terraform: a variable for each parameter, and a policy document.
pub(super) fn terraform(
    least: &Least,
    evaluated: Option<&Evaluated>,
    name: &str,
    about: Option<&str>,
    wildcards: bool,
) -> Result<String, Error> {
    let evaluated = not_empty(evaluated)?;
    let name = name.to_lowercase();
    // A private character for each parameter survives the quoting.
    let mut variables = Variables::new();
    let document =
        evaluated.filled(|parameter| hcl::marker(&mut variables, &parameter.name).to_string());
    let document = document.ok_or_else(not_understood)?;
    let mut out = format!("# {}\n\n", heading(about).0);
    out.push_str(&declared(&least.parameters, wildcards));
    out.push_str(&hcl::document(&document, &name, &variables, |number| {
        let statement = least.statements.get(number);
        (statement.iter().flat_map(|statement| &statement.sites))
            .map(shown)
            .collect()
    }));
    Ok(out)
}

/// A variable of Terraform for each parameter, which accepts `*` only if `wildcards` are allowed.
pub(super) fn declared(parameters: &[Parameter], wildcards: bool) -> String {
    let none = Variables::new();
    let mut out = String::new();
    for parameter in parameters {
        out.push_str(&format!(
            "variable \"{}\" {{\n  type        = string\n",
            parameter.name
        ));
        let what = match parameter.kind {
            "Pattern" => "text or pattern",
            kind => shape(kind, Place::Pattern).what,
        };
        let description = match parameter.like.first() {
            Some(like) => format!("{what}, as in {like}"),
            None => what.to_owned(),
        };
        out.push_str(&format!(
            "  description = {}\n{}}}\n\n",
            quoted(&description, &none),
            validation(parameter, wildcards)
        ));
    }
    out
}

/// What `values::Pattern` takes: no colon, which would move what follows to another field of an ARN, but in policy variables.
const PATTERN: &str = r"^([ !#%-9;-\[\]-z|-~\xA1-\xAC\xAE-\xFF]|\$\{[^{}]+\})+$";

/// An ARN with wildcards.
const ARN_PATTERN: &str = r"^arn:[!#%-9;-\[\]-z|-~]+(:[!#%-9;-\[\]-z|-~]*){3}:[!#%-\[\]-z|-~]+$";

/// What the variable accepts: a value of its type, and with `wildcards` also a pattern of such values, as `valid` has it for
/// values that are given. A `Pattern` is one by its type.
fn validation(parameter: &Parameter, wildcards: bool) -> String {
    let none = Variables::new();
    let name = &parameter.name;
    let matches = |pattern: &str| format!("can(regex({}, var.{name}))", quoted(pattern, &none));
    let shape = shape(parameter.kind, Place::Pattern);
    let (condition, wanted) = if parameter.kind == "Pattern" {
        (
            matches(PATTERN),
            "text without a colon; * and ? are wildcards".to_owned(),
        )
    } else {
        let mut value = matches(&shape.pattern);
        // Where the pattern does not say how long it may be.
        if let (Some((_, most)), false) = (shape.length, shape.pattern.ends_with("}$")) {
            value.push_str(&format!(" && length(var.{name}) <= {most}"));
        }
        let wild = matches("[*?]");
        let (pattern, wanted) = match parameter.kind {
            "Arn" => (ARN_PATTERN, "ARN"),
            _ => (PATTERN, shape.what),
        };
        match wildcards {
            true => (
                format!("{wild} ? {} : {value}", matches(pattern)),
                format!("{wanted}; * and ? are wildcards"),
            ),
            false => (value, format!("{wanted}; wildcards are not allowed")),
        }
    };
    let message = quoted(
        &format!("The value of {name} is not valid. Expected: {wanted}."),
        &none,
    );
    format!(
        "\n  validation {{\n    condition     = {condition}\n    error_message = {message}\n  }}\n"
    )
}
