//! The formats of findings by their names, and a file for each.

pub(crate) mod github;
mod human;
mod json;
mod junit;
mod markdown;
pub(crate) mod sarif;

use clap::ValueEnum;
use rekognition_iam_runtime::check::Severity;

use self::github::Github;
use self::human::Human;
use self::json::JsonLines;
use self::junit::Junit;
use self::markdown::Markdown;
use self::sarif::Sarif;
use crate::report::Reporter;

/// How findings are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: the source line with carets, and help
    Human,
    /// One JSON object a line for each finding; what was not checked is reported on standard error
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Comment for a pull request
    Markdown,
    /// JUnit XML, for build servers: findings at or above the --deny level are failures
    Junit,
    /// Workflow commands of GitHub Actions, shown in pull requests
    Github,
}

impl Format {
    /// The reporter of this format. `deny` is the lowest severity that fails. `quiet`: without notes and summary, where the format can do without.
    pub(crate) fn reporter(self, colors: bool, quiet: bool, deny: Severity) -> Box<dyn Reporter> {
        match self {
            Self::Human => Box::new(Human::new(colors, quiet)),
            Self::Json => Box::new(JsonLines),
            Self::Sarif => Box::new(Sarif),
            Self::Markdown => Box::new(Markdown),
            Self::Junit => Box::new(Junit { deny }),
            Self::Github => Box::new(Github { quiet }),
        }
    }
}
