//! Rules about addresses and networks in conditions.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-network-properties>.

use alloc::format;
use alloc::string::String;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::check::facts::Facts;
use crate::check::rule::rules;
use crate::check::{Message, Sink, tables, text};
use crate::condition::{Operator, OperatorFamily};
use crate::document::{List, Value};
use crate::glob;

/// A range of addresses.
#[derive(Clone, Copy)]
struct Range {
    address: IpAddr,
    length: u8,
}

impl Range {
    /// The range that a value spells, when it spells one.
    fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => {
                (address.parse::<IpAddr>().ok()?, Some(length.parse().ok()?))
            }
            None => (text.parse().ok()?, None),
        };
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let length = length.unwrap_or(longest);
        (length <= longest).then_some(Self { address, length })
    }

    /// The first address of the range.
    fn network(self) -> IpAddr {
        match self.address {
            IpAddr::V4(address) => {
                IpAddr::V4(Ipv4Addr::from_bits(first(address.to_bits(), self.length)))
            }
            IpAddr::V6(address) => {
                let kept = 128 - u32::from(self.length);
                let mask = u128::MAX.checked_shl(kept).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
            }
        }
    }

    fn is_private(self) -> bool {
        match self.address {
            IpAddr::V4(address) => tables::PRIVATE_NETWORKS_V4
                .iter()
                .any(|&(network, length)| {
                    self.length >= length
                        && first(address.to_bits(), length) == Ipv4Addr::from(network).to_bits()
                }),
            IpAddr::V6(address) => {
                let head = u32::from(address.segments()[0]) << 16;
                address.is_loopback()
                    || tables::PRIVATE_NETWORKS_V6
                        .iter()
                        .any(|&(network, length)| {
                            self.length >= length && first(head, length) == u32::from(network) << 16
                        })
            }
        }
    }
}

/// The bits of an address that a length keeps.
fn first(bits: u32, length: u8) -> u32 {
    bits & u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0)
}

rules![
    /// An IP range has bits set after its prefix, which are ignored.
    ///
    /// Checks the addresses of `IpAddress` and `NotIpAddress`. `203.0.113.7/24` is treated as `203.0.113.0/24`,
    /// which is 256 addresses. If you mean a single address, write `/32`, or no prefix at all.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.7/24"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress>.
    #[rule(Suggestion, needs(IP))]
    fn IMPROVE_IP_RANGE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, key) in facts.keys() {
            if !key.has_family(OperatorFamily::IpAddress) {
                continue;
            }
            for (v, value) in key.values.iter().enumerate() {
                let text = value.as_text();
                let Some(range) = Range::parse(text) else {
                    continue;
                };
                let network = range.network();
                if network != range.address {
                    let right = format!("{network}/{}", range.length);
                    sink.report(
                        key.value(v),
                        format!("`{text}` is treated as `{right}`: bits after the /{} prefix are ignored", range.length),
                    )
                    .help(format!("write `{right}`"))
                    .replace(right);
                }
            }
        }
    },

    /// `aws:SourceIp` is compared only with private addresses, so the condition never holds.
    ///
    /// Checks the values of the key. It is the public address from which AWS receives the request, and is missing
    /// from requests through a VPC endpoint, so it never has a private address. For addresses in a VPC, compare
    /// `aws:VpcSourceIp` together with `aws:SourceVpc`.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {
    ///     "IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"},
    ///     "StringEquals": {"aws:SourceVpc": "vpc-12345678"}
    ///   }
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip>.
    #[rule(Error, needs(IP))]
    fn PRIVATE_IP_ADDRESS(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        report_private(
            facts,
            sink,
            Operator::IpAddress,
            true,
            " is a public address, so it is never in these ranges",
        );
    },

    /// `aws:SourceIp` is required to be outside private ranges, so the condition always holds.
    ///
    /// Checks the values of the key under `NotIpAddress`. It is the public address from which AWS receives the
    /// request, so it is always outside private ranges. A `Deny` with this condition denies everything. For
    /// addresses in a VPC, compare `aws:VpcSourceIp` together with `aws:SourceVpc`.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "fd00::/8"]}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip>.
    #[rule(Error, needs(IP))]
    fn PRIVATE_NOT_IP_ADDRESS(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        report_private(
            facts,
            sink,
            Operator::NotIpAddress,
            true,
            " is a public address, so it is always outside these ranges",
        );
    },

    /// `aws:SourceIp` is compared with some private addresses, which it never has.
    ///
    /// Checks the values of the key. The public ranges in the list work; the private ones have no effect, so
    /// callers in that network are not covered. For addresses in a VPC, compare `aws:VpcSourceIp` together with
    /// `aws:SourceVpc`.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "192.168.0.0/16"]}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip>.
    #[rule(Suggestion, denied, needs(IP))]
    fn PRIVATE_IP_ADDRESS_SUBSET(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        report_private(
            facts,
            sink,
            Operator::IpAddress,
            false,
            " is a public address, so it is never in this range",
        );
    },

    /// `aws:SourceIp` is required to be outside some private ranges, which it always is.
    ///
    /// Checks the values of the key under `NotIpAddress`. The public ranges in the list work; the private ones have
    /// no effect, so callers in that network are not exempt. For addresses in a VPC, compare `aws:VpcSourceIp`
    /// together with `aws:SourceVpc`.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "192.168.0.0/16"]}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip>.
    #[rule(Suggestion, denied, needs(IP))]
    fn PRIVATE_NOT_IP_ADDRESS_SUBSET(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        report_private(
            facts,
            sink,
            Operator::NotIpAddress,
            false,
            " is a public address, so it is always outside this range",
        );
    },

    /// A value of `aws:SourceVpc` is not the ID of a VPC.
    ///
    /// Checks that each value is `vpc-` and 8 or 17 hexadecimal digits. Any other value never matches.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1234567"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-12345678"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcevpc>.
    #[rule(Error, needs(STRING), subject(Impossible))]
    fn INVALID_VPC_FORMAT(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        report_ids(facts, sink, "aws:SourceVpc", "vpc-", "a VPC")
    },

    /// A value of `aws:SourceVpce` is not the ID of a VPC endpoint.
    ///
    /// Checks that each value is `vpce-` and 8 or 17 hexadecimal digits. Any other value never matches. To compare
    /// the VPC, use `aws:SourceVpc`.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:SourceVpce": "vpc-12345678"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-12345678"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcevpce>.
    #[rule(Error, needs(STRING))]
    fn INVALID_VPCE_FORMAT(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        report_ids(facts, sink, "aws:SourceVpce", "vpce-", "a VPC endpoint")
    }
];

/// How many of the values are private ranges, and the number of the first.
fn private(values: &List<Value<'_>>) -> (usize, Option<usize>) {
    let (mut count, mut first) = (0, None);
    for (number, value) in values.iter().enumerate() {
        if Range::parse(value.as_text()).is_some_and(Range::is_private) {
            count += 1;
            first = first.or(Some(number));
        }
    }
    (count, first)
}

fn report_private(
    facts: &Facts<'_>,
    sink: &mut Sink<'_>,
    operator: Operator,
    all: bool,
    message: &'static str,
) {
    for (_, key) in facts.keys() {
        if key.operator != Some(operator) || !key.is("aws:SourceIp") {
            continue;
        }
        let (count, Some(first)) = private(key.values) else {
            continue;
        };
        if (count == key.values.items.len()) != all {
            continue;
        }
        let place = if all { key.place() } else { key.value(first) };
        sink.report(place, Message::new().key(key.name).with(message))
            .help(
                Message::from("for addresses inside a VPC, compare ")
                    .key("aws:VpcSourceIp")
                    .with(" and ")
                    .key("aws:SourceVpc"),
            );
    }
}

fn report_ids(facts: &Facts<'_>, sink: &mut Sink<'_>, name: &str, prefix: &str, what: &str) {
    for (_, key) in facts.keys() {
        if !key.has_family(OperatorFamily::String) || !key.is(name) {
            continue;
        }
        for (v, value) in key.values.iter().enumerate() {
            let text = value.as_text();
            let is_id = |text: &str, digit: fn(&u8) -> bool| match text.strip_prefix(prefix) {
                Some(id) => matches!(id.len(), 8 | 17) && text::all(id, digit),
                None => false,
            };
            let right = is_id(text, |b| b.is_ascii_digit() || (b'a'..=b'f').contains(b));
            // Wildcards and variables have rules of their own.
            if right || glob::has_wildcard(text) || text.contains("${") {
                continue;
            }
            let finding = sink.report(
                key.value(v),
                format!("`{}` is not the ID of {what}", text.escape_debug()),
            );
            let lower: String = text.to_ascii_lowercase();
            finding.help(format!(
                "the ID is `{prefix}` followed by 8 or 17 hexadecimal digits, 0 to 9 and a to f"
            ));
            let fixed = is_id(&lower, u8::is_ascii_hexdigit);
            if fixed {
                finding.replace(lower);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::Range;

    #[test]
    fn private_ranges() {
        for text in [
            "10.0.0.0/8",
            "10.1.2.3",
            "172.31.0.0/16",
            "192.168.1.0/24",
            "127.0.0.1",
            "fd00::/8",
            "::1",
            "fe80::1",
        ] {
            assert!(Range::parse(text).is_some_and(Range::is_private), "{text}");
        }
        for text in [
            "0.0.0.0/0",
            "8.0.0.0/6",
            "172.32.0.0/16",
            "203.0.113.0/24",
            "2001:db8::/32",
            "::/0",
        ] {
            assert!(
                Range::parse(text).is_some_and(|range| !range.is_private()),
                "{text}"
            );
        }
        for text in ["", "10.0.0.0/33", "::/129", "x"] {
            assert!(Range::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn networks() {
        for (text, network) in [
            ("203.0.113.77/24", "203.0.113.0"),
            ("203.0.113.77/0", "0.0.0.0"),
            ("203.0.113.77", "203.0.113.77"),
            ("2001:db8::1/32", "2001:db8::"),
            ("2001:db8::1/0", "::"),
        ] {
            assert_eq!(
                Range::parse(text)
                    .map(|range| range.network().to_string())
                    .as_deref(),
                Some(network)
            );
        }
    }
}
