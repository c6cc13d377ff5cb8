//! What is written in a file, without what it means: to see that a fix changes nothing else.

use std::borrow::Cow;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey, TraversalOperator};
use rekognition_iam_runtime::json::Span;

use super::module::{Block, Blocks};
use super::value::Place;
use crate::input::comments::Commented;
use crate::input::tree::{Id, Node, Style, Tree, TreeError, Value};

/// A file as a tree of its literals.
pub(crate) fn syntax(text: &str) -> Result<Tree<'_>, TreeError> {
    Ok(Syntax::of(text)?.tree)
}

/// The comments of a file, and what they can be about.
pub(crate) fn commented(text: &str) -> Commented {
    let Ok(syntax) = Syntax::of(text) else {
        return Commented::default();
    };
    Commented {
        comments: comments(text, &syntax.strings),
        elements: syntax.elements,
    }
}

/// The comments of a text that has strings at these places, in their order.
fn comments(text: &str, strings: &[Span]) -> Vec<Span> {
    let mut out = Vec::new();
    let mut strings = strings.iter().peekable();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(['#', '/'])) {
        let start = at + found;
        while let Some(string) = strings.next_if(|string| string.end <= start) {
            at = at.max(string.end);
        }
        if let Some(string) = strings.peek().filter(|string| string.start <= start) {
            at = string.end;
            continue;
        }
        let rest = text.get(start..).unwrap_or_default();
        let end = if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with('#') || rest.starts_with("//") {
            rest.find(['\r', '\n']).unwrap_or(rest.len())
        } else {
            at = start + 1;
            continue;
        };
        out.push(Span::new(start, start + end));
        at = start + end;
    }
    out
}

struct Syntax<'t> {
    tree: Tree<'t>,
    /// Where strings and heredocs are, in which nothing is a comment.
    strings: Vec<Span>,
    /// Blocks, attributes, members of objects, and items of lists.
    elements: Vec<Span>,
}

impl<'t> Syntax<'t> {
    fn of(text: &'t str) -> Result<Self, TreeError> {
        let blocks = Blocks::parse(text, 0)?;
        let mut out = Self {
            tree: Tree::new(text),
            strings: Vec::new(),
            elements: Vec::new(),
        };
        let root = out.body(&blocks);
        out.tree.roots.push(root);
        out.strings.sort_by_key(|string| string.start);
        Ok(out)
    }

    fn leaf(&mut self, span: Span) -> Id {
        let text = self.tree.text;
        let value = Value::Text(Cow::Borrowed(span.of(text)), Style::Computed);
        self.node(value, span)
    }

    fn node(&mut self, value: Value<'t>, span: Span) -> Id {
        self.tree.add(Node {
            span,
            tag: None,
            value,
        })
    }

    fn body(&mut self, blocks: &Blocks) -> Id {
        let mut items = Vec::new();
        for attribute in &blocks.attributes {
            let name = span(attribute.name_place);
            items.push(self.leaf(name));
            items.push(self.expression(&attribute.value));
            self.element(name, attribute.value.span());
        }
        for block in &blocks.blocks {
            let Block { head, body, .. } = block;
            // Its labels are strings.
            self.strings.push(span(*head));
            // A comment is about one of its attributes.
            if block.ident != "locals" {
                self.elements.push(span(block.place));
            }
            items.push(self.leaf(span(*head)));
            items.push(self.body(body));
        }
        self.node(Value::List(items), Span::default())
    }

    /// An element from its name to the end of its value.
    fn element(&mut self, name: Span, value: Option<std::ops::Range<usize>>) {
        let end = value.map_or(name.end, |value| value.end);
        self.elements.push(Span::new(name.start, end));
    }

    fn expression(&mut self, expression: &Expression) -> Id {
        let at = expression.span().unwrap_or_default();
        let at = Span::new(at.start, at.end);
        let mut items = Vec::new();
        match expression {
            Expression::Null(_)
            | Expression::Bool(_)
            | Expression::Number(_)
            | Expression::Variable(_) => return self.leaf(at),
            Expression::String(_)
            | Expression::StringTemplate(_)
            | Expression::HeredocTemplate(_) => {
                self.strings.push(at);
                return self.leaf(at);
            }
            Expression::ForExpr(each) => {
                items.push(self.expression(&each.intro.collection_expr));
                items.extend(each.key_expr.as_ref().map(|key| self.expression(key)));
                items.push(self.expression(&each.value_expr));
                items.extend((each.cond.as_ref()).map(|cond| self.expression(&cond.expr)));
            }
            Expression::Array(array) => {
                for item in array.iter() {
                    items.push(self.expression(item));
                    let at = item.span().unwrap_or_default();
                    self.elements.push(Span::new(at.start, at.end));
                }
            }
            Expression::Object(object) => {
                for (key, value) in object.iter() {
                    items.push(match key {
                        ObjectKey::Ident(_) => {
                            let at = key.span().unwrap_or_default();
                            self.leaf(Span::new(at.start, at.end))
                        }
                        ObjectKey::Expression(key) => self.expression(key),
                    });
                    items.push(self.expression(value.expr()));
                    let key = key.span().unwrap_or_default();
                    self.element(Span::new(key.start, key.end), value.expr().span());
                }
            }
            Expression::Parenthesis(inner) => items.push(self.expression(inner.inner())),
            Expression::Conditional(conditional) => {
                items.push(self.expression(&conditional.cond_expr));
                items.push(self.expression(&conditional.true_expr));
                items.push(self.expression(&conditional.false_expr));
            }
            Expression::FuncCall(call) => {
                let name = call.name.name.span().unwrap_or_default();
                items.push(self.leaf(Span::new(name.start, name.end)));
                items.extend(call.args.iter().map(|argument| self.expression(argument)));
            }
            Expression::Traversal(traversal) => {
                items.push(self.expression(&traversal.expr));
                for operator in &traversal.operators {
                    items.push(match operator.value() {
                        TraversalOperator::Index(index) => self.expression(index),
                        TraversalOperator::AttrSplat(_)
                        | TraversalOperator::FullSplat(_)
                        | TraversalOperator::GetAttr(_)
                        | TraversalOperator::LegacyIndex(_) => {
                            let at = operator.span().unwrap_or_default();
                            self.leaf(Span::new(at.start, at.end))
                        }
                    });
                }
            }
            Expression::UnaryOp(operation) => items.push(self.expression(&operation.expr)),
            Expression::BinaryOp(operation) => {
                items.push(self.expression(&operation.lhs_expr));
                items.push(self.expression(&operation.rhs_expr));
            }
        }
        self.node(Value::List(items), at)
    }
}

fn span(place: Place) -> Span {
    Span::new(place.start, place.end)
}
