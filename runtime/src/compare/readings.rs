//! What AWS makes of single values of a policy.

use crate::evaluate::caller::is_account;
use crate::evaluate::doubt::Cause;
use crate::evaluate::program::Form;
use crate::evaluate::scalar;
use crate::evaluate::text::has_six_fields;
use crate::{Operator, OperatorFamily};

/// Why a value of a policy cannot be compared by an operator, when it cannot.
pub(super) fn cannot_compare(operator: Operator, form: Form, text: &[u8]) -> Option<Cause> {
    let readable = match operator.family() {
        OperatorFamily::String => {
            let folds = matches!(
                operator,
                Operator::StringEqualsIgnoreCase | Operator::StringNotEqualsIgnoreCase
            );
            !folds || text.is_ascii()
        }
        OperatorFamily::Binary => true,
        OperatorFamily::Arn => has_six_fields(text, form == Form::Variables),
        OperatorFamily::Bool if form == Form::Variables => return Some(Cause::VariablePlace),
        OperatorFamily::Bool | OperatorFamily::Null => {
            text.eq_ignore_ascii_case(b"true") || text.eq_ignore_ascii_case(b"false")
        }
        OperatorFamily::Numeric => scalar::number(text).is_some(),
        OperatorFamily::Date => scalar::moment(text).is_some(),
        OperatorFamily::IpAddress => scalar::range(text).is_some(),
    };
    (!readable).then_some(Cause::PolicyValue)
}

/// Whether no resource has such an ARN: its region or account is written out and is not one.
///
/// An account has twelve digits, or is a word where AWS owns the resource, as in `arn:aws:iam::aws:policy/..`. See
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
pub(super) fn names_nothing(arn: &[u8]) -> bool {
    let mut fields = arn.splitn(6, |&byte| byte == b':');
    if fields.next() != Some(b"arn") {
        return false;
    }
    // Behind a wildcard or a variable, nobody knows which field it is.
    let mut next = || fields.next().filter(|field| !has_open_end(field));
    let word = |field: &[u8]| (field.iter()).all(|&byte| byte.is_ascii_lowercase() || byte == b'-');
    let (Some(_), Some(_), Some(region)) = (next(), next(), next()) else {
        return false;
    };
    let is_region = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    if !region.iter().all(is_region) {
        return true;
    }
    let Some(account) = next() else {
        return false;
    };
    !(account.is_empty() || is_account(account) || word(account)) && fields.next().is_some()
}

fn has_open_end(field: &[u8]) -> bool {
    field.iter().any(|byte| matches!(byte, b'*' | b'?' | b'$'))
}
