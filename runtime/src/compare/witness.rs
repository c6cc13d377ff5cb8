//! A request that shows a difference.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::unsettled::Assumed;
use crate::evaluate::principal::Maker;
use crate::evaluate::request::{Absent, ActionName, Entry, Key, RequestRef, Values};
use crate::evaluate::target::Checked;
use crate::evaluate::{Program, Verdict};

/// A concrete request: what shows that one document allows something that another does not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Witness {
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) principal: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) context: Vec<(String, Vec<String>)>,
    pub(crate) assumed: Vec<Assumed>,
    /// The resource is what AWS compares, not what a request names.
    pub(crate) compared: bool,
}

impl Witness {
    /// The action, as `service:Name`.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The resource: an ARN or `*`.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// Who asks, when that makes a difference.
    #[must_use]
    pub fn principal(&self) -> Option<&str> {
        self.principal.as_deref()
    }

    /// The account that owns the resource, when its ARN does not say it and it makes a difference.
    #[must_use]
    pub fn resource_account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// The condition keys that the request has, with their values. It has no others that a policy asks for.
    #[must_use]
    pub fn context(&self) -> &[(String, Vec<String>)] {
        &self.context
    }

    /// What the difference relies on and AWS does not document; mostly nothing.
    #[must_use]
    pub fn assumed(&self) -> &[Assumed] {
        &self.assumed
    }

    /// What the document says to the request.
    #[must_use]
    pub fn evaluate(&self, program: &Program<'_>) -> Verdict {
        self.with_request(|request| program.evaluate_ref(request).verdict())
    }

    /// Hands out the request.
    pub fn with_request<T>(&self, read: impl FnOnce(RequestRef<'_>) -> T) -> T {
        let values: Vec<Vec<&str>> = self
            .context
            .iter()
            .map(|(_, values)| values.iter().map(String::as_str).collect())
            .collect();
        let entries: Vec<Entry<'_>> = self
            .context
            .iter()
            .zip(&values)
            .map(|((key, _), values)| Entry::new(Key::named(key), Values::Many(values)))
            .collect();
        let action = ActionName::from(self.action.as_str());
        let tail = match self.compared {
            true => None,
            false => Checked::of(action).target(&self.resource).tail,
        };
        read(RequestRef {
            action,
            resource: &self.resource,
            open: false,
            tail,
            absent: Absent::Missing,
            principal: self.principal.as_deref(),
            maker: Maker::Namesake,
            account: self.account.as_deref(),
            context: &entries,
            assumed: &[],
        })
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.action, self.resource)?;
        if let Some(principal) = &self.principal {
            write!(f, " by {principal}")?;
        }
        if let Some(account) = &self.account {
            write!(f, ", a resource of account {account},")?;
        }
        for (number, (key, values)) in self.context.iter().enumerate() {
            f.write_str(if number == 0 { " with " } else { ", " })?;
            write!(f, "{key} = ")?;
            match values.as_slice() {
                [one] => write!(f, "\"{one}\"")?,
                several => {
                    f.write_str("[")?;
                    for (number, value) in several.iter().enumerate() {
                        write!(f, "{}\"{value}\"", if number == 0 { "" } else { ", " })?;
                    }
                    f.write_str("]")?;
                }
            }
        }
        for assumed in &self.assumed {
            write!(f, ", if {assumed}")?;
        }
        Ok(())
    }
}
