//! Errors of one macro input: collected, never thrown.

use proc_macro2::Span;
use rekognition_iam_runtime::check::Rule;
#[cfg(any(feature = "evaluate", feature = "derive"))]
use rekognition_iam_runtime::check::Subject;

/// One thing that is wrong, at a token.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// The token.
    pub span: Span,
    /// The rule, when a rule found it.
    pub rule: Option<&'static Rule>,
    /// Whether the policy is refused for it.
    pub denied: bool,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Vec<String>,
    /// The number of the statement that it is about, from 1; 0 for the policy as a whole.
    pub(crate) statement: usize,
}

impl Diagnostic {
    /// The id of the rule, when a rule found it.
    #[must_use]
    pub fn id(&self) -> Option<&'static str> {
        self.rule.map(|rule| rule.id)
    }

    /// What the rule judges, when a rule found it.
    #[cfg(any(feature = "evaluate", feature = "derive"))]
    pub(crate) fn subject(&self) -> Option<Subject> {
        self.rule.map(|rule| rule.subject)
    }

    /// The message, the help, and the rule's ID, one per line.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.message.clone();
        for help in &self.help {
            text.push_str("\nhelp: ");
            text.push_str(help);
        }
        if let Some(note) = self.note() {
            text.push('\n');
            text.push_str(&note);
        }
        text
    }

    /// The line that names the rule and its page, when a rule found it.
    #[must_use]
    pub(crate) fn note(&self) -> Option<String> {
        let rule = self.rule?;
        Some(format!("note: rule {}: {}", rule.id, rule.url()))
    }
}

/// Proof that an error was reported: the only thing that can take the place of a part that was not understood.
///
/// Only [`Pushed::reported`] makes one, so code that gives up without reporting an error does not compile. A part that
/// is [`Err`] of it cannot become part of a document; see [`Sketch`](super::lower::Sketch).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reported(());

/// A part of the input: understood, or reported.
pub(crate) type Read<T> = Result<T, Reported>;

/// An error that was just reported, for adding help to it.
pub(crate) struct Pushed<'e>(&'e mut Diagnostic);

impl Pushed<'_> {
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        self.0.help.push(help.into());
        self
    }

    pub(crate) const fn reported(self) -> Reported {
        Reported(())
    }

    pub(crate) const fn err<T>(self) -> Read<T> {
        Err(Reported(()))
    }
}

/// The errors so far.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    list: Vec<Diagnostic>,
    /// The number of the statement that is being read.
    pub(crate) statement: usize,
}

impl Errors {
    #[expect(clippy::indexing_slicing, reason = "the item was just added there")]
    pub(crate) fn push(&mut self, span: Span, message: impl Into<String>) -> Pushed<'_> {
        let at = self.list.len();
        self.list.push(Diagnostic {
            span,
            rule: None,
            denied: true,
            message: message.into(),
            help: Vec::new(),
            statement: self.statement,
        });
        Pushed(&mut self.list[at])
    }

    pub(crate) const fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn add(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether nothing was reported that refuses the policy.
    pub(crate) fn clean(&self) -> Read<()> {
        match self.list.iter().any(|diagnostic| diagnostic.denied) {
            true => Err(Reported(())),
            false => Ok(()),
        }
    }

    pub(crate) fn help_last(&mut self, help: String) {
        if let Some(last) = self.list.last_mut() {
            last.help.push(help);
        }
    }

    /// What is wrong; advice only where nothing is wrong, because a policy that is not finished invites all of it.
    pub(crate) fn into_list(mut self) -> Vec<Diagnostic> {
        if self.list.iter().any(|diagnostic| diagnostic.denied) {
            self.list.retain(|diagnostic| diagnostic.denied);
        }
        // Statement by statement, as the author reads: the rules have an order of their own. Few errors are few moves, and
        // this is less for everybody to compile than to sort.
        for at in 1..self.list.len() {
            let mut at = at;
            while let Some(before) = at.checked_sub(1)
                && let Some([first, second]) = self.list.get_mut(before..=at)
                && first.statement > second.statement
            {
                core::mem::swap(first, second);
                at = before;
            }
        }
        self.list
    }
}
