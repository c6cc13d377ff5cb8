//! The texts that an editor has open.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};
use rekognition_iam_runtime::json::Span;

use super::positions::{Encoding, Lines};
use crate::input::files::{Input, MAX_FILE};
use crate::input::hcl::{self, Disk, Sources, Version};
use crate::report::finding::{FileReport, Problem};

/// The directory that a text without a file is thought to be in. It does not exist, so that no other file is read with it.
const NOWHERE: &str = "<untitled>";

/// An open text.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) uri: Uri,
    pub(super) input: Input,
    /// As the client counts.
    pub(super) version: i32,
    /// As we count, for clients count as they like.
    pub(super) revision: u64,
    pub(super) text: Arc<str>,
    /// The findings, with the revision that they are about.
    pub(super) checked: Option<(u64, Arc<FileReport>)>,
    /// The last report of a text that could be read.
    pub(super) readable: Option<Arc<FileReport>>,
}

impl Document {
    pub(super) fn open(item: TextDocumentItem, revision: u64) -> Self {
        Self {
            input: Input {
                path: Some(path(&item.uri).unwrap_or_else(|| untitled(&item.language_id))),
                // Editors open files of all sorts: only those with policies are to be mentioned.
                named: false,
            },
            uri: item.uri,
            version: item.version,
            revision,
            text: item.text.into(),
            checked: None,
            readable: None,
        }
    }

    pub(super) fn path(&self) -> &Path {
        self.input.path.as_deref().unwrap_or(Path::new(""))
    }

    pub(super) fn is_hcl(&self) -> bool {
        hcl::is_hcl(&self.input)
    }

    pub(super) fn keep(&mut self, revision: u64, report: &Arc<FileReport>) {
        self.checked = Some((revision, Arc::clone(report)));
        if report.unusable.is_none() {
            self.readable = Some(Arc::clone(report));
        }
    }

    /// Why the text is not read, if it is not. It is kept in any case: later changes are to what the editor has.
    pub(super) fn refused(&self) -> Option<String> {
        (self.text.len() as u64 > MAX_FILE)
            .then(|| format!("the text is longer than {MAX_FILE} bytes"))
    }

    /// Makes changes one after the other, as the protocol wants them.
    pub(super) fn change(
        &mut self,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) {
        let mut text = self.text.to_string();
        for change in changes {
            match change.range {
                None => text = change.text,
                Some(range) => {
                    let span = Lines::new(&text, encoding).span(range);
                    text.replace_range(span.start..span.end, &change.text);
                }
            }
        }
        self.text = text.into();
    }

    /// The findings of the last text that could be read which are in parts that have not changed since, at their new places.
    pub(super) fn remembered(&self) -> Vec<Problem> {
        let Some(report) = &self.readable else {
            return Vec::new();
        };
        let (old, new) = (report.text.as_bytes(), self.text.as_bytes());
        let same = |a: &u8, b: &u8| a == b;
        let pairs = old.iter().zip(new);
        let start = pairs.take_while(|(a, b)| same(a, b)).count();
        let rest = old.len().min(new.len()) - start;
        let pairs = old.iter().rev().zip(new.iter().rev()).take(rest);
        let end = pairs.take_while(|(a, b)| same(a, b)).count();
        let changed = Span::new(start, old.len() - end);
        let moved = |problem: &Problem| {
            let span = problem.span;
            let mut problem = problem.clone();
            // A fix is for a text that can be read.
            problem.edit = None;
            if span.start >= changed.end && span.start > start {
                let shift = |at: usize| at + new.len() - old.len().min(at + new.len());
                problem.span = Span::new(shift(span.start), shift(span.end));
            } else if span.end > changed.start {
                return None;
            }
            Some(problem)
        };
        report.findings.iter().filter_map(moved).collect()
    }
}

/// The path of a file, if a URI is that of one.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let scheme = uri.scheme()?.as_str();
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let path = uri.path().as_estr().decode().into_string().ok()?;
    if path.contains('\0') {
        return None;
    }
    // `/c:/x` on Windows.
    let drive = path.strip_prefix('/').filter(|rest| {
        let mut chars = rest.chars();
        cfg!(windows)
            && chars.next().is_some_and(|c| c.is_ascii_alphabetic())
            && chars.next() == Some(':')
    });
    Some(PathBuf::from(drive.unwrap_or(&path)))
}

/// A path for a text without a file, whose extension says what language it is in.
fn untitled(language: &str) -> PathBuf {
    let extension = match language {
        "yaml" | "cloudformation" | "yaml.cloudformation" => "yaml",
        "terraform" | "hcl" | "tf" | "opentofu" => "tf",
        "json" | "jsonc" => "json",
        // By how it begins.
        _ => "template",
    };
    Path::new(NOWHERE).join(format!("untitled.{extension}"))
}

/// The file system with the open texts in place of their files.
#[derive(Debug, Default)]
pub(super) struct OpenFiles(RwLock<HashMap<PathBuf, Arc<str>>>);

impl OpenFiles {
    pub(super) fn set(&self, path: &Path, text: Option<Arc<str>>) {
        let mut open = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match text {
            Some(text) => open.insert(path.to_path_buf(), text),
            None => open.remove(path),
        };
    }

    fn text(&self, path: &Path) -> Option<Arc<str>> {
        let open = self.0.read().unwrap_or_else(PoisonError::into_inner);
        open.get(path).cloned()
    }
}

impl Sources for OpenFiles {
    fn names(&self, directory: &Path) -> Vec<String> {
        let mut names = Disk.names(directory);
        let open = self.0.read().unwrap_or_else(PoisonError::into_inner);
        // Files that were never saved.
        let here = open.keys().filter(|path| path.parent() == Some(directory));
        names.extend(here.filter_map(|path| Some(path.file_name()?.to_str()?.to_string())));
        names.sort_unstable();
        names.dedup();
        names
    }

    fn read(&self, path: &Path) -> Result<String, String> {
        match self.text(path) {
            Some(text) => Ok(text.to_string()),
            None => Disk.read(path),
        }
    }

    fn version(&self, path: &Path) -> Option<Version> {
        match self.text(path) {
            Some(_) => None,
            None => Disk.version(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem};

    use super::{Document, Encoding, MAX_FILE};

    #[test]
    fn a_text_that_is_too_long_is_kept_as_the_editor_has_it() {
        let long = " ".repeat(MAX_FILE as usize);
        let uri = "file:///a.json".parse().unwrap();
        let mut document = Document::open(TextDocumentItem::new(uri, String::new(), 1, long), 1);
        assert!(document.refused().is_none());
        for (text, is_refused) in [
            (" ".repeat(MAX_FILE as usize + 1), true),
            ("{}".to_string(), false),
        ] {
            let change = TextDocumentContentChangeEvent {
                range: None,
                range_length: None,
                text: text.clone(),
            };
            document.change(vec![change], Encoding::Utf16);
            assert!(*document.text == *text);
            assert_eq!(document.refused().is_some(), is_refused);
        }
    }
}
