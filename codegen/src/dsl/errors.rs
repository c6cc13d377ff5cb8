//! Errors of one macro input: collected, never thrown.

use proc_macro2::Span;

/// One thing that is wrong, at a token.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// The token.
    pub span: Span,
    /// The rule, when a rule found it.
    pub id: Option<&'static str>,
    /// Whether the policy is refused for it.
    pub denied: bool,
    /// What is wrong.
    pub message: String,
    /// Ways out.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// The message, the ways out and the rule's id, a line each.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.message.clone();
        for help in &self.help {
            text.push_str("\nhelp: ");
            text.push_str(help);
        }
        if let Some(id) = self.id {
            text.push_str("\nnote: rule ");
            text.push_str(id);
        }
        text
    }
}

/// The errors so far.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    list: Vec<Diagnostic>,
}

impl Errors {
    pub(crate) fn push(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.list.push(Diagnostic {
            span,
            id: None,
            denied: true,
            message: message.into(),
            help: Vec::new(),
        });
        let last = self.list.len() - 1;
        &mut self.list[last]
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
        // As the author reads: the rules and the steps of reading each have an order of their own.
        self.list.sort_by_key(|diagnostic| {
            let start = diagnostic.span.start();
            (start.line, start.column)
        });
        self.list
    }
}

impl Diagnostic {
    pub(crate) fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help.push(help.into());
        self
    }
}
