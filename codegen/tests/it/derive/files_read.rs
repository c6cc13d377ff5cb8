//! Which files of a package are read, and what is said about those that cannot be.

use super::coverage::package;
use rekognition_iam_codegen::Coverage;
use rekognition_iam_codegen::derive::Scan;
use std::fs;
use std::path::{Path, PathBuf};

/// The methods that are called, by file and line.
fn calls(root: &Path) -> Vec<String> {
    let scan = Scan::package(root).unwrap_or_else(|error| panic!("{error}"));
    scan.calls().iter().map(ToString::to_string).collect()
}

#[test]
fn modules_of_a_package() {
    let call = |method: &str| format!("fn f(c: &aws_sdk_rekognition::Client) {{ c.{method}(); }}");
    let root = package(
        "modules",
        &[
            (
                "src/lib.rs",
                "mod a; mod b { mod c; #[path = \"odd.rs\"] mod d; } #[path = \"elsewhere/e.rs\"] mod e;\n\
                 #[cfg(test)] mod tests; #[cfg(windows)] mod windows; #[cfg(feature = \"no\")] mod missing;\n\
                 #[cfg_attr(unix, path = \"unix.rs\")] mod sys; include!(\"inc.rs\"); pub use s3 as storage;",
            ),
            ("src/a.rs", &("mod g;".to_owned() + &call("detect_faces"))),
            ("src/a/g.rs", &call("detect_text")),
            ("src/b/c.rs", &call("list_faces")),
            ("src/b/odd.rs", &call("list_users")),
            (
                "src/elsewhere/e.rs",
                &("mod f;".to_owned() + &call("create_user")),
            ),
            ("src/elsewhere/f.rs", &call("delete_user")),
            ("src/tests.rs", &call("delete_faces")),
            ("src/windows.rs", &call("search_faces")),
            ("src/unix.rs", &call("search_users")),
            ("src/sys/mod.rs", &call("index_faces")),
            ("src/inc.rs", &call("detect_labels")),
            ("src/unused.rs", &call("compare_faces")),
            (
                "src/main.rs",
                "mod a; use demo::storage::Client; fn main() { let c = Client::new(&x); c.get_object(); }",
            ),
            ("src/bin/tool.rs", "mod help; fn main() {}"),
            ("src/bin/help.rs", &call("list_collections")),
            ("src/bin/other/main.rs", &call("describe_collection")),
            ("tests/it.rs", &call("delete_collection")),
            ("build.rs", &call("create_collection")),
        ],
    );
    assert_eq!(
        calls(&root),
        [
            "src/a.rs:1: detect_faces",
            "src/a/g.rs:1: detect_text",
            "src/b/c.rs:1: list_faces",
            "src/b/odd.rs:1: list_users",
            // A file of src/bin is a program of its own, and may be a module of another one.
            "src/bin/help.rs:1: list_collections",
            "src/bin/other/main.rs:1: describe_collection",
            "src/elsewhere/e.rs:1: create_user",
            "src/elsewhere/f.rs:1: delete_user",
            "src/inc.rs:1: detect_labels",
            "src/main.rs:1: get_object",
            "src/sys/mod.rs:1: index_faces",
            "src/unix.rs:1: search_users",
            "src/windows.rs:1: search_faces",
        ]
    );
}

#[test]
fn manifests() {
    let root = package(
        "manifests",
        &[
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"app\"]\n[workspace.dependencies]\nrek = { package = \"aws-sdk-rekognition\", version = \"1\" }\n",
            ),
            (
                "app/Cargo.toml",
                "[package]\nname = \"my-app\"\n[lib]\nname = \"app\"\npath = \"code/root.rs\"\n[[bin]]\nname = \"x\"\npath = \"code/x.rs\"\n[dependencies]\nrek.workspace = true\n[dependencies.q]\npackage = \"aws-sdk-sqs\"\nversion = \"1\"\n",
            ),
            (
                "app/code/root.rs",
                "pub fn client() -> rek::Client { loop {} }",
            ),
            (
                "app/code/x.rs",
                "fn main() { app::client().detect_faces(); let q: q::Client = y(); q.send_message(); }",
            ),
        ],
    );
    assert_eq!(
        calls(&root.join("app")),
        ["code/x.rs:1: detect_faces", "code/x.rs:1: send_message"]
    );
    assert_eq!(
        Scan::package(&root).unwrap_err().to_string(),
        "Cargo.toml: this manifest has no `package.name`\n  help: choose a member of this workspace with `-p NAME`, or all of \
         them with `--workspace`: `my-app`"
    );
}

#[test]
fn sources_that_cannot_be_read() {
    let error = |name: &str, files: &[(&str, &str)]| {
        Scan::package(&package(name, files))
            .unwrap_err()
            .to_string()
    };
    // What cannot be read is listed, and the rest is derived.
    let skipped = |root: &Path| -> Vec<String> {
        let scan = Scan::package(root).unwrap();
        scan.unfollowed().iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        skipped(&package(
            "no_module",
            &[("src/lib.rs", "mod here {\n    mod gone;\n}")]
        )),
        ["src/lib.rs:2:9: the module `gone` has no file; expected src/here/gone.rs"]
    );
    let broken = package(
        "broken",
        &[
            ("src/lib.rs", "mod a;\nmod b;\nmod c;"),
            ("src/a.rs", "fn f( {"),
            ("src/b.rs", "struct;"),
            (
                "src/c.rs",
                "fn f(c: &aws_sdk_rekognition::Client) { c.detect_faces(); }",
            ),
        ],
    );
    assert_eq!(
        skipped(&broken),
        [
            "src/a.rs:1:7: this file is skipped: it is not valid Rust: cannot parse string into token stream",
            "src/b.rs:1:7: this file is skipped: it is not valid Rust: expected identifier"
        ]
    );
    assert_eq!(calls(&broken), ["src/c.rs:1: detect_faces"]);
    assert_eq!(
        skipped(&package(
            "circle",
            &[
                ("src/lib.rs", "mod a;"),
                ("src/a.rs", "#[path = \"a.rs\"] mod b; mod c;"),
                ("src/a/c.rs", "")
            ]
        )),
        ["src/a.rs:1:29: the module `c` has no file; expected src/c.rs"]
    );
    let root = package("latin", &[("README.md", "")]);
    fs::create_dir_all(root.join("src")).unwrap();
    fs::write(root.join("src/lib.rs"), b"// caf\xe9\n").unwrap();
    let [only] = skipped(&root).try_into().unwrap();
    assert!(
        only.starts_with("src/lib.rs:1:7: ") && only.contains("UTF-8"),
        "{only}"
    );
    assert_eq!(
        error("nothing", &[("README.md", "")]),
        "Cargo.toml: this package has neither a library nor a program\n  help: expected src/lib.rs, src/main.rs, src/bin, or a `path` \
         in `[lib]` or `[[bin]]`"
    );
    assert!(
        Scan::package(Path::new("/no/such/directory"))
            .unwrap_err()
            .to_string()
            .starts_with("Cargo.toml: there is no such file")
    );
}

#[test]
fn packages_by_a_path_relative_to_the_directory_of_the_command() {
    let root = package(
        "relative",
        &[(
            "src/lib.rs",
            "static A: Policy = policy![allow(rekognition::DetectFaces).on_any()];\nfn f(c: &aws_sdk_rekognition::Client) { c.detect_faces(); }",
        )],
    );
    let here = std::env::current_dir().unwrap();
    // From here up to the root of the file system, and down again.
    let up: PathBuf = here.components().skip(1).map(|_| "..").collect();
    let relative = up.join(root.strip_prefix("/").unwrap());
    assert!(relative.is_relative() && relative.is_dir());
    let covered = Coverage::new()
        .manifest_dir(&relative)
        .packages([relative.clone()])
        .compare()
        .unwrap();
    assert!(covered.problems.is_empty(), "{:?}", covered.problems);
}
