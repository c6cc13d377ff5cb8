//! `userIdentity` of a record. See
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html>.

use super::members::{Text, inner, is_null, text_of};
use super::scan::{Scan, Unreadable};

/// `userIdentity`.
#[derive(Debug, Default)]
pub(crate) struct Identity<'t> {
    pub(crate) kind: Text<'t>,
    pub(crate) id: Text<'t>,
    pub(crate) arn: Text<'t>,
    pub(crate) account: Text<'t>,
    pub(crate) access_key: Text<'t>,
    pub(crate) user: Text<'t>,
    pub(crate) invoked_by: Text<'t>,
    pub(crate) provider: Text<'t>,
    pub(crate) bearer: bool,
    /// `sessionContext`, when there is one.
    pub(crate) session: Option<Session<'t>>,
    pub(crate) scope_arn: Text<'t>,
    pub(crate) scope_account: Text<'t>,
}

/// `sessionContext`.
#[derive(Debug, Default)]
pub(crate) struct Session<'t> {
    pub(crate) issuer_kind: Text<'t>,
    pub(crate) issuer: Text<'t>,
    pub(crate) created: Text<'t>,
    pub(crate) mfa: Text<'t>,
    pub(crate) federated: Text<'t>,
    pub(crate) source_identity: Text<'t>,
    pub(crate) role_delivery: Text<'t>,
    pub(crate) assumed_root: Text<'t>,
}

impl<'t> Identity<'t> {
    pub(super) fn read(&mut self, scan: &mut Scan<'t>) -> Result<(), Unreadable> {
        #[derive(Clone, Copy)]
        enum Part {
            Kind,
            Id,
            Arn,
            Account,
            AccessKey,
            User,
            Session,
            InvokedBy,
            Provider,
            OnBehalfOf,
            Scope,
        }
        const PARTS: &[(&str, Part)] = &[
            ("type", Part::Kind),
            ("principalId", Part::Id),
            ("arn", Part::Arn),
            ("accountId", Part::Account),
            ("accessKeyId", Part::AccessKey),
            ("userName", Part::User),
            ("sessionContext", Part::Session),
            ("invokedBy", Part::InvokedBy),
            ("identityProvider", Part::Provider),
            ("onBehalfOf", Part::OnBehalfOf),
            ("inScopeOf", Part::Scope),
        ];
        inner(scan, "userIdentity", PARTS, |scan, part| {
            match part {
                Some(Part::Kind) => self.kind = text_of(scan)?,
                Some(Part::Id) => self.id = text_of(scan)?,
                Some(Part::Arn) => self.arn = text_of(scan)?,
                Some(Part::Account) => self.account = text_of(scan)?,
                Some(Part::AccessKey) => self.access_key = text_of(scan)?,
                Some(Part::User) => self.user = text_of(scan)?,
                Some(Part::InvokedBy) => self.invoked_by = text_of(scan)?,
                Some(Part::Provider) => self.provider = text_of(scan)?,
                Some(Part::OnBehalfOf) => {
                    self.bearer = !is_null(scan)? && scan.skip().is_ok();
                }
                Some(Part::Session) => {
                    let mut session = Session::default();
                    if session.read(scan)? {
                        self.session = Some(session);
                    }
                }
                Some(Part::Scope) => {
                    const SCOPE: &[(&str, bool)] = &[("sourceArn", true), ("sourceAccount", false)];
                    inner(scan, "inScopeOf", SCOPE, |scan, is_arn| {
                        match is_arn {
                            Some(true) => self.scope_arn = text_of(scan)?,
                            Some(false) => self.scope_account = text_of(scan)?,
                            None => drop(scan.skip()?),
                        }
                        Ok(())
                    })?;
                }
                None => drop(scan.skip()?),
            }
            Ok(())
        })?;
        Ok(())
    }
}

impl<'t> Session<'t> {
    /// Whether there is one.
    fn read(&mut self, scan: &mut Scan<'t>) -> Result<bool, Unreadable> {
        #[derive(Clone, Copy)]
        enum Part {
            Issuer,
            Federation,
            Attributes,
            SourceIdentity,
            RoleDelivery,
            AssumedRoot,
        }
        const PARTS: &[(&str, Part)] = &[
            ("sessionIssuer", Part::Issuer),
            ("webIdFederationData", Part::Federation),
            ("attributes", Part::Attributes),
            ("sourceIdentity", Part::SourceIdentity),
            ("ec2RoleDelivery", Part::RoleDelivery),
            ("assumedRoot", Part::AssumedRoot),
        ];
        /// The first or the second of two members.
        const ISSUER: &[(&str, bool)] = &[("type", true), ("arn", false)];
        const ATTRIBUTES: &[(&str, bool)] = &[("creationDate", true), ("mfaAuthenticated", false)];
        inner(scan, "sessionContext", PARTS, |scan, part| {
            match part {
                Some(Part::SourceIdentity) => self.source_identity = text_of(scan)?,
                Some(Part::RoleDelivery) => self.role_delivery = text_of(scan)?,
                Some(Part::AssumedRoot) => self.assumed_root = text_of(scan)?,
                Some(Part::Issuer) => {
                    inner(scan, "sessionIssuer", ISSUER, |scan, first| {
                        match first {
                            Some(true) => self.issuer_kind = text_of(scan)?,
                            Some(false) => self.issuer = text_of(scan)?,
                            None => drop(scan.skip()?),
                        }
                        Ok(())
                    })?;
                }
                Some(Part::Attributes) => {
                    inner(scan, "attributes", ATTRIBUTES, |scan, first| {
                        match first {
                            Some(true) => self.created = text_of(scan)?,
                            Some(false) => self.mfa = text_of(scan)?,
                            None => drop(scan.skip()?),
                        }
                        Ok(())
                    })?;
                }
                Some(Part::Federation) => {
                    let provider = &[("federatedProvider", ())];
                    inner(scan, "webIdFederationData", provider, |scan, is_it| {
                        match is_it {
                            Some(()) => self.federated = text_of(scan)?,
                            None => drop(scan.skip()?),
                        }
                        Ok(())
                    })?;
                }
                None => drop(scan.skip()?),
            }
            Ok(())
        })
    }
}
