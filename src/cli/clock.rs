//! Which day it is: only suppressions that end ask for it. And how long things take, for those who wait.
#![expect(clippy::disallowed_methods, reason = "this is the one door to the clock")]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::finding::Date;

/// The day in universal time; `None` when the clock stands before 1970, and then nothing that ends on
/// a day holds.
pub(super) fn today() -> Option<Date> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Date::of_seconds(since.as_secs())
}

/// Whether something happened so shortly ago that the next thing may have the same time.
pub(super) fn is_just_now(time: SystemTime) -> bool {
    const TICK: Duration = Duration::from_millis(20);
    SystemTime::now().duration_since(time).is_ok_and(|since| since < TICK)
}

/// The beginning or the end of something that takes time.
pub(super) fn now() -> Instant {
    Instant::now()
}
