//! What a program is made of next to its own crate, what of that is followed, and that the rest is listed.

use std::fs;
use std::path::{Path, PathBuf};

use rekognition_iam_codegen::derive::{Include, Scan};

/// A directory with these files.
fn files(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("follow")
        .join(name);
    if root.exists() {
        fs::remove_dir_all(&root).unwrap();
    }
    for (file, text) in files {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn manifest(name: &str, dependencies: &str) -> String {
    format!("[package]\nname = \"{name}\"\n[dependencies]\n{dependencies}\n")
}

fn lines(scan: &Scan) -> Vec<String> {
    let calls = scan.calls().iter().map(ToString::to_string);
    let notes = scan.unfollowed().iter().map(|note| format!("? {note}"));
    calls.chain(notes).collect()
}

/// The calls of the package in a directory, and what was not followed.
fn found(root: &Path) -> Vec<String> {
    lines(&Scan::package(root).unwrap())
}

/// The calls of a package of one file with these dependencies.
fn of(name: &str, dependencies: &str, source: &str) -> Vec<String> {
    found(&files(
        name,
        &[
            ("Cargo.toml", &manifest("app", dependencies)),
            ("src/lib.rs", source),
        ],
    ))
}

/// A file that no `mod` declares may be a module all the same, by a macro.
#[test]
fn modules_that_a_macro_declares() {
    let calls =
        "pub async fn one(c: &aws_sdk_sqs::Client) { c.purge_queue().queue_url(u).send().await; }";
    let of = |name: &str, lib: &str| {
        found(&files(
            name,
            &[
                ("Cargo.toml", &manifest("app", "aws-sdk-sqs = \"1\"")),
                (
                    "src/lib.rs",
                    &format!(
                        "{lib}\npub async fn f(c: &aws_sdk_sqs::Client) {{ c.list_queues().send().await; }}"
                    ),
                ),
                ("src/one.rs", calls),
                ("src/auto/two.rs", calls),
                ("src/auto/three.rs", "pub fn nothing() {}"),
                ("src/checks.rs", calls),
                ("src/checks/more.rs", calls),
            ],
        ))
    };
    let note = |file: &str| {
        format!(
            "? {file}:1:47: `.purge_queue(..)` is in a file that no `mod` declares, and a macro may; declare the module, or remove the file"
        )
    };
    let listed = "src/lib.rs:2: list_queues".to_owned();
    assert_eq!(
        of(
            "declared-by-macro",
            "macro_rules! modules { ($($m:ident),*) => { $(pub mod $m;)* } } modules!(one, two); #[cfg(test)] mod checks;"
        ),
        [listed.clone(), note("src/auto/two.rs"), note("src/one.rs")]
    );
    assert_eq!(
        of(
            "declared-by-automod",
            "mod one; automod::dir!(\"src/auto\"); #[cfg(test)] mod checks;"
        ),
        [
            "src/lib.rs:2: list_queues",
            "src/one.rs:1: purge_queue",
            &note("src/auto/two.rs")
        ]
    );
    // Nothing may declare it.
    assert_eq!(
        of("declared-by-nothing", "thread_local! { static X: u8 = 1; }"),
        [listed]
    );
}

#[test]
fn path_and_workspace_dependencies_are_followed() {
    let root = files(
        "paths",
        &[
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"app\", \"lib*\"]\n[workspace.dependencies]\nlibtwo = { path = \"libtwo\" }\n",
            ),
            (
                "app/Cargo.toml",
                &manifest(
                    "app",
                    "store = { path = \"../libone\", package = \"libone\" }\nlibtwo.workspace = true",
                ),
            ),
            (
                "app/src/main.rs",
                "use store::{Store, sdk}; fn main() { Store::new().client.get_object(); store::rek().detect_faces(); \
                 let q: sdk::Client = libtwo::queue(); q.list_queues(); }",
            ),
            (
                "libone/Cargo.toml",
                &manifest(
                    "libone",
                    "s3 = { package = \"aws-sdk-s3\", version = \"1\" }\naws-sdk-rekognition = \"1\"\naws-sdk-sqs = \"1\"",
                ),
            ),
            (
                "libone/src/lib.rs",
                "pub use aws_sdk_sqs as sdk; pub struct Store { pub client: s3::Client } impl Store { pub fn new() -> Self { loop {} } }\n\
                 pub fn rek() -> aws_sdk_rekognition::Client { let c: aws_sdk_rekognition::Client = x(); c.list_faces(); c }",
            ),
            (
                "libtwo/Cargo.toml",
                &manifest(
                    "libtwo",
                    "libone = { path = \"../libone\" }\n[dev-dependencies]\naws-sdk-iam = \"1\"",
                ),
            ),
            (
                "libtwo/src/lib.rs",
                "pub fn queue() -> libone::sdk::Client { loop {} }",
            ),
        ],
    );
    assert_eq!(
        found(&root.join("app")),
        [
            "../libone/src/lib.rs:2: list_faces",
            "src/main.rs:1: get_object",
            "src/main.rs:1: detect_faces",
            "src/main.rs:1: list_queues",
        ]
    );
    // The same as one program.
    let all = Scan::choose(&root, &[], true).unwrap();
    let scan = Scan::packages(&root, &all, Include::default()).unwrap();
    assert_eq!(lines(&scan).len(), 4);
    assert!(lines(&scan).contains(&"libone/src/lib.rs:2: list_faces".to_owned()));
    let one = Scan::choose(&root, &["libone".to_owned()], false).unwrap();
    let scan = Scan::packages(&root, &one, Include::default()).unwrap();
    assert_eq!(lines(&scan), ["libone/src/lib.rs:2: list_faces"]);
    let error = Scan::choose(&root, &["gone".to_owned()], false).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Cargo.toml: this workspace has no package `gone`\n  help: it has `app`, `libone`, `libtwo`"
    );
}

#[test]
fn exports_of_a_crate_that_is_not_read() {
    // By the name of the SDK's crate the type is known.
    assert_eq!(
        of(
            "exports",
            "bridge = { path = \"../nowhere\" }",
            "fn f(c: &bridge::aws_sdk_sns::Client) { c.publish().topic_arn(t).send(); }"
        ),
        [
            "src/lib.rs:1: publish",
            "? Cargo.toml:4:1: the path dependency `bridge` is not followed: there is no such file",
        ]
    );
    // By another name it may be anything, a client too.
    assert_eq!(
        of(
            "exports_renamed",
            "bridge = { path = \"../nowhere\" }",
            "fn f(c: &bridge::Topics, v: &bridge::Values) { c.publish().topic_arn(t).send(); v.publish(1).send(); }"
        ),
        [
            "? Cargo.toml:4:1: the path dependency `bridge` is not followed: there is no such file",
            "? src/lib.rs:1:50: `.publish(..)` is called on something whose type is not known; if it is a client of `aws-sdk-sns`, the \
             call is missing here",
        ]
    );
}

#[test]
fn forks_are_taken_for_the_crate_that_they_replace() {
    let note = |package: &str| {
        format!(
            "? Cargo.toml:4:1: `{package}` is used instead of `aws-sdk-s3`; its calls are treated as calls to that crate"
        )
    };
    for (name, dependency, package) in [
        (
            "fork",
            "aws-sdk-s3 = { package = \"patched\", version = \"1\" }",
            "patched",
        ),
        (
            "fork_2",
            "aws_sdk_s3 = { package = \"acme-aws-sdk-s3\", path = \"x\" }",
            "acme-aws-sdk-s3",
        ),
    ] {
        assert_eq!(
            of(
                name,
                dependency,
                "fn f(c: &aws_sdk_s3::Client) { c.get_object(); }"
            ),
            ["src/lib.rs:1: get_object".to_owned(), note(package)]
        );
    }
    assert_eq!(
        of(
            "fork_3",
            "store = { package = \"aws-sdk-s3-patched\", version = \"1\" }",
            "fn f(c: &store::Client) { c.get_object(); }"
        ),
        [
            "src/lib.rs:1: get_object".to_owned(),
            note("aws-sdk-s3-patched")
        ]
    );
    // The same crate under another name is not a fork.
    assert_eq!(
        of(
            "renamed",
            "store = { package = \"aws-sdk-s3\", version = \"1\" }",
            "fn f(c: &store::Client) { c.get_object(); }"
        ),
        ["src/lib.rs:1: get_object"]
    );
}

#[test]
fn services_that_the_catalogue_does_not_cover() {
    let called = |service: &str, method: &str| {
        format!(
            "{service}: `{method}` of `aws-sdk-{service}` is called, and the catalogue does not cover this service; what it needs is missing \
             here"
        )
    };
    assert_eq!(
        of(
            "others",
            "aws-sdk-nowhere = \"1\"\nbedrock = { package = \"aws-sdk-unheardof\", version = \"1\" }",
            "use aws_sdk_nowhere as t;\n\
             struct App { t: t::Client, b: Option<bedrock::Client> }\n\
             impl App { async fn f(&self) {\n\
             self.t.translate_text().text(\"x\").send().await;\n\
             self.b.as_ref().unwrap().converse().model_id(\"m\").send().await;\n\
             let _ = self.t.config().region(); let _ = self.t.clone();\n\
             t::Client::list_languages(&self.t).send().await;\n\
             } }"
        ),
        [
            format!("? src/lib.rs:4:8: {}", called("nowhere", "translate_text")),
            format!("? src/lib.rs:5:26: {}", called("unheardof", "converse")),
            format!("? src/lib.rs:7:1: {}", called("nowhere", "list_languages")),
        ]
    );
    // On something of an unknown type, only what goes on like a request.
    assert_eq!(
        of(
            "others_unknown",
            "aws-sdk-nowhere = \"1\"",
            "async fn f(x: &other::X) { x.translate_text().text(\"x\").send().await; x.get_page().send(1); x.read_all().text(); }"
        ),
        [
            "? src/lib.rs:1:30: `.translate_text(..)` is called on something whose type is not known; if it is a client of `aws-sdk-nowhere`, \
             the call is missing here"
        ]
    );
    // An operation that is newer than the catalogue.
    assert_eq!(
        of(
            "newer",
            "aws-sdk-s3 = \"1\"",
            "async fn f(c: &aws_sdk_s3::Client, all: Vec<aws_sdk_s3::Client>) { c.get_tomorrow().bucket(b).send().await; all.first_chunk(); c.other(); }"
        ),
        [
            "? src/lib.rs:1:70: s3: `get_tomorrow` of `aws-sdk-s3` is called, and the catalogue does not have this operation; what it needs is \
             missing here"
        ]
    );
}

#[test]
fn libraries_that_call_aws_are_listed() {
    let dependencies = "object_store = { version = \"0.11\", features = [\"aws\"] }\n\
         opendal = { version = \"0.50\", features = [\"services-fs\"] }\n\
         aws-sdk-s3-transfer-manager = \"0.1\"\nrusoto_sqs = \"0.48\"\ntokio = \"1\"\naws-config = \"1\"";
    let notes = of("libraries", dependencies, "fn f() {}");
    let expected = |line: usize, package: &str| {
        format!(
            "? Cargo.toml:{line}:1: `{package}` calls AWS itself; add the permissions that it needs"
        )
    };
    // `services-fs` is a feature like that of S3: its name does not say which one it is.
    assert_eq!(
        notes,
        [
            expected(4, "object_store"),
            expected(5, "opendal"),
            expected(6, "aws-sdk-s3-transfer-manager"),
            expected(7, "rusoto_sqs"),
        ]
    );
    // The provider of a role calls STS.
    assert_eq!(
        of(
            "provider",
            "aws-config = \"1\"",
            "use aws_config::sts::AssumeRoleProvider;\nasync fn f() { AssumeRoleProvider::builder(\"arn:aws:iam::123456789012:role/r\").build().await; }"
        ),
        ["src/lib.rs:2: assume_role"]
    );
}

#[test]
fn what_a_lock_file_says() {
    let root = files(
        "lock",
        &[
            (
                "Cargo.toml",
                &manifest("app", "modest = \"1\"\nhelper = \"1\"\naws-config = \"1\""),
            ),
            ("src/main.rs", "fn main() {}"),
            (
                "Cargo.lock",
                "version = 4\n[[package]]\nname = \"modest\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"helper\"\nversion = \"99.0.0\"\n\
                 dependencies = [\n \"inner\",\n]\n\n[[package]]\nname = \"inner\"\nversion = \"1.0.0\"\ndependencies = [\n \"aws-sdk-sqs\",\n]\n",
            ),
        ],
    );
    assert_eq!(
        found(&root),
        [
            "? Cargo.toml:5:1: `helper` depends on the AWS SDK and its source is not in cargo's registry, so it is not followed"
        ]
    );
}

#[test]
fn what_is_compiled_for_tests_only() {
    let call = "fn f(c: &aws_sdk_s3::Client) { c.get_object(); }";
    for head in [
        "#![cfg(test)]\n",
        "#![cfg(all(test, feature = \"it\"))]\n",
        "#![cfg(all(unix, test))]\n",
        "#![cfg(any(test, doc))]\n",
        "#![cfg(any(test, all(doctest, unix)))]\n",
        "#![cfg(not(not(test)))]\n",
        "#![cfg(not(any(not(test), unix)))]\n",
        "#![cfg(any())]\n",
        "#![cfg(false)]\n",
    ] {
        let root = files(
            "inner_test",
            &[
                ("Cargo.toml", &manifest("app", "aws-sdk-s3 = \"1\"")),
                ("src/lib.rs", "mod it;"),
                ("src/it.rs", &format!("{head}{call}")),
            ],
        );
        assert!(found(&root).is_empty(), "{head}");
    }
    for head in [
        "#![cfg(any(test, unix))]\n",
        "#![cfg(not(test))]\n",
        "#![cfg(any(test, not(test)))]\n",
        "#![cfg(not(all(test, unix)))]\n",
        "#![cfg(all())]\n",
        "#![cfg(true)]\n",
        "#![cfg(feature = \"test\")]\n",
        "#![allow(x)]\n",
    ] {
        assert_eq!(
            of(
                "inner_no_test",
                "aws-sdk-s3 = \"1\"",
                &format!("{head}{call}")
            )
            .len(),
            1,
            "{head}"
        );
    }
    for mark in [
        "#[rstest]",
        "#[rstest::rstest]",
        "#[rstest(x, case(1))]",
        "#[test_case(1; \"one\")]",
        "#[tokio::test(flavor = \"multi_thread\")]",
        "#[wasm_bindgen_test]",
        "#[quickcheck]",
        "#[rstest::fixture]",
        "#[fixture]",
        "#[test_log::test(tokio::test)]",
    ] {
        let source = format!("{mark} {call}");
        assert!(
            of("marks", "aws-sdk-s3 = \"1\"", &source).is_empty(),
            "{mark}"
        );
    }
    for mark in [
        "#[tested]",
        "#[cfg_attr(test, derive(Debug))]",
        "#[instrument]",
    ] {
        let source = format!("{mark} {call}");
        assert_eq!(
            of("no_marks", "aws-sdk-s3 = \"1\"", &source).len(),
            1,
            "{mark}"
        );
    }
}

#[test]
fn statements_that_are_compiled_for_tests_only() {
    let of = |name: &str, statement: &str| {
        let source = format!("fn f(c: &aws_sdk_s3::Client) {{ {statement} }}");
        of(name, "aws-sdk-s3 = \"1\"", &source)
    };
    for statement in [
        "#[cfg(test)] c.get_object().send();",
        "#[cfg(test)] c.get_object().send()",
        "#[cfg(any())] { c.get_object(); }",
        "#[cfg(test)] log!(c.get_object());",
        "#[cfg(test)] x = c.get_object();",
        "if cfg!(test) { c.get_object(); }",
        "if cfg!(all(test, unix)) && ready { c.get_object(); }",
        "if !cfg!(not(test)) { c.get_object(); }",
        "if !cfg!(test) || ready { } else { c.get_object(); }",
        "g(#[cfg(test)] c.get_object());",
    ] {
        assert!(of("test_statement", statement).is_empty(), "{statement}");
    }
    for statement in [
        "#[cfg(unix)] c.get_object().send();",
        "#[allow(x)] c.get_object().send();",
        "if cfg!(unix) { c.get_object(); }",
        "if !cfg!(test) { c.get_object(); }",
        "if cfg!(test) { } else { c.get_object(); }",
        "if cfg!(test) || ready { c.get_object(); }",
        "if ready { c.get_object(); }",
    ] {
        assert_eq!(of("program_statement", statement).len(), 1, "{statement}");
    }
}

#[test]
fn calls_in_attributes_are_noted() {
    for (source, noted) in [
        (
            "#[handler(call = c.get_object().send())] fn f(c: &aws_sdk_s3::Client) {}",
            1,
        ),
        (
            "struct S; impl S { #[wrap(c.get_object())] fn f(c: &aws_sdk_s3::Client) {} }",
            1,
        ),
        (
            "trait T { #[wrap(c.get_object())] fn f(c: &aws_sdk_s3::Client); }",
            1,
        ),
        (
            "#[handler(name = \"get_object()\")] fn f(c: &aws_sdk_s3::Client) {}",
            0,
        ),
        (
            "#[cfg(test)] #[wrap(c.get_object())] fn f(c: &aws_sdk_s3::Client) {}",
            0,
        ),
    ] {
        let found = of("attribute", "aws-sdk-s3 = \"1\"", source);
        assert_eq!(found.len(), noted, "{source}: {found:?}");
        assert!(
            found.iter().all(|line| line.contains("the attribute")),
            "{found:?}"
        );
    }
}

#[test]
fn examples_and_tests_on_request() {
    let call = |method: &str| format!("fn f(c: &aws_sdk_s3::Client) {{ c.{method}(); }}");
    let root = files(
        "include",
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"app\"\n[dependencies]\naws-sdk-s3 = \"1\"\n[dev-dependencies]\naws-sdk-sqs = \"1\"\n",
            ),
            (
                "src/lib.rs",
                &format!(
                    "{}\n#[cfg(test)] mod tests {{ #[test] {} }}",
                    call("get_object"),
                    call("put_object")
                ),
            ),
            ("examples/one.rs", &call("delete_object")),
            (
                "tests/it.rs",
                "#[tokio::test] async fn f() { let c: aws_sdk_sqs::Client = x(); c.list_queues(); }",
            ),
        ],
    );
    let calls = |include: Include| {
        lines(&Scan::packages(&root, std::slice::from_ref(&root), include).unwrap())
    };
    assert_eq!(calls(Include::default()), ["src/lib.rs:1: get_object"]);
    assert_eq!(
        calls(Include::default().examples(true)),
        [
            "examples/one.rs:1: delete_object",
            "src/lib.rs:1: get_object"
        ]
    );
    assert_eq!(
        calls(Include::default().tests(true)),
        [
            "src/lib.rs:1: get_object",
            "src/lib.rs:2: put_object",
            "tests/it.rs:1: list_queues"
        ]
    );
}

#[test]
fn one_grant_that_no_policy_can_have_leaves_the_others() {
    for (call, why) in [
        (
            "sns.publish().topic_arn(\"arn:aws:sns:us-east-1:YOUR_ACCOUNT:topic\").send()",
            "12 digits",
        ),
        (
            "sqs.delete_queue().queue_url(\"https://sqs.us-east-1.amazonaws.com/123456789012/bad name\").send()",
            "queue",
        ),
    ] {
        let text = format!(
            "async fn f(c: &aws_sdk_rekognition::Client, sns: &aws_sdk_sns::Client, sqs: &aws_sdk_sqs::Client) {{\n    c.list_collections().send().await;\n    {call}.await;\n}}"
        );
        let derived = rekognition_iam_codegen::derive::Derive::new()
            .of(Scan::text("src/lib.rs", &text).unwrap())
            .unwrap();
        let source = derived.rust();
        assert!(source.contains("rekognition::ListCollections"), "{source}");
        let notes: Vec<String> = (derived.unfollowed().iter())
            .map(|note| format!("{}: {}", note.line(), note.message()))
            .collect();
        // Left out and said, or derived with an open part.
        let said = notes
            .iter()
            .any(|note| note.starts_with("3:") && note.contains(why));
        assert!(said, "{notes:?}\n{source}");
    }
}
