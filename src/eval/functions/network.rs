//! Addresses and subnets: `cidrhost`, `cidrnetmask`, `cidrsubnet`, `cidrsubnets`, and OpenTofu's
//! `cidrcontains`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::diag::Problem;
use crate::value::{Number, Value};

use super::arguments::{number, text, whole};
use super::signature::{Class, Function, Gives, Parameter, invalid};

const PREFIX: Parameter = Parameter::new("prefix", Class::String);
const PLACE: &str = "contained_ip_or_prefix";
const STRING: Gives = Gives::Class(Class::String);

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "cidrcontains",
        &[Parameter::new("containing_prefix", Class::String), Parameter::new(PLACE, Class::String)],
        Gives::Class(Class::Bool),
        |args, _| {
            let outer = Network::of_argument(text(args, 0), "containing_prefix")?;
            let inner = Network::of_address(text(args, 1))?;
            if outer.counts_as_v4() != inner.counts_as_v4() {
                let message = format!(
                    "`{}` and `{}` are not of the same address family",
                    text(args, 0),
                    text(args, 1)
                );
                return Err(invalid(PLACE, &message));
            }
            Ok(outer.contains(&inner).into())
        },
    ),
    Function::new(
        "cidrhost",
        &[PREFIX, Parameter::new("hostnum", Class::Number)],
        STRING,
        |args, _| {
            let network = Network::parse(text(args, 0))?;
            let host = network.host(number(args, 1))?;
            Ok(Value::string(network.show(host)))
        },
    ),
    Function::new("cidrnetmask", &[PREFIX], STRING, |args, _| {
        let network = Network::parse(text(args, 0))?;
        if !network.counts_as_v4() {
            return Err(invalid("prefix", "IPv6 addresses cannot have a netmask"));
        }
        Ok(Value::string(network.show(network.mask())))
    }),
    Function::new(
        "cidrsubnet",
        &[
            PREFIX,
            Parameter::new("newbits", Class::Number),
            Parameter::new("netnum", Class::Number),
        ],
        STRING,
        |args, _| {
            let network = Network::parse(text(args, 0))?;
            let new_bits = whole(args, 1, "newbits")?;
            Ok(network.subnet(new_bits, number(args, 2))?.to_value())
        },
    ),
    Function::new("cidrsubnets", &[PREFIX], Gives::Class(Class::Strings), |args, _| subnets(args))
        .with_rest(Parameter::new("newbits", Class::Number)),
];

/// A network of `width` (32 or 128) bits; `bits` has zeros beyond `length`.
struct Network {
    bits: u128,
    length: u32,
    width: u32,
}

impl Network {
    fn parse(text: &str) -> Result<Self, Problem> {
        Self::of_argument(text, "prefix")
    }

    /// A single address is the network of it alone.
    fn of_address(text: &str) -> Result<Self, Problem> {
        if text.contains('/') {
            return Self::of_argument(text, PLACE);
        }
        let (bits, width) = address(text).ok_or_else(|| {
            invalid(PLACE, &format!("`{text}` is neither an IP address nor a prefix"))
        })?;
        Ok(Self { bits, length: width, width })
    }

    fn of_argument(text: &str, parameter: &str) -> Result<Self, Problem> {
        let wrong = || invalid(parameter, &format!("invalid CIDR expression `{text}`"));
        let (start, length) = text.split_once('/').ok_or_else(|| {
            wrong().with_hint("write an address and the number of leading bits, as in `10.0.0.0/8`")
        })?;
        let (bits, width) = address(start).ok_or_else(wrong)?;
        let digits = !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit());
        let length: u32 =
            length.parse().ok().filter(|&n| digits && n <= width).ok_or_else(wrong)?;
        let network = Self { bits, length, width };
        Ok(Self { bits: bits & network.mask(), ..network })
    }

    /// As in Go, also when an IPv4 address stands in the clothes of IPv6.
    fn counts_as_v4(&self) -> bool {
        self.width == 32 || Ipv6Addr::from(self.bits).to_ipv4_mapped().is_some()
    }

    /// Whether all addresses of the other are in this one, whatever each is dressed as.
    fn contains(&self, other: &Self) -> bool {
        let in_v6 = |network: &Self| match network.width {
            32 => (network.bits | MAPPED, network.length + 96),
            _ => (network.bits, network.length),
        };
        let ((bits, length), (other_bits, other_length)) = (in_v6(self), in_v6(other));
        let mask = !low_bits(128 - length);
        length <= other_length && bits & mask == other_bits & mask
    }

    fn mask(&self) -> u128 {
        let all = low_bits(self.width);
        all & !low_bits(self.width - self.length)
    }

    /// Counted from the end when negative.
    fn host(&self, number: &Number) -> Result<u128, Problem> {
        let room = self.width - self.length;
        let wrong = || {
            Problem::new(format!(
                "prefix of {} does not accommodate a host numbered {number}",
                self.length
            ))
        };
        if !number.is_whole() {
            return Err(invalid("hostnum", "whole number required"));
        }
        let count = |n: &Number| n.to_string().parse::<u128>().ok();
        let from_start = if number.is_negative() {
            let back = count(&number.negated()).ok_or_else(wrong)?;
            let last = low_bits(room);
            back.checked_sub(1).and_then(|back| last.checked_sub(back)).ok_or_else(wrong)?
        } else {
            count(number).filter(|&n| n <= low_bits(room)).ok_or_else(wrong)?
        };
        Ok(self.bits | from_start)
    }

    fn subnet(&self, new_bits: i64, number: &Number) -> Result<Self, Problem> {
        let new_bits =
            u32::try_from(new_bits).map_err(|_| invalid("newbits", "must not be negative"))?;
        let length = self.length.saturating_add(new_bits);
        if length > self.width {
            return Err(Problem::new(format!(
                "insufficient address space to extend prefix of {} by {new_bits}",
                self.length
            )));
        }
        let wrong = || {
            Problem::new(format!(
                "prefix extension of {new_bits} does not accommodate a subnet numbered {number}"
            ))
        };
        if !number.is_whole() {
            return Err(invalid("netnum", "whole number required"));
        }
        let number: u128 = number.to_string().parse().map_err(|_| wrong())?;
        if number > low_bits(new_bits) {
            return Err(wrong());
        }
        let shifted = number.checked_shl(self.width - length).unwrap_or(0);
        Ok(Self { bits: self.bits | shifted, length, width: self.width })
    }

    fn show(&self, bits: u128) -> String {
        match u32::try_from(bits) {
            Ok(v4) if self.width == 32 => Ipv4Addr::from(v4).to_string(),
            _ => Ipv6Addr::from(bits).to_string(),
        }
    }

    fn to_value(&self) -> Value {
        Value::string(format!("{}/{}", self.show(self.bits), self.length))
    }
}

/// Where IPv4 addresses lie among those of IPv6.
const MAPPED: u128 = 0xffff_0000_0000;

/// The bits of an address, and how many an address of its family has.
fn address(text: &str) -> Option<(u128, u32)> {
    Some(match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(v4)) => (u128::from(u32::from(v4)), 32),
        Ok(IpAddr::V6(v6)) => (u128::from(v6), 128),
        Err(_) => (u128::from(u32::from(lenient_v4(text)?)), 32),
    })
}

/// As many ones.
fn low_bits(count: u32) -> u128 {
    if count >= 128 { u128::MAX } else { (1 << count) - 1 }
}

/// Terraform still takes leading zeros, as decimal.
fn lenient_v4(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0_u8; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next()?;
        let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        *octet = part.parse().ok().filter(|_| digits)?;
    }
    parts.next().is_none().then(|| Ipv4Addr::from(octets))
}

/// One after the other, each at the next place where it fits.
fn subnets(args: &[Value]) -> Result<Value, Problem> {
    let network = Network::parse(text(args, 0))?;
    let end = network.bits | low_bits(network.width - network.length);
    let mut next = Some(network.bits);
    let mut all = Vec::new();
    for n in 1..args.len() {
        let new_bits = whole(args, n, "newbits")?;
        if new_bits < 1 {
            return Err(invalid("newbits", "must extend prefix by at least one bit"));
        }
        let length = u32::try_from(new_bits)
            .ok()
            .and_then(|bits| network.length.checked_add(bits))
            .filter(|&length| length <= network.width)
            .ok_or_else(|| {
                invalid("newbits", &format!("not enough remaining address space for a subnet with a prefix {new_bits} bits longer"))
            })?;
        let size = low_bits(network.width - length);
        let start = next.and_then(|at| at.checked_add(size)).map(|at| at & !size);
        let Some(start) = start.filter(|&start| start | size <= end) else {
            return Err(Problem::new(format!(
                "not enough remaining address space for a subnet with a prefix of {length} bits"
            )));
        };
        all.push(Network { bits: start, length, width: network.width }.to_value());
        next = (start | size).checked_add(1);
    }
    Ok(Value::list(all))
}
