//! The resource of one request.

use alloc::string::String;
use alloc::vec::Vec;

use super::automaton::{self, TooBig};
use super::language;
use super::targets::{self, Targets};
use crate::evaluate::request::ActionName;

/// The resources of a region, with nothing left open.
pub(super) struct Resources {
    /// Whether every pattern that has to match can match anything.
    pub(super) possible: bool,
    pub(super) yes: Vec<Vec<u32>>,
    pub(super) no: Vec<Vec<u32>>,
}

impl Resources {
    /// Those of them that these patterns match too, and none of the others.
    pub(super) fn and(&self, yes: Vec<Vec<u32>>, no: &[Vec<u32>]) -> Self {
        let mut both = Self {
            possible: self.possible,
            yes: self.yes.clone(),
            no: self.no.clone(),
        };
        both.yes.extend(yes);
        both.no.extend_from_slice(no);
        both
    }

    pub(super) fn fits(&self, text: &str) -> bool {
        let text: Vec<u32> = text.chars().map(u32::from).collect();
        self.yes
            .iter()
            .all(|pattern| language::matches(pattern, &text))
            && !self
                .no
                .iter()
                .any(|pattern| language::matches(pattern, &text))
    }

    /// A resource for an action.
    pub(super) fn pick(
        &self,
        targets: &Targets,
        action: &str,
        steps: &mut usize,
    ) -> Result<Option<String>, TooBig> {
        match targets {
            Targets::Star => Ok(self.star()),
            Targets::Any => {
                let service = ActionName::from(action).service();
                let plain = alloc::format!("arn:aws:{service}:us-east-1:123456789012:example");
                let found = self.within(&language::any_arn(), &plain, steps)?;
                Ok(found.or_else(|| self.star()))
            }
            Targets::Some { forms, star, .. } => {
                for (tokens, plain) in forms {
                    let found = self.within(tokens, plain, steps)?;
                    if found.is_some() {
                        return Ok(found);
                    }
                }
                Ok(if *star { self.star() } else { None })
            }
        }
    }

    fn star(&self) -> Option<String> {
        self.fits("*").then(|| String::from("*"))
    }

    /// A resource of some form, the plain one where that is in the region.
    pub(super) fn within(
        &self,
        universe: &[u32],
        plain: &str,
        steps: &mut usize,
    ) -> Result<Option<String>, TooBig> {
        if self.fits(plain) {
            return Ok(Some(String::from(plain)));
        }
        let mut yes: Vec<&[u32]> = self.yes.iter().map(Vec::as_slice).collect();
        yes.push(universe);
        let no: Vec<&[u32]> = self.no.iter().map(Vec::as_slice).collect();
        let Some(found) = automaton::find(&yes, &no, steps)? else {
            return Ok(None);
        };
        let text: String = found.into_iter().filter_map(char::from_u32).collect();
        let plain = targets::plain(&text);
        let kept = self.fits(&plain);
        Ok(Some(if kept { plain } else { text }))
    }
}
