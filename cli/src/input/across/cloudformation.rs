//! Who has which policies in a template of CloudFormation, SAM, or the Serverless Framework.

use std::collections::HashMap;

use super::model::{Bucket, BucketPolicy, Checked, Entity, Held, Model, Use, What, When, at};
use crate::input::data::Groups;
use crate::input::render::{Functions, intrinsic};
use crate::input::stack::{Reference, Resource, Stack};
use crate::input::tree::{Id, Tree, Value};

/// Its type, the properties that name the others, and whether the policy is an inline one.
type Attaching = (&'static str, &'static [(&'static str, What)], bool);

/// The resources that attach a policy to others, the properties that name those, and whether the policy is an inline one.
const ATTACHING: [Attaching; 5] = [
    ("AWS::IAM::Policy", &NAMES, true),
    ("AWS::IAM::RolePolicy", &[("RoleName", What::Role)], true),
    ("AWS::IAM::UserPolicy", &[("UserName", What::User)], true),
    ("AWS::IAM::GroupPolicy", &[("GroupName", What::Group)], true),
    ("AWS::IAM::ManagedPolicy", &NAMES, false),
];

const NAMES: [(&str, What); 3] = [
    ("Roles", What::Role),
    ("Users", What::User),
    ("Groups", What::Group),
];

/// The property of a role with its trust policy.
const TRUST: &str = "AssumeRolePolicyDocument";

struct Template<'a, 't> {
    tree: &'t Tree<'t>,
    stack: &'a Stack<'t>,
    functions: &'a Functions<'t>,
    /// The policies of each resource, by the path of its properties.
    policies: HashMap<&'a str, Vec<&'a Checked>>,
    model: Model<'a>,
}

pub(super) fn model<'a, 't: 'a>(
    tree: &'t Tree<'t>,
    stack: &'a Stack<'t>,
    functions: &'a Functions<'t>,
    checked: &'a [Checked],
    services: &'static Groups,
) -> Model<'a> {
    const PROPERTIES: &str = ".Properties";
    let mut policies: HashMap<&str, Vec<&Checked>> = HashMap::new();
    for policy in checked {
        if let Some(at) = policy.path.find(".Properties.") {
            let owner = policy.path.get(..at + PROPERTIES.len()).unwrap_or_default();
            policies.entry(owner).or_default().push(policy);
        }
    }
    let mut template = Template {
        tree,
        stack,
        functions,
        policies,
        model: Model::default(),
    };
    template.entities();
    template.of_framework(checked);
    template.attached();
    template.members();
    template.uses(services);
    template.buckets();
    template.bucket_policies();
    template.model
}

impl<'a, 't: 'a> Template<'a, 't> {
    /// The policies of a resource.
    fn of(&self, resource: &Resource<'_>) -> Vec<&'a Checked> {
        let policies = self.policies.get(resource.path.as_str());
        policies.cloned().unwrap_or_default()
    }

    fn when(&self, resource: &Resource<'t>) -> When<'a> {
        if resource.path.contains("Fn::ForEach") {
            return When::Perhaps;
        }
        match self.tree.get(resource.node, "Condition") {
            None => When::Always,
            Some(id) => self.tree.text(id).map_or(When::Perhaps, When::If),
        }
    }

    /// What a value is, the same for values that are the same. Nothing for one that may be left out.
    fn key(&self, id: Id) -> Option<String> {
        match intrinsic(self.tree, id) {
            Some(("If", _)) => None,
            _ => self.functions.known(id)?.identity(),
        }
    }

    /// What a value is that may refer to something of the template.
    fn referred(&self, name: &str, attribute: &str) -> Option<String> {
        match self.stack.reference(name, attribute)? {
            Reference::Known(known) => Some(known.shown()),
            Reference::NoAttribute { .. } => None,
        }
    }

    fn entities(&mut self) {
        for resource in &self.stack.resources {
            let properties = resource.properties;
            let (what, own, called) = match resource.kind {
                "AWS::IAM::Role" => (What::Role, resource.name.to_string(), "role"),
                "AWS::IAM::User" => (What::User, resource.name.to_string(), "user"),
                "AWS::IAM::Group" => (What::Group, resource.name.to_string(), "group"),
                // SAM makes a role, unless one is given.
                "AWS::Serverless::Function" | "AWS::Serverless::StateMachine"
                    if properties.is_none_or(|id| self.tree.get(id, "Role").is_none()) =>
                {
                    (What::Role, format!("{}Role", resource.name), "role of")
                }
                _ => continue,
            };
            let Some(key) = self.referred(&own, "Ref") else {
                continue;
            };
            let when = self.when(resource);
            let policies = self.of(resource).into_iter();
            let mut held: Vec<Held<'a>> = policies
                .filter(|policy| !policy.path.ends_with(TRUST))
                .map(|policy| Held {
                    policy,
                    when,
                    inline: policy.inline,
                })
                .collect();
            let has_others = properties.is_some_and(|id| self.has_others(id, &mut held));
            let list = properties.and_then(|id| self.tree.get(id, "Policies"));
            self.model.entities.push(Entity {
                what,
                key,
                name: resource.name.to_string(),
                called: format!("{called} `{}`", resource.name),
                node: list.or(properties).unwrap_or(resource.node),
                path: resource.path.clone(),
                held,
                has_others,
            });
        }
    }

    /// Adds the managed policies of the template that an entity names. Says whether it may have policies that are not here.
    fn has_others(&self, properties: Id, held: &mut Vec<Held<'a>>) -> bool {
        let tree = self.tree;
        let mut others = (tree.map(properties).iter())
            .any(|&(name, _)| tree.text(name).is_some_and(|name| name.starts_with("Fn::")));
        for list in ["ManagedPolicyArns", "Policies"] {
            let Some(list) = tree.get(properties, list) else {
                continue;
            };
            for item in tree.items(list) {
                let Some(known) = self.functions.known(item) else {
                    continue;
                };
                match (known.literal(), self.named(item, &["PolicyArn"])) {
                    (Some(text), _) if grants_no_key(&text) => {}
                    (_, Some(policy)) => {
                        held.extend(self.of(policy).into_iter().map(|policy| Held {
                            policy,
                            when: When::Perhaps,
                            inline: false,
                        }))
                    }
                    _ => others = true,
                }
            }
        }
        others
    }

    /// The role that the Serverless Framework makes for the functions of a service.
    fn of_framework(&mut self, checked: &'a [Checked]) {
        for path in ["provider.iam.role.statements", "provider.iamRoleStatements"] {
            let policy = checked.iter().find(|policy| policy.path == path);
            let node = (self.tree.roots.iter()).find_map(|&root| at(self.tree, root, path).pop());
            let key = self.referred("IamRoleLambdaExecution", "Ref");
            if let (Some(policy), Some(node), Some(key)) = (policy, node, key) {
                let held = Held {
                    policy,
                    when: When::Always,
                    inline: true,
                };
                self.model.attach((What::Role, &key), held, (node, path));
            }
        }
    }

    fn attached(&mut self) {
        for resource in &self.stack.resources {
            let row = (ATTACHING.iter()).find(|(kind, ..)| *kind == resource.kind);
            let (Some((_, names, inline)), Some(values)) = (row, resource.properties) else {
                continue;
            };
            let when = self.when(resource);
            for (name, what) in *names {
                let Some(value) = self.tree.get(values, name) else {
                    continue;
                };
                for entity in self.tree.items(value) {
                    let Some(key) = self.key(entity) else {
                        continue;
                    };
                    for policy in self.of(resource) {
                        let held = Held {
                            policy,
                            when,
                            inline: *inline,
                        };
                        let here = (values, resource.path.as_str());
                        self.model.attach((*what, &key), held, here);
                    }
                }
            }
        }
    }

    /// Gives users the policies of their groups.
    fn members(&mut self) {
        let mut members: Vec<(String, Option<String>)> = Vec::new();
        for resource in &self.stack.resources {
            let Some(values) = resource.properties else {
                continue;
            };
            let all = |name: &str| -> Vec<Id> {
                let list = self.tree.get(values, name);
                list.map(|list| self.tree.items(list)).unwrap_or_default()
            };
            match resource.kind {
                "AWS::IAM::User" => {
                    let user = self.referred(resource.name, "Ref");
                    let groups = all("Groups").into_iter().map(|group| self.key(group));
                    members.extend(
                        user.iter().flat_map(|user| {
                            groups.clone().map(move |group| (user.clone(), group))
                        }),
                    );
                }
                "AWS::IAM::UserToGroupAddition" => {
                    let group = (self.tree.get(values, "GroupName")).and_then(|id| self.key(id));
                    let users = all("Users").into_iter().filter_map(|user| self.key(user));
                    members.extend(users.map(|user| (user, group.clone())));
                }
                _ => {}
            }
        }
        for (user, group) in members {
            let held = (group.and_then(|group| self.model.entity(What::Group, &group)))
                .filter(|group| !group.has_others)
                .map(|group| group.held.clone());
            if let Some(user) = self.model.entity(What::User, &user) {
                user.has_others |= held.is_none();
                user.held
                    .extend((held.into_iter().flatten()).map(|held| Held {
                        inline: false,
                        ..held
                    }));
            }
        }
    }

    /// The roles that services must be able to assume.
    fn uses(&mut self, services: &'static Groups) {
        for resource in &self.stack.resources {
            let rows = services.get(resource.kind).map(Vec::as_slice);
            let Some(properties) = resource.properties else {
                continue;
            };
            for &(path, service) in rows.unwrap_or_default() {
                for node in self.values(resource, properties, path) {
                    let Some(role) = self.named(node, &["Arn"]) else {
                        continue;
                    };
                    // A trust policy that is not known as a whole is not among those that were checked.
                    let checked = format!("{}.{TRUST}", role.path);
                    let policies = self.of(role);
                    let trust = policies.into_iter().find(|policy| policy.path == checked);
                    if let Some(trust) = trust.filter(|_| role.kind == "AWS::IAM::Role") {
                        self.model.uses.push(Use {
                            node,
                            path: format!("{}.{path}", resource.path),
                            user: resource.name.to_string(),
                            service,
                            role: role.name.to_string(),
                            trust,
                            property: TRUST,
                        });
                    }
                }
            }
        }
    }

    /// The values of a property, of each branch where it is an `If`, and of SAM's `Globals` where the resource has none.
    fn values(&self, resource: &Resource<'_>, properties: Id, path: &str) -> Vec<Id> {
        let mut todo = at(self.tree, properties, path);
        if let Some(section) = resource.kind.strip_prefix("AWS::Serverless::")
            && todo.is_empty()
        {
            let globals = (self.tree.roots.iter()).find_map(|&root| self.tree.get(root, "Globals"));
            todo = globals.map_or_else(Vec::new, |globals| {
                at(self.tree, globals, &format!("{section}.{path}"))
            });
        }
        let mut found = Vec::new();
        // Aliases of YAML can make branches of branches many.
        let mut budget = 1_000_usize;
        while let Some(id) = todo.pop() {
            budget = budget.saturating_sub(1);
            match intrinsic(self.tree, id) {
                Some(("If", argument)) if budget > 0 => {
                    todo.extend(self.tree.items(argument).into_iter().skip(1));
                }
                _ => found.push(id),
            }
        }
        found
    }

    fn buckets(&mut self) {
        for resource in &self.stack.resources {
            if resource.kind != "AWS::S3::Bucket" {
                continue;
            }
            let key = self.key_of(resource);
            let (Some(key), Some(arn)) = (key, self.referred(resource.name, "Arn")) else {
                continue;
            };
            let of_template = self.named(key, &["Arn", "KeyId"]);
            let text = (self.functions.known(key))
                .filter(|known| !known.has_unknown())
                .map(|known| known.shown());
            self.model.buckets.push(Bucket {
                name: resource.name.to_string(),
                objects: format!("{arn}/"),
                // An alias does not say which key it is of.
                key: text
                    .filter(|text| !text.contains("alias/"))
                    .map(|text| text.rsplit('/').next().unwrap_or(&text).to_string()),
                key_policies: of_template.map(|key| self.of(key)).unwrap_or_default(),
            });
        }
    }

    fn bucket_policies(&mut self) {
        for resource in &self.stack.resources {
            if resource.kind == "AWS::S3::Bucket" {
                let name = self.referred(resource.name, "Ref");
                self.model.bucket_names.extend(name);
            }
            let node = (resource.properties)
                .filter(|_| resource.kind == "AWS::S3::BucketPolicy")
                .and_then(|properties| self.tree.get(properties, "Bucket"));
            let bucket = node.and_then(|node| self.functions.known(node));
            let policies = self.of(resource);
            if let (Some(node), Some(bucket), [policy]) = (node, bucket, policies.as_slice()) {
                self.model.bucket_policies.push(BucketPolicy {
                    bucket: bucket.shown(),
                    policy,
                    node,
                });
            }
        }
    }

    /// The key of a bucket's default encryption, when it is one of the customer.
    fn key_of(&self, bucket: &Resource<'_>) -> Option<Id> {
        let rules = at(
            self.tree,
            bucket.properties?,
            "BucketEncryption.ServerSideEncryptionConfiguration[].ServerSideEncryptionByDefault",
        );
        rules.into_iter().find_map(|rule| {
            let algorithm = self.tree.text(self.tree.get(rule, "SSEAlgorithm")?)?;
            algorithm.starts_with("aws:kms").then_some(())?;
            let key = self.tree.get(rule, "KMSMasterKeyID")?;
            // Everyone in the account who may read may use the key that AWS manages.
            let managed = (self.tree.text(key)).is_some_and(|key| key.ends_with("alias/aws/s3"));
            (!managed).then_some(key)
        })
    }

    /// The resource that a value refers to, by `Ref` or one of these attributes.
    fn named(&self, id: Id, attributes: &[&str]) -> Option<&'a Resource<'t>> {
        let (function, argument) = intrinsic(self.tree, id)?;
        let text = match &self.tree.node(argument).value {
            Value::Text(text, _) => text.to_string(),
            Value::List(parts) => {
                let parts: Option<Vec<&str>> =
                    parts.iter().map(|&part| self.tree.text(part)).collect();
                parts?.join(".")
            }
            Value::Literal(_) | Value::Null | Value::Map(_) => return None,
        };
        let name = match function {
            "Ref" | "GetAtt" => text,
            // `arn:aws:iam::${AWS::AccountId}:role/${Role}` is about the role, too.
            "Sub" => match text.strip_prefix("arn:") {
                Some(arn) => arn.rsplit('/').next()?,
                None => text.as_str(),
            }
            .strip_prefix("${")?
            .strip_suffix('}')?
            .to_string(),
            _ => return None,
        };
        let name = match name.split_once('.') {
            Some((name, attribute)) if attributes.contains(&attribute) => name.to_string(),
            Some(_) => return None,
            None => name,
        };
        self.stack.resource(&name)
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
