//! What the directory of a package shows about it.

use std::fs;
use std::path::Path;

/// Whether the package was unpacked by cargo: from a registry or a Git repository, into a directory of vendored crates, or to
/// verify it before it is published.
pub(super) fn is_of_a_dependency(package: &Path) -> bool {
    let has = |directory: &Path, file: &str| directory.join(file).is_file();
    let is_in = |directory: &Path, name: &str| directory.iter().any(|part| part == name);
    // Tools for merges leave a `Cargo.toml.orig` behind too, so that alone says nothing.
    let is_packaged = has(package, "Cargo.toml.orig")
        && (has(package, ".cargo-ok")
            || has(package, ".cargo_vcs_info.json")
            || package
                .parent()
                .is_some_and(|parent| parent.ends_with("package")));
    is_packaged
        || has(package, ".cargo-checksum.json")
        || (package.ancestors())
            .any(|directory| has(directory, ".cargo-ok") && is_in(directory, "checkouts"))
}

/// The name of the package, from its `Cargo.toml`: the environment has it in a build script alone.
pub(super) fn package_name(package: &Path) -> Option<String> {
    let text = fs::read_to_string(package.join("Cargo.toml")).ok()?;
    let mut in_package = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            in_package = line == "[package]";
        } else if in_package
            && let Some((key, value)) = line.split_once('=')
            && key.trim() == "name"
        {
            let value = value.trim().strip_prefix('"')?;
            return value.split('"').next().map(str::to_owned);
        }
    }
    None
}
