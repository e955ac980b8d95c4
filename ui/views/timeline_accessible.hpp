/// The timeline's strip for screen readers: a slider over the moments that says in words which one
/// is shown, and can be set.
///
/// Threads: GUI thread.
#pragma once

namespace fatlas::ui {

class TimelineStrip;

/// Once per process; further calls do nothing.
void installTimelineAccessibility();
/// Tells screen readers that another moment is shown.
void announceTimelineMoment(TimelineStrip* strip);

} // namespace fatlas::ui
