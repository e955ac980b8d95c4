#include "tests/contract/device_factories.hpp"

#include "core/base/units.hpp"
#include "core/block/file_device.hpp"
#include "core/block/memory_device.hpp"
#include "core/block/overlay_device.hpp"
#include "core/block/pieces_device.hpp"
#include "core/block/slice_device.hpp"
#include "core/block/staged_device.hpp"
#include "core/block/tap_device.hpp"
#include "core/folder_disk/folder_disk.hpp"
#include "core/host/scan.hpp"
#include "core/serve/write_journal.hpp"
#include "core/vhd/composed_vhd.hpp"
#include "core/vhd/create.hpp"
#include "core/vhd/growing_file.hpp"
#include "core/vhd/vhd_device.hpp"

#include "tests/support/fault_device.hpp"
#include "tests/support/pseudo_random.hpp"

#include <algorithm>

namespace fatlas::test {

namespace {

using block::FileDevice;
using block::MemoryDevice;
using block::OverlayDevice;
using block::SliceDevice;
using block::StagedDevice;
using block::TapDevice;

constexpr std::uint64_t deviceSize = 300'000; // not a whole number of anything

/// Data with zeros in between, as an image is.
Bytes sampleBytes(std::uint64_t size)
{
    Bytes bytes = PseudoRandom(size).bytes(size);
    std::fill(bytes.begin() + 64 * KiB, bytes.begin() + 192 * KiB, std::byte{0});
    return bytes;
}

Specimen writable(std::shared_ptr<block::BlockDevice> device, Bytes expected,
                  std::unique_ptr<TempFolder> folder = nullptr)
{
    return {.folder = std::move(folder),
            .device = device,
            .writable = std::move(device),
            .expected = std::move(expected)};
}

Specimen readOnly(std::shared_ptr<const block::BlockDevice> device, Bytes expected,
                  std::unique_ptr<TempFolder> folder = nullptr)
{
    return {.folder = std::move(folder),
            .device = std::move(device),
            .writable = nullptr,
            .expected = std::move(expected)};
}

/// As a file with a real hole where the sample has zeros.
std::filesystem::path writeSparse(const TempFolder& folder, const Bytes& bytes)
{
    const auto path = folder.writeHole("image", bytes.size());
    File file = File::open(path, File::Access::ReadWrite).value();
    const ByteView view(bytes);
    file.writeAt(0, view.first(64 * KiB)).value();
    file.writeAt(192 * KiB, view.subspan(192 * KiB)).value();
    return path;
}

Specimen makeMemory()
{
    const Bytes bytes = sampleBytes(deviceSize);
    return writable(std::make_shared<MemoryDevice>(bytes), bytes);
}

Specimen makeReadOnlyMemory()
{
    const Bytes bytes = sampleBytes(deviceSize);
    return readOnly(std::make_shared<MemoryDevice>(bytes, MemoryDevice::Mode::ReadOnly), bytes);
}

Specimen makeFile(File::Access access)
{
    auto folder = std::make_unique<TempFolder>();
    const Bytes bytes = sampleBytes(deviceSize);
    auto device = FileDevice::open(writeSparse(*folder, bytes), access).value();
    if (access == File::Access::Read)
        return readOnly(std::move(device), bytes, std::move(folder));
    return writable(std::move(device), bytes, std::move(folder));
}

Specimen makeSliceOfFile()
{
    auto folder = std::make_unique<TempFolder>();
    const Bytes bytes = sampleBytes(deviceSize);
    const auto below =
        FileDevice::open(writeSparse(*folder, bytes), File::Access::ReadWrite).value();
    Bytes expected(bytes.begin() + 1000, bytes.end() - 1000);
    auto slice = SliceDevice::create(below, 1000, expected.size()).value();
    return writable(std::move(slice), std::move(expected), std::move(folder));
}

Specimen makeReadOnlySlice()
{
    const Bytes bytes = sampleBytes(deviceSize);
    auto slice =
        SliceDevice::createReadOnly(std::make_shared<MemoryDevice>(bytes), 0, deviceSize).value();
    return readOnly(std::move(slice), bytes);
}

/// Some of what it reads as is staged, across blocks and at its cut-off end.
Specimen makeStaged()
{
    const Bytes bytes = sampleBytes(deviceSize);
    Bytes below = bytes;
    std::fill(below.begin() + 60'000, below.begin() + 70'000, std::byte{0x55});
    std::fill(below.end() - 100, below.end(), std::byte{0xAA});
    auto staged = std::make_shared<StagedDevice>(
        std::make_shared<MemoryDevice>(below, MemoryDevice::Mode::ReadOnly));
    staged->write(60'000, ByteView(bytes).subspan(60'000, 10'000)).value();
    staged->write(deviceSize - 100, ByteView(bytes).last(100)).value();
    return writable(std::move(staged), bytes);
}

/// Bytes, zeros, and parts of two devices in another order.
Specimen makePieces()
{
    auto folder = std::make_unique<TempFolder>();
    const Bytes bytes = sampleBytes(deviceSize);
    const auto file = FileDevice::open(writeSparse(*folder, bytes)).value();
    const auto memory = std::make_shared<MemoryDevice>(bytes);
    auto pieces = std::make_shared<block::PiecesDevice>();
    pieces->addBytes(Bytes(bytes.begin(), bytes.begin() + 1000));
    pieces->addRange(file, 1000, 64 * KiB - 1000).value();
    pieces->addZeros(128 * KiB);
    pieces->addRange(memory, 192 * KiB, 5000).value();
    pieces->addRange(file, 192 * KiB + 5000, deviceSize - 192 * KiB - 5000).value();
    return readOnly(std::move(pieces), bytes, std::move(folder));
}

/// What must read as the sample lies below with other bytes where the overlay has its own, and
/// with some where it has zeros.
void spoil(Bytes& bytes)
{
    std::fill(bytes.begin() + 60'000, bytes.begin() + 64'000, std::byte{0x55});
    std::fill(bytes.begin() + 100'001, bytes.begin() + 150'003, std::byte{0x77});
    std::fill(bytes.end() - 100, bytes.end(), std::byte{0xAA});
}

void mend(block::BlockDevice& overlay, const Bytes& bytes)
{
    overlay.write(60'000, ByteView(bytes).subspan(60'000, 4000)).value();
    overlay.trim(100'001, 20'000).value();
    overlay.writeZeroes(120'001, 30'002).value();
    overlay.write(deviceSize - 100, ByteView(bytes).last(100)).value();
}

Specimen makeScratchOverlay()
{
    auto folder = std::make_unique<TempFolder>();
    const Bytes bytes = sampleBytes(deviceSize);
    Bytes below = bytes;
    spoil(below);
    auto base = FileDevice::open(writeSparse(*folder, below)).value();
    auto overlay = OverlayDevice::createScratch(std::move(base), folder->path()).value();
    mend(*overlay, bytes);
    return writable(std::move(overlay), bytes, std::move(folder));
}

/// Closed and opened again before anybody looks.
Specimen makeKeepOverlay()
{
    auto folder = std::make_unique<TempFolder>();
    const Bytes bytes = sampleBytes(deviceSize);
    Bytes below = bytes;
    spoil(below);
    const auto base = std::make_shared<MemoryDevice>(below, MemoryDevice::Mode::ReadOnly);
    mend(*OverlayDevice::createKeep(base, folder->path()).value(), bytes);
    auto overlay = OverlayDevice::openKeep(base, folder->path()).value();
    return writable(std::move(overlay), bytes, std::move(folder));
}

Specimen makeFrozenOverlay()
{
    Specimen live = makeScratchOverlay();
    const auto& overlay = dynamic_cast<const OverlayDevice&>(*live.device);
    auto frozen = overlay.freeze(live.folder->path()).value();
    // What is written from now on is not of that moment.
    live.writable->write(0, Bytes(100'000, std::byte{0x11})).value();
    live.writable->trim(150'000, 150'000).value();
    return readOnly(std::move(frozen), std::move(live.expected), std::move(live.folder));
}

Specimen makeOverlayOnOverlay()
{
    Specimen lower = makeScratchOverlay();
    auto upper = OverlayDevice::createScratch(lower.device, lower.folder->path()).value();
    upper->write(1'111, ByteView(lower.expected).subspan(1'111, 2'222)).value();
    return writable(std::move(upper), std::move(lower.expected), std::move(lower.folder));
}

/// An overlay whose writes are remembered.
Specimen makeJournalled()
{
    auto folder = std::make_unique<TempFolder>();
    const Bytes bytes = sampleBytes(deviceSize);
    Bytes below = bytes;
    spoil(below);
    const auto base = std::make_shared<MemoryDevice>(below, MemoryDevice::Mode::ReadOnly);
    auto overlay = OverlayDevice::createScratch(base, folder->path()).value();
    const auto journal =
        serve::WriteJournal::create({.overlay = std::move(overlay), .below = base}, folder->path());
    auto device = journal->deviceFor(1);
    mend(*device, bytes);
    return writable(std::move(device), bytes, std::move(folder));
}

/// What it was before most of it was written over.
Specimen makeMoment()
{
    auto folder = std::make_unique<TempFolder>();
    const Bytes bytes = sampleBytes(deviceSize);
    Bytes below = bytes;
    spoil(below);
    const auto base = std::make_shared<MemoryDevice>(below, MemoryDevice::Mode::ReadOnly);
    auto overlay = OverlayDevice::createScratch(base, folder->path()).value();
    const auto journal =
        serve::WriteJournal::create({.overlay = std::move(overlay), .below = base}, folder->path());
    const auto device = journal->deviceFor(1);
    mend(*device, bytes);
    auto moment = journal->moment(journal->span().newest).value();
    device->write(0, Bytes(100'000, std::byte{0x11})).value();
    device->trim(110'000, deviceSize - 120'000).value();
    device->write(50'000, Bytes(100'000, std::byte{0x22})).value();
    return readOnly(std::move(moment), bytes, std::move(folder));
}

Specimen makeTap()
{
    Specimen below = makeFile(File::Access::ReadWrite);
    return writable(std::make_shared<TapDevice>(
                        below.writable, std::make_shared<block::Tap>(below.expected.size()), 1),
                    std::move(below.expected), std::move(below.folder));
}

Specimen makeFault()
{
    const Bytes bytes = sampleBytes(deviceSize);
    return writable(std::make_shared<FaultDevice>(std::make_shared<MemoryDevice>(bytes)), bytes);
}

/// Nested folders, empty files, files around the size of a cluster, long and colliding names.
void fillFolder(const TempFolder& folder)
{
    folder.writeText("EMPTY.TXT", "");
    folder.writeText("a rather long name with a \u00E9.txt", "x");
    folder.makeFolder("empty folder");
    for (std::uint64_t size : {511, 512, 513, 2047, 2048, 2049, 4096, 70'001})
        folder.writePattern("sub/deeper/file " + std::to_string(size), size, size);
}

Specimen makeFolderDisk(const folder_disk::Options& options)
{
    auto folder = std::make_unique<TempFolder>();
    fillFolder(*folder);
    auto snapshot = host::scan(folder->path()).value();
    auto plan = folder_disk::planDisk(std::move(snapshot), options).value();
    return readOnly(folder_disk::openFolderDisk(std::move(plan)).value(), {}, std::move(folder));
}

Specimen makeFolderFloppy()
{
    folder_disk::Options options;
    options.floppy = folder_disk::FloppyFormat::F1440K;
    return makeFolderDisk(options);
}

Specimen makeFolderGpt()
{
    folder_disk::Options options;
    options.fat = fat::FatType::Fat16;
    options.partition = folder_disk::PartitionScheme::Gpt;
    options.label = "CONTRACT";
    return makeFolderDisk(options);
}

Specimen makeFolderLargeSectors()
{
    folder_disk::Options options;
    options.fat = fat::FatType::Fat12;
    options.partition = folder_disk::PartitionScheme::Mbr;
    options.sectorSize = 4096;
    options.size = 4 * MiB;
    return makeFolderDisk(options);
}

/// The disk in a VHD, of which some was written; zeros in some blocks, others not there.
Specimen makeVhd(std::shared_ptr<block::BlockDevice> file,
                 std::shared_ptr<const block::BlockDevice> parent, const Bytes& bytes)
{
    auto description = vhd::readVhdFile(*file).value();
    auto disk =
        vhd::VhdDevice::open(std::move(file), std::move(description), std::move(parent)).value();
    for (const std::uint64_t at : {std::uint64_t{0}, 192 * KiB})
        disk->write(at, ByteView(bytes).subspan(at, std::min(64 * KiB, bytes.size() - at))).value();
    return writable(disk, bytes);
}

std::shared_ptr<block::BlockDevice> makeVhdFile(const TempFolder& folder,
                                                const vhd::CreateOptions& options)
{
    const auto path = folder / "disk.vhd";
    vhd::createVhd(path, options, AtomicFile::Existing::Keep).value();
    return vhd::GrowingFile::open(path).value();
}

constexpr std::uint64_t vhdSize = deviceSize / 512 * 512;

Specimen makeDynamicVhd()
{
    auto folder = std::make_unique<TempFolder>();
    Bytes bytes = sampleBytes(vhdSize);
    std::fill(bytes.begin() + 64 * KiB, bytes.begin() + 192 * KiB, std::byte{0});
    std::fill(bytes.begin() + 256 * KiB, bytes.end(), std::byte{0});
    auto file = makeVhdFile(*folder, {.size = vhdSize, .blockSize = 32 * KiB});
    Specimen specimen = makeVhd(std::move(file), nullptr, bytes);
    specimen.folder = std::move(folder);
    return specimen;
}

Specimen makeVhdChild()
{
    auto folder = std::make_unique<TempFolder>();
    const Bytes bytes = sampleBytes(vhdSize);
    Bytes below = bytes;
    std::fill(below.begin(), below.begin() + 1000, std::byte{0x77});
    const vhd::ParentLink link{.size = vhdSize, .name = "base.vhd", .absolutePath = "/base.vhd"};
    auto file = makeVhdFile(*folder, {.type = vhd::DiskType::Differencing,
                                      .size = vhdSize,
                                      .blockSize = 32 * KiB,
                                      .parent = link});
    Specimen specimen = makeVhd(std::move(file), std::make_shared<MemoryDevice>(below), bytes);
    specimen.folder = std::move(folder);
    return specimen;
}

Specimen makeComposedVhd()
{
    const auto disk = std::make_shared<MemoryDevice>(sampleBytes(deviceSize));
    const auto plan = vhd::planCreate({.size = 320 * KiB, .blockSize = 32 * KiB}).value();
    auto runs = vhd::findStoredRuns(*disk, vhd::ZeroSearch::Read).value();
    return readOnly(vhd::ComposedVhd::compose(plan, disk, std::move(runs)).value(), {});
}

Specimen makeEmpty()
{
    return writable(std::make_shared<MemoryDevice>(Bytes{}), {});
}

} // namespace

const std::vector<DeviceFactory>& deviceFactories()
{
    static const std::vector<DeviceFactory> factories{
        {.name = "memory", .make = makeMemory},
        {.name = "memory, read-only", .make = makeReadOnlyMemory},
        {.name = "file", .make = [] { return makeFile(File::Access::ReadWrite); }},
        {.name = "file, read-only", .make = [] { return makeFile(File::Access::Read); }},
        {.name = "slice of a file", .make = makeSliceOfFile},
        {.name = "slice, read-only", .make = makeReadOnlySlice},
        {.name = "staged changes", .make = makeStaged},
        {.name = "pieces", .make = makePieces},
        {.name = "scratch overlay", .make = makeScratchOverlay},
        {.name = "kept overlay", .make = makeKeepOverlay},
        {.name = "frozen overlay", .make = makeFrozenOverlay},
        {.name = "overlay on an overlay", .make = makeOverlayOnOverlay},
        {.name = "overlay with a timeline", .make = makeJournalled},
        {.name = "moment of a timeline", .make = makeMoment},
        {.name = "tap", .make = makeTap},
        {.name = "fault device", .make = makeFault},
        {.name = "folder as a floppy", .make = makeFolderFloppy},
        {.name = "folder as FAT16 in GPT", .make = makeFolderGpt},
        {.name = "folder with sectors of 4096 bytes in MBR", .make = makeFolderLargeSectors},
        {.name = "dynamic VHD", .make = makeDynamicVhd},
        {.name = "VHD over its parent", .make = makeVhdChild},
        {.name = "file of a VHD over a disk", .make = makeComposedVhd},
        {.name = "empty", .make = makeEmpty},
    };
    return factories;
}

} // namespace fatlas::test
