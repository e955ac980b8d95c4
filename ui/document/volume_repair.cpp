#include "ui/document/volume_repair.hpp"

#include "core/edit/apply.hpp"

#include "ui/base/words.hpp"
#include "ui/document/image_patches.hpp"

#include <QFile>

#include <filesystem>
#include <utility>

namespace fatlas::ui {

namespace {

using std::filesystem::path;

Result<path> carryOut(const VolumeContent& content, const fat::RepairPlan& plan,
                      const JobControl& job)
{
    return writePatches(content, edit::shifted(plan.patches, content.image.volumeOffset), "repairs",
                        job);
}

} // namespace

VolumeRepair::VolumeRepair(VolumeDocument& document, QObject* parent)
    : QObject(parent), m_document(document)
{
    connect(&m_work, &Task::progressChanged, this, &VolumeRepair::progressChanged);
    // A plan for a volume that changed since would be refused when it is applied.
    connect(&document, &VolumeDocument::ready, this, [this] {
        if (m_undoWaits)
            startUndo();
        else if (m_step == Step::Planning || m_step == Step::Planned)
            dismiss();
        else
            Q_EMIT changed();
    });
    connect(&document, &VolumeDocument::failed, this, [this](const Error& error) {
        if (std::exchange(m_undoWaits, false))
            fail(Step::Applied, error);
    });
    connect(&document, &VolumeDocument::checked, this, &VolumeRepair::changed);
}

VolumeRepair::~VolumeRepair()
{
    disconnect(&m_work, nullptr, this, nullptr);
}

QString VolumeRepair::problem() const
{
    const SharedContent& content = m_document.content();
    if (!content || m_document.state() != VolumeDocument::State::Ready)
        return tr("The volume is being read");
    if (!content->report)
        return m_document.isChecking() ? tr("The volume is being checked")
                                       : tr("The volume could not be checked");
    if (content->findings.empty())
        return tr("Nothing was found that would need a repair");
    if (!content->writeProblem.empty())
        return shown(content->writeProblem);
    return m_obstacle;
}

void VolumeRepair::setObstacle(const QString& why)
{
    if (why == m_obstacle)
        return;
    m_obstacle = why;
    Q_EMIT changed();
}

std::uint64_t VolumeRepair::changedBytes() const
{
    std::uint64_t bytes = 0;
    if (plan())
        for (const block::Patch& patch : plan()->patches)
            bytes += patch.after.size();
    return bytes;
}

void VolumeRepair::begin(Step step)
{
    m_step = step;
    m_error.reset();
    Q_EMIT changed();
}

void VolumeRepair::fail(Step step, const Error& error)
{
    m_step = step;
    if (error.code != ErrorCode::Cancelled)
        m_error = error;
    Q_EMIT changed();
}

void VolumeRepair::makePlan(bool keepLostChains)
{
    if (!problem().isEmpty() || m_step == Step::Applying || m_step == Step::Undoing)
        return;
    m_keepLostChains = keepLostChains;
    m_preview = {};
    begin(Step::Planning);
    const fat::RepairOptions options{.keepLostChains = keepLostChains};
    m_work.start([content = m_document.content(),
                  options](const JobControl& job) { return previewRepair(content, options, job); },
                 [this](Result<RepairPreview> preview) {
                     if (!preview)
                         return fail(Step::Idle, preview.error());
                     m_preview = std::move(*preview);
                     m_step = Step::Planned;
                     Q_EMIT changed();
                 });
}

void VolumeRepair::apply()
{
    if (m_step != Step::Planned || !plan() || plan()->patches.empty())
        return;
    begin(Step::Applying);
    m_work.start([content = m_document.content(),
                  plan = plan()](const JobControl& job) { return carryOut(*content, *plan, job); },
                 [this](Result<path> undoFile) {
                     if (!undoFile)
                         return fail(Step::Planned, undoFile.error());
                     m_undoFile = QFile::decodeName(QByteArray::fromStdString(undoFile->native()));
                     m_step = Step::Applied;
                     m_document.reload();
                     Q_EMIT changed();
                 });
}

void VolumeRepair::undo()
{
    if (m_step != Step::Applied)
        return;
    begin(Step::Undoing);
    // The image as it was opened before the repair is another one now.
    if (m_document.state() == VolumeDocument::State::Loading)
        m_undoWaits = true;
    else
        startUndo();
}

void VolumeRepair::startUndo()
{
    m_undoWaits = false;
    m_work.start(
        [content = m_document.content(), file = path(QFile::encodeName(m_undoFile).toStdString())](
            const JobControl& job) { return takeBackPatches(*content, file, job); },
        [this](Result<bool> done) {
            if (!done)
                return fail(Step::Applied, done.error());
            m_step = Step::Undone;
            m_document.reload();
            Q_EMIT changed();
        });
}

void VolumeRepair::cancel()
{
    if (std::exchange(m_undoWaits, false))
        begin(Step::Applied);
    m_work.cancel();
}

void VolumeRepair::dismiss()
{
    if (m_step == Step::Applying || m_step == Step::Undoing)
        return;
    m_work.abandon();
    m_preview = {};
    m_undoFile.clear();
    begin(Step::Idle);
}

} // namespace fatlas::ui
