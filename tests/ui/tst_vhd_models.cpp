// VHDs without a window: the document, tables, cells and words.

#include "tests/ui/vhd_files.hpp"
#include "ui/document/vhd_action.hpp"
#include "ui/document/vhd_document.hpp"
#include "ui/models/vhd_cells.hpp"
#include "ui/models/vhd_models.hpp"
#include "ui/models/vhd_words.hpp"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::ui;
using fatlas::test::TempFolder;

namespace {

SharedVhd contentOf(const std::filesystem::path& path)
{
    const auto content = readVhdContent(path.native(), {});
    if (!content)
        qFatal("%s", content.error().message.c_str());
    const auto checked = checkVhdContent(*content, {});
    if (!checked)
        qFatal("%s", checked.error().message.c_str());
    return *checked;
}

QString noteOf(const std::vector<VhdField>& fields, const QString& name)
{
    const auto found = std::ranges::find(fields, name, &VhdField::name);
    return found == fields.end() ? QString() : found->note;
}

} // namespace

class TestVhdModels : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void saysAVhdInOneSentence()
    {
        const TempFolder folder;
        const SharedVhd content = contentOf(test::makeChild(folder));
        const QString text = vhdSentence(content->inspection);
        QVERIFY2(text.startsWith(QStringLiteral("Differencing disk of 64 MiB, ")),
                 qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("child of base.vhd. Made by Fatlas 1.0")),
                 qPrintable(text));
        QVERIFY(!vhdSavingText(content->file()).isEmpty());
    }

    void fieldsStandBesideWhatWasComputed()
    {
        const TempFolder folder;
        const SharedVhd content = contentOf(test::makeChild(folder));
        VhdFieldsModel model;
        QAbstractItemModelTester tester(&model);
        for (std::size_t i = 0; i < vhdSectionCount; ++i) {
            const auto section = static_cast<VhdSection>(i);
            const auto fields = vhdFields(content->inspection, section);
            QVERIFY2(!fields.empty(), qPrintable(vhdSectionName(section)));
            model.setFields(fields);
            QCOMPARE(model.rowCount(), static_cast<int>(fields.size()));
        }
        const auto footer = vhdFields(content->inspection, VhdSection::Footer);
        QVERIFY(noteOf(footer, QStringLiteral("Checksum")).startsWith(QStringLiteral("ok")));
        QVERIFY(vhdSectionCaption(content->inspection, VhdSection::Footer)
                    .contains(QStringLiteral("the same as at 0x0")));
    }

    void aWrongChecksumIsShownAsSuch()
    {
        const TempFolder folder;
        const auto path = test::makeBase(folder);
        test::damage(path, std::filesystem::file_size(path) - 200, 4);
        const SharedVhd content = contentOf(path);
        const auto footer = vhdFields(content->inspection, VhdSection::Footer);
        QVERIFY(noteOf(footer, QStringLiteral("Checksum")).startsWith(QStringLiteral("wrong")));
        QVERIFY(!content->findings.empty());
        QVERIFY(vhdActionProblem(*content, VhdAction::Repair).isEmpty());
    }

    void theTableHasARowForEachBlock()
    {
        const TempFolder folder;
        const SharedVhd content = contentOf(test::makeChild(folder));
        VhdTableModel model;
        QAbstractItemModelTester tester(&model);
        model.setTable(std::shared_ptr<const vhd::Chain>(content, content->chain()),
                       content->blocks);
        QCOMPARE(model.rowCount(), 128);
        const auto text = [&](int row, int column) {
            return model.index(row, column).data().toString();
        };
        QCOMPARE(text(0, VhdTableModel::EntryColumn), QStringLiteral("unused"));
        QCOMPARE(text(5, VhdTableModel::SectorsColumn), QStringLiteral("8"));
        QCOMPARE(text(9, VhdTableModel::SectorsColumn), QStringLiteral("1,024"));
        model.setTable(nullptr, nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void blocksAreSaidInWords()
    {
        const TempFolder folder;
        const SharedVhd content = contentOf(test::makeChild(folder));
        const vhd::Chain& chain = *content->chain();
        const auto words = [&](std::uint64_t block) {
            return vhdBlockText(chain, *content->blocks, block);
        };
        QVERIFY2(words(9).startsWith(
                     QStringLiteral("Block 9: present, 1,024 of 1,024 sectors, file offset 0x")),
                 qPrintable(words(9)));
        QVERIFY(words(5).contains(QStringLiteral("partly present, 8 of 1,024 sectors")));
        QVERIFY(words(0).contains(QStringLiteral("comes from base.vhd")));
        QVERIFY(words(100).contains(QStringLiteral("reads as zeros")));
        QVERIFY(vhdBlocksText(chain, *content->blocks, {0, 128})
                    .startsWith(QStringLiteral("Blocks 0 – 127: ")));
    }

    void cellsOfManyBlocksShowTheMostImportantOne()
    {
        vhd::BlockMap map;
        map.states.assign(1'000'000, vhd::BlockState::Nowhere);
        map.states[123'456] = vhd::BlockState::Overlapping;
        map.states[5] = vhd::BlockState::Whole;
        const auto cells = VhdCells::inDiskOrder(map);
        QCOMPARE(cells->cellCount(), std::uint64_t{1'000'000});
        QCOMPARE(cells->stateOfCells({123'000, 1000}), fat::ClusterState::CrossLinked);
        QCOMPARE(cells->stateOfCells({0, 1000}), fat::ClusterState::File);
        QCOMPARE(cells->findState({0, 1'000'000}, fat::ClusterState::CrossLinked),
                 std::optional<std::uint64_t>(123'456));
        QCOMPARE(cells->count(fat::ClusterState::Free), std::uint64_t{999'998});
        std::vector<StateMask> slotMasks(1001);
        cells->fillSlots(0, 1000, slotMasks);
        QCOMPARE(worstOf(slotMasks[123]), fat::ClusterState::CrossLinked);
        QCOMPARE(slotMasks[1000], StateMask{0});
    }

    void cellsInFileOrderKnowTheirBlocks()
    {
        const TempFolder folder;
        const SharedVhd content = contentOf(test::makeChild(folder));
        const auto cells = VhdCells::inFileOrder(content->layout);
        QCOMPARE(cells->cellCount(), content->layout.pieces.size());
        const auto five = cells->cellOfBlock(5);
        const auto nine = cells->cellOfBlock(9);
        QVERIFY(five && nine && *five > *nine); // it was written later
        QCOMPARE(cells->numberOf(*five), std::optional<std::uint64_t>(5));
        QVERIFY(!cells->numberOf(0));
        QCOMPARE(cells->stateOfCells({*five, 1}), fat::ClusterState::Directory);
        QVERIFY(
            vhdPieceText(content->layout.pieces[*five]).contains(QStringLiteral("out of order")));
    }

    void theDocumentReadsThenChecksThenAnswers()
    {
        const TempFolder folder;
        VhdDocument document(test::textOf(test::makeChild(folder)));
        QSignalSpy ready(&document, &VhdDocument::ready);
        QSignalSpy checked(&document, &VhdDocument::checked);
        QSignalSpy answered(&document, &VhdDocument::answersReady);
        document.load();
        QTRY_COMPARE(ready.count(), 1);
        QTRY_COMPARE(checked.count(), 1);
        QVERIFY(document.content()->isChecked);
        QTRY_COMPARE(document.checkText(), QStringLiteral("Checked: sound"));
        document.selectBlock(5);
        QTRY_COMPARE(answered.count(), 1);
        QCOMPARE(document.answers().answers.front().link, std::size_t{0});
        const QString text = vhdAnswerText(*document.content()->chain(),
                                           document.answers().answers.front(), 5 * 1024);
        QVERIFY2(text.startsWith(QStringLiteral("Sector 5,120 comes from child.vhd, block 5")),
                 qPrintable(text));
        QCOMPARE(document.content()->inside.size(), std::size_t{1});
        QCOMPARE(document.content()->inside.front().label, std::string("WORK"));
    }

    void aMissingFileFails()
    {
        VhdDocument document(QStringLiteral("/nowhere/x.vhd"));
        QSignalSpy failed(&document, &VhdDocument::failed);
        document.load();
        QTRY_COMPARE(failed.count(), 1);
    }

    void actionsArePlannedBeforeTheyAreDone()
    {
        const TempFolder folder;
        const auto child = test::makeChild(folder);
        VhdActionWish wish{.action = VhdAction::Merge, .file = child};
        const auto plan = planVhdAction(wish, {});
        QVERIFY(plan);
        QVERIFY2((*plan)->headline.startsWith(QStringLiteral("516 KiB in 2 blocks")),
                 qPrintable((*plan)->headline));
        const auto before = contentOf(child);
        QVERIFY(runVhdAction(**plan, {}));
        const auto base = contentOf(folder / "base.vhd");
        QCOMPARE(base->blocks->states[9], vhd::BlockState::Whole);
        QCOMPARE(vhdActionCommand(wish),
                 QStringLiteral("fatlas-cli vhd merge %1").arg(test::textOf(child)));
    }

    void convertsToWhatWasPlanned()
    {
        const TempFolder folder;
        const auto base = test::makeBase(folder);
        VhdActionWish wish{.action = VhdAction::Convert,
                           .file = base,
                           .target = folder / "out.vhd",
                           .form = VhdActionWish::Form::Fixed};
        const auto plan = planVhdAction(wish, {});
        QVERIFY2(plan, plan ? "" : plan.error().message.c_str());
        QVERIFY(!std::filesystem::exists(wish.target));
        QCOMPARE(runVhdAction(**plan, {}).value(), wish.target);
        QCOMPARE(std::filesystem::file_size(wish.target), 64 * MiB + 512);
        QCOMPARE(planVhdAction(wish, {}).error().code, ErrorCode::Refused); // it exists now
    }

    void repairsWhatWasPlanned()
    {
        const TempFolder folder;
        const auto path = test::makeBase(folder);
        test::damage(path, 0, 8);
        const auto plan = planVhdAction({.action = VhdAction::Repair, .file = path}, {});
        QVERIFY2(plan, plan ? "" : plan.error().message.c_str());
        QVERIFY((*plan)->hasWork);
        QVERIFY(runVhdAction(**plan, {}));
        QVERIFY(contentOf(path)->findings.empty());
    }

    void whatCannotBeDoneSaysWhy()
    {
        const TempFolder folder;
        const SharedVhd content = contentOf(test::makeBase(folder));
        QVERIFY(!vhdActionProblem(*content, VhdAction::Merge).isEmpty());
        QVERIFY(!vhdActionProblem(*content, VhdAction::Reparent).isEmpty());
        QVERIFY(!vhdActionProblem(*content, VhdAction::Repair).isEmpty());
        QVERIFY(vhdActionProblem(*content, VhdAction::Convert).isEmpty());
        QVERIFY(vhdActionProblem(*content, VhdAction::Compact).isEmpty());
    }
};

QTEST_MAIN(TestVhdModels)
#include "tst_vhd_models.moc"
