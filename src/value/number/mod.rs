//! Numbers as Terraform keeps them: whole numbers of 64 bits fast, all others as floats of 512 bits.
//!
//! Terraform computes with binary floats of 512 bits, rounded to even, and prints the shortest
//! decimal that reads back as the same float. We do the same rather than use exact decimals, because
//! only so `1/3*3 == 1` is true and `jsonencode(1/3)` has the same digits as Terraform's.
//!
//! A number remembers how many bits it was computed with, as Terraform's do: `pow(2, 70)` comes from a
//! float of 53 bits and prints `1180591620717411300000`, though its value is exact.

#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use dashu_int::UBig;
use dashu_int::ops::{BitTest, DivRem};

use super::decimal;

/// Bits of numbers that are written, or read from text.
const PRECISION: u16 = 512;
/// Bits of counts, such as `length(...)`.
const COUNT: u16 = 64;
/// Bits of what is computed by floats, such as `pow(...)`.
const FLOAT: u16 = 53;
/// Largest decimal exponent, and number of digits, that is read; more would only cost memory.
const MAX_DECIMAL: i64 = 10_000;
/// Largest binary exponent of a result, a little above `MAX_DECIMAL` digits.
const MAX_BINARY: i64 = 40_000;

/// A number. Two are equal when their values are; how precisely they were computed does not count.
///
/// INVARIANT: a whole number that fits 64 bits is always kept as such, and a mantissa is odd, so equal
/// numbers have equal structure.
#[derive(Clone)]
pub struct Number(Repr);

#[derive(Clone)]
enum Repr {
    /// A whole number and its precision.
    Int(i64, u16),
    Big(Arc<Big>),
}

/// `mantissa * 2^exponent`, with its sign. The mantissa is odd, or zero with exponent zero.
#[derive(Clone, Debug)]
struct Big {
    negative: bool,
    mantissa: UBig,
    exponent: i64,
    /// Bits of the mantissa that results may have.
    precision: u16,
}

impl Number {
    /// Zero.
    pub const ZERO: Self = Self::from_int(0);

    /// A whole number.
    #[must_use]
    pub const fn from_int(n: i64) -> Self {
        Self(Repr::Int(n, PRECISION))
    }

    /// The same, computed with so many bits.
    const fn int(n: i64, precision: u16) -> Self {
        Self(Repr::Int(n, precision))
    }

    /// A count of things.
    #[must_use]
    pub fn from_count(n: usize) -> Self {
        match i64::try_from(n) {
            Ok(n) => Self::int(n, COUNT),
            Err(_) => Self::big(false, UBig::from(n), 0, COUNT),
        }
    }

    /// The exact value of a float; `None` when it is not finite.
    #[must_use]
    pub fn from_f64(f: f64) -> Option<Self> {
        const FRACTION: u64 = (1 << 52) - 1;
        if !f.is_finite() {
            return None;
        }
        let bits = f.to_bits();
        let exponent = i64::try_from((bits >> 52) & 0x7ff).unwrap_or(0);
        let (mantissa, exponent) = match exponent {
            0 => (bits & FRACTION, -1074),
            _ => ((bits & FRACTION) | (1 << 52), exponent - 1075),
        };
        Some(Self::big(f.is_sign_negative(), UBig::from(mantissa), exponent, FLOAT))
    }

    /// Reads a decimal number with or without sign, fraction and exponent. `None` when it is not one,
    /// or has an exponent or more digits than anybody means.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(n) = i64::from_str(text) {
            return Some(Self::from_int(n));
        }
        let (negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (digits, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, read_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let all = all.trim_start_matches('0');
        if all.is_empty() {
            return Some(Self::ZERO);
        }
        let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        let length = i64::try_from(all.len()).ok()?;
        if exponent.abs() > 2 * MAX_DECIMAL || length > MAX_DECIMAL {
            return None;
        }
        let mantissa = UBig::from_str_radix(all, 10).ok()?;
        let power = UBig::from(10u8).pow(usize::try_from(exponent.unsigned_abs()).ok()?);
        if exponent >= 0 {
            Self::checked(negative, mantissa * power, 0, PRECISION)
        } else {
            quotient(negative, &mantissa, &power, 0, PRECISION)
        }
    }

    /// Reads digits of a base from 2 to 62 with an optional minus, as `parseint` does.
    #[must_use]
    pub fn parse_whole(text: &str, base: u32) -> Option<Self> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let digits = if negative { digits } else { digits.strip_prefix('+').unwrap_or(digits) };
        if digits.is_empty() || digits.len() > usize::try_from(MAX_DECIMAL).ok()? {
            return None;
        }
        let mut whole = UBig::from(0u8);
        for c in digits.chars() {
            whole = whole * base + digit(c, base)?;
        }
        let precision = bits_of(&whole).max(COUNT);
        Self::checked(negative, whole, 0, precision)
    }

    /// The number, when it is whole and fits.
    #[must_use]
    pub const fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Int(n, _) => Some(n),
            Repr::Big(_) => None,
        }
    }

    /// The number, when it is whole, not negative and fits.
    #[must_use]
    pub fn as_usize(&self) -> Option<usize> {
        self.as_i64().and_then(|n| usize::try_from(n).ok())
    }

    /// The nearest float.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "the nearest float is what is asked for")]
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            Repr::Int(n, _) => *n as f64,
            Repr::Big(_) => self.to_string().parse().unwrap_or(f64::NAN),
        }
    }

    /// Whether it has no fraction.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        match &self.0 {
            Repr::Int(..) => true,
            Repr::Big(big) => big.exponent >= 0,
        }
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.as_i64() == Some(0)
    }

    /// Whether it is less than zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Int(n, _) => *n < 0,
            Repr::Big(big) => big.negative,
        }
    }

    /// The sum; `None` when it is larger than this program counts. So also below.
    #[must_use]
    pub fn add(&self, other: &Self) -> Option<Self> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Int(a, _), Repr::Int(b, _)) = (&self.0, &other.0)
            && let Some(sum) = a.checked_add(*b)
            && precision >= COUNT
        {
            return Some(Self::int(sum, precision));
        }
        self.sum(other, precision)
    }

    fn sum(&self, other: &Self, precision: u16) -> Option<Self> {
        let (a, b) = (self.to_big(), other.to_big());
        let (x, y, exponent) = aligned(&a, &b);
        let (negative, sum) = match (a.negative == b.negative, x.cmp(&y)) {
            (true, _) => (a.negative, x + y),
            (false, Ordering::Less) => (b.negative, y - x),
            (false, _) => (a.negative, x - y),
        };
        Self::checked(negative, sum, exponent, precision)
    }

    /// The difference.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Option<Self> {
        self.add(&other.negated())
    }

    /// The product.
    #[must_use]
    pub fn multiply(&self, other: &Self) -> Option<Self> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Int(a, _), Repr::Int(b, _)) = (&self.0, &other.0)
            && let Some(product) = a.checked_mul(*b)
            && precision >= COUNT
        {
            return Some(Self::int(product, precision));
        }
        let (a, b) = (self.to_big(), other.to_big());
        let mantissa = a.mantissa * b.mantissa;
        // A product keeps all its bits, up to those of written numbers.
        let zeros = mantissa.trailing_zeros().unwrap_or(0);
        let precision = bits_of(&(&mantissa >> zeros)).min(PRECISION).max(precision);
        Self::checked(a.negative != b.negative, mantissa, a.exponent + b.exponent, precision)
    }

    /// The quotient; `None` also when divided by zero.
    #[must_use]
    pub fn divide(&self, other: &Self) -> Option<Self> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Int(a, _), Repr::Int(b, _)) = (&self.0, &other.0)
            && a.checked_rem(*b) == Some(0)
            && precision >= COUNT
        {
            return Some(Self::int(a / b, precision));
        }
        if other.is_zero() {
            return None;
        }
        let (a, b) = (self.to_big(), other.to_big());
        let (negative, exponent) = (a.negative != b.negative, a.exponent - b.exponent);
        quotient(negative, &a.mantissa, &b.mantissa, exponent, precision)
    }

    /// What is left after whole division toward zero; the number itself when divided by zero, as in
    /// Terraform.
    #[must_use]
    pub fn remainder(&self, other: &Self) -> Option<Self> {
        if other.is_zero() {
            return Some(self.clone());
        }
        let precision = self.precision();
        if let (Repr::Int(a, _), Repr::Int(b, _)) = (&self.0, &other.0)
            && precision >= COUNT
        {
            return Some(Self::int(a.checked_rem(*b).unwrap_or(0), precision));
        }
        // By the rounded quotient and with the bits of the left side, as Terraform computes it; the
        // exact remainder has other digits.
        let whole = self.divide(other)?.truncated().to_big();
        let by = other.to_big();
        let (mantissa, exponent) = (by.mantissa * whole.mantissa, by.exponent + whole.exponent);
        let part = Self::checked(by.negative != whole.negative, mantissa, exponent, precision)?;
        self.sum(&part.negated(), precision)
    }

    /// The same with the other sign.
    #[must_use]
    pub fn negated(&self) -> Self {
        match &self.0 {
            Repr::Int(n, precision) if *n != i64::MIN => Self::int(-n, *precision),
            _ => {
                let big = self.to_big();
                Self::big(!big.negative, big.mantissa, big.exponent, big.precision)
            }
        }
    }

    /// The largest whole number that is not larger.
    #[must_use]
    pub fn floor(&self) -> Self {
        let truncated = self.truncated();
        if self.is_negative() && truncated != *self {
            return truncated.subtract(&Self::from_int(1)).unwrap_or(truncated);
        }
        truncated
    }

    /// The smallest whole number that is not smaller.
    #[must_use]
    pub fn ceil(&self) -> Self {
        self.negated().floor().negated()
    }

    /// The same without its fraction.
    #[must_use]
    pub fn truncated(&self) -> Self {
        match &self.0 {
            Repr::Big(big) if big.exponent < 0 => {
                let bits = usize::try_from(-big.exponent).unwrap_or(usize::MAX);
                let whole = &big.mantissa >> bits;
                let precision = bits_of(&whole).max(COUNT);
                Self::big(big.negative, whole, 0, precision)
            }
            _ => self.clone(),
        }
    }

    /// The fewest digits that tell the number from its neighbours, without zeros at either end, and
    /// the place of the point before or in them. No digits for zero. The sign is left out.
    #[must_use]
    pub fn shortest_digits(&self) -> (String, i64) {
        let big = self.to_big();
        match &self.0 {
            Repr::Int(0, _) => (String::new(), 0),
            Repr::Int(_, COUNT..) => decimal::decimal(&big.mantissa, big.exponent),
            Repr::Int(..) | Repr::Big(_) => {
                decimal::shortest(&big.mantissa, big.exponent, usize::from(big.precision))
            }
        }
    }

    /// All digits of the number as it is kept, otherwise as [`Self::shortest_digits`].
    #[must_use]
    pub fn exact_digits(&self) -> (String, i64) {
        let big = self.to_big();
        if big.mantissa.is_zero() {
            return (String::new(), 0);
        }
        decimal::decimal(&big.mantissa, big.exponent)
    }

    /// The digits of a whole number in base 2, 8, 10 or 16, without sign; a fraction is dropped.
    #[must_use]
    pub fn digits_in(&self, base: u8) -> String {
        let big = self.truncated().to_big();
        let bits = usize::try_from(big.exponent).unwrap_or(0);
        (big.mantissa << bits).in_radix(base).to_string()
    }

    fn to_big(&self) -> Big {
        match &self.0 {
            Repr::Int(n, precision) => {
                let zeros = n.trailing_zeros().min(63);
                let mantissa = UBig::from(n.unsigned_abs() >> zeros);
                Big { negative: *n < 0, mantissa, exponent: zeros.into(), precision: *precision }
            }
            Repr::Big(big) => Big::clone(big),
        }
    }

    /// Bits that it was computed with.
    fn precision(&self) -> u16 {
        match &self.0 {
            Repr::Int(_, precision) => *precision,
            Repr::Big(big) => big.precision,
        }
    }

    /// Rounds and normalises; `None` when out of bounds.
    fn checked(negative: bool, mantissa: UBig, exponent: i64, precision: u16) -> Option<Self> {
        let number = Self::big(negative, mantissa, exponent, precision);
        match &number.0 {
            Repr::Int(..) => Some(number),
            Repr::Big(big) => {
                let top = big.exponent + i64::try_from(big.mantissa.bit_len()).ok()?;
                (top.abs() <= MAX_BINARY).then_some(number)
            }
        }
    }

    fn big(negative: bool, mantissa: UBig, exponent: i64, precision: u16) -> Self {
        let (mantissa, exponent) = rounded(mantissa, exponent, usize::from(precision));
        if mantissa.is_zero() {
            return Self::int(0, precision);
        }
        let zeros = mantissa.trailing_zeros().unwrap_or(0);
        let (mantissa, exponent) = (mantissa >> zeros, exponent + count(zeros));
        if (0..64).contains(&exponent)
            && let Ok(whole) = i128::try_from(&mantissa)
            && let Some(whole) = whole.checked_mul(1_i128 << exponent)
            && let Ok(whole) = i64::try_from(if negative { -whole } else { whole })
        {
            return Self::int(whole, precision);
        }
        Self(Repr::Big(Arc::new(Big { negative, mantissa, exponent, precision })))
    }
}

/// A value of a digit: `0-9`, `a-z`, and above base 36 also `A-Z`, which else mean the same as `a-z`.
fn digit(c: char, base: u32) -> Option<u32> {
    let value = match c {
        '0'..='9' => c as u32 - '0' as u32,
        'a'..='z' => c as u32 - 'a' as u32 + 10,
        'A'..='Z' if base <= 36 => c as u32 - 'A' as u32 + 10,
        'A'..='Z' => c as u32 - 'A' as u32 + 36,
        _ => return None,
    };
    (value < base).then_some(value)
}

fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse::<i64>().ok()
}

/// A count or size, for reckoning with exponents.
pub(super) fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Both mantissas at the smaller exponent.
fn aligned(a: &Big, b: &Big) -> (UBig, UBig, i64) {
    let exponent = a.exponent.min(b.exponent);
    let shifted = |big: &Big| {
        let bits = usize::try_from(big.exponent - exponent).unwrap_or(0);
        &big.mantissa << bits
    };
    (shifted(a), shifted(b), exponent)
}

/// The number of bits, as a precision.
fn bits_of(mantissa: &UBig) -> u16 {
    u16::try_from(mantissa.bit_len()).unwrap_or(u16::MAX)
}

/// At most `precision` bits, half to even.
fn rounded(mantissa: UBig, exponent: i64, precision: usize) -> (UBig, i64) {
    let bits = mantissa.bit_len();
    if bits <= precision {
        return (mantissa, exponent);
    }
    let drop = bits - precision;
    let half = mantissa.bit(drop - 1);
    let more = mantissa.trailing_zeros().is_some_and(|zeros| zeros < drop - 1);
    let mut kept = mantissa >> drop;
    if half && (more || kept.bit(0)) {
        kept += 1u8;
    }
    (kept, exponent + count(drop))
}

/// `a / b * 2^exponent`, rounded once.
fn quotient(negative: bool, a: &UBig, b: &UBig, exponent: i64, precision: u16) -> Option<Number> {
    let shift = (usize::from(precision) + 2 + b.bit_len()).saturating_sub(a.bit_len());
    let (mut whole, rest) = (a << shift).div_rem(b.clone());
    let mut exponent = exponent - count(shift);
    if !rest.is_zero() {
        // A sticky bit below tells the rounding that there is more.
        whole = (whole << 1) + 1u8;
        exponent -= 1;
    }
    Number::checked(negative, whole, exponent, precision)
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Int(a, _), Repr::Int(b, _)) => a == b,
            (Repr::Big(a), Repr::Big(b)) => {
                (a.negative, a.exponent) == (b.negative, b.exponent) && a.mantissa == b.mantissa
            }
            (Repr::Int(..), Repr::Big(_)) | (Repr::Big(_), Repr::Int(..)) => false,
        }
    }
}

impl Eq for Number {}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Repr::Int(a, _), Repr::Int(b, _)) = (&self.0, &other.0) {
            return a.cmp(b);
        }
        let (a, b) = (self.to_big(), other.to_big());
        match (a.negative, b.negative) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (negative, _) => {
                let (x, y, _) = aligned(&a, &b);
                if negative { y.cmp(&x) } else { x.cmp(&y) }
            }
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// As in templates and JSON: the shortest decimal that reads back as the same number, never with an
/// exponent.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Int(n, COUNT..) => f.pad_integral(*n >= 0, "", &n.unsigned_abs().to_string()),
            Repr::Int(n, _) if n.unsigned_abs() < 1 << FLOAT => {
                f.pad_integral(*n >= 0, "", &n.unsigned_abs().to_string())
            }
            Repr::Int(..) | Repr::Big(_) => {
                let big = self.to_big();
                f.write_str(if big.negative { "-" } else { "" })?;
                let precision = usize::from(big.precision);
                f.write_str(&decimal::print(&big.mantissa, big.exponent, precision))
            }
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
