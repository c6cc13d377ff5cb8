//! The kind of a policy from a word, and from what a document has in it.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::PolicyKind;
use crate::document::{Document, PrincipalKind, PrincipalSet, Principals, Statement};
use crate::suggest;

impl PolicyKind {
    /// All names with their aliases, for messages and `--help`: `identity (identity-based), role-trust (trust, ..`.
    ///
    /// # Errors
    ///
    /// Only those of the writer.
    pub fn list(out: &mut dyn fmt::Write) -> fmt::Result {
        for (number, kind) in Self::ALL.into_iter().enumerate() {
            out.write_str(if number == 0 { "" } else { ", " })?;
            out.write_str(kind.name())?;
            for (number, alias) in kind.aliases().iter().enumerate() {
                out.write_str(if number == 0 { " (" } else { ", " })?;
                out.write_str(alias)?;
            }
            if !kind.aliases().is_empty() {
                out.write_str(")")?;
            }
        }
        Ok(())
    }

    /// What a document is most likely for, going by what is in it.
    ///
    /// A policy without principals is an identity policy; one with principals is the trust policy of a role when all its
    /// actions are those of assuming it, a project policy when its one action is `rekognition:CopyProjectVersion`, and
    /// otherwise the policy of another resource. If only some statements have principals, which AWS rejects in any policy, the
    /// document is what most of its statements look like; if that is half of them, it is an identity policy when its actions
    /// are of several services, because a resource only has those of its own. Session policies, boundaries, the policies of
    /// AWS Organizations and those of VPC endpoints look like these and cannot be distinguished by what they say.
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// # #[cfg(feature = "json")] {
    /// use rekognition_iam::document::PolicyKind;
    /// use rekognition_iam::json;
    ///
    /// let text = r#"{"Version": "2012-10-17", "Statement": [
    ///     {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ]}"#;
    /// let document = json::read(text).expect("a policy");
    /// assert_eq!(PolicyKind::detect(&document), PolicyKind::Identity);
    /// # }
    /// ```
    #[must_use]
    #[inline]
    pub fn detect(document: &Document<'_>) -> Self {
        let statements = &document.statements.items;
        if (statements.iter()).all(|statement| statement.principals.is_none()) {
            return Self::Identity;
        }
        let all = |right: fn(&str) -> bool| {
            (statements.iter()).all(|statement| {
                let actions = &statement.actions;
                !actions.not
                    && !actions.values.items.is_empty()
                    && actions.values.iter().all(|action| right(action))
            })
        };
        let is_sts = |action: &str| {
            action
                .get(..4)
                .is_some_and(|prefix| prefix.eq_ignore_ascii_case("sts:"))
        };
        // A trust policy has no resources. One that names a service or an identity provider is meant as one all the same: only
        // the policies of VPC endpoints grant these actions too, and nobody names such principals there.
        let has_resources = (statements.iter()).any(|statement| statement.resources.is_some());
        if all(is_sts) && (!has_resources || statements.iter().any(trusts_no_account)) {
            return Self::RoleTrust;
        }
        if all(|action| Self::of_resource(action) == Self::Project) {
            return Self::Project;
        }
        if is_mostly_of_identity(statements) {
            return Self::Identity;
        }
        Self::Resource
    }
}

/// Whether the statements of which some have principals are those of an identity policy with a stray `Principal`.
fn is_mostly_of_identity(statements: &[Statement<'_>]) -> bool {
    let without = (statements.iter())
        .filter(|statement| statement.principals.is_none())
        .count();
    let with = statements.len() - without;
    if with != without {
        return without > with;
    }
    let actions = (statements.iter()).flat_map(|statement| statement.actions.values.iter());
    let mut services = actions
        .map(|action| {
            action
                .split_once(':')
                .map_or(&**action, |(service, _)| service)
        })
        .filter(|service| *service != "*");
    services
        .next()
        .is_some_and(|first| services.any(|other| !other.eq_ignore_ascii_case(first)))
}

/// Whether a statement names a service or an identity provider.
fn trusts_no_account(statement: &Statement<'_>) -> bool {
    match &statement.principals {
        Some(Principals {
            set: PrincipalSet::Listed(kinds),
            ..
        }) => kinds
            .iter()
            .any(|(kind, _)| matches!(kind, PrincipalKind::Service | PrincipalKind::Federated)),
        _ => false,
    }
}

/// Reads the name of a kind or one of its [aliases](PolicyKind::aliases), in any letter case, with `-`, `_`, a space or
/// nothing between the words, and with or without `policy` at the end.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::document::PolicyKind;
///
/// assert_eq!("scp".parse(), Ok(PolicyKind::ServiceControl));
/// assert_eq!("PermissionsBoundary".parse(), Ok(PolicyKind::PermissionsBoundary));
/// assert_eq!("Trust Policy".parse(), Ok(PolicyKind::RoleTrust));
/// let error = "identty".parse::<PolicyKind>().unwrap_err();
/// assert_eq!(error.to_string(), "`identty` is not a kind of policy; did you mean `identity`?");
/// ```
///
/// # Errors
///
/// [`UnknownKind`] for any other text. Its message has the nearest word, or lists the kinds when none is near.
impl FromStr for PolicyKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let wanted = folded(text);
        let means = |word: &str| folded(word) == wanted;
        (Self::ALL.into_iter())
            .find(|kind| means(kind.name()) || kind.aliases().iter().any(|word| means(word)))
            .ok_or_else(|| UnknownKind(text.into()))
    }
}

/// The word without letter case, separators and `policy` at its end.
fn folded(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        if !matches!(c, '-' | '_' | ' ') {
            out.push(c.to_ascii_lowercase());
        }
    }
    if out.len() > "policy".len() && out.ends_with("policy") {
        out.truncate(out.len() - "policy".len());
    }
    out
}

/// A text that is not the name of a kind of policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKind(String);

impl fmt::Display for UnknownKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Text of any length may come from a file.
        let shown: String = self.0.chars().take(64).collect();
        let dots = if shown.len() < self.0.len() { ".." } else { "" };
        write!(
            f,
            "`{}{dots}` is not a kind of policy; ",
            shown.escape_debug()
        )?;
        let mut words = Vec::new();
        for kind in PolicyKind::ALL {
            words.push(kind.name());
            words.extend(kind.aliases());
        }
        if let Some(near) = suggest::nearest_of(&self.0, &words) {
            return write!(f, "did you mean `{near}`?");
        }
        f.write_str("the kinds are ")?;
        PolicyKind::list(f)
    }
}

impl core::error::Error for UnknownKind {}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use crate::PolicyKind;

    #[test]
    fn every_word_means_one_kind() {
        for kind in PolicyKind::ALL {
            for word in kind.aliases().iter().chain([&kind.name()]) {
                assert_eq!(word.parse(), Ok(kind), "{word}");
                assert_eq!(word.to_uppercase().replace('-', "_").parse(), Ok(kind));
                assert_eq!([word, "-policy"].concat().parse(), Ok(kind));
            }
        }
        for (text, message) in [
            (
                "policy",
                "`policy` is not a kind of policy; the kinds are identity (identity-based), ",
            ),
            (
                "bondary",
                "`bondary` is not a kind of policy; did you mean `boundary`?",
            ),
        ] {
            let error = text.parse::<PolicyKind>().unwrap_err().to_string();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
