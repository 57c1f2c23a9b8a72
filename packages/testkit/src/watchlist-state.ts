import {
  formatSymbol,
  GroupType,
  ModifyUserSecurityOp,
  type QotGetUserSecurityC2S,
  type QotGetUserSecurityGroupC2S,
  type QotGetUserSecurityGroupS2C,
  type QotGetUserSecurityS2C,
  type QotModifyUserSecurityC2S,
  type QotModifyUserSecurityS2C,
} from "@tickwire/session";
import { type Fixture, type FixtureSecurity, type Language, textIn } from "./fixture.ts";
import { type ReplyInit, refuse, succeed } from "./reply.ts";
import { staticInfo } from "./security-info.ts";
import { type Texts, texts } from "./texts.ts";

interface Group {
  readonly name: string;
  readonly type: GroupType;
  /** Symbols in order; replaced as a whole, so that a refused request changes nothing. */
  members: readonly string[];
}

/** The watchlist of the account: what 3213, 3214 and 3222 read and change. It lasts as long as the fake. */
export class WatchlistState {
  readonly #language: Language;
  readonly #texts: Texts;
  readonly #cap: number;
  readonly #securities: ReadonlyMap<string, FixtureSecurity>;
  readonly #groups: readonly Group[];
  /** The system group that holds every security of the watchlist, if the fixture has one. */
  readonly #all: Group | undefined;

  constructor(fixture: Fixture, language: Language) {
    this.#language = language;
    this.#texts = texts[language];
    this.#cap = fixture.gateway.watchlistCap;
    this.#securities = new Map(fixture.securities.map((security) => [security.symbol, security]));
    this.#groups = fixture.groups.map(({ name, type, members }) => ({
      name: textIn(language, name),
      type: type === "system" ? GroupType.System : GroupType.Custom,
      members,
    }));
    this.#all = this.#groups.find(({ name, type }) => type === GroupType.System && (name === "All" || name === "全部"));
  }

  /** 3222: the groups of a type, in the order of the app. What OpenD answers to the type 0 is not known; here -1. */
  groups({ groupType }: QotGetUserSecurityGroupC2S): ReplyInit<QotGetUserSecurityGroupS2C> {
    if (groupType !== GroupType.All && groupType !== GroupType.Custom && groupType !== GroupType.System)
      return refuse(this.#texts.groupType(groupType));
    const asked = this.#groups.filter(({ type }) => groupType === GroupType.All || type === groupType);
    return succeed({ groupList: asked.map(({ name, type }) => ({ groupName: name, groupType: type })) });
  }

  /** 3213: the securities of the first group of exactly that name. */
  securities({ groupName }: QotGetUserSecurityC2S): ReplyInit<QotGetUserSecurityS2C> {
    const group = this.#groups.find(({ name }) => name === groupName);
    if (group === undefined) return refuse(this.#texts.unknownGroup);
    // The fixture was checked and `modify` adds only securities of the fixture.
    const securities = group.members.map((symbol) => staticInfo(this.#securities.get(symbol)!, this.#language));
    return succeed({ staticInfoList: securities });
  }

  /**
   * 3214: changes the first custom group of exactly that name; all of the request or nothing of it. Adding what is there,
   * and removing what is not, succeeds and changes nothing.
   */
  modify({ groupName, op, securityList }: QotModifyUserSecurityC2S): ReplyInit<QotModifyUserSecurityS2C> {
    const group = this.#groups.find(({ name, type }) => name === groupName && type === GroupType.Custom);
    if (group === undefined) {
      const isSystem = this.#groups.some(({ name }) => name === groupName);
      return refuse(isSystem ? this.#texts.systemGroup : this.#texts.unknownGroup);
    }
    const symbols = securityList.map(formatSymbol);
    const unknown = symbols.find((symbol) => !this.#securities.has(symbol));
    if (unknown !== undefined) return refuse(this.#texts.unknownSecurity(unknown));
    switch (op) {
      case ModifyUserSecurityOp.Add:
        return this.#add(group, symbols);
      case ModifyUserSecurityOp.Del:
        for (const each of this.#groups) each.members = without(each.members, symbols);
        return succeed();
      case ModifyUserSecurityOp.MoveOut:
        group.members = without(group.members, symbols);
        return succeed();
      default:
        return refuse(this.#texts.unknownOp(op));
    }
  }

  #add(group: Group, symbols: readonly string[]): ReplyInit<QotModifyUserSecurityS2C> {
    if (this.#all !== undefined) {
      const all = withAdded(this.#all.members, symbols);
      // A watchlist that the fixture overfilled may be kept, but takes nothing more.
      if (all.length > this.#cap && all.length > this.#all.members.length)
        return refuse(this.#texts.watchlistFull(this.#cap));
      this.#all.members = all;
    }
    group.members = withAdded(group.members, symbols);
    return succeed();
  }
}

function withAdded(members: readonly string[], symbols: readonly string[]): readonly string[] {
  return [...new Set([...members, ...symbols])];
}

function without(members: readonly string[], symbols: readonly string[]): readonly string[] {
  return members.filter((member) => !symbols.includes(member));
}
