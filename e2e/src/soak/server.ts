// Usage: server.ts <pushes per second> <seconds between drops>; started with an IPC channel, over which it tells where it
// listens, and is told to begin. A process of its own, so that its memory and its work are not the client's.
import { parseSymbol, QotUpdateBasicQot } from "@tickwire/codec";
import { defaultFixture, FakeOpenD } from "@tickwire/testkit";
import { listen } from "@tickwire/testkit/node";

/** Pushes go out in portions, so often. */
const TICK_MS = 10;
/** After a pause of the whole machine, at most the pushes of such a time are made up for. */
const MAX_CATCH_UP_MS = 1000;

const [pushesPerSecond = 0, dropSeconds = 0] = process.argv.slice(2).map(Number);
const opend = new FakeOpenD();
const { tcp, ws, close } = await listen(opend);

const quotes = defaultFixture.securities.map(({ symbol, quote, listTime }) => ({
  basicQotList: [
    { security: parseSymbol(symbol), ...quote, listTime, updateTime: "2026-03-12 09:30:00", amplitude: 0 },
  ],
}));
/** Pushes, and drops the connection again and again, until the parent goes. */
function begin(): void {
  let pushed = 0;
  let last = performance.now();
  let due = 0;
  const pushing = setInterval(() => {
    const now = performance.now();
    due += (Math.min(now - last, MAX_CATCH_UP_MS) * pushesPerSecond) / 1000;
    last = now;
    for (; due >= 1; due -= 1) opend.push(QotUpdateBasicQot, quotes[pushed++ % quotes.length]!);
  }, TICK_MS);
  let drops = 0;
  const dropping = setInterval(() => {
    // In an orderly way and by a reset, in turn.
    opend.disconnect(drops++ % 2 === 0 ? undefined : new Error("the network broke"));
  }, dropSeconds * 1000);
  process.once("disconnect", () => {
    clearInterval(pushing);
    clearInterval(dropping);
  });
}

process.once("message", begin);
process.once("disconnect", () => void close().then(() => opend.close()));
process.send?.({ tcp: tcp.url, ws: ws.url });
