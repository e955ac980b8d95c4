#include "tests/ui/hex_fixture.hpp"
#include "ui/views/hex_find_bar.hpp"
#include "ui/views/hex_panel.hpp"
#include "ui/views/structure_view.hpp"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QGuiApplication>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QTimer>
#include <QWheelEvent>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;

namespace {

std::uint64_t offsetOf(std::uint32_t cluster)
{
    return test::floppyGeometry().clusterOffset(Cluster{cluster});
}

FocusTarget textAt(std::uint32_t cluster)
{
    FocusTarget target;
    target.node = test::text;
    target.cluster = Cluster{cluster};
    target.runs = test::textRuns();
    return target;
}

class Window {
public:
    explicit Window(std::shared_ptr<const block::BlockDevice> device = nullptr)
    {
        panel.resize(1500, 320);
        panel.setSubject(test::makeSubject(std::move(device)));
        panel.setFocus(&focus);
        panel.show();
        panel.activateWindow();
        view().setFocus();
        [[maybe_unused]] const bool active = QTest::qWaitForWindowActive(&panel);
    }

    [[nodiscard]] HexView& view() const { return *panel.view(); }

    [[nodiscard]] FocusBytes bytes() const
    {
        return focus.selection().bytes.value_or(FocusBytes{});
    }

    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) const
    {
        QTest::keyClick(panel.view(), key, modifiers);
    }

    [[nodiscard]] QPoint pointOf(std::uint64_t place, HexColumn column = HexColumn::Hex) const
    {
        return view().rectOf(place, column).value_or(QRect()).center();
    }

    Focus focus;
    HexPanel panel;
};

} // namespace

class TestHexPanel : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void showsWhereTheFocusIs()
    {
        Window window;
        window.focus.select(textAt(700));
        QCOMPARE(window.view().cursor(), offsetOf(700));
        QCOMPARE(window.view().highlight(), std::optional(ByteRange{offsetOf(700), 512}));
        window.focus.select({.bytes = FocusBytes{0x200, 3}});
        QCOMPARE(window.view().selection(), (ByteRange{0x200, 3}));
        window.focus.goBack();
        QCOMPARE(window.view().cursor(), offsetOf(700));
        window.focus.select({.node = 0}); // the root has bytes, though no clusters
        QCOMPARE(window.view().cursor(), test::floppyGeometry().rootOffset());
    }

    void publishesTheByteUnderTheCursor()
    {
        Window window;
        window.focus.select(textAt(433));
        QSignalSpy changed(&window.focus, &Focus::changed);
        window.press(Qt::Key_Right);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(window.bytes(), (FocusBytes{offsetOf(433) + 1, 1}));
        QCOMPARE(window.focus.selection().cluster, std::optional(Cluster{433}));
        QCOMPARE(window.focus.selection().node, std::optional(test::text));
        QCOMPARE(window.focus.selection().runs, test::textRuns());
        window.press(Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(window.bytes(), (FocusBytes{offsetOf(433) + 1, 2}));
        window.press(Qt::Key_Home, Qt::ControlModifier);
        QCOMPARE(window.bytes(), (FocusBytes{0, 1}));
        QCOMPARE(window.focus.selection().cluster, std::nullopt);
        QCOMPARE(window.focus.selection().node, std::nullopt);
    }

    void walkingLeavesOnePlaceInTheHistory()
    {
        Window window;
        window.focus.select(textAt(430));
        window.focus.select({.cluster = Cluster{820}});
        window.press(Qt::Key_Home, Qt::ControlModifier);
        for (int i = 0; i < 50; ++i)
            window.press(Qt::Key_Down);
        window.focus.goBack();
        QCOMPARE(window.focus.selection(), textAt(430));
    }

    void mouseChoosesBytesInBothColumns()
    {
        Window window;
        QWidget* const area = window.view().viewport();
        QTest::mouseClick(area, Qt::LeftButton, {}, window.pointOf(0x15));
        QCOMPARE(window.bytes(), (FocusBytes{0x15, 1}));
        QTest::mouseClick(area, Qt::LeftButton, {}, window.pointOf(0x27, HexColumn::Text));
        QCOMPARE(window.bytes(), (FocusBytes{0x27, 1}));
        QTest::mouseClick(area, Qt::LeftButton, Qt::ShiftModifier, window.pointOf(0x30));
        QCOMPARE(window.bytes(), (FocusBytes{0x27, 10}));
        QTest::mousePress(area, Qt::LeftButton, {}, window.pointOf(0x40));
        QMouseEvent move(QEvent::MouseMove, window.pointOf(0x38), area->mapToGlobal(QPoint()),
                         Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(area, &move);
        QTest::mouseRelease(area, Qt::LeftButton, {}, window.pointOf(0x38));
        QCOMPARE(window.bytes(), (FocusBytes{0x38, 9}));
    }

    void fileModeGluesTheChain()
    {
        Window window;
        window.focus.select(textAt(433));
        window.panel.setMode(HexPanel::Mode::File);
        HexView& view = window.view();
        QCOMPARE(view.space()->size(), std::uint64_t{9 * 512});
        QCOMPARE(view.cursor(), std::uint64_t{3 * 512});
        view.moveCursor(4 * 512 - 1, false);
        window.press(Qt::Key_Right); // over the seam
        QCOMPARE(window.bytes(), (FocusBytes{offsetOf(700), 1}));
        QCOMPARE(window.focus.selection().cluster, std::optional(Cluster{700}));
        QCOMPARE(window.focus.selection().node, std::optional(test::text));
        window.focus.select(
            {.node = test::command, .cluster = Cluster{501}, .runs = {{Cluster{500}, 107}}});
        QCOMPARE(view.space()->size(), std::uint64_t{107 * 512});
        QCOMPARE(view.cursor(), std::uint64_t{512});
        window.panel.setMode(HexPanel::Mode::Image);
        QCOMPARE(view.cursor(), offsetOf(501));
    }

    void hoverLightsTheChainUp()
    {
        Window window;
        window.focus.select(textAt(433));
        QWidget* const area = window.view().viewport();
        const auto hover = [&](QPoint point) {
            QMouseEvent move(QEvent::MouseMove, point, area->mapToGlobal(point), Qt::NoButton, {},
                             {});
            QCoreApplication::sendEvent(area, &move);
        };
        hover(window.pointOf(offsetOf(433) + 20));
        QCOMPARE(window.focus.hover(), textAt(433));
        QSignalSpy changed(&window.focus, &Focus::hoverChanged);
        hover(window.pointOf(offsetOf(433) + 22));
        QCOMPARE(changed.count(), 0);
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(area, &leave);
        QVERIFY(window.focus.hover().isEmpty());
    }

    void narrowViewFollowsTheCursorSideways()
    {
        Window window;
        HexView& view = window.view();
        view.setBytesPerRow(32);
        window.panel.resize(500, 320);
        QVERIFY(view.horizontalScrollBar()->maximum() > 0);
        window.press(Qt::Key_End);
        QVERIFY(view.viewport()->rect().contains(window.pointOf(31)));
        window.press(Qt::Key_Home);
        QVERIFY(view.viewport()->rect().contains(window.pointOf(0)));
    }

    void fieldsAndBytesAreLinkedBothWays()
    {
        Window window;
        StructureView& structures = *window.panel.structures();
        window.view().moveCursor(0x0C, false);
        QTRY_VERIFY(structures.field() && structures.field()->name.contains(u"bytes per sector"));
        QVERIFY(window.view().field().has_value());
        QVERIFY2(structures.headline().contains(u"boot sector"_s, Qt::CaseInsensitive),
                 qPrintable(structures.headline()));
        QTest::keyClick(structures.table(), Qt::Key_Down);
        const auto next = structures.field();
        QVERIFY(next.has_value());
        QCOMPARE(window.view().cursor(), next->place.offset);
        QCOMPARE(window.bytes().offset, next->place.offset);
    }

    void fieldsAreTypedOverByTheKeyboard()
    {
        Window window;
        QTableView* const table = window.panel.structures()->table();

        struct Wish {
            FocusBytes place;
            QString what;
            EncodeField encode;
        };

        std::vector<Wish> wishes;
        QObject::connect(
            &window.panel, &HexPanel::fieldEdited, &window.panel,
            [&](const FocusBytes& place, const QString& what, const EncodeField& encode) {
                wishes.push_back({place, what, encode});
            });
        window.view().moveCursor(0x0C, false); // bytes per sector
        QTRY_VERIFY(window.panel.structures()->field().has_value());
        table->setFocus();
        QTest::keyClick(table, Qt::Key_F2);
        auto* editor = table->findChild<QLineEdit*>();
        QVERIFY(editor != nullptr && editor->text() == u"512"_s);
        QVERIFY(editor->accessibleName().contains(u"bytes per sector"));
        editor->setText(u"70000"_s);
        QTest::keyClick(editor, Qt::Key_Return); // too large: it stays, and says why
        QVERIFY(editor->isVisible() && editor->accessibleDescription().contains(u"65,535"));
        editor->setText(u"0x400"_s);
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(wishes.size(), std::size_t{1});
        QCOMPARE(wishes.front().place, (FocusBytes{0x0B, 2}));
        QVERIFY(wishes.front().what.contains(u"512 becomes 0x400"));
        const auto bytes = wishes.front().encode(Bytes(2));
        QCOMPARE(*bytes, (Bytes{std::byte{0}, std::byte{4}}));
        window.panel.setEditProblem(u"It is only a picture."_s);
        QSignalSpy said(&window.panel, &HexPanel::hoveredText);
        QTest::keyClick(table, Qt::Key_F2);
        editor = table->findChild<QLineEdit*>(QString(), Qt::FindChildrenRecursively);
        QVERIFY(editor != nullptr);
        editor->setText(u"1024"_s);
        QTest::keyClick(editor, Qt::Key_Return);
        QVERIFY(!said.isEmpty() && said.last().front().toString() == u"It is only a picture."_s);
        QCOMPARE(wishes.size(), std::size_t{1});
    }

    void lightsUpTheDigitsOfAFatEntry()
    {
        Window window;
        const fat::Geometry geometry = test::floppyGeometry();
        const std::uint64_t entry =
            geometry.fatOffset(0) + fat::entryOffset(geometry.type, Cluster{431});
        window.view().moveCursor(entry + 1, false); // the byte that is 431's alone
        QTRY_VERIFY(window.view().field().has_value());
        const StructureField field = *window.view().field();
        QCOMPARE(digitsOf(field, entry), Digits::High);
        QCOMPARE(digitsOf(field, entry + 1), Digits::Both);
    }

    void searchesByKeyboardAlone()
    {
        Window window;
        HexFindBar& bar = *window.panel.findBar();
        QVERIFY(!bar.isVisible());
        window.press(Qt::Key_F, Qt::ControlModifier);
        QTRY_VERIFY(bar.isVisible());
        auto* field = bar.findChild<QLineEdit*>();
        QVERIFY(field->hasFocus());
        QTest::keyClicks(field, u"hello"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_COMPARE(window.bytes(), (FocusBytes{offsetOf(430), 5}));
        QCOMPARE(window.focus.selection().node, std::optional(test::text));
        QTest::keyClick(field, Qt::Key_Return); // the only one: found again from the start
        QTRY_VERIFY2(bar.message().contains(u"again"), qPrintable(bar.message()));
        field->setText(u"nowhere to be found"_s);
        QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
        QTRY_COMPARE(bar.message(), u"Not found."_s);
        QCOMPARE(window.bytes(), (FocusBytes{offsetOf(430), 5}));
        QTest::keyClick(field, Qt::Key_Escape);
        QVERIFY(!bar.isVisible());
        QVERIFY(window.view().hasFocus());
    }

    void findsWhatBeginsAtTheCursor()
    {
        Window window;
        HexFindBar& bar = *window.panel.findBar();
        bar.setKind(PatternKind::Bytes);
        bar.setText(u"?? ?? ??"_s);
        window.panel.search(Direction::Forward);
        QTRY_COMPARE(window.bytes(), (FocusBytes{0, 3}));
        QVERIFY2(bar.message().isEmpty(), qPrintable(bar.message()));
        window.panel.search(Direction::Forward);
        QTRY_COMPARE(window.bytes(), (FocusBytes{1, 3}));
    }

    void saysWhyItCannotSearch()
    {
        Window window;
        HexFindBar& bar = *window.panel.findBar();
        window.panel.startSearch();
        bar.setKind(PatternKind::Bytes);
        bar.setText(u"5"_s);
        window.panel.search(Direction::Forward);
        QVERIFY2(bar.message().contains(u"pairs"), qPrintable(bar.message()));
        QVERIFY(!bar.task().isRunning());
    }

    void stopsASearchAtOnce()
    {
        auto device = std::make_shared<test::BadDevice>(Bytes(64 * MiB));
        Window window(device);
        QTRY_VERIFY(!window.panel.blocks().isBusy());
        HexFindBar& bar = *window.panel.findBar();
        window.panel.startSearch();
        bar.setText(u"needle"_s);
        device->delayMs = 30; // of each MiB
        window.panel.search(Direction::Forward);
        QVERIFY(bar.task().isRunning());
        QTest::keyClick(bar.findChild<QLineEdit*>(), Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(!bar.task().isRunning(), 500);
        QTRY_COMPARE(bar.message(), u"Stopped."_s);
        QVERIFY(bar.isVisible());
        QCOMPARE(window.view().cursor(), std::uint64_t{0});
    }

    void copiesWhatIsSelected()
    {
        Window window;
        window.view().select({.offset = offsetOf(430), .length = 5});
        QSignalSpy said(&window.panel, &HexPanel::hoveredText);
        window.press(Qt::Key_C, Qt::ControlModifier);
        QTRY_COMPARE(QGuiApplication::clipboard()->text(), u"48 45 4C 4C 4F"_s);
        window.panel.copy(CopyForm::Text);
        QTRY_COMPARE(QGuiApplication::clipboard()->text(), u"HELLO"_s);
        window.press(Qt::Key_A, Qt::ControlModifier);
        said.clear();
        window.panel.copy(CopyForm::Hex); // more than a clipboard should hold
        QCOMPARE(said.count(), 1);
        QVERIFY2(said[0][0].toString().contains(u"at most"), qPrintable(said[0][0].toString()));
        QCOMPARE(QGuiApplication::clipboard()->text(), u"HELLO"_s);
    }

    void copiesOverASeam()
    {
        Window window;
        window.focus.select(textAt(433));
        window.panel.setMode(HexPanel::Mode::File);
        window.view().select({.offset = 4 * 512 - 4, .length = 8});
        window.panel.copy(CopyForm::Text);
        QTRY_COMPARE(QGuiApplication::clipboard()->text(), u"seamless"_s);
    }

    void showsWhatCannotBeReadAndReadsItAgain()
    {
        auto device = std::make_shared<test::BadDevice>(test::floppyBytes());
        device->badSector = 1;
        Window window(device);
        QTRY_VERIFY(!window.panel.blocks().isBusy());
        window.view().moveCursor(512, false);
        QVERIFY2(window.panel.caption().contains(u"cannot be read"),
                 qPrintable(window.panel.caption()));
        QVERIFY(window.view().describe(512).contains(u"cannot be read"));
        QVERIFY(window.view().describe(511).contains(u"0xAA"));
        const QImage damaged = window.view().grab().toImage();
        device->badSector = UINT64_MAX / 1024;
        window.panel.blocks().retry();
        QTRY_VERIFY(window.view().describe(512).contains(u"0xF0"));
        QVERIFY(window.view().grab().toImage() != damaged);
        QVERIFY2(!window.panel.caption().contains(u"cannot be read"),
                 qPrintable(window.panel.caption()));
    }

    void saysTheByteUnderTheCursorOnceItIsHere()
    {
        auto device = std::make_shared<test::BadDevice>(test::floppyBytes());
        Window window(device);
        QTRY_VERIFY(!window.panel.blocks().isBusy());
        device->delayMs = 50;
        QSignalSpy said(&window.panel, &HexPanel::hoveredText);
        window.press(Qt::Key_End, Qt::ControlModifier);
        QCOMPARE(said.count(), 0);
        QTRY_COMPARE(said.count(), 1);
        QVERIFY2(said[0][0].toString().startsWith(u"0x167FFF: 0x00"),
                 qPrintable(said[0][0].toString()));
    }

    void reachesTheEndOfTwoTebibytesByKeysAndBar()
    {
        Window window(std::make_shared<test::HugeDevice>(2 * TiB, 2 * TiB - 4, "end!"));
        HexView& view = window.view();
        window.press(Qt::Key_End, Qt::ControlModifier);
        QCOMPARE(view.cursor(), 2 * TiB - 1);
        QCOMPARE(window.bytes(), (FocusBytes{2 * TiB - 1, 1}));
        QTRY_VERIFY(view.describe(2 * TiB - 1).contains(u"0x21"));
        QCOMPARE(view.topRow(), view.hexGeometry().maxTopRow());
        // the bar is coarse at this size, but a row is still a row
        window.press(Qt::Key_PageUp);
        const std::uint64_t before = view.topRow();
        view.verticalScrollBar()->triggerAction(QAbstractSlider::SliderSingleStepSub);
        QCOMPARE(view.topRow(), before - 1);
        view.verticalScrollBar()->triggerAction(QAbstractSlider::SliderToMinimum);
        QCOMPARE(view.topRow(), std::uint64_t{0});
        view.setTopRow(view.hexGeometry().maxTopRow());
        view.grab();
        QVERIFY2(view.lastPaintMs() < 1000, qPrintable(QString::number(view.lastPaintMs())));
    }

    void wheelScrollsSmallSteps()
    {
        Window window;
        HexView& view = window.view();
        const auto turn = [&](int delta) {
            const QPointF at(50, 100);
            QWheelEvent event(at, view.viewport()->mapToGlobal(at), {}, {0, delta}, {}, {},
                              Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(view.viewport(), &event);
        };
        turn(-120);
        QCOMPARE(view.topRow(), std::uint64_t{3});
        for (int i = 0; i < 4; ++i)
            turn(-10);
        QCOMPARE(view.topRow(), std::uint64_t{4});
        turn(1200);
        QCOMPARE(view.topRow(), std::uint64_t{0});
    }

    void keepsItsPlaceWhenTheWidthChanges()
    {
        Window window;
        HexView& view = window.view();
        view.setBytesPerRow(32);
        view.setTopRow(100);
        view.setBytesPerRow(8);
        QCOMPARE(view.topRow(), std::uint64_t{400});
        QCOMPARE(view.hexGeometry().bytesPerRow(), 8);
    }

    void jumpMadeWhileSmallIsCentredWhenThereIsRoom()
    {
        Window window;
        HexView& view = window.view();
        window.panel.resize(1500, 90); // as a dock behind another one
        window.focus.select(textAt(700));
        window.panel.resize(1500, 600);
        const std::uint64_t row = view.hexGeometry().rowOf(view.cursor());
        QCOMPARE(view.topRow(), view.hexGeometry().topRowToCenter(view.cursor()));
        QVERIFY(row > view.topRow());
        view.setTopRow(row + 1); // by hand: it stays
        window.panel.resize(1500, 500);
        QCOMPARE(view.topRow(), row + 1);
    }

    void staysWhereItIsWhenFindingsArrive()
    {
        Window window;
        const auto subject = test::makeSubject();
        window.panel.setSubject(subject);
        window.focus.select(textAt(433));
        window.panel.setMode(HexPanel::Mode::File);
        window.view().setTopRow(20);
        auto checked = std::make_shared<HexSubject>(*subject);
        checked->findings.resize(3);
        const auto space = window.view().space();
        window.panel.setSubject(checked);
        QCOMPARE(window.view().space(), space);
        QCOMPARE(window.view().topRow(), std::uint64_t{20});
        window.panel.setSubject(test::makeSubject()); // another disk
        QVERIFY(window.view().space() != space);
    }

    void opensItsMenuByKey()
    {
        Window window;
        QSignalSpy asked(&window.view(), &HexView::menuRequested);
        QTimer::singleShot(0, qApp, [] {
            if (auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget()))
                menu->close();
        });
        window.press(Qt::Key_F10, Qt::ShiftModifier);
        QCOMPARE(asked.count(), 1);
    }

    void speaksToScreenReaders()
    {
        Window window;
        HexView& view = window.view();
        QTRY_VERIFY(!window.panel.blocks().isBusy());
        QAccessibleInterface* table = QAccessible::queryAccessibleInterface(&view);
        QVERIFY(table != nullptr);
        QCOMPARE(table->text(QAccessible::Name), u"Bytes"_s);
        QCOMPARE(table->childCount(), static_cast<int>(view.visible().length));
        QAccessibleInterface* byte = table->child(511);
        QVERIFY(byte == nullptr || byte->text(QAccessible::Name).startsWith(u"0x1FF: 0xAA"));
        window.press(Qt::Key_Right);
        QCOMPARE(table->focusChild(), table->child(1));
        QVERIFY(table->child(1)->state().focused);
        QVERIFY(!table->child(0)->state().focused);
        QVERIFY(table->child(1)->rect().isValid());
        QCOMPARE(table->indexOfChild(table->child(7)), 7);
        QVERIFY(table->child(-1) == nullptr);
        QVERIFY(!window.panel.findBar()->findChild<QLineEdit*>()->accessibleName().isEmpty());
    }

    void hasWordsWhereThereAreNoBytes()
    {
        Window window;
        window.panel.setMode(HexPanel::Mode::File);
        QCOMPARE(window.view().space()->size(), std::uint64_t{0});
        window.press(Qt::Key_Right);
        window.press(Qt::Key_A, Qt::ControlModifier);
        window.panel.copy(CopyForm::Hex);
        window.view().grab();
        QVERIFY(!window.focus.selection().bytes);
        HexPanel nothing;
        nothing.show();
        nothing.search(Direction::Forward);
        nothing.grab();
    }
};

QTEST_MAIN(TestHexPanel)
#include "tst_hex_panel.moc"
