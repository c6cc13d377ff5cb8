//! What AWS's service reference does not say of services, as data.
//!
//! `rekognition-iam-catalogue` adds these facts to the files of the reference that a user has downloaded.

macro_rules! facts {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../data/", $name)))),*]
    };
}

/// The names and texts of the files, each with the AWS pages that its facts come from.
///
/// ```
/// use rekognition_iam_codegen::catalogue::FACTS;
///
/// assert!(FACTS.iter().any(|(name, _)| *name == "lifecycle.json"));
/// ```
pub const FACTS: &[(&str, &str)] = facts! {
    "disputed-resources.json"
    "global-condition-keys.json"
    "lifecycle.json"
    "more-formats.json"
    "more-keys.json"
    "operation-actions.json"
    "prefixes.json"
    "pseudo-resources.json"
    "regions.json"
    "request-context.json"
    "required-together.json"
    "resource-control.json"
    "sdk-crates.json"
    "variable-types.json"
    "variables.json"
    "written-arns.json"
};
