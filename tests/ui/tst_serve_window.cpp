// Serving in the window: from which document, the page, its keys and names, and what is asked in
// the end.

#include "tests/support/temp_folder.hpp"
#include "ui/base/banner.hpp"
#include "ui/base/command_box.hpp"
#include "ui/base/segmented_control.hpp"
#include "ui/base/theme.hpp"
#include "ui/models/keyed_rows_model.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/file_tree_view.hpp"
#include "ui/window/document_tabs.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/serve_live_panel.hpp"
#include "ui/window/serve_page.hpp"
#include "ui/window/serve_tabs.hpp"
#include "ui/wizards/new_disk_page.hpp"
#include "ui/wizards/plan_preview.hpp"
#include "ui/wizards/primary_button.hpp"
#include "ui/wizards/serve_form.hpp"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QTableView>
#include <QTest>

using namespace fatlas;
using namespace fatlas::ui;
using fatlas::test::TempFolder;

namespace {

using State = ServeDocument::State;

constexpr int patienceMs = 60'000; // only as long as it takes
constexpr std::uint64_t aSector = 2000 * 512;

QString textOf(const std::filesystem::path& path)
{
    return QString::fromStdString(path.string());
}

ServeWish wishFor(const TempFolder& folder)
{
    ServeWish wish;
    wish.source = folder.path().string();
    wish.kind = serve::SourceKind::Folder;
    wish.session.name = "dos";
    wish.session.quiet = std::chrono::milliseconds(50);
    wish.session.open.folder.floppy = folder_disk::FloppyFormat::F1440K;
    return wish;
}

/// As a guest would.
void note(ServePage& page, block::TapKind kind, std::uint64_t offset)
{
    page.document().newest()->generation.tap->record({.timeNs = block::tapClockNs(),
                                                      .offset = offset,
                                                      .length = 512,
                                                      .client = 1,
                                                      .kind = kind});
}

} // namespace

class TestServeWindow : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<MainWindow> m_window;

    ServePage* open(const ServeWish& wish)
    {
        m_window = std::make_unique<MainWindow>(WindowSettings::Keep::InMemory);
        m_window->resize(1400, 900);
        m_window->show();
        [&] { QVERIFY(QTest::qWaitForWindowActive(m_window.get())); }();
        ServePage* const page = m_window->serve(wish);
        [&] { QTRY_VERIFY_WITH_TIMEOUT(page->live()->isSettled(), patienceMs); }();
        return page;
    }

    void start(ServePage* page)
    {
        page->start();
        QTRY_COMPARE_WITH_TIMEOUT(page->document().state(), State::Serving, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(page->live()->isSettled() && page->document().content(),
                                 patienceMs);
    }

    /// Something that would be lost.
    void writeAsGuest(ServePage* page)
    {
        const Bytes sector(512, std::byte{1});
        QVERIFY(page->document().newest()->generation.device->write(aSector, sector));
        note(*page, block::TapKind::Write, aSector);
        QTRY_VERIFY_WITH_TIMEOUT(!page->document().unsaved().isEmpty(), patienceMs);
    }

    /// Served as scratch, with something that would be lost.
    ServePage* openWritten(const TempFolder& folder)
    {
        folder.writePattern("A.BIN", 5000);
        auto wish = wishFor(folder);
        wish.session.mode = serve::Mode::Scratch;
        ServePage* const page = open(wish);
        start(page);
        writeAsGuest(page);
        return page;
    }

    [[nodiscard]] QMessageBox* question() const { return m_window->findChild<QMessageBox*>(); }

    static void answer(QMessageBox* box, const QString& words)
    {
        for (QAbstractButton* button : box->buttons())
            if (button->text() == words)
                return button->click();
        QFAIL(qPrintable(QStringLiteral("no button says ") + words));
    }

private Q_SLOTS:

    void cleanup() { m_window.reset(); }

    void theNewDiskPageServesItsFolderAsItIsPlanned()
    {
        TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        m_window = std::make_unique<MainWindow>(WindowSettings::Keep::InMemory);
        m_window->show();
        QVERIFY(!m_window->actions().serve->isEnabled());
        NewDiskPage* const disk = m_window->newDisk(textOf(folder.path()));
        QTRY_VERIFY_WITH_TIMEOUT(disk->preview()->isUpToDate(), patienceMs);
        auto options = disk->document().options();
        options.label = "FROM PLAN";
        disk->setOptions(options);
        QTRY_VERIFY_WITH_TIMEOUT(disk->preview()->isUpToDate(), patienceMs);
        QVERIFY(m_window->actions().serve->isEnabled());
        m_window->actions().serve->trigger();
        ServePage* const page = m_window->tabs()->serve();
        QVERIFY(page != nullptr);
        QCOMPARE(page->document().wish().session.open.folder.label, std::string("FROM PLAN"));
        QTRY_VERIFY_WITH_TIMEOUT(page->live()->isSettled(), patienceMs);
        QCOMPARE(page->document().content()->tree->label, std::string("FROM PLAN"));
        QVERIFY(!m_window->actions().serve->isEnabled()); // it is served from where it was made
    }

    void startsShowsAndStops()
    {
        TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        ServePage* const page = open(wishFor(folder));
        QVERIFY(page->startButton()->isVisible());
        QVERIFY(!page->stopButton()->isVisible());
        start(page);
        QVERIFY(!page->startButton()->isVisible());
        QVERIFY(page->stopButton()->isVisible());
        QVERIFY(!page->form()->isEnabled());
        QVERIFY(page->tabs()->model(ServeTabs::ConnectTab)->rowCount() >= 5);
        page->tabs()->testButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(page->tabs()->testText().contains(QStringLiteral("1,440 KiB")),
                                 patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(page->tabs()->model(ServeTabs::MessagesTab)->rowCount() >= 2,
                                 patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(page->document().unsaved().isEmpty(), patienceMs); // both left
        page->stopButton()->click(); // nobody is cut off, so nothing is asked
        QTRY_COMPARE_WITH_TIMEOUT(page->document().state(), State::Idle, patienceMs);
        QVERIFY(question() == nullptr);
        QCOMPARE(page->tabs()->model(ServeTabs::ConnectTab)->rowCount(), 0);
        QVERIFY(page->form()->isEnabled());
    }

    void theFormSaysWhatItMeansAsACommand()
    {
        TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        ServePage* const page = open(wishFor(folder));
        ServeForm* const form = page->form();
        const auto command = [&] { return page->findChild<CommandBox*>()->command(); };
        QVERIFY2(command().contains(QStringLiteral("--export dos")), qPrintable(command()));
        QTest::keyClick(form->mode(), Qt::Key_Right);
        QVERIFY2(command().contains(QStringLiteral("--scratch")), qPrintable(command()));
        QTest::keyClick(form->mode(), Qt::Key_Right);
        QVERIFY(form->keep()->isVisible());
        QVERIFY(!page->startButton()->isEnabled());
        QVERIFY(page->startButton()->toolTip().contains(QStringLiteral("kept")));
        QTest::keyClicks(form->keep(), QStringLiteral("/tmp/x.session"));
        QVERIFY2(command().contains(QStringLiteral("--keep /tmp/x.session")),
                 qPrintable(command()));
        QVERIFY(page->startButton()->isEnabled());
        QTest::keyClick(form->address(), Qt::Key_Right);
        QVERIFY2(command().contains(QStringLiteral("--listen 127.0.0.1:10809")),
                 qPrintable(command()));
        form->tcp()->selectAll();
        QTest::keyClicks(form->tcp(), QStringLiteral("nowhere:none"));
        QVERIFY(!page->startButton()->isEnabled());
        QVERIFY(!form->problem().isEmpty());
    }

    void aLineIsCopiedWithTheKeyboard()
    {
        TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        ServePage* const page = open(wishFor(folder));
        start(page);
        QTableView* const table = page->tabs()->table(ServeTabs::ConnectTab);
        table->setFocus();
        table->selectRow(1);
        QTest::keyClick(table, Qt::Key_Return);
        QVERIFY2(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("-blockdev")),
                 qPrintable(QGuiApplication::clipboard()->text()));
    }

    void whatGuestsDoIsSeenOnMapAndFiles()
    {
        TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        ServePage* const page = open(wishFor(folder));
        start(page);
        const auto node = page->document().content()->tree->find("/A.BIN").value_or(0);
        const auto& content = *page->document().content();
        const Cluster first = content.tree->runsOf(node).front().first;
        const QImage before = page->live()->map()->grab().toImage();
        note(*page, block::TapKind::Read,
             content.image.volumeOffset + content.geometry().clusterOffset(first));
        QTRY_VERIFY_WITH_TIMEOUT(page->live()->files()->model()->trafficOf(node).readBytes == 512,
                                 patienceMs);
        page->live()->pace()->setCurrentIndex(static_cast<int>(serve::Pace::Frozen));
        note(*page, block::TapKind::Read, 0);
        QTRY_VERIFY_WITH_TIMEOUT(page->document().sample()->totals.readBytes == 1024, patienceMs);
        const auto cell = page->live()->map()->cells()->cellOfCluster(first).value_or(0);
        QVERIFY(page->live()->map()->describe({cell, 1}).contains(QStringLiteral("512 bytes")));
        QVERIFY(page->headline().contains(QStringLiteral("No client")));
    }

    void theWritesOfAClusterAreAskedForWithAKey()
    {
        TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        auto wish = wishFor(folder);
        wish.session.mode = serve::Mode::Scratch;
        ServePage* const page = open(wish);
        start(page);
        const auto& content = *page->document().content();
        note(*page, block::TapKind::Write,
             content.image.volumeOffset + content.geometry().clusterOffset(Cluster{100}));
        note(*page, block::TapKind::Write,
             content.image.volumeOffset + content.geometry().clusterOffset(Cluster{200}));
        const KeyedRowsModel* const writes = page->tabs()->model(ServeTabs::WritesTab);
        QTRY_COMPARE_WITH_TIMEOUT(writes->rowCount(), 2, patienceMs);
        ClusterMapView* const map = page->live()->map();
        map->QWidget::setFocus();
        map->setCursorCell(map->cells()->cellOfCluster(Cluster{100}).value_or(0));
        QTest::keyClick(map, Qt::Key_W);
        QCOMPARE(page->tabs()->currentIndex(), static_cast<int>(ServeTabs::WritesTab));
        QCOMPARE(writes->rowCount(), 1);
        page->tabs()->showWritesTo(std::nullopt);
        QCOMPARE(writes->rowCount(), 2);
    }

    void aChangedFolderIsOfferedToBePublished()
    {
        TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        ServePage* const page = open(wishFor(folder));
        start(page);
        folder.writeText("NEW.TXT", "new");
        QTRY_VERIFY_WITH_TIMEOUT(page->banner()->isVisible(), patienceMs);
        QVERIFY2(page->banner()->message().headline.contains(QStringLiteral("NEW.TXT")),
                 qPrintable(page->banner()->message().headline));
        QCOMPARE(page->banner()->message().action, QStringLiteral("Publish dos@2"));
        QVERIFY(page->banner()->message().next.contains(QStringLiteral("change DEVICE")));
        page->banner()->findChild<QPushButton*>()->click();
        QTRY_COMPARE_WITH_TIMEOUT(page->document().exports().size(), std::size_t{2}, patienceMs);
        QVERIFY(!page->banner()->isVisible());
        const auto line = page->tabs()->model(ServeTabs::ConnectTab)->index(0, 1).data();
        QVERIFY2(line.toString().contains(QStringLiteral("dos")), qPrintable(line.toString()));
    }

    void whatCannotBeServedIsABanner()
    {
        TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        auto wish = wishFor(folder);
        wish.address = {.kind = serve::ListenAddress::Kind::UnixSocket,
                        .socket = "/not/there/s.sock",
                        .tcp = {}};
        ServePage* const page = open(wish);
        page->start();
        QTRY_VERIFY_WITH_TIMEOUT(page->banner()->isVisible(), patienceMs);
        QCOMPARE(page->banner()->message().kind, Banner::Kind::Error);
        QVERIFY(page->startButton()->isEnabled());
    }

    void stoppingAsksBeforeSomethingIsLost()
    {
        TempFolder folder;
        ServePage* const page = openWritten(folder);
        page->stopButton()->click();
        QVERIFY(question() != nullptr);
        QVERIFY2(question()->informativeText().contains(QStringLiteral("512 bytes")),
                 qPrintable(question()->informativeText()));
        answer(question(), QStringLiteral("Keep serving"));
        QCOMPARE(page->document().state(), State::Serving);
        QTRY_VERIFY(question() == nullptr);
        page->stopButton()->click();
        answer(question(), QStringLiteral("Stop serving"));
        QTRY_COMPARE_WITH_TIMEOUT(page->document().state(), State::Idle, patienceMs);
    }

    void whatWasSavedIsNotLost()
    {
        TempFolder folder;
        TempFolder out;
        ServePage* const page = openWritten(folder);
        m_window->saveServedTo(page, textOf(out / "saved.img"));
        QTRY_VERIFY_WITH_TIMEOUT(page->document().unsaved().isEmpty(), patienceMs);
        const Bytes saved = out.readFile("saved.img");
        QCOMPARE(saved.size(), std::size_t{1440 * 1024});
        QCOMPARE(saved[aSector], std::byte{1});
        page->stopButton()->click();
        QVERIFY(question() == nullptr);
        QTRY_COMPARE_WITH_TIMEOUT(page->document().state(), State::Idle, patienceMs);
    }

    void closingTheTabAsksAndThenCloses()
    {
        TempFolder folder;
        openWritten(folder);
        m_window->tabs()->closeCurrent();
        QVERIFY(question() != nullptr);
        QCOMPARE(m_window->tabs()->count(), 1);
        answer(question(), QStringLiteral("Stop serving"));
        QTRY_COMPARE_WITH_TIMEOUT(m_window->tabs()->count(), 0, patienceMs);
    }

    void closingTheWindowAsksOnceAndListsAllThatWouldBeLost()
    {
        TempFolder folder;
        TempFolder other;
        folder.writePattern("A.BIN", 5000);
        other.writePattern("B.BIN", 5000);
        auto wish = wishFor(folder);
        wish.session.mode = serve::Mode::Scratch;
        ServePage* const first = open(wish);
        start(first);
        writeAsGuest(first);
        wish.source = other.path().string();
        wish.session.name = "second";
        ServePage* const second = m_window->serve(wish);
        start(second);
        writeAsGuest(second);
        QVERIFY(!m_window->close());
        QCOMPARE(m_window->findChildren<QMessageBox*>().size(), 1);
        const QString words = question()->informativeText();
        QVERIFY2(words.contains(QStringLiteral("“dos”")) &&
                     words.contains(QStringLiteral("“second”")),
                 qPrintable(words));
        answer(question(), QStringLiteral("Keep working"));
        QVERIFY(m_window->isVisible());
        QTRY_VERIFY(question() == nullptr);
        m_window->close();
        answer(question(), QStringLiteral("Stop them and close"));
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->isVisible(), patienceMs);
        QCOMPARE(first->document().state(), State::Idle);
        QCOMPARE(second->document().state(), State::Idle);
    }

    void closingWithoutGuestsAsksNothing()
    {
        TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        ServePage* const page = open(wishFor(folder));
        start(page);
        m_window->close();
        QVERIFY(question() == nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->isVisible(), patienceMs);
    }

    void theSameSourceIsServedOnce()
    {
        TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        ServePage* const page = open(wishFor(folder));
        start(page);
        QCOMPARE(m_window->serve(wishFor(folder)), page);
        QCOMPARE(m_window->tabs()->count(), 1);
    }

    /// Everything that takes part can be reached with Tab, and says what it is.
    void theKeyboardReachesEverythingAndEverythingHasAName()
    {
        TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        ServePage* const page = open(wishFor(folder));
        start(page);
        page->stopButton()->setFocus();
        QSet<QWidget*> reached;
        for (int i = 0; i < 60; ++i) {
            QWidget* const now = QApplication::focusWidget();
            QVERIFY(now != nullptr);
            if (page->isAncestorOf(now)) {
                reached << now;
                QAccessibleInterface* const words = QAccessible::queryAccessibleInterface(now);
                QVERIFY2(words != nullptr && !words->text(QAccessible::Name).isEmpty(),
                         now->metaObject()->className());
            }
            QTest::keyClick(now, Qt::Key_Tab);
        }
        QVERIFY(reached.contains(page->live()->map()));
        QVERIFY(reached.contains(page->tabs()->table(ServeTabs::ConnectTab)));
        QVERIFY(reached.contains(page->tabs()->testButton()));
        QVERIFY(reached.contains(page->stopButton()));
    }

    void showsItselfInTheDark()
    {
        TempFolder folder;
        folder.writePattern("A.BIN", 5000);
        ServePage* const page = open(wishFor(folder));
        const QColor light = page->grab().toImage().pixelColor(5, 5);
        Theme::instance().setForcedDark(true);
        const QColor dark = page->grab().toImage().pixelColor(5, 5);
        Theme::instance().setForcedDark(false);
        QVERIFY(light.lightness() > 200);
        QVERIFY(dark.lightness() < 80);
    }
};

QTEST_MAIN(TestServeWindow)
#include "tst_serve_window.moc"
