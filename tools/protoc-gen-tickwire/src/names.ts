import type { DescEnum, DescFile, DescMessage } from "@bufbuild/protobuf";
import { descriptorName } from "./manifest.ts";

/** The four messages that nearly every package has: always exported with the package's name in front. */
const envelope = new Set(["C2S", "S2C", "Request", "Response"]);

/** Packages of shared types: theirs keep the plain name when another package has the same. */
const shared = new Set(["Common", "Qot_Common", "Trd_Common"]);

/**
 * The name under which each message and enum is exported from the flat index. A name that several packages use belongs
 * to the shared package, or to nobody; the others carry their package in front (`NotifyProgramStatus`).
 */
export function exportNames(files: readonly DescFile[]): Map<DescMessage | DescEnum, string> {
  const owners = new Map<string, DescFile[]>();
  const types = files.flatMap((file) => [...file.messages, ...file.enums]);
  for (const type of types) owners.set(type.name, [...(owners.get(type.name) ?? []), type.file]);

  const names = new Map<DescMessage | DescEnum, string>();
  for (const type of types) {
    const packageName = type.file.proto.package;
    const isOwner = owners.get(type.name)?.length === 1 || shared.has(packageName);
    const plain = isOwner && !envelope.has(type.name);
    names.set(type, plain ? type.name : descriptorName(packageName) + type.name);
  }
  const taken = new Set<string>();
  for (const [type, name] of names) {
    if (taken.has(name)) throw new Error(`two types would be exported as ${name}; the second is ${type.typeName}`);
    taken.add(name);
  }
  return names;
}

/** Where the message's interface and the enum's constants are, as ts-proto writes them. */
export const typesPath = (file: DescFile): string => `./${file.name}.js`;

/** Where `encodeX` and `decodeX` of the file's messages are. */
export const wirePath = (file: DescFile): string => `./${file.name}.wire.js`;
