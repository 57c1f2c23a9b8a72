import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as CodecModule from "@tickwire/codec";
import type * as RegistryModule from "@tickwire/codec/registry";
import { OUR_VERSION } from "./codec/types.ts";
import type { Codec, Implementation } from "./implementation.ts";
import { ROOT } from "./paths.ts";

/**
 * The codec as its users get it: the built package, by its public functions. `folder` is where its built files are, so
 * that two builds can be compared.
 */
export async function loadOurs(name: string, folder = join(ROOT, "packages/codec/dist")): Promise<Implementation> {
  const load = async (file: string): Promise<unknown> => import(pathToFileURL(join(folder, file)).href);
  const { decodeResponse, encodeMessage, encodeRequest, Reader, TCP_HEADER_BYTES } = (await load(
    "index.js",
  )) as typeof CodecModule;
  const { protocols } = (await load("registry.js")) as typeof RegistryModule;

  const find = (name: string) => {
    const found = [...protocols.values()].find(({ protocol }) => protocol.name === name);
    if (found === undefined) throw new Error(`${folder} does not have ${name}`);
    return found;
  };
  const request = (packageName: string): Codec => {
    const { protocol, decodeRequest } = find(packageName);
    if (protocol.kind !== "request" || decodeRequest === undefined) throw new Error(`${packageName} is no request`);
    return {
      decode: (bytes) => decodeRequest(new Reader(bytes), bytes.length),
      encode: (message) => encodeRequest(protocol, (message as { c2s: never }).c2s, TCP_HEADER_BYTES),
      reserved: TCP_HEADER_BYTES,
    };
  };
  const response = (packageName: string): Codec => {
    const { protocol, encodeResponse } = find(packageName);
    return {
      decode: (bytes) => decodeResponse(protocol, bytes),
      encode: (message) => encodeMessage(encodeResponse, message, TCP_HEADER_BYTES),
      reserved: TCP_HEADER_BYTES,
    };
  };
  return {
    name,
    version: OUR_VERSION,
    does: {
      decode: "decodeResponse(protocol, bytes) to a plain object; checks required fields",
      encode: "checks every value and writes behind the frame header's room: the bytes that a socket gets",
    },
    codec: (message) => {
      const [packageName, kind] = message.split(".");
      return kind === "Request" ? request(packageName!) : response(packageName!);
    },
  };
}
