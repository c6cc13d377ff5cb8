//! The invocations of `policy!` in the tokens of a file, each with the item that gives it its name.
//!
//! Works on tokens, not on a syntax tree: syn's grammar of items and expressions would cost every build script three
//! more seconds, and a macro in another macro's input has no tree.

mod grammar;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Group, LineColumn, Spacing, TokenStream, TokenTree};
use rekognition_iam_runtime::document::PolicyKind;

/// The macros that make a policy, by all their names, each with the kind of policy it makes; none when its input says it.
pub(crate) type Names = BTreeMap<String, Option<PolicyKind>>;

/// The macros by the names that `rekognition-iam` gives them.
pub(super) fn macros() -> impl Iterator<Item = (&'static str, Option<PolicyKind>)> {
    let of_file = cfg!(feature = "json").then_some(("include_policy", None));
    (PolicyKind::ALL.into_iter())
        .filter_map(|kind| {
            let language = kind.language()?;
            Some((language.macro_name, Some(kind)))
        })
        .chain(of_file)
}

/// An invocation of `policy!`.
#[derive(Debug)]
pub(crate) struct Invocation {
    /// None for `include_policy!`.
    pub(crate) kind: Option<PolicyKind>,
    pub(crate) owner: Owner,
    /// Where the name of the macro stands.
    pub(crate) at: LineColumn,
    pub(crate) input: TokenStream,
    /// Whether it is compiled for tests alone.
    pub(crate) test: bool,
    /// Whether a `cfg` may leave it out of a build.
    pub(crate) conditional: bool,
    /// Whether no item names it and Rust has no expression where it stands, so that rustc refuses it.
    pub(super) misplaced: bool,
    /// Whether it is the value of a `static` or `const`, where rustc refuses variables.
    pub(super) is_value: bool,
}

/// What an invocation is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A `static`, `const` or `fn` of this name.
    Item(String),
    /// A `macro_rules!` of this name: there may be no policy, or many, and its values are not known.
    Macro(String),
    /// None of these.
    Nameless,
}

/// `mod name;`
#[derive(Debug)]
pub(super) struct ModuleFile {
    /// The inline modules around it, then its name.
    pub(super) path: Vec<String>,
    /// `#[path = ".."]`
    pub(super) file: Option<String>,
    /// Whether it is compiled for tests alone.
    pub(super) test: bool,
    /// Whether a `cfg` may leave it out of a build.
    pub(super) conditional: bool,
}

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) invocations: Vec<Invocation>,
    pub(super) modules: Vec<ModuleFile>,
    /// Where the first tokens are that cannot be Rust, as they are while a line is being typed.
    pub(super) broken: Option<LineColumn>,
}

/// Names that `use` gives to one of `names`: `use rekognition_iam::policy as iam_policy`.
pub(super) fn aliases(tokens: &TokenStream, names: &Names) -> Names {
    fn walk(tokens: TokenStream, in_use: bool, names: &Names, out: &mut Names) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut in_use_here = in_use;
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => walk(group.stream(), in_use_here, names, out),
                TokenTree::Punct(punct) if punct.as_char() == ';' => in_use_here = false,
                TokenTree::Ident(_) if !in_use && is_word(Some(token), "use") => in_use_here = true,
                TokenTree::Ident(_) if in_use_here => {
                    if let [name, keyword, alias] =
                        [at, at + 1, at + 2].map(|at| word(tokens.get(at)))
                        && let Some(kind) = name.and_then(|name| names.get(&name))
                        && keyword.as_deref() == Some("as")
                        && let Some(alias) = alias.filter(|alias| alias != "_")
                    {
                        out.insert(alias, *kind);
                    }
                }
                _ => {}
            }
        }
    }
    let mut out = Names::new();
    walk(tokens.clone(), false, names, &mut out);
    out
}

/// Finds the invocations of the macros of these names, and the modules in files of their own.
pub(super) fn scan(tokens: TokenStream, names: &Names) -> Found {
    let mut scanner = Scanner {
        names,
        found: Found::default(),
    };
    let file: Vec<TokenTree> = tokens.clone().into_iter().collect();
    scanner.found.broken = grammar::broken(&file);
    scanner.level(
        tokens,
        &Scope {
            owner: Owner::Nameless,
            modules: Vec::new(),
            test: false,
            conditional: false,
            inside: Inside::Items,
            expressions: false,
        },
    );
    scanner.found
}

/// The text of a string literal, or of a `concat!` of literals.
pub(super) fn literal(tokens: &[TokenTree]) -> Option<String> {
    match tokens {
        [TokenTree::Literal(literal)] => match syn::Lit::new(literal.clone()) {
            syn::Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        [path @ .., TokenTree::Punct(bang), TokenTree::Group(group)]
            if bang.as_char() == '!' && is_concat(path) =>
        {
            let mut text = String::new();
            for part in group.stream() {
                match part {
                    TokenTree::Literal(literal) => match syn::Lit::new(literal) {
                        syn::Lit::Str(part) => text.push_str(&part.value()),
                        syn::Lit::Int(part) if part.suffix().is_empty() => {
                            text.push_str(part.base10_digits());
                        }
                        _ => return None,
                    },
                    TokenTree::Punct(punct) if punct.as_char() == ',' => {}
                    _ => return None,
                }
            }
            Some(text)
        }
        _ => None,
    }
}

/// `concat`, `std::concat`, `core::concat`, and with `::` in front: not a macro of the program of this name.
fn is_concat(path: &[TokenTree]) -> bool {
    let names: Vec<String> = path.iter().filter_map(|token| word(Some(token))).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    matches!(names.as_slice(), ["concat"] | ["std" | "core", "concat"])
}

/// What is around a group of tokens.
#[derive(Clone)]
struct Scope {
    owner: Owner,
    modules: Vec<String>,
    test: bool,
    conditional: bool,
    inside: Inside,
    /// Whether there may be an expression although no item around it has a name: in `const _`, in an array's length.
    expressions: bool,
}

/// What rustc expects in a group of tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// Items: a file, or the braces of a module.
    Items,
    /// Statements, fields, arguments: anything else in Rust.
    Code,
    /// The input of another macro, which decides by itself what is right.
    Macro,
}

/// What the tokens of a level belong to, and thus where it ends.
enum Current {
    /// The beginning of an item, statement, expression or field.
    Start,
    /// `static X: .. = ..;`, `let x = ..;`: up to `;`.
    Value { constant: bool },
    /// `fn`, `impl`, `mod`, ...: up to its braces, those in its angle brackets left aside, or `;`.
    Braced { angles: usize },
    /// Anything else: up to `;`, `,` or braces.
    Other,
}

struct Scanner<'n> {
    names: &'n Names,
    found: Found,
}

impl Scanner<'_> {
    /// Goes through the tokens between two delimiters.
    fn level(&mut self, tokens: TokenStream, around: &Scope) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut around = around.clone();
        let mut scope = around.clone();
        let mut file = None;
        let mut current = Current::Start;
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            if let Some((attribute, inner, length)) = attribute(&tokens, at - 1) {
                // An attribute is before what it is about; within an item it is about a part of it.
                if is_test(&attribute) {
                    if inner {
                        around.test = true;
                    }
                    scope.test = true;
                } else if is_condition(&attribute) {
                    if inner {
                        around.conditional = true;
                    }
                    scope.conditional = true;
                }
                file = file.or_else(|| path_of(&attribute));
                at += length - 1;
                continue;
            }
            if let Some((kind, group)) = self.invocation(&tokens, at - 1) {
                self.found.invocations.push(Invocation {
                    kind,
                    owner: scope.owner.clone(),
                    at: token.span().start(),
                    input: group.stream(),
                    test: scope.test,
                    conditional: scope.conditional,
                    misplaced: scope.owner == Owner::Nameless && !scope.expressions,
                    is_value: matches!(current, Current::Value { constant: true })
                        && is_after_equals(&tokens, at - 1),
                });
                // What follows a value is an operator or the end of it.
                let next = tokens.get(at + 2);
                if matches!(current, Current::Value { .. })
                    && matches!(next, Some(TokenTree::Ident(_) | TokenTree::Literal(_)))
                    && !is_word(next, "as")
                    && !is_word(next, "else")
                {
                    self.broken(next, &scope);
                }
                // `policy! {..}` ends a statement as any block does; in a `static` only `;` ends it.
                at += 2;
                if group.delimiter() == Delimiter::Brace && matches!(current, Current::Start) {
                    scope = around.clone();
                } else if matches!(current, Current::Start) {
                    current = Current::Other;
                }
                continue;
            }
            if self.cannot_be(&tokens, at - 1, &current, &scope) {
                self.broken(Some(token), &scope);
            }
            if matches!(current, Current::Start) {
                current = self.start(&tokens, at - 1, &mut scope);
                if let Some((group, name)) = macro_rules(&tokens, at - 1) {
                    let inside = Scope {
                        owner: Owner::Macro(name),
                        inside: Inside::Macro,
                        expressions: true,
                        ..scope.clone()
                    };
                    self.level(group.stream(), &inside);
                    at += 3;
                    current = Current::Other;
                    if group.delimiter() == Delimiter::Brace {
                        (current, scope, file) = (Current::Start, around.clone(), None);
                    }
                    continue;
                }
            }
            let ends = match (token, &mut current) {
                (TokenTree::Group(group), current) => {
                    let mut inner = scope.clone();
                    inner.inside = inside(&tokens, at - 1, group, &scope, &around);
                    // The length of an array, the value of a constant without a name, of a variant, or of a parameter.
                    inner.expressions |= inner.inside == Inside::Macro
                        || group.delimiter() == Delimiter::Bracket
                        || is_after_equals(&tokens, at - 1);
                    self.level(group.stream(), &inner);
                    let braces = group.delimiter() == Delimiter::Brace;
                    braces
                        && match current {
                            Current::Start | Current::Other => true,
                            Current::Braced { angles } => *angles == 0,
                            Current::Value { .. } => false,
                        }
                }
                (TokenTree::Punct(punct), current) => match (punct.as_char(), current) {
                    (';', _) => {
                        if scope.modules.len() > around.modules.len() {
                            self.found.modules.push(ModuleFile {
                                path: scope.modules.clone(),
                                file: file.take(),
                                test: scope.test,
                                conditional: scope.conditional,
                            });
                        }
                        true
                    }
                    (',', Current::Start | Current::Other) => true,
                    ('<', Current::Braced { angles }) => {
                        *angles += 1;
                        false
                    }
                    ('>', Current::Braced { angles }) => {
                        if !is_arrow(&tokens, at - 1) {
                            *angles = angles.saturating_sub(1);
                        }
                        false
                    }
                    _ => false,
                },
                _ => false,
            };
            if ends {
                (current, scope, file) = (Current::Start, around.clone(), None);
            }
        }
        // `static NAME: Policy = policy![..]`, and then nothing.
        if matches!(current, Current::Value { .. }) && around.inside == Inside::Items {
            self.broken(tokens.last(), &around);
        }
    }

    /// Remembers the first token that rustc refuses whatever the rest of the file is.
    fn broken(&mut self, token: Option<&TokenTree>, scope: &Scope) {
        if scope.inside != Inside::Macro && self.found.broken.is_none() {
            self.found.broken = token.map(|token| token.span().start());
        }
    }

    /// Whether rustc refuses this token here, whatever follows. Only what is certain: everything else is treated as Rust.
    fn cannot_be(&self, tokens: &[TokenTree], at: usize, current: &Current, scope: &Scope) -> bool {
        let punct = |at: usize, c: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == c);
        let token = tokens.get(at);
        match current {
            // A value that is missing, or the next item before the `;` of this one.
            Current::Value { .. } => {
                const ITEMS: [&str; 6] = ["pub", "static", "struct", "enum", "trait", "mod"];
                // `'static` is a lifetime.
                let quote = at.checked_sub(1).is_some_and(|before| punct(before, '\''));
                let is_item = !quote
                    && matches!(token, Some(TokenTree::Ident(ident)) if ITEMS.iter().any(|item| ident == item));
                let name = word(token).is_some_and(|name| self.names.contains_key(&name));
                is_item && !punct(at + 1, '|') && !is_word(tokens.get(at + 1), "move")
                    || punct(at, '=') && punct(at + 1, ';')
                    // `policy!` without what it takes.
                    || name && punct(at + 1, '!') && !punct(at + 2, '=')
            }
            Current::Start if scope.inside == Inside::Items => match token {
                Some(TokenTree::Ident(ident)) => {
                    const BEGINNINGS: [&str; 20] = [
                        "async",
                        "auto",
                        "const",
                        "crate",
                        "default",
                        "enum",
                        "extern",
                        "fn",
                        "impl",
                        "macro",
                        "macro_rules",
                        "mod",
                        "pub",
                        "safe",
                        "static",
                        "struct",
                        "trait",
                        "type",
                        "unsafe",
                        "use",
                    ];
                    let is_beginning =
                        ident == "union" || BEGINNINGS.iter().any(|begins| ident == begins);
                    // A macro by its name or its path.
                    let is_path = punct(at + 1, ':') && punct(at + 2, ':');
                    !is_beginning && !punct(at + 1, '!') && !is_path
                }
                Some(TokenTree::Literal(_)) => {
                    !is_word(at.checked_sub(1).and_then(|at| tokens.get(at)), "extern")
                }
                _ => false,
            },
            Current::Start | Current::Braced { .. } | Current::Other => false,
        }
    }

    /// What begins at this token. Names the scope after it.
    fn start(&self, tokens: &[TokenTree], at: usize, scope: &mut Scope) -> Current {
        let next = |steps: usize| tokens.get(at + steps);
        let Some(text) = word(next(0)) else {
            // `pub(crate)`, `extern "C"`
            let qualifies = match next(0) {
                Some(TokenTree::Group(group)) => {
                    group.delimiter() == Delimiter::Parenthesis
                        && is_word(at.checked_sub(1).and_then(|at| tokens.get(at)), "pub")
                }
                Some(TokenTree::Literal(_)) => {
                    is_word(at.checked_sub(1).and_then(|at| tokens.get(at)), "extern")
                }
                _ => false,
            };
            return if qualifies {
                Current::Start
            } else {
                Current::Other
            };
        };
        match text.as_str() {
            "pub" | "unsafe" | "async" | "extern" | "default" | "safe" => Current::Start,
            "const"
                if matches!(
                    word(next(1)).as_deref(),
                    Some("fn" | "unsafe" | "async" | "extern")
                ) =>
            {
                Current::Start
            }
            "static" | "const" => {
                // `static mut`; `static ref` of lazy_static!
                let skipped = usize::from(is_word(next(1), "mut") || is_word(next(1), "ref"));
                let typed = matches!(next(skipped + 2), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
                match word(next(skipped + 1)) {
                    Some(name) if typed => {
                        // `const _` names nothing; what is around it may.
                        if name == "_" {
                            scope.expressions = true;
                        } else if !matches!(scope.owner, Owner::Macro(_)) {
                            scope.owner = Owner::Item(name);
                        }
                        Current::Value { constant: true }
                    }
                    _ => Current::Other,
                }
            }
            "fn" => match word(next(1)) {
                Some(name) => {
                    if !matches!(scope.owner, Owner::Macro(_)) {
                        scope.owner = Owner::Item(name);
                    }
                    Current::Braced { angles: 0 }
                }
                None => Current::Other,
            },
            "mod" => match word(next(1)) {
                Some(name) => {
                    scope.modules.push(name);
                    Current::Braced { angles: 0 }
                }
                None => Current::Other,
            },
            "impl" | "trait" | "struct" | "enum" => Current::Braced { angles: 0 },
            "let" | "use" | "type" => Current::Value { constant: false },
            _ => Current::Other,
        }
    }

    /// `policy![..]` from this token on, three tokens: the kind of policy and the input.
    fn invocation<'t>(
        &self,
        tokens: &'t [TokenTree],
        at: usize,
    ) -> Option<(Option<PolicyKind>, &'t Group)> {
        let kind = self.names.get(&word(tokens.get(at))?)?;
        match (tokens.get(at + 1), tokens.get(at + 2)) {
            (Some(TokenTree::Punct(bang)), Some(TokenTree::Group(group)))
                if bang.as_char() == '!' =>
            {
                Some((*kind, group))
            }
            _ => None,
        }
    }
}

/// What rustc expects in a group.
fn inside(tokens: &[TokenTree], at: usize, group: &Group, scope: &Scope, around: &Scope) -> Inside {
    let before = |steps: usize| at.checked_sub(steps).and_then(|at| tokens.get(at));
    let bang = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
    // `name! {..}` and `name! other {..}`
    let of_macro = bang(before(1)) && matches!(before(2), Some(TokenTree::Ident(_)))
        || bang(before(2)) && matches!(before(1), Some(TokenTree::Ident(_)));
    if scope.inside == Inside::Macro || of_macro {
        return Inside::Macro;
    }
    let of_module = scope.modules.len() > around.modules.len();
    if of_module && group.delimiter() == Delimiter::Brace {
        Inside::Items
    } else {
        Inside::Code
    }
}

/// `macro_rules! name {..}`
fn macro_rules(tokens: &[TokenTree], at: usize) -> Option<(&Group, String)> {
    match tokens.get(at + 3) {
        Some(TokenTree::Group(group)) if is_word(tokens.get(at), "macro_rules") => {
            Some((group, word(tokens.get(at + 2))?))
        }
        _ => None,
    }
}

/// `#[..]` or `#![..]` from this token on: what is in it, whether it has the `!`, and how many tokens it takes.
pub(super) fn attribute(tokens: &[TokenTree], at: usize) -> Option<(Vec<TokenTree>, bool, usize)> {
    let punct = |at: usize, c: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == c);
    if !punct(at, '#') {
        return None;
    }
    let inner = punct(at + 1, '!');
    let group = at + 1 + usize::from(inner);
    match tokens.get(group) {
        Some(TokenTree::Group(group_token)) if group_token.delimiter() == Delimiter::Bracket => {
            Some((
                group_token.stream().into_iter().collect(),
                inner,
                group - at + 1,
            ))
        }
        _ => None,
    }
}

/// Whether an attribute leaves its item out of every build but that of the tests.
pub(crate) fn is_test(attribute: &[TokenTree]) -> bool {
    match attribute {
        [name, TokenTree::Group(condition)] if is_word(Some(name), "cfg") => {
            let condition: Vec<_> = condition.stream().into_iter().collect();
            in_program(&condition) == Some(false)
        }
        // `#[test]`, `#[tokio::test]`, `#[tokio::test(..)]`, `#[bench]`
        _ => {
            let path: Vec<_> = attribute
                .iter()
                .take_while(|token| !matches!(token, TokenTree::Group(_)))
                .collect();
            let is_path = path.iter().all(|token| match token {
                TokenTree::Punct(punct) => punct.as_char() == ':',
                token => matches!(token, TokenTree::Ident(_)),
            });
            let last = path.last().copied();
            is_path && (is_word(last, "test") || is_word(last, "bench"))
        }
    }
}

/// Whether an attribute may leave its item out of a build. What holds in every program, such as `not(test)`, does not.
fn is_condition(attribute: &[TokenTree]) -> bool {
    let [name, TokenTree::Group(group)] = attribute else {
        return false;
    };
    let tokens: Vec<_> = group.stream().into_iter().collect();
    if is_word(Some(name), "cfg") {
        return in_program(&tokens) != Some(true);
    }
    // `cfg_attr(condition, attribute, ..)`: of these, `cfg` leaves an item out, `path` chooses its file, and a macro may do
    // both.
    let mut parts =
        tokens.split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','));
    let condition = parts.next().unwrap_or_default();
    is_word(Some(name), "cfg_attr")
        && in_program(condition) != Some(false)
        && !parts.all(|attribute| attribute.is_empty() || is_of_compiler(attribute))
}

/// Whether an attribute is about what is said of an item, not about whether there is one.
fn is_of_compiler(attribute: &[TokenTree]) -> bool {
    const NAMES: [&str; 13] = [
        "allow",
        "cold",
        "deny",
        "deprecated",
        "derive",
        "doc",
        "expect",
        "forbid",
        "inline",
        "must_use",
        "no_mangle",
        "repr",
        "warn",
    ];
    let name = word(attribute.first());
    name.is_some_and(|name| NAMES.contains(&name.as_str()))
}

/// Whether a condition of `cfg` holds in a program: never for `test`, `all(.., test, ..)`, `any()`, and what else holds in tests
/// and documentation alone; `None` where that depends on the build.
pub(crate) fn in_program(condition: &[TokenTree]) -> Option<bool> {
    match condition {
        [name] => match word(Some(name))?.as_str() {
            "test" | "doctest" | "doc" | "false" => Some(false),
            "true" => Some(true),
            _ => None,
        },
        [name, TokenTree::Group(parts), ..] => {
            let parts: Vec<_> = parts.stream().into_iter().collect();
            let parts: Vec<Option<bool>> = parts
                .split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','))
                .filter(|part| !part.is_empty())
                .map(in_program)
                .collect();
            // What one part settles for all.
            let settled = |by: bool| match parts.contains(&Some(by)) {
                true => Some(by),
                false if parts.contains(&None) => None,
                false => Some(!by),
            };
            match word(Some(name))?.as_str() {
                "all" => settled(false),
                "any" => settled(true),
                "not" => parts.first().copied().flatten().map(|holds| !holds),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The file that `path = ".."` names.
pub(crate) fn path_of(attribute: &[TokenTree]) -> Option<String> {
    match attribute {
        [name, TokenTree::Punct(equals), TokenTree::Literal(literal)]
            if is_word(Some(name), "path") && equals.as_char() == '=' =>
        {
            match syn::Lit::new(literal.clone()) {
                syn::Lit::Str(text) => Some(text.value()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a `=` is before this token, or before the path that ends in it.
fn is_after_equals(tokens: &[TokenTree], at: usize) -> bool {
    let before = tokens.get(..at).unwrap_or_default().iter().rev();
    let mut before = before.skip_while(|token| match token {
        TokenTree::Punct(punct) => punct.as_char() == ':',
        token => matches!(token, TokenTree::Ident(_)),
    });
    matches!(before.next(), Some(TokenTree::Punct(punct)) if punct.as_char() == '=')
}

/// Whether this `>` is the head of `->` or `=>`.
fn is_arrow(tokens: &[TokenTree], at: usize) -> bool {
    match at.checked_sub(1).and_then(|at| tokens.get(at)) {
        Some(TokenTree::Punct(punct)) => {
            matches!(punct.as_char(), '-' | '=') && punct.spacing() == Spacing::Joint
        }
        _ => false,
    }
}

/// The identifier, without `r#`.
pub(super) fn word(token: Option<&TokenTree>) -> Option<String> {
    match token? {
        TokenTree::Ident(ident) => {
            let text = ident.to_string();
            Some(match text.strip_prefix("r#") {
                Some(raw) => raw.to_owned(),
                None => text,
            })
        }
        _ => None,
    }
}

pub(super) fn is_word(token: Option<&TokenTree>, expected: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if *ident == expected)
}
