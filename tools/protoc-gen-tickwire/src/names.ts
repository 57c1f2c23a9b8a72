import type { DescEnum, DescFile, DescMessage } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";

/**
 * Always exported with the package's name in front: the four messages that nearly every package has, and what would hide
 * a global.
 */
const prefixed = new Set(["C2S", "S2C", "Request", "Response", "Error"]);

/** Packages of shared types: theirs keep the plain name when another package has the same. */
const shared = new Set(["Common", "Qot_Common", "Qot_OptionCommon", "Trd_Common"]);

/**
 * `Qot_GetUserSecurity` → `QotGetUserSecurity`: the name of the descriptor, and the prefix of the package's own types.
 * `longportapp.quote.v1` → `Quote`.
 */
export function descriptorName(packageName: string): string {
  const [, name, version] = packageName.split(".");
  if (name === undefined || version === undefined) return packageName.replaceAll("_", "");
  return name[0]?.toUpperCase() + name.slice(1);
}

/** The file's messages, nested ones included. */
export const messagesOf = (file: DescFile): DescMessage[] => [...nestedTypes(file)].filter(isMessage);
const isMessage = (type: { kind: string }): type is DescMessage => type.kind === "message";

/** The file's enums, nested ones included. */
export const enumsOf = (file: DescFile): DescEnum[] => [...nestedTypes(file)].filter((type) => type.kind === "enum");

/** The type's name inside its package, as ts-proto writes it: a nested one has its parents in front. */
export const localName = (type: DescMessage | DescEnum): string =>
  type.parent === undefined ? type.name : `${localName(type.parent)}_${type.name}`;

/**
 * The name under which each message and enum is exported. A name that several packages use belongs to the shared
 * package, or to nobody; the others carry their package in front (`NotifyProgramStatus`).
 */
export function exportNames(files: readonly DescFile[]): Map<DescMessage | DescEnum, string> {
  const owners = new Map<string, number>();
  const types = files.flatMap((file) => [...messagesOf(file), ...enumsOf(file)]);
  for (const type of types) owners.set(localName(type), (owners.get(localName(type)) ?? 0) + 1);

  const names = new Map<DescMessage | DescEnum, string>();
  for (const type of types) {
    const packageName = type.file.proto.package;
    const name = localName(type);
    const plain = (owners.get(name) === 1 || shared.has(packageName)) && !prefixed.has(name);
    names.set(type, plain ? name : descriptorName(packageName) + name);
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

/** Where the descriptors of an area's protocols are. */
export const protocolsPath = (area: string): string => `./${area}.protocols.js`;
