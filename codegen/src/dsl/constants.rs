//! Constants as values: what the compiler is to check of each, because the macro never sees it.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use rekognition_iam_runtime::catalogue::Grammar;
use rekognition_iam_runtime::values;

use super::lower::Hole;

/// The characters of a text that means itself wherever it is put: those of Latin-1 that can be seen, without what IAM or
/// JSON gives a meaning.
const PLAIN: &[(char, char)] = &[
    (' ', '!'),
    ('#', '#'),
    ('%', ')'),
    ('+', '>'),
    ('@', '['),
    (']', 'z'),
    ('|', '~'),
    ('\u{a1}', '\u{ac}'),
    ('\u{ae}', '\u{ff}'),
];

/// Those of an ARN.
const OF_ARN: &[(char, char)] = &[
    ('!', '!'),
    ('#', '#'),
    ('%', ')'),
    ('+', '>'),
    ('@', '['),
    (']', 'z'),
    ('|', '~'),
];

/// Whether the compiler can check a constant of this type. Dates, numbers, addresses and Booleans it cannot.
pub(super) fn is_checked(kind: &str) -> bool {
    values::grammar_of(kind).is_some()
        || matches!(kind, "ObjectKey" | "Text" | "Arn" | "CanonicalUserId")
}

/// The value of a constant, checked while compiling. `before` is the text of the document before it.
pub(super) fn checked(hole: &Hole, before: &str) -> TokenStream {
    let (tokens, kind) = (&hole.tokens, hole.kind);
    let shown = hole.tokens.to_string().replace(' ', "");
    let article = if kind.starts_with(['A', 'E', 'I', 'O']) {
        "an"
    } else {
        "a"
    };
    let wrong = format!("the value of `{shown}` is not {article} `{kind}`: ");
    // Nothing of ours has a span of the author's but the call, which is what an error is put on.
    match kind {
        "Region" => {
            let partition = partition_of(before);
            let message = match partition {
                "" => format!("{wrong}AWS has no region with this name"),
                partition => {
                    format!("{wrong}the partition `{partition}` has no region with this name")
                }
            };
            quote_spanned!(hole.span=> __ri::region(#tokens, #partition, #message))
        }
        "Partition" => {
            let message = format!("{wrong}AWS has no partition with this name");
            quote_spanned!(hole.span=> __ri::partition(#tokens, #message))
        }
        "Arn" => {
            let message = format!(
                "{wrong}it must have the form `arn:partition:service:region:account:resource`, without `*`, `?`, and `$`"
            );
            let chars = ranges(OF_ARN);
            quote_spanned!(hole.span=> __ri::arn(#tokens, &[#chars], #message))
        }
        "CanonicalUserId" => {
            let message = format!("{wrong}use 64 characters of `0-9 a-f`");
            quote_spanned!(hole.span=>
                __ri::constant(#tokens, &[('0', '9'), ('a', 'f')], (64, 64), #message)
            )
        }
        _ => match values::grammar_of(kind) {
            Some(grammar) if !grammar.words.is_empty() => {
                let words = grammar.words;
                let message = format!("{wrong}it must be one of `{}`", words.join("`, `"));
                quote_spanned!(hole.span=> __ri::one_of(#tokens, &[#(#words),*], #message))
            }
            Some(grammar) => {
                let message = format!("{wrong}{}", described(grammar));
                let (min, max) = (usize::from(grammar.min), usize::from(grammar.max));
                let chars = ranges(grammar.chars);
                quote_spanned!(hole.span=> __ri::constant(#tokens, &[#chars], (#min, #max), #message))
            }
            None => {
                let (min, max): (usize, usize) = if kind == "ObjectKey" {
                    (1, 1024)
                } else {
                    (0, 4096)
                };
                let message = format!(
                    "{wrong}use up to {max} characters of Latin-1, without `*`, `?`, `$`, `{{`, quotes, backslashes, and invisible characters"
                );
                let chars = ranges(PLAIN);
                quote_spanned!(hole.span=> __ri::constant(#tokens, &[#chars], (#min, #max), #message))
            }
        },
    }
}

fn ranges(chars: &[(char, char)]) -> TokenStream {
    let mut tokens = TokenStream::new();
    for (first, last) in chars {
        tokens.extend(quote!((#first, #last),));
    }
    tokens
}

/// The form of a value in words: `it has 12 characters of 0-9`.
fn described(grammar: &Grammar) -> String {
    let mut chars = String::new();
    for (first, last) in grammar.chars {
        if !chars.is_empty() {
            chars.push(' ');
        }
        if first.is_ascii_alphanumeric() && first != last {
            chars.extend([*first, '-', *last]);
        } else {
            chars.extend(*first..=*last);
        }
    }
    let count = if grammar.min == grammar.max {
        format!("{}", grammar.min)
    } else {
        format!("{} to {}", grammar.min, grammar.max)
    };
    format!("use {count} characters of `{chars}`; write wildcards directly in the policy")
}

/// The partition of the ARN that ends here; nothing when it is not known.
fn partition_of(before: &str) -> &str {
    let arn = before.rsplit('"').next().unwrap_or_default();
    (arn.strip_prefix("arn:"))
        .and_then(|rest| rest.split(':').next())
        .filter(|partition| {
            partition
                .bytes()
                .all(|c| c.is_ascii_lowercase() || c == b'-')
        })
        .unwrap_or_default()
}
