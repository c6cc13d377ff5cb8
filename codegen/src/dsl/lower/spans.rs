//! The tokens that each part of a policy came from.

use std::ops::Range;

use proc_macro2::Span;

#[derive(Debug)]
pub(crate) struct StatementSpans {
    pub(super) head: Span,
    /// Whether something in its principals was not understood, which was reported.
    pub(super) strangers: bool,
    pub(super) sid: Span,
    /// The span, and which expression it came from: a group represents many actions.
    pub(super) actions: Vec<(Span, usize)>,
    /// Of the whole, and of each kind's principals.
    pub(super) principals: (Span, Vec<Vec<PrincipalSpans>>),
    pub(super) resources: Vec<ResourceSpans>,
    pub(super) lists: ListSpans,
    pub(super) blocks: Vec<BlockSpans>,
}

#[cfg(feature = "derive")]
impl StatementSpans {
    /// Where the statement begins.
    pub(crate) const fn head(&self) -> Span {
        self.head
    }

    /// Where each action stands, and which expression it came from.
    pub(crate) fn actions(&self) -> &[(Span, usize)] {
        &self.actions
    }

    /// Where each resource stands.
    pub(crate) fn resources(&self) -> impl Iterator<Item = Span> + '_ {
        self.resources.iter().map(|resource| resource.span)
    }
}

/// Where the lists of a statement are, for what is said about a list and not about an entry: the word `not`, or else what is in
/// parentheses.
#[derive(Debug, Clone, Copy)]
pub(super) struct ListSpans {
    pub(super) actions: Span,
    pub(super) resources: Span,
    pub(super) condition: Span,
}

impl ListSpans {
    pub(super) const fn all(span: Span) -> Self {
        Self {
            actions: span,
            resources: span,
            condition: span,
        }
    }
}

#[derive(Debug)]
pub(super) struct ResourceSpans {
    pub(super) span: Span,
    /// Which part of the ARN came from which token.
    pub(super) parts: Vec<(Range<usize>, Span)>,
    /// Whether it was not understood and represents all resources instead.
    pub(super) reported: bool,
}

#[derive(Debug)]
pub(super) struct PrincipalSpans {
    pub(super) span: Span,
    /// Which part of the ARN came from which value.
    pub(super) parts: Vec<(Range<usize>, Span)>,
}

#[derive(Debug)]
pub(super) struct BlockSpans {
    pub(super) operator: Span,
    pub(super) keys: Vec<KeySpans>,
}

#[derive(Debug)]
pub(super) struct KeySpans {
    pub(super) key: Span,
    /// The operator of this key: conditions that are under one operator in JSON have each written their own.
    pub(super) operator: Span,
    /// `for_all_values` or `for_any_value`.
    pub(super) set: Option<Span>,
    pub(super) values: Vec<Span>,
}
