#include "backends/moe/ops/cpu/thread_pool.h"

#include <numeric>

#include "tests/catch.h"

namespace tripos::moe {
namespace {

TEST_CASE("each item of each job is done once, and before run() returns", "[moe][cpu]") {
  for (const int threads : {1, 2, 5}) {
    CAPTURE(threads);
    ThreadPool pool(threads);
    for (int job = 0; job < 3000; ++job) {
      std::vector<int> done(static_cast<std::size_t>(job % 40));
      pool.run(static_cast<int>(done.size()),
               [&](int item, int thread) { done[static_cast<std::size_t>(item)] += thread < threads ? 1 : 100; });
      REQUIRE(std::accumulate(done.begin(), done.end(), 0) == job % 40);
    }
  }
}

}  // namespace
}  // namespace tripos::moe
