//! A statement: `allow(..)` or `deny(..)` and its methods.

use proc_macro2::{Ident, Span};
use rekognition_iam_runtime::check::{Rule, rules};
use rekognition_iam_runtime::document::{Effect, Text};
use rekognition_iam_runtime::suggest;

use super::common::{NO_ALIAS, STATEMENT_METHODS, plain_string};
use super::draft::{Draft, Parts};
use super::habits;
use super::lowered::Accepted;
use super::lowerer::{Entries, Lowerer};
use super::spans::ResourceSpans;
use crate::dsl::errors::{Read, Reported};
use crate::dsl::syntax::{Expr, Items, MethodCall, Primary};

/// What the methods of a statement have said so far, next to the statement itself.
#[derive(Default)]
struct Said {
    /// Which resources it is on, or that it has none, or something that was meant to.
    resources: bool,
    no_resource: bool,
    /// Who it is for, or something that was meant to.
    principals: bool,
    no_principal: Option<Span>,
    /// Set when a method was not understood, which may have been meant to say either.
    unread: Option<Reported>,
}

impl Lowerer<'_> {
    pub(super) fn statement(&mut self, expr: &Expr, number: usize) -> Read<Draft> {
        let (effect, head, args) = self.head(expr)?;
        let mut result = Draft::new(effect, head);
        self.strayed = None;
        self.actions(args, &mut result);
        let mut said = Said::default();
        for call in &expr.calls {
            let read = self.method(call, number, &mut result, &mut said);
            result.took(read);
        }
        self.whom(expr, head, &said, &mut result);
        // The role itself is the resource of a trust policy; a rule speaks when one is named.
        if self.kind.has_resources() {
            self.on_what(head, &said, &mut result);
        }
        Ok(result)
    }

    /// A method of the statement of this number.
    fn method(
        &mut self,
        call: &MethodCall,
        number: usize,
        result: &mut Draft,
        said: &mut Said,
    ) -> Read<()> {
        let name = match &call.name {
            Ok(name) => name,
            Err(reported) => {
                // It may be about to become `.on(..)`.
                self.strayed = Some(*reported);
                said.unread = Some(*reported);
                return Err(*reported);
            }
        };
        let text = name.to_string();
        let Some(args) = &call.args else {
            if !STATEMENT_METHODS.contains(&text.as_str()) {
                return Err(self.no_method(name, &format!("no method `{text}` here"), said));
            }
            let reported = self.unfinished_call(name, &text, true, &STATEMENT_METHODS);
            said.resources |= matches!(text.as_str(), "on" | "on_any" | "no_resource");
            said.unread = Some(reported);
            return Err(reported);
        };
        match text.as_str() {
            "on" | "on_any" | "no_resource" if said.resources => {
                return (self.errors)
                    .push(name.span(), "this statement already has resources")
                    .help("list all resources in one `.on(..)`")
                    .err();
            }
            "on" => {
                said.resources = true;
                result.spans.lists.resources = name.span();
                self.resources(args, result);
            }
            "on_any" => {
                said.resources = true;
                result.spans.lists.resources = name.span();
                result.spans.resources.push(ResourceSpans {
                    span: name.span(),
                    parts: Vec::new(),
                    reported: false,
                });
                result.resources = Some(Ok(Parts::any()));
                self.no_arguments(name, args)?;
            }
            "no_resource" => {
                said.resources = true;
                said.no_resource = true;
                result.spans.lists.resources = name.span();
                self.no_arguments(name, args)?;
            }
            "to" => {
                said.principals = true;
                let before = self.errors.len();
                let read = self.principals(name, args, result);
                result.spans.strangers = self.errors.len() > before;
                read?;
            }
            "no_principal" => {
                said.no_principal = Some(name.span());
                result.spans.principals.0 = name.span();
                self.no_arguments(name, args)?;
            }
            "when" => self.when(args, result)?,
            "sid" => {
                let (value, literal) = self.one_string(name, args)?;
                if result.sid.is_some() {
                    return (self.errors)
                        .push(name.span(), "this statement already has a Sid")
                        .err();
                }
                result.spans.sid = literal.span();
                result.sid = Some(Text::Owned(value));
            }
            "accept" => self.accept(name.span(), args, Some(number))?,
            other => {
                let message = format!("a statement has no `.{other}(..)`");
                return Err(self.no_method(name, &message, said));
            }
        }
        Ok(())
    }

    /// Reports a name that is not a method of statements. One mistake, one error: what it was meant to say is not
    /// missing.
    fn no_method(&mut self, name: &Ident, message: &str, said: &mut Said) -> Reported {
        let meant = habits::statement_method(&name.to_string());
        let pushed = self.errors.push(name.span(), message);
        let reported = pushed.help(meant.help).reported();
        said.resources |= meant.resources;
        said.principals |= meant.principals;
        said.unread = Some(reported);
        reported
    }

    fn when(&mut self, args: &Items, result: &mut Draft) -> Read<()> {
        if args.items.is_empty() {
            return (self.errors)
                .push(args.span, "this `.when()` has no condition")
                .help("write a key and an operator, as in `aws::SecureTransport.bool(true)`")
                .err();
        }
        if let [only] = args.items.as_slice()
            && let Primary::List(list) = &only.primary
            && list.items.is_empty()
            && only.calls.is_empty()
        {
            result.empty_condition = true;
            result.spans.lists.condition = args.span;
            return Ok(());
        }
        for condition in &args.items {
            let read = self.condition(condition, result);
            result.took(read);
        }
        Ok(())
    }

    /// Whether the statement says who it is for, where it must.
    fn whom(&mut self, expr: &Expr, head: Span, said: &Said, result: &mut Draft) {
        let says = result.principals.is_some();
        if let (Some(span), true) = (said.no_principal, says) {
            let read: Read<()> = (self.errors)
                .push(
                    span,
                    "this statement has both `.to(..)` and `.no_principal()`",
                )
                .help("remove one of them")
                .err();
            result.took(read);
        }
        if says || said.no_principal.is_some() || !self.kind.has_principals() {
            return;
        }
        let is_to = |call: &MethodCall| call.name.as_ref().is_ok_and(|name| name == "to");
        let reported = match said.unread {
            Some(reported) if said.principals || expr.calls.iter().any(is_to) => reported,
            _ => {
                let kind = self.kind.in_words();
                self.errors
                    .push(
                        head,
                        format!("this statement of {kind} has no principals"),
                    )
                    .help(if self.kind.is_for_everyone() {
                        "add `.to(anyone())`; the policy applies to every principal"
                    } else {
                        "add `.to(..)`, as in `.to(service(\"rekognition.amazonaws.com\"))` or `.to(role(\"123456789012\", \"indexer\"))`"
                    })
                    .reported()
            }
        };
        // As if it were right, so that no rule adds to it.
        result.principals = Some(Err(reported));
    }

    /// Whether the statement says which resources it is on.
    fn on_what(&mut self, head: Span, said: &Said, result: &mut Draft) {
        if result.resources.is_some() || said.no_resource {
            return;
        }
        let meant = said.unread.filter(|_| said.resources);
        let reported = meant.or(self.strayed).unwrap_or_else(|| {
            (self.errors)
                .push(head, "this statement has no resources")
                .help("add `.on(..)` with the resources, or `.on_any()` for all of them")
                .reported()
        });
        // As if it were all of them, so that no rule adds to it.
        result.resources = Some(Err(reported));
    }

    /// `allow(..)` or `deny(..)`.
    fn head<'s>(&mut self, expr: &'s Expr) -> Read<(Effect, Span, &'s Items)> {
        let (path, args) = match &expr.primary {
            Primary::Call(path, args) => (path, Some(args)),
            Primary::Path(path) => (path, None),
            Primary::Unknown(_, _, reported) => return Err(*reported),
            Primary::Literal(..) | Primary::List(_) | Primary::Place(_) => {
                return (self.errors)
                    .push(expr.span(), "expected a statement")
                    .help("start a statement with `allow(..)` or `deny(..)`")
                    .err();
            }
        };
        if let Some(reported) = path.told {
            return Err(reported);
        }
        let name = path.text();
        let effect = match name {
            "allow" => Effect::Allow,
            "deny" => Effect::Deny,
            _ => {
                let message = format!("expected a statement, found `{name}`");
                let reported = self.errors.push(path.span(), message).err();
                let companion = path.segments.last().map(ToString::to_string);
                if let Some(companion) = companion.filter(|name| habits::is_companion(name)) {
                    self.last_help(format!("did you mean `companion::{companion}(..)`?"));
                    self.last_help(NO_ALIAS);
                    return reported;
                }
                match habits::effect(name) {
                    Some(near) => self.last_help(format!("did you mean `{near}(..)`?")),
                    None => self.last_help("start a statement with `allow(..)` or `deny(..)`"),
                }
                return reported;
            }
        };
        match args {
            Some(args) => Ok((effect, path.span(), args)),
            None => (self.errors)
                .push(
                    path.span(),
                    format!("expected `(` and actions after `{name}`"),
                )
                .help(format!(
                    "write, for example, `{name}(rekognition::DetectLabels)`"
                ))
                .err(),
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
            && path.is("not")
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

    /// Reports what can only be the whole of an element when it is one entry of several.
    pub(super) fn in_place(&mut self, expr: &Expr, what: &str) -> Read<()> {
        match &expr.primary {
            Primary::Call(path, _) if path.is("not") => (self.errors)
                .push(
                    path.span(),
                    format!("`not(..)` must contain all {what} of a statement or none"),
                )
                .help("split the statement in two; IAM cannot mix both in one list")
                .err(),
            Primary::List(items) => Err(self.misplaced_brackets(items, what)),
            Primary::Unknown(_, _, reported) => Err(*reported),
            Primary::Path(_) | Primary::Call(..) | Primary::Literal(..) | Primary::Place(_) => {
                Ok(())
            }
        }
    }

    pub(super) fn misplaced_brackets(&mut self, items: &Items, what: &str) -> Reported {
        let message = format!("brackets must contain all {what} or none");
        self.errors.push(items.span, message).reported()
    }

    pub(super) fn accept(
        &mut self,
        span: Span,
        args: &Items,
        statement: Option<usize>,
    ) -> Read<()> {
        let (Some(id), Some((reason, reason_literal))) =
            (args.items.first(), args.items.get(1).and_then(plain_string))
        else {
            return (self.errors)
                .push(span, "`accept` requires a rule ID and a reason")
                .help(format!("write, for example, {}", rules::ACCEPT_EXAMPLE))
                .err();
        };
        if let Some(extra) = args.items.get(2) {
            return (self.errors)
                .push(extra.span(), "`accept` accepts only a rule ID and a reason")
                .err();
        }
        let explained = match reason.trim() {
            "" => (self.errors)
                .push(reason_literal.span(), "the reason is empty")
                .help("explain why the policy is right despite the finding")
                .err(),
            _ => Ok(()),
        };
        if let Some(reported) = id.reported() {
            return Err(reported);
        }
        let text = match &id.primary {
            Primary::Path(path) if id.calls.is_empty() => {
                (path.complete().and_then(<[_]>::last)).map(ToString::to_string)
            }
            Primary::Literal(..) => plain_string(id).map(|(text, _)| text),
            Primary::Path(_)
            | Primary::Call(..)
            | Primary::List(_)
            | Primary::Place(_)
            | Primary::Unknown(..) => None,
        };
        let Some(text) = text else {
            return (self.errors)
                .push(id.span(), "expected a rule ID")
                .help("copy the ID from the note of the finding that you want to accept")
                .err();
        };
        let Some(rule) = Rule::find(&text) else {
            let message = format!("no rule `{text}`");
            let reported = self.errors.push(id.span(), message).err();
            let mut ids = Vec::new();
            for rule in Rule::all() {
                ids.push(rule.id);
            }
            if let Some(near) = suggest::nearest_of(&text, &ids) {
                self.last_help(format!("did you mean `{near}`?"));
            } else {
                self.last_help("copy the ID from the note of the finding that you want to accept");
            }
            return reported;
        };
        self.accepted.push(Accepted {
            statement,
            rule,
            reason,
            span: id.span(),
        });
        explained
    }
}
