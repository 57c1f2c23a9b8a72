import { z } from "zod";

// zod tries whether it may evaluate code, and a page with a strict Content-Security-Policy reports the mere try. So in pages
// it does not try: neither here nor for others who use the same zod.
if ("document" in globalThis) z.config({ jitless: true });

export { z };
