#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/image/explain.hpp"

#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/image_verb.hpp"
#include "app/cli/json.hpp"
#include "app/cli/look.hpp"
#include "app/cli/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace fatlas::cli {

namespace {

constexpr const char* footer =
    "Says what lies at a place of IMAGE: every field of the structure there with its meaning, and\n"
    "whose it is. Offsets and sectors count from the start of IMAGE; --cluster explains the FAT\n"
    "entry of a cluster and what lies in it. Numbers are decimal, 0x and hexadecimal digits, or\n"
    "have a suffix: 64K, 1.5M.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli explain dos.img --offset 0x207\n"
    "  fatlas-cli explain disk.img --sector 0\n"
    "  fatlas-cli explain dos.img --cluster 5 --json";

struct ExplainArguments {
    ImageVerb image;
    std::optional<std::string> offset;
    std::optional<std::string> sector;
    std::optional<std::string> cluster;
    bool json = false;
};

std::string safe(std::string_view text)
{
    return withoutControls(text);
}

Json partJson(const fat::ExplainedPart& part)
{
    Json json;
    json["kind"] = fat::toString(part.kind);
    json["offset"] = part.place.offset;
    json["length"] = part.place.length;
    json["title"] = part.title;
    json["path"] = part.path;
    json["cluster"] = part.cluster ? Json(*part.cluster) : Json();
    json["facts"] = part.facts;
    json["fields"] = Json::array();
    for (const fat::ExplainedField& field : part.fields)
        json["fields"].push_back({{"offset", field.place.offset},
                                  {"length", field.place.length},
                                  {"bits", field.bits},
                                  {"name", field.name},
                                  {"value", field.value},
                                  {"meaning", field.meaning},
                                  {"oddity", field.oddity}});
    return json;
}

Json explanationJson(const fat::Explanation& explanation)
{
    Json json;
    json["offset"] = explanation.asked.offset;
    json["length"] = explanation.asked.length;
    json["parts"] = Json::array();
    for (const fat::ExplainedPart& part : explanation.parts)
        json["parts"].push_back(partJson(part));
    return json;
}

/// "cluster 5: FAT12 entry at byte 0x207, bits 4-15 = 0x009: next is 9"
void writeEntry(Output& output, const fat::ExplainedField& field, fat::FatType type)
{
    output.print("  {}: {} entry at byte 0x{:X}{}{} = {}: {}\n", safe(field.name),
                 fat::toString(type), field.place.offset, field.bits.empty() ? "" : ", ",
                 field.bits, field.value, safe(field.meaning));
}

void writeField(Output& output, const fat::ExplainedField& field, std::size_t nameWidth,
                bool isAsked)
{
    output.print("{} 0x{:08X} {:>4}  {:<{}}  {}{}{}\n", isAsked ? '>' : ' ', field.place.offset,
                 field.place.length, safe(field.name), nameWidth, safe(field.value),
                 field.meaning.empty() ? "" : ": ", safe(field.meaning));
}

void writePart(Output& output, const fat::ExplainedPart& part, const fat::ByteRange& asked,
               fat::FatType type)
{
    output.print("{}\n", safe(part.title));
    if (part.kind != fat::PartKind::Beyond)
        output.print("  bytes {} to {}\n", placeText(part.place.offset),
                     placeText(part.place.end() - 1));
    for (const std::string& fact : part.facts)
        output.print("  {}\n", safe(fact));
    std::size_t nameWidth = 0;
    for (const fat::ExplainedField& field : part.fields)
        nameWidth = std::max(nameWidth, field.name.size());
    for (const fat::ExplainedField& field : part.fields) {
        const bool isEntry =
            part.kind == fat::PartKind::FatEntries || !part.place.contains(field.place.offset);
        const bool isAsked = asked.length == 1 && field.place.contains(asked.offset);
        if (isEntry)
            writeEntry(output, field, type);
        else
            writeField(output, field, nameWidth, isAsked);
        if (!field.oddity.empty())
            output.print("      ! {}\n", safe(field.oddity));
    }
}

Result<fat::Explanation> explainPlace(const ExplainArguments& arguments, const Look& view)
{
    FATLAS_ASSIGN(auto explainer, image::DiskExplainer::create(view.image, view.context()));
    if (arguments.cluster) {
        FATLAS_ASSIGN(const std::uint64_t cluster, parsePlace(*arguments.cluster));
        return explainer.explainCluster(
            Cluster{static_cast<std::uint32_t>(std::min<std::uint64_t>(cluster, UINT32_MAX))});
    }
    if (arguments.offset) {
        FATLAS_ASSIGN(const std::uint64_t offset, parsePlace(*arguments.offset));
        return explainer.explain({.offset = offset, .length = 1});
    }
    const std::uint64_t size = view.image.disk->sectorSize();
    FATLAS_ASSIGN(const std::uint64_t sector, parsePlace(arguments.sector.value_or("0")));
    const auto offset = checkedMultiply(sector, size);
    if (!offset)
        return fail(ErrorCode::OutOfRange, fmt::format("there is no sector {}; the disk has {}",
                                                       sector, view.image.disk->size() / size));
    return explainer.explain({.offset = *offset, .length = size});
}

Result<> explain(const ExplainArguments& arguments, const std::stop_token& stop)
{
    FATLAS_ASSIGN(auto image, arguments.image.open(stop));
    FATLAS_ASSIGN(const Look view, look(std::move(image), Thoroughness::Checked, stop));
    FATLAS_ASSIGN(const fat::Explanation explanation, explainPlace(arguments, view));
    Output output;
    if (arguments.json)
        writeJson(output, explanationJson(explanation));
    else
        for (std::size_t i = 0; i < explanation.parts.size(); ++i) {
            if (i != 0)
                output.text("\n");
            writePart(output, explanation.parts[i], explanation.asked,
                      view.volume().geometry().type);
        }
    return output.finish();
}

} // namespace

void addExplain(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("explain", "say what lies at a place, field by field");
    verb->footer(footer);
    const auto arguments = std::make_shared<ExplainArguments>();
    arguments->image.addToReader(*verb);
    // Here --offset is the place to be explained.
    if (auto* const offset = verb->get_option_no_throw("--offset"))
        verb->remove_option(offset);
    auto* place = verb->add_option_group("Place");
    place->add_option("--offset", arguments->offset, "a byte of IMAGE")->option_text("N");
    place->add_option("--sector", arguments->sector, "a sector of IMAGE")->option_text("N");
    place->add_option("--cluster", arguments->cluster, "a cluster of the volume")->option_text("N");
    place->require_option(1);
    verb->add_option("--volume-offset", arguments->image.offset,
                     "where the volume begins: bytes, or 1M, 31.5K ...")
        ->option_text("N|SIZE");
    verb->add_flag("--json", arguments->json, "say it for machines");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            const auto done = explain(*arguments, stop);
            return done ? toInt(ExitStatus::Done) : report(done.error());
        };
    });
}

} // namespace fatlas::cli
