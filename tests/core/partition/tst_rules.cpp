#include "core/base/file.hpp"
#include "core/base/units.hpp"
#include "core/partition/rules.hpp"

#include <QTest>

#include <regex>
#include <set>
#include <string>

using namespace fatlas;
using namespace fatlas::partition;

class TestRules : public QObject {
    Q_OBJECT

private slots:
    void everyFindingHasARule();
};

void TestRules::everyFindingHasARule()
{
    const std::vector<std::string> used{"P4",  "P5",  "P6",  "P7",  "P8",  "P9",  "P10",
                                        "P11", "P12", "P13", "P14", "P15", "P20", "P24",
                                        "P25", "P26", "P27", "P28", "P29"};
    std::set<std::string> inSources;
    for (const char* name : {"partition_table.cpp", "read_gpt.cpp", "read_mbr.cpp"}) {
        const auto bytes =
            readWholeFile(std::filesystem::path(FATLAS_SOURCE_DIR) / "core/partition" / name, MiB);
        QVERIFY(bytes);
        const std::string text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
        static const std::regex number("\"(P[0-9]+)\"");
        for (auto it = std::sregex_iterator(text.begin(), text.end(), number);
             it != std::sregex_iterator(); ++it)
            inSources.insert((*it)[1]);
    }
    QVERIFY((inSources == std::set<std::string>(used.begin(), used.end())));
    QCOMPARE(rules().size(), used.size());
    for (const std::string& number : used) {
        const Rule* rule = findRule(number);
        QVERIFY2(rule != nullptr, number.c_str());
        QVERIFY(!rule->title.empty() && !rule->meaning.empty() && !rule->dos.empty() &&
                !rule->windows.empty() && !rule->linuxKernel.empty());
        QVERIFY(rule->meaning.ends_with('.'));
    }
    QVERIFY(findRule("P99") == nullptr);
}

QTEST_GUILESS_MAIN(TestRules)
#include "tst_rules.moc"
