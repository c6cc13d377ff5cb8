//! What an export does: reads the sources, and writes or compares the files, and what a build script prints of it.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::collect::{self, Collector};
use super::constants::Constants;
use super::error::{Error, Problem};
use super::files::{self, Directory};
use super::package::{is_of_a_dependency, package_name};
use super::report::Report;
use super::walk::{self, Sources};
use super::{Export, Target, format, half_typed, manifest, tree};

impl Export {
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
        let removed = plan.removed();
        if !removed.is_empty()
            && let Some(problem) =
                half_typed::find(&self.all_sources()?, &self.package()?, &removed)
        {
            return Err(Error::new(vec![problem]));
        }
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

    /// All sources, which were read before.
    fn all_sources(&self) -> Result<Sources, Error> {
        let package = self.package()?;
        let mut sources = Sources::default();
        for source in self.sources() {
            sources.add(&package.join(source), &walk::shown(&package, source))?;
        }
        Ok(sources)
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

/// All that an export writes and tells.
struct Rendered {
    directory: Directory,
    package: Option<String>,
    newest: Option<SystemTime>,
    files: BTreeMap<String, String>,
    report: Report,
}
