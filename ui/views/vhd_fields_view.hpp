/// The structures of a VHD field by field, one section at a time, and its allocation table.
///
/// Threads: GUI thread; does no I/O.
#pragma once

#include "ui/document/vhd_document.hpp"
#include "ui/models/vhd_fields.hpp"

#include <QWidget>

class QTableView;

namespace fatlas::ui {

class ElidedLabel;
class SegmentedControl;
class VhdFieldsModel;
class VhdTableModel;

class VhdFieldsView : public QWidget {
    Q_OBJECT

public:
    /// `document` outlives it.
    explicit VhdFieldsView(VhdDocument& document, QWidget* parent = nullptr);

    /// The sections of VhdSection, then the table with the bitmaps.
    [[nodiscard]] SegmentedControl* choice() const noexcept { return m_choice; }

    [[nodiscard]] VhdFieldsModel* fields() const noexcept { return m_fields; }

    [[nodiscard]] VhdTableModel* table() const noexcept { return m_table; }

    [[nodiscard]] QString caption() const;

private:
    void follow();
    void showSection(int index);
    void followBlock();
    void publishBlock(int row);
    void fit(QTableView* view, int most);

    VhdDocument& m_document;
    SegmentedControl* m_choice;
    ElidedLabel* m_caption;
    VhdFieldsModel* m_fields;
    VhdTableModel* m_table;
    QTableView* m_fieldsView;
    QTableView* m_tableView;
};

} // namespace fatlas::ui
