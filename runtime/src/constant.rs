//! Constants of an author's crate as values of a policy: checked, and put into the document, while the crate compiles.
//!
//! The macro sees the name of a constant and never its value. So the document that it makes has a mark in each of their
//! places, and the compiler puts the values in: only for policies that have such values, because a document as a literal
//! costs it far less.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]
#![allow(
    clippy::panic,
    reason = "in a constant, a panic is an error of the compiler, with our message"
)]

use alloc::string::{String, ToString};

use crate::catalogue::generated::partitions::PARTITIONS;
use crate::values::{Exact, Fill, Place, sealed};

/// The value of a constant when every character is in one of the ranges and their number is in the limits.
///
/// # Panics
/// With the message when it is not: an error of the compiler at the constant.
#[must_use]
#[track_caller]
pub const fn constant(
    text: &'static str,
    chars: &[(char, char)],
    (min, max): (usize, usize),
    message: &str,
) -> Constant {
    let bytes = text.as_bytes();
    let (mut at, mut count) = (0, 0);
    while at < bytes.len() {
        let (c, next) = char_at(bytes, at);
        let (mut range, mut found) = (0, false);
        while range < chars.len() {
            let (first, last) = chars[range];
            found |= first as u32 <= c && c <= last as u32;
            range += 1;
        }
        assert!(found, "{}", message);
        (at, count) = (next, count + 1);
    }
    assert!(min <= count && count <= max, "{}", message);
    Constant(text)
}

/// The value of a constant when it is one of the words.
///
/// # Panics
/// With the message if it is not one of them: an error of the compiler at the constant.
#[must_use]
#[track_caller]
pub const fn one_of(text: &'static str, words: &[&str], message: &str) -> Constant {
    let mut word = 0;
    while word < words.len() {
        if same(text, words[word]) {
            return Constant(text);
        }
        word += 1;
    }
    panic!("{}", message)
}

/// The value of a constant when it is a partition.
///
/// # Panics
/// With the message when it is not: an error of the compiler at the constant.
#[must_use]
#[track_caller]
pub const fn partition(text: &'static str, message: &str) -> Constant {
    let mut partition = 0;
    while partition < PARTITIONS.len() {
        if same(text, PARTITIONS[partition].name) {
            return Constant(text);
        }
        partition += 1;
    }
    panic!("{}", message)
}

/// The value of a constant when it is a region of the partition, or of any when that is empty.
///
/// # Panics
/// With the message when it is not: an error of the compiler at the constant.
#[must_use]
#[track_caller]
pub const fn region(text: &'static str, partition: &str, message: &str) -> Constant {
    let mut at = 0;
    while at < PARTITIONS.len() {
        let (name, regions) = (PARTITIONS[at].name, PARTITIONS[at].regions);
        let mut region = 0;
        while region < regions.len() && (partition.is_empty() || same(partition, name)) {
            if same(text, regions[region].name) {
                return Constant(text);
            }
            region += 1;
        }
        at += 1;
    }
    panic!("{}", message)
}

/// The value of a constant when it is an ARN without wildcards and policy variables.
///
/// # Panics
/// With the message when it is not: an error of the compiler at the constant.
#[must_use]
#[track_caller]
pub const fn arn(text: &'static str, chars: &[(char, char)], message: &str) -> Constant {
    let constant = constant(text, chars, (1, 2048), message);
    assert!(has_fields_of_arn(text), "{}", message);
    constant
}

/// Whether the fields of a text are those of one ARN: a partition of AWS, a service, a region or none, an account or none,
/// and a resource.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
pub(crate) const fn has_fields_of_arn(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !matches!(
        bytes,
        [b'a', b'r', b'n', b':', b'a', b'w', b's', b':' | b'-', ..]
    ) {
        return false;
    }
    let (mut at, mut field, mut length) = (0, 0, 0);
    let mut digits = 0;
    while at < bytes.len() && field < 5 {
        match bytes[at] {
            // An account has twelve digits, or it is one of AWS's own, which has a name.
            b':' if field == 4 && digits > 0 && (digits != 12 || length != 12) => return false,
            b':' if length == 0 && field != 3 && field != 4 => return false,
            b':' => (field, length, digits) = (field + 1, 0, 0),
            b'0'..=b'9' => (length, digits) = (length + 1, digits + 1),
            b'a'..=b'z' | b'-' => length += 1,
            _ => return false,
        }
        at += 1;
    }
    field == 5 && at < bytes.len()
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

/// The character that begins at this byte of a text, and where the next one begins.
const fn char_at(bytes: &[u8], at: usize) -> (u32, usize) {
    let first = bytes[at] as u32;
    let (mut c, length) = match first {
        0..0xC0 => (first, 1),
        0xC0..0xE0 => (first & 0x1F, 2),
        0xE0..0xF0 => (first & 0x0F, 3),
        _ => (first & 0x07, 4),
    };
    let mut next = 1;
    while next < length && at + next < bytes.len() {
        c = (c << 6) | (bytes[at + next] as u32 & 0x3F);
        next += 1;
    }
    (c, at + length)
}

/// The number of the value whose mark begins at this byte: a character of the private use plane 15.
const fn mark_at(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes[at] != 0xF3 {
        return None;
    }
    match char_at(bytes, at).0 {
        c @ 0xF_0000..=0xF_FFFD => Some((c - 0xF_0000) as usize),
        _ => None,
    }
}

const MARK: usize = 4;

/// The length of a part of a template once its values are in.
const fn length_of(template: &[u8], from: usize, to: usize, values: &[Constant]) -> usize {
    let (mut at, mut length) = (from, 0);
    while at < to {
        match mark_at(template, at) {
            Some(number) => {
                length += values[number].0.len();
                at += MARK;
            }
            None => {
                length += 1;
                at += 1;
            }
        }
    }
    length
}

/// The length of a template once its values are in.
#[must_use]
pub const fn expanded_len(template: &str, values: &[Constant]) -> usize {
    length_of(template.as_bytes(), 0, template.len(), values)
}

/// A template with its values. `sizes` says where sizes of four digits are to be written, and of how many bytes behind
/// each.
#[must_use]
pub const fn expanded<const N: usize>(
    template: &str,
    sizes: &[(usize, usize)],
    values: &[Constant],
) -> [u8; N] {
    let template = template.as_bytes();
    let mut out = [0; N];
    let (mut at, mut to, mut size) = (0, 0, 0);
    while at < template.len() {
        if size < sizes.len() && sizes[size].0 == at {
            let from = at + MARK;
            let mut number = length_of(template, from, from + sizes[size].1, values);
            let mut digit = MARK;
            while digit > 0 {
                digit -= 1;
                // As `evaluate::program` writes them.
                let zero = if digit == MARK - 1 { b'0' } else { b']' };
                out[to + digit] = zero + (number % 32) as u8;
                number /= 32;
            }
            (at, to, size) = (from, to + MARK, size + 1);
        } else if let Some(number) = mark_at(template, at) {
            let value = values[number].0.as_bytes();
            let mut from = 0;
            while from < value.len() {
                out[to] = value[from];
                (from, to) = (from + 1, to + 1);
            }
            at += MARK;
        } else {
            out[to] = template[at];
            (at, to) = (at + 1, to + 1);
        }
    }
    out
}

/// The bytes as the text that they are.
///
/// # Panics
/// Never: values and templates are texts.
#[must_use]
pub const fn text(bytes: &'static [u8]) -> &'static str {
    match core::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("this is a bug in rekognition-iam; please report it with the policy"),
    }
}

/// The value of a constant that was checked while compiling. In a policy with variables it is one more value.
#[derive(Debug, Clone, Copy)]
pub struct Constant(&'static str);

impl sealed::Sealed for Constant {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> Fill<T> for Constant {
    type Form = Exact;

    #[inline]
    fn fill(&self, _: Place) -> String {
        self.0.to_string()
    }
}
