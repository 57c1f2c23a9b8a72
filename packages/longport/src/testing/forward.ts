// The example of the README, so that it is compiled and tested; from the second line on the two have to be the same.
import { sign } from "../sign.ts";

const credentials = { appKey: "...", appSecret: "...", accessToken: "..." }; // From where your server keeps secrets.

/** The token can trade, so nothing else is signed. Compared as a whole: `..%2f` in the rest of a path would lead out. */
const paths = ["/v1/watchlist/groups", "/v1/watchlist/pinned"];
let lastTimestamp = 0;

/** For any server that takes a Request and gives a Response. */
export async function forward(request: Request, isMine: (token: string | null) => boolean): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const path = paths.find((allowed) => pathname === `/longport${allowed}`);
  if (!isMine(request.headers.get("authorization"))) return new Response(null, { status: 401 });
  if (path === undefined) return new Response(null, { status: 404 });
  const { method } = request;
  const body = new Uint8Array(await request.arrayBuffer());
  // LongPort refuses a signature that it has seen, so no two requests have the same time.
  lastTimestamp = Math.max(lastTimestamp + 1, Date.now());
  const timestamp = String(lastTimestamp);
  const signature = await sign({ method, path, query: search.slice(1), body, timestamp, ...credentials });
  const reply = await fetch(`https://openapi.longportapp.com${path}${search}`, {
    method,
    body: body.length > 0 ? body : null,
    redirect: "manual", // Or the credentials would go along.
    headers: {
      "content-type": "application/json; charset=utf-8",
      authorization: credentials.accessToken,
      "x-api-key": credentials.appKey,
      "x-timestamp": timestamp,
      "x-api-signature": signature,
    },
  });
  const headers = new Headers({ "content-type": "application/json" });
  for (const name of ["retry-after", "x-trace-id"]) {
    const value = reply.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(await reply.text(), { status: reply.status, headers });
}
