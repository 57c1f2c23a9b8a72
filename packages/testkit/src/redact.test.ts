import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { fieldTest, harmlessFields, mapFields, sensitiveFields } from "./redact.ts";

const proto = fileURLToPath(new URL("../../../proto/", import.meta.url));

/** Every field of the schemas, as `Package.field`. */
const fields = globSync("{opend,longport}/*.proto", { cwd: proto }).flatMap((path) => {
  const text = readFileSync(`${proto}${path}`, "utf8");
  const place = path.replace(/^.*\/|\.proto$/g, "");
  return [...text.matchAll(/^\s*(?:(?:required|optional|repeated) )?(?:[\w.]+|map<[^>]+>) (\w+) = \d+/gm)].map(
    ([, name = ""]) => `${place}.${name}`,
  );
});
const names = new Set(fields.map((field) => field.split(".")[1]!));
/** LongPort's HTTP bodies have no schema. */
const httpOnly = ["aaid", "account_no", "access_token", "refresh_token", "app_key", "app_secret"];

test("the schemas were found", () => {
  expect(fields.length).toBeGreaterThan(4410);
  expect(fields).toContain("Trd_Common.accID");
  expect(names).toContain("session_id");
});

test.each(["sensitive", "harmless"] as const)("every name that is listed as %s exists", (list) => {
  const listed = list === "sensitive" ? sensitiveFields : harmlessFields;
  const known = new Set([...fields, ...names, ...httpOnly, "otp"]);
  expect(listed.filter((name) => !known.has(name))).toEqual([]);
  expect(new Set(listed).size).toBe(listed.length);
});

test("whatever looks sensitive in the schemas is redacted, or known to be harmless", () => {
  const looks =
    /acc|user|pwd|passw|key|token|phone|mail|card|nick|addr|secret|aes|^ip$|remark(?!et)|avatar|login|metadata|member|session_id|^(param|result)(Str|Bytes)$/i;
  const decided = new Set([...sensitiveFields, ...harmlessFields]);
  const open = fields.filter((field) => {
    const name = field.split(".")[1]!;
    return looks.test(name) && !decided.has(name) && !decided.has(field);
  });
  expect([...new Set(open.map((field) => field.split(".")[1]))]).toEqual([]);
});

test("a name counts at any depth; with a place, only there", () => {
  const isField = fieldTest(["accID", "Verification.code", "groups.name"]);
  const redact = (scope: string, message: unknown) => mapFields(message, scope, isField, () => "…");
  expect(redact("Any", { header: { accID: "1", code: "2" }, list: [{ accID: ["3", { deep: 4 }] }] })).toEqual({
    header: { accID: "…", code: "2" },
    list: [{ accID: ["…", { deep: "…" }] }],
  });
  expect(redact("Verification", { type: 1, code: "123456" })).toEqual({ type: 1, code: "…" });
  expect(redact("body", { data: { groups: [{ name: "mine", securities: [{ name: "TENCENT" }] }] } })).toEqual({
    data: { groups: [{ name: "…", securities: [{ name: "TENCENT" }] }] },
  });
});
