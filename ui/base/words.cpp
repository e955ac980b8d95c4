#include "ui/base/words.hpp"

#include "core/base/text.hpp"

#include <QChar>
#include <QFontDatabase>
#include <QFontInfo>
#include <QTextDocument>

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

bool isBidiControl(char16_t unit)
{
    return unit == 0x061C || unit == 0x200E || unit == 0x200F ||
           (unit >= 0x202A && unit <= 0x202E) || (unit >= 0x2066 && unit <= 0x2069);
}

bool isHidden(const QString& text, qsizetype at)
{
    const QChar c = text[at];
    if (c.isHighSurrogate())
        return at + 1 == text.size() || !text[at + 1].isLowSurrogate();
    if (c.isLowSurrogate())
        return at == 0 || !text[at - 1].isHighSurrogate();
    return c.category() == QChar::Other_Control || isBidiControl(c.unicode()) ||
           c.unicode() == 0x2028 || c.unicode() == 0x2029;
}

QString asSentence(const std::string& message)
{
    QString text = sentenceOf(message);
    if (text.isEmpty())
        return text;
    if (!text.endsWith(u'.') && !text.endsWith(u'?') && !text.endsWith(u'!'))
        text += u'.';
    return text;
}

} // namespace

QString sizeText(std::uint64_t bytes)
{
    return QString::fromStdString(formatSize(bytes));
}

QString exactSizeText(std::uint64_t bytes)
{
    return countText(bytes, "byte", "bytes");
}

QString countText(std::uint64_t count)
{
    return QString::fromStdString(formatCount(count));
}

QString countText(std::uint64_t count, const char* singular, const char* plural)
{
    return countText(count) + u' ' + QLatin1String(count == 1 ? singular : plural);
}

QString percentText(std::uint64_t part, std::uint64_t whole)
{
    if (whole == 0 || part == 0)
        return u"0 %"_s;
    if (part >= whole)
        return u"100 %"_s;
    const long rounded =
        std::lround(100.0 * static_cast<double>(part) / static_cast<double>(whole));
    if (rounded < 1)
        return u"< 1 %"_s;
    if (rounded > 99)
        return u"> 99 %"_s;
    return QString::number(rounded) + u" %"_s;
}

QString hexText(std::uint64_t value)
{
    return u"0x"_s + QString::number(value, 16).toUpper();
}

QString shown(std::string_view utf8)
{
    const QString text = QString::fromStdU16String(utf16FromUtf8Lossy(utf8));
    QString result;
    result.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (isHidden(text, i))
            result += u"\\u{"_s + QString::number(text[i].unicode(), 16).toUpper() + u'}';
        else
            result += text[i];
    }
    return result;
}

QString sentenceOf(std::string_view message)
{
    QString text = shown(message);
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

QString plainToolTip(const QString& text)
{
    if (!Qt::mightBeRichText(text))
        return text;
    return u"<span>"_s + text.toHtmlEscaped() + u"</span>"_s;
}

QString severityText(Severity severity)
{
    switch (severity) {
    case Severity::Info: return u"Note"_s;
    case Severity::Warning: return u"Warning"_s;
    case Severity::Error: return u"Error"_s;
    }
    return {};
}

ErrorWords errorWords(const Error& error)
{
    ErrorWords words{asSentence(error.message), {}};
    if (words.sentence.isEmpty())
        words.sentence = asSentence(toString(error.code));
    if (error.deviceOffset)
        words.detail = u"At byte "_s + countText(*error.deviceOffset) + u" ("_s +
                       hexText(*error.deviceOffset) + u")."_s;
    if (error.systemError != 0) {
        const QString reason = QString::fromLocal8Bit(std::strerror(error.systemError));
        if (!words.detail.isEmpty())
            words.detail += u' ';
        words.detail += u"The system said: "_s + reason + u" ("_s +
                        QString::number(error.systemError) + u")."_s;
    }
    return words;
}

QFont monospaceFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (!QFontInfo(font).fixedPitch()) {
        font.setFamily(u"monospace"_s);
        font.setStyleHint(QFont::Monospace);
    }
    // Fixed fonts look larger than the text around them at the same size.
    const QFont general = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    if (general.pointSizeF() > 0)
        font.setPointSizeF(std::max(6.0, general.pointSizeF() * 0.95));
    return font;
}

QFont resized(const QFont& base, double steps)
{
    QFont font = base;
    if (font.pointSizeF() > 0)
        font.setPointSizeF(std::max(6.0, font.pointSizeF() + steps));
    else
        font.setPixelSize(
            std::max(8, font.pixelSize() + static_cast<int>(std::lround(steps * 1.33))));
    return font;
}

QFont emphasized(const QFont& base, double steps)
{
    QFont font = resized(base, steps);
    font.setWeight(QFont::DemiBold);
    return font;
}

} // namespace fatlas::ui
