//! Resources that a request names in a text of its own, under two types, or not at all.

use super::{derive, needs};

/// The statement for a request of a client, which is given `x` and `y`.
fn statement(client: &str, chain: &str) -> String {
    let text = format!(
        "async fn f(c: &aws_sdk_{client}::Client, photos: &str, key: &str) {{ c.{chain}.send().await; }}"
    );
    needs(&text).join(" ")
}

#[test]
fn statements_of_partiql() {
    for (sql, expected) in [
        (
            "SELECT * FROM \"my.table\" WHERE a = ?",
            "Select table \"my.table\"",
        ),
        (
            "SELECT * FROM \"t-1\".\"by.name\"",
            "Select index \"t-1\", \"by.name\"",
        ),
        (
            "select a from t-1.by_name where b='x from y'",
            "Select index \"t-1\", \"by_name\"",
        ),
        ("SELECT t-1.a, \"from\" FROM t-1;", "Select table \"t-1\""),
        (
            "/* all from x */ SELECT a -- from y\nFROM\tt-1 AS t",
            "Select table \"t-1\"",
        ),
        (
            "EXISTS(SELECT * FROM \"t-1\" WHERE a=1)",
            "Select table \"t-1\"",
        ),
        (
            "INSERT INTO \"my.table\" VALUE {'a': 1}",
            "Insert table \"my.table\"",
        ),
        (
            "UPDATE \"my.table\" SET a.b=1 WHERE c=2",
            "Update table \"my.table\"",
        ),
        ("delete from t-1\nwhere a=1", "Delete table \"t-1\""),
        (
            "SELECT * FROM \"arn:aws:dynamodb:eu-west-1:123456789012:table/t-1\".\"by_name\"",
            "Select index eu-west-1 \"t-1\", \"by_name\"",
        ),
    ] {
        let found = statement(
            "dynamodb",
            &format!("execute_statement().statement({sql:?})"),
        );
        let (action, rest) = expected.split_once(' ').unwrap();
        let (kind, names) = rest.split_once(' ').unwrap();
        let place = match names.strip_prefix("eu-west-1 ") {
            Some(names) => format!("\"eu-west-1\", \"123456789012\", {names}"),
            None => format!("region, account, {names}"),
        };
        assert_eq!(
            found,
            format!("allow(dynamodb::PartiQL{action}).on(dynamodb::{kind}({place}))"),
            "{sql}"
        );
    }
    for (sql, kind, names) in [
        ("SELECT * FROM \\\"{photos}\\\"", "table", "photos"),
        ("SELECT {key} FROM {photos}", "table", "photos"),
        (
            "SELECT * FROM \\\"{photos}\\\".\\\"{key}\\\"",
            "index",
            "photos, key",
        ),
        (
            "SELECT * FROM {photos}.by_name",
            "index",
            "photos, \"by_name\"",
        ),
    ] {
        let found = statement(
            "dynamodb",
            &format!("execute_statement().statement(format!(\"{sql}\"))"),
        );
        assert_eq!(
            found,
            format!(
                "allow(dynamodb::PartiQLSelect).on(dynamodb::{kind}(region, account, {names}))"
            ),
            "{sql}"
        );
    }
    let unknown = derive(
        "async fn f(c: &aws_sdk_dynamodb::Client, x: &str) { c.execute_statement().statement(format!(\"{x} FROM t\")).send().await; }",
    );
    assert!(unknown.needed().is_empty() && unknown.unfollowed().len() == 1);
}

#[test]
fn one_value_is_one_parameter() {
    let list = |value: &str| {
        let text = format!(
            "async fn f(c: &aws_sdk_s3::Client, {value}: &str) {{ c.list_objects_v2().bucket({value}).send().await; }}"
        );
        needs(&text).join(" ")
    };
    assert_eq!(
        list("photos"),
        "allow(s3::ListBucket).on(s3::bucket(photos))"
    );
    // What the program calls an ARN is that of a bucket or of an access point.
    assert_eq!(list("photos_arn"), "allow(s3::ListBucket).on(photos_arn)");
    let text = "async fn f(c: &aws_sdk_kms::Client, key_arn: &str, learn: &str) { c.encrypt().key_id(key_arn).send().await; c.decrypt().key_id(learn).send().await; }";
    assert_eq!(
        needs(text),
        [
            "allow(kms::Encrypt).on(key_arn),",
            "allow(kms::Decrypt).on(kms::key(region, account, learn))"
        ]
        .map(|statement| statement.trim_end_matches(',')),
    );
    assert_eq!(
        statement("s3", "list_objects_v2().bucket(make())"),
        "allow(s3::ListBucket).on(s3::bucket(bucket))"
    );
}

#[test]
fn roles_of_instance_profiles() {
    let passed = "allow(iam::PassRole).on(iam::role(account, instance_role)).when(iam::PassedToService.string_equals(\"ec2.amazonaws.com\"))";
    for (chain, passes) in [
        ("run_instances().iam_instance_profile(photos)", true),
        ("run_instances().image_id(\"ami-12345678\")", false),
        (
            "associate_iam_instance_profile().instance_id(\"i-12345678\")",
            true,
        ),
        (
            "disassociate_iam_instance_profile().association_id(\"a\")",
            false,
        ),
    ] {
        let found = statement("ec2", chain);
        assert_eq!(found.contains(passed), passes, "{chain}: {found}");
        assert_eq!(found.contains("PassRole"), passes, "{chain}: {found}");
    }
    // A launch template may have a profile too.
    let derived = derive(
        "async fn f(c: &aws_sdk_ec2::Client, t: T) { c.run_instances().launch_template(t).send().await; }",
    );
    assert!(derived.hints().any(|hint| hint.contains("iam:PassRole")));
}

#[test]
fn keys_of_replicas() {
    let replica = "add_replica_regions(aws_sdk_secretsmanager::types::ReplicaRegionType::builder().kms_key_id(\"k-1\").build())";
    let found = statement(
        "secretsmanager",
        &format!("replicate_secret_to_regions().secret_id(\"s\").{replica}"),
    );
    assert!(
        found.contains(
            "allow(kms::Encrypt, kms::GenerateDataKey).on(kms::key(region, account, \"k-1\"))"
        ),
        "{found}"
    );
    let none = statement(
        "secretsmanager",
        "replicate_secret_to_regions().secret_id(\"s\")",
    );
    assert!(!none.contains("kms"), "{none}");
}
