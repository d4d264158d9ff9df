/* A library with a function, for counted.cpp. */
#pragma once

#ifdef __cplusplus
extern "C"
#endif
    /* Allocates `blocks` blocks of 24 bytes and frees them. */
    void
    counted_library_work(int blocks);

#ifdef __cplusplus
extern "C"
#endif
    /* Ends in the one above by a jump. */
    void
    counted_library_tail(int blocks);

#ifdef __cplusplus
extern "C"
#endif
    /* Allocates one block of 40 bytes. */
    void
    counted_c_work(void);
