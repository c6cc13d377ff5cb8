//! JSON as a tree, without recursion.

use rekognition_iam_runtime::json::{Kind, Lexer, Limits, ReadError, Span};

use super::{Id, MAX_DEPTH, Node, Style, Tree, TreeError, Value};

/// Bytes from which it saves more to count the values first than it costs.
const LARGE: usize = 1 << 16;

/// Reads one JSON document.
pub(crate) fn parse<'t>(text: &'t str, limits: &Limits) -> Result<Tree<'t>, TreeError> {
    let mut tree = Tree::new(text);
    if text.len() > LARGE {
        // Each value but the first follows one of these, and so does each name.
        let signs = text.bytes().filter(|byte| b",:[{".contains(byte));
        tree.reserve(signs.count() + 1);
    }
    read(&mut tree, text, limits).map_err(|error| TreeError {
        message: error.message,
        help: error.help,
        span: error.span,
    })?;
    Ok(tree)
}

fn read<'t>(tree: &mut Tree<'t>, text: &'t str, limits: &Limits) -> Result<(), ReadError> {
    let mut lexer = Lexer::with_limits(text, limits);
    // The containers that are open, and the name that waits for its value in each.
    let mut open: Vec<(Id, Option<Id>)> = Vec::new();
    loop {
        let kind = lexer.kind()?;
        let start = lexer.offset();
        let value = match kind {
            Kind::String => {
                let (text, _) = lexer.string()?;
                Value::Text(text, Style::Json)
            }
            Kind::Number => Value::Literal(lexer.number()?.0),
            Kind::Bool | Kind::Null => match lexer.word()? {
                (Some(_), span) => Value::Literal(span.of(text)),
                (None, _) => Value::Null,
            },
            Kind::List => {
                lexer.open(b'[')?;
                Value::List(Vec::new())
            }
            Kind::Object => {
                lexer.open(b'{')?;
                Value::Map(Vec::new())
            }
        };
        let id = tree.add(Node {
            span: Span::new(start, lexer.offset()),
            tag: None,
            value,
        });
        match open.last() {
            Some(&(parent, name)) => attach(tree, parent, name, id),
            None => tree.roots.push(id),
        }
        let begun = match kind {
            Kind::List => !lexer.closes(b']'),
            Kind::Object => !lexer.closes(b'}'),
            Kind::String | Kind::Number | Kind::Bool | Kind::Null => false,
        };
        if begun {
            if open.len() == MAX_DEPTH {
                return Err(lexer.too_deep());
            }
            let name = if kind == Kind::Object {
                Some(member(tree, &mut lexer)?)
            } else {
                None
            };
            open.push((id, name));
            continue;
        }
        tree.node_mut(id).span.end = lexer.offset();
        // Close what ends here, and find the next value.
        loop {
            let Some((parent, name)) = open.last_mut() else {
                return lexer.finish();
            };
            if lexer.more(if name.is_some() { b'}' } else { b']' })? {
                if name.is_some() {
                    *name = Some(member(tree, &mut lexer)?);
                }
                break;
            }
            tree.node_mut(*parent).span.end = lexer.offset();
            open.pop();
        }
    }
}

fn member<'t>(tree: &mut Tree<'t>, lexer: &mut Lexer<'t>) -> Result<Id, ReadError> {
    let (name, span) = lexer.name()?;
    Ok(tree.add(Node {
        span,
        tag: None,
        value: Value::Text(name, Style::Json),
    }))
}

fn attach(tree: &mut Tree<'_>, parent: Id, name: Option<Id>, id: Id) {
    match (&mut tree.node_mut(parent).value, name) {
        (Value::List(items), _) => items.push(id),
        (Value::Map(members), Some(name)) => members.push((name, id)),
        // INVARIANT: only containers are open, and a map always has a name waiting.
        _ => {}
    }
}
