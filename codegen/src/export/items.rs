//! The items in the tokens of a file, as far as the paths of constants lead through them.

use std::cell::OnceCell;
use std::rc::Rc;

use proc_macro2::{Delimiter, LineColumn, TokenStream, TokenTree};

use super::scan::{attribute, in_program, is_word, literal, path_of, word};

/// What is declared at one level: in a module, or in a block.
#[derive(Debug, Default)]
pub(super) struct Items {
    pub(super) constants: Vec<Constant>,
    pub(super) imports: Vec<Import>,
    /// Whether there is an import of everything in another module.
    pub(super) glob: bool,
    /// Whether there is a macro that may declare more.
    pub(super) macros: bool,
    pub(super) modules: Vec<Submodule>,
    /// The names of structs, enums and unions.
    pub(super) types: Vec<String>,
    pub(super) impls: Vec<Impl>,
    /// What is in delimiters.
    groups: Vec<Group>,
}

/// `const NAME: &str = "..";` or `static`.
#[derive(Debug)]
pub(super) struct Constant {
    pub(super) name: String,
    pub(super) value: Value,
    /// Whether every build has it.
    pub(super) always: bool,
}

#[derive(Debug)]
pub(super) enum Value {
    /// A literal, or a `concat!` of literals.
    Text(String),
    /// Another constant.
    Path(Vec<String>),
    Other,
}

/// A name that `use` brings.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) name: String,
    pub(super) path: Vec<String>,
    pub(super) always: bool,
}

#[derive(Debug)]
pub(super) struct Submodule {
    pub(super) name: String,
    /// Of an inline module.
    pub(super) items: Option<Rc<Items>>,
    /// `#[path = ".."]`
    pub(super) file: Option<String>,
    pub(super) always: bool,
}

/// `impl Type {..}`, or `impl Trait for Type {..}`, of a type without parameters.
#[derive(Debug)]
pub(super) struct Impl {
    pub(super) of: String,
    pub(super) inherent: bool,
    pub(super) constants: Vec<Constant>,
}

/// What a group of tokens belongs to.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Module(String),
    /// Of this type, unless it has parameters.
    Impl(Option<String>),
    Other,
}

#[derive(Debug)]
pub(super) struct Group {
    pub(super) kind: Kind,
    start: LineColumn,
    end: LineColumn,
    tokens: TokenStream,
    items: OnceCell<Rc<Items>>,
}

impl Group {
    pub(super) fn items(&self) -> Rc<Items> {
        self.items
            .get_or_init(|| Rc::new(read(self.tokens.clone())))
            .clone()
    }
}

impl Items {
    /// The group that a place is in.
    pub(super) fn group_at(&self, at: LineColumn) -> Option<&Group> {
        (self.groups.iter()).find(|group| group.start <= at && at < group.end)
    }
}

/// What the attributes of an item say.
struct Marks {
    /// Whether no program has it.
    never: bool,
    always: bool,
    path: Option<String>,
}

/// Reads the items of a level.
pub(super) fn read(tokens: TokenStream) -> Items {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut items = Items::default();
    let mut at = 0;
    while at < tokens.len() {
        let (marks, start) = marks(&tokens, at);
        let end = end(&tokens, start);
        item(
            &mut items,
            tokens.get(start..end).unwrap_or_default(),
            &marks,
        );
        at = end.max(start + 1);
    }
    items
}

/// The attributes from a token on, and the first token behind them and behind `pub(..)`.
fn marks(tokens: &[TokenTree], mut at: usize) -> (Marks, usize) {
    let mut marks = Marks {
        never: false,
        always: true,
        path: None,
    };
    while let Some((inside, inner, length)) = attribute(tokens, at) {
        at += length;
        if inner {
            continue;
        }
        if let ([_, TokenTree::Group(condition)], true) =
            (inside.as_slice(), is_word(inside.first(), "cfg"))
        {
            let condition: Vec<TokenTree> = condition.stream().into_iter().collect();
            match in_program(&condition) {
                Some(false) => marks.never = true,
                Some(true) => {}
                None => marks.always = false,
            }
        }
        marks.path = path_of(&inside).or(marks.path);
    }
    if is_word(tokens.get(at), "pub") {
        at += 1;
        let is_restricted = matches!(tokens.get(at), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
        at += usize::from(is_restricted);
    }
    (marks, at)
}

/// The token behind an item or statement: behind its `;`, or its braces when it ends with them.
fn end(tokens: &[TokenTree], start: usize) -> usize {
    // A constant, and an import with braces, end with a semicolon.
    let to_semicolon = ["const", "static", "use", "let"]
        .iter()
        .any(|word| is_word(tokens.get(start), word))
        && !is_function(tokens, start);
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => return at + 1,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && !to_semicolon => {
                return at + 1;
            }
            _ => {}
        }
    }
    tokens.len()
}

/// `const fn`, `const unsafe fn`, and a block: `const { .. }`.
fn is_function(tokens: &[TokenTree], start: usize) -> bool {
    ["fn", "unsafe", "async", "extern"]
        .iter()
        .any(|word| is_word(tokens.get(start + 1), word))
        || matches!(tokens.get(start + 1), Some(TokenTree::Group(_)))
}

fn item(items: &mut Items, tokens: &[TokenTree], marks: &Marks) {
    let next = |steps: usize| word(tokens.get(steps));
    let first = next(0).unwrap_or_default();
    let braces = tokens.last().and_then(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group),
        _ => None,
    });
    let mut kind = Kind::Other;
    match first.as_str() {
        // What is compiled for tests alone does not exist in a program, and no policy of one is in it.
        _ if marks.never => {}
        "const" | "static" if !is_function(tokens, 0) => {
            let skipped =
                usize::from(is_word(tokens.get(1), "mut") || is_word(tokens.get(1), "ref"));
            if let Some(name) = next(1 + skipped) {
                items.constants.push(Constant {
                    name,
                    value: value(tokens),
                    always: marks.always,
                });
            }
        }
        "use" => imports(
            items,
            tokens.get(1..).unwrap_or_default(),
            &[],
            marks.always,
        ),
        "mod" => {
            if let Some(name) = next(1) {
                let inner = braces.map(|group| Rc::new(read(group.stream())));
                kind = Kind::Module(name.clone());
                items.modules.push(Submodule {
                    name,
                    items: inner,
                    file: marks.path.clone(),
                    always: marks.always,
                });
            }
        }
        "struct" | "enum" | "union" => items.types.extend(next(1)),
        "impl" | "unsafe" if is_word(tokens.get(usize::from(first == "unsafe")), "impl") => {
            let header = tokens
                .split_last()
                .map(|(_, header)| header)
                .unwrap_or_default();
            let of = of_impl(header);
            kind = Kind::Impl(of.clone().map(|(of, _)| of));
            if let (Some((of, inherent)), Some(group)) = (of, braces) {
                items.impls.push(Impl {
                    of,
                    inherent,
                    constants: read(group.stream()).constants,
                });
            }
        }
        _ => items.macros |= is_macro(tokens),
    }
    for token in tokens {
        if let TokenTree::Group(group) = token {
            let is_body = braces
                .is_some_and(|braces| braces.span_open().start() == group.span_open().start());
            items.groups.push(Group {
                kind: match is_body {
                    true => kind.clone(),
                    false => Kind::Other,
                },
                start: group.span_open().start(),
                end: group.span_close().end(),
                tokens: group.stream(),
                items: OnceCell::new(),
            });
        }
    }
}

/// `name!(..)`, `path::name! {..}`, but for `macro_rules!`, which declares nothing by itself.
fn is_macro(tokens: &[TokenTree]) -> bool {
    let bang = tokens
        .iter()
        .take_while(|token| match token {
            TokenTree::Ident(_) => true,
            TokenTree::Punct(punct) => punct.as_char() == ':',
            TokenTree::Group(_) | TokenTree::Literal(_) => false,
        })
        .count();
    let is_bang =
        matches!(tokens.get(bang), Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
    is_bang && !is_word(tokens.first(), "macro_rules")
}

/// The value of `const NAME: TYPE = VALUE;`.
fn value(tokens: &[TokenTree]) -> Value {
    let punct = |token: &TokenTree, c: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == c);
    let Some(equals) = tokens.iter().position(|token| punct(token, '=')) else {
        return Value::Other;
    };
    let mut value = tokens.get(equals + 1..).unwrap_or_default();
    if let Some((last, rest)) = value.split_last()
        && punct(last, ';')
    {
        value = rest;
    }
    match (literal(value), path(value)) {
        (Some(text), _) => Value::Text(text),
        (None, Some(path)) => Value::Path(path),
        (None, None) => Value::Other,
    }
}

/// A path of names.
fn path(tokens: &[TokenTree]) -> Option<Vec<String>> {
    let mut path = Vec::new();
    let mut wants_name = true;
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Ident(_) if wants_name && colons != 1 => {
                path.push(word(Some(token))?);
                (wants_name, colons) = (false, 0);
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' && colons < 2 => {
                // `::name` is of a crate.
                if path.is_empty() {
                    return None;
                }
                colons += 1;
                wants_name = true;
            }
            _ => return None,
        }
    }
    (!wants_name && !path.is_empty()).then_some(path)
}

/// The type of an `impl`, by the tokens before its braces, and whether it is of no trait.
fn of_impl(header: &[TokenTree]) -> Option<(String, bool)> {
    let start = header
        .iter()
        .position(|token| is_word(Some(token), "impl"))?
        + 1;
    let header = header.get(start..)?;
    match header {
        [of] => Some((word(Some(of))?, true)),
        [.., before, of] if is_word(Some(before), "for") => Some((word(Some(of))?, false)),
        _ => None,
    }
}

/// The names of an import: `a::b`, `a::{b, c as d}`, `a::*`, up to the semicolon.
fn imports(items: &mut Items, tokens: &[TokenTree], before: &[String], always: bool) {
    let mut path = before.to_vec();
    let mut alias = None;
    let mut tokens = tokens.iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(_) if is_word(Some(token), "as") => {
                alias = Some(word(tokens.next()).unwrap_or_default());
            }
            TokenTree::Ident(_) => path.extend(word(Some(token))),
            TokenTree::Punct(punct) => match punct.as_char() {
                // `::name` is of a crate: a path that leads nowhere here.
                ':' if path.is_empty() => path.push(String::new()),
                '*' => {
                    items.glob = true;
                    return;
                }
                _ => {}
            },
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                for part in inner.split(
                    |token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','),
                ) {
                    if !part.is_empty() {
                        imports(items, part, &path, always);
                    }
                }
                return;
            }
            TokenTree::Literal(_) => {}
        }
    }
    // `a::{self}`
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let Some(name) = alias.or_else(|| path.last().cloned()) else {
        return;
    };
    items.imports.push(Import { name, path, always });
}
