// What libprotobuf, with which the gateway parses, makes of damaged bytes: whatever it refuses, we refuse too; and what
// both take, both take for the same message.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { messages, protocols } from "./gen/registry.ts";
import { decodeResponse } from "./opend/envelope.ts";
import { sampleMessages } from "./testing/any-message.ts";
import { concat, fromHex, toHex } from "./testing/bytes.ts";
import { encode, valueOrCodecError } from "./testing/codec.ts";
import { type Case, missingForCpp, parseByCpp } from "./testing/libprotobuf.ts";
import { mutate } from "./testing/mutate.ts";
import { Random } from "./testing/random.ts";
import { loadVendor, root } from "./testing/schema.ts";
import { encodeUnusually } from "./testing/unusual.ts";
import {
  END_GROUP,
  fixed64Field,
  groupField,
  LENGTH,
  lengthField,
  longVarint,
  START_GROUP,
  stringField,
  tag,
  VARINT,
  varint,
  varintField,
} from "./testing/wire.ts";
import { Reader } from "./wire/reader.ts";

const missing = missingForCpp();
if (missing.length > 0)
  process.stderr.write(`skipped: the comparison with libprotobuf, because ${missing.join(", ")} is not installed\n`);

const INPUTS = 20_000;
const SEED = 20_260_101;

/** All for which we refuse what libprotobuf takes. */
const stricter: Readonly<Record<string, RegExp>> = {
  // libprotobuf takes such a field for an unknown one, so that a required one is reported as missing, and an optional
  // one silently lost. No sender of this schema does that; damage does.
  "a known field of another wire type": /wire type \d instead of \d/,
  // Both below: a tag has one form only, and libprotobuf drops the bits that are too many.
  "a tag that is longer than it needs to be": /a tag longer than it needs to be/,
  "a field number beyond 2^29 - 1": /a field number beyond 2\^29 - 1/,
  // libprotobuf counts messages and groups together, 100 in all. We count groups alone, and allow fewer.
  "many groups in each other": /groups nested deeper than \d+/,
};

const decode = ({ name, bytes }: Case): object =>
  valueOrCodecError(() => codecOf(name).decode(new Reader(bytes), bytes.length));

function codecOf(name: string) {
  const codec = messages.get(name);
  if (codec === undefined) throw new Error(`no ${name}`);
  return codec;
}

type Verdict = "both accept" | "both refuse" | keyof typeof stricter;

/** Throws when we accept what libprotobuf refuses, and when both accept but not the same. */
function compare(item: Case, theirs: Uint8Array | undefined): Verdict {
  const ours = decode(item);
  const explained = `${item.name} ${toHex(item.bytes)}`;
  if (ours instanceof Error) {
    if (theirs === undefined) return "both refuse";
    const reason = Object.keys(stricter).find((key) => stricter[key]?.test(ours.message));
    return reason ?? expect.fail(`only we refuse: ${ours.message}: ${explained}`);
  }
  if (theirs === undefined) return expect.fail(`only libprotobuf refuses: ${explained}`);
  // Texts that are no UTF-8 are U+FFFD with us and stay as they are with libprotobuf, which keeps a NaN's bits too: then
  // what it wrote must be the same to us.
  if (toHex(encode(codecOf(item.name).encode, ours)) !== toHex(theirs))
    expect(decode({ ...item, bytes: theirs }), explained).toStrictEqual(ours);
  return "both accept";
}

const manifest: { protocols: { package: string; hot?: boolean }[] } = JSON.parse(
  readFileSync(join(root, "proto/opend.manifest.json"), "utf8"),
);
const vendor = loadVendor();
const hot = manifest.protocols.filter((protocol) => protocol.hot === true).map((protocol) => protocol.package);

/** Replies and pushes of all the hot protocols in turn, nearly all of them damaged. */
function* damaged(): Generator<Case> {
  const random = new Random(SEED);
  const pool = hot.map((protocol) => {
    const name = `${protocol}.Response`;
    const type = vendor.lookupType(name);
    return { name, type, codec: codecOf(name), samples: sampleMessages(type, 60, SEED) };
  });
  for (let i = 0; i < INPUTS; i++) {
    const { name, type, codec, samples } = pool[i % pool.length] as (typeof pool)[number];
    const sample = random.pick(samples);
    const bytes = random.once(2) ? encode(codec.encode, sample) : encodeUnusually(type, sample, random);
    yield { name, bytes: random.once(20) ? bytes : mutate(bytes, random, type) };
  }
}

describe.skipIf(missing.length > 0)("beside libprotobuf", () => {
  let cases: readonly Case[];
  beforeAll(() => {
    cases = [...damaged()];
  });

  test(`${INPUTS} damaged replies of the hot protocols`, () => {
    const theirs = parseByCpp(cases);
    const counts: Record<string, number> = {};
    cases.forEach((item, i) => {
      const verdict = compare(item, theirs[i]);
      counts[verdict] = (counts[verdict] ?? 0) + 1;
    });
    process.stdout.write(`libprotobuf and ${cases.length} inputs: ${JSON.stringify(counts)}\n`);
    // Neither nearly all good nor nearly all hopeless.
    expect(Math.min(counts["both accept"] ?? 0, counts["both refuse"] ?? 0)).toBeGreaterThan(INPUTS / 4);
  });

  test("the reader of replies decides as the decoder of the whole message", () => {
    const byName = new Map([...protocols.values()].map(({ protocol }) => [`${protocol.name}.Response`, protocol]));
    for (const item of cases) {
      const protocol = byName.get(item.name);
      if (protocol === undefined) throw new Error(`no ${item.name}`);
      const whole = decode(item);
      const reply = valueOrCodecError(() => decodeResponse(protocol, item.bytes));
      if (whole instanceof Error && reply instanceof Error) expect(reply.message).toBe(whole.message);
      else expect(reply).toStrictEqual(whole);
    }
  });

  const GROUPS = "Qot_GetUserSecurityGroup.Response";
  const SUB = "Qot_Sub.C2S";
  const ok = varintField(1, 0);
  const long = (value: bigint | number, length: number, ...content: Uint8Array[]) =>
    concat(longVarint(value, length), ...content);
  const a = fromHex("41");
  const nested = (depth: number) =>
    concat(...[START_GROUP, END_GROUP].flatMap((type) => Array.from({ length: depth }, () => tag(20, type))));
  const group = concat(stringField(1, "a"), varintField(2, 1));
  const accept = "both accept";
  const refuse = "both refuse";
  const wireType = "a known field of another wire type";
  const overlong = "a tag that is longer than it needs to be";
  const beyond = "a field number beyond 2^29 - 1";
  const deep = "many groups in each other";

  const edges: readonly (readonly [what: string, verdict: Verdict, name: string, ...content: Uint8Array[]])[] = [
    ["nothing at all", refuse, GROUPS],
    ["a reply without content", accept, GROUPS, ok],
    [
      "a required field that is missing deep inside",
      refuse,
      GROUPS,
      ok,
      lengthField(4, lengthField(1, stringField(1, "a"))),
    ],
    ["required fields in two parts of a message", accept, SUB, lengthField(100, varintField(1, 1)), varintField(3, 1)],
    ["a varint of 10 bytes", accept, GROUPS, tag(1, VARINT), longVarint(1, 10)],
    ["a varint of 10 bytes with bits beyond 64", accept, GROUPS, tag(1, VARINT), fromHex("ffffffffffffffffff7f")],
    ["a varint of 11 bytes", refuse, GROUPS, tag(1, VARINT), longVarint(1, 11)],
    ["an unknown varint of 11 bytes", refuse, GROUPS, ok, tag(9, VARINT), longVarint(1, 11)],
    ["an int32 of more than 32 bits", accept, GROUPS, varintField(1, 2n ** 40n + 5n)],
    ["2 for true", accept, SUB, varintField(3, 2)],
    ["2^32 for true", accept, SUB, varintField(3, 2n ** 32n)],
    ["a text's length in 5 bytes", accept, GROUPS, ok, tag(2, LENGTH), long(1, 5, a)],
    ["a text's length in 6 bytes", refuse, GROUPS, ok, tag(2, LENGTH), long(1, 6, a)],
    ["a text's length in 10 bytes", refuse, GROUPS, ok, tag(2, LENGTH), long(1, 10, a)],
    ["an unknown length in 6 bytes", refuse, GROUPS, ok, tag(9, LENGTH), long(1, 6, a)],
    ["a message's length in 6 bytes", refuse, GROUPS, ok, tag(4, LENGTH), long(0, 6)],
    ["a length in 6 bytes inside a group", refuse, GROUPS, ok, groupField(9, tag(9, LENGTH), long(1, 6, a))],
    ["a packed list's length in 6 bytes", refuse, SUB, varintField(3, 1), tag(2, LENGTH), long(1, 6, a)],
    ["a length of 2^32 and the right one", refuse, GROUPS, ok, tag(2, LENGTH), varint(2n ** 32n + 1n), a],
    ["a length past the end of the parent", refuse, GROUPS, ok, lengthField(4, fromHex("0a05")), fromHex("0000000000")],
    ["packed numbers", accept, SUB, varintField(3, 1), lengthField(2, varint(1), longVarint(2, 10))],
    ["packed numbers that are cut", refuse, SUB, lengthField(2, fromHex("80")), varintField(3, 1)],
    ["a packed number of 11 bytes", refuse, SUB, varintField(3, 1), lengthField(2, longVarint(1, 11))],
    ["tag 0", refuse, GROUPS, ok, fromHex("00")],
    ["tag 0 inside", refuse, GROUPS, ok, lengthField(4, fromHex("0000"))],
    ["field number 0", refuse, GROUPS, ok, fromHex("0200")],
    ["field number 0 inside a group", refuse, GROUPS, ok, groupField(9, fromHex("0200"))],
    ["the end of a group that did not start", refuse, GROUPS, ok, tag(9, END_GROUP)],
    ["the same with a known number", refuse, GROUPS, ok, tag(1, END_GROUP)],
    ["the end of another group", refuse, GROUPS, ok, tag(9, START_GROUP), tag(8, END_GROUP)],
    [
      "a group that ends outside its message",
      refuse,
      GROUPS,
      ok,
      lengthField(4, tag(9, START_GROUP)),
      tag(9, END_GROUP),
    ],
    ["wire type 6", refuse, GROUPS, ok, tag(9, 6), fromHex("00")],
    ["wire type 7", refuse, GROUPS, ok, tag(9, 7), fromHex("00")],
    ["a text for a required number, and the number", wireType, GROUPS, stringField(1, ""), ok],
    ["a group for a message", wireType, GROUPS, ok, groupField(4)],
    ["a fixed64 in a list of int32", wireType, SUB, varintField(3, 1), fixed64Field(2)],
    ["a tag in 2 bytes instead of 1", overlong, GROUPS, longVarint(8, 2), fromHex("00")],
    ["a tag in 5 bytes instead of 1", overlong, GROUPS, longVarint(8, 5), fromHex("00")],
    ["a tag in 6 bytes instead of 1", refuse, GROUPS, longVarint(8, 6), fromHex("00")],
    ["a field number of 31 bits", beyond, GROUPS, ok, varint(2n ** 34n + 800n), fromHex("00")],
    ["groups 50 deep", accept, GROUPS, ok, nested(50)],
    ["groups 100 deep", deep, GROUPS, ok, nested(100)],
    ["groups 101 deep", refuse, GROUPS, ok, nested(101)],
    ["groups 99 deep inside a message", deep, GROUPS, ok, lengthField(4, nested(99))],
    ["groups 100 deep inside a message", refuse, GROUPS, ok, lengthField(4, nested(100))],
    ["groups 98 deep inside a message in another", deep, GROUPS, ok, lengthField(4, lengthField(1, group, nested(98)))],
    [
      "groups 99 deep inside a message in another",
      refuse,
      GROUPS,
      ok,
      lengthField(4, lengthField(1, group, nested(99))),
    ],
    ["invalid UTF-8", accept, GROUPS, ok, lengthField(2, fromHex("c328f0288c28eda080"))],
  ];
  const ask = (): readonly (Uint8Array | undefined)[] =>
    parseByCpp(edges.map(([, , name, ...content]) => ({ name, bytes: concat(...content) })));
  let answers: ReturnType<typeof ask> | undefined;

  test.each(
    edges.map(([what, verdict, name, ...content], i) => ({ what, verdict, name, bytes: concat(...content), i })),
  )("$what: $verdict", ({ verdict, name, bytes, i }) => {
    answers ??= ask();
    expect(compare({ name, bytes }, answers[i])).toBe(verdict);
  });

  test("every reason to refuse more than libprotobuf has an example", () => {
    expect(new Set(edges.map(([, verdict]) => verdict))).toEqual(new Set([accept, refuse, ...Object.keys(stricter)]));
  });
});
