//! `rekognition-iam coverage`

use std::io;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rekognition_iam_codegen::Coverage;
use rekognition_iam_codegen::derive::{Covered, DeclaredDocument, Unfollowed};
use rekognition_iam_codegen::export::Problem;

use crate::commands::coverage_trail;
use crate::commands::derive::PackageArgs;
use crate::commands::derive_trail::SeenArgs;
use crate::input::declared;
use crate::json_text::{catalogue, quoted};
use crate::plain::{plain, plain_lines};
use crate::report::format::github::{data, property};
use crate::report::format::sarif::uri;
use crate::terminal::{CLEAN, FOUND, UNUSABLE, complain_in_lines, print};

/// A declared `policy!` must cover each call, and some call must use each action and resource that a policy allows. To accept
/// an exception, write a comment in the source: `// rekognition-iam: allow unused, REASON` or `.. allow uncovered, REASON`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: rekognition-iam coverage --policies role.json --trail AWSLogs/ --role VisionApp --days 90
Exit codes: 0 the policies match the calls, 1 they do not, 2 unusable input."
)]
pub(crate) struct CoverageArgs {
    #[command(flatten)]
    packages: PackageArgs,
    /// Directory or file with the policies, relative to the package, instead of src: Rust sources, policy documents (.json),
    /// CloudFormation, SAM, and Serverless templates in YAML or JSON, or Terraform in HCL or JSON; of a directory, all of these
    #[arg(long, value_name = "PATH")]
    policies: Vec<PathBuf>,
    /// Compare only with the policy in this static, const, or fn
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Fail if some code could not be followed
    #[arg(long)]
    deny_unfollowed: bool,
    /// Print a diff that makes the policies in Rust match the calls, instead of the findings
    #[arg(long, conflicts_with = "format")]
    fix: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = Report::Human)]
    format: Report,
    /// Compare --policies with the calls in CloudTrail instead: what is granted and was never used. Files or directories, as for
    /// `replay`
    #[arg(long, value_name = "TRAIL", num_args = 1.., conflicts_with_all = ["only", "fix", "deny_unfollowed"])]
    trail: Vec<PathBuf>,
    #[command(flatten)]
    seen: SeenArgs,
}

/// How the result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Report {
    /// Text for people
    Human,
    /// One JSON object per line
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
}

pub(crate) fn run(arguments: &CoverageArgs) -> io::Result<u8> {
    if !arguments.trail.is_empty() {
        let as_json = match arguments.format {
            Report::Human => false,
            Report::Json => true,
            Report::Sarif | Report::Github => {
                complain_in_lines("coverage: --trail prints human or json");
                return Ok(UNUSABLE);
            }
        };
        return coverage_trail::run(
            &arguments.policies,
            &arguments.trail,
            &arguments.seen,
            as_json,
        );
    }
    if arguments.seen.is_given() {
        complain_in_lines("coverage: --role and --days are about --trail");
        return Ok(UNUSABLE);
    }
    match covered(arguments) {
        Ok(covered) => report(arguments, &covered),
        Err(message) => {
            complain_in_lines(&message);
            Ok(UNUSABLE)
        }
    }
}

fn covered(arguments: &CoverageArgs) -> Result<Covered, String> {
    let packages = &arguments.packages;
    let directories = packages.directories().map_err(|error| error.to_string())?;
    let mut coverage = Coverage::new()
        .manifest_dir(packages.base())
        .packages(directories)
        .include(packages.include())
        .deny_unfollowed(arguments.deny_unfollowed);
    for policies in &arguments.policies {
        let path = packages.base().join(policies);
        let shown = policies.display();
        if !path.exists() {
            return Err(format!(
                "{shown}: no such file or directory; --policies is relative to the package"
            ));
        }
        if !path.is_dir() && !declared::is_read(&path) {
            return Err(format!(
                "{shown}: not a file with policies; give Rust sources (.rs), policy documents (.json), or templates (.json, .yaml, .tf)"
            ));
        }
        if declared::is_template(&path) {
            let documents: Vec<DeclaredDocument> =
                declared::documents(&path, &policies.to_string_lossy())?;
            for document in documents {
                coverage = coverage.document(document);
            }
        } else {
            coverage = coverage.policies(policies);
        }
        if path.is_dir() {
            for document in declared::in_directory(&path, policies)? {
                coverage = coverage.document(document);
            }
        }
    }
    for name in &arguments.only {
        coverage = coverage.only(name);
    }
    let covered = coverage.compare().map_err(|error| error.to_string())?;
    if covered.policies.is_empty() && !arguments.policies.is_empty() && arguments.only.is_empty() {
        let shown = (arguments.policies.iter()).map(|path| path.display().to_string());
        let shown = shown.collect::<Vec<_>>().join(", ");
        return Err(format!("{shown}: no policy to compare the calls with"));
    }
    Ok(covered)
}

fn report(arguments: &CoverageArgs, covered: &Covered) -> io::Result<u8> {
    let found = covered.problems.len();
    let out = match arguments.format {
        _ if arguments.fix => fixed(covered),
        Report::Human => {
            for note in &covered.unfollowed {
                eprintln!("not followed: {}", plain(&note.to_string()));
            }
            human(covered)
        }
        Report::Json => json(covered),
        Report::Sarif => sarif(covered),
        Report::Github => github(covered),
    };
    print(out.as_bytes())?;
    // Nothing was compared, so nothing can be said.
    if covered.calls == 0 && covered.policies.is_empty() && found == 0 {
        complain_in_lines("coverage: there are no calls and no policies to compare");
        return Ok(UNUSABLE);
    }
    Ok(if found == 0 { CLEAN } else { FOUND })
}

/// The changes, and on stderr what they leave open.
fn fixed(covered: &Covered) -> String {
    for left in &covered.by_hand {
        eprintln!("not fixed: {}", plain(left));
    }
    for note in &covered.unfollowed {
        eprintln!("not followed: {}", plain(&note.to_string()));
    }
    (covered.fixes.iter())
        .map(|fix| plain_lines(&fix.diff()).into_owned())
        .collect()
}

fn human(covered: &Covered) -> String {
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
    let (found, unfollowed) = (covered.problems.len(), covered.unfollowed.len());
    let result = match (found, unfollowed) {
        (0, 0) => "the policies match the calls".to_owned(),
        (0, _) => format!(
            "no problem in what was followed, {} not followed",
            plural(unfollowed, "place", "places")
        ),
        _ => plural(found, "problem", "problems"),
    };
    out.push_str(&format!(
        "{}, {}: {result}\n",
        plural(covered.calls, "call", "calls"),
        plural(covered.policies.len(), "policy", "policies"),
    ));
    out
}

/// The lines below a message, as one text.
fn help(problem: &Problem) -> String {
    let notes: Vec<&str> = (problem.notes().iter())
        .map(|note| note.strip_prefix("help: ").unwrap_or(note))
        .collect();
    notes.join("\n")
}

fn file(problem: &Problem) -> String {
    problem.file().to_string_lossy().into_owned()
}

/// `{"file","line","column","severity","message","help","catalogue"}` for each problem and each place that was not followed.
fn json(covered: &Covered) -> String {
    let mut out = String::new();
    for problem in &covered.problems {
        let notes = help(problem);
        let help = match notes.is_empty() {
            true => "null".to_owned(),
            false => quoted(&notes),
        };
        out.push_str(&format!(
            "{{\"file\":{},\"line\":{},\"column\":{},\"severity\":\"error\",\"message\":{},\"help\":{help},{}}}\n",
            quoted(&file(problem)),
            problem.line().unwrap_or(1),
            problem.column().unwrap_or(1),
            quoted(problem.message()),
            catalogue(),
        ));
    }
    for note in &covered.unfollowed {
        out.push_str(&format!(
            "{{\"file\":{},\"line\":{},\"column\":{},\"severity\":\"note\",\"message\":{},\"help\":null,{}}}\n",
            quoted(note.file()),
            note.line(),
            note.column(),
            quoted(&format!("not followed: {}", note.message())),
            catalogue(),
        ));
    }
    out
}

fn github(covered: &Covered) -> String {
    let mut out = String::new();
    for problem in &covered.problems {
        let mut text = plain(problem.message()).into_owned();
        for note in problem.notes() {
            text.push('\n');
            text.push_str(&plain_lines(note));
        }
        out.push_str(&format!(
            "::error file={},line={},col={},title=coverage::{}\n",
            property(&file(problem)),
            problem.line().unwrap_or(1),
            problem.column().unwrap_or(1),
            data(&text)
        ));
    }
    for note in &covered.unfollowed {
        out.push_str(&format!(
            "::notice file={},line={},col={},title=not followed::{}\n",
            property(note.file()),
            note.line(),
            note.column(),
            data(&plain(note.message()))
        ));
    }
    out
}

fn sarif(covered: &Covered) -> String {
    let result = |rule: &str, level: &str, text: &str, file: &str, line: usize, column: usize| {
        format!(
            "{{\"ruleId\":\"{rule}\",\"level\":\"{level}\",\"message\":{{\"text\":{}}},\"locations\":[{{\"physicalLocation\":\
             {{\"artifactLocation\":{{\"uri\":{}}},\"region\":{{\"startLine\":{line},\"startColumn\":{column}}}}}}}]}}",
            quoted(text),
            quoted(&uri(file)),
        )
    };
    let problems = covered.problems.iter().map(|problem| {
        let notes = help(problem);
        let text = match notes.is_empty() {
            true => problem.message().to_owned(),
            false => format!("{}\n{notes}", problem.message()),
        };
        let (line, column) = (problem.line().unwrap_or(1), problem.column().unwrap_or(1));
        result(
            "REKOGNITION_IAM_COVERAGE",
            "error",
            &text,
            &file(problem),
            line,
            column,
        )
    });
    let unfollowed = covered.unfollowed.iter().map(|note: &Unfollowed| {
        result(
            "REKOGNITION_IAM_UNFOLLOWED",
            "note",
            note.message(),
            note.file(),
            note.line(),
            note.column(),
        )
    });
    let results: Vec<String> = problems.chain(unfollowed).collect();
    format!(
        "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":\
         {{\"name\":\"rekognition-iam\",\"version\":{},\"rules\":[{{\"id\":\"REKOGNITION_IAM_COVERAGE\",\"shortDescription\":\
         {{\"text\":\"a call without a policy, or a grant without a call\"}}}},{{\"id\":\"REKOGNITION_IAM_UNFOLLOWED\",\"shortDescription\":\
         {{\"text\":\"code that was not followed\"}}}}]}}}},\"columnKind\":\"unicodeCodePoints\",\"results\":[\n{}\n],\"properties\":{{{}}}}}]}}\n",
        quoted(env!("CARGO_PKG_VERSION")),
        results.join(",\n"),
        catalogue()
    )
}
