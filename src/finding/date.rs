//! Days, as people write them into suppressions. Which day it is today only the command line knows.

use std::fmt;

use jiff::civil;

/// A day of the calendar, written `2026-01-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

impl Date {
    /// Reads `YYYY-MM-DD`; `None` for anything else and for days that no month has.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut number = |digits: usize| {
            let part = parts.next()?;
            let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<i16>().ok().filter(|_| is_number)
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        if parts.next().is_some() {
            return None;
        }
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        civil::Date::new(year, month, day).ok().map(Self)
    }

    /// The day that lies so many seconds after the beginning of 1970, in universal time.
    #[must_use]
    pub fn of_seconds(seconds: u64) -> Option<Self> {
        let days = jiff::Span::new().try_days(i64::try_from(seconds / 86_400).ok()?).ok()?;
        civil::Date::constant(1970, 1, 1).checked_add(days).ok().map(Self)
    }

    /// The day before.
    #[must_use]
    pub fn before(self) -> Option<Self> {
        self.0.yesterday().ok().map(Self)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn days_are_read_strictly() {
        let shown = |text| Date::parse(text).map(|date| date.to_string());
        assert_eq!(shown("2024-02-29"), Some("2024-02-29".to_owned()));
        for wrong in
            ["", "2023-02-29", "2026-1-1", "26-01-01", "2026-01-01-", "+026-01-01", "today"]
        {
            assert_eq!(shown(wrong), None, "{wrong}");
        }
        assert!(Date::parse("2025-12-31") < Date::parse("2026-01-01"));
    }

    #[test]
    fn seconds_and_yesterday() {
        let day = Date::of_seconds(1_767_225_600);
        assert_eq!(day, Date::parse("2026-01-01"));
        assert_eq!(Date::of_seconds(1_767_225_599), Date::parse("2025-12-31"));
        assert_eq!(day.and_then(Date::before), Date::parse("2025-12-31"));
    }
}
