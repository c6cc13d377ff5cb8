//! The edits of `fix`, each verified as `fix` does before it is offered.

use std::collections::HashMap;

use lsp_types::{
    CodeAction, CodeActionDisabled, CodeActionKind, CodeActionOrCommand, CodeActionParams,
    CodeActionTriggerKind, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier,
    TextDocumentEdit, TextEdit, WorkspaceEdit,
};
use rekognition_iam_runtime::json::{Edit, Span};

use super::diagnostics::of_problem;
use super::documents::Document;
use super::positions::{Encoding, Lines};
use super::workspaces::Rules;
use crate::fixing::verify;
use crate::report::finding::FileReport;

/// All fixes of a file, for editors that apply them when a file is saved.
pub(super) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.rekognition-iam");

/// How many fixes of a range are verified: verifying one takes as long as checking the file.
const QUICK: usize = 20;

/// How many fixes of a file are verified while an editor waits.
const ALL: usize = 100;

/// Characters of a title that show what is written.
const SHOWN: usize = 80;

/// What the client can do with an action.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Client {
    pub(super) encoding: Encoding,
    /// Whether edits can be for a version of a text.
    pub(super) versions: bool,
    /// Whether actions that cannot be applied are shown with the reason.
    pub(super) disabled: bool,
}

/// The actions for a range of a text.
pub(super) fn actions(
    document: &Document,
    report: &FileReport,
    rules: &Rules,
    params: &CodeActionParams,
    client: Client,
) -> Vec<CodeActionOrCommand> {
    let lines = Lines::new(&document.text, client.encoding);
    let range = lines.span(params.range);
    let wants = |kind: &CodeActionKind| match &params.context.only {
        None => true,
        Some(only) => only.iter().any(|wanted| {
            (kind.as_str().strip_prefix(wanted.as_str()))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        }),
    };
    if report.unusable.is_some() {
        return Vec::new();
    }
    let mut out: Vec<CodeAction> = Vec::new();
    if wants(&CodeActionKind::QUICKFIX) {
        let is_here = |span: Span| span.start <= range.end && range.start <= span.end;
        let here = (report.findings.iter())
            .filter(|problem| is_here(problem.span) && problem.edit.is_some());
        for problem in here.take(QUICK) {
            let Some(verified) = verify::alone(report, problem, &document.input, &rules.settings)
            else {
                continue;
            };
            let mut action = CodeAction {
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![of_problem(problem, &lines)]),
                ..CodeAction::default()
            };
            match verified {
                Ok(edit) => {
                    action.title = title(edit, &document.text);
                    action.is_preferred = Some(true);
                    action.edit = Some(edits(document, &[edit], client));
                }
                Err(reason) if client.disabled => {
                    action.title = format!("fix {}", problem.id);
                    action.disabled = Some(CodeActionDisabled { reason });
                }
                Err(_) => continue,
            }
            // Several findings can ask for the same edit.
            match (out.iter_mut())
                .find(|known| known.title == action.title && known.edit == action.edit)
            {
                Some(known) => (known.diagnostics.get_or_insert_default())
                    .extend(action.diagnostics.unwrap_or_default()),
                None => out.push(action),
            }
        }
    }
    // Verifying all of them takes longer, and editors ask by themselves wherever the cursor is.
    let asked = params.context.only.is_some()
        || params.context.trigger_kind != Some(CodeActionTriggerKind::AUTOMATIC);
    let count = report
        .findings
        .iter()
        .filter(|problem| problem.edit.is_some())
        .count();
    if asked && count > 0 && report.source.is_none() && wants(&FIX_ALL) {
        out.extend(all_fixes(document, report, rules, count, client));
    }
    out.into_iter()
        .map(CodeActionOrCommand::CodeAction)
        .collect()
}

/// The action with all fixes of a file.
fn all_fixes(
    document: &Document,
    report: &FileReport,
    rules: &Rules,
    count: usize,
    client: Client,
) -> Option<CodeAction> {
    let action = CodeAction {
        title: "apply all fixes of this file".to_string(),
        kind: Some(FIX_ALL),
        ..CodeAction::default()
    };
    if count > ALL {
        let reason =
            format!("{count} fixes take long to verify; run `rekognition-iam fix` on the file");
        return client.disabled.then(|| CodeAction {
            disabled: Some(CodeActionDisabled { reason }),
            ..action
        });
    }
    let fixed = verify::fixed(report, &document.input, &rules.settings);
    let all: Vec<&Edit> = fixed.edits.iter().collect();
    let title = match all.len() {
        0 => return None,
        1 => "apply the 1 fix of this file".to_string(),
        count => format!("apply all {count} fixes of this file"),
    };
    Some(CodeAction {
        title,
        edit: Some(edits(document, &all, client)),
        ..action
    })
}

/// What an edit does, in words.
fn title(edit: &Edit, text: &str) -> String {
    let shown = |text: &str| {
        let mut out: String = crate::plain::plain(text.trim())
            .chars()
            .take(SHOWN)
            .collect();
        if out.chars().count() == SHOWN {
            out.push_str("..");
        }
        out
    };
    match edit.text.trim() {
        "" => format!("remove `{}`", shown(edit.span.of(text))),
        new => format!("replace with `{}`", shown(new)),
    }
}

/// Edits of a text, in its order.
fn edits(document: &Document, edits: &[&Edit], client: Client) -> WorkspaceEdit {
    let lines = Lines::new(&document.text, client.encoding);
    let edits: Vec<TextEdit> = (edits.iter())
        .map(|edit| TextEdit::new(lines.range(edit.span), edit.text.clone()))
        .collect();
    let uri = document.uri.clone();
    if client.versions {
        let text_document = OptionalVersionedTextDocumentIdentifier {
            uri,
            version: Some(document.version),
        };
        let edits = edits.into_iter().map(OneOf::Left).collect();
        return WorkspaceEdit {
            document_changes: Some(DocumentChanges::Edits(vec![TextDocumentEdit {
                text_document,
                edits,
            }])),
            ..WorkspaceEdit::default()
        };
    }
    WorkspaceEdit {
        changes: Some(HashMap::from([(uri, edits)])),
        ..WorkspaceEdit::default()
    }
}
