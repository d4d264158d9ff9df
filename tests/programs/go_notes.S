/* The build id that Go's linker gives every program. */
  .section .note.go.buildid, "a", @note
  .balign 4
  .long 4, 8, 4
  .asciz "Go\0"
  .ascii "abcdefgh"
  .section .note.GNU-stack, "", @progbits
