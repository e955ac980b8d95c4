#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "core/image/file_content.hpp"
#include "core/image/lookup.hpp"

#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/image_verb.hpp"
#include "app/cli/output.hpp"

#include <fmt/format.h>

#include <memory>

namespace fatlas::cli {

namespace {

constexpr const char* footer =
    "The bytes go to standard output as they are. PATH is looked up by long or short name, case\n"
    "does not matter. A file whose chain is damaged is written as far as it goes, then status 3.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli cat dos.img /AUTOEXEC.BAT\n"
    "  fatlas-cli cat disk.img docs/report.pdf > report.pdf";

struct CatArguments {
    ImageVerb image;
    std::string path;
};

class OutputSink final : public image::ContentSink {
public:
    explicit OutputSink(Output& output) : m_output(output) {}

    Result<> data(ByteView bytes) override
    {
        m_output.bytes(bytes);
        return m_output.state();
    }

    Result<> zeros(std::uint64_t length) override
    {
        const Bytes block(length);
        return data(block);
    }

private:
    Output& m_output;
};

Result<> cat(const CatArguments& arguments, const std::stop_token& stop)
{
    FATLAS_ASSIGN(const auto image, arguments.image.open(stop));
    FATLAS_ASSIGN(const auto place, image::locate(*image.volume, arguments.path));
    const std::string shown = escapeForTerminal(place.path);
    if (!place.item || place.item->isDirectory())
        return fail(ErrorCode::InvalidArgument, fmt::format("{} is a folder, not a file", shown));
    const fat::DirectoryEntryRaw& raw = place.item->raw;
    Output output;
    OutputSink sink(output);
    FATLAS_ASSIGN(const image::ContentEnd end,
                  image::ContentReader(*image.volume).stream(raw, sink, JobControl(stop)));
    FATLAS_TRY(output.finish());
    if (end.damage)
        return fail(ErrorCode::BadFormat, fmt::format("{}: only {} of {} bytes could be read: {}",
                                                      shown, formatCount(end.delivered),
                                                      formatCount(raw.size.get()), *end.damage));
    return {};
}

} // namespace

void addCat(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("cat", "write a file of the volume to standard output");
    verb->footer(footer);
    const auto arguments = std::make_shared<CatArguments>();
    arguments->image.addToReader(*verb);
    verb->add_option("PATH", arguments->path, "a file on the volume")->required()->option_text(" ");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            const auto done = cat(*arguments, stop);
            return done ? toInt(ExitStatus::Done) : report(done.error());
        };
    });
}

} // namespace fatlas::cli
