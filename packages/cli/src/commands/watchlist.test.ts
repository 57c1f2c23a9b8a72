// groups, list, add, remove, create, rename, delete, sync, export, import.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cli } from "../testing/cli.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tickwire-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("groups", () => {
  test("of Futu", async () => {
    const { code, out } = await cli().run(["groups"]);
    expect(code).toBe(0);
    expect(out.split("\n").slice(0, 2)).toEqual(["group       id", "All                      read only"]);
    expect(out).toMatch(/^testgroup {3}testgroup#2 {2}hidden by the first group of its name/m);
  });

  test("of LongPort, whose names are Chinese", async () => {
    const { out } = await cli().run(["groups", "--broker", "longport"]);
    expect(out).toMatch(/^信息產業組 {2}#28020$/m);
    expect(out).toMatch(/^big id {6}#9007199254740993$/m);
  });

  test("as JSON", async () => {
    const { out } = await cli().run(["--json", "groups", "-b", "longport"]);
    const groups = JSON.parse(out);
    expect(groups.at(-1)).toEqual({
      id: "#9007199254740993",
      name: "big id",
      source: "longport",
      isReadOnly: false,
      isShadowed: false,
    });
  });
});

describe("list", () => {
  test("shows symbols, names, and what the broker calls them", async () => {
    expect(await cli().run(["list", "some_group"])).toEqual({
      code: 0,
      out: "symbol   name                   futu\nFUTU.US  Futu Holdings Limited  US.FUTU\n700.HK   Tencent                HK.00700\n",
      err: "",
    });
  });

  test("takes the broker from the group's name", async () => {
    expect((await cli().run(["list", "longport:Favourites"])).out).toContain(
      "BRK.B.US  Berkshire Hathaway-B  BRK.B.US",
    );
    const { code, err } = await cli().run(["list", "longport:Favorites"]);
    expect({ code, fix: err.split("\n")[1] }).toEqual({ code: 1, fix: '  fix: did you mean "Favourites"?' });
  });

  test("says so when there is nothing", async () => {
    expect(await cli().run(["list", "A"])).toMatchObject({ code: 0 });
    const { run } = cli();
    await run(["create", "longport:Empty"]);
    expect(await run(["list", "longport:Empty"])).toEqual({ code: 0, out: "", err: "Empty is empty\n" });
    expect((await run(["list", "longport:Empty", "--json"])).out).toBe("[]\n");
  });
});

describe("changes", () => {
  test("a group of LongPort, from its making to its end", async () => {
    const { run } = cli();
    const lp = (...args: string[]) => run([...args, "--broker", "longport"]);
    expect(await lp("create", "科技")).toEqual({ code: 0, out: "created 科技 (longport)\n", err: "" });
    expect((await lp("add", "科技", "0700.HK", "AAPL.US")).out).toBe("added 0700.HK, AAPL.US to 科技 (longport)\n");
    expect((await lp("list", "科技")).out).toContain("700.HK   TENCENT  700.HK");
    expect((await lp("remove", "科技", "700.HK")).out).toBe("took 700.HK out of 科技 (longport)\n");
    expect((await lp("list", "科技")).out).not.toContain("700.HK");
    expect((await lp("rename", "科技", "Tech")).out).toBe("renamed 科技 to Tech (longport)\n");
    expect((await lp("delete", "Tech")).out).toBe("deleted Tech (longport)\n");
    expect((await lp("groups")).out).not.toContain("Tech");
    expect((await lp("add", "all", "x")).code).toBe(2);
  });

  test("as JSON they say what was done", async () => {
    const { run } = cli();
    const { out } = await run(["create", "longport:Tech", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ done: true, broker: "longport", group: "Tech", result: { name: "Tech" } });
  });

  test("of Futu", async () => {
    const { run } = cli();
    expect((await run(["add", "A", "futu:US.FUTU"])).out).toBe("added futu:US.FUTU to A (futu)\n");
    expect((await run(["remove", "A", "FUTU.US", "--everywhere"])).out).toBe(
      "took FUTU.US out of the whole watchlist (futu)\n",
    );
    expect((await run(["list", "All"])).out).not.toContain("FUTU.US");
  });

  test.each(["create X", "rename A X", "delete A"])("OpenD cannot %s, and the fix is told", async (line) => {
    const { code, out, err } = await cli().run(line.split(" "));
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(
      /^error: OpenD cannot \w+ groups: do it in the app of Futu or moomoo \[WATCHLIST_CANNOT\]\n {2}fix: from here, groups of LongPort/,
    );
  });

  test("Futu's own groups stay as they are", async () => {
    const { code, err } = await cli().run(["add", "All", "700.HK"]);
    expect(code).toBe(1);
    expect(err).toContain("[WATCHLIST_READ_ONLY]\n  fix: `tickwire groups` shows which ones can be changed\n");
  });
});

describe("sync", () => {
  test("shows the plan, and does it only with --yes", async () => {
    const { run } = cli();
    const args = ["sync", "futu:A", "longport:From Futu", "--create"];
    const plan = await run(args);
    expect(plan.code).toBe(0);
    expect(plan.out).toMatch(/^create From Futu\nadd 1: 700\.HK\nleft out HK\.HSImain: LongPort has no futures\n$/);
    expect(plan.err).toBe("nothing was changed; --yes does it\n");
    expect((await run(["groups", "-b", "longport"])).out).not.toContain("From Futu");

    const done = await run([...args, "--yes"]);
    expect(done.code).toBe(0);
    expect(done.out).toMatch(/^700\.HK {2}add {5}done$/m);
    expect((await run(["list", "longport:From Futu"])).out).toContain("700.HK");
    expect((await run(args)).out).toMatch(/^From Futu has it all: nothing to do\n/);
  });

  test("as JSON", async () => {
    const { out } = await cli().run(["sync", "futu:A", "longport:Favourites", "--json", "--yes"]);
    expect(JSON.parse(out)).toMatchObject({ done: true, isComplete: true, plan: { steps: [] } });
  });

  test("a target that is not there needs --create", async () => {
    const { code, err } = await cli().run(["sync", "futu:A", "longport:Nope", "--yes"]);
    expect(code).toBe(1);
    expect(err).toContain("--create");
  });
});

describe("export and import", () => {
  test.each(["json", "csv"])("bring a group to the other broker through a file of %s", async (format) => {
    const { run } = cli();
    const file = join(folder, `groups.${format}`);
    expect((await run(["export", "A", "some_group", "--output", file])).out).toBe(`${file}: 2 groups, 4 securities\n`);
    const { out } = await run(["export", "A", "some_group", "--format", format]);
    expect(readFileSync(file, "utf8")).toBe(out);

    const args = ["import", file, "--broker", "longport", "--create", "--group", "some_group"];
    expect((await run(args)).out).toBe("create some_group\nadd 2: FUTU.US 700.HK\n");
    expect((await run([...args, "--yes"])).code).toBe(0);
    expect((await run(["list", "longport:some_group"])).out).toContain("FUTU.US");
  });

  test("several groups at once, from stdin, as one JSON document", async () => {
    const { run } = cli();
    const { out } = await run(["import", "-", "--create", "-b", "longport", "--json"], {
      stdin: "group,symbol\nX,700.HK\nY,AAPL.US\n",
    });
    expect(JSON.parse(out)).toMatchObject([{ plan: { group: "X" } }, { plan: { group: "Y" } }]);
  });

  test.each([
    [["import", "/nowhere/x"], undefined, 1, "/nowhere/x cannot be read: there is no such file or folder [CLI_FILE]"],
    [["import", "-"], undefined, 2, "stdin is a terminal [CLI_USAGE]"],
    [["import", "-"], "\n", 2, "stdin is empty [CLI_USAGE]\n  fix: give it what `tickwire export` writes"],
    [["import", "-"], "a,b\n", 2, 'line 1: there is no column "group" [WATCHLIST_BAD_FILE]'],
    [["import", "-"], '{"format":"x"}', 2, 'format: expected "tickwire.watchlist" [WATCHLIST_BAD_FILE]'],
    [["import", "-", "--group", "Z"], "group,symbol\nX,700.HK\n", 2, 'stdin has no group "Z" [CLI_USAGE]'],
    [["export", "A", "longport:Favourites"], undefined, 2, "the groups are of several brokers [CLI_USAGE]"],
    [
      ["export", "A", "--output", "/nowhere/x.json"],
      undefined,
      1,
      "/nowhere/x.json cannot be written: there is no such file or folder [CLI_FILE]",
    ],
  ])("%j: %j", async (args, stdin, code, problem) => {
    const ended = await cli().run(args, stdin === undefined ? {} : { stdin });
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(problem);
  });

  test("a group that fails does not hide what was done before it", async () => {
    const { run } = cli();
    const stdin = "group,symbol\nhk,9988.HK\nNope,700.HK\nhk,700.HK\n";
    const people = await run(["import", "-", "-b", "longport"], { stdin });
    expect(people).toMatchObject({ code: 1, out: expect.stringMatching(/^hk\n/) });
    expect(people.err).toContain('no group "Nope"');
    const programs = await run(["import", "-", "-b", "longport", "--json"], { stdin });
    expect(JSON.parse(programs.out)).toMatchObject([{ plan: { group: "#2632" } }]);
    expect(JSON.parse(programs.err).error.code).toBe("WATCHLIST_NO_GROUP");
  });

  test("what was exported without names can be changed", async () => {
    const file = join(folder, "all.json");
    writeFileSync(file, "");
    const { out } = await cli().run(["export", "--output", file, "--json"]);
    expect(JSON.parse(out)).toMatchObject({ done: true, groups: 4 });
    expect(JSON.parse(readFileSync(file, "utf8")).groups.map(({ name }: { name: string }) => name)).not.toContain(
      "All",
    );
  });
});
