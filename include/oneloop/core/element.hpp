// SPDX-License-Identifier: BSL-1.0
// The element type of a formula from those of its operands.
#pragma once

#include <oneloop/core/concepts.hpp>

namespace ONELOOP_NAMESPACE {

/// Two element types that do not meet: mixing is an error that proposes cast<T>(a).
template <class A, class B>
struct mixed {
  using left = A;
  using right = B;
};

template <class T>
inline constexpr bool is_mixed = false;
template <class A, class B>
inline constexpr bool is_mixed<mixed<A, B>> = true;

template <class A, class B>
struct common_element_of {
  using type = mixed<A, B>;
};
template <class A>
struct common_element_of<A, A> {
  using type = A;
};
template <class A>
struct common_element_of<A, any_element> {
  using type = A;
};
template <class B>
struct common_element_of<any_element, B> {
  using type = B;
};
template <>
struct common_element_of<any_element, any_element> {
  using type = any_element;
};
template <class A, class B, class C>
struct common_element_of<mixed<A, B>, C> {
  using type = mixed<A, B>;
};
template <class A, class B>
struct common_element_of<mixed<A, B>, any_element> {
  using type = mixed<A, B>;
};
template <class A, class B>
struct common_element_of<mixed<A, B>, mixed<A, B>> {
  using type = mixed<A, B>;
};

namespace detail {
template <class T>
struct element_fold {
  using type = T;
};
template <class A, class B>
constexpr auto operator+(element_fold<A>, element_fold<B>) -> element_fold<typename common_element_of<A, B>::type> {
  return {};
}
}  // namespace detail

/// any_element if nobody has one, the type if all agree, mixed<A, B> for the first two that do not.
template <class... Elements>
using common_element =
    typename decltype((detail::element_fold<any_element>{} + ... + detail::element_fold<Elements>{}))::type;

/// The element type that a formula computes in when nothing around it has one: that of C++ literals.
template <class Element, class Default = double>
using element_or = std::conditional_t<std::is_same_v<Element, any_element>, Default, Element>;

}  // namespace ONELOOP_NAMESPACE
