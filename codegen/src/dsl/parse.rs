//! Tokens to tree. Never fails: what cannot be read is reported, kept and stepped over.

use proc_macro2::{Delimiter, Punct, Spacing, Span, TokenStream, TokenTree};

use super::cursor::{Buffer, Cursor};
use super::errors::{Errors, Reported};
use super::syntax::{Expr, Items, MethodCall, Path, Place, Primary};

/// Reads a macro input.
pub(crate) fn parse(input: TokenStream, errors: &mut Errors) -> Items {
    let span = Span::call_site();
    match Buffer::new(input) {
        Ok(buffer) => items(buffer.begin(), span, errors),
        Err(span) => {
            let reported = (errors.push(span, "this policy is nested too deeply"))
                .help("the limit is 128 levels, as in rustc")
                .reported();
            let primary = Primary::Unknown(TokenStream::new(), span, reported);
            Items {
                items: vec![Expr {
                    primary,
                    calls: Vec::new(),
                }],
                told: None,
                span: Span::call_site(),
            }
        }
    }
}

fn items(mut cursor: Cursor<'_>, span: Span, errors: &mut Errors) -> Items {
    let mut items = Vec::with_capacity(if cursor.eof() { 0 } else { 4 });
    let mut told = None;
    while !cursor.eof() {
        if let Some((_, rest)) = punct(cursor, ',') {
            errors.push(cursor.span(), "expected an expression before this comma");
            cursor = rest;
            continue;
        }
        if let Some((rest, _)) = semicolon(cursor, errors) {
            cursor = rest;
            continue;
        }
        let (mut expr, mut rest) = expr(cursor, errors);
        if let Some((behind, reported)) = semicolon(rest, errors) {
            told = Some(reported);
            items.push(expr);
            cursor = behind;
            continue;
        }
        if punct(rest, ',').is_some() || rest.eof() {
            items.push(expr);
        } else if let Expr {
            primary: Primary::Path(path),
            calls,
        } = &expr
            && let Some(effect) = (path.as_word()).filter(|_| path.is("allow") || path.is("deny"))
            && calls.is_empty()
            && begins_expr(rest)
        {
            let pushed = errors.push(effect.span(), format!("expected `(` after `{effect}`"));
            let help = format!("write, for example, `{effect}(rekognition::DetectLabels)`");
            let reported = pushed.help(help).reported();
            let (primary, behind) = unknown(cursor, reported);
            let calls = Vec::new();
            items.push(Expr { primary, calls });
            rest = behind;
        } else if begins_expr(rest) {
            // As if the comma were there: what follows is usually fine.
            told = Some(
                errors
                    .push(rest.span(), "expected a comma before this")
                    .reported(),
            );
            items.push(expr);
        } else if let Expr {
            primary: Primary::Path(path),
            calls,
        } = &mut expr
            && path.open
            && calls.is_empty()
        {
            // `rekognition::*`: an open path is not a value of anything, and is reported for what is missing after it.
            let (tokens, behind) = up_to_comma(rest);
            path.tokens.extend(tokens.into_iter().filter(|token| {
                // A semicolon would end a statement of the mirror.
                !matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';')
            }));
            items.push(expr);
            rest = behind;
        } else {
            let reported = unexpected(rest, errors);
            if let Primary::Path(path) = &mut expr.primary {
                // `aws::SourceVpc == ..`: what is missing after the key is what was reported.
                path.told = Some(reported);
            }
            if matches!(expr.primary, Primary::Literal(..) | Primary::Place(_)) {
                // `"Effect": "Allow"`, `id - 1`: one thing, whatever it was to be.
                rest = cursor;
            } else {
                items.push(expr);
            }
            let (primary, behind) = unknown(rest, reported);
            items.push(Expr {
                primary,
                calls: Vec::new(),
            });
            rest = behind;
        }
        if let Some((_, behind)) = punct(rest, ',') {
            rest = behind;
        }
        cursor = rest;
    }
    Items { items, told, span }
}

/// Reports `;` instead of a comma, and takes it for one.
fn semicolon<'c>(cursor: Cursor<'c>, errors: &mut Errors) -> Option<(Cursor<'c>, Reported)> {
    let (punct, rest) = punct(cursor, ';')?;
    let reported = errors
        .push(punct.span(), "expected `,`, found `;`")
        .help("separate statements, guarantees, and values with `,`")
        .reported();
    Some((rest, reported))
}

fn punct(cursor: Cursor<'_>, c: char) -> Option<(Punct, Cursor<'_>)> {
    // Looks before it copies: this is asked at every token, in vain.
    if cursor.is(c) { cursor.punct() } else { None }
}

fn expr<'c>(cursor: Cursor<'c>, errors: &mut Errors) -> (Expr, Cursor<'c>) {
    let (primary, mut rest) = primary(cursor, errors);
    let mut calls = Vec::new();
    loop {
        if let Some((dot, behind)) = punct(rest, '.') {
            // `..on_any()` is a method that is being typed before another one.
            if let Some((_, end)) = punct(behind, '.')
                && dot.spacing() == Spacing::Joint
                && !matches!(primary, Primary::Call(..))
                && calls.is_empty()
                && end
                    .ident()
                    .is_none_or(|(_, after)| after.group(Delimiter::Parenthesis).is_none())
            {
                let reported = (errors
                    .push(dot.span(), "ranges are not supported inside a policy"))
                .help("write each value, or assign one to a variable first: `let name = ..;`")
                .reported();
                let (primary, rest) = unknown(cursor, reported);
                return (
                    Expr {
                        primary,
                        calls: Vec::new(),
                    },
                    rest,
                );
            }
            let (call, behind) = call(dot, behind, errors);
            calls.push(call);
            rest = behind;
        } else if let Some((inside, group, behind)) = rest.group(Delimiter::Bracket)
            && (matches!(primary, Primary::Literal(..) | Primary::Call(..)) || !calls.is_empty())
        {
            // `call(..)[0]`, which could be a method that nobody knows.
            let name = (errors.push(group.span_open(), "an index is not supported here"))
                .help("index a variable, as in `ids[0]`, or assign the value to one first: `let name = ..;`")
                .err();
            let mut dot = Punct::new('.', Spacing::Alone);
            dot.set_span(group.span_open());
            // For the mirror alone.
            let args = Some(items(inside, group.span(), &mut Errors::default()));
            calls.push(MethodCall { dot, name, args });
            rest = behind;
        } else if let Some((name, behind)) = rest.ident()
            && matches!(primary, Primary::Call(..))
            && METHODS.iter().any(|method| name == method)
            && behind.group(Delimiter::Parenthesis).is_some()
        {
            errors.push(name.span(), "expected `.` before this method");
            let mut dot = Punct::new('.', Spacing::Alone);
            dot.set_span(name.span());
            let (call, behind) = call(dot, rest, errors);
            calls.push(call);
            rest = behind;
        } else {
            return (Expr { primary, calls }, rest);
        }
    }
}

/// What is a method and nothing else: never a statement, an action, or a resource.
const METHODS: [&str; 7] = [
    "no_principal",
    "no_resource",
    "on",
    "on_any",
    "sid",
    "to",
    "when",
];

/// The method after a dot, finished or not.
fn call<'c>(dot: Punct, cursor: Cursor<'c>, errors: &mut Errors) -> (MethodCall, Cursor<'c>) {
    let Some((name, mut rest)) = cursor.ident() else {
        if let Some((number, rest)) = cursor.literal() {
            let name = (errors.push(
                number.span(),
                format!("expected a method name after `.`, found `{number}`"),
            ))
            .help("write text in double quotes, and take fields of variables only: `pair.0`")
            .err();
            let span = number.span();
            let written = number.to_string();
            let args = Some(Items {
                items: vec![Expr {
                    primary: Primary::Literal(None, number, written),
                    calls: Vec::new(),
                }],
                told: None,
                span,
            });
            return (MethodCall { dot, name, args }, rest);
        }
        let name = errors.push(dot.span(), "expected a method name after `.`");
        let (name, args) = (name.err(), None);
        return (MethodCall { dot, name, args }, cursor);
    };
    if let Some((_, behind)) = colons(rest)
        && let Some(behind) = generics(behind)
    {
        let message = "generic arguments are not supported inside a policy";
        (errors.push(rest.span(), message)).help(format!("write `.{name}(..)`"));
        rest = behind;
    }
    let mut args = None;
    if let Some((inside, group, behind)) = rest.group(Delimiter::Parenthesis) {
        args = Some(items(inside, group.span(), errors));
        rest = behind;
    } else if let Some((inside, group, behind)) = rest.group(Delimiter::Bracket) {
        brackets(group.span_open(), &format!(".{name}"), errors);
        args = Some(items(inside, group.span(), errors));
        rest = behind;
    }
    let name = Ok(name);
    (MethodCall { dot, name, args }, rest)
}

/// What is after `<..>`.
fn generics(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    let (_, mut rest) = punct(cursor, '<')?;
    let mut depth = 1;
    while depth > 0 {
        if let Some((punct, _)) = rest.punct() {
            match punct.as_char() {
                '<' => depth += 1,
                '>' => depth -= 1,
                _ => {}
            }
        }
        (_, rest) = rest.token_tree()?;
    }
    Some(rest)
}

fn primary<'c>(mut cursor: Cursor<'c>, errors: &mut Errors) -> (Primary, Cursor<'c>) {
    while let Some((and, rest)) = punct(cursor, '&')
        && (begins_expr(rest) || punct(rest, '&').is_some())
    {
        // One error for `&&`, and what is borrowed is read as if it were not.
        if and.spacing() == Spacing::Alone {
            errors
                .push(and.span(), "unexpected `&`")
                .help("remove the `&`: the macro borrows variables itself");
        }
        cursor = rest;
    }
    if let Some((literal, rest)) = cursor.literal() {
        let written = literal.to_string();
        return (Primary::Literal(None, literal, written), rest);
    }
    if let Some((minus, rest)) = punct(cursor, '-')
        && let Some((literal, rest)) = rest.literal()
    {
        let written = literal.to_string();
        return (Primary::Literal(Some(minus), literal, written), rest);
    }
    if let Some((inside, group, rest)) = cursor.group(Delimiter::Bracket) {
        let items = items(inside, group.span(), errors);
        return (Primary::List(items), rest);
    }
    if begins_expr(cursor) {
        let (path, rest) = path(cursor, errors);
        if let Some((_, behind)) = punct(rest, '!')
            && matches!(behind.token_tree(), Some((TokenTree::Group(_), _)))
        {
            let reported = (errors.push(path.span(), "macro calls are not supported inside a policy"))
                .help("write the value itself: a policy becomes JSON before the macros inside it are expanded")
                .reported();
            return unknown(cursor, reported);
        }
        if let Some((less, _)) = punct(rest, '<')
            && path.open
        {
            let reported = (errors.push(
                less.span(),
                "generic arguments are not supported inside a policy",
            ))
            .help("assign the value to a variable first: `let name = ..;`")
            .reported();
            return unknown(cursor, reported);
        }
        if let Some((inside, group, rest)) = rest.group(Delimiter::Parenthesis) {
            let items = items(inside, group.span(), errors);
            return (Primary::Call(path, items), rest);
        }
        if let Some((place, rest)) = place(&path, rest, errors) {
            return (place, rest);
        }
        // `allow[..]`, as one writes `policy![..]`.
        if path.complete().is_some()
            && path.told.is_none()
            && let Some((inside, group, rest)) = rest.group(Delimiter::Bracket)
        {
            brackets(group.span_open(), path.text(), errors);
            let items = items(inside, group.span(), errors);
            return (Primary::Call(path, items), rest);
        }
        return (Primary::Path(path), rest);
    }
    let reported = unexpected(cursor, errors);
    unknown(cursor, reported)
}

/// The functions of the language that a variable never has the name of: `allow[x]` is a call with the wrong brackets.
const FUNCTIONS: [&str; 12] = [
    "account",
    "allow",
    "canonical_user",
    "deny",
    "federated",
    "not",
    "on_each",
    "only",
    "role",
    "service",
    "session",
    "user",
];

/// `ids[0]`, `pair.1`, `self.tenants[n].0`: fields, numbers and indexes after a variable, up to the last number or index.
/// `None` when there is neither.
fn place<'c>(
    path: &Path,
    cursor: Cursor<'c>,
    errors: &mut Errors,
) -> Option<(Primary, Cursor<'c>)> {
    if punct(cursor, '.').is_none() && cursor.group(Delimiter::Bracket).is_none() {
        return None;
    }
    let mut reported = None;
    let base = (path.complete()?.last()).filter(|_| path.told.is_none())?;
    let mut name = base.to_string();
    // Keys and types are in camel case, variables and constants never are.
    let is_camel = name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
    if is_camel || (path.segments.len() == 1 && FUNCTIONS.contains(&name.as_str())) {
        return None;
    }
    // A lowercase name in a module may be a function in the wrong brackets.
    let is_variable = path.as_word().is_some() || !name.contains(char::is_lowercase);
    let mut tokens = path.tokens.clone();
    let mut rest = cursor;
    let mut found = None;
    loop {
        if let Some((dot, behind)) = punct(rest, '.') {
            if let Some((number, behind)) = behind.literal() {
                // `pair.0.1` has a float in it.
                let digits = number.to_string();
                if !digits.bytes().all(|c| c.is_ascii_digit() || c == b'.') {
                    break;
                }
                let span = number.span();
                if digits.ends_with('.') {
                    let pushed = errors.push(span, "expected a field name after `.`");
                    reported = Some(pushed.reported());
                }
                name.push('_');
                name.push_str(&digits.replace('.', "_"));
                tokens.extend([TokenTree::Punct(dot), TokenTree::Literal(number)]);
                rest = behind;
                found = Some((tokens.len(), name.clone(), span, rest));
            } else if let Some((field, behind)) = behind.ident()
                && behind.group(Delimiter::Parenthesis).is_none()
            {
                name = field.to_string();
                tokens.extend([TokenTree::Punct(dot), TokenTree::Ident(field)]);
                rest = behind;
            } else {
                break;
            }
        } else if let Some((_, group, behind)) = rest.group(Delimiter::Bracket)
            && let Some(index) = index(group.stream(), is_variable)
        {
            let Some(index) = index else {
                let pushed =
                    errors.push(group.span(), "this index is not supported inside a policy");
                let help = "index with a variable, a number, or a name in quotes, or assign the value to a variable first: `let name = ..;`";
                reported = Some(pushed.help(help).reported());
                tokens.push(TokenTree::Group(group.clone()));
                rest = behind;
                found = Some((tokens.len(), name.clone(), group.span(), rest));
                continue;
            };
            if index.is_empty() {
                let pushed = errors.push(group.span(), "expected an index between `[` and `]`");
                reported = Some(pushed.help("write, for example, `ids[0]`").reported());
            }
            name.push('_');
            name.push_str(&index);
            tokens.push(TokenTree::Group(group.clone()));
            rest = behind;
            found = Some((tokens.len(), name.clone(), group.span(), rest));
        } else {
            break;
        }
    }
    let (length, name, span, rest) = found?;
    tokens.truncate(length);
    if let Some(reported) = reported {
        let tokens = tokens.into_iter().collect();
        return Some((Primary::Unknown(tokens, span, reported), rest));
    }
    let name = name.strip_prefix("r#").unwrap_or(&name).to_string();
    Some((Primary::Place(Place { tokens, name, span }), rest))
}

/// The words and numbers of an index, with `_` between them; nothing of one that cannot be in a policy. `None` for what is a list
/// in the wrong brackets.
fn index(tokens: TokenStream, is_variable: bool) -> Option<Option<String>> {
    let mut words = Vec::new();
    let mut is_known = true;
    let mut has_path = false;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => words.push(ident.to_string()),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let quoted = (text.strip_prefix('"')).and_then(|text| text.strip_suffix('"'));
                let word = quoted.unwrap_or(&text);
                let is_name = |c: char| {
                    c.is_ascii_alphanumeric() || c == '_' || (c == '-' && quoted.is_some())
                };
                if !word.chars().all(is_name) || (quoted.is_some() && !is_variable) {
                    return None;
                }
                words.push(word.replace('-', "_"));
            }
            TokenTree::Punct(punct) => match punct.as_char() {
                '&' | '.' | '+' | '-' => {}
                ',' => return None,
                ':' => has_path = true,
                _ => is_known = false,
            },
            TokenTree::Group(_) => is_known = false,
        }
    }
    let is_camel =
        |word: &String| word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase);
    if (has_path && words.iter().any(is_camel)) || (!is_known && !is_variable) {
        return None;
    }
    Some(is_known.then(|| words.join("_")))
}

/// Reports `[..]` instead of `(..)`.
fn brackets(span: Span, name: &str, errors: &mut Errors) {
    errors
        .push(span, format!("expected `(` after `{name}`, found `[`"))
        .help(format!("write `{name}(..)`"));
}

/// Whether a path, a call, a list or a literal begins here.
fn begins_expr(cursor: Cursor<'_>) -> bool {
    const KEYWORDS: [&str; 30] = [
        "as", "async", "break", "const", "continue", "dyn", "else", "enum", "extern", "fn", "for",
        "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return",
        "static", "struct", "trait", "unsafe", "use", "where", "while",
    ];
    match cursor.ident() {
        Some((ident, _)) => {
            // Once, because each comparison with a token makes a string of it.
            let name = ident.to_string();
            name.len() > 8 || KEYWORDS.binary_search(&name.as_str()).is_err()
        }
        None => {
            cursor.literal().is_some()
                || cursor.group(Delimiter::Bracket).is_some()
                || colons(cursor).is_some()
        }
    }
}

fn unexpected(cursor: Cursor<'_>, errors: &mut Errors) -> Reported {
    let text = match cursor.token_tree() {
        Some((TokenTree::Group(group), _)) => match group.delimiter() {
            Delimiter::Parenthesis => "(".to_string(),
            Delimiter::Brace => "{".to_string(),
            Delimiter::Bracket => "[".to_string(),
            Delimiter::None => group.to_string(),
        },
        Some((token, _)) => token.to_string(),
        None => {
            return (errors.push(cursor.span(), "expected an expression, found nothing"))
                .reported();
        }
    };
    if text == "#" {
        // Three slashes are such a token too.
        return errors
            .push(
                cursor.span(),
                "doc comments and attributes are not allowed inside a policy",
            )
            .help("write a comment with `//`")
            .reported();
    }
    let help = match text.as_str() {
        "!" => "write exclusions with `not(..)`, as in `allow(not(rekognition::DeleteCollection))`",
        "+" | "-" | "/" | "%" => {
            "assign the result of a calculation to a variable first: `let name = ..;`"
        }
        "*" => "write the wildcard as a string: `\"*\"`",
        "as" => "assign the converted value to a variable first: `let name = ..;`",
        "=" => {
            "compare a key with a method, as in `aws::SourceVpc.string_equals(\"vpc-1a2b3c4d\")`"
        }
        "{" => {
            "save a JSON policy in a file and use `include_policy!(\"policies/indexer.json\")`, or convert it with `rekognition-iam import`"
        }
        "for" | "while" | "loop" | "if" | "match" => {
            "write one policy for each value or case, and combine them with `PolicyBuf::joined`"
        }
        "let" => "write `let` before the policy, in the function that has it",
        _ => "write only paths, calls, lists in brackets, and literals",
    };
    errors
        .push(cursor.span(), format!("unexpected `{text}`"))
        .help(help)
        .reported()
}

/// Steps over tokens that begin no expression, which was reported, up to the next comma.
fn unknown(cursor: Cursor<'_>, reported: Reported) -> (Primary, Cursor<'_>) {
    let span = cursor.span();
    let (tokens, rest) = up_to_comma(cursor);
    let tokens = tokens.into_iter().collect();
    (Primary::Unknown(tokens, span, reported), rest)
}

fn up_to_comma(cursor: Cursor<'_>) -> (Vec<TokenTree>, Cursor<'_>) {
    let mut tokens = Vec::new();
    let mut rest = cursor;
    while let Some((token, behind)) = rest.token_tree() {
        if punct(rest, ',').is_some() {
            break;
        }
        tokens.push(token);
        rest = behind;
    }
    (tokens, rest)
}

fn colons(cursor: Cursor<'_>) -> Option<([Punct; 2], Cursor<'_>)> {
    let (first, rest) = punct(cursor, ':')?;
    if first.spacing() != Spacing::Joint {
        return None;
    }
    let (second, rest) = punct(rest, ':')?;
    Some(([first, second], rest))
}

fn path<'c>(cursor: Cursor<'c>, errors: &mut Errors) -> (Path, Cursor<'c>) {
    // Room for `rekognition::DetectLabels`: lists that grow are most of what a macro without optimization does.
    let mut path = Path {
        leading: false,
        segments: Vec::with_capacity(2),
        open: false,
        told: None,
        tokens: Vec::with_capacity(4),
        text: String::with_capacity(40),
        last_at: 0,
        module_at: 0,
    };
    let mut rest = cursor;
    if let Some((puncts, behind)) = colons(rest) {
        path.leading = true;
        path.open = true;
        path.text.push_str("::");
        path.tokens.extend(puncts.map(TokenTree::Punct));
        rest = behind;
    }
    while let Some((ident, behind)) = rest.ident() {
        path.module_at = path.last_at;
        path.last_at = path.text.len();
        path.text.push_str(&ident.to_string());
        path.tokens.push(TokenTree::Ident(ident.clone()));
        path.segments.push(ident);
        path.open = false;
        rest = behind;
        let Some((puncts, behind)) = colons(rest) else {
            // IAM's own spelling without its quotes.
            if let Some((colon, behind)) = punct(rest, ':')
                && behind.ident().is_some()
            {
                errors
                    .push(colon.span(), "expected `::`, found `:`")
                    .help("write a path with two colons, or an IAM name as a string");
                // As if there were two.
                for spacing in [Spacing::Joint, Spacing::Alone] {
                    let mut punct = Punct::new(':', spacing);
                    punct.set_span(colon.span());
                    path.tokens.push(TokenTree::Punct(punct));
                }
                path.text.push_str("::");
                rest = behind;
                continue;
            }
            break;
        };
        path.tokens.extend(puncts.map(TokenTree::Punct));
        path.text.push_str("::");
        path.open = true;
        rest = behind;
    }
    if let Some(behind) = pattern(&mut path, rest, errors) {
        rest = behind;
    }
    (path, rest)
}

/// `rekognition::Detect*`: a pattern of names without its quotes. What is after it.
fn pattern<'c>(path: &mut Path, cursor: Cursor<'c>, errors: &mut Errors) -> Option<Cursor<'c>> {
    let wild = |cursor| punct(cursor, '*').or_else(|| punct(cursor, '?'));
    let (first, _) = wild(cursor)?;
    let mut module = path.text().to_string();
    let mut text = String::new();
    if !path.open {
        text = path.segments.last()?.to_string();
        module.truncate(module.len() - text.len());
    }
    let mut rest = cursor;
    loop {
        if let Some((punct, behind)) = wild(rest) {
            text.push(punct.as_char());
            rest = behind;
        } else if let Some((ident, behind)) = rest.ident()
            && colons(behind).is_none()
        {
            text.push_str(&ident.to_string());
            rest = behind;
        } else {
            break;
        }
    }
    // All names of a module are a different mistake, and a name without a module is not an action.
    if module.is_empty() || module == "aws::" || text == "*" {
        return None;
    }
    let reported = errors
        .push(
            first.span(),
            format!("`{}` is not allowed in a name", first.as_char()),
        )
        .help(format!(
            "for a pattern of actions, write `{module}matching(\"{text}\")`"
        ))
        .reported();
    path.told = Some(reported);
    Some(rest)
}
