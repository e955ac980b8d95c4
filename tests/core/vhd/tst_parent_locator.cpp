// What a child says about its parent's place, and which files that means here.

#include "core/vhd/parent_locator.hpp"

#include <QtTest>

using namespace fatlas;
using namespace fatlas::vhd;

namespace {

ParentLocator locator(const char* platform, const std::string& text)
{
    const Tag tag{platform[0], platform[1], platform[2], platform[3]};
    return {.kind = locatorKindOf(tag), .platform = tag, .text = text, .problem = {}};
}

std::vector<std::string> paths(const std::vector<ParentLocator>& locators,
                               const std::u16string& name = u"")
{
    std::vector<std::string> found;
    for (const auto& candidate : parentCandidates("/disks/child/c.vhd", locators, name))
        found.push_back(candidate.path.native());
    return found;
}

} // namespace

class TestParentLocator : public QObject {
    Q_OBJECT

private slots:

    void relativeComesFirstThenAbsoluteThenTheSameFolder()
    {
        const auto found =
            paths({locator("W2ku", "\\abs\\a.vhd"), locator("MacX", "file:///mac/m.vhd"),
                   locator("W2ru", "..\\base\\r.vhd")},
                  u"n.vhd");
        const std::vector<std::string> expected{
            "/disks/base/r.vhd",  "/abs/a.vhd",         "/mac/m.vhd",        "/disks/child/a.vhd",
            "/disks/child/m.vhd", "/disks/child/r.vhd", "/disks/child/n.vhd"};
        QVERIFY(found == expected);
    }

    void everyPlatformIsUnderstood_data()
    {
        QTest::addColumn<QByteArray>("platform");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("first");
        const auto row = [](const char* platform, const char* text, const char* first) {
            QTest::addRow("%s %s", platform, text)
                << QByteArray(platform) << QByteArray(text) << QByteArray(first);
        };
        row("W2ru", ".\\base.vhd", "/disks/child/base.vhd");
        row("W2ru", "base.vhd", "/disks/child/base.vhd");
        row("W2ru", "\\base.vhd", "/disks/child/base.vhd");
        row("Wi2r", "..\\base.vhd", "/disks/base.vhd");
        row("W2ku", "C:\\vm\\base.vhd", "/disks/child/base.vhd");
        row("W2ku", "\\\\server\\share\\base.vhd", "/disks/child/base.vhd");
        row("Wi2k", "D:\\base.vhd", "/disks/child/base.vhd");
        row("W2ku", "/vm/base.vhd", "/vm/base.vhd");
        row("MacX", "file://localhost/vm/a%20b.vhd", "/vm/a b.vhd");
        row("MacX", "file:base.vhd", "/disks/child/base.vhd");
        row("MacX", "/vm/base.vhd", "/vm/base.vhd");
    }

    void everyPlatformIsUnderstood()
    {
        QFETCH(QByteArray, platform);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, first);
        const auto found = paths({locator(platform.constData(), text.toStdString())});
        QVERIFY(!found.empty());
        QCOMPARE(QByteArray::fromStdString(found.front()), first);
    }

    void nothingIsMadeOfNonsense()
    {
        for (const char* text : {"", "..", "C:\\", "\\\\", "file://", "/"})
            for (const char* platform : {"W2ru", "W2ku", "MacX", "Mac ", "xxxx"})
                for (const std::string& path : paths({locator(platform, text)}))
                    QVERIFY(!path.ends_with('/') && !path.ends_with(".."));
    }

    void textComesBackFromItsBytes()
    {
        const std::string path = "..\\b\u00E4se \U0001F600.vhd";
        for (const auto kind : {LocatorKind::RelativeWindows, LocatorKind::AbsoluteWindows})
            QCOMPARE(decodeLocatorText(kind, encodeLocatorText(kind, path)), path);
        const Bytes bytes = encodeLocatorText(LocatorKind::RelativeWindows, "A");
        QVERIFY((bytes == Bytes{std::byte{'A'}, std::byte{0}}));
        const Bytes url = encodeLocatorText(LocatorKind::MacUrl, "/a b");
        QCOMPARE(decodeLocatorText(LocatorKind::MacUrl, url), std::string("file:///a%20b"));
    }

    void spaceIsSectorsOrBytes()
    {
        const auto space = [](std::uint32_t value, std::uint32_t length) {
            return locatorSpace({.platform = {},
                                 .space = value,
                                 .length = length,
                                 .reserved = {},
                                 .dataOffset = {}});
        };
        QCOMPARE(space(1, 40), std::uint64_t{512});
        QCOMPARE(space(512, 40), std::uint64_t{512});
        QCOMPARE(space(2, 600), std::uint64_t{1024});
        QCOMPARE(space(1024, 600), std::uint64_t{1024});
        QCOMPARE(space(0xFFFFFFFF, 1), 0xFFFFFFFFULL * 512);
    }

    void relativePathsAreWrittenAsWindowsDoes()
    {
        QCOMPARE(relativeWindowsPath("/x/a.vhd", "/x/b.vhd"),
                 std::optional<std::string>(".\\a.vhd"));
        QCOMPARE(relativeWindowsPath("/x/p/a.vhd", "/x/c/b.vhd"),
                 std::optional<std::string>("..\\p\\a.vhd"));
        QVERIFY(!relativeWindowsPath("/x/a\\b.vhd", "/x/b.vhd"));
    }
};

QTEST_GUILESS_MAIN(TestParentLocator)
#include "tst_parent_locator.moc"
