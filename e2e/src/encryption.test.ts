// Over real sockets: every size of key, every algorithm, protobuf and JSON; and what becomes of keys that do not fit.
import { generateKeyPairSync } from "node:crypto";
import { jsonBodies } from "@tickwire/codec/json";
import {
  connect,
  ModifyUserSecurityOp,
  type NodeClientOptions,
  OpenDError,
  PacketEncAlgo,
  QotUpdateBasicQot,
  SubType,
} from "@tickwire/node-client";
import { FakeOpenD, VirtualClock } from "@tickwire/testkit";
import { conformance } from "@tickwire/testkit/conformance";
import { listen, listeningHarness, rsaCiphers } from "@tickwire/testkit/node";
import { describe, expect, test } from "vitest";
import { recordingProxy } from "./testing/recording-proxy.ts";

const pemOf = (modulusLength: number, type: "pkcs1" | "pkcs8" = "pkcs1") =>
  generateKeyPairSync("rsa", { modulusLength }).privateKey.export({ type, format: "pem" }) as string;
const keys: Readonly<Record<number, string>> = { 512: pemOf(512), 1024: pemOf(1024), 2048: pemOf(2048, "pkcs8") };
const key = keys[1024]!;

const cases = Object.keys(keys).flatMap((bits) =>
  Object.entries(PacketEncAlgo).flatMap(([name, algo]) =>
    [false, true].map((isJson) => ({ bits: Number(bits), name, algo, isJson })),
  ),
);

test.each(cases)("$bits bits, $name, JSON: $isJson", async ({ bits, algo, isJson }) => {
  const rsaPrivateKey = keys[bits]!;
  using opend = new FakeOpenD({ ciphers: rsaCiphers(rsaPrivateKey), clock: new VirtualClock() });
  await using server = await listen(opend);
  await using proxy = await recordingProxy(server.tcp);
  const options: NodeClientOptions = { rsaPrivateKey, packetEncAlgo: algo, clientId: "named so", timeoutMs: 100_000 };
  {
    await using client = await connect(proxy.url, isJson ? { ...options, bodyFormat: jsonBodies } : options);
    expect(client.status()).toMatchObject({ connId: expect.any(BigInt) });
    expect((await client.getUserSecurityGroup()).map(({ groupName }) => groupName)).toContain("some_group");
    await client.modifyUserSecurity("C", ModifyUserSecurityOp.Add, ["US.FUTU"]);
    const [futu] = (await client.getUserSecurity("C")).filter(({ basic }) => basic.security.code === "FUTU");
    expect(futu?.basic).toMatchObject({ id: 78103980495165n, name: "Futu Holdings Limited", delisting: false });
    await expect(client.getUserSecurity("not there")).rejects.toMatchObject({ reason: "unknown-group" });

    await using quotes = await client.subscribe(QotUpdateBasicQot, {
      securities: ["HK.00700"],
      subTypes: [SubType.Basic],
    });
    for await (const { basicQotList } of quotes) {
      expect(basicQotList[0]).toMatchObject({ security: { market: 1, code: "00700" }, curPrice: expect.any(Number) });
      break;
    }
  }
  // The login is encrypted whenever there is a key; the rest as asked.
  expect(proxy.has("named so")).toBe(false);
  expect(proxy.has("Futu Holdings Limited")).toBe(algo === PacketEncAlgo.None);
  expect(opend.requests.all.length).toBeGreaterThan(5);
});

describe.each([
  ["in JSON", {}],
  ["in JSON, encrypted", { rsaPrivateKey: key }],
])("the conformance suite %s", (_, options) => {
  test.each(conformance)("$name", async ({ run }) => {
    const open = () =>
      listeningHarness("tcp", (url, more) => connect(url, { ...more, ...options, bodyFormat: jsonBodies }), {
        ciphers: rsaCiphers(key),
      });
    await using harness = await open();
    await run(harness);
  });
});

describe("a login", () => {
  async function attempt(fakeKey: string | undefined, options: NodeClientOptions) {
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    using opend = new FakeOpenD(fakeKey === undefined ? { log } : { log, ciphers: rsaCiphers(fakeKey) });
    await using server = await listen(opend);
    const error = await connect(server.tcp.url, options).then(
      async (client) => void (await client.close()),
      (reason: unknown) => reason,
    );
    return { error, lines };
  }

  test.each(Object.keys(keys).filter((bits) => bits !== "1024"))(
    "with a key of %s bits in place of 1024 fails",
    async (bits) => {
      const { error, lines } = await attempt(key, { rsaPrivateKey: keys[Number(bits)] });
      expectWrongKey(error, lines, "another (RSA )?key");
    },
  );

  test("with another key fails, and both sides say what to check", async () => {
    const { error, lines } = await attempt(key, { rsaPrivateKey: pemOf(1024) });
    expectWrongKey(error, lines, "another (RSA )?key");
  });

  test("with a key fails when OpenD has none", async () => {
    const { error, lines } = await attempt(undefined, { rsaPrivateKey: key });
    expectWrongKey(error, lines, "give the fake the client's RSA key");
  });

  function expectWrongKey(error: unknown, lines: string[], logged: string) {
    if (!(error instanceof OpenDError)) throw error ?? new Error("it connected");
    expect(error).toMatchObject({ code: "OPEND_LOGIN_FAILED", outcome: "not-sent", retryable: false });
    expect(error.message).toContain("Is rsaPrivateKey the key in the file that OpenD's rsa_private_key names");
    expect(error.message).toContain("is OpenD configured with one at all?");
    expect(lines.join()).toMatch(new RegExp(logged));
    expect(`${error.stack}${JSON.stringify(error)}${lines}`).not.toContain("PRIVATE KEY");
  }

  test("without a key is served in plain by the fake that has one, in both formats", async () => {
    expect((await attempt(key, {})).error).toBeUndefined();
    expect((await attempt(key, { bodyFormat: jsonBodies })).error).toBeUndefined();
  });

  test.each<[options: object, says: string]>([
    [{ packetEncAlgo: 2 }, "packetEncAlgo needs rsaPrivateKey"],
    [{ packetEncAlgo: 3, rsaPrivateKey: key }, "packetEncAlgo must be one of PacketEncAlgo"],
    [{ rsaPrivateKey: "key.pem" }, "give what is in the file, not its path"],
    [{ bodyFormat: "json" }, "bodyFormat must be jsonBodies of @tickwire/codec/json"],
  ])("is not tried with %j", async (options, says) => {
    const { error, lines } = await attempt(key, options);
    expect(error).toMatchObject({ code: "OPEND_INVALID_ARGUMENT", message: expect.stringContaining(says) });
    expect(lines).toEqual([]);
  });
});
