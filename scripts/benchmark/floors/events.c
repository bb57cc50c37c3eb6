// What no YAML loader on libyaml can beat: all events of a file, nothing kept. events FILE prints seconds.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <yaml.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  FILE *file = argc == 2 ? fopen(argv[1], "rb") : 0;
  if (!file) { fprintf(stderr, "usage: events FILE\n"); return 2; }
  double start = now();
  yaml_parser_t parser;
  yaml_event_t event;
  yaml_parser_initialize(&parser);
  yaml_parser_set_input_file(&parser, file);
  int isOver = 0;
  while (!isOver) {
    if (!yaml_parser_parse(&parser, &event)) { fprintf(stderr, "events: %s\n", parser.problem); return 1; }
    isOver = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  printf("%.6f\n", now() - start);
  return 0;
}
