//! Templates of policies: each kind in each format as files, and what others make of them.
//!
//! Terraform's are rendered by `hcl-rs`, which knows nothing of us; CloudFormation's by a few lines below. Both must give
//! the JSON that the program itself makes of the same values. `tests/external` has the AWS tools look at the files.

#![cfg(feature = "services")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Mutex;

use hcl::eval::{Context, Evaluate};
use rekognition_iam::values::{self, Pattern, Place};
use rekognition_iam_codegen::export::{Exported, Report};
use rekognition_iam_codegen::{Export, Format, Pseudo};
use serde_json::{Map, Value, json};

/// Values by the names of variables.
type Values = BTreeMap<&'static str, String>;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/templates")
}

fn export(to: impl Into<PathBuf>) -> Export {
    Export::new()
        .manifest_dir(directory())
        .source("policies.rs")
        .into_source(to)
}

/// The export in this format, and where its files lie under version control.
fn golden(format: Format) -> Export {
    let export = export(format.name()).format(format);
    match format {
        Format::Json => given(export, &values()),
        Format::Terraform => export,
        _ => export
            .pseudo_of("identity", "account", Pseudo::AccountId)
            .pseudo_of("identity", "region", Pseudo::Region)
            .pseudo("partition", Pseudo::Partition)
            .skip("project", "CloudFormation has nothing that takes it")
            .skip("session", "CloudFormation has nothing that takes it"),
    }
}

fn given(export: Export, values: &Values) -> Export {
    (values.iter()).fold(export, |export, (&name, value)| {
        export.value(name, value.as_str())
    })
}

fn values() -> Values {
    [
        ("partition", "aws"),
        ("region", "eu-west-1"),
        ("account", "123456789012"),
        ("partner", "111122223333"),
        ("collection", "staff-faces"),
        (
            "source",
            "arn:aws:rekognition:eu-west-1:123456789012:streamprocessor/entrance",
        ),
        ("project", "parts"),
        ("version", "v1"),
        ("processor", "entrance"),
        ("dataset", "train"),
        ("created", "1627045542080"),
        ("bucket", "uploads"),
        ("key", "faces/a b.jpg"),
        ("role", "service-role/rekognition"),
        ("user", "ann"),
        ("topic", "video-done"),
        ("queue", "results"),
        ("stream", "faces"),
        ("key_id", "1234abcd-12ab-34cd-56ef-1234567890ab"),
        ("function", "index"),
        ("table", "faces"),
        ("target", "arn:aws:sqs:eu-west-1:123456789012:results"),
        ("text", "vision: quality & <control>"),
        ("like", "vision, 100%"),
        ("organization", "o-a1b2c3d4e5"),
        ("since", "2026-11-24T18:30:00Z"),
        ("network", "203.0.113.0/24"),
        ("age", "3600"),
        ("secure", "true"),
        ("secret", "face-store-AbCdEf"),
        ("machine", "index"),
    ]
    .into_iter()
    .map(|(name, value)| (name, value.to_owned()))
    .collect()
}

/// The policies that the program itself makes of values.
fn compiled(values: &Values) -> BTreeMap<&'static str, Value> {
    fn get<T: FromStr<Err: std::fmt::Debug>>(values: &Values, name: &str) -> T {
        values[name].parse().unwrap()
    }
    macro_rules! call {
        ($($function:ident($($variable:ident),*);)*) => {
            BTreeMap::from([$((
                stringify!($function),
                serde_json::from_str(
                    crate::template_policies::$function($(Borrow::of(&get(values, stringify!($variable)))),*).json()
                ).unwrap(),
            )),*])
        };
    }
    // `age` and `secure` are taken by value, all others by reference.
    struct Borrow;
    impl Borrow {
        fn of<'a, T, B: By<'a, T>>(value: &'a T) -> B {
            B::by(value)
        }
    }
    trait By<'a, T> {
        fn by(value: &'a T) -> Self;
    }
    impl<'a, T> By<'a, T> for &'a T {
        fn by(value: &'a T) -> Self {
            value
        }
    }
    impl By<'_, u32> for u32 {
        fn by(value: &u32) -> Self {
            *value
        }
    }
    impl By<'_, bool> for bool {
        fn by(value: &bool) -> Self {
            *value
        }
    }
    call! {
        identity(partition, region, account, collection);
        trust(partition, region, account, source);
        project(account, partner, project);
        bucket(account, bucket);
        topic(region, account, topic);
        queue(region, account, queue, source);
        key(account, role);
        session(collection);
        boundary(region);
        service_control(region);
        resource_control(organization);
        every_type(
            partition, region, account, collection, project, version, processor, dataset, created, bucket, key, role,
            user, topic, queue, stream, key_id, function, table, target, text, like, since, network, age, secure,
            secret, machine
        );
    }
}

fn read(directory: &Path, policy: &Exported) -> String {
    fs::read_to_string(directory.join(&policy.file)).unwrap()
}

/// What Terraform's `templatefile` makes of a template.
fn terraform(template: &str, policy: &Exported, values: &Values) -> String {
    let mut context = Context::new();
    for parameter in &policy.parameters {
        context.declare_var(
            parameter.name.as_str(),
            values[parameter.name.as_str()].as_str(),
        );
    }
    hcl::Template::from_str(template)
        .unwrap()
        .evaluate(&context)
        .unwrap()
}

/// The policy that a stack of a template has, of the only resource in it.
fn stack(template: &Value, values: &Values) -> Value {
    let mut known: BTreeMap<String, &str> = BTreeMap::from([
        ("AWS::AccountId".to_owned(), values["account"].as_str()),
        ("AWS::Region".to_owned(), values["region"].as_str()),
        ("AWS::Partition".to_owned(), values["partition"].as_str()),
        ("AWS::URLSuffix".to_owned(), "amazonaws.com"),
    ]);
    let empty = Map::new();
    let parameters = template["Parameters"].as_object().unwrap_or(&empty);
    for (name, parameter) in parameters {
        let value = values
            .iter()
            .find(|(variable, _)| variable.replace('_', "") == name.to_lowercase())
            .unwrap()
            .1;
        match parameter["AllowedPattern"].as_str() {
            Some(pattern) => {
                let pattern = regex_lite::Regex::new(pattern).unwrap();
                assert!(pattern.is_match(value), "{name} takes no {value}");
            }
            None => assert!(
                parameter["AllowedValues"]
                    .as_array()
                    .unwrap()
                    .contains(&json!(value))
            ),
        }
        known.insert(name.clone(), value);
    }
    let resources = template["Resources"].as_object().unwrap();
    assert_eq!(resources.len(), 1);
    let resource = resources.values().next().unwrap();
    resolved(&resource["Properties"], &known)
}

/// `Fn::Sub` as CloudFormation documents it.
fn resolved(value: &Value, known: &BTreeMap<String, &str>) -> Value {
    match value {
        Value::Object(members) if members.contains_key("Fn::Sub") => {
            assert_eq!(members.len(), 1);
            let mut rest = members["Fn::Sub"].as_str().unwrap();
            let mut out = String::new();
            while let Some((before, behind)) = rest.split_once("${") {
                let (name, behind) = behind.split_once('}').unwrap();
                out.push_str(before);
                match name.strip_prefix('!') {
                    Some(literal) => out.push_str(&format!("${{{literal}}}")),
                    None => out.push_str(known[name]),
                }
                rest = behind;
            }
            out.push_str(rest);
            Value::String(out)
        }
        Value::Object(members) => (members.iter())
            .map(|(name, value)| (name.clone(), resolved(value, known)))
            .collect(),
        Value::Array(items) => items.iter().map(|item| resolved(item, known)).collect(),
        _ => value.clone(),
    }
}

/// The document in the properties of a resource.
fn document(properties: &Value) -> &Value {
    [
        "PolicyDocument",
        "AssumeRolePolicyDocument",
        "KeyPolicy",
        "Content",
    ]
    .iter()
    .find_map(|name| properties.get(name))
    .unwrap()
}

/// Compares the files with what is written now. `UPDATE_EXPECT=1` writes them.
fn up_to_date(format: Format) -> Report {
    static ONE_WRITER: Mutex<()> = Mutex::new(());
    let _guard = ONE_WRITER.lock();
    let export = golden(format);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        return export.write().unwrap();
    }
    export
        .check()
        .unwrap_or_else(|error| panic!("{error}\nrun with UPDATE_EXPECT=1 to accept it"))
}

#[test]
fn json_with_given_values() {
    let expected = compiled(&values());
    let report = up_to_date(Format::Json);
    assert_eq!(report.policies().len(), 12);
    for policy in report.policies() {
        let text = read(&directory().join("json"), policy);
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document, expected[policy.name.as_str()], "{}", policy.name);
        assert!(policy.parameters.is_empty());
    }
}

#[test]
fn terraform_renders_the_literal_policy() {
    let values = values();
    let literal = up_to_date(Format::Json);
    let report = up_to_date(Format::Terraform);
    for (policy, literal) in report.policies().iter().zip(literal.policies()) {
        let template = read(&directory().join("terraform"), policy);
        let expected = read(&directory().join("json"), literal);
        assert_eq!(
            terraform(&template, policy, &values),
            expected,
            "{}",
            policy.name
        );
    }
}

#[test]
fn stacks_hold_the_literal_policy() {
    let values = values();
    let expected = compiled(&values);
    for format in [Format::CloudFormation, Format::Sam] {
        let report = up_to_date(format);
        assert_eq!(report.policies().len(), 10);
        for policy in report.policies() {
            let text = read(&directory().join(format.name()), policy);
            let template: Value = serde_json::from_str(&text).unwrap();
            let properties = stack(&template, &values);
            let name = policy.name.as_str();
            assert_eq!(document(&properties), &expected[name], "{name}");
            let transform = template.get("Transform");
            assert_eq!(
                transform.is_some(),
                format == Format::Sam,
                "the formats differ in this"
            );
            // What it is attached to is what it is about.
            match name {
                "bucket" => assert_eq!(properties["Bucket"], "uploads"),
                "topic" => assert_eq!(
                    properties["Topics"],
                    json!(["arn:aws:sns:eu-west-1:123456789012:video-done"])
                ),
                "queue" => assert_eq!(
                    properties["Queues"],
                    json!(["https://sqs.eu-west-1.amazonaws.com/123456789012/results"])
                ),
                _ => {}
            }
        }
    }
}

/// Numbers that only look random, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        // xorshift64
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    fn text(&mut self, chars: &[char], min: usize, max: usize) -> String {
        let length = min + self.below(max - min + 1);
        (0..length).map(|_| self.pick(chars)).collect()
    }

    /// A value of a type, of those that mean themselves when `plain`.
    fn value(&mut self, kind: &str, plain: bool) -> String {
        if let Some(grammar) = values::grammar_of(kind) {
            if !grammar.words.is_empty() {
                return self.pick(grammar.words).to_owned();
            }
            let chars: Vec<char> = grammar
                .chars
                .iter()
                .flat_map(|&(first, last)| first..=last)
                .collect();
            let (min, max) = (usize::from(grammar.min), usize::from(grammar.max));
            return self.text(&chars, min, max.min(min + 12));
        }
        let digits: Vec<char> = ('0'..='9').collect();
        let free: Vec<char> = if plain {
            "ab/:. ,'%}&<>äÿ!@=+-_".chars().collect()
        } else {
            "ab/:. ,'%{}&<>äÿ!@=+-_*?$\"\\".chars().collect()
        };
        match kind {
            "ObjectKey" | "Text" => self.text(&free, 1, 12),
            "Arn" => format!(
                "arn:aws:sqs:eu-west-1:{}:{}",
                self.text(&digits, 12, 12),
                self.text(&['a', 'Z', '0', '-', '_'], 1, 12)
            ),
            "Timestamp" => format!("20{}-11-24T18:30:00Z", self.text(&digits, 2, 2)),
            "Cidr" => format!("52.{}.0.0/{}", self.below(256), 16 + self.below(17)),
            "Number" => self.below(100_000).to_string(),
            "Boolean" => self.pick(&["true", "false"]).to_owned(),
            other => panic!("a value of {other}"),
        }
    }
}

/// The types of all variables, as the export knows them.
fn kinds() -> BTreeMap<String, &'static str> {
    let report = up_to_date(Format::Terraform);
    let parameters = report
        .policies()
        .iter()
        .flat_map(|policy| &policy.parameters);
    let mut kinds: BTreeMap<String, &'static str> = BTreeMap::new();
    for parameter in parameters {
        // The same name has the same type in all of these policies, but where a condition alone has it.
        let kind = kinds
            .entry(parameter.name.clone())
            .or_insert(parameter.kind);
        if *kind == "Text" {
            *kind = parameter.kind;
        }
    }
    kinds
}

fn random_values(random: &mut Random, plain: bool) -> Values {
    let mut values = values();
    let kinds = kinds();
    for (name, value) in &mut values {
        // A made-up region or partition is a mistake that the rules would find with the values given.
        *value = match *name {
            "region" => random
                .pick(&["us-east-1", "eu-central-1", "ap-southeast-2"])
                .to_owned(),
            "partition" => "aws".to_owned(),
            // Only plain HTTP is a mistake that the rules would find.
            "secure" => "true".to_owned(),
            "source" => format!(
                "arn:aws:rekognition:eu-west-1:111122223333:streamprocessor/{}",
                random.value("StreamProcessorName", plain)
            ),
            // A star that is compared as it is would be treated as a mistake.
            "text" => random.value("Text", plain).replace(['*', '?'], "x"),
            // Anything else is never the ID of an organization, which the rules would find.
            "organization" => format!("o-{}", random.text(&['a', 'k', 'z', '0', '9'], 10, 32)),
            _ => random.value(kinds[*name], plain),
        };
    }
    values
}

#[test]
fn all_formats_say_the_same() {
    let terraform_files = up_to_date(Format::Terraform);
    let stacks = up_to_date(Format::CloudFormation);
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("templates");
    let mut random = Random(0x5eed_0f7e_3a91);
    for round in 0..40 {
        // What a template takes, and every other time what the types take.
        let plain = round % 2 == 0;
        let values = random_values(&mut random, plain);
        let expected = compiled(&values);
        let report = given(export(&scratch), &values).write().unwrap();
        for policy in report.policies() {
            let json: Value = serde_json::from_str(&read(&scratch, policy)).unwrap();
            assert_eq!(json, expected[policy.name.as_str()], "{values:?}");
        }
        if !plain {
            continue;
        }
        for policy in terraform_files.policies() {
            let template = read(&directory().join("terraform"), policy);
            let rendered = terraform(&template, policy, &values);
            let rendered: Value = serde_json::from_str(&rendered).unwrap();
            assert_eq!(rendered, expected[policy.name.as_str()], "{values:?}");
        }
        for policy in stacks.policies() {
            let template = read(&directory().join("cloudformation"), policy);
            let template: Value = serde_json::from_str(&template).unwrap();
            let properties = stack(&template, &values);
            assert_eq!(
                document(&properties),
                &expected[policy.name.as_str()],
                "{values:?}"
            );
        }
    }
}

/// Text that someone might pass in the hope of another policy.
const HOSTILE: [&str; 14] = [
    "*",
    "a*",
    "?",
    "a?",
    "${aws:username}",
    "$",
    "a\"",
    "\", \"Resource\": \"*",
    "\\",
    "a\0",
    "a\n",
    "\u{7f}",
    "123456789012:*",
    "arn:aws:s3:::*",
];

/// Text that CloudFormation replaces, in the value of a parameter too.
const REFERENCES: [&str; 2] = [
    "{{resolve:ssm:anything}}",
    "arn:aws:sqs:eu-west-1:123456789012:{{resolve:ssm:anything}}",
];

#[test]
fn templates_take_nothing_that_widens() {
    let report = up_to_date(Format::Terraform);
    let mut random = Random(0xa5a5_1234);
    let nasty: Vec<char> = "aZ09-_./:@=+,*?$\"\\{} \n\0\u{80}\u{a0}\u{ad}éł"
        .chars()
        .collect();
    let mut checked = 0;
    for policy in report.policies() {
        for parameter in &policy.parameters {
            let pattern = regex_lite::Regex::new(&parameter.pattern).unwrap();
            // The patterns of dates and ranges are a form, which IAM then reads; nothing in them can match more.
            let form_only = matches!(parameter.kind, "Timestamp" | "Cidr");
            // Where text is compared as it is, a star is a star.
            let plain = parameter.kind == "Text" && pattern.is_match("*");
            let takes = |text: &str| {
                let taken = pattern.is_match(text);
                if taken && !form_only {
                    // As it is in the policy without a template: the same text, so it means itself.
                    let place = if plain { Place::Plain } else { Place::Pattern };
                    let filled = values::fill_as(parameter.kind, text, place).unwrap();
                    assert_eq!(filled.as_deref(), Ok(text), "{}", parameter.name);
                }
                taken
            };
            for hostile in HOSTILE {
                let literal = plain && !hostile.contains(['$', '"', '\\', '\0', '\n', '\u{7f}']);
                assert_eq!(takes(hostile), literal, "{} {hostile:?}", parameter.name);
            }
            for reference in REFERENCES {
                assert!(!takes(reference), "{} {reference}", parameter.name);
            }
            for _ in 0..400 {
                let text = random.text(&nasty, 0, 14);
                takes(&text);
                checked += 1;
            }
            for _ in 0..20 {
                let text = random.value(parameter.kind, true);
                assert!(takes(&text), "{} takes {text:?}", parameter.name);
            }
        }
    }
    assert!(checked > 10_000, "{checked}");
}

#[test]
fn given_values_are_values_of_their_types() {
    let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, kind) in kinds() {
        names.entry(kind).or_default().push(name);
    }
    for (kind, names) in names {
        // Each text is the value of one parameter of each type.
        for (name, hostile) in names.iter().cycle().zip(HOSTILE) {
            let result = given(export("json"), &values())
                .value(name, hostile)
                .check();
            if matches!(kind, "Text" | "ObjectKey") && !hostile.contains(['\0', '\n', '\u{7f}']) {
                // Meant as it is, whatever it is: the file differs, and the text is not a mistake but where a rule finds
                // that nobody can have meant it.
                let error = result.unwrap_err();
                assert!(
                    error.is_out_of_date()
                        || error.to_string().contains("with the values given, in"),
                    "{name} {hostile}: {error}"
                );
                continue;
            }
            let error = result.unwrap_err();
            assert!(!error.is_out_of_date(), "{name} {hostile}");
            let message = error.to_string();
            assert!(
                message.contains(&format!("the value given for `{name}` of `"))
                    && message.contains("is not allowed there: not a")
                    && message.contains(&format!(" {kind}: ")),
                "{message}"
            );
        }
    }
    let pattern = |name: &str| {
        let pattern: Pattern = "staff-*".parse().unwrap();
        given(export("json"), &values())
            .value(name, pattern)
            .check()
    };
    assert!(pattern("collection").unwrap_err().is_out_of_date());
    assert!(
        pattern("target")
            .unwrap_err()
            .to_string()
            .contains("is not allowed there: an `Arn` has no wildcards")
    );
}
