//! Tree to document, to typed tokens, and to the spans that findings are put on.
//!
//! What can be said only in Rust (a constructor with too few values, a method that does not exist) is reported here.
//! What is wrong with the policy itself is left to the rules: an unknown action goes into the document under the name
//! it was given, and the rule about unknown actions speaks.

#[cfg(feature = "evaluate")]
pub(crate) mod about;
mod actions;
mod common;
mod companions;
mod conditions;
mod document;
mod draft;
#[cfg(feature = "evaluate")]
pub(crate) mod guarantees;
mod habits;
mod holes;
mod lowered;
mod lowerer;
mod principals;
mod resources;
mod spans;
mod statement;
mod variables;

use proc_macro2::Span;
use rekognition_iam_runtime::document::PolicyKind;

#[cfg(feature = "json")]
pub(crate) use self::common::plain_string;
pub(crate) use self::document::invisible_characters;
#[cfg(feature = "json")]
pub(crate) use self::document::vouched;
pub(crate) use self::draft::{REPORTED, Sketch};
#[cfg(feature = "export")]
pub(crate) use self::holes::marker;
pub(crate) use self::holes::{Hole, filled, has_hole, hole_of, sample, sample_runs, unsampled};
pub(crate) use self::lowered::text_at;
pub(crate) use self::lowered::{Accepted, Lowered, Typed, Unlisted, Whole};
#[cfg(feature = "derive")]
pub(crate) use self::spans::StatementSpans;

use self::draft::Draft;
use self::lowerer::Lowerer;
use super::errors::Errors;
use super::syntax::Items;

/// Lowers a macro input.
pub(crate) fn lower(kind: PolicyKind, input: &Items, errors: &mut Errors) -> Lowered {
    let mut lowerer = Lowerer::new(kind, errors);
    let mut drafts: Vec<Draft> = Vec::new();
    let mut gap = None;
    let mut has_statement = false;
    for item in &input.items {
        let statement = match lowerer.part(item) {
            Ok(true) => continue,
            Ok(false) => lowerer.alone(item),
            Err(reported) => {
                gap = Some(reported);
                continue;
            }
        };
        has_statement = true;
        let read = statement.and_then(|item| {
            lowerer.errors.statement = drafts.len() + 1;
            match lowerer.companion(item) {
                Some(companion) => companion,
                None => (lowerer.statement(item, drafts.len())).map(|draft| vec![draft]),
            }
        });
        lowerer.errors.statement = 0;
        match read {
            Ok(read) => drafts.extend(read),
            Err(reported) => gap = Some(reported),
        }
    }
    if !has_statement && lowerer.errors.is_empty() {
        (lowerer.errors)
            .push(Span::call_site(), "this policy has no statement")
            .help("start a statement with `allow(..)` or `deny(..)`");
    }
    lowerer.private_characters(input);
    lowerer.unescapable();
    let version = lowerer.about.version.as_ref().map(|(_, span)| *span);
    let head = lowerer.document_head(drafts.len());
    let (sketch, spans) = Sketch::of(kind, head, drafts, gap);
    Lowered {
        misread: !lowerer.errors.is_empty(),
        unlisted: lowerer.unlisted,
        accepted: lowerer.accepted,
        holes: lowerer.holes,
        version,
        sketch,
        spans,
        typed: lowerer.typed,
    }
}
