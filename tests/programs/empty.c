/* Nothing: what a report shows here is the tool's own. */
int main(void) { return 0; }
