export { type TickwireFixtures, test } from "./test.ts";
