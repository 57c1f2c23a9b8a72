import { parseArgs } from "node:util";

export const usage = `Shows a watchlist over TCP and over WebSocket. Without --host it starts a fake OpenD and talks to that, and also creates a
group at a fake LongPort, brings one of the fake OpenD's there, and shows live quotes of both.

  --host HOST           talk to a real OpenD
  --port N              its API port (default 11111)
  --ws-port N           its WebSocket port; without it the WebSocket part is left out
  --websocket-key KEY   the key that its WebSocket is configured with
  --group NAME          the group to show (default A; of a real OpenD the first custom group)
  --modify              also add a security to the group and move it out again (always done with the fake)
  --wide                show all fifteen columns
  --help
`;

export interface DemoOptions {
  /** A real OpenD; undefined for the fake. */
  readonly real: { readonly host: string; readonly port: number; readonly wsPort: number | undefined } | undefined;
  readonly websocketKey: string;
  readonly group: string | undefined;
  readonly modify: boolean;
  readonly wide: boolean;
  readonly help: boolean;
}

/** @throws {TypeError} for a flag that does not exist or a port that is none. */
export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      host: { type: "string" },
      port: { type: "string" },
      "ws-port": { type: "string" },
      "websocket-key": { type: "string" },
      group: { type: "string" },
      modify: { type: "boolean", default: false },
      wide: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const isReal = values.host !== undefined || values.port !== undefined || values["ws-port"] !== undefined;
  return {
    real: isReal
      ? {
          host: values.host ?? "127.0.0.1",
          port: readPort("--port", values.port) ?? 11_111,
          wsPort: readPort("--ws-port", values["ws-port"]),
        }
      : undefined,
    websocketKey: values["websocket-key"] ?? (isReal ? "" : "demo"),
    group: values.group ?? (isReal ? undefined : "A"),
    modify: values.modify || !isReal,
    wide: values.wide,
    help: values.help,
  };
}

function readPort(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new TypeError(`${flag} must be from 1 to 65535, got ${text}`);
  return port;
}
