//! What IAM knows: services, their actions, resource types and condition keys; partitions and regions.
//!
//! The tables are generated from AWS's service reference and compiled in; a look-up reads them and allocates nothing.
//! A service other than `rekognition` has a module in Rust when its cargo feature is on. With the feature `all-services`, all
//! other AWS services are there too: [`table`] has them in one compact table, and a service of it is converted to the same form
//! as the compiled ones when it is first looked up.
//!
//! ```
//! use rekognition_iam_runtime::catalogue;
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
mod model;
pub(crate) mod prose;
#[cfg(any(test, feature = "table"))]
pub mod table;
#[cfg(test)]
mod tests;

use core::cmp::Ordering;

pub(crate) use facts::feature_of;
pub use grammar::GrammarError;
#[cfg(feature = "all-services")]
pub use in_use::replace;
pub use in_use::{as_of, aws_services, is_built_in, is_replaced, services_with_module, source};
pub(crate) use in_use::{checked_services, retired_services};
pub use model::*;
#[cfg(test)]
pub(crate) use prose::all_values;
pub(crate) use prose::{KeyValues, ShapePiece, ValueFormat, values_of};

/// The day of the data that the catalogue of this crate was made from, as `YYYY-MM-DD`. [`as_of`] is that of the catalogue in
/// use.
///
/// AWS adds actions nearly every day. What is newer than this date is unknown here.
///
/// ```
/// assert!(rekognition_iam_runtime::catalogue::AS_OF >= "2026-09-26");
/// ```
pub const AS_OF: &str = generated::AS_OF;

/// Where the data of this crate came from. [`source`] is that of the catalogue in use.
///
/// ```
/// assert!(rekognition_iam_runtime::catalogue::SOURCE.contains("service reference"));
/// ```
pub const SOURCE: &str = generated::SOURCE;

/// The prefixes of all services that the catalogue can have, whether or not their features are on. Sorted.
///
/// ```
/// assert!(rekognition_iam_runtime::catalogue::KNOWN_SERVICES.contains(&"s3"));
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
/// use rekognition_iam_runtime::catalogue;
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
/// use rekognition_iam_runtime::catalogue;
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
/// assert!(rekognition_iam_runtime::catalogue::AWS_SERVICES.contains(&"bedrock"));
/// ```
pub const AWS_SERVICES: &[&str] = generated::prefixes::AWS_SERVICES;

/// The prefixes of services that AWS's reference has had and has no longer. Sorted.
///
/// ```
/// assert!(rekognition_iam_runtime::catalogue::RETIRED_SERVICES.contains(&"deeplens"));
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
/// use rekognition_iam_runtime::catalogue;
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
/// use rekognition_iam_runtime::catalogue;
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
/// use rekognition_iam_runtime::catalogue;
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
/// use rekognition_iam_runtime::catalogue;
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
/// use rekognition_iam_runtime::catalogue;
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
/// use rekognition_iam_runtime::catalogue;
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
/// use rekognition_iam_runtime::catalogue;
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
/// use rekognition_iam_runtime::catalogue;
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
/// use rekognition_iam_runtime::catalogue;
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
/// use rekognition_iam_runtime::catalogue;
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
/// use rekognition_iam_runtime::catalogue;
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
/// use rekognition_iam_runtime::catalogue;
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
/// use rekognition_iam_runtime::catalogue;
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

impl Partition {
    /// The region of this name.
    pub(crate) fn region(&'static self, name: &str) -> Option<&'static Region> {
        let index = (self.regions).binary_search_by(|region| region.name.cmp(name));
        self.regions.get(index.ok()?)
    }
}

impl Service {
    /// The action of this name, in IAM's spelling.
    ///
    /// ```
    /// use rekognition_iam_runtime::catalogue;
    ///
    /// let rekognition = catalogue::service("rekognition").unwrap();
    /// assert!(rekognition.action("IndexFaces").is_some());
    /// assert!(rekognition.action("indexfaces").is_none());
    /// ```
    #[must_use]
    pub fn action(&'static self, name: &str) -> Option<&'static ActionInfo> {
        let index = self
            .actions
            .binary_search_by(|action| compare(action.name, name))
            .ok()?;
        self.actions.get(index)
    }

    /// The action of this name, whatever the case: IAM compares action names so.
    ///
    /// ```
    /// use rekognition_iam_runtime::catalogue;
    ///
    /// let rekognition = catalogue::service("rekognition").unwrap();
    /// assert_eq!(rekognition.action_ignore_case("indexfaces").unwrap().name, "IndexFaces");
    /// ```
    #[must_use]
    pub fn action_ignore_case(&'static self, name: &str) -> Option<&'static ActionInfo> {
        self.action(name).or_else(|| {
            self.actions
                .iter()
                .find(|action| action.name.eq_ignore_ascii_case(name))
        })
    }

    /// The action whose constant has this name: the action's own, with `_` where IAM has a hyphen.
    ///
    /// ```
    /// use rekognition_iam_runtime::catalogue;
    ///
    /// let rekognition = catalogue::service("rekognition").unwrap();
    /// assert_eq!(rekognition.action_by_ident("IndexFaces").unwrap().name, "IndexFaces");
    /// ```
    #[must_use]
    pub fn action_by_ident(&'static self, ident: &str) -> Option<&'static ActionInfo> {
        self.action(ident).or_else(|| {
            // Only a name with a hyphen differs from its constant, and its constant has an underscore.
            if !ident.contains('_') {
                return None;
            }
            let constant = |action: &&ActionInfo| {
                let (name, ident) = (action.name.as_bytes(), ident.as_bytes());
                let mut same = name.len() == ident.len();
                for (byte, written) in name.iter().zip(ident) {
                    same = same && (if *byte == b'-' { b'_' } else { *byte }) == *written;
                }
                same
            };
            self.actions.iter().find(constant)
        })
    }

    /// The resource type of this name, in AWS's spelling.
    ///
    /// ```
    /// use rekognition_iam_runtime::catalogue;
    ///
    /// let rekognition = catalogue::service("rekognition").unwrap();
    /// assert!(rekognition.resource("collection").is_some());
    /// ```
    #[must_use]
    pub fn resource(&'static self, name: &str) -> Option<&'static ResourceType> {
        let index = self
            .resources
            .binary_search_by(|resource| resource.name.cmp(name))
            .ok()?;
        self.resources.get(index)
    }

    /// The resource type and ARN format whose constructor has this name.
    ///
    /// ```
    /// use rekognition_iam_runtime::catalogue;
    ///
    /// let rekognition = catalogue::service("rekognition").unwrap();
    /// let (kind, format) = rekognition.resource_by_ident("dataset").unwrap();
    /// assert_eq!(kind.name, "dataset");
    /// assert_eq!(
    ///     format.parameters().collect::<Vec<_>>(),
    ///     ["region", "account", "project_name", "dataset_type", "creation_timestamp"],
    /// );
    /// ```
    #[must_use]
    pub fn resource_by_ident(
        &'static self,
        ident: &str,
    ) -> Option<(&'static ResourceType, &'static ArnFormat)> {
        for resource in self.resources {
            for format in resource.formats {
                if same(format.rust_name, ident) {
                    return Some((resource, format));
                }
            }
        }
        None
    }

    /// The condition key of this name, whatever the case, its placeholder filled in.
    ///
    /// Finds what actions or resource types of the service carry, so global keys are not among them unless the service
    /// declares them.
    ///
    /// ```
    /// use rekognition_iam_runtime::catalogue;
    ///
    /// let rekognition = catalogue::service("rekognition").unwrap();
    /// assert_eq!(rekognition.key("aws:resourcetag/team").unwrap().name, "aws:ResourceTag/${TagKey}");
    /// assert!(rekognition.key("aws:SourceVpc").is_none());
    /// ```
    #[must_use]
    pub fn key(&'static self, name: &str) -> Option<&'static ConditionKey> {
        find_key(self.keys, name)
    }

    /// Whether actions or resource types of the service carry the key of exactly this name, whatever the case.
    pub(crate) fn declares(&self, name: &str) -> bool {
        (self.keys)
            .binary_search_by(|key| compare_ignore_case(key.name, name))
            .is_ok()
    }

    /// The condition key whose constant or function in the service's module has this name.
    ///
    /// ```
    /// use rekognition_iam_runtime::catalogue;
    ///
    /// // Its constant is in the module `aws`.
    /// assert!(catalogue::service("rekognition").unwrap().key_by_ident("TagKeys").is_none());
    /// ```
    #[must_use]
    pub fn key_by_ident(&'static self, ident: &str) -> Option<&'static ConditionKey> {
        self.keys
            .iter()
            .find(|key| same(key.rust_name, ident) && !key.is_in_aws())
    }

    /// The API operation of this name.
    ///
    /// ```
    /// use rekognition_iam_runtime::catalogue;
    ///
    /// let rekognition = catalogue::service("rekognition").unwrap();
    /// assert_eq!(rekognition.operation("IndexFaces").unwrap().sdk, [("rekognition", "index_faces")]);
    /// ```
    #[must_use]
    #[inline]
    pub fn operation(&'static self, name: &str) -> Option<&'static Operation> {
        let index = self
            .operations
            .binary_search_by(|operation| operation.name.cmp(name))
            .ok()?;
        self.operations.get(index)
    }
}

impl ActionInfo {
    /// The resource types that the action can be limited to; `service` is the one the action is of.
    ///
    /// ```
    /// use rekognition_iam_runtime::catalogue;
    ///
    /// let rekognition = catalogue::service("rekognition").unwrap();
    /// let copy = rekognition.action("CopyProjectVersion").unwrap();
    /// assert!(copy.resources_of(rekognition).all(|(resource, _)| resource.required));
    /// ```
    pub fn resources_of(
        &self,
        service: &Service,
    ) -> impl Iterator<Item = (&'static ActionResource, &'static ResourceType)> + use<> {
        let types = service.resources;
        self.resources.iter().filter_map(move |resource| {
            let kind = types.get(usize::from(resource.index))?;
            Some((resource, kind))
        })
    }

    /// Every condition key that the action or one of its resource types carries, once each; global keys are left out
    /// unless declared. `service` is the one the action is of.
    ///
    /// ```
    /// use rekognition_iam_runtime::catalogue;
    ///
    /// let rekognition = catalogue::service("rekognition").unwrap();
    /// let index_faces = rekognition.action("IndexFaces").unwrap();
    /// let keys: Vec<&str> = index_faces.keys_for(rekognition).map(|key| key.name).collect();
    /// assert_eq!(keys, ["aws:ResourceTag/${TagKey}"]);
    /// ```
    pub fn keys_for(
        &'static self,
        service: &'static Service,
    ) -> impl Iterator<Item = &'static ConditionKey> {
        keys_where(service, move |key| {
            self.keys.contains(&key)
                || self.resources_of(service).any(|(resource, kind)| {
                    resource.keys.contains(&key) || kind.keys.contains(&key)
                })
        })
    }

    /// The condition keys that the action carries on one resource type; global keys are left out unless declared.
    ///
    /// ```
    /// use rekognition_iam_runtime::catalogue;
    ///
    /// let rekognition = catalogue::service("rekognition").unwrap();
    /// let collection = rekognition.resource("collection").unwrap();
    /// let tag = rekognition.action("TagResource").unwrap();
    /// assert_eq!(tag.keys_on(rekognition, collection).count(), 3);
    /// ```
    pub fn keys_on(
        &'static self,
        service: &'static Service,
        on: &'static ResourceType,
    ) -> impl Iterator<Item = &'static ConditionKey> {
        keys_where(service, move |key| {
            self.keys.contains(&key)
                || self.resources_of(service).any(|(resource, kind)| {
                    same(kind.name, on.name)
                        && (resource.keys.contains(&key) || kind.keys.contains(&key))
                })
        })
    }
}

/// The keys of a service whose index passes.
fn keys_where(
    service: &'static Service,
    passes: impl Fn(u16) -> bool,
) -> impl Iterator<Item = &'static ConditionKey> {
    (0u16..)
        .zip(service.keys)
        .filter(move |&(index, _)| passes(index))
        .map(|(_, key)| key)
}

impl ArnFormat {
    /// Whether ARNs of the format may have this service field.
    pub(crate) fn is_of(&self, service: &str) -> bool {
        self.service == "*" || same(self.service, service)
    }

    /// The service field, or this one where it varies.
    #[cfg(feature = "evaluate")]
    pub(crate) fn service_or(&self, any: &'static str) -> &'static str {
        match self.service {
            "*" => any,
            service => service,
        }
    }

    /// The variables of the resource part, in order.
    ///
    /// ```
    /// use rekognition_iam_runtime::catalogue;
    ///
    /// let (_, format) = catalogue::service("rekognition").unwrap().resource_by_ident("project").unwrap();
    /// let names: Vec<&str> = format.variables().map(|variable| variable.name).collect();
    /// assert_eq!(names, ["ProjectName", "CreationTimestamp"]);
    /// ```
    pub fn variables(&'static self) -> impl Iterator<Item = &'static Variable> {
        self.resource.iter().filter_map(|piece| match piece {
            Piece::Variable(variable) => Some(*variable),
            Piece::Literal(_) => None,
        })
    }

    /// The parameters of the constructor, in order: `region` and `account` where they vary, then the variables.
    ///
    /// ```
    /// use rekognition_iam_runtime::catalogue;
    ///
    /// let (_, format) = catalogue::service("rekognition").unwrap().resource_by_ident("collection").unwrap();
    /// assert_eq!(format.parameters().collect::<Vec<_>>(), ["region", "account", "collection_id"]);
    /// ```
    pub fn parameters(&'static self) -> impl Iterator<Item = &'static str> {
        let region = (self.region == ArnField::Variable).then_some("region");
        let account = (self.account == ArnField::Variable).then_some("account");
        region
            .into_iter()
            .chain(account)
            .chain(self.variables().map(|variable| variable.rust_name))
    }
}

impl ConditionKey {
    /// Whether a name is this key's, whatever the case, the placeholder filled with anything but nothing.
    ///
    /// ```
    /// use rekognition_iam_runtime::catalogue;
    ///
    /// let tag = catalogue::global_key("aws:RequestTag/team").unwrap();
    /// assert!(tag.matches("AWS:requesttag/stage"));
    /// assert!(!tag.matches("aws:RequestTag/"));
    /// ```
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        match self.placeholder {
            None => self.name.eq_ignore_ascii_case(name),
            Some(Placeholder { before, after }) => {
                let (name, before, after) = (name.as_bytes(), before.as_bytes(), after.as_bytes());
                name.len() > before.len() + after.len()
                    && name
                        .get(..before.len())
                        .is_some_and(|start| start.eq_ignore_ascii_case(before))
                    && name
                        .get(name.len() - after.len()..)
                        .is_some_and(|end| end.eq_ignore_ascii_case(after))
            }
        }
    }

    /// Whether the key's constant is in the module `aws` and not in that of a service.
    #[must_use]
    pub fn is_in_aws(&self) -> bool {
        // A key that the global list does not have keeps its prefix in the name, `aws_New`, or has none, where the service has no module.
        self.name.starts_with("aws:")
            && !self.rust_name.is_empty()
            && !self.rust_name.starts_with("aws_")
    }
}

/// Compares lengths first: nearly all names differ there.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a == b
}

/// The order of bytes. Nearly all names differ in their first eight.
fn compare(a: &str, b: &str) -> Ordering {
    if let (Some(a), Some(b)) = (a.as_bytes().first_chunk(), b.as_bytes().first_chunk()) {
        match u64::from_be_bytes(*a).cmp(&u64::from_be_bytes(*b)) {
            Ordering::Equal => {}
            unequal @ (Ordering::Less | Ordering::Greater) => return unequal,
        }
    }
    a.cmp(b)
}

fn find_key(keys: &'static [ConditionKey], name: &str) -> Option<&'static ConditionKey> {
    if let Ok(index) = keys.binary_search_by(|key| compare_ignore_case(key.name, name)) {
        return keys.get(index);
    }
    // The longest fixed text wins: `events:Metadata/a/Matcher` is not the tag `a/Matcher`.
    let mut found = None;
    let mut longest = 0;
    for key in keys {
        if let Some(placeholder) = key.placeholder {
            let fixed = placeholder.before.len() + placeholder.after.len();
            if fixed >= longest && key.matches(name) {
                (found, longest) = (Some(key), fixed);
            }
        }
    }
    found
}

fn compare_ignore_case(a: &str, b: &str) -> Ordering {
    for (a, b) in a.bytes().zip(b.bytes()) {
        if a != b {
            match a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase()) {
                Ordering::Equal => {}
                unequal @ (Ordering::Less | Ordering::Greater) => return unequal,
            }
        }
    }
    a.len().cmp(&b.len())
}
