#include "core/base/finding.hpp"

namespace fatlas {

const char* toString(Severity severity) noexcept
{
    switch (severity) {
    case Severity::Info: return "info";
    case Severity::Warning: return "warning";
    case Severity::Error: return "error";
    }
    return "unknown severity";
}

} // namespace fatlas
