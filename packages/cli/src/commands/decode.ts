import { existsSync } from "node:fs";
import { Command, Option } from "commander";
import type { CapturedFrame, Framing } from "../capture.ts";
import type { Context } from "../context.ts";
import { ExitCode } from "../errors.ts";
import { bytesOfHex, isText } from "../hex.ts";
import { readInput } from "../input.ts";
import { type Io, jsonText, type Output } from "../output.ts";
import type { Host } from "../program.ts";
import { loadSchema, type Schema, withNames } from "../schema.ts";

interface DecodeFlags {
  readonly framing?: Framing;
  readonly names?: boolean;
  readonly showSecrets?: boolean;
}

export const decode = (host: Host): Command =>
  new Command("decode")
    .description("read captured bytes: frames and messages of OpenD (TCP, WebSocket) and packets of LongPort")
    .argument(
      "[hex or file...]",
      "hexadecimal text, or a file of bytes, of such text, or of a dump (xxd, hexdump -C); else stdin",
    )
    .addOption(
      new Option("--framing <framing>", "what it is; else by the first bytes").choices(["tcp", "ws", "longport"]),
    )
    .option("--names", "enums as names")
    .option("--show-secrets", "keys, tokens and passwords too")
    .action(host.act(decodeCapture));

/** Shows what is in captured bytes, and what is wrong with them and where. */
export async function decodeCapture(
  context: Pick<Context, "io" | "output">,
  flags: DecodeFlags,
  words: readonly string[],
): Promise<ExitCode> {
  const { io, output } = context;
  // Only here, because it has every message of both brokers.
  const { framingOf, readCapture } = await import("../capture.ts");
  const bytes = await capturedBytes(io, words);
  const framing = flags.framing ?? framingOf(bytes);
  const schema = flags.names ? await loadSchema() : undefined;
  let count = 0;
  let isRight = true;
  if (output.isJson) io.out(`{\n"framing": ${jsonText(framing)},\n"frames": [`);
  const problems = await readCapture(bytes, framing, async (frame) => {
    if (frame.problem !== undefined) isRight = false;
    const shown = { ...frame, message: tidy(frame, schema, flags.showSecrets === true) };
    if (output.isJson) io.out(`${count === 0 ? "" : ","}\n${jsonText(shown)}`);
    else show(output, count + 1, shown);
    count++;
    await io.drained?.();
  });
  if (output.isJson) io.out(`\n],\n"problems": ${jsonText(problems)}\n}\n`);
  else
    for (const { offset, problem } of problems)
      output.line(`${output.paint("red", "wrong")} at byte ${offset}: ${problem}`);
  return problems.length > 0 || !isRight ? ExitCode.Failed : ExitCode.Ok;
}

function show(output: Output, number: number, frame: CapturedFrame): void {
  output.line(`${output.paint("bold", `#${number}`)} ${headOf(frame)}`);
  if (frame.problem !== undefined) output.line(`  ${output.paint("red", "wrong")}: ${frame.problem}`);
  if (frame.message !== undefined) output.line(JSON.stringify(frame.message, null, 2).replace(/^/gm, "  "));
}

async function capturedBytes(io: Io, words: readonly string[]): Promise<Uint8Array> {
  const [name = "-", ...others] = words;
  const isFile = others.length === 0 && (existsSync(name) || !/^[0-9a-f][0-9a-fx,:;\s-]*$/i.test(name));
  if (!isFile) return bytesOfHex(words.join(" "));
  const bytes = await readInput(io, name);
  return isText(bytes) ? bytesOfHex(new TextDecoder().decode(bytes)) : bytes;
}

function headOf({ offset, bytes, id, name, kind, serialNo, notes }: CapturedFrame): string {
  const what = `${name ?? "unknown"} (${id})${kind === undefined ? "" : ` ${kind}`}`;
  return [
    `byte ${offset}: ${what}`,
    ...(serialNo === undefined ? [] : [`serial ${serialNo}`]),
    `${bytes} bytes`,
    ...notes,
  ].join(", ");
}

/** What opens an account or a connection. */
const SECRETS = /^(websocketKey|pwdMD5|connAESKey|aesCBCiv|webKey|RSAPrivateKey|token|otp|sessionId)$/;

function tidy(
  { name, kind, framing, message }: CapturedFrame,
  schema: Schema | undefined,
  showSecrets: boolean,
): unknown {
  const masked = showSecrets ? message : mask(message);
  const protocol = framing === "longport" ? undefined : schema?.protocols.find((each) => each.name === name);
  if (schema === undefined || protocol === undefined || typeof masked !== "object" || masked === null) return masked;
  const [key, type] = kind === "request" ? ["c2s", protocol.request] : ["s2c", protocol.response];
  const content = (masked as Record<string, unknown>)[key as string];
  return content === undefined ? masked : { ...masked, [key as string]: withNames(schema, type ?? "", content) };
}

function mask(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(mask);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      key,
      SECRETS.test(key) && value !== "" ? "(hidden; --show-secrets)" : mask(value),
    ]),
  );
}
