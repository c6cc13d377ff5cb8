//! `rekognition-iam derive`

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use rekognition_iam_codegen::derive::{Derive, Include, Scan};
use rekognition_iam_codegen::export::Error;

use crate::commands::derive_trail::{Language, SeenArgs, print_policy};
use crate::plain::{plain, plain_lines};
use crate::terminal::{CLEAN, FOUND, UNUSABLE, complain_in_lines, print};

/// Reads the source of the package's library and programs, and of its path and workspace dependencies, and finds the calls
/// to AWS SDK clients. Code that cannot be followed is listed and never guessed.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: rekognition-iam derive --from-cloudtrail AWSLogs/ --role VisionApp --format json
Exit codes: 0 done, 1 some code could not be followed and --deny-unfollowed was given, 2 unusable input."
)]
pub(crate) struct DeriveArgs {
    #[command(flatten)]
    packages: PackageArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t = Language::Rust)]
    format: Language,
    /// Name of the static or function in Rust, and of the document in Terraform
    #[arg(long, value_name = "NAME", default_value = "needed")]
    name: String,
    /// Value for a parameter of the policy, such as region=eu-west-1; * and ? are wildcards
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    values: Vec<(String, String)>,
    /// In JSON, write * for every parameter without a value
    #[arg(long)]
    allow_wildcards: bool,
    /// Print the calls, one per line, instead of the policy
    #[arg(long, conflicts_with = "explain")]
    calls: bool,
    /// Print why and where each permission is needed, instead of the policy
    #[arg(long)]
    explain: bool,
    /// Fail if some code could not be followed
    #[arg(long)]
    deny_unfollowed: bool,
    /// Print the policy for what a role did according to CloudTrail, instead of for source code: files or directories, as for
    /// `replay`. With --explain, compare with the calls in the source
    #[arg(long, value_name = "TRAIL", num_args = 1.., requires = "roles", conflicts_with_all = ["calls", "allow_wildcards", "values"])]
    from_cloudtrail: Vec<PathBuf>,
    #[command(flatten)]
    seen: SeenArgs,
    /// With --from-cloudtrail, write a pattern for resources that differ only in their last name, if there are more than N
    #[arg(long, value_name = "N", requires = "from_cloudtrail")]
    fold: Option<usize>,
}

/// Which packages to read, and what of them.
#[derive(Debug, Args)]
pub(crate) struct PackageArgs {
    /// Package or workspace: its Cargo.toml, or the directory that contains it
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub(crate) manifest_path: PathBuf,
    /// Read this member of the workspace; can be given several times
    #[arg(
        short,
        long = "package",
        value_name = "NAME",
        conflicts_with = "workspace"
    )]
    pub(crate) packages: Vec<String>,
    /// Read all members of the workspace as one program
    #[arg(long)]
    pub(crate) workspace: bool,
    /// Also read the examples
    #[arg(long)]
    pub(crate) examples: bool,
    /// Also read code that is only compiled for tests and benchmarks
    #[arg(long)]
    pub(crate) tests: bool,
}

impl PackageArgs {
    /// The directory that files are shown relative to.
    pub(crate) fn base(&self) -> PathBuf {
        directory(&self.manifest_path)
    }

    /// The directories of the packages.
    pub(crate) fn directories(&self) -> Result<Vec<PathBuf>, Error> {
        Scan::choose(&self.base(), &self.packages, self.workspace)
    }

    /// What of the packages is read.
    pub(crate) fn include(&self) -> Include {
        Include::default().examples(self.examples).tests(self.tests)
    }

    fn scan(&self) -> Result<Scan, Error> {
        Scan::packages(&self.base(), &self.directories()?, self.include())
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// The directory of a package that is named by it or by its manifest.
pub(crate) fn directory(path: &Path) -> PathBuf {
    if path.file_name().is_some_and(|name| name == "Cargo.toml") {
        match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        }
    } else {
        path.to_owned()
    }
}

/// The policy for a package, as `--format json-report` prints it.
#[cfg(feature = "mcp")]
pub(crate) fn report(packages: &PackageArgs) -> Result<String, String> {
    let scan = packages.scan().map_err(|error| error.to_string())?;
    let derived = Derive::new().of(scan).map_err(|error| error.to_string())?;
    Ok(derived.json_report())
}

/// Derives from a trail.
fn from_trail(arguments: &DeriveArgs) -> io::Result<u8> {
    let seen = match arguments.seen.read(&arguments.from_cloudtrail) {
        Ok(seen) => seen,
        Err(message) => return unusable(&message),
    };
    let called = match arguments.explain {
        true => {
            let derived = (arguments.packages.scan()).and_then(|scan| Derive::new().of(scan));
            match derived {
                Ok(derived) => Some(derived.needed()),
                Err(error) => {
                    complain_in_lines(&format!("note: the source was not compared: {error}"));
                    Some(Vec::new())
                }
            }
        }
        false => None,
    };
    print_policy(
        seen,
        arguments.format,
        &arguments.name,
        arguments.fold,
        called.as_deref(),
    )
}

pub(crate) fn run(arguments: &DeriveArgs) -> io::Result<u8> {
    if !arguments.from_cloudtrail.is_empty() {
        return from_trail(arguments);
    }
    if arguments.seen.is_given() {
        return unusable("--role and --days are about --from-cloudtrail");
    }
    let scan = match arguments.packages.scan() {
        Ok(scan) => scan,
        Err(error) => return unusable(&error.to_string()),
    };
    if arguments.calls {
        let lines: Vec<String> = scan
            .calls()
            .iter()
            .map(|call| format!("{}\n", plain(&call.to_string())))
            .collect();
        print(lines.concat().as_bytes())?;
        return finish(arguments, scan.unfollowed());
    }
    let mut derive = Derive::new()
        .name(&arguments.name)
        .allow_wildcards(arguments.allow_wildcards);
    for (name, value) in &arguments.values {
        derive = derive.value(name, value);
    }
    let unfollowed = scan.unfollowed().to_vec();
    let derived = match derive.of(scan) {
        Ok(derived) => derived,
        Err(error) => {
            let code = finish(arguments, &unfollowed)?;
            complain_in_lines(&error.to_string());
            return Ok(if code == FOUND { FOUND } else { UNUSABLE });
        }
    };
    let text = match arguments.format {
        _ if arguments.explain => Ok(plain_lines(&derived.explain()).into_owned()),
        Language::JsonReport => Ok(derived.json_report()),
        Language::Rust => Ok(derived.rust()),
        Language::Json => derived.json(),
        Language::Terraform => derived.terraform(),
    };
    match text {
        Ok(text) => print(text.as_bytes())?,
        Err(error) => {
            let hint = "  help: give each value with --set NAME=VALUE, or write `*` for all of them with --allow-wildcards";
            return unusable(&format!("{error}\n{hint}"));
        }
    };
    let open: Vec<String> = (derived.parameters().iter())
        .map(|parameter| format!("`{}`", parameter.name))
        .collect();
    if arguments.allow_wildcards && arguments.format == Language::Json && !open.is_empty() {
        eprintln!(
            "note: `*` was written for {}, so the policy allows every value of them; narrow it with --set",
            open.join(", ")
        );
    }
    let shown = arguments.explain || arguments.format == Language::JsonReport;
    for hint in derived.hints().filter(|_| !shown) {
        eprintln!("hint: {}", plain(hint));
    }
    finish(arguments, derived.unfollowed())
}

fn finish(
    arguments: &DeriveArgs,
    unfollowed: &[rekognition_iam_codegen::derive::Unfollowed],
) -> io::Result<u8> {
    for note in unfollowed {
        eprintln!("not followed: {}", plain(&note.to_string()));
    }
    let failed = arguments.deny_unfollowed && !unfollowed.is_empty();
    Ok(if failed { FOUND } else { CLEAN })
}

fn unusable(message: &str) -> io::Result<u8> {
    complain_in_lines(message);
    Ok(UNUSABLE)
}
