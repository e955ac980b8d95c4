#include "ui/models/text_diff.hpp"

#include "core/base/code_page.hpp"

#include "ui/base/words.hpp"

#include <QCoreApplication>
#include <QStringDecoder>

#include <algorithm>
#include <dtl/dtl.hpp>
#include <string>
#include <unordered_map>

namespace fatlas::ui {

namespace {

constexpr std::size_t context = 3; // equal lines around a difference
constexpr std::size_t maxLineBytes = 1000;

QString words(const char* text)
{
    return QCoreApplication::translate("TextDiff", text);
}

QString problemOf(std::string_view bytes)
{
    if (bytes.size() > maxDiffBytes)
        return words("Too long to be compared line by line.");
    if (bytes.find('\0') != std::string_view::npos)
        return words("No text: there is nothing to compare line by line.");
    return {};
}

/// UTF-8, or what DOS wrote.
std::string decoded(std::string_view bytes)
{
    QStringDecoder decoder(QStringConverter::Utf8, QStringConverter::Flag::Stateless);
    const QString text =
        decoder(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
    if (!decoder.hasError())
        return text.toStdString();
    const auto page = CodePage::open(CodePage::defaultNumber);
    return page ? (*page)->decode(bytes) : std::string(bytes);
}

std::vector<std::string> linesOf(std::string_view bytes)
{
    const std::string text = decoded(bytes);
    std::vector<std::string> lines;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = std::min(text.find('\n', from), text.size());
        std::string line = text.substr(from, end - from);
        if (line.ends_with('\r'))
            line.pop_back();
        lines.push_back(std::move(line));
        from = end + 1;
    }
    return lines;
}

/// Equal lines have equal numbers.
class Numbers {
public:
    std::vector<std::size_t> of(std::string_view bytes)
    {
        std::vector<std::size_t> numbers;
        for (std::string& line : linesOf(bytes)) {
            const auto [known, isNew] = m_numbers.try_emplace(line, m_lines.size());
            if (isNew)
                m_lines.push_back(std::move(line));
            numbers.push_back(known->second);
        }
        return numbers;
    }

    [[nodiscard]] const std::string& line(std::size_t number) const { return m_lines[number]; }

private:
    std::unordered_map<std::string, std::size_t> m_numbers;
    std::vector<std::string> m_lines;
};

DiffLine::Kind kindOf(dtl::edit_t type)
{
    if (type == dtl::SES_ADD)
        return DiffLine::Kind::After;
    return type == dtl::SES_DELETE ? DiffLine::Kind::Before : DiffLine::Kind::Both;
}

/// Leaves out what is far from a difference.
std::vector<DiffLine> shortened(const std::vector<DiffLine>& all)
{
    std::vector<bool> isNear(all.size(), false);
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].kind != DiffLine::Kind::Both)
            for (std::size_t near = i - std::min(i, context);
                 near < std::min(all.size(), i + context + 1); ++near)
                isNear[near] = true;
    std::vector<DiffLine> lines;
    for (std::size_t i = 0; i < all.size();) {
        if (isNear[i]) {
            lines.push_back(all[i++]);
            continue;
        }
        const std::size_t first = i;
        while (i < all.size() && !isNear[i])
            ++i;
        lines.push_back({.kind = DiffLine::Kind::Gap,
                         .text = countText(i - first, "equal line", "equal lines")});
    }
    return lines;
}

} // namespace

TextDiff diffTexts(std::string_view before, std::string_view after)
{
    for (const std::string_view bytes : {before, after})
        if (QString problem = problemOf(bytes); !problem.isEmpty())
            return {.problem = std::move(problem)};
    Numbers numbers;
    const auto a = numbers.of(before);
    const auto b = numbers.of(after);
    if (std::max(a.size(), b.size()) > maxDiffLines)
        return {.problem = words("Too many lines to be compared.")};
    dtl::Diff<std::size_t> diff(a, b, true);
    diff.onHuge();
    diff.compose();
    std::vector<DiffLine> all;
    for (const auto& [number, info] : diff.getSes().getSequence())
        all.push_back(
            {.kind = kindOf(info.type),
             .text = shown(std::string_view(numbers.line(number)).substr(0, maxLineBytes))});
    return {.lines = shortened(all)};
}

} // namespace fatlas::ui
