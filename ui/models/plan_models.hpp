/// The tables of the New disk page, over one immutable plan: names that change, what does not fit,
/// findings, what is left out.
///
/// Threads: GUI thread; the plan is immutable and shared.
#pragma once

#include "core/folder_disk/plan.hpp"

#include <QAbstractTableModel>

#include <memory>

namespace fatlas::ui {

/// What the four have in common. `MonospaceRole` is true where bytes of the disk are shown.
class PlanTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Role : int { SortRole = Qt::UserRole, MonospaceRole, SeverityRole };

    explicit PlanTableModel(QObject* parent = nullptr);
    ~PlanTableModel() override;

    void setPlan(std::shared_ptr<const folder_disk::Plan> plan);

    [[nodiscard]] const std::shared_ptr<const folder_disk::Plan>& plan() const { return m_plan; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

protected:
    [[nodiscard]] virtual std::size_t itemCount() const = 0;
    [[nodiscard]] virtual QStringList headers() const = 0;
    [[nodiscard]] virtual QString text(std::size_t row, int column) const = 0;

    [[nodiscard]] virtual QString toolTip(std::size_t row, int column) const
    {
        return text(row, column);
    }

    [[nodiscard]] virtual QVariant sortKey(std::size_t row, int column) const
    {
        return text(row, column);
    }

    [[nodiscard]] virtual bool isNumber(int) const { return false; }

    [[nodiscard]] virtual bool isMonospace(int) const { return false; }

    [[nodiscard]] virtual QVariant extra(std::size_t, int, int) const { return {}; }

    std::shared_ptr<const folder_disk::Plan> m_plan; ///< never null when itemCount() is asked
};

/// Host name, Name on the disk, Why.
class NameChangesModel : public PlanTableModel {
    Q_OBJECT

public:
    using PlanTableModel::PlanTableModel;

protected:
    [[nodiscard]] std::size_t itemCount() const override;
    [[nodiscard]] QStringList headers() const override;
    [[nodiscard]] QString text(std::size_t row, int column) const override;
    [[nodiscard]] QString toolTip(std::size_t row, int column) const override;
    [[nodiscard]] bool isMonospace(int column) const override;
};

/// Name, Size, Why.
class UnfitModel : public PlanTableModel {
    Q_OBJECT

public:
    using PlanTableModel::PlanTableModel;

protected:
    [[nodiscard]] std::size_t itemCount() const override;
    [[nodiscard]] QStringList headers() const override;
    [[nodiscard]] QString text(std::size_t row, int column) const override;
    [[nodiscard]] QString toolTip(std::size_t row, int column) const override;
    [[nodiscard]] QVariant sortKey(std::size_t row, int column) const override;
    [[nodiscard]] bool isNumber(int column) const override;
};

/// Severity, Rule, Where, What, What to do.
class FindingsModel : public PlanTableModel {
    Q_OBJECT

public:
    using PlanTableModel::PlanTableModel;

    /// Findings that come from elsewhere (a volume's tree) instead of a plan.
    void setFindings(std::vector<Finding> findings);

protected:
    [[nodiscard]] std::size_t itemCount() const override;
    [[nodiscard]] QStringList headers() const override;
    [[nodiscard]] QString text(std::size_t row, int column) const override;
    [[nodiscard]] QVariant sortKey(std::size_t row, int column) const override;
    [[nodiscard]] QVariant extra(std::size_t row, int column, int role) const override;

private:
    [[nodiscard]] const std::vector<Finding>& findings() const;

    std::vector<Finding> m_findings;
};

/// Path, Why: what cannot be on a disk, then what the globs leave out.
class LeftOutModel : public PlanTableModel {
    Q_OBJECT

public:
    using PlanTableModel::PlanTableModel;

protected:
    [[nodiscard]] std::size_t itemCount() const override;
    [[nodiscard]] QStringList headers() const override;
    [[nodiscard]] QString text(std::size_t row, int column) const override;
};

} // namespace fatlas::ui
