// Random numbers that are the same on every machine for the same seed (splitmix64).
#pragma once

#include <cstdint>

namespace mallocop::exactness {

class Random {
 public:
  constexpr explicit Random(uint64_t seed) : state_(seed) {}
  constexpr uint64_t next() {
    uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }
  constexpr uint32_t below(uint32_t bound) { return static_cast<uint32_t>((next() >> 32) * bound >> 32); }

 private:
  uint64_t state_;
};

}  // namespace mallocop::exactness
