/// A VHD that is looked at: what its files say, which block is selected, who answers for it.
///
/// First what the files say is read and shown, then bitmaps are read and the files checked while
/// the window is in use.
///
/// Units:   blocks from 0; sectors of 512 bytes of the disk.
/// Threads: GUI thread; reading, checking and look-ups run on workers.
/// Errors:  failed() when the file cannot be read at all; what is wrong inside it is content.
/// Lifetime: stops its workers when destroyed.
#pragma once

#include "ui/document/image_watcher.hpp"
#include "ui/document/vhd_content.hpp"
#include "ui/tasks/task.hpp"

#include <QObject>
#include <QString>

#include <optional>
#include <vector>

namespace fatlas::ui {

/// Who answers for the sectors of a block, in order.
struct VhdAnswers {
    std::uint64_t block = 0;
    std::vector<vhd::Answer> answers;
};

class VhdDocument final : public QObject {
    Q_OBJECT

public:
    enum class State : std::uint8_t { Loading, Ready, Failed };

    explicit VhdDocument(const QString& path, QObject* parent = nullptr);
    ~VhdDocument() override;

    void load();

    [[nodiscard]] const QString& path() const noexcept { return m_path; }

    /// The file's name, for tabs.
    [[nodiscard]] QString title() const;

    [[nodiscard]] State state() const noexcept { return m_state; }

    /// Set once Ready; another one once checked.
    [[nodiscard]] const SharedVhd& content() const noexcept { return m_content; }

    [[nodiscard]] const std::optional<Error>& error() const noexcept { return m_error; }

    [[nodiscard]] bool isChecking() const noexcept { return m_checking.isRunning(); }

    /// "Checked: 3 findings"; "Checking… 42 %" only when it takes its time.
    [[nodiscard]] QString checkText() const;

    [[nodiscard]] std::optional<std::uint64_t> block() const noexcept { return m_block; }

    /// Asks who answers for its sectors as well; answersReady or answersFailed tells.
    void selectBlock(std::optional<std::uint64_t> block);

    [[nodiscard]] const VhdAnswers& answers() const noexcept { return m_answers; }

Q_SIGNALS:
    void ready();
    void checked();
    void failed(const fatlas::Error& error);
    void checkTextChanged();
    void blockChanged();
    void answersReady();
    void answersFailed(const fatlas::Error& error);

private:
    void take(SharedVhd content);
    void check();
    void ask();

    QString m_path;
    State m_state = State::Loading;
    SharedVhd m_content;
    std::optional<Error> m_error;
    std::optional<std::uint64_t> m_block;
    VhdAnswers m_answers;
    ImageWatcher m_watcher; ///< another program may change the file
    Task m_loading{Task::Lane::Long};
    Task m_checking{Task::Lane::Long};
    Task m_asking{Task::Lane::Quick};
};

} // namespace fatlas::ui
