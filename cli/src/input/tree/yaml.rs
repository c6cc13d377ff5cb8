//! YAML as a tree, from the events of a parser that carries places.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Marker, Options, Parser, ScalarStyle, ScanError, Tag};
use rekognition_iam_runtime::json::Span;

use super::plain_yaml;
use super::{Id, LocalTag, MAX_DEPTH, Node, Style, Tree, TreeError, Value};

/// Nodes of one file. Far above any template; a bound on memory.
const MAX_NODES: usize = 2_000_000;

/// Reads the documents of a YAML file.
pub(crate) fn parse(text: &str) -> Result<Tree<'_>, TreeError> {
    let mut tree = Tree::new(text);
    let mut anchors: HashMap<usize, Id> = HashMap::new();
    // The containers that are open: their node, their anchor, and the name that waits for its value.
    let mut open: Vec<(Id, usize, Option<Id>)> = Vec::new();
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut parser = Parser::new_from_str_with_options(text, options);
    // The parser counts bytes when it reads a whole text, as it does here.
    let byte = |marker: Marker| marker.byte_offset().unwrap_or_default().min(text.len());
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| invalid(&error, text))?;
        let span = Span::new(byte(span.start), byte(span.end));
        let stop = |message: String| TreeError {
            message,
            help: None,
            span,
        };
        let (node, anchor, opens) = match event {
            Event::Scalar(value, style, anchor, tag) => {
                (scalar(text, value, style, tag, span), anchor, false)
            }
            Event::SequenceStart(_, anchor, tag) => (
                Node {
                    span,
                    tag: tag.as_deref().and_then(name),
                    value: Value::List(Vec::new()),
                },
                anchor,
                true,
            ),
            Event::MappingStart(_, anchor, tag) => (
                Node {
                    span,
                    tag: tag.as_deref().and_then(name),
                    value: Value::Map(Vec::new()),
                },
                anchor,
                true,
            ),
            Event::Alias(anchor) => {
                // What is inside of its own anchor has no end; it stays empty, as a value that we cannot know.
                match anchors.get(&anchor) {
                    Some(&id) => {
                        attach(&mut tree, &mut open, id);
                        continue;
                    }
                    None => (
                        Node {
                            span,
                            tag: None,
                            value: Value::Null,
                        },
                        0,
                        false,
                    ),
                }
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some((id, anchor, _)) = open.pop() {
                    let end = trimmed(text, tree.node(id).span.start, span.end);
                    tree.node_mut(id).span.end = end;
                    if anchor > 0 {
                        anchors.insert(anchor, id);
                    }
                }
                continue;
            }
            _ => continue,
        };
        if tree.nodes.len() == MAX_NODES {
            return Err(stop(format!("more than {MAX_NODES} values in one file")));
        }
        let id = tree.add(node);
        attach(&mut tree, &mut open, id);
        if opens {
            if open.len() == MAX_DEPTH {
                return Err(stop(format!("values nest deeper than {MAX_DEPTH} levels")));
            }
            open.push((id, anchor, None));
        } else if anchor > 0 {
            anchors.insert(anchor, id);
        }
    }
    Ok(tree)
}

/// Whether a text is YAML, without its values.
pub(crate) fn validate(text: &str) -> Result<(), TreeError> {
    match plain_yaml::is_plain(text) {
        true => Ok(()),
        false => parsed(text),
    }
}

/// The same by the parser.
pub(super) fn parsed(text: &str) -> Result<(), TreeError> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut parser = Parser::new_from_str_with_options(text, options);
    while let Some(event) = parser.next_event() {
        event.map_err(|error| invalid(&error, text))?;
    }
    Ok(())
}

fn invalid(error: &ScanError, text: &str) -> TreeError {
    let at = (error.marker().byte_offset().unwrap_or_default()).min(text.len());
    TreeError {
        message: format!("invalid YAML: {}", error.info().trim_end_matches('.')),
        help: None,
        span: Span::new(at, at),
    }
}

/// The comments of a file that can be parsed, with their markers.
pub(crate) fn comments(text: &str) -> Vec<Span> {
    let mut options = Options::default();
    // A file may have any number of comments in a row.
    options.max_buffered_comment_events = usize::MAX;
    let mut parser = Parser::new_from_str_with_options(text, options);
    let byte = |marker: Marker| marker.byte_offset().unwrap_or_default().min(text.len());
    let mut found = Vec::new();
    while let Some(Ok((event, span))) = parser.next_event() {
        if let Event::Comment(..) = event {
            found.push(Span::new(byte(span.start), byte(span.end)));
        }
    }
    found
}

fn attach(tree: &mut Tree<'_>, open: &mut [(Id, usize, Option<Id>)], id: Id) {
    let Some((parent, _, name)) = open.last_mut() else {
        tree.roots.push(id);
        return;
    };
    // A name is a text, though it may look like another value: `Null`.
    let is_name = name.is_none() && matches!(tree.node(*parent).value, Value::Map(_));
    if is_name && matches!(tree.node(id).value, Value::Null | Value::Literal(_)) {
        let text = tree.text;
        let node = tree.node_mut(id);
        let written = node.span.of(text);
        if !written.is_empty() {
            node.value = Value::Text(Cow::Borrowed(written), Style::Plain);
        }
    }
    match &mut tree.node_mut(*parent).value {
        Value::List(items) => items.push(id),
        Value::Map(members) => match name.take() {
            Some(name) => members.push((name, id)),
            None => *name = Some(id),
        },
        Value::Text(..) | Value::Literal(_) | Value::Null => {}
    }
}

fn scalar<'t>(
    text: &'t str,
    value: Cow<'t, str>,
    style: ScalarStyle,
    tag: Option<Cow<'_, Tag>>,
    span: Span,
) -> Node<'t> {
    let tag = tag.as_deref().and_then(name);
    let style = match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
    };
    let start = behind_properties(text, span);
    let span = Span::new(start, trimmed(text, start, span.end));
    let value = match (style, value.as_ref()) {
        (Style::Plain, "" | "~" | "null" | "Null" | "NULL") if tag.is_none() => Value::Null,
        (Style::Plain, "true" | "True" | "TRUE") => Value::Literal("true"),
        (Style::Plain, "false" | "False" | "FALSE") => Value::Literal("false"),
        _ => Value::Text(value, style),
    };
    Node { span, tag, value }
}

/// The tags of CloudFormation are local ones: `!Sub`. Those of YAML itself say nothing here.
fn name(tag: &Tag) -> Option<Box<LocalTag>> {
    (tag.handle() == "!").then(|| Box::new(LocalTag(format!("!{}", tag.suffix()))))
}

/// Where a scalar itself begins: after its anchor and its tag.
fn behind_properties(text: &str, span: Span) -> usize {
    let mut rest = span.of(text);
    while rest.starts_with(['&', '!']) {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        rest = rest.get(end..).unwrap_or_default().trim_start();
    }
    span.end - rest.len()
}

/// Some places of the parser reach over the white space after a value.
fn trimmed(text: &str, start: usize, end: usize) -> usize {
    let piece = text.get(start..end).unwrap_or_default();
    start + piece.trim_end().len()
}
