//! Whether the policies that a program declares are in step with its calls.

mod comparison;
mod declared;
mod fix;
mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rekognition_iam_runtime::document::{Document, Place, PolicyKind};
use rekognition_iam_runtime::json::{self, Limits, Lines};

use self::comparison::Comparison;
use self::declared::{Declared, start};
pub use self::fix::Fix;
use super::call::Unfollowed;
use super::manifest::Include;
use super::scan::Scan;
use crate::dsl;
use crate::export::scan::Owner;
use crate::export::walk::{self, Sources};
use crate::export::{Error, Problem, tree};

/// A comparison of a package's calls with its policies.
///
/// ```no_run
/// // In `main` of build.rs; a test calls `check`.
/// rekognition_iam_codegen::Coverage::new().run_or_exit();
/// ```
///
/// Each call of an SDK client must be covered by a declared `policy!`, and each action and resource that one of them
/// allows must be used by some call. The calls are found as [`Derive`](super::Derive) finds them, the policies as
/// [`Export`](crate::Export) does. A comment accepts an exception, with its reason, at the end of the line that it is about
/// or on a line of its own above:
///
/// ```text
/// // rekognition-iam: allow uncovered, granted to the operators by hand
/// client.delete_collection().collection_id(id).send().await?;
///
/// // rekognition-iam: allow unused, for the next release
/// allow(rekognition::SearchUsers).on(..),
/// ```
///
/// # What counts as covered
/// * The action and each resource that the call's chain shows stand in a statement that allows them. A value that is not
///   known is whatever makes the resource match, in the call and in the policy.
/// * A condition of a statement that allows is taken to hold, but for `iam:PassedToService`.
/// * A statement that denies counts when it has no condition and matches whatever the unknown values are.
///
/// # What counts as unused
/// An action or resource of a statement that allows and that no call needs. Of a group (`rekognition::read()`), a pattern and
/// `not(..)`, one use is enough. What a call needs for some requests or configurations only, such as `kms:Decrypt` for a table
/// with a key of its own, is not unused. Statements that deny grant nothing, and other kinds of policies are someone else's.
/// While some calls are not followed, what seems unused is reported and no fix removes it.
#[derive(Debug, Clone)]
#[must_use = "nothing is compared until it is run"]
pub struct Coverage {
    package: Option<PathBuf>,
    policies: Vec<PathBuf>,
    only: Vec<String>,
    strict: bool,
    packages: Vec<PathBuf>,
    include: Include,
    documents: Vec<DeclaredDocument>,
}

/// A policy that is not written in Rust.
#[derive(Debug, Clone)]
pub struct DeclaredDocument {
    /// What reports call it.
    pub name: String,
    /// The file that it is in.
    pub file: String,
    /// The policy.
    pub document: Document<'static>,
    /// The line and column of its parts, from 1.
    pub places: Vec<(Place, usize, usize)>,
}

/// What a comparison found.
#[derive(Debug)]
#[non_exhaustive]
pub struct Covered {
    /// Calls that are not covered and grants that are not used, by file and place. Empty when all is in step.
    pub problems: Vec<Problem>,
    /// How many calls there are.
    pub calls: usize,
    /// The policies that were compared, by the items they stand in.
    pub policies: Vec<String>,
    /// What marks in the source accept, with place and reason.
    pub accepted: Vec<String>,
    /// What was seen and could not be followed.
    pub unfollowed: Vec<Unfollowed>,
    /// Changes of the policies in Rust that bring them in step.
    pub fixes: Vec<Fix>,
    /// What no fix can do: calls whose values are known only when the program runs.
    pub by_hand: Vec<String>,
}

impl Default for Coverage {
    fn default() -> Self {
        Self::new()
    }
}

impl Coverage {
    /// Of the package that cargo builds.
    pub fn new() -> Self {
        Self {
            package: None,
            policies: Vec::new(),
            only: Vec::new(),
            strict: false,
            packages: Vec::new(),
            include: Include::default(),
            documents: Vec::new(),
        }
    }

    /// The directories of the packages to read as one program, instead of that of the manifest.
    pub fn packages(mut self, directories: impl IntoIterator<Item = PathBuf>) -> Self {
        self.packages = directories.into_iter().collect();
        self
    }

    /// What is read of the packages next to their libraries and programs.
    pub fn include(mut self, include: Include) -> Self {
        self.include = include;
        self
    }

    /// A policy that is not written in Rust, to compare with too. Can be said several times.
    pub fn document(mut self, document: DeclaredDocument) -> Self {
        self.documents.push(document);
        self
    }

    /// The directory of the package, where `Cargo.toml` lies, instead of the one in `CARGO_MANIFEST_DIR`.
    pub fn manifest_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.package = Some(directory.into());
        self
    }

    /// A directory or file with the policies, relative to the package, instead of `src`; a file whose name ends in `.json` is
    /// a policy document. Can be said several times.
    pub fn policies(mut self, directory: impl Into<PathBuf>) -> Self {
        self.policies.push(directory.into());
        self
    }

    /// Compares with the policies in the `static`, `const` or `fn` of this name alone. Can be said several times.
    ///
    /// For packages that declare policies of other programs too.
    pub fn only(mut self, name: impl Into<String>) -> Self {
        self.only.push(name.into());
        self
    }

    /// Whether it is an error that something could not be followed.
    pub fn deny_unfollowed(mut self, deny: bool) -> Self {
        self.strict = deny;
        self
    }

    /// Compares; on an error tells cargo to show it, and ends the build script. What `main` of a build script is for.
    pub fn run_or_exit(&self) -> Covered {
        for directory in self.policy_directories() {
            println!("cargo::rerun-if-changed={}", directory.display());
        }
        println!("cargo::rerun-if-changed=src");
        match self.check() {
            Ok(covered) => {
                for note in &covered.unfollowed {
                    println!("cargo::warning={note}");
                }
                covered
            }
            Err(error) => {
                for line in error.to_string().lines() {
                    println!("cargo::error={line}");
                }
                std::process::exit(0)
            }
        }
    }

    fn policy_directories(&self) -> Vec<PathBuf> {
        if self.policies.is_empty() && !self.documents.is_empty() {
            Vec::new()
        } else if self.policies.is_empty() && !self.packages.is_empty() {
            (self.packages.iter())
                // Relative to where the command runs, as the directory that they are joined to is.
                .filter_map(|package| std::path::absolute(package).ok())
                .map(|package| package.join("src"))
                .filter(|directory| directory.is_dir())
                .collect()
        } else if self.policies.is_empty() {
            vec![PathBuf::from("src")]
        } else {
            self.policies.clone()
        }
    }

    /// Compares the calls with the policies, and fails when they are not in step.
    ///
    /// # Errors
    /// Those of [`compare`](Self::compare); for each call that is not covered, with its file and line; for each grant that is
    /// not used, with its policy, statement and place.
    pub fn check(&self) -> Result<Covered, Error> {
        let covered = self.compare()?;
        if covered.problems.is_empty() {
            Ok(covered)
        } else {
            Err(Error::new(covered.problems))
        }
    }

    /// Compares the calls with the policies.
    ///
    /// # Errors
    /// When a source cannot be read or a policy has a mistake.
    pub fn compare(&self) -> Result<Covered, Error> {
        let package = match &self.package {
            Some(directory) => directory.clone(),
            None => std::env::var_os("CARGO_MANIFEST_DIR")
                .map(PathBuf::from)
                .ok_or_else(|| {
                    Problem::new("environment", "`CARGO_MANIFEST_DIR` is not set")
                        .help("Cargo sets it for build scripts and tests; elsewhere, call `.manifest_dir(..)`")
                })?,
        };
        let package = std::path::absolute(&package).map_err(|error| {
            Problem::new(
                package.to_string_lossy(),
                format!("cannot be found: {error}"),
            )
        })?;
        let packages = match self.packages.is_empty() {
            true => vec![package.clone()],
            false => self.packages.clone(),
        };
        let scan = Scan::packages(&package, &packages, self.include)?;
        let (policies, texts) = self.declared(&package)?;
        let mut comparison = Comparison {
            marks: BTreeMap::new(),
            own: BTreeSet::new(),
            problems: Vec::new(),
            accepted: Vec::new(),
            unfollowed: scan.unfollowed.clone(),
            removals: Vec::new(),
            missing: Vec::new(),
            perhaps: Vec::new(),
            unseen: !scan.unfollowed.is_empty(),
        };
        for (file, text) in &texts {
            comparison.read_marks(file, text, true);
        }
        let own: Vec<String> = (packages.iter())
            .map(|directory| std::path::absolute(directory).unwrap_or_else(|_| directory.clone()))
            .map(|directory| walk::shown(&package, &directory))
            .collect();
        for (file, text) in &scan.texts {
            let is_in = |directory: &String| match directory.as_str() {
                "." | "" => !Path::new(file).is_absolute() && !file.starts_with("../"),
                directory => Path::new(file).starts_with(directory),
            };
            comparison.read_marks(file, text, own.iter().any(is_in));
        }
        let needs = comparison.needs(&scan.calls);
        for need in &needs {
            comparison.covered(need, &policies);
        }
        for policy in &policies {
            comparison.used(policy, &needs);
        }
        comparison.unused_marks();
        let (fixes, by_hand) = fix::fixes(&comparison, &policies, &texts);
        comparison.unfollowed.sort();
        comparison.unfollowed.dedup();
        if self.strict {
            comparison
                .problems
                .extend(comparison.unfollowed.iter().map(|note| {
                    Problem::new(&note.file, &note.text).line_column(note.line, note.column)
                }));
        }
        let mut problems = comparison.problems;
        problems.sort_by(|left, right| left.position().cmp(&right.position()));
        Ok(Covered {
            problems,
            calls: scan.calls.len(),
            policies: policies.into_iter().map(|policy| policy.name).collect(),
            accepted: comparison.accepted,
            unfollowed: comparison.unfollowed,
            fixes,
            by_hand,
        })
    }

    /// The identity policies of the package, and the texts of their files.
    fn declared(&self, package: &Path) -> Result<(Vec<Declared>, BTreeMap<String, String>), Error> {
        let mut problems = Vec::new();
        let mut sources = Sources::default();
        let mut texts = BTreeMap::new();
        let mut found = Vec::new();
        for directory in self.policy_directories() {
            let path = package.join(&directory);
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                found.push(from_json(&path, &walk::shown(package, &directory))?);
            } else {
                sources.add(&path, &walk::shown(package, &directory))?;
            }
        }
        found.extend(self.documents.iter().map(Declared::from_document));
        let mut missing: Vec<&String> = self.only.iter().collect();
        for (number, invocation) in tree::invocations(&sources, &mut problems) {
            let Some(file) = sources.files.get(number) else {
                continue;
            };
            if invocation.test
                || invocation
                    .kind
                    .is_some_and(|kind| kind != PolicyKind::Identity)
            {
                continue;
            }
            let name = match &invocation.owner {
                Owner::Item(name) => name.clone(),
                // What a macro makes of it is not known.
                Owner::Macro(_) => continue,
                Owner::Nameless => "_".to_owned(),
            };
            if !self.only.is_empty() && !self.only.contains(&name) {
                continue;
            }
            missing.retain(|only| **only != name);
            let Some((declared, diagnostics)) =
                Declared::of(name, &file.shown, package, &invocation)
            else {
                continue;
            };
            for diagnostic in (diagnostics.iter()).filter(|diagnostic| diagnostic.denied) {
                problems.push(
                    Problem::new(&file.shown, &diagnostic.message)
                        .at(start(diagnostic.span, invocation.at)),
                );
            }
            if !texts.contains_key(&file.shown)
                && let Ok(text) = fs::read_to_string(&file.path)
            {
                texts.insert(file.shown.clone(), text);
            }
            found.push(declared);
        }
        for only in missing {
            problems.push(Problem::new(
                "coverage",
                format!("there is no policy `{only}` to compare with"),
            ));
        }
        if !problems.is_empty() {
            return Err(Error::new(problems));
        }
        Ok((found, texts))
    }
}

impl DeclaredDocument {
    /// A policy document in JSON. `place` says where a byte of the JSON is in the file: line and column, from 1.
    ///
    /// # Errors
    /// When it is not a policy document.
    pub fn from_json(
        name: &str,
        file: &str,
        text: &str,
        place: &mut dyn FnMut(usize) -> (usize, usize),
    ) -> Result<Self, Error> {
        let parsed = json::parse(text, &Limits::default());
        if !parsed.is_complete() {
            let mut problem = Problem::new(file, "this is not a complete policy document")
                .help("`rekognition-iam check` says what is missing");
            if let Some(finding) = parsed.findings.first() {
                let (line, column) = place(finding.span.start);
                problem = problem.line_column(line, column);
            }
            return Err(problem.into());
        }
        let places = (parsed.places.iter())
            .map(|(at, span)| {
                let (line, column) = place(span.start);
                (at, line, column)
            })
            .collect();
        Ok(Self {
            name: name.to_owned(),
            file: file.to_owned(),
            document: dsl::include::owned(parsed.document),
            places,
        })
    }
}

/// A policy document in a file.
fn from_json(path: &Path, shown: &str) -> Result<Declared, Error> {
    let text = fs::read_to_string(path)
        .map_err(|error| Problem::new(shown, format!("cannot be read: {error}")))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut lines = Lines::new(&text);
    let mut place = |offset| {
        let at = lines.position(offset);
        (at.line, at.column)
    };
    let declared = DeclaredDocument::from_json(&name, shown, &text, &mut place)?;
    Ok(Declared::from_document(&declared))
}
