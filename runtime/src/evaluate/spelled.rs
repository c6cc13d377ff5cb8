//! Operators as documents spell them.

use crate::{Operator, SetOperator};

/// An operator as a document spells it.
pub(crate) struct Spelled {
    pub(crate) set: Option<SetOperator>,
    pub(crate) operator: Operator,
    pub(crate) if_exists: bool,
}

impl Spelled {
    /// Reads `ForAllValues:StringEqualsIfExists`, whatever the case.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (set, name) = match text.split_once(':') {
            Some((set, name)) => {
                let set = [SetOperator::ForAllValues, SetOperator::ForAnyValue]
                    .into_iter()
                    .find(|known| known.name().eq_ignore_ascii_case(set))?;
                (Some(set), name)
            }
            None => (None, text),
        };
        let find = |name: &str| {
            Operator::ALL
                .into_iter()
                .find(|operator| operator.name().eq_ignore_ascii_case(name))
        };
        if let Some(operator) = find(name) {
            return Some(Self {
                set,
                operator,
                if_exists: false,
            });
        }
        let at = name.len().checked_sub("IfExists".len())?;
        let (name, suffix) = (name.get(..at)?, name.get(at..)?);
        let operator = find(name)?;
        (suffix.eq_ignore_ascii_case("IfExists") && operator != Operator::Null).then_some(Self {
            set,
            operator,
            if_exists: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_read() {
        let spelled = |text| {
            Spelled::read(text).map(|spelled| (spelled.set, spelled.operator, spelled.if_exists))
        };
        assert_eq!(
            spelled("ForAllValues:StringLikeIfExists"),
            Some((Some(SetOperator::ForAllValues), Operator::StringLike, true))
        );
        assert_eq!(spelled("null"), Some((None, Operator::Null, false)));
        for wrong in [
            "",
            "NullIfExists",
            "StringEqualsIfexist",
            "ForNone:Bool",
            "IfExists",
            "é",
        ] {
            assert!(spelled(wrong).is_none(), "{wrong}");
        }
    }
}
