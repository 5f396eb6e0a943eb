//! Versions and constraints as Terraform reads them; `~>` means something else in Cargo.

use std::cmp::Ordering;

use crate::diag::Problem;

/// A version: numbers, and a pre-release after `-`. Build metadata after `+` does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    numbers: Vec<u64>,
    pre: Option<String>,
}

impl Version {
    /// Reads `1.2.3`, `v1.2`, `1.2.3-beta.1+build`.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        Self::read(text).ok_or_else(|| Problem::new(format!("malformed version `{text}`")))
    }

    fn read(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let (text, build) = text.split_once('+').map_or((text, None), |(t, b)| (t, Some(b)));
        let (numbers, pre) = text.split_once('-').map_or((text, None), |(n, p)| (n, Some(p)));
        let named = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.' || b == b'~')
        };
        if !pre.is_none_or(named) || !build.is_none_or(named) {
            return None;
        }
        let number = |part: &str| {
            let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| part.parse::<u64>().ok())?
        };
        let numbers: Option<Vec<u64>> = numbers.split('.').map(number).collect();
        Some(Self { numbers: numbers?, pre: pre.map(str::to_owned) })
    }

    fn number(&self, n: usize) -> u64 {
        self.numbers.get(n).copied().unwrap_or(0)
    }

    fn compare_numbers(&self, other: &Self) -> Ordering {
        let length = self.numbers.len().max(other.numbers.len());
        (0..length)
            .map(|n| self.number(n).cmp(&other.number(n)))
            .find(|o| o.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    /// By precedence: a pre-release comes before its release.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        self.compare_numbers(other).then_with(|| match (&self.pre, &other.pre) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => compare_pre(a, b),
        })
    }
}

/// Part by part: numbers by size and before names.
fn compare_pre(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let (x, y) = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) => (x, y),
        };
        let order = match (x.parse::<u64>(), y.parse::<u64>()) {
            (Ok(x), Ok(y)) => x.cmp(&y),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => x.cmp(y),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Whether a version satisfies every part of a constraint such as `>= 1.2, < 2.0` or `~> 4.67.0`.
///
/// A pre-release satisfies only a part that names a pre-release of the same numbers.
pub(super) fn satisfies(version: &Version, constraint: &str) -> Result<bool, Problem> {
    let mut all = true;
    for part in constraint.split(',') {
        all &= satisfies_part(version, part.trim(), constraint)?;
    }
    Ok(all)
}

fn satisfies_part(version: &Version, part: &str, whole: &str) -> Result<bool, Problem> {
    let malformed = || Problem::new(format!("malformed version constraint `{whole}`"));
    let at =
        part.find(|c: char| !matches!(c, '=' | '!' | '<' | '>' | '~')).ok_or_else(malformed)?;
    let (operator, wanted) = part.split_at_checked(at).ok_or_else(malformed)?;
    let wanted = Version::read(wanted.trim()).ok_or_else(malformed)?;
    let same_pre =
        version.pre.is_none() || (wanted.pre.is_some() && version.compare_numbers(&wanted).is_eq());
    let order = version.compare(&wanted);
    Ok(match operator {
        "" | "=" => order.is_eq(),
        "!=" => order.is_ne(),
        ">" => same_pre && order.is_gt(),
        ">=" => same_pre && order.is_ge(),
        "<" => same_pre && order.is_lt(),
        "<=" => same_pre && order.is_le(),
        "~>" => same_pre && order.is_ge() && keeps_prefix(version, &wanted),
        _ => return Err(malformed()),
    })
}

/// All numbers but the last that the constraint names stay; a single number must stay itself.
fn keeps_prefix(version: &Version, wanted: &Version) -> bool {
    let kept = wanted.numbers.len().saturating_sub(1);
    (0..kept).all(|n| version.number(n) == wanted.number(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_versions() {
        let sorted = [
            "0.9",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0",
            "v1.2",
            "1.10.0",
        ];
        for pair in sorted.windows(2) {
            let (a, b) = (Version::parse(pair[0]).unwrap(), Version::parse(pair[1]).unwrap());
            assert_eq!(a.compare(&b), Ordering::Less, "{pair:?}");
        }
        let same =
            |a: &str, b: &str| Version::parse(a).unwrap().compare(&Version::parse(b).unwrap());
        assert_eq!(same("1.0", "1.0.0+build"), Ordering::Equal);
        for text in ["", "a", "1.", "1..2", "1.2-", "-1", "1.2 "] {
            assert!(Version::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn constraints() {
        let cases = [
            ("4.67.3", "~> 4.67.0", true),
            ("4.68.0", "~> 4.67.0", false),
            ("4.99.0", "~> 4.0", true),
            ("5.0.0", "~> 4.0", false),
            ("5.0.0", "~> 4", true),
            ("1.5.0", ">= 1.2, < 2.0", true),
            ("2.0.0", ">= 1.2, < 2.0", false),
            ("1.2.0", "1.2", true),
            ("1.2.0", "= 1.2.0", true),
            ("1.2.0", "!= 1.2.0", false),
            ("1.3.0-beta", ">= 1.2.0", false),
            ("1.3.0-beta2", ">= 1.3.0-beta1", true),
        ];
        for (version, constraint, expected) in cases {
            let version = Version::parse(version).unwrap();
            assert_eq!(
                satisfies(&version, constraint).unwrap(),
                expected,
                "{version:?} {constraint}"
            );
        }
        let version = Version::parse("1.0.0").unwrap();
        for constraint in ["", "abc", "=> 1", "~>", ">= 1,", "> >1"] {
            assert!(satisfies(&version, constraint).is_err(), "{constraint}");
        }
    }
}
