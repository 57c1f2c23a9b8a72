import { QotGetRT, QotUpdateRT } from "@tickwire/codec/quote";
import { FakeOpenD, memoryTransport, VirtualClock } from "@tickwire/testkit";
import { connect } from "@tickwire/web-client";
import { expect, test } from "vitest";
import { Curves } from "./curves.ts";

const SYMBOL = "HK.00700";
const security = { market: 1, code: "00700" };

async function followed() {
  const clock = new VirtualClock({ startUnixMs: Date.parse("2026-01-05T10:00:30+08:00") });
  const opend = new FakeOpenD({ clock });
  const client = await connect(memoryTransport(opend, "ws"), { clock });
  const curves = new Curves();
  const until = new AbortController();
  await curves.follow(client, [SYMBOL], until);
  return { clock, opend, client, until, day: () => curves.of(SYMBOL).value, curves };
}

test("the day so far is read once, and then grows by a point a minute", async () => {
  const { clock, opend, client, day } = await followed();
  const before = day().length;
  expect(before).toBeGreaterThan(30);
  await clock.advance(20_000);
  expect(day()).toHaveLength(before);
  await clock.advance(60_000);
  expect(day()).toHaveLength(before + 1);
  expect(opend.requests.of(QotGetRT)).toHaveLength(1);
  const asked = await client.request(QotGetRT, { security });
  expect(day().map(({ price }) => price)).toEqual(asked.rtList.map(({ price }) => price));
  await client.close();
});

test("a new day begins anew, and nothing is followed after the end", async () => {
  const { opend, client, until, day, clock } = await followed();
  const first = { time: "2026-01-06 09:30:00", minute: 570, isBlank: false, price: 1 };
  opend.push(QotUpdateRT, { security, rtList: [first] });
  await clock.advance(0);
  expect(day()).toEqual([expect.objectContaining(first)]);
  until.abort();
  opend.push(QotUpdateRT, { security, rtList: [{ ...first, minute: 571 }] });
  await clock.advance(0);
  expect(day()).toHaveLength(1);
  await client.close();
});
