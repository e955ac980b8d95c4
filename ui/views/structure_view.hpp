/// The structure at the cursor: its title, what is known about it, its fields as a table. Choosing
/// a field says where its bytes are; following a byte chooses its field.
///
/// Units:   bytes from the start of the image.
/// Threads: GUI thread.
#pragma once

#include "ui/models/structure.hpp"

#include <QWidget>

#include <functional>
#include <memory>
#include <optional>

class QTableView;

namespace fatlas::ui {

class ElidedLabel;
class StructureModel;

class StructureView : public QWidget {
    Q_OBJECT

public:
    explicit StructureView(QWidget* parent = nullptr);
    ~StructureView() override;

    /// Shows the part at `offset` and chooses the field there; emits nothing.
    void follow(const std::shared_ptr<const StructureMap>& map, std::uint64_t offset);
    /// Of several fields at a byte follow() chooses the one at `place` with these bits ("bits
    /// 4-15"); nothing: the one that was chosen, else the narrowest.
    void wish(std::optional<ByteRange> place, const QString& bits = {});
    /// In place of fields: why there are none.
    void showError(const Error& error);

    /// Why a value cannot be; empty: it can.
    using Refusal = std::function<QString(const StructureField& field, const QString& text)>;

    /// Values can be typed over, unless `refusal` has something against it.
    void setEditable(Refusal refusal);

    /// The chosen one.
    [[nodiscard]] std::optional<StructureField> field() const;
    [[nodiscard]] QString headline() const;

    [[nodiscard]] QTableView* table() const noexcept { return m_table; }

Q_SIGNALS:
    void fieldChosen(const fatlas::ui::StructureField& field); ///< by hand
    /// A value was typed over; nothing is changed by it yet.
    void valueTyped(const fatlas::ui::StructureField& field, const QString& text);
    void refused(const QString& why);

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void showPart(const std::shared_ptr<const StructureMap>& map,
                  std::optional<std::uint32_t> part);
    void chooseRow(int row);
    [[nodiscard]] int wishedRow() const;
    void fitColumns();
    [[nodiscard]] int widthOf(int column) const;

    ElidedLabel* m_title;
    ElidedLabel* m_facts;
    StructureModel* m_model;
    QTableView* m_table;
    std::shared_ptr<const StructureMap> m_map;
    std::optional<std::uint32_t> m_part;
    std::optional<ByteRange> m_wishedPlace;
    QString m_wishedBits;
    bool m_following = false;
};

} // namespace fatlas::ui
