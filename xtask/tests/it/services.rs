//! All AWS services through the lookups: what the lock file lists, and the forms that are unlike those of the others.

use std::path::Path;

use rekognition_iam_runtime::arn::Arn;
use rekognition_iam_runtime::catalogue::{
    AWS_SERVICES, ArnField, ArnFormat, Service, service, services,
};
use xtask::catalogue;

#[test]
fn everything_in_the_lock_file_is_found() {
    let lock = catalogue::default_out().join("catalogue.lock");
    let lock = std::fs::read_to_string(lock).unwrap();
    let (mut actions, mut kinds, mut keys) = (0, 0, 0);
    for line in lock.lines() {
        let (name, facts) = line.split_once('\t').unwrap_or((line, ""));
        if let Some(action) = name.strip_prefix("action ") {
            let (prefix, action) = action.split_once(':').unwrap();
            let service = service(prefix).unwrap_or_else(|| panic!("{prefix}"));
            let found = service.action(action).unwrap_or_else(|| panic!("{name}"));
            assert!(facts.starts_with(&format!("{:?}", found.level)), "{name}");
            for (kind, of) in found.resources_of(service) {
                let required = if kind.required { " required" } else { "" };
                assert!(
                    facts.contains(&format!("; {:?}{required}", of.name)),
                    "{name}"
                );
            }
            actions += 1;
        } else if let Some(kind) = name.strip_prefix("resource type ") {
            let (prefix, kind) = kind.split_once(' ').unwrap();
            let found = service(prefix).unwrap().resource(kind);
            let found = found.unwrap_or_else(|| panic!("{name}"));
            for (number, format) in found.formats.iter().enumerate() {
                assert_eq!(facts.split("; ").nth(number), Some(format.text), "{name}");
            }
            kinds += 1;
        } else if let Some(key) = name.strip_prefix("condition key ") {
            let (prefix, key) = key.split_once(' ').unwrap();
            let found = service(prefix).unwrap().key(key);
            assert_eq!(found.map(|found| found.name), Some(key), "{name}");
            keys += 1;
        }
    }
    let count =
        |of: fn(&Service) -> usize| services().iter().map(|service| of(service)).sum::<usize>();
    assert_eq!(actions, count(|service| service.actions.len()));
    assert_eq!(kinds, count(|service| service.resources.len()));
    assert_eq!(keys, count(|service| service.keys.len()));
    assert!(
        actions > 22_000 && kinds > 2_300 && keys > 2_500,
        "{actions} {kinds} {keys}"
    );
    // What is newer than the reference has nothing that could be looked up.
    let missing = AWS_SERVICES
        .iter()
        .filter(|prefix| service(prefix).is_none());
    assert_eq!(missing.collect::<Vec<_>>(), [&"assurance", &"builderid"]);
}

/// With the npm package unpacked in `IAM_DATA`, the checked-in listing is what it has. `tests/external/reference.py` gets it.
#[test]
fn the_listing_is_that_of_the_package() {
    let Some(package) = std::env::var_os("IAM_DATA") else {
        return;
    };
    let data = crate::common::empty_directory("listing");
    let copied = catalogue::default_data();
    std::fs::create_dir(data.join("services")).unwrap();
    for entry in std::fs::read_dir(copied.join("services")).unwrap() {
        let path = entry.unwrap().path();
        let to = data.join("services").join(path.file_name().unwrap());
        std::fs::copy(path, to).unwrap();
    }
    let refreshed = [
        "services.txt",
        "source.json",
        "required-resources.json",
        "prefixes.json",
    ];
    std::fs::copy(copied.join("prefixes.json"), data.join("prefixes.json")).unwrap();
    catalogue::refresh(&data, Path::new(&package)).unwrap();
    let read =
        |directory: &Path, name: &str| std::fs::read_to_string(directory.join(name)).unwrap();
    for name in refreshed {
        assert!(read(&data, name) == read(&copied, name), "{name}");
    }
    for (name, text) in crate::common::contents(&data.join("services")) {
        assert!(
            text == read(&copied.join("services"), &name).into_bytes(),
            "{name}"
        );
    }
}

fn formats(prefix: &str, kind: &str) -> &'static [ArnFormat] {
    let kind = service(prefix).unwrap().resource(kind);
    kind.unwrap().formats
}

fn could_be(arn: &str, prefix: &str, kind: &str) -> bool {
    let arn = Arn::parse(arn).unwrap();
    formats(prefix, kind)
        .iter()
        .any(|format| arn.could_be(format))
}

#[test]
fn two_formats_in_one_text() {
    for (prefix, kind, arns) in [
        (
            "apigateway",
            "Stage",
            ["/apis/a/stages/b", "/restapis/a/stages/b"],
        ),
        (
            "greengrass",
            "deployment",
            ["/greengrass/groups/a/deployments/b", "deployments:b"],
        ),
        ("lex", "bot", ["bot/a", "bot:a"]),
        ("lex", "bot alias", ["bot-alias/a/b", "bot:a:b"]),
    ] {
        assert_eq!(formats(prefix, kind).len(), 2, "{prefix} {kind}");
        for resource in arns {
            let arn = format!("arn:aws:{prefix}:us-east-1:111122223333:{resource}");
            assert!(could_be(&arn, prefix, kind), "{arn}");
        }
        let arn = format!("arn:aws:{prefix}:us-east-1:111122223333:other/a");
        assert!(!could_be(&arn, prefix, kind), "{arn}");
    }
}

#[test]
fn accounts_by_other_names() {
    for (prefix, kind) in [
        ("chime", "meeting"),
        ("datasync", "task"),
        ("kafka", "vpc-connection"),
        ("sso", "Application"),
        ("sso-oauth", "Application"),
        ("account", "accountInOrganization"),
    ] {
        for format in formats(prefix, kind) {
            assert_eq!(format.account, ArnField::Variable, "{}", format.text);
        }
    }
    let arn = "arn:aws:account::111122223333:account/o-abcdefghij/444455556666";
    assert!(could_be(arn, "account", "accountInOrganization"));
    let arn = "arn:aws:account::111122223333:account/abcdefghij/444455556666";
    assert!(!could_be(arn, "account", "accountInOrganization"));
}

#[test]
fn stars_and_neighbors_in_formats() {
    let device = &formats("braket", "device")[0];
    assert_eq!(
        (device.region, device.account),
        (ArnField::Any, ArnField::Any)
    );
    assert!(could_be(
        "arn:aws:dms:us-east-1:111122223333:rep:abc",
        "dms",
        "ReplicationInstance"
    ));
    assert!(!could_be(
        "arn:aws:dms:us-east-1:111122223333:cert:abc",
        "dms",
        "ReplicationInstance"
    ));
    let group = "arn:aws:codeartifact:us-east-1:111122223333:package-group/domain%2Fnpm";
    assert!(could_be(group, "codeartifact", "package-group"));
    // The recovery points of all services.
    let point = &formats("backup", "recoveryPoint")[0];
    assert_eq!(point.service, "*");
    assert!(could_be(
        "arn:aws:rds:us-east-1:111122223333:snapshot:awsbackup:job-1",
        "backup",
        "recoveryPoint"
    ));
}

#[test]
fn names_that_would_collide_in_rust() {
    // An action and a resource type, or a type and a key, of one name: as constants they would be one.
    for (prefix, action) in [
        ("ec2", "RunInstances"),
        ("ssm", "GetParameter"),
        ("eks", "DescribeCluster"),
        ("frauddetector", "GetEventPrediction"),
        ("partnercentral", "CreateOpportunity"),
        ("greengrass", "CreateGroup"),
        ("kafka", "DescribeCluster"),
    ] {
        let service = service(prefix).unwrap();
        assert!(service.action(action).is_some(), "{prefix}:{action}");
    }
    // Two spellings of one key.
    let ssm = service("ssm").unwrap();
    let tag = ssm.key("ssm:resourceTag/team").unwrap();
    assert_eq!(tag.name, "ssm:resourceTag/${TagKey}");
    assert!(
        ssm.keys
            .iter()
            .all(|key| key.name != "ssm:resourceTag/tag-key")
    );
}

#[test]
fn formats_that_only_a_page_has() {
    let of_aws = "arn:aws:ssm:us-east-1::document/AWS-RunShellScript";
    assert!(could_be(of_aws, "ssm", "document"));
    let accounts: Vec<_> = formats("ssm", "document")
        .iter()
        .map(|format| format.account)
        .collect();
    assert_eq!(accounts, [ArnField::Variable, ArnField::Empty]);
}
