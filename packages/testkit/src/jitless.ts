import { z } from "zod";

/**
 * Until the result is called, schemas are made that evaluate no code. zod's own way tries whether it may, and a page with a
 * strict Content-Security-Policy reports the mere try. What others make with zod stays as it is.
 */
export function beginJitless(): () => void {
  const { jitless } = z.config();
  z.config({ jitless: true });
  return () => {
    z.config({ jitless });
  };
}
