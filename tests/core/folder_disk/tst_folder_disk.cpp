#include "core/base/text.hpp"
#include "core/block/slice_device.hpp"
#include "core/fat/tree.hpp"
#include "core/fat/usage_map.hpp"
#include "core/folder_disk/folder_disk.hpp"
#include "core/folder_disk/options_text.hpp"
#include "core/host/scan.hpp"

#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <QTest>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>

using namespace fatlas;
using namespace fatlas::folder_disk;
using fatlas::test::TempFolder;

Q_DECLARE_METATYPE(fatlas::folder_disk::Options)

class FolderDiskTest : public QObject {
    Q_OBJECT

private slots:
    void anIndependentReaderFindsTheSameFolder_data();
    void anIndependentReaderFindsTheSameFolder();
    void readsAnyRangeAlike();
    void extentsAgreeWithReads_data();
    void extentsAgreeWithReads();
    void extentsComeInParts();
    void hugeDiskIsNearlyAllHoles();
    void sameFolderGivesTheSameBytes();
    void copyOfAFolderIsReproducible();
    void timesAreInTheZoneOfTheDisk();
    void timesOutsideTheRangeAreClampedAndReported();
    void namesTheFileThatChanged_data();
    void namesTheFileThatChanged();
    void noticesAChangeWhileTheFileIsOpen();
    void readsMoreFilesThanStayOpen();
    void refusesAPlanThatDoesNotFit();
    void refusesRangesOutside();
    void backingFileIsOnlyThereForFiles();
};

namespace {

using Device = std::shared_ptr<const block::BlockDevice>;

template <class T>
T valueOf(Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().message.c_str());
    return std::move(*result);
}

std::shared_ptr<const Plan> planOf(const std::filesystem::path& folder, const Options& options)
{
    return valueOf(planDisk(valueOf(host::scan(folder)), options));
}

Bytes readAll(const block::BlockDevice& device, std::uint64_t offset, std::uint64_t length)
{
    Bytes bytes(static_cast<std::size_t>(length));
    const auto done = device.read(offset, bytes);
    if (!done)
        qFatal("%s", done.error().message.c_str());
    return bytes;
}

bool isZero(const Bytes& bytes)
{
    return bytes.empty() || (bytes.front() == std::byte{0} &&
                             std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

/// Files around the borders of sectors and clusters, long and short names, nested folders.
void fillFolder(const TempFolder& folder)
{
    for (const std::uint64_t size : {0U, 1U, 511U, 512U, 513U, 4095U, 4096U, 4097U, 70'000U})
        (void)folder.writePattern("sizes/file of " + std::to_string(size) + ".bin", size, size + 1);
    (void)folder.writeText("README.TXT", "upper");
    (void)folder.writeText("lower.txt", "lower");
    (void)folder.writeText("Mixed Case \u00e4\U0001F600.text", "mixed");
    (void)folder.writeText("deep/er/and/deeper/x", "deep");
    (void)folder.makeFolder("nothing in here");
}

std::shared_ptr<const fat::Volume> openVolume(const Plan& plan, const Device& device)
{
    return valueOf(fat::Volume::open(valueOf(block::SliceDevice::createReadOnly(
        device, plan.layout.volumeOffset, plan.geometry().volumeSize()))));
}

void compareContent(const TempFolder& folder, const fat::Volume& volume, const fat::Tree& tree,
                    std::uint32_t node)
{
    fat::Chain chain;
    const auto runs = tree.runsOf(node);
    chain.runs.assign(runs.begin(), runs.end());
    chain.clusterCount = tree.nodes[node].clusterCount;
    Bytes content(static_cast<std::size_t>(tree.nodes[node].size()));
    QVERIFY(volume.readChain(chain, 0, content).has_value());
    QVERIFY2(content == folder.readFile(tree.path(node).substr(1)), tree.path(node).c_str());
}

} // namespace

void FolderDiskTest::anIndependentReaderFindsTheSameFolder_data()
{
    QTest::addColumn<Options>("options");
    for (const int bits : {12, 16, 32})
        for (const std::uint32_t sector : {512U, 1024U, 2048U, 4096U})
            for (const auto scheme :
                 {PartitionScheme::None, PartitionScheme::Mbr, PartitionScheme::Gpt}) {
                Options options;
                options.fat = static_cast<fat::FatType>(bits);
                options.sectorSize = sector;
                options.partition = scheme;
                options.label = "MATRIX";
                QTest::addRow("FAT%d, sectors %u, scheme %d", bits, sector,
                              static_cast<int>(scheme))
                    << options;
            }
    for (const FloppyLayout& layout : floppyLayouts) {
        Options options;
        options.floppy = layout.format;
        QTest::addRow("%s", std::string(layout.name).c_str()) << options;
    }
    for (const char* address : {"fat:x", "fat:12:x", "fat:32:x", "fat:floppy:16:x"})
        QTest::addRow("%s", address) << parseSource(address)->options;
}

void FolderDiskTest::anIndependentReaderFindsTheSameFolder()
{
    QFETCH(const Options, options);
    const TempFolder folder;
    fillFolder(folder);
    const auto plan = planOf(folder.path(), options);
    const auto device = valueOf(openFolderDisk(plan));
    const auto volume = openVolume(*plan, device);
    QVERIFY(volume->geometry() == plan->geometry());
    QVERIFY(volume->boot().findings.empty());
    const auto tree = valueOf(fat::readTree(*volume));
    QVERIFY2(tree->findings.empty(),
             tree->findings.empty() ? "" : tree->findings.front().message.c_str());
    QCOMPARE(tree->label, options.label);
    QCOMPARE(tree->nodes.size(), plan->entries.size());
    for (std::uint32_t i = 1; i < tree->nodes.size(); ++i) {
        QCOMPARE(tree->path(i), plan->path(i));
        QCOMPARE(tree->nodes[i].isDirectory, plan->entries[i].isDirectory);
        QCOMPARE(tree->nodes[i].clusterCount, plan->entries[i].clusterCount);
        QCOMPARE(tree->nodes[i].end, fat::ChainEnd::EndMark);
        if (!tree->nodes[i].isDirectory)
            compareContent(folder, *volume, *tree, i);
    }
    const auto usage = valueOf(fat::mapUsage(*volume, *tree));
    const auto planned = usageOf(*plan);
    for (std::size_t state = 0; state < fat::clusterStateCount; ++state)
        QCOMPARE(usage->count(static_cast<fat::ClusterState>(state)),
                 planned->count(static_cast<fat::ClusterState>(state)));
    const std::uint64_t fatSize = plan->geometry().fatSize();
    const std::uint64_t fats = plan->layout.volumeOffset + plan->geometry().fatOffset(0);
    QVERIFY(readAll(*device, fats, fatSize) == readAll(*device, fats + fatSize, fatSize));
}

void FolderDiskTest::readsAnyRangeAlike()
{
    const TempFolder folder;
    fillFolder(folder);
    for (const auto format : {FloppyFormat::F1440K, FloppyFormat::F160K}) {
        Options options;
        options.floppy = format;
        const auto device = valueOf(openFolderDisk(planOf(folder.path(), options)));
        const Bytes whole = readAll(*device, 0, device->size());
        test::PseudoRandom random(7);
        for (int i = 0; i < 2000; ++i) {
            const std::uint64_t offset = random.below(whole.size());
            const std::uint64_t length = random.below(std::min<std::uint64_t>(
                                             whole.size() - offset, i % 10 == 0 ? 100'000 : 700)) +
                                         1;
            const Bytes part = readAll(*device, offset, length);
            QVERIFY2(std::ranges::equal(part, ByteView(whole).subspan(offset, length)),
                     qPrintable(QString("%1+%2").arg(offset).arg(length)));
        }
    }
}

void FolderDiskTest::extentsAgreeWithReads_data()
{
    QTest::addColumn<Options>("options");
    for (const int bits : {12, 16, 32})
        for (const auto scheme : {PartitionScheme::None, PartitionScheme::Gpt}) {
            Options options;
            options.fat = static_cast<fat::FatType>(bits);
            options.partition = scheme;
            QTest::addRow("FAT%d, scheme %d", bits, static_cast<int>(scheme)) << options;
        }
}

void FolderDiskTest::extentsAgreeWithReads()
{
    QFETCH(const Options, options);
    const TempFolder folder;
    fillFolder(folder);
    const auto device = valueOf(openFolderDisk(planOf(folder.path(), options)));
    std::uint64_t offset = 0;
    std::uint64_t backed = 0;
    while (offset < device->size()) {
        const auto extents = valueOf(device->extents(offset, device->size() - offset));
        QVERIFY(!extents.empty());
        for (const block::Extent& extent : extents) {
            QCOMPARE(extent.offset, offset);
            QVERIFY(extent.length > 0);
            offset = extent.end();
            // Of long holes only the beginning: the whole of them is read by no test.
            const Bytes bytes =
                readAll(*device, extent.offset, std::min<std::uint64_t>(extent.length, 1 << 20));
            if (extent.kind != block::ExtentKind::Data) {
                QVERIFY(!extent.backing);
                QVERIFY(isZero(bytes));
            } else if (extent.backing) {
                const auto file = valueOf(device->backingFile(extent.backing->file));
                Bytes content(bytes.size());
                QVERIFY(file->readAt(extent.backing->offset, content).has_value());
                QVERIFY(content == bytes);
                backed += bytes.size();
            }
        }
    }
    QCOMPARE(offset, device->size());
    QCOMPARE(backed, 0U + 1 + 511 + 512 + 513 + 4095 + 4096 + 4097 + 70'000 + 5 + 5 + 5 + 4);
}

void FolderDiskTest::extentsComeInParts()
{
    const TempFolder folder;
    for (int i = 0; i < 5000; ++i)
        (void)folder.writeText("d/" + std::to_string(i), "x");
    const auto device = valueOf(openFolderDisk(planOf(folder.path(), {})));
    const auto first = valueOf(device->extents(0, device->size()));
    QVERIFY(first.size() <= 4096);
    QVERIFY(first.back().end() < device->size());
    // From the middle of an extent on.
    const auto rest =
        valueOf(device->extents(first.back().end() - 1, device->size() - first.back().end() + 1));
    QCOMPARE(rest.front().length, 1U);
    QVERIFY(valueOf(device->extents(device->size(), 0)).empty());
}

void FolderDiskTest::hugeDiskIsNearlyAllHoles()
{
    const TempFolder folder;
    fillFolder(folder);
    for (const auto scheme : {PartitionScheme::None, PartitionScheme::Mbr, PartitionScheme::Gpt}) {
        Options options;
        options.size = 2ULL << 40;
        options.partition = scheme;
        const auto device = valueOf(openFolderDisk(planOf(folder.path(), options)));
        QCOMPARE(device->size(), 2ULL << 40);
        const auto extents = valueOf(device->extents(0, device->size()));
        QCOMPARE(extents.back().end(), device->size());
        std::uint64_t data = 0;
        for (const block::Extent& extent : extents)
            data += extent.kind == block::ExtentKind::Hole ? 0 : extent.length;
        QVERIFY(data < 2 << 20);
    }
}

void FolderDiskTest::sameFolderGivesTheSameBytes()
{
    const TempFolder folder;
    fillFolder(folder);
    Options options;
    options.floppy = FloppyFormat::F1440K;
    const auto first = valueOf(openFolderDisk(planOf(folder.path(), options)));
    const Bytes bytes = readAll(*first, 0, first->size());
    const auto second = valueOf(openFolderDisk(planOf(folder.path(), options)));
    // Reading touched access times, which are days on the disk.
    QVERIFY(readAll(*second, 0, second->size()) == bytes);
}

void FolderDiskTest::copyOfAFolderIsReproducible()
{
    const TempFolder folder;
    fillFolder(folder);
    const TempFolder other;
    const auto copy = other / "copy";
    std::filesystem::copy(folder.path(), copy, std::filesystem::copy_options::recursive);
    const auto snapshot = valueOf(host::scan(folder.path()));
    for (std::uint32_t i = 0; i < snapshot->nodes.size(); ++i)
        other.setTimes("copy/" + snapshot->relativePath(i), snapshot->nodes[i].modifiedNs, 0);
    for (const auto scheme : {PartitionScheme::None, PartitionScheme::Gpt}) {
        Options options;
        options.partition = scheme;
        options.size = 2 << 20;
        options.reproducible = true;
        options.size = 2 << 20;
        const auto a = valueOf(openFolderDisk(planOf(folder.path(), options)));
        const auto b = valueOf(openFolderDisk(planOf(copy, options)));
        QVERIFY(readAll(*a, 0, a->size()) == readAll(*b, 0, b->size()));
        options.reproducible = false;
        QVERIFY(planOf(folder.path(), options)->boot.serial != planOf(copy, options)->boot.serial);
    }
}

void FolderDiskTest::timesAreInTheZoneOfTheDisk()
{
    const TempFolder folder;
    (void)folder.writeText("a", "x");
    // 2026-07-01 12:34:57.5 UTC, accessed the next day.
    const std::int64_t modifiedNs = 1'782'909'297'500'000'000;
    folder.setTimes("a", modifiedNs, modifiedNs + 86'400'000'000'000);
    Options options;
    options.floppy = FloppyFormat::F1440K;
    options.timeZone = {.kind = fat::TimeZone::Kind::Offset, .offsetMinutes = 330};
    const auto plan = planOf(folder.path(), options);
    const auto volume = openVolume(*plan, valueOf(openFolderDisk(plan)));
    const fat::DirectoryEntryRaw raw = valueOf(fat::readTree(*volume))->nodes[1].raw;
    QCOMPARE(fat::formatTime({.date = raw.modifiedDate.get(), .time = raw.modifiedTime.get()}),
             std::string("2026-07-01 18:04:56"));
    QCOMPARE(raw.accessedDate.get() & 31, 2);
    QVERIFY(raw.createdDate.get() != 0); // the birth time, a moment ago
}

void FolderDiskTest::timesOutsideTheRangeAreClampedAndReported()
{
    const TempFolder folder;
    (void)folder.writeText("new", "x");
    (void)folder.writeText("old", "x");
    folder.setTimes("old", 0, 0);
    Options options;
    options.reproducible = true;
    const auto plan = planOf(folder.path(), options);
    QCOMPARE(plan->clampedTimes, std::vector<std::uint32_t>{2});
    QCOMPARE(plan->findings.size(), 1U);
    QCOMPARE(plan->findings.front().rule, std::string("F3"));
    QCOMPARE(plan->findings.front().path, std::string("old"));
    const auto volume = openVolume(*plan, valueOf(openFolderDisk(plan)));
    const fat::DirectoryEntryRaw raw = valueOf(fat::readTree(*volume))->nodes[2].raw;
    QCOMPARE(fat::formatTime({.date = raw.modifiedDate.get(), .time = raw.modifiedTime.get()}),
             std::string("1980-01-01 00:00:00"));
}

void FolderDiskTest::namesTheFileThatChanged_data()
{
    QTest::addColumn<int>("change");
    QTest::newRow("shrinks") << 0;
    QTest::newRow("grows") << 1;
    QTest::newRow("is written to") << 2;
    QTest::newRow("is replaced") << 3;
    QTest::newRow("disappears") << 4;
    QTest::newRow("becomes a FIFO") << 5;
}

void FolderDiskTest::namesTheFileThatChanged()
{
    QFETCH(const int, change);
    const TempFolder folder;
    const auto path = folder.writePattern("d/victim", 5000);
    Options options;
    options.floppy = FloppyFormat::F1440K;
    const auto plan = planOf(folder.path(), options);
    const auto device = valueOf(openFolderDisk(plan));
    QTest::qSleep(20); // so that the change has another time
    if (change < 3)
        (void)folder.writePattern("d/victim", change == 0 ? 100 : change == 1 ? 9000 : 5000, 2);
    else
        std::filesystem::remove(path);
    if (change == 3)
        (void)folder.writePattern("d/victim", 5000);
    if (change == 5)
        QCOMPARE(::mkfifo(path.c_str(), 0600), 0);
    const std::uint64_t offset = plan->geometry().clusterOffset(plan->entries[2].firstCluster);
    Bytes bytes(512);
    const auto done = device->read(offset, bytes);
    QVERIFY(!done);
    QCOMPARE(done.error().code, change == 4 ? ErrorCode::NotFound : ErrorCode::Changed);
    QVERIFY2(QString::fromStdString(done.error().message).contains("d/victim"),
             done.error().message.c_str());
    QCOMPARE(done.error().deviceOffset, std::optional(offset));
    QVERIFY(!device->backingFile(2));
    // Everything else can still be read.
    QVERIFY(device->read(0, bytes).has_value());
}

void FolderDiskTest::noticesAChangeWhileTheFileIsOpen()
{
    const TempFolder folder;
    (void)folder.writePattern("victim", 5000);
    Options options;
    options.floppy = FloppyFormat::F1440K;
    const auto plan = planOf(folder.path(), options);
    const auto device = valueOf(openFolderDisk(plan));
    const std::uint64_t offset = plan->geometry().clusterOffset(Cluster{2});
    (void)readAll(*device, offset, 5120);
    QTest::qSleep(20);
    std::filesystem::resize_file(folder / "victim", 600);
    Bytes bytes(4096);
    const auto done = device->read(offset + 512, bytes);
    QVERIFY(!done);
    QCOMPARE(done.error().code, ErrorCode::Changed);
    QVERIFY(QString::fromStdString(done.error().message).contains("600 bytes"));
    // The slack of its last cluster is not in the file.
    QVERIFY(device->read(offset + 5000, std::span(bytes).first(120)).has_value());
}

void FolderDiskTest::readsMoreFilesThanStayOpen()
{
    const TempFolder folder;
    for (int i = 0; i < 200; ++i)
        (void)folder.writePattern(std::to_string(i), 600, static_cast<std::uint64_t>(i) + 1);
    const auto plan = planOf(folder.path(), {});
    const auto device = valueOf(openFolderDisk(plan));
    const std::uint64_t base = plan->layout.volumeOffset;
    for (int round = 0; round < 2; ++round)
        for (std::uint32_t i = 1; i < plan->entries.size(); ++i) {
            const Bytes content = readAll(
                *device, base + plan->geometry().clusterOffset(plan->entries[i].firstCluster), 600);
            QVERIFY(content == folder.readFile(plan->path(i).substr(1)));
        }
}

void FolderDiskTest::refusesAPlanThatDoesNotFit()
{
    const TempFolder folder;
    (void)folder.writeHole("big", 200'000);
    Options options;
    options.floppy = FloppyFormat::F160K;
    const auto device = openFolderDisk(planOf(folder.path(), options));
    QVERIFY(!device);
    QCOMPARE(device.error().code, ErrorCode::Refused);
}

void FolderDiskTest::refusesRangesOutside()
{
    const TempFolder folder;
    Options options;
    options.floppy = FloppyFormat::F160K;
    const auto device = valueOf(openFolderDisk(planOf(folder.path(), options)));
    Bytes bytes(512);
    for (const std::uint64_t offset : {device->size() - 511, device->size(), UINT64_MAX - 10}) {
        const auto done = device->read(offset, bytes);
        QVERIFY(!done);
        QCOMPARE(done.error().code, ErrorCode::OutOfRange);
        QVERIFY(!device->extents(offset, 512));
    }
}

void FolderDiskTest::backingFileIsOnlyThereForFiles()
{
    const TempFolder folder;
    (void)folder.writeText("d/a", "x");
    const auto device = valueOf(openFolderDisk(planOf(folder.path(), {})));
    QVERIFY(!device->backingFile(0));
    QVERIFY(!device->backingFile(1));
    QVERIFY(device->backingFile(2).has_value());
    QVERIFY(!device->backingFile(3));
    QVERIFY(!device->backingFile(UINT64_MAX));
}

QTEST_GUILESS_MAIN(FolderDiskTest)
#include "tst_folder_disk.moc"
