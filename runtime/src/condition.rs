//! Conditions: operators, typed condition keys, and what they make.

use core::fmt;

use crate::catalogue::ValueType;

/// An operator of IAM's `Condition` element.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(
    missing_docs,
    reason = "the names are IAM's own; `Operator::name` and the key types say the rest"
)]
pub enum Operator {
    StringEquals,
    StringNotEquals,
    StringEqualsIgnoreCase,
    StringNotEqualsIgnoreCase,
    StringLike,
    StringNotLike,
    NumericEquals,
    NumericNotEquals,
    NumericLessThan,
    NumericLessThanEquals,
    NumericGreaterThan,
    NumericGreaterThanEquals,
    DateEquals,
    DateNotEquals,
    DateLessThan,
    DateLessThanEquals,
    DateGreaterThan,
    DateGreaterThanEquals,
    Bool,
    BinaryEquals,
    IpAddress,
    NotIpAddress,
    ArnEquals,
    ArnLike,
    ArnNotEquals,
    ArnNotLike,
    Null,
}

/// What an operator compares: the family its name begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperatorFamily {
    /// `String..`
    String,
    /// `Numeric..`
    Numeric,
    /// `Date..`
    Date,
    /// `Bool`
    Bool,
    /// `BinaryEquals`
    Binary,
    /// `IpAddress` and `NotIpAddress`
    IpAddress,
    /// `Arn..`
    Arn,
    /// `Null`
    Null,
}

impl OperatorFamily {
    /// Whether the operators of the family may be put on a key of this type.
    ///
    /// `String..` works on an ARN key too, though IAM advises `Arn..`; `Null` works on every key; no key of the
    /// catalogue is binary.
    #[must_use]
    pub const fn suits(self, key: ValueType) -> bool {
        matches!(
            (self, key),
            (Self::String, ValueType::String | ValueType::Arn)
                | (Self::Arn, ValueType::Arn)
                | (Self::Numeric, ValueType::Numeric)
                | (Self::Date, ValueType::Date)
                | (Self::Bool, ValueType::Bool)
                | (Self::IpAddress, ValueType::IpAddress)
                | (Self::Null, _)
        )
    }
}

macro_rules! operators {
    ($($name:ident $method:ident $family:ident $negated:literal;)*) => {
        impl Operator {
            /// All 27 operators.
            pub const ALL: [Self; 27] = [$(Self::$name),*];

            /// IAM's name: `StringEquals`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// The method on a typed key: `string_equals`.
            #[must_use]
            pub const fn method(self) -> &'static str {
                match self { $(Self::$name => stringify!($method),)* }
            }

            /// What the operator compares.
            #[must_use]
            pub const fn family(self) -> OperatorFamily {
                match self { $(Self::$name => OperatorFamily::$family,)* }
            }

            /// Whether the operator is the denial of another, and so true when the key is missing.
            #[must_use]
            pub const fn is_negated(self) -> bool {
                match self { $(Self::$name => $negated,)* }
            }

            /// Whether `*` and `?` in a value are wildcards.
            #[must_use]
            pub const fn has_wildcards(self) -> bool {
                matches!(
                    self,
                    Self::StringLike
                        | Self::StringNotLike
                        | Self::ArnEquals
                        | Self::ArnLike
                        | Self::ArnNotEquals
                        | Self::ArnNotLike
                )
            }

            /// The operator of this name, in IAM's spelling and case.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($name) => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// The operator whose method on a typed key has this name.
            #[must_use]
            pub fn from_method(method: &str) -> Option<Self> {
                match method {
                    $(stringify!($method) => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

operators! {
    StringEquals string_equals String false;
    StringNotEquals string_not_equals String true;
    StringEqualsIgnoreCase string_equals_ignore_case String false;
    StringNotEqualsIgnoreCase string_not_equals_ignore_case String true;
    StringLike string_like String false;
    StringNotLike string_not_like String true;
    NumericEquals numeric_equals Numeric false;
    NumericNotEquals numeric_not_equals Numeric true;
    NumericLessThan numeric_less_than Numeric false;
    NumericLessThanEquals numeric_less_than_equals Numeric false;
    NumericGreaterThan numeric_greater_than Numeric false;
    NumericGreaterThanEquals numeric_greater_than_equals Numeric false;
    DateEquals date_equals Date false;
    DateNotEquals date_not_equals Date true;
    DateLessThan date_less_than Date false;
    DateLessThanEquals date_less_than_equals Date false;
    DateGreaterThan date_greater_than Date false;
    DateGreaterThanEquals date_greater_than_equals Date false;
    Bool bool Bool false;
    BinaryEquals binary_equals Binary false;
    IpAddress ip_address IpAddress false;
    NotIpAddress not_ip_address IpAddress true;
    ArnEquals arn_equals Arn false;
    ArnLike arn_like Arn false;
    ArnNotEquals arn_not_equals Arn true;
    ArnNotLike arn_not_like Arn true;
    Null null Null false;
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The set operator, a prefix of an operator: how the values of a multivalued key in the request are compared with those of
/// the condition.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetOperator {
    /// `ForAllValues:` every value of the request matches one of the policy. True when the request has none.
    ForAllValues,
    /// `ForAnyValue:` at least one value of the request matches one of the policy.
    ForAnyValue,
}

impl SetOperator {
    /// IAM's name, without the colon.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ForAllValues => "ForAllValues",
            Self::ForAnyValue => "ForAnyValue",
        }
    }
}

/// The name of a condition key, a tag's name filled in: `aws:RequestTag/team`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyName {
    before: &'static str,
    filled: &'static str,
    after: &'static str,
}

impl KeyName {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self {
            before: name,
            filled: "",
            after: "",
        }
    }

    pub(crate) const fn filled(
        before: &'static str,
        filled: &'static str,
        after: &'static str,
    ) -> Self {
        Self {
            before,
            filled,
            after,
        }
    }
}

#[cfg(feature = "evaluate")]
impl KeyName {
    /// The name in the pieces it is kept in.
    pub(crate) const fn parts(self) -> [&'static str; 3] {
        [self.before, self.filled, self.after]
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.before, self.filled, self.after)
    }
}

/// One line of a `Condition` element: a key under an operator. The values it is compared with are in the document.
#[derive(Debug, Clone, Copy)]
pub struct Condition {
    key: KeyName,
    set: Option<SetOperator>,
    operator: Operator,
    if_exists: bool,
}

impl Condition {
    const fn new(key: KeyName, set: Option<SetOperator>, operator: Operator) -> Self {
        Self {
            key,
            set,
            operator,
            if_exists: false,
        }
    }

    /// `..IfExists`: the condition also holds for a request that does not have the key.
    #[must_use]
    pub const fn if_exists(self) -> Self {
        Self {
            if_exists: true,
            ..self
        }
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> KeyName {
        self.key
    }

    /// The set operator before the operator, on a multivalued key.
    #[must_use]
    pub const fn set_operator(&self) -> Option<SetOperator> {
        self.set
    }

    /// The operator.
    #[must_use]
    pub const fn operator(&self) -> Operator {
        self.operator
    }

    /// Whether the operator carries `IfExists`.
    #[must_use]
    pub const fn is_if_exists(&self) -> bool {
        self.if_exists
    }
}

macro_rules! method {
    ($operator:ident $method:ident $doc:literal) => {
        #[doc = $doc]
        #[must_use]
        pub const fn $method<const N: usize>(self, _values: [&'static str; N]) -> Condition {
            Condition::new(self.name, self.set, Operator::$operator)
        }
    };
}

macro_rules! family {
    (String) => {
        method!(StringEquals string_equals "`StringEquals`: equal to one of the values, case-sensitively.");
        method!(StringNotEquals string_not_equals "`StringNotEquals`: not equal to any of the values, case-sensitively. True when the key is missing.");
        method!(StringEqualsIgnoreCase string_equals_ignore_case "`StringEqualsIgnoreCase`: equal to one of the values, ignoring case.");
        method!(StringNotEqualsIgnoreCase string_not_equals_ignore_case "`StringNotEqualsIgnoreCase`: not equal to any of the values, ignoring case. True when the key is missing.");
        method!(StringLike string_like "`StringLike`: matches one of the patterns; `*` matches any text and `?` one character.");
        method!(StringNotLike string_not_like "`StringNotLike`: matches none of the patterns. True when the key is missing.");
    };
    (Numeric) => {
        method!(NumericEquals numeric_equals "`NumericEquals`: equal to one of the numbers.");
        method!(NumericNotEquals numeric_not_equals "`NumericNotEquals`: not equal to any of the numbers. True when the key is missing.");
        method!(NumericLessThan numeric_less_than "`NumericLessThan`: less than the number.");
        method!(NumericLessThanEquals numeric_less_than_equals "`NumericLessThanEquals`: at most the number.");
        method!(NumericGreaterThan numeric_greater_than "`NumericGreaterThan`: more than the number.");
        method!(NumericGreaterThanEquals numeric_greater_than_equals "`NumericGreaterThanEquals`: at least the number.");
    };
    (Date) => {
        method!(DateEquals date_equals "`DateEquals`: at one of the given times, in ISO 8601.");
        method!(DateNotEquals date_not_equals "`DateNotEquals`: not at any of the given times. True when the key is missing.");
        method!(DateLessThan date_less_than "`DateLessThan`: before the given time.");
        method!(DateLessThanEquals date_less_than_equals "`DateLessThanEquals`: at or before the given time.");
        method!(DateGreaterThan date_greater_than "`DateGreaterThan`: after the given time.");
        method!(DateGreaterThanEquals date_greater_than_equals "`DateGreaterThanEquals`: at or after the given time.");
    };
    (Bool) => {
        method!(Bool bool "`Bool`: `true` or `false`.");
    };
    (Binary) => {
        method!(BinaryEquals binary_equals "`BinaryEquals`: equal, byte for byte, to one of the values, in base64.");
    };
    (IpAddress) => {
        method!(IpAddress ip_address "`IpAddress`: inside one of the addresses or CIDR ranges.");
        method!(NotIpAddress not_ip_address "`NotIpAddress`: outside all of the addresses and CIDR ranges. True when the key is missing.");
    };
    (Arn) => {
        method!(ArnEquals arn_equals "`ArnEquals`: matches one of the ARN patterns, field by field. The same as `ArnLike`.");
        method!(ArnLike arn_like "`ArnLike`: matches one of the ARN patterns, field by field; `*` and `?` stay inside a field.");
        method!(ArnNotEquals arn_not_equals "`ArnNotEquals`: matches none of the ARN patterns. True when the key is missing.");
        method!(ArnNotLike arn_not_like "`ArnNotLike`: matches none of the ARN patterns. True when the key is missing.");
    };
    (Null) => {
        method!(Null null "`Null`: `true` if the request must not have the key, `false` if it must have it.");
    };
}

macro_rules! keys {
    ($($(#[$meta:meta])* $key:ident: $($family:ident)+;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy)]
        pub struct $key {
            name: KeyName,
            set: Option<SetOperator>,
        }

        impl $key {
            pub(crate) const fn new(name: &'static str) -> Self {
                Self { name: KeyName::new(name), set: None }
            }

            #[allow(dead_code, reason = "some types have no key with a placeholder in the enabled services")]
            pub(crate) const fn filled(before: &'static str, filled: &'static str, after: &'static str) -> Self {
                Self { name: KeyName::filled(before, filled, after), set: None }
            }

            /// The name of the key.
            #[must_use]
            pub const fn key(self) -> KeyName {
                self.name
            }

            $(family!($family);)+
        }
    )*};
}

keys! {
    /// A condition key that holds text.
    StringKey: String Null;
    /// A condition key that holds an ARN. IAM advises the `arn_..` operators for it.
    ArnKey: Arn String Null;
    /// A condition key that is true or false.
    BoolKey: Bool Null;
    /// A condition key that holds a number.
    NumericKey: Numeric Null;
    /// A condition key that holds a date and time.
    DateKey: Date Null;
    /// A condition key that holds an IP address.
    IpAddressKey: IpAddress Null;
    /// A condition key that holds a moment, compared as a date or as a number of seconds since 1970.
    DateOrNumericKey: Date Numeric Null;
    /// A condition key that the catalogue does not list, and so of any type.
    AnyKey: String Numeric Date Bool Binary IpAddress Arn Null;
}

impl AnyKey {
    /// A key by its full name, with prefix.
    #[must_use]
    pub const fn unlisted(name: &'static str) -> Self {
        Self::new(name)
    }

    /// `ForAllValues:` every value of the request matches one of the policy.
    #[must_use]
    pub const fn for_all_values(self) -> Self {
        Self {
            set: Some(SetOperator::ForAllValues),
            ..self
        }
    }

    /// `ForAnyValue:` at least one value of the request matches one of the policy.
    #[must_use]
    pub const fn for_any_value(self) -> Self {
        Self {
            set: Some(SetOperator::ForAnyValue),
            ..self
        }
    }
}

macro_rules! set_keys {
    ($($(#[$meta:meta])* $set:ident of $key:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy)]
        pub struct $set {
            name: KeyName,
            set: Option<SetOperator>,
        }

        impl $set {
            #[allow(dead_code, reason = "some types have no key in the enabled services")]
            pub(crate) const fn new(name: &'static str) -> Self {
                Self { name: KeyName::new(name), set: None }
            }

            #[allow(dead_code, reason = "some types have no key with a placeholder in the enabled services")]
            pub(crate) const fn filled(before: &'static str, filled: &'static str, after: &'static str) -> Self {
                Self { name: KeyName::filled(before, filled, after), set: None }
            }

            /// The name of the key.
            #[must_use]
            pub const fn key(self) -> KeyName {
                self.name
            }

            /// `ForAllValues:` every value of the request matches one of the policy. True when the request has none,
            /// so pair it with `.null(false)` in an `allow`.
            #[must_use]
            pub const fn for_all_values(self) -> $key {
                $key { name: self.name, set: Some(SetOperator::ForAllValues) }
            }

            /// `ForAnyValue:` at least one value of the request matches one of the policy.
            #[must_use]
            pub const fn for_any_value(self) -> $key {
                $key { name: self.name, set: Some(SetOperator::ForAnyValue) }
            }

            family!(Null);
        }
    )*};
}

set_keys! {
    /// A condition key with several texts: call `for_all_values()` or `for_any_value()` before the operator.
    StringSetKey of StringKey;
    /// A condition key with several ARNs: call `for_all_values()` or `for_any_value()` before the operator.
    ArnSetKey of ArnKey;
    /// A condition key with several truth values: call `for_all_values()` or `for_any_value()` before the operator.
    BoolSetKey of BoolKey;
}
