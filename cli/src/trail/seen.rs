//! What principals did, by a trail: the actions that their calls needed, on which resources.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rekognition_iam_runtime::arn::Arn;
use rekognition_iam_runtime::catalogue::{self, Piece};
use rekognition_iam_runtime::glob;

use super::caller::{Caller, CallerKind};
use super::calls::{self, Asked, Calls, Ended, NotAsked};
use super::events::{EventHash, Events};
use super::files::{Found, TrailFile};
use super::record::Record;

/// An action with the services that a role is passed to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Used {
    pub(crate) action: String,
    pub(crate) passed_to: Vec<&'static str>,
}

/// How an action was used.
#[derive(Debug, Clone, Default)]
pub(crate) struct Uses {
    pub(crate) count: u64,
    /// As a policy names them.
    pub(crate) resources: BTreeSet<String>,
    /// How often the record did not show the resource.
    pub(crate) hidden: u64,
    pub(crate) first: String,
    pub(crate) last: String,
    /// Whether only the request of another call shows the use, because its own record is not in a trail of management events.
    pub(crate) implied: bool,
}

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) uses: BTreeMap<Used, Uses>,
    pub(crate) callers: BTreeSet<String>,
    pub(crate) calls: u64,
    pub(crate) denied: u64,
    pub(crate) failed: u64,
    /// Events that the catalogue does not have.
    pub(crate) unknown_events: BTreeMap<String, u64>,
    /// What could not be read.
    pub(crate) unread: Vec<String>,
    pub(crate) first: String,
    pub(crate) last: String,
}

/// Places of unreadable input that are named.
const PLACES: usize = 20;

/// Answers that are remembered.
const REMEMBERED: usize = 1 << 13;

impl Seen {
    /// Reads the calls of principals that match one of these names or patterns, made at this time or later.
    pub(crate) fn read(files: &[TrailFile], principals: &[String], since: Option<&str>) -> Self {
        let mut seen = Self::default();
        let mut reader = Reader {
            calls: Calls::default(),
            known: HashMap::new(),
            events: Events::default(),
            principals,
            since,
        };
        let mut unread = 0_u64;
        for file in files {
            file.each(|found| match found {
                Found::Record(record) => reader.record(record, &mut seen),
                Found::Digest => {}
                Found::Unread(message, at) => {
                    unread += 1;
                    if seen.unread.len() < PLACES {
                        let at = at.map_or_else(String::new, |at| {
                            format!(":{}, record {}", at.line, at.item)
                        });
                        seen.unread.push(format!("{}{at}: {message}", file.name()));
                    }
                }
            });
        }
        let shown = seen.unread.len() as u64;
        if unread > shown {
            seen.unread
                .push(format!("and {} more places", unread - shown));
        }
        seen
    }

    /// The actions.
    pub(crate) fn actions(&self) -> BTreeSet<&str> {
        self.uses.keys().map(|used| used.action.as_str()).collect()
    }

    /// Writes one pattern for the resources of an action that differ only in their last name, where there are more of them than this.
    pub(crate) fn fold(&mut self, most: usize) {
        for uses in self.uses.values_mut() {
            let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for resource in &uses.resources {
                let pattern = last_name(resource).unwrap_or_else(|| resource.clone());
                groups.entry(pattern).or_default().push(resource.clone());
            }
            uses.resources = (groups.into_iter())
                .flat_map(|(pattern, resources)| match resources.len() > most {
                    true => vec![pattern],
                    false => resources,
                })
                .collect();
        }
    }
}

/// A resource with `*` for its last name.
fn last_name(resource: &str) -> Option<String> {
    let arn = Arn::parse(resource).ok()?;
    let service = catalogue::service(arn.service())?;
    let format = (service.resources.iter())
        .flat_map(|kind| kind.formats)
        .find(|format| arn.could_be_strictly(format))?;
    if !matches!(format.resource, [.., Piece::Variable(_)]) {
        return None;
    }
    let head = match format.resource {
        // The key of an object is all that follows the bucket.
        [
            Piece::Variable(_),
            Piece::Literal(slash),
            Piece::Variable(_),
        ] => {
            let (bucket, _) = arn.resource().split_once(*slash)?;
            format!("{bucket}{slash}")
        }
        _ => {
            let end = arn.resource().rfind(['/', ':']).map_or(0, |at| at + 1);
            arn.resource().get(..end)?.to_owned()
        }
    };
    Some(format!(
        "arn:{}:{}:{}:{}:{head}*",
        arn.partition(),
        arn.service(),
        arn.region(),
        arn.account()
    ))
}

struct Reader<'a> {
    calls: Calls,
    known: HashMap<String, Vec<Asked>>,
    events: Events,
    principals: &'a [String],
    since: Option<&'a str>,
}

impl Reader<'_> {
    fn record(&mut self, record: &Record<'_>, seen: &mut Seen) {
        let Ok(caller) = Caller::of(record) else {
            return;
        };
        let has_policies = matches!(
            caller.kind,
            CallerKind::User | CallerKind::Session { .. } | CallerKind::Federated
        );
        if !has_policies
            || caller.is_service_linked()
            || !(self.principals.iter()).any(|pattern| is_principal(pattern, &caller.owner))
        {
            return;
        }
        let time = record.time();
        if self.since.is_some_and(|since| *time < *since) {
            return;
        }
        let id = record.id.as_deref();
        if id.is_some_and(|id| !self.events.is_new(EventHash::of(id))) {
            return;
        }
        let plan = match self.calls.plan(record) {
            Ok(plan) => plan,
            Err(NotAsked::UnknownEvent) => {
                let event = format!(
                    "{}:{}",
                    record.source.as_deref().unwrap_or_default(),
                    record.name.as_deref().unwrap_or_default()
                );
                *seen.unknown_events.entry(event).or_default() += 1;
                return;
            }
            Err(NotAsked::NetworkActivity | NotAsked::NoCall) => return,
        };
        match calls::ended(record) {
            Ended::Allowed => seen.calls += 1,
            Ended::Denied => {
                seen.denied += 1;
                return;
            }
            Ended::Failed => {
                seen.failed += 1;
                return;
            }
        }
        span(&mut seen.first, &mut seen.last, &time);
        if !seen.callers.contains(caller.owner.as_ref()) {
            seen.callers.insert(caller.owner.clone().into_owned());
        }
        // The whole request: what other calls need is in any of its members.
        let mut key = String::new();
        for text in [
            &record.source,
            &record.name,
            &record.region,
            &record.recipient,
            &record.identity.account,
        ] {
            key.push_str(text.as_deref().unwrap_or_default());
            key.push('\0');
        }
        key.push_str(record.parameters.as_deref().unwrap_or_default());
        for resource in &record.resources {
            key.push('\0');
            key.push_str(resource.arn.as_deref().unwrap_or_default());
        }
        if !self.known.contains_key(&key) {
            if self.known.len() >= REMEMBERED {
                self.known.clear();
            }
            self.known.insert(key.clone(), plan.needed(record));
        }
        for asked in self.known.get(&key).into_iter().flatten() {
            let used = Used {
                action: asked.action.clone(),
                passed_to: asked.passed_to.clone().unwrap_or_default(),
            };
            let implied = !asked.in_call;
            let uses = seen.uses.entry(used).or_insert_with(|| Uses {
                implied,
                ..Uses::default()
            });
            uses.implied &= implied;
            uses.count += 1;
            span(&mut uses.first, &mut uses.last, &time);
            for pattern in &asked.patterns {
                match pattern {
                    Some(pattern) if uses.resources.contains(pattern) => {}
                    Some(pattern) => {
                        if asked.any_path {
                            uses.resources.insert(calls::in_some_path(pattern));
                        }
                        uses.resources.insert(pattern.clone());
                    }
                    None => uses.hidden += 1,
                }
            }
        }
    }
}

fn span(first: &mut String, last: &mut String, time: &str) {
    if !time.is_empty() && (first.is_empty() || time < first.as_str()) {
        time.clone_into(first);
    }
    if time > last.as_str() {
        time.clone_into(last);
    }
}

/// Whether a pattern of an ARN, or the name of a role or user, is that of a principal.
pub(crate) fn is_principal(pattern: &str, arn: &str) -> bool {
    if pattern.contains(':') || pattern == "*" {
        return glob::matches(pattern, arn, false);
    }
    (arn.rsplit('/').next()).is_some_and(|name| glob::matches(pattern, name, false))
}
