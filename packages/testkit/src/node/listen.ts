import type { FakeOpenD } from "../fake-opend.ts";
import type { ListenAddress } from "./listeners.ts";
import { listenTcp } from "./tcp-listener.ts";
import { listenWs, type TlsOptions } from "./ws-listener.ts";

/** Options of {@link listen}; all have defaults. */
export interface ListenOptions {
  /** Address to listen on. Default `127.0.0.1`: this machine only. */
  readonly host?: string;
  /** TCP port; 0 takes any free one. Default 0. */
  readonly port?: number;
  /** WebSocket port; 0 takes any free one. Default 0. */
  readonly wsPort?: number;
  /** Key and certificate, with which the WebSocket port speaks `wss://` instead of `ws://`, as OpenD's. Default: none. */
  readonly tls?: TlsOptions;
}

/** A fake that listens. */
export interface Listening {
  readonly tcp: ListenAddress;
  readonly ws: ListenAddress;
  /** Ends all connections and frees both ports. The fake itself can go on, for example to listen again. */
  close(): Promise<void>;
  /** For `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Lets a fake listen on a TCP and a WebSocket port, for clients that know only addresses.
 * @throws {TickwireError} `TESTKIT_LISTEN` with the reason and what to do; then neither port is held.
 */
export async function listen(opend: FakeOpenD, options: ListenOptions = {}): Promise<Listening> {
  const { host = "127.0.0.1", port = 0, wsPort = 0, tls } = options;
  const tcp = await listenTcp(opend, host, port);
  const ws = await listenWs(opend, host, wsPort, tls).catch(async (error: unknown) => {
    await tcp.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    await Promise.all([tcp.close(), ws.close()]);
  };
  return { tcp: tcp.address, ws: ws.address, close, [Symbol.asyncDispose]: close };
}
