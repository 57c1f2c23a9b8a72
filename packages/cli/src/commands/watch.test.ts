import { LongPortError } from "@tickwire/longport";
import { passing } from "@tickwire/tooling/passing";
import { expect, test } from "vitest";
import { cli, until } from "../testing/cli.ts";

const lines = (text: string): string[] => text.trimEnd().split("\n");

test("into a pipe goes a line for each quote; what happens beside goes to stderr", async () => {
  const { clock, start } = cli();
  const { ended, interrupt, output } = start(["watch", "some_group"]);
  await until(clock, () => output.err !== "");
  await clock.advance(3000);
  interrupt();
  const { code, out, err } = await ended;
  expect({ code, err }).toEqual({ code: 130, err: "futu: ready\n" });
  expect(lines(out)[0]).toMatch(/^\d\d:\d\d:\d\d\tFUTU\.US\t[\d.]+\t[+-][\d.]+%\tFutu Holdings Limited$/);
  expect(lines(out).length).toBeGreaterThan(4);
  expect(clock.pendingTimers).toBe(0);
});

test("with --json goes an object for each event", async () => {
  const { clock, start } = cli();
  const { ended, interrupt, output } = start(["watch", "longport:Favourites", "--json"]);
  await until(clock, () => output.out.includes('"quote"'));
  interrupt();
  const events = lines((await ended).out).map((line) => JSON.parse(line));
  expect(events[0]).toEqual({ type: "status", broker: "longport", state: "ready" });
  expect(events.find(({ type }) => type === "items").items[0]).toMatchObject({ symbol: "700.HK", name: "TENCENT" });
  expect(events.find(({ type }) => type === "quote")).toMatchObject({ symbol: "700.HK", price: expect.any(String) });
});

test("at a terminal the quotes stay in place, with the change since the day before also where pushes do not tell it", async () => {
  const { clock, start, longport } = cli();
  const { ended, interrupt, output } = start(["watch", "longport:Favourites"], { isTerminal: true });
  await until(clock, () => output.drawn.length > 0);
  await clock.advance(2000);
  const board = lines(output.drawn.at(-1) ?? "");
  expect(board[0]).toBe("Favourites (longport)  ● ready");
  expect(board[2]).toMatch(/^symbol +name +price +change +UTC$/);
  expect(board[3]).toMatch(/^700\.HK +TENCENT +[\d.]+ +[+-][\d.]+% +\d\d:\d\d:\d\d$/);
  expect(board.at(-1)).toBe("Ctrl-C ends it");

  longport.socket.disconnect();
  await clock.advance(5000);
  expect(output.drawn.some((text) => /^Favourites \(longport\) {2}● reconnecting: /.test(text))).toBe(true);
  expect(lines(output.drawn.at(-1) ?? "")[0]).toBe("Favourites (longport)  ● ready");
  interrupt();
  expect(await ended).toMatchObject({ code: 130, out: "" });
  expect(output.drawn.at(-1)).not.toContain("Ctrl-C");
  expect(clock.pendingTimers).toBe(0);
});

test("what happens while it runs is seen: a security more, one that is refused, a gap", async () => {
  const { clock, start, run, opend } = cli();
  const { ended, interrupt, output } = start(["watch", "A"], { isTerminal: true });
  await until(clock, () => output.drawn.length > 0);
  await clock.advance(200);
  expect(output.drawn.at(-1)).not.toContain("FUTU.US");
  expect((await run(["add", "A", "FUTU.US"])).code).toBe(0);
  await clock.advance(12_000);
  expect(output.drawn.at(-1)).toMatch(/^FUTU\.US /m);
  opend.disconnect();
  await clock.advance(0);
  expect(output.drawn.at(-1)).toContain("● reconnecting: ");
  await clock.advance(30_000);
  expect(output.drawn.some((text) => text.includes("the connection was lost for "))).toBe(true);
  interrupt();
  expect((await ended).code).toBe(130);
});

test("quotes that cannot be opened leave no board behind", async () => {
  const { clock, start } = cli();
  const refused = new LongPortError("LONGPORT_CONNECTION_LIMIT", "10 of 10 connections are in use");
  const { ended, output } = start(["watch", "longport:Favourites"], {
    isTerminal: true,
    connect: { quotes: () => Promise.reject(refused) },
  });
  const { code, err } = await passing(clock, ended);
  expect(code).toBe(3);
  expect(err).toContain("[LONGPORT_CONNECTION_LIMIT]\n  fix: end another program that has a quote connection\n");
  expect(output.drawn).toEqual([]);
});

test("a group that is not there is told before anything is subscribed", async () => {
  const { run, opend } = cli();
  const { code, err } = await run(["watch", "Some_Group"]);
  expect({ code, fix: lines(err)[1] }).toEqual({ code: 1, fix: '  fix: did you mean "some_group"?' });
  expect(opend.requests.all.map(({ protocol }) => protocol.name)).not.toContain("Qot_Sub");
});

test("a small window has the state, and as many rows as there is room for", async () => {
  const { clock, start } = cli();
  const { interrupt, ended, output } = start(["watch", "All"], { isTerminal: true, size: { columns: 40, rows: 9 } });
  await until(clock, () => output.drawn.length > 0);
  await clock.advance(3000);
  const board = lines(output.drawn.at(-1) ?? "");
  expect(board).toHaveLength(8);
  expect(board[0]).toBe("All (futu)  ● ready");
  expect(board[2]).toMatch(/^symbol +name +price +change$/);
  expect(board[5]).toMatch(/^and \d+ more, for which this window is too low$/);
  interrupt();
  await ended;
});

test("a connection that does not come back is told once, and a quote's columns stay where they are", async () => {
  const { clock, start, opend } = cli();
  const { interrupt, ended, output } = start(["watch", "C"]);
  await until(clock, () => output.err !== "");
  opend.close();
  await clock.advance(60_000);
  interrupt();
  const { err, out } = await ended;
  expect(new Set(lines(err)).size).toBe(lines(err).length);
  for (const line of lines(out)) expect(line.split("\t")).toHaveLength(5);
});
