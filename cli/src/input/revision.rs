//! Files as they are at a revision of git.
//!
//! `git` is started without a shell. A revision is resolved to the hash of a commit first, so that nothing that follows can be
//! read as an option or a path, and contents are read as git stores them, without filters.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use super::files::{self, MAX_FILE};
use super::hcl::{Sources, Version};

/// A commit, and the repository that the current directory is in.
#[derive(Debug)]
pub(crate) struct Revision {
    hash: String,
    /// The top of the work tree.
    top: PathBuf,
    /// Where the current directory is below it.
    prefix: PathBuf,
    /// The files that other files name, by their paths from the top.
    texts: RefCell<HashMap<PathBuf, Result<String, String>>>,
}

/// A file of a revision.
#[derive(Debug)]
pub(crate) struct Blob {
    /// The path from the top of the work tree.
    pub(crate) path: PathBuf,
    hash: String,
    /// Why it is not read, when it is not a file.
    pub(crate) unread: Option<&'static str>,
}

impl Revision {
    /// The commit that a name represents.
    pub(crate) fn of(name: &str) -> Result<Self, String> {
        if name.is_empty() || name.starts_with('-') {
            return Err(format!(
                "`{}` is not a git revision; a revision does not start with `-`",
                crate::plain::cut(name)
            ));
        }
        let line = |out: Vec<u8>| {
            let text = String::from_utf8_lossy(&out).into_owned();
            text.strip_suffix('\n').map(String::from).unwrap_or(text)
        };
        let top = git(&["rev-parse", "--show-toplevel"]).map(line)?;
        let prefix = git(&["rev-parse", "--show-prefix"]).map(line)?;
        let commit = format!("{name}^{{commit}}");
        let hash = git(&["rev-parse", "--verify", "--quiet", &commit])
            .map(line)
            .map_err(|error| match error {
                Failed::Start(error) => error,
                Failed::Said(_) if name.contains("..") => format!(
                    "`{}` is a range, and `--git` accepts one revision, which it compares with the work tree; check out the other one",
                    crate::plain::cut(name)
                ),
                Failed::Said(_) => format!(
                    "`{}` is not a commit of this repository; fetch it, or name a branch, tag, or hash that `git log` lists",
                    crate::plain::cut(name)
                ),
            })?;
        if hash.is_empty() || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(format!(
                "git returned no commit for `{}`",
                crate::plain::cut(name)
            ));
        }
        Ok(Self {
            hash,
            top: PathBuf::from(top),
            prefix: PathBuf::from(prefix),
            texts: RefCell::default(),
        })
    }

    /// A path as git knows it: from the top of the work tree.
    pub(crate) fn path(&self, path: &Path) -> Result<PathBuf, String> {
        let outside = || format!("{}: the path is outside the repository", path.display());
        let from_top = if path.is_absolute() {
            let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
            let top = real(&self.top);
            (path.strip_prefix(&self.top).map(Path::to_path_buf))
                .or_else(|_| real(path).strip_prefix(&top).map(Path::to_path_buf))
                .map_err(|_| outside())?
        } else {
            self.prefix.join(path)
        };
        let mut out = PathBuf::new();
        for part in from_top.components() {
            match part {
                Component::Normal(name) => out.push(name),
                Component::CurDir => {}
                Component::ParentDir => {
                    if !out.pop() {
                        return Err(outside());
                    }
                }
                Component::RootDir | Component::Prefix(_) => return Err(outside()),
            }
        }
        Ok(out)
    }

    /// The files at a path: itself, or all that a directory has of the kinds that are read.
    pub(crate) fn files(&self, path: &Path) -> Result<Vec<Blob>, String> {
        let from_top = self.path(path)?;
        let shown = from_top
            .to_str()
            .ok_or_else(|| format!("{}: the path is not UTF-8", path.display()))?;
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", &self.hash];
        // Nothing is the top of the work tree.
        if !shown.is_empty() {
            arguments.extend(["--", shown]);
        }
        let out = git(&arguments)?;
        let mut found = Vec::new();
        for entry in out
            .split(|&byte| byte == 0)
            .filter(|entry| !entry.is_empty())
        {
            let entry = String::from_utf8_lossy(entry);
            let Some((about, name)) = entry.split_once('\t') else {
                continue;
            };
            let mut about = about.split(' ');
            let (mode, _, hash) = (about.next(), about.next(), about.next());
            let name = PathBuf::from(name);
            let inside = name.strip_prefix(&from_top).unwrap_or(&name);
            if !inside.as_os_str().is_empty() && !files::is_searched(inside) {
                continue;
            }
            found.push(Blob {
                hash: hash.unwrap_or_default().to_string(),
                unread: match mode {
                    Some("120000") => Some("a symbolic link is not followed at a revision"),
                    Some("160000") => Some("a submodule is not read"),
                    _ => None,
                },
                path: name,
            });
        }
        Ok(found)
    }

    /// The text of a file.
    pub(crate) fn read(&self, blob: &Blob) -> Result<String, String> {
        files::decoded(git(&["cat-file", "blob", &blob.hash])?)
    }
}

impl Sources for Revision {
    fn names(&self, directory: &Path) -> Vec<String> {
        let mut arguments = vec!["ls-tree", "-z", "--full-tree", "--name-only", &self.hash];
        let below = format!("{}/", directory.display());
        if directory != Path::new(".") && !directory.as_os_str().is_empty() {
            arguments.extend(["--", &below]);
        }
        let out = git(&arguments).unwrap_or_default();
        (out.split(|&byte| byte == 0))
            .filter_map(|path| {
                let path = String::from_utf8(path.to_vec()).ok()?;
                let name = path.rsplit('/').next()?;
                (!name.is_empty()).then(|| name.to_string())
            })
            .collect()
    }

    fn version(&self, _: &Path) -> Option<Version> {
        None
    }

    fn read(&self, path: &Path) -> Result<String, String> {
        let known = self.texts.borrow().get(path).cloned();
        known.unwrap_or_else(|| {
            let object = format!("{}:{}", self.hash, path.display());
            let text = (git(&["cat-file", "blob", &object]).map_err(String::from))
                .and_then(files::decoded);
            (self.texts.borrow_mut()).insert(path.to_path_buf(), text.clone());
            text
        })
    }
}

/// Why `git` gave no answer.
enum Failed {
    /// It could not be started, or its answer not be read.
    Start(String),
    /// What it said.
    Said(String),
}

impl From<Failed> for String {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Start(error) | Failed::Said(error) => error,
        }
    }
}

/// What `git` prints.
fn git(arguments: &[&str]) -> Result<Vec<u8>, Failed> {
    let start = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Failed::Start(
            "`git` was not found; install it, or compare two files without --git".to_string(),
        ),
        _ => Failed::Start(format!("cannot run `git`: {}", files::reason(&error))),
    };
    let mut child = Command::new("git")
        .args(arguments)
        // Paths are what they are, whatever characters they have.
        .env("GIT_LITERAL_PATHSPECS", "1")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(start)?;
    let mut stderr = child.stderr.take();
    // Both pipes may fill up.
    let said = std::thread::spawn(move || {
        let mut said = Vec::new();
        if let Some(stderr) = stderr.as_mut() {
            let _ = stderr.take(1 << 16).read_to_end(&mut said);
            let _ = io::copy(stderr, &mut io::sink());
        }
        said
    });
    let mut out = Vec::new();
    let mut read = Ok(0);
    if let Some(stdout) = child.stdout.take() {
        read = stdout.take(MAX_FILE + 1).read_to_end(&mut out);
    }
    // More than that is not read: `git` ends when its pipe is closed.
    let status = child.wait().map_err(start)?;
    let said = said.join().unwrap_or_default();
    read.map_err(start)?;
    if status.success() || out.len() as u64 > MAX_FILE {
        return Ok(out);
    }
    let said = String::from_utf8_lossy(&said);
    let first = said.lines().next().unwrap_or_default();
    Err(Failed::Said(format!(
        "git: {}",
        first.strip_prefix("fatal: ").unwrap_or(first)
    )))
}
