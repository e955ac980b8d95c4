// Two texts line by line.

#include "ui/models/text_diff.hpp"

#include <QTest>

#include <random>
#include <string>

using namespace fatlas::ui;
using namespace Qt::StringLiterals;

namespace {

using Kind = DiffLine::Kind;

QString marks(const TextDiff& diff)
{
    QString text;
    for (const DiffLine& line : diff.lines)
        text += QStringLiteral(" -+.").at(static_cast<int>(line.kind));
    return text;
}

std::string numbered(int first, int last)
{
    std::string text;
    for (int i = first; i <= last; ++i)
        text += "line " + std::to_string(i) + "\r\n";
    return text;
}

} // namespace

class TestTextDiff : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void saysWhatOnlyOneHas()
    {
        const TextDiff diff = diffTexts("a\nb\nc\n", "a\nB\nc\nd\n");
        QCOMPARE(marks(diff), u" -+ +"_s);
        QCOMPARE(diff.lines[1].text, u"b"_s);
        QCOMPARE(diff.lines[2].text, u"B"_s);
        QCOMPARE(diff.lines[4].text, u"d"_s);
    }

    void leavesOutWhatIsFarFromADifference()
    {
        const TextDiff diff = diffTexts(numbered(1, 50), numbered(1, 24) + numbered(26, 50));
        QCOMPARE(marks(diff), u".   -   ."_s);
        QCOMPARE(diff.lines.front().text, u"21 equal lines"_s);
        QCOMPARE(diff.lines[4].text, u"line 25"_s);
        QCOMPARE(diff.lines.back().text, u"22 equal lines"_s);
    }

    void endsOfLinesDoNotCount()
    {
        const TextDiff diff = diffTexts("a\r\nb\r\n", "a\nb");
        QCOMPARE(marks(diff), u"."_s);
    }

    void emptyTextsAreTexts()
    {
        QVERIFY(diffTexts("", "").lines.empty());
        QCOMPARE(marks(diffTexts("", "a\nb")), u"++"_s);
        QCOMPARE(marks(diffTexts("a\nb", "")), u"--"_s);
    }

    void whatIsNoTextIsNotCompared()
    {
        QVERIFY(!diffTexts(std::string_view("a\0b", 3), "a").problem.isEmpty());
        QVERIFY(!diffTexts("a", std::string(maxDiffBytes + 1, 'x')).problem.isEmpty());
        QVERIFY(!diffTexts("a", std::string(maxDiffLines + 1, '\n')).problem.isEmpty());
    }

    void textsOfDosAndControlsAreShown()
    {
        QCOMPARE(diffTexts("", "\x81").lines.front().text, u"ü"_s); // code page 437
        const QString shown = diffTexts("", "a\x1b[2Jb").lines.front().text;
        QVERIFY2(!shown.contains(QChar(0x1b)), qPrintable(shown));
    }

    /// Both texts come out again, whatever is between them.
    void nothingIsLostOrMadeUp()
    {
        std::mt19937 random(7);
        for (int round = 0; round < 200; ++round) {
            const auto text = [&] {
                std::string lines;
                for (auto i = random() % 40; i > 0; --i)
                    lines += std::string(1, static_cast<char>('a' + random() % 4)) + "\n";
                return lines;
            };
            const std::string before = text();
            const std::string after = text();
            const TextDiff diff = diffTexts(before, after);
            const bool isEqual = before == after;
            std::string gotBefore;
            std::string gotAfter;
            int equal = 0;
            for (const DiffLine& line : diff.lines) {
                if (line.kind == Kind::Gap) {
                    equal += line.text.section(u' ', 0, 0).toInt();
                    continue;
                }
                if (line.kind != Kind::After)
                    gotBefore += line.text.toStdString() + "\n";
                if (line.kind != Kind::Before)
                    gotAfter += line.text.toStdString() + "\n";
            }
            QCOMPARE(gotBefore.size() + 2 * static_cast<std::size_t>(equal), before.size());
            QCOMPARE(gotAfter.size() + 2 * static_cast<std::size_t>(equal), after.size());
            if (equal == 0 && !isEqual) {
                QCOMPARE(gotBefore, before);
                QCOMPARE(gotAfter, after);
            }
        }
    }

    /// Nothing in common is the dearest.
    void longTextsWithoutACommonLineAreCompared()
    {
        const TextDiff diff = diffTexts(numbered(1, 2000), numbered(10'001, 12'000));
        QCOMPARE(diff.lines.size(), std::size_t{4000});
    }
};

QTEST_GUILESS_MAIN(TestTextDiff)
#include "tst_text_diff.moc"
