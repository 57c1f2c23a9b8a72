import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { normal } from "../schema/normal.ts";
import { Schema } from "../schema/reference.ts";
import { corpus, type Item, type Message, manySecurities } from "./index.ts";

const items = corpus();
const schema = new Schema(items.map(({ message }) => message));
const bytesOf = ({ message, samples }: Item) => samples.map((sample) => schema.encode(message, sample));

test("the same seed gives the same bytes, another seed others", () => {
  const digest = (list: readonly Item[]) =>
    createHash("sha256")
      .update(Buffer.concat(list.flatMap(bytesOf)))
      .digest("hex");
  expect(digest(corpus(5))).toBe(digest(corpus(5)));
  expect(digest(corpus(5))).not.toBe(digest(corpus(6)));
});

describe.each(items)("$id, $title", (item) => {
  test("fits the schema and reads back as it was", () => {
    const type = schema.type(item.message);
    for (const [index, bytes] of bytesOf(item).entries())
      expect(normal(type, type.decode(bytes))).toEqual(normal(type, item.samples[index]));
  });

  test("has a power of two of samples, which the measuring loop takes in turn", () => {
    expect(Math.log2(item.samples.length) % 1).toBe(0);
  });
});

test("the corpus has securities of every kind and names in both languages", () => {
  const list = infos(items[0]!.samples[0]!);
  expect(list.length).toBe(500);
  expect(new Set(list.map(({ basic }) => basic.secType))).toEqual(new Set([3, 4, 5, 6, 7, 8, 10]));
  const chinese = list.filter(({ basic }) => /\p{Script=Han}/u.test(basic.name)).length;
  expect(chinese).toBeGreaterThan(100);
  expect(chinese).toBeLessThan(400);
});

test("the set has 20,000 securities, none twice", () => {
  const list = manySecurities().samples.flatMap(infos);
  expect(new Set(list.map(({ basic }) => `${basic.security.market}.${basic.security.code}`)).size).toBe(20_000);
  expect(new Set(list.map(({ basic }) => basic.name)).size).toBe(20_000);
});

interface Info {
  readonly basic: { security: { market: number; code: string }; name: string; secType: number };
}

const infos = (message: Message): readonly Info[] =>
  (message["s2c"] as unknown as { staticInfoList: readonly Info[] }).staticInfoList;
