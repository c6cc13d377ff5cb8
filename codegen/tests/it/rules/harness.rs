//! What a case is, and what is found in one.

use std::ops::Range;

use rekognition_iam_codegen::dsl::evaluate;
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::{Iam, Options};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json;

/// The input of a macro, in short (see [`expanded`]).
#[derive(Clone, Copy)]
pub(crate) enum Input {
    /// Of `policy!`.
    Dsl(&'static str),
    /// Of the macro of another kind of policy.
    Of(PolicyKind, &'static str),
}
use Input::{Dsl, Of};

/// A rule in the language.
pub(crate) struct Case {
    pub(crate) id: &'static str,
    /// The rule fires here, once, on the token between `«` and `»`. Without these marks it is about the whole policy.
    pub(crate) fires: Input,
    /// Nearly the same, and right: nothing is said about it.
    pub(crate) near: Input,
    /// The rules that fire next to it, for a reason of their own.
    pub(crate) beside: &'static [&'static str],
    /// Whether it is accepted for the policy and not for a statement.
    pub(crate) is_of_policy: bool,
}

pub(crate) const fn case(id: &'static str, fires: Input, near: Input) -> Case {
    Case {
        id,
        fires,
        near,
        beside: &[],
        is_of_policy: false,
    }
}

pub(crate) const fn case_beside(
    id: &'static str,
    beside: &'static [&'static str],
    fires: Input,
    near: Input,
) -> Case {
    Case {
        beside,
        ..case(id, fires, near)
    }
}

pub(crate) const fn case_of_policy(id: &'static str, fires: Input, near: Input) -> Case {
    Case {
        is_of_policy: true,
        ..case(id, fires, near)
    }
}

impl Input {
    pub(crate) const fn kind(self) -> PolicyKind {
        match self {
            Dsl(_) => PolicyKind::Identity,
            Of(kind, _) => kind,
        }
    }

    /// The input as an author writes it.
    pub(crate) fn source(self) -> String {
        self.marked().replace(['«', '»'], "")
    }

    fn marked(self) -> String {
        match self {
            Dsl(text) | Of(_, text) => expanded(text),
        }
    }

    /// Whether all services that it names are part of this build.
    pub(crate) fn is_built(self) -> bool {
        is_built(&self.source())
    }

    /// Where the marks are, and what is between them. A finding about the whole policy is on the macro itself, which
    /// is nowhere in its input.
    pub(crate) fn expected(self) -> String {
        let marked = self.marked();
        let (start, end) = match (marked.find('«'), marked.find('»')) {
            (Some(start), Some(end)) => (start, end - '«'.len_utf8()),
            _ => (0, 0),
        };
        at(&self.source(), &(start..end))
    }

    pub(crate) fn fired(self) -> Vec<Fired> {
        fired(self.kind(), &self.source())
    }
}

/// Something that was found in an input.
#[derive(Debug)]
pub(crate) struct Fired {
    /// The rule, when it was one.
    pub(crate) id: Option<&'static str>,
    /// The bytes of the token, and the token.
    pub(crate) at: String,
    pub(crate) text: String,
    pub(crate) denied: bool,
}

pub(crate) fn at(text: &str, range: &Range<usize>) -> String {
    format!("{range:?} {}", &text[range.clone()])
}

pub(crate) fn fired(kind: PolicyKind, source: &str) -> Vec<Fired> {
    (evaluate(kind, source.parse().unwrap()).diagnostics.iter())
        .map(|diagnostic| Fired {
            id: diagnostic.id(),
            at: at(source, &diagnostic.span.byte_range()),
            text: diagnostic.text(),
            denied: diagnostic.denied,
        })
        .collect()
}

/// What is found in a document in JSON.
pub(crate) fn fired_in_json(kind: PolicyKind, text: &str) -> Vec<Fired> {
    let options = Options::new(kind);
    (json::check(text, &options).findings.iter())
        .map(|located| Fired {
            id: Some(located.finding.id),
            at: at(text, &(located.span.start..located.span.end)),
            text: located.finding.message.render(&Iam),
            denied: true,
        })
        .collect()
}

/// What the short forms represent: resources, ARNs up to the fifth colon, providers, and `LONG(9)` for nine characters.
const SHORT: [(&str, &str); 7] = [
    (
        "STAFF",
        r#"rekognition::collection("us-east-1", "123456789012", "staff")"#,
    ),
    (
        "LOGOS",
        r#"rekognition::project("us-east-1", "123456789012", "logos", "1627045542080")"#,
    ),
    (
        "VERSION",
        r#"rekognition::projectversion("us-east-1", "123456789012", "logos", "v1", "1627045542080")"#,
    ),
    (
        "TOPIC",
        r#"sns::topic("us-east-1", "123456789012", "done")"#,
    ),
    ("ARN:", "arn:aws:rekognition:us-east-1:123456789012:"),
    (
        "GITHUB",
        r#"federated("arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com")"#,
    ),
    (
        "KEY",
        r#"kms::key("us-east-1", "123456789012", "1234abcd-12ab-34cd-56ef-1234567890ab")"#,
    ),
];

pub(crate) fn expanded(source: &str) -> String {
    let mut text = source.to_owned();
    for (short, long) in SHORT {
        text = text.replace(short, long);
    }
    while let Some(start) = text.find("LONG(") {
        let end = start + text[start..].find(')').unwrap();
        let length = text[start + "LONG(".len()..end].parse().unwrap();
        text.replace_range(start..=end, &format!("{:?}", "x".repeat(length)));
    }
    text
}

/// Whether all services that a source is about are part of this build.
pub(crate) fn is_built(source: &str) -> bool {
    (catalogue::KNOWN_SERVICES.iter()).all(|service| {
        let named = |separator: &str| {
            source
                .match_indices(&format!("{service}{separator}"))
                .any(|(at, _)| !source[..at].ends_with(|c: char| c.is_ascii_alphanumeric()))
        };
        catalogue::service(service).is_some() || !(named("::") || named(":"))
    })
}
