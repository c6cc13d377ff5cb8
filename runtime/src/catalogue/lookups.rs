//! What a service, an action, an ARN format, and a key of the tables answer about themselves.

use super::names::{compare, compare_ignore_case, find_key, same};
use super::{
    ActionInfo, ActionResource, ArnField, ArnFormat, ConditionKey, Operation, Partition, Piece,
    Placeholder, Region, ResourceType, Service, Variable,
};
#[cfg(any(feature = "check", feature = "evaluate"))]
use crate::action::AccessLevel;

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
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::catalogue;
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
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::catalogue;
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
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::catalogue;
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
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::catalogue;
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
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::catalogue;
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
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::catalogue;
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
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::catalogue;
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
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::catalogue;
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
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::catalogue;
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

    /// Whether a request may carry this key because the action creates a resource with tags: `aws:ResourceTag` then has the
    /// tags that the new resource gets, which the service reference does not list. See
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourcetag>.
    #[cfg(any(feature = "check", feature = "evaluate"))]
    pub(crate) fn tags_what_it_creates(&self, service: &Service, key: &ConditionKey) -> bool {
        const OF_REQUEST: &str = "aws:RequestTag/${TagKey}";
        if key.name != "aws:ResourceTag/${TagKey}" || matches!(self.level, AccessLevel::Tagging) {
            return false;
        }
        let of_request = |numbers: &[u16]| {
            numbers.iter().any(|&number| {
                (service.keys.get(usize::from(number))).is_some_and(|key| key.name == OF_REQUEST)
            })
        };
        of_request(self.keys)
            || self
                .resources
                .iter()
                .any(|resource| of_request(resource.keys))
    }

    /// Every condition key that the action or one of its resource types carries, once each; global keys are left out
    /// unless declared. `service` is the one the action is of.
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::catalogue;
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
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::catalogue;
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
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::catalogue;
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
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::catalogue;
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
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::catalogue;
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
