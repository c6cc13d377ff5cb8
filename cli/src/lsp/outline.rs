//! The outline of a text that may not be finished: its maps, lists, and scalars with their places.
//!
//! The parsers of `input` reject a text with an error, and completion is asked for in the middle of one. This reads any text as far as
//! its brackets and indentation show what belongs to what, and it only serves hover and completion: nothing is checked with it.

mod brackets;
mod indented;

use rekognition_iam_runtime::json::Span;

/// How a part of a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    Json,
    Hcl,
    /// Brackets in YAML.
    Flow,
    /// YAML without brackets.
    Yaml,
}

/// Deeper than any policy is in a template. What is deeper is left out.
const MAX_DEPTH: usize = 80;

#[derive(Debug)]
pub(super) enum Node {
    Scalar(Scalar),
    /// The items of a list, or the arguments of a function.
    List(Vec<Self>),
    Map(Vec<Entry>),
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: Scalar,
    /// Of a block of HCL: `data "aws_iam_policy_document" "example"` has two.
    pub(super) labels: Vec<Scalar>,
    pub(super) value: Option<Node>,
}

/// A string or a word.
#[derive(Debug, Clone)]
pub(super) struct Scalar {
    /// Without quotes.
    pub(super) span: Span,
    pub(super) is_quoted: bool,
    /// What it is written in.
    pub(super) syntax: Syntax,
}

/// The outline of a text. What is left out is not a policy: there is always a node.
pub(super) fn outline(text: &str, syntax: Syntax) -> Node {
    match syntax {
        Syntax::Yaml => indented::read(text),
        Syntax::Json | Syntax::Hcl | Syntax::Flow => {
            brackets::read(text, Span::new(0, text.len()), syntax, 0)
        }
    }
}

/// What a text within a text is: JSON, if it starts like it.
fn embedded(text: &str, span: Span, depth: usize) -> Option<Node> {
    let is_json = span.of(text).trim_start().starts_with(['{', '[']);
    (is_json && depth < MAX_DEPTH).then(|| brackets::read(text, span, Syntax::Json, depth + 1))
}
