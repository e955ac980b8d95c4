#include "core/fat/check/volume_label_check.hpp"

#include "core/base/text.hpp"
#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/short_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace fatlas::fat {
namespace {

constexpr std::string_view impossible = "\"*+,./:;<=>?[\\]|";

class LabelCheck {
public:
    LabelCheck(const Volume& volume, const std::optional<RootLabel>& root, FindingList& findings)
        : m_volume(volume), m_root(root), m_findings(findings),
          m_bootOffset(extendedOffset(volume.geometry().type) + 7)
    {}

    void check()
    {
        const BootSector& boot = m_volume.boot();
        const bool hasField = boot.hasExtendedFields;
        const bool bootHasLabel = hasField && boot.label != noNameLabel && !isBlank(boot.label);
        if (bootHasLabel)
            checkCharacters(boot.label, "in the boot sector", m_bootOffset);
        if (m_root)
            checkCharacters(m_root->raw.name, "in the root", m_root->offset);
        if (bootHasLabel && !m_root)
            find("V1", Severity::Warning, m_bootOffset,
                 fmt::format("the boot sector has the label {}, the root directory has none",
                             text(boot.label)));
        else if (bootHasLabel && unescaped(boot.label) != unescaped(m_root->raw.name))
            find("V2", Severity::Warning, m_root->offset,
                 fmt::format("the label is {} in the root directory and {} in the boot sector",
                             text(m_root->raw.name), text(boot.label)));
        else if (hasField && !bootHasLabel && m_root)
            find("V3", Severity::Info, m_root->offset,
                 fmt::format("the label {} is in the root directory only", text(m_root->raw.name)));
    }

private:
    static bool isBlank(const ShortNameBytes& label)
    {
        return std::ranges::all_of(label, [](unsigned char c) { return c == ' ' || c == 0; });
    }

    static ShortNameBytes unescaped(ShortNameBytes label)
    {
        if (label[0] == slot_mark::escapedE5)
            label[0] = slot_mark::deleted;
        return label;
    }

    /// V4
    void checkCharacters(const ShortNameBytes& label, const char* where, std::uint64_t offset)
    {
        const bool bad =
            label[0] == ' ' || std::ranges::any_of(label, [](unsigned char c) {
                return c < 0x20 || c == 0x7F || impossible.contains(static_cast<char>(c));
            });
        const bool isSmall =
            std::ranges::any_of(label, [](unsigned char c) { return c >= 'a' && c <= 'z'; });
        if (bad || isSmall)
            find("V4", Severity::Warning, offset,
                 fmt::format("the label {} {} holds {}", text(label), where,
                             bad ? "characters that no label can hold" : "small letters"));
        else if (std::ranges::any_of(label, [](unsigned char c) { return c > 0x7F; }))
            find("V4", Severity::Warning, offset,
                 fmt::format("the label {} {} holds characters beyond ASCII: they depend on the "
                             "code page, and fsck.fat removes such a label",
                             text(label), where));
    }

    [[nodiscard]] std::string text(const ShortNameBytes& label) const
    {
        const ShortNameBytes plain = unescaped(label);
        std::string bytes(plain.begin(), plain.end());
        bytes.erase(bytes.find_last_not_of(' ') + 1);
        return fmt::format("\"{}\"", escapeForTerminal(m_volume.codePage().decode(bytes)));
    }

    void find(const char* rule, Severity severity, std::uint64_t offset, std::string message)
    {
        m_findings.add({.rule = rule,
                        .severity = severity,
                        .path = {},
                        .message = std::move(message),
                        .advice = {},
                        .offset = offset});
    }

    const Volume& m_volume;
    const std::optional<RootLabel>& m_root;
    FindingList& m_findings;
    std::uint64_t m_bootOffset;
};

} // namespace

void checkLabels(const Volume& volume, const std::optional<RootLabel>& root, FindingList& findings)
{
    LabelCheck(volume, root, findings).check();
}

} // namespace fatlas::fat
