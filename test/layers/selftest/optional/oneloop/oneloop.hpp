#pragma once
#include <oneloop/io/print.hpp>
