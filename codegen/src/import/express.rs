//! A document as expressions of the language.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use proc_macro2::TokenStream;
use rekognition_iam_runtime::catalogue::{self, ConditionKey};
use rekognition_iam_runtime::document::{
    ConditionBlock, Document, Effect, Element, List, PolicyKind, PrincipalKind, PrincipalSet,
    Principals, Statement, Text, Value,
};
use rekognition_iam_runtime::{Operator, OperatorFamily, SetOperator};

use super::arn;
use super::layout::Expr;
use crate::dsl::{self, ident};

/// Why everything that an import has to vouch for is right.
pub(super) const REASON: &str = "imported";

/// Names that the catalogue does not know, and why each of them is right.
pub(super) type Unlisted = BTreeMap<String, String>;

/// What the expressions need around them.
#[derive(Debug, Default)]
pub(super) struct Used {
    /// Modules of services and of the global keys.
    pub(super) modules: BTreeSet<&'static str>,
}

/// An accepted finding: the rule, and the statement if it is about one.
pub(super) type Accepted = BTreeSet<(Option<usize>, &'static str)>;

pub(super) struct Writer<'d> {
    pub(super) kind: PolicyKind,
    /// Actions and condition keys that the catalogue does not know.
    pub(super) unlisted: &'d Unlisted,
    pub(super) accepted: &'d Accepted,
    /// Why they are accepted.
    pub(super) reason: &'d str,
    /// Whether to use only functions whose values the language accepts, which takes a reading of each of them.
    pub(super) careful: bool,
    pub(super) used: Used,
}

impl Writer<'_> {
    /// The entries of the macro, each with the number of the statement that it is.
    pub(super) fn document(&mut self, document: &Document<'_>) -> Vec<(Option<usize>, Expr)> {
        let mut entries = Vec::new();
        match document.version.as_deref() {
            Some("2012-10-17") => {}
            Some(version) => entries.push((None, call("version", [Expr::string(version)]))),
            None => entries.push((None, call("no_version", []))),
        }
        if let Some(id) = &document.id {
            entries.push((None, call("id", [Expr::string(id)])));
        }
        for (_, rule) in self.accepted.iter().filter(|(place, _)| place.is_none()) {
            let args = [Expr::Literal((*rule).to_owned()), Expr::string(self.reason)];
            entries.push((None, call("accept", args)));
        }
        let alone = document.statements.is_bare();
        for (number, statement) in document.statements.iter().enumerate() {
            let mut expr = self.statement(number, statement);
            if alone {
                expr = call("only", [expr]);
            }
            entries.push((Some(number), expr));
        }
        entries
    }

    fn statement(&mut self, number: usize, statement: &Statement<'_>) -> Expr {
        let head = match statement.effect {
            Effect::Allow => "allow",
            Effect::Deny => "deny",
        };
        let actions = self.element(&statement.actions, Self::action);
        let mut expr = Expr::Call(head.to_owned(), actions);
        match &statement.principals {
            Some(principals) => expr = expr.method("to", self.principals(principals)),
            None if self.kind.has_principals() => expr = expr.method("no_principal", Vec::new()),
            None => {}
        }
        match &statement.resources {
            Some(resources) if is_any(resources) => expr = expr.method("on_any", Vec::new()),
            Some(resources) => {
                let args = self.element(resources, Self::resource);
                expr = expr.method("on", args);
            }
            // The role itself is the resource.
            None if self.kind == PolicyKind::RoleTrust => {}
            None => expr = expr.method("no_resource", Vec::new()),
        }
        if !statement.conditions.is_empty() {
            let conditions = (statement.conditions.iter())
                .flat_map(|block| self.block(block))
                .collect();
            expr = expr.method("when", conditions);
        } else if statement.empty_condition {
            expr = expr.method("when", vec![Expr::List(Vec::new())]);
        }
        if let Some(sid) = &statement.sid {
            expr = expr.method("sid", vec![Expr::string(sid)]);
        }
        for (_, rule) in (self.accepted.iter()).filter(|(place, _)| *place == Some(number)) {
            let args = vec![Expr::Literal((*rule).to_owned()), Expr::string(self.reason)];
            expr = expr.method("accept", args);
        }
        expr
    }

    /// The entries of `allow(..)` or `.on(..)`.
    fn element(&mut self, element: &Element<'_>, each: fn(&mut Self, &str) -> Expr) -> Vec<Expr> {
        let items = element.values.iter().map(|text| each(self, text)).collect();
        around(element.not, bracketed(&element.values, items))
    }

    fn action(&mut self, text: &str) -> Expr {
        if let Some(reason) = self.unlisted.get(text) {
            return unlisted(text, reason);
        }
        let typed = text.split_once(':').and_then(|(prefix, name)| {
            let service = catalogue::typed_service(prefix)?;
            let expr = if name == "*" {
                call(&format!("{}::all", service.module), [])
            } else if let Some(action) = service.action(name) {
                let ident = ident(action.name);
                let found = service.action_by_ident(&ident)?;
                Expr::Path(format!("{}::{ident}", service.module)).only_if(found.name == name)?
            } else {
                let pattern = call(
                    &format!("{}::matching", service.module),
                    [Expr::string(name)],
                );
                pattern.only_if(name.contains(['*', '?']))?
            };
            Some((service.module, expr))
        });
        match typed {
            Some((module, expr)) => {
                self.used.modules.insert(module);
                expr
            }
            None => Expr::string(text),
        }
    }

    fn resource(&mut self, text: &str) -> Expr {
        match arn::constructor(text)
            .filter(|(_, expr)| self.accepts(expr, ["deny(\"*\").to(anyone()).on(", ")"]))
        {
            Some((module, expr)) => {
                self.used.modules.insert(module);
                expr
            }
            None => Expr::string(text),
        }
    }

    /// Whether the language accepts the values of a function, in a statement that is right: it refuses a name with a character
    /// that no name of its type has. As a string, the same text is only a finding of the rules.
    fn accepts(&self, expr: &Expr, statement: [&str; 2]) -> bool {
        if !self.careful {
            return true;
        }
        let [head, tail] = statement;
        let mut source = head.to_owned();
        expr.flat(&mut source);
        source.push_str(tail);
        TokenStream::from_str(&source).is_ok_and(|tokens| {
            dsl::evaluate(PolicyKind::Resource, tokens)
                .document
                .is_some()
        })
    }

    fn principals(&mut self, principals: &Principals<'_>) -> Vec<Expr> {
        let entries = match &principals.set {
            PrincipalSet::Anyone => vec![call("anyone", [])],
            PrincipalSet::Listed(kinds) if kinds.is_empty() => vec![Expr::List(Vec::new())],
            PrincipalSet::Listed(kinds) => kinds
                .iter()
                .flat_map(|(kind, names)| {
                    if names.items.is_empty() {
                        return vec![call(function(*kind), [Expr::List(Vec::new())])];
                    }
                    let items = names
                        .iter()
                        .map(|name| self.principal(*kind, name))
                        .collect();
                    bracketed(names, items)
                })
                .collect(),
        };
        around(principals.not, entries)
    }

    fn principal(&self, kind: PrincipalKind, name: &str) -> Expr {
        match kind {
            PrincipalKind::Aws => arn::principal(name)
                .filter(|expr| self.accepts(expr, ["deny(\"*\").to(", ").on_any()"]))
                .unwrap_or_else(|| Expr::string(name)),
            kind @ (PrincipalKind::Service
            | PrincipalKind::Federated
            | PrincipalKind::CanonicalUser) => call(function(kind), [Expr::string(name)]),
        }
    }

    fn block(&mut self, block: &ConditionBlock<'_>) -> Vec<Expr> {
        if block.keys.is_empty() {
            return vec![call("operator", [Expr::string(&block.operator)])];
        }
        let operator = split(&block.operator);
        block
            .keys
            .iter()
            .map(|(key, values)| {
                let Some((set, operator, if_exists)) = operator else {
                    let mut args = vec![Expr::string(&block.operator)];
                    args.extend(bracketed(values, values.iter().map(raw).collect()));
                    return self.key(key, None).method("operator", args);
                };
                let mut expr = self.key(key, Some((set, operator)));
                if let Some(set) = set {
                    expr = expr.method(
                        match set {
                            SetOperator::ForAllValues => "for_all_values",
                            SetOperator::ForAnyValue => "for_any_value",
                        },
                        Vec::new(),
                    );
                }
                let items = values.iter().map(|value| self::value(operator, value));
                let args = bracketed(values, items.collect());
                expr = expr.method(operator.method(), args);
                if if_exists {
                    expr = expr.method("if_exists", Vec::new());
                }
                expr
            })
            .collect()
    }

    /// The key as a path where the catalogue has it and its type has the operator, else in IAM's spelling.
    fn key(&mut self, name: &Text<'_>, compared: Option<(Option<SetOperator>, Operator)>) -> Expr {
        if let Some(reason) = self.unlisted.get(name.as_ref()) {
            return unlisted(name, reason);
        }
        let typed = compared.and_then(|(set, operator)| {
            let (module, key) = find_key(name)?;
            let suits = (key.types.iter()).any(|&kind| operator.family().suits(kind));
            let counted = match (key.multivalued, set) {
                (true, None) => operator == Operator::Null,
                (multivalued, set) => multivalued == set.is_some(),
            };
            if !suits || !counted {
                return None;
            }
            let path = format!("{module}::{}", key.rust_name);
            let expr = match key.placeholder {
                None if key.name == name => Expr::Path(path),
                Some(placeholder) => {
                    let tag = (name.strip_prefix(placeholder.before))
                        .and_then(|rest| rest.strip_suffix(placeholder.after))
                        .filter(|tag| !tag.is_empty())?;
                    call(&path, [Expr::string(tag)])
                }
                None => return None,
            };
            self.used.modules.insert(module);
            Some(expr)
        });
        typed.unwrap_or_else(|| Expr::string(name))
    }
}

/// The key and the module that its constant or function is in.
fn find_key(name: &str) -> Option<(&'static str, &'static ConditionKey)> {
    let global = catalogue::global_key(name).filter(|key| {
        catalogue::global_key_by_ident(key.rust_name).is_some_and(|found| found.name == key.name)
    });
    if let Some(key) = global {
        return Some(("aws", key));
    }
    let by_prefix = name
        .split_once(':')
        .and_then(|(prefix, _)| catalogue::typed_service(prefix));
    (by_prefix.into_iter())
        .chain(catalogue::typed_services().iter().copied())
        .find_map(|service| {
            let key = service.key(name)?;
            let found = service.key_by_ident(key.rust_name)?;
            (found.name == key.name).then_some((service.module, key))
        })
}

/// An operator with its set prefix and its suffix, when IAM has one of this name.
fn split(text: &str) -> Option<(Option<SetOperator>, Operator, bool)> {
    let (set, rest) = match text.split_once(':') {
        Some(("ForAllValues", rest)) => (Some(SetOperator::ForAllValues), rest),
        Some(("ForAnyValue", rest)) => (Some(SetOperator::ForAnyValue), rest),
        _ => (None, text),
    };
    let (name, if_exists) = match rest.strip_suffix("IfExists") {
        Some(name) => (name, true),
        None => (rest, false),
    };
    Some((set, Operator::from_name(name)?, if_exists))
}

fn call<const N: usize>(name: &str, args: [Expr; N]) -> Expr {
    Expr::Call(name.to_owned(), args.into())
}

fn unlisted(name: &str, reason: &str) -> Expr {
    call("unlisted", [Expr::string(name), Expr::string(reason)])
}

/// Whether it is `"Resource": "*"`.
fn is_any(element: &Element<'_>) -> bool {
    let values = &element.values;
    !element.not && values.is_bare() && values.items.iter().all(|text| text == "*")
}

fn around(not: bool, entries: Vec<Expr>) -> Vec<Expr> {
    if not {
        vec![Expr::Call("not".to_owned(), entries)]
    } else {
        entries
    }
}

/// The items as arguments; in brackets where the number of items does not say that they are a list.
fn bracketed<T>(list: &List<T>, items: Vec<Expr>) -> Vec<Expr> {
    if list.items.len() > 1 || list.is_bare() {
        items
    } else {
        vec![Expr::List(items)]
    }
}

const fn function(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::Aws => "account",
        PrincipalKind::Service => "service",
        PrincipalKind::Federated => "federated",
        PrincipalKind::CanonicalUser => "canonical_user",
    }
}

/// A value as it is in the document.
fn raw(value: &Value<'_>) -> Expr {
    match value {
        Value::String(text) => Expr::string(text),
        Value::Bool(value) => call("json", [Expr::Literal(value.to_string())]),
        Value::Number(digits) => call("json", [Expr::Literal(digits.to_string())]),
    }
}

/// A value of an operator: numbers and Booleans as such, where that reads back to the same string.
fn value(operator: Operator, value: &Value<'_>) -> Expr {
    if let Value::String(text) = value {
        let plain = match operator.family() {
            OperatorFamily::Bool | OperatorFamily::Null => {
                matches!(text.as_ref(), "true" | "false")
            }
            OperatorFamily::Numeric => {
                text.len() <= 15
                    && text
                        .parse::<u64>()
                        .is_ok_and(|number| number.to_string() == **text)
            }
            OperatorFamily::String
            | OperatorFamily::Date
            | OperatorFamily::Binary
            | OperatorFamily::IpAddress
            | OperatorFamily::Arn => false,
        };
        if plain {
            return Expr::Literal(text.to_string());
        }
    }
    raw(value)
}
