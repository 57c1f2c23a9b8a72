// Whatever passes, the recorder writes lines that can be read, and throws nothing.
import { Writable } from "node:stream";
import { type Dialect, InitConnect, QotGetUserSecurity } from "@tickwire/session";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FakeOpenD } from "../fake-opend.ts";
import { parseRecording } from "../recording.ts";
import { frame } from "../test-support/raw-client.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { OpenDTap } from "./opend-tap.ts";
import { RecordingFile } from "./recording-file.ts";

/** A tap that writes into memory. */
function tapOf(dialect: Dialect) {
  const chunks: Buffer[] = [];
  const disk = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  const file = new RecordingFile(disk, "", new VirtualClock(), { dialect, redacted: [] });
  const tap = new OpenDTap(file, { dialect, ciphers: undefined, rawBodies: true });
  return { tap, events: () => parseRecording(Buffer.concat(chunks).toString()).events };
}

/** What a client and the fake say to each other. */
function conversation(dialect: Dialect): { readonly from: "client" | "upstream"; readonly bytes: Uint8Array }[] {
  const said: { from: "client" | "upstream"; bytes: Uint8Array }[] = [];
  const connection = new FakeOpenD().accept(dialect, {
    write: (bytes) => void said.push({ from: "upstream", bytes }),
    close: () => undefined,
  });
  const frames =
    dialect === "tcp" ? [frame(dialect, InitConnect, { clientVer: 1, clientID: "t", packetEncAlgo: -1 }, 1)] : [];
  for (const bytes of [...frames, frame(dialect, QotGetUserSecurity, { groupName: "A" }, 2)]) {
    said.push({ from: "client", bytes });
    connection.receive(bytes);
  }
  return said;
}

describe.each<Dialect>(["tcp", "ws"])("%s", (dialect) => {
  test("any bytes", () => {
    const chunk = fc.tuple(fc.constantFrom("client" as const, "upstream" as const), fc.uint8Array({ maxLength: 200 }));
    fc.assert(
      fc.property(fc.array(chunk), (chunks) => {
        const { tap, events } = tapOf(dialect);
        for (const [from, bytes] of chunks) tap.read(from, bytes);
        expect(events().every(({ event }) => event === "open" || event === "note" || event === "push")).toBe(true);
      }),
    );
  });

  test("a conversation with any byte of it changed", () => {
    const said = conversation(dialect);
    for (const [index, { bytes }] of said.entries())
      for (let at = 0; at < bytes.length; at++) {
        const { tap, events } = tapOf(dialect);
        for (const [each, { from, bytes: original }] of said.entries())
          tap.read(from, each === index ? original.with(at, original[at]! ^ 0x81) : original);
        expect(events().length).toBeGreaterThan(1);
      }
  });
});

test("a TCP stream in single bytes is recorded as in whole frames", () => {
  const said = conversation("tcp");
  const [whole, single] = [tapOf("tcp"), tapOf("tcp")];
  for (const { from, bytes } of said) {
    whole.tap.read(from, bytes);
    for (const byte of bytes) single.tap.read(from, Uint8Array.of(byte));
  }
  expect(single.events()).toEqual(whole.events());
  expect(whole.events().map(({ event }) => event)).toEqual(["open", "request", "reply", "request", "reply"]);
});
