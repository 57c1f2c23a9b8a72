// Sends over TCP what the vendor's Python client sends, and reads as it reads, with its own framing and node:crypto used
// directly: 100-byte chunks of RSA for a key of 1024 bits, AES_CBC or nothing, JSON in MessageToJson's form. The login is
// encrypted whenever there is a key, its reply only if encryption is on.
import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
} from "node:crypto";
import { once } from "node:events";
import { createConnection } from "node:net";
import { encodeMessage, Reader } from "@tickwire/codec";
import { messages, protocols } from "@tickwire/codec/registry";

export interface PythonOptions {
  readonly host: string;
  readonly port: number;
  readonly isJson: boolean;
  /** A file is set: PKCS#1, 1024 bits. */
  readonly rsaKey?: string;
  /** `is_encrypt`. */
  readonly isEncrypt: boolean;
}

/** A reply or push, its 64-bit integers as bigint or, in JSON, as they came. */
// biome-ignore lint/suspicious/noExplicitAny: a message of any type, as Python has it
export type Message = any;

const LOGIN = 1001;
const padding = constants.RSA_PKCS1_PADDING;
const chunks = (bytes: Buffer, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
const sha1 = (bytes: Uint8Array) => createHash("sha1").update(bytes).digest();

/** Connects and logs in. */
export async function pythonClient({ host, port, isJson, rsaKey, isEncrypt }: PythonOptions) {
  const socket = createConnection(port, host);
  await once(socket, "connect");
  let aes: { key: string; iv: string } | undefined;
  let serialNo = (Math.floor(Date.now() / 1000) % 10_000) + 1;
  let pending = Buffer.alloc(0);
  const received: { protoId: number; serialNo: number; message: Message }[] = [];

  const decrypt = (protoId: number, sent: Buffer): Buffer => {
    if (rsaKey === undefined || !isEncrypt) return sent;
    if (protoId === LOGIN)
      return Buffer.concat(chunks(sent, 128).map((piece) => privateDecrypt({ key: rsaKey, padding }, piece)));
    const decipher = createDecipheriv("aes-128-cbc", aes!.key, aes!.iv);
    return Buffer.concat([decipher.update(sent), decipher.final()]);
  };
  const encrypt = (protoId: number, plain: Buffer): Buffer => {
    if (rsaKey !== undefined && protoId === LOGIN) {
      const key = createPublicKey(rsaKey);
      return Buffer.concat(chunks(plain, 100).map((piece) => publicEncrypt({ key, padding }, piece)));
    }
    if (aes === undefined) return plain;
    const cipher = createCipheriv("aes-128-cbc", aes.key, aes.iv);
    return Buffer.concat([cipher.update(plain), cipher.final()]);
  };
  const parse = (protoId: number, plain: Buffer): Message => {
    if (isJson) return JSON.parse(plain.toString());
    const name = `${protocols.get(protoId)!.protocol.name}.Response`;
    return messages.get(name)!.decode(new Reader(plain), plain.length);
  };

  socket.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length > 44) {
      const [protoId, length] = [pending.readUInt32LE(2), pending.readUInt32LE(12)];
      if (pending.length < 44 + length) return;
      const plain = decrypt(protoId, pending.subarray(44, 44 + length));
      if (!sha1(plain).equals(pending.subarray(16, 36))) throw new Error(`proto_id:${protoId} check sha error!`);
      if (pending[6] !== Number(isJson)) throw new Error(`proto_id:${protoId} comes in the other format`);
      const message = parse(protoId, plain);
      if (protoId === LOGIN && isEncrypt) aes = { key: message.s2c.connAESKey, iv: message.s2c.aesCBCiv };
      received.push({ protoId, serialNo: pending.readUInt32LE(8), message });
      pending = pending.subarray(44 + length);
      socket.emit("frame");
    }
  });

  async function ask(name: string, c2s: object): Promise<Message> {
    const { id } = [...protocols.values()].find(({ protocol }) => protocol.name === name)!.protocol;
    const number = serialNo++;
    const plain = isJson
      ? Buffer.from(JSON.stringify({ c2s }, (_, value) => (typeof value === "bigint" ? String(value) : value), 2))
      : Buffer.from(encodeMessage(messages.get(`${name}.Request`)!.encode, { c2s }));
    const sent = encrypt(id, plain);
    const header = Buffer.alloc(44);
    header.write("FT");
    header.writeUInt32LE(id, 2);
    header[6] = Number(isJson);
    header.writeUInt32LE(number, 8);
    header.writeUInt32LE(sent.length, 12);
    sha1(plain).copy(header, 16);
    socket.write(Buffer.concat([header, sent]));
    for (;;) {
      const reply = received.find((frame) => frame.protoId === id && frame.serialNo === number);
      if (reply?.message.retType !== undefined) return reply.message;
      await once(socket, "frame");
    }
  }

  /** The next push of a protocol. */
  async function push(protoId: number): Promise<Message> {
    for (;;) {
      const index = received.findIndex((frame) => frame.protoId === protoId);
      if (index >= 0) return received.splice(index, 1)[0]!.message;
      await once(socket, "frame");
    }
  }

  const hello = await ask("InitConnect", {
    clientVer: 300,
    clientID: "PyNormal",
    recvNotify: true,
    packetEncAlgo: isEncrypt ? 2 : -1,
    pushProtoFmt: Number(isJson),
    programmingLanguage: "Python",
  });
  return { hello, ask, push, close: () => socket.destroy() };
}
