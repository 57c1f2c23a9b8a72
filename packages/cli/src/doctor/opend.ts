import {
  enumName,
  GetGlobalState,
  GetUserInfo,
  ProgramStatusType,
  QotGetSubInfo,
  QotRight,
  type TickwireError,
} from "@tickwire/codec";
import type { Client } from "@tickwire/node-client";
import { fromFutu } from "@tickwire/watchlist";
import type { OpenDSettings } from "../config.ts";
import type { Context } from "../context.ts";
import { CliError, rawMessage, shown } from "../errors.ts";
import { type Check, type Checks, failed, ok, skipped, warning } from "./check.ts";
import type { Place } from "./probe.ts";
import { clockCheck, fileChecks, LOOK_MS, placeText, reachCheck } from "./shared.ts";

/** OpenD's two ports, unless they were changed. */
const USUAL_PORTS = { tcp: 11_111, ws: 33_333 };

/** Why OpenD cannot be used, or that it can. */
export async function* checkOpenD(context: Context): Checks {
  const { opend } = context.settings;
  const place = placeOf(opend.address);
  if (place === undefined)
    return yield failed(
      "address",
      `${opend.address} is no address`,
      "write it as tcp://127.0.0.1:11111 or ws://127.0.0.1:33333",
    );
  yield settingsCheck(context);
  yield* fileChecks(context);

  const reached = await reachCheck(
    context,
    place,
    async () =>
      `start OpenD, or name where it is with --address${await otherPort(context, place)}; to try things without, run \`tickwire fake\` in another terminal`,
  );
  yield reached;
  if (reached.state === "failed") return;

  let client: Client;
  try {
    client = await login(context, opend);
  } catch (error) {
    return yield await whyNoLogin(context, place, error as TickwireError);
  }
  try {
    yield ok("login", `OpenD speaks ${dialectOf(opend)} there and lets this client in`);
    yield* checkLoggedIn(context, client);
  } finally {
    await client.close();
  }
}

function settingsCheck({ settings: { opend, configFile } }: Context): Check {
  const parts = [
    opend.address,
    configFile === undefined ? "no configuration file" : `from ${configFile}`,
    ...(opend.websocketKey === undefined ? [] : ["with a WebSocket key"]),
    ...(opend.rsaKeyFile === undefined ? [] : [`with the RSA key ${opend.rsaKeyFile}`]),
  ];
  return ok("settings", parts.join(", "));
}

/** When nothing listens at an address, something may at OpenD's other port. */
async function otherPort({ connect }: Context, { host, port }: Place): Promise<string> {
  for (const [scheme, other] of Object.entries(USUAL_PORTS))
    if (other !== port && (await connect.probe.reach({ host, port: other }, LOOK_MS)) === undefined)
      return `; something listens at ${scheme}://${placeText({ host, port: other })}`;
  return "";
}

const login = ({ connect, signal }: Context, settings: OpenDSettings): Promise<Client> =>
  connect.opend(settings, { timeoutMs: LOOK_MS, signal });

/** Tries what else it may be. */
async function whyNoLogin(context: Context, place: Place, error: TickwireError): Promise<Check> {
  const { opend } = context.settings;
  const at = placeText(place);
  if (error instanceof CliError) return failed("login", rawMessage(error), "name a file that can be read");
  // Without the hints behind it: here what they ask is looked at.
  const [text] = shown(error).message.split(/(?<=\.) (?=[A-Z])/) as [string];
  if (error.code === "OPEND_INVALID_ARGUMENT") return failed("login", text, "correct that setting");
  const tls = await context.connect.probe.tls(place, LOOK_MS);
  const scheme = opend.address.replace(/:.*/s, "").toLowerCase();
  const fail = (detail: string, fix: string) => failed("login", detail, fix);

  if (tls !== false && scheme !== "wss")
    return fail(`${at} speaks TLS: it is OpenD's WebSocket port, with a certificate`, `--address wss://${at}`);
  if (tls === false && scheme === "wss")
    return fail(`${at} does not speak TLS`, `--address ws://${at}, or give OpenD a certificate`);
  if (tls !== false && tls.distrust !== undefined)
    return fail(
      `the certificate is not trusted: ${tls.distrust}`,
      "let NODE_EXTRA_CA_CERTS name the file of its authority, in PEM; or give OpenD a certificate for this host",
    );

  const other = scheme === "tcp" ? "ws" : "tcp";
  if (await isSpoken(context, { ...opend, address: `${other}://${at}` }))
    return fail(
      `this is OpenD's ${other === "ws" ? "WebSocket" : "API"} port, not its ${other === "ws" ? "API" : "WebSocket"} port`,
      `--address ${other}://${at}`,
    );

  if (error.code === "OPEND_NOT_OPEND") return fail(text, "name the port that OpenD listens at with --address");
  if (scheme !== "tcp") {
    const has = opend.websocketKey === undefined ? "no key is set here" : "the key may be another one";
    return fail(
      `${text} (${has})`,
      "set TICKWIRE_WEBSOCKET_KEY to the key in OpenD's configuration (websocket_key_md5 is the MD5 of it)",
    );
  }
  if (opend.rsaKeyFile === undefined)
    return fail(text, "when OpenD has an RSA key (rsa_private_key), name the same file with --rsa-key");
  if (await isSpoken(context, { ...opend, rsaKeyFile: undefined }, true))
    return fail(
      "OpenD lets a client in without encryption, but not with this RSA key",
      "leave --rsa-key out, or name the file that OpenD's rsa_private_key names",
    );
  return fail(text, "name the file that OpenD's rsa_private_key names with --rsa-key");
}

/** Whether OpenD answers there like this; unless it has to let the client in, a refusal is an answer too. */
async function isSpoken(context: Context, settings: OpenDSettings, mustLogIn = false): Promise<boolean> {
  try {
    await (await login(context, settings)).close();
    return true;
  } catch (error) {
    const { code, cause } = error as TickwireError;
    if (mustLogIn || code !== "OPEND_LOGIN_FAILED") return false;
    // A WebSocket that opens is one, even when the login is not answered. TCP opens anywhere.
    return dialectOf(settings) !== "TCP" || (cause as TickwireError | undefined)?.code === "OPEND_SERVER";
  }
}

async function* checkLoggedIn(context: Context, client: Client): Checks {
  const { signal, clock } = context;
  const options = { signal, timeoutMs: LOOK_MS };
  const state = await client.request(GetGlobalState, { userID: 0n }, options);
  const { serverVer, serverBuildNo, qotLogined, trdLogined, programStatus } = state;
  yield ok("OpenD", `version ${Math.floor(serverVer / 100)}.${serverVer % 100}, build ${serverBuildNo}`);
  const status =
    programStatus && programStatus.type !== ProgramStatusType.Ready
      ? ` (${enumName(ProgramStatusType, programStatus.type)}${programStatus.strExtDesc ? `: ${programStatus.strExtDesc}` : ""})`
      : "";
  yield qotLogined
    ? ok("quotes", "OpenD is logged in to the quote servers")
    : failed(
        "quotes",
        `OpenD is not logged in to the quote servers${status}`,
        "look at OpenD's window or log: it may wait for a password or a verification code",
      );
  yield trdLogined
    ? ok("trading", "OpenD is logged in to the trade servers")
    : warning(
        "trading",
        `OpenD is not logged in to the trade servers${status}`,
        "needed for orders and positions only",
      );
  yield clockCheck(Number(state.time) * 1000, clock.unixMs(), "timestamps of quotes seem off");
  yield await asked("rights", async () => {
    const { hkQotRight, usQotRight, cnQotRight } = await client.request(GetUserInfo, {}, options);
    const right = (value: number | undefined) => (value === undefined ? "not told" : enumName(QotRight, value));
    return ok("rights", `Hong Kong ${right(hkQotRight)}, US ${right(usQotRight)}, mainland ${right(cnQotRight)}`);
  });
  yield await asked("quota", async () => {
    const { totalUsedQuota, remainQuota } = await client.request(QotGetSubInfo, { isReqAllConn: true }, options);
    const detail = `${totalUsedQuota} subscriptions used, ${remainQuota} left`;
    return remainQuota > 0
      ? ok("quota", detail)
      : warning("quota", detail, "end other programs that subscribe, and wait a minute");
  });
  yield await asked("watchlist", async () => {
    const groups = await fromFutu(client).groups(options);
    return ok("watchlist", `${groups.length} groups`);
  });
}

/** What OpenD does not tell is no failure of the connection. */
async function asked(name: string, ask: () => Promise<Check>): Promise<Check> {
  try {
    return await ask();
  } catch (error) {
    return skipped(name, `OpenD does not tell: ${shown(error).message}`);
  }
}

const dialectOf = ({ address, rsaKeyFile }: OpenDSettings): string =>
  /^wss:/i.test(address)
    ? "WebSocket over TLS"
    : /^ws:/i.test(address)
      ? "WebSocket"
      : rsaKeyFile === undefined
        ? "TCP"
        : "TCP, encrypted,";

/** Host and port; undefined for what cannot be read. */
function placeOf(address: string): Place | undefined {
  const [, scheme = "", rest = ""] = /^(tcp|wss?):\/\/(.*)$/is.exec(address) ?? [];
  if (scheme === "" || !URL.canParse(`x://${rest}`)) return undefined;
  const { hostname, port } = new URL(`x://${rest}`);
  if (hostname === "") return undefined;
  const usual = scheme.toLowerCase() === "tcp" ? USUAL_PORTS.tcp : scheme.toLowerCase() === "wss" ? 443 : 80;
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || usual) };
}
