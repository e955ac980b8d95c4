/// What tests of the jail ask of a change: it was made, or it is this conflict.
#pragma once

#include "core/host/change.hpp"

#include <QtTest>

namespace fatlas::test {

template <class T>
[[nodiscard]] const char* said(const host::ChangeResult<T>& result)
{
    return result ? "it was made" : result.error().error.message.c_str();
}

} // namespace fatlas::test

#define VERIFY_DONE(expression)                                                                    \
    do {                                                                                           \
        const auto verifyResult = (expression);                                                    \
        QVERIFY2(verifyResult, fatlas::test::said(verifyResult));                                  \
    } while (false)

#define VERIFY_CONFLICT(expression, why)                                                           \
    do {                                                                                           \
        const auto verifyResult = (expression);                                                    \
        QVERIFY(!verifyResult);                                                                    \
        QVERIFY2(verifyResult.error().conflict == (why), fatlas::test::said(verifyResult));        \
        QCOMPARE(verifyResult.error().outcome, fatlas::host::Outcome::Conflict);                   \
    } while (false)
