import {
  checkSha1,
  decodeResponse,
  encodeMessage,
  encodeRequest,
  ModifyUserSecurityOp,
  md5Hex,
  QotGetUserSecurity,
  QotGetUserSecurityGroup,
  QotModifyUserSecurity,
  Reader,
  readWsReply,
  readWsRequest,
  sha1,
  TCP_HEADER_BYTES,
  TcpDecoder,
  type TcpFrame,
  WS_REQUEST_HEADER_BYTES,
  writeTcpHeader,
  writeWsRequestHeader,
} from "@tickwire/codec";
import { jsonBodies } from "@tickwire/codec/json";
import {
  commands,
  decodeBody,
  decodePacket,
  encodeBody,
  encodePacket,
  gunzip,
  PushQuoteData,
  Subscribe,
  SubType,
} from "@tickwire/codec/longport";
import { messages, protocols } from "@tickwire/codec/registry";
import { fromHex, rejects, type Suite, same, toHex } from "./suite.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Of docs/protocol.md and docs/longport-socket.md, where each byte is explained. */
const tcpFrame = fromHex(`
  46 54 96 0c 00 00 00 00 07 00 00 00 04 00 00 00
  7e ea aa 0c 10 05 88 cd 0d 3f 58 d4 f3 c4 51 93 c9 aa 1c 64 00 00 00 00 00 00 00 00
  0a 02 08 03`);
const wsRequest = fromHex("66 74 2d 76 31 2e 30 00 00 00 0c 96 00 00 00 00 00 00 00 03 0a 02 08 03");
const wsReply = fromHex(`
  66 74 2d 76 31 2e 30 00 00 00 0c 96 00 00 00 00 00 00 00 03 ${"00".repeat(24)}
  08 00 12 00 18 00 22 09 0a 07 0a 03 41 6c 6c 10 02`);
const subscribe = fromHex(`
  01 06 00 00 00 03 75 30 00 00 16
  0a 06 37 30 30 2e 48 4b 0a 07 41 41 50 4c 2e 55 53 12 01 01 18 01`);
const push = fromHex(`
  03 65 00 00 1e
  0a 06 37 30 30 2e 48 4b 10 2a 1a 07 33 33 38 2e 30 30 30 38 b3 8f a8 93 06 40 a1 9c be 03`);

/** The content of a reply with these numbers, names and prices, as the gateway sends it. */
function userSecurity(securities: readonly object[]): Uint8Array {
  const encodeResponse = protocols.get(QotGetUserSecurity.id)?.encodeResponse;
  if (encodeResponse === undefined) throw new Error("the registry lacks 3213");
  return encodeMessage(encodeResponse, { retType: 0, s2c: { staticInfoList: securities } });
}

const basic = {
  security: { market: 1, code: "00700" },
  id: 9_223_372_036_854_775_807n,
  lotSize: 100,
  secType: 3,
  name: "腾讯控股 𝄞",
  listTime: "2004-06-16",
  listTimestamp: 1.7976931348623157e308,
};

export const codecSuite: Suite = {
  subject: "codec",
  way: "",
  cases: [
    {
      name: "SHA-1 and MD5",
      run() {
        same(toHex(sha1(utf8("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
        same(md5Hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
      },
    },
    {
      name: "a TCP frame is written, and read however it is cut",
      run() {
        const frame = encodeRequest(QotGetUserSecurityGroup, { groupType: 3 }, TCP_HEADER_BYTES);
        same(writeTcpHeader(frame, { protoId: 3222, serialNo: 7 }, sha1), tcpFrame);
        for (let cut = 1; cut <= tcpFrame.length; cut++) {
          const frames: TcpFrame[] = [];
          const decoder = new TcpDecoder();
          for (let at = 0; at < tcpFrame.length; at += cut)
            decoder.push(tcpFrame.slice(at, at + cut), (read) => {
              checkSha1(read, read.body, sha1);
              frames.push(read);
            });
          same(frames.length, 1);
          same(frames[0]?.body, tcpFrame.subarray(TCP_HEADER_BYTES));
        }
      },
    },
    {
      name: "WebSocket messages are written and read",
      run() {
        const message = encodeRequest(QotGetUserSecurityGroup, { groupType: 3 }, WS_REQUEST_HEADER_BYTES);
        same(writeWsRequestHeader(message, { cmd: 3222, section: 3n }), wsRequest);
        same(readWsRequest(wsRequest).section, 3n);
        same(decodeResponse(QotGetUserSecurityGroup, readWsReply(wsReply).body).s2c, {
          groupList: [{ groupName: "All", groupType: 2 }],
        });
      },
    },
    {
      name: "64-bit integers, doubles and texts are exact",
      run() {
        const { s2c } = decodeResponse(QotGetUserSecurity, userSecurity([{ basic }]));
        const read = s2c?.staticInfoList[0]?.basic;
        same(
          [read?.id, read?.name, read?.listTimestamp, read?.security],
          [basic.id, basic.name, basic.listTimestamp, basic.security],
        );
      },
    },
    {
      name: "every protocol and message of the registry reads an empty body, or tells what is missing",
      async run() {
        same(protocols.size, 177);
        for (const { decode } of messages.values())
          try {
            decode(new Reader(new Uint8Array()), 0);
          } catch (error) {
            await rejects(() => Promise.reject(error), { code: "CODEC_MISSING_REQUIRED" });
          }
      },
    },
    {
      name: "a body that is cut anywhere is an error, and nothing else",
      async run() {
        const body = userSecurity([{ basic }]);
        let read = 0;
        for (let length = 0; length < body.length; length++)
          try {
            decodeResponse(QotGetUserSecurity, body.subarray(0, length));
            read += 1;
          } catch (error) {
            if (!(error as { code?: string }).code?.startsWith("CODEC_")) throw error;
          }
        if (read > 8) throw new Error(`${read} cut bodies were read`);
      },
    },
    {
      name: "what does not fit a field is refused with its path",
      async run() {
        const c2s = { groupName: "A", op: ModifyUserSecurityOp.Add, securityList: [{ market: 2 ** 31, code: "A" }] };
        const error = await rejects(() => encodeRequest(QotModifyUserSecurity, c2s), { code: "CODEC_INVALID_VALUE" });
        if (!error.message.includes("securityList[0].market")) throw new Error(`no path in ${error.message}`);
      },
    },
    {
      name: "JSON bodies keep 64-bit integers",
      run() {
        const json = jsonBodies.encode(QotGetUserSecurity.id, "response", userSecurity([{ basic }]));
        if (json === undefined) throw new Error("3213 has no JSON");
        const { s2c } = decodeResponse(QotGetUserSecurity, jsonBodies.decode(QotGetUserSecurity.id, "response", json));
        same(s2c?.staticInfoList[0]?.basic.id, basic.id);
      },
    },
    {
      name: "packets of LongPort are written and read",
      run() {
        const request = { symbol: ["700.HK", "AAPL.US"], subType: [SubType.QUOTE], isFirstPush: true };
        const body = encodeBody(Subscribe, request);
        const { code: command } = Subscribe;
        same(encodePacket({ type: "request", command, requestId: 3, timeoutMs: 30_000, body }), subscribe);
        const { command: pushed, body: content } = decodePacket(push);
        same(pushed, PushQuoteData.code);
        const { sequence, lastDone, timestamp, volume } = decodeBody(PushQuoteData, content);
        same([sequence, lastDone, timestamp, volume], [42n, "338.000", 1_651_115_955n, 7_310_881n]);
        if (!commands.has(Subscribe.code)) throw new Error("the registry lacks Subscribe");
      },
    },
    {
      name: "gzip is unpacked, up to a cap",
      async run() {
        const packed = await gzip(new Uint8Array(100_000));
        same((await gunzip(packed, 100_000)).length, 100_000);
        await rejects(() => gunzip(packed, 99_999), { code: "CODEC_FRAME_TOO_LARGE" });
        await rejects(() => gunzip(fromHex("1f8b0800ff"), 100), { code: "CODEC_MALFORMED" });
      },
    },
  ],
};

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
