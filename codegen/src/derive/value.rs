//! Values as far as they are known: what a call says about the resources it is about.

use std::collections::HashMap;
use std::sync::Arc;

/// A value of an expression.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Value {
    /// Known only when the program runs, and the source has no name for it.
    #[default]
    Unknown,
    /// Known only when the program runs; the source calls it this. A field, with the type that it belongs to.
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

/// The struct that a field belongs to: its number and name.
pub(super) type Origin = Option<(usize, Arc<str>)>;

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

/// Values that a function may give, by its number.
pub(super) type Returns = HashMap<usize, Vec<Value>>;

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
        Self::Named(name.into(), None)
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

    /// The value with what functions give put in, and parameters that are still open as their names.
    pub(super) fn resolved(&self, returns: &Returns) -> Self {
        self.substituted(returns, None, 0)
    }

    fn substituted(
        &self,
        returns: &Returns,
        arguments: Option<(usize, &[Self])>,
        depth: usize,
    ) -> Self {
        match self {
            Self::Argument(function, number, name) => match arguments {
                Some((of, values)) if of == *function => match values.get(*number) {
                    Some(value) => value.clone().or_named(name),
                    None => Self::named(name),
                },
                _ => Self::named(name),
            },
            Self::Returned(function, values) => {
                let Some(found) = returns.get(function).filter(|_| depth < DEPTH) else {
                    return Self::Unknown;
                };
                let values: Vec<Self> = (values.iter())
                    .map(|value| value.substituted(returns, arguments, depth + 1))
                    .collect();
                let inner = Some((*function, values.as_slice()));
                Self::any((found.iter()).map(|value| value.substituted(returns, inner, depth + 1)))
            }
            Self::Built(built) => Self::Built(Arc::new(Built {
                name: built.name.clone(),
                fields: (built.fields.iter())
                    .map(|(name, value)| {
                        (name.clone(), value.substituted(returns, arguments, depth))
                    })
                    .collect(),
            })),
            Self::AnyOf(values) if values.is_empty() => self.clone(),
            Self::AnyOf(values) => {
                Self::any((values.iter()).map(|value| value.substituted(returns, arguments, depth)))
            }
            Self::Pieces(pieces) => Self::of_pieces(pieces.iter().map(|piece| match piece {
                Piece::Text(text) => Piece::Text(text.clone()),
                Piece::Value(value) => Piece::Value(value.substituted(returns, arguments, depth)),
            })),
            value => value.clone(),
        }
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
