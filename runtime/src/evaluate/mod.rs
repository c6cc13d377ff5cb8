//! Evaluation: how IAM would decide on a request, and why.
//!
//! A [`Program`] is a document compiled for evaluation. [`Program::evaluate`] decides by a single document, and [`evaluate`] by all
//! documents that apply to a request, as IAM does. [`Prepared`] evaluates many requests with the same documents.
//!
//! ```
//! # use rekognition_iam_runtime as rekognition_iam;
//! use rekognition_iam::document::PolicyKind;
//! use rekognition_iam::evaluate::{Attached, Program, Request, evaluate};
//! use rekognition_iam::json;
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
mod code;
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

/// Whether a text names a principal that can make a request: the ARN of a user, role, role session, federated user, or identity
/// provider, the ARN of a root user or its account ID, a canonical user ID, a service principal, one of the identity providers
/// without an ARN, or `*` for an anonymous caller. Groups and unique IDs such as `AIDA..` are not callers.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::evaluate::is_caller;
///
/// assert!(is_caller("arn:aws:iam::123456789012:user/ann"));
/// assert!(!is_caller("ann"));
/// ```
#[must_use]
pub const fn is_caller(principal: &str) -> bool {
    caller::Caller::read(principal.as_bytes()).is_caller()
}
