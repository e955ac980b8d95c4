/// Numbers, sizes, names and errors of core in words for people.
///
/// Shape:   names and messages of core are UTF-8; control characters and bidirectional overrides
///          in them come out escaped, so that no name can dress up as another.
/// Threads: any, but the fonts: GUI thread.
#pragma once

#include "core/base/error.hpp"
#include "core/base/finding.hpp"

#include <QFont>
#include <QString>

#include <cstdint>
#include <string_view>

namespace fatlas::ui {

/// "1,148 KiB"
[[nodiscard]] QString sizeText(std::uint64_t bytes);
/// "1,175,552 bytes", for tooltips.
[[nodiscard]] QString exactSizeText(std::uint64_t bytes);
/// "12,345"
[[nodiscard]] QString countText(std::uint64_t count);
/// "1 file", "251 files"
[[nodiscard]] QString countText(std::uint64_t count, const char* singular, const char* plural);
/// "6 %"; "< 1 %" and "> 99 %" where rounding would say none or all.
[[nodiscard]] QString percentText(std::uint64_t part, std::uint64_t whole);
/// "0x3A000"
[[nodiscard]] QString hexText(std::uint64_t value);
/// A name or message of core, safe to show.
[[nodiscard]] QString shown(std::string_view utf8);
/// A message of core that stands by itself: it begins with a capital.
[[nodiscard]] QString sentenceOf(std::string_view message);
/// The same text where Qt guesses whether it is markup (tooltips): it stays as it is.
[[nodiscard]] QString plainToolTip(const QString& text);
[[nodiscard]] QString severityText(Severity severity);

/// An Error at the rim: the sentence for the headline, the rest (place, system's number) below.
struct ErrorWords {
    QString sentence;
    QString detail;
};

[[nodiscard]] ErrorWords errorWords(const Error& error);

/// For bytes, addresses and names on the disk.
[[nodiscard]] QFont monospaceFont();
/// `base` in semi-bold, `steps` points larger or smaller.
[[nodiscard]] QFont emphasized(const QFont& base, double steps = 0);
/// `base`, `steps` points larger or smaller.
[[nodiscard]] QFont resized(const QFont& base, double steps);

} // namespace fatlas::ui
