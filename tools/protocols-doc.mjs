// Writes docs/protocols.md from proto/opend.manifest.json and the comments of the .proto files. With --check it writes
// nothing, and fails if the page is not what it would write.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = `${root}/docs/protocols.md`;
const read = (path) => readFileSync(`${root}/${path}`, "utf8").replaceAll("\r\n", "\n");

const { areas, protocols, withoutId, gone } = JSON.parse(read("proto/opend.manifest.json"));
const areaTexts = JSON.parse(read("proto/opend.manifest.schema.json")).properties.areas.properties;

/** The first sentence of the comment before `package`, without the words that the table's columns say. */
function meaningOf(name) {
  const [, comment = ""] = /((?:^\/\/.*\n)+)package /m.exec(read(`proto/opend/${name}.proto`)) ?? [];
  const text = comment
    .replaceAll(/^\/\/ ?/gm, "")
    .replaceAll("\n", " ")
    .trim();
  const sentence = /^.*?\.(?=\s+[A-Z0-9]|$)/.exec(text)?.[0] ?? text;
  const [, rest] = /^(?:[^:.]*, )?(?:request and reply|push): (.*)$/i.exec(sentence) ?? [];
  return rest === undefined ? sentence : rest.charAt(0).toUpperCase() + rest.slice(1);
}

const code = (text) => `\`${text}\``;
const list = (items) => [items].flat().map(code).join(", ");
const nameOf = ({ package: name, flat }) => (flat === undefined ? code(name) : `${code(flat.name)} of ${code(name)}`);
const conditions = {
  refreshCache: "only with `refreshCache`",
  firstPage: "only first pages",
  notWarrant: "not for warrants",
};

function limitOf({ id, limit }) {
  if (limit === undefined) return "";
  const { requests, windowMs, per, bucket, minGapMs, when, source } = limit;
  const sharers = protocols.filter(
    (other) => other.id !== id && bucket !== undefined && other.limit?.bucket === bucket,
  );
  const parts = [
    `${requests} in ${windowMs / 1000} s${per === undefined ? "" : ` per ${per}`}`,
    ...(minGapMs === undefined ? [] : [`${minGapMs} ms apart`]),
    ...sharers.map((other) => `together with ${other.id}`),
    ...(when === undefined ? [] : [conditions[when]]),
  ];
  return parts.join(", ") + { documentation: "", "vendor-script": " ¹", "third-party": " ²" }[source];
}

const capOf = (cap) => cap.text ?? `At most ${cap.max} in ${code(cap.field)}.`;
const effectOf = ({ effect = "", needsPacketId }) => (needsPacketId ? `${effect}, packet id` : effect);

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => `${cell}`.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function areaSection([area, packages]) {
  const members = protocols.filter((entry) => packages.includes(entry.package));
  const spoken = new Set([...members, ...withoutId].map((entry) => entry.package));
  const shared = packages.filter((name) => !spoken.has(name));
  const rows = members.map((entry) => [
    entry.id,
    nameOf(entry),
    meaningOf(entry.package),
    entry.kind,
    effectOf(entry),
    limitOf(entry),
    (entry.caps ?? []).map(capOf).join(" "),
    entry.since,
  ]);
  return [
    `## ${area.charAt(0).toUpperCase()}${area.slice(1)}`,
    `${areaTexts[area].description.split(" The main entry")[0]}`,
    `Import from ${code(area === "core" ? "@tickwire/codec" : `@tickwire/codec/${area}`)}.${
      shared.length > 0 ? ` Shared types without a protocol: ${list(shared)}.` : ""
    }`,
    table(["id", "name", "what it does", "kind", "repetition", "limit in OpenD", "caps", "since"], rows),
  ];
}

const states = protocols.filter((entry) => entry.conflation !== undefined);

const text = `${[
  "<!-- Written by tools/protocols-doc.mjs from proto/opend.manifest.json and the comments in proto/opend. -->",
  "# Protocols",
  `All ${protocols.length} protocols of OpenD, as of version 10.11 of the vendor's npm client. Each has a descriptor, called like the
package without the underscore: \`QotGetUserSecurity\` for \`Qot_GetUserSecurity\`. The three protocols of \`SkillWrapAPI\` are
called as below.`,
  `- **kind**: who speaks first: the client (request) or OpenD (push). Internal is what the client sends by itself during
  handshake and heartbeat, or what only the vendor's own tools send.
- **repetition**: what may happen when a request is sent twice: nothing new (read), the account changes (write), the
  connection gets something else (subscribe). OpenD ignores a request whose packet id is not a new one.
- **limit in OpenD**: so many requests in any window of that length; OpenD refuses the rest. Where sources differ, the
  smaller. ¹ by a script of the vendor, ² by third parties who quote the documentation; else by the documentation.
- **since**: the oldest of the vendor's npm clients that we saw whose schema has it; 6.5 means 6.5 or older.`,
  ...Object.entries(areas).flatMap(areaSection),
  "## Pushes that replace older ones",
  "They tell a state, so a slow reader may be given the newest only. Every other push counts by itself.",
  table(
    ["id", "name", "what a newer one replaces"],
    states.map((entry) => {
      const { list: items, key, within } = entry.conflation;
      const where = items === undefined ? "the push" : `the item of ${code(items)}`;
      const together = within === undefined ? "" : `, in pushes with the same ${list(within)}`;
      return [entry.id, nameOf(entry), `${where} with the same ${list(key)}${together}`];
    }),
  ),
  "## Packages without an id",
  "Their messages are in the schema, but they cannot be sent: no id is published.",
  table(
    ["name", "what it does", "note"],
    withoutId.map((entry) => [code(entry.package), meaningOf(entry.package), entry.note]),
  ),
  "## Ids that are gone",
  table(
    ["id", "name", "note"],
    gone.map(({ id, name, note }) => [id, code(name), note]),
  ),
].join("\n\n")}\n`;

if (!process.argv.includes("--check")) writeFileSync(page, text);
else {
  let found;
  try {
    found = readFileSync(page, "utf8").replaceAll("\r\n", "\n");
  } catch {
    // Without a page it is stale all the same.
  }
  if (found !== text) {
    console.error("docs/protocols.md is stale: run node tools/protocols-doc.mjs");
    process.exitCode = 1;
  }
}
