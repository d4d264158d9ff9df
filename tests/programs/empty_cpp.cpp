// Nothing but a call that needs the C++ library, which allocates its emergency pool as it is loaded: one block of
// 72,704 bytes, which it keeps.
#include <exception>

int main() { return std::uncaught_exceptions(); }
