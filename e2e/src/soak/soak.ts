import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, connect as connectTcp, GetGlobalState, QotUpdateBasicQot, SubType } from "@tickwire/node-client";
import { defaultFixture } from "@tickwire/testkit";
import { connect as connectWebSocket } from "@tickwire/web-client";
import { type HeapSample, sampleHeap } from "./heap.ts";
import type { SoakOptions } from "./options.ts";

const SAMPLE_MS = 10_000;
const REQUEST_MS = 1000;
/** The slow reader takes one message in such a time. */
const SLOW_MS = 100;
const SLOW_BUFFER = 200;

/** What a run has counted so far. */
export interface SoakCounts {
  /** Read by the fast reader and by the slow one. */
  fast: number;
  slow: number;
  /** Times that the connection was there again, and that the streams were told of the gap. */
  reconnects: number;
  gaps: number;
  /** Requests by their end: `"answered"`, or the code of the error. */
  readonly requests: Map<string, number>;
}

/** Runs it. @param onSample Called with each sample, the first at the start. */
export async function soak(
  options: SoakOptions,
  onSample: (sample: HeapSample, counts: SoakCounts) => void,
): Promise<SoakCounts> {
  const { minutes, dialect, pushesPerSecond, reconnectSeconds } = options;
  const server = fork(join(import.meta.dirname, "server.ts"), [`${pushesPerSecond}`, `${reconnectSeconds}`], {
    execArgv: [],
  });
  const [address] = (await once(server, "message")) as [Record<"tcp" | "ws", string>];
  const over = new AbortController();
  const { signal } = over;
  const counts: SoakCounts = { fast: 0, slow: 0, reconnects: 0, gaps: 0, requests: new Map() };
  // Stable sooner than the next drop, else the delays would grow from one to the other.
  const reconnect = { stableAfterMs: (reconnectSeconds * 1000) / 2 };
  const connect = dialect === "tcp" ? connectTcp : connectWebSocket;
  const client = await connect(address[dialect], { reconnect });
  const working = [readFast(client, counts), readSlow(client, counts, signal), ask(client, signal, counts.requests)];
  client.on("resubscribed", () => {
    counts.reconnects += 1;
  });
  server.send("begin");
  const startMs = performance.now();
  while (performance.now() - startMs < minutes * 60_000) {
    onSample(await sampleHeap(startMs), counts);
    await sleep(Math.max(0, Math.min(SAMPLE_MS, startMs + minutes * 60_000 - performance.now())));
  }
  over.abort();
  await client.close();
  await Promise.all(working);
  server.disconnect();
  return counts;
}

const everything = {
  securities: defaultFixture.securities.map(({ symbol }) => symbol),
  subTypes: [SubType.Basic],
};

async function readFast(client: Client, counts: SoakCounts): Promise<void> {
  const stream = await client.subscribe(QotUpdateBasicQot, everything);
  stream.on("gap", () => {
    counts.gaps += 1;
  });
  for await (const _ of stream) counts.fast += 1;
}

async function readSlow(client: Client, counts: SoakCounts, signal: AbortSignal): Promise<void> {
  const options = { overflow: "conflate", buffer: SLOW_BUFFER, staleAfterMs: 5000 } as const;
  for await (const _ of await client.subscribe(QotUpdateBasicQot, everything, options)) {
    // What is buffered by the end would take it long.
    if (signal.aborted) break;
    counts.slow += 1;
    await sleep(SLOW_MS);
  }
}

/** All requests have one signal: it must not gather anything. */
async function ask(client: Client, signal: AbortSignal, ends: Map<string, number>): Promise<void> {
  while (!signal.aborted) {
    const end = await client.request(GetGlobalState, { userID: 0n }, { signal }).then(
      () => "answered",
      (error: { code: string }) => error.code,
    );
    ends.set(end, (ends.get(end) ?? 0) + 1);
    await sleep(REQUEST_MS, undefined, { signal }).catch(() => undefined);
  }
}
