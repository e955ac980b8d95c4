#include "core/base/atomic_file.hpp"
#include "core/base/text.hpp"

#include "app/cli/map_draw.hpp"
#include "app/cli/words.hpp"

#include <algorithm>

namespace fatlas::cli {

namespace {

constexpr std::uint32_t margin = 16;
constexpr std::uint32_t lineHeight = 20;
constexpr std::uint32_t minGlyphPitch = 7;
constexpr std::size_t holdAtMost = 256 * 1024;

std::string hexOf(std::uint32_t colour)
{
    return fmt::format("#{:06X}", colour);
}

std::string escaped(std::string_view text)
{
    std::string result;
    for (const char c : escapeForTerminal(text)) {
        switch (c) {
        case '&': result += "&amp;"; break;
        case '<': result += "&lt;"; break;
        case '>': result += "&gt;"; break;
        case '"': result += "&quot;"; break;
        default: result += c;
        }
    }
    return result;
}

class SvgWriter {
public:
    SvgWriter(File& file, const MapPicture& picture) : m_file(file), m_picture(picture) {}

    Result<> write(const std::string& title)
    {
        const MapGrid& grid = m_picture.grid();
        const auto legend = m_picture.legend();
        const auto lines = static_cast<std::uint32_t>(
            std::ranges::count_if(legend, [](std::uint64_t count) { return count != 0; }));
        const std::uint32_t width = std::max(grid.columns * grid.pitch, 320U) + 2 * margin;
        const std::uint32_t height = grid.rows * grid.pitch + 3 * margin + lineHeight * (lines + 1);
        add("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
            "viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" font-size=\"13\">\n",
            width, height);
        add("<title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"{}\"/>\n",
            escaped(title), "#F6F7F9");
        add("<text x=\"{}\" y=\"{}\" fill=\"#1D2126\">{}</text>\n", margin, margin + 4,
            escaped(title));
        for (std::uint32_t row = 0; row < grid.rows; ++row) {
            writeRow(row);
            FATLAS_TRY(flush(holdAtMost));
        }
        writeLegend(legend, grid.rows * grid.pitch + 2 * margin + lineHeight);
        add("</svg>\n");
        return flush(0);
    }

private:
    template <class... Args>
    void add(fmt::format_string<Args...> format, Args&&... args)
    {
        fmt::format_to(std::back_inserter(m_held), format, std::forward<Args>(args)...);
    }

    /// Neighbours of one colour are one rectangle.
    void writeRow(std::uint32_t row)
    {
        const std::uint32_t pitch = m_picture.grid().pitch;
        const std::uint32_t y = margin + lineHeight + row * pitch;
        const std::vector<MapCell> cells = m_picture.row(row);
        const std::uint32_t gap = pitch >= minGlyphPitch ? 1 : 0;
        for (std::size_t i = 0; i < cells.size();) {
            std::size_t end = i + 1;
            while (gap == 0 && end < cells.size() && cells[end].look == cells[i].look)
                ++end;
            if (cells[i].look != CellLook::Nothing)
                add("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>\n",
                    margin + i * pitch, y, (end - i) * pitch - gap, pitch - gap,
                    hexOf(colourOf(cells[i].look)));
            if (gap != 0)
                writeGlyph(cells[i], static_cast<std::uint32_t>(margin + i * pitch), y);
            i = end;
        }
    }

    void writeGlyph(const MapCell& cell, std::uint32_t x, std::uint32_t y)
    {
        const std::uint32_t size = m_picture.grid().pitch - 1;
        const std::uint32_t notch = std::max(2U, size / 4);
        const std::string ink = hexOf(inkOf(cell.look));
        if (cell.isFirst)
            add("<path d=\"M{} {}h{}l-{} {}z\" fill=\"{}\"/>\n", x, y, notch, notch, notch, ink);
        if (cell.isLast)
            add("<path d=\"M{} {}h-{}l{} -{}z\" fill=\"{}\"/>\n", x + size, y + size, notch, notch,
                notch, ink);
        const std::string path = glyphPath(cell.look, size);
        if (!path.empty())
            add("<path transform=\"translate({} {})\" d=\"{}\" stroke=\"{}\" fill=\"none\"/>\n", x,
                y, path, ink);
    }

    static std::string glyphPath(CellLook look, std::uint32_t size)
    {
        const std::uint32_t far = size - 2;
        switch (look) {
        case CellLook::Directory: return fmt::format("M1 1.5H{}", size - 1);
        case CellLook::Bad:
        case CellLook::Finding: return fmt::format("M2 2L{0} {0}M{0} 2L2 {0}", far);
        case CellLook::CrossLinked: return fmt::format("M{0} 2L2 {0}", far);
        case CellLook::Lost:
            return fmt::format("M{0} {1}H{2}", size / 2 - 1, size / 2, size / 2 + 1);
        case CellLook::RunStart: return fmt::format("M2 2V{}", far);
        default: return {};
        }
    }

    void writeLegend(const std::array<std::uint64_t, cellLookCount>& counts, std::uint32_t top)
    {
        std::uint64_t all = 0;
        for (const std::uint64_t count : counts)
            all += count;
        std::uint32_t y = top;
        for (std::size_t i = 0; i < counts.size(); ++i) {
            if (counts[i] == 0)
                continue;
            const auto look = static_cast<CellLook>(i);
            add("<rect x=\"{}\" y=\"{}\" width=\"12\" height=\"12\" fill=\"{}\" "
                "stroke=\"#DDE1E6\"/>\n",
                margin, y, hexOf(colourOf(look)));
            add("<text x=\"{}\" y=\"{}\" fill=\"#1D2126\">{}: {} clusters, {}</text>\n",
                margin + 20, y + 11, nameOf(look), formatCount(counts[i]), percent(counts[i], all));
            y += lineHeight;
        }
    }

    Result<> flush(std::size_t above)
    {
        if (m_held.size() < above)
            return {};
        FATLAS_TRY(m_file.writeAt(m_offset, std::as_bytes(std::span(m_held))));
        m_offset += m_held.size();
        m_held.clear();
        return {};
    }

    File& m_file;
    const MapPicture& m_picture;
    std::string m_held;
    std::uint64_t m_offset = 0;
};

} // namespace

Result<> drawSvg(const std::filesystem::path& target, const MapPicture& picture,
                 const std::string& title)
{
    FATLAS_ASSIGN(auto atomic, AtomicFile::create(target, AtomicFile::Existing::Replace));
    FATLAS_TRY(SvgWriter(atomic.file(), picture).write(title));
    return atomic.commit();
}

} // namespace fatlas::cli
