/// The selected thing in words and fields: a cluster, a file, or the volume.
///
/// Threads: GUI thread; what must be read is asked of the document.
#pragma once

#include "ui/document/volume_document.hpp"
#include "ui/window/volume_words.hpp"

#include <QList>
#include <QWidget>

class QAction;
class QGridLayout;
class QLabel;
class QVBoxLayout;

namespace fatlas::ui {

class InspectorPanel : public QWidget {
    Q_OBJECT

public:
    explicit InspectorPanel(VolumeDocument& document, QWidget* parent = nullptr);

    [[nodiscard]] QString heading() const;

    /// Buttons below what is said about a cluster.
    void setActions(const QList<QAction*>& actions);

private:
    void follow();
    void showCluster(const VolumeContent& content, Cluster cluster);
    void addButtons();
    void showNode(const VolumeContent& content, std::uint32_t node);
    void showVolume(const VolumeContent& content);
    void showFacts(const ClusterFacts& facts);
    void showFactsError(const Error& error);
    void clear();
    QWidget* addTable(const std::vector<FieldRow>& rows);
    void addCaption(const QString& text);

    VolumeDocument& m_document;
    QLabel* m_heading;
    QLabel* m_sentence;
    QVBoxLayout* m_body;
    QVBoxLayout* m_facts = nullptr; ///< where the rows of a cluster go
    QList<QAction*> m_actions;
};

} // namespace fatlas::ui
