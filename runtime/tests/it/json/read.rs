//! The JSON reader: what it takes, what it refuses, and where it says so.

use rekognition_iam_runtime::check::{Iam, Options};
use rekognition_iam_runtime::document::{Document, Place, PolicyKind, PrincipalSet, Value};
use rekognition_iam_runtime::json::{self, Lexer, Limits, Parsed, position};

fn parse(text: &str) -> Parsed<'_> {
    json::parse(text, &Limits::default())
}

/// The reader's findings as `line:column id "text at the place" message / help`.
fn found(text: &str) -> Vec<String> {
    parse(text)
        .findings
        .iter()
        .map(|located| {
            let at = position(text, located.span.start);
            let mut line = format!(
                "{}:{} {} {:?} {}",
                at.line,
                at.column,
                located.finding.id,
                located.span.of(text),
                located.finding.message.render(&Iam)
            );
            for help in &located.finding.help {
                line.push_str(" / ");
                line.push_str(&help.render(&Iam));
            }
            line
        })
        .collect()
}

fn syntax(text: &str) -> String {
    let found = found(text);
    let [one] = found.as_slice() else {
        panic!("{text}: {found:?}");
    };
    one.replace(" JSON_SYNTAX_ERROR", "")
}

fn same(text: &str) -> Document<'_> {
    let parsed = parse(text);
    assert!(parsed.findings.is_empty(), "{text}: {:?}", found(text));
    let written = json::to_minified(&parsed.document);
    let before: serde_json::Value = serde_json::from_str(text).unwrap();
    let after: serde_json::Value = serde_json::from_str(&written).unwrap();
    assert_eq!(before, after);
    let again = parse(&written);
    assert_eq!(again.document, parsed.document, "{written}");
    parsed.document
}

#[test]
fn what_is_valid_is_written_back_as_it_was() {
    for text in [
        r#"{"Version":"2012-10-17","Id":"an id","Statement":{"Sid":"S","Effect":"Deny","NotAction":["iam:*"],"NotResource":"*","Condition":{}}}"#,
        r#"{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::b/*"]},{"Effect":"Allow","Action":[],"Resource":[],"Condition":{"StringEquals":{}}}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":true,"aws:x":[false,true],"aws:y":[]},"NumericLessThan":{"a:b":[1,-2.5e3,0],"c:d":7}}}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":["1","2"],"Service":"a.amazonaws.com","Federated":[],"CanonicalUser":"x"},"Action":"s3:*","Resource":"*"}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{},"Action":"sts:AssumeRole"}]}"#,
        "{ \"Version\" : \"2012-10-17\" ,\r\n\t\"Statement\":[ { \"Effect\":\"Allow\" , \"Action\":[ \"a:b\" ] , \"Resource\":\"\\u00e9\\ud83d\\ude00\\\"\\\\\\/\\b\\f\\n\\r\\t\" } ] } ",
    ] {
        same(text);
    }
}

#[test]
fn strings_are_borrowed_and_values_keep_their_types() {
    let document = same(
        r#"{"Statement":[{"Effect":"Allow","Action":"a:b","Resource":"a\u0062","Condition":{"Bool":{"k:a":true,"k:b":"true","k:c":1.50}}}]}"#,
    );
    let statement = &document.statements.items[0];
    assert!(matches!(
        statement.actions.values.items[0],
        std::borrow::Cow::Borrowed("a:b")
    ));
    assert_eq!(statement.resources.as_ref().unwrap().values.items, ["ab"]);
    let values: Vec<_> = statement.conditions[0]
        .keys
        .iter()
        .map(|(_, values)| values.items[0].clone())
        .collect();
    assert_eq!(
        values,
        [
            Value::Bool(true),
            Value::String("true".into()),
            Value::Number("1.50".into())
        ]
    );
}

#[test]
fn every_part_has_its_place() {
    let text = r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Principal":{"AWS":["1","2"]},"NotAction":["a:b","a:c"],"Resource":"r","Condition":{"StringEquals":{"k:k":["x","y"]},"Null":{"k:l":true}}}]}"#;
    let parsed = parse(text);
    let index = parsed.places.index();
    for (place, expected, path) in [
        (Place::Version, "\"2012-10-17\"", "Version"),
        (Place::Sid(0), "\"A\"", "Statement[0].Sid"),
        (Place::Effect(0), "\"Allow\"", "Statement[0].Effect"),
        (
            Place::Principals(0),
            "{\"AWS\":[\"1\",\"2\"]}",
            "Statement[0].Principal",
        ),
        (
            Place::Principal(0, 0, 1),
            "\"2\"",
            "Statement[0].Principal.AWS[1]",
        ),
        (Place::Action(0, 1), "\"a:c\"", "Statement[0].NotAction[1]"),
        (Place::Resource(0, 0), "\"r\"", "Statement[0].Resource"),
        (
            Place::Operator(0, 0),
            "\"StringEquals\"",
            "Statement[0].Condition.StringEquals",
        ),
        (
            Place::Key(0, 0, 0),
            "\"k:k\"",
            "Statement[0].Condition.StringEquals[\"k:k\"]",
        ),
        (
            Place::Value(0, 0, 0, 1),
            "\"y\"",
            "Statement[0].Condition.StringEquals[\"k:k\"][1]",
        ),
        (
            Place::Value(0, 1, 0, 0),
            "true",
            "Statement[0].Condition.Null[\"k:l\"]",
        ),
    ] {
        assert_eq!(parsed.places.span(place).unwrap().of(text), expected);
        assert_eq!(index.span(place).unwrap().of(text), expected);
        assert_eq!(json::path(&parsed.document, place), path);
    }
    assert_eq!(index.span(Place::Document).unwrap().of(text), text);
    assert!(
        index
            .span(Place::Statement(0))
            .unwrap()
            .of(text)
            .starts_with("{\"Sid\"")
    );
    assert_eq!(
        index.nearest(Place::Action(0, 7)),
        index.span(Place::Statement(0)).unwrap()
    );
    assert_eq!(json::path(&parsed.document, Place::Document), "");
}

#[test]
fn syntax_errors_say_what_was_expected_and_where() {
    for (text, expected) in [
        ("", "1:1 \"\" expected a value, found the end of the text"),
        (
            "{",
            "1:2 \"\" expected a name in double quotes, found the end of the text",
        ),
        (
            "{\"a\"",
            "1:5 \"\" expected `:` after the name, found the end of the text",
        ),
        (
            "{\"Version\":\n  \"x\"\n  \"Id\": \"y\"}",
            "3:3 \"\\\"\" expected `,` or `}`, found `\"` / add a comma after the value before it",
        ),
        (
            "{\"Version\": \"x\",}",
            "1:16 \",\" there is a comma before `}` / remove the comma, or add the missing value; JSON does not allow a comma after the last value",
        ),
        (
            "{\"Statement\": [{}, ]}",
            "1:18 \",\" there is a comma before `]` / remove the comma, or add the missing value; JSON does not allow a comma after the last value",
        ),
        (
            "{\"Statement\": [}",
            "1:16 \"}\" expected a value, found `}`",
        ),
        (
            "{\"Id\": 'x'}",
            "1:8 \"'\" expected a value, found `'` / write strings in straight double quotes",
        ),
        (
            "{Id: \"x\"}",
            "1:2 \"Id\" expected a name in double quotes, found `Id` / write the name in double quotes",
        ),
        (
            "// hello\n{}",
            "1:1 \"/\" expected a value, found `/` / remove the comment; JSON does not support comments",
        ),
        (
            "{\"Id\": True}",
            "1:8 \"True\" expected a value, found `True` / write `true` and `false` in lower case",
        ),
        ("{\"Id\": tru}", "1:8 \"tru\" expected a value, found `tru`"),
        (
            "{\"Id\": \"a\nb\"}",
            "1:10 \"\\n\" the string contains the end of a line / close the string with `\"` on its line, or write `\\n`",
        ),
        (
            "{\"Id\": \"a",
            "1:8 \"\\\"\" the string is not closed / close it with `\"`",
        ),
        (
            "{\"Id\": \"\\x\"}",
            "1:9 \"\\\\x\" `\\x` is not a JSON escape / write `\\\\` for a backslash",
        ),
        (
            "{\"Id\": \"\\ud800\"}",
            "1:9 \"\\\\ud800\" this escape is the first half of a character, and the second does not follow / write the character itself; a character above U+FFFF needs two escapes",
        ),
        (
            "{\"Id\": \"\\ude00\"}",
            "1:9 \"\\\\ude00\" this escape is the second half of a character, and the first is not before it / write the character itself; a character above U+FFFF needs two escapes",
        ),
        (
            "{\"Id\": \"\\u12\"}",
            "1:9 \"\\\\u\" `\\u` is not followed by four hexadecimal digits / write four digits, as in `\\u002a`",
        ),
        (
            "{\"Id\": 012}",
            "1:8 \"012\" the number starts with `0` / remove the zeros; if it is an ID, such as an account ID, write it in double quotes",
        ),
        (
            "{\"Id\": 1.}",
            "1:10 \"}\" expected a digit after the decimal point, found `}`",
        ),
        (
            "{\"Id\": -}",
            "1:9 \"}\" expected a digit after `-`, found `}`",
        ),
        (
            "{\"Id\": 1e}",
            "1:10 \"}\" expected a digit in the exponent, found `}`",
        ),
        (
            "{\"é\":\u{a0}1}",
            "1:6 \"\\u{a0}\" expected a value, found the character U+00A0 / remove this character; it looks like white space but is not",
        ),
    ] {
        let found = found(text);
        let last = found.last().unwrap().replace(" JSON_SYNTAX_ERROR", "");
        // An unknown element before the error is a finding of its own.
        assert_eq!(last, expected, "{text}");
        assert!(!parse(text).is_json);
    }
    assert_eq!(
        syntax("{\"Version\":\"x\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"a:b\"}}}"),
        "1:62 \"}\" expected the end of the text, found `}` / remove the extra closing bracket"
    );
}

#[test]
fn hostile_text_is_refused_in_bounded_memory() {
    for text in [
        "[".repeat(100_000),
        "{\"a\":".repeat(50_000),
        "{\"Statement\":".to_owned() + &"[".repeat(1_000),
    ] {
        let parsed = parse(&text);
        let last = parsed.findings.last().unwrap();
        assert_eq!(last.finding.id, "REKOGNITION_IAM_JSON_LIMIT");
        assert_eq!(
            last.finding.message.render(&Iam),
            "values nest deeper than 32 levels"
        );
        assert!(last.span.start < 200);
    }
    let long = format!("{{\"Id\":\"{}\"}}", "a".repeat(200_000));
    assert_eq!(
        found(&long)[0],
        "1:7 REKOGNITION_IAM_JSON_LIMIT \"\\\"\" a string is longer than 131072 bytes"
    );
    let escaped = format!("{{\"Id\":\"{}\"}}", "\\n".repeat(100_000));
    assert_eq!(
        found(&escaped)[0],
        "1:7 REKOGNITION_IAM_JSON_LIMIT \"\\\"\" a string is longer than 131072 bytes"
    );
    // What is counted is what is between the quotes, escapes as they are written.
    let limits = Limits {
        string: 4,
        ..Limits::default()
    };
    for (string, fits) in [
        ("abcd", true),
        ("abcde", false),
        ("ab\\n", true),
        ("abc\\n", false),
        ("\\n\\n", true),
        ("\\n\\nc", false),
        ("ää", true),
        ("ä\\na", false),
        ("\\u00e4", false),
    ] {
        let text = format!("\"{string}\"");
        let read = Lexer::with_limits(&text, &limits).string();
        assert_eq!(read.is_ok(), fits, "{string}");
    }
    let huge = " ".repeat(2 << 20);
    let parsed = parse(&huge);
    assert_eq!(
        parsed.findings[0].finding.message.render(&Iam),
        "the text has 2097152 bytes, more than the limit of 1048576"
    );
    // A raised limit reads it.
    let limits = Limits {
        text: 4 << 20,
        ..Limits::default()
    };
    assert_eq!(
        json::parse(&huge, &limits).findings[0].finding.id,
        "JSON_SYNTAX_ERROR"
    );
}

fn statement(inside: &str) -> String {
    format!("{{\"Version\":\"2012-10-17\",\"Statement\":{{{inside}}}}}")
}

#[test]
fn mistakes_of_structure() {
    for (text, expected) in [
        (
            "[]".to_owned(),
            vec![
                "DATA_TYPE_MISMATCH \"[]\" expected an object in the text, found a list / write statements as `{\"Version\": \"2012-10-17\", \"Statement\": [..]}`",
            ],
        ),
        (
            "{}".to_owned(),
            vec![
                "MISSING_STATEMENT \"{\" the policy has no `Statement` / a policy has the form `{\"Version\": \"2012-10-17\", \"Statement\": [..]}`",
            ],
        ),
        (
            r#"{"Statement":[]}"#.to_owned(),
            vec!["MISSING_STATEMENT \"\\\"Statement\\\"\" the policy has no statements"],
        ),
        (
            r#"{"Statement":"x"}"#.to_owned(),
            vec![
                "DATA_TYPE_MISMATCH \"\\\"x\\\"\" expected an object or a list of objects in `Statement`, found a string",
            ],
        ),
        (
            r#"{"Statment":{"Effect":"Allow","Action":"a:b"}}"#.to_owned(),
            vec![
                "INVALID_POLICY_ELEMENT \"\\\"Statment\\\"\" a policy has no element `Statment` / did you mean `Statement`?",
            ],
        ),
        (
            r#"{"Effect":"Allow","Action":"a:b"}"#.to_owned(),
            vec![
                "MISSING_STATEMENT \"{\" the text is a statement, not a policy / write it as `{\"Version\": \"2012-10-17\", \"Statement\": [..]}`",
            ],
        ),
        (
            r#"{"Statement":{"Effect":"Allow","Action":"a:b"},"Effect":"Allow"}"#.to_owned(),
            vec![
                "INVALID_POLICY_ELEMENT \"\\\"Effect\\\"\" `Effect` is outside `Statement` / move `Effect` into a statement",
            ],
        ),
        (
            statement(""),
            vec![
                "MISSING_EFFECT \"{\" the statement has no `Effect` / add `\"Effect\": \"Allow\"` or `\"Effect\": \"Deny\"`",
                "MISSING_ACTION \"{\" the statement has no `Action` / add `Action` or `NotAction`",
            ],
        ),
        (
            statement(r#""effect":"Allow","Action":"a:b""#),
            vec![
                "INVALID_POLICY_ELEMENT \"\\\"effect\\\"\" a statement has no element `effect` / write `Effect`",
            ],
        ),
        (
            statement(r#""Effect":"allow","Action":"a:b""#),
            vec!["INVALID_EFFECT \"\\\"allow\\\"\" unknown effect `allow` / write `Allow`"],
        ),
        (
            statement(r#""Effect":"Permit","Action":"a:b""#),
            vec![
                "INVALID_EFFECT \"\\\"Permit\\\"\" unknown effect `Permit` / write `Allow` or `Deny`",
            ],
        ),
        (
            statement(r#""Effect":true,"Action":"a:b""#),
            vec![
                "DATA_TYPE_MISMATCH \"true\" expected `\"Allow\"` or `\"Deny\"` in `Effect`, found `true`",
            ],
        ),
        (
            statement(r#""Effect":"Allow","Effect":"Deny","Action":"a:b""#),
            vec![
                "REKOGNITION_IAM_DUPLICATE_KEY \"\\\"Effect\\\"\" `Effect` appears twice in the statement / remove one; IAM rejects a document with duplicates, and other tools use only one of them",
            ],
        ),
        (
            statement(r#""Effect":"Allow","Action":"a:b","NotAction":"a:c""#),
            vec![
                "UNSUPPORTED_ELEMENT_COMBINATION \"\\\"NotAction\\\"\" the statement has both `Action` and `NotAction` / remove one of them, or write two statements",
            ],
        ),
        (
            statement(r#""Effect":"Allow","Action":["a:b",5,["c"]]"#),
            vec![
                "DATA_TYPE_MISMATCH \"5\" expected strings in the list `Action`, found a number",
                "DATA_TYPE_MISMATCH \"[\\\"c\\\"]\" expected strings in the list `Action`, found a list",
            ],
        ),
        (
            statement(r#""Effect":"Allow","Action":{"a":[{}]}"#),
            vec![
                "DATA_TYPE_MISMATCH \"{\\\"a\\\":[{}]}\" expected a string or a list of strings in `Action`, found an object",
            ],
        ),
        (
            statement(r#""Effect":"Allow","Action":"a:b","Principal":"arn:aws:iam::1:root""#),
            vec![
                "INVALID_PRINCIPAL_FORMAT \"\\\"arn:aws:iam::1:root\\\"\" `Principal` cannot be a string, `arn:aws:iam::1:root` / write `\"*\"`, or an object: `{\"AWS\": ..}`, `{\"Service\": ..}`, `{\"Federated\": ..}`, or `{\"CanonicalUser\": ..}`",
            ],
        ),
        (
            statement(r#""Effect":"Allow","Action":"a:b","Principal":{"aws":"*","User":"x"}"#),
            vec![
                "INVALID_PRINCIPAL_KEY \"\\\"aws\\\"\" unknown principal type `aws` / write `AWS`",
                "INVALID_PRINCIPAL_KEY \"\\\"User\\\"\" unknown principal type `User` / the types are `AWS`, `Service`, `Federated`, and `CanonicalUser`",
            ],
        ),
        (
            statement(r#""Effect":"Allow","Action":"a:b","Condition":[]"#),
            vec![
                "DATA_TYPE_MISMATCH \"[]\" expected an object such as `{\"StringEquals\": {\"aws:SourceVpc\": ..}}` in `Condition`, found a list",
            ],
        ),
        (
            statement(r#""Effect":"Allow","Action":"a:b","Condition":{"StringEquals":"x"}"#),
            vec![
                "DATA_TYPE_MISMATCH \"\\\"x\\\"\" expected an object of condition keys such as `{\"aws:SourceVpc\": ..}` in `StringEquals`, found a string",
            ],
        ),
        (
            statement(
                r#""Effect":"Allow","Action":"a:b","Condition":{"StringEquals":{"k:k":null,"k:l":["a",{}]}}"#,
            ),
            vec![
                "DATA_TYPE_MISMATCH \"null\" expected a string, a number, a Boolean, or a list of them in `k:k`, found `null`",
                "DATA_TYPE_MISMATCH \"{}\" expected strings, numbers, or Booleans in the list of `k:l`, found an object",
            ],
        ),
        (
            statement(r#""Effect":"Allow","Action":"a:b","Comment":{"x":[1,2]}"#),
            vec![
                "INVALID_POLICY_ELEMENT \"\\\"Comment\\\"\" a statement has no element `Comment` / the elements of a statement are `Sid`, `Effect`, `Principal`, `NotPrincipal`, `Action`, `NotAction`, `Resource`, `NotResource`, `Condition`",
            ],
        ),
        (
            r#"{"Version":2012,"Id":[],"Statement":[{"Effect":"Allow","Action":"a:b"},"x"]}"#
                .to_owned(),
            vec![
                "DATA_TYPE_MISMATCH \"2012\" expected a string in `Version`, found a number",
                "DATA_TYPE_MISMATCH \"[]\" expected a string in `Id`, found a list",
                "DATA_TYPE_MISMATCH \"\\\"x\\\"\" expected objects in `Statement`, found a string",
            ],
        ),
    ] {
        let found = found(&text);
        // The text at the place says where it is; columns have tests of their own.
        let found: Vec<_> = (found.iter())
            .map(|line| line.split_once(' ').unwrap().1)
            .collect();
        assert_eq!(found, expected, "{text}");
        assert!(!parse(&text).is_complete());
    }
}

#[test]
fn a_name_of_an_element_in_a_path_is_quoted_when_it_must_be() {
    let text = statement(r#""Effect":"Allow","Action":"a:b","my key":1"#);
    assert_eq!(parse(&text).findings[0].path, "Statement[\"my key\"]");
    let text = r#"{"Statement":[{"Effect":"Allow","Action":"a:b"},{"Effect":"x","Action":"a:b"}]}"#;
    assert_eq!(parse(text).findings[0].path, "Statement[1].Effect");
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_document() {
    let text = "\u{feff}{\"Version\":1}";
    assert_eq!(
        found(text)[0],
        "1:12 DATA_TYPE_MISMATCH \"1\" expected a string in `Version`, found a number"
    );
}

fn checked(text: &str) -> Vec<String> {
    let report = json::check(text, &Options::default());
    let positions = report.positions(text);
    report
        .findings
        .iter()
        .zip(positions)
        .map(|(located, (start, _))| {
            format!(
                "{}:{} {} {} {:?}",
                start.line,
                start.column,
                located.finding.id,
                located.path,
                located.span.of(text)
            )
        })
        .collect()
}

#[test]
fn rules_point_into_the_text() {
    let text = "{\"Version\":\"2012-10-17\",\"Statement\":[\n {\"Effect\":\"Allow\",\"Action\":\"rekognition:DetectLabls\",\"Resource\":\"*\"},\n {\"Effect\":\"Allow\",\"Action\":\"rekognition:ListFaces\",\"Resource\":\"arn:aws:rekognition:us-\\u0065ast-11:123456789012:collection/a\"}]}";
    let found = checked(text);
    assert!(
        found.contains(&"2:42 INVALID_ACTION Statement[0].Action \"DetectLabls\"".to_owned()),
        "{found:?}"
    );
    assert!(
        found.contains(
            &"3:85 INVALID_ARN_REGION Statement[1].Resource \"us-\\\\u0065ast-11\"".to_owned()
        ),
        "{found:?}"
    );
}

#[test]
fn keys_that_stand_twice_and_types_that_mix() {
    let text = statement(
        r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":["vpc-12345678",true],"aws:sourcevpc":"vpc-12345678","aws:SourceVpc":"vpc-12345678"},"StringEquals":{}}"#,
    );
    let found = checked(&text);
    for expected in [
        "DUPLICATE_KEYS_WITH_DIFFERENT_CASE Statement.Condition.StringEquals[\"aws:sourcevpc\"]",
        "REKOGNITION_IAM_DUPLICATE_KEY Statement.Condition.StringEquals[\"aws:SourceVpc\"] ",
        "REKOGNITION_IAM_DUPLICATE_KEY Statement.Condition.StringEquals ",
        "INVALID_CONDITION_DATA_TYPE Statement.Condition.StringEquals[\"aws:SourceVpc\"][1] \"true\"",
    ] {
        assert!(
            found.iter().any(|line| line.contains(expected)),
            "{expected}: {found:#?}"
        );
    }
    let near = statement(
        r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":["vpc-12345678","vpc-12345679"],"aws:SourceVpce":"vpce-12345678"},"StringLike":{"aws:SourceVpc":"vpc-12345678"}}"#,
    );
    let found = checked(&near);
    assert!(
        !found
            .iter()
            .any(|line| line.contains("DUPLICATE") || line.contains("DATA_TYPE")),
        "{found:#?}"
    );
}

#[test]
fn what_is_read_strictly_means_one_thing() {
    for (inside, expected) in [
        (
            r#""Effect":"Allow","Action":"a:b","Action":"a:c""#,
            "line 1 column 70: `Action` appears twice in the statement",
        ),
        (
            r#""Effect":"Allow","Action":"a:b","Principal":{"AWS":"1","AWS":"2"}"#,
            "line 1 column 99: `AWS` appears twice in one principal",
        ),
        (
            r#""Effect":"Allow","Action":"a:b","Condition":{"Bool":{"k:a":true,"k:a":false}}"#,
            "line 1 column 102: `k:a` appears twice under one operator",
        ),
        (
            r#""Effect":"Allow","Action":"a:b","Condition":{"Bool":{"k:a":true},"Bool":{}}"#,
            "line 1 column 103: `Bool` appears twice in one condition",
        ),
        (
            r#""Effect":"Allow","Action":"#,
            "line 1 column 64: expected a value, found `}`",
        ),
    ] {
        let text = statement(inside);
        let error = json::read(&text).unwrap_err();
        assert_eq!(error.to_string(), expected, "{text}");
    }
    let text = statement(
        r#""Effect":"Allow","Action":"a:b","Condition":{"Bool":{"k:a":true},"StringEquals":{"k:a":"x"}}"#,
    );
    assert!(json::read(&text).is_ok());
}

#[test]
fn kinds_are_told_by_what_a_document_says() {
    for (inside, expected) in [
        (
            r#""Effect":"Allow","Action":"s3:*","Resource":"*""#,
            PolicyKind::Identity,
        ),
        (
            r#""Effect":"Allow","Principal":{"Service":"rekognition.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]"#,
            PolicyKind::RoleTrust,
        ),
        (
            r#""Effect":"Allow","Principal":{"AWS":"1"},"Action":"rekognition:CopyProjectVersion","Resource":"*""#,
            PolicyKind::Project,
        ),
        (
            r#""Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*""#,
            PolicyKind::Resource,
        ),
        (
            r#""Effect":"Allow","Principal":"*","Action":"rekognition:*","Resource":"*""#,
            PolicyKind::Resource,
        ),
    ] {
        let text = statement(inside);
        assert_eq!(
            PolicyKind::detect(&parse(&text).document),
            expected,
            "{inside}"
        );
    }
    let text = statement(r#""Effect":"Allow","Principal":"*","Action":"a:b""#);
    let document = parse(&text).document;
    assert_eq!(
        document.statements.items[0]
            .principals
            .as_ref()
            .unwrap()
            .set,
        PrincipalSet::Anyone
    );
}
