//! Recognizes most YAML quickly; the parser decides about the rest.
//!
//! Most files of a repository have no policy, and are only read to say so if they cannot be parsed. They are maps and lists in
//! blocks, of names, plain texts, and texts in quotes on one line. A file that has only these is recognized in a tenth of the time
//! that parsing takes.

/// Collections in collections. The parser has a limit too.
const MAX_OPEN: usize = 32;

/// Characters of a name before its colon, far below the limit of YAML.
const MAX_NAME: usize = 128;

/// Whether a text is YAML, if it is of the simple form. For any other text, the answer is `false`.
pub(super) fn is_plain(text: &str) -> bool {
    let is_printed = |byte: u8| matches!(byte, b' '..=b'~' | b'\n');
    text.bytes().all(is_printed) && Lines::default().read(text).is_some()
}

/// What is open after a line.
#[derive(Default)]
struct Lines {
    /// The collections, each with the column that it is at.
    open: Vec<(usize, Of)>,
    /// Whether the last name or item has no value yet.
    is_empty: bool,
    /// The column of the collection that a text in block form is in, and the column of this text once it is known.
    block: Option<(usize, Option<usize>)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Names,
    Items,
}

impl Lines {
    /// Nothing when a line is of another form.
    fn read(mut self, text: &str) -> Option<()> {
        self.is_empty = true;
        for line in text.split('\n') {
            let rest = line.trim_start_matches(' ');
            let column = line.len() - rest.len();
            if self.is_of_block(rest, column)? || rest.is_empty() || rest.starts_with('#') {
                continue;
            }
            if column == 0 && (rest.starts_with("---") || rest.starts_with("...")) {
                // Another document.
                (rest.trim_end() == "---").then_some(())?;
                self.open.clear();
                self.is_empty = true;
                continue;
            }
            self.entry(rest.trim_end(), column)?;
        }
        Some(())
    }

    /// Whether a line belongs to a text in block form.
    fn is_of_block(&mut self, rest: &str, column: usize) -> Option<bool> {
        let Some((around, at)) = self.block else {
            return Some(false);
        };
        if rest.is_empty() {
            // Spaces before the first line of the text may be too many.
            return (at.is_some() || column == 0).then_some(true);
        }
        match at {
            None if column > around => self.block = Some((around, Some(column))),
            Some(at) if column >= at => {}
            Some(_) if column > around => return None,
            None | Some(_) => {
                self.block = None;
                return Some(false);
            }
        }
        Some(true)
    }

    /// Reads a name or an item, and what is on its line.
    fn entry(&mut self, mut rest: &str, mut column: usize) -> Option<()> {
        let mut is_first = true;
        loop {
            let item = match rest {
                "-" => Some(""),
                _ => rest.strip_prefix("- "),
            };
            match is_first {
                true => self.at(column, item.is_some())?,
                false => self.push(column, item.is_some())?,
            }
            is_first = false;
            let Some(item) = item else {
                return self.name(rest, column);
            };
            let inner = item.trim_start_matches(' ');
            self.is_empty = inner.is_empty() || inner.starts_with('#');
            if self.is_empty {
                return Some(());
            }
            let is_collection = inner == "-" || inner.starts_with("- ") || name(inner).is_some();
            if !is_collection {
                return self.value(inner, column);
            }
            column += rest.len() - inner.len();
            rest = inner;
        }
    }

    /// Makes the collection at this column the innermost one: it is open, or it is the value of what is.
    fn at(&mut self, column: usize, is_item: bool) -> Option<()> {
        let of = if is_item { Of::Items } else { Of::Names };
        let last = self.open.last().map(|(at, _)| *at);
        if last.is_none_or(|last| column > last) {
            self.is_empty.then_some(())?;
            return self.push(column, is_item);
        }
        while self.open.last().is_some_and(|(at, _)| *at > column) {
            self.open.pop();
            self.is_empty = false;
        }
        // A list may be at the column of the name that it is the value of.
        match self.open.last().copied() {
            Some((at, known)) if at == column && known == of => Some(()),
            Some((at, Of::Names)) if at == column && self.is_empty => self.push(column, true),
            Some((at, Of::Items)) if at == column => {
                self.open.pop();
                (self.open.last().copied() == Some((column, Of::Names))).then_some(())
            }
            _ => None,
        }
    }

    fn push(&mut self, column: usize, is_item: bool) -> Option<()> {
        (self.open.len() < MAX_OPEN).then_some(())?;
        let of = if is_item { Of::Items } else { Of::Names };
        self.open.push((column, of));
        Some(())
    }

    /// Reads a name and its value.
    fn name(&mut self, rest: &str, column: usize) -> Option<()> {
        let value = rest.get(name(rest)?..)?.trim_start_matches(' ');
        self.is_empty = value.is_empty() || value.starts_with('#');
        match self.is_empty {
            true => Some(()),
            false => self.value(value, column),
        }
    }

    /// Reads a value on one line, or the first line of a text in block form.
    fn value(&mut self, value: &str, column: usize) -> Option<()> {
        if matches!(value, "|" | "|-" | "|+" | ">" | ">-" | ">+") {
            self.block = Some((column, None));
            return Some(());
        }
        let rest = match value.as_bytes().first()? {
            b'"' | b'\'' => quoted(value)?,
            b'{' | b'[' => flow(value, 0)?,
            _ => return plain(value),
        };
        (rest.is_empty() || rest.starts_with(" #")).then_some(())
    }
}

/// How long a name at the start of a text is, with its colon. What follows is a space or the end.
fn name(text: &str) -> Option<usize> {
    let end = match text.as_bytes().first()? {
        b'"' | b'\'' => text.len() - quoted(text)?.len(),
        first if first.is_ascii_alphanumeric() || matches!(first, b'_' | b'/' | b'.') => {
            text.find(|c: char| !(c.is_ascii_alphanumeric() || " _/.-".contains(c)))?
        }
        _ => return None,
    };
    let rest = text.get(end..)?.strip_prefix(':')?;
    let is_name = end <= MAX_NAME && (rest.is_empty() || rest.starts_with(' '));
    is_name.then_some(end + 1)
}

/// What follows a text in quotes, if nothing in it means anything else.
fn quoted(text: &str) -> Option<&str> {
    let mut rest = text.chars();
    let quote = rest.next()?;
    let rest = rest.as_str();
    let end = rest.find([quote, '\\'])?;
    let rest = rest.get(end..)?.strip_prefix(quote)?;
    // Twice, it is one in the text.
    (!rest.starts_with(quote)).then_some(rest)
}

/// A text without quotes: no sign at its start means anything, and none in it ends it.
fn plain(text: &str) -> Option<()> {
    let text = match text.find(" #") {
        Some(at) => text.get(..at)?.trim_end(),
        None => text,
    };
    let mut bytes = text.bytes();
    let first = bytes.next()?;
    let starts = first.is_ascii_alphanumeric()
        || b"_/.$(+=~<;".contains(&first)
        || (first == b'-' && bytes.next().is_some_and(|next| next != b' '));
    (starts && !text.contains(": ") && !text.ends_with(':')).then_some(())
}

/// What follows a map or list in brackets.
fn flow(text: &str, depth: usize) -> Option<&str> {
    (depth < MAX_OPEN).then_some(())?;
    let is_map = text.starts_with('{');
    let close = if is_map { '}' } else { ']' };
    let mut rest = text.get(1..)?.trim_start_matches(' ');
    if let Some(rest) = rest.strip_prefix(close) {
        return Some(rest);
    }
    loop {
        if is_map {
            rest = word(rest)?.strip_prefix(": ")?.trim_start_matches(' ');
        }
        rest = match rest.as_bytes().first()? {
            b'{' | b'[' => flow(rest, depth + 1)?,
            _ => word(rest)?,
        };
        rest = rest.trim_start_matches(' ');
        if let Some(rest) = rest.strip_prefix(close) {
            return Some(rest);
        }
        rest = rest.strip_prefix(", ")?.trim_start_matches(' ');
    }
}

/// What follows a text in brackets.
fn word(text: &str) -> Option<&str> {
    let first = *text.as_bytes().first()?;
    if matches!(first, b'"' | b'\'') {
        return quoted(text);
    }
    first.is_ascii_alphanumeric().then_some(())?;
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "_/.-".contains(c)))?;
    text.get(end..)
}

#[cfg(test)]
#[path = "plain_yaml/tests.rs"]
mod tests;
