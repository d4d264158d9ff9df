// What actors say to each other. A message is plain data: it may be copied into any store.
#pragma once

#include <cstdint>

namespace conductor {

using ActorId = std::uint32_t;

struct Message {
  enum class Kind : std::uint8_t { kPayment, kEntry };

  ActorId from = 0;
  ActorId to = 0;
  Kind kind = Kind::kPayment;
  std::uint64_t number = 0;  // of the payment, in the order of the driver
  std::uint64_t cents = 0;
};

}  // namespace conductor
