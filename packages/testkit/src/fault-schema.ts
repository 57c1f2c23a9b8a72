import { type ProtocolCodec, protocols } from "@tickwire/codec/registry";
import { TickwireError } from "@tickwire/session";
import type { OpenDFault } from "./faults.ts";
import { formatPath } from "./fixtures.ts";
import { z } from "./zod.ts";

/** Milliseconds that a timer takes. */
const ms = z.int().min(0).max(2_147_483_647);

/** A protocol by name or id, of which `problemOf` tells why a fault never meets it. */
const protocolBut = (problemOf: (protocol: ProtocolCodec["protocol"]) => string | undefined) =>
  z.union([z.string(), z.int()]).superRefine((wanted, ctx) => {
    const found = [...protocols.values()].find(({ protocol: { id, name } }) => id === wanted || name === wanted);
    const problem =
      found === undefined
        ? 'is no protocol: give its id, or its name, such as "Qot_GetUserSecurity"'
        : problemOf(found.protocol);
    if (problem !== undefined) ctx.addIssue({ code: "custom", message: `${JSON.stringify(wanted)} ${problem}` });
  });
const protocol = protocolBut(() => undefined);
const requested = protocolBut(({ kind }) =>
  kind === "request" ? undefined : "is of pushes: only requests are refused",
);
const limited = protocolBut((known) =>
  known.kind === "request" && known.limit !== undefined ? undefined : "has no documented limit",
);

/** A kind of fault and its fields beside `times`. */
function kind<Kind extends OpenDFault["kind"], Shape extends z.core.$ZodShape>(name: Kind, shape: Shape) {
  const fields = { kind: z.literal(name), times: z.int().min(1).exactOptional(), ...shape };
  return z.strictObject(fields, {
    error: ({ code, keys }) =>
      code === "unrecognized_keys"
        ? `${name} has no ${(keys as string[]).join(", ")}: its fields are ${Object.keys(fields).join(", ")}`
        : undefined,
  });
}

const message = { protocol: protocol.exactOptional() };
const cut = { afterBytes: z.int().min(0).exactOptional() };
const cutFits = (fault: { readonly at?: string; readonly afterBytes?: number }): boolean =>
  fault.afterBytes === undefined || fault.at === "frame";
const cutNeeds = { path: ["afterBytes"], error: 'is of use only with at: "frame"' };

const kinds = [
  kind("refuse", {}),
  kind("drop", {
    ...message,
    at: z.enum(["request", "reply", "frame"]).exactOptional(),
    ...cut,
    broken: z.boolean().exactOptional(),
  }).refine(cutFits, cutNeeds),
  kind("stall", {
    ...message,
    at: z.enum(["reply", "frame"]).exactOptional(),
    ...cut,
    forMs: ms.exactOptional(),
  }).refine(cutFits, cutNeeds),
  kind("fragment", { ...message, chunkBytes: z.int().min(1).exactOptional() }),
  kind("corrupt", { ...message, part: z.enum(["magic", "length", "sha1", "body"]) }),
  kind("reject", {
    protocol: requested.exactOptional(),
    retType: z
      .int32()
      .refine((type) => type !== 0, "0 is a success: a refusal is -1, or another number")
      .exactOptional(),
    retMsg: z.string().exactOptional(),
    errCode: z.int32().exactOptional(),
    applied: z.boolean().exactOptional(),
  }),
  kind("rate-limit", { protocol: limited.exactOptional() }),
  kind("duplicate", message),
  kind("reorder", message),
  kind("late", { ...message, delayMs: ms.exactOptional() }),
  kind("burst", { count: z.int().min(2).max(100_000) }),
  kind("late-push", {}),
  kind("wrong-key", { answer: z.enum(["refuse", "silence"]).exactOptional() }),
  kind("limits", {}),
  kind("upstream-lost", { forMs: ms.exactOptional(), event: z.int32().exactOptional() }),
] as const;
const fault = z.discriminatedUnion("kind", kinds, {
  error: ({ code }) =>
    code === "invalid_union" ? `the kinds are ${kinds.map(({ shape }) => shape.kind.value).join(", ")}` : undefined,
}) satisfies z.ZodType<OpenDFault>;

const file = z.strictObject({ $schema: z.string().optional(), version: z.literal(1), faults: z.array(fault) });

/** Each mistake with its place. */
const problemsOf = ({ issues }: z.ZodError, whole: string): string =>
  issues.map(({ path, message }) => `${formatPath(path) || whole}: ${message}`).join("; ");

/** What is wrong with a fault beside its `times`, each field by name; undefined for one that can be planned. */
export function problemOfFault(planned: OpenDFault): string | undefined {
  // `times` may be Infinity here, which JSON has not.
  const given = Object.entries(planned).filter(([name, value]) => name !== "times" && value !== undefined);
  const { error } = fault.safeParse(Object.fromEntries(given));
  return error && problemsOf(error, planned.kind);
}

/**
 * Reads faults from JSON of version 1, `{ "version": 1, "faults": [{ "kind": "refuse" }] }`, for `faults.add(...)`;
 * `faults.schema.json` in `dist/fixtures` is its JSON Schema.
 * @throws {TickwireError} `TESTKIT_FAULT` with the path of each wrong value.
 */
export function parseFaults(json: unknown): OpenDFault[] {
  const { data, error } = file.safeParse(json);
  if (error) throw new TickwireError("TESTKIT_FAULT", problemsOf(error, "the file of faults"));
  return data.faults;
}

/** The JSON Schema of files of faults, for editors. A test keeps `fixtures/faults.schema.json` equal to it. */
export function faultsJsonSchema(): object {
  return z.toJSONSchema(file, { io: "input" });
}
