#include "core/base/units.hpp"

#include "ui/views/hex_geometry.hpp"

#include <QTest>

using namespace fatlas;
using namespace fatlas::ui;

namespace {

constexpr HexMetrics metrics{.charWidth = 8, .rowHeight = 20, .headerHeight = 24, .margin = 8};

HexGeometry ofSize(std::uint64_t size, int width = 1000, int height = 224)
{
    return {QSize(width, height), metrics, size, 0};
}

} // namespace

class TestHexGeometry : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void takesAsManyBytesARowAsFit()
    {
        QCOMPARE(ofSize(MiB, 400).bytesPerRow(), 8);
        QCOMPARE(ofSize(MiB, 800).bytesPerRow(), 16);
        QCOMPARE(ofSize(MiB, 1500).bytesPerRow(), 32);
        QCOMPARE(HexGeometry(QSize(400, 200), metrics, MiB, 32).bytesPerRow(), 32);
        QVERIFY(ofSize(MiB, 800).contentWidth() <= 800);
    }

    void hasAsManyOffsetDigitsAsTheLastByteNeeds()
    {
        QCOMPARE(ofSize(0).offsetDigits(), 8);
        QCOMPARE(ofSize(4 * GiB).offsetDigits(), 8);
        QCOMPARE(ofSize(4 * GiB + 1).offsetDigits(), 9);
        QCOMPARE(ofSize(2 * TiB).offsetDigits(), 11);
    }

    void countsRowsBeyond32Bits()
    {
        const HexGeometry geometry = ofSize(2 * TiB + 5);
        QCOMPARE(geometry.rowCount(), 2 * TiB / 16 + 1);
        QCOMPARE(geometry.fullRows(), 10);
        QCOMPARE(geometry.maxTopRow(), geometry.rowCount() - 10);
        const ByteRange last = geometry.visible(geometry.maxTopRow());
        QCOMPARE(last.end(), 2 * TiB + 5);
        const auto cell = geometry.rectOf(2 * TiB + 4, HexColumn::Hex, geometry.maxTopRow());
        QVERIFY(cell.has_value());
        QCOMPARE(cell.value_or(QRect()).top(), 24 + 9 * 20);
    }

    void findsEachByteWhereItIsPainted()
    {
        const HexGeometry geometry = ofSize(100);
        for (const std::uint64_t top : {0, 2})
            for (const HexColumn column : {HexColumn::Hex, HexColumn::Text})
                for (std::uint64_t place = top * 16; place < 100; ++place) {
                    const auto cell = geometry.rectOf(place, column, top);
                    QVERIFY(cell.has_value());
                    const auto hit = geometry.hitAt(cell.value_or(QRect()).center(), top);
                    QVERIFY(hit.has_value());
                    QCOMPARE(hit->place, place);
                    QCOMPARE(hit->column, column);
                }
    }

    void cellsDoNotOverlap()
    {
        const HexGeometry geometry = ofSize(1000, 1500);
        QCOMPARE(geometry.bytesPerRow(), 32);
        for (const HexColumn column : {HexColumn::Hex, HexColumn::Text})
            for (int i = 1; i < 32; ++i)
                QVERIFY(geometry.cellX(column, i) >=
                        geometry.cellX(column, i - 1) + geometry.cellWidth(column));
        QVERIFY(geometry.cellX(HexColumn::Text, 0) >=
                geometry.cellX(HexColumn::Hex, 31) + geometry.cellWidth(HexColumn::Hex));
        QVERIFY(geometry.cellX(HexColumn::Hex, 0) >=
                geometry.offsetX() + geometry.offsetDigits() * metrics.charWidth);
    }

    void givesTheNearestByteBesideTheColumnsAndNoneBelow()
    {
        const HexGeometry geometry = ofSize(40);
        QCOMPARE(geometry.hitAt({0, 30}, 0)->place, std::uint64_t{0});
        QCOMPARE(geometry.hitAt({5000, 30}, 0)->place, std::uint64_t{15});
        QCOMPARE(geometry.hitAt({5000, 70}, 0)->place, std::uint64_t{39}); // a short last row
        QVERIFY(!geometry.hitAt({100, 90}, 0));
        QVERIFY(!geometry.hitAt({100, 3}, 0)); // the header
        QVERIFY(!ofSize(0).hitAt({100, 30}, 0));
    }

    void scrollsNoFurtherThanNeeded()
    {
        const HexGeometry geometry = ofSize(TiB);
        QCOMPARE(geometry.topRowToShow(16 * 105, 100), std::uint64_t{100});
        QCOMPARE(geometry.topRowToShow(16 * 99, 100), std::uint64_t{99});
        QCOMPARE(geometry.topRowToShow(16 * 110, 100), std::uint64_t{101});
        QCOMPARE(geometry.topRowToCenter(16 * 100), std::uint64_t{97});
        QCOMPARE(geometry.topRowToCenter(0), std::uint64_t{0});
        QCOMPARE(geometry.topRowToCenter(TiB - 1), geometry.maxTopRow());
    }

    void mapsRowsToTheScrollBarAndBack()
    {
        for (const std::uint64_t most :
             {std::uint64_t{0}, std::uint64_t{90}, 2 * TiB / 16, UINT64_MAX / 16}) {
            QCOMPARE(scroll_bar::valueOf(0, most), 0);
            QCOMPARE(scroll_bar::valueOf(most, most), scroll_bar::range(most));
            QCOMPARE(scroll_bar::rowOf(scroll_bar::range(most), most), most);
            QCOMPARE(scroll_bar::rowOf(0, most), std::uint64_t{0});
            QCOMPARE(scroll_bar::rowOf(-5, most), std::uint64_t{0});
        }
        for (int value = 0; value < 90; ++value)
            QCOMPARE(scroll_bar::valueOf(scroll_bar::rowOf(value, 90), 90), value);
        const std::uint64_t most = 2 * TiB / 16;
        std::uint64_t before = 0;
        for (int value = 0; value < scroll_bar::maxValue - 9'999'991; value += 9'999'991) {
            const std::uint64_t row = scroll_bar::rowOf(value, most);
            QVERIFY(row >= before);
            QCOMPARE(scroll_bar::valueOf(row, most), value);
            before = row;
        }
    }
};

QTEST_GUILESS_MAIN(TestHexGeometry)
#include "tst_hex_geometry.moc"
