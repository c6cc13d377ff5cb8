//! What a build script asks for: formats, given values, pseudo parameters, and what is wrong with them.
//!
//! What the files hold is compared in `tests/it/templates.rs` of the workspace's root.

use crate::export::support::{GOOD, Package};
use rekognition_iam_codegen::{Export, Format, Pseudo};

const READER: &str = "\
fn reader(region: &Region, account: &AccountId, faces: &CollectionId) -> PolicyBuf {
    policy![
        allow(rekognition::SearchFaces).on(rekognition::collection(region, account, faces)),
        allow(s3::GetObject).on_any().when(aws::ResourceAccount.string_equals(account)),
    ]
}";

fn error(export: &Export) -> String {
    let error = export.write().unwrap_err();
    assert!(!error.is_out_of_date());
    error.to_string()
}

fn reader(name: &str) -> Package {
    Package::new(name, &[("src/lib.rs", READER)])
}

#[test]
fn one_file_in_the_format_that_is_asked_for() {
    let package = Package::new(
        "formats",
        &[(
            "src/lib.rs",
            &format!("static LABELS: Policy = {GOOD};\n{READER}"),
        )],
    );
    let report = package
        .export()
        .format(Format::CloudFormation)
        .format_of("reader", Format::Json)
        // The last word counts.
        .format_of("reader", Format::Terraform)
        .write()
        .unwrap();
    assert_eq!(
        package.exported(),
        ["labels.template.json", "manifest.json", "reader.json.tftpl"]
    );
    let [labels, reader] = report.policies() else {
        panic!("{report}")
    };
    assert_eq!(
        (labels.format, reader.format),
        (Format::CloudFormation, Format::Terraform)
    );
    let parameters: Vec<_> = (reader.parameters.iter())
        .map(|parameter| (parameter.name.as_str(), parameter.kind))
        .collect();
    // An account is text where a condition compares with it, and stays an account.
    assert_eq!(
        parameters,
        [
            ("region", "Region"),
            ("account", "AccountId"),
            ("faces", "CollectionId")
        ]
    );
    let list: serde_json::Value =
        serde_json::from_str(&package.read("policies/manifest.json")).unwrap();
    assert_eq!(
        list["policies"][1]["parameters"][1],
        serde_json::json!({"name": "account", "kind": "AccountId", "pattern": "^[0-9]{12}$"})
    );

    // Another format, another file: the old one goes.
    let report = package.export().format(Format::Terraform).write().unwrap();
    assert_eq!(report.removed(), ["policies/labels.template.json"]);
}

#[test]
fn some_values_given_and_the_rest_left_open() {
    let package = reader("some");
    let report = package
        .export()
        .format(Format::Terraform)
        .value("region", "us-east-1")
        .value_of("reader", "account", "123456789012")
        .write()
        .unwrap();
    assert!(
        package
            .read("policies/reader.json.tftpl")
            .contains("arn:aws:rekognition:us-east-1:123456789012:collection/${faces}")
    );
    assert_eq!(report.policies()[0].parameters.len(), 1);
}

#[test]
fn json_needs_every_value() {
    let package = reader("needs");
    assert_eq!(
        error(
            &package
                .export()
                .value("account", "123456789012")
                .value("region", "us-east-1")
        ),
        "src/lib.rs:3:85: `reader` uses the variable `faces`, a `CollectionId`, whose value is not known here\n  help: export a template, with `.format_of(\"reader\", Format::Terraform)` or another format\n  help: or give the value, with `.value_of(\"reader\", \"faces\", \"..\")`\n  help: or exclude the policy, with `.skip(\"reader\", \"why\")`"
    );
}

#[test]
fn values_that_are_none_of_their_type() {
    let package = reader("hostile");
    let export = package
        .export()
        .value("region", "us-east-1")
        .value("account", "123456789012");
    assert_eq!(
        error(&export.clone().value("faces", "*")),
        "src/lib.rs:3:85: the value given for `faces` of `reader` is not allowed there: not a CollectionId: `*` is not allowed in it"
    );
    // The rules read what is given, too.
    assert_eq!(
        error(&export.value("faces", "staff").value("region", "us-east-9")),
        "src/lib.rs:3:68: with the values given, in `reader`: no region `us-east-9`\n  \
         help: did you mean `us-east-1` or `us-east-2`?\n  note: rule INVALID_ARN_REGION: \
         https://github.com/rekognition-iam/rekognition-iam/blob/main/docs/rules/INVALID_ARN_REGION.md"
    );
}

#[test]
fn what_is_asked_for_in_vain() {
    let package = Package::new(
        "vain",
        &[("src/lib.rs", &format!("static A: Policy = {GOOD};"))],
    );
    for (export, expected) in [
        (
            package.export().format_of("OTHER", Format::Terraform),
            "format_of: there is no policy `OTHER` in this crate",
        ),
        (
            package.export().value_of("A", "region", "us-east-1"),
            "value_of: there is no policy `A` that has a variable `region`",
        ),
        (
            package.export().value("region", "us-east-1"),
            "value: there is no policy that has a variable `region`",
        ),
        (
            package.export().pseudo("region", Pseudo::Region),
            "pseudo: there is no policy that has a variable `region` and is exported for CloudFormation or SAM",
        ),
    ] {
        let error = error(&export);
        assert!(error.starts_with(expected), "{error}");
        assert!(error.contains("\n  help: remove the `."), "{error}");
    }
    // Only CloudFormation has pseudo parameters.
    let package = reader("vain_pseudo");
    let export = package.export().format(Format::Terraform);
    let all = error(&export.clone().pseudo("region", Pseudo::Region));
    let one = error(&export.pseudo_of("reader", "region", Pseudo::Region));
    for (error, policy) in [(&all, ""), (&one, " `reader`")] {
        let expected = format!(
            "there is no policy{policy} that has a variable `region` and is exported for CloudFormation or SAM\n  help: remove the `.pseudo"
        );
        assert!(error.contains(&expected), "{error}");
    }
    // A misspelled name is the first problem, and not only its consequence.
    let package = reader("vain_misspelled");
    let misspelled = error(&package.export().format_of("raeder", Format::Terraform));
    assert!(
        misspelled.starts_with(
            "format_of: there is no policy `raeder` in this crate\n  help: did you mean `reader`?\n"
        ),
        "{misspelled}"
    );
    assert!(misspelled.contains("`region`"), "{misspelled}");
    let misspelled = error(
        &package
            .export()
            .format(Format::Terraform)
            .value("regoin", "eu-west-1"),
    );
    assert_eq!(
        misspelled,
        "value: there is no policy that has a variable `regoin`\n  help: did you mean `region`?"
    );
}

#[test]
fn pseudo_parameters_fit_or_are_refused() {
    let package = reader("pseudo");
    let export = package.export().format(Format::CloudFormation);
    export
        .clone()
        .pseudo("account", Pseudo::AccountId)
        .pseudo("region", Pseudo::Region)
        .pseudo("faces", Pseudo::StackName)
        .write()
        .unwrap();
    let text = package.read("policies/reader.template.json");
    assert!(text.contains(
        "arn:aws:rekognition:${AWS::Region}:${AWS::AccountId}:collection/${AWS::StackName}"
    ));
    assert!(!text.contains("\"Parameters\""));
    for (variable, pseudo, kind) in [
        ("region", Pseudo::AccountId, "a `Region`"),
        ("account", Pseudo::Region, "an `AccountId`"),
        ("account", Pseudo::StackName, "an `AccountId`"),
        ("faces", Pseudo::Partition, "a `CollectionId`"),
    ] {
        let error = error(&export.clone().pseudo(variable, pseudo));
        let expected = format!(
            "`{variable}` of `reader` is {kind}, which `AWS::{}` is not",
            pseudo.name()
        );
        assert!(error.contains(&expected), "{error}");
    }
}

#[test]
fn one_name_is_one_parameter() {
    for (name, body, expected) in [
        (
            "two_kinds",
            "fn a(x: &Pattern) -> PolicyBuf { policy![
                allow(rekognition::SearchFaces).on(rekognition::collection(\"us-east-1\", \"123456789012\", x)),
                allow(s3::GetObject).on(s3::object(x, \"*\")),
            ] }",
            "src/lib.rs:3:52: `x` of `a` is a `BucketName` here and a `CollectionId` elsewhere",
        ),
        (
            "two_variables",
            "fn a(from: &Place, to: &Place) -> PolicyBuf { policy![
                allow(sns::Publish).on(sns::topic(from.region, \"123456789012\", \"done\")),
                allow(sqs::SendMessage).on(sqs::queue(to.region, \"123456789012\", \"done\")),
            ] }",
            "src/lib.rs:3:55: `from.region` and `to.region` of `a` would be one parameter, `region`",
        ),
    ] {
        let package = Package::new(name, &[("src/lib.rs", body)]);
        let error = error(&package.export().format(Format::Terraform));
        assert!(error.starts_with(expected), "{error}");
    }
    // Two variables that CloudFormation would not tell apart.
    let package = Package::new(
        "two_ids",
        &[(
            "src/lib.rs",
            "fn a(from_here: &Region, fromHere: &AccountId) -> PolicyBuf { policy![
                allow(sns::Publish).on(sns::topic(from_here, fromHere, \"done\")),
            ] }",
        )],
    );
    package.export().format(Format::Terraform).write().unwrap();
    assert_eq!(
        error(&package.export().format(Format::CloudFormation)),
        "src/lib.rs:1:63: `from_here` and `fromHere` of `a` would both be the parameter `FromHere`\n  help: assign one of them to a variable with a different name first: `let name = ..;`"
    );
}

#[test]
fn kinds_that_cloudformation_does_not_take() {
    let project = "static SHARED: ProjectPolicy = project_policy![allow(rekognition::CopyProjectVersion)\n\
                   .to(account(\"111122223333\"))\n\
                   .on(rekognition::projectversion(\"us-east-1\", \"123456789012\", \"logos\", \"*\", \"*\"))];";
    let session = format!("static ONE: SessionPolicy = session_{GOOD};");
    let anywhere = "static ANY: ResourcePolicy = resource_policy![allow(s3::GetObject)\n\
                    .to(account(\"111122223333\")).on(s3::object(\"*\", \"*\"))];";
    for (name, source, expected) in [
        (
            "stack_project",
            project,
            "`SHARED` cannot be exported for CloudFormation, which has no resource for a project policy",
        ),
        (
            "stack_session",
            session.as_str(),
            "`ONE` cannot be exported for CloudFormation, which has no resource for a session policy",
        ),
        (
            "stack_any",
            anywhere,
            "`ANY` cannot be exported for CloudFormation: its resources do not name the bucket, topic, or queue it is attached to",
        ),
    ] {
        let package = Package::new(name, &[("src/lib.rs", source)]);
        for format in [Format::CloudFormation, Format::Sam] {
            let error = error(&package.export().format(format));
            assert!(error.contains(expected), "{error}");
        }
        package.export().write().unwrap();
    }
}

#[test]
fn what_cloudformation_would_replace_is_refused() {
    let source = "static SECRET: Policy = policy![allow(s3::GetObject)\n\
                  .on(s3::object(\"uploads\", \"{{resolve:ssm:prefix}}/*\"))];";
    let package = Package::new("stack_resolve", &[("src/lib.rs", source)]);
    for format in [Format::CloudFormation, Format::Sam] {
        let error = error(&package.export().format(format));
        assert!(
            error.contains("`SECRET` contains `{{resolve:`, which CloudFormation would replace"),
            "{error}"
        );
    }
    for format in [Format::Json, Format::Terraform] {
        package.export().format(format).write().unwrap();
    }
}

#[test]
fn names_of_formats_and_pseudo_parameters() {
    for format in Format::ALL {
        assert_eq!(format.name().parse(), Ok(format));
    }
    for pseudo in Pseudo::ALL {
        assert_eq!(pseudo.name().parse(), Ok(pseudo));
        assert_eq!(format!("AWS::{}", pseudo.name()).parse(), Ok(pseudo));
    }
    assert_eq!(
        "yaml".parse::<Format>(),
        Err(
            "there is no format `yaml`; the choices are `json`, `terraform`, `cloudformation`, `sam`"
                .to_owned()
        )
    );
}
