#include "tests/support/temp_folder.hpp"
#include "ui/document/image_watcher.hpp"

#include <QFile>
#include <QSignalSpy>
#include <QTest>

#include <filesystem>

using namespace fatlas;
using namespace fatlas::ui;

namespace {

QString qstring(const std::filesystem::path& path)
{
    return QString::fromStdString(path.string());
}

} // namespace

class TestImageWatcher : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void aWriteIsNoticed()
    {
        const test::TempFolder folder;
        const auto path = folder.writeText("disk.img", "before");
        ImageWatcher watcher;
        watcher.watch(qstring(path));
        QSignalSpy changed(&watcher, &ImageWatcher::changed);
        folder.writeText("disk.img", "after that");
        QVERIFY(changed.wait(20'000));
        QVERIFY(!changed.wait(1500)); // once
        folder.writeText("disk.img", "and once more");
        QVERIFY(changed.wait(20'000));
    }

    void aFileThatTakesItsNameIsNoticed()
    {
        const test::TempFolder folder;
        const auto path = folder.writeText("disk.img", "before");
        ImageWatcher watcher;
        watcher.watch(qstring(path));
        QSignalSpy changed(&watcher, &ImageWatcher::changed);
        for (const char* text : {"first one", "the second one"}) {
            std::filesystem::rename(folder.writeText("new", text), path);
            QVERIFY(changed.wait(20'000));
        }
    }

    void otherFilesAreNone()
    {
        const test::TempFolder folder;
        const auto path = folder.writeText("disk.img", "before");
        ImageWatcher watcher;
        watcher.watch(qstring(path));
        QSignalSpy changed(&watcher, &ImageWatcher::changed);
        folder.writeText("other.img", "something");
        QVERIFY(!changed.wait(1500));
    }

    void whatWeDidOurselvesIsKnown()
    {
        const test::TempFolder folder;
        const auto path = folder.writeText("disk.img", "before");
        ImageWatcher watcher;
        watcher.watch(qstring(path));
        QSignalSpy changed(&watcher, &ImageWatcher::changed);
        folder.writeText("disk.img", "by ourselves");
        watcher.watch(qstring(path));
        QVERIFY(!changed.wait(1500));
    }

    void aFileThatGoesIsLeftOnTheScreen()
    {
        const test::TempFolder folder;
        const auto path = folder.writeText("disk.img", "before");
        ImageWatcher watcher;
        watcher.watch(qstring(path));
        QSignalSpy changed(&watcher, &ImageWatcher::changed);
        std::filesystem::remove(path);
        QVERIFY(!changed.wait(1500));
        folder.writeText("disk.img", "it is back");
        QVERIFY(changed.wait(20'000));
    }

    void foldersAndNothingAreNotWatched()
    {
        const test::TempFolder folder;
        ImageWatcher watcher;
        watcher.watch(qstring(folder.path()));
        watcher.watch({});
        QSignalSpy changed(&watcher, &ImageWatcher::changed);
        folder.writeText("a", "b");
        QVERIFY(!changed.wait(1200));
    }
};

QTEST_GUILESS_MAIN(TestImageWatcher)
#include "tst_image_watcher.moc"
