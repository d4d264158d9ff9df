// cause: vector growth
// Packets of several chunks are put together, chunk after chunk.
#include <array>
#include <vector>

#include "keep.h"

int main() {
  std::array<unsigned char, 100> chunk{};
  keep(chunk);
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::vector<unsigned char> packet;
    for (int i = 0; i < 8; ++i) {
      packet.insert(packet.end(), chunk.begin(), chunk.end());  // HERE
    }
    keep(packet);
  }
}
