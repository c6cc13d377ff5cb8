//! Which resources a call is about, by its setters.

use rekognition_iam_runtime::arn::Arn;
use rekognition_iam_runtime::catalogue::{
    self, ActionInfo, ArnField, ArnFormat, Piece, ResourceType, Service, Variable,
};
use rekognition_iam_runtime::invisible::is_invisible;
use rekognition_iam_runtime::values;

use super::{Arg, Format, Resource};
use crate::derive::scan::SdkCall;
use crate::derive::value::{self, Value};

/// What the setters along this path were given: `["settings", "face_search", "collection_id"]`.
pub(super) fn at(call: &SdkCall, path: &[&str]) -> Vec<Value> {
    let Some((first, rest)) = path.split_first() else {
        return Vec::new();
    };
    let mut found: Vec<Value> = call.given(first).cloned().collect();
    for name in rest {
        found = (found.iter())
            .flat_map(|value| value.field(name).into_iter().cloned())
            .collect();
    }
    (found.iter())
        .flat_map(|value| value.alternatives().to_vec())
        .collect()
}

/// The resources of an action that a call needs.
pub(super) fn of_action(
    call: &SdkCall,
    service: &'static Service,
    action: &'static ActionInfo,
) -> Vec<Resource> {
    if action.resources.is_empty() {
        return vec![Resource::Any];
    }
    let mut found = Vec::new();
    let mut required: Vec<&'static ResourceType> = Vec::new();
    for (resource, kind) in action.resources_of(service) {
        let shown = shown_in(call, service, kind);
        if shown.is_empty() && resource.required {
            required.push(kind);
        }
        found.extend(shown);
    }
    if found.is_empty() {
        for kind in required {
            found.extend(all_open(service, kind));
        }
    }
    if found.is_empty() {
        // A request that names none of the types is checked against `*`.
        return if call.open {
            open_of_simplest(service, action)
        } else {
            vec![Resource::Any]
        };
    }
    found
}

/// The request goes where it is not followed: the type with the fewest parts stands for all.
fn open_of_simplest(service: &'static Service, action: &'static ActionInfo) -> Vec<Resource> {
    let simplest = (action.resources_of(service))
        .map(|(_, kind)| kind)
        .min_by_key(|kind| {
            kind.formats
                .first()
                .map_or(0, |format| format.parameters().count())
        });
    simplest.map_or_else(|| vec![Resource::Any], |kind| all_open(service, kind))
}

/// A resource type of which the call says nothing.
fn all_open(service: &'static Service, kind: &'static ResourceType) -> Vec<Resource> {
    let format = kind.formats.first();
    format
        .map(|format| built(service, format, |variable| vec![unknown(variable)]))
        .unwrap_or_default()
}

/// The resources of one type that the call's setters show.
fn shown_in(
    call: &SdkCall,
    service: &'static Service,
    kind: &'static ResourceType,
) -> Vec<Resource> {
    let mut found = Vec::new();
    let formats: Vec<&'static ArnFormat> = kind.formats.iter().collect();
    // A whole ARN.
    for (field, value) in &call.fields {
        let names_type = arn_fields(service, kind).iter().any(|name| name == field);
        for value in value.alternatives() {
            match pieces(value) {
                Some(text) if text.starts_with("arn:") => {
                    found.extend(from_arn(service, &formats, value, &text));
                }
                None if names_type => found.push(open_arn(value, field)),
                _ => {}
            }
        }
    }
    if service.prefix == "s3" && kind.name == "accesspointobject" {
        for bucket in at(call, &["bucket"]) {
            found.extend(behind_access_point(call, service, &formats, &bucket));
        }
    }
    if service.prefix == "sqs" && kind.name == "queue" {
        for value in at(call, &["queue_url"]) {
            found.extend(queue(service, kind, &value));
        }
    }
    if !found.is_empty() {
        return found;
    }
    // The names that the ARN is made of.
    for format in formats {
        let mut any = false;
        let mut missing = false;
        let mut parts: Vec<(&'static Variable, Vec<Arg>)> = Vec::new();
        for variable in format.variables() {
            let mut args = Vec::new();
            for field in name_fields(service, kind, variable) {
                for value in at(call, &[field]) {
                    // An ARN where a name may stand too was looked at above.
                    if pieces(&value).is_some_and(|text| text.starts_with("arn:")) {
                        continue;
                    }
                    args.push(arg(&value, variable, field));
                }
            }
            any |= !args.is_empty();
            if args.is_empty() {
                missing |= !is_time(variable);
                args.push(unknown(variable));
            }
            args.dedup();
            parts.push((variable, args));
        }
        let required = format.variables().count() == 1 || !missing;
        if any && required {
            found.extend(built(service, format, |variable| {
                (parts.iter())
                    .find(|(known, _)| known.name == variable.name)
                    .map(|(_, args)| args.clone())
                    .unwrap_or_default()
            }));
            break;
        }
    }
    found
}

/// The objects of a call whose bucket is the ARN of an access point.
fn behind_access_point(
    call: &SdkCall,
    service: &'static Service,
    formats: &[&'static ArnFormat],
    bucket: &Value,
) -> Vec<Resource> {
    let Some(text) = pieces(bucket).filter(|text| text.starts_with("arn:")) else {
        return Vec::new();
    };
    // The name of no object, for the format to be recognised.
    let Some(whole) = from_arn(service, formats, bucket, &format!("{text}/object/key")) else {
        return Vec::new();
    };
    let Resource::Built {
        format,
        partition,
        args,
        ..
    } = whole
    else {
        return vec![whole];
    };
    let Some(key) = format.0.variables().last() else {
        return Vec::new();
    };
    let mut keys: Vec<Arg> = (at(call, &["key"]).iter())
        .map(|value| arg(value, key, "key"))
        .collect();
    if keys.is_empty() {
        keys.push(unknown(key));
    }
    (keys.into_iter())
        .map(|key| {
            let mut args = args.clone();
            args.pop();
            args.push(key);
            Resource::Built {
                service: service.prefix,
                format: Format(format.0),
                partition: partition.clone(),
                args,
            }
        })
        .collect()
}

/// The setters that take the ARN of a resource of this type.
fn arn_fields(service: &Service, kind: &ResourceType) -> Vec<String> {
    let mut names = vec![format!("{}_arn", kind.rust_name)];
    let more: &[&str] = match (service.prefix, kind.name) {
        ("rekognition", "projectversion") => &["project_version_arn", "project_version"],
        ("rekognition", "streamprocessor") => &["stream_processor_arn"],
        ("sns", "topic") => &["topic_arn", "target_arn", "resource_arn"],
        ("states", "statemachine") => &["state_machine_arn"],
        ("sagemaker", "flow-definition") => &["flow_definition_arn"],
        _ => &[],
    };
    names.extend(more.iter().map(|&name| name.to_owned()));
    names
}

/// The setters that take what stands for a variable.
fn name_fields(
    service: &Service,
    kind: &ResourceType,
    variable: &'static Variable,
) -> Vec<&'static str> {
    let more: &[&str] = match (service.prefix, variable.name) {
        ("s3", "BucketName") => &["bucket"],
        ("s3", "ObjectName") => &["key"],
        ("iam" | "sts", "RoleNameWithPath") => &["role_name"],
        ("iam", "UserNameWithPath") => &["user_name"],
        ("rekognition", "StreamprocessorId") => &["name"],
        ("secretsmanager", "SecretId") => &["secret_id"],
        ("logs", "LogGroupName") => &["log_group_name", "log_group_identifier"],
        ("sns", "TopicName") if kind.name == "topic" => &["name"],
        _ => &[],
    };
    let mut names = vec![variable.rust_name];
    names.extend(more);
    names
}

/// A moment that an ARN ends with and a request never says.
fn is_time(variable: &Variable) -> bool {
    matches!(variable.name, "CreationTimestamp" | "CreationTime")
}

/// A variable of which nothing is known.
pub(super) fn unknown(variable: &'static Variable) -> Arg {
    if is_time(variable) {
        // Part of no request: whatever it is, the name says which resource is meant.
        return Arg::Text("*".to_owned());
    }
    Arg::Open {
        hint: variable.rust_name.to_owned(),
        kind: kind_of(variable),
        like: None,
    }
}

/// The type of a variable's values. The keys of objects change from request to request, so that a policy needs a pattern.
fn kind_of(variable: &'static Variable) -> &'static str {
    match values::type_of(variable) {
        "ObjectKey" => "Pattern",
        kind => kind,
    }
}

/// A value as it stands in an ARN.
pub(super) fn arg(value: &Value, variable: &'static Variable, field: &str) -> Arg {
    let kind = kind_of(variable);
    let open = |hint: &str, like: Option<String>| Arg::Open {
        hint: hint.to_owned(),
        kind,
        like,
    };
    match value {
        Value::Text(text) => match literal(text, variable) {
            Some(text) => Arg::Text(text),
            None => open(field, Some(text.to_string())),
        },
        Value::Named(name) => open(name, None),
        Value::Pieces(_) => open(field, pieces(value).map(|text| with_stars(&text))),
        _ => open(field, None),
    }
}

/// Text as it stands in a policy, when it is a value of the variable.
fn literal(text: &str, variable: &'static Variable) -> Option<String> {
    match variable.name {
        // An object's key is any text: its own stars stand for themselves.
        "ObjectName" => {
            let mut out = String::new();
            for c in text.chars() {
                match c {
                    '*' | '?' | '$' => {
                        out.push_str("${");
                        out.push(c);
                        out.push('}');
                    }
                    c if is_invisible(c) => return None,
                    c => out.push(c),
                }
            }
            (!out.is_empty()).then_some(out)
        }
        // Secrets Manager puts six characters of its own behind the name.
        "SecretId" => is_name(text, variable).then(|| format!("{text}-??????")),
        _ => is_name(text, variable).then(|| text.to_owned()),
    }
}

/// Whether a text may stand for a variable in an ARN: of its grammar, without wildcards.
fn is_name(text: &str, variable: &Variable) -> bool {
    if let Some(grammar) = variable.grammar {
        let length = text.chars().count();
        return text.chars().all(|c| grammar.allows(c))
            && length >= usize::from(grammar.min)
            && length <= usize::from(grammar.max)
            && (grammar.words.is_empty() || grammar.words.contains(&text));
    }
    let allowed = |c: char| {
        c.is_ascii_alphanumeric()
            || "+=,.@_-".contains(c)
            || c == '/' && variable.slashes
            || matches!(c, '#' | '!') && variable.slashes
    };
    !text.is_empty() && text.chars().all(allowed)
}

/// The first character that stands for an unknown piece of a text; the private use plane 16.
const HOLE: char = '\u{100000}';

/// The text with a private character for each unknown piece; `None` when nothing of it is known.
pub(super) fn pieces(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_string()),
        Value::Pieces(pieces) => {
            let mut out = String::new();
            let mut hole = u32::from(HOLE);
            for piece in pieces.iter() {
                match piece {
                    value::Piece::Text(text) => out.push_str(text),
                    value::Piece::Value(_) => {
                        out.push(char::from_u32(hole).unwrap_or(HOLE));
                        hole += 1;
                    }
                }
            }
            Some(out)
        }
        _ => None,
    }
}

fn is_hole(c: char) -> bool {
    c >= HOLE
}

fn with_stars(text: &str) -> String {
    let starred: String = text
        .chars()
        .map(|c| if is_hole(c) { '*' } else { c })
        .collect();
    let mut out = String::new();
    for c in starred.chars() {
        if c != '*' || !out.ends_with('*') {
            out.push(c);
        }
    }
    out
}

/// The value of the unknown piece that a private character stands for.
fn hole_value(value: &Value, hole: char) -> Option<&Value> {
    let Value::Pieces(pieces) = value else {
        return None;
    };
    let number = u32::from(hole).checked_sub(u32::from(HOLE))? as usize;
    (pieces.iter())
        .filter_map(|piece| match piece {
            value::Piece::Value(value) => Some(value),
            value::Piece::Text(_) => None,
        })
        .nth(number)
}

/// A whole ARN that is known only when the program runs.
pub(super) fn open_arn(value: &Value, field: &str) -> Resource {
    let hint = match value {
        Value::Named(name) => name.to_string(),
        _ => field.to_owned(),
    };
    Resource::Open(Arg::Open {
        hint,
        kind: "Arn",
        like: None,
    })
}

/// The resource of an ARN of one of these formats.
pub(super) fn from_arn(
    service: &'static Service,
    formats: &[&'static ArnFormat],
    value: &Value,
    text: &str,
) -> Option<Resource> {
    let arn = Arn::parse(text).ok()?;
    let field = |text: &str, hint: &str, kind: &'static str| field(value, text, hint, kind);
    let partition = arn.partition();
    if partition.chars().any(is_hole) {
        // No policy names a partition that it does not know.
        return Some(open_arn(value, "arn"));
    }
    let mut formats = formats.to_vec();
    // `project/p` matches the formats of its versions and datasets in part: the longest speaks first.
    formats.sort_by_key(|format| std::cmp::Reverse(format.resource.len()));
    for format in formats {
        if format.service != arn.service() {
            continue;
        }
        let suits = |known: ArnField, text: &str| match known {
            ArnField::Variable => true,
            ArnField::Empty => text.is_empty(),
            ArnField::Fixed(fixed) => text == fixed,
        };
        if !suits(format.region, arn.region()) || !suits(format.account, arn.account()) {
            continue;
        }
        let Some(parts) = matched(arn.resource(), format.resource) else {
            continue;
        };
        let mut args = Vec::new();
        for (known, text, hint, kind) in [
            (format.region, arn.region(), "region", "Region"),
            (format.account, arn.account(), "account", "AccountId"),
        ] {
            if known == ArnField::Variable {
                args.push(field(text, hint, kind)?);
            }
        }
        for (variable, text) in format.variables().zip(parts) {
            let part = if text.chars().any(is_hole) {
                field(text, variable.rust_name, kind_of(variable))
            } else {
                is_name(text, variable).then(|| Arg::Text(text.to_owned()))
            };
            args.push(part?);
        }
        return Some(Resource::Built {
            service: service.prefix,
            format: Format(format),
            partition: partition.to_owned(),
            args,
        });
    }
    None
}

/// A field of an ARN: its text, or what stands for the whole of it.
fn field(value: &Value, text: &str, hint: &str, kind: &'static str) -> Option<Arg> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(only), None) if is_hole(only) => {
            let hint = match hole_value(value, only) {
                Some(Value::Named(name)) => name.to_string(),
                _ => hint.to_owned(),
            };
            Some(Arg::Open {
                hint,
                kind,
                like: None,
            })
        }
        _ if text.chars().any(is_hole) => Some(Arg::Open {
            hint: hint.to_owned(),
            kind,
            like: Some(with_stars(text)),
        }),
        // AWS takes no pattern here, and in a policy it would be one.
        _ if text.is_empty() || is_pattern(text) => None,
        _ => Some(Arg::Text(text.to_owned())),
    }
}

/// Whether a text would stand for more than itself in a policy.
fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '$'])
}

/// The text of each variable of a format, when a resource is of it. A variable reaches over no slash that it may not hold.
fn matched<'t>(text: &'t str, format: &[Piece]) -> Option<Vec<&'t str>> {
    let mut rest = text;
    let mut found = Vec::new();
    for (number, piece) in format.iter().enumerate() {
        match piece {
            Piece::Literal(literal) => rest = rest.strip_prefix(literal)?,
            Piece::Variable(variable) => {
                let end = match format.get(number + 1) {
                    Some(Piece::Literal(next)) => rest.find(next)?,
                    _ => rest.len(),
                };
                let part = rest.get(..end)?;
                if part.is_empty() || part.contains('/') && !variable.slashes {
                    return None;
                }
                found.push(part);
                rest = rest.get(end..)?;
            }
        }
    }
    rest.is_empty().then_some(found)
}

/// The resources of a format: every combination of these values of its variables.
pub(super) fn built(
    service: &'static Service,
    format: &'static ArnFormat,
    mut values: impl FnMut(&'static Variable) -> Vec<Arg>,
) -> Vec<Resource> {
    let mut head = Vec::new();
    for (field, hint, kind) in [
        (format.region, "region", "Region"),
        (format.account, "account", "AccountId"),
    ] {
        if field == ArnField::Variable {
            head.push(Arg::Open {
                hint: hint.to_owned(),
                kind,
                like: None,
            });
        }
    }
    let mut all = vec![head];
    for variable in format.variables() {
        let given = values(variable);
        all = (all.into_iter())
            .flat_map(|args| {
                given.iter().map(move |value| {
                    let mut args = args.clone();
                    args.push(value.clone());
                    args
                })
            })
            .collect();
    }
    (all.into_iter())
        .map(|args| Resource::Built {
            service: service.prefix,
            format: Format(format),
            partition: "aws".to_owned(),
            args,
        })
        .collect()
}

/// The format of a resource type by its constructor's name.
pub(super) fn format(service: &str, ident: &str) -> Option<(&'static Service, &'static ArnFormat)> {
    let service = catalogue::service(service)?;
    let (_, format) = service.resource_by_ident(ident)?;
    Some((service, format))
}

/// Resources of a type whose only variable is a name.
pub(super) fn of_name(service: &str, ident: &str, names: &[Value], field: &str) -> Vec<Resource> {
    let Some((service, format)) = format(service, ident) else {
        return Vec::new();
    };
    (names.iter())
        .flat_map(|name| {
            let arn = pieces(name).filter(|text| text.starts_with("arn:"));
            match arn.and_then(|text| from_arn(service, &[format], name, &text)) {
                Some(resource) => vec![resource],
                None => built(service, format, |variable| vec![arg(name, variable, field)]),
            }
        })
        .collect()
}

/// Resources of a type by their ARNs.
pub(super) fn of_arns(
    service: &str,
    idents: &[&str],
    arns: &[Value],
    field: &str,
) -> Vec<Resource> {
    let mut formats = Vec::new();
    let mut module = None;
    for ident in idents {
        if let Some((service, format)) = format(service, ident) {
            module = Some(service);
            formats.push(format);
        }
    }
    let Some(module) = module else {
        return Vec::new();
    };
    (arns.iter())
        .map(|value| match pieces(value) {
            Some(text) => from_arn(module, &formats, value, &text).unwrap_or_else(|| {
                if text.starts_with("arn:") && !text.chars().any(is_hole) && !is_pattern(&text) {
                    Resource::Text(text)
                } else {
                    open_arn(value, field)
                }
            }),
            None => open_arn(value, field),
        })
        .collect()
}

/// A queue by its address: `https://sqs.us-east-1.amazonaws.com/123456789012/name`.
fn queue(service: &'static Service, kind: &'static ResourceType, value: &Value) -> Vec<Resource> {
    let Some(format) = kind.formats.first() else {
        return Vec::new();
    };
    if let Some(text) = pieces(value)
        && let Some(rest) = text.strip_prefix("https://sqs.")
        && let Some((host, path)) = rest.split_once('/')
        && let Some((region, _)) = host.split_once('.')
        && let Some((account, name)) = path.split_once('/')
        && !name.contains('/')
        && let (Some(region), Some(account), Some(name)) = (
            field(value, region, "region", "Region"),
            field(value, account, "account", "AccountId"),
            field(value, name, "queue_name", "QueueName"),
        )
    {
        return vec![Resource::Built {
            service: service.prefix,
            format: Format(format),
            partition: "aws".to_owned(),
            args: vec![region, account, name],
        }];
    }
    // An address of another form, or one that is not known: its name is the policy's parameter.
    built(service, format, |variable| vec![unknown(variable)])
}
