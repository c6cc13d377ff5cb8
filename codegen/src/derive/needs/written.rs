//! Resources that a policy names in another way than a request does: the log groups of CloudWatch Logs.
//!
//! A policy for an action on the log group `g` has to name `log-group:g:*`, except for actions on its tags, and AWS compares it
//! with `log-group:g:log-stream:`. `codegen/data/written-arns.json` has such types, with the page and the day.

use rekognition_iam_runtime::catalogue::{
    self, ActionInfo, ArnFormat, ResourceType, Service, Written,
};

use super::{Arg, Format, Grant, Resource};

/// A type of an action that is named in another way.
struct Named {
    written: &'static Written,
    kind: &'static ResourceType,
    within: &'static ArnFormat,
}

fn named(service: &'static Service, action: &ActionInfo) -> Option<Named> {
    let written = (catalogue::written().iter()).find(|written| {
        written.service == service.prefix && written.actions.contains(&action.name)
    })?;
    let of = |name: &str| service.resources.iter().find(|kind| kind.name == name);
    Some(Named {
        written,
        kind: of(written.kind)?,
        within: of(written.within)?.formats.first()?,
    })
}

fn is_of(kind: &ResourceType, format: Format) -> bool {
    (kind.formats.iter()).any(|known| Format(known) == format)
}

/// The resource as a policy for the action has to name it.
pub(super) fn in_policy(
    service: &'static Service,
    action: &ActionInfo,
    resource: Resource,
) -> Resource {
    let Some(named) = named(service, action) else {
        return resource;
    };
    match resource {
        built @ Resource::Built { format, .. } if is_of(named.kind, format) => {
            built.rebuilt(|format, mut args| {
                let format = match args.last_mut() {
                    // All of them.
                    Some(Arg::Text(text)) if text == "*" => format,
                    Some(Arg::Text(text)) if text.ends_with(named.written.policy) => format,
                    Some(Arg::Text(text)) => {
                        text.push_str(named.written.policy);
                        format
                    }
                    // A parameter is the name, and nothing but the name.
                    Some(Arg::Open { .. }) => {
                        args.push(Arg::Text("*".to_owned()));
                        Format(named.within)
                    }
                    None => format,
                };
                (format, args)
            })
        }
        Resource::Open(Arg::Open {
            hint,
            kind,
            like: None,
            origin,
        }) if action.resources.len() == 1 => Resource::Open(Arg::Open {
            like: (named.kind.formats.first()).map(|format| {
                let ending = format.resource.first();
                let literal = match ending {
                    Some(catalogue::Piece::Literal(text)) => *text,
                    Some(catalogue::Piece::Variable(_)) | None => "",
                };
                let policy = named.written.policy;
                format!("arn:aws:{}:*:*:{literal}*{policy}", format.service)
            }),
            hint,
            kind,
            origin,
        }),
        other => other,
    }
}

/// A resource type of an action of which nothing is known.
pub(in crate::derive) fn open_in_policy(
    service: &'static Service,
    action: &ActionInfo,
    kind: &'static ResourceType,
) -> Vec<Resource> {
    (super::resource::all_open(service, kind).into_iter())
        .map(|resource| in_policy(service, action, resource))
        .collect()
}

/// The resource that a request for the action names, by that which a policy has to name.
pub(in crate::derive) fn in_request(grant: &Grant, resource: &Resource) -> Resource {
    let named = catalogue::service(grant.service)
        .and_then(|service| named(service, service.action(grant.action)?));
    let (Some(named), Resource::Built { format, args, .. }) = (named, resource) else {
        return resource.clone();
    };
    let Written {
        policy, request, ..
    } = named.written;
    let mut args = args.clone();
    if Format(named.within) == *format {
        args.pop();
    } else if !is_of(named.kind, *format) {
        return resource.clone();
    }
    let Some(
        Arg::Text(text)
        | Arg::Open {
            like: Some(text), ..
        },
    ) = args.last_mut()
    else {
        return resource.clone();
    };
    if let Some(name) = text.strip_suffix(*policy) {
        *text = name.to_owned();
    }
    if text != "*" {
        text.push_str(request);
    }
    let format = (named.kind.formats.iter()).find(|known| known.variables().count() > 0);
    match format {
        Some(format) => (resource.clone()).rebuilt(|_, _| (Format(format), args)),
        None => resource.clone(),
    }
}

/// The ARN that a policy has to name for an action, by that in AWS's message.
pub(in crate::derive) fn arn_in_policy(action: &str, arn: &str) -> String {
    let written = action.split_once(':').and_then(|(prefix, name)| {
        let service = catalogue::service(prefix)?;
        Some(named(service, service.action(name)?)?.written)
    });
    match written.and_then(|written| Some((arn.strip_suffix(written.request)?, written))) {
        // A request for all of them has no name.
        Some((before, written)) if !before.ends_with(':') => format!("{before}{}", written.policy),
        _ => arn.to_owned(),
    }
}
