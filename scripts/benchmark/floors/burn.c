// Keeps one processor busy with a fixed amount of work. burn MILLIONS
#include <stdlib.h>

int main(int argc, char **argv) {
  volatile unsigned long value = 1;
  for (unsigned long left = (argc > 1 ? strtoul(argv[1], 0, 10) : 100) * 1000000; left > 0; left--)
    value = value * 6364136223846793005UL + 1442695040888963407UL;
  return 0;
}
