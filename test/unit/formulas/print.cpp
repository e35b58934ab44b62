// SPDX-License-Identifier: BSL-1.0
// A drawn formula as code that compiles.
#include <sstream>

#include "reference.hpp"

namespace formulas {

namespace {

constexpr char const* names[] = {"operand",
                                 "number",
                                 "constant",
                                 "negate",
                                 "abs",
                                 "sign",
                                 "exp",
                                 "exp2",
                                 "expm1",
                                 "log",
                                 "log1p",
                                 "log2",
                                 "log10",
                                 "sqrt",
                                 "rsqrt",
                                 "cbrt",
                                 "square",
                                 "sin",
                                 "cos",
                                 "tan",
                                 "asin",
                                 "acos",
                                 "atan",
                                 "sinh",
                                 "cosh",
                                 "tanh",
                                 "erf",
                                 "floor",
                                 "ceil",
                                 "round",
                                 "trunc",
                                 "sigmoid",
                                 "stable_sigmoid",
                                 "logistic_density",
                                 "log_sigmoid",
                                 "softplus",
                                 "logit",
                                 "relu",
                                 "selu",
                                 "gelu",
                                 "silu",
                                 "mish",
                                 "hard_sigmoid",
                                 "hard_swish",
                                 "logical_not",
                                 "isnan",
                                 "isinf",
                                 "isfinite",
                                 "cast<float>",
                                 "cast<double>",
                                 "cast<std::int32_t>",
                                 "cast<bool>",
                                 "leaky_relu",
                                 "elu",
                                 "celu",
                                 "plus",
                                 "minus",
                                 "times",
                                 "hadamard",
                                 "divides",
                                 "min",
                                 "max",
                                 "pow",
                                 "hypot",
                                 "atan2",
                                 "mse",
                                 "bce",
                                 "bce_with_logits",
                                 "expand_as",
                                 "less",
                                 "less_equal",
                                 "greater",
                                 "greater_equal",
                                 "equal",
                                 "not_equal",
                                 "logical_and",
                                 "logical_or",
                                 "fma",
                                 "clamp",
                                 "where",
                                 "transpose",
                                 "broadcast",
                                 "softmax",
                                 "log_softmax",
                                 "sum",
                                 "mean",
                                 "prod",
                                 "min",
                                 "max",
                                 "argmin",
                                 "argmax",
                                 "norm",
                                 "logsumexp",
                                 "variance",
                                 "all",
                                 "any",
                                 "product",
                                 "dot",
                                 "outer",
                                 "linear"};
static_assert(sizeof(names) / sizeof(names[0]) == static_cast<std::size_t>(kind::kinds));

constexpr char const* types[] = {"float", "double", "std::int32_t", "bool"};

std::string letter(int k) { return k < 0 ? "y" : std::string(1, static_cast<char>('A' + k)); }
std::string axis_of(program const& p, axis const& a) {
  std::string const extent = a.is_static ? std::to_string(p.extents[a.symbol]) : "";
  if (!a.named) return a.is_static ? extent : "dyn";
  return "dim<\"" + std::string(1, static_cast<char>('i' + a.symbol)) + "\"" + (a.is_static ? ", " + extent : "") + ">";
}
std::string axes_of(program const& p, shape const& s) {
  std::string text;
  for (int i = 0; i < s.rank; ++i) text += (i ? ", " : "") + axis_of(p, s.axes[i]);
  return text;
}
char const* infix(kind k) {
  switch (k) {
    case kind::plus: return " + ";
    case kind::minus: return " - ";
    case kind::times:
    case kind::product: return " * ";
    case kind::hadamard: return " % ";
    case kind::divides: return " / ";
    case kind::less: return " < ";
    case kind::less_equal: return " <= ";
    case kind::greater: return " > ";
    case kind::greater_equal: return " >= ";
    case kind::equal: return " == ";
    case kind::not_equal: return " != ";
    case kind::logical_and: return " && ";
    case kind::logical_or: return " || ";
    default: return nullptr;
  }
}

std::string node_of(program const& p, int at) {
  node const& n = p.nodes[at];
  switch (n.what) {
    case kind::operand:
      return p.operands[n.index].where == layout::moved ? "auto(" + letter(n.index) + ")" : letter(n.index);
    case kind::number:
    case kind::constant: {
      std::ostringstream out;
      n.type == element::i32 ? out << whole_numbers[n.index] : out << numbers[n.index];
      std::string const text = out.str();
      if (n.what == kind::number) return text;
      return text[0] == '-' ? "(-" + text.substr(1) + "_c)" : text + "_c";
    }
    case kind::negate: return "(-" + node_of(p, n.children[0]) + ")";
    case kind::logical_not: return "(!" + node_of(p, n.children[0]) + ")";
    default: break;
  }
  if (char const* between = infix(n.what))
    return "(" + node_of(p, n.children[0]) + between + node_of(p, n.children[1]) + ")";
  std::string text = name_of(n.what);
  if (n.what == kind::broadcast) text += "<" + axes_of(p, n.extents) + ">";
  if ((is_reduction(n.what) || n.what == kind::softmax || n.what == kind::log_softmax) && n.index != whole)
    text += "<" + std::to_string(n.index) + ">";
  text += "(";
  for (int c = 0; c < n.arguments(); ++c) text += (c ? ", " : "") + node_of(p, n.children[c]);
  return text + ")";
}

}  // namespace

char const* name_of(kind k) { return names[static_cast<int>(k)]; }

std::string code_of(program const& p) {
  std::string list;
  for (int i = 0; i < p.root_count; ++i) list += (i ? ", " : "") + node_of(p, p.roots[i]);
  std::string const target = letter(p.target_operand);
  constexpr char const* ways[] = {" = ", " += ", " -= ", " *= ", " /= "};
  std::string const assigns = ways[static_cast<int>(p.with)];
  switch (p.how) {
    case mode::assigned:
    case mode::aliased: return target + assigns + list + ";";
    case mode::no_alias: return "noalias(" + target + ")" + assigns + list + ";";
    case mode::threaded: return "evaluate(par, " + list + ");";
    case mode::stabilised: return "evaluate(stabilize(" + list + "));";
    case mode::simplified: return "evaluate(simplify(" + list + "));";
    case mode::variables: return "evaluate(f(...)), f over variables of these names = " + list + ";";
    default: return "evaluate(" + list + ");";
  }
}

std::string declarations_of(environment const& env) {
  program const& p = env.formula;
  std::ostringstream out;
  out.precision(17);
  auto const declare = [&](int k, operand const& o, numbers_of const& data) {
    bool const borrowed = o.where == layout::view || o.where == layout::strided;
    out << "  " << (borrowed ? "view<" : "tensor<") << types[static_cast<int>(o.type)] << (o.extents.rank ? ", " : "")
        << axes_of(p, o.extents)
        << (o.where == layout::strided   ? ", strided"
            : o.where == layout::columns ? ", column_major"
                                         : "")
        << "> " << letter(k);
    if (o.where == layout::panels) out << " (packed)";
    out << "  // [";
    for (std::size_t i = 0; i < data.extents.size(); ++i) out << (i ? ", " : "") << data.extents[i];
    out << "]";
    if (data.values.size() <= 48) {
      out << " {";
      for (std::size_t i = 0; i < data.values.size(); ++i) out << (i ? ", " : "") << data.values[i];
      out << "}";
    }
    out << "\n";
  };
  for (int k = 0; k < p.operand_count; ++k) declare(k, p.operands[k], env.operands[static_cast<std::size_t>(k)]);
  bool const assigns = p.how == mode::assigned || p.how == mode::no_alias || p.overlapped >= 0;
  if (assigns) declare(-1, p.target, env.target);
  auto const where = [&](int k) {
    place const& at = env.laid(k);
    out << "  " << letter(k) << ": from element " << at.first << ", strides {";
    for (std::size_t i = 0; i < at.strides.size(); ++i) out << (i ? ", " : "") << at.strides[i];
    out << "}, of the same memory\n";
  };
  if (p.overlapped >= 0) where(p.overlapped), where(-1);
  return out.str();
}

}  // namespace formulas
