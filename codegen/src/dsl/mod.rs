//! The language: tokens in, a checked document and an expansion out.
//!
//! ```text
//! tokens ── parse ──▶ tree ── lower ──▶ document, spans, typed tokens ── check ──▶ diagnostics
//!                       └──── mirror                                     └──────── emit
//! ```

// A result that nobody looks at could be a part that was not understood.
#![deny(unused_must_use)]

mod constants;
mod cursor;
mod dialect;
mod errors;
mod expand;
#[cfg(feature = "json")]
pub mod include;
mod judge;
mod lower;
mod mirror;
mod open;
mod parse;
mod syntax;
mod tokens;

use proc_macro2::{Span, TokenStream};
#[cfg(feature = "export")]
use rekognition_iam_runtime::check::{Finding, Options};
use rekognition_iam_runtime::document::{Document, PolicyKind};
use rekognition_iam_runtime::values::Place;

#[cfg(feature = "import")]
pub(crate) use self::dialect::{Rust, ident};
pub use self::errors::Diagnostic;
use self::errors::Errors;
#[cfg(feature = "evaluate")]
pub use self::expand::expand_assert;
pub use self::expand::{expand, expand_with};
#[cfg(feature = "export")]
use self::judge::diagnostic;
use self::judge::judge;
use self::lower::Lowered;
#[cfg(any(feature = "derive", feature = "export"))]
pub(crate) use self::lower::hole_of;
pub use self::mirror::mirror;
#[cfg(feature = "evaluate")]
pub use self::mirror::mirror_guarantees;
#[cfg(feature = "export")]
use self::open::{Open, OpenValue};

/// A policy that was read and checked.
#[derive(Debug)]
#[non_exhaustive]
pub struct Evaluated {
    /// The document; none when a part of the policy was not understood, which is [`denied`](Diagnostic::denied). Rules may
    /// deny a document that was understood.
    pub document: Option<Document<'static>>,
    /// Everything that is wrong, in the order of reading.
    pub diagnostics: Vec<Diagnostic>,
    /// What the author vouched for.
    pub exceptions: Vec<Exception>,
    /// The values that are known only when the program runs, in the order of the document, one for each place.
    pub parameters: Vec<Parameter>,
    /// Where the statements stand.
    #[cfg(feature = "derive")]
    pub(crate) places: Vec<lower::StatementSpans>,
}

/// A value of a policy that is known only when the program runs.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Parameter {
    /// The variable's name; of `self.region` it is `region`.
    pub name: String,
    /// The variable as it is written: `self.region`.
    pub expression: String,
    /// The type in `rekognition_iam::values` that the value has, or a pattern represents.
    pub kind: &'static str,
    /// What must be escaped for a value to be meant as it is.
    pub place: Place,
    /// Whether it is a constant of the program, named in capitals: its value is the program's, and not to be chosen.
    pub constant: bool,
    /// Where the variable stands.
    pub span: Span,
}

impl Evaluated {
    /// The document with a text of its own for each parameter, such as a placeholder of a template; none when there is no
    /// document.
    ///
    /// The text is put in as it is: a character that the reader of the result gives a meaning is for the caller to escape.
    #[must_use]
    pub fn filled(&self, mut text: impl FnMut(&Parameter) -> String) -> Option<Document<'static>> {
        let document = self.document.as_ref()?;
        if self.parameters.is_empty() {
            return Some(document.clone());
        }
        Some(lower::filled(document, &mut |number| {
            self.parameters
                .get(number)
                .map(&mut text)
                .unwrap_or_default()
        }))
    }

    /// The document with a text for each parameter that has one, by number. Each of the others is one character that
    /// [`hole_of`] knows, the one of the parameter that `first` gives for it.
    #[cfg(feature = "export")]
    pub(crate) fn filled_partly(
        &self,
        text: impl Fn(usize) -> Option<String>,
        first: impl Fn(usize) -> usize,
    ) -> Option<Document<'static>> {
        Some(lower::filled(self.document.as_ref()?, &mut |number| {
            text(number).unwrap_or_else(|| lower::marker(first(number)).into_iter().collect())
        }))
    }

    /// What is wrong with the document once more of its values are known, whatever the others are, other than what the author
    /// vouched for and what was found before.
    #[cfg(feature = "export")]
    pub(crate) fn denied_in(
        &self,
        kind: PolicyKind,
        document: &Document<'static>,
    ) -> Vec<Diagnostic> {
        let unlisted: Vec<&str> = (self.exceptions.iter())
            .filter_map(|exception| match exception {
                Exception::Unlisted { name, .. } => Some(name.as_str()),
                Exception::Accepted { .. } => None,
            })
            .collect();
        let options = Options::new(kind).unlisted(&unlisted);
        let vouched = |finding: &Finding| {
            self.exceptions.iter().any(|exception| {
                matches!(exception, Exception::Accepted { id, statement, .. }
                    if *id == finding.id && finding.place.statement() == *statement)
            })
        };
        let values = (self.parameters.iter())
            .map(|parameter| OpenValue {
                name: &parameter.name,
                kind: parameter.kind,
                place: parameter.place,
            })
            .collect();
        (Open { document, values }.check(&options).iter())
            .filter(|finding| !vouched(finding))
            .map(|finding| diagnostic(finding, Span::call_site()))
            .filter(|found| {
                let known =
                    |known: &Diagnostic| known.id() == found.id() && known.message == found.message;
                found.denied && !self.diagnostics.iter().any(known)
            })
            .collect()
    }

    /// Whether the policy must not be used.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.denied)
    }
}

/// Something that the author vouched for, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exception {
    /// `unlisted(name, reason)`
    Unlisted {
        /// The action or condition key.
        name: String,
        /// Why it is right although the catalogue does not have it.
        reason: String,
    },
    /// `.accept(id, reason)`
    Accepted {
        /// The rule.
        id: &'static str,
        /// The statement, from 0; none when the finding is about the policy as a whole.
        statement: Option<usize>,
        /// Why the finding is right.
        reason: String,
    },
}

/// Reads and checks the input of `policy!` or a related macro: what build.rs does with it.
#[must_use]
pub fn evaluate(kind: PolicyKind, input: TokenStream) -> Evaluated {
    let mut errors = Errors::default();
    let tree = parse::parse(input, &mut errors);
    let lowered = lower::lower(kind, &tree, &mut errors);
    let document = (lowered.whole(&errors).ok()).map(|whole| whole.document.clone());
    judge(kind, &lowered, &mut errors);
    lower::invisible_characters(&tree, &mut errors);
    let mut parameters = Vec::new();
    for hole in &lowered.holes {
        parameters.push(Parameter {
            name: hole.name.clone(),
            expression: hole.tokens.to_string().replace(' ', ""),
            kind: hole.kind,
            place: hole.place,
            constant: hole.constant,
            span: hole.span,
        });
    }
    Evaluated {
        parameters,
        exceptions: exceptions(&lowered),
        #[cfg(feature = "derive")]
        places: lowered.spans,
        document,
        diagnostics: errors.into_list(),
    }
}

fn exceptions(lowered: &Lowered) -> Vec<Exception> {
    let mut exceptions = Vec::new();
    for unlisted in &lowered.unlisted {
        exceptions.push(Exception::Unlisted {
            name: unlisted.name.clone(),
            reason: unlisted.reason.clone(),
        });
    }
    for accepted in &lowered.accepted {
        exceptions.push(Exception::Accepted {
            id: accepted.rule.id,
            statement: accepted.statement,
            reason: accepted.reason.clone(),
        });
    }
    exceptions
}
