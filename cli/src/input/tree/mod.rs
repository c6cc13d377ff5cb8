//! A file as a tree in which every node has its place: what JSON and YAML have in common.

mod compare;
mod json;
mod plain_yaml;
mod yaml;

use std::borrow::Cow;
use std::collections::HashMap;

pub(crate) use json::parse as parse_json;
use rekognition_iam_runtime::json::Span;
pub(crate) use yaml::{comments as yaml_comments, parse as parse_yaml, validate as validate_yaml};

use crate::input::positions::Positions;

/// Deeper than any template, and shallow enough for functions that walk the tree by calling themselves.
pub(crate) const MAX_DEPTH: usize = 64;

/// The number of a node.
pub(crate) type Id = usize;

#[derive(Debug, Default)]
pub(crate) struct Tree<'t> {
    pub(crate) text: &'t str,
    nodes: Vec<Node<'t>>,
    /// One for each document of the file.
    pub(crate) roots: Vec<Id>,
    /// What other files say, which references need to know.
    pub(crate) context: Option<Id>,
    /// Modules on disk that the file calls.
    pub(crate) calls: Vec<Called>,
    /// Blocks that are one of several instances, and which: `["a"]`.
    pub(crate) instances: HashMap<Id, String>,
    /// Where the characters of texts are that were evaluated.
    pub(crate) positions: HashMap<Id, Positions>,
}

/// A module that a file calls, with the arguments that it gives.
#[derive(Debug)]
pub(crate) struct Called {
    /// `module.x`
    pub(crate) path: String,
    /// What its references start with: `module.x[0].`
    pub(crate) address: String,
    /// The directory that it is in.
    pub(crate) directory: String,
    pub(crate) root: Id,
    /// The same without the arguments, as it is when its own files are read.
    pub(crate) alone: Option<Id>,
}

#[derive(Debug)]
pub(crate) struct Node<'t> {
    /// Where it stands: a scalar with its quotes, a list or map from its first to its last character.
    pub(crate) span: Span,
    /// The tag of YAML, of which most files have few: a pointer, because a file may have millions of nodes.
    pub(crate) tag: Option<Box<LocalTag>>,
    pub(crate) value: Value<'t>,
}

/// A tag with its `!`, such as `!Sub`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LocalTag(pub(crate) String);

#[derive(Debug)]
pub(crate) enum Value<'t> {
    Text(Cow<'t, str>, Style),
    /// A number, `true` or `false`, as written.
    Literal(&'t str),
    Null,
    List(Vec<Id>),
    /// Names are nodes too, for they have places.
    Map(Vec<(Id, Id)>),
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Json,
    Plain,
    Single,
    Double,
    Block,
    /// A string of HCL, between quotes.
    Template,
    /// A heredoc of HCL.
    Heredoc,
    /// The name of a member in HCL, without quotes.
    Bare,
    /// What was evaluated, and is not a literal of the file.
    Computed,
}

/// Why a file is not a tree.
#[derive(Debug)]
pub(crate) struct TreeError {
    pub(crate) message: String,
    pub(crate) help: Option<&'static str>,
    pub(crate) span: Span,
}

impl<'t> Tree<'t> {
    /// The tree of a file with this text, without a node.
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }

    /// Makes room for this many nodes, without which a large tree would be copied each time that it doubles.
    fn reserve(&mut self, nodes: usize) {
        self.nodes.reserve(nodes);
    }

    /// Whether its text is written as JSON is.
    pub(crate) fn is_json(&self) -> bool {
        self.text.trim_start().starts_with(['{', '['])
    }

    pub(crate) fn add(&mut self, node: Node<'t>) -> Id {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// How many nodes there are.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "ids come from `add`, and no node is ever removed"
    )]
    pub(crate) fn node(&self, id: Id) -> &Node<'t> {
        &self.nodes[id]
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "ids come from `add`, and no node is ever removed"
    )]
    fn node_mut(&mut self, id: Id) -> &mut Node<'t> {
        &mut self.nodes[id]
    }

    /// Whether one node is another or has it below it.
    pub(crate) fn reaches(&self, from: Id, to: Id) -> bool {
        let mut seen = std::collections::HashSet::new();
        let mut open = vec![from];
        while let Some(id) = open.pop() {
            if id == to {
                return true;
            }
            if !seen.insert(id) {
                continue;
            }
            match &self.node(id).value {
                Value::List(items) => open.extend(items),
                Value::Map(members) => open.extend(members.iter().map(|(_, value)| value)),
                Value::Text(..) | Value::Literal(_) | Value::Null => {}
            }
        }
        false
    }

    /// Replaces an item of a list, or a value of a map, by another node.
    pub(crate) fn replace_child(&mut self, parent: Id, number: usize, by: Id) {
        let child = match &mut self.node_mut(parent).value {
            Value::List(items) => items.get_mut(number),
            Value::Map(members) => members.get_mut(number).map(|(_, value)| value),
            Value::Text(..) | Value::Literal(_) | Value::Null => None,
        };
        if let Some(child) = child {
            *child = by;
        }
    }

    pub(crate) fn text(&self, id: Id) -> Option<&str> {
        match &self.node(id).value {
            Value::Text(text, _) => Some(text),
            Value::Literal(_) | Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    pub(crate) fn map(&self, id: Id) -> &[(Id, Id)] {
        match &self.node(id).value {
            Value::Map(members) => members,
            Value::Text(..) | Value::Literal(_) | Value::Null | Value::List(_) => &[],
        }
    }

    /// The items of a list; a value that is not a list is its own only item.
    pub(crate) fn items(&self, id: Id) -> Vec<Id> {
        match &self.node(id).value {
            Value::List(items) => items.clone(),
            Value::Null => Vec::new(),
            Value::Text(..) | Value::Literal(_) | Value::Map(_) => vec![id],
        }
    }

    pub(crate) fn get(&self, id: Id, name: &str) -> Option<Id> {
        self.map(id)
            .iter()
            .find(|(key, _)| self.text(*key) == Some(name))
            .map(|&(_, value)| value)
    }

    /// The entries of maps, each from its name to the end of its value, and the items of lists, without the entries that have one of
    /// these names.
    pub(crate) fn elements(&self, without: &[Id]) -> Vec<Span> {
        let mut out = Vec::new();
        for node in &self.nodes {
            match &node.value {
                Value::List(items) => out.extend(items.iter().map(|&item| self.node(item).span)),
                Value::Map(members) => out.extend(
                    (members.iter())
                        .filter(|(name, _)| !without.contains(name))
                        .map(|&(name, value)| {
                            let (name, value) = (self.node(name).span, self.node(value).span);
                            // What an alias refers to is somewhere else.
                            let end = match value.start >= name.end {
                                true => value.end,
                                false => name.end,
                            };
                            Span::new(name.start, end)
                        }),
                ),
                Value::Text(..) | Value::Literal(_) | Value::Null => {}
            }
        }
        out
    }

    /// Where the characters of a string are in the file.
    pub(crate) fn positions_of(&self, id: Id) -> Positions {
        if let Some(positions) = self.positions.get(&id) {
            return positions.clone();
        }
        let node = self.node(id);
        let nothing = || Positions::given(vec![node.span.start]);
        let Value::Text(value, style) = &node.value else {
            return nothing();
        };
        let quote = match style {
            Style::Json | Style::Single | Style::Double => 1,
            Style::Plain | Style::Block => 0,
            // Their positions are given.
            Style::Template | Style::Heredoc | Style::Bare | Style::Computed => return nothing(),
        };
        let mut start = node.span.start + quote;
        let end = node.span.end.saturating_sub(quote).max(start);
        let mut raw = self.text.get(start..end).unwrap_or_default();
        // The head of a block scalar, `|-`, is not a part of its text, where the parser counts it in.
        if *style == Style::Block && raw.starts_with(['|', '>']) {
            let head = raw.find('\n').map_or(raw.len(), |end| end + 1);
            (start, raw) = (start + head, raw.get(head..).unwrap_or_default());
        }
        let escapes = matches!(style, Style::Json | Style::Double);
        Positions::written(value, raw, start, escapes)
    }

    /// What represents a node in a report: the whole of a scalar, the beginning of a list or map.
    pub(crate) fn shown(&self, id: Id) -> Span {
        let node = self.node(id);
        match node.value {
            Value::List(_) | Value::Map(_) => {
                let first = node.span.of(self.text).chars().next();
                let length = match first {
                    Some('{' | '[') => 1,
                    // YAML in blocks has no bracket to point at: the first line represents it.
                    _ => {
                        let line = node.span.of(self.text).lines().next().unwrap_or_default();
                        line.trim_end().len()
                    }
                };
                Span::new(node.span.start, node.span.start + length)
            }
            Value::Text(..) | Value::Literal(_) | Value::Null => node.span,
        }
    }
}

/// The path of a member of what is at `path`.
pub(crate) fn join(path: &str, name: &str) -> String {
    let plain = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    match (path, plain) {
        ("", true) => name.to_string(),
        // Every value of a file has one, so this is a larger part of the time than it seems.
        (_, true) => [path, ".", name].concat(),
        _ => format!("{path}[{}]", crate::json_text::quoted(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::{parse_json, parse_yaml};

    #[test]
    fn characters_are_found_in_every_style() {
        let value = r#"{"a":"b c"}"#;
        for yaml in [
            "k: '{\"a\":\"b c\"}'",
            "k: \"{\\\"a\\\":\\\"b c\\\"}\"",
            "k: |-\n  {\"a\":\"b c\"}\n",
            "k: >-\n  {\"a\":\"b\n  c\"}\n",
            "k: \"{\\\"a\\\":\\\"b\n    c\\\"}\"",
            "k: \"{\\\"a\\\":\\\"b\\\n    \\ c\\\"}\"",
        ] {
            let tree = parse_yaml(yaml).unwrap();
            let id = tree.get(tree.roots[0], "k").unwrap();
            assert_eq!(tree.text(id), Some(value), "{yaml}");
            let positions = tree.positions_of(id);
            for name in ['a', 'b', 'c'] {
                let offset = value.find(name).unwrap();
                let at = positions.at(offset);
                assert!(
                    yaml.split_at(at).1.starts_with(name),
                    "{name} in {yaml:?}: {at}"
                );
            }
        }
        let json = r#"{"k":"\u00e4\ud83d\ude00\n'x"}"#;
        let tree = parse_json(json, &rekognition_iam_runtime::json::Limits::default()).unwrap();
        let id = tree.get(tree.roots[0], "k").unwrap();
        let offset = tree.text(id).unwrap().find('x').unwrap();
        let at = tree.positions_of(id).at(offset);
        assert!(json.split_at(at).1.starts_with('x'));
    }
}
