/**
 * Serial numbers of requests: 1, 2, … 4294967295, then 1 again. OpenD wants them to grow within a connection.
 * @param last The number before the first one.
 */
export function serialNumbers(last = 0): () => number {
  let serialNo = last;
  return () => {
    serialNo = serialNo === 0xffff_ffff ? 1 : serialNo + 1;
    return serialNo;
  };
}
