/// What is wrong with a VHD: a list, and below it what the selected finding means to whom.
///
/// Threads: GUI thread; does no I/O.
#pragma once

#include "ui/document/vhd_content.hpp"
#include "ui/models/finding_list_model.hpp"

#include <QWidget>

class QTableView;
class QVBoxLayout;

namespace fatlas::ui {

class ThemedLabel;

class VhdFindingsView : public QWidget {
    Q_OBJECT

public:
    explicit VhdFindingsView(QWidget* parent = nullptr);

    /// `checkText`: "Checked: sound", or how far the check is.
    void setContent(const SharedVhd& content, const QString& checkText);

    [[nodiscard]] FindingListModel* model() const noexcept { return m_model; }

    [[nodiscard]] QTableView* table() const noexcept { return m_table; }

    /// The selected finding in full, a line for each thing that is said.
    [[nodiscard]] QStringList detailTexts() const;

private:
    void showDetail();
    void addLine(const QString& name, std::string_view words);
    void fitHeight();

    SharedVhd m_content;
    FindingListModel* m_model;
    QTableView* m_table;
    ThemedLabel* m_summary;
    QWidget* m_detail;
    QVBoxLayout* m_lines;
};

} // namespace fatlas::ui
