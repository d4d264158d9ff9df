// Nothing, but the C++ library is loaded: it allocates its emergency pool, one block of 72,704 bytes, and keeps it.
int main() {}
