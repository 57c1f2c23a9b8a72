/** Fields whose values let somebody in, written as {@link sensitiveFields} are. They are shown nowhere. */
export const secretFields: readonly string[] = [
  // OpenD.
  "aesCBCiv",
  "connAESKey",
  "pwdMD5",
  "RSAPrivateKey",
  "webKey",
  "websocketKey",
  "TestCmd.paramStr",
  "TestCmd.paramBytes",
  "TestCmd.resultStr",
  "TestCmd.resultBytes",
  "Verification.code",
  // LongPort's quote socket and HTTP bodies.
  "token",
  "otp",
  "session_id",
  "access_token",
  "refresh_token",
  "app_key",
  "app_secret",
];

/**
 * Fields whose values a recording replaces unless told otherwise, because they name the account or let somebody in. By name,
 * at any depth; with a dot, only within a protocol or a field of that name.
 */
export const sensitiveFields: readonly string[] = [
  // OpenD: the account, who owns it, and where.
  "accID",
  "accIDList",
  "avatarUrl",
  "cardNum",
  "cashFlowRemark",
  "competitionAccName",
  "IP",
  "loginUserID",
  "nickName",
  "remark",
  "uniCardNum",
  "userID",
  "webJumpUrlHead",
  // LongPort.
  "metadata",
  "member_id",
  "aaid",
  "account_no",
  ...secretFields,
];

/**
 * Names of the schema that look as if they were sensitive and are not: kinds, states, places in a list, what anybody can look
 * up. A name that a later schema brings is in neither list, and a test then asks for a decision.
 */
export const harmlessFields: readonly string[] = [
  // Kinds and states of accounts; amounts and positions stay, too.
  "accList",
  "accRole",
  "accStatus",
  "accType",
  "jpAccType",
  "needGeneralSecAccount",
  "simAccType",
  "userAttribution",
  // Where in a list to go on, what to search for.
  "key",
  "keyword",
  "nextKey",
  "nextPageKey",
  "nextReqKey",
  "searchKey",
  "time_key",
  "by_package_key",
  // OpenD's own servers, and whether it is logged in to them.
  "qotLogined",
  "qotSvrIpAddr",
  "trdLogined",
  "trdSvrIpAddr",
  // Of companies and the market.
  "accountingStandards",
  "accumulateDataList",
  "accumulateFilterList",
  "bonusErt",
  "market_trade_session",
  "trade_session",
];

/** Whether a field is one of those that are redacted. */
export type FieldTest = (key: string, within: readonly string[]) => boolean;

/** The test for names that are written as {@link sensitiveFields} are. */
export function fieldTest(names: readonly string[]): FieldTest {
  const known = new Set(names);
  return (key, within) => known.has(key) || within.some((place) => known.has(`${place}.${key}`));
}

/** A scalar in a message. */
export type Scalar = string | number | bigint | boolean | null;

/**
 * A copy of a message of JSON, in which `change` has replaced the scalars of the fields that the test names: those in lists
 * and messages below them too. `other` replaces the rest.
 * @param scope The protocol's name, or what stands for it: the place of the outermost fields.
 */
export function mapFields(
  value: unknown,
  scope: string,
  isField: FieldTest,
  change: (value: Scalar) => Scalar,
  other: (value: Scalar) => Scalar = (each) => each,
): unknown {
  const walk = (each: unknown, parent: string, isInside: boolean): unknown => {
    if (Array.isArray(each)) return each.map((item) => walk(item, parent, isInside));
    if (typeof each === "object" && each !== null)
      return Object.fromEntries(
        Object.entries(each).map(([key, item]) => [key, walk(item, key, isInside || isField(key, [scope, parent]))]),
      );
    return isInside ? change(each as Scalar) : other(each as Scalar);
  };
  return walk(value, scope, false);
}
