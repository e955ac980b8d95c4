#include "core/edit/bytes_source.hpp"

#include "tests/core/sync/guest_fixture.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QtTest>

#include <algorithm>
#include <set>
#include <sys/stat.h>

using namespace fatlas;
using fatlas::test::GuestFixture;
using fatlas::test::HostContent;
using fatlas::test::must;
using sync::ChangeKind;
using sync::Proposal;
using sync::Verdict;
using Take = sync::Engine::Take;
using edit::Editor;
using namespace std::chrono_literals;

class TestReview : public QObject {
    Q_OBJECT

private slots:
    void nothingComesHomeThatWasNotAccepted();
    void onlyWhatIsAcceptedComesHome();
    void whatWasRejectedIsNotProposedAgain();
    void whatTheGuestChangesFurtherIsProposedAnew();
    void acceptingAFileAcceptsItsFolder();
    void rejectingAFolderRejectsWhatIsInIt();
    void aNewFileInARejectedFolderOpensItAgain();
    void theEndOfAFolderIsTheEndOfWhatIsInIt();
    void namesThatChangePlacesGoTogether();
    void aNameIsTakenOnlyFromWhoMayLeaveIt();
    void proposalsSayWhatIsProposed();
    void aProposalIsToldOnce();
    void verdictsThatDoNotFitAreRefused();
    void verdictsOutliveWhatSettlesAnew();
    void whatAnUnmountProposedStaysProposed();
    void theGuardHoldsWhatWasAccepted();
};

namespace {

std::shared_ptr<edit::BytesSource> bytes(std::size_t size, std::uint64_t seed)
{
    return std::make_shared<edit::BytesSource>(test::PseudoRandom(seed).bytes(size));
}

void put(Editor& guest, const std::string& folder, const std::string& name, std::size_t size)
{
    must(guest.putFile({.folder = folder, .name = name}, bytes(size, size + 17),
                       edit::Existing::Replace));
}

void remove(Editor& guest, const char* path)
{
    must(guest.remove(path, edit::Recursive::Yes));
}

void fill(const test::TempFolder& folder)
{
    folder.writePattern("A.TXT", 1000, 1);
    folder.writePattern("B.TXT", 5000, 2);
    folder.writePattern("docs/one.txt", 3000, 4);
    folder.writePattern("docs/deep/two.bin", 2000, 5);
    for (int i = 0; i < 24; ++i)
        folder.writePattern("many/file" + std::to_string(i), 700, 100 + i);
}

/// A guest whose changes a person is asked about.
class Asked : public GuestFixture {
public:
    explicit Asked(const sync::EngineOptions& options = {})
    {
        fill(folder);
        begin(options);
        engine().askAboutAll();
    }

    void change(const std::function<void(Editor&)>& what) { write(edit(what)); }

    [[nodiscard]] std::vector<Proposal> proposals() { return engine().review().proposals(); }

    [[nodiscard]] Proposal find(ChangeKind kind, const std::string& path)
    {
        for (const Proposal& proposal : proposals())
            if (proposal.change == kind && proposal.path == path)
                return proposal;
        qFatal("nothing is proposed about %s", path.c_str());
    }

    void decide(ChangeKind kind, const std::string& path, Verdict verdict)
    {
        must(engine().review().decide(find(kind, path).number, verdict));
    }

    [[nodiscard]] Verdict verdictOn(ChangeKind kind, const std::string& path)
    {
        return find(kind, path).verdict;
    }

    void decideAll(Verdict verdict)
    {
        for (const Proposal& proposal : proposals())
            must(engine().review().decide(proposal.number, verdict));
    }
};

} // namespace

void TestReview::nothingComesHomeThatWasNotAccepted()
{
    Asked guest;
    const auto before = guest.hostContent();
    guest.change([](Editor& e) {
        put(e, "/docs", "new.txt", 700);
        remove(e, "/A.TXT");
    });
    const auto result = guest.takeAll();
    QCOMPARE(result.made, std::size_t{0});
    QCOMPARE(result.proposed, std::size_t{2});
    QVERIFY(!result.isUpToDate());
    QVERIFY(guest.hostContent() == before);
    QCOMPARE(guest.takeAll().proposed, std::size_t{2});
}

void TestReview::onlyWhatIsAcceptedComesHome()
{
    Asked guest;
    auto wanted = guest.hostContent();
    guest.change([](Editor& e) {
        put(e, "/docs", "new.txt", 700);
        remove(e, "/A.TXT");
        put(e, "/", "B.TXT", 100);
    });
    (void)guest.takeAll();
    guest.decide(ChangeKind::CreateFile, "/docs/new.txt", Verdict::Accept);
    const auto result = guest.takeAll();
    QCOMPARE(result.made, std::size_t{1});
    QCOMPARE(result.proposed, std::size_t{2});
    wanted["docs/new.txt"] = guest.guestContent().at("docs/new.txt");
    QVERIFY(guest.hostContent() == wanted);
    guest.decideAll(Verdict::Accept);
    QVERIFY(guest.takeAll().isUpToDate());
    QVERIFY(guest.hostContent() == guest.guestContent());
    QVERIFY(guest.proposals().empty());
}

void TestReview::whatWasRejectedIsNotProposedAgain()
{
    Asked guest;
    const auto before = guest.hostContent();
    guest.change([](Editor& e) {
        put(e, "/", "B.TXT", 100);
        remove(e, "/A.TXT");
        must(e.move("/docs/one.txt", "/docs/1.txt"));
    });
    const Bytes view = guest.view();
    (void)guest.takeAll();
    guest.decideAll(Verdict::Reject);
    auto result = guest.takeAll();
    QVERIFY(result.isUpToDate());
    QCOMPARE(result.rejected, std::size_t{3});
    GuestFixture::rest();
    guest.change([](Editor& e) { put(e, "/", "other.bin", 2000); });
    guest.decide(ChangeKind::WriteFile, "/B.TXT", Verdict::Reject);
    result = guest.takeAll();
    QCOMPARE(result.proposed, std::size_t{1});
    QCOMPARE(result.rejected, std::size_t{3});
    guest.decide(ChangeKind::CreateFile, "/other.bin", Verdict::Reject);
    QVERIFY(guest.takeAll().isUpToDate());
    QVERIFY(guest.hostContent() == before);
    QVERIFY(guest.view().size() == view.size()); // every byte is readable still
}

void TestReview::whatTheGuestChangesFurtherIsProposedAnew()
{
    Asked guest;
    guest.change([](Editor& e) {
        put(e, "/", "B.TXT", 100);
        put(e, "/", "A.TXT", 100);
    });
    (void)guest.takeAll();
    const Proposal rejected = guest.find(ChangeKind::WriteFile, "/B.TXT");
    const Proposal accepted = guest.find(ChangeKind::WriteFile, "/A.TXT");
    guest.decide(ChangeKind::WriteFile, "/B.TXT", Verdict::Reject);
    guest.decide(ChangeKind::WriteFile, "/A.TXT", Verdict::Accept);
    GuestFixture::rest();
    const auto before = guest.hostContent();
    guest.change([](Editor& e) {
        put(e, "/", "B.TXT", 200);
        put(e, "/", "A.TXT", 200);
    });
    QCOMPARE(guest.takeAll().proposed, std::size_t{2});
    QVERIFY(guest.hostContent() == before);
    for (const Proposal& old : {rejected, accepted}) {
        const Proposal now = guest.find(ChangeKind::WriteFile, old.path);
        QVERIFY(now.number != old.number && now.verdict == Verdict::Open);
        QCOMPARE(guest.engine().review().decide(old.number, Verdict::Accept).error().code,
                 ErrorCode::NotFound);
    }
}

void TestReview::acceptingAFileAcceptsItsFolder()
{
    Asked guest;
    guest.change([](Editor& e) {
        must(e.makeFolder({.folder = "/", .name = "a"}));
        must(e.makeFolder({.folder = "/a", .name = "b"}));
        put(e, "/a/b", "in it", 700);
        put(e, "/a", "beside it", 700);
    });
    (void)guest.takeAll();
    guest.decide(ChangeKind::CreateFile, "/a/b/in it", Verdict::Accept);
    QCOMPARE(guest.verdictOn(ChangeKind::MakeFolder, "/a"), Verdict::Accept);
    QCOMPARE(guest.takeAll().made, std::size_t{3});
    QVERIFY(guest.hostContent().contains("a/b/in it"));
    QVERIFY(!guest.hostContent().contains("a/beside it"));
}

void TestReview::rejectingAFolderRejectsWhatIsInIt()
{
    Asked guest;
    const auto before = guest.hostContent();
    guest.change([](Editor& e) {
        must(e.makeFolder({.folder = "/", .name = "a"}));
        must(e.makeFolder({.folder = "/a", .name = "b"}));
        put(e, "/a/b", "in it", 700);
        put(e, "/", "fine", 100);
    });
    (void)guest.takeAll();
    guest.decide(ChangeKind::CreateFile, "/a/b/in it", Verdict::Accept);
    guest.decide(ChangeKind::MakeFolder, "/a", Verdict::Reject);
    QCOMPARE(guest.verdictOn(ChangeKind::CreateFile, "/a/b/in it"), Verdict::Reject);
    QCOMPARE(guest.verdictOn(ChangeKind::CreateFile, "/fine"), Verdict::Open);
    QCOMPARE(guest.takeAll().made, std::size_t{0});
    QVERIFY(guest.hostContent() == before);
}

void TestReview::aNewFileInARejectedFolderOpensItAgain()
{
    Asked guest;
    guest.change([](Editor& e) {
        must(e.makeFolder({.folder = "/", .name = "a"}));
        put(e, "/a", "old", 700);
    });
    (void)guest.takeAll();
    guest.decide(ChangeKind::MakeFolder, "/a", Verdict::Reject);
    QVERIFY(guest.takeAll().isUpToDate());
    GuestFixture::rest();
    guest.change([](Editor& e) { put(e, "/a", "new", 900); });
    QVERIFY(!guest.takeAll().isUpToDate());
    QCOMPARE(guest.verdictOn(ChangeKind::MakeFolder, "/a"), Verdict::Open);
    QCOMPARE(guest.verdictOn(ChangeKind::CreateFile, "/a/old"), Verdict::Reject);
    guest.decide(ChangeKind::CreateFile, "/a/new", Verdict::Accept);
    QVERIFY(guest.takeAll().isUpToDate());
    QVERIFY(guest.hostContent().contains("a/new") && !guest.hostContent().contains("a/old"));
}

void TestReview::theEndOfAFolderIsTheEndOfWhatIsInIt()
{
    for (const Verdict verdict : {Verdict::Accept, Verdict::Reject}) {
        Asked guest;
        const auto before = guest.hostContent();
        guest.change([](Editor& e) { remove(e, "/docs"); });
        QCOMPARE(guest.takeAll().proposed, std::size_t{4});
        guest.decide(ChangeKind::RemoveFolder, "/docs", verdict);
        QCOMPARE(guest.verdictOn(ChangeKind::RemoveFile, "/docs/deep/two.bin"), verdict);
        QVERIFY(guest.takeAll().isUpToDate());
        QVERIFY(guest.hostContent() ==
                (verdict == Verdict::Accept ? guest.guestContent() : before));
    }
    Asked guest;
    guest.change([](Editor& e) { remove(e, "/docs"); });
    (void)guest.takeAll();
    guest.decide(ChangeKind::RemoveFile, "/docs/deep/two.bin", Verdict::Reject);
    QCOMPARE(guest.verdictOn(ChangeKind::RemoveFolder, "/docs"), Verdict::Reject);
    QCOMPARE(guest.verdictOn(ChangeKind::RemoveFile, "/docs/one.txt"), Verdict::Reject);
    guest.decide(ChangeKind::RemoveFile, "/docs/one.txt", Verdict::Accept);
    QVERIFY(guest.takeAll().isUpToDate());
    QVERIFY(!guest.hostContent().contains("docs/one.txt"));
    QVERIFY(guest.hostContent().contains("docs/deep/two.bin"));
}

void TestReview::namesThatChangePlacesGoTogether()
{
    for (const Verdict verdict : {Verdict::Accept, Verdict::Reject}) {
        Asked guest;
        const auto before = guest.hostContent();
        guest.change([](Editor& e) {
            must(e.move("/A.TXT", "/T"));
            must(e.move("/B.TXT", "/A.TXT"));
            must(e.move("/T", "/B.TXT"));
        });
        (void)guest.takeAll();
        guest.decide(ChangeKind::Move, "/A.TXT", verdict);
        QCOMPARE(guest.verdictOn(ChangeKind::Move, "/B.TXT"), verdict);
        QVERIFY(guest.takeAll().isUpToDate());
        QVERIFY(guest.hostContent() ==
                (verdict == Verdict::Accept ? guest.guestContent() : before));
    }
}

/// A file is deleted, a folder gets its name: as long as nobody accepted the one, there is no
/// other.
void TestReview::aNameIsTakenOnlyFromWhoMayLeaveIt()
{
    Asked guest;
    const auto before = guest.hostContent();
    guest.change([](Editor& e) {
        remove(e, "/A.TXT");
        must(e.makeFolder({.folder = "/", .name = "A.TXT"}));
        put(e, "/A.TXT", "inside", 10);
    });
    const auto early = guest.pass(Take::Settled, 1500ms); // the deletion settles later
    QVERIFY(early.proposed == 0 && !early.waiting.empty());
    QCOMPARE(guest.pass(Take::Settled, 5s).proposed, std::size_t{3});
    guest.decide(ChangeKind::RemoveFile, "/A.TXT", Verdict::Reject);
    QCOMPARE(guest.verdictOn(ChangeKind::CreateFile, "/A.TXT/inside"), Verdict::Reject);
    QVERIFY(guest.takeAll().isUpToDate());
    QVERIFY(guest.hostContent() == before);
    guest.decide(ChangeKind::CreateFile, "/A.TXT/inside", Verdict::Accept);
    QVERIFY(guest.takeAll().isUpToDate());
    QVERIFY(guest.hostContent() == guest.guestContent());
}

void TestReview::proposalsSayWhatIsProposed()
{
    Asked guest;
    guest.change([](Editor& e) {
        put(e, "/", "B.TXT", 100);
        remove(e, "/A.TXT");
        must(e.move("/docs/one.txt", "/docs/1.txt"));
        put(e, "/docs", "new.txt", 0);
    });
    (void)guest.takeAll();
    const Proposal write = guest.find(ChangeKind::WriteFile, "/B.TXT");
    QCOMPARE(write.hostPath, std::string("B.TXT"));
    QCOMPARE(write.guestSize, std::uint64_t{100});
    QCOMPARE(write.hostSize, std::optional<std::uint64_t>(5000));
    QVERIFY(write.firstCluster.value != 0 && write.conflict.empty());
    const Proposal removal = guest.find(ChangeKind::RemoveFile, "/A.TXT");
    QCOMPARE(removal.hostSize, std::optional<std::uint64_t>(1000));
    QVERIFY(removal.firstCluster.value != 0 && removal.guestSize == 0);
    const Proposal move = guest.find(ChangeKind::Move, "/docs/1.txt");
    QCOMPARE(move.from, std::string("/docs/one.txt"));
    QCOMPARE(move.hostPath, std::string("docs/one.txt"));
    const Proposal creation = guest.find(ChangeKind::CreateFile, "/docs/new.txt");
    QCOMPARE(creation.hostPath, std::string("docs/new.txt"));
    QVERIFY(!creation.hostSize && creation.firstCluster.value == 0);
}

void TestReview::aProposalIsToldOnce()
{
    Asked guest;
    guest.change([](Editor& e) { put(e, "/", "new.txt", 100); });
    (void)guest.takeAll();
    (void)guest.takeAll();
    QCOMPARE(guest.lists.size(), std::size_t{1});
    QCOMPARE(guest.lists[0].size(), std::size_t{1});
    guest.decideAll(Verdict::Accept);
    (void)guest.takeAll();
    QCOMPARE(guest.lists.size(), std::size_t{3}); // accepted, and gone
    QCOMPARE(guest.lists[1][0].verdict, Verdict::Accept);
    QCOMPARE(guest.lists[1][0].number, guest.lists[0][0].number);
    QVERIFY(guest.lists[2].empty());
}

void TestReview::verdictsThatDoNotFitAreRefused()
{
    Asked guest;
    guest.change([](Editor& e) { put(e, "/", "new.txt", 100); });
    (void)guest.takeAll();
    const std::uint64_t number = guest.proposals().at(0).number;
    auto& review = guest.engine().review();
    for (const Verdict verdict : {Verdict::KeepHost, Verdict::KeepGuest, Verdict::KeepBoth})
        QCOMPARE(review.decide(number, verdict).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(review.decide(number + 1, Verdict::Accept).error().code, ErrorCode::NotFound);
    must(review.decide(number, Verdict::Accept));
    must(review.decide(number, Verdict::Open)); // said too soon
    QCOMPARE(guest.takeAll().made, std::size_t{0});
}

/// The folder settles anew because of a new file in it; what is in it is what it was.
void TestReview::verdictsOutliveWhatSettlesAnew()
{
    Asked guest;
    guest.change([](Editor& e) {
        must(e.makeFolder({.folder = "/", .name = "a"}));
        put(e, "/a", "old", 700);
    });
    QCOMPARE(guest.pass(Take::Settled, 5s).proposed, std::size_t{2});
    const std::uint64_t number = guest.find(ChangeKind::CreateFile, "/a/old").number;
    guest.decide(ChangeKind::MakeFolder, "/a", Verdict::Reject);
    GuestFixture::rest();
    guest.change([](Editor& e) { put(e, "/", "busy", 700); });
    Bytes boot(guest.view());
    boot.resize(512);
    guest.write({.offset = 0, .bytes = boot});
    (void)guest.pass(Take::Settled);
    (void)guest.pass(Take::Settled, 20s);
    const Proposal now = guest.find(ChangeKind::CreateFile, "/a/old");
    QVERIFY(now.number == number && now.verdict == Verdict::Reject);
}

void TestReview::whatAnUnmountProposedStaysProposed()
{
    Asked guest;
    guest.change([](Editor& e) {
        put(e, "/", "new.txt", 100);
        remove(e, "/A.TXT");
    });
    QCOMPARE(guest.takeAll().proposed, std::size_t{2});
    guest.decideAll(Verdict::Accept);
    QVERIFY(guest.pass(Take::Settled).isUpToDate()); // at once, and not after a second more
    QVERIFY(guest.hostContent() == guest.guestContent());
}

void TestReview::theGuardHoldsWhatWasAccepted()
{
    Asked guest;
    const auto before = guest.hostContent();
    guest.change([](Editor& e) { remove(e, "/many"); });
    QVERIFY(guest.takeAll().held.empty()); // nobody accepted anything
    guest.decideAll(Verdict::Accept);
    QVERIFY(!guest.takeAll().held.empty());
    QVERIFY(guest.hostContent() == before);
    QVERIFY(!guest.proposals().empty());
}

QTEST_GUILESS_MAIN(TestReview)
#include "tst_review.moc"
