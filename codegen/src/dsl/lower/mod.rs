//! Tree to document, to typed tokens, and to the spans that findings are put on.
//!
//! What can be said only in Rust (a constructor with too few values, a method that does not exist) is reported here.
//! What is wrong with the policy itself is left to the rules: an unknown action goes into the document under the name
//! it was given, and the rule about unknown actions speaks.

mod actions;
mod common;
mod companions;
mod conditions;
mod document;
#[cfg(feature = "evaluate")]
pub(crate) mod guarantees;
mod principals;
mod resources;
mod variables;

use std::ops::Range;

use proc_macro2::{Span, TokenStream};
use rekognition_iam_runtime::check::Rule;
use rekognition_iam_runtime::document::{
    Document, Effect, Element, List, Place, PolicyKind, PrincipalSet, Principals, Statement, Text,
};
use rekognition_iam_runtime::suggest;

pub(crate) use self::common::plain_string;
#[cfg(feature = "json")]
pub(crate) use self::document::vouched;
#[cfg(feature = "export")]
pub(crate) use self::variables::marker;
pub(crate) use self::variables::{Hole, filled, has_hole, hole_of, other_sample, sample};

use self::common::{STATEMENT_METHODS, shown_method, string};
use self::document::Parts;
use super::errors::Errors;
use super::syntax::{Expr, Items, Primary};
use super::tokens::Tokens;

/// The placeholder for an action or key that was already reported, so that no rule speaks of it again.
pub(crate) const REPORTED: &str = "\u{0}";

/// A policy in all the forms that the front end needs.
#[derive(Debug)]
pub(crate) struct Lowered {
    pub(crate) document: Document<'static>,
    pub(crate) spans: Vec<StatementSpans>,
    pub(crate) typed: Typed,
    pub(crate) unlisted: Vec<Unlisted>,
    pub(crate) accepted: Vec<Accepted>,
    /// The values that are known only when the program runs.
    pub(crate) holes: Vec<Hole>,
    /// Whether something that cannot stand there stands where a variable may: nobody knows whether it was to be one.
    pub(crate) unread: bool,
    /// Where the version was said.
    version: Option<Span>,
}

/// The author's tokens as expressions of the typed API, for rustc to check once more.
#[derive(Debug, Default)]
pub(crate) struct Typed {
    /// Actions, a comma behind each.
    pub(crate) actions: Tokens,
    /// Patterns, groups of actions and companions, a `let` for each.
    pub(crate) patterns: TokenStream,
    /// Resources, a comma behind each.
    pub(crate) resources: Tokens,
    /// Conditions, a comma behind each.
    pub(crate) conditions: Tokens,
}

/// `unlisted("..", "why")`
#[derive(Debug)]
pub(crate) struct Unlisted {
    pub(crate) name: String,
    pub(crate) reason: String,
    pub(crate) span: Span,
}

/// `.accept(ID, "why")`
#[derive(Debug)]
pub(crate) struct Accepted {
    /// None when it is about the whole policy.
    pub(crate) statement: Option<usize>,
    pub(crate) id: &'static str,
    pub(crate) reason: String,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) struct StatementSpans {
    head: Span,
    sid: Span,
    /// The span, and which expression it came from: a group stands for many actions.
    actions: Vec<(Span, usize)>,
    /// Of the whole, and of each kind's principals.
    principals: (Span, Vec<Vec<Span>>),
    resources: Vec<ResourceSpans>,
    blocks: Vec<BlockSpans>,
}

#[cfg(feature = "derive")]
impl StatementSpans {
    /// Where the statement begins.
    pub(crate) const fn head(&self) -> Span {
        self.head
    }

    /// Where each action stands, and which expression it came from.
    pub(crate) fn actions(&self) -> &[(Span, usize)] {
        &self.actions
    }

    /// Where each resource stands.
    pub(crate) fn resources(&self) -> impl Iterator<Item = Span> + '_ {
        self.resources.iter().map(|resource| resource.span)
    }
}

#[derive(Debug)]
struct ResourceSpans {
    span: Span,
    /// Which part of the ARN came from which token.
    parts: Vec<(Range<usize>, Span)>,
}

#[derive(Debug)]
struct BlockSpans {
    operator: Span,
    /// Of each key, of its operator, of its values.
    keys: Vec<(Span, Span, Vec<Span>)>,
}

impl Lowered {
    /// The token that a finding speaks of.
    pub(crate) fn span(&self, place: Place, range: Option<&Range<usize>>) -> Span {
        // What is not there has no token: its statement does.
        (self.find_span(place, range))
            .or_else(|| Some(self.spans.get(place.statement()?)?.head))
            .unwrap_or_else(Span::call_site)
    }

    fn find_span(&self, place: Place, range: Option<&Range<usize>>) -> Option<Span> {
        if matches!(place, Place::Version) {
            return self.version;
        }
        let statement = self.spans.get(place.statement()?)?;
        Some(match place {
            Place::Document | Place::Version => return None,
            Place::Statement(_) | Place::Effect(_) => statement.head,
            Place::Principals(_) => statement.principals.0,
            Place::Principal(_, k, p) => *statement.principals.1.get(k)?.get(p)?,
            Place::Sid(_) => statement.sid,
            Place::Action(_, a) => statement.actions.get(a)?.0,
            Place::Resource(_, r) => {
                let resource = statement.resources.get(r)?;
                // The part that begins where the complaint does; an empty part has no width to overlap with.
                let mut part = None;
                if let Some(range) = range {
                    for (own, span) in &resource.parts {
                        if own == range {
                            return Some(*span);
                        }
                        if part.is_none() && own.start < range.end && range.start < own.end {
                            part = Some(*span);
                        }
                    }
                }
                part.unwrap_or(resource.span)
            }
            Place::Operator(_, b) => statement.blocks.get(b)?.operator,
            Place::Key(_, b, k) => statement.blocks.get(b)?.keys.get(k)?.0,
            Place::Value(_, b, k, v) => *statement.blocks.get(b)?.keys.get(k)?.2.get(v)?,
        })
    }

    /// The operator of a key: conditions that stand under one operator in JSON have each written their own.
    pub(crate) fn operator_span(&self, place: Place) -> Option<Span> {
        match place {
            Place::Key(s, b, k) => Some(self.spans.get(s)?.blocks.get(b)?.keys.get(k)?.1),
            _ => None,
        }
    }

    /// Whether a finding speaks of a value that is known only when the program runs.
    pub(crate) fn is_hole(&self, place: Place, range: Option<&Range<usize>>) -> bool {
        if self.holes.is_empty() {
            return false;
        }
        // Variables have spans of their own; a span has no identity, but its text has: no literal is a path.
        let statement = place
            .statement()
            .and_then(|s| self.document.statements.items.get(s));
        let text = statement.and_then(|statement| match place {
            Place::Value(_, b, k, v) => {
                let (_, values) = statement.conditions.get(b)?.keys.get(k)?;
                Some(values.items.get(v)?.as_text())
            }
            Place::Resource(_, r) => {
                Some(statement.resources.as_ref()?.values.items.get(r)?.as_ref())
            }
            _ => None,
        });
        match (place, text) {
            (Place::Value(..), Some(text)) => has_hole(text),
            // A whole ARN, or a part of one: which part cannot be told, because the sample that the rule saw has another
            // length than the mark.
            (Place::Resource(..), Some(text)) => {
                has_hole(text) && (range.is_some() || text.chars().count() == 1)
            }
            _ => false,
        }
    }

    /// Which expression of the source a place belongs to, where several places share one.
    pub(crate) fn origin(&self, place: Place) -> Option<usize> {
        match place {
            Place::Action(s, a) => Some(self.spans.get(s)?.actions.get(a)?.1),
            _ => None,
        }
    }
}

/// Lowers a macro input.
pub(crate) fn lower(kind: PolicyKind, input: &Items, errors: &mut Errors) -> Lowered {
    let mut lowerer = Lowerer::new(kind, errors);
    let mut statements = Vec::new();
    let mut spans = Vec::new();
    let mut has_statement = false;
    for item in &input.items {
        if lowerer.part(item) {
            continue;
        }
        has_statement = true;
        let Some(item) = lowerer.alone(item) else {
            continue;
        };
        let lowered = match lowerer.companion(item) {
            Some(companion) => companion,
            None => Vec::from_iter(lowerer.statement(item, statements.len())),
        };
        for lowered in lowered {
            statements.push(lowered.statement);
            spans.push(lowered.spans);
        }
    }
    if !has_statement {
        (lowerer.errors)
            .push(Span::call_site(), "this policy has no statement")
            .help("a statement begins with `allow(..)` or `deny(..)`");
    }
    lowerer.private_characters(input);
    lowerer.unescapable();
    let statements = lowerer.statements(statements);
    let Parts { version, id, .. } = lowerer.parts;
    Lowered {
        unlisted: lowerer.unlisted,
        accepted: lowerer.accepted,
        holes: lowerer.holes,
        unread: lowerer.unread,
        version: version.as_ref().map(|(_, span)| *span),
        document: Document {
            version: version.map_or(Some(Text::Borrowed("2012-10-17")), |(version, _)| version),
            id: id.map(|(id, _)| id),
            statements,
        },
        spans,
        typed: lowerer.typed,
    }
}

struct Lowerer<'e> {
    errors: &'e mut Errors,
    kind: PolicyKind,
    holes: Vec<Hole>,
    unread: bool,
    /// Whether the resources of this statement were said in a wrong place, which was reported.
    strayed: bool,
    unlisted: Vec<Unlisted>,
    accepted: Vec<Accepted>,
    typed: Typed,
    parts: Parts,
}

struct LoweredStatement {
    statement: Statement<'static>,
    spans: StatementSpans,
}

/// The entries of an `Action` or `Resource` element: whether they stand in `not(..)`, whether in brackets.
struct Entries<'s> {
    not: bool,
    bracketed: bool,
    items: &'s [Expr],
    span: Span,
}

impl<'e> Lowerer<'e> {
    fn new(kind: PolicyKind, errors: &'e mut Errors) -> Self {
        Self {
            errors,
            kind,
            holes: Vec::new(),
            unread: false,
            strayed: false,
            unlisted: Vec::new(),
            accepted: Vec::new(),
            typed: Typed::default(),
            parts: Parts::default(),
        }
    }
}

impl Lowerer<'_> {
    fn statement(&mut self, expr: &Expr, number: usize) -> Option<LoweredStatement> {
        let (effect, head, args) = self.head(expr)?;
        let mut result = LoweredStatement {
            statement: Statement {
                sid: None,
                effect,
                principals: None,
                actions: Element {
                    not: false,
                    values: List::default(),
                },
                resources: None,
                conditions: Vec::new(),
                empty_condition: false,
            },
            spans: StatementSpans {
                head,
                sid: head,
                actions: Vec::new(),
                principals: (head, Vec::new()),
                resources: Vec::new(),
                blocks: Vec::new(),
            },
        };
        self.strayed = false;
        self.actions(args, &mut result);
        let mut says_resources = false;
        let mut lacks_resource = false;
        let mut no_principal = None;
        for call in &expr.calls {
            let Some(name) = &call.name else {
                // Reported, and it may be about to become `.on(..)`.
                self.strayed = true;
                continue;
            };
            let text = name.to_string();
            let Some(args) = &call.args else {
                let known = STATEMENT_METHODS.contains(&text.as_str());
                self.unfinished_call(name, &text, known, &STATEMENT_METHODS);
                let near = suggest::nearest_of(&text, &STATEMENT_METHODS);
                says_resources |= matches!(near, Some("on" | "on_any"));
                continue;
            };
            match text.as_str() {
                "on" | "on_any" | "no_resource" => {
                    if says_resources {
                        self.errors
                            .push(
                                name.span(),
                                "this statement already says which resources it is on",
                            )
                            .help("name all of them in one `.on(..)`");
                        continue;
                    }
                    says_resources = true;
                    if text == "on" {
                        self.resources(args, &mut result);
                    } else if text == "no_resource" {
                        self.no_arguments(name, args);
                        lacks_resource = true;
                    } else {
                        self.no_arguments(name, args);
                        result.statement.resources = Some(Element {
                            not: false,
                            values: List::shortest(vec![Text::Borrowed("*")]),
                        });
                        result.spans.resources.push(ResourceSpans {
                            span: name.span(),
                            parts: Vec::new(),
                        });
                    }
                }
                "to" => self.principals(name, args, &mut result),
                "no_principal" => {
                    self.no_arguments(name, args);
                    no_principal = Some(name.span());
                }
                "when" => {
                    if args.items.is_empty() {
                        self.errors
                            .push(args.span, "this `.when()` has no condition")
                            .help("a condition is a key and an operator, as in `aws::SecureTransport.bool(true)`");
                    }
                    if let [only] = args.items.as_slice()
                        && let Primary::List(list) = &only.primary
                        && list.items.is_empty()
                        && only.calls.is_empty()
                    {
                        result.statement.empty_condition = true;
                        continue;
                    }
                    for condition in &args.items {
                        self.condition(condition, &mut result);
                    }
                }
                "sid" => {
                    if let Some((value, literal)) = self.one_string(name, args) {
                        if result.statement.sid.is_some() {
                            self.errors
                                .push(name.span(), "this statement already has a Sid");
                        }
                        result.spans.sid = literal.span();
                        result.statement.sid = Some(Text::Owned(value));
                    }
                }
                "accept" => self.accept(name.span(), args, Some(number)),
                other => {
                    self.errors
                        .push(name.span(), format!("a statement has no `.{other}(..)`"));
                    self.help_nearest(other, &STATEMENT_METHODS, &shown_method);
                    // One mistake, one error: the resources are not missing, their method is misspelled.
                    let near = suggest::nearest_of(other, &STATEMENT_METHODS);
                    says_resources |= matches!(near, Some("on" | "on_any"));
                }
            }
        }
        if let (Some(span), true) = (no_principal, result.statement.principals.is_some()) {
            self.errors
                .push(
                    span,
                    "this statement says who it is for, and that it is for nobody in particular",
                )
                .help("keep `.to(..)` or `.no_principal()`");
        }
        if self.kind.has_principals()
            && result.statement.principals.is_none()
            && no_principal.is_none()
        {
            if !expr
                .calls
                .iter()
                .any(|call| call.name.as_ref().is_some_and(|name| name == "to"))
            {
                let kind = self.kind_in_words();
                let help = match self.kind {
                    PolicyKind::ResourceControl => "add `.to(anyone())`: it is for everybody",
                    _ => {
                        "add `.to(..)`, as in `.to(service(\"rekognition.amazonaws.com\"))` or `.to(role(\"123456789012\", \"indexer\"))`"
                    }
                };
                self.errors
                    .push(
                        head,
                        format!("this statement of {kind} does not say who it is for"),
                    )
                    .help(help);
            }
            // As if it were right, so that no rule adds to it.
            result.statement.principals = Some(match self.kind {
                PolicyKind::ResourceControl => Principals {
                    not: false,
                    set: PrincipalSet::Anyone,
                },
                _ => principals::reported(),
            });
        }
        if self.kind == PolicyKind::RoleTrust {
            // The role itself is the resource; a rule speaks when one is named.
            return Some(result);
        }
        if !says_resources && !self.strayed {
            self.errors
                .push(head, "this statement does not say which resources it is on")
                .help("add `.on(..)` with the resources, or `.on_any()` for all of them");
        }
        if result.statement.resources.is_none() && !lacks_resource {
            // Already reported; as if it were all of them, so that no rule adds to it.
            result.statement.resources = Some(Element {
                not: false,
                values: List::shortest(vec![Text::Borrowed("*")]),
            });
        }
        Some(result)
    }

    /// `allow(..)` or `deny(..)`.
    fn head<'s>(&mut self, expr: &'s Expr) -> Option<(Effect, Span, &'s Items)> {
        let (path, args) = match &expr.primary {
            Primary::Call(path, args) => (path, Some(args)),
            Primary::Path(path) => (path, None),
            Primary::Unknown(..) => return None,
            _ => {
                self.errors
                    .push(expr.span(), "expected a statement")
                    .help("a statement begins with `allow(..)` or `deny(..)`");
                return None;
            }
        };
        let name = path.text();
        let effect = match name.as_str() {
            "allow" => Effect::Allow,
            "deny" => Effect::Deny,
            _ => {
                self.errors
                    .push(path.span(), format!("expected a statement, found `{name}`"));
                match suggest::nearest_of(&name, &["allow", "deny"]) {
                    Some(near) => self.last_help(format!("did you mean `{near}(..)`?")),
                    None => self.last_help("a statement begins with `allow(..)` or `deny(..)`"),
                }
                return None;
            }
        };
        match args {
            Some(args) => Some((effect, path.span(), args)),
            None => {
                self.errors
                    .push(
                        path.span(),
                        format!("the actions are missing behind `{name}`"),
                    )
                    .help(format!("as in `{name}(rekognition::DetectLabels)`"));
                None
            }
        }
    }

    fn entries<'s>(&mut self, args: &'s Items) -> Entries<'s> {
        let mut entries = Entries {
            not: false,
            bracketed: false,
            items: &args.items,
            span: args.span,
        };
        if let [only] = entries.items
            && let Primary::Call(path, inner) = &only.primary
            && path.as_word().is_some_and(|word| word == "not")
            && only.calls.is_empty()
        {
            entries.not = true;
            entries.items = &inner.items;
            entries.span = inner.span;
        }
        if let [only] = entries.items
            && let (Primary::List(inner), true) = (&only.primary, only.calls.is_empty())
        {
            entries.bracketed = true;
            entries.items = &inner.items;
            entries.span = inner.span;
        }
        entries
    }

    /// Complains of what can only be the whole of an element when it is one entry of several.
    fn misplaced(&mut self, expr: &Expr, what: &str) -> bool {
        match &expr.primary {
            Primary::Call(path, _) if path.as_word().is_some_and(|word| word == "not") => {
                self.errors
                    .push(
                        path.span(),
                        format!("`not(..)` stands around all {what} of a statement or none"),
                    )
                    .help("split it into two statements: IAM has no list that mixes the two");
                true
            }
            Primary::List(items) => {
                self.errors.push(
                    items.span,
                    format!("brackets stand around all {what} or none"),
                );
                true
            }
            Primary::Unknown(..) => true,
            _ => false,
        }
    }

    fn accept(&mut self, span: Span, args: &Items, statement: Option<usize>) {
        let (Some(id), Some((reason, reason_literal))) =
            (args.items.first(), args.items.get(1).and_then(plain_string))
        else {
            self.errors
                .push(span, "`accept` needs the id of a rule and a reason")
                .help("as in `.accept(REKOGNITION_IAM_RESOURCE_UNUSED, \"the action follows in the next release\")`");
            return;
        };
        if let Some(extra) = args.items.get(2) {
            self.errors.push(
                extra.span(),
                "`accept` takes the id of a rule and a reason, no more",
            );
        }
        if reason.trim().is_empty() {
            self.errors
                .push(reason_literal.span(), "the reason is empty")
                .help("say why the finding is right here; reviewers read it");
        }
        let text = match &id.primary {
            Primary::Path(path) => path.segments.last().map(ToString::to_string),
            Primary::Literal(..) => string(id).map(|(text, _)| text),
            _ => None,
        };
        let text = text.unwrap_or_default();
        match Rule::find(&text) {
            Some(rule) => self.accepted.push(Accepted {
                statement,
                id: rule.id,
                reason,
                span: id.span(),
            }),
            None => {
                self.errors.push(id.span(), format!("no rule `{text}`"));
                let mut ids = Vec::new();
                for rule in Rule::all() {
                    ids.push(rule.id);
                }
                if let Some(near) = suggest::nearest_of(&text, &ids) {
                    self.last_help(format!("did you mean `{near}`?"));
                } else {
                    self.last_help(
                        "the id stands in the note of the finding that is to be accepted",
                    );
                }
            }
        }
    }
}
