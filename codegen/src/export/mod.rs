//! Policies as files: what a build script does with every `policy!` of its package.
//!
//! ```no_run
//! // build.rs
//! use rekognition_iam_codegen::Export;
//!
//! fn main() {
//!     Export::new().run_or_exit();
//! }
//! ```
//!
//! writes `<name>.json` for each policy into the directory `policies` of `OUT_DIR`, and `manifest.json`, a list of them
//! with kinds, sizes, quotas, hashes, exceptions and warnings. The program can take the text of a file in:
//! `include_str!(concat!(env!("OUT_DIR"), "/policies/face_indexer.json"))`. With
//! [`into_source("policies")`](Export::into_source) the files lie in the source tree, for Terraform, CloudFormation and
//! reviewers.
//!
//! ```toml
//! [build-dependencies]
//! rekognition-iam-codegen = { version = "0.1", default-features = false, features = ["export"] }
//! ```
//!
//! The services that `rekognition-iam` has on need not be repeated: cargo builds this crate once for the macro and the
//! build script.
//!
//! # Which policies
//! All of the source directories (`src` unless told otherwise), found by **walking the directories**, not the tree of modules.
//! No `#[path]`, `cfg_attr` or macro that makes modules can hide a policy from a walk, no `cfg` of another platform
//! has to be judged, and the directory is exactly what cargo must watch. The price: the policies of a file that no module
//! names are exported too, and files elsewhere (`include!`, `#[path = "../.."]`) need a [`source`](Export::source) of
//! their own.
//!
//! The macro is known by its name, whatever path is before it, and by the names that imports in the tree give it
//! (`use rekognition_iam::policy as iam_policy`). What is in comments and strings is not a policy.
//!
//! A policy is named after the nearest `static`, `const` or `fn` around it: `FACE_INDEXER` is written to
//! `face_indexer.json`.
//!
//! # Policies with variables
//! A policy inside a function takes variables, whose values are not known here. It is exported as a template, with a
//! placeholder of the variable's name ([`Format::Terraform`], [`Format::CloudFormation`], [`Format::Sam`]), or as JSON
//! with [given values](Export::value).
//!
//! A variable that is in a policy several times is one parameter; its type is that of all places, where a condition
//! on text takes names and ARNs too. Different variables of one name (`self.from.region`, `self.to.region`) are an error.
//!
//! A constant of the program (`ACCOUNT`, `config::ACCOUNT`, `Prod::ACCOUNT`) is not a parameter: its value is that of the program.
//! The export follows its path through the modules and imports of the crate to a string literal, a `concat!` of literals, or another
//! constant. Where that does not lead to one declaration for certain (another crate, a glob import, a macro, values that depend on
//! `cfg`), the constant is an error unless its value is [given](Export::value_of). What is known of a policy is checked by all rules,
//! the ones about values included, also next to variables that are still open.
//!
//! # What is not exported
//! * What is compiled for tests alone, by `#[cfg(test)]` or `#[test]`. The list and the report name it.
//! * What [`skip`](Export::skip) names, with the reason.
//!
//! Everything else is exported or is an error: a policy with a mistake, as JSON one with variables that have no value, one
//! in the body of a `macro_rules!`, without a name, or with the name of another one.
//!
//! # Mistakes
//! In a build script, what rustc reports by itself is left to rustc: see [`Export::run`].
//!
//! # What is written
//! Files are written when their text changes and at no other time, each in one step, and only after every policy has been
//! read and checked: a mistake in one of them leaves the directory as it was. Files of policies that are gone are
//! removed, unless someone edited them. Files that no export wrote are never touched; one in the way is an error.

mod collect;
mod constants;
pub(crate) mod diff;
mod error;
mod files;
mod format;
mod items;
pub(crate) mod json;
mod manifest;
mod parameters;
mod report;
pub(crate) mod scan;
pub(crate) mod shape;
mod split;
mod targets;
mod template;
pub(crate) mod tree;
pub(crate) mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use self::collect::Collector;
use self::constants::Constants;
pub use self::error::{Error, Problem};
use self::files::Directory;
use self::format::{Choice, Choices};
pub use self::format::{Format, Given, Pseudo};
pub use self::report::{Exported, LeftOut, Parameter, Report};
pub use self::split::Part;
use self::walk::Sources;
#[cfg(feature = "evaluate")]
use rekognition_iam_runtime::split::Quota;

/// An export of the policies of a package. See the [module](self) for what it does.
///
/// ```no_run
/// // build.rs
/// use rekognition_iam_codegen::Export;
///
/// fn main() {
///     Export::new()
///         .into_source("policies")
///         .skip("TENANT_POLICY", "its account is known at run time")
///         .run_or_exit();
/// }
/// ```
///
/// In CI, [`check_only`](Self::check_only) writes nothing and fails with the difference when a file is out of date.
#[derive(Debug, Clone)]
#[must_use = "an export does nothing until it is run"]
pub struct Export {
    package: Option<PathBuf>,
    sources: Vec<PathBuf>,
    target: Target,
    pretty: bool,
    check_only: bool,
    skips: Vec<(String, String)>,
    choices: Choices,
}

#[derive(Debug, Clone)]
enum Target {
    /// `policies` in `OUT_DIR`.
    OutDir,
    /// A directory that is not a part of the sources.
    Elsewhere(PathBuf),
    /// A directory that is under version control next to the sources: cargo watches the files in it.
    Source(PathBuf),
}

impl Default for Export {
    fn default() -> Self {
        Self::new()
    }
}

impl Export {
    /// From `src` of the package into `policies` of `OUT_DIR`, both as cargo tells build scripts.
    pub fn new() -> Self {
        Self {
            package: None,
            sources: Vec::new(),
            target: Target::OutDir,
            pretty: true,
            check_only: false,
            skips: Vec::new(),
            choices: Choices::default(),
        }
    }

    /// The directory of the package, where `Cargo.toml` lies, instead of the one in `CARGO_MANIFEST_DIR`.
    ///
    /// Relative paths begin there.
    pub fn manifest_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.package = Some(directory.into());
        self
    }

    /// A directory of Rust files, or a single file, to read. Can be said several times; then `src` is no longer implied.
    pub fn source(mut self, directory: impl Into<PathBuf>) -> Self {
        self.sources.push(directory.into());
        self
    }

    /// Writes to this directory instead of `policies` in `OUT_DIR`.
    ///
    /// For a directory under version control take [`into_source`](Self::into_source).
    pub fn out_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.target = Target::Elsewhere(directory.into());
        self
    }

    /// Writes to this directory of the source tree, which is meant to be committed.
    ///
    /// The build script runs again when one of the files is deleted or edited, and restores it. The directory must not
    /// lie in a source directory: cargo watches those whole, and would run the build script for its own output.
    pub fn into_source(mut self, directory: impl Into<PathBuf>) -> Self {
        self.target = Target::Source(directory.into());
        self
    }

    /// Whether the files have line ends and indentation (they do unless this says `false`), which people read and Git
    /// shows the changes of, or are as short as [`Policy::json`](https://docs.rs/rekognition-iam).
    ///
    /// IAM counts no white space, so the policies are of the same size for it.
    pub fn pretty(mut self, pretty: bool) -> Self {
        self.pretty = pretty;
        self
    }

    /// Leaves the policies out that are in the `static`, `const` or `fn` of this name, or in the `macro_rules!` of
    /// this name, for a reason. `"_"` represents policies in none of them.
    ///
    /// The list and the report say so. It is an error if there is no such policy.
    pub fn skip(mut self, name: impl Into<String>, reason: impl Into<String>) -> Self {
        self.skips.push((name.into(), reason.into()));
        self
    }

    /// The form of all files for which [`format_of`](Self::format_of) says nothing else; JSON when nothing says any.
    pub fn format(mut self, format: Format) -> Self {
        let choice = Choice::new("format", None, None, format);
        format::ask(&mut self.choices.formats, choice);
        self
    }

    /// The form of the file of the policy in the `static`, `const` or `fn` of this name.
    ///
    /// ```no_run
    /// use rekognition_iam_codegen::{Export, Format};
    ///
    /// Export::new()
    ///     .into_source("policies")
    ///     .format_of("face_reader", Format::Terraform)
    ///     .run_or_exit();
    /// ```
    ///
    /// A policy has one file. For several forms of one, export several times, each into a separate directory.
    pub fn format_of(mut self, policy: impl Into<String>, format: Format) -> Self {
        let choice = Choice::new("format_of", Some(policy.into()), None, format);
        format::ask(&mut self.choices.formats, choice);
        self
    }

    /// The value of the variables of this name, in all policies for which [`value_of`](Self::value_of) says nothing
    /// else.
    ///
    /// JSON needs a value for every variable. In a template, a variable with a value is not a parameter.
    ///
    /// The text must be a value of the variable's type, as in the program. A [`Pattern`](crate::values::Pattern) may
    /// represent it where the type has wildcards:
    ///
    /// ```no_run
    /// use rekognition_iam_codegen::Export;
    /// use rekognition_iam_codegen::values::Pattern;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// Export::new()
    ///     .value("region", "us-east-1")
    ///     .value_of("face_reader", "collection", "staff-*".parse::<Pattern>()?)
    ///     .run()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn value(mut self, variable: impl Into<String>, value: impl Into<Given>) -> Self {
        let choice = Choice::new("value", None, Some(variable.into()), value.into());
        format::ask(&mut self.choices.values, choice);
        self
    }

    /// The value of this variable of the policy in the `static`, `const` or `fn` of this name; see
    /// [`value`](Self::value).
    pub fn value_of(
        mut self,
        policy: impl Into<String>,
        variable: impl Into<String>,
        value: impl Into<Given>,
    ) -> Self {
        let (policy, variable) = (Some(policy.into()), Some(variable.into()));
        let choice = Choice::new("value_of", policy, variable, value.into());
        format::ask(&mut self.choices.values, choice);
        self
    }

    /// What CloudFormation knows by itself for the variables of this name, in all policies that are exported for
    /// CloudFormation or SAM: `${AWS::AccountId}` instead of a parameter.
    ///
    /// An error where not every value of it is one of the variable's type.
    ///
    /// ```no_run
    /// use rekognition_iam_codegen::{Export, Format, Pseudo};
    ///
    /// Export::new()
    ///     .format(Format::CloudFormation)
    ///     .pseudo("account", Pseudo::AccountId)
    ///     .pseudo("region", Pseudo::Region)
    ///     .run_or_exit();
    /// ```
    pub fn pseudo(mut self, variable: impl Into<String>, pseudo: Pseudo) -> Self {
        let choice = Choice::new("pseudo", None, Some(variable.into()), pseudo);
        format::ask(&mut self.choices.pseudos, choice);
        self
    }

    /// The same for the policy in the `static`, `const` or `fn` of this name.
    pub fn pseudo_of(
        mut self,
        policy: impl Into<String>,
        variable: impl Into<String>,
        pseudo: Pseudo,
    ) -> Self {
        let (policy, variable) = (Some(policy.into()), Some(variable.into()));
        let choice = Choice::new("pseudo_of", policy, variable, pseudo);
        format::ask(&mut self.choices.pseudos, choice);
        self
    }

    /// Splits every policy that is over this quota into as few documents as fit it, which together mean the same.
    ///
    /// `face_indexer` is then written to `face_indexer-1.json`, `face_indexer-2.json`, and so on, each a policy in the
    /// [format](Self::format) of its policy, with a template of its own for CloudFormation. `manifest.json` has the number
    /// of each and what to know before they are attached. A policy within the quota is one file as it is, and so is one of
    /// another kind than the quota's. The documents are proved to be equal to the policy, also for actions that AWS adds later;
    /// see [`split`](rekognition_iam_runtime::split).
    ///
    /// The rules refuse a policy that is larger than its kind may be. Accept that at its head, with the reason:
    ///
    /// ```no_run
    /// use rekognition_iam_codegen::{Export, Quota};
    ///
    /// // In src: policy![accept(POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA, "the export splits it"), ..]
    /// Export::new().into_source("policies").split(Quota::Managed).run_or_exit();
    /// ```
    ///
    /// A policy that is over the quota and has variables without [values](Self::value) is an error, because its size is not
    /// known.
    #[cfg(feature = "evaluate")]
    pub fn split(mut self, quota: Quota) -> Self {
        let choice = Choice::new("split", None, None, quota);
        format::ask(&mut self.choices.splits, choice);
        self
    }

    /// The same for the policy in the `static`, `const` or `fn` of this name, which must be of the quota's kind.
    #[cfg(feature = "evaluate")]
    pub fn split_of(mut self, policy: impl Into<String>, quota: Quota) -> Self {
        let choice = Choice::new("split_of", Some(policy.into()), None, quota);
        format::ask(&mut self.choices.splits, choice);
        self
    }

    /// Whether nothing is to be written, and a file that is out of date is an error that shows the difference.
    ///
    /// For build servers, where a build script must not repair what should have been committed:
    ///
    /// ```no_run
    /// // build.rs
    /// use rekognition_iam_codegen::Export;
    ///
    /// fn main() {
    ///     println!("cargo::rerun-if-env-changed=CI");
    ///     Export::new()
    ///         .into_source("policies")
    ///         .check_only(std::env::var_os("CI").is_some())
    ///         .run_or_exit();
    /// }
    /// ```
    pub fn check_only(mut self, check_only: bool) -> Self {
        self.check_only = check_only;
        self
    }

    /// Exports, and tells cargo when to run the build script again and which warnings to show.
    ///
    /// **rustc reports first.** A mistake that rustc reports when it compiles the file, in a policy or in the syntax
    /// around it, is left to rustc, which marks it at its token, in an editor too. Then nothing is written, the report is
    /// empty but for [`Report::left_to_rustc`], and one warning says where the first mistake is. The same holds for the
    /// warnings of the rules. This is so for the files that every build compiles: `src/lib.rs`, `src/main.rs`, the
    /// programs in `src/bin`, or those that `Cargo.toml` names, and their modules without a `cfg`. For all others rustc may never
    /// speak, and this does; and with [`check_only`](Self::check_only) it always does, since a build that checks must not pass while
    /// nothing was compared.
    ///
    /// **Nothing is written into the source of a dependency.** Where the package is one from a registry, a Git
    /// repository or a directory of vendored crates, [`into_source`](Self::into_source) does nothing: its files came with it.
    ///
    /// # Errors
    /// When a policy cannot be exported for a reason that rustc does not see, or a file not be written; then nothing was
    /// changed, unless the disk failed while files were put in place.
    pub fn run(&self) -> Result<Report, Error> {
        let package = self.package()?;
        for source in self.sources() {
            println!(
                "cargo::rerun-if-changed={}",
                self.for_cargo(&package, source)
            );
        }
        if matches!(self.target, Target::Source(_)) && is_of_a_dependency(&package) {
            return Ok(Report::none(Vec::new()));
        }
        let (report, directory) = match self.export() {
            Ok(done) => done,
            Err(error) => {
                let compiled = self.compiled(&package);
                let is_of_rustc = |problem: &&Problem| {
                    problem.is_of_rustc() && compiled.contains(problem.position().0)
                };
                // The file may be repaired where only its own directory is watched.
                for included in self.included(&package) {
                    let file = self.for_cargo(&package, &package.join(included));
                    println!("cargo::rerun-if-changed={file}");
                }
                // A build that only checks must not pass while nothing was compared.
                let left_to_rustc = match self.check_only {
                    true => None,
                    false => error.problems().iter().find(is_of_rustc),
                };
                let Some(first) = left_to_rustc else {
                    return Err(error);
                };
                let (file, at) = first.position();
                let (line, column) = at.unwrap_or((1, 1));
                println!(
                    "cargo::warning=no policy was exported: rustc reports an error at {file}:{line}:{column}"
                );
                return Ok(Report::none(error.problems().to_vec()));
            }
        };
        if matches!(self.target, Target::Source(_)) {
            let files = report.policies.iter().map(|policy| policy.file.as_str());
            for file in files.chain([manifest::FILE]) {
                let file = directory.join(file);
                println!(
                    "cargo::rerun-if-changed={}",
                    self.for_cargo(&package, &file)
                );
            }
        }
        for included in report
            .policies
            .iter()
            .filter_map(|policy| policy.included.as_ref())
        {
            let file = self.for_cargo(&package, &package.join(included));
            println!("cargo::rerun-if-changed={file}");
        }
        // rustc shows what the rules say about the policies that it compiles.
        let compiled = if report.warnings().any(Problem::is_of_rustc) {
            self.compiled(&package)
        } else {
            BTreeSet::new()
        };
        let own = (report.warnings())
            .filter(|problem| !problem.is_of_rustc() || !compiled.contains(problem.position().0));
        for line in own.flat_map(lines) {
            println!("cargo::warning={line}");
        }
        Ok(report)
    }

    /// Exports as [`run`](Self::run) does; on an error tells cargo to show it, and ends the build script.
    ///
    /// What `main` of a build script is for.
    pub fn run_or_exit(&self) -> Report {
        self.run().unwrap_or_else(|error| {
            for line in error.problems().iter().flat_map(lines) {
                println!("cargo::error={line}");
            }
            if error.is_out_of_date() {
                println!(
                    "cargo::error=build without `check_only`, which CI may set, and commit the files that it writes"
                );
            }
            // Not 1: cargo would print all of this script's output below the errors. It fails the build for them.
            std::process::exit(0)
        })
    }

    /// Exports as [`run`](Self::run) does, without a word to cargo: for programs that are not build scripts.
    ///
    /// # Errors
    /// As those of [`run`](Self::run).
    pub fn write(&self) -> Result<Report, Error> {
        self.export().map(|(report, _)| report)
    }

    /// Does everything that [`write`](Self::write) does but write: for tests, and programs that are not build scripts.
    ///
    /// A test of a package whose own build script exports comes too late to find a file out of date: the build script
    /// has just written it. There take [`check_only`](Self::check_only).
    ///
    /// # Errors
    /// As those of [`run`](Self::run). Also when a file is missing, left over, or differs from what would be written:
    /// then [`Error::is_out_of_date`], and the error shows the difference.
    pub fn check(&self) -> Result<Report, Error> {
        self.clone().check_only(true).write()
    }

    fn export(&self) -> Result<(Report, PathBuf), Error> {
        let rendered = self.render()?;
        let plan = files::plan(
            &rendered.directory,
            &rendered.files,
            rendered.package.as_deref(),
        )?;
        let done = if self.check_only {
            let out_of_date = plan.out_of_date();
            if !out_of_date.is_empty() {
                return Err(Error::out_of_date(out_of_date));
            }
            (Vec::new(), Vec::new())
        } else {
            plan.carry_out(rendered.newest)?
        };
        let warnings = plan.warnings;
        Ok((
            rendered.report.with(warnings, done),
            rendered.directory.path,
        ))
    }

    /// The files of the policies in `include_policy!`, whatever is wrong with them.
    fn included(&self, package: &Path) -> BTreeSet<String> {
        let mut sources = Sources::default();
        for source in self.sources() {
            // What cannot be read was reported.
            let _ = sources.add(&package.join(source), &walk::shown(package, source));
        }
        (tree::invocations(&sources, &mut Vec::new()).iter())
            .filter(|(_, invocation)| invocation.kind.is_none())
            .filter_map(|(_, invocation)| collect::included(invocation, package))
            .collect()
    }

    /// The files that every build compiles, as problems show them.
    fn compiled(&self, package: &Path) -> BTreeSet<String> {
        let mut sources = Sources::default();
        for source in self.sources() {
            // What cannot be read was reported.
            let _ = sources.add(&package.join(source), &walk::shown(package, source));
        }
        (tree::compiled(&sources, package).into_iter())
            .filter_map(|number| Some(sources.files.get(number)?.shown.clone()))
            .collect()
    }

    fn package(&self) -> Result<PathBuf, Problem> {
        match &self.package {
            Some(directory) => std::path::absolute(directory).map_err(|error| {
                Problem::new(
                    directory.to_string_lossy(),
                    format!("cannot be found: {error}"),
                )
            }),
            None => from_environment("CARGO_MANIFEST_DIR", "manifest_dir"),
        }
    }

    fn sources(&self) -> impl Iterator<Item = &Path> {
        let default = self.sources.is_empty().then_some(Path::new("src"));
        default
            .into_iter()
            .chain(self.sources.iter().map(PathBuf::as_path))
    }

    fn directory(&self, package: &Path) -> Result<Directory, Problem> {
        let path = match &self.target {
            Target::OutDir => from_environment("OUT_DIR", "out_dir")?.join("policies"),
            Target::Elsewhere(directory) | Target::Source(directory) => package.join(directory),
        };
        let shown = match &self.target {
            Target::OutDir => path.to_string_lossy().into_owned(),
            Target::Elsewhere(directory) | Target::Source(directory) => {
                walk::shown(package, directory)
            }
        };
        for source in self.sources() {
            if walk::resolved(&path).starts_with(walk::resolved(&package.join(source))) {
                let source = walk::shown(package, source);
                return Err(Problem::new(
                    shown,
                    format!(
                        "this directory is inside the source directory `{source}`, so Cargo would treat each export as a change of the sources"
                    ),
                )
                .help("export into a directory next to it, such as `.into_source(\"policies\")`"));
            }
        }
        Ok(Directory { path, shown })
    }

    /// A path as cargo should watch it. Relative where it can be: cargo reads those from the directory of the package.
    fn for_cargo(&self, package: &Path, path: &Path) -> String {
        match (path.strip_prefix(package), &self.package) {
            (Ok(inside), None) => inside.display().to_string(),
            (Err(_), None) => path.display().to_string(),
            (_, Some(_)) => package.join(path).display().to_string(),
        }
    }

    /// Everything up to the texts of the files, in memory.
    fn render(&self) -> Result<Rendered, Error> {
        let package = self.package()?;
        let directory = self.directory(&package)?;
        let mut problems = Vec::new();
        let mut sources = Sources::default();
        for source in self.sources() {
            let shown = walk::shown(&package, source);
            if let Err(problem) = sources.add(&package.join(source), &shown) {
                problems.push(problem);
            }
        }
        // A copy, because what is used of it is marked.
        let choices = self.choices.clone();
        let mut collector = Collector {
            package: package.clone(),
            skips: self.skips.iter().map(|skip| (skip, false)).collect(),
            pretty: self.pretty,
            choices: &choices,
            constants: Constants::new(&sources),
            policies: BTreeMap::new(),
            left_out: Vec::new(),
            problems: Vec::new(),
        };
        for (number, invocation) in tree::invocations(&sources, &mut problems) {
            if let Some(file) = sources.files.get(number) {
                collector.add(file, &invocation);
            }
        }
        let exported = (collector.policies.values().flatten()).map(|(policy, _)| {
            let parameters = policy.parameters.iter();
            let names = parameters.map(|parameter| parameter.name.as_str());
            (policy.item.as_str(), names.collect())
        });
        let left_out =
            (collector.left_out.iter()).map(|left| (left.item.as_str(), BTreeSet::new()));
        let names = format::Names {
            parameters: left_out.chain(exported).collect(),
        };
        problems.extend(collector.problems);
        // By file and place, whatever found them.
        problems.sort_by(|left, right| left.position().cmp(&right.position()));
        for ((name, reason), used) in &collector.skips {
            if reason.trim().is_empty() {
                problems.push(
                    Problem::new("skip", format!("the reason to exclude `{name}` is empty"))
                        .help("write a reason; the list of exports shows it to reviewers"),
                );
            }
            // With other problems about, the policy may be there and unreadable.
            if !used && (problems.is_empty() || names.has_near(name)) {
                problems.push(names.unknown("skip", name));
            }
        }
        problems = match problems.is_empty() {
            true => choices.unused(&names),
            // What is wrong with a policy may only be that its name was misspelled here.
            false => choices
                .misspelled(&names)
                .into_iter()
                .chain(problems)
                .collect(),
        };
        if !problems.is_empty() {
            return Err(Error::new(problems));
        }

        let mut warnings = Vec::new();
        if collector.policies.is_empty() {
            let shown: Vec<_> = self
                .sources()
                .map(|source| walk::shown(&package, source))
                .collect();
            warnings.push(Problem::new(
                shown.join(", "),
                "there is no `policy!` to export",
            ));
        }
        let name = package_name(&package);
        let mut files = BTreeMap::new();
        let mut policies = Vec::new();
        for (policy, text) in collector.policies.into_values().flatten() {
            files.insert(policy.file.clone(), text);
            policies.push(policy);
        }
        let list = manifest::render(name.as_deref(), &policies, &collector.left_out);
        files.insert(manifest::FILE.to_owned(), list);
        Ok(Rendered {
            directory,
            package: name,
            newest: sources.newest,
            files,
            report: Report {
                policies,
                left_out: collector.left_out,
                written: Vec::new(),
                removed: Vec::new(),
                warnings,
                left_to_rustc: Vec::new(),
            },
        })
    }
}

fn from_environment(variable: &str, setter: &str) -> Result<PathBuf, Problem> {
    env::var_os(variable).map(PathBuf::from).ok_or_else(|| {
        Problem::new("environment", format!("`{variable}` is not set")).help(format!(
            "Cargo sets it for build scripts; elsewhere, call `.{setter}(..)`"
        ))
    })
}

fn lines(problem: &Problem) -> Vec<String> {
    problem.to_string().lines().map(str::to_owned).collect()
}

/// Whether the package was unpacked by cargo: from a registry or a Git repository, into a directory of vendored crates, or to
/// verify it before it is published.
fn is_of_a_dependency(package: &Path) -> bool {
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
fn package_name(package: &Path) -> Option<String> {
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

/// All that an export writes and tells.
struct Rendered {
    directory: Directory,
    package: Option<String>,
    newest: Option<SystemTime>,
    files: BTreeMap<String, String>,
    report: Report,
}
