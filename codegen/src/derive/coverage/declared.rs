//! The policies of a package, as far as coverage looks at them.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use proc_macro2::{LineColumn, Span};
use rekognition_iam_runtime::document::{
    ConditionBlock, Effect, Element, Place, PolicyKind, Statement,
};
use rekognition_iam_runtime::glob;

use super::DeclaredDocument;
use super::comparison::Need;
use crate::derive::needs::Perhaps;
use crate::derive::reach;
use crate::dsl::{self, Diagnostic};
use crate::export::scan::Invocation;

/// Where a token stands; what is about a whole invocation stands where that does.
pub(super) fn start(span: Span, otherwise: LineColumn) -> LineColumn {
    if span.start() == span.end() {
        otherwise
    } else {
        span.start()
    }
}

/// A policy of the package.
pub(super) struct Declared {
    pub(super) name: String,
    pub(super) file: String,
    /// Whether its statements are written in Rust.
    pub(super) in_rust: bool,
    pub(super) statements: Vec<DeclaredStatement>,
}

pub(super) struct DeclaredStatement {
    pub(super) number: usize,
    pub(super) head: LineColumn,
    pub(super) statement: Statement<'static>,
    /// Where each action stands, and the expression that it came from.
    actions: Vec<(LineColumn, usize)>,
    pub(super) resources: Vec<LineColumn>,
    /// The resources as patterns.
    pub(super) patterns: Vec<String>,
}

impl Declared {
    /// An identity policy, whichever macro made it; `None` when it is of another kind.
    pub(super) fn of(
        name: String,
        file: &str,
        package: &Path,
        invocation: &Invocation,
    ) -> Option<(Self, Vec<Diagnostic>)> {
        let input = invocation.input.clone();
        let Some(kind) = invocation.kind else {
            return Self::from_file(name, file, package, invocation);
        };
        let evaluated = dsl::evaluate(kind, input);
        let declared = Self::new(name, file, invocation.at, &evaluated);
        Some((declared, evaluated.diagnostics))
    }

    /// A policy in a JSON file stands, as far as Rust is concerned, where its macro does.
    fn from_file(
        name: String,
        file: &str,
        package: &Path,
        invocation: &Invocation,
    ) -> Option<(Self, Vec<Diagnostic>)> {
        let included = dsl::include::evaluate(invocation.input.clone(), |path| {
            fs::read_to_string(package.join(path)).map_err(|error| dsl::include::reason(&error))
        });
        if included.kind != PolicyKind::Identity {
            return None;
        }
        let at = invocation.at;
        let statements = (included.document.into_iter())
            .flat_map(|document| document.statements.items)
            .enumerate()
            .map(|(number, statement)| DeclaredStatement {
                number,
                head: at,
                actions: (0..statement.actions.values.items.len())
                    .map(|origin| (at, origin))
                    .collect(),
                resources: (statement.resources.iter())
                    .flat_map(|resources| &resources.values)
                    .map(|_| at)
                    .collect(),
                patterns: (statement.resources.iter())
                    .flat_map(|resources| &resources.values)
                    .map(|text| reach::pattern(text))
                    .collect(),
                statement,
            })
            .collect();
        let declared = Self {
            name,
            file: file.to_owned(),
            in_rust: false,
            statements,
        };
        Some((declared, included.diagnostics))
    }

    /// A policy that is not written in Rust.
    pub(super) fn from_document(declared: &DeclaredDocument) -> Self {
        let places: HashMap<Place, LineColumn> = (declared.places.iter())
            .map(|&(place, line, column)| {
                let column = column.saturating_sub(1);
                (place, LineColumn { line, column })
            })
            .collect();
        let at = |place: Place| places.get(&place).copied();
        let statements = (declared.document.statements.iter().enumerate())
            .map(|(number, statement)| {
                let head =
                    at(Place::Statement(number)).unwrap_or(LineColumn { line: 1, column: 0 });
                let texts =
                    || (statement.resources.iter()).flat_map(|resources| resources.values.iter());
                DeclaredStatement {
                    number,
                    head,
                    actions: (0..statement.actions.values.items.len())
                        .map(|action| (at(Place::Action(number, action)).unwrap_or(head), action))
                        .collect(),
                    resources: (texts().enumerate())
                        .map(|(resource, _)| at(Place::Resource(number, resource)).unwrap_or(head))
                        .collect(),
                    patterns: texts().map(|text| reach::pattern(text)).collect(),
                    statement: statement.clone(),
                }
            })
            .collect();
        Self {
            name: declared.name.clone(),
            file: declared.file.clone(),
            in_rust: false,
            statements,
        }
    }

    fn new(name: String, file: &str, at: LineColumn, evaluated: &dsl::Evaluated) -> Self {
        let statements = (evaluated.document.iter())
            .flat_map(|document| &document.statements)
            .zip(&evaluated.places)
            .enumerate()
            .map(|(number, (statement, places))| DeclaredStatement {
                number,
                head: start(places.head(), at),
                actions: (places.actions().iter())
                    .map(|(span, origin)| (start(*span, at), *origin))
                    .collect(),
                resources: places.resources().map(|span| start(span, at)).collect(),
                patterns: (statement.resources.iter())
                    .flat_map(|resources| resources.values.iter())
                    .map(|text| reach::pattern(text))
                    .collect(),
                statement: statement.clone(),
            })
            .collect();
        Self {
            name,
            file: file.to_owned(),
            in_rust: true,
            statements,
        }
    }

    /// Whether a statement names an action of this service.
    pub(super) fn names(&self, service: &str) -> bool {
        (self.statements.iter())
            .flat_map(|statement| statement.statement.actions.values.iter())
            .any(|action| action.split(':').next() == Some(service))
    }

    /// A field of the ARNs in the policy, when all that have it agree: 3 is the region, 4 the account. Else `*`.
    pub(super) fn field(&self, number: usize) -> String {
        let found: BTreeSet<&str> = (self.statements.iter())
            .flat_map(|statement| &statement.patterns)
            .filter_map(|pattern| pattern.split(':').nth(number))
            .filter(|field| !field.is_empty() && !field.contains('*'))
            .collect();
        match (found.len(), found.first()) {
            (1, Some(only)) => (*only).to_owned(),
            _ => "*".to_owned(),
        }
    }
}

impl DeclaredStatement {
    /// The actions by the expressions that they came from: where each stands, and its names.
    pub(super) fn origins(&self) -> Vec<(LineColumn, Vec<&str>)> {
        let mut found: Vec<(usize, LineColumn, Vec<&str>)> = Vec::new();
        for (action, (at, origin)) in self.statement.actions.values.iter().zip(&self.actions) {
            match found.iter_mut().find(|(known, _, _)| known == origin) {
                Some((_, _, names)) => names.push(action),
                None => found.push((*origin, *at, vec![action])),
            }
        }
        if self.statement.actions.not {
            // What is listed is what is left out: the statement grants all the rest at once.
            let all = found
                .iter()
                .flat_map(|(_, _, names)| names.iter().copied())
                .collect();
            return vec![(self.head, all)];
        }
        found
            .into_iter()
            .map(|(_, at, names)| (at, names))
            .collect()
    }

    fn has_action(&self, action: &str) -> bool {
        let listed = (self.statement.actions.values.iter())
            .any(|pattern| glob::matches(pattern, action, true));
        listed != self.statement.actions.not
    }

    pub(super) fn allows(&self, need: &Need<'_>, needed: &str) -> bool {
        self.statement.effect == Effect::Allow
            && self.has_action(&need.action)
            && (self.reaches(needed, false)
                || (need.in_a_path(needed)).is_some_and(|needed| self.reaches(&needed, false)))
            && (self.statement.conditions.iter()).all(|block| holds(block, need))
    }

    /// Whether a statement allows what some call may need.
    pub(super) fn may_serve(&self, perhaps: &Perhaps) -> bool {
        let action = perhaps.action.to_ascii_lowercase();
        let listed = (self.statement.actions.values.iter())
            .any(|pattern| reach::overlaps(&pattern.to_ascii_lowercase(), &action));
        let via = |block: &ConditionBlock<'_>| {
            (block.keys.iter()).all(|(key, values)| {
                let Some(via) = perhaps
                    .via
                    .filter(|_| is_positive(block) && key.eq_ignore_ascii_case("kms:ViaService"))
                else {
                    return true;
                };
                let pattern = format!("{via}.*.amazonaws.com");
                (values.iter())
                    .any(|value| reach::overlaps(&reach::pattern(value.as_text()), &pattern))
            })
        };
        self.statement.effect == Effect::Allow
            && listed != self.statement.actions.not
            && self.statement.conditions.iter().all(via)
    }

    pub(super) fn denies(&self, need: &Need<'_>, needed: &str) -> bool {
        self.statement.effect == Effect::Deny
            && self.statement.conditions.is_empty()
            && self.has_action(&need.action)
            && self.reaches(needed, true)
    }

    /// Whether the statement's resources reach what is needed: perhaps, or for certain.
    fn reaches(&self, needed: &str, certain: bool) -> bool {
        let Some(Element { not, .. }) = &self.statement.resources else {
            return true;
        };
        let matches = |pattern: &String, certain: bool| {
            if certain {
                reach::must_match(pattern, needed)
            } else {
                reach::may_match(pattern, needed)
            }
        };
        if *not {
            !(self.patterns.iter()).any(|pattern| matches(pattern, !certain))
        } else {
            self.patterns
                .iter()
                .any(|pattern| matches(pattern, certain))
        }
    }
}

/// Whether an operator requires one of its values.
fn is_positive(block: &ConditionBlock<'_>) -> bool {
    ["StringEquals", "StringLike", "StringEqualsIgnoreCase"]
        .iter()
        .any(|operator| block.operator.starts_with(operator))
}

/// Whether a condition of a statement that allows may hold for a call.
fn holds(block: &ConditionBlock<'_>, need: &Need<'_>) -> bool {
    if !is_positive(block) {
        return true;
    }
    let ignores_case = block.operator.starts_with("StringEqualsIgnoreCase");
    (block.keys.iter()).all(|(key, values)| {
        let is = |name: &str| key.eq_ignore_ascii_case(name);
        let matches = |text: &str| {
            (values.iter())
                .any(|value| glob::matches(&reach::pattern(value.as_text()), text, ignores_case))
        };
        if is("iam:PassedToService") {
            let passed_to = &need.grant.passed_to;
            return passed_to.is_empty() || passed_to.iter().any(|service| matches(service));
        }
        if is("kms:ViaService") {
            return need.grant.via.is_none_or(|via| {
                let pattern = format!("{via}.*.amazonaws.com");
                (values.iter())
                    .any(|value| reach::overlaps(&reach::pattern(value.as_text()), &pattern))
            });
        }
        need.values_of(key)
            .is_none_or(|texts| texts.iter().all(|text| matches(text)))
    })
}
