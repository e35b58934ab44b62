// SPDX-License-Identifier: BSL-1.0
// What a plan says of passes and bytes beside what is counted while it runs. Arrays lie in pages that may not be
// accessed; a fault opens the part of the array that was asked for and closes the one opened before the last. A part
// that is opened again has been passed by: each pass over an array opens each of its parts once.
#include <boost/test/unit_test.hpp>
#include <oneloop/oneloop.hpp>

#include <signal.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <vector>

using namespace oneloop;

namespace {

constexpr std::size_t page = 4096;

class watched {
 public:
  watched(std::size_t bytes, std::size_t part_bytes) : part_(part_bytes), bytes_(bytes), faults_(bytes / part_bytes) {
    BOOST_REQUIRE(bytes % part_bytes == 0 && part_bytes % page == 0 && bytes / part_bytes > open_parts + 1);
    void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    BOOST_REQUIRE(memory != MAP_FAILED);
    begin_ = static_cast<char*>(memory);
    all().push_back(this);
  }
  watched(watched const&) = delete;
  ~watched() {
    std::erase(all(), this);
    munmap(begin_, bytes_);
  }
  template <class T>
  T* data() const {
    return reinterpret_cast<T*>(begin_);
  }
  /// How many bytes were opened, each time that they were.
  std::size_t bytes_opened() const {
    std::size_t sum = 0;
    for (int faults : faults_) sum += std::size_t(faults) * part_;
    return sum;
  }
  /// Closes everything, runs the work, opens everything.
  template <class Work>
  static void during(Work work) {
    struct sigaction action{}, before{};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGSEGV, &action, &before);
    for (auto* one : all()) {
      for (int& faults : one->faults_) faults = 0;
      for (int& part : one->open_) part = none;
      mprotect(one->begin_, one->bytes_, PROT_NONE);
    }
    work();
    for (auto* one : all()) mprotect(one->begin_, one->bytes_, PROT_READ | PROT_WRITE);
    sigaction(SIGSEGV, &before, nullptr);
  }

 private:
  static constexpr int open_parts = 2, none = -1;  // one instruction may touch two

  static std::vector<watched*>& all() {
    static std::vector<watched*> arrays;
    return arrays;
  }
  static void on_fault(int, siginfo_t* info, void*) {
    auto const address = reinterpret_cast<std::uintptr_t>(info->si_addr);
    for (auto* one : all()) {
      auto const offset = address - reinterpret_cast<std::uintptr_t>(one->begin_);
      if (offset >= one->bytes_) continue;
      int const part = static_cast<int>(offset / one->part_);
      ++one->faults_[static_cast<std::size_t>(part)];
      if (one->open_[0] != none) mprotect(one->begin_ + std::size_t(one->open_[0]) * one->part_, one->part_, PROT_NONE);
      one->open_[0] = one->open_[1];
      one->open_[1] = part;
      mprotect(one->begin_ + std::size_t(part) * one->part_, one->part_, PROT_READ | PROT_WRITE);
      return;
    }
    signal(SIGSEGV, SIG_DFL);  // somebody else's
  }

  char* begin_ = nullptr;
  std::size_t part_, bytes_;
  std::vector<int> faults_;
  int open_[open_parts]{none, none};
};

constexpr int count_of_rows = 8192;
// The plan knows arrays by name: data that stands twice in a formula counts twice.
constexpr auto Xv = var<"X", count_of_rows, 32>;
constexpr auto xv = var<"x", count_of_rows>;
constexpr auto tv = var<"t", count_of_rows>;
constexpr auto wv = var<"w", 32>;
constexpr auto Wv = var<"W", 16, 32>;
constexpr auto Vv = var<"V", 8, 16>;

struct data {
  // A part of X is what a sweep takes at a time.
  watched of_X{count_of_rows * 32 * sizeof(float), 4 * page}, of_x{count_of_rows * sizeof(float), page},
      of_t{count_of_rows * sizeof(float), page}, of_y{count_of_rows * sizeof(float), page},
      of_Y{count_of_rows * 8 * sizeof(float), page};
  view<float, count_of_rows, 32> X{of_X.data<float>()};
  view<float, count_of_rows> x{of_x.data<float>()}, t{of_t.data<float>()}, y{of_y.data<float>()};
  view<float, count_of_rows, 8> Y{of_Y.data<float>()};
  tensor<float, 32> w{uninitialized};
  tensor<float, 16, 32> W{uninitialized};
  tensor<float, 8, 16> V{uninitialized};

  data() {
    unsigned seed = 1;
    auto const fill = [&](auto& array) {
      for (auto& element : array)
        element = float(int((seed = seed * 1664525u + 1013904223u) >> 8) % 2001 - 1000) / 1000;
    };
    fill(X), fill(x), fill(t), fill(y), fill(Y), fill(w), fill(W), fill(V);
  }
  std::size_t read() const { return of_X.bytes_opened() + of_x.bytes_opened() + of_t.bytes_opened(); }
  std::size_t written() const { return of_y.bytes_opened() + of_Y.bytes_opened(); }
};

/// What the formulas read and write by their plan, but for arrays too small to be watched and numbers.
template <class... F>
struct counted {
  std::size_t read, written;
  explicit counted(std::size_t small_read, std::size_t small_written = 0)
      : read(std::size_t(plan_v<F...>.bytes_read) - small_read),
        written(std::size_t(plan_v<F...>.bytes_written) - small_written) {}
};
template <class... F>
void check_evaluated(data& d, std::size_t small_read, std::size_t small_written, F const&... f) {
  watched::during([&] {
    auto const result = evaluate(f...);
    asm volatile("" : : "r"(&result) : "memory");
  });
  counted<F...> const plan(small_read, small_written);
  BOOST_TEST(d.read() == plan.read);
  BOOST_TEST(d.written() == plan.written);
}
template <class To, class F>
void check_assigned(data& d, To& to, F const& f, std::size_t small_read = 0, std::size_t small_written = 0) {
  watched::during([&] { noalias(to) = f; });
  counted<F> const plan(small_read, small_written);
  BOOST_TEST(d.read() == plan.read);
  BOOST_TEST(d.written() == plan.written);
}

constexpr std::size_t size_of_w = 32 * sizeof(float), size_of_layers = (16 * 32 + 8 * 16) * sizeof(float);

}  // namespace

BOOST_AUTO_TEST_SUITE(counted_passes)

BOOST_AUTO_TEST_CASE(the_counter_counts) {
  data d;
  watched::during([&] {
    for (int pass = 0; pass < 3; ++pass)
      for (int i = 0; i < count_of_rows; ++i) d.y(i) = d.x(i);
  });
  BOOST_TEST(d.of_x.bytes_opened() == 3 * sizeof(float) * count_of_rows);
  BOOST_TEST(d.of_y.bytes_opened() == 3 * sizeof(float) * count_of_rows);
  BOOST_TEST(d.of_X.bytes_opened() == 0u);
}

BOOST_AUTO_TEST_CASE(elements) {
  data d;
  check_assigned(d, d.y, 2 * d.x + d.t);
  check_assigned(d, d.y, (tanh(xv) % sigmoid(tv) + xv)(xv = d.x, tv = d.t));
  check_evaluated(d, 0, 4, mean(bce_with_logits(xv, tv))(xv = d.x, tv = d.t));
}

BOOST_AUTO_TEST_CASE(several_results) {
  data d;
  // Each is bound on its own: that their x is the same, the plan of the variables says.
  constexpr auto f = min(xv);
  constexpr auto g = max(xv);
  constexpr auto h = sum(xv % tv);
  constexpr auto all = plan(f, g, h);
  watched::during([&] {
    auto const result = evaluate(f(xv = d.x), g(xv = d.x), h(xv = d.x, tv = d.t));
    asm volatile("" : : "r"(&result) : "memory");
  });
  BOOST_TEST(d.read() == std::size_t(all.bytes_read));
}

// More than one pass over the same array, and the plan says so.
BOOST_AUTO_TEST_CASE(several_passes) {
  data d;
  auto const f = (xv / norm(xv))(xv = d.x);
  static_assert(plan_v<decltype(f)>.sweeps == 2);
  check_assigned(d, d.y, f, 4, 4);  // the norm
  check_evaluated(d, 0, 4, variance(xv)(xv = d.x));
}

BOOST_AUTO_TEST_CASE(products) {
  data d;
  check_assigned(d, d.y, sigmoid(d.X * d.w + d.t), size_of_w);
  check_evaluated(d, size_of_w, 4, mean(bce_with_logits(d.X * d.w, d.t)));
  check_evaluated(d, 0, 4 * 32, transpose(d.X) * d.t);
}

BOOST_AUTO_TEST_CASE(a_loss_and_its_gradient) {
  data d;
  constexpr auto loss = mean(bce_with_logits(Xv * wv, tv));
  constexpr auto both = value_and_gradient(loss, wrt(wv));
  static_assert(plan(both).sweeps == 1);
  auto const f = both(Xv = d.X, wv = d.w, tv = d.t);
  check_evaluated(d, size_of_w, 4 + 4 * 32, f);
  // One after the other they take two passes, and the counter sees them.
  watched::during([&] {
    float const first = evaluate(loss(Xv = d.X, wv = d.w, tv = d.t));
    tensor<float, 32> const second = gradient(loss, wv)(Xv = d.X, wv = d.w, tv = d.t);
    asm volatile("" : : "r"(&first), "r"(&second) : "memory");
  });
  BOOST_TEST(d.of_X.bytes_opened() == 2 * sizeof(float) * 32 * count_of_rows);
}

BOOST_AUTO_TEST_CASE(a_model) {
  data d;
  constexpr auto f = sigmoid(linear(tanh(linear(Xv, Wv)), Vv));
  static_assert(plan(f).sweeps == 1);
  check_assigned(d, d.Y, f(Xv = d.X, Wv = d.W, Vv = d.V), size_of_layers);
  // Its weights' gradients: forward and backward by tiles that stay in the cache.
  constexpr auto both = value_and_gradient(mean(square(f)), wrt(Wv, Vv));
  static_assert(plan(both).sweeps == 1);
  check_evaluated(d, size_of_layers, 4 + size_of_layers, both(Xv = d.X, Wv = d.W, Vv = d.V));
}

BOOST_AUTO_TEST_SUITE_END()
