/// A floppy in memory for the tests of the bytes, with the tree of map_fixture.hpp.
///
/// Units: bytes; the data area begins at sector 33, /DOCS/A.TXT lies in clusters 430-433, 700-702
///        and 100-101 and is 4,608 bytes long. Its first cluster begins with "HELLO".
#pragma once

#include "core/block/memory_device.hpp"
#include "core/fat/boot_sector.hpp"
#include "core/fat/fat_table.hpp"

#include "tests/ui/map_fixture.hpp"
#include "ui/models/hex_subject.hpp"

#include <QtTest>

#include <atomic>
#include <chrono>
#include <cstring>
#include <string_view>
#include <thread>

namespace fatlas::test {

inline constexpr std::uint64_t floppySize = 2880 * 512;

inline void put(Bytes& image, std::uint64_t offset, std::string_view word)
{
    std::memcpy(image.data() + offset, word.data(), word.size());
}

inline Bytes floppyBytes()
{
    const fat::Geometry geometry = floppyGeometry();
    Bytes image(floppySize);
    fat::Geometry full = geometry;
    full.sectorsPerTrack = 18;
    full.heads = 2;
    full.media = 0xF0;
    fat::BootSector boot;
    boot.geometry = full;
    const Bytes sector = fat::encodeBootSector(boot, {});
    std::ranges::copy(sector, image.begin());
    for (const std::uint32_t copy : {0U, 1U}) {
        const ByteSpan table =
            ByteSpan(image).subspan(geometry.fatOffset(copy), geometry.fatSize());
        fat::setRawEntry(geometry.type, table, Cluster{0}, 0xFF0);
        fat::setRawEntry(geometry.type, table, Cluster{1}, 0xFFF);
        Cluster before{};
        for (const ClusterRange& run : textRuns())
            for (Cluster cluster = run.first; cluster < run.end(); ++cluster) {
                if (before.value != 0)
                    fat::setRawEntry(geometry.type, table, before, cluster.value);
                before = cluster;
            }
        fat::setRawEntry(geometry.type, table, before, fat::endMark(geometry.type));
    }
    put(image, geometry.clusterOffset(Cluster{430}), "HELLO");
    put(image, geometry.clusterOffset(Cluster{433}) + 508, "seam");
    put(image, geometry.clusterOffset(Cluster{700}), "less");
    return image;
}

inline std::shared_ptr<const ui::HexSubject>
makeSubject(const std::shared_ptr<const block::BlockDevice>& volumeDevice,
            std::shared_ptr<const block::BlockDevice> disk)
{
    auto subject = std::make_shared<ui::HexSubject>();
    auto volume = fat::Volume::open(volumeDevice);
    if (!volume)
        qFatal("%s", volume.error().message.c_str());
    subject->image.disk = std::move(disk);
    subject->image.volume = *volume;
    subject->tree = makeTree();
    subject->usage = makeUsage();
    return subject;
}

/// `disk` instead of the floppy's own bytes, beside a sound volume: for faults.
inline std::shared_ptr<const ui::HexSubject>
makeSubject(std::shared_ptr<const block::BlockDevice> disk = nullptr)
{
    const auto sound = std::make_shared<block::MemoryDevice>(floppyBytes());
    return makeSubject(sound, disk ? std::move(disk) : sound);
}

/// Slow, and with sectors that cannot be read.
class BadDevice final : public block::BlockDevice {
public:
    explicit BadDevice(Bytes bytes) : m_below(std::move(bytes)) {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_below.size(); }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override
    {
        ++reads;
        if (std::this_thread::get_id() == m_maker)
            ++readsHere;
        std::this_thread::sleep_for(std::chrono::milliseconds(delayMs.load()));
        const std::uint64_t bad = badSector.load() * 512;
        if (offset < bad + 512 && bad < offset + into.size())
            return std::unexpected(Error{.code = ErrorCode::Io,
                                         .message = "the sector cannot be read",
                                         .deviceOffset = bad});
        return m_below.read(offset, into);
    }

    mutable std::atomic<int> reads = 0;
    mutable std::atomic<int> readsHere = 0; ///< on the thread that made the device
    std::atomic<int> delayMs = 0;
    std::atomic<std::uint64_t> badSector = UINT64_MAX / 1024;

private:
    std::thread::id m_maker = std::this_thread::get_id();
    block::MemoryDevice m_below;
};

/// Nothing but zeros without taking room, so many bytes, with one word somewhere.
class HugeDevice final : public block::BlockDevice {
public:
    HugeDevice(std::uint64_t size, std::uint64_t wordAt, std::string_view word)
        : m_size(size), m_at(wordAt), m_word(word)
    {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_size; }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override
    {
        bytesRead += into.size();
        for (std::size_t i = 0; i < into.size(); ++i) {
            const std::uint64_t at = offset + i;
            const bool inWord = at >= m_at && at - m_at < m_word.size();
            into[i] = inWord ? static_cast<std::byte>(m_word[at - m_at]) : std::byte{};
        }
        return {};
    }

    [[nodiscard]] Result<std::vector<block::Extent>> extents(std::uint64_t offset,
                                                             std::uint64_t length) const override
    {
        const std::uint64_t from = m_at / 4096 * 4096;
        const std::uint64_t to = std::min(from + 8192, m_size);
        const bool isData = offset >= from && offset < to;
        const std::uint64_t end = isData ? to : offset < from ? from : m_size;
        return std::vector{
            block::Extent{.offset = offset,
                          .length = std::min(length, end - offset),
                          .kind = isData ? block::ExtentKind::Data : block::ExtentKind::Hole}};
    }

    mutable std::atomic<std::uint64_t> bytesRead = 0;

private:
    std::uint64_t m_size;
    std::uint64_t m_at;
    std::string m_word;
};

} // namespace fatlas::test
