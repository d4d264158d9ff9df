// cause: protobuf message
// libraries: protobuf
// A message with a map is filled in each call.
#include <google/protobuf/struct.pb.h>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    google::protobuf::ListValue list;
    for (int i = 0; i < 4; ++i) list.add_values()->set_number_value(i);  // HERE
    keep(list);
  }
}
