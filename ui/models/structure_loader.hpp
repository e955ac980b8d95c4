/// Keeps the structures of what is in sight, explained by a worker whenever that changes.
///
/// Units:   bytes from the start of the image.
/// Errors:  error() says why the newest question has no answer; the last answer stays.
/// Threads: GUI thread; the source is asked on a worker.
#pragma once

#include "ui/models/structure.hpp"
#include "ui/tasks/task.hpp"

#include <QObject>

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace fatlas::ui {

class StructureLoader final : public QObject {
    Q_OBJECT

public:
    static constexpr std::size_t maxRanges = 8;

    explicit StructureLoader(QObject* parent = nullptr);

    void setSource(std::shared_ptr<StructureSource> source);
    /// Asks about the first maxRanges of them unless the last answer holds them all.
    void want(std::span<const ByteRange> ranges);

    /// Never null.
    [[nodiscard]] const std::shared_ptr<const StructureMap>& map() const noexcept { return m_map; }

    [[nodiscard]] const std::optional<Error>& error() const noexcept { return m_error; }

    [[nodiscard]] bool isBusy() const noexcept { return m_task.isRunning(); }

Q_SIGNALS:
    void changed();

private:
    using SharedMap = std::shared_ptr<const StructureMap>;

    [[nodiscard]] bool isAsked(ByteRange range) const;
    void show(Result<SharedMap> map);

    std::shared_ptr<StructureSource> m_source;
    std::vector<ByteRange> m_asked; ///< by the newest question
    SharedMap m_map = std::make_shared<const StructureMap>();
    std::optional<Error> m_error;
    Task m_task{Task::Lane::Quick};
};

} // namespace fatlas::ui
