import { type HttpCall, invalid, type Refusal } from "./longport-http.ts";
import { parseExactJson } from "./longport-json.ts";
import { symbolProblem } from "./longport-symbol.ts";
import type { LongPortWatchlists, UpdateMode } from "./longport-watchlists.ts";

/** What the fake can be asked for. */
export type LongPortOperation = "list" | "create" | "update" | "delete" | "pin" | "refresh-token" | "socket-token";

const routes: Readonly<Record<string, Readonly<Record<string, LongPortOperation>>>> = {
  "/v1/watchlist/groups": { GET: "list", POST: "create", PUT: "update", DELETE: "delete" },
  "/v1/watchlist/pinned": { POST: "pin" },
  "/v1/token/refresh": { GET: "refresh-token" },
  "/v1/socket/token": { GET: "socket-token" },
  // Where the vendor's Go client asks for it.
  "/v2/socket/token": { GET: "socket-token" },
};

/** What a method asks of a path, or what is unknown. */
export function routeOf(method: string, path: string): LongPortOperation | "unknown path" | "unknown method" {
  const methods = Object.hasOwn(routes, path) ? routes[path]! : undefined;
  if (methods === undefined) return "unknown path";
  return Object.hasOwn(methods, method) ? methods[method]! : "unknown method";
}

/** The content of a success, or a refusal. */
export type Outcome = { readonly data: object } | Refusal;

/** Ends the reading of parameters: one of them is wrong. */
class WrongParameter extends Error {}

type Parameters = Readonly<Record<string, unknown>>;

/** Does an operation of the watchlist. Its parameters are in the JSON body; those of a deletion may be in the query. */
export function runOperation(
  operation: Exclude<LongPortOperation, "refresh-token" | "socket-token">,
  { query, body }: Pick<HttpCall, "query" | "body">,
  watchlists: LongPortWatchlists,
): Outcome {
  if (operation === "list") return { data: { groups: watchlists.list() } };
  try {
    const inQuery = operation === "delete" ? Object.fromEntries(new URLSearchParams(query)) : {};
    return run[operation]({ ...inQuery, ...parametersOf(body, operation !== "delete") }, watchlists);
  } catch (error) {
    if (!(error instanceof WrongParameter)) throw error;
    return invalid(error.message);
  }
}

const done = (problem: Refusal | undefined): Outcome => problem ?? { data: {} };

const run: Readonly<
  Record<"create" | "update" | "delete" | "pin", (given: Parameters, watchlists: LongPortWatchlists) => Outcome>
> = {
  create(given, watchlists) {
    const name = nameOf(given["name"]);
    if (name === undefined) throw new WrongParameter("name is missing");
    const id = watchlists.create(name, symbolsOf(given["securities"]) ?? []);
    return typeof id === "bigint" ? { data: { id: String(id) } } : id;
  },
  update(given, watchlists) {
    const mode = oneOf<UpdateMode>("mode", given["mode"], ["add", "remove", "replace"]) ?? "replace";
    const change = { name: nameOf(given["name"]), securities: symbolsOf(given["securities"]), mode };
    return done(watchlists.update(idOf(given["id"]), change));
  },
  delete(given, watchlists) {
    const purge = oneOf("purge", given["purge"], [true, false, "true", "false"]) ?? false;
    return done(watchlists.delete(idOf(given["id"]), String(purge) === "true"));
  },
  pin(given, watchlists) {
    const mode = oneOf("mode", given["mode"], ["add", "remove"]);
    if (mode === undefined) throw new WrongParameter("mode is missing");
    const symbols = symbolsOf(given["securities"]);
    if (symbols === undefined) throw new WrongParameter("securities is missing");
    return done(watchlists.pin(symbols, mode === "add"));
  },
};

function parametersOf(body: Uint8Array, isNeeded: boolean): Parameters {
  if (body.length === 0 && !isNeeded) return {};
  let value: unknown;
  try {
    value = parseExactJson(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new WrongParameter("the body is not JSON");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Parameters;
  throw new WrongParameter("the body is not a JSON object");
}

/** A number or a text of digits: clients send both. */
function idOf(value: unknown): bigint {
  const isNumber = typeof value === "bigint" || Number.isInteger(value);
  const text = isNumber || typeof value === "string" ? String(value) : "";
  if (/^-?\d{1,19}$/.test(text)) return BigInt(text);
  throw new WrongParameter(value == null ? "id is missing" : "id is not a whole number");
}

function nameOf(value: unknown): string | undefined {
  if (value == null) return undefined;
  if (typeof value === "string" && value !== "") return value;
  throw new WrongParameter("name is not a text of at least one character");
}

function symbolsOf(value: unknown): readonly string[] | undefined {
  if (value == null) return undefined;
  if (!Array.isArray(value) || !value.every((each) => typeof each === "string"))
    throw new WrongParameter("securities is not a list of symbols");
  const problem = value.map(symbolProblem).find((each) => each !== undefined);
  if (problem !== undefined) throw new WrongParameter(problem);
  return value;
}

function oneOf<T extends string | boolean>(name: string, value: unknown, allowed: readonly T[]): T | undefined {
  if (value == null) return undefined;
  const found = allowed.find((each) => each === value);
  if (found !== undefined) return found;
  throw new WrongParameter(`${name} is none of ${[...new Set(allowed.map(String))].join(", ")}`);
}
