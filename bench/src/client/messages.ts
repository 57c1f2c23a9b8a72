// What the gateway of this benchmark says. All of it is made once, so that sending costs it next to nothing.
import { createHash } from "node:crypto";
import {
  GroupType,
  QotGetUserSecurityGroup,
  QotUpdateBasicQot,
  TCP_HEADER_BYTES,
  Writer,
  WS_REPLY_HEADER_BYTES,
  writeTcpHeader,
  writeWsReplyHeader,
} from "@tickwire/codec";
import { protocols } from "@tickwire/codec/registry";
import { SECURITIES } from "./securities.ts";

/** Different pushes that go round. */
export const PUSH_VARIANTS = 256;

export type Dialect = "tcp" | "ws";

const sha1 = (bytes: Uint8Array): Uint8Array => createHash("sha1").update(bytes).digest();
const noSha1 = (): Uint8Array => new Uint8Array(20);

/** A frame of the dialect around a successful response; its serial number is 0. */
export function frameOf(
  dialect: Dialect,
  protoId: number,
  s2c: unknown,
  options: { readonly isDamaged?: boolean } = {},
): Uint8Array {
  const codec = protocols.get(protoId);
  if (codec === undefined) throw new Error(`no protocol has the id ${protoId}`);
  const writer = new Writer(dialect === "tcp" ? TCP_HEADER_BYTES : WS_REPLY_HEADER_BYTES);
  codec.encodeResponse(writer, { retType: 0, retMsg: "", errCode: 0, s2c });
  const bytes = writer.finish();
  if (dialect === "tcp") return writeTcpHeader(bytes, { protoId, serialNo: 0 }, options.isDamaged ? noSha1 : sha1);
  return inWebSocket(writeWsReplyHeader(bytes, { cmd: protoId, section: 0n }));
}

/** A copy of a frame as the reply to a certain request. */
export function answerTo(frame: Uint8Array, dialect: Dialect, serialNo: bigint): Uint8Array {
  const bytes = frame.slice();
  const view = new DataView(bytes.buffer);
  if (dialect === "tcp") view.setUint32(8, Number(serialNo), true);
  else view.setBigUint64(webSocketHeaderBytes(bytes) + 12, serialNo);
  return bytes;
}

/** One binary WebSocket message, of less than 64 KiB. */
function inWebSocket(payload: Uint8Array): Uint8Array {
  const header =
    payload.length < 126 ? [0x82, payload.length] : [0x82, 126, payload.length >> 8, payload.length & 0xff];
  const bytes = new Uint8Array(header.length + payload.length);
  bytes.set(header);
  bytes.set(payload, header.length);
  return bytes;
}

const webSocketHeaderBytes = (message: Uint8Array): number => (message[1] === 126 ? 4 : 2);

/** The reply that all pipelined requests get: 13 groups, as an account has them. */
export const groups = {
  id: QotGetUserSecurityGroup.id,
  s2c: {
    groupList: [
      ...["All", "Hong Kong", "US", "CN", "Singapore", "Futures", "Options", "Funds", "Special"].map((groupName) => ({
        groupName,
        groupType: GroupType.System,
      })),
      ...["港股科技", "long term", "自选一", "testgroup"].map((groupName) => ({
        groupName,
        groupType: GroupType.Custom,
      })),
    ],
  },
};

/** The push number `i`: one security with the fields that a stock's quote has. */
export function push(dialect: Dialect, i: number, options?: { readonly isDamaged?: boolean }): Uint8Array {
  const security = SECURITIES[i % SECURITIES.length];
  const curPrice = 600 + (i % 97) / 5;
  return frameOf(
    dialect,
    QotUpdateBasicQot.id,
    {
      basicQotList: [
        {
          security,
          name: i % 2 === 0 ? "Tencent" : "腾讯控股",
          isSuspended: false,
          listTime: "2004-06-16",
          priceSpread: 0.2,
          updateTime: `2026-03-12 10:${String(10 + (i % 50))}:${String(10 + (i % 47))}`,
          highPrice: curPrice + 3.2,
          openPrice: 598.6,
          lowPrice: 595.4,
          curPrice,
          lastClosePrice: 596.8,
          volume: 1_843_200n + BigInt(i * 100),
          turnover: 1_102_233_600 + i * 60_000,
          turnoverRate: 0.02 + i / 10_000,
          amplitude: 1.073,
          darkStatus: 0,
          listTimestamp: 1_087_315_200,
          updateTimestamp: 1_773_281_400.25 + i,
          secStatus: 1,
        },
      ],
    },
    options,
  );
}
