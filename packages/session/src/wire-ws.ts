import { InitWebSocket, md5Hex, readWsReply, WS_REQUEST_HEADER_BYTES, writeWsRequestHeader } from "@tickwire/codec";
import type { WireFactory } from "./wire.ts";

/**
 * OpenD's WebSocket port: another frame, InitWebSocket (command 1), no keep-alive and no encryption of its own.
 * @param websocketKey The key that OpenD is configured with; only its MD5 is sent.
 */
export function wsWire(websocketKey = ""): WireFactory {
  return ({ clientId, maxBodyBytes }) => ({
    headerBytes: WS_REQUEST_HEADER_BYTES,
    greetingHint:
      "Is the websocketKey the one that OpenD is configured with (OpenD may just not answer a wrong one)? Is this OpenD's WebSocket port, not its API port?",
    frame: (bytes, protoId, serialNo) => writeWsRequestHeader(bytes, { cmd: protoId, section: BigInt(serialNo) }),
    receive(bytes, onMessage) {
      const { cmd, section, error, errorText, body } = readWsReply(bytes, maxBodyBytes);
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
