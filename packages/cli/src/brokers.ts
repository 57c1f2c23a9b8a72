import type { LongPort, QuoteClient } from "@tickwire/longport";
import type { Client } from "@tickwire/node-client";
import {
  fromFutu,
  fromLongPort,
  futuQuotes,
  longPortQuotes,
  type QuoteSource,
  type Watchlist,
} from "@tickwire/watchlist";
import { type BrokerName, brokerOf } from "./config.ts";
import { type Context, during } from "./context.ts";
import { shown } from "./errors.ts";

/** A broker that is connected to. */
export interface Broker extends AsyncDisposable {
  readonly name: BrokerName;
  readonly watchlist: Watchlist;
  /** Opens what live quotes come through. @param onStatus Hears where the connection stands, from then on. */
  live(onStatus: (status: LiveStatus) => void): Promise<Live>;
}

/** Where live quotes come from. */
export interface Live {
  readonly source: QuoteSource;
  /** The close of the day before, where the pushes do not tell it. */
  previousCloses(symbols: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** Where a connection stands; `reason` says why it is not there. */
export interface LiveStatus {
  readonly state: "connecting" | "ready" | "reconnecting" | "closed";
  readonly reason?: string | undefined;
}

/** A group as it is typed: `Tech`, or with its broker in front, `longport:Tech`. */
export interface GroupName {
  readonly broker: BrokerName;
  readonly group: string;
}

/** Reads a group's name; without a broker in front it is one of the broker that the settings name. */
export function groupName({ settings }: Context, text: string): GroupName {
  const [, broker, group] = /^(futu|moomoo|longport):(.+)$/s.exec(text) ?? [];
  return broker === undefined || group === undefined
    ? { broker: settings.broker, group: text }
    : { broker: brokerOf(broker), group };
}

/** Connects to a broker. */
export async function openBroker(context: Context, name: BrokerName): Promise<Broker> {
  return name === "futu" ? openFutu(context) : openLongPort(context);
}

async function openFutu(context: Context): Promise<Broker> {
  const client = await openOpenD(context);
  return {
    name: "futu",
    watchlist: fromFutu(client),
    async live(onStatus) {
      const tell = () => onStatus(liveStatus(client.status()));
      client.on("status", tell);
      tell();
      return { source: futuQuotes(client), previousCloses: async () => new Map() };
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** Connects to OpenD. */
export function openOpenD(context: Context): Promise<Client> {
  const { connect, settings, signal } = context;
  const { timeoutMs } = settings;
  return during(
    context,
    `connecting to ${settings.opend.address}`,
    connect.opend(settings.opend, { timeoutMs, signal }),
  );
}

async function openLongPort({ connect, settings, signal }: Context): Promise<Broker> {
  const lp: LongPort = connect.longport(settings.longport, settings.timeoutMs);
  let quotes: QuoteClient | undefined;
  return {
    name: "longport",
    watchlist: fromLongPort(lp),
    async live(onStatus) {
      const client = await connect.quotes(lp, settings.longport, signal);
      quotes = client;
      const tell = () => onStatus(liveStatus(client.status()));
      client.on("status", tell);
      tell();
      return {
        source: longPortQuotes(client),
        async previousCloses(symbols) {
          const all = await client.snapshot(symbols);
          return new Map(all.map(({ symbol, prevClose }) => [symbol, prevClose]));
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await quotes?.close();
    },
  };
}

function liveStatus(status: ReturnType<Client["status"]> | ReturnType<QuoteClient["status"]>): LiveStatus {
  const error = status.state === "reconnecting" ? status.cause : status.state === "closed" ? status.error : undefined;
  return { state: status.state, reason: error && shown(error).message };
}

/** Does something with the broker of a group, and closes it whatever happens. */
export async function withBroker<T>(
  context: Context,
  name: BrokerName,
  use: (broker: Broker) => Promise<T>,
): Promise<T> {
  const broker = await openBroker(context, name);
  try {
    return await use(broker);
  } finally {
    await broker[Symbol.asyncDispose]();
  }
}
