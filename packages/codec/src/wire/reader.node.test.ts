import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import { TcpDecoder } from "../opend/tcp-decoder.ts";
import { fromHex, toHex } from "../testing/bytes.ts";
import { pushAll } from "../testing/frames.ts";
import { tcpVectors } from "../testing/vectors.ts";
import { readBytes } from "./read-scalar.ts";
import { Reader } from "./reader.ts";

// Sockets give Node's Buffers, whose `slice` is a view and whose memory is shared and used again.

test("bytes out of a Buffer are a copy of their own", () => {
  const chunk = Buffer.from("03010203", "hex");
  const value = readBytes(new Reader(chunk), chunk.length);
  chunk.fill(0);
  expect(toHex(value)).toBe("010203");
  expect(Buffer.isBuffer(value)).toBe(false);
});

test("numbers and texts out of a pooled Buffer", () => {
  const chunk = Buffer.from("8003000000000000f03f03e6b8af", "hex");
  const reader = new Reader(chunk);
  expect([reader.readInt32(14), reader.readDouble(14), reader.readString(14)]).toEqual([384, 1, "港"]);
});

test("frames out of Buffers, the held part copied before the socket uses its memory again", () => {
  const [vector] = tcpVectors;
  if (vector === undefined) throw new Error("no vectors");
  const decoder = new TcpDecoder();
  const socket = Buffer.alloc(50);
  const bytes = fromHex(vector.frame);
  const bodies: string[] = [];
  for (let at = 0; at < bytes.length; at += socket.length) {
    socket.set(bytes.subarray(at, at + socket.length));
    const chunk = socket.subarray(0, Math.min(socket.length, bytes.length - at));
    for (const frame of pushAll(decoder, [chunk])) bodies.push(toHex(frame.body));
    socket.fill(0xff);
  }
  expect(bodies).toEqual([vector.body]);
});
