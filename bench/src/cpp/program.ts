import type { Item } from "../corpus/index.ts";

/**
 * Source of the C++ program. It reads the corpus from the file that its argument names, then runs on request: a line
 * `<item> <iterations>` on stdin is answered by the seconds that so many parses took, in wall and in processor time.
 * Each parse goes into a fresh message on the heap and is thrown away, as a program does that takes one frame at a time.
 */
export function cppSource(items: readonly Item[], headers: readonly string[]): string {
  const cases = items.map(
    ({ message }, index) => `    case ${index}: return run<${message.replace(".", "::")}>(samples, iterations);`,
  );
  return `${headers.map((header) => `#include "${header}"`).join("\n")}
#include <sys/resource.h>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

using Samples = std::vector<std::string>;

// Keeps the compiler from leaving out what nothing reads.
static const void* volatile sink;

template <class Message>
void run(const Samples& samples, long iterations) {
  const size_t mask = samples.size() - 1;
  for (long i = 0; i < iterations; i++) {
    const std::string& bytes = samples[i & mask];
    auto message = std::make_unique<Message>();
    if (!message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) std::abort();
    sink = message.get();
  }
}

void run_item(int item, const Samples& samples, long iterations) {
  switch (item) {
${cases.join("\n")}
    default: std::abort();
  }
}

static uint32_t number(std::istream& in) {
  uint32_t value = 0;
  in.read(reinterpret_cast<char*>(&value), sizeof value);
  return value;
}

static double cpu_seconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) { return time.tv_sec + time.tv_usec / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

int main(int, char** argv) {
  std::ifstream in(argv[1], std::ios::binary);
  std::vector<Samples> corpus(number(in));
  for (Samples& samples : corpus) {
    samples.resize(number(in));
    for (std::string& bytes : samples) {
      bytes.resize(number(in));
      in.read(bytes.data(), bytes.size());
    }
  }
  int item;
  long iterations;
  while (std::scanf("%d %ld", &item, &iterations) == 2) {
    const double cpu = cpu_seconds();
    const auto start = std::chrono::steady_clock::now();
    run_item(item, corpus[item], iterations);
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    std::printf("%.9f %.9f\\n", wall.count(), cpu_seconds() - cpu);
    std::fflush(stdout);
  }
}
`;
}

/** The corpus as the program reads it: counts and lengths as 32-bit little-endian numbers. */
export function cppCorpus(samples: readonly (readonly Uint8Array[])[]): Uint8Array {
  const number = (value: number) => new Uint8Array(new Uint32Array([value]).buffer);
  const parts = samples.flatMap((item) => [
    number(item.length),
    ...item.flatMap((bytes) => [number(bytes.length), bytes]),
  ]);
  return Buffer.concat([number(samples.length), ...parts]);
}
