//! Whether the `Sid` of a statement in a module matters to more than its policy. Of documents that are merged, a statement
//! replaces those with its `Sid`: <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document>.
//! Which documents are merged is up to callers of the module, who need not be on disk. So an edit of a `Sid` is only safe in a
//! policy that cannot be merged with any other.

use std::path::Path;

use hcl_edit::expr::Expression;
use rekognition_iam_runtime::json::Span;

use super::module::{Block, Blocks};
use super::paths::normal;
use super::shared::{files, uses_of};
use super::sources::Sources;
use crate::input::files::Input;
use crate::input::properties::MERGED;

/// What may be merged with a statement by its `Sid`, which is at this place of a file in HCL. Nothing when its policy is certainly
/// on its own.
pub(crate) fn merged(
    text: &str,
    input: &Input,
    sources: &dyn Sources,
    span: Span,
) -> Option<String> {
    let blocks = Blocks::parse(text, 0).ok()?;
    let around = (blocks.blocks.iter())
        .find(|block| block.place.start <= span.start && span.end <= block.place.end);
    let Some(block) = around else {
        return Some("documents may be merged by this Sid".to_string());
    };
    let is_document = match (block.ident.as_str(), block.labels.as_slice()) {
        ("resource", _) => false,
        ("data", [kind, _]) if kind == "aws_iam_policy_document" => true,
        (ident, _) => {
            return Some(format!(
                "documents may be merged by this Sid where the `{ident}` block is used"
            ));
        }
    };
    if is_document && block.body.attributes.iter().any(is_merge) {
        return Some("the documents that it is merged with may have this Sid".to_string());
    }
    if !all_known(&block.body) {
        return Some("another statement of the policy may have this Sid".to_string());
    }
    let [kind, name] = block.labels.as_slice() else {
        return None;
    };
    let directory = normal(input.path.as_deref()?.parent().unwrap_or(Path::new("")));
    let own = (input.path.as_deref()?.file_name())?.to_string_lossy();
    let address = format!("{kind}.{name}");
    for file in files(&directory, sources) {
        let other = (file != own).then(|| sources.read(&directory.join(&file)));
        let read = match &other {
            None => text,
            Some(read) => read.as_deref().unwrap_or_default(),
        };
        let uses = uses_of(&address, read);
        if uses.is_empty() {
            continue;
        }
        // In a file that is not HCL, any use may be a merge.
        let parsed = Blocks::parse(read, 0).ok();
        let is_harmless = |at: &Span| {
            (parsed.iter().flat_map(|blocks| &blocks.blocks)).any(|user| {
                user.ident == "resource" && user.place.start <= at.start && at.end <= user.place.end
            })
        };
        if !uses.iter().all(is_harmless) {
            return Some(format!(
                "`{address}` may be merged with other documents by this Sid"
            ));
        }
    }
    None
}

fn is_merge(attribute: &super::module::Attribute) -> bool {
    MERGED.contains(&attribute.name.as_str())
}

/// Whether the file says all Sids that the policies of a block have.
fn all_known(body: &Blocks) -> bool {
    let attributes = |body: &Blocks| {
        (body.attributes.iter()).all(|attribute| match &*attribute.value {
            value if attribute.name.eq_ignore_ascii_case("sid") => is_literal(value),
            value => is_closed(value),
        })
    };
    let block = |block: &Block| match block.ident.as_str() {
        // Each statement that it makes has the same Sid, or one of its own.
        "dynamic" => block.labels.first().is_none_or(|kind| kind != "statement"),
        _ => all_known(&block.body),
    };
    attributes(body) && body.blocks.iter().all(block)
}

fn is_literal(value: &Expression) -> bool {
    matches!(value, Expression::String(_) | Expression::Null(_))
}

/// Whether a value that may be a policy has only statements that are written in it.
fn is_closed(value: &Expression) -> bool {
    match value {
        Expression::FuncCall(call) if call.name.name.as_str() == "jsonencode" => {
            call.args.iter().all(is_document)
        }
        // What is inserted may be a statement.
        Expression::HeredocTemplate(template) => {
            let text = template.template.to_string();
            !text.contains("Statement") || !(text.contains("${") || text.contains("%{"))
        }
        _ => true,
    }
}

fn is_document(value: &Expression) -> bool {
    let Expression::Object(document) = value else {
        return false;
    };
    let named = |key: &hcl_edit::expr::ObjectKey, name: &str| match key {
        hcl_edit::expr::ObjectKey::Ident(ident) => ident.as_str() == name,
        hcl_edit::expr::ObjectKey::Expression(Expression::String(text)) => text.as_str() == name,
        hcl_edit::expr::ObjectKey::Expression(_) => true,
    };
    let statement = |value: &Expression| match value {
        Expression::Object(members) => (members.iter())
            .filter(|(key, _)| named(key, "Sid"))
            .all(|(_, value)| is_literal(value.expr())),
        _ => false,
    };
    (document.iter())
        .filter(|(key, _)| named(key, "Statement"))
        .all(|(_, value)| match value.expr() {
            Expression::Array(items) => items.iter().all(statement),
            value => statement(value),
        })
}
