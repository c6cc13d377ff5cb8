//! What AWS's other pages say about actions, each fact with its page.
//!
//! The service reference says what an action works on. It does not say where Rekognition has it, what else a request needs, or
//! that AWS has ended it. The tables are generated from `rekognition-regions.json`, `rule-facts.json`, and `lifecycle.json` in
//! `codegen/data`. What AWS checks actions without resource types against is [`pseudo_resource`](super::pseudo_resource).
//!
//! ```
//! # use rekognition_iam_runtime as rekognition_iam;
//! use rekognition_iam::catalogue::facts;
//!
//! let labels = facts::feature("rekognition", "DetectCustomLabels").unwrap();
//! assert_eq!(labels.name, "Custom Labels");
//! assert!(labels.is_in("us-east-1") && !labels.is_in("eu-south-2"));
//!
//! let needed: Vec<_> = facts::companions("rekognition", "StartLabelDetection").collect();
//! assert_eq!(needed[0].needs, ("iam", "PassRole"));
//! ```

use super::generated::notices::NOTICES;
use super::generated::prose;
use super::generated::rule_facts::{COMPANIONS, PASSED_TO_SERVICES};
use super::{Lifecycle, ShapePiece, compare};

/// A feature of Rekognition that not every region has.
#[derive(Debug)]
#[non_exhaustive]
pub struct Feature {
    /// In AWS's words: `Custom Labels`.
    pub name: &'static str,
    /// The actions that belong to it, sorted.
    pub actions: &'static [&'static str],
    /// The regions that have it, sorted. AWS adds regions without notice.
    pub regions: &'static [&'static str],
}

impl Feature {
    /// The AWS page that lists the regions of all features.
    pub const PAGE: &'static str = prose::FEATURES_PAGE;

    /// The day when the page was read, as `YYYY-MM-DD`.
    pub const READ: &'static str = prose::FEATURES_AS_OF;

    /// Whether the region has the feature.
    #[must_use]
    pub fn is_in(&self, region: &str) -> bool {
        is_in(self.regions, region)
    }
}

/// A permission that a request of Rekognition needs in addition to its own action.
#[derive(Debug)]
#[non_exhaustive]
pub struct Companion {
    /// The action of Rekognition.
    pub action: &'static str,
    /// What else is checked: service and action.
    pub needs: (&'static str, &'static str),
    /// When it is.
    pub when: When,
    /// The AWS pages that say so.
    pub pages: &'static [&'static str],
    /// The day when the pages were read, as `YYYY-MM-DD`.
    pub read: &'static str,
}

/// When a [`Companion`] is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum When {
    /// Always.
    Always,
    /// When the request has a `NotificationChannel`.
    Notified,
    /// When the request has tags, as a condition on them says.
    Tagged,
}

/// What the values of a condition key look like in requests.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Values {
    /// When not empty, the only values.
    pub words: &'static [&'static str],
    /// Whether the values are names of regions.
    pub is_region: bool,
    /// Whether the values are service principals.
    pub is_service: bool,
    /// The values in words; empty where the words say it.
    pub says: &'static str,
    /// One of the values.
    pub example: &'static str,
    /// Whether AWS states it; otherwise it is what all examples have.
    pub sure: bool,
}

/// What AWS has announced about the end of an action.
#[derive(Debug)]
#[non_exhaustive]
pub struct Notice {
    /// The service prefix.
    pub service: &'static str,
    /// The action.
    pub action: &'static str,
    /// The feature that ends, in AWS's words: `people pathing`.
    pub feature: &'static str,
    /// What ends, and when.
    pub lifecycle: Lifecycle,
    /// The AWS page with the announcement.
    pub page: &'static str,
}

/// The feature of Rekognition that an action belongs to, when not every region has it.
///
/// Nothing for an action that AWS's page names no exception for: it is in every region with Rekognition
/// ([`Region::rekognition`](super::Region::rekognition)). Nothing for other services.
///
/// ```
/// use rekognition_iam_runtime::catalogue::facts::{self, Feature};
///
/// assert!(facts::feature("rekognition", "IndexFaces").is_none());
/// assert!(facts::feature("rekognition", "StartMediaAnalysisJob").is_some());
/// assert!(Feature::PAGE.starts_with("https://docs.aws.amazon.com/"));
/// ```
#[must_use]
pub fn feature(service: &str, action: &str) -> Option<&'static Feature> {
    (service == "rekognition")
        .then(|| feature_of(action))
        .flatten()
}

/// What a request for an action needs in addition to the action. Nothing for services other than Rekognition.
///
/// ```
/// use rekognition_iam_runtime::catalogue::facts::{self, When};
///
/// let copy = facts::companions("rekognition", "CopyProjectVersion").next().unwrap();
/// assert_eq!(copy.needs, ("rekognition", "CreateProjectVersion"));
/// assert_eq!(copy.when, When::Always);
/// assert!(copy.pages[0].ends_with("/API_CopyProjectVersion.html"));
/// ```
pub fn companions(service: &str, action: &str) -> impl Iterator<Item = &'static Companion> {
    let is_own = service == "rekognition";
    (COMPANIONS.iter()).filter(move |companion| is_own && companion.action == action)
}

/// What the values of a condition key look like, whatever the case of its name. Nothing for a key whose values can be any text, and
/// for one that nobody has looked up.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue::facts;
///
/// let protocols = facts::values("sns:Protocol").unwrap();
/// assert!(protocols.words.contains(&"email"));
/// assert!(facts::values("aws:RequestedRegion").unwrap().is_region);
/// assert!(facts::values("iam:PassedToService").unwrap().is_service);
/// assert!(facts::values("aws:ResourceTag/team").is_none());
/// ```
#[must_use]
pub fn values(key: &str) -> Option<Values> {
    // A rule of its own checks the values of this key, so it has no format.
    if key.eq_ignore_ascii_case("aws:RequestedRegion") {
        return Some(Values {
            words: &[],
            is_region: true,
            is_service: false,
            says: "a region",
            example: "us-east-1",
            sure: true,
        });
    }
    let known = super::values_of(key)?;
    let format = known.format;
    Some(Values {
        words: format.words,
        is_region: matches!(format.shapes, [[ShapePiece::Region]]),
        is_service: format.name == "service principal",
        says: format.says,
        example: format.example,
        sure: known.sure,
    })
}

/// Service principals that the service reference has as values of `iam:PassedToService`, sorted. AWS publishes no list of all of them.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue::facts;
///
/// assert!(facts::passed_to_services().contains(&"ecs-tasks.amazonaws.com"));
/// ```
#[must_use]
pub const fn passed_to_services() -> &'static [&'static str] {
    PASSED_TO_SERVICES
}

/// What AWS has announced about the end of an action.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue::{Lifecycle, facts};
///
/// let notice = facts::notice("rekognition", "StartPersonTracking").unwrap();
/// assert_eq!(notice.feature, "people pathing");
/// assert_eq!(notice.lifecycle, Lifecycle::Ended("2025-10-31"));
/// assert!(facts::notice("rekognition", "IndexFaces").is_none());
/// ```
#[must_use]
pub fn notice(service: &str, action: &str) -> Option<&'static Notice> {
    (NOTICES.iter()).find(|notice| notice.service == service && notice.action == action)
}

/// Whether a sorted list has the name.
fn is_in(list: &[&str], name: &str) -> bool {
    list.binary_search_by(|own| compare(own, name)).is_ok()
}

/// The feature that an action of Rekognition is part of, where not every region has it.
pub(crate) fn feature_of(action: &str) -> Option<&'static Feature> {
    (prose::FEATURES.iter()).find(|feature| is_in(feature.actions, action))
}

/// Whether the region has every feature of Rekognition, as most policies' regions do.
pub(crate) fn has_all_features(region: &str) -> bool {
    prose::FULL_REGIONS.contains(&region)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::service;

    #[test]
    fn full_regions_have_every_feature() {
        assert!(!prose::FULL_REGIONS.is_empty());
        for feature in prose::FEATURES {
            for region in feature.regions {
                let all = prose::FEATURES.iter().all(|other| other.is_in(region));
                assert_eq!(has_all_features(region), all, "{region}");
            }
        }
    }

    /// The announcements are those that the actions have, and each fact has its page.
    #[test]
    fn facts_are_about_actions_of_the_catalogue() {
        let mut noticed = 0;
        for action in service("rekognition")
            .into_iter()
            .flat_map(|own| own.actions)
        {
            let notice = notice("rekognition", action.name);
            assert_eq!(notice.map(|notice| notice.lifecycle), action.lifecycle);
            noticed += usize::from(notice.is_some());
        }
        assert_eq!(noticed, NOTICES.len());
        let pages = (NOTICES.iter().map(|notice| notice.page))
            .chain(
                COMPANIONS
                    .iter()
                    .flat_map(|companion| companion.pages)
                    .copied(),
            )
            .chain([Feature::PAGE]);
        for page in pages {
            assert!(page.starts_with("https://docs.aws.amazon.com/"), "{page}");
        }
    }
}
