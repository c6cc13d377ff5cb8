//! AWS's access denied messages: which caller was denied which action, and which layer of policies denied it.
//!
//! An SDK error, a line of a log, or the output of the AWS CLI contains one sentence of the form `User: .. is not
//! authorized to perform: ..`. [`AccessDenied::parse`] finds this sentence, even if it is escaped in the `Debug` output of
//! an error or in JSON, and reads its parts. A part that is not recognized has a variant of its own
//! ([`Why::Unread`], [`On::Text`]); nothing is guessed.
//!
//! ```
//! # use rekognition_iam_runtime as rekognition_iam;
//! use rekognition_iam::Layer;
//! use rekognition_iam::denied::{AccessDenied, On, Why};
//!
//! // What `{}` of `DisplayErrorContext(&err)` prints.
//! let text = "service error: AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/app/s1 is not \
//!     authorized to perform: rekognition:DetectLabels because no identity-based policy allows the \
//!     rekognition:DetectLabels action";
//! let denied = AccessDenied::parse(text)?;
//! assert_eq!(denied.action(), "rekognition:DetectLabels");
//! assert_eq!(denied.principal(), Some("arn:aws:sts::111122223333:assumed-role/app/s1"));
//! assert_eq!(denied.on(), &On::Nothing);
//! assert_eq!(denied.why(), &Why::NotAllowed(Layer::Identity));
//! # Ok::<(), rekognition_iam::denied::Unreadable>(())
//! ```
//!
//! The forms are those of the IAM User Guide,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>, and those that services print instead.

mod escapes;
mod hint;
mod plain;
mod read;
mod reason;
mod target;
mod unreadable;
mod words;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

pub use hint::Hint;
pub use unreadable::{Unreadable, encoded_message};

use crate::Layer;
use crate::catalogue;
use crate::evaluate::{ActionName, Request};

/// An access denied message.
///
/// It borrows from the text, except for parts that are escaped, and for action names that the catalogue spells differently
/// (`SNS:ListTopics`). [`FromStr`] returns one that owns its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessDenied<'t> {
    pub(crate) operation: Option<Cow<'t, str>>,
    pub(crate) principal: Option<Cow<'t, str>>,
    pub(crate) action: Cow<'t, str>,
    pub(crate) on: On<'t>,
    pub(crate) why: Why<'t>,
    pub(crate) encoded: Option<Cow<'t, str>>,
    /// Whether the resource may go on in the next line.
    pub(crate) wrapped: bool,
}

/// The resource of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum On<'t> {
    /// An ARN, without the quotes that S3 puts around it.
    Arn(Cow<'t, str>),
    /// `*`.
    Any,
    /// The message does not have the words `on resource`.
    Nothing,
    /// `on this resource`: AWS KMS does not name the key.
    Unnamed,
    /// A description, such as `role NAME` or `policy path /`.
    Words {
        /// `role`, `user`, `policy path`.
        kind: Cow<'t, str>,
        /// The name or path.
        name: Cow<'t, str>,
    },
    /// Something that is not an ARN.
    Text(Cow<'t, str>),
}

/// The reason that a message gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why<'t> {
    /// The message gives no reason. This is the case for old messages, and for requests to an account outside the organization.
    Unstated,
    /// No policy of this layer allows the action.
    NotAllowed(Layer),
    /// A statement denies it.
    Denied {
        /// The layer, or `None` in old messages.
        layer: Option<Layer>,
        /// The layer that a VPC endpoint names before the one that denies: `.. transitively through ..`.
        through: Option<Layer>,
        /// The ARN of the policy, which AWS adds for some layers since 2026.
        policy: Option<Cow<'t, str>>,
    },
    /// The layer is known, and the message leaves open whether it denies the action or does not allow it.
    Either(Layer),
    /// S3 Block Public Access, which is a setting and not a policy.
    BlockPublicAccess,
    /// A reason that is not recognized.
    Unread(Cow<'t, str>),
}

impl<'t> AccessDenied<'t> {
    /// Reads the first message in a text.
    ///
    /// # Errors
    /// When the text has no message that names an action: [`Unreadable`] describes what it has instead.
    pub fn parse(text: &'t str) -> Result<Self, Unreadable> {
        let mut all = Self::all(text);
        if all.is_empty() {
            return Err(Unreadable::of(text));
        }
        Ok(all.swap_remove(0))
    }

    /// Reads every message in a text, such as a log, in the order of the text. One that is there several times, as in the
    /// `Debug` output of an SDK error, is in the list once.
    #[must_use]
    pub fn all(text: &'t str) -> Vec<Self> {
        let found = Self::as_written(text);
        let parts = |all: &[AccessDenied<'_>]| -> usize { all.iter().map(Self::parts).sum() };
        // What a program has put around the lines, or made of the quotes.
        if let Some(plain) = plain::plain(text) {
            let of_plain = AccessDenied::as_written(&plain);
            if of_plain.len() > found.len()
                || of_plain.len() == found.len() && parts(&of_plain) > parts(&found)
            {
                return of_plain.into_iter().map(AccessDenied::into_owned).collect();
            }
        }
        match found.is_empty() {
            true => plain::decoded(text).into_iter().collect(),
            false => found,
        }
    }

    /// The messages as they are in the text, or with its lines joined.
    fn as_written(text: &'t str) -> Vec<Self> {
        let found = read::all(text);
        if !text.contains('\n') {
            return found;
        }
        // A terminal may have broken the lines anywhere, in the middle of words too.
        let whole: String = (text.chars())
            .filter(|c| !matches!(c, '\n' | '\r'))
            .collect();
        let joined = read::all(&whole);
        let recognized = |all: &[AccessDenied<'_>]| -> usize { all.iter().map(Self::parts).sum() };
        let better = match found.len() {
            0 => !joined.is_empty(),
            count => count == joined.len() && recognized(&joined) > recognized(&found),
        };
        match better {
            true => joined.into_iter().map(AccessDenied::into_owned).collect(),
            false => found,
        }
    }

    /// How much of the message was recognized.
    fn parts(denied: &AccessDenied<'_>) -> usize {
        let on = match denied.on {
            On::Arn(_) | On::Any | On::Words { .. } | On::Unnamed => 1,
            On::Nothing | On::Text(_) => 0,
        };
        let why = match denied.why {
            Why::NotAllowed(_) | Why::Either(_) | Why::BlockPublicAccess => 2,
            Why::Denied { layer: None, .. } => 1,
            Why::Denied { layer: Some(_), .. } => 2,
            Why::Unstated | Why::Unread(_) => 0,
        };
        on + why
    }

    /// The operation that the AWS CLI names before the sentence: `GetObject`.
    ///
    /// It may be another than the action: `GetObject` of an object that does not exist is denied as `s3:ListBucket`.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.operation.as_deref()
    }

    /// The caller that was denied: an ARN, `anonymous`, or a service principal.
    #[must_use]
    pub fn principal(&self) -> Option<&str> {
        self.principal.as_deref()
    }

    /// The action, as `service:Name`, spelled as in the catalogue if it has the action.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The prefix of the action's service, and the action's name.
    #[must_use]
    pub fn action_parts(&self) -> (&str, &str) {
        self.action.split_once(':').unwrap_or((&self.action, ""))
    }

    /// The resource that the request was denied on.
    #[must_use]
    pub const fn on(&self) -> &On<'t> {
        &self.on
    }

    /// The reason that the message gives.
    #[must_use]
    pub const fn why(&self) -> &Why<'t> {
        &self.why
    }

    /// The layer that denied the request, if the message names one.
    #[must_use]
    pub const fn layer(&self) -> Option<Layer> {
        match &self.why {
            Why::NotAllowed(layer) | Why::Either(layer) => Some(*layer),
            Why::Denied { layer, .. } => *layer,
            Why::Unstated | Why::BlockPublicAccess | Why::Unread(_) => None,
        }
    }

    /// The encoded message that EC2 adds, for `aws sts decode-authorization-message`.
    #[must_use]
    pub fn encoded(&self) -> Option<&str> {
        self.encoded.as_deref()
    }

    /// The caller's account.
    #[must_use]
    pub fn principal_account(&self) -> Option<&str> {
        account(self.principal()?)
    }

    /// The account of the resource, if its ARN contains one.
    #[must_use]
    pub fn resource_account(&self) -> Option<&str> {
        match &self.on {
            On::Arn(arn) => account(arn),
            On::Any | On::Nothing | On::Unnamed | On::Words { .. } | On::Text(_) => None,
        }
    }

    /// The partition of the resource, or else of the caller, or else `aws`.
    #[must_use]
    pub fn partition(&self) -> &str {
        let of_resource = match &self.on {
            On::Arn(arn) => field(arn, 1),
            On::Any | On::Nothing | On::Unnamed | On::Words { .. } | On::Text(_) => None,
        };
        of_resource
            .or_else(|| self.principal().and_then(|arn| field(arn, 1)))
            .unwrap_or("aws")
    }

    /// Whether the resource is known to be of another account than the caller.
    #[must_use]
    pub fn is_cross_account(&self) -> bool {
        match (self.principal_account(), self.resource_account()) {
            (Some(caller), Some(owner)) => caller != owner,
            _ => false,
        }
    }

    /// What a statement has to name as its resource to allow the request, no wider than the message; none where the message
    /// leaves it open.
    ///
    /// For an action without resource types it is the ARN that AWS checks, where that is on record and the message contains
    /// all of it, and else `*`. See [`catalogue::pseudo_resource`].
    #[must_use]
    pub fn resource(&self) -> Option<Cow<'_, str>> {
        match &self.on {
            On::Arn(arn) if hint::is_masked(arn) => None,
            // IAM does not accept an ARN without a resource. There is nothing else that the pattern could match: the action
            // has no resource types.
            On::Arn(arn) if arn.ends_with(':') && self.has_no_resource() => {
                Some(alloc::format!("{arn}*").into())
            }
            On::Arn(arn) => Some(self.as_pattern(arn)),
            On::Words { kind, name } => self.in_words(kind, name).map(Cow::Owned),
            On::Any => Some("*".into()),
            On::Nothing | On::Unnamed => {
                if !self.has_no_resource() {
                    return None;
                }
                let (service, name) = self.action_parts();
                match catalogue::pseudo_resource(service, name) {
                    Some(known) if !known.evaluated_as.contains(&"*") => {
                        let text = self.recorded()?;
                        (!text.contains("${")).then_some(text.into())
                    }
                    _ => Some("*".into()),
                }
            }
            On::Text(_) => None,
        }
    }

    /// The ARN on record that AWS checks an action without resource types against, with `${Region}` and others for what the
    /// message does not contain.
    #[must_use]
    pub fn recorded(&self) -> Option<String> {
        let (service, name) = self.action_parts();
        let known = catalogue::pseudo_resource(service, name).filter(|_| self.has_no_resource())?;
        let text = known.evaluated_as.iter().find(|text| **text != "*")?;
        let mut text = text.replace("${Partition}", self.partition());
        if let Some(account) = self.principal_account() {
            text = text.replace("${Account}", account);
        }
        Some(text)
    }

    /// The ARN as a pattern that matches it and nothing else: `*`, `?` and `$` in the key of an object are characters.
    ///
    /// Elsewhere AWS writes `*` for the part that the request does not name, and a statement needs a wildcard there.
    fn as_pattern<'s>(&self, arn: &'s str) -> Cow<'s, str> {
        let is_object = field(arn, 2) == Some("s3") && arn.contains('/');
        if !is_object || !arn.contains(['*', '?', '$']) {
            return Cow::Borrowed(arn);
        }
        let mut out = String::with_capacity(arn.len() + 6);
        for c in arn.chars() {
            match c {
                '*' | '?' | '$' => {
                    out.push_str("${");
                    out.push(c);
                    out.push('}');
                }
                c => out.push(c),
            }
        }
        Cow::Owned(out)
    }

    /// Whether the action has no resource types, so that only `*` or an ARN on record fits it.
    fn has_no_resource(&self) -> bool {
        let (service, name) = self.action_parts();
        catalogue::service(service)
            .and_then(|service| service.action_ignore_case(name))
            .is_some_and(|action| action.resources.is_empty() && !action.resources_disputed)
    }

    /// Whether the action can be limited to resources, or the catalogue does not have it.
    fn has_resource_types(&self) -> bool {
        !self.has_no_resource()
    }

    /// IAM's words as an ARN in the caller's account.
    fn in_words(&self, kind: &str, name: &str) -> Option<String> {
        let kind = match kind {
            "role" | "user" | "group" => Some((kind, "/")),
            "instance profile" => Some(("instance-profile", "/")),
            "policy" => Some(("policy", "/")),
            // Its own path begins with the slash.
            "policy path" => Some(("policy", "")),
            _ => None,
        };
        let (kind, slash) = kind?;
        let (partition, account) = (self.partition(), self.principal_account()?);
        let name = match slash {
            "" => name,
            _ => name.strip_prefix('/').unwrap_or(name),
        };
        Some(alloc::format!(
            "arn:{partition}:iam::{account}:{kind}{slash}{name}"
        ))
    }

    /// The request that was denied, on this resource: the one of the message, or the one that its reader knows.
    ///
    /// The condition keys of the request are not in the message: add those that the policies test.
    #[must_use]
    pub fn request<'r>(&'r self, resource: &'r str) -> Request<'r> {
        let request = Request::new(ActionName::from(self.action()), resource);
        match self.principal() {
            Some("anonymous") => request.principal("*"),
            Some(principal) => request.principal(principal),
            None => request,
        }
    }

    /// Notes about the message that its text does not contain.
    #[must_use]
    pub fn hints(&self) -> Vec<Hint> {
        hint::of(self)
    }

    /// The message with its own copies of what it borrowed.
    #[must_use]
    pub fn into_owned(self) -> AccessDenied<'static> {
        AccessDenied {
            operation: self.operation.map(owned),
            principal: self.principal.map(owned),
            action: owned(self.action),
            on: self.on.into_owned(),
            why: match self.why {
                Why::Unstated => Why::Unstated,
                Why::NotAllowed(layer) => Why::NotAllowed(layer),
                Why::Denied {
                    layer,
                    through,
                    policy,
                } => Why::Denied {
                    layer,
                    through,
                    policy: policy.map(owned),
                },
                Why::Either(layer) => Why::Either(layer),
                Why::BlockPublicAccess => Why::BlockPublicAccess,
                Why::Unread(text) => Why::Unread(owned(text)),
            },
            encoded: self.encoded.map(owned),
            wrapped: self.wrapped,
        }
    }
}

impl On<'_> {
    fn into_owned(self) -> On<'static> {
        match self {
            Self::Arn(arn) => On::Arn(owned(arn)),
            Self::Any => On::Any,
            Self::Nothing => On::Nothing,
            Self::Unnamed => On::Unnamed,
            Self::Words { kind, name } => On::Words {
                kind: owned(kind),
                name: owned(name),
            },
            Self::Text(text) => On::Text(owned(text)),
        }
    }
}

impl FromStr for AccessDenied<'static> {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        AccessDenied::parse(text).map(AccessDenied::into_owned)
    }
}

impl fmt::Display for AccessDenied<'_> {
    /// One line with the caller, the action, the resource, and the layer.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.principal() {
            Some(principal) => write!(f, "{principal} may not perform {}", self.action)?,
            None => write!(f, "{} was denied", self.action)?,
        }
        match &self.on {
            On::Arn(arn) => write!(f, " on {arn}")?,
            On::Any => f.write_str(" on *")?,
            On::Nothing => {}
            On::Unnamed => f.write_str(" on a resource that the message does not name")?,
            On::Words { kind, name } => write!(f, " on {kind} {name}")?,
            On::Text(text) => write!(f, " on {text}")?,
        }
        match &self.why {
            Why::Unstated => f.write_str("; the message gives no reason"),
            Why::NotAllowed(layer) => write!(f, "; no {layer} allows it"),
            Why::Denied {
                layer,
                through,
                policy,
            } => {
                match layer {
                    Some(layer) => write!(f, "; a {layer} denies it")?,
                    None => f.write_str("; a statement denies it")?,
                }
                if let Some(through) = through {
                    write!(f, ", as reported by a {through}")?;
                }
                match policy {
                    Some(policy) => write!(f, ": {policy}"),
                    None => Ok(()),
                }
            }
            Why::Either(layer) => write!(
                f,
                "; the {layer} does not allow it, or a statement of it denies it"
            ),
            Why::BlockPublicAccess => f.write_str("; S3 Block Public Access prevents it"),
            Why::Unread(text) => write!(f, "; the reason is not recognized: {text}"),
        }
    }
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

/// The field of this number of an ARN, from 0, when it is not empty.
fn field(arn: &str, number: usize) -> Option<&str> {
    if !arn.starts_with("arn:") {
        return None;
    }
    (arn.splitn(6, ':').nth(number)).filter(|field| !field.is_empty())
}

/// The account of an ARN, when it is the number of one.
fn account(arn: &str) -> Option<&str> {
    field(arn, 4)
        .filter(|account| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()))
}
