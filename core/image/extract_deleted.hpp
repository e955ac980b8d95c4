/// Deleted files become files of the host, as far as their clusters are still free.
///
/// A file keeps its place: what others use now becomes zeros, so that what is left stands where it
/// stood. Folders are made with everything deleted in them.
///
/// Findings: X1 a name the host cannot hold; X2 a file that is not whole; X3 a file that exists
///           already and was kept; X4 one that could not be made; X6 one whose content is gone.
/// Errors:   as extract().
/// Threads:  blocking. Progress in bytes of content.
#pragma once

#include "core/fat/deleted/deleted.hpp"
#include "core/image/extract.hpp"

#include <span>

namespace fatlas::image {

/// `chosen`: indices into report.entries; with a folder everything in it. Everything lands below
/// options.destination under its own name, never outside.
[[nodiscard]] Result<ExtractReport>
extractDeleted(const fat::Volume& volume, const fat::DeletedReport& report,
               const fat::UsageMap& usage, std::span<const std::size_t> chosen,
               const ExtractOptions& options, const JobControl& job = {});

} // namespace fatlas::image
