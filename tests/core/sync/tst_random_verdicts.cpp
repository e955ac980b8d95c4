#include "core/edit/bytes_source.hpp"

#include "tests/core/sync/guest_fixture.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QtTest>

#include <algorithm>
#include <set>

using namespace fatlas;
using fatlas::test::GuestFixture;
using fatlas::test::HostContent;
using fatlas::test::must;
using sync::ChangeKind;
using sync::Proposal;
using sync::Verdict;
using Take = sync::Engine::Take;
using edit::Editor;

/// A guest that does anything to anything, and a person who decides at random.
class TestRandomVerdicts : public QObject {
    Q_OBJECT

private slots:
    void acceptedIsHomeAndRejectedStays_data();
    void acceptedIsHomeAndRejectedStays();
};

namespace {

constexpr int rounds = 6;

class Dice {
public:
    explicit Dice(std::uint64_t seed) : m_random(seed) {}

    bool isOneOf(std::uint64_t n) { return m_random.below(n) == 0; }

    std::uint64_t below(std::uint64_t n) { return m_random.below(n); }

    template <class T>
    const T& choose(const std::vector<T>& from)
    {
        return from[static_cast<std::size_t>(m_random.below(from.size()))];
    }

private:
    test::PseudoRandom m_random;
};

std::pair<std::string, std::string> split(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos
               ? std::pair(std::string("/"), path)
               : std::pair("/" + path.substr(0, slash), path.substr(slash + 1));
}

/// One step of the guest, with names that were never used before for what is new.
void step(Editor& guest, const HostContent& content, Dice& dice, int number)
{
    std::vector<std::string> files;
    std::vector<std::string> folders{""};
    for (const auto& [path, bytes] : content)
        (path.ends_with('/') ? folders : files)
            .push_back(path.ends_with('/') ? path.substr(0, path.size() - 1) : path);
    const auto put = [&](const std::string& path) {
        const auto [folder, name] = split(path);
        const std::uint64_t size = dice.below(3) * 700 + dice.below(600);
        must(guest.putFile(
            {.folder = folder, .name = name},
            std::make_shared<edit::BytesSource>(
                test::PseudoRandom(static_cast<std::uint64_t>(number) * 7 + size).bytes(size)),
            edit::Existing::Replace));
    };
    const auto fresh = [&](const char* word) {
        const std::string& folder = dice.choose(folders);
        return (folder.empty() ? "" : folder + "/") + word + std::to_string(number);
    };
    switch (dice.below(7)) {
    case 0:
    case 1: return put(fresh("new"));
    case 2: {
        const auto [folder, name] = split(fresh("dir"));
        must(guest.makeFolder({.folder = folder, .name = name}));
        return;
    }
    case 3: return files.empty() ? void() : put(dice.choose(files));
    case 4:
        if (!files.empty())
            must(guest.remove("/" + dice.choose(files), edit::Recursive::No));
        return;
    case 5:
        if (!files.empty())
            must(guest.move("/" + dice.choose(files), "/" + fresh("moved")));
        return;
    default: break;
    }
    if (folders.size() < 3)
        return;
    const std::string& folder =
        folders[1 + static_cast<std::size_t>(dice.below(folders.size() - 1))];
    if (dice.isOneOf(3))
        must(guest.remove("/" + folder, edit::Recursive::Yes));
    else
        must(guest.move("/" + folder, "/" + ("d" + std::to_string(number))));
}

bool isRejected(const Proposal& proposal)
{
    return proposal.verdict == Verdict::Reject || proposal.verdict == Verdict::KeepHost;
}

/// Somebody's verdicts; nothing of a rejected change may be touched on the host.
class Person {
public:
    Person(GuestFixture& guest, Dice& dice) : m_guest(guest), m_dice(dice) {}

    void decideSome(bool isLast)
    {
        auto& review = m_guest.engine().review();
        for (const Proposal& proposal : review.proposals()) {
            if (!isLast && m_dice.isOneOf(3))
                continue;
            const bool isYes = m_dice.isOneOf(2);
            if (isLast && isRejected(proposal))
                continue;
            static_cast<void>(
                review.decide(proposal.number, isYes ? Verdict::Accept : Verdict::Reject));
        }
    }

    /// Bytes of host files whose change is not accepted: they may not be touched.
    [[nodiscard]] HostContent untouchable() const
    {
        const HostContent host = m_guest.hostContent();
        HostContent kept;
        for (const Proposal& proposal : m_guest.engine().review().proposals()) {
            const auto found = host.find(proposal.hostPath);
            const bool isNew = proposal.change == ChangeKind::CreateFile ||
                               proposal.change == ChangeKind::MakeFolder;
            if (proposal.verdict != Verdict::Accept && !isNew && found != host.end())
                kept.insert(*found);
        }
        return kept;
    }

private:
    GuestFixture& m_guest;
    Dice& m_dice;
};

} // namespace

void TestRandomVerdicts::acceptedIsHomeAndRejectedStays_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 0; seed < 24; ++seed)
        QTest::addRow("%d", seed) << seed;
}

void TestRandomVerdicts::acceptedIsHomeAndRejectedStays()
{
    QFETCH(int, seed);
    Dice dice(static_cast<std::uint64_t>(seed));
    GuestFixture guest;
    for (int i = 0; i < 12; ++i)
        guest.folder.writePattern((i % 3 == 0   ? "a/f"
                                   : i % 3 == 1 ? "b/f"
                                                : "f") +
                                      std::to_string(i),
                                  300 + static_cast<std::uint64_t>(i) * 190, 50 + i);
    guest.begin({.allowMassDelete = true});
    guest.engine().askAboutAll();
    Person person(guest, dice);
    int number = 0;
    for (int round = 0; round < rounds; ++round) {
        for (std::uint64_t steps = 1 + dice.below(4); steps > 0; --steps) {
            const HostContent content = guest.guestContent();
            ++number;
            guest.write(guest.edit([&](Editor& e) { step(e, content, dice, number); }));
        }
        const Bytes view = guest.view();
        (void)guest.takeAll();
        person.decideSome(round + 1 == rounds);
        const HostContent before = person.untouchable();
        const auto result = guest.takeAll();
        QVERIFY2(result.held.empty() && result.conflicts == 0,
                 guest.outcomes.empty() ? "" : guest.outcomes.back().reason.c_str());
        const HostContent now = guest.hostContent();
        for (const auto& [path, content] : before)
            QVERIFY2(
                std::ranges::any_of(now, [&](const auto& item) { return item.second == content; }),
                ("lost: " + path).c_str());
        QVERIFY(guest.view() == view); // whatever was decided
    }
    // Nothing is open, or it is decided about now; what was rejected is no reason to go on.
    for (int i = 0; i < 20 && !guest.takeAll().isUpToDate(); ++i)
        person.decideSome(true);
    QVERIFY(guest.takeAll().isUpToDate());
    // Whoever thinks again gets everything.
    for (int i = 0; i < 20 && !guest.engine().review().proposals().empty(); ++i) {
        for (const Proposal& proposal : guest.engine().review().proposals())
            static_cast<void>(guest.engine().review().decide(proposal.number, Verdict::Accept));
        (void)guest.takeAll();
    }
    QVERIFY(guest.hostContent() == guest.guestContent());
}

QTEST_GUILESS_MAIN(TestRandomVerdicts)
#include "tst_random_verdicts.moc"
