// A thousand hours of a client that is left running, in virtual time: a quote each second, a request each minute, and a lost
// connection each hour. Nothing is missing from the stream but what the gaps tell, and the heap stays as it was.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { connect, QotUpdateBasicQot, SubType } from "@tickwire/node-client";
import { FakeOpenD, memoryTransport, VirtualClock } from "@tickwire/testkit";
import { expect, test } from "vitest";

const HOURS = 1000;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** By then the runtime has compiled what it will, and buffers have found their size. */
const WARM_HOURS = 50;
const MAX_GROWTH_BYTES = 2_000_000;
/** It takes less than a minute, but shares the machine with the other tests. */
const TIMEOUT_MS = 10 * 60_000;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const heapBytes = (): number => {
  collect();
  return process.memoryUsage().heapUsed;
};

test(`${HOURS} hours: every request is answered, every gap is told, and the heap does not grow`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const clock = new VirtualClock();
  const opend = new FakeOpenD({ clock, quoteIntervalMs: SECOND_MS, enforceLimits: true });
  const client = await connect(memoryTransport(opend, "tcp"), { clock });
  const quotes = await client.subscribe(QotUpdateBasicQot, { securities: ["HK.00700"], subTypes: [SubType.Basic] });
  let gaps = 0;
  quotes.on("gap", () => {
    gaps += 1;
  });
  let pushes = 0;
  const reading = (async () => {
    for await (const { basicQotList } of quotes) pushes += basicQotList.length;
  })();

  let answered = 0;
  const failed: unknown[] = [];
  const ask = () => {
    client.getUserSecurity("HK").then(
      () => {
        answered += 1;
      },
      (error) => failed.push(error),
    );
  };

  const startMs = performance.now();
  let warmBytes = 0;
  for (let hour = 0; hour < HOURS; hour += 1) {
    for (let minute = 0; minute < 60; minute += 1) {
      await clock.advance(MINUTE_MS / 2);
      ask();
      await clock.advance(MINUTE_MS / 2);
    }
    opend.disconnect();
    if (hour === WARM_HOURS) warmBytes = heapBytes();
  }
  await clock.advance(MINUTE_MS);
  const tookMs = performance.now() - startMs;
  const grownBytes = heapBytes() - warmBytes;
  console.info(
    `${HOURS} virtual hours in ${(tookMs / 1000).toFixed(1)} s: ${pushes} pushes, ${answered} requests, ${gaps} reconnects; ` +
      `heap ${warmBytes} bytes after ${WARM_HOURS} hours, ${grownBytes} more at the end`,
  );

  expect(failed).toEqual([]);
  expect({ answered, gaps }).toEqual({ answered: HOURS * 60, gaps: HOURS });
  // A second or two of each hour went by until it was connected again.
  expect(pushes).toBeGreaterThan((HOURS * HOUR_MS) / SECOND_MS - HOURS * 3);
  expect(grownBytes).toBeLessThan(MAX_GROWTH_BYTES);
  await client.close();
  await reading;
  opend.close();
  expect(clock.pendingTimers).toBe(0);
  expect(clock.wakeListeners).toBe(0);
});
