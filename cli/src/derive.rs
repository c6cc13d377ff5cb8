//! `rekognition-iam derive`

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use rekognition_iam_codegen::derive::{Derive, Scan};

use crate::output::plain;
use crate::{CLEAN, FOUND, UNUSABLE, complain_in_lines, print};

/// Reads the source of the package's library and programs, but for what is compiled for tests alone, and finds the calls of
/// AWS SDK clients in it. What cannot be followed is listed and never guessed.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 done, 1 something could not be followed and --deny-unfollowed is on, 2 input that cannot be used."
)]
pub(crate) struct DeriveArgs {
    /// The package: its Cargo.toml, or the folder that it lies in
    #[arg(long, value_name = "PATH", default_value = ".")]
    manifest_path: PathBuf,
    /// How to print the policy
    #[arg(long, value_enum, default_value_t = Language::Rust)]
    format: Language,
    /// The name of the static or function in Rust, and of the document in Terraform
    #[arg(long, value_name = "NAME", default_value = "needed")]
    name: String,
    /// A value for a parameter of the policy, such as region=eu-west-1; * and ? in it are wildcards
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    values: Vec<(String, String)>,
    /// Let * stand in JSON for every parameter that has no value
    #[arg(long)]
    allow_wildcards: bool,
    /// Print the calls, one a line, instead of the policy
    #[arg(long)]
    calls: bool,
    /// Fail when something could not be followed
    #[arg(long)]
    deny_unfollowed: bool,
}

/// What the policy is printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    /// Source in the language of `policy!`
    Rust,
    /// A policy document
    Json,
    /// Variables and an aws_iam_policy_document
    Terraform,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// The folder of a package that is named by it or by its manifest.
pub(crate) fn folder(path: &Path) -> PathBuf {
    if path.file_name().is_some_and(|name| name == "Cargo.toml") {
        match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        }
    } else {
        path.to_owned()
    }
}

pub(crate) fn run(arguments: &DeriveArgs) -> io::Result<u8> {
    let scan = match Scan::package(&folder(&arguments.manifest_path)) {
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
        Language::Rust => Ok(derived.rust()),
        Language::Json => derived.json(),
        Language::Terraform => derived.terraform(),
    };
    match text {
        Ok(text) => print(text.as_bytes())?,
        Err(error) => {
            let hint =
                "  help: values are given with --set, wildcards allowed with --allow-wildcards";
            return unusable(&format!("{error}\n{hint}"));
        }
    };
    for hint in derived.hints() {
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
