import { expect, test } from "vitest";
import type { Connectors } from "./context.ts";
import { cli, until } from "./testing/cli.ts";

test("without anything, and with --help, it shows what there is", async () => {
  const { run } = cli();
  const { code, out, err } = await run([]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^ {2}watch <group> +live quotes/m);
  expect(out).toContain("Exit codes: 0 done, 1 failed or refused, 2 typed wrong");
  expect(await run(["--help"])).toEqual({ code, out, err });
  expect(out).toContain("run `tickwire fake` in another terminal");
  const help = await run(["sync", "--help"]);
  expect(help.out).toContain("--mirror");
  expect(help.out).toContain("--json");
});

test("help is no wider than the terminal", async () => {
  const { start } = cli();
  const { out } = await start(["--help"], { isTerminal: true, size: { columns: 80, rows: 24 } }).ended;
  for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test("a name that is short is not like every other", async () => {
  expect((await cli().run(["list", "B"])).err).not.toContain("did you mean");
});

test("tells its version", async () => {
  expect(await cli().run(["--version"])).toEqual({ code: 0, out: "0.0.0\n", err: "" });
});

test.each([
  [["grops"], "unknown command 'grops'", "did you mean groups?"],
  [["groups", "--brokr", "x"], "unknown option '--brokr'", "did you mean --broker?"],
  [["list"], "missing required argument 'group'", "`tickwire list --help` shows how"],
  [["groups", "--broker", "ibkr"], '"ibkr" is no broker', "there are futu and longport (also called moomoo: futu)"],
  [
    ["groups", "--timeout", "soon"],
    'the timeout must be a whole number of milliseconds above 0, not "soon"',
    undefined,
  ],
  [["record", "x", "--port", "99999"], 'the port must be from 0 to 65535, not "99999"', undefined],
  [["groups", "--config", "/nowhere/x.json"], "/nowhere/x.json cannot be read: there is no such file", undefined],
])("%j is told with the fix", async (args, problem, fix) => {
  const { code, out, err } = await cli().run(args);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  const [first, second] = err.split("\n");
  expect(first).toMatch(/^error: .+ \[CLI_(USAGE|CONFIG)\]$/);
  expect(first).toContain(problem);
  expect(second).toBe(fix === undefined ? "" : `  fix: ${fix}`);
});

test("with --json errors are JSON, on stderr", async () => {
  const { code, out, err } = await cli().run(["list", "some_grop", "--json"]);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(JSON.parse(err)).toEqual({
    error: {
      code: "WATCHLIST_NO_GROUP",
      message: expect.stringMatching(/^there is no group "some_grop": there are "All", /),
      fix: 'did you mean "some_group"?',
      outcome: "not-sent",
      retryable: false,
    },
  });
});

test("no connection is 3", async () => {
  const { opend, run } = cli();
  opend.close();
  const { code, err } = await run(["groups"]);
  expect(code).toBe(3);
  expect(err).toMatch(/\[OPEND_CONNECT_FAILED\]\n {2}fix: `tickwire doctor` finds out why\n$/);
});

test("a refusal because of OpenD's rate limit says what helps", async () => {
  // While no time passes, all fall into one window.
  const { start } = cli({ enforceLimits: true });
  for (let i = 0; i < 10; i++) expect((await start(["groups"]).ended).code).toBe(0);
  const { code, err } = await start(["groups"]).ended;
  expect(code).toBe(1);
  expect(err).toContain("fix: wait half a minute: OpenD counts over all programs and commands\n");
});

test("a mistake of its own is told without a stack", async () => {
  const broken = async () => {
    throw new TypeError("x is not a function");
  };
  const { code, err } = await cli().run(["groups"], { connect: { opend: broken } });
  expect(code).toBe(1);
  expect(err).toBe(
    "error: x is not a function [CLI_BUG]\n  fix: this is a mistake in tickwire: please report it, with the command that you typed\n",
  );
});

/** A connector that is never done. */
function hanging() {
  let isCalled = false;
  const opend: Connectors["opend"] = (_, { signal }) => {
    isCalled = true;
    return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  return { connect: { opend }, isCalled: () => isCalled };
}

test("Ctrl-C while it waits ends it with 130, and nothing else to say", async () => {
  const { clock, start } = cli();
  const { connect, isCalled } = hanging();
  const { ended, interrupt } = start(["groups"], { connect });
  await until(clock, isCalled);
  interrupt();
  expect(await ended).toEqual({ code: 130, out: "", err: "" });
});

test("what takes more than a second is told at a terminal, and taken away", async () => {
  const { clock, start } = cli();
  const { connect, isCalled } = hanging();
  const { ended, interrupt, output } = start(["groups"], { isTerminal: true, connect });
  await until(clock, isCalled);
  await clock.advance(999);
  expect(output.err).toBe("");
  await clock.advance(1);
  expect(output.err).toBe("connecting to tcp://127.0.0.1:11111 …");
  interrupt();
  expect((await ended).err).toBe("connecting to tcp://127.0.0.1:11111 …\r\u001b[K");
});
