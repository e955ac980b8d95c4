// Frames of the hex view while it scrolls over 2 TiB, measured in the GUI thread, and searching.

#include "tests/ui/hex_fixture.hpp"
#include "ui/models/hex_search.hpp"
#include "ui/views/hex_panel.hpp"

#include <QApplication>
#include <QElapsedTimer>
#include <QTest>
#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace {

using namespace fatlas;
using namespace fatlas::ui;

constexpr int frames = 400;
constexpr int rowsPerFrame = 3;

/// 2 TiB in which every byte has something to show.
class NoiseDevice final : public block::BlockDevice {
public:
    [[nodiscard]] std::uint64_t size() const noexcept override { return 2 * TiB; }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override
    {
        for (std::size_t i = 0; i < into.size(); ++i)
            into[i] = static_cast<std::byte>((offset + i) * 2654435761U >> 13);
        return {};
    }
};

double millisecondsOf(const QElapsedTimer& clock)
{
    return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

void reportFrames(QSize size, double targetMs)
{
    HexPanel panel;
    panel.resize(size);
    panel.setSubject(test::makeSubject(std::make_shared<NoiseDevice>()));
    panel.show();
    QTest::qWait(300);
    HexView& view = *panel.view();
    std::vector<double> times;
    for (int frame = 0; frame < frames; ++frame) {
        // Half of them over FATs and directories, half at the far end.
        const bool isFar = frame >= frames / 2;
        const std::uint64_t from = isFar ? view.hexGeometry().maxTopRow() - 3 * frames : 0;
        QElapsedTimer clock;
        clock.start();
        view.setTopRow(from + static_cast<unsigned>(frame % (frames / 2) * rowsPerFrame));
        view.viewport()->repaint();
        times.push_back(millisecondsOf(clock));
        QTest::qWait(2); // blocks and structures arrive
    }
    std::ranges::sort(times);
    const double p99 = times[times.size() * 99 / 100];
    fmt::print("bytes   {}x{}, {} a row: median {:5.1f} ms, p99 {:5.1f} ms, target {} ms {}\n",
               size.width(), size.height(), view.hexGeometry().bytesPerRow(),
               times[times.size() / 2], p99, targetMs, p99 <= targetMs ? "met" : "MISSED");
}

/// From one end to a word at the other one.
void reportSearch(const char* what, std::shared_ptr<const block::BlockDevice> device,
                  Direction direction)
{
    auto pattern = makePattern(PatternKind::Ascii, QStringLiteral("needle"), LetterCase::Any,
                               **CodePage::open(CodePage::defaultNumber));
    const std::uint64_t size = device->size();
    const HexSearch search{.device = std::move(device),
                           .space = std::make_shared<const HexSpace>(HexSpace::ofImage(size)),
                           .pattern = std::move(*pattern),
                           .from = direction == Direction::Forward ? 1 : size - 6,
                           .direction = direction};
    QElapsedTimer clock;
    clock.start();
    const auto end = searchHex(search);
    const double elapsed = millisecondsOf(clock);
    fmt::print("search  {}: {:.1f} ms{}\n", what, elapsed, end && end->place ? "" : " NOT FOUND");
}

} // namespace

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    reportFrames({1920, 1080}, 16);
    reportFrames({3840, 2160}, 33);
    Bytes text(256 * MiB, std::byte{'n'});
    test::put(text, 0, "needle");
    test::put(text, text.size() - 6, "needle");
    const auto memory = std::make_shared<block::MemoryDevice>(std::move(text));
    reportSearch("256 MiB of text", memory, Direction::Forward);
    reportSearch("256 MiB of text backward", memory, Direction::Backward);
    reportSearch("2 TiB with holes",
                 std::make_shared<test::HugeDevice>(2 * TiB, 2 * TiB - 6, "needle"),
                 Direction::Forward);
    return 0;
}
