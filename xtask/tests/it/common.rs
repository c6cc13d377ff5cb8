//! A small data directory of its own for each test.

use std::fs;
use std::path::{Path, PathBuf};

/// A service with one action, one resource type and one key.
pub(crate) const DEMO: &str = r#"{
"Name": "demo",
"Version": "v1.4",
"Actions": [
{"Name": "GetThing", "ActionConditionKeys": ["demo:Colour"],
 "Annotations": {"Properties": {"IsList": false, "IsPermissionManagement": false, "IsTaggingOnly": false, "IsWrite": false}},
 "Resources": [{"Name": "thing"}]}
],
"ConditionKeys": [{"Name": "demo:Colour", "Types": ["String"]}],
"Operations": [{"Name": "GetThing", "SDK": [{"Name": "demo", "Method": "get_thing", "Package": "Boto3"}]}],
"Resources": [{"Name": "thing", "ARNFormats": ["arn:${Partition}:demo:${Region}:${Account}:thing/${ThingId}"]}]
}"#;

/// An empty directory below the target directory, of this name.
pub(crate) fn empty_directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if directory.exists() {
        fs::remove_dir_all(&directory).unwrap();
    }
    fs::create_dir_all(&directory).unwrap();
    directory
}

/// A data directory with this one service.
pub(crate) fn data(name: &str, service: &str, text: &str) -> PathBuf {
    let directory = empty_directory(name);
    fs::create_dir(directory.join("services")).unwrap();
    write(&directory, &format!("services/{service}.json"), text);
    write(
        &directory,
        "source.json",
        r#"{"as_of": "2026-01-31", "source": "a test"}"#,
    );
    for file in [
        "required-resources",
        "lifecycle",
        "more-formats",
        "more-keys",
        "required-together",
        "disputed-resources",
        "operation-actions",
        "pseudo-resources",
    ] {
        write(&directory, &format!("{file}.json"), "{}");
    }
    write(
        &directory,
        "variables.json",
        r#"{"grammars": {}, "services": {}}"#,
    );
    write(&directory, "global-condition-keys.json", r#"{"keys": []}"#);
    write(
        &directory,
        "request-context.json",
        r#"{"always": {"keys": []}, "always_allowed": {"actions": []}, "allowed_with_long_term_keys": {"actions": [], "evidence": "https://docs.aws.amazon.com/demo"}, "refused": {}, "one_region": {"services": [], "evidence": "https://docs.aws.amazon.com/demo"}, "gateway_endpoints": {"services": [], "evidence": "https://docs.aws.amazon.com/demo"}, "without_resource_account": {"actions": [], "evidence": "https://docs.aws.amazon.com/demo"}, "restricting": {"keys": [], "evidence": "https://docs.aws.amazon.com/demo"}, "own_policies": {}, "fields": {"keys": [], "evidence": "https://docs.aws.amazon.com/demo"}, "counts": {"keys": [], "evidence": "https://docs.aws.amazon.com/demo"}, "kinds": {"alternatives": [], "evidence": "https://docs.aws.amazon.com/demo"}, "callers": {}}"#,
    );
    write(
        &directory,
        "resource-control.json",
        r#"{"evidence": "https://example.com", "services": [], "not_restricted": []}"#,
    );
    write(
        &directory,
        "prefixes.json",
        r#"{"as_of": "2026-01-31", "services": [], "newer": {}, "retired": {}, "key_prefixes": {}, "arn_services": {}}"#,
    );
    modules(&directory, &[service]);
    for (file, parts) in [
        ("operation-members", r#", "demo": {"GetThing": ""}"#),
        ("waiters", ""),
        ("setters", ""),
        ("api-gateway-paths", ""),
        ("written-arns", ""),
        (
            "companions",
            r#", "pass_role": {}, "tags": {}, "kms": {}, "also": {}, "some": {}"#,
        ),
    ] {
        let text = format!(r#"{{"evidence": "https://example.com", "date": "2026-01-31"{parts}}}"#);
        write(&directory, &format!("{file}.json"), &text);
    }
    write(&directory, "clients.txt", "");
    write(&directory, "regions.json", r#"{"partitions": []}"#);
    write(
        &directory,
        "value-formats.json",
        r#"{"formats": {}, "keys": {}}"#,
    );
    write(
        &directory,
        "forwarded-requests.json",
        r#"{"actions": {}, "network_keys": [], "service_keys": [], "evidence": "https://example.com"}"#,
    );
    write(&directory, "size-quotas.json", r#"{"quotas": {}}"#);
    write(&directory, "variable-types.json", "{}");
    write(
        &directory,
        "rule-facts.json",
        r#"{"lists": {}, "retired_keys": {}, "paired_keys": {}, "attached_policies": {}, "never_calls": {}, "companions": {}}"#,
    );
    write(
        &directory,
        "rekognition-regions.json",
        r#"{"as_of": "2026-01-31", "features": [], "evidence": "https://example.com"}"#,
    );
    write(
        &directory,
        "sdk-crates.json",
        r#"{"crates": {}, "no_rust_method": {}}"#,
    );
    directory
}

/// The services of a data directory that have modules.
pub(crate) fn modules(directory: &Path, services: &[&str]) {
    let entries: Vec<String> = (services.iter())
        .map(|service| format!(r#""{service}": "a service""#))
        .collect();
    let text = format!(r#"{{"modules": {{{}}}}}"#, entries.join(", "));
    write(directory, "modules.json", &text);
}

pub(crate) fn write(directory: &Path, name: &str, text: &str) {
    fs::write(directory.join(name), text).unwrap();
}

/// Every file of a directory with its bytes, sorted by name.
pub(crate) fn contents(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(&path).unwrap_or_default())
        })
        .collect();
    files.sort();
    files
}
