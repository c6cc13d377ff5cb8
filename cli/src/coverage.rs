//! `rekognition-iam coverage`

use std::io;
use std::path::PathBuf;

use clap::Args;
use rekognition_iam_codegen::Coverage;

use crate::derive::folder;
use crate::output::{plain, plain_lines};
use crate::{CLEAN, FOUND, UNUSABLE, complain_in_lines, print};

/// Each call must be covered by a declared `policy!`, and each action and resource that one allows be used by some call. A
/// comment in the source accepts an exception: `// rekognition-iam: allow unused, why` or `.. allow uncovered, why`.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 in step, 1 not in step, 2 input that cannot be used.")]
pub(crate) struct CoverageArgs {
    /// The package: its Cargo.toml, or the folder that it lies in
    #[arg(long, value_name = "PATH", default_value = ".")]
    manifest_path: PathBuf,
    /// A folder or file with the policies, relative to the package, instead of src
    #[arg(long, value_name = "PATH")]
    policies: Vec<PathBuf>,
    /// Compare with the policy in this static, const or fn alone
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Fail when something could not be followed
    #[arg(long)]
    deny_unfollowed: bool,
}

pub(crate) fn run(arguments: &CoverageArgs) -> io::Result<u8> {
    let mut coverage = Coverage::new()
        .manifest_dir(folder(&arguments.manifest_path))
        .deny_unfollowed(arguments.deny_unfollowed);
    for policies in &arguments.policies {
        coverage = coverage.policies(policies);
    }
    for name in &arguments.only {
        coverage = coverage.only(name);
    }
    let covered = match coverage.compare() {
        Ok(covered) => covered,
        Err(error) => {
            complain_in_lines(&error.to_string());
            return Ok(UNUSABLE);
        }
    };
    for note in &covered.unfollowed {
        eprintln!("not followed: {}", plain(&note.to_string()));
    }
    let mut out = String::new();
    for problem in &covered.problems {
        out.push_str(&format!("{}\n", plain_lines(&problem.to_string())));
    }
    for accepted in &covered.accepted {
        out.push_str(&format!("accepted: {}\n", plain(&accepted.to_string())));
    }
    let plural = |count: usize, one: &str, many: &str| {
        format!("{count} {}", if count == 1 { one } else { many })
    };
    let found = covered.problems.len();
    out.push_str(&format!(
        "{}, {}: {}\n",
        plural(covered.calls, "call", "calls"),
        plural(covered.policies.len(), "policy", "policies"),
        if found == 0 {
            "in step".to_owned()
        } else {
            plural(found, "problem", "problems")
        }
    ));
    print(out.as_bytes())?;
    Ok(if found == 0 { CLEAN } else { FOUND })
}
