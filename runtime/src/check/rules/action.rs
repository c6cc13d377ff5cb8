//! Rules about the entries of `Action` and `NotAction`.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::AccessLevel;
#[cfg(feature = "all-services")]
use crate::catalogue::NamedOperation;
use crate::catalogue::{self, ActionInfo, Operation, Service};
use crate::check::facts::{ActionKind, Facts, KeyKind, Standing};
use crate::check::finding::Part;
use crate::check::rule::rules;
use crate::check::{Finding, Message, Sink, text};
use crate::document::{Place, PolicyKind};
use crate::glob;
use crate::sort::sort;
use crate::suggest;

rules![
    /// An action is not of the form `service:Name`.
    ///
    /// Checks that each action is a service prefix, a colon, and a name or pattern. IAM rejects an action without a
    /// prefix, because several services may have an action of the same name.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "DetectText", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>.
    #[rule(Error, needs(ODD_ACTION), subject(UnknownAction))]
    fn REKOGNITION_IAM_ACTION_FORMAT(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, _, action) in facts.actions() {
            if !matches!(action.kind, ActionKind::Malformed) {
                continue;
            }
            let finding = sink.report(
                place,
                if action.text.is_empty() {
                    "the action is empty".to_string()
                } else {
                    format!("`{}` is not an action", action.text.escape_debug())
                },
            );
            finding.help("an action has the form `service:Name`, as in `rekognition:DetectLabels`");
            // The most common mistake: the name without its prefix.
            let name = action.text;
            if let Some(service) = near_first().find(|service| service.action(name).is_some()) {
                finding.help(
                    Message::from("did you mean ")
                        .action(service.prefix, name)
                        .with("?"),
                );
            }
        }
    },

    /// An action names a service that does not exist, or has a wildcard in its service prefix.
    ///
    /// Checks the part of an action before the colon. A misspelled prefix matches no request, so the statement
    /// grants or denies nothing. A wildcard cannot be a part of a prefix. Use the prefix from the Service
    /// Authorization Reference, which may differ from the name of the service.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekogniton:DetectText", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>.
    #[rule(Error, needs(ODD_ACTION), subject(UnknownAction))]
    fn INVALID_SERVICE_IN_ACTION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, _, action) in facts.actions() {
            match &action.kind {
                ActionKind::Disabled(service) => {
                    sink.report(
                        place,
                        format!("the catalogue of `{service}` is not part of this build"),
                    )
                    .help(format!(
                        "enable the Cargo feature `{service}` of `rekognition-iam`"
                    ));
                }
                ActionKind::UnknownService(prefix, name, Standing::Unheard) => {
                    let finding =
                        sink.report(place, format!("no service `{prefix}` in the catalogue"));
                    finding.at(0..prefix.len());
                    misspelled_service(finding, prefix, name, action.text);
                }
                // AWS Organizations has a check of its own.
                ActionKind::WildcardService(..) if facts.kind == PolicyKind::ServiceControl => {}
                ActionKind::WildcardService(prefix, name) => {
                    wildcard_in_prefix(sink, place, prefix, name);
                }
                ActionKind::Any
                | ActionKind::AnyService
                | ActionKind::Known(..)
                | ActionKind::Pattern(..)
                | ActionKind::UnknownAction(..)
                | ActionKind::UnknownService(..)
                | ActionKind::Malformed
                | ActionKind::Unlisted => {}
            }
        }
    },

    /// An action does not exist in its service.
    ///
    /// Checks the name of each action against the catalogue of the service. A misspelled action matches no request:
    /// in an `Allow`, the caller is refused; in a `Deny`, the caller is not. If AWS added the action after this
    /// catalogue was made, list it as known, with a reason.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectLabls", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/service-authorization/latest/reference/list_rekognition.html>.
    #[rule(Error, needs(ODD_ACTION), subject(UnknownAction))]
    fn INVALID_ACTION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        let mut names = Names::default();
        for (place, statement, action) in facts.actions() {
            let ActionKind::UnknownAction(service, name) = &action.kind else {
                continue;
            };
            names.look_at(service);
            let finding = sink.report(
                place,
                format!(
                    "`{}` has no action `{}`",
                    service.prefix,
                    name.escape_debug()
                ),
            );
            finding.at(service.prefix.len() + 1..action.text.len());
            if let Some((message, instead)) = operation(service, name) {
                finding.help(message);
                // The action covers more than the operation: a `Deny` of it would take away what was never meant. And what is
                // there already is not written again.
                let is_new = |instead: &String| {
                    !(statement.actions.iter())
                        .any(|other| other.text.eq_ignore_ascii_case(instead))
                };
                if statement.allows() && !statement.statement.actions.not {
                    finding.replacement = instead.filter(is_new);
                }
                continue;
            }
            let near = near_names(name, &names);
            if !near.is_empty() {
                finding.did_you_mean(&near, &|message, near| message.action(service.prefix, near));
                if let Some(only) = certain(service, name, &names.all) {
                    finding.replace(format!("{}:{only}", service.prefix));
                }
            } else if let Some(other) =
                (names.elsewhere(service, name)).filter(|other| other.reviewed)
            {
                finding.help(
                    Message::from("there is an action of that name in another service: ")
                        .action(other.prefix, name),
                );
            } else {
                let related = related(name, &mut names);
                if !related.is_empty() {
                    finding.help(listed("actions with a similar name: ", service, &related));
                } else if names.all.len() <= FEW {
                    finding.help(listed("all actions: ", service, &names.all));
                } else if is_method(name) {
                    let methods: Vec<&str> = (names.all.iter().copied())
                        .filter(|known| is_method(known))
                        .collect();
                    if !methods.is_empty() {
                        finding.help(listed("all methods: ", service, &methods));
                    }
                }
                finding.help(
                    Message::from("if AWS released it after ")
                        .with(catalogue::as_of())
                        .with(", ")
                        .with(Part::Unlisted(format!("{}:{name}", service.prefix))),
                );
            }
        }
    },

    /// A pattern matches no action of its service.
    ///
    /// Checks that each action with a wildcard matches at least one action in the catalogue. A pattern that matches
    /// none has no effect today. It is usually a typo, or has the wildcard on the wrong side: action names begin
    /// with the verb.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:Labels*", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:*Labels", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/service-authorization/latest/reference/list_rekognition.html>.
    #[rule(Error, needs(ODD_ACTION), subject(UnknownAction))]
    fn REKOGNITION_IAM_ACTION_PATTERN_MATCHES_NOTHING(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        let mut names = Names::default();
        for (place, _, action) in facts.actions() {
            let ActionKind::Pattern(service, pattern, matched) = &action.kind else {
                continue;
            };
            if !matched.is_empty() {
                continue;
            }
            let finding = sink.report(
                place,
                format!(
                    "`{}` has no action that matches `{pattern}`",
                    service.prefix
                ),
            );
            finding.at(service.prefix.len() + 1..action.text.len());
            // What the fixed beginning of the pattern may have been meant for.
            let mut fixed = "";
            for part in pattern.split(['*', '?']) {
                if fixed.is_empty() {
                    fixed = part;
                }
            }
            names.look_at(service);
            let related = names.related(fixed, 4);
            if !related.is_empty() {
                finding.help(listed("actions with a similar name: ", service, &related));
            } else if let Some(near) = near_pattern(service, &names, pattern, fixed) {
                finding.help(format!("did you mean `{near}`?"));
            } else {
                finding.help(
                    "a pattern must match the whole name; `*` matches any text and `?` matches one character",
                );
            }
        }
    },

    /// An action or condition key belongs to a service that this catalogue does not cover, so it is not checked.
    ///
    /// Reports what was not checked, so that no report looks more complete than it is. The service exists, but
    /// typos in its actions and keys are not found. Check the names against the Service Authorization Reference,
    /// then list them as known, with a reason.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "assurance:ListReports", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "artifact:ListReports", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>.
    #[rule(Suggestion, denied, needs(ODD), subject(NotCovered))]
    fn REKOGNITION_IAM_SERVICE_NOT_COVERED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        let mut report = |place: Place, prefix: &str, name: &str| {
            sink.report(
                place,
                format!("the catalogue does not cover `{prefix}`, so `{name}` is not checked"),
            )
            .at(0..prefix.len())
            .help(Message::from("if it is correct, ").with(Part::Unlisted(name.to_string())));
        };
        for (s, statement) in facts.statements.iter().enumerate() {
            for (a, action) in statement.actions.iter().enumerate() {
                // Of all actions of a service there is nothing to check.
                if let ActionKind::UnknownService(prefix, name, Standing::Listed) = action.kind
                    && name != "*"
                {
                    report(Place::Action(s, a), prefix, action.text);
                }
            }
            for key in &statement.keys {
                if let KeyKind::Unknown(prefix) = key.kind
                    && has_keys_not_covered(prefix)
                    && !is_retired(prefix)
                    && catalogue::service(prefix).is_none()
                {
                    report(key.place(), prefix, key.name);
                }
            }
        }
    },

    /// An action or condition key belongs to a service that AWS has shut down.
    ///
    /// Checks service prefixes against those that AWS once listed in its Service Authorization Reference and has
    /// since removed. Nothing is left to grant or deny, so the entry has no effect. Remove it.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": ["lambda:ListFunctions", "deeplens:ListDevices"], "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": ["lambda:ListFunctions"], "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>.
    #[rule(Warning, denied, needs(ODD))]
    fn REKOGNITION_IAM_SERVICE_RETIRED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        let mut report = |place: Place, prefix: &str, name: &str| {
            sink.report(
                place,
                format!("AWS no longer lists the service `{prefix}`, so `{name}` has no effect"),
            )
            .at(0..prefix.len())
            .help(format!("remove `{name}`"));
        };
        for (place, _, action) in facts.actions() {
            if let ActionKind::UnknownService(prefix, _, Standing::Retired) = action.kind {
                report(place, prefix, action.text);
            }
        }
        for (_, key) in facts.keys() {
            if let KeyKind::Unknown(prefix) = key.kind
                && is_retired(prefix)
            {
                report(key.place(), prefix, key.name);
            }
        }
    }
];

/// What may have been meant by a prefix that no service has: one that is spelled like it and has the action, or else one that
/// has the action.
fn misspelled_service(finding: &mut Finding, prefix: &str, name: &str, action: &str) {
    let spelled = suggest::nearest_all(prefix, catalogue::checked_services());
    let has_action = |service: &&str| {
        // The actions of a service that is not part of this build are not known.
        let found = catalogue::service(service);
        text::has_wildcard(name) || found.is_none_or(|service| service.action(name).is_some())
    };
    let near: Vec<&str> = spelled.iter().copied().filter(has_action).collect();
    if !near.is_empty() {
        finding.did_you_mean(&near, &|message, near| message.action(near, name));
        let only = suggest::certain_word(prefix, catalogue::aws_services());
        // The service must have the action too: what is left of a broken name is not a name.
        if let Some(service) = only.and_then(catalogue::service)
            && prefix.len() > 3
            && service.action(name).is_some()
        {
            finding.replace(format!("{}:{name}", service.prefix));
        }
        return;
    }
    // A name that many services have, such as `TagResource`, says nothing.
    const MOST: usize = 3;
    let homes: Vec<&str> = (catalogue::services().iter())
        .filter(|service| !text::has_wildcard(name) && service.action(name).is_some())
        .map(|service| service.prefix)
        .take(MOST + 1)
        .collect();
    if !homes.is_empty() && homes.len() <= MOST {
        finding.did_you_mean(&homes, &|message, home| message.action(home, name));
    } else if spelled.is_empty() {
        // All of AWS would be too many to list.
        if catalogue::checked_services() == catalogue::KNOWN_SERVICES {
            finding.help(format!(
                "the catalogue has {}",
                text::listed(catalogue::KNOWN_SERVICES)
            ));
        }
        finding.help(
            Message::from("for an action of another service, ")
                .with(Part::Unlisted(action.to_string())),
        );
    } else {
        finding.did_you_mean(&spelled, &|message, near| {
            message.with("the service ").quoted(near)
        });
    }
}

/// Reports the wildcard in the service prefix of an action.
pub(super) fn wildcard_in_prefix(sink: &mut Sink<'_>, place: Place, prefix: &str, name: &str) {
    let finding = sink.report(
        place,
        format!("a service prefix cannot contain wildcards, as `{prefix}` does"),
    );
    finding.at(0..prefix.len());
    let mut matching = Vec::new();
    for service in catalogue::aws_services() {
        if glob::matches(prefix, service, true) {
            matching.push(*service);
        }
    }
    match matching.as_slice() {
        [] => {
            finding.help("write the whole prefix, as in `rekognition:DetectLabels`");
        }
        [_] | [_, _] | [_, _, _] => {
            finding.did_you_mean(&matching, &|message, near| message.action(near, name));
        }
        _ => {
            finding.help("write one action for each service");
        }
    }
}

/// Whether AWS had the service once.
fn is_retired(prefix: &str) -> bool {
    Standing::of(prefix) == Standing::Retired
}

/// Whether keys with this prefix exist that the catalogue does not cover.
pub(super) fn has_keys_not_covered(prefix: &str) -> bool {
    Standing::of(prefix) != Standing::Unheard || text::is_listed(prefix, catalogue::KEY_PREFIXES)
}

/// The pattern with its fixed text replaced by the nearest beginning of an action's name: `Detekt*` is `Detect*`.
fn near_pattern(service: &Service, names: &Names, pattern: &str, fixed: &str) -> Option<String> {
    let near = suggest::nearest_of(fixed, &names.beginnings)?;
    let near = pattern.replacen(fixed, near, 1);
    let matches = |info: &ActionInfo| glob::matches(&near, info.name, true);
    service.actions.iter().any(matches).then_some(near)
}

/// What to say about an API operation of this name, which people take for an action, when AWS has published what it checks;
/// and what to write when it checks one action.
fn operation(service: &'static Service, name: &str) -> Option<(Message, Option<String>)> {
    // An operation of an action that AWS has withdrawn says nothing about what to write instead.
    let exists = |service: &str, name: &str| {
        catalogue::service(service).is_none_or(|service| service.action(name).is_some())
    };
    let named = |operation: &&Operation| operation.name.eq_ignore_ascii_case(name);
    if let Some(operation) = (service.operations.iter()).find(named) {
        let all = (operation.authorizes.iter()).all(|action| exists(action.service, action.name));
        return (all && !operation.authorizes.is_empty()).then(|| authorized(operation));
    }
    #[cfg(feature = "all-services")]
    if let Some(row) = catalogue::named_operation(service.prefix, name) {
        let all = row
            .actions
            .iter()
            .all(|(service, name)| exists(service, name));
        return all.then(|| checked(row));
    }
    None
}

fn authorized(operation: &Operation) -> (Message, Option<String>) {
    let message = Message::from(format!(
        "`{}` is an API operation that checks ",
        operation.name
    ));
    if let [only] = operation.authorizes {
        let instead = format!("{}:{}", only.service, only.name);
        let message = message.action(only.service, only.name);
        // An operation of this name in another client may check another action.
        return match operation.sdk {
            [_, (other, _), ..] => (
                message.with(format!(
                    "; the client `{other}` has one too, which may check another action"
                )),
                None,
            ),
            // With another verb, it covers more than the operation does: who may call `HeadObject` may not read.
            _ => (
                message,
                suggest::same_verb(operation.name, only.name).then_some(instead),
            ),
        };
    }
    let mut actions = Vec::new();
    for action in operation.authorizes {
        actions.push((action.service.to_string(), action.name.to_string()));
    }
    (message.with(Part::Actions(actions)), None)
}

/// The same for an operation of a service whose operations are not in its module.
#[cfg(feature = "all-services")]
fn checked(row: &'static NamedOperation) -> (Message, Option<String>) {
    let message = Message::from(format!(
        "`{}` is an API operation that {} ",
        row.name,
        if row.always { "checks" } else { "may check" }
    ));
    if let [(service, name)] = row.actions {
        let is_same = row.only && suggest::same_verb(row.name, name);
        let instead = is_same.then(|| format!("{service}:{name}"));
        return (message.action(service, name), instead);
    }
    let actions = (row.actions.iter())
        .map(|(service, name)| (service.to_string(), name.to_string()))
        .collect();
    (message.with(Part::Actions(actions)), None)
}

/// The names of actions, as suggestions need them. A document may have tens of thousands of wrong names, so what does not
/// depend on a name is found once.
#[derive(Default)]
struct Names {
    /// The service of the names.
    prefix: &'static str,
    all: Vec<&'static str>,
    /// The verbs of the names, each with the names that have it: those are next to each other.
    verbs: Vec<(&'static str, Vec<&'static str>)>,
    /// The names cut before each of their words, each once.
    beginnings: Vec<&'static str>,
    /// The words of the names, if something was asked of them: few wrong names need it.
    words: Option<suggest::Words<'static>>,
    /// How many names were asked about.
    asked: usize,
    everywhere: Option<Everywhere>,
}

/// The names of all services.
struct Everywhere {
    /// All verbs, in small letters.
    verbs: Vec<String>,
    /// Each action with the number of each service that has it, in order.
    homes: Vec<(&'static str, usize)>,
    services: Vec<&'static Service>,
}

impl Everywhere {
    fn new() -> Self {
        let (mut verbs, mut homes) = (Vec::new(), Vec::new());
        let services: Vec<_> = near_first().collect();
        for (number, service) in services.iter().enumerate() {
            let mut last = "";
            for info in service.actions {
                homes.push((info.name, number));
                let verb = suggest::verb(info.name);
                if verb != last {
                    verbs.push(verb.to_ascii_lowercase());
                    last = verb;
                }
            }
        }
        sort(&mut verbs);
        verbs.dedup();
        sort(&mut homes);
        Self {
            verbs,
            homes,
            services,
        }
    }
}

impl Names {
    /// Turns to the names of a service.
    fn look_at(&mut self, service: &Service) {
        self.asked += 1;
        // A few names are looked up faster than all are collected.
        if self.asked > 16 && self.everywhere.is_none() {
            self.everywhere = Some(Everywhere::new());
        }
        if self.prefix == service.prefix {
            return;
        }
        self.prefix = service.prefix;
        self.all.clear();
        self.verbs.clear();
        self.beginnings.clear();
        for info in service.actions {
            self.all.push(info.name);
            let verb = suggest::verb(info.name);
            match self.verbs.last_mut() {
                Some((last, names)) if *last == verb => names.push(info.name),
                _ => self.verbs.push((verb, vec![info.name])),
            }
            for (at, c) in info.name.char_indices() {
                if at > 0 && c.is_uppercase() {
                    self.beginnings.extend(info.name.get(..at));
                }
            }
        }
        // Equal ones are next to each other, but for those of a name that begins with another one.
        self.beginnings.dedup();
        self.words = None;
    }

    /// The names that share a word with a text.
    fn related(&mut self, text: &str, limit: usize) -> Vec<&'static str> {
        (self.words)
            .get_or_insert_with(|| suggest::Words::of(&self.all))
            .related(text, limit)
    }

    /// Whether actions of some service have this verb.
    fn is_verb(&self, verb: &str) -> bool {
        if let Some(everywhere) = &self.everywhere {
            return (everywhere.verbs)
                .binary_search(&verb.to_ascii_lowercase())
                .is_ok();
        }
        catalogue::services().iter().any(|service| {
            let of_verb = |info: &ActionInfo| suggest::same_verb(info.name, verb);
            verb.bytes().next().is_some_and(|first| {
                [first.to_ascii_uppercase(), first.to_ascii_lowercase()]
                    .into_iter()
                    .any(|first| beginning(service, first).iter().any(of_verb))
            })
        })
    }

    /// Another service that has an action of this name.
    fn elsewhere(&self, service: &Service, name: &str) -> Option<&'static Service> {
        match &self.everywhere {
            Some(everywhere) => {
                let at = (everywhere.homes).partition_point(|(other, _)| *other < name);
                let (home, number) = *everywhere.homes.get(at)?;
                (home == name).then_some(everywhere.services.get(number).copied())?
            }
            None => near_first()
                .find(|other| other.prefix != service.prefix && other.action(name).is_some()),
        }
    }
}

/// The names that a wrong one may represent. A verb that exists is taken at its word: what has another one does something
/// else, however near it is spelled.
fn near_names(name: &str, names: &Names) -> Vec<&'static str> {
    let verb = suggest::verb(name);
    let is_verb = names.is_verb(verb);
    let mut pool = Vec::new();
    for (own, of_verb) in &names.verbs {
        let fits = match is_verb {
            true => suggest::same_verb(own, verb),
            false => suggest::within_one(own, verb),
        };
        if fits {
            pool.extend(of_verb);
        }
    }
    let near = suggest::nearest_all(name, &pool);
    if near.is_empty() && !is_verb {
        return suggest::reordered(name, &names.all);
    }
    near
}

/// The actions whose names begin with the letter.
fn beginning(service: &Service, first: u8) -> &'static [ActionInfo] {
    let start = (service.actions).partition_point(|info| info.name.as_bytes() < &[first]);
    let (_, rest) = service.actions.split_at(start);
    let (found, _) =
        rest.split_at(rest.partition_point(|info| info.name.as_bytes().first() == Some(&first)));
    found
}

/// The action that a wrong name certainly represents.
///
/// Of `GetRoles`, the verb may be as wrong as the plural when there is a `ListRoles`, which reads too.
fn certain(service: &'static Service, name: &str, names: &[&'static str]) -> Option<&'static str> {
    let only = suggest::certain(name, names)?;
    let reads = |level| matches!(level, AccessLevel::Read | AccessLevel::List);
    let this = service.action(only)?;
    let rival = name.len() > only.len()
        && service.actions.iter().any(|info| {
            suggest::object(info.name).eq_ignore_ascii_case(suggest::object(name))
                && reads(info.level) == reads(this.level)
        });
    (!rival).then_some(only)
}

/// Names that share a word with a wrong one, those with its verb first.
fn related(name: &str, names: &mut Names) -> Vec<&'static str> {
    let mut related = names.related(name, usize::MAX);
    related.sort_by_key(|other| !suggest::same_verb(other, name));
    related.truncate(4);
    related
}

/// All services, those that have a module first: they are nearer to what is meant than a namesake elsewhere.
fn near_first() -> impl Iterator<Item = &'static Service> {
    let all = catalogue::services().iter();
    catalogue::services_with_module().chain(all.copied())
}

/// How many actions are few enough to list all of them.
const FEW: usize = 16;

/// Whether an action is named like a method of HTTP, as those of API Gateway are.
fn is_method(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn listed(what: &'static str, service: &Service, names: &[&str]) -> Message {
    let mut actions = Vec::new();
    for name in names {
        actions.push((service.prefix.to_string(), (*name).to_string()));
    }
    Message::from(what).with(Part::Actions(actions))
}
