//! The document and its list of statements.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::mem::replace;

use super::reader::{At, Base, Reader, Step};
use super::statement::{Name, Open};
use crate::check::rules;
use crate::document::Place;
use crate::json::lex::{Kind, Span};

const ELEMENTS: [&str; 3] = ["Version", "Id", "Statement"];

/// What was there of a document.
#[derive(Default)]
struct Members<'t> {
    version: bool,
    id: bool,
    statement: bool,
    loose: Option<Loose<'t>>,
}

/// Elements of a statement that stand where those of the document belong.
struct Loose<'t> {
    open: Open<'t>,
    /// The first of them.
    name: Name,
    span: Span,
    /// Where they stand, kept apart: next to `Statement` they belong to none of its statements.
    places: Vec<(Place, Span)>,
    /// The findings in them, by their numbers.
    findings: Vec<usize>,
    damaged: bool,
}

impl<'t> Reader<'t> {
    /// Reads the whole text.
    pub(super) fn document(&mut self) -> Step {
        if self.lexer.kind()? != Kind::Object {
            return self.no_object();
        }
        let start = self.lexer.offset();
        self.lexer.open(b'{')?;
        let mut members = Members::default();
        let mut go_on = !self.lexer.closes(b'}');
        while go_on {
            self.member(&mut members)?;
            go_on = self.lexer.more(b'}')?;
        }
        let whole = Span::new(start, self.lexer.offset());
        self.places.put(Place::Document, whole);
        if !members.statement || members.loose.is_some() {
            self.misplaced(members, whole);
        }
        self.lexer.finish()
    }

    /// A text that is something else than an object.
    #[cold]
    fn no_object(&mut self) -> Step {
        let list = self.lexer.kind()? == Kind::List;
        let path = At::DOCUMENT.path(&[]);
        self.mismatch(Place::Document, path, "the text", "an object")?;
        if let Err(error) = self.lexer.finish() {
            // A piece cut out of a document: that it is no JSON says it all.
            self.findings.clear();
            return Err(error);
        }
        if let (true, Some(last)) = (list, self.findings.last_mut()) {
            last.finding
                .help("write statements as `{\"Version\": \"2012-10-17\", \"Statement\": [..]}`");
        }
        Ok(())
    }

    /// Reads a member of the document.
    fn member(&mut self, members: &mut Members<'t>) -> Step {
        let (name, span) = self.lexer.name()?;
        let mut meant = name.as_ref();
        if !ELEMENTS.contains(&meant) {
            if let Some(name) = Name::exact(meant) {
                let loose = (members.loose).get_or_insert_with(|| Loose {
                    open: Open::default(),
                    name,
                    span,
                    places: Vec::new(),
                    findings: Vec::new(),
                    damaged: false,
                });
                return self.loose(loose, name, span);
            }
            let (place, at) = (Place::Document, At::DOCUMENT);
            match self.unknown(place, span, at, meant, &ELEMENTS, "a policy") {
                Some(near) => meant = near,
                None => return self.lexer.skip().map(drop),
            }
        }
        let there = match meant {
            "Version" => &mut members.version,
            "Id" => &mut members.id,
            _ => &mut members.statement,
        };
        if replace(there, true) {
            let path = meant.to_string();
            return self.twice(Place::Document, span, path, meant, "the policy");
        }
        match meant {
            "Version" => {
                if let Some((text, span)) = self.text(At::DOCUMENT, meant, Place::Version)? {
                    self.places.put(Place::Version, span);
                    self.document.version = Some(text);
                }
            }
            "Id" => {
                if let Some((text, _)) = self.text(At::DOCUMENT, meant, Place::Document)? {
                    self.document.id = Some(text);
                }
            }
            _ => self.statements(span)?,
        }
        Ok(())
    }

    /// Reads an element that stands where those of the document belong.
    #[cold]
    fn loose(&mut self, loose: &mut Loose<'t>, name: Name, span: Span) -> Step {
        let (places, findings) = (self.places.len(), self.findings.len());
        let damaged = core::mem::take(&mut self.damaged);
        let done = self.element(&mut loose.open, At::DOCUMENT, name, span);
        loose.places.extend(self.places.split_off(places));
        loose.findings.extend(findings..self.findings.len());
        loose.damaged |= !replace(&mut self.damaged, damaged).is_empty();
        done
    }

    /// A document without statements, or with elements of one next to them.
    #[cold]
    fn misplaced(&mut self, members: Members<'t>, whole: Span) {
        let place = Place::Document;
        let brace = Span::new(whole.start, whole.start + 1);
        let path = At::DOCUMENT.path(&[]);
        match members.loose {
            Some(loose) if members.statement => {
                for number in loose.findings {
                    if let Some(found) = self.findings.get_mut(number) {
                        found.finding.place = place;
                    }
                }
                let name = loose.name.text();
                let message = format!("`{name}` is outside `Statement`");
                let rule = &rules::INVALID_POLICY_ELEMENT;
                self.report(rule, place, loose.span, name.to_string(), message)
                    .finding
                    .help(format!("move `{name}` into a statement"));
            }
            Some(loose) => {
                for (place, span) in loose.places {
                    self.places.put(place, span);
                }
                if loose.damaged {
                    self.damaged.push(0);
                }
                self.places.put(Place::Statement(0), whole);
                let message = "the text is a statement, not a policy";
                self.report(&rules::MISSING_STATEMENT, place, brace, path, message)
                    .finding
                    .help("write it as `{\"Version\": \"2012-10-17\", \"Statement\": [..]}`");
                self.close(loose.open, At::DOCUMENT, whole);
            }
            None => {
                // An object of something else: all of its names would be unknown.
                if !members.version && !members.id {
                    self.findings.clear();
                }
                let message = "the policy has no `Statement`";
                self.report(&rules::MISSING_STATEMENT, place, brace, path, message)
                    .finding
                    .help("a policy has the form `{\"Version\": \"2012-10-17\", \"Statement\": [..]}`");
            }
        }
    }

    /// Reads the value of `Statement`, whose name is at `name`.
    fn statements(&mut self, name: Span) -> Step {
        let bare = At {
            s: 0,
            base: Base::Bare,
        };
        let place = Place::Document;
        match self.lexer.kind()? {
            Kind::Object => {
                self.document.statements.bare = true;
                return self.statement(Base::Bare);
            }
            Kind::List => self.lexer.open(b'[')?,
            Kind::String | Kind::Number | Kind::Bool | Kind::Null => {
                let takes = "an object or a list of objects";
                return self.mismatch(place, bare.path(&[]), "`Statement`", takes);
            }
        }
        if self.lexer.closes(b']') {
            let message = "the policy has no statements";
            let rule = &rules::MISSING_STATEMENT;
            self.report(rule, place, name, bare.path(&[]), message);
            return Ok(());
        }
        let mut number = 0_usize;
        loop {
            if self.lexer.kind()? == Kind::Object {
                self.statement(Base::Item(number))?;
            } else {
                let path = bare.item(&[], number);
                self.mismatch(place, path, "`Statement`", "objects")?;
            }
            number += 1;
            if !self.lexer.more(b']')? {
                return Ok(());
            }
        }
    }
}
