//! The shape of the catalogue: what the generated tables are made of.
//!
//! Everything here is `'static` plain data, so that the tables are constants of the program and a look-up allocates
//! nothing. Slices are sorted as the field documentation says; a test holds the generated code to it.

use crate::action::AccessLevel;

/// One AWS service: a file of the service reference.
#[derive(Debug)]
pub struct Service {
    /// The prefix in `prefix:Action`, such as `rekognition`.
    pub prefix: &'static str,
    /// The name of its module in Rust: the prefix, with `_` for `-`. Empty where there is none.
    pub module: &'static str,
    /// Whether the service has a module in Rust, with a constant for each action and a constructor for each ARN format.
    ///
    /// The others are read from the [table](super::table) of all services. Nothing of them has a name in Rust.
    pub has_module: bool,
    /// Whether someone has compared what the service reference says about it with AWS's other pages. Of other services, what only
    /// the silence of the reference says is a warning and not an error.
    pub reviewed: bool,
    /// All actions, sorted by name in byte order.
    pub actions: &'static [ActionInfo],
    /// All resource types, sorted by name in byte order.
    pub resources: &'static [ResourceType],
    /// All condition keys that the service's actions and resources carry, sorted by ASCII-lowercase name.
    pub keys: &'static [ConditionKey],
    /// All API operations, sorted by name in byte order.
    pub operations: &'static [Operation],
}

/// What the catalogue knows of one action.
#[derive(Debug)]
pub struct ActionInfo {
    /// The name without prefix, in IAM's spelling: `IndexFaces`.
    pub name: &'static str,
    /// The access level that IAM's console files the action under.
    pub level: AccessLevel,
    /// The resource types that the action can be limited to. Empty: only `*` is legal.
    pub resources: &'static [ActionResource],
    /// Indices into [`Service::keys`]: condition keys that the action carries whatever the resource.
    pub keys: &'static [u16],
    /// Whether a request is checked against *all* required resource types at once, as `CopyProjectVersion` is.
    pub required_together: bool,
    /// Whether AWS's own documentation pages disagree on the resource types (the action appears with one on some page).
    pub resources_disputed: bool,
    /// What AWS has announced about the end of the action.
    pub lifecycle: Option<Lifecycle>,
}

impl ActionInfo {
    /// Whether every request for the action names a resource: one of a required type, or one of several types that are
    /// alternatives to one another, as `s3:GetObject` names an object or an object through an access point.
    ///
    /// An action with a single optional type, such as `rekognition:DetectModerationLabels`, may be called without one.
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::catalogue;
    ///
    /// let rekognition = catalogue::service("rekognition").unwrap();
    /// assert!(rekognition.action("IndexFaces").unwrap().has_resource());
    /// assert!(rekognition.action("TagResource").unwrap().has_resource());
    /// assert!(!rekognition.action("DetectModerationLabels").unwrap().has_resource());
    /// assert!(!rekognition.action("DetectLabels").unwrap().has_resource());
    /// ```
    #[must_use]
    pub fn has_resource(&self) -> bool {
        self.resources.len() > 1 || self.resources.iter().any(|kind| kind.required)
    }
}

/// One resource type of one action.
#[derive(Debug)]
pub struct ActionResource {
    /// Index into [`Service::resources`].
    pub index: u16,
    /// Whether a request for the action always names such a resource.
    pub required: bool,
    /// Indices into [`Service::keys`]: keys that the action carries on this resource type only.
    pub keys: &'static [u16],
}

/// A notice by AWS that an action is ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lifecycle {
    /// The feature that provides the action ended on this date (`YYYY-MM-DD`).
    Ended(&'static str),
    /// No new customers since this date (`YYYY-MM-DD`).
    ClosedToNewCustomers(&'static str),
}

/// A kind of thing that a policy can name: `collection`, `bucket`, `role`.
#[derive(Debug)]
pub struct ResourceType {
    /// The name in the service reference: `collection`, `function alias`.
    pub name: &'static str,
    /// The name of the constructor in Rust: `collection`, `function_alias`.
    pub rust_name: &'static str,
    /// The ARN formats; nearly always one.
    pub formats: &'static [ArnFormat],
    /// Indices into [`Service::keys`]: keys that every action on this type carries.
    pub keys: &'static [u16],
}

/// A resource type that one service lists although its ARNs are another service's, as `sts` lists the roles of `iam`.
#[cfg(not(feature = "all-services"))]
#[derive(Debug)]
pub(crate) struct Borrowed {
    /// The service field of the ARNs.
    pub(crate) of: &'static str,
    /// The service that lists the type.
    pub(crate) by: &'static Service,
    /// Index into [`Service::resources`].
    pub(crate) index: u16,
}

/// What AWS compares with the resources of a statement when an action without resource types is called.
///
/// AWS documents that such an action needs `*`. Many of them are checked against an ARN all the same, which its messages of
/// denied access show: `dynamodb:ListTables` against the text `arn:aws:dynamodb:us-east-1:123456789012:table/*`.
#[derive(Debug)]
pub struct PseudoResource {
    /// The service prefix.
    pub service: &'static str,
    /// The action's name.
    pub action: &'static str,
    /// ARNs in the form of [`ArnFormat::text`], or `*`. A `*` in an ARN is that character, which only a wildcard matches.
    pub evaluated_as: &'static [&'static str],
    /// The same, cut up for evaluation.
    #[cfg_attr(
        not(feature = "evaluate"),
        expect(dead_code, reason = "only evaluation reads it")
    )]
    pub(crate) forms: &'static [PseudoForm],
    /// Whether the recorded messages leave no doubt.
    pub sure: bool,
}

/// An API operation that has no action of its name.
#[cfg(feature = "all-services")]
#[derive(Debug)]
pub(crate) struct NamedOperation {
    pub(crate) service: &'static str,
    pub(crate) name: &'static str,
    /// The services and names of what it checks.
    pub(crate) actions: &'static [(&'static str, &'static str)],
    /// Whether each request is checked for all of them.
    pub(crate) always: bool,
    /// Whether nothing else is ever checked.
    pub(crate) only: bool,
}

/// How policies and requests name the resources of a type, where that is not their ARN: a policy for the log group `g` names
/// `log-group:g:*`, and AWS compares it with `log-group:g:log-stream:`. See
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html>.
#[doc(hidden)]
#[derive(Debug, PartialEq, Eq)]
pub struct Written {
    /// The service prefix, and the service of the ARNs.
    pub service: &'static str,
    /// The resource type.
    pub kind: &'static str,
    /// What the last part of the ARN begins with, before the name.
    pub head: &'static str,
    /// What a policy has after the ARN.
    pub policy: &'static str,
    /// What a request has after the ARN.
    pub request: &'static str,
    /// The type of what belongs to such a resource. Its ARN is that of the resource, with what a request has in addition and a
    /// name of its own.
    pub within: &'static str,
    /// The actions on the type that are compared in this way.
    pub actions: &'static [&'static str],
    /// The actions on what belongs to such a resource.
    pub parts: &'static [&'static str],
}

/// A resource that AWS checks an action against.
#[derive(Debug)]
#[cfg_attr(
    not(feature = "evaluate"),
    expect(dead_code, reason = "only evaluation reads it")
)]
pub(crate) enum PseudoForm {
    /// `*`.
    Star,
    /// An ARN. A `*` in it is the character.
    Arn {
        service: &'static str,
        /// Whether it has a region.
        region: bool,
        /// Whether it has an account.
        account: bool,
        /// What follows the fifth colon, with `\u{1}` for each value that the request gives.
        resource: &'static str,
    },
}

/// The form of a resource type's ARN. The partition is always a variable.
#[derive(Debug)]
pub struct ArnFormat {
    /// As AWS writes it: `arn:${Partition}:rekognition:${Region}:${Account}:collection/${CollectionId}`.
    pub text: &'static str,
    /// The name of the constructor in Rust. The first format has the resource type's name.
    pub rust_name: &'static str,
    /// The service field; not always the prefix of the service that lists the type. `*` where it varies, as in the recovery
    /// points of `backup`.
    pub service: &'static str,
    /// The region field.
    pub region: ArnField<'static>,
    /// The account field.
    pub account: ArnField<'static>,
    /// What follows the fifth colon.
    pub resource: &'static [Piece],
}

/// What is in the region or account field of an ARN format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArnField<'t> {
    /// Always empty.
    Empty,
    /// To be filled in.
    Variable,
    /// A `*` in AWS's format: anything, or nothing.
    Any,
    /// Always this text, such as `us-west-2` or `aws`.
    Fixed(&'t str),
}

/// A piece of the resource part of an ARN format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// This text.
    Literal(&'static str),
    /// A value to be filled in.
    Variable(&'static Variable),
}

/// A variable of an ARN format.
#[derive(Debug, PartialEq, Eq)]
pub struct Variable {
    /// As in the service reference: `CollectionId`.
    pub name: &'static str,
    /// The parameter of the constructor in Rust: `collection_id`.
    pub rust_name: &'static str,
    /// The service of the ARNs that have it: `iam` for the roles that `sts` lists.
    pub service: &'static str,
    /// What AWS accepts, where AWS says so.
    pub grammar: Option<&'static Grammar>,
    /// Whether a value may contain `/`. Where it may not, a value never reaches over a slash of the format.
    pub slashes: bool,
}

/// What an identifier may look like.
#[derive(Debug, PartialEq, Eq)]
pub struct Grammar {
    /// The name that AWS's API reference gives it: `CollectionId`.
    pub name: &'static str,
    /// The allowed characters as inclusive ranges, sorted: `[('-', '.'), ('0', '9'), ...]`.
    pub chars: &'static [(char, char)],
    /// The shortest legal length in characters.
    pub min: u16,
    /// The longest legal length in characters.
    pub max: u16,
    /// When not empty, the only legal values.
    pub words: &'static [&'static str],
}

/// A condition key.
#[derive(Debug)]
pub struct ConditionKey {
    /// The name with prefix, in AWS's spelling, a placeholder included: `aws:RequestTag/${TagKey}`.
    pub name: &'static str,
    /// The constant or function in Rust: `RequestTag`.
    pub rust_name: &'static str,
    /// The text before the placeholder, when the key has one: `aws:RequestTag/`.
    pub placeholder: Option<Placeholder>,
    /// The types of its values; nearly always one.
    pub types: &'static [ValueType],
    /// Whether a request may carry several values, so that a set operator is needed.
    pub multivalued: bool,
    /// Whether AWS says that a wildcard in a value never has a valid use.
    pub sensitive: bool,
    /// Whether the key exists only where an action or resource type declares it, although its prefix is global.
    pub declared: bool,
}

/// The variable part of a condition key's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placeholder {
    /// What is before it: `aws:RequestTag/`.
    pub before: &'static str,
    /// What is after it; nearly always nothing.
    pub after: &'static str,
}

/// The type of a condition key's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ValueType {
    /// Text.
    String,
    /// An Amazon Resource Name.
    Arn,
    /// `true` or `false`.
    Bool,
    /// A number.
    Numeric,
    /// A date and time, in ISO 8601 or as seconds since 1970.
    Date,
    /// An IP address or a range of them in CIDR notation.
    IpAddress,
}

impl ValueType {
    /// All types, in the order of the enum.
    pub const ALL: [Self; 6] = [
        Self::String,
        Self::Arn,
        Self::Bool,
        Self::Numeric,
        Self::Date,
        Self::IpAddress,
    ];

    /// The name in AWS's service reference, where a key with several values has `ArrayOf` before it.
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::catalogue::ValueType;
    ///
    /// assert_eq!(ValueType::IpAddress.name(), "IPAddress");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Arn => "ARN",
            Self::Bool => "Bool",
            Self::Numeric => "Numeric",
            Self::Date => "Date",
            Self::IpAddress => "IPAddress",
        }
    }
}

/// An operation of a service's API.
#[derive(Debug)]
pub struct Operation {
    /// The name in the API: `IndexFaces`.
    pub name: &'static str,
    /// The SDK clients that have it, with the method's name: `("rekognition", "index_faces")`.
    /// Clients by AWS's own name (`events`, where the Rust crate is `aws-sdk-eventbridge`); methods that only other SDKs
    /// have are left out.
    pub sdk: &'static [(&'static str, &'static str)],
    /// What the operation may check. Empty: AWS has not published the mapping.
    pub authorizes: &'static [AuthorizedAction],
}

/// An action that an operation may check.
#[derive(Debug)]
pub struct AuthorizedAction {
    /// The service prefix.
    pub service: &'static str,
    /// The action's name.
    pub name: &'static str,
    /// Condition values that the check always carries, such as `iam:PassedToService`.
    pub context: &'static [(&'static str, &'static [&'static str])],
}

/// An AWS partition: a group of regions with their own accounts.
#[derive(Debug)]
pub struct Partition {
    /// As in an ARN: `aws`, `aws-cn`.
    pub name: &'static str,
    /// The regions, sorted.
    pub regions: &'static [Region],
}

/// A region.
#[derive(Debug)]
pub struct Region {
    /// As in an ARN: `us-east-1`.
    pub name: &'static str,
    /// Whether Rekognition has an endpoint there.
    pub rekognition: bool,
}
