//! Which day it is: only suppressions that end ask for it.
#![expect(clippy::disallowed_methods, reason = "this is the one door to the clock")]

use std::time::{SystemTime, UNIX_EPOCH};

use crate::finding::Date;

/// The day in universal time; `None` when the clock stands before 1970, and then nothing that ends on
/// a day holds.
pub(super) fn today() -> Option<Date> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Date::of_seconds(since.as_secs())
}
