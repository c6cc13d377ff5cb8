//! Terraform's data sources, whose blocks say in their own words what a policy says.

use rekognition_iam_runtime::json::Span;

use super::embedded::template_end;
use super::{Embedded, Fill, Rendered, Slot};
use crate::output::json::write_string;
use crate::tree::{Id, Tree, Value};

/// The blocks of `aws_iam_policy_document` as a policy document.
pub(crate) fn blocks(tree: &Tree<'_>, id: Id, fill: Fill, limit: usize) -> Option<Rendered> {
    let mut writer = Blocks {
        tree,
        fill,
        out: Rendered::default(),
    };
    writer.out.text.push('{');
    match tree.get(id, "version") {
        Some(version) => {
            writer.out.text.push_str("\"Version\":");
            writer.string(version, Slot::Version);
        }
        None => writer.out.text.push_str("\"Version\":\"2012-10-17\""),
    }
    writer.out.text.push_str(",\"Statement\":[");
    let statements = tree
        .get(id, "statement")
        .map(|id| tree.items(id))
        .unwrap_or_default();
    for statement in statements {
        writer.out.separate();
        writer.statement(statement);
        if writer.out.text.len() > limit {
            return None;
        }
    }
    writer.out.text.push_str("]}");
    writer.add(id, 0, false);
    Some(writer.out)
}

struct Blocks<'t> {
    tree: &'t Tree<'t>,
    fill: Fill,
    out: Rendered,
}

impl<'t> Blocks<'t> {
    fn statement(&mut self, id: Id) {
        let tree = self.tree;
        let start = self.out.text.len();
        self.out.text.push('{');
        if let Some(sid) = tree.get(id, "sid")
            && tree.text(sid) != Some("")
        {
            self.out.text.push_str("\"Sid\":");
            self.string(sid, Slot::Sid);
            self.out.text.push(',');
        }
        self.out.text.push_str("\"Effect\":");
        match tree.get(id, "effect") {
            Some(effect) => self.string(effect, Slot::Effect),
            None => self.out.text.push_str("\"Allow\""),
        }
        for (theirs, ours, slot) in [
            ("actions", "Action", Slot::Action),
            ("not_actions", "NotAction", Slot::Action),
            ("resources", "Resource", Slot::Resource),
            ("not_resources", "NotResource", Slot::Resource),
        ] {
            if let Some(list) = tree.get(id, theirs) {
                self.out.text.push_str(&format!(",\"{ours}\":"));
                self.strings(list, slot);
            }
        }
        for (theirs, ours) in [
            ("principals", "Principal"),
            ("not_principals", "NotPrincipal"),
        ] {
            let blocks = tree.get(id, theirs).map(|id| tree.items(id));
            if let Some(blocks) = blocks.filter(|blocks| !blocks.is_empty()) {
                self.out.text.push_str(&format!(",\"{ours}\":"));
                self.principals(&blocks);
            }
        }
        if let Some(blocks) = tree.get(id, "condition") {
            self.conditions(&tree.items(blocks));
        }
        self.out.text.push('}');
        self.add(id, start, false);
    }

    fn principals(&mut self, blocks: &[Id]) {
        if (blocks.iter()).any(|&block| self.attribute(block, "type") == "*") {
            self.out.text.push_str("\"*\"");
            return;
        }
        let start = self.out.text.len();
        self.out.text.push('{');
        for &block in blocks {
            self.out.separate();
            let kind = self.attribute(block, "type");
            write_string(&mut self.out.text, kind);
            self.out.text.push(':');
            self.list(block, "identifiers", Slot::Principal.member(kind));
        }
        self.out.text.push('}');
        if let Some(&first) = blocks.first() {
            self.add(first, start, false);
        }
    }

    /// Terraform joins blocks of one operator into one object.
    fn conditions(&mut self, blocks: &[Id]) {
        self.out.text.push_str(",\"Condition\":{");
        let mut written: Vec<&str> = Vec::new();
        for &first in blocks {
            let operator = self.attribute(first, "test");
            if written.contains(&operator) {
                continue;
            }
            written.push(operator);
            self.out.separate();
            self.name(first, "test");
            self.out.text.push('{');
            for &block in blocks {
                if self.attribute(block, "test") == operator {
                    self.out.separate();
                    self.name(block, "variable");
                    self.list(block, "values", Slot::Value);
                }
            }
            self.out.text.push('}');
        }
        self.out.text.push('}');
    }

    /// The text of an attribute, empty when the block has none.
    fn attribute(&self, block: Id, name: &str) -> &'t str {
        let value = self.tree.get(block, name);
        value.and_then(|id| self.tree.text(id)).unwrap_or_default()
    }

    /// Writes an attribute as the name of a member.
    fn name(&mut self, block: Id, attribute: &str) {
        let start = self.out.text.len();
        let name = self.attribute(block, attribute);
        write_string(&mut self.out.text, name);
        if let Some(id) = self.tree.get(block, attribute) {
            self.add(id, start, false);
        }
        self.out.text.push(':');
    }

    /// Writes the strings of an attribute.
    fn list(&mut self, block: Id, attribute: &str, slot: Slot) {
        match self.tree.get(block, attribute) {
            Some(list) => self.strings(list, slot),
            None => self.out.text.push_str("[]"),
        }
    }

    fn strings(&mut self, id: Id, slot: Slot) {
        let tree = self.tree;
        let start = self.out.text.len();
        let Value::List(items) = &tree.node(id).value else {
            return self.string(id, slot);
        };
        self.out.text.push('[');
        for &item in items {
            self.out.separate();
            self.string(item, slot);
        }
        self.out.text.push(']');
        self.add(id, start, false);
    }

    fn string(&mut self, id: Id, slot: Slot) {
        let start = self.out.text.len();
        let (written, is_text) = match &self.tree.node(id).value {
            Value::Text(text, _) => (text.as_ref(), true),
            Value::Literal(text) => (*text, false),
            _ => {
                self.out.text.push_str("null");
                return self.add(id, start, false);
            }
        };
        let mut filled = Embedded::new(written, Span::default(), true, self.fill);
        // The whole of it is one `${..}`: nothing is known of its form.
        let whole = written.starts_with("${") && template_end(written) == written.len();
        // `&{aws:username}` is Terraform's way to write a policy variable here.
        let value = std::mem::take(&mut filled.text).replace("&{", "${");
        let open = filled.open() > 0;
        self.out.open += usize::from(open);
        match slot.filled(self.fill).filter(|_| whole) {
            Some(text) => self.out.text.push_str(text),
            None => write_string(&mut self.out.text, &value),
        }
        self.add(id, start, open);
        if let Some(piece) = self.out.pieces.last_mut()
            && (value != written || !is_text)
        {
            (piece.exact, piece.style) = (None, None);
        }
    }

    fn add(&mut self, id: Id, start: usize, open: bool) {
        self.out.add(self.tree, id, start, open);
    }
}
