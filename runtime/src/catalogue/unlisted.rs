//! Actions that the catalogue does not have.

use alloc::format;
use alloc::string::String;

use super::{checked_services, service, services};
use crate::{glob, suggest};

/// Why no action of the catalogue matches a text: see [`unlisted`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unlisted {
    is_service: bool,
    near: Option<String>,
}

impl Unlisted {
    /// Whether the catalogue has no such service, rather than the service no such action.
    #[must_use]
    pub const fn is_service(&self) -> bool {
        self.is_service
    }

    /// The action that was probably meant.
    #[must_use]
    pub fn near(&self) -> Option<&str> {
        self.near.as_deref()
    }
}

/// Why an action, or a pattern of actions, matches none that the catalogue has. `None` if one matches, and for a service that is
/// not in this build.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert_eq!(catalogue::unlisted("rekognition:Detect*"), None);
/// let action = catalogue::unlisted("rekognition:DetectLabls").unwrap();
/// assert_eq!((action.is_service(), action.near()), (false, Some("rekognition:DetectLabels")));
/// let service = catalogue::unlisted("rekogniton:DetectLabels").unwrap();
/// assert_eq!((service.is_service(), service.near()), (true, Some("rekognition:DetectLabels")));
/// ```
#[must_use]
pub fn unlisted(action: &str) -> Option<Unlisted> {
    let none = |is_service, near| Some(Unlisted { is_service, near });
    let known = checked_services();
    let Some((prefix, name)) = (action.split_once(':')).filter(|(it, _)| !glob::has_wildcard(it))
    else {
        // A pattern may leave open where its service ends. In a build without all services, an action of another may match.
        let matches = services().iter().any(|service| {
            (service.actions.iter()).any(|info| {
                glob::matches(action, &format!("{}:{}", service.prefix, info.name), true)
            })
        });
        let is_open = glob::has_wildcard(action) && !cfg!(feature = "all-services");
        return if matches || is_open {
            None
        } else {
            none(false, None)
        };
    };
    let prefix = prefix.to_ascii_lowercase();
    let Some(service) = service(&prefix) else {
        if known.contains(&prefix.as_str()) {
            return None;
        }
        let near = suggest::nearest_of(&prefix, known);
        return none(true, near.map(|near| format!("{near}:{name}")));
    };
    let mut names = service.actions.iter().map(|info| info.name);
    if names.clone().any(|known| glob::matches(name, known, true)) {
        return None;
    }
    let near = suggest::nearest(name, &mut names);
    none(false, near.map(|near| format!("{}:{near}", service.prefix)))
}
