#pragma once
#include <oneloop/core/config.hpp>

namespace oneloop::shape {}
