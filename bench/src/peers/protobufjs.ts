import type { Implementation } from "../implementation.ts";
import type { Schema } from "../schema/reference.ts";
import { importGenerated, installedVersion, member } from "./generated.ts";

interface StaticMessage {
  decode(bytes: Uint8Array): object;
  encode(message: object): { finish(): Uint8Array };
}

const does = {
  decode: "X.decode(bytes) to a message, not to a plain object",
  encode: "X.encode(message).finish(), no verify()",
};

/** Code by `pbjs -t static-module`. */
export async function protobufjsStatic(): Promise<Implementation> {
  const root = await importGenerated("protobufjs.js");
  return {
    name: "protobufjs static",
    version: installedVersion("protobufjs"),
    does,
    codec: (message) => {
      const type = member(root, message) as StaticMessage;
      return { decode: (bytes) => type.decode(bytes), encode: (value) => type.encode(value).finish() };
    },
  };
}

/** Code that protobufjs makes when it has read the .proto files. */
export async function protobufjsReflection(schema: Schema): Promise<Implementation> {
  return {
    name: "protobufjs reflection",
    version: installedVersion("protobufjs"),
    does,
    codec: (message) => {
      const type = schema.type(message);
      return { decode: (bytes) => type.decode(bytes), encode: (value) => type.encode(value).finish() };
    },
  };
}
