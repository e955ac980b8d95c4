#include "core/folder_disk/options_text.hpp"

#include <QTest>

using namespace fatlas;
using namespace fatlas::folder_disk;

Q_DECLARE_METATYPE(fatlas::folder_disk::Options)

class OptionsTextTest : public QObject {
    Q_OBJECT

private slots:
    void readsSizes_data();
    void readsSizes();
    void refusesWhatIsNoSize_data();
    void refusesWhatIsNoSize();
    void readsHexNumbers_data();
    void readsHexNumbers();
    void findsFloppyFormatsByAnyName();
    void readsFatAddresses_data();
    void readsFatAddresses();
    void refusesAddressesThatCannotBe_data();
    void refusesAddressesThatCannotBe();
    void takesAnythingElseForAFolder();
    void writesTheCommand_data();
    void writesTheCommand();
    void classicCommandsReadBackAsTheSameOptions_data();
    void classicCommandsReadBackAsTheSameOptions();
};

void OptionsTextTest::readsSizes_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<quint64>("bytes");
    QTest::newRow("bytes") << "512" << quint64{512};
    QTest::newRow("K") << "1440K" << quint64{1474560};
    QTest::newRow("k") << "1k" << quint64{1024};
    QTest::newRow("M") << "64M" << quint64{64} * 1024 * 1024;
    QTest::newRow("MiB") << "64MiB" << quint64{64} * 1024 * 1024;
    QTest::newRow("space") << "64 MB" << quint64{64} * 1024 * 1024;
    QTest::newRow("fraction") << "1.5G" << quint64{1536} * 1024 * 1024;
    QTest::newRow("cut to bytes") << "1.44M" << quint64{1509949};
    QTest::newRow("T") << "2T" << (quint64{1} << 41);
    QTest::newRow("zero") << "0" << quint64{0};
    QTest::newRow("largest") << "18446744073709551615" << ~quint64{0};
}

void OptionsTextTest::readsSizes()
{
    QFETCH(const QString, text);
    QFETCH(const quint64, bytes);
    const auto size = parseSize(text.toStdString());
    QVERIFY(size.has_value());
    QCOMPARE(quint64{*size}, bytes);
}

void OptionsTextTest::refusesWhatIsNoSize_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"", "M", "-1", "1X", "1.M", "1.5", "16777216T", "18446744073709551616",
                             "1MM", "1 2", "0x10", "1.1234567M", "1K\n", " 1K"})
        QTest::newRow(text) << text;
}

void OptionsTextTest::refusesWhatIsNoSize()
{
    QFETCH(const QString, text);
    const auto size = parseSize(text.toStdString());
    QVERIFY(!size);
    QCOMPARE(size.error().code, ErrorCode::InvalidArgument);
}

void OptionsTextTest::readsHexNumbers_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("works");
    QTest::addColumn<quint32>("number");
    QTest::newRow("dash") << "1A2B-3C4D" << true << 0x1A2B3C4DU;
    QTest::newRow("lower") << "1a2b3c4d" << true << 0x1A2B3C4DU;
    QTest::newRow("0x") << "0x1A2B3C4D" << true << 0x1A2B3C4DU;
    QTest::newRow("short") << "7" << true << 7U;
    for (const char* bad : {"", "0x", "123456789", "1A2B3C4G", "1-2", "1A2B-3C4", "-", "12345-678"})
        QTest::newRow(bad) << bad << false << 0U;
}

void OptionsTextTest::readsHexNumbers()
{
    QFETCH(const QString, text);
    QFETCH(const bool, works);
    QFETCH(const quint32, number);
    const auto parsed = parseHex32(text.toStdString());
    QCOMPARE(parsed.has_value(), works);
    if (works)
        QCOMPARE(*parsed, number);
    else
        QCOMPARE(parsed.error().code, ErrorCode::InvalidArgument);
}

void OptionsTextTest::findsFloppyFormatsByAnyName()
{
    for (const FloppyLayout& layout : floppyLayouts)
        QCOMPARE(findFloppyFormat(layout.name), std::optional(layout.format));
    QCOMPARE(findFloppyFormat("1.44m"), std::optional(FloppyFormat::F1440K));
    QCOMPARE(findFloppyFormat("2880k"), std::optional(FloppyFormat::F2880K));
    QCOMPARE(findFloppyFormat("dmf"), std::optional(FloppyFormat::F1680K));
    QCOMPARE(findFloppyFormat("1.45M"), std::optional<FloppyFormat>());
}

void OptionsTextTest::readsFatAddresses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("folder");
    QTest::addColumn<int>("fatBits");
    QTest::addColumn<int>("floppy"); // -1: a disk
    QTest::addColumn<int>("cylinders");
    QTest::addColumn<bool>("readWrite");
    const int f1440 = static_cast<int>(FloppyFormat::F1440K);
    const int f2880 = static_cast<int>(FloppyFormat::F2880K);
    QTest::newRow("disk") << "fat:/a" << "/a" << 16 << -1 << 1024 << false;
    QTest::newRow("12") << "fat:12:/a" << "/a" << 12 << -1 << 64 << false;
    QTest::newRow("16") << "fat:16:/a" << "/a" << 16 << -1 << 1024 << false;
    QTest::newRow("32") << "fat:32:rw:/a" << "/a" << 32 << -1 << 1024 << true;
    QTest::newRow("floppy") << "fat:floppy:a" << "a" << 12 << f2880 << 0 << false;
    QTest::newRow("floppy 12") << "fat:floppy:12:a" << "a" << 12 << f1440 << 0 << false;
    QTest::newRow("12 floppy") << "fat:12:floppy:a" << "a" << 12 << f1440 << 0 << false;
    QTest::newRow("floppy 16") << "fat:floppy:16:a" << "a" << 16 << f2880 << 0 << false;
    QTest::newRow("colon") << "fat:rw:c:x:y" << "c:x:y" << 16 << -1 << 1024 << true;
    QTest::newRow("word later") << "fat:x/12:/y" << "x/12:/y" << 16 << -1 << 1024 << false;
}

void OptionsTextTest::readsFatAddresses()
{
    QFETCH(const QString, text);
    QFETCH(const QString, folder);
    QFETCH(const int, fatBits);
    QFETCH(const int, floppy);
    QFETCH(const int, cylinders);
    QFETCH(const bool, readWrite);
    const auto source = parseSource(text.toStdString());
    QVERIFY(source.has_value());
    QVERIFY(source->isFatAddress);
    QCOMPARE(QString::fromStdString(source->folder), folder);
    QCOMPARE(source->readWrite, readWrite);
    const Options& options = source->options;
    QCOMPARE(static_cast<int>(*options.fat), fatBits);
    QCOMPARE(options.floppy ? static_cast<int>(*options.floppy) : -1, floppy);
    QCOMPARE(options.classic ? options.classic->cylinders : 0, cylinders);
    QCOMPARE(options.partition, floppy < 0 ? PartitionScheme::Mbr : PartitionScheme::None);
    QCOMPARE(options.label, std::string("QEMU VVFAT"));
    QCOMPARE(options.oemName, std::string("MSWIN4.1"));
}

void OptionsTextTest::refusesAddressesThatCannotBe_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("reason");
    QTest::newRow("nothing") << "" << "empty";
    QTest::newRow("no folder") << "fat:" << "names no folder";
    QTest::newRow("no folder after words") << "fat:12:rw:" << "names no folder";
    QTest::newRow("FAT32 floppy") << "fat:floppy:32:x" << "65,525 clusters";
    QTest::newRow("two types") << "fat:12:16:x" << "one FAT type";
}

void OptionsTextTest::refusesAddressesThatCannotBe()
{
    QFETCH(const QString, text);
    QFETCH(const QString, reason);
    const auto source = parseSource(text.toStdString());
    QVERIFY(!source);
    QCOMPARE(source.error().code, ErrorCode::InvalidArgument);
    QVERIFY2(QString::fromStdString(source.error().message).contains(reason),
             source.error().message.c_str());
}

void OptionsTextTest::takesAnythingElseForAFolder()
{
    for (const char* text : {"/a/b", "fat", "FAT:x", "./fat:x", "a:b"}) {
        const auto source = parseSource(text);
        QVERIFY(source.has_value());
        QVERIFY(!source->isFatAddress);
        QCOMPARE(source->folder, std::string(text));
        QVERIFY(source->options == Options{});
    }
}

void OptionsTextTest::writesTheCommand_data()
{
    QTest::addColumn<Options>("options");
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("expected");
    Options options;
    QTest::newRow("defaults") << options << "~/dos" << "fatlas-cli create ~/dos -o dos.img";
    QTest::newRow("spaces") << options << "my files"
                            << "fatlas-cli create \"my files\" -o dos.img";
    QTest::newRow("looks like an option") << options << "-x"
                                          << "fatlas-cli create ./-x -o dos.img";
    QTest::newRow("looks like an address") << options << "fat:x"
                                           << "fatlas-cli create ./fat:x -o dos.img";
    QTest::newRow("dollar") << options << "a$b"
                            << "fatlas-cli create 'a$b' -o dos.img";
    QTest::newRow("quotes") << options << "it's"
                            << "fatlas-cli create \"it's\" -o dos.img";
    QTest::newRow("both quotes") << options << "it's \"a\""
                                 << "fatlas-cli create 'it'\\''s \"a\"' -o dos.img";
    QTest::newRow("newline") << options << "a\nb"
                             << "fatlas-cli create $'a\\x0ab' -o dos.img";
    options.floppy = FloppyFormat::F1440K;
    options.label = "DOS TOOLS";
    QTest::newRow("floppy") << options << "~/dos"
                            << "fatlas-cli create ~/dos -o dos.img --floppy 1.44M --label "
                               "\"DOS TOOLS\"";
    options = {};
    options.fat = fat::FatType::Fat32;
    options.size = 3ULL << 30;
    options.clusterSize = 4096;
    options.sectorSize = 4096;
    options.partition = PartitionScheme::Gpt;
    options.efiSystem = true;
    options.serial = 0x1A2B3C4D;
    options.diskId = 0xFF;
    options.oemName = "ME";
    options.bootSector = {.path = "b.bin", .bytes = Bytes(512)};
    options.mbrCode = {.path = "m.bin", .bytes = Bytes(440)};
    options.first = {"IO.SYS"};
    options.excludes = {"*.bak", ".git"};
    options.unfit = Unfit::Skip;
    options.codePage = 850;
    options.timeZone = {.kind = fat::TimeZone::Kind::Offset, .offsetMinutes = 330};
    options.compat = Compat::Dos;
    options.reproducible = true;
    QTest::newRow("everything")
        << options << "d"
        << "fatlas-cli create d -o dos.img --fat 32 --size 3G --cluster-size 4K --sector-size 4096 "
           "--partition gpt --esp --serial 1A2B-3C4D --disk-id 000000FF --oem ME --boot-sector "
           "b.bin --mbr-code m.bin --first IO.SYS --exclude \"*.bak\" --exclude .git --skip-unfit "
           "--codepage 850 --timezone +05:30 --compat dos --reproducible";
    QTest::newRow("classic") << parseSource("fat:x")->options << "x"
                             << "fatlas-cli create fat:./x -o dos.img";
    options = parseSource("fat:32:x")->options;
    options.label.clear();
    QTest::newRow("classic, changed") << options << "/x"
                                      << "fatlas-cli create fat:32:/x -o dos.img --label \"\"";
    QTest::newRow("classic floppy") << parseSource("fat:floppy:x")->options << "x"
                                    << "fatlas-cli create x -o dos.img --fat 12 --floppy 2.88M "
                                       "--label \"QEMU VVFAT\" --oem MSWIN4.1";
}

void OptionsTextTest::writesTheCommand()
{
    QFETCH(const Options, options);
    QFETCH(const QString, folder);
    QFETCH(const QString, expected);
    QCOMPARE(QString::fromStdString(createCommand(folder.toStdString(), "dos.img", options)),
             expected);
}

void OptionsTextTest::classicCommandsReadBackAsTheSameOptions_data()
{
    QTest::addColumn<QString>("address");
    for (const char* address : {"fat:/x", "fat:12:/x", "fat:32:/x"})
        QTest::newRow(address) << address;
}

void OptionsTextTest::classicCommandsReadBackAsTheSameOptions()
{
    QFETCH(const QString, address);
    const auto options = parseSource(address.toStdString())->options;
    const QString command = QString::fromStdString(createCommand("/x", "o", options));
    QCOMPARE(command, QString("fatlas-cli create %1 -o o").arg(address));
    const auto again = parseSource(command.section(' ', 2, 2).toStdString());
    QVERIFY(again.has_value() && again->options == options);
}

QTEST_GUILESS_MAIN(OptionsTextTest)
#include "tst_options_text.moc"
