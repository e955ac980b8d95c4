#include "core/base/file.hpp"

#include "tests/support/temp_folder.hpp"
#include "tests/ui/damaged_volume.hpp"
#include "ui/base/banner.hpp"
#include "ui/document/staged_edits.hpp"
#include "ui/models/changes_model.hpp"
#include "ui/views/changes_panel.hpp"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QFile>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include <array>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;
using fatlas::test::TempFolder;

class TestStagedEdits : public QObject {
    Q_OBJECT

private:
    TempFolder m_folder;
    std::filesystem::path m_path;
    std::unique_ptr<VolumeDocument> m_document;
    std::unique_ptr<StagedEdits> m_edits;

    void open(fat::FatType type = fat::FatType::Fat12)
    {
        m_edits.reset();
        m_path = m_folder.writeFile("edit.img", test::soundVolume(type).bytes());
        std::filesystem::remove(m_path.string() + ".fatlas-undo");
        m_document = test::openChecked(m_path);
        m_edits = std::make_unique<StagedEdits>(*m_document);
    }

    /// The bytes in the file.
    [[nodiscard]] QByteArray fileBytes() const
    {
        QFile file(QString::fromStdString(m_path.string()));
        [&] { QVERIFY(file.open(QIODevice::ReadOnly)); }();
        return file.readAll();
    }

    /// As it would be.
    [[nodiscard]] std::byte stagedByte(std::uint64_t offset) const
    {
        std::array<std::byte, 1> byte{};
        [&] { QVERIFY(m_edits->disk()->read(offset, byte).has_value()); }();
        return byte[0];
    }

    void waitForBytes() { QTRY_VERIFY(m_edits->volume() != nullptr); }

    void waitForMap() { QTRY_VERIFY(m_edits->usage() != nullptr); }

    [[nodiscard]] fat::ClusterState stateOf(std::uint32_t cluster) const
    {
        return m_edits->usage()->at(Cluster{cluster}).state;
    }

private Q_SLOTS:

    void init() { open(); }

    void cleanup()
    {
        m_edits.reset();
        m_document.reset();
    }

    void stagesBytesWithoutWritingThem()
    {
        const QByteArray before = fileBytes();
        m_edits->setByte(0x3000, std::byte{0}, std::byte{0x41});
        QCOMPARE(m_edits->count(), std::size_t{1});
        waitForBytes();
        QCOMPARE(stagedByte(0x3000), std::byte{0x41});
        QCOMPARE(fileBytes(), before);
    }

    void bytesTypedInARowAreOneEdit()
    {
        m_edits->setByte(0x3000, std::byte{0}, std::byte{0x40}); // upper digit
        m_edits->setByte(0x3000, std::byte{0x40}, std::byte{0x41});
        m_edits->setByte(0x3001, std::byte{0}, std::byte{0x42});
        QCOMPARE(m_edits->edits().size(), std::size_t{1});
        QCOMPARE(m_edits->edits().front().what, u"2 bytes at 0x3000"_s);
        m_edits->setByte(0x5000, std::byte{0}, std::byte{1});
        QCOMPARE(m_edits->edits().size(), std::size_t{2});
        QTRY_COMPARE(stagedByte(0x3001), std::byte{0x42});
    }

    void undoesAndRedoes()
    {
        m_edits->setByte(0x3000, std::byte{0}, std::byte{1});
        m_edits->setByte(0x4000, std::byte{0}, std::byte{2});
        m_edits->undo();
        QCOMPARE(m_edits->count(), std::size_t{1});
        QVERIFY(m_edits->canRedo());
        QTRY_COMPARE(stagedByte(0x4000), std::byte{0});
        m_edits->redo();
        QTRY_COMPARE(stagedByte(0x4000), std::byte{2});
        m_edits->undo();
        m_edits->setByte(0x5000, std::byte{0}, std::byte{3}); // takes the place of what was undone
        QVERIFY(!m_edits->canRedo());
        QCOMPARE(m_edits->edits().size(), std::size_t{2});
        m_edits->discard();
        QVERIFY(m_edits->edits().empty() && !m_edits->canUndo());
        QCOMPARE(stagedByte(0x3000), std::byte{0});
    }

    void setsFatEntriesInEveryCopy_data()
    {
        QTest::addColumn<int>("type");
        for (const auto type : {fat::FatType::Fat12, fat::FatType::Fat16, fat::FatType::Fat32})
            QTest::newRow(fat::toString(type)) << static_cast<int>(type);
    }

    void setsFatEntriesInEveryCopy()
    {
        QFETCH(const int, type);
        open(static_cast<fat::FatType>(type));
        const fat::Geometry geometry = m_document->content()->geometry();
        for (const std::uint32_t cluster : {40U, 41U}) {
            m_edits->setFatEntry(Cluster{cluster}, fat::badMark(geometry.type));
            QTRY_VERIFY(!m_edits->isBusy());
        }
        QCOMPARE(m_edits->count(), std::size_t{2});
        waitForMap();
        QTRY_COMPARE(stateOf(41), fat::ClusterState::Bad);
        QCOMPARE(stateOf(40), fat::ClusterState::Bad);
        QCOMPARE(stateOf(39), fat::ClusterState::Free);
        QCOMPARE(stateOf(42), fat::ClusterState::Free);
        QCOMPARE(m_edits->edits().front().patches.size(), std::size_t{geometry.fatCount});
    }

    void setsOneCopyAndTellsWhichEntriesChange_data() { setsFatEntriesInEveryCopy_data(); }

    void setsOneCopyAndTellsWhichEntriesChange()
    {
        QFETCH(const int, type);
        open(static_cast<fat::FatType>(type));
        m_edits->setFatEntry(Cluster{40}, 41, 1);
        QTRY_COMPARE(m_edits->count(), std::size_t{1});
        QCOMPARE(m_edits->edits().front().patches.size(), std::size_t{1});
        waitForBytes();
        QCOMPARE(m_edits->changedEntries(), (std::vector<ClusterRange>{{Cluster{40}, 1}}));
        QCOMPARE(m_edits->volume()->entry(Cluster{40})->raw, 0U); // FAT 1 is the one that is read
        m_edits->setFatEntry(Cluster{41}, fat::endMark(m_document->content()->geometry().type));
        QTRY_COMPARE(m_edits->count(), std::size_t{2});
        QTRY_COMPARE(m_edits->changedEntries(), (std::vector<ClusterRange>{{Cluster{40}, 2}}));
        m_edits->setFatEntry(Cluster{42}, 0, 7);
        QTRY_VERIFY(m_edits->error() && m_edits->error()->code == ErrorCode::OutOfRange);
        m_edits->discard();
        QVERIFY(m_edits->changedEntries().empty());
    }

    void fieldsBecomeWhatIsMadeOfThem()
    {
        const std::uint64_t media = 0x15;
        m_edits->setField(
            {.offset = media, .length = 1}, u"media"_s,
            [](ByteView before) -> Result<Bytes> { return Bytes{before[0] ^ std::byte{0xFF}}; });
        QTRY_COMPARE(m_edits->count(), std::size_t{1});
        QCOMPARE(m_edits->edits().front().what, u"media"_s);
        waitForBytes();
        QCOMPARE(stagedByte(media), static_cast<std::byte>(~fileBytes()[int(media)]));
        m_edits->setField({.offset = media, .length = 1}, u"longer"_s,
                          [](ByteView) -> Result<Bytes> { return Bytes(2); });
        QTRY_VERIFY(m_edits->error() && m_edits->error()->code == ErrorCode::InvalidArgument);
        QCOMPARE(m_edits->count(), std::size_t{1});
    }

    void changesFilesAndShowsThemOnTheMap_data() { setsFatEntriesInEveryCopy_data(); }

    void changesFilesAndShowsThemOnTheMap()
    {
        QFETCH(const int, type);
        open(static_cast<fat::FatType>(type));
        m_edits->remove("/B.COM");
        QTRY_COMPARE(m_edits->count(), std::size_t{1});
        waitForMap();
        QCOMPARE(stateOf(20), fat::ClusterState::Free);
        m_edits->makeFolder("/", u"NEW"_s);
        QTRY_COMPARE(m_edits->count(), std::size_t{2});
        m_edits->rename("/DOCS/A.TXT", u"letter to the bank.txt"_s);
        QTRY_COMPARE(m_edits->count(), std::size_t{3});
        QVERIFY(!m_edits->error());
        QTRY_VERIFY(
            m_edits->volume() &&
            fat::readTree(*m_edits->volume()).value()->find("/DOCS/letter to the bank.txt"));
        const auto tree = fat::readTree(*m_edits->volume()).value();
        QVERIFY(tree->find("/NEW") && !tree->find("/B.COM") && !tree->find("/DOCS/A.TXT"));
    }

    void saysWhyAWishCannotBe()
    {
        m_edits->rename("/NOWHERE.TXT", u"A.TXT"_s);
        QTRY_VERIFY(m_edits->error().has_value());
        QCOMPARE(m_edits->count(), std::size_t{0});
        m_edits->rename("/B.COM", u"L.TXT"_s); // is there already
        QTRY_VERIFY(m_edits->error() && m_edits->error()->code == ErrorCode::Refused);
        QVERIFY(m_edits->edits().empty());
    }

    void appliesWithAnUndoFileAndTakesBack()
    {
        const QByteArray before = fileBytes();
        QSignalSpy applied(m_edits.get(), &StagedEdits::applied);
        QSignalSpy takenBack(m_edits.get(), &StagedEdits::takenBack);
        m_edits->setByte(before.size() - 5, std::byte{0}, std::byte{0x77});
        m_edits->remove("/L.TXT");
        QTRY_COMPARE(m_edits->count(), std::size_t{2});
        m_edits->apply();
        QTRY_COMPARE(applied.count(), 1);
        QVERIFY(QFile::exists(m_edits->undoFile()));
        QVERIFY(fileBytes() != before);
        QCOMPARE(fileBytes()[before.size() - 5], '\x77');
        QTRY_VERIFY(m_document->state() == VolumeDocument::State::Ready &&
                    !m_document->content()->tree->find("/L.TXT"));
        QVERIFY(m_edits->edits().empty());
        QVERIFY(!m_edits->error());
        m_edits->takeBack();
        QTRY_COMPARE(takenBack.count(), 1);
        QCOMPARE(fileBytes(), before);
        QTRY_VERIFY(m_document->state() == VolumeDocument::State::Ready &&
                    m_document->content()->tree->find("/L.TXT"));
    }

    void refusesWhenTheImageChangedMeanwhile()
    {
        m_edits->setByte(0x3000, std::byte{0}, std::byte{1});
        {
            QFile file(QString::fromStdString(m_path.string()));
            QVERIFY(file.open(QIODevice::ReadWrite));
            QVERIFY(file.seek(0x3000) && file.putChar('x'));
        }
        m_edits->apply();
        QTRY_VERIFY(m_edits->error().has_value());
        QCOMPARE(fileBytes()[0x3000], 'x');
    }

    void saysWhatHappenedToChangesOfAnImageThatWasReplaced()
    {
        m_edits->setByte(0x3000, std::byte{0}, std::byte{1});
        m_document->reload();
        QTRY_VERIFY(m_edits->edits().empty());
        QVERIFY(m_edits->error() && m_edits->error()->code == ErrorCode::Changed);
    }

    void whatIsReadOnlyStaysAsItIs()
    {
        m_edits.reset();
        m_document = std::make_unique<VolumeDocument>(
            u"fat:floppy:12:"_s + QString::fromStdString(m_folder.path().string()));
        m_document->load();
        QTRY_VERIFY(m_document->state() == VolumeDocument::State::Ready);
        m_edits = std::make_unique<StagedEdits>(*m_document);
        QVERIFY(!m_edits->problem().isEmpty());
        m_edits->setByte(0, std::byte{0}, std::byte{1});
        QVERIFY(m_edits->edits().empty() && m_edits->error());
    }

    void aVolumeThatIsNoneAnyMoreHasNoMap()
    {
        m_edits->setByte(11, std::byte{0}, std::byte{0x13}); // bytes per sector
        m_edits->setByte(12, std::byte{2}, std::byte{0x37});
        QTRY_COMPARE(stagedByte(12), std::byte{0x37});
        QVERIFY(!m_edits->usage());
        m_edits->undo();
        QTRY_COMPARE(stagedByte(12), std::byte{2});
    }

    void panelListsAndCarriesOut()
    {
        ChangesPanel panel(*m_document, *m_edits);
        const QAbstractItemModelTester tester(
            panel.model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        panel.show();
        QVERIFY(!panel.applyAction()->isEnabled());
        QVERIFY(!panel.applyAction()->toolTip().isEmpty());
        m_edits->setByte(0x3000, std::byte{0}, std::byte{1});
        m_edits->setByte(0x4000, std::byte{0}, std::byte{2});
        QCOMPARE(panel.model()->rowCount(), 2);
        QCOMPARE(panel.headline(), u"2 changes of 2 bytes not written yet"_s);
        m_edits->undo();
        QCOMPARE(panel.model()->index(1, ChangesModel::StateColumn).data().toString(), u"undone"_s);
        panel.table()->selectRow(0);
        QCOMPARE(m_document->focus().selection().bytes, std::optional(FocusBytes{0x3000, 1}));
        panel.applyAction()->trigger();
        QTRY_VERIFY(!panel.banner()->isHidden());
        QCOMPARE(panel.banner()->message().kind, Banner::Kind::Success);
        QTRY_COMPARE(panel.model()->rowCount(), 0);
        QVERIFY(!panel.table()->accessibleName().isEmpty());
        panel.close();
    }
};

QTEST_MAIN(TestStagedEdits)
#include "tst_staged_edits.moc"
