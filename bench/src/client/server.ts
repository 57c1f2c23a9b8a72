// The gateway of this benchmark, a process of its own. Testkit's fake would be slower than the clients: this one writes
// ready frames to the socket as fast as the socket takes them, and reads of a request only what it answers.
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { InitConnect, InitWebSocket, KeepAlive, QotSub, readWsRequest, TcpDecoder } from "@tickwire/codec";
import { WebSocketServer } from "ws";
import { answerTo, type Dialect, frameOf, groups, PUSH_VARIANTS, push } from "./messages.ts";

/** What the parent process tells it: send a connection so many pushes. */
export interface PushOrder {
  readonly connId: string;
  readonly count: number;
  /** With a wrong checksum, which only a client that does not look at it takes. */
  readonly isDamaged?: boolean;
}

/** What it tells its parent once it listens. */
export interface ServerAddress {
  readonly tcpPort: number;
  readonly wsPort: number;
}

const sockets = new Map<string, { readonly socket: Socket; readonly dialect: Dialect }>();
let lastConnId = 6_800_000_000_000_000_000n;

const repliesOf = (dialect: Dialect): Map<number, Uint8Array> =>
  new Map([
    [KeepAlive.id, frameOf(dialect, KeepAlive.id, { time: 1_773_281_400n })],
    [QotSub.id, frameOf(dialect, QotSub.id, {})],
    [groups.id, frameOf(dialect, groups.id, groups.s2c)],
  ]);
const replies = { tcp: repliesOf("tcp"), ws: repliesOf("ws") };

const pushesOf = (dialect: Dialect): Uint8Array[] => Array.from({ length: PUSH_VARIANTS }, (_, i) => push(dialect, i));
const pushes = { tcp: pushesOf("tcp"), ws: pushesOf("ws") };
const allPushes = { tcp: Buffer.concat(pushes.tcp), ws: Buffer.concat(pushes.ws) };

/** The frame that answers a request; a login makes the connection known. */
function reply(socket: Socket, dialect: Dialect, protoId: number, serialNo: bigint): Uint8Array {
  const known = replies[dialect].get(protoId);
  if (known !== undefined) return answerTo(known, dialect, serialNo);
  if (protoId !== InitConnect.id && protoId !== InitWebSocket.id) throw new Error(`no answer to ${protoId}`);
  lastConnId += 1n;
  const connId = lastConnId;
  sockets.set(String(connId), { socket, dialect });
  socket.on("close", () => sockets.delete(String(connId)));
  const s2c =
    protoId === InitWebSocket.id
      ? { connID: connId }
      : {
          serverVer: 1011,
          loginUserID: 1n,
          connID: connId,
          connAESKey: "0123456789abcdef",
          keepAliveInterval: 10,
        };
  return answerTo(frameOf(dialect, protoId, s2c), dialect, serialNo);
}

function serveTcp(socket: Socket): void {
  const decoder = new TcpDecoder();
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    const answers: Uint8Array[] = [];
    decoder.push(chunk as Uint8Array, ({ protoId, serialNo }) =>
      answers.push(reply(socket, "tcp", protoId, BigInt(serialNo))),
    );
    socket.write(Buffer.concat(answers));
  });
}

const tcp = createServer({ noDelay: true }, serveTcp).listen(0, "127.0.0.1");
const http = createHttpServer().listen(0, "127.0.0.1");
const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });

http.on("upgrade", (request, stream, head) => {
  const socket = stream as Socket;
  socket.setNoDelay(true);
  webSockets.handleUpgrade(request, socket, head, (webSocket) => {
    let answers: Uint8Array[] = [];
    // Ready messages go past `ws` to the socket: making them again would cost more than the clients' own work.
    const flush = () => {
      socket.write(Buffer.concat(answers));
      answers = [];
    };
    webSocket.on("error", () => socket.destroy());
    webSocket.on("message", (data) => {
      const { cmd, section } = readWsRequest(data as Buffer);
      if (answers.length === 0) queueMicrotask(flush);
      answers.push(reply(socket, "ws", cmd, section));
    });
  });
});

function send({ connId, count, isDamaged }: PushOrder): void {
  const connection = sockets.get(connId);
  if (connection === undefined) throw new Error(`no connection ${connId}`);
  const { socket, dialect } = connection;
  if (isDamaged) {
    for (let i = 0; i < count; i++) socket.write(push(dialect, i, { isDamaged }));
    return;
  }
  let left = count;
  const writeMore = () => {
    while (left > 0) {
      const isAll = left >= PUSH_VARIANTS;
      const bytes = isAll ? allPushes[dialect] : Buffer.concat(pushes[dialect].slice(0, left));
      left -= isAll ? PUSH_VARIANTS : left;
      if (!socket.write(bytes) && left > 0) {
        socket.once("drain", writeMore);
        return;
      }
    }
  };
  writeMore();
}

process.on("message", (order) => send(order as PushOrder));
process.on("disconnect", () => process.exit());

const portOf = (server: { address(): AddressInfo | string | null }): number => (server.address() as AddressInfo).port;
await Promise.all([tcp, http].map((server) => new Promise((resolve) => server.once("listening", resolve))));
process.send?.({ tcpPort: portOf(tcp), wsPort: portOf(http) } satisfies ServerAddress);
