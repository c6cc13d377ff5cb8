//! What a witness is made of: resources and values of variables that represent others.

use alloc::string::String;
use alloc::vec::Vec;

use super::language::{self, VARIABLE, is_variable};
use crate::catalogue;

/// Values of the variables of a pattern for which it matches the text, each variable taken by itself.
pub(crate) fn bind(pattern: &[u32], text: &[u32], found: &mut Vec<(u32, Vec<u32>)>) -> bool {
    let Some((&first, rest)) = pattern.split_first() else {
        return text.is_empty();
    };
    if first == language::MANY || is_variable(first) {
        for length in 0..=text.len() {
            let (value, behind) = text.split_at(length);
            if bind(rest, behind, found) {
                if is_variable(first) {
                    found.push((first - VARIABLE, value.to_vec()));
                }
                return true;
            }
        }
        return false;
    }
    match text.split_first() {
        Some((symbol, behind)) if language::matches(&[first], &[*symbol]) => {
            bind(rest, behind, found)
        }
        _ => false,
    }
}

/// An ARN of a format, for people to recognize.
pub(crate) fn example(format: &catalogue::ArnFormat) -> String {
    let field = |field: catalogue::ArnField<'static>, value: &'static str| match field {
        catalogue::ArnField::Empty => "",
        catalogue::ArnField::Variable | catalogue::ArnField::Any => value,
        catalogue::ArnField::Fixed(text) => text,
    };
    let mut out = alloc::format!(
        "arn:aws:{}:{}:{}:",
        format.service_or("backup"),
        field(format.region, "us-east-1"),
        field(format.account, "123456789012")
    );
    for piece in format.resource {
        out.push_str(match piece {
            catalogue::Piece::Literal(text) => text,
            catalogue::Piece::Variable(_) => "example",
        });
    }
    out
}
