import { describe, expect, test } from "vitest";
import { sha1 } from "../crypto/sha1.ts";
import { InitConnect, QotGetUserSecurity, QotGetUserSecurityGroup } from "../gen/core.ts";
import { concat, embedded, fromHex, toHex } from "../testing/bytes.ts";
import { codecError } from "../testing/codec.ts";
import { sealedVector, tcpVectors } from "../testing/vectors.ts";
import { encodeRequest } from "./envelope.ts";
import { BodyFormat, checkSha1, TCP_HEADER_BYTES, writeTcpHeader } from "./tcp-frame.ts";

describe("the header", () => {
  test.each(tcpVectors)("of $name is the vendor's", ({ protoId, serialNo, format, body, frame }) => {
    const bytes = embedded(concat(new Uint8Array(TCP_HEADER_BYTES), fromHex(body)));
    expect(toHex(writeTcpHeader(bytes, { protoId, serialNo, format }, sha1))).toBe(frame);
  });

  test("is complete, whatever the spare bytes held", () => {
    const [vector] = tcpVectors;
    if (vector === undefined) throw new Error("no vectors");
    const bytes = concat(new Uint8Array(TCP_HEADER_BYTES).fill(0xff), fromHex(vector.body));
    expect(toHex(writeTcpHeader(bytes, { protoId: vector.protoId, serialNo: vector.serialNo }, sha1))).toBe(
      vector.frame,
    );
  });

  test("of an encrypted body has the length of what is sent, and the SHA-1 of what was encrypted", () => {
    const { protoId, serialNo, plain, sealed, frame } = sealedVector;
    const bytes = concat(new Uint8Array(TCP_HEADER_BYTES), fromHex(sealed));
    expect(toHex(writeTcpHeader(bytes, { protoId, serialNo }, sha1, fromHex(plain)))).toBe(frame);
  });

  test("of an empty body", () => {
    const bytes = writeTcpHeader(new Uint8Array(TCP_HEADER_BYTES), { protoId: 3214, serialNo: 1 }, sha1);
    expect(toHex(bytes)).toBe(
      "46548e0c000000000100000000000000da39a3ee5e6b4b0d3255bfef95601890afd807090000000000000000",
    );
  });
});

describe("whole requests are the vendor's, byte for byte", () => {
  const frameOf = (name: string) => tcpVectors.find((vector) => vector.name === name)?.frame;

  test("InitConnect", () => {
    const c2s = {
      clientVer: 1011,
      clientID: "vector",
      recvNotify: true,
      packetEncAlgo: -1,
      programmingLanguage: "TypeScript",
    };
    const bytes = encodeRequest(InitConnect, c2s, TCP_HEADER_BYTES);
    expect(toHex(writeTcpHeader(bytes, { protoId: InitConnect.id, serialNo: 1 }, sha1))).toBe(
      frameOf("InitConnect plain"),
    );
  });

  test("GetUserSecurityGroup", () => {
    const bytes = encodeRequest(QotGetUserSecurityGroup, { groupType: 3 }, TCP_HEADER_BYTES);
    expect(toHex(writeTcpHeader(bytes, { protoId: 3222, serialNo: 7, format: BodyFormat.Protobuf }, sha1))).toBe(
      frameOf("GetUserSecurityGroup All plain"),
    );
  });

  test("GetUserSecurity with the greatest serial number", () => {
    const bytes = encodeRequest(QotGetUserSecurity, { groupName: "港股" }, TCP_HEADER_BYTES);
    expect(toHex(writeTcpHeader(bytes, { protoId: 3213, serialNo: 2 ** 32 - 1 }, sha1))).toBe(
      frameOf("GetUserSecurity 港股 plain"),
    );
  });
});

describe("checkSha1", () => {
  const body = fromHex("0a020803");
  const frame = { protoId: 3222, serialNo: 7, sha1: fromHex("7eeaaa0c100588cd0d3f58d4f3c45193c9aa1c64") };

  test("takes the right body", () => {
    expect(() => checkSha1(frame, body, sha1)).not.toThrow();
  });

  test("refuses any changed bit, of the body or of the hash", () => {
    for (let bit = 0; bit < body.length * 8; bit++) {
      const changed = body.slice();
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      codecError("CODEC_FRAME_SHA1", () => checkSha1(frame, changed, sha1));
    }
    for (let bit = 0; bit < 160; bit++) {
      const changed = frame.sha1.slice();
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      codecError("CODEC_FRAME_SHA1", () => checkSha1({ ...frame, sha1: changed }, body, sha1));
    }
  });

  test("takes a hash as text, a byte in each character", () => {
    const asText = (bytes: Uint8Array) => String.fromCharCode(...sha1(bytes));
    const bytes = () => concat(new Uint8Array(TCP_HEADER_BYTES), body);
    const init = { protoId: 3222, serialNo: 7 };
    expect(writeTcpHeader(bytes(), init, asText)).toEqual(writeTcpHeader(bytes(), init, sha1));
    expect(() => checkSha1(frame, body, asText)).not.toThrow();
    codecError("CODEC_FRAME_SHA1", () => checkSha1(frame, body.subarray(1), asText));
    for (const short of ["", asText(body).slice(0, 19), new Uint8Array(0)])
      codecError("CODEC_FRAME_SHA1", () => checkSha1(frame, body, () => short));
  });

  test("names the frame", () => {
    expect(codecError("CODEC_FRAME_SHA1", () => checkSha1(frame, new Uint8Array(0), sha1)).message).toContain(
      "3222 #7",
    );
  });
});
