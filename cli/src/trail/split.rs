//! Cuts a stream of JSON into its records, one in memory at a time.
//!
//! A delivered file is one object on one line, with its records in the list `Records`; other exports have one record a line, a list
//! of records, or a list in another object. All are cut the same way: an element of a list `Records`, `Events`, or `logEvents` of
//! an object is an item, and so is an element of a list and any other object.

use std::io::{self, Read};
use std::ops::Range;

use memchr::{memchr, memchr_iter};

use super::brackets::{End, end_of_value};
use super::record::{Record, is_list_of_items};

/// Bytes that are read at once.
const CHUNK: usize = 1 << 18;

/// Bytes of one item. A record of CloudTrail Lake has at most 1 MB; an answer of `lookup-events` may be one item too.
const MAX_ITEM: usize = 32 << 20;

/// The most items that are looked at one by one before a record is read where it begins again.
const MAX_WAIT: u32 = 63;

/// Where an item begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At {
    /// From 1.
    pub(crate) line: u64,
    /// The number of the item in the file, from 1.
    pub(crate) item: u64,
}

/// A part of a stream.
#[derive(Debug)]
pub(crate) enum Part<'a> {
    /// A record that nothing is around but a list, or nothing.
    Record(&'a Record<'a>),
    /// Any item that is not such a record, or that was not looked at yet.
    Item(&'a [u8], At),
    Broken(Broken),
}

/// What is wrong with a part of a stream.
#[derive(Debug)]
pub(crate) enum Broken {
    /// This line, or the rest of the file where nothing says where the next item begins.
    Text { at: At, message: String, rest: bool },
    /// The stream itself.
    Io(At, io::Error),
}

/// What comes next in a stream.
enum Next {
    Item(Range<usize>),
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between items of the top level.
    Top,
    /// In a list; whether an object is around it.
    List { in_object: bool },
    /// Behind the list of an object.
    Behind,
}

struct Stream<R> {
    input: R,
    buffer: Vec<u8>,
    /// What of the buffer is filled, and not used yet.
    held: Range<usize>,
    ended: bool,
    /// What ended the stream, until what was read before it is used.
    failed: Option<io::Error>,
    /// Line ends before this place of the buffer. Each byte is counted once.
    lines: u64,
    counted: usize,
    items: u64,
    state: State,
    /// How many items are looked at before a record is read where it begins again, and how many that were after the last one
    /// that was none: in a file with another form around its records, the attempts would take longer than the rest.
    wait: u32,
    waited: u32,
}

/// Hands each item of a stream to `take`, and what is wrong with the stream.
pub(crate) fn each(input: impl Read, take: impl FnMut(Part<'_>)) {
    each_of(Stream::new(input), take);
}

fn each_of<R: Read>(mut stream: Stream<R>, mut take: impl FnMut(Part<'_>)) {
    loop {
        stream.records(&mut take);
        match stream.next() {
            Ok(Next::Item(range)) => {
                stream.items += 1;
                let at = stream.at(range.start);
                take(Part::Item(stream.buffer.get(range).unwrap_or_default(), at));
            }
            Ok(Next::End) => return,
            Err(broken) => {
                let last = match &broken {
                    Broken::Text { rest, .. } => *rest,
                    Broken::Io(..) => true,
                };
                take(Part::Broken(broken));
                if last {
                    return;
                }
            }
        }
    }
}

impl<R: Read> Stream<R> {
    fn new(input: R) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            held: 0..0,
            ended: false,
            failed: None,
            lines: 0,
            counted: 0,
            items: 0,
            state: State::Top,
            wait: 0,
            waited: 0,
        }
    }

    /// Hands over the records at the start of what is held, as far as they are whole and plain. They are read without a look for
    /// their ends before. What follows, `next` finds.
    fn records(&mut self, take: &mut impl FnMut(Part<'_>)) {
        if self.wait > 0 {
            self.wait -= 1;
            return;
        }
        loop {
            let top = match self.state {
                State::Top => true,
                State::List { .. } => false,
                State::Behind => return,
            };
            // Not more at once: what is not read here is looked at again.
            let end = self.held.end.min(self.held.start + CHUNK);
            let held = self.buffer.get(self.held.start..end).unwrap_or_default();
            let text = match std::str::from_utf8(held) {
                Ok(text) => text,
                Err(error) => {
                    let valid = held.get(..error.valid_up_to()).unwrap_or_default();
                    std::str::from_utf8(valid).unwrap_or_default()
                }
            };
            let mut used = 0;
            let mut records = 0;
            loop {
                let rest = text.get(used..).unwrap_or_default();
                let space = (rest.bytes())
                    .position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b','))
                    .unwrap_or(rest.len());
                let rest = rest.get(space..).unwrap_or_default();
                if !rest.starts_with('{') {
                    break;
                }
                let Some((record, length)) = Record::at_start(rest, top) else {
                    break;
                };
                take(Part::Record(&record));
                used += space + length;
                records += 1;
            }
            self.held.start += used;
            self.items += records;
            if records == 0 {
                // The next item may only be longer than what is held.
                if self.held.len() >= CHUNK / 2 {
                    self.waited = (2 * self.waited + 1).min(MAX_WAIT);
                    self.wait = self.waited;
                }
                return;
            }
            self.waited = 0;
        }
    }

    fn at(&mut self, offset: usize) -> At {
        let before = self.buffer.get(self.counted..offset).unwrap_or_default();
        self.lines += memchr_iter(b'\n', before).count() as u64;
        self.counted = self.counted.max(offset);
        At {
            line: self.lines + 1,
            item: self.items,
        }
    }

    fn here(&mut self) -> At {
        let at = self.at(self.held.start);
        At {
            item: at.item + 1,
            ..at
        }
    }

    fn broken(&mut self, message: &str, rest: bool) -> Broken {
        Broken::Text {
            at: self.here(),
            message: message.to_owned(),
            rest,
        }
    }

    /// Reads more behind what is held. `false` at the end.
    fn fill(&mut self) -> Result<bool, Broken> {
        if let Some(error) = self.failed.take() {
            return Err(Broken::Io(self.here(), error));
        }
        if self.ended {
            return Ok(false);
        }
        // What was used goes first.
        if self.held.start > 0 {
            self.at(self.held.start);
            self.counted = 0;
            self.buffer.copy_within(self.held.clone(), 0);
            self.held = 0..self.held.len();
        }
        if self.held.end > MAX_ITEM {
            return Err(self.broken(
                "the record is longer than 32 MB, and the rest of the file was not read",
                true,
            ));
        }
        // Doubled, so that a long item is not looked through once for each chunk.
        let wanted = self.held.end + CHUNK.max(self.held.end);
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted, 0);
        }
        while self.held.end < self.buffer.len() {
            let room = self.buffer.get_mut(self.held.end..).unwrap_or_default();
            match self.input.read(room) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(count) => self.held.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    self.failed = Some(error);
                    break;
                }
            }
        }
        Ok(true)
    }

    /// The first byte that is not white space, at the start of what is held.
    fn peek(&mut self, also: u8) -> Result<Option<u8>, Broken> {
        loop {
            while self.held.start < self.held.end {
                match self.buffer.get(self.held.start) {
                    Some(b' ' | b'\n' | b'\r' | b'\t') => self.held.start += 1,
                    Some(&byte) if byte == also => self.held.start += 1,
                    byte => return Ok(byte.copied()),
                }
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// The end of the value that begins this far behind the start of what is held, counted from there.
    fn value(&mut self, from: usize) -> Result<usize, Broken> {
        loop {
            let held = self.buffer.get(self.held.clone()).unwrap_or_default();
            let whole = self.ended && self.failed.is_none();
            match end_of_value(held.get(from..).unwrap_or_default(), whole) {
                End::At(length) => return Ok(from + length),
                End::Wrong => {
                    return Err(self.broken(
                        "the brackets do not match, and the rest of the file was not read",
                        true,
                    ));
                }
                End::Open => {
                    if !self.fill()? {
                        return Err(self.broken("the file ends in the middle of a record", true));
                    }
                }
            }
        }
    }

    fn next(&mut self) -> Result<Next, Broken> {
        loop {
            match self.state {
                State::Top => {
                    if self.items == 0 && self.lines == 0 {
                        self.mark()?;
                    }
                    // A comma between the lines of a list that was cut out of an object.
                    match self.peek(b',')? {
                        None => return Ok(Next::End),
                        Some(b'[') => {
                            self.held.start += 1;
                            self.state = State::List { in_object: false };
                        }
                        Some(b'{') => match self.object()? {
                            Some(item) => return Ok(Next::Item(item)),
                            None => self.state = State::List { in_object: true },
                        },
                        Some(_) => return Err(self.line()?),
                    }
                }
                State::List { in_object } => match self.peek(b',')? {
                    None => {
                        return Err(self.broken("the file ends in the middle of a list", true));
                    }
                    Some(b']') => {
                        self.held.start += 1;
                        self.state = if in_object { State::Behind } else { State::Top };
                    }
                    Some(_) => {
                        let length = self.value(0)?;
                        let start = self.held.start;
                        self.held.start += length;
                        return Ok(Next::Item(start..start + length));
                    }
                },
                State::Behind => match self.peek(b',')? {
                    None => {
                        return Err(self.broken("the file ends in the middle of an object", true));
                    }
                    Some(b'}') => {
                        self.held.start += 1;
                        self.state = State::Top;
                    }
                    Some(_) => {
                        if let Some(list) = self.member(0)? {
                            match list {
                                Member::List(begin) => {
                                    self.held.start += begin + 1;
                                    self.state = State::List { in_object: true };
                                }
                                Member::Other(end) => self.held.start += end,
                            }
                        } else {
                            return Err(self
                                .broken("not JSON, and the rest of the file was not read", true));
                        }
                    }
                },
            }
        }
    }

    /// Steps over a byte order mark.
    fn mark(&mut self) -> Result<(), Broken> {
        while self.held.len() < 3 && self.fill()? {}
        let held = self.buffer.get(self.held.clone()).unwrap_or_default();
        if held.starts_with(b"\xef\xbb\xbf") {
            self.held.start += 3;
        }
        Ok(())
    }

    /// A line that is not JSON, and steps over it.
    fn line(&mut self) -> Result<Broken, Broken> {
        let broken = self.broken("not a CloudTrail record in JSON", false);
        loop {
            let held = self.buffer.get(self.held.clone()).unwrap_or_default();
            if let Some(length) = memchr(b'\n', held) {
                self.held.start += length + 1;
                self.items += 1;
                return Ok(broken);
            }
            // Memory stays bounded: what is left of the line is read and dropped.
            self.held.start = self.held.end;
            if !self.fill()? {
                self.items += 1;
                return Ok(broken);
            }
        }
    }

    /// An object of the top level: the whole of it, or `None` at its first list of items.
    fn object(&mut self) -> Result<Option<Range<usize>>, Broken> {
        let mut at = 1;
        loop {
            let Some(byte) = self.byte(at)? else {
                return Err(self.broken("the file ends in the middle of a record", true));
            };
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' | b',' => at += 1,
                b'}' => {
                    let start = self.held.start;
                    self.held.start += at + 1;
                    return Ok(Some(start..start + at + 1));
                }
                _ => match self.member(at)? {
                    Some(Member::List(begin)) => {
                        self.held.start += begin + 1;
                        return Ok(None);
                    }
                    Some(Member::Other(end)) => at = end,
                    None => return Err(self.line()?),
                },
            }
        }
    }

    fn byte(&mut self, at: usize) -> Result<Option<u8>, Broken> {
        while self.held.len() <= at {
            if !self.fill()? {
                return Ok(None);
            }
        }
        Ok(self.buffer.get(self.held.start + at).copied())
    }

    /// A member of an object: where its list of items begins, or where it ends. `None` when it is not one.
    fn member(&mut self, at: usize) -> Result<Option<Member>, Broken> {
        if self.byte(at)? != Some(b'"') {
            return Ok(None);
        }
        let name_end = self.value(at)?;
        let mut colon = name_end;
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte(colon)? {
            colon += 1;
        }
        if self.byte(colon)? != Some(b':') {
            return Ok(None);
        }
        let mut begin = colon + 1;
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte(begin)? {
            begin += 1;
        }
        let start = self.held.start;
        let name = (self
            .buffer
            .get(start + at + 1..start + name_end.saturating_sub(1)))
        .unwrap_or_default();
        let is_list = std::str::from_utf8(name).is_ok_and(is_list_of_items);
        if is_list && self.byte(begin)? == Some(b'[') {
            return Ok(Some(Member::List(begin)));
        }
        Ok(Some(Member::Other(self.value(begin)?)))
    }
}

enum Member {
    List(usize),
    Other(usize),
}

#[cfg(test)]
mod tests {
    use super::super::record::Item;
    use super::*;

    /// A reader that gives a few bytes at a time.
    struct Drops<'t>(&'t [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn items(text: &str, step: usize) -> Vec<String> {
        items_of(Drops(text.as_bytes(), step))
    }

    fn items_of(input: impl Read) -> Vec<String> {
        let mut found = Vec::new();
        each(input, |part| {
            found.push(match part {
                Part::Record(record) => format!("{:?}", record.id),
                Part::Item(item, _) => String::from_utf8_lossy(item).into_owned(),
                Part::Broken(Broken::Text { message, at, .. }) => format!("{}: {message}", at.line),
                Part::Broken(Broken::Io(_, error)) => error.to_string(),
            });
        });
        found
    }

    #[test]
    fn every_form_gives_its_records() {
        for (text, expected) in [
            (
                r#"{"Records":[{"a":1},{"b":"}]"}]}"#,
                vec![r#"{"a":1}"#, r#"{"b":"}]"}"#],
            ),
            (
                "\u{feff}{\"a\":1}\n\n{\"b\":[{}]}\n",
                vec![r#"{"a":1}"#, r#"{"b":[{}]}"#],
            ),
            (
                r#" [ {"a":1} , {"b":2} ] "#,
                vec![r#"{"a":1}"#, r#"{"b":2}"#],
            ),
            (
                r#"{"NextToken":"t","Events":[{"a":"\"{"}]}"#,
                vec![r#"{"a":"\"{"}"#],
            ),
            (
                r#"{"Events":[{"a":1}],"NextToken":{"x":[1]}}"#,
                vec![r#"{"a":1}"#],
            ),
            (r#"{"Records":[]}{"Records":[{"a":1}]}"#, vec![r#"{"a":1}"#]),
            (r#"{"records" : [ "x", 1 ]}"#, vec![r#""x""#, "1"]),
            (r#"{"Events":{"a":1}}"#, vec![r#"{"Events":{"a":1}}"#]),
            ("", vec![]),
            ("{}", vec!["{}"]),
        ] {
            for step in [1, 2, 7, 1000] {
                assert_eq!(items(text, step), expected, "{text} {step}");
            }
        }
    }

    /// A record that is read where it begins is the one that its item is.
    #[test]
    fn records_are_the_same_however_they_are_read() {
        let record = |id: &str| {
            format!(
                r#"{{"eventID":"{id}","eventName":"N","eventSource":"s","requestParameters":{{"a":["}}","\\"",{{}}]}}}}"#
            )
        };
        let [a, b] = [record("a"), record("b")];
        let texts = [
            format!("{{\"Records\":[{a},{b}]}}"),
            format!("{a}\n,\n{b}"),
            format!("[{a}, x, {b}"),
            format!("\u{feff}{a}{b}"),
            format!("{a}{{\"Records\":[{b}],\"eventName\":\"N\",\"eventSource\":\"s\"}}{a}"),
            format!(
                "{{\"Records\":[{{\"Records\":[1],{}]}}",
                a.trim_start_matches("{")
            ),
            format!("[{{\"detail\":{a}}},{a},1,{b}]"),
            format!("[{a},{},{b}]", a.replace("\"N\"", "01")),
            format!("[{a},{},{b}]", a.replace("[\"", "[\"\t")),
        ];
        let read = |text: &[u8], wait: u32| {
            let mut found = Vec::new();
            let mut stream = Stream::new(text);
            stream.wait = wait;
            each_of(stream, |part| {
                let id = |record: &Record<'_>| format!("{:?} {:?}", record.id, record.parameters);
                found.push(match part {
                    Part::Record(record) => id(record),
                    Part::Item(item, _) => match std::str::from_utf8(item).map(Item::read) {
                        Ok(Ok(Item::Record(record))) => id(&record),
                        other => format!("{other:?}"),
                    },
                    Part::Broken(broken) => format!("{broken:?}"),
                });
            });
            found
        };
        for text in texts {
            for end in (0..=text.len()).step_by(5) {
                let mut bytes = text.as_bytes()[..end].to_vec();
                assert_eq!(read(&bytes, 0), read(&bytes, u32::MAX), "{text}");
                if let Some(last) = bytes.last_mut() {
                    *last = 0xff;
                    bytes.extend(&text.as_bytes()[end..]);
                    assert_eq!(read(&bytes, 0), read(&bytes, u32::MAX), "{text}");
                }
            }
        }
    }

    /// Each text ends: what is no item takes bytes too.
    #[test]
    fn texts_that_begin_no_item_end() {
        for text in [
            "[:1]",
            "[,:]",
            "{:1}",
            "[}]",
            "{\"Records\":[:]}",
            "[\"a\":1]",
            ":",
        ] {
            for step in [1, 3, 1000] {
                assert!(items(text, step).len() < 10, "{text} {step}");
            }
        }
    }

    /// What a stream had before it failed is read: the file of an interrupted download has records.
    #[test]
    fn records_before_a_failure_are_read() {
        struct Fails;
        impl Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("cut off"))
            }
        }
        for (text, expected) in [
            (
                "{\"Records\":[{\"a\":1},{\"b",
                vec![r#"{"a":1}"#, "cut off"],
            ),
            ("{\"a\":1}\n", vec![r#"{"a":1}"#, "cut off"]),
            ("", vec!["cut off"]),
        ] {
            for step in [1, 1000] {
                let input = Drops(text.as_bytes(), step).chain(Fails);
                assert_eq!(items_of(input), expected, "{text}");
            }
        }
    }

    #[test]
    fn what_is_broken_is_named_and_lines_after_it_are_read() {
        for (text, expected) in [
            (
                "x\n{\"a\":1}\n",
                vec!["1: not a CloudTrail record in JSON", r#"{"a":1}"#],
            ),
            (
                "{\"a\":1}\n{a}\n{}",
                vec![r#"{"a":1}"#, "2: not a CloudTrail record in JSON", "{}"],
            ),
            (
                r#"{"Records":[{"a":1},{"b""#,
                vec![r#"{"a":1}"#, "1: the file ends in the middle of a record"],
            ),
            (
                r#"{"Records":[{"a":1}"#,
                vec![r#"{"a":1}"#, "1: the file ends in the middle of a list"],
            ),
            (
                "{\"Records\":[{\"a\":1}\n]",
                vec![r#"{"a":1}"#, "2: the file ends in the middle of an object"],
            ),
            (
                r#"[[{"a":[}]}]"#,
                vec!["1: the brackets do not match, and the rest of the file was not read"],
            ),
        ] {
            for step in [1, 1000] {
                assert_eq!(items(text, step), expected, "{text} {step}");
            }
        }
    }
}
