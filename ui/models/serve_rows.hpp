/// What is told of a disk that is served, as rows of tables: clients, lines to paste, writes.
///
/// Threads: GUI thread.
#pragma once

#include "core/fat/tree.hpp"
#include "core/fat/usage_map.hpp"
#include "core/serve/activity.hpp"
#include "core/serve/client_lines.hpp"
#include "core/serve/traffic.hpp"
#include "core/serve/write_history.hpp"

#include "ui/models/keyed_rows_model.hpp"

#include <QString>

#include <span>
#include <vector>

namespace fatlas::ui {

/// "12.4 MiB/s"; "–" for none.
[[nodiscard]] QString rateText(double bytesPerSecond);
/// "3 clients · 12.4 MiB/s read · 0 written · 310 requests/s"
[[nodiscard]] QString activitySentence(std::size_t clientCount,
                                       const serve::ActivitySample& sample);
/// "1.2 MiB read, 40 KiB written"; empty for none.
[[nodiscard]] QString trafficText(const serve::Traffic& traffic);

[[nodiscard]] std::vector<KeyedRowsModel::Column> clientColumns();
[[nodiscard]] std::vector<KeyedRow> clientRows(std::span<const serve::ClientActivity> clients);

[[nodiscard]] std::vector<KeyedRowsModel::Column> lineColumns();
[[nodiscard]] std::vector<KeyedRow> lineRows(std::span<const serve::ClientLine> lines);

/// Where the bytes of a disk belong, for saying it in words.
struct ServedVolume {
    const fat::Tree* tree = nullptr; ///< null: nothing is known of what is on the disk
    const fat::UsageMap* usage = nullptr;
    std::uint64_t volumeOffset = 0;
};

/// "/DOCS/A.TXT", "FAT 1", "free"
[[nodiscard]] QString placeText(const ServedVolume& volume, std::uint64_t offset);

[[nodiscard]] std::vector<KeyedRowsModel::Column> writeColumns();
/// `nowNs`: of the clock in events.
[[nodiscard]] std::vector<KeyedRow> writeRows(std::span<const serve::WriteRecord> writes,
                                              const ServedVolume& volume, std::uint64_t nowNs);

} // namespace fatlas::ui
