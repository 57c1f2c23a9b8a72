import {
  encodeMessage,
  Reader,
  RetType,
  readWsRequest,
  sha1,
  TCP_HEADER_BYTES,
  TcpDecoder,
  WS_REPLY_HEADER_BYTES,
  writeTcpHeader,
  writeWsReplyHeader,
} from "@tickwire/codec";
import { protocols } from "@tickwire/codec/registry";
import type { Dialect, Link, LinkEvents, Transport } from "../transport.ts";

/** A request as the peer read it. */
export interface Asked {
  readonly protoId: number;
  readonly serialNo: number;
  /** The protocol's name. */
  readonly name: string;
  readonly c2s: unknown;
}

/** The content of a `Response`; a success without s2c unless told otherwise. */
export interface Answer {
  readonly retType?: RetType;
  readonly retMsg?: string;
  readonly errCode?: number;
  readonly s2c?: unknown;
}

export interface Relay {
  readonly error: number;
  readonly errorText?: string;
}

export const CONN_ID = 6_800_000_000_000_000_001n;

/** InitConnect and InitWebSocket. */
const isLogin = (protoId: number): boolean => protoId === 1001 || protoId === 1;
/** KeepAlive, and GetGlobalState, the probe over WebSocket. */
export const isHeartbeat = (protoId: number): boolean => protoId === 1004 || protoId === 1002;

const hellos: Record<Dialect, object> = {
  tcp: {
    serverVer: 1011,
    loginUserID: 7_000_001n,
    connID: CONN_ID,
    connAESKey: "0123456789abcdef",
    keepAliveInterval: 10,
  },
  ws: { serverTime: 1_767_323_045n, connID: CONN_ID },
};

/** A gateway that does only what the test tells it, and the transport that leads to it. */
export class Peer implements Transport {
  readonly dialect: Dialect;
  readonly address: string;
  /** What was asked, oldest first. */
  readonly asked: Asked[] = [];
  /** What `Link.write` returns. */
  writable = true;
  /** Called for each request, while it is being written. */
  onAsked: (asked: Asked) => void = (asked) => this.serve(asked);
  /** Stands before the link: wait in it, or throw. */
  beforeOpen: (signal: AbortSignal) => unknown = () => undefined;
  /** Links that were opened, how many at once at most, and how often the client closed them. */
  opened = 0;
  mostAtOnce = 0;
  closeCalls = 0;
  readonly #open = new Set<LinkEvents>();
  #events: LinkEvents | undefined;

  constructor(dialect: Dialect) {
    this.dialect = dialect;
    this.address = `${dialect}://peer`;
  }

  hello(): object {
    return hellos[this.dialect];
  }

  /** Whether a link is open. */
  get isOpen(): boolean {
    return this.#events !== undefined;
  }

  async open(events: LinkEvents, signal: AbortSignal): Promise<Link> {
    await this.beforeOpen(signal);
    signal.throwIfAborted();
    this.opened += 1;
    this.#events = events;
    this.#open.add(events);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#open.size);
    const decoder = new TcpDecoder();
    return {
      write: (bytes) => {
        if (this.#events !== events) return true;
        if (this.dialect === "tcp") {
          decoder.push(bytes, ({ protoId, serialNo, body }) => this.#read(protoId, serialNo, body));
        } else {
          const { cmd, section, body } = readWsRequest(bytes);
          this.#read(cmd, Number(section), body);
        }
        return this.writable;
      },
      close: () => {
        this.closeCalls += 1;
        queueMicrotask(() => this.#end(events));
      },
    };
  }

  /** The last request of a protocol. */
  last(name: string): Asked {
    const asked = this.asked.findLast((one) => one.name === name);
    if (asked === undefined) throw new Error(`${name} was not asked`);
    return asked;
  }

  /** Names of what was asked. */
  get names(): string[] {
    return this.asked.map(({ name }) => name);
  }

  /** Answers what clients ask by themselves: logins and heartbeats. */
  serve(asked: Asked): void {
    const { protoId, serialNo } = asked;
    if (isLogin(protoId)) queueMicrotask(() => this.answer(asked, this.hello()));
    // Of these nothing but the arrival counts.
    if (isHeartbeat(protoId)) queueMicrotask(() => this.send(this.frame(protoId, serialNo, {})));
  }

  answer(to: Asked, s2c: object): void {
    this.send(this.frame(to.protoId, to.serialNo, { s2c }));
  }

  refuse(to: Asked, retMsg: string, retType: RetType = RetType.Failed): void {
    this.send(this.frame(to.protoId, to.serialNo, { retType, retMsg }));
  }

  push(protoId: number, s2c: object, serialNo = 0): void {
    this.send(this.frame(protoId, serialNo, { s2c }));
  }

  /** The bytes of a reply or push: of a message, or of a body that is given as it is. */
  frame(protoId: number, serialNo: number | bigint, content: Answer | Uint8Array, relay?: Relay): Uint8Array {
    const headerBytes = this.dialect === "tcp" ? TCP_HEADER_BYTES : WS_REPLY_HEADER_BYTES;
    let bytes: Uint8Array;
    if (content instanceof Uint8Array) {
      bytes = new Uint8Array(headerBytes + content.length);
      bytes.set(content, headerBytes);
    } else {
      const encode = protocols.get(protoId)?.encodeResponse ?? (() => undefined);
      bytes = encodeMessage(encode, { retType: RetType.Succeed, ...content }, headerBytes);
    }
    return this.dialect === "tcp"
      ? writeTcpHeader(bytes, { protoId, serialNo: Number(serialNo) }, sha1)
      : writeWsReplyHeader(bytes, { cmd: protoId, section: BigInt(serialNo), ...relay });
  }

  /** Sends bytes: one chunk, or one WebSocket message. */
  send(bytes: Uint8Array): void {
    this.#events?.data(bytes);
  }

  /** The client may write again. */
  drain(): void {
    this.writable = true;
    this.#events?.drain();
  }

  /** The peer ends the link. */
  drop(cause?: Error): void {
    if (this.#events !== undefined) this.#end(this.#events, cause);
  }

  #end(events: LinkEvents, cause?: Error): void {
    if (!this.#open.delete(events)) return;
    if (this.#events === events) this.#events = undefined;
    events.closed(cause);
  }

  #read(protoId: number, serialNo: number, body: Uint8Array): void {
    const codec = protocols.get(protoId);
    if (codec?.decodeRequest === undefined) throw new Error(`protocol ${protoId} was asked`);
    const { c2s } = codec.decodeRequest(new Reader(body), body.length);
    const asked = { protoId, serialNo, name: codec.protocol.name, c2s };
    this.asked.push(asked);
    this.onAsked(asked);
  }
}
