/// A FAT volume that is open: its image, tree and usage map, and what the user looks at.
///
/// Threads:  GUI thread; opening, reading and look-ups run on workers. The content is immutable and
///           shared.
/// Errors:   failed() once, with error() kept; an entry that cannot be looked up says why in place.
/// Lifetime: stops its workers when destroyed.
#pragma once

#include "core/fat/usage_map.hpp"
#include "core/image/image.hpp"

#include "ui/document/focus.hpp"
#include "ui/tasks/task.hpp"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>

namespace fatlas::ui {

struct VolumeContent {
    image::Image image;
    std::shared_ptr<const fat::Tree> tree;
    std::shared_ptr<const fat::UsageMap> usage;

    [[nodiscard]] const fat::Volume& volume() const { return *image.volume; }

    [[nodiscard]] const fat::Geometry& geometry() const { return image.volume->geometry(); }
};

/// What a cluster's FAT entries say and who leads to it.
struct ClusterFacts {
    Cluster cluster;
    fat::FatEntry entry;
    std::optional<std::uint32_t> secondRaw; ///< of the second FAT; nothing: there is none
    std::optional<Cluster> previous;        ///< in its owner's chain
};

class VolumeDocument final : public QObject {
    Q_OBJECT

public:
    enum class State : std::uint8_t { Loading, Ready, Failed };

    explicit VolumeDocument(const QString& source, QObject* parent = nullptr);
    ~VolumeDocument() override;

    void load();

    /// Asks for what the FATs say about a cluster; the newest question is answered by factsReady.
    void lookUp(Cluster cluster);

    [[nodiscard]] const QString& source() const noexcept { return m_source; }

    /// The last component of the source, for tabs.
    [[nodiscard]] QString title() const;

    [[nodiscard]] State state() const noexcept { return m_state; }

    /// Set once Ready.
    [[nodiscard]] const std::shared_ptr<const VolumeContent>& content() const noexcept
    {
        return m_content;
    }

    [[nodiscard]] const std::optional<Error>& error() const noexcept { return m_error; }

    [[nodiscard]] Focus& focus() noexcept { return m_focus; }

    [[nodiscard]] const Focus& focus() const noexcept { return m_focus; }

    /// "FAT12 · 1.44M floppy · read-only"
    [[nodiscard]] QString summary() const;

    void selectNode(std::uint32_t node);
    /// Selects the cluster and the chain it belongs to.
    void selectCluster(Cluster cluster);
    /// Selects bytes of the image, with the cluster in which they begin and its chain.
    void selectBytes(FocusBytes bytes);

Q_SIGNALS:
    void ready();
    void failed(const fatlas::Error& error);
    void progressChanged(const fatlas::Progress& progress);
    void factsReady(const fatlas::ui::ClusterFacts& facts);
    void factsFailed(const fatlas::Error& error);

private:
    [[nodiscard]] FocusTarget targetOf(Cluster cluster) const;

    QString m_source;
    State m_state = State::Loading;
    std::shared_ptr<const VolumeContent> m_content;
    std::optional<Error> m_error;
    Focus m_focus;
    Task m_loading{Task::Lane::Long};
    Task m_lookUp{Task::Lane::Quick};
};

} // namespace fatlas::ui
