//! One generated call for each operation of each service and each resource type of its actions, compared with the catalogue.

use std::collections::BTreeSet;
use std::fmt::Write;

use rekognition_iam_runtime::catalogue::{
    self, ActionInfo, ArnField, ArnFormat, Operation, Piece, ResourceType, Service, Variable,
};

use super::arn::is_time;
use super::setters::{self, Rule};
use super::{Arg, Resource, also, companions, conditional, of};
use crate::derive::call::SdkCall;
use crate::derive::clients;
use crate::derive::scan::Scan;
use crate::derive::sdk::{Op, Sdk};

/// A value that a variable may have.
fn sample(variable: &Variable) -> String {
    let known = match variable.name {
        "KeyId" => "1234abcd-12ab-34cd-56ef-1234567890ab",
        "Version"
        | "LayerVersion"
        | "RoleTemplateMajorVersion"
        | "CreationTimestamp"
        | "CreationTime" => "7",
        "BucketName" => "sweep-bucket",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    match variable.grammar {
        Some(grammar) if !grammar.words.is_empty() => grammar.words[0].to_owned(),
        _ => "sweep1".to_owned(),
    }
}

/// An ARN of a format, of sample values.
fn arn(format: &ArnFormat) -> String {
    let field = |field: ArnField, text: &str| match field {
        ArnField::Empty => String::new(),
        ArnField::Fixed(fixed) => fixed.to_owned(),
        ArnField::Any => "*".to_owned(),
        ArnField::Variable => text.to_owned(),
    };
    let mut out = format!(
        "arn:aws:{}:{}:{}:",
        format.service,
        field(format.region, "eu-west-1"),
        field(format.account, "123456789012")
    );
    for piece in format.resource {
        match piece {
            Piece::Literal(text) => out.push_str(text),
            Piece::Variable(variable) => out.push_str(&sample(variable)),
        }
    }
    out
}

/// What the setter at the end of a path is given.
fn literal(rule: &Rule, path: &[String], format: &'static ArnFormat) -> String {
    if rule.arns.iter().any(|known| known == path) {
        return arn(format);
    }
    let last = path.last().unwrap();
    let name = (rule.names.iter())
        .find(|(_, known)| known == path)
        .map(|(name, _)| name)
        .unwrap();
    let variable = (format.variables())
        .find(|variable| variable.name == name)
        .unwrap();
    let value = sample(variable);
    match last.as_str() {
        "queue_url" => format!("https://sqs.eu-west-1.amazonaws.com/123456789012/{value}"),
        "alias_name" if format.service == "kms" => format!("alias/{value}"),
        _ => value,
    }
}

/// A chain of setters that name a resource of a type: one for each variable, or a whole ARN.
fn chain(krate: &str, rule: &Rule, format: &'static ArnFormat) -> Option<String> {
    let mut paths: Vec<&Vec<String>> = Vec::new();
    for variable in format.variables() {
        // A setter that several variables need is set once.
        if let Some(path) = rule.of(variable).next() {
            if !paths.contains(&path) {
                paths.push(path);
            }
        } else if rule.fallback(variable).is_none() && !is_time(variable) {
            paths.clear();
            break;
        }
    }
    if paths.is_empty() {
        paths.push(rule.arns.first()?);
    }
    let mut out = String::new();
    let mut nested: Vec<(&String, String)> = Vec::new();
    for path in paths {
        let value = format!("{:?}", literal(rule, path, format));
        match path.as_slice() {
            [only] => write!(out, ".{only}({value})").unwrap(),
            [first, rest @ ..] => {
                let mut inner = value;
                for name in rest.iter().rev() {
                    inner = format!("{krate}::types::T::builder().{name}({inner}).build()");
                }
                nested.push((first, inner));
            }
            [] => {}
        }
    }
    for (first, inner) in nested {
        write!(out, ".{first}({inner})").unwrap();
    }
    Some(out)
}

struct Case {
    service: &'static Service,
    operation: &'static Operation,
    action: &'static ActionInfo,
    kind: &'static ResourceType,
    /// The call in source, when a setter names the resource.
    source: Option<String>,
}

fn cases() -> Vec<Case> {
    let sdk = Sdk::new([]);
    let mut found = Vec::new();
    for service in catalogue::typed_services().iter().copied() {
        for operation in service.operations {
            for (client, method) in operation.sdk {
                let Some(op) = sdk.by_name(client, method) else {
                    continue;
                };
                for action in own_actions(op) {
                    for (_, kind) in action.resources_of(service) {
                        let rule = setters::of(op, action.name, service, kind);
                        let krate = sdk.package(op.client).replace('-', "_");
                        let format = kind.formats.first().unwrap();
                        let source = chain(&krate, &rule, format).map(|chain| {
                            format!("async fn f(c: &{krate}::Client) {{ c.{method}(){chain}.send().await; }}")
                        });
                        found.push(Case {
                            service,
                            operation,
                            action,
                            kind,
                            source,
                        });
                    }
                }
            }
        }
    }
    found
}

/// The actions that a call always needs.
fn own_actions(op: Op) -> Vec<&'static ActionInfo> {
    let authorizes = op.operation.authorizes;
    let own = (authorizes.iter())
        .find(|action| action.service == op.service.prefix && action.name == op.operation.name);
    let all: Vec<_> = match own {
        Some(own) => vec![own],
        None => authorizes.iter().collect(),
    };
    (all.into_iter())
        .filter(|action| action.service == op.service.prefix)
        .filter_map(|action| op.service.action(action.name))
        .collect()
}

/// The call of each case that has one. All are in one text, a line for each.
fn calls(cases: &[Case]) -> Vec<(&Case, SdkCall)> {
    let with: Vec<(&Case, &String)> = (cases.iter())
        .filter_map(|case| Some((case, case.source.as_ref()?)))
        .collect();
    let text: String = with
        .iter()
        .map(|(_, source)| format!("{source}\n"))
        .collect();
    let scan = Scan::text("src/lib.rs", &text).unwrap();
    assert_eq!(scan.calls.len(), with.len(), "{:?}", scan.unfollowed);
    (scan.calls.into_iter())
        .map(|call| (with[call.line - 1].0, call))
        .collect()
}

/// Whether a resource is of this type and has every value that the call gives.
fn keeps(resource: &Resource, kind: &ResourceType) -> bool {
    let Resource::Built { format, args, .. } = resource else {
        return false;
    };
    let known = kind.formats.iter().any(|own| own.text == format.0.text);
    let values = args.len() - format.0.variables().count();
    let open = args.iter().skip(values).zip(format.0.variables());
    known
        && open.into_iter().all(|(arg, variable)| {
            matches!(arg, Arg::Text(_)) || variable.name.starts_with("Creation")
        })
}

/// Calls whose resources other rules say: each with the reason.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "CopyObject",
        "what is read is named by the source of the copy; the test of copies looks at it",
    ),
    (
        "CopyProjectVersion",
        "the model and the project are checked together",
    ),
    (
        "CreateServiceLinkedRole",
        "the name has a suffix that IAM makes",
    ),
    ("TransactWriteItems", "each item needs its own action"),
    (
        "UploadPartCopy",
        "what is read is named by the source of the copy; the test of copies looks at it",
    ),
];

#[test]
fn each_operation_keeps_the_resource_that_its_call_names() {
    let mut wrong = Vec::new();
    let mut count = 0;
    let cases = cases();
    for (case, call) in calls(&cases) {
        let source = case.source.as_deref().unwrap_or_default();
        let name = case.operation.name;
        if ELSEWHERE.iter().any(|(known, _)| *known == name) || conditional::needs_nothing(&call) {
            continue;
        }
        count += 1;
        let needs = of(&call);
        let Some(grant) = needs
            .grants
            .iter()
            .find(|grant| grant.service == case.service.prefix && grant.action == case.action.name)
        else {
            // Of another client's operation of the same name, another action.
            let account = [
                "GetPublicAccessBlock",
                "PutPublicAccessBlock",
                "DeletePublicAccessBlock",
            ];
            if !account.contains(&name) {
                wrong.push(format!("{source}\n  has no {}", case.action.name));
            }
            continue;
        };
        let kept = |resource: &Resource| {
            keeps(resource, case.kind)
            // A qualified function is a function whose name has the qualifier.
            || case.kind.name.starts_with("function") && format!("{resource:?}").contains("sweep1:")
        };
        if !grant.resources.iter().any(kept) {
            wrong.push(format!(
                "{} {name} {}: {source}\n  {:?}",
                case.service.prefix, case.kind.name, grant.resources
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count > 900, "{count}");
}

#[test]
fn what_no_setter_names_has_its_reason() {
    let cases = cases();
    let mut wrong = BTreeSet::new();
    // A type with one resource in each account needs no name.
    let named =
        |case: &&Case| (case.kind.formats.iter()).all(|format| format.variables().count() > 0);
    for case in (cases.iter().filter(|case| case.source.is_none())).filter(named) {
        let (service, operation) = (case.service.prefix, case.operation.name);
        let required = (case.action.resources_of(case.service))
            .any(|(resource, kind)| kind.name == case.kind.name && resource.required);
        let others = cases.iter().any(|other| {
            other.service.prefix == service
                && other.operation.name == operation
                && other.action.name == case.action.name
                && other.source.is_some()
        });
        // A type that a request need not name is not meant by one that names another.
        if !required && others {
            continue;
        }
        // For an account `s3control` has operations of the same name, with actions of their own.
        if service == "s3" && operation.ends_with("PublicAccessBlock") {
            continue;
        }
        if setters::reason(service, operation, Some(case.kind.name)).is_none() {
            wrong.insert(format!("{service} {operation} {}", case.kind.name));
        }
    }
    let wrong: Vec<String> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// A call that names its resource never needs an action on `*` that has resource types.
#[test]
fn nothing_known_becomes_a_star() {
    let cases = cases();
    let wrong: Vec<String> = (calls(&cases).into_iter())
        .filter_map(|(case, call)| {
            let needs = of(&call);
            let star = needs.grants.iter().find(|grant| {
                grant.resources.contains(&Resource::Any)
                    && catalogue::service(grant.service)
                        .and_then(|service| service.action(grant.action))
                        .is_some_and(|action| !action.resources.is_empty())
            })?;
            Some(format!("{:?}\n  {}", case.source, star.action))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_tables_fit_the_catalogue() {
    let service = |name: &str| catalogue::service(name).unwrap_or_else(|| panic!("{name}"));
    let has_operation = |name: &str, operation: &str| {
        let operation = operation.split(['/', ' ']).next().unwrap();
        let listed = (service(name).operations.iter()).any(|known| known.name == operation);
        let by_name = || {
            (clients::crates_of(name).into_iter())
                .filter_map(clients::of_crate)
                .flat_map(|client| client.operations().values())
                .any(|entry| entry.operation.name == operation)
        };
        assert!(listed || by_name(), "{name} {operation}");
    };
    for (name, what, why) in setters::reasons() {
        has_operation(name, what);
        assert!(why.len() > 10, "{name} {what}");
    }
    for (name, operation) in setters::operations() {
        has_operation(name, operation);
    }
    for (name, kind, variables) in setters::types() {
        let found = (service(name).resources.iter()).find(|known| known.name == kind);
        let found = found.unwrap_or_else(|| panic!("{name} {kind}"));
        for variable in variables {
            let mut all = found.formats.iter().flat_map(ArnFormat::variables);
            assert!(
                all.any(|known| known.name == variable),
                "{name} {kind} {variable}"
            );
        }
    }
    for (name, operation) in companions::operations()
        .into_iter()
        .chain(also::operations())
    {
        has_operation(name, operation);
    }
    for (name, action) in companions::actions() {
        assert!(service(&name).action(&action).is_some(), "{name}:{action}");
    }
    let prefixes = also::operations().into_iter().map(|(prefix, _)| prefix);
    let sdk = Sdk::new(prefixes.flat_map(crate::derive::clients::crates_of));
    for also::About {
        operation,
        when,
        actions,
        kind,
    } in also::entries()
    {
        let (prefix, operation) = operation.split_once(' ').unwrap();
        let ops = || (sdk.all().into_iter()).flat_map(|client| sdk.operations(client));
        let own = |op: &Op| op.service.prefix == prefix && op.operation.name == operation;
        if let Some(when) = when {
            let known = ops()
                .filter(own)
                .any(|op| setters::member(op, when).is_some());
            assert!(known, "{prefix} {operation} has no {when}");
        }
        for action in actions {
            let (of, action) = action.split_once(':').unwrap();
            // A resource type of a service without a module needs all services.
            let Some(kind) = kind else { continue };
            let of = service(of);
            let info = of.action(action).unwrap_or_else(|| panic!("{action}"));
            assert!(
                info.resources_of(of).any(|(_, known)| known.name == kind),
                "{action} {kind}"
            );
        }
    }
    for (operation, _) in ELSEWHERE {
        assert!(catalogue::typed_services().iter().any(|service| {
            service
                .operations
                .iter()
                .any(|known| known.name == *operation)
        }));
    }
}
