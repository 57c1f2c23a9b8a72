// Compares proto/opend with the schema in one of the vendor's npm packages; --help lists the options.
import { main } from "./schema/src/main.ts";

process.exitCode = await main(process.argv.slice(3), console.log, console.error);
