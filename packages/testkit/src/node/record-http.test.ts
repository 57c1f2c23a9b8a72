import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeLongPort } from "../fake-longport.ts";
import { eventsOf, ofKind, temporaryFolder } from "../test-support/recorded.ts";
import { listenLongPort } from "./longport-listener.ts";
import { type RecordingProxy, record } from "./record.ts";

const headers = { authorization: "Bearer fake-bearer-token" };
let folder: ReturnType<typeof temporaryFolder>;
let file: string;
let ends: (() => unknown)[];
beforeEach(() => {
  folder = temporaryFolder();
  file = folder.path("session.ndjson");
  ends = [];
});
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  folder.remove();
});

async function recordFake(longport: FakeLongPort): Promise<RecordingProxy> {
  const server = await listenLongPort(longport);
  ends.push(() => server.close());
  return record({ upstream: server.url, file });
}

/** Records a server of the test's own. */
async function recordServer(serve: (request: IncomingMessage, response: ServerResponse) => void, rawBodies = false) {
  const server = createServer(serve).listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return record({ upstream: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, file, rawBodies });
}

test("requests and answers, without headers", async () => {
  const recording = await recordFake(new FakeLongPort());
  const url = `${recording.url}/v1/watchlist/groups`;
  const body = JSON.stringify({ name: "信息產業組", securities: ["BABA.US"] });
  const created = await (await fetch(url, { method: "POST", headers, body })).json();
  await fetch(`${url}?id=${created.data.id}&purge=false`, { method: "DELETE", headers });
  await recording.close();
  expect(eventsOf(file)).toEqual([
    {
      event: "http-request",
      conn: 1,
      n: 1,
      method: "POST",
      path: "/v1/watchlist/groups",
      query: {},
      message: { name: "信息產業組", securities: ["BABA.US"] },
    },
    {
      event: "http-reply",
      conn: 1,
      n: 1,
      status: 200,
      contentType: "application/json; charset=utf-8",
      message: { code: 0, message: "success", data: { id: "10086" } },
    },
    {
      event: "http-request",
      conn: expect.any(Number),
      n: 2,
      method: "DELETE",
      path: "/v1/watchlist/groups",
      query: { id: "10086", purge: "false" },
    },
    expect.objectContaining({ event: "http-reply", n: 2, status: 200 }),
  ]);
});

test("whole numbers beyond 2^53 stay exact", async () => {
  const recording = await recordFake(new FakeLongPort({ answers: "documented" }));
  await fetch(`${recording.url}/v1/watchlist/groups`, { headers });
  await recording.close();
  expect(readFileSync(file, "utf8")).toContain('"id":9007199254740993');
});

test("signed requests pass: path, query, body and headers are as they were", async () => {
  let seen: [string | undefined, string | undefined, string[], string] | undefined;
  const recording = await recordServer((request, response) => {
    void text(request).then((body) => {
      seen = [request.method, request.url, request.rawHeaders, body];
      response.writeHead(201, "Made", ["X-Trace-Id", "t-1", "Set-Cookie", "a=1", "Set-Cookie", "b=2"]).end("{}");
    });
  });
  const answer = await fetch(`${recording.url}/v1/a%2Fb?x=%20&y=1+2&y=3`, {
    method: "PUT",
    headers: { "x-api-signature": "HMAC-SHA256 SignedHeaders=a;b, Signature=0f", "X-Timestamp": "1700000000" },
    body: '{ "id" : 1 }',
  });
  expect([answer.status, answer.statusText, answer.headers.getSetCookie()]).toEqual([201, "Made", ["a=1", "b=2"]]);
  await recording.close();
  const [method, url, rawHeaders, body] = seen!;
  expect([method, url, body]).toEqual(["PUT", "/v1/a%2Fb?x=%20&y=1+2&y=3", '{ "id" : 1 }']);
  expect(rawHeaders).toEqual(expect.arrayContaining(["HMAC-SHA256 SignedHeaders=a;b, Signature=0f", "1700000000"]));
  expect(rawHeaders[rawHeaders.findIndex((each) => each.toLowerCase() === "host") + 1]).not.toContain(
    String(recording.port),
  );
});

test("packed answers are recorded unpacked, and pass packed", async () => {
  const packed = gzipSync('{"code":0,"data":{"nickName":"Wilhelmina"}}');
  const recording = await recordServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(packed);
  });
  expect(await (await fetch(recording.url)).json()).toEqual({ code: 0, data: { nickName: "Wilhelmina" } });
  await recording.close();
  const [reply] = ofKind(file, "http-reply");
  expect(reply?.message).toEqual({ code: 0, data: { nickName: expect.stringMatching(/^redacted/) } });
});

test.each([
  [false, undefined],
  [true, Buffer.from("Too Many Requests").toString("base64")],
])("what is no JSON is left out, unless raw bodies are asked for (%s)", async (rawBodies, body) => {
  const recording = await recordServer((_, response) => {
    response.writeHead(429, { "content-type": "text/plain", "retry-after": "3" }).end("Too Many Requests");
  }, rawBodies);
  expect(await (await fetch(recording.url)).text()).toBe("Too Many Requests");
  await recording.close();
  const expected = { event: "http-reply", conn: 1, n: 1, status: 429, contentType: "text/plain", retryAfterSeconds: 3 };
  expect(eventsOf(file)[1]).toEqual({ ...expected, bytes: 17, ...(body !== undefined && { body }) });
});

test("a body of more than 1 MiB passes and is left out", async () => {
  const large = JSON.stringify({ text: "x".repeat(1024 * 1024) });
  const recording = await recordServer((_, response) => response.end(large));
  expect(await (await fetch(recording.url)).text()).toBe(large);
  await recording.close();
  expect(ofKind(file, "note")).toMatchObject([{ text: expect.stringContaining("larger than 1 MiB") }]);
  expect(ofKind(file, "http-reply")[0]?.message).toBeUndefined();
});

test("an answer that breaks off breaks off for the client too, and is noted", async () => {
  const longport = new FakeLongPort();
  const recording = await recordFake(longport);
  longport.faults.add({ kind: "cut-body" });
  await expect(
    fetch(`${recording.url}/v1/watchlist/groups`, { headers }).then((each) => each.json()),
  ).rejects.toThrow();
  longport.faults.add({ kind: "network-error" });
  await expect(fetch(`${recording.url}/v1/watchlist/groups`, { headers })).rejects.toThrow("fetch failed");
  await recording.close();
  expect(ofKind(file, "note").map(({ text }) => text)).toEqual([
    "a body was cut off, or is larger than 1 MiB: it is left out",
    "request 2 got no answer: ECONNRESET",
  ]);
});

test("a client that hangs up leaves nothing behind", async () => {
  let gone: Promise<unknown> | undefined;
  const recording = await recordServer((request) => {
    gone = once(request.socket, "close");
    abort.abort();
  });
  const abort = new AbortController();
  await expect(fetch(recording.url, { signal: abort.signal })).rejects.toThrow("aborted");
  await gone;
  await recording.close();
  expect(ofKind(file, "http-reply")).toEqual([]);
});

test("the quote socket is not recorded", async () => {
  const recording = await recordFake(new FakeLongPort());
  const socket = connect(recording.port, recording.host);
  socket.write("GET /v2 HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
  const [answer] = await once(socket, "data");
  expect(String(answer)).toMatch(/^HTTP\/1\.1 501 /);
  await recording.close();
});
