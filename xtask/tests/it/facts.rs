//! The generated catalogue against facts that were gathered independently of it.

use std::collections::BTreeSet;
use std::path::Path;

use rekognition_iam_runtime::AccessLevel;
use rekognition_iam_runtime::catalogue::{
    ActionInfo, KNOWN_SERVICES, Lifecycle, Service, ValueType, global_key, global_keys, service,
};
use serde_json::Value;
use xtask::catalogue::{self, Reference};

fn rekognition() -> &'static Service {
    service("rekognition").unwrap()
}

fn types(action: &'static ActionInfo, required: bool) -> Vec<&'static str> {
    action
        .resources_of(rekognition())
        .filter(|(resource, _)| resource.required == required)
        .map(|(_, kind)| kind.name)
        .collect()
}

#[test]
fn rekognition_in_numbers() {
    let actions = rekognition().actions;
    assert_eq!(actions.len(), 76);
    let count = |level| {
        actions
            .iter()
            .filter(|action| action.level == level)
            .count()
    };
    assert_eq!(AccessLevel::ALL.map(count), [0, 2, 37, 1, 36]);
    let without = actions.iter().filter(|action| action.resources.is_empty());
    assert_eq!(without.count(), 32);
    assert_eq!(rekognition().resources.len(), 5);
    assert_eq!(rekognition().keys.len(), 3);
    assert_eq!(rekognition().operations.len(), 75);
    assert!(
        rekognition()
            .operation("StartFaceLivenessSession")
            .is_none()
    );

    let on = |name: &str| {
        let with = |action: &&ActionInfo| {
            action
                .resources
                .iter()
                .any(|resource| rekognition().resources[usize::from(resource.index)].name == name)
        };
        actions.iter().filter(with).count()
    };
    assert_eq!(
        [
            "collection",
            "project",
            "projectversion",
            "dataset",
            "streamprocessor"
        ]
        .map(on),
        [19, 11, 10, 9, 8]
    );
}

#[test]
fn rekognition_in_detail() {
    let action = |name| rekognition().action(name).unwrap();
    assert_eq!(types(action("IndexFaces"), true), ["collection"]);
    assert_eq!(
        types(action("CopyProjectVersion"), true),
        ["project", "projectversion"]
    );
    assert_eq!(
        types(action("DetectModerationLabels"), false),
        ["projectversion"]
    );
    assert_eq!(types(action("TagResource"), false).len(), 5);

    let flagged = |flag: fn(&ActionInfo) -> bool| -> Vec<&str> {
        let all = rekognition().actions.iter().filter(|action| flag(action));
        all.map(|action| action.name).collect()
    };
    assert_eq!(
        flagged(|action| action.required_together),
        ["CopyProjectVersion"]
    );
    assert_eq!(
        flagged(|action| action.resources_disputed),
        ["CreateCollection", "CreateProject", "ListStreamProcessors"]
    );
    assert_eq!(
        flagged(|action| action.lifecycle == Some(Lifecycle::Ended("2025-10-31"))),
        ["GetPersonTracking", "StartPersonTracking"]
    );
    let closed = Some(Lifecycle::ClosedToNewCustomers("2026-04-30"));
    let closed = rekognition()
        .actions
        .iter()
        .filter(|action| action.lifecycle == closed);
    assert_eq!(closed.count(), 10);

    let create = rekognition().operation("CreateStreamProcessor").unwrap();
    let pass = &create.authorizes[0];
    assert_eq!((pass.service, pass.name), ("iam", "PassRole"));
    assert_eq!(
        pass.context,
        [("iam:PassedToService", &["rekognition.amazonaws.com"][..])]
    );

    let (_, collection) = rekognition().resource_by_ident("collection").unwrap();
    let id = collection.variables().next().unwrap();
    let grammar = id.grammar.unwrap();
    assert_eq!(
        (grammar.name, grammar.min, grammar.max),
        ("CollectionId", 1, 255)
    );
    assert_eq!(
        grammar.chars,
        [('-', '.'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]
    );
    assert!(!id.slashes);
    let (_, dataset) = rekognition().resource_by_ident("dataset").unwrap();
    let words: Vec<_> = dataset
        .variables()
        .filter_map(|variable| variable.grammar)
        .collect();
    assert_eq!(words[1].words, ["test", "train"]);
}

#[test]
fn global_keys_in_numbers() {
    assert_eq!(global_keys().len(), 61);
    let names = |test: fn(&str) -> bool| -> usize {
        global_keys().iter().filter(|key| test(key.name)).count()
    };
    assert_eq!(names(|name| name.starts_with("aws:")), 52);
    let multivalued: Vec<&str> = global_keys()
        .iter()
        .filter(|key| key.multivalued)
        .map(|key| key.name)
        .collect();
    assert_eq!(
        multivalued,
        [
            "aws:CalledVia",
            "aws:PrincipalOrgPaths",
            "aws:PrincipalServiceNamesList",
            "aws:ResourceOrgPaths",
            "aws:SourceOrgPaths",
            "aws:TagKeys",
            "aws:VpceOrgPaths",
        ]
    );
    let declared: Vec<&str> = global_keys()
        .iter()
        .filter(|key| key.declared)
        .map(|key| key.name)
        .collect();
    assert_eq!(
        declared,
        [
            "aws:RequestTag/${TagKey}",
            "aws:ResourceTag/${TagKey}",
            "aws:TagKeys"
        ]
    );
    assert_eq!(global_keys().iter().filter(|key| key.sensitive).count(), 10);
    let epoch = global_key("aws:EpochTime").unwrap();
    assert_eq!(epoch.types, [ValueType::Date, ValueType::Numeric]);
}

#[test]
fn every_reviewed_service_in_numbers() {
    let mut notes = BTreeSet::new();
    let counts: Vec<(&str, [usize; 4])> = (KNOWN_SERVICES.iter())
        .map(|&service| {
            let file = format!("services/{service}.json");
            (service, catalogue::default_data().join(file))
        })
        .filter(|(_, file)| file.exists())
        .map(|(service, file)| {
            let reference = Reference::read(&file, &mut notes).unwrap();
            let counts = [
                reference.actions.len(),
                reference.resources.len(),
                reference.keys.len(),
                reference.operations.len(),
            ];
            (service, counts)
        })
        .collect();
    assert_eq!(
        counts,
        [
            ("cloudwatch", [150, 19, 8, 59]),
            ("dynamodb", [79, 7, 16, 66]),
            ("events", [74, 18, 20, 57]),
            ("iam", [190, 15, 22, 180]),
            ("kinesis", [47, 4, 6, 57]),
            ("kinesisvideo", [46, 2, 3, 43]),
            ("kms", [56, 2, 98, 56]),
            ("lambda", [119, 11, 14, 91]),
            ("logs", [133, 9, 7, 118]),
            ("rekognition", [76, 5, 3, 75]),
            ("s3", [180, 13, 64, 195]),
            ("sagemaker", [449, 73, 68, 445]),
            ("secretsmanager", [23, 1, 24, 26]),
            ("sns", [41, 1, 5, 42]),
            ("sqs", [20, 1, 3, 23]),
            ("states", [39, 9, 6, 37]),
            ("sts", [16, 5, 131, 11]),
        ]
    );
    assert!(notes.is_empty(), "{notes:?}");
}

/// A table of Rekognition's actions that was cross-checked by hand. It lies next to the repository on some machines.
#[test]
fn the_cross_checked_table() {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/catalogue/rekognition-table.json");
    let Ok(bytes) = std::fs::read(&file) else {
        eprintln!("SKIPPED: the cross-checked table is not next to the repository");
        return;
    };
    let table: Value = serde_json::from_slice(&bytes).unwrap();
    let rows = table.as_array().unwrap();
    assert_eq!(rows.len(), rekognition().actions.len());
    for row in rows {
        let name = row["action"].as_str().unwrap();
        let list = |field: &str| -> Vec<&str> {
            let items = row[field].as_array().unwrap();
            items.iter().map(|item| item.as_str().unwrap()).collect()
        };
        let action = rekognition().action(name).unwrap();
        // The table gives both words for the two tagging actions.
        let level = row["level"]
            .as_str()
            .unwrap()
            .split([',', '+'])
            .next()
            .unwrap();
        assert_eq!(action.level.to_string(), level, "{name}");
        assert_eq!(types(action, true), list("required"), "{name}");
        assert_eq!(types(action, false), list("optional"), "{name}");
        let mut keys: BTreeSet<&str> = list("action_keys").into_iter().collect();
        keys.extend(list("resource_keys"));
        let own: BTreeSet<&str> = action.keys_for(rekognition()).map(|key| key.name).collect();
        assert_eq!(own, keys, "{name}");

        let operation = rekognition().operation(name);
        assert_eq!(
            operation.is_none(),
            row["permission_only_in_this_sdk"] == true,
            "{name}"
        );
        if let Some(operation) = operation {
            assert_eq!(
                operation.sdk,
                [("rekognition", row["rust_method"].as_str().unwrap())]
            );
            let checks: BTreeSet<String> = operation
                .authorizes
                .iter()
                .map(|one| format!("{}:{}", one.service, one.name))
                .collect();
            let expected: BTreeSet<String> = list("authorized_actions")
                .into_iter()
                .map(str::to_owned)
                .collect();
            assert_eq!(checks, expected, "{name}");
        }
        assert_eq!(
            action.lifecycle.is_none(),
            row["lifecycle"].is_null(),
            "{name}"
        );
    }
}

/// What AWS's file maps and the one that the catalogue is made from does not.
#[test]
fn operations_whose_action_has_another_name() {
    for (prefix, operation, expected) in [
        ("s3", "ListObjectsV2", &["s3:ListBucket"][..]),
        ("s3", "CopyObject", &["s3:GetObject", "s3:PutObject"]),
        ("lambda", "Invoke", &["lambda:InvokeFunction"]),
        ("sqs", "DeleteMessageBatch", &["sqs:DeleteMessage"]),
    ] {
        let service = service(prefix).unwrap();
        let actions: Vec<String> = (service.operation(operation).unwrap().authorizes.iter())
            .map(|action| format!("{}:{}", action.service, action.name))
            .collect();
        assert_eq!(actions, expected, "{prefix} {operation}");
    }
}

/// What AWS's guides document and its service reference leaves out is an alternative to what the reference lists.
#[test]
fn resource_types_that_the_reference_leaves_out() {
    for (prefix, name, expected) in [
        ("sns", "Publish", &["endpoint", "topic"][..]),
        ("sns", "DeleteTopic", &["topic"]),
        ("states", "InvokeHTTPEndpoint", &["statemachine"]),
        ("cloudformation", "CreateChangeSet", &["stack", "transform"]),
        ("cloudformation", "CreateStack", &["stack"]),
    ] {
        let service = service(prefix).unwrap();
        let action = service.action(name).unwrap();
        let found: Vec<(&str, bool)> = (action.resources_of(service))
            .map(|(resource, kind)| (kind.name, resource.required))
            .collect();
        let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, expected, "{prefix}:{name}");
        if expected.len() > 1 {
            assert!(found.iter().all(|(_, required)| !required), "{name}");
        }
    }
}
