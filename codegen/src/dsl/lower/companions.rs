//! Companion permissions: `companion::s3_image(..)` instead of a statement.

use proc_macro2::Span;
use quote::quote;
use rekognition_iam_runtime::companion::Definition;
use rekognition_iam_runtime::document::{Element, Statement};
use rekognition_iam_runtime::suggest;
use rekognition_iam_runtime::values::Place;

use super::common::{joined, module_and_name};
use super::draft::{Draft, Parts};
use super::holes::has_hole;
use super::lowerer::Lowerer;
use super::resources::outside_of_variables;
use super::spans::{BlockSpans, KeySpans, ResourceSpans};
use crate::dsl::errors::Read;
use crate::dsl::syntax::{Expr, Items, Path, Primary};

impl Lowerer<'_> {
    /// The statements of a companion; `None` when the expression is none.
    pub(super) fn companion(&mut self, expr: &Expr) -> Option<Read<Vec<Draft>>> {
        let (path, args) = match &expr.primary {
            Primary::Call(path, args) => (path, Some(args)),
            Primary::Path(path) => (path, None),
            Primary::Literal(..) | Primary::List(_) | Primary::Place(_) | Primary::Unknown(..) => {
                return None;
            }
        };
        let unfinished = path.open
            && path
                .segments
                .last()
                .is_some_and(|module| module == "companion");
        if unfinished {
            let unread = path.told.unwrap_or_else(|| {
                (self.errors)
                    .push(path.span(), "expected a companion after `companion::`")
                    .help("write, for example, `companion::s3_image(\"uploads\", \"photos/*\")`")
                    .reported()
            });
            return Some(Err(unread));
        }
        let (module, name) = module_and_name(path)?;
        if module != "companion" {
            return None;
        }
        Some(self.companion_call(expr, path, name, args))
    }

    fn companion_call(
        &mut self,
        expr: &Expr,
        path: &Path,
        name: &str,
        args: Option<&Items>,
    ) -> Read<Vec<Draft>> {
        let span = path.span();
        if let Some(reported) = path.told {
            return Err(reported);
        }
        let Some(definition) = Definition::all().iter().find(|known| known.name == name) else {
            let reported = self
                .errors
                .push(span, format!("no companion `{name}`"))
                .err();
            let mut names = Vec::new();
            for known in Definition::all() {
                names.push(known.name);
            }
            match suggest::nearest_of(name, &names) {
                Some(near) => self.last_help(format!("did you mean `companion::{near}(..)`?")),
                None => self.last_help(format!("the companions are `{}`", joined(&names, "`, `"))),
            }
            return reported;
        };
        let mut parameters = Vec::new();
        for (name, _) in definition.parameters {
            parameters.push(*name);
        }
        let signature = format!("companion::{name}({})", joined(&parameters, ", "));
        if let Some(reported) = args.and_then(Items::uncounted) {
            return Err(reported);
        }
        let found = args.map_or(0, |args| args.items.len());
        let Some(args) = args.filter(|args| args.items.len() == parameters.len()) else {
            return (self.errors)
                .push(
                    args.map_or(span, |args| args.span),
                    format!(
                        "`companion::{name}` requires {} values, found {found}",
                        parameters.len()
                    ),
                )
                .help(format!("write `{signature}`"))
                .err();
        };
        let mut literals = Vec::new();
        // What represents the partition, then for each parameter, and where it came from.
        let mut values = Vec::new();
        for (arg, (parameter, kind)) in args.items.iter().zip(definition.parameters) {
            let (value, literal) = self.text_or_hole(arg, parameter, kind, Place::Pattern)?;
            if !has_hole(&value) {
                self.fits_companion(&value, arg.span(), parameter, kind)?;
            }
            values.push((value, arg.span()));
            literals.push(literal);
        }
        let (partition, partition_span, tail) =
            self.partition(&expr.calls, span, Place::Pattern)?;
        values.push((partition, partition_span));
        let tokens = &path.tokens;
        (self.typed.patterns)
            .extend(quote!(let _: __ri::Companion = #(#tokens)*(#(#literals),*)#tail;));
        let markers: Vec<String> = (0..values.len())
            .filter_map(|number| Some(mark(number)?.to_string()))
            .collect();
        let (partition, parameters) = match markers.split_last() {
            Some((partition, parameters)) => (partition.as_str(), parameters),
            None => ("aws", [].as_slice()),
        };
        // A variable that is in several places of the statements represents itself in each of them.
        let statements = definition.statements(partition, parameters);
        Ok((statements.into_iter())
            .map(|statement| draft(span, statement, &values))
            .collect())
    }
}

impl Lowerer<'_> {
    /// As the value of a constructor: not empty where it is an id, and within its part of the ARN.
    fn fits_companion(&mut self, value: &str, span: Span, parameter: &str, kind: &str) -> Read<()> {
        // The rules are about an empty field before the resource part.
        let is_field = matches!(kind, "Region" | "AccountId");
        if value.is_empty() && !is_field {
            return (self.errors)
                .push(span, format!("the `{parameter}` is empty"))
                .help("write `*` to match any value")
                .err();
        }
        let slashes = matches!(kind, "ObjectKey" | "RoleName" | "UserName" | "ResourcePath");
        let outside = outside_of_variables(value);
        if outside.contains('/') && !slashes {
            return (self.errors)
                .push(span, format!("`/` is not allowed in `{parameter}`"))
                .err();
        }
        if outside.contains(':') && kind != "ObjectKey" {
            return (self.errors)
                .push(span, format!("`:` is not allowed in `{parameter}`"))
                .err();
        }
        self.spelled(value, span, kind)
    }
}

/// The character that represents the value of this number until its place is known; the private use plane 16.
fn mark(number: usize) -> Option<char> {
    char::from_u32(MARKS + u32::try_from(number).ok()?)
}

const MARKS: u32 = 0x10_0000;

/// A statement of a companion. What is said about one of its values is said about that value, anything else about its name.
fn draft(span: Span, statement: Statement<'static>, values: &[(String, Span)]) -> Draft {
    let mut draft = Draft::new(statement.effect, span);
    draft.sid = statement.sid;
    draft.spans.actions = vec![(span, 0); statement.actions.values.items.len()];
    draft.actions = parts(statement.actions);
    for block in &statement.conditions {
        let mut keys = Vec::new();
        for (_, values) in &block.keys {
            keys.push(KeySpans {
                key: span,
                operator: span,
                set: None,
                values: vec![span; values.items.len()],
            });
        }
        draft.spans.blocks.push(BlockSpans {
            operator: span,
            keys,
        });
    }
    draft.conditions = statement.conditions;
    draft.resources = statement.resources.map(|element| {
        let mut parts = Parts {
            not: element.not,
            bracketed: !element.values.bare,
            items: Vec::new(),
        };
        for resource in element.values.items {
            let mut text = String::new();
            let mut own = Vec::new();
            for c in resource.chars() {
                let number = u32::from(c)
                    .checked_sub(MARKS)
                    .and_then(|number| usize::try_from(number).ok());
                match number.and_then(|number| values.get(number)) {
                    Some((value, span)) => {
                        let start = text.len();
                        text.push_str(value);
                        own.push((start..text.len(), *span));
                    }
                    None => text.push(c),
                }
            }
            let own = ResourceSpans {
                span,
                parts: own,
                reported: false,
            };
            Draft::resource(&mut parts, &mut draft.spans, span, Ok((text, own)));
        }
        Ok(parts)
    });
    draft
}

fn parts(element: Element<'static>) -> Parts {
    Parts {
        not: element.not,
        bracketed: !element.values.bare,
        items: element.values.items.into_iter().map(Ok).collect(),
    }
}
