use super::*;

fn order(a: &str, b: &str) -> Order {
    compare_numbers(
        &number(a.as_bytes()).unwrap(),
        &number(b.as_bytes()).unwrap(),
    )
}

#[test]
fn numbers() {
    for (a, b, expected) in [
        ("1", "1.0", 0),
        ("0", "-0.00", 0),
        ("10", "9", 1),
        ("1e3", "1000", 0),
        ("1.5E-3", "0.0015", 0),
        ("-2", "-1", -1),
        ("-1", "0", -1),
        ("0.1", "0.09", 1),
        ("007", "7", 0),
        ("9007199254740993", "9007199254740992", 1),
        ("0.30000000000000000001", "0.3", 1),
        (
            "123456789012345678901234567890",
            "123456789012345678901234567891",
            -1,
        ),
        ("1e999999999", "1e2", 1),
    ] {
        assert_eq!(order(a, b), expected, "{a} {b}");
        assert_eq!(order(b, a), -expected, "{b} {a}");
    }
    for wrong in ["", "-", "1.", ".5", "1e", "1x", "0x10", "NaN"] {
        assert!(number(wrong.as_bytes()).is_none(), "{wrong}");
    }
}

#[test]
fn moments() {
    let seconds = |text: &str| moment(text.as_bytes()).map(|moment| moment.seconds);
    for (text, expected) in [
        ("1970-01-01", 0),
        ("1970", 0),
        ("1970-02", 31 * 86_400),
        ("2000-03-01T00:00:00Z", 951_868_800),
        ("2024-02-29T12:34:56Z", 1_709_210_096),
        ("2024-02-29T12:34Z", 1_709_210_040),
        ("2024-02-29T13:34:56+01:00", 1_709_210_096),
        ("2024-02-29T04:34:56-0800", 1_709_210_096),
        ("1709210096", 1_709_210_096),
        ("-1", -1),
        ("1969-12-31T23:59:59Z", -1),
        ("0001-01-01", -62_135_596_800),
    ] {
        assert_eq!(seconds(text), Some(expected), "{text}");
    }
    assert_eq!(
        moment(b"1970-01-01T00:00:00.25Z").unwrap().nanos,
        250_000_000
    );
}

#[test]
fn the_grammars_of_the_rules_are_these() {
    let texts = [
        "0",
        "1.5",
        "1e3",
        "1.",
        ".5",
        "x",
        "",
        "-",
        "2026",
        "2026-11",
        "2026-11-24",
        "2024-02-29",
        "2026-02-29",
        "2026-11-24T18:30Z",
        "2026-11-24T18:30:00.1Z",
        "2026-11-24T18:30",
        "2026-11T18:30Z",
        "2026-11-24T18:30:00+1",
        "2026-11-24T18:30:00+01:00",
        "-5",
        "20261",
        "2026-11-24T18:30:00+é1é",
        "2026T18:30Z",
        "2026-13-01",
        "2026-11-31",
        "tomorrow",
    ];
    for text in texts {
        assert_eq!(
            number(text.as_bytes()).is_some(),
            crate::value::is_number(text),
            "{text}"
        );
        assert_eq!(
            moment(text.as_bytes()).is_some(),
            crate::value::is_date(text),
            "{text}"
        );
    }
    for text in [
        "10.0.0.0/8",
        "203.0.113.7",
        "0.0.0.0/0",
        "2001:db8::/32",
        "::1",
        "::",
        "1::",
        "::ffff:1.2.3.4/128",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "1::2::3",
        ":1",
        "1:",
        "1:2:3:4:5:6:1.2.3.4",
        "12345::",
        "g::",
        "",
        "10.0.0/8",
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0.0/+8",
        "256.0.0.1",
        "01.0.0.1",
        "2001:db8::/129",
        "a/8",
        "10.0.0.*",
        "1.2.3.4.5",
        "::1.2.3",
        "1:::2",
    ] {
        assert_eq!(
            range(text.as_bytes()).is_some(),
            crate::value::cidr_error(text).is_none(),
            "{text}"
        );
        let std: Option<u128> =
            text.parse::<core::net::IpAddr>()
                .ok()
                .map(|address| match address {
                    core::net::IpAddr::V4(four) => u128::from(four.to_bits()),
                    core::net::IpAddr::V6(six) => six.to_bits(),
                });
        assert_eq!(
            address(text.as_bytes()).map(|(_, bits)| bits),
            std,
            "{text}"
        );
    }
}

#[test]
fn ranges() {
    let ten = range(b"10.1.2.3/8").unwrap();
    assert_eq!((ten.first(), ten.last()), (0x0a00_0000, 0x0aff_ffff));
    assert!(ten.holds(false, 0x0a01_0203) && !ten.holds(true, 0x0a01_0203));
    let all = range(b"::/0").unwrap();
    assert_eq!((all.first(), all.last()), (0, u128::MAX));
}
