//! What makes a finding the same finding tomorrow: not its line, not its folder, not its values.

use sha2::{Digest, Sha256};

/// What goes into a fingerprint; the same from a folder, a plan and both joined.
#[derive(Clone, Copy, Debug)]
pub(super) struct Identity<'a> {
    pub(super) policy: &'a str,
    /// `unknown` is kept apart, so that an undecided check in a baseline hides no later failure.
    pub(super) status: &'a str,
    pub(super) static_address: &'a str,
    /// The failing instances; empty when every instance fails.
    pub(super) instances: &'a [String],
    pub(super) path: &'a str,
    pub(super) shape: &'a str,
    /// Which of several exact duplicates this is, from 0.
    pub(super) occurrence: usize,
}

impl Identity<'_> {
    /// Sixteen hexadecimal digits.
    pub(super) fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let occurrence = self.occurrence.to_string();
        let path = without_indexes(self.path);
        let fixed = ["planward/1", self.policy, self.status, self.static_address];
        let rest = [path.as_str(), self.shape, occurrence.as_str()];
        let instances = self.instances.iter().map(String::as_str);
        for part in fixed.into_iter().chain(instances).chain(rest) {
            // The length keeps `a` + `bc` and `ab` + `c` apart.
            hash.update(part.len().to_le_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// `ingress[0].cidr_blocks` as `ingress[].cidr_blocks`: the order of blocks differs between a plan
/// and its source, and adding one must not rename the others.
pub(super) fn without_indexes(path: &str) -> String {
    let mut pieces = path.split('[');
    let mut short = pieces.next().unwrap_or("").to_owned();
    for piece in pieces {
        short.push('[');
        short.push_str(piece.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    short
}

#[cfg(test)]
mod tests {
    use super::{Identity, without_indexes};

    #[test]
    fn indexes_are_dropped_and_keys_kept() {
        assert_eq!(without_indexes("ingress[0].cidr_blocks[12]"), "ingress[].cidr_blocks[]");
        assert_eq!(without_indexes("tags[\"Name\"]"), "tags[\"Name\"]");
        assert_eq!(without_indexes(""), "");
    }

    #[test]
    fn every_part_matters_and_parts_do_not_run_together() {
        let one = Identity {
            policy: "p",
            status: "fail",
            static_address: "a.b",
            instances: &[],
            path: "x",
            shape: "y",
            occurrence: 0,
        };
        let keys = ["a.b[0]".to_owned()];
        let others = [
            Identity { policy: "q", ..one },
            Identity { status: "unknown", ..one },
            Identity { static_address: "a.c", ..one },
            Identity { instances: &keys, ..one },
            Identity { path: "xy", shape: "", ..one },
            Identity { occurrence: 1, ..one },
        ];
        for other in others {
            assert_ne!(one.fingerprint(), other.fingerprint(), "{other:?}");
        }
        assert_eq!(one.fingerprint().len(), 16);
        assert_eq!(one.fingerprint(), one.fingerprint());
    }
}
