//! A session of random edits and requests, from a fixed seed.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::session::Session;
use crate::support::{Directory, INDEXER};

const TIME: Duration = Duration::from_secs(5);

const TEXTS: [(&str, &str, &str); 3] = [
    ("a.json", "json", INDEXER),
    (
        "a.yaml",
        "yaml",
        "Resources:\r\n  R:\r\n    Type: AWS::IAM::ManagedPolicy\r\n    Properties:\r\n      PolicyDocument:\r\n        Statement:\r\n          - Effect: Allow\r\n            Action: ['s3:Get*', rekognition:DetectLabel]\r\n            Resource: !Sub 'arn:aws:s3:::${B}/*'\r\n            Condition: {Bool: {aws:SecureTransport: 'true'}}\r\n",
    ),
    (
        "main.tf",
        "terraform",
        "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions = [\"s3:GetObjct\", local.x]\n    resources = [\"${aws_s3_bucket.b.arn}/*\"]\n    condition {\n      test = \"Bool\"\n      variable = \"aws:SecureTransport\"\n      values = [true]\n    }\n  }\n}\nresource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({Statement = [{Effect = \"Allow\", Action = \"*\"}]})\n}\n",
    ),
];

const PIECES: [&str; 24] = [
    "",
    "",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    ":",
    ",",
    "\n",
    "\r",
    "\r\n",
    "- ",
    "  ",
    "${",
    "<<EOT\n",
    "/*",
    "#",
    "\u{1f600}",
    "\u{0}",
    "\u{fdd0}",
    "\u{202e}",
    "&a *a",
];

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

#[test]
fn no_edit_and_no_request_ends_the_session() {
    let directory = Directory::new("lsp-hostile");
    let mut session = Session::start(&directory);
    let mut random = Random(17);
    for (name, language, text) in TEXTS {
        session.open(name, language, text);
    }
    let started = Instant::now();
    let mut version = 1;
    let mut rounds = 0;
    while started.elapsed() < TIME {
        let (name, _, text) = TEXTS[random.below(TEXTS.len())];
        let uri = session.uri(name);
        let place = |random: &mut Random| {
            let line = random.below(16) as u32;
            // Far outside, from time to time.
            let character = [random.below(60) as u32, u32::MAX][usize::from(random.below(20) == 0)];
            json!({"line": line, "character": character})
        };
        version += 1;
        let mut changes: Vec<Value> = (0..random.below(4) + 1)
            .map(|_| {
                let range = json!({"start": place(&mut random), "end": place(&mut random)});
                let piece = PIECES[random.below(PIECES.len())];
                match random.below(3) {
                    0 => json!({"text": piece, "range": range}),
                    _ => json!({"text": piece, "range": {"start": range["start"], "end": range["start"]}}),
                }
            })
            .collect();
        if random.below(6) == 0 {
            changes.insert(0, json!({"text": text}));
        }
        let params =
            json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": changes});
        session.notify("textDocument/didChange", &params);
        let at = json!({"textDocument": {"uri": uri}, "position": place(&mut random)});
        let range = json!({"start": place(&mut random), "end": place(&mut random)});
        let action =
            json!({"textDocument": {"uri": uri}, "range": range, "context": {"diagnostics": []}});
        for (method, params) in [
            ("textDocument/hover", &at),
            ("textDocument/completion", &at),
            ("textDocument/codeAction", &action),
        ] {
            let answer = session.request(method, params);
            assert!(answer.get("error").is_none(), "{method}: {answer}");
        }
        rounds += 1;
    }
    assert!(rounds > 0);
    // It still finds what it found at the start.
    let found = session.replace(
        "a.json",
        version + 1,
        &INDEXER.replace("IndexFaces", "IndexFace"),
    );
    assert!(
        found.iter().any(|found| found["code"] == "INVALID_ACTION"),
        "{found:?}"
    );
    assert_eq!(session.end(), 0);
}
