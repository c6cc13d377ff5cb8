//! Evaluation: what IAM would answer to a request, and why.
//!
//! [`Program`] is a document made ready to decide on. One alone is asked with [`Program::evaluate`]; all that apply to a
//! request at once, as IAM does it, with [`evaluate`]; the same set again and again with [`Prepared`].
//!
//! ```
//! use rekognition_iam_runtime::document::PolicyKind;
//! use rekognition_iam_runtime::evaluate::{Attached, Program, Request, evaluate};
//! use rekognition_iam_runtime::json;
//!
//! let program = |text: &str| Program::compile(&json::parse(text, &json::Limits::default()).document);
//! let documents = [
//!     Attached::new(
//!         PolicyKind::Identity,
//!         program(r#"{"Statement": {"Effect": "Allow", "Action": "rekognition:*", "Resource": "*"}}"#),
//!     ),
//!     Attached::new(
//!         PolicyKind::PermissionsBoundary,
//!         program(r#"{"Statement": {"Effect": "Allow", "Action": "rekognition:Detect*", "Resource": "*"}}"#),
//!     ),
//! ];
//! let collection = "arn:aws:rekognition:us-east-1:123456789012:collection/staff";
//! let request = Request::new("rekognition:DeleteCollection", collection);
//! let decision = evaluate(&documents, &request);
//! assert!(!decision.is_allowed());
//! assert!(decision.to_string().contains("as the permissions boundary does not allow it"));
//! ```

pub(crate) mod caller;
pub(crate) mod condition;
pub(crate) mod decide;
mod decision;
mod depends;
pub(crate) mod doubt;
mod explain;
pub(crate) mod fit;
mod grants;
mod in_part;
mod instances;
mod policy;
mod prepared;
pub(crate) mod principal;
pub(crate) mod program;
pub(crate) mod request;
pub(crate) mod scalar;
pub(crate) mod settle;
mod spelled;
pub(crate) mod target;
pub(crate) mod text;
pub(crate) mod ways;
mod who;

pub use decide::{Attached, Origin, Reason, Verdict};
pub use decision::{Decision, Note, evaluate};
pub use depends::{Dependency, Lack};
pub use doubt::{Cause, Undetermined};
pub use explain::{Explanation, Failed, StatementExplanation};
pub use prepared::Prepared;
pub use program::Program;
pub use request::{ActionName, Entry, Key, Request, RequestRef, Values};
pub use who::{Access, Candidate, Open, Reach, who_can};

/// Whether a text names someone who can make a request: the ARN of a user, role, role session, federated user or identity
/// provider, the ARN of a root user or its account number, a canonical user ID, a service principal, one of the identity providers
/// without an ARN, or `*` for someone who did not sign in. Groups and unique IDs such as `AIDA..` are not callers.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
///
/// ```
/// use rekognition_iam_runtime::evaluate::is_caller;
///
/// assert!(is_caller("arn:aws:iam::123456789012:user/ann"));
/// assert!(!is_caller("ann"));
/// ```
#[must_use]
pub const fn is_caller(principal: &str) -> bool {
    caller::Caller::read(principal.as_bytes()).is_caller()
}
