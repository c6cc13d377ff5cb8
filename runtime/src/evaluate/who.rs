//! Who can do something: a decision for each of many principals, each with the documents that apply to it.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::caller::Caller;
use super::decide::{Attached, Origin, Verdict};
use super::decision::{Decision, evaluate};
use super::depends::{keys_of, may_allow};
use super::doubt::Cause;
use super::explain::Failed;
use super::fit::actions_fit;
use super::instances::{ACCOUNT, Known, Resources, TAG, examples, resources_of};
use super::program::{Form, Line, List, Program, test};
use super::request::{ActionName, Entry, Key, Request, Values};
use crate::document::PolicyKind;
use crate::glob;

/// A principal with the documents that apply to it.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::document::PolicyKind;
/// use rekognition_iam::evaluate::{Access, Attached, Candidate, Program, Request, who_can};
/// use rekognition_iam::json;
///
/// let text = r#"{"Statement": {"Effect": "Allow", "Action": "rekognition:Detect*", "Resource": "*"}}"#;
/// let program = Program::compile(&json::parse(text, &json::Limits::default()).document);
/// let candidates = [
///     Candidate::new("arn:aws:iam::111122223333:role/app").with(Attached::new(PolicyKind::Identity, program)),
///     Candidate::new("arn:aws:iam::111122223333:role/other"),
///     Candidate::new("arn:aws:iam::111122223333:role/admin").unread(PolicyKind::Identity, "AdministratorAccess"),
/// ];
/// let request = Request::new("rekognition:DetectLabels", "*");
/// let answers: Vec<Access> = who_can(&candidates, &request).map(|(_, access)| access).collect();
/// assert_eq!(answers[0], Access::Yes);
/// assert_eq!(answers[1], Access::No);
/// assert!(matches!(answers[2], Access::Depends(_)));
/// ```
#[derive(Debug, Clone)]
pub struct Candidate<'p> {
    /// None for anyone who has the documents attached.
    principal: Option<Cow<'p, str>>,
    documents: Vec<Attached<'p>>,
    context: Vec<(String, Vec<String>)>,
    /// It has no tags but those among the keys.
    all_tags: bool,
    unread: Vec<(PolicyKind, String)>,
}

/// Whether a principal can do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Yes, whatever the keys are that the request does not give.
    Yes,
    /// No, whatever they are.
    No,
    /// It depends on these, in the order in which they came up. There is at least one.
    Depends(Vec<Open>),
}

/// What an answer depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Open {
    /// A condition key that the request does not give.
    Key(String),
    /// A policy that is attached and was not read.
    UnreadPolicy(String),
    /// Which resource is meant.
    Resource,
    /// Something that neither the documents nor AWS's pages settle.
    Other(Cause),
}

impl fmt::Display for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, "{key}"),
            Self::UnreadPolicy(name) => write!(f, "policy {name}, which was not read"),
            Self::Resource => f.write_str("the resource"),
            Self::Other(cause) => cause.fmt(f),
        }
    }
}

/// What a principal can do with an action when the question names no resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The answer over all resources that were tried: `Yes` when it is for one of them.
    pub access: Access,
    /// The patterns of statements for which an example was allowed (of `Yes`) or may be (of `Depends`).
    pub resources: Vec<String>,
}

impl<'p> Candidate<'p> {
    /// A principal by its ARN, to which nothing is attached yet.
    #[must_use]
    pub fn new(principal: impl Into<Cow<'p, str>>) -> Self {
        Self {
            principal: Some(principal.into()),
            ..Self::holder()
        }
    }

    /// Anyone who has the documents attached, of whom nothing else is known.
    #[must_use]
    pub const fn holder() -> Self {
        Self {
            principal: None,
            documents: Vec::new(),
            context: Vec::new(),
            all_tags: false,
            unread: Vec::new(),
        }
    }

    /// With one more document that applies to its requests, of any kind.
    #[must_use]
    pub fn with(mut self, document: Attached<'p>) -> Self {
        self.documents.push(document);
        self
    }

    /// With a condition key that all its requests have, such as a tag of the user.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>, values: Vec<String>) -> Self {
        self.context.push((key.into(), values));
        self
    }

    /// The tags of the principal are those given by [`key`](Self::key), and it has no others: those of a user, and those of a
    /// role whose trust policy does not allow `sts:TagSession`. Sessions of other roles can have tags of their own. See
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html>.
    #[must_use]
    pub const fn no_other_tags(mut self) -> Self {
        self.all_tags = true;
        self
    }

    /// With a policy of this kind that is attached and of which only the name is known.
    #[must_use]
    pub fn unread(mut self, kind: PolicyKind, name: impl Into<String>) -> Self {
        self.unread.push((kind, name.into()));
        self
    }

    /// The ARN, where it is known.
    #[must_use]
    pub fn principal(&self) -> Option<&str> {
        self.principal.as_deref()
    }

    /// The documents.
    #[must_use]
    pub fn documents(&self) -> &[Attached<'p>] {
        &self.documents
    }

    /// Whether the principal can make this request. The principal of the request is not looked at.
    #[must_use]
    pub fn access(&self, request: &Request<'_>) -> Access {
        self.with_keys(request, |request| self.decided(request))
    }

    /// The request with what is known of the principal.
    fn with_keys<T>(&self, request: &Request<'_>, read: impl FnOnce(&Request<'_>) -> T) -> T {
        let values: Vec<Vec<&str>> = (self.context.iter())
            .map(|(_, values)| values.iter().map(String::as_str).collect())
            .collect();
        // What the question gives comes before what is known of the principal.
        let given = request.context();
        let entries = (self.context.iter().zip(&values))
            .filter(|((key, _), _)| !given.iter().any(|entry| is_key(entry, key)))
            .map(|((key, _), values)| Entry::new(Key::named(key), Values::Many(values)));
        let absent = self.absent_tags();
        let absent = (absent.iter())
            .filter(|key| !given.iter().any(|entry| is_key(entry, key)))
            .map(|key| Entry::new(Key::named(key), Values::Many(&[])));
        let mut request = request.clone().with_all(absent).with_all(entries);
        if let Some(principal) = &self.principal {
            request = request.principal(principal);
        }
        read(&request)
    }

    /// The tags that its documents ask for and that the principal does not have.
    fn absent_tags(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        if !self.all_tags {
            return found;
        }
        for attached in &self.documents {
            keys_of(attached.program().code(), |key| {
                let is_tag =
                    (key.get(..TAG.len())).is_some_and(|start| start.eq_ignore_ascii_case(TAG));
                let is_known = (self.context.iter().map(|(key, _)| key))
                    .chain(&found)
                    .any(|known| known.eq_ignore_ascii_case(key));
                if is_tag && !is_known {
                    found.push(key.to_string());
                }
            });
        }
        found
    }

    /// The statements that match the resource of a request and not its caller or keys. What their conditions say about the
    /// resource may be otherwise for another.
    fn missed(&self, request: &Request<'_>, missed: &mut Vec<Origin>) {
        self.with_keys(request, |request| {
            let decision = evaluate(&self.documents, request);
            for statement in decision.explain().statements() {
                let is_miss = matches!(
                    statement.failed(),
                    Some(Failed::Condition | Failed::Principal)
                );
                if is_miss && !missed.contains(&statement.origin()) {
                    missed.push(statement.origin());
                }
            }
        });
    }

    /// Whether one of these statements denies a request.
    fn is_denied_by(&self, request: &Request<'_>, denials: &[Origin]) -> bool {
        !denials.is_empty()
            && self.with_keys(request, |request| {
                let decision = evaluate(&self.documents, request);
                decision.is_denied_explicitly()
                    && decision.by().is_some_and(|by| denials.contains(&by))
            })
    }

    fn decided(&self, request: &Request<'_>) -> Access {
        let decision = evaluate(&self.documents, request);
        let mut open = dependencies(&decision);
        if self.unread.is_empty() {
            // What only makes an implicit denial an explicit one changes nothing here.
            return match may_allow(&decision) {
                true => settled(&decision, open),
                false => Access::No,
            };
        }
        // Nothing that is attached can undo a denial; whatever else can change is as if it allowed all.
        if decision.is_denied_explicitly() && open.is_empty() {
            return Access::No;
        }
        let mut more = self.documents.clone();
        let all = Program::compile(&allow_all());
        for (kind, _) in &self.unread {
            more.push(Attached::new(*kind, all.clone()));
        }
        let widest = evaluate(&more, request);
        if !may_allow(&widest) {
            return Access::No;
        }
        for dependency in dependencies(&widest) {
            if !open.contains(&dependency) {
                open.push(dependency);
            }
        }
        if !widest.is_allowed() && open.is_empty() {
            return Access::No;
        }
        let policies = self
            .unread
            .iter()
            .map(|(_, name)| Open::UnreadPolicy(name.clone()));
        open.extend(policies);
        Access::Depends(open)
    }

    /// Whether the principal can do this on any resource, and on which. `question` makes the request for a resource.
    ///
    /// The resources that are tried are examples of the patterns that its statements name. `No` is certain; where no
    /// example is allowed and some statement could still allow another, the answer depends on the resource.
    #[must_use]
    pub fn reach(
        &self,
        action: ActionName<'_>,
        question: impl Fn(&str, &mut dyn FnMut(&Request<'_>)),
    ) -> Reach {
        let ask = |resource: &str| {
            let mut access = Access::No;
            question(resource, &mut |request| access = self.access(request));
            access
        };
        // What needs no permission needs no statement either.
        let mut needs_none = false;
        question("*", &mut |request| {
            needs_none = self.with_keys(request, |request| evaluate(&[], request).is_allowed());
        });
        if needs_none {
            return Reach {
                access: Access::Yes,
                resources: alloc::vec!["*".to_string()],
            };
        }
        let principal = self.principal().unwrap_or_default();
        let caller = Caller::read(principal.as_bytes());
        let text = |bytes| core::str::from_utf8(bytes).ok();
        // What the question gives comes before what is known of the principal.
        let mut keys: Vec<(String, Vec<String>)> = Vec::new();
        question("*", &mut |request| {
            keys.extend(request.context().iter().filter_map(given));
        });
        keys.extend_from_slice(&self.context);
        let known = Known {
            account: caller.account.and_then(text).unwrap_or(ACCOUNT),
            name: text(caller.name).filter(|name| !name.is_empty()),
            keys: &keys,
            all_tags: self.all_tags,
        };
        let patterns = self.patterns(action, known);
        if patterns.grants.is_empty() && !self.could_grant() {
            return Reach::none();
        }
        let formats = match resources_of(action) {
            Resources::None => {
                let access = ask("*");
                let resources = match access {
                    Access::No => Vec::new(),
                    Access::Yes | Access::Depends(_) => alloc::vec!["*".to_string()],
                };
                return Reach { access, resources };
            }
            Resources::Of(formats) => formats,
            Resources::Unknown => Vec::new(),
        };
        let mut yes = Vec::new();
        let mut may = Vec::new();
        let mut open: Vec<Open> = Vec::new();
        for pattern in &patterns.named {
            for example in examples(&pattern.text, action, &formats, known) {
                match ask(&example) {
                    Access::Yes => patterns.record(pattern, &example, &mut yes),
                    Access::Depends(on) => {
                        patterns.record(pattern, &example, &mut may);
                        for one in on {
                            if !open.contains(&one) {
                                open.push(one);
                            }
                        }
                    }
                    Access::No => {}
                }
            }
        }
        if !yes.is_empty() {
            return Reach {
                access: Access::Yes,
                resources: yes,
            };
        }
        // A policy that was not read may name any resource.
        let could_grant = self.could_grant() && !patterns.never;
        for (_, name) in &self.unread {
            let policy = Open::UnreadPolicy(name.clone());
            if could_grant && !open.contains(&policy) {
                open.push(policy);
            }
        }
        let mut denied = false;
        for pattern in &patterns.named {
            for example in examples(&pattern.text, action, &formats, known) {
                question(&example, &mut |request| {
                    denied |= self.is_denied_by(request, &patterns.denials);
                });
            }
        }
        if open.is_empty() && !patterns.never && !denied {
            // Of those that match an example and miss the caller or a key, no other resource makes a difference.
            let mut missed = Vec::new();
            for pattern in &patterns.named {
                for example in examples(&pattern.text, action, &formats, known) {
                    question(&example, &mut |request| self.missed(request, &mut missed));
                }
            }
            let may = |grant: &Grant| grant.by_resource || !missed.contains(&grant.origin);
            if patterns.grants.iter().any(may) {
                open.push(Open::Resource);
            }
        }
        Reach {
            access: match open.is_empty() {
                true => Access::No,
                false => Access::Depends(open),
            },
            resources: may,
        }
    }

    /// Whether a policy that was not read can grant anything.
    fn could_grant(&self) -> bool {
        self.unread.iter().any(|(kind, _)| kind.layer().grants())
    }

    /// What statements about an action name.
    fn patterns(&self, action: ActionName<'_>, known: Known<'_>) -> Patterns {
        let mut patterns = Patterns {
            named: Vec::new(),
            grants: Vec::new(),
            denials: Vec::new(),
            never: false,
        };
        // The layers that have to allow, each with whether a statement of it allows the action somewhere.
        let mut layers: Vec<(PolicyKind, u8, bool)> = Vec::new();
        for (document, attached) in self.documents.iter().enumerate() {
            let kind = attached.kind();
            let mut allows = false;
            let code = attached.program().code();
            let mut at = code.start();
            let mut number = 0;
            while let Some((line, next)) = code.statement(at) {
                at = next;
                let statement = number;
                number += 1;
                if !actions_fit(line.actions(), action) {
                    continue;
                }
                // A resource with a variable without a value matches nothing.
                if !can_match(line.resources(), known) {
                    continue;
                }
                allows |= line.allows();
                if line.allows() && kind.layer().grants() {
                    patterns.grants.push(Grant {
                        origin: Origin {
                            document,
                            statement,
                        },
                        kind,
                        by_resource: tests_resource(line),
                    });
                }
                let list = line.resources();
                let mut everywhere = list.is_absent();
                let grants = line.allows() && kind.layer().grants();
                let mut add =
                    |text: &str| match patterns.named.iter_mut().find(|known| known.text == text) {
                        Some(known) => known.grants |= grants,
                        None => patterns.named.push(Pattern {
                            text: text.to_string(),
                            grants,
                        }),
                    };
                if list.is_absent() || list.is_not() {
                    add("*");
                }
                let mut values = list.values();
                while let Some((form, text, more)) = values.next() {
                    values = more;
                    match form {
                        Form::Any => {
                            everywhere |= !list.is_not();
                            add("*");
                        }
                        Form::Exact | Form::Pattern | Form::Variables => {
                            add(core::str::from_utf8(text).unwrap_or("*"));
                        }
                    }
                }
                let always = line.conditions().is_empty() && !kind.has_principals();
                patterns.never |= !line.allows() && everywhere && always;
                // Which accounts a policy of the resource or of the resource's organization applies to is not the caller's.
                let of_caller = !kind.has_principals() && kind != PolicyKind::ResourceControl;
                if !line.allows() && everywhere && of_caller && !tests_resource(line) {
                    patterns.denials.push(Origin {
                        document,
                        statement,
                    });
                }
            }
            if !kind.layer().grants() && kind != PolicyKind::ResourceControl {
                let level = attached.level;
                match (layers.iter_mut()).find(|(known, at, _)| (*known, *at) == (kind, level)) {
                    Some((_, _, any)) => *any |= allows,
                    None => layers.push((kind, level, allows)),
                }
            }
        }
        // A policy of the resource may grant past a boundary and a session policy.
        let only_identity =
            (patterns.grants.iter()).all(|grant| grant.kind == PolicyKind::Identity);
        let limits = |kind: PolicyKind| {
            only_identity || !matches!(kind, PolicyKind::PermissionsBoundary | PolicyKind::Session)
        };
        let is_read = |kind: PolicyKind| !self.unread.iter().any(|(unread, _)| *unread == kind);
        patterns.never |=
            (layers.iter()).any(|(kind, _, allows)| !allows && is_read(*kind) && limits(*kind));
        patterns
    }
}

/// A key of a request with its values, where they are known.
fn given(entry: &Entry<'_>) -> Option<(String, Vec<String>)> {
    let values = match entry.values() {
        Values::One(value) => alloc::vec![value.to_string()],
        Values::Many(values) => values.iter().map(ToString::to_string).collect(),
        Values::Unknown => return None,
    };
    Some((entry.key().to_string(), values))
}

impl Program<'_> {
    /// Whether some statement that allows covers the action, for some callers and on some resources.
    #[doc(hidden)]
    #[must_use]
    pub fn mentions(&self, action: &str) -> bool {
        let action = ActionName::from(action);
        (self.code().lines()).any(|line| line.allows() && actions_fit(line.actions(), action))
    }
}

/// Whether one of the resources of a statement can match anything.
fn can_match(resources: List<'_>, known: Known<'_>) -> bool {
    if resources.is_absent() || resources.is_not() {
        return true;
    }
    let mut values = resources.values();
    while let Some((form, text, more)) = values.next() {
        let text = core::str::from_utf8(text).unwrap_or("*");
        if form != Form::Variables || known.can_match(text) {
            return true;
        }
        values = more;
    }
    false
}

/// What statements about an action name.
struct Patterns {
    /// The resources, in every kind of document.
    named: Vec<Pattern>,
    /// The statements that may grant the action.
    grants: Vec<Grant>,
    /// The statements that deny the action on every resource or on none, by what they say of the caller and the request.
    denials: Vec<Origin>,
    /// Whether the action is denied on every resource, or not allowed on any by a layer that has to.
    never: bool,
}

/// The resources that a statement names.
struct Pattern {
    text: String,
    /// Whether a statement that may grant names them.
    grants: bool,
}

impl Patterns {
    /// Notes the resources of an answer. What only limits, such as a service control policy, grants none of those that it
    /// names beyond the others.
    fn record(&self, pattern: &Pattern, example: &str, found: &mut Vec<String>) {
        let mut push = |text: &String| {
            if !found.contains(text) {
                found.push(text.clone());
            }
        };
        let mut granted = (self.named.iter()).filter(|own| own.grants);
        if pattern.grants
            || granted
                .clone()
                .any(|own| glob::matches(&own.text, &pattern.text, false))
        {
            push(&pattern.text);
            return;
        }
        let mut any = false;
        for own in granted.by_ref() {
            if glob::matches(&own.text, example, false) {
                push(&own.text);
                any = true;
            }
        }
        // Of a pattern with variables, nobody can tell.
        if !any {
            push(&pattern.text);
        }
    }
}

/// A statement that may grant.
struct Grant {
    origin: Origin,
    kind: PolicyKind,
    /// Whether its conditions may be met on one resource and not on another.
    by_resource: bool,
}

/// Whether a statement's conditions test something that may differ from resource to resource, other than what the asker has to
/// give.
fn tests_resource(line: Line<'_>) -> bool {
    const START: &[u8] = b"aws:Resource";
    let mut at = 0;
    while let Some((test, next)) = test(line.conditions(), at) {
        at = next;
        let start = test.key().get(..START.len());
        if start.is_some_and(|start| start.eq_ignore_ascii_case(START)) {
            return true;
        }
        // A value may be made of one: `${aws:ResourceTag/team}`.
        let mut values = test.values();
        while let Some((form, _, more)) = values.next() {
            values = more;
            if form == Form::Variables {
                return true;
            }
        }
    }
    false
}

impl Reach {
    const fn none() -> Self {
        Self {
            access: Access::No,
            resources: Vec::new(),
        }
    }
}

fn is_key(entry: &Entry<'_>, key: &str) -> bool {
    entry.key().is(key.as_bytes())
}

fn settled(decision: &Decision<'_>, open: Vec<Open>) -> Access {
    if !open.is_empty() {
        return Access::Depends(open);
    }
    match decision.verdict() {
        Verdict::Allowed => Access::Yes,
        Verdict::ExplicitDeny | Verdict::ImplicitDeny => Access::No,
        // It was listed.
        Verdict::Undetermined => Access::Depends(alloc::vec![Open::Resource]),
    }
}

/// What a decision depends on.
fn dependencies(decision: &Decision<'_>) -> Vec<Open> {
    let mut open: Vec<Open> = (decision.depends_on().iter())
        .map(|dependency| Open::Key(dependency.key().to_string()))
        .collect();
    if let Some(undetermined) = decision.undetermined() {
        let one = match undetermined.key() {
            Some(key) => Open::Key(key.to_string()),
            None => Open::Other(undetermined.cause()),
        };
        if !open.contains(&one) {
            open.push(one);
        }
    }
    open
}

/// A document that allows everything to everyone.
fn allow_all() -> crate::document::Document<'static> {
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;
    crate::json::parse(text, &crate::json::Limits::default()).document
}

/// Whether each principal can make a request. Every candidate has an answer.
pub fn who_can<'c, 'p>(
    candidates: &'c [Candidate<'p>],
    request: &'c Request<'c>,
) -> impl Iterator<Item = (&'c Candidate<'p>, Access)> {
    (candidates.iter()).map(move |candidate| (candidate, candidate.access(request)))
}
