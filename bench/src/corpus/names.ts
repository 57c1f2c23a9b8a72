import type { Random } from "../random.ts";

const FIRST = (
  "Harbour Golden Eastern Pacific Summit Lotus Silver Northern Crystal United Dragon Pioneer Evergreen Atlas Orient " +
  "Meridian Sunrise Vertex Cascade Beacon Granite Falcon Horizon Sterling Maple Phoenix Quantum Delta Aurora Canyon"
).split(" ");
const SECOND = (
  "Holdings Technology Pharma Energy Motors Foods Media Logistics Bank Insurance Property Semiconductor Mining " +
  "Education Software Biotech Airlines Retail Telecom Materials Gaming Robotics Solar Capital Healthcare"
).split(" ");
const ENDING = ["", " Inc.", " Corp", " Ltd.", " Group", "-W", "-SW", " Holdings", " PLC", " Co"];

const CHARACTERS = [
  ..."华中国金银海江山东南西北长城安信泰和平兴业康德光明新创科远大宏利丰盛达通汇联邦天地龙凤祥云瑞恒昌永",
];
const TRADES = [
  "控股",
  "科技",
  "集团",
  "银行",
  "医药",
  "能源",
  "股份",
  "汽车",
  "地产",
  "证券",
  "半导体",
  "生物",
  "食品",
  "传媒",
];
const ISSUERS = ["麦银", "摩通", "法兴", "中银", "汇丰", "瑞银", "高盛", "海通"];

/** A company's name as an English-speaking gateway has it. */
export function englishName(random: Random): string {
  const first = random.chance(0.5) ? random.pick(FIRST) : `${random.pick(FIRST)} ${random.pick(FIRST)}`;
  return `${first} ${random.pick(SECOND)}${random.pick(ENDING)}`;
}

/** A company's name as a Chinese-speaking gateway has it. */
export const chineseName = (random: Random): string =>
  random.pick(CHARACTERS) + random.pick(CHARACTERS) + random.pick(TRADES);

/** The gateway gives one language, but its data mix them: mainland shares stay Chinese. */
export const companyName = (random: Random, chinese = 0.5): string =>
  random.chance(chinese) ? chineseName(random) : englishName(random);

/** A warrant's name: underlying, issuer, month, kind, letter. */
export const warrantName = (random: Random, kind: "购" | "沽" | "牛" | "熊"): string =>
  `${random.pick(CHARACTERS)}${random.pick(CHARACTERS)}${random.pick(ISSUERS)}${random.pick("一二三四五六七八九十".split(""))}` +
  `${random.pick("五六七八".split(""))}${kind}${random.pick([..."ABCDEFGH"])}`;
