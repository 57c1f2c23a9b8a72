import { describe, expect, test } from "vitest";
import * as events from "../events.ts";
import * as core from "../index.ts";
import * as options from "../options.ts";
import * as quote from "../quote.ts";
import { protocols } from "../registry.ts";
import * as research from "../research.ts";
import * as trade from "../trade.ts";
import { encodeMessage } from "./envelope.ts";
import { contentShape, type MessageShape } from "./shape.ts";

const { GetGlobalState, QotGetUserSecurity, QotUpdateBasicQot } = core;

/** A message with its required fields only, and one element in each list. */
const least = ({ fields }: MessageShape): object =>
  Object.fromEntries(
    fields
      .filter(({ isRequired, isList }) => isRequired || isList)
      .map(({ name, isList, message, neutral }) => {
        const value = message === undefined ? neutral : least(message);
        return [name, isList ? [value] : value];
      }),
  );

describe("contentShape", () => {
  test("tells of each field what it is", () => {
    expect(contentShape(QotGetUserSecurity, "c2s")).toMatchObject({
      name: "Qot_GetUserSecurity.C2S",
      fields: [
        { name: "groupName", isList: false, isRequired: true, neutral: "" },
        { name: "header", isList: false, isRequired: false, message: { name: "Qot_Common.QotHeader" } },
      ],
    });
    const [list] = contentShape(QotGetUserSecurity, "s2c")?.fields ?? [];
    expect(list).toMatchObject({ isList: true, isRequired: false });
    const basic = list?.message?.fields[0]?.message?.fields;
    expect(basic?.map(({ name, neutral }) => [name, neutral])).toEqual(
      expect.arrayContaining([
        ["security", undefined],
        ["id", 0n],
        ["lotSize", 0],
        ["delisting", false],
      ]),
    );
  });

  test("knows no request of a push, and nothing of a stranger", () => {
    expect(contentShape(QotUpdateBasicQot, "c2s")).toBeUndefined();
    expect(contentShape({ id: 9999 }, "s2c")).toBeUndefined();
  });

  test("knows flat messages as they are", () => {
    const flat = [...protocols.values()].find(({ protocol }) => protocol.flat === true)!;
    expect(contentShape(flat.protocol, "s2c")?.fields.map(({ name }) => name)).toContain("retType");
    expect(contentShape(GetGlobalState, "s2c")?.fields.map(({ name }) => name)).not.toContain("retType");
  });

  test.each([...protocols.values()].map(({ protocol, encodeResponse }) => [protocol.name, protocol, encodeResponse]))(
    "the required fields of %s are all that a reply needs",
    (_, protocol, encodeResponse) => {
      const shape = contentShape(protocol, "s2c")!;
      const s2c = least(shape);
      const encode = (content: object) => encodeMessage(encodeResponse, { retType: 0, s2c: content });
      expect(encode(s2c).length).toBeGreaterThan(0);
      for (const { name } of shape.fields.filter(({ isRequired }) => isRequired && !protocol.flat))
        expect(() => encode({ ...s2c, [name]: undefined })).toThrow(name);
    },
  );
});

test("the area of a protocol is the entry that exports its descriptor", () => {
  const areas: Record<string, object> = { core, quote, trade, options, research, events };
  for (const { protocol, area } of protocols.values())
    expect(areas[area]).toHaveProperty(protocol.name.replaceAll("_", ""), protocol);
});

test("every enum has a member 0, the neutral one, but for three that no required field carries", () => {
  const enums = [core, quote, trade, options, research, events]
    .flatMap((area) => Object.entries(area))
    .filter(
      ([, value]) => typeof value === "object" && Object.values(value).every((member) => typeof member === "number"),
    );
  expect(enums.length).toBeGreaterThan(200);
  expect(enums.filter(([, members]) => !Object.values(members).includes(0)).map(([name]) => name)).toEqual([
    "UserInfoField",
    "IndustrialChainType",
    "RatingChangeType",
  ]);
});
