//! No Rust file makes the scan panic, hang or run out of stack.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use rekognition_iam_codegen::derive::{Derive, Scan};

/// xorshift: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const TOKENS: &[&str] = &[
    "fn",
    "f",
    "g",
    "c",
    "self",
    "Self",
    "struct",
    "S",
    "T",
    "impl",
    "trait",
    "enum",
    "mod",
    "m",
    "use",
    "pub",
    "let",
    "mut",
    "async",
    "await",
    "move",
    "if",
    "else",
    "match",
    "for",
    "in",
    "loop",
    "while",
    "return",
    "type",
    "const",
    "static",
    "where",
    "dyn",
    "as",
    "crate",
    "super",
    "macro_rules",
    "format",
    "select",
    "vec",
    "include",
    "Client",
    "aws_sdk_rekognition",
    "types",
    "Image",
    "S3Object",
    "builder",
    "build",
    "bucket",
    "name",
    "image",
    "index_faces",
    "detect_labels",
    "collection_id",
    "send",
    "into_paginator",
    "clone",
    "new",
    "Some",
    "None",
    "Arc",
    "Option",
    "=",
    "=>",
    "->",
    "::",
    ":",
    ";",
    ",",
    ".",
    "?",
    "&",
    "*",
    "|",
    "||",
    "<",
    ">",
    "!",
    "#",
    "'a",
    "_",
    "..",
    "..=",
    "+",
    "1",
    "\"a\"",
    "\"{c}-{}\"",
    "\"x/*\"",
    "$",
    "@",
];

/// Tokens at random, in groups that close.
fn soup(random: &mut Random, length: usize, out: &mut String) {
    for _ in 0..length {
        match random.below(14) {
            0 => group(random, length, "(", ")", out),
            1 => group(random, length, "{", "}", out),
            2 => group(random, length, "[", "]", out),
            _ => {
                out.push_str(random.pick(TOKENS));
                out.push(' ');
            }
        }
    }
}

fn group(random: &mut Random, length: usize, open: &str, close: &str, out: &mut String) {
    out.push_str(open);
    soup(random, length / 2, out);
    out.push_str(close);
    out.push(' ');
}

const EXPRESSIONS: &[&str] = &[
    "c.index_faces().collection_id(E)",
    "c.detect_labels().image(E)",
    "c.list_faces().into_paginator().send()",
    "Image::builder().s3_object(E).build()",
    "S3Object::builder().bucket(E).name(E)",
    "format!(\"{}-{x}\", E)",
    "vec![E, E]",
    "tokio::join!(E, E)",
    "tokio::select! { x = E => E, else => E }",
    "E.clone()",
    "E.await?",
    "&E",
    "*E",
    "(E, E)",
    "[E, E]",
    "f(E)",
    "g(E, |x| E)",
    "S { a: E, b: E }",
    "E.a",
    "E.0",
    "E[E]",
    "if E { E } else { E }",
    "match E { Some(x) => E, S { a, .. } => E, _ => E }",
    "{ let x = E; let (a, b) = E; let S { a, b } = E; E }",
    "for x in E { E; }",
    "move |x: &Client, y| E",
    "async move { E }",
    "return E",
    "loop { break E; }",
    "E + E",
    "x = E",
    "E as T",
    "Some(E)",
    "Arc::new(E)",
    "Client::new(E)",
    "Client::list_faces(E)",
    "T::make(E)",
    "<T as Tr>::make(E)",
    "Self::A",
    "x.map(|x| E)",
    "E.iter().enumerate().map(|(i, x)| E)",
    "x.push_str(E)",
    "a!(E)",
    "unsafe { E }",
    "const { E }",
    "E?.b()",
    "x.rek().detect_labels().send()",
    "\"text\"",
    "x",
    "c",
    "A",
    "self.a",
    "1..E",
    "{ use m::*; fn h(c: &Client) { c.detect_text(); } h(E) }",
    "S::<Client>::new(E)",
    "x.set_image(Some(E))",
    "None",
];

const ITEMS: &[&str] = &[
    "fn f(c: &Client) -> S<Client> { E }",
    "async fn g<T: AsRef<Client>>(x: T, y: impl Fn(&Client) -> S<T>) { E }",
    "struct S<T = Client> { a: T, b: Option<Box<S<T>>> }",
    "struct U(Client, S<U>);",
    "impl<T> S<T> { const A: &'static str = E; fn rek(&self) -> &T { E } fn new(c: T) -> Self { E } }",
    "trait Tr: Tr2 { type O; fn make(&self) -> Self::O { E } fn rek(&self) -> &Client; }",
    "trait Tr2: Tr {}",
    "impl<T: Tr> Tr for T { fn make(&self) -> u8 { E } }",
    "impl std::ops::Deref for U { type Target = S<U>; fn deref(&self) -> &S<U> { E } }",
    "type T = T2<Client>; type T2<X> = S<T>;",
    "type Loop = Loop;",
    "use self::m::*; mod m { pub use super::*; pub use super::n::*; }",
    "mod n { pub use super::m::*; pub use aws_sdk_rekognition::{self as r, types::*, *}; }",
    "use a as b; use b as a;",
    "const A: &str = B; const B: &str = A;",
    "static C: std::sync::LazyLock<Client> = E;",
    "macro_rules! a { ($e:expr) => { $e.detect_labels() } }",
    "lazy_static! { static ref L: Client = E; }",
    "enum En { A(Client), B { c: Client, e: Box<En> } }",
    "#[derive(Deref)] struct D(D);",
    "fn r(x: &str) -> Image { r(x) }",
    "fn r2(x: &str) -> Image { let a = r3(x); if x { return a; } r2(x) } fn r3(x: &str) -> Image { r2(E) }",
    "extern crate aws_sdk_rekognition as rek;",
    "use aws_sdk_rekognition::{Client, types::{Image, S3Object}};",
    "union V { a: u8 }",
];

/// Code that parses: items with expressions in each other.
fn code(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..2 + random.below(8) {
        text.push_str(random.pick(ITEMS));
        text.push('\n');
    }
    for _ in 0..3 + random.below(60) {
        let Some(at) = text.find('E').filter(|&at| {
            // An `E` that is a word.
            !text[at + 1..].starts_with(|c: char| c.is_alphanumeric())
                && !text[..at].ends_with(|c: char| c.is_alphanumeric())
        }) else {
            break;
        };
        text.replace_range(at..=at, random.pick(EXPRESSIONS));
    }
    text
}

fn scan(text: &str) -> bool {
    let start = Instant::now();
    let parsed = match Scan::text("x.rs", text) {
        Ok(scan) => {
            if let Ok(derived) = Derive::new().of(scan) {
                assert!(derived.rust().contains("policy!["));
                derived.terraform().unwrap();
            }
            true
        }
        Err(error) => {
            assert!(error.to_string().starts_with("x.rs:"), "{error}\n{text}");
            false
        }
    };
    assert!(start.elapsed() < Duration::from_secs(20), "{text}");
    parsed
}

fn seconds() -> u64 {
    (std::env::var("FUZZ_SECONDS").ok()).map_or(0, |text| text.parse().unwrap())
}

#[test]
fn token_soup() {
    let mut random = Random(0x5eed);
    let start = Instant::now();
    let mut rounds = 0;
    while rounds < 300 || start.elapsed() < Duration::from_secs(seconds()) {
        rounds += 1;
        let mut text = String::new();
        let length = 4 + random.below(30);
        soup(&mut random, length, &mut text);
        scan(&text);
        scan(&format!(
            "fn f(c: &aws_sdk_rekognition::Client) {{ m!({text}); }}"
        ));
    }
}

#[test]
fn code_that_parses() {
    let mut random = Random(0xc0de);
    let start = Instant::now();
    let (mut rounds, mut parsed) = (0, 0);
    while rounds < 400 || start.elapsed() < Duration::from_secs(seconds()) {
        rounds += 1;
        parsed += usize::from(scan(&code(&mut random)));
    }
    assert!(parsed * 2 > rounds, "{parsed} of {rounds}");
}

/// Everything that nests, nested as deep as it may be, and deeper.
#[test]
fn deep_nesting() {
    for (open, inner, close) in [
        ("(", "1", ")"),
        ("{", "1", "}"),
        ("[", "1", "]"),
        ("!", "x", ""),
        ("&", "x", ""),
        ("-", "1", ""),
        ("f(", "1", ")"),
        ("m!(", "1", ")"),
        ("|x| ", "1", ""),
        ("if x { ", "1", " }"),
        ("if x {} else ", "{}", ""),
        ("", "x", ".a()"),
        ("", "c", ".index_faces()"),
        ("", "x", "?"),
        ("", "x", " + 1"),
        ("x = ", "1", ""),
        ("return ", "1", ""),
        ("async { ", "1", " }"),
        ("match x { _ => ", "1", " }"),
        ("Some(", "c", ")"),
        ("format!(\"{}\", ", "1", ")"),
        ("vec![", "1", "]"),
        ("{ fn f() {} ", "1", "}"),
    ] {
        for depth in [100, 400, 2_000, 5_000, 16_000, 100_000] {
            let text = format!(
                "fn f(c: &aws_sdk_rekognition::Client) {{ let y = {}{inner}{}; }}",
                open.repeat(depth),
                close.repeat(depth)
            );
            scan(&text);
        }
    }
    for depth in [100, 2_000, 20_000] {
        scan(&format!(
            "type T = {}u8{};",
            "Option<".repeat(depth),
            ">".repeat(depth)
        ));
        scan(&format!("type T = {}u8;", "&".repeat(depth)));
        scan(&format!("use {}x;", "a::".repeat(depth)));
        scan(&format!(
            "use {}x{};",
            "a::{".repeat(depth),
            "}".repeat(depth)
        ));
        scan(&format!(
            "{}{}",
            "mod m { ".repeat(depth),
            "}".repeat(depth)
        ));
        scan(&format!("fn f(c: {}u8) {{}}", "fn(u8) -> ".repeat(depth)));
    }
}

/// `FUZZ_SOURCES=~/.cargo/registry/src`: every Rust file below a directory.
#[test]
fn files_of_a_directory() {
    fn walk(directory: &Path, files: &mut usize) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && let Ok(text) = fs::read_to_string(&path)
            {
                *files += 1;
                let start = Instant::now();
                scan(&text);
                if start.elapsed() > Duration::from_secs(5) {
                    println!("{:?} {}", start.elapsed(), path.display());
                }
            }
        }
    }
    if let Some(directory) = std::env::var_os("FUZZ_SOURCES") {
        let mut files = 0;
        walk(Path::new(&directory), &mut files);
        println!("{files} files");
    }
}
