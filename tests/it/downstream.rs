//! A crate as a user has it, with a build script that exports: built, built again, edited, broken and repaired.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

struct Downstream {
    root: PathBuf,
}

/// What a build did.
struct Build {
    out_dir: PathBuf,
    /// Whether the build script ran.
    exported: bool,
}

impl Downstream {
    /// A fresh copy of the crate, out of our workspace and with the versions of our lock file, so that nothing has to
    /// be downloaded. Only what it depends on stays built from one run to the next.
    fn copy(name: &str, sources: &[&str]) -> Self {
        let ours = Path::new(env!("CARGO_MANIFEST_DIR"));
        let from = ours.join("tests").join(name);
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if root.exists() {
            fs::remove_dir_all(&root).unwrap();
        }
        fs::create_dir_all(root.join("src")).unwrap();
        for file in sources {
            fs::copy(from.join(file), root.join(file)).unwrap();
        }
        let manifest = fs::read_to_string(from.join("Cargo.toml")).unwrap();
        let absolute = format!("path = \"{}", ours.display().to_string().replace('\\', "/"));
        fs::write(
            root.join("Cargo.toml"),
            manifest.replace("path = \"../..", &absolute),
        )
        .unwrap();
        fs::copy(ours.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
        Self { root }
    }

    fn cargo(&self, args: &[&str]) -> Output {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("downstream-target");
        Command::new(env!("CARGO"))
            .args(args)
            .args(["--offline", "--target-dir"])
            .arg(target)
            .current_dir(&self.root)
            // On a build server too, this crate's export is to write.
            .env_remove("CI")
            .output()
            .unwrap()
    }

    fn build(&self) -> Build {
        let output = self.cargo(&["build", "--verbose", "--message-format=json"]);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        let out_dir = String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .filter(|message| message["reason"] == "build-script-executed")
            .find(|message| {
                message["package_id"]
                    .as_str()
                    .unwrap()
                    .contains("downstream")
            })
            .map(|message| PathBuf::from(message["out_dir"].as_str().unwrap()));
        Build {
            out_dir: out_dir.unwrap(),
            exported: !errors.contains("Fresh downstream"),
        }
    }

    /// The standard error of a build that fails.
    fn failure(&self) -> String {
        let output = self.cargo(&["build"]);
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.root.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    /// What an editor gets from `cargo check`: line and message of each error of the compiler.
    fn diagnostics(&self) -> Vec<(u64, String)> {
        let output = self.cargo(&["check", "--message-format=json"]);
        let mut found = Vec::new();
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let message = &serde_json::from_str::<Value>(line).unwrap()["message"];
            if message["level"] == "error"
                && let Some(span) = message["spans"]
                    .as_array()
                    .and_then(|spans| spans.iter().find(|span| span["is_primary"] == true))
            {
                let text = message["message"].as_str().unwrap();
                let text = text.lines().next().unwrap().to_owned();
                found.push((span["line_start"].as_u64().unwrap(), text));
            }
        }
        found
    }

    /// The policies as the program has them.
    fn policies(&self) -> Vec<(String, Value)> {
        let output = self.cargo(&["run", "--quiet"]);
        assert!(output.status.success());
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| line.split_once(' ').unwrap())
            .map(|(name, json)| (name.to_owned(), serde_json::from_str(json).unwrap()))
            .collect()
    }
}

fn json(directory: &Path, name: &str) -> Value {
    let path = directory.join(format!("{name}.json"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn files(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_crate_that_exports() {
    let downstream = Downstream::copy("downstream", &["build.rs", "src/main.rs", "src/faces.rs"]);
    let build = downstream.build();
    assert!(build.exported);
    let directories = [
        build.out_dir.join("policies"),
        downstream.root.join("policies"),
    ];
    let all = [
        "face_finder.json",
        "face_indexer.json",
        "manifest.json",
        "photo_labels.json",
    ];
    for directory in &directories {
        assert_eq!(files(directory), all);
        for (name, policy) in downstream.policies() {
            assert_eq!(json(directory, &name), policy, "{name}");
        }
        let list = json(directory, "manifest");
        assert_eq!(list["package"], "downstream");
        assert_eq!(list["policies"].as_array().unwrap().len(), 3);
        assert_eq!(list["left_out"][0]["item"], "ONLY_TESTS");
    }

    assert!(!downstream.build().exported, "nothing changed");

    downstream.edit("src/faces.rs", "IndexFaces", "DeleteFaces");
    assert!(downstream.build().exported);
    for directory in &directories {
        let policy = json(directory, "face_indexer");
        assert_eq!(policy["Statement"][0]["Action"], "rekognition:DeleteFaces");
    }
    assert!(
        !downstream.build().exported,
        "the export is no change of its own"
    );

    // rustc reports a mistake, once and at its token. The build script leaves it to rustc, and leaves the files.
    downstream.edit("src/faces.rs", "DeleteFaces", "DeleteFace");
    let errors = downstream.failure();
    let message = "`rekognition` has no action `DeleteFace`";
    assert_eq!(errors.matches(message).count(), 1, "{errors}");
    for part in [
        "src/faces.rs:7:28",
        "help: did you mean `rekognition::DeleteFaces`?",
        "no policy was exported: rustc reports an error at src/faces.rs:7:28",
    ] {
        assert!(errors.contains(part), "{errors}");
    }
    assert_eq!(files(&directories[1]), all);

    // Gone from the source, gone from the directory; deleted by hand, restored.
    downstream.edit("src/faces.rs", "DeleteFace", "IndexFaces");
    downstream.edit("src/faces.rs", "FACE_INDEXER", "FACE_ADDER");
    downstream.edit(
        "src/main.rs",
        "faces::Team::FACE_INDEXER",
        "faces::Team::FACE_ADDER",
    );
    fs::remove_file(directories[1].join("photo_labels.json")).unwrap();
    downstream.build();
    for directory in &directories {
        assert_eq!(
            files(directory),
            [
                "face_adder.json",
                "face_finder.json",
                "manifest.json",
                "photo_labels.json"
            ]
        );
    }
    assert!(!downstream.build().exported);

    // Lines that are being typed: an editor gets what the compiler says, at its line, and no file changes.
    let before = files(&directories[1]);
    let label = "    allow(rekognition::DetectLabels).on_any(),\n";
    for (typed, line, message) in [
        (
            "    allow(rekognition::).on_any(),\n",
            9,
            "expected an action after `rekognition::`",
        ),
        (
            "    allow(rekognition::DetectLabels).,\n",
            9,
            "expected a method name after `.`",
        ),
        (
            "    allow(rekognition::DetectLabels).on_any(,\n",
            // Where the compiler sees that it is not closed.
            13,
            "mismatched closing delimiter: `]`",
        ),
        (
            "    allow(rekognition::DetectLabels).on_any()\n    ]; stat A: Policy = iam_policy![\n",
            10,
            "expected one of `!` or `::`, found `A`",
        ),
    ] {
        downstream.edit("src/main.rs", label, typed);
        let found = downstream.diagnostics();
        assert!(
            found
                .iter()
                .any(|(at, text)| *at == line && text.starts_with(message)),
            "{typed}: {found:?}"
        );
        assert_eq!(files(&directories[1]), before);
        downstream.edit("src/main.rs", typed, label);
    }

    // What rustc does not see is reported by the build script.
    fs::write(
        downstream.root.join("src/unused.rs"),
        "static A: ri::Policy = ri::policy![allow(rekognition::DetectLabel).on_any()];",
    )
    .unwrap();
    let errors = downstream.failure();
    assert!(
        errors.contains(
            "error: downstream@0.0.0: src/unused.rs:1:55: `rekognition` has no action `DetectLabel`"
        ),
        "{errors}"
    );
}

/// The macros expand to `core` and `alloc` only, and nothing that they need links `std`.
#[test]
fn a_crate_without_std() {
    const WASM: &str = "wasm32-unknown-unknown";

    let downstream = Downstream::copy("downstream_no_std", &["src/lib.rs"]);
    let built = |args: &[&str]| {
        let output = downstream.cargo(args);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{errors}");
    };
    built(&["build"]);

    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let libraries = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", WASM])
        .output()
        .unwrap();
    if Path::new(String::from_utf8(libraries.stdout).unwrap().trim()).is_dir() {
        built(&["build", "--target", WASM]);
    } else {
        println!("\n!!! SKIPPED: {WASM} is not installed");
    }
}
