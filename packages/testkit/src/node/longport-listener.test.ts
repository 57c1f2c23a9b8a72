import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeLongPort } from "../fake-longport.ts";
import { answerOf, longPortClient, signedHeaders } from "../test-support/longport-client.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { type LongPortListening, listenLongPort } from "./longport-listener.ts";

const groupsPath = "/v1/watchlist/groups";
const bearer = { authorization: "Bearer fake-bearer-token" };
let lines: string[];
let longport: FakeLongPort;
let listening: LongPortListening;
beforeEach(async () => {
  lines = [];
  longport = new FakeLongPort({ log: (line) => lines.push(line) });
  listening = await listenLongPort(longport);
});
afterEach(() => listening.close());

const client = () => longPortClient(fetch, listening.url);
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
};

/** Sends a text as it is, and gives all that comes back until the end. */
async function raw(text: string): Promise<string> {
  const socket = connect(listening.port, listening.host);
  let received = "";
  socket.setEncoding("utf8").on("data", (part: string) => {
    received += part;
  });
  socket.on("error", () => undefined);
  socket.write(text);
  await once(socket, "close");
  return received;
}

test("tells where it listens: any free port of this machine only", () => {
  expect(listening.host).toBe("127.0.0.1");
  expect(listening.url).toBe(`http://127.0.0.1:${listening.port}`);
});

test("serves the whole round over real HTTP", async () => {
  const ask = client();
  const created = await ask("POST", groupsPath, { name: "信息產業組", securities: ["BABA.US", "AAPL.US"] });
  expect(created).toMatchObject({ status: 200, code: 0, data: { id: "10086" } });
  expect(created.headers.get("x-trace-id")).toBe("fake-trace-1");
  await ask("PUT", groupsPath, '{"id":9007199254740993,"securities":["D05.SG"],"mode":"add"}');
  await ask("POST", "/v1/watchlist/pinned", { mode: "add", securities: ["D05.SG"] });
  await ask("DELETE", `${groupsPath}?id=10086&purge=false`);
  await ask("DELETE", groupsPath, { id: 28020 });
  const { data } = await ask("GET", groupsPath);
  expect(data.groups.map(({ id }: { id: string }) => id)).toEqual([
    "2630",
    "-6",
    "2631",
    "2632",
    "28021",
    "9007199254740993",
  ]);
  expect(data.groups.at(-1).securities.at(-1)).toMatchObject({ symbol: "D05.SG", is_pinned: true });
  expect(lines).toEqual([]);
});

test("signs over the path and the query as they were sent", async () => {
  const path = "/v1/../v1/watchlist/groups?id=%32&b=%e4";
  const headers = signedHeaders({ method: "DELETE", path, timestamp: String(Date.now()) });
  const text = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const answer = await raw(`DELETE ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${text.join("")}\r\n`);
  // The path is unknown when it is not tidied up by a URL parser.
  expect(answer).toContain("HTTP/1.1 404");
  const query = "?id=28020&x=%e4%2F";
  const signed = signedHeaders({ method: "DELETE", path: `${groupsPath}${query}`, timestamp: String(Date.now()) });
  expect(
    await answerOf(await fetch(`${listening.url}${groupsPath}${query}`, { method: "DELETE", headers: signed })),
  ).toMatchObject({
    code: 0,
  });
});

test("a header that is sent twice is joined, as the official client's doubled timestamp", async () => {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const headers = {
    ...signedHeaders({ timestamp: `${timestamp}, ${timestamp}` }),
    "x-timestamp": [timestamp, timestamp],
  };
  const request = httpRequest(`${listening.url}${groupsPath}`, { headers, agent: false }).end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  expect(response.statusCode).toBe(403);
  response.resume();
  expect(lines[0]).toContain("403201: X-Timestamp is neither seconds nor milliseconds since 1970, or is there twice");
});

test("answers a browser's preflight", async () => {
  const headers = { "access-control-request-headers": "authorization" };
  const response = await fetch(`${listening.url}${groupsPath}`, { method: "OPTIONS", headers });
  expect([response.status, response.headers.get("access-control-allow-headers")]).toEqual([204, "authorization"]);
});

test("cut-body: the socket breaks in the middle of the body that was announced", async () => {
  longport.faults.add({ kind: "cut-body", times: 2 });
  const response = await fetch(`${listening.url}${groupsPath}`, { headers: bearer });
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow(TypeError);
  const received = await raw(
    `GET ${groupsPath} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer fake-bearer-token\r\n\r\n`,
  );
  const [head = "", body = ""] = received.split("\r\n\r\n");
  const announced = Number(/content-length: (\d+)/i.exec(head)?.[1]);
  expect(Buffer.byteLength(body)).toBeGreaterThan(0);
  expect(Math.abs(Buffer.byteLength(body) - announced / 2)).toBeLessThan(4);
});

test("network-error: the socket is reset before any answer", async () => {
  longport.faults.add({ kind: "network-error" });
  const request = httpRequest(`${listening.url}${groupsPath}`, { headers: bearer, agent: false }).end();
  const [error] = await once(request, "response").catch((cause: unknown) => [cause]);
  expect(error).toMatchObject({ code: "ECONNRESET" });
  expect(longport.requests.all).toHaveLength(1);
  expect((await fetch(`${listening.url}${groupsPath}`, { headers: bearer })).status).toBe(200);
});

test("slow: waits until the client hangs up, and logs no error then", async () => {
  longport.faults.add({ kind: "slow" });
  const stop = new AbortController();
  const asked = fetch(`${listening.url}${groupsPath}`, { headers: bearer, signal: stop.signal });
  const rejected = expect(asked).rejects.toThrow("aborted");
  await until(() => lines.length === 1);
  stop.abort();
  await rejected;
  await client()("GET", groupsPath);
  expect(lines).toEqual(["list: the planned fault slow"]);
});

test("slow with a delay answers over real time", async () => {
  longport.faults.add({ kind: "slow", delayMs: 30 });
  const startMs = performance.now();
  expect(await client()("GET", groupsPath)).toMatchObject({ code: 0 });
  expect(performance.now() - startMs).toBeGreaterThan(25);
});

test("a body that is too large is refused before it has all come", async () => {
  const request = httpRequest(`${listening.url}${groupsPath}`, { method: "POST", headers: bearer, agent: false });
  request.on("error", () => undefined);
  request.write("x".repeat(1024 * 1024 + 1));
  const [response] = (await once(request, "response")) as [IncomingMessage];
  expect([response.statusCode, response.headers.connection]).toEqual([413, "close"]);
  response.resume();
  request.destroy();
  expect(longport.requests.all).toEqual([]);
});

test("a client that hangs up within its body is no error of anybody", async () => {
  const socket = connect(listening.port, listening.host);
  socket.write("POST /v1/watchlist/groups HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{");
  await once(socket, "connect");
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([lines, longport.requests.all]).toEqual([[], []]);
});

test("closing ends every socket and timer, frees the port, can be done twice, and the fake goes on", async () => {
  await listening.close();
  const clock = new VirtualClock();
  longport = new FakeLongPort({ clock, log: (line) => lines.push(line) });
  listening = await listenLongPort(longport);
  longport.faults.add({ kind: "slow", delayMs: 3_600_000 });
  const asked = expect(fetch(`${listening.url}${groupsPath}`, { headers: bearer })).rejects.toThrow(TypeError);
  await until(() => lines.length === 1);
  const { port } = listening;
  await Promise.all([listening.close(), listening.close()]);
  await asked;
  await until(() => clock.pendingTimers === 0);
  await using again = await listenLongPort(longport, { port });
  expect(again.port).toBe(port);
  expect((await fetch(`${again.url}${groupsPath}`, { headers: bearer })).status).toBe(200);
});

test("a port in use is told with what to do", async () => {
  await expect(listenLongPort(longport, { port: listening.port })).rejects.toThrow(
    `[TESTKIT_LISTEN] cannot listen on 127.0.0.1:${listening.port}: the port is in use`,
  );
});
