import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { protocols } from "./gen/registry.ts";
import { loadOurs, loadVendor, packages, root, typesOf } from "./testing/schema.ts";

const vendor = loadVendor();
const ours = loadOurs();

/** All that decides how a field looks on the wire, and its default. */
function fieldFacts(field: protobuf.Field): object {
  const { resolvedType } = field.resolve();
  return {
    name: field.name,
    number: field.id,
    type: resolvedType?.fullName ?? field.type,
    label: field.required ? "required" : field.repeated ? "repeated" : "optional",
    packed: field.repeated && field.packed,
    default: field.getOption("default"),
  };
}

const messageFacts = (schema: protobuf.Root, name: string) =>
  Object.fromEntries(
    typesOf(schema, name).types.map((type) => [
      type.fullName,
      {
        fields: type.fieldsArray.map(fieldFacts),
        nested: type.nestedArray.map((item) => item.name),
        oneofs: type.oneofsArray.map((item) => item.name),
      },
    ]),
  );

const enumFacts = (schema: protobuf.Root, name: string) =>
  Object.fromEntries(typesOf(schema, name).enums.map((type) => [type.fullName, type.values]));

/** The members' names as we shorten them. */
function shortened({ name, values }: protobuf.Enum): Record<string, number> {
  const short = (member: string) => member.replace(new RegExp(`^${name}_`), "").replace(/^(?=\d)/, "_");
  return Object.fromEntries(Object.entries(values).map(([member, value]) => [short(member), value]));
}

describe.each(packages)("%s", (name) => {
  test("has the vendor's messages: names, numbers, types, labels, defaults", () => {
    const facts = messageFacts(ours, name);
    expect(Object.keys(facts).length + Object.keys(enumFacts(ours, name)).length).toBeGreaterThan(0);
    expect(facts).toEqual(messageFacts(vendor, name));
  });

  test("has the vendor's enums", () => {
    expect(enumFacts(ours, name)).toEqual(enumFacts(vendor, name));
  });

  test("exports just these members, no invented ones", async () => {
    const path = join(import.meta.dirname, `gen/opend/${name}.ts`);
    const exported = (await import(pathToFileURL(path).href)) as Record<string, Record<string, number>>;
    const expected = typesOf(vendor, name).enums.map((type) => [type.name, shortened(type)]);
    expect({ ...exported }).toEqual(Object.fromEntries(expected));
  });
});

test("the members' names stay different when they are shortened", () => {
  for (const name of packages)
    for (const type of typesOf(vendor, name).enums)
      expect(Object.keys(shortened(type)), type.fullName).toHaveLength(Object.keys(type.values).length);
});

test("every enum that a field names exists", () => {
  const named = packages
    .flatMap((name) => typesOf(ours, name).types)
    .flatMap((type) => type.fieldsArray)
    .map((field) => field.getOption("(tickwire.enum)") as string | undefined)
    .filter((name) => name !== undefined);
  expect(named.length).toBeGreaterThan(100);
  for (const name of named) expect(ours.lookupEnum(name)).toBeInstanceOf(protobuf.Enum);
});

test("the registry has the protocols of the manifest", () => {
  const manifest = JSON.parse(readFileSync(join(root, "proto/opend.manifest.json"), "utf8")) as {
    protocols: { id: number; package: string; kind: string; effect?: string; flat?: { name: string } }[];
  };
  const expected = manifest.protocols.map((entry) => [
    entry.id,
    entry.flat?.name ?? entry.package,
    entry.kind === "push",
    entry.effect,
  ]);
  const actual = [...protocols].map(([id, { protocol }]) => {
    expect(protocol.id).toBe(id);
    return [id, protocol.name, protocol.kind === "push", protocol.kind === "request" ? protocol.effect : undefined];
  });
  expect(actual).toEqual(expected);
});
