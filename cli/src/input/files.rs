//! Which files to read, and their text.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use rekognition_iam_codegen::confine;

use super::ignored::{Directory, Ignored};

/// Bytes of one file. Plans of Terraform are the largest that people have.
pub(crate) const MAX_FILE: u64 = 64 << 20;

/// What standard input is called in reports.
pub(crate) const STANDARD_INPUT: &str = "<stdin>";

/// A file to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Input {
    /// The path as it was given, or standard input.
    pub(crate) path: Option<PathBuf>,
    /// Whether it was named, and not found in a directory.
    pub(crate) named: bool,
}

impl Input {
    pub(crate) fn name(&self) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None => STANDARD_INPUT.to_string(),
        }
    }
}

/// A kind of file that is not read, though it may have policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unread {
    /// The module that a configuration of Terragrunt deploys, which is not on disk.
    Terragrunt,
    /// A configuration of the Serverless Framework that is a program.
    Serverless,
    /// A program of Pulumi.
    Pulumi,
}

impl Unread {
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy();
        let extension = path.extension()?.to_string_lossy().to_ascii_lowercase();
        match extension.as_str() {
            "js" | "ts" | "cjs" | "mjs" if name.starts_with("serverless.") => {
                Some(Self::Serverless)
            }
            _ => None,
        }
    }

    /// What to say about this many files.
    pub(crate) fn note(self, count: usize) -> String {
        let (one, many, instead) = match self {
            Self::Terragrunt => (
                "a Terragrunt configuration deploys a module that is not on disk, which was",
                "Terragrunt configurations deploy modules that are not on disk, which were",
                "check the modules, or the output of `terragrunt show -json` for a plan",
            ),
            Self::Serverless => (
                "a Serverless Framework configuration that is a program was",
                "Serverless Framework configurations that are programs were",
                "run `serverless package` and check the template in `.serverless`",
            ),
            Self::Pulumi => (
                "a Pulumi program is read only for policies written in full; the rest was",
                "Pulumi programs are read only for policies written in full; the rest was",
                "check the output of `pulumi preview --json`",
            ),
        };
        match count {
            1 => format!("{one} not checked; {instead}"),
            _ => format!("{count} {many} not checked; {instead}"),
        }
    }
}

/// The files that are read in a directory that is searched.
const EXTENSIONS: [&str; 9] = [
    "json", "yaml", "yml", "template", "tf", "tofu", "hcl", "tftpl", "tfstate",
];

/// What is said about a directory in help.
pub(crate) fn searched() -> String {
    let names = EXTENSIONS.map(|extension| format!(".{extension}"));
    format!("{}, and .json.tpl", names.join(", "))
}

/// Whether a file that is not read has a policy, as far as its words show.
fn has_policy(path: &Path) -> bool {
    const LONGEST: u64 = 1 << 20;
    let is_short = fs::metadata(path).is_ok_and(|data| data.is_file() && data.len() <= LONGEST);
    let text = is_short
        .then(|| bytes(path).ok())
        .flatten()
        .unwrap_or_default();
    let has = |word: &str| text.windows(word.len()).any(|part| part == word.as_bytes());
    has("Statement") && has("Effect") && (has("Action") || has("Principal"))
}

/// Whether a file of a type that is not read may have a policy: JSON with comments, or line by line, and templates of other tools.
fn may_have_policy(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        [
            "jsonc",
            "json5",
            "jsonl",
            "ndjson",
            "j2",
            "jinja",
            "jinja2",
            "erb",
            "tpl",
            "tmpl",
            "gotmpl",
            "hbs",
            "mustache",
            "jsonnet",
            "libsonnet",
            "cue",
        ]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// Whether a file of this name is a template that Terraform makes a policy of.
pub(crate) fn is_template_text(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".tftpl") || name.ends_with(".json.tpl")
}

/// What is at some paths.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    /// In a fixed order, each once.
    pub(crate) inputs: Vec<Input>,
    /// What could not be looked at.
    pub(crate) errors: Vec<String>,
    /// What was not looked at.
    pub(crate) notes: Vec<String>,
}

/// A path without `./` at its start, as reports, annotations, and the patterns of the configuration have it.
pub(crate) fn short(path: &Path) -> &Path {
    match path.strip_prefix(".") {
        Ok(rest) if rest != Path::new("") => rest,
        _ => path,
    }
}

/// A path from a directory, with `/` between its parts. Both may be relative to the current one. `None` when no path leads from
/// one to the other, such as between drives.
pub(crate) fn relative(directory: &Path, path: &Path) -> Option<String> {
    let whole = |path: &Path| {
        let mut whole = PathBuf::new();
        for part in std::path::absolute(path).ok()?.components() {
            match part {
                Component::ParentDir => {
                    whole.pop();
                }
                part => whole.push(part),
            }
        }
        Some(whole)
    };
    // The directory of a file that is here has an empty path.
    let directory = match directory == Path::new("") {
        true => Path::new("."),
        false => directory,
    };
    let (directory, path) = (whole(directory)?, whole(path)?);
    let common = (directory.ancestors()).find(|ancestor| path.starts_with(ancestor))?;
    let up = directory.components().count() - common.components().count();
    let down = (path.strip_prefix(common).ok()?.components())
        .map(|part| part.as_os_str().to_string_lossy());
    let parts: Vec<_> = std::iter::repeat_n("..".into(), up).chain(down).collect();
    Some(parts.join("/"))
}

/// The files of these paths. `ignored` is about directories: a file that is named is always read.
pub(crate) fn collect(paths: &[PathBuf], ignored: Ignored) -> Collected {
    let mut collected = Collected::default();
    let mut seen = HashSet::new();
    for path in paths {
        if path == Path::new("-") {
            if seen.insert(None) {
                collected.inputs.push(Input {
                    path: None,
                    named: true,
                });
            }
            continue;
        }
        match fs::metadata(path) {
            Ok(data) if data.is_dir() => {
                let before = collected.inputs.len() + collected.notes.len();
                for file in walk(path, ignored, &mut collected) {
                    if seen.insert(Some(file.clone())) {
                        collected.inputs.push(Input {
                            path: Some(file),
                            named: false,
                        });
                    }
                }
                if before == collected.inputs.len() + collected.notes.len() {
                    let path = path.display();
                    collected.notes.push(format!(
                        "{path}: the directory has no files of a supported type"
                    ));
                }
            }
            // What is neither file nor directory (a pipe) is read as it comes.
            Ok(_) => {
                let path = short(path);
                if seen.insert(Some(path.to_path_buf())) {
                    collected.inputs.push(Input {
                        path: Some(path.to_path_buf()),
                        named: true,
                    });
                }
            }
            Err(error) => {
                let path = path.display();
                collected.errors.push(format!("{path}: {}", reason(&error)));
            }
        }
    }
    collected
}

/// The files of a directory, sorted. Links to directories are not followed, so there is an end to it.
fn walk(root: &Path, ignored: Ignored, collected: &mut Collected) -> Vec<PathBuf> {
    let errors = &mut collected.errors;
    let mut files = Vec::new();
    let mut unread: BTreeMap<Unread, usize> = BTreeMap::new();
    let mut vendored_directories: BTreeMap<String, usize> = BTreeMap::new();
    let mut hidden_directories: BTreeSet<String> = BTreeSet::new();
    let mut other_files: BTreeSet<String> = BTreeSet::new();
    let mut left_out = [0_usize; 2];
    let mut links = [0_usize; 2];
    let mut directories = vec![Directory::root(root, ignored)];
    while let Some(directory) = directories.pop() {
        let entries = match confine::read_dir(&directory.path) {
            Ok(entries) => entries,
            Err(error) => {
                errors.push(format!("{}: {}", directory.path.display(), reason(&error)));
                continue;
            }
        };
        for entry in entries {
            let (path, kind) = match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?)))
            {
                Ok(found) => found,
                Err(error) => {
                    errors.push(format!("{}: {}", directory.path.display(), reason(&error)));
                    continue;
                }
            };
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let hidden = name.starts_with('.');
            if kind.is_dir() {
                if name == "node_modules" || name == "target" {
                    *vendored_directories.entry(name.to_string()).or_default() += 1;
                } else if hidden {
                    // The data of version control has no policies.
                    if !matches!(&*name, ".git" | ".hg" | ".svn" | ".jj")
                        && !directory.ignores(&path, true)
                    {
                        hidden_directories.insert(name.to_string());
                    }
                } else if directory.ignores(&path, true) {
                    left_out[0] += 1;
                } else {
                    directories.push(directory.below(path));
                }
            } else if hidden && kind.is_file() {
                let is_one =
                    (is_read(&path) || may_have_policy(&path)) && !directory.ignores(&path, false);
                if is_one && has_policy(&path) {
                    other_files.insert(name.to_string());
                }
            } else if !hidden && (kind.is_file() || path.is_file()) {
                let kind = Unread::of(&path);
                if kind.is_none() && !is_read(&path) {
                    if may_have_policy(&path)
                        && !directory.ignores(&path, false)
                        && has_policy(&path)
                    {
                        other_files.insert(short(&path).display().to_string());
                    }
                } else if directory.ignores(&path, false) {
                    left_out[1] += 1;
                } else if let Some(kind) = kind {
                    *unread.entry(kind).or_default() += 1;
                } else {
                    files.push(short(&path).to_path_buf());
                }
            } else if !hidden && kind.is_symlink() {
                // A name that ignored files have says nothing about what a link to a directory leads to.
                let is_directory = path.is_dir();
                if is_directory && !directory.ignores(&path, false) && name != "node_modules" {
                    links[0] += 1;
                } else if !is_directory && is_read(&path) && !directory.ignores(&path, false) {
                    links[1] += 1;
                }
            }
        }
    }
    for (count, one, many) in [
        (
            links[0],
            "1 link to a directory was not followed",
            "links to directories were not followed",
        ),
        (
            links[1],
            "1 link leads nowhere and was not read",
            "links lead nowhere and were not read",
        ),
    ] {
        let note = match count {
            0 => continue,
            1 => one.to_string(),
            _ => format!("{count} {many}"),
        };
        collected.notes.push(format!("{}: {note}", root.display()));
    }
    for (names, one, many) in [
        (
            hidden_directories,
            "a hidden directory was skipped",
            "hidden directories were skipped",
        ),
        (
            other_files,
            "a file with a policy was not checked, because its type is not supported or it is hidden",
            "files with policies were not checked, because their types are not supported or they are hidden",
        ),
    ] {
        const SHOWN: usize = 3;
        let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
        let shown = match names.len() {
            0 => continue,
            1..=SHOWN => shown.join(", "),
            count => format!("{}, and {} more", shown.join(", "), count - SHOWN),
        };
        let what = if names.len() == 1 { one } else { many };
        collected
            .notes
            .push(format!("{}: {what}: {shown}", root.display()));
    }
    for (kind, count) in unread {
        let note = format!("{}: {}", root.display(), kind.note(count));
        collected.notes.push(note);
    }
    for (name, count) in vendored_directories {
        let what = match count {
            1 => "1 directory".to_string(),
            _ => format!("{count} directories"),
        };
        let root = root.display();
        collected
            .notes
            .push(format!("{root}: {what} named `{name}` skipped"));
    }
    let counts = [("1 directory", "directories"), ("1 file", "files")];
    let parts: Vec<String> = (left_out.iter().zip(counts))
        .filter(|(count, _)| **count > 0)
        .map(|(count, (one, many))| match count {
            1 => one.to_string(),
            _ => format!("{count} {many}"),
        })
        .collect();
    if !parts.is_empty() {
        collected.notes.push(format!(
            "{}: {} skipped, because git ignores them; name them to read them, or add `--no-ignore`",
            root.display(),
            parts.join(" and ")
        ));
    }
    // In the order of paths, which is that of their parts. All are below one root, so that it is also that of their bytes with a
    // separator before everything else, and no path is taken apart for each comparison.
    files.sort_by_cached_key(|path| {
        let bytes = path.as_os_str().as_encoded_bytes().iter();
        let part = |&byte: &u8| match std::path::is_separator(char::from(byte)) {
            true => 0,
            false => byte,
        };
        bytes.map(part).collect::<Vec<u8>>()
    });
    files
}

/// Whether a file below a directory that is searched is read, by its path from there.
pub(crate) fn is_searched(path: &Path) -> bool {
    !is_passed_over(path) && is_read(path)
}

/// Whether a directory on a path below one that is searched is not.
pub(crate) fn is_passed_over(path: &Path) -> bool {
    let passed_over =
        |name: &str| name.starts_with('.') || matches!(name, "node_modules" | "target");
    (path.components()).any(|part| passed_over(&part.as_os_str().to_string_lossy()))
}

/// Whether a file that is found in a directory is read.
fn is_read(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        (EXTENSIONS.iter()).any(|known| extension.eq_ignore_ascii_case(known))
    }) || is_template_text(&path.to_string_lossy())
}

/// What this run depends on.
#[derive(Debug, Default)]
pub(crate) struct Reads {
    /// Files by their contents. They need not exist.
    pub(crate) files: HashSet<PathBuf>,
    /// Directories by the names in them.
    pub(crate) directories: HashSet<PathBuf>,
}

/// The result of this run must not replace any of these files.
static READS: LazyLock<Mutex<Reads>> = LazyLock::new(Mutex::default);

fn reads() -> MutexGuard<'static, Reads> {
    READS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What was read until now.
pub(crate) fn all_reads() -> Reads {
    let reads = reads();
    Reads {
        files: reads.files.clone(),
        directories: reads.directories.clone(),
    }
}

/// Remembers that this run depends on a file. A file that was named is remembered when it is read; one that was found in a
/// directory may be the result of an earlier run, so that its reader decides.
pub(crate) fn remember(path: &Path) {
    let mut reads = reads();
    if !reads.files.contains(path) {
        reads.files.insert(path.to_path_buf());
    }
}

/// Remembers that this run depends on which files a directory has.
pub(crate) fn remember_names(directory: &Path) {
    let mut reads = reads();
    if !reads.directories.contains(directory) {
        reads.directories.insert(directory.to_path_buf());
    }
}

/// Whether a path leads to a file that this run depends on.
pub(crate) fn was_input(path: &Path) -> bool {
    // What is not there replaces nothing.
    let Ok(whole) = fs::canonicalize(path) else {
        return false;
    };
    let reads = reads();
    (reads.files.iter()).any(|input| fs::canonicalize(input).is_ok_and(|input| input == whole))
}

/// Whether two paths lead to one file, which need not exist.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| {
        fs::canonicalize(path).or_else(|_| {
            let directory = match path.parent() {
                Some(parent) if parent != Path::new("") => parent,
                _ => Path::new("."),
            };
            let name = path.file_name().unwrap_or_default();
            fs::canonicalize(directory).map(|directory| directory.join(name))
        })
    };
    matches!((whole(one), whole(other)), (Ok(one), Ok(other)) if one == other)
}

/// The text of a file, or why there is none.
pub(crate) fn read(input: &Input) -> Result<String, String> {
    let bytes = match &input.path {
        None => read_all(io::stdin().lock(), Vec::new()),
        Some(path) => {
            if input.named {
                remember(path);
            }
            whole_file(path)
        }
    };
    decoded(bytes?)
}

/// The bytes of a file, or why there are none.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let bytes = whole_file(path)?;
    within_limit(&bytes)?;
    Ok(bytes)
}

/// What a file has, up to a byte more than the limit.
fn whole_file(path: &Path) -> Result<Vec<u8>, String> {
    let file = confine::open(path).map_err(|error| reason(&error))?;
    // With the place for it, a small file is read at once, and not in pieces that grow.
    let length = file.metadata().map_or(0, |data| data.len().min(MAX_FILE));
    let place = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1);
    read_all(file, place)
}

/// What a source has, up to a byte more than the limit, in this place for it.
fn read_all(source: impl Read, mut bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    (source.take(MAX_FILE + 1).read_to_end(&mut bytes)).map_err(|error| reason(&error))?;
    Ok(bytes)
}

fn within_limit(bytes: &[u8]) -> Result<(), String> {
    match bytes.len() as u64 > MAX_FILE {
        true => Err(format!("the file is longer than {MAX_FILE} bytes")),
        false => Ok(()),
    }
}

/// The text of a file with these bytes, or why there is none.
pub(crate) fn decoded(bytes: Vec<u8>) -> Result<String, String> {
    within_limit(&bytes)?;
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("the file is UTF-16; re-save it as UTF-8".to_string());
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
