import { parseArgs } from "node:util";

export const usage = `Runs a client for a long time beside a fake that pushes much and drops its connection again and again, and judges whether
the client's heap grows: by the slope of a line through samples that are taken after forced collections. It ends with 1
when the heap grows by more than 1 % in 10 minutes. A run of less than 10 minutes is not judged.

  --minutes N            how long (default 60)
  --ws                   over WebSocket instead of TCP
  --rate N               pushes in a second (default 10000)
  --reconnect-seconds N  from one drop of the connection to the next (default 10)
  --help
`;

export interface SoakOptions {
  readonly minutes: number;
  readonly dialect: "tcp" | "ws";
  readonly pushesPerSecond: number;
  readonly reconnectSeconds: number;
  readonly help: boolean;
}

/** @throws {TypeError} for a flag that does not exist or a number that is none. */
export function readOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: "string", default: "60" },
      ws: { type: "boolean", default: false },
      rate: { type: "string", default: "10000" },
      "reconnect-seconds": { type: "string", default: "10" },
      help: { type: "boolean", default: false },
    },
  });
  return {
    minutes: readNumber("--minutes", values.minutes),
    dialect: values.ws ? "ws" : "tcp",
    pushesPerSecond: readNumber("--rate", values.rate),
    reconnectSeconds: readNumber("--reconnect-seconds", values["reconnect-seconds"]),
    help: values.help,
  };
}

function readNumber(flag: string, text: string): number {
  const value = Number(text);
  if (value > 0 && value < Number.POSITIVE_INFINITY) return value;
  throw new TypeError(`${flag} must be a number above 0, not ${JSON.stringify(text)}`);
}
