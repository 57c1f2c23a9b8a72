// What is timed from the process' start to its output: import, connect, one reply.
import { writeSync } from "node:fs";
import FtWebsocket from "futu-api";

console.debug = () => {};
const client = new FtWebsocket();
const { hostname, port } = new URL(process.argv[2]);
client.onlogin = async (ok) => {
  if (!ok) process.exit(1);
  const { s2c } = await client.GetUserSecurityGroup({ c2s: { groupType: 3 } });
  writeSync(1, String(s2c.groupList.length));
  process.exit();
};
client.start(hostname, Number(port), false, "");
