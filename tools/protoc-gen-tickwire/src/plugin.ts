#!/usr/bin/env node
// The protoc plugin: reads a CodeGeneratorRequest on stdin and writes the wire code, the protocol descriptors, the
// index of each area, the registry and the table for JSON. `generate.ts` runs it through buf, beside ts-proto.
import { createEcmaScriptPlugin, runNodeJs } from "@bufbuild/protoplugin";
import { readManifest } from "./manifest.ts";

import { generateAreas } from "./print-areas.ts";
import { generateJsonTable } from "./print-json-table.ts";
import { generateProtocols } from "./print-protocols.ts";
import { generateRegistry } from "./print-registry.ts";
import { generateWire, hotMessages } from "./print-wire.ts";

const plugin = createEcmaScriptPlugin({
  name: "protoc-gen-tickwire",
  version: "v0",
  parseOptions(raw) {
    const manifest = raw.find((option) => option.key === "manifest")?.value;
    if (manifest === undefined) throw new Error("protoc-gen-tickwire needs the option manifest=<path>");
    return { manifest };
  },
  generateTs(schema) {
    const manifest = readManifest(schema.options.manifest);
    const hot = hotMessages(schema, manifest);
    for (const file of schema.files) generateWire(schema, file, hot);
    generateProtocols(schema, manifest);
    generateAreas(schema, manifest);
    generateRegistry(schema, manifest);
    generateJsonTable(schema, manifest);
  },
});

runNodeJs(plugin);
