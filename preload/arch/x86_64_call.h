// Reading the call instruction before a return address.
#pragma once

#include <cstdint>
#include <cstring>

namespace mallocop::preload {

// Where a call goes: directly, or through a pointer at a constant address, by `call *slot(%rip)`, or by a direct call
// of a stub that is `jmp *slot(%rip)`.
struct CallTarget {
  uintptr_t target = 0;  // 0: it is none of these
  uintptr_t slot = 0;    // where the pointer lies; 0: there is none
};

// Of the call that returns to `return_address`. What stands before a return address can be read;
// `is_readable(address)` says whether eight bytes at another address can. A slot says where the call goes now: whether
// it always did is another question (bound_slot.h).
//
// Bytes that only look like such a call (the end of a longer instruction) give an address at which nothing that is
// asked for begins, but by a chance of one in 2^32.
template <typename IsReadable>
CallTarget call_target(uintptr_t return_address, IsReadable is_readable) {
  const auto* const end = reinterpret_cast<const uint8_t*>(return_address);
  const auto relative = [](const uint8_t* displacement) {
    int32_t value;
    std::memcpy(&value, displacement, sizeof value);
    return reinterpret_cast<uintptr_t>(displacement) + sizeof value + static_cast<uintptr_t>(int64_t{value});
  };
  const auto in_slot = [&](uintptr_t slot) {
    CallTarget through{0, slot};
    if (is_readable(slot)) std::memcpy(&through.target, reinterpret_cast<const void*>(slot), sizeof through.target);
    return through;
  };
  if (end[-6] == 0xff && end[-5] == 0x15) return in_slot(relative(end - 4));
  if (end[-5] != 0xe8) return {};
  const uintptr_t target = relative(end - 4);
  if (!is_readable(target) || !is_readable(target + 8)) return {target, 0};
  const auto* code = reinterpret_cast<const uint8_t*>(target);
  constexpr uint8_t kEndbr64[] = {0xf3, 0x0f, 0x1e, 0xfa};
  if (std::memcmp(code, kEndbr64, sizeof kEndbr64) == 0) code += sizeof kEndbr64;
  if (*code == 0xf2) ++code;  // bnd
  return code[0] == 0xff && code[1] == 0x25 ? in_slot(relative(code + 2)) : CallTarget{target, 0};
}

}  // namespace mallocop::preload
