#!/usr/bin/env node
// The protoc plugin: reads a CodeGeneratorRequest on stdin and writes the wire code; with a manifest also the protocol
// descriptors, the index of each area, the registry and the tables for JSON and of what is required, without one an index of all types. `generate.ts` runs it through buf, beside ts-proto.
import type { DescMessage } from "@bufbuild/protobuf";
import { createEcmaScriptPlugin, runNodeJs } from "@bufbuild/protoplugin";
import { readManifest } from "./manifest.ts";
import { generateAreas, generateIndex } from "./print-areas.ts";
import { generateJsonTable } from "./print-json-table.ts";
import { generateProtocols } from "./print-protocols.ts";
import { generateRegistry } from "./print-registry.ts";
import { generateRequired } from "./print-required.ts";
import { generateWire, hotMessages } from "./print-wire.ts";

const plugin = createEcmaScriptPlugin({
  name: "protoc-gen-tickwire",
  version: "v0",
  parseOptions(raw) {
    const manifest = raw.find((option) => option.key === "manifest")?.value;
    const index = raw.find((option) => option.key === "index")?.value;
    if (manifest === undefined && index === undefined)
      throw new Error(
        "protoc-gen-tickwire needs the option manifest=<path>, or index=<name> where there is no manifest",
      );
    return { manifest, index };
  },
  generateTs(schema) {
    const { index } = schema.options;
    const manifest = schema.options.manifest === undefined ? undefined : readManifest(schema.options.manifest);
    const hot = manifest === undefined ? new Set<DescMessage>() : hotMessages(schema, manifest);
    for (const file of schema.files) generateWire(schema, file, hot);
    if (index !== undefined) generateIndex(schema, index);
    if (manifest === undefined) return;
    generateProtocols(schema, manifest);
    generateAreas(schema, manifest);
    generateRegistry(schema, manifest);
    generateJsonTable(schema, manifest);
    generateRequired(schema);
  },
});

runNodeJs(plugin);
