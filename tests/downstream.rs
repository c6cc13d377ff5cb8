//! A crate as a user has it, with a build script that exports: built, built again, edited, broken and repaired.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

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
    fn copy() -> Self {
        let ours = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("downstream");
        if root.exists() {
            fs::remove_dir_all(&root).unwrap();
        }
        fs::create_dir_all(root.join("src")).unwrap();
        for file in ["build.rs", "src/main.rs", "src/faces.rs"] {
            fs::copy(ours.join("tests/downstream").join(file), root.join(file)).unwrap();
        }
        let manifest = fs::read_to_string(ours.join("tests/downstream/Cargo.toml")).unwrap();
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

fn json(folder: &Path, name: &str) -> Value {
    let path = folder.join(format!("{name}.json"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_crate_that_exports() {
    let downstream = Downstream::copy();
    let build = downstream.build();
    assert!(build.exported);
    let folders = [
        build.out_dir.join("policies"),
        downstream.root.join("policies"),
    ];
    let all = [
        "face_finder.json",
        "face_indexer.json",
        "manifest.json",
        "photo_labels.json",
    ];
    for folder in &folders {
        assert_eq!(files(folder), all);
        for (name, policy) in downstream.policies() {
            assert_eq!(json(folder, &name), policy, "{name}");
        }
        let list = json(folder, "manifest");
        assert_eq!(list["package"], "downstream");
        assert_eq!(list["policies"].as_array().unwrap().len(), 3);
        assert_eq!(list["left_out"][0]["item"], "ONLY_TESTS");
    }

    assert!(!downstream.build().exported, "nothing changed");

    downstream.edit("src/faces.rs", "IndexFaces", "DeleteFaces");
    assert!(downstream.build().exported);
    for folder in &folders {
        let policy = json(folder, "face_indexer");
        assert_eq!(policy["Statement"][0]["Action"], "rekognition:DeleteFaces");
    }
    assert!(
        !downstream.build().exported,
        "the export is no change of its own"
    );

    // A mistake is told with its place, and leaves the files.
    downstream.edit("src/faces.rs", "DeleteFaces", "DeleteFace");
    let errors = downstream.failure();
    assert!(
        errors.contains(
            "error: downstream@0.0.0: src/faces.rs:7:28: `rekognition` has no action `DeleteFace`"
        ),
        "{errors}"
    );
    assert!(
        errors.contains("help: did you mean `rekognition::DeleteFaces`?"),
        "{errors}"
    );
    assert_eq!(files(&folders[1]), all);

    // Gone from the source, gone from the folder; deleted by hand, restored.
    downstream.edit("src/faces.rs", "DeleteFace", "IndexFaces");
    downstream.edit("src/faces.rs", "FACE_INDEXER", "FACE_ADDER");
    downstream.edit(
        "src/main.rs",
        "faces::Team::FACE_INDEXER",
        "faces::Team::FACE_ADDER",
    );
    fs::remove_file(folders[1].join("photo_labels.json")).unwrap();
    downstream.build();
    for folder in &folders {
        assert_eq!(
            files(folder),
            [
                "face_adder.json",
                "face_finder.json",
                "manifest.json",
                "photo_labels.json"
            ]
        );
    }
    assert!(!downstream.build().exported);
}
