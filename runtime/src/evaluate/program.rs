//! A document in the compact form that decisions are made on.
//!
//! One string, so that `policy!` can put it into the expansion as one literal: a slice there costs rustc as much as all
//! the actions of a statement. It is walked from front to back, borrows nothing but itself and needs no memory.
//!
//! ```text
//! program   = "1" ("v" | "-") statement*           "v": Version 2012-10-17, so `${..}` is a variable
//! statement = size effect size actions size resources size principals size conditions size sid
//! effect    = "+" | "-"                            Allow, Deny
//! actions   = ("=" | "!") value*                   Action, NotAction
//! resources = ("=" | "!" | "_") value*             Resource, NotResource, neither
//! principals= ("=" | "!" | "_" | "*" | "~") (kind size text)*     "*": everyone, "~": all but everyone
//! condition = size operator set exists size key value*     operator "?": IAM has none of the name that is the key,
//!                                                          "!": AWS refuses the document for the Version that is the key
//! value     = ("e" | "p" | "v" | "*") size text    exact, pattern, with variables, any text
//! ```
//!
//! A size counts bytes in digits of 32, the first ones from `]` to `|` and the last one from `0` to `O`: no character
//! of it needs an escape in a Rust string, and the text stays what its author wrote.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

pub(crate) use super::code::{Code, Form, Line, List, Test, principal, test};
use super::spelled::Spelled;
use crate::document::{Document, Effect, PrincipalKind, PrincipalSet, Principals, Statement};
use crate::{OperatorFamily, SetOperator};

/// A document made ready to decide on: self-contained, and either owned or a constant of the program.
///
/// The text is the same for the same document, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program<'p> {
    text: Cow<'p, str>,
}

impl Program<'static> {
    /// Compiles a document. Never fails: what IAM would not accept matches no request.
    ///
    /// An operator that IAM does not have never grants and always denies. AWS refuses a document whose `Version` is neither
    /// `2012-10-17` nor `2008-10-17`, and nobody can tell what it would allow: whether its statements apply is
    /// [`Cause::Version`](super::Cause::Version), in decisions and in comparisons. See
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>.
    #[must_use]
    pub fn compile(document: &Document<'_>) -> Self {
        let mut out = Out {
            text: String::with_capacity(256),
            open: None,
        };
        write_document(&mut out, document);
        Self {
            text: Cow::Owned(out.text),
        }
    }

    /// What [`compile`](Self::compile) gives for a document in which characters of the private use plane 15 represent
    /// values, with the sizes that depend on them left open: where each is, and of how many bytes after it.
    #[doc(hidden)]
    #[must_use]
    pub fn template(document: &Document<'_>) -> (String, Vec<(usize, usize)>) {
        let mut out = Out {
            text: String::new(),
            open: Some(Vec::new()),
        };
        write_document(&mut out, document);
        (out.text, out.open.unwrap_or_default())
    }
}

impl<'p> Program<'p> {
    /// What [`as_str`](Self::as_str) gave.
    ///
    /// Any other text is safe and means nothing.
    #[must_use]
    pub const fn from_text(text: &'p str) -> Self {
        Self {
            text: Cow::Borrowed(text),
        }
    }

    /// The text, to keep and to read again with [`from_text`](Self::from_text).
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The denies of the program, or the one statement of this number, with a statement that allows all that they do not
    /// deny. It has `Principal` and `Resource` if such a policy has them.
    pub(crate) fn denials(
        &self,
        only: Option<usize>,
        has_principals: bool,
        has_resources: bool,
    ) -> Program<'static> {
        let mut out = Out {
            text: String::with_capacity(self.text.len() + 16),
            open: None,
        };
        out.push('1');
        out.push(if self.code().has_variables() {
            'v'
        } else {
            '-'
        });
        for (number, line) in self.code().lines().enumerate() {
            if !line.allows() && only.is_none_or(|only| only == number) {
                let text = core::str::from_utf8(line.bytes()).unwrap_or_default();
                sized(&mut out, |out| out.push_str(text));
            }
        }
        sized(&mut out, |out| {
            out.push('+');
            sized(out, |out| {
                out.push('=');
                value(out, "*", true, false);
            });
            sized(out, |out| {
                if has_resources {
                    out.push('=');
                    value(out, "*", true, false);
                } else {
                    out.push('_');
                }
            });
            sized(out, |out| out.push(if has_principals { '*' } else { '_' }));
            sized(out, |_| {});
            sized(out, |_| {});
        });
        Program {
            text: Cow::Owned(out.text),
        }
    }

    pub(crate) const fn code(&self) -> Code<'_> {
        Code {
            bytes: match &self.text {
                Cow::Borrowed(text) => text.as_bytes(),
                Cow::Owned(text) => text.as_str().as_bytes(),
            },
        }
    }
}

/// A program that is being written.
struct Out {
    text: String,
    /// The sizes that are left open, in a template.
    open: Option<Vec<(usize, usize)>>,
}

impl Out {
    fn push(&mut self, c: char) {
        self.text.push(c);
    }

    fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

/// What a document's `Version` says.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version<'t> {
    /// Variables are filled in.
    Variables,
    /// They are text: this is also meant when there is no `Version`.
    Plain,
    /// AWS refuses the document.
    Refused(&'t str),
}

impl<'t> Version<'t> {
    fn of(document: &'t Document<'_>) -> Self {
        match document.version.as_deref() {
            Some("2012-10-17") => Self::Variables,
            None | Some("2008-10-17") => Self::Plain,
            Some(other) => Self::Refused(other),
        }
    }
}

fn write_document(out: &mut Out, document: &Document<'_>) {
    let version = Version::of(document);
    out.push('1');
    out.push(if version == Version::Variables {
        'v'
    } else {
        '-'
    });
    for statement in &document.statements {
        sized(out, |out| write_statement(out, statement, version));
    }
}

fn sized(out: &mut Out, write: impl FnOnce(&mut Out)) {
    let mut inner = Out {
        text: String::new(),
        open: out.open.as_ref().map(|_| Vec::new()),
    };
    write(&mut inner);
    let length = inner.text.len();
    let is_mark = |c: char| matches!(c, '\u{f0000}'..='\u{ffffd}');
    match (&mut out.open, inner.open) {
        (Some(open), Some(more)) if inner.text.contains(is_mark) => {
            let at = out.text.len();
            out.text.push_str("]]]0");
            let from = out.text.len();
            open.push((at, length));
            open.extend(more.into_iter().map(|(at, length)| (from + at, length)));
        }
        _ => size(&mut out.text, length),
    }
    out.push_str(&inner.text);
}

/// Writes a number in digits of 32.
fn size(out: &mut String, number: usize) {
    let mut digits = [0_u8; 13];
    let mut count = 0;
    let mut left = number;
    loop {
        if let Some(digit) = digits.get_mut(count) {
            *digit = (left % 32) as u8;
        }
        count += 1;
        left /= 32;
        if left == 0 {
            break;
        }
    }
    for (place, digit) in digits.iter().enumerate().take(count).rev() {
        let zero = if place == 0 { b'0' } else { b']' };
        out.push(char::from(zero + digit));
    }
}

fn write_statement(out: &mut Out, statement: &Statement<'_>, version: Version<'_>) {
    let variables = version == Version::Variables;
    out.push(match statement.effect {
        Effect::Allow => '+',
        Effect::Deny => '-',
    });
    sized(out, |out| {
        out.push(if statement.actions.not { '!' } else { '=' });
        for action in &statement.actions.values {
            value(out, action, true, false);
        }
    });
    sized(out, |out| match &statement.resources {
        None => out.push('_'),
        Some(resources) => {
            out.push(if resources.not { '!' } else { '=' });
            for resource in &resources.values {
                value(out, resource, true, variables);
            }
        }
    });
    sized(out, |out| match &statement.principals {
        None => out.push('_'),
        Some(principals) => write_principals(out, principals),
    });
    sized(out, |out| {
        if let Version::Refused(version) = version {
            sized(out, |out| {
                out.push_str("!__");
                sized(out, |out| out.push_str(version));
            });
        }
        for block in &statement.conditions {
            let Some(operator) = Spelled::read(&block.operator) else {
                sized(out, |out| {
                    out.push('?');
                    out.push_str("__");
                    sized(out, |out| out.push_str(&block.operator));
                });
                continue;
            };
            for (key, values) in &block.keys {
                sized(out, |out| {
                    out.push(char::from(operator.operator.code()));
                    out.push(match operator.set {
                        None => '_',
                        Some(SetOperator::ForAllValues) => 'A',
                        Some(SetOperator::ForAnyValue) => 'E',
                    });
                    out.push(if operator.if_exists { '?' } else { '_' });
                    sized(out, |out| out.push_str(key));
                    let family = operator.operator.family();
                    let patterns = operator.operator.has_wildcards();
                    let variables = variables
                        && matches!(
                            family,
                            OperatorFamily::String | OperatorFamily::Arn | OperatorFamily::Bool
                        );
                    for text in values {
                        value(out, text.as_text(), patterns, variables);
                    }
                });
            }
        }
    });
    sized(out, |out| {
        out.push_str(statement.sid.as_deref().unwrap_or_default())
    });
}

fn write_principals(out: &mut Out, principals: &Principals<'_>) {
    match &principals.set {
        PrincipalSet::Anyone => out.push(if principals.not { '~' } else { '*' }),
        PrincipalSet::Listed(kinds) => {
            out.push(if principals.not { '!' } else { '=' });
            for (kind, names) in kinds {
                for name in names {
                    out.push(match kind {
                        PrincipalKind::Aws => 'A',
                        PrincipalKind::Service => 'S',
                        PrincipalKind::Federated => 'F',
                        PrincipalKind::CanonicalUser => 'C',
                    });
                    sized(out, |out| out.push_str(name));
                }
            }
        }
    }
}

fn value(out: &mut Out, text: &str, patterns: bool, variables: bool) {
    if patterns && !text.is_empty() && text.bytes().all(|byte| byte == b'*') {
        out.push('*');
        size(&mut out.text, 0);
        return;
    }
    let has_variables = variables
        && text
            .find("${")
            .is_some_and(|at| text.get(at..).is_some_and(|behind| behind.contains('}')));
    out.push(if has_variables {
        'v'
    } else if patterns && crate::glob::has_wildcard(text) {
        'p'
    } else {
        'e'
    });
    sized(out, |out| out.push_str(text));
}

#[cfg(test)]
mod tests {
    use super::super::code::read_size;
    use super::*;
    use crate::Operator;

    #[test]
    fn sizes() {
        for number in [0, 1, 31, 32, 1_023, 1_024, 6_144, 1 << 20, usize::MAX] {
            let mut text = String::new();
            size(&mut text, number);
            assert_eq!(
                read_size(text.as_bytes(), 0),
                (number, text.len()),
                "{text}"
            );
            assert!(!text.contains(['"', '\\']), "{text}");
        }
    }

    #[test]
    fn operators_have_codes() {
        for operator in Operator::ALL {
            assert_eq!(Operator::from_code(operator.code()), Some(operator));
        }
        assert_eq!(Operator::from_code(b'b'), None);
    }

    #[test]
    fn hostile_text_ends() {
        for text in [
            "",
            "1",
            "1v",
            "1v0",
            "1v]]]]]]]]]]]]]]]]]]]]",
            "1v|||||||||||||O",
            "1v5abc",
            "1v9+2=*21=41_0",
            "1v:+4=e1a1=9_0",
            "1v<+2=*2=*1=1~",
        ] {
            let program = Program::from_text(text);
            let mut at = program.code().start();
            while let Some((line, next)) = program.code().statement(at) {
                let _ = (line.actions(), line.sid(), test(line.conditions(), 0));
                let elements = line.elements();
                assert_eq!(elements.resources.bytes(), line.resources().bytes());
                assert_eq!(elements.principals, line.principals());
                assert_eq!(elements.conditions, line.conditions());
                at = next;
            }
        }
    }
}
