//! What holds for all files: the arguments and the configuration.

use std::io;
use std::sync::Arc;

use rekognition_iam_runtime::check::{Iam, Options, Severity};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json::{self, Limits};

use crate::config::{self, Config, Limit};
use crate::input::files::Input;
use crate::input::hcl::{Disk, Readers, Reads, Sources};
use crate::input::kind::InputArgs;

/// What holds for all files.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) kind: Option<PolicyKind>,
    pub(crate) config: Config,
    /// Whether reports keep the documents that were judged.
    pub(crate) keep: bool,
    /// Where the other files of a module of Terraform are read from.
    pub(crate) sources: Arc<dyn Sources + Send + Sync>,
    /// What the modules of this run read.
    pub(crate) readers: Readers,
}

impl Settings {
    /// What the arguments and the configuration say.
    pub(crate) fn of(input: &InputArgs) -> io::Result<Self> {
        let config =
            config::load(input.config.as_deref(), input.no_config).map_err(io::Error::other)?;
        let variables = &input.variables;
        variables.give_to(&input.paths).map_err(io::Error::other)?;
        Ok(Self {
            kind: input.kind,
            ..Self::validated(config).map_err(io::Error::other)?
        })
    }

    /// What a configuration says, if the catalogue has what it names.
    pub(crate) fn validated(config: Config) -> Result<Self, String> {
        validate(&config)?;
        Ok(Self::new(config))
    }

    /// What a configuration says, without arguments.
    pub(crate) fn new(config: Config) -> Self {
        Self {
            kind: None,
            config,
            keep: false,
            sources: Arc::new(Disk),
            readers: Readers::default(),
        }
    }

    /// How Terraform reads a file, where a module does.
    pub(crate) fn reads(&self, input: &Input) -> Option<Reads> {
        self.readers.reads(input, &*self.sources)
    }
}

/// What is wrong with the actions and conditions of the rules themselves: a typo in them would make every answer wrong.
fn validate(config: &Config) -> Result<(), String> {
    let unlisted = config.unlisted();
    for rule in &config.organization {
        let condition = match &rule.limit {
            Limit::With(condition) => format!(",\"Condition\":{condition}"),
            Limit::In(_) => String::new(),
        };
        let actions: Vec<String> = (rule.actions.iter())
            .map(|action| crate::json_text::quoted(action))
            .collect();
        let text = format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":{{\"Effect\":\"Allow\",\"Action\":[{}],\"Resource\":\"*\"{condition}}}}}",
            actions.join(",")
        );
        let parsed = json::parse(&text, &Limits::default());
        let options = Options::new(PolicyKind::Identity).unlisted(&unlisted);
        let report = json::judge(&text, parsed, &options);
        let error =
            (report.findings.iter()).find(|located| located.finding.severity == Severity::Error);
        if let Some(error) = error {
            let finding = &error.finding;
            let help = (finding.help.first())
                .map(|help| format!("; {}", help.render(&Iam)))
                .unwrap_or_default();
            return Err(format!(
                "{}:{}: `[[organization]]`: {}{help}",
                config.name,
                rule.line,
                finding.message.render(&Iam)
            ));
        }
    }
    Ok(())
}
