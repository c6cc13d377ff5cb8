//! A statement and its elements.

use alloc::format;
use alloc::vec::Vec;

use super::reader::{At, Base, Reader, Step};
use crate::check::rules;
use crate::document::{ConditionBlock, Effect, Element, List, Place, Principals, Statement, Text};
use crate::json::lex::{Kind, Span};
use crate::suggest::nearest_of;

/// A statement of which not all was read yet.
#[derive(Default)]
pub(super) struct Open<'t> {
    sid: Option<Text<'t>>,
    effect: Option<Effect>,
    principals: Option<Principals<'t>>,
    actions: Option<Element<'t>>,
    resources: Option<Element<'t>>,
    conditions: Option<Vec<ConditionBlock<'t>>>,
    /// What was there, whether or not it could be read.
    seen: u8,
}

/// The elements of a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Sid,
    Effect,
    Principal,
    NotPrincipal,
    Action,
    NotAction,
    Resource,
    NotResource,
    Condition,
}

impl Name {
    /// What they are called, in the order of the variants.
    const ALL: [&'static str; 9] = [
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    ];

    #[expect(clippy::indexing_slicing, reason = "each element has its name")]
    pub(super) const fn text(self) -> &'static str {
        Self::ALL[self as usize]
    }

    pub(super) fn exact(text: &str) -> Option<Self> {
        Some(match text {
            "Sid" => Self::Sid,
            "Effect" => Self::Effect,
            "Principal" => Self::Principal,
            "NotPrincipal" => Self::NotPrincipal,
            "Action" => Self::Action,
            "NotAction" => Self::NotAction,
            "Resource" => Self::Resource,
            "NotResource" => Self::NotResource,
            "Condition" => Self::Condition,
            _ => return None,
        })
    }

    /// The bit for the element and for its opposite.
    const fn bit(self) -> u8 {
        match self {
            Self::Sid => 1,
            Self::Effect => 2,
            Self::Principal | Self::NotPrincipal => 4,
            Self::Action | Self::NotAction => 8,
            Self::Resource | Self::NotResource => 16,
            Self::Condition => 32,
        }
    }

    pub(super) const fn not(self) -> bool {
        matches!(
            self,
            Self::NotPrincipal | Self::NotAction | Self::NotResource
        )
    }
}

impl<'t> Reader<'t> {
    /// Reads a statement, which must be an object.
    pub(super) fn statement(&mut self, base: Base) -> Step {
        self.lexer.skip_space();
        let start = self.lexer.offset();
        self.lexer.open(b'{')?;
        let s = self.document.statements.items.len();
        let at = At { s, base };
        let mut open = Open::default();
        let mut go_on = !self.lexer.closes(b'}');
        while go_on {
            let (name, span) = self.lexer.name()?;
            match Name::exact(&name).or_else(|| self.misnamed(at, &name, span)) {
                Some(element) => self.element(&mut open, at, element, span)?,
                None => drop(self.lexer.skip()?),
            }
            go_on = self.lexer.more(b'}')?;
        }
        let whole = Span::new(start, self.lexer.offset());
        self.places.put(Place::Statement(s), whole);
        self.close(open, at, whole);
        Ok(())
    }

    /// The element that was probably meant by a name.
    #[cold]
    fn misnamed(&mut self, at: At, name: &str, span: Span) -> Option<Name> {
        let damaged = self.damaged.len();
        let place = Place::Statement(at.s);
        let near = self.unknown(place, span, at, name, &Name::ALL, "a statement")?;
        // Read as what was meant, nothing of it is lost.
        self.damaged.truncate(damaged);
        Name::exact(near)
    }

    /// Puts a statement that was read to its end into the document.
    pub(super) fn close(&mut self, open: Open<'t>, at: At, whole: Span) {
        let brace = Span::new(whole.start, whole.start + 1);
        let place = Place::Statement(at.s);
        if open.seen & Name::Effect.bit() == 0 {
            let message = "the statement has no `Effect`";
            self.report(&rules::MISSING_EFFECT, place, brace, at.path(&[]), message)
                .finding
                .help("add `\"Effect\": \"Allow\"` or `\"Effect\": \"Deny\"`");
        }
        if open.seen & Name::Action.bit() == 0 {
            let message = "the statement has no `Action`";
            self.report(&rules::MISSING_ACTION, place, brace, at.path(&[]), message)
                .finding
                .help("add `Action` or `NotAction`");
        }
        let conditions = open.conditions;
        self.document.statements.items.push(Statement {
            sid: open.sid,
            effect: open.effect.unwrap_or(Effect::Allow),
            principals: open.principals,
            actions: open.actions.unwrap_or_else(|| Element {
                not: false,
                values: List::default(),
            }),
            resources: open.resources,
            empty_condition: conditions.as_ref().is_some_and(Vec::is_empty),
            conditions: conditions.unwrap_or_default(),
        });
    }

    /// Reads the value of an element, whose name is at `span`.
    pub(super) fn element(&mut self, open: &mut Open<'t>, at: At, name: Name, span: Span) -> Step {
        if open.seen & name.bit() != 0 {
            return self.again(open, at, name, span);
        }
        open.seen |= name.bit();
        let At { s, .. } = at;
        let not = name.not();
        match name {
            Name::Sid => {
                if let Some((text, span)) = self.text(at, name.text(), Place::Sid(s))? {
                    self.places.put(Place::Sid(s), span);
                    open.sid = Some(text);
                }
            }
            Name::Effect => open.effect = self.effect(at)?,
            Name::Principal | Name::NotPrincipal => {
                open.principals = self.principals(at, name)?;
            }
            Name::Action | Name::NotAction => {
                let values = self.texts(at, &[name.text()], |n| Place::Action(s, n))?;
                open.actions = Some(Element { not, values });
            }
            Name::Resource | Name::NotResource => {
                let values = self.texts(at, &[name.text()], |n| Place::Resource(s, n))?;
                open.resources = Some(Element { not, values });
            }
            Name::Condition => open.conditions = self.condition(at)?,
        }
        Ok(())
    }

    /// An element whose place is taken, by itself or by its opposite.
    #[cold]
    fn again(&mut self, open: &Open<'t>, at: At, name: Name, span: Span) -> Step {
        let place = Place::Statement(at.s);
        let path = at.path(&[name.text()]);
        let (not, pair) = match name {
            Name::Principal | Name::NotPrincipal => (
                open.principals.as_ref().map(|principals| principals.not),
                "`Principal` and `NotPrincipal`",
            ),
            Name::Action | Name::NotAction => (
                open.actions.as_ref().map(|element| element.not),
                "`Action` and `NotAction`",
            ),
            Name::Resource | Name::NotResource => (
                open.resources.as_ref().map(|element| element.not),
                "`Resource` and `NotResource`",
            ),
            Name::Sid | Name::Effect | Name::Condition => (None, ""),
        };
        if not.is_none_or(|not| not == name.not()) {
            return self.twice(place, span, path, name.text(), "the statement");
        }
        self.lexer.skip()?;
        let rule = &rules::UNSUPPORTED_ELEMENT_COMBINATION;
        let message = format!("the statement has both {pair}");
        self.report(rule, place, span, path, message)
            .finding
            .help("remove one of them, or write two statements");
        Ok(())
    }

    fn effect(&mut self, at: At) -> Step<Option<Effect>> {
        let place = Place::Effect(at.s);
        if self.lexer.kind()? != Kind::String {
            let path = at.path(&["Effect"]);
            let takes = "`\"Allow\"` or `\"Deny\"`";
            self.mismatch(place, path, "`Effect`", takes)?;
            return Ok(None);
        }
        let (text, span) = self.lexer.string()?;
        self.places.put(place, span);
        Ok(Some(match text.as_ref() {
            "Allow" => Effect::Allow,
            "Deny" => Effect::Deny,
            wrong => self.wrong_effect(at, wrong, span),
        }))
    }

    /// The effect that was probably meant by another word.
    #[cold]
    fn wrong_effect(&mut self, at: At, wrong: &str, span: Span) -> Effect {
        let near = nearest_of(wrong, &["Allow", "Deny"]);
        let certain = near.filter(|near| near.eq_ignore_ascii_case(wrong));
        let path = at.path(&["Effect"]);
        let message = format!("unknown effect `{}`", wrong.escape_debug());
        self.report(
            &rules::INVALID_EFFECT,
            Place::Effect(at.s),
            span,
            path,
            message,
        )
        .meant(wrong, near, certain, "write `Allow` or `Deny`");
        match near {
            Some("Deny") => Effect::Deny,
            _ => Effect::Allow,
        }
    }
}
