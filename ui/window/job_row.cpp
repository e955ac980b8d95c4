#include "ui/window/job_row.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/tasks/task_list.hpp"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>

namespace fatlas::ui {

JobRow::JobRow(QWidget* parent)
    : QWidget(parent), m_icon(new QLabel(this)), m_what(new ElidedLabel({}, Qt::ElideMiddle, this)),
      m_bar(new QProgressBar(this)), m_detail(new ElidedLabel({}, Qt::ElideRight, this)),
      m_open(nullptr), m_folder(nullptr), m_cancel(nullptr), m_dismiss(new QToolButton(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(1));
    layout->setSpacing(spacing(3));
    m_what->setMinimumWidth(scaled(180));
    m_bar->setFixedWidth(scaled(220));
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(scaled(10));
    m_detail->setToken(Token::Muted);
    layout->addWidget(m_icon);
    layout->addWidget(m_what, 2);
    layout->addWidget(m_bar);
    layout->addWidget(m_detail, 3);
    m_open = addButton(tr("Open"));
    m_folder = addButton(tr("Show in folder"));
    m_cancel = addButton(tr("Cancel"));
    m_dismiss->setIcon(icon(QLatin1String("x"), Token::Muted));
    m_dismiss->setAutoRaise(true);
    m_dismiss->setToolTip(tr("Take this row away"));
    m_dismiss->setAccessibleName(m_dismiss->toolTip());
    layout->addWidget(m_dismiss);
    connect(m_open, &QPushButton::clicked, this, &JobRow::openRequested);
    connect(m_folder, &QPushButton::clicked, this, &JobRow::showInFolderRequested);
    connect(m_cancel, &QPushButton::clicked, this, &JobRow::cancelRequested);
    connect(m_dismiss, &QToolButton::clicked, this, &JobRow::dismissRequested);
}

QPushButton* JobRow::addButton(const QString& text)
{
    auto* button = new QPushButton(text, this);
    button->setAutoDefault(false);
    layout()->addWidget(button);
    return button;
}

void JobRow::show(const QModelIndex& job)
{
    m_what->setText(job.data(TaskList::WhatRole).toString());
    m_detail->setText(job.data(TaskList::DetailRole).toString());
    const int fraction = job.data(TaskList::FractionRole).toInt();
    m_bar->setRange(0, fraction < 0 ? 0 : 1000);
    m_bar->setValue(fraction);
    showState(static_cast<Task::State>(job.data(TaskList::StateRole).toInt()));
    const bool offers = !job.data(TaskList::ResultPathRole).toString().isEmpty();
    m_open->setVisible(offers && job.data(TaskList::OpensRole).toBool());
    m_folder->setVisible(offers);
}

void JobRow::showState(Task::State state)
{
    const bool running = state == Task::State::Running || state == Task::State::Cancelling;
    m_bar->setVisible(running);
    m_cancel->setVisible(running);
    m_cancel->setEnabled(state == Task::State::Running);
    m_dismiss->setVisible(!running);
    const auto [name, token] =
        running                        ? std::pair("hourglass", Token::Muted)
        : state == Task::State::Done   ? std::pair("circle-check", Token::Success)
        : state == Task::State::Failed ? std::pair("circle-alert", Token::Lost)
                                       : std::pair("circle-x", Token::Muted);
    m_icon->setPixmap(iconPixmap(QLatin1String(name), scaled(16), devicePixelRatioF(), token));
    m_detail->setToken(state == Task::State::Failed ? Token::Lost : Token::Muted);
}

} // namespace fatlas::ui
