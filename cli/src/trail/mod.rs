//! CloudTrail records, in each form that they are exported in, as requests.
//!
//! A record is not a request: one call is checked several times or never, and what IAM knew of it is not all in the record. What a
//! record does not show is unknown, which is not the same as absent. See
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>.

mod brackets;
pub(crate) mod caller;
pub(crate) mod calls;
pub(crate) mod events;
pub(crate) mod files;
#[cfg(test)]
mod fuzz;
pub(crate) mod hash;
mod identity;
pub(crate) mod keys;
mod members;
mod needs;
pub(crate) mod record;
pub(crate) mod scan;
pub(crate) mod seen;
pub(crate) mod split;
