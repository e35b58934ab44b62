// SPDX-License-Identifier: BSL-1.0
// Runs the compiler, a process for each source, and asks the system what it took.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace compiler {

struct cost {
  double seconds;  // user time of the compiler
  double memory;   // its peak, in MiB
  double object;   // the object file, in KiB
};
inline cost least(cost const& a, cost const& b) {
  return {std::min(a.seconds, b.seconds), std::min(a.memory, b.memory), std::min(a.object, b.object)};
}

/// Starts a command; what it says goes to `log`.
inline pid_t start(std::vector<std::string> command, std::filesystem::path const& log) {
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  pid_t process = 0;
  int const error = posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error) throw std::system_error(error, std::generic_category(), command[0]);
  return process;
}

struct ended {
  pid_t process;
  bool good;
  double seconds, memory;
};
/// Waits for the first of the processes to end. The usage is that of the driver and of what it waited for: of the times
/// the sum, of the memory the peak of the largest one, the compiler proper.
inline ended wait() {
  int status = 0;
  rusage usage{};
  pid_t const process = wait4(-1, &status, 0, &usage);
  if (process < 0) throw std::system_error(errno, std::generic_category(), "wait4");
  return {process, WIFEXITED(status) && WEXITSTATUS(status) == 0,
          double(usage.ru_utime.tv_sec) + double(usage.ru_utime.tv_usec) / 1e6, double(usage.ru_maxrss) / 1024};
}

}  // namespace compiler
