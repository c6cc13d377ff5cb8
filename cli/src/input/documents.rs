//! What `evaluate`, `diff` and `prove` share: the documents they are asked about.

use std::path::Path;

use rekognition_iam_runtime::check::{Severity, Subject};
use rekognition_iam_runtime::document::{Document, Effect, Place, PolicyKind, UnknownKind};
use rekognition_iam_runtime::evaluate::is_caller;
use rekognition_iam_runtime::{catalogue, check, json};

use crate::input::files::{self, Input};

/// For `--help`: how kinds are written.
pub(crate) fn kinds() -> String {
    let mut list = String::new();
    // Text takes whatever is written to it.
    let _ = PolicyKind::list(&mut list);
    let list = list.replace("), ", ")\n  ").replacen("", "  ", 1);
    format!(
        "\
KIND is one of these, in any letter case, with -, _, or nothing between the words:
{list}
Without a kind, a policy with principals is detected as resource, project, or role-trust from its
contents; any other policy is an identity policy.
Levels of an organization: service-control@0=FILE for the root, @1 for the unit below it, and so
on, down to the account, at most 63. Every level must allow the request; the policies of one level
count together. The default level is 0."
    )
}

/// The highest level that a policy of an organization can have.
pub(crate) const MAX_LEVEL: u8 = 63;

/// A kind by its name or one of the other words for it, and the level of a policy of an organization.
pub(crate) fn kind(text: &str) -> Result<(PolicyKind, u8), String> {
    let (name, level) = match text.split_once('@') {
        Some((name, level)) => (name, Some(level)),
        None => (text, None),
    };
    let kind: PolicyKind = name
        .parse()
        .map_err(|error: UnknownKind| error.to_string())?;
    let Some(level) = level else {
        return Ok((kind, 0));
    };
    if !has_levels(kind) {
        return Err(format!(
            "only the policies of an organization have levels, and `{}` is not one",
            kind.name()
        ));
    }
    Ok((kind, self::level(level)?))
}

/// Whether policies of the kind are attached to levels of an organization. A statement of a resource control policy counts
/// on any of them.
pub(crate) const fn has_levels(kind: PolicyKind) -> bool {
    matches!(
        kind,
        PolicyKind::ServiceControl | PolicyKind::ResourceControl
    )
}

pub(crate) fn level(text: &str) -> Result<u8, String> {
    text.parse()
        .ok()
        .filter(|&level| level <= MAX_LEVEL)
        .ok_or_else(|| {
            format!(
                "the level must be a number from 0 to {MAX_LEVEL}, not `{}`",
                crate::plain::cut(text)
            )
        })
}

/// A file with its name, for messages.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Source {
    /// The file of this path; `-` is standard input.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let input = Input {
            path: (path != Path::new("-")).then(|| path.to_path_buf()),
            named: true,
        };
        let name = input.name();
        match files::read(&input) {
            Ok(text) => Ok(Self { name, text }),
            Err(error) => Err(format!("{name}: {error}")),
        }
    }

    pub(crate) fn document(&self) -> Result<Document<'_>, String> {
        let read = json::read(&self.text);
        if let Some(error) = read.as_ref().ok().and_then(version) {
            let at = self.text.find("\"Version\"").unwrap_or_default();
            let at = json::position(&self.text, at);
            return Err(format!("{}:{}:{}: {error}", self.name, at.line, at.column));
        }
        read.map_err(|refused| {
            let (name, at) = (&self.name, refused.position);
            let message = refused.located.finding.message.render(&check::Iam);
            let path = match refused.located.path.as_str() {
                "" => String::new(),
                path => format!("{path}: "),
            };
            format!("{name}:{}:{}: {path}{message}", at.line, at.column)
        })
    }
}

/// What is wrong with the version of a document: AWS refuses any but two, and so gives no answer about it.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>.
pub(crate) fn version(document: &Document<'_>) -> Option<String> {
    match document.version.as_deref() {
        None | Some("2012-10-17" | "2008-10-17") => None,
        Some(other) => Some(format!(
            "`{}` is not a version of the policy language; write `2012-10-17`",
            crate::plain::cut(other)
        )),
    }
}

/// Why AWS does not accept a policy of this kind. A question about it is answered by what it says all the same, since the rest of
/// the policy may be right.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.
pub(crate) fn not_accepted(document: &Document<'_>, kind: PolicyKind) -> Option<String> {
    let options = check::Options::new(kind).kind_is_given(true);
    let of_grammar = |finding: &check::Finding| {
        matches!(
            finding.rule().subject,
            Subject::Grammar | Subject::WrongKind
        )
    };
    let found = check::check(document, &options)
        .into_iter()
        .find(of_grammar);
    let (statement, wrong) = match found {
        Some(finding) => (
            finding.place.statement()?,
            finding.message.render(&check::Iam),
        ),
        None => (document.statements.iter().enumerate()).find_map(|(number, statement)| {
            let action = (statement.actions.values.iter()).find(|action| !has_service(action))?;
            let wrong = format!(
                "`{}` is not an action: the service before the `:` has no wildcards",
                crate::plain::cut(action)
            );
            Some((number, wrong))
        })?,
    };
    Some(format!(
        "AWS does not accept this policy: statement {}: {wrong}",
        statement + 1
    ))
}

/// A resource that a statement allows access to and that cannot exist, such as a placeholder: what is proved about the statement
/// holds because it grants nothing.
pub(crate) fn grants_nothing(document: &Document<'_>, kind: PolicyKind) -> Option<String> {
    let options = check::Options::new(kind).kind_is_given(true);
    check::check(document, &options).iter().find_map(|finding| {
        let rule = finding.rule();
        let Place::Resource(number, resource) = finding.place else {
            return None;
        };
        let statement = document.statements.items.get(number)?;
        let element = (statement.resources.as_ref()).filter(|element| !element.not)?;
        let text = element.values.items.get(resource)?;
        let applies = statement.effect == Effect::Allow
            && rule.subject == Subject::Impossible
            && finding.severity == Severity::Error;
        applies.then(|| {
            format!(
                "statement {} grants nothing on `{}`: {}",
                number + 1,
                crate::plain::cut(text),
                finding.message.render(&check::Iam)
            )
        })
    })
}

/// Whether an action names its service, or is of all services: `*` or `*:*`.
fn has_service(action: &str) -> bool {
    let service = action.split_once(':').map(|(service, _)| service);
    matches!(action, "*" | "*:*") || service.is_some_and(|service| !service.contains(['*', '?']))
}

/// Why a text does not name someone who can make a request.
pub(crate) fn caller(text: &str) -> Result<(), String> {
    if is_caller(text) {
        return Ok(());
    }
    let shown = crate::plain::cut(text);
    Err(format!(
        "`{shown}` is not a caller; give the ARN of a user, role, or session, an account number, a service principal, or `*` for anyone"
    ))
}

/// Why a text is not the resource of a request.
pub(crate) fn resource(text: &str) -> Result<(), String> {
    if text == "*" || (text.starts_with("arn:") && text.splitn(6, ':').count() == 6) {
        return Ok(());
    }
    let shown = crate::plain::cut(text);
    Err(format!(
        "`{shown}` is not an ARN; give the whole ARN, or `*`"
    ))
}

/// What is wrong with the form of an action, which may be a pattern when that is asked for.
pub(crate) fn action(text: &str, pattern: bool) -> Result<(), String> {
    let shown = crate::plain::cut(text);
    // A pattern may leave open where its service ends: `*Faces`. One that no action can fit is a typo all the same.
    let open = pattern && !text.contains(':') && text.contains(['*', '?']);
    if open && (text.starts_with('*') || catalogue::unlisted(text).is_none()) {
        return Ok(());
    }
    match text.split_once(':') {
        Some((service, name)) if !service.is_empty() && !name.is_empty() => {}
        _ => {
            // The services that have a module are nearer to what is meant than a namesake elsewhere.
            let mut services =
                catalogue::services_with_module().chain(catalogue::services().iter().copied());
            let known = services.find(|service| {
                service
                    .actions
                    .iter()
                    .any(|action| action.name.eq_ignore_ascii_case(text))
            });
            let help = match known {
                Some(service) => format!("write `{}:{text}`", service.prefix),
                None if open => format!("write `*:{shown}` for the actions of every service"),
                None => "write an action as `service:Name`".to_string(),
            };
            return Err(format!("the action `{shown}` has no service; {help}"));
        }
    }
    if !pattern && text.contains(['*', '?']) {
        return Err(format!(
            "the action `{shown}` is a pattern, but a request has one action"
        ));
    }
    Ok(())
}

/// Says so if the catalogue has no action of this name or pattern: a typo would make the answer worthless.
pub(crate) fn unlisted(action: &str) -> Option<String> {
    let found = catalogue::unlisted(action)?;
    let near = (found.near()).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let (named, what) = match action.split_once(':') {
        Some((service, _)) if found.is_service() => (service, "service"),
        Some((service, _)) if !service.contains(['*', '?']) => (action, "action"),
        Some(_) | None => (action, "action that matches"),
    };
    let shown = crate::plain::cut(named);
    Some(format!("the catalogue has no {what} `{shown}`{near}"))
}
