// One client in a process of its own. Arguments: the driver's name, the gateway's address.
import { type DriverName, drivers } from "./drivers.ts";

/** What the parent asks; each is answered by one message. */
export type Order =
  /** Get ready for so many pushes; answered at once. */
  | { readonly do: "arm"; readonly count: number }
  /** Answered with a {@link Measured} once they have come, or with a {@link Problem}. */
  | { readonly do: "receive" }
  /** So many requests, that many at once; answered with a {@link Measured}. */
  | { readonly do: "request"; readonly count: number; readonly inFlight: number };

export interface Measured {
  /** Events per second. */
  readonly perSecond: number;
  /** Time of all of the process' threads, in microseconds per event. */
  readonly cpuMicros: number;
}

export interface Problem {
  readonly problem: string;
}

let left = 0;
let total = 0;
let sum = 0;
let begun = start();
let answer: Measured | Problem | undefined;
let receiver: ((answer: Measured | Problem) => void) | undefined;

function start() {
  return { at: performance.now(), cpu: process.cpuUsage() };
}

function measured(count: number): Measured {
  const { user, system } = process.cpuUsage(begun.cpu);
  return { perSecond: (count / (performance.now() - begun.at)) * 1000, cpuMicros: (user + system) / count };
}

function finish(outcome: Measured | Problem): void {
  answer = outcome;
  receiver?.(outcome);
}

function onPrice(price: number | undefined): void {
  if (!Number.isFinite(price)) finish({ problem: "a push came without its price" });
  sum += price ?? 0;
  // The first push starts the clock, so that the way of the order does not count.
  if (left === total) begun = start();
  left -= 1;
  if (left === 0) finish(measured(total - 1 || 1));
}

const [name, url = ""] = process.argv.slice(2);
const driver = await drivers[name as DriverName](url, onPrice, (error) => finish({ problem: String(error) }));

async function request(count: number, inFlight: number): Promise<Measured> {
  let asked = 0;
  begun = start();
  const lane = async () => {
    while (asked < count) {
      asked += 1;
      sum += await driver.request();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return measured(count);
}

async function obey(order: Order): Promise<object> {
  switch (order.do) {
    case "arm":
      total = order.count;
      left = order.count;
      answer = undefined;
      receiver = undefined;
      // Here the sum is used, so that no engine may leave the reading out.
      return { sum };
    case "receive":
      return (
        answer ??
        new Promise<object>((resolve) => {
          receiver = resolve;
        })
      );
    case "request":
      return request(order.count, order.inFlight);
  }
}

process.on("message", async (order) => process.send?.(await obey(order as Order)));
process.on("disconnect", () => process.exit());
process.send?.({ connId: driver.connId });
