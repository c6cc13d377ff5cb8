//! Principals with the policies that apply to them, from what `aws iam get-account-authorization-details` prints and from
//! files with one policy each.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use rekognition_iam_runtime::document::{Document, Effect, PolicyKind};
use rekognition_iam_runtime::evaluate::{Attached, Candidate, Program};
use rekognition_iam_runtime::json::{self, Limits};

use super::documents;
use super::exported;
use super::files::{self, Input, MAX_FILE};
use super::hcl::Disk;
use super::ignored::Ignored;
use super::recognize::percent_decoded;
use super::tree::{self, Id, Tree, Value};

/// Someone whose access is asked about.
pub(crate) struct Principal {
    /// The ARN, or for a policy file `any principal with FILE`.
    pub(crate) name: String,
    pub(crate) candidate: Candidate<'static>,
    /// Where its statements come from, with the patterns of actions that they allow.
    pub(crate) grants: Vec<Grants>,
    /// The names of attached policies that are in no file.
    pub(crate) unread: Vec<String>,
}

/// What the statements of one document allow.
#[derive(Clone)]
pub(crate) struct Grants {
    pub(crate) source: String,
    /// Patterns of actions; of `NotAction` with `except` before it.
    pub(crate) actions: Vec<String>,
}

/// All principals of some files.
#[derive(Default)]
pub(crate) struct Principals {
    pub(crate) all: Vec<Principal>,
    /// The trust policies of roles, by ARN.
    pub(crate) trust: BTreeMap<String, Attached<'static>>,
    /// Policies that are attached and are in no file, with how many principals have them.
    pub(crate) unread: BTreeMap<String, usize>,
    /// The accounts of the principals.
    pub(crate) accounts: BTreeSet<String>,
    /// The file of a page that another one follows, and whether some page is the last one.
    truncated: Option<String>,
    has_last: bool,
    /// What was not used.
    pub(crate) notes: Vec<String>,
    pub(crate) errors: Vec<String>,
}

/// A document that was read.
#[derive(Clone)]
struct Read {
    program: Program<'static>,
    grants: Grants,
}

impl Principals {
    /// Reads files and directories.
    pub(crate) fn read(paths: &[PathBuf]) -> Self {
        let mut found = Self::default();
        let files::Collected {
            inputs,
            errors,
            notes,
        } = files::collect(paths, Ignored::Read);
        found.errors = errors;
        found.notes = notes;
        for input in &inputs {
            match files::read(input) {
                Ok(text) => found.file(input, &text),
                Err(error) => found.errors.push(format!("{}: {error}", input.name())),
            }
        }
        if let Some(name) = &found.truncated
            && !found.has_last
        {
            found.notes.push(format!(
                "{name}: this is one page of several (`IsTruncated`): principals and policies of the other pages are not read"
            ));
        }
        found
    }

    fn file(&mut self, input: &Input, text: &str) {
        let limits = Limits {
            text: MAX_FILE as usize,
            string: MAX_FILE as usize,
        };
        let name = input.name();
        let tree = match tree::parse_json(text, &limits) {
            Ok(tree) => tree,
            Err(error) if input.named => {
                let at = json::position(text, error.span.start);
                self.errors.push(format!("{name}:{at}: {}", error.message));
                return;
            }
            Err(_) => {
                self.notes
                    .push(format!("{name}: not used: it is not valid JSON"));
                return;
            }
        };
        // One page, or a list of pages.
        let pages: Vec<Id> = (tree.roots.iter())
            .flat_map(|root| tree.items(*root))
            .collect();
        let lists = [
            "UserDetailList",
            "RoleDetailList",
            "GroupDetailList",
            "Policies",
        ];
        let is_details = |page: &Id| lists.iter().any(|list| tree.get(*page, list).is_some());
        if pages.iter().any(is_details) {
            for page in &pages {
                let flag = tree.get(*page, "IsTruncated").map(|id| tree.node(id));
                if flag.is_some_and(|flag| matches!(flag.value, Value::Literal("true"))) {
                    self.truncated = Some(name.clone());
                } else {
                    self.has_last = true;
                }
            }
            Details::read(&tree, &name, &pages, self);
            return;
        }
        let is_policy = (tree.roots.iter()).any(|root| tree.get(*root, "Statement").is_some());
        if !is_policy {
            self.notes.push(format!(
                "{name}: not used: it is neither a policy document nor the output of `aws iam get-account-authorization-details`"
            ));
            return;
        }
        let exported = exported::of(input, &Disk).map(|exported| exported.kind);
        match read(text, &name).map(|(kind, read)| (exported.unwrap_or(kind), read)) {
            Ok((kind, read)) if kind == PolicyKind::Identity => self.all.push(Principal {
                name: format!("any principal with {name}"),
                candidate: Candidate::holder().with(Attached::new(kind, read.program)),
                grants: vec![read.grants],
                unread: Vec::new(),
            }),
            Ok((kind, _)) => self.notes.push(format!(
                "{name}: not used: it is a {} policy; give it with --policy {}={name}",
                kind.name(),
                kind.name()
            )),
            Err(error) => self.errors.push(error),
        }
    }
}

/// Reads one document.
fn read(text: &str, name: &str) -> Result<(PolicyKind, Read), String> {
    let document = json::read(text).map_err(|refused| {
        let message = refused
            .located
            .finding
            .message
            .render(&rekognition_iam_runtime::check::Iam);
        format!("{name}: {message}")
    })?;
    if let Some(error) = documents::version(&document) {
        return Err(format!("{name}: {error}"));
    }
    Ok((PolicyKind::detect(&document), of_document(&document, name)))
}

fn of_document(document: &Document<'_>, name: &str) -> Read {
    let mut actions = Vec::new();
    for statement in &document.statements {
        if statement.effect != Effect::Allow {
            continue;
        }
        let except = match statement.actions.not {
            true => "everything except ",
            false => "",
        };
        actions.extend((statement.actions.values.iter()).map(|action| format!("{except}{action}")));
    }
    Read {
        program: Program::compile(document),
        grants: Grants {
            source: name.to_owned(),
            actions,
        },
    }
}

/// The output of `get-account-authorization-details`.
struct Details<'t> {
    tree: &'t Tree<'t>,
    file: &'t str,
    /// The documents of managed policies by ARN, or why there is none.
    managed: HashMap<String, Result<Read, String>>,
    groups: HashMap<String, Id>,
}

/// What applies to a principal.
#[derive(Default)]
struct Applies {
    documents: Vec<(PolicyKind, Read)>,
    unread: Vec<(PolicyKind, String)>,
}

impl<'t> Details<'t> {
    fn read(tree: &'t Tree<'t>, file: &'t str, pages: &[Id], found: &mut Principals) {
        let mut details = Self {
            tree,
            file,
            managed: HashMap::new(),
            groups: HashMap::new(),
        };
        for &page in pages {
            for policy in details.list(page, "Policies") {
                if let Some(arn) = details.text(policy, "Arn") {
                    let read = details.default_version(policy, &arn);
                    details.managed.insert(arn, read);
                }
            }
            for group in details.list(page, "GroupDetailList") {
                if let Some(name) = details.text(group, "GroupName") {
                    details.groups.insert(name, group);
                }
            }
        }
        for &page in pages {
            for user in details.list(page, "UserDetailList") {
                details.user(user, found);
            }
            for role in details.list(page, "RoleDetailList") {
                details.role(role, found);
            }
        }
    }

    fn list(&self, id: Id, name: &str) -> Vec<Id> {
        (self.tree.get(id, name)).map_or_else(Vec::new, |list| self.tree.items(list))
    }

    fn text(&self, id: Id, name: &str) -> Option<String> {
        self.tree.text(self.tree.get(id, name)?).map(str::to_owned)
    }

    /// A document that is part of the file, or a string of JSON, which the API escapes as in a URL.
    fn document(&self, id: Id, name: &str) -> Result<Read, String> {
        let name = format!("{}: {name}", self.file);
        let node = self.tree.node(id);
        let text = match &node.value {
            Value::Text(text, _) if text.trim_start().starts_with('{') => text.to_string(),
            Value::Text(text, _) => percent_decoded(text),
            Value::Literal(_) | Value::Null | Value::List(_) | Value::Map(_) => {
                node.span.of(self.tree.text).to_owned()
            }
        };
        read(&text, &name).map(|(_, read)| read)
    }

    /// The version of a managed policy that counts.
    fn default_version(&self, policy: Id, arn: &str) -> Result<Read, String> {
        let versions = self.list(policy, "PolicyVersionList");
        let is_default = |version: &&Id| {
            let id = self.tree.get(**version, "IsDefaultVersion");
            id.is_some_and(|id| matches!(self.tree.node(id).value, Value::Literal("true")))
        };
        let default = versions.iter().find(is_default);
        match default.and_then(|version| self.tree.get(*version, "Document")) {
            Some(document) => self.document(document, arn),
            None => Err(format!("{}: {arn} has no document", self.file)),
        }
    }

    /// A policy by its ARN.
    fn managed(&self, arn: &str, kind: PolicyKind, applies: &mut Applies, found: &mut Principals) {
        match self.managed.get(arn) {
            Some(Ok(read)) => applies.documents.push((kind, read.clone())),
            Some(Err(error)) => {
                if !found.errors.contains(error) {
                    found.errors.push(error.clone());
                }
                applies.unread.push((kind, arn.to_owned()));
            }
            None => applies.unread.push((kind, arn.to_owned())),
        }
    }

    /// The policies of a user, group or role.
    fn own(&self, id: Id, inline: &str, of: &str, applies: &mut Applies, found: &mut Principals) {
        for policy in self.list(id, inline) {
            let name = self.text(policy, "PolicyName").unwrap_or_default();
            let name = format!("inline policy {name} of {of}");
            let document = self.tree.get(policy, "PolicyDocument");
            match document.map(|document| self.document(document, &name)) {
                Some(Ok(read)) => applies.documents.push((PolicyKind::Identity, read)),
                Some(Err(error)) => {
                    found.errors.push(error);
                    applies.unread.push((PolicyKind::Identity, name));
                }
                None => applies.unread.push((PolicyKind::Identity, name)),
            }
        }
        for policy in self.list(id, "AttachedManagedPolicies") {
            match self
                .text(policy, "PolicyArn")
                .or_else(|| self.text(policy, "PolicyName"))
            {
                Some(arn) => self.managed(&arn, PolicyKind::Identity, applies, found),
                None => applies
                    .unread
                    .push((PolicyKind::Identity, format!("an unnamed policy of {of}"))),
            }
        }
    }

    fn boundary(&self, id: Id, applies: &mut Applies, found: &mut Principals) {
        let Some(boundary) = self.tree.get(id, "PermissionsBoundary") else {
            return;
        };
        if matches!(self.tree.node(boundary).value, Value::Null) {
            return;
        }
        let arn = (self.text(boundary, "PermissionsBoundaryArn"))
            .unwrap_or_else(|| "the permissions boundary".to_owned());
        self.managed(&arn, PolicyKind::PermissionsBoundary, applies, found);
    }

    fn user(&self, user: Id, found: &mut Principals) {
        let Some(arn) = self.text(user, "Arn") else {
            found
                .errors
                .push(format!("{}: a user has no `Arn`", self.file));
            return;
        };
        let mut applies = Applies::default();
        self.own(user, "UserPolicyList", &arn, &mut applies, found);
        for group in self.list(user, "GroupList") {
            let name = self.tree.text(group).unwrap_or_default();
            match self.groups.get(name) {
                Some(&group) => {
                    let of = format!("group {name}");
                    self.own(group, "GroupPolicyList", &of, &mut applies, found);
                }
                None => applies
                    .unread
                    .push((PolicyKind::Identity, format!("group {name}"))),
            }
        }
        self.boundary(user, &mut applies, found);
        self.push(arn, applies, Some(self.tags(user)), found);
    }

    /// The tags of a user or a role.
    fn tags(&self, id: Id) -> BTreeMap<String, Vec<String>> {
        let mut tags = BTreeMap::new();
        for tag in self.list(id, "Tags") {
            if let (Some(key), Some(value)) = (self.text(tag, "Key"), self.text(tag, "Value")) {
                let key = format!("aws:PrincipalTag/{key}").to_ascii_lowercase();
                tags.insert(key, vec![value]);
            }
        }
        tags
    }

    fn role(&self, role: Id, found: &mut Principals) {
        let Some(arn) = self.text(role, "Arn") else {
            found
                .errors
                .push(format!("{}: a role has no `Arn`", self.file));
            return;
        };
        let mut applies = Applies::default();
        self.own(role, "RolePolicyList", &arn, &mut applies, found);
        self.boundary(role, &mut applies, found);
        // Nobody can give tags to a session of a role whose trust policy does not allow it; the session then has those of the role:
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
        let mut tags = None;
        if let Some(document) = self.tree.get(role, "AssumeRolePolicyDocument") {
            match self.document(document, &format!("trust policy of {arn}")) {
                Ok(read) => {
                    if !read.program.mentions("sts:TagSession") {
                        tags = Some(self.tags(role));
                    }
                    let trust = Attached::new(PolicyKind::RoleTrust, read.program);
                    found.trust.insert(arn.clone(), trust);
                }
                Err(error) => found.errors.push(error),
            }
        }
        self.push(arn, applies, tags, found);
    }

    fn push(
        &self,
        arn: String,
        applies: Applies,
        tags: Option<BTreeMap<String, Vec<String>>>,
        found: &mut Principals,
    ) {
        if let Some(account) = arn.split(':').nth(4).filter(|account| !account.is_empty()) {
            found.accounts.insert(account.to_owned());
        }
        let mut candidate = Candidate::new(arn.clone());
        let mut grants = Vec::new();
        for (kind, read) in applies.documents {
            candidate = candidate.with(Attached::new(kind, read.program));
            if kind == PolicyKind::Identity {
                grants.push(read.grants);
            }
        }
        let mut unread = Vec::new();
        for (kind, name) in applies.unread {
            *found.unread.entry(name.clone()).or_default() += 1;
            unread.push(name.clone());
            candidate = candidate.unread(kind, name);
        }
        if let Some(tags) = tags {
            for (key, values) in tags {
                candidate = candidate.key(key, values);
            }
            candidate = candidate.no_other_tags();
        }
        found.all.push(Principal {
            name: arn,
            candidate,
            grants,
            unread,
        });
    }
}
