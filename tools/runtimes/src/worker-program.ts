// Runs in workerd, bundled as wrangler does it.
import { deskAt } from "./desk.ts";
import { runSuites } from "./suite.ts";
import { everywhere } from "./suites.ts";

export default {
  /** The body is the desk's address. */
  async fetch(request: Request): Promise<Response> {
    await runSuites(everywhere, deskAt(await request.text()));
    return new Response();
  },
};
