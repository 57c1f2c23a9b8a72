// proto/opend.manifest.json against the schema: what it names exists, and what it leaves out is left out on purpose.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { readManifest } from "@tickwire/protoc-gen-tickwire/src/manifest.ts";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { protocols as registry } from "./gen/registry.ts";
import { loadOurs, packages, root, typesOf } from "./testing/schema.ts";

interface Limit {
  requests: number;
  windowMs: number;
  per?: "account" | "user";
  bucket?: string;
  minGapMs?: number;
  when?: "refreshCache" | "firstPage" | "notWarrant";
}

interface Entry {
  id: number;
  package: string;
  kind: "request" | "push" | "internal";
  since: string;
  effect?: string;
  limit?: Limit;
  caps?: ({ field: string; max: number } | { text: string })[];
  needsPacketId?: true;
  conflation?: { list?: string; key: string | string[]; within?: string | string[] };
  hot?: true;
  flat?: { name: string; request: string; response: string };
}

interface Manifest {
  areas: Record<string, string[]>;
  protocols: Entry[];
  withoutId: { package: string }[];
  gone: { id: number; name: string }[];
}

const path = join(root, "proto/opend.manifest.json");
const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
const { protocols } = manifest;
const ours = loadOurs();

const messageOf = (name: string, message: string) => typesOf(ours, name).types.find((type) => type.name === message);
const sorted = (texts: Iterable<string>): string[] => [...texts].sort((a, b) => (a < b ? -1 : 1));
const listOf = (texts: string | string[] | undefined): string[] => [texts ?? []].flat();
const withLimit = protocols.flatMap((entry) => (entry.limit === undefined ? [] : [{ ...entry, limit: entry.limit }]));

/** A field of a message, which must exist. */
function fieldOf(type: protobuf.Type | null | undefined, name: string): protobuf.Field {
  const field = type?.fields[name];
  if (field === undefined) throw new Error(`${type?.fullName ?? "no message"} has no field ${name}`);
  return field.resolve();
}

/** The full names of the types of a message's fields, and of the messages in it. */
const fieldTypesOf = (type: protobuf.Type): string[] => [
  ...type.fieldsArray.flatMap((field) => field.resolve().resolvedType?.fullName.slice(1) ?? []),
  ...type.nestedArray.flatMap((item) => (item instanceof protobuf.Type ? fieldTypesOf(item) : [])),
];

test("fits its schema", () => {
  expect(readManifest(path).protocols).toHaveLength(protocols.length);
});

describe("areas", () => {
  const areaOf = new Map(Object.entries(manifest.areas).flatMap(([area, list]) => list.map((name) => [name, area])));

  test("have every package once, in order", () => {
    expect(sorted(Object.values(manifest.areas).flat())).toEqual(sorted(packages));
    for (const list of Object.values(manifest.areas)) expect(list).toEqual(sorted(list));
  });

  test("take types from core and from themselves, and research the types of options too", () => {
    const foreign = packages.flatMap((name) =>
      typesOf(ours, name)
        .types.flatMap(fieldTypesOf)
        .map((type) => type.split(".")[0] ?? "")
        .filter((used) => areaOf.get(used) !== "core" && areaOf.get(used) !== areaOf.get(name))
        .map((used) => `${areaOf.get(name)} takes ${used}`),
    );
    expect(sorted(new Set(foreign))).toEqual(["research takes Qot_OptionCommon"]);
  });
});

describe("ids", () => {
  test("ascend", () => {
    for (const list of [protocols, manifest.gone]) {
      const ids = list.map(({ id }) => id);
      expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    }
  });

  test("are those of the vendor's JavaScript client, where that has them", () => {
    const folder = dirname(createRequire(import.meta.url).resolve("futu-api/package.json"));
    const source = readFileSync(join(folder, "main.js"), "utf8");
    const theirs = [...source.matchAll(/^ {4}(\w+): \{ cmd: (\d+), name: '/gm)].map(([, name, id]) => `${id} ${name}`);
    expect(theirs.length).toBeGreaterThan(140);
    const known = new Set(protocols.map((entry) => `${entry.id} ${entry.package.replace("_", "")}`));
    const gone = manifest.gone.map(({ id, name }) => `${id} Qot${name}`);
    expect(theirs.filter((entry) => !known.has(entry) && !gone.includes(entry))).toEqual([]);
  });

  test("are known of every package that has a request or a reply, or it is said that they are not", () => {
    const withoutId = manifest.withoutId.map((entry) => entry.package);
    const speaking = packages.filter((name) => messageOf(name, "Request") ?? messageOf(name, "Response"));
    const flat = protocols.filter((entry) => entry.flat !== undefined).map((entry) => entry.package);
    const named = new Set([...protocols.map((entry) => entry.package), ...withoutId]);
    expect(sorted(named)).toEqual(sorted([...speaking, ...new Set(flat)]));
    expect(protocols.filter((entry) => withoutId.includes(entry.package))).toEqual([]);
  });

  test("name each package once, except where each protocol names its own messages", () => {
    const names = protocols.map((entry) => entry.flat?.name ?? entry.package);
    expect(new Set(names).size).toBe(names.length);
    for (const { package: name, flat } of protocols) {
      if (flat === undefined) continue;
      expect(messageOf(name, flat.request), flat.request).toBeDefined();
      expect(messageOf(name, flat.response), flat.response).toBeDefined();
    }
  });
});

test("a push is what has no request", () => {
  for (const { package: name, kind, flat } of protocols)
    expect(kind === "push", name).toBe(messageOf(name, flat?.request ?? "Request") === undefined);
});

test("descriptors tell the version where it is newer than the oldest that was looked at", () => {
  for (const { since, ...entry } of protocols) {
    const { protocol } = registry.get(entry.id)!;
    const [major, minor] = since.split(".").map(Number) as [number, number];
    expect(protocol.since, entry.package).toBe(since === "6.5" ? undefined : major * 100 + minor);
  }
  expect([3225, 3213].map((id) => registry.get(id)?.protocol.since)).toEqual([1009, undefined]);
});

test("a packet id is needed where C2S requires one", () => {
  for (const { package: name, needsPacketId } of protocols) {
    const ids = (messageOf(name, "C2S")?.fieldsArray ?? []).filter(
      (field) => field.required && field.resolve().resolvedType?.fullName === ".Common.PacketID",
    );
    expect(needsPacketId === true, name).toBe(ids.length > 0);
  }
});

describe("limits", () => {
  test("depend on fields that C2S has", () => {
    const fieldNamed = { refreshCache: "refreshCache", firstPage: "nextReqKey", notWarrant: "referenceType" };
    const conditional = withLimit.filter(({ limit }) => limit.when !== undefined);
    expect(conditional.length).toBeGreaterThan(0);
    for (const { package: name, limit } of conditional) fieldOf(messageOf(name, "C2S"), fieldNamed[limit.when!]);
  });

  test("are per account or per user only where an account trades", () => {
    for (const { package: name, limit } of withLimit) {
      expect(limit.per !== undefined, name).toBe(name.startsWith("Trd_"));
      if (limit.per === "account")
        expect(fieldOf(messageOf(name, "C2S"), "header").resolvedType?.fullName).toBe(".Trd_Common.TrdHeader");
    }
  });

  test("that are shared are the same for both who share one", () => {
    const shared = ["Trd_GetMaxTrdQtys", "Trd_PlaceOrder"].map((bucket) => {
      const sharers = withLimit.filter(({ limit }) => limit.bucket === bucket);
      const rules = sharers.map(({ limit: { requests, windowMs, per, minGapMs } }) =>
        JSON.stringify({ requests, windowMs, per, minGapMs }),
      );
      expect(new Set(rules).size, bucket).toBe(1);
      expect(sharers[0]?.package).toBe(bucket);
      return sharers.map(({ id }) => id);
    });
    expect(shared).toEqual([
      [2111, 2112],
      [2202, 2227],
    ]);
    expect(withLimit.filter(({ limit }) => limit.bucket !== undefined)).toHaveLength(4);
  });

  /** Requests in 30 s, by the documentation or those who quote it, and by the vendor's scripts. */
  test.each([
    [2226, 20, 10],
    [3206, 10, 60],
    [3209, 10, 60],
    [3213, 10, 60],
    [3214, 10, 60],
    [3217, 10, 60],
    [3218, 30, 60],
    [3219, 30, 60],
    [3221, 10, 60],
    [3222, 10, 60],
    [3255, 120, 30],
  ])("of %i, on which the sources disagree, is the smaller one", (protocolId, documented, inScripts) => {
    const limit = protocols.find(({ id }) => id === protocolId)?.limit;
    expect(limit).toMatchObject({ requests: Math.min(documented, inScripts), windowMs: 30_000 });
    expect(limit).toHaveProperty("source", documented < inScripts ? "documentation" : "vendor-script");
  });
});

test("caps count lists that C2S has", () => {
  for (const { package: name, caps = [] } of protocols)
    for (const cap of caps)
      if ("field" in cap)
        expect(fieldOf(messageOf(name, "C2S"), cap.field).repeated, `${name} ${cap.field}`).toBe(true);
});

describe("conflation", () => {
  const conflating = protocols.flatMap(({ package: name, conflation }) =>
    conflation === undefined ? [] : [{ name, ...conflation }],
  );

  test.each(conflating)("of $name names fields that tell one state from another", ({ name, list, key, within }) => {
    const s2c = messageOf(name, "S2C");
    const items = list === undefined ? undefined : fieldOf(s2c, list);
    const holder = items === undefined ? s2c : (items.resolvedType as protobuf.Type | null);
    if (items !== undefined) expect(items.repeated).toBe(true);
    expect(listOf(within).length === 0 || items !== undefined).toBe(true);
    const fields = [
      ...listOf(key).map((field) => fieldOf(holder, field)),
      ...listOf(within).map((field) => fieldOf(s2c, field)),
    ];
    for (const field of fields) expect(field.repeated, field.name).toBe(false);
    // Every push of a state says which security it is about.
    expect(fields.map((field) => field.resolvedType?.fullName)).toContain(".Qot_Common.Security");
  });

  test("is for states, never for what counts one by one", () => {
    expect(conflating.map(({ name }) => name)).toEqual([
      "Qot_UpdateBasicQot",
      "Qot_UpdateKL",
      "Qot_UpdateRT",
      "Qot_UpdateOrderBook",
      "Qot_UpdateBroker",
      "Qot_UpdateEventContractOrderBook",
    ]);
  });
});
