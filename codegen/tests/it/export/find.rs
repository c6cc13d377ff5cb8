//! Which policies an export finds, and what it says about those that it cannot export.

use crate::export::support::{GOOD, Package};
use rekognition_iam_codegen::{Export, Format};

#[test]
fn policies_of_all_files_by_name() {
    let package = Package::new(
        "names",
        &[
            (
                "src/lib.rs",
                "#![no_std]\nmod a;\npub static FACE_INDEXER: Policy = policy![allow(rekognition::all()).on_any()];",
            ),
            (
                "src/a/mod.rs",
                "impl X { pub const VIDEO: Policy = ri::policy! { allow(rekognition::all()).on_any() }; }",
            ),
            (
                "src/a/b/c.rs",
                "fn in_function() { let p = ::rekognition_iam::policy!(allow(rekognition::all()).on_any()); }",
            ),
            (
                "src/bin/tool.rs",
                "#!/usr/bin/env run\nconst Tool: Policy = policy![allow(rekognition::all()).on_any()];",
            ),
            (
                "src/orphan.rs",
                "\u{feff}static NO_MODULE_NAMES_THIS_FILE: Policy = policy![allow(rekognition::all()).on_any()];",
            ),
            (
                "src/notes.txt",
                "static TEXT: Policy = policy![allow(rekognition::all()).on_any()];",
            ),
            (
                "tests/a.rs",
                "static ELSEWHERE: Policy = policy![allow(rekognition::all()).on_any()];",
            ),
        ],
    );
    assert_eq!(
        package.names(),
        [
            "face_indexer",
            "in_function",
            "no_module_names_this_file",
            "tool",
            "video"
        ]
    );
}

#[test]
fn nothing_in_comments_strings_and_other_macros() {
    let package = Package::new(
        "near_misses",
        &[(
            "src/lib.rs",
            r##"
            //! `policy![allow(rekognition::Nonsense)]`
            /// policy![allow(rekognition::Nonsense)]
            pub static A: &str = "policy![allow(rekognition::Nonsense)]"; // policy![]
            /* static B: Policy = policy![allow(rekognition::Nonsense)]; */
            pub static C: &str = r#"policy![]"#;
            pub fn policy() -> bool { policy != (true) }
            pub static D: Policy = my_policy![allow(rekognition::Nonsense)];
            use rekognition_iam::{policy, s3 as storage};
            pub static E: Policy = storage![allow(rekognition::Nonsense)];
            "##,
        )],
    );
    let report = package.export().write().unwrap();
    assert!(report.policies().is_empty());
    assert!(report.left_out().is_empty());
    let warnings: Vec<_> = report.warnings().map(ToString::to_string).collect();
    assert_eq!(warnings, ["src: there is no `policy!` to export"]);
}

#[test]
fn renamed_imports_of_other_files() {
    let package = Package::new(
        "aliases",
        &[
            (
                "src/lib.rs",
                "pub use rekognition_iam::policy as iam_policy;",
            ),
            ("src/a.rs", "use crate::{x, iam_policy as p};"),
            (
                "src/b.rs",
                "static A: Policy = crate::iam_policy![allow(rekognition::all()).on_any()];\nstatic B: Policy = p![allow(rekognition::all()).on_any()];",
            ),
        ],
    );
    assert_eq!(package.names(), ["a", "b"]);
}

#[test]
fn what_is_for_tests_alone_is_left_out_and_said() {
    let bad = "policy![allow(rekognition::Nonsense).on_any()]";
    let package = Package::new(
        "tests_left_out",
        &[
            (
                "src/lib.rs",
                &format!(
                    "static A: Policy = {GOOD};\n#[cfg(test)]\nstatic B: Policy = {bad};\n#[cfg(test)]\nmod tests;\n#[cfg(not(test))]\nmod real;\n#[cfg(test)]\n#[path = \"real.rs\"]\nmod real;"
                ),
            ),
            ("src/tests.rs", "mod deep; // no p-word here"),
            (
                "src/tests/deep.rs",
                &format!("#[test] fn c() {{ {bad}; }}\nstatic D: Policy = {bad};"),
            ),
            ("src/real.rs", &format!("static E: Policy = {GOOD};")),
        ],
    );
    let report = package.export().write().unwrap();
    let names: Vec<_> = report
        .policies()
        .iter()
        .map(|policy| policy.item.as_str())
        .collect();
    assert_eq!(names, ["A", "E"]);
    let left_out: Vec<_> = report
        .left_out()
        .iter()
        .map(|left_out| {
            assert_eq!(left_out.why, "only compiled for tests");
            format!(
                "{} {}:{}:{}",
                left_out.item, left_out.source, left_out.line, left_out.column
            )
        })
        .collect();
    assert_eq!(
        left_out,
        [
            "B src/lib.rs:3:20",
            "c src/tests/deep.rs:1:18",
            "D src/tests/deep.rs:2:20"
        ]
    );
}

#[test]
fn mistakes_of_all_policies_at_once() {
    let package = Package::new(
        "mistakes",
        &[
            (
                "src/lib.rs",
                "static A: Policy = policy![\n    allow(rekognition::IndexFace).on_any(),\n    allow(rekognition::DetectLabels),\n];",
            ),
            ("src/b.rs", "static B: Policy = policy![];"),
            (
                "src/c.rs",
                "fn c(bucket: &'static str) -> Policy {\n    policy![allow(rekognition::DetectLabels).on_any().sid(bucket)]\n}",
            ),
        ],
    );
    let error = package.export().write().unwrap_err();
    let text = "src/b.rs:1:20: this policy has no statement
  help: start a statement with `allow(..)` or `deny(..)`
src/c.rs:2:59: the value must be a string literal
  help: use variables only for parts of resources, principals, and condition values
src/lib.rs:2:24: `rekognition` has no action `IndexFace`
  help: did you mean `rekognition::IndexFaces`?
  note: rule INVALID_ACTION: https://github.com/rekognition-iam/rekognition-iam/blob/main/docs/rules/INVALID_ACTION.md
src/lib.rs:3:5: this statement has no resources
  help: add `.on(..)` with the resources, or `.on_any()` for all of them";
    assert_eq!(error.to_string(), text);
    assert_eq!(package.error(), text);
    assert_eq!(
        format!("{error:?}"),
        text,
        "what the `main` of a build script prints"
    );
    let problem = &error.problems()[2];
    assert_eq!(problem.file().to_str(), Some("src/lib.rs"));
    assert_eq!((problem.line(), problem.column()), (Some(2), Some(24)));
    assert_eq!(problem.notes().len(), 2);
}

/// Each text of `src/lib.rs` and the whole error.
#[test]
fn policies_that_cannot_be_exported() {
    for (name, text, expected) in [
        (
            "nameless",
            "fn_like!(policy![]);\nconst _: Policy = policy![];",
            "src/lib.rs:1:10: this policy is not in a `static`, `const`, or `fn`, so its file has no name\n  help: give it a name: `static NAME: Policy = policy![..];`\nsrc/lib.rs:2:19: this policy is not in a `static`, `const`, or `fn`, so its file has no name\n  help: give it a name: `static NAME: Policy = policy![..];`",
        ),
        (
            "macro_body",
            "macro_rules! bucket {\n    ($b:literal) => { policy![allow(s3::GetObject).on(s3::object($b, \"*\"))] };\n}",
            "src/lib.rs:2:23: this policy is in the body of the macro `bucket!`, so its name and values are only known where the macro is used\n  help: write the policies in full, or exclude them from the export with `.skip(\"bucket\", \"why\")`",
        ),
        (
            "two_of_one_name",
            "mod a { static READER: Policy = policy![allow(rekognition::all()).on_any()]; }\nfn reader() -> Policy { policy![allow(rekognition::all()).on_any()] }",
            "src/lib.rs:2:25: two policies would be written to reader.json: `reader` here and `READER` at src/lib.rs:1:33\n  help: give each policy its own `static` or `const` with a different name",
        ),
        (
            "name_of_the_list",
            "static MANIFEST: Policy = policy![allow(rekognition::all()).on_any()];",
            "src/lib.rs:1:27: `MANIFEST` would be written to manifest.json, which is the name of the list of exports\n  \
               help: rename it",
        ),
        (
            "no_rust",
            "static A: Policy = policy![allow(rekognition::all()).on_any(]);",
            "src/lib.rs:1:61: the file is not valid Rust, so its policies cannot be read",
        ),
    ] {
        let package = Package::new(name, &[("src/lib.rs", text)]);
        assert_eq!(package.error(), expected, "{name}");
    }
}

#[test]
fn files_that_cannot_be_read() {
    let package = Package::new("not_utf8", &[]);
    package.write("src/lib.rs", b"// a\nstatic A: Policy = policy![\"\xff\"];");
    assert_eq!(
        package.error(),
        "src/lib.rs:2:29: the file is not valid UTF-8, so it cannot be read"
    );
    // Without the word there can be no policy, whatever the bytes.
    package.write("src/lib.rs", b"// \xff");
    package.write("src/b.rs", "mod test ( // no Rust");
    package.export().write().unwrap();
}

#[test]
fn policies_that_are_skipped() {
    let package = Package::new(
        "skips",
        &[(
            "src/lib.rs",
            "fn tenant(b: &str) { policy![allow(s3::GetObject).on(b)] }\n\
             macro_rules! m { ($x:tt) => { static M: Policy = policy![$x]; } }\n\
             const _: Policy = policy![];\n\
             static A: Policy = policy![allow(rekognition::all()).on_any()];",
        )],
    );
    let skips = || {
        package
            .export()
            .skip("tenant", "run time")
            .skip("m", "a macro")
            .skip("_", "no name")
    };
    let report = skips().write().unwrap();
    assert_eq!(report.policies().len(), 1);
    let left_out: Vec<_> = report
        .left_out()
        .iter()
        .map(|left_out| (left_out.item.as_str(), left_out.line, left_out.why.as_str()))
        .collect();
    assert_eq!(
        left_out,
        [
            ("tenant", 1, "run time"),
            ("m", 2, "a macro"),
            ("_", 3, "no name")
        ]
    );

    let error = skips()
        .skip("a", "wrong case")
        .skip("A", " ")
        .write()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "skip: there is no policy `a` in this crate\n  help: did you mean `A`?\nskip: the reason to exclude `A` is empty\n  help: write a reason; the list of exports shows it to reviewers"
    );
}

#[test]
fn source_directories() {
    let package = Package::new(
        "sources",
        &[
            ("src/a.rs", &format!("static A: Policy = {GOOD};")),
            ("more/b.rs", &format!("static B: Policy = {GOOD};")),
            ("single.rs", &format!("static C: Policy = {GOOD};")),
        ],
    );
    let sources = |sources: &[&str]| {
        let export = sources
            .iter()
            .fold(package.export(), |export, source| export.source(*source));
        let report = export.write().unwrap();
        let sources = report.policies().iter().map(|policy| policy.source.clone());
        sources.collect::<Vec<_>>()
    };
    assert_eq!(sources(&[]), ["src/a.rs"]);
    assert_eq!(sources(&["more"]), ["more/b.rs"]);
    assert_eq!(
        sources(&["src/../more/", "./single.rs", "src"]),
        ["src/a.rs", "more/b.rs", "single.rs"]
    );
    // A directory twice is read once.
    assert_eq!(
        sources(&["more", "more/../more", "more/b.rs"]),
        ["more/b.rs"]
    );
    let elsewhere = package.root.join("more");
    assert_eq!(sources(&[elsewhere.to_str().unwrap()]), ["more/b.rs"]);

    let error = package
        .export()
        .source("src")
        .source("missing")
        .write()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "missing: there is no such source directory\n  help: name the directory of the Rust files with `.source(..)`"
    );
}

#[cfg(unix)]
#[test]
fn symbolic_links() {
    use std::os::unix::fs::symlink;

    let package = Package::new(
        "links",
        &[("src/a/a.rs", &format!("static A: Policy = {GOOD};"))],
    );
    let link = |to: &str, at: &str| symlink(to, package.root.join("src").join(at)).unwrap();
    link("..", "a/up");
    link("self", "self");
    link("a/a.rs", "again.rs");
    // The lock of an editor.
    link("me@host.1234:1", ".#a.rs");
    assert_eq!(package.names(), ["a"]);
}

#[test]
fn what_cargo_says_is_taken() {
    // Cargo names the package to tests too, but no `OUT_DIR`: this package has no build script.
    let error = Export::new().write().unwrap_err();
    assert_eq!(
        error.to_string(),
        "environment: `OUT_DIR` is not set\n  help: Cargo sets it for build scripts; elsewhere, call `.out_dir(..)`"
    );
    let error = Export::new()
        .source("src/dsl")
        .out_dir("src/dsl/x")
        .write()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "src/dsl/x: this directory is inside the source directory `src/dsl`, so Cargo would treat each export as a change of the sources\n  help: export into a directory next to it, such as `.into_source(\"policies\")`"
    );
}

/// The value of a constant is the program's, wherever it is in the sources.
#[test]
fn values_of_constants() {
    let lib = "mod config;\npub static READER: Policy = policy![allow(rekognition::SearchFaces)\
               .on(rekognition::collection(config::REGION, config::ACCOUNT, \"staff\"))];";
    let config = "pub const ACCOUNT: &str = \"123456789012\";\npub static REGION: &'static str = concat!(\"us-east-\", 1);";
    let package = Package::new(
        "constants",
        &[("src/lib.rs", lib), ("src/config.rs", config)],
    );
    for format in [Format::Json, Format::Terraform] {
        let report = package.export().format(format).write().unwrap();
        let [reader] = report.policies() else {
            panic!("{report}")
        };
        assert!(reader.parameters.is_empty());
        let text = package.read(&format!("policies/{}", reader.file));
        assert!(
            text.contains("\"arn:aws:rekognition:us-east-1:123456789012:collection/staff\""),
            "{text}"
        );
    }
    for (config, why) in [
        (
            config.replace("\"123456789012\"", "env!(\"ACCOUNT\")"),
            "it is not a string literal or a `concat!` of literals",
        ),
        (
            config.replace("ACCOUNT", "OTHER"),
            "its path does not lead to a declaration that can be read in the sources of this crate",
        ),
    ] {
        package.write("src/config.rs", &config);
        let error = package.export().write().unwrap_err().to_string();
        assert!(
            error.contains(&format!(
                "the value of the constant `ACCOUNT` of `READER` is not known here: {why}"
            )),
            "{error}"
        );
        assert!(
            error.contains("`.value_of(\"READER\", \"ACCOUNT\", \"..\")`"),
            "{error}"
        );
        package
            .export()
            .value_of("READER", "ACCOUNT", "123456789012")
            .check_only(false)
            .write()
            .unwrap();
    }
    // What the compiler cannot check of a value, the rules do here.
    package.write(
        "src/config.rs",
        config.replace("us-east-\", 1", "us-east-\", 9"),
    );
    let error = package.export().write().unwrap_err().to_string();
    assert!(
        error.contains("with the values given, in `READER`:"),
        "{error}"
    );
}
