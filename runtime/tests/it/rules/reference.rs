//! What AWS's service reference leaves out of services that nobody has reviewed is not reported.

#![cfg(all(feature = "json", feature = "all-services"))]

use rekognition_iam_runtime::check::Options;
use rekognition_iam_runtime::document::PolicyKind::{self, Identity, Resource};
use rekognition_iam_runtime::json;

use crate::rules::support::whole;

fn ids(kind: PolicyKind, short: &str) -> Vec<&'static str> {
    let text = whole(short);
    (json::check(&text, &Options::new(kind)).findings.iter())
        .map(|located| located.finding.id)
        .collect()
}

#[track_caller]
fn allowed(action: &str, rest: &str) -> Vec<&'static str> {
    ids(
        Identity,
        &format!("{{'Effect':'Allow','Action':'{action}',{rest}}}"),
    )
}

/// Elastic Load Balancing has two pages under one prefix, and the reference has the actions of both on the types of one.
#[test]
fn load_balancers_of_both_generations_have_tags() {
    let on = |resource: &str| {
        format!("'Resource':'arn:aws:elasticloadbalancing:us-east-1:123456789012:{resource}'")
    };
    for resource in [
        "targetgroup/t/1234567890abcdef",
        "listener/app/*/*/*",
        "loadbalancer/net/*/*",
        "loadbalancer/classic",
    ] {
        assert_eq!(
            allowed("elasticloadbalancing:AddTags", &on(resource)),
            [""; 0]
        );
    }
    assert_eq!(
        allowed(
            "elasticloadbalancing:DeleteTargetGroup",
            &on("listener/app/a/b/c")
        ),
        ["REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH"]
    );
}

/// A resource with tags can be tagged, also where the reference does not list it.
#[test]
fn a_tagging_action_works_on_what_has_tags() {
    let replicator = "'Resource':'arn:aws:kafka:us-east-1:123456789012:replicator/a/b'";
    assert_eq!(allowed("kafka:TagResource", replicator), [""; 0]);
    assert_eq!(
        allowed("kafka:UpdateBrokerType", replicator),
        ["REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH"]
    );
}

#[test]
fn a_key_that_is_described_both_ways_is_compared_both_ways() {
    let when = |operator: &str| {
        format!(
            "'Resource':'*','Condition':{{'{operator}':{{'elasticloadbalancing:ListenerProtocol':['HTTPS','TLS']}}}}"
        )
    };
    for operator in ["StringEquals", "ForAllValues:StringEquals"] {
        let found = allowed("elasticloadbalancing:CreateListener", &when(operator));
        assert!(
            !found.contains(&"MISSING_QUALIFIER")
                && !found.contains(&"FORALLVALUES_WITH_SINGLE_VALUED_KEY"),
            "{operator}: {found:?}"
        );
    }
    let other =
        "'Resource':'*','Condition':{'StringEquals':{'elasticloadbalancing:Subnet':'subnet-1'}}";
    assert!(
        allowed("elasticloadbalancing:CreateLoadBalancer", other).contains(&"MISSING_QUALIFIER")
    );
}

#[test]
fn a_number_that_the_reference_gives_as_text_is_compared_as_one() {
    let when = |key: &str| {
        ids(
            Identity,
            &format!(
                "{{'Effect':'Deny','Action':'glacier:DeleteArchive','Resource':'*','Condition':{{'NumericLessThan':{{'{key}':'365'}}}}}}"
            ),
        )
    };
    assert!(!when("glacier:ArchiveAgeInDays").contains(&"TYPE_MISMATCH"));
    assert!(when("aws:PrincipalType").contains(&"TYPE_MISMATCH"));
}

/// The policy of a cluster has no resource but the cluster.
#[test]
fn a_disputed_action_is_accepted_in_a_resource_policy() {
    let cluster = |action: &str| {
        format!(
            "{{'Effect':'Allow','Principal':{{'AWS':'123456789012'}},'Action':['kafka:CreateVpcConnection','{action}'],'Resource':'arn:aws:kafka:us-east-1:123456789012:cluster/x/y'}}"
        )
    };
    assert_eq!(
        ids(Resource, &cluster("kafka:GetBootstrapBrokers")),
        [""; 0]
    );
    assert_eq!(ids(Resource, &cluster("kafka:ListScramSecrets2")).len(), 1);
}
