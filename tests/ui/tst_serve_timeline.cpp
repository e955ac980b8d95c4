// The timeline of a disk that is served: back and forth through what a guest wrote, with everything
// that shows the disk.

#include "tests/support/temp_folder.hpp"
#include "ui/models/keyed_rows_model.hpp"
#include "ui/views/chain_view.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/file_tree_view.hpp"
#include "ui/views/findings_view.hpp"
#include "ui/views/timeline_strip.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/serve_live_panel.hpp"
#include "ui/window/serve_page.hpp"
#include "ui/window/serve_tabs.hpp"
#include "ui/window/timeline_inside.hpp"
#include "ui/window/timeline_panel.hpp"

#include <QAccessible>
#include <QComboBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

using namespace fatlas;
using namespace fatlas::ui;
using fatlas::test::TempFolder;

namespace {

using State = ServeDocument::State;

constexpr int patienceMs = 60'000; // only as long as it takes

/// Directory entries without clusters, as a guest writes them: files that come one by one.
Bytes entryOf(int number)
{
    std::string entry = "FILE0000TXT";
    entry[7] = static_cast<char>('0' + number);
    Bytes slot(32);
    std::ranges::transform(entry, slot.begin(), [](char c) { return static_cast<std::byte>(c); });
    slot[11] = std::byte{0x20};
    return slot;
}

} // namespace

class TestServeTimeline : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<TempFolder> m_folder;
    std::unique_ptr<MainWindow> m_window;
    ServePage* m_page = nullptr;

    [[nodiscard]] ServeDocument& document() const { return m_page->document(); }

    [[nodiscard]] ServeTimeline& timeline() const { return document().timeline(); }

    [[nodiscard]] TimelineStrip* strip() const { return m_page->timeline()->strip(); }

    [[nodiscard]] block::BlockDevice& device() const
    {
        return *document().newest()->generation.device;
    }

    /// Where the free slots of the root directory begin, on a floppy with one file.
    [[nodiscard]] std::uint64_t freeSlots() const
    {
        const fat::Geometry geometry = document().content()->geometry();
        Bytes root(geometry.rootSize());
        [&] { QVERIFY(device().read(geometry.rootOffset(), root)); }();
        std::uint64_t slot = 0;
        while (root[slot * 32] != std::byte{0})
            ++slot;
        return geometry.rootOffset() + slot * 32;
    }

    /// Writes 1 to `count`: FILE0001.TXT and so on.
    void writeFiles(int count)
    {
        const std::uint64_t place = freeSlots();
        for (int i = 1; i <= count; ++i)
            QVERIFY(device().write(place + (static_cast<std::uint64_t>(i) - 1) * 32, entryOf(i)));
        timeline().refresh();
        QCOMPARE(timeline().span().newest, static_cast<std::uint64_t>(count));
    }

    [[nodiscard]] bool shows(int number) const
    {
        const std::string name = "/FILE000" + std::to_string(number) + ".TXT";
        return document().content() && document().content()->tree->find(name).has_value();
    }

    void open(serve::Mode mode = serve::Mode::Scratch, std::uint64_t bytes = 10'000'000)
    {
        m_folder = std::make_unique<TempFolder>();
        m_folder->writePattern("A.BIN", 5000);
        ServeWish wish;
        wish.source = m_folder->path().string();
        wish.kind = serve::SourceKind::Folder;
        wish.session.name = "dos";
        wish.session.mode = mode;
        wish.session.timelineBytes = bytes;
        wish.session.publish = serve::Publish::Never;
        wish.session.open.folder.floppy = folder_disk::FloppyFormat::F1440K;
        m_window = std::make_unique<MainWindow>(WindowSettings::Keep::InMemory);
        m_window->resize(1400, 900);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_page = m_window->serve(wish);
        m_page->start();
        QTRY_COMPARE_WITH_TIMEOUT(document().state(), State::Serving, patienceMs);
        settle();
        m_page->tabs()->setCurrentWidget(m_page->timeline());
    }

    void settle()
    {
        QTRY_VERIFY_WITH_TIMEOUT(m_page->live()->isSettled() && document().content(), patienceMs);
    }

    void goTo(std::uint64_t moment)
    {
        timeline().goTo(moment);
        settle();
    }

private Q_SLOTS:

    void cleanup()
    {
        m_page = nullptr;
        m_window.reset();
        m_folder.reset();
    }

    void mapAndTreeShowTheDiskAsItWas()
    {
        open();
        writeFiles(5);
        goTo(3);
        QVERIFY(shows(3) && !shows(4));
        QVERIFY2(m_page->live()->caption().contains(QStringLiteral("write 3 of 5")),
                 qPrintable(m_page->live()->caption()));
        QVERIFY(m_page->live()->liveButton()->isVisible());
        goTo(0);
        QVERIFY(!shows(1));
        goTo(5);
        QVERIFY(shows(5));
        m_page->live()->liveButton()->click();
        settle();
        QVERIFY(shows(5));
        QVERIFY(!timeline().moment());
        QVERIFY(!m_page->live()->liveButton()->isVisible());
    }

    void theGuestGoesOnWhileThePastIsShown()
    {
        open();
        writeFiles(3);
        goTo(1);
        const SharedContent then = document().content();
        const std::uint64_t place = freeSlots();
        QVERIFY(device().write(place, entryOf(4)));
        QTRY_COMPARE_WITH_TIMEOUT(timeline().span().newest, std::uint64_t{4}, patienceMs);
        QTest::qWait(1500); // longer than the live disk waits to be read again
        QCOMPARE(document().content(), then);
        Bytes root(512);
        QVERIFY(then->image.disk->read(then->geometry().rootOffset(), root));
        timeline().goLive();
        settle();
        QTRY_VERIFY_WITH_TIMEOUT(shows(4), patienceMs);
        QVERIFY(document().content()->image.disk != then->image.disk);
    }

    void manyMomentsAtOnceEndAtTheLastOne()
    {
        open();
        writeFiles(9);
        for (std::uint64_t moment = 0; moment <= 9; ++moment)
            timeline().goTo(moment);
        timeline().goTo(6);
        settle();
        QTRY_VERIFY_WITH_TIMEOUT(shows(6) && !shows(7), patienceMs);
    }

    void keysStepPlayAndComeBack()
    {
        open();
        writeFiles(9);
        strip()->setFocus();
        const auto press = [this](Qt::Key key) { QTest::keyClick(strip(), key); };
        press(Qt::Key_Left);
        QCOMPARE(timeline().moment(), std::optional<std::uint64_t>(8));
        press(Qt::Key_Left);
        press(Qt::Key_Right);
        QCOMPARE(timeline().moment(), std::optional<std::uint64_t>(8));
        press(Qt::Key_Home);
        QCOMPARE(timeline().moment(), std::optional<std::uint64_t>(0));
        press(Qt::Key_Left);
        QCOMPARE(timeline().moment(), std::optional<std::uint64_t>(0));
        press(Qt::Key_PageDown);
        QCOMPARE(timeline().moment(), std::optional<std::uint64_t>(9));
        press(Qt::Key_PageUp);
        QCOMPARE(timeline().moment(), std::optional<std::uint64_t>(0));
        press(Qt::Key_End);
        QCOMPARE(timeline().moment(), std::optional<std::uint64_t>(9));
        press(Qt::Key_Space);
        QVERIFY(timeline().isPlaying());
        press(Qt::Key_Space);
        QVERIFY(!timeline().isPlaying());
        press(Qt::Key_Escape);
        QVERIFY(!timeline().moment());
    }

    void theFilmShowsEveryPictureAndEnds()
    {
        open();
        writeFiles(4);
        m_page->timeline()->speed()->setCurrentIndex(3);
        QSignalSpy moments(&timeline(), &ServeTimeline::momentChanged);
        m_page->timeline()->playButton()->click();
        QVERIFY(timeline().isPlaying());
        QTRY_VERIFY_WITH_TIMEOUT(!timeline().isPlaying(), patienceMs);
        QCOMPARE(timeline().moment(), std::optional<std::uint64_t>(4));
        QVERIFY(moments.count() >= 2);
        settle();
        QVERIFY(shows(4));
    }

    void theStripSaysWhereItIs()
    {
        open();
        QAccessibleInterface* const words = QAccessible::queryAccessibleInterface(strip());
        QVERIFY(words != nullptr);
        QCOMPARE(words->role(), QAccessible::Slider);
        QVERIFY(words->text(QAccessible::Value).contains(QStringLiteral("nothing was written")));
        writeFiles(5);
        goTo(2);
        QVERIFY2(words->text(QAccessible::Value).startsWith(QStringLiteral("write 2 of 5, ")),
                 qPrintable(words->text(QAccessible::Value)));
        QVERIFY(words->valueInterface() != nullptr);
        QCOMPARE(words->valueInterface()->currentValue().toULongLong(), 2ULL);
        QCOMPARE(words->valueInterface()->maximumValue().toULongLong(), 5ULL);
        words->valueInterface()->setCurrentValue(4);
        QCOMPARE(timeline().moment(), std::optional<std::uint64_t>(4));
    }

    void theMouseGoesToATimeAndTheWheelZooms()
    {
        open();
        writeFiles(1);
        QTest::qWait(50);
        QVERIFY(device().write(freeSlots(), entryOf(2)));
        timeline().refresh();
        const int left = static_cast<int>(strip()->xOf(strip()->fromNs()));
        const int right = static_cast<int>(strip()->xOf(strip()->toNs()));
        QTest::mouseClick(strip(), Qt::LeftButton, {}, QPoint(right, 20));
        QCOMPARE(timeline().moment(), std::optional<std::uint64_t>(2));
        QTest::mouseClick(strip(), Qt::LeftButton, {}, QPoint(left, 20));
        QCOMPARE(timeline().moment(), std::optional<std::uint64_t>(0));
        const std::int64_t middle = strip()->timeAt((left + right) / 2.0);
        const std::int64_t width = strip()->toNs() - strip()->fromNs();
        strip()->zoom(4, (left + right) / 2.0);
        QVERIFY(strip()->isZoomed());
        QVERIFY(strip()->toNs() - strip()->fromNs() < width / 3);
        QVERIFY(std::abs(strip()->timeAt((left + right) / 2.0) - middle) < width / 100 + 2);
        goTo(2); // comes into view
        QVERIFY(timeline().timeOf(2) <= strip()->toNs());
        strip()->showAll();
        QCOMPARE(strip()->toNs() - strip()->fromNs(), width);
    }

    void aWriteInTheListLeadsToItsMoment()
    {
        open();
        writeFiles(5);
        QTableView* const table = m_page->tabs()->table(ServeTabs::WritesTab);
        const KeyedRowsModel* const rows = m_page->tabs()->model(ServeTabs::WritesTab);
        QTRY_COMPARE_WITH_TIMEOUT(rows->rowCount(), 5, patienceMs);
        m_page->tabs()->setCurrentIndex(ServeTabs::WritesTab);
        table->setCurrentIndex(rows->index(3, 0)); // newest first
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(timeline().moment(), std::optional<std::uint64_t>(2));
        QCOMPARE(rows->rowCount(), 2); // those up to then
    }

    void theWritesOfAClusterComeFromTheTimeline()
    {
        open();
        const auto& content = *document().content();
        const Cluster cluster{100};
        const std::uint64_t place = content.geometry().clusterOffset(cluster);
        QVERIFY(device().write(place, Bytes(512, std::byte{1})));
        QVERIFY(device().write(0, Bytes(1, std::byte{0xEB})));
        QVERIFY(device().trim(place, 512));
        const auto found = document().writesTo(cluster, 10);
        timeline().refresh();
        QCOMPARE(document().writesTo(cluster, 10).size(), std::size_t{2});
        QCOMPARE(document().writesTo(cluster, 10).front().number, std::uint64_t{3});
        QCOMPARE(document().writesTo(cluster, 10).back().event.kind, block::TapKind::Write);
        timeline().goTo(2);
        QCOMPARE(document().writesTo(cluster, 10).size(), std::size_t{1});
    }

    void findingsAreThoseOfTheMomentAndTheirFirstMomentIsFound()
    {
        open();
        writeFiles(3);
        // Cluster 2000 is taken by nobody, in both copies of the FAT.
        const fat::Geometry geometry = document().content()->geometry();
        for (const std::uint32_t copy : {0U, 1U})
            QVERIFY(device().write(geometry.fatOffset(copy) + 3000,
                                   Bytes{std::byte{0xFF}, std::byte{0x0F}}));
        QVERIFY(device().write(freeSlots(), entryOf(6))); // write 6
        timeline().refresh();
        TimelineInside* const inside = m_page->inside();
        for (int i = 0; i < m_page->tabs()->count(); ++i)
            if (m_page->tabs()->tabText(i) == QStringLiteral("Findings"))
                m_page->tabs()->setCurrentIndex(i);
        goTo(6);
        QTRY_VERIFY_WITH_TIMEOUT(
            !inside->isChecking() && inside->findings()->model()->rowCount() > 0, patienceMs);
        int lost = -1;
        for (int row = 0; row < inside->findings()->model()->rowCount(); ++row) {
            const auto finding = inside->findings()->model()->findingAt(row);
            if (inside->findings()->model()->findings()[finding].cluster == 2000U)
                lost = row;
        }
        QVERIFY(lost >= 0);
        QVERIFY(!inside->firstMomentButton()->isEnabled());
        inside->findings()->table()->selectRow(lost);
        QVERIFY(inside->firstMomentButton()->isEnabled());
        inside->firstMomentButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(!timeline().searching().isRunning(), patienceMs);
        QCOMPARE(timeline().moment(), std::optional<std::uint64_t>(4));
        QVERIFY2(inside->searchText().contains(QStringLiteral("write 4")),
                 qPrintable(inside->searchText()));
        goTo(3);
        QTRY_VERIFY_WITH_TIMEOUT(
            !inside->isChecking() && inside->findings()->model()->rowCount() == 0, patienceMs);
    }

    void chainAndBytesFollowTheMoment()
    {
        open();
        const auto node = document().content()->tree->find("/A.BIN").value_or(0);
        document().focus().select(targetOfNode(*document().content(), node));
        QVERIFY2(m_page->inside()->chain()->headline().contains(QStringLiteral("10 clusters")),
                 qPrintable(m_page->inside()->chain()->headline()));
        // The guest deletes it.
        const std::uint64_t entry = document().content()->tree->nodes[node].entryOffset;
        QVERIFY(device().write(entry, Bytes{std::byte{0xE5}}));
        timeline().refresh();
        goTo(1);
        QVERIFY(!document().content()->tree->find("/A.BIN"));
        QVERIFY(!m_page->inside()->chain()->headline().contains(QStringLiteral("10 clusters")));
        goTo(0);
        QVERIFY(document().content()->tree->find("/A.BIN"));
    }

    void aMomentIsSavedAsAnImage()
    {
        open();
        writeFiles(4);
        goTo(2);
        Bytes then(device().size());
        QVERIFY(document().content()->image.disk->read(0, then));
        const TempFolder out;
        m_window->saveMomentTo(m_page, 2, QString::fromStdString((out / "two.img").string()));
        QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(out / "two.img"), patienceMs);
        QVERIFY(out.readFile("two.img") == then);
    }

    void withoutATimelineItSaysWhy()
    {
        open(serve::Mode::ReadOnly);
        QVERIFY(!timeline().journal());
        QVERIFY2(m_page->timeline()->placeText().contains(QStringLiteral("read-only")),
                 qPrintable(m_page->timeline()->placeText()));
        QVERIFY(!m_page->timeline()->playButton()->isEnabled());
        QVERIFY(!m_page->timeline()->saveButton()->isEnabled());
        QTest::keyClick(strip(), Qt::Key_Left);
        QTest::keyClick(strip(), Qt::Key_Space);
        QVERIFY(!timeline().moment());
    }

    void stoppingLeavesThePast()
    {
        open();
        writeFiles(4);
        goTo(2);
        document().stop();
        QTRY_COMPARE_WITH_TIMEOUT(document().state(), State::Idle, patienceMs);
        QVERIFY(!timeline().moment() && !timeline().journal());
        QVERIFY(m_page->timeline()->placeText().contains(QStringLiteral("Start serving")));
        settle();
        QVERIFY(!shows(1)); // the folder's own disk again
    }
};

QTEST_MAIN(TestServeTimeline)
#include "tst_serve_timeline.moc"
