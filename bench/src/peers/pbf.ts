import { PbfReader, PbfWriter } from "pbf";
import type { Implementation } from "../implementation.ts";
import { flatName } from "../schema/flat.ts";
import { importGenerated, installedVersion, member } from "./generated.ts";

type Read = (reader: PbfReader) => object;
type Write = (message: object, writer: PbfWriter) => void;

export async function pbf(): Promise<Implementation> {
  const module = await importGenerated("pbf.js");
  return {
    name: "pbf",
    version: installedVersion("pbf"),
    does: {
      decode: "readX(new PbfReader(bytes)); absent fields read as zero, 64-bit integers as doubles",
      encode: "writeX(message, new PbfWriter()), finish(); leaves out fields that are zero",
    },
    codec: (message) => {
      const name = flatName(message);
      const read = member(module, `read${name}`) as Read;
      const write = member(module, `write${name}`) as Write;
      return {
        decode: (bytes) => read(new PbfReader(bytes)),
        encode: (value) => {
          const writer = new PbfWriter();
          write(value, writer);
          return writer.finish();
        },
      };
    },
  };
}
