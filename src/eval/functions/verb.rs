//! The verbs of `format`: reading them, and writing one value as one of them says.

use unicode_segmentation::UnicodeSegmentation;

use crate::diag::Problem;
use crate::value::{Kind, Number, Type, Value, convert, to_json};

use super::arguments::too_large;

/// One verb, such as `%-5.2f` or `%[1]s`.
#[derive(Debug, Default)]
pub(super) struct Verb<'f> {
    /// As it stands in the format.
    pub(super) text: &'f str,
    /// Where it stands, in bytes.
    pub(super) at: usize,
    /// The place of its argument, from 1, when it names one.
    pub(super) index: Option<usize>,
    letter: char,
    plus: bool,
    minus: bool,
    sharp: bool,
    zero: bool,
    space: bool,
    width: usize,
    precision: Option<usize>,
}

impl<'f> Verb<'f> {
    /// Reads the verb that begins with the `%` at `at`.
    pub(super) fn read(format: &'f str, at: usize, limit: usize) -> Result<Self, Problem> {
        let bytes = format.as_bytes();
        let mut verb = Self { at, ..Self::default() };
        let mut end = at + 1;
        while let Some(flag) = bytes.get(end).filter(|b| b"+-# 0".contains(b)) {
            match flag {
                b'+' => verb.plus = true,
                b'-' => verb.minus = true,
                b'#' => verb.sharp = true,
                b' ' => verb.space = true,
                _ => verb.zero = true,
            }
            end += 1;
        }
        verb.width = digits(bytes, &mut end).unwrap_or(0);
        if bytes.get(end) == Some(&b'.') {
            end += 1;
            verb.precision = Some(digits(bytes, &mut end).unwrap_or(0));
        }
        if bytes.get(end) == Some(&b'[') {
            end += 1;
            let index = digits(bytes, &mut end).filter(|&index| index > 0);
            if index.is_none() || bytes.get(end) != Some(&b']') {
                return Err(unrecognized(format, end));
            }
            verb.index = index;
            end += 1;
        }
        if verb.width > limit || verb.precision.is_some_and(|precision| precision > limit) {
            return Err(too_large("bytes", limit));
        }
        verb.letter = match format.get(end..).and_then(|rest| rest.chars().next()) {
            Some(letter) if letter.is_ascii_alphabetic() => letter,
            _ => return Err(unrecognized(format, end)),
        };
        verb.text = format.get(at..=end).unwrap_or("");
        if !"vtbdoxXeEfgGsq".contains(verb.letter) {
            return Err(Problem::new(format!(
                "unsupported format verb `{}` in `{}` at offset {at}",
                verb.letter, verb.text
            )));
        }
        Ok(verb)
    }

    /// Writes a known value.
    pub(super) fn write(&self, value: &Value) -> Result<String, Problem> {
        self.written(value).map_err(|message| {
            Problem::new(format!("unsupported value for `{}` at {}: {message}", self.text, self.at))
        })
    }

    fn written(&self, value: &Value) -> Result<String, String> {
        if self.letter == 'v' {
            return Ok(self.any(value));
        }
        if value.is_null() {
            return Err("null value cannot be formatted".to_owned());
        }
        let as_type = |ty: Type| convert(value, &ty).map_err(|problem| problem.message);
        match self.letter {
            't' => as_type(Type::Bool).map(|b| self.any(&b)),
            's' => as_type(Type::String).map(|s| self.text(s.as_str().unwrap_or(""))),
            'q' => as_type(Type::String).map(|s| self.text(&to_json(&s))),
            _ => {
                let number = as_type(Type::Number)?;
                self.number(number.as_number().unwrap_or(&Number::ZERO))
            }
        }
    }

    /// `%v`: each kind in its own way.
    fn any(&self, value: &Value) -> String {
        match value.kind() {
            _ if self.sharp => self.text(&to_json(value)),
            Kind::Bool(b) => b.to_string(),
            // Here Terraform heeds the width but not the sign flags.
            Kind::Number(number) => Self { plus: false, space: false, ..*self }.float(number, 'g'),
            Kind::String(text) => self.text(text.as_str()),
            _ => self.text(&to_json(value)),
        }
    }

    fn text(&self, text: &str) -> String {
        let cut: String = match self.precision {
            Some(most) => text.graphemes(true).take(most).collect(),
            None => text.to_owned(),
        };
        let missing = self.width.saturating_sub(cut.graphemes(true).count());
        match (self.minus, self.zero) {
            (true, _) => cut + &" ".repeat(missing),
            (false, true) => "0".repeat(missing) + &cut,
            (false, false) => " ".repeat(missing) + &cut,
        }
    }

    fn number(&self, number: &Number) -> Result<String, String> {
        match self.letter {
            'e' | 'E' | 'f' | 'g' | 'G' => Ok(self.float(number, self.letter)),
            _ if !number.is_whole() => Err("an integer is required".to_owned()),
            _ => Ok(self.whole(number)),
        }
    }

    fn whole(&self, number: &Number) -> String {
        let (base, mark) = match self.letter {
            'b' => (2, "0b"),
            'o' => (8, "0"),
            'x' => (16, "0x"),
            'X' => (16, "0X"),
            _ => (10, ""),
        };
        let digits = number.digits_in(base);
        let digits = if self.letter == 'X' { digits.to_uppercase() } else { digits };
        let missing = self.precision.unwrap_or(0).saturating_sub(digits.len());
        let digits = "0".repeat(missing) + &digits;
        let mark = if self.sharp { mark } else { "" };
        self.signed(number.is_negative(), mark, &digits, self.precision.is_none())
    }

    fn float(&self, number: &Number, letter: char) -> String {
        let digits = match letter {
            'e' | 'E' => {
                let precision = self.precision.unwrap_or(6);
                exponential(&rounded(number, |_| count(precision) + 1), precision, letter)
            }
            'f' => {
                let precision = self.precision.unwrap_or(6);
                fixed(&rounded(number, |point| point + count(precision)), precision)
            }
            _ => self.general(number, letter),
        };
        self.signed(number.is_negative(), "", &digits, true)
    }

    /// `%g`: with an exponent when that is very small or does not fit the precision.
    fn general(&self, number: &Number, letter: char) -> String {
        let (digits, most) = match self.precision {
            None => (number.shortest_digits(), None),
            Some(precision) => {
                let most = precision.max(1);
                (rounded(number, |_| count(most)), Some(most))
            }
        };
        let length = count(digits.0.len());
        let limit = match most {
            None => 6,
            Some(most) if count(most) > length && length >= digits.1 => length,
            Some(most) => count(most),
        };
        let exponent = digits.1 - 1;
        if !digits.0.is_empty() && (exponent < -4 || exponent >= limit) {
            let letter = if letter == 'G' { 'E' } else { 'e' };
            return exponential(&digits, digits.0.len().saturating_sub(1), letter);
        }
        let precision = usize::try_from(length - digits.1).unwrap_or(0);
        fixed(&digits, precision)
    }

    /// Sign, mark and digits, filled up to the width.
    fn signed(&self, negative: bool, mark: &str, digits: &str, may_fill: bool) -> String {
        let sign = match (negative, self.plus, self.space) {
            (true, ..) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        };
        let missing = self.width.saturating_sub(sign.len() + mark.len() + digits.len());
        if self.minus {
            return format!("{sign}{mark}{digits}{}", " ".repeat(missing));
        }
        if self.zero && may_fill {
            return format!("{sign}{mark}{}{digits}", "0".repeat(missing));
        }
        format!("{}{sign}{mark}{digits}", " ".repeat(missing))
    }
}

fn unrecognized(format: &str, at: usize) -> Problem {
    Problem::new(match format.get(at..).and_then(|rest| rest.chars().next()) {
        Some(c) => format!("unrecognized format character `{c}` at offset {at}"),
        None => format!("the format ends inside a verb, at offset {at}"),
    })
}

fn digits(bytes: &[u8], end: &mut usize) -> Option<usize> {
    let start = *end;
    let mut number: usize = 0;
    while let Some(digit) = bytes.get(*end).filter(|b| b.is_ascii_digit()) {
        number = number.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
        *end += 1;
    }
    (*end > start).then_some(number)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Digits and the place of the point, rounded half to even to as many digits as `keep` says for
/// the place of the point.
fn rounded(number: &Number, keep: impl Fn(i64) -> i64) -> (String, i64) {
    let (digits, point) = number.exact_digits();
    let kept = keep(point);
    if kept >= count(digits.len()) {
        return (digits, point);
    }
    let Ok(kept) = usize::try_from(kept) else { return (String::new(), 0) };
    let bytes = digits.as_bytes();
    let odd = kept.checked_sub(1).and_then(|n| bytes.get(n)).is_some_and(|d| d % 2 == 1);
    let up = match bytes.get(kept) {
        Some(b'5') => kept + 1 < bytes.len() || odd,
        Some(digit) => *digit > b'5',
        None => false,
    };
    let head = digits.get(..kept).unwrap_or("");
    if !up {
        return (head.trim_end_matches('0').to_owned(), point);
    }
    let whole = head.trim_end_matches('9');
    match whole.as_bytes().last() {
        Some(&last) => {
            let front = whole.get(..whole.len() - 1).unwrap_or("");
            (format!("{front}{}", char::from(last + 1)), point)
        }
        None => ("1".to_owned(), point + 1),
    }
}

/// `d.ddde+dd` with `precision` digits after the point.
fn exponential((digits, point): &(String, i64), precision: usize, letter: char) -> String {
    let first = digits.get(..1).unwrap_or("0");
    let rest = digits.get(1..).unwrap_or("");
    let zeros = "0".repeat(precision.saturating_sub(rest.len()));
    let dot = if precision > 0 { "." } else { "" };
    let exponent = if digits.is_empty() { 0 } else { point - 1 };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{first}{dot}{rest}{zeros}{letter}{sign}{:02}", exponent.unsigned_abs())
}

/// `ddd.dd` with `precision` digits after the point.
fn fixed((digits, point): &(String, i64), precision: usize) -> String {
    let zeros = |n: i64| "0".repeat(usize::try_from(n).unwrap_or(0));
    let whole_digits = usize::try_from(*point).unwrap_or(0);
    let all = zeros(-point) + digits;
    let (whole, fraction) = if whole_digits >= digits.len() {
        (format!("{digits}{}", zeros(point - count(digits.len()))), "")
    } else {
        let (whole, fraction) = all.split_at_checked(whole_digits).unwrap_or((&all, ""));
        (whole.to_owned(), fraction)
    };
    let whole = if whole.is_empty() { "0" } else { &whole };
    if precision == 0 {
        return whole.to_owned();
    }
    let fraction = fraction.get(..precision.min(fraction.len())).unwrap_or("");
    format!("{whole}.{fraction}{}", "0".repeat(precision - fraction.len()))
}
