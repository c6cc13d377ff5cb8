//! The policies below a node, and in the properties that hold them.

use std::borrow::Cow;

use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json::Limits;

use crate::input::known::Part;
use crate::input::language::{Language, Piece};
use crate::input::managed::{self, Accepts};
use crate::input::properties::{self, Holds, Services};
use crate::input::pulumi;
use crate::input::recognize::{
    is_around, is_document, is_json, is_text, kind_of_content, kind_of_property, template_of,
    text_of,
};
use crate::input::render::{Functions, intrinsic, is_absent};
use crate::input::rules::Issue;
use crate::input::sam;
use crate::input::stack::Resource;
use crate::input::tree::{Id, MAX_DEPTH, Tree, Value, join, parse_json};

/// A policy in a tree.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) node: Id,
    /// Where it is: `Resources.Role.Properties.AssumeRolePolicyDocument`.
    pub(crate) path: String,
    pub(crate) kind: Option<PolicyKind>,
    /// Those of the resource that it is attached to.
    pub(crate) services: Services,
    /// Whether it counts against the quota of what it is attached to, and not against one of its own.
    pub(crate) inline: bool,
    /// Whether it is part of each deployment of what holds it, and not in one branch of an `If`.
    pub(crate) is_certain: bool,
    pub(crate) form: Form,
    pub(crate) block: Option<InBlock>,
    /// The policy itself where the file has it as a text within a text.
    inner: Option<String>,
}

/// The block of Terraform that a policy is in, as one of its instances.
#[derive(Debug)]
pub(crate) struct InBlock {
    pub(crate) id: Id,
    /// How much of the path of the policy is the block's.
    pub(crate) length: usize,
    /// `module.a[0].resource.aws_iam_policy.p["b"]`
    pub(crate) address: String,
}

/// What is before and after one statement that is a whole policy.
const AROUND: [&str; 2] = [r#"{"Version":"2012-10-17","Statement":["#, "]}"];

impl Found {
    /// A whole file that is a policy.
    pub(crate) fn whole_file(kind: Option<PolicyKind>) -> Self {
        Self {
            node: 0,
            path: String::new(),
            kind,
            services: Services::default(),
            inline: false,
            is_certain: true,
            form: Form::Text,
            block: None,
            inner: None,
        }
    }

    /// The pieces of a policy that is in a string, and the string. Nothing for one that is not.
    pub(crate) fn pieces<'t>(
        &self,
        tree: &'t Tree<'t>,
        language: &Language<'t>,
        functions: &Functions<'t>,
    ) -> Option<(Id, Vec<Piece>)> {
        let sub = |template| {
            let argument = intrinsic(tree, self.node).map(|(_, argument)| argument)?;
            Some((template, functions.sub(argument, self.node)?))
        };
        let text = || Some((self.node, language.string(tree.text(self.node)?).0));
        let fixed = |text: &str| Piece {
            range: 0..0,
            part: Part::Text(text.to_string()),
        };
        match self.form {
            Form::Text => text(),
            Form::Sub(template) => sub(template),
            Form::StatementText(template) => {
                let (node, mut pieces) = template.map_or_else(text, sub)?;
                let [before, after] = AROUND;
                pieces.insert(0, fixed(before));
                pieces.push(fixed(after));
                Some((node, pieces))
            }
            Form::TextInText => Some((self.node, vec![fixed(self.inner.as_deref()?)])),
            Form::Tree | Form::Statements | Form::Blocks(_) | Form::Sam(..) => None,
        }
    }

    /// Whether an edit of the text can be made in the file.
    pub(crate) fn has_places(&self) -> bool {
        self.form != Form::TextInText
    }
}

/// How a policy is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As the values of the file.
    Tree,
    /// As its statements, without the document around them.
    Statements,
    /// As JSON in a string.
    Text,
    /// As JSON in the argument of `Fn::Sub`.
    Sub(Id),
    /// As one statement, as JSON in a string, or in the argument of `Fn::Sub`.
    StatementText(Option<Id>),
    /// As JSON in a string that is in the JSON of this string.
    TextInText,
    /// As the blocks of `aws_iam_policy_document`, and what a plan does not know of them.
    Blocks(Option<Id>),
    /// As a policy template of SAM with its parameters.
    Sam(&'static sam::Template, Id),
}

/// What was found in a file.
#[derive(Debug, Default)]
pub(crate) struct Extract {
    /// All policies, in the order of the text.
    pub(crate) found: Vec<Found>,
    /// Where there is a policy that cannot be read before it is deployed.
    pub(crate) unread: Vec<String>,
    /// What else is to be said.
    pub(crate) notes: Vec<String>,
    pub(crate) issues: Vec<Issue>,
    /// How many managed policies are named.
    pub(crate) named: usize,
}

/// What was found, and where was looked.
pub(crate) struct Search<'t> {
    pub(crate) tree: &'t Tree<'t>,
    functions: Functions<'t>,
    pub(crate) out: Extract,
    /// An alias of YAML leads to a node again; once is enough, or few lines could represent billions of values.
    seen: Vec<bool>,
    /// Aliases also make chains that are deeper than the text nests.
    depth: usize,
    /// How many branches of an `If` this is in.
    branches: usize,
    /// Those of the resource whose policy is read.
    services: Services,
}

/// Whether policies in strings are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strings {
    Read,
    /// In a file that is not known to have any: those that are certainly one.
    Certain,
    Skip,
}

impl<'t> Search<'t> {
    pub(crate) fn new(tree: &'t Tree<'t>, language: &'t Language<'t>) -> Self {
        Self {
            tree,
            functions: Functions::new(tree, language, 1 << 20),
            out: Extract::default(),
            seen: vec![false; tree.len()],
            depth: 0,
            branches: 0,
            services: Services::default(),
        }
    }

    /// Marks a node, and says whether it is the first time.
    fn visit(&mut self, id: Id) -> bool {
        match self.seen.get_mut(id) {
            Some(seen) if !*seen => {
                *seen = true;
                true
            }
            _ => false,
        }
    }

    pub(crate) fn push(&mut self, node: Id, path: &str, kind: Option<PolicyKind>, form: Form) {
        if self.visit(node) {
            self.out.found.push(Found {
                node,
                path: path.to_string(),
                kind,
                services: self.services,
                inline: kind == Some(PolicyKind::Identity),
                is_certain: self.branches == 0,
                form,
                block: None,
                inner: None,
            });
        }
    }

    /// What was found last is attached to a resource of these services.
    pub(crate) fn of_services(&mut self, services: Services) {
        if let Some(found) = self.out.found.last_mut() {
            found.services = services;
        }
    }

    /// What was found last is a policy of its own, with a quota of its own.
    pub(crate) fn on_its_own(&mut self) {
        if let Some(found) = self.out.found.last_mut() {
            found.inline = false;
        }
    }

    /// The arguments of a function that makes a document of blocks.
    fn blocks(&mut self, id: Id, path: &str, kind: Option<PolicyKind>) {
        match &self.tree.node(id).value {
            Value::Map(_) => {
                self.push(id, path, kind, Form::Blocks(None));
                self.on_its_own();
            }
            _ => self.unread(id, path),
        }
    }

    /// How much was found, or reported as unread.
    pub(crate) fn count(&self) -> usize {
        self.out.found.len() + self.out.unread.len()
    }

    /// Policies anywhere below a node.
    pub(crate) fn documents(
        &mut self,
        id: Id,
        path: &str,
        kind: Option<PolicyKind>,
        strings: Strings,
    ) {
        let tree = self.tree;
        if self.depth > MAX_DEPTH || self.seen.get(id).copied().unwrap_or(true) {
            return;
        }
        match &tree.node(id).value {
            Value::Map(_) if is_document(tree, id) => self.push(id, path, kind, Form::Tree),
            Value::Text(text, _) if strings == Strings::Read && is_text(text) => {
                self.push(id, path, kind, Form::Text);
            }
            Value::Text(text, _) if strings == Strings::Certain => match text_of(text) {
                Some(Cow::Borrowed(_)) => self.push(id, path, kind, Form::Text),
                Some(Cow::Owned(decoded)) if self.visit(id) => {
                    self.inner(id, path.to_string(), kind, decoded);
                }
                None if is_around(text) => {
                    let note = format!("{path}: the policies inside this text were not checked");
                    self.out.notes.push(note);
                }
                Some(Cow::Owned(_)) | None => {}
            },
            Value::Map(members) => {
                self.visit(id);
                self.depth += 1;
                let kind = kind_of_content(tree, id).or(kind);
                for &(name, value) in members {
                    let name = tree.text(name).unwrap_or_default();
                    let kind = kind_of_property(name).or(kind);
                    let path = join(path, name);
                    if strings == Strings::Read && pulumi::is_document(tree, id, name) {
                        self.blocks(value, &path, kind);
                    } else {
                        self.documents(value, &path, kind, strings);
                    }
                }
                self.depth -= 1;
            }
            Value::List(items) => {
                self.visit(id);
                self.depth += 1;
                for (number, &item) in items.iter().enumerate() {
                    self.documents(item, &format!("{path}[{number}]"), kind, strings);
                }
                self.depth -= 1;
            }
            _ => {}
        }
    }

    pub(crate) fn resource(&mut self, resource: &Resource<'t>) {
        let Some(properties) = resource.properties else {
            return;
        };
        self.properties(properties, &resource.path, resource.kind);
        match resource.kind {
            "Custom::AWS" => self.calls(properties, &resource.path),
            "AWS::CloudFormation::Stack" | "AWS::CloudFormation::StackSet" => {
                let body = self.tree.get(properties, "TemplateBody");
                self.out.notes.extend(body.map(|_| {
                    format!(
                        "{}.TemplateBody: the template in it was not checked",
                        resource.path
                    )
                }));
            }
            _ => {}
        }
        self.rest(properties, &resource.path, Strings::Skip);
    }

    /// The policies in the calls that a custom resource of the CDK makes, whose properties have them as JSON in strings.
    ///
    /// See <https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources.AwsCustomResource.html>.
    fn calls(&mut self, properties: Id, path: &str) {
        for name in ["Create", "Update", "Delete"] {
            let Some(call) = self.tree.get(properties, name) else {
                continue;
            };
            let path = join(path, name);
            let known = self.functions.known(call);
            // What only a deployment knows may have quotes in it.
            let literal = (known.as_ref()).and_then(|known| known.literal());
            let limits = Limits::default();
            let parsed = (literal.as_deref()).and_then(|text| parse_json(text, &limits).ok());
            let Some(parsed) = parsed else {
                let shown = known.map(|known| known.shown()).unwrap_or_default();
                if shown.contains("Statement") {
                    self.unread(call, &path);
                }
                continue;
            };
            let mut todo: Vec<(Id, String)> = (parsed.roots.iter())
                .map(|&root| (root, path.clone()))
                .collect();
            while let Some((id, inside)) = todo.pop() {
                match &parsed.node(id).value {
                    Value::Text(text, _) if is_text(text) => {
                        let is_project = parsed
                            .roots
                            .first()
                            .and_then(|&root| parsed.get(root, "action"))
                            .and_then(|id| parsed.text(id))
                            .is_some_and(|action| action.eq_ignore_ascii_case("putProjectPolicy"));
                        let kind = is_project.then_some(PolicyKind::Project);
                        self.inner(call, inside, kind, text.to_string());
                    }
                    Value::Map(members) => {
                        todo.extend(members.iter().rev().map(|&(name, value)| {
                            let name = parsed.text(name).unwrap_or_default();
                            (value, join(&inside, name))
                        }));
                    }
                    Value::List(items) => todo.extend(
                        (items.iter().enumerate().rev())
                            .map(|(number, &item)| (item, format!("{inside}[{number}]"))),
                    ),
                    _ => {}
                }
            }
        }
    }

    /// A policy that is a text within a text.
    fn inner(&mut self, node: Id, path: String, kind: Option<PolicyKind>, text: String) {
        self.out.found.push(Found {
            node,
            path,
            kind,
            services: Services::default(),
            inline: false,
            is_certain: true,
            form: Form::TextInText,
            block: None,
            inner: Some(text),
        });
    }

    /// Policies in properties that are not known to have any.
    pub(crate) fn rest(&mut self, values: Id, path: &str, strings: Strings) {
        let tree = self.tree;
        for &(name, value) in tree.map(values) {
            let name = tree.text(name).unwrap_or_default();
            self.documents(value, &join(path, name), kind_of_property(name), strings);
        }
    }

    /// The policies in the properties that have them, by the type of the resource.
    pub(crate) fn properties(&mut self, values: Id, path: &str, kind: &str) {
        for (pattern, holds) in properties::of(kind) {
            let segments: Vec<&str> = pattern.split('.').collect();
            self.property(values, path, &segments, holds, values, 0);
        }
    }

    /// What is at a path below a node: `Policies[].PolicyDocument`, `Events.*.Auth`.
    fn property(
        &mut self,
        id: Id,
        path: &str,
        segments: &[&str],
        holds: Holds,
        resource: Id,
        depth: usize,
    ) {
        let tree = self.tree;
        if depth > MAX_DEPTH {
            return;
        }
        let branches = self.branches(id, path);
        if !branches.is_empty() {
            self.branches += 1;
            for (branch, path) in branches {
                self.property(branch, &path, segments, holds, resource, depth + 1);
            }
            self.branches -= 1;
            return;
        }
        let Some((segment, rest)) = segments.split_first() else {
            return self.value(id, path, holds, resource);
        };
        // A function that brings what the policies are in.
        if intrinsic(tree, id).is_some() && !is_absent(tree, id) {
            if holds != Holds::Names {
                self.unread(id, path);
            }
            return;
        }
        if *segment == "*" {
            for &(name, value) in tree.map(id) {
                let path = join(path, tree.text(name).unwrap_or_default());
                self.property(value, &path, rest, holds, resource, depth + 1);
            }
            return;
        }
        // Terraform accepts a list wherever it accepts one block.
        if let Value::List(items) = &tree.node(id).value
            && tree.node(id).tag.is_none()
        {
            for (number, &item) in items.iter().enumerate() {
                let path = format!("{path}[{number}]");
                self.property(item, &path, segments, holds, resource, depth + 1);
            }
            return;
        }
        let (name, list) = match segment.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (*segment, false),
        };
        let Some(value) = tree.get(id, name) else {
            const TRANSFORM: &str = "Fn::Transform";
            if let Some(more) = tree.get(id, TRANSFORM).filter(|_| holds != Holds::Names) {
                self.unread(more, &join(path, TRANSFORM));
            }
            return;
        };
        let path = join(path, name);
        if !list {
            return self.property(value, &path, rest, holds, resource, depth + 1);
        }
        for (item, path, branches) in self.listed(value, &path) {
            self.branches += branches;
            self.property(item, &path, rest, holds, resource, depth + 1);
            self.branches -= branches;
        }
    }

    /// The items of a list with their paths, those of both branches of an `If` among them, and in how many branches each is; one
    /// value is its own only item.
    fn listed(&self, id: Id, path: &str) -> Vec<(Id, String, usize)> {
        let tree = self.tree;
        let mut out = Vec::new();
        let mut todo = vec![(id, path.to_string(), 0)];
        // Aliases may lead to one list any number of times.
        let mut budget = 10_000;
        while let Some((id, path, within)) = todo.pop() {
            budget -= 1;
            if budget == 0 {
                break;
            }
            let branches = self.branches(id, &path);
            if !branches.is_empty() {
                let branches = branches.into_iter().rev();
                todo.extend(branches.map(|(id, path)| (id, path, within + 1)));
            } else if let Value::List(items) = &tree.node(id).value
                && tree.node(id).tag.is_none()
            {
                for (number, &item) in items.iter().enumerate().rev() {
                    todo.push((item, format!("{path}[{number}]"), within));
                }
            } else {
                out.push((id, path, within));
            }
        }
        out
    }

    /// Both branches of an `If`.
    fn branches(&self, id: Id, path: &str) -> Vec<(Id, String)> {
        let tree = self.tree;
        if let Some(("If", argument)) = intrinsic(tree, id)
            && let Value::List(parts) = &tree.node(argument).value
            && let [_, yes, no] = parts.as_slice()
        {
            return vec![(*yes, format!("{path}[1]")), (*no, format!("{path}[2]"))];
        }
        Vec::new()
    }

    /// An identity policy with a quota of its own.
    fn stand_alone(&mut self, id: Id, path: &str) {
        let before = self.out.found.len();
        self.policy(id, path, Some(PolicyKind::Identity));
        for found in self.out.found.iter_mut().skip(before) {
            found.inline = false;
        }
    }

    fn value(&mut self, id: Id, path: &str, holds: Holds, resource: Id) {
        if is_absent(self.tree, id) {
            return;
        }
        match holds {
            Holds::Policy(kind, services) => {
                self.services = services;
                self.policy(id, path, Some(kind));
                self.services = Services::default();
            }
            Holds::Managed => self.stand_alone(id, path),
            Holds::IotCore => {
                self.services = Services::IotCore;
                self.stand_alone(id, path);
                self.services = Services::default();
            }
            Holds::Endpoint => {
                self.services = self.of_endpoint(resource);
                self.policy(id, path, Some(PolicyKind::VpcEndpoint));
                self.services = Services::default();
            }
            Holds::Organizations => self.policy(id, path, self.of_organizations(resource)),
            Holds::Statements(services) => {
                self.services = services;
                self.statements(id, path, PolicyKind::Resource);
                self.services = Services::default();
            }
            Holds::Names => self.managed(id, path, Accepts::Arn),
            Holds::Sam => {
                for (item, path, branches) in self.listed(id, path) {
                    self.branches += branches;
                    self.sam(item, &path);
                    self.branches -= branches;
                }
            }
        }
    }

    /// The services that a VPC endpoint leads to, by its name: `com.amazonaws.us-east-1.s3`.
    fn of_endpoint(&self, resource: Id) -> Services {
        let tree = self.tree;
        let name = (tree.get(resource, "ServiceName"))
            .or_else(|| tree.get(resource, "service_name"))
            .and_then(|id| self.functions.known(id));
        // What is not known is the Region, which has no dots.
        let name = name.map(|name| name.shown()).unwrap_or_default();
        let mut parts = name.splitn(4, '.').skip(3);
        parts
            .next()
            .map_or_else(Services::default, properties::of_endpoint)
    }

    fn of_organizations(&self, resource: Id) -> Option<PolicyKind> {
        let tree = self.tree;
        let kind = (tree.get(resource, "Type"))
            .or_else(|| tree.get(resource, "type"))
            .and_then(|kind| tree.text(kind));
        match kind {
            // Terraform leaves it out.
            Some("SERVICE_CONTROL_POLICY") => Some(PolicyKind::ServiceControl),
            None if tree.get(resource, "content").is_some() => Some(PolicyKind::ServiceControl),
            Some("RESOURCE_CONTROL_POLICY") => Some(PolicyKind::ResourceControl),
            // Tag policies, backup policies and others have another grammar.
            _ => None,
        }
    }

    /// A value that is a policy.
    #[expect(
        clippy::collapsible_match,
        reason = "what is JSON and not a policy must not reach the arms below"
    )]
    pub(crate) fn policy(&mut self, id: Id, path: &str, kind: Option<PolicyKind>) {
        let tree = self.tree;
        match intrinsic(tree, id) {
            Some(("ToJsonString", argument)) if argument != id => {
                return self.policy(argument, path, kind);
            }
            Some(("Sub", _)) => {
                match template_of(tree, id) {
                    Some(template) => self.push(id, path, kind, Form::Sub(template)),
                    None => self.unread(id, path),
                }
                return;
            }
            Some(_) => return self.unread(id, path),
            None => {}
        }
        match &tree.node(id).value {
            Value::Map(members) if !members.is_empty() => {
                // Policies of another grammar, such as tag policies of an organization, have no statements.
                if kind.is_some() || is_document(tree, id) {
                    self.push(id, path, kind, Form::Tree);
                }
            }
            Value::Text(text, _) if is_json(text) => {
                if kind.is_some() || is_text(text) {
                    self.push(id, path, kind, Form::Text);
                }
            }
            // A document of Terraform is checked where its blocks are.
            Value::Text(text, _) if self.functions.has_document(text) => {}
            Value::Text(text, _) if !text.trim().is_empty() => self.unread(id, path),
            Value::List(items) if !items.is_empty() => self.unread(id, path),
            _ => {}
        }
    }

    pub(crate) fn unread(&mut self, id: Id, path: &str) {
        if self.visit(id) {
            self.out.unread.push(path.to_string());
        }
    }

    /// A list of statements, or one statement.
    pub(crate) fn statements(&mut self, id: Id, path: &str, kind: PolicyKind) {
        let tree = self.tree;
        match &tree.node(id).value {
            Value::Text(text, _) if is_json(text) && tree.node(id).tag.is_none() => {
                self.push(id, path, Some(kind), Form::StatementText(None));
            }
            _ if let Some(template) = template_of(tree, id) => {
                self.push(id, path, Some(kind), Form::StatementText(Some(template)));
            }
            _ if intrinsic(tree, id).is_some() => self.unread(id, path),
            Value::List(items) if items.is_empty() => {}
            Value::List(_) | Value::Map(_) => self.push(id, path, Some(kind), Form::Statements),
            Value::Text(..) | Value::Literal(_) => self.unread(id, path),
            Value::Null => {}
        }
    }

    /// A managed policy by its name or ARN.
    pub(crate) fn managed(&mut self, id: Id, path: &str, accepts: Accepts) {
        let Some(text) = self.functions.known(id).and_then(|known| known.literal()) else {
            return;
        };
        // The provider of Terraform takes an empty argument for one that is not there.
        if text.is_empty() && self.functions.is_terraform() {
            return;
        }
        self.out.named += 1;
        self.out
            .issues
            .extend(managed::check(&text, accepts, id, path));
    }

    /// An entry of `Policies` of SAM.
    fn sam(&mut self, id: Id, path: &str) {
        let tree = self.tree;
        if is_absent(tree, id) || matches!(tree.node(id).value, Value::Null) {
            return;
        }
        if intrinsic(tree, id).is_some() || !matches!(tree.node(id).value, Value::Map(_)) {
            return self.managed(id, path, Accepts::Name);
        }
        if tree.get(id, "Statement").is_some() {
            return self.push(id, path, Some(PolicyKind::Identity), Form::Tree);
        }
        match sam::entry(tree, id, path) {
            sam::Entry::Template(template, arguments, issues) => {
                self.out.issues.extend(issues);
                let values = sam::values(tree, &self.functions, (template, arguments), path);
                self.out.issues.extend(values);
                self.push(
                    id,
                    path,
                    Some(PolicyKind::Identity),
                    Form::Sam(template, arguments),
                );
            }
            sam::Entry::Wrapped(document, issue) => {
                self.out.issues.push(issue);
                let path = join(path, "PolicyDocument");
                self.policy(document, &path, Some(PolicyKind::Identity));
            }
            sam::Entry::Unknown(issue) => self.out.issues.push(issue),
        }
    }
}
