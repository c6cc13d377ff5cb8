//! Condition keys and resources on the command line.

use rekognition_iam_runtime::{catalogue, suggest};

use crate::plain::cut;

pub(crate) fn key_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_string(), value.to_string())),
        _ => Err("expected KEY=VALUE, a condition key and its value".to_string()),
    }
}

/// The values of each key, which may have been given more than once and in any letter case.
pub(crate) fn by_key(context: &[(String, String)]) -> Vec<(&str, Vec<&str>)> {
    let mut keys: Vec<(&str, Vec<&str>)> = Vec::new();
    for (key, value) in context {
        match (keys.iter_mut()).find(|(known, _)| known.eq_ignore_ascii_case(key)) {
            Some((_, values)) => values.push(value),
            None => keys.push((key, vec![value])),
        }
    }
    keys
}

/// What to say about a condition key that is most likely misspelled: no policy reads it, so the answer would be about another
/// request. The keys of identity providers are not in the catalogue.
pub(crate) fn unlisted(key: &str) -> Option<String> {
    let (prefix, _) = key.split_once(':')?;
    let service = catalogue::service(&prefix.to_ascii_lowercase());
    let is_of_aws = service.is_some() || prefix.eq_ignore_ascii_case("aws");
    if !is_of_aws || catalogue::key(key).is_some() {
        return None;
    }
    let names = (catalogue::global_keys().iter())
        .chain(service.into_iter().flat_map(|service| service.keys))
        .map(|key| key.name);
    let near = suggest::nearest(key, names)
        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Some(format!(
        "the catalogue has no condition key `{}`{near}",
        cut(key)
    ))
}

/// What to say about a resource of a service that the catalogue does not have.
pub(crate) fn unlisted_service(arn: &str) -> Option<String> {
    let service = arn.split(':').nth(2)?;
    // Some ARNs have another name than the prefix of the actions.
    let mut formats = (catalogue::services().iter())
        .flat_map(|service| service.resources)
        .flat_map(|kind| kind.formats);
    let is_known = service.is_empty()
        || service.contains(['*', '?'])
        || catalogue::service(service).is_some()
        || formats.any(|format| format.text.split(':').nth(2) == Some(service));
    if is_known {
        return None;
    }
    let names = catalogue::services().iter().map(|service| service.prefix);
    let near = suggest::nearest(service, names)
        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Some(format!(
        "no service `{}` in the catalogue has such ARNs{near}",
        cut(service)
    ))
}
