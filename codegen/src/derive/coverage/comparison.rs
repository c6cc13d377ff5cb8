//! Calls against policies, in both directions, and the marks in the source that accept what is not in step.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::LineColumn;
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::document::Effect;
use rekognition_iam_runtime::glob;
use rekognition_iam_runtime::invisible::is_invisible;

use super::declared::{Declared, DeclaredStatement};
use super::fix::{Missing, Removal};
use crate::derive::call::{SdkCall, Unfollowed};
use crate::derive::marks::{self, Accepts, Mark};
use crate::derive::needs::{self, Arg, Grant, Perhaps, Resource};
use crate::derive::reach;
use crate::derive::value::Value;
use crate::export::Problem;

/// An action on a resource that a call needs.
pub(super) struct Need<'c> {
    call: &'c SdkCall,
    pub(super) grant: Grant,
    /// `rekognition:IndexFaces`
    pub(super) action: String,
    resources: Vec<(String, Resource)>,
}

/// Condition keys of S3 that a call gives by setters of these names. See
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/list_amazons3.html>.
const KEYS: [(&str, &str); 2] = [("s3:prefix", "prefix"), ("s3:delimiter", "delimiter")];

impl Need<'_> {
    /// The values that the call gives a condition key, when all of them are known.
    pub(super) fn values_of(&self, key: &str) -> Option<Vec<&str>> {
        let (_, setter) = KEYS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(key))?;
        let is_own = (self.grant.service, self.grant.action) == ("s3", "ListBucket");
        if !is_own || !self.call.always_sets(setter) {
            return None;
        }
        (self.call.given(setter))
            .flat_map(Value::alternatives)
            .map(|value| match value {
                Value::Text(text) => Some(&**text),
                _ => None,
            })
            .collect()
    }

    /// What the call needs if what it names is in a path, as roles and users of IAM are: a call has only the name.
    pub(super) fn in_a_path(&self, needed: &str) -> Option<String> {
        needs::any_path(self.call, &self.grant).then(|| reach::in_some_path(needed))
    }
}

/// What AWS checks a grant's action against: the resource, or of an action without resource types what is on record.
fn checked(call: &SdkCall, grant: &Grant, resource: &Resource) -> String {
    let pseudo = match resource {
        Resource::Any => catalogue::pseudo_resource(grant.service, grant.action),
        Resource::Built { .. } | Resource::Text(_) | Resource::Open(_) => None,
    };
    let evaluated = pseudo.and_then(|pseudo| {
        reach::evaluated(pseudo, |name| match name {
            "Partition" => Some("aws".to_owned()),
            // A request without a prefix lists everything below the root.
            "PathPrefix" if !call.sets("path_prefix") => Some("/".to_owned()),
            _ => None,
        })
    });
    evaluated.unwrap_or_else(|| reach::needed(&needs::in_request(grant, resource)))
}

/// A text of the program without characters that act on a terminal or hide others.
fn visible(text: &str) -> String {
    (text.chars())
        .map(|c| match c.is_control() || is_invisible(c) {
            true => c.escape_unicode().to_string(),
            false => c.to_string(),
        })
        .collect()
}

/// Whether something is known of a value that is not known in full.
fn has_shape(resource: &Resource) -> bool {
    match resource {
        Resource::Built { args, .. } => {
            (args.iter()).any(|arg| matches!(arg, Arg::Open { like: Some(_), .. }))
        }
        Resource::Any | Resource::Text(_) | Resource::Open(_) => false,
    }
}

pub(super) struct Comparison {
    /// By file: its marks, and whether each was of use.
    pub(super) marks: BTreeMap<String, Vec<(Mark, bool)>>,
    pub(super) problems: Vec<Problem>,
    pub(super) accepted: Vec<String>,
    pub(super) unfollowed: Vec<Unfollowed>,
    pub(super) removals: Vec<Removal>,
    pub(super) missing: Vec<Missing>,
    /// What calls may need in addition, by something that the program does not show.
    pub(super) perhaps: Vec<Perhaps>,
    /// The files of the packages themselves, not of their dependencies.
    pub(super) own: BTreeSet<String>,
    /// Whether there may be calls that are not seen.
    pub(super) unseen: bool,
}

impl Comparison {
    /// Reads the exceptions of a file. If it is not one of the packages', it may be of use to others as it is: only what it
    /// accepts counts.
    pub(super) fn read_marks(&mut self, file: &str, text: &str, is_own: bool) {
        if self.marks.contains_key(file) {
            return;
        }
        let (marks, malformed) = marks::marks(text);
        if is_own {
            self.own.insert(file.to_owned());
        }
        for malformed in malformed.into_iter().filter(|_| is_own) {
            self.problems
                .push(Problem::new(file, malformed.message).line_column(malformed.line, 1));
        }
        let marks = marks.into_iter().map(|mark| (mark, false)).collect();
        self.marks.insert(file.to_owned(), marks);
    }

    /// Whether a mark accepts this, at one of these lines.
    fn accepts(&mut self, file: &str, accepts: Accepts, lines: &[usize]) -> bool {
        let marks = self.marks.get_mut(file);
        let found = marks
            .into_iter()
            .flatten()
            .find(|(mark, _)| mark.accepts == accepts && lines.contains(&mark.target));
        let Some((mark, used)) = found else {
            return false;
        };
        if !std::mem::replace(used, true) {
            let (line, word) = (mark.line, accepts.word());
            self.accepted
                .push(format!("{file}:{line}: {word}: {}", mark.reason));
        }
        true
    }

    pub(super) fn unused_marks(&mut self) {
        for (file, marks) in self
            .marks
            .iter()
            .filter(|(file, _)| self.own.contains(*file))
        {
            for (mark, _) in marks.iter().filter(|(_, used)| !used) {
                self.problems.push(
                    Problem::new(
                        file,
                        format!(
                            "this exception is not needed: nothing is {} here",
                            mark.accepts.word()
                        ),
                    )
                    .line_column(mark.line, 1)
                    .help("remove the comment"),
                );
            }
        }
    }

    pub(super) fn needs<'c>(&mut self, calls: &'c [SdkCall]) -> Vec<Need<'c>> {
        let mut all = Vec::new();
        for call in calls {
            let needs = needs::of(call);
            self.unfollowed
                .extend(needs.unsure.into_iter().map(|text| Unfollowed {
                    file: call.file.clone(),
                    line: call.line,
                    column: call.column,
                    text,
                }));
            for perhaps in needs.perhaps {
                if !self.perhaps.contains(&perhaps) {
                    self.perhaps.push(perhaps);
                }
            }
            all.extend(needs.grants.into_iter().map(|grant| {
                Need {
                    call,
                    action: format!("{}:{}", grant.service, grant.action),
                    resources: (grant.resources.iter())
                        .map(|resource| (checked(call, &grant, resource), resource.clone()))
                        .collect(),
                    grant,
                }
            }));
        }
        all
    }

    /// Whether some policy allows what a call needs, and none denies it.
    pub(super) fn covered(&mut self, need: &Need<'_>, policies: &[Declared]) {
        for (needed, resource) in &need.resources {
            let statements = || {
                policies.iter().flat_map(|policy| {
                    (policy.statements.iter()).map(move |statement| (policy, statement))
                })
            };
            let denied = statements().find(|(_, statement)| statement.denies(need, needed));
            let allowed = statements().any(|(_, statement)| statement.allows(need, needed));
            if allowed && denied.is_none() {
                continue;
            }
            let call = need.call;
            if self.accepts(&call.file, Accepts::Uncovered, &[call.line, call.statement]) {
                continue;
            }
            let on = match resource {
                Resource::Any => "`*`".to_owned(),
                // What is known of a value says why no policy allows it.
                resource if has_shape(resource) => {
                    format!("`{}`", visible(&reach::starred(needed)))
                }
                resource => format!("`{}`", reach::shown(resource)),
            };
            let purpose = need
                .grant
                .purpose
                .map_or(String::new(), |purpose| format!(", {purpose}"));
            let what = format!(
                "`{}` needs `{}` on {on}{purpose}",
                call.op.method, need.action
            );
            let problem = match denied {
                Some((policy, statement)) => Problem::new(
                    &call.file,
                    format!(
                        "{what}, and statement {} of `{}` denies it, at {}:{}",
                        statement.number + 1,
                        policy.name,
                        policy.file,
                        statement.head.line
                    ),
                ),
                None => Problem::new(&call.file, format!("{what}, and no policy allows it")),
            };
            self.problems
                .push(problem.line_column(call.line, call.column));
            if denied.is_none() {
                let mut grant = need.grant.clone();
                grant.resources = vec![resource.clone()];
                let what = match grant.purpose {
                    Some(purpose) => format!("{}, {purpose}", call.op.method),
                    None => call.op.method.to_owned(),
                };
                self.missing.push(Missing {
                    grant,
                    site: (call.file.clone(), call.line, what),
                });
            }
        }
    }

    /// Whether each grant of a policy is used.
    pub(super) fn used(&mut self, policy: &Declared, needs: &[Need<'_>]) {
        for statement in &policy.statements {
            if statement.statement.effect == Effect::Allow {
                self.used_statement(policy, statement, needs);
            }
        }
    }

    fn used_statement(
        &mut self,
        policy: &Declared,
        statement: &DeclaredStatement,
        needs: &[Need<'_>],
    ) {
        let reached: Vec<&Need<'_>> = (needs.iter())
            .filter(|need| {
                (need.resources.iter()).any(|(needed, _)| statement.allows(need, needed))
            })
            .collect();
        let mut problems = Vec::new();
        let no_call = match self.unseen {
            true => "no call that was followed uses it",
            false => NO_CALL,
        };
        let perhaps: Vec<&Perhaps> = (self.perhaps.iter())
            .filter(|perhaps| statement.may_serve(perhaps))
            .collect();
        let used_at_all =
            unused_actions(statement, &reached, needs, &perhaps, no_call, &mut problems);
        let actions = problems.len();
        // Of a statement that nothing uses, its actions tell; of one that a call may need, nobody knows on which resources.
        let kept = match used_at_all && perhaps.is_empty() {
            true => unused_resources(statement, &reached, no_call, &mut problems),
            false => BTreeSet::new(),
        };
        for (number, (at, what, why)) in problems.into_iter().enumerate() {
            let lines = [at.line, statement.head.line];
            if self.accepts(&policy.file, Accepts::Unused, &lines) {
                continue;
            }
            let removable = match number < actions {
                true => !statement.statement.actions.not,
                // An expression that makes several resources stays when one of them is used.
                false => !kept.contains(&(at.line, at.column)),
            };
            // A call that is not seen may use it.
            if policy.in_rust && removable && !self.unseen {
                self.removals.push(Removal {
                    file: policy.file.clone(),
                    at: if used_at_all { at } else { statement.head },
                });
            }
            let (number, name) = (statement.number + 1, &policy.name);
            let message = format!("unused: {what} in statement {number} of `{name}`: {why}");
            let help = match policy.in_rust {
                true => "remove it, or accept it: `// rekognition-iam: allow unused, REASON`",
                false => "remove it",
            };
            self.problems
                .push(Problem::new(&policy.file, message).at(at).help(help));
        }
    }
}

/// Where a grant stands that is not used, what it is, and why it is treated as unused.
type Unused = (LineColumn, String, &'static str);

const NO_CALL: &str = "no call uses it";

/// Notes the actions of a statement that no call which reaches it needs, and says whether any is needed.
fn unused_actions(
    statement: &DeclaredStatement,
    reached: &[&Need<'_>],
    needs: &[Need<'_>],
    perhaps: &[&Perhaps],
    no_call: &'static str,
    problems: &mut Vec<Unused>,
) -> bool {
    let names_it = |names: &[&str], need: &Need<'_>| {
        names
            .iter()
            .any(|name| glob::matches(name, &need.action, true))
    };
    let not = statement.statement.actions.not;
    let mut used_at_all = false;
    for (at, names) in statement.origins() {
        let may_name = |perhaps: &&Perhaps| {
            (names.iter()).any(|name| {
                reach::overlaps(
                    &name.to_ascii_lowercase(),
                    &perhaps.action.to_ascii_lowercase(),
                )
            })
        };
        let used = if not {
            !reached.is_empty() || !perhaps.is_empty()
        } else {
            reached.iter().any(|need| names_it(&names, need)) || perhaps.iter().any(may_name)
        };
        used_at_all |= used;
        if used {
            continue;
        }
        let what = match names.as_slice() {
            [only] if !not => format!("`{only}`"),
            [_, ..] if !not => format!("a group of {} actions", names.len()),
            _ => "everything but a list of actions".to_owned(),
        };
        let elsewhere = !not && needs.iter().any(|need| names_it(&names, need));
        let why = if elsewhere {
            "calls use it on other resources or under other conditions"
        } else {
            no_call
        };
        problems.push((at, what, why));
    }
    used_at_all
}

/// Notes the resources of a statement that no call which reaches it needs, and gives the places of those that are needed: line
/// and column.
fn unused_resources(
    statement: &DeclaredStatement,
    reached: &[&Need<'_>],
    no_call: &'static str,
    problems: &mut Vec<Unused>,
) -> BTreeSet<(usize, usize)> {
    let mut kept = BTreeSet::new();
    if (statement.statement.resources.as_ref()).is_none_or(|resources| resources.not) {
        return kept;
    }
    for (pattern, at) in statement.patterns.iter().zip(&statement.resources) {
        let uses = |need: &&Need<'_>| {
            (need.resources.iter()).any(|(needed, _)| {
                reach::may_match(pattern, needed)
                    || (need.in_a_path(needed))
                        .is_some_and(|needed| reach::may_match(pattern, &needed))
            })
        };
        if reached.iter().any(uses) {
            kept.insert((at.line, at.column));
        } else {
            problems.push((*at, format!("the resource `{pattern}`"), no_call));
        }
    }
    kept
}
