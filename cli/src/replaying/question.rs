//! What a replay is asked.

use std::collections::BTreeMap;

use super::sets::Given;

/// What a replay is about.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) new: Vec<Given>,
    pub(crate) old: Option<Vec<Given>>,
    /// Patterns of the callers that the policies belong to. Empty: all.
    pub(crate) principals: Vec<String>,
    /// Values of keys that no record has, by names in small letters.
    pub(crate) assumed: BTreeMap<String, Vec<String>>,
}
