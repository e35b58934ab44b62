#pragma once
#include <oneloop/eval/loop.hpp>
