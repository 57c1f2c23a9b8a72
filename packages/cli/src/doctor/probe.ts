import { createConnection } from "node:net";
import { connect as connectTls } from "node:tls";

/** A place in the network. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** How TLS went: which reason Node has not to trust the certificate, or undefined when it does; false where nobody speaks it. */
export type TlsFinding = { readonly distrust: string | undefined } | false;

/** Looks at the network itself, below the clients. */
export interface Probe {
  /** Undefined when something listens there, else the system's code, such as ECONNREFUSED; ETIMEDOUT after the time. */
  reach(place: Place, timeoutMs: number): Promise<string | undefined>;
  tls(place: Place, timeoutMs: number): Promise<TlsFinding>;
}

/** The real one. */
export const probe: Probe = {
  reach: ({ host, port }, timeoutMs) =>
    new Promise((resolve) => {
      const socket = createConnection({ host, port, timeout: timeoutMs });
      const end = (code: string | undefined) => {
        socket.destroy();
        resolve(code);
      };
      socket.once("connect", () => end(undefined));
      socket.once("timeout", () => end("ETIMEDOUT"));
      socket.on("error", (error) => end(codeOf(error)));
    }),

  tls: ({ host, port }, timeoutMs) =>
    new Promise((resolve) => {
      // Without a server's name where the host is a number, which has none.
      const socket = connectTls({
        host,
        port,
        timeout: timeoutMs,
        rejectUnauthorized: false,
        servername: /^[\d.:]+$/.test(host) ? "" : host,
      });
      const end = (finding: TlsFinding) => {
        socket.destroy();
        resolve(finding);
      };
      socket.once("secureConnect", () => {
        const reason = socket.authorizationError as Error | string | undefined;
        end({ distrust: socket.authorized ? undefined : reason instanceof Error ? codeOf(reason) : reason });
      });
      socket.once("timeout", () => end(false));
      socket.on("error", () => end(false));
    }),
};

/** A host with several addresses fails with all of their errors at once. */
function codeOf(error: Error): string {
  const first = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  return (first as NodeJS.ErrnoException).code ?? first.message;
}
