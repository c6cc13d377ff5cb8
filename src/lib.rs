//! IAM policies for Amazon Rekognition as typed Rust expressions, checked while your crate compiles.
//!
//! ```
//! # #[cfg(feature = "s3")] mod example {
//! use rekognition_iam::{Policy, policy, rekognition, s3};
//!
//! /// Finds staff members in uploaded photos.
//! pub static STAFF_FINDER: Policy = policy![
//!     allow(rekognition::SearchFacesByImage)
//!         .on(rekognition::collection("us-east-1", "123456789012", "staff")),
//!     allow(rekognition::DetectLabels).on_any(),
//!     allow(s3::GetObject).on(s3::object("uploads", "photos/*")),
//! ];
//!
//! pub fn main() {
//!     println!("{STAFF_FINDER:#}"); // `STAFF_FINDER.json()` is the string for the IAM API
//! }
//! # }
//! ```
//!
//! A mistake is a compile error on the word that is wrong:
//!
//! ```text
//! error: `rekognition::DetectLabels` does not support resources, so this statement grants nothing for it
//!        help: move it to a separate statement with `.on_any()`
//! ```
//!
//! [`policy!`] documents the language. The [guide] starts with a first policy and has a chapter for each task.
//!
//! # The language
//!
//! | macro or module | for |
//! |---|---|
//! | [`policy!`] | users, groups, and roles |
//! | [`trust_policy!`] | the principals that can assume a role |
//! | [`project_policy!`] | the principals that can copy the models of a Custom Labels project |
//! | [`resource_policy!`] | S3 buckets, SNS topics, SQS queues, and KMS keys |
//! | [`session_policy!`], [`permissions_boundary!`] | the limits of a session or of a principal |
//! | [`service_control_policy!`], [`resource_control_policy!`] | AWS Organizations |
//! | [`companion`] | the statements that a feature needs in addition to its own action |
//! | [`values`] | the types of variables in policies, such as [`CollectionId`](values::CollectionId) |
//! | [`Policy`], [`PolicyBuf`], [`kind`] | the policies that the macros return |
#![cfg_attr(
    feature = "json",
    doc = "| [`include_policy!`] | a policy in a JSON file |"
)]
#![cfg_attr(
    feature = "evaluate",
    doc = "| [`assert_policy!`] | guarantees about constant policies, proved while compiling |"
)]
//!
//! # The services
//!
//! Each service is a module with its actions, resource types, and condition keys. The documentation of an action says what AWS's
//! reference says about it, and that of Rekognition's actions links to the page of the operation. [`rekognition`] and
//! the global condition keys in [`aws`] are always included. Every other service is a Cargo feature with the name of its
//! module (`-` for `_`), and `services` enables all of them. The feature `all-services` checks strings that name any other service
//! of AWS.
//!
//! # The tools
//!
//! | module | contents |
//! |---|---|
//! | [`catalogue`] | services, actions, resource types, and condition keys as data, to look up at run time |
//! | [`check`] | the rules; needs the feature `check` |
#![cfg_attr(feature = "check", doc = "| [`document`] | policies as documents |")]
//! | [`json`] | policies in JSON text; reading needs the feature `json` |
#![cfg_attr(
    feature = "evaluate",
    doc = "| [`evaluate`] | whether policies allow a request, and why |"
)]
#![cfg_attr(
    feature = "evaluate",
    doc = "| [`compare`] | what one policy allows and another does not, and proofs about every request |"
)]
#![cfg_attr(
    feature = "evaluate",
    doc = "| [`denied`] | AWS's access denied messages as types |"
)]
//!
//! `evaluate`, `denied`, `compare::prove`, and [`assert_policy!`] need the feature `evaluate`. The feature `compare` includes it and adds the
//! rest of `compare`; with it, this crate takes twice as long to compile. The macros have all rules without any feature; `check` is for
//! programs that check policies themselves, and `json` and `evaluate` include it. The feature `serde` implements `Serialize` for policies.
//! Build scripts use the crate [`rekognition-iam-codegen`](https://docs.rs/rekognition-iam-codegen) to write policies to files, and the command
//! [`rekognition-iam`](https://github.com/rekognition-iam/rekognition-iam/blob/main/cli/README.md) checks policies that are already
//! in files.
//!
//! [guide]: https://github.com/rekognition-iam/rekognition-iam/blob/main/guide/src/SUMMARY.md
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

// The list is written out, so that a name gets into this crate on purpose. What only tools need (the table of all
// services, the lexer of JSON, suggestions) is in `rekognition-iam-runtime`.

// Write: the actions, resources and keys of each service, and what a feature needs in addition to its own action.
pub use rekognition_iam_runtime::companion;
pub use rekognition_iam_runtime::services::*;

// The policies that the macros make, and their kinds.
pub use rekognition_iam_runtime::{
    Effect, Exception, JoinError, Layer, PermissionsBoundary, Policy, PolicyBuf, PolicyKind,
    ProjectPolicy, ResourceControlPolicy, ResourcePolicy, ServiceControlPolicy, SessionPolicy,
    TrustPolicy, kind,
};

// Values that are known only when the program runs.
pub use rekognition_iam_runtime::values;

// What policies are made of: the types of the items in the modules of services.
pub use rekognition_iam_runtime::{
    AccessLevel, Action, ActionGroup, ActionPattern, AnyKey, ArnKey, ArnSetKey, BoolKey,
    BoolSetKey, Condition, DateKey, DateOrNumericKey, IpAddressKey, KeyName, NumericKey, Operator,
    OperatorFamily, Resource, SetOperator, StringKey, StringSetKey,
};

/// What AWS's service reference says: services, actions, resource types, condition keys, regions.
pub mod catalogue {
    pub use rekognition_iam_runtime::catalogue::{
        AS_OF, AWS_SERVICES, ActionInfo, ActionResource, ArnField, ArnFormat, AuthorizedAction,
        ConditionKey, Grammar, KNOWN_SERVICES, Lifecycle, Operation, Partition, Piece, Placeholder,
        PseudoResource, RETIRED_SERVICES, Region, ResourceType, SOURCE, Service, ValueType,
        Variable, as_of, aws_services, facts, global_key, global_keys, is_built_in, is_replaced,
        key, partition, partitions, pseudo_resource, region, service, services,
        services_with_module, source, typed_service, typed_services,
    };
    #[cfg(feature = "check")]
    pub use rekognition_iam_runtime::catalogue::{Unlisted, unlisted};
    #[cfg(feature = "all-services")]
    pub use rekognition_iam_runtime::catalogue::{replace, table};
}

/// The sizes of policies, and with the feature `check` the rules: what they find in documents.
pub mod check {
    pub use rekognition_iam_runtime::Measured;
    #[cfg(feature = "check")]
    pub use rekognition_iam_runtime::check::{
        Finding, Iam, Message, Options, Rule, Severity, UnknownSeverity, check, measure, rules,
    };
}

#[cfg(feature = "check")]
pub use rekognition_iam_runtime::document;

/// Policies in JSON text: reading, printing, and checking with the position of each finding.
pub mod json {
    pub use rekognition_iam_runtime::json::pretty;
    #[cfg(feature = "json")]
    pub use rekognition_iam_runtime::json::{
        Edit, Limits, Located, Parsed, Position, ReadError, Refused, Report, Span, check,
        check_with, parse, read,
    };
    #[cfg(feature = "check")]
    pub use rekognition_iam_runtime::json::{to_minified, to_pretty};
}

// What policies allow.
#[cfg(feature = "evaluate")]
pub use rekognition_iam_runtime::{compare, denied, evaluate};

// Each macro passes the path of this crate to the procedural macro, so that a renamed dependency works. They are written
// one by one, because a macro that defines documented macros hides them from editors.

/// An identity policy, checked while the crate compiles: what a user, group, or role can do.
///
/// The input is a list of statements. Each one is valid Rust syntax, so rustfmt formats it.
///
/// ```
/// # #[cfg(feature = "s3")] {
/// use rekognition_iam::{Policy, aws, policy, rekognition, s3};
///
/// pub static FACE_INDEXER: Policy = policy![
///     allow(rekognition::IndexFaces, rekognition::SearchFacesByImage)
///         .on(rekognition::collection("us-east-1", "123456789012", "staff-faces")),
///     allow(s3::GetObject).on(s3::object("uploads", "faces/*")),
///     deny(rekognition::all()).on_any().when(aws::SecureTransport.bool(false)),
/// ];
///
/// assert!(FACE_INDEXER.json().starts_with(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow""#));
/// # }
/// ```
///
/// | element | in the language |
/// |---|---|
/// | `Effect` | `allow(..)`, `deny(..)` |
/// | `Action` | `rekognition::IndexFaces`, `rekognition::matching("Describe*")`, `rekognition::all()`, the actions of an access level with `rekognition::read()`, `list()`, `write()`, `tagging()`, and `permissions_management()`, an IAM name `"rekognition:IndexFaces"`, all of AWS with `"*"` |
/// | `NotAction`, `NotResource` | `allow(not(..))`, `.on(not(..))` |
/// | `Resource` | `.on(..)` with constructors (`rekognition::collection(region, account, collection_id)`, wildcards are allowed; another partition with `.partition("aws-us-gov")`) and ARNs as strings; `.on_any()` for `"*"` |
/// | `Condition` | `.when(..)` with a key and an operator: `aws::SourceVpc.string_equals("vpc-1a2b3c4d")`; all conditions must hold; one of several values is enough |
/// | `..IfExists` | `.if_exists()` after the operator |
/// | `ForAllValues:`, `ForAnyValue:` | `.for_all_values()`, `.for_any_value()` before the operator, on multivalued keys |
/// | tag keys | `aws::RequestTag("team")`, `aws::ResourceTag("team")`, `aws::PrincipalTag("team")` |
/// | policy variables | in strings: `"${aws:username}"`, with a default `"${aws:PrincipalTag/team, 'none'}"` |
/// | `Sid` | `.sid("Images")` |
/// | a list of one, in brackets | `allow([rekognition::IndexFaces])`, `.on(["*"])` |
///
/// Imported documents can contain more than that. The language supports it, but a new policy needs none of it:
///
/// | in the document | in the language |
/// |---|---|
/// | another `Version`, or none | `version("2008-10-17")`, `no_version()` as an entry of the list |
/// | `Id` | `id("..")` as an entry of the list |
/// | one statement that is not a list | `only(allow(..).on_any())` |
/// | a statement without `Resource`, without `Principal` | `.no_resource()`, `.no_principal()` |
/// | a number or Boolean without quotes | `json(3600)`, `json(true)` |
/// | an empty list, an empty `Condition` | `.on([])`, `.when([])` |
/// | an operator without keys, or of another name | `.when(operator("Bool"))`, `.operator("stringequals", ..)` after a key |
/// | principal types as lists of one or empty lists | `.to([account("..")], service(".."))`, `.to(service([]))` |
/// | an accepted finding about the policy as a whole | `accept(RULE, "why")` as an entry of the list |
///
/// **Checks.** The macro checks a policy against the [catalogue](crate::catalogue) with all [rules](crate::check::rules): names,
/// whether an action works on its resource, IDs, regions, accounts, partitions, condition keys, operators, and values. All
/// mistakes in a policy are reported together, each at its token.
///
/// **Companions.** What a feature needs in addition to its own action is in [`companion`](crate::companion):
/// `companion::s3_image("uploads", "photos/*")` instead of a statement.
///
/// **Exceptions** have a reason, and the list of exports shows them. `unlisted("rekognition:NewAction", "released yesterday")`
/// represents an action or a condition key that the catalogue does not have. `.accept(RULE, "why")` accepts the findings of
/// that rule in its statement.
///
/// **Variables.** Inside a function, a value can be a variable, a field, an element, or a constant (`region`, `self.region`,
/// `pair.1`, `ids[0]`, `config::REGION`). Its type is one of the types in [`values`](crate::values), owned, borrowed, or in an
/// `Arc`, `Rc`, `Box`, or `Cow`, but never `&str`. The policy is then a [`PolicyBuf`]. The exporter writes such a policy as a
/// template for Terraform or CloudFormation, with the variables as its parameters. A function with a policy of another kind
/// returns a `PolicyBuf<kind::RoleTrust>` and so on; see [`kind`](crate::kind).
///
/// ```
/// use rekognition_iam::values::{AccountId, CollectionId, Region};
/// use rekognition_iam::{PolicyBuf, policy, rekognition};
///
/// fn reader(region: &Region, account: &AccountId, collection: &CollectionId) -> PolicyBuf {
///     policy![allow(rekognition::SearchFaces).on(rekognition::collection(region, account, collection))]
/// }
///
/// let policy = reader(&"us-east-1".parse()?, &"123456789012".parse()?, &"staff".parse()?);
/// assert!(policy.json().contains("arn:aws:rekognition:us-east-1:123456789012:collection/staff"));
/// # Ok::<(), rekognition_iam::values::InvalidValue>(())
/// ```
///
/// For a list that is only known at run time, and for optional statements, write separate policies and join them with
/// [`PolicyBuf::joined`]. It checks the total size and all Sids, and merges statements that differ only in their resources.
///
/// ```
/// use rekognition_iam::values::{AccountId, CollectionId, Region};
/// use rekognition_iam::{JoinError, PolicyBuf, policy, rekognition};
///
/// fn searcher(
///     region: &Region,
///     account: &AccountId,
///     ids: &[CollectionId],
///     detects: bool,
/// ) -> Result<PolicyBuf, JoinError> {
///     let each = ids.iter().map(|id| {
///         policy![allow(rekognition::SearchFaces).on(rekognition::collection(region, account, id))]
///     });
///     let detect = detects.then(|| PolicyBuf::from(policy![allow(rekognition::DetectFaces).on_any()]));
///     PolicyBuf::joined(each.chain(detect))
/// }
/// # let ids = ["a".parse()?, "b".parse()?];
/// # let policy = searcher(&"us-east-1".parse()?, &"123456789012".parse()?, &ids, true)?;
/// # assert_eq!(policy.json().matches("Effect").count(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// **Shared constants.** A `const` or `static` of type `&str` with an uppercase name can be used like a variable, also in
/// constant policies. The compiler checks its value: regions, partitions, accounts, and the grammar of each ID. It cannot
/// contain `*` or `:`; write wildcards directly in the policy.
///
/// ```
/// use rekognition_iam::{Policy, policy, rekognition};
///
/// const ACCOUNT: &str = "123456789012";
/// const REGION: &str = concat!("us-east", "-1");
///
/// static READER: Policy =
///     policy![allow(rekognition::SearchFaces).on(rekognition::collection(REGION, ACCOUNT, "staff"))];
/// assert!(READER.json().contains(":us-east-1:123456789012:"));
/// ```
///
/// The constant can be from this crate or another one, an item in a function, or an associated constant (`Tenant::ID`). The
/// macro sees its name and not its value, so functions that run while compiling check the value and insert it into the
/// document. Rules that look at values (such as that a condition on a VPC has the ID of one) are checked by the exporter,
/// which finds the values of constants in the sources. A policy with `Self::ID` or a constant of a type parameter is a
/// [`PolicyBuf`], because the constants that the macro creates cannot name them. Dates, numbers, addresses, Booleans,
/// actions, keys, and Sids must be literals.
#[macro_export]
macro_rules! policy {
    ($($input:tt)*) => {{
        #[allow(unexpected_cfgs)]
        {
            #[cfg(rust_analyzer)]
            $crate::__private::expand::mirror! { [$crate] [$($input)*] }
            $crate::__private::expand::policy! { [$crate] [$($input)*] }
        }
    }};
}

/// The trust policy of a role: the principals that can assume it.
///
/// Works like [`policy!`]; `.to(..)` names the principals. There is no `.on(..)`, because the role itself is the resource. Principals are
/// `service("rekognition.amazonaws.com")`, `account("123456789012")`, `role("123456789012", "name")`,
/// `user("123456789012", "name")`, `session("123456789012", "role", "session")`, `federated("provider")`,
/// `canonical_user("id")`, `anyone()`, and ARNs as strings; `.to(not(..))` makes `NotPrincipal`.
///
/// ```
/// # #[cfg(feature = "sts")] {
/// use rekognition_iam::{TrustPolicy, aws, sts, trust_policy};
///
/// /// Rekognition can assume the role for the stream processors of one account only.
/// pub static STREAM_ROLE: TrustPolicy = trust_policy![
///     allow(sts::AssumeRole).to(service("rekognition.amazonaws.com")).when(
///         aws::SourceAccount.string_equals("111122223333"),
///         aws::SourceArn.arn_like("arn:aws:rekognition:us-east-1:111122223333:streamprocessor/*"),
///     ),
/// ];
/// # }
/// ```
#[macro_export]
macro_rules! trust_policy {
    ($($input:tt)*) => {{
        #[allow(unexpected_cfgs)]
        {
            #[cfg(rust_analyzer)]
            $crate::__private::expand::mirror! { [$crate] [$($input)*] }
            $crate::__private::expand::trust_policy! { [$crate] [$($input)*] }
        }
    }};
}

/// The policy of a Rekognition Custom Labels project: the principals that can copy its models.
///
/// Works like [`policy!`]; `.to(..)` names the principals, see [`trust_policy!`] for the principals. The only action is
/// `rekognition::CopyProjectVersion`, and the resources are versions of one project.
///
/// ```
/// use rekognition_iam::{ProjectPolicy, project_policy, rekognition};
///
/// pub static SHARED_MODELS: ProjectPolicy = project_policy![
///     allow(rekognition::CopyProjectVersion)
///         .to(account("111122223333"))
///         .on(rekognition::projectversion("us-east-1", "123456789012", "logos", "*", "*")),
/// ];
/// ```
#[macro_export]
macro_rules! project_policy {
    ($($input:tt)*) => {{
        #[allow(unexpected_cfgs)]
        {
            #[cfg(rust_analyzer)]
            $crate::__private::expand::mirror! { [$crate] [$($input)*] }
            $crate::__private::expand::project_policy! { [$crate] [$($input)*] }
        }
    }};
}

/// The policy of another resource: an S3 bucket, an SNS topic, an SQS queue, or a KMS key.
///
/// Works like [`policy!`]; `.to(..)` names the principals, see [`trust_policy!`] for the principals.
///
/// ```
/// # #[cfg(feature = "sqs")] {
/// use rekognition_iam::{ResourcePolicy, aws, resource_policy, sqs};
///
/// /// One topic can send its notifications to the queue.
/// pub static RESULTS_QUEUE: ResourcePolicy = resource_policy![
///     allow(sqs::SendMessage)
///         .to(service("sns.amazonaws.com"))
///         .on(sqs::queue("us-east-1", "123456789012", "video-results"))
///         .when(aws::SourceArn.arn_equals("arn:aws:sns:us-east-1:123456789012:AmazonRekognition-video")),
/// ];
/// # }
/// ```
#[macro_export]
macro_rules! resource_policy {
    ($($input:tt)*) => {{
        #[allow(unexpected_cfgs)]
        {
            #[cfg(rust_analyzer)]
            $crate::__private::expand::mirror! { [$crate] [$($input)*] }
            $crate::__private::expand::resource_policy! { [$crate] [$($input)*] }
        }
    }};
}

/// A policy that is passed with a request for temporary credentials and limits that session. Works like [`policy!`].
#[macro_export]
macro_rules! session_policy {
    ($($input:tt)*) => {{
        #[allow(unexpected_cfgs)]
        {
            #[cfg(rust_analyzer)]
            $crate::__private::expand::mirror! { [$crate] [$($input)*] }
            $crate::__private::expand::session_policy! { [$crate] [$($input)*] }
        }
    }};
}

/// A permissions boundary: the maximum permissions of a user or role. Works like [`policy!`]; grants nothing by itself.
#[macro_export]
macro_rules! permissions_boundary {
    ($($input:tt)*) => {{
        #[allow(unexpected_cfgs)]
        {
            #[cfg(rust_analyzer)]
            $crate::__private::expand::mirror! { [$crate] [$($input)*] }
            $crate::__private::expand::permissions_boundary! { [$crate] [$($input)*] }
        }
    }};
}

/// A service control policy of AWS Organizations: the maximum permissions of the principals in an account.
/// Works like [`policy!`]; grants nothing by itself.
#[macro_export]
macro_rules! service_control_policy {
    ($($input:tt)*) => {{
        #[allow(unexpected_cfgs)]
        {
            #[cfg(rust_analyzer)]
            $crate::__private::expand::mirror! { [$crate] [$($input)*] }
            $crate::__private::expand::service_control_policy! { [$crate] [$($input)*] }
        }
    }};
}

/// A resource control policy of AWS Organizations: the maximum permissions on the resources in an account.
/// Works like [`policy!`], with `.to(anyone())`; grants nothing by itself.
#[macro_export]
macro_rules! resource_control_policy {
    ($($input:tt)*) => {{
        #[allow(unexpected_cfgs)]
        {
            #[cfg(rust_analyzer)]
            $crate::__private::expand::mirror! { [$crate] [$($input)*] }
            $crate::__private::expand::resource_control_policy! { [$crate] [$($input)*] }
        }
    }};
}

/// A policy in a JSON file, checked while the crate compiles.
///
/// The policy is a constant, and the file does not change. The same rules apply as for [`policy!`], and an error has the
/// file, line, and column. The path is relative to the directory of `Cargo.toml`. If the file changes, the crate is compiled
/// again. Write the type of the policy before the path; without one, it is a [`Policy`].
///
/// ```ignore
/// use rekognition_iam::{Policy, TrustPolicy, include_policy};
///
/// pub static INDEXER: Policy = include_policy!("policies/indexer.json");
/// pub static INDEXER_ROLE: TrustPolicy = include_policy!(TrustPolicy, "policies/indexer-role.json");
/// pub static LEGACY: Policy = include_policy!(
///     "policies/legacy.json",
///     accept(REKOGNITION_IAM_RESOURCE_UNUSED, "the action follows in the next release"),
///     unlisted("rekognition:NewAction", "released yesterday"),
/// );
/// ```
///
/// The command `rekognition-iam import` converts such a file to [`policy!`].
#[cfg(feature = "json")]
#[macro_export]
macro_rules! include_policy {
    ($($input:tt)*) => { $crate::__private::expand::include_policy! { [$crate] [$($input)*] } };
}

/// Proves guarantees about a constant policy while the crate compiles.
///
/// ```
/// # #[cfg(feature = "s3")] {
/// use rekognition_iam::{Policy, assert_policy, aws, policy, rekognition, s3};
///
/// static READER: Policy = policy![
///     allow(rekognition::SearchFaces).on(rekognition::collection("us-east-1", "123456789012", "staff")),
///     allow(s3::GetObject).on(s3::object("uploads", "faces/*")),
/// ];
/// static BASELINE: Policy = policy![
///     allow(rekognition::all()).on(rekognition::collection("*", "123456789012", "*")),
///     allow(s3::GetObject).on(s3::object("uploads", "*")),
/// ];
///
/// assert_policy!(READER:
///     allows(rekognition::SearchFaces).on(rekognition::collection("us-east-1", "123456789012", "staff")),
///     denies(rekognition::DeleteFaces).on(rekognition::collection("us-east-1", "123456789012", "staff")),
///     never(rekognition::DeleteCollection, s3::matching("Put*")),
///     never(s3::GetObject).on(s3::object("secrets", "*")),
///     only_on(rekognition::collection("*", "123456789012", "*"), s3::object("uploads", "*")),
///     no_wider_than(BASELINE),
/// );
/// # }
/// ```
///
/// | guarantee | holds if |
/// |---|---|
/// | `allows(action).on(resource)` | this request is allowed; give its context with `.with(key, values..)` and its caller with `.principal("arn:..")` |
/// | `denies(action).on(resource)` | this request is not allowed; with context and caller as for `allows` |
/// | `never(actions..)` | no request for these actions is ever allowed; restrict it to some resources with `.on(..)` |
/// | `only_on(resources..)` | no request for another resource is ever allowed |
/// | `no_wider_than(BASELINE)` | every allowed request is also allowed by the other policy |
///
/// `never`, `only_on` and `no_wider_than` cover every request that could exist, not a sample. They are exact for actions
/// and resources, including wildcards and `NotAction`. Conditions are compared and not analyzed, so a guarantee that could be
/// proved may fail to compile, but one that does not hold never compiles. With the feature `compare`, a test can prove more, with
/// [`Program::never`](crate::evaluate::Program::never) and related functions. The error for a broken guarantee shows a request
/// that breaks it.
///
/// A guarantee that cannot fail does not compile: `denies(..)` about a request that nobody can make (without a resource for an action
/// that has one, with a wildcard in it, with a value that its key never has), `only_on("*")`, and any guarantee about a service
/// control policy that only denies, which allows nothing by itself. A request for `denies(..)` also needs the keys that every request
/// has, such as `aws:SecureTransport`, if the policy asks for them.
///
/// A single policy is considered by itself. A list contains policies that apply together, each according to its type: identity
/// policies, a permissions boundary, session policies, and service control policies of one level. A request is allowed if one
/// policy of each kind allows it and none denies it. Without an identity policy, the callers' own policies are assumed to allow
/// everything. For other kinds and levels, use a [`Set`](crate::compare::Set) in a test.
///
/// ```
/// use rekognition_iam::{PermissionsBoundary, Policy, assert_policy, permissions_boundary, policy, rekognition};
///
/// static WORKER: Policy = policy![allow(rekognition::all()).on_any()];
/// static LIMIT: PermissionsBoundary = permissions_boundary![
///     allow(rekognition::DetectLabels, rekognition::DetectText).on_any(),
/// ];
///
/// assert_policy!([WORKER, LIMIT]: never(rekognition::DeleteCollection));
/// ```
///
/// This does not compile:
///
/// ```compile_fail
/// # use rekognition_iam::{Policy, assert_policy, policy, rekognition};
/// static ALL: Policy = policy![allow(rekognition::matching("Delete*")).on_any()];
/// assert_policy!(ALL: never(rekognition::DeleteCollection));
/// ```
#[cfg(feature = "evaluate")]
#[macro_export]
macro_rules! assert_policy {
    ($($input:tt)*) => {
        #[allow(unexpected_cfgs)]
        const _: () = {
            #[cfg(rust_analyzer)]
            $crate::__private::expand::mirror_guarantees! { [$crate] [$($input)*] }
            $crate::__private::expand::assert_policy! { [$crate] [$($input)*] }
        };
    };
}

/// The Rust code in README.md and the guide is tested with the documentation.
#[cfg(all(
    doctest,
    feature = "evaluate",
    feature = "iam",
    feature = "json",
    feature = "kms",
    feature = "s3",
    feature = "sns",
    feature = "sqs",
    feature = "sts"
))]
mod guide {
    #[doc = include_str!("../README.md")]
    mod readme {}
    #[doc = include_str!("../guide/src/access-denied.md")]
    mod access_denied {}
    #[doc = include_str!("../guide/src/aws-page.md")]
    mod aws_page {}
    #[doc = include_str!("../guide/src/custom-labels.md")]
    mod custom_labels {}
    #[doc = include_str!("../guide/src/derive.md")]
    mod derive {}
    #[doc = include_str!("../guide/src/face-liveness.md")]
    mod face_liveness {}
    #[doc = include_str!("../guide/src/files.md")]
    mod files {}
    #[doc = include_str!("../guide/src/first-policy.md")]
    mod first_policy {}
    #[doc = include_str!("../guide/src/import.md")]
    mod import {}
    #[doc = include_str!("../guide/src/install.md")]
    mod install {}
    #[doc = include_str!("../guide/src/kms-and-s3.md")]
    mod kms_and_s3 {}
    #[doc = include_str!("../guide/src/proofs.md")]
    mod proofs {}
    #[doc = include_str!("../guide/src/pull-request.md")]
    mod pull_request {}
    #[doc = include_str!("../guide/src/rules.md")]
    mod rules {}
    #[doc = include_str!("../guide/src/stored-video.md")]
    mod stored_video {}
    #[doc = include_str!("../guide/src/templates.md")]
    mod templates {}
    #[doc = include_str!("../guide/src/values.md")]
    mod values {}
}

/// Only for the expansions of this crate's macros.
#[doc(hidden)]
pub mod __private {
    pub use rekognition_iam_macros as expand;
    pub use rekognition_iam_runtime::__private::*;

    pub use crate::__mirror;
}

/// Returns its tokens, those of the mirror, which only an editor parses.
#[doc(hidden)]
#[macro_export]
macro_rules! __mirror {
    ($($tokens:tt)*) => { $($tokens)* };
}
