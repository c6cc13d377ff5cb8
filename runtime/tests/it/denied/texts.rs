//! What else a text may have: other words, several messages, and what only looks like one.

use super::forms::{forms, sentence};
use super::{USER, arn, denied_by_something, read};
use rekognition_iam_runtime::Layer;
use rekognition_iam_runtime::denied::{AccessDenied, Hint, On, Unreadable, Why, encoded_message};

#[test]
fn escapes_in_names() {
    for (written, name) in [
        (r#""arn:aws:s3:::b/a\"b""#, "arn:aws:s3:::b/a\\\"b"),
        (r#"\"arn:aws:s3:::b/a\u00e9\\b\""#, "arn:aws:s3:::b/aé\\b"),
        (
            r#"\"arn:aws:s3:::b/\u{e9}\ud83d\ude00\""#,
            "arn:aws:s3:::b/é😀",
        ),
        (r#"\\\"arn:aws:s3:::b/\\\\u00e9\\\""#, "arn:aws:s3:::b/é"),
        (
            "&quot;arn:aws:s3:::b/a&amp;b&lt;&quot;",
            "arn:aws:s3:::b/a&b<",
        ),
    ] {
        let text = format!(
            "User: {USER} is not authorized to perform: s3:GetObject on resource: {written} because no identity-based policy allows the s3:GetObject action"
        );
        let found = read(&text);
        // One level of escapes leaves the other.
        let on = match found.on() {
            On::Arn(arn) => arn.replace("\\u00e9", "é"),
            other => panic!("{other:?}"),
        };
        assert_eq!(on, name, "{written}");
        assert_eq!(found.why(), &Why::NotAllowed(Layer::Identity), "{written}");
    }
}

#[test]
fn what_surrounds_the_sentence() {
    let text = format!(
        "An error occurred (AccessDenied) when calling the GetObject operation: User: {USER} is not authorized to perform: s3:ListBucket on resource: \"arn:aws:s3:::b\" because no identity-based policy allows the s3:ListBucket action"
    );
    let found = read(&text);
    assert_eq!(found.operation(), Some("GetObject"));
    assert!(found.hints().contains(&Hint::ObjectMissing));
    let text = text.replace("s3:ListBucket", "kms:Decrypt");
    assert!(read(&text).hints().contains(&Hint::KeyOfService));
    // The operation's own action, and KMS's own operation.
    let text = text.replace("GetObject", "Decrypt");
    let hints = read(&text).hints();
    assert!(!hints.contains(&Hint::KeyOfService) && !hints.contains(&Hint::ObjectMissing));
    let ec2 = sentence(&forms()[6]);
    assert_eq!(read(&ec2).encoded(), Some("AbC-dEf_123"));
    let quarantine = format!(
        "User: {USER} is not authorized to perform: iam:CreateUser with an explicit deny in an identity-based policy: arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3"
    );
    assert!(read(&quarantine).hints().contains(&Hint::KeyExposed));
    let no_more = quarantine.replace("AWSCompromisedKeyQuarantineV3", "AWSDenyAll");
    assert!(!read(&no_more).hints().contains(&Hint::KeyExposed));
}

/// IAM names what a request is about by its name alone, which is not all of its ARN.
#[test]
fn names_of_iam_have_no_path() {
    let hints = |on: &str| {
        let text = format!(
            "User: {USER} is not authorized to perform: iam:GetRole on resource: {on} because no identity-based policy allows the iam:GetRole action"
        );
        read(&text).hints()
    };
    assert!(hints("role worker").contains(&Hint::NamePath));
    assert!(!hints("arn:aws:iam::111122223333:role/worker").contains(&Hint::NamePath));
    assert!(!hints("policy path /").contains(&Hint::NamePath));
}

/// A statement for an ARN with a wildcard is wider than one resource, and the reader hears of it.
#[test]
fn resources_that_cover_more_than_one() {
    let hints = |action: &str, on: &str| {
        let text = format!(
            "User: {USER} is not authorized to perform: {action} on resource: {on} because no identity-based policy allows the {action} action"
        );
        read(&text).hints()
    };
    let instances = "arn:aws:ec2:us-east-1:111122223333:instance/*";
    assert!(hints("ec2:RunInstances", instances).contains(&Hint::Wildcard));
    assert!(hints("lambda:GetFunction", "*").contains(&Hint::Star));
    // One resource; a key whose wildcards are characters; an action without resource types.
    for (action, on) in [
        (
            "ec2:RunInstances",
            "arn:aws:ec2:us-east-1:111122223333:instance/i-1",
        ),
        ("s3:GetObject", "\"arn:aws:s3:::b/a*\""),
        ("sqs:ListQueues", "arn:aws:sqs:us-east-1:111122223333:"),
        ("lambda:ListFunctions", "*"),
    ] {
        let found = hints(action, on);
        assert!(
            !found.contains(&Hint::Wildcard) && !found.contains(&Hint::Star),
            "{on}: {found:?}"
        );
    }
}

#[test]
fn several_messages() {
    let one = sentence(&forms()[0]);
    let two = sentence(&forms()[6]);
    let log = format!("12:00 {one}\n12:01 {two}\n12:02 {one}\n");
    let all = AccessDenied::all(&log);
    assert_eq!(all.len(), 2, "{all:#?}");
    // An encoded message belongs to its own sentence.
    assert_eq!(all[0].encoded(), None);
    assert_eq!(all[1].encoded(), Some("AbC-dEf_123"));
}

#[test]
fn an_operation_belongs_to_its_own_message() {
    let calling = "An error occurred (AccessDenied) when calling the";
    let one = format!(
        "User: {USER} is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k"
    );
    let two = format!(
        "User: {USER} is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111122223333:role/r"
    );
    let log = format!("{calling} DetectLabels operation: {one}\n{two}\n");
    let operations: Vec<_> = (AccessDenied::all(&log).iter())
        .map(|found| found.operation().map(str::to_owned))
        .collect();
    assert_eq!(operations, [Some("DetectLabels".to_owned()), None]);
    let log =
        format!("{calling} GetObject operation: {one}\n{calling} DetectLabels operation: {two}");
    let operations: Vec<_> = (AccessDenied::all(&log).iter())
        .map(|found| found.operation().map(str::to_owned))
        .collect();
    assert_eq!(
        operations,
        [
            Some("GetObject".to_owned()),
            Some("DetectLabels".to_owned())
        ]
    );
}

#[test]
fn a_resource_that_may_be_wrapped_is_noted() {
    let arn = "arn:aws:rekognition:us-east-1:111122223333:collection/st";
    let text = |rest: &str| {
        format!(
            "User: {USER} is not authorized to perform: rekognition:SearchFaces on resource: {arn}{rest}"
        )
    };
    for (rest, expected) in [
        ("\naff", true),
        ("\n  aff\n12:00 next line", true),
        ("", false),
        ("\n", false),
        ("\n12:00 the next line of a log", false),
        (
            " because no identity-based policy allows the rekognition:SearchFaces action\naff",
            false,
        ),
    ] {
        let text = text(rest);
        assert_eq!(
            read(&text).hints().contains(&Hint::Wrapped),
            expected,
            "{rest:?}"
        );
    }
}

#[test]
fn without_a_caller() {
    let found = read("Not authorized to perform sts:AssumeRoleWithWebIdentity");
    assert_eq!(found.action(), "sts:AssumeRoleWithWebIdentity");
    assert_eq!(
        (found.principal(), found.why()),
        (None, &Why::Either(Layer::RoleTrust))
    );
    // Someone who has signed in.
    let text = format!("User: {USER} is not authorized to perform: sts:AssumeRole");
    assert_eq!(read(&text).why(), &Why::Unstated);
}

#[test]
fn texts_without_an_action() {
    for (text, expected) in [
        (
            "You are not authorized to perform this operation. Encoded authorization failure message: AbC-dEf_123",
            Unreadable::Encoded,
        ),
        ("Access Denied", Unreadable::NoDetails),
        (
            "An error occurred (403) when calling the HeadObject operation: Forbidden",
            Unreadable::NoDetails,
        ),
        (
            "service error: unhandled error (AccessDenied): Error { code: \"AccessDenied\", message: \"Access Denied\" }",
            Unreadable::NoDetails,
        ),
        (
            "You are not authorized to perform this operation.",
            Unreadable::NoDetails,
        ),
        (
            "User is not authorized to access this resource with an explicit deny",
            Unreadable::NoDetails,
        ),
        (
            "User: x is not authorized to perform: everything",
            Unreadable::NoDetails,
        ),
        (
            "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.",
            Unreadable::Key,
        ),
        ("Access to KMS is not allowed", Unreadable::Key),
        (
            "Cannot call GetSessionToken with session credentials",
            Unreadable::SessionCredentials,
        ),
        (
            "The role defined for the function cannot be assumed by Lambda.",
            Unreadable::RoleNotAssumable,
        ),
        (
            "Access to the resource https://sqs.us-east-1.amazonaws.com/111122223333/q is denied.",
            Unreadable::Queue,
        ),
        (
            "InvalidS3ObjectException: Unable to get object metadata from S3. Check object key, region and/or access permissions.",
            Unreadable::Object,
        ),
        (
            "An error occurred (InvalidS3ObjectException) when calling the DetectLabels operation: Unable to get object metadata from S3. Check object key, region and/or access permissions.",
            Unreadable::Object,
        ),
        ("unable to get the object", Unreadable::Other),
        (
            "{\"message\":\"Missing Authentication Token\"}",
            Unreadable::Unsigned,
        ),
        ("service error\n", Unreadable::Display),
        ("dispatch failure", Unreadable::NoAnswer),
        ("", Unreadable::Other),
        ("thread 'main' panicked at src/main.rs", Unreadable::Other),
    ] {
        assert_eq!(AccessDenied::parse(text), Err(expected), "{text}");
        assert!(!expected.help().is_empty() && !expected.to_string().ends_with('.'));
    }
    assert_eq!(encoded_message("nothing here"), None);
}

#[test]
fn what_a_statement_has_to_name() {
    for (action, rest, expected) in [
        (
            "rekognition:IndexFaces",
            " on resource: arn:aws:rekognition:us-east-1:111122223333:collection/c",
            Some("arn:aws:rekognition:us-east-1:111122223333:collection/c"),
        ),
        // No resource types, so it is `*` that AWS checks.
        ("rekognition:DetectLabels", "", Some("*")),
        // Resource types, and none named.
        ("secretsmanager:GetSecretValue", "", None),
        ("kms:Decrypt", " on this resource", None),
        // An ARN on record; its Region is not in the message.
        ("dynamodb:ListTables", "", None),
        ("iam:ListUsers", "", None),
        // An empty last field.
        (
            "sqs:ListQueues",
            " on resource: arn:aws:sqs:us-east-1:111122223333:",
            Some("arn:aws:sqs:us-east-1:111122223333:*"),
        ),
        (
            "ec2:RunInstances",
            " on resource: arn:aws:ec2:us-east-1:111122223333:instance/*",
            Some("arn:aws:ec2:us-east-1:111122223333:instance/*"),
        ),
        // Wildcards in the key of an object are characters of it.
        (
            "s3:GetObject",
            " on resource: \"arn:aws:s3:::b/a*?$.jpg\"",
            Some("arn:aws:s3:::b/a${*}${?}${$}.jpg"),
        ),
        (
            "iam:GetRole",
            " on resource: role deploy",
            Some("arn:aws:iam::111122223333:role/deploy"),
        ),
        (
            "iam:ListPolicies",
            " on resource: policy path /a/",
            Some("arn:aws:iam::111122223333:policy/a/"),
        ),
        (
            "execute-api:Invoke",
            " on resource: arn:aws:execute-api:us-east-1:********3333:abc/dev/GET/x",
            None,
        ),
        ("assurance:Start", "", None),
        ("lambda:ListFunctions", " on resource: *", Some("*")),
    ] {
        let text = format!(
            "User: {USER} is not authorized to perform: {action}{rest} because no identity-based policy allows the {action} action"
        );
        assert_eq!(read(&text).resource().as_deref(), expected, "{text}");
    }
    let text = format!("User: {USER} is not authorized to perform: dynamodb:ListTables");
    assert_eq!(
        read(&text).recorded().as_deref(),
        Some("arn:aws:dynamodb:${Region}:111122223333:table/*")
    );
}

/// Parts of messages in any order, whole and cut: the reader gives an answer and takes every part from the text.
#[test]
fn no_text_is_too_strange() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |most: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % most as u64).unwrap()
    };
    let whole: Vec<String> = forms().iter().map(sentence).collect();
    let pieces = [
        "User: ",
        " is not authorized to perform: ",
        "not authorized to perform",
        " on resource: ",
        "\"",
        "\\\"",
        "\\\\\\\"",
        "\\",
        "\\u",
        "\\u{",
        "\\ud83d",
        "&quot;",
        "&",
        " because ",
        "no ",
        " with an explicit deny",
        " in a",
        " transitively through",
        "\n",
        "\\n",
        "arn:",
        "arn:aws:s3:::b/é",
        "*",
        ":",
        "Encoded authorization failure message: ",
        "is",
        "é",
        "\u{0}",
        "on this resource",
        "when calling the ",
        " operation",
        "role ",
        "policy path",
        "s3:GetObject",
        "a:b",
    ];
    for _ in 0..4_000 {
        let mut text = String::new();
        for _ in 0..next(14) {
            match next(4) {
                0 => {
                    let from = &whole[next(whole.len())];
                    let mut cut = next(from.len() + 1);
                    while !from.is_char_boundary(cut) {
                        cut -= 1;
                    }
                    text.push_str(&from[..cut]);
                }
                _ => text.push_str(pieces[next(pieces.len())]),
            }
        }
        for message in AccessDenied::all(&text) {
            assert!(message.action().contains(':'), "{text:?}");
            assert_eq!(message.clone().into_owned(), message);
            let _ = (
                message.to_string(),
                message.hints().len(),
                message.resource(),
            );
        }
        match text.parse::<AccessDenied<'static>>() {
            Ok(found) => assert_eq!(AccessDenied::parse(&text).as_ref(), Ok(&found)),
            Err(why) => assert!(AccessDenied::all(&text).is_empty(), "{why}"),
        }
    }
}

/// Terraform, mail, chats, and JSON writers put something around the lines and the quotes.
#[test]
fn decorated_texts() {
    let queue = "arn:aws:sqs:us-east-1:111122223333:q";
    let caller = "arn:aws:sts::111122223333:assumed-role/ci/s1";
    let why = Why::NotAllowed(Layer::Identity);
    for text in [
        format!(
            "│ Error: api error AccessDenied: User:\n│ {caller} is not authorized to perform: sqs:createqueue on resource: {queue} because no\n│ identity-based policy allows the sqs:createqueue action\n"
        ),
        format!(
            "│ Error: AccessDenied: User: {caller} is not authorized\n│ to perform: sqs:CreateQueue on resource:\n│ {queue} because no identity-based policy\n│ allows the sqs:CreateQueue action\n╵"
        ),
        format!(
            "> User: {caller} is not\n> authorized to perform: sqs:CreateQueue on resource: {queue}\n> because no identity-based policy allows the sqs:CreateQueue action"
        ),
        format!(
            "User: `{caller}` is not authorized to perform: `sqs:CreateQueue` on resource: `{queue}` because no identity-based policy allows the `sqs:CreateQueue` action"
        ),
        format!(
            "User: {caller} is not authorized to perform: sqs:CreateQueue on resource: “{queue}” because no identity-based policy allows the sqs:CreateQueue action"
        ),
        format!(
            "{{\"Message\":\"User: {caller} is not authorized to perform: sqs:CreateQueue on resource: \\u0022{queue}\\u0022 because no identity-based policy allows the sqs:CreateQueue action\"}}"
        ),
    ] {
        let found = read(&text);
        assert_eq!(found.principal(), Some(caller), "{text}");
        assert_eq!(found.action(), "sqs:CreateQueue", "{text}");
        assert_eq!(found.on(), &arn(queue), "{text}");
        assert_eq!(found.why(), &why, "{text}");
    }
    // The key of an object may have such characters.
    let key = format!(
        "User: {caller} is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::b/`k`\" because no identity-based policy allows the s3:GetObject action"
    );
    assert_eq!(read(&key).on(), &arn("arn:aws:s3:::b/`k`"));
}

/// What `aws sts decode-authorization-message` prints.
#[test]
fn a_decoded_message() {
    let message = |explicit: bool| {
        format!(
            r#"{{"allowed":false,"explicitDeny":{explicit},"matchedStatements":{{"items":[{{"statementId":"No","effect":"DENY"}}]}},"failures":{{"items":[]}},"context":{{"principal":{{"id":"AROAEXAMPLE:s1","arn":"arn:aws:sts::111122223333:assumed-role/app/s1"}},"action":"ec2:RunInstances","resource":"arn:aws:ec2:us-east-1:111122223333:instance/*","conditions":{{"items":[]}}}}}}"#
        )
    };
    let inside = format!(
        "{{\"DecodedMessage\":\"{}\"}}",
        message(true).replace('"', "\\\"")
    );
    for (text, explicit) in [
        (message(true), true),
        (message(false), false),
        (inside, true),
    ] {
        let found = read(&text);
        assert_eq!(found.action(), "ec2:RunInstances");
        assert_eq!(
            found.principal(),
            Some("arn:aws:sts::111122223333:assumed-role/app/s1")
        );
        assert_eq!(
            found.on(),
            &arn("arn:aws:ec2:us-east-1:111122223333:instance/*")
        );
        match explicit {
            true => assert_eq!(found.why(), &denied_by_something()),
            false => assert_eq!(found.why(), &Why::Unstated),
        }
    }
    assert!(
        AccessDenied::parse(&message(true).replace("\"allowed\":false", "\"allowed\":true"))
            .is_err()
    );
}
