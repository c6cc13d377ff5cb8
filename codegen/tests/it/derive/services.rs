//! Calls of services without a module in Rust, by AWS's reference and the names of setters.

#![cfg(all(feature = "derive", feature = "all-services"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

use rekognition_iam_codegen::derive::{Derive, Derived, Scan};

fn derived(body: &str) -> Derived {
    let source = format!("async fn f(role: &str, server: &str) {{ {body} }}");
    let scan = Scan::text("src/lib.rs", &source).unwrap();
    Derive::new()
        .of(scan)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// What a call needs, and what is not known of it.
#[track_caller]
fn check(service: &str, call: &str, expected: &[&str]) {
    let derived = derived(&format!(
        "let c: aws_sdk_{service}::Client = x(); c.{call}.send().await;"
    ));
    let needed = derived.needed();
    let found: Vec<String> = (needed.iter())
        .map(|one| format!("{} on {}", one.action, one.resource))
        .chain(
            derived
                .unfollowed()
                .iter()
                .map(|note| format!("? {}", note.message())),
        )
        .collect();
    assert_eq!(found, expected, "{call}");
}

#[test]
fn a_literal_is_kept_in_the_arn_of_its_type() {
    for (service, call, expected) in [
        (
            "ec2",
            "stop_instances().instance_ids(\"i-1\")",
            "ec2:StopInstances on arn:aws:ec2:{region}:{account}:instance/i-1",
        ),
        (
            "ec2",
            "stop_instances().set_instance_ids(Some(vec![\"i-1\".into()]))",
            "ec2:StopInstances on arn:aws:ec2:{region}:{account}:instance/i-1",
        ),
        (
            "ec2",
            "stop_instances().instance_ids(server)",
            "ec2:StopInstances on arn:aws:ec2:{region}:{account}:instance/{server}",
        ),
        (
            "ec2",
            "describe_instances().instance_ids(\"i-1\")",
            "ec2:DescribeInstances on *",
        ),
        (
            "ssm",
            "get_parameter().name(\"/app/key\")",
            "ssm:GetParameter on arn:aws:ssm:{region}:{account}:parameter/app/key",
        ),
        (
            "ecs",
            "describe_clusters().clusters(\"prod\")",
            "ecs:DescribeClusters on arn:aws:ecs:{region}:{account}:cluster/prod",
        ),
        (
            "athena",
            "start_query_execution().work_group(\"primary\")",
            "athena:StartQueryExecution on arn:aws:athena:{region}:{account}:workgroup/primary",
        ),
        (
            "firehose",
            "put_record().delivery_stream_name(\"clicks\")",
            "firehose:PutRecord on arn:aws:firehose:{region}:{account}:deliverystream/clicks",
        ),
        // A part of the ARN is named.
        (
            "cloudformation",
            "describe_stacks().stack_name(\"prod\")",
            "cloudformation:DescribeStacks on arn:aws:cloudformation:{region}:{account}:stack/prod/{resource_path}",
        ),
        // Names of types and setters that differ in underscores, and actions of another prefix than the client's.
        (
            "route53",
            "get_hosted_zone().id(\"Z1\")",
            "route53:GetHostedZone on arn:aws:route53:::hostedzone/Z1",
        ),
        (
            "route53",
            "change_resource_record_sets().hosted_zone_id(\"Z1\")",
            "route53:ChangeResourceRecordSets on arn:aws:route53:::hostedzone/Z1",
        ),
        (
            "elasticloadbalancingv2",
            "register_targets().target_group_arn(\"arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/t/1\")",
            "elasticloadbalancing:RegisterTargets on arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/t/1",
        ),
        (
            "opensearch",
            "describe_domain().domain_name(\"d\")",
            "es:DescribeDomain on arn:aws:es:{region}:{account}:domain/d",
        ),
        // A request that names no terminology is checked against `*`.
        (
            "translate",
            "translate_text().text(\"x\")",
            "translate:TranslateText on *",
        ),
        (
            "translate",
            "translate_text().terminology_names(\"t\")",
            "translate:TranslateText on arn:aws:translate:{region}:{account}:terminology/t",
        ),
        // AWS's name of the client, and the prefix of its actions, are others than the crate's.
        (
            "cognitoidentityprovider",
            "admin_get_user().user_pool_id(\"p\")",
            "cognito-idp:AdminGetUser on arn:aws:cognito-idp:{region}:{account}:userpool/p",
        ),
    ] {
        check(service, call, &[expected]);
    }
}

#[test]
fn operations_whose_action_has_another_name() {
    check(
        "accessanalyzer",
        "list_findings_v2().analyzer_arn(\"arn:aws:access-analyzer:us-east-1:111122223333:analyzer/a\")",
        &[
            "access-analyzer:ListFindings on arn:aws:access-analyzer:us-east-1:111122223333:analyzer/a",
        ],
    );
    // All types that AWS lists as required are checked, also those that no setter names.
    check(
        "glue",
        "get_table().database_name(\"d\").name(\"t\")",
        &[
            "glue:GetTable on arn:aws:glue:{region}:{account}:catalog",
            "glue:GetTable on arn:aws:glue:{region}:{account}:database/d",
            "glue:GetTable on arn:aws:glue:{region}:{account}:table/d/{table_name}",
        ],
    );
    check(
        "bedrockruntime",
        "converse().model_id(\"m\")",
        &[
            "bedrock:InvokeModel on {resource_arn}",
            "? which resource `Converse` is about is not known, so it is open in the policy",
        ],
    );
}

#[test]
fn roles_and_tags() {
    let derived = derived(
        "let c: aws_sdk_translate::Client = x();
         c.start_text_translation_job().data_access_role_arn(role).terminology_names(\"t\").send().await;
         c.import_terminology().name(\"t\").tags(x).send().await;",
    );
    let rust = derived.rust();
    assert!(
        rust.contains("iam::PassedToService.string_equals(\"translate.amazonaws.com\")"),
        "{rust}"
    );
    assert!(rust.contains("translate::TagResource"), "{rust}");
    assert!(
        rust.contains("// Features of `rekognition-iam`: \"iam\", \"translate\"."),
        "{rust}"
    );
    // A module has a name of Rust, its feature that of the service.
    let derived = self::derived(
        "let c: aws_sdk_cognitoidentity::Client = x();
         c.describe_identity_pool().identity_pool_id(\"p\").send().await;",
    );
    let rust = derived.rust();
    assert!(
        rust.contains("allow(cognito_identity::DescribeIdentityPool)"),
        "{rust}"
    );
    assert!(
        rust.contains("// Features of `rekognition-iam`: \"cognito-identity\"."),
        "{rust}"
    );
    // Without a module, actions are strings.
    let derived = self::derived(
        "let c: aws_sdk_cognitoidentityprovider::Client = x();
         c.admin_get_user().user_pool_id(\"p\").send().await;",
    );
    let rust = derived.rust();
    assert!(rust.contains("\"cognito-idp:AdminGetUser\""), "{rust}");
    assert!(
        rust.contains("// Features of `rekognition-iam`: \"all-services\"."),
        "{rust}"
    );
    // What no setter shows is a hint.
    let derived = self::derived(
        "let c: aws_sdk_ec2::Client = x(); c.run_instances().launch_template(server).send().await;",
    );
    let hints: Vec<&str> = derived.hints().collect();
    assert!(hints[0].contains("also need `iam:PassRole`"), "{hints:?}");
}

#[test]
fn waiters_and_operations_that_are_not_known() {
    let derived = derived(
        "let c: aws_sdk_ec2::Client = x();
         c.wait_until_instance_running().instance_ids(\"i-1\").wait(d).await;
         c.operation_of_tomorrow().name(server).send().await;
         c.wait_until_tomorrow().wait(d).await;",
    );
    assert_eq!(derived.calls().len(), 1);
    assert!(
        derived.calls()[0].is_waiter() && derived.calls()[0].operation() == "DescribeInstances"
    );
    let notes: Vec<&str> = derived
        .unfollowed()
        .iter()
        .map(|note| note.message())
        .collect();
    assert!(
        notes[0].contains("`operation_of_tomorrow`") && notes[1].contains("`wait_until_tomorrow`"),
        "{notes:?}"
    );
}

#[test]
fn a_method_that_the_program_adds_to_a_builder_is_followed() {
    let source =
        "use aws_sdk_ec2::operation::stop_instances::builders::StopInstancesFluentBuilder as Stop;
        trait Ours { fn ours(self) -> Self; }
        impl Ours for Stop { fn ours(self) -> Self { self.instance_ids(\"i-1\") } }
        async fn f(c: &aws_sdk_ec2::Client) { c.stop_instances().ours().send().await; }";
    let derived = Derive::new()
        .of(Scan::text("src/lib.rs", source).unwrap())
        .unwrap();
    assert_eq!(
        derived.needed()[0].resource,
        "arn:aws:ec2:{region}:{account}:instance/i-1"
    );
}

/// In Rust and Terraform an ARN is one parameter, since such a service has no constructors; wildcards keep what is known.
#[test]
fn an_arn_is_one_parameter() {
    let body = "let c: aws_sdk_cognitoidentityprovider::Client = x(); c.admin_get_user().user_pool_id(\"p-1\").send().await; c.admin_delete_user().user_pool_id(server).send().await;";
    let scan = || {
        Scan::text(
            "src/lib.rs",
            &format!("async fn f(server: &str) {{ {body} }}"),
        )
        .unwrap()
    };
    let derived = Derive::new().allow_wildcards(true).of(scan()).unwrap();
    let names: Vec<&str> = (derived.parameters().iter())
        .map(|known| known.name.as_str())
        .collect();
    assert_eq!(names, ["server_arn", "userpool_arn"]);
    let json = derived.json().unwrap();
    assert!(
        json.contains("arn:aws:cognito-idp:*:*:userpool/p-1\"")
            && json.contains("arn:aws:cognito-idp:*:*:userpool/*\""),
        "{json}"
    );
    let terraform = derived.terraform().unwrap();
    assert!(
        terraform.contains("${var.userpool_arn}") || terraform.contains("var.userpool_arn"),
        "{terraform}"
    );
    let given = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/p-*";
    let derived = (Derive::new()
        .value("userpool_arn", given)
        .value("server_arn", given))
    .of(scan())
    .unwrap();
    assert!(derived.json().unwrap().contains(given));
    let error = Derive::new()
        .value("userpool_arn", "i-1")
        .of(scan())
        .unwrap_err()
        .to_string();
    assert!(error.contains("userpool_arn"), "{error}");
}
