// wss:// over real sockets: whom we trust, and what is told when we do not.
import { FakeOpenD } from "@tickwire/testkit";
import { listen } from "@tickwire/testkit/node";
import { connect, type WebSocketLike } from "@tickwire/web-client";
import { afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { WebSocket as WsWebSocket } from "ws";
import { authority, type Certificate, certificate } from "./certificates.ts";
import { failure } from "./sockets/clients.ts";

let ca: Certificate;
let opend: FakeOpenD;

beforeAll(async () => {
  ca = await authority();
});
beforeEach(() => {
  opend = new FakeOpenD({ websocketKey: "secret" });
});
afterEach(() => {
  opend.close();
});

const websocketKey = "secret";
const trusting = (url: URL) => new WsWebSocket(url, { ca: ca.cert });

test("every WebSocket fits, as it is", () => {
  expectTypeOf<WebSocket>().toExtend<WebSocketLike>();
  expectTypeOf<WsWebSocket>().toExtend<WebSocketLike>();
  expectTypeOf<EventSource>().not.toExtend<WebSocketLike>();
});

test.each([
  ["Node's own", (url: URL) => new WebSocket(url)],
  ["that of ws", (url: URL) => new WsWebSocket(url)],
])("a WebSocket that we make connects: %s", async (_, createWebSocket) => {
  await using server = await listen(opend);
  await using client = await connect(server.ws.url, { websocketKey, createWebSocket });
  expect(await client.getUserSecurityGroup()).toHaveLength(13);
});

test("a certificate of a CA that we give is trusted, also when we connect again", async () => {
  await using server = await listen(opend, { tls: await certificate({ ca }) });
  for (let i = 0; i < 2; i++) {
    await using client = await connect(server.ws.url, { websocketKey, createWebSocket: trusting });
    expect(await client.getUserSecurityGroup()).toHaveLength(13);
  }
});

describe("a certificate is refused, with the reason and what to do:", () => {
  test.each<[what: string, wishes: () => Parameters<typeof certificate>[0], code: string, told: string]>([
    ["it signs itself", () => ({}), "DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"],
    ["it has expired", () => ({ ca, years: [2020, 2021] }), "CERT_HAS_EXPIRED", "certificate has expired"],
    ["it is not valid yet", () => ({ ca, years: [2190, 2191] }), "CERT_NOT_YET_VALID", "certificate is not yet valid"],
    [
      "it is for another host",
      () => ({ ca, ip: "192.0.2.1" }),
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "IP: 127.0.0.1 is not in",
    ],
  ])("%s", async (_, wishes, code, told) => {
    await using server = await listen(opend, { tls: await certificate(wishes()) });
    const error = await failure(connect(server.ws.url, { websocketKey, createWebSocket: trusting }));
    expect(error).toMatchObject({
      code: "OPEND_CONNECT_FAILED",
      outcome: "not-sent",
      retryable: false,
      cause: { code },
    });
    expect(error.message).toContain(told);
    expect(error.message).toContain("OpenD needs a trusted certificate");
    expect(error.message).not.toContain("Is OpenD running");
  });

  test("we do not know who signed it", async () => {
    await using server = await listen(opend, { tls: await certificate({ ca }) });
    const createWebSocket = (url: URL) => new WsWebSocket(url);
    const error = await failure(connect(server.ws.url, { websocketKey, createWebSocket }));
    expect(error).toMatchObject({ retryable: false, cause: { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" } });
    expect(error.message).toContain("unable to verify the first certificate");
  });

  test("Node's own WebSocket does not say why", async () => {
    await using server = await listen(opend, { tls: await certificate({ ca }) });
    const error = await failure(connect(server.ws.url, { websocketKey }));
    expect(error).toMatchObject({ code: "OPEND_CONNECT_FAILED", retryable: true });
    expect(error.message).toContain("OpenD needs a trusted certificate: open https://127.0.0.1:");
    expect(error.message).toContain("Is OpenD running");
  });
});

describe.each([
  { whose: "Node's own", createWebSocket: (url: URL) => new WebSocket(url), isTold: false },
  { whose: "that of ws", createWebSocket: (url: URL) => new WsWebSocket(url), isTold: true },
])("by the WebSocket that is $whose", ({ createWebSocket, isTold }) => {
  test("ws:// to a port with TLS is told to use wss://", async () => {
    await using server = await listen(opend, { tls: await certificate({ ca }) });
    const url = server.ws.url.replace("wss:", "ws:");
    const error = await failure(connect(url, { websocketKey, createWebSocket }));
    expect(error).toMatchObject({ code: "OPEND_CONNECT_FAILED", retryable: true });
    expect(error.message).toContain("If OpenD has a certificate set, use wss://.");
  });

  test("wss:// to a port without TLS is told as such, as far as it is known", async () => {
    await using server = await listen(opend);
    const url = server.ws.url.replace("ws:", "wss:");
    const error = await failure(connect(url, { websocketKey, createWebSocket }));
    expect(error).toMatchObject({ code: "OPEND_CONNECT_FAILED", retryable: !isTold });
    expect(error.message.includes("(that port speaks no TLS)")).toBe(isTold);
    expect(error.message).toContain("OpenD needs a trusted certificate");
  });
});
