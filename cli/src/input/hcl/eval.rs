//! Expressions, as far as the files say what they are.

use std::rc::Rc;

use hcl_edit::Span as _;
use hcl_edit::expr::{
    BinaryOp, BinaryOperator, Conditional, Expression, ForExpr, FuncCall, Object, ObjectKey,
    Traversal, TraversalOperator, UnaryOperator,
};

use super::convert;
use super::env::Env;
use super::functions;
use super::instances::{any_instance, entries};
use super::module::place;
use super::repeated;
use super::value::{
    Form, Key, Kind, List, Members, Place, Text, Unknown, Value, exact, parsed_number,
};
use super::world::Purpose;
use crate::plain;

impl Env<'_> {
    /// The value of an expression.
    pub(super) fn value(&self, expression: &Expression) -> Value {
        let value = self.world.deeper(|| self.evaluated(expression));
        value.unwrap_or_else(|| self.unknown(expression))
    }

    fn evaluated(&self, expression: &Expression) -> Value {
        let at = self.place(expression);
        match expression {
            Expression::Null(_) => Value::new(Kind::Null, at),
            Expression::Bool(value) => Value::new(Kind::Bool(*value.value()), at),
            Expression::Number(number) => {
                let value = number.value().as_f64();
                // A decimal may have more digits than ours.
                let written = self.world.file(at.file);
                let written = written
                    .as_ref()
                    .and_then(|file| file.text.get(at.start..at.end));
                let value = value.and_then(exact).filter(|value| {
                    value.fract() == 0.0
                        || written.is_none_or(|text| parsed_number(text.trim()) == Some(*value))
                });
                match value {
                    Some(value) => Value::new(Kind::Number(value), at),
                    None => self.unknown_at(at),
                }
            }
            Expression::String(string) => self.quoted(string.value(), at),
            Expression::Array(array) => {
                let items = array.iter().map(|item| self.value(item)).collect();
                Value::tuple(items, at)
            }
            Expression::Object(object) => self.object(object, at),
            Expression::StringTemplate(template) => self.template(template, at),
            Expression::HeredocTemplate(heredoc) => self.heredoc(heredoc, at),
            Expression::Parenthesis(inner) => self.value(inner.inner()),
            Expression::Variable(name) => match self.bound(name.as_str()) {
                Some(value) => value.through(at),
                None => self.unknown_at(at),
            },
            Expression::Conditional(conditional) => self.conditional(conditional, at),
            Expression::FuncCall(call) => self.function(call, at),
            Expression::Traversal(traversal) => self.traversal(traversal, at),
            Expression::UnaryOp(operation) => {
                let value = self.value(&operation.expr);
                let kind = match operation.operator.value() {
                    UnaryOperator::Not => value.as_bool().map(|value| Kind::Bool(!value)),
                    UnaryOperator::Neg => value.as_number().map(|value| Kind::Number(-value)),
                };
                match kind {
                    Some(kind) => Value::new(kind, at),
                    None => self.unknown_at(at),
                }
            }
            Expression::BinaryOp(operation) => self.operation(operation, at),
            Expression::ForExpr(expression) => self.for_each(expression, at),
        }
    }

    fn bound(&self, name: &str) -> Option<Value> {
        let mut next = self.names;
        while let Some(bound) = next {
            if bound.name == name {
                return Some(bound.value.clone());
            }
            next = bound.next;
        }
        None
    }

    fn object(&self, object: &Object, at: Place) -> Value {
        let mut members = Members::default();
        let mut more = None;
        let file = self.world.file(self.file);
        for (key, value) in object.iter() {
            let key_at = place(self.file, key.span());
            // The parser has another key in place of one that is repeated.
            let written = file
                .as_ref()
                .and_then(|file| repeated::written(key, file.text.get(key_at.start..key_at.end)?));
            let text = match key {
                ObjectKey::Ident(name) | ObjectKey::Expression(Expression::Variable(name)) => {
                    let name = written.unwrap_or(name.as_str());
                    Some(Text::known(name, key_at, true))
                }
                ObjectKey::Expression(expression) => match written {
                    Some(text) => self.quoted(text, key_at).to_text(),
                    None => self.value(expression).to_text(),
                },
            };
            if let Some(name) = written
                && members.has(name)
            {
                self.world.note(format!(
                    "an object sets `{}` more than once; Terraform uses the last value",
                    plain::cut(name)
                ));
            }
            let value = self.value(value.expr());
            match text {
                // The whole name is open, so that it may be any.
                Some(text)
                    if text
                        .0
                        .iter()
                        .any(|part| matches!(part, super::value::Part::Known { .. })) =>
                {
                    members.insert(
                        Key {
                            text,
                            place: key_at,
                        },
                        value,
                    );
                }
                _ => more = Some(self.unknown_of(key_at)),
            }
        }
        Value::new(members.into_kind(more), at)
    }

    fn conditional(&self, conditional: &Conditional, at: Place) -> Value {
        let condition = self.value(&conditional.cond_expr);
        let yes = || self.value(&conditional.true_expr);
        let no = || self.value(&conditional.false_expr);
        match condition.as_bool() {
            Some(chosen) => {
                let (value, other) = if chosen { (yes(), no()) } else { (no(), yes()) };
                convert::unified(value, &other)
            }
            None => {
                let (yes, no) = (yes(), no());
                if yes.same(&no) == Some(true) {
                    return convert::unified(yes, &no);
                }
                let unknown = self.unknown_of(at);
                if self.world.purpose == Purpose::Check {
                    // What may be there is read as if it were.
                    for (there, absent) in [(&yes, &no), (&no, &yes)] {
                        if let Some(kind) = maybe(there, absent, &unknown) {
                            return Value::new(kind, there.place);
                        }
                    }
                }
                Value::new(Kind::Unknown(unknown), at)
            }
        }
    }

    fn operation(&self, operation: &BinaryOp, at: Place) -> Value {
        let one = self.value(&operation.lhs_expr);
        let other = self.value(&operation.rhs_expr);
        let numbers = || Some((one.as_number()?, other.as_number()?));
        let compared = |compare: fn(&f64, &f64) -> bool| {
            numbers().map(|(one, other)| Kind::Bool(compare(&one, &other)))
        };
        // Terraform computes with decimals that have more digits.
        let number = |compute: fn(f64, f64) -> f64| {
            (numbers().filter(|(one, other)| one.fract() == 0.0 && other.fract() == 0.0))
                .map(|(one, other)| compute(one, other))
                .and_then(exact)
                .map(Kind::Number)
        };
        let divided = || {
            let (one, other) = numbers()?;
            number(|one, other| one / other).filter(|_| (one / other).mul_add(other, -one) == 0.0)
        };
        let kind = match operation.operator.value() {
            BinaryOperator::Eq => one.equals(&other).map(Kind::Bool),
            BinaryOperator::NotEq => one.equals(&other).map(|same| Kind::Bool(!same)),
            BinaryOperator::Less => compared(f64::lt),
            BinaryOperator::LessEq => compared(f64::le),
            BinaryOperator::Greater => compared(f64::gt),
            BinaryOperator::GreaterEq => compared(f64::ge),
            BinaryOperator::Plus => number(|one, other| one + other),
            BinaryOperator::Minus => number(|one, other| one - other),
            BinaryOperator::Mul => number(|one, other| one * other),
            BinaryOperator::Div => divided(),
            BinaryOperator::Mod => number(|one, other| one % other),
            BinaryOperator::And => match (one.as_bool(), other.as_bool()) {
                (Some(false), _) | (_, Some(false)) => Some(Kind::Bool(false)),
                (Some(true), Some(true)) => Some(Kind::Bool(true)),
                _ => None,
            },
            BinaryOperator::Or => match (one.as_bool(), other.as_bool()) {
                (Some(true), _) | (_, Some(true)) => Some(Kind::Bool(true)),
                (Some(false), Some(false)) => Some(Kind::Bool(false)),
                _ => None,
            },
        };
        match kind {
            Some(kind) => Value::new(kind, at),
            None => self.unknown_at(at),
        }
    }

    fn for_each(&self, expression: &ForExpr, at: Place) -> Value {
        let collection = self.value(&expression.intro.collection_expr);
        let over = self.place(&expression.intro.collection_expr);
        let (pairs, mut more) = self.pairs(&collection, over);
        let mut items = Vec::new();
        let mut members = Members::default();
        for (key, value) in pairs {
            let mut names = Vec::new();
            let mut may_be_absent = value.may_be_absent;
            if let Some(name) = &expression.intro.key_var {
                names.push((name.as_str().to_string(), key));
            }
            names.push((expression.intro.value_var.as_str().to_string(), value));
            self.with(&names, |env| {
                let mut is_chosen = false;
                match expression
                    .cond
                    .as_ref()
                    .map(|cond| env.value(&cond.expr).as_bool())
                {
                    Some(Some(false)) => return,
                    // It may be there.
                    Some(None) => {
                        more = Some(self.unknown_of(at));
                        may_be_absent = true;
                        if env.world.purpose == Purpose::Read {
                            return;
                        }
                        is_chosen = self.depends_on_item(expression);
                    }
                    Some(Some(true)) | None => {}
                }
                let value = env.value(&expression.value_expr);
                // A filter leaves out the texts that do not belong where the list is used.
                if is_chosen && matches!(value.kind, Kind::Text(_)) {
                    return;
                }
                let value = value.maybe(may_be_absent);
                let Some(key) = &expression.key_expr else {
                    items.push(value);
                    return;
                };
                let key_at = env.place(key);
                match env.value(key).as_string() {
                    None => more = Some(self.unknown_of(at)),
                    Some(name) if expression.grouping => {
                        group(&mut members, Key::new(name, key_at), value);
                    }
                    Some(name) => members.insert(Key::new(name, key_at), value),
                }
            });
        }
        let kind = match &expression.key_expr {
            None => Kind::of_list(items, more, Form::Structure),
            Some(_) => members.into_kind(more),
        };
        Value::new(kind, at)
    }

    /// Whether the condition of a loop is about its items.
    fn depends_on_item(&self, expression: &ForExpr) -> bool {
        let Some(cond) = &expression.cond else {
            return false;
        };
        let at = self.place(&cond.expr);
        let file = self.world.file(at.file);
        let text = (file.as_ref()).and_then(|file| file.text.get(at.start..at.end));
        let names = (expression.intro.key_var.iter()).chain([&expression.intro.value_var]);
        let mut words = text
            .unwrap_or_default()
            .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')));
        words.any(|word| names.clone().any(|name| name.as_str() == word))
    }

    /// The keys and values that a loop goes over, and what else there may be.
    pub(super) fn pairs(
        &self,
        collection: &Value,
        at: Place,
    ) -> (Vec<(Value, Value)>, Option<Unknown>) {
        match &collection.kind {
            Kind::List(list) => {
                let pairs = list.items.iter().enumerate().map(|(number, item)| {
                    let key = match list.form == Form::Set {
                        true => item.clone(),
                        false => Value::new(Kind::Number(number as f64), at),
                    };
                    (key, item.clone())
                });
                (pairs.collect(), list.more.clone())
            }
            Kind::Map(map) => match entries(collection) {
                Some(entries) => {
                    let pairs = entries.into_iter();
                    (
                        pairs
                            .map(|(key, value)| (Value::text(key, at), value))
                            .collect(),
                        None,
                    )
                }
                None => {
                    let pairs = (map.members.iter()).map(|(key, value)| {
                        let key = Value::new(Kind::Text(key.text.clone()), key.place);
                        (key, value.clone())
                    });
                    (pairs.collect(), Some(self.unknown_of(at)))
                }
            },
            _ if self.world.purpose == Purpose::Check => {
                // One that is like all of them.
                let says = match &collection.kind {
                    Kind::Unknown(unknown) => Rc::clone(&unknown.says),
                    _ => self.says(at).into(),
                };
                let key = Value::unknown(format!("{says}.key"), at);
                let value = Value::unknown(format!("{says}[0]"), at).maybe(true);
                (vec![(key, value)], None)
            }
            _ => (Vec::new(), Some(self.unknown_of(at))),
        }
    }

    fn function(&self, call: &FuncCall, at: Place) -> Value {
        if !call.name.namespace.is_empty() {
            return self.unknown_at(at);
        }
        let name = call.name.name.as_str();
        if matches!(name, "try" | "can") {
            return self.attempted(name, call, at);
        }
        let mut arguments: Vec<Value> = Vec::with_capacity(call.args.len());
        let last = call.args.len().saturating_sub(1);
        for (number, argument) in call.args.iter().enumerate() {
            let value = self.value(argument);
            if number == last && call.args.expand_final() {
                match &value.kind {
                    Kind::List(list) if list.more.is_none() => {
                        arguments.extend(list.items.iter().cloned());
                    }
                    _ => return self.unknown_at(at),
                }
            } else {
                arguments.push(value);
            }
        }
        let says = || self.unknown_of(at).says;
        let purpose = self.world.purpose;
        let value = (self.reads(name, &arguments, at))
            .unwrap_or_else(|| functions::call(name, (&arguments, at), purpose, &says));
        value.unwrap_or_else(|| self.unknown_at(at))
    }

    /// `try` and `can`, which are about expressions that Terraform rejects.
    fn attempted(&self, name: &str, call: &FuncCall, at: Place) -> Value {
        for argument in call.args.iter() {
            let value = self.value(argument);
            match (value.as_unknown().map(|unknown| unknown.invalid), name) {
                (Some(true), "try") => {}
                (Some(true), _) => return Value::new(Kind::Bool(false), at),
                // Only a plan has it, and so knows whether it is there.
                (Some(false), "can") => return self.unknown_at(at),
                (None, "can") => return Value::new(Kind::Bool(true), at),
                (Some(false), _) if self.world.purpose == Purpose::Read => {
                    return self.unknown_at(at);
                }
                (Some(false) | None, _) => return value,
            }
        }
        self.unknown_at(at)
    }

    fn traversal(&self, traversal: &Traversal, at: Place) -> Value {
        let operators: Vec<&TraversalOperator> = traversal
            .operators
            .iter()
            .map(|operator| operator.value())
            .collect();
        let attribute = |number: usize| match operators.get(number) {
            Some(TraversalOperator::GetAttr(name)) => Some(name.as_str()),
            _ => None,
        };
        let Expression::Variable(root) = &traversal.expr else {
            let value = self.value(&traversal.expr);
            return self.followed(value, &operators, at);
        };
        let root = root.as_str();
        let (value, used) = match (self.bound(root), root, attribute(0), attribute(1)) {
            (Some(value), ..) => (value, 0),
            (None, "local", Some(name), _) => (self.local(name, at), 1),
            (None, "var", Some(name), _) => (self.variable(name, at), 1),
            (None, "data" | "ephemeral", Some(kind), Some(name)) => {
                (self.resource(root, kind, name, at), 2)
            }
            (None, "module", Some(name), _) => (self.call(name, at), 1),
            (None, "path", Some("module"), _) => (Value::text(self.scope.path.clone(), at), 1),
            (None, "path", Some("root"), _) => (Value::text(".", at), 1),
            (None, "terraform" | "path" | "self" | "each" | "count", ..) => {
                return self.unknown_at(at);
            }
            (None, kind, Some(name), _) => (self.resource("resource", kind, name, at), 1),
            (None, ..) => return self.unknown_at(at),
        };
        self.followed(value, operators.get(used..).unwrap_or_default(), at)
            .through(at)
    }

    /// What attributes, indexes and splats lead to.
    fn followed(&self, mut value: Value, operators: &[&TraversalOperator], at: Place) -> Value {
        for (number, operator) in operators.iter().enumerate() {
            let rest = operators.get(number + 1..).unwrap_or_default();
            value = match operator {
                TraversalOperator::GetAttr(name) => self.member(&value, name.as_str(), at),
                TraversalOperator::LegacyIndex(index) => {
                    let index = Value::new(Kind::Number(*index.value() as f64), at);
                    self.indexed(&value, &index, at)
                }
                TraversalOperator::Index(expression) => {
                    let index = self.value(expression);
                    self.indexed(&value, &index, at)
                }
                TraversalOperator::AttrSplat(_) => {
                    // The splat is over attributes; an index after them is of the list.
                    let inner = (rest.iter())
                        .take_while(|next| matches!(next, TraversalOperator::GetAttr(_)))
                        .count();
                    let (inner, outer) = rest.split_at(inner);
                    let list = self.splat(&value, inner, at);
                    return self.followed(list, outer, at);
                }
                TraversalOperator::FullSplat(_) => return self.splat(&value, rest, at),
            };
        }
        value
    }

    fn splat(&self, value: &Value, operators: &[&TraversalOperator], at: Place) -> Value {
        let each = |value: &Value| self.followed(value.clone(), operators, at);
        let kind = match &value.kind {
            Kind::Null => Kind::of_list(Vec::new(), None, Form::Structure),
            Kind::List(list) => Kind::of_list(
                list.items.iter().map(each).collect(),
                list.more.clone(),
                match list.form {
                    Form::Structure | Form::Open => list.form,
                    Form::Collection | Form::Set => Form::Collection,
                },
            ),
            Kind::Unknown(unknown) if self.world.purpose == Purpose::Check => {
                let one = Value::unknown(format!("{}[0]", unknown.says), value.place);
                Kind::of_list(vec![each(&one)], None, Form::Open)
            }
            Kind::Unknown(_) => return self.unknown_at(at),
            Kind::Map(map) if any_instance(&map.members).is_some() => {
                let items = (map.members.iter()).map(|(_, value)| each(value)).collect();
                let more = (self.world.purpose == Purpose::Read).then(|| self.unknown_of(at));
                Kind::of_list(items, more, Form::Structure)
            }
            Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Map(_) | Kind::Json(_) => {
                Kind::of_list(vec![each(value)], None, Form::Structure)
            }
        };
        Value::new(kind, at)
    }

    fn member(&self, value: &Value, name: &str, at: Place) -> Value {
        match &value.kind {
            Kind::Map(map) => match map.get(name) {
                Some(value) => value.clone(),
                None if map.is_closed() => self.invalid_at(at),
                None => {
                    let says = map
                        .more
                        .as_ref()
                        .map(|more| format!("{}.{name}", more.says));
                    Value::unknown(says.unwrap_or_else(|| self.says(at)), at)
                }
            },
            Kind::Unknown(unknown) => Value::new(
                Kind::Unknown(Unknown {
                    says: format!("{}.{name}", unknown.says).into(),
                    invalid: unknown.invalid,
                }),
                at,
            ),
            // The attribute of each, in the form that Terraform had once.
            Kind::List(list) if list.items.len() == 1 && list.more.is_none() => self.invalid_at(at),
            Kind::Null
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::Text(_)
            | Kind::Json(_)
            | Kind::List(_) => self.invalid_at(at),
        }
    }

    fn indexed(&self, value: &Value, index: &Value, at: Place) -> Value {
        match &value.kind {
            Kind::Map(map) => {
                if let Some(any) = any_instance(&map.members) {
                    return any.clone();
                }
                match index.as_string() {
                    Some(name) => self.member(value, &name, at),
                    None => self.unknown_at(at),
                }
            }
            Kind::List(list) => self.item(list, index, at),
            Kind::Unknown(unknown) => {
                let says = match (&index.kind, index.as_string()) {
                    (Kind::Number(_), Some(number)) => format!("[{number}]"),
                    (_, Some(key)) => format!("[{}]", crate::json_text::quoted(&key)),
                    (_, None) => "[0]".to_string(),
                };
                Value::new(
                    Kind::Unknown(Unknown {
                        says: format!("{}{says}", unknown.says).into(),
                        invalid: unknown.invalid,
                    }),
                    at,
                )
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Json(_) => {
                self.invalid_at(at)
            }
        }
    }

    fn item(&self, list: &List, index: &Value, at: Place) -> Value {
        let Some(number) = index.as_number() else {
            return self.unknown_at(at);
        };
        if list.more.is_some() {
            return self.unknown_at(at);
        }
        let found = (number >= 0.0 && number.fract() == 0.0 && list.form != Form::Set)
            .then(|| list.items.get(number as usize))
            .flatten();
        found.cloned().unwrap_or_else(|| self.invalid_at(at))
    }
}

/// Adds to the list of a key, as `...` in a `for` does.
fn group(members: &mut Members, key: Key, value: Value) {
    let name = key.text.all_known().unwrap_or_default();
    let place = value.place;
    match members.get_mut(&name) {
        Some(known) => {
            let Kind::List(list) = &known.kind else {
                return;
            };
            let mut items = list.items.clone();
            items.push(value);
            known.kind = Kind::of_list(items, None, Form::Structure);
        }
        None => members.insert(key, Value::tuple(vec![value], place)),
    }
}

/// What is there or not, with a mark that it may not be. Nothing for values of other forms.
fn maybe(there: &Value, absent: &Value, unknown: &Unknown) -> Option<Kind> {
    let is_absent = match &absent.kind {
        Kind::Null => true,
        Kind::List(list) => list.items.is_empty() && list.more.is_none(),
        Kind::Map(map) => map.members.is_empty() && map.more.is_none(),
        Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Json(_) | Kind::Unknown(_) => false,
    };
    if !is_absent {
        return None;
    }
    match &there.kind {
        Kind::List(list) => Some(Kind::of_list(
            list.items
                .iter()
                .map(|item| item.clone().maybe(true))
                .collect(),
            Some(unknown.clone()),
            match list.form {
                Form::Set => Form::Set,
                Form::Structure | Form::Collection | Form::Open => Form::Open,
            },
        )),
        Kind::Map(map) => Some(Kind::of_map(
            (map.members.iter())
                .map(|(key, value)| (key.clone(), value.clone().maybe(true)))
                .collect(),
            Some(unknown.clone()),
            Form::Open,
        )),
        _ => None,
    }
}
