//! Who has which policies, in whichever language a file says so.

use rekognition_iam_runtime::document::PolicyKind;

use crate::input::properties::Services;
use crate::input::search::Found;
use crate::input::tree::{Id, Tree};

/// A policy of the file that was checked.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) node: Id,
    pub(crate) path: String,
    /// The document, with `*` for what is not known and names as they are shown.
    pub(crate) json: String,
    /// How many characters it has at least.
    pub(crate) size: usize,
    pub(crate) inline: bool,
    /// Whether it is part of each deployment of what holds it.
    pub(crate) is_certain: bool,
    /// Whether a deployment adds no statements.
    pub(crate) is_whole: bool,
    /// What it is about as the policy of a VPC endpoint.
    pub(crate) endpoint: Services,
}

impl Checked {
    /// What is known of a policy before it is read.
    pub(crate) fn of(found: &Found) -> Self {
        let is_endpoint = found.kind == Some(PolicyKind::VpcEndpoint);
        Self {
            node: found.node,
            path: found.path.clone(),
            json: String::new(),
            size: 0,
            inline: found.inline,
            is_certain: found.is_certain,
            is_whole: true,
            endpoint: if is_endpoint {
                found.services
            } else {
                Services::default()
            },
        }
    }
}

/// When something is deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When<'a> {
    Always,
    /// Together with everything else that has this condition.
    If(&'a str),
    /// For a reason of its own, or any number of times.
    Perhaps,
}

/// What has inline policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum What {
    Role,
    User,
    Group,
}

impl What {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::User => "user",
            Self::Group => "group",
        }
    }

    /// How many characters its inline policies may have together.
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>.
    pub(super) const fn quota(self) -> usize {
        match self {
            Self::Role => 10_240,
            Self::User => 2_048,
            Self::Group => 5_120,
        }
    }
}

/// A policy of an entity.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held<'a> {
    pub(super) policy: &'a Checked,
    pub(super) when: When<'a>,
    /// Whether it counts against the quota of the entity.
    pub(super) inline: bool,
}

#[derive(Debug)]
pub(super) struct Entity<'a> {
    pub(super) what: What,
    /// What a reference to its name says, wherever it is.
    pub(super) key: String,
    /// The name of its resource, or what the file writes for a name where it has no such resource.
    pub(super) name: String,
    /// In a message: ``role `Reader` ``.
    pub(super) called: String,
    /// Where its policies are, or the first of them.
    pub(super) node: Id,
    pub(super) path: String,
    pub(super) held: Vec<Held<'a>>,
    /// Whether it may have policies that are not in the file.
    pub(super) has_others: bool,
}

/// A role that a service must be able to assume.
#[derive(Debug)]
pub(super) struct Use<'a> {
    pub(super) node: Id,
    pub(super) path: String,
    /// The resource that names the role.
    pub(super) user: String,
    pub(super) service: &'static str,
    pub(super) role: String,
    pub(super) trust: &'a Checked,
    /// The property of the role with its trust policy.
    pub(super) property: &'static str,
}

/// A bucket whose objects are encrypted with a key of the customer.
#[derive(Debug)]
pub(super) struct Bucket<'a> {
    pub(super) name: String,
    /// What the ARNs of its objects begin with.
    pub(super) objects: String,
    /// The ID of its key, where it is known.
    pub(super) key: Option<String>,
    /// The policies of its key.
    pub(super) key_policies: Vec<&'a Checked>,
}

/// A bucket and the policy that is attached to it.
#[derive(Debug)]
pub(super) struct BucketPolicy<'a> {
    /// The name of the bucket, as it is shown.
    pub(super) bucket: String,
    pub(super) policy: &'a Checked,
    /// What names the bucket.
    pub(super) node: Id,
}

#[derive(Debug, Default)]
pub(super) struct Model<'a> {
    pub(super) entities: Vec<Entity<'a>>,
    pub(super) uses: Vec<Use<'a>>,
    pub(super) buckets: Vec<Bucket<'a>>,
    /// The names of all buckets of the file, as they are shown.
    pub(super) bucket_names: Vec<String>,
    pub(super) bucket_policies: Vec<BucketPolicy<'a>>,
}

impl<'a> Model<'a> {
    pub(super) fn entity(&mut self, what: What, key: &str) -> Option<&mut Entity<'a>> {
        let mut entities = self.entities.iter_mut();
        entities.find(|entity| entity.what == what && entity.key == key)
    }

    /// Attaches a policy to what has this name: an entity of the file, or another one, which begins to be known `here`.
    pub(super) fn attach(&mut self, (what, key): (What, &str), held: Held<'a>, here: (Id, &str)) {
        if self.entity(what, key).is_none() {
            self.entities.push(Entity {
                what,
                key: key.to_string(),
                name: key.to_string(),
                called: format!("{} `{}`", what.word(), crate::plain::cut(key)),
                node: here.0,
                path: here.1.to_string(),
                held: Vec::new(),
                has_others: true,
            });
        }
        if let Some(entity) = self.entity(what, key)
            && !(entity.held.iter()).any(|other| std::ptr::eq(other.policy, held.policy))
        {
            entity.held.push(held);
        }
    }
}

/// The values at a path: `Targets[].RoleArn`.
pub(super) fn at(tree: &Tree<'_>, id: Id, path: &str) -> Vec<Id> {
    let mut found = vec![id];
    for segment in path.split('.') {
        let (name, list) = match segment.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (segment, false),
        };
        found = (found.into_iter())
            .filter_map(|id| tree.get(id, name))
            .flat_map(|id| if list { tree.items(id) } else { vec![id] })
            .collect();
    }
    found
}
