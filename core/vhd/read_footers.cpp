#include "core/vhd/read_footers.hpp"

#include "core/base/checked.hpp"
#include "core/vhd/note.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace fatlas::vhd {

namespace {

using State = FooterCopy::State;

void examine(FooterCopy& copy)
{
    const auto strict = decodeFooter(copy.bytes, copy.offset);
    if (strict) {
        copy.state = State::Good;
        copy.footer = *strict;
        return;
    }
    copy.problem = strict.error().message;
    copy.state = hasFooterCookie(copy.bytes) ? State::Damaged : State::Missing;
    if (const auto loose = decodeFooter(copy.bytes, copy.offset, Checksum::MayBeWrong))
        copy.footer = *loose;
}

Result<FooterCopy> readCopy(const block::BlockDevice& device, std::uint64_t offset,
                            std::uint64_t size)
{
    FooterCopy copy;
    copy.offset = offset;
    copy.size = size;
    copy.bytes.resize(size);
    FATLAS_TRY(device.read(offset, copy.bytes));
    examine(copy);
    return copy;
}

/// At the end: 512 bytes, or the 511 of old Virtual PC.
Result<FooterCopy> readTail(const block::BlockDevice& device)
{
    FATLAS_ASSIGN(FooterCopy tail, readCopy(device, device.size() - footerSize, footerSize));
    if (tail.state == State::Good)
        return tail;
    FATLAS_ASSIGN(FooterCopy old, readCopy(device, device.size() - oldFooterSize, oldFooterSize));
    return old.state == State::Missing ? std::move(tail) : std::move(old);
}

bool fitsFixed(const FooterCopy& tail)
{
    return tail.footer && tail.footer->type == DiskType::Fixed &&
           tail.footer->currentSize == tail.offset;
}

bool isSparse(const FooterCopy& copy)
{
    return copy.footer && copy.footer->type != DiskType::Fixed;
}

/// In a fixed disk the first sector belongs to the guest, whatever it looks like.
void forgetFront(FooterCopy& front)
{
    front = {};
}

void noteDamage(VhdFile& file, const FooterCopy& bad, const char* other)
{
    note(file.findings, bad.state == State::Missing ? "V1" : "V2", Severity::Error,
         {.message = bad.problem,
          .advice = fmt::format("the disk is read by the footer {}; repair writes it again", other),
          .offset = bad.offset});
}

void noteTail(VhdFile& file)
{
    if (file.tail.size == oldFooterSize && file.tail.state != State::Missing)
        note(file.findings, "V30", Severity::Info,
             {.message = "the footer has 511 bytes, as Virtual PC wrote it before 2004",
              .offset = file.tail.offset});
    if (file.isFixed())
        return;
    if (file.tail.state == State::Missing)
        note(file.findings, "V7", Severity::Warning,
             {.message = "there is no footer at the end of the file: it was cut off, or power went "
                         "while it grew",
              .advice = "the copy at the front is read; repair writes the footer again",
              .offset = file.tail.offset});
    else if (file.tail.state == State::Damaged && file.front.state == State::Good)
        noteDamage(file, file.tail, "at the front");
    else if (file.front.state == State::Good && file.tail.footer != file.front.footer)
        note(file.findings, "V6", Severity::Error,
             {.message = "the footer at the end differs from its copy at the front",
              .advice = "the one at the front is read; repair makes them equal",
              .offset = file.tail.offset});
}

void choose(VhdFile& file, const FooterCopy& copy)
{
    file.footer = *copy.footer;
    file.isFooterProven = copy.state == State::Good;
    if (!file.isFooterProven)
        note(file.findings, "V2", Severity::Error,
             {.message = copy.problem,
              .advice = "everything else in it fits, so the disk can be read; repair sets the "
                        "checksum",
              .offset = copy.offset});
    else if (!file.isFixed() && file.front.state != State::Good)
        noteDamage(file, file.front, "at the end");
    noteTail(file);
}

std::unexpected<Error> noFooter(const VhdFile& file)
{
    const bool any = file.front.state == State::Damaged || file.tail.state != State::Missing;
    if (!any)
        return fail(ErrorCode::NotFound,
                    "this is not a VHD: there is no footer with the cookie \"conectix\" at its "
                    "start or end (V1)");
    std::string both;
    for (const FooterCopy* copy : {&file.front, &file.tail})
        if (copy->state != State::Missing)
            both += (both.empty() ? "" : "; ") +
                    (copy->problem.empty() ? fmt::format("the footer at byte {} does not fit the "
                                                         "file",
                                                         copy->offset)
                                           : copy->problem);
    return fail(ErrorCode::BadFormat, "no footer of this VHD can be believed: " + both);
}

} // namespace

bool hasSoundHeader(const block::BlockDevice& device, const Footer& footer)
{
    if (!rangeFits(footer.dataOffset, headerSize, device.size()))
        return false;
    Bytes bytes(headerSize);
    return device.read(footer.dataOffset, bytes) &&
           decodeHeader(bytes, footer.dataOffset).has_value();
}

Result<> readFooters(const block::BlockDevice& device, VhdFile& file)
{
    file.fileSize = device.size();
    if (file.fileSize < footerSize)
        return fail(ErrorCode::NotFound,
                    fmt::format("this is not a VHD: it has {} bytes, and a footer alone has 512",
                                file.fileSize));
    FATLAS_ASSIGN(file.tail, readTail(device));
    if (fitsFixed(file.tail)) {
        choose(file, file.tail);
        return {};
    }
    FATLAS_ASSIGN(file.front, readCopy(device, 0, footerSize));
    const bool frontIsSparse = isSparse(file.front);
    if (file.front.state == State::Good && frontIsSparse)
        choose(file, file.front);
    else if (file.tail.state == State::Good && isSparse(file.tail))
        choose(file, file.tail);
    else if (file.tail.state == State::Good) { // fixed, but it is not as long as it says
        forgetFront(file.front);
        choose(file, file.tail);
    } else if (frontIsSparse && hasSoundHeader(device, *file.front.footer))
        choose(file, file.front);
    else if (isSparse(file.tail) && hasSoundHeader(device, *file.tail.footer))
        choose(file, file.tail);
    else
        return noFooter(file);
    return {};
}

} // namespace fatlas::vhd
