import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { driftOf } from "./drift.ts";
import { readFacts } from "./facts.ts";

const scratch = mkdtempSync(join(tmpdir(), "tickwire-schema-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;

/** A folder with one file for each package. */
function folderOf(packages: Readonly<Record<string, string>>): string {
  folders += 1;
  const folder = join(scratch, `${folders}`);
  mkdirSync(folder);
  for (const [name, body] of Object.entries(packages))
    writeFileSync(join(folder, `${name}.proto`), `syntax = "proto2";\npackage ${name};\n${body}\n`);
  return folder;
}

type Packages = Readonly<Record<string, string>>;

function compare(ours: Packages, theirs: Packages): string[] {
  const { lines, added, removed, changed } = driftOf(readFacts(folderOf(ours)), readFacts(folderOf(theirs)));
  return [...lines, `${added} ${removed} ${changed}`];
}

const book = `
enum Side { Side_Bid = 0; Side_Ask = 1; }
message Level {
  message Queue { optional int64 size = 1; }
  required double price = 1;
  repeated Queue queue = 2;
}
message S2C {
  repeated Level levelList = 1;
  optional int32 side = 2 [default = -1];
}`;

/** The drift when one text in the order book's file becomes another. */
const edited = (before: string, after: string): string[] => {
  expect(book).toContain(before);
  return compare({ Book: book }, { Book: book.replace(before, after) });
};

describe("a field", () => {
  test.each([
    [
      "added",
      "int32 side = 2 [default = -1];",
      "int32 side = 2 [default = -1]; optional string code = 3;",
      ["+ field Book.S2C.code: optional string = 3", "1 0 0"],
    ],
    [
      "removed",
      "optional int32 side = 2 [default = -1];",
      "",
      ["- field Book.S2C.side: optional int32 = 2 [default = -1]", "0 1 0"],
    ],
    [
      "renumbered",
      "price = 1",
      "price = 3",
      ["~ field Book.Level.price: required double = 1 → required double = 3", "0 0 1"],
    ],
    [
      "retyped",
      "required double price",
      "required float price",
      ["~ field Book.Level.price: required double = 1 → required float = 1", "0 0 1"],
    ],
    [
      "relabelled",
      "required double price",
      "optional double price",
      ["~ field Book.Level.price: required double = 1 → optional double = 1", "0 0 1"],
    ],
    [
      "with another default",
      "default = -1",
      "default = 0",
      ["~ field Book.S2C.side: optional int32 = 2 [default = -1] → optional int32 = 2 [default = 0]", "0 0 1"],
    ],
    [
      "renamed",
      "double price",
      "double cost",
      ["~ field Book.Level.price: required double = 1 → cost: required double = 1", "0 0 1"],
    ],
    [
      "renamed and retyped",
      "double price",
      "string cost",
      ["~ field Book.Level.price: required double = 1 → cost: required string = 1", "0 0 1"],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(edited(before, after)).toEqual(expected);
  });

  test("packed", () => {
    const list = (options: string) => ({ List: `message S2C { repeated int32 types = 1${options}; }` });
    expect(compare(list(""), list(" [packed = true]"))).toEqual([
      "~ field List.S2C.types: repeated int32 = 1 → repeated int32 = 1 [packed = true]",
      "0 0 1",
    ]);
    expect(compare(list(""), list(" [packed = false]"))).toEqual(["0 0 0"]);
  });

  test("whose type moved to another package", () => {
    const shared = { Common: "message Security { required string code = 1; }" };
    const theirs = {
      ...shared,
      Quote: 'import "Common.proto"; message S2C { optional Common.Security security = 1; }',
    };
    const ours = {
      ...shared,
      Quote: "message Security { required string code = 1; } message S2C { optional Security security = 1; }",
    };
    expect(compare(ours, theirs)).toEqual([
      "~ field Quote.S2C.security: optional Quote.Security = 1 → optional Common.Security = 1",
      "- message Quote.Security (1 field)",
      "0 1 1",
    ]);
  });
});

describe("an enum", () => {
  test.each([
    ["with a new value", "Side_Ask = 1;", "Side_Ask = 1; Side_Both = 2;", ["+ value Book.Side.Side_Both = 2", "1 0 0"]],
    ["without a value", "Side_Ask = 1;", "", ["- value Book.Side.Side_Ask = 1", "0 1 0"]],
    ["with a value renumbered", "Side_Ask = 1;", "Side_Ask = 2;", ["~ value Book.Side.Side_Ask = 1 → = 2", "0 0 1"]],
    ["with a value renamed", "Side_Ask", "Side_Sell", ["~ value Book.Side.Side_Ask = 1 → Side_Sell = 1", "0 0 1"]],
    [
      "renamed",
      "enum Side",
      "enum Direction",
      ["+ enum Book.Direction (2 values)", "- enum Book.Side (2 values)", "1 1 0"],
    ],
    [
      "that became a message",
      "enum Side { Side_Bid = 0; Side_Ask = 1; }",
      "message Side {}",
      [
        "~ enum Book.Side → message Book.Side",
        "- value Book.Side.Side_Ask = 1",
        "- value Book.Side.Side_Bid = 0",
        "0 2 1",
      ],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(edited(before, after)).toEqual(expected);
  });
});

describe("a message", () => {
  test("that is new or gone counts once", () => {
    expect(edited("message S2C {", "message C2S { required int32 num = 1; }\nmessage S2C {")).toEqual([
      "+ message Book.C2S (1 field)",
      "1 0 0",
    ]);
  });

  test("in another is compared too", () => {
    expect(edited("int64 size", "int32 size")).toEqual([
      "~ field Book.Level.Queue.size: optional int64 = 1 → optional int32 = 1",
      "0 0 1",
    ]);
    expect(edited("message Queue {", "message Order { optional int64 id = 1; }\n  message Queue {")).toEqual([
      "+ message Book.Level.Order (1 field)",
      "1 0 0",
    ]);
  });
});

test("a package that is new or gone counts once", () => {
  expect(compare({ Book: book }, { Book: book, Ticks: book })).toEqual([
    "+ package Ticks (1 enum, 2 messages)",
    "1 0 0",
  ]);
  expect(compare({ Book: book, Ticks: "" }, { Book: book })).toEqual(["- package Ticks", "0 1 0"]);
});

test("comments, order, options of ours and the places of imports are no drift", () => {
  const theirs = 'import "Common.proto"; message S2C { optional int32 type = 1; optional Common.Code code = 2; }';
  const ours = `import "opend/Common.proto"; // The state.
    message S2C { optional .Common.Code code = 2; optional int32 type = 1 [(tickwire.enum) = "Common.Type"]; }`;
  const shared = { Common: "message Code { required string text = 1; }" };
  expect(compare({ ...shared, Quote: ours }, { Quote: theirs, ...shared })).toEqual(["0 0 0"]);
});

test("the lines are in the order of the names", () => {
  const theirs = { A: "message Z {} message B { optional int32 y = 2; optional int32 x = 1; }", C: "" };
  const lines = compare({ A: "message B {}", B: "" }, theirs);
  expect(lines).toEqual([
    "+ field A.B.x: optional int32 = 1",
    "+ field A.B.y: optional int32 = 2",
    "+ message A.Z",
    "- package B",
    "+ package C",
    "4 1 0",
  ]);
});

describe("unreadable", () => {
  test.each([
    ["a folder that is not there", () => join(scratch, "nowhere"), /nowhere has no \.proto files/],
    ["a folder without .proto files", () => folderOf({}), /has no \.proto files/],
    ["a broken file", () => folderOf({ Book: "message {" }), /Book\.proto: illegal .* \(line 3\)/],
    ["a type that is missing", () => folderOf({ Book: "message S2C { optional Missing code = 1; }" }), /Missing/],
    [
      "a name that is declared twice",
      () => folderOf({ Book: "message A {} message A {}" }),
      /Book\.proto: .*duplicate/,
    ],
  ])("%s", (_, folder, message) => {
    expect(() => readFacts(folder())).toThrow(message);
    expect(() => readFacts(folder())).toThrow(expect.objectContaining({ name: "SchemaError" }));
  });
});
