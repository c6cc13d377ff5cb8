//! What can be checked only across the resources of a template.

use std::collections::HashMap;
use std::sync::OnceLock;

use rekognition_iam_runtime::document::{Document, Effect, PrincipalKind, PrincipalSet};
use rekognition_iam_runtime::glob;
use rekognition_iam_runtime::json::{self, Limits};

use super::data::{self, Groups};
use super::rules::{
    Issue, REKOGNITION_IAM_INLINE_POLICIES_SIZE, REKOGNITION_IAM_KMS_DECRYPT_MISSING,
    REKOGNITION_IAM_ROLE_NOT_TRUSTED,
};
use super::stack::{Reference, Resource, Stack};
use crate::input::render::{Functions, intrinsic};
use crate::input::tree::{Id, Tree, Value};

/// A policy of the template that was checked.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) path: String,
    /// The document, with `*` for what is not known and names as they are shown.
    pub(crate) json: String,
    /// How many characters it has at least.
    pub(crate) size: usize,
    pub(crate) inline: bool,
}

/// Everything that a check needs.
pub(crate) struct Across<'a, 't> {
    tree: &'t Tree<'t>,
    stack: &'a Stack<'t>,
    functions: &'a Functions<'t>,
    /// The policies of each resource, by the path of its properties.
    policies: HashMap<&'a str, Vec<&'a Checked>>,
}

/// The types that have inline policies: what they are called, and how large these may be together.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>.
const ENTITIES: [(&str, &str, usize); 3] = [
    ("AWS::IAM::Role", "role", 10_240),
    ("AWS::IAM::User", "user", 2_048),
    ("AWS::IAM::Group", "group", 5_120),
];

/// The resources that attach an inline policy to others, and the properties that name those.
const ATTACHING: [(&str, &[&str]); 4] = [
    ("AWS::IAM::Policy", &["Roles", "Users", "Groups"]),
    ("AWS::IAM::RolePolicy", &["RoleName"]),
    ("AWS::IAM::UserPolicy", &["UserName"]),
    ("AWS::IAM::GroupPolicy", &["GroupName"]),
];

impl<'a, 't> Across<'a, 't> {
    pub(crate) fn new(
        tree: &'t Tree<'t>,
        stack: &'a Stack<'t>,
        functions: &'a Functions<'t>,
        checked: &'a [Checked],
    ) -> Self {
        const PROPERTIES: &str = ".Properties";
        let mut policies: HashMap<&str, Vec<&Checked>> = HashMap::new();
        for policy in checked {
            if let Some(at) = policy.path.find(".Properties.") {
                let owner = policy.path.get(..at + PROPERTIES.len()).unwrap_or_default();
                policies.entry(owner).or_default().push(policy);
            }
        }
        Self {
            tree,
            stack,
            functions,
            policies,
        }
    }

    pub(crate) fn check(&self) -> Vec<Issue> {
        let mut issues = Vec::new();
        let attached = self.attached();
        for resource in &self.stack.resources {
            self.trust(resource, &mut issues);
            self.size(resource, &attached, &mut issues);
        }
        self.decrypt(&attached, &mut issues);
        issues
    }

    /// The policies of a resource.
    fn of(&self, resource: &Resource<'_>) -> &[&'a Checked] {
        let policies = self.policies.get(resource.path.as_str());
        policies.map(Vec::as_slice).unwrap_or_default()
    }

    /// The resources that attach a policy, by how the entity is named.
    fn attached(&self) -> HashMap<String, Vec<&Resource<'t>>> {
        let mut out: HashMap<String, Vec<&Resource<'t>>> = HashMap::new();
        for resource in &self.stack.resources {
            let properties = (ATTACHING.iter()).find(|(kind, _)| *kind == resource.kind);
            let (Some((_, names)), Some(values)) = (properties, resource.properties) else {
                continue;
            };
            for name in *names {
                let Some(value) = self.tree.get(values, name) else {
                    continue;
                };
                for entity in self.tree.items(value) {
                    if let Some(known) = self.functions.known(entity)
                        && !known.has_unknown()
                    {
                        out.entry(known.shown()).or_default().push(resource);
                    }
                }
            }
        }
        out
    }

    /// How a resource is named, when it is referred to by `Ref`.
    fn name(&self, resource: &Resource<'_>) -> Option<String> {
        match self.stack.reference(resource.name, "Ref")? {
            Reference::Known(known) => Some(known.shown()),
            Reference::NoAttribute { .. } => None,
        }
    }

    /// The inline policies of one entity count together.
    fn size(
        &self,
        resource: &Resource<'t>,
        attached: &HashMap<String, Vec<&Resource<'t>>>,
        issues: &mut Vec<Issue>,
    ) {
        let Some((_, what, limit)) = ENTITIES.iter().find(|(kind, ..)| *kind == resource.kind)
        else {
            return;
        };
        // Of the two branches of an `If` only one is deployed: what is in one is not counted.
        let sure = |policy: &&&Checked| {
            policy.inline && !policy.path.contains("][") && !policy.path.contains("Document[")
        };
        let mut sizes: Vec<usize> = (self.of(resource).iter().filter(sure))
            .map(|policy| policy.size)
            .collect();
        let others = self.name(resource).and_then(|name| attached.get(&name));
        for other in others.into_iter().flatten() {
            sizes.extend(self.of(other).iter().filter(sure).map(|policy| policy.size));
        }
        let sum: usize = sizes.iter().sum();
        if sum <= *limit {
            return;
        }
        let node = resource
            .properties
            .and_then(|properties| (self.tree.get(properties, "Policies")).or(Some(properties)));
        if let Some(node) = node {
            issues.push(Issue {
                rule: REKOGNITION_IAM_INLINE_POLICIES_SIZE,
                node,
                path: resource.path.clone(),
                message: format!(
                    "the inline policies of the {what} `{}` have at least {sum} characters in total, but IAM allows {limit}",
                    resource.name
                ),
                help: vec!["move statements to managed policies; each can have 6144 characters of its own".to_string()],
            });
        }
    }

    /// The role of a resource must trust the service that uses it.
    fn trust(&self, resource: &Resource<'t>, issues: &mut Vec<Issue>) {
        static TABLE: OnceLock<Groups> = OnceLock::new();
        let table = TABLE.get_or_init(|| data::grouped(include_str!("../../data/role-users.txt")));
        let rows = table
            .get(resource.kind)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let Some(properties) = resource.properties.filter(|_| !rows.is_empty()) else {
            return;
        };
        for &(path, service) in rows {
            for node in self.at(properties, path) {
                let Some(role) = self.named(node, &["Arn"]) else {
                    continue;
                };
                if role.kind != "AWS::IAM::Role" {
                    continue;
                }
                // A trust policy that is not known as a whole is not among those that were checked.
                let checked = format!("{}.AssumeRolePolicyDocument", role.path);
                let Some(policy) = self.of(role).iter().find(|policy| policy.path == checked)
                else {
                    continue;
                };
                let parsed = json::parse(&policy.json, &Limits::default());
                if !parsed.is_json || trusts(&parsed.document, service) {
                    continue;
                }
                issues.push(Issue {
                    rule: REKOGNITION_IAM_ROLE_NOT_TRUSTED,
                    node,
                    path: format!("{}.{path}", resource.path),
                    message: format!(
                        "the role `{}` does not trust `{service}`, so `{}` cannot use it",
                        role.name, resource.name
                    ),
                    help: vec![format!(
                        "allow `sts:AssumeRole` for the service `{service}` in `AssumeRolePolicyDocument` of `{}`",
                        role.name
                    )],
                });
            }
        }
    }

    /// A role that reads objects under a KMS key must be allowed to decrypt.
    fn decrypt(&self, attached: &HashMap<String, Vec<&Resource<'t>>>, issues: &mut Vec<Issue>) {
        let buckets: Vec<(&Resource<'t>, Id, String)> = (self.stack.resources.iter())
            .filter(|resource| resource.kind == "AWS::S3::Bucket")
            .filter_map(|bucket| {
                let key = self.key_of(bucket)?;
                match self.stack.reference(bucket.name, "Arn")? {
                    Reference::Known(arn) => Some((bucket, key, arn.shown())),
                    Reference::NoAttribute { .. } => None,
                }
            })
            .collect();
        if buckets.is_empty() {
            return;
        }
        for resource in &self.stack.resources {
            if !matches!(
                resource.kind,
                "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::Serverless::Function"
            ) {
                continue;
            }
            let Some(policies) = self.all_of(resource, attached) else {
                continue;
            };
            let documents: Vec<json::Parsed<'_>> = (policies.iter())
                .map(|policy| json::parse(&policy.json, &Limits::default()))
                .collect();
            if (documents.iter()).any(|parsed| allows(&parsed.document, "kms:Decrypt", |_| true)) {
                continue;
            }
            for (bucket, key, arn) in &buckets {
                let objects = format!("{arn}/");
                let read = documents.iter().zip(&policies).find(|(parsed, _)| {
                    allows(&parsed.document, "s3:GetObject", |text| {
                        text.starts_with(&objects)
                    })
                });
                let Some((_, policy)) = read else { continue };
                if self.key_lets_in(*key, resource) {
                    continue;
                }
                if let Some(node) = resource.properties {
                    issues.push(Issue {
                        rule: REKOGNITION_IAM_KMS_DECRYPT_MISSING,
                        node,
                        path: policy.path.clone(),
                        message: format!(
                            "`{}` reads objects in `{}`, which are encrypted with a KMS key, but is not allowed `kms:Decrypt`",
                            resource.name, bucket.name
                        ),
                        help: vec!["allow `kms:Decrypt` on the key of the bucket".to_string()],
                    });
                }
            }
        }
    }

    /// The key of a bucket's default encryption, when it is one of the customer.
    fn key_of(&self, bucket: &Resource<'_>) -> Option<Id> {
        let properties = bucket.properties?;
        let rules = self.at(
            properties,
            "BucketEncryption.ServerSideEncryptionConfiguration[].ServerSideEncryptionByDefault",
        );
        rules.into_iter().find_map(|rule| {
            let algorithm = self.tree.text(self.tree.get(rule, "SSEAlgorithm")?)?;
            algorithm.starts_with("aws:kms").then_some(())?;
            let key = self.tree.get(rule, "KMSMasterKeyID")?;
            // Everyone in the account who may read may use the key that AWS manages.
            let managed = self
                .tree
                .text(key)
                .is_some_and(|key| key.ends_with("alias/aws/s3"));
            (!managed).then_some(key)
        })
    }

    /// All policies of an entity. Nothing when it has one that is not in the template.
    fn all_of(
        &self,
        resource: &Resource<'t>,
        attached: &HashMap<String, Vec<&Resource<'t>>>,
    ) -> Option<Vec<&'a Checked>> {
        let mut out: Vec<&Checked> = self.of(resource).to_vec();
        let others = self.name(resource).and_then(|name| attached.get(&name));
        for other in others.into_iter().flatten() {
            out.extend(self.of(other));
        }
        let properties = resource.properties?;
        for list in ["ManagedPolicyArns", "Policies"] {
            let Some(list) = self.tree.get(properties, list) else {
                continue;
            };
            for item in self.tree.items(list) {
                let Some(known) = self.functions.known(item) else {
                    continue;
                };
                match (known.literal(), self.named(item, &["PolicyArn"])) {
                    (Some(text), _) if grants_no_key(&text) => {}
                    (_, Some(policy)) => out.extend(self.of(policy)),
                    _ => return None,
                }
            }
        }
        Some(out)
    }

    /// Whether the policy of a key of the template may let a role use it.
    fn key_lets_in(&self, key: Id, resource: &Resource<'_>) -> bool {
        let Some(key) = self.named(key, &["Arn", "KeyId"]) else {
            return false;
        };
        self.of(key).iter().any(|policy| {
            let parsed = json::parse(&policy.json, &Limits::default());
            let named = format!("${{{}}}", resource.name);
            parsed.document.statements.iter().any(|statement| {
                statement.effect == Effect::Allow
                    && match &statement.principals {
                        Some(principals) if !principals.not => match &principals.set {
                            PrincipalSet::Anyone => true,
                            PrincipalSet::Listed(kinds) => kinds.iter().any(|(_, names)| {
                                names
                                    .iter()
                                    .any(|name| name.contains(&named) || name.as_ref() == "*")
                            }),
                        },
                        _ => true,
                    }
            })
        })
    }

    /// The resource that a value refers to, by `Ref` or one of these attributes.
    fn named(&self, id: Id, attributes: &[&str]) -> Option<&Resource<'t>> {
        let (function, argument) = intrinsic(self.tree, id)?;
        let text = match &self.tree.node(argument).value {
            Value::Text(text, _) => text.to_string(),
            Value::List(parts) => {
                let parts: Option<Vec<&str>> =
                    parts.iter().map(|&part| self.tree.text(part)).collect();
                parts?.join(".")
            }
            _ => return None,
        };
        let name = match function {
            "Ref" | "GetAtt" => text,
            "Sub" => text.strip_prefix("${")?.strip_suffix('}')?.to_string(),
            _ => return None,
        };
        let name = match name.split_once('.') {
            Some((name, attribute)) if attributes.contains(&attribute) => name.to_string(),
            Some(_) => return None,
            None => name,
        };
        self.stack.resource(&name)
    }

    /// The values at a path: `Targets[].RoleArn`.
    fn at(&self, id: Id, path: &str) -> Vec<Id> {
        let mut found = vec![id];
        for segment in path.split('.') {
            let (name, list) = match segment.strip_suffix("[]") {
                Some(name) => (name, true),
                None => (segment, false),
            };
            found = (found.into_iter())
                .filter_map(|id| self.tree.get(id, name))
                .flat_map(|id| if list { self.tree.items(id) } else { vec![id] })
                .collect();
        }
        found
    }
}

/// AWS managed policies that let nobody use a key of a customer.
fn grants_no_key(text: &str) -> bool {
    let name = text.rsplit('/').next().unwrap_or(text);
    name.contains("Rekognition")
        || name.starts_with("AWSLambda")
        || name.starts_with("AWSXRay")
        || name.starts_with("CloudWatch")
        || name == "AmazonS3ReadOnlyAccess"
}

fn trusts(document: &Document<'_>, service: &str) -> bool {
    let prefix = service.strip_suffix("amazonaws.com").unwrap_or(service);
    document.statements.iter().any(|statement| {
        let actions = &statement.actions;
        let assumes = actions.not
            || (actions.values.iter()).any(|action| glob::matches(action, "sts:AssumeRole", true));
        let named = match &statement.principals {
            None => false,
            Some(principals) if principals.not => true,
            Some(principals) => match &principals.set {
                PrincipalSet::Anyone => true,
                PrincipalSet::Listed(kinds) => kinds.iter().any(|(kind, names)| {
                    names.iter().any(|name| match kind {
                        PrincipalKind::Service => {
                            name.as_ref() == "*"
                                || name.contains("${")
                                || name.eq_ignore_ascii_case(service)
                                // Principals of one region: `states.us-east-1.amazonaws.com`.
                                || (name.starts_with(prefix) && name.contains("amazonaws.com"))
                        }
                        _ => name.as_ref() == "*",
                    })
                }),
            },
        };
        statement.effect == Effect::Allow && assumes && named
    })
}

/// Whether a statement allows an action on a resource of this form.
fn allows(document: &Document<'_>, action: &str, resource: impl Fn(&str) -> bool) -> bool {
    document.statements.iter().any(|statement| {
        statement.effect == Effect::Allow
            && (statement.actions.not
                || (statement.actions.values.iter())
                    .any(|pattern| glob::matches(pattern, action, true)))
            && statement.resources.as_ref().is_none_or(|resources| {
                resources.not || resources.values.iter().any(|text| resource(text))
            })
    })
}
