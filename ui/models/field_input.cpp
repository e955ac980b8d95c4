#include "ui/models/field_input.hpp"

#include "ui/base/words.hpp"

#include <QCoreApplication>
#include <QDate>
#include <QRegularExpression>
#include <QTime>

#include <algorithm>
#include <cstdint>
#include <optional>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

enum class Form : std::uint8_t { None, Number, Text, Bytes, Serial, Version };

QString words(const char* text)
{
    return QCoreApplication::translate("FieldInput", text);
}

std::unexpected<Error> refuse(const QString& why)
{
    return fail(ErrorCode::InvalidArgument, why.toStdString());
}

bool matches(const QString& text, const QString& pattern)
{
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(text).hasMatch();
}

/// By the way the value is written.
Form formOf(const StructureField& field)
{
    const std::uint64_t length = field.place.length;
    const QString& value = field.value;
    if (length == 0)
        return Form::None;
    if (value.startsWith(u'"') && value.endsWith(u'"') && value.size() >= 2)
        return Form::Text;
    if (length <= 8 && matches(value, u"0x[0-9A-Fa-f]+|[0-9]+"_s))
        return Form::Number;
    if (length == 4 && matches(value, u"[0-9A-F]{4}-[0-9A-F]{4}"_s))
        return Form::Serial;
    if (length == 2 && matches(value, u"[0-9]+\\.[0-9]+"_s))
        return Form::Version;
    if (matches(value, u"[0-9A-F]{2}( [0-9A-F]{2})*"_s) &&
        static_cast<std::uint64_t>(value.size() + 1) == 3 * length)
        return Form::Bytes;
    return Form::None;
}

struct Number {
    std::uint64_t value = 0;
    BitRange bits; ///< where it goes
};

/// The field's own bits, the others as they are.
Bytes merge(ByteView before, const Number& number)
{
    std::uint64_t raw = 0;
    for (std::size_t i = before.size(); i-- > 0;)
        raw = raw << 8 | std::to_integer<std::uint64_t>(before[i]);
    const unsigned width = number.bits.last - number.bits.first + 1;
    const std::uint64_t mask = (width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1)
                               << number.bits.first;
    raw = (raw & ~mask) | (number.value << number.bits.first & mask);
    Bytes after(before.size());
    for (std::byte& byte : after) {
        byte = static_cast<std::byte>(raw & 0xFF);
        raw >>= 8;
    }
    return after;
}

/// "2026-11-21" and "08:38:18" where the field holds such; nothing: it is no such field or text.
std::optional<std::uint64_t> civilValue(const StructureField& field, const QString& text)
{
    if (field.name.contains(u"date (DIR_")) {
        const QDate date = QDate::fromString(text, Qt::ISODate);
        if (date.isValid() && date.year() >= 1980 && date.year() <= 2107)
            return std::uint64_t(date.year() - 1980) << 9 | std::uint64_t(date.month()) << 5 |
                   std::uint64_t(date.day());
    }
    if (field.name.contains(u"time (DIR_") && text.contains(u':')) {
        const QTime time = QTime::fromString(text, text.count(u':') == 1 ? u"H:m"_s : u"H:m:s"_s);
        if (time.isValid())
            return std::uint64_t(time.hour()) << 11 | std::uint64_t(time.minute()) << 5 |
                   std::uint64_t(time.second() / 2);
    }
    return std::nullopt;
}

Result<std::uint64_t> numberOf(const StructureField& field, QString text)
{
    if (const auto civil = civilValue(field, text))
        return *civil;
    const bool isHex = text.startsWith(u"0x", Qt::CaseInsensitive);
    bool isNumber = false;
    text.remove(u',').remove(QChar(0x2009)).remove(QChar(0x202F)); // as countText() groups digits
    const qulonglong value =
        isHex ? text.mid(2).toULongLong(&isNumber, 16) : text.toULongLong(&isNumber, 10);
    if (!isNumber)
        return refuse(words("\"%1\" is no number, expected a decimal one, or a hexadecimal one "
                            "with 0x")
                          .arg(text));
    return value;
}

Result<Bytes> parseNumber(const StructureField& field, const QString& text, ByteView before)
{
    const auto width = static_cast<unsigned>(before.size() * 8);
    const BitRange bits = bitsOf(field).value_or(BitRange{0, width - 1});
    if (bits.last >= width)
        return refuse(words("the field has %1 bits only").arg(width));
    FATLAS_ASSIGN(const std::uint64_t value, numberOf(field, text));
    const unsigned count = bits.last - bits.first + 1;
    const std::uint64_t largest = count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
    if (value > largest)
        return refuse(words("%1 does not fit into %2 bits, which hold at most %3 (%4)")
                          .arg(text)
                          .arg(count)
                          .arg(countText(largest), hexText(largest)));
    return merge(before, {.value = value, .bits = bits});
}

QString unquoted(const QString& text)
{
    const bool isQuoted = text.size() >= 2 && text.startsWith(u'"') && text.endsWith(u'"');
    return isQuoted ? text.mid(1, text.size() - 2) : text;
}

Result<Bytes> parseText(const QString& text, std::size_t length, const CodePage& page)
{
    Bytes bytes;
    for (const uint character : unquoted(text).toUcs4()) {
        const auto encoded = page.encode(character);
        if (!encoded)
            return refuse(
                words("code page %1 has no \"%2\"")
                    .arg(page.number())
                    .arg(shown(QString::fromUcs4(reinterpret_cast<const char32_t*>(&character), 1)
                                   .toStdString())));
        for (const char c : *encoded)
            bytes.push_back(static_cast<std::byte>(c));
    }
    if (bytes.size() > length)
        return refuse(
            words("the text takes %1 bytes, the field has %2").arg(bytes.size()).arg(length));
    bytes.resize(length, std::byte{' '});
    return bytes;
}

Result<Bytes> parseBytes(const QString& text, std::size_t length, const CodePage& page)
{
    if (text.startsWith(u'"'))
        return parseText(text, length, page);
    const QByteArray digits = QString(text).remove(u' ').toLatin1();
    const QByteArray bytes = QByteArray::fromHex(digits);
    if (!matches(QString::fromLatin1(digits), u"([0-9A-Fa-f]{2})*"_s) ||
        static_cast<std::size_t>(bytes.size()) != length)
        return refuse(words("\"%1\" is not %2, expected that many hexadecimal pairs, or text in "
                            "quotes")
                          .arg(text, countText(length, "byte", "bytes")));
    Bytes result(length);
    std::ranges::transform(bytes, result.begin(), [](char c) { return static_cast<std::byte>(c); });
    return result;
}

Result<Bytes> parseSerial(const QString& text, ByteView before)
{
    bool isNumber = false;
    const qulonglong value = QString(text).remove(u'-').toULongLong(&isNumber, 16);
    if (!matches(text, u"[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}"_s) || !isNumber)
        return refuse(
            words("\"%1\" is no serial number, expected for instance 1A2B-3C4D").arg(text));
    return merge(before, {.value = value, .bits = {0, 31}});
}

Result<Bytes> parseVersion(const QString& text, ByteView before)
{
    const uint major = text.section(u'.', 0, 0).toUInt();
    const uint minor = text.section(u'.', 1).toUInt();
    if (!matches(text, u"[0-9]{1,3}\\.[0-9]{1,3}"_s) || major > 255 || minor > 255)
        return refuse(words("\"%1\" is no version, expected for instance 0.0").arg(text));
    return merge(before, {.value = std::uint64_t{major} << 8 | minor, .bits = {0, 15}});
}

} // namespace

QString fieldInputProblem(const StructureField& field)
{
    return formOf(field) != Form::None
               ? QString()
               : words("This field is no single value: type over its bytes instead");
}

Result<Bytes> parseFieldInput(const StructureField& field, const QString& text, ByteView before,
                              const CodePage& page)
{
    const QString typed = text.trimmed();
    switch (formOf(field)) {
    case Form::None: return refuse(fieldInputProblem(field));
    case Form::Number: return parseNumber(field, typed, before);
    case Form::Text: return parseText(typed, before.size(), page);
    case Form::Bytes: return parseBytes(typed, before.size(), page);
    case Form::Serial: return parseSerial(typed, before);
    case Form::Version: return parseVersion(typed, before);
    }
    return refuse(fieldInputProblem(field));
}

} // namespace fatlas::ui
