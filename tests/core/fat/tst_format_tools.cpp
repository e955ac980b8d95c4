/// Somebody else's programs judge: mkfs.fat's sectors decode and encode to the same bytes, and
/// fsck.fat finds nothing wrong with an empty volume laid out by planGeometry().

#include "core/fat/boot_sector.hpp"
#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/fat_table.hpp"
#include "core/fat/plan_geometry.hpp"
#include "core/fat/short_name.hpp"

#include "tests/support/temp_folder.hpp"

#include <QProcess>
#include <QStandardPaths>
#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace fatlas;
using namespace fatlas::fat;

namespace {

QString findTool(const char* name)
{
    return QStandardPaths::findExecutable(name, qEnvironmentVariable("PATH").split(':') +
                                                    QStringList{"/usr/sbin", "/sbin"});
}

#define NEED_TOOL(variable, name)                                                                  \
    const QString variable = findTool(name);                                                       \
    if (variable.isEmpty()) {                                                                      \
        QVERIFY2(!qEnvironmentVariableIsSet("CI"), name " is missing");                            \
        QSKIP(name " is not installed");                                                           \
    }

struct Outcome {
    int status;
    QString output;
};

Outcome run(const QString& program, const QStringList& arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    if (!process.waitForFinished(60'000))
        return {.status = -1, .output = process.errorString()};
    return {.status = process.exitCode(), .output = process.readAll()};
}

Bytes readStart(const std::filesystem::path& path, std::size_t size)
{
    Bytes bytes(size);
    std::ifstream(path, std::ios::binary)
        .read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    return bytes;
}

void writeAt(std::fstream& file, std::uint64_t offset, ByteView bytes)
{
    file.seekp(static_cast<std::streamoff>(offset));
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
}

/// An empty formatted volume as a sparse file.
void writeVolume(const std::filesystem::path& path, const Geometry& g)
{
    std::ofstream(path).close();
    std::filesystem::resize_file(path, g.volumeSize());
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    BootSector boot;
    boot.geometry = g;
    boot.label = noNameLabel;
    const Bytes sector = encodeBootSector(boot, {});
    writeAt(file, 0, sector);
    Bytes fat(16);
    setRawEntry(g.type, fat, Cluster{0}, (endMark(g.type) & ~0xFFU) | g.media);
    setRawEntry(g.type, fat, Cluster{1}, endMark(g.type));
    std::uint32_t used = 0;
    if (g.type == FatType::Fat32) {
        setRawEntry(g.type, fat, g.rootCluster, endMark(g.type));
        used = 1;
        const std::uint64_t backup = std::uint64_t{g.backupBootSector} * g.bytesPerSector;
        const Bytes info = encodeFsInfo(g, g.clusterCount - used, Cluster{2});
        writeAt(file, std::uint64_t{g.fsInfoSector} * g.bytesPerSector, info);
        writeAt(file, backup, sector);
        writeAt(file, backup + std::uint64_t{g.fsInfoSector} * g.bytesPerSector, info);
    }
    for (std::uint32_t copy = 0; copy < g.fatCount; ++copy)
        writeAt(file, g.fatOffset(copy), fat);
}

} // namespace

class TestFormatTools : public QObject {
    Q_OBJECT

private slots:

    void decodesWhatMkfsMade_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<qulonglong>("kib");
        QTest::addColumn<int>("type");
        QTest::newRow("1.44M") << QStringList{} << qulonglong{1440} << 12;
        QTest::newRow("FAT12 8M") << QStringList{"-F", "12"} << qulonglong{8192} << 12;
        QTest::newRow("FAT16 20M") << QStringList{"-F", "16"} << qulonglong{20480} << 16;
        QTest::newRow("FAT16 64M") << QStringList{"-F", "16", "-f", "1"} << qulonglong{65536} << 16;
        QTest::newRow("FAT32 1G") << QStringList{"-F", "32"} << qulonglong{1048576} << 32;
        QTest::newRow("FAT32 4K sectors")
            << QStringList{"-F", "32", "-S", "4096"} << qulonglong{1048576} << 32;
        QTest::newRow("labels") << QStringList{"-F",       "16", "-n",   "HELLO", "-i",
                                               "CAFEBABE", "-M", "0xF0", "-h",    "63"}
                                << qulonglong{40960} << 16;
    }

    void decodesWhatMkfsMade()
    {
        NEED_TOOL(mkfs, "mkfs.fat");
        QFETCH(QStringList, arguments);
        QFETCH(qulonglong, kib);
        QFETCH(int, type);
        const test::TempFolder folder;
        const std::filesystem::path image = folder / "image";
        const Outcome made =
            run(mkfs, arguments + QStringList{"-C", image.c_str(), QString::number(kib)});
        QVERIFY2(made.status == 0, qPrintable(made.output));
        const Bytes first = readStart(image, 4096);
        const auto boot = decodeBootSector(first, kib * KiB);
        QVERIFY2(boot.has_value(), boot ? "" : boot.error().message.c_str());
        QVERIFY2(boot->findings.empty(),
                 boot->findings.empty() ? "" : boot->findings[0].message.c_str());
        QCOMPARE(int(boot->geometry.type), type);
        const Bytes sector(first.begin(), first.begin() + boot->geometry.bytesPerSector);
        QVERIFY(encodeBootSector(*boot, {.sector = sector}) == sector);
    }

    void satisfiesFsck_data()
    {
        QTest::addColumn<qulonglong>("size");
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("sectorSize");
        const auto row = [](const char* name, std::uint64_t size, int type, int sectorSize) {
            QTest::newRow(name) << qulonglong{size} << type << sectorSize;
        };
        row("FAT12 64K", 64 * KiB, 12, 512);
        row("FAT12 16M", 16 * MiB, 12, 512);
        row("FAT12 4K sectors", 8 * MiB, 12, 4096);
        row("FAT16 3M", 3 * MiB, 16, 512);
        row("FAT16 2G", 2 * GiB, 16, 512);
        row("FAT16 4K sectors", 256 * MiB, 16, 4096);
        row("FAT32 34M", 34 * MiB, 32, 512);
        row("FAT32 32G", 32 * GiB, 32, 512);
        row("FAT32 4K sectors", 2 * GiB, 32, 4096);
    }

    void satisfiesFsck()
    {
        NEED_TOOL(fsck, "fsck.fat");
        QFETCH(qulonglong, size);
        QFETCH(int, type);
        QFETCH(int, sectorSize);
        GeometryRequest request;
        request.volumeSize = size;
        request.type = static_cast<FatType>(type);
        request.bytesPerSector = static_cast<std::uint32_t>(sectorSize);
        checkWithFsck(fsck, request);
    }

    void satisfiesFsckAtTheSmallestAndLargestSizes() // the law's borders
    {
        NEED_TOOL(fsck, "fsck.fat");
        for (const FatType type : {FatType::Fat12, FatType::Fat16, FatType::Fat32}) {
            GeometryRequest request;
            request.type = type;
            request.sectorsPerCluster = 1;
            const auto sizes = feasibleVolumeSizes(request, type);
            request.volumeSize = sizes->min;
            checkWithFsck(fsck, request);
            request.volumeSize = sizes->max;
            if (type != FatType::Fat32) // fsck.fat 4.2 needs gigabytes of memory there
                checkWithFsck(fsck, request);
        }
    }

private:
    static void checkWithFsck(const QString& fsck, const GeometryRequest& request)
    {
        const auto geometry = planGeometry(request);
        QVERIFY2(geometry.has_value(), geometry ? "" : geometry.error().message.c_str());
        const test::TempFolder folder;
        const std::filesystem::path image = folder / "image";
        writeVolume(image, *geometry);
        const Outcome outcome = run(fsck, {"-n", image.c_str()});
        const QStringList lines = outcome.output.trimmed().split('\n');
        QVERIFY2(outcome.status == 0 && lines.size() == 2, qPrintable(outcome.output));
        const QString summary = QString("%1/%2 clusters")
                                    .arg(geometry->type == FatType::Fat32 ? 1 : 0)
                                    .arg(geometry->clusterCount);
        QVERIFY2(lines.last().endsWith(summary), qPrintable(outcome.output));
    }
};

QTEST_GUILESS_MAIN(TestFormatTools)
#include "tst_format_tools.moc"
