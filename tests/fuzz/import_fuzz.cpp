// Any bytes are a file: they are imported or refused, every row is accounted for, and what is stored can be stored.
#include <cstdint>
#include <string>

#include "stand_ins.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sociometer::fuzz::import_bytes("fuzz_20260101_20260201.csv", {reinterpret_cast<const char*>(data), size}, {});
  return 0;
}
