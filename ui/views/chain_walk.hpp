/// Walks along a chain of clusters, a FAT entry at a time, and says what each of them says.
///
/// Begins at the focused cluster, or where the focused chain begins. Each step publishes the
/// cluster and the bits of its FAT entry. Somebody else's choice ends the walk; the next step
/// begins a new one.
///
/// Units:    clusters; milliseconds.
/// Bounds:   maxSteps steps.
/// Threads:  GUI thread; entries are read on a worker.
/// Lifetime: stops its worker when destroyed.
#pragma once

#include "core/fat/fat_table.hpp"

#include "ui/document/volume_content.hpp"
#include "ui/tasks/task.hpp"

#include <QObject>
#include <QPointer>
#include <QString>
#include <QTimer>

#include <optional>
#include <unordered_map>
#include <vector>

namespace fatlas::ui {

class ChainWalk final : public QObject {
    Q_OBJECT

public:
    static constexpr std::size_t maxSteps = 1'000'000;
    static constexpr int usualIntervalMs = 500;

    explicit ChainWalk(QObject* parent = nullptr);
    ~ChainWalk() override;

    /// Ends the walk.
    void setContent(const SharedContent& content);
    void setFocus(Focus* focus);

    /// To the cluster that the entry leads to; at first to the beginning.
    void stepForward();
    /// To where the walk came from.
    void stepBack();
    void play();
    void pause();
    void toggle();
    void setIntervalMs(int interval);

    [[nodiscard]] bool isPlaying() const noexcept { return m_isPlaying; }

    [[nodiscard]] bool canStepForward() const;

    [[nodiscard]] bool canStepBack() const { return m_path.size() > 1; }

    /// "cluster 5: FAT12 entry at byte 0x207, bits 4-15 = 0x009: next is 9"
    [[nodiscard]] const QString& sentence() const noexcept { return m_sentence; }

Q_SIGNALS:
    void changed();

private:
    [[nodiscard]] std::optional<Cluster> beginning() const;
    /// Where the entry leads; nothing at an end of any kind.
    [[nodiscard]] std::optional<Cluster> next() const;
    void goTo(Cluster cluster);
    void takeEntry(const Result<fat::FatEntry>& entry);
    void followFocus();
    void end();
    void goOn();
    [[nodiscard]] QString whatFollows(const fat::FatEntry& entry) const;

    SharedContent m_content;
    QPointer<Focus> m_focus;
    std::vector<Cluster> m_path;                              ///< the last one is shown
    std::unordered_map<std::uint32_t, std::size_t> m_visited; ///< cluster -> place in m_path
    std::optional<fat::FatEntry> m_entry;                     ///< of the last one, once read
    QString m_sentence;
    QTimer m_timer;
    bool m_isPlaying = false;
    bool m_publishing = false;
    Task m_reading{Task::Lane::Quick};
};

/// "cluster 5: FAT12 entry at byte 0x207, bits 4-15 = 0x009"
[[nodiscard]] QString entrySentence(const VolumeContent& content, Cluster cluster,
                                    const fat::FatEntry& entry);

} // namespace fatlas::ui
