// Packets of LongPort's sockets in hex. The vendor's Go client wrote some ("go"), its native SDK others ("sdk"), or reads
// them ("read by sdk").
import {
  CmdAuth,
  CmdClose,
  CmdHeartbeat,
  type CommandCodec,
  commands,
  type PacketInit,
  PushQuoteData,
  QuerySecurityQuote,
  QueryUserQuoteProfile,
  Subscribe,
  Subscription,
  SubType,
  Unsubscribe,
} from "../longport.ts";
import { fromHex } from "./bytes.ts";

type Facts = PacketInit extends infer Init ? (Init extends PacketInit ? Omit<Init, "body" | "command"> : never) : never;

/** A packet whose body is the message of its command. */
export const packetVectors: readonly {
  readonly name: string;
  readonly source: "go" | "sdk" | "go and sdk" | "read by sdk";
  readonly hex: string;
  readonly command: CommandCodec["command"];
  readonly facts: Facts;
  /** As it is written, with the fields that are not zero. */
  readonly message: object;
}[] = [
  {
    name: "auth request",
    source: "go",
    hex: "01020000000113880000200a076f74702d31323312150a0f6163636570742d6c616e67756167651202656e",
    command: CmdAuth,
    facts: { type: "request", requestId: 1, timeoutMs: 5000 },
    message: { token: "otp-123", metadata: { "accept-language": "en" } },
  },
  {
    name: "auth response",
    source: "go",
    hex: "020200000001000000130a06736573732d3110808ad9a5aa33180a2001",
    command: CmdAuth,
    facts: { type: "response", requestId: 1, status: 0 },
    message: { sessionId: "sess-1", expires: 1763700000000n, limit: 10, online: 1 },
  },
  {
    name: "subscribe request",
    source: "go and sdk",
    hex: "01060000000375300000160a063730302e484b0a074141504c2e55531201011801",
    command: Subscribe,
    facts: { type: "request", requestId: 3, timeoutMs: 30_000 },
    message: { symbol: ["700.HK", "AAPL.US"], subType: [SubType.QUOTE], isFirstPush: true },
  },
  {
    name: "subscribe request, no first push",
    source: "sdk",
    hex: "010600000002753000000b0a063730302e484b120101",
    command: Subscribe,
    facts: { type: "request", requestId: 2, timeoutMs: 30_000 },
    message: { symbol: ["700.HK"], subType: [SubType.QUOTE] },
  },
  {
    name: "unsubscribe request",
    source: "sdk",
    hex: "01070000000775300000140a063730302e484b0a074141504c2e5553120101",
    command: Unsubscribe,
    facts: { type: "request", requestId: 7, timeoutMs: 30_000 },
    message: { symbol: ["700.HK", "AAPL.US"], subType: [SubType.QUOTE] },
  },
  {
    name: "user quote profile request",
    source: "sdk",
    hex: "01040000000275300000040a02656e",
    command: QueryUserQuoteProfile,
    facts: { type: "request", requestId: 2, timeoutMs: 30_000 },
    message: { language: "en" },
  },
  {
    name: "quote request",
    source: "sdk",
    hex: "010b0000000675300000110a063730302e484b0a074141504c2e5553",
    command: QuerySecurityQuote,
    facts: { type: "request", requestId: 6, timeoutMs: 30_000 },
    message: { symbol: ["700.HK", "AAPL.US"] },
  },
  {
    name: "unsubscribe response, empty",
    source: "read by sdk",
    hex: "02070000000700000000",
    command: Unsubscribe,
    facts: { type: "response", requestId: 7, status: 0 },
    message: {},
  },
  {
    name: "quote push",
    source: "go",
    hex: "036500001e0a063730302e484b102a1a073333382e30303038b38fa8930640a19cbe03",
    command: PushQuoteData,
    facts: { type: "push" },
    message: { symbol: "700.HK", sequence: 42n, lastDone: "338.000", timestamp: 1651115955n, volume: 7310881n },
  },
  {
    name: "heartbeat request",
    source: "go",
    hex: "010100000009000000000908808ad9a5aa331009",
    command: CmdHeartbeat,
    facts: { type: "request", requestId: 9, timeoutMs: 0 },
    message: { timestamp: 1763700000000n, heartbeatId: 9 },
  },
  {
    name: "close push, code 0",
    source: "go",
    hex: "03000000051203627965",
    command: CmdClose,
    facts: { type: "push" },
    message: { reason: "bye" },
  },
  {
    name: "request with nonce and signature",
    source: "go",
    hex: "110501020304ea600000001122334455667788000102030405060708090a0b0c0d0e0f",
    command: Subscription,
    facts: {
      type: "request",
      requestId: 0x01020304,
      timeoutMs: 60_000,
      verification: {
        nonce: fromHex("1122334455667788"),
        signature: fromHex("000102030405060708090a0b0c0d0e0f"),
      },
    },
    message: {},
  },
];

/** A refusal, by Go. */
export const errorVector = {
  hex: "0206000000070300001508a0b412120f696e76616c69642072657175657374",
  facts: { type: "response", command: Subscribe.code, requestId: 7, status: 3 },
  error: { code: 301600n, msg: "invalid request" },
} as const;

/** A push whose body is gzip, by Go. */
export const gzipVector = {
  hex: "23650000291f8b08000000000000ffe262333730d0f3f096623736b6d033303000040000fffff48f8c8c11000000",
  message: { symbol: "700.HK", lastDone: "338.000" },
} as const;

/** Packets that are not of this protocol version: the handshakes of TCP, and a request of version 2. */
export const foreignVectors = {
  "TCP handshake of version 1": "1109",
  "TCP handshake of version 2": "1209",
  "request of version 2": "0106000000037530000400000b016b01760a063730302e484b120101",
} as const;

/** Which of a command's two codecs has the packet's body. */
export function codecOf(command: CommandCodec["command"], type: PacketInit["type"]): Required<CommandCodec> {
  const server = commands.get(command.code);
  if (server === undefined) throw new Error(`${command.name} is not in the registry`);
  if (type !== "request") return { command, decode: command.decode as () => object, encode: server.encode };
  if (command.kind === "push" || server.decode === undefined) throw new Error(`${command.name} has no request`);
  return { command, decode: server.decode, encode: command.encode };
}
