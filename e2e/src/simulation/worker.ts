// A thread that simulates seeds one after the other and tells what came of each.
import { parentPort, workerData } from "node:worker_threads";
import type { Task } from "./run-seeds.ts";
import { simulate } from "./simulate.ts";
import type { SessionModule } from "./world.ts";

const { first, last, every, steps, session } = workerData as Task;
const module = (await import(session)) as SessionModule;
for (let seed = first; seed <= last; seed += every) parentPort?.postMessage(await simulate(module, seed, steps));
