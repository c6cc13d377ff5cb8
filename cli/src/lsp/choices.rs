//! What can be written at a place, and what it inserts.

use lsp_types::CompletionItemKind;
use rekognition_iam_runtime::catalogue::facts;
use rekognition_iam_runtime::catalogue::{
    self, ArnField, ArnFormat, ConditionKey, Piece, ValueType,
};
use rekognition_iam_runtime::{Operator, OperatorFamily, SetOperator};

use super::cursor::{Block, Cursor, Role};
use super::describe::{self, base_operator};
use super::services;
use crate::input::undefined::PSEUDO_PARAMETERS;

/// What can be written at a place.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) label: String,
    /// With values to fill in, each with the text that describes it.
    pub(super) pieces: Vec<Insert>,
    pub(super) kind: CompletionItemKind,
    pub(super) detail: String,
    pub(super) documentation: Option<String>,
    /// Before or after others.
    pub(super) rank: Option<u8>,
}

#[derive(Debug)]
pub(super) enum Insert {
    Text(String),
    /// What is nearly always right.
    Usual(&'static str),
    Value(String),
}

impl Insert {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Value(text) => text,
            Self::Usual(text) => text,
        }
    }
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
            rank: None,
        }
    }

    /// The text that it inserts.
    pub(super) fn text(&self) -> String {
        self.pieces.iter().map(Insert::text).collect()
    }

    /// With the values that are written already.
    pub(super) fn filled(mut self, written: &str) -> Self {
        if let Some(pieces) = filled(&self.pieces, written) {
            self.pieces = pieces;
        }
        self
    }
}

/// Pieces with the values that a text has in their places, as far as it goes.
fn filled(pieces: &[Insert], written: &str) -> Option<Vec<Insert>> {
    let mut out = Vec::new();
    let mut rest = written;
    for (number, piece) in pieces.iter().enumerate() {
        let text = piece.text();
        let next = pieces.get(number + 1).map(Insert::text);
        let end = next
            .and_then(|next| next.chars().next())
            .map_or(Some(rest.len()), |end| end_of_value(rest, end));
        match (piece, end) {
            (Insert::Text(_), _) => {
                let length = text.len().min(rest.len());
                let is_same = rest
                    .get(..length)
                    .zip(text.get(..length))
                    .is_some_and(|(a, b)| a.eq_ignore_ascii_case(b));
                if !is_same {
                    return None;
                }
                rest = rest.get(length..)?;
                out.push(Insert::Text(text.to_string()));
            }
            (Insert::Usual(_) | Insert::Value(_), Some(end)) if end > 0 => {
                out.push(Insert::Text(rest.get(..end)?.to_string()));
                rest = rest.get(end..)?;
            }
            (Insert::Usual(usual), _) => {
                out.push(Insert::Usual(usual));
                rest = "";
            }
            (Insert::Value(name), Some(_)) if !rest.is_empty() => {
                out.push(Insert::Value(name.clone()));
            }
            (Insert::Value(name), _) => {
                out.push(Insert::Value(name.clone()));
                rest = "";
            }
        }
    }
    Some(out)
}

/// Where a value ends: before this character, outside of the braces of variables.
pub(super) fn end_of_value(text: &str, end: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            c if c == end && depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

pub(super) fn choices(cursor: &Cursor, before: &str) -> Vec<Choice> {
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
        Role::Everyone => vec![Choice::plain(
            "*",
            CompletionItemKind::VALUE,
            "everyone, in any account",
        )],
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
                    rank: None,
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
    let mut out = vec![
        Insert::Text("arn:".to_string()),
        Insert::Usual("aws"),
        Insert::Text(format!(":{}:", format.service)),
    ];
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
        "AWS" => {
            let account = || Insert::Value("Account".to_string());
            let choice = |label: &str, detail: &str, resource: Vec<Insert>| {
                let mut pieces = vec![
                    Insert::Text("arn:".to_string()),
                    Insert::Usual("aws"),
                    Insert::Text(":iam::".to_string()),
                    account(),
                ];
                pieces.extend(resource);
                Choice {
                    pieces,
                    ..Choice::plain(label, CompletionItemKind::VALUE, detail)
                }
            };
            let text = |text: &str| Insert::Text(text.to_string());
            vec![
                choice(
                    "arn:aws:iam::Account:root",
                    "an account",
                    vec![text(":root")],
                ),
                choice(
                    "arn:aws:iam::Account:role/RoleName",
                    "a role",
                    vec![text(":role/"), Insert::Value("RoleName".to_string())],
                ),
            ]
        }
        "Service" => services(),
        _ => Vec::new(),
    }
}

/// The service principals. AWS publishes no list: those that roles are passed to are in its service reference, and the names of most
/// others follow from the prefix of the service.
fn services() -> Vec<Choice> {
    (services::principals().iter())
        .map(|principal| {
            let detail = match principal.is_listed {
                true => "service",
                false => "by the prefix of the service; AWS does not list it",
            };
            Choice {
                rank: Some(u8::from(!principal.is_listed)),
                ..Choice::plain(&principal.name, CompletionItemKind::ENUM_MEMBER, detail)
            }
        })
        .collect()
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
            let choice = |name: String| {
                let spelled = describe::Spelled::read(&name)?;
                Some(Choice {
                    documentation: Some(describe::operator(&spelled)),
                    detail: spelled.without_key().to_string(),
                    ..Choice::plain(name, CompletionItemKind::OPERATOR, "")
                })
            };
            out.extend(choice(base));
            if operator.family() != OperatorFamily::Null {
                out.extend(choice(if_exists));
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
    if values.is_service {
        return services();
    }
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

/// What every template of CloudFormation can refer to, and is a text.
pub(super) fn pseudo_parameters() -> Vec<Choice> {
    const NO_TEXTS: [&str; 2] = ["AWS::NoValue", "AWS::NotificationARNs"];
    (PSEUDO_PARAMETERS.iter())
        .filter(|name| !NO_TEXTS.contains(name))
        .map(|name| Choice::plain(*name, CompletionItemKind::VARIABLE, "of the deployment"))
        .collect()
}

/// The keys that can be policy variables: those with one value in a request.
pub(super) fn variables(cursor: &Cursor) -> Vec<Choice> {
    let mut out = keys(cursor, None);
    out.retain(|choice| catalogue::key(&choice.label).is_some_and(|key| !key.multivalued));
    for choice in &mut out {
        choice.kind = CompletionItemKind::VARIABLE;
    }
    out
}
