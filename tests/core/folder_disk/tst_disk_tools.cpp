/// What strangers say about our disks: fsck.fat and mtools. Without them a skip, or a failure where
/// FATLAS_REQUIRE_TOOLS is set.
#include "core/folder_disk/folder_disk.hpp"
#include "core/host/scan.hpp"

#include "tests/support/temp_folder.hpp"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

using namespace fatlas;
using namespace fatlas::folder_disk;
using fatlas::test::TempFolder;

Q_DECLARE_METATYPE(fatlas::folder_disk::Options)

class DiskToolsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void fsckFindsNothing_data();
    void fsckFindsNothing();
    void mtoolsReadEveryFileBack_data();
    void mtoolsReadEveryFileBack();
};

namespace {

struct Outcome {
    int status = -1;
    QString output;
};

Outcome runTool(const QString& program, const QStringList& arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    process.waitForFinished(60'000);
    return {.status = process.exitCode(), .output = QString::fromUtf8(process.readAll())};
}

/// dosfstools live where a user's PATH does not look.
QString findTool(const QString& name)
{
    const QString found = QStandardPaths::findExecutable(name);
    return found.isEmpty() ? QStandardPaths::findExecutable(name, {"/usr/sbin", "/sbin"}) : found;
}

void fillFolder(const TempFolder& folder)
{
    (void)folder.writePattern("one cluster more.bin", 4097);
    (void)folder.writePattern("deep/er/and/deeper/FILE.BIN", 20'000, 5);
    (void)folder.writeText("README", "a");
    (void)folder.writeText("Readme", "b");
    (void)folder.writeText("what: when?.txt", "c");
    (void)folder.writeText("empty", "");
    for (int i = 0; i < 40; ++i)
        (void)folder.writeText("names/a rather long name, number " + std::to_string(i),
                               std::to_string(i));
}

/// The volume itself as an image file, holes left out.
QString writeVolume(const TempFolder& folder, const Plan& plan, const block::BlockDevice& device)
{
    const QString name = QString::fromStdString(folder / "volume.img");
    QFile image(name);
    if (!image.open(QIODevice::WriteOnly) ||
        !image.resize(static_cast<qint64>(plan.geometry().volumeSize())))
        qFatal("cannot write %s", qPrintable(name));
    const std::uint64_t start = plan.layout.volumeOffset;
    const auto extents = device.extents(start, plan.geometry().volumeSize());
    for (const block::Extent& extent : *extents) {
        if (extent.kind != block::ExtentKind::Data)
            continue;
        Bytes bytes(static_cast<std::size_t>(extent.length));
        if (!device.read(extent.offset, bytes))
            qFatal("cannot read the disk");
        image.seek(static_cast<qint64>(extent.offset - start));
        image.write(reinterpret_cast<const char*>(bytes.data()), static_cast<qint64>(bytes.size()));
    }
    return name;
}

void addDisks()
{
    QTest::addColumn<Options>("options");
    for (const int bits : {12, 16, 32})
        for (const std::uint32_t sector : {512U, 4096U})
            for (const auto compat : {Compat::Modern, Compat::Dos}) {
                Options options;
                options.fat = static_cast<fat::FatType>(bits);
                options.sectorSize = sector;
                options.compat = compat;
                options.label = "TOOLS";
                QTest::addRow("FAT%d, sectors %u, %s", bits, sector,
                              compat == Compat::Dos ? "dos" : "modern")
                    << options;
            }
    for (const FloppyLayout& layout : floppyLayouts) {
        Options options;
        options.floppy = layout.format;
        QTest::addRow("%s", std::string(layout.name).c_str()) << options;
    }
}

} // namespace

void DiskToolsTest::initTestCase()
{
    for (const char* name : {"fsck.fat", "mcopy"}) {
        if (!findTool(name).isEmpty())
            continue;
        if (qEnvironmentVariableIsSet("FATLAS_REQUIRE_TOOLS"))
            QFAIL(name);
        QSKIP("dosfstools and mtools are not installed");
    }
}

void DiskToolsTest::fsckFindsNothing_data()
{
    addDisks();
}

void DiskToolsTest::fsckFindsNothing()
{
    QFETCH(const Options, options);
    const TempFolder folder;
    fillFolder(folder);
    const auto plan = planDisk(*host::scan(folder.path()), options);
    QVERIFY(plan.has_value());
    const auto device = openFolderDisk(*plan);
    QVERIFY(device.has_value());
    const TempFolder target;
    const QString image = writeVolume(target, **plan, **device);
    const Outcome outcome = runTool(findTool("fsck.fat"), {"-n", image});
    QVERIFY2(outcome.status == 0, qPrintable(outcome.output));
    QCOMPARE(outcome.output.count('\n'), 2); // version and summary
}

void DiskToolsTest::mtoolsReadEveryFileBack_data()
{
    addDisks();
}

void DiskToolsTest::mtoolsReadEveryFileBack()
{
    QFETCH(const Options, options);
    const TempFolder folder;
    fillFolder(folder);
    const auto plan = planDisk(*host::scan(folder.path()), options);
    const auto device = openFolderDisk(*plan);
    const TempFolder target;
    const QString image = writeVolume(target, **plan, **device);
    const QString copies = QString::fromStdString(target.makeFolder("copies"));
    const Outcome outcome = runTool("mcopy", {"-s", "-n", "-i", image, "::*", copies});
    QVERIFY2(outcome.status == 0, qPrintable(outcome.output));
    for (std::uint32_t i = 1; i < (*plan)->entries.size(); ++i) {
        const Entry& entry = (*plan)->entries[i];
        if (!entry.isDirectory)
            QVERIFY2(target.readFile("copies" + (*plan)->path(i)) ==
                         folder.readFile((*plan)->snapshot->relativePath(entry.node)),
                     (*plan)->path(i).c_str());
    }
}

QTEST_GUILESS_MAIN(DiskToolsTest)
#include "tst_disk_tools.moc"
