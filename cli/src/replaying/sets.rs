//! The policies that calls are replayed against.

use std::collections::BTreeSet;

use rekognition_iam_runtime::document::{Document, Effect, PolicyKind, PrincipalSet, Statement};
use rekognition_iam_runtime::evaluate::{
    Attached, Lack, Prepared, Program, Reason, Request, Verdict,
};
use rekognition_iam_runtime::{Layer, glob, json};

/// A policy of the command line.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) name: String,
    /// The document, as JSON.
    pub(crate) text: String,
    /// The level of a service control policy.
    pub(crate) level: u8,
    /// The ARN or pattern of the resource that it is attached to, when the command line says so.
    pub(crate) of: Option<String>,
    pub(crate) attached: Attached<'static>,
}

/// A set of policies in one point of time, in the form that questions are put to.
#[derive(Debug)]
pub(crate) struct Set {
    attached: Vec<Attached<'static>>,
    /// For each document of `attached`, the number of its policy on the command line, and those of its statements there. `None` for
    /// what is assumed of policies that were not given.
    places: Vec<Option<(usize, Vec<usize>)>>,
}

/// What policies say about requests, in general.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Mentioned {
    /// Condition keys, in small letters.
    pub(crate) keys: BTreeSet<String>,
    /// Patterns of resources.
    pub(crate) resources: BTreeSet<String>,
    /// The ARNs of principals.
    pub(crate) principals: BTreeSet<String>,
    /// The keys of each statement that has any, with its patterns of actions; `None` where it may be about any action.
    statements: Vec<(Option<Vec<String>>, BTreeSet<String>)>,
}

/// Which kinds of policies were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Kinds {
    pub(crate) identity: bool,
    /// Resource policies, project policies, and trust policies.
    pub(crate) resource: bool,
    /// Service control policies.
    control: bool,
    pub(crate) endpoint: bool,
    session: bool,
    boundary: bool,
    resource_control: bool,
}

impl Kinds {
    pub(crate) fn of<'p>(policies: impl IntoIterator<Item = &'p Given>) -> Self {
        let mut kinds = Self::default();
        for given in policies {
            match given.attached.kind().layer() {
                Layer::Identity => kinds.identity = true,
                Layer::RoleTrust | Layer::Resource => kinds.resource = true,
                Layer::ServiceControl => kinds.control = true,
                Layer::ResourceControl => kinds.resource_control = true,
                Layer::VpcEndpoint => kinds.endpoint = true,
                Layer::Session => kinds.session = true,
                Layer::PermissionsBoundary => kinds.boundary = true,
            }
        }
        kinds
    }
}

impl Kinds {
    /// Whether policies of the kind were given.
    pub(crate) const fn has(self, kind: PolicyKind) -> bool {
        match kind.layer() {
            Layer::Identity => self.identity,
            Layer::RoleTrust | Layer::Resource => self.resource,
            Layer::ServiceControl => self.control,
            Layer::ResourceControl => self.resource_control,
            Layer::VpcEndpoint => self.endpoint,
            Layer::Session => self.session,
            Layer::PermissionsBoundary => self.boundary,
        }
    }

    /// Whether control policies of an organization were given, which apply to root users too.
    pub(crate) const fn controls(self) -> bool {
        self.control || self.resource_control
    }
}

/// A document that allows everything: what is known of identity policies that were not given, when AWS allowed the call.
const ANYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// Which documents of a set take part.
#[derive(Debug, Clone, Copy)]
pub(crate) struct With<'a> {
    /// An identity policy that allows everything.
    pub(crate) anything: bool,
    /// The policies of VPC endpoints.
    pub(crate) endpoints: bool,
    /// The policies of the account's own principals: not those of a caller of another account.
    pub(crate) own: bool,
    /// Those of the policies of resources that take part, by their numbers.
    pub(crate) of_resources: &'a [usize],
    /// Leaves out the denials that these policies have too, word for word.
    pub(crate) without_denials_of: Option<&'a [Given]>,
}

impl Set {
    pub(crate) fn new(policies: &[Given], with: With<'_>) -> Self {
        let mut set = Self {
            attached: Vec::new(),
            places: Vec::new(),
        };
        let others: Vec<(&Given, Document<'_>)> = (with.without_denials_of.into_iter())
            .flatten()
            .filter_map(|given| Some((given, json::read(&given.text).ok()?)))
            .collect();
        for (number, given) in policies.iter().enumerate() {
            let (attached, level) = (&given.attached, given.level);
            if attached.kind() == PolicyKind::VpcEndpoint && !with.endpoints {
                continue;
            }
            if !with.own && attached.kind().layer().is_of_caller() {
                continue;
            }
            if attached.kind().layer().is_of_resource() && !with.of_resources.contains(&number) {
                continue;
            }
            let Ok(document) = json::read(&given.text) else {
                continue;
            };
            let is_old = |statement: &Statement<'_>| {
                statement.effect == Effect::Deny
                    && others.iter().any(|(other, old)| {
                        (other.attached.kind(), other.level) == (attached.kind(), level)
                            && other.of == given.of
                            && old.statements.items.iter().any(|old| same(old, statement))
                            && (!has_variables(statement)
                                || version_of(old) == version_of(&document))
                    })
            };
            let count = document.statements.items.len();
            let kept: Vec<usize> = (document.statements.items.iter().enumerate())
                .filter(|(_, statement)| !is_old(statement))
                .map(|(number, _)| number)
                .collect();
            if kept.len() == count {
                set.attached.push(attached.clone());
            } else {
                let mut document = document.clone();
                let mut at = 0;
                document.statements.items.retain(|_| {
                    at += 1;
                    kept.contains(&(at - 1))
                });
                let program = Program::compile(&document);
                set.attached
                    .push(Attached::new(attached.kind(), program).level(level));
            }
            set.places.push(Some((number, kept)));
        }
        if with.anything {
            set.assume(PolicyKind::Identity);
        }
        // No record has the session policies of a call, without which a federated user has no permissions.
        if !(set.attached.iter()).any(|attached| attached.kind() == PolicyKind::Session) {
            set.assume(PolicyKind::Session);
        }
        set
    }

    /// Adds a policy of this kind that allows everything.
    fn assume(&mut self, kind: PolicyKind) {
        if let Ok(document) = json::read(ANYTHING) {
            self.attached
                .push(Attached::new(kind, Program::compile(&document)));
            self.places.push(None);
        }
    }

    pub(crate) fn prepared(&self) -> Prepared<'_> {
        Prepared::new(&self.attached)
    }

    /// What the policies decide.
    pub(crate) fn decide(&self, prepared: &Prepared<'_>, request: &Request<'_>) -> Ruling {
        let decision = prepared.evaluate(request);
        let by = decision.by().and_then(|origin| {
            let (policy, statements) = self.places.get(origin.document)?.as_ref()?;
            Some(By {
                policy: *policy,
                statement: *statements.get(origin.statement)?,
                sid: decision.sid(origin).map(str::to_owned),
            })
        });
        let reason = decision.reason();
        let note = decision.note().map(|note| note.name());
        let (end, depends) = match decision.verdict() {
            Verdict::Allowed => (End::Allowed, BTreeSet::new()),
            // Policies that were not given decide.
            Verdict::ImplicitDeny
                if matches!(
                    reason,
                    Reason::ResourceDoesNotAllow | Reason::IdentityDoesNotAllow
                ) && note.is_some() =>
            {
                (End::Unknown, BTreeSet::new())
            }
            Verdict::ExplicitDeny | Verdict::ImplicitDeny => (End::Denied, BTreeSet::new()),
            Verdict::Undetermined => {
                let mut keys: BTreeSet<String> = (decision.depends_on().iter())
                    .filter(|found| found.lack() != Lack::Absent)
                    .map(|found| found.key().to_ascii_lowercase())
                    .collect();
                if let Some(open) = decision.undetermined() {
                    keys.insert(open.key().unwrap_or(open.element()).to_ascii_lowercase());
                }
                (End::Unknown, keys)
            }
        };
        Ruling {
            end,
            code: match (end, note) {
                (End::Unknown, Some(note)) => note,
                _ => reason.name(),
            },
            by,
            depends,
            resource: decision.resource().to_owned(),
        }
    }
}

/// The version of the language. See
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>.
fn version_of<'d>(document: &'d Document<'_>) -> &'d str {
    document.version.as_deref().unwrap_or("2008-10-17")
}

/// Whether a statement has variables, which are plain text in documents of the older version.
fn has_variables(statement: &Statement<'_>) -> bool {
    let resources = (statement.resources.iter()).flat_map(|element| element.values.iter());
    let values = (statement.conditions.iter())
        .flat_map(|block| &block.keys)
        .flat_map(|(_, values)| values.iter().map(|value| value.as_text()));
    resources
        .map(|value| &**value)
        .chain(values)
        .any(|text| text.contains("${"))
}

/// Whether two statements are the same apart from their names.
fn same(one: &Statement<'_>, other: &Statement<'_>) -> bool {
    one.effect == other.effect
        && one.principals == other.principals
        && one.actions == other.actions
        && one.resources == other.resources
        && one.conditions == other.conditions
}

/// What policies decide about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ruling {
    pub(crate) end: End,
    /// The stable name of the reason.
    pub(crate) code: &'static str,
    pub(crate) by: Option<By>,
    /// What the record does not show and that decides: keys, or elements of statements.
    pub(crate) depends: BTreeSet<String>,
    /// The resource that decided.
    pub(crate) resource: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Allowed,
    Denied,
    Unknown,
}

/// A statement of a policy of the command line, with numbers from 0.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct By {
    pub(crate) policy: usize,
    pub(crate) statement: usize,
    pub(crate) sid: Option<String>,
}

impl Mentioned {
    pub(crate) fn of<'p>(policies: impl IntoIterator<Item = &'p Given>) -> Self {
        let mut found = Self::default();
        for given in policies {
            let Ok(document) = json::read(&given.text) else {
                continue;
            };
            found.resources.extend(given.of.clone());
            for statement in document.statements.iter() {
                found.principals(statement);
                let mut own = Self::default();
                for resource in statement
                    .resources
                    .iter()
                    .flat_map(|element| element.values.iter())
                {
                    own.variables(resource);
                    if resource != "*" && !resource.contains("${") {
                        found.resources.insert(resource.to_string());
                    }
                }
                for (key, values) in statement.conditions.iter().flat_map(|block| &block.keys) {
                    own.keys.insert(key.to_ascii_lowercase());
                    for value in values.iter() {
                        own.variables(value.as_text());
                    }
                }
                found.keys.extend(own.keys.iter().cloned());
                if !own.keys.is_empty() {
                    let actions = &statement.actions;
                    let patterns = (!actions.not)
                        .then(|| actions.values.iter().map(ToString::to_string).collect());
                    found.statements.push((patterns, own.keys));
                }
            }
        }
        found
    }

    fn principals(&mut self, statement: &Statement<'_>) {
        let listed = statement
            .principals
            .iter()
            .flat_map(|principals| match &principals.set {
                PrincipalSet::Anyone => [].as_slice(),
                PrincipalSet::Listed(listed) => listed.as_slice(),
            });
        for (_, names) in listed {
            let arns = names.iter().filter(|name| name.starts_with("arn:"));
            self.principals.extend(arns.map(|name| name.to_string()));
        }
    }

    /// The keys of statements that may be about one of these actions. No other key can decide about them.
    pub(crate) fn keys_of<'a>(
        &self,
        actions: impl Iterator<Item = &'a str> + Clone,
    ) -> Vec<String> {
        let of = (self.statements.iter()).filter(|(patterns, _)| {
            patterns.as_ref().is_none_or(|patterns| {
                (patterns.iter()).any(|pattern| {
                    (actions.clone()).any(|action| glob::matches(pattern, action, true))
                })
            })
        });
        let keys: BTreeSet<&String> = of.flat_map(|(_, keys)| keys).collect();
        keys.into_iter().cloned().collect()
    }

    /// The keys that policy variables of a text name.
    fn variables(&mut self, text: &str) {
        for rest in text.split("${").skip(1) {
            let Some((inside, _)) = rest.split_once('}') else {
                continue;
            };
            let name = inside.split(',').next().unwrap_or_default().trim();
            if !matches!(name, "" | "*" | "?" | "$") {
                self.keys.insert(name.to_ascii_lowercase());
            }
        }
    }
}
