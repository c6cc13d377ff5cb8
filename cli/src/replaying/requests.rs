//! The requests of records as lines that `evaluate --stdin` reads.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rekognition_iam_runtime::catalogue;

use crate::json_text::write_string;
use crate::trail::caller::Caller;
use crate::trail::calls::{self, Asked, Calls, Ended};
use crate::trail::keys::{About, Status, status, tag_keys};
use crate::trail::record::Record;

/// Writes the requests of a record, a line each. What is not of a call, or does not show who made it, has none.
pub(crate) fn write(calls: &mut Calls, record: &Record<'_>, out: &mut String) {
    let Ok(plan) = calls.plan(record) else {
        return;
    };
    let Ok(caller) = Caller::of(record) else {
        return;
    };
    let ended = calls::ended(record);
    let service = plan.service();
    for (number, asked) in plan.asked(record, ended).iter().enumerate() {
        if needs_no_permission(&asked.action) {
            continue;
        }
        line(record, &caller, service, asked, ended, number, out);
    }
}

fn needs_no_permission(action: &str) -> bool {
    use rekognition_iam_runtime::evaluate::{Reason, Request, evaluate};
    evaluate(&[], &Request::new(action, "*")).reason() == Reason::NeedsNoPermission
}

fn line(
    record: &Record<'_>,
    caller: &Caller<'_>,
    service: &str,
    asked: &Asked,
    ended: Ended,
    number: usize,
    out: &mut String,
) {
    let owner = calls::owner(record, asked);
    let about = About {
        service,
        passed_to: asked.passed_to.as_deref(),
        has_owner: owner.is_some()
            || record
                .resources
                .iter()
                .all(|resource| resource.account.is_none()),
    };
    out.push_str("{\"id\":{\"event_id\":");
    write_string(out, record.id.as_deref().unwrap_or_default());
    out.push_str(&format!(",\"nth\":{},\"ended\":\"", number + 1));
    out.push_str(match ended {
        Ended::Allowed => "allowed",
        Ended::Denied => "denied",
        Ended::Failed => "failed",
    });
    out.push_str("\"},\"request\":{\"principal\":");
    write_string(out, &caller.principal);
    out.push_str(",\"action\":");
    write_string(out, &asked.action);
    out.push_str(",\"resource\":");
    let known: Vec<&str> = asked
        .resources
        .iter()
        .flatten()
        .map(String::as_str)
        .collect();
    match known.as_slice() {
        [only] => write_string(out, only),
        [] => out.push_str("\"*\""),
        several => {
            for (number, resource) in several.iter().enumerate() {
                out.push(if number == 0 { '[' } else { ',' });
                write_string(out, resource);
            }
            out.push(']');
        }
    }
    if let Some(owner) = owner {
        out.push_str(",\"resource_account\":");
        write_string(out, owner);
    }
    let mut context = String::new();
    let mut unknown = BTreeSet::new();
    if known.len() < asked.resources.len() {
        // No key represents a resource; the reader has to see it.
        unknown.insert("aws:ResourceAccount".to_owned());
    }
    for name in names(record, caller, &asked.action) {
        match status(record, caller, about, &name.to_ascii_lowercase()) {
            Status::Known(values) => {
                context.push_str(if context.is_empty() { "{" } else { "," });
                write_string(&mut context, &name);
                context.push(':');
                match values.as_slice() {
                    [only] if !is_set(&name) => write_string(&mut context, only),
                    values => write_list(&mut context, values),
                }
            }
            Status::Unknown => {
                unknown.insert(name.into_owned());
            }
            Status::Absent | Status::Derived => {}
        }
    }
    if !context.is_empty() {
        out.push_str(",\"context\":");
        out.push_str(&context);
        out.push('}');
    }
    let unknown: Vec<Cow<'_, str>> = unknown.into_iter().map(Cow::Owned).collect();
    out.push_str(",\"unknown\":");
    write_list(out, &unknown);
    out.push_str("}}\n");
}

fn write_list(out: &mut String, texts: &[Cow<'_, str>]) {
    out.push('[');
    for (number, text) in texts.iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        write_string(out, text);
    }
    out.push(']');
}

/// Whether a key has a list of values.
fn is_set(name: &str) -> bool {
    catalogue::key(name).is_some_and(|key| key.multivalued)
}

/// The keys that a request may have and the catalogue knows: those of every service, of the action, and of what is in the record.
fn names<'r>(record: &'r Record<'_>, caller: &'r Caller<'_>, action: &str) -> Vec<Cow<'r, str>> {
    let mut found: Vec<Cow<'r, str>> = (catalogue::global_keys().iter())
        .filter(|key| key.placeholder.is_none())
        .map(|key| Cow::Borrowed(key.name))
        .collect();
    if let Some((service, name)) = action.split_once(':')
        && let Some(service) = catalogue::service(service)
        && let Some(action) = service.action(name)
    {
        found.extend(
            (action.keys_for(service))
                .filter(|key| key.placeholder.is_none())
                .map(|key| Cow::Borrowed(key.name)),
        );
    }
    found.extend(tag_keys(record));
    if caller.principal.contains('.') && !caller.principal.starts_with("arn:") {
        found.extend(["aud", "sub"].map(|name| Cow::Owned(format!("{}:{name}", caller.principal))));
    }
    let mut seen = BTreeSet::new();
    found.retain(|name| seen.insert(name.to_ascii_lowercase()));
    found
}
