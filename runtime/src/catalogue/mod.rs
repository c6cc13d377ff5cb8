//! What IAM knows: services, their actions, resource types and condition keys; partitions and regions.
//!
//! The tables are generated from AWS's service reference and compiled in; a look-up reads them and allocates nothing.
//! A service other than `rekognition` has a module in Rust when its cargo feature is on. With the feature `all-services`, all
//! other AWS services are there too: [`table`] has them in one compact table, and a service of it is converted to the same form
//! as the compiled ones when it is first looked up.
//!
//! ```
//! # use rekognition_iam_runtime as rekognition_iam;
//! use rekognition_iam::catalogue;
//!
//! let rekognition = catalogue::service("rekognition").unwrap();
//! let action = rekognition.action("IndexFaces").unwrap();
//! let types: Vec<&str> = action.resources_of(rekognition).map(|(_, kind)| kind.name).collect();
//! assert_eq!(types, ["collection"]);
//! ```

#[rustfmt::skip] // laid out by its generator: one line for each fact
pub(crate) mod generated;
#[cfg(feature = "evaluate")]
pub(crate) mod access;
pub mod facts;
mod grammar;
mod in_use;
mod lookups;
mod model;
mod names;
pub(crate) mod prose;
#[cfg(any(test, feature = "table"))]
pub mod table;
#[cfg(test)]
mod tests;
#[cfg(feature = "check")]
mod unlisted;

pub(crate) use facts::feature_of;
pub use grammar::GrammarError;
#[cfg(feature = "all-services")]
pub use in_use::replace;
pub use in_use::{as_of, aws_services, is_built_in, is_replaced, services_with_module, source};
pub(crate) use in_use::{checked_services, retired_services};
pub use model::*;
use names::{compare, find_key, same};
#[cfg(test)]
pub(crate) use prose::all_values;
pub(crate) use prose::{KeyValues, ShapePiece, ValueFormat, values_of};
#[cfg(feature = "check")]
pub use unlisted::{Unlisted, unlisted};

/// The day of the data that the catalogue of this crate was made from, as `YYYY-MM-DD`. [`as_of`] is that of the catalogue in
/// use.
///
/// AWS adds actions nearly every day. What is newer than this date is unknown here.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// assert!(rekognition_iam::catalogue::AS_OF >= "2026-09-26");
/// ```
pub const AS_OF: &str = generated::AS_OF;

/// Where the data of this crate came from. [`source`] is that of the catalogue in use.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// assert!(rekognition_iam::catalogue::SOURCE.contains("service reference"));
/// ```
pub const SOURCE: &str = generated::SOURCE;

/// The prefixes of all services that the catalogue can have, whether or not their features are on. Sorted.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// assert!(rekognition_iam::catalogue::KNOWN_SERVICES.contains(&"s3"));
/// ```
pub const KNOWN_SERVICES: &[&str] = generated::KNOWN_SERVICES;

/// The services that can have a module in Rust, whether or not their cargo features are on: prefix and module. Sorted.
///
/// ```
/// use rekognition_iam_runtime::catalogue::MODULES;
///
/// assert!(MODULES.contains(&("s3", "s3")));
/// assert!(MODULES.contains(&("cognito-identity", "cognito_identity")));
/// ```
pub const MODULES: &[(&str, &str)] = generated::MODULES;

/// The module in Rust of the service of this prefix, whether or not its cargo feature is on.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert_eq!(catalogue::module_of("execute-api"), Some("execute_api"));
/// assert_eq!(catalogue::module_of("chime"), None);
/// ```
#[must_use]
pub fn module_of(prefix: &str) -> Option<&'static str> {
    let index = MODULES.binary_search_by(|(known, _)| compare(known, prefix));
    index
        .ok()
        .and_then(|index| MODULES.get(index))
        .map(|&(_, module)| module)
}

/// The prefix of the service with this module in Rust, which is also the name of its cargo feature.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert_eq!(catalogue::prefix_of("execute_api"), Some("execute-api"));
/// assert_eq!(catalogue::prefix_of("execute-api"), None);
/// ```
#[must_use]
pub fn prefix_of(module: &str) -> Option<&'static str> {
    (MODULES.iter())
        .find(|(_, known)| *known == module)
        .map(|&(prefix, _)| prefix)
}

/// Whether several modules have a name in Rust, so that it does not show which module it is in.
///
/// ```
/// use rekognition_iam_runtime::catalogue::is_shared_name;
///
/// assert!(is_shared_name("TagResource") && is_shared_name("matching"));
/// assert!(!is_shared_name("IndexFaces") && !is_shared_name("collection"));
/// ```
#[doc(hidden)]
#[must_use]
pub fn is_shared_name(name: &str) -> bool {
    generated::SHARED_NAMES.binary_search(&name).is_ok()
}

/// The prefixes of all AWS services, whether or not the catalogue can have them. Sorted.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// assert!(rekognition_iam::catalogue::AWS_SERVICES.contains(&"bedrock"));
/// ```
pub const AWS_SERVICES: &[&str] = generated::prefixes::AWS_SERVICES;

/// The prefixes of services that AWS's reference has had and has no longer. Sorted.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// assert!(rekognition_iam::catalogue::RETIRED_SERVICES.contains(&"deeplens"));
/// ```
pub const RETIRED_SERVICES: &[&str] = generated::prefixes::RETIRED_SERVICES;

/// Prefixes of condition keys that no service has as its own, such as `catalog` of the AWS Marketplace. Sorted.
pub(crate) const KEY_PREFIXES: &[&str] = generated::prefixes::KEY_PREFIXES;

/// Services that appear in ARNs and are not the prefix of any action, such as `catalog` of Service Catalog. Sorted.
pub(crate) const ARN_SERVICES: &[&str] = generated::prefixes::ARN_SERVICES;

/// The services that can be looked up, sorted by prefix: all of AWS with the feature `all-services`, otherwise those with a
/// module.
///
/// With the feature, the first call puts the whole [`table`] into the form of [`Service`], which takes some milliseconds.
/// Prefer [`service`].
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert!(catalogue::services().iter().any(|service| service.prefix == "rekognition"));
/// ```
#[must_use]
pub fn services() -> &'static [&'static Service] {
    #[cfg(feature = "all-services")]
    return table::load::services();
    #[cfg(not(feature = "all-services"))]
    typed_services()
}

/// The services that have a module in Rust, as their cargo features say, sorted by prefix: what is compiled in, also when the
/// catalogue was replaced.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert!(catalogue::typed_services().iter().all(|service| service.has_module));
/// ```
#[must_use]
pub fn typed_services() -> &'static [&'static Service] {
    generated::SERVICES
}

/// The service of this prefix.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert_eq!(catalogue::service("rekognition").unwrap().prefix, "rekognition");
/// assert!(catalogue::service("Rekognition").is_none());
/// ```
#[must_use]
pub fn service(prefix: &str) -> Option<&'static Service> {
    #[cfg(feature = "all-services")]
    return table::load::service(prefix);
    #[cfg(not(feature = "all-services"))]
    typed_service(prefix)
}

/// The service of this prefix, when it has a module in Rust, as it is compiled in.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert!(catalogue::typed_service("rekognition").is_some());
/// assert!(catalogue::typed_service("chime").is_none());
/// ```
#[must_use]
pub fn typed_service(prefix: &str) -> Option<&'static Service> {
    let services = typed_services();
    let index = services
        .binary_search_by(|service| service.prefix.cmp(prefix))
        .ok()?;
    services.get(index).copied()
}

/// The service of this prefix, whatever the case, as IAM compares the whole of an action.
pub(crate) fn service_ignore_case(prefix: &str) -> Option<&'static Service> {
    // All prefixes are in lower case. A name that is longer than any of them is none.
    let mut lower = [0; 64];
    let lower = lower.get_mut(..prefix.len())?;
    lower.copy_from_slice(prefix.as_bytes());
    lower.make_ascii_lowercase();
    service(core::str::from_utf8(lower).ok()?)
}

/// What AWS evaluates the action as, when it has no resource types and an AWS message has shown it.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// let tables = catalogue::pseudo_resource("dynamodb", "ListTables").unwrap();
/// assert_eq!(tables.evaluated_as, ["arn:${Partition}:dynamodb:${Region}:${Account}:table/*"]);
/// assert!(catalogue::pseudo_resource("dynamodb", "GetItem").is_none());
/// ```
#[must_use]
pub fn pseudo_resource(service: &str, action: &str) -> Option<&'static PseudoResource> {
    let rows = generated::pseudo::PSEUDO;
    let order = |row: &PseudoResource| (row.service, row.action).cmp(&(service, action));
    rows.get(rows.binary_search_by(order).ok()?)
}

/// The operation of this name in a service whose operations are not in its module, if no action has its name. The letter case
/// of the name does not matter.
#[cfg(feature = "all-services")]
pub(crate) fn named_operation(service: &str, name: &str) -> Option<&'static NamedOperation> {
    let rows = generated::operations::OPERATIONS;
    let first = rows.partition_point(|row| row.service < service);
    (rows.iter().skip(first))
        .take_while(|row| row.service == service)
        .find(|row| row.name.eq_ignore_ascii_case(name))
}

/// The types whose resources policies and requests name in another way than by their ARNs.
#[doc(hidden)]
#[must_use]
pub fn written() -> &'static [Written] {
    generated::pseudo::WRITTEN
}

/// What is on record of all actions of a service that have no resource types.
pub(crate) fn pseudo_resources(service: &str) -> impl Iterator<Item = &'static PseudoResource> {
    (generated::pseudo::PSEUDO.iter()).filter(move |row| same(row.service, service))
}

/// The resource types of other services whose ARNs have this service field, with the service that lists each.
pub(crate) fn borrowed(
    service: &str,
) -> impl Iterator<Item = (&'static Service, &'static ResourceType)> {
    #[cfg(feature = "all-services")]
    return table::load::borrowed(service);
    #[cfg(not(feature = "all-services"))]
    generated::BORROWED
        .iter()
        .filter(move |row| same(row.of, service))
        .filter_map(|row| Some((row.by, row.by.resources.get(usize::from(row.index))?)))
}

/// The condition keys that exist for every service, sorted by name in lower case.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert!(catalogue::global_keys().iter().any(|key| key.name == "aws:SourceVpc"));
/// ```
#[must_use]
pub fn global_keys() -> &'static [ConditionKey] {
    generated::aws::GLOBAL_KEYS
}

/// The condition keys that every request has, of every caller: a request without one of them cannot exist.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert!(catalogue::keys_of_every_request().contains(&"aws:SecureTransport"));
/// assert!(!catalogue::keys_of_every_request().contains(&"aws:SourceVpc"));
/// ```
#[must_use]
pub const fn keys_of_every_request() -> &'static [&'static str] {
    generated::rule_facts::ALWAYS_PRESENT
}

/// The global condition key of this name, whatever the case, its placeholder filled in.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert_eq!(catalogue::global_key("aws:sourceip").unwrap().name, "aws:SourceIp");
/// assert_eq!(catalogue::global_key("aws:PrincipalTag/team").unwrap().name, "aws:PrincipalTag/${TagKey}");
/// ```
#[must_use]
pub fn global_key(name: &str) -> Option<&'static ConditionKey> {
    find_key(global_keys(), name)
}

/// The condition key of this name, whatever the case, its placeholder filled in: a global one, or that of a service, first of
/// the one that its prefix names.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert_eq!(catalogue::key("aws:sourceip").unwrap().name, "aws:SourceIp");
/// assert!(catalogue::key("rekognition:Nothing").is_none());
/// ```
#[must_use]
pub fn key(name: &str) -> Option<&'static ConditionKey> {
    let home = (name.split_once(':')).and_then(|(prefix, _)| service_ignore_case(prefix));
    global_key(name)
        .or_else(|| home?.key(name))
        .or_else(|| services().iter().find_map(|service| service.key(name)))
}

/// The global condition key whose constant or function in the module `aws` has this name.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert_eq!(catalogue::global_key_by_ident("SourceIp").unwrap().name, "aws:SourceIp");
/// ```
#[must_use]
pub fn global_key_by_ident(ident: &str) -> Option<&'static ConditionKey> {
    global_keys().iter().find(|key| same(key.rust_name, ident))
}

/// The partitions, sorted by name.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert_eq!(catalogue::partitions()[0].name, "aws");
/// ```
#[must_use]
pub fn partitions() -> &'static [Partition] {
    generated::partitions::PARTITIONS
}

/// The partition of this name.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert!(catalogue::partition("aws-cn").unwrap().regions.iter().all(|region| !region.rekognition));
/// ```
#[must_use]
pub fn partition(name: &str) -> Option<&'static Partition> {
    partitions()
        .iter()
        .find(|partition| same(partition.name, name))
}

/// The region of this name, with the partition that it belongs to.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// let (partition, region) = catalogue::region("us-gov-west-1").unwrap();
/// assert_eq!(partition.name, "aws-us-gov");
/// assert!(region.rekognition);
/// ```
#[must_use]
pub fn region(name: &str) -> Option<(&'static Partition, &'static Region)> {
    for partition in partitions() {
        if let Some(region) = partition.region(name) {
            return Some((partition, region));
        }
    }
    None
}
