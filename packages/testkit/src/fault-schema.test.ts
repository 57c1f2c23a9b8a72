import { readFileSync } from "node:fs";
import { TickwireError } from "@tickwire/session";
import { expect, test } from "vitest";
import { faultsJsonSchema, parseFaults } from "./fault-schema.ts";
import { OpenDFaults, openDFaultKinds } from "./faults.ts";

test("reads faults, which can be planned as they are", () => {
  const faults = [
    { kind: "refuse", times: 3 },
    { kind: "drop", protocol: 3222, at: "frame", afterBytes: 0, broken: true },
    { kind: "reject", protocol: "Qot_Sub", retType: -100, retMsg: "频率太高", errCode: 1, applied: true },
    { kind: "upstream-lost", forMs: 1000, event: 7 },
  ];
  const read = parseFaults({ $schema: "faults.schema.json", version: 1, faults });
  expect(read).toEqual(faults);
  const planned = new OpenDFaults(
    () => undefined,
    () => undefined,
  );
  planned.add(...read);
  expect(planned.planned).toEqual(faults);
});

test.each<[json: unknown, problem: string]>([
  [null, "the file of faults: Invalid input: expected object, received null"],
  [[], "the file of faults: Invalid input: expected object, received array"],
  [{ version: 2, faults: [] }, "version: Invalid input: expected 1"],
  [{ version: 1 }, "faults: Invalid input: expected array"],
  [{ version: 1, faults: [], extra: 1 }, 'the file of faults: Unrecognized key: "extra"'],
  [{ version: 1, faults: [{ kind: "bang" }] }, `faults[0].kind: the kinds are ${openDFaultKinds.join(", ")}`],
  [{ version: 1, faults: [{}, 3] }, "faults[1]: Invalid input: expected object, received number"],
  [{ version: 1, faults: [{ kind: "drop" }, { kind: "drop", times: 0 }] }, "faults[1].times: Too small"],
  [{ version: 1, faults: [{ kind: "late", delay: 3 }] }, "faults[0]: late has no delay: its fields are kind, times, "],
  [
    { version: 1, faults: [{ kind: "burst" }, { kind: "corrupt", part: "sha", protocol: "Qot" }] },
    'faults[0].count: Invalid input: expected number, received undefined; faults[1].protocol: "Qot" is no protocol: give its id, or its name, such as "Qot_GetUserSecurity"; faults[1].part: Invalid option: expected one of "magic"|"length"|"sha1"|"body"',
  ],
])("names each mistake by its path: %j", (json, problem) => {
  expect(() => parseFaults(json)).toThrow(TickwireError);
  expect(() => parseFaults(json)).toThrow(problem);
});

test("the JSON Schema has every kind, and the checked-in one is that of the code", () => {
  const schema = JSON.parse(JSON.stringify(faultsJsonSchema()));
  const kinds = schema.properties.faults.items.oneOf.map((each: typeof schema) => each.properties.kind.const);
  expect(kinds).toEqual(openDFaultKinds);
  const checkedIn = JSON.parse(readFileSync(new URL("fixtures/faults.schema.json", import.meta.url), "utf8"));
  // To renew it: write this value there and run `npm run fix`.
  expect(checkedIn).toEqual(schema);
});
