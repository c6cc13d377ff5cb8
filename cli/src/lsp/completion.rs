//! Names and values that fit at a place.

use lsp_types::{
    CompletionItem, CompletionList, CompletionTextEdit, Documentation, InsertTextFormat,
    MarkupContent, MarkupKind, TextEdit,
};
use rekognition_iam_runtime::json::Span;

use super::choices::{self, Choice, Insert};
use super::cursor::{self, Block, Cursor, Role, Variables};
use super::documents::Document;
use super::outline::Syntax;
use super::positions::{Encoding, Lines};

/// After which characters an editor asks by itself.
pub(super) const TRIGGERS: [&str; 5] = [":", "\"", "'", "$", "{"];

/// Items of one answer. The editor asks again when more is typed.
const MAX_ITEMS: usize = 1_000;

/// The choices at a byte of a text. `snippets` says whether the client can fill in values.
pub(super) fn complete(
    document: &Document,
    at: usize,
    encoding: Encoding,
    snippets: bool,
) -> CompletionList {
    let Some(cursor) = cursor::cursor(document, at) else {
        return CompletionList::default();
    };
    let text = &document.text;
    let before = text.get(cursor.span.start..at).unwrap_or_default();
    let (choices, start) = match variable(before, &cursor) {
        Variable::None => (choices::choices(&cursor, before), cursor.span.start),
        Variable::Key(start) => (choices::variables(&cursor), cursor.span.start + start),
        Variable::Pseudo(start) => (choices::pseudo_parameters(), cursor.span.start + start),
        Variable::Other => return CompletionList::default(),
    };
    let is_prefix = cursor.role == Role::Action && !before.contains(':');
    let span = replaced(text, &cursor, start, at, is_prefix);
    let lines = Lines::new(text, encoding);
    let quotes = quotes(&cursor);
    let written = span.of(text);
    let typed = text
        .get(span.start..at)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let mut items: Vec<CompletionItem> = (choices.into_iter())
        // What the editor would leave out anyway, where that keeps a long list short.
        .map(|choice| choice.filled(written))
        .filter(|choice| is_near(&typed, &choice.label) || is_near(&typed, &choice.text()))
        // A name that is complete already is no choice.
        .filter(|choice| !choice.text().eq_ignore_ascii_case(written) || written.is_empty())
        .map(|choice| item(choice, lines.range(span), quotes, snippets))
        .collect();
    let is_incomplete = items.len() > MAX_ITEMS;
    items.truncate(MAX_ITEMS);
    CompletionList {
        is_incomplete,
        items,
    }
}

/// Whether all letters that were typed are in a label in this order, as editors match them.
fn is_near(typed: &str, label: &str) -> bool {
    let mut letters = label.chars().map(|c| c.to_ascii_lowercase());
    typed.chars().all(|c| letters.any(|letter| letter == c))
}

/// The bytes that a choice replaces: what is written around the cursor, within its line. The prefix of a service only replaces a prefix.
fn replaced(text: &str, cursor: &Cursor, start: usize, at: usize, is_prefix: bool) -> Span {
    let line = text
        .get(..at)
        .unwrap_or_default()
        .rfind('\n')
        .map_or(0, |end| end + 1);
    let after = text.get(at..cursor.span.end.max(at)).unwrap_or_default();
    let is_rest =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '*' | '?' | '-' | '_' | '/' | '.');
    let mut rest = after;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            // A policy variable is a part of the word, if it ends.
            '$' | '&' => variable_length(rest),
            c if is_rest(c) => Some(c.len_utf8()),
            _ => None,
        };
        let Some(tail) = length.and_then(|length| rest.get(length..)) else {
            break;
        };
        rest = tail;
        if is_prefix && c == ':' {
            break;
        }
    }
    let end = at + after.len() - rest.len();
    Span::new(start.max(line), end)
}

/// The length of the policy variable that a text starts with.
fn variable_length(text: &str) -> Option<usize> {
    let name = text.trim_start_matches(['$', '&']).strip_prefix('{')?;
    let end = name.find(['}', '"', '\'', '\n', ','])?;
    let rest = name.get(end..)?.strip_prefix('}')?;
    Some(text.len() - rest.len())
}

/// Whether a choice needs quotes.
fn quotes(cursor: &Cursor) -> Option<char> {
    if cursor.is_quoted {
        return None;
    }
    match (cursor.syntax, &cursor.role) {
        (Syntax::Hcl, Role::Name(Block::Statement)) | (Syntax::Json, _) => Some('"'),
        // Arguments and blocks.
        (
            Syntax::Hcl,
            Role::Name(
                Block::TerraformStatement | Block::TerraformCondition | Block::TerraformPrincipals,
            ),
        )
        | (Syntax::Flow | Syntax::Yaml, _) => None,
        (Syntax::Hcl, _) => Some('"'),
    }
}

fn item(
    choice: Choice,
    range: lsp_types::Range,
    quotes: Option<char>,
    snippets: bool,
) -> CompletionItem {
    let has_values = choice
        .pieces
        .iter()
        .any(|piece| matches!(piece, Insert::Value(_)));
    let is_snippet = snippets && has_values;
    let plain = choice.text();
    let mut text = String::new();
    let mut number = 0;
    for piece in &choice.pieces {
        match piece {
            Insert::Value(name) if is_snippet => {
                number += 1;
                text.push_str(&format!("${{{number}:{}}}", escaped(name)));
            }
            part if is_snippet => text.push_str(&escaped(part.text())),
            part => text.push_str(part.text()),
        }
    }
    let text = match quotes {
        Some(quote) => format!("{quote}{text}{quote}"),
        None => text,
    };
    CompletionItem {
        kind: Some(choice.kind),
        detail: (!choice.detail.is_empty()).then_some(choice.detail),
        documentation: choice.documentation.map(|value| {
            Documentation::MarkupContent(MarkupContent {
                kind: MarkupKind::Markdown,
                value,
            })
        }),
        // Matched with what the edit replaces, quotes included.
        filter_text: match quotes {
            Some(quote) => Some(format!("{quote}{plain}")),
            None => (plain != choice.label).then_some(plain),
        },
        sort_text: choice.rank.map(|rank| format!("{rank}{}", choice.label)),
        insert_text_format: is_snippet.then_some(InsertTextFormat::SNIPPET),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, text))),
        label: choice.label,
        ..CompletionItem::default()
    }
}

/// A text in which nothing is a placeholder of a snippet.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('$', "\\$")
        .replace('}', "\\}")
}

/// A variable that is not ended before the cursor.
#[derive(Debug, Clone, Copy)]
enum Variable {
    None,
    /// A policy variable, and where its name starts.
    Key(usize),
    /// A parameter of a template, and where its name starts.
    Pseudo(usize),
    /// A value that nothing is known of.
    Other,
}

fn variable(before: &str, cursor: &Cursor) -> Variable {
    let has_variables = match &cursor.role {
        Role::Resource | Role::Value { .. } => true,
        Role::Name(_)
        | Role::Effect
        | Role::Version
        | Role::Action
        | Role::PrincipalType
        | Role::Principal(_)
        | Role::Everyone
        | Role::Operator
        | Role::Key { .. } => false,
    };
    let Some((head, name)) = before.rsplit_once('{') else {
        return Variable::None;
    };
    if name.contains('}') || !head.ends_with(['$', '&']) {
        return Variable::None;
    }
    let start = before.len() - name.len();
    let is_key = match cursor.variables {
        Variables::Plain => head.ends_with('$'),
        Variables::Sub if name.starts_with('!') => {
            return match has_variables {
                true => Variable::Key(start + 1),
                false => Variable::Other,
            };
        }
        Variables::Sub => return Variable::Pseudo(start),
        Variables::Terraform => head.ends_with("$$"),
        Variables::Block => head.ends_with("$$") || head.ends_with('&'),
    };
    match (is_key, has_variables) {
        (true, true) => Variable::Key(start),
        // What Terraform fills in.
        (false, _) if head.ends_with('$') => Variable::Other,
        (true | false, _) => Variable::None,
    }
}
