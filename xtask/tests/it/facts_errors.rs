//! What is said of mistakes in the facts that AWS's reference does not have.

use std::fs;

use crate::common::{DEMO, data, write};
use xtask::catalogue;

/// A fact without a page, or about what does not exist, is refused.
#[test]
fn mistakes_in_facts_of_prose() {
    for (name, file, text, expected) in [
        (
            "format-of-no-key",
            "value-formats.json",
            r#"{"formats": {"a": {"words": ["x"]}}, "keys": {"demo:Shape": {"format": "a", "sure": true, "evidence": "https://example.com"}}}"#,
            "the catalogue has no condition key `demo:Shape`",
        ),
        (
            "members-without-page",
            "operation-members.json",
            r#"{"demo": {"GetThing": ""}}"#,
            "missing field `evidence`",
        ),
        (
            "setters-of-no-type",
            "setters.json",
            r#"{"evidence": "https://example.com", "date": "2026-01-31", "demo": {"types": {"shape": ["arn arn"]}}}"#,
            "the service has no such resource type",
        ),
        (
            "ids-of-no-type",
            "setters.json",
            r#"{"evidence": "https://example.com", "date": "2026-01-31", "demo": {"ids": {"shape": "s-"}}}"#,
            "the service has no such resource type",
        ),
        (
            "companion-of-no-operation",
            "companions.json",
            r#"{"evidence": "https://example.com", "date": "2026-01-31", "pass_role": {"demo PutThing": {"from": [], "to": []}}, "tags": {}, "kms": {}}"#,
            "`demo` has no operation `PutThing`",
        ),
        (
            "companion-of-no-action",
            "companions.json",
            r#"{"evidence": "https://example.com", "date": "2026-01-31", "pass_role": {}, "tags": {"demo GetThing": {"action": "TagThing", "from": "tags"}}, "kms": {}}"#,
            "there is no action `demo:TagThing`",
        ),
        (
            "written-of-no-action",
            "written-arns.json",
            r#"{"evidence": "https://example.com", "date": "2026-01-31", "demo": {"thing": {"policy": ":*", "request": ":x:", "within": "thing", "except": ["TagThing"]}}}"#,
            "there is no action `demo:TagThing`",
        ),
        (
            "client-of-no-service",
            "clients.txt",
            "client\tnowhere\taws-sdk-nowhere\tnowhere\n",
            "the catalogue has no such service",
        ),
        (
            "no-format",
            "value-formats.json",
            r#"{"formats": {}, "keys": {"demo:Colour": {"format": "a", "sure": true, "evidence": "https://example.com"}}}"#,
            "there is no format `a`",
        ),
        (
            "no-words",
            "value-formats.json",
            r#"{"formats": {"a": {"says": "x"}}, "keys": {}}"#,
            "expected either `words` or `shapes`",
        ),
        (
            "no-example",
            "value-formats.json",
            r#"{"formats": {"a": {"shapes": ["x[0-9]{1,2}"]}}, "keys": {}}"#,
            "a format with `shapes` needs `says` and `example`",
        ),
        (
            "bad-shape",
            "value-formats.json",
            r#"{"formats": {"a": {"shapes": ["x[0-9]"], "says": "x", "example": "x"}}, "keys": {}}"#,
            "expected `]{`",
        ),
        (
            "no-page",
            "value-formats.json",
            r#"{"formats": {"a": {"words": ["x"]}}, "keys": {"demo:Colour": {"format": "a", "sure": true, "evidence": "a book"}}}"#,
            "expected the address of a page",
        ),
        (
            "forwarded-no-action",
            "forwarded-requests.json",
            r#"{"actions": {"demo": {"PutThing": {"evidence": "https://example.com"}}}, "network_keys": [], "service_keys": [], "evidence": "https://example.com"}"#,
            "the service reference has no action `demo:PutThing`",
        ),
        (
            "quota-unit",
            "size-quotas.json",
            r#"{"quotas": {"a": {"limit": 1, "unit": "lines", "evidence": "https://example.com"}}}"#,
            "`lines` is not a unit",
        ),
        (
            "feature-region",
            "rekognition-regions.json",
            r#"{"as_of": "2026-01-31", "evidence": "https://example.com", "features": [{"name": "a", "actions": [], "regions": ["nowhere"]}]}"#,
            "regions.json has no region `nowhere` with Rekognition",
        ),
    ] {
        let directory = data(name, "demo", DEMO);
        write(&directory, file, text);
        let error = catalogue::generate(&directory).unwrap_err();
        assert_eq!(error.file(), directory.join(file), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn mistakes_in_facts_of_rules() {
    const SOURCE: &str = r#""evidence": ["https://example.com"], "read": "2026-01-31""#;
    for (section, entry, expected) in [
        (
            "lists",
            r#""A": {"of": "key", "what": "Keys.", "names": ["demo:Colour", "demo:Shape"], SOURCE}"#,
            "lists.A.names[1]: the catalogue has no condition key `demo:Shape`",
        ),
        (
            "lists",
            r#""A": {"of": "key", "what": "Keys.", "names": ["demo:Colour"], "exceptions": {"demo:Colour": "why"}, SOURCE}"#,
            "`demo:Colour` needs no exception",
        ),
        (
            "lists",
            r#""A": {"of": "key", "what": "Keys.", "names": ["demo:Colour"], "exceptions": {"demo:Shape": "why"}, SOURCE}"#,
            "`demo:Shape` is not in this list",
        ),
        (
            "lists",
            r#""A": {"of": "service", "what": "Services.", "names": ["demo"], SOURCE}"#,
            "AWS has no service `demo`",
        ),
        (
            "lists",
            r#""A": {"of": "principal", "what": "Principals.", "names": ["b", "a"], SOURCE}"#,
            "`a` is not in order",
        ),
        (
            "lists",
            r#""A": {"of": "action", "what": "Actions.", "names": ["demo:PutThing"], SOURCE}"#,
            "the service reference has no action `demo:PutThing`",
        ),
        (
            "lists",
            r#""A": {"of": "provider", "what": "Providers.", "names": ["example.com"], SOURCE}"#,
            "the catalogue has no claims of `example.com`",
        ),
        (
            "lists",
            r#""A": {"of": "network", "what": "Networks.", "names": ["10.0.0.0/33"], SOURCE}"#,
            "`10.0.0.0/33` is not a range of addresses",
        ),
        (
            "lists",
            r#""A": {"of": "suffix", "what": "Endings.", "names": ["com"], SOURCE}"#,
            "`com` does not start with a dot",
        ),
        (
            "lists",
            r#""A": {"of": "color", "what": "Colors.", "names": ["red"], SOURCE}"#,
            "a list cannot be of `color`",
        ),
        (
            "lists",
            r#""A": {"of": "key", "what": "Keys.", "names": [], "evidence": [], "read": "2026-01-31"}"#,
            "expected at least one page in `evidence`",
        ),
        (
            "retired_keys",
            r#""demo:Colour": {"instead": [], "works": true, SOURCE}"#,
            "`demo:Colour` is a condition key of the catalogue",
        ),
        (
            "paired_keys",
            r#""demo:Colour": {"partners": ["demo:Shape"], SOURCE}"#,
            "the catalogue has no condition key `demo:Shape`",
        ),
        (
            "attached_policies",
            r#""other": {"irrelevant": [], SOURCE}"#,
            "there is no reference of `other`",
        ),
        (
            "never_calls",
            r#""demo": {"services": [], "instead": "x", SOURCE}"#,
            "AWS has no service `demo`",
        ),
        (
            "companions",
            r#""GetThing": {"needs": {}, SOURCE}"#,
            "Rekognition has no operation `GetThing`",
        ),
    ] {
        let directory = data("rule-facts", "demo", DEMO);
        let file = directory.join("rule-facts.json");
        let empty = format!(r#""{section}": {{}}"#);
        let given = format!(r#""{section}": {{{}}}"#, entry.replace("SOURCE", SOURCE));
        let text = fs::read_to_string(&file).unwrap();
        write(&directory, "rule-facts.json", &text.replace(&empty, &given));
        let error = catalogue::generate(&directory).unwrap_err();
        assert_eq!(error.file(), file, "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
    // A list without mistakes has its constant and its line in the lock file.
    let directory = data("rule-facts", "demo", DEMO);
    let entry = format!(
        r#"{{"lists": {{"A": {{"of": "key", "what": "Keys.", "names": ["demo:Colour"], {SOURCE}}}}}"#
    );
    let text = fs::read_to_string(directory.join("rule-facts.json")).unwrap();
    write(
        &directory,
        "rule-facts.json",
        &text.replace(r#"{"lists": {}"#, &entry),
    );
    let files = catalogue::generate(&directory).unwrap();
    let text = |name: &str| String::from_utf8_lossy(&files.files()[name]).into_owned();
    assert!(text("rule_facts.rs").contains("pub(crate) const A: &[&str] = &[\"demo:Colour\"];"));
    assert!(text("catalogue.lock").contains("list A demo:Colour"));
}
