/// The files of two volumes that are compared: a list, and chips that say how many there are of
/// each kind and leave kinds out.
///
/// Threads: GUI thread.
#pragma once

#include "ui/models/compare_files_model.hpp"

#include <QWidget>

#include <array>
#include <memory>

class QTableView;

namespace fatlas::ui {

class Chip;

class CompareFilesView : public QWidget {
    Q_OBJECT

public:
    explicit CompareFilesView(QWidget* parent = nullptr);

    void setReport(const std::shared_ptr<const fat::DiffReport>& report);

    /// Chooses the row of a node of the left (or right) tree, if it is shown; tells nobody.
    void chooseNode(std::uint32_t node, bool isLeft);

    [[nodiscard]] CompareFilesModel* model() const noexcept { return m_model; }

    [[nodiscard]] QTableView* table() const noexcept { return m_table; }

    [[nodiscard]] Chip* chip(CompareKind kind) const
    {
        return m_chips[static_cast<std::size_t>(kind)];
    }

Q_SIGNALS:
    void changeChosen(const fatlas::fat::FileChange& change); ///< by hand

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    [[nodiscard]] QWidget* makeChips();
    void showKinds();

    CompareFilesModel* m_model;
    QTableView* m_table;
    std::array<Chip*, compareKindCount> m_chips{};
    bool m_following = false;
};

} // namespace fatlas::ui
