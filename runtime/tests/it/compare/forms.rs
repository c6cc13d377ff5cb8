//! What resources and actions of requests look like, beyond what the service reference lists.

use super::possible::{allow, compare, is, to, when};
use crate::support::program;
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::evaluate::{Attached, Request, evaluate};
use serde_json::json;

/// The resource policy of an API leaves out the beginning of its ARNs, which API Gateway adds.
#[test]
fn resources_of_the_policy_of_an_api() {
    let invoke = |resource: &str| to(allow("execute-api:Invoke", resource), json!("*"));
    let deny = |resource: &str| {
        let mut statement = invoke(resource);
        statement["Effect"] = json!("Deny");
        statement
    };
    let api = "arn:aws:execute-api:us-east-1:111122223333:abcdef1234";
    let whole = |path: &str| invoke(&format!("{api}/{path}"));
    is(json!([]), json!([invoke("execute-api:/*")]), "wider");
    is(
        json!([invoke("execute-api:/*")]),
        json!([invoke("execute-api:/prod/GET/*")]),
        "narrower",
    );
    is(
        json!([invoke("execute-api:/prod/GET/*")]),
        json!([whole("prod/GET/*")]),
        "narrower",
    );
    is(
        json!([whole("*")]),
        json!([whole("*"), deny("execute-api:/prod/*")]),
        "narrower",
    );
    // The path of another stage is not the stage.
    is(
        json!([invoke("execute-api:/prod/GET/a")]),
        json!([
            invoke("execute-api:/prod/GET/a"),
            whole("dev/GET/prod/GET/a")
        ]),
        "wider",
    );
    let text = json!({"Version": "2012-10-17", "Statement": [whole("*"), when(deny("execute-api:/*"), json!({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}))]});
    let policy = program(&text);
    let ask = |address: &str| {
        let resource = format!("{api}/prod/GET/a");
        let request = Request::new("execute-api:Invoke", &resource)
            .principal("*")
            .with("aws:SourceIp", address);
        let documents = [Attached::new(PolicyKind::Resource, policy.clone())];
        evaluate(&documents, &request).is_allowed()
    };
    assert!(ask("203.0.113.9"));
    assert!(!ask("198.51.100.1"));
    // The ARN of an API has no colons but its own, and nothing of another service is in it.
    is(
        json!([]),
        json!([to(allow("s3:GetObject", "execute-api:/*"), json!("*"))]),
        "equivalent",
    );
}

/// The reference leaves out forms of ARNs and lists types with no actions: what it does not rule out is possible.
#[test]
fn forms_of_arns_that_the_reference_does_not_list() {
    let api = "arn:aws:execute-api:us-east-1:111122223333:abcdef1234";
    let prod = allow("execute-api:Invoke", &format!("{api}/prod/*"));
    for route in ["secret", "$connect", "GET/"] {
        let mut deny = allow("execute-api:Invoke", &format!("{api}/prod/{route}"));
        deny["Effect"] = json!("Deny");
        is(json!([prod, deny]), json!([prod]), "wider");
    }
    for (action, resource) in [
        (
            "apigateway:DELETE",
            "arn:aws:apigateway:us-east-1::/apis/abc123",
        ),
        (
            "codeartifact:PublishPackageVersion",
            "arn:aws:codeartifact:us-east-1:111122223333:package/d/r/npm//lodash",
        ),
        (
            "organizations:DetachPolicy",
            "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
        ),
    ] {
        is(json!([]), json!([allow(action, resource)]), "wider");
    }
    // What other actions work on is ruled out, and so are the resources of other services.
    for (action, resource) in [
        ("apigateway:PUT", "arn:aws:sqs:us-east-1:111122223333:q"),
        (
            "ec2:StartInstances",
            "arn:aws:ec2:us-east-1:111122223333:volume/vol-1",
        ),
        ("s3:GetObject", "arn:aws:s3:::b"),
    ] {
        is(json!([]), json!([allow(action, resource)]), "equivalent");
    }
}

/// The objects of a Multi-Region Access Point, whose ARN has no region.
#[test]
fn objects_of_access_points() {
    let point = "arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap";
    let objects = format!("{point}/object/*");
    is(json!([]), json!([allow("s3:GetObject", &objects)]), "wider");
    is(json!([]), json!([allow("s3:ListBucket", point)]), "wider");
    is(
        json!([]),
        json!([allow("s3:GetObject", point)]),
        "equivalent",
    );
}

#[test]
fn actions_have_one_colon() {
    let detect = program(
        &json!({"Version": "2012-10-17", "Statement": [allow("rekognition:Detect*", "*"), allow("rekog*:Index*", "*")]}),
    );
    assert!(detect.never("rekog*:Delete*", "*").witness().is_none());
    assert!(detect.never("rekog*:Detect*", "*").witness().is_some());
    assert!(
        detect
            .never("rekognitio?:DetectNew", "*")
            .witness()
            .is_some()
    );
}

/// A policy that ignores the case of letters beyond ASCII is not compared as if they had none.
#[test]
fn letters_beyond_ascii_are_not_settled() {
    let put = allow("s3:PutObject", "arn:aws:s3:::b/*");
    let mut deny = when(
        put.clone(),
        json!({"StringEqualsIgnoreCase": {"aws:PrincipalTag/city": "MÜNCHEN"}}),
    );
    deny["Effect"] = json!("Deny");
    let city = |value: &str| {
        when(
            put.clone(),
            json!({"StringEquals": {"aws:PrincipalTag/city": value}}),
        )
    };
    let found = compare(&json!([city("münchen"), deny]), &json!([city("münchen")]));
    assert_ne!(found.relation().name(), "equivalent", "{found}");
    deny["Condition"]["StringEqualsIgnoreCase"]["aws:PrincipalTag/city"] = json!("ULM");
    is(json!([city("ulm"), deny]), json!([city("ulm")]), "wider");
    is(
        json!([city("bonn"), deny]),
        json!([city("bonn")]),
        "equivalent",
    );
}
