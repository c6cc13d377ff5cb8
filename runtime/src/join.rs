//! Several policies as one: how a policy grows with a list that is known only when the program runs.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::policy::{Exception, PolicyBuf, kind};
use crate::size::{Measured, Size};

/// Why policies cannot be joined.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum JoinError {
    /// There is no policy to join.
    Empty,
    /// Their `Version` or `Id` differs.
    Different,
    /// Two different statements have this `Sid`.
    Sid(String),
    /// Together they are larger than AWS accepts.
    TooLarge {
        /// In characters, as AWS counts them for this kind of policy.
        size: usize,
        /// The largest size that AWS accepts.
        quota: usize,
    },
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there are no policies to join"),
            Self::Different => f.write_str("the policies differ in `Version` or `Id`"),
            Self::Sid(sid) => write!(f, "two statements have the Sid `{sid}`"),
            Self::TooLarge { size, quota } => write!(
                f,
                "the joined policy has {size} characters, but AWS accepts only {quota}"
            ),
        }
    }
}

impl core::error::Error for JoinError {}

impl<K: kind::Kind> PolicyBuf<K> {
    /// One policy with the statements of all of them, in their order.
    ///
    /// For a list of values, for statements that are wanted sometimes, and for policies from several places: each one is
    /// typed and checked where it is made, and here the size and the Sids of all of them together are. Statements that
    /// differ in nothing but `Resource` become one with a list, and a statement that is there twice is there once; both
    /// mean the same to IAM.
    ///
    /// The rules that look at several statements, such as the one about a `Deny` that denies everything an `Allow`
    /// grants, look at each policy by itself.
    ///
    /// # Errors
    /// [`JoinError`]. The size of a [`ResourcePolicy`](crate::ResourcePolicy) has no quota here: it depends on the
    /// resource. For an identity policy it is the one of a managed policy.
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// # use rekognition_iam::{PolicyBuf, JoinError};
    /// # fn readers(each: Vec<PolicyBuf>) -> Result<PolicyBuf, JoinError> {
    /// // each: ids.iter().map(|id| policy![allow(rekognition::SearchFaces).on(rekognition::collection(region, account, id))])
    /// PolicyBuf::joined(each)
    /// # }
    /// # assert_eq!(readers(Vec::new()), Err(JoinError::Empty));
    /// ```
    pub fn joined<P: Into<Self>>(policies: impl IntoIterator<Item = P>) -> Result<Self, JoinError> {
        let mut head: Option<String> = None;
        let mut statements: Vec<Statement> = Vec::new();
        let mut exceptions: Vec<Exception> = Vec::new();
        for policy in policies {
            let policy: Self = policy.into();
            let (own_head, texts) = parts(policy.json());
            match &head {
                None => head = Some(own_head),
                Some(head) if *head != own_head => return Err(JoinError::Different),
                Some(_) => {}
            }
            let mut numbers = Vec::new();
            for text in texts {
                numbers.push(add(&mut statements, Statement::read(text))?);
            }
            for exception in policy.exceptions() {
                let exception = match *exception {
                    Exception::Accepted {
                        id,
                        statement: Some(number),
                        reason,
                    } => Exception::Accepted {
                        id,
                        statement: numbers.get(number).copied(),
                        reason,
                    },
                    other @ (Exception::Unlisted { .. } | Exception::Accepted { .. }) => other,
                };
                if !exceptions.contains(&exception) {
                    exceptions.push(exception);
                }
            }
        }
        let Some(mut json) = head else {
            return Err(JoinError::Empty);
        };
        for (number, statement) in statements.iter().enumerate() {
            json.push_str(if number == 0 { "" } else { "," });
            statement.write(&mut json);
        }
        json.push_str("]}");
        let joined = Self::from_parts(json, Cow::Owned(exceptions));
        let measured = joined.measure();
        match measured.quota {
            Some(quota) if !measured.is_within_quota() => Err(JoinError::TooLarge {
                size: measured.size,
                quota,
            }),
            Some(_) | None => Ok(joined),
        }
    }

    /// The size of the policy as AWS counts it for this kind, and the largest one that AWS accepts, if one is known.
    ///
    /// The compiler measures what is written out; the values of a `PolicyBuf` are known only now. For an identity policy the quota
    /// is the one of a managed policy. See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// # use rekognition_iam::PolicyBuf;
    /// # fn checked(policy: PolicyBuf) -> Result<PolicyBuf, String> {
    /// // policy: policy![allow(s3::GetObject).on(s3::object(bucket, key))]
    /// let measured = policy.measure();
    /// if !measured.is_within_quota() {
    ///     return Err(format!("the policy has {} characters", measured.size));
    /// }
    /// # Ok(policy)
    /// # }
    /// ```
    #[must_use]
    pub fn measure(&self) -> Measured {
        Size::of(self.json()).measured(K::KIND.quota())
    }
}

/// Adds a statement, or its resources to one that is otherwise the same. The number of where it went.
fn add(statements: &mut Vec<Statement>, new: Statement) -> Result<usize, JoinError> {
    for (number, statement) in statements.iter_mut().enumerate() {
        let same = statement.before == new.before && statement.after == new.after;
        if same && (statement.resources.is_empty() == new.resources.is_empty()) {
            for resource in new.resources {
                if !statement.resources.contains(&resource) {
                    statement.resources.push(resource);
                }
            }
            return Ok(number);
        }
        if let (Some(sid), true) = (&new.sid, statement.sid == new.sid) {
            return Err(JoinError::Sid(sid.trim_matches('"').to_owned()));
        }
    }
    statements.push(new);
    Ok(statements.len() - 1)
}

/// A statement as it is written, its resources apart.
struct Statement {
    before: String,
    /// Each as it is written; none for a statement without `Resource`.
    resources: Vec<String>,
    after: String,
    sid: Option<String>,
}

impl Statement {
    fn read(text: &str) -> Self {
        let mut statement = Self {
            before: String::new(),
            resources: Vec::new(),
            after: String::new(),
            sid: None,
        };
        let mut found = false;
        for member in elements(inside(text)) {
            if let Some(sid) = member.strip_prefix("\"Sid\":") {
                statement.sid = Some(sid.to_owned());
            }
            if let Some(value) = member.strip_prefix("\"Resource\":")
                && value != "[]"
            {
                found = true;
                statement.resources = match value.starts_with('[') {
                    true => elements(inside(value)).map(ToOwned::to_owned).collect(),
                    false => [value.to_owned()].into(),
                };
                continue;
            }
            let to = if found {
                &mut statement.after
            } else {
                &mut statement.before
            };
            to.push_str(if to.is_empty() { "" } else { "," });
            to.push_str(member);
        }
        statement
    }

    fn write(&self, out: &mut String) {
        out.push('{');
        out.push_str(&self.before);
        if let Some((first, rest)) = self.resources.split_first() {
            out.push_str(if self.before.is_empty() { "" } else { "," });
            out.push_str("\"Resource\":");
            out.push_str(if rest.is_empty() { "" } else { "[" });
            out.push_str(first);
            for resource in rest {
                out.push(',');
                out.push_str(resource);
            }
            out.push_str(if rest.is_empty() { "" } else { "]" });
        }
        if !self.after.is_empty() {
            out.push(',');
            out.push_str(&self.after);
        }
        out.push('}');
    }
}

/// The beginning of a policy up to its first statement, and the statements as they are written.
fn parts(json: &str) -> (String, Vec<&str>) {
    let mut head = String::from("{");
    let mut statements = Vec::new();
    for member in elements(inside(json)) {
        match member.strip_prefix("\"Statement\":") {
            Some(list) if list.starts_with('[') => statements.extend(elements(inside(list))),
            Some(only) => statements.push(only),
            None => {
                head.push_str(member);
                head.push(',');
            }
        }
    }
    head.push_str("\"Statement\":[");
    (head, statements)
}

/// What is between the first and the last character: the brackets of an object or a list.
fn inside(text: &str) -> &str {
    text.get(1..text.len().saturating_sub(1))
        .unwrap_or_default()
}

/// The parts of an object or a list, of which the text is what is between the brackets. Our own writer made it, so it has no
/// white space outside of strings.
fn elements(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
        for (at, byte) in rest.bytes().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                b',' if depth == 0 => {
                    let (element, behind) = rest.split_at_checked(at)?;
                    rest = behind.get(1..).unwrap_or_default();
                    return Some(element);
                }
                _ => {}
            }
        }
        Some(core::mem::take(&mut rest))
    })
}
