import { type PreviewServer, preview } from "vite";

/** Serves the built page to this machine only. @param port The next free one from there on; 0 takes any. */
export function serve(port: number): Promise<PreviewServer> {
  return preview({ root: import.meta.dirname, logLevel: "warn", preview: { host: "127.0.0.1", port } });
}

/** Where it is. */
export const addressOf = (server: PreviewServer): string => server.resolvedUrls?.local[0] ?? "";
