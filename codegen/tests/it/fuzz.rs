//! Whatever is typed: no panic, an expansion that is Rust again, and an answer: a policy or an error, never neither. And a
//! policy says nothing that its source does not spell out.
//!
//! Each test runs for about two seconds, and over 200 inputs at least, with a seed that is printed when it fails. `FUZZ_SEED` runs one seed again,
//! `FUZZ_SECONDS` runs for longer.

use std::panic::catch_unwind;
use std::time::{Duration, Instant};

use crate::spelled_out::check_spelled_out;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::quote;
use rekognition_iam_codegen::dsl::{evaluate, expand, mirror};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json;

/// A xorshift generator: the same numbers for the same seed, everywhere.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        // Neighbouring seeds far apart.
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 16) % u64::try_from(limit).unwrap()).unwrap()
    }

    fn pick<'p, T>(&mut self, from: &'p [T]) -> &'p T {
        &from[self.below(from.len())]
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}

const WORDS: &[&str] = &[
    "allow",
    "deny",
    "on",
    "on_any",
    "when",
    "sid",
    "accept",
    "not",
    "unlisted",
    "to",
    "service",
    "account",
    "anyone",
    "session",
    "federated",
    "sts",
    "AssumeRole",
    "rekognition",
    "s3",
    "iam",
    "kms",
    "aws",
    "self",
    "crate",
    "DetectLabels",
    "DetectLabls",
    "IndexFaces",
    "GetObject",
    "PassRole",
    "CopyProjectVersion",
    "all",
    "matching",
    "read",
    "write",
    "list",
    "collection",
    "project",
    "projectversion",
    "dataset",
    "bucket",
    "object",
    "role",
    "SourceVpc",
    "SourceIp",
    "TagKeys",
    "RequestTag",
    "PrincipalTag",
    "CurrentTime",
    "bool",
    "string_equals",
    "numeric_less_than",
    "date_equals",
    "ip_address",
    "arn_like",
    "null",
    "binary_equals",
    "if_exists",
    "for_any_value",
    "for_all_values",
    "partition",
    "true",
    "false",
    "INVALID_ACTION",
    "if",
    "let",
    "fn",
    "as",
    "dyn",
    "type",
    "_",
    "r#type",
    "x",
];

const TEXTS: &[&str] = &[
    "",
    "*",
    "?",
    "a",
    "A1",
    "not legal",
    "rekognition:DetectLabels",
    "rekognition:*",
    "*:*",
    ":",
    "a:b",
    "rekognition:",
    ":x",
    "us-east-1",
    "us-est-1",
    "aws-cn",
    "123456789012",
    "12",
    "arn:aws:rekognition:us-east-1:123456789012:collection/a",
    "arn:",
    "arn:aws:s3:::b/*",
    "arn:aws:rekognition:::",
    "arn:::::",
    "::::::",
    "${",
    "${}",
    "${aws:username}",
    "${*}",
    "$",
    "${aws:PrincipalTag/a, 'b'}",
    "${a,b",
    "arn:${x:y}:a",
    "10.0.0.0/8",
    "::1/128",
    "2026-02-29",
    "2026-11-24T18:30:00Z",
    "T",
    "-",
    "1e",
    "true",
    "QUI=",
    "é",
    "\u{1f600}",
    "a\u{0}b",
    "\u{f0000}",
    "a\u{f0001}b",
    "\"\\\n",
    "aws:SourceVpc",
    "s3:prefix",
    "aws:RequestTag/",
    "aws:RequestTag/é",
    "Describe*",
    "[a-z]",
];

const GOOD: &[&str] = &[
    r#"allow(rekognition::IndexFaces).on(rekognition::collection(region, self.account, id).partition(partition)).when(aws::SourceVpc.string_equals(vpc, "vpc-12345678"))"#,
    r#"allow(rekognition::IndexFaces, rekognition::all()).on(rekognition::collection("us-east-1", "123456789012", "staff")).sid("A")"#,
    r#"allow([rekognition::DetectLabels]).on_any().when(aws::SourceVpc.string_equals("vpc-12345678").if_exists(), aws::SourceIp.ip_address("203.0.113.0/24"))"#,
    r#"deny(not(rekognition::read())).on(not(s3::object("b", "${aws:username}/*"))).when(aws::CalledVia.for_any_value().string_like(["athena.amazonaws.com", "cloudformation.amazonaws.com"]))"#,
    r#"allow("rekognition:Detect*", unlisted("rekognition:New", "why")).on("arn:aws:rekognition:*:*:collection/*", "*")"#,
    r#"allow(rekognition::CreateCollection).on_any().when(aws::RequestTag("team").string_equals("a"), aws::EpochTime.numeric_less_than(-1.5))"#,
    r#"allow(rekognition::DetectLabls).on_any().accept(INVALID_ACTION, "why").when(aws::SecureTransport.bool(true))"#,
    r#"allow(rekognition::CopyProjectVersion).on(rekognition::project("*", "*", "a", "*").partition("aws-us-gov"), rekognition::projectversion("*", "*", "a", "b", "1"))"#,
];

/// Values as Rust has them and a policy does not, or not everywhere.
const VALUES: &[&str] = &[
    "Config::<Prod>::KEY",
    "<Config as Stage>::KEY",
    "x::{y}",
    r#"x:: = "y""#,
    "x::",
    "x:: + y",
    "config.key",
    "config.keys[0]",
    "config.0",
    "key()",
    "key!()",
    "concat!(\"a\", \"b\")",
    "{ key }",
    "(key)",
    "&key",
    "&&key",
    "*key",
    "key as Key",
    "if x { a } else { b }",
    "Key { name }",
    "|key| key",
    "a..b",
    "-1",
    "!key",
    "key?",
    "'k'",
    "r\"key\"",
    "b\"key\"",
    "#[cfg(x)] key",
    "json(1)",
    "not(key)",
    "[key, \"b\"]",
    "Vec::<u8>::new()",
    "key; \"a\"",
    "companion::s3_image(\"uploads\", key)",
];

fn word(random: &mut Random) -> TokenTree {
    let word = *random.pick(WORDS);
    TokenTree::Ident(match word.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(word, Span::call_site()),
    })
}

fn literal(random: &mut Random) -> TokenTree {
    TokenTree::Literal(match random.below(12) {
        0 => Literal::u64_unsuffixed(u64::MAX),
        1 => Literal::i32_suffixed(7),
        2 => Literal::f64_unsuffixed(1.5),
        3 => Literal::character('c'),
        4 => Literal::byte_string(b"b"),
        5 => Literal::c_string(c"c"),
        _ => Literal::string(random.pick::<&str>(TEXTS)),
    })
}

/// Random tokens, more of what the language is made of than of the rest.
fn soup(random: &mut Random, depth: usize) -> Vec<TokenTree> {
    let mut tokens = Vec::new();
    for _ in 0..random.below(9) {
        match random.below(12) {
            0..=2 => tokens.push(word(random)),
            3 => tokens.extend(
                [word(random)]
                    .into_iter()
                    .chain(colons())
                    .chain([word(random)]),
            ),
            4 => tokens.extend(colons()),
            5 | 6 => tokens.push(TokenTree::Punct(Punct::new(',', Spacing::Alone))),
            7 => tokens.push(TokenTree::Punct(Punct::new('.', Spacing::Alone))),
            8 => {
                let all = [
                    '+', '*', '!', '?', ':', ';', '#', '&', '-', '=', '<', '>', '$', '@', '|',
                ];
                let spacing = if random.chance(2) {
                    Spacing::Joint
                } else {
                    Spacing::Alone
                };
                tokens.push(TokenTree::Punct(Punct::new(*random.pick(&all), spacing)));
            }
            9 => tokens.push(literal(random)),
            _ if depth > 0 => {
                let delimiter = *random.pick(&[
                    Delimiter::Parenthesis,
                    Delimiter::Parenthesis,
                    Delimiter::Parenthesis,
                    Delimiter::Bracket,
                    Delimiter::Brace,
                    // What an expansion of `macro_rules!` puts around a `$x:expr`.
                    Delimiter::None,
                ]);
                let inside = soup(random, depth - 1).into_iter().collect();
                tokens.push(TokenTree::Group(Group::new(delimiter, inside)));
            }
            _ => tokens.push(literal(random)),
        }
    }
    tokens
}

fn colons() -> [TokenTree; 2] {
    [Spacing::Joint, Spacing::Alone].map(|spacing| TokenTree::Punct(Punct::new(':', spacing)))
}

/// Some right statements with a few tokens taken out, doubled, swapped, replaced or put in, at any depth.
fn mutated(random: &mut Random) -> Vec<TokenTree> {
    const WITH_PRINCIPALS: [&str; 2] = [
        r#"allow(sts::AssumeRole).to(service("rekognition.amazonaws.com")).when(aws::SourceAccount.string_equals("111122223333"))"#,
        r#"allow(sqs::SendMessage).to(role("123456789012", name), "123456789012", anyone()).on(sqs::queue("*", account, "q"))"#,
    ];
    let mut tokens: Vec<TokenTree> = Vec::new();
    for _ in 0..=random.below(3) {
        let source = if random.chance(4) {
            random.pick(&WITH_PRINCIPALS)
        } else {
            random.pick(GOOD)
        };
        tokens.extend(source.parse::<TokenStream>().unwrap());
        tokens.push(TokenTree::Punct(Punct::new(',', Spacing::Alone)));
    }
    for _ in 0..random.below(4) {
        mutate(random, &mut tokens);
    }
    tokens
}

fn mutate(random: &mut Random, tokens: &mut Vec<TokenTree>) {
    if tokens.is_empty() {
        tokens.extend(soup(random, 1));
        return;
    }
    let at = random.below(tokens.len());
    if let TokenTree::Group(group) = &tokens[at]
        && !random.chance(4)
    {
        let mut inside: Vec<_> = group.stream().into_iter().collect();
        mutate(random, &mut inside);
        let delimiter = match random.below(12) {
            0 => Delimiter::None,
            1 => Delimiter::Bracket,
            _ => group.delimiter(),
        };
        tokens[at] = TokenTree::Group(Group::new(delimiter, inside.into_iter().collect()));
        return;
    }
    match random.below(7) {
        0 => {
            tokens.remove(at);
        }
        6 => {
            let value: TokenStream = random.pick(VALUES).parse().unwrap();
            let end = at + random.below(2);
            tokens.splice(at..end, value);
        }
        1 => {
            let again = tokens[at].clone();
            tokens.insert(at, again);
        }
        2 => {
            let other = random.below(tokens.len());
            tokens.swap(at, other);
        }
        3 => tokens[at] = word(random),
        4 => tokens[at] = literal(random),
        _ => {
            let new = soup(random, 1);
            tokens.splice(at..at, new);
        }
    }
}

/// Checks what must hold of every input.
fn check(kind: PolicyKind, input: &TokenStream) {
    let evaluated = evaluate(kind, input.clone());
    let facade = quote!(::rekognition_iam);
    let expansion = expand(kind, &facade, input.clone()).to_string();
    for text in [&expansion, &mirror(&facade, input.clone()).to_string()] {
        let again: TokenStream = text
            .parse()
            .unwrap_or_else(|error| panic!("the expansion is no Rust: {error}: {text}"));
        // But for the spaces, which follow from what a parser cannot know of punctuation.
        let dense = |text: &str| text.replace(char::is_whitespace, "");
        assert_eq!(
            dense(&again.to_string()),
            dense(text),
            "the expansion reads differently"
        );
    }
    let json = (evaluated.document.as_ref()).map_or_else(String::new, json::to_minified);
    let says_json = expansion.contains(&Literal::string(&json).to_string());
    assert!(
        evaluated.document.is_some() || evaluated.is_denied(),
        "not understood, and no error: {expansion}"
    );
    if evaluated.is_denied() {
        assert!(
            expansion.contains("compile_error"),
            "refused without a word: {expansion}"
        );
        assert!(
            json.is_empty() || !says_json,
            "refused, and in use all the same: {expansion}"
        );
    } else {
        assert!(
            !expansion.contains("compile_error"),
            "an error that is none: {expansion}"
        );
        // A policy with variables is put together when the program runs.
        if evaluated.parameters.is_empty() {
            assert!(says_json, "neither a policy nor an error: {expansion}");
        } else {
            assert!(
                expansion.contains("__filled"),
                "a value is lost: {expansion}"
            );
            let filled = json::to_minified(
                &evaluated
                    .filled(|parameter| format!("<{}>", parameter.name))
                    .unwrap(),
            );
            for parameter in &evaluated.parameters {
                let value = format!("<{}>", parameter.name);
                assert!(filled.contains(&value), "{value} is lost: {filled}");
            }
        }
        let value: serde_json::Value =
            serde_json::from_str(&json).unwrap_or_else(|error| panic!("not JSON: {error}: {json}"));
        assert!(
            !value["Statement"].as_array().unwrap().is_empty(),
            "an empty policy: {json}"
        );
        assert!(
            !json.contains("\\u0000"),
            "a placeholder of ours is in the policy: {json}"
        );
    }
    if let Some(document) = &evaluated.document {
        check_spelled_out(input, document);
    }
    for diagnostic in &evaluated.diagnostics {
        assert!(!diagnostic.message.is_empty());
        assert!(
            !diagnostic.text().contains('\u{0}') || input.to_string().contains("\\0"),
            "a placeholder of ours is in a message: {}",
            diagnostic.text()
        );
    }
}

fn kind(random: &mut Random) -> PolicyKind {
    if random.chance(2) {
        PolicyKind::Identity
    } else {
        *random.pick(&PolicyKind::ALL)
    }
}

fn run(name: &str, make: fn(&mut Random) -> Vec<TokenTree>) {
    let variable = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let one = variable("FUZZ_SEED");
    let end = Instant::now() + Duration::from_secs(variable("FUZZ_SECONDS").unwrap_or(2));
    let mut seed = one.unwrap_or(1);
    let mut denied = 0_u64;
    loop {
        let random = &mut Random::new(seed);
        let kind = kind(random);
        let input: TokenStream = make(random).into_iter().collect();
        let text = input.to_string();
        if catch_unwind(|| check(kind, &input)).is_err() {
            panic!("{name}: run again with FUZZ_SEED={seed}: {text}");
        }
        denied += u64::from(evaluate(kind, input).is_denied());
        if one.is_some() || (seed >= 200 && Instant::now() > end) {
            break;
        }
        seed += 1;
    }
    println!("{name}: {seed} inputs, {denied} of them refused");
}

#[test]
fn token_soup() {
    run("token_soup", |random| soup(random, 4));
}

#[test]
fn nearly_right_policies() {
    run("nearly_right_policies", mutated);
}

#[test]
fn what_is_mutated_is_right_before() {
    for source in GOOD {
        let input: TokenStream = source.parse().unwrap();
        check(PolicyKind::Identity, &input);
        let evaluated = evaluate(PolicyKind::Identity, input);
        if (evaluated.diagnostics.iter())
            .any(|diagnostic| diagnostic.message.contains("not part of this build"))
        {
            continue;
        }
        assert!(!evaluated.is_denied(), "{:#?}", evaluated.diagnostics);
    }
}

/// The reading of the tokens is not a rubber stamp: a document of other tokens is noticed.
#[test]
fn what_is_not_spelled_out_is_noticed() {
    const STAFF: &str = r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "123456789012", "staff"))"#;
    for wider in [
        r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "123456789012", "*"))"#,
        "allow(rekognition::IndexFaces).on_any()",
        "allow(rekognition::all()).on_any()",
        r#"deny(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "123456789012", "staff"))"#,
        r#"allow(rekognition::IndexFaces).on(not(rekognition::collection("us-east-1", "123456789012", "staff")))"#,
    ] {
        let evaluated = evaluate(PolicyKind::Identity, wider.parse().unwrap());
        let document = evaluated.document.unwrap();
        check_spelled_out(&wider.parse().unwrap(), &document);
        let other = || check_spelled_out(&STAFF.parse().unwrap(), &document);
        assert!(catch_unwind(other).is_err(), "{wider}");
    }
    let narrow = format!("{STAFF}.when(aws::SourceVpc.string_equals(\"vpc-1\"))");
    let wide = evaluate(PolicyKind::Identity, STAFF.parse().unwrap())
        .document
        .unwrap();
    assert!(catch_unwind(|| check_spelled_out(&narrow.parse().unwrap(), &wide)).is_err());
}

/// Each value of [`VALUES`] instead of each literal, and in that of each expression in parentheses.
#[test]
fn no_value_widens() {
    for (number, good) in GOOD.iter().enumerate() {
        let tokens: TokenStream = good.parse().unwrap();
        for (other, value) in VALUES.iter().enumerate() {
            let value: TokenStream = value.parse().unwrap();
            // A third of all pairs, and over all policies each value in nearly every place.
            for at in ((number + other) % 3..literals(&tokens)).step_by(3) {
                let mut at = at;
                let input = replaced(tokens.clone(), &value, &mut at);
                check(PolicyKind::Identity, &input);
            }
        }
    }
}

/// How many literals and names there are.
fn literals(tokens: &TokenStream) -> usize {
    (tokens.clone().into_iter())
        .map(|token| match token {
            TokenTree::Group(group) => literals(&group.stream()),
            TokenTree::Literal(_) | TokenTree::Ident(_) => 1,
            TokenTree::Punct(_) => 0,
        })
        .sum()
}

/// The tokens with the value instead of the literal or name of this number.
fn replaced(tokens: TokenStream, value: &TokenStream, at: &mut usize) -> TokenStream {
    let mut out = TokenStream::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let inside = replaced(group.stream(), value, at);
                out.extend([TokenTree::Group(Group::new(group.delimiter(), inside))]);
            }
            TokenTree::Literal(_) | TokenTree::Ident(_) => {
                if *at == 0 {
                    out.extend(value.clone());
                } else {
                    out.extend([token]);
                }
                *at = at.wrapping_sub(1);
            }
            TokenTree::Punct(_) => out.extend([token]),
        }
    }
    out
}

/// Many levels of groups: the depth that rustc itself allows is 128.
#[test]
fn deep_groups() {
    for delimiter in [Delimiter::Parenthesis, Delimiter::Bracket, Delimiter::None] {
        let mut tokens = TokenStream::new();
        for _ in 0..120 {
            tokens = TokenTree::Group(Group::new(delimiter, tokens)).into();
        }
        check(PolicyKind::Identity, &tokens);
        check(
            PolicyKind::Identity,
            &quote!(allow(#tokens).on(#tokens).when(#tokens)),
        );
    }
    // Deeper than that is one error and no crash.
    for depth in [129, 1_500, 20_000] {
        for delimiter in [Delimiter::Bracket, Delimiter::None] {
            let mut tokens = quote!(rekognition::DetectText);
            for _ in 0..depth {
                tokens = TokenTree::Group(Group::new(delimiter, tokens)).into();
            }
            let input = quote!(allow(#tokens).on_any());
            let evaluated = evaluate(PolicyKind::Identity, input.clone());
            let [deep] = evaluated.diagnostics.as_slice() else {
                panic!("{:?}", evaluated.diagnostics);
            };
            assert_eq!(deep.message, "this policy is nested too deeply");
            assert!(evaluated.document.is_none());
            let expansion = expand(PolicyKind::Identity, &quote!(::rekognition_iam), input);
            assert_eq!(expansion.to_string().matches("compile_error").count(), 1);
        }
    }
    let mut not = quote!(rekognition::DetectText);
    for _ in 0..120 {
        not = quote!(not(#not));
    }
    check(PolicyKind::Identity, &quote!(allow(#not).on_any()));
}
