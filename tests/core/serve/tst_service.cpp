#include "core/edit/bytes_source.hpp"
#include "core/nbd/probe.hpp"
#include "core/serve/client_lines.hpp"
#include "core/serve/serve_command.hpp"
#include "core/serve/service.hpp"

#include "tests/support/guest_edit.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <algorithm>
#include <mutex>
#include <sys/stat.h>

using namespace fatlas;
using namespace fatlas::serve;
using namespace std::chrono_literals;

namespace {

constexpr int patienceMs = 60'000; // only as long as it takes

void fill(const test::TempFolder& folder)
{
    folder.writePattern("A.TXT", 5000, 1);
    folder.writePattern("sub/B.BIN", 70'000, 2);
}

/// What a service tells, from whatever thread.
struct Told {
    std::mutex mutex;
    std::vector<std::string> published;
    std::vector<nbd::ClientChange> comings;
    std::vector<std::string> problems;

    ServiceEvents events()
    {
        return {.onHostChanges = {},
                .onPublished =
                    [this](const Generation& made) {
                        const std::scoped_lock lock(mutex);
                        published.push_back(made.name);
                    },
                .onProblem =
                    [this](const Error& error) {
                        const std::scoped_lock lock(mutex);
                        problems.push_back(error.message);
                    },
                .onClient =
                    [this](const nbd::Client&, nbd::ClientChange change) {
                        const std::scoped_lock lock(mutex);
                        comings.push_back(change);
                    },
                .onError = {}};
    }

    std::size_t comingCount()
    {
        const std::scoped_lock lock(mutex);
        return comings.size();
    }
};

ServiceOptions options(const std::filesystem::path& folder, Mode mode = Mode::ReadOnly)
{
    ServiceOptions options{.source = folder.string(), .session = {}, .isWatched = true};
    options.session.name = "disk";
    options.session.mode = mode;
    options.session.publish = Publish::Never;
    options.session.open.folder.floppy = folder_disk::FloppyFormat::F1440K;
    return options;
}

nbd::ProbeTarget targetOf(const Service& service, const std::string& name)
{
    const nbd::Listener& listener = service.listeners().front();
    return {.socket = listener.socketPath(),
            .host = listener.host(),
            .port = listener.port(),
            .exportName = name,
            .patience = std::chrono::milliseconds(patienceMs)};
}

std::string lineFor(const std::vector<ClientLine>& lines, std::string_view program)
{
    const auto found = std::ranges::find(lines, program, &ClientLine::program);
    return found == lines.end() ? std::string() : found->line;
}

} // namespace

class TestService : public QObject {
    Q_OBJECT

private slots:

    /// Nothing would settle for an hour.
    void theLastWhoLeavesSettlesEverything()
    {
        const test::TempFolder folder;
        const test::TempFolder state;
        fill(folder);
        ServiceOptions wanted = options(folder.path(), Mode::WriteBack);
        wanted.session.writeBack.sessions = state / "sessions";
        wanted.session.writeBack.engine.settle = {.quiet = 1h, .most = 1h};
        auto service = Service::open(wanted).value();
        QVERIFY(service->start(listenOn({}).value()));
        const auto put = [&](const std::string& name) {
            test::changeAsGuest(
                *service->session().generations().front().device, [&](edit::Editor& guest) {
                    (void)test::must(guest.putFile(
                        {.folder = "/", .name = name},
                        std::make_shared<edit::BytesSource>(Bytes(700, std::byte{7}))));
                });
        };
        put("NEW.BIN");
        QVERIFY(service->session().writeBack()->synchronizer().status().isBehind);
        QVERIFY(nbd::probe(targetOf(*service, "disk")));
        QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(folder / "NEW.BIN"), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!service->session().writeBack()->synchronizer().status().isBehind,
                                 patienceMs);
        put("LAST.BIN");
        QVERIFY(service->stop(1s));
        const auto end = service->bringHome();
        QVERIFY2(end, end ? "" : end.error().message.c_str());
        QVERIFY(*end && (*end)->isOver);
        QCOMPARE(folder.readFile("LAST.BIN"), Bytes(700, std::byte{7}));
    }

    void nothingComesHomeFromScratch()
    {
        const test::TempFolder folder;
        fill(folder);
        auto service = Service::open(options(folder.path(), Mode::Scratch)).value();
        QVERIFY(service->start(listenOn({}).value()));
        QVERIFY(service->stop(1s));
        const auto end = service->bringHome();
        QVERIFY(end && !*end);
    }

    void clientsUseWhatIsServed_data()
    {
        QTest::addColumn<bool>("isTcp");
        QTest::newRow("Unix socket") << false;
        QTest::newRow("TCP") << true;
    }

    void clientsUseWhatIsServed()
    {
        QFETCH(bool, isTcp);
        const test::TempFolder folder;
        fill(folder);
        Told told;
        auto service = Service::open(options(folder.path()), told.events()).value();
        QVERIFY(service->listeners().empty());
        ListenAddress address;
        if (isTcp)
            address = {.kind = ListenAddress::Kind::Tcp, .socket = {}, .tcp = "127.0.0.1:0"};
        QVERIFY(service->start(listenOn(address).value()));
        const auto report = nbd::probe(targetOf(*service, "disk"));
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QCOMPARE(report->size, std::uint64_t{1440 * 1024});
        QVERIFY(report->isReadOnly);
        QCOMPARE(report->readBytes, 8192U);
        const Generation first = service->session().generations().front();
        QTRY_COMPARE_WITH_TIMEOUT(first.tap->totals(block::TapKind::Read).bytes,
                                  std::uint64_t{8192}, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(told.comingCount(), std::size_t{2}, patienceMs);
        QVERIFY(service->stop(10s));
        QVERIFY(service->clients().empty());
        QVERIFY(service->listeners().empty());
    }

    void thePrivateFolderIsPrivateAndGoes()
    {
        const test::TempFolder folder;
        fill(folder);
        std::filesystem::path socket;
        {
            auto service = Service::open(options(folder.path())).value();
            QVERIFY(service->start(listenOn({}).value()));
            socket = service->listeners().front().socketPath();
            struct stat status{};
            QCOMPARE(::stat(socket.parent_path().c_str(), &status), 0);
            QCOMPARE(status.st_mode & 0777U, 0700U);
        }
        QVERIFY(!std::filesystem::exists(socket.parent_path()));
    }

    void aFolderThatIsNotUsedGoes()
    {
        std::filesystem::path path;
        {
            const auto listening = listenOn({}).value();
            path = listening.folder.path();
            QVERIFY(std::filesystem::is_directory(path));
        }
        QVERIFY(!std::filesystem::exists(path));
    }

    void aTakenSocketIsRefused()
    {
        const test::TempFolder folder;
        folder.writeText("taken", "a file");
        const auto refused = listenOn(
            {.kind = ListenAddress::Kind::UnixSocket, .socket = folder / "taken", .tcp = {}});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Refused);
    }

    void whatIsPublishedIsServedBesideTheOld()
    {
        const test::TempFolder folder;
        fill(folder);
        Told told;
        auto service = Service::open(options(folder.path()), told.events()).value();
        QVERIFY(service->start(listenOn({}).value()));
        folder.writeText("NEW.TXT", "new");
        QVERIFY(service->session().publish());
        QCOMPARE(told.published, std::vector<std::string>{"disk@2"});
        QVERIFY(nbd::probe(targetOf(*service, "disk")));
        QVERIFY(nbd::probe(targetOf(*service, "disk@2")));
        const auto unknown = nbd::probe(targetOf(*service, "disk@3"));
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().code, ErrorCode::NotFound);
    }

    void nothingIsPublishedAfterTheStop()
    {
        const test::TempFolder folder;
        fill(folder);
        Told told;
        auto service = Service::open(options(folder.path()), told.events()).value();
        QVERIFY(service->start(listenOn({}).value()));
        QVERIFY(service->stop(10s));
        folder.writeText("NEW.TXT", "new");
        QVERIFY(service->session().publish());
        QVERIFY(told.published.empty());
        QVERIFY(told.problems.empty());
    }

    void theDiskCanStillBeSavedAfterTheStop()
    {
        const test::TempFolder folder;
        const test::TempFolder out;
        fill(folder);
        auto service = Service::open(options(folder.path(), Mode::Scratch)).value();
        QVERIFY(service->start(listenOn({}).value()));
        QVERIFY(service->stop(10s));
        QVERIFY(service->session().save(1, out / "disk.img", convert::Replace::No));
        QCOMPARE(std::filesystem::file_size(out / "disk.img"), std::uintmax_t{1440 * 1024});
    }

    void linesSayWhereAndHow()
    {
        const test::TempFolder folder;
        const auto listener = nbd::Listener::unixSocket(folder / "a,b.sock").value();
        const auto lines = clientLines(listener, "it's", Access::ReadOnly);
        QVERIFY(lineFor(lines, "QEMU").contains("readonly=on"));
        QVERIFY(lines[1].line.contains("a,,b.sock"));
        QVERIFY(lineFor(lines, "libvirt").contains("name='it&apos;s'"));
        QVERIFY(lineFor(lines, "libvirt").contains("<readonly/>"));
        QVERIFY(lineFor(lines, "nbd-client").contains(R"('it'\''s')"));
        QVERIFY(lineFor(lines, "guestfish").contains("--ro"));
        QVERIFY(!lineFor(lines, "guestfish").contains("nbd+unix"));
        const auto writable = clientLines(listener, "x", Access::Writable);
        for (const ClientLine& line : writable)
            QVERIFY2(!line.line.contains("only"), line.line.c_str());
    }

    void theCommandSaysWhatIsNotSoAnyway()
    {
        SessionOptions session;
        session.name = "dos";
        QCOMPARE(serveCommand("/home/me/dos", SourceKind::Folder, session, {}),
                 std::string("fatlas-cli serve /home/me/dos"));
        session.mode = Mode::Scratch;
        session.name = "a b";
        session.publish = Publish::Auto;
        session.open.folder.floppy = folder_disk::FloppyFormat::F1440K;
        QCOMPARE(serveCommand("/home/me/dos", SourceKind::Folder, session,
                              {.kind = ListenAddress::Kind::Tcp, .socket = {}, .tcp = "10809"}),
                 std::string("fatlas-cli serve /home/me/dos --floppy 1.44M --publish auto "
                             "--scratch --listen 10809 --export \"a b\""));
        session = {};
        session.mode = Mode::Keep;
        session.keep = "/tmp/x.session";
        session.name = "card.vhd";
        QCOMPARE(serveCommand(
                     "/d/card.vhd", SourceKind::Disk, session,
                     {.kind = ListenAddress::Kind::UnixSocket, .socket = "/tmp/s.sock", .tcp = {}}),
                 std::string("fatlas-cli serve /d/card.vhd --keep /tmp/x.session --socket "
                             "/tmp/s.sock"));
    }
};

QTEST_GUILESS_MAIN(TestService)
#include "tst_service.moc"
