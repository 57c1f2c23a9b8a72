import { jsonBodies } from "@tickwire/codec/json";
import { type ProtocolCodec, protocols } from "@tickwire/codec/registry";
import {
  type CipherSuite,
  type Clock,
  CodecError,
  type Dialect,
  InitConnect,
  type InitConnectC2S,
  type InitConnectS2C,
  InitWebSocket,
  type InitWebSocketC2S,
  KeepAlive,
  Notify,
  ProtoFmt,
  Reader,
  RetType,
} from "@tickwire/session";
import type { Answers } from "./answers.ts";
import { Encryption } from "./encryption.ts";
import type { MessageFault, OpenDFaults, RequestFault } from "./faults.ts";
import { FaultyPeer, type Peer } from "./faulty-peer.ts";
import {
  type FramedRequest,
  type Framing,
  jsonBody,
  type MakeBody,
  protobufBody,
  relayError,
  tcpFraming,
  wsFraming,
} from "./framing.ts";
import { isPromise, type ReplyInit, refuse } from "./reply.ts";
import type { Texts } from "./texts.ts";

/** A request that could be read. */
export interface DecodedRequest {
  readonly protocol: ProtocolCodec["protocol"] & { readonly kind: "request" };
  readonly c2s: unknown;
  readonly serialNo: bigint;
}

/** What a connection needs of the fake that it belongs to. */
export interface ConnectionHost {
  readonly texts: Texts;
  readonly clock: Clock;
  readonly faults: OpenDFaults;
  readonly answers: Answers;
  /** Those of the gateway's RSA key, if it has one. */
  readonly ciphers: CipherSuite | undefined;
  log(line: string): void;
  /** What to do with this login key: the MD5 that the client sent. */
  judgeKey(keyMd5: string): "accept" | "refuse" | "silence";
  /** Notes a request. */
  received(connection: Connection, request: DecodedRequest): void;
  /** A request has got its answer, which is sent unless a fault is in its way. */
  answered(connection: Connection, request: DecodedRequest, reply: ReplyInit<unknown>): void;
  /** The connection has ended; called once. */
  ended(connection: Connection): void;
}

/** Any reply without content is encoded alike, whatever its protocol. */
const bareReply = protocols.get(KeepAlive.id)!;

/** One connection to the fake: its framing, its login and its replies. */
export class Connection {
  readonly connID: bigint;
  readonly dialect: Dialect;
  readonly #host: ConnectionHost;
  readonly #peer: FaultyPeer;
  readonly #encryption: Encryption;
  readonly #framing: Framing;
  #isOpen = true;
  #isLoggedIn = false;
  /** Whether it gets Notify (1003): over TCP only if InitConnect asked for it. */
  #getsNotify = false;
  /** Whether InitConnect asked for pushes in JSON. */
  #getsJson = false;

  constructor(host: ConnectionHost, init: { connID: bigint; dialect: Dialect; peer: Peer }) {
    this.#host = host;
    this.connID = init.connID;
    this.dialect = init.dialect;
    this.#peer = new FaultyPeer({ ...init, clock: host.clock, end: (cause) => this.close(cause) });
    this.#encryption = new Encryption(host.ciphers);
    this.#framing = init.dialect === "tcp" ? tcpFraming(this.#encryption) : wsFraming;
  }

  /** Takes bytes from the peer. */
  receive(bytes: Uint8Array): void {
    if (!this.#isOpen) return;
    try {
      this.#framing.read(bytes, (request) => {
        // A request before this one, in the same bytes, may have ended the connection.
        if (this.#isOpen) this.#serve(request);
      });
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#host.log(`connection ${this.connID} (${this.dialect}) is closed: ${error.message}; ${this.#advice(error)}`);
      this.close();
    }
  }

  /** Sends pushes, if the connection is logged in and wants them: over TCP in one chunk. */
  push(codec: ProtocolCodec, ...contents: unknown[]): void {
    if (!this.#isOpen || !this.#isLoggedIn) return;
    if (codec.protocol.id === Notify.id && !this.#getsNotify) return;
    const frames = contents.map((s2c) => {
      const body = responseBody(codec, { retType: RetType.Succeed, s2c }, this.#getsJson);
      return this.#framing.push(codec.protocol.id, body, this.#getsJson);
    });
    const fault = this.#host.faults.takePush(codec.protocol, this.dialect);
    for (const bytes of this.dialect === "tcp" ? [joined(frames)] : frames) this.#peer.send(bytes, fault);
  }

  /** Says nothing more. */
  mute(): void {
    this.#peer.stall();
  }

  /** Ends the connection from the fake's side. */
  close(cause?: Error): void {
    if (!this.#isOpen) return;
    this.closed();
    this.#peer.close(cause);
  }

  /** The peer has ended the connection. */
  closed(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#peer.closed();
    this.#host.ended(this);
  }

  #serve(framed: FramedRequest): void {
    const { texts } = this.#host;
    const codec = protocols.get(framed.protoId);
    if (codec?.protocol.kind !== "request" || codec.decodeRequest === undefined) {
      this.#host.answers.unknown(framed.protoId);
      this.#reply(framed, bareReply, refuse(texts.noAnswer(framed.protoId)));
      return;
    }
    let c2s: unknown;
    try {
      // The message of a WebSocket login may leave its content out.
      const body = framed.isJson ? jsonBodies.decode(framed.protoId, "request", framed.body) : framed.body;
      c2s = codec.decodeRequest(new Reader(body), body.length).c2s ?? {};
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#host.log(`a request of ${codec.protocol.name} cannot be read: ${error.message}`);
      this.#reply(framed, codec, refuse(texts.undecodable(error.message), RetType.Invalid));
      return;
    }
    this.#answer(framed, codec, { protocol: codec.protocol, c2s, serialNo: framed.serialNo });
  }

  #answer(framed: FramedRequest, codec: ProtocolCodec, request: DecodedRequest): void {
    this.#host.received(this, request);
    if (request.protocol.id === InitConnect.id) this.#encryption.asked(request.c2s as InitConnectC2S);
    const fault = this.#host.faults.takeRequest(request.protocol, this.dialect);
    if (fault?.kind === "drop" && fault.at === "request") {
      this.#peer.drop(fault);
      return;
    }
    const answer = (reply: ReplyInit<unknown>): void => {
      this.#host.answered(this, request, reply);
      this.#reply(framed, codec, reply, fault);
    };
    const refusal = this.#notNow(request) ?? this.#host.answers.overLimit(request);
    if (refusal !== undefined) {
      answer(refuse(refusal));
      return;
    }
    if (!this.#keyIsRight(framed, request, fault)) return;
    const fail = (error: unknown): void => {
      const problem = error instanceof Error ? error.message : String(error);
      this.#host.answers.failed(request.protocol.name, problem);
      answer(refuse(this.#host.texts.handlerFailed(request.protocol.name, problem)));
    };
    const finish = (reply: ReplyInit<unknown>): void => {
      const isDone = reply.retType === RetType.Succeed;
      if (isDone && request.protocol.id === InitConnect.id)
        this.#encryption.agreed(request.c2s as InitConnectC2S, reply.s2c as InitConnectS2C);
      answer(reply);
      if (isDone) this.#noteLogin(request);
    };
    try {
      const reply = this.#host.answers.answer(this, request, fault);
      if (isPromise(reply)) reply.then(finish).catch(fail);
      else finish(reply);
    } catch (error) {
      fail(error);
    }
  }

  /** Why a request is out of place on this connection now; undefined when it is not. */
  #notNow({ protocol: { id, name } }: DecodedRequest): string | undefined {
    const { texts } = this.#host;
    const isOther = this.dialect === "tcp" ? id === InitWebSocket.id : id === InitConnect.id || id === KeepAlive.id;
    if (isOther) return texts.wrongDialect(name);
    const isLogin = id === InitConnect.id || id === InitWebSocket.id;
    return isLogin || this.#isLoggedIn ? undefined : texts.notLoggedIn(name);
  }

  #keyIsRight(framed: FramedRequest, { protocol, c2s }: DecodedRequest, fault: RequestFault | undefined): boolean {
    const isOverWs = protocol.id === InitWebSocket.id;
    const verdict =
      fault?.kind === "wrong-key"
        ? (fault.answer ?? "refuse")
        : isOverWs
          ? this.#host.judgeKey((c2s as InitWebSocketC2S).websocketKey ?? "")
          : "accept";
    if (verdict === "accept") return true;
    if (fault?.kind !== "wrong-key") this.#host.log(`connection ${this.connID} (ws) gave a wrong WebSocket key`);
    if (verdict === "refuse") {
      // OpenD cannot read what was encrypted with another RSA key, so over TCP it has no words for it.
      if (isOverWs) this.#peer.send(relayError(framed, -1, "wrong key"));
      this.close();
    }
    return false;
  }

  #noteLogin({ protocol, c2s }: DecodedRequest): void {
    if (protocol.id === InitConnect.id) {
      const { recvNotify, pushProtoFmt } = c2s as InitConnectC2S;
      this.#getsNotify = recvNotify === true;
      this.#getsJson = pushProtoFmt === ProtoFmt.Json;
    } else if (protocol.id === InitWebSocket.id) this.#getsNotify = true;
    else return;
    this.#isLoggedIn = true;
  }

  #reply(framed: FramedRequest, codec: ProtocolCodec, reply: ReplyInit<unknown>, fault?: RequestFault): void {
    // A late answer to a connection that has ended goes nowhere.
    if (!this.#isOpen) return;
    const bytes = this.#framing.reply(framed, responseBody(codec, reply, framed.isJson));
    this.#peer.send(bytes, fault as MessageFault | undefined);
  }

  /** What the reader of the log can do about bytes that are no frames. */
  #advice(error: CodecError): string {
    const hasKey = this.#host.ciphers !== undefined;
    switch (error.code) {
      case "CODEC_FRAME_SHA1":
        return hasKey
          ? "does the client encrypt with another key?"
          : "if the client encrypts, turn that off, or give the fake the client's RSA key";
      case "CODEC_FRAME_CIPHER":
        return "has the client another RSA key, or does it not encrypt what comes after the login?";
      case "CODEC_FRAME_TOO_LARGE":
        return "look at how the client writes the length of its bodies";
      default:
        return `${this.dialect === "tcp" ? "WebSocket" : "TCP"} clients belong on the other port`;
    }
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** A success has an empty retMsg and the errCode 0, as the vendor's samples print it. */
function responseBody(codec: ProtocolCodec, reply: ReplyInit<unknown>, isJson: boolean): MakeBody {
  const { retType, retMsg = "", errCode = 0, s2c } = reply;
  const body = protobufBody((writer) => codec.encodeResponse(writer, { retType, retMsg, errCode, s2c }));
  return isJson ? jsonBody(codec.protocol.id, body) : body;
}
