/// Finishes or takes back a change of which the journal has only the beginning.
///
/// What is in the folder tells how far it came: each file is then as it was before the change or as
/// it shall be after, and nothing of the change lies about. Doing it again changes nothing.
///
/// Errors:  those of the file system; then nothing is known, and the change stays open.
/// Threads: one.
#pragma once

#include "core/host/jail.hpp"
#include "core/host/jail_context.hpp"

namespace fatlas::host {

[[nodiscard]] Result<Ended> settle(const JailContext& context, const Begun& begun,
                                   JailOptions::Interrupted interrupted);

/// Whether what an ended change did can be seen; a system that stopped may have forgotten it.
[[nodiscard]] bool isVisible(const JailContext& context, const Begun& begun);

} // namespace fatlas::host
