use super::*;

fn names() -> Names {
    Names::from([("policy".to_owned(), Some(PolicyKind::Identity))])
}

/// The owners and `(test)` of the invocations of a text.
fn owners(text: &str) -> Vec<String> {
    scan(text.parse().unwrap(), &names())
        .invocations
        .iter()
        .map(|found| {
            let owner = match &found.owner {
                Owner::Item(name) => name.clone(),
                Owner::Macro(name) => format!("{name}!"),
                Owner::Nameless => "-".to_owned(),
            };
            owner + if found.test { " (test)" } else { "" }
        })
        .collect()
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(owners(text), expected, "{text}");
}

#[test]
fn every_way_to_write_the_macro() {
    check("static A: Policy = policy![x];", &["A"]);
    check("static A: Policy = policy!(x);", &["A"]);
    check("static A: Policy = policy! { x };", &["A"]);
    check("static A: Policy = rekognition_iam::policy![x];", &["A"]);
    check("static A: Policy = ::ri::policy /* here */ ! [x];", &["A"]);
    check("static A: Policy = r#policy![x];", &["A"]);
    check("policy! { x } static B: Policy = policy![y];", &["-", "B"]);
    check("policy![x]; static B: Policy = policy![y];", &["-", "B"]);
}

#[test]
fn every_item_that_names() {
    check("pub(crate) const A: P = policy![];", &["A"]);
    check("static mut A: P = policy![];", &["A"]);
    check("lazy_static! { pub static ref A: P = policy![]; }", &["A"]);
    check("thread_local!(static A: P = const { policy![] });", &["A"]);
    check(
        "pub const unsafe extern \"C\" fn a() -> P { policy![] }",
        &["a"],
    );
    check("fn a() { let p = policy![]; }", &["a"]);
    check(
        "fn a() { static B: P = policy![]; let c = policy![]; }",
        &["B", "a"],
    );
    check(
        "impl X { const A: P = policy![]; fn b(&self) -> P { policy![] } }",
        &["A", "b"],
    );
    check(
        "trait X { const A: P = policy![]; fn b() -> P { policy![] } }",
        &["A", "b"],
    );
    check("mod m { pub mod n { static A: P = policy![]; } }", &["A"]);
    check("static A: &[P] = &[policy![], policy![]];", &["A", "A"]);
    check(
        "static A: S = S { p: policy![] }; static B: P = policy![];",
        &["A", "B"],
    );
    check("static A: P = { fn f() {} policy![] };", &["A"]);
    check(
        "static A: P = if X { policy![] } else { policy![] };",
        &["A", "A"],
    );
    check("static r#fn: P = policy![];", &["fn"]);
}

#[test]
fn items_that_do_not_name() {
    check("const _: P = policy![];", &["-"]);
    check("fn a() { const _: P = policy![]; }", &["a"]);
    check("const fn a() {} use_it!(policy![]);", &["-"]);
    check("type F = fn(u8) -> u8; x!(policy![]);", &["-"]);
    check(
        "struct S { f: fn(u8), g: &'static str } x!(policy![]);",
        &["-"],
    );
    check("static A: u8 = 1; x!(policy![]);", &["-"]);
}

/// Whether rustc refuses the invocations of a text for their place, and refuses variables in them.
fn refused(text: &str) -> Vec<(bool, bool)> {
    scan(text.parse().unwrap(), &names())
        .invocations
        .iter()
        .map(|found| (found.misplaced, found.is_value))
        .collect()
}

#[test]
fn places_that_rustc_refuses() {
    for text in [
        "static A = policy![];",
        "static : P = policy![];",
        "static A P = policy![];",
        "const A = x::policy![];",
        "policy![];",
        "fn (c: u8) -> P { policy![] }",
        "impl S { A: P = policy![]; }",
        "mod m { unsafe { policy![] } }",
        "type A = policy![];",
        "use policy![];",
        "|x| policy![]",
        "macro_rules m { () => { policy![] } }",
    ] {
        assert_eq!(refused(text), [(true, false)], "{text}");
    }
    for text in [
        "const _: () = { let a: P = policy![]; };",
        "const _: () = { mod m { struct S { a: [u8; { policy![]; 1 }] } } };",
        "struct S([u8; { policy![]; 1 }]);",
        "struct S<const N: usize = { policy![]; 1 }>;",
        "enum E { A = { policy![]; 1 } }",
        "m!(policy![]);",
        "impl S { m! { a = policy![] } }",
        "macro_rules! m { () => { policy![] } }",
        "fn a() { policy![] }",
        "fn a() { let a = policy![]; }",
        "static A: L = L::new(|| policy![]);",
        "static A: P = f(policy![]);",
    ] {
        assert_eq!(refused(text), [(false, false)], "{text}");
    }
    for text in [
        "static A: P = policy![];",
        "pub const A: x::P = ::x::policy![];",
        "const _: P = policy![];",
        "fn a() { const A: P = policy![]; }",
        "trait T { const A: P = policy![].with(); }",
    ] {
        assert_eq!(refused(text), [(false, true)], "{text}");
    }
}

#[test]
fn attributes_that_may_leave_an_item_out() {
    let conditional = |attribute: &str| {
        let found = scan(
            format!("{attribute} static A: P = policy![];")
                .parse()
                .unwrap(),
            &names(),
        );
        found.invocations[0].conditional
    };
    for attribute in [
        "#[cfg(unix)]",
        "#[cfg(not(feature = \"x\"))]",
        "#[cfg(any(unix, not(feature = \"x\")))]",
        "#[cfg_attr(unix, cfg(windows))]",
        "#[cfg_attr(unix, path = \"x.rs\")]",
        "#[cfg_attr(feature = \"x\", allow(unused), my::item)]",
        "#[cfg_attr(unix, cfg_attr(windows, allow(unused)))]",
    ] {
        assert!(conditional(attribute), "{attribute}");
    }
    for attribute in [
        "#[cfg(not(test))]",
        "#[cfg(all())]",
        "#[cfg(any(unix, not(test)))]",
        "#[cfg_attr(test, my::item)]",
        "#[cfg_attr(unix, allow(unused), doc = \"x\", must_use)]",
        "#[allow(unused)]",
    ] {
        assert!(!conditional(attribute), "{attribute}");
    }
}

#[test]
fn headers_with_braces_and_angles() {
    check(
        "fn a<const N: usize>() -> Foo<{ N + 1 }> where F: Fn() -> u8 { policy![] }",
        &["a"],
    );
    check(
        "fn a(x: Foo<{ f() }>) -> impl Fn(u8) -> Bar<{ 2 }> { policy![] }",
        &["a"],
    );
    check(
        "impl<const N: usize> Foo<{ N }> { const A: P = policy![]; }",
        &["A"],
    );
    check(
        "fn a() -> [u8; { 3 }] { policy![] } fn b() { policy![] }",
        &["a", "b"],
    );
    check("trait T { fn a(); const B: P = policy![]; }", &["B"]);
    check(
        "#[cfg(test)] fn a() -> Foo<{ 1 }> { policy![] } fn b() { policy![] }",
        &["a (test)", "b"],
    );
}

#[test]
fn near_misses() {
    check(
        "/// policy![x]\n//! policy![x]\nstatic A: &str = \"policy![x]\"; /* policy![x] */",
        &[],
    );
    check(
        "static A: bool = policy != (x); fn policy() {} use a::policy;",
        &[],
    );
    check(
        "static A: P = my_policy![]; static B: P = policy_of![];",
        &[],
    );
    check("macro_rules! policy { () => {} }", &[]);
    check("static A: P = r#\"policy![]\"#;", &[]);
}

#[test]
fn bodies_of_macros() {
    check(
        "macro_rules! m { ($x:expr) => { policy![$x] } } static A: P = policy![];",
        &["m!", "A"],
    );
    check(
        "macro_rules! m(($x:expr) => { static A: P = policy![$x]; }); fn b() { policy![] }",
        &["m!", "b"],
    );
    check(
        "#[cfg(test)] macro_rules! m { () => { policy![] } } fn b() { policy![] }",
        &["m! (test)", "b"],
    );
}

#[test]
fn what_is_for_tests_alone() {
    for cfg in [
        "#[cfg(test)]",
        "#[cfg(all(test, unix))]",
        "#[cfg(all(unix, all(feature = \"x\", test)))]",
        "#[cfg(any(test))]",
        "#[cfg(any(all(test, unix), test,))]",
        // No program has these either.
        "#[cfg(any(test, doc))]",
        "#[cfg(any())]",
        "#[allow(dead_code)] #[cfg(test)] /** doc */",
    ] {
        check(
            &format!("{cfg} static A: P = policy![]; static B: P = policy![];"),
            &["A (test)", "B"],
        );
    }
    for cfg in [
        "#[cfg(not(test))]",
        "#[cfg(any(test, feature = \"x\"))]",
        "#[cfg(feature = \"test\")]",
        "#[cfg_attr(test, allow(dead_code))]",
        "#[doc(test(no_crate_inject))]",
    ] {
        check(&format!("{cfg} static A: P = policy![];"), &["A"]);
    }
    check(
        "#[cfg(test)] mod t { fn a() { policy![] } } fn b() { policy![] }",
        &["a (test)", "b"],
    );
    check(
        "mod t { #![cfg(test)] fn a() { policy![] } } fn b() { policy![] }",
        &["a (test)", "b"],
    );
    check(
        "#![cfg(test)] fn a() { policy![] } fn b() { policy![] }",
        &["a (test)", "b (test)"],
    );
    check(
        "#[test] fn a() { policy![] } #[tokio::test(flavor = \"x\")] async fn b() { policy![] } fn c() { policy![] }",
        &["a (test)", "b (test)", "c"],
    );
    check(
        "impl X { #[cfg(test)] const A: P = policy![]; const B: P = policy![]; }",
        &["A (test)", "B"],
    );
    check(
        "#[cfg(test)] use a::{b, c}; static B: P = policy![];",
        &["B"],
    );
    check(
        "fn a() { #[cfg(test)] let x = policy![]; let y = policy![]; }",
        &["a (test)", "a"],
    );
    check(
        "static A: S = S { #[cfg(test)] x: policy![], y: policy![] };",
        &["A (test)", "A"],
    );
    check(
        "#[cfg(test)] policy! { x } static B: P = policy![];",
        &["- (test)", "B"],
    );
}

#[test]
fn renamed_imports() {
    let find = |text: &str| {
        aliases(&text.parse().unwrap(), &names())
            .into_keys()
            .collect::<Vec<_>>()
    };
    assert_eq!(find("use ri::policy as p;"), ["p"]);
    assert_eq!(
        find("fn f() { use ri::{aws, x::{policy as r#in}, s3 as q}; }"),
        ["in"]
    );
    assert_eq!(
        find("pub use ri::policy as p; use crate::policy as q;"),
        ["p", "q"]
    );
    assert!(find("use ri::policy as _; use ri::policy; let x = policy as u8;").is_empty());
    assert!(find("use ri::policy_of as p; use ri::x as policy;").is_empty());
}

#[test]
fn modules_in_files() {
    let found = scan(
        "mod a; #[cfg(test)] mod b { mod c; } #[path = \"x/y.rs\"] #[cfg(test)] pub mod d; mod e {}"
            .parse()
            .unwrap(),
        &names(),
    );
    let modules: Vec<_> = found
        .modules
        .iter()
        .map(|module| (module.path.join("::"), module.file.as_deref(), module.test))
        .collect();
    assert_eq!(
        modules,
        [
            ("a".to_owned(), None, false),
            ("b::c".to_owned(), None, true),
            ("d".to_owned(), Some("x/y.rs"), true),
        ]
    );
}

/// What rustc refuses whatever comes after it: lines that are being typed.
#[test]
fn what_cannot_be_rust() {
    let broken = |text: &str| scan(text.parse().unwrap(), &names()).broken.is_some();
    for text in [
        // The `;` is missing.
        "static A: P = policy![x] static B: P = policy![y];",
        "static A: P = policy![x] fn b() {}",
        "static A: P = policy![x]",
        "static A: P = pol pub static B: P = policy![y];",
        "mod a { const A: P = policy![x] }",
        // The value is missing.
        "static A: P = ;",
        "static A: P = policy!; static B: P = policy![y];",
        "fn a() { let p = ; }",
        // The item has no keyword yet.
        "stat A: P = policy![x];",
        "pub A: P = policy![x];",
        "mod a { stat A: P = policy![x]; }",
        "let p = policy![x];",
        "\"text\" static A: P = policy![x];",
    ] {
        assert!(broken(text), "{text}");
    }
    for text in [
        "",
        "//! Docs.\n#![no_std]\nextern crate alloc; extern \"C\" { fn a(); } unsafe extern \"C\" fn b() {}",
        "static A: P = policy![x]; pub(crate) const B: &[P] = &[policy![y], policy![z]];",
        "static A: usize = policy![x].json().len() as usize;",
        "const fn a() -> P { policy![x] } fn b() { let p = policy![x] else { return }; let q = policy! { x }; }",
        "policy! { x } policy![y]; a::b! { c } ::d::e!(f);",
        "thread_local! { static A: P = policy![x] } lazy_static! { static ref B: P = policy![y] }",
        "my_macro! { stat A: P = policy![x] } macro_rules! m { ($x:ident) => { stat $x = ; } }",
        "type T = impl Trait + use<>; use a::{b, c as d}; union U { a: u8 } auto trait V {}",
        "fn a() { let f = static || 1; let r#mod = r#static; x = 1; if let Some(y) = z { w } }",
        "impl X { const A: P; const B: P = policy![x]; } trait T { const C: P; type D = u8; }",
        "macro_rules! m { () => { policy![x] } } m!{} m!();",
    ] {
        assert!(!broken(text), "{text}");
    }
}

/// What a user may have typed so far, on a line of its own.
#[cfg(feature = "derive")]
const TYPED: &[&str] = &[
    "mod",
    "mod m",
    "pub",
    "pub(crate)",
    "fn",
    "fn f",
    "fn f()",
    "fn f() -> Policy",
    "static",
    "static S",
    "static S:",
    "static S: Policy",
    "static S: Policy =",
    "const",
    "const C: u8",
    "use",
    "use a::b",
    "use a::{b}",
    "struct S",
    "enum E",
    "impl",
    "impl T for",
    "impl T for S where",
    "trait",
    "type T",
    "type T =",
    "let x =",
    "#",
    "#!",
    "#[cfg(test)] #",
    "#[cfg(test)] mod",
    "#[cfg(test)] mod m",
    "#[cfg(test)] fn f()",
    "#[cfg(test)] pub",
    "#[cfg(test)] use a",
    "#[cfg(test)] static",
    "#[test] fn",
    "#[cfg(test)] impl",
    "#[cfg(test)] struct S",
    "#[cfg(test)] const",
    "#[cfg(test)] x",
    "#[cfg(test)] type T",
    "#[cfg(test)] trait T",
    "#[cfg(test)] macro_rules",
    "#[cfg(test)] macro_rules!",
    "#[cfg(test)] extern",
    "#[cfg(test)] unsafe",
    "macro_rules!",
    "macro_rules! m",
    "x",
    "x!",
    "x::",
    "x::y",
    ".",
    "=",
    "::",
    "!",
    "1",
    "\"x\"",
    "extern crate",
    "extern",
    "unsafe",
    "async",
    "'a",
    "->",
    "=>",
    "&",
    "?",
    "where",
    "for",
    "if x",
    "match x",
    "return",
    "()",
    "[]",
    "{}",
];

/// A line that makes a file no Rust is noticed, or leaves all policies what they were: no other policy seems to be gone, or to be
/// for tests alone.
#[cfg(feature = "derive")]
#[test]
fn half_typed_lines() {
    let file = "use x::policy;\nmod a;\n/// Doc.\nstatic A: Policy = policy![a];\nmod m {\npub static B: Policy = policy![b];\nfn f() {}\n}\nstruct S {\na: u8,\n}\nimpl S {\npub const C: Policy = policy![c];\nfn d() -> Policy {\nlet x = 1;\npolicy![d]\n}\n}\n";
    let found = |text: &str| {
        let found = scan(text.parse().unwrap(), &names());
        let mut policies = Vec::new();
        for invocation in &found.invocations {
            policies.push((
                format!("{:?}", invocation.owner),
                invocation.test,
                invocation.misplaced,
            ));
        }
        (found.broken.is_some(), policies)
    };
    let before = found(file);
    assert!(!before.0 && syn::parse_file(file).is_ok());
    let lines: Vec<&str> = file.lines().collect();
    let mut wrong = 0;
    for at in 0..=lines.len() {
        for typed in TYPED {
            let text = [&lines[..at], &[*typed], &lines[at..]].concat().join("\n");
            if syn::parse_file(&text).is_ok() {
                continue;
            }
            wrong += 1;
            let after = found(&text);
            assert!(after.0 || after.1 == before.1, "{text}");
        }
    }
    assert!(wrong > 1000, "{wrong}");
}
