//! The cases of `rules_table.rs`: for each rule a document that fires it and one that nearly does.

// A unit test of the crate, which has no `std` of its own, looks at the cases too.
use std::format;
use std::string::String;

use rekognition_iam_runtime::document::PolicyKind;

/// A document in short: `'` stands for `"`; a text that is no whole document is a list of statements.
pub(crate) struct Case {
    /// The rule.
    pub(crate) id: &'static str,
    /// What the documents are for.
    pub(crate) kind: PolicyKind,
    /// The document that fires the rule, and no other but those of `also`.
    pub(crate) fires: &'static str,
    /// The document that is nearly the same and right.
    pub(crate) near: &'static str,
    /// Rules that fire with it in either document, for a reason of their own.
    pub(crate) also: &'static [&'static str],
}

/// The document that a text stands for.
pub(crate) fn whole(text: &str) -> String {
    let text = text
        .replace('\'', "\"")
        .replace("REK:", "arn:aws:rekognition:us-east-1:123456789012:")
        .replace(
            "STAFF",
            "arn:aws:rekognition:us-east-1:123456789012:collection/staff",
        )
        .replace(
            "LOGO1",
            "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1/1627045542080",
        );
    if text.trim_start().starts_with("{\"Effect") || text.trim_start().starts_with("{\"Sid") {
        format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{text}]}}")
    } else {
        text
    }
}

macro_rules! cases {
    ($($id:ident $kind:ident $(+ $also:ident)*: $fires:expr, $near:expr;)*) => {
        pub(crate) const CASES: &[Case] = &[$(Case {
            id: stringify!($id),
            kind: PolicyKind::$kind,
            fires: $fires,
            near: $near,
            also: &[$(stringify!($also)),*],
        }),*];
    };
}

cases! {
    JSON_SYNTAX_ERROR Identity:
        r"{'Version':'2012-10-17','Statement':[",
        r"{'Version':'2012-10-17','Statement':[{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}]}";
    REKOGNITION_IAM_JSON_LIMIT Identity:
        r"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        r"{'Version':'2012-10-17','Statement':[{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}]}";
    DATA_TYPE_MISMATCH Identity:
        r"{'Effect':'Allow','Action':[7],'Resource':'*'}",
        r"{'Effect':'Allow','Action':['rekognition:DetectText'],'Resource':'*'}";
    INVALID_POLICY_ELEMENT Identity:
        r"{'Effect':'Allow','Notes':'x','Action':'rekognition:DetectText','Resource':'*'}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}";
    REKOGNITION_IAM_DUPLICATE_KEY Identity:
        r"{'Effect':'Allow','Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}";
    MISSING_STATEMENT Identity:
        r"{'Version':'2012-10-17'}",
        r"{'Version':'2012-10-17','Statement':{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}}";
    MISSING_EFFECT Identity:
        r"{'Sid':'A','Action':'rekognition:DetectText','Resource':'*'}",
        r"{'Sid':'A','Effect':'Deny','Action':'rekognition:DetectText','Resource':'*'}";
    INVALID_EFFECT Identity:
        r"{'Effect':'allow','Action':'rekognition:DetectText','Resource':'*'}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}";
    INVALID_PRINCIPAL_FORMAT RoleTrust:
        r"{'Effect':'Allow','Principal':'123456789012','Action':'sts:AssumeRole'}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sts:AssumeRole'}";
    INVALID_PRINCIPAL_KEY RoleTrust:
        r"{'Effect':'Allow','Principal':{'Aws':'123456789012'},'Action':'sts:AssumeRole'}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sts:AssumeRole'}";
    MISSING_ACTION Identity:
        r"{'Effect':'Allow','Resource':'*'}",
        r"{'Effect':'Deny','NotAction':'rekognition:DetectText','Resource':'*'}";
    UNSUPPORTED_ELEMENT_COMBINATION Identity:
        r"{'Effect':'Deny','Action':'rekognition:DetectText','NotAction':'rekognition:DetectFaces','Resource':'*'}",
        r"{'Effect':'Deny','NotAction':'rekognition:DetectFaces','Resource':'*'}";
    DUPLICATE_KEYS_WITH_DIFFERENT_CASE Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:RequestedRegion':'us-east-1','AWS:requestedregion':'us-east-2'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:RequestedRegion':['us-east-1','us-east-2']}}}";
    INVALID_CONDITION_DATA_TYPE Identity +REDUNDANT_CONDITION_VALUE_NUM:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'NumericLessThan':{'aws:MultiFactorAuthAge':[3600,'7200']}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'NumericLessThan':{'aws:MultiFactorAuthAge':[3600]}}}";
    UNSUPPORTED_SID Identity:
        r"{'Sid':'Read only','Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}",
        r"{'Sid':'ReadOnly2','Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}";
    EMPTY_SID_VALUE Identity:
        r"{'Sid':'','Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}",
        r"{'Sid':'A','Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}";
    UNIQUE_SIDS_REQUIRED Identity:
        r"{'Sid':'A','Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'},{'Sid':'A','Effect':'Allow','Action':'rekognition:DetectFaces','Resource':'*'}",
        r"{'Sid':'A','Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'},{'Sid':'a','Effect':'Allow','Action':'rekognition:DetectFaces','Resource':'*'}";
    UNIQUE_SIDS_RECOMMENDED Resource:
        r"{'Effect':'Allow','Sid':'A b','Principal':{'AWS':'123456789012'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'},{'Effect':'Allow','Sid':'A b','Principal':{'AWS':'123456789012'},'Action':'sns:Subscribe','Resource':'arn:aws:sns:us-east-1:123456789012:t'}",
        r"{'Effect':'Allow','Sid':'A b','Principal':{'AWS':'123456789012'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'},{'Effect':'Allow','Sid':'B b','Principal':{'AWS':'123456789012'},'Action':'sns:Subscribe','Resource':'arn:aws:sns:us-east-1:123456789012:t'}";
    INVALID_VERSION Identity:
        r"{'Version':'2012-10-18','Statement':[{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}]}",
        r"{'Version':'2008-10-17','Statement':[{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}]}";
    MISSING_VERSION Identity:
        r"{'Statement':[{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}]}",
        r"{'Version':'2012-10-17','Statement':[{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}]}";
    MISSING_RESOURCE Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText'}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}";
    REKOGNITION_IAM_ACTION_FORMAT Identity:
        r"{'Effect':'Allow','Action':'DetectText','Resource':'*'}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}";
    INVALID_SERVICE_IN_ACTION Identity:
        r"{'Effect':'Allow','Action':'rekogniton:DetectText','Resource':'*'}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}";
    INVALID_ACTION Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectLabls','Resource':'*'}",
        r"{'Effect':'Allow','Action':'rekognition:DetectLabels','Resource':'*'}";
    REKOGNITION_IAM_ACTION_PATTERN_MATCHES_NOTHING Identity:
        r"{'Effect':'Allow','Action':'rekognition:Labels*','Resource':'*'}",
        r"{'Effect':'Allow','Action':'rekognition:*Labels','Resource':'*'}";
    REKOGNITION_IAM_SERVICE_NOT_COVERED Identity:
        r"{'Effect':'Allow','Action':'bedrock:InvokeModel','Resource':'*'}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}";
    REKOGNITION_IAM_SERVICE_RETIRED Identity:
        r"{'Effect':'Allow','Action':'deeplens:ListDevices','Resource':'*'}",
        r"{'Effect':'Allow','Action':'lambda:ListFunctions','Resource':'*'}";
    EMPTY_ARRAY_ACTION Identity:
        r"{'Effect':'Allow','Action':[],'Resource':'*'}",
        r"{'Effect':'Allow','Action':['rekognition:DetectText'],'Resource':'*'}";
    EMPTY_ARRAY_RESOURCE Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':[]}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':['*']}";
    EMPTY_OBJECT_CONDITION Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}";
    UNSUPPORTED_PRINCIPAL Identity:
        r"{'Effect':'Allow','Principal':'*','Action':'rekognition:DetectText','Resource':'*'}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}";
    MISSING_PRINCIPAL Resource:
        r"{'Effect':'Allow','Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}";
    ALLOW_WITH_NOT_PRINCIPAL Resource:
        r"{'Effect':'Allow','NotPrincipal':{'AWS':'123456789012'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}",
        r"{'Effect':'Deny','NotPrincipal':{'AWS':'123456789012'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}";
    REKOGNITION_IAM_ALLOWED_TO_EVERYONE RoleTrust:
        r"{'Effect':'Allow','Principal':{'AWS':'*'},'Action':'sts:AssumeRole','Condition':{'Bool':{'aws:MultiFactorAuthPresent':'true'},'StringNotEquals':{'aws:PrincipalAccount':'123456789012'}}}",
        r"{'Effect':'Allow','Principal':{'AWS':'*'},'Action':'sts:AssumeRole','Condition':{'StringEquals':{'aws:PrincipalOrgID':'o-a1b2c3d4e5'}}}";
    UNSUPPORTED_WILDCARD_IN_PRINCIPAL Resource:
        r"{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::123456789012:role/a*'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}",
        r"{'Effect':'Allow','Principal':{'AWS':'*'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t','Condition':{'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::123456789012:role/a*'}}}";
    REKOGNITION_IAM_PRINCIPAL_FORMAT Resource:
        r"{'Effect':'Allow','Principal':{'AWS':'arn:User ARN'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}",
        r"{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::123456789012:user/a'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}";
    INVALID_ROLE_REFERENCE Resource:
        r"{'Effect':'Allow','Principal':{'AWS':'AROAIIAV2EXAMPLEEXAMPLE'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}",
        r"{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::123456789012:role/AROA'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}";
    INVALID_USER_REFERENCE Resource:
        r"{'Effect':'Allow','Principal':{'AWS':'AIDAIIAV2EXAMPLEEXAMPLE'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}",
        r"{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::123456789012:user/AIDA'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}";
    INVALID_SERVICE_PRINCIPAL_FORMAT Resource:
        r"{'Effect':'Allow','Principal':{'Service':'s3'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t','Condition':{'StringEquals':{'aws:SourceAccount':'123456789012'}}}",
        r"{'Effect':'Allow','Principal':{'Service':'s3.amazonaws.com'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t','Condition':{'StringEquals':{'aws:SourceAccount':'123456789012'}}}";
    REKOGNITION_IAM_UNKNOWN_SERVICE_PRINCIPAL RoleTrust:
        r"{'Effect':'Allow','Principal':{'Service':'lamda.amazonaws.com'},'Action':'sts:AssumeRole'}",
        r"{'Effect':'Allow','Principal':{'Service':'ecs-tasks.amazonaws.com'},'Action':'sts:AssumeRole'}";
    REKOGNITION_IAM_SERVICE_PRINCIPAL_NEVER_CALLS Resource:
        r"{'Effect':'Allow','Principal':{'Service':'rekognition.amazonaws.com'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t','Condition':{'StringEquals':{'aws:SourceAccount':'123456789012'}}}",
        r"{'Effect':'Allow','Principal':{'Service':'rekognition.amazonaws.com'},'Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*','Condition':{'StringEquals':{'aws:SourceAccount':'123456789012'}}}";
    FEDERATED_PRINCIPAL_NOT_SUPPORTED Resource:
        r"{'Effect':'Allow','Principal':{'Federated':'accounts.google.com'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}";
    EMPTY_ARRAY_PRINCIPAL Resource:
        r"{'Effect':'Allow','Principal':{'AWS':[]},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}",
        r"{'Effect':'Allow','Principal':{'AWS':['123456789012']},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}";
    EMPTY_OBJECT_PRINCIPAL Resource:
        r"{'Effect':'Allow','Principal':{},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}";
    REKOGNITION_IAM_MIXED_PRINCIPALS RoleTrust:
        r"{'Effect':'Allow','Principal':{'Service':'rekognition.amazonaws.com','AWS':'arn:aws:iam::123456789012:user/a'},'Action':'sts:AssumeRole','Condition':{'StringEquals':{'aws:SourceAccount':'123456789012'}}}",
        r"{'Effect':'Allow','Principal':{'Service':'rekognition.amazonaws.com'},'Action':'sts:AssumeRole','Condition':{'StringEquals':{'aws:SourceAccount':'123456789012'}}},{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::123456789012:user/a'},'Action':'sts:AssumeRole'}";
    UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL RoleTrust:
        r"{'Effect':'Allow','Principal':{'Service':'lambda.amazonaws.com'},'Action':'sts:AssumeRole','Condition':{'StringEquals':{'aws:PrincipalOrgID':'o-a1b2c3d4e5'}}}",
        r"{'Effect':'Allow','Principal':{'Service':'lambda.amazonaws.com'},'Action':'sts:AssumeRole','Condition':{'StringEquals':{'aws:SourceOrgID':'o-a1b2c3d4e5'}}}";
    RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL Resource:
        r"{'Effect':'Allow','Principal':{'Service':'s3.amazonaws.com'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}",
        r"{'Effect':'Allow','Principal':{'Service':'s3.amazonaws.com'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t','Condition':{'StringEquals':{'aws:SourceAccount':'123456789012'}}}";
    RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL Resource:
        r"{'Effect':'Allow','Principal':{'Service':'s3.amazonaws.com'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t','Condition':{'StringEquals':{'aws:PrincipalServiceName':'s3.amazonaws.com'}}}",
        r"{'Effect':'Allow','Principal':{'Service':'s3.amazonaws.com'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t','Condition':{'StringEquals':{'aws:SourceAccount':'123456789012'}}}";
    REKOGNITION_IAM_NO_SERVICE_LINKED_ROLE RoleTrust:
        r"{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::123456789012:role/aws-service-role/rekognition.amazonaws.com/AWSServiceRoleForRekognition'},'Action':'sts:AssumeRole'}",
        r"{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::123456789012:role/aws-service-role/lex.amazonaws.com/AWSServiceRoleForLexBots'},'Action':'sts:AssumeRole'}";
    REKOGNITION_IAM_ACCOUNT_VALUE RoleTrust:
        r"{'Effect':'Allow','Principal':{'Service':'rekognition.amazonaws.com'},'Action':'sts:AssumeRole','Condition':{'StringEquals':{'aws:SourceAccount':'1234-5678-9012'}}}",
        r"{'Effect':'Allow','Principal':{'Service':'rekognition.amazonaws.com'},'Action':'sts:AssumeRole','Condition':{'StringEquals':{'aws:SourceAccount':'123456789012'}}}";
    ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL RoleTrust:
        r"{'Effect':'Allow','NotPrincipal':{'AWS':'123456789012'},'Action':'sts:AssumeRole'}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sts:AssumeRole'}";
    ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL RoleTrust:
        r"{'Effect':'Allow','Principal':'*','Action':'sts:AssumeRole','Condition':{'StringEquals':{'aws:PrincipalOrgID':'o-a1b2c3d4e5'}}}",
        r"{'Effect':'Allow','Principal':{'AWS':'*'},'Action':'sts:AssumeRole','Condition':{'StringEquals':{'aws:PrincipalOrgID':'o-a1b2c3d4e5'}}}";
    ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE RoleTrust:
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sts:AssumeRole','Resource':'*'}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sts:AssumeRole'}";
    MISMATCHED_ACTION_FOR_PRINCIPAL RoleTrust +UNSUPPORTED_ACTION_FOR_CONDITION_KEY:
        r"{'Effect':'Allow','Principal':{'Federated':'arn:aws:iam::123456789012:saml-provider/Corp'},'Action':'sts:AssumeRoleWithWebIdentity','Condition':{'StringEquals':{'saml:aud':'https://signin.aws.amazon.com/saml'}}}",
        r"{'Effect':'Allow','Principal':{'Federated':'arn:aws:iam::123456789012:saml-provider/Corp'},'Action':'sts:AssumeRoleWithSAML','Condition':{'StringEquals':{'saml:aud':'https://signin.aws.amazon.com/saml'}}}";
    MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY RoleTrust:
        r"{'Effect':'Allow','Principal':{'Service':'rolesanywhere.amazonaws.com'},'Action':'sts:AssumeRole'}",
        r"{'Effect':'Allow','Principal':{'Service':'rolesanywhere.amazonaws.com'},'Action':['sts:AssumeRole','sts:SetSourceIdentity','sts:TagSession']}";
    REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY RoleTrust:
        r"{'Effect':'Allow','Principal':{'AWS':['arn:aws:iam::123456789012:role/a','arn:aws:sts::123456789012:assumed-role/a/session']},'Action':'sts:AssumeRole'}",
        r"{'Effect':'Allow','Principal':{'AWS':['arn:aws:iam::123456789012:role/a','arn:aws:sts::123456789012:assumed-role/b/session']},'Action':'sts:AssumeRole'}";
    REKOGNITION_IAM_TRUST_WITHOUT_SOURCE RoleTrust:
        r"{'Effect':'Allow','Principal':{'Service':'rekognition.amazonaws.com'},'Action':'sts:AssumeRole'}",
        r"{'Effect':'Allow','Principal':{'Service':'rekognition.amazonaws.com'},'Action':'sts:AssumeRole','Condition':{'StringEquals':{'aws:SourceAccount':'123456789012'}}}";
    REKOGNITION_IAM_TRUST_SOURCE_ARN RoleTrust:
        r"{'Effect':'Allow','Principal':{'Service':'rekognition.amazonaws.com'},'Action':'sts:AssumeRole','Condition':{'ArnLike':{'aws:SourceArn':'STAFF'}}}",
        r"{'Effect':'Allow','Principal':{'Service':'rekognition.amazonaws.com'},'Action':'sts:AssumeRole','Condition':{'ArnLike':{'aws:SourceArn':'REK:streamprocessor/*'}}}";
    INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY RoleTrust:
        r"{'Effect':'Allow','Principal':{'Federated':'google'},'Action':'sts:AssumeRoleWithWebIdentity'}",
        r"{'Effect':'Allow','Principal':{'Federated':'accounts.google.com'},'Action':'sts:AssumeRoleWithWebIdentity','Condition':{'StringEquals':{'accounts.google.com:aud':'a'}}}";
    MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL RoleTrust:
        r"{'Effect':'Allow','Principal':{'Federated':'cognito-identity.amazonaws.com'},'Action':'sts:AssumeRoleWithWebIdentity'}",
        r"{'Effect':'Allow','Principal':{'Federated':'cognito-identity.amazonaws.com'},'Action':'sts:AssumeRoleWithWebIdentity','Condition':{'StringEquals':{'cognito-identity.amazonaws.com:aud':'us-east-1:0a1b2c3d-0000-0000-0000-000000000000'},'ForAnyValue:StringLike':{'cognito-identity.amazonaws.com:amr':'authenticated'}}}";
    MISSING_GITHUB_REPO_CONDITION_KEY RoleTrust:
        r"{'Effect':'Allow','Principal':{'Federated':'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com'},'Action':'sts:AssumeRoleWithWebIdentity','Condition':{'StringEquals':{'token.actions.githubusercontent.com:aud':'sts.amazonaws.com'}}}",
        r"{'Effect':'Allow','Principal':{'Federated':'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com'},'Action':'sts:AssumeRoleWithWebIdentity','Condition':{'StringEquals':{'token.actions.githubusercontent.com:aud':'sts.amazonaws.com','token.actions.githubusercontent.com:sub':'repo:o/r:ref:refs/heads/main'}}}";
    SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED RoleTrust:
        r"{'Effect':'Allow','Principal':{'Federated':'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com'},'Action':'sts:AssumeRoleWithWebIdentity','Condition':{'StringLike':{'token.actions.githubusercontent.com:sub':'repo:o/r:*'}}}",
        r"{'Effect':'Allow','Principal':{'Federated':'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com'},'Action':'sts:AssumeRoleWithWebIdentity','Condition':{'StringLike':{'token.actions.githubusercontent.com:sub':'repo:o/r:ref:refs/heads/main'}}}";
    FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE RoleTrust:
        r"{'Effect':'Allow','Principal':{'Federated':'cognito-identity.amazonaws.com'},'Action':'sts:AssumeRoleWithWebIdentity','Condition':{'ForAnyValue:StringEquals':{'cognito-identity.amazonaws.com:aud':'us-east-1:0a1b2c3d-0000-0000-0000-000000000000'}}}",
        r"{'Effect':'Allow','Principal':{'Federated':'cognito-identity.amazonaws.com'},'Action':'sts:AssumeRoleWithWebIdentity','Condition':{'StringEquals':{'cognito-identity.amazonaws.com:aud':'us-east-1:0a1b2c3d-0000-0000-0000-000000000000'}}}";
    CONFIRM_AUDIENCE_CLAIM_TYPE RoleTrust:
        r"{'Effect':'Allow','Principal':{'Federated':'arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB'},'Action':'sts:AssumeRoleWithWebIdentity','Condition':{'ForAnyValue:StringEquals':{'oidc.eks.eu-west-1.amazonaws.com/id/AB:aud':'sts.amazonaws.com'}}}",
        r"{'Effect':'Allow','Principal':{'Federated':'arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB'},'Action':'sts:AssumeRoleWithWebIdentity','Condition':{'StringEquals':{'oidc.eks.eu-west-1.amazonaws.com/id/AB:aud':'sts.amazonaws.com'}}}";
    UNSUPPORTED_ACTION_IN_POLICY RoleTrust:
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'s3:GetObject'}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sts:TagSession'}";
    UNSUPPORTED_RESOURCE_ARN_IN_POLICY Resource +REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH:
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':['sns:Publish'],'Resource':'arn:aws:sqs:us-east-1:123456789012:q'}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}";
    IRRELEVANT_CONDITION_KEY_IN_POLICY Resource:
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t','Condition':{'StringEquals':{'aws:ResourceAccount':'123456789012'}}}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t','Condition':{'StringEquals':{'aws:PrincipalAccount':'123456789012'}}}";
    REKOGNITION_IAM_PROJECT_POLICY_NOT_ELEMENT Project:
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'rekognition:CopyProjectVersion','NotResource':'LOGO1'}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'rekognition:CopyProjectVersion','Resource':'LOGO1'}";
    REKOGNITION_IAM_PROJECT_POLICY_ACTION Project:
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'rekognition:DetectCustomLabels','Resource':'LOGO1'}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'rekognition:CopyProjectVersion','Resource':'LOGO1'}";
    REKOGNITION_IAM_PROJECT_POLICY_RESOURCE Project:
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'rekognition:CopyProjectVersion','Resource':'*'}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'rekognition:CopyProjectVersion','Resource':'REK:project/logos/version/*'}";
    REKOGNITION_IAM_PROJECT_POLICY_SEVERAL_PROJECTS Project:
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'rekognition:CopyProjectVersion','Resource':['LOGO1','REK:project/other/version/v1/*']}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'rekognition:CopyProjectVersion','Resource':['LOGO1','REK:project/logos/version/v2/*']}";
    REKOGNITION_IAM_PROJECT_POLICY_SIZE Project:
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'rekognition:CopyProjectVersion','Resource':['REK:project/logos/version/v10/1627045542080','REK:project/logos/version/v11/1627045542080','REK:project/logos/version/v12/1627045542080','REK:project/logos/version/v13/1627045542080','REK:project/logos/version/v14/1627045542080','REK:project/logos/version/v15/1627045542080','REK:project/logos/version/v16/1627045542080','REK:project/logos/version/v17/1627045542080','REK:project/logos/version/v18/1627045542080','REK:project/logos/version/v19/1627045542080','REK:project/logos/version/v20/1627045542080','REK:project/logos/version/v21/1627045542080','REK:project/logos/version/v22/1627045542080','REK:project/logos/version/v23/1627045542080','REK:project/logos/version/v24/1627045542080','REK:project/logos/version/v25/1627045542080','REK:project/logos/version/v26/1627045542080','REK:project/logos/version/v27/1627045542080','REK:project/logos/version/v28/1627045542080','REK:project/logos/version/v29/1627045542080','REK:project/logos/version/v30/1627045542080','REK:project/logos/version/v31/1627045542080','REK:project/logos/version/v32/1627045542080','REK:project/logos/version/v33/1627045542080','REK:project/logos/version/v34/1627045542080']}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'rekognition:CopyProjectVersion','Resource':['REK:project/logos/version/v10/1627045542080','REK:project/logos/version/v11/1627045542080','REK:project/logos/version/v12/1627045542080','REK:project/logos/version/v13/1627045542080','REK:project/logos/version/v14/1627045542080','REK:project/logos/version/v15/1627045542080','REK:project/logos/version/v16/1627045542080','REK:project/logos/version/v17/1627045542080','REK:project/logos/version/v18/1627045542080','REK:project/logos/version/v19/1627045542080','REK:project/logos/version/v20/1627045542080','REK:project/logos/version/v21/1627045542080','REK:project/logos/version/v22/1627045542080','REK:project/logos/version/v23/1627045542080','REK:project/logos/version/v24/1627045542080']}";
    REKOGNITION_IAM_PROJECT_POLICY_CONDITION Project:
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'rekognition:CopyProjectVersion','Resource':'LOGO1','Condition':{'Bool':{'aws:SecureTransport':'true'}}}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'rekognition:CopyProjectVersion','Resource':'LOGO1'}";
    SCP_SYNTAX_ERROR_ACTION_WILDCARD ServiceControl:
        r"{'Effect':'Deny','Action':'rekognition:*Faces','Resource':'*'}",
        r"{'Effect':'Deny','Action':'rekognition:Index*','Resource':'*'}";
    SCP_SYNTAX_ERROR_PRINCIPAL ServiceControl:
        r"{'Effect':'Deny','Principal':'*','Action':'rekognition:DetectText','Resource':'*'}",
        r"{'Effect':'Deny','Action':'rekognition:DetectText','Resource':'*'}";
    RCP_SYNTAX_ERROR_PRINCIPAL ResourceControl:
        r"{'Effect':'Deny','Principal':{'AWS':'123456789012'},'Action':'s3:GetObject','Resource':'*'}",
        r"{'Effect':'Deny','Principal':'*','Action':'s3:GetObject','Resource':'*'}";
    RCP_SYNTAX_ERROR_ALLOW ResourceControl:
        r"{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*'}",
        r"{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*'}";
    RCP_SYNTAX_ERROR_NOTACTION ResourceControl:
        r"{'Effect':'Deny','Principal':'*','NotAction':'s3:GetObject','Resource':'*'}",
        r"{'Effect':'Deny','Principal':'*','Action':'s3:GetObject','Resource':'*'}";
    RCP_SYNTAX_ERROR_ACTION ResourceControl:
        r"{'Effect':'Deny','Principal':'*','Action':'rekognition:DetectText','Resource':'*'}",
        r"{'Effect':'Deny','Principal':'*','Action':'kinesisvideo:GetMedia','Resource':'*'}";
    RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY ResourceControl:
        r"{'Effect':'Deny','Principal':'*','Action':'s3:GetObject','Resource':'*','Condition':{'StringNotEqualsIfExists':{'aws:PrincipalOrgID':'o-a1b2c3d4e5'}}}",
        r"{'Effect':'Deny','Principal':'*','Action':'s3:GetObject','Resource':'*','Condition':{'StringNotEqualsIfExists':{'aws:PrincipalOrgID':'o-a1b2c3d4e5'},'BoolIfExists':{'aws:PrincipalIsAWSService':'false'}}}";
    RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY ResourceControl:
        r"{'Effect':'Deny','Principal':'*','Action':'s3:GetObject','Resource':'*','Condition':{'StringNotEqualsIfExists':{'aws:SourceOrgID':'o-a1b2c3d4e5'}}}",
        r"{'Effect':'Deny','Principal':'*','Action':'s3:GetObject','Resource':'*','Condition':{'StringNotEqualsIfExists':{'aws:SourceOrgID':'o-a1b2c3d4e5'},'Bool':{'aws:PrincipalIsAWSService':'true'},'Null':{'aws:SourceAccount':'false'}}}";
    RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK ResourceControl:
        r"{'Effect':'Deny','Principal':'*','Action':'s3:GetObject','Resource':'*','Condition':{'StringNotEqualsIfExists':{'aws:SourceOrgID':'o-a1b2c3d4e5'},'Bool':{'aws:PrincipalIsAWSService':'true'}}}",
        r"{'Effect':'Deny','Principal':'*','Action':'s3:GetObject','Resource':'*','Condition':{'StringNotEqualsIfExists':{'aws:SourceOrgID':'o-a1b2c3d4e5'},'Bool':{'aws:PrincipalIsAWSService':'true'},'Null':{'aws:SourceArn':'false'}}}";
    INVALID_ARN_PREFIX Identity:
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'aws:rekognition:us-west-2:123456789012:collection/a'}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rekognition:us-west-2:123456789012:collection/a'}";
    MISSING_ARN_FIELD Identity:
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rekognition:us-west-2:collection/a'}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rekognition:us-west-2:*:collection/a'}";
    INVALID_ARN_SERVICE_CASE Identity:
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:Rekognition:us-west-2:123456789012:collection/a'}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rekognition:us-west-2:123456789012:collection/A'}";
    INVALID_PARTITION Identity:
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws-usgov:rekognition:us-gov-west-1:123456789012:collection/a'}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws-us-gov:rekognition:us-gov-west-1:123456789012:collection/a'}";
    INVALID_ARN_REGION Identity:
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rekognition:us-est-1:123456789012:collection/a'}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rekognition:eu-*:123456789012:collection/a'}";
    REKOGNITION_IAM_REGION_OUTSIDE_PARTITION Identity:
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rekognition:us-gov-west-1:123456789012:collection/a'}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:*:rekognition:us-gov-west-1:123456789012:collection/a'}";
    INVALID_ARN_ACCOUNT Identity:
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rekognition:us-east-1:12345678901:collection/a'}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rekognition:us-east-1:1234????9012:collection/a'}";
    MISSING_ARN_REGION Identity:
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rekognition::123456789012:collection/a'}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rekognition:*:123456789012:collection/a'}";
    MISSING_ARN_ACCOUNT Identity:
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rekognition:us-east-1::collection/a'}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rekognition:us-east-1:*:collection/a'}";
    ARN_REGION_NOT_ALLOWED Identity:
        r"{'Effect':'Allow','Action':'iam:GetRole','Resource':'arn:aws:iam:us-east-1:123456789012:role/a'}",
        r"{'Effect':'Allow','Action':'iam:GetRole','Resource':'arn:aws:iam::123456789012:role/a'}";
    ARN_ACCOUNT_NOT_ALLOWED Identity:
        r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3::123456789012:b/*'}",
        r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*'}";
    INVALID_ARN_RESOURCE Identity:
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'REK:collections/a'}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'REK:collection/a'}";
    REKOGNITION_IAM_ARN_WITHOUT_TIMESTAMP Identity:
        r"{'Effect':'Allow','Action':'rekognition:DeleteProject','Resource':'REK:project/logos'}",
        r"{'Effect':'Allow','Action':'rekognition:DeleteProject','Resource':'REK:project/logos/*'}";
    REKOGNITION_IAM_ID_GRAMMAR Identity:
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'REK:collection/my staff'}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'REK:collection/my*'}";
    REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectLabels','Resource':'STAFF'}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'STAFF'}";
    REKOGNITION_IAM_ACTION_DEAD_BESIDE_OTHERS Identity:
        r"{'Effect':'Allow','Action':['rekognition:IndexFaces','rekognition:DetectLabels'],'Resource':'STAFF'}",
        r"{'Effect':'Allow','Action':['rekognition:IndexFaces','rekognition:ListFaces'],'Resource':'STAFF'}";
    REKOGNITION_IAM_ACTION_RESOURCE_DISPUTED Identity:
        r"{'Effect':'Allow','Action':'rekognition:CreateProject','Resource':'REK:project/logos/*'}",
        r"{'Effect':'Allow','Action':'rekognition:CreateProject','Resource':'*'}";
    REKOGNITION_IAM_ACTION_RESOURCE_UNDOCUMENTED Identity:
        r"{'Effect':'Allow','Action':'dynamodb:ListGlobalTables','Resource':'arn:aws:dynamodb:*:*:*'}",
        r"{'Effect':'Allow','Action':'dynamodb:ListTables','Resource':'arn:aws:dynamodb:*:*:*'}";
    REKOGNITION_IAM_RESOURCE_UNUSED Identity:
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':['STAFF','REK:streamprocessor/cam']}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':['STAFF','REK:collection/guests']}";
    REKOGNITION_IAM_REQUIRED_RESOURCE_MISSING Identity:
        r"{'Effect':'Allow','Action':['rekognition:CopyProjectVersion','rekognition:CreateProjectVersion'],'Resource':'REK:project/to/1627045542080'}",
        r"{'Effect':'Allow','Action':['rekognition:CopyProjectVersion','rekognition:CreateProjectVersion'],'Resource':['REK:project/to/1627045542080','LOGO1']}";
    INVALID_CONDITION_OPERATOR Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEqual':{'aws:RequestedRegion':'us-east-1'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:RequestedRegion':'us-east-1'}}}";
    INVALID_CONDITION_KEY_FORMAT Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'RequestedRegion':'us-east-1'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:requestedregion':'us-east-1'}}}";
    INVALID_GLOBAL_CONDITION_KEY Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:RequestRegion':'us-east-1'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:RequestedRegion':'us-east-1'}}}";
    INVALID_SERVICE Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'rekogniton:x':'a'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':'a'}}}";
    INVALID_SERVICE_CONDITION_KEY Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'rekognition:CollectionId':'a'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':'a'}}}";
    MISSING_TAG_KEY_IN_CONDITION Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag':'a'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':'a'}}}";
    UNSUPPORTED_ACTION_FOR_CONDITION_KEY Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:ResourceTag/x':'a'}}}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'*','Condition':{'StringEquals':{'aws:ResourceTag/x':'a'}}}";
    TYPE_MISMATCH Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:SecureTransport':'true'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'Bool':{'aws:SecureTransport':'true'}}}";
    MISSING_QUALIFIER Identity:
        r"{'Effect':'Allow','Action':['rekognition:CreateCollection','rekognition:TagResource'],'Resource':'*','Condition':{'StringEquals':{'aws:TagKeys':'a'}}}",
        r"{'Effect':'Allow','Action':['rekognition:CreateCollection','rekognition:TagResource'],'Resource':'*','Condition':{'ForAnyValue:StringEquals':{'aws:TagKeys':'a'}}}";
    FORALLVALUES_WITH_SINGLE_VALUED_KEY Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'ForAllValues:StringEquals':{'aws:RequestedRegion':'us-east-1'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'ForAllValues:StringNotEquals':{'aws:CalledVia':'athena.amazonaws.com'}}}";
    REKOGNITION_IAM_FORANYVALUE_WITH_SINGLE_VALUED_KEY Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'ForAnyValue:StringEquals':{'aws:RequestedRegion':'us-east-1'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'ForAnyValue:StringEquals':{'aws:CalledVia':'athena.amazonaws.com'}}}";
    NULL_WITH_QUALIFIER Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'ForAnyValue:Null':{'aws:CalledVia':'true'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'Null':{'aws:CalledVia':'true'}}}";
    NULL_WITH_IF_EXISTS Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'NullIfExists':{'aws:CalledVia':'true'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'Null':{'aws:CalledVia':'true'}}}";
    TYPE_MISMATCH_BOOLEAN Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'Bool':{'aws:SecureTransport':'yes'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'Bool':{'aws:SecureTransport':'True'}}}";
    TYPE_MISMATCH_NUMBER Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'NumericLessThan':{'aws:MultiFactorAuthAge':'1h'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'NumericLessThan':{'aws:MultiFactorAuthAge':'3600'}}}";
    TYPE_MISMATCH_DATE Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'DateLessThan':{'aws:CurrentTime':'24.11.2026'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'DateLessThan':{'aws:CurrentTime':'2026-11-24'}}}";
    TYPE_MISMATCH_IP_RANGE Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'IpAddress':{'aws:SourceIp':'203.0.113/24'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'IpAddress':{'aws:SourceIp':'203.0.113.0/24'}}}";
    TYPE_MISMATCH_STRING Identity +TYPE_MISMATCH:
        r"{'Version':'2012-10-17','Statement':[{'Effect':'Allow','Action':'kms:Decrypt','Resource':'arn:aws:kms:us-east-1:123456789012:key/1','Condition':{'BinaryEquals':{'kms:EncryptionContext:a':'a b'}}}]}",
        r"{'Effect':'Allow','Action':'kms:Decrypt','Resource':'arn:aws:kms:us-east-1:123456789012:key/1','Condition':{'StringEquals':{'kms:EncryptionContext:a':'a b'}}}";
    REKOGNITION_IAM_TYPE_MISMATCH_ARN Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'ArnLike':{'aws:PrincipalArn':'role/a'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:role/a'}}}";
    INVALID_REGION Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:RequestedRegion':'us-eats-1'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:RequestedRegion':'us-east-1'}}}";
    REKOGNITION_IAM_VALUE_NEVER_MATCHES Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalType':'Role'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalType':'AssumedRole'}}}";
    REKOGNITION_IAM_VALUE_UNLIKELY Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'identitystore:UserId':'alice@example.com'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'identitystore:UserId':'90670b1b7e-3d4d1b4a-1111-2222-3333-444455556666'}}}";
    EMPTY_ARRAY_CONDITION Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':[]}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':['a']}}}";
    EMPTY_ARRAY_CONDITION_FORALLVALUES Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'ForAllValues:StringEquals':{'aws:CalledVia':[]}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'ForAllValues:StringNotEquals':{'aws:CalledVia':['athena.amazonaws.com']}}}";
    EMPTY_ARRAY_CONDITION_FORANYVALUE Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'ForAnyValue:StringEquals':{'aws:CalledVia':[]}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'ForAnyValue:StringEquals':{'aws:CalledVia':['athena.amazonaws.com']}}}";
    EMPTY_ARRAY_CONDITION_IFEXISTS Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEqualsIfExists':{'aws:PrincipalTag/x':[]}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEqualsIfExists':{'aws:PrincipalTag/x':['a']}}}";
    UNSUPPORTED_GLOBAL_CONDITION_KEY Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'ArnLike':{'aws:ARN':'arn:aws:iam::123456789012:role/a'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::123456789012:role/a'}}}";
    DEPRECATED_GLOBAL_CONDITION_KEY Resource:
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t','Condition':{'StringEquals':{'AWS:SourceOwner':'123456789012'}}}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t','Condition':{'StringEquals':{'AWS:SourceAccount':'123456789012'}}}";
    UNTRUSTWORTHY_CONDITION_KEY Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:Referer':'https://example.com/'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:SourceVpc':'vpc-12345678'}}}";
    MISSING_PAIRED_CONDITION_KEYS Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'IpAddress':{'aws:VpcSourceIp':'10.0.0.0/8'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'IpAddress':{'aws:VpcSourceIp':'10.0.0.0/8'},'StringEquals':{'aws:SourceVpc':'vpc-12345678'}}}";
    USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES Identity:
        r"{'Effect':'Allow','Action':['rekognition:DetectText','sns:ListTopics'],'Resource':'*','Condition':{'StringEquals':{'aws:VpceAccount':'123456789012'}}}",
        r"{'Effect':'Allow','Action':['rekognition:DetectText','s3:ListAllMyBuckets'],'Resource':'*','Condition':{'StringEquals':{'aws:VpceAccount':'123456789012'}}}";
    MISSING_ACTION_FOR_CONDITION_KEY Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'iam:PassedToService':'rekognition.amazonaws.com'}}}",
        r"{'Effect':'Allow','Action':'iam:PassRole','Resource':'arn:aws:iam::123456789012:role/a','Condition':{'StringEquals':{'iam:PassedToService':'rekognition.amazonaws.com'}}}";
    DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE Identity:
        r"{'Effect':'Deny','Action':'rekognition:DetectF*','Resource':'*','Condition':{'StringEquals':{'aws:ResourceTag/x':'a'}}}",
        r"{'Effect':'Deny','Action':'rekognition:Index*','Resource':'*','Condition':{'StringEquals':{'aws:ResourceTag/x':'a'}}}";
    ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectF*','Resource':'*','Condition':{'StringEquals':{'aws:ResourceTag/x':'a'}}}",
        r"{'Effect':'Allow','Action':'rekognition:Index*','Resource':'*','Condition':{'StringEquals':{'aws:ResourceTag/x':'a'}}}";
    DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE Identity:
        r"{'Effect':'Deny','NotAction':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:ResourceTag/x':'a'}}}",
        r"{'Effect':'Deny','NotAction':'rekognition:DetectText','Resource':'*','Condition':{'StringNotEquals':{'aws:ResourceTag/x':'a'}}}";
    ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE Identity:
        r"{'Effect':'Allow','NotAction':['rekognition:DetectText','iam:*'],'Resource':'*','Condition':{'StringEquals':{'aws:ResourceTag/x':'a'}}}",
        r"{'Effect':'Allow','NotAction':['rekognition:DetectText','iam:*'],'Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':'a'}}}";
    INVALID_KMS_KEY_VALUE Identity:
        r"{'Effect':'Allow','Action':'s3:PutObject','Resource':'arn:aws:s3:::b/*','Condition':{'StringEquals':{'s3:x-amz-server-side-encryption-aws-kms-key-id':'alias/a'}}}",
        r"{'Effect':'Allow','Action':'s3:PutObject','Resource':'arn:aws:s3:::b/*','Condition':{'ArnEquals':{'s3:x-amz-server-side-encryption-aws-kms-key-id':'arn:aws:kms:us-east-1:123456789012:key/1'}}}";
    DYNAMODB_ATTRIBUTES_WITHOUT_SELECT Identity +REKOGNITION_IAM_FORALLVALUES_WITHOUT_KEY:
        r"{'Effect':'Allow','Action':'dynamodb:Query','Resource':'arn:aws:dynamodb:us-east-1:123456789012:table/t','Condition':{'ForAllValues:StringEquals':{'dynamodb:Attributes':['a']}}}",
        r"{'Effect':'Allow','Action':'dynamodb:Query','Resource':'arn:aws:dynamodb:us-east-1:123456789012:table/t','Condition':{'ForAllValues:StringEquals':{'dynamodb:Attributes':['a']},'StringEqualsIfExists':{'dynamodb:Select':'SPECIFIC_ATTRIBUTES'}}}";
    S3_PREFIX_IN_NEGATIVE_CONTEXT Identity:
        r"{'Effect':'Deny','Action':'s3:ListBucket','Resource':'arn:aws:s3:::b','Condition':{'StringLike':{'s3:prefix':'secret/*'}}}",
        r"{'Effect':'Deny','Action':'s3:ListBucket','Resource':'arn:aws:s3:::b','Condition':{'StringNotLike':{'s3:prefix':'open/*'}}}";
    INVALID_CONDITION_MULTIPLE_BOOLEAN Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'Bool':{'aws:SecureTransport':['true','false']}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'Bool':{'aws:SecureTransport':['true']}}}";
    INVALID_DATE_VALUE Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'DateLessThan':{'aws:CurrentTime':'1795545000'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'DateLessThan':{'aws:CurrentTime':'2026'}}}";
    REDUNDANT_CONDITION_VALUE_NUM Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'NumericLessThan':{'aws:MultiFactorAuthAge':['2700','3600']}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'NumericEquals':{'aws:MultiFactorAuthAge':['2700','3600']}}}";
    REKOGNITION_IAM_MFA_DENY_WITHOUT_KEY Identity:
        r"{'Effect':'Deny','Action':'rekognition:DeleteCollection','Resource':'*','Condition':{'Bool':{'aws:MultiFactorAuthPresent':'false'}}}",
        r"{'Effect':'Deny','Action':'rekognition:DeleteCollection','Resource':'*','Condition':{'BoolIfExists':{'aws:MultiFactorAuthPresent':'false'}}}";
    REKOGNITION_IAM_MFA_ALLOW_WITHOUT_KEY Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'BoolIfExists':{'aws:MultiFactorAuthPresent':'true'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'Bool':{'aws:MultiFactorAuthPresent':'true'}}}";
    REKOGNITION_IAM_FORALLVALUES_WITHOUT_KEY Identity:
        r"{'Effect':'Allow','Action':'rekognition:TagResource','Resource':'STAFF','Condition':{'ForAllValues:StringEquals':{'aws:TagKeys':'team'}}}",
        r"{'Effect':'Allow','Action':'rekognition:TagResource','Resource':'STAFF','Condition':{'ForAllValues:StringEquals':{'aws:TagKeys':'team'},'Null':{'aws:TagKeys':'false'}}}";
    REKOGNITION_IAM_NETWORK_DENY_OF_SERVICES Identity:
        r"{'Effect':'Deny','Action':'s3:GetObject','Resource':'*','Condition':{'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'}}}",
        r"{'Effect':'Deny','Action':'s3:GetObject','Resource':'*','Condition':{'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'},'Bool':{'aws:ViaAWSService':'false'}}}";
    WILDCARD_WITHOUT_LIKE_OPERATOR Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':'a*'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':'${*}'}}}";
    WILDCARD_USAGE_TOO_PERMISSIVE Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringLike':{'aws:PrincipalOrgID':'o-a*'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'ForAnyValue:StringLike':{'aws:PrincipalOrgPaths':'o-a*'}}}";
    VARIABLE_USAGE_TOO_PERMISSIVE Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringLike':{'aws:ResourceAccount':'${aws:PrincipalTag/a}'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:ResourceAccount':'${aws:PrincipalAccount}'}}}";
    STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringLike':{'aws:PrincipalArn':'arn:aws:iam::*:role/a'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:role/a'}}}";
    EQUIVALENT_TO_NULL_FALSE Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringLike':{'aws:PrincipalTag/x':'*'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringLike':{'aws:PrincipalTag/x':'?*'}}}";
    EQUIVALENT_TO_NULL_TRUE Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringNotLike':{'aws:PrincipalTag/x':'*'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringNotLike':{'aws:PrincipalTag/x':'a*'}}}";
    REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringLikeIfExists':{'aws:PrincipalTag/x':'*'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringLikeIfExists':{'aws:PrincipalTag/x':'a*'}}}";
    REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringNotLike':{'aws:RequestedRegion':'*'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringNotLike':{'aws:RequestedRegion':'eu-*'}}}";
    IMPROVE_IP_RANGE Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'IpAddress':{'aws:SourceIp':'203.0.113.7/24'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'IpAddress':{'aws:SourceIp':'203.0.113.7/32'}}}";
    PRIVATE_IP_ADDRESS Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'IpAddress':{'aws:SourceIp':'10.0.0.0/8'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'IpAddress':{'aws:SourceIp':'11.0.0.0/8'}}}";
    PRIVATE_NOT_IP_ADDRESS Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'NotIpAddress':{'aws:SourceIp':['10.0.0.0/8','fd00::/8']}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'NotIpAddress':{'aws:SourceIp':'8.0.0.0/6'}}}";
    PRIVATE_IP_ADDRESS_SUBSET Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'IpAddress':{'aws:SourceIp':['203.0.113.0/24','192.168.0.0/16']}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'IpAddress':{'aws:SourceIp':['203.0.113.0/24','192.169.0.0/16']}}}";
    PRIVATE_NOT_IP_ADDRESS_SUBSET Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'NotIpAddress':{'aws:SourceIp':['203.0.113.0/24','192.168.0.0/16']}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'NotIpAddress':{'aws:SourceIp':['203.0.113.0/24','192.169.0.0/16']}}}";
    INVALID_VPC_FORMAT Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:SourceVpc':'vpc-1234567'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:SourceVpc':['vpc-12345678','vpc-0123456789abcdef0']}}}";
    INVALID_VPCE_FORMAT Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:SourceVpce':'vpc-12345678'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:SourceVpce':'vpce-12345678'}}}";
    REKOGNITION_IAM_FOREIGN_ESCAPE Identity:
        r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/&{aws:username}/*'}",
        r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/${aws:username}/*'}";
    MISSING_BRACE_IN_VARIABLE Identity:
        r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/${aws:username'}",
        r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/${aws:username}'}";
    EMPTY_VARIABLE Identity:
        r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/${}'}",
        r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/${$}'}";
    UNSUPPORTED_SPACE_IN_VARIABLE Identity:
        r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/${ aws:username}'}",
        r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/${aws:username}'}";
    MISSING_QUOTE_IN_VARIABLE Identity:
        r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/${aws:username, nobody}'}",
        r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/${aws:username, \u0027nobody\u0027}'}";
    REKOGNITION_IAM_UNKNOWN_VARIABLE Identity:
        r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/${aws:user}'}",
        r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/${aws:username}'}";
    REKOGNITION_IAM_MULTIVALUED_VARIABLE Identity:
        r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/${aws:TagKeys}'}",
        r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/${aws:PrincipalTag/a}'}";
    VARIABLE_UNSUPPORTED_IN_ELEMENT Identity:
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rekognition:us-east-1:${aws:PrincipalAccount}:collection/a'}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'REK:collection/${aws:PrincipalAccount}'}";
    INVALID_VARIABLE_FOR_OPERATOR Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'NumericLessThan':{'aws:MultiFactorAuthAge':'${aws:PrincipalTag/a}'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/b':'${aws:PrincipalTag/a}'}}}";
    VARIABLE_UNSUPPORTED_IN_VERSION Identity:
        r"{'Version':'2008-10-17','Statement':[{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/${aws:username}'}]}",
        r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/${aws:username}'}";
    PASS_ROLE_WITH_NOT_RESOURCE Identity:
        r"{'Effect':'Allow','Action':'iam:PassRole','NotResource':'arn:aws:iam::123456789012:role/a'}",
        r"{'Effect':'Allow','Action':'iam:PassRole','Resource':'arn:aws:iam::123456789012:role/a'}";
    PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE Identity:
        r"{'Effect':'Allow','Action':'iam:Pass*','NotResource':'arn:aws:iam::123456789012:role/a'}",
        r"{'Effect':'Allow','Action':'iam:Pass*','Resource':'arn:aws:iam::123456789012:role/a'}";
    PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE Identity:
        r"{'Effect':'Allow','NotAction':['iam:CreateServiceLinkedRole'],'NotResource':'arn:aws:s3:::b'}",
        r"{'Effect':'Allow','NotAction':['iam:PassRole','iam:CreateServiceLinkedRole'],'NotResource':'arn:aws:s3:::b'}";
    PASS_ROLE_WITH_STAR_IN_RESOURCE Identity +REKOGNITION_IAM_STAR_RESOURCE:
        r"{'Effect':'Allow','Action':'iam:PassRole','Resource':'*'}",
        r"{'Effect':'Allow','Action':'iam:PassRole','Resource':'arn:aws:iam::*:role/Rek*'}";
    PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE Identity:
        r"{'Effect':'Allow','Action':'iam:Pass*','Resource':'*'}",
        r"{'Effect':'Allow','Action':'iam:Pass*','Resource':'arn:aws:iam::123456789012:role/a'}";
    PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION Identity:
        r"{'Effect':'Allow','NotAction':['iam:CreateServiceLinkedRole'],'Resource':'*'}",
        r"{'Effect':'Allow','NotAction':['iam:PassRole','iam:CreateServiceLinkedRole'],'Resource':'*'}";
    CREATE_SLR_WITH_NOT_RESOURCE Identity:
        r"{'Effect':'Allow','Action':'iam:CreateServiceLinkedRole','NotResource':'arn:aws:iam::123456789012:role/aws-service-role/lex.amazonaws.com/*'}",
        r"{'Effect':'Allow','Action':'iam:CreateServiceLinkedRole','Resource':'arn:aws:iam::123456789012:role/aws-service-role/lex.amazonaws.com/*'}";
    CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE Identity:
        r"{'Effect':'Allow','Action':'iam:CreateService*','NotResource':'arn:aws:iam::123456789012:role/aws-service-role/lex.amazonaws.com/*'}",
        r"{'Effect':'Allow','Action':'iam:CreateService*','Resource':'arn:aws:iam::123456789012:role/aws-service-role/lex.amazonaws.com/*'}";
    CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE Identity:
        r"{'Effect':'Allow','NotAction':['iam:PassRole'],'NotResource':'arn:aws:s3:::b'}",
        r"{'Effect':'Allow','NotAction':['iam:PassRole','iam:CreateServiceLinkedRole'],'NotResource':'arn:aws:s3:::b'}";
    CREATE_SLR_WITH_STAR_IN_RESOURCE Identity +REKOGNITION_IAM_STAR_RESOURCE:
        r"{'Effect':'Allow','Action':'iam:CreateServiceLinkedRole','Resource':'*'}",
        r"{'Effect':'Allow','Action':'iam:CreateServiceLinkedRole','Resource':'arn:aws:iam::123456789012:role/aws-service-role/lex.amazonaws.com/*'}";
    CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE Identity:
        r"{'Effect':'Allow','Action':'iam:CreateService*','Resource':'*'}",
        r"{'Effect':'Allow','Action':'iam:CreateService*','Resource':'arn:aws:iam::123456789012:role/aws-service-role/lex.amazonaws.com/*'}";
    CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION Identity:
        r"{'Effect':'Allow','NotAction':['iam:PassRole'],'Resource':'*'}",
        r"{'Effect':'Allow','NotAction':['iam:PassRole','iam:CreateServiceLinkedRole'],'Resource':'*'}";
    REDUNDANT_ACTION Identity:
        r"{'Effect':'Allow','Action':['rekognition:Detect*','rekognition:DetectText'],'Resource':'*'}",
        r"{'Effect':'Allow','Action':['rekognition:DetectF*','rekognition:DetectText'],'Resource':'*'}";
    REDUNDANT_RESOURCE Identity:
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':['STAFF','REK:collection/s*']}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':['STAFF','REK:collection/g*']}";
    REDUNDANT_STATEMENT Identity:
        r"{'Effect':'Allow','Action':'rekognition:Detect*','Resource':'*'},{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}",
        r"{'Effect':'Allow','Action':'rekognition:Detect*','Resource':'*'},{'Effect':'Deny','Action':'rekognition:DetectText','Resource':'*'}";
    REKOGNITION_IAM_ALLOW_CANCELLED Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'},{'Effect':'Deny','Action':'rekognition:Detect*','Resource':'*'}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'},{'Effect':'Deny','Action':'rekognition:Detect*','Resource':'*','Condition':{'Bool':{'aws:SecureTransport':'false'}}}";
    REKOGNITION_IAM_ACTION_CASE Identity:
        r"{'Effect':'Allow','Action':'rekognition:detecttext','Resource':'*'}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*'}";
    REKOGNITION_IAM_ACTION_ENDED Identity:
        r"{'Effect':'Allow','Action':'rekognition:GetPersonTracking','Resource':'*'}",
        r"{'Effect':'Deny','Action':'rekognition:GetPersonTracking','Resource':'*'}";
    REKOGNITION_IAM_ACTION_CLOSED Identity:
        r"{'Effect':'Allow','Action':'rekognition:GetMediaAnalysisJob','Resource':'*'}",
        r"{'Effect':'Allow','Action':'rekognition:Get*','Resource':'*'}";
    REKOGNITION_IAM_STAR_RESOURCE Identity:
        r"{'Effect':'Allow','Action':['rekognition:DetectText','rekognition:IndexFaces'],'Resource':'*'}",
        r"{'Effect':'Allow','Action':['rekognition:DetectText','rekognition:DetectModerationLabels'],'Resource':'*'}";
    REKOGNITION_IAM_OPEN_BUCKET_NAME Identity:
        r"{'Effect':'Allow','Action':['s3:GetObject','s3:ListBucket'],'Resource':'arn:aws:s3:::photos*'}",
        r"{'Effect':'Allow','Action':['s3:GetObject','s3:ListBucket'],'Resource':['arn:aws:s3:::photos','arn:aws:s3:::photos/*']}";
    REKOGNITION_IAM_SERVICE_WILDCARD Identity:
        r"{'Effect':'Allow','Action':'rekognition:*','Resource':'*'}",
        r"{'Effect':'Allow','Action':'rekognition:D*','Resource':'*'}";
    REKOGNITION_IAM_FULL_WILDCARD Identity:
        r"{'Effect':'Allow','Action':'*','Resource':'STAFF'}",
        r"{'Effect':'Deny','Action':'*','Resource':'STAFF'}";
    WILDCARD_IN_SERVICE_NAME Identity:
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rek*:us-east-1:123456789012:collection/a'}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rekognition:us-*:123456789012:collection/a'}";
    REKOGNITION_IAM_REGION_WITHOUT_REKOGNITION Identity:
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rekognition:eu-north-1:123456789012:collection/a'}",
        r"{'Effect':'Allow','Action':'rekognition:IndexFaces','Resource':'arn:aws:rekognition:eu-west-1:123456789012:collection/a'}";
    REKOGNITION_IAM_REGION_WITHOUT_FEATURE Identity:
        r"{'Effect':'Allow','Action':'rekognition:DeleteProject','Resource':'arn:aws:rekognition:us-west-1:123456789012:project/logos/*'}",
        r"{'Effect':'Allow','Action':'rekognition:DeleteProject','Resource':'arn:aws:rekognition:us-west-2:123456789012:project/logos/*'}";
    REKOGNITION_IAM_COMPANION_MISSING Identity:
        r"{'Effect':'Allow','Action':['rekognition:StartLabelDetection','rekognition:StartTextDetection','sns:ListTopics'],'Resource':'*'}",
        r"{'Effect':'Allow','Action':'rekognition:StartLabelDetection','Resource':'*'},{'Effect':'Allow','Action':'iam:PassRole','Resource':'arn:aws:iam::123456789012:role/a','Condition':{'StringEquals':{'iam:PassedToService':'rekognition.amazonaws.com'}}}";
    POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':['LONG']}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':['SHORT']}}}";
    POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA RoleTrust:
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sts:AssumeRole','Condition':{'StringEquals':{'aws:PrincipalTag/x':['LONG']}}}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sts:AssumeRole','Condition':{'StringEquals':{'aws:PrincipalTag/x':['SHORT']}}}";
    POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA Resource:
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t','Condition':{'StringEquals':{'aws:PrincipalTag/x':['LONG']}}}",
        r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t','Condition':{'StringEquals':{'aws:PrincipalTag/x':['SHORT']}}}";
    POLICY_SIZE_EXCEEDS_SCP_QUOTA ServiceControl:
        r"{'Effect':'Deny','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':['LONG']}}}",
        r"{'Effect':'Deny','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':['SHORT']}}}";
    POLICY_SIZE_EXCEEDS_RCP_QUOTA ResourceControl:
        r"{'Effect':'Deny','Principal':'*','Action':'s3:GetObject','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':['LONG']}}}",
        r"{'Effect':'Deny','Principal':'*','Action':'s3:GetObject','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':['SHORT']}}}";
    REKOGNITION_IAM_SESSION_POLICY_SIZE Session:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':['LONG']}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':['SHORT']}}}";
    REKOGNITION_IAM_CHARACTER Identity:
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':'€'}}}",
        r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/x':'é'}}}";
}
