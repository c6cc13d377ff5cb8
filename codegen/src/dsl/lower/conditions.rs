//! Conditions: the entries of `.when(..)`.

use proc_macro2::{Delimiter, Ident, Literal, Span};
use quote::quote;
use rekognition_iam_runtime::catalogue::{self, ConditionKey};
use rekognition_iam_runtime::document::{ConditionBlock, List, Text, Value};
use rekognition_iam_runtime::json;
use rekognition_iam_runtime::suggest;
use rekognition_iam_runtime::values::Place;
use rekognition_iam_runtime::{Operator, OperatorFamily, SetOperator};

use super::common::{
    Name, STATEMENT_METHODS, Wanted, condition_methods, listed, module_and_name, plain_string,
    shown_method, string, value,
};
use super::draft::Draft;
use super::habits;
use super::holes::has_hole;
use super::lowerer::{Lowerer, service_by_ident};
use super::spans::{BlockSpans, KeySpans};
use crate::dsl::dialect::set_method;
use crate::dsl::errors::{Read, Reported};
use crate::dsl::syntax::{Expr, Items, Path, Primary};
use crate::dsl::tokens::Tokens;

/// What is after a key.
#[derive(Default)]
struct Compared<'s> {
    set: Option<(SetOperator, &'s Ident)>,
    operator: Option<(Operator, Span, Values)>,
    if_exists: Option<&'s Ident>,
}

impl Lowerer<'_> {
    pub(super) fn condition(&mut self, expr: &Expr, result: &mut Draft) -> Read<()> {
        if self.bare_operator(expr, result)? {
            return Ok(());
        }
        let key = self.key(expr)?;
        let typed_key = key.2.0.clone();
        let compared = self.compared(expr, key, result);
        if !matches!(compared, Ok(true)) && !typed_key.is_empty() {
            // Reported, or the operator has no method. The key alone stays in use: its import is not the mistake.
            (self.typed.patterns).extend(quote!(let _ = #(#typed_key)*;));
        }
        compared.map(|_| ())
    }

    /// The operator and the values after a key: whether the typed expression says all of it, because the operator has a
    /// method.
    fn compared(
        &mut self,
        expr: &Expr,
        (name, key_span, typed_key): (String, Span, Tokens),
        result: &mut Draft,
    ) -> Read<bool> {
        let mut said = Compared::default();
        for call in &expr.calls {
            let method = call.name.as_ref().map_err(|reported| *reported)?;
            let text = method.to_string();
            let Some(args) = &call.args else {
                let known = Operator::from_method(&text).is_some()
                    || set_method(&text).is_some()
                    || matches!(text.as_str(), "if_exists" | "operator");
                let reported = self.unfinished_call(method, &text, known, &condition_methods());
                return Err(reported);
            };
            if text == "operator" {
                self.named_operator(expr, (name, key_span), (method, args), result)?;
                return Ok(false);
            }
            self.condition_method(&name, method, args, &mut said)?;
        }
        let Some((operator, operator_span, values)) = said.operator else {
            if let Some(reported) = expr.reported() {
                return Err(reported);
            }
            return (self.errors)
                .push(key_span, "this condition has no operator")
                .help("add an operator, as in `aws::SourceVpc.string_equals(\"vpc-1a2b3c4d\")`")
                .err();
        };

        let mut full = String::new();
        if let Some((set, _)) = said.set {
            full.push_str(set.name());
            full.push(':');
        }
        full.push_str(operator.name());
        if said.if_exists.is_some() {
            full.push_str("IfExists");
        }
        let literals = literals(&values);
        let spans = (operator_span, said.set.map(|(_, method)| method.span()));
        self.add_condition((full, spans), (name, key_span), values, result)?;
        // A key that the catalogue does not have has no tokens that rustc would know.
        if typed_key.0.is_empty() {
            return Ok(true);
        }
        let mut array = Tokens::default();
        array.group(Delimiter::Bracket, literals);
        let typed = &mut self.typed.conditions;
        typed.0.extend(typed_key.0);
        if let Some((_, method)) = said.set {
            typed.0.extend(quote!(.#method()));
        }
        typed.punct('.');
        typed.push(Ident::new(operator.method(), operator_span));
        typed.parentheses(array);
        if let Some(method) = said.if_exists {
            typed.0.extend(quote!(.#method()));
        }
        typed.punct(',');
        Ok(true)
    }

    /// A method after a key.
    fn condition_method<'s>(
        &mut self,
        key: &str,
        method: &'s Ident,
        args: &Items,
        said: &mut Compared<'s>,
    ) -> Read<()> {
        let text = method.to_string();
        if let Some(found) = set_method(&text) {
            self.no_arguments(method, args)?;
            if said.operator.is_some() {
                return (self.errors)
                    .push(
                        method.span(),
                        format!("call `.{text}()` before the operator"),
                    )
                    .help("write, for example, `aws::TagKeys.for_any_value().string_equals(\"team\")`")
                    .err();
            }
            if said.set.is_some() {
                return (self.errors)
                    .push(method.span(), "this condition already has a set operator")
                    .err();
            }
            said.set = Some((found, method));
        } else if text == "if_exists" {
            self.no_arguments(method, args)?;
            if said.operator.is_none() {
                return (self.errors)
                    .push(method.span(), "call `.if_exists()` after the operator")
                    .help("write, for example, `aws::SourceVpc.string_equals(\"vpc-1a2b3c4d\").if_exists()`")
                    .err();
            }
            if said.if_exists.is_some() {
                return (self.errors)
                    .push(method.span(), "this condition already has `.if_exists()`")
                    .err();
            }
            said.if_exists = Some(method);
        } else if let Some(found) = Operator::from_method(&text) {
            if said.operator.is_some() {
                return (self.errors)
                    .push(method.span(), "this condition already has an operator")
                    .help("write a second condition; all conditions of a statement must hold")
                    .err();
            }
            let values = self.values(method, Some(found), &args.items, args.span)?;
            said.operator = Some((found, method.span(), values));
        } else {
            return Err(self.no_condition_method(key, method, &text, said));
        }
        Ok(())
    }

    fn no_condition_method(
        &mut self,
        key: &str,
        method: &Ident,
        text: &str,
        said: &Compared<'_>,
    ) -> Reported {
        let message = format!("no condition operator `{text}`");
        let reported = self.errors.push(method.span(), message).reported();
        if STATEMENT_METHODS.contains(&text) {
            self.last_help(format!("call `.{text}(..)` on the result of `.when(..)`"));
            return reported;
        }
        let near = match habits::operator(text, key).filter(|_| said.operator.is_none()) {
            Some(near) => Some(near),
            None => suggest::nearest_of(text, &condition_methods()).map(shown_method),
        };
        match near {
            Some(near) => self.last_help(format!("did you mean {near}?")),
            None if said.operator.is_some() => {
                self.last_help("remove it; only `.if_exists()` is allowed after the operator");
            }
            None => self.last_help(format!("use one of {}", operators(key))),
        }
        reported
    }

    /// `operator("StringEquals")` instead of a condition: an operator that no key is under.
    fn bare_operator(&mut self, expr: &Expr, result: &mut Draft) -> Read<bool> {
        let Primary::Call(path, args) = &expr.primary else {
            return Ok(false);
        };
        if !path.is("operator") {
            return Ok(false);
        }
        if let Some(call) = expr.calls.first() {
            self.stray_call(call, "an operator without keys")?;
        }
        let (operator, literal) = self.one_string_at(path.span(), "operator", args)?;
        let blocks = &mut result.conditions;
        if blocks.iter().any(|block| block.operator == operator) {
            return (self.errors)
                .push(literal.span(), "this operator is already in the condition")
                .err();
        }
        blocks.push(ConditionBlock {
            operator: Text::Owned(operator),
            keys: Vec::new(),
        });
        result.spans.blocks.push(BlockSpans {
            operator: literal.span(),
            keys: Vec::new(),
        });
        Ok(true)
    }

    /// `.operator("StringEquals", values..)`: an operator by IAM's own name, whatever it is.
    fn named_operator(
        &mut self,
        expr: &Expr,
        (key, key_span): (String, Span),
        (method, args): (&Ident, &Items),
        result: &mut Draft,
    ) -> Read<()> {
        if expr.calls.len() != 1 {
            return (self.errors)
                .push(key_span, "`.operator(..)` cannot be combined with other methods")
                .help("include the set operator and `IfExists` in the name: `.operator(\"ForAnyValue:StringLikeIfExists\", ..)`")
                .err();
        }
        let Some((name, values)) = args.items.split_first() else {
            return (self.errors)
                .push(
                    method.span(),
                    "`.operator(..)` is missing the name of an operator",
                )
                .help("write, for example, `.operator(\"StringEquals\", \"vpc-1a2b3c4d\")`")
                .err();
        };
        let Some((operator, literal)) = plain_string(name) else {
            return Err(self.not_a_string(name, "name of the operator"));
        };
        let operator_span = literal.span();
        // The name may have a set operator in front and `IfExists` behind; a name of no operator is for the rules.
        let bare = operator
            .rsplit_once(':')
            .map_or(operator.as_str(), |(_, bare)| bare);
        let known = Operator::from_name(bare.strip_suffix("IfExists").unwrap_or(bare));
        let values = self.values(method, known, values, args.span)?;
        let spans = (operator_span, Some(operator_span));
        self.add_condition((operator, spans), (key, key_span), values, result)
    }

    pub(super) fn add_condition(
        &mut self,
        (operator, (operator_span, set)): (String, (Span, Option<Span>)),
        (key, key_span): (String, Span),
        values: Values,
        result: &mut Draft,
    ) -> Read<()> {
        // One block of spans for each of the document: the two lists are only ever pushed to together.
        let (blocks, spans) = (&mut result.conditions, &mut result.spans.blocks);
        let mut own =
            (blocks.iter_mut().zip(spans.iter_mut())).find(|(block, _)| block.operator == operator);
        // In different case it is one key for IAM and two names for JSON: a rule is about that.
        if let Some((block, _)) = &own
            && block.keys.iter().any(|(other, _)| *other == key)
        {
            return (self.errors)
                .push(
                    key_span,
                    "this operator already has a condition on this key",
                )
                .help("list all values in one condition; a request must match one of them")
                .help("IAM does not allow the same key twice for one operator")
                .err();
        }
        let bare = !values.bracketed;
        let (mut items, mut value_spans) = (Vec::new(), Vec::new());
        for (value, span) in values.items {
            items.push(value);
            value_spans.push(span);
        }
        let key = (Text::Owned(key), List { items, bare });
        let key_spans = KeySpans {
            key: key_span,
            operator: operator_span,
            set,
            values: value_spans,
        };
        match &mut own {
            Some((block, spans)) => {
                block.keys.push(key);
                spans.keys.push(key_spans);
            }
            None => {
                blocks.push(ConditionBlock {
                    operator: Text::Owned(operator),
                    keys: vec![key],
                });
                spans.push(BlockSpans {
                    operator: operator_span,
                    keys: vec![key_spans],
                });
            }
        }
        Ok(())
    }

    /// The name of the key, its span, and the tokens of the typed key.
    pub(super) fn key(&mut self, expr: &Expr) -> Read<(String, Span, Tokens)> {
        let span = expr.span();
        match &expr.primary {
            Primary::Literal(..) => match string(expr) {
                Some((name, literal)) => Ok((name, span, self.unlisted_key(literal))),
                None => (self.errors)
                    .push(
                        span,
                        "start the condition with a key, as in `aws::SourceVpc`",
                    )
                    .err(),
            },
            Primary::Call(path, args) if path.is("unlisted") => {
                let (name, literal) = self.unlisted(path, args, &[Name::Key])?;
                Ok((name, literal.span(), self.unlisted_key(literal)))
            }
            Primary::Path(path) => self.key_path(path, None),
            Primary::Call(path, args) => self.key_path(path, Some(args)),
            Primary::List(_) | Primary::Place(_) => (self.errors)
                .push(span, "expected a condition")
                .help("write a key and an operator, as in `aws::SecureTransport.bool(true)`")
                .err(),
            Primary::Unknown(_, _, reported) => Err(*reported),
        }
    }

    /// A key that no module has, for rustc.
    fn unlisted_key(&mut self, literal: &Literal) -> Tokens {
        self.typed.names_ours = true;
        unlisted_key(literal)
    }

    fn key_path(&mut self, path: &Path, args: Option<&Items>) -> Read<(String, Span, Tokens)> {
        let key = self.found_key(path, args);
        if key.is_err()
            && let Some((module, _)) = module_and_name(path)
            && (module == "aws" || service_by_ident(module).is_some())
        {
            self.mention(path);
        }
        key
    }

    fn found_key(&mut self, path: &Path, args: Option<&Items>) -> Read<(String, Span, Tokens)> {
        let span = path.span();
        let text = path.text();
        let Some((module, name)) = module_and_name(path) else {
            return Err(self.not_a_key(path));
        };
        let key = if module == "aws" {
            catalogue::global_key_by_ident(name)
        } else {
            match self.service(module) {
                Some(service) => service.key_by_ident(name),
                None => {
                    return Err(self.unknown_module(path, module, name, Wanted::Key));
                }
            }
        };
        self.typed.modules.add(path);
        let Some(key) = key else {
            // The tag keys are global in name only, and easily looked for in the service.
            if module != "aws"
                && let Some(global) =
                    own_keys("aws").find(|key| key.rust_name.eq_ignore_ascii_case(name))
            {
                return (self.errors)
                    .push(span, format!("`{module}` has no condition key `{name}`"))
                    .help(format!("did you mean `aws::{}`?", global.rust_name))
                    .err();
            }
            // IAM does not mind the case, so no rule is about it; Rust does.
            if let Some(near) =
                own_keys(module).find(|key| key.rust_name.eq_ignore_ascii_case(name))
            {
                let what = match module {
                    "aws" => "no global condition key".to_string(),
                    _ => format!("`{module}` has no condition key"),
                };
                return (self.errors)
                    .push(span, format!("{what} `{name}`"))
                    .help(format!("did you mean `{module}::{}`?", near.rust_name))
                    .err();
            }
            if service_by_ident(module)
                .is_some_and(|service| service.action_by_ident(name).is_some())
            {
                return (self.errors)
                    .push(span, format!("`{text}` is an action, not a condition key"))
                    .help("move it to `allow(..)` or `deny(..)`")
                    .err();
            }
            // Unknown: the rule says so, with the nearest right spelling. The typed form is of a key of any name.
            let mut name = format!("{module}:{name}");
            if let Some(args) = args {
                let (tag, _) = self.one_string_at(span, text, args)?;
                name.extend(["/", &tag]);
            }
            self.mention(path);
            let mut literal = Literal::string(&name);
            literal.set_span(span);
            return Ok((name, span, self.unlisted_key(&literal)));
        };
        let tokens = &path.tokens;
        match (key.placeholder, args) {
            (None, None) => Ok((key.name.to_string(), span, Tokens(tokens.clone()))),
            (None, Some(_)) => (self.errors)
                .push(span, format!("`{text}` does not accept values"))
                .help("remove the parentheses")
                .err(),
            (Some(_), None) => (self.errors)
                .push(span, format!("`{text}` is missing the tag key"))
                .help(format!("write, for example, `{text}(\"team\")`"))
                .err(),
            (Some(placeholder), Some(args)) => {
                let (tag, literal) = self.one_string_at(span, text, args)?;
                if tag.is_empty() {
                    return (self.errors)
                        .push(literal.span(), "the tag key is empty")
                        .err();
                }
                Ok((
                    format!("{}{tag}{}", placeholder.before, placeholder.after),
                    span,
                    Tokens(tokens.clone()).called_with(literal),
                ))
            }
        }
    }

    fn not_a_key(&mut self, path: &Path) -> Reported {
        if let Some(reported) = path.told {
            return reported;
        }
        let text = path.text();
        if path.open {
            return (self.errors)
                .push(
                    path.span(),
                    format!("expected a condition key after `{text}`"),
                )
                .help("write, for example, `aws::SourceVpc`")
                .reported();
        }
        let message = format!("`{text}` is not a condition key");
        let reported = self.errors.push(path.span(), message).reported();
        let combined = match text {
            "not" => "write the opposite operator, such as `string_not_equals`",
            "any" | "or" | "one_of" => {
                "list several values in one condition, of which one must match; write other alternatives as separate statements"
            }
            "all" | "and" => "list the conditions in `.when(..)`; all of them must hold",
            _ => "",
        };
        if !combined.is_empty() {
            self.last_help(combined);
            return reported;
        }
        match own_keys("aws").find(|key| key.rust_name.eq_ignore_ascii_case(text)) {
            Some(key) => self.last_help(format!("did you mean `aws::{}`?", key.rust_name)),
            None => self.last_help("write a condition key as a path, as in `aws::SourceVpc`"),
        }
        reported
    }

    /// The values of an operator: strings, numbers, Booleans.
    fn values(
        &mut self,
        method: &Ident,
        operator: Option<Operator>,
        args: &[Expr],
        args_span: Span,
    ) -> Read<Values> {
        let (kind, place) = match operator.map(|operator| (operator.family(), operator)) {
            Some((OperatorFamily::String, operator)) if operator.has_wildcards() => {
                ("Text", Place::Pattern)
            }
            Some((OperatorFamily::String | OperatorFamily::Binary, _)) => ("Text", Place::Plain),
            Some((OperatorFamily::Numeric, _)) => ("Number", Place::Plain),
            Some((OperatorFamily::Date, _)) => ("Timestamp", Place::Plain),
            Some((OperatorFamily::Bool | OperatorFamily::Null, _)) => ("Boolean", Place::Plain),
            Some((OperatorFamily::IpAddress, _)) => ("Cidr", Place::Plain),
            Some((OperatorFamily::Arn, _)) => ("Arn", Place::Pattern),
            None => ("Text", Place::Pattern),
        };
        let mut args = args;
        let mut bracketed = false;
        let mut span = args_span;
        if let [only] = args
            && let (Primary::List(inner), true) = (&only.primary, only.calls.is_empty())
        {
            args = &inner.items;
            span = inner.span;
            bracketed = true;
        }
        // Empty brackets are meant, and a rule is about them; nothing at all is unfinished.
        if args.is_empty() && !bracketed {
            return (self.errors)
                .push(span, format!("`{method}` has no value to compare with"))
                .err();
        }
        let mut items = Vec::new();
        for item in args {
            let text = |text| Value::String(Text::Owned(text));
            let found = match (json_value(item), value(item)) {
                (Some(Some(found)), _) => found,
                (Some(None), _) => {
                    return (self.errors)
                        .push(item.span(), "`json` accepts a number, `true`, or `false`")
                        .help("write the string without `json(..)`")
                        .err();
                }
                (None, Some(found)) => text(found),
                (None, None) => match self.hole(item, kind, place)? {
                    Some(hole) => text(hole),
                    None => return Err(self.not_a_value(item, "value")),
                },
            };
            items.push((found, item.span()));
        }
        Ok(Values { bracketed, items })
    }
}

/// The keys that a module has constants for. The keys of a service hold global ones too, which are in `aws` alone.
fn own_keys(module: &str) -> impl Iterator<Item = &'static ConditionKey> {
    let keys = match service_by_ident(module) {
        Some(service) => service.keys,
        None if module == "aws" => catalogue::global_keys(),
        None => &[],
    };
    let is_aws = module == "aws";
    keys.iter().filter(move |key| is_aws || !key.is_in_aws())
}

/// The operators that suit a key, or all of them when the key is not known.
fn operators(key: &str) -> String {
    let mut methods = Vec::new();
    for operator in habits::suited(key) {
        methods.push(operator.method());
    }
    listed(&methods, methods.len())
}

/// A key by its full name.
pub(super) fn unlisted_key(literal: &Literal) -> Tokens {
    let mut tokens = Tokens::prefix(&["__ri", "AnyKey"]);
    tokens.ident("unlisted");
    tokens.called_with(literal)
}

/// What a key is compared with, each value with its token.
pub(super) struct Values {
    pub(super) bracketed: bool,
    pub(super) items: Vec<(Value<'static>, Span)>,
}

/// The values as string literals, a comma after each. A value that is not known yet is empty.
fn literals(values: &Values) -> Tokens {
    let mut literals = Tokens::with_capacity(values.items.len() * 2);
    for (value, span) in &values.items {
        let value = value.as_text();
        let mut literal = Literal::string(if has_hole(value) { "" } else { value });
        literal.set_span(*span);
        literals.push(literal);
        literals.punct(',');
    }
    literals
}

/// `json(3600)`, `json(true)`: a value without quotes in JSON. `None` when the expression is none,
/// `Some(None)` when it is one that JSON does not have.
fn json_value(expr: &Expr) -> Option<Option<Value<'static>>> {
    let Primary::Call(path, args) = &expr.primary else {
        return None;
    };
    if !path.is("json") || !expr.calls.is_empty() {
        return None;
    }
    let [only] = args.items.as_slice() else {
        return Some(None);
    };
    if !only.calls.is_empty() {
        return Some(None);
    }
    Some(match &only.primary {
        Primary::Path(path) => match path.text() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        Primary::Literal(minus, _, written) => {
            // In its own digits: `1.50` stays what it is.
            let digits = format!("{}{written}", if minus.is_some() { "-" } else { "" });
            json::is_number(&digits).then_some(Value::Number(Text::Owned(digits)))
        }
        Primary::Call(..) | Primary::Place(_) | Primary::List(_) | Primary::Unknown(..) => None,
    })
}
