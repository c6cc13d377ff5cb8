//! What IAM was asked about a recorded call: actions on resources.
//!
//! The operation's needs come from what `derive` knows of calls, so that there is one table of what names a resource.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use rekognition_iam_codegen::derive::{Place, Recorded, RecordedOperation};
use rekognition_iam_runtime::arn::Arn;
use rekognition_iam_runtime::catalogue::{self, ActionInfo, Service};
use rekognition_iam_runtime::denied::{AccessDenied, On, Why};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::glob;

use super::hash::FastMap;
use super::members::{each_member, member, scalar};
use super::needs::Needs;
use super::record::Record;
use crate::input::data::{Groups, grouped};

/// An action that IAM was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// `rekognition:IndexFaces`
    pub(crate) action: String,
    /// At least one; `None` for one that the record does not show.
    pub(crate) resources: Vec<Option<String>>,
    /// The same as a policy names them.
    pub(crate) patterns: Vec<Option<String>>,
    /// The services that a role is passed to.
    pub(crate) passed_to: Option<Vec<&'static str>>,
    /// Whether IAM checks it as a part of the call, and not of another call, which has a record of its own.
    pub(crate) in_call: bool,
    /// Whether the resources may have a path that the record does not show, as roles and users have.
    pub(crate) any_path: bool,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ended {
    Allowed,
    Denied,
    /// With an error that is not about access. Authorization may have been first or last.
    Failed,
}

/// Why IAM was not asked about a record, or why the record is not asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NotAsked {
    /// A network activity event, which is a copy of a call.
    NetworkActivity,
    /// Insights, events of services, and sign-ins.
    NoCall,
    /// An event that is not an operation or action of the catalogue.
    UnknownEvent,
}

fn table() -> &'static Groups {
    static TABLE: OnceLock<Groups> = OnceLock::new();
    TABLE.get_or_init(|| grouped(include_str!("../../data/trail-events.txt")))
}

fn looked_up(group: &str, name: &str) -> Option<&'static str> {
    let rows = table().get(group)?;
    (rows.iter())
        .find(|(known, _)| *known == name)
        .map(|(_, to)| *to)
}

/// Whether all endpoints of a service only accept HTTPS.
pub(crate) fn only_https(service: &str) -> bool {
    looked_up("tls", service).is_some()
}

/// Whether a name in `invokedBy` is that of the console, which is not another service.
pub(crate) fn is_console(name: &str) -> bool {
    looked_up("console", name).is_some()
}

/// Whether a trail without data events does not show the use of an action.
pub(crate) fn is_unseen(action: &str) -> bool {
    let Some((service, name)) = action.split_once(':') else {
        return false;
    };
    let rows = table().get(format!("unseen {service}").as_str());
    (rows.into_iter().flatten()).any(|(pattern, _)| glob::matches(pattern, name, true))
}

/// The prefix of the actions of an event source: `monitoring.amazonaws.com` is `cloudwatch`.
pub(crate) fn prefix(source: &str) -> &str {
    let label = source
        .strip_suffix(".cn")
        .unwrap_or(source)
        .strip_suffix(".amazonaws.com")
        .unwrap_or(source);
    if let Some(known) = looked_up("service", label) {
        return known;
    }
    let first = label.split('.').next().unwrap_or(label);
    looked_up("service", first).unwrap_or(first)
}

/// The operation of an event: Lambda has the date of its API behind some, `CreateFunction20150331`.
fn operation<'t>(service: &str, event: &'t str) -> &'t str {
    if let Some(known) = looked_up(&format!("event {service}"), event) {
        return known;
    }
    if service != "lambda" {
        return event;
    }
    let undated = event.rsplit_once('v').map_or(event, |(head, version)| {
        match !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()) {
            true => head,
            false => event,
        }
    });
    let split = undated
        .len()
        .checked_sub(8)
        .and_then(|at| undated.split_at_checked(at));
    match split {
        Some((name, date))
            if date.starts_with("20") && date.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            looked_up("event lambda", name).unwrap_or(name)
        }
        _ => event,
    }
}

/// How a record says that its call ended.
pub(crate) fn ended(record: &Record<'_>) -> Ended {
    let code = match record.error.as_deref() {
        Some(code) => Cow::Borrowed(code),
        // Some services have it in the response, and some only have the message.
        None if message(record).is_some() => return Ended::Denied,
        None => {
            let response = record
                .response
                .as_deref()
                .filter(|json| json.contains("rrorCode"));
            match response
                .and_then(|json| member(json, "errorCode"))
                .and_then(scalar)
            {
                Some(code) => code,
                None => return Ended::Allowed,
            }
        }
    };
    let plain = code.strip_prefix("Client.").unwrap_or(&code);
    let rows = table().get("denied");
    match (rows.into_iter().flatten()).any(|(known, _)| known.eq_ignore_ascii_case(plain)) {
        true => Ended::Denied,
        // Others have the message of a denied call.
        false if message(record).is_some() => Ended::Denied,
        false => Ended::Failed,
    }
}

/// Finds what records ask, with what was found out about their events so far.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    services: HashMap<String, Option<OfService>>,
    /// By event source and event name.
    plans: FastMap<String, FastMap<String, Option<Plan>>>,
    /// How many there are.
    planned: usize,
}

/// The most events that are remembered. A trail has a few hundred; a made-up file may have many.
const PLANS: usize = 10_000;

#[derive(Debug)]
struct OfService {
    service: &'static Service,
    recorded: Recorded,
}

/// What an event asks.
#[derive(Debug)]
pub(crate) struct Plan {
    service: &'static Service,
    operation: Option<RecordedOperation>,
    needs: Needs,
    /// The action of the same name, when the catalogue has no operation or it needs nothing that is known.
    action: Option<&'static ActionInfo>,
    decisive: BTreeSet<String>,
    needs_members: bool,
    /// Whether members of these names decide, that are texts, and that have parts.
    members: [FastMap<String, bool>; 2],
}

/// The role of a request to `AssumeRoleWithSAML` or `AssumeRoleWithWebIdentity`.
const ROLE: &str = "roleArn";

/// Members of requests that condition keys are about, and the role.
const ABOUT_KEYS: [&str; 16] = [
    ROLE,
    "delimiter",
    "durationSeconds",
    "encryptionAlgorithm",
    "encryptionContext",
    "externalId",
    "max-keys",
    "prefix",
    "roleSessionName",
    "sourceIdentity",
    "tagKeys",
    "tagList",
    "tagging",
    "tags",
    "transitiveTagKeys",
    "versionId",
];

impl Calls {
    /// What is known of a record's event.
    pub(crate) fn plan(&mut self, record: &Record<'_>) -> Result<&mut Plan, NotAsked> {
        match record.category.as_deref() {
            Some("NetworkActivity") => return Err(NotAsked::NetworkActivity),
            Some("Insight") => return Err(NotAsked::NoCall),
            _ => {}
        }
        match record.kind.as_deref() {
            None | Some("AwsApiCall") => {}
            Some("AwsVpceEvent" | "AwsVpceEvents") => return Err(NotAsked::NetworkActivity),
            Some(_) => return Err(NotAsked::NoCall),
        }
        let (source, event) = (
            record.source.as_deref().unwrap_or_default(),
            record.name.as_deref().unwrap_or_default(),
        );
        if !(self.plans.get(source)).is_some_and(|events| events.contains_key(event)) {
            if self.planned >= PLANS {
                self.plans.clear();
                self.planned = 0;
            }
            let plan = self.make(source, event);
            let events = self.plans.entry(source.to_owned()).or_default();
            events.insert(event.to_owned(), plan);
            self.planned += 1;
        }
        match (self.plans.get_mut(source)).and_then(|events| events.get_mut(event)) {
            Some(Some(plan)) => Ok(plan),
            _ => Err(NotAsked::UnknownEvent),
        }
    }

    fn make(&mut self, source: &str, event: &str) -> Option<Plan> {
        let prefix = prefix(source);
        let of = self.services.entry(prefix.to_owned()).or_insert_with(|| {
            Some(OfService {
                service: catalogue::service(prefix)?,
                recorded: Recorded::of_service(prefix),
            })
        });
        let of = of.as_ref()?;
        let name = operation(of.service.prefix, event);
        let operation = of.recorded.operation(name);
        let action = of.service.action(name);
        if operation.is_none() && action.is_none() {
            return None;
        }
        Some(Plan {
            service: of.service,
            decisive: operation
                .map(|operation| operation.decisive())
                .unwrap_or_default(),
            needs_members: operation.is_some_and(|operation| operation.has_required()),
            operation,
            needs: Needs::default(),
            action,
            members: [FastMap::default(), FastMap::default()],
        })
    }
}

impl Plan {
    pub(crate) fn service(&self) -> &'static str {
        self.service.prefix
    }

    /// Writes what of a request decides about what it asks, so that requests with the same text ask the same.
    pub(crate) fn write_decisive(&mut self, record: &Record<'_>, out: &mut String) {
        let Some(parameters) = record.parameters.as_deref() else {
            return out.push('-');
        };
        let (service, decisive, members) = (self.service.prefix, &self.decisive, &mut self.members);
        let operation = self.operation;
        let all = operation.is_none();
        let read = each_member(parameters, |name, json| {
            // A member may be a text in one record and a structure in another.
            let structure = json.starts_with(['{', '[']);
            let [of_texts, of_structures] = &mut *members;
            let members = match structure {
                true => of_structures,
                false => of_texts,
            };
            let matters = match members.get(name.as_ref()) {
                Some(matters) => *matters,
                None => {
                    let matters = all
                        || ABOUT_KEYS.iter().any(|key| key.eq_ignore_ascii_case(&name))
                        || name.to_ascii_lowercase().contains("tag")
                        || name.starts_with("x-amz-")
                        || match structure {
                            true => !is_image(operation, service, &name),
                            false => {
                                is_decisive(decisive, service, &name)
                                    || operation.is_some_and(|operation| {
                                        operation.may_name(&Recorded::setter(&name))
                                    })
                            }
                        };
                    // A trail has few names of members; a made-up file may have many.
                    if members.len() < 10_000 {
                        members.insert(name.clone().into_owned(), matters);
                    }
                    matters
                }
            };
            if matters {
                out.push_str(&name);
                out.push(':');
                out.push_str(json);
                out.push(',');
            }
        });
        if read.is_err() {
            out.push_str(parameters);
        }
    }

    /// What IAM was asked.
    pub(crate) fn asked(&mut self, record: &Record<'_>, ended: Ended) -> Vec<Asked> {
        let mut asked = self.all(record, ended);
        asked.retain(|one| one.in_call);
        asked
    }

    /// What a call that was allowed needed, with what other calls for it need: objects in S3 that a service reads for its caller.
    pub(crate) fn needed(&mut self, record: &Record<'_>) -> Vec<Asked> {
        self.all(record, Ended::Allowed)
    }

    fn all(&mut self, record: &Record<'_>, ended: Ended) -> Vec<Asked> {
        let arn = record.identity.arn.as_deref().unwrap_or_default();
        let region = record.region.as_deref().unwrap_or_default();
        let place = Place {
            partition: partition(arn, region),
            region,
            account: (record.recipient.as_deref())
                .or(record.identity.account.as_deref())
                .unwrap_or_default(),
        };
        let parameters = record.parameters.as_deref().unwrap_or("{}");
        let renamed = renamed(self.service.prefix, parameters);
        // Requests that are too long, and most that are denied, are recorded without their members.
        let hidden = record.parameters.is_none() && (self.needs_members || ended == Ended::Denied);
        let needs = (self.operation)
            .map(|operation| (self.needs).of(operation, self.service.prefix, &renamed, place))
            .unwrap_or_default();
        let mut asked: Vec<Asked> = (needs.into_iter())
            .map(|need| Asked {
                resources: need.resources,
                patterns: need.patterns,
                in_call: need.in_call,
                any_path: need.any_path,
                passed_to: (!need.passed_to.is_empty() || need.action == "iam:PassRole")
                    .then_some(need.passed_to),
                action: need.action,
            })
            .collect();
        if !asked.iter().any(|one| one.in_call)
            && let Some(action) = self.action
        {
            // Who proves an identity to a provider needs no permission, so that a program needs nothing; the role's policy is asked.
            let role = (self.service.prefix == "sts")
                .then(|| record.parameter(ROLE).and_then(scalar))
                .flatten();
            asked.push(Asked {
                action: format!("{}:{}", self.service.prefix, action.name),
                patterns: vec![role.as_deref().map(escaped)],
                resources: vec![role.map(Cow::into_owned)],
                passed_to: None,
                in_call: true,
                any_path: false,
            });
        }
        // What a request names is not what another one of the same call is about: the two objects of a copy.
        let named: Vec<Vec<String>> = (asked.iter())
            .map(|one| one.resources.iter().flatten().cloned().collect())
            .collect();
        for (number, one) in asked.iter_mut().enumerate() {
            if !one.in_call {
                continue;
            }
            let of_others: Vec<&str> = (named.iter().enumerate())
                .filter(|(other, _)| *other != number)
                .flat_map(|(_, names)| names.iter().map(String::as_str))
                .filter(|name| !one.resources.iter().flatten().any(|own| own == name))
                .collect();
            let before = one.resources.clone();
            shown(record, one, &of_others, hidden);
            if one.action.starts_with("s3:")
                && one.resources.iter().flatten().any(|it| is_alias(it))
            {
                one.resources = vec![None];
            }
            if one.resources != before {
                one.any_path = false;
                one.patterns = (one.resources.iter())
                    .map(|resource| resource.as_deref().map(escaped))
                    .collect();
            }
        }
        asked
    }
}

/// Whether the bucket of a resource is the alias of an access point, which IAM knows by its ARN, and that is not in the record. See
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html>.
fn is_alias(resource: &str) -> bool {
    let name = resource.split(':').nth(5).unwrap_or_default();
    let bucket = name.split('/').next().unwrap_or_default();
    bucket.ends_with("-s3alias") || bucket.ends_with("--ol-s3")
}

/// The same with a path before the last name, whatever it is: the names of roles and users are unique in an account, with any path.
pub(crate) fn in_some_path(resource: &str) -> String {
    match resource.rsplit_once('/') {
        Some((before, name)) => format!("{before}/*/{name}"),
        None => resource.to_owned(),
    }
}

/// A text as a policy has it, where `*`, `?`, and `$` would mean something.
fn escaped(text: &str) -> String {
    if text == "*" {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '*' | '?' | '$' => {
                out.push_str("${");
                out.push(c);
                out.push('}');
            }
            c => out.push(c),
        }
    }
    out
}

/// Whether a member of a record is one of these setters.
fn is_decisive(decisive: &BTreeSet<String>, service: &str, name: &str) -> bool {
    let name = looked_up(&format!("member {service}"), name).unwrap_or(name);
    // Athena has the names in small letters, in which words cannot be told apart.
    let setter = Recorded::setter(name);
    let plain = |text: &str| text.replace('_', "");
    decisive.contains(&setter) || decisive.iter().any(|known| plain(known) == plain(&setter))
}

fn is_image(operation: Option<RecordedOperation>, service: &str, name: &str) -> bool {
    let name = looked_up(&format!("member {service}"), name).unwrap_or(name);
    operation.is_some_and(|operation| operation.is_image(&Recorded::setter(name)))
}

/// The members of a request by the names that the API has.
fn renamed<'t>(service: &str, parameters: &'t str) -> Cow<'t, str> {
    let group = format!("member {service}");
    if !table().contains_key(group.as_str()) {
        return Cow::Borrowed(parameters);
    }
    let mut out = String::from("{");
    let read = each_member(parameters, |name, json| {
        if out.len() > 1 {
            out.push(',');
        }
        crate::json_text::write_string(&mut out, looked_up(&group, &name).unwrap_or(&name));
        out.push(':');
        out.push_str(json);
    });
    out.push('}');
    match read {
        Ok(()) => Cow::Owned(out),
        Err(_) => Cow::Borrowed(parameters),
    }
}

/// Puts in what else the record shows of the resources: its list of resources, and the message of a denied call.
fn shown(record: &Record<'_>, asked: &mut Asked, of_others: &[&str], hidden: bool) {
    let Some((service, name)) = asked.action.split_once(':') else {
        return;
    };
    let Some(service) = catalogue::service(service) else {
        return;
    };
    let Some(action) = service.action(name) else {
        return;
    };
    if action.resources.is_empty() {
        if asked.resources.iter().any(Option::is_none) {
            asked.resources = vec![Some("*".to_owned())];
        }
        return;
    }
    if hidden {
        asked.resources = vec![None];
    }
    let is_of_type = |text: &str| {
        Arn::parse(text).is_ok_and(|arn| {
            (action.resources_of(service))
                .flat_map(|(_, kind)| kind.formats)
                .any(|format| arn.could_be_strictly(format))
        })
    };
    let mut listed: Vec<&str> = (record.resources.iter())
        .filter_map(|resource| resource.arn.as_deref())
        .filter(|arn| !arn.contains('*') && is_of_type(arn) && !of_others.contains(arn))
        .collect();
    listed.sort_unstable();
    listed.dedup();
    let passes = asked.passed_to.is_some();
    match (asked.resources.as_slice(), listed.as_slice()) {
        (_, []) => {}
        // A qualifier of a function and an index of a table are in the request alone.
        ([Some(own)], [_]) if own != "*" && (passes || is_qualified(own, &listed)) => {}
        ([Some(own)], [only]) if own != only => asked.resources = vec![Some((*only).to_owned())],
        (own, _) if own.iter().any(Option::is_none) && !passes => {
            asked.resources = listed.iter().map(|arn| Some((*arn).to_owned())).collect();
        }
        _ => {}
    }
    if (asked.any_path || asked.resources.iter().any(Option::is_none))
        && let Some(denied) = message(record)
        && denied.action().eq_ignore_ascii_case(&asked.action)
        && let On::Arn(arn) = denied.on()
        && !arn.contains(['*', '?'])
    {
        asked.resources = vec![Some(arn.clone().into_owned())];
    }
}

fn is_qualified(own: &str, listed: &[&str]) -> bool {
    listed.iter().any(|arn| {
        own.strip_prefix(arn)
            .is_some_and(|rest| rest.starts_with([':', '/']))
    })
}

/// The message of a denied call.
pub(crate) fn message<'r>(record: &'r Record<'_>) -> Option<AccessDenied<'r>> {
    AccessDenied::parse(record.error_message.as_deref()?).ok()
}

/// What the message of a denied call says that IAM was asked: about the service of the call, or about the role that it passes. For
/// what another service was asked, the keys of the request are not those of the call.
pub(crate) fn asked_by_message(denied: &AccessDenied<'_>, service: &str) -> Option<Asked> {
    let (prefix, name) = denied.action().split_once(':')?;
    let known = catalogue::service(prefix)?;
    let action = known.action(name)?;
    let passes = (known.prefix, action.name) == ("iam", "PassRole");
    if !passes && known.prefix != service {
        return None;
    }
    let resource = match denied.on() {
        On::Arn(arn) if !arn.contains(['*', '?']) => Some(arn.clone().into_owned()),
        On::Any => Some("*".to_owned()),
        _ if action.resources.is_empty() => Some("*".to_owned()),
        _ => None,
    };
    Some(Asked {
        action: format!("{}:{}", known.prefix, action.name),
        patterns: vec![resource.as_deref().map(escaped)],
        resources: vec![resource],
        // To which service is not in a message.
        passed_to: passes.then(Vec::new),
        in_call: true,
        any_path: false,
    })
}

/// The kind of the policies that a denied call's message names.
pub(crate) fn denied_by(record: &Record<'_>) -> Option<PolicyKind> {
    match message(record)?.why() {
        Why::NotAllowed(layer)
        | Why::Either(layer)
        | Why::Denied {
            layer: Some(layer), ..
        } => Some(layer.kind()),
        Why::Denied { layer: None, .. }
        | Why::Unstated
        | Why::BlockPublicAccess
        | Why::Unread(_) => None,
    }
}

fn partition<'t>(arn: &'t str, region: &str) -> &'t str {
    match arn
        .strip_prefix("arn:")
        .and_then(|rest| rest.split_once(':'))
    {
        Some((partition, _)) if !partition.is_empty() => partition,
        _ => catalogue::region(region).map_or("aws", |(partition, _)| partition.name),
    }
}

/// The account that owns the resources of a request, where the record says so. Of the others of a call it says nothing.
pub(crate) fn owner<'r>(record: &'r Record<'_>, asked: &Asked) -> Option<&'r str> {
    let listed = || {
        (record.resources.iter())
            .filter_map(|resource| Some((resource.arn.as_deref(), resource.account.as_deref()?)))
    };
    let only = |accounts: Vec<&'r str>| {
        let (first, rest) = accounts.split_first()?;
        rest.iter().all(|other| other == first).then_some(*first)
    };
    let of_all = || only(listed().map(|(_, account)| account).collect());
    // An entry without an account says nothing; the bucket of an object has one.
    let of = |resource: &str| {
        let accounts = listed().filter_map(|(arn, account)| {
            let rest = resource.strip_prefix(arn?)?;
            (rest.is_empty() || rest.starts_with(['/', ':'])).then_some(account)
        });
        only(accounts.collect())
    };
    let owners: Vec<Option<&str>> = (asked.resources.iter().flatten())
        .map(|resource| {
            let service = |arn: &str| arn.split(':').nth(2).map(str::to_owned);
            // What is listed of the service is something else.
            let other = || {
                listed().any(|(arn, _)| arn.is_some_and(|arn| service(arn) == service(resource)))
            };
            let is_named = Arn::parse(resource).is_ok_and(|arn| !arn.account().is_empty());
            match of(resource) {
                None if !is_named && !other() => of_all(),
                owner => owner,
            }
        })
        .collect();
    match owners.split_first() {
        None => of_all(),
        Some((first, rest)) => rest.iter().all(|other| other == first).then_some(*first)?,
    }
}
