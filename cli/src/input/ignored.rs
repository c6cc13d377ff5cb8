//! Files that git ignores, which a search of a directory leaves out.

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::tracked::Tracked;

/// Whether a search leaves out what git ignores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ignored {
    LeftOut,
    Read,
}

/// The patterns that are in effect in a directory: those of its `.gitignore`, and then those of the directories above.
#[derive(Debug)]
struct Patterns {
    own: Gitignore,
    above: Option<Rc<Self>>,
    /// Patterns are about what git does not track: <https://git-scm.com/docs/gitignore>.
    tracked: Rc<Tracked>,
}

impl Patterns {
    /// Those of the directory that a search begins in. Outside of a repository, git ignores nothing.
    fn of_root(root: &Path) -> Option<Rc<Self>> {
        let root = fs::canonicalize(root).ok()?;
        let repository = root.ancestors().find(|above| above.join(".git").exists())?;
        let (user, _) = GitignoreBuilder::new(repository).build_global();
        let mut exclude = GitignoreBuilder::new(repository);
        // A file that is missing, or has a pattern that git would not read either, ignores less.
        let _ = exclude.add(repository.join(".git/info/exclude"));
        let tracked = Rc::new(Tracked::of(repository));
        let mut patterns = Rc::new(Self {
            own: user,
            above: None,
            tracked: Rc::clone(&tracked),
        });
        if let Ok(own) = exclude.build() {
            patterns = Rc::new(Self {
                own,
                above: Some(patterns),
                tracked,
            });
        }
        let mut directories: Vec<&Path> = (root.ancestors())
            .take_while(|above| above.starts_with(repository))
            .collect();
        directories.reverse();
        for directory in directories {
            // A directory that was named is searched, although git ignores it or one that it is in.
            if directory != repository && patterns.ignore(directory, true) {
                return None;
            }
            patterns = Self::below(patterns, directory);
        }
        Some(patterns)
    }

    /// Those of a directory below one with these.
    fn below(above: Rc<Self>, directory: &Path) -> Rc<Self> {
        let file = directory.join(".gitignore");
        if !file.is_file() {
            return above;
        }
        let mut builder = GitignoreBuilder::new(directory);
        let _ = builder.add(file);
        match builder.build() {
            Ok(own) => Rc::new(Self {
                own,
                tracked: Rc::clone(&above.tracked),
                above: Some(above),
            }),
            Err(_) => above,
        }
    }

    /// Whether git ignores a file or directory in this directory. The nearest pattern decides.
    fn ignore(&self, path: &Path, is_directory: bool) -> bool {
        match self.own.matched(path, is_directory) {
            Match::Ignore(_) => true,
            Match::Whitelist(_) => false,
            Match::None => {
                (self.above.as_ref()).is_some_and(|above| above.ignore(path, is_directory))
            }
        }
    }
}

/// A directory that is still to be searched.
#[derive(Debug)]
pub(crate) struct Directory {
    pub(crate) path: PathBuf,
    /// The same path without links, as the patterns need it.
    whole: PathBuf,
    patterns: Option<Rc<Patterns>>,
    /// Whether git ignores it, but for files in it that it tracks.
    is_ignored: bool,
    ignored: Ignored,
}

impl Directory {
    pub(crate) fn root(path: &Path, ignored: Ignored) -> Self {
        Self {
            path: path.to_path_buf(),
            whole: fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf()),
            patterns: match ignored {
                Ignored::LeftOut => Patterns::of_root(path),
                Ignored::Read => None,
            },
            is_ignored: false,
            ignored,
        }
    }

    /// Whether git ignores what has this name here.
    pub(crate) fn ignores(&self, path: &Path, is_directory: bool) -> bool {
        let path = self.whole.join(path.file_name().unwrap_or_default());
        self.matches(&path, is_directory)
            && (self.patterns.as_ref())
                .is_some_and(|patterns| !patterns.tracked.has(&path, is_directory))
    }

    /// Whether a pattern is about what is at a path here, or about this directory.
    fn matches(&self, path: &Path, is_directory: bool) -> bool {
        self.is_ignored
            || (self.patterns.as_ref()).is_some_and(|patterns| patterns.ignore(path, is_directory))
    }

    /// A directory in this one.
    pub(crate) fn below(&self, path: PathBuf) -> Self {
        let whole = self.whole.join(path.file_name().unwrap_or_default());
        Self {
            is_ignored: self.matches(&whole, true),
            patterns: match &self.patterns {
                Some(patterns) => Some(Patterns::below(patterns.clone(), &whole)),
                // A directory of repositories.
                None if self.ignored == Ignored::LeftOut && whole.join(".git").exists() => {
                    Patterns::of_root(&whole)
                }
                None => None,
            },
            ignored: self.ignored,
            whole,
            path,
        }
    }
}
