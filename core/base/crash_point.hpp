/// Ends the process at a call that changes a file, in builds that tests of recovery are made with.
///
/// FATLAS_CRASH_AT=N in the environment ends it, as `kill -9` would, in front of the N-th such call
/// (from 1). With FATLAS_CRASH_COUNT=FILE the number of calls made is written there at exit, so
/// that a test knows where to stop. Without either nothing happens. Only programs built with
/// -DFATLAS_CRASH_POINTS=ON look at them.
///
/// Threads: call it once, before others start.
#pragma once

namespace fatlas {

void armCrashPoint();

} // namespace fatlas
