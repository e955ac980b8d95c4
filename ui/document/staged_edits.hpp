/// Changes to an open volume that are not written yet: staged one after another, undone and redone,
/// then applied together with an undo file, or discarded.
///
/// What the disk would be is at hand as a device and, once a worker has read it, as a map.
///
/// Units:    bytes from the start of the disk.
/// Errors:   error() says why the last wish was not fulfilled; nothing is changed then.
/// Threads:  GUI thread; planning, reading and writing run on workers.
/// Lifetime: stops its workers when destroyed. The document outlives it.
#pragma once

#include "core/edit/editor.hpp"

#include "ui/document/repair_preview.hpp"
#include "ui/document/staged_disk.hpp"
#include "ui/document/volume_document.hpp"
#include "ui/tasks/task.hpp"

#include <QObject>
#include <QString>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace fatlas::ui {

class StagedEdits final : public QObject {
    Q_OBJECT

public:
    explicit StagedEdits(VolumeDocument& document, QObject* parent = nullptr);
    ~StagedEdits() override;

    /// Why nothing can be changed; empty: it can.
    [[nodiscard]] QString problem() const;

    [[nodiscard]] const std::vector<StagedEdit>& edits() const noexcept { return m_edits; }

    /// How many of them are in effect, from the first; those behind were undone.
    [[nodiscard]] std::size_t count() const noexcept { return m_count; }

    [[nodiscard]] bool canUndo() const noexcept { return m_count > 0 && !isWriting(); }

    [[nodiscard]] bool canRedo() const noexcept { return m_count < m_edits.size() && !isWriting(); }

    [[nodiscard]] bool isBusy() const noexcept { return m_planning.isRunning() || isWriting(); }

    [[nodiscard]] bool isWriting() const noexcept { return m_writing.isRunning(); }

    /// As it would be, as far as a worker has put it together; null while the volume is not open.
    [[nodiscard]] std::shared_ptr<const block::BlockDevice> disk() const;

    /// States as they would be; null while nothing is staged or it is not known yet.
    [[nodiscard]] const std::shared_ptr<const fat::UsageMap>& usage() const noexcept
    {
        return m_usage;
    }

    /// On that disk; null while nothing is staged, it is not known yet, or there is none any more.
    [[nodiscard]] const std::shared_ptr<const fat::Volume>& volume() const noexcept
    {
        return m_staged.volume;
    }

    /// The volume's part of that disk; null as above, but not when there is no volume any more.
    [[nodiscard]] const std::shared_ptr<const block::BlockDevice>& volumeDevice() const noexcept
    {
        return m_staged.volumeDevice;
    }

    /// Entries of the first two FATs that would say something else, ascending.
    [[nodiscard]] const std::vector<ClusterRange>& changedEntries() const noexcept
    {
        return m_staged.changedEntries;
    }

    [[nodiscard]] const std::optional<Error>& error() const noexcept { return m_error; }

    /// Of the last apply; empty: none, or taken back.
    [[nodiscard]] const QString& undoFile() const noexcept { return m_undoFile; }

    /// Typed over what stands there; neighbours that are typed in a row are one edit.
    void setByte(std::uint64_t offset, std::byte before, std::byte after);
    /// In one copy of the FAT, from 0; nothing: in every one.
    void setFatEntry(Cluster entry, std::uint32_t raw,
                     std::optional<std::uint32_t> copy = std::nullopt);
    /// What stands at a place becomes what `encode` makes of it, on a worker.
    void setField(FocusBytes place, const QString& what, EncodeField encode);
    void rename(const std::string& path, const QString& newName);
    void makeFolder(const std::string& folder, const QString& name);
    /// With all that is in it.
    void remove(const std::string& path);

    void undo();
    void redo();
    void discard();
    /// Writes them, then the image is read again.
    void apply();
    /// Puts back what the last apply replaced.
    void takeBack();

Q_SIGNALS:
    void changed();
    void stepped(); ///< undone, redone or discarded: bytes are others without being typed
    void applied();
    void takenBack();

private:
    using Patches = std::vector<block::Patch>;
    using Plan = std::function<Result<Patches>(const VolumeContent& content,
                                               std::shared_ptr<const block::BlockDevice> disk,
                                               const JobControl& job)>;
    using Change = std::function<Result<>(edit::Editor& editor)>;

    void plan(StagedEdit::Kind kind, const QString& what, Plan work);
    void change(const QString& what, Change work);
    void add(StagedEdit edit);
    void forget();
    void refresh();
    void look();
    [[nodiscard]] std::vector<StagedEdit> inEffect() const;
    void fail(const Error& error);

    VolumeDocument& m_document;
    std::vector<StagedEdit> m_edits;
    std::size_t m_count = 0;
    StagedDisk m_staged; ///< nothing in it: nothing staged, or not yet
    std::shared_ptr<const fat::UsageMap> m_usage;
    std::optional<Error> m_error;
    QString m_undoFile;
    bool m_isOurReload = false; ///< the volume is read again because of what was written
    Task m_planning{Task::Lane::Quick};
    Task m_staging{Task::Lane::Quick};
    Task m_looking{Task::Lane::Quick};
    Task m_writing{Task::Lane::Long};
};

} // namespace fatlas::ui
