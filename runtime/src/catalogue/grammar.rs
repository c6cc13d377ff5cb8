//! What the values of a variable may be.

use super::Grammar;
#[cfg(feature = "check")]
use crate::glob;

/// Why a value does not fit a [`Grammar`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrammarError {
    /// It holds this character.
    Char(char),
    /// It has too few characters, or none.
    Short,
    /// It has too many characters.
    Long(usize),
    /// It is not one of the words.
    Word,
}

impl Grammar {
    /// Whether the character may be in a value.
    #[must_use]
    pub fn allows(&self, c: char) -> bool {
        for &(low, high) in self.chars {
            if low <= c && c <= high {
                return true;
            }
        }
        false
    }

    /// Checks a value that may hold wildcards and policy variables: whether it could match a legal one.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the value, when no legal value could match it.
    #[cfg(feature = "check")]
    pub fn check_pattern(&self, value: &str) -> Result<(), GrammarError> {
        let mut fixed = 0_usize;
        let mut open = false;
        let mut rest = value.chars();
        while let Some(c) = rest.next() {
            match c {
                '*' => open = true,
                '?' => fixed += 1,
                '$' if rest.as_str().starts_with('{') => {
                    open = true;
                    if !rest.by_ref().any(|c| c == '}') {
                        return Ok(());
                    }
                }
                c if self.allows(c) => fixed += 1,
                c => return Err(GrammarError::Char(c)),
            }
        }
        if !open && fixed < usize::from(self.min) {
            return Err(GrammarError::Short);
        }
        if fixed > usize::from(self.max) {
            return Err(GrammarError::Long(fixed));
        }
        if !self.words.is_empty()
            && !value.contains('$')
            && !self
                .words
                .iter()
                .any(|word| glob::matches(value, word, false))
        {
            return Err(GrammarError::Word);
        }
        Ok(())
    }
}
