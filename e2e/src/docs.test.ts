// The documentation has what the sources have: codes, options, columns, protocols, files. And its links lead somewhere.
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  checkSha1,
  decodeResponse,
  QotGetUserSecurityGroup,
  readWsReply,
  readWsRequest,
  sha1,
  TcpDecoder,
  toWatchlistRow,
} from "@tickwire/codec";
import { commands, decodeBody, decodeErrorBody, decodePacket, PacketStatus, SubType } from "@tickwire/codec/longport";
import { diagnosticsChannels } from "@tickwire/node-client";
import { defaults } from "@tickwire/session";
import { describe, expect, test } from "vitest";
import { blocksOf, pages, placeOf, root } from "./snippets/blocks.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");
const sorted = (texts: Iterable<string>): string[] => [...new Set(texts)].sort((a, b) => (a < b ? -1 : 1));

/** The sources of a package, tests left out. */
const sourcesOf = (name: string): string =>
  globSync(`packages/${name}/src/**/*.ts`, { cwd: root })
    .filter((path) => !/\.test\.ts$|\/(testing|gen)\//.test(path))
    .map(read)
    .join("\n");

/** The texts in a union of literals. */
function unionOf(source: string, name: string): string[] {
  const [, union] = new RegExp(`export type ${name} =([^;]+);`).exec(source) ?? [];
  const members = [...(union ?? "").matchAll(/"([^"]+)"/g)].map(([, member = ""]) => member);
  if (members.length === 0) throw new Error(`the sources have no union ${name}`);
  return members;
}

/** The fields of an interface. */
function fieldsOf(source: string, name: string): string[] {
  const [, body] = new RegExp(`export interface ${name}[^{]*{([\\s\\S]*?)\\n}`).exec(source) ?? [];
  const fields = [...(body ?? "").matchAll(/^ {2}(?:readonly )?(\w+)\??:/gm)].map(([, field = ""]) => field);
  if (fields.length === 0) throw new Error(`the sources have no interface ${name}`);
  return fields;
}

/** The text under a heading, up to the next one of its level or a higher one. */
function sectionOf(page: string, heading: string): string {
  const lines = read(page).split("\n");
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
  if (start < 0) throw new Error(`${page} has no heading "${heading}"`);
  const level = /^#+/.exec(lines[start] ?? "")?.[0].length ?? 0;
  const end = lines.findIndex((line, index) => index > start && new RegExp(`^#{1,${level}} `).test(line));
  return lines.slice(start + 1, end < 0 ? undefined : end).join("\n");
}

/** The cells of all tables in a text, without their first two lines and without backticks around a whole cell. */
const rowsOf = (text: string): string[][] =>
  [...text.matchAll(/(?:^\|.*\|\n?)+/gm)].flatMap(([table]) =>
    table
      .trim()
      .split("\n")
      .slice(2)
      .map((row) =>
        row
          .replaceAll("\\|", "∣")
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim().replace(/^`([^`]*)`$/, "$1")),
      ),
  );

const firstCells = (text: string): string[] => rowsOf(text).map(([first = ""]) => first);

describe("docs/errors.md", () => {
  const page = read("docs/errors.md");
  const session = sourcesOf("session");

  test.each([
    ["OpenDError", "OpenDError", unionOf(session, "OpenDErrorCode")],
    ["CodecError", "CodecError", unionOf(sourcesOf("codec"), "CodecErrorCode")],
    ["testkit", "Errors of testkit", sourcesOf("testkit").match(/(?<=")TESTKIT_\w+(?=")/g) ?? []],
  ])("explains every code of %s, and no other", (_, heading, codes) => {
    const section = sectionOf("docs/errors.md", heading === "Errors of testkit" ? heading : `\`${heading}\``);
    expect(sorted(firstCells(section))).toEqual(sorted(codes));
  });

  test("names no code that does not exist", () => {
    const all = [session, sourcesOf("codec"), sourcesOf("testkit")].join("\n");
    const named = sorted(page.match(/\b(?:OPEND|CODEC|TESTKIT)_[A-Z0-9_]+/g) ?? []);
    expect(named.filter((code) => !all.includes(`"${code}"`))).toEqual([]);
  });

  test("explains every reason, and no other", () => {
    const reasons = rowsOf(sectionOf("docs/errors.md", "Refusals"))
      .map(([reason = ""]) => reason)
      .filter((reason) => /^[a-z-]+$/.test(reason));
    expect(sorted(reasons)).toEqual(sorted(unionOf(session, "ServerReason")));
  });
});

test.each([
  ["longport", "LongPortErrorCode"],
  ["watchlist", "WatchlistErrorCode"],
])("packages/%s/README.md explains every code, and no other", (name, union) => {
  const section = sectionOf(`packages/${name}/README.md`, "Errors");
  expect(sorted(firstCells(section))).toEqual(sorted(unionOf(sourcesOf(name), union)));
});

test("packages/watchlist/README.md has every option of a sync, and no other", () => {
  const options = firstCells(sectionOf("packages/watchlist/README.md", "From one group to another"));
  const fields = ["SyncOptions", "DiffOptions", "CallOptions"].flatMap((name) =>
    fieldsOf(sourcesOf("watchlist"), name),
  );
  expect(sorted(options.map((option) => option.replace(/\(.*/, "")))).toEqual(sorted(fields));
});

describe("docs/options.md", () => {
  const session = sourcesOf("session");
  const ofConnect = rowsOf(sectionOf("docs/options.md", "Of `connect`"));

  const { reconnect, ...plain } = defaults;
  test.each(Object.entries(plain))("tells the default of %s", (name, value) => {
    expect(ofConnect.find(([option]) => option === name)?.[1]).toBe(JSON.stringify(value));
  });

  test.each(Object.entries(reconnect))("docs/reconnect.md tells the default of reconnect.%s", (name, value) => {
    const row = rowsOf(sectionOf("docs/reconnect.md", "The delays")).find(([option]) => option === `reconnect.${name}`);
    expect(row?.[1]).toBe(value === Number.POSITIVE_INFINITY ? "no limit" : JSON.stringify(value));
  });

  test("docs/reconnect.md tells the same defaults as this page", () => {
    const other = rowsOf(sectionOf("docs/reconnect.md", "The delays")).filter(([option = ""]) => option in plain);
    expect(other.length).toBeGreaterThan(3);
    for (const [option = "", value] of other)
      expect(value, option).toBe(ofConnect.find(([name]) => name === option)?.[1]);
  });

  test("has every option of connect, and no other", () => {
    const own = ["node-client", "web-client"].flatMap((name) =>
      fieldsOf(sourcesOf(name), name === "node-client" ? "NodeClientOptions" : "WebClientOptions"),
    );
    const options = ofConnect.filter((row) => row.length === 3).map(([option = ""]) => option);
    expect(sorted(options)).toEqual(
      sorted([...fieldsOf(session, "ClientOptions"), ...fieldsOf(session, "CallDefaults"), ...own]),
    );
  });

  test("has every option of a call, and no other", () => {
    expect(sorted(firstCells(sectionOf("docs/options.md", "Of a call")))).toEqual(
      sorted([...fieldsOf(session, "CallOptions"), ...fieldsOf(session, "CallDefaults")]),
    );
  });

  test("has every option of a stream, and no other", () => {
    const section = sectionOf("docs/options.md", "Of a stream");
    const fields = ["StreamOptions", "CallbackOptions", "SilenceOptions"].flatMap((name) => fieldsOf(session, name));
    expect(sorted(firstCells(section))).toEqual(sorted(fields));
    const [, buffer] = /DEFAULT_BUFFER = ([\d_]+)/.exec(session) ?? [];
    expect(rowsOf(section).find(([option]) => option === "buffer")?.[1]).toBe(buffer?.replaceAll("_", ""));
  });
});

test("docs/push.md has every overflow policy, and no other", () => {
  const policies = firstCells(sectionOf("docs/push.md", "A slow reader"));
  expect(sorted(policies)).toEqual(sorted(unionOf(sourcesOf("session"), "Overflow")));
});

describe("docs/telemetry.md", () => {
  const page = "docs/telemetry.md";
  const session = sourcesOf("session");

  test("has every hook, and no other", () => {
    expect(firstCells(sectionOf(page, "Hooks"))).toEqual(fieldsOf(session, "Telemetry"));
  });

  test.each(["RequestStart", "RequestEnd", "ConnectionChange", "PushReceived", "Failure"])(
    "has every field of %s, and no other",
    (name) => {
      expect(firstCells(sectionOf(page, `\`${name}\``))).toEqual(fieldsOf(session, name));
    },
  );

  test("has every channel, and no other", () => {
    const channels = rowsOf(sectionOf(page, "Channels in Node")).map(([key, channel]) => [key, channel]);
    expect(channels).toEqual(Object.entries(diagnosticsChannels));
  });
});

test("docs/recording.md has every option of a recording, every mode of a replay, and no other", () => {
  const testkit = sourcesOf("testkit");
  expect(sorted(firstCells(sectionOf("docs/recording.md", "Record")))).toEqual(
    sorted(fieldsOf(testkit, "RecordOptions")),
  );
  const modes = firstCells(sectionOf("docs/recording.md", "Replay")).map((mode) => /"(\w+)"/.exec(mode)?.[1] ?? "");
  expect(sorted(modes)).toEqual(sorted(unionOf(testkit, "ReplayMode")));
});

test("docs/testing.md has every fixture and every kind of problem, and no other", () => {
  const fixtures = firstCells(sectionOf("docs/testing.md", "With vitest"));
  expect(sorted(fixtures)).toEqual(sorted(fieldsOf(sourcesOf("testkit"), "TickwireFixtures")));
  const kinds = firstCells(sectionOf("docs/testing.md", "What a test has left behind"));
  expect(sorted(kinds)).toEqual(sorted(unionOf(sourcesOf("testkit"), "CleanProblemKind")));
});

test("docs/testing.md has every option of the fake, and no other", () => {
  const options = firstCells(sectionOf("docs/testing.md", "Options of the fake"));
  expect(sorted(options)).toEqual(sorted(fieldsOf(sourcesOf("testkit"), "FakeOpenDOptions")));
});

test("docs/watchlist.md has every column of a row, in order", () => {
  const security = { market: 1, code: "00700" };
  const row = toWatchlistRow({ basic: { security, id: 1n, lotSize: 1, secType: 3, name: "", listTime: "" } });
  const columns = rowsOf(sectionOf("docs/watchlist.md", "List a group's securities")).filter(
    ({ length }) => length === 5,
  );
  expect(columns.map(([, field]) => field)).toEqual(Object.keys(row));
  expect(columns.filter(([vendors]) => vendors !== "")).toHaveLength(15);
});

/** The bytes at the beginning of each line. */
function hexOf(code: string): Uint8Array {
  const hex = code.split("\n").flatMap((line) => /^(?:[0-9a-f]{2} ?)+/.exec(line)?.[0].trim().split(" ") ?? []);
  return Uint8Array.from(hex, (byte) => Number.parseInt(byte, 16));
}

describe("docs/protocol.md", () => {
  const frames = blocksOf("docs/protocol.md").filter(({ language }) => language === "hex");
  test.each(frames.map((block) => [placeOf(block), block] as const))("%s is a frame", (_, { words, code }) => {
    const bytes = hexOf(code);
    const body = Uint8Array.of(0x0a, 0x02, 0x08, 0x03);
    if (words[0] === "tcp") {
      new TcpDecoder().push(bytes, (frame) => {
        checkSha1(frame, frame.body, sha1);
        expect(frame).toMatchObject({ protoId: 3222, serialNo: 7, body });
      });
    } else if (words[0] === "ws-request") expect(readWsRequest(bytes)).toEqual({ cmd: 3222, section: 3n, body });
    else {
      const reply = readWsReply(bytes);
      expect(reply).toMatchObject({ cmd: 3222, section: 3n, error: 0 });
      const { s2c } = decodeResponse(QotGetUserSecurityGroup, reply.body);
      expect(s2c?.groupList).toEqual([{ groupName: "All", groupType: 2 }]);
    }
  });
});

describe("docs/longport-socket.md", () => {
  const packets = blocksOf("docs/longport-socket.md").filter(({ words }) => words[0] === "longport");
  test("has packets", () => expect(packets).toHaveLength(3));

  test.each(packets.map((block) => [placeOf(block), block] as const))("%s is a packet", (_, { code }) => {
    const packet = decodePacket(hexOf(code));
    expect(code).toContain(`command ${packet.command}`);
    const codec = commands.get(packet.command);
    const isRefusal = packet.type === "response" && packet.status !== PacketStatus.Success;
    const decode = isRefusal ? undefined : packet.type === "request" ? codec?.decode : codec?.command.decode;
    const message: object =
      decode === undefined ? decodeErrorBody(packet.body) : (decodeBody({ decode }, packet.body) as object);
    // What the page says of each field.
    const said = [...code.matchAll(/ (\w+): (?:"(.*)"|\[(\w+)\]|(\w+))$/gm)].slice(packet.type === "request" ? 1 : 0);
    for (const [, field = "", ...values] of said) {
      if (!(field in message)) continue;
      const value = String((message as Record<string, unknown>)[field]);
      expect(value.split(",")).toContain(
        values.find((text) => text !== undefined)?.replace("QUOTE", String(SubType.QUOTE)),
      );
    }
    expect(said.filter(([, field = ""]) => field in message).length).toBeGreaterThan(1);
  });
});

describe("docs/cli.md", () => {
  const cli = sourcesOf("cli");
  const page = "docs/cli.md";

  test("has every exit code, and no other", () => {
    const [, codes = ""] = /export const ExitCode = {([^}]+)}/.exec(cli) ?? [];
    expect(firstCells(sectionOf(page, "Exit codes"))).toEqual([...codes.matchAll(/: (\d+),/g)].map(([, code]) => code));
  });

  test("has every code of the program, and no other", () => {
    expect(sorted(firstCells(sectionOf(page, "For programs")))).toEqual(sorted(cli.match(/CLI_[A-Z]+(?=")/g) ?? []));
  });

  test("has every setting of the file, and no other", () => {
    const settings = rowsOf(sectionOf(page, "Settings")).flatMap(([, , setting = ""]) => setting || []);
    const ofFile = fieldsOf(cli, "ConfigFile").flatMap((field) =>
      field === "opend" || field === "longport"
        ? fieldsOf(cli, field === "opend" ? "OpenDSettings" : "LongPortSettings").map((name) => `${field}.${name}`)
        : field,
    );
    expect(sorted(settings)).toEqual(sorted(ofFile));
  });

  test("packages/cli/README.md has every command, and no other", () => {
    const listed = rowsOf(sectionOf("packages/cli/README.md", "Commands")).flatMap(([cell = ""]) =>
      [...cell.matchAll(/(?:^|`)([a-z]+)(?= |`|$)/g)].map(([, name = ""]) => name),
    );
    expect(sorted(listed)).toEqual(
      sorted(
        [...cli.matchAll(/new Command\("(\w+)"\)/g)].map(([, name = ""]) => name).filter((name) => name !== "tickwire"),
      ),
    );
  });
});

describe("docs/architecture.md", () => {
  /** Names of source files, relative to packages, to tools, or to the package that the text is about. */
  const filesIn = (text: string): string[] => sorted(text.match(/[\w./-]+\.(?:ts|mjs)\b/g) ?? []);
  const sources = globSync(["packages/*/src/**/*.ts", "packages/*/*.ts", "tools/**/src/*.ts", "e2e/src/*.ts"], {
    cwd: root,
    exclude: (path) => path.includes("node_modules"),
  }).map((path) => `/${path.replaceAll("\\", "/")}`);
  const exists = (file: string): boolean => sources.some((path) => path.endsWith(`/${file}`));
  test("names files that exist", () => {
    const files = filesIn(read("docs/architecture.md")).filter((file) => !file.startsWith("X."));
    expect(files.length).toBeGreaterThan(25);
    expect(files.filter((file) => !exists(file))).toEqual([]);
  });
});

test("docs/testing.md has every kind of fault with its fields, and no other", () => {
  const schema = JSON.parse(read("packages/testkit/src/fixtures/faults.schema.json"));
  const kinds = schema.properties.faults.items.oneOf.map(({ properties }: { properties: object }) => {
    const { kind, times, ...fields } = properties as Record<string, { const?: string }>;
    return [kind?.const, Object.keys(fields)];
  });
  const told = rowsOf(sectionOf("docs/testing.md", "Faults")).filter(({ length }) => length === 3);
  expect(told.map(([kind, fields = ""]) => [kind, fields.match(/\w+/g) ?? []])).toEqual(kinds);
});

test("docs/decisions/README.md lists every decision", () => {
  const records = readdirSync(join(root, "docs/decisions")).filter((name) => /^\d{3}-/.test(name));
  const index = read("docs/decisions/README.md");
  for (const record of records) {
    expect(index).toContain(`](${record})`);
    const title = /^# (.*)/.exec(read(`docs/decisions/${record}`))?.[1] ?? "";
    expect(title.startsWith(`${record.slice(0, 3)}: `), record).toBe(true);
    expect(index, record).toContain(title.slice(5));
  }
});

describe("links", () => {
  const all = [...pages, "CONTRIBUTING.md", "SECURITY.md", "proto/README.md"];

  /** A heading's anchor, as GitHub makes it. */
  const anchorsOf = (page: string): string[] =>
    [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^\p{Letter}\p{Number}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    );

  test.each(all)("of %s lead to files and headings that exist", (page) => {
    const text = read(page).replace(/^```[\s\S]*?^```/gm, "");
    const broken = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].flatMap(([, link = ""]) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return [link];
      return anchor === undefined || anchorsOf(target).includes(anchor) ? [] : [link];
    });
    expect(broken).toEqual([]);
  });
});

const quotes = pages.flatMap(blocksOf).filter(({ words }) => words[0] === "from");
test.each(quotes.map((block) => [placeOf(block), block] as const))("%s is in the file", (_, { words, code }) => {
  expect(read(words[1] ?? "")).toContain(`${code}\n`);
});

const data = pages.flatMap(blocksOf).filter(({ language }) => language === "json");
test.each(data.map((block) => [placeOf(block), block] as const))("%s is JSON", (_, { code }) => {
  const { $schema } = JSON.parse(code);
  if ($schema !== undefined)
    expect(existsSync(join(root, $schema.replace("./node_modules/@tickwire/", "packages/"))), $schema).toBe(true);
});

test("every changeset names packages and what follows for their versions", () => {
  const changesets = globSync(".changeset/*.md", { cwd: root });
  const head = /^---\n(?:"@tickwire\/[\w-]+": (?:patch|minor|major)\n)+---\n\n\S/;
  expect(changesets.filter((file) => !head.test(read(file)))).toEqual([]);
});
