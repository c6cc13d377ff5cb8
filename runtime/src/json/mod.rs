//! JSON in and out: the only reader and the only writer of every document of this project.
//!
//! * [`read`] gives a [`Document`](crate::document::Document) or the first mistake.
//! * [`parse`] gives as much of the document as can be read, with everything that is wrong and where each part stands.
//! * [`check`] does that and asks all rules.
//! * [`to_minified`] and [`to_pretty`] write.
//!
//! The reader takes JSON strictly as RFC 8259 has it (a byte order mark is stepped over), in one pass, without
//! recursion, and borrows all strings that hold no escapes. Its memory is bounded by [`Limits`].

#[cfg(feature = "json")]
mod lex;
#[cfg(feature = "json")]
mod places;
#[cfg(feature = "json")]
mod read;
#[cfg(feature = "json")]
mod report;
#[cfg(feature = "serde")]
mod serde;
mod text;
#[cfg(feature = "check")]
mod write;

#[cfg(feature = "serde")]
pub(crate) use self::serde::serialize;
#[doc(hidden)]
#[cfg(feature = "json")]
pub use lex::plain_end;
#[cfg(feature = "json")]
pub use lex::{Kind, Lexer, Limits, MAX_DEPTH, ReadError, Span, literal_offset};
#[cfg(feature = "json")]
pub use places::{Index, Lines, Places, Position, path, position};
#[cfg(feature = "json")]
pub use read::{Edit, Located, Parsed, Refused, parse, read};
#[cfg(feature = "json")]
pub use report::{Report, check, check_with, judge};
pub use text::pretty;
pub(crate) use text::push_escaped;
#[cfg(feature = "check")]
pub use write::{is_number, to_minified, to_pretty};
