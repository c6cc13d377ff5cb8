//! Values as far as they are known: what a call says about the resources it is about.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A value of an expression.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Value {
    /// Known only when the program runs, and the source has no name for it.
    #[default]
    Unknown,
    /// Known only when the program runs; the source calls it this.
    Named(Arc<str>, Origin),
    Text(Arc<str>),
    /// A number in decimal digits. It is text only once it is printed: `1 + 2` is not `12`.
    Number(Arc<str>),
    /// Text with unknown values in it, as `format!` makes.
    Pieces(Arc<[Piece]>),
    /// A data type of the SDK with the fields that were set.
    Built(Arc<Built>),
    /// One of several: branches, elements of a list.
    AnyOf(Arc<[Value]>),
    /// A parameter of a function of the package: function, number, name.
    Argument(usize, usize, Arc<str>),
    /// What a function of the package gives for these arguments.
    Returned(usize, Arc<[Value]>),
    /// The parts of a tuple.
    Tuple(Arc<[Value]>),
    /// A part of something that only the whole program says.
    Part(Arc<Part>),
    /// No value: `None`, an error, or code that goes elsewhere, such as `return`.
    Absent,
}

/// A part of a value, such as a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    pub(super) whole: Whole,
    /// What the source calls it, for when the program does not say what it is.
    pub(super) otherwise: Value,
}

/// What a part is of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Whole {
    /// A field of a struct or of a variant of the program: the number of the type, and `name` or `Variant.name`.
    Field(usize, Arc<str>),
    /// A tuple.
    Item(Value, usize),
    /// All of a value.
    All(Value),
}

/// What tells a value from others that the source calls the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Origin {
    /// Nothing does: values of one name are one value.
    #[default]
    Name,
    /// A field: number and name of its struct.
    Field(usize, Arc<str>),
    /// What a method or an index gives, with the name of what it is called on.
    Of(Arc<str>),
    /// A constant, by its number.
    Constant(usize),
    /// The source has no name for it; the name is that of the setter.
    Nameless,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    Text(Arc<str>),
    Value(Value),
}

/// A data type of the SDK.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Built {
    /// The type: `Image`.
    pub(super) name: Arc<str>,
    /// What its setters were given, in their order.
    pub(super) fields: Vec<(Arc<str>, Value)>,
}

/// The number of a type, and the name of the field.
pub(super) type FieldKey = (usize, Arc<str>);

/// What the functions of the program give and are given, by their numbers, and what is in the fields of its types.
#[derive(Debug, Default)]
pub(super) struct Functions {
    pub(super) returns: HashMap<usize, Vec<Value>>,
    /// What callers give for each parameter.
    pub(super) given: HashMap<(usize, usize), Vec<Value>>,
    /// Functions that may have callers that are not seen.
    pub(super) open: HashSet<usize>,
    /// What the program puts into each field.
    pub(super) fields: HashMap<FieldKey, Vec<Value>>,
    /// Fields that are changed in place, so that what is put into them says nothing.
    pub(super) changed: HashSet<FieldKey>,
    /// Fields and types that code which is not seen may put something into.
    pub(super) open_fields: HashSet<FieldKey>,
    pub(super) open_types: HashSet<usize>,
    /// How many closures were seen.
    closures: usize,
    /// What is known of fields already.
    known_fields: RefCell<HashMap<FieldKey, Vec<Value>>>,
    /// Fields that are being looked at.
    looking_fields: RefCell<Vec<FieldKey>>,
    /// What is known of parameters already.
    arguments: RefCell<HashMap<(usize, usize), Value>>,
    /// Parameters that are being looked at.
    looking: RefCell<Vec<(usize, usize)>>,
}

impl Functions {
    /// A number for a closure, which no function has.
    pub(super) fn closure(&mut self) -> usize {
        self.closures += 1;
        usize::MAX - self.closures
    }

    /// Takes note of what a caller gives for a parameter.
    pub(super) fn give(&mut self, function: usize, number: usize, value: Value) {
        let given = self.given.entry((function, number)).or_default();
        // More than a policy would list are not known one by one.
        if given.len() <= ALTERNATIVES && !given.contains(&value) {
            given.push(value);
        }
    }

    /// Takes note of what is put into a field.
    pub(super) fn put(&mut self, key: &FieldKey, value: &Value) {
        // A field that is handed on, as in `Self { bucket: self.bucket, .. }`, says nothing new.
        let itself = |value: &Value| matches!(value, Value::Part(part) if matches!(&part.whole, Whole::Field(of, name) if (*of, name) == (key.0, &key.1)));
        let given = self.fields.entry(key.clone()).or_default();
        for value in value.alternatives() {
            let empty = matches!(value, Value::Text(text) if text.is_empty());
            if given.len() <= ALTERNATIVES
                && *value != Value::Absent
                && !empty
                && !itself(value)
                && !given.contains(value)
            {
                given.push(value.clone());
            }
        }
    }

    /// What a field may be, by all that the program puts into fields of this type.
    fn field(&self, key: &FieldKey, otherwise: &Value, depth: usize) -> Value {
        let Some(given) = self.fields.get(key) else {
            return otherwise.clone();
        };
        if depth >= DEPTH
            || self.changed.contains(key)
            || given.len() > ALTERNATIVES
            || self.looking_fields.borrow().contains(key)
        {
            return otherwise.clone();
        }
        let known = self.known_fields.borrow().get(key).cloned();
        let values = known.unwrap_or_else(|| {
            self.looking_fields.borrow_mut().push(key.clone());
            let mut values: Vec<Value> = Vec::new();
            for value in given {
                let value = value.substituted(self, None, depth + 1);
                for value in value.alternatives() {
                    let value = if value.is_known() {
                        value.clone()
                    } else {
                        Value::Unknown
                    };
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
            }
            self.looking_fields.borrow_mut().pop();
            self.known_fields
                .borrow_mut()
                .insert(key.clone(), values.clone());
            values
        });
        let known = || values.iter().filter(|value| value.is_known()).cloned();
        if known().next().is_none() {
            return otherwise.clone();
        }
        let open = self.open_fields.contains(key)
            || self.open_types.contains(&key.0)
            || values.contains(&Value::Unknown);
        match Value::any(known().chain(open.then(|| otherwise.clone()))) {
            Value::Unknown => otherwise.clone(),
            value => value,
        }
    }

    /// What a parameter may be.
    fn argument(&self, function: usize, number: usize, name: &Arc<str>, depth: usize) -> Value {
        let key = (function, number);
        let open = || Value::named(name);
        if let Some(known) = self.arguments.borrow().get(&key) {
            return known.clone();
        }
        // A value that is made of itself: its name is all that is known.
        if depth >= DEPTH || self.looking.borrow().contains(&key) {
            return open();
        }
        self.looking.borrow_mut().push(key);
        // Functions hand their parameters on to others, in circles too.
        let mut seen = HashSet::from([key]);
        let mut left = vec![(key, name.clone())];
        let mut found: Vec<Value> = Vec::new();
        while let Some((key, name)) = left.pop() {
            let given = self.given.get(&key).map(Vec::as_slice).unwrap_or_default();
            let before = found.len();
            let mut hands_on = false;
            for value in given.iter().flat_map(Value::alternatives) {
                match value {
                    Value::Argument(function, number, name) => {
                        hands_on = true;
                        let key = (*function, *number);
                        if seen.insert(key) {
                            left.push((key, name.clone()));
                        }
                    }
                    value => {
                        found.push(value.substituted(self, None, depth + 1).or_named(&name));
                    }
                }
            }
            let own = found.get(before..).unwrap_or_default();
            // Of more values than are counted, some are not there.
            let open = self.open.contains(&key.0) || given.len() > ALTERNATIVES;
            let unseen = match open {
                // What is given by name may be given by others too.
                true if !own
                    .iter()
                    .flat_map(Value::alternatives)
                    .any(Value::is_known) =>
                {
                    found.truncate(before);
                    true
                }
                unseen => unseen,
            };
            if unseen || found.len() == before && !hands_on {
                found.push(Value::named(&name));
            }
        }
        self.looking.borrow_mut().pop();
        let value = match Value::any(found) {
            Value::Unknown => open(),
            Value::AnyOf(values) if values.is_empty() => open(),
            value => value,
        };
        self.arguments.borrow_mut().insert(key, value.clone());
        value
    }
}

/// Functions that call each other go on for ever; nobody nests helpers this deep.
const DEPTH: usize = 12;
/// More alternatives than a policy would list.
const ALTERNATIVES: usize = 64;

impl Value {
    pub(super) fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// Known only when the program runs; the source calls it this.
    pub(super) fn named(name: &str) -> Self {
        Self::Named(name.into(), Origin::Name)
    }

    /// What the source calls it, without what it may be: something else is made of it.
    pub(super) fn only_name(&self) -> Self {
        match self {
            Self::Named(..) => self.clone(),
            Self::Argument(_, _, name) => Self::named(name),
            Self::Part(part) => part.otherwise.only_name(),
            _ => Self::Unknown,
        }
    }

    /// Several texts as one.
    pub(super) fn joined(values: impl IntoIterator<Item = Self>) -> Self {
        Self::each_of_pieces(values.into_iter().map(Piece::Value))
    }

    /// A list in which nothing is yet.
    pub(super) fn nothing() -> Self {
        Self::AnyOf(Arc::from([]))
    }

    /// The value, or what the source calls it when it is not known.
    pub(super) fn or_named(self, name: &str) -> Self {
        match self {
            Self::Unknown => Self::named(name),
            Self::Part(part) if part.otherwise == Self::Unknown => Self::Part(Arc::new(Part {
                whole: part.whole.clone(),
                otherwise: Self::named(name),
            })),
            value => value,
        }
    }

    /// The value, or this when the program does not say what it is.
    pub(super) fn or_otherwise(self, otherwise: Self) -> Self {
        let whole = match self {
            Self::Unknown | Self::Named(..) => return otherwise,
            Self::Part(part) => part.whole.clone(),
            value => Whole::All(value),
        };
        Self::Part(Arc::new(Part { whole, otherwise }))
    }

    /// A field of a type of the program.
    pub(super) fn field_of(key: FieldKey, otherwise: Self) -> Self {
        let whole = Whole::Field(key.0, key.1);
        Self::Part(Arc::new(Part { whole, otherwise }))
    }

    /// A part of a tuple, or of each tuple of a list.
    pub(super) fn item(&self, at: usize) -> Self {
        match self {
            Self::Tuple(parts) => parts.get(at).cloned().unwrap_or_default(),
            Self::AnyOf(values) => Self::any(values.iter().map(|value| value.item(at))),
            Self::Argument(..) | Self::Returned(..) | Self::Part(_) => Self::Part(Arc::new(Part {
                whole: Whole::Item(self.clone(), at),
                otherwise: Self::Unknown,
            })),
            Self::Absent => Self::Absent,
            Self::Unknown
            | Self::Named(..)
            | Self::Text(_)
            | Self::Number(_)
            | Self::Pieces(_)
            | Self::Built(_) => Self::Unknown,
        }
    }

    /// Whether the program says what it is.
    pub(super) const fn is_known(&self) -> bool {
        match self {
            Self::Text(_) | Self::Number(_) | Self::Pieces(_) | Self::Built(_) | Self::Tuple(_) => {
                true
            }
            Self::Unknown
            | Self::Named(..)
            | Self::AnyOf(_)
            | Self::Argument(..)
            | Self::Returned(..)
            | Self::Part(_)
            | Self::Absent => false,
        }
    }

    /// Whether the value may be known once the whole program is.
    pub(super) const fn may_be_known(&self) -> bool {
        match self {
            Self::Unknown | Self::Named(..) => false,
            Self::Text(_)
            | Self::Number(_)
            | Self::Pieces(_)
            | Self::Built(_)
            | Self::Tuple(_)
            | Self::AnyOf(_)
            | Self::Argument(..)
            | Self::Returned(..)
            | Self::Part(_)
            | Self::Absent => true,
        }
    }

    /// One of these.
    pub(super) fn any(values: impl IntoIterator<Item = Self>) -> Self {
        let mut found: Vec<Self> = Vec::new();
        let mut empty = false;
        let mut absent = false;
        for value in values {
            match value {
                Self::Absent => absent = true,
                Self::AnyOf(inner) => {
                    empty |= inner.is_empty();
                    for value in inner.iter() {
                        absent |= *value == Self::Absent;
                        if *value != Self::Absent && !found.contains(value) {
                            found.push(value.clone());
                        }
                    }
                }
                value if !found.contains(&value) => found.push(value),
                _ => {}
            }
        }
        if found.len() > ALTERNATIVES {
            return Self::Unknown;
        }
        // Something unknown next to something known: it stays, so that nothing is missed.
        match found.len() {
            0 if empty => Self::nothing(),
            0 if absent => Self::Absent,
            0 => Self::Unknown,
            1 => found.swap_remove(0),
            _ => Self::AnyOf(found.into()),
        }
    }

    /// With another field set.
    pub(super) fn with(&self, field: &str, value: Self) -> Self {
        match self {
            Self::Built(built) => {
                let mut built = Built::clone(built);
                built.fields.push((field.into(), value));
                Self::Built(Arc::new(built))
            }
            Self::AnyOf(values) => {
                Self::any(values.iter().map(|inner| inner.with(field, value.clone())))
            }
            _ => Self::Unknown,
        }
    }

    /// The alternatives, or the value itself.
    pub(super) fn alternatives(&self) -> &[Self] {
        match self {
            Self::AnyOf(values) => values,
            value => std::slice::from_ref(value),
        }
    }

    /// What a field of a data type was set to, over all alternatives.
    pub(super) fn field(&self, name: &str) -> Vec<&Self> {
        (self.alternatives().iter())
            .filter_map(|value| match value {
                Self::Built(built) => Some(built),
                _ => None,
            })
            .flat_map(|built| &built.fields)
            .filter(|(field, _)| &**field == name)
            .map(|(_, value)| value)
            .collect()
    }

    /// The value with what functions give and are given put in, and parameters that are still open as their names.
    pub(super) fn resolved(&self, functions: &Functions) -> Self {
        self.substituted(functions, None, 0).settled()
    }

    /// The value as what a request is about: of an entry of a map the key, and nothing that is only there on the way.
    fn settled(self) -> Self {
        match self {
            Self::Tuple(parts) => parts.first().cloned().unwrap_or_default().settled(),
            Self::Absent => Self::Unknown,
            Self::Number(digits) => Self::Text(digits),
            Self::Built(built) => Self::Built(Arc::new(Built {
                name: built.name.clone(),
                fields: (built.fields.iter())
                    .map(|(name, value)| (name.clone(), value.clone().settled()))
                    .collect(),
            })),
            Self::AnyOf(values) => match values.is_empty() {
                true => Self::AnyOf(values),
                false => Self::any(values.iter().cloned().map(Self::settled)),
            },
            Self::Pieces(pieces) => Self::of_pieces(pieces.iter().map(|piece| match piece {
                Piece::Value(Self::Tuple(_) | Self::Absent | Self::AnyOf(_)) => {
                    Piece::Value(Self::Unknown)
                }
                piece => piece.clone(),
            })),
            value @ (Self::Unknown
            | Self::Named(..)
            | Self::Text(_)
            | Self::Argument(..)
            | Self::Returned(..)
            | Self::Part(_)) => value,
        }
    }

    fn substituted(
        &self,
        functions: &Functions,
        arguments: Option<(usize, &[Self])>,
        depth: usize,
    ) -> Self {
        match self {
            Self::Argument(function, number, name) => match arguments {
                Some((of, values)) if of == *function => match values.get(*number) {
                    Some(value) => value.clone().or_named(name),
                    None => Self::named(name),
                },
                _ => functions.argument(*function, *number, name, depth),
            },
            Self::Returned(function, values) => {
                let Some(found) = functions.returns.get(function).filter(|_| depth < DEPTH) else {
                    return Self::Unknown;
                };
                let values: Vec<Self> = (values.iter())
                    .map(|value| value.substituted(functions, arguments, depth + 1))
                    .collect();
                let inner = Some((*function, values.as_slice()));
                Self::any(
                    (found.iter()).map(|value| value.substituted(functions, inner, depth + 1)),
                )
            }
            Self::Built(built) => Self::Built(Arc::new(Built {
                name: built.name.clone(),
                fields: (built.fields.iter())
                    .map(|(name, value)| {
                        (name.clone(), value.substituted(functions, arguments, depth))
                    })
                    .collect(),
            })),
            Self::AnyOf(values) if values.is_empty() => self.clone(),
            Self::AnyOf(values) => Self::any(
                (values.iter()).map(|value| value.substituted(functions, arguments, depth)),
            ),
            Self::Pieces(pieces) => Self::each_of_pieces(pieces.iter().map(|piece| match piece {
                Piece::Text(text) => Piece::Text(text.clone()),
                Piece::Value(value) => Piece::Value(value.substituted(functions, arguments, depth)),
            })),
            Self::Tuple(parts) => Self::Tuple(
                (parts.iter())
                    .map(|part| part.substituted(functions, arguments, depth))
                    .collect(),
            ),
            Self::Part(part) => {
                let otherwise = part.otherwise.substituted(functions, arguments, depth);
                let value = match &part.whole {
                    Whole::Field(of, name) => {
                        return functions.field(&(*of, name.clone()), &otherwise, depth);
                    }
                    Whole::Item(value, at) => {
                        value.substituted(functions, arguments, depth).item(*at)
                    }
                    Whole::All(value) => value.substituted(functions, arguments, depth),
                };
                match value {
                    Self::AnyOf(values) if values.iter().any(Self::is_known) => {
                        Self::any(values.iter().map(|value| match value.is_known() {
                            true => value.clone(),
                            false => otherwise.clone(),
                        }))
                    }
                    value if value.is_known() => value,
                    Self::AnyOf(values) if values.is_empty() => Self::AnyOf(values),
                    Self::Absent => Self::Absent,
                    _ => otherwise,
                }
            }
            Self::Unknown | Self::Named(..) | Self::Text(_) | Self::Number(_) | Self::Absent => {
                self.clone()
            }
        }
    }

    /// The texts of these pieces: one for each alternative of a piece.
    fn each_of_pieces(pieces: impl IntoIterator<Item = Piece>) -> Self {
        let mut all: Vec<Vec<Piece>> = vec![Vec::new()];
        for piece in pieces {
            let each: Vec<Piece> = match &piece {
                Piece::Value(Self::AnyOf(values))
                    if !values.is_empty() && all.len() * values.len() <= ALTERNATIVES =>
                {
                    values.iter().cloned().map(Piece::Value).collect()
                }
                Piece::Text(_) | Piece::Value(_) => vec![piece],
            };
            all = (all.into_iter())
                .flat_map(|before| {
                    each.iter().map(move |piece| {
                        let mut pieces = before.clone();
                        pieces.push(piece.clone());
                        pieces
                    })
                })
                .collect();
        }
        Self::any(all.into_iter().map(Self::of_pieces))
    }

    /// The text of these pieces, as one text when all of them are known.
    pub(super) fn of_pieces(pieces: impl IntoIterator<Item = Piece>) -> Self {
        let mut out: Vec<Piece> = Vec::new();
        let mut push = |piece: Piece| match (piece, out.last_mut()) {
            (Piece::Text(text), Some(Piece::Text(last))) => {
                *last = format!("{last}{text}").into();
            }
            (piece, _) => out.push(piece),
        };
        for piece in pieces {
            match piece {
                Piece::Value(Value::Text(text) | Value::Number(text)) => push(Piece::Text(text)),
                Piece::Value(Value::Pieces(inner)) => inner.iter().cloned().for_each(&mut push),
                piece => push(piece),
            }
        }
        match out.as_slice() {
            [] => Self::text(""),
            [Piece::Text(text)] => Self::Text(text.clone()),
            [Piece::Value(value)] => value.clone(),
            _ => Self::Pieces(out.into()),
        }
    }
}
