#include "ui/models/text_diff.hpp"

#include "core/base/code_page.hpp"

#include "ui/base/words.hpp"

#include <QCoreApplication>
#include <QStringDecoder>

#include <algorithm>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

namespace fatlas::ui {

namespace {

constexpr std::size_t context = 3; // equal lines around a difference
constexpr std::size_t maxLineBytes = 1000;
constexpr std::size_t maxTable = std::size_t{8} << 20; // larger: all of one, then of the other

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

using LineNumbers = std::span<const std::size_t>;

/// One step through both texts: what it takes from each.
using Steps = std::vector<std::pair<DiffLine::Kind, std::size_t>>;

void addAll(Steps& steps, DiffLine::Kind kind, LineNumbers lines)
{
    for (const std::size_t line : lines)
        steps.emplace_back(kind, line);
}

/// The longest common subsequence, by its table of lengths.
void addDifferences(Steps& steps, LineNumbers a, LineNumbers b)
{
    const std::size_t width = b.size() + 1;
    if ((a.size() + 1) * width > maxTable) {
        addAll(steps, DiffLine::Kind::Before, a);
        return addAll(steps, DiffLine::Kind::After, b);
    }
    std::vector<std::uint16_t> common((a.size() + 1) * width); // of what lies behind
    for (std::size_t i = a.size(); i-- > 0;)
        for (std::size_t j = b.size(); j-- > 0;)
            common[i * width + j] =
                a[i] == b[j] ? static_cast<std::uint16_t>(common[(i + 1) * width + j + 1] + 1)
                             : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
        if (a[i] == b[j]) {
            steps.emplace_back(DiffLine::Kind::Both, a[i]);
            ++i;
            ++j;
        } else if (common[(i + 1) * width + j] >= common[i * width + j + 1]) {
            steps.emplace_back(DiffLine::Kind::Before, a[i++]);
        } else {
            steps.emplace_back(DiffLine::Kind::After, b[j++]);
        }
    }
    addAll(steps, DiffLine::Kind::Before, a.subspan(i));
    addAll(steps, DiffLine::Kind::After, b.subspan(j));
}

/// What both begin and end with needs no table.
Steps compare(LineNumbers a, LineNumbers b)
{
    const auto begin = std::ranges::mismatch(a, b).in1 - a.begin();
    const auto head = a.first(static_cast<std::size_t>(begin));
    a = a.subspan(head.size());
    b = b.subspan(head.size());
    const auto end = std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first - a.rbegin();
    const auto tail = a.last(static_cast<std::size_t>(end));
    Steps steps;
    addAll(steps, DiffLine::Kind::Both, head);
    addDifferences(steps, a.first(a.size() - tail.size()), b.first(b.size() - tail.size()));
    addAll(steps, DiffLine::Kind::Both, tail);
    return steps;
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
    std::vector<DiffLine> all;
    for (const auto& [kind, number] : compare(a, b))
        all.push_back(
            {.kind = kind,
             .text = shown(std::string_view(numbers.line(number)).substr(0, maxLineBytes))});
    return {.lines = shortened(all)};
}

} // namespace fatlas::ui
