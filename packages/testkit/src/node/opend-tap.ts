import { jsonBodies } from "@tickwire/codec/json";
import { type ProtocolCodec, protocols } from "@tickwire/codec/registry";
import {
  BodyFormat,
  type CipherSuite,
  CodecError,
  type Dialect,
  decodeResponse,
  InitConnect,
  type InitConnectC2S,
  type InitConnectS2C,
  Reader,
  RetType,
  readWsReply,
  readWsRequest,
  TcpDecoder,
  type TcpFrame,
  toJson,
} from "@tickwire/session";
import { Encryption } from "../encryption.ts";
import type { NewEvent, RecordingFile } from "./recording-file.ts";

/** A message of either dialect, its body in the clear. */
interface Plain {
  readonly id: number;
  readonly serialNo: bigint;
  readonly isJson: boolean;
  readonly body: Uint8Array;
  readonly error?: number;
  readonly errorText?: string;
}

/** Reads along on one connection to OpenD. Its methods never throw: what it cannot read becomes a note. */
export class OpenDTap {
  readonly #file: RecordingFile;
  readonly #conn: number;
  readonly #rawBodies: boolean;
  readonly #readers: Record<"client" | "upstream", (bytes: Uint8Array) => void>;
  readonly #encryption: Encryption;
  /** What the login asked for. */
  #hello: InitConnectC2S | undefined;
  /** Numbers of the requests that were not answered yet, by protocol and serial number. */
  readonly #pending = new Map<string, number>();
  #isLost = false;
  #endedBy: "client" | "upstream" | "recorder" | undefined;
  /** Sides whose connection is still there. */
  #openSides = 2;

  constructor(
    file: RecordingFile,
    options: { dialect: Dialect; ciphers: CipherSuite | undefined; rawBodies: boolean },
  ) {
    this.#file = file;
    this.#conn = file.nextConnection();
    this.#rawBodies = options.rawBodies;
    this.#encryption = new Encryption(options.ciphers);
    this.#readers =
      options.dialect === "tcp"
        ? {
            client: this.#tcpReader((plain) => this.#request(plain)),
            upstream: this.#tcpReader((plain) => this.#response(plain)),
          }
        : {
            client: (bytes) => this.#request(fromWs(readWsRequest(bytes))),
            upstream: (bytes) => this.#response(fromWs(readWsReply(bytes))),
          };
    file.write({ conn: this.#conn, event: "open" });
  }

  /** Takes bytes that one side has sent: any chunk of the TCP stream, or one whole WebSocket message. */
  read(from: "client" | "upstream", bytes: Uint8Array): void {
    if (this.#isLost) return;
    try {
      this.#readers[from](bytes);
    } catch (error) {
      this.#isLost = true;
      const code = error instanceof CodecError ? error.code : "unexpected";
      const hint =
        code === "CODEC_FRAME_SHA1" || code === "CODEC_FRAME_CIPHER"
          ? "; if the client encrypts, give the recorder OpenD's RSA key"
          : "";
      this.note(`what the ${from} sends cannot be read (${code}): the rest of the connection is not recorded${hint}`);
    }
  }

  note(text: string): void {
    this.#file.write({ conn: this.#conn, event: "note", text });
  }

  /** One side ends the connection; the first one counts. */
  ended(by: "client" | "upstream" | "recorder"): void {
    this.#endedBy ??= by;
  }

  /** One side's connection is gone; nothing comes after the second one's. */
  closed(side: "client" | "upstream"): void {
    this.ended(side);
    if (--this.#openSides === 0) this.#file.write({ conn: this.#conn, event: "close", by: this.#endedBy ?? side });
  }

  #tcpReader(onMessage: (plain: Plain) => void): (bytes: Uint8Array) => void {
    const decoder = new TcpDecoder();
    const take = (frame: TcpFrame): void => {
      const { protoId: id, serialNo, format } = frame;
      onMessage({
        id,
        serialNo: BigInt(serialNo),
        isJson: format === BodyFormat.Json,
        body: this.#encryption.open(frame),
      });
    };
    return (bytes) => decoder.push(bytes, take);
  }

  #request(plain: Plain): void {
    const { id, serialNo } = plain;
    const n = this.#file.nextRequest();
    this.#pending.set(`${id} ${serialNo}`, n);
    const codec = protocols.get(id);
    const read = codec?.decodeRequest;
    const body = this.#bodyOf(
      plain,
      "request",
      codec,
      read &&
        ((bytes) => {
          const c2s = read(new Reader(bytes), bytes.length).c2s ?? {};
          if (id === InitConnect.id) this.#hello = c2s as InitConnectC2S;
          return c2s;
        }),
    );
    this.#write({ event: "request", n, id, ...body });
  }

  #response(plain: Plain): void {
    const { id, serialNo, error = 0, errorText } = plain;
    const key = `${id} ${serialNo}`;
    const codec = protocols.get(id);
    const n = codec?.protocol.kind === "push" ? undefined : this.#pending.get(key);
    this.#pending.delete(key);
    const body =
      error !== 0
        ? nameOf(codec)
        : this.#bodyOf(
            plain,
            "response",
            codec,
            codec &&
              ((bytes) => {
                const response = decodeResponse<unknown>(codec.protocol, bytes);
                if (id === InitConnect.id && response.retType === RetType.Succeed && this.#hello !== undefined)
                  this.#encryption.agreed(this.#hello, response.s2c as InitConnectS2C);
                return response;
              }),
          );
    if (n === undefined) this.#write({ event: "push", id, ...body });
    else if (error === 0) this.#write({ event: "reply", n, id, ...body });
    else this.#write({ event: "reply", n, id, ...body, error, errorText: this.#file.redactor.text(errorText ?? "") });
  }

  /** The content of a body, redacted; without fields there is nothing to redact by, and the body is left out. */
  #bodyOf(
    { id, isJson, body }: Plain,
    side: "request" | "response",
    codec: ProtocolCodec | undefined,
    decode: ((bytes: Uint8Array) => unknown) | undefined,
  ): { readonly name?: string; readonly message?: unknown; readonly bytes?: number; readonly body?: string } {
    const left = {
      ...nameOf(codec),
      bytes: body.length,
      ...(this.#rawBodies && { body: Buffer.from(body).toString("base64") }),
    };
    if (codec === undefined || decode === undefined) {
      this.note(`protocol ${id} is not known to this version: its body is left out`);
      return left;
    }
    const { name } = codec.protocol;
    try {
      const message = decode(isJson ? jsonBodies.decode(id, side, body) : body);
      return { name, message: this.#file.redactor.message(name, toJson(message)) };
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.note(`a ${side} of ${name} cannot be read (${error.code}): its body is left out`);
      return left;
    }
  }

  #write(event: NewEvent extends infer E ? (E extends NewEvent ? Omit<E, "conn"> : never) : never): void {
    this.#file.write({ conn: this.#conn, ...event } as NewEvent);
  }
}

function nameOf(codec: ProtocolCodec | undefined): { readonly name?: string } {
  return codec === undefined ? {} : { name: codec.protocol.name };
}

function fromWs(message: {
  cmd: number;
  section: bigint;
  body: Uint8Array;
  error?: number;
  errorText?: string;
}): Plain {
  const { cmd: id, section: serialNo, ...rest } = message;
  return { id, serialNo, isJson: false, ...rest };
}
