//! The account of the resource of one request.

use alloc::string::String;
use alloc::vec::Vec;

use super::automaton::TooBig;
use super::language::any_arn;
use super::pick::Resources;
use super::targets::Targets;
use super::together::{Patterns, account_of, with_account};
use crate::catalogue::access::is_without_resource_account;
use crate::evaluate::request::ActionName;

/// How many combinations of patterns are tried.
const MOST_CHOICES: usize = 64;

/// What conditions say of the account of a resource.
pub(super) struct Ownership {
    /// The key, as a policy spells it.
    pub(super) name: String,
    /// Another key that has the same value.
    pub(super) also: Option<String>,
    /// The ARNs with such an account.
    pub(super) patterns: Patterns,
    /// Whether the conditions are as wanted when the request does not have the key.
    pub(super) may_lack: bool,
    /// Whether the request may have it.
    pub(super) may_have: bool,
    /// Its values, or none, where the ARN of the resource does not say it; `None` when there are none.
    pub(super) free: Option<Vec<String>>,
}

/// A resource, and the key with its value.
type Picked = Option<(String, Option<(String, Vec<String>)>)>;

impl Ownership {
    /// A resource for an action.
    pub(super) fn pick(
        &self,
        resources: &Resources,
        targets: &Targets,
        action: &str,
        steps: &mut usize,
    ) -> Result<Picked, TooBig> {
        let name = ActionName::from(action);
        if is_without_resource_account(name.service().as_bytes(), name.name().as_bytes()) {
            return match self.may_lack {
                true => Ok(resources
                    .pick(targets, action, steps)?
                    .map(|resource| (resource, None))),
                false => Ok(None),
            };
        }
        let arns = match targets {
            Targets::Star => None,
            Targets::Any => {
                let service = name.service();
                let plain = alloc::format!("arn:aws:{service}:us-east-1:123456789012:example");
                Some(Targets::Some {
                    forms: alloc::vec![(any_arn(), plain)],
                    star: false,
                    tail: None,
                })
            }
            Targets::Some { forms, tail, .. } => Some(Targets::Some {
                forms: forms.clone(),
                star: false,
                tail: *tail,
            }),
        };
        let value = |values: &Vec<String>| {
            (!values.is_empty()).then(|| (self.name.clone(), values.clone()))
        };
        if let Some(arns) = &arns {
            if self.may_have {
                for mut choice in self.choices()? {
                    choice.push(with_account(true));
                    let found = resources
                        .and(choice, &self.patterns.no)
                        .pick(arns, action, steps)?;
                    if let Some(resource) = found {
                        let account = account_of(&resource).map(String::from);
                        let values = alloc::vec![account.unwrap_or_default()];
                        return Ok(Some((resource, Some((self.name.clone(), values)))));
                    }
                }
            }
            if let Some(values) = &self.free {
                let without = alloc::vec![with_account(false)];
                let found = resources.and(without, &[]).pick(arns, action, steps)?;
                if let Some(resource) = found {
                    return Ok(Some((resource, value(values))));
                }
            }
        }
        let has_star = match targets {
            Targets::Star | Targets::Any => true,
            Targets::Some { star, .. } => *star,
        };
        Ok(match &self.free {
            Some(values) if has_star => resources
                .pick(&Targets::Star, action, steps)?
                .map(|resource| (resource, value(values))),
            Some(_) | None => None,
        })
    }

    /// One pattern of each list, in every way.
    fn choices(&self) -> Result<Vec<Vec<Vec<u32>>>, TooBig> {
        let mut found: Vec<Vec<Vec<u32>>> = alloc::vec![Vec::new()];
        for any in &self.patterns.yes {
            if found.len() * any.len() > MOST_CHOICES {
                return Err(TooBig);
            }
            found = (found.iter())
                .flat_map(|chosen| {
                    any.iter().map(move |pattern| {
                        let mut chosen = chosen.clone();
                        chosen.push(pattern.clone());
                        chosen
                    })
                })
                .collect();
        }
        Ok(found)
    }
}
