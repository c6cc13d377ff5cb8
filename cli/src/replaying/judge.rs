//! Puts records to policies.

use std::collections::{BTreeSet, HashMap};

use rekognition_iam_runtime::arn::Arn;
use rekognition_iam_runtime::catalogue::{self, Piece};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::{glob, values};

use super::decider::{Decider, Sets};
use super::judged::Judged;
use super::keys::{write_call, write_caller};
use super::memory::Memory;
use super::partial::{Group, Outcome, Partial, Tally, Unread};
use super::question::Question;
use super::reasons::{
    FAILED, NETWORK, NO_CALL, NO_PERMISSION, NOT_IAM, NOT_REACHED, OTHER_POLICIES, OTHER_PRINCIPAL,
    ROOT, SERVICE_LINKED, UNKNOWN_CALLER, UNKNOWN_EVENT,
};
use super::sets::{End, Kinds};
use crate::trail::caller::{Caller, CallerKind, NoCaller};
use crate::trail::calls::{self, Asked, Calls, Ended, NotAsked};
use crate::trail::events::{EventHash, Events};
use crate::trail::files::{Found, TrailFile};
use crate::trail::keys::{About, Status, status};
use crate::trail::record::Record;
use crate::trail::seen::is_principal;
use crate::trail::split::At;

/// How many calls are remembered with their requests, in each generation. Most calls are like an earlier one in all that is asked of
/// the policies.
const CALLS: usize = 1 << 12;

/// How many answers of a generation are remembered. Each is for a call by one caller, with one set of values of the keys that the
/// policies mention.
const ANSWERS: usize = 1 << 14;

/// Replays records, one file after another. Each thread has one.
pub(crate) struct Judge<'a> {
    question: &'a Question,
    sets: &'a Sets,
    decider: Decider<'a>,
    calls: Calls,
    /// What calls ask, and what that came to.
    asks: Memory<Ask>,
    answers: Memory<Answer>,
    /// How many calls were looked at, so that each has a number of its own.
    number: u64,
    key: String,
    question_key: String,
    groups: HashMap<Group, usize>,
    tallies: Vec<(Group, Tally)>,
    /// Those that the file at hand has changed.
    touched: Vec<usize>,
    events: &'a Events,
    /// The events of the file at hand, when they are to be kept.
    kept: Option<Vec<EventHash>>,
    partial: Partial,
}

/// What a call asks.
#[derive(Debug)]
struct Ask {
    number: u64,
    asked: Vec<Asked>,
    not_asked: Option<&'static str>,
    /// The condition keys that can decide about it.
    keys: Vec<String>,
}

/// What is counted for a record.
#[derive(Debug, Clone, Default)]
struct Answer {
    requests: u64,
    not_asked: Option<&'static str>,
    /// Outcomes of its requests, with the groups that are listed.
    outcomes: Vec<(Outcome, Option<usize>)>,
}

impl<'a> Judge<'a> {
    /// Judges of one run have the same `events`.
    pub(crate) fn new(question: &'a Question, sets: &'a Sets, events: &'a Events) -> Self {
        Self {
            question,
            sets,
            decider: Decider::new(question, sets),
            calls: Calls::default(),
            asks: Memory::new(CALLS),
            answers: Memory::new(ANSWERS),
            number: 0,
            key: String::new(),
            question_key: String::new(),
            groups: HashMap::new(),
            tallies: Vec::new(),
            touched: Vec::new(),
            events,
            kept: None,
            partial: Partial::default(),
        }
    }

    /// Replays a file, and returns the events that it was the first to have as well.
    pub(crate) fn file_with_events(&mut self, file: &TrailFile) -> (Partial, Vec<EventHash>) {
        self.kept = Some(Vec::new());
        let partial = self.file(file);
        (partial, self.kept.take().unwrap_or_default())
    }

    /// Replays a file.
    pub(crate) fn file(&mut self, file: &TrailFile) -> Partial {
        self.partial = Partial {
            files: 1,
            ..Partial::default()
        };
        let name = file.name();
        file.each(|found| match found {
            Found::Record(record) => self.record(record),
            Found::Digest => self.partial.other_files += 1,
            Found::Unread(message, at) => self.unread(&name, at, message),
        });
        for number in std::mem::take(&mut self.touched) {
            if let Some((group, tally)) = self.tallies.get_mut(number) {
                self.partial
                    .groups
                    .insert(group.clone(), std::mem::take(tally));
            }
        }
        std::mem::take(&mut self.partial)
    }

    fn unread(&mut self, file: &str, at: Option<At>, message: String) {
        self.partial.unread(Unread {
            file: file.to_owned(),
            line: at.map_or(0, |at| at.line),
            item: at.map_or(0, |at| at.item),
            message,
        });
    }

    fn record(&mut self, record: &Record<'_>) {
        if let Some(id) = record.id.as_deref() {
            let event = EventHash::of(id);
            if !self.events.is_new(event) {
                self.partial.repeated += 1;
                return;
            }
            if let Some(kept) = &mut self.kept {
                kept.push(event);
            }
        }
        self.partial.records += 1;
        let time = record.time();
        self.partial.seen(&time);
        let plan = match self.calls.plan(record) {
            Ok(plan) => plan,
            Err(reason) => {
                if reason == NotAsked::UnknownEvent {
                    let event = format!(
                        "{}:{}",
                        record.source.as_deref().unwrap_or_default(),
                        record.name.as_deref().unwrap_or_default()
                    );
                    *self.partial.unknown_events.entry(event).or_default() += 1;
                }
                return self.partial.not_asked(match reason {
                    NotAsked::NetworkActivity => NETWORK,
                    NotAsked::NoCall => NO_CALL,
                    NotAsked::UnknownEvent => UNKNOWN_EVENT,
                });
            }
        };
        let caller = match Caller::of(record) {
            Ok(caller) => caller,
            Err(reason) => {
                return self.partial.not_asked(match reason {
                    NoCaller::Bearer => NOT_IAM,
                    NoCaller::Unknown => UNKNOWN_CALLER,
                });
            }
        };
        let ended = calls::ended(record);
        if ended == Ended::Failed {
            return self.partial.not_asked(FAILED);
        }
        if let Some(reason) = not_for(&caller, self.sets.kinds, &self.question.principals) {
            return self.partial.not_asked(reason);
        }
        // Sessions of a role have the same policies.
        let folded = matches!(caller.kind, CallerKind::Session { role: true })
            && !self.sets.kinds.resource
            && !self.sets.kinds.endpoint;
        let principal = match folded {
            true => caller.owner.as_ref(),
            false => caller.principal.as_ref(),
        };
        let mut key = std::mem::take(&mut self.key);
        key.clear();
        write_call(&mut key, record, ended);
        plan.write_decisive(record, &mut key);
        let service = plan.service();
        let ask = match self.asks.get(&key) {
            Some(ask) => ask,
            None => {
                let ask = self.ask(record, ended);
                self.asks.insert(&key, ask)
            }
        };
        self.key = key;
        let mut key = std::mem::take(&mut self.question_key);
        key.clear();
        write_caller(&mut key, record, &caller, principal, ask.number);
        let about = About {
            service,
            passed_to: None,
            has_owner: true,
        };
        for name in &ask.keys {
            key.push('\n');
            match status(record, &caller, about, name) {
                Status::Known(values) => values.iter().for_each(|value| {
                    key.push('=');
                    key.push_str(value);
                    key.push('\0');
                }),
                Status::Absent => key.push('-'),
                Status::Unknown => key.push('?'),
                Status::Derived => key.push('!'),
            }
        }
        let answer = match self.answers.get(&key) {
            Some(answer) => answer,
            None => {
                let answer = self.answer(record, &caller, principal, service, &ask, ended);
                self.answers.insert(&key, answer)
            }
        };
        self.question_key = key;
        self.count(&answer, &time, record.id.as_deref().unwrap_or_default());
    }

    /// Counts an answer.
    fn count(&mut self, answer: &Answer, time: &str, id: &str) {
        self.partial.requests += answer.requests;
        if let Some(reason) = answer.not_asked {
            self.partial.not_asked(reason);
        }
        for (outcome, group) in &answer.outcomes {
            *self.partial.outcomes.entry(*outcome).or_default() += 1;
            let Some((group, tally)) = group.and_then(|number| {
                let found = self.tallies.get_mut(number)?;
                if found.1.count == 0 {
                    self.touched.push(number);
                }
                Some((&found.0, &mut found.1))
            }) else {
                continue;
            };
            tally.add(time, id);
            for what in &group.depends {
                match self.partial.depends.get_mut(what) {
                    Some(count) => *count += 1,
                    None => drop(self.partial.depends.insert(what.clone(), 1)),
                }
            }
        }
    }

    /// What a record asks.
    fn ask(&mut self, record: &Record<'_>, ended: Ended) -> Ask {
        let (service, mut asked) = match self.calls.plan(record) {
            Ok(plan) => (plan.service(), plan.asked(record, ended)),
            Err(_) => ("", Vec::new()),
        };
        let mut not_asked = None;
        // A message of a denied call says for which of its actions.
        if ended == Ended::Denied
            && let Some(denied) = calls::message(record)
        {
            asked.retain(|one| denied.action().eq_ignore_ascii_case(&one.action));
            if asked.is_empty() {
                match calls::asked_by_message(&denied, service) {
                    // What the request does not show, such as the role that it passes.
                    Some(one) => asked.push(one),
                    None => not_asked = Some(NOT_REACHED),
                }
            }
        }
        self.number += 1;
        Ask {
            number: self.number,
            keys: (self.sets.mentioned).keys_of(asked.iter().map(|one| one.action.as_str())),
            asked,
            not_asked,
        }
    }

    /// Puts what a record asks to the policies.
    fn answer(
        &mut self,
        record: &Record<'_>,
        caller: &Caller<'_>,
        principal: &str,
        service: &str,
        ask: &Ask,
        ended: Ended,
    ) -> Answer {
        let mut answer = Answer {
            not_asked: ask.not_asked,
            ..Answer::default()
        };
        let mut judged: Vec<(&Asked, Judged)> = Vec::new();
        for one in &ask.asked {
            let judged_one = (self.decider).judge(record, caller, principal, service, one, ended);
            if judged_one.new.code == "needs_no_permission" {
                answer.not_asked = Some(NO_PERMISSION);
                continue;
            }
            answer.requests += 1;
            judged.push((one, judged_one));
        }
        // Of a denied call it is not known which of several was denied: it is allowed when all of them are.
        if ended == Ended::Denied && judged.len() > 1 {
            judged.sort_by_key(|(_, judged)| match judged.new.end {
                End::Denied => 0,
                End::Unknown => 1,
                End::Allowed => 2,
            });
            judged.truncate(1);
            answer.requests = 1;
        }
        for (one, mut judged) in judged {
            let mut outcome = judged.outcome(ended);
            // Without the policies that were in force, only AWS's message says which of them denied a call.
            if outcome == Outcome::WouldBeAllowed && judged.old.is_none() {
                let by = calls::denied_by(record);
                if !by.is_some_and(|kind| self.sets.kinds.has(kind)) {
                    outcome = Outcome::Depends;
                    judged.new.by = None;
                    judged.new.code = match by {
                        Some(_) => "denied_by_policy_not_given",
                        None => "denied_by_unknown_policy",
                    };
                }
            }
            let group = outcome.is_listed().then(|| {
                let from = match outcome {
                    Outcome::Contradicted => judged.old.as_ref().unwrap_or(&judged.new),
                    _ => &judged.new,
                };
                let shown = one.resources.iter().all(Option::is_some);
                self.group(Group {
                    outcome,
                    resource: shown.then(|| self.pattern(&from.resource)),
                    action: one.action.clone(),
                    caller: caller.owner.clone().into_owned(),
                    code: from.code.to_owned(),
                    by: from.by.clone(),
                    depends: match outcome {
                        Outcome::Depends => judged.depends(),
                        _ => BTreeSet::new(),
                    },
                })
            });
            answer.outcomes.push((outcome, group));
        }
        answer
    }

    fn group(&mut self, group: Group) -> usize {
        if let Some(number) = self.groups.get(&group) {
            return *number;
        }
        let number = self.tallies.len();
        self.groups.insert(group.clone(), number);
        self.tallies.push((group, Tally::default()));
        number
    }

    /// The pattern of the policies that a resource matches, the longest of several, or the resource without the key of an object.
    fn pattern(&self, resource: &str) -> String {
        let found = (self.sets.mentioned.resources.iter())
            .filter(|pattern| glob::matches(pattern, resource, false))
            .max_by_key(|pattern| (pattern.len(), std::cmp::Reverse(pattern.as_str())));
        match found {
            Some(pattern) => pattern.clone(),
            None => folded(resource),
        }
    }
}

/// Why the policies do not decide about the calls of a caller.
fn not_for(caller: &Caller<'_>, kinds: Kinds, principals: &[String]) -> Option<&'static str> {
    if !principals.is_empty()
        && !(principals.iter()).any(|pattern| is_principal(pattern, &caller.owner))
    {
        return Some(OTHER_PRINCIPAL);
    }
    if caller.is_service_linked() {
        return Some(SERVICE_LINKED);
    }
    match caller.kind {
        CallerKind::User | CallerKind::Session { .. } | CallerKind::Federated => None,
        CallerKind::Root => (!kinds.controls() && !kinds.resource).then_some(ROOT),
        // Which principal of the other account it is is not recorded, and the policies of the resource may not tell them apart.
        CallerKind::Account | CallerKind::Anyone => {
            let has_any =
                kinds.resource || kinds.endpoint || kinds.has(PolicyKind::ResourceControl);
            (!has_any).then_some(OTHER_POLICIES)
        }
        CallerKind::Service | CallerKind::Provider => (!kinds.resource).then_some(OTHER_POLICIES),
    }
}

/// A resource without the key of an object, of which there are as many as there are requests.
fn folded(resource: &str) -> String {
    let parsed = Arn::parse(resource).ok();
    let format = parsed.and_then(|arn| {
        let service = catalogue::service(arn.service())?;
        (service.resources.iter())
            .flat_map(|kind| kind.formats)
            .filter(|format| arn.could_be_strictly(format))
            .find(|format| {
                matches!(format.resource, [.., Piece::Variable(last)]
                    if values::type_of(last) == "ObjectKey")
            })
    });
    match format.and_then(|_| resource.split_once('/')) {
        Some((bucket, _)) => format!("{bucket}/*"),
        None => resource.to_owned(),
    }
}
