/// The names in one folder, sorted by their bytes.
///
/// Shape:    names lie in one buffer that is used again for the next folder; "." and ".." are left
///           out.
/// Errors:   an errno value; names read before it are there.
/// Threads:  one reader belongs to one thread.
/// Lifetime: names and descriptor are valid until the next read().
#pragma once

#include "core/host/descriptor.hpp"
#include "core/host/host_stat.hpp"

#include <cstdint>
#include <dirent.h>
#include <memory>
#include <string>
#include <vector>

namespace fatlas::host {

class FolderReader {
public:
    struct Name {
        std::uint32_t offset = 0;
        std::uint32_t length = 0;
        std::uint8_t type = 0; ///< DT_REG, DT_DIR ...; DT_UNKNOWN when the file system does not say
    };

    enum class End : std::uint8_t { Complete, LimitReached };

    /// Reads at most `limit` names; takes the descriptor over.
    [[nodiscard]] SystemResult<End> read(Descriptor folder, std::size_t limit);

    /// Of the folder read last, for calls relative to it.
    [[nodiscard]] int descriptor() const noexcept { return ::dirfd(m_stream.get()); }

    [[nodiscard]] const std::vector<Name>& names() const noexcept { return m_names; }

    /// Ends with a zero byte.
    [[nodiscard]] const char* text(const Name& name) const { return m_text.data() + name.offset; }

private:
    struct CloseFolder {
        void operator()(DIR* folder) const noexcept { ::closedir(folder); }
    };

    void add(const char* name, std::uint8_t type);
    void sort();

    std::unique_ptr<DIR, CloseFolder> m_stream;
    std::string m_text;
    std::vector<Name> m_names;
};

} // namespace fatlas::host
