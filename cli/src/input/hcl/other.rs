//! The other syntax of the language: what a file in JSON says, as HCL. So only one syntax is evaluated.
//!
//! See <https://developer.hashicorp.com/terraform/language/syntax/json>.

use rekognition_iam_runtime::json::Limits;

use super::words::{is_name, quoted};
use crate::input::language::template_end;
use crate::input::tree::{self, Id, Tree, Value};

/// A file of values of variables. Its strings are what they say.
pub(super) fn values(json: &str) -> Result<String, String> {
    let tree = parsed(json)?;
    let mut out = Writer::new(&tree);
    for root in tree.roots.iter().copied().flat_map(|root| tree.items(root)) {
        for &(name, value) in tree.map(root) {
            out.attribute(name, value, Strings::Literal)?;
        }
    }
    Ok(out.text)
}

/// A file of blocks, of which only those that have values or resources are read.
pub(super) fn blocks(json: &str) -> Result<String, String> {
    let tree = parsed(json)?;
    let mut out = Writer::new(&tree);
    for root in tree.roots.iter().copied().flat_map(|root| tree.items(root)) {
        for &(name, section) in tree.map(root) {
            let name = tree.text(name).unwrap_or_default();
            let labels = match name {
                "locals" => 0,
                "variable" | "module" | "output" | "provider" => 1,
                "resource" | "data" | "ephemeral" => 2,
                _ => continue,
            };
            out.labeled(name, section, labels)?;
        }
    }
    Ok(out.text)
}

fn parsed(json: &str) -> Result<Tree<'_>, String> {
    let json = json.strip_prefix('\u{feff}').unwrap_or(json);
    tree::parse_json(json, &Limits::default()).map_err(|error| error.message)
}

/// What the strings of a value are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strings {
    Literal,
    Template,
}

/// Members that are blocks of a policy document, and not attributes.
const BLOCKS: [&str; 4] = ["statement", "principals", "not_principals", "condition"];

struct Writer<'t> {
    tree: &'t Tree<'t>,
    text: String,
}

impl<'t> Writer<'t> {
    const fn new(tree: &'t Tree<'t>) -> Self {
        Self {
            tree,
            text: String::new(),
        }
    }

    /// Blocks of which so many labels are the names of nested objects.
    fn labeled(&mut self, head: &str, id: Id, labels: usize) -> Result<(), String> {
        for item in self.tree.items(id) {
            if labels == 0 {
                self.block(head, item)?;
                continue;
            }
            for &(label, inner) in self.tree.map(item) {
                let label = self.tree.text(label).unwrap_or_default();
                if label != "//" {
                    let head = format!("{head} {}", quoted(label));
                    self.labeled(&head, inner, labels - 1)?;
                }
            }
        }
        Ok(())
    }

    fn block(&mut self, head: &str, id: Id) -> Result<(), String> {
        self.text.push_str(head);
        self.text.push_str(" {\n");
        let has_blocks = head.starts_with("data \"aws_iam_policy_document\"")
            || BLOCKS.contains(&head)
            || head == "content";
        for &(name, value) in self.tree.map(id) {
            let known = self.tree.text(name).unwrap_or_default();
            match known {
                "dynamic" => self.labeled("dynamic", value, 1)?,
                "content" if head.starts_with("dynamic") => self.labeled("content", value, 0)?,
                "type" if head.starts_with("variable") => self.expression(known, value)?,
                "iterator" if head.starts_with("dynamic") => self.expression(known, value)?,
                "default" if head.starts_with("variable") => {
                    self.attribute(name, value, Strings::Literal)?;
                }
                _ if has_blocks && BLOCKS.contains(&known) => self.labeled(known, value, 0)?,
                _ => self.attribute(name, value, Strings::Template)?,
            }
        }
        self.text.push_str("}\n");
        Ok(())
    }

    /// An attribute whose string is an expression.
    fn expression(&mut self, name: &str, value: Id) -> Result<(), String> {
        let Some(expression) = self.tree.text(value) else {
            return Err(format!("the value of `{name}` is not an expression"));
        };
        self.text.push_str(&format!("{name} = {expression}\n"));
        Ok(())
    }

    fn attribute(&mut self, name: Id, value: Id, strings: Strings) -> Result<(), String> {
        let name = self.tree.text(name).unwrap_or_default();
        match name {
            // A comment.
            "//" => Ok(()),
            name if is_name(name) => {
                self.text.push_str(&format!("{name} = "));
                self.value(value, strings);
                self.text.push('\n');
                Ok(())
            }
            name => Err(format!("`{name}` is not a name")),
        }
    }

    fn value(&mut self, id: Id, strings: Strings) {
        match &self.tree.node(id).value {
            Value::Text(text, _) => self.string(text, strings),
            Value::Literal(text) => self.text.push_str(text),
            Value::Null => self.text.push_str("null"),
            Value::List(items) => {
                self.text.push('[');
                for &item in items {
                    self.value(item, strings);
                    self.text.push_str(", ");
                }
                self.text.push(']');
            }
            Value::Map(members) => {
                self.text.push_str("{\n");
                for &(name, value) in members {
                    self.string(self.tree.text(name).unwrap_or_default(), strings);
                    self.text.push_str(" = ");
                    self.value(value, strings);
                    self.text.push('\n');
                }
                self.text.push('}');
            }
        }
    }

    /// A string, in which expressions stay as they are.
    fn string(&mut self, text: &str, strings: Strings) {
        if strings == Strings::Literal {
            self.text.push_str(&quoted(text));
            return;
        }
        let plain = |text: &str| {
            let quoted = crate::json_text::quoted(text);
            quoted
                .get(1..quoted.len() - 1)
                .unwrap_or_default()
                .to_string()
        };
        self.text.push('"');
        let mut rest = text;
        while let Some(found) = rest.find(['$', '%']) {
            let (before, from) = rest.split_at(found);
            self.text.push_str(&plain(before));
            let is_escape = from.starts_with("$${") || from.starts_with("%%{");
            let is_template = from.starts_with("${") || from.starts_with("%{");
            let length = match (is_escape, is_template) {
                (true, _) => 3,
                (false, true) => template_end(from),
                (false, false) => 1,
            };
            let (taken, after) = from.split_at(length);
            self.text.push_str(taken);
            rest = after;
        }
        self.text.push_str(&plain(rest));
        self.text.push('"');
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn strings_are_templates_in_blocks_and_text_in_values() {
        let json = r#"{"//": "x", "a": "${b}\n\"", "c": [1, true, null, {"k": "%{"}]}"#;
        assert_eq!(
            super::values(json).unwrap(),
            "a = \"$${b}\\n\\\"\"\nc = [1, true, null, {\n\"k\" = \"%%{\"\n}, ]\n"
        );
        let json = r#"{"locals": {"a": "\"${f("x")}$${y}$"}, "terraform": {}}"#;
        assert!(super::blocks(json).is_err(), "a quote ends the string");
        let json = r#"{"locals": {"a": "\"${f(\"x\")}$${y}$"}, "terraform": {}}"#;
        assert_eq!(
            super::blocks(json).unwrap(),
            "locals {\na = \"\\\"${f(\"x\")}$${y}$\"\n}\n"
        );
    }

    #[test]
    fn names_and_expressions() {
        assert_eq!(
            super::blocks(r#"{"variable": {"v": {"type": "list(string)", "default": ["${x}"]}}}"#)
                .unwrap(),
            "variable \"v\" {\ntype = list(string)\ndefault = [\"$${x}\", ]\n}\n"
        );
        assert!(super::values(r#"{"a b": 1}"#).is_err());
    }
}
