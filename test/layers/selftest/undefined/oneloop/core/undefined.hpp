#pragma once
namespace ONELOOP_NAMESPACE {}
