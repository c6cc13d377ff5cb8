//! Which files to read, and their text.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Bytes of one file. Plans of Terraform are the largest that people have.
pub(crate) const MAX_FILE: u64 = 64 << 20;

/// A file to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Input {
    /// The path as it was given, or standard input.
    pub(crate) path: Option<PathBuf>,
    /// Whether it was named, and not found in a folder.
    pub(crate) named: bool,
}

impl Input {
    pub(crate) fn name(&self) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None => "<stdin>".to_string(),
        }
    }
}

/// The files of these paths in a fixed order, each once, and what could not be looked at.
pub(crate) fn collect(paths: &[PathBuf]) -> (Vec<Input>, Vec<String>) {
    let mut files: Vec<Input> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut errors = Vec::new();
    let mut add = |path: Option<PathBuf>, named: bool| {
        if seen.insert(path.clone()) {
            files.push(Input { path, named });
        }
    };
    for path in paths {
        if path == Path::new("-") {
            add(None, true);
            continue;
        }
        match fs::metadata(path) {
            Ok(data) if data.is_dir() => {
                for file in walk(path, &mut errors) {
                    add(Some(file), false);
                }
            }
            // What is neither file nor folder (a pipe) is read as it comes.
            Ok(_) => add(Some(path.clone()), true),
            Err(error) => errors.push(format!("{}: {}", path.display(), reason(&error))),
        }
    }
    (files, errors)
}

/// The files of a folder, sorted. Links to folders are not followed, so there is an end to it.
fn walk(folder: &Path, errors: &mut Vec<String>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                errors.push(format!("{}: {}", folder.display(), reason(&error)));
                continue;
            }
        };
        for entry in entries {
            let (path, kind) = match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?)))
            {
                Ok(found) => found,
                Err(error) => {
                    errors.push(format!("{}: {}", folder.display(), reason(&error)));
                    continue;
                }
            };
            let hidden = path
                .file_name()
                .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            let vendored = path
                .file_name()
                .is_some_and(|name| name == "node_modules" || name == "target");
            if kind.is_dir() {
                if !hidden && !vendored {
                    folders.push(path);
                }
            } else if !hidden
                && path.extension().is_some_and(|extension| {
                    ["json", "yaml", "yml", "template"]
                        .iter()
                        .any(|known| extension.eq_ignore_ascii_case(known))
                })
                && (kind.is_file() || path.is_file())
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The text of a file, or why there is none.
pub(crate) fn read(input: &Input) -> Result<String, String> {
    let mut bytes = Vec::new();
    let limit = MAX_FILE + 1;
    let done = match &input.path {
        None => io::stdin().lock().take(limit).read_to_end(&mut bytes),
        Some(path) => File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)),
    };
    done.map_err(|error| reason(&error))?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(format!("the file is longer than {MAX_FILE} bytes"));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("the file is UTF-16; save it as UTF-8".to_string());
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let good = std::str::from_utf8(error.as_bytes().get(..valid).unwrap_or_default())
            .unwrap_or_default();
        let at = rekognition_iam_runtime::json::position(good, valid);
        format!("{at}: the text is not UTF-8")
    })
}

/// The reason in lower case and without the number that the system gives it.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_lowercase().chain(chars).collect())
        .unwrap_or_default()
}
