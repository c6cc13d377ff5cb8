//! Whether tokens can be Rust: the heads of items, as far as it takes to notice one that is being typed.
//!
//! An item that is not finished takes the one after it for a part of itself, and what was exported of that one would be
//! removed. Only what is certain is reported: everything else is treated as Rust. Bodies of macros are not looked at.

use proc_macro2::{Delimiter, LineColumn, TokenTree};

use super::{attribute, is_arrow, is_word};

/// What begins an item and never continues one.
const ITEMS: [&str; 7] = ["enum", "let", "mod", "pub", "static", "struct", "trait"];

/// Words that can be before another word in an expression.
const KEYWORDS: [&str; 33] = [
    "as", "async", "auto", "await", "box", "break", "const", "continue", "default", "do", "dyn",
    "else", "extern", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match", "move",
    "mut", "raw", "ref", "return", "safe", "static", "unsafe", "use", "while", "yield",
];

/// What may be before the keyword of an item, and what may be next.
const MODIFIERS: [(&[&str], &[&str]); 3] = [
    (
        &["default", "safe", "auto", "async"],
        &[
            "fn", "unsafe", "async", "const", "extern", "trait", "impl", "static", "type",
        ],
    ),
    (
        &["const"],
        &["fn", "unsafe", "async", "extern", "trait", "impl"],
    ),
    (
        &["unsafe"],
        &[
            "fn", "impl", "trait", "extern", "auto", "mod", "async", "const",
        ],
    ),
];

/// Where the first tokens are that rustc refuses in a file, if they are noticed.
pub(super) fn broken(file: &[TokenTree]) -> Option<LineColumn> {
    Level(file).items().err()
}

/// A part that can be Rust, or the place of one that cannot.
type Rust<T> = Result<T, LineColumn>;

/// The tokens between two delimiters.
#[derive(Clone, Copy)]
struct Level<'t>(&'t [TokenTree]);

impl<'t> Level<'t> {
    fn get(self, at: usize) -> Option<&'t TokenTree> {
        self.0.get(at)
    }

    fn punct(self, at: usize, c: char) -> bool {
        matches!(self.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == c)
    }

    fn ident(self, at: usize) -> bool {
        matches!(self.get(at), Some(TokenTree::Ident(_)))
    }

    fn is(self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| is_word(self.get(at), word))
    }

    /// A name: no keyword that begins an item.
    fn name(self, at: usize) -> bool {
        self.ident(at) && !self.is(at, &ITEMS) && !self.is(at, &["fn", "impl", "type", "use"])
    }

    fn group(self, at: usize, delimiter: Delimiter) -> Option<Vec<TokenTree>> {
        match self.get(at) {
            Some(TokenTree::Group(group)) if group.delimiter() == delimiter => {
                Some(group.stream().into_iter().collect())
            }
            _ => None,
        }
    }

    fn colons(self, at: usize) -> bool {
        self.punct(at, ':') && self.punct(at + 1, ':')
    }

    /// What is at this token cannot be Rust.
    fn refuse<T>(self, at: usize) -> Rust<T> {
        let token = self.get(at).or(self.0.last());
        Err(token.map_or(LineColumn { line: 1, column: 0 }, |token| {
            token.span().start()
        }))
    }

    fn require(self, at: usize, right: bool) -> Rust<()> {
        match right {
            true => Ok(()),
            false => self.refuse(at),
        }
    }

    /// A file, a module, or the braces of an `impl` or a `trait`.
    fn items(self) -> Rust<()> {
        let mut at = 0;
        while self.get(at).is_some() {
            let after = self.attributes(at)?;
            if self.get(after).is_none() || self.punct(after, ';') {
                at = after + 1;
                continue;
            }
            at = match self.item(after)? {
                Some(end) => end,
                None => self.macro_call(after)?,
            };
        }
        Ok(())
    }

    /// The attributes from here on. One without its item is at an end; `#![..]` has none.
    fn attributes(self, mut at: usize) -> Rust<usize> {
        let mut is_open = false;
        while let Some((_, inner, length)) = attribute(self.0, at) {
            at += length;
            is_open = !inner;
        }
        if self.punct(at, '#') || (is_open && self.get(at).is_none()) {
            return self.refuse(at);
        }
        Ok(at)
    }

    /// An item: what is after it. `None` for what does not begin with a keyword of one.
    fn item(self, start: usize) -> Rust<Option<usize>> {
        let mut at = start;
        if self.is(at, &["pub"]) {
            at += 1;
            if self.group(at, Delimiter::Parenthesis).is_some() {
                at += 1;
            }
            let refused = ["impl", "let", "macro_rules", "pub"];
            self.require(at, self.ident(at) && !self.is(at, &refused))?;
        }
        while (MODIFIERS.iter()).any(|(words, next)| self.is(at, words) && self.is(at + 1, next)) {
            at += 1;
        }
        if self.is(at, &["unsafe"]) && self.ident(at + 1) {
            return self.refuse(at);
        }
        if self.is(at, &["extern"]) {
            let next = at + 1;
            if self.is(next, &["crate"]) {
                self.require(at + 2, self.name(at + 2))?;
                return self.end(at + 3, false).map(Some);
            }
            let after = next + usize::from(matches!(self.get(next), Some(TokenTree::Literal(_))));
            if self.group(after, Delimiter::Brace).is_some() {
                return Ok(Some(after + 1));
            }
            self.require(after, self.is(after, &["fn"]))?;
            at = after;
        }
        let next = at + 1;
        if self.is(at, &["fn"]) {
            self.require(next, self.name(next))?;
            let parameters = self.group(at + 2, Delimiter::Parenthesis).is_some();
            self.require(at + 2, parameters || self.punct(at + 2, '<'))?;
            let end = self.end(at + 2, true)?;
            if let Some(body) = self.group(end - 1, Delimiter::Brace) {
                Level(&body).code()?;
            }
            return Ok(Some(end));
        }
        if self.is(at, &["mod"]) {
            self.require(next, self.name(next))?;
            if let Some(inside) = self.group(at + 2, Delimiter::Brace) {
                Level(&inside).items()?;
                return Ok(Some(at + 3));
            }
            self.require(at + 2, self.punct(at + 2, ';'))?;
            return Ok(Some(at + 3));
        }
        if self.is(at, &["struct", "enum", "trait"])
            || (self.is(at, &["union"]) && self.ident(next))
        {
            self.require(next, self.name(next))?;
            let head = ['<', ':', ';', '='].iter().any(|c| self.punct(at + 2, *c))
                || matches!(self.get(at + 2), Some(TokenTree::Group(_)))
                || self.is(at + 2, &["where"]);
            self.require(at + 2, head)?;
            let end = self.end(at + 2, true)?;
            if self.is(at, &["trait"])
                && let Some(inside) = self.group(end - 1, Delimiter::Brace)
            {
                Level(&inside).items()?;
            }
            return Ok(Some(end));
        }
        if self.is(at, &["impl"]) {
            let end = self.end(next, true)?;
            if let Some(inside) = self.group(end - 1, Delimiter::Brace) {
                Level(&inside).items()?;
            }
            return Ok(Some(end));
        }
        if self.is(at, &["static", "const"]) {
            let name = next + usize::from(self.is(next, &["mut", "ref"]));
            // A closure or a block.
            if !self.ident(name) || self.is(name, &["move", "async"]) {
                return Ok(None);
            }
            // Generic constants have their parameters before the type.
            let typed = self.punct(name + 1, ':') || self.punct(name + 1, '<');
            self.require(name, self.name(name) && typed)?;
            return self.end(name + 1, false).map(Some);
        }
        if self.is(at, &["type"]) && self.ident(next) {
            self.require(next, self.name(next))?;
            return self.end(at + 2, false).map(Some);
        }
        if self.is(at, &["use"]) {
            return self.end(next, false).map(Some);
        }
        if self.is(at, &["macro_rules"]) && self.punct(next, '!') {
            self.require(at + 2, self.name(at + 2))?;
            let group = matches!(self.get(at + 3), Some(TokenTree::Group(_)));
            self.require(at + 3, group)?;
            return Ok(Some(at + 4));
        }
        if self.is(at, &["macro"]) && self.ident(next) {
            return self.end(at + 2, true).map(Some);
        }
        self.require(at, at == start)?;
        Ok(None)
    }

    /// From within an item to what is after it: after its `;`, or after its braces if it may end with those.
    fn end(self, mut at: usize, braces: bool) -> Rust<usize> {
        let mut angles = 0usize;
        while let Some(token) = self.get(at) {
            let is_lifetime = at
                .checked_sub(1)
                .is_some_and(|before| self.punct(before, '\''));
            match token {
                TokenTree::Group(group) => {
                    if braces && angles == 0 && group.delimiter() == Delimiter::Brace {
                        return Ok(at + 1);
                    }
                }
                TokenTree::Punct(punct) => match punct.as_char() {
                    ';' => return Ok(at + 1),
                    '<' if braces => angles += 1,
                    '>' if braces && !is_arrow(self.0, at) => angles = angles.saturating_sub(1),
                    '#' if braces && angles == 0 => return self.refuse(at),
                    _ => {}
                },
                TokenTree::Ident(_) => {
                    let next = at + 1;
                    // `if let` is in a value; closures can be `static` and be given to macros by name.
                    let item = self.is(at, &ITEMS)
                        && (braces || !self.is(at, &["let"]))
                        && !(self.is(at, &["static"])
                            && (self.punct(next, '|') || self.is(next, &["move", "async"])));
                    // `fn f() impl T {`, but `fn f() -> &mut impl T {`.
                    let block = braces
                        && self.is(at, &["impl"])
                        && (at.checked_sub(1))
                            .is_some_and(|at| matches!(self.get(at), Some(TokenTree::Group(_))));
                    let named = self.is(at, &["fn"]) && self.ident(next);
                    if !is_lifetime && (item || block || named) {
                        return self.refuse(at);
                    }
                }
                TokenTree::Literal(_) => {}
            }
            at += 1;
        }
        self.refuse(at)
    }

    /// `name!(..);`, `a::b! {..}`
    fn macro_call(self, start: usize) -> Rust<usize> {
        let mut at = start;
        if self.colons(at) {
            at += 2;
        }
        while self.ident(at) && self.colons(at + 1) {
            at += 3;
        }
        self.require(at, self.ident(at) && self.punct(at + 1, '!'))?;
        at += 2;
        // `lazy! name {..}` of old.
        at += usize::from(self.ident(at));
        self.require(at, matches!(self.get(at), Some(TokenTree::Group(_))))?;
        Ok(at + 1)
    }

    /// Statements.
    fn code(self) -> Rust<()> {
        let mut at = 0;
        let mut is_start = true;
        while let Some(token) = self.get(at) {
            if is_start {
                is_start = false;
                let after = self.attributes(at)?;
                let is_let = self.is(after, &["let"]);
                if is_let {
                    at = self.end(after + 1, false)?;
                    is_start = true;
                    continue;
                }
                if let Some(end) = self.item(after)? {
                    at = end;
                    is_start = true;
                    continue;
                }
                if after > at {
                    at = after;
                    continue;
                }
            }
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ';' => is_start = true,
                TokenTree::Ident(_) => {
                    let before = at.checked_sub(1);
                    let is_quoted =
                        before.is_some_and(|at| self.punct(at, '\'') || self.punct(at, '!'));
                    if !is_quoted
                        && self.ident(at + 1)
                        && !self.is(at, &KEYWORDS)
                        && !self.is(at + 1, &KEYWORDS)
                        && !self.punct(at + 2, '=')
                    {
                        return self.refuse(at + 1);
                    }
                }
                TokenTree::Group(group) => {
                    let of_macro = |steps: usize| {
                        (at.checked_sub(steps)).is_some_and(|at| self.punct(at, '!'))
                    };
                    if group.delimiter() == Delimiter::Brace {
                        if !of_macro(1) && !of_macro(2) {
                            let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                            Level(&inside).code()?;
                        }
                        // `if x {} static A: u8 = 1;`
                        is_start = !self.punct(at + 1, '.') && !self.is(at + 1, &["else", "as"]);
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            at += 1;
        }
        Ok(())
    }
}
