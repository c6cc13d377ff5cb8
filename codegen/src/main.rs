//! Exports policies outside of a build script.

use std::process::ExitCode;

use rekognition_iam_codegen::Export;

const USAGE: &str = "\
Usage: rekognition-iam-codegen <command>

Commands:
  export     Write each policy of a package as a file

Options of `export`:
  --manifest-dir DIR   The package, with its Cargo.toml; the current directory unless given
  --source DIR         Read this directory of the package instead of src; can be given several times
  --out DIR            Write to this directory of the package
  --skip NAME=REASON   Leave out the policies in this static, const, fn or macro_rules
  --format FORMAT      The form of all files: json (unless given), terraform, cloudformation, sam
  --format NAME=FORMAT The form of the file of this static, const or fn
  --value [NAME.]VARIABLE=VALUE
                       The value of a variable of all policies, or of one
  --pseudo [NAME.]VARIABLE=AccountId
                       For CloudFormation and SAM: AccountId, Partition, Region or StackName for a variable
  --split [NAME=]QUOTA Split policies over this quota, or this one: managed, inline-role, inline-user, inline-group,
                       scp, rcp, or a number of characters
  --minified           Write JSON without white space
  --check              Write nothing; fail with the difference when a file is out of date

The exit code is 0 when all is well, 1 when something is out of date or refused, 2 when the input is unusable";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let outcome = match args.next().as_deref() {
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
            #[cfg(feature = "compare")]
            "--split" => {
                let value = value()?;
                let quota = |text: &str| text.parse().map_err(|error| format!("--split: {error}"));
                export = match value.split_once('=') {
                    Some((name, text)) => export.split_of(name, quota(text)?),
                    None => export.split(quota(&value)?),
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
