//! Values that are only known at run time. They are validated, so that none of them can widen a policy.
//!
//! A policy inside a function accepts variables where values go. A variable has one of these types and is never a bare
//! string, because a `*`, a `:`, or a `${` in untrusted input would change the meaning of the policy.
//!
//! ```
//! # use rekognition_iam_runtime as rekognition_iam;
//! use rekognition_iam::values::CollectionId;
//!
//! let staff: CollectionId = "staff-faces".parse()?;
//! assert_eq!(staff.as_str(), "staff-faces");
//!
//! let hostile = "*".parse::<CollectionId>().unwrap_err();
//! assert_eq!(hostile.to_string(), "not a CollectionId: `*` is not allowed in it");
//! # Ok::<(), rekognition_iam::values::InvalidValue>(())
//! ```

#[cfg(test)]
mod tests;

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use fill::escaped;
pub(crate) use fill::sealed;
pub use fill::{Exact, Fill, Form, InPrincipal, Place, WithoutWildcards};

use crate::catalogue::generated::variable_types::VARIABLE_TYPES;
use crate::catalogue::{Grammar, Variable};

/// Why a text is not a value of its type.
///
/// The message names the type and says what it requires. It repeats at most one character of the text, which may be
/// hostile, and long.
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidValue {
    kind: &'static str,
    reason: Reason,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    Char(char),
    Short(&'static Grammar),
    Long(&'static Grammar),
    Word(&'static Grammar),
    Text(&'static str),
}

impl InvalidValue {
    const fn text(kind: &'static str, reason: &'static str) -> Self {
        Self {
            kind,
            reason: Reason::Text(reason),
        }
    }

    /// The name of the type that the text is not a value of.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }
}

impl fmt::Display for InvalidValue {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let article = if self.kind.starts_with(['A', 'E', 'I', 'O']) {
            "an"
        } else {
            "a"
        };
        write!(f, "not {article} {}: ", self.kind)?;
        match &self.reason {
            Reason::Char(' ') => f.write_str("a space is not allowed in it"),
            Reason::Char(c) => {
                write!(f, "`{}` is not allowed in it", visible(*c))
            }
            Reason::Short(grammar) | Reason::Long(grammar) if grammar.min == grammar.max => {
                write!(f, "it must have {} characters", grammar.min)
            }
            Reason::Short(grammar) if grammar.min == 1 => f.write_str("it is empty"),
            Reason::Short(grammar) => {
                write!(f, "it has fewer than {} characters", grammar.min)
            }
            Reason::Long(grammar) => {
                write!(f, "it has more than {} characters", grammar.max)
            }
            Reason::Word(grammar) => {
                write!(f, "it must be one of `{}`", grammar.words.join("`, `"))
            }
            Reason::Text(text) => f.write_str(text),
        }
    }
}

/// The message, because `main` and `unwrap` print an error this way.
impl fmt::Debug for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InvalidValue")
            .field(&format_args!("{self}"))
            .finish()
    }
}

impl core::error::Error for InvalidValue {}

/// A character as it can be printed: control characters and marks that change the direction of text as a number.
#[inline]
fn visible(c: char) -> String {
    if c.is_ascii_graphic()
        || (c.is_alphanumeric() && !c.is_ascii() && !crate::invisible::is_invisible(c))
    {
        c.to_string()
    } else {
        format!("U+{:04X}", u32::from(c))
    }
}

/// Checks a text against a grammar: no wildcard, no policy variable.
#[inline]
fn check(kind: &'static str, grammar: &'static Grammar, text: &str) -> Result<(), InvalidValue> {
    let fail = |reason| Err(InvalidValue { kind, reason });
    // A character has at most four bytes, so a text that is this long has too many characters.
    if text.len() > usize::from(grammar.max) * 4 {
        return fail(Reason::Long(grammar));
    }
    if let Some(wrong) = text.chars().find(|&c| !grammar.allows(c)) {
        return fail(Reason::Char(wrong));
    }
    let length = text.chars().count();
    if length < usize::from(grammar.min) {
        return fail(Reason::Short(grammar));
    }
    if length > usize::from(grammar.max) {
        return fail(Reason::Long(grammar));
    }
    if !grammar.words.is_empty() && !grammar.words.contains(&text) {
        return fail(Reason::Word(grammar));
    }
    Ok(())
}

// Everything below is `#[inline]`: two dozen types would otherwise be compiled for every user of the macros, and nearly
// all of them use two or three.
macro_rules! text_type {
    ($(#[$meta:meta])* $name:ident, |$text:ident| $validate:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            #[inline]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            #[inline]
            fn validate($text: &str) -> Result<(), InvalidValue> {
                $validate
            }
        }

        impl FromStr for $name {
            type Err = InvalidValue;

            #[inline]
            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                Self::validate(text)?;
                Ok(Self(text.to_string()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidValue;

            #[inline]
            fn try_from(text: String) -> Result<Self, InvalidValue> {
                Self::validate(&text)?;
                Ok(Self(text))
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidValue;

            #[inline]
            fn try_from(text: &str) -> Result<Self, InvalidValue> {
                text.parse()
            }
        }

        impl sealed::Sealed for $name {}

        impl AsRef<str> for $name {
            #[inline]
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

macro_rules! identifiers {
    ($($(#[$meta:meta])* $name:ident: $grammar:expr;)*) => {
        /// The grammar of a type in this module, by the name of the type. `None` if the type is not described by a grammar.
        ///
        /// ```
        /// # use rekognition_iam_runtime as rekognition_iam;
        /// use rekognition_iam::values;
        ///
        /// let grammar = values::grammar_of("AccountId").unwrap();
        /// assert_eq!((grammar.min, grammar.max), (12, 12));
        /// ```
        #[must_use]
        #[inline]
        pub fn grammar_of(kind: &str) -> Option<&'static Grammar> {
            match kind {
                $(stringify!($name) => Some(const { $grammar }),)*
                _ => None,
            }
        }

        /// The text that a value has in a policy, as if it were parsed as the type with this name and then used as a variable of a
        /// macro. `None` if this module has no type with that name.
        ///
        /// For tools that only have the name of a type, such as an export with given values.
        ///
        /// ```
        /// # use rekognition_iam_runtime as rekognition_iam;
        /// use rekognition_iam::values::{Place, fill_as};
        ///
        /// assert_eq!(fill_as("CollectionId", "staff", Place::Pattern).unwrap().unwrap(), "staff");
        /// assert!(fill_as("CollectionId", "*", Place::Pattern).unwrap().is_err());
        /// assert_eq!(fill_as("ObjectKey", "*", Place::Pattern).unwrap().unwrap(), "${*}");
        /// assert!(fill_as("String", "staff", Place::Pattern).is_none());
        /// ```
        #[must_use]
        #[inline]
        pub fn fill_as(kind: &str, text: &str, place: Place) -> Option<Result<String, InvalidValue>> {
            fn of<T: Fill<T> + FromStr<Err = InvalidValue>>(
                text: &str,
                place: Place,
            ) -> Result<String, InvalidValue> {
                text.parse::<T>().map(|value| value.fill(place))
            }
            Some(match kind {
                $(stringify!($name) => of::<$name>(text, place),)*
                "ObjectKey" => of::<ObjectKey>(text, place),
                "Text" => of::<Text>(text, place),
                "Arn" => of::<Arn>(text, place),
                "Timestamp" => of::<Timestamp>(text, place),
                "Cidr" => of::<Cidr>(text, place),
                "CanonicalUserId" => of::<CanonicalUserId>(text, place),
                "Number" => match text.parse::<i128>() {
                    Ok(number) => Ok(number.to_string()),
                    Err(_) => Err(InvalidValue::text("Number", "it is not a whole number")),
                },
                "Boolean" => match text {
                    "true" | "false" => Ok(text.to_string()),
                    _ => Err(InvalidValue::text("Boolean", "it is neither `true` nor `false`")),
                },
                _ => return None,
            })
        }

        /// Whether a [`Pattern`] may represent a value of the type with this name.
        #[must_use]
        #[inline]
        pub fn takes_pattern(kind: &str) -> bool {
            matches!(kind, $(stringify!($name))|* | "ObjectKey" | "Text")
        }

        $(
            text_type!($(#[$meta])* $name, |text| check(stringify!($name), const { $grammar }, text));

            #[diagnostic::do_not_recommend]
            impl Fill<$name> for $name {
                type Form = Exact;
                #[inline]
                fn fill(&self, _: Place) -> String {
                    self.0.clone()
                }
            }

            #[diagnostic::do_not_recommend]
            impl Fill<$name> for Pattern {
                type Form = Pattern;
                #[inline]
                fn fill(&self, _: Place) -> String {
                    self.0.clone()
                }
            }

            #[diagnostic::do_not_recommend]
            impl Fill<Text> for $name {
                type Form = Exact;
                #[inline]
                fn fill(&self, place: Place) -> String {
                    escaped(&self.0, place)
                }
            }
        )*
    };
}

const LETTERS_DIGITS_DASH: &[(char, char)] = &[('-', '-'), ('0', '9'), ('A', 'Z'), ('a', 'z')];
const IAM_NAME: &[(char, char)] = &[
    ('+', '+'),
    (',', ','),
    ('-', '-'),
    ('.', '.'),
    ('/', '/'),
    ('0', '9'),
    ('=', '='),
    ('@', '@'),
    ('A', 'Z'),
    ('_', '_'),
    ('a', 'z'),
];
const NAME: &[(char, char)] = &[('-', '.'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];

const fn grammar(
    name: &'static str,
    chars: &'static [(char, char)],
    min: u16,
    max: u16,
) -> Grammar {
    Grammar {
        name,
        chars,
        min,
        max,
        words: &[],
    }
}

identifiers! {
    /// A partition: `aws`, `aws-us-gov`.
    Partition: &grammar("Partition", &[('-', '-'), ('a', 'z')], 3, 32);
    /// A region: `us-east-1`.
    ///
    /// Any text with the characters of a region is accepted, because AWS opens new regions.
    Region: &grammar("Region", &[('-', '-'), ('0', '9'), ('a', 'z')], 5, 32);
    /// The ID of an account: 12 digits.
    AccountId: &grammar("AccountId", &[('0', '9')], 12, 12);
    /// The ID of a face collection.
    /// <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateCollection.html>
    CollectionId: &crate::rekognition::COLLECTION_ID_GRAMMAR;
    /// The name of a Custom Labels project.
    /// <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateProject.html>
    ProjectName: &crate::rekognition::PROJECT_NAME_GRAMMAR;
    /// The name of a version of a Custom Labels project: a model or an adapter.
    /// <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateProjectVersion.html>
    VersionName: &crate::rekognition::VERSION_NAME_GRAMMAR;
    /// The name of a stream processor.
    /// <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateStreamProcessor.html>
    StreamProcessorName: &crate::rekognition::STREAM_PROCESSOR_NAME_GRAMMAR;
    /// The type of a dataset in an ARN: `train` or `test`.
    /// <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateDataset.html>
    DatasetType: &crate::rekognition::DATASET_TYPE_GRAMMAR;
    /// The creation timestamp at the end of the ARN of a project, a version, or a dataset, in milliseconds since 1970.
    CreationTimestamp: &crate::rekognition::CREATION_TIMESTAMP_GRAMMAR;
    /// The name of an S3 bucket. Old buckets can have uppercase letters and underscores.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
    BucketName: &grammar("BucketName", NAME, 3, 255);
    /// The name of an IAM role, including its path if it has one, such as `service-role/Indexer`.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
    RoleName: &grammar("RoleName", IAM_NAME, 1, 576);
    /// The name of an IAM user, including its path if it has one.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
    UserName: &grammar("UserName", IAM_NAME, 1, 576);
    /// The name of an SNS topic.
    /// <https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html>
    TopicName: &grammar("TopicName", NAME, 1, 256);
    /// The name of an SQS queue.
    /// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html>
    QueueName: &grammar("QueueName", NAME, 1, 80);
    /// The name of a Kinesis data stream or a Kinesis video stream.
    /// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html>
    StreamName: &grammar("StreamName", NAME, 1, 256);
    /// The ID of a KMS key.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html>
    KeyId: &grammar("KeyId", LETTERS_DIGITS_DASH, 1, 256);
    /// The name of a Lambda function.
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>
    FunctionName: &grammar("FunctionName", &[('-', '-'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')], 1, 140);
    /// The name of a DynamoDB table.
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html>
    TableName: &grammar("TableName", NAME, 1, 255);
    /// Any other part of an ARN without slashes: letters, digits, and `+ , - . = @ _`.
    ResourceName: &grammar(
        "ResourceName",
        &[('+', '.'), ('0', '9'), ('=', '='), ('@', 'Z'), ('_', '_'), ('a', 'z')],
        1,
        1024,
    );
    /// Any other part of an ARN that can contain slashes: letters, digits, and `+ , - . / = @ _`.
    ResourcePath: &grammar(
        "ResourcePath",
        &[('+', '9'), ('=', '='), ('@', 'Z'), ('_', '_'), ('a', 'z')],
        1,
        1024,
    );
}

text_type! {
    /// The key of an S3 object. Every character is literal: a `*` in it only matches a `*`.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
    ///
    /// AWS accepts characters after `ÿ` only in the policies of buckets, topics, queues, and organizations, and rejects them in other
    /// policies.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names>
    ObjectKey, |text| {
        if text.is_empty() {
            Err(InvalidValue::text("ObjectKey", "it is empty"))
        } else if text.len() > 1024 {
            Err(InvalidValue::text("ObjectKey", "it is longer than 1,024 bytes"))
        } else {
            no_controls("ObjectKey", text)
        }
    }
}

#[diagnostic::do_not_recommend]
impl Fill<Self> for ObjectKey {
    type Form = Exact;
    #[inline]
    fn fill(&self, place: Place) -> String {
        escaped(&self.0, place)
    }
}

#[diagnostic::do_not_recommend]
impl Fill<ObjectKey> for Pattern {
    type Form = Pattern;
    #[inline]
    fn fill(&self, _: Place) -> String {
        self.0.clone()
    }
}

text_type! {
    /// Text in a condition. Every character is literal: it contains no wildcards and no policy variables.
    ///
    /// AWS accepts characters after `ÿ` only in the policies of buckets, topics, queues, and organizations, and rejects them in other
    /// policies.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names>
    Text, |text| {
        if text.len() > 4096 {
            Err(InvalidValue::text("Text", "it is longer than 4,096 bytes"))
        } else {
            no_controls("Text", text)
        }
    }
}

#[diagnostic::do_not_recommend]
impl Fill<Self> for Text {
    type Form = Exact;
    #[inline]
    fn fill(&self, place: Place) -> String {
        escaped(&self.0, place)
    }
}

text_type! {
    /// A text in which `*` matches any text, `?` matches any character, and `${..}` is a policy variable. It is the explicit way
    /// to let a value match more than itself. Never create one from untrusted input.
    ///
    /// A colon is only allowed inside a policy variable, because elsewhere it would move the rest to another field of the ARN.
    Pattern, |text| {
        if text.is_empty() {
            return Err(InvalidValue::text("Pattern", "it is empty"));
        }
        if text.len() > 1024 {
            return Err(InvalidValue::text("Pattern", "it is longer than 1,024 bytes"));
        }
        no_controls("Pattern", text)?;
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${") {
            if before.contains(':') {
                return Err(InvalidValue::text("Pattern", "`:` is not allowed in it"));
            }
            let Some((name, behind)) = behind.split_once('}') else {
                return Err(InvalidValue::text("Pattern", "a `${` in it is not closed"));
            };
            if name.trim().is_empty() || (name.contains(['$', '{']) && name != "$") {
                return Err(InvalidValue::text(
                    "Pattern",
                    "a `${..}` in it does not have the name of a policy variable",
                ));
            }
            rest = behind;
        }
        if rest.contains(':') {
            return Err(InvalidValue::text("Pattern", "`:` is not allowed in it"));
        }
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl Fill<Text> for Pattern {
    type Form = Pattern;
    #[inline]
    fn fill(&self, _: Place) -> String {
        self.0.clone()
    }
}

text_type! {
    /// A complete ARN without wildcards and policy variables.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
    Arn, |text| {
        if text.len() > 2048 {
            return Err(InvalidValue::text("Arn", "it is longer than 2,048 bytes"));
        }
        no_controls("Arn", text)?;
        if text.contains(['*', '?', '$']) {
            return Err(InvalidValue::text("Arn", "`*`, `?`, and `$` are not allowed in it"));
        }
        if crate::constant::has_fields_of_arn(text) {
            Ok(())
        } else {
            Err(InvalidValue::text(
                "Arn",
                "it does not have the form `arn:partition:service:region:account:resource`",
            ))
        }
    }
}

#[diagnostic::do_not_recommend]
impl Fill<Self> for Arn {
    type Form = Exact;
    #[inline]
    fn fill(&self, _: Place) -> String {
        self.0.clone()
    }
}

#[diagnostic::do_not_recommend]
impl Fill<Text> for Arn {
    type Form = Exact;
    #[inline]
    fn fill(&self, _: Place) -> String {
        self.0.clone()
    }
}

text_type! {
    /// A date and time in ISO 8601, such as `2026-11-24T18:30:00Z`, or seconds since 1970.
    Timestamp, |text| {
        if text.len() <= 64 && crate::value::is_date(text) {
            Ok(())
        } else {
            Err(InvalidValue::text("Timestamp", "it is not an ISO 8601 date"))
        }
    }
}

#[diagnostic::do_not_recommend]
impl Fill<Self> for Timestamp {
    type Form = Exact;
    #[inline]
    fn fill(&self, _: Place) -> String {
        self.0.clone()
    }
}

text_type! {
    /// A range of IP addresses, such as `203.0.113.0/24`.
    Cidr, |text| {
        match crate::value::cidr_error(text) {
            None => Ok(()),
            Some(reason) => Err(InvalidValue::text("Cidr", reason)),
        }
    }
}

#[diagnostic::do_not_recommend]
impl Fill<Self> for Cidr {
    type Form = Exact;
    #[inline]
    fn fill(&self, _: Place) -> String {
        self.0.clone()
    }
}

text_type! {
    /// The canonical user ID of an account in Amazon S3: 64 hexadecimal digits.
    ///
    /// A [`Pattern`] is not accepted for it, because a `*` would mean everyone.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/finding-canonical-user-id.html>
    CanonicalUserId, |text| {
        let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() == 64 && text.bytes().all(hexadecimal) {
            Ok(())
        } else {
            Err(InvalidValue::text(
                "CanonicalUserId",
                "it is not 64 hexadecimal digits in lower case",
            ))
        }
    }
}

#[diagnostic::do_not_recommend]
impl Fill<Self> for CanonicalUserId {
    type Form = Exact;
    #[inline]
    fn fill(&self, _: Place) -> String {
        self.0.clone()
    }
}

/// A number in a condition. This type has no values; use an integer.
#[derive(Debug, Clone, Copy)]
pub struct Number(());

/// A Boolean in a condition. This type has no values; use a `bool`.
#[derive(Debug, Clone, Copy)]
pub struct Boolean(());

macro_rules! plain {
    ($what:ident: $($kind:ty)*) => {$(
        impl sealed::Sealed for $kind {}

        #[diagnostic::do_not_recommend]
        impl Fill<$what> for $kind {
            type Form = Exact;
            #[inline]
            fn fill(&self, _: Place) -> String {
                self.to_string()
            }
        }
    )*};
}

plain!(Number: i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
plain!(Boolean: bool);
plain!(Cidr: core::net::IpAddr core::net::Ipv4Addr core::net::Ipv6Addr);

/// The name of the type in this module for a variable of an ARN.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::{catalogue, values};
///
/// let (_, format) = catalogue::service("rekognition").unwrap().resource_by_ident("collection").unwrap();
/// let types: Vec<&str> = format.variables().map(values::type_of).collect();
/// assert_eq!(types, ["CollectionId"]);
/// ```
#[must_use]
pub fn type_of(variable: &Variable) -> &'static str {
    if let Some(grammar) = variable.grammar {
        return grammar.name;
    }
    let wanted = (variable.service, variable.name);
    let known = VARIABLE_TYPES.binary_search_by(|&(service, name, _)| (service, name).cmp(&wanted));
    match known.ok().and_then(|index| VARIABLE_TYPES.get(index)) {
        Some((_, _, kind)) => kind,
        None if variable.slashes => "ResourcePath",
        None => "ResourceName",
    }
}

fn no_controls(kind: &'static str, text: &str) -> Result<(), InvalidValue> {
    // Marks that turn the direction of text, and what cannot be seen, make a reviewer read another policy than the one that
    // counts.
    match text.chars().find(|&c| crate::invisible::is_invisible(c)) {
        Some(c) => Err(InvalidValue {
            kind,
            reason: Reason::Char(c),
        }),
        None => Ok(()),
    }
}

// Last, because rustc lists the types that implement a trait in the order of the source, and ours say more than pointers.
mod fill;
