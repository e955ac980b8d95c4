#include "core/nbd/listener.hpp"
#include "core/nbd/socket_address.hpp"

#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace fatlas;
using namespace fatlas::nbd;

namespace {

/// A socket file that nobody listens on.
void leaveSocketBehind(const std::filesystem::path& path)
{
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.native().copy(address.sun_path, sizeof address.sun_path - 1);
    QCOMPARE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ::close(socket);
}

} // namespace

class TestListener : public QObject {
    Q_OBJECT

private slots:
    void unixSocketIsPrivateAndGoesAway();
    void replacesASocketThatIsLeftOver();
    void refusesASocketThatIsAlive();
    void leavesOtherFilesAlone();
    void keepsAFileThatTookItsPlace();
    void refusesAPathThatIsTooLong();
    void tcpIsLoopbackUnlessNamed();
    void parsesAddresses_data();
    void parsesAddresses();
    void refusesWhatIsNoAddress_data();
    void refusesWhatIsNoAddress();
    void escapesUris();
};

void TestListener::unixSocketIsPrivateAndGoesAway()
{
    const test::TempFolder folder;
    {
        const auto listener = Listener::unixSocket(folder / "s").value();
        struct stat status{};
        QCOMPARE(::stat((folder / "s").c_str(), &status), 0);
        QCOMPARE(status.st_mode & 07777U, 0600U);
        QCOMPARE(listener.uri("a b"),
                 "nbd+unix:///a%20b?socket=" + percentEncode((folder / "s").native(), "/"));
    }
    QCOMPARE(folder.entryCount(), std::size_t{0});
}

void TestListener::replacesASocketThatIsLeftOver()
{
    const test::TempFolder folder;
    leaveSocketBehind(folder / "s");
    QVERIFY(Listener::unixSocket(folder / "s"));
}

void TestListener::refusesASocketThatIsAlive()
{
    const test::TempFolder folder;
    const auto first = Listener::unixSocket(folder / "s");
    QVERIFY(first);
    const auto second = Listener::unixSocket(folder / "s");
    QCOMPARE(second.error().code, ErrorCode::Refused);
    QCOMPARE(folder.entryCount(), std::size_t{1});
}

void TestListener::leavesOtherFilesAlone()
{
    const test::TempFolder folder;
    folder.writeText("s", "precious");
    QCOMPARE(Listener::unixSocket(folder / "s").error().code, ErrorCode::Refused);
    QCOMPARE(folder.readFile("s").size(), std::size_t{8});
    QCOMPARE(Listener::unixSocket(folder / "missing/s").error().code, ErrorCode::NotFound);
}

void TestListener::keepsAFileThatTookItsPlace()
{
    const test::TempFolder folder;
    {
        const auto listener = Listener::unixSocket(folder / "s").value();
        std::filesystem::rename(folder / "s", folder / "moved");
        folder.writeText("s", "precious");
    }
    QCOMPARE(folder.readFile("s").size(), std::size_t{8});
}

void TestListener::refusesAPathThatIsTooLong()
{
    const test::TempFolder folder;
    const auto listener = Listener::unixSocket(folder / std::string(200, 'x'));
    QCOMPARE(listener.error().code, ErrorCode::InvalidArgument);
    QVERIFY(listener.error().message.find("107") != std::string::npos);
    QCOMPARE(Listener::unixSocket("").error().code, ErrorCode::InvalidArgument);
}

void TestListener::tcpIsLoopbackUnlessNamed()
{
    const auto listener = Listener::tcp("0").value();
    QCOMPARE(listener.host(), std::string("127.0.0.1"));
    QVERIFY(listener.port() != 0);
    QCOMPARE(listener.uri("x"), "nbd://127.0.0.1:" + std::to_string(listener.port()) + "/x");
    QVERIFY(!Listener::tcp(std::to_string(listener.port()))); // taken
}

void TestListener::parsesAddresses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port");
    QTest::newRow("port") << "80" << "127.0.0.1" << 80;
    QTest::newRow("colon and port") << ":80" << "127.0.0.1" << 80;
    QTest::newRow("host") << "example.org" << "example.org" << 10809;
    QTest::newRow("host and port") << "0.0.0.0:0" << "0.0.0.0" << 0;
    QTest::newRow("v6") << "::1" << "::1" << 10809;
    QTest::newRow("v6 in brackets") << "[::]" << "::" << 10809;
    QTest::newRow("v6 and port") << "[::1]:65535" << "::1" << 65535;
}

void TestListener::parsesAddresses()
{
    QFETCH(QString, text);
    QFETCH(QString, host);
    QFETCH(int, port);
    const auto address = parseTcpAddress(text.toStdString());
    QVERIFY(address);
    QCOMPARE(QString::fromStdString(address->host), host);
    QCOMPARE(static_cast<int>(address->port), port);
}

void TestListener::refusesWhatIsNoAddress_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"", "host:", "host:x", "65536", "host:-1", "[::1", "[::1]80", ":"})
        QTest::newRow(text) << text;
}

void TestListener::refusesWhatIsNoAddress()
{
    QFETCH(QString, text);
    QCOMPARE(parseTcpAddress(text.toStdString()).error().code, ErrorCode::InvalidArgument);
}

void TestListener::escapesUris()
{
    QCOMPARE(percentEncode("a/b c%\xC3\xA4?&", "/"), std::string("a/b%20c%25%C3%A4%3F%26"));
}

QTEST_GUILESS_MAIN(TestListener)
#include "tst_listener.moc"
