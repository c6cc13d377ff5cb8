//! Command lines as a shell splits them. Nothing is run and nothing is looked up: what a shell would fill in is a value that
//! is not known.

use std::iter::Peekable;
use std::str::Chars;

use crate::derive::value::{Piece, Value};

/// A word, with what a shell fills in.
pub(super) type Word = Vec<Piece>;

/// The words of each command of a text.
pub(super) fn commands(text: &str) -> Vec<Vec<Word>> {
    let mut reader = Reader {
        chars: text.chars().peekable(),
        done: Vec::new(),
        words: Vec::new(),
        word: None,
        text: String::new(),
        skip: false,
    };
    reader.read();
    reader.done
}

/// The text of a word in which nothing is filled in.
pub(super) fn plain(word: &Word) -> Option<&str> {
    match word.as_slice() {
        [] => Some(""),
        [Piece::Text(text)] => Some(text),
        _ => None,
    }
}

struct Reader<'t> {
    chars: Peekable<Chars<'t>>,
    done: Vec<Vec<Word>>,
    words: Vec<Word>,
    /// The word that is being read.
    word: Option<Word>,
    /// Its end, which is not in it yet: a piece that grew with each character would be copied each time.
    text: String,
    /// The next word is a file that output goes to or input comes from.
    skip: bool,
}

impl Reader<'_> {
    fn read(&mut self) {
        while let Some(c) = self.chars.next() {
            match c {
                '\n' | ';' | '|' | '&' | '(' | ')' => self.end_command(),
                c if c.is_whitespace() => self.end_word(),
                '#' if self.word.is_none() => {
                    while self.chars.peek().is_some_and(|c| *c != '\n') {
                        self.chars.next();
                    }
                }
                '\\' => {
                    if !self.line_end() {
                        match self.chars.next() {
                            Some(c) => self.push(c),
                            None => self.push('\\'),
                        }
                    }
                }
                // The line goes on in PowerShell and in cmd.
                '^' if self.line_end() => {}
                '`' if self.line_end() => {}
                '`' => self.substituted('`'),
                '\'' => {
                    self.word.get_or_insert_default();
                    while let Some(c) = self.chars.next().filter(|c| *c != '\'') {
                        self.push(c);
                    }
                }
                '"' => self.quoted(),
                '$' => self.variable(),
                '<' | '>' => {
                    // `2>` is no word.
                    self.end_text();
                    if self.word.as_ref().and_then(plain).is_some_and(is_number) {
                        self.word = None;
                    }
                    self.end_word();
                    while self
                        .chars
                        .peek()
                        .is_some_and(|c| matches!(c, '<' | '>' | '&'))
                    {
                        self.chars.next();
                    }
                    self.skip = true;
                }
                c => self.push(c),
            }
        }
        self.end_command();
    }

    /// Steps over the end of a line, where one comes next.
    fn line_end(&mut self) -> bool {
        let mut ahead = self.chars.clone();
        let mut next = ahead.next();
        while next.is_some_and(|c| matches!(c, ' ' | '\t' | '\r')) {
            next = ahead.next();
        }
        let ends = next == Some('\n');
        if ends {
            self.chars = ahead;
            self.end_word();
        }
        ends
    }

    fn push(&mut self, c: char) {
        self.word.get_or_insert_default();
        self.text.push(c);
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            (self.word.get_or_insert_default()).push(Piece::Text(text.as_str().into()));
        }
    }

    fn push_value(&mut self, value: Value) {
        self.end_text();
        self.word.get_or_insert_default().push(Piece::Value(value));
    }

    /// In double quotes.
    fn quoted(&mut self) {
        self.word.get_or_insert_default();
        while let Some(c) = self.chars.next() {
            match c {
                '"' => return,
                '\\' => match self.chars.next() {
                    Some('\n') => {}
                    Some(c @ ('"' | '\\' | '$' | '`')) => self.push(c),
                    Some(c) => {
                        self.push('\\');
                        self.push(c);
                    }
                    None => self.push('\\'),
                },
                '`' => self.substituted('`'),
                '$' => self.variable(),
                c => self.push(c),
            }
        }
    }

    /// The output of a command.
    fn substituted(&mut self, end: char) {
        let mut depth = 0_usize;
        for c in self.chars.by_ref() {
            match c {
                '(' if end == ')' => depth += 1,
                c if c == end && depth == 0 => break,
                ')' if end == ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        self.push_value(Value::Unknown);
    }

    /// What follows a `$`.
    fn variable(&mut self) {
        let is_name = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
        match self.chars.peek() {
            Some('(') => {
                self.chars.next();
                self.substituted(')');
            }
            Some('{') => {
                self.chars.next();
                let inner: String = self.chars.by_ref().take_while(|c| *c != '}').collect();
                let name: String = inner.chars().take_while(is_name).collect();
                self.push_value(Value::named(&name));
            }
            Some(c) if is_name(c) => {
                let mut name = String::new();
                while let Some(c) = self.chars.peek().copied().filter(is_name) {
                    name.push(c);
                    self.chars.next();
                }
                self.push_value(Value::named(&name));
            }
            _ => self.push('$'),
        }
    }

    fn end_word(&mut self) {
        self.end_text();
        if let Some(word) = self.word.take()
            && !std::mem::take(&mut self.skip)
        {
            self.words.push(word);
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        self.skip = false;
        if !self.words.is_empty() {
            self.done.push(std::mem::take(&mut self.words));
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<Vec<String>> {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.to_string(),
            Piece::Value(Value::Named(name, _)) => format!("<{name}>"),
            Piece::Value(_) => "<?>".to_owned(),
        };
        (commands(text).iter())
            .map(|words| {
                (words.iter())
                    .map(|word| word.iter().map(piece).collect())
                    .collect()
            })
            .collect()
    }

    #[test]
    fn words_and_commands() {
        for (text, expected) in [
            (
                "aws s3api get-object --key 'a b'",
                vec![vec!["aws", "s3api", "get-object", "--key", "a b"]],
            ),
            (
                "a \"b \\\" $X ${Y:-z} $(id | wc) c\"",
                vec![vec!["a", "b \" <X> <Y> <?> c"]],
            ),
            ("a \\\n  b ^\n c `\r\n d", vec![vec!["a", "b", "c", "d"]]),
            ("a '$X' \\$Y `date`", vec![vec!["a", "$X", "$Y", "<?>"]]),
            (
                "a > out 2>&1 b | jq .x && c # d",
                vec![vec!["a", "b"], vec!["jq", ".x"], vec!["c"]],
            ),
            ("a '' \"\"", vec![vec!["a", "", ""]]),
            ("", vec![]),
            ("'open", vec![vec!["open"]]),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        // A word of a million characters, and not of their square.
        let long = "x".repeat(1_000_000);
        assert_eq!(shown(&format!("aws {long} y")), [["aws", &long, "y"]]);
    }
}
