//! The resources of a template or a configuration, and what references to them return.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::OnceLock;

use rekognition_iam_runtime::suggest;

use super::data::{self, Groups};
use super::known::{Given, Known};
use super::undefined::{self, Undefined};
use crate::input::tree::{Id, Tree, Value, join};

/// A resource of a template.
#[derive(Debug, Clone)]
pub(crate) struct Resource<'t> {
    pub(crate) name: &'t str,
    pub(crate) kind: &'t str,
    /// The resource itself.
    pub(crate) node: Id,
    pub(crate) properties: Option<Id>,
    /// Where its properties are: `Resources.Role.Properties`.
    pub(crate) path: String,
}

/// The resources of a template of CloudFormation.
#[derive(Debug, Default)]
pub(crate) struct Stack<'t> {
    tree: Option<&'t Tree<'t>>,
    pub(crate) resources: Vec<Resource<'t>>,
    by_name: HashMap<&'t str, usize>,
    /// What parameters are given; only a policy template of SAM has any.
    arguments: HashMap<String, Known>,
    /// What the template defines, if it defines all names: found when a reference needs it, because all of the file must be seen.
    all_names: OnceCell<Option<Vec<String>>>,
}

/// What a reference returns.
#[derive(Debug)]
pub(crate) enum Reference {
    Known(Known),
    /// The resource has no such attribute; the nearest that it has.
    NoAttribute {
        kind: String,
        near: Option<&'static str>,
    },
}

fn table() -> &'static Groups {
    static TABLE: OnceLock<Groups> = OnceLock::new();
    TABLE.get_or_init(|| data::grouped(include_str!("../../data/cloudformation-references.txt")))
}

fn find(rows: &[(&'static str, &'static str)], name: &str) -> Option<&'static str> {
    rows.iter()
        .find(|(known, _)| *known == name)
        .map(|&(_, form)| form)
}

fn terraform_table() -> &'static Groups {
    static TABLE: OnceLock<Groups> = OnceLock::new();
    TABLE.get_or_init(|| data::grouped(include_str!("../../data/terraform-references.txt")))
}

/// The argument that sets the name of a Terraform resource of this type.
pub(crate) fn name_argument(kind: &str) -> Option<&'static str> {
    find(terraform_table().get(kind)?, "=name")
}

/// What a property or an argument gives as the name, as far as the forms say which of their names that is.
fn given(rows: &[(&'static str, &'static str)], text: &str) -> Option<Given<'static>> {
    let own = find(rows, find(rows, "=name")?).or_else(|| find(rows, "Ref"))?;
    Given::of(own, text)
}

/// Resources within `Fn::ForEach` within each other.
const MAX_LOOPS: usize = 4;

impl<'t> Stack<'t> {
    /// The resources of these maps of resources, each with its path.
    pub(crate) fn of(tree: &'t Tree<'t>, maps: &[(Id, String)]) -> Self {
        let mut stack = Self {
            tree: Some(tree),
            ..Self::default()
        };
        for (map, path) in maps {
            stack.add(tree, *map, path, MAX_LOOPS);
        }
        stack
    }

    /// The file that the stack is in.
    pub(crate) const fn tree(&self) -> Option<&'t Tree<'t>> {
        self.tree
    }

    /// A name that the template has neither as a parameter nor as a resource. Nothing while something else could add it.
    /// `suggest` looks for the name that was meant.
    pub(crate) fn undefined(&self, name: &str, suggest: bool) -> Option<Undefined> {
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_name || self.names(name) || self.may_generate(name) {
            return None;
        }
        let names = self.all_names()?;
        Some(undefined::name(name, if suggest { names } else { &[] }))
    }

    /// The names that the template defines. Nothing if something else could add one.
    fn all_names(&self) -> Option<&[String]> {
        let find = || {
            let tree = self.tree.filter(|tree| undefined::is_whole(tree))?;
            let parameters = (tree.roots.iter())
                .filter_map(|&root| tree.get(root, "Parameters"))
                .flat_map(|parameters| tree.map(parameters))
                .filter_map(|&(name, _)| tree.text(name));
            let resources = self.resources.iter().map(|known| known.name);
            Some(resources.chain(parameters).map(str::to_string).collect())
        };
        self.all_names.get_or_init(find).as_deref()
    }

    /// Whether SAM, or a module, may make a resource of this name: it begins with the name of another one, or with a word of SAM's.
    ///
    /// See <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html> and
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/modules.html>, read on 2026-11-29.
    fn may_generate(&self, name: &str) -> bool {
        let makes_more =
            |kind: &str| kind.starts_with("AWS::Serverless::") || kind.ends_with("::MODULE");
        let mut makers = (self.resources.iter())
            .filter(|known| makes_more(known.kind))
            .peekable();
        let is_of_sam = || {
            ["Serverless", "CodeDeploy"]
                .iter()
                .any(|word| name.starts_with(word))
        };
        (makers.peek().is_some() && is_of_sam()) || makers.any(|known| name.starts_with(known.name))
    }

    /// A stack that consists of values for parameters.
    pub(crate) fn of_arguments(arguments: HashMap<String, Known>) -> Self {
        Self {
            arguments,
            ..Self::default()
        }
    }

    fn add(&mut self, tree: &'t Tree<'t>, map: Id, path: &str, loops: usize) {
        for &(name, resource) in tree.map(map) {
            let name = tree.text(name).unwrap_or_default();
            let path = join(path, name);
            // `Fn::ForEach::Name: [variable, values, {resources}]`
            if name.starts_with("Fn::ForEach::")
                && loops > 0
                && let Value::List(parts) = &tree.node(resource).value
                && let Some(&inner) = parts.get(2)
            {
                self.add(tree, inner, &format!("{path}[2]"), loops - 1);
                continue;
            }
            let kind = tree
                .get(resource, "Type")
                .and_then(|kind| tree.text(kind))
                .unwrap_or_default();
            self.by_name.entry(name).or_insert(self.resources.len());
            self.resources.push(Resource {
                name,
                kind,
                node: resource,
                properties: tree.get(resource, "Properties"),
                path: join(&path, "Properties"),
            });
        }
    }

    /// Whether a name is of a resource or a parameter of the template.
    pub(crate) fn names(&self, name: &str) -> bool {
        let is_parameter = |tree: &Tree<'_>| {
            (tree.roots.iter())
                .filter_map(|&root| tree.get(root, "Parameters"))
                .any(|parameters| tree.get(parameters, name).is_some())
        };
        self.by_name.contains_key(name) || self.tree.is_some_and(is_parameter)
    }

    pub(crate) fn resource(&self, name: &str) -> Option<&Resource<'t>> {
        self.resources.get(*self.by_name.get(name)?)
    }

    /// What `Ref` or an attribute of this name returns. Nothing when the template does not say what the name is.
    pub(crate) fn reference(&self, name: &str, attribute: &str) -> Option<Reference> {
        if let Some(known) = self.arguments.get(name).filter(|_| attribute == "Ref") {
            return Some(Reference::Known(known.clone()));
        }
        let (kind, resource) = match self.resource(name) {
            Some(resource) => (resource.kind, Some(resource)),
            None => (self.implied(name)?, None),
        };
        let rows = table().get(kind)?;
        let Some(form) = find(rows, attribute) else {
            // Every type has something that `Ref` returns. `Outputs.X` of a nested stack, and resources of SAM, may have others.
            let sure = attribute != "Ref"
                && kind.starts_with("AWS::")
                && !kind.starts_with("AWS::Serverless::");
            let names: Vec<&str> = (rows.iter())
                .map(|&(name, _)| name)
                .filter(|name| !name.starts_with('=') && *name != "Ref")
                .collect();
            return sure.then(|| Reference::NoAttribute {
                kind: kind.to_string(),
                near: suggest::nearest_of(attribute, &names)
                    .or_else(|| names.iter().copied().find(|name| name.ends_with(attribute)))
                    .or_else(|| names.iter().copied().find(|name| attribute.ends_with(name))),
            });
        };
        if form == "?" {
            return None;
        }
        // The form of the name is not known: it may begin with a slash.
        if form == "=name" {
            let name = self.literal(resource?, find(rows, "=name")?)?;
            return Some(Reference::Known(Known::text(name)));
        }
        let given = resource.and_then(|resource| self.given_name(resource, rows, form));
        Some(Reference::Known(Known::form(form, name, given.as_ref())))
    }

    /// The name of a resource where the template gives it in so many words.
    fn given_name(
        &self,
        resource: &Resource<'t>,
        rows: &[(&'static str, &'static str)],
        form: &str,
    ) -> Option<Given<'static>> {
        let text = |property: &str| self.literal(resource, property);
        let mut given = given(rows, text(find(rows, "=name")?)?)?;
        let path = find(rows, "=path").filter(|_| form.contains("WithPath}"));
        if let Some(property) = path
            && self.has(resource, property)
        {
            let path = text(property)?.trim_start_matches('/');
            given.name.insert_str(0, path);
        }
        Some(given)
    }

    /// What a property of a resource says, where it is a text of the template.
    fn literal(&self, resource: &Resource<'t>, property: &str) -> Option<&'t str> {
        let tree = self.tree?;
        let id = tree.get(resource.properties?, property)?;
        let text = tree.text(id).filter(|_| tree.node(id).tag.is_none())?;
        (!text.is_empty() && !text.contains("{{") && !text.contains("${")).then_some(text)
    }

    fn has(&self, resource: &Resource<'t>, property: &str) -> bool {
        let found = (self.tree.zip(resource.properties))
            .and_then(|(tree, properties)| tree.get(properties, property));
        found.is_some()
    }

    /// The type of a resource that SAM or the Serverless Framework makes of another.
    fn implied(&self, name: &str) -> Option<&'static str> {
        if name == "IamRoleLambdaExecution" {
            return Some("AWS::IAM::Role");
        }
        let of = self.resource(name.strip_suffix("Role")?)?;
        matches!(
            of.kind,
            "AWS::Serverless::Function" | "AWS::Serverless::StateMachine"
        )
        .then_some("AWS::IAM::Role")
    }
}

/// The resources and data sources of a Terraform configuration.
#[derive(Debug, Default)]
pub(crate) struct Configuration<'t> {
    tree: Option<&'t Tree<'t>>,
    /// By `TYPE.NAME`, with `data.` before it for data sources. Nothing for one with several instances, which have several names.
    blocks: HashMap<String, Option<Id>>,
}

/// An expression without the calls that it starts with, such as `module.x.`, and these.
fn module_path(expression: &str) -> (&str, &str) {
    let mut rest = expression;
    while let Some(inner) = rest.strip_prefix("module.") {
        let Some(end) = inner.find(['.', '[']) else {
            break;
        };
        let mut behind = inner.get(end..).unwrap_or_default();
        if let Some((_, after)) = behind
            .strip_prefix('[')
            .and_then(|index| index.split_once(']'))
        {
            behind = after;
        }
        match behind.strip_prefix('.') {
            Some(next) => rest = next,
            None => break,
        }
    }
    expression.split_at(expression.len() - rest.len())
}

impl<'t> Configuration<'t> {
    pub(crate) fn new(tree: &'t Tree<'t>) -> Self {
        Self {
            tree: Some(tree),
            blocks: HashMap::new(),
        }
    }

    pub(crate) fn add(&mut self, address: String, block: Id) {
        (self.blocks.entry(address))
            .and_modify(|known| *known = None)
            .or_insert(Some(block));
    }

    /// Whether there is a block of this address.
    pub(crate) fn has(&self, address: &str) -> bool {
        self.blocks.contains_key(address)
    }

    /// What an expression returns.
    pub(crate) fn reference(&self, expression: &str) -> Known {
        self.looked_up(expression).unwrap_or_else(Known::unknown)
    }

    fn looked_up(&self, expression: &str) -> Option<Known> {
        let table = terraform_table();
        let Address {
            module,
            is_data,
            kind,
            name,
            instance,
            attribute,
        } = Address::of(expression)?;
        let prefix = if is_data { "data." } else { "" };
        let rows = table.get(format!("{prefix}{kind}").as_str())?;
        let form = find(rows, attribute)?;
        let owner = format!("{module}{prefix}{kind}.{name}");
        let block = self.blocks.get(&owner).copied().flatten();
        let given = (self.tree.zip(block)).and_then(|(tree, block)| {
            // A path goes before the name.
            if form.contains("WithPath}") && tree.get(block, "path").is_some() {
                return None;
            }
            let text = tree.text(tree.get(block, find(rows, "=name")?)?)?;
            given(rows, text).filter(|_| !text.is_empty() && !text.contains(['$', '%']))
        });
        // Two instances have two names.
        Some(Known::form(
            form,
            &format!("{owner}{instance}"),
            given.as_ref(),
        ))
    }
}

/// What an expression of Terraform refers to: `aws_iam_role.NAME.arn`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address<'e> {
    /// The module calls that lead to it: `module.NAME.`
    pub(crate) module: &'e str,
    pub(crate) is_data: bool,
    pub(crate) kind: &'e str,
    pub(crate) name: &'e str,
    /// Which of several it is: `[0]`, `["key"]`.
    pub(crate) instance: &'e str,
    pub(crate) attribute: &'e str,
}

impl<'e> Address<'e> {
    pub(crate) fn of(expression: &'e str) -> Option<Self> {
        // What a module calls by a name has its form too.
        let (module, expression) = module_path(expression);
        let (is_data, rest) = match expression.strip_prefix("data.") {
            Some(rest) => (true, rest),
            None => (false, expression),
        };
        let (kind, rest) = rest.split_once('.')?;
        // `name`, `name[0]`, `name["key"]`; `name[*]` is a list.
        let end = rest.find(['.', '['])?;
        let (name, mut rest) = rest.split_at(end);
        let mut instance = "";
        if let Some(index) = rest.strip_prefix('[') {
            let (index, behind) = index.split_once(']')?;
            if index.contains('*') || index.contains('[') {
                return None;
            }
            instance = rest.get(..rest.len() - behind.len()).unwrap_or_default();
            rest = behind;
        }
        let attribute = rest.strip_prefix('.')?;
        let plain = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        };
        (plain(kind) && plain(name) && plain(attribute)).then_some(Self {
            module,
            is_data,
            kind,
            name,
            instance,
            attribute,
        })
    }
}
