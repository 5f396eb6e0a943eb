//! Binary floats of 512 bits in decimal: the shortest digits that read back as the same float.

use dashu_int::UBig;
use dashu_int::ops::BitTest;

use super::number::count;

/// `mantissa * 2^exponent` in decimal. The mantissa is not zero and has at most `precision` bits; the
/// digits are as few as tell it from its neighbours of that precision.
pub(super) fn print(mantissa: &UBig, exponent: i64, precision: usize) -> String {
    let (digits, point) = shortest(mantissa, exponent, precision);
    plain(&digits, point)
}

/// Digits with a point after the first `point` of them.
fn plain(digits: &str, point: i64) -> String {
    let length = count(digits.len());
    let zeros = |n: i64| "0".repeat(usize::try_from(n).unwrap_or(0));
    if point <= 0 {
        return format!("0.{}{digits}", zeros(-point));
    }
    match usize::try_from(point).ok().and_then(|at| digits.split_at_checked(at)) {
        Some((whole, "")) => whole.to_owned(),
        Some((whole, fraction)) => format!("{whole}.{fraction}"),
        None => format!("{digits}{}", zeros(point - length)),
    }
}

/// The fewest digits that lie nearer to the number than to its neighbours.
pub(super) fn shortest(mantissa: &UBig, exponent: i64, precision: usize) -> (String, i64) {
    // With one more bit, the middles between the number and its neighbours are whole.
    let shift = precision.saturating_sub(mantissa.bit_len());
    let (mantissa, exponent) = (mantissa << (shift + 1), exponent - count(shift + 1));
    // A middle rounds to the even neighbour, so it belongs to an even mantissa.
    let inclusive = shift > 0;
    let all = [mantissa.clone(), &mantissa - 1u8, mantissa + 1u8].map(|m| decimal(&m, exponent));
    let top = all.iter().map(|(_, point)| *point).max().unwrap_or(0);
    let padded =
        all.map(|(digits, point)| "0".repeat(usize::try_from(top - point).unwrap_or(0)) + &digits);
    let [digits, lower, upper] = &padded;
    let (digits, top) = walk(digits, lower, upper, inclusive, top);
    let stripped = digits.trim_start_matches('0');
    (stripped.to_owned(), top - count(digits.len() - stripped.len()))
}

/// Goes along the digits until cutting off there, down or up, stays between the neighbours.
fn walk(digits: &str, lower: &str, upper: &str, inclusive: bool, point: i64) -> (String, i64) {
    let all = digits.as_bytes();
    let at = |text: &str, n: usize| text.as_bytes().get(n).copied().unwrap_or(b'0');
    for n in 0..all.len() {
        let (l, m, u) = (at(lower, n), all[n], at(upper, n));
        let down = l != m || (inclusive && n + 1 == lower.len());
        let up = m != u && (inclusive || m + 1 < u || n + 1 < upper.len());
        let half = match all.get(n + 1) {
            Some(b'5') => n + 2 < all.len() || m % 2 == 1,
            Some(next) => *next > b'5',
            None => false,
        };
        match (down, up) {
            (true, true) if half => return cut_up(&digits[..=n], point),
            (true, _) => return (digits[..=n].trim_end_matches('0').to_owned(), point),
            (false, true) => return cut_up(&digits[..=n], point),
            (false, false) => {}
        }
    }
    (digits.trim_end_matches('0').to_owned(), point)
}

/// One more in the last place.
fn cut_up(digits: &str, point: i64) -> (String, i64) {
    let kept = digits.trim_end_matches('9');
    match kept.as_bytes().last() {
        Some(&last) => (format!("{}{}", &kept[..kept.len() - 1], char::from(last + 1)), point),
        None => ("1".to_owned(), point + 1),
    }
}

/// All digits of `mantissa * 2^exponent`, without zeros at the end, and the place of the point.
pub(super) fn decimal(mantissa: &UBig, exponent: i64) -> (String, i64) {
    let bits = usize::try_from(exponent.unsigned_abs()).unwrap_or(0);
    let (whole, places) = if exponent >= 0 {
        (mantissa << bits, 0)
    } else {
        (mantissa * UBig::from(5u8).pow(bits), count(bits))
    };
    let digits = whole.to_string();
    let point = count(digits.len()) - places;
    (digits.trim_end_matches('0').to_owned(), point)
}
