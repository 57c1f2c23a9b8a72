import { type RequestProtocol, toJson } from "@tickwire/codec";
import type { ProtocolCodec } from "@tickwire/codec/registry";
import { Command } from "commander";
import { openOpenD } from "../brokers.ts";
import type { GlobalFlags } from "../config.ts";
import { type Context, during } from "../context.ts";
import { usage } from "../errors.ts";
import { readInput, textOf } from "../input.ts";
import type { Host } from "../program.ts";
import { partOf, showProtocol } from "../request-help.ts";
import { loadSchema, type Schema, type SchemaProtocol, withNames } from "../schema.ts";
import { similar } from "../similar.ts";

interface RequestFlags extends Pick<GlobalFlags, "broker"> {
  readonly help?: boolean;
  readonly yes?: boolean;
  readonly names?: boolean;
}

export const request = (host: Host): Command => {
  const command = new Command("request")
    .description("ask OpenD anything: each of its protocols, with its fields as JSON")
    .argument("[protocol]", "its name or id, such as Qot_GetKL or 3006")
    .argument("[json]", 'the fields, as \'{"security":"HK.00700"}\'; - reads them from stdin')
    .option("--names", "enums of the answer as names")
    .option("--yes", "for protocols that change something, such as orders: do it")
    .helpOption(false)
    .option("-h, --help", "the protocols, or behind a protocol its fields");
  return command.action(
    host.act(async (context: Context, flags: RequestFlags, name: string | undefined, json: string | undefined) => {
      if (name !== undefined) return askOpenD(context, flags, name, json);
      if (!context.output.isJson) command.outputHelp();
      const schema = await loadSchema();
      if (context.output.isJson) context.output.json(schema.protocols);
      else listProtocols(context, schema);
    }),
  );
};

function listProtocols({ output }: Context, { protocols: all }: Schema): void {
  output.line();
  output.table(
    [
      { title: "id", text: ({ id }) => String(id), align: "right" },
      { title: "protocol", text: ({ name }) => name },
      { title: "kind", text: ({ kind }) => kind },
      {
        title: "what it is about",
        text: ({ about }) => /^.*?[.:;](?=\s|$)/.exec(about)?.[0].slice(0, -1) ?? about,
        style: () => "dim",
      },
    ],
    all,
  );
}

/** Sends one request and shows the answer as JSON; with `--help` shows what the protocol is about. */
export async function askOpenD(
  context: Context,
  flags: RequestFlags,
  name: string,
  json: string | undefined,
): Promise<void> {
  if (flags.broker === "longport") throw usage("request speaks to OpenD only", "leave --broker out");
  const schema = await loadSchema();
  const protocol = protocolOf(schema, name);
  const { output } = context;
  if (flags.help) {
    if (output.isJson) output.json(partOf(schema, protocol));
    else showProtocol(output, schema, protocol);
    return;
  }
  // Only here, because they have every message.
  const { protocols } = await import("@tickwire/codec/registry");
  const { readContent } = await import("../request-json.ts");
  const codec = protocols.get(protocol.id) as ProtocolCodec;
  if (protocol.kind === "push")
    throw usage(`${protocol.name} is a push: OpenD sends it unasked`, "for quotes there is `tickwire watch`");
  const { effect } = codec.protocol as RequestProtocol<never, unknown>;
  if (effect === "write" && !flags.yes)
    throw usage(`${protocol.name} changes something at the broker`, "--yes does it");
  const text = json === "-" ? textOf(await readInput(context.io, "-")) : (json ?? "{}");
  const content = readContent(schema, protocol, codec, text);
  const client = await openOpenD(context);
  try {
    const answer = client.request(codec.protocol as RequestProtocol<object, unknown>, content, {
      signal: context.signal,
    });
    const told = toJson(await during(context, `asking ${protocol.name}`, answer));
    output.json(flags.names ? withNames(schema, protocol.response, told) : told);
  } finally {
    await client.close();
  }
}

function protocolOf({ protocols: all }: Schema, text: string): SchemaProtocol {
  const plain = (name: string) => name.replaceAll("_", "").toLowerCase();
  const protocol = all.find(({ id, name }) => String(id) === text || plain(name) === plain(text));
  if (protocol !== undefined) return protocol;
  const match = similar(
    text,
    all.map(({ name }) => name),
  );
  throw usage(
    `there is no protocol ${JSON.stringify(text)}`,
    match === undefined ? "`tickwire request --help` lists all of them" : `did you mean ${match}?`,
  );
}
