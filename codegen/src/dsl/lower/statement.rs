//! A statement: `allow(..)` or `deny(..)` and its methods.

use proc_macro2::{Ident, Span};
use rekognition_iam_runtime::check::Rule;
use rekognition_iam_runtime::document::{Effect, PolicyKind, PrincipalSet, Principals, Text};
use rekognition_iam_runtime::suggest;

use super::common::{NO_ALIAS, STATEMENT_METHODS, plain_string, string};
use super::{
    Accepted, Entries, LoweredStatement, Lowerer, ResourceSpans, any_resource, habits, principals,
};
use crate::dsl::syntax::{Expr, Items, MethodCall, Primary};

/// What the methods of a statement have said so far, beside the statement itself.
#[derive(Default)]
struct Said {
    /// Which resources it is on, or that it has none, or something that was meant to.
    resources: bool,
    no_resource: bool,
    /// Who it is for, or something that was meant to.
    principals: bool,
    no_principal: Option<Span>,
}

impl Lowerer<'_> {
    pub(super) fn statement(&mut self, expr: &Expr, number: usize) -> Option<LoweredStatement> {
        let (effect, head, args) = self.head(expr)?;
        let mut result = LoweredStatement::new(effect, head);
        self.strayed = false;
        self.actions(args, &mut result);
        let mut said = Said::default();
        for call in &expr.calls {
            let Some(name) = &call.name else {
                // Reported, and it may be about to become `.on(..)`.
                self.strayed = true;
                continue;
            };
            match &call.args {
                Some(args) => self.method(name, args, number, &mut result, &mut said),
                None => {
                    let text = name.to_string();
                    if STATEMENT_METHODS.contains(&text.as_str()) {
                        self.unfinished_call(name, &text, true, &STATEMENT_METHODS);
                        said.resources |= matches!(text.as_str(), "on" | "on_any" | "no_resource");
                    } else {
                        self.no_method(name, &format!("no method `{text}` here"), &mut said);
                    }
                }
            }
        }
        self.whom(expr, head, &said, &mut result);
        // The role itself is the resource of a trust policy; a rule speaks when one is named.
        if self.kind != PolicyKind::RoleTrust {
            self.on_what(head, &said, &mut result);
        }
        Some(result)
    }

    /// A method of the statement of this number.
    fn method(
        &mut self,
        name: &Ident,
        args: &Items,
        number: usize,
        result: &mut LoweredStatement,
        said: &mut Said,
    ) {
        let text = name.to_string();
        match text.as_str() {
            "on" | "on_any" | "no_resource" if said.resources => {
                self.errors
                    .push(
                        name.span(),
                        "this statement already says which resources it is on",
                    )
                    .help("name all of them in one `.on(..)`");
            }
            "on" => {
                said.resources = true;
                result.spans.lists.resources = name.span();
                self.resources(args, result);
            }
            "on_any" => {
                said.resources = true;
                result.spans.lists.resources = name.span();
                self.no_arguments(name, args);
                result.statement.resources = Some(any_resource());
                result.spans.resources.push(ResourceSpans {
                    span: name.span(),
                    parts: Vec::new(),
                    reported: false,
                });
            }
            "no_resource" => {
                said.resources = true;
                said.no_resource = true;
                result.spans.lists.resources = name.span();
                self.no_arguments(name, args);
            }
            "to" => {
                said.principals = true;
                let before = self.errors.len();
                self.principals(name, args, result);
                result.spans.strangers = self.errors.len() > before;
            }
            "no_principal" => {
                self.no_arguments(name, args);
                said.no_principal = Some(name.span());
                result.spans.principals.0 = name.span();
            }
            "when" => self.when(args, result),
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
                self.no_method(name, &format!("a statement has no `.{other}(..)`"), said);
            }
        }
    }

    /// Reports a name that is not a method of statements. One mistake, one error: what it was meant to say is not
    /// missing.
    fn no_method(&mut self, name: &Ident, message: &str, said: &mut Said) {
        let meant = habits::statement_method(&name.to_string());
        self.errors.push(name.span(), message).help(meant.help);
        said.resources |= meant.resources;
        said.principals |= meant.principals;
    }

    fn when(&mut self, args: &Items, result: &mut LoweredStatement) {
        if args.items.is_empty() {
            self.errors
                .push(args.span, "this `.when()` has no condition")
                .help(
                    "a condition is a key and an operator, as in `aws::SecureTransport.bool(true)`",
                );
        }
        if let [only] = args.items.as_slice()
            && let Primary::List(list) = &only.primary
            && list.items.is_empty()
            && only.calls.is_empty()
        {
            result.statement.empty_condition = true;
            result.spans.lists.condition = args.span;
            return;
        }
        for condition in &args.items {
            self.condition(condition, result);
        }
    }

    /// Whether the statement says who it is for, where it must.
    fn whom(&mut self, expr: &Expr, head: Span, said: &Said, result: &mut LoweredStatement) {
        let says = result.statement.principals.is_some();
        if let (Some(span), true) = (said.no_principal, says) {
            self.errors
                .push(
                    span,
                    "this statement says who it is for, and that it is for nobody in particular",
                )
                .help("keep `.to(..)` or `.no_principal()`");
        }
        if says || said.no_principal.is_some() || !self.kind.has_principals() {
            return;
        }
        let everybody = self.kind == PolicyKind::ResourceControl;
        let is_to = |call: &MethodCall| call.name.as_ref().is_some_and(|name| name == "to");
        if !said.principals && !expr.calls.iter().any(is_to) {
            let kind = self.kind_in_words();
            self.errors
                .push(
                    head,
                    format!("this statement of {kind} does not say who it is for"),
                )
                .help(if everybody {
                    "add `.to(anyone())`: it is for everybody"
                } else {
                    "add `.to(..)`, as in `.to(service(\"rekognition.amazonaws.com\"))` or `.to(role(\"123456789012\", \"indexer\"))`"
                });
        }
        // As if it were right, so that no rule adds to it.
        result.spans.strangers = true;
        result.statement.principals = Some(if everybody {
            Principals {
                not: false,
                set: PrincipalSet::Anyone,
            }
        } else {
            principals::reported()
        });
    }

    /// Whether the statement says which resources it is on.
    fn on_what(&mut self, head: Span, said: &Said, result: &mut LoweredStatement) {
        if !said.resources && !self.strayed {
            self.errors
                .push(head, "this statement does not say which resources it is on")
                .help("add `.on(..)` with the resources, or `.on_any()` for all of them");
        }
        if result.statement.resources.is_none() && !said.no_resource {
            // Already reported; as if it were all of them, so that no rule adds to it.
            result.statement.resources = Some(any_resource());
        }
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
                let companion = path.segments.last().map(ToString::to_string);
                if let Some(companion) = companion.filter(|name| habits::is_companion(name)) {
                    self.last_help(format!("did you mean `companion::{companion}(..)`?"));
                    self.last_help(NO_ALIAS);
                    return None;
                }
                match habits::effect(&name) {
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

    pub(super) fn entries<'s>(&mut self, args: &'s Items) -> Entries<'s> {
        let mut entries = Entries {
            not: false,
            bracketed: false,
            items: &args.items,
            span: args.span,
            list: args.span,
        };
        if let [only] = entries.items
            && let Primary::Call(path, inner) = &only.primary
            && path.as_word().is_some_and(|word| word == "not")
            && only.calls.is_empty()
        {
            entries.not = true;
            entries.list = path.span();
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
    pub(super) fn misplaced(&mut self, expr: &Expr, what: &str) -> bool {
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

    pub(super) fn accept(&mut self, span: Span, args: &Items, statement: Option<usize>) {
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
