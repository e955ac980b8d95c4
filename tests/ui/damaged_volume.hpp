/// A small volume in a file with one of each: a cross-link, a loop, a lost chain, a bad cluster and
/// FATs that differ.
///
/// Units: clusters of 512 bytes; 200 of them unless asked otherwise.
#pragma once

#include "tests/core/fat/volume_builder.hpp"
#include "tests/support/temp_folder.hpp"
#include "ui/document/volume_document.hpp"

#include <QString>
#include <QTest>

#include <array>
#include <filesystem>
#include <memory>

namespace fatlas::test {

inline constexpr std::uint32_t sharedCluster = 12; ///< of /DOCS/A.TXT, and B.COM runs into it
inline constexpr std::uint32_t lostCluster = 50;   ///< the first of three
inline constexpr std::uint32_t badCluster = 60;
inline constexpr std::uint32_t differingEntry = 70; ///< free in FAT 1, an end mark in FAT 2

inline void putDotEntries(VolumeBuilder& builder, std::uint32_t directory, std::uint32_t parent)
{
    builder.putFolder(directory, 0, ".          ", directory);
    builder.putFolder(directory, 1, "..         ", parent);
}

/// Sound: /DOCS/A.TXT in 10, 12, 11; B.COM in 20 and 21; L.TXT in 30 and 31.
inline VolumeBuilder soundVolume(fat::FatType type)
{
    VolumeBuilder builder(type);
    const std::uint32_t folder = 5;
    builder.setEnd(folder);
    builder.putFolder(0, 0, "DOCS       ", folder);
    putDotEntries(builder, folder, 0);
    builder.putFile(folder, 2, "A       TXT", 10, 1400);
    builder.putFile(0, 1, "B       COM", 20, 1000);
    builder.putFile(0, 2, "L       TXT", 30, 1000);
    builder.link({10, sharedCluster, 11});
    builder.link({20, 21});
    builder.link({30, 31});
    return builder;
}

inline Bytes damagedBytes(fat::FatType type)
{
    VolumeBuilder builder = soundVolume(type);
    builder.setEntry(21, sharedCluster);
    builder.setEntry(31, 30);
    builder.link({lostCluster, lostCluster + 1, lostCluster + 2});
    builder.setBad(badCluster);
    Bytes bytes = builder.bytes();
    const fat::Geometry& geometry = builder.geometry();
    fat::setRawEntry(type, ByteSpan(bytes).subspan(geometry.fatOffset(1), geometry.fatSize()),
                     Cluster{differingEntry}, fat::endMark(type));
    return bytes;
}

inline std::filesystem::path writeDamaged(const TempFolder& folder,
                                          fat::FatType type = fat::FatType::Fat12)
{
    return folder.writeFile("damaged.img", damagedBytes(type));
}

inline QString sourceOf(const std::filesystem::path& path)
{
    return QString::fromStdString(path.string());
}

/// Until it was read and checked.
inline std::unique_ptr<ui::VolumeDocument> openChecked(const std::filesystem::path& path)
{
    auto document = std::make_unique<ui::VolumeDocument>(sourceOf(path));
    document->load();
    [&] { QTRY_VERIFY(document->content() && document->content()->report); }();
    return document;
}

} // namespace fatlas::test
