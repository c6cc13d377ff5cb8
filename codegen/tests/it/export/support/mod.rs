//! A small package of its own for each test.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rekognition_iam_codegen::Export;

/// A policy without a mistake.
pub(crate) const GOOD: &str = "policy![allow(rekognition::DetectLabels).on_any()]";

pub(crate) struct Package {
    pub(crate) root: PathBuf,
}

impl Package {
    /// An empty package in a directory of this name, with these files.
    pub(crate) fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("export")
            .join(name);
        if root.exists() {
            fs::remove_dir_all(&root).unwrap();
        }
        fs::create_dir_all(root.join("src")).unwrap();
        let package = Self { root };
        package.write("Cargo.toml", "[package]\nname = \"demo\"\n");
        for (file, text) in files {
            package.write(file, text);
        }
        package
    }

    pub(crate) fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.root.join(file)).unwrap()
    }

    pub(crate) fn remove(&self, file: &str) {
        fs::remove_file(self.root.join(file)).unwrap();
    }

    pub(crate) fn export(&self) -> Export {
        Export::new()
            .manifest_dir(&self.root)
            .into_source("policies")
    }

    /// The names of the exported policies.
    pub(crate) fn names(&self) -> Vec<String> {
        let report = self.export().write().unwrap();
        report
            .policies()
            .iter()
            .map(|policy| policy.name.clone())
            .collect()
    }

    /// What the export says instead of exporting.
    pub(crate) fn error(&self) -> String {
        let before = self.files();
        let error = self.export().write().unwrap_err();
        assert!(!error.is_out_of_date());
        assert_eq!(
            self.files(),
            before,
            "an error leaves all files as they were"
        );
        error.to_string()
    }

    /// Every file of the package but its sources, with its bytes.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        fn walk(root: &Path, directory: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                if path.is_dir() {
                    if name != "src" {
                        walk(root, &path, files);
                    }
                } else {
                    files.insert(name.to_owned(), fs::read(&path).unwrap());
                }
            }
        }
        let mut files = BTreeMap::new();
        walk(&self.root, &self.root, &mut files);
        files
    }

    /// The names of the files in `policies`.
    pub(crate) fn exported(&self) -> Vec<String> {
        self.files()
            .keys()
            .filter_map(|name| name.strip_prefix("policies/"))
            .map(str::to_owned)
            .collect()
    }
}
