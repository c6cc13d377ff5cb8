//! The resource of one request.

use alloc::string::String;
use alloc::vec::Vec;

use super::automaton::{self, TooBig};
use super::language::{self, ANY_IN_FIELD, DIGIT, MANY_IN_FIELD, MANY_WORD, WORD};
use super::targets::{self, Targets};
use crate::evaluate::request::ActionName;

/// The resources of a region, with nothing left open.
pub(super) struct Resources {
    /// Whether every pattern that has to match can match anything.
    pub(super) possible: bool,
    /// Whether ARNs that cannot exist count too.
    pub(super) lenient: bool,
    pub(super) yes: Vec<Vec<u32>>,
    pub(super) no: Vec<Vec<u32>>,
}

impl Resources {
    /// Those of them that these patterns match too, and none of the others.
    pub(super) fn and(&self, yes: Vec<Vec<u32>>, no: &[Vec<u32>]) -> Self {
        let mut both = Self {
            possible: self.possible,
            lenient: self.lenient,
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
                let colons = |text: &str| text.bytes().filter(|byte| *byte == b':').count();
                let mut odd = None;
                for (tokens, plain) in forms {
                    let found = self.within(tokens, plain, steps)?;
                    // A name with a colon is less easy to recognize than another form.
                    match found {
                        Some(text) if colons(&text) > colons(plain) => odd = odd.or(Some(text)),
                        Some(text) => return Ok(Some(text)),
                        None => {}
                    }
                }
                Ok(odd.or_else(|| if *star { self.star() } else { None }))
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
        let Some(text) = self.find(universe, steps)? else {
            return Ok(None);
        };
        if self.lenient || is_possible(&text) {
            return Ok(Some(text));
        }
        // Only partitions, regions, and accounts that can exist.
        for universe in possible(universe) {
            if let Some(text) = self.find(&universe, steps)? {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }

    /// A resource of some form, with a usual partition, region, and account where these are in the region.
    fn find(&self, universe: &[u32], steps: &mut usize) -> Result<Option<String>, TooBig> {
        let mut yes: Vec<&[u32]> = self.yes.iter().map(Vec::as_slice).collect();
        yes.push(universe);
        let no: Vec<&[u32]> = self.no.iter().map(Vec::as_slice).collect();
        let Some(found) = automaton::find(&yes, &no, steps)? else {
            return Ok(None);
        };
        let text: String = found.into_iter().filter_map(char::from_u32).collect();
        let usual = targets::usual(&text).find(|usual| {
            let symbols: Vec<u32> = usual.chars().map(u32::from).collect();
            language::matches(universe, &symbols) && self.fits(usual)
        });
        Ok(Some(usual.unwrap_or(text)))
    }
}

/// Whether the partition, the region, and the account of an ARN can exist. Accounts of AWS itself are words.
fn is_possible(arn: &str) -> bool {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, partition, service, region, account, _] = fields[..] else {
        return true;
    };
    let is_word = |text: &str| {
        text.bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let is_partition = partition == "aws" || partition.starts_with("aws-") && is_word(partition);
    let is_region = match region.rsplit_once('-') {
        Some((name, number)) => {
            name.len() >= 2
                && is_word(name)
                && number.len() == 1
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        None => region.is_empty(),
    };
    let is_account = account.is_empty()
        || account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())
        || account.starts_with('a') && is_word(account);
    is_partition && !service.is_empty() && is_word(service) && is_region && is_account
}

/// The forms of the ARNs of a universe that can exist, the more usual ones first.
fn possible(universe: &[u32]) -> Vec<Vec<u32>> {
    let colon = u32::from(b':');
    let text = |text: &str| text.chars().map(u32::from).collect::<Vec<u32>>();
    let fields: Vec<&[u32]> = universe.splitn(6, |token| *token == colon).collect();
    let mut found: Vec<Vec<u32>> = alloc::vec![Vec::new()];
    for (number, field) in fields.iter().enumerate() {
        let is_open = matches!(field, [MANY_IN_FIELD] | [ANY_IN_FIELD, MANY_IN_FIELD]);
        let mut forms: Vec<Vec<u32>> = match number {
            1 if is_open => {
                let mut other = text("aws-");
                other.extend([WORD, MANY_WORD]);
                alloc::vec![text("aws"), other]
            }
            2 if is_open => alloc::vec![alloc::vec![WORD, MANY_WORD]],
            3 if is_open => alloc::vec![alloc::vec![WORD, WORD, MANY_WORD, u32::from(b'-'), DIGIT]],
            4 if is_open => {
                let mut own = text("a");
                own.push(MANY_WORD);
                alloc::vec![alloc::vec![DIGIT; 12], own]
            }
            _ => alloc::vec![field.to_vec()],
        };
        if is_open && matches!(field, [MANY_IN_FIELD]) {
            forms.push(Vec::new());
        }
        found = (found.iter())
            .flat_map(|before| {
                forms.iter().map(move |form| {
                    let mut all = before.clone();
                    if number > 0 {
                        all.push(colon);
                    }
                    all.extend(form);
                    all
                })
            })
            .collect();
    }
    found
}
