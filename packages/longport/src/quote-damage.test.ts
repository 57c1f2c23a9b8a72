// Whatever a server sends: each request settles with a LongPortError or an answer, and nothing is left behind.
import { QueryDepth } from "@tickwire/codec/longport";
import fc from "fast-check";
import { expect, test } from "vitest";
import { LongPortError } from "./errors.ts";
import { quoteHarness } from "./testing/quote-harness.ts";

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** Packets with any content, of which some are damaged further. */
const messages = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 30 }).map(hexOf),
    fc
      .record({
        type: fc.constantFrom("01", "02", "03", "21", "22", "23"),
        command: fc.constantFrom("00", "01", "0e", "65"),
        id: fc.constantFrom("00000001", "00000002", "ffffffff"),
        status: fc.constantFrom("00", "03", "06", "ff"),
        body: fc.uint8Array({ maxLength: 12 }),
      })
      .map(({ type, command, id, status, body }) => {
        const length = body.length.toString(16).padStart(6, "0");
        const middle = type.endsWith("3") ? "" : type.endsWith("2") ? id + status : `${id}0000`;
        return type + command + middle + length + hexOf(body);
      }),
  ),
  { maxLength: 8 },
);

test("damage", async () => {
  await fc.assert(
    fc.asyncProperty(messages, async (hexes) => {
      const { clock, server, connect } = quoteHarness();
      const quotes = await connect();
      const stream = await quotes.subscribe(["700.HK"]);
      server.on(QueryDepth, "nothing");
      const depth = quotes.request(QueryDepth, { symbol: "700.HK" }).catch((error: unknown) => error);
      await clock.advance(0);
      for (const hex of hexes) server.last.hex(hex);
      await clock.advance(31_000);
      const settled = await depth;
      if (settled instanceof Error) expect(settled).toBeInstanceOf(LongPortError);
      await quotes.close();
      while (!(await stream.next()).done);
      expect([clock.pendingTimers, clock.wakeListeners, server.alive]).toEqual([0, 0, 0]);
    }),
    { numRuns: 150 },
  );
});
