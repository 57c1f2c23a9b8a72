import type { Implementation } from "../implementation.ts";
import { flatName } from "../schema/flat.ts";
import { importGenerated, installedVersion, member } from "./generated.ts";

interface ProtonsMessage {
  decode(bytes: Uint8Array): object;
  encode(message: object): Uint8Array;
}

export async function protons(): Promise<Implementation> {
  const { messages } = (await importGenerated("protons.js")) as { messages: unknown };
  return {
    name: "protons",
    version: installedVersion("protons-runtime"),
    does: {
      decode: "X.decode(bytes), from the schema as proto3 with optional fields",
      encode: "X.encode(message), from the schema as proto3 with optional fields",
    },
    codec: (message) => {
      const type = member(messages, flatName(message)) as ProtonsMessage;
      return { decode: (bytes) => type.decode(bytes), encode: (value) => type.encode(value) };
    },
  };
}
