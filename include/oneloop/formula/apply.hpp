// SPDX-License-Identifier: BSL-1.0
// The one elementwise node: an operation over operands of one shape.
#pragma once

#include <boost/hana/at.hpp>
#include <boost/hana/basic_tuple.hpp>
#include <boost/hana/unpack.hpp>
#include <utility>

#include <oneloop/core/fwd.hpp>
#include <oneloop/core/unpack.hpp>
#include <oneloop/formula/broadcast.hpp>

namespace ONELOOP_NAMESPACE {

template <fixed_string Name, class Shape, class Value>
struct named;
struct not_equal_t;
struct divides_t;

namespace detail {

template <class Op>
inline constexpr int mask_arguments = 0;
template <class Op>
  requires requires { Op::mask_arguments; }
inline constexpr int mask_arguments<Op> = Op::mask_arguments;

template <class Op>
inline constexpr bool yields_mask = false;
template <class Op>
  requires requires { Op::yields_mask; }
inline constexpr bool yields_mask<Op> = Op::yields_mask;

template <int Masks, class... Args>
constexpr auto value_element() {
  return []<int... I>(std::integer_sequence<int, I...>) {
    return element_fold<common_element<std::conditional_t<(I < Masks), any_element, element_t<Args>>...>>{};
  }(std::make_integer_sequence<int, sizeof...(Args)>{});
}

/// The element type of the arguments that are not masks.
template <class Op, class... Args>
using argument_element = typename decltype(value_element<mask_arguments<Op>, Args...>())::type;

template <class Op, class Arguments>
struct result_element {
  using type = std::conditional_t<yields_mask<Op>, bool, Arguments>;
};
template <class Op, class Arguments>
  requires requires { typename Op::to; }
struct result_element<Op, Arguments> {
  using type = typename Op::to;
};

}  // namespace detail

namespace detail {
template <class Op, class... Args>
constexpr auto remake_apply(Args&&... args);
}

template <class Op, class Shape, class... Args>
struct applied : node_base<applied<Op, Shape, Args...>, Shape,
                           typename detail::result_element<Op, detail::argument_element<Op, Args...>>::type, Args...> {
  using operation = Op;
  using shape_type = Shape;
  using argument_type = detail::argument_element<Op, Args...>;
  using element = typename detail::result_element<Op, argument_type>::type;
  [[no_unique_address]] hana::basic_tuple<Args...> args;
  constexpr applied() = default;
  /// Each operand is copied once, from where it is.
  template <class... Operands>
  constexpr explicit applied(std::in_place_t, Operands&&... operands) : args(static_cast<Operands&&>(operands)...) {}

  template <class F>
  constexpr auto map_children(F&& f) const {
    return hana::unpack(args, [&](auto const&... arg) { return detail::remake_apply<Op>(f(arg)...); });
  }
  /// Not by unpack_inline: with its lambda in between, a recursion over 57 levels is deeper than g++'s 900
  /// instantiations.
  template <class F>
  ONELOOP_INLINE constexpr void each_child(F&& f) const {
    [&]<std::size_t... I>(std::index_sequence<I...>)
        ONELOOP_LAMBDA { (f(hana::at_c<I>(args)), ...); }(std::index_sequence_for<Args...>{});
  }
};

template <class T>
inline constexpr bool is_apply = false;
template <class Op, class Shape, class... Args>
inline constexpr bool is_apply<applied<Op, Shape, Args...>> = true;

namespace detail {

// Folds the shapes of the arguments and, at the first pair that does not fit, remembers both.
template <class Left, class Right>
struct misfit {
  using left = Left;
  using right = Right;
};

template <class Shape>
constexpr auto unify_all(Shape shape) {
  return shape;
}
template <class A, class B, class... Rest>
constexpr auto unify_all(A, B, Rest... rest) {
  using both = shape::unify_t<A, B>;
  if constexpr (shape::fitted<both>)
    return unify_all(both{}, rest...);
  else
    return misfit<A, B>{};
}

template <class Shape, class A>
constexpr decltype(auto) fit_to(A&& a) {
  if constexpr (rank_v<A> == 0 || rank_v<A> == Shape::rank)
    return static_cast<A&&>(a);
  else
    return broadcasted<Shape, decltype(shape::embed<shape_t<A>, Shape>()), false, std::remove_cvref_t<A>>{
        static_cast<A&&>(a)};
}

template <class Op>
constexpr auto shown_name() {
  if constexpr (requires { Op::symbol; })
    return Op::symbol;
  else
    return Op::name;
}

/// A number of the program or of the formula, under a name perhaps: it has no element type of its own.
template <class A>
inline constexpr bool is_number = false;
template <class T>
inline constexpr bool is_number<scalar<T>> = true;
template <long long Numerator, long long Denominator>
inline constexpr bool is_number<constant<Numerator, Denominator>> = true;
template <fixed_string Name, class Shape, class Value>
inline constexpr bool is_number<named<Name, Shape, Value>> = is_number<Value>;

/// Numbers and what is made of them alone.
template <class A>
inline constexpr bool is_of_numbers = is_number<A>;
template <class Op, class Shape, class... Args>
inline constexpr bool is_of_numbers<applied<Op, Shape, Args...>> = (true && ... && is_of_numbers<Args>);

/// Whether a fraction may come from integers.
template <class Op>
inline constexpr bool makes_fractions = Op::accepts == elements::floating || std::is_same_v<Op, divides_t>;

/// Whether a formula that takes the element type around it would lose its fraction among integers.
template <class A>
inline constexpr bool is_fraction = false;
template <class T>
inline constexpr bool is_fraction<scalar<T>> = std::is_floating_point_v<computed<T>>;
template <long long Numerator, long long Denominator>
inline constexpr bool is_fraction<constant<Numerator, Denominator>> = Denominator != 1;
template <fixed_string Name, class Shape, class Value>
inline constexpr bool is_fraction<named<Name, Shape, Value>> = is_fraction<Value>;
template <class Shape, class Map, bool Explicit, class A>
inline constexpr bool is_fraction<broadcasted<Shape, Map, Explicit, A>> = is_fraction<A>;
template <class Op, class Shape, class... Args>
  requires(std::is_same_v<typename applied<Op, Shape, Args...>::element, any_element>)
inline constexpr bool is_fraction<applied<Op, Shape, Args...>> =
    (false || ... || is_fraction<Args>) || (makes_fractions<Op> && (true && ... && is_of_numbers<Args>));

template <class Shape, long long Numerator, long long Denominator>
  requires(Denominator != 0)
inline constexpr bool is_fraction<applied<divides_t, Shape, constant<Numerator, 1>, constant<Denominator, 1>>> =
    Numerator % Denominator != 0;

/// Throws std::out_of_range where a number among 32-bit integers is none.
template <class A>
constexpr void require_int32(A const&) {}
template <class T>
  requires(std::is_integral_v<T>)
constexpr void require_int32(scalar<T> const& a) {
  if (static_cast<T>(static_cast<std::int32_t>(a.number)) != a.number ||
      (0 > static_cast<std::int32_t>(a.number)) != (T{} > a.number)) [[unlikely]]
    raise_out_of_range("oneloop: a number beyond 32-bit integers");
}
template <fixed_string Name, class Shape, class Value>
constexpr void require_int32(named<Name, Shape, Value> const& a) {
  require_int32(a.value);
}
template <class Shape, class Map, bool Explicit, class A>
constexpr void require_int32(broadcasted<Shape, Map, Explicit, A> const& a) {
  require_int32(a.arg);
}
template <class Op, class Shape, class... Args>
  requires(std::is_same_v<typename applied<Op, Shape, Args...>::element, any_element>)
constexpr void require_int32(applied<Op, Shape, Args...> const& a) {
  a.each_child([](auto const& child) { require_int32(child); });
}
/// Whether a constant is an integer of more than 32 bits.
template <class A>
inline constexpr bool is_too_large = false;
template <long long Numerator>
inline constexpr bool is_too_large<constant<Numerator, 1>> = Numerator != static_cast<std::int32_t>(Numerator);
template <fixed_string Name, class Shape, class Value>
inline constexpr bool is_too_large<named<Name, Shape, Value>> = is_too_large<Value>;
template <class Shape, class Map, bool Explicit, class A>
inline constexpr bool is_too_large<broadcasted<Shape, Map, Explicit, A>> = is_too_large<A>;
template <class Op, class Shape, class... Args>
  requires(std::is_same_v<typename applied<Op, Shape, Args...>::element, any_element>)
inline constexpr bool is_too_large<applied<Op, Shape, Args...>> = (false || ... || is_too_large<Args>);

/// A call that makes two operands fit, spelled out: broadcast<128, 64>(b), view<T, 64>(b).
template <fixed_string Open, class Shape, char Operand>
struct write_call {
  constexpr void operator()(writer& out) const {
    out << Open;
    write_dims(out, Shape{});
    out << ">(";
    out.put(Operand);
    out.put(')');
  }
  template <auto... Dims>
  static constexpr void write_dims(writer& out, shape::extents<Dims...>) {
    bool first = true;
    ((out << (first ? "" : ", "), shape::is_named<Dims> ? out << shape::name_of<Dims> : write_extent<Dims>(out),
      first = false),
     ...);
  }
  template <auto Dim>
  static constexpr writer& write_extent(writer& out) {
    return shape::is_dynamic<Dim> ? out << "dyn" : out << shape::extent_of<Dim>;
  }
};

template <auto... A, auto... B>
constexpr bool differ_in_names_only(shape::extents<A...>, shape::extents<B...>) {
  if constexpr (sizeof...(A) == sizeof...(B))
    return (true && ... && (shape::extent_of<A> == shape::extent_of<B>));
  else
    return false;
}

template <class From, class To>
inline constexpr bool broadcasts = !std::is_same_v<decltype(shape::broadcast_map<From, To>()), shape::no_fit>;

/// The last axis but the first along which `From`, repeated, is `To`; -1: none.
template <class From, class To>
constexpr int missing_axis() {
  int result = -1;
  if constexpr (From::rank > 0 && From::rank + 1 == To::rank)
    [&]<int... I>(std::integer_sequence<int, I...>) {
      ((shape::fitted<shape::unify_t<decltype(shape::reduce<I + 1>(To{})), From>> ? void(result = I + 1) : void()),
       ...);
    }(std::make_integer_sequence<int, From::rank>{});
  return result;
}
/// Spelled out: expand_as<1>(b, a).
template <int Axis, char From, char To>
struct write_expand_as {
  constexpr void operator()(writer& out) const {
    out << "expand_as<" << Axis << ">(";
    out.put(From);
    out << ", ";
    out.put(To);
    out << ")";
  }
};
/// The calls that repeat `From`, named so: along the first axes, along another one, or either where both would fit.
template <class From, class To, char FromName, char ToName>
constexpr auto ways_to_repeat() {
  constexpr int axis = ToName ? missing_axis<From, To>() : -1;
  if constexpr (broadcasts<From, To> && axis >= 0)
    return std::type_identity<hint::use<written<write_call<"broadcast<", To, FromName>>(),
                                        written<write_expand_as<axis, FromName, ToName>>()>>{};
  else if constexpr (broadcasts<From, To>)
    return std::type_identity<hint::use<written<write_call<"broadcast<", To, FromName>>()>>{};
  else
    return std::type_identity<hint::use<written<write_expand_as<axis, FromName, ToName>>()>>{};
}
template <class From, class To, char FromName, char ToName>
inline constexpr bool can_repeat = FromName && (broadcasts<From, To> || (ToName && missing_axis<From, To>() >= 0));

/// What would make the operands a and b fit, or those of other names (0: cannot be changed).
template <class Left, class Right, char LeftName = 'a', char RightName = 'b'>
constexpr auto advice() {
  if constexpr (differ_in_names_only(Left{}, Right{}))
    return std::type_identity<hint::rule<"equal names of dimensions">>{};
  else if constexpr (can_repeat<Right, Left, RightName, LeftName>)
    return ways_to_repeat<Right, Left, RightName, LeftName>();
  else if constexpr (can_repeat<Left, Right, LeftName, RightName>)
    return ways_to_repeat<Left, Right, LeftName, RightName>();
  else
    return std::type_identity<hint::rule<"equal shapes">>{};
}

template <class Op, class Left, class Right>
using shapes_misfit =
    shapes_do_not_fit<shown_name<Op>(), shown<Left>, shown<Right>, typename decltype(advice<Left, Right>())::type>;

template <elements Accepted>
using other_elements = std::conditional_t<Accepted == elements::boolean, hint::use<"a comparison, as in a != 0">,
                                          hint::use<"cast<float>(a)">>;

/// The element type of the first argument that should be a mask and is none, or bool.
template <int Masks, class First, class... Rest>
constexpr auto not_a_mask() {
  if constexpr (Masks == 0)
    return std::type_identity<bool>{};
  else if constexpr (accepted<element_t<First>>(elements::boolean))
    return not_a_mask<Masks - 1, Rest...>();
  else
    return std::type_identity<element_t<First>>{};
}

/// Whether argument I of the operation has to be a mask.
template <int I, class Op, class... Args>
inline constexpr bool takes_mask =
    I < mask_arguments<Op> || Op::accepts == elements::boolean || std::is_same_v<argument_element<Op, Args...>, bool>;
/// A number where a mask has to be is compared with zero, as C++ does.
template <bool Compare, class A>
constexpr decltype(auto) mask_of(A&& a) {
  if constexpr (Compare)
    return applied<not_equal_t, shape::extents<>, std::remove_cvref_t<A>, constant<0, 1>>{
        std::in_place, static_cast<A&&>(a), constant<0, 1>{}};
  else
    return static_cast<A&&>(a);
}

template <class Op, class... Args>
constexpr auto make_apply_of_elements(Args&&... args) {
  using shape_or_misfit = decltype(unify_all(shape_t<Args>{}...));
  using arguments = argument_element<Op, Args...>;
  using mask = typename decltype(not_a_mask<mask_arguments<Op>, Args...>())::type;
  if constexpr (!shape::fitted<shape_or_misfit>) {
    return failure<shapes_misfit<Op, typename shape_or_misfit::left, typename shape_or_misfit::right>>{};
  } else if constexpr (!std::is_same_v<mask, bool>) {
    return failure<wrong_element_type<shown_name<Op>(), mask, other_elements<elements::boolean>>>{};
  } else if constexpr (is_mixed<arguments>) {
    return failure<mixed_element_types<shown_name<Op>(), typename arguments::left, typename arguments::right,
                                       hint::use<"cast<T>(a)">>>{};
  } else if constexpr (!accepted<arguments>(Op::accepts)) {
    return failure<wrong_element_type<shown_name<Op>(), arguments, other_elements<Op::accepts>>>{};
  } else if constexpr (std::is_same_v<arguments, std::int32_t> &&
                       (false || ... || is_fraction<std::remove_cvref_t<Args>>)) {
    return failure<mixed_element_types<shown_name<Op>(), std::int32_t, double, hint::use<"cast<float>(a)">>>{};
  } else if constexpr (std::is_same_v<arguments, std::int32_t> &&
                       (false || ... || is_too_large<std::remove_cvref_t<Args>>)) {
    return failure<mixed_element_types<shown_name<Op>(), std::int32_t, long long, hint::use<"cast<double>(a)">>>{};
  } else {
    if constexpr (std::is_same_v<arguments, std::int32_t>) (require_int32(args), ...);
    return applied<Op, shape_or_misfit,
                   std::remove_cvref_t<decltype(fit_to<shape_or_misfit>(static_cast<Args&&>(args)))>...>{
        std::in_place, fit_to<shape_or_misfit>(static_cast<Args&&>(args))...};
  }
}

template <class Op, class... Args>
constexpr auto make_apply(Args&&... args) {
  if constexpr (takes_mask<0, Op, Args...> && (false || ... || is_number<std::remove_cvref_t<Args>>))
    return [&]<int... I>(std::integer_sequence<int, I...>) {
      return make_apply_of_elements<Op>(mask_of < takes_mask<I, Op, Args...> &&
                                        is_number < std::remove_cvref_t < Args >>> (static_cast<Args&&>(args))...);
    }(std::make_integer_sequence<int, sizeof...(Args)>{});
  else
    return make_apply_of_elements<Op>(static_cast<Args&&>(args)...);
}

/// The error under the name of what the user has written, which was made of other operations.
template <fixed_string Name, class Made>
constexpr auto renamed(Made made) {
  return made;
}
template <fixed_string Name, template <fixed_string, class...> class Error, fixed_string Part, class... What>
constexpr auto renamed(failure<Error<Part, What...>>) {
  return failure<Error<Name, What...>>{};
}

/// The same operation over other operands, which may have failed.
template <class Op, class... Args>
constexpr auto remake_apply(Args&&... args) {
  if constexpr (any_invalid<Args...>)
    return first_invalid(args...);
  else
    return make_apply<Op>(static_cast<Args&&>(args)...);
}

}  // namespace detail

template <class Op, class... Args>
constexpr auto elementwise(Args&&... args) {
  if constexpr (any_invalid<Args...>)
    return invalid{};
  else
    return or_report(detail::make_apply<Op>(as_operand(static_cast<Args&&>(args))...));
}

}  // namespace ONELOOP_NAMESPACE
