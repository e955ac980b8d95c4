#include "core/base/bytes.hpp"
#include "core/base/checked.hpp"
#include "core/base/job_control.hpp"
#include "core/base/stored_integer.hpp"
#include "core/base/units.hpp"

#include <QtTest>

#include <limits>

using namespace fatlas;

class TestBytes : public QObject {
    Q_OBJECT

private slots:
    void storesLittleAndBigEndian();
    void getGivesWhatSetTook();
    void loadsAStructAtItsOffset();
    void refusesAStructThatIsCutOff_data();
    void refusesAStructThatIsCutOff();
    void checkedArithmeticNeverWraps();
    void rangeFitsOnlyInside_data();
    void rangeFitsOnlyInside();
    void checkpointIsCancelledOnceStopped();
};

void TestBytes::storesLittleAndBigEndian()
{
    const Le32 little(0x11223344);
    const Be32 big(0x11223344);
    QCOMPARE(asBytes(little)[0], std::byte{0x44});
    QCOMPARE(asBytes(little)[3], std::byte{0x11});
    QCOMPARE(asBytes(big)[0], std::byte{0x11});
    QCOMPARE(asBytes(big)[3], std::byte{0x44});
}

void TestBytes::getGivesWhatSetTook()
{
    for (const std::uint64_t value :
         {std::uint64_t{0}, std::uint64_t{0x8000000000000001}, ~std::uint64_t{0}}) {
        QCOMPARE(Le64(value).get(), value);
        QCOMPARE(Be64(value).get(), value);
        QCOMPARE(Le16(static_cast<std::uint16_t>(value)).get(), static_cast<std::uint16_t>(value));
        QCOMPARE(Be16(static_cast<std::uint16_t>(value)).get(), static_cast<std::uint16_t>(value));
    }
}

void TestBytes::loadsAStructAtItsOffset()
{
    Bytes bytes(7);
    store<Le32>(bytes, 3, Le32(0xCAFEF00D));
    const auto loaded = load<Le32>(bytes, 3);
    QVERIFY(loaded);
    QCOMPARE(loaded->get(), 0xCAFEF00DU);
}

void TestBytes::refusesAStructThatIsCutOff_data()
{
    QTest::addColumn<quint64>("offset");
    QTest::newRow("one byte short") << quint64{4};
    QTest::newRow("at the end") << quint64{7};
    QTest::newRow("past the end") << quint64{8};
    QTest::newRow("wraps around") << std::numeric_limits<quint64>::max();
}

void TestBytes::refusesAStructThatIsCutOff()
{
    QFETCH(quint64, offset);
    const Bytes bytes(7);
    const auto loaded = load<Le32>(bytes, offset);
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().code, ErrorCode::OutOfRange);
    QCOMPARE(loaded.error().deviceOffset, std::optional<std::uint64_t>(offset));
}

void TestBytes::checkedArithmeticNeverWraps()
{
    constexpr auto max = std::numeric_limits<std::uint32_t>::max();
    QCOMPARE(checkedAdd<std::uint32_t>(max, 0), std::optional<std::uint32_t>(max));
    QVERIFY(!checkedAdd<std::uint32_t>(max, 1));
    QVERIFY(!checkedMultiply<std::uint32_t>(0x10000, 0x10000));
    QCOMPARE(checkedMultiply<std::uint32_t>(0xFFFF, 0x10001), std::optional<std::uint32_t>(max));
    QCOMPARE(divideRoundUp<std::uint32_t>(max, 2), 0x80000000U);
    QCOMPARE(roundUp<std::uint32_t>(4097, 4096), 8192U);
    QCOMPARE(roundUp<std::uint32_t>(4096, 4096), 4096U);
}

void TestBytes::rangeFitsOnlyInside_data()
{
    QTest::addColumn<quint64>("offset");
    QTest::addColumn<quint64>("length");
    QTest::addColumn<bool>("fits");
    QTest::newRow("all") << quint64{0} << quint64{100} << true;
    QTest::newRow("nothing at the end") << quint64{100} << quint64{0} << true;
    QTest::newRow("nothing past the end") << quint64{101} << quint64{0} << false;
    QTest::newRow("one too much") << quint64{1} << quint64{100} << false;
    QTest::newRow("wraps around") << quint64{1} << std::numeric_limits<quint64>::max() << false;
}

void TestBytes::rangeFitsOnlyInside()
{
    QFETCH(quint64, offset);
    QFETCH(quint64, length);
    QFETCH(bool, fits);
    QCOMPARE(rangeFits(offset, length, 100), fits);
}

void TestBytes::checkpointIsCancelledOnceStopped()
{
    std::stop_source source;
    const JobControl job(source.get_token());
    QVERIFY(job.checkpoint());
    source.request_stop();
    QCOMPARE(job.checkpoint().error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestBytes)
#include "tst_bytes.moc"
