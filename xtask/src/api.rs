//! The listings of the public API under `docs/api`: a change to what users can name shows in review.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::catalogue;

/// The crates that are published for others to use, and the file of each.
const CRATES: [&str; 4] = [
    "rekognition-iam",
    "rekognition-iam-catalogue",
    "rekognition-iam-runtime",
    "rekognition-iam-codegen",
];

/// Writes the listings, or compares them. The answer is the files that differ from what is checked in.
///
/// # Errors
///
/// When a crate does not compile, or a file cannot be read or written.
pub fn run(check: bool) -> Result<Vec<PathBuf>, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("");
    let mut stale = Vec::new();
    for name in CRATES {
        let file = root.join(format!("docs/api/{name}.txt"));
        let listing = listing(&root, name)?;
        let before = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(format!("cannot read {}: {error}", file.display())),
        };
        if before == listing {
            continue;
        }
        if !check {
            fs::create_dir_all(root.join("docs/api"))
                .and_then(|()| fs::write(&file, &listing))
                .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        }
        stale.push(file);
    }
    Ok(stale)
}

/// One public item a line, without what the catalogue generates: that is in `catalogue.lock`.
fn listing(root: &Path, name: &str) -> Result<String, String> {
    let json = rustdoc_json(root, name)?;
    let api = public_api::Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()
        .map_err(|error| format!("cannot read the documentation of {name}: {error}"))?;
    let krate = name.replace('-', "_");
    let modules = catalogue::modules(&catalogue::default_data())
        .map_err(|error| format!("cannot read the list of modules: {error}"))?;
    let generated: Vec<String> = (modules.into_iter())
        .chain(["aws".to_owned()])
        .map(|module| format!("{krate}::{module}::"))
        .collect();
    let mut lines: Vec<String> = (api.items())
        .map(ToString::to_string)
        .filter(|line| {
            !generated
                .iter()
                .any(|module| line.contains(module.as_str()))
        })
        .collect();
    lines.sort();
    lines.dedup();
    Ok(format!(
        "# The public API of {name} with all features, but for the items of services. `cargo xtask api` writes this file.\n{}\n",
        lines.join("\n")
    ))
}

/// The documentation of a crate as JSON, which rustdoc only writes when its unstable options are on.
fn rustdoc_json(root: &Path, name: &str) -> Result<PathBuf, String> {
    // Of its own, because the flag would have everything else built again.
    let target = root.join("target/api");
    let output = Command::new(env!("CARGO"))
        .args([
            "rustdoc",
            "--quiet",
            "--locked",
            "--lib",
            "--all-features",
            "-p",
            name,
        ])
        .arg("--target-dir")
        .arg(&target)
        .args([
            "--",
            "-Zunstable-options",
            "--output-format",
            "json",
            "--cap-lints",
            "allow",
        ])
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("RUSTDOCFLAGS")
        .current_dir(root)
        .output()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "cannot document {name}: {}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    Ok(target.join(format!("doc/{}.json", name.replace('-', "_"))))
}
