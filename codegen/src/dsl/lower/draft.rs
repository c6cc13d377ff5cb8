//! A statement while it is being read, and what comes of all of them.
//!
//! Each part of a [`Draft`] is understood, or it is [`Reported`]: proof that an error was reported for it. A [`Sketch`] puts
//! something that no rule reports instead of a reported part, so that the rules can look at the rest. A document
//! comes only of a sketch without such a part, as `Lowered::whole`. Nothing else is ever emitted, so a part that nobody
//! understood cannot widen a policy.

use proc_macro2::Span;
use rekognition_iam_runtime::document::{
    ConditionBlock, Document, Effect, Element, List, PolicyKind, PrincipalKind, PrincipalSet,
    Principals, Statement, Text,
};

use super::spans::{ListSpans, ResourceSpans, StatementSpans};
use crate::dsl::errors::{Read, Reported};

/// The placeholder for an action or key that was already reported, so that no rule reports it again.
pub(crate) const REPORTED: &str = "\u{0}";

/// A statement as it was read.
pub(super) struct Draft {
    pub(super) effect: Effect,
    pub(super) sid: Option<Text<'static>>,
    pub(super) principals: Option<Read<Principals<'static>>>,
    pub(super) actions: Parts,
    /// None when the statement has no such element.
    pub(super) resources: Option<Read<Parts>>,
    pub(super) conditions: Vec<ConditionBlock<'static>>,
    pub(super) empty_condition: bool,
    pub(super) spans: StatementSpans,
    /// Set when something that belongs to no other part was not understood.
    gap: Option<Reported>,
}

/// The entries of an `Action` or `Resource` element.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) not: bool,
    pub(super) bracketed: bool,
    pub(super) items: Vec<Read<Text<'static>>>,
}

impl Parts {
    /// Everything there is.
    pub(super) fn any() -> Self {
        Self {
            not: false,
            bracketed: false,
            items: vec![Ok(Text::Borrowed("*"))],
        }
    }

    /// The element, with the placeholder for each entry that was reported.
    fn sketch(self, placeholder: &'static str, gap: &mut Option<Reported>) -> Element<'static> {
        let mut texts = Vec::with_capacity(self.items.len());
        for item in self.items {
            texts.push(item.unwrap_or_else(|reported| {
                *gap = Some(reported);
                Text::Borrowed(placeholder)
            }));
        }
        Element {
            not: self.not,
            values: List {
                items: texts,
                bare: !self.bracketed,
            },
        }
    }
}

impl Draft {
    /// A statement of which only the effect is known.
    pub(super) fn new(effect: Effect, head: Span) -> Self {
        Self {
            effect,
            sid: None,
            principals: None,
            actions: Parts::default(),
            resources: None,
            conditions: Vec::new(),
            empty_condition: false,
            spans: StatementSpans {
                head,
                strangers: false,
                sid: head,
                actions: Vec::new(),
                principals: (head, Vec::new()),
                resources: Vec::new(),
                lists: ListSpans::all(head),
                blocks: Vec::new(),
            },
            gap: None,
        }
    }

    /// Takes in the result of reading something that gives nothing of its own.
    pub(super) fn took<T>(&mut self, read: Read<T>) -> Option<T> {
        read.map_err(|reported| self.gap = Some(reported)).ok()
    }

    /// Takes in a resource and where it stands.
    pub(super) fn resource(
        parts: &mut Parts,
        spans: &mut StatementSpans,
        span: Span,
        read: Read<(String, ResourceSpans)>,
    ) {
        let (item, own) = match read {
            Ok((text, own)) => (Ok(Text::Owned(text)), own),
            Err(reported) => (
                Err(reported),
                ResourceSpans {
                    span,
                    parts: Vec::new(),
                    reported: true,
                },
            ),
        };
        parts.items.push(item);
        spans.resources.push(own);
    }

    fn sketch(
        self,
        kind: PolicyKind,
        gap: &mut Option<Reported>,
    ) -> (Statement<'static>, StatementSpans) {
        *gap = gap.or(self.gap);
        let mut spans = self.spans;
        let principals = self.principals.map(|read| {
            read.unwrap_or_else(|reported| {
                *gap = Some(reported);
                spans.strangers = true;
                somebody(kind)
            })
        });
        let resources = self.resources.map(|read| {
            let parts = read.unwrap_or_else(|reported| {
                *gap = Some(reported);
                spans.resources.clear();
                Parts::any()
            });
            parts.sketch("*", gap)
        });
        let statement = Statement {
            sid: self.sid,
            effect: self.effect,
            principals,
            actions: self.actions.sketch(REPORTED, gap),
            resources,
            conditions: self.conditions,
            empty_condition: self.empty_condition,
        };
        (statement, spans)
    }
}

/// Principals that no rule reports, for a statement whose own were reported.
fn somebody(kind: PolicyKind) -> Principals<'static> {
    let set = if kind.is_for_everyone() {
        PrincipalSet::Anyone
    } else {
        PrincipalSet::Listed(vec![(
            PrincipalKind::Aws,
            List::shortest(vec![Text::Borrowed("arn:aws:iam::123456789012:root")]),
        )])
    };
    Principals { not: false, set }
}

/// What a document has next to its statements.
pub(super) struct Head {
    pub(super) version: Option<Text<'static>>,
    pub(super) id: Option<Text<'static>>,
    /// Whether the one statement is not in a list.
    pub(super) alone: bool,
}

/// A policy for the rules to look at, perhaps with parts that represent reported ones. Not for anything else.
#[derive(Debug)]
pub(crate) struct Sketch {
    document: Document<'static>,
    gap: Option<Reported>,
}

impl Sketch {
    /// The sketch of these statements, and where they stand.
    pub(super) fn of(
        kind: PolicyKind,
        head: Head,
        drafts: Vec<Draft>,
        mut gap: Option<Reported>,
    ) -> (Self, Vec<StatementSpans>) {
        let mut statements = Vec::with_capacity(drafts.len());
        let mut spans = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let (statement, own) = draft.sketch(kind, &mut gap);
            statements.push(statement);
            spans.push(own);
        }
        let Head { version, id, alone } = head;
        let document = Document {
            version,
            id,
            statements: List {
                items: statements,
                bare: alone,
            },
        };
        (Self { document, gap }, spans)
    }

    /// The document that the rules look at.
    pub(crate) const fn for_rules(&self) -> &Document<'static> {
        &self.document
    }

    /// The document, unless a part of it was reported.
    pub(super) fn whole(&self) -> Read<&Document<'static>> {
        match self.gap {
            Some(reported) => Err(reported),
            None => Ok(&self.document),
        }
    }
}
