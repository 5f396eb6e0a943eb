//! Resources that surely fit and those that may: lists of places in the graph, in order.

use std::sync::Arc;

use crate::value::{Reason, Value};

/// Both lists ascend; none is in both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Split {
    /// They fit.
    pub definite: Vec<usize>,
    /// Whether they fit is not known.
    pub possible: Arc<Vec<usize>>,
}

/// What may fit an unknown value: made once for all who ask for one like it.
#[derive(Debug)]
pub(super) struct Candidates {
    pub places: Arc<Vec<usize>>,
    /// The same as elements of a list.
    pub values: Arc<Vec<Value>>,
    /// Whether any of them stands for any number of instances.
    pub is_many: bool,
    /// Why it is not certain that they fit, where it is for what they have themselves.
    pub reason: Option<Reason>,
    /// The graph's answer, which is one list for all who are alike.
    pub answer: Arc<Vec<usize>>,
}

impl Split {
    /// Those that fit both; certain where both are certain.
    pub(super) fn and(&self, other: &Self) -> Self {
        let (mut definite, mut possible) = (Vec::new(), Vec::new());
        for &place in &self.definite {
            if is_in(&other.definite, place) {
                definite.push(place);
            } else if is_in(&other.possible, place) {
                possible.push(place);
            }
        }
        let fits_other = |place: &&usize| other.contains(**place);
        possible.extend(self.possible.iter().filter(fits_other));
        possible.sort_unstable();
        Self { definite, possible: Arc::new(possible) }
    }

    /// Adds to those that may fit.
    pub(super) fn may_also_be(&mut self, others: &[usize]) {
        if others.is_empty() {
            return;
        }
        let Self { definite, possible } = self;
        let possible = Arc::make_mut(possible);
        possible.extend_from_slice(others);
        possible.sort_unstable();
        possible.dedup();
        possible.retain(|&place| !is_in(definite, place));
    }

    fn contains(&self, place: usize) -> bool {
        is_in(&self.definite, place) || is_in(&self.possible, place)
    }
}

fn is_in(places: &[usize], place: usize) -> bool {
    places.binary_search(&place).is_ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Split;

    fn split(definite: &[usize], possible: &[usize]) -> Split {
        Split { definite: definite.to_vec(), possible: Arc::new(possible.to_vec()) }
    }

    #[test]
    fn both_are_certain_or_it_is_not() {
        let (a, b) = (split(&[1, 2, 3], &[5, 6, 7]), split(&[2, 6], &[3, 4, 7]));
        assert_eq!(a.and(&b), split(&[2], &[3, 6, 7]));
        assert_eq!(b.and(&a), a.and(&b));
        assert_eq!(a.and(&Split::default()), Split::default());
    }

    #[test]
    fn what_is_certain_stays_so() {
        let mut split = split(&[2, 4], &[3]);
        split.may_also_be(&[1, 2, 3, 5]);
        assert_eq!((split.definite, &**split.possible), (vec![2, 4], &[1, 3, 5][..]));
    }
}
