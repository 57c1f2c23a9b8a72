import { z } from "zod";
import { brokers, type LongPortSettings, type OpenDSettings } from "./config.ts";
import { CliError } from "./errors.ts";
import { similar } from "./similar.ts";

/** What a configuration file may hold. */
export interface ConfigFile {
  readonly broker?: string | undefined;
  readonly timeoutMs?: number | undefined;
  readonly opend?: { readonly [K in keyof OpenDSettings]?: string | undefined } | undefined;
  readonly longport?: LongPortSettings | undefined;
}

const text = z.string().min(1);
const opend = z.strictObject({
  address: text.optional(),
  websocketKey: text.optional(),
  rsaKeyFile: text.optional(),
});
const longport = z.strictObject({
  appKey: text.optional(),
  appSecret: text.optional(),
  accessToken: text.optional(),
  bearerToken: text.optional(),
  httpUrl: text.optional(),
  quoteUrl: text.optional(),
  region: text.optional(),
  language: text.optional(),
});
const file = z.strictObject({
  broker: z.enum([...brokers, "moomoo"]).optional(),
  timeoutMs: z.int().min(1).max(999_999_999).optional(),
  opend: opend.optional(),
  longport: longport.optional(),
});
const schema: z.ZodType<ConfigFile> = file;
const names = [file, opend, longport].flatMap(({ shape }) => Object.keys(shape));

/**
 * Reads the text of a configuration file.
 * @throws {CliError} `CLI_CONFIG` with the path of what is wrong.
 */
export function parseConfigFile(path: string, content: string): ConfigFile {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    // Only the place: the parser's message may repeat some of the text, which may be a secret.
    const [, line, column] = /\(line (\d+) column (\d+)\)$/.exec(String(error)) ?? [];
    const place = line === undefined ? "" : `, from line ${line}, column ${column} on`;
    throw new CliError("CLI_CONFIG", `${path}: it is not JSON${place}`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path: keys, message }) =>
    [keys.join("."), message].filter(Boolean).join(": "),
  );
  const unknown = parsed.error.issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? issue.keys : []));
  const meant = unknown.map((name) => similar(name, names)).find((name) => name !== undefined);
  throw new CliError("CLI_CONFIG", `${path}: ${problems.join("; ")}`, {
    fix: meant && `did you mean ${meant}?`,
  });
}
