//! Policies that apply together.

use alloc::string::String;
use alloc::vec::Vec;

use super::Comparison;
use super::effective::{Effective, Inquiry, Side};
use super::guarantee::{Guarantee, about, or_any};
use super::search::Steps;
use crate::document::{Document, Effect, Element, List, PolicyKind, Statement, Text};
use crate::evaluate::ways::Aim;
use crate::evaluate::{Attached, Decision, Program, Request, evaluate};

/// The policies that apply to a request together, for questions about the access that they grant as a whole.
///
/// A set combines policies in the same way as [`evaluate`](crate::evaluate::evaluate()): identity policies, the policy of the resource or the trust policy of the role, a permissions boundary, session
/// policies, service control policies by level, resource control policies, and the policy of a VPC endpoint. See
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::compare::{Set, compare_sets};
/// use rekognition_iam::evaluate::Program;
/// use rekognition_iam::json;
///
/// let program = |text: &str| Program::compile(&json::parse(text, &json::Limits::default()).document);
/// let all = program(r#"{"Statement": {"Effect": "Allow", "Action": "rekognition:*", "Resource": "*"}}"#);
/// let detect = program(r#"{"Statement": {"Effect": "Allow", "Action": "rekognition:Detect*", "Resource": "*"}}"#);
///
/// let open = Set::new().identity(all);
/// assert!(!open.never("rekognition:Delete*", "*").holds());
/// let bounded = open.clone().boundary(detect);
/// assert!(bounded.never("rekognition:Delete*", "*").holds());
/// assert_eq!(compare_sets(&open, &bounded).relation().name(), "narrower");
/// ```
///
/// **What counts.** Only access that a statement of the set grants counts. Access without any statement does not: that of the root
/// user of an account, and operations that need no permission, such as `sts:GetCallerIdentity`.
///
/// **Callers.** Without [`principal`](Self::principal), questions are about every caller: the principals in its policies, others in
/// their accounts, callers in another account, services, and anonymous callers. The identity policies of a set never belong to
/// a service-linked role, because nobody can attach a policy to one.
///
/// **Without identity policies**, the callers' own policies are assumed to allow everything. A set with only service control policies
/// then grants everything that they do not deny, and a set with a resource policy grants what that policy allows. A comparison also
/// assumes that they allow nothing, and reports a difference in either case.
///
/// **Accounts.** A resource of another account needs both an identity policy and the resource policy. Its owner is the
/// account of its ARN or [`resource_account`](Self::resource_account). If neither is known, a guarantee assumes that the resource is
/// in the caller's account, which grants the most; a comparison considers both cases.
#[derive(Debug, Clone, Default)]
pub struct Set<'p> {
    documents: Vec<Attached<'p>>,
    principal: Option<String>,
    owner: Option<String>,
}

impl<'p> Set<'p> {
    /// A set without any policies.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            documents: Vec::new(),
            principal: None,
            owner: None,
        }
    }

    /// Adds a policy of any kind. A service control policy can have a level of the organization.
    #[must_use]
    pub fn with(mut self, document: Attached<'p>) -> Self {
        self.documents.push(document);
        self
    }

    /// Adds an identity policy.
    #[must_use]
    pub fn identity(self, program: Program<'p>) -> Self {
        self.with(Attached::new(PolicyKind::Identity, program))
    }

    /// Adds a policy of the resource.
    #[must_use]
    pub fn resource(self, program: Program<'p>) -> Self {
        self.with(Attached::new(PolicyKind::Resource, program))
    }

    /// Adds a permissions boundary.
    #[must_use]
    pub fn boundary(self, program: Program<'p>) -> Self {
        self.with(Attached::new(PolicyKind::PermissionsBoundary, program))
    }

    /// Restricts questions to one caller: the ARN of a user, a role, or a session, an account, a service, or `*` for an anonymous
    /// caller.
    #[must_use]
    pub fn principal(mut self, principal: &str) -> Self {
        self.principal = Some(String::from(principal));
        self
    }

    /// The account that owns the resources.
    #[must_use]
    pub fn resource_account(mut self, account: &str) -> Self {
        self.owner = Some(String::from(account));
        self
    }

    /// The policies.
    #[must_use]
    pub fn documents(&self) -> &[Attached<'p>] {
        &self.documents
    }

    /// The same question about other policies.
    pub(super) fn replaced<'q>(
        &self,
        documents: impl IntoIterator<Item = Attached<'q>>,
    ) -> Set<'q> {
        Set {
            documents: documents.into_iter().collect(),
            principal: self.principal.clone(),
            owner: self.owner.clone(),
        }
    }

    /// Evaluates a request with all policies of the set.
    pub fn evaluate<'a>(&'a self, request: &'a Request<'a>) -> Decision<'a> {
        evaluate(&self.documents, request)
    }

    /// Whether the set never grants an action of this pattern on a resource of this one.
    ///
    /// `*` and `?` are wildcards in both; `*` for the resource means any. A guarantee that no policy could break, such as one about a
    /// misspelled action, is [`Unknown`](Guarantee::Unknown) with [`Obstacle::Unlisted`](super::Obstacle::Unlisted) or
    /// [`Obstacle::Impossible`](super::Obstacle::Impossible).
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::compare::Set;
    /// use rekognition_iam::evaluate::Program;
    /// use rekognition_iam::json;
    ///
    /// let text = r#"{"Statement": {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}}"#;
    /// let detect = Program::compile(&json::parse(text, &json::Limits::default()).document);
    /// let found = Set::new().identity(detect).never("rekognition:SearchFaceByImage", "*").verify();
    /// assert!(found.unwrap_err().to_string().contains("did you mean `rekognition:SearchFacesByImage`?"));
    /// ```
    pub fn never(&self, action: &str, resource: &str) -> Guarantee {
        let found = self.keeps(&Inquiry {
            actions: &[action],
            resources: &[resource],
            ..self.inquiry()
        });
        about(&[action], &[resource], found)
    }

    /// Whether all that the set grants is on resources of these patterns.
    pub fn only_on(&self, resources: &[&str]) -> Guarantee {
        self.keeps(&Inquiry {
            not_on: resources,
            ..self.inquiry()
        })
    }

    /// Whether the set grants none of these actions on any of these resources, all patterns.
    ///
    /// An empty list means every action, or every resource. It is the question of AWS's
    /// `CheckAccessNotGranted`:
    /// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckAccessNotGranted.html>.
    pub fn grants_nothing_of(&self, actions: &[&str], resources: &[&str]) -> Guarantee {
        let found = self.keeps(&Inquiry {
            actions,
            resources,
            ..self.inquiry()
        });
        let (actions, resources) = (or_any(actions), or_any(resources));
        about(actions, resources, found)
    }

    /// Whether the set grants nothing that the baseline does not.
    ///
    /// If only one of the two sets has a principal or an owner of resources, it applies to both.
    pub fn no_wider_than(&self, baseline: &Self) -> Guarantee {
        self.no_wider_than_in(baseline, (&Steps::new(), 1))
    }

    /// The same, as the first of so many questions that share steps.
    pub(super) fn no_wider_than_in(&self, baseline: &Self, steps: (&Steps, usize)) -> Guarantee {
        let [found] = beyond(baseline, self, [true], steps);
        found
    }

    pub(super) fn inquiry(&self) -> Inquiry<'_> {
        Inquiry {
            principal: self.principal.as_deref(),
            owner: self.owner.as_deref(),
            ..Inquiry::default()
        }
    }

    /// Whether the set grants nothing of this.
    fn keeps(&self, inquiry: &Inquiry<'_>) -> Guarantee {
        let layers = self.layers();
        let side = layers.side();
        Effective::of(&[&side], inquiry).beyond(0, None, (&Steps::new(), 1))
    }

    /// The policies with one that allows everything in place of identity policies that nobody gave.
    fn layers(&self) -> Layers<'p> {
        let has_identity =
            (self.documents.iter()).any(|document| document.kind() == PolicyKind::Identity);
        let mut documents = self.documents.clone();
        if !has_identity {
            documents.push(Attached::new(PolicyKind::Identity, everything()));
        }
        Layers {
            documents,
            assumed: !has_identity,
        }
    }
}

/// The policies of a set as a question sees them.
struct Layers<'p> {
    documents: Vec<Attached<'p>>,
    assumed: bool,
}

impl Layers<'_> {
    /// The policies without those that are assumed.
    fn without(&self) -> Side<'_> {
        let given = self.documents.len() - usize::from(self.assumed);
        Side {
            attached: self.documents.get(..given).unwrap_or_default(),
            aim: Aim::Statements { assumed: false },
        }
    }

    fn side(&self) -> Side<'_> {
        Side {
            attached: &self.documents,
            aim: Aim::Statements {
                assumed: self.assumed,
            },
        }
    }
}

/// A policy that allows everything.
pub(super) fn everything() -> Program<'static> {
    let any = || Element {
        not: false,
        values: List::shortest(alloc::vec![Text::Borrowed("*")]),
    };
    let statement = Statement {
        sid: None,
        effect: Effect::Allow,
        principals: None,
        actions: any(),
        resources: Some(any()),
        conditions: Vec::new(),
        empty_condition: false,
    };
    Program::compile(&Document {
        version: None,
        id: None,
        statements: List::shortest(alloc::vec![statement]),
    })
}

/// What a new set grants and an old one does not, and the other way round, with example requests.
///
/// If both sets have a [`principal`](Set::principal) or an owner of resources, those of the new set apply; if only one has it, it
/// applies to both.
pub fn compare_sets(old: &Set<'_>, new: &Set<'_>) -> Comparison {
    let [new_access, lost_access] = beyond(old, new, [true, false], (&Steps::new(), 1));
    Comparison {
        new_access,
        lost_access,
        only_impossible: false,
    }
}

/// What the new set grants beyond the old one, and the old one beyond the new one, as the first of so many questions that share
/// steps.
fn beyond<const N: usize>(
    old: &Set<'_>,
    new: &Set<'_>,
    directions: [bool; N],
    (steps, questions): (&Steps, usize),
) -> [Guarantee; N] {
    let inquiry = Inquiry {
        principal: new.principal.as_deref().or(old.principal.as_deref()),
        owner: new.owner.as_deref().or(old.owner.as_deref()),
        ..Inquiry::default()
    };
    let (old, new) = (old.layers(), new.layers());
    let is_assumed = old.assumed || new.assumed;
    let most = steps.share(questions);
    let own = Steps::of(most);
    let times = 1 + usize::from(is_assumed);
    let mut found = between(
        &old.side(),
        &new.side(),
        &inquiry,
        directions,
        (&own, times),
    );
    // The callers' own policies may allow everything, or nothing.
    if is_assumed {
        let (old, new) = (old.without(), new.without());
        let others = between(&old, &new, &inquiry, directions, (&own, 1));
        for (found, other) in found.iter_mut().zip(others) {
            match (&*found, &other) {
                (Guarantee::Holds, _) | (Guarantee::Unknown(_), Guarantee::Broken(_)) => {
                    *found = other;
                }
                (Guarantee::Unknown(_) | Guarantee::Broken(_), _) => {}
            }
        }
    }
    steps.take(most - own.share(1));
    found
}

fn between<const N: usize>(
    old: &Side<'_>,
    new: &Side<'_>,
    inquiry: &Inquiry<'_>,
    directions: [bool; N],
    (steps, times): (&Steps, usize),
) -> [Guarantee; N] {
    let same = old.aim == new.aim
        && old.attached.len() == new.attached.len()
        && (old.attached.iter().zip(new.attached)).all(|(old, new)| old.is_same(new));
    if same {
        return directions.map(|_| Guarantee::Holds);
    }
    let sides = Effective::of(&[old, new], inquiry);
    let mut searches = N * times;
    directions.map(|new| {
        let (wide, narrow) = if new { (1, 0) } else { (0, 1) };
        let found = sides.beyond(wide, Some(narrow), (steps, searches));
        searches -= 1;
        found
    })
}
