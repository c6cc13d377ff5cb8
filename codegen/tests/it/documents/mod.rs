//! Policies in JSON as nobody writes them and IAM's grammar allows them, the same ones at every run.

use std::fmt::Write;

/// Numbers that look like chance and are not.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d)
    }

    /// Below the limit.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    /// True one time in so many.
    pub(crate) fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub(crate) fn of<'i>(&mut self, items: &[&'i str]) -> &'i str {
        items[self.below(items.len())]
    }
}

const ACTIONS: &[&str] = &[
    "rekognition:DetectLabels",
    "rekognition:IndexFaces",
    "rekognition:SearchFacesByImage",
    "rekognition:*",
    "rekognition:Describe*",
    "rekognition:Detect?abels",
    "rekognition:CopyProjectVersion",
    "rekognition:StartStreamProcessor",
    "rekognition:DetectLabls",
    "rekognition:Nothing*",
    "Rekognition:detectlabels",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:PutObject",
    "s3:ListBucket",
    "sns:Publish",
    "kms:Decrypt",
    "iam:PassRole",
    "sts:AssumeRole",
    "sts:AssumeRoleWithWebIdentity",
    "sqs:SendMessage",
    "bedrock:InvokeModel",
    "groundtruthlabeling:*",
    "s3:prefix",
    "*",
    "*:*",
    "nothing",
    "",
    "a:",
    "ec2:Describe*",
    "dynamodb:PutItem",
];

const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:rekognition:us-east-1:123456789012:collection/staff-faces",
    "arn:aws:rekognition:us-east-1:123456789012:collection/*",
    "arn:aws-us-gov:rekognition:us-gov-west-1:123456789012:collection/staff",
    "arn:aws:rekognition:us-east-1:123456789012:project/a/*",
    "arn:aws:rekognition:us-east-1:123456789012:project/*",
    "arn:aws:rekognition:us-east-1:123456789012:project/a/version/b/1627045542080",
    "arn:aws:rekognition:us-east-1:123456789012:project/a/dataset/train/1627045542080",
    "arn:aws:rekognition:*:*:streamprocessor/${aws:PrincipalTag/a/b, 'c'}",
    "arn:aws:s3:::uploads",
    "arn:aws:s3:::uploads/*",
    "arn:aws:s3:::uploads/${aws:username}/a.jpg",
    "arn:aws:s3:::*custom-labels*",
    "arn:*:s3:::uploads/*",
    "arn:aws:sns:us-east-1:123456789012:AmazonRekognition-a",
    "arn:aws:sns:*:*:AmazonRekognition*",
    "arn:aws:iam::123456789012:role/service-role/a-rather-long-name-for-a-role-that-nobody-would-pick",
    "arn:aws:iam:::role/a",
    "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "arn:aws:kinesisvideo:us-east-1:123456789012:stream/cam/1",
    "arn:aws:nothing:::x",
    "arn:aws",
    "",
    "bucket",
    "arn:aws:rekognition:::collection/",
    "arn:aws:sqs:us-east-1:123456789012:video-results",
    "arn:aws:lambda:us-east-1:123456789012:function:f:prod",
];

const KEYS: &[&str] = &[
    "aws:SourceVpc",
    "aws:sourcevpc",
    "aws:SecureTransport",
    "aws:MultiFactorAuthAge",
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:SourceIp",
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:TagKeys",
    "aws:CalledVia",
    "aws:RequestTag/team",
    "aws:ResourceTag/Team/a:b",
    "aws:PrincipalTag/kostenstelle",
    "aws:RequestTag",
    "aws:RequestTag/",
    "aws:Nothing",
    "s3:prefix",
    "s3:ExistingObjectTag/a",
    "s3:max-keys",
    "iam:PassedToService",
    "kms:EncryptionContext:app",
    "kms:ViaService",
    "saml:aud",
    "accounts.google.com:aud",
    "token.actions.githubusercontent.com:sub",
    "ec2:Region",
    "nothing",
    "",
];

const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "StringNotLikeIfExists",
    "StringEqualsIfExists",
    "ForAnyValue:StringEquals",
    "ForAllValues:StringLikeIfExists",
    "NumericLessThan",
    "NumericGreaterThanEqualsIfExists",
    "DateLessThan",
    "DateGreaterThanIfExists",
    "Bool",
    "BoolIfExists",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotLikeIfExists",
    "ForAnyValue:ArnLike",
    "Null",
    "NullIfExists",
    "ForAllValues:Null",
    "stringequals",
    "StringEqual",
    "",
    "ForAnyValues:StringEquals",
];

const VALUES: &[&str] = &[
    "vpc-1a2b3c4d",
    "true",
    "false",
    "TRUE",
    "3600",
    "007",
    "-1",
    "2026-01-01T00:00:00Z",
    "203.0.113.0/24",
    "2001:db8::/32",
    "123456789012",
    "arn:aws:rekognition:us-east-1:111122223333:streamprocessor/*",
    "o-a1b2c3d4e5",
    "${aws:username}",
    "${aws:PrincipalTag/team, 'none'}",
    "${broken",
    "",
    "team",
    "a value with \"quotes\", a \\ and 'more'",
    "zwei\nZeilen\tund mehr\r\n",
    "Gesichtserkennung für Bücher",
    "顔認識",
    "\u{f0000}",
    "🦀",
    "QmluYXJ5",
    "a-value-that-is-much-longer-than-any-line-of-source-code-should-be-and-so-cannot-be-broken-into-two-lines",
];

const PRINCIPALS: &[&str] = &[
    "*",
    "123456789012",
    "arn:aws:iam::123456789012:root",
    "arn:aws-cn:iam::123456789012:root",
    "arn:aws:iam::123456789012:role/indexer",
    "arn:aws:iam::123456789012:role/service-role/indexer",
    "arn:aws:iam::123456789012:user/ann",
    "arn:aws:sts::123456789012:assumed-role/indexer/nightly",
    "arn:aws:sts::123456789012:federated-user/ann",
    "arn:aws:iam::12345:root",
    "AIDAEXAMPLEID",
    "arn:aws:iam::123456789012:saml-provider/idp",
    "",
];

const PROVIDERS: &[&str] = &[
    "rekognition.amazonaws.com",
    "lambda.amazonaws.com",
    "cognito-identity.amazonaws.com",
    "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
    "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
];

/// Other texts cannot be said in the language, which has a type for these.
const CANONICAL_USERS: &[&str] = &[
    "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
    "0000000000000000000000000000000000000000000000000000000000000001",
];

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "3600",
    "-17",
    "1.50",
    "1e3",
    "2.5E-3",
    "9007199254740993",
];

/// A policy document for the seed: mostly what AWS would take, often something odd, always one that parses.
pub(crate) fn document(seed: u64) -> String {
    let dice = &mut Dice::new(seed);
    let mut out = String::from("{");
    match dice.below(10) {
        0 => {}
        1 => out.push_str("\"Version\":\"2008-10-17\","),
        2 if dice.one_in(4) => out.push_str("\"Version\":\"2012\","),
        _ => out.push_str("\"Version\":\"2012-10-17\","),
    }
    if dice.one_in(6) {
        member(
            &mut out,
            "Id",
            dice.of(&["photos", "", "__default_policy_ID", "zwölf \"Ids\""]),
        );
        out.push(',');
    }
    // Trust, resource, or none of them.
    let principals = dice.below(3);
    out.push_str("\"Statement\":");
    if dice.one_in(6) {
        statement(&mut out, dice, principals, 0);
    } else {
        let count = 1 + dice.below(4);
        list(&mut out, count, |out, number| {
            statement(out, dice, principals, number)
        });
    }
    out.push('}');
    out
}

fn statement(out: &mut String, dice: &mut Dice, principals: usize, number: usize) {
    out.push('{');
    if dice.one_in(3) {
        let sid = dice.of(&["Images", "FaceIndexer", "", "with spaces", "Zähler"]);
        member(out, "Sid", &format!("{sid}{number}"));
        out.push(',');
    }
    member(out, "Effect", if dice.one_in(4) { "Deny" } else { "Allow" });
    if principals < 2 && !dice.one_in(12) {
        out.push_str(if dice.one_in(10) {
            ",\"NotPrincipal\":"
        } else {
            ",\"Principal\":"
        });
        principal(out, dice, principals == 0);
    }
    out.push_str(if dice.one_in(10) {
        ",\"NotAction\":"
    } else {
        ",\"Action\":"
    });
    if principals == 0 {
        texts(
            out,
            dice,
            &[
                "sts:AssumeRole",
                "sts:TagSession",
                "sts:AssumeRoleWithWebIdentity",
            ],
            8,
        );
    } else {
        texts(out, dice, ACTIONS, 8);
    }
    if principals > 0 && !dice.one_in(15) {
        out.push_str(if dice.one_in(10) {
            ",\"NotResource\":"
        } else {
            ",\"Resource\":"
        });
        texts(out, dice, RESOURCES, 5);
    }
    if dice.one_in(2) {
        out.push_str(",\"Condition\":");
        condition(out, dice);
    }
    out.push('}');
}

fn principal(out: &mut String, dice: &mut Dice, trust: bool) {
    if dice.one_in(8) {
        out.push_str("\"*\"");
        return;
    }
    let kinds = [
        ("AWS", PRINCIPALS),
        ("Service", PROVIDERS),
        ("Federated", PROVIDERS),
        ("CanonicalUser", CANONICAL_USERS),
    ];
    let mut first = true;
    let start = usize::from(trust && dice.one_in(2));
    out.push('{');
    for (number, (kind, names)) in kinds.into_iter().enumerate() {
        if number == start || dice.one_in(5) {
            if !std::mem::take(&mut first) {
                out.push(',');
            }
            let _ = write!(out, "\"{kind}\":");
            texts(out, dice, names, 3);
        }
    }
    // Now and then nothing at all.
    if dice.one_in(40) {
        let open = out.rfind('{').unwrap_or_default();
        out.truncate(open + 1);
    }
    out.push('}');
}

fn condition(out: &mut String, dice: &mut Dice) {
    out.push('{');
    let count = if dice.one_in(20) {
        0
    } else {
        1 + dice.below(3)
    };
    for number in 0..count {
        if number > 0 {
            out.push(',');
        }
        // Neighbours, so that none comes twice.
        let at = (dice.below(OPERATORS.len() / 3) * 3 + number) % OPERATORS.len();
        let names: Vec<&str> = OPERATORS.iter().copied().cycle().skip(at).take(1).collect();
        if out.contains(&format!("\"{}\":{{\"", names[0])) && number > 0 {
            // The same operator as before it in this or an earlier statement: only the former matters, but who counts.
            string(out, &format!("Odd{number}"));
        } else {
            string(out, names[0]);
        }
        out.push_str(":{");
        let keys = if dice.one_in(25) {
            0
        } else {
            1 + dice.below(3)
        };
        let first = dice.below(KEYS.len());
        for key in 0..keys {
            if key > 0 {
                out.push(',');
            }
            string(out, KEYS[(first + key) % KEYS.len()]);
            out.push(':');
            values(out, dice);
        }
        out.push('}');
    }
    out.push('}');
}

fn values(out: &mut String, dice: &mut Dice) {
    match dice.below(6) {
        0 => value(out, dice),
        1 => list(out, 1, |out, _| value(out, dice)),
        2 if dice.one_in(4) => out.push_str("[]"),
        3 => {
            let count = 2 + dice.below(4);
            list(out, count, |out, _| value(out, dice));
        }
        _ => string(out, dice.of(VALUES)),
    }
}

fn value(out: &mut String, dice: &mut Dice) {
    match dice.below(8) {
        0 => out.push_str(dice.of(&["true", "false"])),
        1 => out.push_str(dice.of(NUMBERS)),
        _ => string(out, dice.of(VALUES)),
    }
}

/// A string, or a list of up to so many.
fn texts(out: &mut String, dice: &mut Dice, items: &[&str], most: usize) {
    match dice.below(8) {
        0..=2 => string(out, dice.of(items)),
        3 if dice.one_in(4) => out.push_str("[]"),
        _ => {
            let count = 1 + dice.below(most);
            list(out, count, |out, _| string(out, dice.of(items)));
        }
    }
}

fn list(out: &mut String, count: usize, mut each: impl FnMut(&mut String, usize)) {
    out.push('[');
    for number in 0..count {
        if number > 0 {
            out.push(',');
        }
        each(out, number);
    }
    out.push(']');
}

fn member(out: &mut String, name: &str, value: &str) {
    let _ = write!(out, "\"{name}\":");
    string(out, value);
}

fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c < ' ' || c == '\u{7f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
