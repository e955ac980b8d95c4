#include "core/base/atomic_file.hpp"
#include "core/base/bytes.hpp"

#include "app/cli/map_draw.hpp"

#include <algorithm>
#include <csetjmp>
#include <memory>
#include <png.h>

namespace fatlas::cli {

namespace {

constexpr std::uint32_t minGlyphPitch = 7;
constexpr unsigned inkBase = cellLookCount; ///< palette: colours, then the ink on each

/// Where libpng leaves its bytes: it knows no Result.
struct Sink {
    File& file;
    std::uint64_t offset = 0;
    std::optional<Error> failure = std::nullopt;
};

void writeBytes(png_structp png, png_bytep data, std::size_t length)
{
    auto& sink = *static_cast<Sink*>(png_get_io_ptr(png));
    const auto written = sink.file.writeAt(sink.offset, std::as_bytes(std::span(data, length)));
    if (!written) {
        sink.failure = written.error();
        png_error(png, "cannot write");
    }
    sink.offset += length;
}

void ignoreFlush(png_structp) {}

void ignoreWarning(png_structp, png_const_charp) {}

[[noreturn]] void leave(png_structp png, png_const_charp)
{
    png_longjmp(png, 1);
}

/// The rows of pixels, one after another, for the picture's palette.
class PixelRows {
public:
    explicit PixelRows(const MapPicture& picture) : m_picture(picture) {}

    [[nodiscard]] std::uint32_t width() const { return m_picture.grid().width; }

    [[nodiscard]] std::uint32_t height() const
    {
        return m_picture.grid().rows * m_picture.grid().pitch;
    }

    const std::vector<png_byte>& row(std::uint32_t y)
    {
        const std::uint32_t pitch = m_picture.grid().pitch;
        if (y % pitch == 0)
            m_cells = m_picture.row(y / pitch);
        m_pixels.clear();
        for (const MapCell& cell : m_cells)
            for (std::uint32_t x = 0; x < pitch; ++x)
                m_pixels.push_back(
                    static_cast<png_byte>(static_cast<unsigned>(cell.look) +
                                          (isInk(cell, pitch, x, y % pitch) ? inkBase : 0)));
        m_pixels.resize(width(), static_cast<png_byte>(CellLook::Nothing));
        return m_pixels;
    }

private:
    const MapPicture& m_picture;
    std::vector<MapCell> m_cells;
    std::vector<png_byte> m_pixels;
};

std::array<png_color, 2 * cellLookCount> palette()
{
    std::array<png_color, 2 * cellLookCount> colours{};
    const auto asColour = [](std::uint32_t rgb) {
        return png_color{.red = static_cast<png_byte>(rgb >> 16),
                         .green = static_cast<png_byte>(rgb >> 8 & 0xFF),
                         .blue = static_cast<png_byte>(rgb & 0xFF)};
    };
    for (std::size_t i = 0; i < cellLookCount; ++i) {
        colours[i] = asColour(colourOf(static_cast<CellLook>(i)));
        colours[inkBase + i] = asColour(inkOf(static_cast<CellLook>(i)));
    }
    return colours;
}

/// False when libpng gave up. Nothing in here may have a destructor: libpng jumps out.
bool encode(png_structp png, png_infop info, PixelRows& rows, const png_color* colours)
{
    if (setjmp(png_jmpbuf(png)) != 0) // NOLINT(cert-err52-cpp): how libpng reports errors
        return false;
    png_set_IHDR(png, info, rows.width(), rows.height(), 8, PNG_COLOR_TYPE_PALETTE,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_PLTE(png, info, colours, 2 * static_cast<int>(cellLookCount));
    png_write_info(png, info);
    for (std::uint32_t y = 0; y < rows.height(); ++y)
        png_write_row(png, rows.row(y).data());
    png_write_end(png, info);
    return true;
}

} // namespace

bool isInk(const MapCell& cell, std::uint32_t pitch, std::uint32_t x, std::uint32_t y) noexcept
{
    if (pitch < minGlyphPitch)
        return false;
    const std::uint32_t notch = std::max(2U, pitch / 4);
    if (cell.isFirst && x + y < notch)
        return true;
    if (cell.isLast && (pitch - 1 - x) + (pitch - 1 - y) < notch)
        return true;
    const std::uint32_t thick = std::max(1U, pitch / 8);
    const auto isNear = [thick](std::uint32_t a, std::uint32_t b) {
        return (a > b ? a - b : b - a) < thick;
    };
    const bool inside = x > 1 && y > 1 && x + 2 < pitch && y + 2 < pitch;
    const std::uint32_t middle = pitch / 2;
    switch (cell.look) {
    case CellLook::Directory: return y >= 1 && y < 1 + thick && x >= 1 && x + 1 < pitch;
    case CellLook::Bad:
    case CellLook::Finding: return inside && (isNear(x, y) || isNear(x + y, pitch - 1));
    case CellLook::CrossLinked: return inside && isNear(x + y, pitch - 1);
    case CellLook::Lost: return isNear(x, middle) && isNear(y, middle);
    case CellLook::RunStart: return x >= 1 && x < 1 + 2 * thick && inside;
    default: return false;
    }
}

std::uint32_t inkOf(CellLook look) noexcept
{
    const std::uint32_t colour = colourOf(look);
    const std::uint32_t light =
        (colour >> 16) * 299 + (colour >> 8 & 0xFF) * 587 + (colour & 0xFF) * 114;
    return light < 140'000 ? 0xFFFFFF : 0x1D2126;
}

Result<> drawPng(const std::filesystem::path& target, const MapPicture& picture)
{
    FATLAS_ASSIGN(auto atomic, AtomicFile::create(target, AtomicFile::Existing::Replace));
    Sink sink{.file = atomic.file()};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, leave, ignoreWarning);
    png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
    if (info == nullptr) {
        png_destroy_write_struct(&png, nullptr);
        return fail(ErrorCode::Io, "there is not enough memory for a PNG");
    }
    png_set_write_fn(png, &sink, writeBytes, ignoreFlush);
    PixelRows rows(picture);
    const auto colours = palette();
    const bool done = encode(png, info, rows, colours.data());
    png_destroy_write_struct(&png, &info);
    if (sink.failure)
        return std::unexpected(*sink.failure);
    if (!done)
        return fail(ErrorCode::Io, "the picture cannot be made");
    return atomic.commit();
}

} // namespace fatlas::cli
