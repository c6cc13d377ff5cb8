//! What operations need, remembered apart from the keys of objects in S3: a trail with data events has as many of them as records, and
//! what a call needs on one is what it needs on another.

use rekognition_iam_codegen::derive::{Place, RecordedNeed, RecordedOperation};

use super::hash::FastMap;
use super::members::each_member;

/// Needs of requests to an operation, by what decides about them.
#[derive(Debug, Default)]
pub(super) struct Needs {
    known: FastMap<String, Vec<RecordedNeed>>,
}

/// The most requests that are remembered, apart from their keys.
const KNOWN: usize = 1 << 8;

/// What replaces a key. No part of it is in a key that it replaces.
const SAMPLE: &str = "sample-1f0c9d/object-8b2e7a";

impl Needs {
    /// What a request needs. Its members have the names of the API.
    pub(super) fn of(
        &mut self,
        operation: RecordedOperation,
        service: &str,
        parameters: &str,
        place: Place<'_>,
    ) -> Vec<RecordedNeed> {
        let whole = || operation.needs(parameters, place).unwrap_or_default();
        if service != "s3" {
            return whole();
        }
        let Some((key, template)) = template(parameters) else {
            return whole();
        };
        let text = [place.partition, place.region, place.account, &template].join(" ");
        if !self.known.contains_key(&text) {
            if self.known.len() >= KNOWN {
                self.known.clear();
            }
            let needs = operation.needs(&template, place).unwrap_or_default();
            self.known.insert(text.clone(), needs);
        }
        let known = self.known.get(&text).map_or(&[][..], Vec::as_slice);
        let filled: Option<Vec<RecordedNeed>> =
            known.iter().map(|need| filled(need, key)).collect();
        filled.unwrap_or_else(whole)
    }
}

/// The key of a request's object, and the request with another one in its place. `None` if the key is not plain text, or may be in
/// another member too.
fn template(parameters: &str) -> Option<(&str, String)> {
    let mut key = None;
    let mut out = String::from("{");
    each_member(parameters, |name, json| {
        if out.len() > 1 {
            out.push(',');
        }
        out.push('"');
        out.push_str(&name);
        out.push_str("\":");
        match (name.as_ref(), inside(json)) {
            ("key", Some(text)) if key.is_none() => {
                key = Some(text);
                out.push('"');
                out.push_str(SAMPLE);
                out.push('"');
            }
            _ => out.push_str(json),
        }
        // A name with escapes would need them again.
        if name.contains(['"', '\\']) {
            key = Some("");
        }
    })
    .ok()?;
    out.push('}');
    let key = key?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/_.-".contains(&byte);
    let is_plain = key.len() >= 4
        && key.bytes().all(plain)
        && !key.starts_with('/')
        && !key.ends_with('/')
        && !key.contains("//");
    let is_alone = parameters.matches(key).count() == 1 && !parameters.contains("sample-1f0c9d");
    (is_plain && is_alone).then_some((key, out))
}

/// What is between the quotes of a text.
fn inside(json: &str) -> Option<&str> {
    json.strip_prefix('"')?.strip_suffix('"')
}

/// The same need for another key. `None` if the sample is anywhere but at the end of an object's ARN.
fn filled(need: &RecordedNeed, key: &str) -> Option<RecordedNeed> {
    let mut need = need.clone();
    for text in need
        .resources
        .iter_mut()
        .chain(&mut need.patterns)
        .flatten()
    {
        if let Some(bucket) = text.strip_suffix(SAMPLE) {
            if !bucket.ends_with('/') {
                return None;
            }
            *text = format!("{bucket}{key}");
        }
        if text.contains("sample-1f0c9d") {
            return None;
        }
    }
    Some(need)
}

#[cfg(test)]
mod tests {
    use rekognition_iam_codegen::derive::Recorded;

    use super::*;

    /// Operations need the same with the template as without it.
    #[test]
    fn a_remembered_need_is_that_of_the_request() {
        const PLACE: Place<'_> = Place {
            partition: "aws",
            region: "eu-west-1",
            account: "123456789012",
        };
        let recorded = Recorded::of_service("s3");
        let mut templates = 0;
        for operation in [
            "GetObject",
            "PutObject",
            "CopyObject",
            "DeleteObject",
            "UploadPartCopy",
            "PutObjectAcl",
            "ListObjectsV2",
        ] {
            let operation = recorded.operation(operation).unwrap();
            let mut needs = Needs::default();
            for (bucket, more) in [
                ("photos", ""),
                ("photos", r#","versionId":"v""#),
                ("photos", r#","copySource":"from/a.jpg","tagging":"a=b""#),
                ("arn:aws:s3:eu-west-1:123456789012:accesspoint/ap", ""),
            ] {
                for key in [
                    "in/000001.jpg",
                    "in/000002.jpg",
                    "abcd",
                    "a*bcd",
                    "in/",
                    "from/a.jpg",
                    "x",
                    "a\\nbcd",
                ] {
                    let parameters = format!(r#"{{"bucket":"{bucket}","key":"{key}"{more}}}"#);
                    templates += usize::from(template(&parameters).is_some());
                    assert_eq!(
                        needs.of(operation, "s3", &parameters, PLACE),
                        operation.needs(&parameters, PLACE).unwrap(),
                        "{} {parameters}",
                        operation.name()
                    );
                }
            }
        }
        assert!(templates > 50, "{templates}");
    }
}
