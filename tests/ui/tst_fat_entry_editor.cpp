#include "tests/ui/damaged_volume.hpp"
#include "ui/document/staged_edits.hpp"
#include "ui/models/fat_entry_input.hpp"
#include "ui/models/fat_table_entries.hpp"
#include "ui/views/fat_entry_editor.hpp"
#include "ui/views/fat_table_area.hpp"
#include "ui/views/fat_table_view.hpp"

#include <QComboBox>
#include <QLineEdit>
#include <QTest>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;
using fatlas::test::TempFolder;

namespace {

fat::Geometry smallGeometry(int type)
{
    fat::Geometry geometry;
    geometry.type = type == 12   ? fat::FatType::Fat12
                    : type == 16 ? fat::FatType::Fat16
                                 : fat::FatType::Fat32;
    geometry.clusterCount = 200;
    return geometry;
}

} // namespace

class TestFatEntryEditor : public QObject {
    Q_OBJECT

private:
    TempFolder m_folder;
    std::unique_ptr<VolumeDocument> m_document;
    std::unique_ptr<StagedEdits> m_edits;
    std::unique_ptr<FatTableView> m_view;

    [[nodiscard]] FatTableArea* area() const { return m_view->area(); }

    [[nodiscard]] QLineEdit* field() const { return m_view->editor()->field(); }

    /// What the table shows of an entry, once nothing is under way any more.
    [[nodiscard]] FatTableEntries::Row rowOf(std::uint32_t entry) const
    {
        [&] {
            QTRY_VERIFY(!m_edits->isBusy());
            QTRY_VERIFY(m_view->entries().row(entry).has_value());
        }();
        return m_view->entries().row(entry).value_or(FatTableEntries::Row{});
    }

    void typeOver(std::uint32_t entry, const QString& text) const
    {
        (void)rowOf(entry);
        area()->setCursorEntry(entry);
        QTest::keyClick(area(), Qt::Key_F2);
        QVERIFY(m_view->editor()->isOpen());
        field()->setText(text);
        QTest::keyClick(field(), Qt::Key_Return);
    }

private Q_SLOTS:

    void init()
    {
        m_document = test::openChecked(test::writeDamaged(m_folder));
        m_edits = std::make_unique<StagedEdits>(*m_document);
        m_view = std::make_unique<FatTableView>();
        m_view->setFocus(&m_document->focus());
        m_view->setEdits(m_edits.get());
        m_view->setContent(m_document->content());
        m_view->resize(1000, 300);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowActive(m_view.get()));
    }

    void cleanup()
    {
        m_view.reset();
        m_edits.reset();
        m_document.reset();
    }

    void takesClustersNumbersAndWords_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<uint>("entry");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<uint>("value");
        QTest::newRow("cluster") << 12 << 9U << u" 201 "_s << 201U;
        QTest::newRow("grouped") << 16 << 9U << u"1,0"_s << 10U;
        QTest::newRow("hex") << 12 << 9U << u"0xFf8"_s << 0xFF8U;
        QTest::newRow("outside on purpose") << 16 << 9U << u"0xF000"_s << 0xF000U;
        QTest::newRow("free") << 32 << 9U << u"Free"_s << 0U;
        QTest::newRow("zero") << 12 << 9U << u"0"_s << 0U;
        QTest::newRow("bad 12") << 12 << 9U << u"bad"_s << 0xFF7U;
        QTest::newRow("bad 32") << 32 << 9U << u"bad"_s << 0x0FFF'FFF7U;
        QTest::newRow("end 16") << 16 << 9U << u"END"_s << 0xFFFFU;
        QTest::newRow("media") << 12 << 0U << u"0xFF0"_s << 0xFF0U;
    }

    void takesClustersNumbersAndWords()
    {
        QFETCH(const int, type);
        QFETCH(const uint, entry);
        QFETCH(const QString, typed);
        const auto value = parseEntryInput(smallGeometry(type), entry, typed);
        QVERIFY2(value.has_value(), value ? "" : value.error().message.c_str());
        QTEST(*value, "value");
    }

    void refusesWhatCannotBeAndSaysWhat_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<uint>("entry");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("reason");
        QTest::newRow("no cluster") << 12 << 9U << u"202"_s << u"expected 2 to 201"_s;
        QTest::newRow("cluster 1") << 12 << 9U << u"1"_s << u"no cluster 1"_s;
        QTest::newRow("too wide") << 12 << 9U << u"0x1000"_s << u"at most 0xFFF"_s;
        QTest::newRow("upper bits") << 32 << 9U << u"0x10000000"_s << u"at most 0x0FFFFFFF"_s;
        QTest::newRow("huge") << 16 << 9U << u"99999999999999999999"_s << u"expected a cluster"_s;
        QTest::newRow("negative") << 16 << 9U << u"-1"_s << u"expected a cluster"_s;
        QTest::newRow("word") << 16 << 9U << u"next"_s << u"expected a cluster"_s;
        QTest::newRow("nothing") << 16 << 9U << u""_s << u"expected a cluster"_s;
        QTest::newRow("bare 0x") << 16 << 9U << u"0x"_s << u"no hexadecimal number"_s;
        QTest::newRow("entry 1") << 16 << 1U << u"end"_s << u"has no cluster"_s;
    }

    void refusesWhatCannotBeAndSaysWhat()
    {
        QFETCH(const int, type);
        QFETCH(const uint, entry);
        QFETCH(const QString, typed);
        QFETCH(const QString, reason);
        const auto value = parseEntryInput(smallGeometry(type), entry, typed);
        QVERIFY(!value);
        QVERIFY2(QString::fromStdString(value.error().message).contains(reason),
                 value.error().message.c_str());
    }

    void beginsWithWhatStandsThere()
    {
        const fat::Geometry geometry = smallGeometry(16);
        QCOMPARE(entryInputText(geometry, 9, 10), u"10"_s);
        QCOMPARE(entryInputText(geometry, 9, 0), u"free"_s);
        QCOMPARE(entryInputText(geometry, 9, 0xFFFF), u"end"_s);
        QCOMPARE(entryInputText(geometry, 9, 0xFFF8), u"0xFFF8"_s); // another end than ours
        QCOMPARE(entryInputText(geometry, 9, 0xF000), u"0xF000"_s);
        QCOMPARE(entryInputText(geometry, 1, 0xFFFF), u"0xFFFF"_s);
    }

    void typesOverBothCopiesByTheKeyboard()
    {
        (void)rowOf(40);
        area()->setCursorEntry(40);
        QTest::keyClick(area(), Qt::Key_7);
        QVERIFY(m_view->editor()->isOpen());
        QCOMPARE(field()->text(), u"7"_s);
        QVERIFY(field()->accessibleName().contains(u"40"_s));
        QTest::keyClick(field(), Qt::Key_1);
        QTest::keyClick(field(), Qt::Key_Return);
        QVERIFY(!m_view->editor()->isOpen());
        QCOMPARE(area()->cursor(), std::optional(40U)); // Return went no further
        QTRY_COMPARE(m_edits->count(), std::size_t{1});
        QTRY_COMPARE(rowOf(40).first, 71U);
        QCOMPARE(rowOf(40).second, std::optional(71U));
        QCOMPARE(rowOf(41).first, 0U); // the neighbour in the same byte
        QVERIFY(area()->sentenceOf(40).contains(u"not written yet"_s));
        QVERIFY(!area()->sentenceOf(41).contains(u"not written yet"_s));
        m_edits->undo();
        QTRY_COMPARE(rowOf(40).first, 0U);
        QVERIFY(!area()->sentenceOf(40).contains(u"not written yet"_s));
        m_edits->redo();
        QTRY_COMPARE(rowOf(40).first, 71U);
    }

    void typesOverOneCopyOnly()
    {
        QComboBox* const copies = m_view->editor()->copies();
        QVERIFY(copies->isVisible() && !copies->accessibleName().isEmpty());
        QCOMPARE(copies->count(), 3);
        copies->setCurrentIndex(2);
        typeOver(40, u"bad"_s);
        QTRY_COMPARE(m_edits->count(), std::size_t{1});
        QTRY_COMPARE(rowOf(40).second, std::optional(0xFF7U));
        QCOMPARE(rowOf(40).first, 0U);
        QVERIFY(m_edits->edits().front().what.contains(u"FAT 2"_s));
        QCOMPARE(m_edits->edits().front().patches.size(), std::size_t{1});
    }

    void whatIsThereAlreadyIsNoChange()
    {
        typeOver(10, u"12"_s);
        QTRY_VERIFY(!m_edits->isBusy());
        QCOMPARE(m_edits->count(), std::size_t{0});
        QVERIFY(!m_edits->error());
    }

    void aRefusedValueStaysInTheFieldWithTheReason()
    {
        typeOver(40, u"4711"_s);
        QVERIFY(m_view->editor()->isOpen());
        QVERIFY2(m_view->answer().contains(u"expected 2 to 201"_s), qPrintable(m_view->answer()));
        QVERIFY(field()->accessibleDescription().contains(u"expected 2 to 201"_s));
        QTest::keyClick(field(), Qt::Key_Escape);
        QVERIFY(!m_view->editor()->isOpen());
        QVERIFY(m_view->answer().isEmpty());
        QVERIFY(area()->hasFocus());
        QCOMPARE(m_edits->count(), std::size_t{0});
    }

    void aDoubleClickTypesOverAndDownGoesOn()
    {
        (void)rowOf(3);
        const QPoint place = area()->rectOf(3).center();
        QTest::mouseClick(area()->viewport(), Qt::LeftButton, {}, place);
        QTest::mouseDClick(area()->viewport(), Qt::LeftButton, {}, place);
        QVERIFY(m_view->editor()->isOpen());
        field()->setText(u"end"_s);
        QTest::keyClick(field(), Qt::Key_Down);
        QVERIFY(!m_view->editor()->isOpen());
        QCOMPARE(area()->cursor(), std::optional(4U));
        QTRY_COMPARE(rowOf(3).first, 0xFFFU);
    }

    void showsTheNewStateOnTheMap()
    {
        typeOver(40, u"bad"_s);
        QTRY_VERIFY(m_edits->usage() != nullptr);
        QCOMPARE(m_edits->usage()->at(Cluster{40}).state, fat::ClusterState::Bad);
    }

    void whatCannotBeChangedSaysWhy()
    {
        m_view->setEdits(nullptr);
        area()->setCursorEntry(40);
        QTest::keyClick(area(), Qt::Key_F2);
        QVERIFY(!m_view->editor()->isOpen());
        QVERIFY(!m_view->answer().isEmpty());
    }
};

QTEST_MAIN(TestFatEntryEditor)
#include "tst_fat_entry_editor.moc"
