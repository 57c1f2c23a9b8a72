import { LongPortError } from "./errors.ts";
import type { Http } from "./http.ts";
import { fieldsOf, textOf } from "./json.ts";
import type { CallOptions } from "./options.ts";

const PATH = "/v1/socket/token";

/** A token that opens one socket, once. `GET /v1/socket/token` */
export async function socketToken(http: Http, options: CallOptions): Promise<string> {
  const { data, ...origin } = await http.request({ method: "GET", path: PATH, effect: "read" }, options);
  const token = textOf(fieldsOf(data)["otp"]);
  if (token !== undefined && token !== "") return token;
  const init = { operation: `GET ${PATH}`, outcome: "unknown", ...origin } as const;
  throw new LongPortError("LONGPORT_BAD_REPLY", "the reply has no one-time token", init);
}
