#include "tests/support/temp_folder.hpp"
#include "tests/ui/damaged_volume.hpp"
#include "ui/views/file_tree_view.hpp"
#include "ui/views/raw_slots_view.hpp"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;
using fatlas::test::TempFolder;

class TestRawSlots : public QObject {
    Q_OBJECT

private:
    TempFolder m_folder;
    std::unique_ptr<VolumeDocument> m_document;
    std::unique_ptr<FileTreeView> m_view;

    [[nodiscard]] RawSlotsModel& model() const { return *m_view->rawSlots()->model(); }

    [[nodiscard]] Focus& focus() const { return m_document->focus(); }

    [[nodiscard]] QString cell(int row, int column) const
    {
        return model().index(row, column).data().toString();
    }

    void open(fat::FatType type = fat::FatType::Fat12)
    {
        m_view.reset();
        test::VolumeBuilder builder = test::soundVolume(type);
        builder.putSlot(0, 3,
                        test::slotNamed("\xE5"
                                        "LD     BAK",
                                        fat::attribute::archive, 40, 700));
        const auto path = m_folder.writeFile("slots.img", builder.bytes());
        m_document = test::openChecked(path);
        m_view = std::make_unique<FileTreeView>();
        m_view->setContent(m_document->content());
        m_view->setFocus(&focus());
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    }

    void showRaw()
    {
        m_view->rawSlotsButton()->click();
        QTRY_VERIFY(model().rowCount() > 0);
    }

private Q_SLOTS:

    void init() { open(); }

    void cleanup()
    {
        m_view.reset();
        m_document.reset();
    }

    void readsNothingUntilItIsWanted()
    {
        QCOMPARE(model().rowCount(), 0);
        QVERIFY(!m_view->rawSlots()->isVisible());
        showRaw();
        QVERIFY(m_view->rawSlots()->isVisible() && !m_view->view()->isVisible());
        m_view->rawSlotsButton()->click();
        QVERIFY(!m_view->rawSlots()->isVisible() && m_view->view()->isVisible());
    }

    void isASoundModel()
    {
        const QAbstractItemModelTester tester(
            &model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        showRaw();
        model().setSlots(nullptr, 0);
    }

    void showsDeletedSlotsToo_data()
    {
        QTest::addColumn<int>("type");
        for (const auto type : {fat::FatType::Fat12, fat::FatType::Fat16, fat::FatType::Fat32})
            QTest::newRow(fat::toString(type)) << static_cast<int>(type);
    }

    void showsDeletedSlotsToo()
    {
        QFETCH(const int, type);
        open(static_cast<fat::FatType>(type));
        showRaw();
        QCOMPARE(model().rowCount(), 5); // four of them and the end
        QCOMPARE(cell(0, RawSlotsModel::TextColumn), u"DOCS"_s);
        QCOMPARE(cell(3, RawSlotsModel::TextColumn), u"?LD.BAK"_s);
        QCOMPARE(cell(3, RawSlotsModel::KindColumn), u"deleted"_s);
        QCOMPARE(cell(3, RawSlotsModel::SizeColumn), u"700"_s);
        QCOMPARE(cell(4, RawSlotsModel::KindColumn), u"end"_s);
        QCOMPARE(m_view->rawSlots()->headline(), u"/: 5 slots, 1 deleted"_s);
    }

    void aSlotThatIsChosenIsFocusedWithItsBytes()
    {
        showRaw();
        m_view->rawSlots()->table()->selectRow(3);
        const std::uint64_t offset = m_document->content()->geometry().rootOffset() + 3 * 32;
        QCOMPARE(focus().selection().bytes, std::optional(FocusBytes{offset, 32}));
        QCOMPARE(focus().selection().node, std::nullopt);
        m_view->rawSlots()->table()->selectRow(1);
        QCOMPARE(focus().selection().node, m_document->content()->tree->find("/B.COM"));
        QCOMPARE(focus().selection().bytes, std::optional(FocusBytes{offset - 64, 32}));
        QVERIFY(!focus().selection().runs.empty());
    }

    void followsTheFocusedFileIntoItsFolder()
    {
        showRaw();
        m_document->selectNode(m_document->content()->tree->find("/DOCS/A.TXT").value_or(0));
        QTRY_COMPARE(cell(2, RawSlotsModel::TextColumn), u"A.TXT"_s);
        QCOMPARE(m_view->rawSlots()->table()->currentIndex().row(), 2);
        QCOMPARE(cell(0, RawSlotsModel::KindColumn), u"link"_s);
    }

    void isUsedWithTheKeyboard()
    {
        showRaw();
        QTableView& table = *m_view->rawSlots()->table();
        table.setFocus();
        m_view->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_view.get()));
        table.selectRow(0);
        QTest::keyClick(&table, Qt::Key_Return);
        QTRY_COMPARE(cell(2, RawSlotsModel::TextColumn), u"A.TXT"_s);
        QTest::keyClick(&table, Qt::Key_Backspace);
        QTRY_COMPARE(cell(0, RawSlotsModel::TextColumn), u"DOCS"_s);
    }

    void saysWhatASlotIs()
    {
        showRaw();
        QSignalSpy said(m_view.get(), &FileTreeView::hoveredText);
        m_view->rawSlots()->table()->selectRow(3);
        QCOMPARE(said.last().first().toString(),
                 u"Slot 3: deleted, ?LD.BAK, 700 bytes from cluster 40"_s);
        QVERIFY(!m_view->rawSlots()->table()->accessibleName().isEmpty());
    }
};

QTEST_MAIN(TestRawSlots)
#include "tst_raw_slots.moc"
