//! Resources that surely fit and those that may: lists of places in the graph, in order.

/// Both lists ascend; none is in both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Split {
    /// They fit.
    pub definite: Vec<usize>,
    /// Whether they fit is not known.
    pub possible: Vec<usize>,
}

impl Split {
    /// Those that fit both; certain where both are certain.
    pub(super) fn and(&self, other: &Self) -> Self {
        let mut both = Self::default();
        for &place in &self.definite {
            if is_in(&other.definite, place) {
                both.definite.push(place);
            } else if is_in(&other.possible, place) {
                both.possible.push(place);
            }
        }
        let fits_other = |place: &&usize| other.contains(**place);
        both.possible.extend(self.possible.iter().filter(fits_other));
        both.possible.sort_unstable();
        both
    }

    /// Adds to those that may fit.
    pub(super) fn may_also_be(&mut self, others: &[usize]) {
        if others.is_empty() {
            return;
        }
        self.possible.extend_from_slice(others);
        self.possible.sort_unstable();
        self.possible.dedup();
        let Self { definite, possible } = self;
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
    use super::Split;

    fn split(definite: &[usize], possible: &[usize]) -> Split {
        Split { definite: definite.to_vec(), possible: possible.to_vec() }
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
        assert_eq!((split.definite, split.possible), (vec![2, 4], vec![1, 3, 5]));
    }
}
