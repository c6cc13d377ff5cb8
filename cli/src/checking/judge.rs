//! One policy judged, and its findings put into the report of its file.

use rekognition_iam_runtime::check::{Dialect, Iam, Options, Subject};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json::{self, Edit, Limits, Located, Span};

use super::settings::Settings;
use crate::input::known::Samples;
use crate::input::language::Language;
use crate::input::properties::Services;
use crate::input::rules::{Issue, RuleInfo};
use crate::input::search::{Form, Found};
use crate::input::tree::{Style, Tree, Value};
use crate::report::finding::{FileReport, Said, push};

/// `sent` says whether the text reaches AWS as it stands, white space and all.
pub(super) fn judged<'t>(
    text: &'t str,
    sent: bool,
    (kind, services): (Option<PolicyKind>, Services),
    settings: &Settings,
) -> json::Report<'t> {
    let parsed = json::parse(text, &Limits::default());
    let unlisted = settings.config.unlisted();
    let kind = settings.kind.or(kind);
    let iot_core = services == Services::IotCore;
    let services = services.list();
    let options = Options::new(kind.unwrap_or_else(|| PolicyKind::detect(&parsed.document)))
        .kind_is_given(kind.is_some())
        .iot_core(iot_core)
        .services(&services)
        .unlisted(&unlisted)
        .text(sent.then_some(text));
    json::judge(text, parsed, &options)
}

pub(super) fn renamed(located: Located, samples: &Samples, dialect: &impl Dialect) -> Said {
    let finding = located.finding;
    Said {
        id: finding.id,
        severity: finding.severity,
        statement: finding.place.statement(),
        path: located.path,
        message: samples.renamed(&finding.message.render(dialect)),
        help: (finding.help.iter())
            .map(|help| samples.renamed(&help.render(dialect)))
            .collect(),
        named: Some((finding.place, finding.replacement)),
    }
}

/// IAM's words, with policy variables spelled as a file has to spell them.
#[derive(Debug)]
pub(super) struct Spelled<'l, 't> {
    pub(super) language: &'l Language<'t>,
    /// Whether the place is in the argument of `Fn::Sub`.
    pub(super) in_sub: bool,
    /// How the file writes "on any resource".
    pub(super) any_resource: &'static str,
}

impl<'l, 't> Spelled<'l, 't> {
    /// For a policy that is JSON in a text.
    pub(super) const fn json(language: &'l Language<'t>, in_sub: bool) -> Self {
        Self {
            language,
            in_sub,
            any_resource: ANY_IN_JSON,
        }
    }
}

/// How JSON writes "on any resource".
const ANY_IN_JSON: &str = "`\"Resource\": \"*\"`";

/// How the file writes "on any resource" in this policy, which is a value of it.
pub(super) fn any_resource(tree: &Tree<'_>, found: &Found) -> &'static str {
    // In HCL, the blocks are evaluated before they are a document.
    if matches!(found.form, Form::Blocks(_)) || found.path.contains("aws_iam_policy_document.") {
        return "`resources = [\"*\"]`";
    }
    let mut maps = (tree.items(found.node).into_iter()).map(|id| tree.map(id));
    let name = maps.find_map(|map| map.first().map(|&(name, _)| name));
    let style = name.and_then(|name| match &tree.node(name).value {
        Value::Text(_, style) => Some(*style),
        Value::Literal(_) | Value::Null | Value::List(_) | Value::Map(_) => None,
    });
    match style {
        None | Some(Style::Json) => ANY_IN_JSON,
        Some(Style::Plain | Style::Single | Style::Double | Style::Block) => "`Resource: '*'`",
        Some(Style::Template | Style::Heredoc | Style::Bare | Style::Computed) => {
            "`Resource = \"*\"`"
        }
    }
}

impl rekognition_iam_runtime::__private::SealedDialect for Spelled<'_, '_> {}
impl Dialect for Spelled<'_, '_> {
    fn variable(&self, name: &str) -> String {
        format!("`{}`", self.language.variable(name, self.in_sub))
    }

    fn any_resource(&self) -> String {
        self.any_resource.to_string()
    }
}

/// Counts what is only a note: that the catalogue leaves out the service of an action or a key. Unless the configuration says
/// otherwise of the rule.
pub(super) fn is_uncovered(
    located: &Located,
    text: &str,
    settings: &Settings,
    report: &mut FileReport,
) -> bool {
    let rule = located.finding.rule();
    if rule.subject != Subject::NotCovered
        || settings.config.setting(rule.id, &report.name).is_some()
    {
        return false;
    }
    let name = located.span.of(text).trim_matches('"');
    let service = name.split(':').next().unwrap_or(name).to_ascii_lowercase();
    *report.uncovered.entry(service).or_default() += 1;
    true
}

pub(super) fn keep(report: &mut FileReport, settings: &Settings, text: &str) {
    if settings.keep {
        report.documents.push(text.to_string());
    }
}

/// Adds a finding of a file that is one policy.
pub(super) fn add(report: &mut FileReport, settings: &Settings, located: Located) {
    let (span, edit) = (located.span, located.edit.clone());
    let said = renamed(located, &Samples::default(), &Iam);
    push(report, &settings.config, said, span, edit);
}

/// Adds a finding of a policy that stands somewhere in a file.
pub(super) fn add_at(
    report: &mut FileReport,
    settings: &Settings,
    mut said: Said,
    found: &Found,
    span: Span,
    edit: Option<Edit>,
) {
    // The list of statements has no name of its own.
    if found.form == Form::Statements {
        said.path = said.path.replacen("Statement", "", 1);
        said.path = match said.path.strip_prefix('.') {
            Some(path) => joined(&found.path, path),
            None => format!("{}{}", found.path, said.path),
        };
    } else {
        said.path = joined(&found.path, &said.path);
    }
    push(report, &settings.config, said, span, edit);
}

fn joined(base: &str, path: &str) -> String {
    match (base, path) {
        (base, "") => base.to_string(),
        ("", path) => path.to_string(),
        (base, path) => format!("{base}.{path}"),
    }
}

pub(super) fn add_issue(
    tree: &Tree<'_>,
    issue: Issue,
    settings: &Settings,
    report: &mut FileReport,
) {
    let RuleInfo { id, severity, .. } = issue.rule;
    let said = Said {
        id,
        severity,
        statement: None,
        path: issue.path,
        message: issue.message,
        help: issue.help,
        named: None,
    };
    push(report, &settings.config, said, tree.shown(issue.node), None);
}
