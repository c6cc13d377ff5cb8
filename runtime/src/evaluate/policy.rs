//! Evaluation of the policies that the macros make.

use super::decide::decide_one;
use super::decision::{Decision, Documents, worst};
use super::program::{Code, Program};
use super::request::{Request, RequestRef};
use crate::policy::{Policy, PolicyBuf};

impl<K> Policy<K> {
    /// The policy made ready to decide on, together with others: see [`evaluate`](super::evaluate()).
    #[must_use]
    pub const fn program(&self) -> Program<'static> {
        Program::from_text(self.program_text())
    }

    /// What this policy alone says to a request: a deny, else an allow, else nothing. Allocates nothing.
    ///
    /// ```
    /// # #[cfg(any())] {
    /// let decision = FACE_INDEXER.evaluate(
    ///     &Request::new(rekognition::IndexFaces, "arn:aws:rekognition:us-east-1:123456789012:collection/staff-faces")
    ///         .principal("arn:aws:iam::123456789012:role/indexer")
    ///         .with(aws::SourceVpc, "vpc-1a2b3c4d"),
    /// );
    /// assert!(decision.is_allowed());
    /// # }
    /// ```
    pub fn evaluate<'a>(&self, request: &'a Request<'a>) -> Decision<'a> {
        let code = Code {
            bytes: self.program_text().as_bytes(),
        };
        worst(request, Documents::One(code), |request| {
            decide_one(code, request)
        })
    }

    /// The same for a request that the caller keeps the parts of; also while compiling.
    pub const fn evaluate_ref<'a>(&self, request: RequestRef<'a>) -> Decision<'a> {
        let code = Code {
            bytes: self.program_text().as_bytes(),
        };
        Decision {
            ruling: decide_one(code, &request),
            documents: Documents::One(code),
            request,
            whole: None,
        }
    }
}

impl<K> PolicyBuf<K> {
    /// The policy made ready to decide on.
    #[must_use]
    pub fn program(&self) -> Program<'static> {
        Program::compile(&self.document())
    }
}
