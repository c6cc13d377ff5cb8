//! Texts without the sentence that names an action: what they are, and what to do instead.

use core::fmt;

use super::read::encoded;
use super::words::find;

/// Why no [`AccessDenied`](super::AccessDenied) could be read from a text.
///
/// Some AWS messages name no action. `{}` describes the text, [`help`](Self::help) what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unreadable {
    /// An encoded message of EC2: [`encoded_message`] finds it.
    Encoded,
    /// A service could not use a KMS key: the key's policy, or a key of another Region or account.
    Key,
    /// A call to STS that session credentials cannot make, whatever the policies.
    SessionCredentials,
    /// A service could not assume the role that it was given: the role's trust policy.
    RoleNotAssumable,
    /// An old message of SQS, which names the URL of the queue and no action.
    Queue,
    /// The request was not signed, or its path does not exist.
    Unsigned,
    /// Rekognition could not read an object in S3, which the message does not name: `InvalidS3ObjectException`. See
    /// <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectLabels.html>.
    Object,
    /// Access was denied, and the message has no details: `Access Denied` of S3, `403 Forbidden`.
    NoDetails,
    /// What `{}` prints of an `SdkError`: only that the service returned an error.
    Display,
    /// The request did not reach the service, or its response could not be read.
    NoAnswer,
    /// The text is not about denied access.
    Other,
}

/// The encoded message in a text, for `aws sts decode-authorization-message --encoded-message ..`.
///
/// See <https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html>.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::denied::encoded_message;
///
/// let text = "You are not authorized to perform this operation. Encoded authorization failure message: AbC-dEf_123";
/// assert_eq!(encoded_message(text).as_deref(), Some("AbC-dEf_123"));
/// ```
#[must_use]
pub fn encoded_message(text: &str) -> Option<alloc::borrow::Cow<'_, str>> {
    encoded(text)
}

impl Unreadable {
    pub(super) fn of(text: &str) -> Self {
        let has = |words: &[&str]| find(text, 0, words).is_some();
        let is = |words: &str| text.trim().trim_end_matches('.') == words;
        if encoded(text).is_some() {
            Self::Encoded
        } else if has(&[
            "ciphertext",
            "refers",
            "to",
            "a",
            "customer",
            "master",
            "key",
        ]) || has(&["access", "to", "kms", "is", "not", "allowed"])
        {
            Self::Key
        } else if has(&["with", "session", "credentials"]) {
            Self::SessionCredentials
        } else if has(&["cannot", "be", "assumed", "by"]) {
            Self::RoleNotAssumable
        } else if has(&["access", "to", "the", "resource"]) && has(&["is", "denied"]) {
            Self::Queue
        } else if has(&["InvalidS3ObjectException"])
            || has(&["unable", "to", "get", "object", "metadata", "from", "s3"])
        {
            Self::Object
        } else if has(&["missing", "authentication", "token"]) {
            Self::Unsigned
        } else if has(&["access", "denied"])
            || has(&["not", "authorized"])
            || CODES.iter().any(|code| has(&[code]))
        {
            Self::NoDetails
        } else if is("service error") {
            Self::Display
        } else if NO_ANSWER.iter().any(|words| is(words)) {
            Self::NoAnswer
        } else {
            Self::Other
        }
    }

    /// What to do, as an imperative.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::Encoded => {
                "run `aws sts decode-authorization-message --encoded-message ..` with it; the decoded message names the action, the resource and the statements that matched"
            }
            Self::Key => {
                "look up the key that the resource is encrypted with; its key policy must allow the caller, and the key must be in the Region of the request"
            }
            Self::SessionCredentials => {
                "call this operation with the long-term credentials of a user"
            }
            Self::RoleNotAssumable => {
                "let the service assume the role: add `sts:AssumeRole` for its principal to the role's trust policy"
            }
            Self::Queue => {
                "find the operation that was called, then allow its action in an identity policy or in the queue's policy"
            }
            Self::Object => {
                "allow the caller `s3:GetObject` on the object, and `kms:Decrypt` if a customer managed KMS key encrypts it; check that the key of the object is right, and that the bucket is in the Region of the request"
            }
            Self::Unsigned => "sign the request, and check the path and method",
            Self::NoDetails => {
                "find the event in CloudTrail: its `errorMessage` may have the details; for an S3 object, check the bucket policy, the object's owner and the KMS key too"
            }
            Self::Display => {
                "print the error with `DisplayErrorContext(&error)` of the SDK, which includes the message of the service"
            }
            Self::NoAnswer => {
                "look for the cause in the network or the client's configuration; no policy denied this request"
            }
            Self::Other => {
                "paste the whole message; the part that is needed begins with `User:` and contains `is not authorized to perform`"
            }
        }
    }
}

/// Error codes that represent denied access, where the message has no more than that. See
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html> and
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>.
const CODES: [&str; 11] = [
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "Forbidden",
    "ForbiddenException",
    "KMSAccessDenied",
    "KMSAccessDeniedException",
    "NotAuthorized",
    "NotAuthorizedException",
    "UnauthorizedOperation",
];

/// What `{}` prints of the other kinds of `SdkError`.
const NO_ANSWER: [&str; 4] = [
    "dispatch failure",
    "request has timed out",
    "response error",
    "failed to construct request",
];

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encoded => "the details of this message are encoded",
            Self::Key => "a KMS key could not be used, and the message does not name it",
            Self::SessionCredentials => {
                "session credentials cannot call this operation, whatever the policies allow"
            }
            Self::RoleNotAssumable => "the service cannot assume the role that it was given",
            Self::Queue => "this message of SQS names a queue and no action",
            Self::Unsigned => "the request was not signed, or its path does not exist",
            Self::Object => {
                "Rekognition could not read the object in S3, and the message does not name it"
            }
            Self::NoDetails => "access was denied, but the message does not say for which action",
            Self::Display => "this text only says that the service returned an error",
            Self::NoAnswer => "this error is not an answer of the service",
            Self::Other => "this text is not an access denied message",
        })
    }
}

impl core::error::Error for Unreadable {}
