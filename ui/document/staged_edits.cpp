#include "ui/document/staged_edits.hpp"

#include "ui/base/words.hpp"
#include "ui/document/image_patches.hpp"

#include <QDateTime>
#include <QFile>

#include <algorithm>
#include <utility>

namespace fatlas::ui {

namespace {

using block::Patch;

edit::EditOptions optionsNow(const fat::Volume& volume)
{
    edit::EditOptions options;
    options.codePage = volume.codePage().number();
    if (const auto local = fat::parseTimeZone("local"))
        options.timeZone = *local;
    options.nowNs = QDateTime::currentMSecsSinceEpoch() * 1'000'000;
    return options;
}

Result<std::vector<Patch>> patchesOf(const edit::Editor& editor, std::uint64_t volumeOffset)
{
    FATLAS_ASSIGN(edit::EditPlan plan, editor.plan());
    std::vector<Patch> patches;
    for (edit::PatchGroup& group : edit::shifted(std::move(plan.groups), volumeOffset))
        std::ranges::move(group.patches, std::back_inserter(patches));
    return patches;
}

struct Look {
    std::shared_ptr<const fat::UsageMap> usage;
};

/// States as they would be, with the owners that the tree of now has.
Result<Look> lookAt(const VolumeContent& content, const fat::Volume& volume, const JobControl& job)
{
    FATLAS_ASSIGN(const auto tree, fat::readTree(volume, job));
    FATLAS_ASSIGN(const auto usage, fat::mapUsage(volume, *tree, job));
    const fat::Geometry& now = content.geometry();
    const fat::Geometry& then = usage->geometry();
    if (now.type != then.type || now.clusterCount != then.clusterCount ||
        now.dataOffset() != then.dataOffset() || now.clusterSize() != then.clusterSize())
        return Look{};
    RepairPreview preview;
    compareStates(*content.usage, *usage, preview);
    return Look{preview.usage};
}

} // namespace

StagedEdits::StagedEdits(VolumeDocument& document, QObject* parent)
    : QObject(parent), m_document(document)
{
    // Edits for a volume that changed since would be refused when they are applied.
    connect(&document, &VolumeDocument::ready, this, [this] {
        const bool isOurs = std::exchange(m_isOurReload, false);
        if (m_count > 0 && !isOurs)
            m_error = Error{.code = ErrorCode::Changed,
                            .message = "the image was changed meanwhile, so the changes that were "
                                       "not written are dropped"};
        forget();
    });
}

StagedEdits::~StagedEdits()
{
    disconnect(&m_document, nullptr, this, nullptr);
}

QString StagedEdits::problem() const
{
    const SharedContent& content = m_document.content();
    if (!content || m_document.state() != VolumeDocument::State::Ready)
        return tr("The volume is being read");
    if (isWriting())
        return tr("Changes are being written");
    return content->writeProblem.empty() ? QString() : shown(content->writeProblem);
}

std::shared_ptr<const block::BlockDevice> StagedEdits::disk() const
{
    if (m_staged.disk)
        return m_staged.disk;
    return m_document.content() ? m_document.content()->image.disk : nullptr;
}

void StagedEdits::forget()
{
    m_planning.abandon();
    m_looking.abandon();
    m_edits.clear();
    m_count = 0;
    refresh();
}

void StagedEdits::fail(const Error& error)
{
    if (error.code != ErrorCode::Cancelled)
        m_error = error;
    Q_EMIT changed();
}

void StagedEdits::add(StagedEdit edit)
{
    m_edits.resize(m_count);
    m_edits.push_back(std::move(edit));
    ++m_count;
    m_error.reset();
    refresh();
}

std::vector<StagedEdit> StagedEdits::inEffect() const
{
    return {m_edits.begin(), m_edits.begin() + static_cast<std::ptrdiff_t>(m_count)};
}

/// What the disk would be now, first its bytes, then its map.
void StagedEdits::refresh()
{
    m_staging.abandon();
    m_looking.abandon();
    m_usage.reset();
    const SharedContent& content = m_document.content();
    if (m_count == 0 || !content) {
        m_staged = {};
    } else {
        m_staging.start([content, edits = inEffect()](
                            const JobControl& job) { return stageDisk(*content, edits, job); },
                        [this](Result<StagedDisk> staged) {
                            if (!staged)
                                return fail(staged.error());
                            m_staged = *std::move(staged);
                            if (m_staged.volume)
                                look();
                            Q_EMIT changed();
                        });
    }
    Q_EMIT changed();
}

void StagedEdits::look()
{
    m_looking.start([content = m_document.content(), volume = m_staged.volume](
                        const JobControl& job) { return lookAt(*content, *volume, job); },
                    [this](Result<Look> look) {
                        m_usage = look ? look->usage : nullptr; // what cannot be read has no map
                        Q_EMIT changed();
                    });
}

void StagedEdits::plan(StagedEdit::Kind kind, const QString& what, Plan work)
{
    if (const QString why = problem(); !why.isEmpty())
        return fail({.code = ErrorCode::Refused, .message = why.toStdString()});
    if (m_planning.isRunning())
        return fail({.code = ErrorCode::Refused, .message = "another change is being planned"});
    m_planning.start(
        [content = m_document.content(), edits = inEffect(),
         work = std::move(work)](const JobControl& job) -> Result<Patches> {
            FATLAS_ASSIGN(auto disk, stagedOn(content->image.disk, edits));
            return work(*content, std::move(disk), job);
        },
        [this, kind, what](Result<Patches> patches) {
            if (!patches)
                return fail(patches.error());
            if (patches->empty()) { // it says so already
                m_error.reset();
                Q_EMIT changed();
                return;
            }
            add({.kind = kind, .what = what, .patches = *std::move(patches)});
        });
}

void StagedEdits::change(const QString& what, Change work)
{
    plan(StagedEdit::Kind::Files, what,
         [work = std::move(work)](const VolumeContent& content,
                                  std::shared_ptr<const block::BlockDevice> disk,
                                  const JobControl& job) -> Result<Patches> {
             FATLAS_ASSIGN(auto device, volumeOn(std::move(disk), content));
             FATLAS_ASSIGN(auto editor, edit::Editor::open(std::move(device),
                                                           optionsNow(content.volume()), job));
             FATLAS_TRY(work(editor));
             return patchesOf(editor, content.image.volumeOffset);
         });
}

void StagedEdits::setByte(std::uint64_t offset, std::byte before, std::byte after)
{
    if (const QString why = problem(); !why.isEmpty())
        return fail({.code = ErrorCode::Refused, .message = why.toStdString()});
    if (before == after)
        return;
    StagedEdit* const last =
        m_count > 0 && m_count == m_edits.size() ? &m_edits[m_count - 1] : nullptr;
    Patch* const patch =
        last != nullptr && last->kind == StagedEdit::Kind::Bytes ? &last->patches.front() : nullptr;
    if (patch != nullptr && offset >= patch->offset &&
        offset - patch->offset <= patch->after.size()) {
        const auto at = static_cast<std::size_t>(offset - patch->offset);
        if (at == patch->after.size()) {
            patch->before.push_back(before);
            patch->after.push_back(after);
        }
        patch->after[at] = after;
        last->what =
            tr("%1 at %2")
                .arg(countText(patch->after.size(), "byte", "bytes"), hexText(patch->offset));
        return refresh();
    }
    add({.kind = StagedEdit::Kind::Bytes,
         .what = tr("1 byte at %1").arg(hexText(offset)),
         .patches = {{.offset = offset, .before = {before}, .after = {after}}}});
}

void StagedEdits::setFatEntry(Cluster entry, std::uint32_t raw, std::optional<std::uint32_t> copy)
{
    const QString what = tr("FAT entry %1 becomes %2").arg(countText(entry.value), hexText(raw));
    plan(StagedEdit::Kind::FatEntry,
         copy ? tr("%1 in FAT %2").arg(what, QString::number(*copy + 1)) : what,
         [entry, raw,
          copy](const VolumeContent& content, const std::shared_ptr<const block::BlockDevice>& disk,
                const JobControl&) { return entryPatches(content, *disk, entry, raw, copy); });
}

void StagedEdits::setField(FocusBytes place, const QString& what, EncodeField encode)
{
    plan(StagedEdit::Kind::Field, what,
         [place, encode = std::move(encode)](
             const VolumeContent&, const std::shared_ptr<const block::BlockDevice>& disk,
             const JobControl&) { return fieldPatches(*disk, place, encode); });
}

void StagedEdits::rename(const std::string& path, const QString& newName)
{
    const std::string target =
        path.substr(0, path.find_last_of('/') + 1) + newName.toUtf8().toStdString();
    change(tr("Rename %1 to %2").arg(shown(path), newName),
           [path, target](edit::Editor& editor) { return editor.move(path, target); });
}

void StagedEdits::makeFolder(const std::string& folder, const QString& name)
{
    change(tr("New folder %1 in %2").arg(name, shown(folder)),
           [entry = edit::NewEntry{.folder = folder, .name = name.toUtf8().toStdString()}](
               edit::Editor& editor) -> Result<> {
               FATLAS_TRY(editor.makeFolder(entry));
               return {};
           });
}

void StagedEdits::remove(const std::string& path)
{
    change(tr("Remove %1").arg(shown(path)),
           [path](edit::Editor& editor) { return editor.remove(path, edit::Recursive::Yes); });
}

void StagedEdits::undo()
{
    if (!canUndo())
        return;
    --m_count;
    m_error.reset();
    Q_EMIT stepped();
    refresh();
}

void StagedEdits::redo()
{
    if (!canRedo())
        return;
    ++m_count;
    m_error.reset();
    Q_EMIT stepped();
    refresh();
}

void StagedEdits::discard()
{
    if (isWriting())
        return;
    m_error.reset();
    Q_EMIT stepped();
    forget();
}

void StagedEdits::apply()
{
    if (!problem().isEmpty() || m_count == 0)
        return;
    m_error.reset();
    m_writing.start(
        [content = m_document.content(),
         edits = inEffect()](const JobControl& job) -> Result<std::filesystem::path> {
            FATLAS_ASSIGN(const auto staged, stagedOn(content->image.disk, edits));
            FATLAS_ASSIGN(auto patches, staged->patches());
            return writePatches(*content, std::move(patches), "changes", job);
        },
        [this](Result<std::filesystem::path> undoFile) {
            if (!undoFile)
                return fail(undoFile.error());
            m_undoFile = QFile::decodeName(QByteArray::fromStdString(undoFile->native()));
            m_isOurReload = true;
            m_document.reload();
            Q_EMIT applied();
            Q_EMIT changed();
        });
    Q_EMIT changed();
}

void StagedEdits::takeBack()
{
    if (m_undoFile.isEmpty() || !problem().isEmpty())
        return;
    m_error.reset();
    m_writing.start([content = m_document.content(),
                     file = std::filesystem::path(QFile::encodeName(m_undoFile).toStdString())](
                        const JobControl& job) { return takeBackPatches(*content, file, job); },
                    [this](Result<bool> done) {
                        if (!done)
                            return fail(done.error());
                        m_undoFile.clear();
                        m_document.reload();
                        Q_EMIT takenBack();
                        Q_EMIT changed();
                    });
    Q_EMIT changed();
}

} // namespace fatlas::ui
