//! Rules about conditions on the tags of resources, for actions whose requests do not carry them.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html>.

use alloc::format;
use alloc::vec::Vec;

use super::condition::{any_carried, carried, holds_without_key, instead};

use crate::check::facts::{ActionKind, Facts, KeyFact, KeyKind, StatementFacts};
use crate::check::rule::rules;
use crate::check::{Message, Sink};
use crate::document::Effect;

rules![
    /// A `Deny` depends on a resource tag that is never in a request for its actions, so it denies nothing.
    ///
    /// Checks conditions on `aws:ResourceTag` and similar keys of statements whose actions are patterns. Requests
    /// for actions that do not support tags do not have the key, so the condition never holds. Deny these actions
    /// in a statement without the condition.
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "rekognition:DetectF*",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:ResourceTag/x": "a"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "rekognition:DetectF*",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": "a"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html>.
    #[rule(SecurityWarning, denied, needs(DENY, DECLARED, PATTERN))]
    fn DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        untagged(
            facts,
            sink,
            Effect::Deny,
            ", so this denies nothing for them",
        )
    },

    /// An `Allow` depends on a resource tag that is never in a request for its actions, so it grants nothing.
    ///
    /// Checks conditions on `aws:ResourceTag` and similar keys of statements whose actions are patterns. Requests
    /// for actions that do not support tags do not have the key, so the condition never holds. Allow these actions
    /// in a statement without the condition.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectF*",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:ResourceTag/x": "a"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectF*",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": "a"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html>.
    #[rule(Suggestion, denied, needs(DECLARED, PATTERN))]
    fn ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE(
        facts: &Facts<'_>,
        sink: &mut Sink<'_>,
    ) {
        untagged(
            facts,
            sink,
            Effect::Allow,
            ", so this grants nothing for them",
        )
    },

    /// A `Deny` with `NotAction` depends on a resource tag that many of its actions do not support.
    ///
    /// Checks conditions on `aws:ResourceTag` and similar keys in statements with `NotAction`. Nearly all actions
    /// of AWS are in such a statement, and requests for many of them never have the key, so they are not denied.
    /// List the actions that you mean.
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "NotAction": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:ResourceTag/x": "a"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "NotAction": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": "a"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html>.
    #[rule(SecurityWarning, denied, needs(DENY, NOT_ACTION, KEYS))]
    fn DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE(
        facts: &Facts<'_>,
        sink: &mut Sink<'_>,
    ) {
        not_action(facts, sink, Effect::Deny, ", so this does not deny them")
    },

    /// An `Allow` with `NotAction` depends on a resource tag that many of its actions do not support.
    ///
    /// Checks conditions on `aws:ResourceTag` and similar keys in statements with `NotAction`. Nearly all actions
    /// of AWS are in such a statement, and requests for many of them never have the key, so they are not granted.
    /// List the actions that you mean.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "NotAction": ["rekognition:DetectText", "iam:*"],
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:ResourceTag/x": "a"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "NotAction": ["rekognition:DetectText", "iam:*"],
    ///   "Resource": "arn:aws:s3:::b/*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": "a"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html>.
    #[rule(Suggestion, denied, needs(NOT_ACTION, KEYS))]
    fn ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE(
        facts: &Facts<'_>,
        sink: &mut Sink<'_>,
    ) {
        not_action(facts, sink, Effect::Allow, ", so this does not grant them")
    },

    /// A condition compares the tags of a resource that the request only creates.
    ///
    /// Checks `aws:ResourceTag` in statements whose actions all create a resource with tags. AWS's guide says that the key
    /// has the tags that the new resource gets, and its service reference does not list the key for these actions, so the
    /// condition may never hold. Compare `aws:RequestTag`, which such requests have for certain.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:CreateCollection",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:ResourceTag/x": "a"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": ["rekognition:CreateCollection", "rekognition:TagResource"],
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:RequestTag/x": "a"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourcetag>.
    #[rule(Warning, needs(DECLARED))]
    fn REKOGNITION_IAM_RESOURCE_TAG_OF_CREATED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (statement, key) in facts.keys() {
            let KeyKind::Declared(known) = key.kind else {
                continue;
            };
            if !is_resource_tag(key) || statement.statement.actions.not || holds_without_key(key) {
                continue;
            }
            // Nothing when an action has the key, or nobody knows.
            let creating: Option<Vec<_>> = (statement.actions.iter())
                .map(|action| {
                    action.kind.one().filter(|(service, info)| {
                        info.tags_what_it_creates(service, known)
                            && !carried(service, info, None, known)
                    })
                })
                .collect();
            let creating = creating.unwrap_or_default();
            let Some(first) = creating.first() else {
                continue;
            };
            let more = creating.len() - 1;
            let mut message = Message::new()
                .key(key.name)
                .with(" may not be in requests for ")
                .actions(core::slice::from_ref(first));
            message = message.with(match more {
                0 => ", which creates the resource".into(),
                more => format!(" and {more} more of these actions, which create the resource"),
            });
            let finding = sink.report(key.place(), message);
            if let Some(instead) = instead(known, &creating) {
                finding.help(instead);
            }
        }
    }
];

/// Whether the key is the tag of a resource.
fn is_resource_tag(key: &KeyFact<'_>) -> bool {
    key.is_one_of(&["aws:ResourceTag/"])
}

/// The patterns of a statement that match no action which carries the tag of a resource, when the condition wants one.
pub(super) fn untagged_patterns<'f>(
    statement: &'f StatementFacts<'_>,
    key: &KeyFact<'_>,
) -> Vec<&'f str> {
    let KeyKind::Declared(known) = key.kind else {
        return Vec::new();
    };
    if !is_resource_tag(key) || !key.wants_key() || statement.statement.actions.not {
        return Vec::new();
    }
    let mut patterns = Vec::new();
    for action in &statement.actions {
        if let ActionKind::Pattern(service, _, infos) = &action.kind
            && !infos.is_empty()
            && !any_carried(service, infos, None, known)
            && !(infos.iter()).any(|info| info.tags_what_it_creates(service, known))
        {
            patterns.push(action.text);
        }
    }
    patterns
}

fn untagged(facts: &Facts<'_>, sink: &mut Sink<'_>, effect: Effect, says: &'static str) {
    for (statement, key) in facts.keys() {
        if statement.statement.effect != effect {
            continue;
        }
        for pattern in &untagged_patterns(statement, key) {
            sink.report(
                key.place(),
                Message::from(format!(
                    "requests for the actions that `{pattern}` matches never have "
                ))
                .key(key.name)
                .with(says),
            )
            .help("move these actions to a separate statement, without the condition");
        }
    }
}

fn not_action(facts: &Facts<'_>, sink: &mut Sink<'_>, effect: Effect, says: &'static str) {
    for (statement, key) in facts.keys() {
        if statement.statement.effect == effect
            && statement.statement.actions.not
            && is_resource_tag(key)
            && key.wants_key()
        {
            sink.report(
                key.place(),
                Message::new()
                    .word("NotAction")
                    .with(" still includes many actions whose requests never have ")
                    .key(key.name)
                    .with(says),
            )
            .help("list the actions that you mean");
        }
    }
}
