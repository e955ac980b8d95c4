#include "ui/wizards/word_list.hpp"

#include <QTest>

using fatlas::ui::joinWords;
using fatlas::ui::splitWords;
using Words = std::vector<std::string>;

class TestWordList : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void splitsAtBlanksOutsideQuotes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("nothing") << QString() << QStringList();
        QTest::newRow("blanks only") << QStringLiteral("  \t ") << QStringList();
        QTest::newRow("two") << QStringLiteral(" *.bak  .git ")
                             << QStringList{QStringLiteral("*.bak"), QStringLiteral(".git")};
        QTest::newRow("quoted") << QStringLiteral("\"My Music\" x")
                                << QStringList{QStringLiteral("My Music"), QStringLiteral("x")};
        QTest::newRow("open quote")
            << QStringLiteral("a \"b c") << QStringList{QStringLiteral("a"), QStringLiteral("b c")};
    }

    void splitsAtBlanksOutsideQuotes()
    {
        QFETCH(const QString, text);
        QFETCH(const QStringList, words);
        QStringList got;
        for (const auto& word : splitWords(text))
            got << QString::fromStdString(word);
        QCOMPARE(got, words);
    }

    void joinsToWhatSplitsTheSame()
    {
        const Words words{"*.bak", "My Music", "ä€😀"};
        QCOMPARE(splitWords(joinWords(words)), words);
    }
};

QTEST_GUILESS_MAIN(TestWordList)
#include "tst_word_list.moc"
