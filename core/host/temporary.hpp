/// A file with a name of Fatlas's own beside the one it shall become.
///
/// Errors:   those of the file system.
/// Lifetime: removed by the destructor unless it was taken into use; what cannot be removed then is
///           left to the end of the jail. Refers to the keep.
/// Threads:  one.
#pragma once

#include "core/host/beneath.hpp"
#include "core/host/changing_calls.hpp"
#include "core/host/keep.hpp"

#include <string>
#include <utility>

namespace fatlas::host {

class Temporary {
public:
    /// As a new file of this user in this folder: with its default access list and group.
    [[nodiscard]] static ChangeResult<Temporary> create(const Spot& spot, Keep& keep);

    Temporary(Temporary&& other) noexcept
        : m_keep(other.m_keep), m_folder(other.m_folder), m_name(std::exchange(other.m_name, {})),
          m_file(std::move(other.m_file))
    {}

    Temporary& operator=(Temporary&&) = delete;
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;
    ~Temporary();

    [[nodiscard]] File& file() noexcept { return m_file; }

    [[nodiscard]] const std::string& name() const noexcept { return m_name; }

    [[nodiscard]] NameAt at() const noexcept
    {
        return {.folder = m_folder, .name = m_name.c_str()};
    }

    void release() noexcept { m_name.clear(); }

private:
    Temporary(Keep& keep, int folder, std::string name, File file)
        : m_keep(keep), m_folder(folder), m_name(std::move(name)), m_file(std::move(file))
    {}

    Keep& m_keep;
    int m_folder;
    std::string m_name;
    File m_file;
};

} // namespace fatlas::host
