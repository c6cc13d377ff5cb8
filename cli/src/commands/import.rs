//! `rekognition-iam import`: policies in JSON as Rust source.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use rekognition_iam_codegen::import::{self, Imported, Options};
use rekognition_iam_runtime::catalogue::table::Table;
use rekognition_iam_runtime::document::PolicyKind;

use crate::input::exported;
use crate::input::files::{self, Input};
use crate::input::hcl::Disk;
use crate::input::ignored::Ignored;
use crate::input::kind::kind_help;
use crate::terminal::{CLEAN, UNUSABLE, complain, print_bytes, refuse_to_replace, write_result};

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Policy documents in JSON, directories of them, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) paths: Vec<PathBuf>,
    #[arg(long, value_name = "KIND", help = kind_help())]
    pub(crate) kind: Option<PolicyKind>,
    /// Name of the static; by default, the name of the file or the first Sid
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Rust file to write instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the file of --out even if it has other contents, such as your edits
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
}

/// Imports all files, or says what is wrong with each that cannot be imported and writes nothing. `newer` is the catalogue that the user chose.
pub(crate) fn run(arguments: &ImportArgs, newer: Option<Table<'static>>) -> io::Result<u8> {
    let files::Collected {
        mut inputs,
        mut errors,
        ..
    } = files::collect(&arguments.paths, Ignored::Read);
    // A directory may hold templates too.
    inputs.retain(|input| {
        let extension = input.path.as_deref().and_then(Path::extension);
        input.named || extension.is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
    });
    if arguments.name.is_some() && inputs.len() != 1 {
        errors.push(format!(
            "--name requires a single policy, but there are {}",
            inputs.len()
        ));
    }
    let paths: Vec<&Path> = (inputs.iter())
        .filter_map(|input| input.path.as_deref())
        .collect();
    if let Some(out) = &arguments.out {
        refuse_to_replace(out, paths)?;
    }
    let mut policies = Vec::new();
    for input in &inputs {
        match read(arguments, newer, input) {
            Ok(imported) => policies.push(imported),
            Err(error) => errors.push(format!("{}:{error}", input.name())),
        }
    }
    if inputs.is_empty() && errors.is_empty() {
        errors.push("no policy to import".to_owned());
    }
    for error in &errors {
        complain(error);
    }
    if !errors.is_empty() {
        return Ok(UNUSABLE);
    }
    let source = import::source(&policies);
    match &arguments.out {
        None => print_bytes(source.as_bytes())?,
        Some(path) => write(path, &source, arguments.force)?,
    };
    tell(&policies);
    Ok(CLEAN)
}

fn read(
    arguments: &ImportArgs,
    newer: Option<Table<'static>>,
    input: &Input,
) -> Result<Imported, String> {
    let text = files::read(input).map_err(|error| format!(" {error}"))?;
    let mut options = Options::new();
    let exported = exported::of(input, &Disk).map(|exported| exported.kind);
    if let Some(kind) = arguments.kind.or(exported) {
        options = options.kind(kind);
    }
    if let Some(newer) = newer {
        options = options.newer(newer);
    }
    if let Some(name) = &arguments.name {
        options = options.name(name);
    }
    if let Some(file) = input.path.as_deref().and_then(Path::file_name) {
        options = options.file(file.to_string_lossy());
    }
    import::import(&text, &options).map_err(|error| {
        let position = error.position;
        format!("{}:{}: {}", position.line, position.column, error.message)
    })
}

/// Writes the file in one step; what is there stays until the new text is whole. Edits are only replaced with `force`.
fn write(path: &Path, source: &str, force: bool) -> io::Result<()> {
    let would_lose = match std::fs::read(path) {
        Ok(bytes) => !bytes.is_empty() && bytes != source.as_bytes(),
        // What cannot be read cannot be replaced either, and the error says so.
        Err(_) => false,
    };
    if would_lose && !force {
        return Err(io::Error::other(format!(
            "{}: the file exists and has other contents; add --force to replace it",
            path.display()
        )));
    }
    write_result(path, source.as_bytes())
}

/// On standard error, so that standard output is the source alone: what is left to do.
fn tell(policies: &[Imported]) {
    let services: std::collections::BTreeSet<&str> = (policies.iter())
        .flat_map(|policy| policy.services.iter().copied())
        .collect();
    if !services.is_empty() {
        let list: Vec<_> = services.iter().map(|name| format!("\"{name}\"")).collect();
        complain(&format!(
            "the source needs rekognition-iam with features = [{}]",
            list.join(", ")
        ));
    }
    let vouched: usize = (policies.iter())
        .map(|policy| policy.notes.iter().filter(|note| note.vouched).count())
        .sum();
    if vouched > 0 {
        let (s, them) = if vouched == 1 {
            ("", "it")
        } else {
            ("s", "them")
        };
        complain(&format!(
            "{vouched} finding{s} would stop the compiler; the source accepts {them} with the reason \"imported\""
        ));
    }
}
