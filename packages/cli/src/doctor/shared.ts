import { stat } from "node:fs/promises";
import type { Context } from "../context.ts";
import { type Check, type Checks, failed, ok, warning } from "./check.ts";
import type { Place } from "./probe.ts";

/** How long each look at the network may take, in milliseconds. */
export const LOOK_MS = 5000;

/** A clock that is wrong by less than this disturbs nobody. */
const MAX_SKEW_MS = 10_000;

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "this host name is not known",
  EAI_AGAIN: "host names cannot be looked up: is there a network?",
  ETIMEDOUT: "no answer: is a firewall between?",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
};

/** `127.0.0.1:11111` */
export const placeText = ({ host, port }: Place): string => `${host.includes(":") ? `[${host}]` : host}:${port}`;

/** Whether anything listens there. */
export async function reachCheck(
  { connect }: Context,
  place: Place,
  fix: () => string | Promise<string>,
): Promise<Check> {
  const code = await connect.probe.reach(place, LOOK_MS);
  if (code === undefined) return ok("network", `something listens at ${placeText(place)}`);
  return failed("network", `${placeText(place)}: ${reasons[code] ?? code}`, await fix());
}

/** Whether others on this computer can read the configuration file, in which keys are. */
export async function* fileChecks({ settings: { configFile, opend, longport } }: Context): Checks {
  const hasKeys = [opend.websocketKey, longport.appSecret, longport.accessToken, longport.bearerToken].some(Boolean);
  if (configFile === undefined || !hasKeys || process.platform === "win32") return;
  const { mode } = await stat(configFile);
  if ((mode & 0o077) !== 0)
    yield warning("file", `others on this computer can read ${configFile}`, `chmod 600 ${configFile}`);
}

/** Whether both clocks agree. */
export function clockCheck(theirsMs: number, oursMs: number, otherwise: string): Check {
  const skewMs = oursMs - theirsMs;
  const detail = `this computer's clock is ${Math.abs(skewMs / 1000).toFixed(0)} s ${skewMs < 0 ? "behind" : "ahead"}`;
  if (Math.abs(skewMs) <= MAX_SKEW_MS) return ok("clock", "this computer's clock agrees with the server's");
  return warning("clock", `${detail}; ${otherwise}`, "let the system set its clock by the network (NTP)");
}
