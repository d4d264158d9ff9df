#include "tests/unit/report/detour/applied_plan.h"

#include <link.h>
#include <sys/mman.h>

#include <cstring>
#include <initializer_list>
#include <stdexcept>
#include <vector>

namespace mallocop::test {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kCode = 64;  // behind the number
constexpr uint64_t kFar = uint64_t{1} << 30;

// Code as it grows, at the place where it will run.
class CodeAt {
 public:
  explicit CodeAt(const uint8_t* place) : place_(place) {}

  void put(std::initializer_list<uint8_t> bytes) { code_.insert(code_.end(), bytes.begin(), bytes.end()); }
  void put(const uint8_t* bytes, size_t size) { code_.insert(code_.end(), bytes, bytes + size); }
  // The distance from the end of what is put to `target`.
  void put_distance(const uint8_t* target) {
    const size_t at = code_.size();
    code_.insert(code_.end(), sizeof(int32_t), 0);
    set_distance(at, code_.size(), target);
  }
  void set_distance(size_t at, size_t from, const uint8_t* target) {
    const auto value = static_cast<int32_t>(target - (place_ + from));
    std::memcpy(&code_.at(at), &value, sizeof value);
  }
  void fill_up(size_t size) { code_.resize(size, 0x06); }  // no instruction
  const std::vector<uint8_t>& bytes() const { return code_; }

 private:
  const uint8_t* place_;
  std::vector<uint8_t> code_;
};

uint8_t* page_near(const uint8_t* function) {
  const uint64_t home = reinterpret_cast<uint64_t>(function) / kPage * kPage;
  for (uint64_t at = home - kFar; at < home + kFar; at += 256 * kPage) {
    void* page = ::mmap(reinterpret_cast<void*>(at), kPage, PROT_READ | PROT_WRITE | PROT_EXEC,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (page != MAP_FAILED) return static_cast<uint8_t*>(page);
  }
  throw std::runtime_error("no memory near the function");
}

}  // namespace

AppliedPlan::AppliedPlan(const trace::PlannedFunction& plan, uint64_t bias)
    : plan_(plan), function_(reinterpret_cast<uint8_t*>(plan.address + bias)), place_(page_near(function_)) {
  if (std::memcmp(function_, plan.original, plan.original_size) != 0) throw std::runtime_error("another function");
  uint8_t* const begin = place_ + kCode;
  CodeAt code(begin);
  code.put({0x48, 0xff, 0x05});  // inc qword [rip + ...]
  code.put_distance(place_);
  const size_t moved = code.bytes().size();
  code.put(plan.moved, plan.moved_size);
  for (size_t index = 0; index < plan.displacements; ++index) {
    const trace::MovedDisplacement& one = plan.displacement[index];
    code.set_distance(moved + one.place, moved + one.end_of_instruction, reinterpret_cast<uint8_t*>(one.target + bias));
  }
  code.put({0xe9});
  code.put_distance(function_ + plan.original_size);
  std::memcpy(begin, code.bytes().data(), code.bytes().size());

  // What is not the jump's must never be run.
  CodeAt jump(function_);
  jump.put({0xe9});
  jump.put_distance(begin);
  jump.fill_up(plan.original_size);
  overwrite(jump.bytes().data(), jump.bytes().size());
}

AppliedPlan::~AppliedPlan() {
  overwrite(plan_.original, plan_.original_size);
  ::munmap(place_, kPage);
}

uint64_t AppliedPlan::entries() const {
  uint64_t number = 0;
  std::memcpy(&number, place_, sizeof number);
  return number;
}

void AppliedPlan::overwrite(const uint8_t* bytes, size_t size) const {
  uint8_t* const page = function_ - reinterpret_cast<uint64_t>(function_) % kPage;
  ::mprotect(page, 2 * kPage, PROT_READ | PROT_WRITE | PROT_EXEC);
  std::memcpy(function_, bytes, size);
  ::mprotect(page, 2 * kPage, PROT_READ | PROT_EXEC);
}

uint64_t own_bias() {
  uint64_t bias = 0;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* result) {
        *static_cast<uint64_t*>(result) = info->dlpi_addr;
        return 1;  // the program is the first
      },
      &bias);
  return bias;
}

}  // namespace mallocop::test
