import {
  type BodyCipher,
  type CipherSuite,
  CodecError,
  decodeResponse,
  encodeRequest,
  InitConnect,
  type InitConnectC2S,
  type InitConnectS2C,
  type MessageInit,
  Notify,
  QotGetUserSecurityGroup,
  type RequestProtocol,
  sha1,
  TCP_HEADER_BYTES,
  writeTcpHeader,
} from "@tickwire/session";
import { beforeEach, describe, expect, test } from "vitest";
import { FakeOpenD } from "./fake-opend.ts";
import { RawClient } from "./test-support/raw-client.ts";

/** A cipher that can be seen through. */
const toy = (name: number): BodyCipher => ({
  encrypt: (plain) => Uint8Array.of(name, ...plain),
  decrypt(sealed) {
    if (sealed[0] !== name) throw new CodecError("CODEC_FRAME_CIPHER", "of another key");
    return sealed.subarray(1);
  },
});
const rsa = toy(99);
const aes = (algo: number) => toy(10 + algo);
const ciphers: CipherSuite = { handshake: rsa, bodies: aes };

let lines: string[];
let opend: FakeOpenD;
beforeEach(() => {
  lines = [];
  opend = new FakeOpenD({ ciphers, log: (line) => lines.push(line) });
});

function send<C2S>(
  client: RawClient,
  protocol: RequestProtocol<C2S, unknown>,
  c2s: MessageInit<C2S>,
  cipher?: BodyCipher,
) {
  const plain = encodeRequest(protocol, c2s);
  const sent = cipher?.encrypt(plain) ?? plain;
  const bytes = new Uint8Array(TCP_HEADER_BYTES + sent.length);
  bytes.set(sent, TCP_HEADER_BYTES);
  client.send(writeTcpHeader(bytes, { protoId: protocol.id, serialNo: 7 }, sha1, plain));
  return client.frames.at(-1)!.body;
}

/** Logs in, and gives the reply's content after a look at how it is encrypted. */
function login(
  client: RawClient,
  packetEncAlgo: number | undefined,
  request?: BodyCipher,
  reply?: BodyCipher,
): InitConnectS2C {
  const c2s: InitConnectC2S = { clientVer: 300, clientID: "t", recvNotify: true };
  const body = send(client, InitConnect, packetEncAlgo === undefined ? c2s : { ...c2s, packetEncAlgo }, request);
  return decodeResponse(InitConnect, reply?.decrypt(body) ?? body).s2c!;
}

const groups = (client: RawClient, cipher?: BodyCipher): number => {
  const body = send(client, QotGetUserSecurityGroup, { groupType: 3 }, cipher);
  return decodeResponse(QotGetUserSecurityGroup, cipher?.decrypt(body) ?? body).s2c!.groupList.length;
};

describe("with a key", () => {
  test.each([
    { asked: undefined, algo: 0 },
    { asked: 0, algo: 0 },
    { asked: 1, algo: 1 },
    { asked: 2, algo: 2 },
  ])("a login that asks for $asked gets it: replies and pushes", ({ asked, algo }) => {
    const client = new RawClient(opend, "tcp");
    const { connAESKey, aesCBCiv } = login(client, asked, rsa, rsa);
    expect([connAESKey.length, aesCBCiv?.length]).toEqual([16, algo === 2 ? 16 : undefined]);
    expect(aesCBCiv).not.toBe(connAESKey);
    expect(groups(client, aes(algo))).toBe(13);
    opend.push(Notify, { type: 1, event: { eventType: 1, desc: "d" } });
    expect(client.frames.at(-1)?.body[0]).toBe(10 + algo);
  });

  test.each([rsa, undefined])("a login that asks for none is answered in plain, encrypted or not itself", (cipher) => {
    const client = new RawClient(opend, "tcp");
    expect(login(client, -1, cipher)).not.toHaveProperty("aesCBCiv", expect.anything());
    expect(groups(client)).toBe(13);
  });

  test("a plain login that asks for encryption gets it", () => {
    const client = new RawClient(opend, "tcp");
    login(client, 2, undefined, rsa);
    expect(groups(client, aes(2))).toBe(13);
  });

  test.each<[what: string, cipher: BodyCipher | undefined]>([
    ["not encrypted", undefined],
    ["encrypted with another key", toy(5)],
  ])("a request that is %s ends an encrypted connection, and the log says why", (_, cipher) => {
    const client = new RawClient(opend, "tcp");
    login(client, 2, rsa, rsa);
    send(client, QotGetUserSecurityGroup, { groupType: 3 }, cipher);
    expect(client.closedBy).toBeNull();
    expect(lines[0]).toMatch(/CODEC_FRAME_CIPHER.*another RSA key, or does it not encrypt what comes after the login/);
  });

  test("an answer with a key of no use is the test's mistake, and refused as such", () => {
    const suite: CipherSuite = {
      handshake: rsa,
      bodies: () => {
        throw new CodecError("CODEC_FRAME_CIPHER", "no 16 bytes");
      },
    };
    const client = new RawClient(new FakeOpenD({ ciphers: suite, log: (line) => lines.push(line) }), "tcp");
    const body = send(client, InitConnect, { clientVer: 300, clientID: "t" }, rsa);
    expect(decodeResponse(InitConnect, rsa.decrypt(body))).toMatchObject({ retType: -1 });
    expect(lines[0]).toContain("the handler of InitConnect failed");
  });
});

test("without a key nothing is encrypted, whatever is asked", () => {
  const client = new RawClient(new FakeOpenD(), "tcp");
  expect(login(client, 2)).not.toHaveProperty("aesCBCiv", expect.anything());
  expect(groups(client)).toBe(13);
});

test("without a key an encrypted login ends the connection, and the log says what to do", () => {
  const plain = new FakeOpenD({ log: (line) => lines.push(line) });
  const client = new RawClient(plain, "tcp");
  client.send(
    writeTcpHeader(new Uint8Array(TCP_HEADER_BYTES + 128), { protoId: 1001, serialNo: 1 }, sha1, new Uint8Array(3)),
  );
  expect(client.closedBy).toBeNull();
  expect(lines[0]).toContain("turn that off, or give the fake the client's RSA key");
});
