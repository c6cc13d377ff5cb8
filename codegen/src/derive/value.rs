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

/// What the functions of the program give and are given, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Functions {
    pub(super) returns: HashMap<usize, Vec<Value>>,
    /// What callers give for each parameter.
    pub(super) given: HashMap<(usize, usize), Vec<Value>>,
    /// Functions that may have callers that are not seen.
    pub(super) open: HashSet<usize>,
    /// What is known of parameters already.
    arguments: RefCell<HashMap<(usize, usize), Value>>,
    /// Parameters that are being looked at.
    looking: RefCell<Vec<(usize, usize)>>,
}

impl Functions {
    /// Takes note of what a caller gives for a parameter.
    pub(super) fn give(&mut self, function: usize, number: usize, value: Value) {
        let given = self.given.entry((function, number)).or_default();
        // More than a policy would list are not known one by one.
        if given.len() <= ALTERNATIVES && !given.contains(&value) {
            given.push(value);
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
            let is_known = |value: &Value| {
                matches!(value, Value::Text(_) | Value::Pieces(_) | Value::Built(_))
            };
            let own = found.get(before..).unwrap_or_default();
            let unseen = match self.open.contains(&key.0) {
                // What is given by name may be given by others too.
                true if !own.iter().flat_map(Value::alternatives).any(is_known) => {
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

    /// A list in which nothing is yet.
    pub(super) fn nothing() -> Self {
        Self::AnyOf(Arc::from([]))
    }

    /// The value, or what the source calls it when it is not known.
    pub(super) fn or_named(self, name: &str) -> Self {
        match self {
            Self::Unknown => Self::named(name),
            value => value,
        }
    }

    /// One of these.
    pub(super) fn any(values: impl IntoIterator<Item = Self>) -> Self {
        let mut found: Vec<Self> = Vec::new();
        let mut empty = false;
        for value in values {
            match value {
                Self::AnyOf(inner) => {
                    empty |= inner.is_empty();
                    for value in inner.iter() {
                        if !found.contains(value) {
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
        self.substituted(functions, None, 0)
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
            value => value.clone(),
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
                Piece::Value(Value::Text(text)) => push(Piece::Text(text)),
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
