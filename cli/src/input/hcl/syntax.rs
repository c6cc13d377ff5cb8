//! What is written in a file, without what it means: to see that a fix changes nothing else.

use std::borrow::Cow;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey, TraversalOperator};
use rekognition_iam_runtime::json::Span;

use super::module::{Block, Blocks};
use super::value::Place;
use crate::input::tree::{Id, Node, Style, Tree, TreeError, Value};

/// A file as a tree of its literals.
pub(crate) fn syntax(text: &str) -> Result<Tree<'_>, TreeError> {
    let blocks = Blocks::parse(text, 0)?;
    let mut out = Syntax {
        tree: Tree::new(text),
    };
    let root = out.body(&blocks);
    out.tree.roots.push(root);
    Ok(out.tree)
}

struct Syntax<'t> {
    tree: Tree<'t>,
}

impl<'t> Syntax<'t> {
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
            items.push(self.leaf(span(attribute.name_place)));
            items.push(self.expression(&attribute.value));
        }
        for block in &blocks.blocks {
            let Block { head, body, .. } = block;
            items.push(self.leaf(span(*head)));
            items.push(self.body(body));
        }
        self.node(Value::List(items), Span::default())
    }

    fn expression(&mut self, expression: &Expression) -> Id {
        let at = expression.span().unwrap_or_default();
        let at = Span::new(at.start, at.end);
        let mut items = Vec::new();
        match expression {
            Expression::Null(_)
            | Expression::Bool(_)
            | Expression::Number(_)
            | Expression::String(_)
            | Expression::StringTemplate(_)
            | Expression::HeredocTemplate(_)
            | Expression::Variable(_)
            | Expression::ForExpr(_) => return self.leaf(at),
            Expression::Array(array) => {
                items.extend(array.iter().map(|item| self.expression(item)));
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
