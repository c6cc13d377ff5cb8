//! Requests whose setters say their resource in a form of its own: addresses of queues, qualified functions, paths of
//! IAM, subscriptions and telephone numbers of SNS.

use rekognition_iam_runtime::catalogue::{self, ActionInfo, ArnField, ResourceType, Service};

use super::arn::{arg, built, field, from_arn, is_hole, is_pattern, open_arn, pieces, unknown};
use super::resource::at;
use super::{Arg, Format, Needs, Resource, gateway, setters};
use crate::derive::call::SdkCall;
use crate::derive::value::{Origin, Piece, Value};

/// The resources of calls that name them in no other way.
pub(super) fn resources(
    call: &SdkCall,
    service: &'static Service,
    action: &'static ActionInfo,
    needs: &mut Needs,
) -> Option<Vec<Resource>> {
    if let Some(found) = gateway::resources(call, action) {
        return Some(found);
    }
    match (service.prefix, call.op.operation.name) {
        // A telephone number is no ARN.
        // https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html
        ("sns", "Publish")
            if call.sets("phone_number") && !call.sets("topic_arn") && !call.sets("target_arn") =>
        {
            Some(vec![Resource::Any])
        }
        ("lambda", _) => functions(call, service, action),
        ("ec2", operation @ ("CreateTags" | "DeleteTags")) => {
            Some(tagged(call, service, action, operation, needs))
        }
        _ => None,
    }
}

/// What gets or loses tags, by the beginnings of its IDs.
fn tagged(
    call: &SdkCall,
    service: &'static Service,
    action: &'static ActionInfo,
    operation: &str,
    needs: &mut Needs,
) -> Vec<Resource> {
    let mut found = Vec::new();
    let mut values = at(call, &["resources"]);
    if values.is_empty() {
        values.push(Value::Unknown);
    }
    for value in &values {
        let kind = pieces(value).and_then(|text| {
            (action.resources_of(service))
                .map(|(_, kind)| kind)
                .find(|kind| {
                    setters::id_prefix(service, kind).is_some_and(|ids| text.starts_with(ids))
                })
        });
        match kind.and_then(|kind| kind.formats.first()) {
            Some(format) => found.extend(built(service, format, |variable| {
                vec![arg(value, variable, "resources")]
            })),
            None => {
                needs.unsure.push(format!(
                    "of which type the resources of `{operation}` are is not known, so their ARNs are open in the policy"
                ));
                found.push(open_arn(value, "resource_arn"));
            }
        }
    }
    found
}

/// The same resource where AWS owns it, which its name shows: the documents and public parameters of Systems Manager that AWS makes
/// have no account. Names of other documents cannot begin so. See
/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html> and
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html>.
/// The policies that Organizations attaches at first are AWS's, too:
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html> and
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html>.
pub(super) fn of_aws(kind: &'static ResourceType, resource: Resource) -> Resource {
    let Resource::Built { format, args, .. } = &resource else {
        return resource;
    };
    let Some(Arg::Text(name)) = args.last() else {
        return resource;
    };
    let without_account = || (kind.formats.iter()).find(|format| format.account == ArnField::Empty);
    let name = match (format.0.service, kind.name) {
        ("organizations", "policy") => {
            let first = FIRST_POLICIES.iter().find(|(known, _)| known == name);
            let of_aws = catalogue::service("organizations")
                .and_then(|service| service.resources.iter().find(|kind| kind.name == OF_AWS))
                .and_then(|kind| kind.formats.first());
            return match (first, of_aws) {
                (Some((name, kind)), Some(of_aws)) => resource.rebuilt(|_, _| {
                    let args = [kind, name].map(|text| Arg::Text((*text).to_owned()));
                    (Format(of_aws), args.into())
                }),
                _ => resource,
            };
        }
        ("ssm", "document") => {
            let is_reserved = RESERVED.iter().any(|reserved| begins(name, reserved));
            is_reserved.then(|| name.clone())
        }
        ("ssm", "parameter") => name.strip_prefix("aws/service/").map(str::to_owned),
        _ => None,
    };
    match (name, without_account()) {
        (Some(name), Some(of_aws)) if format.0.account == ArnField::Variable => {
            resource.rebuilt(|_, mut args| {
                // The region, without the account.
                args.truncate(1);
                args.push(Arg::Text(name));
                (Format(of_aws), args)
            })
        }
        _ => resource,
    }
}

/// The policies of AWS, and their types.
const FIRST_POLICIES: [(&str, &str); 2] = [
    ("FullAWSAccess", "service_control_policy"),
    ("RCPFullAWSAccess", "resource_control_policy"),
];

/// The beginnings of names that only AWS's documents have.
const RESERVED: [&str; 3] = ["aws", "amazon", "amzn"];

/// The resource type of the policies of AWS.
const OF_AWS: &str = "awspolicy";

fn begins(text: &str, prefix: &str) -> bool {
    (text.get(..prefix.len())).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// The resource of an action without resource types: `*`, or the ARN in the request where AWS's messages of denied access show
/// that it is checked, as for the platform applications of SNS.
pub(super) fn on_record(
    call: &SdkCall,
    service: &'static Service,
    action: &'static ActionInfo,
) -> Vec<Resource> {
    let pseudo = catalogue::pseudo_resource(service.prefix, action.name)
        .filter(|pseudo| pseudo.sure)
        .and_then(|pseudo| match pseudo.evaluated_as {
            [only] => only.splitn(6, ':').nth(5),
            _ => None,
        });
    // `app/${Platform}/${AppName}`
    let Some((kind, rest)) = pseudo.and_then(|text| text.split_once('/')) else {
        return vec![Resource::Any];
    };
    let count = rest.split('/').count();
    if kind.contains('$') || !rest.split('/').all(|part| part.starts_with("${")) {
        return vec![Resource::Any];
    }
    let fields = (call.fields.iter()).filter(|(field, _)| field.ends_with("_arn"));
    let found: Vec<Resource> = fields
        .flat_map(|(field, value)| value.alternatives().iter().map(move |value| (field, value)))
        .map(|(field, value)| {
            let text = pieces(value).filter(|text| text.starts_with("arn:"));
            let known = text.and_then(|text| {
                let (head, resource) = text.rsplit_once(':')?;
                // An endpoint is one of an application: `endpoint/GCM/app/id`.
                let parts: Vec<&str> = resource.split('/').skip(1).take(count).collect();
                let arn = format!("{head}:{kind}/{}", parts.join("/"));
                (parts.len() == count && !is_pattern(&arn) && !arn.chars().any(is_hole))
                    .then_some(arn)
            });
            match known {
                Some(arn) => Resource::Text(arn),
                None => open_arn(value, field),
            }
        })
        .collect();
    match found.is_empty() {
        true => vec![Resource::Any],
        false => found,
    }
}

/// A value as the ARN of its resource has it.
pub(super) fn converted(call: &SdkCall, field: &str, value: Value) -> Value {
    let strip = |value: Value, prefix: &str| match value {
        Value::Text(text) => Value::text(text.strip_prefix(prefix).unwrap_or(&text)),
        Value::Pieces(pieces) => Value::of_pieces(pieces.iter().enumerate().map(
            |(number, piece)| match piece {
                Piece::Text(text) if number == 0 => {
                    Piece::Text(text.strip_prefix(prefix).unwrap_or(text).into())
                }
                piece => piece.clone(),
            },
        )),
        value => value,
    };
    match (call.op.service.prefix, field) {
        ("kms", "alias_name") => strip(value, "alias/"),
        // https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
        ("ssm", "name" | "names") => strip(value, "/"),
        // By tags, or by IDs among others: nodes that the request does not name.
        ("ssm", "targets") => Value::Unknown,
        // A container: `ecs:CLUSTER_TASK_CONTAINER`, as public tools write it; no page of AWS was found that says so. Of another
        // form, nothing is known.
        ("ssm", "target") => match &value {
            Value::Text(text) => match text.strip_prefix("ecs:").map(|rest| rest.split('_')) {
                Some(mut parts) => match (parts.next(), parts.next()) {
                    (Some(cluster), Some(task)) => Value::text(format!("{cluster}/{task}")),
                    _ => value,
                },
                None => value,
            },
            _ => value,
        },
        ("iam", "url") => strip(value, "https://"),
        // The ARN of a subscription is that of its topic with an id behind.
        ("sns", "subscription_arn") => match &value {
            Value::Text(text) => match text.rsplit_once(':') {
                Some((topic, _)) if topic.matches(':').count() == 5 => Value::text(topic),
                _ => value,
            },
            _ => value,
        },
        ("iam", "aws_service_name") => Value::of_pieces([
            Piece::Text("aws-service-role/".into()),
            Piece::Value(value),
            Piece::Text("/".into()),
            Piece::Value(Value::named("role_name")),
        ]),
        // What is created has the path that the call gives it.
        ("iam", _) if field.ends_with("_name") && call.sets("path") => {
            let path = at(call, &["path"]).into_iter().next().unwrap_or_default();
            Value::of_pieces([Piece::Value(strip(path, "/")), Piece::Value(value)])
        }
        _ => value,
    }
}

/// A whole ARN of something that the catalogue has no type for, such as a mobile endpoint of SNS.
pub(super) fn other_arn(service: &Service, kind: &ResourceType, text: &str) -> Option<Resource> {
    let known = service.prefix == "sns" && kind.name == "topic" && text.contains(":endpoint/");
    (known && pieces(&Value::text(text)).is_some() && !is_pattern(text))
        .then(|| Resource::Text(text.to_owned()))
}

/// A queue by its address: `https://sqs.us-east-1.amazonaws.com/123456789012/name`, those of other partitions and older
/// forms, and those of emulators.
pub(super) fn queue(
    service: &'static Service,
    kind: &'static ResourceType,
    value: &Value,
) -> Vec<Resource> {
    let Some(format) = kind.formats.first() else {
        return Vec::new();
    };
    if let Some(text) = pieces(value)
        && let Some((_, rest)) = text.split_once("://")
        && let Some((host, path)) = rest.split_once('/')
        && let Some((account, name)) = path.split_once('/')
        && !name.contains('/')
        && let Some(name) = field(value, name, "queue_name", "QueueName")
    {
        let region = match host.split('.').collect::<Vec<_>>().as_slice() {
            ["sqs" | "sqs-fips", region, "amazonaws", ..] | [region, "queue", "amazonaws", ..] => {
                field(value, region, "region", "Region")
            }
            ["queue", "amazonaws", ..] => Some(Arg::Text("us-east-1".to_owned())),
            _ => None,
        };
        let partition = match host {
            _ if host.ends_with(".cn") => "aws-cn",
            _ if host.contains(".us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        // An emulator's account is made up.
        let account = match region {
            Some(_) => field(value, account, "account", "AccountId"),
            None => None,
        };
        let open = |hint: &str, kind| Arg::Open {
            hint: hint.to_owned(),
            kind,
            like: None,
            origin: Origin::Nameless,
        };
        return vec![Resource::Built {
            service: service.prefix,
            format: Format(format),
            partition: partition.to_owned(),
            args: vec![
                region.unwrap_or_else(|| open("region", "Region")),
                account.unwrap_or_else(|| open("account", "AccountId")),
                name,
            ],
        }];
    }
    // An address that is not known: the policy's parameter is the name of the queue, called as the address is.
    let name = match value {
        Value::Named(name, origin) => {
            let queue = (name
                .strip_suffix("_url")
                .or_else(|| name.strip_suffix("_URL")))
            .or_else(|| name.strip_suffix("Url"))
            .unwrap_or(name);
            let hint = match queue {
                "" | "queue" | "url" | "QUEUE" | "URL" => "queue_name".to_owned(),
                queue => queue.to_owned(),
            };
            Some(Value::Named(hint.into(), origin.clone()))
        }
        _ => None,
    };
    built(service, format, |variable| {
        vec![match &name {
            Some(name) => arg(name, variable, "queue_name"),
            None => unknown(variable),
        }]
    })
}

/// Functions of Lambda by name, by part of an ARN, or by a whole one, with the qualifier of the request: Lambda checks the
/// qualified ARN. <https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html>
fn functions(
    call: &SdkCall,
    service: &'static Service,
    action: &'static ActionInfo,
) -> Option<Vec<Resource>> {
    if !(action.resources_of(service)).any(|(_, kind)| kind.name.starts_with("function")) {
        return None;
    }
    let values = at(call, &["function_name"]);
    if values.is_empty() {
        return None;
    }
    let find = |name: &str| service.resources.iter().find(|kind| kind.name == name);
    let plain = find("function")?.formats.first()?;
    let alias = find("function alias")?.formats.first()?;
    // Another setter of that name says which version an alias is for.
    let qualifiers: Vec<Option<Value>> = match at(call, &["qualifier"]) {
        found if found.is_empty() => vec![None],
        found => found.into_iter().map(Some).collect(),
    };
    let mut found = Vec::new();
    for value in &values {
        for qualifier in &qualifiers {
            found.push(function(service, plain, alias, value, qualifier.as_ref()));
        }
    }
    Some(found)
}

/// What is before the name of a function without `function:`, and the rest: an account, and perhaps a Region before it. What
/// could be an account or a name is an account, as in the pattern of the API:
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>.
fn owner_of_function(text: &str) -> (&str, &str) {
    let is_account =
        |part: &str| part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit());
    let Some((first, rest)) = text.split_once(':') else {
        return ("", text);
    };
    if is_account(first) {
        return (first, rest);
    }
    match rest.split_once(':') {
        Some((account, name)) if first.contains('-') && is_account(account) => {
            (text.get(..first.len() + 13).unwrap_or_default(), name)
        }
        _ => ("", text),
    }
}

fn function(
    service: &'static Service,
    plain: &'static rekognition_iam_runtime::catalogue::ArnFormat,
    alias: &'static rekognition_iam_runtime::catalogue::ArnFormat,
    value: &Value,
    qualifier: Option<&Value>,
) -> Resource {
    let text = pieces(value);
    if let Some(text) = &text
        && text.starts_with("arn:")
    {
        return match (from_arn(service, &[alias, plain], value, text), qualifier) {
            (
                Some(Resource::Built {
                    format,
                    partition,
                    args,
                    ..
                }),
                Some(qualifier),
            ) if format.0.text == plain.text => {
                qualified(service, plain, alias, partition, args, qualifier)
            }
            (Some(resource), _) => resource,
            (None, _) => open_arn(value, "function_name"),
        };
    }
    let mut args: Vec<Arg> = built(service, plain, |variable| {
        vec![arg(value, variable, "function_name")]
    })
    .into_iter()
    .find_map(|resource| match resource {
        Resource::Built { args, .. } => Some(args),
        _ => None,
    })
    .unwrap_or_default();
    // `us-east-1:123456789012:function:name`, `123456789012:name`, `function:name`, `name:alias`
    if let Some(text) = &text {
        let (head, rest) = match text.split_once("function:") {
            Some((head, rest)) => (head.strip_suffix(':').unwrap_or(head), rest),
            None => owner_of_function(text),
        };
        let (region, account) = match head.rsplit_once(':') {
            Some((region, account)) => (region, account),
            None => ("", head),
        };
        let parts = [
            (region, "region", "Region"),
            (account, "account", "AccountId"),
        ];
        for (number, (part, hint, kind)) in parts.into_iter().enumerate() {
            if !part.is_empty()
                && let (Some(part), Some(slot)) =
                    (field(value, part, hint, kind), args.get_mut(number))
            {
                *slot = part;
            }
        }
        let (name, behind) = match rest.split_once(':') {
            Some((name, behind)) => (name, Some(behind)),
            None => (rest, None),
        };
        if let (Some(name), Some(slot)) = (
            field(value, name, "function_name", "FunctionName"),
            args.get_mut(2),
        ) {
            *slot = name;
        }
        if let (Some(behind), None) = (behind, qualifier) {
            let behind = match field(value, behind, "alias", "Pattern") {
                Some(Arg::Text(text)) => Value::text(text),
                Some(Arg::Open { hint, origin, .. }) => Value::Named(hint.into(), origin),
                None => Value::Unknown,
            };
            return qualified(service, plain, alias, "aws".to_owned(), args, &behind);
        }
    }
    match qualifier {
        Some(qualifier) => qualified(service, plain, alias, "aws".to_owned(), args, qualifier),
        None => Resource::Built {
            service: service.prefix,
            format: Format(plain),
            partition: "aws".to_owned(),
            args,
        },
    }
}

/// A function with its qualifier.
fn qualified(
    service: &'static Service,
    plain: &'static rekognition_iam_runtime::catalogue::ArnFormat,
    alias: &'static rekognition_iam_runtime::catalogue::ArnFormat,
    partition: String,
    mut args: Vec<Arg>,
    qualifier: &Value,
) -> Resource {
    let variable = alias.variables().last();
    let qualifier = variable.map(|variable| arg(qualifier, variable, "qualifier"));
    let format = match (args.last_mut(), qualifier) {
        (Some(Arg::Text(name)), Some(Arg::Text(qualifier))) => {
            *name = format!("{name}:{qualifier}");
            plain
        }
        (_, Some(qualifier)) => {
            args.push(qualifier);
            alias
        }
        (_, None) => plain,
    };
    Resource::Built {
        service: service.prefix,
        format: Format(format),
        partition,
        args,
    }
}
