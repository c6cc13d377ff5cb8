//! Values of which a part follows from the caller: the ARN of a session's role without its path, and the unique ID of a caller.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use super::caller::{self, Caller, behind_last_slash};
use super::doubt::{Cause, Truth};
use super::program::Form;
use super::settle::Reading;
use super::text::{Pieces, alike, arn_field, begins, glob, glob_pieces, has_six_fields};
use crate::Operator;

/// Whether the unique ID of a caller, `aws:userid`, matches a value of the policy. The prefix says what the ID is of, and
/// the name of a session follows it; what is between them is not known.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html> and
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>.
pub(super) const fn id_matches(
    operator: Operator,
    form: Form,
    text: &[u8],
    who: &Caller<'_>,
) -> Truth {
    if let Form::Variables = form {
        return Truth::maybe(Cause::CallerValue);
    }
    let (wild, fold) = match Reading::of(operator) {
        Reading::Exact => (false, false),
        Reading::Folded => (false, true),
        Reading::Whole => (true, false),
        Reading::Fields | Reading::Typed(_) => return Truth::maybe(Cause::CallerValue),
    };
    let (prefix, colon, name): (&[u8], &[u8], &[u8]) = match who.form {
        caller::Form::User => (b"AIDA", b"", b""),
        caller::Form::Role => (b"AROA", b":", b""),
        caller::Form::Session => (b"AROA", b":", behind_last_slash(who.resource)),
        caller::Form::FederatedUser => {
            let Some(account) = who.account else {
                return Truth::maybe(Cause::CallerValue);
            };
            let id = Pieces::new([account, b":", who.name, b"", b"", b"", b""]);
            return Truth::of(glob_pieces(text, &id, wild, fold));
        }
        caller::Form::Anonymous
        | caller::Form::Root
        | caller::Form::Service
        | caller::Form::Provider
        | caller::Form::Other => return Truth::maybe(Cause::CallerValue),
    };
    let knows_end = !matches!(who.form, caller::Form::Role);
    let ends = matches!(who.form, caller::Form::Session);
    // Characters that no policy has: only wildcards that take in any ID of some length match both.
    let short = Pieces::new([prefix, b"\x01\x02\x01", colon, name, b"", b"", b""]);
    let long = Pieces::new([prefix, b"\x01\x02\x01\x02\x01", colon, name, b"", b"", b""]);
    if knows_end && glob_pieces(text, &short, wild, fold) && glob_pieces(text, &long, wild, fold) {
        return Truth::Yes;
    }
    let head = Pieces::new([prefix, b"", b"", b"", b"", b"", b""]);
    if may_begin(text, &head, wild, fold) && (!ends || may_end(text, b':', name, wild, fold)) {
        Truth::maybe(Cause::CallerValue)
    } else {
        Truth::No
    }
}

/// Whether the ARN of a session's role, whose path is not known, matches a value of the policy.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
pub(super) const fn role_matches(
    operator: Operator,
    form: Form,
    text: &[u8],
    caller: &Caller<'_>,
) -> Truth {
    if let Form::Variables = form {
        return Truth::maybe(Cause::RolePath);
    }
    let reading = Reading::of(operator);
    let (wild, fold) = match reading {
        Reading::Exact => (false, false),
        Reading::Folded => (false, true),
        Reading::Whole | Reading::Fields => (true, false),
        Reading::Typed(_) => return Truth::maybe(Cause::PolicyValue),
    };
    let account: &[u8] = match caller.account {
        Some(account) => account,
        None => return Truth::maybe(Cause::RolePath),
    };
    if !matches!(reading, Reading::Fields) {
        let before = [b"arn:", caller.partition, b":iam::", account, b":role/"];
        return some_path(text, before, caller.name, wild, fold);
    }
    if !has_six_fields(text, false) {
        return Truth::maybe(Cause::PolicyValue);
    }
    let fields: [&[u8]; 5] = [b"arn", caller.partition, b"iam", b"", account];
    let mut at = 0;
    while at < fields.len() {
        match arn_field(text, at, false) {
            Some(field) if glob(field, fields[at], false) => {}
            _ => return Truth::No,
        }
        at += 1;
    }
    match arn_field(text, 5, false) {
        Some(field) => some_path(
            field,
            [b"", b"", b"", b"", b"role/"],
            caller.name,
            wild,
            fold,
        ),
        None => Truth::No,
    }
}

/// Two paths that the role of this name may have, the first one the likelier, and how all of its paths begin. Characters that no
/// pattern has stand in them for what is not known: only a wildcard that takes in any path matches them.
///
/// See <https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html> and
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html>.
const fn paths(name: &[u8]) -> [&'static [u8]; 3] {
    if begins(name, b"AWSReservedSSO_") {
        return [
            b"aws-reserved/sso.amazonaws.com/",
            b"aws-reserved/sso.amazonaws.com/\x01\x02\x01\x02\x01/",
            b"aws-reserved/sso.amazonaws.com/",
        ];
    }
    if begins(name, b"AWSServiceRoleFor") {
        return [
            b"aws-service-role/\x02\x01\x02\x01/",
            b"aws-service-role/\x01\x02\x01\x02\x01/",
            b"aws-service-role/",
        ];
    }
    [b"", b"\x01\x02\x01\x02\x01/", b""]
}

/// Whether a pattern matches a name after a path that is not known: none, or one that ends with a slash.
const fn some_path(
    pattern: &[u8],
    before: [&[u8]; 5],
    name: &[u8],
    wild: bool,
    fold: bool,
) -> Truth {
    let [a, b, c, d, e] = before;
    let [likely, other, start] = paths(name);
    let plain = Pieces::new([a, b, c, d, e, likely, name]);
    let probe = Pieces::new([a, b, c, d, e, other, name]);
    let without = glob_pieces(pattern, &plain, wild, fold);
    if without && glob_pieces(pattern, &probe, wild, fold) {
        return Truth::Yes;
    }
    if without {
        return Truth::likely(Cause::RolePath);
    }
    let head = Pieces::new([a, b, c, d, e, start, b""]);
    if may_begin(pattern, &head, wild, fold) && may_end(pattern, b'/', name, wild, fold) {
        Truth::maybe(Cause::RolePath)
    } else {
        Truth::No
    }
}

/// Whether a pattern can match a text that begins so.
const fn may_begin(pattern: &[u8], head: &Pieces<'_>, wild: bool, fold: bool) -> bool {
    let mut at = 0;
    while at < pattern.len() && at < head.len() {
        if wild && matches!(pattern[at], b'*' | b'?') {
            return true;
        }
        if !alike(pattern[at], head.byte(at), fold) {
            return false;
        }
        at += 1;
    }
    at >= head.len()
}

/// Whether a pattern can match a text that ends with this byte and this name.
const fn may_end(pattern: &[u8], before: u8, name: &[u8], wild: bool, fold: bool) -> bool {
    let mut back = 1;
    while back <= pattern.len() && back <= name.len() + 1 {
        let c = pattern[pattern.len() - back];
        if wild && matches!(c, b'*' | b'?') {
            return true;
        }
        let wanted = if back <= name.len() {
            name[name.len() - back]
        } else {
            before
        };
        if !alike(c, wanted, fold) {
            return false;
        }
        back += 1;
    }
    back > name.len() + 1
}
