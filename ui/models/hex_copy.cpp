#include "ui/models/hex_copy.hpp"

#include "core/base/text.hpp"

#include <QStringList>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

constexpr std::size_t hexPerLine = 16;
constexpr std::size_t arrayPerLine = 12;

QString twoDigits(std::byte byte)
{
    return QString::number(std::to_integer<unsigned>(byte), 16).rightJustified(2, u'0').toUpper();
}

QString hexLines(ByteView bytes)
{
    QString text;
    text.reserve(static_cast<qsizetype>(bytes.size()) * 3);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i > 0)
            text += i % hexPerLine == 0 ? u'\n' : u' ';
        text += twoDigits(bytes[i]);
    }
    return text;
}

QString cArray(ByteView bytes)
{
    QString text = u"const unsigned char bytes["_s + QString::number(bytes.size()) + u"] = {"_s;
    text.reserve(static_cast<qsizetype>(bytes.size()) * 6 + 64);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        text += i % arrayPerLine == 0 ? u"\n    "_s : u" "_s;
        text += u"0x"_s + twoDigits(bytes[i]) + u',';
    }
    return text + u"\n};\n"_s;
}

QString plainText(ByteView bytes, const CodePage& page)
{
    const ShownBytes shown = shownBytes(page);
    QString text;
    text.reserve(static_cast<qsizetype>(bytes.size()));
    for (const std::byte byte : bytes) {
        const auto value = std::to_integer<std::uint8_t>(byte);
        const bool isBreak = value == '\n' || value == '\r' || value == '\t';
        text += isBreak ? QChar(char16_t{value}) : shown[value];
    }
    return text;
}

} // namespace

QString copyText(ByteView bytes, CopyForm form, const CodePage& page)
{
    switch (form) {
    case CopyForm::Hex: return hexLines(bytes);
    case CopyForm::CArray: return cArray(bytes);
    case CopyForm::Text: return plainText(bytes, page);
    }
    return {};
}

QChar shownByte(std::uint8_t byte, const CodePage& page)
{
    constexpr QChar dot = u'.';
    if (byte >= 0x20 && byte < 0x7F)
        return QChar(char16_t{byte});
    if (byte < 0x80 || page.isLead(byte))
        return dot;
    const char raw = static_cast<char>(byte);
    const auto text = QString::fromStdString(page.decode({&raw, 1}));
    if (text.size() != 1 || text[0] == QChar::ReplacementCharacter || !text[0].isPrint() ||
        text[0].isSpace() || text[0].isMark())
        return dot;
    return text[0];
}

ShownBytes shownBytes(const CodePage& page)
{
    ShownBytes shown;
    for (unsigned byte = 0; byte < shown.size(); ++byte)
        shown[byte] = shownByte(static_cast<std::uint8_t>(byte), page);
    return shown;
}

} // namespace fatlas::ui
