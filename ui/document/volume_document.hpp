/// A FAT volume that is open: its content, what is wrong with it, and what the user looks at.
///
/// First tree and map are read and shown, then the volume is checked while the window is in use.
///
/// Threads:  GUI thread; opening, reading, checking and look-ups run on workers. The content is
///           immutable and shared.
/// Errors:   failed() once, with error() kept; an entry that cannot be looked up says why in place;
///           a check that failed says so in checkText().
/// Lifetime: stops its workers when destroyed.
#pragma once

#include "ui/document/cluster_facts.hpp"
#include "ui/document/image_watcher.hpp"
#include "ui/document/volume_content.hpp"
#include "ui/tasks/task.hpp"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>

namespace fatlas::ui {

class VolumeDocument final : public QObject {
    Q_OBJECT

public:
    enum class State : std::uint8_t { Loading, Ready, Failed };

    /// `partition`: its number, where the disk has several volumes.
    explicit VolumeDocument(const QString& source,
                            std::optional<std::uint32_t> partition = std::nullopt,
                            QObject* parent = nullptr);
    ~VolumeDocument() override;

    void load();
    /// Reads everything again, and goes back to what was selected if it is still there. Happens by
    /// itself when another program has changed the file of the image.
    void reload();

    /// Looks for everything that is wrong, beside the use of the window; again when it did already.
    /// Begins by itself whenever the volume was read.
    void check();
    /// What was known of the volume stays known.
    void stopCheck();

    /// Asks for what the FATs say about a cluster; the newest question is answered by factsReady.
    void lookUp(Cluster cluster);

    [[nodiscard]] const QString& source() const noexcept { return m_source; }

    /// The last component of the source, for tabs.
    [[nodiscard]] QString title() const;

    [[nodiscard]] State state() const noexcept { return m_state; }

    /// Set once Ready; another one once checked.
    [[nodiscard]] const SharedContent& content() const noexcept { return m_content; }

    [[nodiscard]] const std::optional<Error>& error() const noexcept { return m_error; }

    [[nodiscard]] Focus& focus() noexcept { return m_focus; }

    [[nodiscard]] const Focus& focus() const noexcept { return m_focus; }

    /// "FAT12 · 1.44M floppy · read-only"
    [[nodiscard]] QString summary() const;

    [[nodiscard]] bool isChecking() const noexcept { return m_checking.isRunning(); }

    /// "Checked: 3 findings"; "Checking… 42 %" only when it takes its time.
    [[nodiscard]] QString checkText() const;

    void selectNode(std::uint32_t node);
    /// Selects the cluster and the chain it belongs to.
    void selectCluster(Cluster cluster);
    /// Selects bytes of the image, with the cluster in which they begin and its chain.
    void selectBytes(FocusBytes bytes);
    /// Selects what a finding is about; an index into the content's findings.
    void selectFinding(std::uint32_t finding);
    /// The one behind (1) or before (-1) the selected one, around the ends; false: there is none.
    bool stepFinding(int direction);

Q_SIGNALS:
    void ready();
    void failed(const fatlas::Error& error);
    void progressChanged(const fatlas::Progress& progress);
    /// The content knows what is wrong with it now. Tree and map are those of ready(), unless the
    /// volume changed in between; then ready() comes once more before this.
    void checked();
    void checkTextChanged();
    void factsReady(const fatlas::ui::ClusterFacts& facts);
    void factsFailed(const fatlas::Error& error);

private:
    /// What was selected, in words that outlive a tree.
    struct Place {
        std::string path;
        std::optional<Cluster> cluster = std::nullopt;
    };

    void read(const std::optional<Place>& place);
    void takeChecked(SharedContent content);
    [[nodiscard]] Place place() const;
    void goTo(const Place& place);

    QString m_source;
    std::optional<std::uint32_t> m_partition;
    State m_state = State::Loading;
    SharedContent m_content;
    std::optional<Error> m_error;
    Focus m_focus;
    ImageWatcher m_watcher;
    Task m_loading{Task::Lane::Long};
    Task m_checking{Task::Lane::Long};
    Task m_lookUp{Task::Lane::Quick};
};

} // namespace fatlas::ui
