//! Wildcards do not work in principals, so a `Pattern` is not allowed in one.

use rekognition_iam::values::{AccountId, CanonicalUserId, Pattern, Text};
use rekognition_iam::{PolicyBuf, kind, resource_policy, s3, sts, trust_policy};

fn by_account(account: &Pattern) -> PolicyBuf<kind::RoleTrust> {
    trust_policy![allow(sts::AssumeRole).to(account(account))]
}

fn by_role(account: &AccountId, role: &Pattern) -> PolicyBuf<kind::RoleTrust> {
    trust_policy![allow(sts::AssumeRole).to(role(account, role))]
}

fn by_canonical_user(id: &Text) -> PolicyBuf<kind::Resource> {
    resource_policy![allow(s3::GetObject).to(canonical_user(id)).on(s3::object("photos", "*"))]
}

fn right(id: &CanonicalUserId) -> PolicyBuf<kind::Resource> {
    resource_policy![allow(s3::GetObject).to(canonical_user(id)).on(s3::object("photos", "*"))]
}

fn main() {}
