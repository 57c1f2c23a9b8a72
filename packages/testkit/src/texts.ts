import type { Language } from "./fixture.ts";

/**
 * The texts of refusals (`retMsg`). OpenD has no codes for its reasons, so clients read these. Of watchlists and
 * subscriptions in Chinese, of the unknown and the system group in English too, of a wrong broker in English and of a
 * missing parameter in Chinese, they hold the words that users of a real OpenD have reported; the rest is ours and is worded
 * so that it can be told apart.
 */
export interface Texts {
  readonly unknownGroup: string;
  readonly systemGroup: string;
  readonly groupType: (value: number) => string;
  readonly unknownOp: (value: number) => string;
  readonly unknownSecurity: (symbol: string) => string;
  readonly unknownSubType: (value: number) => string;
  readonly watchlistFull: (cap: number) => string;
  readonly rateLimit: (protocol: string, requests: number, seconds: number) => string;
  readonly quota: (used: number, quota: number) => string;
  readonly tooEarly: string;
  readonly notSubscribed: (symbol: string, subType: string) => string;
  readonly unknownKLineType: (value: number) => string;
  readonly outOfRange: (field: string, value: number, max: number) => string;
  readonly notPositive: (field: string, value: number) => string;
  readonly notADate: (field: string, value: string) => string;
  readonly tooLong: (days: number) => string;
  readonly pageKey: string;
  readonly unknownMarket: (value: number) => string;
  readonly unknownAccount: (accID: bigint) => string;
  readonly wrongTrdEnv: (accID: bigint, trdEnv: number) => string;
  readonly wrongTrdMarket: (accID: bigint, trdMarket: number) => string;
  readonly securityFirm: string;
  readonly wrongPassword: string;
  readonly missing: (field: string) => string;
  readonly wrongTime: (field: string, time: string) => string;
  readonly wrongPrice: (price: number) => string;
  readonly unknownCurrency: (value: number) => string;
  readonly tooMany: (field: string, most: number) => string;
  readonly notLoggedIn: (protocol: string) => string;
  readonly wrongDialect: (protocol: string) => string;
  readonly noAnswer: (id: number) => string;
  readonly rejected: string;
  readonly upstreamLost: (protocol: string) => string;
  readonly undecodable: (problem: string) => string;
  readonly handlerFailed: (protocol: string, problem: string) => string;
}

/** {@link Texts} in each language of OpenD. */
export const texts: Readonly<Record<Language, Texts>> = {
  en: {
    unknownGroup: "Unknown watchlists",
    systemGroup: "The System grouping is not supported",
    groupType: (value) => `Unknown group type: ${value}`,
    unknownOp: (value) => `Unknown operation: ${value}`,
    unknownSecurity: (symbol) => `Unknown security: ${symbol}`,
    unknownSubType: (value) => `Unknown subscription type: ${value}`,
    watchlistFull: (cap) => `The watchlist is full: it holds at most ${cap} securities`,
    rateLimit: (protocol, requests, seconds) =>
      `Request frequency too high: ${protocol} takes at most ${requests} requests in ${seconds} seconds`,
    quota: (used, quota) => `Insufficient subscription quota: ${used}/${quota} used`,
    tooEarly: "Unsubscribing is refused: a subscription lasts at least 1 minute",
    notSubscribed: (symbol, subType) => `${symbol} is not subscribed: call Qot_Sub with SubType_${subType} first`,
    unknownKLineType: (value) => `Unknown K-line type: ${value}`,
    outOfRange: (field, value, max) => `${field} must be from 1 to ${max}, not ${value}`,
    notPositive: (field, value) => `${field} must be 1 or more, not ${value}`,
    notADate: (field, value) => `${field} must be a date yyyy-MM-dd, not ${JSON.stringify(value)}`,
    tooLong: (days) => `The range of time is too long: at most ${days} days`,
    pageKey: "nextReqKey is none that a reply has given",
    unknownMarket: (value) => `Unknown market: ${value}`,
    unknownAccount: (accID) => `Unknown account: ${accID}`,
    wrongTrdEnv: (accID, trdEnv) => `The account ${accID} is not of the trading environment ${trdEnv}`,
    wrongTrdMarket: (accID, trdMarket) => `The account ${accID} may not trade in the market ${trdMarket}`,
    securityFirm: "Something wrong with the specified securities firm ",
    wrongPassword: "Unlocking is refused: the trade password is wrong",
    missing: (field) => `Missing necessary parameter: ${field}`,
    wrongTime: (field, time) => `${field} is ${JSON.stringify(time)}: expected yyyy-MM-dd HH:mm:ss`,
    wrongPrice: (price) => `The price has to be above 0, not ${price}`,
    unknownCurrency: (value) => `Unknown currency: ${value}`,
    tooMany: (field, most) => `${field} takes at most ${most}`,
    notLoggedIn: (protocol) => `${protocol} before login: InitConnect (over WebSocket InitWebSocket) comes first`,
    wrongDialect: (protocol) => `${protocol} does not belong to this transport`,
    noAnswer: (id) => `Protocol ID ${id} has no answer in this fake`,
    rejected: "Refused by a planned fault",
    upstreamLost: (protocol) => `${protocol} is refused: OpenD is not logged in to the quote server`,
    undecodable: (problem) => `The request cannot be read: ${problem}`,
    handlerFailed: (protocol, problem) => `The test's handler of ${protocol} failed: ${problem}`,
  },
  zh: {
    unknownGroup: "未知自选股分组",
    systemGroup: "不支持系统分组",
    groupType: (value) => `未知分组类型：${value}`,
    unknownOp: (value) => `未知操作：${value}`,
    unknownSecurity: (symbol) => `未知股票：${symbol}`,
    unknownSubType: (value) => `未知订阅类型：${value}`,
    watchlistFull: (cap) => `自选股已满，最多${cap}只`,
    rateLimit: (protocol, requests, seconds) => `${protocol}频率太高，请求失败，每${seconds}秒最多${requests}次。`,
    quota: (used, quota) => `订阅额度不足，订阅失败，已用订阅额度：${used}/${quota}`,
    tooEarly: "反订阅失败，订阅时间过短，至少需要订阅1分钟",
    notSubscribed: (symbol, subType) => `${symbol}未订阅，请先用Qot_Sub订阅SubType_${subType}`,
    unknownKLineType: (value) => `未知K线类型：${value}`,
    outOfRange: (field, value, max) => `${field}必须为1到${max}，不能为${value}`,
    notPositive: (field, value) => `${field}必须大于0，不能为${value}`,
    notADate: (field, value) => `${field}必须为yyyy-MM-dd格式的日期：${JSON.stringify(value)}`,
    tooLong: (days) => `时间范围过长，最多${days}天`,
    pageKey: "nextReqKey无效",
    unknownMarket: (value) => `未知市场：${value}`,
    unknownAccount: (accID) => `未知账户：${accID}`,
    wrongTrdEnv: (accID, trdEnv) => `账户${accID}不属于交易环境${trdEnv}`,
    wrongTrdMarket: (accID, trdMarket) => `账户${accID}没有市场${trdMarket}的交易权限`,
    securityFirm: "券商参数有误",
    wrongPassword: "解锁失败，交易密码错误",
    missing: (field) => `缺少必要的参数: ${field}`,
    wrongTime: (field, time) => `${field}格式错误：${JSON.stringify(time)}，应为yyyy-MM-dd HH:mm:ss`,
    wrongPrice: (price) => `价格必须大于0：${price}`,
    unknownCurrency: (value) => `未知货币：${value}`,
    tooMany: (field, most) => `${field}最多${most}个`,
    notLoggedIn: (protocol) => `未登录，不能请求${protocol}`,
    wrongDialect: (protocol) => `此连接不支持${protocol}`,
    noAnswer: (id) => `未知协议ID：${id}`,
    rejected: "测试计划的拒绝",
    upstreamLost: (protocol) => `${protocol}请求失败：行情服务器未登录`,
    undecodable: (problem) => `请求无法解析：${problem}`,
    handlerFailed: (protocol, problem) => `${protocol}的测试处理函数出错：${problem}`,
  },
};
