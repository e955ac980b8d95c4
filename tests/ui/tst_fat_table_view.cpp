#include "core/block/block_device.hpp"

#include "tests/ui/damaged_volume.hpp"
#include "ui/models/fat_table_entries.hpp"
#include "ui/models/fat_table_words.hpp"
#include "ui/views/fat_table_area.hpp"
#include "ui/views/fat_table_view.hpp"

#include <QAccessible>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <atomic>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;
using fatlas::test::TempFolder;

namespace {

/// Claims a size and holds zeros; what is asked for is counted.
class HugeDevice final : public block::BlockDevice {
public:
    explicit HugeDevice(std::uint64_t size) : m_size(size) {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_size; }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan out) const override
    {
        FATLAS_TRY(checkRange(offset, out.size()));
        std::ranges::fill(out, std::byte{0});
        m_readBytes += out.size();
        return {};
    }

    [[nodiscard]] std::uint64_t readBytes() const { return m_readBytes; }

private:
    std::uint64_t m_size;
    mutable std::atomic<std::uint64_t> m_readBytes{0};
};

fat::Geometry hugeGeometry()
{
    fat::Geometry geometry;
    geometry.type = fat::FatType::Fat32;
    geometry.sectorsPerCluster = 16;
    geometry.reservedSectors = 32;
    geometry.clusterCount = 268'000'000;
    geometry.sectorsPerFat = (geometry.clusterCount + 2 + 127) / 128;
    geometry.totalSectors = 0xFFFF'FFF0;
    geometry.rootCluster = Cluster{2};
    return geometry;
}

} // namespace

class TestFatTableView : public QObject {
    Q_OBJECT

private:
    TempFolder m_folder;
    std::unique_ptr<VolumeDocument> m_document;
    std::unique_ptr<FatTableView> m_view;

    [[nodiscard]] Focus& focus() const { return m_document->focus(); }

    void waitForRow(std::uint32_t entry) const
    {
        QTRY_VERIFY(m_view->entries().row(entry).has_value());
    }

private Q_SLOTS:

    void initTestCase() { m_document = test::openChecked(test::writeDamaged(m_folder)); }

    void init()
    {
        focus().reset();
        m_view = std::make_unique<FatTableView>();
        m_view->setFocus(&focus());
        m_view->setContent(m_document->content());
        m_view->resize(900, 300);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowActive(m_view.get()));
    }

    void cleanup() { m_view.reset(); }

    void cleanupTestCase() { m_document.reset(); }

    void saysWhatAnEntryHolds_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<uint>("entry");
        QTest::addColumn<uint>("raw");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("meaning");
        QTest::newRow("next") << 12 << 9U << 0x0AU << u"0x00A"_s << u"→ 10"_s;
        QTest::newRow("free") << 12 << 9U << 0U << u"0x000"_s << u"free"_s;
        QTest::newRow("end") << 16 << 9U << 0xFFFFU << u"0xFFFF"_s << u"end"_s;
        QTest::newRow("bad") << 12 << 9U << 0xFF7U << u"0xFF7"_s << u"bad"_s;
        QTest::newRow("outside") << 16 << 9U << 0xF000U << u"0xF000"_s << u"→ 61,440, outside"_s;
        QTest::newRow("upper bits") << 32 << 9U << 0x7000'0000U << u"0x70000000"_s << u"free"_s;
        QTest::newRow("media") << 12 << 0U << 0xFF8U << u"0xFF8"_s << u"media byte F8"_s;
        QTest::newRow("clean") << 16 << 1U << 0xFFFFU << u"0xFFFF"_s << u"cleanly unmounted"_s;
        QTest::newRow("dirty") << 32 << 1U << 0x07FF'FFFFU << u"0x07FFFFFF"_s
                               << u"not cleanly unmounted"_s;
        QTest::newRow("disk errors")
            << 16 << 1U << 0xBFFFU << u"0xBFFF"_s << u"errors of the disk"_s;
    }

    void saysWhatAnEntryHolds()
    {
        QFETCH(const int, type);
        QFETCH(const uint, entry);
        QFETCH(const uint, raw);
        fat::Geometry geometry;
        geometry.type = type == 12   ? fat::FatType::Fat12
                        : type == 16 ? fat::FatType::Fat16
                                     : fat::FatType::Fat32;
        geometry.clusterCount = 200;
        QTEST(entryValueText(geometry.type, raw), "value");
        QTEST(entryMeaningText(geometry, entry, raw), "meaning");
    }

    void placesTwelveBitsInsideTheirBytes()
    {
        QCOMPARE(entryPlaceText(fat::FatType::Fat12, Cluster{433}), u"byte 0x289, bits 4–15"_s);
        QCOMPARE(entryPlaceText(fat::FatType::Fat12, Cluster{4}), u"byte 0x6, bits 0–11"_s);
        QCOMPARE(entryPlaceText(fat::FatType::Fat32, Cluster{5}), u"byte 0x14"_s);
        QVERIFY(isSameEntry(fat::FatType::Fat32, 0xF000'0005, 5));
        QVERIFY(!isSameEntry(fat::FatType::Fat16, 0xF005, 5));
    }

    void aFileSelectedWhileItIsHiddenIsInSightAfterwards()
    {
        m_view->hide();
        m_view->resize(900, 60);
        const auto lost = m_document->content()->tree->find("/L.TXT");
        QVERIFY(lost.has_value());
        FocusTarget whole; // as the tree gives it: the file, no cluster of it
        whole.node = lost;
        whole.runs = {{Cluster{30}, 2}};
        focus().select(whole);
        auto* area = m_view->findChild<FatTableArea*>();
        QCOMPARE(area->cursor(), std::optional(30U));
        m_view->resize(900, 200);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
        QVERIFY(area->viewport()->rect().contains(area->rectOf(30)));
    }

    void showsHundredsOfMillionsOfEntriesWithoutARowEach()
    {
        const fat::Geometry geometry = hugeGeometry();
        const auto device = std::make_shared<HugeDevice>(geometry.volumeSize());
        FatTableEntries entries;
        entries.setVolume(device, geometry);
        QCOMPARE(entries.count(), geometry.clusterCount + 2);
        FatTableArea area(entries);
        area.setVolume(geometry, {});
        area.resize(800, 300);
        area.show();
        area.setCursorEntry(entries.count() - 1);
        QCOMPARE(area.cursor(), std::optional(entries.count() - 1));
        QVERIFY(!area.rectOf(entries.count() - 1).isEmpty());
        QVERIFY(area.visibleCount() < 60);
        QTRY_VERIFY(entries.row(entries.count() - 1).has_value());
        QVERIFY(!area.grab().isNull());
        QVERIFY(device->readBytes() < 1 * MiB);
    }

    void keepsOnlySoManyBlocks()
    {
        const fat::Geometry geometry = hugeGeometry();
        FatTableEntries entries;
        entries.setVolume(std::make_shared<HugeDevice>(geometry.volumeSize()), geometry);
        for (std::uint32_t block = 0; block < FatTableEntries::maxBlocks + 2; ++block) {
            const std::uint32_t entry = block * FatTableEntries::blockEntries;
            QTRY_VERIFY_WITH_TIMEOUT(entries.row(entry).has_value(), 5000);
        }
        QVERIFY(!entries.row(0).has_value()); // given up, and asked for again
        QTRY_VERIFY(entries.row(0).has_value());
    }

    void saysWhyABlockCannotBeRead()
    {
        const fat::Geometry geometry = hugeGeometry();
        FatTableEntries entries;
        entries.setVolume(std::make_shared<HugeDevice>(1 * MiB), geometry);
        QSignalSpy changed(&entries, &FatTableEntries::changed);
        (void)entries.row(200'000'000);
        QTRY_VERIFY(entries.error().has_value());
        QVERIFY(!entries.row(200'000'000).has_value());
        QVERIFY(changed.count() > 0);
    }

    void tellsWhereTheCopiesDiffer()
    {
        waitForRow(test::differingEntry);
        const QString sentence = m_view->area()->sentenceOf(test::differingEntry);
        QVERIFY2(sentence.contains(u"FAT 2 differs: 0xFFF, end"_s), qPrintable(sentence));
        QVERIFY(m_view->area()->sentenceOf(10).contains(u"FAT 2 the same"_s));
        m_view->goToNextDifference();
        QCOMPARE(m_view->area()->cursor(), std::optional(test::differingEntry));
        m_view->goToNextDifference(); // around the end, to the only one
        QCOMPARE(m_view->area()->cursor(), std::optional(test::differingEntry));
    }

    void tellsWhoseAnEntryIs()
    {
        waitForRow(10);
        QVERIFY(m_view->area()->sentenceOf(10).contains(u"/DOCS/A.TXT, part 1 of 3"_s));
        QVERIFY(m_view->area()->sentenceOf(test::lostCluster).contains(u"Lost"_s));
    }

    void findsWhoPointsHere()
    {
        m_view->goToEntry(test::sharedCluster);
        QTest::keyClick(m_view->area(), Qt::Key_R);
        QTRY_VERIFY(m_view->answer().contains(u">10<"_s));
        QVERIFY2(m_view->answer().contains(u">21<"_s), qPrintable(m_view->answer()));
        m_view->goToEntry(30);
        m_view->findPointers();
        QTRY_VERIFY(m_view->answer().contains(u"the folder entry of /L.TXT"_s));
        m_view->goToEntry(test::badCluster);
        m_view->findPointers();
        QTRY_VERIFY(m_view->answer().startsWith(u"Nothing points to"_s));
    }

    void publishesClusterChainAndBytes()
    {
        m_view->goToEntry(test::sharedCluster);
        const FocusTarget& target = focus().selection();
        QCOMPARE(target.cluster, std::optional(Cluster{test::sharedCluster}));
        QVERIFY(target.node.has_value() && !target.runs.empty());
        // FAT 1 starts behind one sector; entry 12 of 12 bits is at byte 18
        QCOMPARE(target.bytes, (std::optional(FocusBytes{512 + 18, 2, 0, 11})));
    }

    void followsFocusWithoutAnswering()
    {
        m_document->selectCluster(Cluster{test::lostCluster});
        QCOMPARE(m_view->area()->cursor(), std::optional(test::lostCluster));
        QVERIFY(!focus().selection().bytes); // that would be the view's own doing
        focus().moveTo(Cluster{test::lostCluster + 1});
        QCOMPARE(m_view->area()->cursor(), std::optional(test::lostCluster + 1));
    }

    void worksWithTheKeyboardAlone()
    {
        FatTableArea* const area = m_view->area();
        waitForRow(10);
        area->setCursorEntry(std::nullopt);
        QTest::keyClick(area, Qt::Key_Home);
        QCOMPARE(area->cursor(), std::optional(0U));
        for (int i = 0; i < 10; ++i)
            QTest::keyClick(area, Qt::Key_Down);
        QCOMPARE(focus().selection().cluster, std::optional(Cluster{10}));
        QTest::keyClick(area, Qt::Key_Return); // 10 leads to 12
        QCOMPARE(area->cursor(), std::optional(test::sharedCluster));
        QTest::keyClick(area, Qt::Key_End);
        QCOMPARE(area->cursor(), std::optional(201U));
        QTest::keyClick(area, Qt::Key_PageUp);
        QVERIFY(area->cursor() < std::optional(201U));
        QVERIFY(!area->rectOf(area->cursor().value_or(0)).isEmpty());
    }

    void goesToATypedEntry()
    {
        auto* field = m_view->findChild<QLineEdit*>(u"goToEntry"_s);
        QTest::keyClicks(field, u"0x32"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(m_view->area()->cursor(), std::optional(50U));
        field->clear();
        QTest::keyClicks(field, u"4711"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(m_view->answer(), u"There are entries 0 to 201."_s);
        QCOMPARE(m_view->area()->cursor(), std::optional(50U));
    }

    void entriesWithoutAClusterAskNobody()
    {
        m_view->goToEntry(1);
        m_view->findPointers();
        QVERIFY(m_view->answer().isEmpty());
        for (const auto* button : m_view->findChildren<QPushButton*>())
            QVERIFY(button->isEnabled() || !button->toolTip().isEmpty());
    }

    void isReadableByScreenReaders()
    {
        QAccessible::setActive(true);
        waitForRow(10);
        m_view->goToEntry(10);
        auto* table = QAccessible::queryAccessibleInterface(m_view->area());
        QVERIFY(table != nullptr);
        QCOMPARE(table->role(), QAccessible::Table);
        QCOMPARE(table->childCount(), static_cast<int>(m_view->area()->visibleCount()));
        QAccessibleInterface* const row = table->focusChild();
        QVERIFY(row != nullptr && row->state().focused);
        QVERIFY(row->text(QAccessible::Name).startsWith(u"Entry 10: 0x00C, → 12"_s));
        QCOMPARE(table->indexOfChild(row), static_cast<int>(10 - m_view->area()->firstVisible()));
        QVERIFY(table->child(-1) == nullptr && table->child(100'000) == nullptr);
    }
};

QTEST_MAIN(TestFatTableView)
#include "tst_fat_table_view.moc"
