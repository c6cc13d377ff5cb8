//! What two trees of nearly the same text have in common.

use rekognition_iam_runtime::json::Span;

use super::{Id, Style, Tree, Value};

/// Ways from a root to a node that are counted. Aliases of aliases have more than anybody could follow.
const MOST_WAYS: usize = 1_000;

impl Tree<'_> {
    /// Where this tree first differs from another one, scalars aside for which `edited` holds.
    pub(crate) fn differs(&self, other: &Tree<'_>, edited: impl Fn(Span) -> bool) -> Option<Span> {
        if self.nodes.len() != other.nodes.len() || self.roots != other.roots {
            return Some(Span::default());
        }
        let same = |id: &Id| {
            let (old, new) = (self.node(*id), other.node(*id));
            old.tag == new.tag
                && match (&old.value, &new.value) {
                    (Value::List(old), Value::List(new)) => old == new,
                    (Value::Map(old), Value::Map(new)) => old == new,
                    (Value::List(_) | Value::Map(_), _) | (_, Value::List(_) | Value::Map(_)) => {
                        false
                    }
                    (Value::Text(old_text, _), Value::Text(new_text, _)) => {
                        old_text == new_text || edited(old.span)
                    }
                    (Value::Literal(old_text), Value::Literal(new_text)) => {
                        old_text == new_text || edited(old.span)
                    }
                    (Value::Null, Value::Null) => true,
                    (Value::Text(..) | Value::Literal(_) | Value::Null, _) => edited(old.span),
                }
        };
        (0..self.nodes.len())
            .find(|id| !same(id))
            .map(|id| self.node(id).span)
    }

    /// How many places of the file read the scalar at a span: more than one when it has an anchor and aliases.
    pub(crate) fn readers(&self, span: Span) -> usize {
        // A value that was evaluated is a node wherever it is read.
        if self.context.is_some() {
            return (0..self.nodes.len())
                .filter(|&id| self.reads(id, span))
                .count();
        }
        let around = |id: &Id| {
            let node = self.node(*id);
            !matches!(node.value, Value::List(_) | Value::Map(_))
                && node.span.start <= span.start
                && span.end <= node.span.end
        };
        let Some(id) = (0..self.nodes.len()).find(around) else {
            return 1;
        };
        let mut parents: Vec<Vec<Id>> = vec![Vec::new(); self.nodes.len()];
        let mut add = |child: Id, parent: Id| {
            if let Some(parents) = parents.get_mut(child) {
                parents.push(parent);
            }
        };
        for (parent, node) in self.nodes.iter().enumerate() {
            match &node.value {
                Value::List(items) => items.iter().for_each(|&item| add(item, parent)),
                Value::Map(members) => {
                    for &(name, value) in members {
                        add(name, parent);
                        add(value, parent);
                    }
                }
                Value::Text(..) | Value::Literal(_) | Value::Null => {}
            }
        }
        let (mut todo, mut ways) = (vec![id], 0);
        while let Some(id) = todo.pop() {
            let above = parents.get(id).map(Vec::as_slice).unwrap_or_default();
            if above.is_empty() {
                ways += 1;
            }
            todo.extend(above);
            if ways > MOST_WAYS || todo.len() > MOST_WAYS {
                return usize::MAX;
            }
        }
        ways
    }

    /// Whether a node has the literal at a span, or a text in which it is.
    fn reads(&self, id: Id, span: Span) -> bool {
        let node = self.node(id);
        if let Some(positions) = self.positions.get(&id) {
            return positions.has(span.start);
        }
        matches!(node.value, Value::Text(_, Style::Template | Style::Bare))
            && node.span.start <= span.start
            && span.end <= node.span.end
    }

    /// How many names are in their map already.
    pub(crate) fn twice(&self) -> usize {
        let mut count = 0;
        for node in &self.nodes {
            let Value::Map(members) = &node.value else {
                continue;
            };
            let mut names: Vec<_> = (members.iter())
                .filter_map(|&(name, _)| self.text(name))
                .collect();
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            count += all - names.len();
        }
        count
    }
}
