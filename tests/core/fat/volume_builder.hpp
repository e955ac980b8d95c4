/// A small FAT volume in memory whose FAT entries and directory slots a test sets one by one, right
/// or wrong.
///
/// Units:  clusters of one sector of 512 bytes; root directory of 32 slots on FAT12 and FAT16,
///         cluster 2 on FAT32.
/// Errors: a call that cannot be carried out ends the test program.
#pragma once

#include "core/block/memory_device.hpp"
#include "core/fat/tree.hpp"

#include <initializer_list>
#include <string_view>

namespace fatlas::test {

class VolumeBuilder {
public:
    /// 0 clusters: a small number that the type allows.
    explicit VolumeBuilder(fat::FatType type, std::uint32_t clusters = 0);

    [[nodiscard]] const fat::Geometry& geometry() const noexcept { return m_boot.geometry; }

    [[nodiscard]] fat::BootSector& boot() noexcept { return m_boot; }

    /// In every copy of the FAT.
    void setEntry(std::uint32_t cluster, std::uint32_t raw);
    /// Each points to the next, the last to the end mark.
    void link(std::initializer_list<std::uint32_t> clusters);
    void setEnd(std::uint32_t cluster);
    void setBad(std::uint32_t cluster);

    /// `directory` 0 is the root. `slot` counts in the one cluster of the directory.
    template <RawStruct T>
    void putSlot(std::uint32_t directory, std::uint32_t slot, const T& raw)
    {
        store(m_bytes, slotOffset(directory, slot), raw);
    }

    /// `name` has 11 characters.
    void putFile(std::uint32_t directory, std::uint32_t slot, std::string_view name,
                 std::uint32_t firstCluster, std::uint32_t size);
    void putFolder(std::uint32_t directory, std::uint32_t slot, std::string_view name,
                   std::uint32_t firstCluster);
    void putData(std::uint32_t cluster, ByteView bytes);

    [[nodiscard]] std::uint64_t slotOffset(std::uint32_t directory, std::uint32_t slot) const;
    [[nodiscard]] Bytes bytes() const;
    [[nodiscard]] std::shared_ptr<block::MemoryDevice> device() const;
    [[nodiscard]] std::shared_ptr<const fat::Volume> open() const;
    /// Of the volume as it is now.
    [[nodiscard]] std::shared_ptr<const fat::Tree> tree() const;

private:
    fat::BootSector m_boot;
    Bytes m_bytes;
};

/// 11 characters into the bytes of a slot.
[[nodiscard]] fat::DirectoryEntryRaw slotNamed(std::string_view name, std::uint8_t attributes = 0,
                                               std::uint32_t firstCluster = 0,
                                               std::uint32_t size = 0);

} // namespace fatlas::test
