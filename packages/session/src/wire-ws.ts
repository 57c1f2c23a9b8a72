import {
  encodeRequest,
  InitWebSocket,
  md5Hex,
  type RequestProtocol,
  readWsReply,
  WS_REQUEST_HEADER_BYTES,
  writeWsRequestHeader,
} from "@tickwire/codec";
import { OpenDError } from "./errors.ts";
import type { WireFactory } from "./wire.ts";

/** The relay's own message that it has lost OpenD; its body is not documented. */
const RELAY_LOST_OPEND = 2;

/**
 * GetGlobalState (1002), of which nothing but the arrival of the answer matters: the whole descriptor would put the reply's
 * decoder into every browser app. No rate limit of it is documented.
 */
const probe: RequestProtocol<Record<string, never>, unknown> = {
  id: 1002,
  name: "GetGlobalState",
  kind: "request",
  effect: "read",
  // Field 1, the user's id: 0.
  encodeC2S: (writer) => writer.int32(8, 0),
  decodeS2C: () => undefined,
};

/**
 * OpenD's WebSocket port: another frame, InitWebSocket (command 1), no keep-alive and no encryption of its own.
 * @param websocketKey The key that OpenD is configured with; only its MD5 is sent.
 */
export function wsWire(websocketKey = ""): WireFactory {
  return ({ clientId, maxBodyBytes }) => ({
    headerBytes: WS_REQUEST_HEADER_BYTES,
    greetingHint:
      "Is websocketKey the one that OpenD has (it may not answer a wrong one)? Is this its WebSocket port, not its API port?",
    heartbeat: () => ({ protocol: probe, encode: () => encodeRequest(probe, {}, WS_REQUEST_HEADER_BYTES) }),
    frame: (bytes, protoId, serialNo) => writeWsRequestHeader(bytes, { cmd: protoId, section: BigInt(serialNo) }),
    receive(bytes, onMessage) {
      const { cmd, section, error, errorText, body } = readWsReply(bytes, maxBodyBytes);
      // The relay logs in to OpenD when a WebSocket does, so what helps is a new one.
      if (cmd === RELAY_LOST_OPEND)
        throw new OpenDError("OPEND_CONNECTION_LOST", "the WebSocket relay has lost OpenD", {
          reason: "upstream-lost",
        });
      const serialNo = section <= 0xffff_ffffn ? Number(section) : undefined;
      onMessage({ protoId: cmd, serialNo, body, error, errorText });
    },
    async greet(ask) {
      const hello = await ask(InitWebSocket, {
        websocketKey: websocketKey === "" ? "" : md5Hex(websocketKey),
        clientID: clientId,
        programmingLanguage: "TypeScript",
      });
      return { connId: hello.connID ?? 0n };
    },
  });
}
