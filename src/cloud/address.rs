//! Ranges of IP addresses: their union, and how much of the Internet it is.

use std::net::IpAddr;

use ipnet::IpNet;

/// Addresses from `start` to `end`, both included, of one family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Range {
    pub(super) v6: bool,
    start: u128,
    end: u128,
}

const fn v4(a: u8, b: u8, length: u32) -> Range {
    let start = ((a as u128) << 24) | ((b as u128) << 16);
    Range { v6: false, start, end: start + (1u128 << (32 - length)) - 1 }
}

const fn v6(first: u128, length: u32) -> Range {
    let start = first << 112;
    Range { v6: true, start, end: start + ((1u128 << (128 - length)) - 1) }
}

/// Ranges of private networks: RFC 1918, and what IPv6 has in their place.
const PRIVATE: [Range; 5] =
    [v4(10, 0, 8), v4(172, 16, 12), v4(192, 168, 16), v6(0xfc00, 7), v6(0xfe80, 10)];

/// Other ranges that no host on the Internet has.
const RESERVED: [Range; 5] =
    [v4(0, 0, 8), v4(100, 64, 10), v4(127, 0, 8), v4(169, 254, 16), v4(224, 0, 3)];

/// The part of IPv6 that is given out.
const PUBLIC_V6: Range = v6(0x2000, 3);

impl Range {
    /// Reads `10.0.0.0/8`, `10.0.0.1`, `10.0.0.1-10.0.0.9`; nothing for other text. Bits of the host
    /// may be set.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((first, last)) = text.split_once('-') {
            let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
            let ((v6, start), (also_v6, end)) = (number(first), number(last));
            return (v6 == also_v6 && start <= end).then_some(Self { v6, start, end });
        }
        let net: IpNet = match text.parse::<IpAddr>() {
            Ok(address) => address.into(),
            Err(_) => text.parse().ok()?,
        };
        let ((v6, start), (_, end)) = (number(net.network()), number(net.broadcast()));
        Some(Self { v6, start, end })
    }

    /// Number of addresses; that of all IPv6 is one too small to be counted.
    pub(super) const fn size(self) -> u128 {
        (self.end - self.start).saturating_add(1)
    }

    fn common(self, other: Self) -> u128 {
        if self.v6 != other.v6 {
            return 0;
        }
        let (start, end) = (self.start.max(other.start), self.end.min(other.end));
        if start > end { 0 } else { Self { v6: self.v6, start, end }.size() }
    }
}

fn number(address: IpAddr) -> (bool, u128) {
    match address {
        IpAddr::V4(address) => (false, u32::from(address).into()),
        IpAddr::V6(address) => (true, address.into()),
    }
}

/// The union as ranges that neither touch nor overlap.
fn union(ranges: &[Range]) -> Vec<Range> {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable();
    let mut merged: Vec<Range> = Vec::new();
    for range in sorted {
        match merged.last_mut() {
            Some(last) if last.v6 == range.v6 && range.start <= last.end.saturating_add(1) => {
                last.end = last.end.max(range.end);
            }
            _ => merged.push(range),
        }
    }
    merged
}

/// Number of addresses of one family in the union that are in none of `without`.
fn count(ranges: &[Range], v6: bool, without: &[Range]) -> u128 {
    let of_family = union(ranges).into_iter().filter(|range| range.v6 == v6);
    let rest = |range: Range| {
        without.iter().fold(range.size(), |size, other| size.saturating_sub(range.common(*other)))
    };
    of_family.map(rest).fold(0, u128::saturating_add)
}

/// Whether the union is at least half of an Internet, IPv4's or IPv6's.
pub(super) fn is_internet(ranges: &[Range]) -> bool {
    is_internet_of(false, ranges) || is_internet_of(true, ranges)
}

/// The same for one family.
pub(super) fn is_internet_of(v6: bool, ranges: &[Range]) -> bool {
    if v6 {
        let in_use: u128 = union(ranges).iter().map(|range| range.common(PUBLIC_V6)).sum();
        return count(ranges, true, &[]) >= 1 << 127 || in_use >= PUBLIC_V6.size() / 2;
    }
    let reserved: Vec<Range> = PRIVATE.into_iter().chain(RESERVED).collect();
    let all = count(&[v4(0, 0, 0)], false, &reserved);
    count(ranges, false, &[]) >= 1 << 31 || count(ranges, false, &reserved) >= all / 2
}

/// Whether the union, private networks left out, is more than a /8 of IPv4 or a /32 of IPv6: what
/// S3 calls public.
pub(super) fn is_broad(ranges: &[Range]) -> bool {
    count(ranges, false, &PRIVATE) > 1 << 24 || count(ranges, true, &PRIVATE) > 1 << 96
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(texts: &[&str]) -> Vec<Range> {
        texts.iter().filter_map(|text| Range::parse(text)).collect()
    }

    #[test]
    fn half_of_either_internet_is_the_internet() {
        for open in [
            &["0.0.0.0/0"] as &[&str],
            &["::/0"],
            &["0.0.0.0/1", "128.0.0.0/1"],
            &["0.0.0.0/1"],
            &["2000::/3"],
            &["0.0.0.0/2", "64.0.0.0/2"],
            &["0.0.0.1-255.255.255.254"],
            &[
                "1.0.0.0/8",
                "2.0.0.0/7",
                "4.0.0.0/6",
                "8.0.0.0/5",
                "16.0.0.0/4",
                "32.0.0.0/3",
                "64.0.0.0/2",
                "128.0.0.0/2",
            ],
        ] {
            assert!(is_internet(&ranges(open)), "{open:?}");
        }
        for closed in [
            &[] as &[&str],
            &["10.0.0.0/8"],
            &["0.0.0.0/2"],
            &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
            &["fc00::/7"],
            &["2001:db8::/32"],
            &["0.0.0.0-0.0.0.0"],
            &["nonsense", "10.0.0.0/40", "9.0.0.0-1.0.0.0"],
        ] {
            assert!(!is_internet(&ranges(closed)), "{closed:?}");
        }
    }

    #[test]
    fn broad_is_more_than_a_slash_8() {
        for (texts, expected) in [
            (&["11.0.0.0/8"] as &[&str], false),
            (&["11.0.0.0/8", "12.0.0.0/32"], true),
            (&["12.0.0.0/7"], true),
            (&["10.0.0.0/8", "192.168.0.0/16"], false),
            (&["2001:db8::/32"], false),
            (&["2001:db8::/31"], true),
            (&["10.0.0.0/7"], false),
            (&["12.0.0.0/6"], true),
        ] {
            assert_eq!(is_broad(&ranges(texts)), expected, "{texts:?}");
        }
    }
}
