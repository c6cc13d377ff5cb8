//! Values of Terraform's language, each with the place where it is written.

use std::collections::HashMap;
use std::rc::Rc;

pub(super) use super::text::{FileId, Part, Place, Text, Unknown};
use crate::json_text::quoted;

/// A value, and where it comes from.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) kind: Kind,
    /// The expression that it is written as.
    pub(super) place: Place,
    /// The references through which it came from another file.
    pub(super) via: Option<Rc<Via>>,
    /// Whether it is an item that a plan may leave out, and that is checked as if it were there.
    pub(super) may_be_absent: bool,
}

/// A reference through which a value came from another file.
#[derive(Debug)]
pub(super) struct Via {
    pub(super) place: Place,
    pub(super) before: Option<Rc<Via>>,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Number(f64),
    Text(Text),
    List(Rc<List>),
    Map(Rc<Map>),
    /// The text that `jsonencode` returns for a value.
    Json(Rc<Json>),
    /// A value that only a plan has, or that this reader does not compute.
    Unknown(Unknown),
}

/// A list, a set, or a tuple.
#[derive(Debug, Clone)]
pub(super) struct List {
    pub(super) items: Vec<Value>,
    /// Any number of other items.
    pub(super) more: Option<Unknown>,
    pub(super) form: Form,
    weight: Weight,
}

/// A map or an object.
#[derive(Debug, Clone)]
pub(super) struct Map {
    pub(super) members: Vec<(Key, Value)>,
    /// Any number of other members.
    pub(super) more: Option<Unknown>,
    pub(super) form: Form,
    weight: Weight,
}

/// The kind of type that a value with parts has. Policies do not depend on it, but values of different types are never equal:
/// <https://developer.hashicorp.com/terraform/language/expressions/operators#equality-operators>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A tuple or an object, in which each part has a type of its own. Brackets and braces make these.
    Structure,
    /// A list or a map, in which all parts have one type.
    Collection,
    /// Sets have no indexes.
    Set,
    /// One of the others.
    Open,
}

/// How deep a value nests, and how many values it has. References let few lines make values that nothing could visit.
#[derive(Debug, Clone, Copy, Default)]
struct Weight {
    depth: usize,
    size: usize,
}

impl Weight {
    /// A bound on what is visited, and by functions that call themselves.
    const MAX: Self = Self {
        depth: 60,
        size: 100_000,
    };

    /// That of a value with these parts. Nothing when it is too much.
    fn around<'v>(parts: impl Iterator<Item = &'v Value>) -> Option<Self> {
        let mut weight = Self { depth: 0, size: 1 };
        for part in parts {
            let of = part.weight();
            weight.depth = weight.depth.max(of.depth);
            weight.size = weight.size.saturating_add(of.size);
        }
        weight.depth += 1;
        (weight.depth <= Self::MAX.depth && weight.size <= Self::MAX.size).then_some(weight)
    }
}

#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) text: Text,
    pub(super) place: Place,
}

/// The text of a value as JSON.
#[derive(Debug)]
pub(super) struct Json {
    pub(super) value: Value,
    weight: Weight,
    /// The data source that it is the document of: `data.aws_iam_policy_document.x`.
    pub(super) document: Option<Rc<str>>,
}

/// More than any policy has, and a bound on what a few lines can make.
const MAX_TEXT: usize = 1 << 20;

/// Instead of a value that is too large to be read.
fn too_large() -> Kind {
    Kind::Unknown(Unknown::new("a value that is too large"))
}

impl Kind {
    pub(super) fn of_list(items: Vec<Value>, more: Option<Unknown>, form: Form) -> Self {
        match Weight::around(items.iter()) {
            None => too_large(),
            Some(weight) => Self::List(Rc::new(List {
                items,
                more,
                form,
                weight,
            })),
        }
    }

    /// An object, as braces make it.
    pub(super) fn of_object(members: Vec<(Key, Value)>, more: Option<Unknown>) -> Self {
        Self::of_map(members, more, Form::Structure)
    }

    pub(super) fn of_map(members: Vec<(Key, Value)>, more: Option<Unknown>, form: Form) -> Self {
        match Weight::around(members.iter().map(|(_, value)| value)) {
            None => too_large(),
            Some(weight) => Self::Map(Rc::new(Map {
                members,
                more,
                form,
                weight,
            })),
        }
    }

    pub(super) fn of_json(value: Value, document: Option<Rc<str>>) -> Self {
        match Weight::around([&value].into_iter()) {
            None => too_large(),
            Some(weight) => Self::Json(Rc::new(Json {
                value,
                weight,
                document,
            })),
        }
    }

    /// A text, unless it is too long.
    pub(super) fn of_text(text: Text) -> Self {
        match text.len() > MAX_TEXT {
            true => too_large(),
            false => Self::Text(text),
        }
    }
}

/// Members that are being collected: each name once, where it was first.
#[derive(Debug, Default)]
pub(super) struct Members {
    members: Vec<(Key, Value)>,
    by_name: HashMap<String, usize>,
}

impl Members {
    /// Adds a member instead of another one of this name.
    pub(super) fn insert(&mut self, key: Key, value: Value) {
        let known = key.text.all_known();
        let next = self.members.len();
        let at = known.map_or(next, |name| *self.by_name.entry(name).or_insert(next));
        match self.members.get_mut(at) {
            Some(member) => *member = (key, value),
            None => self.members.push((key, value)),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        let at = *self.by_name.get(name)?;
        self.members.get_mut(at).map(|(_, value)| value)
    }

    /// An object with these members.
    pub(super) fn into_kind(self, more: Option<Unknown>) -> Kind {
        self.into_map(more, Form::Structure)
    }

    pub(super) fn into_map(self, more: Option<Unknown>, form: Form) -> Kind {
        Kind::of_map(self.members, more, form)
    }
}

impl Value {
    pub(super) const fn new(kind: Kind, place: Place) -> Self {
        Self {
            kind,
            place,
            via: None,
            may_be_absent: false,
        }
    }

    /// The same value as an item that a plan may leave out.
    pub(super) fn maybe(self, may_be_absent: bool) -> Self {
        Self {
            may_be_absent: self.may_be_absent || may_be_absent,
            ..self
        }
    }

    pub(super) fn unknown(says: impl Into<Rc<str>>, place: Place) -> Self {
        Self::new(Kind::Unknown(Unknown::new(says)), place)
    }

    /// A text that was computed.
    pub(super) fn text(text: impl Into<String>, place: Place) -> Self {
        Self::new(Kind::Text(Text::known(text, place, false)), place)
    }

    /// A tuple, as brackets make it.
    pub(super) fn tuple(items: Vec<Self>, place: Place) -> Self {
        Self::new(Kind::of_list(items, None, Form::Structure), place)
    }

    fn weight(&self) -> Weight {
        match &self.kind {
            Kind::List(list) => list.weight,
            Kind::Map(map) => map.weight,
            Kind::Json(json) => json.weight,
            Kind::Text(text) => Weight {
                depth: 0,
                size: 1 + text.len() / 64,
            },
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Unknown(_) => {
                Weight { depth: 0, size: 1 }
            }
        }
    }

    pub(super) const fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    pub(super) const fn as_unknown(&self) -> Option<&Unknown> {
        match &self.kind {
            Kind::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    /// The value as Terraform converts it to a string. Nothing for a list, a map, and null.
    pub(super) fn to_text(&self) -> Option<Text> {
        match &self.kind {
            Kind::Text(text) => Some(text.clone()),
            Kind::Bool(value) => Some(Text::known(value.to_string(), self.place, false)),
            Kind::Number(value) => Some(Text::known(number(*value), self.place, false)),
            Kind::Json(json) => Some(text(&json.value)),
            Kind::Unknown(unknown) => Some(Text(vec![Part::Open(unknown.clone())])),
            Kind::Null | Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// The value as a string, when all of it is known.
    pub(super) fn as_string(&self) -> Option<String> {
        self.to_text()?.all_known()
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        match &self.kind {
            Kind::Bool(value) => Some(*value),
            Kind::Text(text) => match text.all_known()?.as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn as_number(&self) -> Option<f64> {
        match &self.kind {
            Kind::Number(value) => Some(*value),
            Kind::Text(text) => parsed_number(&text.all_known()?),
            _ => None,
        }
    }

    /// The same value, as it is after a reference at this place.
    pub(super) fn through(mut self, place: Place) -> Self {
        if self.place.file != place.file {
            self.via = Some(Rc::new(Via {
                place,
                before: self.via.take(),
            }));
        }
        self
    }

    /// Where a value is in a file: where it is written, or else the reference through which it came.
    pub(super) fn place_in(&self, file: FileId) -> Option<Place> {
        if self.place.file == file {
            return Some(self.place);
        }
        let mut via = self.via.as_deref();
        while let Some(found) = via {
            if found.place.file == file {
                return Some(found.place);
            }
            via = found.before.as_deref();
        }
        None
    }

    /// Whether `==` is true of two values. Nothing when that is not known.
    pub(super) fn equals(&self, other: &Self) -> Option<bool> {
        match self.same(other) {
            Some(true) => self.has_type_of(other),
            same => same,
        }
    }

    /// Whether two values have the same type, of which the parts are the same. Nothing when that is not known.
    fn has_type_of(&self, other: &Self) -> Option<bool> {
        let forms = |one: Form, other: Form, is_empty: bool| match (one, other) {
            (Form::Open, _) | (_, Form::Open) => None,
            // What is not in them may have different types.
            (Form::Collection | Form::Set, _) if one == other && is_empty => None,
            _ => Some(one == other),
        };
        let part = |one: &Self, other: &Self| match (&one.kind, &other.kind) {
            // Null has a type too.
            (Kind::Null, Kind::Null) => None,
            _ => one.has_type_of(other),
        };
        match (&self.kind, &other.kind) {
            (Kind::List(one), Kind::List(other)) => {
                let items = one.items.iter().zip(&other.items);
                let forms = forms(one.form, other.form, one.items.is_empty());
                all(std::iter::once(forms).chain(items.map(|(one, other)| part(one, other))))
            }
            (Kind::Map(one), Kind::Map(other)) => {
                let members = one.members.iter().map(|(key, value)| {
                    let other = other.get(&key.text.all_known()?)?;
                    part(value, other)
                });
                let forms = forms(one.form, other.form, one.members.is_empty());
                all(std::iter::once(forms).chain(members))
            }
            _ => Some(true),
        }
    }

    /// The same value, of a type that is not known.
    pub(super) fn of_any_type(&self) -> Self {
        let kind = match &self.kind {
            Kind::List(list) => Kind::of_list(
                list.items.iter().map(Self::of_any_type).collect(),
                list.more.clone(),
                Form::Open,
            ),
            Kind::Map(map) => Kind::of_map(
                (map.members.iter())
                    .map(|(key, value)| (key.clone(), value.of_any_type()))
                    .collect(),
                map.more.clone(),
                Form::Open,
            ),
            Kind::Null
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::Text(_)
            | Kind::Json(_)
            | Kind::Unknown(_) => return self.clone(),
        };
        Self {
            kind,
            ..self.clone()
        }
    }

    /// Whether two values are the same, whatever their types. Nothing when that is not known.
    pub(super) fn same(&self, other: &Self) -> Option<bool> {
        match (&self.kind, &other.kind) {
            (Kind::Unknown(_), _) | (_, Kind::Unknown(_)) => None,
            (Kind::Null, Kind::Null) => Some(true),
            (Kind::Bool(one), Kind::Bool(other)) => Some(one == other),
            #[expect(clippy::float_cmp, reason = "Terraform compares numbers exactly")]
            (Kind::Number(one), Kind::Number(other)) => Some(one == other),
            (Kind::Text(_) | Kind::Json(_), Kind::Text(_) | Kind::Json(_)) => {
                same_text(&self.as_string()?, &other.as_string()?)
            }
            (Kind::List(one), Kind::List(other)) => {
                if one.more.is_some() || other.more.is_some() {
                    return None;
                }
                // Items of a set that are not known may be one item, and have no order.
                let is_open = |list: &List| {
                    list.form == Form::Set
                        && !list.items.iter().all(|item| item.as_string().is_some())
                };
                if is_open(one) || is_open(other) {
                    return None;
                }
                if one.items.len() != other.items.len() {
                    return Some(false);
                }
                all(one
                    .items
                    .iter()
                    .zip(&other.items)
                    .map(|(one, other)| one.same(other)))
            }
            (Kind::Map(one), Kind::Map(other)) => {
                if one.more.is_some() || other.more.is_some() {
                    return None;
                }
                if one.members.len() != other.members.len() {
                    return Some(false);
                }
                all(one.members.iter().map(|(key, value)| {
                    let name = key.text.all_known()?;
                    match other.get(&name) {
                        Some(other) => value.same(other),
                        None => Some(false),
                    }
                }))
            }
            _ => Some(false),
        }
    }
}

/// Whether all of these are true, as far as that is known.
fn all(mut each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    each.try_for_each(|one| match one {
        Some(true) => Ok(()),
        Some(false) => Err(()),
        None => {
            known = None;
            Ok(())
        }
    })
    .map_or(Some(false), |()| known)
}

/// Whether two texts are the same. Terraform compares them in the normal form C of Unicode, in which a letter and its accent are
/// one character.
fn same_text(one: &str, other: &str) -> Option<bool> {
    // These have a normal form in ASCII.
    let may_be_ascii = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii() || matches!(c, '\u{37e}' | '\u{1fef}' | '\u{212a}'))
    };
    match one == other {
        true => Some(true),
        false if one.is_ascii() && other.is_ascii() => Some(false),
        false => (may_be_ascii(one) != may_be_ascii(other)).then_some(false),
    }
}

/// A number of which all digits are known. Terraform's numbers have more digits than ours.
pub(super) fn exact(value: f64) -> Option<f64> {
    (value.is_finite() && value.abs() < 9e15).then_some(value)
}

/// The number that a text is.
pub(super) fn parsed_number(text: &str) -> Option<f64> {
    /// Any decimal of so many digits is what its nearest number is written as.
    const DIGITS: usize = 15;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_number = (text.bytes())
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    (is_number && digits <= DIGITS)
        .then(|| text.parse().ok())
        .flatten()
        .and_then(exact)
}

/// A number as Terraform writes it.
pub(super) fn number(value: f64) -> String {
    format!("{value}")
}

impl Map {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        (self.members.iter())
            .find(|(key, _)| key.text.is(name))
            .map(|(_, value)| value)
    }

    /// Whether every name is known.
    pub(super) fn is_closed(&self) -> bool {
        self.more.is_none() && self.members.iter().all(|(key, _)| key.text.is_known())
    }
}

impl Key {
    pub(super) fn new(text: impl Into<String>, place: Place) -> Self {
        Self {
            text: Text::known(text, place, false),
            place,
        }
    }
}

/// The text of a value as JSON. A value that is not known stands where its JSON will.
pub(super) fn text(value: &Value) -> Text {
    let mut out = Writer {
        text: Text::default(),
    };
    out.value(value);
    out.text
}

struct Writer {
    text: Text,
}

impl Writer {
    fn put(&mut self, text: &str, place: Place) {
        match self.text.0.last_mut() {
            Some(Part::Known {
                text: last,
                place: known,
                same: false,
            }) if *known == place => last.push_str(text),
            _ => self.text.push(text, place, false),
        }
    }

    fn open(&mut self, says: &str) {
        let says = format!("jsonencode({says})");
        self.text.0.push(Part::Open(Unknown::new(says)));
    }

    fn string(&mut self, text: &Text, place: Place) {
        self.put("\"", place);
        for part in &text.0 {
            match part {
                Part::Known { text, .. } => {
                    let quoted = quoted(text);
                    let inner = quoted.get(1..quoted.len() - 1).unwrap_or_default();
                    self.put(inner, place);
                }
                Part::Open(unknown) => self.text.0.push(Part::Open(unknown.clone())),
            }
        }
        self.put("\"", place);
    }

    fn value(&mut self, value: &Value) {
        let place = value.place;
        match &value.kind {
            Kind::Null => self.put("null", place),
            Kind::Bool(value) => self.put(if *value { "true" } else { "false" }, place),
            Kind::Number(value) => self.put(&number(*value), place),
            Kind::Text(text) => self.string(text, place),
            Kind::Json(json) => self.string(&self::text(&json.value), place),
            Kind::Unknown(unknown) => self.open(&unknown.says),
            Kind::List(list) => match &list.more {
                Some(more) => self.open(&more.says),
                None => {
                    self.put("[", place);
                    for (number, item) in list.items.iter().enumerate() {
                        if number > 0 {
                            self.put(",", place);
                        }
                        self.value(item);
                    }
                    self.put("]", place);
                }
            },
            Kind::Map(map) => match &map.more {
                Some(more) => self.open(&more.says),
                None => self.members(map, place),
            },
        }
    }

    fn members(&mut self, map: &Map, place: Place) {
        self.put("{", place);
        for (number, (key, value)) in map.members.iter().enumerate() {
            if number > 0 {
                self.put(",", place);
            }
            self.string(&key.text, place);
            self.put(":", place);
            self.value(value);
        }
        self.put("}", place);
    }
}
