//! How old the AWS data is.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use rekognition_iam_runtime::catalogue;

/// A day, as the number of days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(i64);

impl Day {
    /// Reads `YYYY-MM-DD`.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a date of the form YYYY-MM-DD");
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts[..] else {
            return Err(wrong());
        };
        let number = |part: &str, digits: usize| {
            let right = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            right.then(|| part.parse::<i64>().ok()).flatten()
        };
        let (Some(year), Some(month), Some(day)) =
            (number(year, 4), number(month, 2), number(day, 2))
        else {
            return Err(wrong());
        };
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return Err(wrong()),
        };
        if day < 1 || day > days {
            return Err(wrong());
        }
        // Years that begin in March, so that the leap day is the last one.
        let (year, month) = match month {
            1 | 2 => (year - 1, month + 9),
            _ => (year, month - 3),
        };
        let leap_days = year / 4 - year / 100 + year / 400;
        Ok(Self(
            365 * year + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468,
        ))
    }

    /// The day so many days before.
    pub(crate) fn before(self, days: u32) -> Self {
        Self(self.0 - i64::from(days))
    }

    /// The day by the clock of this computer, in UTC.
    pub(crate) fn today() -> Result<Self, String> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        (since.ok())
            .and_then(|since| i64::try_from(since.as_secs() / 86_400).ok())
            .map(Self)
            .ok_or_else(|| "the clock of this computer is before 1970".to_owned())
    }
}

impl fmt::Display for Day {
    /// `YYYY-MM-DD`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Days since the first of March of the year 0, in cycles of 400 years.
        let days = self.0 + 719_468;
        let (cycle, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let date = day - (153 * month + 2) / 5 + 1;
        let (month, next) = match month {
            0..=9 => (month + 3, 0),
            _ => (month - 9, 1),
        };
        write!(f, "{:04}-{month:02}-{date:02}", 400 * cycle + year + next)
    }
}

/// What to say if the data in use is older than this many days.
pub(crate) fn too_old(today: Day, max: u32) -> Result<Option<String>, String> {
    let as_of = Day::read(catalogue::as_of())?;
    let age = today.0 - as_of.0;
    Ok((age > i64::from(max)).then(|| {
        format!(
            "the AWS data of {} is {age} days old, and at most {max} are allowed; update rekognition-iam, or run `rekognition-iam catalogue update`",
            catalogue::as_of()
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::{Day, too_old};

    #[test]
    fn days_are_counted() {
        for (text, number) in [
            ("1970-01-01", 0),
            ("1970-03-01", 59),
            ("2000-02-29", 11_016),
            ("2000-03-01", 11_017),
            ("2026-09-26", 20_722),
            ("2100-03-01", 47_541),
        ] {
            assert_eq!(Day::read(text), Ok(Day(number)), "{text}");
            assert_eq!(Day(number).to_string(), text);
        }
        for wrong in [
            "",
            "2026-9-26",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-01-00",
            "2026-01-01-",
            "x026-01-01",
            "+026-01-01",
        ] {
            assert!(Day::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn data_is_too_old_after_the_last_allowed_day() {
        let day = Day::read(rekognition_iam_runtime::catalogue::AS_OF).map(|day| Day(day.0 + 30));
        let told = |max| day.clone().and_then(|today| too_old(today, max));
        assert_eq!(told(30), Ok(None));
        assert!(matches!(told(29), Ok(Some(text)) if text.contains("30 days old")));
    }
}
