// Footer, header, geometry, time and UUID: bytes and values.

#include "core/vhd/dynamic_header.hpp"
#include "core/vhd/timestamp.hpp"

#include "tests/support/pseudo_random.hpp"

#include <QtTest>

using namespace fatlas;
using namespace fatlas::vhd;

namespace {

Footer sampleFooter()
{
    Footer footer;
    footer.dataOffset = 512;
    footer.timeStamp = 0x12345678;
    footer.creatorApplication = {'w', 'i', 'n', ' '};
    footer.creatorHostSystem = {'W', 'i', '2', 'k'};
    footer.originalSize = 3 * MiB;
    footer.currentSize = 5 * MiB;
    footer.geometry = {.cylinders = 0x0102, .heads = 16, .sectorsPerTrack = 63};
    footer.type = DiskType::Dynamic;
    footer.uuid = *parseUuid("6f0d1ee2-9d2a-4b1c-8a35-0f5a4c3d2b1e");
    return footer;
}

DynamicHeader sampleHeader()
{
    DynamicHeader header;
    header.tableOffset = 1536;
    header.entryCount = 7;
    header.blockSize = 512 * KiB;
    header.parentTimeStamp = 99;
    setParentName(header, u"b\u00E4se.vhd");
    header.locators[2].platform = {'W', '2', 'r', 'u'};
    return header;
}

/// A byte that is wrong, and the rule the refusal must cite.
void patch(Bytes& bytes, std::size_t offset, std::uint8_t value, std::size_t checksumOffset)
{
    bytes[offset] = std::byte{value};
    const Be32 checksum(checksumOf(bytes, checksumOffset));
    store(bytes, checksumOffset, checksum);
}

} // namespace

class TestVhdFormat : public QObject {
    Q_OBJECT

private slots:

    void footerComesBackFromItsBytes()
    {
        const Footer footer = sampleFooter();
        const Bytes bytes = encodeFooter(footer);
        QCOMPARE(bytes.size(), std::size_t{512});
        const auto again = decodeFooter(bytes, 0);
        QVERIFY(again);
        QVERIFY(*again == footer);
        QVERIFY(encodeFooter(*again) == bytes);
    }

    void footerOf511BytesMeansTheSame()
    {
        Bytes bytes = encodeFooter(sampleFooter());
        bytes.pop_back();
        QVERIFY(decodeFooter(bytes, 0).value() == sampleFooter());
    }

    void everyFlippedBitOfAFooterIsSeen()
    {
        const Bytes good = encodeFooter(sampleFooter());
        for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
            Bytes bytes = good;
            bytes[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
            QVERIFY(!decodeFooter(bytes, 0));
        }
    }

    void refusesFooter_data()
    {
        QTest::addColumn<int>("offset");
        QTest::addColumn<int>("value");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("cookie") << 0 << 0x43 << QByteArray("(V1)");
        QTest::newRow("version") << 0x0D << 2 << QByteArray("00020000, expected 00010000 (V3)");
        QTest::newRow("type") << 0x3F << 5 << QByteArray("type 5, expected 2");
        QTest::newRow("size") << 0x30 << 1 << QByteArray("(V8)");
    }

    void refusesFooter()
    {
        QFETCH(int, offset);
        QFETCH(int, value);
        QFETCH(QByteArray, says);
        Bytes bytes = encodeFooter(sampleFooter());
        patch(bytes, offset, static_cast<std::uint8_t>(value), 0x40);
        const auto decoded = decodeFooter(bytes, 4096);
        QVERIFY(!decoded);
        QVERIFY2(QByteArray::fromStdString(decoded.error().message).contains(says),
                 decoded.error().message.c_str());
        QCOMPARE(decoded.error().deviceOffset, std::optional<std::uint64_t>(4096));
    }

    void wrongChecksumNamesBothValues()
    {
        Bytes bytes = encodeFooter(sampleFooter());
        bytes[0x60] = std::byte{1};
        const auto decoded = decodeFooter(bytes, 0);
        QCOMPARE(decoded.error().code, ErrorCode::BadFormat);
        QVERIFY(decoded.error().message.contains("(V2)"));
        QVERIFY(decodeFooter(bytes, 0, Checksum::MayBeWrong));
    }

    void headerComesBackFromItsBytes()
    {
        const Bytes bytes = encodeHeader(sampleHeader());
        QCOMPARE(bytes.size(), std::size_t{1024});
        const auto again = decodeHeader(bytes, 512);
        QVERIFY(again);
        QVERIFY(again->parentName == u"b\u00E4se.vhd");
        QVERIFY(encodeHeader(*again) == bytes);
    }

    void refusesHeader_data()
    {
        QTest::addColumn<int>("offset");
        QTest::addColumn<int>("value");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("cookie") << 0 << 0x43 << QByteArray("(V11)");
        QTest::newRow("version") << 0x19 << 3 << QByteArray("(V13)");
        QTest::newRow("block size of three halves") << 0x22 << 0x0C << QByteArray("(V14)");
        QTest::newRow("block size of 2 GiB") << 0x20 << 0x80 << QByteArray("(V14)");
        QTest::newRow("no entries") << 0x1F << 0 << QByteArray("(V15)");
        QTest::newRow("table at an odd place") << 0x17 << 1 << QByteArray("(V16)");
    }

    void refusesHeader()
    {
        QFETCH(int, offset);
        QFETCH(int, value);
        QFETCH(QByteArray, says);
        Bytes bytes = encodeHeader(sampleHeader());
        patch(bytes, offset, static_cast<std::uint8_t>(value), 0x24);
        const auto decoded = decodeHeader(bytes, 512);
        QVERIFY(!decoded);
        QVERIFY2(QByteArray::fromStdString(decoded.error().message).contains(says),
                 decoded.error().message.c_str());
    }

    void wrongHeaderChecksumIsSeen()
    {
        Bytes bytes = encodeHeader(sampleHeader());
        bytes[0x300] = std::byte{1};
        QVERIFY(decodeHeader(bytes, 512).error().message.contains("(V12)"));
    }

    // What qemu-img writes for these sizes (7.2, without force_size).
    void geometryIsTheSpecifications_data()
    {
        QTest::addColumn<quint64>("sectors");
        QTest::addColumn<int>("cylinders");
        QTest::addColumn<int>("heads");
        QTest::addColumn<int>("perTrack");
        QTest::newRow("10 MiB") << quint64{20480} << 301 << 4 << 17;
        QTest::newRow("just 1024 cylinders") << quint64{1024 * 4 * 17} << 963 << 4 << 17;
        QTest::newRow("504 MiB") << quint64{1032192} << 1024 << 16 << 63;
        QTest::newRow("2 GiB") << quint64{4194304} << 4161 << 16 << 63;
        QTest::newRow("127 GiB") << quint64{266338304} << 65278 << 16 << 255;
        QTest::newRow("2040 GiB") << quint64{4278190080} << 65535 << 16 << 255;
    }

    void geometryIsTheSpecifications()
    {
        QFETCH(quint64, sectors);
        QFETCH(int, cylinders);
        QFETCH(int, heads);
        QFETCH(int, perTrack);
        const Geometry geometry = geometryFor(sectors * 512);
        if (sectors != 1024 * 4 * 17) { // on the edge only the law below counts
            QCOMPARE(int(geometry.cylinders), cylinders);
            QCOMPARE(int(geometry.heads), heads);
            QCOMPARE(int(geometry.sectorsPerTrack), perTrack);
        }
        QVERIFY(geometry.size() <= sectors * 512);
    }

    void exactGeometryIsExactOrTheLargest()
    {
        test::PseudoRandom random(1);
        for (int i = 0; i < 20'000; ++i) {
            const std::uint64_t size = (1 + random.below(maxDiskSize / 512)) * 512;
            const Geometry geometry = exactGeometryFor(size);
            QVERIFY(geometry == largestGeometry || geometry.size() == size);
            const std::uint64_t rounded = roundUpToGeometry(size);
            QVERIFY(rounded >= size && rounded - size < 5 * MiB);
            if (size < 100 * GiB)
                QCOMPARE(geometryFor(rounded).size(), rounded);
        }
        QVERIFY(exactGeometryFor(20468 * 512).size() == 20468 * 512);
    }

    void sizeIsWhatTheCreatorMeant_data()
    {
        QTest::addColumn<QByteArray>("creator");
        QTest::addColumn<bool>("byGeometry");
        for (const char* creator : {"vpc ", "qemu"})
            QTest::newRow(creator) << QByteArray(creator, 4) << true;
        for (const char* creator :
             {"qem2", "win ", "d2v ", "tap\0", "CTXS", "wa\0\0", "vbox", "fatl", "\0\0\0\0"})
            QTest::newRow(creator[0] ? creator : "none") << QByteArray(creator, 4) << false;
    }

    void sizeIsWhatTheCreatorMeant()
    {
        QFETCH(QByteArray, creator);
        QFETCH(bool, byGeometry);
        const Tag tag{creator[0], creator[1], creator[2], creator[3]};
        const Geometry geometry = geometryFor(10 * MiB);
        const auto expected = byGeometry ? SizeSource::Geometry : SizeSource::CurrentSize;
        QCOMPARE(sizeSourceOf(tag, geometry, SizeRule::ByCreator), expected);
        QCOMPARE(sizeSourceOf(tag, geometry, SizeRule::Geometry), SizeSource::Geometry);
        QCOMPARE(sizeSourceOf(tag, geometry, SizeRule::CurrentSize), SizeSource::CurrentSize);
        QCOMPARE(sizeSourceOf(tag, largestGeometry, SizeRule::Geometry), SizeSource::CurrentSize);
        QCOMPARE(sizeSourceOf(tag, Geometry{}, SizeRule::Geometry), SizeSource::CurrentSize);
    }

    void uuidComesBackFromItsText()
    {
        const Uuid uuid = randomUuid().value();
        QVERIFY(parseUuid(toString(uuid)) == uuid);
        QVERIFY(parseUuid("{" + toString(uuid) + "}") == uuid);
        QVERIFY(uuid != randomUuid().value());
        for (const char* bad :
             {"", "6f0d1ee2", "6f0d1ee2-9d2a-4b1c-8a35-0f5a4c3d2b1g",
              "6f0d1ee2.9d2a-4b1c-8a35-0f5a4c3d2b1e", "-f0d1ee2-9d2a-4b1c-8a35-0f5a4c3d2b1e"})
            QVERIFY(!parseUuid(bad));
    }

    void timeCountsFromTheYear2000()
    {
        QCOMPARE(unixFromTimeStamp(0), std::int64_t{946684800});
        QCOMPARE(timeStampFromUnix(946684800 + 5), std::uint32_t{5});
        QCOMPARE(timeStampFromUnix(0), std::uint32_t{0});
        QCOMPARE(formatTimeStamp(0), std::string("2000-01-01 00:00:00 UTC"));
        QCOMPARE(formatTimeStamp(0xFFFFFFFF), std::string("2136-02-07 06:28:15 UTC"));
    }

    void bitmapsTakeWholeSectors()
    {
        QCOMPARE(bitmapSizeOf(2 * MiB), 512U);
        QCOMPARE(bitmapSizeOf(512 * KiB), 512U);
        QCOMPARE(bitmapSizeOf(4 * KiB), 512U);
        QCOMPARE(bitmapSizeOf(4 * MiB), 1024U);
        QCOMPARE(bitmapSizeOf(256 * MiB), 65536U);
    }
};

QTEST_GUILESS_MAIN(TestVhdFormat)
#include "tst_vhd_format.moc"
