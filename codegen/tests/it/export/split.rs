//! Policies over a quota, as the documents that they are split into.

use crate::export::support::Package;
use rekognition_iam_codegen::{Export, Format, Quota};
use rekognition_iam_runtime::compare::{Relation, compare};
use rekognition_iam_runtime::document::Document;
use rekognition_iam_runtime::json;
use serde_json::{Value, json};

const ACCEPT: &str =
    "accept(POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA, \"the export splits it\"), ";

/// A policy over the quota of a managed policy, with a denial.
fn big(name: &str) -> Package {
    let statement = |action: &str, word: &str| {
        let resources: Vec<_> = (0..60)
            .map(|n| {
                format!(
                    "s3::object(\"my-bucket\", \"{word}-{n}-{}/*\")",
                    "x".repeat(40)
                )
            })
            .collect();
        format!("allow(s3::{action}).on([{}])", resources.join(", "))
    };
    let text = format!(
        "static BIG: Policy = policy![{ACCEPT}{}, {}, deny(s3::DeleteObject).on_any()];\n\
         static SMALL: Policy = policy![allow(s3::GetObject).on_any()];\n\
         fn open(key: &ObjectKey) -> PolicyBuf {{ policy![allow(s3::GetObject).on(s3::object(\"my-bucket\", key))] }}",
        statement("GetObject", "read"),
        statement("PutObject", "write"),
    );
    Package::new(name, &[("src/lib.rs", &text)])
}

fn export(package: &Package) -> Export {
    package
        .export()
        .skip("open", "has a variable")
        .split(Quota::Managed)
}

#[test]
fn a_policy_over_the_quota_is_several_files_that_mean_the_same() {
    let package = big("split");
    // Without the split it is one file.
    package
        .export()
        .skip("open", "has a variable")
        .write()
        .unwrap();
    assert_eq!(
        package.exported(),
        ["big.json", "manifest.json", "small.json"]
    );
    let whole = package.read("policies/big.json");

    let report = export(&package).write().unwrap();
    assert_eq!(
        package.exported(),
        ["big-1.json", "big-2.json", "manifest.json", "small.json"]
    );
    assert_eq!(report.removed(), ["policies/big.json"]);
    let texts = ["big-1.json", "big-2.json"].map(|file| package.read(&format!("policies/{file}")));
    let documents: Vec<Document<'_>> = (texts.iter())
        .map(|text| json::read(text).map_err(|_| "no policy").unwrap())
        .collect();
    let mut together = documents[0].clone();
    for statement in documents[1].statements.iter() {
        together.statements.items.push(statement.clone());
    }
    let whole = json::read(&whole).map_err(|_| "no policy").unwrap();
    assert_eq!(compare(&whole, &together).relation(), Relation::Equivalent);
    let list: Value = serde_json::from_str(&package.read("policies/manifest.json")).unwrap();
    let policies = list["policies"].as_array().unwrap();
    for (number, exported) in report.policies()[..2].iter().enumerate() {
        assert_eq!(exported.item, "BIG");
        assert!(exported.size <= 6144, "{}", exported.size);
        assert_eq!(exported.quota, Some(6144));
        let part = exported.part.as_ref().unwrap();
        assert_eq!((part.number, part.count), (number + 1, 2));
        assert_eq!(policies[number]["name"], format!("big-{}", number + 1));
        assert_eq!(
            policies[number]["part"],
            json!({"number": number + 1, "of": 2, "quota": "managed",
                "notes": ["attach all 2 documents to the same target, the first one first: only it denies anything"]})
        );
    }
    assert!(texts[0].contains("Deny") && !texts[1].contains("Deny"));
    // What fits is as it was.
    assert!(report.policies()[2].part.is_none());
    assert_eq!(policies[2].get("part"), None);

    // The same sources, the same files; and a file that was edited is found.
    assert!(export(&package).write().unwrap().written().is_empty());
    export(&package).check().unwrap();
    package.write("policies/big-2.json", "{}");
    assert!(export(&package).check().unwrap_err().is_out_of_date());
    export(&package).write().unwrap();
    // Without the split, the parts go.
    let report = package
        .export()
        .skip("open", "has a variable")
        .write()
        .unwrap();
    assert_eq!(
        report.removed(),
        ["policies/big-1.json", "policies/big-2.json"]
    );
}

#[test]
fn parts_are_policies_of_their_own_in_each_format() {
    let package = big("split_formats");
    export(&package).format(Format::Terraform).write().unwrap();
    assert_eq!(
        package.exported(),
        [
            "big-1.json.tftpl",
            "big-2.json.tftpl",
            "manifest.json",
            "small.json.tftpl"
        ]
    );
    for format in [Format::CloudFormation, Format::Sam] {
        export(&package).format(format).write().unwrap();
        let mut statements = 0;
        for number in 1..=2 {
            let file = format!("policies/big-{number}.template.json");
            let template: Value = serde_json::from_str(&package.read(&file)).unwrap();
            let resource = &template["Resources"][format!("Big{number}")];
            assert_eq!(resource["Type"], "AWS::IAM::ManagedPolicy", "{template}");
            let document = &resource["Properties"]["PolicyDocument"];
            statements += document["Statement"].as_array().unwrap().len();
        }
        assert!(statements >= 3);
    }
}

#[test]
fn what_cannot_be_split_is_an_error() {
    let package = big("split_errors");
    let error = |export: Export| export.write().unwrap_err().to_string();
    // The size of a value is not known.
    let open = package.export().split_of("open", Quota::Managed);
    let message = error(open.format(Format::Terraform));
    assert!(
        message.contains("`open` cannot be split: the value of `key` is not known"),
        "{message}"
    );
    let open = package.export().split_of("open", Quota::Characters(200));
    open.value("key", "a").write().unwrap();
    // A quota of another kind, and a policy that is not there.
    let message = error(export(&package).split_of("SMALL", Quota::ServiceControl));
    assert!(
        message.contains("the quota `scp` is for service-control policies, and `SMALL` is one of the kind identity"),
        "{message}"
    );
    let message = error(export(&package).split_of("NONE", Quota::Managed));
    assert!(
        message.contains("there is no policy `NONE` in this crate"),
        "{message}"
    );
    // A statement that fits no document.
    let message = error(export(&package).split(Quota::Characters(50)));
    assert!(message.contains("`BIG` cannot be split: "), "{message}");
    // Policies of other kinds than the quota's stay as they are.
    let report = package.export().skip("open", "has a variable");
    let report = report.split(Quota::ServiceControl).write().unwrap();
    assert!(report.policies().iter().all(|policy| policy.part.is_none()));
    // All inline policies of a role count together, so it is made smaller, and is one file.
    let report = export(&package).split(Quota::InlineUser);
    let message = error(report);
    assert!(message.contains("`BIG` cannot be split: "), "{message}");
}
