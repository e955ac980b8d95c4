/// The identity of a host file within a record.
///
/// Shape:   five numbers, 40 bytes.
/// Errors:  as RecordReader.
/// Threads: pure.
#pragma once

#include "core/base/file.hpp"
#include "core/base/record_bytes.hpp"

namespace fatlas {

inline void putIdentity(RecordWriter& out, const FileIdentity& identity)
{
    out.put(identity.device);
    out.put(identity.inode);
    out.put(identity.size);
    out.put(identity.modifiedNs);
    out.put(identity.changedNs);
}

inline void getIdentity(RecordReader& in, FileIdentity& identity)
{
    in.get(identity.device);
    in.get(identity.inode);
    in.get(identity.size);
    in.get(identity.modifiedNs);
    in.get(identity.changedNs);
}

} // namespace fatlas
