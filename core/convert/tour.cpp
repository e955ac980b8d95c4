#include "core/convert/tour.hpp"

#include "core/base/atomic_file.hpp"
#include "core/block/memory_device.hpp"
#include "core/edit/bytes_source.hpp"
#include "core/edit/editor.hpp"
#include "core/fat/volume.hpp"
#include "core/folder_disk/folder_disk.hpp"
#include "core/image/folder_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace fatlas::convert {

namespace {

using Disk = std::shared_ptr<block::MemoryDevice>;

constexpr std::uint32_t clusterSize = 1024; // of the 360K floppy
constexpr std::uint32_t tourSerial = 0x7001'2026;

struct LessonText {
    const char* fileName;
    const char* text;
};

LessonText textOf(Lesson lesson)
{
    switch (lesson) {
    case Lesson::CrossLink:
        return {.fileName = "cross-link.img",
                .text = "STORY.TXT and POEM.TXT meet: from its third cluster on, POEM.TXT runs\r\n"
                        "through clusters of STORY.TXT. Select one of them and look at the map:\r\n"
                        "the shared clusters have a slash. The view of the chain shows who else\r\n"
                        "points there. A repair gives each file clusters of its own.\r\n"};
    case Lesson::Loop:
        return {.fileName = "loop.img",
                .text = "ROUND.TXT never ends: its last cluster points back to its third one.\r\n"
                        "A program that follows the chain without counting hangs. Select the\r\n"
                        "file, and the view of its chain shows where the loop closes. A repair\r\n"
                        "sets an end mark where the size of the file says it ends.\r\n"};
    case Lesson::LostChain: break;
    }
    return {.fileName = "lost-chain.img",
            .text = "GONE.TXT has no directory entry any more, but its clusters are still in\r\n"
                    "use: they belong to nobody, and nobody can use them. The map shows them\r\n"
                    "with a dot; the bytes tell what they hold. A repair makes a file of them,\r\n"
                    "FOUND.000/FILE0000.CHK, so that nothing is lost.\r\n"};
}

/// `clusters` full clusters of numbered lines, so that every place in it can be told.
Bytes linesOf(std::string_view name, std::uint32_t clusters)
{
    std::string text;
    for (unsigned line = 1; text.size() < std::size_t{clusters} * clusterSize; ++line)
        text += fmt::format("{}: line {:03}, a bit of text that fills it up..\r\n", name, line);
    text.resize(std::size_t{clusters} * clusterSize);
    const ByteView bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

Result<Disk> emptyFloppy()
{
    image::FolderSource source;
    source.options.floppy = folder_disk::FloppyFormat::F360K;
    source.options.reproducible = true;
    source.options.label = "TOUR";
    source.options.serial = tourSerial;
    FATLAS_ASSIGN(auto plan, image::planFolder(source));
    FATLAS_ASSIGN(const auto computed, folder_disk::openFolderDisk(std::move(plan)));
    Bytes bytes(computed->size());
    FATLAS_TRY(computed->read(0, bytes));
    return std::make_shared<block::MemoryDevice>(std::move(bytes));
}

Result<> carryOut(const edit::EditPlan& plan, block::BlockDevice& disk)
{
    for (const edit::PatchGroup& group : plan.groups) {
        for (const edit::ContentRange& range : group.contents) {
            Bytes content(range.length);
            const std::uint64_t there = range.source->size() - range.sourceOffset;
            FATLAS_TRY(range.source->read(
                range.sourceOffset,
                ByteSpan(content).first(std::min<std::uint64_t>(there, content.size()))));
            FATLAS_TRY(disk.write(range.offset, content));
        }
        for (const block::Patch& patch : group.patches)
            FATLAS_TRY(disk.write(patch.offset, patch.after));
    }
    return {};
}

using Files = std::vector<std::pair<std::string, Bytes>>;

Result<> putFiles(const Disk& disk, Files files)
{
    edit::EditOptions options;
    options.nowNs = 1'798'761'600'000'000'000; // 2027-01-01
    FATLAS_ASSIGN(auto editor, edit::Editor::open(disk, options));
    for (auto& [name, bytes] : files)
        FATLAS_TRY(editor.putFile({.folder = "/", .name = name},
                                  std::make_shared<edit::BytesSource>(std::move(bytes))));
    FATLAS_ASSIGN(const edit::EditPlan plan, editor.plan());
    return carryOut(plan, *disk);
}

Files filesOf(Lesson lesson)
{
    const std::string_view text = textOf(lesson).text;
    const ByteView bytes = std::as_bytes(std::span(text));
    Files files{{"LESSON.TXT", Bytes(bytes.begin(), bytes.end())}};
    const auto add = [&](const char* name, std::uint32_t clusters) {
        files.emplace_back(name, linesOf(name, clusters));
    };
    switch (lesson) {
    case Lesson::CrossLink:
        add("STORY.TXT", 12);
        add("POEM.TXT", 6);
        break;
    case Lesson::Loop: add("ROUND.TXT", 9); break;
    case Lesson::LostChain:
        add("KEPT.TXT", 5);
        add("GONE.TXT", 8);
        break;
    }
    return files;
}

/// What is on the floppy before it is damaged.
class Sound {
public:
    static Result<Sound> open(Disk disk)
    {
        FATLAS_ASSIGN(auto volume, fat::Volume::open(disk));
        FATLAS_ASSIGN(auto root, volume->readDirectory(Cluster{0}));
        return Sound(std::move(disk), std::move(volume), std::move(root));
    }

    /// The n-th cluster of a file, from 0.
    [[nodiscard]] Result<Cluster> clusterOf(std::string_view name, std::uint32_t part) const
    {
        const fat::DirectoryItem& item = find(name);
        FATLAS_ASSIGN(const fat::Chain chain, m_volume->chain(m_volume->firstCluster(item.raw)));
        for (const ClusterRange& run : chain.runs) {
            if (part < run.count)
                return run.first + part;
            part -= run.count;
        }
        return fail(ErrorCode::NotFound, "the file is shorter");
    }

    /// In both FATs.
    [[nodiscard]] Result<> point(Cluster from, Cluster to)
    {
        const fat::Geometry& geometry = m_volume->geometry();
        for (std::uint32_t copy = 0; copy < geometry.fatCount; ++copy) {
            Bytes fat(geometry.fatSize());
            FATLAS_TRY(m_disk->read(geometry.fatOffset(copy), fat));
            fat::setRawEntry(geometry.type, fat, from, to.value);
            FATLAS_TRY(m_disk->write(geometry.fatOffset(copy), fat));
        }
        return {};
    }

    [[nodiscard]] Result<> wipeEntry(std::string_view name)
    {
        const std::array<std::byte, 32> nothing{std::byte{0xE5}};
        return m_disk->write(find(name).entryOffset, nothing);
    }

private:
    Sound(Disk disk, std::shared_ptr<const fat::Volume> volume, fat::DirectoryListing root)
        : m_disk(std::move(disk)), m_volume(std::move(volume)), m_root(std::move(root))
    {}

    [[nodiscard]] const fat::DirectoryItem& find(std::string_view name) const
    {
        return *std::ranges::find(m_root.items, name, &fat::DirectoryItem::name);
    }

    Disk m_disk;
    std::shared_ptr<const fat::Volume> m_volume;
    fat::DirectoryListing m_root;
};

Result<> link(Sound& floppy, std::pair<const char*, std::uint32_t> from,
              std::pair<const char*, std::uint32_t> to)
{
    FATLAS_ASSIGN(const Cluster source, floppy.clusterOf(from.first, from.second));
    FATLAS_ASSIGN(const Cluster target, floppy.clusterOf(to.first, to.second));
    return floppy.point(source, target);
}

Result<> damage(Lesson lesson, Sound& floppy)
{
    switch (lesson) {
    case Lesson::CrossLink: return link(floppy, {"POEM.TXT", 1}, {"STORY.TXT", 8});
    case Lesson::Loop: return link(floppy, {"ROUND.TXT", 8}, {"ROUND.TXT", 2});
    case Lesson::LostChain: break;
    }
    return floppy.wipeEntry("GONE.TXT");
}

} // namespace

const char* fileNameOf(Lesson lesson) noexcept
{
    return textOf(lesson).fileName;
}

Result<Bytes> makeLesson(Lesson lesson)
{
    FATLAS_ASSIGN(const Disk disk, emptyFloppy());
    FATLAS_TRY(putFiles(disk, filesOf(lesson)));
    FATLAS_ASSIGN(Sound floppy, Sound::open(disk));
    FATLAS_TRY(damage(lesson, floppy));
    Bytes bytes(disk->size());
    FATLAS_TRY(disk->read(0, bytes));
    return bytes;
}

Result<std::filesystem::path> writeLesson(Lesson lesson, const std::filesystem::path& folder)
{
    FATLAS_ASSIGN(const Bytes bytes, makeLesson(lesson));
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return failSystem(error.value(), fmt::format("cannot make {}", folder.native()));
    auto path = folder / fileNameOf(lesson);
    FATLAS_ASSIGN(AtomicFile file, AtomicFile::create(path, AtomicFile::Existing::Replace));
    FATLAS_TRY(file.file().writeAt(0, bytes));
    FATLAS_TRY(file.commit());
    return path;
}

} // namespace fatlas::convert
