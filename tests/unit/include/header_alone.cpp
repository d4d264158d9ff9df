// Compiled once for each header and language version: a header stands on its own and may be included twice.
#include MALLOCOP_HEADER
#include MALLOCOP_HEADER

extern int mallocop_header_was_compiled;
int mallocop_header_was_compiled = 1;
