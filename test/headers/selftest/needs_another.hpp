#pragma once
// Wrong on purpose: std::size_t without its header.
inline std::size_t twice(std::size_t n) { return 2 * n; }
