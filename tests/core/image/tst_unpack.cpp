#include "core/image/unpack.hpp"

#include "tests/core/image/image_maker.hpp"
#include "tests/core/image/packed_samples.hpp"
#include "tests/support/hex_fixture.hpp"

#include <QtTest>

#include <stop_token>

using namespace fatlas;
using namespace fatlas::image;
using Disk = Result<std::shared_ptr<const block::BlockDevice>>;

namespace {

Bytes bytesOf(std::string_view hex)
{
    return test::need(test::bytesFromHex(hex));
}

Bytes expectedImage()
{
    Bytes image(6000);
    constexpr std::string_view text = "FATLAS image ";
    for (std::size_t i = 0; i < 100 * text.size(); ++i)
        image[4096 + i] = std::byte(static_cast<unsigned char>(text[i % text.size()]));
    return image;
}

block::MemoryDevice fileOf(ByteView bytes)
{
    return block::MemoryDevice(Bytes(bytes.begin(), bytes.end()),
                               block::MemoryDevice::Mode::ReadOnly);
}

Disk unpackBytes(ByteView bytes, const UnpackLimits& limits = {}, const JobControl& job = {})
{
    const auto file = fileOf(bytes);
    const auto packing = recognisePacking(file);
    if (!packing)
        return fail(ErrorCode::InvalidArgument, "not recognised");
    return unpack(file, *packing, limits, job);
}

Bytes contentOf(const Disk& disk)
{
    if (!disk)
        qFatal("%s", disk.error().message.c_str());
    Bytes bytes((*disk)->size());
    if (!(*disk)->read(0, bytes))
        qFatal("an unpacked image cannot be read");
    return bytes;
}

Bytes joined(const Bytes& a, const Bytes& b)
{
    Bytes both = a;
    both.insert(both.end(), b.begin(), b.end());
    return both;
}

void addKinds()
{
    QTest::addColumn<QByteArray>("hex");
    QTest::addColumn<int>("packing");
    const auto row = [](const char* name, std::string_view hex, Packing packing) {
        QTest::newRow(name) << QByteArray(hex.data(), static_cast<qsizetype>(hex.size()))
                            << static_cast<int>(packing);
    };
    row("gzip", test::packed::gzip, Packing::Gzip);
    row("bzip2", test::packed::bzip2, Packing::Bzip2);
    row("xz", test::packed::xz, Packing::Xz);
    row("zstd", test::packed::zstd, Packing::Zstd);
    row("zip", test::packed::zip, Packing::Zip);
    row("zip with a readme", test::packed::zipWithReadme, Packing::Zip);
}

Bytes sample()
{
    QFETCH(const QByteArray, hex);
    return bytesOf({hex.constData(), static_cast<std::size_t>(hex.size())});
}

Packing packingOfRow()
{
    QFETCH(const int, packing);
    return static_cast<Packing>(packing);
}

} // namespace

class TestUnpack : public QObject {
    Q_OBJECT

    Bytes m_image = expectedImage();

private slots:

    void knowsEachKindByItsFirstBytes_data() { addKinds(); }

    void knowsEachKindByItsFirstBytes()
    {
        const Bytes bytes = sample();
        QCOMPARE(recognisePacking(fileOf(bytes)), std::optional(packingOfRow()));
        QVERIFY(!recognisePacking(fileOf(ByteView(bytes).first(3))));
        QVERIFY(!recognisePacking(fileOf(ByteView(bytes).subspan(1))));
    }

    void takesNothingPlainForCompressed()
    {
        QVERIFY(!recognisePacking(fileOf({})));
        QVERIFY(!recognisePacking(fileOf(Bytes(512))));
        QVERIFY(!recognisePacking(fileOf(bytesOf("1f8b 07 00 00000000 0000")))); // other method
        QVERIFY(!recognisePacking(fileOf(bytesOf("1f8b 08 e0 00000000 0000")))); // other flags
        QVERIFY(!recognisePacking(fileOf(bytesOf("425a68 30 314159265359"))));   // BZh0
        QVERIFY(!recognisePacking(fileOf(bytesOf("425a68 39 000000000000"))));
    }

    void givesTheImage_data() { addKinds(); }

    void givesTheImage() { QVERIFY(contentOf(unpackBytes(sample())) == m_image); }

    void gluesMembers_data() { addKinds(); }

    void gluesMembers()
    {
        const Bytes one = sample();
        if (packingOfRow() == Packing::Zip)
            return;
        QVERIFY(contentOf(unpackBytes(joined(joined(one, one), one))) ==
                joined(joined(m_image, m_image), m_image));
    }

    /// Whole, or an error: with one member there is no shorter stream that is whole.
    void cutAtAnyByteIsAnError_data() { addKinds(); }

    void cutAtAnyByteIsAnError()
    {
        const Bytes bytes = sample();
        const auto packing = packingOfRow();
        for (std::size_t size = 1; size < bytes.size(); ++size) {
            const auto cut = unpack(fileOf(ByteView(bytes).first(size)), packing);
            QVERIFY2(!cut, qPrintable(QString("%1 bytes").arg(size)));
            QCOMPARE(cut.error().code, ErrorCode::BadFormat);
            QVERIFY2(cut.error().message.contains("cut off") ||
                         cut.error().message.contains("damaged"),
                     cut.error().message.c_str());
        }
    }

    /// A second member that is cut is one as well, but for the few bytes that are zeros: those are
    /// padding.
    void aCutSecondMemberIsAnError_data() { addKinds(); }

    void aCutSecondMemberIsAnError()
    {
        const Bytes one = sample();
        if (packingOfRow() == Packing::Zip)
            return;
        for (std::size_t size = 1; size < one.size(); ++size) {
            const auto part = ByteView(one).first(size);
            const auto cut = unpackBytes(joined(one, {part.begin(), part.end()}));
            QVERIFY2(!cut, qPrintable(QString("%1 bytes of the second").arg(size)));
        }
    }

    void aFlippedBitIsAnErrorOrChangesNothing_data() { addKinds(); }

    void aFlippedBitIsAnErrorOrChangesNothing()
    {
        if (QTest::currentDataTag() == std::string_view("zip with a readme"))
            return; // no checksum guards which of two files is the disk
        const Bytes bytes = sample();
        int errors = 0;
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            Bytes broken = bytes;
            broken[bit / 8] ^= std::byte(1U << bit % 8);
            const auto disk = unpackBytes(broken);
            if (disk)
                QVERIFY2(contentOf(disk) == m_image, qPrintable(QString("bit %1").arg(bit)));
            else
                ++errors;
        }
        QVERIFY(errors > static_cast<int>(bytes.size()));
    }

    void zerosBehindAreForgivenAndNothingElse_data() { addKinds(); }

    void zerosBehindAreForgivenAndNothingElse()
    {
        const Bytes bytes = sample();
        if (packingOfRow() == Packing::Zip)
            return;
        const auto padded = unpackBytes(joined(bytes, Bytes(512)));
        if (packingOfRow() == Packing::Zstd) // its own program does not forgive them either
            QVERIFY(!padded);
        else
            QVERIFY(contentOf(padded) == m_image);
        const auto more = unpackBytes(joined(bytes, Bytes(5, std::byte{'x'})));
        QVERIFY(!more);
        QCOMPARE(more.error().code, ErrorCode::BadFormat);
    }

    void holdsTheLimits_data() { addKinds(); }

    void holdsTheLimits()
    {
        const Bytes bytes = sample();
        QVERIFY(unpackBytes(bytes, {.size = m_image.size(), .room = MiB}));
        const auto larger = unpackBytes(bytes, {.size = m_image.size() - 1, .room = MiB});
        QVERIFY(!larger);
        QCOMPARE(larger.error().code, ErrorCode::Limit);
        const auto fuller = unpackBytes(bytes, {.size = MiB, .room = 1000});
        QVERIFY(!fuller);
        QCOMPARE(fuller.error().code, ErrorCode::Limit);
    }

    void stopsWhenAsked_data() { addKinds(); }

    void stopsWhenAsked()
    {
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = unpackBytes(sample(), {}, JobControl(stop.get_token()));
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
    }

    void anArchiveOfTwoDisksMustBeUnpackedByHand()
    {
        const auto two = unpackBytes(bytesOf(test::packed::zipOfTwo));
        QVERIFY(!two);
        QCOMPARE(two.error().code, ErrorCode::InvalidArgument);
        QVERIFY(two.error().message.contains("a.img"));
        QVERIFY(two.error().message.contains("b.img"));
    }

    void anArchiveOfNothingIsSaidToBeOne()
    {
        const auto none =
            unpackBytes(bytesOf("504b0506 0000 0000 0000 0000 00000000 00000000 0000"));
        QVERIFY(!none);
        QCOMPARE(none.error().code, ErrorCode::BadFormat);
        QVERIFY(none.error().message.contains("empty"));
    }
};

QTEST_GUILESS_MAIN(TestUnpack)
#include "tst_unpack.moc"
