import { connect } from "node:net";
import { type CipherSuite, type Clock, TickwireError } from "@tickwire/session";
import { systemClock } from "@tickwire/session/parts";
import type { RecordingHeader } from "../recording.ts";
import { sensitiveFields } from "../redact.ts";
import type { ListenAddress, Listener } from "./listeners.ts";
import { recordHttp } from "./record-http.ts";
import { recordTcp } from "./record-tcp.ts";
import { recordWs } from "./record-ws.ts";
import { RecordingFile } from "./recording-file.ts";

/** Options of {@link record}. */
export interface RecordOptions {
  /**
   * What to record: OpenD by `tcp://127.0.0.1:11111` or `ws://…`, `wss://…`; LongPort's HTTP API by `https://…` or `http://…`.
   * Without a path.
   */
  readonly upstream: string;
  /** Where to write; a file that is there already is left alone. */
  readonly file: string;
  /** Fields to redact beside those of `sensitiveFields`: by name, or within a protocol or a field: `groups.name`. */
  readonly redact?: readonly string[];
  /** Fields of `sensitiveFields` that are to stay as they are. */
  readonly keep?: readonly string[];
  /** OpenD's RSA key, as `rsaCiphers(pem)`, to read what TCP clients encrypt. */
  readonly ciphers?: CipherSuite;
  /** Whether bodies that cannot be redacted, because their fields are not known, are kept whole. Default false. */
  readonly rawBodies?: boolean;
  /** Address to listen on. Default `127.0.0.1`: this machine only. */
  readonly host?: string;
  /** Port to listen on; 0 takes any free one. Default 0. */
  readonly port?: number;
  /** Decides the times in the file. Default: real time. */
  readonly clock?: Clock;
}

/** A recording that is under way; its `url`, without a slash at the end, is where the client has to connect to. */
export interface RecordingProxy extends ListenAddress {
  /**
   * Ends the connections, and resolves when all is on disk.
   * @throws {TickwireError} `TESTKIT_RECORD` when the disk failed, and not all is in the file.
   */
  close(): Promise<void>;
  /** For `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What the proxies of all dialects are given. */
export interface ProxyOptions {
  readonly upstream: URL;
  readonly file: RecordingFile;
  readonly host: string;
  readonly port: number;
  readonly ciphers: CipherSuite | undefined;
  readonly rawBodies: boolean;
}

const proxies: Readonly<
  Record<
    string,
    readonly [dialect: RecordingHeader["dialect"], port: number, (options: ProxyOptions) => Promise<Listener>]
  >
> = {
  "tcp:": ["tcp", 11_111, recordTcp],
  "ws:": ["ws", 80, recordWs],
  "wss:": ["ws", 443, recordWs],
  "http:": ["http", 80, recordHttp],
  "https:": ["http", 443, recordHttp],
};

/**
 * Records what a client and OpenD, or LongPort, say to each other: a proxy between them that passes all on unchanged and writes
 * it to a file, redacted. What it cannot read it passes on too, and notes that in the file.
 * @throws {TickwireError} `TESTKIT_RECORD` for an upstream that is wrong or does not answer, and a file that cannot be made;
 *   `TESTKIT_LISTEN`. Then there is no file.
 */
export async function record(options: RecordOptions): Promise<RecordingProxy> {
  const { host = "127.0.0.1", port = 0, redact = [], keep = [], ciphers, rawBodies = false } = options;
  const upstream = upstreamOf(options.upstream);
  const [dialect, defaultPort, start] = proxies[upstream.protocol]!;
  await reach(upstream, defaultPort);
  const redacted = [...new Set([...sensitiveFields.filter((name) => !keep.includes(name)), ...redact])];
  const file = await RecordingFile.create(options.file, options.clock ?? systemClock, { dialect, redacted });
  const listener = await start({ upstream, file, host, port, ciphers, rawBodies }).catch(async (error: unknown) => {
    await file.discard();
    throw error;
  });
  const close = async (): Promise<void> => {
    await listener.close();
    await file.close();
  };
  return { ...listener.address, close, [Symbol.asyncDispose]: close };
}

function upstreamOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlace = url !== undefined && url.hostname !== "" && (url.pathname === "" || url.pathname === "/");
  // A user or a password in the address would have no place to go, and it is not repeated, for it may hold one.
  if (isPlace && Object.hasOwn(proxies, url.protocol) && url.username === "" && url.search === "") return url;
  throw new TickwireError(
    "TESTKIT_RECORD",
    "upstream is not an address to record: give tcp://, ws://, wss://, http:// or https:// with a host and a port, and no path",
  );
}

/** Looks whether something listens there, before a client is let down. */
async function reach(url: URL, defaultPort: number): Promise<void> {
  const port = url.port === "" ? defaultPort : Number(url.port);
  const socket = connect(port, url.hostname.replace(/^\[|\]$/g, ""));
  try {
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "no connection";
    throw new TickwireError(
      "TESTKIT_RECORD",
      `nothing answers at ${url.protocol}//${url.hostname}:${port} (${why}); start it first, and check host and port`,
      { cause },
    );
  } finally {
    socket.destroy();
  }
}
