//! Times as text (RFC 3339): `formatdate`, `timeadd`, `timecmp`. Nothing here knows what time it is.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};

use crate::diag::Problem;
use crate::value::Value;

use super::arguments::text;
use super::signature::{Class, Function, Gives, Parameter, invalid};

const STRING: Gives = Gives::Class(Class::String);
const TIMESTAMP: Parameter = Parameter::new("timestamp", Class::String);

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "formatdate",
        &[Parameter::new("format", Class::String), Parameter::new("time", Class::String)],
        STRING,
        |args, _| {
            let stamp = Stamp::parse(text(args, 1), "time")?;
            stamp.format(text(args, 0)).map(Value::string)
        },
    ),
    Function::new(
        "timeadd",
        &[TIMESTAMP, Parameter::new("duration", Class::String)],
        STRING,
        |args, _| {
            let stamp = Stamp::parse(text(args, 0), "timestamp")?;
            let duration = duration(text(args, 1))?;
            let local = stamp.local.checked_add(duration).map_err(|_| {
                invalid("duration", "the result lies outside the years that are known here")
            })?;
            Ok(Value::string(Stamp { local, ..stamp }.to_rfc3339()))
        },
    ),
    Function::new(
        "timecmp",
        &[
            Parameter::new("timestamp_a", Class::String),
            Parameter::new("timestamp_b", Class::String),
        ],
        Gives::Class(Class::Number),
        |args, _| {
            let a = Stamp::parse(text(args, 0), "timestamp_a")?.utc();
            let b = Stamp::parse(text(args, 1), "timestamp_b")?.utc();
            Ok(Value::int(a.cmp(&b) as i64))
        },
    ),
];

/// A local time and its distance from UTC in minutes.
struct Stamp {
    local: DateTime,
    offset: i16,
}

impl Stamp {
    fn parse(text: &str, parameter: &str) -> Result<Self, Problem> {
        Self::read(text).ok_or_else(|| {
            invalid(parameter, &format!("`{text}` is not a valid RFC 3339 timestamp"))
                .with_hint("write it as in `2024-05-17T09:30:00Z`")
        })
    }

    fn read(text: &str) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let rest = rest.strip_prefix('T')?;
        let (time, rest) = rest.split_at_checked(8)?;
        let digits =
            rest.strip_prefix('.').map(|r| r.bytes().take_while(u8::is_ascii_digit).count());
        let (fraction, zone) = match digits {
            Some(0) => return None,
            Some(n) => rest.split_at_checked(n + 1)?,
            None => ("", rest),
        };
        let [year, month, day] = fields(date, '-', [4, 2, 2])?;
        let [hour, minute, second] = fields(time, ':', [2, 2, 2])?;
        let nanos: String = fraction.chars().skip(1).chain("000000000".chars()).take(9).collect();
        let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        let time = Time::new(
            i8::try_from(hour).ok()?,
            i8::try_from(minute).ok()?,
            i8::try_from(second).ok()?,
            nanos.parse().ok()?,
        );
        Some(Self { local: date.to_datetime(time.ok()?), offset: offset(zone)? })
    }

    fn utc(&self) -> DateTime {
        let offset = SignedDuration::from_mins(i64::from(self.offset));
        self.local.checked_sub(offset).unwrap_or(self.local)
    }

    fn to_rfc3339(&self) -> String {
        let t = self.local;
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}",
            t.year(),
            t.month(),
            t.day(),
            t.hour(),
            t.minute(),
            t.second(),
            self.zone(true, ":")
        )
    }

    /// `+02:00`; `Z` for UTC where that is wanted.
    fn zone(&self, z: bool, colon: &str) -> String {
        if z && self.offset == 0 {
            return "Z".to_owned();
        }
        let (sign, minutes) = (if self.offset < 0 { '-' } else { '+' }, self.offset.unsigned_abs());
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }

    /// Runs of a letter are fields, text in single quotes and all else stays.
    fn format(&self, spec: &str) -> Result<String, Problem> {
        let mut out = String::new();
        let mut rest = spec;
        while let Some(c) = rest.chars().next() {
            if c == '\'' {
                let (quoted, after) = quoted(rest)?;
                out.push_str(&quoted);
                rest = after;
                continue;
            }
            let run = rest.len() - rest.trim_start_matches(c).len();
            let (field, after) = rest.split_at_checked(run).unwrap_or((rest, ""));
            match c.is_ascii_alphabetic() {
                true => out.push_str(&self.field(field)?),
                false => out.push_str(field),
            }
            rest = after;
        }
        Ok(out)
    }

    fn field(&self, field: &str) -> Result<String, Problem> {
        let t = self.local;
        let month = month_name(t.month());
        let day = day_name(t.weekday().to_sunday_zero_offset());
        let hour12 = match t.hour() % 12 {
            0 => 12,
            hour => hour,
        };
        Ok(match field {
            "YYYY" => format!("{:04}", t.year()),
            "YY" => format!("{:02}", t.year() % 100),
            "MMMM" => month.to_owned(),
            "MMM" => month.chars().take(3).collect(),
            "MM" => format!("{:02}", t.month()),
            "M" => t.month().to_string(),
            "DD" => format!("{:02}", t.day()),
            "D" => t.day().to_string(),
            "EEEE" => day.to_owned(),
            "EEE" => day.chars().take(3).collect(),
            "hh" => format!("{:02}", t.hour()),
            "h" => t.hour().to_string(),
            "HH" => format!("{hour12:02}"),
            "H" => hour12.to_string(),
            "AA" => (if t.hour() < 12 { "AM" } else { "PM" }).to_owned(),
            "aa" => (if t.hour() < 12 { "am" } else { "pm" }).to_owned(),
            "mm" => format!("{:02}", t.minute()),
            "m" => t.minute().to_string(),
            "ss" => format!("{:02}", t.second()),
            "s" => t.second().to_string(),
            "ZZZZZ" => self.zone(false, ":"),
            "ZZZZ" => self.zone(false, ""),
            "ZZZ" if self.offset == 0 => "UTC".to_owned(),
            "ZZZ" => self.zone(false, ""),
            "Z" => self.zone(true, ":"),
            _ => {
                return Err(invalid("format", &format!("invalid date format verb `{field}`"))
                    .with_hint("put text that contains letters in single quotes"));
            }
        })
    }
}

/// Text in single quotes at the beginning of `rest`; two quotes within are one.
fn quoted(rest: &str) -> Result<(String, &str), Problem> {
    let mut out = String::new();
    let mut after = rest.get(1..).unwrap_or("");
    loop {
        let Some((text, next)) = after.split_once('\'') else {
            return Err(invalid("format", "unterminated literal '"));
        };
        out.push_str(text);
        match next.strip_prefix('\'') {
            Some(more) => {
                out.push('\'');
                after = more;
            }
            None => return Ok((out, next)),
        }
    }
}

fn fields(text: &str, separator: char, widths: [usize; 3]) -> Option<[i16; 3]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; 3];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let part = parts.next()?;
        if part.len() != width || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

/// `Z`, `+02:00` or `-02:00` in minutes.
fn offset(zone: &str) -> Option<i16> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let number = |text: &str| {
        (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse::<i16>().ok())?
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// Go's durations: `1h30m`, `-1.5h`, `10ms`.
fn duration(text: &str) -> Result<SignedDuration, Problem> {
    read_duration(text).ok_or_else(|| {
        invalid("duration", &format!("`{text}` is not a valid duration"))
            .with_hint("write numbers with units, as in `1h30m`")
    })
}

fn read_duration(text: &str) -> Option<SignedDuration> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned == "0" {
        return Some(SignedDuration::ZERO);
    }
    let mut rest = unsigned;
    let mut nanos: i128 = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at_checked(end)?;
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(end)?;
        nanos = nanos.checked_add(part(number, unit_nanos(unit)?)?)?;
        rest = after;
    }
    let negative = text.starts_with('-');
    let nanos = i64::try_from(if negative { -nanos } else { nanos }).ok()?;
    (!unsigned.is_empty()).then(|| SignedDuration::from_nanos(nanos))
}

fn part(number: &str, unit: i128) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let fraction = fraction.get(..fraction.len().min(15))?;
    let digits: i128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let scale = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    whole.checked_mul(unit)?.checked_add(digits * unit / scale)
}

fn unit_nanos(unit: &str) -> Option<i128> {
    Some(match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

fn month_name(month: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    usize::try_from(month - 1).ok().and_then(|n| NAMES.get(n)).copied().unwrap_or("")
}

fn day_name(from_sunday: i8) -> &'static str {
    const NAMES: [&str; 7] =
        ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    usize::try_from(from_sunday).ok().and_then(|n| NAMES.get(n)).copied().unwrap_or("")
}
