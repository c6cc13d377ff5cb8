//! Who has which policies in a configuration of Terraform.
//!
//! Other files of the same directory can attach more policies and set the encryption of a bucket, so nothing is said about what
//! a role is not allowed. Only what a role trusts is in one place, and read from there.

use std::collections::HashMap;

use super::model::{BucketPolicy, Checked, Entity, Held, Model, Use, What, When, at};
use crate::input::data::Groups;
use crate::input::render::Functions;
use crate::input::stack::{Address, Configuration};
use crate::input::terraform::{Block, blocks};
use crate::input::tree::{Id, Tree, Value, join};

/// The resources that have inline policies, and the argument for those that they have themselves.
const ENTITIES: [(&str, What); 3] = [
    ("aws_iam_role", What::Role),
    ("aws_iam_user", What::User),
    ("aws_iam_group", What::Group),
];

/// The resources that give another an inline policy, and the argument that names it.
const ATTACHING: [(&str, &str, What); 3] = [
    ("aws_iam_role_policy", "role", What::Role),
    ("aws_iam_user_policy", "user", What::User),
    ("aws_iam_group_policy", "group", What::Group),
];

/// The argument of a role with its trust policy.
const TRUST: &str = "assume_role_policy";

struct Files<'a, 't> {
    tree: &'t Tree<'t>,
    configuration: &'a Configuration<'t>,
    functions: &'a Functions<'t>,
    policies: HashMap<&'a str, &'a Checked>,
    /// Those of other files too, as far as something in this file uses them.
    roles: Vec<Block<'t>>,
    model: Model<'a>,
}

pub(super) fn model<'a, 't: 'a>(
    tree: &'t Tree<'t>,
    configuration: &'a Configuration<'t>,
    functions: &'a Functions<'t>,
    checked: [&'a [Checked]; 2],
    services: &'static Groups,
) -> Model<'a> {
    let own: Vec<Block<'_>> = (tree.roots.iter())
        .flat_map(|&root| blocks(tree, root, "resource"))
        .collect();
    let others = (tree.context.iter()).flat_map(|&root| blocks(tree, root, "resource"));
    let mut files = Files {
        tree,
        configuration,
        functions,
        policies: only_ones(checked),
        roles: (own.iter().copied().chain(others))
            .filter(|block| block.kind == "aws_iam_role")
            .collect(),
        model: Model::default(),
    };
    for block in &own {
        files.entity(block);
    }
    for block in &own {
        files.attached(block);
        files.uses(block, services);
        files.bucket(block);
    }
    files.model
}

/// The policies by their paths, without those of which `count` or `for_each` makes several.
fn only_ones(checked: [&[Checked]; 2]) -> HashMap<&str, &Checked> {
    let all = || checked.into_iter().flatten();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for policy in all() {
        *counts.entry(policy.path.as_str()).or_default() += 1;
    }
    all()
        .map(|policy| (policy.path.as_str(), policy))
        .filter(|(path, _)| counts.get(path) == Some(&1))
        .collect()
}

impl<'a, 't: 'a> Files<'a, 't> {
    fn path(block: &Block<'_>) -> String {
        join(&join("resource", block.kind), block.name)
    }

    fn when(&self, block: &Block<'_>) -> When<'a> {
        let has = |name| self.tree.get(block.id, name).is_some();
        match has("count") || has("for_each") {
            true => When::Perhaps,
            false => When::Always,
        }
    }

    /// The policy that an argument gives, as JSON in a string or by the name of a document.
    fn policy(&self, path: &str, id: Id) -> Option<&'a Checked> {
        if let Some(policy) = self.policies.get(path) {
            return Some(policy);
        }
        let address = Address::of(whole(self.tree.text(id)?)?)?;
        let is_document = (address.is_data, address.kind) == (true, "aws_iam_policy_document");
        let path = join("data.aws_iam_policy_document", address.name);
        let found = self.policies.get(path.as_str());
        found.copied().filter(|_| is_document)
    }

    fn entity(&mut self, block: &Block<'t>) {
        let Some((kind, what)) = ENTITIES.iter().find(|(kind, _)| *kind == block.kind) else {
            return;
        };
        let name = self
            .configuration
            .reference(&format!("{kind}.{}.name", block.name));
        let Some(key) = name.identity() else {
            return;
        };
        let when = self.when(block);
        let mut held = Vec::new();
        let list = self.tree.get(block.id, "inline_policy");
        for (number, inner) in (list.map(|list| self.tree.items(list)).unwrap_or_default())
            .into_iter()
            .enumerate()
        {
            let path = format!("{}.inline_policy", Self::path(block));
            let path = match list.map(|list| &self.tree.node(list).value) {
                Some(Value::List(_)) => format!("{path}[{number}].policy"),
                _ => format!("{path}.policy"),
            };
            let policy = self.tree.get(inner, "policy");
            if let Some(policy) = policy.and_then(|id| self.policy(&path, id)) {
                held.push(Held {
                    policy,
                    when,
                    inline: true,
                });
            }
        }
        self.model.entities.push(Entity {
            what: *what,
            key,
            name: block.name.to_string(),
            called: format!("{} `{}`", what.word(), block.name),
            node: list.unwrap_or(block.id),
            path: Self::path(block),
            held,
            has_others: true,
        });
    }

    fn attached(&mut self, block: &Block<'t>) {
        let Some((_, name, what)) = ATTACHING.iter().find(|(kind, ..)| *kind == block.kind) else {
            return;
        };
        let path = Self::path(block);
        let value = |name| self.tree.get(block.id, name);
        let policy = value("policy").and_then(|id| self.policy(&format!("{path}.policy"), id));
        let (Some(policy), Some(entity)) = (policy, value(name)) else {
            return;
        };
        let Some(key) = (self.functions.known(entity)).and_then(|known| known.identity()) else {
            return;
        };
        // One of several roles is not the others.
        let of = self.tree.text(entity).and_then(whole).and_then(Address::of);
        let when = match of.is_some_and(|address| !address.instance.is_empty()) {
            true => When::Perhaps,
            false => self.when(block),
        };
        let held = Held {
            policy,
            when,
            inline: true,
        };
        self.model.attach((*what, &key), held, (block.id, &path));
    }

    fn bucket(&mut self, block: &Block<'t>) {
        if block.kind == "aws_s3_bucket" {
            let name = self
                .configuration
                .reference(&format!("aws_s3_bucket.{}.bucket", block.name));
            self.model.bucket_names.push(name.shown());
        }
        let value = |name| self.tree.get(block.id, name);
        let (Some(node), Some(policy)) = (value("bucket"), value("policy")) else {
            return;
        };
        let is_one = block.kind == "aws_s3_bucket_policy" && self.when(block) == When::Always;
        let bucket = self.functions.known(node).filter(|_| is_one);
        let policy = self.policy(&format!("{}.policy", Self::path(block)), policy);
        if let (Some(bucket), Some(policy)) = (bucket, policy) {
            self.model.bucket_policies.push(BucketPolicy {
                bucket: bucket.shown(),
                policy,
                node,
            });
        }
    }

    fn uses(&mut self, block: &Block<'t>, services: &'static Groups) {
        let rows = services.get(block.kind).map(Vec::as_slice);
        for &(path, service) in rows.unwrap_or_default() {
            for node in at(self.tree, block.id, path) {
                let named = self.tree.text(node).and_then(whole).and_then(Address::of);
                let role = named
                    .filter(|named| !named.is_data && named.kind == "aws_iam_role")
                    .and_then(|named| self.roles.iter().find(|role| role.name == named.name));
                let Some(role) = role else {
                    continue;
                };
                let trust = (self.tree.get(role.id, TRUST))
                    .and_then(|id| self.policy(&join(&Self::path(role), TRUST), id));
                if let Some(trust) = trust {
                    self.model.uses.push(Use {
                        node,
                        path: format!("{}.{path}", Self::path(block)),
                        user: format!("{}.{}", block.kind, block.name),
                        service,
                        role: format!("{}.{}", role.kind, role.name),
                        trust,
                        property: TRUST,
                    });
                }
            }
        }
    }
}

/// The expression of a string that is only one.
fn whole(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("${")?.strip_suffix('}')?;
    (!inner.contains("${")).then_some(inner.trim())
}
