/// A file in memory that has a path, for readers that open files.
///
/// Errors: a system that has none ends the program.
#pragma once

#include "core/base/bytes.hpp"

#include "tests/fuzz/require.hpp"

#include <filesystem>
#include <sys/mman.h>
#include <unistd.h>

namespace fatlas::fuzz {

class ScratchFile {
public:
    ScratchFile() : m_descriptor(::memfd_create("fatlas-fuzz", MFD_CLOEXEC))
    {
        require(m_descriptor >= 0, "there are files in memory");
    }

    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;

    ~ScratchFile() { ::close(m_descriptor); }

    void fill(ByteView bytes) const
    {
        require(::ftruncate(m_descriptor, 0) == 0, "a file can be emptied");
        const auto written = ::pwrite(m_descriptor, bytes.data(), bytes.size(), 0);
        require(written == static_cast<ssize_t>(bytes.size()), "a file can be filled");
    }

    [[nodiscard]] std::filesystem::path path() const
    {
        return "/proc/self/fd/" + std::to_string(m_descriptor);
    }

private:
    int m_descriptor;
};

} // namespace fatlas::fuzz
