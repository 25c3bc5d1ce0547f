#pragma once
// The one include of every test: serves Catch2 2 (Debian 12) and 3 alike. Keep to REQUIRE, CHECK, SECTION, GENERATE,
// CAPTURE and the matchers WithinAbs and StartsWith.

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#else
#include <catch2/catch.hpp>
#endif
