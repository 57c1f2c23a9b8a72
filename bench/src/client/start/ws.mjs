// What is timed from the process' start to its output: import, connect, one reply.
import { writeSync } from "node:fs";
import { connect } from "@tickwire/web-client";

const client = await connect(process.argv[2]);
writeSync(1, String((await client.getUserSecurityGroup()).length));
process.exit();
