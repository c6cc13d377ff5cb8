//! Companion permissions: `companion::s3_image(..)` in the place of a statement.

use proc_macro2::Span;
use quote::quote;
use rekognition_iam_runtime::companion::Definition;
use rekognition_iam_runtime::document::{ConditionBlock, Element};
use rekognition_iam_runtime::suggest;

use super::common::{joined, module_and_name};
use super::{
    BlockSpans, KeySpans, ListSpans, LoweredStatement, Lowerer, ResourceSpans, StatementSpans,
};
use crate::dsl::syntax::{Expr, Items, Path, Primary};

impl Lowerer<'_> {
    /// The statements of a companion; `None` when the expression is none.
    pub(super) fn companion(&mut self, expr: &Expr) -> Option<Vec<LoweredStatement>> {
        let (path, args) = match &expr.primary {
            Primary::Call(path, args) => (path, Some(args)),
            Primary::Path(path) => (path, None),
            _ => return None,
        };
        let unfinished = path.open
            && path
                .segments
                .last()
                .is_some_and(|module| module == "companion");
        if unfinished {
            self.errors
                .push(path.span(), "a companion is missing behind `companion::`")
                .help("as in `companion::s3_image(\"uploads\", \"photos/*\")`");
            return Some(Vec::new());
        }
        let (module, name) = module_and_name(path)?;
        if module != "companion" {
            return None;
        }
        Some(
            self.companion_call(expr, path, &name, args)
                .unwrap_or_default(),
        )
    }

    fn companion_call(
        &mut self,
        expr: &Expr,
        path: &Path,
        name: &str,
        args: Option<&Items>,
    ) -> Option<Vec<LoweredStatement>> {
        let span = path.span();
        let Some(definition) = Definition::all().iter().find(|known| known.name == name) else {
            self.errors.push(span, format!("no companion `{name}`"));
            let mut names = Vec::new();
            for known in Definition::all() {
                names.push(known.name);
            }
            match suggest::nearest_of(name, &names) {
                Some(near) => self.last_help(format!("did you mean `companion::{near}(..)`?")),
                None => self.last_help(format!("there are `{}`", joined(&names, "`, `"))),
            }
            return None;
        };
        let mut parameters = Vec::new();
        for (name, _) in definition.parameters {
            parameters.push(*name);
        }
        let signature = format!("companion::{name}({})", joined(&parameters, ", "));
        let found = args.map_or(0, |args| args.items.len());
        let Some(args) = args.filter(|args| args.items.len() == parameters.len()) else {
            self.errors
                .push(
                    args.map_or(span, |args| args.span),
                    format!(
                        "`companion::{name}` takes {} values, found {found}",
                        parameters.len()
                    ),
                )
                .help(format!("write `{signature}`"));
            return None;
        };
        let mut values = Vec::new();
        let mut literals = Vec::new();
        for (number, (parameter, kind)) in definition.parameters.iter().enumerate() {
            let arg = args.items.get(number)?;
            let (value, literal) = self.text_or_hole(arg, parameter, kind, true)?;
            values.push(value);
            literals.push(literal);
        }
        let (partition, _, tail) = self.partition(&expr.calls, span);
        let tokens = &path.tokens;
        (self.typed.patterns)
            .extend(quote!(let _: __ri::Companion = #(#tokens)*(#(#literals),*)#tail;));
        // A variable that stands in several places of the statements stands for itself in each of them.
        let mut statements = Vec::new();
        for statement in definition.statements(&partition, &values) {
            let spans = spans(
                span,
                &statement.actions,
                statement.resources.as_ref(),
                &statement.conditions,
            );
            statements.push(LoweredStatement { statement, spans });
        }
        Some(statements)
    }
}

/// Everything that is said of a companion's statements is said of its name.
fn spans(
    span: Span,
    actions: &Element<'_>,
    resources: Option<&Element<'_>>,
    conditions: &[ConditionBlock<'_>],
) -> StatementSpans {
    let mut spans = StatementSpans {
        strangers: false,
        head: span,
        sid: span,
        actions: vec![(span, 0); actions.values.items.len()],
        principals: (span, Vec::new()),
        resources: Vec::new(),
        lists: ListSpans::all(span),
        blocks: Vec::new(),
    };
    for _ in 0..resources.map_or(0, |element| element.values.items.len()) {
        spans.resources.push(ResourceSpans {
            span,
            parts: Vec::new(),
            reported: false,
        });
    }
    for block in conditions {
        let mut keys = Vec::new();
        for (_, values) in &block.keys {
            keys.push(KeySpans {
                key: span,
                operator: span,
                set: None,
                values: vec![span; values.items.len()],
            });
        }
        spans.blocks.push(BlockSpans {
            operator: span,
            keys,
        });
    }
    spans
}
