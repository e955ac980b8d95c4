#include "core/base/crc32.hpp"
#include "core/base/stored_integer.hpp"
#include "core/edit/undo_file.hpp"

#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

using namespace fatlas;
using edit::UndoForm;
using edit::UndoReader;
using edit::UndoWriter;
using test::PseudoRandom;

namespace {

constexpr std::uint64_t imageSize = 1 << 20;

void setLe32(Bytes& bytes, std::size_t at, std::uint32_t value)
{
    store(bytes, at, Le32(value));
}

/// Both checksums as they should be, so that what they protect is looked at.
void sign(Bytes& bytes)
{
    setLe32(bytes, 0x28, crc32(ByteView(bytes).subspan(64)));
    setLe32(bytes, 0x3C, crc32(ByteView(bytes).first(60)));
}

} // namespace

class TestUndoFile : public QObject {
    Q_OBJECT

    test::TempFolder m_temp;

    /// Two records: bytes at 1000 in group 0, checksums at 4000 in group 1.
    Bytes sample()
    {
        const auto path = m_temp / "sample";
        std::filesystem::remove(path);
        auto writer = UndoWriter::create(path, imageSize);
        const Bytes zeros(600);
        const Bytes text = PseudoRandom(1).bytes(600);
        const auto add = [&](std::uint64_t offset, std::uint16_t group, UndoForm form) {
            return writer->add({.offset = offset, .before = zeros, .after = text, .group = group},
                               form);
        };
        if (!add(1000, 0, UndoForm::Stored) || !add(4000, 1, UndoForm::Checksums) ||
            !writer->finish())
            qFatal("cannot write an undo file");
        return m_temp.readFile("sample");
    }

    [[nodiscard]] Result<UndoReader> open(const Bytes& bytes) const
    {
        return UndoReader::open(m_temp.writeFile("changed", bytes));
    }

private slots:

    void readsWhatItWrote()
    {
        const auto reader = open(sample());
        QVERIFY(reader);
        QCOMPARE(reader->imageSize(), imageSize);
        QCOMPARE(reader->records().size(), 2U);
        QCOMPARE(reader->records()[0].length, 600U);
        QCOMPARE(reader->records()[0].before, UndoForm::Zeros);
        QCOMPARE(reader->records()[0].after, UndoForm::Stored);
        QCOMPARE(reader->records()[1].after, UndoForm::Checksums);
        QCOMPARE(reader->records()[1].group, 1U);
        QCOMPARE(reader->changedSize(), 1200U);
    }

    void cutsLargeChangesIntoRecords()
    {
        const auto path = m_temp / "large";
        auto writer = UndoWriter::create(path, imageSize);
        const Bytes before = PseudoRandom(2).bytes(300'000);
        const Bytes after = PseudoRandom(3).bytes(300'000);
        QVERIFY(writer->add({.offset = 700, .before = before, .after = after, .group = 0},
                            UndoForm::Checksums));
        QVERIFY(writer->finish());
        const auto reader = UndoReader::open(path);
        QVERIFY(reader);
        Bytes read;
        std::uint64_t next = 700;
        for (const edit::UndoRecord& record : reader->records()) {
            QCOMPARE(record.offset, next);
            next += record.length;
            const auto old = reader->before(record);
            QVERIFY(old);
            read.insert(read.end(), old->begin(), old->end());
            const auto now = ByteView(after).subspan(record.offset - 700, record.length);
            QCOMPARE(*reader->findForeign(record, now), std::nullopt);
        }
        QVERIFY(read == before);
    }

    void acceptsOldAndNewUnitsSideBySide()
    {
        const auto reader = open(sample());
        const edit::UndoRecord record = reader->records()[1];
        Bytes current = PseudoRandom(1).bytes(600);
        std::fill_n(current.begin(), 96, std::byte{}); // the unit from 4000 to 4096
        QCOMPARE(*reader->findForeign(record, current), std::nullopt);
        current[50] = std::byte{1};
        QCOMPARE(*reader->findForeign(record, current), std::optional<std::uint64_t>(4000));
    }

    void refusesAHeaderThatIsWrong_data()
    {
        QTest::addColumn<int>("at");
        QTest::addColumn<std::uint32_t>("value");
        QTest::addColumn<QString>("rule");
        QTest::newRow("magic") << 0 << 0x12345678U << "[U1]";
        QTest::newRow("version") << 8 << 2U << "[U1]";
        QTest::newRow("unit") << 0xC << 4096U << "[U1]";
        QTest::newRow("records longer than the file") << 0x20 << 0x1000000U << "[U2]";
        QTest::newRow("more records than bytes") << 0x18 << 0x10000U << "[U3]";
        QTest::newRow("fewer records than there are") << 0x18 << 1U << "[U3]";
        QTest::newRow("more records than there are") << 0x18 << 3U << "[U3]";
        QTest::newRow("image too small for its records") << 0x10 << 4100U << "[U3]";
    }

    void refusesAHeaderThatIsWrong()
    {
        QFETCH(const int, at);
        QFETCH(const std::uint32_t, value);
        QFETCH(const QString, rule);
        Bytes bytes = sample();
        setLe32(bytes, static_cast<std::size_t>(at), value);
        sign(bytes);
        const auto reader = open(bytes);
        QVERIFY(!reader);
        QCOMPARE(reader.error().code, ErrorCode::BadFormat);
        QVERIFY2(QString::fromStdString(reader.error().message).contains(rule),
                 reader.error().message.c_str());
    }

    void refusesARecordThatIsWrong_data()
    {
        QTest::addColumn<int>("at");
        QTest::addColumn<std::uint32_t>("value");
        QTest::addColumn<QString>("rule");
        const int second = 64 + 16 + 600;
        QTest::newRow("offset beyond the image") << 64 << 0xFFFFFF00U << "[U3]";
        QTest::newRow("offset beyond all images") << 68 << 0xFFFFFFFFU << "[U3]";
        QTest::newRow("no length") << 72 << 0U << "[U3]";
        QTest::newRow("length beyond the limit") << 72 << 65537U << "[U3]";
        QTest::newRow("form of the old bytes") << 76 << 0x0102U << "[U3]";
        QTest::newRow("form of the new bytes") << 76 << 0x0300U << "[U3]";
        QTest::newRow("overlap") << second << 1100U << "[U4]";
        QTest::newRow("group falls") << 76 << 0x00020100U << "[U5]";
    }

    void refusesARecordThatIsWrong()
    {
        QFETCH(const int, at);
        QFETCH(const std::uint32_t, value);
        QFETCH(const QString, rule);
        Bytes bytes = sample();
        setLe32(bytes, static_cast<std::size_t>(at), value);
        sign(bytes);
        const auto reader = open(bytes);
        QVERIFY(!reader);
        QVERIFY2(QString::fromStdString(reader.error().message).contains(rule),
                 reader.error().message.c_str());
    }

    void refusesAnyChangedByte()
    {
        const Bytes bytes = sample();
        for (std::size_t at = 0; at < bytes.size(); ++at) {
            Bytes changed = bytes;
            changed[at] ^= std::byte{0x20};
            QVERIFY2(!open(changed), qPrintable(QString::number(at)));
        }
    }

    void refusesAFileCutAnywhere()
    {
        const Bytes bytes = sample();
        for (std::size_t size = 0; size < bytes.size(); size += 7)
            QVERIFY(!open(Bytes(bytes.begin(), bytes.begin() + std::ptrdiff_t(size))));
    }

    void survivesAnythingBehindSoundChecksums()
    {
        const Bytes bytes = sample();
        PseudoRandom random(99);
        for (int i = 0; i < 3000; ++i) {
            Bytes changed = bytes;
            for (std::uint64_t n = 0; n <= random.below(4); ++n)
                changed[random.below(changed.size())] = std::byte(random.below(256));
            sign(changed);
            const auto reader = open(changed);
            if (!reader)
                continue;
            for (const edit::UndoRecord& record : reader->records())
                QVERIFY(reader->findForeign(record, Bytes(record.length)));
        }
    }

    void knowsTheChecksumOfZlib()
    {
        const std::string_view text = "123456789";
        const auto bytes = std::as_bytes(std::span(text));
        QCOMPARE(crc32(bytes), 0xCBF43926U);
        QCOMPARE(crc32(bytes.subspan(4), crc32(bytes.first(4))), 0xCBF43926U);
        const Bytes many = PseudoRandom(5).bytes(1000);
        QCOMPARE(crc32(ByteView(many).subspan(333), crc32(ByteView(many).first(333))), crc32(many));
    }
};

QTEST_GUILESS_MAIN(TestUndoFile)
#include "tst_undo_file.moc"
