#![doc = include_str!("../README.md")]
#![no_std]

pub use rekognition_iam_runtime::*;

// Each macro hands its own crate's path to the procedural macro, so that a renamed dependency just works. They are
// written out one by one, because a macro that defines documented macros hides them from editors.

/// An identity policy, checked while the crate compiles: what a user, group or role may do.
///
/// The input is a list of statements; each is valid Rust, and rustfmt lays it out.
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
/// | `Action` | `rekognition::IndexFaces`, `rekognition::matching("Describe*")`, `rekognition::all()`, the actions of an access level with `rekognition::read()`, `list()`, `write()`, `tagging()` and `permissions_management()`, IAM's own spelling `"rekognition:IndexFaces"`, all of AWS with `"*"` |
/// | `NotAction`, `NotResource` | `allow(not(..))`, `.on(not(..))` |
/// | `Resource` | `.on(..)` with constructors (`rekognition::collection(region, account, collection_id)`, wildcards allowed, another partition with `.partition("aws-us-gov")`) and ARNs in strings; `.on_any()` for `"*"` |
/// | `Condition` | `.when(..)` with a key and an operator: `aws::SourceVpc.string_equals("vpc-1a2b3c4d")`; all must hold, one value of several is enough |
/// | `..IfExists` | `.if_exists()` behind the operator |
/// | `ForAllValues:`, `ForAnyValue:` | `.for_all_values()`, `.for_any_value()` before the operator, on keys with several values |
/// | tag keys | `aws::RequestTag("team")`, `aws::ResourceTag("team")`, `aws::PrincipalTag("team")` |
/// | policy variables | in strings: `"${aws:username}"`, with a default `"${aws:PrincipalTag/team, 'none'}"` |
/// | `Sid` | `.sid("Images")` |
/// | a list of one, in brackets | `allow([rekognition::IndexFaces])`, `.on(["*"])` |
///
/// What documents from elsewhere may hold beside these can be said too, for policies that were imported; in a new policy
/// none of it has a use:
///
/// | in the document | in the language |
/// |---|---|
/// | another `Version`, or none | `version("2008-10-17")`, `no_version()` as an entry of the list |
/// | `Id` | `id("..")` as an entry of the list |
/// | one statement that is no list | `only(allow(..).on_any())` |
/// | a statement without `Resource`, without `Principal` | `.no_resource()`, `.no_principal()` |
/// | a number or Boolean without quotes | `json(3600)`, `json(true)` |
/// | an empty list, an empty `Condition` | `.on([])`, `.when([])` |
/// | an operator without keys, or of another name | `.when(operator("Bool"))`, `.operator("stringequals", ..)` behind a key |
/// | kinds of principals, some in brackets, some empty | `.to([account("..")], service(".."))`, `.to(service([]))` |
/// | a finding about the policy as a whole that shall pass | `accept(RULE, "why")` as an entry of the list |
///
/// **What is checked.** Everything that the [catalogue](crate::catalogue) knows and the [rules](crate::check::rules) say:
/// names, whether an action can use its resource, ids, regions, accounts and partitions, which keys a request carries,
/// operators, values. All mistakes of a policy are reported at once, each at its token.
///
/// **Companions.** What a feature needs beside its own action stands in [`companion`](crate::companion):
/// `companion::s3_image("uploads", "photos/*")` in the place of a statement.
///
/// **Ways out**, both with a reason, both listed by the exporter: `unlisted("rekognition:NewAction", "released yesterday")`
/// stands for an action or a condition key that the catalogue lacks; `.accept(RULE, "why")` behind a statement lets a finding
/// of that rule pass in it.
///
/// **Values known later.** Inside a function a variable can be used where a value goes: a name, a field, an element or a
/// constant (`region`, `self.region`, `pair.1`, `ids[0]`, `config::REGION`). It is one of the types in
/// [`values`](crate::values), owned, borrowed or in an `Arc`, `Rc`, `Box` or `Cow`, never a bare string, and the policy is
/// a [`PolicyBuf`]. The exporter writes such a policy as
/// a template for Terraform or CloudFormation, with the variables as its parameters. A function with a policy of another
/// kind gives a `PolicyBuf<kind::RoleTrust>` and so on; see [`kind`](crate::kind).
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
/// A list that is known only when the program runs, and statements that are wanted sometimes, are policies of their own,
/// joined by [`PolicyBuf::joined`]: it checks the size and the Sids of all of them, and makes one statement with a list of
/// resources of those that differ in nothing else.
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
/// **Shared constants.** A constant or a `static` of the type `&str`, named in capitals as Rust names them, can be used where a
/// variable can, in constant policies too. It is checked while compiling against what the place accepts: regions,
/// partitions, accounts, the grammar of each ID, no `*` and no `:`, so a wildcard is written out in the policy.
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
/// How far this goes: the constant may be from this crate or another one, an item of a function or an associated constant
/// (`Tenant::ID`). The macro sees its name and not its value, so the compiler checks the value, and puts it into the
/// document, with functions that run while compiling. So what only rules know of values (that a condition on a VPC compares
/// with the ID of one) is checked by the exporter, which finds the values of constants in the sources. `Self::ID` and
/// constants of type parameters give a [`PolicyBuf`]: the constants that the macro makes cannot name them. Dates, numbers,
/// addresses and Booleans are written out, and so are actions, keys and Sids.
#[macro_export]
macro_rules! policy {
    ($($input:tt)*) => { $crate::__private::expand::policy! { [$crate] $($input)* } };
}

/// The trust policy of a role: who may assume it.
///
/// As [`policy!`], and `.to(..)` says who. There is no `.on(..)`: the role itself is the resource. Principals are
/// `service("rekognition.amazonaws.com")`, `account("123456789012")`, `role("123456789012", "name")`,
/// `user("123456789012", "name")`, `session("123456789012", "role", "session")`, `federated("provider")`,
/// `canonical_user("id")`, `anyone()` and ARNs in strings; `.to(not(..))` makes `NotPrincipal`.
///
/// ```
/// # #[cfg(feature = "sts")] {
/// use rekognition_iam::{TrustPolicy, aws, sts, trust_policy};
///
/// /// Lets Rekognition publish for the stream processors of one account, and for nobody else's.
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
    ($($input:tt)*) => { $crate::__private::expand::trust_policy! { [$crate] $($input)* } };
}

/// The policy of a Rekognition Custom Labels project: who may copy its models.
///
/// As [`policy!`], and `.to(..)` says who; see [`trust_policy!`] for the principals. The only action is
/// `rekognition::CopyProjectVersion`, the resources are versions of one project.
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
    ($($input:tt)*) => { $crate::__private::expand::project_policy! { [$crate] $($input)* } };
}

/// The policy of another resource: an S3 bucket, an SNS topic, an SQS queue, a KMS key.
///
/// As [`policy!`], and `.to(..)` says who; see [`trust_policy!`] for the principals.
///
/// ```
/// # #[cfg(feature = "sqs")] {
/// use rekognition_iam::{ResourcePolicy, aws, resource_policy, sqs};
///
/// /// Lets one topic send its notifications to the queue.
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
    ($($input:tt)*) => { $crate::__private::expand::resource_policy! { [$crate] $($input)* } };
}

/// A policy that is passed with a request for temporary credentials and narrows that session. As [`policy!`].
#[macro_export]
macro_rules! session_policy {
    ($($input:tt)*) => { $crate::__private::expand::session_policy! { [$crate] $($input)* } };
}

/// The most that a user or role can be granted. As [`policy!`]; it grants nothing by itself.
#[macro_export]
macro_rules! permissions_boundary {
    ($($input:tt)*) => { $crate::__private::expand::permissions_boundary! { [$crate] $($input)* } };
}

/// A service control policy of AWS Organizations: the most that the principals of an account can be granted.
/// As [`policy!`]; it grants nothing by itself.
#[macro_export]
macro_rules! service_control_policy {
    ($($input:tt)*) => { $crate::__private::expand::service_control_policy! { [$crate] $($input)* } };
}

/// A resource control policy of AWS Organizations: the most that is possible on the resources of an account.
/// As [`policy!`] with `.to(anyone())`; it grants nothing by itself.
#[macro_export]
macro_rules! resource_control_policy {
    ($($input:tt)*) => { $crate::__private::expand::resource_control_policy! { [$crate] $($input)* } };
}

/// A policy in a JSON file, checked while the crate compiles.
///
/// The file stays as it is, and the policy is a constant like any other. The same rules hold as for [`policy!`], and an
/// error names file, line and column. The path begins at the folder of `Cargo.toml`; when the file changes, the crate is
/// compiled anew. The type before the path says what the file holds; without one it is a [`Policy`].
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
/// The command `rekognition-iam import` turns such a file into [`policy!`].
#[cfg(feature = "json")]
#[macro_export]
macro_rules! include_policy {
    ($($input:tt)*) => { $crate::__private::expand::include_policy! { [$crate] $($input)* } };
}

/// Proves what a constant policy does and never does, while the crate compiles.
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
/// | guarantee | holds when |
/// |---|---|
/// | `allows(action).on(resource)` | this request is allowed; its context is given by `.with(key, values..)`, its caller by `.principal("arn:..")` |
/// | `denies(action).on(resource)` | this request is not allowed |
/// | `never(actions..)` | no request for these actions is ever allowed; on some resources alone with `.on(..)` |
/// | `only_on(resources..)` | nothing is ever allowed on other resources |
/// | `no_wider_than(BASELINE)` | nothing is ever allowed that the other policy does not allow |
///
/// `never`, `only_on` and `no_wider_than` hold for every request that could exist, not for a sample: over actions and
/// resources they are exact, wildcards and `NotAction` included. Conditions are compared and not reasoned about, always so
/// that a guarantee is never wrongly said to hold: what the compiler cannot settle, a test with
/// [`Program::never`](crate::evaluate::Program::never) and its kin may. The error of a broken guarantee shows a request that
/// breaks it.
///
/// One policy is taken alone. A list holds policies that apply together, each as what its type says: identity policies, a
/// permissions boundary, session policies, and service control policies of one level. A request is allowed when one policy of
/// each kind allows it and none denies it; without an identity policy, the callers' own count as allowing everything. For other
/// kinds and levels, ask a [`Set`](crate::compare::Set) in a test.
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
/// What must not compile:
///
/// ```compile_fail
/// # use rekognition_iam::{Policy, assert_policy, policy, rekognition};
/// static ALL: Policy = policy![allow(rekognition::matching("Delete*")).on_any()];
/// assert_policy!(ALL: never(rekognition::DeleteCollection));
/// ```
#[cfg(feature = "evaluate")]
#[macro_export]
macro_rules! assert_policy {
    ($($input:tt)*) => { $crate::__private::expand::assert_policy! { [$crate] $($input)* } };
}

/// The Rust code in the guide is tested with the documentation.
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

/// For the expansions of this crate's macros alone.
#[doc(hidden)]
pub mod __private {
    pub use rekognition_iam_macros as expand;
    pub use rekognition_iam_runtime::__private::*;

    pub use crate::__mirror;
}

/// Gives back its tokens: the mirror's, which only an editor parses.
#[doc(hidden)]
#[macro_export]
macro_rules! __mirror {
    ($($tokens:tt)*) => { $($tokens)* };
}
