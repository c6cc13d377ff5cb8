//! Which resources a call is about, by its setters.

use rekognition_iam_runtime::catalogue::{
    ActionInfo, ArnField, ArnFormat, Piece, ResourceType, Service, Variable,
};

use super::arn::{
    Place, arg, built, built_in, from_arn, is_hole, is_pattern, is_time, open_arn, pieces,
    says_arn, unknown,
};
use super::setters::{self, Rule};
use super::{Arg, Format, Needs, Resource, special};
use crate::derive::call::SdkCall;
use crate::derive::value::{Origin, Value};

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

/// What the setters along a path were given. Of a data type that is not seen, an unknown value; of one that is seen and
/// does not set it, `None`.
fn along(call: &SdkCall, path: &[String]) -> Vec<Option<Value>> {
    let Some((first, rest)) = path.split_first() else {
        return Vec::new();
    };
    let mut found: Vec<Option<Value>> = (call.given(first))
        .flat_map(|value| value.alternatives().iter().cloned().map(Some))
        .collect();
    for name in rest {
        found = (found.into_iter())
            .flat_map(|value| match value {
                Some(built @ Value::Built(_)) => {
                    let inner: Vec<Option<Value>> = (built.field(name).into_iter())
                        .flat_map(|value| value.alternatives().iter().cloned().map(Some))
                        .collect();
                    if inner.is_empty() { vec![None] } else { inner }
                }
                Some(_) => vec![Some(Value::Unknown)],
                None => vec![None],
            })
            .collect();
    }
    found
}

/// More resource types than this are the types that an action may have, and not those of each request.
const MOST_TYPES: usize = 8;

/// The resources of an action that a call needs.
pub(super) fn of_action(
    call: &SdkCall,
    service: &'static Service,
    action: &'static ActionInfo,
    needs: &mut Needs,
) -> Vec<Resource> {
    if action.resources.is_empty() {
        return special::on_record(call, service, action);
    }
    if let Some(found) = special::resources(call, service, action, needs) {
        return found;
    }
    let operation = call.op.operation.name;
    let mut found = Vec::new();
    let mut required: Vec<&'static ResourceType> = Vec::new();
    let mut any_when_unset = false;
    let mut named = false;
    let mut needed: Vec<&'static ResourceType> = Vec::new();
    for (resource, kind) in action.resources_of(service) {
        let rule = setters::of(call.op, action.name, service, kind);
        any_when_unset |= rule.any_when_unset;
        named |= rule.names_any();
        if has_required(call, &rule) {
            needed.push(kind);
        }
        // Where no table says which setters name an ARN in full, one that names a part of it is enough.
        let in_part = call.op.other.is_some()
            && (resource.required || action.resources.len() == 1 || rule.ids.is_some());
        let shown = match in_part {
            true => shown_in_part(call, service, kind, &rule),
            false => shown_in(call, service, kind, &rule),
        };
        if shown.is_empty() && resource.required {
            required.push(kind);
            // Nothing in a request names it.
            if let (false, Some(reason)) = (
                rule.names_any(),
                setters::reason(service.prefix, operation, Some(kind.name)),
            ) && !reason.starts_with('*')
            {
                needs.unsure.push(format!(
                    "`{operation}` does not name its {}, which is open in the policy: {reason}",
                    kind.name
                ));
            }
        }
        found.extend(shown);
    }
    let mut found = of_one_value(found);
    if found.is_empty() {
        found.extend(action.resources_of(service).flat_map(|(_, kind)| {
            let rule = setters::of(call.op, action.name, service, kind);
            (kind.formats.iter())
                .flat_map(|format| within(call, service, format, &rule))
                .collect::<Vec<_>>()
        }));
        if found.is_empty() && call.op.other.is_some() {
            found = by_arn(call, service, action);
        }
        if found.is_empty() && call.op.other.is_some() && required.is_empty() {
            found = in_part_of_optional(call, service, action);
        }
        if !found.is_empty() {
            return found;
        }
    }
    if call.op.other.is_some() && !required.is_empty() {
        // Of a service without a module no table says which of its types a request leaves out.
        if required.len() <= MOST_TYPES {
            found.extend(required.iter().flat_map(|kind| all_open(service, kind)));
        } else {
            needs.unsure.push(format!(
                "which resource `{operation}` is about is not known, so it is open in the policy"
            ));
            if found.is_empty() {
                found.push(open_arn(&Value::Unknown, "resource_arn"));
            }
        }
    }
    if !found.is_empty() {
        // A request is about one resource of each of these types.
        if action.required_together {
            found.extend(required.iter().flat_map(|kind| all_open(service, kind)));
        }
        return found;
    }
    let reason = setters::reason(service.prefix, operation, None);
    if any_when_unset || reason.is_some_and(|reason| reason.starts_with('*')) {
        return vec![Resource::Any];
    }
    if required.is_empty() && !named {
        // The catalogue has types, and nothing of the request is known to name one.
        needs.unsure.push(format!(
            "which setter of `{operation}` names the resource is not known, so it is open in the policy"
        ));
        return open_of_simplest(service, action);
    }
    let open = if required.is_empty() {
        needed
    } else {
        required
    };
    if let Some(kind) = simplest(&open) {
        if call.open || !action.required_together {
            // Of several types one is meant, and nothing says which.
            let all = open.iter().flat_map(|kind| all_open(service, kind));
            return match open.len() {
                1 => all.collect(),
                _ if action
                    .resources_of(service)
                    .all(|(resource, _)| resource.required) =>
                {
                    all.collect()
                }
                _ => all_open(service, kind),
            };
        }
        return (open.iter())
            .flat_map(|kind| all_open(service, kind))
            .collect();
    }
    if call.open {
        return open_of_simplest(service, action);
    }
    // A request that names none of the types is checked against `*`.
    vec![Resource::Any]
}

/// The ARNs in members that have one, in a form that the catalogue does not have.
fn by_arn(call: &SdkCall, service: &'static Service, action: &ActionInfo) -> Vec<Resource> {
    let mut found = Vec::new();
    for (_, kind) in action.resources_of(service) {
        let rule = setters::of(call.op, action.name, service, kind);
        for value in (rule.arns.iter())
            .flat_map(|path| along(call, path))
            .flatten()
        {
            let text = pieces(&value).filter(|text| {
                text.starts_with("arn:") && !is_pattern(text) && !text.chars().any(is_hole)
            });
            if let Some(text) = text
                && !found.contains(&Resource::Text(text.clone()))
            {
                found.push(Resource::Text(text));
            }
        }
    }
    found
}

/// The resources of an action with optional types only, of which the request names a part: those with the fewest parts open.
fn in_part_of_optional(
    call: &SdkCall,
    service: &'static Service,
    action: &ActionInfo,
) -> Vec<Resource> {
    let open = |resource: &Resource| match resource {
        Resource::Built { args, .. } => {
            let is_open = |arg: &&Arg| {
                matches!(
                    arg,
                    Arg::Open {
                        origin: Origin::Nameless,
                        ..
                    }
                )
            };
            args.iter().filter(is_open).count()
        }
        Resource::Any | Resource::Text(_) | Resource::Open(_) => 0,
    };
    let all: Vec<Resource> = (action.resources_of(service))
        .flat_map(|(_, kind)| {
            let rule = setters::of(call.op, action.name, service, kind);
            shown_in_part(call, service, kind, &rule)
        })
        .collect();
    let least = all.iter().map(open).min();
    (all.into_iter())
        .filter(|resource| Some(open(resource)) == least)
        .collect()
}

/// A value that may be the name of a resource of one type, and the ARN of one of another type, is one parameter: a name, unless the
/// program calls it an ARN.
fn of_one_value(found: Vec<Resource>) -> Vec<Resource> {
    let value = |arg: &Arg| match arg {
        Arg::Open {
            hint,
            like: None,
            origin,
            ..
        } => Some((hint.clone(), origin.clone())),
        Arg::Open { .. } | Arg::Text(_) => None,
    };
    let says_arn = |(hint, _): &(String, Origin)| says_arn(hint);
    let names: Vec<(String, Origin)> = (found.iter())
        .filter_map(|resource| match resource {
            Resource::Built { args, .. } => Some(args.iter().filter_map(value)),
            Resource::Any | Resource::Text(_) | Resource::Open(_) => None,
        })
        .flatten()
        .collect();
    let arns: Vec<(String, Origin)> = (found.iter())
        .filter_map(|resource| match resource {
            Resource::Open(arg) => value(arg),
            Resource::Any | Resource::Text(_) | Resource::Built { .. } => None,
        })
        .collect();
    (found.into_iter())
        .filter(|resource| match resource {
            Resource::Open(arg) => {
                value(arg).is_none_or(|value| says_arn(&value) || !names.contains(&value))
            }
            Resource::Built { args, .. } => !(args.iter().filter_map(value))
                .any(|value| says_arn(&value) && arns.contains(&value)),
            Resource::Any | Resource::Text(_) => true,
        })
        .collect()
}

/// Whether a request always says which resource of a type it is about.
fn has_required(call: &SdkCall, rule: &Rule) -> bool {
    (rule.arns.iter()).any(|path| is_required(call, path))
        || rule.names.iter().any(|(_, path)| is_required(call, path))
}

/// The type whose ARN has the fewest parts.
fn simplest(kinds: &[&'static ResourceType]) -> Option<&'static ResourceType> {
    (kinds.iter().copied()).min_by_key(|kind| {
        kind.formats
            .first()
            .map_or(0, |format| format.parameters().count())
    })
}

/// The type with the fewest parts represents all.
fn open_of_simplest(service: &'static Service, action: &'static ActionInfo) -> Vec<Resource> {
    let kinds: Vec<_> = action.resources_of(service).map(|(_, kind)| kind).collect();
    simplest(&kinds).map_or_else(|| vec![Resource::Any], |kind| all_open(service, kind))
}

/// A resource type of which the call says nothing.
pub(super) fn all_open(service: &'static Service, kind: &'static ResourceType) -> Vec<Resource> {
    let format = kind.formats.first();
    format
        .map(|format| built(service, format, |variable| vec![unknown(variable)]))
        .unwrap_or_default()
}

/// The resources of one type that the call's setters show.
pub(super) fn shown_in(
    call: &SdkCall,
    service: &'static Service,
    kind: &'static ResourceType,
    rule: &Rule,
) -> Vec<Resource> {
    shown(call, service, kind, rule, false)
}

/// The same with parts of ARNs open that no setter names.
pub(super) fn shown_in_part(
    call: &SdkCall,
    service: &'static Service,
    kind: &'static ResourceType,
    rule: &Rule,
) -> Vec<Resource> {
    shown(call, service, kind, rule, true)
}

fn shown(
    call: &SdkCall,
    service: &'static Service,
    kind: &'static ResourceType,
    rule: &Rule,
    in_part: bool,
) -> Vec<Resource> {
    if (rule.unless.as_ref())
        .is_some_and(|field| call.sets(field) && !call.sets(&format!("{field}?")))
    {
        return Vec::new();
    }
    let mut found = Vec::new();
    let formats: Vec<&'static ArnFormat> = kind.formats.iter().collect();
    let single = formats.iter().all(|format| format.variables().count() == 1);
    // A whole ARN, also where a name is expected.
    let names = rule.names.iter().map(|(_, path)| (path, false));
    for (path, is_arn) in (rule.arns.iter().map(|path| (path, true))).chain(names) {
        let field = path.last().map(String::as_str).unwrap_or_default();
        for value in along(call, path).into_iter().flatten() {
            let value = special::converted(call, field, value);
            match pieces(&value) {
                Some(text) if text.starts_with("arn:") => {
                    match from_arn(service, &formats, &value, &text) {
                        Some(resource) => found.push(resource),
                        None if is_arn && kind.formats.len() == 1 => {
                            found.extend(special::other_arn(service, kind, &text));
                        }
                        None => {}
                    }
                }
                None if is_arn => found.push(open_arn(&value, field)),
                // A name is all that such an ARN has.
                None if single && matches!(&value, Value::Named(name, _) if says_arn(name)) => {
                    found.push(open_arn(&value, field));
                }
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
            found.extend(special::queue(service, kind, &value));
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
        let mut places: Vec<Place> = Vec::new();
        for variable in format.variables() {
            let Said {
                args,
                places: its,
                otherwise,
            } = args_of(call, service, rule, variable);
            places.extend(its);
            any |= !args.is_empty();
            let args: Vec<Arg> = (args.into_iter())
                .map(|arg| without_prefix(arg, format, variable))
                .collect();
            let args = if args.is_empty() {
                let required = rule.of(variable).any(|path| is_required(call, path));
                missing |= otherwise || !required && !is_time(variable);
                vec![unknown(variable)]
            } else {
                args
            };
            parts.push((variable, args));
        }
        if any && (in_part || !missing) {
            // Of several places nothing says which name is in which.
            let place = match places.as_slice() {
                [first, rest @ ..] if rest.iter().all(|place| place == first) => first.clone(),
                _ => Place::default(),
            };
            found.extend(
                built_in(service, format, &place, |variable| {
                    (parts.iter())
                        .find(|(known, _)| known.name == variable.name)
                        .map(|(_, args)| args.clone())
                        .unwrap_or_default()
                })
                .into_iter()
                .map(|resource| special::of_aws(kind, resource)),
            );
            break;
        }
    }
    found
}

/// A value without what the format has in front of it: a request names the policy `p-1a2b` of an organization, whose ARN ends with
/// `p-${PolicyId}`. See <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Policy.html>.
fn without_prefix(value: Arg, format: &ArnFormat, variable: &Variable) -> Arg {
    let mut before = "";
    for piece in format.resource {
        match piece {
            Piece::Literal(literal) => before = literal,
            Piece::Variable(known) if known.name == variable.name => break,
            Piece::Variable(_) => before = "",
        }
    }
    let prefix = before.rsplit(['/', ':']).next().unwrap_or_default();
    match value {
        Arg::Text(text) if prefix.ends_with('-') => Arg::Text(match text.strip_prefix(prefix) {
            Some(rest) if !rest.is_empty() => rest.to_owned(),
            _ => text,
        }),
        value => value,
    }
}

/// The resources of a format by the ARNs of what belongs to them: the state machine of an alias.
fn within(
    call: &SdkCall,
    service: &'static Service,
    format: &'static ArnFormat,
    rule: &Rule,
) -> Vec<Resource> {
    let begins = |longer: &&'static ArnFormat| {
        let same = |one: &Piece, other: &Piece| match (one, other) {
            (Piece::Literal(one), Piece::Literal(other)) => one == other,
            (Piece::Variable(one), Piece::Variable(other)) => one.name == other.name,
            (Piece::Literal(_), Piece::Variable(_)) | (Piece::Variable(_), Piece::Literal(_)) => {
                false
            }
        };
        longer.resource.len() > format.resource.len()
            && (longer.service, longer.region, longer.account)
                == (format.service, format.region, format.account)
            && (longer.resource.iter().zip(format.resource)).all(|(one, other)| same(one, other))
    };
    let longer: Vec<&'static ArnFormat> = (service.resources.iter())
        .flat_map(|kind| kind.formats)
        .filter(begins)
        .collect();
    if longer.is_empty() {
        return Vec::new();
    }
    (rule.arns.iter())
        .flat_map(|path| along(call, path).into_iter().flatten())
        .filter_map(|value| {
            let text = pieces(&value).filter(|text| text.starts_with("arn:"))?;
            match from_arn(service, &longer, &value, &text)? {
                Resource::Built {
                    service,
                    partition,
                    mut args,
                    ..
                } => {
                    args.truncate(format.parameters().count());
                    Some(Resource::Built {
                        service,
                        format: Format(format),
                        partition,
                        args,
                    })
                }
                Resource::Any | Resource::Text(_) | Resource::Open(_) => None,
            }
        })
        .collect()
}

/// What a call's setters say of a variable.
struct Said {
    args: Vec<Arg>,
    /// Where those are whose ARNs are given, or that nothing says it.
    places: Vec<Place>,
    /// Whether they name a resource of another type, by its ARN.
    otherwise: bool,
}

/// What the call's setters say of a variable.
fn args_of(
    call: &SdkCall,
    service: &'static Service,
    rule: &Rule,
    variable: &'static Variable,
) -> Said {
    let mut otherwise = false;
    let mut places = Vec::new();
    let mut args: Vec<Arg> = Vec::new();
    let mut push = |arg: Arg| {
        if !args.contains(&arg) {
            args.push(arg);
        }
    };
    let default = rule.fallback(variable);
    let mut said = false;
    for path in rule.of(variable) {
        let field = path.last().map(String::as_str).unwrap_or_default();
        for value in along(call, path) {
            said = true;
            let Some(value) = value else {
                if let Some(text) = default {
                    push(Arg::Text(text.to_owned()));
                }
                continue;
            };
            let is_other = pieces(&value)
                .is_some_and(|text| !text.starts_with("arn:") && !rule.accepts(&text));
            let value = special::converted(call, field, value);
            match pieces(&value) {
                // The ID of a resource of another type.
                Some(_) if is_other => otherwise = true,
                // The ARN of a resource whose name is part of this one's.
                Some(text) if text.starts_with("arn:") => {
                    match name_in_arn(service, variable, &value, &text) {
                        Some((arg, place)) => {
                            push(arg);
                            places.push(place);
                        }
                        None => otherwise = true,
                    }
                }
                _ => push(arg(&value, variable, field)),
            }
        }
    }
    let required = rule.of(variable).any(|path| is_required(call, path));
    if let (false, Some(text)) = (said || required || call.open, default) {
        push(Arg::Text(text.to_owned()));
    }
    Said {
        args,
        places,
        otherwise,
    }
}

/// Whether every request has the member that a path begins with.
fn is_required(call: &SdkCall, path: &[String]) -> bool {
    (path.first()).is_some_and(|first| setters::member(call.op, first) == Some(true))
}

/// The value of a variable in the ARN of any resource type of the service that has it, and where that resource is.
fn name_in_arn(
    service: &'static Service,
    variable: &Variable,
    value: &Value,
    text: &str,
) -> Option<(Arg, Place)> {
    let formats: Vec<&'static ArnFormat> = (service.resources.iter())
        .flat_map(|kind| kind.formats)
        .filter(|format| format.variables().any(|known| known.name == variable.name))
        .collect();
    let Some(Resource::Built {
        format,
        args,
        partition,
        ..
    }) = from_arn(service, &formats, value, text)
    else {
        return None;
    };
    let number = format
        .0
        .variables()
        .position(|known| known.name == variable.name)?;
    let head = args.len() - format.0.variables().count();
    let mut place = Place {
        partition: Some(partition),
        ..Place::default()
    };
    let mut fields = args.iter().take(head).cloned();
    if format.0.region == ArnField::Variable {
        place.region = fields.next();
    }
    if format.0.account == ArnField::Variable {
        place.account = fields.next();
    }
    let arg = args.into_iter().nth(head + number)?;
    Some((arg, place))
}

/// The objects of a call whose bucket is the ARN of a Multi-Region Access Point, which has no Region:
/// `arn:aws:s3::123456789012:accesspoint/name.mrap`, with `/object/` and the key behind it in a policy. See
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointPermissions.html>.
fn behind_multi_region(call: &SdkCall, text: &str) -> Vec<Resource> {
    let is_one = text.split(':').nth(3) == Some("")
        && text.contains(":accesspoint/")
        && !is_pattern(text)
        && !text.chars().any(is_hole);
    if !is_one {
        return Vec::new();
    }
    (at(call, &["key"]).iter())
        .map(|key| match key {
            Value::Text(key) if !is_pattern(key) => Resource::Text(format!("{text}/object/{key}")),
            key => open_arn(key, "object_arn"),
        })
        .collect()
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
        return behind_multi_region(call, &text);
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
