#include "tests/store/fixtures.h"
