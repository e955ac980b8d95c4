/// What the verbs that change the inside of an image have in common: IMAGE, --plan, the undo file.
///
/// Nothing is written before the whole change is planned. The undo file stays beside the image
/// unless --no-undo: then it is there only while the image is written.
#pragma once

#include "core/edit/editor.hpp"
#include "core/image/image.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace fatlas::cli {

struct EditVerb {
    std::string image;
    std::optional<std::uint32_t> partitionIndex;
    std::optional<std::string> offset;
    int codePage = CodePage::defaultNumber;
    std::string timeZone = "local";
    std::optional<std::string> undoFile;
    bool noUndo = false;
    bool planOnly = false;

    /// `this` must outlive the parsing.
    void addTo(CLI::App& verb);

    /// Leaves in the editor what is to be changed.
    using Change = std::function<Result<>(edit::Editor&)>;

    /// Opens, plans, writes, says what was done; gives the exit status.
    [[nodiscard]] int run(const std::stop_token& stop, const Change& change) const;
    /// Opens and hands over the editor; nothing is written.
    [[nodiscard]] int look(const std::stop_token& stop, const Change& change) const;

private:
    [[nodiscard]] Result<image::Image> open(const std::stop_token& stop) const;
    [[nodiscard]] Result<edit::Editor> openEditor(const image::Image& image,
                                                  const std::stop_token& stop) const;
    [[nodiscard]] Result<> apply(const image::Image& image, const edit::EditPlan& plan,
                                 const std::stop_token& stop) const;
};

/// "r-s-" for read-only and system.
[[nodiscard]] std::string attributeLetters(std::uint8_t attributes);

} // namespace fatlas::cli
