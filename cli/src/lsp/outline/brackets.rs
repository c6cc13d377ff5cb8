//! JSON, HCL, and the parts of YAML in brackets, with or without their ends and commas.

use rekognition_iam_runtime::json::Span;

use super::{Entry, MAX_DEPTH, Node, Scalar, Syntax, embedded};

/// Reads the values of a part of a text.
pub(super) fn read(text: &str, span: Span, syntax: Syntax, depth: usize) -> Node {
    let mut reader = Reader::new(text, span, syntax);
    match syntax {
        // A file of HCL is the inside of a block.
        Syntax::Hcl => Node::Map(reader.entries(None, depth)),
        Syntax::Json | Syntax::Flow | Syntax::Yaml => reader
            .value(depth)
            .unwrap_or_else(|| Node::List(Vec::new())),
    }
}

/// Reads one value in brackets, and returns where it ends.
pub(super) fn value(text: &str, span: Span, depth: usize) -> (Option<Node>, usize) {
    let mut reader = Reader::new(text, span, Syntax::Flow);
    let node = reader.value(depth);
    (node, reader.at)
}

/// A quoted string that starts here, and where it ends. It ends with its line at the latest, for most strings that are not ended yet
/// are at the end of a line.
pub(super) fn quoted(text: &str, span: Span, syntax: Syntax) -> (Scalar, usize) {
    let mut reader = Reader::new(text, span, syntax);
    let scalar = reader.string();
    (scalar, reader.at)
}

/// A block of Terraform has two.
const MAX_LABELS: usize = 3;

struct Reader<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    syntax: Syntax,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Open(char),
    Close(char),
    Comma,
    /// `:`, and `=` in HCL.
    Is,
    Quote,
    Heredoc,
    Word,
    /// The end of a line, where it has a meaning.
    Line,
    End,
}

impl<'t> Reader<'t> {
    const fn new(text: &'t str, span: Span, syntax: Syntax) -> Self {
        Self {
            text,
            at: span.start,
            end: span.end,
            syntax,
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    fn skip(&mut self, c: char) {
        self.at += c.len_utf8();
    }

    fn skip_until(&mut self, end: &str) {
        let rest = self.rest();
        self.at += rest.find(end).map_or(rest.len(), |at| at + end.len());
    }

    /// Skips white space and comments, within the line or beyond it.
    fn space(&mut self, lines: bool) {
        loop {
            let rest = self.rest();
            let is_space = |c: char| c.is_whitespace() && (lines || c != '\n');
            let trimmed = rest.trim_start_matches(is_space);
            self.at += rest.len() - trimmed.len();
            let is_yaml = self.syntax == Syntax::Flow;
            if trimmed.starts_with('#') || (!is_yaml && trimmed.starts_with("//")) {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else if !is_yaml && trimmed.starts_with("/*") {
                self.skip_until("*/");
            } else {
                return;
            }
        }
    }

    fn next(&self) -> Next {
        let rest = self.rest();
        let mut chars = rest.chars();
        let Some(c) = chars.next() else {
            return Next::End;
        };
        let after = chars.next();
        match (c, self.syntax) {
            ('{' | '[', _) => Next::Open(c),
            ('(', Syntax::Hcl) => Next::Open(c),
            ('}' | ']', _) => Next::Close(c),
            (')', Syntax::Hcl) => Next::Close(c),
            (',', _) => Next::Comma,
            ('\n', _) => Next::Line,
            // `s3:GetObject` is one word of YAML.
            (':', Syntax::Flow | Syntax::Yaml)
                if after.is_some_and(|after| !after.is_whitespace()) =>
            {
                Next::Word
            }
            (':', _) => Next::Is,
            ('=', Syntax::Hcl) if !matches!(after, Some('=' | '>')) => Next::Is,
            ('"', _) | ('\'', Syntax::Flow | Syntax::Yaml) => Next::Quote,
            ('<', Syntax::Hcl) if after == Some('<') => Next::Heredoc,
            _ => Next::Word,
        }
    }

    /// The entries of a map, up to the bracket that ends it.
    fn entries(&mut self, close: Option<char>, depth: usize) -> Vec<Entry> {
        let mut out = Vec::new();
        loop {
            self.space(true);
            match self.next() {
                Next::End => return out,
                Next::Close(c) => {
                    // One that belongs further out ends this map too: its own was not written yet.
                    if close.is_none() {
                        self.skip(c);
                        continue;
                    }
                    if close == Some(c) {
                        self.skip(c);
                    }
                    return out;
                }
                Next::Comma => self.skip(','),
                Next::Is | Next::Line => self.at += 1,
                Next::Open(_) => {
                    // A value without a name.
                    if let Some(node) = self.value(depth) {
                        out.push(Entry {
                            name: self.nothing(),
                            labels: Vec::new(),
                            value: Some(node),
                        });
                    }
                }
                Next::Heredoc => {
                    let _ = self.heredoc(depth);
                }
                Next::Quote | Next::Word => {
                    let name = self.scalar();
                    let (labels, value) = self.entry(depth);
                    out.push(Entry {
                        name,
                        labels,
                        value,
                    });
                }
            }
        }
    }

    /// What follows the name of an entry: the labels of a block, and its value.
    fn entry(&mut self, depth: usize) -> (Vec<Scalar>, Option<Node>) {
        let mut labels = Vec::new();
        // The name of a block and its labels are in one line with its bracket.
        self.space(self.syntax != Syntax::Hcl);
        if self.syntax == Syntax::Hcl {
            let start = self.at;
            for _ in 0..MAX_LABELS {
                if !matches!(self.next(), Next::Quote | Next::Word) {
                    break;
                }
                labels.push(self.scalar());
                self.space(false);
            }
            if self.next() == Next::Open('{') {
                return (labels, self.value(depth));
            }
            if self.next() != Next::Is || self.at != start {
                self.at = start;
                return (Vec::new(), None);
            }
        }
        let value = match self.next() {
            Next::Is => {
                self.at += 1;
                self.value(depth)
            }
            Next::Open(_)
            | Next::Close(_)
            | Next::Comma
            | Next::Quote
            | Next::Heredoc
            | Next::Word
            | Next::Line
            | Next::End => None,
        };
        (labels, value)
    }

    /// A value, if there is one before the end of what it is in.
    fn value(&mut self, depth: usize) -> Option<Node> {
        if depth >= MAX_DEPTH {
            // Without its contents, one bracket after the other.
            self.at = self.end;
            return None;
        }
        let mut parts = Vec::new();
        loop {
            // An expression of HCL ends with its line, unless it is in brackets.
            self.space(self.syntax != Syntax::Hcl);
            match self.next() {
                Next::Open('{') => {
                    self.skip('{');
                    parts.push(Node::Map(self.entries(Some('}'), depth + 1)));
                }
                Next::Open(open) => {
                    self.skip(open);
                    let close = if open == '(' { ')' } else { ']' };
                    parts.push(Node::List(self.items(close, depth + 1)));
                }
                Next::Heredoc => parts.extend(self.heredoc(depth)),
                Next::Quote | Next::Word => {
                    let start = self.at;
                    let scalar = self.scalar();
                    // The name of the next entry, where the value was not written yet.
                    let is_name = self.syntax == Syntax::Json && scalar.is_quoted && {
                        let after = self.at;
                        self.space(true);
                        let is_name = self.next() == Next::Is;
                        self.at = after;
                        is_name
                    };
                    if is_name {
                        self.at = start;
                        break;
                    }
                    parts.push(Node::Scalar(scalar));
                }
                // `c ? a : b`
                Next::Is if self.syntax == Syntax::Hcl && !parts.is_empty() => self.at += 1,
                Next::Close(_) | Next::Comma | Next::Is | Next::Line | Next::End => break,
            }
            let is_rest_of_line = || {
                self.rest()
                    .trim_start_matches([' ', '\t', '\r'])
                    .starts_with('\n')
            };
            if self.syntax != Syntax::Hcl || is_rest_of_line() {
                break;
            }
        }
        match parts.len() {
            0 => None,
            1 => parts.pop(),
            _ => Some(Node::List(parts)),
        }
    }

    fn items(&mut self, close: char, depth: usize) -> Vec<Node> {
        let mut out = Vec::new();
        loop {
            self.space(true);
            match self.next() {
                Next::End => return out,
                Next::Close(c) => {
                    if c == close {
                        self.skip(c);
                    }
                    return out;
                }
                Next::Comma => self.skip(','),
                Next::Is | Next::Line => self.at += 1,
                Next::Open(_) | Next::Quote | Next::Heredoc | Next::Word => {
                    let start = self.at;
                    out.extend(self.value(depth));
                    // A name in a list: the bracket of the list was not written yet.
                    if self.at == start {
                        return out;
                    }
                }
            }
        }
    }

    fn nothing(&self) -> Scalar {
        Scalar {
            span: Span::new(self.at, self.at),
            is_quoted: false,
            syntax: self.syntax,
        }
    }

    fn scalar(&mut self) -> Scalar {
        match self.next() {
            Next::Quote => self.string(),
            Next::Open(_)
            | Next::Close(_)
            | Next::Comma
            | Next::Is
            | Next::Heredoc
            | Next::Word
            | Next::Line
            | Next::End => self.word(),
        }
    }

    fn string(&mut self) -> Scalar {
        let rest = self.rest();
        let quote = rest.chars().next().unwrap_or('"');
        let start = self.at + quote.len_utf8();
        let (mut end, mut after) = (None, None);
        let mut chars = rest.char_indices().skip(1).peekable();
        // How many `${` are open, in which HCL has strings of its own.
        let mut nested = 0_usize;
        let mut in_nested_string = false;
        while let Some((at, c)) = chars.next() {
            match c {
                '\n' => {
                    end = Some(at);
                    after = Some(at);
                    break;
                }
                // What is escaped ends nothing, except for a line.
                '\\' if quote == '"' && chars.peek().is_some_and(|(_, next)| *next != '\n') => {
                    chars.next();
                }
                '$' | '%'
                    if self.syntax == Syntax::Hcl
                        && chars.peek().is_some_and(|(_, next)| *next == '{') =>
                {
                    chars.next();
                    nested += 1;
                }
                '}' if nested > 0 && !in_nested_string => nested -= 1,
                '"' if nested > 0 => in_nested_string = !in_nested_string,
                '\'' if quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                    chars.next();
                }
                c if c == quote => {
                    end = Some(at);
                    after = Some(at + c.len_utf8());
                    break;
                }
                _ => {}
            }
        }
        let end = self.at + end.unwrap_or(rest.len());
        let trimmed = self.text.get(start..end).unwrap_or_default();
        let end = match after.is_some_and(|after| self.at + after == end) {
            // Without the `\r` of the end of the line.
            true => start + trimmed.trim_end_matches('\r').len(),
            false => end,
        };
        self.at += after.unwrap_or(rest.len());
        Scalar {
            span: Span::new(start, end.max(start)),
            is_quoted: true,
            syntax: self.syntax,
        }
    }

    /// Characters up to the next that has a meaning.
    fn word(&mut self) -> Scalar {
        let start = self.at;
        let mut previous = None;
        while let Some(c) = self.rest().chars().next() {
            let ends = match self.syntax {
                Syntax::Json | Syntax::Hcl => {
                    c.is_whitespace() || (previous.is_some() && self.next() != Next::Word)
                }
                // Words of YAML have spaces.
                Syntax::Flow | Syntax::Yaml => {
                    matches!(c, '\n' | ',' | '[' | ']' | '{' | '}')
                        || (previous.is_some() && self.next() == Next::Is)
                        || (c == '#' && previous.is_some_and(char::is_whitespace))
                }
            };
            if ends && previous.is_some() {
                break;
            }
            previous = Some(c);
            self.skip(c);
        }
        let word = self.text.get(start..self.at).unwrap_or_default();
        Scalar {
            span: Span::new(start, start + word.trim_end().len()),
            is_quoted: false,
            syntax: self.syntax,
        }
    }

    /// A heredoc: JSON, or a text.
    fn heredoc(&mut self, depth: usize) -> Option<Node> {
        let line = self.rest().lines().next().unwrap_or_default();
        let tag = line
            .trim_start_matches('<')
            .trim_start_matches('-')
            .trim()
            .to_string();
        let start = (self.at + line.len() + 1).min(self.end);
        let body = self.text.get(start..self.end).unwrap_or_default();
        let mut length = 0;
        let mut is_ended = false;
        for line in body.split_inclusive('\n') {
            if line.trim() == tag {
                is_ended = true;
                break;
            }
            length += line.len();
        }
        let span = Span::new(start, start + length);
        self.at = span.end;
        if is_ended {
            let line = self.rest().lines().next().unwrap_or_default();
            self.at += line.len();
        }
        embedded(self.text, span, depth).or(Some(Node::Scalar(Scalar {
            span,
            is_quoted: true,
            syntax: Syntax::Hcl,
        })))
    }
}
