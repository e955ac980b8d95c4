/// A file of the host as content, and only as long as it is the file that was looked at.
///
/// Errors:   Changed when its identity is another one, before or after reading; those of File.
/// Lifetime: open only while it is read.
#pragma once

#include "core/base/file.hpp"
#include "core/edit/content_source.hpp"

#include <filesystem>
#include <functional>
#include <optional>

namespace fatlas::edit {

class FileSource final : public ContentSource {
public:
    using Opener = std::function<Result<File>()>;

    /// `open` is called whenever the file is needed again; `identity` is what it must have then.
    FileSource(Opener open, const FileIdentity& identity)
        : m_open(std::move(open)), m_identity(identity)
    {}

    /// A path as it is followed now.
    [[nodiscard]] static std::shared_ptr<FileSource> at(const std::filesystem::path& path,
                                                        const FileIdentity& identity);

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_identity.size; }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) override;
    [[nodiscard]] Result<> checkUnchanged() override;

    void rest() noexcept override { m_file.reset(); }

private:
    [[nodiscard]] Result<const File*> open();

    [[nodiscard]] Result<> checkSame(const File& file) const;

    Opener m_open;
    FileIdentity m_identity;
    std::optional<File> m_file;
};

} // namespace fatlas::edit
