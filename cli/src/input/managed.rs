//! AWS managed policies by name.

use std::collections::HashMap;
use std::sync::OnceLock;

use rekognition_iam_runtime::{glob, suggest};

use super::data;
use super::rules::{
    Issue, REKOGNITION_IAM_DEPRECATED_MANAGED_POLICY, REKOGNITION_IAM_UNKNOWN_MANAGED_POLICY,
};
use crate::input::tree::Id;

/// The path and name of each policy by its name, and whether it is deprecated.
fn table() -> &'static HashMap<&'static str, (&'static str, bool)> {
    static TABLE: OnceLock<HashMap<&str, (&str, bool)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        data::rows(include_str!("../../data/managed-policies.txt"))
            .map(|[path, deprecated, _]| {
                let name = path.rsplit('/').next().unwrap_or(path);
                (name, (path, deprecated == "deprecated"))
            })
            .collect()
    })
}

/// What to say with a name that the list does not have: AWS adds policies.
const NEWEST: &str = "the list is of 2026-09-30; AWS may have added policies since then";

/// Whether one name is the other with a typing mistake: what is between the letters that both begin with, and those that
/// both end with, is short. Most names have long words in common, such as `FullAccess`.
fn is_close(one: &str, other: &str) -> bool {
    let most = one.len().min(other.len());
    let same = |(a, b): &(u8, u8)| a == b;
    let head = one.bytes().zip(other.bytes()).take_while(same).count();
    let ends = one.bytes().rev().zip(other.bytes().rev());
    let tail = ends.take_while(same).count().min(most - head);
    one.len().max(other.len()) - head - tail <= 3
}

/// Where a name is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accepts {
    /// An ARN alone.
    Arn,
    /// An ARN, or the bare name of a policy.
    Name,
}

/// What is wrong with a managed policy that is named by this text.
pub(crate) fn check(text: &str, accepts: Accepts, node: Id, path: &str) -> Option<Issue> {
    let issue = |rule, message: String, help: Vec<String>| {
        Some(Issue {
            rule,
            node,
            path: path.to_string(),
            message,
            help,
        })
    };
    let unknown = REKOGNITION_IAM_UNKNOWN_MANAGED_POLICY;
    // What follows the ARN's `policy/`, of AWS policies; those of an account are its own.
    let named = match text.strip_prefix("arn:") {
        Some(rest) => {
            let fields: Vec<&str> = rest.splitn(5, ':').collect();
            match fields.as_slice() {
                [_, "iam", "", "aws", resource] => match resource.strip_prefix("policy/") {
                    Some(named) => named,
                    None => {
                        return issue(
                            unknown,
                            format!("`{text}` is not the ARN of a managed policy"),
                            vec!["write `arn:aws:iam::aws:policy/` and the path and name of the policy".to_string()],
                        );
                    }
                },
                [_, "iam", "", account, resource]
                    if !account.is_empty() && resource.starts_with("policy/") =>
                {
                    return None;
                }
                _ => {
                    return issue(
                        unknown,
                        format!("`{text}` is not the ARN of a managed policy"),
                        vec!["write `arn:aws:iam::ACCOUNT:policy/NAME`, with `aws` as the account for AWS managed policies".to_string()],
                    );
                }
            }
        }
        None if accepts == Accepts::Name => text,
        None => {
            let help = table().get(text).map_or_else(
                || "write the ARN of the policy".to_string(),
                |(path, _)| format!("write `arn:aws:iam::aws:policy/{path}`"),
            );
            return issue(
                unknown,
                format!("`{text}` is not the ARN of a managed policy"),
                vec![help],
            );
        }
    };
    let name = named.rsplit('/').next().unwrap_or(named);
    // A bare name has no path to be wrong.
    let bare = !text.starts_with("arn:");
    match table().get(name) {
        Some(&(path, deprecated)) if bare || path == named || path.starts_with("?/") => deprecated
            .then(|| {
                issue(
                    REKOGNITION_IAM_DEPRECATED_MANAGED_POLICY,
                    format!("the managed policy `{name}` is deprecated and cannot be attached"),
                    vec!["attach the policy that replaces it, or write your own".to_string()],
                )
            })
            .flatten(),
        Some(&(path, _)) => issue(
            unknown,
            format!("AWS has no managed policy `{named}`"),
            vec![format!(
                "the path is part of the ARN; write `arn:aws:iam::aws:policy/{path}`"
            )],
        ),
        None => {
            let mut names: Vec<&str> = table().keys().copied().collect();
            names.sort_unstable();
            let near = suggest::nearest_of(name, &names).filter(|near| is_close(name, near));
            let help = match near {
                Some(near) => {
                    let path = table().get(near).map_or(near, |(path, _)| *path);
                    let path = path.strip_prefix("?/").unwrap_or(path);
                    if bare {
                        format!("did you mean `{near}`?")
                    } else {
                        format!("did you mean `arn:aws:iam::aws:policy/{path}`?")
                    }
                }
                None => "check the name against the list of AWS managed policies".to_string(),
            };
            issue(
                unknown,
                format!("the list of AWS managed policies has no `{named}`"),
                vec![help, NEWEST.to_string()],
            )
        }
    }
}

/// What is wrong with the ARN of an AWS managed policy, or a pattern of such ARNs, that a policy names: nothing has it.
pub(crate) fn unknown(text: &str) -> Option<Issue> {
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", _, "iam", "", "aws", resource] = fields.as_slice() else {
        return None;
    };
    let named = resource.strip_prefix("policy/")?;
    let is_unknown = |issue: &Issue| issue.rule.id == REKOGNITION_IAM_UNKNOWN_MANAGED_POLICY.id;
    if named.contains("${") {
        return None;
    }
    if !named.contains(['*', '?']) {
        return check(text, Accepts::Arn, Id::default(), "").filter(is_unknown);
    }
    let end = named.rsplit('/').next().unwrap_or(named);
    let fits = |(name, (path, _)): (&&str, &(&str, bool))| match path.starts_with("?/") {
        true => glob::matches(end, name, false),
        false => glob::matches(named, path, false),
    };
    (!table().iter().any(fits)).then(|| Issue {
        rule: REKOGNITION_IAM_UNKNOWN_MANAGED_POLICY,
        node: Id::default(),
        path: String::new(),
        message: format!("nothing in the list of AWS managed policies matches `{named}`"),
        help: vec![
            "check the name; the path is part of the ARN".to_string(),
            NEWEST.to_string(),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::{Accepts, check, unknown};

    #[test]
    fn names_in_policies() {
        let said = |text: &str| {
            unknown(&format!("arn:aws:iam::{text}"))
                .map(|issue| format!("{}; {}", issue.message, issue.help[0]))
        };
        for known in [
            "aws:policy/AmazonRekognitionFullAccess",
            "aws:policy/AmazonRekognition*",
            "aws:policy/service-role/*",
            "aws:policy/*",
            "aws:policy/*Deny*",
            "aws:policy/${aws:PrincipalTag/policy}",
            // Deprecated ones are still attached, and can be detached.
            "aws:policy/AWSLambdaFullAccess",
            "aws:policy/*LambdaFullAccess",
            "123456789012:policy/Mine",
            "aws:role/Mine",
        ] {
            assert_eq!(said(known), None, "{known}");
        }
        for (unknown, what) in [
            (
                "aws:policy/AmazonRekognitionFullAcess",
                "did you mean `arn:aws:iam::aws:policy/AmazonRekognitionFullAccess`?",
            ),
            ("aws:policy/AWSLambdaBasicExecutionRole", "service-role/"),
            ("aws:policy/AmazonDreamsFullAccess", "check the name"),
            ("aws:policy/Rekognition*", "matches `Rekognition*`"),
            ("aws:policy/AWSLambdaBasicExecution*", "path is part"),
        ] {
            assert!(
                said(unknown).is_some_and(|said| said.contains(what)),
                "{unknown}: {:?}",
                said(unknown)
            );
        }
    }

    #[test]
    fn names_and_paths() {
        let said = |text: &str, accepts| {
            check(text, accepts, 0, "").map(|issue| format!("{}; {}", issue.message, issue.help[0]))
        };
        let arn = |text: &str| said(&format!("arn:aws:iam::aws:policy/{text}"), Accepts::Arn);
        assert_eq!(arn("AmazonRekognitionFullAccess"), None);
        assert_eq!(arn("service-role/AWSLambdaBasicExecutionRole"), None);
        assert!(
            arn("AmazonRekognitionFullAcess")
                .unwrap()
                .ends_with("did you mean `arn:aws:iam::aws:policy/AmazonRekognitionFullAccess`?")
        );
        assert!(
            arn("AWSLambdaBasicExecutionRole")
                .unwrap()
                .contains("policy/service-role/AWSLambdaBasicExecutionRole`")
        );
        assert!(arn("AWSLambdaFullAccess").unwrap().contains("deprecated"));
        assert_eq!(
            said("arn:aws:iam::123456789012:policy/Mine", Accepts::Arn),
            None
        );
        assert_eq!(
            said(
                "arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess",
                Accepts::Arn
            ),
            None
        );
        assert_eq!(said("AmazonRekognitionFullAccess", Accepts::Name), None);
        assert!(said("AmazonRekognitionFullAccess", Accepts::Arn).is_some());
        assert!(
            said(
                "arn:aws:iam:aws:policy/AmazonS3ReadOnlyAccess",
                Accepts::Arn
            )
            .is_some()
        );
    }
}
