//! Names and values that fit at a place.

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionTextEdit, Documentation,
    InsertTextFormat, MarkupContent, MarkupKind, TextEdit,
};
use rekognition_iam_runtime::catalogue::facts;
use rekognition_iam_runtime::catalogue::{
    self, ArnField, ArnFormat, ConditionKey, Piece, ValueType,
};
use rekognition_iam_runtime::json::Span;
use rekognition_iam_runtime::{Operator, OperatorFamily, SetOperator};

use super::cursor::{self, Block, Cursor, Role};
use super::describe;
use super::documents::Document;
use super::hover::base_operator;
use super::outline::Syntax;
use super::positions::{Encoding, Lines};

/// After which characters an editor asks by itself.
pub(super) const TRIGGERS: [&str; 5] = [":", "\"", "'", "$", "{"];

/// Items of one answer. The editor asks again when more is typed.
const MAX_ITEMS: usize = 1_000;

/// What can be written at a place.
#[derive(Debug)]
struct Choice {
    label: String,
    /// With values to fill in, each with the text that describes it.
    pieces: Vec<Insert>,
    kind: CompletionItemKind,
    detail: String,
    documentation: Option<String>,
}

#[derive(Debug)]
enum Insert {
    Text(String),
    Value(String),
}

impl Choice {
    fn plain(
        label: impl Into<String>,
        kind: CompletionItemKind,
        detail: impl Into<String>,
    ) -> Self {
        let label = label.into();
        Self {
            pieces: vec![Insert::Text(label.clone())],
            label,
            kind,
            detail: detail.into(),
            documentation: None,
        }
    }
}

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
        Some(start) => (variables(&cursor), cursor.span.start + start),
        None => (choices(&cursor, before), cursor.span.start),
    };
    let span = replaced(text, &cursor, start, at);
    let lines = Lines::new(text, encoding);
    let quotes = quotes(&cursor);
    let written = span.of(text).to_ascii_lowercase();
    let typed = text
        .get(span.start..at)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let mut items: Vec<CompletionItem> = (choices.into_iter())
        // What the editor would leave out anyway, where that keeps a long list short.
        .filter(|choice| is_near(&typed, &choice.label))
        .map(|choice| item(choice, lines.range(span), quotes, snippets))
        .collect();
    let is_incomplete = items.len() > MAX_ITEMS;
    items.truncate(MAX_ITEMS);
    // A name that is complete already is no choice.
    items.retain(|item| items_differ(item, &written));
    CompletionList {
        is_incomplete,
        items,
    }
}

fn items_differ(item: &CompletionItem, written: &str) -> bool {
    !item.label.eq_ignore_ascii_case(written) || written.is_empty()
}

/// Whether all letters that were typed are in a label in this order, as editors match them.
fn is_near(typed: &str, label: &str) -> bool {
    let mut letters = label.chars().map(|c| c.to_ascii_lowercase());
    typed.chars().all(|c| letters.any(|letter| letter == c))
}

/// The bytes that a choice replaces: what is written around the cursor, within its line.
fn replaced(text: &str, cursor: &Cursor, start: usize, at: usize) -> Span {
    let line = text
        .get(..at)
        .unwrap_or_default()
        .rfind('\n')
        .map_or(0, |end| end + 1);
    let after = text.get(at..cursor.span.end.max(at)).unwrap_or_default();
    let is_rest =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '*' | '?' | '-' | '_' | '/' | '.');
    let end = at + after.find(|c| !is_rest(c)).unwrap_or(after.len());
    Span::new(start.max(line), end)
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
    let mut text = String::new();
    let mut number = 0;
    for piece in &choice.pieces {
        match piece {
            Insert::Text(part) if is_snippet => text.push_str(&escaped(part)),
            Insert::Text(part) => text.push_str(part),
            Insert::Value(name) if is_snippet => {
                number += 1;
                text.push_str(&format!("${{{number}:{}}}", escaped(name)));
            }
            Insert::Value(name) => text.push_str(name),
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
        filter_text: quotes.map(|quote| format!("{quote}{}", choice.label)),
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

fn choices(cursor: &Cursor, before: &str) -> Vec<Choice> {
    match &cursor.role {
        Role::Name(block) => names(*block, cursor),
        Role::Effect => ["Allow", "Deny"]
            .map(|effect| Choice::plain(effect, CompletionItemKind::ENUM_MEMBER, ""))
            .into(),
        Role::Version => vec![Choice::plain(
            "2012-10-17",
            CompletionItemKind::VALUE,
            "the current version",
        )],
        Role::Action => actions(before),
        Role::Resource => resources(cursor),
        Role::PrincipalType => [
            ("AWS", "accounts, roles, and users"),
            ("Service", "AWS services"),
            ("Federated", "identity providers"),
            ("CanonicalUser", "users of Amazon S3"),
        ]
        .map(|(name, detail)| Choice::plain(name, CompletionItemKind::PROPERTY, detail))
        .into(),
        Role::Principal(kind) => principals(kind),
        Role::Operator => operators(before),
        Role::Key { operator } => keys(cursor, base_operator(operator)),
        Role::Value { operator, key } => values(operator, key),
    }
}

fn names(block: Block, cursor: &Cursor) -> Vec<Choice> {
    let all: &[(&str, &str)] = match block {
        Block::Statement => &[
            ("Sid", "a name"),
            ("Effect", "`Allow` or `Deny`"),
            ("Action", "what is allowed or denied"),
            ("NotAction", "all actions except these"),
            ("Resource", "what the actions work on"),
            ("NotResource", "all resources except these"),
            ("Principal", "who makes the request"),
            ("NotPrincipal", "everyone except these"),
            ("Condition", "when the statement applies"),
        ],
        Block::TerraformStatement => &[
            ("sid", "a name"),
            ("effect", "`Allow` or `Deny`"),
            ("actions", "what is allowed or denied"),
            ("not_actions", "all actions except these"),
            ("resources", "what the actions work on"),
            ("not_resources", "all resources except these"),
            ("principals", "who makes the request"),
            ("not_principals", "everyone except these"),
            ("condition", "when the statement applies"),
        ],
        Block::TerraformCondition => &[
            ("test", "the operator"),
            ("variable", "the condition key"),
            ("values", "the values of the key"),
        ],
        Block::TerraformPrincipals => &[
            ("type", "`AWS`, `Service`, or `Federated`"),
            ("identifiers", "the principals"),
        ],
    };
    // Blocks can be repeated.
    let is_there = |name: &str| {
        !matches!(name, "condition" | "principals" | "not_principals")
            && cursor.names.iter().any(|there| there == name)
    };
    (all.iter().filter(|(name, _)| !is_there(name)))
        .map(|&(name, detail)| Choice::plain(name, CompletionItemKind::PROPERTY, detail))
        .collect()
}

/// The services before the colon, the actions after it.
fn actions(before: &str) -> Vec<Choice> {
    let Some((prefix, _)) = before.split_once(':') else {
        return (catalogue::aws_services().iter())
            .map(|prefix| {
                Choice::plain(format!("{prefix}:"), CompletionItemKind::MODULE, "service")
            })
            .collect();
    };
    let Some(service) = catalogue::service(&prefix.to_ascii_lowercase()) else {
        return Vec::new();
    };
    (service.actions.iter())
        .map(|action| {
            let types: Vec<&str> = action
                .resources_of(service)
                .map(|(_, kind)| kind.name)
                .collect();
            let detail = match types.as_slice() {
                [] => format!("{}, only on *", action.level),
                types => format!("{}, on {}", action.level, types.join(", ")),
            };
            let label = format!("{}:{}", service.prefix, action.name);
            Choice {
                documentation: Some(describe::action(service, action)),
                ..Choice::plain(label, CompletionItemKind::FUNCTION, detail)
            }
        })
        .collect()
}

fn resources(cursor: &Cursor) -> Vec<Choice> {
    let mut out: Vec<Choice> = Vec::new();
    let mut only_star = Vec::new();
    for (service, action) in cursor.known_actions() {
        let mut any = false;
        for (_, kind) in action.resources_of(service) {
            any = true;
            for format in kind.formats {
                if out.iter().any(|known| known.label == format.text) {
                    continue;
                }
                out.push(Choice {
                    label: format.text.to_string(),
                    pieces: pieces(format),
                    kind: CompletionItemKind::VALUE,
                    detail: format!("{} of {}", kind.name, service.prefix),
                    documentation: Some(describe::resource(service, kind)),
                });
            }
        }
        if !any {
            only_star.push(action.name);
        }
    }
    if let Some(first) = only_star.first() {
        let detail = format!("{first} has no resource types");
        out.push(Choice::plain("*", CompletionItemKind::VALUE, detail));
    }
    out
}

/// An ARN with its variables to be filled in. The partition is nearly always the first one.
fn pieces(format: &'static ArnFormat) -> Vec<Insert> {
    let mut out = vec![Insert::Text(format!("arn:aws:{}:", format.service))];
    for (field, name) in [(format.region, "Region"), (format.account, "Account")] {
        match field {
            ArnField::Empty => {}
            ArnField::Variable => out.push(Insert::Value(name.to_string())),
            ArnField::Any => out.push(Insert::Text("*".to_string())),
            ArnField::Fixed(text) => out.push(Insert::Text(text.to_string())),
        }
        out.push(Insert::Text(":".to_string()));
    }
    out.extend(format.resource.iter().map(|piece| match piece {
        Piece::Literal(text) => Insert::Text((*text).to_string()),
        Piece::Variable(variable) => Insert::Value(variable.name.to_string()),
    }));
    out
}

fn principals(kind: &str) -> Vec<Choice> {
    match kind {
        "AWS" => vec![
            Choice {
                label: "arn:aws:iam::Account:root".to_string(),
                pieces: vec![
                    Insert::Text("arn:aws:iam::".to_string()),
                    Insert::Value("Account".to_string()),
                    Insert::Text(":root".to_string()),
                ],
                kind: CompletionItemKind::VALUE,
                detail: "an account".to_string(),
                documentation: None,
            },
            Choice {
                label: "arn:aws:iam::Account:role/RoleName".to_string(),
                pieces: vec![
                    Insert::Text("arn:aws:iam::".to_string()),
                    Insert::Value("Account".to_string()),
                    Insert::Text(":role/".to_string()),
                    Insert::Value("RoleName".to_string()),
                ],
                kind: CompletionItemKind::VALUE,
                detail: "a role".to_string(),
                documentation: None,
            },
        ],
        _ => Vec::new(),
    }
}

/// The operators, and with the set operators once one is typed.
fn operators(before: &str) -> Vec<Choice> {
    let sets = [SetOperator::ForAllValues, SetOperator::ForAnyValue];
    let is_set = before.len() > 1 && before.to_ascii_lowercase().starts_with("fo");
    let prefixes: Vec<String> = match is_set {
        true => sets.iter().map(|set| format!("{}:", set.name())).collect(),
        false => vec![String::new()],
    };
    let mut out = Vec::new();
    for prefix in prefixes {
        for operator in Operator::ALL {
            let base = format!("{prefix}{}", operator.name());
            let if_exists = format!("{base}IfExists");
            let documentation = Some(describe::operator(operator));
            out.push(Choice {
                documentation: documentation.clone(),
                ..Choice::plain(base, CompletionItemKind::OPERATOR, "")
            });
            if operator.family() != OperatorFamily::Null {
                out.push(Choice {
                    documentation,
                    ..Choice::plain(
                        if_exists,
                        CompletionItemKind::OPERATOR,
                        "if the key is in the request",
                    )
                });
            }
        }
    }
    out
}

/// The keys of the actions, and the global ones, whose values the operator compares.
fn keys(cursor: &Cursor, operator: Option<Operator>) -> Vec<Choice> {
    let mut out: Vec<&'static ConditionKey> = Vec::new();
    for (service, action) in cursor.known_actions() {
        for key in action.keys_for(service) {
            if !out.iter().any(|known| std::ptr::eq(*known, key)) {
                out.push(key);
            }
        }
    }
    let of_actions = out.len();
    out.extend(catalogue::global_keys().iter().filter(|key| !key.declared));
    let mut seen = Vec::new();
    let suits = |key: &ConditionKey| {
        operator.is_none_or(|operator| {
            let family = operator.family();
            family == OperatorFamily::Null || key.types.iter().any(|&kind| family.suits(kind))
        })
    };
    let mut choices = Vec::new();
    for (number, key) in out.into_iter().enumerate() {
        if !suits(key) || seen.contains(&key.name) {
            continue;
        }
        seen.push(key.name);
        let types: Vec<&str> = key.types.iter().map(|kind| kind.name()).collect();
        let of = if number < of_actions { "" } else { ", global" };
        choices.push(Choice {
            pieces: match key.placeholder {
                None => vec![Insert::Text(key.name.to_string())],
                Some(placeholder) => {
                    let end = key.name.len() - placeholder.after.len();
                    let name = key
                        .name
                        .get(placeholder.before.len()..end)
                        .unwrap_or_default();
                    vec![
                        Insert::Text(placeholder.before.to_string()),
                        Insert::Value(
                            name.trim_start_matches("${")
                                .trim_end_matches('}')
                                .to_string(),
                        ),
                        Insert::Text(placeholder.after.to_string()),
                    ]
                }
            },
            documentation: Some(describe::key(key)),
            ..Choice::plain(
                key.name,
                CompletionItemKind::FIELD,
                format!("{}{of}", types.join(" or ")),
            )
        });
    }
    choices
}

/// The values of a key, where it has a list of them.
fn values(operator: &str, key: &str) -> Vec<Choice> {
    let value = |text: &str| Choice::plain(text, CompletionItemKind::ENUM_MEMBER, "");
    let family = base_operator(operator).map(Operator::family);
    let is_bool = catalogue::key(key).is_some_and(|key| key.types == [ValueType::Bool]);
    if is_bool || matches!(family, Some(OperatorFamily::Bool | OperatorFamily::Null)) {
        return vec![value("true"), value("false")];
    }
    let Some(values) = facts::values(key) else {
        return Vec::new();
    };
    if values.is_region {
        return (catalogue::partitions().iter())
            .flat_map(|partition| {
                let name = partition.name;
                let choice = move |region: &catalogue::Region| {
                    Choice::plain(region.name, CompletionItemKind::ENUM_MEMBER, name)
                };
                partition.regions.iter().map(choice)
            })
            .collect();
    }
    values.words.iter().map(|word| value(word)).collect()
}

/// Where the name of a policy variable starts that is not ended before the cursor.
fn variable(before: &str, cursor: &Cursor) -> Option<usize> {
    let has_variables = match &cursor.role {
        Role::Resource | Role::Value { .. } => true,
        Role::Name(_)
        | Role::Effect
        | Role::Version
        | Role::Action
        | Role::PrincipalType
        | Role::Principal(_)
        | Role::Operator
        | Role::Key { .. } => false,
    };
    let start = before.rfind("${")? + 2;
    // Terraform takes `${` for its own: policy variables are `&{` or `$${`.
    let is_terraform = cursor.syntax == Syntax::Hcl && !before.get(..start)?.ends_with("$${");
    let rest = before.get(start..)?;
    (has_variables && !is_terraform && !rest.contains('}')).then_some(start)
}

/// The keys that can be policy variables: those with one value in a request.
fn variables(cursor: &Cursor) -> Vec<Choice> {
    let mut out = keys(cursor, None);
    out.retain(|choice| catalogue::key(&choice.label).is_some_and(|key| !key.multivalued));
    for choice in &mut out {
        choice.kind = CompletionItemKind::VARIABLE;
    }
    out
}
