#include "core/image/unpack_stream.hpp"

#include <memory>
#include <zlib.h>

namespace fatlas::image {

namespace {

constexpr int gzipOnly = 15 + 16; // largest window, gzip wrapping

class Inflater {
public:
    Inflater(PackedInput& input, TempImage& output) : m_input(input), m_output(output) {}

    Result<> run()
    {
        if (::inflateInit2(&m_stream, gzipOnly) != Z_OK)
            return fail(ErrorCode::Limit, "there is not enough memory to unpack gzip data");
        const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&m_stream, ::inflateEnd);
        do
            FATLAS_TRY(member());
        while (hasMember());
        return checkRest(m_input, consumed(), Packing::Gzip);
    }

private:
    /// Up to the end of its checked trailer.
    Result<> member()
    {
        while (true) {
            if (m_stream.avail_in == 0) {
                FATLAS_TRY(refill());
            }
            const bool noMore = m_stream.avail_in == 0;
            m_stream.next_out = reinterpret_cast<Bytef*>(m_piece.data());
            m_stream.avail_out = static_cast<uInt>(m_piece.size());
            const int status = ::inflate(&m_stream, Z_NO_FLUSH);
            FATLAS_TRY(
                m_output.append(ByteView(m_piece).first(m_piece.size() - m_stream.avail_out)));
            FATLAS_TRY(m_input.watch());
            if (status == Z_STREAM_END)
                return {};
            if (noMore && m_stream.avail_out != 0)
                return failCut(Packing::Gzip, m_output);
            if (status != Z_OK && status != Z_BUF_ERROR)
                return failDamaged(Packing::Gzip, m_output,
                                   m_stream.msg != nullptr ? m_stream.msg : "");
        }
    }

    Result<> refill()
    {
        FATLAS_ASSIGN(const ByteView piece, m_input.next());
        // zlib never writes through it.
        m_stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(piece.data()));
        m_stream.avail_in = static_cast<uInt>(piece.size());
        return {};
    }

    [[nodiscard]] std::uint64_t consumed() const { return m_input.position() - m_stream.avail_in; }

    /// Whether another member follows; then the stream stands at its start.
    bool hasMember()
    {
        m_input.seek(consumed());
        m_stream.avail_in = 0;
        if (!refill() || m_stream.avail_in < 4)
            return false;
        const Bytef* head = m_stream.next_in;
        if (head[0] != 0x1F || head[1] != 0x8B || head[2] != 0x08 || head[3] >= 0x20)
            return false;
        return ::inflateReset(&m_stream) == Z_OK;
    }

    PackedInput& m_input;
    TempImage& m_output;
    z_stream m_stream = {};
    Bytes m_piece = Bytes(PackedInput::pieceSize);
};

} // namespace

Result<> unpackGzip(PackedInput& input, TempImage& output)
{
    return Inflater(input, output).run();
}

} // namespace fatlas::image
