//! A report without names, addresses, and account IDs.
//!
//! Each is replaced with a hash. The key of the hash is random and kept nowhere, so that nobody can try out all account IDs; the
//! same name is the same hash in one report, and another one in the next.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};

use rekognition_iam_runtime::catalogue::{self, Piece};

use crate::replaying::partial::{Group, Partial, Unread};

/// The same counts without names.
pub(crate) fn redacted(partial: &Partial) -> Partial {
    let state = RandomState::new();
    let hash = |text: &str| format!("{:016x}", state.hash_one(text));
    let mut out = partial.clone();
    out.groups.clear();
    for (group, tally) in &partial.groups {
        let group = Group {
            resource: group
                .resource
                .as_deref()
                .map(|arn| redacted_arn(arn, &hash)),
            caller: redacted_arn(&group.caller, &hash),
            ..group.clone()
        };
        let mut tally = tally.clone();
        tally.examples = (tally.examples.into_iter())
            .map(|(time, id)| match is_event_id(&id) {
                true => (time, id),
                false => (time, hash(&id)),
            })
            .collect();
        out.groups.entry(group).or_default().merge(tally);
    }
    out.unknown_events.clear();
    for (event, count) in &partial.unknown_events {
        let event = match is_event(event) {
            true => event.clone(),
            false => hash(event),
        };
        *out.unknown_events.entry(event).or_default() += count;
    }
    // Messages may quote what they are about.
    out.unread_places = (partial.unread_places.iter())
        .map(|place| Unread {
            file: hash(&place.file),
            message: "not shown".to_owned(),
            ..place.clone()
        })
        .collect::<BTreeSet<_>>();
    out
}

/// Whether an ID is one of CloudTrail's, which are random.
fn is_event_id(id: &str) -> bool {
    let mut parts = id.split('-');
    [8, 4, 4, 4, 12].into_iter().all(|length| {
        (parts.next()).is_some_and(|part| {
            part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    }) && parts.next().is_none()
}

/// Whether an event is a name of a service and one of its calls, and not another text.
fn is_event(event: &str) -> bool {
    event.split_once(':').is_some_and(|(service, name)| {
        is_host_of_aws(service) && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

fn is_host_of_aws(host: &str) -> bool {
    (host.strip_suffix(".amazonaws.com")).is_some_and(|name| {
        name.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte))
    })
}

/// An ARN with a hash for its account and for each of its names. Services, regions, and types of resources stay.
fn redacted_arn(text: &str, hash: &dyn Fn(&str) -> String) -> String {
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, resource] = fields.as_slice() else {
        // An account, a host, or a service. Only services of AWS are named.
        return match text {
            "*" => text.to_owned(),
            text if is_host_of_aws(text) => text.to_owned(),
            text => hash(text),
        };
    };
    let account = match *account {
        "" | "*" | "aws" => (*account).to_owned(),
        account => hash(account),
    };
    // An ARN in a record may have any text in these.
    let kept = |text: &str, is_known: bool| match is_known || matches!(text, "" | "*") {
        true => text.to_owned(),
        false => hash(text),
    };
    let partition = kept(partition, catalogue::partition(partition).is_some());
    let region = kept(region, catalogue::region(region).is_some());
    let shown = kept(service, catalogue::service(service).is_some());
    let mut out = format!("arn:{partition}:{shown}:{region}:{account}:");
    let known = words(service);
    for (number, piece) in resource.split_inclusive(['/', ':']).enumerate() {
        let (name, end) = match piece.strip_suffix(['/', ':']) {
            Some(name) => (name, piece.get(name.len()..).unwrap_or_default()),
            None => (piece, ""),
        };
        let stays = name.is_empty()
            || name.chars().all(|c| c == '*')
            || known.contains(name) && (number == 0 || !matches!(*service, "s3" | "sns" | "sqs"));
        match stays {
            true => out.push_str(name),
            false => out.push_str(&hash(name)),
        }
        out.push_str(end);
    }
    out
}

/// The words that the ARNs of a service have, and not their names.
fn words(service: &str) -> BTreeSet<&'static str> {
    let mut found: BTreeSet<&'static str> =
        BTreeSet::from(["assumed-role", "federated-user", "root", "user", "role"]);
    let formats = catalogue::service(service)
        .into_iter()
        .flat_map(|service| service.resources.iter().flat_map(|kind| kind.formats));
    for piece in formats.flat_map(|format| format.resource) {
        if let Piece::Literal(text) = piece {
            found.extend(text.split(['/', ':']).filter(|word| !word.is_empty()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_every_account_has_stays() {
        let hash = |text: &str| format!("<{}>", text.len());
        for (arn, expected) in [
            (
                "arn:aws:iam::123456789012:role/team/App",
                "arn:aws:iam::<12>:role/<4>/<3>",
            ),
            ("arn:aws:s3:::photos/in/*", "arn:aws:s3:::<6>/<2>/*"),
            (
                "arn:aws:rekognition:eu-west-1:123456789012:project/p/version/v/1",
                "arn:aws:rekognition:eu-west-1:<12>:project/<1>/version/<1>/<1>",
            ),
            (
                "arn:aws:sts::123456789012:assumed-role/App/mira",
                "arn:aws:sts::<12>:assumed-role/<3>/<4>",
            ),
            (
                "arn:aws:sns:eu-west-1:123456789012:topic",
                "arn:aws:sns:eu-west-1:<12>:<5>",
            ),
            ("123456789012", "<12>"),
            ("rekognition.amazonaws.com", "rekognition.amazonaws.com"),
            ("*", "*"),
            ("mira@example.com.amazonaws.com", "<30>"),
            (
                "arn:mira:mira:mira:123456789012:mira@example.com",
                "arn:<4>:<4>:<4>:<12>:<16>",
            ),
            (
                "arn:aws:sts::123456789012:assumed-role/App/mira@example.com",
                "arn:aws:sts::<12>:assumed-role/<3>/<16>",
            ),
        ] {
            assert_eq!(redacted_arn(arn, &hash), expected);
        }
    }
}
