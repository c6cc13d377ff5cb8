//! `Condition`: operators, and condition keys under each.

use alloc::vec::Vec;

use super::reader::{At, Reader, Step, shortened};
use crate::document::{ConditionBlock, List, Place, Text, Value};
use crate::json::lex::Kind;

impl<'t> Reader<'t> {
    /// Nothing when the value cannot be read.
    pub(super) fn condition(&mut self, at: At) -> Step<Option<Vec<ConditionBlock<'t>>>> {
        if self.lexer.kind()? != Kind::Object {
            let path = at.path(&["Condition"]);
            let takes = "an object such as `{\"StringEquals\": {\"aws:SourceVpc\": ..}}`";
            self.mismatch(Place::Statement(at.s), path, "`Condition`", takes)?;
            return Ok(None);
        }
        self.lexer.open(b'{')?;
        let mut blocks = Vec::new();
        let mut go_on = !self.lexer.closes(b'}');
        while go_on {
            let (operator, span) = self.lexer.name()?;
            let b = blocks.len();
            self.places.put(Place::Operator(at.s, b), span);
            let keys = self.keys(at, b, &operator)?;
            blocks.push(ConditionBlock { operator, keys });
            go_on = self.lexer.more(b'}')?;
        }
        Ok(Some(blocks))
    }

    /// The condition keys under an operator, which is the `b`th of its statement.
    fn keys(&mut self, at: At, b: usize, operator: &str) -> Step<Vec<(Text<'t>, List<Value<'t>>)>> {
        let mut keys = Vec::new();
        if self.lexer.kind()? != Kind::Object {
            let path = at.path(&["Condition", operator]);
            let takes = "an object of condition keys such as `{\"aws:SourceVpc\": ..}`";
            self.mismatch(Place::Operator(at.s, b), path, &shortened(operator), takes)?;
            return Ok(keys);
        }
        self.lexer.open(b'{')?;
        let mut go_on = !self.lexer.closes(b'}');
        while go_on {
            let (key, span) = self.lexer.name()?;
            let k = keys.len();
            self.places.put(Place::Key(at.s, b, k), span);
            let values = self.values(at, b, k, operator, &key)?;
            keys.push((key, values));
            go_on = self.lexer.more(b'}')?;
        }
        Ok(keys)
    }
}
