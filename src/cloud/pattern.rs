//! Patterns of IAM: `*` for any run of characters, `?` for any one. Actions compare without case.

/// Whether `pattern` matches everything that `other` matches; `other` may be a plain text.
///
/// A `*` of `other` is only matched by a `*`, which misses exotic equals such as `a*|*b` and never
/// claims too much.
pub(super) fn covers(pattern: &str, other: &str) -> bool {
    let (pattern, other) = (pattern.as_bytes(), other.as_bytes());
    let (mut p, mut o) = (0, 0);
    // Where to go on when the last `*` has to take one character more.
    let mut retry: Option<(usize, usize)> = None;
    while let Some(&c) = other.get(o) {
        match pattern.get(p) {
            Some(b'*') => {
                retry = Some((p, o));
                p += 1;
            }
            Some(&wanted) if wanted == c || (wanted == b'?' && c != b'*') => {
                p += 1;
                o += 1;
            }
            _ => match retry {
                Some((star, taken)) => {
                    p = star + 1;
                    o = taken + 1;
                    retry = Some((star, taken + 1));
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).unwrap_or_default().iter().all(|&c| c == b'*')
}

/// Whether something is matched by both.
pub(super) fn meet(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    // `reached[j]`: whether the ends of `a` and of `b[j..]` behind the current place can be equal.
    let mut reached: Vec<bool> = (0..=b.len()).map(|j| all_stars(b, j)).collect();
    for i in (0..a.len()).rev() {
        let mut row = vec![false; b.len() + 1];
        for j in (0..=b.len()).rev() {
            let (x, y) = (a[i], b.get(j).copied());
            row[j] = match (x, y) {
                (b'*', Some(_)) => reached[j] || row[j + 1],
                (b'*', None) => reached[j],
                (_, Some(b'*')) => row[j + 1] || reached[j],
                (_, Some(y)) => (x == y || x == b'?' || y == b'?') && reached[j + 1],
                (_, None) => false,
            };
        }
        reached = row;
    }
    reached.first().copied().unwrap_or(false)
}

fn all_stars(pattern: &[u8], from: usize) -> bool {
    pattern.get(from..).unwrap_or_default().iter().all(|&c| c == b'*')
}

/// Whether a pattern for an action matches every action there is.
pub(super) fn is_every_action(action: &str) -> bool {
    let is_any = |part: &str| {
        part.contains('*')
            && part.chars().all(|c| matches!(c, '*' | '?'))
            // `?` stands for one character, and every name of a service or action has that.
            && part.matches('?').count() <= 1
    };
    match action.split_once(':') {
        Some((service, name)) => is_any(service) && is_any(name),
        None => is_any(action),
    }
}

/// Whether a pattern for a resource matches every ARN, of one partition at least.
pub(super) fn is_every_resource(resource: &str) -> bool {
    let is_any = |part: &str| !part.is_empty() && part.chars().all(|c| c == '*');
    let parts: Vec<&str> = resource.split(':').collect();
    let Some((last, rest)) = parts.split_last() else { return false };
    let begins_well = |(n, part): (usize, &&str)| {
        is_any(part) || (n == 0 && *part == "arn") || (n == 1 && part.starts_with("aws"))
    };
    is_any(last) && parts.len() <= 6 && rest.iter().enumerate().all(begins_well)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pattern_covers_another() {
        for (pattern, other, expected) in [
            ("*", "iam:passrole", true),
            ("iam:p*", "iam:passrole", true),
            ("iam:p*", "iam:*", false),
            ("s3:*object*", "s3:getobject", true),
            ("s3:*object*", "s3:*", false),
            ("s3:get?bject", "s3:getobject", true),
            ("s3:?*", "s3:*", false),
            ("**", "*", true),
            ("s3:*", "s3:get*", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(covers(pattern, other), expected, "{pattern} {other}");
        }
    }

    #[test]
    fn patterns_meet() {
        for (a, b, expected) in [
            ("s3:*", "s3:put*", true),
            ("s3:*acl", "s3:put*", true),
            ("s3:get*", "s3:put*", false),
            ("*", "", true),
            ("a?c", "ab*", true),
            ("a?", "a", false),
        ] {
            assert_eq!(meet(a, b), expected, "{a} {b}");
            assert_eq!(meet(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn everything_has_many_spellings() {
        for every in ["*", "**", "*:*", "*:**", "?*", "*:?*"] {
            assert!(is_every_action(every), "{every}");
        }
        for some in ["s3:*", "*:Get*", "", "??*", "*:", ":*", "iam:*"] {
            assert!(!is_every_action(some), "{some}");
        }
        for every in ["*", "**", "arn:*", "arn:aws:*", "arn:aws-cn:*:*", "arn:*:*:*:*:*", "*:*"] {
            assert!(is_every_resource(every), "{every}");
        }
        for some in ["arn:aws:s3:::*", "arn:aws:iam::123456789012:*", "arn", "", "arn:aws:s3:*"] {
            assert!(!is_every_resource(some), "{some}");
        }
    }
}
