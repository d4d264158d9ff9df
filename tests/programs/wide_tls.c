/* A library whose thread-local variables must lie in the static block, SIZE bytes of them: a process has little to
 * spare for libraries that come late. */
static __thread volatile char wide[SIZE] __attribute__((tls_model("initial-exec")));
int touch(void) {
  wide[SIZE - 1] = 1;
  return wide[SIZE - 1];
}
