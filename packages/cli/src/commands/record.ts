import { once } from "node:events";
import { Command } from "commander";
import { readKey } from "../connect.ts";
import type { Context } from "../context.ts";
import { usage } from "../errors.ts";
import type { Host } from "../program.ts";

interface RecordFlags {
  readonly port?: string;
  readonly redact?: readonly string[];
  readonly keep?: readonly string[];
}

/** Where LongPort is unless the settings say otherwise. */
const LONGPORT = "https://openapi.longportapp.com";

export const record = (host: Host): Command =>
  new Command("record")
    .description("record what a program and the broker say to each other, to replay it in tests: a proxy, until Ctrl-C")
    .argument("<file>", "where to; one that is there already is left alone")
    .option("--port <port>", "where programs connect to in place of the broker; without it, any free one")
    .option("--redact <name...>", "further fields to redact, as name or within.name")
    .option("--keep <name...>", "fields that are redacted otherwise, and are not to be")
    .addHelpText("after", "\nAccounts, names of people, keys and passwords are redacted.")
    .action(host.act(recordSession));

/** Runs the recorder of testkit between programs and the broker of the settings, until the signal comes. */
export async function recordSession(context: Context, flags: RecordFlags, file: string): Promise<void> {
  const { output, settings, signal } = context;
  const { broker, opend, longport } = settings;
  // Only here, because it brings servers along.
  const { record: start, rsaCiphers } = await import("@tickwire/testkit/node");
  const upstream = broker === "futu" ? opend.address : (longport.httpUrl ?? LONGPORT);
  const { redact, keep } = flags;
  const recorder = await start({
    upstream,
    file,
    port: portOf(flags.port),
    ...(redact && { redact }),
    ...(keep && { keep }),
    ...(opend.rsaKeyFile !== undefined && { ciphers: rsaCiphers(await readKey(opend.rsaKeyFile)) }),
  });
  if (output.isJson) output.jsonLine({ ready: true, url: recorder.url, file, upstream });
  else
    output.line(
      `recording ${upstream} into ${file}: let programs connect to ${recorder.url}, and press Ctrl-C in the end`,
    );
  if (!signal.aborted) await once(signal, "abort");
  await recorder.close();
}

function portOf(text = "0"): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw usage(`the port must be from 0 to 65535, not ${JSON.stringify(text)}`);
}
