//! The formats by their names.

use clap::ValueEnum;
use rekognition_iam_runtime::check::Severity;

use super::Reporter;
use super::github::Github;
use super::human::Human;
use super::json::JsonLines;
use super::junit::Junit;
use super::markdown::Markdown;
use super::sarif::Sarif;

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
