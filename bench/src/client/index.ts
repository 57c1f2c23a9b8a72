// The vendor's client against ours. One gateway in a process of its own serves both; each client has its own process;
// in every round all of them take their turn, and the ratios are those of a round.
import { median } from "../measure/statistics.ts";
import type { DriverName } from "./drivers.ts";
import { formatNumber } from "./goals.ts";
import { Program } from "./processes.ts";
import { type ClientResults, type ClientRow, type RowInit, rowOf, type SkippedRow } from "./results.ts";
import type { PushOrder, ServerAddress } from "./server.ts";
import { type StartName, startTime } from "./start-time.ts";
import type { Measured, Order, Problem } from "./worker.ts";

export { type ClientResults, formatClient } from "./results.ts";

/** Requests under way at once; the gateway's limit per connection is higher. */
const IN_FLIGHT = 200;
/** How long a client that refuses a damaged push may take to say so. */
const UNVERIFIED_PROBE_MS = 1000;

interface Plan {
  readonly rounds: number;
  readonly startRounds: number;
  /** How long one turn should take. */
  readonly turnMs: number;
  /** Events before the first turn: for the compiler, and to learn how many make a turn. */
  readonly warmUp: number;
}

const plans: Record<"quick" | "full", Plan> = {
  quick: { rounds: 5, startRounds: 5, turnMs: 300, warmUp: 30_000 },
  full: { rounds: 15, startRounds: 15, turnMs: 700, warmUp: 100_000 },
};

interface Contestant {
  readonly name: DriverName;
  readonly worker: Program;
  readonly connId: string;
  readonly pushes: Measured[];
  readonly requests: Measured[];
}

/** Measures the rows of the goal table that are about clients. */
export async function benchClient(options: { quick: boolean }): Promise<ClientResults> {
  const plan = plans[options.quick ? "quick" : "full"];
  const { program: server, first: address } = await Program.start<ServerAddress>("server.ts");
  using _server = server;
  const urls = { tcp: `tcp://127.0.0.1:${address.tcpPort}`, ws: `ws://127.0.0.1:${address.wsPort}` };

  const contestants: Contestant[] = [];
  using stack = new DisposableStack();
  for (const name of ["futu", "ws", "tcp", "tcp-unverified"] as const) {
    const url = name.startsWith("tcp") ? urls.tcp : urls.ws;
    const { program: worker, first } = await Program.start<{ connId: string }>("worker.ts", name, url);
    stack.use(worker);
    contestants.push({ name, worker, connId: first.connId, pushes: [], requests: [] });
  }
  const skipped: SkippedRow[] = [];
  const unverified = contestants.at(-1) as Contestant;
  if (!(await takesDamaged(server, unverified))) {
    contestants.pop();
    skipped.push({
      id: "pushes-tcp-unverified",
      title: "pushes per second, TCP without SHA-1",
      reason: "node-client has no option that leaves the checksum unread",
    });
  }

  await takeTurns(contestants, plan, "pushes", (contestant, count) => receive(server, contestant, count));
  const askers = contestants.filter(({ name }) => name !== "tcp-unverified");
  await takeTurns(askers, plan, "requests", ({ worker }, count) =>
    worker.ask<Measured>({ do: "request", count, inFlight: IN_FLIGHT } satisfies Order),
  );
  const starts = await measureStarts(plan, urls);
  return {
    rounds: plan.rounds,
    startRounds: plan.startRounds,
    rows: [...throughput(contestants), ...startRows(starts)],
    skipped,
    notes: [
      `Every start contains Node's own, ${formatNumber(median(starts.node))} ms here.`,
      "futu-api speaks WebSocket only: the rows of our TCP client are against that.",
    ],
  };
}

/** Lets each contestant do about `turnMs` of work per round; who begins changes from round to round. */
async function takeTurns(
  contestants: readonly Contestant[],
  plan: Plan,
  what: "pushes" | "requests",
  turn: (contestant: Contestant, count: number) => Promise<Measured>,
): Promise<void> {
  const counts = new Map<Contestant, number>();
  for (const contestant of contestants) {
    await turn(contestant, plan.warmUp);
    const { perSecond } = await turn(contestant, plan.warmUp);
    counts.set(contestant, Math.ceil((perSecond * plan.turnMs) / 1000));
  }
  for (let round = 0; round < plan.rounds; round++)
    for (const contestant of rotate(contestants, round))
      contestant[what].push(await turn(contestant, counts.get(contestant) ?? 1));
}

/** @throws when the client could not read a push. */
async function receive(
  server: Program,
  { name, worker, connId }: Pick<Contestant, "name" | "worker" | "connId">,
  count: number,
  order: Partial<PushOrder> = {},
): Promise<Measured> {
  await worker.ask({ do: "arm", count } satisfies Order);
  server.tell({ connId, count, ...order } satisfies PushOrder);
  const answer = await worker.ask<Measured | Problem>({ do: "receive" } satisfies Order);
  if ("problem" in answer) throw new Error(`${name}: ${answer.problem}`);
  return answer;
}

/** Whether the client takes a push whose checksum is wrong, so that it does not compute it. */
async function takesDamaged(server: Program, contestant: Contestant): Promise<boolean> {
  const outcome = receive(server, contestant, 1, { isDamaged: true }).then(
    () => true,
    () => false,
  );
  return Promise.race([
    outcome,
    new Promise<boolean>((resolve) => setTimeout(resolve, UNVERIFIED_PROBE_MS, false).unref()),
  ]);
}

function rotate<T>(items: readonly T[], by: number): T[] {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

function throughput(contestants: readonly Contestant[]): ClientRow[] {
  const series = (name: DriverName, what: "pushes" | "requests", key: keyof Measured) =>
    contestants.find((contestant) => contestant.name === name)?.[what].map((measured) => measured[key]) ?? [];
  const row = (
    init: Omit<RowInit, "ours" | "theirs">,
    name: DriverName,
    what: "pushes" | "requests",
    key: keyof Measured,
  ) => ({ ...init, ours: series(name, what, key), theirs: series("futu", what, key) });

  const pushes = "pushes/s";
  const cpu = "µs CPU/push";
  const requests = "requests/s";
  const pipelined = `requests per second, ${IN_FLIGHT} in flight`;
  return [
    row(
      { id: "pushes-ws", title: "pushes per second, WebSocket", goal: { atLeast: 6 }, unit: pushes },
      "ws",
      "pushes",
      "perSecond",
    ),
    row(
      { id: "pushes-tcp", title: "pushes per second, TCP with SHA-1", goal: { atLeast: 7 }, unit: pushes },
      "tcp",
      "pushes",
      "perSecond",
    ),
    row(
      {
        id: "pushes-tcp-unverified",
        title: "pushes per second, TCP without SHA-1",
        goal: { atLeast: 13 },
        unit: pushes,
      },
      "tcp-unverified",
      "pushes",
      "perSecond",
    ),
    row(
      { id: "cpu-ws", title: "CPU per push, WebSocket", goal: { atMost: 0.2 }, unit: cpu },
      "ws",
      "pushes",
      "cpuMicros",
    ),
    row(
      { id: "cpu-tcp", title: "CPU per push, TCP with SHA-1", goal: { atMost: 0.15 }, unit: cpu },
      "tcp",
      "pushes",
      "cpuMicros",
    ),
    row(
      { id: "requests-ws", title: `${pipelined}, WebSocket`, goal: { atLeast: 2 }, unit: requests },
      "ws",
      "requests",
      "perSecond",
    ),
    row(
      { id: "requests-tcp", title: `${pipelined}, TCP with SHA-1`, goal: { atLeast: 3 }, unit: requests },
      "tcp",
      "requests",
      "perSecond",
    ),
  ]
    .filter(({ ours }) => ours.length > 0)
    .map(rowOf);
}

async function measureStarts(plan: Plan, urls: { tcp: string; ws: string }): Promise<Record<StartName, number[]>> {
  const times: Record<StartName, number[]> = { tcp: [], ws: [], futu: [], node: [] };
  const names = Object.keys(times) as StartName[];
  // The first start of each fills the system's file cache.
  for (let round = -1; round < plan.startRounds; round++)
    for (const name of rotate(names, round + names.length)) {
      const ms = await startTime(name, name === "tcp" ? urls.tcp : urls.ws);
      if (round >= 0) times[name].push(ms);
    }
  return times;
}

function startRows({ tcp, ws, futu }: Record<StartName, number[]>): ClientRow[] {
  const title = "process start to first reply";
  return [
    { id: "start-tcp", title: `${title}, TCP`, goal: { atMost: 0.25 }, unit: "ms", ours: tcp, theirs: futu },
    { id: "start-ws", title: `${title}, WebSocket`, goal: { atMost: 0.45 }, unit: "ms", ours: ws, theirs: futu },
  ].map(rowOf);
}
