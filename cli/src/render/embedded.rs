//! Policies in strings of a file.

use rekognition_iam_runtime::json::{Edit, Span, literal_offset};

use super::Fill;
use crate::output::json::quoted;

/// A policy in a string of a file: JSON in JSON, with Terraform's `${..}` filled in where there are any.
#[derive(Debug)]
pub(crate) struct Embedded {
    pub(crate) text: String,
    /// Where pieces of the text begin, and where they do in the string's value.
    starts: Vec<(usize, usize)>,
    open: Vec<Span>,
    literal: Span,
}

impl Embedded {
    /// `templates` says whether the string is Terraform's, in which `${..}` is filled in and `$${` stands for `${`.
    pub(crate) fn new(value: &str, literal: Span, templates: bool, fill: Fill) -> Self {
        let mut embedded = Self {
            text: String::with_capacity(value.len()),
            starts: vec![(0, 0)],
            open: Vec::new(),
            literal,
        };
        if !templates {
            embedded.text.push_str(value);
            return embedded;
        }
        let mut at = 0;
        while let Some(found) = value.get(at..).and_then(|rest| rest.find(['$', '%'])) {
            let sign = at + found;
            embedded
                .text
                .push_str(value.get(at..sign).unwrap_or_default());
            let rest = value.get(sign..).unwrap_or_default();
            if rest.starts_with("$${") || rest.starts_with("%%{") {
                embedded.starts.push((embedded.text.len(), sign + 1));
                embedded.text.push_str(rest.get(1..3).unwrap_or_default());
                at = sign + 3;
            } else if rest.starts_with("${") || rest.starts_with("%{") {
                let length = template_end(rest);
                let start = embedded.text.len();
                embedded.text.push_str(fill.pick("*", "open1"));
                embedded.open.push(Span::new(start, embedded.text.len()));
                at = sign + length;
                embedded.starts.push((embedded.text.len(), at));
            } else {
                embedded.text.push_str(rest.get(..1).unwrap_or_default());
                at = sign + 1;
            }
        }
        embedded.text.push_str(value.get(at..).unwrap_or_default());
        embedded
    }

    pub(crate) fn open(&self) -> usize {
        self.open.len()
    }

    /// Where an offset of the text is in the file.
    fn offset(&self, file: &str, offset: usize) -> usize {
        let at = self.starts.partition_point(|&(out, _)| out <= offset);
        let (out, value) = self
            .starts
            .get(at.saturating_sub(1))
            .copied()
            .unwrap_or_default();
        let literal = self.literal.of(file);
        self.literal.start + literal_offset(literal, value + offset - out)
    }

    pub(crate) fn place(&self, file: &str, span: Span) -> Span {
        Span::new(self.offset(file, span.start), self.offset(file, span.end))
    }

    /// Whether the literal of the text that a place lies in holds something open.
    pub(crate) fn is_open(&self, span: Span) -> bool {
        if self.open.is_empty() {
            return false;
        }
        let bytes = self.text.as_bytes();
        let before = bytes.get(..span.start).unwrap_or_default();
        let start = before
            .iter()
            .rposition(|&byte| byte == b'"')
            .unwrap_or(span.start);
        let behind = bytes.get(span.end..).unwrap_or_default();
        let end = behind
            .iter()
            .position(|&byte| byte == b'"')
            .map_or(span.end, |at| span.end + at);
        let whole = if self
            .text
            .get(span.start..)
            .is_some_and(|rest| rest.starts_with(['"', '{', '[']))
        {
            span
        } else {
            Span::new(start, end)
        };
        self.open
            .iter()
            .any(|open| open.start < whole.end && whole.start < open.end)
    }

    pub(crate) fn edit(&self, file: &str, edit: &Edit) -> Option<Edit> {
        // What goes must be the same characters in both, or something of the template would go with it.
        if self.is_open(edit.span) {
            return None;
        }
        let escaped = quoted(&edit.text);
        Some(Edit {
            span: self.place(file, edit.span),
            text: escaped.get(1..escaped.len() - 1)?.to_string(),
        })
    }
}

/// The length of a template's `${..}`, braces and strings within it counted.
pub(super) fn template_end(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' => depth += 1,
            b'}' => {
                depth -= usize::from(depth > 0);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}
