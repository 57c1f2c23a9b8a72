// A client that speaks frames through a recorder, and what the recorder wrote.
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Dialect,
  decodeResponse,
  InitConnect,
  InitWebSocket,
  type MessageInit,
  type RequestProtocol,
  type Response,
} from "@tickwire/session";
import { WebSocket } from "ws";
import { parseRecording, type RecordedEvent } from "../recording.ts";
import { frame, frameReader, type RawFrame } from "./raw-client.ts";

/** A new folder that goes with the test. */
export function temporaryFolder(): { readonly path: (name: string) => string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "tickwire-"));
  return { path: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true }) };
}

/** The events of a recording, without times and lines. */
export function eventsOf(file: string): object[] {
  return parseRecording(readFileSync(file, "utf8")).events.map(({ at: _, line: __, ...event }) => event);
}

/** Waits, turn by turn of the event loop. */
export const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

/** A client on a real socket. */
export class SocketPeer {
  readonly frames: RawFrame[] = [];
  readonly received: Uint8Array[] = [];
  readonly dialect: Dialect;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #end: () => void;
  readonly closed: Promise<unknown>;
  #serialNo = 0;

  private constructor(dialect: Dialect, send: (bytes: Uint8Array) => void, end: () => void, closed: Promise<unknown>) {
    this.dialect = dialect;
    this.#send = send;
    this.#end = end;
    this.closed = closed;
  }

  static async open(url: string): Promise<SocketPeer> {
    const { protocol, hostname, port } = new URL(url);
    if (protocol === "tcp:") {
      const socket = connect(Number(port), hostname);
      socket.on("error", () => undefined);
      const peer = new SocketPeer(
        "tcp",
        (bytes) => void socket.write(bytes),
        () => void socket.end(),
        new Promise((resolve) => socket.once("close", resolve)),
      );
      const read = frameReader("tcp", (each) => peer.frames.push(each));
      socket.on("data", (bytes: Buffer) => {
        peer.received.push(bytes);
        read(bytes);
      });
      await once(socket, "connect");
      return peer;
    }
    const socket = new WebSocket(url);
    socket.on("error", () => undefined);
    const peer = new SocketPeer(
      "ws",
      (bytes) => socket.send(bytes),
      () => socket.close(),
      new Promise((resolve) => socket.once("close", resolve)),
    );
    const read = frameReader("ws", (each) => peer.frames.push(each));
    socket.on("message", (bytes: Buffer) => {
      peer.received.push(bytes);
      read(new Uint8Array(bytes));
    });
    await once(socket, "open");
    return peer;
  }

  send(bytes: Uint8Array): void {
    this.#send(bytes);
  }

  /** Sends a request and waits for its reply. */
  async ask<C2S, S2C>(protocol: RequestProtocol<C2S, S2C>, c2s: MessageInit<C2S>): Promise<Response<S2C>> {
    const serialNo = BigInt(++this.#serialNo);
    this.send(frame(this.dialect, protocol, c2s, Number(serialNo)));
    const find = () => this.frames.find((each) => each.protoId === protocol.id && each.serialNo === serialNo);
    await until(() => find() !== undefined);
    return decodeResponse(protocol, find()!.body);
  }

  async login(options: { websocketKey?: string } = {}): Promise<void> {
    if (this.dialect === "tcp")
      await this.ask(InitConnect, { clientVer: 300, clientID: "peer", recvNotify: true, packetEncAlgo: -1 });
    else await this.ask(InitWebSocket, { websocketKey: options.websocketKey ?? "" });
  }

  async close(): Promise<void> {
    this.#end();
    await this.closed;
  }
}

/** What a type of event says. */
export const ofKind = <K extends RecordedEvent["event"]>(
  file: string,
  kind: K,
): Extract<RecordedEvent, { event: K }>[] =>
  parseRecording(readFileSync(file, "utf8")).events.filter(
    (event): event is Extract<RecordedEvent, { event: K }> & { line: number } => event.event === kind,
  );
