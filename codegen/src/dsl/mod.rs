//! The language: tokens in, a checked document and an expansion out.
//!
//! ```text
//! tokens ── parse ──▶ tree ── lower ──▶ document, spans, typed tokens ── check ──▶ diagnostics
//!                       └──── mirror                                     └──────── emit
//! ```

mod dialect;
mod errors;
mod lower;
mod mirror;
mod parse;
mod syntax;

use std::collections::HashMap;

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::{self, Finding, Options, Rule};
use rekognition_iam_runtime::document::Document;
use rekognition_iam_runtime::json;

pub use errors::Diagnostic;
use errors::Errors;
use lower::Lowered;

/// A policy that was read and checked.
#[derive(Debug)]
#[non_exhaustive]
pub struct Evaluated {
    /// The document, complete only when nothing was [`denied`](Diagnostic::denied).
    pub document: Document<'static>,
    /// Everything that is wrong, in the order of reading.
    pub diagnostics: Vec<Diagnostic>,
    /// What the author vouched for.
    pub exceptions: Vec<Exception>,
}

impl Evaluated {
    /// Whether the policy must not be used.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.denied)
    }
}

/// Something that the author vouched for, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exception {
    /// `unlisted(name, reason)`
    Unlisted {
        /// The action or condition key.
        name: String,
        /// Why it is right although the catalogue lacks it.
        reason: String,
    },
    /// `.accept(id, reason)`
    Accepted {
        /// The rule.
        id: &'static str,
        /// The statement, from 0.
        statement: usize,
        /// Why the finding is right.
        reason: String,
    },
}

/// Reads and checks the input of `policy!`: what build.rs does with it.
#[must_use]
pub fn evaluate(input: TokenStream) -> Evaluated {
    let mut errors = Errors::default();
    let tree = parse::parse(input, &mut errors);
    let lowered = lower::lower(&tree, &mut errors);
    judge(&lowered, &mut errors);
    Evaluated {
        exceptions: exceptions(&lowered),
        document: lowered.document,
        diagnostics: errors.into_list(),
    }
}

/// The expansion of `policy!`. `facade` is the path of the crate `rekognition-iam` in the user's crate.
///
/// An expression: a block with the mirror for editors, the errors, and the policy itself.
#[must_use]
pub fn expand(facade: &TokenStream, input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let tree = parse::parse(input, &mut errors);
    let mirror = mirror::mirror(&tree);
    let lowered = lower::lower(&tree, &mut errors);
    judge(&lowered, &mut errors);
    let diagnostics = errors.into_list();
    let policy = if diagnostics.iter().any(|diagnostic| diagnostic.denied) {
        // Type-checks wherever a policy does, so that one mistake is one error.
        quote!(__ri::policy("", [], [], []))
    } else {
        let json = Literal::string(&json::to_minified(&lowered.document));
        let lower::Typed {
            actions,
            patterns,
            resources,
            conditions,
        } = &lowered.typed;
        let exceptions = exceptions(&lowered);
        let policy = quote!(__ri::policy(#json, [#actions], [#resources], [#conditions]));
        if exceptions.is_empty() {
            quote!(#patterns #policy)
        } else {
            let exceptions = exceptions.into_iter().map(|exception| match exception {
                Exception::Unlisted { name, reason } => quote!(__ri::unlisted(#name, #reason)),
                Exception::Accepted {
                    id,
                    statement,
                    reason,
                } => quote!(__ri::accepted(#id, #statement, #reason)),
            });
            // A constant of its own, so that the list lives for ever in the body of a function too.
            quote! {
                #patterns
                const EXCEPTIONS: &[__ri::Exception] = &[#(#exceptions),*];
                __ri::except(#policy, EXCEPTIONS)
            }
        }
    };
    let messages = diagnostics.iter().map(message);
    quote! {{
        use #facade::__private as __ri;
        #mirror
        #(#messages)*
        #policy
    }}
}

/// An error, or a warning in the only way that a macro on stable Rust has: the use of something deprecated.
fn message(diagnostic: &Diagnostic) -> TokenStream {
    let text = diagnostic.text();
    let span = diagnostic.span;
    if diagnostic.denied {
        quote_spanned!(span=> ::core::compile_error! { #text })
    } else {
        quote_spanned! {span=>
            const _: () = {
                #[deprecated(note = #text)]
                #[allow(non_upper_case_globals)]
                const rekognition_iam: () = ();
                rekognition_iam
            };
        }
    }
}

fn exceptions(lowered: &Lowered) -> Vec<Exception> {
    let unlisted = lowered.unlisted.iter().map(|unlisted| Exception::Unlisted {
        name: unlisted.name.clone(),
        reason: unlisted.reason.clone(),
    });
    let accepted = lowered.accepted.iter().map(|accepted| Exception::Accepted {
        id: accepted.id,
        statement: accepted.statement,
        reason: accepted.reason.clone(),
    });
    unlisted.chain(accepted).collect()
}

/// Runs the rules and puts what they find on tokens.
fn judge(lowered: &Lowered, errors: &mut Errors) {
    let mut unlisted: Vec<&str> = lowered
        .unlisted
        .iter()
        .map(|known| known.name.as_str())
        .collect();
    unlisted.push(lower::REPORTED);
    let findings = check::check(
        &lowered.document,
        &Options {
            unlisted: &unlisted,
            ..Options::default()
        },
    );

    // One expression can stand for many actions; it is told each thing once.
    let mut told: HashMap<(&str, Option<usize>, usize), usize> = HashMap::new();
    let mut list: Vec<(Diagnostic, usize)> = Vec::new();
    let mut used = vec![false; lowered.accepted.len()];
    for finding in &findings {
        let statement = finding.place.statement();
        let accepted = lowered.accepted.iter().position(|accepted| {
            accepted.id == finding.id && Some(accepted.statement) == statement
        });
        if let Some(accepted) = accepted {
            if let Some(used) = used.get_mut(accepted) {
                *used = true;
            }
            continue;
        }
        if let Some(origin) = lowered.origin(finding.place) {
            if let Some(&at) = told.get(&(finding.id, statement, origin)) {
                if let Some((_, more)) = list.get_mut(at) {
                    *more += 1;
                }
                continue;
            }
            told.insert((finding.id, statement, origin), list.len());
        }
        list.push((diagnostic(lowered, finding), 0));
    }
    for (mut diagnostic, more) in list {
        match more {
            0 => {}
            1 => diagnostic
                .message
                .push_str(" (and one more action of this group)"),
            _ => diagnostic
                .message
                .push_str(&format!(" (and {more} more actions of this group)")),
        }
        errors.add(diagnostic);
    }

    for (accepted, _) in lowered.accepted.iter().zip(used).filter(|(_, used)| !used) {
        errors
            .push(
                accepted.span,
                format!("the rule `{}` finds nothing in this statement", accepted.id),
            )
            .help("take the `.accept(..)` away");
    }
    for unlisted in &lowered.unlisted {
        if let Some((prefix, name)) = unlisted.name.split_once(':') {
            let service = catalogue::service(prefix);
            let action = service.and_then(|service| service.action_ignore_case(name));
            let key = catalogue::global_key(&unlisted.name)
                .or_else(|| service.and_then(|service| service.key(&unlisted.name)));
            if action.is_some() || key.is_some() {
                errors
                    .push(
                        unlisted.span,
                        format!("the catalogue has `{}`", unlisted.name),
                    )
                    .help("write it without `unlisted`, so that it is checked");
            }
        }
    }
}

fn diagnostic(lowered: &Lowered, finding: &Finding) -> Diagnostic {
    Diagnostic {
        span: lowered.span(finding.place, finding.range.as_ref()),
        id: Some(finding.id),
        denied: Rule::find(finding.id).is_none_or(|rule| rule.denied_in_rust),
        message: finding.message.render(&dialect::Rust),
        help: (finding.help.iter())
            .map(|help| help.render(&dialect::Rust))
            .collect(),
    }
}
