//! Values of a program in ARNs.

use rekognition_iam_runtime::arn::Arn;
use rekognition_iam_runtime::catalogue::{self, ArnField, ArnFormat, Piece, Service, Variable};
use rekognition_iam_runtime::invisible::is_invisible;
use rekognition_iam_runtime::values;

use super::{Arg, Format, Resource, paths};
use crate::derive::spelling::snake;
use crate::derive::value::{self, Origin, Value};

/// A moment that an ARN ends with and a request never says.
pub(super) fn is_time(variable: &Variable) -> bool {
    // The last is misspelled in AWS's reference.
    matches!(
        variable.name,
        "CreationTimestamp" | "CreationTime" | "ConsumerCreationTimpstamp"
    )
}

/// A variable of which nothing is known.
pub(super) fn unknown(variable: &'static Variable) -> Arg {
    if is_time(variable) {
        // Part of no request: whatever it is, the name says which resource is meant.
        return Arg::Text("*".to_owned());
    }
    Arg::Open {
        hint: field_name(variable),
        kind: kind_of(variable),
        like: None,
        origin: Origin::Nameless,
    }
}

/// What the SDK calls a variable.
pub(super) fn field_name(variable: &Variable) -> String {
    match variable.rust_name {
        // Services without a module have no names in Rust.
        "" => snake(variable.name),
        name => name.to_owned(),
    }
}

/// The type of a variable's values. The keys of objects change from request to request, so that a policy needs a pattern.
pub(super) fn kind_of(variable: &'static Variable) -> &'static str {
    match values::type_of(variable) {
        "ObjectKey" => "Pattern",
        kind => kind,
    }
}

/// A value as it is in an ARN.
pub(super) fn arg(value: &Value, variable: &'static Variable, field: &str) -> Arg {
    let kind = kind_of(variable);
    let open = |hint: &str, like: Option<String>| Arg::Open {
        hint: hint.to_owned(),
        kind,
        like,
        origin: Origin::Nameless,
    };
    // The versions of a group have numbers, which SageMaker gives them.
    // https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-version.html
    if (variable.name, field) == ("ModelPackageName", "model_package_group_name") {
        return match value {
            Value::Text(text) if is_name(text, variable) => Arg::Text(format!("{text}/*")),
            _ => open("model_package_name", Some("*/*".to_owned())),
        };
    }
    match value {
        Value::Text(text) => {
            match paths::service_linked(text, variable).or_else(|| literal(text, variable)) {
                Some(text) => Arg::Text(text),
                None => open(field, Some(text.to_string())),
            }
        }
        Value::Named(name, origin) => Arg::Open {
            hint: name.to_string(),
            kind,
            like: None,
            origin: origin.clone(),
        },
        Value::Pieces(_) => open(
            field,
            pieces(value).map(|text| suffixed(with_stars(&text), variable)),
        ),
        _ => open(field, None),
    }
}

/// The name of a secret, as it is in an ARN: Secrets Manager puts a hyphen and six characters of its own behind it. An ARN may
/// come without them. <https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen>
fn suffixed(name: String, variable: &Variable) -> String {
    if variable.name != "SecretId" || name.ends_with('*') {
        return name;
    }
    format!("{name}-??????")
}

/// The same for a name in an ARN, which may have them already.
pub(in crate::derive) fn completed(name: &str, variable: &Variable) -> String {
    let ends = (name.rsplit_once('-')).is_some_and(|(_, end)| {
        end.len() == 6 && end.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    match ends {
        true => name.to_owned(),
        false => suffixed(name.to_owned(), variable),
    }
}

/// Text as it is in a policy, when it is a value of the variable.
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
        "SecretId" => is_name(text, variable).then(|| suffixed(text.to_owned(), variable)),
        _ => is_name(text, variable).then(|| text.to_owned()),
    }
}

/// Whether a text may stand for a variable in an ARN: of its grammar, without wildcards.
pub(super) fn is_name(text: &str, variable: &Variable) -> bool {
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

/// Whether a text is a moment as the names of the streams of DynamoDB are: `2015-05-11T21:21:33.291`.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html>
fn is_moment(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let Some((day, time)) = text.split_once('T') else {
        return false;
    };
    day.split('-').count() == 3
        && day.split('-').all(digits)
        && time.split(':').count() == 3
        && time.split([':', '.']).all(digits)
}

/// The first character that represents an unknown piece of a text; the private use plane 16.
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

pub(super) fn is_hole(c: char) -> bool {
    c >= HOLE
}

pub(super) fn with_stars(text: &str) -> String {
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

/// The value of the unknown piece that a private character represents.
pub(super) fn hole_value(value: &Value, hole: char) -> Option<&Value> {
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

/// Whether the program calls a value an ARN: `key_arn`, `keyArn`. Many setters take an ARN as well as a name.
pub(super) fn says_arn(name: &str) -> bool {
    let ends = name
        .strip_suffix("arn")
        .or_else(|| name.strip_suffix("ARN"));
    name.ends_with("Arn") || ends.is_some_and(|before| before.is_empty() || before.ends_with('_'))
}

/// A whole ARN that is known only when the program runs.
pub(super) fn open_arn(value: &Value, field: &str) -> Resource {
    let (hint, origin) = match value {
        Value::Named(name, origin) => (name.to_string(), origin.clone()),
        _ => (field.to_owned(), Origin::Nameless),
    };
    Resource::Open(Arg::Open {
        hint,
        kind: "Arn",
        like: None,
        origin,
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
            ArnField::Variable | ArnField::Any => true,
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
                field(text, &field_name(variable), kind_of(variable))
            } else {
                (is_name(text, variable) || is_moment(text))
                    .then(|| Arg::Text(completed(text, variable)))
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

/// A field of an ARN: its text, or what represents the whole of it.
pub(super) fn field(value: &Value, text: &str, hint: &str, kind: &'static str) -> Option<Arg> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(only), None) if is_hole(only) => {
            let (hint, origin) = match hole_value(value, only) {
                Some(Value::Named(name, origin)) => (name.to_string(), origin.clone()),
                _ => (hint.to_owned(), Origin::Nameless),
            };
            Some(Arg::Open {
                hint,
                kind,
                like: None,
                origin,
            })
        }
        _ if text.chars().any(is_hole) => Some(Arg::Open {
            hint: hint.to_owned(),
            kind,
            like: Some(with_stars(text)),
            origin: Origin::Nameless,
        }),
        // AWS takes no pattern here, and in a policy it would be one.
        _ if text.is_empty() || is_pattern(text) => None,
        _ => Some(Arg::Text(text.to_owned())),
    }
}

/// Whether a text would stand for more than itself in a policy.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '$'])
}

/// The text of each variable of a format, when a resource is of it. A variable reaches over no slash that it may not hold.
pub(super) fn matched<'t>(text: &'t str, format: &[Piece]) -> Option<Vec<&'t str>> {
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
    values: impl FnMut(&'static Variable) -> Vec<Arg>,
) -> Vec<Resource> {
    built_in(service, format, &Place::default(), values)
}

/// Where a resource is, as far as that is known: of an index by the ARN of its table.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Place {
    pub(super) partition: Option<String>,
    pub(super) region: Option<Arg>,
    pub(super) account: Option<Arg>,
}

/// The same for resources in a place.
pub(super) fn built_in(
    service: &'static Service,
    format: &'static ArnFormat,
    place: &Place,
    mut values: impl FnMut(&'static Variable) -> Vec<Arg>,
) -> Vec<Resource> {
    let mut head = Vec::new();
    for (field, known, hint, kind) in [
        (format.region, &place.region, "region", "Region"),
        (format.account, &place.account, "account", "AccountId"),
    ] {
        if field == ArnField::Variable {
            head.push(known.clone().unwrap_or_else(|| Arg::Open {
                hint: hint.to_owned(),
                kind,
                like: None,
                origin: Origin::Nameless,
            }));
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
            partition: place.partition.clone().unwrap_or_else(|| "aws".to_owned()),
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
                None if matches!(name, Value::Named(name, _) if says_arn(name)) => {
                    vec![open_arn(name, field)]
                }
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
