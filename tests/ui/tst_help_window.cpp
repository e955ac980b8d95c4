#include "ui/base/help_topic.hpp"
#include "ui/window/help_window.hpp"

#include <QDir>
#include <QListWidget>
#include <QRegularExpression>
#include <QTest>
#include <QTextBrowser>

using namespace fatlas::ui;

class TestHelpWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void hasAPageForEveryTopicOfTheList()
    {
        HelpWindow help;
        auto* list = help.findChild<QListWidget*>();
        QVERIFY(list->count() > 5);
        QSet<QString> seen;
        for (int row = 0; row < list->count(); ++row) {
            list->setCurrentRow(row);
            QVERIFY2(help.page()->toPlainText().size() > 100, qPrintable(help.topic()));
            seen << help.topic();
        }
        QCOMPARE(seen.size(), list->count());
        QCOMPARE(QDir(QStringLiteral(":/fatlas/help")).entryList().size(), list->count());
    }

    void everyLinkLeadsToAPage()
    {
        const QDir pages(QStringLiteral(":/fatlas/help"));
        static const QRegularExpression link(QStringLiteral(R"(\]\(([^)]+)\))"));
        int count = 0;
        for (const QString& name : pages.entryList()) {
            QFile file(pages.filePath(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            auto found = link.globalMatch(QString::fromUtf8(file.readAll()));
            for (; found.hasNext(); ++count) {
                const QString target = found.next().captured(1);
                QVERIFY2(pages.exists(target), qPrintable(name + u" -> " + target));
            }
        }
        QVERIFY(count > 3);
    }

    void followsLinksBetweenPages()
    {
        HelpWindow help;
        help.showTopic(QStringLiteral("volume"));
        Q_EMIT help.page()->anchorClicked(QUrl(QStringLiteral("map.md")));
        QCOMPARE(help.topic(), QStringLiteral("map"));
    }

    void showsThePageAboutVolumesForPartsWithoutOne()
    {
        HelpWindow help;
        help.showTopic(QStringLiteral("nothing of the kind"));
        QCOMPARE(help.topic(), QStringLiteral("volume"));
    }

    void findsTheTopicOfTheNearestPart()
    {
        QWidget page;
        QWidget panel(&page);
        QWidget inside(&panel);
        QCOMPARE(helpTopicOf(&inside), QStringLiteral("start"));
        setHelpTopic(&page, QStringLiteral("volume"));
        QCOMPARE(helpTopicOf(&inside), QStringLiteral("volume"));
        setHelpTopic(&panel, QStringLiteral("map"));
        QCOMPARE(helpTopicOf(&inside), QStringLiteral("map"));
        QCOMPARE(helpTopicOf(nullptr), QStringLiteral("start"));
    }
};

QTEST_MAIN(TestHelpWindow)
#include "tst_help_window.moc"
