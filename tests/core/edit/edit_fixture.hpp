/// A volume with a few files and folders to be changed, and what it holds.
///
/// Errors: a step that fails ends the test program with its message.
#pragma once

#include "core/block/memory_device.hpp"
#include "core/edit/bytes_source.hpp"
#include "core/edit/editor.hpp"
#include "core/fat/tree.hpp"

#include "tests/core/fat/volume_builder.hpp"
#include "tests/support/pseudo_random.hpp"

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

namespace fatlas::test {

template <class T>
T need(Result<T> result)
{
    if (!result) {
        std::cerr << "edit test: " << result.error().message << '\n';
        std::exit(70);
    }
    return std::move(*result);
}

inline void need(const Result<>& result)
{
    if (!result) {
        std::cerr << "edit test: " << result.error().message << '\n';
        std::exit(70);
    }
}

/// Path and bytes of each file; of folders nothing.
using Content = std::map<std::string, Bytes>;

/// What can be read; a chain that is too short gives what there is.
inline Content contentOf(const std::shared_ptr<const block::BlockDevice>& device)
{
    const auto volume = need(fat::Volume::open(device));
    const auto tree = need(fat::readTree(*volume));
    Content content;
    for (std::uint32_t i = 1; i < tree->nodes.size(); ++i) {
        const fat::TreeNode& node = tree->nodes[i];
        if (node.isDirectory)
            continue;
        const auto runs = tree->runsOf(i);
        const fat::Chain chain{
            .runs = {runs.begin(), runs.end()}, .end = node.end, .clusterCount = node.clusterCount};
        const std::uint64_t there =
            std::uint64_t{node.clusterCount} * volume->geometry().clusterSize();
        Bytes bytes(std::min(node.size(), there));
        need(volume->readChain(chain, 0, bytes));
        content[tree->path(i)] = std::move(bytes);
    }
    return content;
}

inline std::shared_ptr<edit::BytesSource> sourceOf(Bytes bytes)
{
    return std::make_shared<edit::BytesSource>(std::move(bytes));
}

inline edit::Editor editorOf(const std::shared_ptr<const block::BlockDevice>& device)
{
    return need(edit::Editor::open(device, {}));
}

/// /KEEP.BIN, /OLD.BIN, /SUB/INNER.BIN, /SUB/OTHER.BIN, fragmented, as an editor put them.
inline Bytes filledVolume(fat::FatType type, std::uint32_t clusters = 0)
{
    const auto device = VolumeBuilder(type, clusters).device();
    PseudoRandom random(5);
    for (int round = 0; round < 2; ++round) {
        auto editor = editorOf(device);
        if (round == 0)
            (void)need(editor.makeFolder({.folder = "/", .name = "SUB"}));
        const char* const folder = round == 0 ? "/" : "/SUB";
        for (const char* name :
             {round == 0 ? "KEEP.BIN" : "INNER.BIN", round == 0 ? "OLD.BIN" : "OTHER.BIN"})
            (void)need(editor.putFile({.folder = folder, .name = name},
                                      sourceOf(random.bytes(random.below(6000) + 2000))));
        for (const edit::PatchGroup& group : need(editor.plan()).groups) {
            for (const block::Patch& patch : group.patches)
                need(device->write(patch.offset, patch.after));
            for (const edit::ContentRange& range : group.contents) {
                Bytes data(range.length);
                const auto count =
                    std::min(range.length, range.source->size() - range.sourceOffset);
                need(range.source->read(range.sourceOffset, ByteSpan(data).first(count)));
                need(device->write(range.offset, data));
            }
        }
    }
    return {device->bytes().begin(), device->bytes().end()};
}

} // namespace fatlas::test
