// One thread allocates, another frees: 1,000 blocks of 64 bytes cross over, and none is leaked.
#include <array>
#include <cstddef>
#include <memory>
#include <thread>

namespace {

struct Parcel {
  unsigned char bytes[64];
};
static_assert(sizeof(Parcel) == 64);

constexpr std::size_t kParcels = 1'000;
std::array<std::unique_ptr<Parcel>, kParcels> counter;  // filled by the sender, emptied by the receiver

}  // namespace

int main() {
  std::thread([] {
    for (auto& place : counter) place = std::make_unique<Parcel>();
  }).join();
  std::thread([] {
    for (auto& place : counter) place.reset();
  }).join();
}
