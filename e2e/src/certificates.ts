// Certificates for tests, made at run time, so that no key stands in the sources.
import { generate } from "selfsigned";

/** Key and certificate, in PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

interface Wishes {
  /** Who signs it. Default: itself. */
  readonly ca?: Certificate;
  /** The IP address that it is for. Default 127.0.0.1. */
  readonly ip?: string;
  /** The years in which it is valid. */
  readonly years?: readonly [from: number, to: number];
}

/** A server's certificate. */
export async function certificate({ ca, ip = "127.0.0.1", years }: Wishes = {}): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: "commonName", value: "opend" }], {
    ...style,
    ...(ca !== undefined && { ca }),
    ...(years !== undefined && { notBeforeDate: new Date(years[0], 0), notAfterDate: new Date(years[1], 0) }),
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip }] }],
  });
  return { key, cert };
}

/** A certificate authority. */
export async function authority(): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: "commonName", value: "Tickwire test CA" }], {
    ...style,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ],
  });
  return { key, cert };
}

const style = { keyType: "ec", algorithm: "sha256" } as const;
