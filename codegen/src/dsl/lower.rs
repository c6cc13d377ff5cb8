//! Tree to document, to typed tokens, and to the spans that findings are put on.
//!
//! What can be said only in Rust (a constructor with too few values, a method that does not exist) is reported here.
//! What is wrong with the policy itself is left to the rules: an unknown action goes into the document under the name
//! it was given, and the rule about unknown actions speaks.

use std::ops::Range;

use proc_macro2::{Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use rekognition_iam_runtime::catalogue::{self, ArnField, ArnFormat, Piece, Service};
use rekognition_iam_runtime::document::{
    ConditionBlock, Document, Effect, Element, List, Place, Statement, Text, Value,
};
use rekognition_iam_runtime::suggest;
use rekognition_iam_runtime::{AccessLevel, Operator, SetOperator};

use super::dialect::{self, set_method};
use super::errors::Errors;
use super::syntax::{Expr, Items, MethodCall, Path, Primary};

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
}

/// The author's tokens as expressions of the typed API, for rustc to check once more.
#[derive(Debug, Default)]
pub(crate) struct Typed {
    /// Actions, a comma behind each.
    pub(crate) actions: TokenStream,
    /// Patterns and groups of actions, a `let` for each.
    pub(crate) patterns: TokenStream,
    /// Resources, a comma behind each.
    pub(crate) resources: TokenStream,
    /// Conditions, a comma behind each.
    pub(crate) conditions: TokenStream,
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
    pub(crate) statement: usize,
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
    resources: Vec<ResourceSpans>,
    blocks: Vec<BlockSpans>,
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
    keys: Vec<(Span, Vec<Span>)>,
}

impl Lowered {
    /// The token that a finding speaks of.
    pub(crate) fn span(&self, place: Place, range: Option<&Range<usize>>) -> Span {
        self.find_span(place, range).unwrap_or_else(Span::call_site)
    }

    fn find_span(&self, place: Place, range: Option<&Range<usize>>) -> Option<Span> {
        let statement = self.spans.get(place.statement()?)?;
        Some(match place {
            Place::Document | Place::Version => return None,
            Place::Statement(_)
            | Place::Effect(_)
            | Place::Principals(_)
            | Place::Principal(..) => statement.head,
            Place::Sid(_) => statement.sid,
            Place::Action(_, a) => statement.actions.get(a)?.0,
            Place::Resource(_, r) => {
                let resource = statement.resources.get(r)?;
                // The part that begins where the complaint does; an empty part has no width to overlap with.
                let part = range.and_then(|range| {
                    let parts = &resource.parts;
                    (parts.iter().find(|(part, _)| part == range)).or_else(|| {
                        parts
                            .iter()
                            .find(|(part, _)| part.start < range.end && range.start < part.end)
                    })
                });
                part.map_or(resource.span, |(_, span)| *span)
            }
            Place::Operator(_, b) => statement.blocks.get(b)?.operator,
            Place::Key(_, b, k) => statement.blocks.get(b)?.keys.get(k)?.0,
            Place::Value(_, b, k, v) => *statement.blocks.get(b)?.keys.get(k)?.1.get(v)?,
        })
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
pub(crate) fn lower(input: &Items, errors: &mut Errors) -> Lowered {
    let mut lowerer = Lowerer {
        errors,
        strayed: false,
        unlisted: Vec::new(),
        accepted: Vec::new(),
        typed: Typed::default(),
    };
    let mut statements = Vec::new();
    let mut spans = Vec::new();
    for item in &input.items {
        if let Some(lowered) = lowerer.statement(item, statements.len()) {
            statements.push(lowered.statement);
            spans.push(lowered.spans);
        }
    }
    if input.items.is_empty() {
        (lowerer.errors)
            .push(Span::call_site(), "this policy has no statement")
            .help("a statement begins with `allow(..)` or `deny(..)`");
    }
    Lowered {
        unlisted: lowerer.unlisted,
        accepted: lowerer.accepted,
        document: Document {
            version: Some(Text::Borrowed("2012-10-17")),
            id: None,
            statements: List::bracketed(statements),
        },
        spans,
        typed: lowerer.typed,
    }
}

struct Lowerer<'e> {
    errors: &'e mut Errors,
    /// Whether the resources of this statement were said in a wrong place, which was reported.
    strayed: bool,
    unlisted: Vec<Unlisted>,
    accepted: Vec<Accepted>,
    typed: Typed,
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
                resources: Vec::new(),
                blocks: Vec::new(),
            },
        };
        self.strayed = false;
        self.actions(args, &mut result);
        let mut says_resources = false;
        for call in &expr.calls {
            let Some(name) = &call.name else { continue };
            let text = name.to_string();
            let Some(args) = &call.args else {
                let known = STATEMENT_METHODS.contains(&text.as_str());
                self.unfinished_call(name, &text, known, &STATEMENT_METHODS);
                let near = suggest::nearest(&text, STATEMENT_METHODS);
                says_resources |= matches!(near, Some("on" | "on_any"));
                continue;
            };
            match text.as_str() {
                "on" | "on_any" => {
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
                "when" => {
                    if args.items.is_empty() {
                        self.errors
                            .push(args.span, "this `.when()` has no condition")
                            .help("a condition is a key and an operator, as in `aws::SecureTransport.bool(true)`");
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
                "accept" => self.accept(name, args, number),
                other => {
                    self.errors
                        .push(name.span(), format!("a statement has no `.{other}(..)`"));
                    self.help_nearest(other, &STATEMENT_METHODS, shown_method);
                    // One mistake, one error: the resources are not missing, their method is misspelled.
                    says_resources |= suggest::nearest(other, STATEMENT_METHODS)
                        .is_some_and(|near| matches!(near, "on" | "on_any"));
                }
            }
        }
        if !says_resources && !self.strayed {
            self.errors
                .push(head, "this statement does not say which resources it is on")
                .help("add `.on(..)` with the resources, or `.on_any()` for all of them");
        }
        if result.statement.resources.is_none() {
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
                match suggest::nearest(&name, ["allow", "deny"]) {
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

    // Actions

    fn actions(&mut self, args: &Items, result: &mut LoweredStatement) {
        let entries = self.entries(args);
        let mut actions = ActionSink {
            texts: Vec::new(),
            spans: Vec::new(),
            origin: 0,
        };
        if entries.items.is_empty() {
            self.errors
                .push(entries.span, "the list of actions is empty")
                .help("name an action, as in `rekognition::DetectLabels`, or all of a service with `rekognition::all()`");
            actions.reported(entries.span);
        }
        for (origin, item) in entries.items.iter().enumerate() {
            actions.origin = origin;
            self.action(item, &mut actions);
        }
        let values = if entries.bracketed {
            List::bracketed(actions.texts)
        } else {
            List::shortest(actions.texts)
        };
        result.statement.actions = Element {
            not: entries.not,
            values,
        };
        result.spans.actions = actions.spans;
    }

    fn action(&mut self, expr: &Expr, actions: &mut ActionSink) {
        let span = expr.span();
        if let Some(call) = expr.calls.first() {
            self.stray_call(call, "an action");
        }
        if self.misplaced(expr, "actions") {
            actions.reported(span);
            return;
        }
        match &expr.primary {
            Primary::Literal(..) => {
                match string(expr) {
                    Some((text, _)) => actions.push(text, span),
                    None => {
                        self.errors
                        .push(span, "an action is a path or a string")
                        .help("as in `rekognition::DetectLabels` or `\"rekognition:DetectLabels\"`");
                        actions.reported(span);
                    }
                }
            }
            Primary::Path(path) => self.action_path(path, actions),
            Primary::Call(path, args) => self.action_call(path, args, actions),
            Primary::List(_) | Primary::Unknown(..) => actions.reported(span),
        }
    }

    fn action_path(&mut self, path: &Path, actions: &mut ActionSink) {
        let span = path.span();
        let text = path.text();
        let Some((module, name)) = module_and_name(path) else {
            self.not_an_action(path);
            actions.reported(span);
            return;
        };
        let Some(service) = service_by_ident(&module) else {
            self.unknown_module(path, &module, &name, Wanted::Action);
            actions.reported(span);
            return;
        };
        if let Some(info) = service.action_by_ident(&name) {
            self.typed.actions.extend(path.tokens.iter().cloned());
            comma(&mut self.typed.actions);
            actions.push(format!("{}:{}", service.prefix, info.name), span);
            return;
        }
        let group = AccessLevel::ALL.map(AccessLevel::group);
        if name == "all" || group.contains(&name.as_str()) {
            self.errors
                .push(span, format!("`{text}` is a function"))
                .help(format!("call it: `{text}()`"));
        } else if name == "matching" {
            self.errors
                .push(span, format!("`{text}` is a function"))
                .help(format!("call it with a pattern: `{text}(\"Describe*\")`"));
        } else if service.resource_by_ident(&name).is_some() {
            self.errors
                .push(
                    span,
                    format!("`{text}` is a type of resource, not an action"),
                )
                .help("resources stand in `.on(..)`");
        } else if service.key_by_ident(&name).is_some() {
            self.errors
                .push(span, format!("`{text}` is a condition key, not an action"))
                .help("conditions stand in `.when(..)`");
        } else if let Some(info) = service.action_ignore_case(&name) {
            // IAM does not mind the case, so no rule speaks of it; Rust does.
            self.errors
                .push(span, format!("`{}` has no action `{name}`", service.prefix))
                .help(format!(
                    "did you mean `{module}::{}`?",
                    dialect::ident(info.name)
                ));
        } else {
            // Unknown: the rule says so, with the nearest right spelling.
            actions.push(format!("{}:{name}", service.prefix), span);
            return;
        }
        actions.reported(span);
    }

    fn action_call(&mut self, path: &Path, args: &Items, actions: &mut ActionSink) {
        let span = path.span();
        if path.as_word().is_some_and(|word| word == "unlisted") {
            match self.unlisted(path, args) {
                Some((name, literal)) => actions.push(name, literal.span()),
                None => actions.reported(span),
            }
            return;
        }
        let text = path.text();
        let Some((module, name)) = module_and_name(path) else {
            self.not_an_action(path);
            actions.reported(span);
            return;
        };
        let Some(service) = service_by_ident(&module) else {
            self.unknown_module(path, &module, &name, Wanted::Action);
            actions.reported(span);
            return;
        };
        let tokens = &path.tokens;
        let level = AccessLevel::ALL
            .into_iter()
            .find(|level| level.group() == name);
        if name == "all" {
            self.no_arguments_at(span, &text, args);
            (self.typed.patterns).extend(quote!(let _: __ri::ActionPattern = #(#tokens)*();));
            actions.push(format!("{}:*", service.prefix), span);
        } else if name == "matching" {
            match self.one_string_at(span, &text, args) {
                Some((pattern, literal)) => {
                    (self.typed.patterns)
                        .extend(quote!(let _: __ri::ActionPattern = #(#tokens)*(#literal);));
                    actions.push(format!("{}:{pattern}", service.prefix), literal.span());
                }
                None => actions.reported(span),
            }
        } else if let Some(level) = level {
            self.no_arguments_at(span, &text, args);
            let of_level = service.actions.iter().filter(|info| info.level == level);
            if of_level.clone().next().is_none() {
                self.errors.push(
                    span,
                    format!(
                        "`{}` has no action of the access level {level}",
                        service.prefix
                    ),
                );
                let has: Vec<_> = (AccessLevel::ALL.into_iter())
                    .filter(|level| service.actions.iter().any(|info| info.level == *level))
                    .map(|level| format!("`{module}::{}()`", level.group()))
                    .collect();
                self.last_help(format!("it has {}", has.join(", ")));
                actions.reported(span);
                return;
            }
            (self.typed.patterns).extend(quote!(let _: __ri::ActionGroup = #(#tokens)*();));
            for info in of_level {
                actions.push(format!("{}:{}", service.prefix, info.name), span);
            }
        } else {
            if service.action_by_ident(&name).is_some() {
                self.errors
                    .push(span, format!("`{text}` is an action and takes no values"))
                    .help("leave the parentheses out");
            } else if service.resource_by_ident(&name).is_some() {
                self.errors
                    .push(span, format!("`{text}(..)` is a resource, not an action"))
                    .help("resources stand in `.on(..)`");
            } else {
                self.errors.push(
                    span,
                    format!("`{}` has no function `{name}` for actions", service.prefix),
                );
                let mut names = vec!["all", "matching"];
                names.extend(AccessLevel::ALL.map(AccessLevel::group));
                self.help_nearest(&name, &names, |near| format!("`{module}::{near}(..)`"));
            }
            actions.reported(span);
        }
    }

    fn not_an_action(&mut self, path: &Path) {
        let text = path.text();
        if let (true, segments) = (path.open, path.segments.as_slice()) {
            let help = match segments.last().map(ToString::to_string) {
                Some(name) => {
                    match service_by_ident(&name).and_then(|service| service.actions.first()) {
                        Some(info) => format!("as in `{name}::{}`", dialect::ident(info.name)),
                        None => "as in `rekognition::DetectLabels`".to_string(),
                    }
                }
                None => "as in `rekognition::DetectLabels`".to_string(),
            };
            self.errors
                .push(path.span(), format!("an action is missing behind `{text}`"))
                .help(help);
            if path.segments.len() == 1 {
                self.last_help(format!("all actions of a service are `{text}all()`"));
            }
            return;
        }
        self.errors
            .push(path.span(), format!("`{text}` is not an action"));
        if service_by_ident(&text).is_some() {
            self.last_help(format!(
                "name an action of it, or all of them with `{text}::all()`"
            ));
            return;
        }
        let owner = catalogue::services()
            .iter()
            .find(|service| service.action_by_ident(&text).is_some());
        match owner {
            Some(service) => {
                self.last_help(format!("did you mean `{}::{text}`?", service.prefix));
            }
            None => self.last_help(
                "an action is a path of service and name, as in `rekognition::DetectLabels`",
            ),
        }
    }

    fn unknown_module(&mut self, path: &Path, module: &str, name: &str, wanted: Wanted) {
        // The segment that is wrong, not the name behind it.
        let span = path
            .segments
            .iter()
            .rev()
            .nth(1)
            .map_or_else(|| path.span(), Ident::span);
        if catalogue::KNOWN_SERVICES.contains(&module) {
            self.errors
                .push(
                    span,
                    format!("the catalogue of `{module}` is not part of this build"),
                )
                .help(format!(
                    "turn on its feature: `rekognition-iam = {{ features = [\"{module}\"] }}`"
                ));
            return;
        }
        self.errors
            .push(span, format!("no service `{module}` in the catalogue"));
        let mut known: Vec<&str> = catalogue::KNOWN_SERVICES.to_vec();
        if matches!(wanted, Wanted::Key) {
            known.push("aws");
        }
        match suggest::nearest(module, known.iter().copied()) {
            Some(near) => self.last_help(format!("did you mean `{near}::{name}`?")),
            None => {
                let owner = || {
                    catalogue::services().iter().find(|service| match wanted {
                        Wanted::Action => service.action_by_ident(name).is_some(),
                        Wanted::Resource => service.resource_by_ident(name).is_some(),
                        Wanted::Key => service.key_by_ident(name).is_some(),
                    })
                };
                match owner() {
                    Some(service) => {
                        self.last_help(format!("did you mean `{}::{name}`?", service.prefix));
                    }
                    None => {
                        self.last_help(format!("the catalogue has {}", known.join(", ")));
                        if matches!(wanted, Wanted::Action) {
                            self.last_help(format!(
                                "for an action of another service, write `unlisted(\"{module}:{name}\", \"why it is right\")`"
                            ));
                        }
                    }
                }
            }
        }
    }

    /// `unlisted("name", "why")`: the name and its literal.
    fn unlisted<'s>(&mut self, path: &Path, args: &'s Items) -> Option<(String, &'s Literal)> {
        let (Some((name, literal)), Some((reason, reason_literal))) = (
            args.items.first().and_then(plain_string),
            args.items.get(1).and_then(plain_string),
        ) else {
            self.errors
                .push(path.span(), "`unlisted` needs a name and a reason")
                .help("as in `unlisted(\"rekognition:NewAction\", \"released on 2026-11-20\")`");
            return None;
        };
        if let Some(extra) = args.items.get(2) {
            self.errors.push(
                extra.span(),
                "`unlisted` takes a name and a reason, no more",
            );
        }
        if reason.trim().is_empty() {
            self.errors
                .push(reason_literal.span(), "the reason is empty")
                .help(
                    "say why the name is right although the catalogue lacks it; reviewers read it",
                );
        }
        if name
            .split_once(':')
            .is_none_or(|(prefix, name)| prefix.is_empty() || name.is_empty())
        {
            self.errors
                .push(
                    literal.span(),
                    format!("`{name}` is not of the form `service:Name`"),
                )
                .help("as in `rekognition:NewAction`");
            return None;
        }
        self.unlisted.push(Unlisted {
            name: name.clone(),
            reason,
            span: literal.span(),
        });
        Some((name, literal))
    }

    // Resources

    fn resources(&mut self, args: &Items, result: &mut LoweredStatement) {
        let entries = self.entries(args);
        let mut texts = Vec::new();
        if entries.items.is_empty() {
            self.errors
                .push(entries.span, "the list of resources is empty")
                .help("name a resource, as in `rekognition::collection(\"us-east-1\", \"123456789012\", \"staff\")`, or use `.on_any()`");
        }
        for item in entries.items {
            let (text, spans) = self.resource(item);
            texts.push(Text::Owned(text));
            result.spans.resources.push(spans);
        }
        if texts.is_empty() {
            return;
        }
        let values = if entries.bracketed {
            List::bracketed(texts)
        } else {
            List::shortest(texts)
        };
        result.statement.resources = Some(Element {
            not: entries.not,
            values,
        });
    }

    /// The text and the spans of a resource; `*` when it was reported.
    fn resource(&mut self, expr: &Expr) -> (String, ResourceSpans) {
        let span = expr.span();
        let reported = (
            "*".to_string(),
            ResourceSpans {
                span,
                parts: Vec::new(),
            },
        );
        if self.misplaced(expr, "resources") {
            return reported;
        }
        match &expr.primary {
            Primary::Literal(..) => {
                if let Some(call) = expr.calls.first() {
                    self.stray_call(call, "an ARN");
                }
                match string(expr) {
                    Some((text, _)) => (
                        text,
                        ResourceSpans {
                            span,
                            parts: Vec::new(),
                        },
                    ),
                    None => {
                        self.errors.push(
                            span,
                            "a resource is a constructor of its service or an ARN in a string",
                        );
                        reported
                    }
                }
            }
            Primary::Path(path) => {
                self.not_a_resource(path);
                reported
            }
            Primary::Call(path, args) => self
                .constructor(path, args, &expr.calls)
                .unwrap_or(reported),
            Primary::List(_) | Primary::Unknown(..) => reported,
        }
    }

    fn not_a_resource(&mut self, path: &Path) {
        let text = path.text();
        let example = |service: &Service| {
            service
                .resources
                .first()
                .and_then(|kind| kind.formats.first())
                .map(|format| signature(service.prefix, format))
        };
        if path.open {
            let help = (path.segments.last())
                .and_then(|name| service_by_ident(&name.to_string()))
                .and_then(example)
                .unwrap_or_else(|| {
                    "rekognition::collection(region, account, collection_id)".to_string()
                });
            self.errors
                .push(
                    path.span(),
                    format!("a resource is missing behind `{text}`"),
                )
                .help(format!("as in `{help}`"));
            return;
        }
        if let Some((module, name)) = module_and_name(path) {
            if let Some(service) = service_by_ident(&module) {
                if let Some((_, format)) = service.resource_by_ident(&name) {
                    self.errors
                        .push(
                            path.span(),
                            "the values of this resource are missing".to_string(),
                        )
                        .help(format!("write `{}`", signature(&module, format)));
                    return;
                }
                if service.action_by_ident(&name).is_some() {
                    self.errors
                        .push(
                            path.span(),
                            format!("`{text}` is an action, not a resource"),
                        )
                        .help("actions stand in `allow(..)` or `deny(..)`");
                    return;
                }
                self.unknown_constructor(path, service, &module, &name);
                return;
            }
            self.unknown_module(path, &module, &name, Wanted::Resource);
            return;
        }
        let owner = (catalogue::services().iter())
            .find(|service| service.resource_by_ident(&text).is_some());
        if let Some(service) = owner {
            self.errors
                .push(path.span(), format!("`{text}` is not a resource"))
                .help(format!("did you mean `{}::{text}(..)`?", service.prefix));
            return;
        }
        self.errors
            .push(path.span(), format!("`{text}` is not a resource"))
            .help("a resource is a constructor of its service, as in `rekognition::collection(\"us-east-1\", \"123456789012\", \"staff\")`, or an ARN in a string");
    }

    fn unknown_constructor(&mut self, path: &Path, service: &Service, module: &str, name: &str) {
        self.errors.push(
            path.span(),
            format!("`{}` has no resource type `{name}`", service.prefix),
        );
        let names: Vec<&str> = (service.resources.iter())
            .flat_map(|kind| kind.formats)
            .map(|format| format.rust_name)
            .collect();
        match suggest::nearest(name, names.iter().copied()) {
            Some(near) => self.last_help(format!("did you mean `{module}::{near}(..)`?")),
            None if names.is_empty() => {
                self.last_help("this service has no resource types: use `.on_any()`");
            }
            None => self.last_help(format!("it has {}", listed(&names, 12))),
        }
    }

    fn constructor(
        &mut self,
        path: &Path,
        args: &Items,
        calls: &[MethodCall],
    ) -> Option<(String, ResourceSpans)> {
        let span = path.span();
        let Some((module, name)) = module_and_name(path) else {
            self.not_a_resource(path);
            return None;
        };
        let Some(service) = service_by_ident(&module) else {
            self.unknown_module(path, &module, &name, Wanted::Resource);
            return None;
        };
        let Some((_, format)) = service.resource_by_ident(&name) else {
            if service.action_by_ident(&name).is_some() {
                self.not_a_resource(path);
            } else if matches!(name.as_str(), "all" | "matching") || is_group(&name) {
                self.errors
                    .push(
                        span,
                        format!(
                            "`{}(..)` stands for actions, not for resources",
                            path.text()
                        ),
                    )
                    .help("actions stand in `allow(..)` or `deny(..)`");
            } else {
                self.unknown_constructor(path, service, &module, &name);
            }
            return None;
        };
        let parameters = parameters(format);
        if args.items.len() != parameters.len() {
            self.errors
                .push(
                    args.span,
                    format!(
                        "`{}` takes {} values, found {}",
                        path.text(),
                        parameters.len(),
                        args.items.len()
                    ),
                )
                .help(format!("write `{}`", signature(&module, format)));
            return None;
        }
        let mut values = Vec::new();
        let mut complete = true;
        for (arg, parameter) in args.items.iter().zip(&parameters) {
            match plain_string(arg) {
                Some((value, literal)) => {
                    complete &= self.fits(&value, literal.span(), format, parameter);
                    values.push((value, literal));
                }
                None => {
                    self.not_a_string(arg, parameter);
                    complete = false;
                }
            }
        }
        let (partition, partition_span, tail) = self.partition(calls, span);
        if !complete {
            return None;
        }
        let (text, parts) = arn(format, &partition, partition_span, &values);
        let tokens = &path.tokens;
        let literals = values.iter().map(|(_, literal)| literal);
        (self.typed.resources).extend(quote!(#(#tokens)*(#(#literals),*)#tail,));
        Some((text, ResourceSpans { span, parts }))
    }

    /// A value must not be empty, and must not reach over a slash of its format: it would make another resource of it.
    fn fits(&mut self, value: &str, span: Span, format: &ArnFormat, parameter: &str) -> bool {
        let variable = format.resource.iter().find_map(|piece| match piece {
            Piece::Variable(variable) if variable.rust_name == parameter => Some(*variable),
            _ => None,
        });
        let Some(variable) = variable else {
            let wrong = value.contains([':', '/']) && !value.contains("${");
            if wrong {
                self.errors
                    .push(span, format!("`{value}` is not a {parameter}"));
            }
            return !wrong;
        };
        if value.is_empty() {
            self.errors
                .push(span, format!("the `{parameter}` is empty"))
                .help("`*` stands for any");
            return false;
        }
        let mut outside = String::new();
        let mut rest = value;
        while let Some((before, behind)) = rest.split_once("${") {
            outside.push_str(before);
            rest = behind.split_once('}').map_or("", |(_, behind)| behind);
        }
        outside.push_str(rest);
        if outside.contains('/') && !variable.slashes {
            self.errors
                .push(span, format!("`/` cannot stand in a {}", variable.name))
                .help(format!("the ARN has the form `{}`", format.text));
            return false;
        }
        true
    }

    fn partition(&mut self, calls: &[MethodCall], span: Span) -> (String, Span, TokenStream) {
        let mut partition = ("aws".to_string(), span, TokenStream::new());
        for call in calls {
            let Some(name) = &call.name else { continue };
            let text = name.to_string();
            match (&call.args, text.as_str()) {
                (Some(args), "partition") => {
                    if let Some((value, literal)) = self.one_string(name, args) {
                        partition = (value, literal.span(), quote!(.#name(#literal)));
                    }
                }
                (None, known) => {
                    self.unfinished_call(name, &text, known == "partition", &["partition"]);
                }
                (Some(_), other) => {
                    self.errors
                        .push(name.span(), format!("a resource has no `.{other}(..)`"));
                    if STATEMENT_METHODS.contains(&other) {
                        self.last_help(format!(
                            "`.{other}(..)` belongs behind the `)` of `.on(..)`"
                        ));
                    } else {
                        self.help_nearest(other, &["partition"], |near| format!("`.{near}(..)`"));
                    }
                }
            }
        }
        partition
    }

    // Conditions

    fn condition(&mut self, expr: &Expr, result: &mut LoweredStatement) {
        let Some((name, key_span, typed_key)) = self.key(expr) else {
            return;
        };
        let mut set: Option<SetOperator> = None;
        let mut set_tokens = TokenStream::new();
        let mut operator: Option<(Operator, Span)> = None;
        let mut if_exists = TokenStream::new();
        let mut values: Vec<(String, Span)> = Vec::new();
        let mut bracketed = false;
        for call in &expr.calls {
            let Some(method) = &call.name else { return };
            let text = method.to_string();
            let Some(args) = &call.args else {
                let known = Operator::from_method(&text).is_some()
                    || set_method(&text).is_some()
                    || text == "if_exists";
                self.unfinished_call(method, &text, known, &condition_methods());
                return;
            };
            if let Some(found) = set_method(&text) {
                self.no_arguments(method, args);
                if operator.is_some() {
                    self.errors
                        .push(
                            method.span(),
                            format!("`.{text}()` stands before the operator"),
                        )
                        .help("as in `aws::TagKeys.for_any_value().string_equals(\"team\")`");
                    return;
                }
                if set.is_some() {
                    self.errors
                        .push(method.span(), "this condition already has a set operator");
                }
                set = Some(found);
                set_tokens = quote!(.#method());
            } else if text == "if_exists" {
                self.no_arguments(method, args);
                if operator.is_none() {
                    self.errors
                        .push(method.span(), "`.if_exists()` stands behind the operator")
                        .help("as in `aws::SourceVpc.string_equals(\"vpc-1a2b3c4d\").if_exists()`");
                    return;
                }
                if_exists = quote!(.#method());
            } else if let Some(found) = Operator::from_method(&text) {
                if operator.is_some() {
                    self.errors
                        .push(method.span(), "this condition already has an operator")
                        .help("write a second condition: all conditions of a statement must hold");
                    return;
                }
                operator = Some((found, method.span()));
                (bracketed, values) = self.values(method, args);
            } else {
                self.errors
                    .push(method.span(), format!("no condition operator `{text}`"));
                if STATEMENT_METHODS.contains(&text.as_str()) {
                    self.last_help(format!(
                        "`.{text}(..)` belongs behind the `)` of `.when(..)`"
                    ));
                } else {
                    self.help_nearest(&text, &condition_methods(), shown_method);
                }
                return;
            }
        }
        let Some((operator, operator_span)) = operator else {
            if expr.calls.iter().all(|call| call.name.is_some()) {
                self.errors
                    .push(key_span, "this condition has no operator")
                    .help("say how the key is compared, as in `aws::SourceVpc.string_equals(\"vpc-1a2b3c4d\")`");
            }
            return;
        };
        if values.is_empty() {
            return;
        }

        let mut full = String::new();
        if let Some(set) = set {
            full.push_str(set.name());
            full.push(':');
        }
        full.push_str(operator.name());
        if !if_exists.is_empty() {
            full.push_str("IfExists");
        }
        let literals: Vec<Literal> = (values.iter())
            .map(|(value, span)| {
                let mut literal = Literal::string(value);
                literal.set_span(*span);
                literal
            })
            .collect();
        self.add_condition(
            full,
            operator_span,
            name,
            key_span,
            values,
            bracketed,
            result,
        );
        let method = Ident::new(operator.method(), operator_span);
        (self.typed.conditions).extend(quote_spanned!(operator_span=>
            #typed_key #set_tokens.#method([#(#literals),*])#if_exists,
        ));
    }

    #[expect(clippy::too_many_arguments, reason = "each is one part of a condition")]
    fn add_condition(
        &mut self,
        operator: String,
        operator_span: Span,
        key: String,
        key_span: Span,
        values: Vec<(String, Span)>,
        bracketed: bool,
        result: &mut LoweredStatement,
    ) {
        let blocks = &mut result.statement.conditions;
        let at = match blocks.iter().position(|block| block.operator == operator) {
            Some(at) => at,
            None => {
                blocks.push(ConditionBlock {
                    operator: Text::Owned(operator),
                    keys: Vec::new(),
                });
                result.spans.blocks.push(BlockSpans {
                    operator: operator_span,
                    keys: Vec::new(),
                });
                blocks.len() - 1
            }
        };
        let (Some(block), Some(spans)) = (blocks.get_mut(at), result.spans.blocks.get_mut(at))
        else {
            return;
        };
        if block
            .keys
            .iter()
            .any(|(other, _)| other.eq_ignore_ascii_case(&key))
        {
            self.errors
                .push(key_span, "this key stands under the same operator already")
                .help("name all values in one condition: one of them is enough for a match")
                .help("IAM cannot say that one key must match twice under one operator");
            return;
        }
        let value_spans = values.iter().map(|(_, span)| *span).collect();
        let values = values
            .into_iter()
            .map(|(value, _)| Value::String(Text::Owned(value)))
            .collect();
        let values = if bracketed {
            List::bracketed(values)
        } else {
            List::shortest(values)
        };
        block.keys.push((Text::Owned(key), values));
        spans.keys.push((key_span, value_spans));
    }

    /// The name of the key, its span, and the tokens of the typed key.
    fn key(&mut self, expr: &Expr) -> Option<(String, Span, TokenStream)> {
        let span = expr.span();
        match &expr.primary {
            Primary::Literal(..) => match string(expr) {
                Some((name, literal)) => {
                    Some((name, span, quote!(__ri::AnyKey::unlisted(#literal))))
                }
                None => {
                    self.errors.push(
                        span,
                        "a condition begins with a key, as in `aws::SourceVpc`",
                    );
                    None
                }
            },
            Primary::Call(path, args) if path.as_word().is_some_and(|word| word == "unlisted") => {
                let (name, literal) = self.unlisted(path, args)?;
                Some((
                    name,
                    literal.span(),
                    quote!(__ri::AnyKey::unlisted(#literal)),
                ))
            }
            Primary::Path(path) => self.key_path(path, None),
            Primary::Call(path, args) => self.key_path(path, Some(args)),
            Primary::List(_) => {
                self.errors.push(span, "expected a condition").help(
                    "a condition is a key and an operator, as in `aws::SecureTransport.bool(true)`",
                );
                None
            }
            Primary::Unknown(..) => None,
        }
    }

    fn key_path(
        &mut self,
        path: &Path,
        args: Option<&Items>,
    ) -> Option<(String, Span, TokenStream)> {
        let span = path.span();
        let text = path.text();
        let Some((module, name)) = module_and_name(path) else {
            self.not_a_key(path);
            return None;
        };
        let key = if module == "aws" {
            catalogue::global_keys()
                .iter()
                .find(|key| key.rust_name == name)
        } else {
            match service_by_ident(&module) {
                Some(service) => service.key_by_ident(&name),
                None => {
                    self.unknown_module(path, &module, &name, Wanted::Key);
                    return None;
                }
            }
        };
        let Some(key) = key else {
            // The tag keys are global in name only, and easily looked for in the service.
            if let Some(global) = catalogue::global_keys()
                .iter()
                .find(|key| key.rust_name == name)
            {
                self.errors
                    .push(span, format!("`{module}` has no condition key `{name}`"))
                    .help(format!("did you mean `aws::{}`?", global.rust_name));
                return None;
            }
            // IAM does not mind the case, so no rule speaks of it; Rust does.
            let keys = match service_by_ident(&module) {
                Some(service) => service.keys,
                None => catalogue::global_keys(),
            };
            if let Some(near) = (keys.iter()).find(|key| key.rust_name.eq_ignore_ascii_case(&name))
            {
                let what = match module.as_str() {
                    "aws" => "no global condition key".to_string(),
                    _ => format!("`{module}` has no condition key"),
                };
                self.errors
                    .push(span, format!("{what} `{name}`"))
                    .help(format!("did you mean `{module}::{}`?", near.rust_name));
                return None;
            }
            if service_by_ident(&module)
                .is_some_and(|service| service.action_by_ident(&name).is_some())
            {
                self.errors
                    .push(span, format!("`{text}` is an action, not a condition key"))
                    .help("actions stand in `allow(..)` or `deny(..)`");
                return None;
            }
            // Unknown: the rule says so, with the nearest right spelling.
            return Some((format!("{module}:{name}"), span, TokenStream::new()));
        };
        let tokens = &path.tokens;
        match (key.placeholder, args) {
            (None, None) => Some((key.name.to_string(), span, quote!(#(#tokens)*))),
            (None, Some(_)) => {
                self.errors
                    .push(span, format!("`{text}` takes no values"))
                    .help("leave the parentheses out");
                None
            }
            (Some(_), None) => {
                self.errors
                    .push(span, format!("`{text}` lacks the name of the tag"))
                    .help(format!("as in `{text}(\"team\")`"));
                None
            }
            (Some(placeholder), Some(args)) => {
                let (tag, literal) = self.one_string_at(span, &text, args)?;
                if tag.is_empty() {
                    self.errors
                        .push(literal.span(), "the name of the tag is empty");
                    return None;
                }
                Some((
                    format!("{}{tag}{}", placeholder.before, placeholder.after),
                    span,
                    quote!(#(#tokens)*(#literal)),
                ))
            }
        }
    }

    fn not_a_key(&mut self, path: &Path) {
        let text = path.text();
        if path.open {
            self.errors
                .push(
                    path.span(),
                    format!("a condition key is missing behind `{text}`"),
                )
                .help("as in `aws::SourceVpc`");
            return;
        }
        self.errors
            .push(path.span(), format!("`{text}` is not a condition key"));
        match catalogue::global_keys()
            .iter()
            .find(|key| key.rust_name.eq_ignore_ascii_case(&text))
        {
            Some(key) => self.last_help(format!("did you mean `aws::{}`?", key.rust_name)),
            None => self.last_help("a condition key is a path, as in `aws::SourceVpc`"),
        }
    }

    /// The values of an operator: strings, numbers, Booleans.
    fn values(&mut self, method: &Ident, args: &Items) -> (bool, Vec<(String, Span)>) {
        let mut items = args.items.as_slice();
        let mut bracketed = false;
        let mut span = args.span;
        if let [only] = items
            && let (Primary::List(inner), true) = (&only.primary, only.calls.is_empty())
        {
            items = &inner.items;
            span = inner.span;
            bracketed = true;
        }
        if items.is_empty() {
            self.errors
                .push(span, format!("`{method}` has no value to compare with"));
        }
        let mut values = Vec::new();
        for item in items {
            match value(item) {
                Some(value) => values.push((value, item.span())),
                None => {
                    self.not_a_string(item, "value");
                    values.push((String::new(), item.span()));
                    // A reported value would be checked for its type again.
                    return (bracketed, Vec::new());
                }
            }
        }
        (bracketed, values)
    }

    fn accept(&mut self, name: &Ident, args: &Items, statement: usize) {
        let (Some(id), Some((reason, reason_literal))) =
            (args.items.first(), args.items.get(1).and_then(plain_string))
        else {
            self.errors
                .push(name.span(), "`accept` needs the id of a rule and a reason")
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
        match rekognition_iam_runtime::check::Rule::find(&text) {
            Some(rule) => self.accepted.push(Accepted {
                statement,
                id: rule.id,
                reason,
                span: id.span(),
            }),
            None => {
                self.errors.push(id.span(), format!("no rule `{text}`"));
                let ids: Vec<&str> = (rekognition_iam_runtime::check::Rule::all().iter())
                    .map(|rule| rule.id)
                    .collect();
                if let Some(near) = suggest::nearest(&text, ids.iter().copied()) {
                    self.last_help(format!("did you mean `{near}`?"));
                } else {
                    self.last_help(
                        "the id stands in the note of the finding that is to be accepted",
                    );
                }
            }
        }
    }

    // What all of them share

    fn last_help(&mut self, help: impl Into<String>) {
        self.errors.help_last(help.into());
    }

    fn help_nearest(&mut self, typed: &str, names: &[&str], show: impl Fn(&str) -> String) {
        match suggest::nearest(typed, names.iter().copied()) {
            Some(near) => self.last_help(format!("did you mean {}?", show(near))),
            None => {
                let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
                self.last_help(format!("there are {}", names.join(", ")));
            }
        }
    }

    fn unfinished_call(&mut self, name: &Ident, text: &str, known: bool, names: &[&str]) {
        if known {
            self.errors.push(
                name.span(),
                format!("the parentheses are missing behind `.{text}`"),
            );
        } else {
            self.errors
                .push(name.span(), format!("no method `{text}` here"));
            self.help_nearest(text, names, shown_method);
        }
    }

    fn stray_call(&mut self, call: &MethodCall, what: &str) {
        let Some(name) = &call.name else { return };
        self.errors
            .push(name.span(), format!("{what} has no method `{name}`"));
        let text = name.to_string();
        if STATEMENT_METHODS.contains(&text.as_str()) {
            self.last_help(format!(
                "{} belongs behind the `)` of `allow(..)` or `deny(..)`",
                shown_method(&text)
            ));
            self.strayed |= matches!(text.as_str(), "on" | "on_any");
        } else if text == "partition" {
            self.last_help("an ARN in a string has its partition written out");
        }
    }

    fn no_arguments(&mut self, name: &Ident, args: &Items) {
        self.no_arguments_at(name.span(), &name.to_string(), args);
    }

    fn no_arguments_at(&mut self, _: Span, name: &str, args: &Items) {
        if let Some(first) = args.items.first() {
            self.errors
                .push(first.span(), format!("`{name}` takes no values"));
        }
    }

    fn one_string<'s>(&mut self, name: &Ident, args: &'s Items) -> Option<(String, &'s Literal)> {
        self.one_string_at(name.span(), &name.to_string(), args)
    }

    fn one_string_at<'s>(
        &mut self,
        span: Span,
        name: &str,
        args: &'s Items,
    ) -> Option<(String, &'s Literal)> {
        match args.items.as_slice() {
            [only] => plain_string(only).or_else(|| {
                self.not_a_string(only, "value");
                None
            }),
            [] => {
                self.errors
                    .push(span, format!("the value is missing in `{name}(..)`"));
                None
            }
            [_, extra, ..] => {
                self.errors
                    .push(extra.span(), format!("`{name}` takes one value"));
                None
            }
        }
    }

    fn not_a_string(&mut self, expr: &Expr, what: &str) {
        if matches!(expr.primary, Primary::Unknown(..)) {
            return;
        }
        if let (Primary::Literal(..), Some(value)) = (&expr.primary, value(expr)) {
            self.errors
                .push(expr.span(), format!("the {what} must be a string"))
                .help(format!("write `{value:?}`"));
            return;
        }
        self.errors
            .push(expr.span(), format!("the {what} must be written out as a literal"))
            .help("a policy is checked and turned into JSON while the crate compiles, when the values of variables are not known");
    }
}

#[derive(Clone, Copy)]
enum Wanted {
    Action,
    Resource,
    Key,
}

const STATEMENT_METHODS: [&str; 5] = ["on", "on_any", "when", "sid", "accept"];

fn condition_methods() -> Vec<&'static str> {
    let mut methods: Vec<_> = Operator::ALL.map(Operator::method).to_vec();
    methods.extend(["if_exists", "for_all_values", "for_any_value"]);
    methods
}

/// A method as an author writes it.
fn shown_method(name: &str) -> String {
    match name {
        "on_any" | "if_exists" | "for_all_values" | "for_any_value" => format!("`.{name}()`"),
        _ => format!("`.{name}(..)`"),
    }
}

fn is_group(name: &str) -> bool {
    AccessLevel::ALL.iter().any(|level| level.group() == name)
}

fn listed(names: &[&str], limit: usize) -> String {
    let mut text = names
        .iter()
        .take(limit)
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > limit {
        text.push_str(&format!(" and {} more", names.len() - limit));
    }
    text
}

struct ActionSink {
    texts: Vec<Text<'static>>,
    spans: Vec<(Span, usize)>,
    origin: usize,
}

impl ActionSink {
    fn push(&mut self, text: String, span: Span) {
        self.texts.push(Text::Owned(text));
        self.spans.push((span, self.origin));
    }

    fn reported(&mut self, span: Span) {
        self.texts.push(Text::Borrowed(REPORTED));
        self.spans.push((span, self.origin));
    }
}

fn comma(tokens: &mut TokenStream) {
    tokens.extend([TokenTree::Punct(Punct::new(',', Spacing::Alone))]);
}

/// The last two segments: a service module and a name in it. Whatever stands before them is for rustc to resolve.
fn module_and_name(path: &Path) -> Option<(String, String)> {
    match path.segments.as_slice() {
        [.., module, name] if !path.open => Some((unraw(module), unraw(name))),
        _ => None,
    }
}

fn unraw(ident: &Ident) -> String {
    let text = ident.to_string();
    match text.strip_prefix("r#") {
        Some(text) => text.to_string(),
        None => text,
    }
}

fn service_by_ident(ident: &str) -> Option<&'static Service> {
    catalogue::service(ident)
}

/// The text of a string literal, whatever calls stand behind it.
fn string(expr: &Expr) -> Option<(String, &Literal)> {
    match &expr.primary {
        Primary::Literal(None, literal) => match syn::Lit::new(literal.clone()) {
            syn::Lit::Str(text) if text.suffix().is_empty() => Some((text.value(), literal)),
            _ => None,
        },
        _ => None,
    }
}

/// The text of a string literal with nothing behind it.
fn plain_string(expr: &Expr) -> Option<(String, &Literal)> {
    string(expr).filter(|_| expr.calls.is_empty())
}

/// The text of a value: a string as it is, a number in its digits, a Boolean.
fn value(expr: &Expr) -> Option<String> {
    if !expr.calls.is_empty() {
        return None;
    }
    match &expr.primary {
        Primary::Path(path) => {
            let word = path.as_word()?.to_string();
            matches!(word.as_str(), "true" | "false").then_some(word)
        }
        Primary::Literal(minus, literal) => {
            let sign = if minus.is_some() { "-" } else { "" };
            match syn::Lit::new(literal.clone()) {
                syn::Lit::Str(text) if minus.is_none() && text.suffix().is_empty() => {
                    Some(text.value())
                }
                syn::Lit::Int(number) if number.suffix().is_empty() => {
                    Some(format!("{sign}{}", number.base10_digits()))
                }
                syn::Lit::Float(number) if number.suffix().is_empty() => {
                    Some(format!("{sign}{}", number.base10_digits()))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The parameters of a constructor, in their order.
pub(crate) fn parameters(format: &ArnFormat) -> Vec<&'static str> {
    let mut names = Vec::new();
    if format.region == ArnField::Variable {
        names.push("region");
    }
    if format.account == ArnField::Variable {
        names.push("account");
    }
    names.extend(format.resource.iter().filter_map(|piece| match piece {
        Piece::Variable(variable) => Some(variable.rust_name),
        Piece::Literal(_) => None,
    }));
    names
}

fn signature(module: &str, format: &ArnFormat) -> String {
    format!(
        "{module}::{}({})",
        format.rust_name,
        parameters(format).join(", ")
    )
}

/// The ARN of a constructor's values, and which part of it came from which token.
fn arn(
    format: &ArnFormat,
    partition: &str,
    partition_span: Span,
    values: &[(String, &Literal)],
) -> (String, Vec<(Range<usize>, Span)>) {
    let mut text = String::from("arn:");
    let mut parts = Vec::new();
    let mut values = values.iter();
    let mut put = |text: &mut String, value: &str, span: Option<Span>| {
        let start = text.len();
        text.push_str(value);
        if let Some(span) = span {
            parts.push((start..text.len(), span));
        }
    };
    let mut next = |text: &mut String, put: &mut dyn FnMut(&mut String, &str, Option<Span>)| {
        if let Some((value, literal)) = values.next() {
            put(text, value, Some(literal.span()));
        }
    };
    put(&mut text, partition, Some(partition_span));
    text.push(':');
    text.push_str(format.service);
    for field in [format.region, format.account] {
        text.push(':');
        match field {
            ArnField::Empty => {}
            ArnField::Fixed(fixed) => text.push_str(fixed),
            ArnField::Variable => next(&mut text, &mut put),
        }
    }
    text.push(':');
    for piece in format.resource {
        match piece {
            Piece::Literal(literal) => text.push_str(literal),
            Piece::Variable(_) => next(&mut text, &mut put),
        }
    }
    (text, parts)
}
