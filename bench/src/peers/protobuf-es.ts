import { type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import type { Implementation } from "../implementation.ts";
import { importGenerated, installedVersion, member } from "./generated.ts";

export async function protobufEs(): Promise<Implementation> {
  const files = await importGenerated("protobuf-es.js");
  return {
    name: "protobuf-es",
    version: installedVersion("@bufbuild/protobuf"),
    does: { decode: "fromBinary(XSchema, bytes)", encode: "toBinary(XSchema, message)" },
    codec: (message) => {
      const type = member(files, `${message}Schema`) as DescMessage;
      return { decode: (bytes) => fromBinary(type, bytes), encode: (value) => toBinary(type, value as Message) };
    },
  };
}
