//! What the principals of a statement are.

use alloc::vec::Vec;

use super::{tables, text};
use crate::arn::Arn;
use crate::catalogue;
use crate::document::{Place, PrincipalKind, PrincipalSet, Principals};

/// The `Principal` or `NotPrincipal` of a statement.
pub(crate) struct PrincipalFacts<'d> {
    pub(crate) not: bool,
    /// Written as `"*"` alone.
    pub(crate) anyone: bool,
    pub(crate) list: Vec<PrincipalFact<'d>>,
}

/// One principal.
pub(crate) struct PrincipalFact<'d> {
    /// The numbers of its statement, of its kind in the document, and its own within the kind.
    at: (usize, usize, usize),
    pub(crate) text: &'d str,
    pub(crate) form: Form<'d>,
}

/// What a principal is, going by its kind and its text.
pub(crate) enum Form<'d> {
    /// `*`, of whatever kind.
    Everyone,
    /// An account by its 12 digits.
    Account,
    /// A role, user, session or account by its ARN.
    Arn(Arn<'d>),
    /// A role by the id that a deleted one leaves behind.
    RoleId,
    /// A user by such an id.
    UserId,
    /// A service, with the part of its name before the suffix and any region.
    Service(&'d str),
    /// Of kind `Service`, and not spelled like one.
    NoService,
    /// A SAML provider by its ARN.
    Saml,
    /// An OIDC provider: its address, as its condition keys begin.
    Oidc(&'d str),
    /// Of kind `Federated`, and neither a provider's ARN nor the domain of a built-in provider.
    NoProvider,
    /// An account by its canonical id.
    Canonical,
    /// Of kind `AWS`, and nothing that IAM takes there.
    Nothing,
}

impl PrincipalFact<'_> {
    /// Whether the text has a policy variable, or what another tool would have replaced. Both are reported for that.
    pub(crate) fn has_variable(&self) -> bool {
        self.text.contains("${") || super::rules::has_escape(self.text)
    }

    pub(crate) const fn place(&self) -> Place {
        Place::Principal(self.at.0, self.at.1, self.at.2)
    }
}

impl Form<'_> {
    /// Whether the principal is of kind `Federated`.
    pub(crate) const fn is_provider(&self) -> bool {
        matches!(self, Self::Saml | Self::Oidc(_) | Self::NoProvider)
    }

    /// Whether the principal is an account, a role, a user or a session.
    pub(crate) const fn is_caller(&self) -> bool {
        matches!(
            self,
            Self::Account | Self::Arn(_) | Self::RoleId | Self::UserId | Self::Canonical
        )
    }
}

impl<'d> PrincipalFacts<'d> {
    pub(crate) fn of(s: usize, principals: &'d Principals<'d>) -> Self {
        let mut facts = Self {
            not: principals.not,
            anyone: false,
            list: Vec::new(),
        };
        match &principals.set {
            PrincipalSet::Anyone => facts.anyone = true,
            PrincipalSet::Listed(kinds) => {
                for (k, (kind, names)) in kinds.iter().enumerate() {
                    for (n, text) in names.iter().enumerate() {
                        facts.list.push(PrincipalFact {
                            at: (s, k, n),
                            text,
                            form: form(*kind, text),
                        });
                    }
                }
            }
        }
        facts
    }

    /// The name of the element that they are in.
    pub(crate) const fn element(&self) -> &'static str {
        match self.not {
            true => "NotPrincipal",
            false => "Principal",
        }
    }

    /// Whether everyone is among them.
    pub(crate) fn includes_everyone(&self) -> bool {
        self.anyone || self.any(|form| matches!(form, Form::Everyone))
    }

    /// Whether some principal is of such a form.
    pub(crate) fn any(&self, of: fn(&Form<'_>) -> bool) -> bool {
        for fact in &self.list {
            if of(&fact.form) {
                return true;
            }
        }
        false
    }

    /// The first service among them, by its short name.
    pub(crate) fn service(&self) -> Option<(&PrincipalFact<'d>, &'d str)> {
        for fact in &self.list {
            if let Form::Service(name) = fact.form {
                return Some((fact, name));
            }
        }
        None
    }

    /// The service of this short name, when it is among them.
    pub(crate) fn service_named(&self, name: &str) -> Option<&PrincipalFact<'d>> {
        for fact in &self.list {
            if matches!(fact.form, Form::Service(own) if own == name) {
                return Some(fact);
            }
        }
        None
    }
}

fn form<'d>(kind: PrincipalKind, text: &'d str) -> Form<'d> {
    if text == "*" {
        return Form::Everyone;
    }
    match kind {
        PrincipalKind::CanonicalUser => Form::Canonical,
        PrincipalKind::Service => service(text).map_or(Form::NoService, Form::Service),
        PrincipalKind::Federated => federated(text),
        PrincipalKind::Aws => {
            let id = |prefix: &str| {
                text.len() >= 16
                    && text.starts_with(prefix)
                    && text::all(text, u8::is_ascii_alphanumeric)
            };
            if text::is_account(text) {
                Form::Account
            } else if id("AROA") {
                Form::RoleId
            } else if id("AIDA") {
                Form::UserId
            } else {
                match Arn::parse(text) {
                    Ok(arn) => Form::Arn(arn),
                    Err(_) => Form::Nothing,
                }
            }
        }
    }
}

/// The short name of a service principal: `delivery.logs` of `delivery.logs.us-east-1.amazonaws.com`.
pub(crate) fn service(text: &str) -> Option<&str> {
    let mut name = None;
    for suffix in tables::PRINCIPAL_SUFFIXES {
        name = name.or_else(|| text.strip_suffix(suffix));
    }
    // Services of Amazon that are not of AWS. Those of AWS have none of its names.
    let of_amazon = || {
        let name = text.strip_suffix(".amazon.com")?;
        (tables::AMAZON_PRINCIPALS.contains(&name) || !is_known_service(name)).then_some(name)
    };
    let name = name.or_else(of_amazon)?;
    for part in name.split('.') {
        let spelled = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-';
        if part.is_empty() || !text::all(part, spelled) {
            return None;
        }
    }
    Some(match name.rsplit_once('.') {
        Some((rest, region)) if is_region(region) => rest,
        _ => name,
    })
}

/// Whether a part of a service principal is a region, one newer than the catalogue included.
fn is_region(part: &str) -> bool {
    catalogue::region(part).is_some()
        || (part.matches('-').count() >= 2
            && part.ends_with(|c: char| c.is_ascii_digit())
            && part.find('-') == Some(2))
}

fn federated(text: &str) -> Form<'_> {
    if let Ok(arn) = Arn::parse(text) {
        // Providers are in an account and not in a region.
        let of_iam = arn.service() == "iam"
            && arn.region().is_empty()
            && text::is_account(arn.account())
            && catalogue::partition(arn.partition()).is_some();
        let name = |kind: &str| {
            (arn.resource().strip_prefix(kind)).filter(|name| of_iam && !name.is_empty())
        };
        return if name("saml-provider/").is_some() {
            Form::Saml
        } else if let Some(address) = arn.resource().strip_prefix("oidc-provider/")
            && name("oidc-provider/").is_some()
        {
            // The slice of the text, whose lifetime outlives the parsed ARN.
            Form::Oidc(text.get(text.len() - address.len()..).unwrap_or_default())
        } else {
            Form::NoProvider
        };
    }
    // Cognito has a domain of its own in some partitions.
    let cognito = || service(text).is_some_and(|name| name.starts_with("cognito-identity"));
    if text::is_one_of(text, tables::WEB_IDENTITIES) || cognito() {
        Form::Oidc(text)
    } else {
        Form::NoProvider
    }
}

/// Whether AWS has a service of this short name.
pub(crate) fn is_known_service(name: &str) -> bool {
    for part in name.split('.') {
        if catalogue::aws_services().binary_search(&part).is_ok()
            || catalogue::retired_services().binary_search(&part).is_ok()
            || tables::OTHER_PRINCIPALS.binary_search(&part).is_ok()
        {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Form, federated, form, is_known_service, service};
    use crate::catalogue;
    use crate::check::tables;
    use crate::document::PrincipalKind;

    #[test]
    fn tables_are_sorted() {
        for table in [
            catalogue::AWS_SERVICES,
            catalogue::RETIRED_SERVICES,
            tables::OTHER_PRINCIPALS,
            tables::RCP_SERVICES,
            tables::ENDPOINT_OWNER_SERVICES,
        ] {
            assert!(table.is_sorted_by(|a, b| a < b));
        }
        assert!(tables::ATTACHED.is_sorted_by_key(|row| row.service));
        assert!(tables::COMPANIONS.is_sorted_by_key(|row| row.action));
        for known in catalogue::KNOWN_SERVICES {
            assert!(catalogue::AWS_SERVICES.contains(known), "{known}");
        }
    }

    #[test]
    fn service_principals() {
        for (text, short) in [
            ("rekognition.amazonaws.com", "rekognition"),
            ("rekognition.us-east-1.amazonaws.com", "rekognition"),
            ("logs.xx-newland-1.amazonaws.com", "logs"),
            ("delivery.logs.amazonaws.com", "delivery.logs"),
            ("states.cn-north-1.amazonaws.com.cn", "states"),
            ("alexa-appkit.amazon.com", "alexa-appkit"),
        ] {
            assert_eq!(service(text), Some(short), "{text}");
            assert!(is_known_service(short), "{short}");
        }
        for text in [
            "rekognition",
            "Rekognition.amazonaws.com",
            ".amazonaws.com",
            "amazonaws.com",
            "rekognition.amazonaws.org",
            "reko gnition.amazonaws.com",
            "*.amazonaws.com",
        ] {
            assert_eq!(service(text), None, "{text}");
        }
        assert!(!is_known_service("rekogniton"));
    }

    #[test]
    fn providers() {
        assert!(matches!(
            federated("arn:aws:iam::123456789012:saml-provider/Corp"),
            Form::Saml
        ));
        assert!(matches!(
            federated(
                "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB"
            ),
            Form::Oidc("oidc.eks.eu-west-1.amazonaws.com/id/AB")
        ));
        assert!(matches!(
            federated("accounts.google.com"),
            Form::Oidc("accounts.google.com")
        ));
        for domain in [
            "cognito-identity-us-gov.amazonaws.com",
            "cognito-identity.cn-north-1.amazonaws.com.cn",
        ] {
            assert!(matches!(federated(domain), Form::Oidc(_)), "{domain}");
        }
        for text in [
            "google",
            "https://accounts.google.com",
            "gitlab.com",
            "token.actions.githubusercontent.com",
            "rekognition.amazonaws.com",
            "arn:aws:iam:us-east-1:123456789012:oidc-provider/gitlab.com",
            "arn:aws:iam::aws:oidc-provider/gitlab.com",
            "arn:aws:iam:::saml-provider/Corp",
            "arn:amazon:iam::123456789012:saml-provider/Corp",
            "arn:aws:iam::123456789012:role/x",
            "arn:aws:iam::123456789012:saml-provider/",
            "arn:aws:s3::123456789012:saml-provider/x",
        ] {
            assert!(matches!(federated(text), Form::NoProvider), "{text}");
        }
    }

    #[test]
    fn callers() {
        let aws = |text| form(PrincipalKind::Aws, text);
        assert!(matches!(aws("*"), Form::Everyone));
        assert!(matches!(aws("123456789012"), Form::Account));
        assert!(matches!(
            aws("arn:aws:iam::123456789012:root"),
            Form::Arn(_)
        ));
        assert!(matches!(aws("AROAEXAMPLEEXAMPLE12"), Form::RoleId));
        assert!(matches!(aws("AIDAEXAMPLEEXAMPLE12"), Form::UserId));
        for text in ["", "principal", "12345678901", "arn:User ARN", "AROA"] {
            assert!(matches!(aws(text), Form::Nothing), "{text}");
        }
    }
}
