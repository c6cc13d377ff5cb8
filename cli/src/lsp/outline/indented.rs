//! YAML by its indentation.

use rekognition_iam_runtime::json::Span;

use super::brackets;
use super::{Entry, MAX_DEPTH, Node, Scalar, Syntax, embedded};

pub(super) fn read(text: &str) -> Node {
    let mut lines = Lines::new(text);
    let mut out = Vec::new();
    // One for each document of the file, and for whatever is indented less than the line before it.
    while let Some(line) = lines.peek() {
        let before = lines.next;
        out.push(lines.block(line.indent, 0));
        if lines.next == before && !lines.skip_part() {
            lines.next += 1;
        }
    }
    Node::List(out)
}

/// A line that is not empty.
#[derive(Debug, Clone, Copy)]
struct Line {
    /// Characters before the first one, in bytes.
    indent: usize,
    /// Its first character.
    start: usize,
    /// After its last character.
    end: usize,
}

struct Lines<'t> {
    text: &'t str,
    lines: Vec<Line>,
    next: usize,
    /// Where the rest of the next line starts, and its indentation, after a `-`.
    part: Option<(usize, usize)>,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        let mut lines = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let content = line.trim_end();
            let trimmed = content.trim_start_matches([' ', '\t']);
            let is_marker = trimmed == "---" || trimmed == "..." || trimmed.starts_with('%');
            if !trimmed.is_empty() && !trimmed.starts_with('#') && !is_marker {
                let indent = content.len() - trimmed.len();
                lines.push(Line {
                    indent,
                    start: at + indent,
                    end: at + content.len(),
                });
            }
            at += line.len();
        }
        Self {
            text,
            lines,
            next: 0,
            part: None,
        }
    }

    fn peek(&self) -> Option<Line> {
        let line = *self.lines.get(self.next)?;
        Some(match self.part {
            Some((start, indent)) => Line {
                indent,
                start,
                ..line
            },
            None => line,
        })
    }

    fn advance(&mut self) {
        self.next += 1;
        self.part = None;
    }

    fn skip_part(&mut self) -> bool {
        let had = self.part.take().is_some();
        if had {
            self.next += 1;
        }
        had
    }

    fn of(&self, line: Line) -> &'t str {
        self.text.get(line.start..line.end).unwrap_or_default()
    }

    /// The lines from this indentation on.
    fn block(&mut self, indent: usize, depth: usize) -> Node {
        let mut entries: Vec<Entry> = Vec::new();
        let mut items: Vec<Node> = Vec::new();
        while let Some(line) = self.peek().filter(|line| line.indent >= indent) {
            if depth >= MAX_DEPTH {
                self.advance();
                continue;
            }
            let text = self.of(line);
            let is_item = text == "-" || text.starts_with("- ");
            if is_item {
                // The items of the list that a name has are not indented more than the name.
                if !entries.is_empty() && line.indent == indent {
                    let list = self.list(line.indent, depth);
                    attach(&mut entries, list);
                    continue;
                }
                items.extend(self.items(line.indent, depth));
                continue;
            }
            // Deeper than the others: it belongs to the last name.
            if line.indent > indent && !entries.is_empty() {
                let node = self.block(line.indent, depth + 1);
                attach(&mut entries, node);
                continue;
            }
            match self.entry(line, depth) {
                Ok(entry) => entries.push(entry),
                Err(node) => items.push(node),
            }
        }
        if entries.is_empty() {
            return match items.len() {
                1 => items.pop().unwrap_or_else(|| Node::List(Vec::new())),
                _ => Node::List(items),
            };
        }
        // Words without a colon, next to entries, are names that are not finished.
        for item in items {
            match item {
                Node::Scalar(name) => entries.push(Entry {
                    name,
                    labels: Vec::new(),
                    value: None,
                }),
                node => attach(&mut entries, node),
            }
        }
        Node::Map(entries)
    }

    fn list(&mut self, indent: usize, depth: usize) -> Node {
        Node::List(self.items(indent, depth))
    }

    /// The items at this indentation.
    fn items(&mut self, indent: usize, depth: usize) -> Vec<Node> {
        let mut out = Vec::new();
        while let Some(line) = self.peek().filter(|line| line.indent == indent) {
            let text = self.of(line);
            let Some(rest) = text.strip_prefix('-') else {
                break;
            };
            if !rest.is_empty() && !rest.starts_with(' ') {
                break;
            }
            let content = rest.trim_start();
            if content.is_empty() {
                self.advance();
                match self.peek() {
                    Some(next) if next.indent > indent => {
                        out.push(self.block(next.indent, depth + 1))
                    }
                    Some(_) | None => {}
                }
                continue;
            }
            let start = line.end - content.len();
            let inner = indent + (start - line.start);
            self.part = Some((start, inner));
            let before = (self.next, self.part);
            out.push(self.block(inner, depth + 1));
            if (self.next, self.part) == before {
                self.advance();
            }
        }
        out
    }

    /// An entry of a map, or a value where there is no name.
    fn entry(&mut self, line: Line, depth: usize) -> Result<Entry, Node> {
        let Some((name, after)) = self.name(line) else {
            let value = self.value(line.start, line, depth);
            return Err(value.unwrap_or_else(|| Node::List(Vec::new())));
        };
        let value = self.value(after, line, depth);
        if value.is_some() {
            return Ok(Entry {
                name,
                labels: Vec::new(),
                value,
            });
        }
        // What is indented more than the name, or the items of a list that are not.
        let value = match self.peek() {
            Some(next) if next.indent > line.indent => Some(self.block(next.indent, depth + 1)),
            Some(next) if next.indent == line.indent && self.of(next).starts_with('-') => {
                Some(self.list(next.indent, depth + 1))
            }
            Some(_) | None => None,
        };
        Ok(Entry {
            name,
            labels: Vec::new(),
            value,
        })
    }

    /// The name at the start of a line, and where its value starts.
    fn name(&self, line: Line) -> Option<(Scalar, usize)> {
        let text = self.of(line);
        if text.starts_with(['"', '\'']) {
            let (name, end) =
                brackets::quoted(self.text, Span::new(line.start, line.end), Syntax::Yaml);
            let rest = self.text.get(end..line.end)?.trim_start();
            let after = rest.strip_prefix(':')?;
            return (after.is_empty() || after.starts_with(' '))
                .then_some((name, line.end - after.len()));
        }
        if text.starts_with(['{', '[', '!', '&', '*', '|', '>']) {
            return None;
        }
        let at = (text.match_indices(':').map(|(at, _)| at)).find(|&at| {
            text.get(at + 1..)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        })?;
        let before = text.get(..at)?;
        // A comment.
        if before.contains(" #") {
            return None;
        }
        let name = Scalar {
            span: Span::new(line.start, line.start + before.trim_end().len()),
            is_quoted: false,
            syntax: Syntax::Yaml,
        };
        Some((name, line.start + at + 1))
    }

    /// The value that starts in the rest of a line. Goes on to the line after it.
    fn value(&mut self, start: usize, line: Line, depth: usize) -> Option<Node> {
        let mut rest = self
            .text
            .get(start..line.end)
            .unwrap_or_default()
            .trim_start();
        // Tags and anchors.
        while rest.starts_with(['!', '&']) {
            let end = rest.find(' ').unwrap_or(rest.len());
            rest = rest.get(end..).unwrap_or_default().trim_start();
        }
        let start = line.end - rest.len();
        if rest.is_empty() || rest.starts_with('#') {
            self.advance();
            return None;
        }
        if rest.starts_with(['{', '[']) {
            let span = Span::new(start, self.end_of_flow(line));
            let (node, end) = brackets::value(self.text, span, depth);
            self.advance();
            while self
                .lines
                .get(self.next)
                .is_some_and(|line| line.start < end)
            {
                self.next += 1;
            }
            return node;
        }
        if rest.starts_with(['|', '>']) {
            self.advance();
            let first = self
                .lines
                .get(self.next)
                .filter(|next| next.indent > line.indent);
            let start = first.map_or(line.end, |first| first.start);
            let mut end = start;
            while let Some(next) = self
                .lines
                .get(self.next)
                .filter(|next| next.indent > line.indent)
            {
                end = next.end;
                self.next += 1;
            }
            let span = Span::new(start, end);
            return embedded(self.text, span, depth).or(Some(Node::Scalar(Scalar {
                span,
                is_quoted: true,
                syntax: Syntax::Yaml,
            })));
        }
        let scalar = match rest.starts_with(['"', '\'']) {
            true => brackets::quoted(self.text, Span::new(start, line.end), Syntax::Yaml).0,
            false => {
                let end = rest.find(" #").unwrap_or(rest.len());
                let word = rest.get(..end).unwrap_or_default().trim_end();
                Scalar {
                    span: Span::new(start, start + word.len()),
                    is_quoted: false,
                    syntax: Syntax::Yaml,
                }
            }
        };
        self.advance();
        embedded(self.text, scalar.span, depth).or(Some(Node::Scalar(scalar)))
    }

    /// Where a value in brackets ends at the latest: it is indented more than what it is the value of.
    fn end_of_flow(&self, line: Line) -> usize {
        let rest = self.lines.get(self.next + 1..).unwrap_or_default();
        let inside =
            |next: &&Line| next.indent > line.indent || self.of(**next).starts_with([']', '}']);
        (rest.iter().take_while(inside).last()).map_or(line.end, |last| last.end)
    }
}

/// Gives a value to the last entry, or another one to it.
fn attach(entries: &mut [Entry], node: Node) {
    if let Some(last) = entries.last_mut() {
        last.value = Some(match last.value.take() {
            None => node,
            Some(Node::List(mut known)) => {
                known.push(node);
                Node::List(known)
            }
            Some(known @ (Node::Scalar(_) | Node::Map(_))) => Node::List(vec![known, node]),
        });
    }
}
