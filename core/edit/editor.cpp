#include "core/edit/editor.hpp"

#include "core/base/text.hpp"
#include "core/edit/edit_state.hpp"

namespace fatlas::edit {

Editor::Editor(std::unique_ptr<EditState> state) : m_state(std::move(state)) {}

Editor::Editor(Editor&& other) noexcept = default;
Editor& Editor::operator=(Editor&& other) noexcept = default;
Editor::~Editor() = default;

Result<Editor> Editor::open(std::shared_ptr<const block::BlockDevice> device,
                            const EditOptions& options, const JobControl& job)
{
    FATLAS_ASSIGN(auto volume, fat::Volume::open(std::move(device), {.codePage = options.codePage,
                                                                     .fatCopy = std::nullopt}));
    FATLAS_ASSIGN(const FsInfo info, FsInfo::read(*volume));
    return Editor(std::make_unique<EditState>(std::move(volume), options, job, info));
}

Result<std::optional<EntryInfo>> Editor::find(std::string_view path)
{
    FATLAS_ASSIGN(const EntryPlace place, m_state->locate(path));
    if (place.isRoot())
        return EntryInfo{.path = "/", .isDirectory = true};
    if (place.item == nullptr)
        return std::nullopt;
    return EntryInfo{.path = place.path(),
                     .isDirectory = place.item->isDirectory(),
                     .attributes = place.item->raw.attributes,
                     .size = place.item->raw.size.get()};
}

Result<std::string> Editor::label()
{
    FATLAS_ASSIGN(const FolderPlace root, m_state->locateFolder("/"));
    const auto raw = root.directory->label();
    if (!raw)
        return std::string();
    std::string bytes(raw->name.begin(), raw->name.end());
    if (raw->name[0] == fat::slot_mark::escapedE5)
        bytes[0] = static_cast<char>(fat::slot_mark::deleted);
    bytes.erase(bytes.find_last_not_of(' ') + 1);
    return m_state->volume->codePage().decode(bytes);
}

Result<std::string> Editor::putFile(const NewEntry& entry,
                                    const std::shared_ptr<ContentSource>& content,
                                    Existing existing)
{
    return edit::putFile(*m_state, entry, content, existing);
}

Result<std::string> Editor::makeFolder(const NewEntry& entry, Existing existing)
{
    return edit::makeFolder(*m_state, entry, existing);
}

Result<> Editor::remove(std::string_view path, Recursive recursive)
{
    return removeEntry(*m_state, path, recursive);
}

Result<> Editor::move(std::string_view from, std::string_view to, Existing existing)
{
    return moveEntry(*m_state, from, to, existing);
}

Result<> Editor::setLabel(std::string_view label)
{
    return edit::setLabel(*m_state, label);
}

Result<> Editor::setAttributes(std::string_view path, std::uint8_t set, std::uint8_t clear)
{
    return edit::setAttributes(*m_state, path, set, clear);
}

Result<EditPlan> Editor::plan() const
{
    return m_state->plan();
}

} // namespace fatlas::edit
