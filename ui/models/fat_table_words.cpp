#include "ui/models/fat_table_words.hpp"

#include "ui/base/words.hpp"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("FatTableWords", text);
}

/// FAT16 and FAT32 keep two promises of the last shutdown in the upper bits.
QString shutdownText(fat::FatType type, std::uint32_t raw)
{
    if (type == fat::FatType::Fat12)
        return words("end mark");
    const unsigned top = type == fat::FatType::Fat16 ? 15 : 27;
    const bool isClean = (raw >> top & 1U) != 0;
    const bool hadNoErrors = (raw >> (top - 1) & 1U) != 0;
    if (isClean && hadNoErrors)
        return words("cleanly unmounted");
    return isClean ? words("errors of the disk") : words("not cleanly unmounted");
}

} // namespace

QString entryValueText(fat::FatType type, std::uint32_t raw)
{
    const int digits = type == fat::FatType::Fat12 ? 3 : type == fat::FatType::Fat16 ? 4 : 8;
    return u"0x"_s + QString::number(raw, 16).toUpper().rightJustified(digits, u'0');
}

QString entryMeaningText(const fat::Geometry& geometry, std::uint32_t entry, std::uint32_t raw)
{
    if (entry == 0)
        return words("media byte %1").arg(entryValueText(fat::FatType::Fat12, raw & 0xFF).right(2));
    if (entry == 1)
        return shutdownText(geometry.type, raw);
    const fat::FatEntry meaning = fat::interpretEntry(geometry.type, raw);
    switch (meaning.kind) {
    case fat::EntryKind::Free: return words("free");
    case fat::EntryKind::Next:
        return geometry.isData(meaning.next)
                   ? words("→ %1").arg(countText(meaning.next.value))
                   : words("→ %1, outside").arg(countText(meaning.next.value));
    case fat::EntryKind::Bad: return words("bad");
    case fat::EntryKind::End: return words("end");
    case fat::EntryKind::Reserved: return words("reserved");
    }
    return {};
}

bool isSameEntry(fat::FatType type, std::uint32_t a, std::uint32_t b)
{
    const std::uint32_t mask = type == fat::FatType::Fat32 ? 0x0FFF'FFFF : 0xFFFF'FFFF;
    return ((a ^ b) & mask) == 0;
}

QString entryPlaceText(fat::FatType type, Cluster cluster)
{
    QString byte = words("byte %1").arg(hexText(fat::entryOffset(type, cluster)));
    if (type != fat::FatType::Fat12)
        return byte;
    return words("%1, bits %2").arg(byte, cluster.value % 2 == 0 ? words("0–11") : words("4–15"));
}

} // namespace fatlas::ui
