//! Rust as tokens: how deep it nests, and what of it is compiled for tests only.

use proc_macro2::{TokenStream, TokenTree};

use crate::export::scan;

/// Attributes that make a function a test, by their last name.
pub(super) const TESTS: [&str; 12] = [
    "bench",
    "dir_test",
    "fixture",
    "gtest",
    "parameterized",
    "proptest",
    "quickcheck",
    "rstest",
    "test",
    "test_case",
    "test_matrix",
    "wasm_bindgen_test",
];

/// Deeper than code that people write. syn's grammar recurses.
pub(super) const NESTING: usize = 512;

/// The tokens of a file, with what is compiled for tests only or without.
pub(super) fn tokens(text: &str, tests: bool) -> syn::Result<TokenStream> {
    let tokens: TokenStream = text.parse()?;
    Ok(if tests {
        without_test_marks(tokens)
    } else {
        tokens
    })
}

/// Why something is skipped that is not Rust.
pub(super) fn invalid(what: &str, error: &syn::Error) -> String {
    format!(
        "this {what} is skipped: it is not valid Rust: {}",
        lower(error)
    )
}

/// syn's message as part of ours.
fn lower(error: &syn::Error) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => text,
    }
}

/// A longer run of code without a comma, a semicolon or a brace is written by nobody. Chains of methods and operators make
/// syn's tree as deep as they are long.
const RUN: usize = 16 << 10;

/// Longer chains of `else if` than anybody writes.
const ELSES: usize = 1 << 10;

/// Whether code nests so far that reading it could exhaust the stack. Texts and comments are read over.
pub(super) fn nests_deeply(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut depth, mut run, mut elses) = (0_usize, 0_usize, 0_usize);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        if let Some(length) = no_code(rest) {
            at += length;
            continue;
        }
        match byte {
            b'(' | b'[' => depth += 1,
            b'{' => (depth, run) = (depth + 1, 0),
            b')' | b']' => depth = depth.saturating_sub(1),
            b'}' => {
                (depth, run) = (depth.saturating_sub(1), 0);
                let behind = rest.get(1..).unwrap_or_default().trim_start();
                elses = if behind.starts_with("else") {
                    elses + 1
                } else {
                    0
                };
            }
            b',' | b';' => run = 0,
            b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => run += 1,
        }
        if depth > NESTING || run > RUN || elses > ELSES {
            return true;
        }
        // Never into the middle of a character.
        at += 1;
        while bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80) {
            at += 1;
        }
    }
    false
}

/// How long the comment or literal is that the text begins with.
pub(super) fn no_code(text: &str) -> Option<usize> {
    let end = |from: usize, what: &str| {
        let found = text.get(from..).and_then(|rest| rest.find(what));
        found.map_or(text.len(), |at| from + at + what.len())
    };
    let mut bytes = text.bytes();
    match (bytes.next()?, bytes.next()) {
        (b'/', Some(b'/')) => Some(end(2, "\n")),
        // Comments in comments end too early here, which counts some of their text as code.
        (b'/', Some(b'*')) => Some(end(2, "*/")),
        (b'r', Some(b'"' | b'#')) => {
            let hashes = text
                .get(1..)?
                .bytes()
                .take_while(|&byte| byte == b'#')
                .count();
            (text.as_bytes().get(1 + hashes) == Some(&b'"'))
                .then(|| end(2 + hashes, &format!("\"{}", "#".repeat(hashes))))
        }
        (b'"', _) => {
            let mut escaped = false;
            let close = text.char_indices().skip(1).find(|&(_, c)| {
                let closes = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                closes
            });
            Some(close.map_or(text.len(), |(at, _)| at + 1))
        }
        // A character; a lifetime has no second quote.
        (b'\'', Some(b'\\')) => Some(end(3, "'")),
        (b'\'', _) => {
            let mut chars = text.char_indices().skip(1);
            let (_, _) = chars.next()?;
            let (at, quote) = chars.next()?;
            (quote == '\'').then_some(at + 1)
        }
        _ => None,
    }
}

/// Whether groups nest deeper than this.
pub(super) fn depth(tokens: TokenStream, left: usize) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => left == 0 || depth(group.stream(), left - 1),
        _ => false,
    })
}

/// Whether the inside of an attribute makes something a test.
pub(super) fn is_test_mark(inner: &[TokenTree]) -> bool {
    let known = match inner {
        [TokenTree::Ident(name), ..] => TESTS.contains(&name.to_string().as_str()),
        _ => false,
    };
    known || scan::is_test(inner)
}

/// The tokens without the attributes that make something a test.
fn without_test_marks(tokens: TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_hash = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#');
        if !is_hash {
            out.push(match token {
                TokenTree::Group(group) => {
                    let inner = without_test_marks(group.stream());
                    let mut inner = proc_macro2::Group::new(group.delimiter(), inner);
                    inner.set_span(group.span());
                    TokenTree::Group(inner)
                }
                token => token,
            });
            continue;
        }
        let bang = tokens
            .next_if(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '!'));
        let marks = match tokens.peek() {
            Some(TokenTree::Group(group))
                if group.delimiter() == proc_macro2::Delimiter::Bracket =>
            {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                is_test_mark(&inner)
            }
            _ => false,
        };
        if marks {
            tokens.next();
        } else {
            out.push(token);
            out.extend(bang);
        }
    }
    out.into_iter().collect()
}

/// The identifier without `r#`.
pub(super) fn unraw(ident: &syn::Ident) -> String {
    let text = ident.to_string();
    match text.strip_prefix("r#") {
        Some(raw) => raw.to_owned(),
        None => text,
    }
}
