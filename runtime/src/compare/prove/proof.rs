//! Whether a promise holds, with the message in fixed memory.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use core::fmt;

use crate::evaluate::text::next_char;

/// The longest message.
const MESSAGE: usize = 1024;

/// Whether a promise holds, and what to say when it does not.
#[derive(Clone, Copy)]
#[must_use]
pub struct Proof {
    pub(super) holds: bool,
    text: [u8; MESSAGE],
    length: usize,
}

impl Proof {
    pub(super) const fn new() -> Self {
        Self {
            holds: true,
            text: [0; MESSAGE],
            length: 0,
        }
    }

    /// Whether the promise holds for every request that could exist.
    pub const fn holds(&self) -> bool {
        self.holds
    }

    /// What was promised and the request that breaks it. Empty when nothing does.
    pub const fn message(&self) -> &str {
        match self.text.split_at_checked(self.length) {
            Some((text, _)) => match core::str::from_utf8(text) {
                Ok(text) => text,
                Err(_) => "the guarantee does not hold",
            },
            None => "",
        }
    }

    /// Writes as much as there is room for, whole characters.
    pub(super) const fn say(&mut self, text: &str) {
        let text = text.as_bytes();
        let mut at = 0;
        while at < text.len() {
            let end = next_char(text, at);
            if self.length + end - at > MESSAGE {
                return;
            }
            while at < end {
                self.text[self.length] = text[at];
                self.length += 1;
                at += 1;
            }
        }
    }

    pub(super) const fn say_symbol(&mut self, symbol: u32) {
        if let Some(symbol) = char::from_u32(symbol) {
            let mut bytes = [0; 4];
            let text = symbol.encode_utf8(&mut bytes);
            self.say(text);
        }
    }

    pub(super) const fn say_number(&mut self, number: usize) {
        if number >= 10 {
            self.say_number(number / 10);
        }
        self.say_symbol(b'0' as u32 + (number % 10) as u32);
    }

    /// A statement as the rules name it: by its number from 1, and by its Sid where it has one.
    pub(super) const fn say_statement(&mut self, number: usize, sid: &[u8]) {
        self.say("statement ");
        self.say_number(number + 1);
        if let Ok(sid) = core::str::from_utf8(sid)
            && !sid.is_empty()
        {
            self.say(" `");
            self.say(sid);
            self.say("`");
        }
    }

    pub(super) const fn broken(mut self, promise: &[&str], why: &str) -> Self {
        self.holds = false;
        let mut at = 0;
        while at < promise.len() {
            self.say(promise[at]);
            at += 1;
        }
        self.say(": ");
        self.say(why);
        self
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proof")
            .field("holds", &self.holds)
            .field("message", &self.message())
            .finish()
    }
}
