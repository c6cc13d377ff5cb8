//! The values of a type as anyone who fills a template sees them: a regular expression, lengths, words.

use rekognition_iam_runtime::catalogue::Grammar;
use rekognition_iam_runtime::values::{self, Place};

/// What a template's parameter takes.
///
/// Every text that it takes is in the policy as it is and means only itself: what would have to be escaped, in IAM
/// or in JSON, is not taken. So it takes no `*` in the key of an object, which the type in Rust does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape {
    /// For the whole value. In what RE2 (Terraform), Java (CloudFormation) and Python have in common.
    pub(crate) pattern: String,
    /// The lengths, where there are any.
    pub(crate) length: Option<(u16, u16)>,
    /// When not empty, the only values.
    pub(crate) words: &'static [&'static str],
    /// In a few words: `id of an account`.
    pub(crate) what: &'static str,
}

/// RE2 repeats no more often than this.
const MOST_REPEATS: u16 = 1000;

pub(crate) fn shape(kind: &str, place: Place) -> Shape {
    let what = what(kind);
    if let Some(grammar) = values::grammar_of(kind) {
        return Shape {
            pattern: pattern(grammar),
            length: Some((grammar.min, grammar.max)),
            words: grammar.words,
            what,
        };
    }
    // The characters of Latin-1, which is all that AWS takes, less those that mean something to IAM or JSON, and less `{`:
    // CloudFormation puts something else in for `{{resolve:ssm:name}}`, in the value of a parameter too.
    let free = match place {
        Place::Pattern => r"[ !#%-)+->@-\[\]-z|-~\xA1-\xAC\xAE-\xFF]",
        Place::Plain | Place::Principal => r"[ !#%-\[\]-z|-~\xA1-\xAC\xAE-\xFF]",
    };
    let (pattern, length, words): (String, _, &'static [&'static str]) = match kind {
        "ObjectKey" => (format!("^{free}+$"), Some((1, 1024)), &[]),
        "Arn" => (
            "^arn:[a-z-]+:[A-Za-z0-9-]+:[a-z0-9-]*:[a-z0-9]*:[!#%-)+->@-\\[\\]-z|-~]+$".to_owned(),
            Some((1, 2048)),
            &[],
        ),
        "Timestamp" => (
            "^([0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?|[0-9]{10})$".to_owned(),
            None,
            &[],
        ),
        // Four numbers of a byte, or the letters of IPv6; IAM rejects anything else, so it never matches more.
        "Cidr" => (
            "^([0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]*)(/[0-9]{1,3})?$".to_owned(),
            None,
            &[],
        ),
        "CanonicalUserId" => ("^[0-9a-f]{64}$".to_owned(), Some((64, 64)), &[]),
        "Number" => ("^-?[0-9]{1,38}$".to_owned(), None, &[]),
        "Boolean" => ("^(true|false)$".to_owned(), None, &["true", "false"]),
        // A quarter of the bytes that the type takes, whatever they are.
        _ => (format!("^{free}*$"), Some((0, 1024)), &[]),
    };
    Shape {
        pattern,
        length,
        words,
        what,
    }
}

fn pattern(grammar: &Grammar) -> String {
    if !grammar.words.is_empty() {
        return format!("^({})$", grammar.words.join("|"));
    }
    let mut class = String::new();
    let mut singles = String::new();
    let mut dash = false;
    for &(first, last) in grammar.chars {
        let mut run: Option<(char, char)> = None;
        for c in first..=last {
            if !c.is_ascii_alphanumeric() {
                match c {
                    '-' => dash = true,
                    '[' | ']' | '\\' | '^' => singles.extend(['\\', c]),
                    _ => singles.push(c),
                }
                continue;
            }
            run = match run {
                Some((start, end)) if u32::from(end) + 1 == u32::from(c) => Some((start, c)),
                other => {
                    push_range(&mut class, other);
                    Some((c, c))
                }
            };
        }
        push_range(&mut class, run);
    }
    class.push_str(&singles);
    if dash {
        // Last, where it is itself.
        class.push('-');
    }
    let repeat = match (grammar.min, grammar.max) {
        (min, max) if min == max && max <= MOST_REPEATS => format!("{{{min}}}"),
        (min, max) if max <= MOST_REPEATS => format!("{{{min},{max}}}"),
        // The length is held to apart from this.
        (0, _) => "*".to_owned(),
        (1, _) => "+".to_owned(),
        (min, _) => format!("{{{min},}}"),
    };
    format!("^[{class}]{repeat}$")
}

fn push_range(class: &mut String, range: Option<(char, char)>) {
    match range {
        Some((start, end)) if start == end => class.push(start),
        Some((start, end)) => {
            class.push(start);
            class.push('-');
            class.push(end);
        }
        None => {}
    }
}

fn what(kind: &str) -> &'static str {
    match kind {
        "Partition" => "partition, such as aws",
        "Region" => "region, such as us-east-1",
        "AccountId" => "ID of an account",
        "CollectionId" => "ID of a face collection",
        "ProjectName" => "name of a Custom Labels project",
        "VersionName" => "name of a version of a Custom Labels project",
        "StreamProcessorName" => "name of a stream processor",
        "DatasetType" => "type of a dataset",
        "CreationTimestamp" => "time of creation, in milliseconds since 1970",
        "BucketName" => "name of an S3 bucket",
        "RoleName" => "name of an IAM role, with its path",
        "UserName" => "name of an IAM user, with its path",
        "TopicName" => "name of an SNS topic",
        "QueueName" => "name of an SQS queue",
        "StreamName" => "name of a stream",
        "KeyId" => "ID of a KMS key",
        "FunctionName" => "name of a Lambda function",
        "TableName" => "name of a DynamoDB table",
        "ObjectKey" => "key of an S3 object",
        "ResourceName" | "ResourcePath" => "name of a resource",
        "CanonicalUserId" => "canonical user ID of an account",
        "Arn" => "ARN without wildcards",
        "Timestamp" => "date and time, such as 2026-11-24T18:30:00Z",
        "Cidr" => "range of IP addresses, such as 203.0.113.0/24",
        "Number" => "whole number",
        "Boolean" => "true or false",
        _ => "text without wildcards or policy variables",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (kind, expected) in [
            ("AccountId", "^[0-9]{12}$"),
            ("Region", "^[0-9a-z-]{5,32}$"),
            ("CollectionId", "^[0-9A-Za-z._-]{1,255}$"),
            ("DatasetType", "^(test|train)$"),
            ("RoleName", "^[0-9A-Za-z+,./=@_-]{1,576}$"),
            ("ResourceName", "^[0-9A-Za-z+,.=@_-]+$"),
        ] {
            assert_eq!(shape(kind, Place::Pattern).pattern, expected, "{kind}");
        }
    }
}
