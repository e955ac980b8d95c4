/// A guest that changes files on a disk: what it does reaches the device as writes of what differs.
///
/// Errors: a step that fails ends the test program with its message.
#pragma once

#include "core/block/memory_device.hpp"
#include "core/edit/editor.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <utility>

namespace fatlas::test {

template <class T>
T must(Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().message.c_str());
        std::exit(70);
    }
    return std::move(*result);
}

inline void must(const Result<>& result)
{
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().message.c_str());
        std::exit(70);
    }
}

/// What an editor plans, as it would reach the disk.
inline void applyPlan(edit::Editor& editor, block::BlockDevice& device)
{
    for (const edit::PatchGroup& group : must(editor.plan()).groups) {
        for (const block::Patch& patch : group.patches)
            must(device.write(patch.offset, patch.after));
        for (const edit::ContentRange& range : group.contents) {
            Bytes data(range.length);
            const auto count = std::min(range.length, range.source->size() - range.sourceOffset);
            must(range.source->read(range.sourceOffset, ByteSpan(data).first(count)));
            must(device.write(range.offset, data));
        }
    }
}

/// The disk must be small: it is read as a whole.
inline void changeAsGuest(block::BlockDevice& device,
                          const std::function<void(edit::Editor&)>& change)
{
    Bytes before(device.size());
    must(device.read(0, before));
    auto editor =
        must(edit::Editor::open(std::make_shared<block::MemoryDevice>(std::move(before)), {}));
    change(editor);
    applyPlan(editor, device);
}

} // namespace fatlas::test
