//! The resource of one request.

use alloc::string::String;
use alloc::vec::Vec;

use super::automaton::{self, TooBig};
use super::language::{self, ANY_IN_FIELD, DIGIT, MANY_IN_FIELD, MANY_WORD, WORD};
use super::targets::{self, Targets};
use super::together::in_region;
use crate::catalogue;
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
        let mut left = alloc::vec![universe.to_vec()];
        let mut elsewhere: Vec<Vec<u32>> = Vec::new();
        let mut is_whole = true;
        let mut odd = None;
        let mut tries = 0;
        while let Some(universe) = left.last() {
            if tries == MOST_FORMS {
                return Err(TooBig);
            }
            tries += 1;
            let Some(text) = self.find(universe, &elsewhere, steps)? else {
                left.pop();
                continue;
            };
            if self.lenient || is_possible(&text) {
                return Ok(Some(text));
            }
            // Only partitions, regions, and accounts that can exist.
            if is_whole {
                is_whole = false;
                left = possible(universe);
                continue;
            }
            let Some((partition, region)) = home(&text) else {
                // What cannot be is not told apart further.
                odd = odd.or(Some(text));
                left.pop();
                continue;
            };
            // The region is in another partition: there, or in another region.
            let there = in_partition(universe, partition, region);
            elsewhere.push(in_region(region));
            left.extend(there);
        }
        Ok(odd)
    }

    /// A resource of some form, with a usual partition, region, and account where these are in the region.
    fn find(
        &self,
        universe: &[u32],
        elsewhere: &[Vec<u32>],
        steps: &mut usize,
    ) -> Result<Option<String>, TooBig> {
        let mut yes: Vec<&[u32]> = self.yes.iter().map(Vec::as_slice).collect();
        yes.push(universe);
        // Where the region of the universe is given, it is meant.
        let is_given = |region: &Vec<u32>| language::covers(region, universe);
        let no: Vec<&[u32]> = (self.no.iter())
            .chain(elsewhere.iter().filter(|region| !is_given(region)))
            .map(Vec::as_slice)
            .collect();
        let Some(found) = automaton::find(&yes, &no, steps)? else {
            return Ok(None);
        };
        let text: String = found.into_iter().filter_map(char::from_u32).collect();
        let usual = targets::usual(&text).find(|usual| {
            let symbols: Vec<u32> = usual.chars().map(u32::from).collect();
            is_possible(usual) && language::matches(universe, &symbols) && self.fits(usual)
        });
        Ok(Some(usual.unwrap_or(text)))
    }
}

/// How many forms of ARNs are looked at for one that can exist.
const MOST_FORMS: usize = 64;

/// The partition that has the region of an ARN, and the region, where the ARN is of another partition.
fn home(arn: &str) -> Option<(&'static str, &'static str)> {
    let mut fields = arn.split(':').skip(1);
    let (partition, region) = (fields.next()?, fields.nth(1)?);
    (catalogue::partitions().iter()).find_map(|home| {
        let region = home.regions.iter().find(|known| known.name == region)?;
        (home.name != partition).then_some((home.name, region.name))
    })
}

/// The ARNs of a universe in a region of a partition, where it leaves both open.
fn in_partition(universe: &[u32], partition: &str, region: &str) -> Option<Vec<u32>> {
    let colon = u32::from(b':');
    let mut fields: Vec<Vec<u32>> = (universe.splitn(6, |token| *token == colon))
        .map(<[u32]>::to_vec)
        .collect();
    for (number, text) in [(1, partition), (3, region)] {
        let field = fields.get_mut(number)?;
        let text: Vec<u32> = text.chars().map(u32::from).collect();
        if *field != text && field.iter().all(|token| language::is_fixed(*token)) && number == 3 {
            return None;
        }
        *field = text;
    }
    Some(fields.join(&colon))
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
            name.contains('-')
                && name.len() >= 4
                && is_word(name)
                && number.len() == 1
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        // Some services have resources of no region under this name.
        None => region.is_empty() || region == "global",
    };
    let is_account = account.is_empty()
        || account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())
        || account.starts_with('a') && is_word(account);
    is_partition
        && !service.is_empty()
        && is_word(service)
        && is_region
        && is_account
        && home(arn).is_none()
}

/// The forms of the ARNs of a universe that can exist, the more usual ones last.
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
            3 if is_open => {
                let hyphen = u32::from(b'-');
                let region = alloc::vec![
                    WORD, WORD, MANY_WORD, hyphen, WORD, MANY_WORD, hyphen, DIGIT
                ];
                alloc::vec![region, text("global")]
            }
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
    found.reverse();
    found
}
