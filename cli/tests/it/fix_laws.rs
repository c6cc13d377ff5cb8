//! What holds for every `fix`, on generated documents with mistakes in any of their strings, and on the fuzzer's corpus
//! with some of its bytes changed.
//!
//! The checks share nothing with those of `fix` itself: they compare pieces of text, parse with serde_json, and evaluate
//! requests one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rekognition_iam_runtime::document::Document;
use rekognition_iam_runtime::evaluate::{Program, Request, Verdict};
use rekognition_iam_runtime::json::{self, Limits};
use serde_json::{Map, Value, json};

use crate::support::Directory;

/// xorshift: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn one_in(&mut self, number: usize) -> bool {
        self.below(number) == 0
    }
}

/// What requests are made for.
const ACTIONS: [&str; 14] = [
    "rekognition:DetectLabels",
    "rekognition:DetectFaces",
    "rekognition:IndexFaces",
    "rekognition:SearchFacesByImage",
    "rekognition:DeleteCollection",
    "rekognition:ListCollections",
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:ListBucket",
    "s3:ListAllMyBuckets",
    "s3:PutBucketPublicAccessBlock",
    "s3:GetBucketPublicAccessBlock",
    "iam:PassRole",
];

/// Names that are not actions: of the API, with another verb, with another plural.
const NO_ACTIONS: [&str; 12] = [
    "rekognition:DetectLabel",
    "rekognition:GetCollection",
    "rekognition:GetProjectPolicy",
    "rekognition:UpdateUser",
    "s3:ListObjectsV2",
    "s3:ListBuckets",
    "s3:DeletePublicAccessBlock",
    "s3:HeadObject",
    "s3:DeleteBucketEncryption",
    "s3:CopyObject",
    "rekognition:*Faces",
    "s3:Get*",
];

const RESOURCES: [&str; 5] = [
    "arn:aws:rekognition:us-east-1:111122223333:collection/staff",
    "arn:aws:s3:::photos",
    "arn:aws:s3:::photos/a.jpg",
    "arn:aws:iam::111122223333:role/worker",
    "*",
];

/// Names of resources that are nearly right.
const NO_RESOURCES: [&str; 6] = [
    "arn:aws:Rekognition:us-east-1:111122223333:collection/staff",
    "arn:aws:rekognition:US-EAST-1:111122223333:collection/staff",
    "arn:aws:rekognition:us-east-1:1111-2222-3333:collection/staff",
    "arn:aws:s3:us-east-1:111122223333:photos/*",
    "ARN:aws:s3:::photos/*",
    "arn:aws:s3:::photos/*",
];

const CONDITIONS: [(&str, &str, &str); 8] = [
    ("Bool", "aws:SecureTransport", "false"),
    ("StringEquals", "aws:SourceVpc", "vpc-12345678"),
    ("StringEqual", "aws:SourceVpc", "vpc-12345678"),
    ("StringNotEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
    ("stringequals", "aws:RequestedRegion", "us-east-1"),
    ("IpAdress", "aws:SourceIp", "203.0.113.0/24"),
    ("ForAnyValue:StringLike", "aws:TagKeys", "team*"),
    ("NumericLessThan", "aws:MultiFactorAuthAge", "3600"),
];

/// A text with one mistake in it: a letter doubled, dropped, swapped with the next or in the other case.
fn mistaken(random: &mut Random, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = random.below(letters.len().max(2) - 1);
    match random.below(4) {
        0 => letters.insert(at, letters[at]),
        1 => drop(letters.remove(at)),
        2 if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ if letters[at].is_lowercase() => letters[at] = letters[at].to_ascii_uppercase(),
        _ => letters[at] = letters[at].to_ascii_lowercase(),
    }
    letters.into_iter().collect()
}

fn seldom_mistaken(random: &mut Random, one_in: usize, text: &str) -> String {
    match random.one_in(one_in) {
        true => mistaken(random, text),
        false => text.to_owned(),
    }
}

fn list(random: &mut Random, right: &[&str], wrong: &[&str]) -> Value {
    let mut items = Vec::new();
    for _ in 0..=random.below(3) {
        let item = if random.one_in(3) {
            random.pick(wrong)
        } else {
            random.pick(right)
        };
        items.push(Value::String(seldom_mistaken(random, 4, item)));
    }
    match items.len() {
        1 if random.one_in(2) => items.remove(0),
        _ => Value::Array(items),
    }
}

fn statement(random: &mut Random) -> Value {
    let mut out = Map::new();
    let mut put = |random: &mut Random, name: &str, value: Value| {
        out.insert(seldom_mistaken(random, 25, name), value);
    };
    if random.one_in(2) {
        let sid = random.pick(&["Read", "read-faces", "readfaces", "a b", "No_1"]);
        put(random, "Sid", json!(sid));
    }
    let effect = random.pick(&["Allow", "Deny"]);
    let effect = seldom_mistaken(random, 20, effect);
    put(random, "Effect", json!(effect));
    let name = random.pick(&["Action", "Action", "Action", "NotAction"]);
    let actions = list(random, &ACTIONS, &NO_ACTIONS);
    put(random, name, actions);
    let name = random.pick(&["Resource", "Resource", "Resource", "NotResource"]);
    let resources = list(random, &RESOURCES, &NO_RESOURCES);
    put(random, name, resources);
    if random.one_in(3) {
        let mut blocks = Map::new();
        for _ in 0..=random.below(2) {
            let (operator, key, value) = CONDITIONS[random.below(CONDITIONS.len())];
            let operator = seldom_mistaken(random, 4, operator);
            let key = seldom_mistaken(random, 6, key);
            blocks.insert(operator, json!({key: [value]}));
        }
        put(random, "Condition", Value::Object(blocks));
    }
    Value::Object(out)
}

fn document(random: &mut Random) -> String {
    let statements: Vec<_> = (0..=random.below(3)).map(|_| statement(random)).collect();
    let version = random.pick(&[
        "2012-10-17",
        "2012-10-17",
        "2012-10-17",
        "2012-17-10",
        "2008-10-17",
    ]);
    let document = json!({"Version": version, "Statement": statements, "Note": "s3:GETObject a-b"});
    let document = match random.one_in(4) {
        true => document,
        // Nearly all have nothing next to their statements.
        false => json!({"Version": version, "Statement": document["Statement"]}),
    };
    match random.one_in(2) {
        true => serde_json::to_string_pretty(&document).unwrap(),
        false => document.to_string(),
    }
}

/// The texts of a corpus, each followed by forms of it with some bytes changed.
fn corpus(random: &mut Random) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/json_parser");
    let mut paths: Vec<_> = (fs::read_dir(directory).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let mut out = Vec::new();
    for path in paths {
        let text = fs::read(path).unwrap();
        for changes in 0..25 {
            let mut text = text.clone();
            for _ in 0..changes.min(4) {
                let at = random.below(text.len());
                match random.below(4) {
                    0 => drop(text.remove(at)),
                    1 => text.insert(at, text[at]),
                    2 => text[at] ^= 0x20,
                    _ => text[at] = b"\"{}[],:\\aZ*-$"[random.below(13)],
                }
            }
            out.push(text);
        }
    }
    out
}

/// The strings of a text, each with its place, and what is between them.
fn pieces(text: &str) -> Vec<(usize, &str)> {
    let (mut out, mut start, mut inside, mut escaped) = (Vec::new(), 0, false, false);
    for (at, c) in text.char_indices() {
        if inside && escaped {
            escaped = false;
        } else if inside && c == '\\' {
            escaped = true;
        } else if c == '"' {
            // The quotes belong to the string.
            let end = at + usize::from(inside);
            out.push((start, &text[start..end]));
            (start, inside) = (end, !inside);
        }
    }
    out.push((start, &text[start..]));
    out
}

/// Where lines and columns are in a text.
fn offset(text: &str, found: &Value) -> usize {
    let number = |name: &str| usize::try_from(found[name].as_u64().unwrap()).unwrap();
    let line: usize = (text.split_inclusive('\n').take(number("line") - 1))
        .map(str::len)
        .sum();
    let rest = &text[line..];
    let column = rest.char_indices().nth(number("column") - 1);
    line + column.map_or(rest.len(), |(at, _)| at)
}

/// Nothing changes but strings in which something is wrong; gives how many.
fn only_what_is_named(old: &str, new: &str, findings: &[Value]) -> usize {
    let named: Vec<_> = findings.iter().map(|found| offset(old, found)).collect();
    let (before, after) = (pieces(old), pieces(new));
    assert_eq!(before.len(), after.len(), "{old}\n{new}");
    let mut changed = 0;
    for ((start, before), (_, after)) in before.iter().zip(&after) {
        if before == after {
            continue;
        }
        changed += 1;
        assert!(
            before.starts_with('"') && after.starts_with('"'),
            "{before} {after}\n{old}\n{new}"
        );
        assert!(
            named
                .iter()
                .any(|at| (*start..start + before.len()).contains(at)),
            "nothing is wrong with {before}, and {after} stands there now\n{old}\n{new}"
        );
    }
    changed
}

/// The elements that differ between two forms of a document, as effect and element.
fn changes(old: &Document<'_>, new: &Document<'_>) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    assert_eq!(old.statements.items.len(), new.statements.items.len());
    for (before, after) in old.statements.iter().zip(&new.statements) {
        assert_eq!(before.effect, after.effect);
        for (name, not, same) in [
            (
                "Action",
                before.actions.not,
                before.actions == after.actions,
            ),
            (
                "Resource",
                before.resources.as_ref().is_some_and(|list| list.not),
                before.resources == after.resources,
            ),
            ("Condition", false, before.conditions == after.conditions),
        ] {
            if !same {
                let not = if not { "Not" } else { "" };
                out.insert(format!("{:?} {not}{name}", before.effect));
            }
        }
    }
    out
}

/// A deny holds for what it held for, an allow too, and neither reaches further, but for the statements that were wrong.
fn access_stays(old: &str, new: &str) {
    let limits = Limits::default();
    let (mut old, mut new) = (json::parse(old, &limits), json::parse(new, &limits));
    // Nothing can be said about the access of a version that AWS refuses; what the statements say has to stay all the same.
    for version in [&mut old.document.version, &mut new.document.version] {
        if (version.as_deref()).is_some_and(|text| !["2012-10-17", "2008-10-17"].contains(&text)) {
            *version = Some("2012-10-17".into());
        }
    }
    let changes = changes(&old.document, &new.document);
    let changed = |elements: &[&str]| elements.iter().any(|element| changes.contains(*element));
    let deny_narrows = changed(&["Deny NotAction", "Deny NotResource", "Deny Condition"]);
    let deny_widens = deny_narrows || changed(&["Deny Action", "Deny Resource"]);
    let allow_narrows = changed(&["Allow NotAction", "Allow NotResource", "Allow Condition"]);
    let allow_widens = allow_narrows || changed(&["Allow Action", "Allow Resource"]);
    let (before, after) = (
        Program::compile(&old.document),
        Program::compile(&new.document),
    );
    for action in ACTIONS {
        for resource in RESOURCES {
            for transport in ["false", "true"] {
                let request = Request::new(action, resource)
                    .with("aws:SecureTransport", transport)
                    .with("aws:SourceVpc", "vpc-12345678")
                    .with("aws:RequestedRegion", "us-east-1");
                let (was, is) = (
                    before.evaluate(&request).verdict(),
                    after.evaluate(&request).verdict(),
                );
                let may = match (was, is) {
                    _ if was == is => true,
                    (Verdict::ExplicitDeny, _) => deny_narrows,
                    (_, Verdict::ExplicitDeny) => deny_widens,
                    (_, Verdict::Allowed) => allow_widens || deny_narrows,
                    (Verdict::Allowed, _) => allow_narrows,
                    // A condition reads another key.
                    _ => allow_widens || deny_widens,
                };
                assert!(
                    may,
                    "{action} on {resource} was {was:?} and is {is:?}, with changes in {changes:?}\n{}\n{}",
                    json::to_minified(&old.document),
                    json::to_minified(&new.document)
                );
            }
        }
    }
}

type Findings = BTreeMap<String, Vec<Value>>;

/// The findings of each file, and the files that could not be used.
fn checked(directory: &Directory) -> (Findings, BTreeSet<String>) {
    let done = directory.run(&["check", "--no-config", "--format", "json", "."]);
    let mut findings = Findings::new();
    for line in done.out.lines() {
        let found: Value = serde_json::from_str(line).unwrap();
        let file = found["file"].as_str().unwrap().to_owned();
        findings.entry(file).or_default().push(found);
    }
    let unusable = (done.err.lines())
        .filter_map(|line| {
            let (file, _) = line.strip_prefix("rekognition-iam: ")?.split_once(": ")?;
            file.ends_with(".json").then(|| file.to_owned())
        })
        .collect();
    (findings, unusable)
}

fn errors(findings: &Findings, file: &str) -> BTreeMap<String, usize> {
    let mut out = BTreeMap::new();
    for found in findings.get(file).into_iter().flatten() {
        if found["severity"] == "error" {
            *out.entry(found["id"].as_str().unwrap().to_owned())
                .or_default() += 1;
        }
    }
    out
}

#[test]
fn the_laws_of_fix() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let directory = Directory::new("fix_laws");
    let mut texts = corpus(&mut random);
    texts.extend((0..240).map(|_| document(&mut random).into_bytes()));
    let name = |number: usize| format!("{number:03}.json");
    for (number, text) in texts.iter().enumerate() {
        directory.file(&name(number), text);
    }
    let (before, unusable_before) = checked(&directory);
    let done = directory.run(&["fix", "--no-config", "."]);
    for bug in ["this is a bug", "there are still fixes to make"] {
        assert!(!done.err.contains(bug), "{}", done.err);
    }
    let (after, unusable_after) = checked(&directory);
    assert_eq!(unusable_after, unusable_before);
    let (mut files, mut values) = (0, 0);
    for (number, old) in texts.iter().enumerate() {
        let file = name(number);
        let new = fs::read(directory.path().join(&file)).unwrap();
        if *old == new {
            continue;
        }
        assert!(!unusable_before.contains(&file), "{file}");
        let (old, new) = (str::from_utf8(old).unwrap(), str::from_utf8(&new).unwrap());
        files += 1;
        // An independent reader takes both.
        for text in [old, new] {
            serde_json::from_str::<Value>(text).unwrap();
        }
        values += only_what_is_named(old, new, &before[&file]);
        let allowed = errors(&before, &file);
        for (id, count) in errors(&after, &file) {
            let allowed = allowed.get(&id).copied().unwrap_or_default();
            assert!(count <= allowed, "{id} is new\n{old}\n{new}");
        }
        access_stays(old, new);
    }
    // Else the laws would hold for want of fixes.
    assert!(files > 120 && values > files, "{values} in {files} files");
    let again = directory.run(&["fix", "--no-config", "."]);
    assert_eq!(again.out, "", "a second run changes it again");
    assert!(
        again.err.contains("changed 0 values in 0 files"),
        "{}",
        again.err
    );
}

/// A policy in a template is fixed as it is on its own, and every other byte of the template stays.
#[test]
fn a_template_around_a_policy_changes_nothing() {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let directory = Directory::new("fix_templates");
    let templates = [
        (
            "yaml",
            "# s3:GETObject\nResources:\n  P: &policy # s3:GETObject\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      Description: 's3:GETObject'\n      PolicyDocument: ",
            " # s3:GETObject\nOutputs: {Kept: {Value: !Sub 's3:GETObject ${P}'}}\n",
        ),
        (
            "template",
            "{ \"Resources\" : {\"P\": {\"Type\": \"AWS::IAM::ManagedPolicy\", \"Properties\": {\"Description\": \"s3:GETObject\", \"PolicyDocument\": ",
            "}}},\n\n\t\"Note\":\"s3:GETObject\" }",
        ),
    ];
    let documents: Vec<String> = (0..120)
        .map(|_| {
            let document: Value = serde_json::from_str(&document(&mut random)).unwrap();
            document.to_string()
        })
        .collect();
    for (number, document) in documents.iter().enumerate() {
        directory.file(&format!("{number:03}.json"), document);
        for (extension, before, after) in templates {
            directory.file(
                &format!("{number:03}.{extension}"),
                format!("{before}{document}{after}"),
            );
        }
    }
    let done = directory.run(&["fix", "--no-config", "."]);
    assert!(!done.err.contains("this is a bug"), "{}", done.err);
    let mut fixed = 0;
    for (number, document) in documents.iter().enumerate() {
        let read = |extension: &str| {
            fs::read_to_string(directory.path().join(format!("{number:03}.{extension}"))).unwrap()
        };
        let alone = read("json");
        fixed += usize::from(alone != *document);
        for (extension, before, after) in templates {
            assert_eq!(
                read(extension),
                format!("{before}{alone}{after}"),
                "{number:03}.{extension}"
            );
        }
    }
    assert!(fixed > 60, "{fixed}");
}
