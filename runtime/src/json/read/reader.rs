//! What every level of the reader uses: where it stands, and how it reports.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Edit, Located, Parsed};
use crate::check::pushed;
use crate::check::{Finding, Message, Rule, Severity, rules};
use crate::document::{Document, Place};
use crate::json::lex::{Kind, Lexer, Limits, ReadError, Span};
use crate::json::places::{Places, write_index, write_key};
use crate::suggest::{certain_word, nearest_of};

pub(super) struct Reader<'t> {
    pub(super) lexer: Lexer<'t>,
    pub(super) document: Document<'t>,
    pub(super) places: Places,
    pub(super) findings: Vec<Located>,
    pub(super) damaged: Vec<usize>,
}

pub(super) type Step<T = ()> = Result<T, ReadError>;

/// Where the reader stands, from which the path of a finding is made: only then, for most texts have none.
#[derive(Clone, Copy)]
pub(super) struct At {
    /// The number of the statement in the document.
    pub(super) s: usize,
    /// Its own place in the text. Their numbers differ after an item that is not a statement.
    pub(super) base: Base,
}

#[derive(Clone, Copy)]
pub(super) enum Base {
    /// In the document itself.
    Document,
    /// In the one statement that stands without a list.
    Bare,
    /// In this item of the list of statements.
    Item(usize),
}

impl At {
    pub(super) const DOCUMENT: Self = Self {
        s: 0,
        base: Base::Document,
    };

    /// The path of a member of a member.
    #[cold]
    pub(super) fn path(self, keys: &[&str]) -> String {
        let mut path = String::new();
        match self.base {
            Base::Document => {}
            Base::Bare => path.push_str("Statement"),
            Base::Item(number) => {
                path.push_str("Statement");
                write_index(&mut path, number);
            }
        }
        for key in keys {
            write_key(&mut path, key);
        }
        path
    }

    /// The path of an item of a list.
    #[cold]
    pub(super) fn item(self, keys: &[&str], number: usize) -> String {
        let mut path = self.path(keys);
        write_index(&mut path, number);
        path
    }
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, limits: &Limits) -> Self {
        Self {
            lexer: Lexer::with_limits(text, limits),
            document: Document::default(),
            places: Places::default(),
            findings: Vec::new(),
            damaged: Vec::new(),
        }
    }

    pub(super) fn finish(self, is_json: bool) -> Parsed<'t> {
        Parsed {
            document: self.document,
            places: self.places,
            findings: self.findings,
            is_json,
            damaged: self.damaged,
        }
    }

    /// Reports a finding, to which the caller adds.
    #[cold]
    pub(super) fn report(
        &mut self,
        rule: &'static Rule,
        place: Place,
        span: Span,
        path: String,
        message: impl Into<Message>,
    ) -> &mut Located {
        if rule.severity == Severity::Error
            && let Some(s) = place.statement()
            && self.damaged.last() != Some(&s)
        {
            self.damaged.push(s);
        }
        let finding = located(rule, place, span, path, message.into());
        pushed(&mut self.findings, finding)
    }

    /// Reports why the text could not be read to its end.
    #[cold]
    pub(super) fn stopped(&mut self, error: ReadError) {
        let rule = if error.limit {
            &rules::REKOGNITION_IAM_JSON_LIMIT
        } else {
            &rules::JSON_SYNTAX_ERROR
        };
        let place = Place::Document;
        let found = self.report(rule, place, error.span, String::new(), error.message);
        found.finding.help.extend(error.help.map(Message::from));
    }

    /// Steps over a value of the wrong type and says so.
    #[cold]
    pub(super) fn mismatch(&mut self, place: Place, path: String, name: &str, takes: &str) -> Step {
        let kind = self.lexer.kind()?;
        let span = self.lexer.skip()?;
        let held = if kind == Kind::Bool {
            format!("`{}`", span.of(self.lexer.text()))
        } else {
            kind.words().to_owned()
        };
        let message = format!("expected {takes} in {name}, found {held}");
        self.report(&rules::DATA_TYPE_MISMATCH, place, span, path, message);
        Ok(())
    }

    /// Steps over the value of an element that appears twice.
    #[cold]
    pub(super) fn twice(
        &mut self,
        place: Place,
        span: Span,
        path: String,
        name: &str,
        owner: &str,
    ) -> Step {
        self.lexer.skip()?;
        let rule = &rules::REKOGNITION_IAM_DUPLICATE_KEY;
        let message = format!("`{}` appears twice in {owner}", name.escape_debug());
        self.report(rule, place, span, path, message)
            .finding
            .help("remove one; IAM rejects a document with duplicates, and other tools use only one of them");
        Ok(())
    }

    /// Reports an element that IAM does not have, and says which one was probably meant. Its value is still read as what
    /// was meant, so that the rest is checked, and one typo is one finding.
    #[cold]
    pub(super) fn unknown(
        &mut self,
        place: Place,
        span: Span,
        at: At,
        name: &str,
        known: &[&'static str],
        owner: &str,
    ) -> Option<&'static str> {
        let near = nearest_of(name, known);
        let certain = certain_word(name, known);
        let rule = &rules::INVALID_POLICY_ELEMENT;
        let message = format!("{owner} has no element `{}`", name.escape_debug());
        let choice = format!("the elements of {owner} are `{}`", known.join("`, `"));
        self.report(rule, place, span, at.path(&[name]), message)
            .meant(name, near, certain, &choice);
        near
    }
}

impl Located {
    /// Says what was probably meant by a name, and puts what is certain there; or, when nothing is near, says what there is
    /// to choose from.
    pub(super) fn meant(
        &mut self,
        name: &str,
        near: Option<&str>,
        certain: Option<&str>,
        choice: &str,
    ) {
        let Some(near) = near else {
            self.finding.help(choice.to_owned());
            return;
        };
        self.finding.help(if near.eq_ignore_ascii_case(name) {
            format!("write `{near}`")
        } else {
            format!("did you mean `{near}`?")
        });
        if let Some(certain) = certain {
            self.finding.replacement = Some(certain.to_string());
            self.edit = Some(Edit {
                span: self.span,
                text: format!("\"{certain}\""),
            });
        }
    }
}

pub(super) fn located(
    rule: &'static Rule,
    place: Place,
    span: Span,
    path: String,
    message: Message,
) -> Located {
    Located {
        finding: Finding::new(rule, place, message),
        span,
        path,
        edit: None,
    }
}

/// A name of the author's in backticks, cut when it is very long.
pub(super) fn shortened(name: &str) -> String {
    let shown: String = name.chars().take(64).collect();
    let dots = if shown.len() < name.len() { ".." } else { "" };
    format!("`{}{dots}`", shown.escape_debug())
}
