//! Rules about policy variables, `${aws:username}`.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::action::has_keys_not_covered;
use super::condition::push_names;

use crate::catalogue;
use crate::check::facts::{Facts, iot_core_keys, is_iot_core_key};
use crate::check::finding::Part;
use crate::check::rule::rules;
use crate::check::{Message, Sink};
use crate::condition::OperatorFamily;
use crate::document::{Place, Value};
use crate::suggest;

/// A variable in a text, or what began like one.
pub(super) struct Variable<'t> {
    /// Where the text stands.
    place: Place,
    text: &'t str,
    /// The whole of it, `${` and `}` included.
    range: Range<usize>,
    /// What is between the braces; `None` when they do not close.
    inner: Option<&'t str>,
}

/// The variables in all texts in which a variable may stand.
pub(super) fn variables<'d>(facts: &Facts<'d>) -> Vec<Variable<'d>> {
    let mut found = Vec::new();
    each_text(facts, |place, text| push_variables(&mut found, place, text));
    found
}

/// Calls the function with each text in which a variable may stand.
fn each_text<'d>(facts: &Facts<'d>, mut each: impl FnMut(Place, &'d str)) {
    for (s, statement) in facts.statements.iter().enumerate() {
        for (r, resource) in statement.resources.iter().enumerate() {
            each(Place::Resource(s, r), resource.text);
        }
        for key in &statement.keys {
            for (v, value) in key.values.iter().enumerate() {
                if let Value::String(text) = value {
                    each(key.value(v), text);
                }
            }
        }
    }
}

/// The names of condition keys after a `$` without a brace: `$aws:username`.
fn bare(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('$') {
        let rest = text.get(at + 1..).unwrap_or_default();
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_');
        let end_from = |start: usize| {
            let name = rest.get(start..).unwrap_or_default();
            start + name.find(|c| !is_name(c)).unwrap_or(name.len())
        };
        // What follows a slash may be the name of a tag, and is otherwise the next part of a path.
        let end = end_from(0);
        let names = [end, end_from(end + 1)].map(|end| rest.get(..end).unwrap_or_default());
        if let Some(name) =
            (names.into_iter()).find(|name| name.contains(':') && known(name).is_some())
        {
            found.push((at..at + 1 + name.len(), name));
        }
    }
    found
}

fn push_variables<'t>(found: &mut Vec<Variable<'t>>, place: Place, text: &'t str) {
    let mut at = 0;
    while let Some((before, behind)) = text.get(at..).and_then(|rest| rest.split_once("${")) {
        let start = at + before.len();
        let inner = behind.split_once('}').map(|(inner, _)| inner);
        at = inner.map_or(text.len(), |inner| start + inner.len() + 3);
        found.push(Variable {
            place,
            text,
            range: start..at,
            inner,
        });
    }
}

impl<'t> Variable<'t> {
    fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// The key's name and the default, when there is one. `None` for `${*}`, `${?}` and `${$}`, which are characters.
    fn parts(&self) -> Option<(&'t str, Option<&'t str>)> {
        let inner = self.inner?;
        if matches!(inner, "*" | "?" | "$") {
            return None;
        }
        Some(match inner.split_once(',') {
            Some((name, default)) => (name.trim(), Some(default.trim())),
            None => (inner, None),
        })
    }
}

rules![
    /// A policy variable is missing a brace.
    ///
    /// Checks that each `${` has a `}`, and that the name of a condition key after `$` has both braces. `${aws:username` is
    /// not a policy variable, and IAM rejects the policy. `$aws:username` is plain text to IAM, which matches only itself.
    /// To write a plain `$`, use `${$}`.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:username"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:username}"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.
    #[rule(Error, needs(VARIABLE))]
    fn MISSING_BRACE_IN_VARIABLE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for variable in &variables(facts) {
            if variable.inner.is_some() {
                continue;
            }
            sink.report(variable.place, "this policy variable has no `}`")
                .at(variable.range())
                .help(
                    "a policy variable looks like `${aws:username}`; for a plain `$`, write `${$}`",
                );
        }
        each_text(facts, |place, text| {
            for (range, name) in bare(text) {
                sink.report(
                    place,
                    format!("`${name}` is plain text: a policy variable has braces"),
                )
                .at(range)
                .help(Message::from("write ").with(Part::Variable(String::from(name))));
            }
        });
    },

    /// A policy variable has no name.
    ///
    /// Checks that each `${..}` names a condition key, or is one of `${*}`, `${?}`, and `${$}` for these
    /// characters. IAM rejects a policy with an empty variable.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${}"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:username}"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.
    #[rule(Error, needs(VARIABLE))]
    fn EMPTY_VARIABLE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for variable in &variables(facts) {
            if variable.parts().is_some_and(|(name, _)| name.is_empty()) {
                sink.report(variable.place, "this policy variable has no name")
                    .at(variable.range())
                    .help("a policy variable looks like `${aws:username}`");
            }
        }
    },

    /// The name of a policy variable contains a space.
    ///
    /// Checks the text between `${` and `}`. No condition key has a space in its name, so the variable cannot be
    /// resolved. A space is only allowed before a default value.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${ aws:username}"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:username}"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.
    #[rule(Error, needs(VARIABLE))]
    fn UNSUPPORTED_SPACE_IN_VARIABLE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for variable in &variables(facts) {
            let Some(inner) = variable.inner else {
                continue;
            };
            let name = inner.split(',').next().unwrap_or(inner);
            // A tag's name may hold spaces: only those around a name are surely wrong.
            let wrong = name.trim() != name || (name.contains(' ') && !name.contains('/'));
            if wrong && !name.trim().is_empty() {
                let fixed = variable.text.replacen(name, name.trim(), 1);
                let finding = sink.report(
                    variable.place,
                    "the name of a policy variable contains a space",
                );
                finding.at(variable.range());
                if !name.trim().contains(' ') {
                    finding
                        .help(format!(
                            "write `${{{}}}`",
                            inner.replacen(name, name.trim(), 1)
                        ))
                        .replace(fixed);
                }
            }
        }
    },

    /// The default value of a policy variable is not in single quotes.
    ///
    /// Checks the text after the comma in a policy variable. A default value is written in single quotes, as in
    /// `${aws:PrincipalTag/team, 'nobody'}`. IAM rejects the policy otherwise.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:username, nobody}"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "s3:GetObject",
    ///   "Resource": "arn:aws:s3:::b/${aws:username, \u0027nobody\u0027}"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-default-values>.
    #[rule(Error, needs(VARIABLE))]
    fn MISSING_QUOTE_IN_VARIABLE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for variable in &variables(facts) {
            let Some((_, Some(default))) = variable.parts() else {
                continue;
            };
            let quoted = default.len() >= 2 && default.starts_with('\'') && default.ends_with('\'');
            if !quoted {
                sink.report(
                    variable.place,
                    "the default value of this policy variable is not in single quotes",
                )
                .at(variable.range())
                .help("write it as in `${aws:PrincipalTag/team, 'nobody'}`");
            }
        }
    },

    /// A policy variable does not name a condition key.
    ///
    /// Checks the name in each `${..}` against the catalogue. A key that does not exist is missing from every
    /// request, so the statement never applies: an `Allow` grants nothing, and a `Deny` denies nothing.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:user}"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:username}"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.
    #[rule(Error, needs(VARIABLE))]
    fn REKOGNITION_IAM_UNKNOWN_VARIABLE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for variable in &variables(facts) {
            let Some((name, _)) = variable.parts() else {
                continue;
            };
            if name.is_empty()
                || name.contains(' ')
                || known(name).is_some()
                || super::escape::is_of_cloudformation(name)
                || is_of_service_not_covered(name)
            {
                continue;
            }
            let finding = sink.report(
                variable.place,
                format!(
                    "this policy variable names an unknown condition key, `{}`",
                    name.escape_debug()
                ),
            );
            finding.at(variable.range());
            let mut names = Vec::new();
            push_names(&mut names, catalogue::global_keys());
            if name.starts_with("iot:") {
                names.extend(iot_core_keys());
            }
            if let Some(right) = respelled(name) {
                finding.help(Message::from("write ").with(Part::Variable(right)));
                continue;
            }
            // The catalogue's own placeholders look just like variables and come over by copy and paste.
            if matches!(name, "Partition" | "Region" | "Account") || !name.contains(':') {
                finding.help("replace placeholders from AWS documentation, such as `${Region}`, with a value or with `*`");
                continue;
            }
            let near = suggest::nearest_all(name, &names);
            if !near.is_empty() {
                finding.did_you_mean(&near, &Message::quoted);
                // A placeholder is still to be filled in.
                if let Some(only) = suggest::certain(name, &names)
                    && !only.contains(['$', '<'])
                {
                    let start = variable.range.start + 2;
                    let mut text = String::from(variable.text);
                    text.replace_range(start..start + name.len(), only);
                    finding.replace(text);
                }
            }
        }
    },

    /// A policy variable names a condition key that can have several values.
    ///
    /// Checks the type of the key in each `${..}`. A variable represents a single value, so a multivalued key
    /// cannot be one, and the statement never applies. Compare the key in a condition instead.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:TagKeys}"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:PrincipalTag/a}"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.
    #[rule(Error, needs(VARIABLE))]
    fn REKOGNITION_IAM_MULTIVALUED_VARIABLE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for variable in &variables(facts) {
            let Some((name, _)) = variable.parts() else {
                continue;
            };
            if known(name).is_some_and(|key| key.multivalued) {
                sink.report(
                    variable.place,
                    Message::new().key(name).with(
                        " has several values in a request, so it cannot be a policy variable",
                    ),
                )
                .at(variable.range())
                .help("compare the key in a condition; a policy variable has one value");
            }
        }
    },

    /// A policy variable is used where IAM reads it as plain text.
    ///
    /// Checks where policy variables appear. IAM replaces them in condition values and in the last part of a
    /// resource ARN, after the fifth colon. Anywhere else, such as in the account, the ARN matches nothing. Write
    /// `*` there, and compare the key in a condition. In `Principal`, AWS rejects them.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-east-1:${aws:PrincipalAccount}:collection/a"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-wheretouse>.
    #[rule(Error, needs(VARIABLE))]
    fn VARIABLE_UNSUPPORTED_IN_ELEMENT(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.statements.iter().enumerate() {
            for (a, action) in statement.actions.iter().enumerate() {
                let mut found = Vec::new();
                push_variables(&mut found, Place::Action(s, a), action.text);
                for variable in &found {
                    sink.report(
                        variable.place,
                        "a policy variable is not allowed in an action",
                    )
                    .at(variable.range());
                }
            }
            let principals = statement.principals.as_ref();
            for principal in principals.map_or(&[][..], |principals| &principals.list) {
                // What another tool would have replaced is reported for that.
                if super::escape::is_in(principal.text) {
                    continue;
                }
                let mut found = Vec::new();
                push_variables(&mut found, principal.place(), principal.text);
                for variable in &found {
                    sink.report(
                        variable.place,
                        "a policy variable is not allowed in a principal",
                    )
                    .at(variable.range())
                    .help("name each principal, or compare the key in a condition");
                }
            }
            for (r, resource) in statement.resources.iter().enumerate() {
                let Some(arn) = resource.arn() else { continue };
                let mut found = Vec::new();
                push_variables(&mut found, Place::Resource(s, r), arn.before_resource());
                for variable in &found {
                    // What names no key at all is reported for that.
                    if (variable.parts()).is_some_and(|(name, _)| known(name).is_none()) {
                        continue;
                    }
                    sink.report(
                        variable.place,
                        "a policy variable is only allowed after the fifth colon of an ARN",
                    )
                    .at(variable.range())
                    .help("write `*` there, and compare the key in a condition");
                }
            }
        }
    },

    /// A policy variable is a value of an operator that reads it as plain text.
    ///
    /// Checks the operators of conditions with policy variables. Only string and ARN operators replace them. With a
    /// numeric, date, Boolean, binary, or IP address operator, the comparison never holds.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "${aws:PrincipalTag/a}"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-wheretouse>.
    #[rule(Error, needs(VARIABLE, KEYS))]
    fn INVALID_VARIABLE_FOR_OPERATOR(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, key) in facts.keys() {
            let Some(operator) = key.operator else {
                continue;
            };
            if matches!(
                operator.family(),
                OperatorFamily::String | OperatorFamily::Arn | OperatorFamily::Bool
            ) {
                continue;
            }
            for (v, value) in key.values.iter().enumerate() {
                if value.as_text().contains("${") {
                    sink.report(
                        key.value(v),
                        Message::from("a policy variable has no effect with ")
                            .operator(operator.name()),
                    )
                    .help("use a `String`, `Arn`, or `Bool` operator");
                }
            }
        }
    },

    /// A policy variable is used in a policy of version `2008-10-17`, which reads it as plain text.
    ///
    /// Checks the `Version` of policies with policy variables. In the older version, and in a policy without
    /// `Version`, `${aws:username}` is ordinary text and matches nothing. Use `2012-10-17`.
    ///
    /// ```json
    /// {
    ///   "Version": "2008-10-17",
    ///   "Statement": [
    ///     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:username}"}
    ///   ]
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:username}"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>.
    #[rule(Error, needs(VARIABLE))]
    fn VARIABLE_UNSUPPORTED_IN_VERSION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if facts.document.version.as_deref() == Some("2012-10-17") {
            return;
        }
        let mut told = None;
        for variable in &variables(facts) {
            // One finding for each text.
            if told == Some(variable.place) {
                continue;
            }
            told = Some(variable.place);
            sink.report(
                variable.place,
                "a policy variable is plain text in policies older than version 2012-10-17",
            )
            .at(variable.range())
            .help("set the version to `2012-10-17`");
        }
    }
];

/// The name with a colon between prefix and key, where another character was written: `aws.username`.
fn respelled(name: &str) -> Option<String> {
    for separator in ["::", ".", "/", "_", "-"] {
        if let Some((prefix, rest)) = name.split_once(separator) {
            let right = format!("{prefix}:{rest}");
            if known(&right).is_some() {
                return Some(right);
            }
        }
    }
    None
}

/// Whether the key may exist in a service of which the catalogue does not have everything, so that nothing can be said about it: IoT's
/// own policies have `iot:Connection.Thing.ThingName`, and no reference lists it.
fn is_of_service_not_covered(name: &str) -> bool {
    name.split_once(':').is_some_and(|(prefix, _)| {
        if prefix.eq_ignore_ascii_case("iot") {
            return is_iot_core_key(name);
        }
        // A claim of an identity provider begins with the provider's address.
        catalogue::service(prefix).is_none_or(|service| !service.reviewed)
            && (has_keys_not_covered(prefix) || prefix.contains('.'))
    })
}

pub(super) fn known(name: &str) -> Option<&'static catalogue::ConditionKey> {
    catalogue::key(name)
}
