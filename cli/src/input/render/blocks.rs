//! Terraform's data sources, whose blocks say in their own words what a policy says.

use std::collections::{HashMap, HashSet};

use super::functions::Notice;
use super::rendered::Rendered;
use super::slot::{Others, Slot};
use crate::input::known::Fill;
use crate::input::language::{Language, known};
use crate::input::tree::{Id, Tree, Value};
use crate::json_text::write_string;

/// The blocks of `aws_iam_policy_document` as the policy document that Terraform makes of them.
///
/// See `policy_document_data_source.go` and `policy_model.go` of <https://github.com/hashicorp/terraform-provider-aws>.
pub(crate) fn blocks<'t>(
    tree: &'t Tree<'t>,
    id: Id,
    language: &'t Language<'t>,
    unknown: &'t Unknowns,
    fill: Fill,
    limit: usize,
) -> Option<Rendered> {
    let mut writer = Blocks {
        tree,
        language,
        unknown,
        fill,
        others: Others::new(tree.text),
        out: Rendered::default(),
    };
    writer.out.text.push('{');
    match writer.get(id, "version") {
        Some(version) => {
            writer.out.text.push_str("\"Version\":");
            writer.string(version, Slot::Version);
        }
        None => writer.out.text.push_str("\"Version\":\"2012-10-17\""),
    }
    if let Some(name) = writer.given(id, "policy_id") {
        writer.out.text.push_str(",\"Id\":");
        writer.string(name, Slot::Sid);
    }
    writer.out.text.push_str(",\"Statement\":[");
    for statement in writer.bodies(id, "statement") {
        writer.out.separate();
        writer.statement(statement);
        if writer.out.text.len() > limit {
            return None;
        }
    }
    // Those that only a deployment knows.
    let more = dynamic(tree, id, "statement").is_some();
    writer.out.open += usize::from(more);
    writer.out.text.push_str("]}");
    if more {
        writer.out.may_have_statements();
        writer.out.may_have_parts(0);
    }
    writer.add(id, 0, false);
    Some(writer.out)
}

/// The `dynamic` block that makes blocks of this name, as many as only a deployment knows, or what Pulumi has in their place.
pub(crate) fn dynamic(tree: &Tree<'_>, id: Id, name: &str) -> Option<Id> {
    let blocks = tree.get(id, "dynamic").map(|id| tree.items(id));
    (blocks.iter().flatten())
        .find_map(|&block| tree.get(block, name))
        .or_else(|| {
            let items = tree.items(member(tree, id, name)?);
            items.into_iter().find(|&item| tree.text(item).is_some())
        })
}

/// The names that Pulumi has for attributes and blocks whose own differ: its function has the arguments of the data source.
///
/// See <https://www.pulumi.com/registry/packages/aws/api-docs/iam/getpolicydocument/>.
const OF_PULUMI: [(&str, &str); 10] = [
    ("policy_id", "policyId"),
    ("statement", "statements"),
    ("not_actions", "notActions"),
    ("not_resources", "notResources"),
    ("not_principals", "notPrincipals"),
    ("condition", "conditions"),
    ("source_policy_documents", "sourcePolicyDocuments"),
    ("override_policy_documents", "overridePolicyDocuments"),
    ("source_json", "sourceJson"),
    ("override_json", "overrideJson"),
];

/// An attribute or the blocks of this name, by either name.
pub(crate) fn member(tree: &Tree<'_>, id: Id, name: &str) -> Option<Id> {
    tree.get(id, name).or_else(|| {
        let (_, other) = OF_PULUMI.iter().find(|(known, _)| *known == name)?;
        tree.get(id, other)
    })
}

/// The attributes of blocks that a plan says are not known yet: the block and the attribute.
pub(crate) type Unknowns = HashSet<(Id, String)>;

struct Blocks<'t> {
    tree: &'t Tree<'t>,
    language: &'t Language<'t>,
    unknown: &'t Unknowns,
    fill: Fill,
    others: Others<'t>,
    out: Rendered,
}

impl<'t> Blocks<'t> {
    /// An attribute, unless it is `null`, which is as if it were not there.
    fn get(&self, id: Id, name: &str) -> Option<Id> {
        let tree = self.tree;
        (member(tree, id, name)).filter(|&id| !matches!(tree.node(id).value, Value::Null))
    }

    fn is_unknown(&self, id: Id, name: &str) -> bool {
        !self.unknown.is_empty() && self.unknown.contains(&(id, name.to_string()))
    }

    /// An attribute that counts as absent when it is empty.
    fn given(&self, id: Id, name: &str) -> Option<Id> {
        (self.get(id, name)).filter(|&id| match &self.tree.node(id).value {
            Value::Text(text, _) => !text.is_empty(),
            Value::List(items) => !items.is_empty(),
            Value::Literal(_) | Value::Null | Value::Map(_) => true,
        })
    }

    /// Whether a deployment may leave out the attribute or blocks of this name, and does if the statement is right: what is not
    /// known may be `null`, or no blocks, and a statement has either an element or its negation.
    fn is_left_out(&self, id: Id, name: &str, other: &str) -> bool {
        let is_open = |name: &str| match self.given(id, name) {
            Some(value) => self.tree.text(value).is_some_and(|text| {
                matches!(self.tree.node(value).value, Value::Text(..))
                    && known(self.language.string(text).0).is_unknown()
            }),
            None => self.is_unknown(id, name) || dynamic(self.tree, id, name).is_some(),
        };
        let is_there = |name: &str| self.given(id, name).is_some() || is_open(name);
        is_open(name) && is_there(other) && (!is_open(other) || name.starts_with("not_"))
    }

    fn blocks(&self, id: Id, name: &str) -> Vec<Id> {
        member(self.tree, id, name)
            .map(|id| self.tree.items(id))
            .unwrap_or_default()
    }

    /// The blocks of a name that the file has.
    fn bodies(&self, id: Id, name: &str) -> Vec<Id> {
        let mut blocks = self.blocks(id, name);
        blocks.retain(|&block| self.tree.text(block).is_none());
        blocks
    }

    fn statement(&mut self, id: Id) {
        let start = self.out.text.len();
        self.out.text.push('{');
        if let Some(sid) = self.given(id, "sid") {
            self.out.text.push_str("\"Sid\":");
            self.string(sid, Slot::Sid);
            self.out.text.push(',');
        }
        self.out.text.push_str("\"Effect\":");
        match self.get(id, "effect") {
            Some(effect) => self.string(effect, Slot::Effect),
            None => self.out.text.push_str("\"Allow\""),
        }
        for (theirs, other, ours, slot) in [
            ("actions", "not_actions", "Action", Slot::Action),
            ("not_actions", "actions", "NotAction", Slot::Action),
            ("resources", "not_resources", "Resource", Slot::Resource),
            ("not_resources", "resources", "NotResource", Slot::Resource),
        ] {
            if self.is_left_out(id, theirs, other) {
                self.out.open += 1;
                self.out.guessed += 1;
            } else if let Some(list) = self.given(id, theirs) {
                self.out.text.push_str(&format!(",\"{ours}\":"));
                self.set(list, slot);
            } else if self.is_unknown(id, theirs) {
                self.out.text.push_str(&format!(",\"{ours}\":"));
                self.out.open += 1;
                self.open(id, slot);
            }
        }
        for (theirs, other, ours) in [
            ("principals", "not_principals", "Principal"),
            ("not_principals", "principals", "NotPrincipal"),
        ] {
            let blocks = self.bodies(id, theirs);
            let more = dynamic(self.tree, id, theirs)
                .or_else(|| self.is_unknown(id, theirs).then_some(id));
            self.out.open += usize::from(more.is_some());
            if self.is_left_out(id, theirs, other) {
                self.out.guessed += 1;
            } else if !blocks.is_empty() {
                self.out.text.push_str(&format!(",\"{ours}\":"));
                self.principals(&blocks);
            } else if let Some(more) = more {
                self.out.text.push_str(&format!(",\"{ours}\":"));
                self.open(more, Slot::Principal);
            }
        }
        self.conditions(
            &self.bodies(id, "condition"),
            dynamic(self.tree, id, "condition")
                .or_else(|| self.is_unknown(id, "condition").then_some(id)),
        );
        self.out.text.push('}');
        self.out.end_statement();
        self.add(id, start, false);
    }

    /// Terraform joins blocks of one type into one list.
    fn principals(&mut self, blocks: &[Id]) {
        let blocks = self.different(blocks, &["type", "identifiers"]);
        // Anybody, unless others are named too: then Terraform writes the `*` for a type like any other.
        if let &[only] = blocks.as_slice()
            && self.attribute(only, "type") == "*"
            && let [name] = *self.once(&self.blocks(only, "identifiers"))
            && self.tree.text(name) == Some("*")
        {
            let start = self.out.text.len();
            self.out.text.push_str("\"*\"");
            return self.add(name, start, false);
        }
        // Who is meant depends on what is not known.
        let (unknown, known): (Vec<Id>, Vec<Id>) =
            (blocks.into_iter()).partition(|&block| self.attribute(block, "type").contains("${"));
        self.out.open += unknown.len();
        let Some(&first) = known.first() else {
            if let Some(&unknown) = unknown.first() {
                self.open(unknown, Slot::Principal);
            }
            return;
        };
        let start = self.out.text.len();
        self.out.text.push('{');
        for (kind, same) in self.grouped(&known, "type") {
            self.out.separate();
            self.names(&same, "type");
            self.lists(&same, "identifiers", Slot::Principal.member(kind));
        }
        self.out.text.push('}');
        self.add(first, start, false);
    }

    /// Terraform joins blocks of one operator into one object, and those of one key as well into one list.
    fn conditions(&mut self, blocks: &[Id], more: Option<Id>) {
        let blocks = self.different(blocks, &["test", "variable", "values"]);
        let (unknown, blocks): (Vec<Id>, Vec<Id>) = blocks.into_iter().partition(|&block| {
            ["test", "variable"]
                .iter()
                .any(|name| self.attribute(block, name).contains("${"))
        });
        let more = more.or(unknown.first().copied());
        self.out.open += unknown.len().max(usize::from(more.is_some()));
        if more.is_some() {
            self.out.may_have_conditions();
        }
        if blocks.is_empty() {
            if let Some(more) = more {
                self.out.text.push_str(",\"Condition\":");
                self.open(more, Slot::Condition);
            }
            return;
        }
        self.out.text.push_str(",\"Condition\":{");
        let operators = self.grouped(&blocks, "test");
        for (_, of_operator) in &operators {
            self.out.separate();
            self.names(of_operator, "test");
            self.out.text.push('{');
            for (_, same) in self.grouped(of_operator, "variable") {
                self.out.separate();
                self.names(&same, "variable");
                self.lists(&same, "values", Slot::Value);
            }
            self.out.text.push('}');
        }
        self.out.guessed += usize::from(more.is_some());
        // What else may be asked for is unlike all that is.
        if let Some(more) = more
            && self.fill == Fill::Other
            && let Some(free) = ["StringEquals", "StringLike", "StringEqualsIgnoreCase"]
                .iter()
                .find(|name| {
                    !operators
                        .iter()
                        .any(|(known, _)| known.eq_ignore_ascii_case(name))
                })
        {
            let start = self.out.text.len();
            self.out.text.push_str(&format!(
                ",\"{free}\":{{\"aws:SourceAccount\":\"{:012}\",\"aws:PrincipalOrgID\":\"o-a1b2c3d4e5\"}}",
                200_000_000_000 + self.out.open
            ));
            self.add(more, start, true);
        }
        self.out.text.push('}');
    }

    /// The blocks without those that say the same as one before: blocks are a set.
    fn different(&self, blocks: &[Id], attributes: &[&str]) -> Vec<Id> {
        let mut seen: HashSet<Vec<Option<&str>>> = HashSet::new();
        (blocks.iter().copied())
            .filter(|&block| {
                let mut says = Vec::new();
                for name in attributes {
                    let mut values: Vec<&str> = (self.blocks(block, name).into_iter())
                        .map(|id| self.written(id))
                        .collect();
                    // Values of conditions are a list, all others a set.
                    if *name != "values" {
                        values.sort_unstable();
                        values.dedup();
                    }
                    says.extend(values.into_iter().map(Some));
                    says.push(None);
                }
                seen.insert(says)
            })
            .collect()
    }

    /// The blocks by the text of an attribute, in the order in which the texts come first.
    fn grouped(&self, blocks: &[Id], attribute: &str) -> Vec<(&'t str, Vec<Id>)> {
        let mut groups: Vec<(&str, Vec<Id>)> = Vec::new();
        let mut known: HashMap<&str, usize> = HashMap::new();
        for &block in blocks {
            let text = self.attribute(block, attribute);
            let at = *known.entry(text).or_insert(groups.len());
            match groups.get_mut(at) {
                Some((_, group)) => group.push(block),
                None => groups.push((text, vec![block])),
            }
        }
        groups
    }

    /// A scalar as Terraform takes it for a string.
    fn written(&self, id: Id) -> &'t str {
        match &self.tree.node(id).value {
            Value::Text(text, _) => text,
            Value::Literal(text) => text,
            Value::Null | Value::List(_) | Value::Map(_) => "",
        }
    }

    /// Writes what represents something that is open as a whole.
    fn open(&mut self, id: Id, slot: Slot) {
        let start = self.out.text.len();
        let text = slot.filled(self.fill, self.out.open, &self.others);
        self.out.guessed += 1;
        self.out.text.push_str(text.as_deref().unwrap_or("null"));
        self.add(id, start, true);
    }

    /// The text of an attribute, empty when the block has none.
    fn attribute(&self, block: Id, name: &str) -> &'t str {
        let value = self.tree.get(block, name);
        value.and_then(|id| self.tree.text(id)).unwrap_or_default()
    }

    /// Writes an attribute that these blocks have in common as the name of a member.
    fn names(&mut self, blocks: &[Id], attribute: &str) {
        let Some(&block) = blocks.first() else {
            return;
        };
        let start = self.out.text.len();
        let name = self.attribute(block, attribute);
        write_string(&mut self.out.text, name);
        if let Some(id) = self.tree.get(block, attribute) {
            self.add(id, start, false);
        }
        self.out.text.push(':');
    }

    /// Writes the strings of an attribute of several blocks, one after the other.
    fn lists(&mut self, blocks: &[Id], attribute: &str, slot: Slot) {
        let tree = self.tree;
        let given: Vec<Id> = (blocks.iter())
            .filter_map(|&block| self.get(block, attribute))
            .collect();
        match given.as_slice() {
            [] => self.out.text.push_str("[]"),
            &[only] if !matches!(tree.node(only).value, Value::List(_)) => self.string(only, slot),
            &[first, ..] => {
                let items: Vec<Id> = (given.iter())
                    .flat_map(|&list| match slot {
                        Slot::Value => tree.items(list),
                        Slot::Document
                        | Slot::Statements
                        | Slot::Statement
                        | Slot::Version
                        | Slot::Sid
                        | Slot::Effect
                        | Slot::Principal
                        | Slot::Principals
                        | Slot::Service
                        | Slot::Action
                        | Slot::Resource
                        | Slot::Condition
                        | Slot::Keys => self.once(&tree.items(list)),
                    })
                    .collect();
                self.items(first, &items, slot);
            }
        }
    }

    /// Writes the strings of an attribute, each once.
    fn set(&mut self, id: Id, slot: Slot) {
        let Value::List(items) = &self.tree.node(id).value else {
            return self.string(id, slot);
        };
        let once = self.once(items);
        self.items(id, &once, slot);
    }

    /// The strings without those that came before.
    fn once(&self, items: &[Id]) -> Vec<Id> {
        let mut seen = HashSet::new();
        (items.iter().copied())
            .filter(|&id| seen.insert(self.written(id)))
            .collect()
    }

    fn items(&mut self, list: Id, items: &[Id], slot: Slot) {
        let start = self.out.text.len();
        self.out.text.push('[');
        for &item in items {
            self.out.separate();
            self.string(item, slot);
        }
        self.out.text.push(']');
        self.add(list, start, false);
    }

    fn string(&mut self, id: Id, slot: Slot) {
        let start = self.out.text.len();
        let (written, is_text) = match &self.tree.node(id).value {
            Value::Text(text, _) => (text.as_ref(), true),
            Value::Literal(text) => (*text, false),
            // An item that a plan does not know yet.
            Value::Null | Value::List(_) | Value::Map(_) => {
                self.out.open += 1;
                return self.open(id, slot);
            }
        };
        let (pieces, taken) = self.language.string(written);
        let notices = taken.into_iter().map(|taken| (id, Notice::Taken(taken)));
        self.out.notices.extend(notices);
        let known = known(pieces);
        let mut filled = self.out.samples.fill(&known, self.fill);
        let open = !filled.open.is_empty();
        let mut value = filled.text.clone();
        // `&{aws:username}` is Terraform's way to write a policy variable where there may be one.
        if !matches!(
            slot,
            Slot::Version | Slot::Sid | Slot::Effect | Slot::Action
        ) {
            value = value.replace("&{", "${");
        }
        self.out.open += usize::from(open);
        // The whole of it is unknown: nothing is known of its form.
        let variable = self.fill == Fill::Named && slot.takes_variables();
        let whole = known.is_unknown() && !variable;
        self.out.guessed += usize::from(whole);
        let text = slot.filled(self.fill, self.out.open, &self.others);
        match text.filter(|_| whole) {
            Some(text) => {
                self.out.text.push_str(&text);
                self.add(id, start, open);
            }
            // The other way to write a variable is as long, so that what is open has its place.
            None => {
                filled.text.clone_from(&value);
                self.out.add_string(self.tree, id, &filled);
            }
        }
        if value != written || !is_text {
            self.out.forget_style();
        }
    }

    fn add(&mut self, id: Id, start: usize, open: bool) {
        self.out.add(self.tree, id, start, open);
    }
}
