import { defineConfig, type Plugin } from "vite";

/**
 * What the built page may do: run its own files, and open WebSockets, because people say where their OpenD is. Nothing is
 * evaluated, nothing is inline, and no text becomes HTML or script.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** Only in what is built: the development server changes modules in place, by inline styles. */
const contentSecurityPolicy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: () => [
    {
      tag: "meta",
      attrs: { "http-equiv": "Content-Security-Policy", content: policy },
      injectTo: "head-prepend",
    },
  ],
};

export default defineConfig({
  // So that the folder can be put anywhere.
  base: "./",
  plugins: [contentSecurityPolicy],
  build: {
    target: "es2023",
    // A data: address is not among what the policy allows.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
