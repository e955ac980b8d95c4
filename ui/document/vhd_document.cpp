#include "ui/document/vhd_document.hpp"

#include "ui/base/words.hpp"

#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace fatlas::ui {

namespace {

constexpr qint64 shortWorkMs = 300; ///< what is done by then shows no progress

} // namespace

VhdDocument::VhdDocument(const QString& path, QObject* parent) : QObject(parent), m_path(path)
{
    connect(&m_checking, &Task::progressChanged, this, &VhdDocument::checkTextChanged);
    connect(&m_watcher, &ImageWatcher::changed, this, &VhdDocument::load);
}

VhdDocument::~VhdDocument()
{
    disconnect(&m_checking, nullptr, this, nullptr);
}

QString VhdDocument::title() const
{
    return QFileInfo(m_path).fileName();
}

void VhdDocument::load()
{
    m_checking.abandon();
    m_asking.abandon();
    m_state = State::Loading;
    m_watcher.watch(m_path); // what changes while it is read is read again
    m_loading.start([path = QFile::encodeName(m_path).toStdString()](
                        const JobControl& job) { return readVhdContent(path, job); },
                    [this](Result<SharedVhd> content) {
                        if (content)
                            return take(*std::move(content));
                        m_state = State::Failed;
                        m_error = content.error();
                        Q_EMIT failed(*m_error);
                    });
}

void VhdDocument::take(SharedVhd content)
{
    m_content = std::move(content);
    m_state = State::Ready;
    m_error.reset();
    m_answers = {};
    const auto& blocks = m_content->blocks;
    if (m_block && (!blocks || *m_block >= blocks->states.size()))
        m_block.reset();
    Q_EMIT ready();
    ask();
    check();
}

void VhdDocument::check()
{
    if (!m_content->isDisk())
        return;
    m_checking.start(
        [content = m_content](const JobControl& job) { return checkVhdContent(content, job); },
        [this](Result<SharedVhd> content) {
            if (content) {
                m_content = *std::move(content);
                Q_EMIT checked();
            }
            Q_EMIT checkTextChanged();
        });
}

QString VhdDocument::checkText() const
{
    if (m_checking.isRunning()) {
        const Progress progress = m_checking.progress();
        if (m_checking.elapsedMs() < shortWorkMs)
            return {};
        return progress.total == 0
                   ? tr("Checking…")
                   : tr("Checking… %1").arg(percentText(progress.done, progress.total));
    }
    if (const auto& error = m_checking.error(); error)
        return tr("Not checked: %1").arg(errorWords(*error).sentence);
    if (!m_content || !m_content->isChecked)
        return {};
    const auto count = static_cast<std::uint64_t>(m_content->findings.size());
    return count == 0 ? tr("Checked: sound")
                      : tr("Checked: %1").arg(countText(count, "finding", "findings"));
}

void VhdDocument::selectBlock(std::optional<std::uint64_t> block)
{
    if (block == m_block)
        return;
    m_block = block;
    m_answers = {};
    Q_EMIT blockChanged();
    ask();
}

void VhdDocument::ask()
{
    m_asking.abandon();
    if (!m_block || !m_content || !m_content->layers)
        return;
    const std::uint64_t size = m_content->blocks->blockSize;
    const std::uint64_t start = *m_block * size;
    const std::uint64_t length = std::min(size, m_content->layers->size() - start);
    m_asking.start([layers = m_content->layers, start,
                    length](const JobControl&) { return layers->answers(start, length); },
                   [this, block = *m_block](Result<std::vector<vhd::Answer>> answers) {
                       if (!answers)
                           return Q_EMIT answersFailed(answers.error());
                       m_answers = {.block = block, .answers = *std::move(answers)};
                       Q_EMIT answersReady();
                   });
}

} // namespace fatlas::ui
