import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from "node:net";

/** Stands between a client and a peer, and does to their links what networks do. */
export class TcpProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #links = new Set<readonly [client: Socket, peer: Socket]>();
  /** Takes the peer's next bytes instead of the client. */
  #intercept: ((client: Socket, bytes: Buffer) => void) | undefined;

  private constructor(server: Server, peerPort: number) {
    this.#server = server;
    server.on("connection", (client) => {
      const peer = createConnection({ port: peerPort, host: "127.0.0.1", noDelay: true });
      const link = [client, peer] as const;
      this.#links.add(link);
      client.on("data", (bytes) => peer.write(bytes));
      peer.on("data", (bytes: Buffer) => {
        const intercept = this.#intercept;
        this.#intercept = undefined;
        if (intercept === undefined) client.write(bytes);
        else intercept(client, bytes);
      });
      endWith(client, peer);
      endWith(peer, client);
      client.on("close", () => this.#links.delete(link));
    });
  }

  static async start(peerPort: number): Promise<TcpProxy> {
    const server = createServer({ noDelay: true }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return new TcpProxy(server, peerPort);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Forwards half of what the peer sends next, and tells when that has left. */
  halveNext(): Promise<void> {
    return new Promise((resolve) => {
      this.#intercept = (client, bytes) => client.write(bytes.subarray(0, bytes.length / 2), () => resolve());
    });
  }

  /** The links that there are carry nothing any more, and nobody is told; new ones do. */
  freeze(): void {
    for (const socket of [...this.#links].flat()) socket.pause();
  }

  /** Breaks the client's links. */
  reset(): void {
    for (const [client] of this.#links) client.resetAndDestroy();
  }

  /** Ends the client's links, with no word in the peer's own language. */
  end(): void {
    for (const [client] of this.#links) client.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of [...this.#links].flat()) socket.destroy();
    await once(this.#server, "close");
  }
}

/** Ends a socket in the way in which the other one ended. */
function endWith(socket: Socket, other: Socket): void {
  // After "error" comes "close".
  other.on("error", () => undefined);
  other.on("close", (hasFailed) => {
    if (hasFailed) socket.resetAndDestroy();
    else socket.destroySoon();
  });
}
