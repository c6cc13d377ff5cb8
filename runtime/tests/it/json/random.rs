//! The reader against random input: what the fuzz targets look for, in a few seconds and the same each time.

use rekognition_iam_runtime::check::Options;
use rekognition_iam_runtime::json::{self, Limits};

/// Numbers that look random and are the same in every run (xorshift64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % limit
    }

    fn pick<'p>(&mut self, from: &[&'p str]) -> &'p str {
        from[self.below(from.len())]
    }
}

/// What must hold for every text whatsoever.
fn holds(text: &str) {
    let report = json::check(text, &Options::default());
    for (located, (start, end)) in report.findings.iter().zip(report.positions(text)) {
        let span = located.span;
        assert!(
            span.start <= span.end && span.end <= text.len(),
            "{text:?} {located:?}"
        );
        assert!(
            text.is_char_boundary(span.start) && text.is_char_boundary(span.end),
            "{text:?} {located:?}"
        );
        assert!(start <= end && start.line > 0 && start.column > 0);
        if let Some(edit) = &located.edit {
            assert!(text.get(edit.span.start..edit.span.end).is_some());
        }
    }
    // The same texts are JSON for us and for serde_json, but for the limits and, below, for duplicates.
    let theirs =
        serde_json::from_str::<serde_json::Value>(text.strip_prefix('\u{feff}').unwrap_or(text));
    let limited = report
        .findings
        .iter()
        .any(|located| located.finding.id == "REKOGNITION_IAM_JSON_LIMIT");
    // A number that no float holds is JSON all the same.
    let too_large = theirs
        .as_ref()
        .is_err_and(|error| error.to_string().contains("out of range"));
    if !limited && !too_large {
        assert_eq!(report.is_json, theirs.is_ok(), "{text:?} {theirs:?}");
    }
    let parsed = json::parse(text, &Limits::default());
    if parsed.is_complete() {
        let written = json::to_minified(&parsed.document);
        let again = json::parse(&written, &Limits::default());
        assert_eq!(again.document, parsed.document, "{text:?}");
        // Keys that appear twice are findings of a rule, and serde_json keeps the last.
        let twice = report
            .findings
            .iter()
            .any(|located| located.finding.id == "REKOGNITION_IAM_DUPLICATE_KEY");
        if let (Ok(theirs), false) = (theirs, twice) {
            let ours: serde_json::Value = serde_json::from_str(&written).unwrap();
            assert_eq!(ours, theirs, "{text:?}");
        }
    }
}

const TOKENS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "\n",
    "\"",
    "\"a\"",
    "\"\\u0041\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud800\"",
    "\"é\"",
    "\\",
    "1",
    "-0",
    "1e5",
    "0.5",
    "01",
    "true",
    "false",
    "null",
    "\"Version\"",
    "\"2012-10-17\"",
    "\"Statement\"",
    "\"Effect\"",
    "\"Allow\"",
    "\"Action\"",
    "\"rekognition:DetectLabels\"",
    "\"Resource\"",
    "\"*\"",
    "\"Condition\"",
    "\"StringEquals\"",
    "\"aws:SourceVpc\"",
    "\"Principal\"",
    "\"AWS\"",
    "\u{feff}",
    "\u{a0}",
    "\t",
];

#[test]
fn any_sequence_of_tokens() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..10_000 {
        let length = random.below(24);
        let text: String = (0..length).map(|_| random.pick(TOKENS)).collect();
        holds(&text);
    }
}

/// A policy that is right but for its values.
fn policy(random: &mut Random) -> String {
    let texts = [
        "\"*\"",
        "\"a:b\"",
        "\"rekognition:DetectLabels\"",
        "\"\\u002a\"",
        "\"s3:Get*\"",
        "\"arn:aws:s3:::b/${aws:username}\"",
        "\"arn:aws:rekognition:us-east-1:123456789012:collection/é\"",
        "\"\"",
    ];
    let list = |random: &mut Random, from: &[&str]| match random.below(4) {
        0 => "[]".to_owned(),
        1 => random.pick(from).to_owned(),
        n => {
            let items: Vec<_> = (0..n).map(|_| random.pick(from)).collect();
            format!("[{}]", items.join(","))
        }
    };
    let mut statements = Vec::new();
    for _ in 0..random.below(4) {
        let mut members = vec![format!(
            "\"Effect\":{}",
            random.pick(&["\"Allow\"", "\"Deny\""])
        )];
        if random.below(3) == 0 {
            members.push(format!(
                "\"Sid\":{}",
                random.pick(&["\"A\"", "\"\"", "\"a b\""])
            ));
        }
        members.push(format!(
            "{}:{}",
            random.pick(&["\"Action\"", "\"NotAction\""]),
            list(random, &texts)
        ));
        if random.below(5) > 0 {
            members.push(format!(
                "{}:{}",
                random.pick(&["\"Resource\"", "\"NotResource\""]),
                list(random, &texts)
            ));
        }
        if random.below(3) == 0 {
            let who = match random.below(3) {
                0 => "\"*\"".to_owned(),
                1 => format!("{{\"AWS\":{}}}", list(random, &texts)),
                _ => format!(
                    "{{\"AWS\":{},\"Service\":{}}}",
                    list(random, &texts),
                    list(random, &texts)
                ),
            };
            members.push(format!("\"Principal\":{who}"));
        }
        if random.below(2) == 0 {
            let values = [
                "\"x\"",
                "true",
                "false",
                "12",
                "-1.5e3",
                "\"2026-01-01\"",
                "\"10.0.0.0/8\"",
            ];
            let mut blocks = Vec::new();
            for operator in [
                "StringLike",
                "Bool",
                "ForAnyValue:StringEquals",
                "NumericLessThan",
            ] {
                if random.below(2) == 0 {
                    let keys = [
                        "\"aws:SourceVpc\"",
                        "\"aws:TagKeys\"",
                        "\"aws:RequestTag/é\"",
                    ];
                    let key = random.pick(&keys);
                    blocks.push(format!(
                        "\"{operator}\":{{{key}:{}}}",
                        list(random, &values)
                    ));
                }
            }
            members.push(format!("\"Condition\":{{{}}}", blocks.join(",")));
        }
        statements.push(format!("{{{}}}", members.join(",")));
    }
    let body = match statements.as_slice() {
        [one] if random.below(2) == 0 => one.clone(),
        all => format!("[{}]", all.join(",")),
    };
    format!("{{\"Version\":\"2012-10-17\",\"Statement\":{body}}}")
}

#[test]
fn policies_and_what_is_one_slip_away() {
    let mut random = Random(0x1234_5678_9abc_def1);
    for _ in 0..600 {
        let text = policy(&mut random);
        holds(&text);
        // One typo: a token goes, comes, or is swapped for another.
        let at = (0..=random.below(text.len()))
            .rev()
            .find(|&at| text.is_char_boundary(at))
            .unwrap();
        let (before, behind) = text.split_at(at);
        let token = random.pick(TOKENS);
        holds(&format!("{before}{token}{behind}"));
        let mut rest = behind.chars();
        rest.next();
        holds(&format!("{before}{}", rest.as_str()));
        holds(before);
    }
}
