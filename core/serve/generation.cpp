#include "core/serve/generation.hpp"

#include "core/base/text.hpp"
#include "core/block/slice_device.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

namespace fatlas::serve {

namespace {

/// Bins that are clusters; of a disk without a volume, sectors.
block::TapLayout tapLayoutOf(const image::OpenedDisk& opened)
{
    const auto layout = [](std::uint64_t volumeOffset, const fat::Geometry& geometry) {
        return block::TapLayout{.origin = volumeOffset + geometry.dataOffset(),
                                .binSize = geometry.clusterSize()};
    };
    if (opened.plan)
        return layout(opened.plan->layout.volumeOffset, opened.plan->geometry());
    const auto image = image::openVolume(opened);
    return image ? layout(image->volumeOffset, image->volume->geometry()) : block::TapLayout{};
}

const char* toString(Mode mode)
{
    switch (mode) {
    case Mode::ReadOnly: break;
    case Mode::Scratch: return "writes are forgotten";
    case Mode::Keep: return "writes are kept";
    case Mode::WriteBack: return "writes come home to the folder";
    }
    return "read-only";
}

std::string describe(const image::OpenedDisk& opened, Mode mode)
{
    const std::string label = opened.plan ? opened.plan->options.label : std::string();
    return fmt::format("{}disk of {}, {}", label.empty() ? label : label + ", ",
                       formatSize(opened.disk->size()), toString(mode));
}

} // namespace

std::string generationName(const std::string& exportName, std::uint32_t number)
{
    return number == 1 ? exportName : fmt::format("{}@{}", exportName, number);
}

Result<Generation> makeGeneration(const image::OpenedDisk& opened, Mode mode,
                                  std::shared_ptr<block::OverlayDevice> overlay)
{
    Generation made;
    made.description = describe(opened, mode);
    made.plan = opened.plan;
    made.tap = std::make_shared<block::Tap>(opened.disk->size(), tapLayoutOf(opened));
    made.isReadOnly = overlay == nullptr;
    made.allowsManyConnections = mode != Mode::Keep && mode != Mode::WriteBack;
    made.device = overlay;
    made.overlay = std::move(overlay);
    if (made.isReadOnly) {
        FATLAS_ASSIGN(made.device,
                      block::SliceDevice::createReadOnly(opened.disk, 0, opened.disk->size()));
    }
    return made;
}

std::filesystem::path defaultScratchFolder()
{
    const char* wanted = std::getenv("TMPDIR"); // NOLINT(concurrency-mt-unsafe): nobody sets it
    return wanted != nullptr && *wanted != '\0' ? wanted : "/var/tmp";
}

} // namespace fatlas::serve
