//! Policies that stand as maps and lists in JSON or YAML, with CloudFormation's functions among them.

use super::functions::{Functions, intrinsic};
use super::rendered::Rendered;
use super::slot::{Others, Slot};
use crate::input::known::{Fill, Known};
use crate::input::language::{Language, is_literal};
use crate::input::tree::{Id, MAX_DEPTH, Tree, Value};
use crate::json_text::write_string;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    /// A policy document.
    Document,
    /// Statements, or one, without the document around them.
    Statements,
}

/// What is written for an `If` in a list, of whose branches a deployment has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Branch {
    /// All of them, one after the other.
    All,
    /// The one of this number, counted again from the first where there are fewer.
    Only(usize),
    /// The shortest in the file.
    Shortest,
}

/// A policy document of a tree as JSON. Nothing when it is longer than `limit`, or open as a whole.
pub(crate) fn document<'t>(
    tree: &'t Tree<'t>,
    id: Id,
    whole: Whole,
    language: &'t Language<'t>,
    fill: Fill,
    limit: usize,
) -> Option<Rendered> {
    with_branch(tree, id, whole, language, (fill, Branch::All), limit)
}

/// The same with what is to be written for an `If` in a list.
pub(crate) fn with_branch<'t>(
    tree: &'t Tree<'t>,
    id: Id,
    whole: Whole,
    language: &'t Language<'t>,
    (fill, branch): (Fill, Branch),
    limit: usize,
) -> Option<Rendered> {
    let mut renderer = Renderer {
        tree,
        fill,
        branch,
        limit,
        functions: Functions::new(tree, language, limit),
        others: Others::new(tree.text),
        out: Rendered::default(),
    };
    match whole {
        Whole::Document => renderer.value(id, Slot::Document, 0)?,
        Whole::Statements => {
            renderer
                .out
                .text
                .push_str("{\"Version\":\"2012-10-17\",\"Statement\":");
            renderer.value(id, Slot::Statements, 0)?;
            renderer.out.text.push('}');
            renderer.add(id, 0, false);
        }
    }
    renderer.out.notices = renderer.functions.notices();
    Some(renderer.out)
}

/// How many branches within branches are looked at.
const BRANCHES: usize = 10_000;

struct Renderer<'t> {
    tree: &'t Tree<'t>,
    fill: Fill,
    branch: Branch,
    limit: usize,
    functions: Functions<'t>,
    others: Others<'t>,
    out: Rendered,
}

impl Renderer<'_> {
    /// Writes a value. Nothing when the text got too long.
    fn value(&mut self, id: Id, slot: Slot, depth: usize) -> Option<()> {
        // An alias of YAML may name one node many times over.
        if self.out.text.len() > self.limit || depth > MAX_DEPTH || !self.functions.step() {
            return None;
        }
        let node = self.tree.node(id);
        let start = self.out.text.len();
        if slot.takes_list() && self.chooses(id) {
            self.list(&[id], slot, depth)?;
            self.add(id, start, false);
            return Some(());
        }
        if let Some(text) = self.functions.literal(id) {
            write_string(&mut self.out.text, text);
            self.add(id, start, false);
            return Some(());
        }
        if let Some(known) = self.functions.known(id) {
            let variable = self.fill == Fill::Named && slot.takes_variables();
            if known.is_unknown() && !variable {
                self.out.guessed += 1;
                // What is unknown as a whole says nothing about its form.
                let text = slot.filled(self.fill, self.out.open, &self.others)?;
                self.out.text.push_str(&text);
                if slot.holds_conditions() {
                    self.out.may_have_conditions();
                }
                self.out.open += 1;
                self.add(id, start, true);
                return Some(());
            }
            let filled = self.out.samples.fill(&known, self.fill);
            self.out.open += usize::from(!filled.open.is_empty());
            self.out.add_string(self.tree, id, &filled);
            if self.tree.text(id).is_some_and(|text| text != filled.text) {
                self.out.forget_style();
            }
            return Some(());
        }
        match &node.value {
            Value::List(items) => self.list(items, slot, depth)?,
            Value::Map(members) => {
                // A statement that stands without a list.
                let slot = if slot == Slot::Statements {
                    Slot::Statement
                } else {
                    slot
                };
                self.out.text.push('{');
                let mut more = false;
                for &(name, value) in members {
                    more |= self.member(name, value, slot, depth)?;
                }
                self.out.text.push('}');
                if more {
                    self.out.may_have_parts(start);
                }
                if slot == Slot::Statement {
                    self.out.end_statement();
                }
            }
            Value::Text(..) | Value::Literal(_) | Value::Null => self.out.text.push_str("null"),
        }
        self.add(id, start, false);
        Some(())
    }

    /// Writes a list. Nothing when the text got too long.
    fn list(&mut self, items: &[Id], slot: Slot, depth: usize) -> Option<()> {
        let start = self.out.text.len();
        self.out.text.push('[');
        let (items, more) = self.flattened(items, slot.item());
        for item in items {
            self.out.separate();
            self.value(item, slot.item(), depth + 1)?;
        }
        self.out.text.push(']');
        if more {
            self.out.may_have_statements();
            self.out.may_have_parts(start);
        }
        Some(())
    }

    /// Whether the branches of an `If` are written for a value. A value that has a name of its own in comparisons is not taken
    /// apart.
    fn chooses(&self, id: Id) -> bool {
        self.fill != Fill::Named && !branches(self.tree, id, &mut { BRANCHES }).is_empty()
    }

    /// The value of a member, which is one of the branches where it is an `If`. Nothing where that leaves the member out.
    fn chosen(&mut self, value: Id, slot: Slot) -> Option<Id> {
        if !self.chooses(value) {
            return Some(value);
        }
        let branches = branches(self.tree, value, &mut { BRANCHES });
        let present = |id: &Id| !self.functions.is_absent(*id);
        let chosen = match self.branch {
            Branch::All => branches.iter().copied().find(present),
            Branch::Only(number) => {
                (branches.get(number % branches.len()).copied()).filter(present)
            }
            Branch::Shortest => match branches.iter().all(present) {
                true => (branches.iter().copied()).min_by_key(|&id| self.length(id)),
                false => None,
            },
        };
        // The list of branches is written where a list may be.
        if slot.takes_list() {
            return chosen.map(|_| value);
        }
        self.out.open += 1;
        self.out.guessed += 1;
        self.out.branches = self.out.branches.max(branches.len());
        if slot.holds_conditions() {
            self.out.may_have_conditions();
        }
        for &other in branches.iter().filter(|&&other| Some(other) != chosen) {
            self.out.add_alternative(self.tree.node(other).span);
        }
        chosen
    }

    /// How long a value is in the file.
    fn length(&self, id: Id) -> usize {
        let span = self.tree.node(id).span;
        match self.functions.is_absent(id) {
            true => 0,
            false => span.end - span.start,
        }
    }

    /// Writes a member of an object, which is what `slot` says. Returns whether the deployment may write other members in its
    /// place, and nothing when the text got too long.
    fn member(&mut self, name: Id, value: Id, slot: Slot, depth: usize) -> Option<bool> {
        let Some(key) = self.tree.text(name) else {
            return Some(false);
        };
        let inner = slot.member(key);
        let Some(value) = self.chosen(value, inner) else {
            return Some(false);
        };
        if self.functions.is_absent(value) {
            return Some(false);
        }
        // `Fn::ForEach` and `Fn::Transform` bring members that nobody knows yet, and so do names that are not known.
        let named = (!is_literal(key)).then(|| self.functions.named(key));
        let is_unknown = named.as_ref().is_some_and(Known::has_unknown);
        let several = key.starts_with("Fn::") || is_unknown || self.is_open(value, inner);
        let is_open = self.functions.is_open(value) && !self.chooses(value);
        if several || (is_open && inner.is_left_out()) {
            self.out.open += 1;
            self.out.unread += usize::from(inner == Slot::Statements);
            self.out.guessed += 1;
            if several && (slot == Slot::Statement || slot.holds_conditions()) {
                self.out.may_have_conditions();
            }
            let statements = inner == Slot::Statements || (several && slot == Slot::Document);
            if statements {
                self.out.may_have_statements();
            }
            return Some(several || statements);
        }
        self.out.separate();
        let start = self.out.text.len();
        let filled = named.map(|named| self.out.samples.fill(&named, self.fill));
        let text = filled.as_ref().map_or(key, |filled| &filled.text);
        write_string(&mut self.out.text, text);
        let is_open = filled.is_some_and(|filled| !filled.open.is_empty());
        self.add(name, start, is_open);
        self.out.text.push(':');
        self.value(value, inner, depth + 1)?;
        Some(false)
    }

    /// Whether nothing is known of the keys in a condition or an operator, which would look empty without them.
    fn is_open(&self, value: Id, inner: Slot) -> bool {
        let members = self.tree.map(value);
        inner.holds_conditions()
            && !members.is_empty()
            && members.iter().all(|&(name, value)| {
                let name = self.tree.text(name).unwrap_or_default();
                let of_operator = inner == Slot::Condition && self.is_open(value, Slot::Keys);
                of_operator || (!is_literal(name) && self.functions.named(name).has_unknown())
            })
    }

    /// The items of a list, with the branches of an `If` in its place, without those that are open as a whole where nothing can
    /// represent them, and whether there are such.
    fn flattened(&mut self, items: &[Id], slot: Slot) -> (Vec<Id>, bool) {
        let mut out = Vec::new();
        let mut more = false;
        let mut todo: Vec<Id> = items.iter().rev().copied().collect();
        // Branches within branches are as deep as the tree, and aliases cannot make them wider than this.
        let mut budget = BRANCHES;
        while let Some(id) = todo.pop() {
            budget = budget.saturating_sub(1);
            if budget == 0 {
                break;
            }
            let branches = branches(self.tree, id, &mut budget);
            if !branches.is_empty() {
                self.out.open += 1;
                self.out.guessed += 1;
                self.out.branches = self.out.branches.max(branches.len());
                let chosen = match self.branch {
                    Branch::All => branches,
                    Branch::Only(number) => {
                        (branches.get(number % branches.len()).copied().into_iter()).collect()
                    }
                    Branch::Shortest => branches
                        .into_iter()
                        .min_by_key(|&id| self.length(id))
                        .into_iter()
                        .collect(),
                };
                for branch in chosen.into_iter().rev() {
                    match &self.tree.node(branch).value {
                        Value::List(inner) if intrinsic(self.tree, branch).is_none() => {
                            todo.extend(inner.iter().rev());
                        }
                        Value::Text(..)
                        | Value::Literal(_)
                        | Value::Null
                        | Value::List(_)
                        | Value::Map(_) => todo.push(branch),
                    }
                }
                continue;
            }
            if self.functions.is_absent(id) {
                continue;
            }
            if self.functions.is_open(id) && slot.is_left_out() {
                self.out.open += 1;
                self.out.guessed += 1;
                self.out.unread += 1;
                more = true;
                continue;
            }
            out.push(id);
        }
        (out, more)
    }

    fn add(&mut self, id: Id, start: usize, open: bool) {
        self.out.add(self.tree, id, start, open);
    }
}

/// The branches of an `If`, with those of an `If` in one of them in its place. Nothing for anything else.
fn branches(tree: &Tree<'_>, id: Id, budget: &mut usize) -> Vec<Id> {
    let both = |id| match intrinsic(tree, id) {
        Some(("If", argument)) => match &tree.node(argument).value {
            Value::List(parts) => match parts.as_slice() {
                [_, yes, no] => Some([*yes, *no]),
                _ => None,
            },
            Value::Text(..) | Value::Literal(_) | Value::Null | Value::Map(_) => None,
        },
        _ => None,
    };
    let mut out = Vec::new();
    let mut todo: Vec<Id> = both(id).into_iter().flatten().rev().collect();
    while let Some(id) = todo.pop() {
        *budget = budget.saturating_sub(1);
        match both(id) {
            Some([yes, no]) if *budget > 1 => todo.extend([no, yes]),
            _ => out.push(id),
        }
    }
    out
}
