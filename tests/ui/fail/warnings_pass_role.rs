//! Roles that may be passed on, and service-linked roles that may be made: told, not refused.

#![deny(warnings)]

use rekognition_iam::{Policy, iam, policy};

pub static ANY_ROLE: Policy = policy![
    allow(iam::PassRole, iam::CreateServiceLinkedRole).on_any(),
];

pub static ALL_ROLES_BUT: Policy = policy![
    allow(iam::PassRole).on(not(iam::role("123456789012", "admin"))),
    allow(iam::CreateServiceLinkedRole)
        .on(not(iam::role("123456789012", "aws-service-role/lex.amazonaws.com/*"))),
];

pub static BY_PATTERN: Policy = policy![
    allow(iam::matching("Pass*"), iam::matching("CreateService*")).on_any(),
];

pub static BY_PATTERN_ALL_BUT: Policy = policy![
    allow(iam::matching("Pass*")).on(not(iam::role("123456789012", "admin"))),
    allow(iam::matching("CreateService*"))
        .on(not(iam::role("123456789012", "aws-service-role/lex.amazonaws.com/*"))),
];

pub static ALL_ACTIONS_BUT: Policy = policy![
    allow(not(iam::DeleteRole, iam::CreateRole)).on_any(),
];

pub static ALL_BUT: Policy = policy![
    allow(not(iam::DeleteRole, iam::CreateRole)).on(not(iam::role("123456789012", "admin"))),
];

pub static NOT_LIMITED: Policy = policy![
    allow(iam::PassRole)
        .on_any()
        .when(iam::PassedToService.string_equals("ec2.amazonaws.com").if_exists()),
    allow(iam::CreateServiceLinkedRole)
        .on_any()
        .when(iam::AWSServiceName.string_like("*lex.amazonaws.com")),
];

fn main() {}
