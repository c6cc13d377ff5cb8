//! What is promised of policies, and whether it holds.

use rekognition_iam_runtime::compare::{Grantee, Guarantee, Set};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::evaluate::Attached;

use crate::json_text::write_string;
use crate::report::witness::{write_unsettled, write_witness};

/// What guarantees are about.
#[derive(Debug)]
pub(super) enum Subject {
    /// One document, taken alone.
    Alone(Attached<'static>),
    /// Policies that apply together.
    Together(Set<'static>),
}

impl Subject {
    /// Whether some document says who gets access.
    fn names_grantees(&self) -> bool {
        let grants = |attached: &Attached<'_>| {
            matches!(
                attached.kind(),
                PolicyKind::Resource | PolicyKind::RoleTrust | PolicyKind::Project
            )
        };
        match self {
            Self::Alone(attached) => grants(attached),
            Self::Together(set) => set.documents().iter().any(grants),
        }
    }
}

/// A guarantee.
#[derive(Debug, Clone)]
pub(super) enum Promise {
    Never {
        action: String,
        /// Any, where there is none.
        resource: Option<String>,
    },
    OnlyOn(Vec<String>),
    NoWiderThan {
        name: String,
        baseline: Attached<'static>,
    },
    NothingOf {
        actions: Vec<String>,
        resources: Vec<String>,
    },
    NoPublic,
    OnlyTo(Vec<(String, Grantee)>),
}

impl Promise {
    /// The guarantee in words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Never { action, resource } => match resource {
                None => format!("never {action}"),
                Some(resource) => format!("never {action} on {resource}"),
            },
            Self::OnlyOn(resources) => format!("only on {}", resources.join(" or ")),
            Self::NoWiderThan { name, .. } => format!("no wider than {name}"),
            Self::NothingOf { actions, resources } => {
                let mut words = String::from("grants nothing of ");
                words.push_str(&if actions.is_empty() {
                    "any action".to_string()
                } else {
                    actions.join(", ")
                });
                if !resources.is_empty() {
                    words.push_str(" on ");
                    words.push_str(&resources.join(" or "));
                }
                words
            }
            Self::NoPublic => "no public access".to_string(),
            Self::OnlyTo(grantees) => {
                let names: Vec<&str> = grantees.iter().map(|(name, _)| name.as_str()).collect();
                format!("only to {}", names.join(" or "))
            }
        }
    }

    /// Whether it can be asked of these policies.
    pub(super) fn is_about(&self, subject: &Subject) -> bool {
        match self {
            Self::NoPublic | Self::OnlyTo(_) => subject.names_grantees(),
            Self::Never { .. }
            | Self::OnlyOn(_)
            | Self::NoWiderThan { .. }
            | Self::NothingOf { .. } => true,
        }
    }

    /// Whether it holds; an error when the policies cannot be asked this.
    pub(super) fn ask(&self, subject: &Subject) -> Result<Guarantee, String> {
        if !self.is_about(subject) {
            return Err(format!(
                "`{}` applies to resource policies and trust policies, but none was given; add one with the kind `resource`, `role-trust`, or `project`",
                self.words()
            ));
        }
        Ok(match (self, subject) {
            (Self::Never { action, resource }, subject) => {
                let resource = resource.as_deref().unwrap_or("*");
                match subject {
                    Subject::Alone(attached) => attached.program().never(action, resource),
                    Subject::Together(set) => set.never(action, resource),
                }
            }
            (Self::OnlyOn(resources), Subject::Alone(attached)) => {
                attached.program().only_on(&texts(resources))
            }
            (Self::OnlyOn(resources), Subject::Together(set)) => set.only_on(&texts(resources)),
            (Self::NoWiderThan { baseline, .. }, Subject::Alone(attached)) => {
                attached.program().no_wider_than(baseline.program())
            }
            (Self::NoWiderThan { baseline, .. }, Subject::Together(set)) => {
                set.no_wider_than(&Set::new().with(baseline.clone()))
            }
            (Self::NothingOf { actions, resources }, Subject::Alone(attached)) => attached
                .program()
                .grants_nothing_of(&texts(actions), &texts(resources)),
            (Self::NothingOf { actions, resources }, Subject::Together(set)) => {
                set.grants_nothing_of(&texts(actions), &texts(resources))
            }
            (Self::NoPublic, Subject::Alone(attached)) => {
                Set::new().with(attached.clone()).no_public_access()
            }
            (Self::NoPublic, Subject::Together(set)) => set.no_public_access(),
            (Self::OnlyTo(grantees), subject) => {
                let grantees: Vec<Grantee> = grantees
                    .iter()
                    .map(|(_, grantee)| grantee.clone())
                    .collect();
                match subject {
                    Subject::Alone(attached) => {
                        Set::new().with(attached.clone()).only_to(&grantees)
                    }
                    Subject::Together(set) => set.only_to(&grantees),
                }
            }
        })
    }
}

fn texts(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

/// `"result":..,"by":..`
pub(super) fn write_result(out: &mut String, guarantee: &Guarantee) {
    out.push_str("\"result\":\"");
    out.push_str(name(guarantee));
    out.push_str("\",\"by\":");
    match guarantee {
        Guarantee::Holds => out.push_str("null"),
        Guarantee::Broken(witness) => write_witness(out, witness),
        Guarantee::Unknown(reason) => write_unsettled(out, reason),
    }
}

/// `{"guarantee":..,"result":..,"by":..}`
pub(super) fn write(out: &mut String, promise: &Promise, guarantee: &Guarantee) {
    out.push_str("{\"guarantee\":");
    write_string(out, &promise.words());
    out.push(',');
    write_result(out, guarantee);
    out.push('}');
}

/// The same with the place of the policy, and with why nobody can say what the policy grants.
pub(super) fn write_at(
    out: &mut String,
    place: &str,
    promise: &Promise,
    answer: &Result<Guarantee, &str>,
) {
    out.push_str("{\"guarantee\":");
    write_string(out, &promise.words());
    if !place.is_empty() {
        out.push_str(",\"policy\":");
        write_string(out, place);
    }
    match answer {
        Ok(guarantee) => {
            out.push(',');
            write_result(out, guarantee);
        }
        Err(error) => {
            out.push_str(",\"result\":\"unknown\",\"by\":{\"unknown\":");
            write_string(out, error);
            out.push_str(",\"cause\":\"before_deployment\",\"key\":null}");
        }
    }
    out.push('}');
}

/// `holds`, `broken` or `unknown`.
pub(super) fn name(guarantee: &Guarantee) -> &'static str {
    match guarantee {
        Guarantee::Holds => "holds",
        Guarantee::Broken(_) => "broken",
        Guarantee::Unknown(_) => "unknown",
    }
}
