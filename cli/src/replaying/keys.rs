//! Calls as keys of what is remembered: two calls with the same key have the same answer.

use crate::trail::caller::Caller;
use crate::trail::calls::Ended;
use crate::trail::record::Record;

/// What of a record decides about what is asked, apart from the members of its request.
pub(super) fn write_call(key: &mut String, record: &Record<'_>, ended: Ended) {
    let arn = record.identity.arn.as_deref().unwrap_or_default();
    let texts = [
        record.source.as_deref(),
        record.name.as_deref(),
        record.region.as_deref(),
        record.recipient.as_deref(),
        record.identity.account.as_deref(),
        // The partition.
        arn.split(':').nth(1),
        record.error_message.as_deref(),
        Some(match ended {
            Ended::Allowed => "allowed",
            Ended::Denied => "denied",
            Ended::Failed => "failed",
        }),
    ];
    for text in texts {
        key.push_str(text.unwrap_or_default());
        key.push('\0');
    }
    for resource in &record.resources {
        key.push_str(resource.arn.as_deref().unwrap_or_default());
        key.push('\0');
        key.push_str(resource.account.as_deref().unwrap_or_default());
        key.push('\0');
    }
}

/// What decides about a call, apart from what it asks and the keys that matter.
pub(super) fn write_caller(
    key: &mut String,
    record: &Record<'_>,
    caller: &Caller<'_>,
    principal: &str,
    number: u64,
) {
    key.push_str(&number.to_string());
    key.push(if through_endpoint(record) { 'e' } else { '-' });
    for text in [
        record.identity.kind.as_deref().unwrap_or_default(),
        principal,
        caller.owner.as_ref(),
    ] {
        key.push_str(text);
        key.push('\0');
    }
}

/// Whether a call came through a VPC endpoint. The member may also have the name of a service.
pub(super) fn through_endpoint(record: &Record<'_>) -> bool {
    (record.endpoint.as_deref()).is_some_and(|id| id.starts_with("vpce-"))
}
