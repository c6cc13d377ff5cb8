//! The packages that a program is made of, as far as they can call AWS: its own, those of its path and workspace
//! dependencies, and crates of a registry that depend on the SDK.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::call::Unfollowed;
use super::manifest::{self, Dependency, Include, Manifest};
use super::sdk::{self, Crate};
use crate::confine;
use crate::export::walk::{lexical, shown};
use crate::export::{Error, Problem};

/// A package whose sources are read.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) manifest: Manifest,
    pub(super) kind: Kind,
    /// By the name that the source uses: what a crate is.
    pub(super) names: HashMap<String, Krate>,
    /// What a program of this name is called in notes, and where it is declared.
    pub(super) declared: (String, usize),
}

/// Why a package is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Its calls are the program's: the package itself, or a path or workspace dependency.
    Own,
    /// A crate of a registry: for the names that it exports. Calls of its own are counted.
    Registry,
}

/// What a crate's name in source code refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Krate {
    /// A package that is read, by its number.
    Package(usize),
    /// A crate that is not read, by the name that its package would have.
    External(String),
}

/// The packages of a program, its own first.
#[derive(Debug, Default)]
pub(super) struct Packages {
    pub(super) list: Vec<Package>,
    pub(super) notes: Vec<Unfollowed>,
    /// The SDK's crates among the dependencies, by the names of their packages in source code.
    pub(super) sdk: BTreeSet<String>,
    /// Whether a crate that is not read may export or use clients of the SDK.
    pub(super) open: bool,
}

/// Libraries that call AWS without a client of the SDK in sight, each with the feature that makes it do so.
const CALLERS: &[(&str, Option<&str>)] = &[
    ("amazon-dynamodb-lock-client", None),
    ("aws-lambda-powertools", None),
    ("aws-s3-transfer-manager", None),
    ("aws-sdk-s3-transfer-manager", None),
    ("aws-secretsmanager-cache", None),
    ("aws-secretsmanager-caching", None),
    ("aws-sigv4", None),
    ("aws_secretsmanager_caching", None),
    ("datafusion-objectstore-s3", None),
    ("deltalake", Some("s3")),
    ("deltalake-aws", None),
    ("lambda-powertools", None),
    ("object_store", Some("aws")),
    ("object_store_opendal", None),
    ("opendal", Some("services-")),
    ("polars", Some("aws")),
    ("reqsign", None),
    ("rust-s3", None),
    ("s3-transfer-manager", None),
];

/// Crates of the SDK that make requests only to get credentials, or none at all.
fn is_plumbing(package: &str) -> bool {
    package.starts_with("aws-smithy-")
        || matches!(
            package,
            "aws-config"
                | "aws-credential-types"
                | "aws-endpoint"
                | "aws-http"
                | "aws-hyper"
                | "aws-lc-fips-sys"
                | "aws-lc-rs"
                | "aws-lc-sys"
                | "aws-runtime"
                | "aws-runtime-api"
                | "aws-sig-auth"
                | "aws-sigv4"
                | "aws-types"
        )
}

impl Packages {
    /// The packages in these directories and what they depend on.
    pub(super) fn read(
        base: &Path,
        directories: &[PathBuf],
        include: Include,
    ) -> Result<Self, Error> {
        let mut packages = Self::default();
        let mut known: HashMap<PathBuf, usize> = HashMap::new();
        let mut problems: Vec<Problem> = Vec::new();
        for directory in directories {
            let directory = lexical(directory);
            match Manifest::read(&directory, include) {
                Ok(manifest) => {
                    let declared = (manifest_shown(base, &directory), 1);
                    known.insert(directory, packages.list.len());
                    packages.push(manifest, Kind::Own, declared);
                }
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(Error::new(problems));
        }
        let mut lock = Lock::default();
        for directory in directories {
            lock.read_for(directory);
        }
        let registry = Registry::find();
        let mut at = 0;
        while at < packages.list.len() {
            packages.follow(base, at, &mut known, &lock, &registry);
            at += 1;
        }
        packages.notes.sort();
        packages.notes.dedup();
        Ok(packages)
    }

    fn push(&mut self, manifest: Manifest, kind: Kind, declared: (String, usize)) -> usize {
        self.list.push(Package {
            manifest,
            kind,
            names: HashMap::new(),
            declared,
        });
        self.list.len() - 1
    }

    /// Finds out what each dependency of a package is.
    fn follow(
        &mut self,
        base: &Path,
        number: usize,
        known: &mut HashMap<PathBuf, usize>,
        lock: &Lock,
        registry: &Registry,
    ) {
        let Some(package) = self.list.get(number) else {
            return;
        };
        let (kind, directory) = (package.kind, package.manifest.directory.clone());
        let dependencies = package.manifest.dependencies.clone();
        let manifest = match kind {
            Kind::Own => manifest_shown(base, &directory),
            Kind::Registry => package.declared.0.clone(),
        };
        let mut names = HashMap::new();
        for (name, dependency) in dependencies {
            let line = match kind {
                Kind::Own => dependency.line,
                Kind::Registry => self.list.get(number).map_or(1, |own| own.declared.1),
            };
            let at = (manifest.clone(), line);
            let krate = self.dependency(&name, &dependency, kind, at, known, lock, registry);
            names.insert(name, krate);
        }
        if let Some(package) = self.list.get_mut(number) {
            package.names = names;
        }
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "each is another thing to look up in"
    )]
    fn dependency(
        &mut self,
        name: &str,
        dependency: &Dependency,
        kind: Kind,
        at: (String, usize),
        known: &mut HashMap<PathBuf, usize>,
        lock: &Lock,
        registry: &Registry,
    ) -> Krate {
        let package = dependency.package.as_str();
        let external = Krate::External(package.replace('-', "_"));
        match sdk::crate_of(name, package) {
            Crate::Client(client) => {
                self.sdk.insert(client.clone());
                return Krate::External(client);
            }
            Crate::Fork(client) => {
                if kind == Kind::Own {
                    self.note(
                        &at,
                        format!(
                            "`{package}` is used instead of `{}`; its calls are treated as calls to that crate",
                            client.replace('_', "-")
                        ),
                    );
                }
                self.sdk.insert(client.clone());
                return Krate::External(client);
            }
            Crate::Other => {}
        }
        if let Some(path) = &dependency.path {
            if let Some(&number) = known.get(path) {
                return Krate::Package(number);
            }
            return match Manifest::read_library(path) {
                Ok(manifest) => {
                    let number = self.push(manifest, Kind::Own, at);
                    known.insert(path.clone(), number);
                    Krate::Package(number)
                }
                Err(problem) => {
                    self.open = true;
                    self.note(
                        &at,
                        format!(
                            "the path dependency `{package}` is not followed: {}",
                            problem.message()
                        ),
                    );
                    external
                }
            };
        }
        if kind == Kind::Own && calls_by_itself(package, &dependency.features) {
            self.note(
                &at,
                format!("`{package}` calls AWS itself; add the permissions that it needs"),
            );
            return external;
        }
        if is_plumbing(package) || !lock.reaches_sdk(package) {
            return external;
        }
        // What comes from a repository is mostly the author's own; its calls are the program's.
        let is_git = lock.git.contains_key(package);
        let (directory, kind) = match is_git {
            true => (registry.checkout(package, lock), Kind::Own),
            false => (registry.directory(package, lock), Kind::Registry),
        };
        let Some(directory) = directory else {
            self.open = true;
            let place = match is_git {
                true => "cargo's checkouts",
                false => "cargo's registry",
            };
            self.note(
                &at,
                format!(
                    "`{package}` depends on the AWS SDK and its source is not in {place}, so it is not followed"
                ),
            );
            return external;
        };
        if let Some(&number) = known.get(&directory) {
            return Krate::Package(number);
        }
        match Manifest::read_library(&directory) {
            Ok(manifest) => {
                let number = self.push(manifest, kind, at);
                known.insert(directory, number);
                Krate::Package(number)
            }
            Err(problem) => {
                self.open = true;
                self.note(
                    &at,
                    format!("`{package}` is not followed: {}", problem.message()),
                );
                external
            }
        }
    }

    fn note(&mut self, at: &(String, usize), text: String) {
        self.notes.push(Unfollowed {
            file: at.0.clone(),
            line: at.1,
            column: 1,
            text,
        });
    }
}

fn manifest_shown(base: &Path, directory: &Path) -> String {
    place(base, &directory.join("Cargo.toml"))
}

/// A file as people see it: relative to the base, and in a checkout of cargo's by the repository and revision, which are the
/// same on each machine: `bridge@1a2b3c4/src/lib.rs`.
pub(super) fn place(base: &Path, path: &Path) -> String {
    let in_checkouts = || {
        let rest = path.strip_prefix(checkouts()?).ok()?;
        let mut parts = rest.components();
        let repository = parts.next()?.as_os_str().to_string_lossy().into_owned();
        let revision = parts.next()?.as_os_str().to_string_lossy().into_owned();
        let name = (repository.rsplit_once('-')).map_or(repository.as_str(), |(name, _)| name);
        Some(format!(
            "{name}@{revision}/{}",
            shown(Path::new(""), parts.as_path())
        ))
    };
    in_checkouts().unwrap_or_else(|| shown(base, path))
}

fn cargo_home() -> Option<PathBuf> {
    std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")))
}

/// Where cargo keeps what it has checked out of repositories.
fn checkouts() -> Option<PathBuf> {
    Some(cargo_home()?.join("git").join("checkouts"))
}

/// Whether a library is known to call AWS by itself, with these features.
fn calls_by_itself(package: &str, features: &[String]) -> bool {
    package.starts_with("rusoto_")
        || package.contains("powertools")
        || (CALLERS.iter()).any(|(name, feature)| {
            *name == package
                && feature.is_none_or(|feature| {
                    // Without a list of features the defaults are on, which are not known.
                    features.is_empty() || features.iter().any(|given| given.contains(feature))
                })
        })
}

/// `Cargo.lock`: which package depends on which.
#[derive(Debug, Default)]
struct Lock {
    /// By name: the versions, and the names of the dependencies of all of them.
    packages: BTreeMap<String, (Vec<String>, BTreeSet<String>)>,
    /// The revisions of the packages that come from a repository, by name.
    git: BTreeMap<String, Vec<String>>,
}

impl Lock {
    /// Reads the lock file that is nearest to this directory.
    fn read_for(&mut self, directory: &Path) {
        for ancestor in directory.ancestors() {
            if let Ok(text) = confine::read_to_string(&ancestor.join("Cargo.lock")) {
                return self.read(&text);
            }
        }
    }

    fn read(&mut self, text: &str) {
        let mut name = String::new();
        let mut in_dependencies = false;
        for line in text.lines() {
            let quoted = || line.split('"').nth(1).unwrap_or_default().to_owned();
            if line.starts_with("[[") {
                name.clear();
            } else if line.starts_with("name = ") {
                name = quoted();
                self.packages.entry(name.clone()).or_default();
            } else if line.starts_with("version = ") {
                if let Some((versions, _)) = self.packages.get_mut(&name) {
                    versions.push(quoted());
                }
            } else if line.starts_with("source = \"git+") {
                if let Some((_, revision)) = quoted().rsplit_once('#') {
                    (self.git.entry(name.clone()).or_default()).push(revision.to_owned());
                }
            } else if line.starts_with("dependencies = [") {
                in_dependencies = true;
            } else if line.starts_with(']') {
                in_dependencies = false;
            } else if in_dependencies && let Some((_, dependencies)) = self.packages.get_mut(&name)
            {
                // `name`, or `name version` where there are two.
                let package = quoted();
                let package = package.split(' ').next().unwrap_or_default();
                dependencies.insert(package.to_owned());
            }
        }
    }

    /// Whether a package depends on a client of the SDK, by whatever way.
    fn reaches_sdk(&self, package: &str) -> bool {
        let mut open = vec![package];
        let mut seen = BTreeSet::from([package]);
        while let Some(package) = open.pop() {
            let Some((_, dependencies)) = self.packages.get(package) else {
                continue;
            };
            for dependency in dependencies {
                if !matches!(sdk::crate_of("", dependency), Crate::Other) {
                    return true;
                }
                if !is_plumbing(dependency) && seen.insert(dependency) {
                    open.push(dependency);
                }
            }
        }
        false
    }
}

/// The sources that cargo has downloaded.
#[derive(Debug)]
struct Registry {
    directories: Vec<PathBuf>,
    /// The directories of repositories, which have one for each revision.
    repositories: Vec<PathBuf>,
}

impl Registry {
    fn find() -> Self {
        Self {
            directories: entries(cargo_home().map(|home| home.join("registry").join("src"))),
            repositories: entries(checkouts()),
        }
    }

    /// The source of a package from a repository, in the revision that is locked.
    fn checkout(&self, package: &str, lock: &Lock) -> Option<PathBuf> {
        let revisions = lock.git.get(package)?;
        (self.repositories.iter())
            .flat_map(|repository| entries(Some(repository.clone())))
            .filter(|directory| {
                let name = directory.file_name().unwrap_or_default().to_string_lossy();
                // By the first digits, as git shortens it.
                name.len() >= 7
                    && revisions
                        .iter()
                        .any(|revision| revision.starts_with(&*name))
            })
            .find_map(|directory| package_in(&directory, package, 0))
    }

    /// The source of a package, in the version that is locked.
    fn directory(&self, package: &str, lock: &Lock) -> Option<PathBuf> {
        let (versions, _) = lock.packages.get(package)?;
        (versions.iter())
            .flat_map(|version| {
                (self.directories.iter())
                    .map(move |directory| directory.join(format!("{package}-{version}")))
            })
            .find(|directory| confine::is_file(&directory.join("Cargo.toml")))
    }
}

/// What is in a directory, in the order of names.
fn entries(directory: Option<PathBuf>) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = (directory
        .and_then(|directory| confine::read_dir(&directory).ok()))
    .into_iter()
    .flatten()
    .filter_map(|entry| entry.ok().map(|entry| entry.path()))
    .collect();
    found.sort();
    found
}

/// No repository has its packages deeper than this.
const DEPTH: usize = 4;

/// The directory of a package in a repository, as cargo looks for it: wherever its manifest is.
fn package_in(directory: &Path, package: &str, depth: usize) -> Option<PathBuf> {
    if manifest::package_name(directory).as_deref() == Some(package) {
        return Some(directory.to_owned());
    }
    if depth == DEPTH {
        return None;
    }
    (entries(Some(directory.to_owned())).iter())
        .filter(|inner| {
            let name = inner.file_name().unwrap_or_default().to_string_lossy();
            inner.is_dir() && !inner.is_symlink() && !name.starts_with('.') && name != "target"
        })
        .find_map(|inner| package_in(inner, package, depth + 1))
}

/// The names that a package has for crates.
#[derive(Debug)]
pub(super) struct PackageNames {
    pub(super) kind: Kind,
    pub(super) names: HashMap<String, Krate>,
    /// The name of its library in its programs, and the library's root.
    pub(super) crate_name: String,
    pub(super) root: Option<usize>,
}

impl PackageNames {
    pub(super) fn of(package: &Package) -> Self {
        Self {
            kind: package.kind,
            names: package.names.clone(),
            crate_name: package.manifest.crate_name.clone(),
            root: None,
        }
    }

    /// A package of which nothing is known.
    pub(super) fn unknown() -> Self {
        Self {
            kind: Kind::Own,
            names: HashMap::new(),
            crate_name: String::new(),
            root: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_says_what_reaches_the_sdk() {
        let mut lock = Lock::default();
        lock.read(
            "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\ndependencies = [\n \"b 2.0.0\",\n]\n\n\
             [[package]]\nname = \"b\"\nversion = \"2.0.0\"\ndependencies = [\n \"aws-sdk-s3\",\n]\n\n\
             [[package]]\nname = \"c\"\nversion = \"1.0.0\"\ndependencies = [\n \"aws-config\",\n]\n\n\
             [[package]]\nname = \"aws-config\"\nversion = \"1.0.0\"\ndependencies = [\n \"aws-sdk-sts\",\n]\n",
        );
        assert!(lock.reaches_sdk("a") && lock.reaches_sdk("b"));
        // A program that loads its configuration from the environment calls nothing else by that.
        assert!(!lock.reaches_sdk("c") && !lock.reaches_sdk("unknown"));
    }

    #[test]
    fn libraries_that_call_aws_themselves() {
        let features =
            |names: &[&str]| -> Vec<String> { names.iter().map(|&name| name.to_owned()).collect() };
        assert!(calls_by_itself("object_store", &features(&["aws"])));
        assert!(calls_by_itself("object_store", &[]));
        assert!(!calls_by_itself("object_store", &features(&["gcp"])));
        assert!(calls_by_itself("rusoto_s3", &[]) && !calls_by_itself("tokio", &[]));
    }
}
