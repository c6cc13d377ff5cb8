//! Values that are known only when the program runs: paths where a literal might stand.
//!
//! In the document such a value is one character of a private plane, so that it survives every step as it is and the
//! finished JSON can be cut at it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use rekognition_iam_runtime::document::{Document, List, PrincipalSet, Text, Value};

use super::Lowerer;
use super::common::unraw;
use crate::dsl::constants;
use crate::dsl::syntax::{Expr, Primary};

/// The characters that stand for values; the private use plane 15.
const FIRST: u32 = 0xF_0000;
const LAST: u32 = 0xF_FFFD;

/// A value that is known only when the program runs.
#[derive(Debug, Clone)]
pub(crate) struct Hole {
    /// The last name of the path: `region` in `self.region`.
    pub(crate) name: String,
    /// As typed.
    pub(crate) tokens: TokenStream,
    pub(crate) span: Span,
    /// The type in `rekognition_iam_runtime::values` that the value must be of.
    pub(crate) kind: &'static str,
    /// Whether `*` and `?` are wildcards where the value stands.
    pub(crate) pattern: bool,
    /// Whether it is a constant, by its name in capitals: a text that the compiler knows.
    pub(crate) constant: bool,
    /// Whether it is one of the type around the policy, which no other constant can name.
    pub(crate) of_self: bool,
}

impl Lowerer<'_> {
    /// Makes a hole of a variable, a constant, or a part of one; `None` for every other expression.
    pub(super) fn hole(
        &mut self,
        expr: &Expr,
        kind: &'static str,
        pattern: bool,
    ) -> Option<String> {
        let (name, tokens) = variable(expr)?;
        let marker = marker(self.holes.len())?;
        let path = match &expr.primary {
            Primary::Path(path) if expr.calls.is_empty() => path.segments.as_slice(),
            _ => &[],
        };
        let constant = path.last().is_some_and(is_in_capitals) && constants::is_checked(kind);
        self.holes.push(Hole {
            name,
            tokens,
            span: expr.span(),
            kind,
            pattern,
            constant,
            of_self: path.first().is_some_and(|first| first == "Self"),
        });
        Some(marker.to_string())
    }
}

/// A variable, a constant, or a part of one, with the last name in it.
fn variable(expr: &Expr) -> Option<(String, TokenStream)> {
    let (mut name, tokens) = match &expr.primary {
        Primary::Path(path) => {
            let last = path.segments.last().filter(|_| !path.open)?;
            if path
                .as_word()
                .is_some_and(|word| word == "true" || word == "false")
            {
                return None;
            }
            (unraw(last), &path.tokens)
        }
        Primary::Place(place) => (place.name.clone(), &place.tokens),
        Primary::Call(..) | Primary::Literal(..) | Primary::List(_) | Primary::Unknown(..) => {
            return None;
        }
    };
    let mut tokens = quote!(#(#tokens)*);
    for call in &expr.calls {
        let field = call.name.as_ref().filter(|_| call.args.is_none())?;
        call.dot.to_tokens(&mut tokens);
        field.to_tokens(&mut tokens);
        name = unraw(field);
    }
    Some((name, tokens))
}

/// Whether a name is that of a constant: `ACCOUNT`, and not the `T` of a type.
fn is_in_capitals(name: &Ident) -> bool {
    let name = name.to_string();
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && !name.contains(|c: char| c.is_ascii_lowercase())
}

/// The character that stands for the value of this number.
pub(crate) fn marker(number: usize) -> Option<char> {
    let number = u32::try_from(number).ok()?;
    char::from_u32(FIRST + number).filter(|&c| u32::from(c) < LAST)
}

/// The number of the hole that the character stands for.
pub(crate) fn hole_of(c: char) -> Option<usize> {
    (FIRST..=LAST)
        .contains(&u32::from(c))
        .then(|| (u32::from(c) - FIRST) as usize)
}

/// Whether the text holds a character that stands for a value.
pub(crate) fn has_hole(text: &str) -> bool {
    text.chars().any(|c| hole_of(c).is_some())
}

/// The document with each hole filled.
pub(crate) fn filled(
    document: &Document<'static>,
    value: &mut dyn FnMut(usize) -> String,
) -> Document<'static> {
    let mut fill = |text: &mut Text<'static>| {
        if has_hole(text) {
            let mut out = String::new();
            for c in text.chars() {
                match hole_of(c) {
                    Some(hole) => out.push_str(&value(hole)),
                    None => out.push(c),
                }
            }
            *text = Text::Owned(out);
        }
    };
    fn each(list: &mut List<Text<'static>>, fill: &mut dyn FnMut(&mut Text<'static>)) {
        for text in &mut list.items {
            fill(text);
        }
    }
    let mut document = document.clone();
    for statement in &mut document.statements.items {
        if let Some(principals) = &mut statement.principals
            && let PrincipalSet::Listed(kinds) = &mut principals.set
        {
            for (_, names) in kinds {
                each(names, &mut fill);
            }
        }
        if let Some(resources) = &mut statement.resources {
            each(&mut resources.values, &mut fill);
        }
        for block in &mut statement.conditions {
            for (_, values) in &mut block.keys {
                for value in &mut values.items {
                    if let Value::String(text) = value {
                        fill(text);
                    }
                }
            }
        }
    }
    document
}

/// Another value than [`sample`], so that what is found with both is found whatever the value is.
pub(crate) fn other_sample(hole: &Hole, number: usize) -> String {
    if hole.kind == "Arn" && hole.pattern {
        return format!("arn:aws:unlisted:us-east-1:123456789012:value-{number}");
    }
    sample(hole, number + 1000)
}

/// A value that the rules find nothing wrong with, another one for each hole.
pub(crate) fn sample(hole: &Hole, number: usize) -> String {
    match hole.kind {
        "Partition" => "aws".to_string(),
        "Region" => {
            const REGIONS: [&str; 8] = [
                "us-east-1",
                "us-east-2",
                "us-west-1",
                "us-west-2",
                "eu-west-1",
                "eu-west-2",
                "eu-central-1",
                "ap-southeast-2",
            ];
            REGIONS[number % REGIONS.len()].to_string()
        }
        "AccountId" => format!("{:012}", 111_122_223_333 + number as u64),
        "DatasetType" => "train".to_string(),
        "CreationTimestamp" => format!("{}", 1_627_045_542_080_u64 + number as u64),
        "Number" => (number + 1).to_string(),
        "Boolean" => "true".to_string(),
        "Timestamp" => format!("{}", 1_800_000_000 + number),
        "Cidr" => format!("203.0.113.{}/32", number % 256),
        // Of any type, as far as anybody knows.
        "Arn" if hole.pattern => "*".to_string(),
        "Arn" => format!("arn:aws:iam::123456789012:role/Value{number}"),
        _ => format!("value-{number}"),
    }
}
