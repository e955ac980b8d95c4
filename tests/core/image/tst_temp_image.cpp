#include "core/base/units.hpp"
#include "core/image/temp_image.hpp"

#include "tests/core/image/image_maker.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QtTest>

using namespace fatlas;
using namespace fatlas::image;
using test::PseudoRandom;

namespace {

constexpr UnpackLimits plenty{.size = 64 * MiB, .room = 64 * MiB};

Bytes contentOf(const block::BlockDevice& disk)
{
    Bytes bytes(disk.size());
    if (!disk.read(0, bytes))
        qFatal("an unpacked image cannot be read");
    return bytes;
}

std::uint64_t roomOf(const block::BlockDevice& disk)
{
    std::uint64_t room = 0;
    for (std::uint64_t at = 0; at < disk.size();) {
        const auto extents = test::need(disk.extents(at, disk.size() - at));
        for (const block::Extent& extent : extents)
            room += extent.kind == block::ExtentKind::Data ? extent.length : 0;
        at = extents.back().end();
    }
    return room;
}

} // namespace

class TestTempImage : public QObject {
    Q_OBJECT

private slots:

    void init() { qunsetenv("TMPDIR"); }

    void holdsWhatWasAppendedInAnyPieces()
    {
        PseudoRandom random(1);
        for (int round = 0; round < 20; ++round) {
            auto image = test::need(TempImage::create(plenty));
            Bytes all;
            for (int piece = 0; piece < 30; ++piece) {
                Bytes bytes(random.below(10'000));
                if (random.below(2) == 0)
                    random.fill(bytes);
                all.insert(all.end(), bytes.begin(), bytes.end());
                QVERIFY(image.append(bytes));
                QCOMPARE(image.size(), all.size());
            }
            const auto disk = test::need(std::move(image).finish());
            QVERIFY(contentOf(*disk) == all);
        }
    }

    void zerosTakeNoRoom()
    {
        auto image = test::need(TempImage::create(plenty));
        const Bytes zeros(MiB);
        for (int i = 0; i < 8; ++i)
            QVERIFY(image.append(zeros));
        QVERIFY(image.append(Bytes(1, std::byte{7})));
        QVERIFY(image.appendZeros(20 * MiB));
        const auto disk = test::need(std::move(image).finish());
        QCOMPARE(disk->size(), 28 * MiB + 1);
        QVERIFY(roomOf(*disk) <= 2 * TempImage::blockSize);
        const Bytes content = contentOf(*disk);
        QCOMPARE(content[8 * MiB], std::byte{7});
        QCOMPARE(std::ranges::count(content, std::byte{0}), std::ptrdiff_t(28 * MiB));
    }

    void cannotBeWritten()
    {
        auto image = test::need(TempImage::create(plenty));
        QVERIFY(image.append(Bytes(512)));
        const auto disk = test::need(std::move(image).finish());
        QVERIFY(!disk->capabilities().canWrite);
    }

    void refusesMoreThanTheSizeAllowed()
    {
        auto image = test::need(TempImage::create({.size = 10'000, .room = MiB}));
        QVERIFY(image.append(Bytes(10'000, std::byte{1})));
        const auto more = image.append(Bytes(1));
        QVERIFY(!more);
        QCOMPARE(more.error().code, ErrorCode::Limit);
        QVERIFY(more.error().message.contains("larger than"));
        QCOMPARE(image.appendZeros(1).error().code, ErrorCode::Limit);
        QCOMPARE(image.appendZeros(UINT64_MAX).error().code, ErrorCode::Limit);
        QVERIFY(image.appendZeros(0));
    }

    void refusesMoreThanTheRoomAllowed()
    {
        auto image = test::need(TempImage::create({.size = MiB, .room = 10'000}));
        QVERIFY(image.append(Bytes(500'000)));
        QVERIFY(image.append(Bytes(10'000, std::byte{1})));
        const auto more = image.append(Bytes(1, std::byte{1}));
        QVERIFY(!more);
        QCOMPARE(more.error().code, ErrorCode::Limit);
        QVERIFY(more.error().message.contains("room"));
    }

    void liesWhereTheUserSaysWithoutAName()
    {
        const test::TempFolder folder;
        qputenv("TMPDIR", folder.path().c_str());
        auto image = test::need(TempImage::create(plenty));
        QVERIFY(image.append(Bytes(9000, std::byte{1})));
        QCOMPARE(folder.entryCount(), std::size_t{0});
    }

    void namesTheFolderThatCannotBeUsed()
    {
        qputenv("TMPDIR", "/nowhere/at/all");
        const auto image = TempImage::create(plenty);
        QVERIFY(!image);
        QCOMPARE(image.error().code, ErrorCode::NotFound);
        QVERIFY(image.error().message.contains("/nowhere/at/all"));
        QVERIFY(image.error().message.contains("TMPDIR"));
    }
};

QTEST_GUILESS_MAIN(TestTempImage)
#include "tst_temp_image.moc"
