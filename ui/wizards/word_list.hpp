/// Words in one line of text: separated by blanks, in double quotes when they hold blanks.
///
/// Shape: `*.bak .git "My Music"`; a quote that is never closed reaches to the end.
#pragma once

#include <QString>

#include <string>
#include <vector>

namespace fatlas::ui {

[[nodiscard]] std::vector<std::string> splitWords(const QString& text);
[[nodiscard]] QString joinWords(const std::vector<std::string>& words);

} // namespace fatlas::ui
