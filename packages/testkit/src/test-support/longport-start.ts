// What the vendor's older native SDK does until it is ready, byte by byte, and a subscription after it.
import { expect } from "vitest";
import type { SocketClient } from "./longport-socket-client.ts";

/** A day before the `expires` of the vendor's sample packet. */
export const START_UNIX_MS: number = 1_763_613_600_000;

const text = (value: string): string =>
  [...new TextEncoder().encode(value)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOf = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.replaceAll(" ", "").match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

/** Fails unless the fake answers each request with exactly these bytes. Begins on an open WebSocket. */
export async function walkTheStart(client: SocketClient): Promise<void> {
  const { socket } = client;
  const expectNext = async (hex: string) => expect(await client.next()).toEqual(bytesOf(hex));

  // Auth with the one-time token; it takes 5 s at most.
  const language = `12 15 0a 0f ${text("accept-language")} 12 02 ${text("en")}`;
  socket.send(bytesOf(`01 02 00000001 1388 000023 0a 0a ${text("fake-otp-1")} ${language}`));
  await expectNext(`02 02 00000001 00 00001b 0a 0e ${text("fake-session-1")} 10 808ad9a5aa33 18 0a 20 01`);

  // What the account may.
  socket.send(bytesOf(`01 04 00000002 7530 000004 0a 02 ${text("en")}`));
  await expectNext(`02 04 00000002 00 00000d 08 81ade204 12 03 ${text("Lv1")} 18 f403`);

  // On which days the markets trade.
  const days = ["20251120", "20251121", "20251124", "20251125"].map((day) => `0a 08 ${text(day)}`).join("");
  for (const [index, market] of ["HK", "US", "SG", "CN"].entries()) {
    const span = `12 08 ${text("20251120")} 1a 08 ${text("20251125")}`;
    socket.send(bytesOf(`01 09 0000000${3 + index} 7530 000018 0a 02 ${text(market)} ${span}`));
    await expectNext(`02 09 0000000${3 + index} 00 000028 ${days}`);
  }

  // Quotes of two securities, and the first push at once.
  const [tencent, apple] = [`0a 06 ${text("700.HK")}`, `0a 07 ${text("AAPL.US")}`];
  socket.send(bytesOf(`01 06 00000007 7530 000016 ${tencent} ${apple} 12 01 01 18 01`));
  await expectNext(`02 06 00000007 00 00001b 0a 0b ${tencent} 12 01 01 0a 0c ${apple} 12 01 01`);
  for (const [symbol, price, length] of [
    [tencent, "364.400", "3b"],
    [apple, "149.240", "3c"],
  ] as const) {
    const prices = ["1a", "22", "2a", "32"].map((tag) => `${tag} 07 ${text(price)}`).join("");
    await expectNext(`03 65 0000${length} ${symbol} 10 01 ${prices} 38 a0b7fac806 4a 05 ${text("0.000")}`);
  }

  // A heartbeat is echoed, whatever it holds.
  socket.send(bytesOf("01 01 00000008 0000 000009 08 808ad9a5aa33 1009"));
  await expectNext("02 01 00000008 00 000009 08 808ad9a5aa33 1009");
  socket.send(bytesOf("01 01 00000009 0000 000002 ff ff"));
  await expectNext("02 01 00000009 00 000002 ff ff");

  // The end of it has no content.
  socket.send(bytesOf(`01 07 0000000a 7530 000014 ${tencent} ${apple} 12 01 01`));
  await expectNext("02 07 0000000a 00 000000");
}
