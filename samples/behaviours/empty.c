/* Nothing: 0 allocations, 0 bytes. What a report shows here would be the tool's own. */
int main(void) { return 0; }
