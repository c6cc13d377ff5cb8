//! Catalogues other than the one that is compiled in: their files, and how they are made.

pub(crate) mod age;
pub(crate) mod changes;
pub(crate) mod described;
pub(crate) mod file;

/// The table that is compiled in, which the package of this command does not contain.
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
fn built_in() -> Vec<u8> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("runtime");
    std::fs::read(root.join("src/catalogue/generated/services.table")).unwrap()
}
