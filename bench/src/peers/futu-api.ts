import { createRequire } from "node:module";
import type protobuf from "protobufjs";
import type { Implementation } from "../implementation.ts";
import { installedVersion } from "./generated.ts";

/** The vendor's client, by the steps that it takes for each message, with its own schema, protobufjs and long. */
export async function futuApi(): Promise<Implementation> {
  const requireHere = createRequire(import.meta.url);
  const requireThere = createRequire(requireHere.resolve("futu-api"));
  const library = requireThere("protobufjs") as typeof protobuf;
  library.util.Long = requireThere("long") as typeof library.util.Long;
  library.configure();
  const root = requireHere("futu-api/proto.js") as protobuf.Root;
  // It gives Buffers to newBuffer; the types know arrays only.
  const copy = library.util.newBuffer as unknown as (bytes: Uint8Array) => Uint8Array;
  const lookup = (name: string) => root.lookup(name) as protobuf.Type;
  return {
    name: "futu-api",
    version: installedVersion("futu-api"),
    does: {
      decode: "as its client does: looks the type up, copies the bytes, decodes",
      encode: "as its client does: looks the type up, create(message), encode, finish()",
    },
    codec: (message) => ({
      decode: (bytes) => lookup(message).decode(copy(bytes)),
      encode: (value) => {
        const type = lookup(message);
        return type.encode(type.create(value)).finish();
      },
    }),
  };
}
