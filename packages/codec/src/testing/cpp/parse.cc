// Parses messages with libprotobuf and writes them again, for comparison with the codec.
//
// Argument: a file with a FileDescriptorSet. stdin: records of two blocks, a message's full name and the bytes to parse.
// stdout: for each record one byte, 1 when they were accepted, and a block: the message written again, without unknown
// fields. A block is its length, 32 bits little-endian, and its bytes. Refusals are explained on stderr by libprotobuf.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

namespace pb = google::protobuf;

static bool read_block(std::istream& in, std::string& block) {
  unsigned char length[4];
  if (!in.read(reinterpret_cast<char*>(length), 4)) return false;
  block.resize(length[0] | length[1] << 8 | length[2] << 16 | uint32_t{length[3]} << 24);
  return block.empty() || in.read(&block[0], block.size());
}

static void write_block(std::ostream& out, const std::string& block) {
  for (int shift = 0; shift < 32; shift += 8) out.put(static_cast<char>(block.size() >> shift));
  out.write(block.data(), block.size());
}

static std::string serialise(pb::Message& message) {
  message.DiscardUnknownFields();
  std::string bytes;
  {
    pb::io::StringOutputStream stream(&bytes);
    pb::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

int main(int, char** argv) {
  std::ifstream image(argv[1], std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(image)), std::istreambuf_iterator<char>());
  pb::FileDescriptorSet files;
  if (!files.ParseFromString(bytes)) return EXIT_FAILURE;
  pb::DescriptorPool pool;
  for (const pb::FileDescriptorProto& file : files.file())
    if (pool.BuildFile(file) == nullptr) return EXIT_FAILURE;

  pb::DynamicMessageFactory factory;
  std::ios::sync_with_stdio(false);
  std::string name, body;
  while (read_block(std::cin, name) && read_block(std::cin, body)) {
    const pb::Descriptor* type = pool.FindMessageTypeByName(name);
    if (type == nullptr) {
      std::cerr << "no message " << name << std::endl;
      return EXIT_FAILURE;
    }
    std::unique_ptr<pb::Message> message(factory.GetPrototype(type)->New());
    const bool accepted = message->ParseFromArray(body.data(), static_cast<int>(body.size()));
    std::cout.put(accepted ? 1 : 0);
    write_block(std::cout, accepted ? serialise(*message) : std::string());
  }
  std::cout.flush();
  return std::cout ? EXIT_SUCCESS : EXIT_FAILURE;
}
