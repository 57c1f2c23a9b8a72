import { generate } from "selfsigned";

/** A certificate for 127.0.0.1 that signs itself, and its key. Made at run time, so that no key stands in the sources. */
export async function selfSigned(): Promise<{ key: string; cert: string }> {
  const { private: key, cert } = await generate([{ name: "commonName", value: "tickwire-fake" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
  });
  return { key, cert };
}
