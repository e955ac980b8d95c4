// New VHDs with content: planned, made to the plan, and the same as a command; and plans of what
// changes a VHD.

#include "core/convert/free_space.hpp"
#include "core/convert/new_vhd.hpp"
#include "core/image/image.hpp"
#include "core/vhd/check.hpp"
#include "core/vhd/open_vhd.hpp"
#include "core/vhd/reparent.hpp"
#include "core/vhd/resize.hpp"

#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace fatlas;
using namespace fatlas::convert;
using test::TempFolder;
using Content = NewVhd::Content;

namespace {

std::uint64_t sizeOf(const std::filesystem::path& path)
{
    return std::filesystem::file_size(path);
}

Result<> make(const NewVhd& wanted)
{
    FATLAS_ASSIGN(const auto plan, planNewVhd(wanted));
    return makeNewVhd(*plan, AtomicFile::Existing::Keep);
}

NewVhd formatted(const std::filesystem::path& file, std::uint64_t size)
{
    NewVhd wanted{.content = Content::Formatted, .file = file, .size = size};
    wanted.disk.partition = folder_disk::PartitionScheme::Mbr;
    wanted.disk.label = "WORK";
    return wanted;
}

bool isSound(const std::filesystem::path& path)
{
    const auto report = vhd::checkVhdChain(path);
    return report && std::ranges::none_of(report->findings, [](const Finding& finding) {
               return finding.severity >= Severity::Warning;
           });
}

} // namespace

class TestNewVhd : public QObject {
    Q_OBJECT

private slots:

    void aFormattedDiskIsReadyToUse()
    {
        const TempFolder folder;
        const NewVhd wanted = formatted(folder / "a.vhd", 64 * MiB);
        const auto plan = planNewVhd(wanted).value();
        QVERIFY(makeNewVhd(*plan, AtomicFile::Existing::Keep));
        QVERIFY(sizeOf(wanted.file) <= plan->fileSize);
        QVERIFY(plan->fileSize < plan->largestFileSize);
        const auto image = image::openImage(wanted.file.native());
        QVERIFY2(image, image ? "" : image.error().message.c_str());
        QCOMPARE(image->partitionIndex, std::optional<std::uint32_t>(1));
        QCOMPARE(image->disk->size(), 64 * MiB);
        QVERIFY(isSound(wanted.file));
    }

    void aFolderBecomesADiskOfTheSizeItNeeds()
    {
        const TempFolder folder;
        const TempFolder out;
        folder.writeText("A.TXT", "hello");
        const NewVhd wanted{.content = Content::Folder,
                            .file = out / "f.vhd",
                            .source = folder.path(),
                            .preset = vhd::Preset::Azure,
                            .type = vhd::DiskType::Fixed};
        const auto plan = planNewVhd(wanted).value();
        QCOMPARE(plan->file.footer.currentSize % MiB, std::uint64_t{0});
        QVERIFY(makeNewVhd(*plan, AtomicFile::Existing::Keep));
        QCOMPARE(sizeOf(wanted.file), plan->fileSize);
        QVERIFY(image::openImage(wanted.file.native()));
    }

    void roundingIsSaidAloud()
    {
        const TempFolder folder;
        const auto plan = planNewVhd({.content = Content::Blank,
                                      .file = folder / "a.vhd",
                                      .preset = vhd::Preset::Azure,
                                      .type = vhd::DiskType::Fixed,
                                      .size = 10 * MiB + 512})
                              .value();
        QCOMPARE(plan->wanted.size, 11 * MiB);
        QVERIFY(std::ranges::any_of(plan->notes, [](const Finding& note) {
            return note.message.find("rounded up from 10,486,272 to 11,534,336") !=
                   std::string::npos;
        }));
    }

    void whatCannotBeSaysWhy_data()
    {
        QTest::addColumn<NewVhd>("wanted");
        QTest::addColumn<QString>("says");
        QTest::newRow("no size") << NewVhd{.content = Content::Blank, .file = "/x.vhd"}
                                 << "how large";
        QTest::newRow("no folder")
            << NewVhd{.content = Content::Folder, .file = "/x.vhd"} << "folder";
        QTest::newRow("no parent")
            << NewVhd{.content = Content::Child, .file = "/x.vhd"} << "parent";
        QTest::newRow("parent that is none")
            << NewVhd{.content = Content::Child, .file = "/x.vhd", .source = "/dev/null"}
            << "expected a file";
        QTest::newRow("dynamic for Azure") << NewVhd{.content = Content::Blank,
                                                     .file = "/x.vhd",
                                                     .preset = vhd::Preset::Azure,
                                                     .size = MiB}
                                           << "fixed";
        QTest::newRow("too large")
            << NewVhd{.content = Content::Blank, .file = "/x.vhd", .size = 2 * TiB} << "2040 GiB";
    }

    void whatCannotBeSaysWhy()
    {
        QFETCH(const NewVhd, wanted);
        QFETCH(const QString, says);
        const auto plan = planNewVhd(wanted);
        QVERIFY(!plan);
        QVERIFY2(QString::fromStdString(plan.error().message).contains(says),
                 plan.error().message.c_str());
    }

    void aChildKnowsItsParent()
    {
        const TempFolder folder;
        QVERIFY(make(formatted(folder / "base.vhd", 64 * MiB)));
        QVERIFY(make({.content = Content::Child,
                      .file = folder / "child.vhd",
                      .source = folder / "base.vhd"}));
        const auto opened = vhd::openVhd(folder / "child.vhd");
        QVERIFY(opened);
        QCOMPARE(opened->chain.links.size(), std::size_t{2});
        QCOMPARE(opened->device->size(), 64 * MiB);
        QVERIFY(image::openImage((folder / "child.vhd").native()));
    }

    void nothingIsLeftOfACancelledOne()
    {
        const TempFolder folder;
        const auto plan = planNewVhd(formatted(folder / "a.vhd", 64 * MiB)).value();
        std::stop_source stop;
        stop.request_stop();
        const auto made =
            makeNewVhd(*plan, AtomicFile::Existing::Keep, JobControl(stop.get_token()));
        QCOMPARE(made.error().code, ErrorCode::Cancelled);
        QCOMPARE(folder.entryCount(), 0U);
    }

    void theCommandSaysTheSame_data()
    {
        QTest::addColumn<NewVhd>("wanted");
        QTest::addColumn<QString>("command");
        NewVhd work = formatted("/home/ada/my disk.vhd", GiB);
        work.blockSize = 512 * KiB;
        QTest::newRow("formatted")
            << work
            << "fatlas-cli create --empty -o \"/home/ada/my disk.vhd\" --size 1G --partition mbr "
               "--label WORK --format vhd-dynamic --block-size 512K";
        QTest::newRow("blank") << NewVhd{.content = Content::Blank,
                                         .file = "a.vhd",
                                         .size = 10 * GiB}
                               << "fatlas-cli vhd create a.vhd --size 10G";
        QTest::newRow("image") << NewVhd{.content = Content::Image,
                                         .file = "a.vhd",
                                         .source = "b.img",
                                         .preset = vhd::Preset::Azure,
                                         .type = vhd::DiskType::Fixed}
                               << "fatlas-cli vhd create a.vhd --type fixed --from b.img --preset "
                                  "azure";
        QTest::newRow("child") << NewVhd{.content = Content::Child,
                                         .file = "c.vhd",
                                         .source = "base.vhd"}
                               << "fatlas-cli vhd create c.vhd --type differencing --parent "
                                  "base.vhd";
    }

    void theCommandSaysTheSame()
    {
        QFETCH(const NewVhd, wanted);
        QFETCH(const QString, command);
        QCOMPARE(QString::fromStdString(newVhdCommand(wanted)), command);
    }

    void aPlanOfARewriteIsRightToTheByte_data()
    {
        QTest::addColumn<std::uint32_t>("blockSize");
        QTest::newRow("4 KiB") << std::uint32_t{4 * KiB};
        QTest::newRow("2 MiB") << std::uint32_t{2 * MiB};
    }

    void aPlanOfARewriteIsRightToTheByte()
    {
        QFETCH(const std::uint32_t, blockSize);
        const TempFolder folder;
        NewVhd wanted = formatted(folder / "a.vhd", 64 * MiB);
        wanted.blockSize = blockSize;
        QVERIFY(make(wanted));
        {
            const auto open = vhd::openVhdForWriting(wanted.file).value();
            QVERIFY(open.device->write(32 * MiB, Bytes(3 * MiB)));
            QVERIFY(open.device->write(40 * MiB, Bytes(MiB, std::byte{7})));
            QVERIFY(open.device->flush());
        }
        const std::uint64_t before = sizeOf(wanted.file);
        const auto plan = vhd::planRewrite(wanted.file, {}).value();
        QCOMPARE(sizeOf(wanted.file), before);
        const auto done = vhd::rewriteVhd(wanted.file, {}).value();
        QCOMPARE(plan.fileSizeAfter, done.fileSizeAfter);
        QCOMPARE(sizeOf(wanted.file), plan.fileSizeAfter);
        QCOMPARE(plan.storedBytes, done.storedBytes);
    }

    void freeClustersAreWhatTheVolumeSays()
    {
        const TempFolder folder;
        const NewVhd wanted = formatted(folder / "a.vhd", 64 * MiB);
        QVERIFY(make(wanted));
        const auto extents = freeExtents(wanted.file.native()).value();
        std::uint64_t sum = 0;
        for (const block::Extent& extent : extents)
            sum += extent.length;
        QVERIFY(sum > 60 * MiB && sum < 64 * MiB);
        std::ofstream(folder / "raw.img") << std::string(4096, 'x');
        QVERIFY(!freeExtents((folder / "raw.img").native()));
    }

    void aPlanOfANewSizeRefusesWhatTheResizeWould()
    {
        const TempFolder folder;
        const NewVhd wanted = formatted(folder / "a.vhd", 64 * MiB);
        QVERIFY(make(wanted));
        const auto larger = vhd::planResize(wanted.file, 128 * MiB).value();
        QCOMPARE(vhd::resizeVhd(wanted.file, 128 * MiB).value().fileSizeAfter,
                 larger.fileSizeAfter);
        QCOMPARE(vhd::planResize(wanted.file, MiB / 2).error().code, ErrorCode::Refused);
    }

    void aMovedParentIsRecordedAnew()
    {
        const TempFolder folder;
        QVERIFY(make(formatted(folder / "base.vhd", 64 * MiB)));
        QVERIFY(make({.content = Content::Child,
                      .file = folder / "child.vhd",
                      .source = folder / "base.vhd"}));
        std::filesystem::create_directory(folder / "far");
        std::filesystem::rename(folder / "base.vhd", folder / "far" / "moved.vhd");
        QVERIFY(!vhd::openVhd(folder / "child.vhd"));
        const auto plan =
            vhd::planReparent(folder / "child.vhd", folder / "far" / "moved.vhd").value();
        QVERIFY(plan.isSameDisk);
        QVERIFY(!vhd::openVhd(folder / "child.vhd"));
        QVERIFY(vhd::reparentVhd(folder / "child.vhd", plan));
        QVERIFY(vhd::openVhd(folder / "child.vhd"));
        QVERIFY(make(formatted(folder / "other.vhd", 64 * MiB)));
        QCOMPARE(vhd::planReparent(folder / "child.vhd", folder / "other.vhd").error().code,
                 ErrorCode::Refused);
    }
};

QTEST_GUILESS_MAIN(TestNewVhd)
#include "tst_new_vhd.moc"
