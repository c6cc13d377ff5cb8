use super::*;

#[test]
fn hostile_text_is_refused_with_a_reason() {
    let long = "a".repeat(10_000_000);
    for (text, reason) in [
        ("", "not a CollectionId: it is empty"),
        ("*", "not a CollectionId: `*` is not allowed in it"),
        ("a b", "not a CollectionId: a space is not allowed in it"),
        ("a?", "not a CollectionId: `?` is not allowed in it"),
        ("a:b", "not a CollectionId: `:` is not allowed in it"),
        ("a/b", "not a CollectionId: `/` is not allowed in it"),
        (
            "${aws:username}",
            "not a CollectionId: `$` is not allowed in it",
        ),
        ("a\0", "not a CollectionId: `U+0000` is not allowed in it"),
        (
            "a\u{202e}b",
            "not a CollectionId: `U+202E` is not allowed in it",
        ),
        ("é", "not a CollectionId: `é` is not allowed in it"),
        (&long, "not a CollectionId: it has more than 255 characters"),
    ] {
        let error = text.parse::<CollectionId>().unwrap_err();
        assert_eq!(error.to_string(), reason);
    }
    let error = |result: Result<(), InvalidValue>| result.unwrap_err().to_string();
    let account = "123".parse::<AccountId>().map(drop);
    assert_eq!(
        error(account),
        "not an AccountId: it must have 12 characters"
    );
    assert_eq!(
        format!("{:?}", "123".parse::<AccountId>().unwrap_err()),
        "InvalidValue(not an AccountId: it must have 12 characters)"
    );
    let bucket = "b".parse::<BucketName>().map(drop);
    assert_eq!(
        error(bucket),
        "not a BucketName: it has fewer than 3 characters"
    );
    let dataset = "prod".parse::<DatasetType>().map(drop);
    assert_eq!(
        error(dataset),
        "not a DatasetType: it must be one of `test`, `train`"
    );
    assert!("a".repeat(255).parse::<CollectionId>().is_ok());
    assert!("a".repeat(256).parse::<CollectionId>().is_err());
}

#[test]
fn accounts_words_and_patterns() {
    assert!("123456789012".parse::<AccountId>().is_ok());
    assert!("12345678901".parse::<AccountId>().is_err());
    assert!("1234-5678-9012".parse::<AccountId>().is_err());
    assert!("train".parse::<DatasetType>().is_ok());
    assert!("TRAIN".parse::<DatasetType>().is_err());
    assert!("faces/*".parse::<Pattern>().is_ok());
    assert!("${aws:username}/*".parse::<Pattern>().is_ok());
    assert!("*:*".parse::<Pattern>().is_err());
    assert!("${aws:username".parse::<Pattern>().is_err());
    assert!(
        "arn:aws:sns:us-east-1:123456789012:done"
            .parse::<Arn>()
            .is_ok()
    );
    assert!(
        "arn:aws:sns:us-east-1:123456789012:*"
            .parse::<Arn>()
            .is_err()
    );
    for arn in [
        "arn:aws:s3:::bucket/key",
        "arn:aws-us-gov:iam::123456789012:role/x",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1",
        "arn:aws:sns:us-east-1:123456789012:a:b",
    ] {
        assert!(arn.parse::<Arn>().is_ok(), "{arn}");
    }
    for text in [
        "arn:aws:sns",
        "arn:aws:sns:us-east-1:123456789012:",
        "arn::sns:us-east-1:123456789012:done",
        "arn:awss:iam::123456789012:role/x",
        "arn:aws:iam::123:role/x",
        "arn:aws:iam::1234567890123:role/x",
        "arn:aws:iam::12345678901a:role/x",
        "arn:aws:IAM::123456789012:role/x",
        "arn:aws:sns:us east:123456789012:done",
        "arn:a b:c d:e:f:g",
    ] {
        assert!(text.parse::<Arn>().is_err(), "{text}");
    }
    assert!("${aws:username, 'x'}/*".parse::<Pattern>().is_ok());
    assert!("${*}x${$}".parse::<Pattern>().is_ok());
    for text in ["${}", "${ }", "${a${b}}", "${a{b}"] {
        assert!(text.parse::<Pattern>().is_err(), "{text}");
    }
    assert!("10.0.0.0/8".parse::<Cidr>().is_ok());
    assert!("10.0.0.0/40".parse::<Cidr>().is_err());
    assert!("2026-11-24T18:30:00Z".parse::<Timestamp>().is_ok());
    assert!("soon".parse::<Timestamp>().is_err());
}

#[test]
fn canonical_user_ids_are_64_hexadecimal_digits() {
    let id = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
    assert_eq!(id.parse::<CanonicalUserId>().unwrap().as_str(), id);
    let (_, short) = id.split_at(1);
    for text in [
        "",
        "*",
        "123456789012",
        &"*".repeat(64),
        &"g".repeat(64),
        // As long as an ID, in bytes.
        &"\u{e9}".repeat(32),
        short,
        &format!("{id}0"),
        &format!(" {short}"),
        &format!("{short}*"),
        &format!("{short}\n"),
        &id.to_uppercase(),
    ] {
        let error = text.parse::<CanonicalUserId>().unwrap_err();
        assert_eq!(error.kind(), "CanonicalUserId");
    }
}

#[test]
fn types_by_their_names() {
    for (kind, text, expected) in [
        ("AccountId", "123456789012", Some("123456789012")),
        ("AccountId", "*", None),
        ("Text", "a*$", Some("a${*}${$}")),
        (
            "Arn",
            "arn:aws:sns:us-east-1:123456789012:done",
            Some("arn:aws:sns:us-east-1:123456789012:done"),
        ),
        ("Arn", "*", None),
        ("Timestamp", "2026-11-24", Some("2026-11-24")),
        ("Cidr", "10.0.0.0/8", Some("10.0.0.0/8")),
        ("Number", "-5", Some("-5")),
        ("Number", "5e3", None),
        ("Boolean", "true", Some("true")),
        ("Boolean", "TRUE", None),
    ] {
        let filled = fill_as(kind, text, Place::Pattern).unwrap();
        assert_eq!(filled.ok().as_deref(), expected, "{kind} {text}");
    }
    assert!(fill_as("Pattern", "*", Place::Pattern).is_none());
    assert!(takes_pattern("Region") && takes_pattern("Text"));
    assert!(!takes_pattern("Arn") && !takes_pattern("Boolean"));
    assert!(grammar_of("Text").is_none());
}

#[test]
fn characters_are_meant_as_they_are() {
    let key: ObjectKey = "a*b?c${d".parse().unwrap();
    assert_eq!(
        Fill::<ObjectKey>::fill(&key, Place::Pattern),
        "a${*}b${?}c${$}{d"
    );
    let text: Text = "a*${b}".parse().unwrap();
    assert_eq!(Fill::<Text>::fill(&text, Place::Plain), "a*${$}{b}");
    assert_eq!(Fill::<Text>::fill(&text, Place::Pattern), "a${*}${$}{b}");
}

/// Where the data of the catalogue names a type for a variable, this module has it.
#[test]
fn types_of_variables_exist() {
    use crate::catalogue::generated::variable_types::VARIABLE_TYPES;

    assert!(VARIABLE_TYPES.is_sorted());
    for (service, variable, kind) in VARIABLE_TYPES {
        assert!(takes_pattern(kind), "{service} {variable}: {kind}");
    }
}

/// Variables of one name have values of different types in ARNs of different services.
#[test]
#[cfg(feature = "all-services")]
fn types_of_variables_depend_on_the_service() {
    let kinds = |service: &str, resource: &str| -> alloc::vec::Vec<&'static str> {
        let service = crate::catalogue::service(service).unwrap();
        let format = &service.resource(resource).unwrap().formats[0];
        format.variables().map(type_of).collect()
    };
    assert_eq!(kinds("sns", "topic"), ["TopicName"]);
    assert_eq!(kinds("devops-guru", "topic"), ["TopicName"]);
    // The topics of MQTT have slashes.
    assert_eq!(kinds("iot", "topic"), ["ResourcePath"]);
    assert_eq!(kinds("glue", "table"), ["ResourcePath", "ResourcePath"]);
}
