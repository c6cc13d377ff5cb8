//! Policies that are not plain JSON text, written as such for the reader, with the way back to their file.
//!
//! A template leaves values open until it is deployed. The reader needs a whole document, so each open value is filled in,
//! once in a way that allows as much as it could and once in another; what is found both times does not depend on it.
//! See `judge` in the module `policy`.

use std::cell::Cell;

use rekognition_iam_runtime::json::{Edit, Lexer, Span, literal_offset};

use crate::output::json::{quoted, write_string};
use crate::tree::{Id, MAX_DEPTH, Style, Tree, Value};

/// How open values are filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fill {
    /// As widely as they could be.
    Wide,
    /// As something unlike.
    Other,
}

impl Fill {
    const fn pick<T: Copy>(self, wide: T, other: T) -> T {
        match self {
            Self::Wide => wide,
            Self::Other => other,
        }
    }
}

/// A policy as JSON text with the way back to its file.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    pub(crate) text: String,
    pieces: Vec<Piece>,
    /// How many values are open.
    pub(crate) open: usize,
}

/// A value or name in the JSON text, and where it came from.
#[derive(Debug)]
struct Piece {
    span: Span,
    /// What to show of the file.
    shown: Span,
    /// Where the same characters begin in the file, when they are the same.
    exact: Option<usize>,
    /// How the file writes it, when it can be replaced there.
    style: Option<(Style, Span)>,
    open: bool,
}

impl Rendered {
    /// The piece that a place of the text belongs to: the smallest around it.
    fn piece(&self, span: Span) -> Option<&Piece> {
        self.pieces
            .iter()
            .filter(|piece| piece.span.start <= span.start && span.end <= piece.span.end)
            .min_by_key(|piece| piece.span.end - piece.span.start)
    }

    /// Where a place of the text stands in the file.
    pub(crate) fn place(&self, span: Span) -> Span {
        let Some(piece) = self.piece(span) else {
            return Span::default();
        };
        match piece.exact {
            // A part of a literal: count from behind its quote.
            Some(start) if span != piece.span && span.start > piece.span.start => {
                let from = start + span.start - piece.span.start - 1;
                Span::new(from, from + span.end - span.start)
            }
            _ => piece.shown,
        }
    }

    /// Whether the value at a place of the text is open, in part or as a whole.
    pub(crate) fn is_open(&self, span: Span) -> bool {
        self.piece(span).is_some_and(|piece| piece.open)
    }

    /// A change to the text as a change to the file.
    pub(crate) fn edit(&self, edit: &Edit) -> Option<Edit> {
        let piece = self.piece(edit.span)?;
        let (style, span) = piece.style.filter(|_| piece.span == edit.span)?;
        let (value, _) = Lexer::new(&edit.text).string().ok()?;
        let text = match style {
            Style::Json | Style::Double => edit.text.clone(),
            Style::Single => format!("'{}'", value.replace('\'', "''")),
            Style::Plain if is_plain(&value) => value.into_owned(),
            Style::Plain => edit.text.clone(),
            Style::Block => return None,
        };
        Some(Edit { span, text })
    }
}

/// Whether YAML reads these characters as themselves.
fn is_plain(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_alphabetic())
        && !value.ends_with(':')
        && !matches!(
            value.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off"
        )
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b":/*._-${}".contains(&byte))
}

/// What a node stands for in a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Document,
    Statements,
    Statement,
    Version,
    Sid,
    Effect,
    Principal,
    Principals,
    Service,
    Action,
    Resource,
    Condition,
    Keys,
    Value,
}

impl Slot {
    /// What a member of this is.
    fn member(self, name: &str) -> Self {
        match (self, name) {
            (Self::Document, "Version") => Self::Version,
            (Self::Document, "Statement") => Self::Statements,
            (Self::Statement, "Effect") => Self::Effect,
            (Self::Statement, "Principal" | "NotPrincipal") => Self::Principal,
            (Self::Statement, "Action" | "NotAction") => Self::Action,
            (Self::Statement, "Resource" | "NotResource") => Self::Resource,
            (Self::Statement, "Condition") => Self::Condition,
            (Self::Principal, "Service") => Self::Service,
            (Self::Principal, _) => Self::Principals,
            (Self::Condition, _) => Self::Keys,
            (Self::Keys, _) => Self::Value,
            _ => Self::Sid,
        }
    }

    const fn item(self) -> Self {
        match self {
            Self::Statements => Self::Statement,
            other => other,
        }
    }

    /// What to write for a value that is open as a whole. Nothing: leave it out.
    const fn filled(self, fill: Fill) -> Option<&'static str> {
        Some(match self {
            Self::Document | Self::Statements | Self::Statement | Self::Sid => return None,
            Self::Version => "\"2012-10-17\"",
            Self::Effect => fill.pick("\"Allow\"", "\"Deny\""),
            Self::Principal => fill.pick("\"*\"", "{\"AWS\":\"arn:aws:iam::123456789012:root\"}"),
            Self::Principals => fill.pick("\"*\"", "\"arn:aws:iam::123456789012:root\""),
            Self::Service => fill.pick("\"*\"", "\"ec2.amazonaws.com\""),
            Self::Action => fill.pick("\"*\"", "\"rekognition:DetectLabels\""),
            Self::Resource => fill.pick("\"*\"", "\"arn:aws:s3:::open-value\""),
            Self::Condition => fill.pick(
                "{}",
                "{\"StringEquals\":{\"aws:SourceAccount\":\"123456789012\",\"aws:PrincipalOrgID\":\"o-a1b2c3d4e5\"},\"ArnEquals\":{\"aws:SourceArn\":\"arn:aws:sns:us-east-1:123456789012:open-value\"}}",
            ),
            Self::Keys => fill.pick("{}", "{\"aws:SourceAccount\":\"123456789012\"}"),
            Self::Value => fill.pick("\"*\"", "\"open-value\""),
        })
    }
}

struct Renderer<'t> {
    tree: &'t Tree<'t>,
    fill: Fill,
    out: Rendered,
    limit: usize,
    /// How many values may still be looked at. Aliases of YAML make few lines stand for many values, some of which add
    /// nothing to the text.
    steps: Cell<u32>,
    /// How deep functions stand in functions, which aliases can make deeper than the text.
    depth: Cell<usize>,
}

const STEPS: u32 = 1 << 20;

/// A policy document of a tree as JSON. Nothing when it is longer than `limit`, or open as a whole.
pub(crate) fn document(tree: &Tree<'_>, id: Id, fill: Fill, limit: usize) -> Option<Rendered> {
    let mut renderer = Renderer {
        tree,
        fill,
        out: Rendered::default(),
        limit,
        steps: Cell::new(STEPS),
        depth: Cell::new(0),
    };
    renderer.value(id, Slot::Document, 0)?;
    Some(renderer.out)
}

impl Renderer<'_> {
    /// Writes a value. Nothing when the text got too long.
    fn value(&mut self, id: Id, slot: Slot, depth: usize) -> Option<()> {
        // An alias of YAML may name one node many times over.
        if self.out.text.len() > self.limit || depth > MAX_DEPTH || !self.step() {
            return None;
        }
        let node = self.tree.node(id);
        let start = self.out.text.len();
        if let Some((text, open)) = self.text(id) {
            // What is open as a whole says nothing about its form.
            if open && text.is_empty() {
                self.out.open += 1;
                let filled = slot.filled(self.fill)?;
                self.out.text.push_str(filled);
                self.piece(id, start, true);
                return Some(());
            }
            write_string(&mut self.out.text, &text);
            self.out.open += usize::from(open);
            self.piece(id, start, open);
            return Some(());
        }
        match &node.value {
            Value::List(items) => {
                self.out.text.push('[');
                let items = self.flattened(items, slot.item());
                let mut first = true;
                for item in items {
                    if !std::mem::take(&mut first) {
                        self.out.text.push(',');
                    }
                    self.value(item, slot.item(), depth + 1)?;
                }
                self.out.text.push(']');
                self.piece(id, start, false);
            }
            Value::Map(members) => {
                // A statement that stands without a list.
                let slot = if slot == Slot::Statements {
                    Slot::Statement
                } else {
                    slot
                };
                self.out.text.push('{');
                let mut first = true;
                for &(name, value) in members {
                    let Some(key) = self.tree.text(name) else {
                        continue;
                    };
                    let inner = slot.member(key);
                    // `Fn::ForEach` and `Fn::Transform` bring members that nobody knows yet.
                    if key.starts_with("Fn::")
                        || (self.is_open(value) && inner.filled(self.fill).is_none())
                        || self.is_absent(value)
                    {
                        self.out.open += 1;
                        continue;
                    }
                    if !std::mem::take(&mut first) {
                        self.out.text.push(',');
                    }
                    let start = self.out.text.len();
                    write_string(&mut self.out.text, key);
                    self.piece(name, start, false);
                    self.out.text.push(':');
                    self.value(value, inner, depth + 1)?;
                }
                self.out.text.push('}');
                self.piece(id, start, false);
            }
            _ => {
                self.out.text.push_str("null");
                self.piece(id, start, false);
            }
        }
        Some(())
    }

    /// The items of a list, both branches of an `If` among them, without those that are open as a whole where nothing can
    /// stand for them.
    fn flattened(&mut self, items: &[Id], slot: Slot) -> Vec<Id> {
        let mut out = Vec::new();
        let mut todo: Vec<Id> = items.iter().rev().copied().collect();
        // Branches within branches are as deep as the tree, and aliases cannot make them wider than this.
        let mut budget = 10_000;
        while let Some(id) = todo.pop() {
            budget -= 1;
            if budget == 0 {
                break;
            }
            if let Some(("If", argument)) = intrinsic(self.tree, id)
                && let Value::List(parts) = &self.tree.node(argument).value
                && let [_, yes, no] = parts.as_slice()
            {
                self.out.open += 1;
                for branch in [*no, *yes] {
                    match &self.tree.node(branch).value {
                        Value::List(inner) if intrinsic(self.tree, branch).is_none() => {
                            todo.extend(inner.iter().rev());
                        }
                        _ => todo.push(branch),
                    }
                }
                continue;
            }
            if self.is_absent(id) {
                continue;
            }
            if self.is_open(id) && slot.filled(self.fill).is_none() {
                self.out.open += 1;
                continue;
            }
            out.push(id);
        }
        out
    }

    fn piece(&mut self, id: Id, start: usize, open: bool) {
        let node = self.tree.node(id);
        let span = Span::new(start, self.out.text.len());
        let (mut exact, mut style) = (None, None);
        if let (Value::Text(value, written), None, false) = (&node.value, &node.tag, open) {
            let quote = usize::from(!matches!(written, Style::Plain | Style::Block));
            let inner = Span::new(node.span.start + quote, node.span.end.saturating_sub(quote));
            let same = *written != Style::Block
                && inner.of(self.tree.text) == value
                && span.end - span.start == value.len() + 2;
            exact = same.then_some(inner.start);
            style = Some((*written, node.span));
        }
        self.out.pieces.push(Piece {
            span,
            shown: self.tree.shown(id),
            exact,
            style,
            open,
        });
    }

    fn step(&self) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        left > 0
    }

    /// The text of a scalar, and whether a part of it is open: all of it when the text is empty.
    fn text(&self, id: Id) -> Option<(String, bool)> {
        if !self.step() || self.depth.get() > MAX_DEPTH {
            return Some((String::new(), true));
        }
        self.depth.set(self.depth.get() + 1);
        let text = self.text_within(id);
        self.depth.set(self.depth.get() - 1);
        text
    }

    fn text_within(&self, id: Id) -> Option<(String, bool)> {
        if let Some((name, argument)) = intrinsic(self.tree, id) {
            return Some(
                self.evaluated(name, argument)
                    .unwrap_or((String::new(), true)),
            );
        }
        match &self.tree.node(id).value {
            Value::Text(text, _) => Some((text.to_string(), false)),
            // CloudFormation makes strings of all scalars.
            Value::Literal(text) => Some((text.to_string(), false)),
            _ => None,
        }
    }

    fn evaluated(&self, name: &str, argument: Id) -> Option<(String, bool)> {
        match name {
            "Ref" => pseudo(self.tree.text(argument)?).map(|text| (text.to_string(), false)),
            "Sub" => {
                let template = match &self.tree.node(argument).value {
                    Value::List(parts) => *parts.first()?,
                    _ => argument,
                };
                Some(self.substituted(self.tree.text(template)?))
            }
            "Join" => {
                let Value::List(parts) = &self.tree.node(argument).value else {
                    return None;
                };
                let [between, list] = parts.as_slice() else {
                    return None;
                };
                let between = self.tree.text(*between)?;
                let Value::List(items) = &self.tree.node(*list).value else {
                    return None;
                };
                if intrinsic(self.tree, *list).is_some() {
                    return None;
                }
                let (mut out, mut open) = (String::new(), false);
                for (number, &item) in items.iter().enumerate() {
                    if number > 0 {
                        out.push_str(between);
                    }
                    match self.text(item)? {
                        (text, true) if text.is_empty() => {
                            out.push_str(self.fill.pick("*", "open1"));
                            open = true;
                        }
                        (text, part) => {
                            out.push_str(&text);
                            open |= part;
                        }
                    }
                    if out.len() > self.limit {
                        return None;
                    }
                }
                Some((out, open))
            }
            _ => None,
        }
    }

    /// `Fn::Sub`: `${Name}` is filled in, `${!name}` is written as `${name}`.
    fn substituted(&self, template: &str) -> (String, bool) {
        let (mut out, mut open) = (String::with_capacity(template.len()), false);
        let mut rest = template;
        while let Some(at) = rest.find("${") {
            let (before, tail) = rest.split_at(at);
            out.push_str(before);
            let Some(end) = tail.find('}') else {
                rest = tail;
                break;
            };
            let name = tail.get(2..end).unwrap_or_default();
            match (name.strip_prefix('!'), pseudo(name)) {
                (Some(literal), _) => {
                    out.push_str("${");
                    out.push_str(literal);
                    out.push('}');
                }
                (None, Some(value)) => out.push_str(value),
                (None, None) => {
                    out.push_str(self.fill.pick("*", "open1"));
                    open = true;
                }
            }
            rest = tail.get(end + 1..).unwrap_or_default();
        }
        out.push_str(rest);
        (out, open)
    }

    fn is_open(&self, id: Id) -> bool {
        matches!(self.text(id), Some((text, true)) if text.is_empty())
    }

    /// `AWS::NoValue` takes away what it stands for.
    fn is_absent(&self, id: Id) -> bool {
        matches!(intrinsic(self.tree, id), Some(("Ref", argument)) if self.tree.text(argument) == Some("AWS::NoValue"))
    }
}

/// What CloudFormation itself says, with a value that every rule takes.
fn pseudo(name: &str) -> Option<&'static str> {
    Some(match name {
        "AWS::Partition" => "aws",
        "AWS::Region" => "us-east-1",
        "AWS::AccountId" => "123456789012",
        "AWS::URLSuffix" => "amazonaws.com",
        _ => return None,
    })
}

/// The name and argument of an intrinsic function: `!Sub ..` or `{"Fn::Sub": ..}`.
fn intrinsic<'t>(tree: &'t Tree<'_>, id: Id) -> Option<(&'t str, Id)> {
    let node = tree.node(id);
    if let Some(tag) = &node.tag {
        return Some((tag.trim_start_matches('!'), id));
    }
    let [(name, argument)] = tree.map(id) else {
        return None;
    };
    match tree.text(*name)? {
        "Ref" => Some(("Ref", *argument)),
        name => Some((name.strip_prefix("Fn::")?, *argument)),
    }
}

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
fn template_end(text: &str) -> usize {
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

/// The blocks of `aws_iam_policy_document` as a policy document.
pub(crate) fn blocks(tree: &Tree<'_>, id: Id, fill: Fill, limit: usize) -> Option<Rendered> {
    let mut writer = Blocks {
        tree,
        fill,
        out: Rendered::default(),
    };
    let start = 0;
    writer.out.text.push('{');
    match tree.get(id, "version") {
        Some(version) => {
            writer.out.text.push_str("\"Version\":");
            writer.string(version, Slot::Version);
        }
        None => writer.out.text.push_str("\"Version\":\"2012-10-17\""),
    }
    writer.out.text.push_str(",\"Statement\":[");
    let statements = tree
        .get(id, "statement")
        .map(|id| tree.items(id))
        .unwrap_or_default();
    for (number, statement) in statements.iter().enumerate() {
        if number > 0 {
            writer.out.text.push(',');
        }
        writer.statement(*statement);
        if writer.out.text.len() > limit {
            return None;
        }
    }
    writer.out.text.push_str("]}");
    writer.piece(id, start, false);
    Some(writer.out)
}

struct Blocks<'t> {
    tree: &'t Tree<'t>,
    fill: Fill,
    out: Rendered,
}

impl Blocks<'_> {
    fn statement(&mut self, id: Id) {
        let tree = self.tree;
        let start = self.out.text.len();
        self.out.text.push('{');
        if let Some(sid) = tree.get(id, "sid")
            && tree.text(sid) != Some("")
        {
            self.out.text.push_str("\"Sid\":");
            self.string(sid, Slot::Sid);
            self.out.text.push(',');
        }
        self.out.text.push_str("\"Effect\":");
        match tree.get(id, "effect") {
            Some(effect) => self.string(effect, Slot::Effect),
            None => self.out.text.push_str("\"Allow\""),
        }
        for (theirs, ours, slot) in [
            ("actions", "Action", Slot::Action),
            ("not_actions", "NotAction", Slot::Action),
            ("resources", "Resource", Slot::Resource),
            ("not_resources", "NotResource", Slot::Resource),
        ] {
            if let Some(list) = tree.get(id, theirs) {
                self.out.text.push_str(&format!(",\"{ours}\":"));
                self.strings(list, slot);
            }
        }
        for (theirs, ours) in [
            ("principals", "Principal"),
            ("not_principals", "NotPrincipal"),
        ] {
            let Some(blocks) = tree.get(id, theirs) else {
                continue;
            };
            let blocks = tree.items(blocks);
            if blocks.is_empty() {
                continue;
            }
            self.out.text.push_str(&format!(",\"{ours}\":"));
            let kind = |block| {
                tree.get(block, "type")
                    .and_then(|id| tree.text(id))
                    .unwrap_or_default()
            };
            if blocks.iter().any(|&block| kind(block) == "*") {
                self.out.text.push_str("\"*\"");
                continue;
            }
            let start = self.out.text.len();
            self.out.text.push('{');
            for (number, &block) in blocks.iter().enumerate() {
                if number > 0 {
                    self.out.text.push(',');
                }
                let kind = kind(block);
                write_string(&mut self.out.text, kind);
                self.out.text.push(':');
                let slot = Slot::Principal.member(kind);
                match tree.get(block, "identifiers") {
                    Some(list) => self.strings(list, slot),
                    None => self.out.text.push_str("[]"),
                }
            }
            self.out.text.push('}');
            if let Some(&first) = blocks.first() {
                self.piece(first, start, false);
            }
        }
        if let Some(blocks) = tree.get(id, "condition") {
            self.conditions(&tree.items(blocks));
        }
        self.out.text.push('}');
        self.piece(id, start, false);
    }

    /// Terraform joins blocks of one operator into one object.
    fn conditions(&mut self, blocks: &[Id]) {
        let tree = self.tree;
        let text = |block, name| {
            tree.get(block, name)
                .and_then(|id| tree.text(id))
                .unwrap_or_default()
        };
        let mut operators: Vec<&str> = Vec::new();
        for &block in blocks {
            let operator = text(block, "test");
            if !operators.contains(&operator) {
                operators.push(operator);
            }
        }
        self.out.text.push_str(",\"Condition\":{");
        for (number, operator) in operators.iter().enumerate() {
            if number > 0 {
                self.out.text.push(',');
            }
            let mut first = true;
            for &block in blocks {
                if text(block, "test") != *operator {
                    continue;
                }
                if std::mem::take(&mut first) {
                    let start = self.out.text.len();
                    write_string(&mut self.out.text, operator);
                    if let Some(id) = tree.get(block, "test") {
                        self.piece(id, start, false);
                    }
                    self.out.text.push_str(":{");
                } else {
                    self.out.text.push(',');
                }
                let start = self.out.text.len();
                write_string(&mut self.out.text, text(block, "variable"));
                if let Some(id) = tree.get(block, "variable") {
                    self.piece(id, start, false);
                }
                self.out.text.push(':');
                match tree.get(block, "values") {
                    Some(list) => self.strings(list, Slot::Value),
                    None => self.out.text.push_str("[]"),
                }
            }
            self.out.text.push('}');
        }
        self.out.text.push('}');
    }

    fn strings(&mut self, id: Id, slot: Slot) {
        let start = self.out.text.len();
        let Value::List(items) = &self.tree.node(id).value else {
            return self.string(id, slot);
        };
        self.out.text.push('[');
        for (number, &item) in items.iter().enumerate() {
            if number > 0 {
                self.out.text.push(',');
            }
            self.string(item, slot);
        }
        self.out.text.push(']');
        self.piece(id, start, false);
    }

    fn string(&mut self, id: Id, slot: Slot) {
        let start = self.out.text.len();
        let (written, is_text) = match &self.tree.node(id).value {
            Value::Text(text, _) => (text.as_ref(), true),
            Value::Literal(text) => (*text, false),
            _ => {
                self.out.text.push_str("null");
                return self.piece(id, start, false);
            }
        };
        let mut filled = Embedded::new(written, Span::default(), true, self.fill);
        // The whole of it is one `${..}`: nothing is known of its form.
        let whole = written.starts_with("${") && template_end(written) == written.len();
        // `&{aws:username}` is Terraform's way to write a policy variable here.
        let value = std::mem::take(&mut filled.text).replace("&{", "${");
        let open = filled.open() > 0;
        self.out.open += usize::from(open);
        match slot.filled(self.fill).filter(|_| whole) {
            Some(text) => self.out.text.push_str(text),
            None => write_string(&mut self.out.text, &value),
        }
        self.piece(id, start, open);
        if let Some(piece) = self.out.pieces.last_mut()
            && (value != written || !is_text)
        {
            (piece.exact, piece.style) = (None, None);
        }
    }

    fn piece(&mut self, id: Id, start: usize, open: bool) {
        let mut renderer = Renderer {
            tree: self.tree,
            fill: self.fill,
            out: std::mem::take(&mut self.out),
            limit: usize::MAX,
            steps: Cell::new(STEPS),
            depth: Cell::new(0),
        };
        renderer.piece(id, start, open);
        self.out = renderer.out;
    }
}
