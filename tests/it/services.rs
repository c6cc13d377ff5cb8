//! The services around Rekognition that are not reviewed: each has its module, and what it says becomes the same JSON.

use rekognition_iam::{
    Policy, athena, bedrock, cloudformation, cognito_identity, comprehend, ec2, ecr, ecs,
    execute_api, firehose, glue, organizations, policy, polly, ssm, textract, transcribe,
    translate,
};

/// A service whose prefix has a `-` is a module with `_`, and JSON has the prefix.
#[test]
fn prefixes_with_a_hyphen() {
    static NAMES: Policy = policy![
        allow(cognito_identity::DescribeIdentityPool).on(cognito_identity::identitypool(
            "us-east-1",
            "123456789012",
            "us-east-1:1a2b3c4d-1111-2222-3333-1a2b3c4d5e6f"
        )),
        allow(execute_api::Invoke).on(execute_api::execute_api_general(
            "us-east-1",
            "123456789012",
            "a1b2c3d4e5",
            "prod",
            "GET",
            "faces"
        )),
    ];
    let json = NAMES.json();
    for text in [
        r#""Action":"cognito-identity:DescribeIdentityPool","Resource":"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/us-east-1:1a2b3c4d-1111-2222-3333-1a2b3c4d5e6f""#,
        r#""Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/GET/faces""#,
    ] {
        assert!(json.contains(text), "{json}");
    }
}

/// `ec2:Attribute` and `ec2:Attribute/${AttributeName}` are two keys, and so two names.
#[test]
fn keys_of_one_name() {
    static KEYS: Policy = policy![
        allow(ec2::ModifyInstanceAttribute)
            .on(ec2::instance("us-east-1", "123456789012", "i-1a2b3c4d"))
            .when(
                ec2::Attribute.string_equals("InstanceType"),
                ec2::Attribute_AttributeName("InstanceType").string_equals("t3.small"),
            ),
    ];
    assert!(
        KEYS.json().contains(
            r#""Condition":{"StringEquals":{"ec2:Attribute":"InstanceType","ec2:Attribute/InstanceType":"t3.small"}}"#
        ),
        "{}",
        KEYS.json()
    );
}

/// Names with slashes are names: nobody has looked up which of these services have them.
#[test]
fn names_with_slashes() {
    static PARAMETER: Policy = policy![allow(ssm::GetParameter).on(ssm::parameter(
        "us-east-1",
        "123456789012",
        "faces/model"
    ))];
    assert!(
        PARAMETER
            .json()
            .contains(r#""arn:aws:ssm:us-east-1:123456789012:parameter/faces/model""#)
    );
}

#[test]
fn each_module_has_its_actions() {
    static EACH: Policy = policy![
        allow(
            athena::ListWorkGroups,
            bedrock::ListFoundationModels,
            cloudformation::ListStacks,
            comprehend::DetectEntities,
            ecr::GetAuthorizationToken,
            ecs::ListClusters,
            firehose::ListDeliveryStreams,
            glue::GetDevEndpoints,
            organizations::DescribeOrganization,
            polly::DescribeVoices,
            textract::DetectDocumentText,
            transcribe::StartTranscriptionJob,
            translate::ListLanguages,
        )
        .on_any()
    ];
    assert!(EACH.json().contains(r#""textract:DetectDocumentText""#));
}
