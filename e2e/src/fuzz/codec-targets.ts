// The frame readers and decoders of codec: whatever comes is a value or a CodecError.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { messages, protocols } from "@tickwire/codec/registry";
import {
  CodecError,
  decodeResponse,
  encodeMessage,
  Reader,
  readWsReply,
  readWsRequest,
  TCP_HEADER_BYTES,
  TcpDecoder,
} from "@tickwire/session";
import { sampleMessages } from "../../../packages/codec/src/testing/any-message.ts";
import { concat, fromHex, toHex } from "../../../packages/codec/src/testing/bytes.ts";
import { mutate } from "../../../packages/codec/src/testing/mutate.ts";
import type { Random } from "../../../packages/codec/src/testing/random.ts";
import { root } from "../../../packages/codec/src/testing/schema.ts";
import { encodeUnusually } from "../../../packages/codec/src/testing/unusual.ts";
import { tcpVectors, wsReplyVectors, wsRequestVectors } from "../../../packages/codec/src/testing/vectors.ts";
import { varint } from "../../../packages/codec/src/testing/wire.ts";
import { anyBytes, chunked, damagedFrames, messageOf, typeOf } from "./damage.ts";
import { expectedFrames } from "./expected.ts";
import { ACCEPTED, type Input, must, type Target } from "./target.ts";
import type { Traffic } from "./traffic.ts";

/** Decides what the samples are that inputs are made from; the inputs themselves go by the seed of the run. */
const SAMPLES_SEED = 20_260_101;
/** Above all that is recorded, and below what damage announces. */
const MAX_BODY_BYTES = 100_000;

function verdictOn(run: () => unknown, check: (error: CodecError) => void = () => undefined): string {
  try {
    run();
    return ACCEPTED;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    check(error);
    return error.code;
  }
}

export function frameTargets({ tcp, ws }: Readonly<Record<"tcp" | "ws", Traffic>>): Target[] {
  const framesOf = (vectors: readonly { readonly frame: string }[]) => vectors.map(({ frame }) => fromHex(frame));
  const tcpFrames = [...tcp.requests, ...tcp.replies];
  const requests = [...ws.requests, ...framesOf(wsRequestVectors)];
  const replies = [...ws.replies, ...framesOf(wsReplyVectors)];
  const vectors = framesOf(tcpVectors);
  return [
    {
      name: "TCP stream",
      weight: 20,
      make(random) {
        if (random.once(8)) return chunked(anyBytes("tcp", random), random);
        const from = random.once(2) ? tcpFrames : vectors;
        const stream = concat(
          ...damagedFrames(from, { dialect: "tcp", from: from === vectors ? "client" : "gateway" }, random),
        );
        return chunked(stream, random);
      },
      run: (input) => cutStream(input),
    },
    {
      name: "WebSocket replies",
      weight: 5,
      make: (random) => oneMessage(replies, "gateway", random),
      run: ([bytes]) => verdictOn(() => checkMessage(readWsReply(bytes!, MAX_BODY_BYTES).body, bytes!, 44)),
    },
    {
      name: "WebSocket requests",
      weight: 5,
      make: (random) => oneMessage(requests, "client", random),
      run: ([bytes]) => verdictOn(() => checkMessage(readWsRequest(bytes!, MAX_BODY_BYTES).body, bytes!, 20)),
    },
  ];
}

function oneMessage(frames: readonly Uint8Array[], from: "client" | "gateway", random: Random): [Uint8Array] {
  if (random.once(8)) return [anyBytes("ws", random)];
  return [damagedFrames(frames, { dialect: "ws", from }, random)[0]!];
}

function checkMessage(body: Uint8Array, bytes: Uint8Array, headerBytes: number): void {
  must(body.length === bytes.length - headerBytes, "the body is not what follows the header");
}

/** Gives the frames that the stream has, and holds at most one. */
function cutStream(input: Input): string {
  const { frames, refused = ACCEPTED } = expectedFrames(concat(...input), MAX_BODY_BYTES);
  const decoder = new TcpDecoder({ maxBodyBytes: MAX_BODY_BYTES });
  let given = 0;
  const verdict = verdictOn(() => {
    for (const chunk of input) {
      decoder.push(chunk, ({ body }) => {
        const frame = frames[given++];
        must(
          frame !== undefined && toHex(body) === toHex(frame.subarray(TCP_HEADER_BYTES)),
          "another frame than was sent",
        );
      });
      must(decoder.heldBytes < TCP_HEADER_BYTES + MAX_BODY_BYTES, "more than a frame is held");
    }
  });
  must(verdict === refused, `${verdict} instead of ${refused}`);
  must(given === frames.length, `${given} frames instead of ${frames.length}`);
  return verdict;
}

/** Messages of one type: as they are, written unusually, damaged; now and then anything. */
function messageMaker(name: string, samples: number): (random: Random) => Uint8Array {
  const type = typeOf(name);
  const { encode } = messages.get(name)!;
  const pool = sampleMessages(type, samples, SAMPLES_SEED).map((message) => ({
    message,
    bytes: encodeMessage(encode, message).slice(),
  }));
  return (random) => {
    if (random.once(20)) return random.bytes(random.below(300));
    // Groups in groups, which are what a reader may recurse into.
    if (random.once(100)) return new Uint8Array(random.below(30_000)).fill(0x7b);
    const { message, bytes } = random.pick(pool);
    const written = random.once(3) ? encodeUnusually(type, message, random) : bytes;
    return random.once(20) ? written : mutate(written, random, type);
  };
}

/** An error that is about the message, and says where in it. */
function located(name: string): (error: CodecError) => void {
  return ({ messageType, code }) => {
    must(messageType === name, `the error names ${messageType} instead of ${name}`);
    must(code === "CODEC_MALFORMED" || code === "CODEC_MISSING_REQUIRED", `${code} for the body of a message`);
  };
}

const manifest = JSON.parse(readFileSync(join(root, "proto/opend.manifest.json"), "utf8")) as {
  readonly protocols: readonly { readonly package: string; readonly hot?: boolean }[];
};
const watchlist = ["Qot_GetUserSecurityGroup", "Qot_GetUserSecurity", "Qot_ModifyUserSecurity"];
const watched = new Set(["GetGlobalState", "Notify", ...watchlist]);
for (const protocol of manifest.protocols) if (protocol.hot === true) watched.add(protocol.package);

/** One target for each hot protocol, and for those that a watchlist needs. */
export function replyTargets(): Target[] {
  return [...protocols.values()]
    .filter(({ protocol }) => watched.has(protocol.name))
    .map(({ protocol }): Target => {
      const name = messageOf(protocol, "gateway");
      const make = messageMaker(name, 40);
      return {
        name,
        weight: 1.5,
        make: (random) => [make(random)],
        run: ([bytes]) => verdictOn(() => decodeResponse(protocol, bytes!), located(name)),
      };
    });
}

/** What the gateway's side reads: requests of all protocols. An input is the protocol's id and a body. */
export function requestTarget(): Target {
  const makers = [...protocols]
    .filter(([, { decodeRequest }]) => decodeRequest !== undefined)
    .map(([id, { protocol }]) => ({ id, make: messageMaker(messageOf(protocol, "client"), 3) }));
  return {
    name: `requests of ${makers.length} protocols`,
    weight: 10,
    make(random) {
      const { id, make } = random.pick(makers);
      return [varint(id), make(random)];
    },
    run([id, body]) {
      const { protocol, decodeRequest } = protocols.get(new Reader(id!).readUint32(id!.length))!;
      return verdictOn(() => decodeRequest?.(new Reader(body!), body!.length), located(messageOf(protocol, "client")));
    },
  };
}
