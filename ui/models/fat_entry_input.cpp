#include "ui/models/fat_entry_input.hpp"

#include "ui/base/words.hpp"
#include "ui/models/fat_table_words.hpp"

#include <QCoreApplication>

#include <optional>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("FatEntryInput", text);
}

std::unexpected<Error> refuse(const QString& why)
{
    return fail(ErrorCode::InvalidArgument, why.toStdString());
}

/// In English and in the language of the window.
std::optional<std::uint32_t> wordValue(fat::FatType type, const QString& text)
{
    const auto says = [&text](const char* word) {
        return text == QLatin1String(word) || text == words(word).toLower();
    };
    if (says("free"))
        return 0;
    if (says("bad"))
        return fat::badMark(type);
    if (says("end"))
        return fat::endMark(type);
    return std::nullopt;
}

Result<std::uint32_t> rawValue(fat::FatType type, const QString& text)
{
    bool isNumber = false;
    const qulonglong value = text.mid(2).toULongLong(&isNumber, 16);
    if (!isNumber)
        return refuse(words("\"%1\" is no hexadecimal number").arg(text));
    if (value > largestEntry(type))
        return refuse(words("%1 does not fit into an entry of %2, which holds at most %3")
                          .arg(text, QLatin1String(fat::toString(type)),
                               entryValueText(type, largestEntry(type))));
    return static_cast<std::uint32_t>(value);
}

Result<std::uint32_t> clusterValue(const fat::Geometry& geometry, QString text)
{
    text.remove(u',').remove(QChar(0x2009)).remove(QChar(0x202F)); // as countText() groups digits
    bool isNumber = false;
    const qulonglong value = text.toULongLong(&isNumber, 10);
    if (!isNumber)
        return refuse(words("\"%1\" is no value of an entry, expected a cluster, a number with 0x, "
                            "free, bad or end")
                          .arg(text));
    if (value != 0 && (value > UINT32_MAX || !geometry.isData(Cluster{std::uint32_t(value)})))
        return refuse(words("There is no cluster %1, expected 2 to %2; with 0x in front any number "
                            "can be written")
                          .arg(countText(value), countText(geometry.endCluster().value - 1)));
    return static_cast<std::uint32_t>(value);
}

} // namespace

std::uint32_t largestEntry(fat::FatType type) noexcept
{
    return type == fat::FatType::Fat12 ? 0xFFF : type == fat::FatType::Fat16 ? 0xFFFF : 0x0FFF'FFFF;
}

Result<std::uint32_t> parseEntryInput(const fat::Geometry& geometry, std::uint32_t entry,
                                      const QString& text)
{
    const QString typed = text.trimmed().toLower();
    if (typed.startsWith(u"0x"))
        return rawValue(geometry.type, typed);
    if (entry < 2)
        return refuse(
            words("Entry %1 has no cluster: type its value as a number with 0x").arg(entry));
    if (const auto value = wordValue(geometry.type, typed))
        return *value;
    return clusterValue(geometry, typed);
}

QString entryInputText(const fat::Geometry& geometry, std::uint32_t entry, std::uint32_t raw)
{
    QString hex = entryValueText(geometry.type, raw & largestEntry(geometry.type));
    if (entry < 2)
        return hex;
    const fat::FatEntry meaning = fat::interpretEntry(geometry.type, raw);
    switch (meaning.kind) {
    case fat::EntryKind::Free: return words("free");
    case fat::EntryKind::Next:
        return geometry.isData(meaning.next) ? QString::number(meaning.next.value) : hex;
    case fat::EntryKind::Bad: return words("bad");
    case fat::EntryKind::End:
        return (raw & largestEntry(geometry.type)) == fat::endMark(geometry.type) ? words("end")
                                                                                  : hex;
    case fat::EntryKind::Reserved: return hex;
    }
    return hex;
}

} // namespace fatlas::ui
