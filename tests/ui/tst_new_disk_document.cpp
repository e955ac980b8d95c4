#include "tests/support/temp_folder.hpp"
#include "ui/document/new_disk_document.hpp"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace fatlas;
using namespace fatlas::ui;
using fatlas::test::TempFolder;

namespace {

QString text(const TempFolder& folder)
{
    return QString::fromStdString(folder.path().string());
}

folder_disk::Options floppy(folder_disk::FloppyFormat format)
{
    folder_disk::Options options;
    options.floppy = format;
    return options;
}

} // namespace

class TestNewDiskDocument : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void plansTheChosenFolder()
    {
        TempFolder folder;
        folder.writeText("A.TXT", "hello");
        NewDiskDocument document;
        document.setOptions(floppy(folder_disk::FloppyFormat::F1440K));
        document.setFolder(text(folder));
        QVERIFY(document.isBusy() || document.plan() == nullptr);
        QTRY_VERIFY(document.plan() != nullptr);
        QCOMPARE(document.plan()->fit.fileCount, 1u);
        QVERIFY(document.usage() != nullptr);
        QVERIFY(document.timing().plannedNs > 0);
    }

    void followsEveryChangeOfOptionsAndTheNewestWins()
    {
        TempFolder folder;
        folder.writeText("A.TXT", "hello");
        NewDiskDocument document;
        document.setFolder(text(folder));
        QTRY_VERIFY(document.plan() != nullptr);
        for (const auto& layout : folder_disk::floppyLayouts)
            document.setOptions(floppy(layout.format));
        QTRY_VERIFY(!document.isBusy());
        QCOMPARE(document.plan()->options.floppy, folder_disk::FloppyFormat::F2880K);
        QCOMPARE(document.plan()->layout.diskSize, 2880u * 1024);
    }

    void keepsTheLastPlanWhenOptionsCannotBe()
    {
        TempFolder folder;
        folder.writeText("A.TXT", "hello");
        NewDiskDocument document;
        document.setOptions(floppy(folder_disk::FloppyFormat::F160K));
        document.setFolder(text(folder));
        QTRY_VERIFY(document.plan() != nullptr);
        const auto before = document.plan();
        QSignalSpy failed(&document, &NewDiskDocument::planFailed);
        auto impossible = document.options();
        impossible.fat = fat::FatType::Fat32;
        document.setOptions(impossible);
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(document.plan(), before);
        QCOMPARE(document.error().value_or(Error{}).code, ErrorCode::InvalidArgument);
        document.setOptions(before->options);
        QTRY_VERIFY(!document.error());
    }

    void followsTheFolderWithinASecond()
    {
        TempFolder folder;
        folder.writeText("A.TXT", "hello");
        NewDiskDocument document;
        document.setFolder(text(folder));
        QTRY_VERIFY(document.plan() != nullptr);
        QCOMPARE(document.watching(), NewDiskDocument::Watching::Yes);
        QElapsedTimer clock;
        clock.start();
        folder.writeText("DEEP/ER/B.TXT", "new");
        QTRY_COMPARE(document.plan()->fit.fileCount, 2u);
        QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
    }

    void saysWhyAFolderCannotBeRead()
    {
        NewDiskDocument document;
        QSignalSpy failed(&document, &NewDiskDocument::planFailed);
        document.setFolder(QStringLiteral("/nowhere/at/all"));
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(document.plan() == nullptr);
        const std::string message = document.error().value_or(Error{}).message;
        QVERIFY2(message.find("/nowhere/at/all") != std::string::npos, message.c_str());
    }

    void forgetsTheOldFolderAtOnce()
    {
        TempFolder one;
        one.writeText("A.TXT", "hello");
        TempFolder two;
        NewDiskDocument document;
        document.setFolder(text(one));
        QTRY_VERIFY(document.plan() != nullptr);
        document.setFolder(text(two));
        QVERIFY(document.plan() == nullptr);
        QTRY_VERIFY(document.plan() != nullptr);
        QCOMPARE(document.plan()->fit.fileCount, 0u);
    }

    void endsWhileItWorks()
    {
        TempFolder folder;
        for (int i = 0; i < 200; ++i)
            folder.writeText("F" + std::to_string(i), "x");
        for (int waitMs = 0; waitMs < 20; waitMs += 2) {
            NewDiskDocument document;
            document.setFolder(text(folder));
            QTest::qWait(waitMs);
        }
    }
};

QTEST_GUILESS_MAIN(TestNewDiskDocument)
#include "tst_new_disk_document.moc"
