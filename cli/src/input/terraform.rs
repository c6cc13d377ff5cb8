//! Where Terraform keeps policies: in its configuration in JSON, and in what `terraform show -json` prints.

use std::collections::{HashMap, HashSet};

use rekognition_iam_runtime::document::PolicyKind;

use super::stack::Configuration;
use crate::input::hcl::SOURCE;
use crate::input::properties::{self, Holds, MERGED, Services};
use crate::input::render::{DOCUMENT, Unknowns};
use crate::input::search::{Form, InBlock, Search, Strings};
use crate::input::tree::{Id, Tree, Value, join};

/// A block of a configuration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block<'t> {
    /// `resource` or `data`.
    section: &'static str,
    pub(crate) kind: &'t str,
    pub(crate) name: &'t str,
    pub(crate) id: Id,
}

/// All blocks of a section, in the order of the text.
pub(crate) fn blocks<'t>(tree: &'t Tree<'t>, root: Id, section: &'static str) -> Vec<Block<'t>> {
    let mut out = Vec::new();
    let Some(types) = tree.get(root, section) else {
        return out;
    };
    // Terraform accepts a list wherever it accepts one object.
    for types in tree.items(types) {
        for &(kind, names) in tree.map(types) {
            let kind = tree.text(kind).unwrap_or_default();
            for names in tree.items(names) {
                for &(name, block) in tree.map(names) {
                    let name = tree.text(name).unwrap_or_default();
                    for id in tree.items(block) {
                        out.push(Block {
                            section,
                            kind,
                            name,
                            id,
                        });
                    }
                }
            }
        }
    }
    out
}

/// The resources that references may be to.
pub(crate) fn resources<'t>(tree: &'t Tree<'t>) -> Configuration<'t> {
    let mut configuration = Configuration::new(tree);
    let own = tree
        .roots
        .iter()
        .chain(&tree.context)
        .map(|&root| ("", root));
    let called = (tree.calls.iter()).map(|call| (call.address.as_str(), call.root));
    for (module, root) in own.chain(called) {
        for (section, prefix) in [("resource", ""), ("data", "data.")] {
            for block in blocks(tree, root, section) {
                let address = format!("{module}{prefix}{}.{}", block.kind, block.name);
                configuration.add(address, block.id);
            }
        }
    }
    configuration
}

/// What a document of a configuration is used as.
#[derive(Debug, Clone, Copy)]
struct Usage {
    /// A kind where all uses agree.
    kind: Option<PolicyKind>,
    /// The same of what it is attached to.
    services: Services,
    /// Whether any is a managed policy.
    managed: bool,
}

/// What the documents of a configuration are used as, by their names.
fn uses<'t>(tree: &'t Tree<'t>, root: Id, context: Option<Id>) -> HashMap<&'t str, Usage> {
    let mut out: HashMap<&str, Usage> = HashMap::new();
    let roots = [root].into_iter().chain(context);
    for block in roots.flat_map(|root| blocks(tree, root, "resource")) {
        for (path, holds) in properties::of(block.kind) {
            let (kind, services) = match holds {
                Holds::Policy(kind, services) => (Some(kind), services),
                Holds::Managed => (Some(PolicyKind::Identity), Services::default()),
                Holds::Endpoint => (Some(PolicyKind::VpcEndpoint), Services::default()),
                Holds::IotCore => (Some(PolicyKind::Identity), Services::IotCore),
                Holds::Organizations | Holds::Statements(_) | Holds::Sam | Holds::Names => {
                    (None, Services::default())
                }
            };
            let name = path.split(['.', '[']).next().unwrap_or(path);
            let Some(text) = tree.get(block.id, name).and_then(|id| tree.text(id)) else {
                continue;
            };
            let Some((_, rest)) = text.split_once(DOCUMENT) else {
                continue;
            };
            let used = rest.split(['.', '[', '}']).next().unwrap_or(rest);
            let managed = matches!(holds, Holds::Managed | Holds::IotCore);
            out.entry(used)
                .and_modify(|known| {
                    if known.kind != kind {
                        known.kind = None;
                    }
                    if known.services != services {
                        known.services = Services::default();
                    }
                    known.managed |= managed;
                })
                .or_insert(Usage {
                    kind,
                    services,
                    managed,
                });
        }
    }
    out
}

/// The policies of a configuration.
pub(crate) fn configuration(search: &mut Search<'_>, root: Id) {
    module(search, root, search.tree.context, ["", ""]);
}

/// The policies of the modules that a file calls, or of the same modules without arguments.
pub(crate) fn called(search: &mut Search<'_>, alone: bool) {
    let tree = search.tree;
    for call in &tree.calls {
        let root = match alone {
            true => call.alone,
            false => Some(call.root),
        };
        if let Some(root) = root {
            module(search, root, None, [&call.path, &call.address]);
        }
    }
}

/// The policies of other files of the module that this one depends on.
pub(crate) fn elsewhere(search: &mut Search<'_>) {
    if let Some(context) = search.tree.context {
        module(search, context, None, ["", ""]);
        // Of most blocks, only names are known there.
        search
            .out
            .found
            .retain(|found| !matches!(found.form, Form::Blocks(_)));
    }
}

/// The policies of a module at a path, whose references start with an address.
fn module(search: &mut Search<'_>, root: Id, context: Option<Id>, [at, address]: [&str; 2]) {
    let tree = search.tree;
    let uses = uses(tree, root, context);
    for section in ["resource", "data"] {
        for block in blocks(tree, root, section) {
            let own = join(&join(block.section, block.kind), block.name);
            let path = match at {
                "" => own.clone(),
                at => format!("{at}.{own}"),
            };
            let before = search.out.found.len();
            found_in(search, block, &path, &uses);
            let index = tree.instances.get(&block.id).map_or("", String::as_str);
            for found in search.out.found.iter_mut().skip(before) {
                found.block = Some(InBlock {
                    id: block.id,
                    length: path.len(),
                    address: format!("{address}{own}{index}"),
                });
            }
        }
    }
    // Policies that are passed on. One that is used by a resource was found there.
    let used = search.out.found.len();
    for &(section, names) in tree.map(root) {
        let section = tree.text(section).unwrap_or_default();
        if !matches!(section, "resource" | "data") {
            search.rest(names, &join(at, section), Strings::Read);
        }
    }
    let mut first: HashMap<(usize, usize), String> = HashMap::new();
    let mut number = 0;
    search.out.found.retain(|found| {
        let span = tree.node(found.node).span;
        let path = without_index(&found.path);
        number += 1;
        match first.get(&(span.start, span.end)) {
            // Instances of one block have other values in the same place.
            Some(known) => number <= used || *known == path,
            None => {
                first.insert((span.start, span.end), path);
                true
            }
        }
    });
}

/// The policies of a block.
fn found_in<'t>(
    search: &mut Search<'t>,
    block: Block<'t>,
    path: &str,
    uses: &HashMap<&'t str, Usage>,
) {
    let tree = search.tree;
    if block.section == "data" && block.kind == "aws_iam_policy_document" {
        let usage = uses.get(block.name).copied().unwrap_or(Usage {
            kind: None,
            services: Services::default(),
            managed: true,
        });
        // What was evaluated is the document that the provider makes.
        let json = tree.get(block.id, "json");
        let is_empty = json
            .and_then(|json| tree.get(json, "Statement"))
            .is_some_and(
                |id| matches!(&tree.node(id).value, Value::List(items) if items.is_empty()),
            );
        let is_only_merged = tree.get(block.id, SOURCE).is_some() && !uses.contains_key(block.name);
        if is_empty && is_only_merged {
            return;
        }
        match json {
            Some(document) => search.push(document, path, usage.kind, Form::Tree),
            None => search.push(block.id, path, usage.kind, Form::Blocks(None)),
        }
        search.of_services(usage.services);
        if usage.managed {
            search.on_its_own();
        }
        return merged(search, block.id, path);
    }
    if block.section == "resource" {
        search.properties(block.id, path, block.kind);
    }
    search.rest(block.id, path, Strings::Read);
}

fn merged(search: &mut Search<'_>, block: Id, path: &str) {
    let tree = search.tree;
    for name in MERGED {
        let Some(texts) = tree.get(block, name) else {
            continue;
        };
        let path = join(path, name);
        for (number, text) in tree.items(texts).into_iter().enumerate() {
            let path = match &tree.node(texts).value {
                Value::List(_) => format!("{path}[{number}]"),
                Value::Text(..) | Value::Literal(_) | Value::Null | Value::Map(_) => path.clone(),
            };
            search.policy(text, &path, None);
        }
    }
}

pub(crate) fn plan(search: &mut Search<'_>, root: Id) {
    let tree = search.tree;
    let changes = changes(tree, root);
    let documents = documents(search, &changes);
    let references = references(tree, root);
    // `values` is what `terraform show -json` has of a state instead of a plan.
    let values = ["planned_values", "values"]
        .iter()
        .find_map(|name| tree.get(root, name));
    state(search, root);
    let mut modules: Vec<Id> = values
        .and_then(|values| tree.get(values, "root_module"))
        .into_iter()
        .collect();
    while let Some(module) = modules.pop() {
        for resource in tree
            .get(module, "resources")
            .map(|id| tree.items(id))
            .unwrap_or_default()
        {
            let text = |name| tree.get(resource, name).and_then(|id| tree.text(id));
            let kind = text("type").unwrap_or_default();
            // A document of a data source is checked where it is used.
            if kind == "aws_iam_policy_document" {
                continue;
            }
            let Some(values) = tree.get(resource, "values") else {
                continue;
            };
            let address = text("address").unwrap_or_default();
            let before = search.count();
            search.properties(values, address, kind);
            search.rest(values, address, Strings::Read);
            if before != search.count() || !has_policy(kind) {
                continue;
            }
            // A plan has no values that are not known yet.
            let unknown = match changes.get(address) {
                Some(change) => is_unknown(tree, change.unknown, kind),
                // Most resources have a policy without being given one.
                None => kind.contains("policy"),
            };
            let checked = references
                .get(without_index(address).as_str())
                .is_some_and(|names| names.iter().any(|name| documents.contains(name)));
            if unknown && !checked {
                search.out.unread.push(address.to_string());
            }
        }
        let children = tree.get(module, "child_modules").map(|id| tree.items(id));
        modules.extend(children.unwrap_or_default().into_iter().rev());
    }
}

/// What Terraform keeps in a file of its own, `*.tfstate`.
fn state(search: &mut Search<'_>, root: Id) {
    let tree = search.tree;
    let resources = tree.get(root, "resources").map(|id| tree.items(id));
    for (r, resource) in resources.unwrap_or_default().into_iter().enumerate() {
        let text = |name| tree.get(resource, name).and_then(|id| tree.text(id));
        let kind = text("type").unwrap_or_default();
        if kind == "aws_iam_policy_document" {
            continue;
        }
        let instances = tree.get(resource, "instances").map(|id| tree.items(id));
        for (i, instance) in instances.unwrap_or_default().into_iter().enumerate() {
            if let Some(attributes) = tree.get(instance, "attributes") {
                let path = format!("resources[{r}].instances[{i}].attributes");
                search.properties(attributes, &path, kind);
                search.rest(attributes, &path, Strings::Read);
            }
        }
    }
}

fn has_policy(kind: &str) -> bool {
    properties::of(kind).any(|(_, holds)| holds != Holds::Names)
}

/// Whether a plan does not know the policy of a resource yet.
fn is_unknown(tree: &Tree<'_>, unknown: Option<Id>, kind: &str) -> bool {
    properties::of(kind).any(|(path, holds)| {
        let first = path.split(['.', '[']).next().unwrap_or(path);
        let value = unknown.and_then(|unknown| tree.get(unknown, first));
        holds != Holds::Names
            && value.is_some_and(|value| !matches!(tree.node(value).value, Value::Literal("false")))
    })
}

/// A change of a plan.
struct Change<'t> {
    kind: &'t str,
    after: Option<Id>,
    /// What is not known of it.
    unknown: Option<Id>,
}

/// The changes of a plan by address.
fn changes<'t>(tree: &'t Tree<'t>, root: Id) -> HashMap<&'t str, Change<'t>> {
    let mut out = HashMap::new();
    for resource in (tree.get(root, "resource_changes"))
        .map(|id| tree.items(id))
        .unwrap_or_default()
    {
        let text = |name| tree.get(resource, name).and_then(|id| tree.text(id));
        let (Some(address), Some(change)) = (text("address"), tree.get(resource, "change")) else {
            continue;
        };
        out.insert(
            address,
            Change {
                kind: text("type").unwrap_or_default(),
                after: tree.get(change, "after"),
                unknown: tree.get(change, "after_unknown"),
            },
        );
    }
    out
}

/// The documents whose text is not known yet: what is known of their statements. Gives their addresses without indexes.
fn documents(search: &mut Search<'_>, changes: &HashMap<&str, Change<'_>>) -> HashSet<String> {
    let mut out = HashSet::new();
    let mut found: Vec<(&str, Id, Option<Id>)> = (changes.iter())
        .filter(|(_, change)| change.kind == "aws_iam_policy_document")
        .filter_map(|(address, change)| Some((*address, change.after?, change.unknown)))
        .collect();
    // In the order of the text.
    found.sort_by_key(|(_, after, _)| *after);
    for (address, after, unknown) in found {
        if search.tree.get(after, "statement").is_some() {
            search.push(after, address, None, Form::Blocks(unknown));
            out.insert(without_index(address));
        }
    }
    out
}

/// The data sources that the expressions of each resource name.
fn references(tree: &Tree<'_>, root: Id) -> HashMap<String, Vec<String>> {
    let mut out = HashMap::new();
    let mut modules: Vec<(Id, String)> = (tree.get(root, "configuration"))
        .and_then(|configuration| tree.get(configuration, "root_module"))
        .map(|module| (module, String::new()))
        .into_iter()
        .collect();
    while let Some((module, prefix)) = modules.pop() {
        for resource in (tree.get(module, "resources"))
            .map(|id| tree.items(id))
            .unwrap_or_default()
        {
            let address = tree.get(resource, "address").and_then(|id| tree.text(id));
            let (Some(address), Some(expressions)) = (address, tree.get(resource, "expressions"))
            else {
                continue;
            };
            let mut names = Vec::new();
            for &(_, expression) in tree.map(expressions) {
                for name in (tree.get(expression, "references"))
                    .map(|id| tree.items(id))
                    .unwrap_or_default()
                {
                    names.extend(tree.text(name).map(|name| format!("{prefix}{name}")));
                }
            }
            out.insert(format!("{prefix}{address}"), names);
        }
        for &(name, call) in (tree.get(module, "module_calls"))
            .map(|id| tree.map(id))
            .unwrap_or_default()
        {
            if let (Some(name), Some(inner)) = (tree.text(name), tree.get(call, "module")) {
                modules.push((inner, format!("{prefix}module.{name}.")));
            }
        }
    }
    out
}

/// An address without the indexes of `count` and `for_each`.
fn without_index(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    let mut depth = 0_usize;
    for c in address.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// The attributes of a document's blocks that a plan does not know.
pub(crate) fn unknowns(tree: &Tree<'_>, after: Id, unknown: Option<Id>) -> Unknowns {
    let mut out = Unknowns::new();
    let mut todo: Vec<(Id, Id)> = unknown
        .map(|unknown| (after, unknown))
        .into_iter()
        .collect();
    while let Some((after, unknown)) = todo.pop() {
        match &tree.node(unknown).value {
            Value::Map(members) => {
                for &(name, unknown) in members {
                    let Some(name) = tree.text(name) else {
                        continue;
                    };
                    if matches!(tree.node(unknown).value, Value::Literal("true")) {
                        out.insert((after, name.to_string()));
                    } else if let Some(after) = tree.get(after, name) {
                        todo.push((after, unknown));
                    }
                }
            }
            Value::List(items) => {
                if let Value::List(values) = &tree.node(after).value {
                    todo.extend(values.iter().copied().zip(items.iter().copied()));
                }
            }
            Value::Text(..) | Value::Literal(_) | Value::Null => {}
        }
    }
    out
}
