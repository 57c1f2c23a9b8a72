// Upstreams behind TLS, with a certificate that this process was told to trust.
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { QotGetUserSecurityGroup } from "@tickwire/session";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FakeOpenD } from "../fake-opend.ts";
import { selfSigned } from "../test-support/certificate.ts";
import { ofKind, SocketPeer, temporaryFolder } from "../test-support/recorded.ts";
import { listen } from "./listen.ts";
import { record } from "./record.ts";

const folder = temporaryFolder();
const trusted = getCACertificates("default");
let tls: Awaited<ReturnType<typeof selfSigned>>;
beforeAll(async () => {
  tls = await selfSigned();
  setDefaultCACertificates([...trusted, tls.cert]);
});
afterAll(() => {
  setDefaultCACertificates(trusted);
  folder.remove();
});

test("OpenD by wss://; the client comes by ws://", async () => {
  const file = folder.path("wss.ndjson");
  const opend = new FakeOpenD();
  const server = await listen(opend, { tls });
  expect(server.ws.url).toMatch(/^wss:/);
  const recording = await record({ upstream: server.ws.url, file });
  const peer = await SocketPeer.open(recording.url);
  await peer.login();
  expect((await peer.ask(QotGetUserSecurityGroup, { groupType: 3 })).s2c?.groupList).toHaveLength(13);
  await peer.close();
  await recording.close();
  await server.close();
  opend.close();
  expect(ofKind(file, "reply")).toHaveLength(2);
});

test("LongPort by https://", async () => {
  const file = folder.path("https.ndjson");
  const server = createServer(tls, (_, response) => response.end('{"code":0}')).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const recording = await record({ upstream: `https://127.0.0.1:${port}`, file });
  expect(await (await fetch(recording.url)).json()).toEqual({ code: 0 });
  await recording.close();
  server.close();
  expect(ofKind(file, "http-reply")).toMatchObject([{ status: 200, message: { code: 0 } }]);
});

test("a certificate that nobody trusts is noted, and the client is let down", async () => {
  const file = folder.path("untrusted.ndjson");
  const opend = new FakeOpenD();
  const server = await listen(opend, { tls: await selfSigned() });
  const recording = await record({ upstream: server.ws.url, file });
  await (await SocketPeer.open(recording.url)).closed;
  await recording.close();
  await server.close();
  opend.close();
  expect(ofKind(file, "note")).toMatchObject([
    { text: expect.stringMatching(/^the connection to OpenD failed: \w+$/) },
  ]);
});
