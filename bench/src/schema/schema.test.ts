import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { corpus } from "../corpus/index.ts";
import { plain, schemaFiles } from "./files.ts";
import { flatName, flatSchema } from "./flat.ts";
import { Schema } from "./reference.ts";

test("our options and the comments are taken out, the rest stays", () => {
  const text = `syntax = "proto2";
// About the package.
package A;
import "opend/B.proto";
import "tickwire/options.proto";
message M {
  // About the field.
  required int32 a = 1 [default = -400, (tickwire.enum) = "B.E"]; // why
  optional int32 b = 2 [(tickwire.enum) = "B.E"];
  optional int32 c = 3 [(tickwire.enum) = "B.E", deprecated = true];
}
`;
  expect(plain(text)).toBe(`syntax = "proto2";
package A;
import "opend/B.proto";
message M {
  required int32 a = 1 [default = -400];
  optional int32 b = 2;
  optional int32 c = 3 [deprecated = true];
}
`);
});

test("every file that a message needs is there, and none has our options left", () => {
  const files = schemaFiles(["Qot_GetUserSecurity.Response"]);
  expect([...files.keys()]).toContain("opend/Qot_Common.proto");
  for (const text of files.values()) expect(text).not.toContain("tickwire");
});

describe.each(["proto2", "proto3"] as const)("the flat schema in %s", (syntax) => {
  const messages = corpus().map(({ message }) => message);
  const schema = new Schema(messages);
  const root = protobuf.parse(flatSchema(schema, messages, syntax), { keepCase: true }).root;

  test.each(corpus())("reads $id as the schema does", ({ message, samples }) => {
    const bytes = schema.encode(message, samples[0]!);
    const flat = root.lookupType(flatName(message));
    expect(flat.toObject(flat.decode(bytes), { longs: String })).toEqual(
      schema.type(message).toObject(schema.type(message).decode(bytes), { longs: String }),
    );
  });
});
