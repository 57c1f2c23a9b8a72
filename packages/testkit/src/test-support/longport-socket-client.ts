// A client of the quote socket that is no session: it sends what it is told to, and keeps what comes.
import {
  type AuthResponse,
  CmdAuth,
  decodeBody,
  decodePacket,
  encodeBody,
  encodePacket,
  type Packet,
  type Proto3Init,
  type PushQuote,
  PushQuoteData,
  type RequestCommand,
  type ResponsePacket,
} from "@tickwire/codec/longport";
import type { FakeLongPort } from "../fake-longport.ts";
import type { FakeWebSocket } from "../fake-web-socket.ts";

export const QUERY: string = "?version=1&codec=1&platform=9";
const bearer = { authorization: "Bearer fake-bearer-token" };

/** The socket of the DOM's shape that both the fake's and that of `ws` have. */
type AnySocket = Pick<FakeWebSocket, "send" | "close" | "readyState"> & {
  binaryType: string;
  onopen: unknown;
  onmessage: unknown;
  onerror: unknown;
  onclose: unknown;
};

export interface Ended {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

export class SocketClient {
  readonly socket: AnySocket;
  /** Messages that came and were not read yet. */
  readonly inbox: Uint8Array[] = [];
  readonly opened: Promise<void>;
  readonly ended: Promise<Ended>;
  /** Set when it has ended. */
  end: Ended | undefined;
  #wake: (() => void) | undefined;
  #requests = 0;

  constructor(socket: AnySocket) {
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onerror = () => undefined;
    this.opened = new Promise((resolve) => {
      socket.onopen = () => resolve();
    });
    socket.onmessage = ({ data }: { data: ArrayBuffer }) => {
      this.inbox.push(new Uint8Array(data));
      this.#wake?.();
    };
    this.ended = new Promise((resolve) => {
      socket.onclose = ({ code, reason, wasClean }: Ended) => {
        this.end = { code, reason, wasClean };
        resolve(this.end);
      };
    });
  }

  /** The next message. */
  async next(): Promise<Uint8Array> {
    while (this.inbox.length === 0)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return this.inbox.shift()!;
  }

  async nextPacket(): Promise<Packet> {
    return decodePacket(await this.next());
  }

  /** Sends a request and gives its number. */
  send<T>(command: RequestCommand<T, unknown>, message: Proto3Init<NoInfer<T>>, isGzip?: Uint8Array): number {
    const requestId = ++this.#requests;
    const body = isGzip ?? encodeBody(command, message);
    const head = { type: "request", command: command.code, requestId, timeoutMs: 30_000 } as const;
    this.socket.send(encodePacket({ ...head, body, isGzip: isGzip !== undefined }));
    return requestId;
  }

  /** Sends a request and gives the next packet, which has to be its response. */
  async ask<T>(command: RequestCommand<T, unknown>, message: Proto3Init<NoInfer<T>>): Promise<ResponsePacket> {
    const requestId = this.send(command, message);
    const packet = await this.nextPacket();
    if (packet.type !== "response" || packet.requestId !== requestId)
      throw new Error(`expected the response ${requestId}, got ${packet.type} ${packet.command}`);
    return packet;
  }

  /** Asks what has to succeed. */
  async get<T, R>(command: RequestCommand<T, R>, message: Proto3Init<NoInfer<T>>): Promise<R> {
    const { status, body } = await this.ask(command, message);
    if (status !== 0) throw new Error(`${command.name} was refused with status ${status}`);
    return decodeBody(command, body);
  }

  /** All quotes among what came, which is read then. */
  quotes(): PushQuote[] {
    return this.inbox
      .splice(0)
      .map((bytes) => decodePacket(bytes))
      .filter(({ command }) => command === PushQuoteData.code)
      .map(({ body }) => decodeBody(PushQuoteData, body));
  }
}

interface Token {
  readonly otp: string;
  readonly limit: number;
  readonly online: number;
}

/** A one-time token, as a client gets it. */
export async function tokenOf({ fetch }: Pick<FakeLongPort, "fetch">, base = "https://longport.test"): Promise<Token> {
  const response = await fetch(`${base}/v1/socket/token`, { headers: bearer });
  const { data } = (await response.json()) as { data: Token };
  return data;
}

/** A client in memory that is connected, and has no session yet. */
export async function connectInMemory(longport: FakeLongPort, query: string = QUERY): Promise<SocketClient> {
  const client = new SocketClient(longport.createWebSocket(`wss://quote.longport.test/v2${query}`));
  await client.opened;
  return client;
}

/** One that has a session. */
export async function logIn(longport: FakeLongPort): Promise<{ client: SocketClient; grant: AuthResponse }> {
  const { otp } = await tokenOf(longport);
  const client = await connectInMemory(longport);
  return { client, grant: await client.get(CmdAuth, { token: otp }) };
}
