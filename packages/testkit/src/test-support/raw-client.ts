import {
  type Dialect,
  decodeResponse,
  encodeRequest,
  InitConnect,
  InitWebSocket,
  type MessageInit,
  md5Hex,
  type PushProtocol,
  type RequestProtocol,
  type Response,
  readWsReply,
  sha1,
  TCP_HEADER_BYTES,
  TcpDecoder,
  WS_REQUEST_HEADER_BYTES,
  writeTcpHeader,
  writeWsRequestHeader,
} from "@tickwire/session";
import type { AcceptedConnection, FakeOpenD } from "../fake-opend.ts";

/** A frame from the fake. */
export interface RawFrame {
  readonly protoId: number;
  readonly serialNo: bigint;
  readonly body: Uint8Array;
  /** TCP only: protoFmtType. */
  readonly format?: number;
  /** WebSocket only. */
  readonly error?: number;
  readonly errorText?: string;
}

/** The frame of a request. */
export function frame<C2S>(
  dialect: Dialect,
  protocol: RequestProtocol<C2S, unknown>,
  c2s: MessageInit<C2S>,
  serialNo: number,
): Uint8Array {
  return dialect === "tcp"
    ? writeTcpHeader(encodeRequest(protocol, c2s, TCP_HEADER_BYTES), { protoId: protocol.id, serialNo }, sha1)
    : writeWsRequestHeader(encodeRequest(protocol, c2s, WS_REQUEST_HEADER_BYTES), {
        cmd: protocol.id,
        section: BigInt(serialNo),
      });
}

/** Cuts what the fake sends into frames. */
export function frameReader(dialect: Dialect, onFrame: (frame: RawFrame) => void): (bytes: Uint8Array) => void {
  if (dialect === "ws")
    return (bytes) => {
      const { cmd, section, body, error, errorText } = readWsReply(bytes);
      onFrame({ protoId: cmd, serialNo: section, body, error, errorText });
    };
  const decoder = new TcpDecoder();
  return (bytes) =>
    decoder.push(bytes, ({ protoId, serialNo, body, format }) =>
      onFrame({ protoId, serialNo: BigInt(serialNo), body, format }),
    );
}

/** A peer that speaks to the core without any link: what the fake writes is there as soon as `send` returns. */
export class RawClient {
  readonly dialect: Dialect;
  readonly frames: RawFrame[] = [];
  /** The same, as it came. */
  readonly chunks: Uint8Array[] = [];
  /** Whether chunks are no longer cut into frames: what is damaged cannot be. */
  isRaw = false;
  /** Why the fake has closed: an error, or null for an orderly end; undefined while it has not. */
  closedBy: Error | null | undefined;
  readonly #connection: AcceptedConnection;
  #serialNo = 0;

  constructor(opend: FakeOpenD, dialect: Dialect) {
    this.dialect = dialect;
    const read = frameReader(dialect, (frame) => this.frames.push(frame));
    this.#connection = opend.accept(dialect, {
      write: (bytes) => {
        this.chunks.push(bytes);
        if (!this.isRaw) read(bytes);
      },
      close: (cause) => {
        this.closedBy = cause ?? null;
      },
    });
  }

  /** Sends bytes as they are. */
  send(bytes: Uint8Array): void {
    this.#connection.receive(bytes);
  }

  /** Ends the connection from this side. */
  hangUp(): void {
    this.#connection.closed();
  }

  /** Sends a request and gives its serial number. */
  request<C2S>(protocol: RequestProtocol<C2S, unknown>, c2s: MessageInit<C2S>): bigint {
    this.send(frame(this.dialect, protocol, c2s, ++this.#serialNo));
    return BigInt(this.#serialNo);
  }

  /** The reply to a request, if it came. */
  replyTo<S2C>(protocol: RequestProtocol<never, S2C>, serialNo: bigint): Response<S2C> | undefined {
    const reply = this.frames.find((frame) => frame.protoId === protocol.id && frame.serialNo === serialNo);
    return reply && decodeResponse(protocol, reply.body);
  }

  /** Sends a request and takes the reply, which must be there at once. */
  ask<C2S, S2C>(protocol: RequestProtocol<C2S, S2C>, c2s: MessageInit<C2S>): Response<S2C> {
    const reply = this.replyTo(protocol, this.request(protocol, c2s));
    if (reply === undefined) throw new Error(`no reply to ${protocol.name}`);
    return reply;
  }

  /** The pushes of a protocol so far. */
  pushes<S2C>(protocol: PushProtocol<S2C>): S2C[] {
    return this.frames
      .filter((frame) => frame.protoId === protocol.id)
      .map((frame) => decodeResponse(protocol, frame.body).s2c as S2C);
  }

  /** Logs in, in the way of its dialect. */
  login(options: { key?: string; recvNotify?: boolean } = {}): this {
    const { key = "", recvNotify = true } = options;
    const reply =
      this.dialect === "tcp"
        ? this.ask(InitConnect, { clientVer: 300, clientID: "raw", recvNotify })
        : this.ask(InitWebSocket, { websocketKey: key === "" ? "" : md5Hex(key) });
    if (reply.retType !== 0) throw new Error(`login refused: ${reply.retMsg}`);
    return this;
  }
}
