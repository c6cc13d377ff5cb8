//! The intrinsic functions of CloudFormation, as far as a template alone says what they give.

use std::cell::Cell;

use super::Fill;
use crate::tree::{Id, MAX_DEPTH, Tree, Value};

pub(super) struct Functions<'t> {
    tree: &'t Tree<'t>,
    fill: Fill,
    /// How long a text may become.
    limit: usize,
    /// How many values may still be looked at. Aliases of YAML make few lines stand for many values, some of which add
    /// nothing to the text.
    steps: Cell<u32>,
    /// How deep functions stand in functions, which aliases can make deeper than the text.
    depth: Cell<usize>,
}

const STEPS: u32 = 1 << 20;

impl<'t> Functions<'t> {
    pub(super) fn new(tree: &'t Tree<'t>, fill: Fill, limit: usize) -> Self {
        Self {
            tree,
            fill,
            limit,
            steps: Cell::new(STEPS),
            depth: Cell::new(0),
        }
    }

    /// Whether one more value may be looked at.
    pub(super) fn step(&self) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        left > 0
    }

    /// The text of a scalar, and whether a part of it is open: all of it when the text is empty.
    pub(super) fn text(&self, id: Id) -> Option<(String, bool)> {
        if !self.step() || self.depth.get() > MAX_DEPTH {
            return Some((String::new(), true));
        }
        self.depth.set(self.depth.get() + 1);
        let text = self.text_within(id);
        self.depth.set(self.depth.get() - 1);
        text
    }

    /// The same, with functions in functions counted.
    fn text_within(&self, id: Id) -> Option<(String, bool)> {
        if let Some((name, argument)) = intrinsic(self.tree, id) {
            return Some(
                self.evaluated(name, argument)
                    .unwrap_or((String::new(), true)),
            );
        }
        match &self.tree.node(id).value {
            Value::Text(text, _) => Some((text.to_string(), false)),
            // CloudFormation makes strings of all scalars.
            Value::Literal(text) => Some((text.to_string(), false)),
            _ => None,
        }
    }

    /// What a function gives, or nothing when that is open.
    fn evaluated(&self, name: &str, argument: Id) -> Option<(String, bool)> {
        match name {
            "Ref" => pseudo(self.tree.text(argument)?).map(|text| (text.to_string(), false)),
            "Sub" => {
                let template = match &self.tree.node(argument).value {
                    Value::List(parts) => *parts.first()?,
                    _ => argument,
                };
                Some(self.substituted(self.tree.text(template)?))
            }
            "Join" => self.joined(argument),
            _ => None,
        }
    }

    /// `Fn::Join`: a separator and a list.
    fn joined(&self, argument: Id) -> Option<(String, bool)> {
        let Value::List(parts) = &self.tree.node(argument).value else {
            return None;
        };
        let [between, list] = parts.as_slice() else {
            return None;
        };
        let between = self.tree.text(*between)?;
        let Value::List(items) = &self.tree.node(*list).value else {
            return None;
        };
        if intrinsic(self.tree, *list).is_some() {
            return None;
        }
        let (mut out, mut open) = (String::new(), false);
        for (number, &item) in items.iter().enumerate() {
            if number > 0 {
                out.push_str(between);
            }
            match self.text(item)? {
                (text, true) if text.is_empty() => {
                    out.push_str(self.fill.pick("*", "open1"));
                    open = true;
                }
                (text, part) => {
                    out.push_str(&text);
                    open |= part;
                }
            }
            if out.len() > self.limit {
                return None;
            }
        }
        Some((out, open))
    }

    /// `Fn::Sub`: `${Name}` is filled in, `${!name}` is written as `${name}`.
    fn substituted(&self, template: &str) -> (String, bool) {
        let (mut out, mut open) = (String::with_capacity(template.len()), false);
        let mut rest = template;
        while let Some(at) = rest.find("${") {
            let (before, tail) = rest.split_at(at);
            out.push_str(before);
            let Some(end) = tail.find('}') else {
                rest = tail;
                break;
            };
            let name = tail.get(2..end).unwrap_or_default();
            match (name.strip_prefix('!'), pseudo(name)) {
                (Some(literal), _) => {
                    out.push_str("${");
                    out.push_str(literal);
                    out.push('}');
                }
                (None, Some(value)) => out.push_str(value),
                (None, None) => {
                    out.push_str(self.fill.pick("*", "open1"));
                    open = true;
                }
            }
            rest = tail.get(end + 1..).unwrap_or_default();
        }
        out.push_str(rest);
        (out, open)
    }

    /// Whether a value is open as a whole.
    pub(super) fn is_open(&self, id: Id) -> bool {
        matches!(self.text(id), Some((text, true)) if text.is_empty())
    }

    /// `AWS::NoValue` takes away what it stands for.
    pub(super) fn is_absent(&self, id: Id) -> bool {
        matches!(intrinsic(self.tree, id), Some(("Ref", argument)) if self.tree.text(argument) == Some("AWS::NoValue"))
    }
}

/// What CloudFormation itself says, with a value that every rule takes.
fn pseudo(name: &str) -> Option<&'static str> {
    Some(match name {
        "AWS::Partition" => "aws",
        "AWS::Region" => "us-east-1",
        "AWS::AccountId" => "123456789012",
        "AWS::URLSuffix" => "amazonaws.com",
        _ => return None,
    })
}

/// The name and argument of an intrinsic function: `!Sub ..` or `{"Fn::Sub": ..}`.
pub(super) fn intrinsic<'t>(tree: &'t Tree<'_>, id: Id) -> Option<(&'t str, Id)> {
    let node = tree.node(id);
    if let Some(tag) = &node.tag {
        return Some((tag.trim_start_matches('!'), id));
    }
    let [(name, argument)] = tree.map(id) else {
        return None;
    };
    match tree.text(*name)? {
        "Ref" => Some(("Ref", *argument)),
        name => Some((name.strip_prefix("Fn::")?, *argument)),
    }
}
