#include "ui/document/vhd_new_document.hpp"

#include <filesystem>

namespace fatlas::ui {

namespace {

Result<VhdPreview> planned(const convert::NewVhd& wanted, const JobControl& job)
{
    VhdPreview preview;
    FATLAS_ASSIGN(preview.plan, convert::planNewVhd(wanted, job));
    preview.openers = vhd::whoOpens(preview.plan->file);
    std::error_code ignored;
    preview.fileExists = std::filesystem::exists(wanted.file, ignored);
    return preview;
}

} // namespace

VhdNewDocument::VhdNewDocument(QObject* parent) : QObject(parent)
{
    connect(&m_planning, &Task::stateChanged, this, &VhdNewDocument::changed);
}

VhdNewDocument::~VhdNewDocument()
{
    disconnect(&m_planning, nullptr, this, nullptr);
}

void VhdNewDocument::setWanted(const convert::NewVhd& wanted)
{
    if (m_isAsked && wanted == m_wanted)
        return;
    m_isAsked = true;
    m_wanted = wanted;
    m_planning.start([wanted](const JobControl& job) { return planned(wanted, job); },
                     [this](Result<VhdPreview> preview) {
                         if (!preview && preview.error().code == ErrorCode::Cancelled)
                             return;
                         m_error.reset();
                         if (preview)
                             m_preview = *std::move(preview);
                         else
                             m_error = preview.error();
                         Q_EMIT changed();
                     });
}

} // namespace fatlas::ui
