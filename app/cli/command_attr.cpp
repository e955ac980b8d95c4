#include "core/base/text.hpp"

#include "app/cli/command.hpp"
#include "app/cli/edit_verb.hpp"
#include "app/cli/output.hpp"

#include <fmt/format.h>

#include <memory>
#include <vector>

namespace fatlas::cli {

namespace {

constexpr const char* footer =
    "r: read-only, h: hidden, s: system, a: archive. Without changes the "
    "attributes are printed.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli attr dos.img /IO.SYS\n"
    "  fatlas-cli attr dos.img /IO.SYS +r +h +s -a";

struct AttrArguments {
    EditVerb edit;
    std::string path;
    std::vector<std::string> sets; ///< "+r", "+hs"
    std::uint8_t clear = 0;

    [[nodiscard]] std::uint8_t set() const;
};

std::uint8_t bitOf(char letter)
{
    switch (letter) {
    case 'r':
    case 'R': return fat::attribute::readOnly;
    case 'h':
    case 'H': return fat::attribute::hidden;
    case 's':
    case 'S': return fat::attribute::system;
    case 'a':
    case 'A': return fat::attribute::archive;
    default: return 0;
    }
}

std::uint8_t AttrArguments::set() const
{
    std::uint8_t bits = 0;
    for (const std::string& text : sets)
        for (const char letter : text.substr(1))
            bits |= bitOf(letter);
    return bits;
}

std::string whyUnreadable(const std::string& text)
{
    bool isKnown = text.size() > 1 && text.front() == '+';
    for (const char letter : text.substr(isKnown ? 1 : 0))
        isKnown = isKnown && bitOf(letter) != 0;
    return isKnown ? std::string()
                   : fmt::format("\"{}\" is no change of attributes, expected +r, -r, +h, -h, +s, "
                                 "-s, +a or -a",
                                 escapeForTerminal(text));
}

Result<> print(edit::Editor& editor, const std::string& path)
{
    FATLAS_ASSIGN(const auto found, editor.find(path));
    if (!found)
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no {} on the volume", escapeForTerminal(path)));
    Output output;
    output.print("{}  {}\n", attributeLetters(found->attributes), escapeForTerminal(found->path));
    return output.finish();
}

/// What is cleared looks like an option of its own.
void addClear(CLI::App& verb, AttrArguments& arguments, const std::string& names)
{
    const std::uint8_t bit = bitOf(names[1]);
    verb.add_flag_callback(
            names, [&arguments, bit] { arguments.clear |= bit; }, "clear it")
        ->group("Attributes");
}

} // namespace

void addAttr(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("attr", "print or change attributes of a file in an image");
    verb->footer(footer);
    verb->set_help_flag("--help", "show this and exit"); // -h means something else here
    const auto arguments = std::make_shared<AttrArguments>();
    arguments->edit.addTo(*verb);
    verb->add_option("PATH", arguments->path, "a file or folder on the volume")
        ->required()
        ->option_text(" ");
    verb->add_option("CHANGE", arguments->sets, "+r, +h, +s, +a")
        ->check(whyUnreadable, "", "change")
        ->option_text("...");
    for (const char* const names : {"-r,-R", "-h,-H", "-s,-S", "-a,-A"})
        addClear(*verb, *arguments, names);
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            const std::uint8_t set = arguments->set();
            if (set == 0 && arguments->clear == 0)
                return arguments->edit.look(
                    stop, [&](edit::Editor& editor) { return print(editor, arguments->path); });
            return arguments->edit.run(stop, [&](edit::Editor& editor) {
                return editor.setAttributes(arguments->path, set, arguments->clear);
            });
        };
    });
}

} // namespace fatlas::cli
