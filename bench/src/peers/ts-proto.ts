import type { Implementation } from "../implementation.ts";
import { importGenerated, installedVersion, member } from "./generated.ts";

interface MessageFns {
  decode(bytes: Uint8Array): object;
  encode(message: object): { finish(): Uint8Array };
}

export async function tsProto(): Promise<Implementation> {
  const files = await importGenerated("ts-proto.js");
  return {
    name: "ts-proto",
    version: installedVersion("ts-proto"),
    does: {
      decode: "X.decode(bytes), forceLong=bigint, noDefaultsForOptionals=true",
      encode: "X.encode(message).finish()",
    },
    codec: (message) => {
      const fns = member(files, message) as MessageFns;
      return { decode: (bytes) => fns.decode(bytes), encode: (value) => fns.encode(value).finish() };
    },
  };
}
