//! A rule about policy variables that are written with the escapes of another syntax.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::principal::principals;
use super::variable::known;

use crate::check::facts::Facts;
use crate::check::finding::Part;
use crate::check::rule::rules;
use crate::check::{Message, Sink};
use crate::document::{Place, Value};

/// How another syntax writes what is to become a policy variable, or a value of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escape {
    /// `&{aws:username}`
    PolicyDocument,
    /// `$${aws:username}`
    Template,
    /// `\${aws:username}`
    Script,
    /// `#{aws:username}` and `#{AWS::Region}`
    Hash,
    /// `${!aws:username}`
    Sub,
    /// `${AWS::Region}`
    Pseudo,
}

/// An escape in a text.
struct Found<'t> {
    escape: Escape,
    range: Range<usize>,
    /// What is between the braces, without any escape.
    inner: &'t str,
}

/// Whether the text between the braces of `${..}` is not a name but an escape of CloudFormation.
pub(super) fn is_of_cloudformation(inner: &str) -> bool {
    inner.starts_with("AWS::") || inner.starts_with('!')
}

/// Whether it can only be a policy variable, or a character that is written like one.
fn is_variable(inner: &str) -> bool {
    let name = inner.split(',').next().unwrap_or(inner).trim();
    matches!(inner, "*" | "?" | "$") || known(name).is_some()
}

/// Whether a text has a policy variable in the escaped form of another tool.
pub(in crate::check) fn is_in(text: &str) -> bool {
    text.contains('{') && !find(text).is_empty()
}

fn find(text: &str) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((before, behind)) = text.get(at..).and_then(|rest| rest.split_once('{'))
        && let Some((inner, _)) = behind.split_once('}')
    {
        let brace = at + before.len();
        at = brace + 1;
        let end = at + inner.len() + 1;
        let before = text.get(..brace).unwrap_or_default();
        let escaped = |prefix: &str, escape| {
            (before.ends_with(prefix)).then(|| (escape, brace - prefix.len(), inner))
        };
        let hit = if let Some(hit) = escaped("&", Escape::PolicyDocument) {
            Some(hit).filter(|_| is_variable(inner))
        } else if let Some(hit) = escaped("#", Escape::Hash) {
            Some(hit).filter(|_| is_variable(inner) || inner.starts_with("AWS::"))
        } else if let Some((_, start, _)) = escaped("$", Escape::Pseudo) {
            if inner.starts_with("AWS::") {
                Some((Escape::Pseudo, start, inner))
            } else if let Some(name) = inner.strip_prefix('!') {
                Some((Escape::Sub, start, name))
            } else {
                // A value with a backslash before a `*`, escaped as IAM wants it, is `\${*}`.
                let script =
                    || escaped("\\$", Escape::Script).filter(|_| !matches!(inner, "*" | "?" | "$"));
                (escaped("$$", Escape::Template).or_else(script)).filter(|_| is_variable(inner))
            }
        } else {
            None
        };
        if let Some((escape, start, inner)) = hit {
            found.push(Found {
                escape,
                range: start..end,
                inner,
            });
            at = end;
        }
    }
    found
}

rules![
    /// A policy variable is written in the escaped form of another tool.
    ///
    /// Checks for forms such as `&{aws:username}`, which Terraform's `aws_iam_policy_document` turns into
    /// `${aws:username}`, or `$${..}` and `${!..}`. IAM itself reads them as plain text, so the resource or
    /// condition matches nothing. In `Principal`, AWS rejects them.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/&{aws:username}/*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:username}/*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.
    #[rule(Error, needs(BRACE))]
    fn REKOGNITION_IAM_FOREIGN_ESCAPE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        let mut look = |place: Place, text: &str| {
            if !text.contains('{') {
                return;
            }
            for found in find(text) {
                let written = text.get(found.range.clone()).unwrap_or_default();
                let finding = sink.report(place, message(&found, written));
                finding.at(found.range.clone());
                match found.escape {
                    Escape::Pseudo | Escape::Hash if found.inner.starts_with("AWS::") => {
                        finding.help(format!(
                            "write the value itself, or use `${{{}}}` inside `Fn::Sub`",
                            found.inner
                        ));
                    }
                    _ if matches!(place, Place::Principal(..)) => {
                        finding.help(
                            "name each principal; a policy variable is not allowed in a principal",
                        );
                        continue;
                    }
                    Escape::PolicyDocument
                    | Escape::Template
                    | Escape::Script
                    | Escape::Hash
                    | Escape::Sub
                    | Escape::Pseudo => {
                        let variable = Part::Variable(String::from(found.inner));
                        finding.help(Message::from("write ").with(variable));
                    }
                }
                if found.escape == Escape::Template {
                    finding.help("for a `$` before a policy variable, write `${$}`");
                }
            }
        };
        for principal in &principals(facts) {
            look(principal.place(), principal.text);
        }
        for (place, _, resource) in facts.resources() {
            look(place, resource.text);
        }
        for (_, key) in facts.keys() {
            for (v, value) in key.values.iter().enumerate() {
                if let Value::String(text) = value {
                    look(key.value(v), text);
                }
            }
        }
    }
];

fn message(found: &Found<'_>, text: &str) -> String {
    match found.escape {
        Escape::PolicyDocument => format!(
            "`{text}` is an escape of the Terraform data source `aws_iam_policy_document`; IAM reads it as plain text"
        ),
        Escape::Template => format!(
            "`{text}` is an escape for Terraform and similar templates; IAM reads its first `$` as plain text"
        ),
        Escape::Script => {
            format!("`{text}` is an escape for scripts; IAM reads its backslash as plain text")
        }
        Escape::Hash => format!("`{text}` is not a policy variable; IAM reads it as plain text"),
        Escape::Sub => format!(
            "`{text}` is an escape of the CloudFormation function `Fn::Sub`; IAM has no such variable"
        ),
        Escape::Pseudo => format!(
            "`{text}` is replaced by CloudFormation only, inside `Fn::Sub`; IAM has no such variable"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{Escape, find};

    #[test]
    fn escapes() {
        for (text, escape, range) in [
            ("a/&{aws:username}/b", Escape::PolicyDocument, 2..17),
            ("&{*}", Escape::PolicyDocument, 0..4),
            ("a/$${aws:username}", Escape::Template, 2..18),
            ("$${aws:PrincipalTag/team, 'x'}", Escape::Template, 0..30),
            ("a/\\${aws:username}", Escape::Script, 2..18),
            ("#{aws:username}", Escape::Hash, 0..15),
            ("#{AWS::Region}", Escape::Hash, 0..14),
            ("${!aws:username}", Escape::Sub, 0..16),
            ("arn:aws:s3:::${AWS::AccountId}-x", Escape::Pseudo, 13..30),
        ] {
            let found = find(text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].escape == escape, "{text}");
            assert_eq!(found[0].range, range, "{text}");
        }
        for text in [
            "${aws:username}",
            "${$}${aws:username}",
            "a&b{c}",
            "&{x}",
            "$${x}",
            "#{x}",
            "{aws:username}",
            "&{aws:username",
            "${*}{",
            "\\${*}",
            "\\${$}",
        ] {
            assert!(find(text).is_empty(), "{text}");
        }
    }
}
