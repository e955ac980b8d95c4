/// What the user looks at, shared by all views of one document, and its hover twin.
///
/// Views publish to it and follow it, and know nothing of each other.
///
/// Units:      `node` is an index into the document's tree (or plan), `runs` are in chain order,
///             `bytes` count from the start of the disk (not of the volume), `finding` is an index
///             into the document's findings.
/// Invariants: a view that follows never publishes back what it was just told: select() with an
///             equal target changes nothing and emits nothing.
/// Threads:    GUI thread.
#pragma once

#include "core/base/units.hpp"

#include <QObject>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace fatlas::ui {

/// Half-open: [offset, offset + length). Of some of their bits only, both ends included and counted
/// from the lowest bit of the first byte, when lastBit is not 0.
struct FocusBytes {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::uint8_t firstBit = 0;
    std::uint8_t lastBit = 0;

    bool operator==(const FocusBytes&) const = default;
};

struct FocusTarget {
    std::optional<std::uint32_t> node = std::nullopt;
    std::optional<Cluster> cluster = std::nullopt;
    std::vector<ClusterRange> runs = {};
    std::optional<FocusBytes> bytes = std::nullopt;
    std::optional<std::uint32_t> finding = std::nullopt;

    [[nodiscard]] bool isEmpty() const
    {
        return !node && !cluster && runs.empty() && !bytes && !finding;
    }

    bool operator==(const FocusTarget&) const = default;
};

class Focus : public QObject {
    Q_OBJECT

public:
    explicit Focus(QObject* parent = nullptr);

    [[nodiscard]] const FocusTarget& selection() const noexcept { return m_selection; }

    [[nodiscard]] const FocusTarget& hover() const noexcept { return m_hover; }

    /// Goes into the history, unless it only moves the cluster inside the same node.
    void select(FocusTarget target);
    /// As select(), in place of the last entry of the history: for a cursor that walks over bytes.
    void replace(FocusTarget target);
    /// To another cluster of what is selected; bytes and finding were elsewhere.
    void moveTo(Cluster cluster);
    void setHover(FocusTarget target);

    void clearHover() { setHover({}); }

    /// Forgets everything, for a new volume.
    void reset();

    [[nodiscard]] bool canGoBack() const noexcept { return m_at > 0; }

    [[nodiscard]] bool canGoForward() const noexcept { return m_at + 1 < m_history.size(); }

    void goBack();
    void goForward();

Q_SIGNALS:
    void changed();
    void hoverChanged();
    void historyChanged();

private:
    enum class Record : std::uint8_t { Append, Replace };

    void record(FocusTarget target, Record how);
    void show(std::size_t at);

    FocusTarget m_selection;
    FocusTarget m_hover;
    std::vector<FocusTarget> m_history{FocusTarget{}}; ///< never empty
    std::size_t m_at = 0;
};

} // namespace fatlas::ui
