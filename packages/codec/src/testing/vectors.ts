// Frames that the vendor's own clients write and read, in hex. TCP: the Python client 10.02 wrote them. WebSocket: requests
// that futu-api 10.11.7108 packed, and replies with what it unpacked.

/** Unencrypted TCP frames. */
export const tcpVectors: readonly {
  readonly name: string;
  readonly protoId: number;
  readonly serialNo: number;
  readonly format: number;
  readonly body: string;
  readonly frame: string;
}[] = [
  {
    name: "InitConnect plain",
    protoId: 1001,
    serialNo: 1,
    format: 0,
    body: "0a2408f3071206766563746f72180120ffffffffffffffffff01320a54797065536372697074",
    frame:
      "4654e90300000000010000002600000021fc94a069a78f1b2c2dfa64bf00e85f2a228f7300000000000000000a2408f3071206766563746f72180120ffffffffffffffffff01320a54797065536372697074",
  },
  {
    name: "GetUserSecurityGroup All plain",
    protoId: 3222,
    serialNo: 7,
    format: 0,
    body: "0a020803",
    frame: "4654960c0000000007000000040000007eeaaa0c100588cd0d3f58d4f3c45193c9aa1c6400000000000000000a020803",
  },
  {
    name: "GetUserSecurity 港股 plain",
    protoId: 3213,
    serialNo: 4294967295,
    format: 0,
    body: "0a080a06e6b8afe882a1",
    frame:
      "46548d0c00000000ffffffff0a000000249e7fafb40cf04bce8c3964e67b7615cb18809100000000000000000a080a06e6b8afe882a1",
  },
  {
    name: "GetUserSecurityGroup All json",
    protoId: 3222,
    serialNo: 8,
    format: 1,
    body: "7b0a202022633273223a207b0a202020202267726f757054797065223a20330a20207d0a7d",
    frame:
      "4654960c000001000800000025000000942de66331145e9bb1e87c0768acbb334f6ea5f800000000000000007b0a202022633273223a207b0a202020202267726f757054797065223a20330a20207d0a7d",
  },
];

/** A frame whose body is encrypted, by FTAES_ECB. */
export const sealedVector = {
  protoId: 3213,
  serialNo: 9,
  plain: "0a080a06e6b8afe882a1",
  sealed: "26f5cec89f655f200c6cf71b7b0d8b8a0000000000000000000000000000000a",
  frame:
    "46548d0c000000000900000020000000249e7fafb40cf04bce8c3964e67b7615cb188091000000000000000026f5cec89f655f200c6cf71b7b0d8b8a0000000000000000000000000000000a",
};

export const wsRequestVectors: readonly { readonly cmd: number; readonly section: bigint; readonly frame: string }[] = [
  {
    cmd: 1,
    section: 2n,
    frame:
      "66742d76312e30000000000100000000000000020a2e22206434346330346464613537306162393131343662306566623632643134353336320a4a617661536372697074",
  },
  { cmd: 3222, section: 3n, frame: "66742d76312e300000000c9600000000000000030a020803" },
  { cmd: 3213, section: 4n, frame: "66742d76312e300000000c8d00000000000000040a080a06e6b8afe882a1" },
];

export const wsReplyVectors: readonly {
  readonly cmd: number;
  readonly section: bigint;
  readonly error: number;
  readonly errorText: string;
  readonly body: string;
  readonly frame: string;
}[] = [
  {
    cmd: 3222,
    section: 3n,
    error: 0,
    errorText: "",
    body: "08001200180022090a070a03416c6c1002",
    frame:
      "66742d76312e300000000c96000000000000000300000000000000000000000000000000000000000000000008001200180022090a070a03416c6c1002",
  },
  {
    cmd: 3213,
    section: 4n,
    error: 2,
    errorText: "opend timeout",
    body: "",
    frame: "66742d76312e300000000c8d0000000000000004000000026f70656e642074696d656f757400000000000000",
  },
  {
    cmd: 2,
    section: 0n,
    error: 0,
    errorText: "",
    body: "",
    frame: "66742d76312e3000000000020000000000000000000000000000000000000000000000000000000000000000",
  },
];
