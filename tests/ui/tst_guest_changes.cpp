// What guests write comes home while the window looks on: the sign, the list, both versions side by
// side, decisions, and sessions that were cut off.

#include "core/edit/bytes_source.hpp"

#include "tests/support/guest_edit.hpp"
#include "tests/support/temp_folder.hpp"
#include "ui/base/banner.hpp"
#include "ui/base/command_box.hpp"
#include "ui/base/segmented_control.hpp"
#include "ui/window/document_tabs.hpp"
#include "ui/window/guest_change_detail.hpp"
#include "ui/window/guest_changes_panel.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/serve_live_panel.hpp"
#include "ui/window/serve_page.hpp"
#include "ui/window/serve_tabs.hpp"
#include "ui/window/welcome_page.hpp"
#include "ui/wizards/primary_button.hpp"
#include "ui/wizards/serve_form.hpp"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QMessageBox>
#include <QPushButton>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;
using fatlas::test::must;
using fatlas::test::TempFolder;

namespace {

using State = ServeDocument::State;
using Sign = GuestChanges::Sign;

constexpr int patienceMs = 60'000; // only as long as it takes

std::shared_ptr<edit::BytesSource> text(std::string_view words)
{
    const auto bytes = std::as_bytes(std::span(words));
    return std::make_shared<edit::BytesSource>(Bytes(bytes.begin(), bytes.end()));
}

std::string textIn(const TempFolder& folder, std::string_view name)
{
    const Bytes bytes = folder.readFile(name);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

class TestGuestChanges : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<TempFolder> m_state;
    std::unique_ptr<MainWindow> m_window;

    ServeWish wishFor(const TempFolder& folder, sync::When when = sync::When::Auto) const
    {
        ServeWish wish;
        wish.source = folder.path().string();
        wish.kind = serve::SourceKind::Folder;
        wish.session.name = "dos";
        wish.session.mode = serve::Mode::WriteBack;
        wish.session.writeBack.when = when;
        wish.session.writeBack.engine.settle.quiet = std::chrono::milliseconds(50);
        wish.session.open.folder.floppy = folder_disk::FloppyFormat::F1440K;
        return wish;
    }

    ServePage* serve(const ServeWish& wish)
    {
        if (!m_window)
            m_window = std::make_unique<MainWindow>(WindowSettings::Keep::InMemory);
        m_window->resize(1400, 900);
        m_window->show();
        ServePage* const page = m_window->serve(wish);
        page->start();
        [&] {
            QTRY_VERIFY_WITH_TIMEOUT(page->document().state() == State::Serving &&
                                         page->document().content() != nullptr,
                                     patienceMs);
        }();
        return page;
    }

    static void change(ServePage* page, const std::function<void(edit::Editor&)>& what)
    {
        const serve::Generation& served = page->document().newest()->generation;
        test::changeAsGuest(*served.device, what);
        served.tap->record({.timeNs = block::tapClockNs(),
                            .offset = 0,
                            .length = 512,
                            .client = 1,
                            .kind = block::TapKind::Write});
    }

    static void putNew(ServePage* page)
    {
        change(page, [](edit::Editor& guest) {
            (void)must(guest.putFile({.folder = "/", .name = "NEW.TXT"}, text("new\n")));
        });
    }

    static void rewrite(ServePage* page, std::string_view words)
    {
        change(page, [&](edit::Editor& guest) {
            must(guest.remove("/A.TXT", edit::Recursive::No));
            (void)must(guest.putFile({.folder = "/", .name = "A.TXT"}, text(words)));
        });
    }

    static void select(ServePage* page, const QString& path)
    {
        GuestChangesPanel* const panel = page->tabs()->changes();
        page->tabs()->setCurrentIndex(ServeTabs::ChangesTab);
        const auto rowOf = [&] {
            for (int row = 0; row < panel->model()->rowCount(); ++row)
                if (panel->model()->index(row, 2).data().toString() == path)
                    return row;
            return -1;
        };
        QTRY_VERIFY_WITH_TIMEOUT(rowOf() >= 0, patienceMs);
        panel->table()->selectRow(rowOf());
        QTRY_VERIFY_WITH_TIMEOUT(panel->detail()->isVisibleTo(page) && panel->detail()->isSettled(),
                                 patienceMs);
    }

    static void stop(ServePage* page)
    {
        page->document().stop();
        QTRY_COMPARE_WITH_TIMEOUT(page->document().state(), State::Idle, patienceMs);
    }

private Q_SLOTS:

    void init()
    {
        m_state = std::make_unique<TempFolder>();
        qputenv("XDG_STATE_HOME", QByteArray::fromStdString(m_state->path().string()));
    }

    void cleanup()
    {
        m_window.reset();
        m_state.reset();
    }

    void theFormSaysWhatItMeansAsACommand()
    {
        TempFolder folder;
        folder.writeText("A.TXT", "old\n");
        ServeWish wish = wishFor(folder);
        wish.session.mode = serve::Mode::ReadOnly;
        m_window = std::make_unique<MainWindow>(WindowSettings::Keep::InMemory);
        m_window->show();
        ServePage* const page = m_window->serve(wish);
        ServeForm* const form = page->form();
        const auto command = [&] { return page->findChild<CommandBox*>()->command(); };
        QVERIFY(!form->commit()->isVisibleTo(form));
        QVERIFY(!page->tabs()->isTabVisible(ServeTabs::ChangesTab));
        for (int i = 0; i < 3; ++i)
            QTest::keyClick(form->mode(), Qt::Key_Right);
        QVERIFY2(command().contains(u"--rw"_s), qPrintable(command()));
        QVERIFY(form->commit()->isVisibleTo(form));
        QVERIFY(page->tabs()->isTabVisible(ServeTabs::ChangesTab));
        QTest::keyClick(form->commit(), Qt::Key_Right);
        QVERIFY2(command().contains(u"--commit ask"_s), qPrintable(command()));
        QTest::keyClick(form->commit(), Qt::Key_Right);
        form->trash()->click();
        QVERIFY2(command().contains(u"--commit end --trash"_s), qPrintable(command()));
        QCOMPARE(page->startButton()->isEnabled(), true);
    }

    void aDiskThatIsNoFolderCannotComeHome()
    {
        TempFolder folder;
        folder.writePattern("disk.img", 1440 * 1024);
        ServeWish wish;
        wish.source = (folder / "disk.img").string();
        ServeForm form(wish);
        QVERIFY(form.commit() == nullptr);
        for (int i = 0; i < 5; ++i)
            QTest::keyClick(form.mode(), Qt::Key_Right);
        QVERIFY(form.wish().session.mode != serve::Mode::WriteBack);
    }

    void whatAGuestWritesComesHomeAndIsListed()
    {
        TempFolder folder;
        folder.writeText("A.TXT", "old\n");
        ServePage* const page = serve(wishFor(folder));
        GuestChangesPanel* const panel = page->tabs()->changes();
        const QAbstractItemModelTester tester(panel->model());
        QTRY_COMPARE_WITH_TIMEOUT(page->document().changes().sign(), Sign::UpToDate, patienceMs);
        putNew(page);
        QTRY_COMPARE_WITH_TIMEOUT(page->document().changes().homeCount(), 1U, patienceMs);
        QCOMPARE(textIn(folder, "NEW.TXT"), std::string("new\n"));
        QTRY_COMPARE_WITH_TIMEOUT(page->document().changes().sign(), Sign::UpToDate, patienceMs);
        QVERIFY2(panel->sentence().contains(u"up to date"_s), qPrintable(panel->sentence()));
        QVERIFY(page->homeSign()->isVisible());
        page->homeSign()->click();
        QCOMPARE(page->tabs()->currentIndex(), static_cast<int>(ServeTabs::ChangesTab));
        select(page, u"/NEW.TXT"_s);
        QTRY_COMPARE_WITH_TIMEOUT(panel->detail()->differenceText(),
                                  u"… Both hold the same bytes."_s, patienceMs);
        panel->detail()->mapButton()->click();
        const auto node = page->document().content()->tree->find("/NEW.TXT");
        QCOMPARE(page->document().focus().selection().node, node);
        stop(page);
        QVERIFY(!page->document().left());
        QVERIFY(!page->homeSign()->isVisible());
    }

    void eachChangeWaitsForAYes()
    {
        TempFolder folder;
        folder.writeText("A.TXT", "one\ntwo\n");
        ServePage* const page = serve(wishFor(folder, sync::When::Ask));
        GuestChangesPanel* const panel = page->tabs()->changes();
        rewrite(page, "one\nTWO\n");
        QTRY_COMPARE_WITH_TIMEOUT(page->document().changes().sign(), Sign::Asking, patienceMs);
        select(page, u"/A.TXT"_s);
        QTRY_COMPARE_WITH_TIMEOUT(panel->detail()->differenceText(), u"  one\n− two\n+ TWO"_s,
                                  patienceMs);
        QCOMPARE(textIn(folder, "A.TXT"), std::string("one\ntwo\n"));
        QVERIFY(panel->detail()->button(sync::Verdict::Accept)->isVisibleTo(panel));
        QVERIFY(!panel->detail()->button(sync::Verdict::KeepBoth)->isVisibleTo(panel));
        panel->detail()->button(sync::Verdict::Accept)->click();
        QTRY_COMPARE_WITH_TIMEOUT(textIn(folder, "A.TXT"), std::string("one\nTWO\n"), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(page->document().changes().sign(), Sign::UpToDate, patienceMs);
        stop(page);
    }

    void whatIsRejectedStaysAsItWas()
    {
        TempFolder folder;
        folder.writeText("A.TXT", "old\n");
        ServePage* const page = serve(wishFor(folder, sync::When::Ask));
        rewrite(page, "new\n");
        select(page, u"/A.TXT"_s);
        page->tabs()->changes()->detail()->button(sync::Verdict::Reject)->click();
        QTRY_COMPARE_WITH_TIMEOUT(page->document().changes().askCount(), std::size_t{0},
                                  patienceMs);
        stop(page);
        QCOMPARE(textIn(folder, "A.TXT"), std::string("old\n"));
        QVERIFY(!page->document().left());
    }

    void aConflictIsShownFromBothSides()
    {
        TempFolder folder;
        folder.writeText("A.TXT", "old\n");
        ServePage* const page = serve(wishFor(folder, sync::When::Ask));
        rewrite(page, "by the guest\n");
        select(page, u"/A.TXT"_s);
        GuestChangeDetail* const detail = page->tabs()->changes()->detail();
        folder.writeText("A.TXT", "by the host\n");
        detail->button(sync::Verdict::Accept)->click();
        const auto isConflict = [&] {
            const auto& open = page->document().changes().open();
            return open.size() == 1 && open.front().state == GuestChange::State::Conflict;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isConflict(), patienceMs);
        select(page, u"/A.TXT"_s);
        QTRY_COMPARE_WITH_TIMEOUT(detail->differenceText(), u"− by the host\n+ by the guest"_s,
                                  patienceMs);
        QVERIFY2(detail->hostText().contains(u"12 bytes"_s), qPrintable(detail->hostText()));
        QVERIFY2(detail->guestText().contains(u"13 bytes"_s), qPrintable(detail->guestText()));
        QVERIFY(!detail->button(sync::Verdict::Accept)->isVisibleTo(detail));
        detail->button(sync::Verdict::KeepBoth)->click();
        QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(folder / "A (guest).TXT"), patienceMs);
        QCOMPARE(textIn(folder, "A.TXT"), std::string("by the host\n"));
        QCOMPARE(textIn(folder, "A (guest).TXT"), std::string("by the guest\n"));
        QTRY_COMPARE_WITH_TIMEOUT(page->document().changes().askCount(), std::size_t{0},
                                  patienceMs);
        stop(page);
    }

    void whatIsUndecidedIsOfferedAgainAndBroughtHome()
    {
        TempFolder folder;
        folder.writeText("A.TXT", "old\n");
        ServePage* const page = serve(wishFor(folder, sync::When::Ask));
        putNew(page);
        QTRY_COMPARE_WITH_TIMEOUT(page->document().changes().sign(), Sign::Asking, patienceMs);
        QVERIFY(!page->document().unsaved().isEmpty());
        stop(page);
        QVERIFY(page->document().left());
        QVERIFY(page->banner()->isVisible());
        QVERIFY(page->banner()->message().headline.contains(u"Not everything"_s));
        m_window = std::make_unique<MainWindow>(WindowSettings::Keep::InMemory); // the next start
        m_window->show();
        WelcomePage* const welcome = m_window->tabs()->welcome();
        const auto button = [&]() -> QPushButton* {
            for (QPushButton* const candidate : welcome->findChildren<QPushButton*>())
                if (candidate->text() == u"Bring home"_s && candidate->isVisible())
                    return candidate;
            return nullptr;
        };
        QTRY_VERIFY_WITH_TIMEOUT(button() != nullptr, patienceMs);
        QVERIFY(!std::filesystem::exists(folder / "NEW.TXT"));
        button()->click();
        QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(folder / "NEW.TXT"), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(button() == nullptr, patienceMs);
        QCOMPARE(textIn(folder, "NEW.TXT"), std::string("new\n"));
    }

    void theGuestsVersionIsSavedAsAFileOfItsOwn()
    {
        TempFolder folder;
        TempFolder out;
        folder.writeText("A.TXT", "old\n");
        ServePage* const page = serve(wishFor(folder, sync::When::Ask));
        rewrite(page, "of the guest\n");
        const auto isRead = [&] {
            const auto& content = page->document().content();
            const auto node = content ? content->tree->find("/A.TXT") : std::nullopt;
            return node && content->tree->nodes[*node].size() == 13;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isRead(), patienceMs);
        must(saveGuestVersion(page->document().content(), "/A.TXT", out / "saved.txt", {}));
        QCOMPARE(textIn(out, "saved.txt"), std::string("of the guest\n"));
        QVERIFY(!saveGuestVersion(page->document().content(), "/NO.TXT", out / "no.txt", {}));
        QVERIFY(!std::filesystem::exists(out / "no.txt"));
        stop(page);
    }
};

QTEST_MAIN(TestGuestChanges)
#include "tst_guest_changes.moc"
